/** Figures of feedback that gates, forms and evidence packs can ask for (records/facts.ts). */
import type { Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import { FACT_ENTRIES, type Fact, type FactScope, type FactSource, type Period } from '../../records/rules.ts'
import { FEWEST_ANSWERS } from '../contract.ts'

const given = 'feedback f join conversation c on c.tenant_id = f.tenant_id and c.conversation_id = f.conversation_id'
/** Of each contact its link is looked up, so that what is read follows the period and not all links there ever were (see `figures.ts`). */
const asked = `conversation c join lateral (select 1 from portal_link l where l.tenant_id = c.tenant_id and l.conversation_id = c.conversation_id limit 1) asked on true`

type Asked = {
  readonly from: string
  /** Which rows count. */
  readonly counts: string
  /** Of one row: a share counts it as 0 or 1. */
  readonly value: string
  readonly entry: string
  readonly entries: string
}

/** Of contacts that began in the period; null under `FEWEST_ANSWERS`. */
async function figure(
  tx: Tx,
  { client, system }: FactScope,
  { from, until }: Period,
  now: Date,
  { from: table, counts, value, entry, entries }: Asked,
): Promise<Fact> {
  const where = `c.tenant_id = $1 and c.source <> 'audit' and c.started_at >= $2 and c.started_at < $3
    and ($4::text is null or c.client_id = $4) and ($5::text is null or c.system_id = $5) and ${counts}`
  const values = [tenantOf(tx), from, until, client ?? null, system ?? null]
  const { rows } = await tx.query<{ n: number; mean: number | null }>(
    `select count(*)::int as n, avg(${value})::float8 as mean from ${table} where ${where}`,
    values,
  )
  const found = await tx.query<{ id: string }>(
    `select ${entry} as id from ${table} where ${where} and ${entries} order by c.started_at desc, 1 desc limit ${FACT_ENTRIES}`,
    values,
  )
  const { n, mean } = rows[0]!
  return { value: n < FEWEST_ANSWERS ? null : mean, n, asOf: now, entries: found.rows.map((row) => row.id) }
}

const answered = `exists (select 1 from feedback f where f.tenant_id = c.tenant_id and f.conversation_id = c.conversation_id and f.withdrawn_at is null)`

const ofAnswers = (id: string, unit: FactSource['unit'], column: string, value: string): FactSource => ({
  id,
  unit,
  query: (tx, scope, period, now) =>
    figure(tx, scope, period, now, {
      from: given,
      counts: `f.withdrawn_at is null and f.${column} is not null`,
      value,
      entry: 'f.record',
      entries: 'true',
    }),
})

export const feedbackFacts: readonly FactSource[] = [
  {
    id: 'monitoring.responseShare',
    unit: 'share',
    query: (tx, scope, period, now) =>
      figure(tx, scope, period, now, {
        from: asked,
        counts: 'true',
        value: `case when ${answered} then 1 else 0 end`,
        entry: 'c.conversation_id',
        entries: answered,
      }),
  },
  ofAnswers('monitoring.knewAiShare', 'share', 'knew_ai', `case when f.knew_ai = 'yes' then 1 else 0 end`),
  ofAnswers('monitoring.fairMean', 'score', 'fair', 'f.fair'),
  ofAnswers('monitoring.clearMean', 'score', 'clear', 'f.clear'),
]
