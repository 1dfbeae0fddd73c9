/** The letter that tells how a second look at a decision ended, and the confirmation that it was asked: from facts alone (WORDS letter 2). */
import { formatDate, formatList, type Language } from '../platform/text.ts'
import type { Freeze } from './contest.ts'
import type { Bilingual } from './contract.ts'
import { recordsText } from './texts.ts'

export type ContestFacts = {
  readonly organisation: string
  readonly reference: string
  readonly language: Language
  readonly receivedAt: Date
  /** The strict day, in words of the language. */
  readonly promisedOn: string
  readonly freeze: Freeze
  /** Why the decision goes on meanwhile, where the register says so. */
  readonly freezeReason: Bilingual | null
}

export type OutcomeFacts = ContestFacts & {
  readonly decidedAt: Date
  readonly oldOutcome: string
  readonly newOutcome: string | null
  readonly system: string
  readonly version: string
  readonly alone: boolean
  /** What was said of it then: the outcome, what counted, what would have changed it. Checked sentences of the record. */
  readonly explained: readonly string[]
  readonly notUsed: readonly string[]
  readonly reviewer: string | null
  readonly reviewedAt: Date
  readonly view: string | null
  readonly answer: string
  readonly nextSteps: string | null
  readonly nextBy: string | null
}

export type ContestLetter = {
  readonly template: 'contest_received' | 'contest_outcome' | 'contest_extended'
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
}

export function contestReceivedLetter(facts: ContestFacts): ContestLetter {
  const say = sayIn(facts.language)
  return letter(facts, 'contest_received', [
    say('contest.letter.received', {
      receivedOn: formatDate(facts.receivedAt, facts.language),
      contestId: facts.reference,
      promisedOn: facts.promisedOn,
    }),
    ...freezeLine(facts),
  ])
}

function freezeLine({ freeze, freezeReason, language }: ContestFacts): string[] {
  const say = sayIn(language)
  if (freeze === 'confirmed') return [say('contest.letter.frozen')]
  if (freeze === 'asked') return [say('contest.letter.freezeAsked')]
  return [
    freezeReason === null
      ? say('contest.letter.notFrozen')
      : say('contest.letter.notFrozenBecause', { reason: freezeReason[language] }),
  ]
}

export function contestOutcomeLetter(facts: OutcomeFacts): ContestLetter {
  const { language } = facts
  const say = sayIn(language)
  const decidedOn = formatDate(facts.decidedAt, language)
  return letter(facts, 'contest_outcome', [
    facts.newOutcome === null
      ? say('contest.letter.kept', { decidedOn, oldOutcome: facts.oldOutcome })
      : say('contest.letter.changed', { decidedOn, oldOutcome: facts.oldOutcome, newOutcome: facts.newOutcome }),
    say('contest.letter.asked', { receivedOn: formatDate(facts.receivedAt, language) }),
    say(facts.alone ? 'contest.letter.alone' : 'contest.letter.advice', {
      system: facts.system,
      version: facts.version,
    }),
    ...(facts.explained.length === 0 ? [say('contest.letter.notExplained')] : facts.explained),
    ...(facts.notUsed.length === 0
      ? []
      : [say('contest.letter.notUsed', { attributes: formatList(facts.notUsed, language) })]),
    facts.reviewer === null
      ? say('contest.letter.reviewerRole', { reviewedOn: formatDate(facts.reviewedAt, language) })
      : say('contest.letter.reviewer', {
          reviewerName: facts.reviewer,
          reviewedOn: formatDate(facts.reviewedAt, language),
        }),
    ...(facts.view === null ? [] : [say('contest.letter.view', { viewQuote: facts.view })]),
    say('contest.letter.reasons', { reasons: facts.answer }),
    ...(facts.nextSteps === null ? [] : [say('contest.letter.next', { nextSteps: facts.nextSteps })]),
    ...(facts.nextBy === null ? [] : [say('contest.letter.nextBy', { nextBy: facts.nextBy })]),
    ...(facts.alone ? [say('contest.letter.right22')] : []),
    say('contest.letter.disagree'),
  ])
}

export function contestExtendedLetter(facts: ContestFacts, previous: string, reasons: string): ContestLetter {
  const say = sayIn(facts.language)
  return letter(facts, 'contest_extended', [
    say('contest.letter.extended', {
      receivedOn: formatDate(facts.receivedAt, facts.language),
      promisedOn: facts.promisedOn,
      previousPromisedOn: previous,
    }),
    say('contest.letter.extendedReasons', { reasons }),
  ])
}

const sayIn =
  (language: Language) =>
  (key: Parameters<typeof recordsText>[1], values: Record<string, string> = {}) =>
    recordsText(language, key, values)

function letter(
  { organisation, reference, language }: ContestFacts,
  template: ContestLetter['template'],
  body: readonly string[],
): ContestLetter {
  const say = sayIn(language)
  return {
    template,
    language,
    subject: say(`contest.letter.subject.${template}`),
    paragraphs: [
      say('contest.letter.number', { caseId: reference }),
      say('contest.letter.opening'),
      ...body,
      say('contest.letter.closing', { organisation }),
    ],
  }
}
