/**
 * Checks a receipt in the reader's own browser: fingerprint, place in the row, signature. Nothing is sent anywhere, so it
 * also works without a network. What is shown in the page is what is checked.
 */
import { hexOf, utf8 } from '../../src/ledger/verify/bytes.ts'
import { VerifyError } from '../../src/ledger/verify/errors.ts'
import { hashLeaf } from '../../src/ledger/verify/merkle.ts'
import { parseVerifierKey } from '../../src/ledger/verify/note.ts'
import { parseTlogProof, verifyTlogProof } from '../../src/ledger/verify/tlog-proof.ts'

/** What a check found; `why` tells which of the reasons for not knowing. */
export type Verdict = {
  verdict: 'ok' | 'bad' | 'unknown' | 'wait'
  why?: string
  facts?: Readonly<Record<string, string>>
}

export const get = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)
const number = new Intl.NumberFormat(document.documentElement.lang)

/** Whether this browser knows Ed25519; without it there is no answer, neither yes nor no. */
const knowsEd25519 = (): Promise<boolean> =>
  crypto.subtle?.importKey('raw', new Uint8Array(32), { name: 'Ed25519' }, false, ['verify']).then(
    () => true,
    () => false,
  )

export async function check(entry: string, proof: string, vkey: string): Promise<Verdict> {
  const facts: Record<string, string> = { fingerprint: groups(hexOf(hashLeaf(utf8(entry)))) }
  // Without the key of this installation's ledger nobody here can tell.
  if (vkey === '') return { verdict: 'unknown', why: 'noKey', facts }
  try {
    const key = parseVerifierKey(vkey)
    // A proof of another log is not false: nobody here can tell.
    const origin = parseTlogProof(proof).checkpoint.split('\n', 1)[0]
    if (origin !== key.name) return { verdict: 'unknown', why: 'otherLedger', facts }
    if (!(await knowsEd25519())) return { verdict: 'unknown', why: 'noCrypto', facts }
    const { index, checkpoint } = await verifyTlogProof(proof, utf8(entry), { origin: key.name, logKeys: [key] })
    facts.number = number.format(index)
    facts.size = number.format(checkpoint.size)
    facts.root = groups(hexOf(checkpoint.root))
    return { verdict: 'ok', facts }
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error
    if (error.code === 'proof_malformed') return { verdict: 'unknown', why: 'unreadable', facts }
    return { verdict: 'bad', facts }
  }
}

const groups = (hex: string) => hex.replace(/(.{8})(?!$)/g, '$1 ')

export function show({ verdict, why = '', facts = {} }: Verdict): void {
  const receipt = get('[data-receipt]')!
  receipt.dataset.why = why
  receipt.dataset.verdict = verdict
  for (const place of document.querySelectorAll<HTMLElement>('[data-fill]'))
    place.textContent = facts[place.dataset.fill!] ?? '–'
}

const text = (name: string) => get(`[data-${name}]`)?.textContent ?? ''

/** Checks what stands in the page now, and shows it. */
export const again = async () => show(await check(text('entry'), text('proof'), text('vkey')))
