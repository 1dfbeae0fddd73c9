/** Paired prompts against bots of which the truth is known. */
import { freshCanary, readCanary } from '../../src/fairness/prompts/canary.ts'
import { compareAnswers } from '../../src/fairness/prompts/compare.ts'
import { schedule } from '../../src/fairness/prompts/plan.ts'
import { answersOf, type Bot, planOf } from '../../src/fairness/prompts/testing.ts'
import { generator } from '../../src/statistics/index.ts'

const factors = ['learner', 'regional', 'name_polish', 'age_old']
const plan = planOf({ outcomes: ['answered', 'words'], factors })
const asks = schedule(plan)
const words = (random: { uniform(): number }) => 20 + Math.floor(random.uniform() * 40)

/** The same for everybody, question by question. */
const steady: Bot = (_, own) => ({ yes: own > 0.3 ? 1 : 0, words: 20 + Math.floor(own * 40) })
/** Answers vary from time to time, some questions more than others. */
const noisy: Bot = (_, own, random) => ({ yes: 0.4 + 0.5 * own, words: words(random) })
/** Each question and group has a chance of its own, which on average is the same: what differs is the question, not the group. */
const uneven =
  (seed: number): Bot =>
  ({ template, factor }, _, random) => {
    const own = generator(seed, hashOf(`${template} ${factor === 'again' ? 'base' : factor}`)).uniform()
    return { yes: own, words: 20 + Math.floor(own * 40) + Math.floor(random.uniform() * 5) }
  }
const hashOf = (text: string) => [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) >>> 0, 7)

export const worlds: readonly (readonly [string, (run: number) => Bot])[] = [
  ['the same for everybody', () => steady],
  ['answers vary from time to time', () => noisy],
  ['each question has its own chance per group', (run) => uneven(run)],
]

/** Share of whole audits in which any difference is found, and of intervals of a share that hold 0. */
export function equalBots(
  bot: (run: number) => Bot,
  runs: number,
): { readonly found: number; readonly covered: number } {
  let found = 0
  let covered = 0
  let intervals = 0
  for (let run = 0; run < runs; run++) {
    const all = compareAnswers(plan, answersOf(plan, bot(run), 1_000 + run, { asks, world: run }))
    if (all.some(({ verdict }) => verdict === 'difference_found')) found++
    for (const { outcome, lower, upper } of all) {
      if (outcome !== 'answered') continue
      intervals++
      if (lower! <= 0 && upper! >= 0) covered++
    }
  }
  return { found: found / runs, covered: covered / intervals }
}

/** Share of audits in which a bot is caught that refuses so many more of those who learn the language. */
export function unfairFound(more: number, runs: number): number {
  const bot: Bot = ({ factor }, _, random) => ({ yes: factor === 'learner' ? 0.95 - more : 0.95, words: words(random) })
  let found = 0
  for (let run = 0; run < runs; run++)
    if (
      compareAnswers(plan, answersOf(plan, bot, run, { asks, world: run })).some(
        ({ verdict, factor, outcome }) =>
          verdict === 'difference_found' && factor === 'learner' && outcome === 'answered',
      )
    )
      found++
  return found / runs
}

const nightly = planOf({ outcomes: ['answered'], factors: ['learner'] })
const reference = schedule(nightly).filter(({ factor }) => factor === 'base' || factor === 'again')

/** Nights until the alarm of each run; null: none in so many. */
export function nightsToAlarm(bot: (night: number) => Bot, runs: number, nights: number): (number | null)[] {
  return Array.from({ length: runs }, (_, run) => {
    const first = answersOf(nightly, bot(0), run, { asks: reference, world: run })
    let state = freshCanary(nightly.alpha)
    for (let night = 1; night <= nights; night++) {
      state = readCanary(
        state,
        nightly,
        first,
        answersOf(nightly, bot(night), run * 1_000 + night + 1, { asks: reference, world: run }),
      )
      if (state.alarm.length > 0) return night
    }
    return null
  })
}
export const nightlyNoisy = noisy
/** What was answered in nine of ten is now answered in six of ten. */
export const changedAfter =
  (last: number) =>
  (night: number): Bot =>
  (_, own, random) => ({ yes: night > last ? 0.6 * (0.5 + own) : 0.9, words: words(random) })
