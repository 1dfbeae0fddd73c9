import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
import { createRunner, type Runner } from '../audits/io/runner.ts'
import { bytesOf } from '../audits/testing.ts'
import type { SheetLine, SheetView } from './contract.ts'
import { sheetRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
/** 200 rows: a region and a language; six in Frisian, all of the north. */
const rows = [
  'region,lang',
  ...Array.from(
    { length: 200 },
    (_, i) => `${i % 2 === 0 ? 'north' : 'south'},${i < 12 && i % 2 === 0 ? 'fy' : i < 60 ? 'en' : 'nl'}`,
  ),
  '',
].join('\n')

describe('data sheets over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  let runner: Runner
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-sheets-'))
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const overseer = staff('toets', ['overseer'], '*', 'overseer-1')
  const call = <T>(method: 'GET' | 'POST', path: string, given: object = {}, caller: Caller = officer) =>
    callRoute(all, method, path, caller, { now: start, ...given }) as Promise<T>
  const planned = (over: object = {}) =>
    call<{ sheet: string; planSha256: string }>('POST', '/api/fairness/sheets', {
      body: {
        client: 'contractklant',
        name: 'Gesprekken van 2026',
        source: 'file',
        system: 'in-orde',
        version: '1',
        plan: {
          columns: ['region', 'lang'],
          reference: { lang: { source: 'CBS', date: '2026-01-01', shares: { nl: 0.5, en: 0.4, fy: 0.1 } } },
        },
        ...over,
      },
    })
  const brought = (sheet: string, text: string) =>
    call<{ state: string }>('POST', '/api/fairness/sheets/:id/file', { params: { id: sheet }, bytes: bytesOf(text) })
  const viewOf = (sheet: string, caller = overseer) =>
    call<SheetView>('GET', '/api/fairness/sheets/:id', { params: { id: sheet } }, caller)
  const entries = async (sheet: string) =>
    (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')))
      .filter(({ refs }) => refs.sheet === sheet)

  before(async () => {
    db = await testDatabase()
    const ring = testKeys()
    const act = () => ({ now: start, ids: randomIds })
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), act())
    runner = createRunner({ database: db.database, ring, folder, act, failed: (error) => assert.ifError(error) })
    all = sheetRoutes({ database: db.database, ids: randomIds, runner: () => runner, vkey: '' })
  })
  after(async () => {
    await runner.close()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the plan is on record before the data are read; then the outcome with its hashes, and the gate knows of it', async () => {
    const { sheet, planSha256 } = await planned()
    assert.equal((await viewOf(sheet)).state, 'reading')
    assert.equal((await brought(sheet, rows)).state, 'completed')
    const [first, second] = await entries(sheet)
    const view = await viewOf(sheet)
    assert.deepEqual([first.type, second.type, second.body.n], ['sheet.planned', 'sheet.completed', 200])
    assert.deepEqual(
      [first.body.planSha256, second.body.reportSha256, second.body.inputSha256],
      [planSha256, view.reportSha256, view.inputSha256],
    )
    assert.deepEqual(readdirSync(folder), [], 'the file is gone')
    const conditions = await db.database.inTx(scopeOf('toets'), (tx) =>
      loadGateConditions(tx, { system: 'in-orde', version: '1' }),
    )
    assert.deepEqual(
      conditions.map(({ condition, state }) => [condition, state]),
      [
        ['dataSheet', 'met'],
        ['pairedPrompts', 'missing'],
      ],
    )
    await assert.rejects(brought(sheet, rows), refused('sheet_ended'))
  })

  test('a value of fewer than ten people is not shown, nor what it follows from', async () => {
    const { sheet } = await planned()
    await brought(sheet, rows)
    const { report, document } = await viewOf(sheet)
    const lang = report!.values.find(({ column }) => column === 'lang')!
    assert.deepEqual(
      [lang.shown.map(({ value, count }) => [value, count]), lang.hidden, lang.evenness],
      [[['nl', 140]], 2, null],
    )
    assert.ok(
      report!.patterns.some(({ pattern, nobody }) => pattern.lang === 'fy' && !nobody),
      'that they are few is said',
    )
    const shares = report!.representation[0]!.rows.filter(({ share }) => share !== null).map(({ value }) => value)
    assert.deepEqual(shares, ['nl'])
    assert.ok(!JSON.stringify([report, document]).includes('"count":6'))
    assert.match(document!.lead, /200/)
    const { base64 } = await call<{ base64: string }>('GET', '/api/fairness/sheets/:id/pdf', { params: { id: sheet } })
    assert.match(Buffer.from(base64, 'base64').toString('latin1'), /^%PDF-1\.7/)
  })

  test('data that are wrong end the sheet with every problem, and the gate knows nothing of it', async () => {
    const { sheet } = await planned({ system: 'afgewezen' })
    assert.equal((await brought(sheet, 'regio,lang\nnoord,nl\n')).state, 'failed')
    const view = await viewOf(sheet)
    assert.match(view.problemSentences.join(' '), /region/)
    assert.equal(view.document, null)
    const [one] = await db.database.inTx(scopeOf('toets'), (tx) =>
      loadGateConditions(tx, { system: 'afgewezen', version: '1' }),
    )
    assert.equal(one!.state, 'missing')
  })

  test('recorded decisions are looked into where they are', async () => {
    const { sheet } = await planned({ source: 'decisions', plan: { columns: ['channel', 'language'] } })
    const { state } = await call<{ state: string }>('POST', '/api/fairness/sheets/:id/decisions', {
      params: { id: sheet },
    })
    assert.equal(state, 'failed', 'there are none')
    assert.deepEqual(
      (await viewOf(sheet)).problems!.problems.map(({ code }) => code),
      ['empty_table'],
    )
  })

  test('what cannot be planned is refused, who may not read sees nothing', async () => {
    await assert.rejects(planned({ plan: { columns: [] } }), refused('sheet_plan_refused'))
    await assert.rejects(planned({ version: undefined }), refused('sheet_version_needed'))
    await assert.rejects(planned({ version: '9' }), refused('version_unknown'))
    await assert.rejects(call('POST', '/api/fairness/sheets', { body: {} }, overseer), refused('not_allowed'))
    const other = staff('toets', ['ethics_officer'], ['een-andere'], 'officer-2')
    assert.deepEqual(await call<{ sheets: SheetLine[] }>('GET', '/api/fairness/sheets', {}, other), { sheets: [] })
  })
})
