/** Audits of recorded decisions that are due are measured by themselves; those of a file wait for somebody to bring it. */
import type { Act } from '../../access/index.ts'
import type { Database, Scope } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Runner } from './io/runner.ts'
import { loadAudits, loadRuns, startRun } from './io/store.ts'
import { dueState } from './schedule.ts'

const actor: Scope['actor'] = { kind: 'job', id: 'audits' }

/**
 * Begins what is due: an interval has passed since the last completed reading, and none began since. A reading that failed is not
 * begun again before the next interval. Gives how many were begun; safe to run in any process and as often as one likes.
 */
export async function startDue(database: Database, runner: Runner, act: () => Act): Promise<number> {
  const tenants = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  let begun = 0
  for (const { tenant_id: tenant } of tenants) {
    const scope: Scope = { tenant, clients: '*', actor }
    const due = await database.inTx(
      scope,
      async (tx) => {
        const audits = (await loadAudits(tx)).filter(
          ({ source, intervalDays }) => source !== 'file' && intervalDays !== null,
        )
        const runs = await loadRuns(
          tx,
          audits.map(({ id }) => id),
        )
        return audits.filter(({ id, intervalDays, plannedAt }) => {
          const lastAt = runs.find(({ audit }) => audit === id)?.startedAt ?? null
          return dueState({ intervalDays, plannedAt, lastAt }, act().now) === 'due'
        })
      },
      { readOnly: true },
    )
    for (const audit of due) {
      const own: Scope = { ...scope, clients: [audit.client] }
      try {
        const { id } = await database.inTx(own, (tx) => startRun(tx, { audit, by: 'job:audits', total: 0 }, act()))
        runner.start({ scope: own, run: id })
        begun++
      } catch (error) {
        // Another process was first.
        if (!(error instanceof ApiError) || error.code !== 'audit_running') throw error
      }
    }
  }
  return begun
}
