/**
 * Checks a receipt without Waarborg and without a network: is this entry, byte for byte, in the log that this key
 * signed? Runs in Node and in a browser.
 */
import {
  fromBase64,
  parseTlogProof,
  parseVerifierKey,
  VerifyError,
  verifyCommitment,
  verifyTlogProof,
} from '../src/ledger/verify/index.ts'

export type ReceiptTrust = {
  /** Name of the log, as the organisation publishes it. */
  readonly origin: string
  /** The log's verifier key, `name+hash+base64`; more than one while a key is being replaced. */
  readonly vkeys: readonly string[]
  /** Keys of witnesses, and how many of them must have signed; none by default. */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
}

export type CheckedReceipt =
  | {
      readonly valid: true
      readonly index: number
      readonly size: number
      readonly entry: Readonly<Record<string, unknown>>
    }
  /** `code` says what does not fit; the ledger's README explains each. */
  | { readonly valid: false; readonly code: string }

/**
 * `entry` is the entry as it was given out (canonical JSON, text or bytes), `proof` the text of the `.tlog-proof` file.
 * A valid receipt says that this was recorded and has not changed since; it does not say that the contents are true.
 */
export async function verifyReceipt(
  receipt: { readonly entry: string | Uint8Array; readonly proof: string },
  trust: ReceiptTrust,
): Promise<CheckedReceipt> {
  try {
    const bytes = typeof receipt.entry === 'string' ? new TextEncoder().encode(receipt.entry) : receipt.entry
    const { index, checkpoint } = await verifyTlogProof(receipt.proof, bytes, {
      origin: trust.origin,
      logKeys: trust.vkeys.map((vkey) => parseVerifierKey(vkey)),
      witnessKeys: (trust.witnesses ?? []).map((vkey) => parseVerifierKey(vkey)),
      quorum: trust.quorum ?? 0,
    })
    const entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>
    return { valid: true, index: Number(index), size: Number(checkpoint.size), entry }
  } catch (error) {
    return { valid: false, code: error instanceof VerifyError ? error.code : 'entry_unreadable' }
  }
}

/**
 * Does what was said fit the entry? The salt travels in the receipt (`extra`), so that its holder can show the content
 * and prove that it is the recorded one. False when the receipt carries no salt or the content differs.
 */
export function verifyContent(proof: string, entry: Readonly<Record<string, unknown>>, content: unknown): boolean {
  try {
    const { extra } = parseTlogProof(proof)
    if (extra === undefined || typeof entry.commit !== 'string') return false
    fromBase64(entry.commit, 'commit')
    verifyCommitment(entry.commit, extra, content)
    return true
  } catch {
    return false
  }
}
