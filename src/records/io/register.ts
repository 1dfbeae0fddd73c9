/** Reads what is on record of the organisation, in the terms of the organisation file. */
import { listKeys, loadStaff } from '../../access/index.ts'
import { isKeyValid } from '../../access/rules.ts'
import type { Tx } from '../../platform/database.ts'
import type { KeyRing } from '../../vault/index.ts'
import { loadAttributes } from '../attributes/io/store.ts'
import type {
  Bilingual,
  Channel,
  ClientProfile,
  DecisionRules,
  EmotionInference,
  LawfulBasis,
  PurposeTerms,
  VersionExplainer,
} from '../contract.ts'
import type { GatePolicies } from '../gate-condition-contract.ts'
import type { Notice } from '../notice.ts'
import type { Prohibited, Provider, UpstreamOptions } from '../organisation.ts'
import type {
  Register,
  RegisterConsent,
  RegisterPerson,
  RegisterProcessor,
  RegisterPurpose,
  RegisterRepresentative,
  RegisterSubject,
  RegisterSystem,
  RegisterVersion,
  Remembered,
} from '../register.ts'
import { loadGates, loadStops } from '../store.ts'
import { tenantOf } from './event.ts'
import { loadGateResults } from './gate-conditions.ts'
import { findSubjects, type SubjectReference } from './subjects.ts'

/** Everything in scope; of data subjects only those that `references` lead to, since a reference cannot be read back. */
export async function loadRegister(
  tx: Tx,
  ring: KeyRing,
  references: readonly SubjectReference[],
  now: Date,
): Promise<Register> {
  const tenant = await tx.query<{ id: string; name: string }>(
    'select tenant_id as id, name from tenant where tenant_id = $1',
    [tenantOf(tx)],
  )
  const people = await loadPeople(tx)
  const idOf = new Map(people.map((person) => [person.person, person.id]))
  const shown = (person: string | null) => (person === null ? null : (idOf.get(person) ?? person))
  return {
    tenant: tenant.rows[0] ?? null,
    clients: (
      await tx.query<{ id: string; name: string; profile: ClientProfile }>(
        'select client_id as id, name, profile from client where tenant_id = $1 order by client_id',
        [tenantOf(tx)],
      )
    ).rows,
    upstreams: await loadUpstreams(tx),
    processors: await loadProcessors(tx),
    attributes: (await loadAttributes(tx)).map((one) => ({ ...one, signedBy: shown(one.signedBy) ?? one.signedBy })),
    notices: await loadNotices(tx),
    purposes: await loadRegisterPurposes(tx, shown),
    people,
    systems: await loadSystems(tx, shown),
    subjects: await loadSubjects(tx, ring, references),
    keys: (await listKeys(tx)).map((key) => ({ system: key.system, label: key.label, usable: isKeyValid(key, now) })),
    remembered: await loadRemembered(tx),
  }
}

async function loadPeople(tx: Tx): Promise<RegisterPerson[]> {
  const staff = await loadStaff(tx)
  const evidence = await tx.query<{ qualification_id: string; evidence: string | null }>(
    'select qualification_id, evidence from qualification where tenant_id = $1',
    [tenantOf(tx)],
  )
  const evidenceOf = new Map(evidence.rows.map((row) => [row.qualification_id, row.evidence]))
  return staff.map((person) => ({
    person: person.id,
    id: person.fileId ?? person.id,
    name: person.name,
    email: person.email,
    disabled: person.disabledAt !== null,
    roles: person.assignments.map(({ id, role, client, system, from, until }) => ({
      assignment: id,
      role,
      client,
      system,
      from,
      until,
    })),
    qualifications: person.qualifications.map(({ id, kind, attainedOn, validUntil }) => ({
      qualification: id,
      kind,
      attainedOn,
      validUntil,
      evidence: evidenceOf.get(id) ?? null,
    })),
  }))
}

async function loadUpstreams(tx: Tx): Promise<Register['upstreams']> {
  const { rows } = await tx.query<{
    upstream_id: string
    builtin: 'assistant' | 'record' | null
    base_url: string | null
    key_ref: string | null
    provider: Provider
    options: UpstreamOptions
  }>(
    'select upstream_id, builtin, base_url, key_ref, provider, options from upstream where tenant_id = $1 order by upstream_id',
    [tenantOf(tx)],
  )
  return rows.map((row) => ({
    id: row.upstream_id,
    builtin: row.builtin,
    baseUrl: row.base_url,
    keyRef: row.key_ref,
    provider: row.provider,
    options: row.options,
  }))
}

/** Every version of every question, in the order in which they were put on record. */
async function loadNotices(tx: Tx): Promise<Notice[]> {
  const { rows } = await tx.query<{
    notice_id: string
    client_id: string
    purpose_id: string
    version: string
    material: boolean
    texts: Notice['texts']
  }>(
    'select notice_id, client_id, purpose_id, version, material, texts from notice where tenant_id = $1 order by seq',
    [tenantOf(tx)],
  )
  return rows.map(({ notice_id: notice, client_id: client, purpose_id: purpose, ...row }) => ({
    notice,
    client,
    purpose,
    version: row.version,
    material: row.material,
    texts: row.texts,
  }))
}

/** Further parties that process for the organisation; by the name that the file gives them. */
export async function loadProcessors(tx: Tx): Promise<RegisterProcessor[]> {
  const { rows } = await tx.query<{
    processor_id: string
    client_id: string | null
    name: string
    task: Bilingual
    terms: RegisterProcessor['terms']
  }>('select processor_id, client_id, name, task, terms from processor where tenant_id = $1 order by processor_id', [
    tenantOf(tx),
  ])
  return rows.map(({ processor_id: id, client_id: client, name, task, terms }) => ({ id, client, name, task, terms }))
}

type PurposeRow = {
  client_id: string
  purpose_id: string
  name: Bilingual
  basis: LawfulBasis
  special_basis: string | null
  reasoning: Bilingual | null
  signed_by: string | null
  signed_at: Date | null
  data_kinds: Bilingual
  retention_days: number
  terms: PurposeTerms
  kind: RegisterPurpose['kind']
  about: RegisterPurpose['about']
  staff: RegisterPurpose['staff']
  processing: RegisterPurpose['processing'] | null
  upstreams: string[] | null
  processors: string[] | null
  consequence_of_no: Bilingual | null
  objectable: boolean
  prohibited: Prohibited | null
}

async function loadRegisterPurposes(
  tx: Tx,
  shown: (person: string | null) => string | null,
): Promise<Register['purposes']> {
  const { rows } = await tx.query<PurposeRow>(
    'select * from purpose where tenant_id = $1 order by client_id, purpose_id',
    [tenantOf(tx)],
  )
  return rows.map((row) => ({
    id: row.purpose_id,
    client: row.client_id,
    name: row.name,
    basis: row.basis,
    specialBasis: row.special_basis,
    reasoning: row.reasoning,
    signedBy: shown(row.signed_by),
    signedAt: row.signed_at,
    dataKinds: row.data_kinds,
    retentionDays: row.retention_days,
    terms: row.terms,
    kind: row.kind,
    about: row.about,
    staff: row.staff,
    processing: row.processing ?? {},
    upstreams: row.upstreams,
    processors: row.processors,
    consequenceOfNo: row.consequence_of_no,
    objectable: row.objectable,
    prohibited: row.prohibited,
  }))
}

type SystemRow = {
  client_id: string
  system_id: string
  name: Bilingual
  description: Bilingual
  kind: string
  decision_class: string
  owner_id: string | null
  channel: Channel
  language: string
  purposes: string[]
  upstream_id: string
  disclosure: string
  emotion_inference: EmotionInference
  biometric_categorisation: boolean
  mode: 'enforce' | 'observe'
  observe_until: Date | null
  observe_signed_by: string[]
  tools_with_originals: string[] | null
  allowed_content: string[]
  limits: Record<string, number>
  prohibited: Prohibited | null
  decisions: DecisionRules | null
  gate_policies: GatePolicies
}

async function loadSystems(tx: Tx, shown: (person: string | null) => string | null): Promise<RegisterSystem[]> {
  const { rows } = await tx.query<SystemRow>('select * from ai_system where tenant_id = $1 order by system_id', [
    tenantOf(tx),
  ])
  const versions = Map.groupBy(await loadVersions(tx), (version) => version.system)
  const gates = Map.groupBy(await loadGates(tx), (gate) => gate.system)
  const stops = await loadStops(tx)
  const results = Map.groupBy(await loadGateResults(tx), (result) => result.system)
  return rows.map((row) => ({
    id: row.system_id,
    client: row.client_id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    decisionClass: row.decision_class,
    owner: shown(row.owner_id),
    channel: row.channel,
    language: row.language,
    purposes: row.purposes,
    upstream: row.upstream_id,
    disclosure: row.disclosure,
    emotionInference: row.emotion_inference,
    biometricCategorisation: row.biometric_categorisation,
    mode: row.mode,
    observeUntil: row.observe_until,
    observeSignedBy: row.observe_signed_by.map((person) => shown(person) ?? person),
    toolsWithOriginals: row.tools_with_originals,
    allowedContent: row.allowed_content,
    limits: row.limits,
    prohibited: row.prohibited,
    decisions: row.decisions,
    gatePolicies: row.gate_policies,
    gateResults: results.get(row.system_id) ?? [],
    versions: (versions.get(row.system_id) ?? []).map(({ system: _, ...version }) => version),
    gates: (gates.get(row.system_id) ?? []).map(({ id, by, ...gate }) => ({ ...gate, gate: id, by: shown(by) ?? by })),
    stops: stops
      .filter((stop) => stop.client === row.client_id && (stop.system === null || stop.system === row.system_id))
      .map(({ id, client, system, by, at, reason, note, resumedAt }) => ({
        stop: id,
        client,
        system,
        by: shown(by) ?? by,
        at,
        reason,
        note,
        resumedAt,
      })),
  }))
}

async function loadVersions(tx: Tx): Promise<(RegisterVersion & { readonly system: string })[]> {
  const { rows } = await tx.query<{
    system_id: string
    version_id: string
    model: string
    prompt: string
    knowledge: string
    settings: Record<string, unknown>
    version_hash: string
    is_current: boolean
    explainer: VersionExplainer | null
  }>(
    'select system_id, version_id, model, prompt, knowledge, settings, version_hash, is_current, explainer from system_version where tenant_id = $1 order by system_id, created_at, version_id',
    [tenantOf(tx)],
  )
  return rows.map((row) => ({
    system: row.system_id,
    id: row.version_id,
    model: row.model,
    prompt: row.prompt,
    knowledge: row.knowledge,
    settings: row.settings,
    hash: row.version_hash,
    current: row.is_current,
    explainer: row.explainer,
  }))
}

/** The subjects that these references lead to, with their answers in the order in which they were recorded. */
export async function loadSubjects(
  tx: Tx,
  ring: KeyRing,
  references: readonly SubjectReference[],
): Promise<RegisterSubject[]> {
  const found = await findSubjects(tx, ring, references)
  const ids = found.flatMap((subject) => (subject === undefined ? [] : [subject.id]))
  const { rows } = await tx.query<{
    event_id: string
    subject_id: string
    purpose_id: string
    system_id: string | null
    state: string
    at: Date
    expires_at: Date | null
    by_whom: string
    conversation_id: string | null
  }>(
    'select event_id, subject_id, purpose_id, system_id, state, at, expires_at, by_whom, conversation_id from consent_event where tenant_id = $1 and subject_id = any($2) order by seq',
    [tenantOf(tx), ids],
  )
  const consents = Map.groupBy(rows, (row) => row.subject_id)
  const { rows: speaking } = await tx.query<RegisterRepresentative & { readonly subject: string }>(
    `select subject_id as subject, representative_id as representative, kind, relation, purposes, valid_until as "validUntil", ended_at is not null as ended
     from representative where tenant_id = $1 and subject_id = any($2) order by recorded_at, representative_id`,
    [tenantOf(tx), ids],
  )
  const representatives = Map.groupBy(speaking, ({ subject }) => subject)
  return references.flatMap(({ client, reference }, n) => {
    const subject = found[n]
    if (subject === undefined) return []
    const { id, language, circumstance } = subject
    return [
      {
        subject: id,
        client,
        reference,
        language,
        circumstance,
        representatives: representatives.get(id) ?? [],
        consents: (consents.get(id) ?? []).map(consentFrom),
      },
    ]
  })
}

function consentFrom(row: {
  event_id: string
  purpose_id: string
  system_id: string | null
  state: string
  at: Date
  expires_at: Date | null
  by_whom: string
  conversation_id: string | null
}): RegisterConsent {
  return {
    event: row.event_id,
    purpose: row.purpose_id,
    system: row.system_id,
    state: row.state,
    at: row.at,
    expiresAt: row.expires_at,
    by: row.by_whom,
    conversation: row.conversation_id,
  }
}

async function loadRemembered(tx: Tx): Promise<Remembered> {
  const { rows } = await tx.query<{ file_key: string; record_id: string | null; times: Record<string, string> }>(
    'select file_key, record_id, times from applied_record where tenant_id = $1',
    [tenantOf(tx)],
  )
  return Object.fromEntries(
    rows.map((row) => [
      row.file_key,
      { ...(row.record_id === null ? {} : { record: row.record_id }), times: row.times },
    ]),
  )
}
