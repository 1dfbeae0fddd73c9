/** Figures of Today and of each system: every number is a query over recorded rows. */
import type { Row, Tx } from '../../platform/database.ts'
import type { Bilingual, TodayView } from '../contract.ts'
import { isLate } from '../hand-off.ts'
import { loadStanding } from '../store.ts'
import { countOf, dueOf, type LampNote, type LampSource, lampsOf, lastSevenDays, type SystemFacts } from '../today.ts'
import { openAlarms } from './alarms.ts'
import { tenantOf } from './event.ts'
import { listHandOffs } from './hand-offs.ts'

const weekMs = 7 * 86_400_000

/** Ledger figures come from the ledger; `verified` is what the running process last found. */
export type LedgerSummary = TodayView['ledger']

/** Everything on Today for the clients in scope. */
export async function loadToday(
  tx: Tx,
  { ledger, lamps }: { readonly ledger: LedgerSummary; readonly lamps: readonly LampSource[] },
  now: Date,
): Promise<TodayView> {
  const since = new Date(now.getTime() - weekMs)
  const tenant = await tx.query<{ name: string }>('select name from tenant where tenant_id = $1', [tenantOf(tx)])
  const clients = await tx.query<{ id: string; name: string }>(
    'select client_id as id, name from client where tenant_id = $1 order by name, client_id',
    [tenantOf(tx)],
  )
  const calls = await weekCalls(tx, since)
  const notes: LampNote[] = []
  for (const source of lamps) notes.push(...(await source(tx, now)))
  const facts = await systemFacts(tx, calls, notes)
  const handOffs = (await listHandOffs(tx, now, 0)).filter(({ state }) => state === 'requested' || state === 'missed')
  return {
    tenant: tenant.rows[0]?.name ?? tenantOf(tx),
    clients: clients.rows,
    lamps: lampsOf(facts, now).map((lamp) => ({ ...lamp, reasons: [...lamp.reasons] })),
    week: { ...(await weekConversations(tx, since)), ...callFigures(calls), redacted: await weekRedacted(tx, since) },
    days: daysOf(calls, now),
    due: dueOf(facts, await endingKeys(tx, now), now),
    handOffs: handOffs.slice(0, 50).map((one) => ({
      id: one.id,
      conversation: one.conversation,
      reason: one.reason,
      requestedAt: one.requestedAt.toISOString(),
      answerBy: one.answerBy?.toISOString() ?? null,
      late: isLate(one, now),
    })),
    ledger,
  }
}

// -- the week, in three statements ------------------------------------------------------------------------------------

type CallCount = {
  readonly system: string | null
  readonly day: string
  readonly state: string
  readonly code: string | null
  readonly n: number
}

/** Calls by system, day in the Netherlands, state and code. */
async function weekCalls(tx: Tx, since: Date): Promise<CallCount[]> {
  const { rows } = await tx.query<Row & CallCount>(
    `select system_id as system, to_char(started_at at time zone 'Europe/Amsterdam', 'YYYY-MM-DD') as day, state, code, count(*)::int as n
     from ai_call where tenant_id = $1 and started_at >= $2 and not audit group by 1, 2, 3, 4`,
    [tenantOf(tx), since],
  )
  return rows
}

/** Conversations that began this week; disclosed of those in which an AI spoke and that had to be told. */
async function weekConversations(
  tx: Tx,
  since: Date,
): Promise<{ conversations: number; disclosed: TodayView['week']['disclosed'] }> {
  const { rows } = await tx.query<{ conversations: number; spoken: number; disclosed: number }>(
    `select count(*)::int as conversations, count(*) filter (where spoken)::int as spoken, count(*) filter (where spoken and disclosed_at is not null)::int as disclosed
     from (select c.disclosed_at, s.disclosure is distinct from 'none_needed'
             and exists (select 1 from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'ai') as spoken
           from conversation c left join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id
           where c.tenant_id = $1 and c.started_at >= $2 and c.source <> 'audit') as week`,
    [tenantOf(tx), since],
  )
  const { conversations, spoken, disclosed } = rows[0]!
  return { conversations, disclosed: countOf(disclosed, spoken) }
}

/** What was kept back in conversations of this week, by class, most first. */
async function weekRedacted(tx: Tx, since: Date): Promise<TodayView['week']['redacted']> {
  const { rows } = await tx.query<{ label: string; n: number }>(
    `select r.key as label, sum(r.value::int)::int as n
     from conversation c join turn t on t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id, jsonb_each_text(t.redacted) r
     where c.tenant_id = $1 and c.started_at >= $2 and c.source <> 'audit' group by r.key order by n desc, label`,
    [tenantOf(tx), since],
  )
  return rows
}

function callFigures(
  calls: readonly CallCount[],
): Pick<TodayView['week'], 'calls' | 'forwarded' | 'refused' | 'failed'> {
  const sum = (fits: (call: CallCount) => boolean) => calls.reduce((n, call) => (fits(call) ? n + call.n : n), 0)
  const refused = new Map<string, number>()
  for (const { state, code, n } of calls)
    if (state === 'refused') refused.set(code ?? 'unknown', (refused.get(code ?? 'unknown') ?? 0) + n)
  return {
    calls: sum(() => true),
    forwarded: sum(({ state }) => state !== 'refused'),
    refused: [...refused].map(([code, n]) => ({ code, n })).toSorted((a, b) => b.n - a.n || (a.code < b.code ? -1 : 1)),
    failed: sum(({ state }) => state === 'failed'),
  }
}

function daysOf(calls: readonly CallCount[], now: Date): TodayView['days'] {
  return lastSevenDays(now).map((day) => {
    const ofDay = calls.filter((call) => call.day === day)
    const refused = ofDay.reduce((n, call) => (call.state === 'refused' ? n + call.n : n), 0)
    return { day, forwarded: ofDay.reduce((n, call) => n + call.n, 0) - refused, refused }
  })
}

// -- systems ----------------------------------------------------------------------------------------------------------

async function systemFacts(tx: Tx, calls: readonly CallCount[], notes: readonly LampNote[]): Promise<SystemFacts[]> {
  const { rows } = await tx.query<{
    system_id: string
    name: Bilingual
    mode: 'enforce' | 'observe'
    observe_until: Date | null
    prohibited: unknown
    version_id: string | null
  }>(
    `select s.system_id, s.name, s.mode, s.observe_until, s.prohibited, v.version_id from ai_system s
     left join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current where s.tenant_id = $1 order by s.system_id`,
    [tenantOf(tx)],
  )
  const standing = await loadStanding(tx)
  const alarms = await openAlarms(tx)
  const perSystem = Map.groupBy(calls, (call) => call.system)
  return rows.map((row) => ({
    system: row.system_id,
    name: row.name,
    version: row.version_id,
    standing: standing.find((one) => one.system === row.system_id && one.version === row.version_id) ?? null,
    mode: row.mode,
    observeUntil: row.observe_until,
    prohibited: row.prohibited !== null,
    alarmSince: alarms.get(row.system_id) ?? null,
    notes: notes.filter(({ system }) => system === row.system_id),
    callsThisWeek: (perSystem.get(row.system_id) ?? []).reduce((n, call) => n + call.n, 0),
  }))
}

/** Keys that end within 60 days, or ended in the last 30 and were not replaced by hand. */
async function endingKeys(tx: Tx, now: Date): Promise<{ system: string; name: Bilingual; at: Date }[]> {
  const { rows } = await tx.query<{ system: string; name: Bilingual; at: Date }>(
    `select k.system_id as system, s.name, k.expires_at as at from system_key k join ai_system s on s.tenant_id = k.tenant_id and s.system_id = k.system_id
     where k.tenant_id = $1 and k.revoked_at is null and k.expires_at between $2::timestamptz - interval '30 days' and $2::timestamptz + interval '60 days'`,
    [tenantOf(tx), now],
  )
  return rows
}
