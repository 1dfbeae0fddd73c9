/** Sample replies about decisions: one that waits for a person, one that was looked at, one of which nothing is left. */
import type { DecisionDetail, DecisionList, DecisionSummary } from '../src/records/decision-contract.ts'

const label = (nl: string, en: string) => ({ nl, en })

const waiting: DecisionSummary = {
  id: '019a0001-0000-7000-8000-0000000000d1',
  client: 'kaapstroom',
  system: 'klantassistent',
  version: '2.1',
  kind: 'score',
  class: 'assist',
  channel: 'voice',
  language: 'nl',
  decidedAt: '2026-11-25T09:12:00.000Z',
  outcome: 'geen_aanbod',
  outcomeLabel: label('het advies om u geen aanbod te doen', 'the advice not to make you an offer'),
  favourable: false,
  score: 0.484375,
  threshold: 0.5,
  review: 'waiting',
  reviewReason: 'margin',
  explanation: 'given',
  explanationReason: null,
  contest: null,
  record: '019a0001-0000-7000-8000-0000000000e1',
}
const looked: DecisionSummary = {
  ...waiting,
  id: '019a0001-0000-7000-8000-0000000000d2',
  review: 'changed',
  decidedAt: '2026-11-24T15:02:00.000Z',
}
const routed: DecisionSummary = {
  ...waiting,
  id: '019a0001-0000-7000-8000-0000000000d3',
  kind: 'route',
  class: 'solely_automated',
  outcome: 'storing',
  outcomeLabel: null,
  favourable: null,
  score: null,
  threshold: null,
  review: 'not_needed',
  reviewReason: null,
  explanation: 'refused',
  explanationReason: 'reasons_overlap',
}

export const decisionRows: readonly DecisionSummary[] = [waiting, looked, routed]
export const decisionPage: DecisionList = { decisions: [...decisionRows], total: 3, next: 'next' }

const facts: Omit<DecisionDetail, keyof DecisionSummary> = {
  subject: '019a0001-0000-7000-8000-0000000000f1',
  subjectRole: 'customer',
  conversation: null,
  purpose: 'passend_aanbod',
  recordedAt: '2026-11-25T09:12:01.000Z',
  notUsed: [label('uw leeftijd', 'your age'), label('uw postcode', 'your postcode')],
  asked: null,
  scoreFrom: 'sent',
  contestWay: label('bel 088-0000100 en vraag naar uw aanbod', 'call 088-0000100 and ask about your offer'),
  outcomes: [
    {
      outcome: 'aanbod',
      label: label('het advies om u een aanbod te doen', 'the advice to make you an offer'),
      favourable: true,
    },
    { outcome: 'geen_aanbod', label: waiting.outcomeLabel!, favourable: false },
  ],
  access: 'closed',
  contents: null,
  reviews: [],
  observed: [],
  grounds: { gate: 'gate-1', oversight: 'oversight-1', ground: null },
  proof: { event: waiting.record, index: 412 },
}

const contents: DecisionDetail['contents'] = {
  features: [
    { feature: 'contract_months', label: label('maanden klant', 'months as a customer'), value: 30, shown: null },
    { feature: 'late_payments', label: label('te late betalingen', 'late payments'), value: 2, shown: null },
    {
      feature: 'digital_contact',
      label: label('contact via internet', 'contact over the internet'),
      value: true,
      shown: null,
    },
    {
      feature: 'complaints_last_year',
      label: label('klachten in het laatste jaar', 'complaints in the last year'),
      value: null,
      shown: null,
    },
  ],
  alternatives: [],
  humanInvolved: null,
  factors: [
    {
      feature: 'late_payments',
      label: label('te late betalingen', 'late payments'),
      weight: -0.1875,
      errorMargin: null,
    },
    {
      feature: 'contract_months',
      label: label('maanden klant', 'months as a customer'),
      weight: 0.046875,
      errorMargin: 0.004,
    },
    {
      feature: 'digital_contact',
      label: label('contact via internet', 'contact over the internet'),
      weight: 0.015625,
      errorMargin: null,
    },
  ],
  base: 0.5625,
  method: 'linear',
  modelSha256: null,
  change: null,
  text: {
    nl: ['De uitkomst is: het advies om u geen aanbod te doen.', 'Te late betalingen (2) maakte de score lager.'],
    en: ['The outcome is: the advice not to make you an offer.', 'Late payments (2) made the score lower.'],
  },
}

/** As a reader sees them: the one that waits is open, the second asks for a reason until one was given, the third is closed. */
export function decisionDetail(one: DecisionSummary, read: boolean): DecisionDetail {
  if (one === waiting || read)
    return {
      ...one,
      ...facts,
      access: 'open',
      contents,
      observed: [
        { observed: 'accepted', positive: true, observedAt: '2026-11-25T11:00:00.000Z', record: 'o-1' },
        { observed: 'called_back', positive: null, observedAt: '2026-11-25T11:30:00.000Z', record: 'o-2' },
      ],
      reviews: one === looked ? [{ ...review, reasons: 'De achterstand was al betaald.' }] : [],
    }
  return {
    ...one,
    ...facts,
    access: one === looked ? 'reason_needed' : 'closed',
    reviews: one === looked ? [review] : [],
    conversation: one === looked ? '019a0001-0000-7000-8000-0000000000c1' : null,
  }
}
const review: DecisionDetail['reviews'][number] = {
  id: 'r-1',
  reviewer: 'joost',
  decidedAt: '2026-11-24T15:30:00.000Z',
  verdict: 'changed',
  outcome: 'aanbod',
  favourable: true,
  reasons: null,
  forCustomer: null,
  record: '019a0001-0000-7000-8000-0000000000e2',
}
