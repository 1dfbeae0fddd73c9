/** The conclusion of the last audits of a system, for who may read no more of them. */
import type { Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { AuditReport, VerdictValue } from '../contract.ts'

export type LastAudit = { readonly at: Date; readonly verdict: VerdictValue }

/** Worst first; "we cannot tell" is worse than a difference that is no relevant one. */
const order: readonly VerdictValue[] = ['difference_found', 'cannot_tell', 'no_relevant_difference']

/**
 * Of every audit of the system the last completed reading: the latest moment, and the worst verdict in any of them. An audit that
 * another one follows has gone on there. null: never measured, or nothing that a verdict was asked of.
 */
export async function lastAuditOf(
  tx: Tx,
  { client, system }: { readonly client: string; readonly system: string },
): Promise<LastAudit | null> {
  const { rows } = await tx.query<{ ended_at: Date; report: string }>(
    `select distinct on (a.audit_id) r.ended_at, r.report from audit_plan a
       join audit_run r on r.tenant_id = a.tenant_id and r.audit_id = a.audit_id and r.state = 'completed'
      where a.tenant_id = $1 and a.client_id = $2 and a.system_id = $3
        and not exists (select 1 from audit_plan n join audit_run m on m.tenant_id = n.tenant_id and m.audit_id = n.audit_id and m.state = 'completed'
                         where n.tenant_id = a.tenant_id and n.follows = a.audit_id)
      order by a.audit_id, r.started_at desc, r.run_id desc`,
    [tenantOf(tx), client, system],
  )
  return worstOf(
    rows.map(({ ended_at: at, report }) => ({
      at,
      verdicts: (JSON.parse(report) as AuditReport).verdicts.map(({ verdict }) => verdict),
    })),
  )
}

export function worstOf(
  readings: readonly { readonly at: Date; readonly verdicts: readonly VerdictValue[] }[],
): LastAudit | null {
  const worst = order.find((one) => readings.some((reading) => reading.verdicts.includes(one)))
  if (worst === undefined) return null
  const at = readings.filter((one) => one.verdicts.length > 0).map((one) => one.at.getTime())
  return { at: new Date(Math.max(...at)), verdict: worst }
}
