import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { AuditPlanInput } from './contract.ts'
import { auditFile, auditTable } from './io/audit-file.ts'
import { planOf } from './testing.ts'

const file = join(import.meta.dirname, '../../testdata/fairness/decisions.csv')

describe('fairness: PostgreSQL counts', () => {
  let test_: TestDatabase
  let client: pg.Client
  before(async () => {
    test_ = await testDatabase()
    client = new pg.Client({ connectionString: test_.urls.super })
    await client.connect()
    await client.query(`create table "Decisions" (region text, lang text, contract integer, amount double precision, score double precision,
      weight double precision, y integer, granted boolean, wait integer, answered boolean, note text)`)
    for (const row of parse(readFileSync(file, 'utf8')).slice(1))
      await client.query('insert into "Decisions" values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', row)
  })
  after(async () => {
    await client.end()
    await test_.close()
  })

  /** Fields as texts, an empty one as null. */
  function parse(text: string): (string | null)[][] {
    const rows: (string | null)[][] = [[]]
    for (const [, separator, quoted, plain] of text.trimEnd().matchAll(/(^|,|\n)(?:"((?:[^"]|"")*)"|([^",\n]*))/g)) {
      if (separator === '\n') rows.push([])
      rows.at(-1)!.push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain === '' ? null : plain!)
    }
    return rows
  }

  const plans: AuditPlanInput[] = [
    { label: 'y', score: 'score', threshold: 0.55, weight: 'weight', sensitive: ['region', 'contract'] },
    {
      prediction: 'granted',
      positive: true,
      sensitive: ['band', 'lang'],
      strata: 'region',
      bands: { band: { from: 'amount', cuts: [500, 1500] } },
      measures: [{ name: 'wait', kind: 'duration', column: 'wait', ended: { column: 'answered', positive: true } }],
    },
  ]

  test('the same cells as from the file, and only counts come back', async () => {
    for (const plan of plans) {
      const fromFile = await auditFile(file, planOf(plan))
      const fromTable = await auditTable(client, 'Decisions', planOf(plan))
      assert.ok(fromFile.ok && fromTable.ok, JSON.stringify([fromFile, fromTable]).slice(0, 1000))
      assert.equal(fromTable.report.cellsSha256, fromFile.report.cellsSha256)
      assert.equal(fromTable.report.inputSha256, null)
    }
  })

  test('what goes wrong there is a problem with the engine’s code, and nothing is written', async () => {
    const codes = async (table: string, plan: AuditPlanInput) => {
      const audit = await auditTable(client, table, planOf(plan))
      return audit.ok ? [] : audit.problems.problems.map(({ code, value, column }) => [code, value ?? column])
    }
    assert.deepEqual(await codes('nowhere', plans[0]!), [['query_failed', '42P01']])
    assert.deepEqual(await codes('Decisions', { ...plans[0]!, sensitive: ['regio'] }), [['column_unknown', 'regio']])
    assert.deepEqual(
      await codes('Decisions', { ...plans[0]!, weight: 'region' }).then((all) => all[0]![0]),
      'not_a_number',
    )
    assert.equal((await client.query('select count(*)::int as n from "Decisions"')).rows[0].n, 600)
  })
})
