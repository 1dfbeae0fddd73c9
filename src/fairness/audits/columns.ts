/** Which columns an audit of recorded decisions may name, and which of them take more than counting in the database. */
import type { AttributeStatement, DecisionRules } from '../../records/contract.ts'
import type { AuditPlan, ProblemList } from '../contract.ts'
import { createIntake } from '../intake.ts'
import { nearest } from '../problems.ts'
import { conversationColumns, decisionColumns } from './contract.ts'

const ATTRIBUTE = 'attribute.'
const FEATURE = 'feature.'

/** `attribute.origin` is the attribute `origin`; any other column is null. */
export const attributeOf = (column: string): string | null =>
  column.startsWith(ATTRIBUTE) ? column.slice(ATTRIBUTE.length) : null
export const featureOf = (column: string): string | null =>
  column.startsWith(FEATURE) ? column.slice(FEATURE.length) : null

/** Columns of the decisions of one system: what stands beside each, what went in, and what people said of themselves. */
export function columnsOfDecisions(
  rules: DecisionRules | null,
  attributes: readonly { readonly id: string; readonly statement: AttributeStatement }[],
): string[] {
  return [
    ...decisionColumns,
    ...(rules?.features ?? []).map(({ feature }) => FEATURE + feature),
    // Those of members of staff are other people: nobody gives attributes of them.
    ...(rules?.about === 'agent' ? [] : attributes.map(({ id }) => ATTRIBUTE + id)),
  ]
}

/** Columns of conversations: what happened in each, and what people said of themselves. */
export const columnsOfConversations = (attributes: readonly { readonly id: string }[]): string[] => [
  ...conversationColumns,
  ...attributes.map(({ id }) => ATTRIBUTE + id),
]

/** The columns that a plan reads, also those from which its bands are made. */
export const columnsOfPlan = (plan: AuditPlan): string[] => createIntake(plan).needs.map(({ name }) => name)

export const isJoined = (columns: readonly string[]): boolean =>
  columns.some((name) => attributeOf(name) !== null || featureOf(name) !== null)

/** Columns of a plan that are not there, with the nearest that is. */
export function absentColumns(wanted: readonly string[], there: readonly string[]): ProblemList {
  const problems = wanted
    .filter((name) => !there.includes(name))
    .map((name) => {
      const near = nearest(name, there)
      return { code: 'column_unknown' as const, column: name, ...(near === undefined ? {} : { nearest: near }) }
    })
  return { problems, total: problems.length }
}
