/**
 * One monitor reads a stretch of decisions, in order of decision time: the state after it, the points of its chart, and the alarms that
 * went off on the way. The same decisions in other stretches give the same state, points and alarms.
 */
import { epochAlpha, log, logMeanE, rateSequence } from '../../statistics/index.ts'
import type { MonitorState, MonitorStream } from '../contract.ts'
import { observe } from '../monitor.ts'
import { type GroupLook, MOST_DRAWN, MOST_POINTS, type Series, type SeriesPoint } from './contract.ts'

/** A decision as a monitor sees it; `outcome` null: nobody knows, and then it does not count. */
export type WatchedDecision = {
  readonly id: string
  readonly at: string
  readonly group: string
  readonly outcome: number | null
}

export type Held = {
  readonly state: MonitorState
  readonly series: Series
  /** Decisions read, and those of them that counted. */
  readonly decisions: number
  readonly outcomes: number
}

export type Alarm = {
  readonly epoch: number
  readonly decidedAt: string
  readonly outcomes: number
  readonly log10E: number
  readonly level: number
  readonly looks: readonly GroupLook[]
  /** Those that stand on their own; empty: together they are enough and none is alone. */
  readonly groups: readonly string[]
}

/** An alpha at which no alarm goes off, so that the counts of the moment of an alarm can be read. */
const NEVER = 1e-300

export function readOn(held: Held, decisions: readonly WatchedDecision[]): { held: Held; alarms: Alarm[] } {
  let { state, series, outcomes } = held
  const alarms: Alarm[] = []
  for (const { at, group, outcome } of decisions) {
    if (outcome === null) continue
    const seen = { t: at, group, outcome }
    const done = observe(state, seen)
    if (!done.ok) continue
    outcomes++
    const { look } = done
    if (look.alarm) {
      const full = observe({ ...state, alpha: NEVER }, seen)
      const looks = full.ok ? groupLooks({ ...full.state, alpha: state.alpha }) : []
      alarms.push({
        epoch: look.epoch,
        decidedAt: at,
        outcomes,
        log10E: look.log10E,
        level: epochAlpha(state.alpha, look.epoch),
        looks,
        groups: look.groups ?? [],
      })
      series = withPoint(
        series,
        pointOf(looks, { outcomes, t: at, log10E: look.log10E, epoch: look.epoch, alarm: true }),
      )
    } else if (outcomes % series.every === 0)
      series = withPoint(
        series,
        pointOf(groupLooks(done.state), { outcomes, t: at, log10E: look.log10E, epoch: look.epoch, alarm: false }),
      )
    state = done.state
  }
  return { held: { state, series, outcomes, decisions: held.decisions + decisions.length }, alarms }
}

/** When there are too many, every other one goes; alarms stay. */
function withPoint({ every, points }: Series, point: SeriesPoint): Series {
  const grown = [...points, point]
  if (grown.length <= MOST_POINTS) return { every, points: grown }
  const wider = every * 2
  return { every: wider, points: grown.filter(({ outcomes, alarm }) => alarm || outcomes % wider === 0) }
}

function pointOf(looks: readonly GroupLook[], point: Omit<SeriesPoint, 'groups'>): SeriesPoint {
  return {
    ...point,
    groups: looks.slice(0, MOST_DRAWN).map(({ group, difference, lower, upper }) => [group, difference, lower, upper]),
  }
}

/**
 * Each group of this epoch beside the reference, in the order in which they were first seen. The limits of a difference come from those
 * of both shares at half the level each, so they hold together at all times with chance 1 − alpha for each group; also for outcomes
 * between 0 and 1, as the mixture's wealth is convex in the outcome.
 */
export function groupLooks(state: MonitorState): GroupLook[] {
  return state.streams.map((stream) => lookOf(stream, state.alpha))
}

function lookOf({ group, logE, n, yes, nReference, yesReference }: MonitorStream, alpha: number): GroupLook {
  const log10E = logE / Math.LN10
  if (n === 0 || nReference === 0)
    return {
      group,
      n,
      rate: null,
      nReference,
      rateReference: null,
      difference: null,
      lower: null,
      upper: null,
      log10E,
    }
  const own = rateSequence(yes, n, alpha / 2)
  const other = rateSequence(yesReference, nReference, alpha / 2)
  return {
    group,
    n,
    rate: yes / n,
    nReference,
    rateReference: yesReference / nReference,
    difference: yes / n - yesReference / nReference,
    lower: own === undefined || other === undefined ? null : own[0] - other[1],
    upper: own === undefined || other === undefined ? null : own[1] - other[0],
    log10E,
  }
}

/** The points of the chart, with one for this moment at the end. */
export function chartOf({ state, series: { points }, outcomes }: Held): readonly SeriesPoint[] {
  const last = points.at(-1)
  if (outcomes === 0 || state.t === null || last?.outcomes === outcomes) return points
  const log10E = state.streams.length === 0 ? 0 : logMeanE(state.streams.map(({ logE }) => logE)) / Math.LN10
  const now = { outcomes, t: String(state.t), log10E, epoch: state.epoch, alarm: false }
  return [...points, pointOf(groupLooks(state), now)]
}

/** log10 E at which an alarm goes off. */
export function thresholdOf({ alpha, epoch }: Pick<MonitorState, 'alpha' | 'epoch'>): number {
  return -log(epochAlpha(alpha, epoch)) / Math.LN10
}
