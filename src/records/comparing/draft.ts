/** The plan as it grows, and the small comparisons that every kind of record shares. */
import {
  type Change,
  type ChangeKind,
  type FileKey,
  fileKey,
  type Kept,
  type Proposed,
  type ToRemember,
  type Warning,
} from '../change.ts'
import type { Moment } from '../moment.ts'
import type { Remembered } from '../register.ts'

export type Draft = {
  changes: (Change & { readonly remember?: ToRemember })[]
  kept: Kept[]
  same: number
  warnings: Warning[]
  readonly remembered: Remembered
  readonly now: Date
}

type Pairs = Readonly<Record<string, readonly [unknown, unknown]>>

export function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

export function opOf(before: unknown, fields: readonly string[]): 'add' | 'change' | 'same' {
  return before === undefined ? 'add' : fields.length > 0 ? 'change' : 'same'
}

export function keepAbsent(
  draft: Draft,
  kind: ChangeKind,
  current: readonly { readonly id: string }[],
  wanted: readonly { readonly id: string }[],
): void {
  const named = new Set(wanted.map((one) => one.id))
  for (const { id } of current) if (!named.has(id)) draft.kept.push({ why: 'absent', kind, id })
}

export function push(draft: Draft, op: 'add' | 'change' | 'same', change: Proposed, remember?: ToRemember): void {
  if (op === 'same') draft.same++
  else draft.changes.push({ ...change, op, ...(remember === undefined ? {} : { remember }) })
}

/** Is the time on record the one the file means? A relative one is, when it is written as it was when it was recorded. */
export function sameTime(current: Date | null, wanted: Moment | null, rememberedRaw: string | undefined): boolean {
  if (wanted === null) return current === null
  if (current === null) return false
  return wanted.raw === null ? current.getTime() === wanted.at.getTime() : wanted.raw === rememberedRaw
}

/** What to remember of a record: nothing when no time is relative, unless `always` (a time that the file leaves out). */
export function remembering(
  key: FileKey,
  moments: Readonly<Record<string, Moment>>,
  always = false,
): ToRemember | undefined {
  const times = Object.fromEntries(
    Object.entries(moments).flatMap(([name, { raw }]) => (raw === null ? [] : [[name, raw]])),
  )
  if (Object.keys(times).length === 0 && !always) return undefined
  return { key, times }
}

export function keyOf(...parts: (string | null)[]): FileKey {
  return parts
}

export function recall(draft: Draft, key: FileKey): Remembered[string] | undefined {
  return draft.remembered[fileKey(key)]
}

export function isOpen(role: { readonly until: Date | null }, now: Date): boolean {
  return role.until === null || role.until > now
}

export function differing(pairs: Pairs): string[] {
  return Object.entries(pairs)
    .filter(([, [one, other]]) => !equal(one, other))
    .map(([name]) => name)
}

/** Equality of plain JSON values: the order of fields does not count, the order of lists does. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, n) => equal(item, other[n]))
    )
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) =>
        Object.hasOwn(other, key) &&
        equal((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  )
}
