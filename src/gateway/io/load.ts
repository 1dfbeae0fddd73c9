/** Everything a call is judged by, in one statement; nothing is decided here. */
import type { KeyRow } from '../../access/rules.ts'
import type { Tx } from '../../platform/database.ts'
import { outdatedSql } from '../../privacy/index.ts'
import type { Circumstance, ConsentEvent, Person, Purpose, Representative } from '../../privacy/rules.ts'
import type { Channel, ClientProfile, DecisionRules, Standing, VersionExplainer } from '../../records/contract.ts'
import type { DecisionClass } from '../../records/rules.ts'
import type { SecondNotice } from '../../transparency/rules.ts'
import type { WrappedKey } from '../../vault/index.ts'
import type { LimitUse, SystemFacts } from '../call.ts'
import type { Upstream, UpstreamOptions } from '../provider.ts'

export type Asked = {
  readonly tenant: string
  readonly client: string
  readonly keyId: string
  readonly now: Date
  /** undefined: the system's default, or the conversation's own. */
  readonly purpose: string | undefined
  readonly referenceHmac: Buffer | undefined
  readonly conversation: { readonly id: string; readonly externalHmac: Buffer } | undefined
  /** Keyed hashes of beginnings of the message list, to find a conversation that was not named. */
  readonly beginnings: readonly Buffer[]
  readonly idempotencyHmac: Buffer | undefined
}

export type LoadedConversation = {
  readonly id: string
  readonly subject: string
  readonly subjectKind: 'known' | 'anonymous'
  readonly erased: boolean
  readonly state: string
  readonly system: string | null
  readonly channel: Channel
  readonly language: string
  readonly turnCount: number
  readonly messagesSeen: number
  readonly messagesHmac: Buffer | null
  readonly disclosedAt: Date | null
  readonly disclosureRecord: string | null
  /** What was said beside that it is AI; looked for only where the system asks it. */
  readonly secondNotices: readonly SecondNotice[]
  readonly heldSince: Date | null
  readonly pseudonyms: { readonly version: number; readonly sealed: Buffer } | null
}

export type Loaded = {
  readonly key: KeyRow
  readonly keyUsedOn: string | null
  /** The key of a paired-prompt audit. */
  readonly audit: boolean
  readonly system: (SystemFacts & SystemRow) | null
  readonly version: {
    readonly id: string
    readonly model: string
    /** With what its decisions are explained; null: with what is sent along. */
    readonly explainer: VersionExplainer | null
  } | null
  readonly standing: Standing | null
  readonly stops: readonly { readonly record: string; readonly reason: string; readonly at: Date }[]
  readonly client: { readonly name: string; readonly profile: ClientProfile & ProviderLists } | null
  readonly upstream: Upstream | null
  readonly purposeAsked: string
  readonly purpose: Purpose | null
  readonly referenceSubject: string | null
  readonly restrictedSince: Date | null
  readonly conversation: LoadedConversation | null
  consents: readonly ConsentEvent[]
  readonly person: Person
  dial: DialNumber | null
  readonly limits: readonly LimitUse[]
  /** The key of the conversation's subject, or else of the known customer; null: nothing was sealed for them yet. */
  readonly subjectKey: WrappedKey | null
  /** The epoch under which a new key is wrapped. */
  readonly epoch: number
  /** The call that was made under the same Idempotency-Key in the last 24 hours. */
  readonly idempotency: EarlierCall | null
}

export type EarlierCall = {
  /** Of its body and of whom it was about. */
  readonly bodyHmac: Buffer
  readonly call: string
  /** null: its facts are gone. */
  readonly state: string | null
  readonly conversation: string | null
  readonly subject: string | null
  /** Its answer under the subject's key; null: it has none. */
  readonly sealed: Buffer | null
}

type ProviderLists = { readonly providers?: readonly string[]; readonly regions?: readonly string[] }

type SystemRow = {
  readonly channel: Channel
  readonly language: string
  readonly purposes: readonly string[]
  readonly toolsWithOriginals: readonly string[] | null
  readonly allowedContent: readonly string[]
  readonly decisionClass: DecisionClass
  /** null: it takes no decisions that are recorded. */
  readonly decisions: DecisionRules | null
}

/** Of a sales call: is there a number, and did somebody there say "do not call me"? */
export type DialNumber = { readonly number: boolean; readonly objected: boolean }

/** Which tenant, client and system a key belongs to; undefined for an id that is not there. It never changes. */
export async function keyOwner(
  tx: Tx,
  keyId: string,
): Promise<{ tenant: string; client: string; system: string } | undefined> {
  const { rows } = await tx.query<{ tenant: string; client: string; system: string }>(
    'select tenant_id as tenant, client_id as client, system_id as system from system_key where key_id = $1',
    [keyId],
  )
  return rows[0]
}

/** Undefined when the key is not there (any more). */
export async function loadFacts(tx: Tx, asked: Asked): Promise<Loaded | undefined> {
  const { rows } = await tx.query<FactsRow>(factsSql, [
    asked.tenant,
    asked.keyId,
    asked.now,
    asked.purpose ?? null,
    asked.referenceHmac ?? null,
    asked.conversation?.id ?? null,
    asked.conversation?.externalHmac ?? null,
    asked.beginnings,
    asked.idempotencyHmac ?? null,
  ])
  const row = rows[0]
  return row && loadedOf(row, asked)
}

/**
 * The conversation is the one that was named (by our id or by the caller's own), else the one that the message list
 * continues: of the same system and subject, of the last 24 hours. An anonymous list may continue one conversation only:
 * two customers who both began with "Hello" must not end up in one.
 */
const factsSql = `
select
  k.secret_hash, k.expires_at, k.revoked_at, k.client_id, k.system_id, k.last_used_on, k.audit,
  case when s.system_id is not null then to_jsonb(s) end as system,
  case when v.version_id is not null then jsonb_build_object('id', v.version_id, 'model', v.model, 'explainer', v.explainer) end as version,
  case when st.version_id is not null then to_jsonb(st) end as standing,
  stops.list as stops,
  case when c.client_id is not null then jsonb_build_object('name', c.name, 'profile', c.profile) end as client,
  case when u.upstream_id is not null then to_jsonb(u) end as upstream,
  wanted.purpose_id as purpose_asked,
  case when p.purpose_id is not null then to_jsonb(p) end as purpose,
  r.subject_id as reference_subject, rs.restricted_at,
  conv.conversation_id, conv.subject_id, ds.kind as subject_kind, ds.erased_at, conv.state, conv.system_id as conversation_system, conv.channel, conv.language, conv.turn_count,
  conv.messages_seen, conv.messages_hmac, conv.held_at, conv.disclosed_at, conv.disclosure_record,
  case when s.emotion_inference <> 'none' or s.biometric_categorisation then (select array_agg(distinct e.kind) from disclosure_event e
    where e.tenant_id = k.tenant_id and e.conversation_id = conv.conversation_id and e.kind <> 'ai') end as second_notices,
  pt.version as pseudonym_version, pt.sealed as pseudonyms,
  events.list as consents, person.circumstance, person.representatives,
  case when s.limits ? 'callsPerMinute' then (select count(*)::int from ai_call a where a.tenant_id = k.tenant_id and a.client_id = k.client_id
    and a.system_id = k.system_id and a.audit = k.audit and a.state <> 'refused' and a.started_at > $3::timestamptz - interval '1 minute') end as minute_calls,
  case when s.limits ? 'openCalls' then (select count(*)::int from ai_call a where a.tenant_id = k.tenant_id
    and a.system_id = k.system_id and a.audit = k.audit and a.state = 'admitted') end as open_calls,
  i.body_hmac, i.call_id as earlier_call, i.subject_id as earlier_subject, i.conversation_id as earlier_conversation, i.sealed as earlier_answer,
  (select a.state from ai_call a where a.tenant_id = i.tenant_id and a.call_id = i.call_id) as earlier_state,
  sk.wrapped, sk.epoch, sk.place_version, (select max(epoch) from key_epoch where left_at is null) as current_epoch
from system_key k
left join ai_system s on s.tenant_id = k.tenant_id and s.system_id = k.system_id and s.client_id = k.client_id
left join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
left join standing st on st.tenant_id = v.tenant_id and st.system_id = v.system_id and st.version_id = v.version_id
left join client c on c.tenant_id = k.tenant_id and c.client_id = k.client_id
left join upstream u on u.tenant_id = s.tenant_id and u.upstream_id = s.upstream_id
left join subject_reference r on r.tenant_id = k.tenant_id and r.client_id = k.client_id and r.reference_hmac = $5
left join idempotency i on i.tenant_id = k.tenant_id and i.client_id = k.client_id and i.system_id = k.system_id and i.key_hmac = $9
  and i.created_at > $3::timestamptz - interval '24 hours'
left join lateral (
  select jsonb_agg(jsonb_build_object('record', o.stop_id, 'reason', o.reason, 'at', o.stopped_at) order by o.stopped_at, o.stop_id) as list
  from stop_order o
  where o.tenant_id = k.tenant_id and o.client_id = k.client_id and o.resumed_at is null and (o.system_id is null or o.system_id = k.system_id)
) stops on true
left join lateral (
  select * from (
    select n.* from conversation n where n.tenant_id = k.tenant_id and n.client_id = k.client_id and n.conversation_id = $6
    union all
    select n.* from conversation n where n.tenant_id = k.tenant_id and n.client_id = k.client_id and n.external_hmac = $7
    union all
    (select d.* from conversation d
     where $6::text is null and d.tenant_id = k.tenant_id and d.client_id = k.client_id and d.system_id = k.system_id
       and d.messages_hmac = any($8::bytea[]) and d.updated_at > $3::timestamptz - interval '24 hours'
       and case when $5::bytea is not null then d.subject_id = r.subject_id
                else exists (select 1 from data_subject a where a.tenant_id = d.tenant_id and a.subject_id = d.subject_id and a.kind = 'anonymous')
                 and not exists (select 1 from conversation other where other.tenant_id = d.tenant_id and other.client_id = d.client_id
                   and other.messages_hmac = d.messages_hmac and other.conversation_id <> d.conversation_id and other.system_id = d.system_id
                   and other.updated_at > $3::timestamptz - interval '24 hours') end
     order by d.messages_seen desc, d.updated_at desc, d.conversation_id
     limit 1)
  ) named limit 1
) conv on true
left join data_subject ds on ds.tenant_id = k.tenant_id and ds.subject_id = conv.subject_id
left join data_subject rs on rs.tenant_id = k.tenant_id and rs.subject_id = coalesce(conv.subject_id, r.subject_id)
left join subject_key sk on sk.tenant_id = k.tenant_id and sk.subject_id = coalesce(conv.subject_id, r.subject_id)
left join pseudonym_table pt on pt.tenant_id = k.tenant_id and pt.conversation_id = conv.conversation_id
left join lateral (select coalesce($4, case when conv.system_id = k.system_id and conv.purpose_id = any(s.purposes) then conv.purpose_id end, s.purposes[1]) as purpose_id) wanted on true
left join purpose p on p.tenant_id = k.tenant_id and p.client_id = k.client_id and p.purpose_id = wanted.purpose_id and wanted.purpose_id = any(s.purposes)
left join lateral (
  select jsonb_agg(to_jsonb(e) || jsonb_build_object('outdated', ${outdatedSql}) order by e.seq) as list from consent_event e
  where e.tenant_id = k.tenant_id and e.client_id = k.client_id and e.purpose_id = wanted.purpose_id
    and (e.subject_id = coalesce(conv.subject_id, r.subject_id) and e.conversation_id is null or e.conversation_id = conv.conversation_id)
) events on true
left join lateral (
  select d.circumstance, (
    select jsonb_agg(jsonb_build_object('id', g.representative_id, 'kind', g.kind, 'relation', g.relation, 'purposes', g.purposes, 'validUntil', g.valid_until, 'ended', false))
    from representative g where g.tenant_id = d.tenant_id and g.subject_id = d.subject_id and g.ended_at is null) as representatives
  from data_subject d where d.tenant_id = k.tenant_id and d.subject_id = coalesce(conv.subject_id, r.subject_id)
) person on true
where k.tenant_id = $1 and k.key_id = $2`

type Json = Record<string, unknown>
type FactsRow = {
  secret_hash: Buffer
  expires_at: Date | null
  revoked_at: Date | null
  client_id: string
  system_id: string
  last_used_on: string | null
  audit: boolean
  system: Json | null
  version: { id: string; model: string; explainer: VersionExplainer | null } | null
  standing: Json | null
  stops: { record: string; reason: string; at: string }[] | null
  client: { name: string; profile: ClientProfile & ProviderLists } | null
  upstream: Json | null
  purpose_asked: string | null
  purpose: Json | null
  reference_subject: string | null
  restricted_at: Date | null
  conversation_id: string | null
  subject_id: string
  subject_kind: 'known' | 'anonymous' | null
  erased_at: Date | null
  state: string
  conversation_system: string | null
  channel: Channel
  language: string
  turn_count: number
  messages_seen: number
  messages_hmac: Buffer | null
  disclosed_at: Date | null
  held_at: Date | null
  disclosure_record: string | null
  second_notices: SecondNotice[] | null
  pseudonym_version: number | null
  pseudonyms: Buffer | null
  consents: Json[] | null
  circumstance: Circumstance | null
  representatives: Representative[] | null
  minute_calls: number | null
  open_calls: number | null
  body_hmac: Buffer | null
  earlier_call: string
  earlier_subject: string | null
  earlier_conversation: string | null
  earlier_answer: Buffer | null
  earlier_state: string | null
  wrapped: Buffer | null
  epoch: number
  place_version: number
  current_epoch: number
}

function loadedOf(row: FactsRow, { tenant, keyId, now, purpose }: Asked): Loaded {
  return {
    key: {
      keyId,
      tenant,
      client: row.client_id,
      system: row.system_id,
      secretHash: row.secret_hash,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    },
    keyUsedOn: row.last_used_on,
    audit: row.audit,
    system: row.system && systemOf(row.system),
    version: row.version,
    standing: row.standing && standingOf(row.standing),
    stops: (row.stops ?? []).map(({ record, reason, at }) => ({ record, reason, at: new Date(at) })),
    client: row.client,
    upstream: row.upstream && upstreamOf(row.upstream),
    purposeAsked: row.purpose_asked ?? purpose ?? '-',
    purpose: row.purpose && purposeOf(row.purpose),
    referenceSubject: row.reference_subject,
    restrictedSince: row.restricted_at,
    conversation: row.conversation_id === null ? null : conversationOf(row, row.conversation_id),
    consents: (row.consents ?? []).map(consentOf),
    dial: null,
    person: { circumstance: row.circumstance ?? 'unknown', representatives: row.representatives ?? [] },
    limits: limitsOf(row, now),
    subjectKey:
      row.wrapped === null ? null : { wrapped: row.wrapped, epoch: row.epoch, placeVersion: row.place_version },
    epoch: row.current_epoch,
    idempotency:
      row.body_hmac === null
        ? null
        : {
            bodyHmac: row.body_hmac,
            call: row.earlier_call,
            state: row.earlier_state,
            conversation: row.earlier_conversation,
            subject: row.earlier_subject,
            sealed: row.earlier_answer,
          },
  }
}

function systemOf(row: Json): SystemFacts & SystemRow {
  return {
    id: row.system_id as string,
    mode: row.mode as SystemFacts['mode'],
    observeUntil: dateOf(row.observe_until),
    observeSignedBy: row.observe_signed_by as string[],
    disclosure: row.disclosure as SystemFacts['disclosure'],
    emotionInference: row.emotion_inference as SystemFacts['emotionInference'],
    biometricCategorisation: row.biometric_categorisation as boolean,
    prohibited: row.prohibited as SystemFacts['prohibited'],
    channel: row.channel as Channel,
    language: row.language as string,
    purposes: row.purposes as string[],
    toolsWithOriginals: row.tools_with_originals as string[] | null,
    allowedContent: row.allowed_content as string[],
    decisionClass: row.decision_class as DecisionClass,
    decisions: row.decisions as DecisionRules | null,
  }
}

function standingOf(row: Json): Standing {
  const at = (value: unknown) => dateOf(value)?.toISOString() ?? null
  return {
    system: row.system_id as string,
    version: row.version_id as string,
    gate: {
      state: row.gate as Standing['gate']['state'],
      record: row.gate_record as string | null,
      validUntil: at(row.gate_valid_until),
    },
    oversight: {
      state: row.oversight as Standing['oversight']['state'],
      record: row.oversight_record as string | null,
      validUntil: at(row.oversight_valid_until),
    },
    stop:
      row.stopped_at === null
        ? null
        : {
            at: at(row.stopped_at)!,
            record: (row.stop_record as string | null) ?? '',
            reason: (row.stop_reason as string | null) ?? 'other',
          },
  }
}

function upstreamOf(row: Json): Upstream {
  return {
    id: row.upstream_id as string,
    builtin: row.builtin as Upstream['builtin'],
    baseUrl: row.base_url as string | null,
    keyRef: row.key_ref as string | null,
    provider: row.provider as Upstream['provider'],
    options: row.options as UpstreamOptions,
  }
}

function purposeOf(row: Json): Purpose {
  const optional = {
    specialBasis: row.special_basis,
    reasoning: row.reasoning,
    signedBy: row.signed_by,
    signedAt: row.signed_at,
    consequenceOfNo: row.consequence_of_no,
    prohibited: row.prohibited,
    upstreams: row.upstreams,
  }
  return {
    id: row.purpose_id,
    client: row.client_id,
    name: row.name,
    basis: row.basis,
    dataKinds: row.data_kinds,
    retentionDays: row.retention_days,
    objectable: row.objectable,
    ...(row.kind === 'telemarketing' ? { kind: row.kind } : {}),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null && value !== undefined)),
  } as Purpose
}

/** A row of `consent_event` as JSON. */
export function consentOf(row: Json): ConsentEvent {
  return {
    id: row.event_id,
    subject: row.subject_id,
    purpose: row.purpose_id,
    system: row.system_id,
    state: row.state,
    at: row.at,
    wording: row.wording,
    by: row.by_whom,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }),
    ...(row.outdated === true ? { outdated: true } : {}),
    ...(typeof row.number_hmac === 'string' ? { number: row.number_hmac.replace(/^\\x/, '') } : {}),
  } as ConsentEvent
}

function conversationOf(row: FactsRow, id: string): LoadedConversation {
  return {
    id,
    subject: row.subject_id,
    subjectKind: row.subject_kind ?? 'anonymous',
    erased: row.erased_at !== null,
    state: row.state,
    system: row.conversation_system,
    channel: row.channel,
    language: row.language,
    turnCount: row.turn_count,
    messagesSeen: row.messages_seen,
    messagesHmac: row.messages_hmac,
    disclosedAt: row.disclosed_at,
    disclosureRecord: row.disclosure_record,
    secondNotices: row.second_notices ?? [],
    heldSince: row.held_at,
    pseudonyms: row.pseudonyms === null ? null : { version: row.pseudonym_version!, sealed: row.pseudonyms },
  }
}

function limitsOf({ system, minute_calls: minute, open_calls: open }: FactsRow, now: Date): LimitUse[] {
  const limits = (system?.limits ?? {}) as { callsPerMinute?: number; openCalls?: number }
  const later = (ms: number) => new Date(now.getTime() + ms)
  return [
    ...(limits.callsPerMinute === undefined
      ? []
      : [
          {
            limit: 'callsPerMinute',
            value: minute ?? 0,
            maximum: limits.callsPerMinute,
            freeAt: later(60_000),
          } as const,
        ]),
    ...(limits.openCalls === undefined
      ? []
      : [{ limit: 'openCalls', value: open ?? 0, maximum: limits.openCalls, freeAt: later(5_000) } as const]),
  ]
}

const dateOf = (value: unknown): Date | null => (typeof value === 'string' ? new Date(value) : null)
