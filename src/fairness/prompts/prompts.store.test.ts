// Paired-prompt audits over the wire, with bots that answer what a test makes them answer.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { loadGateConditions } from '../../records/index.ts'
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
import type { CanaryView, PromptLine, PromptView, SizeOfPrompts } from './contract.ts'
import { type Asked, createPromptRunner, type Heard, type PromptRunner } from './io/runner.ts'
import { startDueCanaries } from './jobs.ts'
import { factors, templates } from './material.ts'
import { render } from './render.ts'
import { promptRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const refused = (code: string, param?: string) => (error: unknown) =>
  error instanceof ApiError && error.code === code && (param === undefined || error.param === param)

const fine = (text: string): Heard => ({ status: 200, code: null, text, call: null, conversation: 'c' })
const answer = fine('U regelt dat zelf in Mijn Omgeving. Daar staat hoe het gaat.')
const no = fine('Ik begrijp uw vraag niet.')
const refusal = (code: string, status = 403): Heard => ({
  status,
  code,
  text: 'Dat kan nu niet.',
  call: null,
  conversation: null,
})

describe('paired-prompt audits over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  let now = start
  let runner: PromptRunner
  let bot: (asked: Asked, n: number) => Heard | Promise<Heard>
  let asked: Asked[] = []
  const failures: unknown[] = []
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const act = () => ({ now, ids: randomIds })
  const call = <T>(method: 'GET' | 'POST', path: string, given: object = {}, caller: Caller = officer) =>
    callRoute(all, method, `/api/fairness/prompts${path}`, caller, { now, ...given }) as Promise<T>
  const newRunner = (own?: typeof bot) =>
    createPromptRunner({
      database: db.database,
      ask: async (one) => {
        asked.push(one)
        return (own ?? bot)(one, asked.length)
      },
      act,
      wait: async () => {},
      failed: (error) => failures.push(error),
    })
  const body = (more: object = {}) => ({
    system: 'in-orde',
    question: 'Krijgt iedereen hetzelfde antwoord?',
    factors: ['learner', 'name_turkish'],
    outcomes: ['answered', 'words'],
    repeats: 1,
    ...more,
  })
  const begin = (more: object = {}, caller: Caller = officer) =>
    call<{ audit: string; planSha256: string; calls: number }>('POST', '', { body: body(more) }, caller)
  const viewOf = (id: string, caller: Caller = officer) =>
    call<PromptView>('GET', '/audits/:id', { params: { id } }, caller)
  const measured = async (more: object = {}) => {
    const { audit } = await begin(more)
    await runner.settled()
    return viewOf(audit)
  }
  const events = async (id: string) =>
    (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')))
      .filter(({ refs }) => refs?.prompts === id || refs?.canary === id)
  const typesOf = async (id: string) => (await events(id)).map(({ type }) => type)
  const alarms = () =>
    db.ownerQuery<{ alarm_id: string; source: string; settled_at: Date | null }>(
      'select alarm_id, source, settled_at from system_alarm order by raised_at',
    )
  const condition = async () =>
    (
      await db.database.inTx(scopeOf('toets'), (tx) => loadGateConditions(tx, { system: 'in-orde', version: '1' }), {
        readOnly: true,
      })
    ).find(({ condition: one }) => one === 'pairedPrompts')!

  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), { now: start, ids: randomIds })
    runner = newRunner()
    all = promptRoutes({ database: db.database, ids: randomIds, prompts: () => runner })
    bot = () => answer
  })
  after(async () => {
    await runner.close()
    await db.close()
    assert.deepEqual(failures, [])
  })

  test('what it costs and could show is said before anything is asked', async () => {
    asked = []
    const size = await call<SizeOfPrompts>('POST', '/size', { body: body() })
    assert.deepEqual([size.templates, size.calls, size.comparisons], [36, 36 * 4, 4])
    assert.ok(size.smallestDetectable! < 0.5)
    assert.equal(asked.length, 0)
  })

  for (const [name, more, code, param] of [
    ['an unknown system', { system: 'geen' }, 'system_unknown', 'system'],
    ['an unknown factor', { factors: ['lerner'] }, 'prompts_plan_refused', 'factors[0]'],
    ['another version', { version: '9' }, 'prompts_plan_refused', 'version'],
  ] as const)
    test(`${name} is refused, and nothing is on record`, async () => {
      await assert.rejects(begin(more), refused(code, param))
      assert.deepEqual((await call<{ audits: PromptLine[] }>('GET', '')).audits, [])
    })

  test('a fair bot: planned before the first question, each asked once, nothing found', async () => {
    asked = []
    const { audit, planSha256, calls } = await begin()
    await runner.settled()
    const view = await viewOf(audit)
    assert.deepEqual([view.state, view.done, view.of, asked.length], ['completed', calls, calls, calls])
    assert.deepEqual(await typesOf(audit), ['prompts.planned', 'prompts.completed'])
    assert.equal((await events(audit))[0].body.planSha256, planSha256)
    assert.equal(new Set(asked.map(({ conversation }) => conversation)).size, calls)
    assert.deepEqual(view.verdicts, { difference_found: 0, no_relevant_difference: 4, cannot_tell: 0 })
    assert.match(view.sentence, /Geen verschil gevonden in 4 vergelijkingen/)
    assert.match(view.notForGate!, /Telt niet voor de vrijgave/)
    assert.equal((await condition()).state, 'missing', 'too few factors for a gate')
    const keys = await db.ownerQuery<{ revoked_at: Date | null; expires_at: Date }>(
      'select revoked_at, expires_at from system_key where audit',
    )
    assert.ok(keys.length === 1 && keys[0]!.revoked_at !== null && keys[0]!.expires_at !== null)
  })

  test('a bot that does not answer learners: found, in words, on Today, until somebody judges it', async () => {
    const learner = new Set<string>()
    bot = (one) => (learner.has(one.text) ? no : answer)
    const persona = factors.find(({ id }) => id === 'learner')!.personas[0]!
    for (const template of templates) learner.add(render(template, persona))
    const view = await measured()
    assert.deepEqual(view.verdicts, { difference_found: 2, no_relevant_difference: 2, cannot_tell: 0 })
    assert.match(view.sentence, /2 verschillen gevonden: wie de taal nog leert/)
    assert.ok(view.toJudge && view.examples.length === 2 && view.examples.every(({ factor }) => factor === 'learner'))
    assert.deepEqual(await alarms(), [{ alarm_id: view.id, source: 'prompts', settled_at: null }])
    const failed = await condition()
    assert.equal(failed.state, 'failed', 'a difference counts whatever else was asked')

    const reasons = 'De kennisbank kent deze woorden niet.'
    const judge = { params: { id: view.id }, body: { judgement: 'real', reasons } }
    await call('POST', '/audits/:id/judgement', judge)
    await assert.rejects(call('POST', '/audits/:id/judgement', judge), refused('prompts_nothing_to_judge'))
    assert.ok((await alarms())[0]!.settled_at !== null)
    assert.deepEqual([(await viewOf(view.id)).judgement, (await viewOf(view.id)).toJudge], ['real', false])
    assert.doesNotMatch(JSON.stringify(await events(view.id)), /kennisbank/, 'reasons are not in the ledger')
    bot = () => answer
  })

  test('an audit of everybody and every outcome counts for the gate', async () => {
    now = new Date(now.getTime() + 60_000)
    const view = await measured({ factors: undefined, outcomes: undefined })
    assert.equal(view.notForGate, null)
    assert.equal((await condition()).state, 'met')
  })

  test('no text of an answer is kept with the audit', async () => {
    const rows = await db.ownerQuery(
      'select prompt_audit::text as a from prompt_audit union all select prompt_answer::text from prompt_answer',
    )
    assert.doesNotMatch(JSON.stringify(rows), /Mijn Omgeving|Emma/)
  })

  test('what the gateway refuses is an outcome of the person; what fails is none', async () => {
    let n = 0
    bot = () => (++n % 4 === 0 ? refusal('content_not_allowed') : answer)
    const { result } = await measured()
    assert.equal(result!.refused, 36)
    assert.equal(result!.failed, 0)
    bot = (_, n) => (n % 37 === 0 ? { ...answer, status: 502, code: 'upstream_error' } : answer)
    assert.equal((await measured()).result!.failed, 0, 'tried again')
    bot = () => answer
  })

  for (const [name, heard, problem] of [
    ['is stopped', refusal('system_stopped'), /gestopt/],
    ['is gone', { ...answer, status: 503, code: 'upstream_unavailable' }, /te vaak geen antwoord/],
  ] as const)
    test(`a system that ${name} ends it without a result, and is not asked the rest`, async () => {
      asked = []
      bot = () => heard
      const view = await measured()
      assert.deepEqual([view.state, view.result], ['failed', null])
      assert.match(view.problem!, problem)
      assert.ok(asked.length < 60, String(asked.length))
      assert.deepEqual(await typesOf(view.id), ['prompts.planned', 'prompts.failed'])
      bot = () => answer
    })

  test('a limit is waited for', async () => {
    bot = (_, n) => (n % 5 === 0 ? refusal('limit_exceeded', 429) : answer)
    const view = await measured()
    assert.deepEqual([view.state, view.result!.refused, view.result!.failed], ['completed', 0, 0])
    bot = () => answer
  })

  test('cancelled in the middle: no result, and another one may begin', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    asked = []
    bot = async (_, n) => {
      if (n === 10) reached.resolve()
      if (n >= 10) await promise
      return answer
    }
    const { audit } = await begin()
    await reached.promise
    await assert.rejects(begin(), refused('prompts_running'))
    await call('POST', '/audits/:id/cancel', { params: { id: audit } })
    resolve()
    await runner.settled()
    const view = await viewOf(audit)
    assert.deepEqual([view.state, view.result], ['cancelled', null])
    assert.ok(asked.length < 15)
    await assert.rejects(call('POST', '/audits/:id/cancel', { params: { id: audit } }), refused('prompts_not_running'))
    bot = () => answer
  })

  test('a process that died: another goes on with what was not answered, and revokes its key', async () => {
    asked = []
    const reached = Promise.withResolvers<void>()
    const never = Promise.withResolvers<Heard>()
    const dead = newRunner((_, n) => {
      if (n === 22) reached.resolve()
      return n > 20 ? never.promise : answer
    })
    runner = dead
    const { audit, calls } = await begin()
    await reached.promise
    runner = newRunner()
    assert.equal(await runner.resume(), 0, 'it was alive a moment ago')
    now = new Date(now.getTime() + 120_000)
    assert.equal(await runner.resume(), 1)
    await runner.settled()
    const view = await viewOf(audit)
    assert.deepEqual([view.state, view.done], ['completed', calls])
    // Twenty were answered and two were out: those alone are asked again.
    assert.ok(asked.length <= calls + 2, `${asked.length} of ${calls}`)
    never.resolve(answer)
    await dead.close()
    assert.equal((await viewOf(audit)).done, calls)
    const open = await db.ownerQuery('select 1 from system_key where audit and revoked_at is null')
    assert.equal(open.length, 0)
  })

  test('a budget leaves whole questions, and does not count for a gate', async () => {
    const { result, done, notForGate } = await measured({ budgetCalls: 50 })
    assert.deepEqual([done, result!.stoppedAtBudget], [48, true])
    assert.ok(notForGate !== null)
  })

  test('a canary: the reference alone is asked again, at its interval, and a silent change is seen', async () => {
    const first = await measured()
    const { canary } = await call<{ canary: string }>('POST', '/audits/:id/canary', {
      params: { id: first.id },
      body: { intervalDays: 1, reasons: 'De leverancier werkt zijn model bij zonder bericht.' },
    })
    const seen = async () =>
      (await call<{ canaries: CanaryView[] }>('GET', '/canaries')).canaries.find(({ id }) => id === canary)!
    const night = async () => {
      now = new Date(now.getTime() + 86_400_000)
      asked = []
      const { begun, failed } = await startDueCanaries(db.database, runner, act)
      await runner.settled()
      assert.deepEqual([begun, failed, asked.length], [1, [], 72])
    }
    assert.deepEqual(await startDueCanaries(db.database, runner, act), { begun: 0, failed: [] })
    await night()
    assert.deepEqual([(await seen()).readings, (await seen()).alarm], [1, false])
    assert.match((await seen()).sentence, /als bij de eerste keer/)
    bot = () => fine('Dat kan ik niet.')
    await night()
    assert.equal((await seen()).alarm, true)
    assert.match((await seen()).sentence, /anders dan bij de eerste keer: antwoord op de vraag/)
    assert.deepEqual(await typesOf(canary), ['canary.started', 'prompts.planned', 'prompts.planned', 'canary.alarmed'])
    assert.equal((await alarms()).at(-1)!.source, 'canary')
    await call('POST', '/canaries/:id/end', {
      params: { id: canary },
      body: { reasons: 'De leverancier is gevraagd.' },
    })
    assert.ok((await alarms()).at(-1)!.settled_at !== null)
    bot = () => answer
  })

  test('who is not of the client sees nothing of it, and who only reads begins nothing', async () => {
    const other = staff('toets', ['ethics_officer'], ['anders'], 'officer-2')
    assert.deepEqual((await call<{ audits: PromptLine[] }>('GET', '', {}, other)).audits, [])
    const reader = staff('toets', ['overseer'], '*', 'overseer-1')
    await assert.rejects(begin({}, reader), refused('not_allowed'))
    assert.ok((await call<{ audits: PromptLine[] }>('GET', '', {}, reader)).audits.length > 0)
  })
})
