/** Invented consents of customers and processing records for previews and screen tests. */
import type { ProcessingActivity, ProcessingRecordView } from '../src/privacy/processing/contract.ts'
import type { SubjectConsents } from '../src/privacy/subject/contract.ts'

const at = (days: number) => new Date(Date.parse('2026-11-25T10:00:00Z') + days * 86_400_000).toISOString()
const id = (n: number) => `01936f2a-7c00-7000-8000-${String(n).padStart(12, '0')}`

export const subject = id(700)
export const fresh = id(701)

type Purpose = SubjectConsents['purposes'][number]
const question = 'Mag onze computer dit gesprek gebruiken om ervan te leren? U kunt dit altijd weer stoppen.'
const wording = {
  version: 'v3',
  language: 'nl',
  channel: 'voice',
  notice: 'leren',
  sha256: '4b'.repeat(32),
  onFile: true,
}
const event = (given: Partial<Purpose['events'][number]>): Purpose['events'][number] => ({
  id: id(903),
  purpose: 'gespreksanalyse',
  system: null,
  state: 'given',
  at: at(-30),
  expiresAt: null,
  by: 'customer',
  wording,
  conversation: null,
  text: question,
  via: 'application',
  calls: 0,
  ...given,
})
const allowed = (purpose: string, basis: Purpose['basis']): Purpose['uses'][number]['use'] => ({
  purpose,
  basis,
  use: 'allowed',
  code: null,
  reason: null,
  event: null,
})
const assistant = { system: 'klantassistent', name: { nl: 'Klantassistent', en: 'Customer assistant' } }

const purposes: Purpose[] = [
  {
    purpose: 'klantenservice',
    name: { nl: 'uw vraag als klant beantwoorden', en: 'answering your question' },
    basis: 'contract',
    objectable: false,
    uses: [{ ...assistant, use: allowed('klantenservice', 'contract') }],
    events: [],
    refused: 0,
    questions: [],
  },
  {
    purpose: 'gespreksanalyse',
    name: { nl: 'leren van gesprekken', en: 'learning from conversations' },
    basis: 'consent',
    objectable: false,
    uses: [{ ...assistant, use: allowed('gespreksanalyse', 'consent') }],
    events: [
      event({ id: id(902), state: 'asked', at: at(-31), by: 'staff' }),
      event({ calls: 14, expiresAt: at(300) }),
    ],
    refused: 0,
    questions: [
      { notice: 'leren', version: 'v3', channel: 'voice', language: 'nl', text: question },
      {
        notice: 'leren',
        version: 'v3',
        channel: 'voice',
        language: 'en',
        text: 'May our computer use this conversation to learn from it? You can stop this at any time.',
      },
    ],
  },
  {
    purpose: 'gespreksopname',
    name: { nl: 'gesprekken opnemen voor later', en: 'recording conversations for later' },
    basis: 'consent',
    objectable: false,
    uses: [
      {
        ...assistant,
        use: {
          purpose: 'gespreksopname',
          basis: 'consent',
          use: 'refused',
          code: 'consent_withdrawn',
          reason: 'withdrawn',
          event: id(905),
        },
      },
    ],
    events: [
      event({
        id: id(904),
        text: null,
        via: 'file',
        at: at(-90),
        calls: 1,
        wording: { ...wording, version: 'platform-2', notice: null, sha256: null, onFile: false },
      }),
      event({ id: id(905), state: 'withdrawn', at: at(-2), via: 'staff', by: 'staff', conversation: id(60) }),
    ],
    refused: 3,
    questions: [],
  },
  {
    purpose: 'slim_doorverbinden',
    name: { nl: 'u snel doorverbinden', en: 'putting you through quickly' },
    basis: 'legitimate_interests',
    objectable: true,
    uses: [],
    events: [],
    refused: 0,
    questions: [],
  },
]

const representative: SubjectConsents['representatives'][number] = {
  id: id(720),
  kind: 'mandate',
  relation: 'administrator',
  purposes: null,
  evidence: 'Beschikking C/13/100',
  recordedBy: 'Noor Haverkamp',
  recordedAt: at(-200),
  validUntil: at(200),
  endedAt: null,
  counts: true,
}

const full: SubjectConsents = {
  subject,
  client: 'kaapstroom',
  clientName: 'Kaapstroom',
  kind: 'known',
  circumstance: 'represented',
  erased: false,
  consentAge: 16,
  representatives: [
    representative,
    {
      ...representative,
      id: id(721),
      kind: 'guardian',
      relation: 'parent',
      purposes: ['gespreksanalyse'],
      evidence: null,
      validUntil: null,
      endedAt: at(-100),
      counts: false,
    },
  ],
  purposes,
}

export const consentsOf = (wanted: string): SubjectConsents | undefined =>
  wanted === subject
    ? full
    : wanted === fresh
      ? {
          ...full,
          subject: fresh,
          kind: 'anonymous',
          circumstance: 'unknown',
          representatives: [],
          purposes: purposes.map((one) => ({ ...one, events: [], refused: 0 })),
        }
      : undefined

// -- the record of processing ---------------------------------------------------------------------------------------

const terms: ProcessingActivity['terms'] = [
  { kind: 'contents', days: 730, from: 'purpose' },
  { kind: 'importedRecordings', days: 730, from: 'purpose' },
  { kind: 'callFacts', days: 1_826, from: 'default' },
  { kind: 'consentProof', days: 1_826, from: 'default' },
]
const agreed: ProcessingActivity['recipients'][number] = {
  kind: 'upstream',
  id: 'taalbron',
  name: 'Taalbron',
  task: null,
  systems: [{ id: 'klantassistent', name: { nl: 'Klantassistent', en: 'Customer assistant' } }],
  named: true,
  needed: true,
  problems: [],
  terms: {
    agreement: { reference: 'VO-2026-04', signedOn: at(-200) },
    country: 'US',
    transfer: { ground: 'scc', reference: 'SCC 2021/914' },
    subProcessors: [{ name: 'Rekenhal', country: 'NL' }],
    retentionDays: 0,
    trainsOnData: false,
    reviewedAt: at(-100),
  },
  transfers: [{ name: 'Taalbron', country: 'US', ground: 'scc', reference: 'SCC 2021/914' }],
}
const activity: ProcessingActivity = {
  purpose: 'klantenservice',
  client: 'kaapstroom',
  controller: {
    name: 'Kaapstroom',
    address: 'Kade 1, Rotterdam',
    email: 'privacy@kaapstroom.example',
    privacyOfficer: 'fg@kaapstroom.example',
    representative: null,
  },
  jointControllers: [{ name: 'Netbeheer Delta', contact: 'privacy@netbeheer.example', arrangement: 'GV-2025-02' }],
  name: { nl: 'uw vraag als klant beantwoorden', en: 'answering your question' },
  kind: 'general',
  basis: 'contract',
  specialBasis: null,
  reasoning: {
    nl: 'Bij uw contract hoort antwoord op uw vragen.',
    en: 'Your contract includes answers to your questions.',
  },
  signedBy: 'Noor Haverkamp',
  signedAt: at(-300),
  objectable: false,
  about: 'customer',
  staff: null,
  dataSubjects: { nl: 'klanten die contact opnemen', en: 'customers who get in touch' },
  dataKinds: { nl: 'uw vraag en uw contract', en: 'your question and your contract' },
  recipients: [agreed],
  terms,
  security: { nl: 'versleuteld per klant', en: 'encrypted per customer' },
  prohibited: null,
  gaps: [],
}
export const processing: ProcessingRecordView = {
  organisation: 'Contactcentrum De Kade',
  activities: [
    activity,
    {
      ...activity,
      purpose: 'coaching',
      name: { nl: 'medewerkers helpen beter te werken', en: 'helping staff to work better' },
      basis: 'legitimate_interests',
      objectable: true,
      about: 'staff',
      staff: { level: 'person' },
      jointControllers: [...activity.jointControllers, { name: 'Meethuis', contact: 'avg@meethuis.example' }],
      dataSubjects: null,
      security: null,
      recipients: [
        agreed,
        {
          ...agreed,
          kind: 'processor',
          id: 'belhuis',
          name: 'Belhuis',
          task: { nl: 'bewaart de opnamen', en: 'keeps the recordings' },
          systems: [],
          named: false,
          problems: ['agreement_missing', 'country_missing'],
          terms: { trainsOnData: false },
          transfers: [],
        },
      ],
      gaps: [
        'joint_arrangement',
        'data_subjects',
        'security',
        'works_council',
        'processors_not_named',
        'recipient_terms',
      ],
    },
    {
      ...activity,
      purpose: 'gespreksopname',
      name: { nl: 'gesprekken opnemen voor later', en: 'recording conversations for later' },
      basis: 'consent',
      reasoning: null,
      signedBy: null,
      signedAt: null,
      recipients: [],
    },
  ],
}
