/**
 * A data subject's consents for elsewhere: as consent records with the four sections of ISO/IEC TS 27560 (header,
 * processing, parties, events), each name mapped to a term of the Data Privacy Vocabulary 2.3 by the W3C community's guide for it
 * (https://w3id.org/dpv/guides/consent-27560), and as an attachment of a vCon. Ids of events are ids of ledger entries, so
 * a receipt proves each. What the register does not know is named under `missing`; nothing is filled in for it.
 * docs/consent-record.md says which terms were checked and where the vocabulary has none.
 */
import type { LawfulBasis } from '../../records/contract.ts'
import { eeaCountries } from '../../records/rules.ts'
import type { SubjectConsents } from './contract.ts'

export type ExportFacts = {
  readonly view: SubjectConsents
  readonly now: Date
  readonly organisation: string
  readonly country: string
  readonly contact: { readonly address?: string; readonly email?: string; readonly privacyOfficer?: string }
  /** By purpose. */
  readonly processing: ReadonlyMap<
    string,
    {
      readonly dataKinds: string
      readonly retentionDays: number
      readonly recipients: readonly { readonly name: string; readonly country: string | null }[]
      readonly jointControllers: readonly { readonly name: string; readonly contact: string }[]
    }
  >
}

type Purpose = SubjectConsents['purposes'][number]
type Event = Purpose['events'][number]

/** What each name stands for: a reader of JSON-LD sees the vocabulary, a reader of JSON the names of the standard. */
export const context = {
  '@version': 1.1,
  dpv: 'https://w3id.org/dpv#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  eu: 'https://w3id.org/dpv/legal/eu#',
  loc: 'https://w3id.org/dpv/loc#',
  dct: 'http://purl.org/dc/terms/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  owl: 'http://www.w3.org/2002/07/owl#',
  waarborg: 'urn:waarborg:',
  id: '@id',
  type: '@type',
  value: 'rdf:value',
  title: 'dct:title',
  description: 'dct:description',
  created: { '@id': 'dct:created', '@type': 'xsd:dateTime' },
  standard: 'waarborg:standard',
  records: 'dpv:hasRecordOfActivity',
  // Header.
  header: '@nest',
  schemaVersion: { '@id': 'dct:conformsTo', '@type': '@id' },
  recordId: 'dct:identifier',
  piiPrincipalId: { '@id': 'dpv:hasDataSubject', '@type': '@id' },
  // Processing.
  processing: 'dpv:hasProcess',
  privacyNotice: 'dpv:hasNotice',
  language: 'dct:language',
  version: 'owl:versionInfo',
  sha256: 'waarborg:sha256',
  purpose: 'dpv:hasPurpose',
  lawfulBasis: { '@id': 'dpv:hasLegalBasis', '@type': '@id' },
  piiInformation: 'dpv:hasPersonalData',
  piiControllers: { '@id': 'dpv:hasDataController', '@type': '@id' },
  piiProcessors: { '@id': 'dpv:hasDataProcessor', '@type': '@id' },
  storageLocations: 'dpv:hasStorageCondition',
  retentionPeriod: 'dpv:hasStorageCondition',
  location: { '@id': 'dpv:hasLocation', '@type': '@id' },
  duration: { '@id': 'dpv:hasDuration', '@type': 'xsd:duration' },
  jurisdiction: { '@id': 'dpv:hasJurisdiction', '@type': '@id' },
  applicableLaw: { '@id': 'dpv:hasApplicableLaw', '@type': '@id' },
  recipients: 'dpv:hasRecipient',
  withdrawalMethod: 'dpv:hasConsentControl',
  rights: 'dpv:hasRight',
  // Parties.
  parties: 'dpv:hasEntity',
  partyId: 'dpv:hasIdentifier',
  name: 'dpv:hasName',
  address: 'dpv:hasAddress',
  contact: 'dpv:hasContact',
  // Events; an objection is no state of consent, and stands beside them.
  events: 'dpv:hasConsentStatus',
  objections: 'dpv:hasStatus',
  time: { '@id': 'dpv:isIndicatedAtTime', '@type': 'xsd:dateTime' },
  validity: 'dpv:hasDuration',
  entity: 'dpv:isIndicatedBy',
  speaksFor: { '@id': 'dpv:isRepresentativeFor', '@type': '@id' },
  method: 'dpv:hasIndicationMethod',
  // What the vocabulary has no term for.
  state: 'waarborg:state',
  shown: 'waarborg:shown',
  receipt: 'waarborg:receipt',
  missing: 'waarborg:missing',
} as const

const profile = 'https://w3id.org/dpv/schema/dpv-27560#'

const bases: Readonly<Record<LawfulBasis, string>> = {
  consent: 'eu-gdpr:A6-1-a',
  contract: 'eu-gdpr:A6-1-b',
  legal_obligation: 'eu-gdpr:A6-1-c',
  vital_interests: 'eu-gdpr:A6-1-d',
  public_task: 'eu-gdpr:A6-1-e',
  legitimate_interests: 'eu-gdpr:A6-1-f',
}

/**
 * States of consent. A yes to words that say something else by now has lost its context: the vocabulary's «expired» covers
 * that, its «invalidated» would say that the yes was never good.
 */
const states: Readonly<Record<string, string>> = {
  asked: 'dpv:ConsentRequested',
  given: 'dpv:ConsentGiven',
  refused: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
  expired: 'dpv:ConsentExpired',
  superseded: 'dpv:ConsentExpired',
}

/** An objection (GDPR 21) by the ground that it is against; null: the vocabulary has no status for it. */
const objections: Readonly<Record<string, Readonly<Partial<Record<LawfulBasis, string>>>>> = {
  objected: { legitimate_interests: 'dpv:LegitimateInterestObjected', public_task: 'dpv:PublicInterestObjected' },
  objection_lifted: { legitimate_interests: 'dpv:LegitimateInterestNotObjected' },
}

const rights = ['A7-3', 'A15', 'A16', 'A17', 'A18', 'A20', 'A21', 'A77']

/** One receipt, with a record per purpose that was ever asked about. */
export function consentRecords(facts: ExportFacts) {
  const { view, now } = facts
  const records = view.purposes.filter(({ events }) => events.length > 0).map((one) => recordOf(facts, one))
  return {
    '@context': context,
    id: `waarborg:consent-receipt/${view.subject}/${now.getTime()}`,
    type: 'dpv:ConsentReceipt',
    schemaVersion: `${profile}${records.every(({ missing }) => missing.length === 0) ? 'receipt-eu-gdpr' : 'receipt'}`,
    standard: 'ISO/IEC TS 27560:2023',
    recordId: `${view.subject}/${now.getTime()}`,
    created: now.toISOString(),
    records,
  }
}

function recordOf(facts: ExportFacts, one: Purpose) {
  const { view, organisation, country } = facts
  const processing = facts.processing.get(one.purpose)
  const missing = missingOf(facts, one)
  return {
    id: `waarborg:consent-record/${view.subject}/${one.purpose}`,
    // Of a purpose on another ground there is no consent to record, only what was objected to.
    type: one.basis === 'consent' ? 'dpv:ConsentRecord' : 'dpv:DataProcessingRecord',
    header: {
      ...(one.basis === 'consent'
        ? { schemaVersion: `${profile}${missing.length === 0 ? 'record-eu-gdpr' : 'record'}` }
        : {}),
      recordId: `${view.subject}/${one.purpose}`,
      piiPrincipalId: subjectId(view),
    },
    processing: {
      type: 'dpv:Process',
      privacyNotice: one.events.flatMap(({ wording, text }) =>
        wording.onFile
          ? [
              {
                type: 'dpv:ConsentNotice',
                recordId: wording.notice,
                version: wording.version,
                language: wording.language,
                ...(wording.sha256 === null ? {} : { sha256: wording.sha256 }),
                ...(text === null ? {} : { value: text }),
              },
            ]
          : [],
      ),
      language: [...new Set(one.events.map(({ wording }) => wording.language))],
      purpose: {
        id: `waarborg:purpose/${view.client}/${one.purpose}`,
        type: 'dpv:Purpose',
        title: [
          { '@value': one.name.nl, '@language': 'nl' },
          { '@value': one.name.en, '@language': 'en' },
        ],
      },
      lawfulBasis: bases[one.basis],
      piiInformation: processing === undefined ? [] : [{ type: 'dpv:PersonalData', description: processing.dataKinds }],
      piiControllers: [clientId(view), ...jointOf(facts, one).map(({ id }) => id)],
      piiProcessors: [organisationId(organisation)],
      storageLocations: { type: 'dpv:StorageLocation', location: locationsOf(facts, one) },
      retentionPeriod:
        processing === undefined ? [] : [{ type: 'dpv:StorageDuration', duration: `P${processing.retentionDays}D` }],
      jurisdiction: `loc:${country}`,
      ...(eeaCountries.has(country) ? { applicableLaw: 'eu:law-GDPR' } : {}),
      recipients: recipientsOf(facts, one),
      withdrawalMethod: { type: 'dpv:WithdrawConsent', method: ['portal', 'chat', 'voice', 'staff'] },
      rights: rights.map((article) => ({ id: `eu-gdpr:${article}`, type: 'dpv:DataSubjectRight' })),
    },
    parties: partiesOf(facts, one),
    events: one.events.filter(({ state }) => state in states).map((event) => eventOf(facts, event)),
    ...(one.events.some(({ state }) => state in objections)
      ? {
          objections: one.events
            .filter(({ state }) => state in objections)
            .map((event) => ({ ...happened(facts, event), ...objectionOf(event, one.basis) })),
        }
      : {}),
    missing,
  }
}

// -- parties ---------------------------------------------------------------------------------------------------------

const subjectId = ({ subject }: SubjectConsents) => `waarborg:subject/${subject}`
const clientId = ({ client }: SubjectConsents) => `waarborg:client/${client}`
const organisationId = (organisation: string) => `waarborg:organisation/${organisation}`

const jointOf = ({ view, processing }: ExportFacts, { purpose }: Purpose) =>
  (processing.get(purpose)?.jointControllers ?? []).map(({ name, contact }, n) => ({
    id: `waarborg:joint-controller/${view.client}/${purpose}/${n + 1}`,
    name,
    contact,
  }))

function partiesOf(facts: ExportFacts, one: Purpose) {
  const { view, organisation, contact } = facts
  return [
    { id: subjectId(view), type: 'dpv:DataSubject', partyId: view.subject },
    {
      id: clientId(view),
      type: 'dpv:DataController',
      partyId: view.client,
      name: view.clientName,
      ...(contact.address === undefined ? {} : { address: contact.address }),
      contact: [contact.privacyOfficer, contact.email].filter((way) => way !== undefined),
    },
    ...jointOf(facts, one).map(({ id, name, contact: way }) => ({
      id,
      type: 'dpv:DataController',
      partyId: id,
      name,
      contact: [way],
    })),
    { id: organisationId(organisation), type: 'dpv:DataProcessor', partyId: organisation, name: organisation },
  ]
}

/** The organisation that runs Waarborg, and those the purpose names. */
const recipientsOf = ({ organisation, processing }: ExportFacts, { purpose }: Purpose) => [
  { id: organisationId(organisation) },
  ...(processing.get(purpose)?.recipients ?? []).map(({ name, country }) => ({
    type: 'dpv:Recipient',
    name,
    ...(country === null ? {} : { location: `loc:${country}` }),
  })),
]

const locationsOf = ({ processing }: ExportFacts, { purpose }: Purpose): string[] => [
  ...new Set(
    (processing.get(purpose)?.recipients ?? []).flatMap(({ country }) => (country === null ? [] : [`loc:${country}`])),
  ),
]

/** Fields that the standard asks for and the register does not have. */
function missingOf(facts: ExportFacts, one: Purpose): string[] {
  const { contact } = facts
  return [
    ...(contact.address === undefined ? ['parties.controller.address'] : []),
    ...(contact.email === undefined && contact.privacyOfficer === undefined ? ['parties.controller.contact'] : []),
    ...(facts.processing.has(one.purpose) ? [] : ['processing.piiInformation', 'processing.retentionPeriod']),
    ...(locationsOf(facts, one).length === 0 ? ['processing.storageLocations'] : []),
    ...(one.events.some(({ text }) => text === null) ? ['processing.privacyNotice'] : []),
  ]
}

// -- events ----------------------------------------------------------------------------------------------------------

const happened = (facts: ExportFacts, event: Event) => ({
  id: `waarborg:entry/${event.id}`,
  time: event.at,
  entity: whoSaid(facts, event),
  method: event.wording.channel,
  shown: `${event.wording.version} ${event.wording.language} ${event.wording.channel}`,
  state: event.state,
  receipt: event.id,
})

function eventOf(facts: ExportFacts, event: Event) {
  const state = states[event.state]!
  return {
    ...happened(facts, event),
    // In the portal the press of a button says that and nothing else; of other channels only that it was said.
    type:
      event.state === 'given'
        ? [state, event.wording.channel === 'portal' ? 'dpv:ExplicitlyExpressedConsent' : 'dpv:ExpressedConsent']
        : [state],
    validity:
      event.expiresAt === null
        ? { type: 'dpv:UntilEventDuration', value: 'a later event of this record' }
        : { type: 'dpv:UntilTimeDuration', value: event.expiresAt },
  }
}

const objectionOf = ({ state }: Event, basis: LawfulBasis) => {
  const status = objections[state]?.[basis]
  if (status !== undefined) return { type: status }
  if (state === 'objected') return { type: 'dpv:RightExerciseActivity', rights: [{ id: 'eu-gdpr:A21' }] }
  return { type: 'waarborg:ObjectionLifted' }
}

function whoSaid({ view, organisation }: ExportFacts, { by }: Event) {
  if (by === 'customer') return { id: subjectId(view) }
  if (by === 'representative') return { type: 'dpv:Entity', speaksFor: subjectId(view) }
  return { id: organisationId(organisation) }
}

/** As attachments of a vCon (draft-howe-vcon-consent-00, draft-howe-vcon-lawful-basis): the state of now, never older. */
export function vconAttachments({ view, now }: ExportFacts) {
  const body = (one: SubjectConsents['purposes'][number]) => one.events.at(-1)
  return {
    attachments: [
      {
        type: 'consent',
        encoding: 'json',
        body: {
          party: view.subject,
          timestamp: now.toISOString(),
          // Asked again before each use.
          status_interval: 0,
          consents: view.purposes
            .filter((one) => one.basis === 'consent' && one.events.length > 0)
            .map((one) => ({
              purpose: one.purpose,
              status: stands(one) ? 'granted' : 'denied',
              timestamp: body(one)!.at,
              expiration: body(one)!.expiresAt,
              proof: body(one)!.id,
            })),
        },
      },
      {
        type: 'lawful_basis',
        encoding: 'json',
        body: view.purposes.map((one) => ({ purpose: one.purpose, lawful_basis: one.basis, granted: stands(one) })),
      },
    ],
  }
}

/** For every AI system that works for the purpose; without one nothing is granted. */
const stands = ({ uses }: SubjectConsents['purposes'][number]): boolean =>
  uses.length > 0 && uses.every(({ use }) => use.use === 'allowed')
