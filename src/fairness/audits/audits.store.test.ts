import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
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
import { sha256 } from '../io/audit-file.ts'
import { fairnessLamps } from '../io/lamps.ts'
import { cellsBytes, readCells } from '../rules.ts'
import type { AuditView, CompareReply, ReportReply, RunView } from './contract.ts'
import { createRunner, type Runner, SILENT_MS } from './io/runner.ts'
import { loadCells } from './io/store.ts'
import { startDue } from './jobs.ts'
import { auditRoutes } from './routes.ts'
import { bytesOf, equal, rowsOf, smallPlan, unequal } from './testing.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

describe('audits over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  let runner: Runner
  let client: string
  let now = start
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-audits-'))
  const problems: unknown[] = []
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const overseer = staff('toets', ['overseer'], '*', 'overseer-1')
  const act = () => ({ now, ids: randomIds })
  const call = <T>(method: 'GET' | 'POST', path: string, given: object = {}, caller: Caller = officer) =>
    callRoute(all, method, path, caller, { now, ...given }) as Promise<T>
  const planned = (over: object = {}) =>
    call<{ audit: string; planSha256: string; changedAfterResult: boolean }>('POST', '/api/fairness/audits', {
      body: {
        client,
        name: 'Wie krijgt coulance?',
        source: 'file',
        question: 'Krijgen alle groepen even vaak coulance?',
        legalGround: 'AVG 6(1)(f), eigen toets',
        plan: smallPlan,
        ...over,
      },
    })
  const measured = async (audit: string, text: string) => {
    const { run } = await call<{ run: string }>('POST', '/api/fairness/audits/:id/file', {
      params: { id: audit },
      bytes: bytesOf(text),
    })
    await runner.settled()
    return run
  }
  const viewOf = (audit: string) => call<AuditView>('GET', '/api/fairness/audits/:id', { params: { id: audit } })
  const onFinding = (id: string, what: string, body: object) =>
    call<{ state: string }>('POST', `/api/fairness/findings/:id/${what}`, { params: { id }, body })
  const entries = async (audit: string) =>
    (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')))
      .filter(({ refs }) => refs.audit === audit)

  before(async () => {
    db = await testDatabase()
    const ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    client = (await db.ownerQuery<{ client_id: string }>('select client_id from client order by 1'))[0]!.client_id
    runner = createRunner({ database: db.database, ring, folder, act, failed: (error) => problems.push(error) })
    all = auditRoutes({ database: db.database, ids: randomIds, runner: () => runner, vkey: '' })
  })
  after(async () => {
    await runner.close()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
    assert.deepEqual(problems, [])
  })

  test('the plan is on record before data are read, with its hash; then the outcome with those of plan, file and counts', async () => {
    const { audit, planSha256 } = await planned()
    assert.deepEqual(
      (await entries(audit)).map(({ type, body }) => [type, body.planSha256]),
      [['audit.planned', planSha256]],
    )
    const run = await measured(audit, unequal)
    const [first, second, third] = await entries(audit)
    assert.deepEqual([first.type, second.type, third.type], ['audit.planned', 'audit.started', 'audit.completed'])
    const cells = (await db.database.inTx(scopeOf('toets'), (tx) => loadCells(tx, run)))!
    assert.deepEqual(
      [third.body.planSha256, third.body.inputSha256, third.body.cellsSha256, third.body.n],
      [planSha256, sha256([unequal]), sha256([cells]), 2_006],
    )
    assert.equal(cellsBytes(readCells(cells)), cells, 'the counts are read again to the byte')
    assert.deepEqual(readdirSync(folder), [], 'the file is gone')
  })

  test('nothing in the store lets a plan be changed', async () => {
    const { audit } = await planned()
    await assert.rejects(
      db.database.inTx(scopeOf('toets'), (tx) =>
        tx.query(`update audit_plan set plan = '{}' where audit_id = $1`, [audit]),
      ),
      /permission denied/,
    )
  })

  test('another plan after the outcome is a new audit that says so; the same plan is not', async () => {
    const { audit } = await planned()
    const before = await planned({ follows: audit, plan: { ...smallPlan, margin: 0.25 } })
    assert.equal(before.changedAfterResult, false, 'nobody had seen anything')
    await measured(audit, unequal)
    const other = await planned({ follows: audit, plan: { ...smallPlan, margin: 0.25 } })
    assert.equal(other.changedAfterResult, true)
    assert.equal((await entries(other.audit))[0].body.reason, 'plan_changed_after_result')
    assert.equal((await planned({ follows: audit })).changedAfterResult, false)
    assert.deepEqual((await viewOf(audit)).followedBy.length, 3)
    await assert.rejects(planned({ follows: 'nergens' }), refused('audit_unknown'))
  })

  test('a plan that cannot be is refused with all that is wrong, and leaves nothing', async () => {
    const count = async () => (await call<{ audits: unknown[] }>('GET', '/api/fairness/audits')).audits.length
    const before = await count()
    await assert.rejects(
      planned({ plan: { sensitive: ['group'], predicton: 'outcome', margin: 7 } }),
      (error: ApiError) =>
        error.code === 'audit_plan_refused' &&
        /prediction/.test(String(error.values.problems)) &&
        /margin/.test(String(error.values.problems)),
    )
    await assert.rejects(planned({ source: 'decisions' }), refused('audit_system_needed'))
    await assert.rejects(planned({ client: 'onbekend' }), refused('client_unknown'))
    await assert.rejects(planned({ source: 'decisions', system: 'onbekend' }), refused('system_unknown'))
    assert.equal(await count(), before)
  })

  test('bad data end the reading with every problem and its place; nothing else is kept', async () => {
    const { audit } = await planned()
    const run = await measured(audit, 'group,outcome\na,1\na,misschien\nb,0\nb\n')
    const view = (await viewOf(audit)).runs[0]!
    assert.deepEqual([view.id, view.state, view.cellsSha256], [run, 'failed', null])
    assert.deepEqual(
      view.problems!.problems.map(({ code, line }) => [code, line]).sort(),
      [
        ['label_not_binary', 3],
        ['row_ragged', 5],
      ].sort(),
    )
    assert.match(view.problemSentences.join(' '), /Regel 5: .*Regel 3, kolom outcome/)
    assert.deepEqual((await entries(audit)).at(-1).body, { reason: 'input', problems: view.problems!.total })
    assert.deepEqual(readdirSync(folder), [])
    await assert.rejects(
      call('POST', '/api/fairness/audits/:id/file', { params: { id: audit }, bytes: [] }),
      refused('audit_file_empty'),
    )
  })

  test('a small group counts in the tests and is not shown', async () => {
    const { audit } = await planned()
    const run = await measured(audit, unequal)
    const reply = await call<ReportReply>('GET', '/api/fairness/runs/:id/report', { params: { id: run } }, overseer)
    assert.equal(reply.report!.n, 2_006)
    assert.ok(reply.report!.suppressed.groups > 0)
    assert.match(reply.document!.lead, /Verschil gevonden: 1\./, 'what is hidden is not denied')
    assert.ok(!JSON.stringify([reply.document, reply.report!.groups, reply.report!.verdicts]).includes('"c"'))
    const pdf = await call<{ name: string; base64: string }>('GET', '/api/fairness/runs/:id/pdf', {
      params: { id: run },
    })
    assert.match(pdf.name, /^audit-2026-11-25-[0-9a-f]{6}-nl\.pdf$/)
    assert.match(Buffer.from(pdf.base64, 'base64').toString('latin1'), /^%PDF-1\.7/)
    assert.ok(reply.document!.blocks.some((block) => block.kind === 'text' && /Verborgen groepen/.test(block.text)))
  })

  test('a real difference closes only when a later measurement shows that it is gone', async () => {
    const { audit } = await planned()
    await measured(audit, unequal)
    const [finding] = (await viewOf(audit)).findings
    assert.match(finding!.sentence, /Er is een verschil tussen b en a/)
    await assert.rejects(onFinding(finding!.id, 'close', {}), refused('finding_not_judged'))
    await onFinding(finding!.id, 'judge', { judgement: 'real', reasons: 'De regel telt de wijk mee.' })
    await assert.rejects(onFinding(finding!.id, 'close', { reasons: 'Klaar.' }), refused('finding_change_missing'))
    now = new Date(now.getTime() + 60_000)
    await onFinding(finding!.id, 'change', { change: 'De wijk telt niet meer mee.' })
    now = new Date(now.getTime() + 60_000)
    await assert.rejects(onFinding(finding!.id, 'close', {}), refused('finding_not_measured_again'))
    await measured(audit, unequal)
    await assert.rejects(onFinding(finding!.id, 'close', {}), refused('finding_still_there'))
    assert.equal((await viewOf(audit)).findings.length, 1, 'found again is the same finding')
    now = new Date(now.getTime() + 60_000)
    await measured(audit, equal)
    assert.equal((await onFinding(finding!.id, 'close', {})).state, 'closed')
    const closed = (await entries(audit)).at(-1)
    assert.deepEqual([closed.type, closed.body], ['finding.closed', { as: 'gone' }])
    now = new Date(now.getTime() + 60_000)
    await measured(audit, unequal)
    assert.deepEqual(
      (await viewOf(audit)).findings.map(({ state }) => state),
      ['open', 'closed'],
      'it came back',
    )
    assert.ok(!JSON.stringify(await entries(audit)).includes('wijk'), 'reasons are not in the ledger')
  })

  test('a reading whose process is gone is taken over where its file is, and told as interrupted where it is not', async () => {
    for (const here of [true, false]) {
      const { audit } = await planned()
      const run = crypto.randomUUID()
      await db.ownerQuery(
        `insert into audit_run (tenant_id, client_id, run_id, audit_id, state, started_by, started_at, beat_at) values ('toets', $1, $2, $3, 'running', 'x', $4, $4)`,
        [client, run, audit, now],
      )
      if (here) writeFileSync(join(folder, run), equal)
      assert.equal(await runner.resume(), 0, 'its process may be alive')
      now = new Date(now.getTime() + SILENT_MS + 1)
      assert.equal(await runner.resume(), 1)
      await runner.settled()
      const [view] = (await viewOf(audit)).runs
      assert.equal(view!.state, here ? 'completed' : 'failed')
      if (!here) assert.equal((await entries(audit)).at(-1).body.reason, 'interrupted')
    }
    assert.deepEqual(readdirSync(folder), [])
  })

  test('one reading at a time; a cancelled one keeps nothing and its end is on record', async () => {
    const { audit } = await planned()
    const big = rowsOf({ a: { n: 400_000, yes: 200_000 }, b: { n: 400_000, yes: 200_000 } })
    const send = () =>
      call<{ run: string }>('POST', '/api/fairness/audits/:id/file', { params: { id: audit }, bytes: bytesOf(big) })
    const { run } = await send()
    await assert.rejects(send(), refused('audit_running'))
    const view = await call<RunView>('POST', '/api/fairness/runs/:id/cancel', { params: { id: run } })
    assert.equal(view.state, 'cancelled')
    await runner.settled()
    const [after] = (await viewOf(audit)).runs
    assert.deepEqual([after!.state, after!.verdicts], ['cancelled', null])
    assert.equal((await entries(audit)).at(-1).type, 'audit.cancelled')
    assert.deepEqual(readdirSync(folder), [])
    await assert.rejects(
      call('POST', '/api/fairness/runs/:id/cancel', { params: { id: run } }),
      refused('audit_not_running'),
    )
  })

  test('who reads does not plan, and who is of another client sees nothing', async () => {
    const { audit } = await planned()
    await assert.rejects(call('POST', '/api/fairness/audits', { body: {} }, overseer), refused('not_allowed'))
    const other = staff('toets', ['ethics_officer'], ['een-andere'], 'officer-2')
    assert.deepEqual(await call('GET', '/api/fairness/audits', {}, other), { audits: [] })
    await assert.rejects(
      call('GET', '/api/fairness/audits/:id', { params: { id: audit } }, other),
      refused('audit_unknown'),
    )
    const foreign = staff('een-andere', ['ethics_officer'], '*', 'officer-3')
    await assert.rejects(
      call('GET', '/api/fairness/audits/:id', { params: { id: audit } }, foreign),
      refused('audit_unknown'),
    )
  })

  test('recorded decisions are counted in the database, measured again by themselves when that is due', async () => {
    const [system] = await db.ownerQuery<{ system_id: string; client_id: string; version_id: string }>(
      `select s.system_id, s.client_id, v.version_id from ai_system s join system_version v using (tenant_id, system_id) where s.tenant_id = 'toets' order by 1 limit 1`,
    )
    const { system_id, client_id, version_id } = system!
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) select 'toets', $1, 'decided-' || n, 'anonymous', $2 from generate_series(1, 600) n`,
      [client_id, now],
    )
    await db.ownerQuery(
      `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, system_id, version_id, purpose_id, kind, class, channel, language, decided_at, recorded_at, outcome, favourable, review, explanation, body_hmac, record)
       select 'toets', $1, 'd-' || n, 'decided-' || n, 'customer', $2, $3, 'p', 'coulance', 'assist', case when n % 2 = 0 then 'chat' else 'voice' end, 'nl', $4, $4, 'x', n % 2 = 0 or n % 4 = 1, 'not_needed', 'not_needed', '\\x00', 'r' from generate_series(1, 600) n`,
      [client_id, system_id, version_id, now],
    )
    const given = {
      client: client_id,
      source: 'decisions',
      system: system_id,
      plan: { prediction: 'favourable', sensitive: ['channel'] },
      intervalDays: 30,
    }
    const { audit } = await planned(given)
    await call('POST', '/api/fairness/audits/:id/runs', { params: { id: audit } })
    await runner.settled()
    const view = await viewOf(audit)
    assert.deepEqual([view.runs[0]!.state, view.runs[0]!.n, view.due], ['completed', 600, 'later'])
    assert.equal(view.runs[0]!.verdicts!.difference_found, 1)
    await assert.rejects(
      call('POST', '/api/fairness/audits/:id/file', { params: { id: audit }, bytes: bytesOf(equal) }),
      refused('audit_source'),
    )
    assert.equal(await startDue(db.database, runner, act), 0)
    now = new Date(now.getTime() + 30 * 86_400_000)
    assert.equal(await startDue(db.database, runner, act), 1)
    await runner.settled()
    assert.equal(await startDue(db.database, runner, act), 0, 'once per interval')
    assert.equal((await viewOf(audit)).runs.length, 2)
    await assert.rejects(
      planned({ ...given, plan: { prediction: 'favourable', sensitive: ['chanel'] } }),
      (error: unknown) =>
        refused('audit_plan_refused')(error) && /channel/.test(String((error as ApiError).values.problems)),
    )
  })

  test('the lamp of a system says what waits: never audited, a difference that is real, an audit that is late', async () => {
    const system = 'verboden'
    const owner = (
      await db.ownerQuery<{ client_id: string }>(`select client_id from ai_system where system_id = '${system}'`)
    )[0]!.client_id
    const notes = async (tenant = 'toets', clients: '*' | string[] = '*') =>
      (await db.database.inTx({ ...scopeOf(tenant), clients }, (tx) => fairnessLamps(tx, now)))
        .filter((note) => note.system === system)
        .map(({ code, at }) => `${code} ${at?.toISOString() ?? ''}`.trim())
    assert.deepEqual(await notes(), ['never_audited'], 'it decides about people')
    const { audit } = await planned({ client: owner, system, intervalDays: 30 })
    assert.deepEqual(await notes(), ['never_audited'], 'a plan is no measurement')
    await measured(audit, unequal)
    assert.deepEqual(await notes(), [])
    const [line] = (await call<{ audits: AuditView[] }>('GET', '/api/fairness/audits')).audits
    assert.deepEqual(line!.findingsTo, { judge: 1, change: 0, measure: 0, close: 0 })
    const [finding] = (await viewOf(audit)).findings
    await onFinding(finding!.id, 'judge', { judgement: 'real', reasons: 'De wijk telt mee.' })
    assert.deepEqual(await notes(), [`difference_real ${now.toISOString()}`])
    assert.deepEqual(await notes('toets', ['een-andere']), [], 'who is of another client sees nothing')
    await onFinding(finding!.id, 'change', { change: 'De wijk telt niet meer mee.' })
    assert.deepEqual(await notes(), [])
    now = new Date(now.getTime() + 30 * 86_400_000)
    assert.deepEqual(await notes(), [`audit_overdue ${now.toISOString()}`])
    const { audit: next } = await planned({ client: owner, system, follows: audit })
    assert.deepEqual(await notes(), [], 'its question goes on in the audit that follows')
    assert.equal((await viewOf(next)).follows, audit)
  })

  test('a following audit is laid beside the one before it: what each difference became, and what the plans say otherwise', async () => {
    const { audit } = await planned()
    const first = await measured(audit, rowsOf({ a: { n: 1_001, yes: 700 }, b: { n: 1_000, yes: 500 } }))
    const compared = (id: string, query: object = {}) =>
      call<CompareReply>('GET', '/api/fairness/audits/:id/compare', { params: { id }, query }, overseer)
    await assert.rejects(compared(audit), refused('compare_nothing'))
    now = new Date(now.getTime() + 60_000)
    const { audit: next } = await planned({ follows: audit, plan: { ...smallPlan, margin: 0.04 } })
    await assert.rejects(compared(next), refused('audit_no_result'))
    const second = await measured(next, equal)
    const reply = await compared(next)
    assert.deepEqual(
      [reply.before.id, reply.after.id, reply.comparable, reply.planDifferences],
      [first, second, true, ['margin']],
    )
    assert.deepEqual(
      reply.comparisons.map(({ group, verdictBefore, verdictAfter, verdict }) => [
        group.group,
        verdictBefore,
        verdictAfter,
        verdict,
      ]),
      [['b', 'difference_found', 'no_relevant_difference', 'smaller']],
    )
    const report = await call<ReportReply>('GET', '/api/fairness/runs/:id/report', { params: { id: second } }, overseer)
    assert.ok(
      report.document!.blocks.some((block) => block.kind === 'figure' && block.id === 'changes'),
      'and so does its report',
    )
    await assert.rejects(compared(next, { with: second }), refused('compare_nothing'))
  })

  test('a signal of the catalogue becomes a measure of the plan; containment never without who came back', async () => {
    const signal = { signal: 'containment', column: 'afgehandeld', yes: 'ja' }
    await assert.rejects(planned({ signals: [signal] }), refused('signal_columns_missing'))
    const { audit } = await planned({ signals: [{ ...signal, backAgain: 'terug' }] })
    assert.deepEqual((await viewOf(audit)).plan.measures, [
      {
        name: 'containment',
        kind: 'rate',
        column: 'afgehandeld',
        positive: 'ja',
        backAgain: { column: 'terug', positive: 'ja' },
      },
    ])
    const { signals } = await call<{ signals: { signal: string; why: string }[] }>('GET', '/api/fairness/signals')
    assert.equal(signals.length, 13)
    assert.ok(signals.every(({ why }) => why.length > 10))
  })

  test('how many are needed', async () => {
    const reply = await call<{ smallestDetectable: number; neededForEquality: number }>(
      'GET',
      '/api/fairness/sample-size',
      {
        query: { n: '500', nReference: '5000', rate: '0.3', margin: '0.05' },
      },
    )
    assert.ok(reply.smallestDetectable > 0.05 && reply.smallestDetectable < 0.2)
    assert.ok(reply.neededForEquality > 500)
  })
})
