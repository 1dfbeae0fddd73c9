/** C2SP tlog-proof (`.tlog-proof`): the receipt that shows, offline, that an entry is in the log. */
import { fromBase64, parseDecimal, textOf, toBase64, toSize } from './bytes.ts'
import { type OpenedCheckpoint, openCheckpoint, type Trust } from './checkpoint.ts'
import { type VerifyEd25519, verifyEd25519 } from './ed25519.ts'
import { VerifyError } from './errors.ts'
import { type Hash, verifyInclusion } from './merkle.ts'
import { MAX_NOTE_LENGTH } from './note.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

const VERSION = 'c2sp.org/tlog-proof@v1'

export type TlogProof = {
  /** Not authenticated: Waarborg puts the salt of the commitment here, which fits the entry or does not. */
  readonly extra?: Uint8Array
  readonly index: bigint
  readonly hashes: readonly Hash[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
}

/** Reads a proof; nothing is believed yet. Throws `proof_malformed`, `number_malformed`, `base64_malformed`. */
export function parseTlogProof(proof: string | Uint8Array): TlogProof {
  const text = typeof proof === 'string' ? proof : textOf(proof)
  if (text === undefined) throw new VerifyError('proof_malformed', 'not UTF-8')
  if (text.length > MAX_NOTE_LENGTH) throw new VerifyError('note_too_large')
  const blank = text.indexOf('\n\n')
  if (blank < 0) throw new VerifyError('proof_malformed', 'no blank line before the checkpoint')
  const lines = text.slice(0, blank).split('\n')
  if (lines.shift() !== VERSION) throw new VerifyError('proof_malformed', 'line 1')
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice('extra '.length), 'extra') : undefined
  if (extra?.length === 0) throw new VerifyError('proof_malformed', 'empty extra line')
  const indexLine = lines.shift()
  if (!indexLine?.startsWith('index ')) throw new VerifyError('proof_malformed', 'no index line')
  const index = parseDecimal(indexLine.slice('index '.length), 'index')
  const hashes = lines.map((line, i) => {
    const hash = fromBase64(line, `hash ${i + 1}`)
    if (hash.length !== 32) throw new VerifyError('hash_length', `hash ${i + 1}`)
    return hash
  })
  const rest = { index, hashes, checkpoint: text.slice(blank + 2) }
  return extra === undefined ? rest : { extra, ...rest }
}

export function formatTlogProof({
  extra,
  index,
  hashes,
  checkpoint,
}: Omit<TlogProof, 'index'> & { readonly index: number | bigint }): string {
  const lines = [VERSION]
  if (extra !== undefined && extra.length > 0) lines.push(`extra ${toBase64(extra)}`)
  lines.push(`index ${toSize(index, 'index')}`, ...hashes.map(toBase64), '', checkpoint)
  return lines.join('\n')
}

export type VerifiedProof = {
  readonly index: bigint
  readonly checkpoint: OpenedCheckpoint
  readonly extra?: Uint8Array
}

/**
 * Returns when `entry` (its bytes, not a hash) is in the log that `trust` names: the checkpoint is signed by the log,
 * cosigned by the quorum, and the hashes lead from the entry to its root. Throws otherwise.
 */
export async function verifyTlogProof(
  proof: string | Uint8Array,
  entry: Uint8Array,
  trust: Trust,
  { sha256 = ownSha256, ed25519 = verifyEd25519 }: { readonly sha256?: Sha256; readonly ed25519?: VerifyEd25519 } = {},
): Promise<VerifiedProof> {
  const { index, hashes, checkpoint: note, extra } = parseTlogProof(proof)
  const checkpoint = await openCheckpoint(note, trust, ed25519)
  verifyInclusion(entry, { index, size: checkpoint.size, proof: hashes, root: checkpoint.root }, sha256)
  return extra === undefined ? { index, checkpoint } : { index, checkpoint, extra }
}
