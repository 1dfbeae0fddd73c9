/**
 * A model behind an address: rows go out by POST, scores come back, and what was paid for is kept. Nothing that such a
 * model says is taken on trust: the same row must get the same score, however often and in whichever company it is asked,
 * and the contributions must add up to what it says when it is asked anew.
 *
 * Request: `{"rows": [[…], …], "names": […]}`, null for a missing value. Answer: `{"scores": […]}` or a bare list, one number per
 * row. In the product the address comes from the register of AI systems and from nowhere else; it may stand in the
 * organisation's own network.
 */
import type { LookupFunction } from 'node:net'
import { Pool } from 'undici'
import { below, generator } from '../../../statistics/index.ts'
import { DEFAULT_PAIRS, planFor } from '../attribute.ts'
import type { Attribution } from '../attribution.ts'
import type { Scale } from '../contract.ts'
import { type Counterfactual, type Question, search } from '../counterfactual.ts'
import { EXACT_FEATURES, rowsOf } from '../kernel.ts'
import type { Row } from '../model.ts'
import { refuse } from '../problem.ts'
import { readInput } from '../read-input.ts'
import { type ComputedDecision, pick, type Registered, type RegisteredQuestion } from '../registered.ts'

export type ScorerOptions = {
  /** One request. */
  readonly timeoutMs?: number
  /** All requests of this scorer together. */
  readonly deadlineMs?: number
  /** Rows that may be sent, repeats included. */
  readonly budget?: number
  /** Rows per request. */
  readonly batch?: number
  readonly names?: readonly string[] | null
  /** Sent with each request: a key, for example. */
  readonly headers?: Readonly<Record<string, string>>
  /** How a name becomes an address; the place to refuse one. */
  readonly lookup?: LookupFunction
}

const DEFAULTS = { timeoutMs: 10_000, deadlineMs: 60_000, budget: 50_000, batch: 1_000 } as const
const LARGEST_ANSWER = 16 * 1024 * 1024
/** Two answers for one row. */
const REPEAT_TOLERANCE = 1e-9

/**
 * Errors (`ExplainError`) of all methods: `scorer_unreachable`, `scorer_timeout`, `scorer_status`, `scorer_answer`, `scorer_budget`. Not to
 * be used for two explanations at once: they would share the budget.
 */
export interface Scorer {
  /** One score per row, in order. A row that was scored before is not sent again. */
  score(rows: readonly Row[]): Promise<Float64Array>
  /** Sends the rows anew. `scorer_not_repeatable` when a score differs from the one that is kept. */
  repeat(rows: readonly Row[]): Promise<Float64Array>
  /** Rows that may still be sent. */
  readonly left: number
  close(): Promise<void>
}

/** Sends nothing. `scorer_address`: not http(s), or with a user, password or fragment. */
export function openScorer(address: string, options: ScorerOptions = {}): Scorer {
  const { timeoutMs, deadlineMs, budget, batch } = { ...DEFAULTS, ...options }
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash)
    return refuse('scorer_address')
  const pool = new Pool(url.origin, {
    connections: 1,
    connect: { timeout: timeoutMs, ...(options.lookup === undefined ? {} : { lookup: options.lookup }) },
  })
  const path = `${url.pathname}${url.search}`
  const kept = new Map<string, number>()
  let left = budget
  let spentMs = 0

  const send = async (rows: readonly Row[]): Promise<number[]> => {
    if (rows.length > left) refuse('scorer_budget', '', { found: budget - left + rows.length, maximum: budget })
    left -= rows.length
    const timeMs = Math.min(timeoutMs, deadlineMs - spentMs)
    if (timeMs <= 0) refuse('scorer_timeout', '', { milliseconds: deadlineMs })
    const began = performance.now()
    const signal = AbortSignal.timeout(Math.ceil(timeMs))
    try {
      return scoresIn(await post(pool, path, rows, options, signal), rows.length)
    } catch (error) {
      if (signal.aborted) refuse('scorer_timeout', '', { milliseconds: Math.ceil(timeMs) })
      throw error
    } finally {
      spentMs += performance.now() - began
    }
  }
  const inBatches = async (rows: readonly Row[]): Promise<number[]> => {
    const scores: number[] = []
    for (let from = 0; from < rows.length; from += batch)
      for (const score of await send(rows.slice(from, from + batch))) scores.push(score)
    return scores
  }

  return {
    get left() {
      return left
    },
    async score(rows) {
      const fresh = new Map<string, Row>()
      for (const row of rows) if (!kept.has(keyOf(row))) fresh.set(keyOf(row), row)
      const scores = await inBatches([...fresh.values()])
      for (const [i, key] of [...fresh.keys()].entries()) kept.set(key, scores[i]!)
      return Float64Array.from(rows, (row) => kept.get(keyOf(row))!)
    },
    async repeat(rows) {
      const scores = await inBatches(rows)
      for (const [i, row] of rows.entries()) {
        const known = kept.get(keyOf(row))
        if (known !== undefined && !(Math.abs(known - scores[i]!) <= REPEAT_TOLERANCE * Math.max(1, Math.abs(known))))
          refuse('scorer_not_repeatable')
      }
      return Float64Array.from(scores)
    },
    close: () => pool.destroy(),
  }
}

const keyOf = (row: Row): string => Array.from(row).join()

async function post(
  pool: Pool,
  path: string,
  rows: readonly Row[],
  { names, headers }: Pick<ScorerOptions, 'names' | 'headers'>,
  signal: AbortSignal,
): Promise<unknown> {
  const body = JSON.stringify({ rows: rows.map((row) => Array.from(row)), ...(names == null ? {} : { names }) })
  let reply: Awaited<ReturnType<Pool['request']>>
  try {
    reply = await pool.request({
      method: 'POST',
      path,
      signal,
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body,
    })
  } catch (error) {
    if (signal.aborted) throw error
    return refuse('scorer_unreachable')
  }
  if (reply.statusCode !== 200) {
    reply.body.on('error', () => {})
    reply.body.destroy()
    refuse('scorer_status', '', { status: reply.statusCode })
  }
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of reply.body) {
      size += piece.length
      if (size > LARGEST_ANSWER) refuse('scorer_answer', '', { problem: `> ${LARGEST_ANSWER} bytes` })
      pieces.push(piece)
    }
  } catch (error) {
    if (signal.aborted || (error as { code?: unknown }).code === 'scorer_answer') throw error
    return refuse('scorer_unreachable')
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    return refuse('scorer_answer', '', { problem: 'JSON' })
  }
}

function scoresIn(answer: unknown, expected: number): number[] {
  const list = Array.isArray(answer) ? answer : (answer as { scores?: unknown } | null)?.scores
  if (!Array.isArray(list)) return refuse('scorer_answer', '', { problem: 'scores' })
  if (list.length !== expected) return refuse('scorer_answer', '', { problem: `${list.length} ≠ ${expected}` })
  const bad = list.findIndex((score) => typeof score !== 'number' || !Number.isFinite(score))
  if (bad >= 0) return refuse('scorer_answer', `scores[${bad}]`, { problem: 'NaN' })
  return list
}

export type ScorerQuestion = {
  readonly row: Row
  readonly background: readonly Row[]
  readonly scale: Scale
  readonly pairs?: number
  readonly seed?: number
}

/** Rows of a sampled plan per pair of orders: two orders, each with all coalitions between nothing and everything. */
const rowsPerPair = (features: number, background: number) => 2 * (features - 1) * background
const REPEATED = 16

/**
 * Shapley values of a scorer: exact up to 12 features, sampled above within the budget. Ends with the checks: the row and
 * a choice of the others are asked again in other company (`scorer_not_repeatable`), and `output` is what the scorer says
 * at the very end, so that additivity is measured and not assumed.
 */
export async function attributeByScorer(
  scorer: Scorer,
  { row, background, scale, pairs = DEFAULT_PAIRS, seed = 1 }: ScorerQuestion,
): Promise<Attribution> {
  if (background.length === 0) refuse('background_empty')
  await scorer.score([row])
  await scorer.repeat([row])
  const room = scorer.left - 2 * background.length - REPEATED
  const most = Math.floor(room / Math.max(1, rowsPerPair(row.length, background.length)))
  const exact = row.length <= EXACT_FEATURES
  if (!exact && most < MIN_PAIRS)
    refuse('scorer_budget', '', {
      found: MIN_PAIRS * rowsPerPair(row.length, background.length),
      maximum: Math.max(0, room),
    })
  const plan = planFor(row.length, { pairs: Math.min(pairs, Math.max(most, MIN_PAIRS)), seed })
  const rows = plan.coalitions.map((coalition) => rowsOf(coalition, row, background))
  const distinct = new Set(rows.flat().map(keyOf)).size
  if (distinct > scorer.left - REPEATED)
    refuse('scorer_budget', '', { found: distinct, maximum: Math.max(0, scorer.left - REPEATED) })
  const scores = await scorer.score(rows.flat())
  const means = Float64Array.from(rows, (own, i) => {
    let sum = 0
    for (let k = 0; k < own.length; k++) sum += scores[i * background.length + k]!
    return sum / own.length
  })
  const { base, phi, halfWidth } = plan.finish(means)
  const again = await scorer.repeat(chosen(rows.flat(), row, seed))
  return {
    method: halfWidth === null ? 'shapley_exact' : 'shapley_sampled',
    scale,
    base,
    phi,
    output: again[0]!,
    halfWidth,
    baseline: { kind: 'background', rows: background.length },
  }
}

/** Fewer pairs give no interval worth the name. */
const MIN_PAIRS = 10

/** The row first, then others by chance. */
function chosen(rows: readonly Float64Array[], row: Row, seed: number): Row[] {
  const random = generator(seed, 1)
  return [row, ...Array.from({ length: REPEATED - 1 }, () => rows[below(random, rows.length)]!)]
}

/**
 * The cheapest change by a scorer, and what it says of it when asked again. Searches as far as the budget goes;
 * `search_limit` when that was not far enough.
 */
export async function changeByScorer(
  scorer: Scorer,
  question: Question,
): Promise<{ readonly result: Counterfactual; readonly confirmed: number | null }> {
  const steps = search(question, { asked: Math.max(1, scorer.left - 1) })
  let next = steps.next()
  while (!next.done) next = steps.next(Array.from(await scorer.score(next.value)))
  const result = next.value
  const first = result.optima[0]
  return { result, confirmed: first === undefined ? null : (await scorer.repeat([first]))[0]! }
}

/**
 * One decision of a system whose version has a scorer in the register: contributions, and a change when one was asked for. The
 * contributions come first, since they are what a person is owed; a change is looked for with what is left of the budget.
 */
export async function computeByScorer(
  scorer: Scorer,
  { read, names, background }: Registered,
  { values: given, actions, limit }: RegisteredQuestion,
): Promise<ComputedDecision> {
  const { row, values } = readInput({ x: pick(given, names) }, read)
  const attribution = await attributeByScorer(scorer, { row, background: background ?? [], scale: 'score' })
  const change = actions === null || limit === null ? null : await changeByScorer(scorer, { row, actions, limit })
  return { found: { attribution }, change, names, values, limit }
}
