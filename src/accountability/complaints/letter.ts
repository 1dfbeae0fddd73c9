/**
 * Letters about a complaint, from facts and the texts of both languages. Words of staff and of the customer are quoted, not rewritten;
 * a person reads and signs each but the confirmation that it came in. An answer has its reasons and the ways on (Awb 9:12, Wft 4:17).
 */
import { type Day, noonOf } from '../../deadlines/index.ts'
import { formatDate, type Language } from '../../platform/text.ts'

import type { About, LetterFacts, Point, VerdictFacts } from './complaint-facts.ts'
import { type ComplaintTextKey, complaintText } from './texts.ts'

export const templates = [
  'received',
  'acknowledged',
  'hearing',
  'extended',
  'verdict',
  'final',
  'appealed',
  'withdrawn',
  'handed_over',
] as const
export type Template = (typeof templates)[number]

export type Letter = {
  readonly template: Template
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
}

export const sayDay = (day: Day, language: Language): string => formatDate(noonOf(day), language)

function letter(template: Template, facts: LetterFacts, body: readonly string[], signed: boolean): Letter {
  const say = (key: ComplaintTextKey, values: Record<string, string> = {}) => complaintText(facts.language, key, values)
  return {
    template,
    language: facts.language,
    subject: say(`complaint.letter.${template}.subject`),
    paragraphs: [
      say('complaint.letter.number', { caseId: facts.reference }),
      facts.fullName === null
        ? say('complaint.letter.opening.unknown')
        : say('complaint.letter.opening', { fullName: facts.fullName }),
      ...body,
      say('complaint.letter.close.contact', { contact: contactOf(facts.about, facts.language) }),
      say('complaint.letter.close.read'),
      say(signed ? 'complaint.letter.close.approved' : 'complaint.letter.close.automatic'),
      say('complaint.letter.close.receipt'),
      signature(facts, signed),
    ],
  }
}

function contactOf({ phone, email }: About, language: Language): string {
  if (phone !== null && email !== null) return complaintText(language, 'complaint.letter.close.both', { phone, email })
  if (phone !== null) return complaintText(language, 'complaint.letter.close.phone', { phone })
  return email === null
    ? complaintText(language, 'complaint.letter.close.none')
    : complaintText(language, 'complaint.letter.close.email', { email })
}

function signature(
  { about: { organisation }, signer: { name, role }, language }: LetterFacts,
  signed: boolean,
): string {
  if (!signed) return complaintText(language, 'complaint.letter.close.signedOrganisation', { organisation })
  return name === null
    ? complaintText(language, 'complaint.letter.close.signedRole', { signerRole: role, organisation })
    : complaintText(language, 'complaint.letter.close.signed', { signerName: name, signerRole: role, organisation })
}

const receivedOn = ({ receivedAt, language }: LetterFacts) => formatDate(receivedAt, language)

export const receivedLetter = (facts: LetterFacts): Letter =>
  letter(
    'received',
    facts,
    [
      complaintText(facts.language, 'complaint.letter.received.body', {
        receivedOn: receivedOn(facts),
        caseId: facts.reference,
        promisedOn: sayDay(facts.promisedOn, facts.language),
      }),
      complaintText(facts.language, 'complaint.letter.received.add'),
    ],
    false,
  )

const handlerName = ({ signer, language }: LetterFacts) =>
  signer.name ?? complaintText(language, 'complaint.letter.acknowledged.handler')

export const acknowledgedLetter = (facts: LetterFacts): Letter =>
  letter(
    'acknowledged',
    facts,
    [
      complaintText(facts.language, 'complaint.letter.acknowledged.body', {
        handlerName: handlerName(facts),
        receivedOn: receivedOn(facts),
        promisedOn: sayDay(facts.promisedOn, facts.language),
      }),
    ],
    true,
  )

export const hearingLetter = (facts: LetterFacts, proposal: string): Letter =>
  letter(
    'hearing',
    facts,
    [complaintText(facts.language, 'complaint.letter.hearing.body', { proposal: withoutStop(proposal) })],
    true,
  )

export const extendedLetter = (
  facts: LetterFacts,
  { previousPromisedOn, reasons }: { readonly previousPromisedOn: Day; readonly reasons: string },
): Letter =>
  letter(
    'extended',
    facts,
    [
      complaintText(facts.language, 'complaint.letter.extended.body', {
        receivedOn: receivedOn(facts),
        promisedOn: sayDay(facts.promisedOn, facts.language),
        previousPromisedOn: sayDay(previousPromisedOn, facts.language),
      }),
      complaintText(facts.language, 'complaint.letter.extended.reasons', { reasons: withStop(reasons) }),
      complaintText(facts.language, `complaint.letter.extended.law.${facts.profile}`),
      complaintText(facts.language, 'complaint.letter.extended.nothing'),
    ],
    true,
  )

export const appealedLetter = (facts: LetterFacts): Letter =>
  letter(
    'appealed',
    facts,
    [
      complaintText(facts.language, 'complaint.letter.appealed.body', {
        promisedOn: sayDay(facts.promisedOn, facts.language),
      }),
    ],
    false,
  )

export const withdrawnLetter = (facts: LetterFacts): Letter =>
  letter(
    'withdrawn',
    facts,
    [complaintText(facts.language, 'complaint.letter.withdrawn.body', { receivedOn: receivedOn(facts) })],
    false,
  )

export const handedOverLetter = (
  facts: LetterFacts,
  to: { readonly kind: 'request' | 'contest'; readonly reference: string },
): Letter =>
  letter(
    'handed_over',
    facts,
    [
      complaintText(facts.language, 'complaint.letter.handed_over.body', {
        receivedOn: receivedOn(facts),
        what: complaintText(facts.language, `complaint.letter.handed_over.${to.kind}`),
        caseId: to.reference,
      }),
    ],
    true,
  )

/** The answer: the outcome first, then what was asked, how it was looked at, why, what follows, and the ways on. */
export function verdictLetter(facts: VerdictFacts): Letter {
  return letter(
    facts.final ? 'final' : 'verdict',
    facts,
    [
      ...outcome(facts),
      ...asked(facts),
      ...looked(facts),
      ...why(facts),
      ...follows(facts),
      ...term(facts),
      ...waysOn(facts),
    ],
    true,
  )
}

const sayIn =
  ({ language }: LetterFacts) =>
  (key: ComplaintTextKey, values: Record<string, string> = {}) =>
    complaintText(language, key, values)

function outcome(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  const text = say(facts.final ? 'complaint.letter.final.outcome' : 'complaint.letter.verdict.outcome', {
    receivedOn: receivedOn(facts),
    verdict: say(`verdict.${facts.verdict}`),
    verdictMeaning: say(`verdict.${facts.verdict}.meaning`),
  })
  // An apology is for our own fault: never with a complaint that is not upheld.
  return facts.verdict === 'not' ? [text] : [text, say('complaint.letter.verdict.sorry')]
}

function asked(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  return [
    say('complaint.letter.verdict.quote', { complaintQuote: facts.complaintQuote }),
    say('complaint.letter.verdict.remedy', { remedyAsked: facts.remedy }),
  ]
}

function looked(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  return [
    say('complaint.letter.verdict.how', { handlerName: handlerName(facts) }),
    ...(facts.heardOn === null
      ? []
      : [say('complaint.letter.verdict.heard', { heardOn: sayDay(facts.heardOn, facts.language) })]),
    ...(facts.notHeard ? [say('complaint.letter.verdict.notHeard')] : []),
    ...(facts.evidence.length === 0 ? [] : [say('complaint.letter.verdict.evidence'), ...facts.evidence.map(bullet)]),
  ]
}

function why(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  const [only, ...more] = facts.points
  return [
    say('complaint.letter.verdict.findings', { findings: withStop(facts.findings) }),
    say('complaint.letter.verdict.reasons', { reasons: withStop(facts.reasons) }),
    ...(only === undefined || more.length === 0
      ? []
      : [say('complaint.letter.verdict.points'), ...facts.points.map((one) => bullet(pointLine(facts, one)))]),
    ...(facts.ai === null
      ? []
      : [
          say('complaint.letter.verdict.ai', {
            system: facts.ai.system,
            aiRole: withoutStop(facts.ai.role),
            humanRole: withoutStop(facts.ai.human),
          }),
        ]),
  ]
}

const pointLine = (facts: VerdictFacts, { point, verdict, reasons }: Point) =>
  complaintText(facts.language, 'complaint.letter.verdict.point', {
    point: withoutStop(point),
    verdict: complaintText(facts.language, `verdict.${verdict}`),
    reasons: withStop(reasons),
  })

function follows(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  return [
    ...(facts.measures === null
      ? []
      : [say('complaint.letter.verdict.measures', { measures: withStop(facts.measures) })]),
    ...(facts.measures === null || facts.measuresBy === null
      ? []
      : [say('complaint.letter.verdict.measuresBy', { measuresBy: sayDay(facts.measuresBy, facts.language) })]),
    ...(facts.improvements === null
      ? []
      : [say('complaint.letter.verdict.improvements', { improvements: withStop(facts.improvements) })]),
  ]
}

function term(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  return [
    say('complaint.letter.verdict.term', { promisedOn: sayDay(facts.promisedOn, facts.language) }),
    ...(facts.late ? [say('complaint.letter.verdict.late')] : []),
    say('complaint.letter.verdict.law', { lawRef: facts.lawRef }),
  ]
}

function waysOn(facts: VerdictFacts): string[] {
  const say = sayIn(facts)
  const ways = [
    ...(facts.appealUntil === null
      ? []
      : [say('complaint.letter.verdict.appeal', { appealUntil: sayDay(facts.appealUntil, facts.language) })]),
    ...facts.routes.map(({ id, website, address }) => say(`route.${id}`, { link: website, address })),
  ]
  return ways.length === 0 ? [] : [say('complaint.letter.verdict.disagree'), ...ways.map(bullet)]
}

const bullet = (line: string): string => `• ${line}`

/** What somebody wrote ends with a stop of its own; where a sentence goes on after it, without. */
const withStop = (text: string): string => (/[.?!…”]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`)
const withoutStop = (text: string): string => text.trim().replace(/\.+$/, '')
