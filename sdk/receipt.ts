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
  /** The log's verifier key, `name+hash+base64`, from the organisation and not from the receipt; more than one while a key is being replaced. */
  readonly vkeys: readonly string[]
  /** Name of the log; that of the first key when absent. */
  readonly origin?: string
  /** Keys of witnesses, and how many of them must have signed; none by default. */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
}

export type CheckedReceipt =
  | {
      readonly valid: true
      /** Number of the entry in the log, and how long the log was when it was signed. */
      readonly index: number
      readonly size: number
      readonly entry: Readonly<Record<string, unknown>>
    }
  /** `code` says what does not fit, such as `root_differs` or `signature_differs`. */
  | { readonly valid: false; readonly code: string }
  /** This browser or runtime does not know Ed25519, or keeps it from pages without https: neither yes nor no. */
  | { readonly valid: undefined; readonly code: 'ed25519_unavailable' }

/**
 * `entry` is the entry as it was given out (canonical JSON, text or bytes), `proof` the text of the `.tlog-proof` file; a
 * `.receipt.json` from the portal, parsed, is such an object. A valid receipt says that this was recorded and has not
 * changed since; it does not say that the contents are true.
 */
export async function verifyReceipt(
  receipt: { readonly entry: string | Uint8Array; readonly proof: string },
  trust: ReceiptTrust,
): Promise<CheckedReceipt> {
  if (!(await knowsEd25519())) return { valid: undefined, code: 'ed25519_unavailable' }
  try {
    const bytes = typeof receipt.entry === 'string' ? new TextEncoder().encode(receipt.entry) : receipt.entry
    const logKeys = trust.vkeys.map((vkey) => parseVerifierKey(vkey))
    const { index, checkpoint } = await verifyTlogProof(receipt.proof, bytes, {
      origin: trust.origin ?? logKeys[0]?.name ?? '',
      logKeys,
      witnessKeys: (trust.witnesses ?? []).map((vkey) => parseVerifierKey(vkey)),
      quorum: trust.quorum ?? 0,
    })
    const entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>
    return { valid: true, index: Number(index), size: Number(checkpoint.size), entry }
  } catch (error) {
    return { valid: false, code: error instanceof VerifyError ? error.code : 'entry_unreadable' }
  }
}

function knowsEd25519(): Promise<boolean> {
  return (
    globalThis.crypto?.subtle?.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify']).then(
      () => true,
      () => false,
    ) ?? Promise.resolve(false)
  )
}

/**
 * Does what was said fit the entry? The salt travels in the receipt (`extra`), so that its holder can show the content
 * and prove that it is the recorded one. False when the receipt carries no salt or the content differs. Check the receipt
 * itself first: this takes its entry as true.
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
