/** Articles of law as data: a conclusion names them, a screen shows their words and links to their text. */
import type { Language } from '../../platform/text.ts'

export const laws = ['ai_act', 'gdpr'] as const
export type Law = (typeof laws)[number]

/** `article` as lawyers write it: `50(1)`, `5(1)(f)`; of an annex `III 4(b)`. */
export type LawRef = { readonly law: Law; readonly article: string }

/**
 * Which text of a law is meant. The AI Act as changed by Regulation (EU) 2026/1744, consolidated on 27 July 2026; the GDPR as
 * published on 4 May 2016.
 */
export const lawTexts: Readonly<Record<Law, { readonly celex: string; readonly textOf: string }>> = {
  ai_act: { celex: '02024R1689-20260727', textOf: '2026-07-27' },
  gdpr: { celex: '32016R0679', textOf: '2016-05-04' },
}

const written = /^(?:(\d+[a-z]?)|([IVX]+) \d+)((?:\(\d+\))?(?:\([a-z]\))?)$/

/** Can this be the name of an article? */
export const isArticle = (article: string): boolean => written.test(article)

/** Where the article stands at EUR-Lex, in the reader's language. @throws when the article is not written as `LawRef` says. */
export function lawLink({ law, article }: LawRef, language: Language): string {
  const match = written.exec(article)
  if (match === null) throw new Error(`no article: ${article}`)
  const anchor = match[1] === undefined ? `anx_${match[2]}` : `art_${match[1]}`
  return `https://eur-lex.europa.eu/legal-content/${language.toUpperCase()}/TXT/?uri=CELEX:${lawTexts[law].celex}#${anchor}`
}

/** `AI-verordening, artikel 50(1)`; `AI Act, annex III 4(b)`. */
export function lawName({ law, article }: LawRef, language: Language): string {
  const part = /^[IVX]/.test(article) ? words[language].annex : words[language].article
  return `${words[language][law]}, ${part} ${article}`
}

const words = {
  nl: { ai_act: 'AI-verordening', gdpr: 'AVG', article: 'artikel', annex: 'bijlage' },
  en: { ai_act: 'AI Act', gdpr: 'GDPR', article: 'article', annex: 'annex' },
} as const
