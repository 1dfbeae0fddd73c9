import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { coverageReport, problemList } from '../fairness/contract.ts'
import { main } from './main.ts'

describe('cli: coverage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  async function run(...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['coverage', ...argv], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'nl',
    })
    return { exit, out, error }
  }

  const data = file('data.csv', `taal;kanaal\n${'nl;chat\nnl;telefoon\nen;chat\n'.repeat(20)}en;telefoon\n`)
  const plan = file('plan.json', JSON.stringify({ columns: ['taal', 'kanaal'], coverageThreshold: 10 }))

  test('as JSON and as sentences', async () => {
    const { exit, out } = await run(data, '--plan', plan, '--json')
    assert.equal(exit, 0)
    assert.deepEqual(coverageReport.parse(JSON.parse(out)).maximalUncoveredPatterns, [
      { pattern: { taal: 'en', kanaal: 'telefoon' }, count: 1 },
    ])
    assert.match(
      (await run(data, '--plan', plan)).out,
      /Te weinig gegevens over: taal is en en kanaal is telefoon\. Het zijn er 1\./,
    )
  })

  test('wrong columns are 2, a refused plan is 3', async () => {
    const wrong = await run(data, '--plan', file('wrong.json', '{"columns":["tael"]}'), '--json')
    assert.equal(wrong.exit, 2)
    assert.deepEqual(problemList.parse(JSON.parse(wrong.out)).problems, [
      { code: 'column_unknown', column: 'tael', nearest: 'taal' },
    ])
    const refused = file('refused.json', '{"columns":["taal"],"reference":{"taal":{"nl":0.4,"en":0.4}}}')
    assert.equal((await run(data, '--plan', refused)).exit, 3)
    assert.equal((await run('--plan', plan)).exit, 2)
  })
})
