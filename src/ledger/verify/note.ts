/** C2SP signed-note: verifier keys, and text signed by one or more of them. */
import { concat, fromBase64, hexOf, textOf, toBase64, utf8 } from './bytes.ts'
import { type VerifyEd25519, verifyEd25519 } from './ed25519.ts'
import { VerifyError } from './errors.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

/** 0x01: Ed25519 over the text. 0x04: Ed25519 cosignature over a checkpoint with a time (tlog-cosignature). */
export const ED25519 = 0x01
export const COSIGNATURE = 0x04

export type VerifierKey = {
  readonly name: string
  /** First four bytes of SHA-256(name || LF || type || public key), as eight hexadecimal digits. */
  readonly id: string
  readonly type: typeof ED25519 | typeof COSIGNATURE
  readonly publicKey: Uint8Array
}

export type Signature = {
  readonly name: string
  readonly id: string
  /** What follows the four bytes of the key id. */
  readonly bytes: Uint8Array
}

export type Note = { readonly text: string; readonly signatures: readonly Signature[] }

export type OpenedNote = {
  readonly text: string
  /** The known keys that signed, each once, in the order of their first signature. */
  readonly signers: readonly { readonly key: VerifierKey; readonly time?: bigint }[]
}

/** 16 must be accepted; a limit keeps a note from costing unbounded work. */
export const MAX_SIGNATURES = 100
export const MAX_NOTE_LENGTH = 1_000_000

const control = /[\u0000-\u0009\u000b-\u001f]/
const validName = (name: string): boolean => name !== '' && !/[\p{White_Space}+]/u.test(name)

export function keyId(name: string, type: number, publicKey: Uint8Array, sha256: Sha256 = ownSha256): string {
  return hexOf(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4))
}

/** Reads a vkey, `<name>+<id>+<base64 of type and key>`. Throws `vkey_…`. */
export function parseVerifierKey(vkey: string, sha256: Sha256 = ownSha256): VerifierKey {
  const [, name, id, data] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/su.exec(vkey) ?? []
  if (name === undefined || id === undefined || data === undefined || !validName(name) || !clean(name))
    throw new VerifyError('vkey_malformed')
  const bytes = fromBase64(data, 'vkey')
  const type = bytes[0]
  if (type !== ED25519 && type !== COSIGNATURE) throw new VerifyError('vkey_type_unknown')
  const publicKey = bytes.subarray(1)
  if (publicKey.length !== 32) throw new VerifyError('vkey_length')
  if (keyId(name, type, publicKey, sha256) !== id) throw new VerifyError('vkey_id_differs')
  return { name, id, type, publicKey }
}

export const formatVerifierKey = ({ name, id, type, publicKey }: VerifierKey): string =>
  `${name}+${id}+${toBase64(concat(Uint8Array.of(type), publicKey))}`

/** The vkey of an Ed25519 public key under a name. Throws `vkey_malformed` when the name cannot be a key name. */
export function makeVerifierKey(
  name: string,
  type: VerifierKey['type'],
  publicKey: Uint8Array,
  sha256: Sha256 = ownSha256,
): VerifierKey {
  if (!validName(name) || !clean(name)) throw new VerifyError('vkey_malformed')
  if (publicKey.length !== 32) throw new VerifyError('vkey_length')
  return { name, id: keyId(name, type, publicKey, sha256), type, publicKey }
}

/** Splits a note into text and signatures. Nothing is believed yet: `openNote` checks who signed. */
export function parseNote(note: string | Uint8Array): Note {
  const whole = typeof note === 'string' ? note : textOf(note)
  if (whole === undefined || !clean(whole)) throw new VerifyError('note_malformed', 'not clean UTF-8')
  if (whole.length > MAX_NOTE_LENGTH) throw new VerifyError('note_too_large')
  const split = whole.lastIndexOf('\n\n')
  if (split < 0 || !whole.endsWith('\n')) throw new VerifyError('note_malformed', 'no blank line before the signatures')
  const lines = whole.slice(split + 2, -1).split('\n')
  if (whole.length === split + 2) throw new VerifyError('note_unsigned')
  if (lines.length > MAX_SIGNATURES) throw new VerifyError('note_too_large', `${lines.length} signatures`)
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): Signature {
  const [, name, data] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  if (name === undefined || data === undefined || !validName(name))
    throw new VerifyError('note_malformed', 'signature line')
  const bytes = fromBase64(data, 'signature')
  if (bytes.length < 5) throw new VerifyError('note_malformed', 'signature too short')
  return { name, id: hexOf(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(({ name, id, bytes }) => `— ${name} ${toBase64(concat(bytesOfId(id), bytes))}\n`).join('')}`
}

/**
 * Opens a note with the keys one trusts. Signatures of other keys are ignored; one by a known key that does not fit
 * refuses the whole note (`signature_differs`); none by a known key refuses it too (`note_unsigned`).
 */
export async function openNote(
  note: string | Uint8Array,
  keys: readonly VerifierKey[],
  verify: VerifyEd25519 = verifyEd25519,
): Promise<OpenedNote> {
  const { text, signatures } = parseNote(note)
  const signers = new Map<string, { key: VerifierKey; time?: bigint }>()
  for (const signature of signatures) {
    for (const key of keys) {
      if (key.name !== signature.name || key.id !== signature.id) continue
      const time = await checkSignature(text, key, signature, verify)
      // Two keys can share name and id by a made collision; both must then have signed, and no such pair can.
      if (!signers.has(formatVerifierKey(key)))
        signers.set(formatVerifierKey(key), time === undefined ? { key } : { key, time })
    }
  }
  if (signers.size === 0) throw new VerifyError('note_unsigned')
  return { text, signers: [...signers.values()] }
}

async function checkSignature(
  text: string,
  key: VerifierKey,
  { bytes }: Signature,
  verify: VerifyEd25519,
): Promise<bigint | undefined> {
  const timed = key.type === COSIGNATURE
  if (bytes.length !== (timed ? 72 : 64)) throw new VerifyError('signature_differs', 'length')
  const time = timed ? new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) : undefined
  if (time !== undefined && time >= 1n << 63n) throw new VerifyError('signature_differs', 'time')
  const message = time === undefined ? text : cosignedText(text, time)
  let fits = false
  try {
    fits = (await verify(key.publicKey, utf8(message), bytes.subarray(timed ? 8 : 0))) === true
  } catch {
    // A public key that is no point on the curve: some implementations throw, some answer false.
  }
  if (!fits) throw new VerifyError('signature_differs')
  return time
}

/** What a cosigner signs: a header, the time in seconds since 1970, and the checkpoint's text (tlog-cosignature). */
export const cosignedText = (text: string, time: bigint): string => `cosignature/v1\ntime ${time}\n${text}`

/** Signature bytes of a cosignature: the time as uint64, then the Ed25519 signature. */
export function cosignatureBytes(time: bigint, signature: Uint8Array): Uint8Array {
  const head = new Uint8Array(8)
  new DataView(head.buffer).setBigUint64(0, time)
  return concat(head, signature)
}

const bytesOfId = (id: string): Uint8Array => Uint8Array.from(id.match(/../g)!, (pair) => Number.parseInt(pair, 16))

/** No control characters but the newline, and no half of a surrogate pair (which UTF-8 cannot hold). */
function clean(text: string): boolean {
  return text.isWellFormed() && !control.test(text)
}
