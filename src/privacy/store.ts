/** SQL of consent events and of the purposes that they are about: rows in and out. */
import type { Act } from '../access/index.ts'
import { append } from '../ledger/index.ts'
import type { Row, Tx } from '../platform/database.ts'
import type { ClientProfile } from '../records/contract.ts'
import { type ConsentGiven, recordEvent, tenantOf } from '../records/index.ts'
import type { Ground, GroundAsked } from '../records/ingest/index.ts'
import { type KeyRing, keyedHash, sealJson, subjectKey } from '../vault/index.ts'
import { type ConsentEvent, decideUse, inConversation } from './consent.ts'
import { consentEventTypes } from './contract.ts'
import { keyIfThere } from './io/subject-stores.ts'
import type { Notice } from './notice.ts'
import type { Purpose } from './purpose.ts'
import { anyone, type Circumstance, type Person, type Representative } from './representative.ts'

// -- consent events -------------------------------------------------------------------------------------------------

/**
 * Whether the words that a yes (`e`, a row of consent_event) was said to were replaced by words that say something else: a
 * material version came onto file after the version it names, or, for words that are not on file, after it was said.
 */
export const outdatedSql = `(e.state = 'given' and exists (
    select 1 from notice m where m.tenant_id = e.tenant_id and m.client_id = e.client_id and m.purpose_id = e.purpose_id and m.material
      and case when e.wording ? 'notice' then not exists (
        select 1 from notice shown where shown.tenant_id = e.tenant_id and shown.client_id = e.client_id and shown.purpose_id = e.purpose_id
          and shown.notice_id = e.wording ->> 'notice' and shown.version = e.wording ->> 'version' and shown.seq >= m.seq)
      else e.at < m.registered_at end))`

const eventColumns = `event_id, subject_id, purpose_id, system_id, state, at, expires_at, wording, by_whom, conversation_id, evidence, number_hmac, ${outdatedSql} as outdated`

/**
 * What a subject said, in the order of appending, which is the order that counts; about one purpose when it is named, and
 * with what was said in a conversation when that is named: it may have been said before the customer made themselves
 * known, and stays on record under the subject of then.
 */
export async function loadConsentEvents(
  tx: Tx,
  about: {
    readonly client: string
    readonly subject: string
    readonly purpose?: string | undefined
    readonly conversation?: string | null | undefined
  },
): Promise<ConsentEvent[]> {
  const { rows } = await tx.query<ConsentRow>(
    `select ${eventColumns} from consent_event e
     where tenant_id = $1 and client_id = $2 and (subject_id = $3 or conversation_id = $5) and ($4::text is null or purpose_id = $4) order by seq`,
    [tenantOf(tx), about.client, about.subject, about.purpose ?? null, about.conversation ?? null],
  )
  return rows.map(eventFrom)
}

/** One event by its id; undefined when there is none. */
export async function loadConsentEvent(tx: Tx, event: string): Promise<ConsentEvent | undefined> {
  const { rows } = await tx.query<ConsentRow>(
    `select ${eventColumns} from consent_event e where tenant_id = $1 and event_id = $2`,
    [tenantOf(tx), event],
  )
  return rows[0] && eventFrom(rows[0])
}

/**
 * Appends one event and its ledger entry, which have one id, in this transaction; returns that id. Nothing is decided
 * here: routes ask `answerRefusal` first.
 */
export async function appendConsent(
  tx: Tx,
  event: ConsentEvent & { readonly client: string },
  { now }: Pick<Act, 'now'>,
): Promise<string> {
  const tenant = tenantOf(tx)
  await tx.query(
    `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, system_id, state, at, expires_at, by_whom, conversation_id, wording, evidence, number_hmac)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      tenant,
      event.client,
      event.id,
      event.subject,
      event.purpose,
      event.system,
      event.state,
      event.at,
      event.expiresAt ?? null,
      event.by,
      event.conversation ?? null,
      JSON.stringify(event.wording),
      event.evidence === undefined ? null : JSON.stringify(event.evidence),
      event.number === undefined ? null : Buffer.from(event.number, 'hex'),
    ],
  )
  await append(tx, {
    id: event.id,
    type: consentEventTypes[event.state],
    at: now.toISOString(),
    actor: tx.scope.actor,
    tenant,
    client: event.client,
    subject: event.subject,
    refs: {
      consent: event.id,
      purpose: event.purpose,
      ...(event.system === null ? {} : { system: event.system }),
      ...(event.conversation === undefined ? {} : { conversation: event.conversation }),
    },
    body: {
      by: event.by,
      saidAt: event.at,
      ...(event.expiresAt === undefined ? {} : { expiresAt: event.expiresAt }),
      wordingVersion: event.wording.version,
      language: event.wording.language,
      channel: event.wording.channel,
      ...(event.wording.notice === undefined ? {} : { notice: event.wording.notice }),
      ...(event.wording.sha256 === undefined ? {} : { wordingSha256: event.wording.sha256 }),
    },
  })
  return event.id
}

/** Where the words that were used are not known: organisation files and the command line. */
const UNRECORDED_WORDING = 'unrecorded'

/** The same for an answer as organisation files and the command line write it. Returns the event's id. */
export function recordConsent(tx: Tx, consent: ConsentGiven, { now, ids }: Act): Promise<string> {
  return appendConsent(
    tx,
    {
      id: ids.next(),
      client: consent.client,
      subject: consent.subject,
      purpose: consent.purpose,
      system: consent.system,
      state: consent.state,
      at: consent.at.toISOString(),
      expiresAt: consent.expiresAt?.toISOString(),
      wording: { version: UNRECORDED_WORDING, language: consent.language, channel: consent.channel },
      by: consent.by,
    },
    { now },
  )
}

type ConsentRow = Row & {
  event_id: string
  subject_id: string
  purpose_id: string
  system_id: string | null
  state: ConsentEvent['state']
  at: Date
  expires_at: Date | null
  wording: ConsentEvent['wording']
  by_whom: ConsentEvent['by']
  conversation_id: string | null
  evidence: unknown
  number_hmac: Buffer | null
  outdated: boolean
}

function eventFrom(row: ConsentRow): ConsentEvent {
  return {
    id: row.event_id,
    subject: row.subject_id,
    purpose: row.purpose_id,
    system: row.system_id,
    state: row.state,
    at: row.at.toISOString(),
    wording: row.wording,
    by: row.by_whom,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
    ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }),
    ...(row.evidence === null ? {} : { evidence: row.evidence }),
    ...(row.outdated ? { outdated: true } : {}),
    ...(row.number_hmac === null ? {} : { number: row.number_hmac.toString('hex') }),
  }
}

// -- purposes -------------------------------------------------------------------------------------------------------

/** The client's purposes by id; only those named, when they are. */
export async function loadPurposesOf(tx: Tx, client: string, purposes?: readonly string[]): Promise<Purpose[]> {
  const { rows } = await tx.query<PurposeRow>(
    `select purpose_id, client_id, name, basis, special_basis, data_kinds, retention_days, objectable, prohibited, kind from purpose
     where tenant_id = $1 and client_id = $2 and ($3::text[] is null or purpose_id = any($3)) order by purpose_id`,
    [tenantOf(tx), client, purposes ?? null],
  )
  return rows.map((row) => ({
    id: row.purpose_id,
    client: row.client_id,
    name: row.name,
    basis: row.basis,
    dataKinds: row.data_kinds,
    retentionDays: row.retention_days,
    objectable: row.objectable,
    ...(row.kind === 'general' ? {} : { kind: row.kind }),
    ...(row.special_basis === null ? {} : { specialBasis: row.special_basis }),
    ...(row.prohibited === null ? {} : { prohibited: row.prohibited }),
  }))
}

/** One purpose of the client; null when the register does not know it. */
export async function loadPurpose(tx: Tx, client: string, purpose: string): Promise<Purpose | null> {
  return (await loadPurposesOf(tx, client, [purpose]))[0] ?? null
}

type PurposeRow = Row & {
  purpose_id: string
  client_id: string
  name: Purpose['name']
  basis: Purpose['basis']
  special_basis: string | null
  data_kinds: Purpose['dataKinds']
  retention_days: number
  objectable: boolean
  prohibited: NonNullable<Purpose['prohibited']> | null
  kind: 'general' | 'telemarketing'
}

// -- notices --------------------------------------------------------------------------------------------------------

/** The versions of the client's questions, in the order in which they came onto file; about one purpose when it is named. */
export async function loadNotices(tx: Tx, client: string, purpose?: string): Promise<Notice[]> {
  const { rows } = await tx.query<{
    notice_id: string
    purpose_id: string
    version: string
    material: boolean
    texts: Notice['texts']
  }>(
    `select notice_id, purpose_id, version, material, texts from notice
     where tenant_id = $1 and client_id = $2 and ($3::text is null or purpose_id = $3) order by seq`,
    [tenantOf(tx), client, purpose ?? null],
  )
  return rows.map(({ notice_id, purpose_id, version, material, texts }) => ({
    notice: notice_id,
    client,
    purpose: purpose_id,
    version,
    material,
    texts,
  }))
}

// -- ground ---------------------------------------------------------------------------------------------------------

/**
 * Whether the register and the subject's answers let this purpose be carried out, as importing and recording ask it.
 * Without a system (a recording of an unknown one) a grant for one system does not cover it.
 */
export async function decideGround(
  tx: Tx,
  asked: GroundAsked & { readonly system?: string },
  now: Date,
): Promise<Ground> {
  const { client, purpose, subject, conversation, system = '' } = asked
  const events = await loadConsentEvents(tx, { client, subject, purpose, conversation })
  const use = decideUse(
    await loadPurpose(tx, client, purpose),
    system,
    inConversation(events, conversation),
    now,
    subject === undefined ? anyone : await loadPerson(tx, subject),
  )
  if (use.use === 'allowed')
    return { ground: 'allowed', basis: use.basis, ...(use.consent === undefined ? {} : { record: use.consent }) }
  return { ground: 'refused', reason: use.code, ...(use.event === undefined ? {} : { record: use.event }) }
}

// -- who may speak for whom -------------------------------------------------------------------------------------------

/** The subject's circumstance and who may speak for them; somebody who is not there is nobody in particular. */
export async function loadPerson(tx: Tx, subject: string): Promise<Person> {
  const { rows } = await tx.query<{ circumstance: Circumstance }>(
    'select circumstance from data_subject where tenant_id = $1 and subject_id = $2',
    [tenantOf(tx), subject],
  )
  const [row] = rows
  return row === undefined
    ? anyone
    : { circumstance: row.circumstance, representatives: await loadRepresentatives(tx, subject) }
}

export type StoredRepresentative = Representative & {
  readonly recordedBy: string
  readonly recordedAt: string
  readonly endedAt: string | null
  readonly sealed: Buffer | null
}

/** Everyone who could ever speak for them, in the order in which they were recorded. */
export async function loadRepresentatives(tx: Tx, subject: string): Promise<StoredRepresentative[]> {
  const { rows } = await tx.query<RepresentativeRow>(
    `select representative_id, kind, relation, purposes, valid_until, ended_at, recorded_by, recorded_at, sealed from representative
     where tenant_id = $1 and subject_id = $2 order by recorded_at, representative_id`,
    [tenantOf(tx), subject],
  )
  return rows.map((row) => ({
    id: row.representative_id,
    kind: row.kind,
    relation: row.relation,
    purposes: row.purposes,
    validUntil: row.valid_until?.toISOString() ?? null,
    ended: row.ended_at !== null,
    endedAt: row.ended_at?.toISOString() ?? null,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at.toISOString(),
    sealed: row.sealed,
  }))
}

type RepresentativeRow = Row & {
  representative_id: string
  kind: Representative['kind']
  relation: Representative['relation']
  purposes: string[] | null
  valid_until: Date | null
  ended_at: Date | null
  recorded_by: string
  recorded_at: Date
  sealed: Buffer | null
}

export type NewRepresentative = {
  readonly client: string
  readonly subject: string
  readonly kind: Representative['kind']
  readonly relation: Representative['relation']
  readonly purposes: readonly string[] | null
  readonly validUntil: Date | null
  /** Where the evidence is: a reference in the organisation's own files. It goes under the subject's key. */
  readonly evidence: string
}

/** Records who may speak for a subject, with its entry. Returns its id. */
export async function recordRepresentative(
  tx: Tx,
  ring: KeyRing,
  given: NewRepresentative,
  { now, ids }: Act,
): Promise<string> {
  const tenant = tenantOf(tx)
  const { client, subject, kind, relation, purposes, validUntil } = given
  const id = ids.next()
  const key = await subjectKey(tx, ring, { tenant, client, subject }, now)
  await tx.query(
    `insert into representative (tenant_id, client_id, representative_id, subject_id, kind, relation, purposes, sealed, recorded_by, recorded_at, valid_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenant,
      client,
      id,
      subject,
      kind,
      relation,
      purposes,
      sealJson(key, ['representative', 'sealed', tenant, id], { evidence: given.evidence }),
      tx.scope.actor.id,
      now,
      validUntil,
    ],
  )
  await recordEvent(
    tx,
    { now, ids },
    {
      type: kind === 'guardian' ? 'guardian.recorded' : 'mandate.recorded',
      client,
      subject,
      refs: { representative: id },
      body: { relation, purposes, validUntil: validUntil?.toISOString() ?? null },
    },
  )
  return id
}

/** Ends what somebody was recorded for; undefined when it is not of this subject. Once ended, it stays as it is. */
export async function endRepresentative(
  tx: Tx,
  { subject, representative }: { readonly subject: string; readonly representative: string },
  act: Act,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ client_id: string; kind: Representative['kind']; ended_at: Date | null }>(
    'select client_id, kind, ended_at from representative where tenant_id = $1 and subject_id = $2 and representative_id = $3 for update',
    [tenantOf(tx), subject, representative],
  )
  const [row] = rows
  if (row === undefined) return undefined
  if (row.ended_at !== null) return row.ended_at.toISOString()
  await tx.query('update representative set ended_at = $3 where tenant_id = $1 and representative_id = $2', [
    tenantOf(tx),
    representative,
    act.now,
  ])
  await recordEvent(tx, act, {
    type: row.kind === 'guardian' ? 'guardian.ended' : 'mandate.ended',
    client: row.client_id,
    subject,
    refs: { representative },
  })
  return act.now.toISOString()
}

/** Records what keeps a subject from deciding for themselves, or that nothing does. */
export async function recordCircumstance(
  tx: Tx,
  {
    client,
    subject,
    circumstance,
  }: { readonly client: string; readonly subject: string; readonly circumstance: Circumstance },
  act: Act,
): Promise<void> {
  const { rowCount } = await tx.query(
    'update data_subject set circumstance = $3 where tenant_id = $1 and subject_id = $2 and circumstance <> $3 and erased_at is null',
    [tenantOf(tx), subject, circumstance],
  )
  if (rowCount === 0) return
  await recordEvent(tx, act, { type: 'circumstance.recorded', client, subject, refs: {}, body: { circumstance } })
}

// -- telephone numbers ----------------------------------------------------------------------------------------------

/** A number as it stands in a subject's answers: under their own key, so that it says nothing once they are erased. */
export async function numberOfSubject(
  tx: Tx,
  ring: KeyRing,
  place: { readonly client: string; readonly subject: string; readonly number: string },
  now: Date | null,
): Promise<string | null> {
  const of = { tenant: tenantOf(tx), client: place.client, subject: place.subject }
  const key = now === null ? await keyIfThere(tx, ring, place) : await subjectKey(tx, ring, of, now)
  return key === undefined ? null : keyedHash(key, 'number', place.client, place.number).toString('hex')
}

const objectionHash = (tx: Tx, ring: KeyRing, client: string, number: string) =>
  keyedHash(ring.indexKey(tenantOf(tx)), 'call-objection', client, number)

/** Whether somebody at this number said "do not call me" to this client. It outlives whoever said it. */
export async function hasCallObjection(tx: Tx, ring: KeyRing, client: string, number: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from call_objection where tenant_id = $1 and client_id = $2 and number_hmac = $3',
    [tenantOf(tx), client, objectionHash(tx, ring, client, number)],
  )
  return rowCount > 0
}

/** Keeps the objection of a number, beside the event of whoever said it. */
export async function keepCallObjection(
  tx: Tx,
  ring: KeyRing,
  { client, number, event }: { readonly client: string; readonly number: string; readonly event: string },
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into call_objection (tenant_id, client_id, number_hmac, event_id, objected_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [tenantOf(tx), client, objectionHash(tx, ring, client, number), event, now],
  )
}

/** Where the client is and whether the law leaves it an exception. */
export async function loadDialler(tx: Tx, client: string): Promise<Pick<ClientProfile, 'country' | 'telemarketing'>> {
  const { rows } = await tx.query<{ profile: ClientProfile }>(
    'select profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client],
  )
  return rows[0]?.profile ?? {}
}

// -- who it is about ------------------------------------------------------------------------------------------------

export type SubjectState = { readonly kind: 'known' | 'anonymous'; readonly erased: boolean }

export async function loadSubjectKind(tx: Tx, subject: string): Promise<SubjectState['kind'] | undefined> {
  const { rows } = await tx.query<{ kind: SubjectState['kind'] }>(
    'select kind from data_subject where tenant_id = $1 and subject_id = $2',
    [tenantOf(tx), subject],
  )
  return rows[0]?.kind
}

/** Locks the subject, so that of two answers given at once the later one is judged by what the earlier one left. */
export async function lockSubject(tx: Tx, subject: string): Promise<SubjectState | undefined> {
  const { rows } = await tx.query<{ kind: SubjectState['kind']; erased_at: Date | null }>(
    'select kind, erased_at from data_subject where tenant_id = $1 and subject_id = $2 for no key update',
    [tenantOf(tx), subject],
  )
  return rows[0] && { kind: rows[0].kind, erased: rows[0].erased_at !== null }
}

/** The purposes that a system of this client works for; undefined when the client has no such system. */
export async function loadSystemPurposes(tx: Tx, client: string, system: string): Promise<string[] | undefined> {
  const { rows } = await tx.query<{ purposes: string[] }>(
    'select purposes from ai_system where tenant_id = $1 and client_id = $2 and system_id = $3',
    [tenantOf(tx), client, system],
  )
  return rows[0]?.purposes
}
