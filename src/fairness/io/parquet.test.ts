import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { cellsBytes } from '../cells-bytes.ts'
import type { AuditPlanInput } from '../contract.ts'
import { planOf } from '../testing.ts'
import { auditFile } from './audit-file.ts'

const data = join(import.meta.dirname, '../../../testdata/fairness')

describe('fairness: Parquet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const plan: AuditPlanInput = {
    label: 'y',
    prediction: 'granted',
    positive: 1,
    score: 'score',
    weight: 'weight',
    sensitive: ['region', 'contract'],
    strata: ['lang', 'amount_band'],
    bands: { amount_band: { from: 'amount', cuts: [500, 1500] } },
    measures: [
      { name: 'wait', kind: 'duration', column: 'wait', ended: { column: 'answered', positive: true } },
      { name: 'amount', kind: 'amount', column: 'amount', given: { column: 'granted', positive: true } },
    ],
  }
  const both = { ...plan, label: 'granted', positive: true }

  test('gives the same cells as the CSV of the same decisions', async () => {
    for (const one of [
      both,
      { ...both, prediction: undefined, threshold: 0.5 },
      { ...both, weight: undefined },
      { ...plan, prediction: undefined, threshold: 0.5 },
    ] as AuditPlanInput[]) {
      const [parquet, csv] = await Promise.all(
        ['decisions.parquet', 'decisions.csv'].map((name) => auditFile(join(data, name), planOf(one))),
      )
      assert.ok(parquet!.ok && csv!.ok, JSON.stringify([parquet, csv]).slice(0, 2000))
      assert.equal(cellsBytes(parquet!.table), cellsBytes(csv!.table))
      assert.equal(parquet!.report.cellsSha256, csv!.report.cellsSha256)
      assert.deepEqual({ ...parquet!.report, inputSha256: '' }, { ...csv!.report, inputSha256: '' })
      assert.equal(parquet!.table.rows, 600)
    }
  })

  test('names of columns and values that cannot be are told, with the number of the row', async () => {
    const wrong = await auditFile(
      join(data, 'decisions.parquet'),
      planOf({ prediction: 'granted', positive: true, sensitive: ['regio', 'lang'] }),
    )
    assert.deepEqual(!wrong.ok && wrong.problems.problems, [
      { code: 'column_unknown', column: 'regio', nearest: 'region' },
    ])
    const text = await auditFile(
      join(data, 'decisions.parquet'),
      planOf({ prediction: 'granted', positive: true, sensitive: ['lang'], weight: 'region' }),
    )
    assert.ok(!text.ok)
    assert.deepEqual(
      [text.problems.total, text.problems.problems[0]!.code, text.problems.problems[0]!.line],
      [600, 'not_a_number', 1],
    )
  })

  test('a damaged file is a problem, wherever the damage is', async () => {
    const whole = readFileSync(join(data, 'decisions.parquet'))
    const path = join(folder, 'damaged.parquet')
    const usual = planOf(both)
    const sound = await auditFile(join(data, 'decisions.parquet'), usual)
    assert.ok(sound.ok)
    let refused = 0
    for (let at = 4; at < whole.length; at += 211) {
      const bytes = Buffer.from(whole)
      bytes[at] = bytes[at]! ^ 0xff
      writeFileSync(path, bytes)
      const audit = await auditFile(path, usual)
      if (!audit.ok) {
        refused++
        assert.ok(audit.problems.total > 0)
      }
    }
    assert.ok(refused > 5, String(refused))
    for (const length of [4, 8, 12, 100, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length))
      const audit = await auditFile(path, usual)
      assert.deepEqual(
        !audit.ok && audit.problems.problems.map(({ code }) => code),
        ['parquet_damaged'],
        String(length),
      )
    }
    const small = await auditFile(join(data, 'decisions.parquet'), usual, { limitBytes: whole.length + 1 })
    assert.ok(small.ok || small.problems.problems[0]!.code === 'file_too_large')
  })
})
