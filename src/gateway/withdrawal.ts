/**
 * The words with which a customer takes consent back in the channel itself, as easily as it was given there (GDPR art.
 * 7(3), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_7). No model judges them: a message is
 * one of the client's words, or it is not.
 */
import { type Prompt, sayingOf } from './prompt.ts'

export type WithdrawalWords = { readonly nl: readonly string[]; readonly en: readonly string[] }

/** What counts at a client that has no words of its own. The portal and the console show them. */
export const withdrawalWords: WithdrawalWords = {
  nl: ['stop toestemming', 'toestemming intrekken', 'ik trek mijn toestemming in'],
  en: ['withdraw consent', 'stop consent', 'i withdraw my consent'],
}

/** No longer than this is read: a message of one of the words is short. */
const MAX_LENGTH = 120

/**
 * Whether the newest message of the customer is, as a whole, one of the words, in either language. Capitals, marks,
 * spaces and accents make no difference, nor does a "please" around it; words within a longer message are not a
 * withdrawal, and are answered like any question.
 */
export function isWithdrawal(prompt: Prompt | null, words: WithdrawalWords = withdrawalWords): boolean {
  const last = prompt?.messages.at(-1)
  if (prompt === null || last === undefined || !last.customer) return false
  const said = sayingOf(
    last,
    prompt.parts.map(({ text }) => text),
  )
  if (said.length > MAX_LENGTH) return false
  const plain = plainOf(said)
  return [...words.nl, ...words.en].some((word) => plainOf(word) === plain)
}

const polite = new Set(['alstublieft', 'graag', 'svp', 'aub', 'please'])

function plainOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !polite.has(word))
    .join(' ')
}
