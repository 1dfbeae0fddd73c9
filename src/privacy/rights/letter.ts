/** Letters to a data subject, from facts and the texts of both languages. Words of staff are quoted, not rewritten. */
import { formatDate, formatList, type Language } from '../../platform/text.ts'
import type { BreachCategory, BreachKind, BreachWords } from './breach.ts'
import {
  articleOf,
  type CopyPart,
  type Decision,
  type ExtensionReason,
  type RefusalGround,
  type RequestKind,
} from './request.ts'
import { rightsText } from './texts.ts'

export const letterKinds = ['received', 'extended', 'decided', 'lifted'] as const
export type Letter = {
  readonly kind: (typeof letterKinds)[number]
  readonly at: string
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
}

type About = {
  readonly kind: RequestKind
  readonly id: string
  readonly receivedAt: Date
  readonly organisation: string
}

/** A day as people write it. */
export const sayDay = (day: string, language: Language): string => formatDate(new Date(`${day}T12:00:00Z`), language)

const remedies = (language: Language) => rightsText(language, 'letter.remedies')

function letter(
  kind: Letter['kind'],
  about: About,
  language: Language,
  now: Date,
  paragraphs: readonly string[],
): Letter {
  return {
    kind,
    at: now.toISOString(),
    language,
    subject: rightsText(language, `letter.${kind}.subject`),
    paragraphs: [
      rightsText(language, 'letter.opening'),
      ...paragraphs,
      rightsText(language, 'letter.closing', { organisation: about.organisation }),
    ],
  }
}

export function receivedLetter(about: About, due: string, language: Language, now: Date): Letter {
  return letter('received', about, language, now, [
    rightsText(language, 'letter.received', {
      receivedOn: formatDate(about.receivedAt, language),
      right: rightsText(language, `right.${about.kind}`),
      requestId: about.id,
      promisedOn: sayDay(due, language),
    }),
  ])
}

export function extendedLetter(
  about: About,
  terms: {
    readonly before: string
    readonly due: string
    readonly reason: ExtensionReason
    readonly explanation: string
  },
  language: Language,
  now: Date,
): Letter {
  return letter('extended', about, language, now, [
    rightsText(language, 'letter.extended', {
      receivedOn: formatDate(about.receivedAt, language),
      promisedOn: sayDay(terms.due, language),
      previousPromisedOn: sayDay(terms.before, language),
      reasons: rightsText(language, `extension.${terms.reason}`),
    }),
    terms.explanation,
    rightsText(language, 'letter.extended.law'),
    remedies(language),
  ])
}

export type Answer = {
  readonly decision: Decision
  readonly grounds: readonly RefusalGround[]
  readonly explanation: string | undefined
  readonly leaveOut: readonly CopyPart[]
  /** End of the copy that was made ready. */
  readonly copyUntil: Date | null
  /** Erasure: up to when a backup may hold what opens the contents. */
  readonly backupsUntil: Date | null
  /** Who received data: told of a correction, an erasure or a restriction (GDPR 19). */
  readonly recipients: readonly string[]
  /** Purposes that stopped. */
  readonly purposes: readonly string[]
}

export function decidedLetter(about: About, answer: Answer, language: Language, now: Date): Letter {
  const { decision, grounds, explanation, leaveOut } = answer
  const reasons = formatList(
    grounds.map((ground) =>
      rightsText(language, 'letter.ground', {
        ground: rightsText(language, `ground.${ground}`),
        article: articleOf[ground],
      }),
    ),
    language,
  )
  const parts = formatList(
    leaveOut.map((part) => rightsText(language, `part.${part}`)),
    language,
  )
  return letter('decided', about, language, now, [
    ...(decision === 'refused'
      ? [rightsText(language, 'letter.refused', { right: rightsText(language, `right.${about.kind}`), reasons })]
      : done(about, answer, language, now)),
    ...(decision === 'partly' && parts !== ''
      ? [rightsText(language, 'letter.partly', { withheld: parts, reasons })]
      : []),
    ...(decision === 'partly' && parts === '' ? [rightsText(language, 'letter.partlyDone', { reasons })] : []),
    ...(explanation === undefined || explanation.trim() === '' ? [] : [explanation.trim()]),
    remedies(language),
  ])
}

function done(
  { kind }: About,
  { copyUntil, backupsUntil, recipients, purposes }: Answer,
  language: Language,
  now: Date,
): string[] {
  const told =
    recipients.length === 0
      ? []
      : [rightsText(language, 'letter.recipients', { recipients: formatList([...recipients], language) })]
  switch (kind) {
    case 'access':
    case 'portability':
      return [rightsText(language, 'letter.copy', { linkUntil: formatDate(copyUntil ?? now, language) })]
    case 'rectification':
      return [rightsText(language, 'letter.corrected'), ...told]
    case 'erasure':
      return [
        rightsText(language, 'letter.erased', { date: formatDate(now, language) }),
        backupsUntil === null
          ? rightsText(language, 'letter.backupsUnknown')
          : rightsText(language, 'letter.backups', { date: formatDate(backupsUntil, language) }),
        ...told,
      ]
    case 'restriction':
      return [rightsText(language, 'letter.restricted', { date: formatDate(now, language) }), ...told]
    case 'objection':
      return [rightsText(language, 'letter.objected', { purposes: formatList([...purposes], language) })]
  }
}

export function liftedLetter(about: About, explanation: string, language: Language, now: Date): Letter {
  return letter('lifted', about, language, now, [
    rightsText(language, 'letter.lifted'),
    explanation,
    remedies(language),
  ])
}

// -- a data breach ----------------------------------------------------------------------------------------------------

export type BreachLetter = Pick<Letter, 'at' | 'language' | 'subject' | 'paragraphs'>

export type AboutBreach = {
  readonly id: string
  readonly organisation: string
  /** Telephone number, address: as the organisation wants to be reached. */
  readonly contact: readonly string[]
  readonly kinds: readonly BreachKind[]
  readonly categories: readonly BreachCategory[]
  readonly knownSince: Date
  readonly words: BreachWords
  /** Of this person: when the conversations were that it is about; may be empty. */
  readonly conversations: readonly Date[]
}

/** More days than this are not told one by one. */
const DAYS_TOLD = 10

/**
 * What a person is told of a breach (GDPR 34(2) with 33(3)(b), (c), (d)): its nature, their data, whom to ask, the likely
 * consequences and what is done. https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_34
 */
export function breachLetter(about: AboutBreach, language: Language, now: Date): BreachLetter {
  const { kinds, categories, words, conversations, organisation, contact } = about
  const days = [
    ...new Set([...conversations].sort((a, b) => a.getTime() - b.getTime()).map((at) => formatDate(at, language))),
  ]
  const customers = categories.filter((one) => one !== 'staff')
  const headed = (key: Parameters<typeof rightsText>[1], text: string | undefined) =>
    text === undefined || text.trim() === '' ? [] : [rightsText(language, key), text.trim()]
  return {
    at: now.toISOString(),
    language,
    subject: rightsText(language, 'letter.breach.subject'),
    paragraphs: [
      rightsText(language, 'letter.opening'),
      [
        ...kinds.map((kind) => rightsText(language, `letter.breach.${kind}`)),
        rightsText(language, 'letter.breach.known', { date: formatDate(about.knownSince, language) }),
      ].join(' '),
      ...headed('letter.breach.happened', words.happened),
      ...(customers.length === 0
        ? []
        : [
            rightsText(language, 'letter.breach.data', {
              data: formatList(
                customers.map((one) => rightsText(language, `letter.breach.category.${one}`)),
                language,
              ),
            }),
          ]),
      ...(days.length === 0
        ? []
        : [
            days.length > DAYS_TOLD
              ? rightsText(language, 'letter.breach.period', { from: days[0]!, until: days.at(-1)! })
              : rightsText(language, 'letter.breach.days', { days: formatList(days, language) }),
          ]),
      ...headed('letter.breach.consequences', words.consequences),
      ...headed('letter.breach.measures', words.measures),
      ...headed('letter.breach.advice', words.advice),
      rightsText(language, 'letter.breach.questions', {
        contact: contact.length === 0 ? organisation : formatList([...contact], language),
        number: about.id,
      }),
      rightsText(language, 'letter.breach.complaint'),
      rightsText(language, 'letter.closing', { organisation }),
    ],
  }
}
