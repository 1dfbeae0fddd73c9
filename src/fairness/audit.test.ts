/** The rules of an audit on made-up data: verdicts, strata, signals, weights, resampling, what is published. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generator } from '../statistics/index.ts'
import { runAudit } from './audit.ts'
import { catalogue, measureFor, signalIds } from './catalogue.ts'
import { cellsBytes, readCells } from './cells-bytes.ts'
import { type AuditPlanInput, findingCodes, problemCodes, publishedReport, verdicts } from './contract.ts'
import { publish } from './publish.ts'
import { findingSentence, problemSentence, verdictSentence } from './sentences.ts'
import { auditText, codesOf, csvOf, planOf, reportOf } from './testing.ts'
import { isFairnessTextKey } from './texts.ts'

/** Rows of groups, each with so many of so many selected. */
function selected(groups: Readonly<Record<string, readonly [k: number, n: number]>>): string {
  const g: string[] = []
  const yhat: number[] = []
  for (const [name, [k, n]] of Object.entries(groups))
    for (let i = 0; i < n; i++) {
      g.push(name)
      yhat.push(i < k ? 1 : 0)
    }
  return csvOf({ g, yhat })
}
const plan: AuditPlanInput = { prediction: 'yhat', sensitive: ['g'] }
const verdictsOf = (text: string, more: Partial<AuditPlanInput> = {}) =>
  reportOf(auditText(text, { ...plan, ...more })).verdicts

describe('fairness: verdicts', () => {
  test('found only when test and interval both say so; equal is said only within the margin; else it cannot be told', () => {
    const cases: readonly (readonly [[number, number], [number, number], string, string | undefined])[] = [
      [[600, 1000], [400, 1000], 'difference_found', undefined],
      [[5000, 10_000], [5010, 10_000], 'no_relevant_difference', undefined],
      [[9, 18], [400, 1000], 'cannot_tell', 'too_few'],
      // 8 points at a margin of 5: significant, but the interval reaches into the margin.
      [[480, 1000], [400, 1000], 'cannot_tell', 'both_sides_of_margin'],
    ]
    for (const [a, b, verdict, reason] of cases) {
      const [one] = verdictsOf(selected({ a, b: [b[0] * 2, b[1] * 2] }))
      assert.deepEqual([one!.verdict, one!.reason], [verdict, reason], JSON.stringify([a, b, one]))
    }
  })

  test('a single group of many that looks different may be chance', () => {
    const groups: Record<string, readonly [number, number]> = { ref: [300, 1000] }
    for (let i = 0; i < 40; i++) groups[`g${i}`] = [30, 100]
    groups.odd = [45, 100]
    const odd = verdictsOf(selected(groups)).find(({ group }) => group.g === 'odd')!
    assert.deepEqual([odd.verdict, odd.reason], ['cannot_tell', 'not_after_correction'])
    const alone = verdictsOf(selected({ ref: [300, 1000], odd: [45, 100] }))[0]!
    assert.equal(alone.verdict, 'difference_found')
  })

  test('both p-values are corrected over all comparisons of all judged metrics', () => {
    const text = csvOf({
      g: ['a', 'b', 'c'].flatMap((g) => Array<string>(40).fill(g)),
      y: Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
      yhat: Array.from({ length: 120 }, (_, i) => (i % 40 < [8, 16, 24][Math.floor(i / 40)]! ? 1 : 0)),
    })
    const all = verdictsOf(text, { label: 'y', judged: ['selectionRate', 'accuracy'], margin: 0 })
    assert.equal(all.length, 4)
    for (const name of ['p', 'beyondMarginP'] as const) {
      const sorted = all.toSorted((x, y) => x[name]! - y[name]!)
      let most = 0
      for (const [i, one] of sorted.entries()) {
        most = Math.max(most, Math.min(1, one[name]! * (4 - i)))
        assert.ok(Math.abs(one[`${name}Adjusted`]! - most) < 1e-12)
      }
    }
    const screening = verdictsOf(text, {
      label: 'y',
      judged: ['selectionRate', 'accuracy'],
      margin: 0,
      correction: 'benjamini_hochberg',
    })
    assert.ok(screening.every((one, i) => one.pAdjusted! <= all[i]!.pAdjusted! + 1e-15))
  })

  test('an undefined rate gives no verdict but a reason', () => {
    const text = csvOf({ g: ['a', 'a', 'b', 'b'], y: [1, 0, 0, 0], yhat: [1, 0, 1, 0] })
    const [one] = verdictsOf(text, { label: 'y', judged: ['truePositiveRate'] })
    assert.deepEqual([one!.verdict, one!.reason, one!.difference], ['cannot_tell', 'undefined', null])
  })

  test('the smallest difference that would have shown does so, in about four of five tries', () => {
    const [one] = verdictsOf(selected({ a: [60, 200], b: [300, 1000] }))
    const d = one!.smallestDetectable!
    const random = generator(1)
    let found = 0
    for (let run = 0; run < 300; run++) {
      const draw = (n: number, p: number) =>
        Array.from({ length: n }, () => random.uniform() < p).filter(Boolean).length
      const [again] = verdictsOf(selected({ a: [draw(200, 0.3 - d), 200], b: [draw(1000, 0.3), 1000] }))
      if (again!.verdict === 'difference_found') found++
    }
    assert.ok(found / 300 > 0.68 && found / 300 < 0.92, String(found / 300))
  })

  test('72 equal groups of 50: a difference is found in at most one file of twenty, while four fifths fails nearly all', () => {
    let wrong = 0
    let fourFifths = 0
    const files = 60
    for (let file = 0; file < files; file++) {
      const random = generator(5, file)
      const groups = Object.fromEntries(
        Array.from({ length: 72 }, (_, i) => {
          let k = 0
          for (let row = 0; row < 50; row++) if (random.uniform() < 0.3) k++
          return [`g${i}`, [k, 50] as const]
        }),
      )
      const report = reportOf(auditText(selected(groups), { ...plan, reference: 'rest', margin: 0 }))
      if (report.verdicts.some(({ verdict }) => verdict === 'difference_found')) wrong++
      if (report.disparities.demographicParityRatio.betweenGroups! < 0.8) fourFifths++
    }
    assert.ok(wrong <= files * 0.05 + 2 * Math.sqrt(files * 0.05 * 0.95), String(wrong))
    assert.ok(fourFifths >= files - 1)
  })

  test('against the rest, or against a named group', () => {
    const text = selected({ a: [1, 10], b: [5, 20], c: [9, 10] })
    const rest = reportOf(auditText(text, { ...plan, reference: 'rest' }))
    assert.equal(rest.comparisons.length, 3)
    assert.equal(rest.comparisons[0]!.reference, null)
    assert.ok(Math.abs(rest.comparisons[0]!.selectionRateDifference! - (0.1 - 14 / 30)) < 1e-12)
    const named = reportOf(auditText(text, { ...plan, reference: { group: 'c' } }))
    assert.deepEqual(
      named.comparisons.map(({ group }) => group.g),
      ['a', 'b'],
    )
    assert.deepEqual(reportOf(auditText(text, { ...plan, reference: { group: 'absent' } })).comparisons, [])
  })
})

describe('fairness: the report', () => {
  test('does not depend on the order of the rows', () => {
    const row = fc.record({
      g: fc.constantFrom('a', 'b', null),
      y: fc.constantFrom(0, 1, null),
      yhat: fc.constantFrom(0, 1),
      s: fc.integer({ min: 0, max: 20 }),
      w: fc.constantFrom(0.1, 0.7, 3),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 80 }), fc.integer({ min: 0, max: 1e6 }), (rows, seed) => {
        const columns = (all: typeof rows) =>
          csvOf({
            g: all.map(({ g }) => g),
            y: all.map(({ y }) => y),
            yhat: all.map(({ yhat }) => yhat),
            s: all.map(({ s }) => s / 20),
            w: all.map(({ w }) => w),
          })
        const random = generator(seed)
        const shuffled = rows
          .map((one) => ({ one, at: random.uniform() }))
          .sort((x, y) => x.at - y.at)
          .map(({ one }) => one)
        const full: AuditPlanInput = {
          ...plan,
          label: 'y',
          score: 's',
          weight: 'w',
          bootstrap: { replicates: 100, seed: 1 },
        }
        assert.deepEqual(auditText(columns(shuffled), full), auditText(columns(rows), full))
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  test('is made again from the bytes of its cells', () => {
    const random = generator(2)
    const n = 500
    const column = (of: (i: number) => number | string | null) => Array.from({ length: n }, (_, i) => of(i))
    const text = csvOf({
      g: column(() => ['a', 'b', '__proto__'][Math.floor(random.uniform() * 3)]!),
      s: column(() => random.uniform()),
      y: column(() => (random.uniform() < 0.4 ? 1 : 0)),
      z: column(() => (random.uniform() < 0.5 ? 'x' : null)),
      t: column(() => Math.floor(random.uniform() * 50)),
    })
    const full: AuditPlanInput = {
      label: 'y',
      score: 's',
      threshold: 0.5,
      sensitive: ['g'],
      strata: 'z',
      bootstrap: { replicates: 200, seed: 9 },
      measures: [{ name: 't', kind: 'duration', column: 't' }],
    }
    const audit = auditText(text, full)
    assert.ok(audit.ok)
    const again = runAudit(readCells(cellsBytes(audit.table)), planOf(full), {
      planSha256: '',
      cellsSha256: '',
      inputSha256: null,
    })
    assert.deepEqual(again, audit.report)
    assert.equal(cellsBytes(readCells(cellsBytes(audit.table))), cellsBytes(audit.table))
    assert.throws(() => readCells('{}'))
  })

  test('counts that somebody else made give the same report as their rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.nat(1), fc.nat(1), fc.nat(60)), {
          minLength: 1,
          maxLength: 12,
        }),
        (lines) => {
          const n = lines.reduce((sum, [, , , times]) => sum + times, 0)
          if (n === 0) return
          const counted = csvOf({
            g: lines.map(([g]) => g),
            y: lines.map(([, y]) => y),
            yhat: lines.map(([, , yhat]) => yhat),
            n: lines.map(([, , , times]) => times),
          })
          const rows = lines.flatMap(([g, y, yhat, times]) => Array.from({ length: times }, () => ({ g, y, yhat })))
          const written = csvOf({
            g: rows.map(({ g }) => g),
            y: rows.map(({ y }) => y),
            yhat: rows.map(({ yhat }) => yhat),
          })
          const asked: AuditPlanInput = { ...plan, label: 'y' }
          const counts = { column: 'n', source: 'CBS, arbeidsdeelname', date: '2026-10-01' }
          const numbersOf = ({
            planSha256: _,
            cellsSha256: __,
            inputSha256: ___,
            ...rest
          }: ReturnType<typeof reportOf>) => rest
          assert.deepEqual(
            numbersOf(reportOf(auditText(counted, { ...asked, counts }))),
            numbersOf(reportOf(auditText(written, asked))),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
  for (const [value, code] of [
    ['1.5', 'count_not_whole'],
    ['-1', 'count_not_whole'],
    ['', 'count_not_whole'],
    ['9007199254740993', 'count_not_whole'],
    ['veel', 'not_a_number'],
  ] as const)
    test(`a count of "${value}" is refused at its line`, () => {
      const counts = { column: 'n', source: 'CBS', date: '2026-10-01' }
      const audit = auditText(`g,yhat,n\na,1,3\nb,0,${value}\n`, { ...plan, counts })
      assert.ok(!audit.ok)
      assert.deepEqual([audit.problems.problems[0]!.code, audit.problems.problems[0]!.line], [code, 3])
    })
  test('weights that are all the same change nothing but the counts', () => {
    const rows = { g: [] as string[], y: [] as number[], yhat: [] as number[], w: [] as number[] }
    const random = generator(7)
    for (let i = 0; i < 300; i++) {
      rows.g.push(random.uniform() < 0.5 ? 'a' : 'b')
      rows.y.push(random.uniform() < 0.5 ? 1 : 0)
      rows.yhat.push(random.uniform() < 0.4 ? 1 : 0)
      rows.w.push(2.5)
    }
    const plain = reportOf(auditText(csvOf(rows), { ...plan, label: 'y' }))
    const weighted = reportOf(auditText(csvOf(rows), { ...plan, label: 'y', weight: 'w' }))
    for (const [i, one] of weighted.groups.entries()) {
      assert.equal(one.metrics.tp, plain.groups[i]!.metrics.tp * 2.5)
      assert.ok(Math.abs(one.metrics.selectionRate! - plain.groups[i]!.metrics.selectionRate!) < 1e-12)
      assert.ok(Math.abs(one.effectiveN! - one.n) < 1e-9)
      assert.ok(Math.abs(one.intervals.selectionRate![0] - plain.groups[i]!.intervals.selectionRate![0]) < 1e-12)
    }
  })

  test('unequal weights widen the interval', () => {
    const random = generator(7)
    const yhat = Array.from({ length: 400 }, () => (random.uniform() < 0.5 ? 1 : 0))
    const g = yhat.map((_, i) => (i % 2 ? 'a' : 'b'))
    const width = (w: number[]) => {
      const [l, u] = reportOf(auditText(csvOf({ g, yhat, w }), { ...plan, weight: 'w' })).groups[0]!.intervals
        .selectionRate!
      return u - l
    }
    assert.ok(width(g.map((_, i) => (i % 20 === 1 ? 10 : 1))) > 1.3 * width(g.map(() => 1)))
  })

  test('the weighted bootstrap keeps mean and spread', () => {
    const random = generator(3)
    const rows = { g: [] as string[], yhat: [] as number[], w: [] as number[] }
    for (let i = 0; i < 1000; i++) {
      rows.g.push(i % 2 ? 'a' : 'b')
      rows.yhat.push(random.uniform() < 0.3 ? 1 : 0)
      rows.w.push(random.uniform() < 0.5 ? 1 : 4)
    }
    const report = reportOf(auditText(csvOf(rows), { ...plan, weight: 'w', bootstrap: { replicates: 4000, seed: 1 } }))
    const [l, u] = report.groups[0]!.intervals.selectionRate!
    const { lower, upper } = report.bootstrap!.selectionRate.byGroup.a!
    assert.equal(report.bootstrap!.method, 'poisson_cells')
    assert.ok(Math.abs(lower! - l) < 0.012 && Math.abs(upper! - u) < 0.012, JSON.stringify([l, u, lower, upper]))
  })

  test('the seed decides the draws: same seed same numbers, other seed others', () => {
    const text = selected({ a: [30, 100], b: [50, 120] })
    const of = (seed: number) => reportOf(auditText(text, { ...plan, bootstrap: { replicates: 500, seed } })).bootstrap
    assert.deepEqual(of(4), of(4))
    assert.notDeepEqual({ ...of(4), seed: 0 }, { ...of(5), seed: 0 })
  })
})

describe('fairness: strata', () => {
  test('a gap that another column explains is gone within its strata', () => {
    const rows = { g: [] as string[], s: [] as string[], yhat: [] as number[] }
    for (const [g, s, k, n] of [
      ['north', 'long', 80, 100],
      ['north', 'short', 6, 20],
      ['south', 'long', 16, 20],
      ['south', 'short', 30, 100],
    ] as const)
      for (let i = 0; i < n; i++) {
        rows.g.push(g)
        rows.s.push(s)
        rows.yhat.push(i < k ? 1 : 0)
      }
    const report = reportOf(auditText(csvOf(rows), { ...plan, strata: 's', reference: { group: 'north' } }))
    const [one] = report.strata!.comparisons
    assert.ok(one!.pooledDifference! < -0.3)
    assert.ok(Math.abs(one!.riskDifference!) < 1e-12)
    assert.ok(one!.p! > 0.9)
    assert.equal(one!.reverses, false)
    assert.equal(report.tests.filter(({ test: name }) => name === 'mantel_haenszel').length, 1)
  })

  test('a gap that is the same within each stratum does not turn around', () => {
    const rows = { g: [] as string[], s: [] as string[], yhat: [] as number[] }
    for (const [g, s, k, n] of [
      ['a', 'x', 30, 60],
      ['a', 'y', 12, 60],
      ['b', 'x', 45, 60],
      ['b', 'y', 24, 60],
    ] as const)
      for (let i = 0; i < n; i++) {
        rows.g.push(g)
        rows.s.push(s)
        rows.yhat.push(i < k ? 1 : 0)
      }
    const audit = auditText(csvOf(rows), { ...plan, strata: 's' })
    assert.equal(reportOf(audit).strata!.comparisons[0]!.reverses, false)
    assert.ok(!codesOf(audit).includes('direction_reverses_within_strata'))
  })
})

describe('fairness: signals of the contact centre', () => {
  function calls(n: number, seed: number) {
    const random = generator(seed)
    const rows = {
      g: [] as string[],
      yhat: [] as number[],
      wait: [] as number[],
      answered: [] as number[],
      closed: [] as number[],
      again: [] as number[],
      granted: [] as number[],
      amount: [] as (number | null)[],
      csat: [] as (number | null)[],
      errors: [] as number[],
      words: [] as number[],
      speaker: [] as string[],
    }
    for (let i = 0; i < n; i++) {
      const b = random.uniform() < 0.4
      rows.g.push(b ? 'b' : 'a')
      rows.yhat.push(random.uniform() < 0.5 ? 1 : 0)
      // Group b waits twice as long, and hangs up after a while: who hung up must not count as served.
      const wait = Math.ceil(-Math.log(1 - random.uniform()) * (b ? 120 : 60))
      const patience = Math.ceil(-Math.log(1 - random.uniform()) * 150)
      rows.wait.push(Math.min(wait, patience))
      rows.answered.push(wait <= patience ? 1 : 0)
      rows.closed.push(random.uniform() < 0.7 ? 1 : 0)
      rows.again.push(random.uniform() < (b ? 0.5 : 0.2) ? 1 : 0)
      const granted = random.uniform() < 0.5
      rows.granted.push(granted ? 1 : 0)
      rows.amount.push(granted ? Math.round(Math.exp(3 + random.uniform() + (b ? -0.4 : 0)) * 100) / 100 : 0)
      rows.csat.push(random.uniform() < 0.2 ? null : Math.floor(random.uniform() * 10))
      rows.speaker.push(`${b ? 'b' : 'a'}${Math.floor(random.uniform() * 30)}`)
      rows.words.push(20)
      rows.errors.push(Math.floor(random.uniform() * (b ? 8 : 4)))
    }
    return csvOf(rows)
  }
  const full: AuditPlanInput = {
    ...plan,
    reference: { group: 'a' },
    measures: [
      { name: 'wait', kind: 'duration', column: 'wait', ended: { column: 'answered', positive: 1 }, longerThan: 60 },
      { name: 'containment', kind: 'rate', column: 'closed', positive: 1, backAgain: { column: 'again', positive: 1 } },
      { name: 'amount', kind: 'amount', column: 'amount', given: { column: 'granted', positive: 1 } },
      { name: 'csat', kind: 'mean', column: 'csat' },
      { name: 'speech', kind: 'errors', column: 'errors', units: 'words', cluster: 'speaker' },
    ],
  }

  test('waits with censoring, containment with coming back, amounts, means, errors per speaker', () => {
    const report = reportOf(auditText(calls(3000, 1), full))
    const [wait, containment, amount, csat, speech] = report.measures!
    const [a, b] = wait!.groups
    // Medians of exponentials with means 60 and 120.
    assert.ok(Math.abs(a!.quantiles![0]!.value! - 60 * Math.LN2) < 6, String(a!.quantiles![0]!.value))
    assert.ok(Math.abs(b!.quantiles![0]!.value! - 120 * Math.LN2) < 14, String(b!.quantiles![0]!.value))
    assert.ok(b!.censored! > a!.censored! / 2 && Math.abs(b!.longerShare! - Math.exp(-0.5)) < 0.05)
    assert.ok(wait!.comparisons[0]!.p! < 1e-10 && wait!.comparisons[0]!.interval![0] > 0)
    assert.ok(containment!.comparisons[0]!.pAdjusted! > 0.001)
    assert.ok(containment!.groups[1]!.backAgain!.share! > 0.4)
    assert.ok(amount!.comparisons[0]!.ratio! > 0.6 && amount!.comparisons[0]!.ratio! < 0.75)
    assert.ok(amount!.comparisons[0]!.interval![1] < 1)
    assert.ok(amount!.groups[0]!.apart! > 500)
    assert.ok(csat!.comparisons[0]!.interval![0] < 0 && csat!.comparisons[0]!.interval![1] > 0)
    assert.ok(csat!.groups[0]!.missing > 200)
    assert.deepEqual(
      speech!.groups.map(({ clusters }) => clusters),
      [30, 30],
    )
    assert.ok(speech!.comparisons[0]!.ratio! > 2 && speech!.comparisons[0]!.interval![0] > 1.5)
    const again = report.findings.filter(({ code }) => code === 'contained_but_back_again')
    assert.deepEqual(
      again.map(({ group, metric }) => [group!.g, metric]),
      [['b', 'containment']],
    )
  })

  test('leaving out who hung up would make the worse group look better', () => {
    const text = calls(3000, 1)
    const median = (measures: AuditPlanInput['measures']) =>
      reportOf(auditText(text, { ...full, measures })).measures![0]!.groups[1]!.quantiles![0]!.value!
    const ignoring = median([{ name: 'wait', kind: 'duration', column: 'wait' }])
    assert.ok(ignoring < median([full.measures![0]!]) - 5)
  })

  test('a negative duration or amount is refused', () => {
    const text = csvOf({ g: ['a', 'b'], yhat: [1, 0], t: [-1, 2] })
    for (const kind of ['duration', 'amount'] as const)
      assert.deepEqual(codesOf(auditText(text, { ...plan, measures: [{ name: 'm', kind, column: 't' }] })), [
        'not_a_number',
      ])
  })

  test('the catalogue makes a measure of each of its signals', () => {
    assert.deepEqual(
      catalogue.map(({ id }) => id),
      [...signalIds],
    )
    for (const { id, kind } of catalogue) {
      const measure = measureFor(id, { column: 'c', when: 'w', backAgain: 'r', units: 'u', cluster: 's' })!
      assert.equal(measure.kind, kind)
      assert.ok(planOf({ ...plan, measures: [measure] }))
      for (const key of [`fairness.catalogue.${id}`, `fairness.catalogue.${id}.why`])
        assert.ok(isFairnessTextKey(key), key)
    }
    assert.equal(measureFor('speech_errors', { column: 'c' }), undefined)
  })
})

describe('fairness: what is published', () => {
  test('groups below ten are left out, and one more when they could be found by subtraction', () => {
    const report = reportOf(auditText(selected({ a: [30, 100], b: [20, 60], c: [5, 12], d: [2, 4] }), plan))
    const published = publish(report)
    publishedReport.parse(published)
    assert.deepEqual(
      published.groups.map(({ group }) => group.g),
      ['a', 'b'],
    )
    assert.deepEqual(published.suppressed, { groups: 2, below: 10 })
    for (const list of [published.comparisons, published.verdicts])
      assert.deepEqual(
        list.map(({ group }) => group.g),
        ['b'],
      )
    assert.ok(!JSON.stringify(published.findings).includes('"d"'))
    assert.ok(
      Math.abs(published.disparities.demographicParityDifference.betweenGroups! - Math.abs(0.3 - 1 / 3)) < 1e-12,
    )
  })

  test('how hidden groups differ among themselves changes nothing of what is published', () => {
    const of = (c: [number, number], d: [number, number], reference: 'largest' | 'rest') =>
      reportOf(
        auditText(selected({ a: [30, 100], b: [20, 60], c, d }), {
          ...plan,
          label: 'yhat',
          judged: ['selectionRate', 'truePositiveRate'],
          correction: 'benjamini_hochberg',
          reference,
        }),
      )
    for (const reference of ['largest', 'rest'] as const) {
      const one = publish(of([5, 12], [2, 4], reference))
      for (const [c, d] of [
        [
          [4, 12],
          [3, 4],
        ],
        [
          [6, 13],
          [1, 3],
        ],
        [
          [6, 12],
          [1, 4],
        ],
      ] as [[number, number], [number, number]][])
        assert.deepEqual(publish(of(c, d, reference)), one, `${reference} ${c} ${d}`)
    }
  })

  test('no stratum of a few people follows from the whole of its group', () => {
    const rows: string[] = []
    const add = (group: string, stratum: string, n: number, yes: number) => {
      for (let i = 0; i < n; i++) rows.push(`${group},${stratum},${i < yes ? 1 : 0}`)
    }
    for (const group of ['a', 'b', 'c'])
      for (const [stratum, n] of [
        ['kort', 60],
        ['lang', 50],
        ['middel', 30],
        ['proef', group === 'b' ? 4 : 25],
      ] as const)
        add(group, stratum, n + (group === 'a' ? 40 : 0), Math.floor(n / 3))
    const { strata, groups } = publish(reportOf(auditText(`g,s,yhat\n${rows.join('\n')}\n`, { ...plan, strata: 's' })))
    const [b, c] = ['b', 'c'].map((name) => strata!.comparisons.find(({ group }) => group.g === name)!.strata)
    assert.deepEqual(
      b!.map(({ stratum }) => stratum.s),
      ['kort', 'lang'],
      'the few, and the next smallest beside them',
    )
    assert.equal(c!.length, 4, 'a group without few keeps all')
    const whole = groups.find(({ group }) => group.g === 'b')!.n
    const rest = whole - b!.reduce((sum, { n }) => sum + n, 0)
    assert.ok(rest >= 10, `${rest} people can be found by subtraction`)
  })

  test('of fewer than ten people in all nothing is said', () => {
    const published = publish(reportOf(auditText(selected({ a: [3, 5], b: [1, 4] }), plan)))
    publishedReport.parse(published)
    assert.deepEqual([published.groups, published.overall.selectionRate, published.overallIntervals], [[], null, {}])
  })

  test('without small groups nothing is left out', () => {
    const report = reportOf(
      auditText(selected({ a: [30, 100], b: [20, 60] }), { ...plan, bootstrap: { replicates: 100, seed: 1 } }),
    )
    assert.deepEqual(publish(report), { ...report, suppressed: { groups: 0, below: 10 } })
  })

  test('two small groups that together are still too few hide a third', () => {
    const report = reportOf(auditText(selected({ a: [30, 100], b: [20, 60], c: [1, 3], d: [2, 4] }), plan))
    assert.deepEqual(
      publish(report).groups.map(({ group }) => group.g),
      ['a'],
    )
  })
})

describe('fairness: sentences', () => {
  test('every code has one in both languages, with nothing left to fill in', () => {
    const group = { g: 'a' }
    for (const language of ['nl', 'en'] as const) {
      for (const code of findingCodes) {
        const sentence = findingSentence(
          { code, metric: 'selectionRate', group, groups: [group], reference: null, n: 3, total: 9 },
          language,
        )
        assert.ok(sentence.length > 10 && !/[{}]/.test(sentence), sentence)
      }
      for (const code of problemCodes) {
        const sentence = problemSentence({ code, column: 'c', line: 3, value: 'v', expected: 'e' }, language)
        assert.ok(sentence.length > 10 && !/[{}]/.test(sentence), sentence)
      }
      const report = reportOf(auditText(selected({ a: [600, 1000], b: [800, 2000], c: [9, 18], d: [790, 2000] }), plan))
      assert.deepEqual(new Set(report.verdicts.map(({ verdict }) => verdict)), new Set(verdicts))
      for (const verdict of report.verdicts) assert.ok(!/[{}]/.test(verdictSentence(verdict, language)))
    }
  })

  test('numbers as the reader writes them, points and not shares', () => {
    const [one] = reportOf(auditText(selected({ a: [600, 1000], b: [800, 2000] }), plan)).verdicts
    assert.match(
      verdictSentence(one!, 'nl'),
      /Groep a: 60 van de 100\. Groep b: 40 van de 100\. .* 16,2 tot 23,7 punten\. De drempel was 5 punten\./,
    )
    assert.match(verdictSentence(one!, 'en'), /16\.2 to 23\.7 points/)
  })

  test('a missing value and a blank name can be seen', () => {
    const report = reportOf(auditText(`g,yhat\n${',1\n" a",0\n'.repeat(3)}`, plan))
    const sentences = report.findings.map((finding) => findingSentence(finding, 'nl')).join('\n')
    assert.match(sentences, /niet bekend/)
    assert.match(sentences, /“ a”/)
  })
})
