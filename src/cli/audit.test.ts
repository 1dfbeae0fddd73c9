import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { auditReport, problemList } from '../fairness/contract.ts'
import { loadDuckDb } from '../fairness/io/duckdb.ts'
import { readAuditPlan, readCells, runAudit } from '../fairness/rules.ts'
import { main } from './main.ts'

describe('cli: audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let files = 0
  const file = (content: string | Buffer, name = `${++files}.csv`) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  async function run(...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['audit', ...argv], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'nl',
    })
    return { exit, out, error }
  }

  const plan = file(
    JSON.stringify({ label: 'y', prediction: 'yhat', sensitive: ['g'], bootstrap: { replicates: 200, seed: 3 } }),
    'plan.json',
  )
  const data = `g,y,yhat\n${'a,1,1\na,0,0\nb,1,0\nb,0,0\n'.repeat(60)}`

  test('the report, the same to the byte every time, packed or not', async () => {
    const path = file(data)
    const first = await run(path, '--plan', plan, '--json')
    assert.deepEqual([first.exit, first.error], [0, ''])
    const report = auditReport.parse(JSON.parse(first.out))
    assert.equal(report.n, 240)
    assert.equal(report.verdicts[0]!.verdict, 'difference_found')
    assert.equal(report.inputSha256, createHash('sha256').update(data).digest('hex'))
    assert.equal((await run(path, '--plan', plan, '--json')).out, first.out)
    const packed = JSON.parse((await run(file(gzipSync(data), 'packed.gz'), '--plan', plan, '--json')).out)
    assert.deepEqual({ ...packed, inputSha256: report.inputSha256 }, JSON.parse(first.out))
  })

  test('for people: verdict and findings as sentences', async () => {
    const { out } = await run(file(data), '--plan', plan)
    assert.match(out, /Er is een verschil tussen b en a\./)
    assert.match(out, /Een verschil is nog geen bewijs van discriminatie\./)
  })

  test('a folder holds plan, cells and report, and the report can be made again from the cells', async () => {
    const out = join(folder, 'kept')
    assert.equal((await run(file(data), '--plan', plan, '--out', out)).exit, 0)
    assert.deepEqual(readdirSync(out).sort(), ['cells.json', 'plan.json', 'report.json'])
    const read = (name: string) => readFileSync(join(out, name), 'utf8')
    const report = auditReport.parse(JSON.parse(read('report.json')))
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    assert.equal(report.planSha256, hash(read('plan.json')))
    assert.equal(report.cellsSha256, hash(read('cells.json')))
    const again = readAuditPlan(JSON.parse(read('plan.json')))
    assert.ok(again.ok)
    const { planSha256, cellsSha256, inputSha256 } = report
    assert.deepEqual(
      runAudit(readCells(read('cells.json')), again.plan, { planSha256, cellsSha256, inputSha256 }),
      report,
    )

    const changed = file(
      JSON.stringify({ label: 'y', prediction: 'yhat', sensitive: ['g'], margin: 0.9 }),
      'changed.json',
    )
    const before = read('report.json')
    const refused = await run(file(data), '--plan', changed, '--out', out, '--json')
    assert.equal(refused.exit, 3)
    assert.equal(problemList.parse(JSON.parse(refused.out)).problems[0]!.code, 'plan_changed_after_result')
    assert.equal(read('report.json'), before)
  })

  test('bad data: exit 2, all that is wrong, and nothing half-written', async () => {
    const out = join(folder, 'none')
    const path = file('g,y,yhat\na,1,1\na,0\nb,"0,1\n')
    const { exit, out: json, error } = await run(path, '--plan', plan, '--out', out, '--json')
    assert.equal(exit, 2)
    assert.deepEqual(
      problemList.parse(JSON.parse(json)).problems.map(({ code, line }) => [code, line]),
      [
        ['row_ragged', 3],
        ['quote_unclosed', 4],
      ],
    )
    assert.equal(
      error,
      'Regel 3: deze regel heeft 2 velden. Nodig zijn er 3.\nRegel 4: een aanhalingsteken wordt hier niet goed gesloten.\n',
    )
    assert.equal(existsSync(out), false)
  })

  test('a plan that is no JSON is 2, a plan that is refused is 3', async () => {
    const path = file(data)
    assert.equal((await run(path, '--plan', file('{', 'broken.json'))).exit, 2)
    assert.equal((await run(path, '--plan', join(folder, 'absent.json'))).exit, 2)
    const refused = await run(
      path,
      '--plan',
      file('{"sensitive":["g"],"prediction":"yhat","alfa":0.1}', 'refused.json'),
    )
    assert.equal(refused.exit, 3)
    assert.equal(refused.error, 'Het plan, bij alfa: deze naam is onbekend. Bedoelt u alpha?\n')
  })

  test('the query that a database would be asked, and a database that is not there', async () => {
    const { exit, out } = await run('--table', 'public.decisions', '--plan', plan, '--print-sql')
    assert.equal(exit, 0)
    assert.match(out, /from "public"\."decisions"\n\s+group by 1, 2, 3/)
    const absent = await run('--table', 'd', '--database', 'postgresql://127.0.0.1:1/none', '--plan', plan, '--json')
    assert.equal(absent.exit, 2)
    assert.deepEqual(problemList.parse(JSON.parse(absent.out)).problems, [
      { code: 'query_failed', value: 'ECONNREFUSED' },
    ])
    assert.equal((await run('x.csv', '--table', 'd', '--plan', plan)).exit, 2)
    assert.equal((await run('x.csv', '--engine', 'fast', '--plan', plan)).exit, 2)
  })

  test('DuckDB is asked for where it is not installed', async () => {
    const { exit, out } = await run(file(data), '--plan', plan, '--engine', 'duckdb', '--json')
    const installed = (await loadDuckDb()) !== undefined
    assert.equal(exit, installed ? 0 : 2)
    if (!installed) assert.equal(problemList.parse(JSON.parse(out)).problems[0]!.code, 'duckdb_unavailable')
  })

  test('a file that is absent, a folder, too large, or broken gzip', async () => {
    const code = async (...argv: string[]) => {
      const { exit, out } = await run(...argv, '--plan', plan, '--json')
      assert.equal(exit, 2)
      return problemList.parse(JSON.parse(out)).problems.map((one) => [one.code, one.value])
    }
    assert.deepEqual(await code(join(folder, 'nowhere.csv')), [['file_unreadable', 'ENOENT']])
    assert.deepEqual(await code(folder), [['file_unreadable', 'EISDIR']])
    assert.deepEqual(await code(file(data), '--max-bytes', '100'), [['file_too_large', String(data.length)]])
    const bomb = file(gzipSync(Buffer.alloc(40 << 20, 'a,1,1\n')), 'bomb.gz')
    assert.equal((await code(bomb, '--max-bytes', '1000000')).at(-1)![0], 'file_too_large')
    const large = file(gzipSync(data), 'large.gz')
    assert.deepEqual(
      (await code(large, '--max-bytes', '1000')).map(([one]) => one),
      ['file_too_large'],
    )
    const cut = file(gzipSync(data).subarray(0, -12), 'cut.gz')
    assert.deepEqual((await code(cut)).at(-1)![0], 'file_unreadable')
    assert.equal((await run('--plan', plan)).exit, 2)
    assert.equal((await run(file(data), '--plan', plan, '--max-bytes', 'x')).exit, 2)
  })
})
