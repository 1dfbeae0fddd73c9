/** A plan as it was written, as it is understood, and as bytes that are hashed. */
import type { z } from 'zod'
import { canonicalize } from '../ledger/verify/json.ts'
import { expectedOf } from '../platform/expected.ts'
import type { Tuple } from './cells.ts'
import {
  type AuditPlan,
  auditPlan,
  type CoveragePlan,
  coveragePlan,
  type GroupName,
  type ProblemList,
} from './contract.ts'
import { createProblems, nearest } from './problems.ts'

export type PlanReading<P> =
  | { readonly ok: true; readonly plan: P }
  | { readonly ok: false; readonly problems: ProblemList }

/** The plan with its defaults filled in; every problem at once, a misspelt name with the nearest one. Nothing is read for it. */
export function readAuditPlan(value: unknown): PlanReading<AuditPlan> {
  const problems = createProblems()
  const plan = read(auditPlan, value, problems)
  if (plan === undefined) return { ok: false, problems: problems.list() }
  const refuse = (column: string, expected: string) => problems.add({ code: 'plan_contradiction', column, expected })
  if (plan.prediction === undefined && (plan.score === undefined || plan.threshold === undefined))
    refuse('prediction', 'prediction, or score and threshold')
  if (new Set(plan.sensitive).size < plan.sensitive.length) refuse('sensitive', 'different columns')
  const strata = strataOf(plan)
  if (strata.some((name) => plan.sensitive.includes(name))) refuse('strata', 'other columns than sensitive')
  if (plan.label === undefined && plan.judged.some((metric) => metric !== 'selectionRate')) refuse('label', 'label')
  const names = plan.measures.map(({ name }) => name)
  if (new Set(names).size < names.length) refuse('measures', 'different names')
  for (const name of [...plan.sensitive, ...strata])
    if (name === plan.label || name === plan.prediction) refuse(name, 'another column than label and prediction')
  for (const [name, { cuts }] of Object.entries(plan.bands ?? {}))
    if (cuts.some((cut, i) => i > 0 && cut <= cuts[i - 1]!)) refuse(name, 'cuts that rise')
  if (plan.bands !== undefined)
    for (const [name, { from }] of Object.entries(plan.bands))
      if (name === from) refuse(name, 'another name than the column it is made from')
  for (const one of [
    ...(plan.declaredGroups ?? []),
    ...(typeof plan.reference === 'object' ? [plan.reference.group] : []),
  ])
    if (groupTuple(one, plan.sensitive) === undefined) refuse('declaredGroups', 'a value for each of sensitive')
  return problems.total > 0 ? { ok: false, problems: problems.list() } : { ok: true, plan }
}

export function readCoveragePlan(value: unknown): PlanReading<CoveragePlan> {
  const problems = createProblems()
  const plan = read(coveragePlan, value, problems)
  if (plan === undefined) return { ok: false, problems: problems.list() }
  const refuse = (column: string, expected: string) => problems.add({ code: 'plan_contradiction', column, expected })
  if (plan.columns === undefined && plan.sensitive === undefined) refuse('columns', 'columns or sensitive')
  if (plan.slices !== undefined && (plan.label === undefined || plan.prediction === undefined))
    refuse('slices', 'label and prediction')
  for (const [name, given] of Object.entries(plan.reference ?? {})) {
    const whole = Object.values(referenceShares(given).shares).reduce((a, b) => a + b, 0)
    if (Math.abs(whole - 1) > 0.01) refuse(name, 'shares that add up to 1')
  }
  if (plan.proxies?.features.includes(plan.proxies.attribute)) refuse('proxies', 'other columns than the attribute')
  return problems.total > 0 ? { ok: false, problems: problems.list() } : { ok: true, plan }
}

function read<S extends z.ZodType>(
  schema: S,
  value: unknown,
  problems: ReturnType<typeof createProblems>,
): z.output<S> | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      const known = issue.path.length === 0 && 'shape' in schema ? Object.keys(schema.shape as object) : []
      for (const key of issue.keys) {
        const near = nearest(key, known)
        problems.add({
          code: 'plan_unknown_name',
          column: path === '' ? key : `${path}.${key}`,
          ...(near === undefined ? {} : { nearest: near }),
        })
      }
    } else problems.add({ code: 'plan_invalid', column: path, expected: expectedOf(issue) })
  }
  return undefined
}

export function strataOf(plan: AuditPlan): readonly string[] {
  return plan.strata === undefined ? [] : typeof plan.strata === 'string' ? [plan.strata] : plan.strata
}

/** A group as the plan names it, as values in the order of `sensitive`; undefined when it does not fit. */
export function groupTuple(name: GroupName, sensitive: readonly string[]): Tuple | undefined {
  if (name === null || typeof name === 'string') return sensitive.length === 1 ? [name] : undefined
  if (Array.isArray(name)) return name.length === sensitive.length ? name : undefined
  if (Object.keys(name).length !== sensitive.length) return undefined
  const values = sensitive.map((column) => (Object.hasOwn(name, column) ? name[column]! : undefined))
  return values.includes(undefined) ? undefined : (values as Tuple)
}

/** The bytes that are hashed before data are read (RFC 8785): the plan with its defaults. */
export function planBytes(plan: AuditPlan | CoveragePlan): string {
  return canonicalize(JSON.parse(JSON.stringify(plan)))
}

type Sourced = { readonly source: string; readonly date: string; readonly shares: Readonly<Record<string, number>> }
const isSourced = (given: object): given is Sourced =>
  'shares' in given && typeof (given as Sourced).shares === 'object' && typeof (given as Sourced).source === 'string'

/** The shares of a reference table, whether or not it says where they come from. */
export function referenceShares(given: NonNullable<CoveragePlan['reference']>[string]): {
  readonly shares: Readonly<Record<string, number>>
  readonly sourced: boolean
} {
  return isSourced(given) ? { shares: given.shares, sourced: true } : { shares: given, sourced: false }
}
