/** The letter that tells how a second look at a decision ended, and the confirmation that it was asked: from facts alone (WORDS letter 2). */
import { formatDate, formatList, type Language } from '../platform/text.ts'
import type { contestRoles, Freeze } from './contest.ts'
import type { Bilingual } from './contract.ts'
import { recordsText } from './texts.ts'

export type ContestFacts = {
  readonly organisation: string
  readonly contact: { readonly phone: string | null; readonly email: string | null }
  readonly reference: string
  readonly language: Language
  readonly receivedAt: Date
  /** The strict day, in words of the language. */
  readonly promisedOn: string
  readonly freeze: Freeze
  /** Why the decision goes on meanwhile, where the register says so. */
  readonly freezeReason: Bilingual | null
  /** Who read and approved it; absent: it went out by itself. `name` null: the client does not name its staff. */
  readonly signer?: { readonly name: string | null; readonly role: (typeof contestRoles)[number] }
}

export type OutcomeFacts = ContestFacts & {
  readonly decidedAt: Date
  readonly oldOutcome: string
  readonly newOutcome: string | null
  readonly system: string
  readonly version: string
  readonly alone: boolean
  /** What the system decided, before anybody looked. */
  readonly aiOutput: string
  /** What it was given, by what people call it. */
  readonly inputs: readonly string[]
  /** What was said of it then: the outcome, what counted, what would have changed it. Checked sentences of the record. */
  readonly explained: readonly string[]
  readonly notUsed: readonly string[]
  readonly signer: NonNullable<ContestFacts['signer']>
  readonly reviewedAt: Date
  readonly view: string | null
  readonly answer: string
  /** The answer to what the customer wrote; null: nothing was written. */
  readonly points: string | null
  readonly nextSteps: string
  /** In words of the language. */
  readonly nextBy: string
  /** The promised day has passed. */
  readonly late: boolean
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
  if (freeze === 'asked' || freeze === 'not_confirmed') return [say('contest.letter.freezeAsked')]
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
    ...(facts.inputs.length === 0
      ? []
      : [say('contest.letter.inputs', { inputs: formatList(facts.inputs, language), aiOutput: facts.aiOutput })]),
    ...(facts.explained.length === 0 ? [say('contest.letter.notExplained')] : facts.explained),
    ...(facts.notUsed.length === 0
      ? []
      : [say('contest.letter.notUsed', { attributes: formatList(facts.notUsed, language) })]),
    facts.signer.name === null
      ? say('contest.letter.reviewerRole', { reviewedOn: formatDate(facts.reviewedAt, language) })
      : say('contest.letter.reviewer', {
          reviewerName: facts.signer.name,
          reviewedOn: formatDate(facts.reviewedAt, language),
        }),
    ...(facts.view === null ? [] : [say('contest.letter.view', { viewQuote: facts.view })]),
    say('contest.letter.reasons', { reasons: facts.answer }),
    ...(facts.points === null ? [] : [say('contest.letter.points', { pointAnswers: facts.points })]),
    say('contest.letter.next', { nextBy: facts.nextBy, nextSteps: facts.nextSteps }),
    ...(facts.late ? [say('contest.letter.late', { promisedOn: facts.promisedOn })] : []),
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
    say('contest.letter.extendedNothing'),
  ])
}

const sayIn =
  (language: Language) =>
  (key: Parameters<typeof recordsText>[1], values: Record<string, string> = {}) =>
    recordsText(language, key, values)

function letter(facts: ContestFacts, template: ContestLetter['template'], body: readonly string[]): ContestLetter {
  const say = sayIn(facts.language)
  return {
    template,
    language: facts.language,
    subject: say(`contest.letter.subject.${template}`),
    paragraphs: [
      say('contest.letter.number', { caseId: facts.reference }),
      say('contest.letter.opening'),
      ...body,
      say('contest.letter.questions', { contact: contactOf(facts) }),
      say('contest.letter.aloud'),
      say(facts.signer === undefined ? 'contest.letter.automatic' : 'contest.letter.approved'),
      say('contest.letter.receipt'),
      signature(facts),
    ],
  }
}

function contactOf({ contact: { phone, email }, language }: ContestFacts): string {
  const say = sayIn(language)
  if (phone !== null && email !== null) return say('contest.letter.contact.both', { phone, email })
  if (phone !== null) return say('contest.letter.contact.phone', { phone })
  return email === null ? say('contest.letter.contact.none') : say('contest.letter.contact.email', { email })
}

function signature({ organisation, signer, language }: ContestFacts): string {
  const say = sayIn(language)
  if (signer === undefined) return say('contest.letter.closing', { organisation })
  const signerRole = say(`contest.letter.role.${signer.role}`)
  return signer.name === null
    ? say('contest.letter.closingRole', { organisation, signerRole })
    : say('contest.letter.closingName', { organisation, signerName: signer.name, signerRole })
}
