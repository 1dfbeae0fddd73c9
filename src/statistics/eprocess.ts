/**
 * Evidence that may be looked at after every outcome. An e-process starts at 1 and is expected not to grow while the null holds,
 * so P(it ever reaches 1/alpha) ≤ alpha (Ville 1939). States are plain JSON: stop, store, go on. Logarithms are natural.
 */
import { exp, log, log1p, logSumExp } from './elementary.ts'

/** 2/(2 − ln 3): step of the online Newton bet (Cutkosky & Orabona 2018). */
const ONS_STEP = 2 / (2 - 1.0986122886681098)

/** One bet: log wealth, the bet for the coming outcome, and 1 + Σz². */
export type BetState = { readonly logE: number; readonly bet: number; readonly squares: number }
export const freshBet: BetState = { logE: 0, bet: 0, squares: 1 }

/** Pays a bet out on g ∈ [−1, 1] and sets the next one, which thus never saw its outcome. */
function payOut({ logE, bet, squares }: BetState, g: number, least: number, most: number): BetState {
  const wealth = 1 + bet * g
  const z = -g / wealth
  const sum = squares + z * z
  return {
    logE: logE + log1p(bet * g),
    bet: Math.min(most, Math.max(least, bet - (ONS_STEP * z) / sum)),
    squares: sum,
  }
}

/**
 * Pairs of outcomes in [0, 1], one of each group: null "the expected difference is 0, whatever the common rate does"
 * (Chugg, Cortes-Gomez, Wilder & Ramdas 2023, arXiv 2305.17570, with the ONS bet). `g` is second minus first.
 */
export function stepPair(state: BetState, g: number): BetState {
  return payOut(state, g, -0.5, 0.5)
}

/** Two one-sided bets, for differences up to a tolerance that do not count. */
export type TolerantState = { readonly up: BetState; readonly down: BetState }
export const freshTolerant: TolerantState = { up: freshBet, down: freshBet }

/** Null "|expected difference| ≤ tolerance": bets on (±g − ε)/(1 + ε), of which the mean is an e-value. */
export function stepTolerantPair(state: TolerantState, g: number, tolerance: number): TolerantState {
  return {
    up: payOut(state.up, (g - tolerance) / (1 + tolerance), 0, 0.5),
    down: payOut(state.down, (-g - tolerance) / (1 + tolerance), 0, 0.5),
  }
}

export function tolerantLogE({ up, down }: TolerantState): number {
  return logMeanE([up.logE, down.logE])
}

/** Counts so far of both groups; the rates expected in the coming block come from these alone. */
export type BlockState = {
  readonly logE: number
  readonly n: number
  readonly yes: number
  readonly nReference: number
  readonly yesReference: number
}
export const freshBlock: BlockState = { logE: 0, n: 0, yes: 0, nReference: 0, yesReference: 0 }
export type Block = Omit<BlockState, 'logE'>

/** Which rate each group is expected to have in the coming block; any choice that does not look at the block is allowed. */
export type Expectation = 'own' | 'leaning'
/** Outcomes of the common rate that count along with a group's own in a leaning expectation. */
const LEAN = 10

/**
 * One block of 0/1 outcomes of both groups (Turner, Ly & Grünwald 2021, eq. 2, R package safestats): likelihood under each group's own
 * expected rate against that under the rate of both together. Holds for every common rate within the block, which may differ from
 * block to block. The sizes must not depend on the outcomes in the block.
 *
 * `own`, as in the paper: each group's running rate, half a success and half a failure ahead. `leaning`: that rate together with ten
 * outcomes at the rate of both, which loses less while little is known; for differences of 5 to 20 points it takes a fifth fewer
 * outcomes (docs/fairness-performance.md).
 */
export function stepBlock(state: BlockState, block: Block, expectation: Expectation = 'own'): BlockState {
  const [own, other] = expectedRates(state, expectation)
  const common = (block.n * own + block.nReference * other) / (block.n + block.nReference)
  const gain = (yes: number, n: number, rate: number) =>
    (yes > 0 ? yes * log(rate / common) : 0) + (n > yes ? (n - yes) * log((1 - rate) / (1 - common)) : 0)
  return {
    logE: state.logE + gain(block.yes, block.n, own) + gain(block.yesReference, block.nReference, other),
    n: state.n + block.n,
    yes: state.yes + block.yes,
    nReference: state.nReference + block.nReference,
    yesReference: state.yesReference + block.yesReference,
  }
}

function expectedRates({ n, yes, nReference, yesReference }: BlockState, expectation: Expectation): [number, number] {
  if (expectation === 'own') return [(yes + 0.5) / (n + 1), (yesReference + 0.5) / (nReference + 1)]
  const both = (yes + yesReference + 0.5) / (n + nReference + 1)
  return [(yes + LEAN * both) / (n + LEAN), (yesReference + LEAN * both) / (nReference + LEAN)]
}

/** The mean of e-values is an e-value for "all nulls hold", under any dependence. −∞ for none. */
export function logMeanE(logEs: readonly number[]): number {
  return logSumExp(logEs) - log(logEs.length)
}

/**
 * Level of epoch j: alpha in the first, alpha·6/(π²j²) in each that follows an alarm. So a stream in which nothing differs
 * alarms at all with chance ≤ alpha, and all later false alarms together add less than 0.4·alpha.
 */
export function epochAlpha(alpha: number, epoch: number): number {
  return epoch <= 1 ? alpha : (alpha * 6) / (9.869604401089358 * epoch * epoch)
}

/** Is the evidence as strong as this level asks? */
export function isAlarm(logE: number, alpha: number): boolean {
  return logE >= -log(alpha)
}

/** E itself, at most the largest number there is. */
export function eValue(logE: number): number {
  return Math.min(Number.MAX_VALUE, exp(logE))
}
