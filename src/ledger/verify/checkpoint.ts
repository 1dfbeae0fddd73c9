/** C2SP tlog-checkpoint and tlog-cosignature: the signed head of a log, and who vouches for it. */
import { equalBytes, fromBase64, hexOf, parseDecimal, toBase64, toSize } from './bytes.ts'
import { type VerifyEd25519, verifyEd25519 } from './ed25519.ts'
import { VerifyError } from './errors.ts'
import { emptyRoot, type Hash } from './merkle.ts'
import { COSIGNATURE, openNote, type VerifierKey } from './note.ts'

export type Checkpoint = {
  readonly origin: string
  readonly size: bigint
  readonly root: Hash
  /** Opaque lines after the root; Waarborg writes none. */
  readonly extensions: readonly string[]
}

export type Cosigner = {
  readonly name: string
  /** When the witness saw this head, in seconds since 1970. */
  readonly time: bigint
}

export type OpenedCheckpoint = Checkpoint & {
  /** Distinct witnesses whose cosignature fits. */
  readonly cosigners: readonly Cosigner[]
}

export type Trust = {
  readonly origin: string
  /** Keys of the log itself; more than one while a key is being replaced. */
  readonly logKeys: readonly VerifierKey[]
  readonly witnessKeys?: readonly VerifierKey[]
  /** Witnesses that must have cosigned; 0 when absent. */
  readonly quorum?: number
}

/** Reads the text of a checkpoint (without signatures). Throws `checkpoint_malformed`, `number_malformed`, `base64_malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new VerifyError('checkpoint_malformed', 'no newline at the end')
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || size === undefined || root === undefined)
    throw new VerifyError('checkpoint_malformed', 'fewer than three lines')
  if (origin === '' || extensions.includes('')) throw new VerifyError('checkpoint_malformed', 'empty line')
  const checkpoint = { origin, size: parseDecimal(size, 'tree size'), root: fromBase64(root, 'root'), extensions }
  if (checkpoint.root.length !== 32) throw new VerifyError('hash_length', 'root')
  if (checkpoint.size === 0n && !equalBytes(checkpoint.root, emptyRoot()))
    throw new VerifyError('checkpoint_malformed', 'root of the empty tree')
  return checkpoint
}

export function formatCheckpoint({
  origin,
  size,
  root,
}: {
  readonly origin: string
  readonly size: number | bigint
  readonly root: Hash
}): string {
  return `${origin}\n${toSize(size, 'tree size')}\n${toBase64(root)}\n`
}

/**
 * Opens a signed checkpoint: signed by a key of the log, no signature of a known key that does not fit, the origin
 * expected, well formed, and cosigned by the quorum. Throws otherwise.
 */
export async function openCheckpoint(
  note: string | Uint8Array,
  trust: Trust,
  verify: VerifyEd25519 = verifyEd25519,
): Promise<OpenedCheckpoint> {
  const witnessKeys = trust.witnessKeys ?? []
  if (witnessKeys.some((key) => key.type !== COSIGNATURE))
    throw new VerifyError('vkey_type_unknown', 'a witness needs a cosignature key')
  const { text, signers } = await openNote(note, [...trust.logKeys, ...witnessKeys], verify)
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== trust.origin) throw new VerifyError('origin_differs')
  if (!signers.some(({ key }) => trust.logKeys.includes(key))) throw new VerifyError('note_unsigned', 'not by the log')
  const cosigners = distinctWitnesses(
    signers.filter(({ key }) => witnessKeys.includes(key)),
    trust.logKeys,
  )
  if (cosigners.length < (trust.quorum ?? 0))
    throw new VerifyError('witnesses_missing', `${cosigners.length} of ${trust.quorum}`)
  return { ...checkpoint, cosigners }
}

/**
 * A witness counts once, whatever it signed with: an Ed25519 cosignature does not commit to the name, so one key under
 * two names is one witness, and so are two keys under one name. A log does not witness itself.
 */
function distinctWitnesses(
  signers: readonly { readonly key: VerifierKey; readonly time?: bigint }[],
  logKeys: readonly VerifierKey[],
): Cosigner[] {
  const seen = new Set(logKeys.map((key) => hexOf(key.publicKey)))
  const cosigners: Cosigner[] = []
  for (const { key, time } of signers) {
    const name = `name ${key.name}`
    const publicKey = hexOf(key.publicKey)
    if (time !== undefined && !seen.has(name) && !seen.has(publicKey)) cosigners.push({ name: key.name, time })
    seen.add(name).add(publicKey)
  }
  return cosigners
}
