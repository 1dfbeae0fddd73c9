/** What the customer's page says is known of them: counts and names, their requests with letters, copies that wait. */
import { findEntries } from '../../../ledger/index.ts'
import type { Tx } from '../../../platform/database.ts'
import type { Language } from '../../../platform/text.ts'
import type { Bilingual } from '../../../records/contract.ts'
import { tenantOf } from '../../../records/index.ts'
import { type KeyRing, openJson } from '../../../vault/index.ts'
import { keyIfThere } from '../../io/subject-stores.ts'
import { loadPerson } from '../../store.ts'
import type { KnownView } from '../contract.ts'
import { decideAsker } from '../request.ts'
import { breachesOf } from './breaches.ts'
import { aboutClient, type BoundTo, copiesFor, looksAt, recipientsOf } from './copies.ts'
import { lettersTo } from './request-letters.ts'
import { listRequests } from './requests.ts'

export async function loadKnown(
  tx: Tx,
  ring: KeyRing,
  bound: BoundTo,
  language: Language,
  now: Date,
): Promise<KnownView> {
  const about = await aboutClient(tx, bound.client)
  const values = [tenantOf(tx), bound.subject]
  const { rows } = await tx.query<{
    conversations: number
    turns: number
    calls: number
    answers: number
    since: Date | null
    restricted: Date | null
  }>(
    `select (select count(*)::int from conversation where tenant_id = $1 and subject_id = $2) as conversations,
       (select count(*)::int from turn t join conversation c using (tenant_id, conversation_id) where t.tenant_id = $1 and c.subject_id = $2 and t.sealed <> '') as turns,
       (select count(*)::int from ai_call where tenant_id = $1 and subject_id = $2) as calls,
       (select count(*)::int from consent_event where tenant_id = $1 and subject_id = $2) as answers,
       (select min(started_at) from conversation where tenant_id = $1 and subject_id = $2) as since,
       (select restricted_at from data_subject where tenant_id = $1 and subject_id = $2) as restricted`,
    values,
  )
  const counts = rows[0]!
  const hidden = await tx.query<{ label: string; n: number }>(
    `select r.key as label, sum(r.value::int)::int as n from turn t join conversation c using (tenant_id, conversation_id), jsonb_each_text(t.redacted) r
     where t.tenant_id = $1 and c.subject_id = $2 group by 1 order by 2 desc, 1`,
    values,
  )
  const person = await loadPerson(tx, bound.subject)
  const whyNot = (by: 'customer' | 'representative') => {
    const asker = decideAsker({ person, by, purposes: null }, now)
    return asker.may ? null : asker.code
  }
  return {
    organisation: about.organisation,
    client: about.name,
    contact: about.contact,
    conversations: counts.conversations,
    turns: counts.turns,
    calls: counts.calls,
    answers: counts.answers,
    hidden: hidden.rows,
    since: counts.since?.toISOString() ?? null,
    purposes: await purposesFor(tx, bound, language),
    recipients: [...(await recipientsOf(tx, bound))],
    views: (await looksAt(tx, bound)).slice(0, 200).map(({ at, role }) => ({ at, role })),
    restrictedAt: counts.restricted?.toISOString() ?? null,
    mayNotAsk: whyNot('customer'),
    mayNotAskFor: whyNot('representative'),
    corrections: await correctionsOf(tx, ring, bound),
    requests: await requestsOf(tx, ring, bound, now),
    copies: await copiesFor(tx, bound, person, now),
    breaches: await breachesOf(tx, ring, bound.subject, language),
  }
}

async function purposesFor(tx: Tx, { client }: BoundTo, language: Language): Promise<KnownView['purposes']> {
  const { rows } = await tx.query<{
    purpose_id: string
    name: Bilingual
    basis: string
    data_kinds: Bilingual
    retention_days: number
    objectable: boolean
  }>(
    'select purpose_id, name, basis, data_kinds, retention_days, objectable from purpose where tenant_id = $1 and client_id = $2 and prohibited is null order by 1',
    [tenantOf(tx), client],
  )
  return rows.map((row) => ({
    id: row.purpose_id,
    name: row.name[language],
    basis: row.basis,
    dataKinds: row.data_kinds[language],
    retentionDays: row.retention_days,
    objectable: row.objectable,
  }))
}

async function correctionsOf(tx: Tx, ring: KeyRing, bound: BoundTo): Promise<KnownView['corrections']> {
  const key = await keyIfThere(tx, ring, bound)
  if (key === undefined) return []
  const { rows } = await tx.query<{ correction_id: string; at: Date; turn_seq: number | null; sealed: Buffer }>(
    'select correction_id, at, turn_seq, sealed from correction where tenant_id = $1 and subject_id = $2 and (conversation_id is null or conversation_id = $3) order by at',
    [tenantOf(tx), bound.subject, bound.conversation],
  )
  return rows.map((row) => ({
    id: row.correction_id,
    at: row.at.toISOString(),
    turn: row.turn_seq,
    shouldBe: (
      openJson(key, ['correction', 'sealed', tenantOf(tx), row.correction_id], row.sealed) as { shouldBe: string }
    ).shouldBe,
  }))
}

/** Letters are shown to the link of the conversation that the request was made with. */
async function requestsOf(tx: Tx, ring: KeyRing, bound: BoundTo, now: Date): Promise<KnownView['requests']> {
  const summaries = await listRequests(tx, now, bound.subject)
  const entries = await findEntries(tx, { subject: bound.subject, type: 'request.received' }, { limit: 500 })
  const receipts = new Map(
    entries.map(({ id, payload }) => [JSON.parse(Buffer.from(payload).toString('utf8')).refs.request as string, id]),
  )
  const { rows } = await tx.query<{ request_id: string; client_id: string; subject_id: string; sealed: Buffer | null }>(
    'select request_id, client_id, subject_id, sealed from data_request where tenant_id = $1 and subject_id = $2 and (conversation_id is null or conversation_id = $3)',
    [tenantOf(tx), bound.subject, bound.conversation],
  )
  const requests: KnownView['requests'] = []
  for (const { subject: _, client: __, by: ___, via: ____, ...summary } of summaries) {
    const row = rows.find((one) => one.request_id === summary.id)
    if (row === undefined) continue
    requests.push({
      ...summary,
      letters: await lettersTo(tx, ring, row),
      receipt: receipts.get(summary.id) ?? null,
    })
  }
  return requests
}
