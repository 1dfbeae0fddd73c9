/** Letters about a question: that it came in, that it takes longer, and the answer by mail; from facts, in the language of the question. */
import { type Day, noonOf } from '../deadlines/index.ts'
import { formatDate, type Language } from '../platform/text.ts'
import { type TransparencyTextKey, transparencyText } from './texts.ts'

export type ClarificationLetter = {
  readonly template: 'clarify_received' | 'clarify_extended' | 'clarify_answered'
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
}

type Facts = {
  readonly language: Language
  /** The number that people say. */
  readonly reference: string
  readonly organisation: string
}
/** The strict date: what was promised. */
type Promised = Facts & { readonly promisedOn: Day }

const sayDay = (day: Day, language: Language): string => formatDate(noonOf(day), language)

const subjects = {
  clarify_received: 'clarify.received.subject',
  clarify_extended: 'clarify.extended.subject',
  clarify_answered: 'clarify.answered.subject',
} as const

function letter(template: ClarificationLetter['template'], facts: Facts, body: readonly string[]): ClarificationLetter {
  const say = (key: TransparencyTextKey, values: Record<string, string> = {}) =>
    transparencyText(facts.language, key, values)
  return {
    template,
    language: facts.language,
    subject: say(subjects[template]),
    paragraphs: [
      say('clarify.number', { caseId: facts.reference }),
      ...body,
      say('clarify.signed', { organisation: facts.organisation }),
    ],
  }
}

export const questionReceived = (facts: Promised): ClarificationLetter =>
  letter('clarify_received', facts, [
    transparencyText(facts.language, 'clarify.received', { promisedOn: sayDay(facts.promisedOn, facts.language) }),
  ])

/** The reasons are what a person wrote, quoted and not made nicer. */
export const questionExtended = (
  facts: Promised,
  { previousPromisedOn, reasons }: { readonly previousPromisedOn: Day; readonly reasons: string },
): ClarificationLetter =>
  letter('clarify_extended', facts, [
    transparencyText(facts.language, 'clarify.extended', {
      promisedOn: sayDay(facts.promisedOn, facts.language),
      previousPromisedOn: sayDay(previousPromisedOn, facts.language),
    }),
    transparencyText(facts.language, 'clarify.extended.reasons', { reasons }),
    transparencyText(facts.language, 'clarify.extended.nothing'),
  ])

/** What was answered, word for word, for who reads it in their mail. `askUntil`: the last day on which one may ask on. */
export const questionAnswered = (
  facts: Facts,
  { askedAt, answer, askUntil }: { readonly askedAt: Date; readonly answer: string; readonly askUntil: Date },
): ClarificationLetter =>
  letter('clarify_answered', facts, [
    transparencyText(facts.language, 'clarify.answered', { askedOn: formatDate(askedAt, facts.language) }),
    ...answer.split(/\n+/).filter((line) => line.trim() !== ''),
    transparencyText(facts.language, 'clarify.answered.more', { askUntil: formatDate(askUntil, facts.language) }),
  ])
