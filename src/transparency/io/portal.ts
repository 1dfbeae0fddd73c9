/** What the customer's page reads: everything on record about one conversation of its own data subject. */
import { findEntries, type StoredEntry } from '../../ledger/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import type { Bilingual, ClientProfile, Purpose, TurnRole } from '../../records/contract.ts'
import { existingKey, KeyDestroyed, type KeyRing, openJson, SealBroken } from '../../vault/index.ts'
import { type CallFacts, type Counts, engineOf, type Source } from '../explanation.ts'
import type { PortalFacts, PortalTurn } from '../portal.ts'

import { loadPurposes } from '../store.ts'

/** More than this is not shown on one page. */
const MAX_TURNS = 2_000
const MAX_CALLS = 2_000
const MAX_ENTRIES = 500

export type BoundTo = { readonly client: string; readonly conversation: string; readonly subject: string }

/** What the conversation is about: enough for the switches. */
export type PortalAbout = {
  readonly purposeId: string
  /** A subject known only from this conversation. */
  readonly anonymous: boolean
  readonly clientName: string
  readonly purposes: readonly Purpose[]
  /** AI systems of the client by the purpose they work for. */
  readonly systemsOf: ReadonlyMap<string, readonly string[]>
}

export type PortalRecord = Omit<PortalFacts, 'choices' | 'notices' | 'purpose'> & PortalAbout

/** The same checks as for the page, without its contents. */
export async function loadAbout(tx: Tx, bound: BoundTo): Promise<PortalAbout | undefined> {
  const row = await loadConversation(tx, bound)
  return row && aboutOf(row, await loadPurposes(tx, bound.client), await loadSystemsOf(tx, bound.client))
}

/** Everything on record about one conversation of its own data subject; undefined when it is not theirs. */
export async function loadPortal(tx: Tx, ring: KeyRing, bound: BoundTo): Promise<PortalRecord | undefined> {
  const row = await loadConversation(tx, bound)
  if (row === undefined) return undefined
  const calls = await loadCalls(tx, bound.conversation)
  return {
    ...aboutOf(row, await loadPurposes(tx, bound.client), await loadSystemsOf(tx, bound.client)),
    organisation: row.tenant_name,
    client: { name: row.client_name, profile: row.profile },
    conversation: {
      id: bound.conversation,
      startedAt: row.started_at,
      channel: row.channel,
      language: row.language,
      turns: row.turn_count,
      disclosedAt: row.disclosed_at,
    },
    system: row.system_name &&
      row.system_description && {
        name: row.system_name,
        description: row.system_description,
        kind: row.kind ?? 'other',
        version: calls.version ?? row.version_id ?? '',
      },
    turns: await loadTurns(tx, ring, bound),
    calls: calls.facts,
    handOffs: await loadHandOffs(tx, bound.conversation),
    entries: await loadEntries(tx, bound),
  }
}

function aboutOf(row: ConversationRow, purposes: readonly Purpose[], systemsOf: PortalAbout['systemsOf']): PortalAbout {
  return {
    purposeId: row.purpose_id,
    anonymous: row.subject_kind === 'anonymous',
    clientName: row.client_name,
    purposes,
    systemsOf,
  }
}

async function loadSystemsOf(tx: Tx, client: string): Promise<PortalAbout['systemsOf']> {
  const { rows } = await tx.query<{ purpose: string; systems: string[] }>(
    `select purpose, array_agg(system_id order by system_id) as systems from ai_system, unnest(purposes) as purpose where tenant_id = $1 and client_id = $2 group by purpose`,
    [tx.scope.tenant, client],
  )
  return new Map(rows.map((row) => [row.purpose, row.systems]))
}

type ConversationRow = Row & {
  tenant_name: string
  client_name: string
  profile: ClientProfile
  system_id: string | null
  system_name: Bilingual | null
  system_description: Bilingual | null
  kind: string | null
  version_id: string | null
  purpose_id: string
  channel: string
  language: string
  started_at: Date
  turn_count: number
  disclosed_at: Date | null
  subject_kind: string
}

async function loadConversation(tx: Tx, { conversation, subject }: BoundTo): Promise<ConversationRow | undefined> {
  const { rows } = await tx.query<ConversationRow>(
    `select tenant.name as tenant_name, client.name as client_name, client.profile, c.system_id, s.name as system_name, s.description as system_description, s.kind, v.version_id,
       c.purpose_id, c.channel, c.language, c.started_at, c.turn_count, c.disclosed_at, d.kind as subject_kind
     from conversation c
     join tenant using (tenant_id)
     join client using (tenant_id, client_id)
     join data_subject d using (tenant_id, subject_id)
     left join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id
     left join system_version v on v.tenant_id = c.tenant_id and v.system_id = c.system_id and v.is_current
     where c.tenant_id = $1 and c.conversation_id = $2 and c.subject_id = $3`,
    [tx.scope.tenant, conversation, subject],
  )
  return rows[0]
}

async function loadTurns(tx: Tx, ring: KeyRing, { conversation, subject }: BoundTo): Promise<PortalTurn[]> {
  const { tenant } = tx.scope
  const { rows } = await tx.query<{
    seq: number
    role: TurnRole
    call_id: string | null
    at: Date | null
    sealed: Buffer
    redacted: Counts
    disclosure: boolean
  }>(
    `select seq, role, call_id, at, sealed, redacted, disclosure from turn where tenant_id = $1 and conversation_id = $2 order by seq limit ${MAX_TURNS}`,
    [tenant, conversation],
  )
  const open = await opener(tx, ring, { tenant, subject })
  return rows.map((row) => ({
    seq: row.seq,
    role: row.role,
    call: row.call_id,
    at: row.at,
    redacted: row.redacted,
    disclosure: row.disclosure,
    said: saidIn(open(['turn', 'sealed', tenant, conversation, String(row.seq)], row.sealed)),
  }))
}

type Sealed = { readonly said?: unknown; readonly salt?: unknown }

/** Opens a turn; undefined for one that cannot be opened any more, because the key was destroyed or the seal is broken. */
async function opener(
  tx: Tx,
  ring: KeyRing,
  of: { readonly tenant: string; readonly subject: string },
): Promise<(place: readonly string[], sealed: Uint8Array) => Sealed | undefined> {
  try {
    const key = await existingKey(tx, ring, of)
    return (place, sealed) => {
      try {
        return openJson(key, place, sealed) as Sealed
      } catch (error) {
        if (error instanceof SealBroken) return undefined
        throw error
      }
    }
  } catch (error) {
    if (error instanceof KeyDestroyed) return () => undefined
    throw error
  }
}

function saidIn(opened: Sealed | undefined): string | null {
  return typeof opened?.said === 'string' ? opened.said : null
}

type CallRow = {
  call_id: string
  started_at: Date
  state: CallFacts['state']
  code: string | null
  would_refuse: string | null
  version_id: string | null
  model: string | null
  builtin: string | null
  turn_from: number | null
  turn_to: number | null
  redacted: Counts
  reply_masked: Counts | null
  facts: { sources?: Source[]; tools?: string[] }
  admitted_event: string | null
  end_event: string | null
}

async function loadCalls(tx: Tx, conversation: string): Promise<{ facts: CallFacts[]; version: string | undefined }> {
  const { rows } = await tx.query<CallRow>(
    `select call_id, started_at, state, code, would_refuse, version_id, model, builtin, turn_from, turn_to, redacted, reply_masked, facts, admitted_event, end_event
     from ai_call c left join upstream u using (tenant_id, upstream_id)
     where tenant_id = $1 and conversation_id = $2 order by started_at, call_id limit ${MAX_CALLS}`,
    [tx.scope.tenant, conversation],
  )
  return {
    facts: rows.map(callFrom),
    version: rows.findLast(({ version_id }) => version_id !== null)?.version_id ?? undefined,
  }
}

function callFrom(row: CallRow): CallFacts {
  return {
    id: row.call_id,
    startedAt: row.started_at,
    state: row.state,
    code: row.code,
    wouldRefuse: row.would_refuse,
    engine: engineOf(row.builtin, row.model),
    turnFrom: row.turn_from,
    turnTo: row.turn_to,
    redacted: row.redacted,
    masked: row.reply_masked ?? {},
    sources: row.facts.sources ?? [],
    tools: row.facts.tools ?? [],
    admittedEvent: row.admitted_event,
    endEvent: row.end_event,
  }
}

async function loadHandOffs(tx: Tx, conversation: string): Promise<PortalFacts['handOffs'][number][]> {
  const { rows } = await tx.query<{ hand_off_id: string; state: string; requested_at: Date; answer_by: Date | null }>(
    'select hand_off_id, state, requested_at, answer_by from hand_off where tenant_id = $1 and conversation_id = $2 order by requested_at, hand_off_id',
    [tx.scope.tenant, conversation],
  )
  return rows.map((row) => ({
    id: row.hand_off_id,
    state: row.state,
    requestedAt: row.requested_at,
    answerBy: row.answer_by,
  }))
}

/** Entries about this subject: of this conversation, and of none (consents); oldest first. */
async function loadEntries(tx: Tx, bound: BoundTo): Promise<PortalFacts['entries'][number][]> {
  const entries = await findEntries(tx, { subject: bound.subject }, { limit: MAX_ENTRIES })
  return entries
    .filter((entry) => isTheirs(entry, bound))
    .reverse()
    .map((entry) => ({
      event: entry.id,
      type: entry.type,
      at: new Date(entry.at),
      index: entry.index,
      role: roleIn(entry),
    }))
}

/**
 * The salt under which an entry committed to what was said: it travels with the receipt, so that the customer can show
 * that these very words were recorded. It lies with the contents under their key; undefined when the entry commits to
 * nothing, or the contents are gone.
 */
export async function loadSalt(
  tx: Tx,
  ring: KeyRing,
  entry: StoredEntry,
  bound: Pick<BoundTo, 'subject'>,
): Promise<Buffer | undefined> {
  const { commit, body } = JSON.parse(Buffer.from(entry.payload).toString('utf8')) as {
    commit?: string
    body?: { turns?: { from?: unknown } }
  }
  const seq = body?.turns?.from
  if (commit === undefined || entry.conversation === null || typeof seq !== 'number') return undefined
  const { tenant } = tx.scope
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'select sealed from turn where tenant_id = $1 and conversation_id = $2 and seq = $3',
    [tenant, entry.conversation, seq],
  )
  if (rows[0] === undefined) return undefined
  const open = await opener(tx, ring, { tenant, subject: bound.subject })
  const salt = open(['turn', 'sealed', tenant, entry.conversation, String(seq)], rows[0].sealed)?.salt
  return typeof salt === 'string' ? Buffer.from(salt, 'base64') : undefined
}

/** `whole`: everything that is on record about the person. */
export type ReceiptsOf = { readonly conversation: string } | { readonly decision: string } | { readonly whole: true }

/** Does this entry belong to the customer who holds a link to this conversation, to this decision, or to everything of theirs? */
export function isTheirs(
  entry: Pick<StoredEntry, 'subject' | 'conversation' | 'payload'>,
  bound: Pick<BoundTo, 'subject'> & ReceiptsOf,
): boolean {
  if (entry.subject !== bound.subject) return false
  if ('whole' in bound) return true
  if ('conversation' in bound) return entry.conversation === null || entry.conversation === bound.conversation
  const { refs } = JSON.parse(Buffer.from(entry.payload).toString('utf8')) as { refs?: { decision?: unknown } }
  return refs?.decision === bound.decision
}

function roleIn({ type, payload }: StoredEntry): string | null {
  if (type !== 'conversation.viewed') return null
  const { body } = JSON.parse(Buffer.from(payload).toString('utf8')) as { body?: { role?: unknown } }
  return typeof body?.role === 'string' ? body.role : null
}

/** One change of this subject's choices at a time, so that two pages cannot both answer a state that is gone. */
export async function lockSubject(tx: Tx, subject: string): Promise<void> {
  await tx.query('select 1 from data_subject where tenant_id = $1 and subject_id = $2 for no key update', [
    tx.scope.tenant,
    subject,
  ])
}
