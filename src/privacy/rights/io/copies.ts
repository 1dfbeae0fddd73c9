/** Copies for a data subject: made from every store, sealed under their key, handed over by their link, gone at their end. */
import { type Act, viewsOf } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Bilingual, ClientProfile } from '../../../records/contract.ts'
import { recordEvent, tenantOf } from '../../../records/index.ts'
import type { ExportedRecord, SubjectPlace } from '../../../records/rules.ts'
import { type KeyRing, openJson, sealJson, subjectKey } from '../../../vault/index.ts'
import { allSubjectStores, keyIfThere } from '../../io/subject-stores.ts'
import type { Person } from '../../representative.ts'
import { loadPerson } from '../../store.ts'
import type { SubjectCopy } from '../contract.ts'
import { type AskerDecision, type CopyPart, decideAsker } from '../request.ts'
import { COPY_DAYS } from '../retention.ts'

export type Recipient = { readonly name: string; readonly region: string | null; readonly calls: number }

/** Providers that received something about this person: calls that left, by upstream. */
export async function recipientsOf(tx: Tx, { subject }: SubjectPlace): Promise<Recipient[]> {
  const { rows } = await tx.query<Row & Recipient>(
    `select coalesce(u.provider ->> 'name', a.upstream_id) as name, u.provider ->> 'region' as region, count(*)::int as calls
     from ai_call a left join upstream u on u.tenant_id = a.tenant_id and u.upstream_id = a.upstream_id
     where a.tenant_id = $1 and a.subject_id = $2 and a.state <> 'refused' and a.upstream_id is not null group by 1, 2 order by 3 desc, 1`,
    [tenantOf(tx), subject],
  )
  return rows
}

/** Who of the staff looked: in which role, when, at which conversation. Who it was is personal data of the staff. */
export async function looksAt(
  tx: Tx,
  { subject }: SubjectPlace,
): Promise<{ at: string; role: string; conversation: string | null }[]> {
  return (await viewsOf(tx, subject)).map(({ at, role, conversation }) => ({
    at: at.toISOString(),
    role,
    conversation,
  }))
}

export type CopyMade = { readonly id: string; readonly expiresAt: Date; readonly records: number }

/** Makes a copy ready, sealed. What was asked for, less the parts that are not given. */
export async function makeCopy(
  tx: Tx,
  ring: KeyRing,
  place: SubjectPlace,
  wanted: { readonly request: string; readonly kind: 'access' | 'portability'; readonly leaveOut: readonly CopyPart[] },
  act: Act,
): Promise<CopyMade> {
  const copy = await composeCopy(tx, ring, place, wanted, act.now)
  const tenant = tenantOf(tx)
  const id = act.ids.next()
  const expiresAt = new Date(act.now.getTime() + COPY_DAYS * 86_400_000)
  const key = await subjectKey(tx, ring, { tenant, ...place }, act.now)
  await tx.query(
    `insert into prepared_copy (tenant_id, client_id, copy_id, subject_id, request_id, kind, created_at, expires_at, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenant,
      place.client,
      id,
      place.subject,
      wanted.request,
      wanted.kind,
      act.now,
      expiresAt,
      sealJson(key, ['prepared_copy', 'sealed', tenant, id], copy),
    ],
  )
  return { id, expiresAt, records: Object.values(copy.records).reduce((sum, rows) => sum + rows.length, 0) }
}

/** Portability covers what the person gave, on consent or a contract (GDPR 20(1)); access covers everything. */
async function composeCopy(
  tx: Tx,
  ring: KeyRing,
  place: SubjectPlace,
  { kind, leaveOut }: { readonly kind: 'access' | 'portability'; readonly leaveOut: readonly CopyPart[] },
  now: Date,
): Promise<SubjectCopy> {
  const about = await aboutClient(tx, place.client)
  const records: Record<string, readonly ExportedRecord[]> = {}
  for (const store of allSubjectStores) {
    const rows = await store.export(tx, ring, place)
    if (rows.length > 0) records[store.id] = rows
  }
  const purposes = await purposesOf(tx, place)
  const portable = new Set(
    purposes.filter(({ basis }) => basis === 'consent' || basis === 'contract').map(({ id }) => id),
  )
  const conversations = conversationsIn(records)
    .filter(({ purpose }) => kind === 'access' || portable.has(purpose))
    .map((one) => ({ ...one, turns: turnsFor(one.turns, kind, leaveOut), calls: kind === 'access' ? one.calls : [] }))
  const views = kind === 'portability' || leaveOut.includes('views') ? [] : await looksAt(tx, place)
  return {
    format: 'waarborg-copy/1',
    kind,
    madeAt: now.toISOString(),
    organisation: about.organisation,
    client: { id: place.client, name: about.name, contact: about.contact },
    subject: place.subject,
    purposes,
    recipients: kind === 'access' ? await recipientsOf(tx, place) : [],
    views,
    conversations,
    consents: (records.consent_event ?? []).map((row) => ({
      id: row.id,
      purpose: String(row.purpose_id),
      state: String(row.state),
      at: row.at ?? now.toISOString(),
      by: String(row.by_whom),
    })),
    leftOut: [...leaveOut],
    records: recordsFor(records, kind, leaveOut, new Set(conversations.map(({ id }) => id))),
  }
}

type Copied = SubjectCopy['conversations'][number]

function turnsFor(turns: Copied['turns'], kind: string, leaveOut: readonly CopyPart[]): Copied['turns'] {
  if (kind === 'portability') return turns.filter(({ role }) => role === 'customer')
  return leaveOut.includes('words_of_staff')
    ? turns.map((turn) => (turn.role === 'agent' ? { ...turn, said: null, seen: null } : turn))
    : turns
}

/** What tells who looked. */
const looks = {
  tables: new Set(['content_view', 'reveal']),
  entries: new Set([
    'conversation.viewed',
    'decision.viewed',
    'conversation.revealed',
    'request.viewed',
    'subject.sought',
    'view.listed',
  ]),
}

function recordsFor(
  records: Readonly<Record<string, readonly ExportedRecord[]>>,
  kind: string,
  leaveOut: readonly CopyPart[],
  conversations: ReadonlySet<string>,
): SubjectCopy['records'] {
  const provided = new Set(['turn', 'consent_event', 'correction', 'party'])
  const kept = Object.entries(records).filter(
    ([table]) => (kind === 'access' || provided.has(table)) && !(leaveOut.includes('views') && looks.tables.has(table)),
  )
  return Object.fromEntries(
    kept.map(([table, rows]) => {
      const given = rows
        .filter(
          (row) =>
            kind === 'access' ||
            table !== 'turn' ||
            (row.role === 'customer' && conversations.has(row.id.split('/')[0]!)),
        )
        .filter((row) => !leaveOut.includes('views') || !looks.entries.has(String(row.type)))
        .map((row) =>
          table === 'turn' && row.role === 'agent' && leaveOut.includes('words_of_staff')
            ? { id: row.id, at: row.at, role: row.role }
            : withoutStaff(row),
        )
      return [table, JSON.parse(JSON.stringify(given)) as SubjectCopy['records'][string]]
    }),
  )
}

/** Members of staff are data subjects too: which one it was is not the customer's to know, in which role is. */
function withoutStaff(row: ExportedRecord): ExportedRecord {
  const hidden = new Set(['accepted_by', 'placed_by', 'lifted_by', 'decided_by', 'recorded_by', 'process_id'])
  return Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.has(name))) as ExportedRecord
}

function conversationsIn(records: Readonly<Record<string, readonly ExportedRecord[]>>): Copied[] {
  const turns = Map.groupBy(records.turn ?? [], (row) => row.id.split('/')[0]!)
  const calls = Map.groupBy(records.ai_call ?? [], (row) => String(row.conversation_id))
  return (records.conversation ?? []).map((row) => ({
    id: row.id,
    startedAt: row.at!,
    channel: String(row.channel),
    language: String(row.language),
    purpose: String(row.purpose_id),
    system: row.system_id === null ? null : String(row.system_id),
    turns: (turns.get(row.id) ?? []).map((turn) => ({
      seq: Number(turn.id.split('/')[1]),
      role: String(turn.role),
      at: turn.at,
      said: typeof turn.said === 'string' ? turn.said : null,
      seen: typeof turn.seen === 'string' && turn.seen !== turn.said ? turn.seen : null,
      hidden: (turn.hidden ?? {}) as Record<string, number>,
    })),
    calls: (calls.get(row.id) ?? []).map((call) => {
      const facts = (call.facts ?? {}) as { sources?: { title: string }[]; tools?: string[] }
      return {
        id: call.id,
        at: call.at!,
        state: String(call.state),
        code: (call.code as string | null) ?? null,
        basis: (call.basis as string | null) ?? null,
        model: (call.model as string | null) ?? null,
        sources: (facts.sources ?? []).map(({ title }) => title),
        tools: facts.tools ?? [],
      }
    }),
  }))
}

async function purposesOf(tx: Tx, { client, subject }: SubjectPlace): Promise<SubjectCopy['purposes']> {
  const { rows } = await tx.query<{
    id: string
    name: Bilingual
    basis: string
    data_kinds: Bilingual
    retention_days: number
  }>(
    `select p.purpose_id as id, p.name, p.basis, p.data_kinds, p.retention_days from purpose p where p.tenant_id = $1 and p.client_id = $2 and (
       exists (select 1 from conversation c where c.tenant_id = p.tenant_id and c.subject_id = $3 and c.purpose_id = p.purpose_id)
       or exists (select 1 from ai_call a where a.tenant_id = p.tenant_id and a.subject_id = $3 and a.purpose_id = p.purpose_id)
       or exists (select 1 from consent_event e where e.tenant_id = p.tenant_id and e.subject_id = $3 and e.purpose_id = p.purpose_id)) order by 1`,
    [tenantOf(tx), client, subject],
  )
  return rows.map(({ id, name, basis, data_kinds: dataKinds, retention_days: retentionDays }) => ({
    id,
    name,
    basis,
    dataKinds,
    retentionDays,
  }))
}

export type ClientAbout = {
  readonly organisation: string
  readonly name: string
  readonly timeZone: string
  readonly contact: Record<string, string>
}

export async function aboutClient(tx: Tx, client: string): Promise<ClientAbout> {
  const { rows } = await tx.query<{ organisation: string; name: string; profile: ClientProfile }>(
    'select t.name as organisation, c.name, c.profile from client c join tenant t using (tenant_id) where c.tenant_id = $1 and c.client_id = $2',
    [tenantOf(tx), client],
  )
  const { organisation, name, profile } = rows[0]!
  const contact = Object.fromEntries(
    Object.entries(profile.contact).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
  return { organisation, name, timeZone: profile.handoff.timezone, contact }
}

export type BoundTo = SubjectPlace & { readonly conversation: string }

/** Copies that this link may collect: of its own subject, asked for with this conversation or with none. */
const forLink = `from prepared_copy p join data_request r on r.tenant_id = p.tenant_id and r.request_id = p.request_id
  where p.tenant_id = $1 and p.subject_id = $2 and p.expires_at > $4 and (r.conversation_id is null or r.conversation_id = $3)`

/** Who asked for a copy, as the request has it. */
type AskedBy = { readonly by_whom: 'customer' | 'representative'; readonly representative_id: string | null }

/** A copy is for who asked for it, as long as they may still ask: a mandate that ended opens nothing any more. */
const mayStillAsk = (person: Person, { by_whom, representative_id }: AskedBy, now: Date): AskerDecision =>
  decideAsker({ person, by: by_whom, representative: representative_id ?? undefined, purposes: null }, now)

export async function copiesFor(
  tx: Tx,
  { subject, conversation }: BoundTo,
  person: Person,
  now: Date,
): Promise<{ id: string; kind: 'access' | 'portability'; createdAt: string; expiresAt: string }[]> {
  const { rows } = await tx.query<
    AskedBy & {
      copy_id: string
      kind: 'access' | 'portability'
      created_at: Date
      expires_at: Date
    }
  >(
    `select p.copy_id, p.kind, p.created_at, p.expires_at, r.by_whom, r.representative_id ${forLink} order by p.created_at desc`,
    [tenantOf(tx), subject, conversation, now],
  )
  const open = rows.filter((row) => mayStillAsk(person, row, now).may)
  return open.map((row) => ({
    id: row.copy_id,
    kind: row.kind,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }))
}

/**
 * Opens a copy for its data subject; the first time is an entry. Errors: `copy_unknown` (404; also one that has ended), those of
 * `decideAsker` (403: who asked for it may not ask any more).
 */
export async function collectCopy(tx: Tx, ring: KeyRing, bound: BoundTo, id: string, act: Act): Promise<SubjectCopy> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<AskedBy & { sealed: Buffer; request_id: string; collected_at: Date | null }>(
    `select p.sealed, p.request_id, p.collected_at, r.by_whom, r.representative_id ${forLink} and p.copy_id = $5 for update of p`,
    [tenant, bound.subject, bound.conversation, act.now, id],
  )
  const key = rows[0] === undefined ? undefined : await keyIfThere(tx, ring, bound)
  if (rows[0] === undefined || key === undefined) throw new ApiError(404, 'copy_unknown')
  const asker = mayStillAsk(await loadPerson(tx, bound.subject), rows[0], act.now)
  if (!asker.may) throw new ApiError(403, asker.code)
  if (rows[0].collected_at === null) {
    await tx.query('update prepared_copy set collected_at = $3 where tenant_id = $1 and copy_id = $2', [
      tenant,
      id,
      act.now,
    ])
    await recordEvent(tx, act, {
      type: 'copy.collected',
      client: bound.client,
      subject: bound.subject,
      refs: { copy: id, request: rows[0].request_id },
    })
  }
  return openJson(key, ['prepared_copy', 'sealed', tenant, id], rows[0].sealed) as SubjectCopy
}
