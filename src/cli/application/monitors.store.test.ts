// The job of monitors as the product runs it: with the real stop orders, and what Today then says.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { monitorRoutes } from '../../fairness/monitors/routes.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { loadStanding } from '../../records/index.ts'
import {
  apply,
  callRoute,
  fixedClock,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  testKeys,
} from '../../records/testing.ts'
import { backgroundJobs } from './background-jobs.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')

describe('the job of monitors', () => {
  let db: TestDatabase
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const started: string[] = []

  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), { now: start, ids: randomIds })
    await db.ownerQuery(`update ai_system set decisions = '{}' where system_id = 'in-orde'`)
    await db.ownerQuery(
      `insert into data_subject select 'toets', client_id, 'watched', 'known', 'unknown', 'nl', now(), null from ai_system where system_id = 'in-orde'`,
    )
    // One in two of the Dutch, none of the English: no chance is needed to see that.
    await db.ownerQuery(
      `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, system_id, version_id, purpose_id, kind, class, channel, language,
         decided_at, recorded_at, outcome, favourable, review, explanation, body_hmac, record)
       select 'toets', s.client_id, 'd-' || lpad(n::text, 4, '0'), 'watched', 'customer', s.system_id, '1', 'service', 'score', 'assist', 'chat',
         case when n % 2 = 0 then 'nl' else 'en' end, $1::timestamptz + make_interval(secs => n), $1, 'x', n % 4 = 0, 'not_needed', 'not_needed', '', ''
       from ai_system s, generate_series(1, 300) n where s.system_id = 'in-orde'`,
      [new Date(start.getTime() - 3_600_000)],
    )
    const routes = monitorRoutes({ database: db.database, ids: randomIds })
    for (const name of ['Eerste', 'Tweede']) {
      const { monitor } = (await callRoute(routes, 'POST', '/api/fairness/monitors', officer, {
        body: {
          system: 'in-orde',
          name,
          metric: 'favourable',
          attribute: 'language',
          reference: 'nl',
          policy: 'stop',
          backDays: 1,
          reasons: 'Wij willen weten of taal verschil maakt.',
        },
      })) as { monitor: string }
      started.push(monitor)
    }
  })
  after(() => db.close())

  test('an alarm stops the system; another that finds it stopped says so and stops nothing twice', async () => {
    const job = backgroundJobs({
      database: db.database,
      clock: fixedClock(start),
      log: { info() {}, warn() {}, error: (_: string, { error }: { error: unknown }) => assert.fail(String(error)) },
      settings: {},
      ring: {},
    } as never).find(({ name }) => name === 'monitors-kept')!
    await job.run({})
    await job.run({})
    const stops = await db.ownerQuery<{ stop_id: string; stopped_by: string; reason: string }>(
      `select stop_id, stopped_by, reason from stop_order where system_id = 'in-orde'`,
    )
    assert.deepEqual(
      stops.map(({ stopped_by, reason }) => [stopped_by, reason]),
      [['job:monitors', 'discrimination']],
    )
    const standing = await db.database.inTx(scopeOf('toets'), (tx) => loadStanding(tx, ['in-orde']))
    assert.ok(standing.length > 0 && standing.every(({ stop }) => stop?.record === stops[0]!.stop_id))
    const alarms = await db.ownerQuery<{ monitor_id: string; stop_id: string | null }>(
      'select monitor_id, stop_id from monitor_alarm where epoch = 1 order by alarmed_at, alarm_id',
    )
    assert.deepEqual(
      alarms.map(({ monitor_id }) => monitor_id).toSorted(),
      started.toSorted(),
      'each has its own alarm',
    )
    assert.deepEqual(
      alarms.map(({ stop_id }) => stop_id).filter((id) => id !== null),
      [stops[0]!.stop_id],
    )
    const entries = (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq')).map(
      (row) => JSON.parse(row.payload.toString('utf8')),
    )
    const stopped = entries.filter(({ type, refs }) => type === 'system.stopped' && refs.system === 'in-orde')
    assert.equal(stopped.length, 1)
    assert.equal(stopped[0].refs.person, undefined, 'no person stopped it')
    assert.equal(
      entries.find(({ type, refs }) => type === 'monitor.alarmed' && refs.stop !== undefined).refs.stop,
      stops[0]!.stop_id,
    )
  })
})
