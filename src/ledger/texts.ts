import { createTexts, type Language, type Values } from '../platform/text.ts'
import type { LedgerErrorCode } from './contract.ts'
import type { Problem, ProblemCode } from './problem.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import type { Refusal } from './verify/index.ts'

/** The ledger's sentences, in the reader's language. */
export const ledgerText = createTexts(nl, en)

// A code without a sentence does not build.
nl satisfies Record<`problem.${ProblemCode}` | `error.${LedgerErrorCode}` | `verify.${Refusal}`, string>

/** What is wrong, then where: the entry, its event, the place. */
export function problemText(language: Language, { code, index, event, detail }: Problem): string {
  const say = (key: Parameters<typeof ledgerText>[1], values: Values) => ledgerText(language, key, values)
  const place = [
    ...(index === null ? [] : [say('check.index', { index: String(index) })]),
    ...(event === null ? [] : [say('check.event', { event })]),
    detail,
  ]
  return `${say(`problem.${code}`, {})} ${place.join(', ')} (${code})`
}
