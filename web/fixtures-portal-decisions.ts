/** Sample replies of the customer's page about decisions: one open to questions, one that was answered, one without explanation. */
import type { PortalDecision, PortalDecisions } from '../src/transparency/contract.ts'

const ids = {
  open: '019a0001-0000-7000-8000-0000000000b1',
  answered: '019a0001-0000-7000-8000-0000000000b2',
  alone: '019a0001-0000-7000-8000-0000000000b3',
}
export const portalDecisionIds = ids

const open: PortalDecision = {
  id: ids.open,
  client: 'Kaapstroom Energie',
  contact: { phone: '088-0000100', email: 'privacy@kaapstroom.example' },
  conversation: '019a0001-0000-7000-8000-0000000000c1',
  system: { name: 'Aanbodscore', description: 'Deze computer geeft advies of een aanbod bij u past.', version: '2.1' },
  model: { name: 'waarborg-routing', sha256: '8745f34fec87f91460284f7efbea699d50b8589f8fb3cf3e9e1899b158a45ec9' },
  class: 'assist',
  decidedAt: '2026-11-25T09:12:00.000Z',
  outcome: 'het advies om u geen aanbod te doen',
  favourable: false,
  score: 0.125,
  scoreFrom: 'computed',
  threshold: 0.5,
  explanation: 'given',
  sentences: {
    outcome: [
      'De uitkomst is: het advies om u geen aanbod te doen.',
      'De computer gaf advies. Een medewerker nam het besluit.',
      'Een computer berekende uw score: 0,13.',
      'De uitkomst is gunstig vanaf 0,50.',
    ],
    factors: [
      'Deze gegevens telden het meest. Het zwaarste staat eerst.',
      'te late betalingen: 3. Dit maakte uw score lager.',
      'contact via internet: nee. Dit maakte uw score lager.',
    ],
    notUsed: ['De computer heeft dit niet gebruikt: uw leeftijd.'],
    change: [
      'Dit had de uitkomst veranderd, alles samen.',
      'te late betalingen: 1 in plaats van 3.',
      'contact via internet: ja in plaats van nee.',
      'Dan was de uitkomst: het advies om u een aanbod te doen.',
      'Al het andere blijft dan gelijk. Wij hebben dit nagerekend, maar het is geen belofte voor een volgende keer.',
    ],
    reviewed: [],
    contest: ['Klopt dit niet? Een mens kan opnieuw kijken: bel 088-0000100.'],
  },
  used: [
    { name: 'te late betalingen', value: '3' },
    { name: 'contact via internet', value: 'nee' },
    { name: 'maanden klant', value: '24' },
  ],
  factors: [
    { name: 'te late betalingen', value: '3', weight: -0.3125, errorMargin: null },
    { name: 'contact via internet', value: 'nee', weight: -0.1875, errorMargin: 0.01 },
  ],
  base: 0.5625,
  output: 0.125,
  scale: 'score',
  contestWay: 'bel 088-0000100 en vraag naar uw aanbod',
  mayContest: true,
  waiting: false,
  contest: null,
  receipts: [{ event: '019a0001-0000-7000-8000-0000000000e1', sentence: 'Wij legden een besluit over u vast.' }],
}

const answered: PortalDecision = {
  ...open,
  id: ids.answered,
  mayContest: false,
  contest: {
    state: 'answered',
    askedAt: '2026-11-25T10:00:00.000Z',
    words: 'Ik betaalde wel op tijd.',
    answer: {
      at: '2026-11-25T15:00:00.000Z',
      verdict: 'changed',
      outcome: 'het advies om u een aanbod te doen',
      reasons: 'U hebt gelijk. De betalingen kwamen op tijd binnen.',
    },
  },
}

const alone: PortalDecision = {
  ...open,
  id: ids.alone,
  conversation: null,
  explanation: 'refused',
  sentences: {
    ...open.sentences,
    outcome: [
      'De computer gaf advies. Een medewerker nam het besluit.',
      'Wij kunnen dit besluit nu niet goed uitleggen. U kunt een mens opnieuw laten kijken.',
    ],
    factors: [],
    notUsed: [],
    change: [],
    contest: [],
  },
  factors: [],
  base: null,
  output: null,
  scale: null,
  score: null,
  threshold: null,
  model: { name: 'waarborg-routing', sha256: null },
  mayContest: false,
  waiting: true,
  contest: { state: 'open', askedAt: '2026-11-25T10:00:00.000Z', words: null, answer: null },
}

const all = [open, answered, alone]

export const portalDecisionPage = (id: string): PortalDecision | undefined => all.find((one) => one.id === id)

export const portalDecisionList: PortalDecisions = {
  client: open.client,
  contact: open.contact,
  conversation: open.conversation,
  decisions: [open, answered].map(({ id, decidedAt, outcome, system, contest }) => ({
    id,
    decidedAt,
    outcome,
    system: system.name,
    contest: contest?.state ?? null,
  })),
}
