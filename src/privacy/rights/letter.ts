/** Letters to a data subject, from facts and the texts of both languages. Words of staff are quoted, not rewritten. */
import { formatDate, formatList, type Language } from '../../platform/text.ts'
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
