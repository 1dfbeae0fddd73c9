// The table of OWASP ASVS requirements cannot say what is not so.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  asvs,
  asvsPage,
  asvsVersion,
  faultsOf,
  type Requirement,
  readAsvs,
  shippedCode,
  testNames,
} from '../scripts/asvs.ts'
import { shippedPackages } from '../scripts/components.ts'
import { sharedData, without } from '../src/platform/shared-data.ts'
import { createCsvReader } from '../src/records/ingest/csv.ts'

const root = join(import.meta.dirname, '..')
const source = (file: string) => {
  const path = join(root, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
const standard = sharedData('ledger', 'owasp-asvs', `asvs-${asvsVersion}-en.csv`)

describe('docs/reference/asvs.yaml', () => {
  const { chapters, requirements } = asvs()

  test('has each requirement of levels 1 and 2 once, in order', () => {
    assert.equal(new Set(requirements.map(({ id }) => id)).size, requirements.length)
    // The numbers of the standard, version 5.0.0.
    assert.deepEqual(
      [1, 2].map((level) => requirements.filter((one) => one.level === level).length),
      [70, 183],
    )
  })

  test('names no test that does not exist, and nothing twice', () => {
    assert.deepEqual(faultsOf({ chapters, requirements }, source), [])
  })

  test('what it calls absent is absent from the code and the packages that ship', () => {
    const code = [...shippedCode()]
    const packages = shippedPackages().map(({ name }) => name)
    assert.ok(code.length > 300 && packages.length > 20)
    const there: string[] = []
    for (const { id, absent = [] } of requirements)
      for (const expression of absent) {
        const pattern = new RegExp(expression, 'i')
        for (const [file, text] of code) if (pattern.test(text)) there.push(`${id}: ${expression} in ${file}`)
        for (const name of packages) if (pattern.test(name)) there.push(`${id}: ${expression} is ${name}`)
      }
    assert.deepEqual(there, [])
  })

  test('has the numbers and levels of the standard', { skip: without(standard) }, () => {
    assert.deepEqual(
      requirements.map(({ id, level }) => [id, level]),
      rowsOf(standard!).map(({ req_id, L }) => [req_id, Number(L)]),
    )
  })

  test('says it in words of its own', { skip: without(standard) }, () => {
    const theirs = new Map(rowsOf(standard!).map(({ req_id, req_description }) => [req_id, wordsOf(req_description)]))
    const taken = requirements.flatMap((one) =>
      [one.about, one.open, one.notApplicable, one.note]
        .flatMap((text) => runsOf(wordsOf(text ?? ''), 7))
        .filter((run) => ` ${theirs.get(one.id)!.join(' ')} `.includes(` ${run} `))
        .map((run) => `${one.id}: ${run}`),
    )
    assert.deepEqual(taken, [])
  })

  test('the page counts what stands in it', () => {
    const page = asvsPage(asvs())
    const rows = page
      .split('\n')
      .filter((line) => /^\| V\d/.test(line))
      .map((line) => line.split(' | '))
    for (const [name, levels] of [
      ['Level 1', ['1']],
      ['Level 2', ['2']],
      ['Together', ['1', '2']],
    ] as const) {
      const mine = rows.filter(([, level]) => (levels as readonly string[]).includes(level!))
      const counts = ['met', 'not applicable', 'open'].map((state) => mine.filter((row) => row[3] === state).length)
      assert.ok(page.includes(`| ${name} | ${counts.join(' | ')} | ${mine.length} |`), `${name}: ${counts.join(' ')}`)
      assert.equal(
        mine.length,
        counts.reduce((sum, n) => sum + n, 0),
      )
    }
  })
})

describe('the check itself', () => {
  const met = (more: Partial<Requirement> = {}): Requirement => ({
    id: 'V1.1.1',
    level: 1,
    about: 'Something or other.',
    met: { 'a.test.ts': ['a thing is so'] },
    ...more,
  })
  const text = readFileSync(join(root, 'testdata/asvs/names.txt'), 'utf8')
  const only = (file: string) => (file === 'a.test.ts' ? text : file === 'b.ts' ? text : undefined)
  const faults = (...requirements: Requirement[]) => faultsOf({ chapters: { V1: 'One' }, requirements }, only)

  test('finds names as they are written, over lines, with places and with marks; not what is commented out or always skipped', () => {
    assert.deepEqual(
      [...testNames(text)],
      ['a thing is so', 'with $' + '{what}', 'over a line', "it’s 'so'", 'at $' + '{seconds}'],
    )
  })

  test('knows the cases of a test by what they fill in, and no others', () => {
    for (const name of ['with a case', 'with another case', 'at 70000'])
      assert.deepEqual(faults(met({ met: { 'a.test.ts': [name] } })), [], name)
    for (const name of ['with a third case', 'with $' + '{what}', 'with ', 'at 7', 'at seventy'])
      assert.equal(faults(met({ met: { 'a.test.ts': [name] } })).length, 1, name)
  })

  test('sees a test that is not there, a file that is none, and a name that is nearly right', () => {
    assert.deepEqual(faults(met()), [])
    assert.deepEqual(faults(met({ met: { 'a.test.ts': ['a thing is'] } })), [
      'V1.1.1: a.test.ts has no test «a thing is»',
    ])
    assert.deepEqual(faults(met({ met: { 'c.test.ts': ['a thing is so'] } })), ['V1.1.1: c.test.ts is no test file'])
    assert.deepEqual(faults(met({ met: { 'b.ts': ['a thing is so'] } })), ['V1.1.1: b.ts is no test file'])
  })

  test('sees one twice, one out of place and one without a chapter', () => {
    assert.deepEqual(faults(met(), met()), ['V1.1.1 stands after V1.1.1'])
    assert.deepEqual(faults(met({ id: 'V1.10.1' }), met({ id: 'V1.9.1' })), ['V1.9.1 stands after V1.10.1'])
    assert.deepEqual(faults(met({ id: 'V2.1.1' })), ['V2.1.1: its chapter has no name'])
  })

  const table = (entry: string) => `chapters: { V1: One }\nrequirements:\n  - ${entry.replaceAll('\n', '\n    ')}\n`
  for (const [what, entry, expected] of [
    ['met without a test', 'id: V1.1.1\nlevel: 1\nabout: Something or other.\nmet: {}', /V1\.1\.1.*met names no test/],
    [
      'met with an empty list',
      'id: V1.1.1\nlevel: 1\nabout: Something or other.\nmet: { a.test.ts: [] }',
      /V1\.1\.1.*met/,
    ],
    [
      'neither met, open nor not applicable',
      'id: V1.1.1\nlevel: 1\nabout: Something or other.',
      /V1\.1\.1.*exactly one/,
    ],
    [
      'both met and open',
      'id: V1.1.1\nlevel: 1\nabout: Something or other.\nmet: { a.test.ts: [x] }\nopen: This and that is missing.',
      /V1\.1\.1.*exactly one/,
    ],
    ['no reason', 'id: V1.1.1\nlevel: 1\nabout: Something or other.\nnotApplicable: no', /V1\.1\.1.*notApplicable/],
    ['level 3', 'id: V1.1.1\nlevel: 3\nabout: Something or other.\nopen: This and that is missing.', /V1\.1\.1.*level/],
    [
      'another field',
      'id: V1.1.1\nlevel: 1\nabout: Something or other.\nopen: This and that is missing.\nsure: true',
      /V1\.1\.1/,
    ],
  ] as const)
    test(`a line with ${what} is refused by its number`, () => assert.throws(() => readAsvs(table(entry)), expected))
})

type Row = { req_id: string; req_description: string; L: string }
const rowsOf = (path: string): Row[] => {
  const reader = createCsvReader({ delimiter: ',', rowCharacters: 10_000 })
  const rows = [...reader.push(readFileSync(path, 'utf8').replace(/^\ufeff/, '')), ...reader.end()]
  const [head, ...lines] = rows.flatMap((row) => ('cells' in row ? [row.cells] : []))
  return lines
    .map((fields) => Object.fromEntries(head!.map((name, at) => [name, fields[at] ?? ''])) as Row)
    .filter(({ L }) => L === '1' || L === '2')
}
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
const runsOf = (words: readonly string[], length: number) =>
  words.slice(0, Math.max(0, words.length - length + 1)).map((_, at) => words.slice(at, at + length).join(' '))
