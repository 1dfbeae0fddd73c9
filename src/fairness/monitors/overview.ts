/** Many monitors at once: which groups stand when all of them are held against each other, and how a monitor fares. */
import { eBenjaminiHochberg } from '../../statistics/index.ts'
import type { GroupLook, MonitorStatus } from './contract.ts'

/** The share of claims that may be false, over all monitors together. */
export const OVERVIEW_ALPHA = 0.05

/** log10 of E of one group. */
export type Evidence = Pick<GroupLook, 'group' | 'log10E'>
export type Watched = { readonly monitor: string; readonly looks: readonly Evidence[] }
export type Claim = { readonly monitor: string; readonly group: string }

/**
 * Evidence of stretches that follow each other, by group: each begins at 1 whatever the one before came to, so their product is
 * expected not to grow either, and may be held against others.
 */
export function gathered(stretches: readonly (readonly Evidence[])[]): Evidence[] {
  const sums = new Map<string, number>()
  for (const { group, log10E } of stretches.flat()) sums.set(group, (sums.get(group) ?? 0) + log10E)
  return [...sums].map(([group, log10E]) => ({ group, log10E }))
}

/**
 * e-BH over every group of every monitor (Wang & Ramdas 2022): of what is named here at most a share of 0.05 is false, whatever the
 * groups have to do with each other.
 */
export function claimsOf(watched: readonly Watched[]): Claim[] {
  const all = watched.flatMap(({ monitor, looks }) => looks.map(({ group, log10E }) => ({ monitor, group, log10E })))
  return eBenjaminiHochberg(
    all.map(({ log10E }) => log10E * Math.LN10),
    OVERVIEW_ALPHA,
  ).map((i) => ({ monitor: all[i]!.monitor, group: all[i]!.group }))
}

export function statusOf(monitor: {
  readonly ended: boolean
  readonly openAlarms: number
  readonly outcomes: number
}): MonitorStatus {
  if (monitor.ended) return 'ended'
  if (monitor.openAlarms > 0) return 'alarm'
  return monitor.outcomes === 0 ? 'waiting' : 'watching'
}
