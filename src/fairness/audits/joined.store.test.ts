import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { ApiError, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { routes as attributeRoutes } from '../../records/attributes/routes.ts'
import { addSubjects, insertDecision } from '../../records/index.ts'
import {
  apply,
  callRoute,
  organisationOf,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../../records/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { auditFile } from '../io/audit-file.ts'
import { cellsBytes, readAuditPlan } from '../rules.ts'
import type { AuditView } from './contract.ts'
import { createRunner, type Runner } from './io/runner.ts'
import { loadCells } from './io/store.ts'
import { auditRoutes } from './routes.ts'
import { inFolder } from './testing.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const words = (text: string) => ({ nl: text, en: text })
const client = 'contractklant'
const system = 'in-orde'

const attribute = {
  id: 'herkomst',
  client,
  name: words('herkomst'),
  source: 'customer',
  special: true,
  choices: ['hier', 'elders'].map((value) => ({ value, label: words(value) })),
  question: words('Waar bent u geboren?'),
  necessity: words('Anders is achterstelling niet te zien.'),
  legalGround: words('uitdrukkelijke toestemming'),
  signedBy: 'dpo-1',
  signedAt: '-1d',
  keepDays: 365,
}
const decisions = {
  kind: 'eligibility',
  features: [{ feature: 'contract_months', label: words('maanden klant'), show: 'number' }],
  outcomes: [
    { outcome: 'ja', label: words('ja'), favourable: true },
    { outcome: 'nee', label: words('nee'), favourable: false },
  ],
}

describe('audits of decisions joined with attributes of people', () => {
  let db: TestDatabase
  let ring: KeyRing
  let runner: Runner
  let all: Route[]
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-joined-'))
  const officer = staff('toets', ['ethics_officer', 'dpo'], '*', 'officer-1')
  const problems: unknown[] = []
  let customers = 0
  const rows: { origin: string | null; months: number | null; yes: boolean }[] = []
  const call = <T>(method: 'GET' | 'POST', path: string, given: object = {}) =>
    callRoute(all, method, path, officer, given) as Promise<T>
  const plan = (over: object) => ({
    client,
    name: 'Wie krijgt een aanbod?',
    source: 'decisions',
    system,
    question: 'Krijgen alle groepen even vaak een aanbod?',
    legalGround: 'AVG 9(2)(a)',
    plan: { prediction: 'favourable', ...over },
  })
  const measured = async (over: object, source = 'decisions') => {
    const { audit } = await call<{ audit: string }>('POST', '/api/fairness/audits', { body: { ...plan(over), source } })
    const { run } = await call<{ run: string }>('POST', '/api/fairness/audits/:id/runs', { params: { id: audit } })
    await runner.settled()
    return { run, view: await call<AuditView>('GET', '/api/fairness/audits/:id', { params: { id: audit } }) }
  }
  /** One conversation of each customer; a test has its own, that counts for nothing. */
  async function converse(): Promise<void> {
    await db.ownerQuery(
      `with numbered as (select subject_id, (row_number() over (order by subject_id))::int - 1 as i from data_subject where client_id = $1),
         told as (insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, started_at, updated_at)
           select 'toets', $1, 'c' || i, subject_id, $2, 'service', 'chat', case when i % 4 = 0 then 'en' else 'nl' end,
             case when i % 100 = 99 then 'audit' else 'gateway' end, $3::timestamptz - interval '30 days' + i * interval '1 minute', $3 from numbered returning conversation_id),
         said as (insert into turn (tenant_id, client_id, conversation_id, seq, role, at, sealed)
           select 'toets', $1, 'c' || i, 1, 'ai', $3, '' from numbered, (select count(*) from told) waited where i % 4 <> 0 or i % 8 = 0 returning 1)
       insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, accepted_at)
         select 'toets', $1, 'h' || i, 'c' || i, case when i % 6 = 0 then 'requested' else 'accepted' end, 'asked', $3::timestamptz - interval '1 hour',
           case when i % 6 = 0 then null else $3::timestamptz - interval '1 hour' + (i % 20) * interval '1 minute' end
         from numbered, (select count(*) from said) waited where i % 3 = 0`,
      [client, system, start],
    )
  }
  const entries = async (type: string) =>
    (
      await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [
        type,
      ])
    ).map((row) => JSON.parse(row.payload.toString('utf8')))

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    const organisation = parse(readFileSync(file, 'utf8'))
    organisation.people.push({ id: 'dpo-1', name: 'D. Po', roles: [{ role: 'dpo' }] })
    organisation.attributes = [attribute]
    organisation.systems.find((one: { id: string }) => one.id === system).decisions = decisions
    const act = { now: start, ids: randomIds }
    await apply(db.database, plainDeps(ring), organisationOf(organisation, start), act)
    runner = createRunner({
      database: db.database,
      ring,
      folder,
      act: () => act,
      failed: (error) => problems.push(error),
    })
    all = [
      ...auditRoutes({ database: db.database, ids: randomIds, runner: () => runner, vkey: '' }),
      ...attributeRoutes({
        database: db.database,
        ring,
        ids: randomIds,
        terms: { epochDays: 7, backupDays: 30 },
        decidesAlone: async () => true,
      }),
    ]
    const [version] = await db.ownerQuery<{ version_id: string }>(
      'select version_id from system_version where system_id = $1 and is_current',
      [system],
    )
    for (let i = 0; i < 2_400; i++)
      rows.push({
        origin: i % 12 === 0 ? null : i % 3 === 0 ? 'elders' : 'hier',
        months: i % 50 === 0 ? null : i % 40,
        yes: i % 3 === 0 ? i % 10 < 4 : i % 10 < 7,
      })
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      const subjects = await addSubjects(
        tx,
        ring,
        rows.map((_, i) => ({ client, reference: `K-${i}` })),
        act,
      )
      for (const [i, { months, yes }] of rows.entries())
        await insertDecision(
          tx,
          ring,
          {
            id: randomIds.next(),
            client,
            subject: subjects[i]!,
            subjectRole: 'customer',
            conversation: null,
            system,
            version: version!.version_id,
            purpose: '-',
            kind: 'eligibility',
            decisionClass: 'assist',
            channel: 'chat',
            language: 'nl',
            decidedAt: new Date(start.getTime() - (i % 700) * 60_000),
            outcome: yes ? 'ja' : 'nee',
            favourable: yes,
            score: null,
            scoreFrom: 'sent',
            threshold: null,
            review: null,
            explanation: { state: 'not_needed', reason: null },
            keyHmac: null,
            bodyHmac: Buffer.alloc(0),
            contents: { features: { contract_months: months } },
            refs: {},
          },
          act,
        )
    })
    await converse()
    const [people] = await db.ownerQuery<{ n: number }>(
      'select count(*)::int as n from data_subject where client_id = $1',
      [client],
    )
    customers = people!.n
    const given = rows.flatMap(({ origin }, i) =>
      origin === null ? [] : [{ subject: `K-${i}`, attribute: 'herkomst', value: origin, evidence: 'enquete' }],
    )
    for (let i = 0; i < given.length; i += 500)
      await callRoute(all, 'POST', '/v1/attributes', systemCaller('toets', client, system), {
        body: { attributes: given.slice(i, i + 500) },
      })
  })
  after(async () => {
    await runner.close()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
    assert.deepEqual(problems, [])
  })

  test('counts the same cells as a file with the same rows', async () => {
    const bands = { months_band: { from: 'feature.contract_months', cuts: [9, 19] } }
    const over = { sensitive: ['attribute.herkomst', 'channel'], strata: 'months_band', bands }
    const { run, view } = await measured(over)
    assert.equal(view.runs[0]!.state, 'completed')
    const csv = [
      'attribute.herkomst,channel,feature.contract_months,favourable',
      ...rows.map(({ origin, months, yes }) => `${origin ?? ''},chat,${months ?? ''},${yes ? 1 : 0}`),
    ].join('\n')
    const read = readAuditPlan({ prediction: 'favourable', ...over })
    assert.ok(read.ok)
    const expected = await inFolder(csv, (path) => auditFile(path, read.plan, { limitBytes: 1e9, engine: 'own' }))
    assert.ok(expected.ok)
    const cells = (await db.database.inTx(scopeOf('toets'), (tx) => loadCells(tx, run)))!
    assert.equal(cells, cellsBytes(expected.table))
  })

  test('the difference that is there is found, and the reading is on record without anybody in it', async () => {
    const { run, view } = await measured({ sensitive: ['attribute.herkomst'] })
    assert.ok(view.runs[0]!.verdicts!.difference_found >= 1)
    const read = (await entries('attribute.read')).find(({ refs }) => refs.audit === run)
    assert.deepEqual([read.body, read.subject ?? null], [{ rows: 2_400, values: 2_200 }, null])
    const [started] = (await entries('audit.completed')).filter(({ refs }) => refs.run === run)
    assert.ok(!JSON.stringify(started).includes('elders'))
  })

  test('conversations: what happened in them counts as in a file with the same rows, and a test counts for nothing', async () => {
    const over = {
      sensitive: ['language'],
      prediction: 'answered',
      measures: [
        { name: 'wait', kind: 'duration', column: 'wait_minutes', ended: { column: 'wait_ended', positive: 1 } },
      ],
    }
    const { run, view } = await measured(over, 'conversations')
    assert.equal(view.runs[0]!.state, 'completed', JSON.stringify(view.runs[0]!.problems))
    const csv = ['language,answered,wait_minutes,wait_ended']
    for (let i = 0; i < customers; i++) {
      if (i % 100 === 99) continue
      const asked = i % 3 === 0
      const taken = asked && i % 6 !== 0
      csv.push(
        [
          i % 4 === 0 ? 'en' : 'nl',
          i % 4 !== 0 || i % 8 === 0 ? 1 : 0,
          asked ? (taken ? i % 20 : 60) : '',
          asked ? (taken ? 1 : 0) : '',
        ].join(','),
      )
    }
    const read = readAuditPlan(over)
    assert.ok(read.ok)
    const expected = await inFolder(csv.join('\n'), (path) =>
      auditFile(path, read.plan, { limitBytes: 1e9, engine: 'own' }),
    )
    assert.ok(expected.ok)
    const cells = (await db.database.inTx(scopeOf('toets'), (tx) => loadCells(tx, run)))!
    assert.equal(cells, cellsBytes(expected.table))
    assert.ok(view.runs[0]!.verdicts!.difference_found >= 1, 'who speaks English gets no answer half of the time')
  })

  test('conversations are joined with what people said of themselves, and that is on record', async () => {
    const { run, view } = await measured({ sensitive: ['attribute.herkomst'], prediction: 'answered' }, 'conversations')
    const counted = customers - Math.floor(customers / 100)
    assert.equal(view.runs[0]!.n, counted)
    const read = (await entries('attribute.read')).find(({ refs }) => refs.audit === run)
    assert.equal(read.body.rows, counted)
    const { columns } = await call<{ columns: string[] }>('GET', '/api/fairness/columns', {
      query: { client, system, source: 'conversations' },
    })
    assert.ok(
      columns.includes('came_back') && columns.includes('attribute.herkomst') && !columns.includes('favourable'),
    )
  })

  test('a column that is not declared is refused with the nearest, before anything is read', async () => {
    for (const sensitive of [['attribute.herkomts'], ['feature.contract_month'], ['attribute.leeftijd']])
      await assert.rejects(
        call('POST', '/api/fairness/audits', { body: plan({ sensitive }) }),
        (error: unknown) => error instanceof ApiError && error.code === 'audit_plan_refused',
      )
    const { columns } = await call<{ columns: string[] }>('GET', '/api/fairness/columns', { query: { client, system } })
    assert.ok(columns.includes('attribute.herkomst') && columns.includes('feature.contract_months'))
  })

  test('an attribute that ended after the plan is a column that is not there', async () => {
    const { audit } = await call<{ audit: string }>('POST', '/api/fairness/audits', {
      body: plan({ sensitive: ['attribute.herkomst'] }),
    })
    await call('POST', '/api/attributes/:client/:attribute/end', {
      params: { client, attribute: 'herkomst' },
      body: { reasons: 'De meting is klaar en niet meer nodig.' },
    })
    await call('POST', '/api/fairness/audits/:id/runs', { params: { id: audit } })
    await runner.settled()
    const [run] = (await call<AuditView>('GET', '/api/fairness/audits/:id', { params: { id: audit } })).runs
    assert.deepEqual([run!.state, run!.problems?.problems.map(({ code }) => code)], ['failed', ['column_unknown']])
  })
})
