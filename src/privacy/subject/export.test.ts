import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { lawfulBases } from '../../records/contract.ts'
import { consentStates } from '../consent.ts'
import type { SubjectConsents } from './contract.ts'
import { consentRecords, context, type ExportFacts } from './export.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
type Event = SubjectConsents['purposes'][number]['events'][number]

const event = (state: Event['state'], more: Partial<Event> = {}): Event => ({
  id: `0192-${state}`,
  purpose: 'opname',
  system: null,
  state,
  at: '2026-10-01T09:00:00.000Z',
  expiresAt: null,
  by: 'customer',
  wording: {
    version: '2',
    language: 'nl',
    channel: 'portal',
    notice: 'opname-vraag',
    sha256: 'a'.repeat(64),
    onFile: true,
  },
  conversation: null,
  text: 'Mogen wij dit gesprek opnemen?',
  via: 'portal',
  calls: 0,
  ...more,
})

const facts = (events: readonly Event[], more: Partial<ExportFacts> = {}, basis = 'consent'): ExportFacts => ({
  view: {
    subject: 'subject-1',
    client: 'kaapstroom',
    clientName: 'Kaapstroom Energie',
    kind: 'known',
    circumstance: 'adult',
    erased: false,
    consentAge: 16,
    representatives: [],
    purposes: [
      {
        purpose: 'opname',
        name: { nl: 'gesprekken opnemen', en: 'recording calls' },
        basis: basis as 'consent',
        objectable: true,
        uses: [],
        events: [...events],
        refused: 0,
        questions: [],
      },
      {
        purpose: 'nooit-gevraagd',
        name: { nl: 'iets', en: 'something' },
        basis: 'consent',
        objectable: false,
        uses: [],
        events: [],
        refused: 0,
        questions: [],
      },
    ],
  } as unknown as SubjectConsents,
  now,
  organisation: 'dekade',
  country: 'NL',
  contact: { address: 'Postbus 1', email: 'a@b.example', privacyOfficer: 'fg@b.example' },
  processing: new Map([
    [
      'opname',
      {
        dataKinds: 'de opname',
        retentionDays: 90,
        recipients: [
          { name: 'Kabelhuis', country: 'NL' },
          { name: 'Ver', country: null },
        ],
        jointControllers: [{ name: 'Samen', contact: 's@b.example' }],
      },
    ],
  ]),
  ...more,
})

// What the guide says must be there (MUST in its sections 8 and 9), written down by hand.
const iri = z.string().regex(/^(https:\/\/w3id\.org\/dpv\/|[a-z-]+:)\S+$/)
const some = <T extends z.ZodType>(one: T) => z.array(one).min(1)
const duration = z.union([
  z.strictObject({ type: z.literal('dpv:UntilTimeDuration'), value: z.iso.datetime() }),
  z.strictObject({ type: z.literal('dpv:UntilEventDuration'), value: z.string().min(1) }),
])
const happened = {
  id: iri,
  time: z.iso.datetime(),
  entity: z.union([z.strictObject({ id: iri }), z.strictObject({ type: z.literal('dpv:Entity'), speaksFor: iri })]),
  method: z.string().min(1),
  state: z.enum(consentStates),
  shown: z.string(),
  receipt: z.string(),
}
const record = z.strictObject({
  id: iri,
  type: z.literal('dpv:ConsentRecord'),
  header: z.strictObject({
    schemaVersion: z.enum([
      'https://w3id.org/dpv/schema/dpv-27560#record',
      'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr',
    ]),
    recordId: z.string().min(1),
    piiPrincipalId: iri,
  }),
  processing: z.strictObject({
    type: z.literal('dpv:Process'),
    privacyNotice: some(
      z.strictObject({
        type: z.literal('dpv:ConsentNotice'),
        recordId: z.string(),
        version: z.string(),
        language: z.string(),
        sha256: z.string().length(64),
        value: z.string().min(1),
      }),
    ),
    language: some(z.string()),
    purpose: z.strictObject({
      id: iri,
      type: z.literal('dpv:Purpose'),
      title: some(z.strictObject({ '@value': z.string(), '@language': z.enum(['nl', 'en']) })),
    }),
    lawfulBasis: z.literal('eu-gdpr:A6-1-a'),
    piiInformation: some(z.strictObject({ type: z.literal('dpv:PersonalData'), description: z.string().min(1) })),
    piiControllers: some(iri),
    piiProcessors: some(iri),
    storageLocations: z.strictObject({
      type: z.literal('dpv:StorageLocation'),
      location: some(z.string().regex(/^loc:[A-Z]{2}$/)),
    }),
    retentionPeriod: some(
      z.strictObject({ type: z.literal('dpv:StorageDuration'), duration: z.string().regex(/^P\d+D$/) }),
    ),
    jurisdiction: z.string().regex(/^loc:[A-Z]{2}$/),
    applicableLaw: z.literal('eu:law-GDPR').optional(),
    recipients: some(
      z.union([
        z.strictObject({ id: iri }),
        z.strictObject({ type: z.literal('dpv:Recipient'), name: z.string(), location: z.string().optional() }),
      ]),
    ),
    withdrawalMethod: z.strictObject({ type: z.literal('dpv:WithdrawConsent'), method: some(z.string()) }),
    rights: some(z.strictObject({ id: iri, type: z.literal('dpv:DataSubjectRight') })),
  }),
  parties: some(
    z.union([
      z.strictObject({ id: iri, type: z.literal('dpv:DataSubject'), partyId: z.string() }),
      z.strictObject({
        id: iri,
        type: z.enum(['dpv:DataController', 'dpv:DataProcessor']),
        partyId: z.string(),
        name: z.string().min(1),
        address: z.string().optional(),
        contact: z.array(z.string()).optional(),
      }),
    ]),
  ),
  events: some(z.strictObject({ ...happened, type: some(z.string().startsWith('dpv:')), validity: duration })),
  objections: z.array(z.looseObject(happened)).optional(),
  missing: z.array(z.string()),
})
const receipt = z.strictObject({
  '@context': z.looseObject({ dpv: z.literal('https://w3id.org/dpv#') }),
  id: iri,
  type: z.literal('dpv:ConsentReceipt'),
  schemaVersion: z.string().startsWith('https://w3id.org/dpv/schema/dpv-27560#receipt'),
  standard: z.literal('ISO/IEC TS 27560:2023'),
  recordId: z.string().min(1),
  created: z.iso.datetime(),
  records: some(record),
})

const everyState = facts(
  consentStates.map((state, n) =>
    event(state, {
      by: (['customer', 'representative', 'staff'] as const)[n % 3]!,
      expiresAt: state === 'given' ? '2027-10-01T09:00:00.000Z' : null,
      wording: { ...event('given').wording, channel: n % 2 === 0 ? 'portal' : 'voice' },
    }),
  ),
)
const everything = [
  ...lawfulBases.map((basis) =>
    consentRecords({ ...everyState, ...facts(everyState.view.purposes[0]!.events, {}, basis) }),
  ),
  consentRecords(facts([event('given')])),
]

describe('the consent record for elsewhere', () => {
  test('has every field that the guide for ISO/IEC TS 27560 says must be there', () => {
    for (const events of [
      consentStates.map((state) => event(state)),
      [event('asked')],
      [event('given'), event('withdrawn')],
    ]) {
      const made = consentRecords(facts(events))
      assert.deepEqual(receipt.safeParse(JSON.parse(JSON.stringify(made))).error?.issues ?? [], [])
    }
  })

  test('is of purposes that were asked about, and of no other', () => {
    const { records } = consentRecords(facts([event('given')]))
    assert.deepEqual(
      records.map(({ header }) => header.recordId),
      ['subject-1/opname'],
    )
  })

  test('says that it has what the GDPR asks only when nothing is missing', () => {
    const of = (more: Partial<ExportFacts>, events = [event('given')]) => {
      const { schemaVersion, records } = consentRecords(facts(events, more))
      return [schemaVersion.split('#')[1], records[0]?.header.schemaVersion?.split('#')[1], records[0]?.missing]
    }
    assert.deepEqual(of({}), ['receipt-eu-gdpr', 'record-eu-gdpr', []])
    for (const [more, missing] of [
      [{ contact: { email: 'a@b.example' } }, ['parties.controller.address']],
      [{ contact: { address: 'x' } }, ['parties.controller.contact']],
      [
        { processing: new Map() },
        ['processing.piiInformation', 'processing.retentionPeriod', 'processing.storageLocations'],
      ],
    ] as const)
      assert.deepEqual(of(more as Partial<ExportFacts>), ['receipt', 'record', missing])
    assert.deepEqual(of({}, [event('given', { text: null })]), ['receipt', 'record', ['processing.privacyNotice']])
  })

  test('tells each state apart, and who said it how', () => {
    const [one] = consentRecords(everyState).records
    assert.deepEqual(
      one?.events.map(({ type, state }) => [state, ...type]),
      [
        ['asked', 'dpv:ConsentRequested'],
        ['given', 'dpv:ConsentGiven', 'dpv:ExpressedConsent'],
        ['refused', 'dpv:ConsentRefused'],
        ['withdrawn', 'dpv:ConsentWithdrawn'],
        ['expired', 'dpv:ConsentExpired'],
        ['superseded', 'dpv:ConsentExpired'],
      ],
    )
    assert.deepEqual(
      one?.events.slice(0, 3).map(({ entity }) => entity),
      [
        { id: 'waarborg:subject/subject-1' },
        { type: 'dpv:Entity', speaksFor: 'waarborg:subject/subject-1' },
        { id: 'waarborg:organisation/dekade' },
      ],
    )
    assert.deepEqual(
      one?.objections?.map(({ state }) => state),
      ['objected', 'objection_lifted'],
    )
    const explicit = consentRecords(facts([event('given')])).records[0]?.events[0]?.type
    assert.deepEqual(explicit, ['dpv:ConsentGiven', 'dpv:ExplicitlyExpressedConsent'])
  })

  test('of a purpose on another ground is no consent record, and its objection has that ground’s status', () => {
    const of = (basis: string) => {
      const [one] = consentRecords(facts([event('objected'), event('objection_lifted')], {}, basis)).records
      return [one?.type, one?.header.schemaVersion, ...(one?.objections ?? []).map(({ type }) => type)]
    }
    assert.deepEqual(of('legitimate_interests'), [
      'dpv:DataProcessingRecord',
      undefined,
      'dpv:LegitimateInterestObjected',
      'dpv:LegitimateInterestNotObjected',
    ])
    assert.deepEqual(of('public_task').slice(2), ['dpv:PublicInterestObjected', 'waarborg:ObjectionLifted'])
    assert.deepEqual(of('consent').slice(2), ['dpv:RightExerciseActivity', 'waarborg:ObjectionLifted'])
  })

  test('names joint controllers, and the law only where it holds', () => {
    const [one] = consentRecords(facts([event('given')])).records
    assert.deepEqual(one?.processing.piiControllers, [
      'waarborg:client/kaapstroom',
      'waarborg:joint-controller/kaapstroom/opname/1',
    ])
    assert.ok(one?.parties.some((party) => 'name' in party && party.name === 'Samen'))
    const [abroad] = consentRecords(facts([event('given')], { country: 'GB' })).records
    assert.equal('applicableLaw' in abroad!.processing, false)
  })
})

describe('as linked data', () => {
  const prefixes = new Set(
    Object.entries(context).flatMap(([name, value]) =>
      typeof value === 'string' && /[#/:]$/.test(value) ? [name] : [],
    ),
  )
  const terms = new Set<string>()
  const note = (text: string) => {
    const [, prefix] = /^([a-z-]+):(?!\/\/)/.exec(text) ?? []
    if (prefix !== undefined && prefixes.has(prefix)) terms.add(text)
    return prefix !== undefined && prefixes.has(prefix)
  }
  for (const [name, value] of Object.entries(context))
    if (!prefixes.has(name) && name !== '@version')
      for (const one of typeof value === 'string' ? [value] : Object.values(value))
        if (!`${one}`.startsWith('@')) note(`${one}`)

  /** Names whose values are IRIs, by the context. */
  const pointing = new Set(
    Object.entries(context).flatMap(([name, value]) =>
      value === '@id' ||
      value === '@type' ||
      (typeof value === 'object' && '@type' in value && value['@type'] === '@id')
        ? [name]
        : [],
    ),
  )

  const wrong: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, path)
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        if (name === '@context') continue
        if (!name.startsWith('@') && !Object.hasOwn(context, name)) wrong.push(`${path}.${name}`)
        if (pointing.has(name))
          for (const target of [one].flat())
            if (typeof target === 'string' && !note(target) && !target.startsWith('https://'))
              wrong.push(`${path}.${name}: ${target}`)
        walk(one, `${path}.${name}`)
      }
  }
  for (const made of everything) walk(JSON.parse(JSON.stringify(made)), '')

  test('no name is outside the context, so that none is lost; and what points somewhere is an address', () =>
    assert.deepEqual(wrong, []))

  test('every term is in the table of docs/consent-record.md, and the table has no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/consent-record.md'), 'utf8')
    const table = page.split('## Terms')[1]!.split('## Unsure')[0]!
    const checked = new Set(
      [...table.matchAll(/`([a-z-]+:[\w-]+)`/g)].map(([, term]) => term!).filter((term) => term !== 'loc:NL'),
    )
    // Addresses of records, parties and countries are no terms.
    const used = [...terms].filter((term) => !/^(loc:|waarborg:[a-z-]+\/)/.test(term)).sort()
    assert.deepEqual(used, [...checked].sort())
  })
})
