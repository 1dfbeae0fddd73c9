/** SQL of disclosures, purposes and the public list: rows in and out, nothing decided. */
import { append } from '../ledger/index.ts'
import type { Tx } from '../platform/database.ts'
import type { Ids } from '../platform/ids.ts'
import type { Bilingual, Channel, ClientProfile, EmotionInference, LawfulBasis, Purpose } from '../records/contract.ts'
import type { DisclosureKind } from './disclosure.ts'
import type { ListedSystem } from './public-list.ts'

/** When it happens and where ids come from. */
export type Act = { readonly now: Date; readonly ids: Ids }

// -- disclosures ----------------------------------------------------------------------------------------------------

export type NewDisclosure = {
  /** Absent: that it is AI. */
  readonly kind?: DisclosureKind
  readonly client: string
  readonly conversation: string
  readonly subject: string
  readonly system: string | null
  /** The call whose reply began with it, when Waarborg said it itself. */
  readonly call?: string | null
  readonly source: 'injected' | 'reported'
  readonly channel: string
  readonly language: string
  /** `disclosure.chat` …, or `own` for words of the platform. */
  readonly textKey: string
  readonly textVersion: string
  /** When it was said, which may be before it is recorded. */
  readonly at: Date
}

/** What the entry is called: each says of itself what somebody was told. */
const disclosureEvents: Readonly<Record<DisclosureKind, string>> = {
  ai: 'disclosure.made',
  emotion: 'emotion.disclosed',
  biometric: 'biometrics.disclosed',
}

/**
 * Records that a customer was told it is AI, or what a system infers about them, with its entry in the same transaction. That it
 * is AI marks the conversation: the first one stays the one that counts. Returns the id of record and entry, which is one.
 */
export async function recordDisclosure(tx: Tx, given: NewDisclosure, { now, ids }: Act): Promise<string> {
  const id = ids.next()
  const { tenant } = tx.scope
  const { kind = 'ai' } = given
  await tx.query(
    `insert into disclosure_event (tenant_id, client_id, disclosure_id, conversation_id, call_id, source, channel, language, text_key, text_version, at, kind)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenant,
      given.client,
      id,
      given.conversation,
      given.call ?? null,
      given.source,
      given.channel,
      given.language,
      given.textKey,
      given.textVersion,
      given.at,
      kind,
    ],
  )
  if (kind === 'ai')
    await tx.query(
      `update conversation set disclosed_at = $3, disclosure_record = $4, updated_at = greatest(updated_at, $5)
       where tenant_id = $1 and conversation_id = $2 and disclosed_at is null`,
      [tenant, given.conversation, given.at, id, now],
    )
  await append(tx, {
    id,
    type: disclosureEvents[kind],
    at: now.toISOString(),
    actor: tx.scope.actor,
    tenant,
    client: given.client,
    subject: given.subject,
    refs: {
      disclosure: id,
      conversation: given.conversation,
      ...(given.system === null ? {} : { system: given.system }),
      ...(given.call ? { call: given.call } : {}),
    },
    body: {
      source: given.source,
      channel: given.channel,
      language: given.language,
      textKey: given.textKey,
      textVersion: given.textVersion,
      saidAt: given.at.toISOString(),
    },
  })
  return id
}

export type Organisation = {
  readonly tenant: string
  readonly organisation: string
  readonly client: string
  readonly clientName: string
  readonly profile: ClientProfile
}

/** Names and profile of a client; undefined when the scope sees none. */
export async function loadOrganisation(tx: Tx, client: string): Promise<Organisation | undefined> {
  const { rows } = await tx.query<{
    tenant_id: string
    tenant_name: string
    client_name: string
    profile: ClientProfile
  }>(
    `select tenant_id, tenant.name as tenant_name, client.name as client_name, profile from client join tenant using (tenant_id) where client_id = $1 and ($2 = '*' or tenant_id = $2) limit 2`,
    [client, tx.scope.tenant],
  )
  const [row, second] = rows
  // Two organisations with a client of one name: nobody can tell which is meant.
  if (row === undefined || second !== undefined) return undefined
  return {
    tenant: row.tenant_id,
    organisation: row.tenant_name,
    client,
    clientName: row.client_name,
    profile: row.profile,
  }
}

// -- purposes ----------------------------------------------------------------------------------------------------------

type PurposeRow = {
  purpose_id: string
  client_id: string
  name: Bilingual
  basis: LawfulBasis
  special_basis: string | null
  reasoning: Bilingual | null
  signed_by: string | null
  signed_at: Date | null
  data_kinds: Bilingual
  retention_days: number
  consequence_of_no: Bilingual | null
  objectable: boolean
  kind: 'general' | 'telemarketing'
  prohibited: { practice: string; lawRef: string } | null
}

export async function loadPurposes(tx: Tx, client: string): Promise<Purpose[]> {
  const { rows } = await tx.query<PurposeRow>(
    `select purpose_id, client_id, name, basis, special_basis, reasoning, signed_by, signed_at, data_kinds, retention_days, consequence_of_no, objectable, prohibited, kind
     from purpose where tenant_id = $1 and client_id = $2 order by purpose_id`,
    [tx.scope.tenant, client],
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
    ...(row.reasoning === null ? {} : { reasoning: row.reasoning }),
    ...(row.signed_by === null ? {} : { signedBy: row.signed_by }),
    ...(row.signed_at === null ? {} : { signedAt: row.signed_at.toISOString() }),
    ...(row.consequence_of_no === null ? {} : { consequenceOfNo: row.consequence_of_no }),
    ...(row.prohibited === null ? {} : { prohibited: row.prohibited }),
  }))
}

/** What a system must tell, and over which channel; undefined when the scope sees none. */
export async function loadDisclosing(
  tx: Tx,
  system: string,
): Promise<
  | {
      readonly channel: Channel
      readonly emotionInference: EmotionInference
      readonly biometricCategorisation: boolean
    }
  | undefined
> {
  const { rows } = await tx.query<{
    channel: Channel
    emotion_inference: EmotionInference
    biometric_categorisation: boolean
  }>(
    'select channel, emotion_inference, biometric_categorisation from ai_system where tenant_id = $1 and system_id = $2',
    [tx.scope.tenant, system],
  )
  const [row] = rows
  return (
    row && {
      channel: row.channel,
      emotionInference: row.emotion_inference,
      biometricCategorisation: row.biometric_categorisation,
    }
  )
}

/** What the purposes of one system are called. */
export async function loadPurposeNames(tx: Tx, system: string): Promise<Bilingual[]> {
  const { rows } = await tx.query<{ name: Bilingual }>(
    `select p.name from ai_system s join purpose p on p.tenant_id = s.tenant_id and p.client_id = s.client_id and p.purpose_id = any(s.purposes)
     where s.tenant_id = $1 and s.system_id = $2 order by array_position(s.purposes, p.purpose_id)`,
    [tx.scope.tenant, system],
  )
  return rows.map(({ name }) => name)
}

// -- the public list ------------------------------------------------------------------------------------------------

export async function loadListedSystems(tx: Tx, client: string): Promise<ListedSystem[]> {
  const { rows } = await tx.query<{
    system_id: string
    name: Bilingual
    description: Bilingual
    decision_class: ListedSystem['decisionClass']
    channel: string
    provider: { name: string }
    version_id: string | null
    prohibited: unknown
    gate: string | null
    gate_valid_until: Date | null
    oversight: string | null
    oversight_valid_until: Date | null
    stopped_at: Date | null
    purposes: string[]
  }>(
    `select s.system_id, s.name, s.description, s.decision_class, s.channel, u.provider, v.version_id, s.prohibited, st.gate, st.gate_valid_until, st.oversight, st.oversight_valid_until, st.stopped_at, s.purposes
     from ai_system s
     join upstream u using (tenant_id, upstream_id)
     left join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
     left join standing st on st.tenant_id = s.tenant_id and st.system_id = s.system_id and st.version_id = v.version_id
     where s.tenant_id = $1 and s.client_id = $2 order by s.name ->> 'nl', s.system_id`,
    [tx.scope.tenant, client],
  )
  return rows.map((row) => ({
    id: row.system_id,
    name: row.name,
    description: row.description,
    decisionClass: row.decision_class,
    channel: row.channel,
    provider: row.provider.name,
    version: row.version_id,
    prohibited: row.prohibited !== null,
    stopped: row.stopped_at !== null,
    gate: { passed: row.gate === 'passed', validUntil: row.gate_valid_until },
    oversight: { present: row.oversight === 'present', validUntil: row.oversight_valid_until },
    purposes: row.purposes,
  }))
}
