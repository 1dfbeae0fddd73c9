/**
 * A notice is made from the register and from nothing else: what the register does not say, no notice says, and what people
 * should know and it does not hold is named as missing. GDPR art. 13 and 14
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_13).
 */
import type { Language } from '../../platform/text.ts'
import type { NoticeDocument, NoticeKind, NoticeSection, NoticeTexts } from './contract.ts'
import type { NoticeFacts } from './facts.ts'
import { computersOf, hiddenOf, limitsOf, personOf } from './notice-ai.ts'
import { complaintOf, decisionsOf, objectOf, recipientsOf, rightsOf, unknownOf, whoOf } from './notice-parts.ts'
import { purposesOf } from './notice-purposes.ts'
import { noticeText } from './texts.ts'

type Compose = (facts: NoticeFacts, language: Language) => NoticeSection

/** What each notice holds, in the order in which people read it. */
const sections: Readonly<Record<NoticeKind, readonly Compose[]>> = {
  privacy: [whoOf, purposesOf, recipientsOf, rightsOf, objectOf, decisionsOf, complaintOf, unknownOf],
  ai: [computersOf, hiddenOf, decisionsOf, personOf, objectOf, limitsOf, complaintOf],
}

/** Same facts, same words. A section without anything to say is left out. */
export function makeNotice(kind: NoticeKind, facts: NoticeFacts): NoticeTexts {
  return { nl: inLanguage(kind, facts, 'nl'), en: inLanguage(kind, facts, 'en') }
}

function inLanguage(kind: NoticeKind, facts: NoticeFacts, language: Language): NoticeDocument {
  return {
    title: noticeText(language, `${kind}.title`),
    lead: noticeText(language, `${kind}.lead`, { client: facts.client.name }),
    sections: sections[kind]
      .map((compose) => compose(facts, language))
      .filter(({ lines, parts, links }) => lines.length + parts.length + links.length > 0),
  }
}

/** Every line of a document by section, as it is read: with the titles of its parts before their lines. */
export function linesOf({ sections }: NoticeDocument): { readonly title: string; readonly lines: readonly string[] }[] {
  return sections.map(({ title, lines, parts, links }) => ({
    title,
    lines: [
      ...lines,
      ...parts.flatMap((part) => [
        ...part.lines.map((line) => `${part.title}: ${line}`),
        ...(part.lines.length === 0 ? [part.title] : []),
        ...part.links.map(({ label }) => `${part.title}: ${label}`),
      ]),
      ...links.map(({ label }) => label),
    ],
  }))
}
