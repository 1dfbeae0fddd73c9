/**
 * From what was computed to one record of an explanation, or to the reasons why none is given. A reason that may be
 * wrong is worse than none: the customer then hears that, and gets a person (AI Act art. 86; GDPR art. 15(1)(h) and 22(3)).
 */
import { ADDITIVITY_TOLERANCE, type Attribution, additivityGap } from './attribution.ts'
import type { ExplanationRecord, InputValue, RefusalReason } from './contract.ts'
import type { Counterfactual } from './counterfactual.ts'
import type { Fired } from './fired-rules.ts'
import { isFavourable, type Limit } from './model.ts'

export type ExplanationFacts = {
  readonly decision: string | null
  /** The model that was explained. */
  readonly model: ExplanationRecord['model']
  /** What stands with the decision: which model took part and what it answered; null where nothing was recorded. */
  readonly recorded: { readonly sha256: string | null; readonly output: number | null }
  /** What the model itself computes with; its own sums differ from ours by as much. */
  readonly precision: 'float32' | 'float64'
  readonly role: ExplanationRecord['role']
  /** Features in the order of the contributions. */
  readonly names: readonly string[]
  readonly values: ReadonlyMap<string, InputValue>
  /** Contributions, or the rules that held; one of the two. */
  readonly found: { readonly attribution: Attribution } | { readonly fired: Fired }
  readonly limit: Limit | null
  /** Attributes people ask about, each with inputs that go together with it. One that is an input itself is left out. */
  readonly attributes: readonly { readonly attribute: string; readonly proxies: readonly string[] }[]
  /** What the person could change, and what the model said when it was asked again about the first of them. */
  readonly change: { readonly result: Counterfactual; readonly confirmed: number | null } | null
  /** Most reasons that are named, 1–10. */
  readonly top: number
  readonly reviewedBy: ExplanationRecord['reviewedBy']
}

export type Explanation =
  | { readonly explanation: 'given'; readonly record: ExplanationRecord }
  | { readonly explanation: 'refused'; readonly reasons: readonly RefusalReason[] }

/** All reasons against it at once, or the record. */
export function makeExplanation(facts: ExplanationFacts): Explanation {
  const reasons = reasonsAgainst(facts)
  return reasons.length > 0 ? { explanation: 'refused', reasons } : { explanation: 'given', record: recordOf(facts) }
}

function reasonsAgainst({ model, recorded, precision, found, limit, change, top }: ExplanationFacts): RefusalReason[] {
  const reasons: RefusalReason[] = []
  if (recorded.sha256 !== null && recorded.sha256 !== model.sha256) reasons.push('model_differs')
  const output = 'fired' in found ? found.fired.output : found.attribution.output
  if (recorded.output !== null && !(Math.abs(recorded.output - output) <= tolerance(precision, output)))
    reasons.push('output_differs')
  if ('attribution' in found) {
    // Written so that a gap that is not a number is a reason too.
    if (!(additivityGap(found.attribution) <= ADDITIVITY_TOLERANCE)) reasons.push('additivity_broken')
    if (marginsOverlap(found.attribution, top)) reasons.push('reasons_overlap')
  }
  const offered = change !== null && !change.result.alreadyFavourable && change.result.optima.length > 0
  if (offered && !(limit !== null && change.confirmed !== null && isFavourable(change.confirmed, limit)))
    reasons.push('change_does_not_flip')
  return reasons
}

/** A model that adds up in float32 differs in the seventh digit. */
function tolerance(precision: ExplanationFacts['precision'], output: number): number {
  return precision === 'float32' ? 1e-5 * Math.max(1, Math.abs(output)) : 1e-6
}

/**
 * Do the error bars leave open which reasons are the heaviest, or to which side one counts? Compared are the reasons
 * that would be named, each with the next, the last of them with the first that is not named, and each with 0.
 */
export function marginsOverlap({ phi, halfWidth }: Attribution, top: number): boolean {
  if (halfWidth === null) return false
  const order = heaviestFirst(phi)
  const named = order.slice(0, top)
  for (const [rank, i] of named.entries()) {
    if (halfWidth[i]! > 0 && Math.abs(phi[i]!) <= halfWidth[i]!) return true
    const next = order[rank + 1]
    if (next === undefined) continue
    const apart = Math.abs(phi[i]!) - Math.abs(phi[next]!)
    if (halfWidth[i]! + halfWidth[next]! > 0 && apart <= halfWidth[i]! + halfWidth[next]!) return true
  }
  return false
}

/** Contributions nearer to 0 than this are rounding. */
const NOTHING = 1e-12

/** Indices of contributions that are not 0, by size; equal ones in the order of the features. */
function heaviestFirst(phi: readonly number[]): number[] {
  return phi
    .map((_, i) => i)
    .filter((i) => Math.abs(phi[i]!) > NOTHING)
    .sort((a, b) => Math.abs(phi[b]!) - Math.abs(phi[a]!) || a - b)
}

function recordOf(facts: ExplanationFacts): ExplanationRecord {
  const { found, names, values, limit, attributes, top } = facts
  const attribution = 'attribution' in found ? found.attribution : null
  const output = 'fired' in found ? found.fired.output : found.attribution.output
  const factors = attribution === null ? [] : factorsOf(attribution, names, values)
  return {
    format: 'waarborg-explanation/1',
    decision: facts.decision,
    model: facts.model,
    method: attribution?.method ?? 'rules',
    scale: attribution?.scale ?? 'score',
    baseline: attribution?.baseline ?? { kind: 'none', rows: null },
    role: facts.role,
    outcome: {
      favourable: limit === null ? null : isFavourable(output, limit),
      output,
      base: attribution?.base ?? null,
      limit,
    },
    input: [...values].map(([feature, value]) => ({ feature, value })),
    factors,
    named: Math.min(top, factors.length),
    rules: 'fired' in found ? found.fired.fired.map(({ rule, because }) => ({ rule, because: [...because] })) : [],
    notUsed: attributes
      .filter(({ attribute }) => !values.has(attribute))
      .map(({ attribute, proxies }) => ({ attribute, proxies: proxies.filter((feature) => values.has(feature)) })),
    change: facts.change === null ? null : changeOf(facts.change, names, values),
    reviewedBy: facts.reviewedBy,
  }
}

function factorsOf(
  { phi, halfWidth }: Attribution,
  names: readonly string[],
  values: ReadonlyMap<string, InputValue>,
): ExplanationRecord['factors'] {
  return heaviestFirst(phi).map((i) => ({
    feature: names[i]!,
    value: values.get(names[i]!) ?? null,
    weight: phi[i]!,
    direction: phi[i]! > 0 ? 'up' : 'down',
    errorMargin: halfWidth === null ? null : halfWidth[i]!,
  }))
}

function changeOf(
  { result, confirmed }: NonNullable<ExplanationFacts['change']>,
  names: readonly string[],
  values: ReadonlyMap<string, InputValue>,
): ExplanationRecord['change'] {
  if (result.alreadyFavourable) return null
  const row = result.optima[0]
  if (row === undefined) return { found: false, reason: result.reason ?? 'no_actionable_change' }
  return {
    found: true,
    cost: result.minimalCost!,
    output: confirmed!,
    changes: row.flatMap((to, i) => {
      const before = values.get(names[i]!)
      const from = typeof before === 'boolean' ? Number(before) : before
      return typeof from === 'number' && from !== to ? [{ feature: names[i]!, from, to }] : []
    }),
  }
}
