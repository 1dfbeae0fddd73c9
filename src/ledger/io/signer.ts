/**
 * The log's signing key: Ed25519, in a folder outside the database (`ledger-signing-key.pem`, PKCS #8, mode 0600), and
 * beside it `ledger.vkeys`, the public keys that its checkpoints may be signed with, one a line, newest last. Whoever
 * has the key can sign another history; what shows that is older checkpoints in other hands (README).
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { LedgerError } from '../contract.ts'
import {
  ED25519,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  fromBase64,
  type Hash,
  makeVerifierKey,
  parseVerifierKey,
  type Trust,
  toBase64,
  utf8,
  type VerifierKey,
} from '../verify/index.ts'
import { nodeSha256 } from './crypto.ts'

export interface Signer {
  readonly origin: string
  /** Public half as a C2SP verifier key: what a customer, client or regulator checks receipts with. */
  readonly vkey: string
  readonly trust: Trust
  /** A signed checkpoint. Call it for a committed head only: two heads of one size, both signed, are a fork. */
  sign(head: { readonly size: number; readonly root: Hash }): string
}

const KEY_FILE = 'ledger-signing-key.pem'
const PUBLIC_FILE = 'ledger.vkeys'

/**
 * Opens the key of `origin`, or makes it when the folder has never had one. Two processes may start together: one key
 * wins. Errors: `signing_key_exposed` when others may read the file; `signing_key_unreadable` when it is damaged, or
 * gone while its public half is still there; `signing_key_other_origin` when the folder's key has another name.
 */
export function openSigner({ folder, origin }: { readonly folder: string; readonly origin: string }): Signer {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, KEY_FILE)
  const known = publicKeys(folder)
  if (!existsSync(path)) {
    if (known.length > 0) throw new LedgerError('signing_key_unreadable', `${KEY_FILE} is gone`)
    writeOnceSync(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new LedgerError('signing_key_exposed', KEY_FILE)
  const key = readKey(path)
  const own = makeVerifierKey(origin, ED25519, rawPublicKey(key), nodeSha256)
  const vkey = formatVerifierKey(own)
  if (known.some(({ name }) => name !== origin)) throw new LedgerError('signing_key_other_origin', known[0]!.name)
  const keys = known.some((one) => formatVerifierKey(one) === vkey) ? known : [...known, own]
  if (keys !== known) replaceSync(join(folder, PUBLIC_FILE), `${keys.map(formatVerifierKey).join('\n')}\n`)
  return {
    origin,
    vkey,
    trust: { origin, logKeys: keys },
    sign(head) {
      const text = formatCheckpoint({ origin, ...head })
      return formatNote({ text, signatures: [{ name: origin, id: own.id, bytes: sign(null, utf8(text), key) }] })
    },
  }
}

/** The public keys to check this log with; for commands that sign nothing. Errors: `signing_key_unreadable`. */
export function readTrust({ folder, origin }: { readonly folder: string; readonly origin: string }): Trust {
  const logKeys = publicKeys(folder)
  if (logKeys.length === 0) throw new LedgerError('signing_key_unreadable', PUBLIC_FILE)
  if (logKeys.some(({ name }) => name !== origin)) throw new LedgerError('signing_key_other_origin', logKeys[0]!.name)
  return { origin, logKeys }
}

function publicKeys(folder: string): VerifierKey[] {
  const path = join(folder, PUBLIC_FILE)
  if (!existsSync(path)) return []
  try {
    return readFileSync(path, 'utf8')
      .trim()
      .split(/\r?\n/)
      .map((line) => parseVerifierKey(line, nodeSha256))
  } catch (error) {
    throw new LedgerError('signing_key_unreadable', PUBLIC_FILE, { cause: error })
  }
}

function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new LedgerError('signing_key_unreadable', KEY_FILE, { cause: error })
  }
  throw new LedgerError('signing_key_unreadable', `${KEY_FILE} is no Ed25519 key`)
}

function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return fromBase64(toBase64(Buffer.from(x!, 'base64url')))
}

/** Another process may have been first: then its file stands and ours goes. */
function writeOnceSync(path: string, text: string): void {
  const aside = writeAside(path, text)
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function replaceSync(path: string, text: string): void {
  renameSync(writeAside(path, text), path)
  chmodSync(path, 0o644)
}

function writeAside(path: string, text: string): string {
  const aside = `${path}.${process.pid}.tmp`
  rmSync(aside, { force: true })
  const file = openSync(aside, 'wx', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  return aside
}
