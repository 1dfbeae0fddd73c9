/** Canaries that are due are asked again. Safe to run in any process and as often as one likes; at night by schedule. */
import type { Act } from '../../access/index.ts'
import type { Database, Scope } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { PromptRunner } from './io/runner.ts'
import { dueCanaries, loadPrompts, planPrompts, systemToAsk } from './io/store.ts'

const actor: Scope['actor'] = { kind: 'job', id: 'prompts' }
/** What falls due during the day is asked the night before. */
const AHEAD_MS = 12 * 3_600_000

/** How many were begun, and what kept others from it: one that cannot begin does not hold up the rest. */
export async function startDueCanaries(
  database: Database,
  runner: PromptRunner,
  act: () => Act,
): Promise<{ readonly begun: number; readonly failed: readonly unknown[] }> {
  const until = new Date(act().now.getTime() + AHEAD_MS)
  const due = await database.inTx({ tenant: '*', clients: '*', actor }, (tx) => dueCanaries(tx, until), {
    readOnly: true,
  })
  let begun = 0
  const failed: unknown[] = []
  for (const { tenant, client, canary, audit } of due) {
    const scope: Scope = { tenant, clients: [client], actor }
    try {
      const { id } = await database.inTx(scope, async (tx) => {
        const { plan } = await loadPrompts(tx, audit)
        // The version in use: a change of the supplier and one of our own are both seen.
        const { version } = await systemToAsk(tx, plan.system)
        return planPrompts(tx, { plan: { ...plan, version }, by: 'job:prompts', canary }, act())
      })
      runner.start({ scope, id })
      begun++
    } catch (error) {
      // Another process was first, or somebody is asking this system now.
      if (!(error instanceof ApiError) || error.code !== 'prompts_running') failed.push(error)
    }
  }
  return { begun, failed }
}
