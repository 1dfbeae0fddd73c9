import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sharedData, without } from '../platform/shared-data.ts'
import { generator } from '../statistics/index.ts'
import { StopReading } from './columns.ts'
import { type CoverageReport, coverageReport } from './contract.ts'
import { runCoverage } from './coverage.ts'
import { createCoverageIntake } from './coverage-intake.ts'
import { createDelimitedReader } from './delimited.ts'
import { coverageOfFile } from './io/coverage-file.ts'
import { readCoveragePlan } from './plan.ts'
import { csvOf } from './testing.ts'

function coverageOf(text: string, input: object): CoverageReport {
  const read = readCoveragePlan(input)
  assert.ok(read.ok, JSON.stringify(read))
  const intake = createCoverageIntake(read.plan)
  const reader = createDelimitedReader(intake, read.plan.file)
  try {
    reader.push(Buffer.from(text))
    reader.end()
  } catch (error) {
    if (!(error instanceof StopReading)) throw error
  }
  const found = intake.finish()
  assert.ok(found.ok, JSON.stringify(found))
  return coverageReport.parse(runCoverage(found.table, read.plan, ''))
}

const shared = sharedData('fairness')

describe('fairness: coverage', () => {
  test('the shared vector: diversity, representation, patterns, proxies', { skip: without(shared) }, async () => {
    const vector = JSON.parse(readFileSync(`${shared}/vectors/coverage-german.json`, 'utf8'))
    const reference = (name: string) =>
      Object.fromEntries(
        Object.entries(vector.representation[name] as Record<string, { reference: number }>)
          .filter(([value]) => !value.startsWith('_'))
          .map(([value, one]) => [value, one.reference]),
      )
    const read = readCoveragePlan({
      columns: vector.columns,
      coverageThreshold: vector.coverageThreshold,
      bands: { amount_band: { from: 'amount', cuts: [1500, 3000, 6000] } },
      reference: {
        sex: { source: 'test', date: '2026-01-01', shares: reference('sex') },
        age_band: reference('age_band'),
      },
      proxies: { attribute: vector.proxies.attribute, features: Object.keys(vector.proxies.features) },
    })
    assert.ok(read.ok)
    const result = await coverageOfFile(`${shared}/german-audit.csv`, read.plan)
    assert.ok(result.ok, JSON.stringify(result))
    const same = (found: unknown, expected: unknown, path: string): void => {
      if (typeof expected === 'number')
        assert.ok(
          typeof found === 'number' && Math.abs(found - expected) <= vector.tolerance,
          `${path}: ${found} for ${expected}`,
        )
      else if (expected !== null && typeof expected === 'object')
        for (const [key, one] of Object.entries(expected))
          same((found as Record<string, unknown>)[key], one, `${path}.${key}`)
      else assert.equal(found, expected, path)
    }
    for (const name of [
      'columns',
      'diversity',
      'representation',
      'coverageThreshold',
      'maximalUncoveredPatterns',
      'proxies',
    ] as const)
      same(result.report[name], vector[name], name)
    assert.equal(result.report.maximalUncoveredPatterns.length, vector.maximalUncoveredPatterns.length)
    const codes = new Set(result.report.findings.map(({ code }) => code))
    assert.ok(
      codes.has('reference_without_source') &&
        codes.has('share_far_from_reference') &&
        codes.has('pattern_not_covered'),
    )
  })

  test('maximal uncovered patterns are those that a full count finds', () => {
    const row = fc.tuple(
      fc.constantFrom('a', 'b'),
      fc.constantFrom('x', 'y', 'z'),
      fc.constantFrom('1', '2'),
      fc.constantFrom('p', null),
    )
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (rows, threshold) => {
        const columns = ['c0', 'c1', 'c2', 'c3']
        const text = csvOf(Object.fromEntries(columns.map((name, c) => [name, rows.map((one) => one[c]!)])))
        const found = coverageOf(text, { columns, coverageThreshold: threshold }).maximalUncoveredPatterns
        const values = columns.map((_, c) => [...new Set(rows.map((one) => one[c]).filter((value) => value !== null))])
        const all: (string | null)[][] = values.reduce<(string | null)[][]>(
          (patterns, own) => patterns.flatMap((pattern) => [null, ...own].map((value) => [...pattern, value!])),
          [[]],
        )
        const count = (pattern: readonly (string | null)[]) =>
          rows.filter((one) => pattern.every((value, c) => value === null || one[c] === value)).length
        const expected = all.filter(
          (pattern) =>
            count(pattern) < threshold &&
            pattern.every((value, c) => value === null || count(pattern.with(c, null)) >= threshold),
        )
        const key = (pattern: Record<string, string | null>) =>
          JSON.stringify(columns.map((name) => pattern[name] ?? null))
        assert.deepEqual(
          found.map(({ pattern }) => key(pattern)).sort(),
          expected.map((pattern) => JSON.stringify(pattern)).sort(),
        )
        for (const { pattern, count: n } of found) assert.equal(n, count(columns.map((name) => pattern[name] ?? null)))
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  /** Columns of 0/1 and texts; origin leaks into the postcode, and into nothing else. */
  function people(n: number, leak: number, seed: number) {
    const random = generator(seed)
    const columns = {
      origin: [] as string[],
      postcode: [] as string[],
      channel: [] as string[],
      y: [] as number[],
      yhat: [] as number[],
    }
    for (let i = 0; i < n; i++) {
      const origin = random.uniform() < 0.3 ? 'b' : 'a'
      columns.origin.push(origin)
      columns.postcode.push(
        random.uniform() < leak ? (origin === 'a' ? 'north' : 'south') : random.uniform() < 0.5 ? 'north' : 'south',
      )
      columns.channel.push(['chat', 'phone', 'email'][Math.floor(random.uniform() * 3)]!)
      const y = random.uniform() < 0.5 ? 1 : 0
      const wrong = random.uniform() < (columns.channel[i] === 'phone' && origin === 'b' ? 0.35 : 0.1)
      columns.y.push(y)
      columns.yhat.push(wrong ? 1 - y : y)
    }
    return columns
  }

  test('a column that gives the attribute away is found, and chance is not', () => {
    const proxies = { attribute: 'origin', features: ['postcode', 'channel'] }
    const leaky = coverageOf(csvOf(people(2000, 0.6, 1)), { columns: ['origin'], proxies })
    assert.deepEqual(
      leaky.findings.filter(({ code }) => code === 'proxy_found').map(({ column }) => column),
      ['postcode'],
    )
    const { auc, aucInterval } = leaky.proxies!.features.postcode!
    assert.ok(auc! > 0.7 && aucInterval![0] > 0.6)
    assert.ok(leaky.proxies!.features.channel!.auc! < 0.55)
    for (let seed = 2; seed < 12; seed++) {
      const fair = coverageOf(csvOf(people(600, 0, seed)), { columns: ['origin'], proxies })
      assert.deepEqual(
        fair.findings.filter(({ code }) => code === 'proxy_found'),
        [],
        `seed ${seed}`,
      )
    }
  })

  test('a column of many values that mean nothing does not give the attribute away', () => {
    for (let seed = 50; seed < 56; seed++) {
      const random = generator(seed)
      const a = Array.from({ length: 600 }, () => (random.uniform() < 0.4 ? 'x' : 'y'))
      const street = a.map(() => `street ${Math.floor(random.uniform() * 120)}`)
      const report = coverageOf(csvOf({ a, street }), {
        columns: ['a'],
        proxies: { attribute: 'a', features: ['street'] },
      })
      assert.deepEqual(report.findings, [], `seed ${seed}: ${JSON.stringify(report.proxies)}`)
    }
  })

  test('columns that only together give the attribute away', () => {
    const random = generator(3)
    const columns = { a: [] as string[], left: [] as string[], right: [] as string[] }
    for (let i = 0; i < 1500; i++) {
      const left = random.uniform() < 0.5
      const right = random.uniform() < 0.5
      columns.left.push(String(left))
      columns.right.push(String(right))
      columns.a.push(left !== right && random.uniform() < 0.95 ? 'x' : 'y')
    }
    const { proxies, findings } = coverageOf(csvOf(columns), {
      columns: ['a'],
      proxies: { attribute: 'a', features: ['left', 'right'] },
    })
    assert.ok(proxies!.features.left!.auc! < 0.6 && proxies!.together.auc! > 0.9)
    assert.deepEqual(
      findings.map(({ code, column }) => [code, column]),
      [['proxy_found', undefined]],
    )
  })

  test('a slice with more errors is found on one half and confirmed on the other; noise is not', () => {
    const slices = { columns: ['origin', 'channel', 'postcode'], depth: 3 }
    const plan = { columns: ['origin'], label: 'y', prediction: 'yhat', slices }
    const found = coverageOf(csvOf(people(4000, 0, 1)), plan)
    const [first] = found.slices!.filter(({ confirmed }) => confirmed)
    assert.deepEqual(first!.slice, { origin: 'b', channel: 'phone' })
    assert.ok(first!.errorRate! > 0.25 && first!.errorRateElsewhere! < 0.2)
    // Ten columns of three values: hundreds of slices, of which some look bad by chance in any one half.
    let looked = 0
    let confirmed = 0
    const names = Array.from({ length: 10 }, (_, c) => `c${c}`)
    for (let seed = 20; seed < 40; seed++) {
      const random = generator(seed)
      const y = Array.from({ length: 800 }, () => (random.uniform() < 0.5 ? 1 : 0))
      const noise = csvOf({
        ...Object.fromEntries(names.map((name) => [name, y.map(() => 'xyz'[Math.floor(random.uniform() * 3)]!)])),
        y,
        yhat: y.map((one) => (random.uniform() < 0.3 ? 1 - one : one)),
      })
      const { slices: all } = coverageOf(noise, {
        columns: ['c0'],
        label: 'y',
        prediction: 'yhat',
        slices: { columns: names, depth: 2 },
      })
      looked += all!.length
      confirmed += all!.filter((one) => one.confirmed).length
    }
    assert.ok(looked > 20, String(looked))
    assert.ok(confirmed <= 2, String(confirmed))
  })

  test('labels and values that are missing more often in one group', () => {
    const text = `g,y,income\n${'a,1,3\na,0,2\n'.repeat(60)}${'b,,3\nb,1,\nb,0,\n'.repeat(40)}`
    const { missingness, labelBalance, findings } = coverageOf(text, {
      sensitive: ['g'],
      columns: ['g', 'income'],
      label: 'y',
    })
    assert.deepEqual(
      missingness.filter(({ group }) => group.g === 'b').map(({ column, n, missing }) => [column, n, missing]),
      [
        ['income', 120, 80],
        ['y', 120, 40],
      ],
    )
    assert.deepEqual(
      labelBalance!.map(({ group, labelled, share }) => [group.g, labelled, share]),
      [
        ['a', 120, 0.5],
        ['b', 80, 0.5],
      ],
    )
    assert.deepEqual(
      findings.filter(({ code }) => code === 'missing_by_group').map(({ column, attribute }) => [column, attribute]),
      [
        ['y', 'g'],
        ['income', 'g'],
      ],
    )
  })

  test('a value that the reference table does not know, and one value only', () => {
    const { findings, diversity } = coverageOf('g,h\na,x\nb,x\n', {
      columns: ['g', 'h'],
      coverageThreshold: 1,
      reference: { g: { source: 'CBS', date: '2026-01-01', shares: { a: 0.5, c: 0.5 } } },
    })
    assert.deepEqual(
      findings.map(({ code, column, value }) => [code, column, value]),
      [
        ['one_value_only', 'h', undefined],
        ['reference_group_unknown', 'g', 'b'],
      ],
    )
    assert.equal(diversity.h!.pielou, null)
  })
})
