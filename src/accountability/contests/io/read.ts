/** Counts of contests by system, of one client and calendar year in Amsterdam. Nobody's words are read. */
import type { Tx } from '../../../platform/database.ts'
import { tenantOf } from '../../../records/index.ts'
import type { ContestCell } from '../figures.ts'

type Row = {
  system_id: string
  received: number
  open: number
  withdrawn: number
  answered: number
  reviewers: string[]
  changed: number
  under_1_minute: number
  under_5_minutes: number
  under_15_minutes: number
  longer: number
  unknown: number
  reasons_known: number
  short: number
  compared: number
  repeated: number
}

/** `repeated`: the same reasons were given before, for whatever decision of this client; a keyed hash says so. */
export async function contestCells(
  tx: Tx,
  { client, year }: { readonly client: string; readonly year: number },
): Promise<ContestCell[]> {
  const answered = `c.state = 'answered'`
  const spans = ['under_1_minute', 'under_5_minutes', 'under_15_minutes', 'longer']
    .map((span) => `count(*) filter (where ${answered} and r.spent = '${span}')::int as ${span}`)
    .join(', ')
  const { rows } = await tx.query<Row>(
    `select d.system_id, count(*)::int as received, count(*) filter (where c.state = 'open')::int as open,
       count(*) filter (where c.state in ('withdrawn', 'ended'))::int as withdrawn, count(*) filter (where ${answered})::int as answered,
       coalesce(array_agg(distinct r.reviewer) filter (where ${answered}), '{}') as reviewers,
       count(*) filter (where ${answered} and r.verdict = 'changed')::int as changed,
       ${spans}, count(*) filter (where ${answered} and coalesce(r.spent, 'unknown') = 'unknown')::int as unknown,
       count(r.short_reasons) filter (where ${answered})::int as reasons_known, count(*) filter (where ${answered} and r.short_reasons)::int as short,
       count(r.reasons_hmac) filter (where ${answered})::int as compared,
       count(*) filter (where ${answered} and exists (select 1 from decision_review e where e.tenant_id = r.tenant_id and e.client_id = r.client_id and e.reasons_hmac = r.reasons_hmac
         and (e.decided_at, e.review_id) < (r.decided_at, r.review_id)))::int as repeated
     from contest c join decision d on d.tenant_id = c.tenant_id and d.decision_id = c.decision_id
     left join decision_review r on r.tenant_id = c.tenant_id and r.review_id = c.review_id
     where c.tenant_id = $1 and c.client_id = $2 and extract(year from c.asked_at at time zone 'Europe/Amsterdam') = $3
     group by d.system_id order by d.system_id`,
    [tenantOf(tx), client, year],
  )
  return rows.map((row) => ({
    system: row.system_id,
    received: row.received,
    open: row.open,
    withdrawn: row.withdrawn,
    answered: row.answered,
    reviewers: row.reviewers,
    changed: row.changed,
    spans: {
      under_1_minute: row.under_1_minute,
      under_5_minutes: row.under_5_minutes,
      under_15_minutes: row.under_15_minutes,
      longer: row.longer,
      unknown: row.unknown,
    },
    reasons: { known: row.reasons_known, short: row.short },
    compared: { known: row.compared, repeated: row.repeated },
  }))
}
