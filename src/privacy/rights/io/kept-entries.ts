/** Which entries of the ledger may not go at the end of their term: what they are about is on hold, paused, or open. */
import { patterns } from '../../../ledger/contract.ts'
import type { Actor, Database, Tx } from '../../../platform/database.ts'
import { keepsAll } from './retention.ts'

/**
 * For `pruneLedger`: numbers of entries in a run that stay, over all organisations. An entry stays while its data subject is
 * on hold, restricted (GDPR 18) or waits for an answer; while its conversation is on hold; and while the request, breach or
 * hold that it records is itself open.
 */
export function entriesKept(
  database: Database,
  actor: Actor,
): (run: { readonly from: number; readonly to: number }) => Promise<readonly number[]> {
  return (run) =>
    database.inTx(
      { tenant: '*', clients: '*', actor },
      async (tx) => [...(await ofSubjects(tx, run)), ...(await ofOpenCases(tx, run))],
      { readOnly: true },
    )
}

type Run = { readonly from: number; readonly to: number }

async function ofSubjects(tx: Tx, { from, to }: Run): Promise<number[]> {
  const { rows } = await tx.query<{ idx: number }>(
    `select e.idx from ledger_entry e where e.idx between $1 and $2 and (
       (e.subject_id is not null and ${keepsAll('e')})
       or (e.conversation_id is not null and exists (select 1 from legal_hold h where h.tenant_id = e.tenant_id
         and h.lifted_at is null and h.conversation_id = e.conversation_id)))`,
    [from, to],
  )
  return rows.map((row) => row.idx)
}

/** Entries about a case name it among their refs, which are no columns. */
async function ofOpenCases(tx: Tx, { from, to }: Run): Promise<number[]> {
  const { rows } = await tx.query<{ idx: number; tenant_id: string; payload: Buffer }>(
    `select idx, tenant_id, payload from ledger_entry
     where idx between $1 and $2 and (type like 'request.%' or type like 'breach.%' or type like 'hold.%')`,
    [from, to],
  )
  if (rows.length === 0) return []
  const named = rows.map(({ idx, tenant_id, payload }) => ({ idx, tenant: tenant_id, cases: casesIn(payload) }))
  const open = await openCases(tx, [...new Set(named.flatMap(({ cases }) => cases))])
  return named.filter(({ tenant, cases }) => cases.some((one) => open.has(`${tenant} ${one}`))).map(({ idx }) => idx)
}

function casesIn(payload: Buffer): string[] {
  // A changed entry is for verification to name; it is not pruned in any case.
  try {
    const { refs } = JSON.parse(payload.toString('utf8')) as { refs?: Record<string, unknown> }
    return Object.values(refs ?? {}).filter((id): id is string => typeof id === 'string' && patterns.id.test(id))
  } catch {
    return []
  }
}

async function openCases(tx: Tx, cases: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ tenant_id: string; id: string }>(
    `select tenant_id, request_id as id from data_request where request_id = any($1) and decided_at is null
     union all select tenant_id, breach_id from breach where breach_id = any($1) and closed_at is null
     union all select tenant_id, hold_id from legal_hold where hold_id = any($1) and lifted_at is null
     union all select tenant_id, case_id from legal_hold where case_id = any($1) and lifted_at is null`,
    [cases],
  )
  return new Set(rows.map((row) => `${row.tenant_id} ${row.id}`))
}
