/** The lawful basis of a purpose in words, with the place in the law (GDPR art. 6(1)). */

import type { Language } from '../platform/text.ts'
import type { LawfulBasis } from '../records/contract.ts'
import { transparencyText } from './texts.ts'

export type Law = { readonly label: string; readonly url: string }

/** The sentence for the customer and the article it rests on; `undefined`: no basis is on record, and that is said. */
export function groundOf(
  basis: LawfulBasis | undefined,
  language: Language,
): { readonly sentence: string; readonly law: Law } {
  const key = basis ?? ('unknown' as const)
  return {
    sentence: transparencyText(language, `basis.${key}.sentence`),
    law: { label: transparencyText(language, `basis.${key}.law`), url: gdprArticle(6, language) },
  }
}

/** An article of the GDPR in the reader's language, at the source of the law and not at a summary of it. */
export function gdprArticle(article: number, language: Language): string {
  return `https://eur-lex.europa.eu/legal-content/${language === 'nl' ? 'NL' : 'EN'}/TXT/?uri=CELEX:32016R0679#art_${article}`
}
