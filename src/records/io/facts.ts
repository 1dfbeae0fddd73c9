/** Figures that the records themselves give. */
import type { Tx } from '../../platform/database.ts'
import { FACT_ENTRIES, type Fact, type FactScope, type FactSource, type Period } from '../facts.ts'
import { tenantOf } from './event.ts'

/** Rows `from` that count, of which `counted` is what the figure is about. */
async function figure(
  tx: Tx,
  { client, system }: FactScope,
  { from, until }: Period,
  now: Date,
  asked: {
    readonly table: string
    readonly id: string
    readonly counts: string
    readonly fits: string
    readonly share: boolean
  },
): Promise<Fact> {
  const where = `tenant_id = $1 and started_at >= $2 and started_at < $3 and ($4::text is null or client_id = $4) and ($5::text is null or system_id = $5) and ${asked.counts}`
  const values = [tenantOf(tx), from, until, client ?? null, system ?? null]
  const { rows } = await tx.query<{ n: number; fitting: number }>(
    `select count(*)::int as n, count(*) filter (where ${asked.fits})::int as fitting from ${asked.table} where ${where}`,
    values,
  )
  const entries = await tx.query<{ id: string }>(
    `select ${asked.id} as id from ${asked.table} where ${where} and ${asked.fits} order by started_at desc, ${asked.id} desc limit ${FACT_ENTRIES}`,
    values,
  )
  const { n, fitting } = rows[0]!
  return {
    value: asked.share ? (n === 0 ? null : fitting / n) : fitting,
    n,
    asOf: now,
    entries: entries.rows.map((row) => row.id),
  }
}

const calls = { table: 'ai_call', id: 'call_id', counts: 'not audit' } as const
const spoken = {
  table: 'conversation',
  id: 'conversation_id',
  counts: `source <> 'audit' and exists (select 1 from turn t where t.tenant_id = conversation.tenant_id and t.conversation_id = conversation.conversation_id and t.role = 'ai')
    and not exists (select 1 from ai_system s where s.tenant_id = conversation.tenant_id and s.system_id = conversation.system_id and s.disclosure = 'none_needed')`,
} as const

export const factSources: readonly FactSource[] = [
  {
    id: 'records.calls',
    unit: 'count',
    query: (tx, scope, period, now) => figure(tx, scope, period, now, { ...calls, fits: 'true', share: false }),
  },
  {
    id: 'records.refusedShare',
    unit: 'share',
    query: (tx, scope, period, now) =>
      figure(tx, scope, period, now, { ...calls, fits: `state = 'refused'`, share: true }),
  },
  {
    id: 'records.failedShare',
    unit: 'share',
    query: (tx, scope, period, now) =>
      figure(tx, scope, period, now, {
        ...calls,
        counts: `not audit and state <> 'refused'`,
        fits: `state = 'failed'`,
        share: true,
      }),
  },
  {
    id: 'records.disclosedShare',
    unit: 'share',
    query: (tx, scope, period, now) =>
      figure(tx, scope, period, now, { ...spoken, fits: 'disclosed_at is not null', share: true }),
  },
]
