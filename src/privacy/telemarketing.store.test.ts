import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  organisationOf,
  plainDeps,
  start,
  systemCaller,
  testKeys,
} from '../records/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { recordConsent } from './index.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const client = 'toestemmingklant'
const wording = { version: 'v1', language: 'nl', channel: 'voice' }
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

type Dial = { purpose: string; dial: string; ground: string | null; code: string | null; reason: string | null }

describe('calling to sell', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const bot = systemCaller('toets', client, 'op-toestemming')
  const put = (value: object) =>
    apply(
      db.database,
      plainDeps(ring),
      organisationOf({ waarborg: 1, tenant: { id: 'toets', name: 'Toets' }, ...value }, start),
      { now: start, ids: randomIds },
    )
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisationFrom(file, start), {
      now: start,
      ids: randomIds,
    })
    await put({
      purposes: [
        {
          id: 'verkoop',
          client,
          kind: 'telemarketing',
          name: { nl: 'bellen met een aanbod', en: 'calling with an offer' },
          dataKinds: { nl: 'uw nummer', en: 'your number' },
          retentionDays: 30,
        },
      ],
    })
    all = routes({ database: db.database, ids: randomIds, ring })
  })
  after(() => db.close())

  const say = (subject: string, more: object) =>
    callRoute(all, 'POST', '/v1/consents', bot, {
      body: { subject, purpose: 'verkoop', state: 'given', wording, ...more },
    }) as Promise<{ id: string }>
  const dial = async (subject: string | undefined, number: string | undefined, relation?: string): Promise<Dial> =>
    (
      (await callRoute(all, 'GET', '/v1/consents', bot, {
        query: { subject: subject ?? 'Niemand', purpose: 'verkoop' },
        headers: {
          ...(number === undefined ? {} : { 'x-waarborg-number': number }),
          ...(relation === undefined ? {} : { 'x-waarborg-relation': relation }),
        },
      })) as { dials: Dial[] }
    ).dials[0]!

  test('consent is of one customer for one number, however it is written', async () => {
    await say('B-1', { number: '06 12345678' })
    assert.deepEqual(
      [(await dial('B-1', '+31612345678')).ground, (await dial('B-1', '06 87654321')).reason],
      ['consent', 'never_given'],
    )
    assert.equal((await dial('B-2', '0612345678')).reason, 'never_given')
    assert.equal((await dial('B-1', undefined)).reason, 'number_missing')
    await assert.rejects(dial('B-1', 'zes'), refused('number_unreadable'))
    await assert.rejects(say('B-1', {}), refused('number_needed'))
  })

  test('no number stands anywhere, neither as it is nor as a hash that anybody can make', async () => {
    const [row] = await db.ownerQuery<{ all: string }>(
      `select string_agg(to_jsonb(e)::text, ' ') as all from consent_event e where purpose_id = 'verkoop'`,
    )
    const entries = await db.ownerQuery<{ payload: Buffer }>(`select payload from ledger_pending`)
    const everything = `${row!.all} ${entries.map(({ payload }) => payload.toString('utf8')).join(' ')}`
    assert.doesNotMatch(everything, /612345678/)
  })

  test('a withdrawal without a number is about every number', async () => {
    await say('B-3', { number: '0201234567' })
    await say('B-3', { state: 'withdrawn' })
    assert.equal((await dial('B-3', '0201234567')).code, 'consent_withdrawn')
  })

  test('"do not call me" is final: for every customer at that number, and nothing undoes it', async () => {
    await say('B-4', { number: '0207654321' })
    await say('B-4', { number: '0207654321', state: 'objected' })
    for (const subject of ['B-4', 'B-5', undefined])
      assert.deepEqual([(await dial(subject, '020 765 4321')).code], ['objected'])
    await assert.rejects(say('B-5', { number: '+31207654321' }), refused('call_objection_final'))
    await assert.rejects(
      say('B-4', { number: '0207654321', state: 'objection_lifted' }),
      refused('call_objection_final'),
    )
    assert.equal((await dial('B-4', '020 765 4321', 'customer')).code, 'objected')
  })

  test('being a customer is no reason any more, but for a charity, a charity lottery and a newspaper', async () => {
    assert.equal((await dial('B-6', '0201112223', 'customer')).reason, 'never_given')
    await put({ clients: [{ id: client, name: 'Toestemmingklant BV', telemarketing: 'charity' }] })
    assert.equal((await dial('B-6', '0201112223', 'customer')).ground, 'customer_relation')
    assert.equal((await dial('B-6', '0201112223')).reason, 'never_given')
    await say('B-6', { number: '0201112223', state: 'refused' })
    assert.equal((await dial('B-6', '0201112223', 'customer')).reason, 'refused')
  })

  test('the register takes no other ground for it', () => {
    assert.throws(
      () =>
        organisationOf(
          {
            waarborg: 1,
            tenant: { id: 'x', name: 'X' },
            purposes: [{ id: 'p', client: 'c', kind: 'elders', name: { nl: 'a', en: 'a' } }],
          },
          start,
        ),
      /choice_unknown|field/,
    )
  })
})
