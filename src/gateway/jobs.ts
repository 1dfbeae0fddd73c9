/** Scheduled work of the gateway. Safe to run in any process and as often as one likes. */
import type { Act } from '../access/index.ts'
import type { Database, Scope } from '../platform/database.ts'
import type { DecisionDeps } from './io/decisions.ts'
import { explainAgain, type Unexplained, unexplained } from './io/explain-later.ts'
import { Explainers } from './io/explainers.ts'

/** How long after a decision an explanation may still come. */
export const EXPLAIN_WITHIN_MS = 86_400_000
/** Most that one run asks scorers about. */
const PER_RUN = 50

/**
 * Decisions of the last day that a scorer could not explain in time are asked about again, outside any transaction, and what came of
 * it is stored with its entry. Gives how many are explained now.
 */
export async function explainLater(
  parts: Pick<DecisionDeps, 'ring' | 'ledgerLate'> & { readonly database: Database },
  act: () => Act,
): Promise<number> {
  const actor: Scope['actor'] = { kind: 'job', id: 'explain-later' }
  const { now } = act()
  const since = new Date(now.getTime() - EXPLAIN_WITHIN_MS)
  const found: readonly Unexplained[] = await parts.database.inTx(
    { tenant: '*', clients: '*', actor },
    (tx) => unexplained(tx, { since, now, most: PER_RUN }),
    { readOnly: true },
  )
  const explainers = new Explainers()
  let count = 0
  for (const one of found) if (await explainAgain({ ...parts, explainers }, one, actor, act)) count++
  return count
}
