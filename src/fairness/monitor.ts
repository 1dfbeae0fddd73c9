/**
 * Monitoring at any time: outcomes one by one, in order of decision, and after each of them the evidence that a group gets another
 * rate than the reference. Looking as often as one likes costs nothing: P(ever alarm | no difference) ≤ alpha.
 *
 * A block closes once both are in it, at least as many of each as was asked. When it closes depends on who came, never on what came
 * out, so outcomes may arrive in any mix and none is lost. `blocks` compares likelihoods of 0/1 outcomes; `pairs` bets on the
 * difference of the two means, for outcomes in [0, 1].
 */
import {
  eBenjaminiHochberg,
  epochAlpha,
  eValue,
  freshBet,
  type Interval,
  isAlarm,
  logMeanE,
  rateSequence,
  stepBlock,
  stepPair,
  stepTolerantPair,
  tolerantLogE,
} from '../statistics/index.ts'
import { limits, type MonitorLook, type MonitorState, type MonitorStream, type Observation } from './contract.ts'

export type MonitorOptions = Partial<Pick<MonitorState, 'method' | 'alpha' | 'tolerance' | 'block' | 'reference'>>

export function startMonitor(options: MonitorOptions = {}): MonitorState {
  return {
    version: 1,
    method: options.method ?? 'blocks',
    alpha: options.alpha ?? 0.05,
    tolerance: options.tolerance ?? 0,
    block: options.block ?? { group: 1, reference: 1 },
    reference: options.reference ?? null,
    epoch: 1,
    t: null,
    outcomes: 0,
    waiting: { n: 0, yes: 0 },
    streams: [],
  }
}

export const observationProblems = [
  'outcome_not_binary',
  'time_unreadable',
  'time_goes_back',
  'too_many_groups',
] as const
export type ObservationProblem = (typeof observationProblems)[number]

export type Observed =
  | { readonly ok: true; readonly state: MonitorState; readonly look: MonitorLook }
  | { readonly ok: false; readonly problem: ObservationProblem }

/** One outcome more. The state that came in is as it was; a refused outcome changes nothing. */
export function observe(state: MonitorState, seen: Observation): Observed {
  const problem = problemOf(state, seen)
  if (problem !== undefined) return { ok: false, problem }
  const reference = state.reference ?? seen.group
  const known = seen.group === reference || state.streams.some(({ group }) => group === seen.group)
  const before = known ? state.streams : [...state.streams, freshStream(state, seen.group, state.waiting)]
  const streams = before.map((stream) =>
    seen.group === reference || seen.group === stream.group ? take(state, stream, seen) : stream,
  )
  const logEs = streams.map(({ logE }) => logE)
  const logE = streams.length === 0 ? 0 : logMeanE(logEs)
  const level = epochAlpha(state.alpha, state.epoch)
  const alarm = isAlarm(logE, level)
  const look: MonitorLook = {
    t: seen.t,
    e: Object.fromEntries(streams.map((stream) => [stream.group, eValue(stream.logE)])),
    log10E: logE / Math.LN10,
    alarm,
    epoch: state.epoch,
    ...(alarm ? { groups: eBenjaminiHochberg(logEs, level).map((i) => streams[i]!.group) } : {}),
  }
  const next: MonitorState = {
    ...state,
    reference,
    t: seen.t,
    outcomes: state.outcomes + 1,
    waiting:
      seen.group === reference ? { n: state.waiting.n + 1, yes: state.waiting.yes + seen.outcome } : { n: 0, yes: 0 },
    epoch: alarm ? state.epoch + 1 : state.epoch,
    streams: alarm ? streams.map(({ group }) => freshStream(state, group)) : streams,
  }
  return { ok: true, state: next, look }
}

function problemOf(state: MonitorState, { t, group, outcome }: Observation): ObservationProblem | undefined {
  if (state.method === 'blocks' && outcome !== 0 && outcome !== 1) return 'outcome_not_binary'
  const at = timeOf(t)
  if (at === undefined) return 'time_unreadable'
  if (state.t !== null && (typeof state.t !== typeof t || at < timeOf(state.t)!)) return 'time_goes_back'
  const isNew =
    group !== state.reference && state.reference !== null && !state.streams.some((one) => one.group === group)
  return isNew && state.streams.length >= limits.valuesPerAttribute ? 'too_many_groups' : undefined
}

/** A number as it is, a text as an ISO 8601 instant. */
function timeOf(t: number | string): number | undefined {
  const at = typeof t === 'number' ? t : Date.parse(t)
  return Number.isFinite(at) ? at : undefined
}

function freshStream(
  state: MonitorState,
  group: string,
  waiting: MonitorState['waiting'] = { n: 0, yes: 0 },
): MonitorStream {
  return {
    group,
    logE: 0,
    looks: 0,
    n: 0,
    yes: 0,
    nReference: 0,
    yesReference: 0,
    open: { n: 0, yes: 0, nReference: waiting.n, yesReference: waiting.yes },
    bets: state.method === 'pairs' ? { up: freshBet, down: state.tolerance > 0 ? freshBet : null } : null,
  }
}

function take(state: MonitorState, stream: MonitorStream, { group, outcome }: Observation): MonitorStream {
  const { open } = stream
  const grown =
    group === stream.group
      ? { ...open, n: open.n + 1, yes: open.yes + outcome }
      : { ...open, nReference: open.nReference + 1, yesReference: open.yesReference + outcome }
  if (grown.n < state.block.group || grown.nReference < state.block.reference) return { ...stream, open: grown }
  return {
    ...stream,
    ...evidence(state, stream, grown),
    looks: stream.looks + 1,
    n: stream.n + grown.n,
    yes: stream.yes + grown.yes,
    nReference: stream.nReference + grown.nReference,
    yesReference: stream.yesReference + grown.yesReference,
    open: { n: 0, yes: 0, nReference: 0, yesReference: 0 },
  }
}

function evidence(
  state: MonitorState,
  stream: MonitorStream,
  block: MonitorStream['open'],
): Pick<MonitorStream, 'logE' | 'bets'> {
  if (stream.bets === null) return { logE: stepBlock(stream, block).logE, bets: null }
  const g = block.yes / block.n - block.yesReference / block.nReference
  const { up, down } = stream.bets
  if (down === null) {
    const next = stepPair(up, g)
    return { logE: next.logE, bets: { up: next, down: null } }
  }
  const next = stepTolerantPair({ up, down }, g, state.tolerance)
  return { logE: tolerantLogE(next), bets: next }
}

export type MonitorRate = {
  readonly group: string
  readonly n: number
  readonly rate: number | null
  /** Holds at all times at once, with chance 1 − alpha for each group. */
  readonly interval: Interval | null
}

/** For the chart: the rates of this epoch, reference first, for 0/1 outcomes. Blocks that are not complete do not count yet. */
export function monitorRates(state: MonitorState): MonitorRate[] {
  const rate = (group: string, n: number, yes: number): MonitorRate => ({
    group,
    n,
    rate: n > 0 ? yes / n : null,
    interval: rateSequence(yes, n, state.alpha) ?? null,
  })
  const most = state.streams.reduce<MonitorStream | undefined>(
    (a, b) => (a === undefined || b.nReference > a.nReference ? b : a),
    undefined,
  )
  return [
    ...(state.reference !== null && most !== undefined
      ? [rate(state.reference, most.nReference, most.yesReference)]
      : []),
    ...state.streams.map(({ group, n, yes }) => rate(group, n, yes)),
  ]
}
