/** Worlds in which the truth is known: how often an interval covers it, a monitor cries wolf, an audit finds what is not there. */
import { runAudit } from '../../src/fairness/audit.ts'
import type { AuditPlanInput, AuditReport, Observation } from '../../src/fairness/contract.ts'
import { createIntake } from '../../src/fairness/intake.ts'
import { observe, observeBatch, startMonitor } from '../../src/fairness/monitor.ts'
import { readAuditPlan } from '../../src/fairness/plan.ts'
import {
  binomial,
  freshBet,
  freshBlock,
  type Generator,
  generator,
  isAlarm,
  logBinomialDensity,
  newcombe,
  percentileInterval,
  stepBlock,
  stepPair,
} from '../../src/statistics/index.ts'

const ALPHA = 0.05
const outcome = (random: Generator, rate: number) => (random.uniform() < rate ? 1 : 0)

/** Exact coverage of Newcombe's 95 % interval for a difference of two equal rates: the sum over all that can be seen. */
export function newcombeCoverage(n: number, reference: number, rate: number): number {
  const density = (size: number) =>
    Array.from({ length: size + 1 }, (_, k) => Math.exp(logBinomialDensity(k, size, rate)))
  const first = density(n)
  const second = density(reference)
  let covered = 0
  for (const [k, p] of first.entries())
    for (const [m, q] of second.entries()) {
      if (p * q < 1e-15) continue
      const [l, u] = newcombe({ k, n }, { k: m, n: reference })!
      if (l <= 0 && 0 <= u) covered += p * q
    }
  return covered
}

/** The same of the percentile bootstrap, by simulation: what other tools offer. */
export function bootstrapCoverage(n: number, reference: number, rate: number, runs: number): number {
  let covered = 0
  for (let run = 0; run < runs; run++) {
    const random = generator(77, run)
    const k = binomial(random, n, rate)
    const m = binomial(random, reference, rate)
    const differences = Float64Array.from(
      { length: 800 },
      () => binomial(random, n, k / n) / n - binomial(random, reference, m / reference) / reference,
    )
    const { lower, upper } = percentileInterval(differences, ALPHA)!
    if (lower <= 0 && 0 <= upper) covered++
  }
  return covered / runs
}

type Method = 'blocks' | 'leaning' | 'pairs' | 'naive'

/** The look at which a run alarms first, or undefined: pairs of outcomes, one of each group. */
function firstAlarm(
  method: Method,
  random: Generator,
  rates: readonly [number, number],
  looks: number,
): number | undefined {
  let bet = freshBet
  let block = freshBlock
  const yes = [0, 0]
  for (let t = 1; t <= looks; t++) {
    const a = outcome(random, rates[0])
    const b = outcome(random, rates[1])
    if (method === 'pairs') bet = stepPair(bet, b - a)
    else if (method !== 'naive')
      block = stepBlock(
        block,
        { n: 1, yes: b, nReference: 1, yesReference: a },
        method === 'leaning' ? 'leaning' : 'own',
      )
    else {
      yes[0]! += a
      yes[1]! += b
      const pooled = (yes[0]! + yes[1]!) / (2 * t)
      const z = (yes[1]! - yes[0]!) / t / Math.sqrt((pooled * (1 - pooled) * 2) / t)
      // A first look at 30 of each, as a careful person would.
      if (t >= 30 && Math.abs(z) > 1.959964) return t
      continue
    }
    if (isAlarm(method === 'pairs' ? bet.logE : block.logE, ALPHA)) return t
  }
  return undefined
}

/** Share of runs of equal groups that alarm at any of so many looks. */
export function falseAlarms(
  method: Method,
  rate: number,
  { runs, looks }: { readonly runs: number; readonly looks: number },
): number {
  let alarmed = 0
  for (let run = 0; run < runs; run++)
    if (firstAlarm(method, generator(100 + rate * 10, run), [rate, rate], looks) !== undefined) alarmed++
  return alarmed / runs
}

/** Pairs until the alarm, in each run. */
export function delays(
  method: 'blocks' | 'leaning' | 'pairs',
  rates: readonly [number, number],
  runs: number,
): number[] {
  return Array.from(
    { length: runs },
    (_, run) => firstAlarm(method, generator(200, run), rates, 200_000) ?? Number.POSITIVE_INFINITY,
  )
}

/**
 * Outcomes of a minority of one in ten until the alarm, through the monitor itself. `mixed`: who comes next is chance, and comes alone;
 * `batches`: blocks of one and nine with the same t.
 */
export function minorityDelays(
  rates: readonly [reference: number, minority: number],
  { runs, arrival }: { readonly runs: number; readonly arrival: 'mixed' | 'batches' },
): number[] {
  return Array.from({ length: runs }, (_, run) => {
    const random = generator(300, run)
    let state = startMonitor({ reference: 'others' })
    let minority = 0
    for (let t = 0; t < 200_000; t++) {
      const one = (isMinority: boolean): Observation => {
        if (isMinority) minority++
        return { t, group: isMinority ? 'minority' : 'others', outcome: outcome(random, rates[isMinority ? 1 : 0]) }
      }
      const seen =
        arrival === 'mixed'
          ? observe(state, one(random.uniform() < 0.1))
          : observeBatch(state, [one(true), ...Array.from({ length: 9 }, () => one(false))])
      if (!seen.ok) throw new Error(seen.problem)
      if (seen.look.alarm) return minority
      state = seen.state
    }
    return Number.POSITIVE_INFINITY
  })
}

/** False alarms of the monitor with several groups, all equal, who comes next being chance. */
export function monitorFalseAlarms(
  rate: number,
  { runs, outcomes }: { readonly runs: number; readonly outcomes: number },
): number {
  let alarmed = 0
  for (let run = 0; run < runs; run++) {
    const random = generator(400, run)
    let state = startMonitor({ reference: 'a' })
    for (let t = 0; t < outcomes; t++) {
      const u = random.uniform()
      const group = u < 0.6 ? 'a' : u < 0.9 ? 'b' : 'c'
      const seen = observe(state, { t, group, outcome: outcome(random, rate) })
      if (!seen.ok) throw new Error(seen.problem)
      if (seen.look.alarm) {
        alarmed++
        break
      }
      state = seen.state
    }
  }
  return alarmed / runs
}

/** An audit of groups with so many of so many selected. */
export function auditOf(
  groups: ReadonlyMap<string, readonly [k: number, n: number]>,
  more: Partial<AuditPlanInput> = {},
): AuditReport {
  const read = readAuditPlan({ prediction: 'yhat', sensitive: ['g'], ...more })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const intake = createIntake(read.plan)
  const at = (name: string) => intake.needs.findIndex((need) => need.name === name)
  const [g, yhat] = [at('g'), at('yhat')]
  for (const [name, [k, n]] of groups) {
    intake.codes[g] = intake.code(g, name, undefined)
    for (const [value, times] of [
      ['1', k],
      ['0', n - k],
    ] as const) {
      if (times === 0) continue
      intake.codes[yhat] = intake.code(yhat, value, undefined)
      intake.row(undefined, times)
    }
  }
  const found = intake.finish()
  if (!found.ok) throw new Error(JSON.stringify(found.problems))
  return runAudit(found.table, read.plan, { planSha256: '', cellsSha256: '', inputSha256: null })
}

export type FileRates = { readonly found: number; readonly fourFifths: number }

/** Share of files of equal groups in which a difference is found, and in which the four-fifths rule fails. */
export function equalGroups(
  {
    groups,
    rows,
    rate,
    files,
  }: { readonly groups: number; readonly rows: number; readonly rate: number; readonly files: number },
  margin: number,
): FileRates {
  let found = 0
  let fourFifths = 0
  for (let file = 0; file < files; file++) {
    const random = generator(500 + rate * 100, file)
    const counts = new Map(
      Array.from({ length: groups }, (_, i) => [`g${i}`, [binomial(random, rows, rate), rows] as const]),
    )
    const report = auditOf(counts, { reference: 'rest', margin })
    if (report.verdicts.some(({ verdict }) => verdict === 'difference_found')) found++
    const ratio = report.disparities.demographicParityRatio.betweenGroups
    if (ratio !== null && ratio < 0.8) fourFifths++
  }
  return { found: found / files, fourFifths: fourFifths / files }
}

/** Share of files in which one group, truly so much worse than nine others, is found, and in which an equal one is as well. */
export function plantedGap(
  gap: number,
  { rows, files }: { readonly rows: number; readonly files: number },
): { readonly found: number; readonly wrong: number } {
  let found = 0
  let wrong = 0
  for (let file = 0; file < files; file++) {
    const random = generator(600, file)
    const counts = new Map(
      Array.from({ length: 10 }, (_, i) => [
        `g${i}`,
        [binomial(random, rows, i === 9 ? 0.4 - gap : 0.4), rows] as const,
      ]),
    )
    const { verdicts } = auditOf(counts, { reference: { group: 'g0' } })
    if (verdicts.some(({ verdict, group }) => verdict === 'difference_found' && group.g === 'g9')) found++
    if (verdicts.some(({ verdict, group }) => verdict === 'difference_found' && group.g !== 'g9')) wrong++
  }
  return { found: found / files, wrong: wrong / files }
}
