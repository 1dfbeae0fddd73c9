/** What the fairness kernel promises, held against worlds in which the truth is known. */
import { verdictSentence } from '../src/fairness/sentences.ts'
import { changedAfter, equalBots, nightlyNoisy, nightsToAlarm, unfairFound, worlds } from './fairness/prompts.ts'
import {
  bootstrapCoverage,
  delays,
  equalGroups,
  falseAlarms,
  minorityDelays,
  monitorFalseAlarms,
  newcombeCoverage,
  plantedGap,
} from './fairness/simulations.ts'
import { successByMembership } from './fairness/tau-bench.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

type Row = Table['rows'][number]
type Goal = NonNullable<Table['goals']>[number]

const words = { blocks: 'blocks as in the paper', leaning: 'blocks, leaning', pairs: 'pairs' } as const
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
/** Two standard errors above a share, over so many runs. */
const twoErrors = (share: number, runs: number) => share + 2 * Math.sqrt((share * (1 - share)) / runs)

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const rows: Row[] = []
  const goals: Goal[] = []
  coverage(quick, rows, goals)
  say('interval coverage done')
  alarms(quick, rows, goals)
  say('false alarms done')
  delay(quick, rows, goals)
  say('delays done')
  audits(quick, rows, goals)
  say('equal groups done')
  pairedPrompts(quick, rows, goals)
  say('paired prompts done')
  control(rows, goals)
  return {
    title: 'Fairness, against known truth',
    path: 'docs/fairness-performance.md',
    about:
      'Made by `npm run bench -- fairness`; every run has its seed, so the figures come out the same. ' +
      'Coverage: exact, by adding up all that can be seen; for the percentile bootstrap (which Waarborg uses only where no formula exists) 2,000 simulations of 800 draws. ' +
      'False alarms: equal groups, looked at after every pair, alpha 0.05. Delays: until the first alarm. Blocks that the sender makes are weighed exactly as in the paper; the monitor’s own lean on both groups and need fewer. ' +
      'Equal groups: every group against all others, margin 0, which is the hardest; a file counts when any verdict is a difference.',
    columns: ['What', 'World', 'Result'],
    rows,
    goals,
  }
}

function pairedPrompts(quick: boolean, rows: Row[], goals: Goal[]): void {
  const runs = quick ? 60 : 1_000
  for (const [world, bot] of worlds) {
    const { found, covered } = equalBots(bot, runs)
    rows.push([
      'paired prompts: audits of equal bots with a difference found',
      `${world}; 36 questions twice, 4 groups, 2 outcomes, ${runs} audits`,
      `${percent(found)}; the interval of a share holds 0 in ${percent(covered)}`,
    ])
    goals.push({
      goal: `paired prompts, ${world}: at most 5 % + 2 standard errors of audits find a difference`,
      found: percent(found),
      met: found <= twoErrors(0.05, runs),
    })
  }
  for (const more of [0.2, 0.4, 0.6])
    rows.push([
      'paired prompts: a bot is caught that refuses more of who learns the language',
      `${Math.round(more * 100)} of 100 more, ${runs} audits`,
      percent(unfairFound(more, runs)),
    ])
  const canaries = quick ? { runs: 40, nights: 20 } : { runs: 400, nights: 60 }
  const quiet = nightsToAlarm(() => nightlyNoisy, canaries.runs, canaries.nights)
  const alarms = quiet.filter((night) => night !== null).length / canaries.runs
  rows.push(['canary: false alarms', `answers vary, ${canaries.nights} nights, ${canaries.runs} runs`, percent(alarms)])
  goals.push({
    goal: `canary, nothing changed: false alarms at most 5 % + 2 standard errors over ${canaries.nights} nights`,
    found: percent(alarms),
    met: alarms <= twoErrors(0.05, canaries.runs),
  })
  const seen = nightsToAlarm(changedAfter(10), canaries.runs, 30).map((night) => (night ?? 31) - 10)
  rows.push([
    'canary: nights until a silent change is seen',
    `nine of ten answered, from the eleventh night six of ten, ${canaries.runs} runs`,
    `median ${median(seen)}, 90 % within ${quantile(seen, 0.9)}`,
  ])
}

function coverage(quick: boolean, rows: Row[], goals: Goal[]): void {
  const rates = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95]
  const sizes = quick ? [10, 30] : [10, 15, 20, 30, 50, 75, 100]
  const found = sizes.flatMap((n) => rates.map((rate) => ({ n, rate, covered: newcombeCoverage(n, 500, rate) })))
  const least = Math.min(...found.map(({ covered }) => covered))
  const most = Math.max(...found.map(({ covered }) => covered))
  rows.push([
    'coverage of Newcombe’s 95 % interval',
    `equal rates 0.05–0.95, n ${sizes[0]}–${sizes.at(-1)} against 500`,
    `${percent(least)}–${percent(most)}`,
  ])
  rows.push([
    'coverage of Newcombe’s 95 % interval',
    'rate 0.01, n 10 against 500 (finding rare_event)',
    percent(newcombeCoverage(10, 500, 0.01)),
  ])
  for (const [n, reference, rate] of [
    [10, 500, 0.1],
    [20, 500, 0.05],
    [100, 5000, 0.02],
  ] as const)
    rows.push([
      'the same, percentile bootstrap (comparison only)',
      `rate ${rate}, n ${n} against ${reference}`,
      `${percent(bootstrapCoverage(n, reference, rate, quick ? 200 : 2_000))}; Newcombe ${percent(newcombeCoverage(n, reference, rate))}`,
    ])
  goals.push({
    goal: 'coverage 93–98 % for equal rates 0.05–0.95, n 10–100 against 500',
    found: `${percent(least)}–${percent(most)}`,
    met: least >= 0.93 && most <= 0.98,
  })
}

function alarms(quick: boolean, rows: Row[], goals: Goal[]): void {
  const size = quick ? { runs: 40, looks: 10_000 } : { runs: 400, looks: 100_000 }
  for (const method of ['blocks', 'leaning', 'pairs', 'naive'] as const)
    for (const rate of [0.5, 0.1]) {
      const runs = method === 'naive' ? size.runs / 2 : size.runs
      const share = falseAlarms(method, rate, { ...size, runs })
      rows.push([
        method === 'naive'
          ? 'false alarms of a z-test at every look (comparison only)'
          : `false alarms, ${words[method]}`,
        `rate ${rate}, ${size.looks} looks, ${runs} runs`,
        percent(share),
      ])
      if (method !== 'naive')
        goals.push({
          goal: `${words[method]}, rate ${rate}: false alarms at most 5 % + 2 standard errors over ${size.looks} looks`,
          found: percent(share),
          met: share <= twoErrors(0.05, runs),
        })
    }
  const monitor = quick ? { runs: 40, outcomes: 3_000 } : { runs: 400, outcomes: 20_000 }
  const share = monitorFalseAlarms(0.3, monitor)
  rows.push([
    'false alarms of the monitor, three groups in any mix',
    `rate 0.3, ${monitor.outcomes} outcomes, ${monitor.runs} runs`,
    percent(share),
  ])
  goals.push({
    goal: 'the monitor, three equal groups: at most 5 % + 2 standard errors',
    found: percent(share),
    met: share <= twoErrors(0.05, monitor.runs),
  })
}

function delay(quick: boolean, rows: Row[], goals: Goal[]): void {
  const runs = quick ? 60 : 400
  const shown = (all: readonly number[]) => `median ${median(all)}, 90 % within ${quantile(all, 0.9)}`
  for (const other of [0.35, 0.4, 0.5])
    for (const method of ['blocks', 'leaning', 'pairs'] as const) {
      const all = delays(method, [0.3, other], runs)
      rows.push([
        `pairs until the alarm, ${words[method]}`,
        `0.30 against ${other.toFixed(2)}, ${runs} runs`,
        shown(all),
      ])
      if (other === 0.4)
        goals.push({
          goal: `${words[method]}: median delay at 0.30 against 0.40 at most 500 pairs`,
          found: String(median(all)),
          met: median(all) <= 500,
        })
    }
  for (const [arrival, rates] of [
    ['mixed', [0.3, 0.4]],
    ['mixed', [0.4, 0.3]],
    ['batches', [0.3, 0.4]],
    ['batches', [0.4, 0.3]],
  ] as const) {
    const all = minorityDelays(rates, { runs, arrival })
    const world =
      arrival === 'mixed' ? 'who comes next is chance' : 'batches of 1 and 9 with the same t, rule of the paper'
    rows.push([
      'outcomes of a minority of 1 in 10 until the alarm',
      `${rates[0].toFixed(2)} against ${rates[1].toFixed(2)} of the minority, ${world}, ${runs} runs`,
      shown(all),
    ])
    if (arrival === 'mixed')
      goals.push({
        goal: `minority of 1 in 10, ${rates[0].toFixed(2)} against ${rates[1].toFixed(2)}: median delay at most 260 of its outcomes`,
        found: String(median(all)),
        met: median(all) <= 260,
      })
  }
}

function audits(quick: boolean, rows: Row[], goals: Goal[]): void {
  const files = quick ? 40 : 1_000
  for (const rate of [0.3, 0.05])
    for (const margin of [0, 0.05]) {
      const { found, fourFifths } = equalGroups({ groups: 72, rows: 50, rate, files }, margin)
      rows.push([
        'files of 72 equal groups × 50 with a difference found',
        `rate ${rate}, margin ${margin}, ${files} files`,
        `${percent(found)}; four-fifths rule fails in ${percent(fourFifths)}`,
      ])
      goals.push({
        goal: `72 equal groups × 50, rate ${rate}, margin ${margin}: a difference in at most 5 % of files (+ 2 standard errors)`,
        found: percent(found),
        met: found <= twoErrors(0.05, files),
      })
    }
  for (const gap of [0.1, 0.15, 0.2]) {
    const { found, wrong } = plantedGap(gap, { rows: 500, files: quick ? 40 : 400 })
    rows.push([
      `a group that is ${gap * 100} points worse is found`,
      'ten groups × 500, rate 0.40, margin 5 points',
      `${percent(found)}; an equal group in ${percent(wrong)}`,
    ])
  }
}

function control(rows: Row[], goals: Goal[]): void {
  const report = successByMembership()
  if (report === undefined) {
    rows.push(['negative control: success by membership', 'recorded conversations', 'not there'])
    return
  }
  const found = report.verdicts.filter(({ verdict }) => verdict === 'difference_found')
  for (const verdict of report.verdicts)
    rows.push([
      'negative control: success of recorded conversations by membership',
      `${verdict.n} against ${verdict.nReference}`,
      verdictSentence(verdict, 'en'),
    ])
  goals.push({
    goal: 'negative control raises nothing',
    found: `${found.length} differences, p of the whole ${report.omnibus.p?.toFixed(2)}`,
    met: found.length === 0,
  })
}
