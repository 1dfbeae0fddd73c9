/** The negative control: does success of recorded conversations depend on membership? Nobody planted anything there. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { AuditReport } from '../../src/fairness/contract.ts'
import { sharedData } from '../../src/platform/shared-data.ts'
import { auditOf } from './simulations.ts'

const lines = (path: string): Record<string, unknown>[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Undefined where the recordings do not lie beside the checkout. */
export function successByMembership(): AuditReport | undefined {
  const recordings = sharedData('conversations', 'tau-bench', 'gpt-4o-airline.jsonl.gz')
  const users = sharedData('conversations', 'tau-bench', 'airline-users-used.jsonl.gz')
  if (recordings === undefined || users === undefined) return undefined
  const membership = new Map(lines(users).map((user) => [user.user_id as string, user.membership as string]))
  const counts = new Map<string, readonly [number, number]>()
  for (const one of lines(recordings)) {
    const { user_id: user } = (one.info as { task: { user_id: string } }).task
    const group = membership.get(user) ?? 'unknown'
    const [k, n] = counts.get(group) ?? [0, 0]
    counts.set(group, [k + (one.reward === 1 ? 1 : 0), n + 1])
  }
  return auditOf(counts)
}
