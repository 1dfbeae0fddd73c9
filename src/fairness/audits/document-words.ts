/** What documents about a reading share: what they are made of, and numbers as people read them. */
import { formatNumber, type Language } from '../../platform/text.ts'
import type { CellTable } from '../cells.ts'
import type { AuditPlan, AuditReport } from '../contract.ts'
import type { AuditTextKey } from './texts.ts'

export type Reported = {
  readonly audit: {
    readonly name: string
    readonly plan: AuditPlan
    readonly plannedAt: Date
    readonly changedAfterResult: boolean
  }
  readonly run: { readonly startedAt: Date }
  readonly report: AuditReport
  readonly table: CellTable
}

/** Rows of a drawing; the table behind it has all. */
export const MOST_DRAWN = 30
/** How far the axis of differences goes: one of three, so that audits can be laid beside each other and no value falls off. */
const reaches = [0.2, 0.5, 1] as const

export function reachOf(values: readonly (number | null)[]): number {
  const furthest = Math.max(...values.map((value) => Math.abs(value ?? 0)))
  return reaches.find((reach) => furthest < reach) ?? 1
}

/** Five places on an axis of differences. */
export const ticksOf = (reach: number, language: Language) =>
  [-reach, -reach / 2, 0, reach / 2, reach].map((at) => ({ at, word: points(at, language) }))

/** A difference of shares in points with one decimal and its sign. */
export function points(difference: number, language: Language, signed = true): string {
  const rounded = Math.round(difference * 1_000) / 10
  const text = formatNumber(Math.abs(rounded), language)
  if (!signed || rounded === 0) return rounded < 0 ? `−${text}` : text
  return rounded < 0 ? `−${text}` : `+${text}`
}

export const between = (
  pair: readonly [number, number] | null,
  one: (value: number) => string,
  say: (key: AuditTextKey, values?: Readonly<Record<string, string | number>>) => string,
): string => (pair === null ? '–' : say('report.between', { low: one(pair[0]), high: one(pair[1]) }))

/** A p-value with four decimals. */
export function chance(p: number, language: Language): string {
  const text = Math.max(0.0001, p)
    .toFixed(4)
    .replace('.', language === 'nl' ? ',' : '.')
  return p < 0.0001 ? `< ${text}` : text
}
