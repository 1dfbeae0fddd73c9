/**
 * A reading beside an earlier one: what each difference became, and whether that is more than chance. Two verdicts side by side do not
 * say so: "found" before and "cannot tell" after may be the same difference with fewer rows.
 */
import { changeOf, holm, type Interval } from '../../statistics/index.ts'
import type { AuditPlan, Verdict } from '../contract.ts'
import { samePlace } from './finding.ts'

export const changeVerdicts = ['smaller', 'larger', 'no_relevant_change', 'cannot_tell'] as const
export type ChangeVerdict = (typeof changeVerdicts)[number]

export type ComparedVerdict = {
  readonly before: Verdict
  readonly after: Verdict
  /** After minus before, with its interval at 1 − alpha; null where one of both is undefined. */
  readonly change: number | null
  readonly interval: Interval | null
  /** Corrected over all comparisons of the two readings (Holm). */
  readonly p: number | null
  readonly verdict: ChangeVerdict
}

export type Compared = {
  readonly comparisons: readonly ComparedVerdict[]
  /** Comparisons of one reading that the other has not: another group, reference or metric. */
  readonly onlyBefore: readonly Verdict[]
  readonly onlyAfter: readonly Verdict[]
  /** Names of what the plans say differently. */
  readonly planDifferences: readonly (keyof AuditPlan)[]
  /** The same outcome of the same groups, so that the numbers can be laid beside each other. */
  readonly comparable: boolean
}

export type Side = { readonly plan: AuditPlan; readonly verdicts: readonly Verdict[] }

/** Kept beside the question, or how a file was written: they change no number. */
const silent: readonly string[] = ['question', 'askedBy', 'legalGround', 'note', 'file', 'bootstrap']
/** What makes it another outcome or other groups. */
const defining: readonly (keyof AuditPlan)[] = [
  'sensitive',
  'prediction',
  'score',
  'threshold',
  'label',
  'positive',
  'weight',
  'counts',
  'bands',
]

/** `before` and `after`: what is published of each reading. The samples count as independent (statistics/change.ts). */
export function compare(before: Side, after: Side): Compared {
  const planDifferences = differencesOf(before.plan, after.plan)
  const comparable = !planDifferences.some((name) => defining.includes(name))
  const { alpha, margin } = after.plan
  const pairs = comparable
    ? after.verdicts.flatMap((one) => {
        const earlier = before.verdicts.find((other) => samePlace(other, one))
        return earlier === undefined ? [] : [{ before: earlier, after: one }]
      })
    : []
  const changes = pairs.map(({ before: one, after: other }) => {
    const [from, to] = [estimateOf(one), estimateOf(other)]
    // Intervals of different levels cannot be joined.
    return from && to && one.alpha === other.alpha ? changeOf(from, to, alpha) : undefined
  })
  const ps = holm(changes.map((change) => change?.p))
  return {
    comparisons: pairs.map((pair, i) => {
      const change = changes[i]
      if (change === undefined) return { ...pair, change: null, interval: null, p: null, verdict: 'cannot_tell' }
      const p = ps[i] ?? null
      return {
        ...pair,
        change: change.value,
        interval: change.interval,
        p,
        verdict: verdictOf({ ...pair, interval: change.interval, p }, { alpha, margin }),
      }
    }),
    onlyBefore: before.verdicts.filter((one) => !pairs.some((pair) => pair.before === one)),
    onlyAfter: after.verdicts.filter((one) => !pairs.some((pair) => pair.after === one)),
    planDifferences,
    comparable,
  }
}

const estimateOf = ({ difference, interval }: Verdict) =>
  difference === null || interval === null
    ? undefined
    : { value: difference, interval: [interval[0], interval[1]] as Interval }

/** More than chance: nearer to 0 or further from it. Within the margin: no change that matters. */
function verdictOf(
  {
    before,
    after,
    interval,
    p,
  }: { readonly before: Verdict; readonly after: Verdict; readonly interval: Interval; readonly p: number | null },
  { alpha, margin }: { readonly alpha: number; readonly margin: number },
): ChangeVerdict {
  if (p !== null && p <= alpha) return Math.abs(after.difference!) < Math.abs(before.difference!) ? 'smaller' : 'larger'
  return interval[0] > -margin && interval[1] < margin ? 'no_relevant_change' : 'cannot_tell'
}

function differencesOf(before: AuditPlan, after: AuditPlan): (keyof AuditPlan)[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() as (keyof AuditPlan)[]
  return names.filter((name) => !silent.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}
