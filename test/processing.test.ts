// docs/processing.md names every table in which somebody is, and says of each what the code does with it.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { subjectTables } from '../src/records/rules.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/processing.md'), 'utf8')

/** Rows of the tables under a heading: the names in the first cell, and all cells. */
function rowsUnder(heading: string): { tables: string[]; cells: string[] }[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
      return { tables: [...cells[0]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!), cells }
    })
}
const customers = rowsUnder('Customers, and others who take part in a conversation')
const people = rowsUnder('Staff')
const named = new Set([...customers, ...people].flatMap(({ tables }) => tables))

/** Tables of all migrations with their columns, as far as they stand in `create table` and `add column`. */
const schema = new Map<string, string[]>()
for (const file of globSync('migrations/*.sql', { cwd: root }).sort()) {
  const sql = readFileSync(join(root, file), 'utf8')
  for (const [, table, body] of sql.matchAll(/create table (\w+) \(([\s\S]*?)\n\);/g))
    schema.set(
      table!,
      [...body!.matchAll(/^ {2}(\w+) /gm)].map(([, column]) => column!),
    )
  for (const [, table, body] of sql.matchAll(/alter table (\w+)\s([\s\S]*?);/g))
    schema.get(table!)?.push(...[...body!.matchAll(/add column (\w+)/g)].map(([, column]) => column!))
}

describe('docs/processing.md', () => {
  test('every table with a data subject has a line', () =>
    assert.deepEqual(
      Object.keys(subjectTables).filter((table) => !named.has(table)),
      [],
    ))

  test('every table with a person of the staff has a line', () =>
    assert.deepEqual(
      [...schema]
        .filter(([table, columns]) => columns.includes('person_id') && !named.has(table))
        .map(([table]) => table),
      [],
    ))

  test('every table with somebody’s id or a keyed hash is named', () =>
    assert.deepEqual(
      [...schema]
        .filter(([, columns]) => columns.some((column) => column === 'subject_id' || column.endsWith('_hmac')))
        .map(([table]) => table)
        .filter((table) => !named.has(table)),
      [],
    ))

  test('a line is about tables that exist', () =>
    assert.deepEqual(
      [...named].filter((table) => !schema.has(table)),
      [],
    ))

  test('what it says of erasure is what the list of tables says', () => {
    const said = customers.filter(({ cells }) => cells.length === 6)
    const wrong = said.flatMap(({ tables, cells }) =>
      tables
        .map((table) => [table, subjectTables[table]?.at] as const)
        .filter(([, at]) => cells[5] !== { erased: 'goes', kept: 'stays' }[at ?? 'kept'])
        .map(([table, at]) => `${table}: ${cells[5]}, the list says ${at}`),
    )
    assert.deepEqual(wrong, [])
    assert.deepEqual(
      said.flatMap(({ tables }) => tables).sort(),
      Object.keys(subjectTables).sort(),
      'the first table is the list, no more and no less',
    )
  })

  test('what goes with the contents of a conversation has their term', () => {
    const wrong = customers
      .filter(({ tables }) => tables.some((table) => subjectTables[table]?.with === 'contents'))
      .filter(({ cells }) => !/contents|24 hours/.test(cells[4] ?? ''))
      .map(({ tables }) => tables)
    assert.deepEqual(wrong, [])
  })
})
