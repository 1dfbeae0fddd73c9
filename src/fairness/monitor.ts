/**
 * Monitoring at any time: outcomes one by one, in order of decision, and after each of them the evidence that a group gets another
 * rate than the reference. Looking as often as one likes costs nothing: P(ever alarm | no difference) ≤ alpha.
 *
 * Outcomes are weighed in blocks that hold both groups. Who makes a block must not look at what came out in it: the sender (outcomes
 * with the same t, or sizes that were asked for; then the expectations are those of the paper), or this file, by who came alone. So
 * outcomes may arrive in any mix and none is lost. `blocks` compares likelihoods of 0/1 outcomes; `pairs` bets on the difference of
 * the two means, for outcomes in [0, 1].
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
    block: options.block ?? null,
    batched: false,
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
  return { ok: true, ...lookAt(closed(taken(state, seen), state.batched), seen.t) }
}

/**
 * Outcomes with the same t, which are one block, or what is still lacking of one. Refused as a whole when one
 * of them cannot count. The state that came in is as it was.
 */
export function observeBatch(state: MonitorState, seen: readonly [Observation, ...Observation[]]): Observed {
  let next: MonitorState = { ...state, batched: state.batched || seen.length > 1 }
  for (const one of seen) {
    const problem = problemOf(next, one)
    if (problem !== undefined) return { ok: false, problem }
    next = taken(next, one)
  }
  return { ok: true, ...lookAt(closed(next, next.batched), seen[0].t) }
}

/** Whether an outcome could count after this state, and if not, why. */
export function problemOf(state: MonitorState, { t, group, outcome }: Observation): ObservationProblem | undefined {
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

/** The state with one outcome in the open blocks that it belongs to. */
function taken(state: MonitorState, seen: Observation): MonitorState {
  const reference = state.reference ?? seen.group
  const isReference = seen.group === reference
  const known = isReference || state.streams.some(({ group }) => group === seen.group)
  const streams = known ? state.streams : [...state.streams, freshStream(state, seen.group, state.waiting)]
  return {
    ...state,
    reference,
    t: seen.t,
    outcomes: state.outcomes + 1,
    waiting: isReference ? { n: state.waiting.n + 1, yes: state.waiting.yes + seen.outcome } : { n: 0, yes: 0 },
    streams: streams.map((stream) =>
      isReference || stream.group === seen.group
        ? { ...stream, open: grown(stream.open, isReference, seen.outcome) }
        : stream,
    ),
  }
}

function grown(open: MonitorStream['open'], isReference: boolean, outcome: number): MonitorStream['open'] {
  return isReference
    ? { ...open, nReference: open.nReference + 1, yesReference: open.yesReference + outcome }
    : { ...open, n: open.n + 1, yes: open.yes + outcome }
}

const nothing = { n: 0, yes: 0, nReference: 0, yesReference: 0 } as const

function freshStream(state: MonitorState, group: string, waiting: MonitorState['waiting'] = nothing): MonitorStream {
  return {
    group,
    logE: 0,
    looks: 0,
    ...nothing,
    open: { ...nothing, nReference: waiting.n, yesReference: waiting.yes },
    bets: state.method === 'pairs' ? { up: freshBet, down: state.tolerance > 0 ? freshBet : null } : null,
  }
}

/** A block that is decided here holds the two groups about as they came so far: no more than this many of one for each other. */
const MOST_UNEVEN = 20

/** Weighs the blocks that are complete. */
function closed(state: MonitorState, batched: boolean): MonitorState {
  const sizes = (stream: MonitorStream) => {
    if (state.block !== null) return state.block
    if (batched || state.method === 'pairs') return { group: 1, reference: 1 }
    const of = (a: number, b: number) => Math.max(1, Math.min(MOST_UNEVEN, Math.floor(a / Math.max(1, b))))
    return { group: of(stream.n, stream.nReference), reference: of(stream.nReference, stream.n) }
  }
  return {
    ...state,
    streams: state.streams.map((stream) => {
      const { open } = stream
      const { group, reference } = sizes(stream)
      if (open.n < group || open.nReference < reference) return stream
      return {
        ...stream,
        ...evidence(state, stream, batched),
        looks: stream.looks + 1,
        n: stream.n + open.n,
        yes: stream.yes + open.yes,
        nReference: stream.nReference + open.nReference,
        yesReference: stream.yesReference + open.yesReference,
        open: nothing,
      }
    }),
  }
}

function evidence(state: MonitorState, stream: MonitorStream, batched: boolean): Pick<MonitorStream, 'logE' | 'bets'> {
  const { open: block, bets } = stream
  if (bets === null) {
    const expectation = batched || state.block !== null ? 'own' : 'leaning'
    return { logE: stepBlock(stream, block, expectation).logE, bets: null }
  }
  const g = block.yes / block.n - block.yesReference / block.nReference
  const { up, down } = bets
  if (down === null) {
    const next = stepPair(up, g)
    return { logE: next.logE, bets: { up: next, down: null } }
  }
  const next = stepTolerantPair({ up, down }, g, state.tolerance)
  return { logE: tolerantLogE(next), bets: next }
}

/** What the evidence is now. */
export function lookNow(state: MonitorState, t: number | string): MonitorLook {
  const { streams, epoch } = state
  const logEs = streams.map(({ logE }) => logE)
  const logE = streams.length === 0 ? 0 : logMeanE(logEs)
  const level = epochAlpha(state.alpha, epoch)
  const alarm = isAlarm(logE, level)
  return {
    t,
    e: Object.fromEntries(streams.map((stream) => [stream.group, eValue(stream.logE)])),
    log10E: logE / Math.LN10,
    alarm,
    epoch,
    ...(alarm ? { groups: eBenjaminiHochberg(logEs, level).map((i) => streams[i]!.group) } : {}),
  }
}

/** The evidence and the state from here: after an alarm a new epoch begins, with a stricter level. */
function lookAt(state: MonitorState, t: number | string): { readonly state: MonitorState; readonly look: MonitorLook } {
  const look = lookNow(state, t)
  if (!look.alarm) return { state, look }
  const { streams, epoch } = state
  return { state: { ...state, epoch: epoch + 1, streams: streams.map(({ group }) => freshStream(state, group)) }, look }
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
