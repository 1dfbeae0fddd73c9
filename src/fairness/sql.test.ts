import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { cellsBytes } from './cells-bytes.ts'
import type { AuditPlanInput } from './contract.ts'
import { createIntake } from './intake.ts'
import { cellsQuery, quoted, quotedTable } from './sql.ts'
import { columnsFound, createRowTaker } from './sql-rows.ts'
import { auditText, planOf } from './testing.ts'

describe('fairness: counting in a database', () => {
  const plan: AuditPlanInput = {
    prediction: 'granted',
    positive: true,
    sensitive: ['region', 'band'],
    bands: { band: { from: 'amount', cuts: [500, 1500] } },
  }
  const columns = [
    { name: 'granted', kind: 'text' },
    { name: 'region', kind: 'text' },
    { name: 'amount', kind: 'real' },
  ] as const

  test('groups by what the plan needs, bands by their upper end, and quotes every name', () => {
    const { needs } = createIntake(planOf(plan))
    assert.equal(
      cellsQuery(needs, columns, 'decisions', 'postgresql'),
      [
        'select c0::text, c1::text, c2::text, times',
        `from (select "region" as c0, case when "amount" is null then null when "amount"::text in ('NaN', 'Infinity', '-Infinity') then "amount" when "amount" <= 500 then 500 when "amount" <= 1500 then 1500 else 1501 end as c1, "granted" as c2, count(*) as times`,
        '      from decisions',
        '      group by 1, 2, 3) as counted',
        'limit 2000001',
      ].join('\n'),
    )
    assert.equal(quoted('a"; drop table x; --'), '"a""; drop table x; --"')
    assert.equal(quotedTable('public.de"cisions'), '"public"."de""cisions"')
    assert.throws(() => quoted('a\u0000b'))
  })

  test('an amount that is also a signal comes back itself', () => {
    const { needs } = createIntake(planOf({ ...plan, measures: [{ name: 'm', kind: 'mean', column: 'amount' }] }))
    assert.match(cellsQuery(needs, columns, 't', 'postgresql'), /"amount" as c1,/)
  })

  test('counted combinations give the same cells as the rows', () => {
    const text = readFileSync(join(import.meta.dirname, '../../testdata/fairness/decisions.csv'), 'utf8')
    const whole: AuditPlanInput = { ...plan, label: 'granted', score: 'score', weight: 'weight' }
    const expected = auditText(text, whole)
    assert.ok(expected.ok)
    const intake = createIntake(planOf(whole))
    assert.ok(
      columnsFound(
        intake,
        intake.needs.map(({ name }) => ({ name, kind: 'text' as const })),
      ),
    )
    const header = text.slice(0, text.indexOf('\n')).split(',')
    const places = intake.needs.map(({ name }) => header.indexOf(name))
    const counted = new Map<string, number>()
    // The note at the end of a line may hold anything; what is needed stands before it.
    for (const line of text
      .split('\n')
      .slice(1)
      .filter((one) => /^"(noord|oost|zuid|west)",/.test(one))) {
      const fields = line.split(',').map((field) => (field === '' ? null : field.replace(/^"(.*)"$/, '$1')))
      const key = JSON.stringify(places.map((at) => fields[at]))
      counted.set(key, (counted.get(key) ?? 0) + 1)
    }
    const take = createRowTaker(intake)
    for (const [key, times] of [...counted].reverse()) take(JSON.parse(key), times)
    const found = intake.finish()
    assert.ok(found.ok)
    assert.equal(cellsBytes(found.table), cellsBytes(expected.table))
  })

  test('a column that is absent is told with the nearest name', () => {
    const intake = createIntake(planOf(plan))
    assert.equal(columnsFound(intake, [{ name: 'Region', kind: 'text' }, ...columns.slice(0, 1), columns[2]!]), false)
    assert.deepEqual(intake.problems.list().problems, [{ code: 'column_unknown', column: 'region', nearest: 'Region' }])
  })
})
