/** Complaints together: the yearly report (Awb 9:12a, ISO 10002), and many with one cause about one version. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { recordEvent, saveText, tenantOf } from '../../../records/index.ts'
import type { Cause } from '../complaint.ts'
import type { Cluster, clusterJudgements, Report } from '../contract.ts'

/** Counts of one calendar year in Amsterdam, by the day a complaint came in. Whose it was is nowhere in it. */
export async function yearlyReport(tx: Tx, year: number, client: string | undefined): Promise<Report> {
  const values = [tenantOf(tx), year, client ?? null]
  const of = `from complaint c join case_record r on r.tenant_id = c.tenant_id and r.case_id = c.complaint_id
    left join case_clock k on k.tenant_id = c.tenant_id and k.case_id = c.complaint_id and k.clock = 'decide'
    where c.tenant_id = $1 and extract(year from r.opened_at at time zone 'Europe/Amsterdam') = $2 and ($3::text is null or c.client_id = $3)`
  const { rows } = await tx.query<{
    received: number
    open: number
    withdrawn: number
    handed_over: number
    decided: number
    in_time: number
    appealed: number
    appeal_changed: number
    referred: number
    median_days: number | null
    rated: number
    satisfaction: number | null
  }>(
    `select count(*)::int as received, count(*) filter (where r.closed_at is null)::int as open, count(*) filter (where c.state = 'withdrawn')::int as withdrawn,
       count(*) filter (where c.state = 'handed_over')::int as handed_over, count(*) filter (where c.communicated_at is not null)::int as decided,
       count(*) filter (where c.communicated_at is not null and c.communicated_at <= k.latest_at)::int as in_time, count(*) filter (where c.appealed_at is not null)::int as appealed,
       count(*) filter (where c.final_verdict is not null and c.final_verdict <> c.verdict)::int as appeal_changed, count(*) filter (where c.route is not null)::int as referred,
       percentile_cont(0.5) within group (order by extract(epoch from c.communicated_at - r.opened_at) / 86400) as median_days,
       count(c.satisfaction)::int as rated, avg(c.satisfaction)::float8 as satisfaction ${of}`,
    values,
  )
  const one = rows[0]!
  const grouped = async (column: string) => {
    const counted = await tx.query<{ key: string | null; n: number }>(
      `select ${column} as key, count(*)::int as n ${of} group by 1 order by 2 desc, 1`,
      values,
    )
    return counted.rows.flatMap(({ key, n }) => (key === null ? [] : [{ key, n }]))
  }
  return {
    year,
    received: one.received,
    open: one.open,
    withdrawn: one.withdrawn,
    handedOver: one.handed_over,
    decided: one.decided,
    inTime: one.in_time,
    appealed: one.appealed,
    appealChanged: one.appeal_changed,
    referred: one.referred,
    medianDays: one.median_days,
    satisfaction: { n: one.rated, mean: one.satisfaction },
    byVerdict: await grouped('c.verdict'),
    byCause: await grouped('c.cause'),
    bySystem: await grouped('r.system_id'),
    byProfile: await grouped('c.profile'),
    byVia: await grouped('r.via'),
  }
}

/** From how many complaints of as many people a group stands out: three people do not err together by chance, one may write three times. */
export const CLUSTER_FROM = 3
const CLUSTER_DAYS = 90

/** Groups that are there now, each with its record where there is one; the largest first. */
export async function clustersNow(tx: Tx, now: Date): Promise<Cluster[]> {
  const { rows } = await tx.query<{
    client_id: string
    system_id: string
    version_id: string
    cause: Cause
    n: number
    customers: number
    since: Date
    cluster_id: string | null
    state: 'open' | 'judged' | null
    judgement: Cluster['judgement']
  }>(
    `select g.*, k.cluster_id, k.state, k.judgement from (
       select r.client_id, r.system_id, r.version_id, c.cause, count(*)::int as n, count(distinct r.subject_id)::int as customers, min(r.opened_at) as since
       from complaint c join case_record r on r.tenant_id = c.tenant_id and r.case_id = c.complaint_id
       where c.tenant_id = $1 and r.opened_at > $2 and c.cause is not null and c.cause <> 'not_ai' and r.system_id is not null and r.version_id is not null and c.state not in ('withdrawn', 'handed_over')
       group by 1, 2, 3, 4 having count(distinct r.subject_id) >= ${CLUSTER_FROM}) g
     left join lateral (select cluster_id, state, judgement from complaint_cluster x where x.tenant_id = $1 and x.client_id = g.client_id and x.system_id = g.system_id
       and x.version_id = g.version_id and x.cause = g.cause order by seen_at desc limit 1) k on true
     order by g.n desc, g.since limit 200`,
    [tenantOf(tx), new Date(now.getTime() - CLUSTER_DAYS * 86_400_000)],
  )
  return rows.map((row) => ({
    id: row.cluster_id,
    client: row.client_id,
    system: row.system_id,
    version: row.version_id,
    cause: row.cause,
    count: row.n,
    customers: row.customers,
    since: row.since.toISOString(),
    state: row.state ?? 'open',
    judgement: row.judgement,
  }))
}

/** Puts on record what came together and stands nowhere yet. One that was judged comes back when it has doubled. Returns how many. */
export async function recordClusters(tx: Tx, act: Act): Promise<number> {
  let found = 0
  for (const one of await clustersNow(tx, act.now)) {
    if (one.id !== null && (one.state === 'open' || one.count < 2 * (await countSeen(tx, one.id)))) continue
    const id = act.ids.next()
    const record = await recordEvent(tx, act, {
      type: 'complaint.clustered',
      client: one.client,
      refs: { cluster: id, system: one.system, version: one.version },
      body: { cause: one.cause, count: one.count, customers: one.customers },
    })
    await tx.query(
      `insert into complaint_cluster (tenant_id, client_id, cluster_id, system_id, version_id, cause, count_seen, seen_at, state, record) values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9) on conflict do nothing`,
      [tenantOf(tx), one.client, id, one.system, one.version, one.cause, one.count, act.now, record],
    )
    found++
  }
  return found
}

async function countSeen(tx: Tx, id: string): Promise<number> {
  const { rows } = await tx.query<{ count_seen: number }>(
    'select count_seen from complaint_cluster where tenant_id = $1 and cluster_id = $2',
    [tenantOf(tx), id],
  )
  return rows[0]?.count_seen ?? 0
}

/** Errors: `cluster_unknown` (404; also one that was judged). */
export async function judgeCluster(
  tx: Tx,
  id: string,
  given: { readonly judgement: (typeof clusterJudgements)[number]; readonly reasons: string; readonly by: string },
  act: Act,
): Promise<string> {
  const { rows } = await tx.query<{ client_id: string; system_id: string; version_id: string; cause: string }>(
    `select client_id, system_id, version_id, cause from complaint_cluster where tenant_id = $1 and cluster_id = $2 and state = 'open' for update`,
    [tenantOf(tx), id],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'cluster_unknown')
  const record = await recordEvent(tx, act, {
    type: 'complaint.judged',
    client: row.client_id,
    refs: { cluster: id, system: row.system_id, version: row.version_id },
    body: { cause: row.cause, judgement: given.judgement },
  })
  await tx.query(
    `update complaint_cluster set state = 'judged', judgement = $3, judged_by = $4, judged_at = $5, record = $6 where tenant_id = $1 and cluster_id = $2`,
    [tenantOf(tx), id, given.judgement, given.by, act.now, record],
  )
  await saveText(tx, { client: row.client_id, record: id, field: 'reasons', written: given.reasons })
  return record
}
