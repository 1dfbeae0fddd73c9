/** What the retention page shows: terms, what goes next, what went with its proof. */
import { findEntries, ledgerTerm } from '../../../ledger/index.ts'
import type { Tx } from '../../../platform/database.ts'
import type { Bilingual, PurposeTerms } from '../../../records/contract.ts'
import { tenantOf } from '../../../records/index.ts'
import type { RetentionView } from '../contract.ts'
import { type Count, termsOf } from '../retention.ts'
import { countPast } from './retention.ts'

export type OtherTerms = { readonly pseudonymHours: number; readonly ledgerDays: number }

/** Only what the reader's scope sees. */
export async function loadRetention(tx: Tx, other: OtherTerms, now: Date): Promise<RetentionView> {
  return {
    terms: await termLines(tx, other),
    next: await countPast(tx, now),
    runs: await lastRuns(tx),
    ledger: await ledgerOf(tx, other.ledgerDays),
  }
}

async function ledgerOf(tx: Tx, days: number): Promise<RetentionView['ledger']> {
  const { lastPass, pruned } = await ledgerTerm(tx)
  return {
    days,
    last: lastPass === null ? null : { at: lastPass.at.toISOString(), outcome: lastPass.outcome, kept: lastPass.kept },
    pruned: pruned.map(({ from, to, at, termDays, event, index }) => ({ from, to, at, termDays, event, index })),
  }
}

async function termLines(tx: Tx, { pseudonymHours, ledgerDays }: OtherTerms): Promise<RetentionView['terms']> {
  const { rows } = await tx.query<{
    client_id: string
    purpose_id: string
    name: Bilingual
    retention_days: number
    terms: PurposeTerms
  }>(
    `select p.client_id, p.purpose_id, p.name, p.retention_days, p.terms from purpose p join client c on c.tenant_id = p.tenant_id and c.client_id = p.client_id
     where p.tenant_id = $1 order by p.client_id, p.purpose_id`,
    [tenantOf(tx)],
  )
  const purposes = rows.flatMap((row) =>
    termsOf({ retentionDays: row.retention_days, terms: row.terms }).map(({ kind, days, from }) => ({
      client: row.client_id,
      purpose: row.purpose_id,
      name: row.name,
      kind,
      days,
      from,
    })),
  )
  const clients = [...new Set(rows.map((row) => row.client_id))]
  const all = { purpose: null, name: null }
  return [
    ...purposes,
    ...clients.flatMap((client) => [
      {
        client,
        ...all,
        kind: 'pseudonyms' as const,
        days: pseudonymHours / 24,
        from: 'setting' as const,
      },
      // Who looked at what is in the ledger; the list beside it goes with the facts of the conversation.
      { client, ...all, kind: 'accessLog' as const, days: ledgerDays, from: 'setting' as const },
      { client, ...all, kind: 'ledger' as const, days: ledgerDays, from: 'setting' as const },
    ]),
  ]
}

async function lastRuns(tx: Tx): Promise<RetentionView['runs']> {
  const { rows } = await tx.query<{ run_id: string; started_at: Date; ended_at: Date | null; counts: Count[] }>(
    'select run_id, started_at, ended_at, counts from retention_run where tenant_id = $1 order by started_at desc limit 30',
    [tenantOf(tx)],
  )
  // Entries have a client, a pass has none: what is of another client is not shown.
  const entries = await findEntries(tx, { type: 'retention.applied' }, { limit: 500 })
  const { clients } = tx.scope
  return rows.map((row) => ({
    id: row.run_id,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    counts: row.counts.filter(({ client }) => clients === '*' || clients.includes(client)),
    proofs: entries
      .filter(({ payload }) => JSON.parse(Buffer.from(payload).toString('utf8')).refs.run === row.run_id)
      .map(({ id: event, index }) => ({ event, index })),
  }))
}
