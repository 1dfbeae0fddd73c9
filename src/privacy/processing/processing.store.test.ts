import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { apply, callRoute, organisationFrom, plainDeps, staff, start, testKeys } from '../../records/testing.ts'
import { recordConsent } from '../index.ts'
import { columns, processingActivities, processingCsv } from './activity.ts'
import type { ProcessingActivity, ProcessingRecordView } from './contract.ts'
import { processingRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')

describe('the record of processing', () => {
  let db: TestDatabase
  let all: Route[]
  const officer = staff('toets', ['dpo'], ['contractklant', 'toestemmingklant'])
  const read = async (caller = officer) =>
    (await callRoute(all, 'GET', '/api/privacy/purposes', caller)) as ProcessingRecordView
  before(async () => {
    db = await testDatabase()
    const ring = testKeys()
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisationFrom(file, start), {
      now: start,
      ids: randomIds,
    })
    all = processingRoutes({ database: db.database, ring })
  })
  after(() => db.close())

  test('each purpose says its ground, who signed for it and what is missing', async () => {
    const { activities } = await read()
    const service = activities.find(({ purpose }) => purpose === 'service')!
    assert.equal(service.basis, 'contract')
    assert.ok(service.reasoning?.nl)
    assert.ok(service.signedBy)
    assert.deepEqual(service.gaps.slice(0, 3), ['controller_contact', 'data_subjects', 'security'])
    assert.equal(service.terms.find(({ kind }) => kind === 'contents')?.days, 365)
    assert.ok(service.recipients.some(({ kind }) => kind === 'upstream'))
  })

  test('a reader sees the purposes of their own clients alone', async () => {
    const { activities } = await read(staff('toets', ['client_representative'], ['contractklant']))
    assert.ok(activities.length > 0)
    assert.deepEqual([...new Set(activities.map(({ client }) => client))], ['contractklant'])
  })

  test('the file says the same as the page', async () => {
    const get = (format: string) =>
      callRoute(all, 'GET', '/api/privacy/purposes/export', officer, { query: { format } }) as Promise<{
        name: string
        text: string
      }>
    const { activities } = await read()
    assert.deepEqual(JSON.parse((await get('json')).text).activities, activities)
    const { name, text } = await get('csv')
    assert.match(name, /\.csv$/)
    assert.equal(text.split('\r\n')[0], `\uFEFF${columns.join(',')}`)
    assert.match(text, /"?contractklant/)
  })
})

const now = new Date('2026-11-25T10:00:00Z')
const both = (word: string) => ({ nl: word, en: word })
const register = (purpose: object, terms: object, worksWith = 'ver'): Parameters<typeof processingActivities>[0] =>
  ({
    clients: [
      {
        id: 'k',
        name: 'Klant',
        profile: { contact: { address: 'Kade 1', email: 'a@k.example', privacyOfficer: 'fg@k.example' } },
      },
    ],
    people: [],
    processors: [],
    upstreams: [
      {
        id: 'ver',
        builtin: null,
        baseUrl: 'https://ai.example/v1',
        keyRef: null,
        provider: { name: 'Ver weg', terms },
        options: {},
      },
    ],
    systems: [{ id: 's', client: 'k', name: both('Bot'), purposes: ['p'], upstream: worksWith }],
    purposes: [
      {
        id: 'p',
        client: 'k',
        name: both('doel'),
        basis: 'consent',
        specialBasis: null,
        reasoning: null,
        signedBy: null,
        signedAt: null,
        dataKinds: both('stem'),
        retentionDays: 30,
        terms: {},
        consequenceOfNo: null,
        objectable: false,
        kind: 'general',
        about: 'customer',
        staff: null,
        processing: { dataSubjects: both('bellers'), security: both('versleuteld') },
        prohibited: null,
        ...purpose,
      },
    ],
  }) as never

const complete = {
  agreement: { reference: 'VO-1', signedOn: '2026-01-01T00:00:00Z' },
  country: 'US',
  transfer: { ground: 'scc', reference: 'SCC 2021/914' },
  subProcessors: [{ name: 'Onder', country: 'IN', transfer: { ground: 'scc', reference: 'SCC 2021/914' } }],
  retentionDays: 0,
  trainsOnData: false,
  reviewedAt: '2026-10-01T00:00:00Z',
}
const only = (purpose: object, terms: object, worksWith?: string): ProcessingActivity =>
  processingActivities(register(purpose, terms, worksWith), now)[0]!

describe('an activity', () => {
  test('is complete when everything is on file, and names each transfer with its ground', () => {
    const one = only({}, complete)
    assert.deepEqual(one.gaps, [])
    assert.deepEqual(one.recipients[0]?.transfers, [
      { name: 'Ver weg', country: 'US', ground: 'scc' },
      { name: 'Onder', country: 'IN', ground: 'scc' },
    ])
  })

  test('of a recipient without terms says so, and of one that no system uses nothing', () => {
    assert.deepEqual(only({}, { ...complete, trainsOnData: undefined }).recipients[0]?.problems, [
      'training_not_excluded',
    ])
    assert.deepEqual(only({}, { ...complete, trainsOnData: undefined }).gaps, ['recipient_terms'])
    assert.deepEqual(only({}, complete, 'elders').recipients, [])
  })

  test('about single members of staff needs the decision of the works council', () => {
    const worksCouncil = { reference: 'OR-7', decidedOn: '2026-02-01' }
    assert.deepEqual(only({ about: 'staff', staff: { level: 'person' } }, complete).gaps, ['works_council'])
    assert.deepEqual(only({ about: 'staff', staff: { level: 'person', worksCouncil } }, complete).gaps, [])
    assert.deepEqual(only({ about: 'staff', staff: { level: 'team' } }, complete).gaps, [])
  })

  test('in a table is never a formula, and keeps commas and quotes', () => {
    const csv = processingCsv([only({ name: both('=1+1'), dataKinds: both('stem, "echt"') }, complete)], 'nl')
    assert.match(csv, /,'=1\+1,/)
    assert.match(csv, /,"stem, ""echt""",/)
  })
})
