/** May this attribute be given, and what is wrong with a value: closed lists, declared beforehand, by those who may know. */
import type { AttributeStatement } from '../contract.ts'
import { nearest } from '../organisation-problem.ts'
import type { AttributeCode, GivenValue } from './contract.ts'

export type DeclaredAttribute = {
  readonly id: string
  readonly client: string
  readonly statement: AttributeStatement
  readonly signedBy: string
  readonly signedAt: Date
  readonly endsAt: Date | null
  readonly ended: boolean
}

export type ValueProblem = {
  readonly code: AttributeCode
  readonly param: string
  readonly values: Readonly<Record<string, string>>
}

/** Nobody gives or reads it any more: it was ended, or its date has come. */
export const isOver = ({ ended, endsAt }: Pick<DeclaredAttribute, 'ended' | 'endsAt'>, now: Date): boolean =>
  ended || (endsAt !== null && endsAt <= now)

/** The clock of another machine may be ahead by this. */
const AHEAD_MS = 5 * 60_000

/** What is wrong with a value, or null. `by`: the person, or the organisation that says where the person said so. */
export function valueProblem(
  declared: readonly DeclaredAttribute[],
  { attribute, value, givenAt, evidence }: Omit<GivenValue, 'subject'>,
  by: 'customer' | 'organisation',
  now: Date,
): ValueProblem | null {
  const found = declared.find(({ id }) => id === attribute)
  if (found === undefined)
    return unknown(
      'attribute',
      attribute,
      declared.map(({ id }) => id),
    )
  if (isOver(found, now)) return { code: 'attribute_over', param: 'attribute', values: { attribute } }
  const { choices, source } = found.statement
  if (!choices.some((choice) => choice.value === value))
    return unknown(
      'value',
      value,
      choices.map((choice) => choice.value),
    )
  if (by === 'organisation' && source === 'customer' && evidence === undefined)
    return { code: 'evidence_missing', param: 'evidence', values: { attribute } }
  if (givenAt !== undefined && Date.parse(givenAt) > now.getTime() + AHEAD_MS)
    return { code: 'given_in_future', param: 'givenAt', values: {} }
  return null
}

function unknown(field: 'attribute' | 'value', name: string, known: readonly string[]): ValueProblem {
  const near = nearest(name, known)
  return near === undefined
    ? { code: `${field}_unknown`, param: field, values: { name } }
    : { code: `${field}_unknown_near`, param: field, values: { name, near } }
}

/** When a value goes by itself. */
export const keptUntil = ({ keepDays }: AttributeStatement, givenAt: Date): Date =>
  new Date(givenAt.getTime() + keepDays * 86_400_000)
