/** Lamps of systems: differences that are real and stand, audits that are late, and systems that were never audited. */
import type { Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { LampNote } from '../../records/rules.ts'
import { lampNotes } from '../lamp.ts'

/** One statement for all systems in scope. An audit that another one follows is not late: its question goes on there. */
export async function fairnessLamps(tx: Tx, now: Date): Promise<LampNote[]> {
  const { rows } = await tx.query<{
    system_id: string
    decision_class: string
    real_since: Date | null
    overdue_since: Date | null
    audited: boolean
  }>(
    `with measured as (
       select a.tenant_id, a.system_id, a.audit_id, a.interval_days, max(r.started_at) as last_at
         from audit_plan a join audit_run r on r.tenant_id = a.tenant_id and r.audit_id = a.audit_id and r.state = 'completed'
        where a.tenant_id = $1 and a.system_id is not null
        group by a.tenant_id, a.system_id, a.audit_id, a.interval_days)
     select s.system_id, s.decision_class,
            (select min(f.judged_at) from finding f join audit_plan a on a.tenant_id = f.tenant_id and a.audit_id = f.audit_id
              where f.tenant_id = s.tenant_id and a.system_id = s.system_id and f.state = 'judged' and f.judgement = 'real') as real_since,
            (select min(m.last_at + make_interval(days => m.interval_days)) from measured m
              where m.system_id = s.system_id and m.interval_days is not null and m.last_at + make_interval(days => m.interval_days) <= $2
                and not exists (select 1 from audit_plan n where n.tenant_id = m.tenant_id and n.follows = m.audit_id)) as overdue_since,
            exists (select 1 from measured m where m.system_id = s.system_id) as audited
       from ai_system s where s.tenant_id = $1 order by s.system_id`,
    [tenantOf(tx), now],
  )
  return rows.flatMap((row) =>
    lampNotes({
      system: row.system_id,
      decisionClass: row.decision_class,
      realSince: row.real_since,
      overdueSince: row.overdue_since,
      audited: row.audited,
    }),
  )
}
