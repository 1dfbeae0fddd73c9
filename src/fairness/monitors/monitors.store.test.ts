import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { onPrivateServer, type TestDatabase, testDatabase } from '../../platform/testing.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  testKeys,
} from '../../records/testing.ts'
import { generator } from '../../statistics/index.ts'
import { startMonitor } from '../monitor.ts'
import type { MonitorList, MonitorView } from './contract.ts'
import { STEP_DECISIONS, type StopSystem, stepMonitor } from './io/store.ts'
import { keepMonitors } from './jobs.ts'
import { readOn, type WatchedDecision } from './reading.ts'
import { monitorRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const root = join(import.meta.dirname, '../../..')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const minute = 60_000
const day = 86_400_000

describe('monitors over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  let client: string
  let now = start
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const act = () => ({ now, ids: randomIds })
  const call = <T>(method: 'GET' | 'POST', path: string, given: object = {}, caller: Caller = officer) =>
    callRoute(all, method, path, caller, { now, ...given }) as Promise<T>
  const noStop: StopSystem = async () => assert.fail('nothing stops')
  const keep = (stop: StopSystem = noStop) => keepMonitors(db.database, { stop, act })
  const viewOf = (id: string) => call<MonitorView>('GET', '/api/fairness/monitors/:id', { params: { id } })
  const asked = (over: object = {}) =>
    call<{ monitor: string }>('POST', '/api/fairness/monitors', {
      body: {
        system: 'in-orde',
        name: 'Gunstig per taal',
        metric: 'favourable',
        attribute: 'language',
        reference: 'nl',
        policy: 'finding',
        reasons: 'Klanten die Engels spreken klaagden over afwijzingen.',
        ...over,
      },
    }).then(({ monitor }) => monitor)
  const judge = (monitor: string, alarm: string, judgement = 'real') =>
    call('POST', '/api/fairness/monitors/:id/alarms/:alarm/judgement', {
      params: { id: monitor, alarm },
      body: { judgement, reasons: 'De gesprekken zijn nagelezen.' },
    })
  const end = (id: string) =>
    call('POST', '/api/fairness/monitors/:id/end', { params: { id }, body: { reasons: 'Het systeem is vervangen.' } })
  const entries = async (monitor: string) =>
    (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')))
      .filter(({ refs }) => refs.monitor === monitor)

  /** Decisions of one system, a second apart from `from` on. */
  async function decide(
    system: string,
    n: number,
    rates: { nl: number; en: number },
    { from = now.getTime() + 1_000, seed = 1, stepMs = 1_000 } = {},
  ): Promise<WatchedDecision[]> {
    const random = generator(seed)
    const uniform = () => random.uint32() / 2 ** 32
    const made = Array.from({ length: n }, (_, i) => {
      const group = uniform() < 0.7 ? 'nl' : 'en'
      return {
        id: `${system}-${seed}-${String(i).padStart(6, '0')}`,
        at: new Date(from + i * stepMs).toISOString(),
        group,
        outcome: uniform() < rates[group as 'nl'] ? 1 : 0,
      }
    })
    await db.ownerQuery(
      `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, system_id, version_id, purpose_id, kind, class, channel, language,
         decided_at, recorded_at, outcome, favourable, score, review, explanation, body_hmac, record)
       select 'toets', $1, id, 'watched', 'customer', $2, '1', 'service', 'score', 'assist', 'chat', g, at, at, 'x', o = 1, o, 'not_needed', 'not_needed', '', ''
       from unnest($3::text[], $4::timestamptz[], $5::text[], $6::int[]) as t(id, at, g, o)`,
      [
        client,
        system,
        made.map(({ id }) => id),
        made.map(({ at }) => at),
        made.map(({ group }) => group),
        made.map(({ outcome }) => outcome),
      ],
    )
    return made
  }

  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), { now: start, ids: randomIds })
    client = (
      await db.ownerQuery<{ client_id: string }>(`select client_id from ai_system where system_id = 'in-orde'`)
    )[0]!.client_id
    await db.ownerQuery(
      `insert into data_subject values ('toets', $1, 'watched', 'known', 'unknown', 'nl', now(), null)`,
      [client],
    )
    await db.ownerQuery(
      `insert into ai_system select (json_populate_record(s, json_build_object('system_id', 'watched-' || n))).*
       from ai_system s, generate_series(1, 8) n where s.system_id = 'in-orde'`,
    )
    await db.ownerQuery(
      `update ai_system set decisions = '{}' where system_id = 'in-orde' or system_id like 'watched-%'`,
    )
    all = monitorRoutes({ database: db.database, ids: randomIds })
  })
  after(() => db.close())

  test('what is watched is on record before a decision is read; nothing is read before its time', async () => {
    const monitor = await asked()
    assert.deepEqual(
      (await entries(monitor)).map(({ type, body }) => [type, body.policy, body.alpha]),
      [['monitor.started', 'finding', 0.05]],
    )
    await decide('in-orde', 50, { nl: 0.5, en: 0.5 })
    await keep()
    assert.equal((await viewOf(monitor)).outcomes, 0, 'a decision may still come in late')
    now = new Date(now.getTime() + 11 * minute)
    await keep()
    const view = await viewOf(monitor)
    assert.deepEqual([view.outcomes, view.state, view.late], [50, 'watching', 0])
    await keep()
    assert.equal((await viewOf(monitor)).outcomes, 50, 'read again, counted once')
    assert.deepEqual(
      (await entries(monitor)).map(({ type }) => type),
      ['monitor.started', 'monitor.read'],
    )
  })

  test('an alarm stands with its entry, on the lamp of the system, until a person has judged it', async () => {
    const monitor = await asked({ system: 'watched-1' })
    await decide('watched-1', 1_500, { nl: 0.6, en: 0.3 }, { seed: 2, stepMs: 10 })
    now = new Date(now.getTime() + 12 * minute)
    await keep()
    const view = await viewOf(monitor)
    assert.equal(view.state, 'alarm')
    assert.match(view.sentence, /Groep Engels krijgt minder vaak een gunstig besluit dan groep Nederlands/)
    assert.deepEqual(view.claims, ['Engels'], 'it stands among all monitors as well')
    const lamps = () => db.ownerQuery(`select 1 from system_alarm where system_id = 'watched-1' and settled_at is null`)
    assert.equal((await lamps()).length, view.alarms.length)
    const alarmed = (await entries(monitor)).filter(({ type }) => type === 'monitor.alarmed')
    assert.deepEqual(
      alarmed.map(({ refs }) => refs.alarm),
      view.alarms.map(({ id }) => id).toReversed(),
    )
    await assert.rejects(end(monitor), refused('monitor_alarm_open'))
    for (const { id } of view.alarms) await judge(monitor, id)
    await assert.rejects(judge(monitor, view.alarms[0]!.id), refused('alarm_judged'))
    assert.equal((await lamps()).length, 0)
    assert.equal((await viewOf(monitor)).state, 'watching')
    await end(monitor)
    await assert.rejects(end(monitor), refused('monitor_ended'))
    assert.equal((await viewOf(monitor)).state, 'ended')
  })

  test('killed at any moment, a monitor goes on where it was and counts nothing twice', onPrivateServer, async () => {
    const monitor = await asked({ system: 'watched-2', policy: 'signal' })
    const made = await decide('watched-2', 12 * STEP_DECISIONS, { nl: 0.5, en: 0.47 }, { seed: 3, stepMs: 10 })
    now = new Date(now.getTime() + 30 * minute)
    const progress = async () =>
      Number(
        (
          await db.ownerQuery<{ decisions: string }>('select decisions from monitor_state where monitor_id = $1', [
            monitor,
          ])
        )[0]!.decisions,
      )
    const worker = `
      const { openPool } = await import('./src/platform/io/pool.ts')
      const { keepMonitors } = await import('./src/fairness/index.ts')
      const { randomIds } = await import('./src/platform/ids.ts')
      const database = openPool({ app: process.env.APP, integrator: process.env.INTEGRATOR })
      await keepMonitors(database, { stop: async () => null, act: () => ({ now: new Date(process.env.NOW), ids: randomIds }) })
      await database.close()`
    let kills = 0
    const seen: number[] = []
    while (kills < 3) {
      const before = await progress()
      const child = spawn(process.execPath, ['--input-type=module', '-e', worker], {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, APP: db.urls.app, INTEGRATOR: db.urls.integrator, NOW: now.toISOString() },
      })
      const exited = once(child, 'exit')
      while ((await progress()) === before && child.exitCode === null) await new Promise((go) => setTimeout(go, 2))
      child.kill('SIGKILL')
      await exited
      kills++
      seen.push(await progress())
    }
    assert.ok(seen[0]! > 0 && seen[0]! < made.length, `killed on the way: ${seen.join(', ')} of ${made.length}`)
    await keep()
    const whole = readOn(
      { state: startMonitor({ reference: 'nl' }), series: { every: 1, points: [] }, decisions: 0, outcomes: 0 },
      made.map((one) => ({ ...one, at: one.at.replace('Z', '000Z') })),
    )
    const [row] = await db.ownerQuery<{ state: string; series: string; decisions: string; outcomes: string }>(
      'select state, series, decisions, outcomes from monitor_state where monitor_id = $1',
      [monitor],
    )
    assert.deepEqual(JSON.parse(row!.state), whole.held.state)
    assert.deepEqual(JSON.parse(row!.series), whole.held.series)
    assert.deepEqual([Number(row!.decisions), Number(row!.outcomes)], [made.length, made.length])
    const reads = (await entries(monitor))
      .filter(({ type }) => type === 'monitor.read')
      .map(({ body }) => body.decisions)
    assert.deepEqual(
      reads,
      Array.from({ length: 12 }, (_, i) => (i + 1) * STEP_DECISIONS),
      'each step is on record once',
    )
    assert.equal((await viewOf(monitor)).alarms.length, whole.alarms.length)
  })

  test('the policy stop stops the system in the same transaction, once', async () => {
    const monitor = await asked({ system: 'watched-3', policy: 'stop' })
    await decide('watched-3', 1_200, { nl: 0.7, en: 0.2 }, { seed: 4, stepMs: 10 })
    now = new Date(now.getTime() + 12 * minute)
    const stops: string[] = []
    const failing: StopSystem = async () => {
      throw new Error('no')
    }
    const { failed } = await keep(failing)
    assert.equal(failed.length, 1)
    assert.equal((await viewOf(monitor)).outcomes, 0, 'an alarm that cannot be carried out is none: it is read again')
    await keep(async (_tx, { system }) => {
      stops.push(system)
      return stops.length === 1 ? 'stop-1' : null
    })
    const { alarms } = await viewOf(monitor)
    assert.ok(stops.length >= 1 && stops.every((system) => system === 'watched-3'))
    assert.equal(alarms.at(-1)!.stop, 'stop-1')
  })

  test('a decision that comes in after its turn is told, and does not count', async () => {
    const monitor = await asked({ system: 'watched-4' })
    const from = now.getTime() + 1_000
    await decide('watched-4', 100, { nl: 0.5, en: 0.5 }, { seed: 5, from })
    now = new Date(now.getTime() + 20 * minute)
    await keep()
    await decide('watched-4', 3, { nl: 0.5, en: 0.5 }, { seed: 6, from: from + 500 })
    await db.ownerQuery(`update decision set recorded_at = $1 where decision_id like 'watched-4-6-%'`, [
      new Date(now.getTime() + minute),
    ])
    now = new Date(now.getTime() + 2 * minute)
    await keep()
    await keep()
    const view = await viewOf(monitor)
    assert.deepEqual([view.decisions, view.outcomes, view.late], [100, 100, 3])
  })

  test('what came of decisions counts in order of decision, when its term is over, and not what is seen later', async () => {
    const monitor = await asked({ system: 'watched-5', metric: 'observed', settleDays: 7 })
    const made = await decide('watched-5', 40, { nl: 0.5, en: 0.5 }, { seed: 7 })
    const observe = (id: string, positive: boolean, at: number) =>
      db.ownerQuery(
        `insert into outcome (tenant_id, client_id, outcome_id, decision_id, subject_id, observed, positive, observed_at, recorded_at, record)
         values ('toets', $1, $2, $3, 'watched', 'x', $4, $5, $5, '')`,
        [client, randomIds.next(), id, positive, new Date(at)],
      )
    // The first is seen at once, the second changes within the term, the third after it, the others not at all.
    const [a, b, c] = made
    await observe(a!.id, true, Date.parse(a!.at) + minute)
    await observe(b!.id, true, Date.parse(b!.at) + minute)
    await observe(b!.id, false, Date.parse(b!.at) + 6 * day)
    await observe(c!.id, true, Date.parse(c!.at) + 8 * day)
    now = new Date(now.getTime() + 7 * day)
    await keep()
    assert.equal((await viewOf(monitor)).decisions, 0, 'the term is over, and a day for what comes in late')
    now = new Date(now.getTime() + 2 * day)
    await keep()
    const view = await viewOf(monitor)
    assert.deepEqual([view.decisions, view.outcomes, view.leftOut], [40, 2, 38])
  })

  test('a monitor may look back, and says so', async () => {
    await decide('watched-6', 60, { nl: 0.5, en: 0.5 }, { seed: 8, from: now.getTime() - 5 * day })
    const monitor = await asked({ system: 'watched-6', backDays: 30 })
    await keep()
    const view = await viewOf(monitor)
    assert.deepEqual([view.outcomes, view.looksBack], [60, true])
    const ahead = await asked({ system: 'watched-6' })
    await keep()
    assert.equal((await viewOf(ahead)).outcomes, 0)
  })

  test('what cannot be is refused before anything is on record', async () => {
    await assert.rejects(asked({ metric: 'score', method: 'blocks' }), refused('monitor_method'))
    await assert.rejects(asked({ tolerance: 0.1 }), refused('monitor_tolerance'))
    await assert.rejects(asked({ settleDays: 7 }), refused('monitor_settle'))
    await assert.rejects(asked({ metric: 'observed' }), refused('monitor_settle'))
    await assert.rejects(asked({ system: 'nergens' }), refused('system_unknown'))
    await db.ownerQuery(`update ai_system set decisions = null where system_id = 'watched-8'`)
    await assert.rejects(asked({ system: 'watched-8' }), refused('monitor_nothing_decided'))
    await assert.rejects(viewOf('nergens'), refused('monitor_unknown'))
    await assert.rejects(
      callRoute(all, 'POST', '/api/fairness/monitors', staff('toets', ['overseer']), { body: {} }),
      refused('not_allowed'),
    )
  })

  test('who sees one client sees its monitors only', async () => {
    const list = await call<MonitorList>('GET', '/api/fairness/monitors')
    assert.ok(list.monitors.length > 3)
    const elsewhere = staff('toets', ['ethics_officer'], ['toestemmingklant'], 'officer-2')
    const theirs = await call<MonitorList>('GET', '/api/fairness/monitors', {}, elsewhere)
    assert.deepEqual(theirs.monitors, [])
    await assert.rejects(
      call('GET', '/api/fairness/monitors/:id', { params: { id: list.monitors[0]!.id } }, elsewhere),
      refused('monitor_unknown'),
    )
  })

  test('nothing in the store lets what is watched be changed, and two steps at once are one', async () => {
    const monitor = await asked({ system: 'watched-7' })
    await assert.rejects(
      db.database.inTx(scopeOf('toets'), (tx) =>
        tx.query('update monitor set alpha = 0.2 where monitor_id = $1', [monitor]),
      ),
      /permission denied/,
    )
    await decide('watched-7', 500, { nl: 0.5, en: 0.5 }, { seed: 9, stepMs: 10 })
    now = new Date(now.getTime() + 12 * minute)
    const done = await Promise.all(
      [1, 2, 3].map(() =>
        db.database.inTx(scopeOf('toets'), (tx) => stepMonitor(tx, monitor, { stop: noStop, act: act() })),
      ),
    )
    assert.equal(
      done.reduce((sum, { decisions }) => sum + decisions, 0),
      500,
    )
  })
})
