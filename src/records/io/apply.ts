/** Writes an organisation file in one transaction: everything of it, or nothing. */
import {
  type Act,
  addPerson,
  assignRole,
  changePerson,
  createKey,
  endQualification,
  endRole,
  recordQualification,
} from '../../access/index.ts'
import { dayOf } from '../../access/rules.ts'
import type { Tx } from '../../platform/database.ts'
import type { Language } from '../../platform/text.ts'
import type { KeyRing } from '../../vault/index.ts'
import { planChanges } from '../apply.ts'
import { declareAttribute } from '../attributes/io/store.ts'
import { type Change, type ChangeKind, type FileKey, fileKey, type Plan, rememberedFor } from '../change.ts'
import type { Channel, DisclosureWording, OwnDisclosures, stopReasons } from '../contract.ts'
import type { Notice } from '../notice.ts'
import type {
  Organisation,
  WantedClient,
  WantedProcessor,
  WantedPurpose,
  WantedRepresentative,
  WantedSystem,
  WantedUpstream,
  WantedVersion,
  Written,
} from '../organisation.ts'
import { type Problem, problem } from '../organisation-problem.ts'
import { emptyRegister } from '../register.ts'
import { oversightChanged, rewriteStanding } from '../store.ts'
import { versionHash } from '../version-hash.ts'
import { recordEvent, tenantOf } from './event.ts'
import { type CheckExplainer, explainerProblems, storeExplainerFiles } from './explainers.ts'
import { loadRegister } from './register.ts'
import { addSubjects, findSubjects } from './subjects.ts'

export type ConsentGiven = {
  readonly client: string
  readonly subject: string
  readonly purpose: string
  /** null: every system of the client. */
  readonly system: string | null
  readonly state: 'asked' | 'given' | 'refused' | 'withdrawn' | 'objected' | 'objection_lifted'
  readonly at: Date
  readonly expiresAt: Date | null
  readonly by: 'customer' | 'representative' | 'staff'
  readonly channel: Channel
  readonly language: string
}

export type Representing = Omit<WantedRepresentative, 'validUntil' | 'path'> & {
  readonly client: string
  readonly subject: string
  readonly validUntil: Date | null
}

/** Rules of higher folders that applying needs; `cli/` and `main.ts` pass them. */
export type ApplyDeps = {
  readonly ring: KeyRing
  /** From transparency. */
  readonly checkExplainer: CheckExplainer
  /** What keeps a client's own words for disclosures from being used. From transparency. */
  readonly checkWordings: (client: WantedClient, organisation: string) => readonly WordingProblem[]
  /** Puts the words that a client now has on record, with an entry for each that changed. From transparency. */
  readonly recordWordings: (
    tx: Tx,
    words: { readonly client: string; readonly own: OwnDisclosures | undefined },
    act: Act,
  ) => Promise<void>
  /** Makes the notices for customers again from what the register now says. From transparency. */
  readonly renewNotices: (tx: Tx, ring: KeyRing, act: Act) => Promise<unknown>
  /** Records the event and its ledger entry; returns the event's id. From privacy. */
  readonly recordConsent: (tx: Tx, consent: ConsentGiven, act: Act) => Promise<string>
  /** Records who may speak for a subject, and its entry; returns its id. From privacy. */
  readonly recordRepresentative: (tx: Tx, ring: KeyRing, given: Representing, act: Act) => Promise<string>
  /** Records the decision and its entry and rewrites the standing; returns its id. From assessments. */
  readonly decideGate: (
    tx: Tx,
    gate: {
      readonly system: string
      readonly version: string
      readonly decision: 'approve' | 'conditional' | 'reject'
      readonly by: string
      readonly reasons: Written
      readonly conditions: Written | null
      readonly despite: Written | null
      readonly at: Date
      readonly validUntil: Date
    },
    act: Act,
  ) => Promise<string>
  /** Records the order and its entry and rewrites the standing; returns its id. From accountability. */
  readonly stopSystem: (
    tx: Tx,
    stop: {
      readonly system: string
      readonly reason: (typeof stopReasons)[number]
      readonly note: string | null
      readonly by: string
      readonly at: Date
    },
    act: Act,
  ) => Promise<string>
}

/** One wording in one language, and what is wrong with it in both. */
export type WordingProblem = {
  readonly wording: DisclosureWording
  readonly language: Language
  readonly text: { readonly nl: string; readonly en: string }
}

/** A key exists in this answer and with whoever reads it, nowhere else. */
export type NewSystemKey = { readonly system: string; readonly label: string; readonly key: string }
export type Applied = { readonly plan: Plan; readonly keys: readonly NewSystemKey[] }

/** The file asks for something that cannot be; nothing was changed. */
export class OrganisationRefused extends Error {
  override readonly name = 'OrganisationRefused'
  readonly code = 'organisation_refused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(`${problems.length} problems`)
    this.problems = problems
  }
}

/**
 * Applies a file that was read. Two processes that apply at once: the later waits for the earlier and then finds
 * nothing left to do. `sha256` names the file in the record. Errors: `OrganisationRefused`.
 */
export async function applyOrganisation(
  tx: Tx,
  deps: ApplyDeps,
  { organisation, sha256 }: { readonly organisation: Organisation; readonly sha256: string },
  act: Act,
): Promise<Applied> {
  const isNew = await lockTenant(tx, organisation, act)
  const register = await loadRegister(tx, deps.ring, organisation.subjects, act.now)
  const planned = planChanges(isNew ? { ...register, tenant: null } : register, organisation, act.now)
  if ('problems' in planned) throw new OrganisationRefused(planned.problems)
  await refuseUnfit(tx, deps, organisation)
  const { plan } = planned
  if (plan.changes.length === 0) return { plan, keys: [] }
  const keys = await write(tx, deps, plan, act)
  await deps.renewNotices(tx, deps.ring, act)
  const { counts, added, changed } = countsOf(plan)
  await recordEvent(tx, act, { type: 'organisation.applied', refs: {}, body: { sha256, added, changed, counts } })
  await tx.query(
    `insert into organisation_file (tenant_id, applied_at, applied_by, sha256) values ($1, $2, $3, $4)
     on conflict (tenant_id) do update set applied_at = excluded.applied_at, applied_by = excluded.applied_by, sha256 = excluded.sha256`,
    [tenantOf(tx), act.now, tx.scope.actor.id, sha256],
  )
  return { plan, keys }
}

/** What applying would do; for a transaction that only reads. Errors: `OrganisationRefused`. */
export async function previewOrganisation(
  tx: Tx,
  { ring, ...checks }: Pick<ApplyDeps, 'ring' | 'checkExplainer' | 'checkWordings'>,
  organisation: Organisation,
  now: Date,
): Promise<Plan> {
  const known = await tx.query('select 1 from tenant where tenant_id = $1', [tenantOf(tx)])
  const register = known.rowCount === 0 ? emptyRegister : await loadRegister(tx, ring, organisation.subjects, now)
  const planned = planChanges(register, organisation, now)
  if ('problems' in planned) throw new OrganisationRefused(planned.problems)
  await refuseUnfit(tx, checks, organisation)
  return planned.plan
}

async function refuseUnfit(
  tx: Tx,
  { checkExplainer, checkWordings }: Pick<ApplyDeps, 'checkExplainer' | 'checkWordings'>,
  organisation: Organisation,
) {
  const problems = [
    ...organisation.clients.flatMap((client) =>
      checkWordings(client, organisation.tenant.name).map(({ wording, language, text }) =>
        problem('wording_incomplete', [...client.path, 'disclosures', wording, language], {
          'problem.nl': text.nl,
          'problem.en': text.en,
        }),
      ),
    ),
    ...(await explainerProblems(tx, checkExplainer, organisation)),
  ]
  if (problems.length > 0) throw new OrganisationRefused(problems)
}

/** True when the organisation is new; either way its row is locked until the transaction ends. */
async function lockTenant(tx: Tx, { tenant }: Organisation, { now }: Act): Promise<boolean> {
  if (tenant.id !== tenantOf(tx)) throw new Error('the scope is of another organisation than the file')
  const { rowCount } = await tx.query(
    'insert into tenant (tenant_id, name, created_at) values ($1, $2, $3) on conflict do nothing',
    [tenant.id, tenant.name, now],
  )
  if (rowCount === 0) await tx.query('select 1 from tenant where tenant_id = $1 for update', [tenant.id])
  return rowCount === 1
}

function countsOf(plan: Plan) {
  const counts: Partial<Record<ChangeKind, number>> = {}
  for (const change of plan.changes) counts[change.kind] = (counts[change.kind] ?? 0) + 1
  const added = plan.changes.filter((change) => change.op === 'add').length
  return { counts: counts as Record<string, number>, added, changed: plan.changes.length - added }
}

// -- writing --------------------------------------------------------------------------------------------------------

type Writing = {
  readonly tx: Tx
  readonly deps: ApplyDeps
  readonly act: Act
  /** File id to random id. */
  readonly people: Map<string, string>
  /** Client and reference to random id. */
  readonly subjects: Map<string, string>
  readonly touched: Set<string>
  readonly keys: NewSystemKey[]
}

async function write(tx: Tx, deps: ApplyDeps, plan: Plan, act: Act): Promise<NewSystemKey[]> {
  const writing: Writing = {
    tx,
    deps,
    act,
    people: await peopleByFile(tx),
    subjects: new Map(),
    touched: new Set(),
    keys: [],
  }
  const subjectsFrom = plan.changes.findIndex(
    ({ kind }) => kind === 'subject' || kind === 'representative' || kind === 'consent',
  )
  for (const [n, change] of plan.changes.entries()) {
    // Everything a subject refers to is written by then.
    if (n === subjectsFrom) await writeSubjects(writing, plan.changes)
    const record = await writeChange(writing, change)
    if (change.remember !== undefined) await remember(writing, change, record)
  }
  await rewriteStanding(tx, [...writing.touched], act.now)
  return writing.keys
}

async function peopleByFile(tx: Tx): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ person_id: string; file_id: string | null }>(
    'select person_id, file_id from person where tenant_id = $1',
    [tenantOf(tx)],
  )
  return new Map(rows.map((row) => [row.file_id ?? row.person_id, row.person_id]))
}

/** Writes one change; returns the id of the record that a line of the file is remembered by, if it has one. */
async function writeChange(writing: Writing, change: Change): Promise<string | null> {
  const { tx, deps, act } = writing
  const person = (id: string): string => writing.people.get(id) ?? id
  switch (change.kind) {
    case 'tenant':
      if (change.op === 'change') {
        await tx.query('update tenant set name = $2 where tenant_id = $1', [tenantOf(tx), change.wanted.name])
        await recordEvent(tx, act, { type: 'organisation.changed', refs: {}, body: { fields: change.fields } })
      }
      return null
    case 'client':
      await tx.query(
        `insert into client (tenant_id, client_id, name, profile, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, client_id) do update set name = excluded.name, profile = excluded.profile, updated_at = excluded.updated_at`,
        [tenantOf(tx), change.wanted.id, change.wanted.name, JSON.stringify(change.wanted.profile), act.now],
      )
      await recordEvent(tx, act, {
        type: change.op === 'add' ? 'client.registered' : 'client.changed',
        client: change.wanted.id,
        refs: {},
        body: { fields: change.fields },
      })
      await deps.recordWordings(tx, { client: change.wanted.id, own: change.wanted.profile.disclosures }, act)
      return null
    case 'upstream':
      await writeUpstream(writing, change.op, change.fields, change.wanted)
      return null
    case 'notice':
      await registerNotice(tx, change.wanted, act)
      return null
    case 'processor':
      await writeProcessor(writing, change.op, change.fields, change.wanted)
      return null
    case 'attribute': {
      const { id, client, statement, signedBy, signedAt, endsAt } = change.wanted
      await declareAttribute(
        tx,
        deps.ring,
        { id, client, statement, signedBy: person(signedBy), signedAt: signedAt.at, endsAt: endsAt?.at ?? null },
        act,
      )
      return null
    }
    case 'person': {
      if (change.current === null) {
        const { id, name, email } = change.wanted
        writing.people.set(id, await addPerson(tx, { name, email, fileId: id }, act))
      } else await changePerson(tx, change.current.person, change.wanted, act)
      return null
    }
    case 'qualification': {
      const { kind, attainedOn, validUntil, evidence } = change.wanted
      const id = await recordQualification(
        tx,
        { person: person(change.person), kind, attainedOn: dayOf(attainedOn.at), validUntil: validUntil.at, evidence },
        act,
      )
      for (const qualification of change.ends) await endIfRunning(writing, person(change.person), qualification)
      await oversightChanged(tx, { person: person(change.person), system: null }, act)
      return id
    }
    case 'role':
    case 'overseer': {
      const { from, until } = change.wanted
      const about =
        change.kind === 'role'
          ? {
              person: person(change.person),
              role: change.wanted.role,
              client: change.wanted.client,
              system: change.wanted.system,
            }
          : { person: person(change.wanted.person), role: 'overseer' as const, client: null, system: change.system }
      const id = await assignRole(tx, { ...about, from: from?.at ?? act.now, until: until?.at ?? null }, act)
      for (const assignment of change.ends) await endRole(tx, { person: about.person, assignment }, act)
      if (about.system !== null) writing.touched.add(about.system)
      return id
    }
    case 'purpose':
      await writePurpose(writing, change.op, change.fields, change.wanted)
      return null
    case 'system':
      await writeSystem(writing, change.op, change.fields, change.wanted)
      return null
    case 'version':
      await writeVersion(writing, change.op, change.system, change.wanted)
      return null
    case 'gate': {
      const { version, decision, by, reasons, conditions, despite, at, validUntil } = change.wanted
      return deps.decideGate(
        tx,
        {
          system: change.system,
          version,
          decision,
          by: person(by),
          reasons,
          conditions,
          despite,
          at: at.at,
          validUntil: validUntil.at,
        },
        act,
      )
    }
    case 'stop': {
      const { reason, note, by, at } = change.wanted
      return deps.stopSystem(tx, { system: change.system, reason, note, by: person(by), at: at?.at ?? act.now }, act)
    }
    case 'subject':
      return null
    case 'representative': {
      const { path: _, validUntil, ...given } = change.wanted
      const { client } = change.subject
      const subject = writing.subjects.get(subjectKey(change.subject))
      if (subject === undefined) throw new Error('the subject of a representative was not written')
      return deps.recordRepresentative(
        tx,
        deps.ring,
        { ...given, client, subject, validUntil: validUntil?.at ?? null },
        act,
      )
    }
    case 'consent': {
      const { purpose, system, state, at, expiresAt, by, channel, language } = change.wanted
      const subject = writing.subjects.get(subjectKey(change.subject))
      if (subject === undefined) throw new Error('the subject of a consent was not written')
      return deps.recordConsent(
        tx,
        {
          client: change.subject.client,
          subject,
          purpose,
          system,
          state,
          at: at?.at ?? act.now,
          expiresAt: expiresAt?.at ?? null,
          by,
          channel,
          language,
        },
        act,
      )
    }
    case 'key': {
      const { system, label } = change.wanted
      const { key } = await createKey(tx, { system, label }, act)
      writing.keys.push({ system, label, key })
      return null
    }
    default:
      return unreachable(change)
  }
}

function unreachable(value: never): never {
  throw new Error(`not a change: ${JSON.stringify(value)}`)
}

async function endIfRunning({ tx, act }: Writing, person: string, qualification: string): Promise<void> {
  const { rowCount } = await tx.query(
    'select 1 from qualification where tenant_id = $1 and qualification_id = $2 and valid_until > $3',
    [tenantOf(tx), qualification, act.now],
  )
  if (rowCount === 1) await endQualification(tx, { person, qualification }, act)
}

async function writeUpstream(
  { tx, act }: Writing,
  op: Change['op'],
  fields: readonly string[],
  wanted: WantedUpstream,
): Promise<void> {
  await tx.query(
    `insert into upstream (tenant_id, upstream_id, builtin, base_url, key_ref, provider, options, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, upstream_id) do update set builtin = excluded.builtin, base_url = excluded.base_url, key_ref = excluded.key_ref,
       provider = excluded.provider, options = excluded.options, updated_at = excluded.updated_at`,
    [
      tenantOf(tx),
      wanted.id,
      wanted.builtin,
      wanted.baseUrl,
      wanted.keyRef,
      JSON.stringify(wanted.provider),
      JSON.stringify(wanted.options),
      act.now,
    ],
  )
  await recordEvent(tx, act, {
    type: op === 'add' ? 'upstream.registered' : 'upstream.changed',
    refs: { upstream: wanted.id },
    body: { fields, provider: wanted.provider.name },
  })
}

/**
 * Puts a version of a question on record; one that is there already stays as it is. Returns whether it was new.
 */
export async function registerNotice(
  tx: Tx,
  { notice, client, purpose, version, material, texts }: Notice,
  act: Act,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into notice (tenant_id, client_id, notice_id, version, purpose_id, material, texts, registered_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict do nothing`,
    [tenantOf(tx), client, notice, version, purpose, material, JSON.stringify(texts), act.now],
  )
  if (rowCount === 0) return false
  await recordEvent(tx, act, {
    type: 'notice.registered',
    client,
    refs: { notice, purpose },
    body: {
      version,
      material,
      texts: texts.map(({ language, channel, sha256 }) => ({ language, channel, sha256 })),
    },
  })
  return true
}

async function writeProcessor(
  { tx, act }: Writing,
  op: Change['op'],
  fields: readonly string[],
  { id, client, name, task, terms }: WantedProcessor,
): Promise<void> {
  await tx.query(
    `insert into processor (tenant_id, processor_id, client_id, name, task, terms, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, processor_id) do update set client_id = excluded.client_id, name = excluded.name, task = excluded.task,
       terms = excluded.terms, updated_at = excluded.updated_at`,
    [tenantOf(tx), id, client, name, JSON.stringify(task), JSON.stringify(terms), act.now],
  )
  await recordEvent(tx, act, {
    type: op === 'add' ? 'processor.registered' : 'processor.changed',
    ...(client === null ? {} : { client }),
    refs: { processor: id },
    body: { fields, name },
  })
}

async function writePurpose(
  { tx, act, people }: Writing,
  op: Change['op'],
  fields: readonly string[],
  wanted: WantedPurpose,
): Promise<void> {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  // A relative time that was not touched keeps the moment that it became when it was first applied.
  const keepSigned = op === 'change' && !fields.includes('signedAt')
  await tx.query(
    `insert into purpose (tenant_id, client_id, purpose_id, name, basis, special_basis, reasoning, signed_by, signed_at, data_kinds, retention_days, consequence_of_no, objectable, prohibited, updated_at, terms, kind, about, staff, processing, upstreams, processors)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17, $18, $19, $20, $21, $22, $23)
     on conflict (tenant_id, client_id, purpose_id) do update set name = excluded.name, basis = excluded.basis, special_basis = excluded.special_basis, reasoning = excluded.reasoning,
       signed_by = excluded.signed_by, signed_at = case when $16 then purpose.signed_at else excluded.signed_at end, data_kinds = excluded.data_kinds, retention_days = excluded.retention_days,
       consequence_of_no = excluded.consequence_of_no, objectable = excluded.objectable, prohibited = excluded.prohibited, updated_at = excluded.updated_at, terms = excluded.terms,
       kind = excluded.kind, about = excluded.about, staff = excluded.staff, processing = excluded.processing,
       upstreams = excluded.upstreams, processors = excluded.processors`,
    [
      tenantOf(tx),
      wanted.client,
      wanted.id,
      json(wanted.name),
      wanted.basis,
      wanted.specialBasis,
      json(wanted.reasoning),
      wanted.signedBy === null ? null : (people.get(wanted.signedBy) ?? wanted.signedBy),
      wanted.signedAt?.at ?? null,
      json(wanted.dataKinds),
      wanted.retentionDays,
      json(wanted.consequenceOfNo),
      wanted.objectable,
      json(wanted.prohibited),
      act.now,
      keepSigned,
      JSON.stringify(wanted.terms),
      wanted.kind,
      wanted.about,
      json(wanted.staff),
      JSON.stringify(wanted.processing),
      wanted.upstreams,
      wanted.processors,
    ],
  )
  await recordEvent(tx, act, {
    type: op === 'add' ? 'purpose.registered' : 'purpose.changed',
    client: wanted.client,
    refs: { purpose: wanted.id },
    body: { basis: wanted.basis, fields },
  })
}

async function writeSystem(
  { tx, act, people, touched }: Writing,
  op: Change['op'],
  fields: readonly string[],
  wanted: WantedSystem,
): Promise<void> {
  const person = (id: string) => people.get(id) ?? id
  const keepUntil = op === 'change' && !fields.includes('observeUntil')
  await tx.query(
    `insert into ai_system (tenant_id, client_id, system_id, name, description, kind, decision_class, owner_id, channel, language, purposes, upstream_id, disclosure, mode, observe_until,
       observe_signed_by, tools_with_originals, allowed_content, limits, prohibited, updated_at, decisions, gate_policies, emotion_inference, biometric_categorisation)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $23, $24, $25, $26)
     on conflict (tenant_id, system_id) do update set name = excluded.name, description = excluded.description, kind = excluded.kind, decision_class = excluded.decision_class,
       owner_id = excluded.owner_id, channel = excluded.channel, language = excluded.language, purposes = excluded.purposes, upstream_id = excluded.upstream_id, disclosure = excluded.disclosure,
       mode = excluded.mode, observe_until = case when $22 then ai_system.observe_until else excluded.observe_until end, observe_signed_by = excluded.observe_signed_by,
       tools_with_originals = excluded.tools_with_originals, allowed_content = excluded.allowed_content, limits = excluded.limits, prohibited = excluded.prohibited, updated_at = excluded.updated_at,
       decisions = excluded.decisions, gate_policies = excluded.gate_policies,
       emotion_inference = excluded.emotion_inference, biometric_categorisation = excluded.biometric_categorisation`,
    [
      tenantOf(tx),
      wanted.client,
      wanted.id,
      JSON.stringify(wanted.name),
      JSON.stringify(wanted.description),
      wanted.kind,
      wanted.decisionClass,
      wanted.owner === null ? null : person(wanted.owner),
      wanted.channel,
      wanted.language,
      wanted.purposes,
      wanted.upstream,
      wanted.disclosure,
      wanted.mode,
      wanted.observeUntil?.at ?? null,
      wanted.observeSignedBy.map(person),
      wanted.toolsWithOriginals,
      wanted.allowedContent,
      JSON.stringify(wanted.limits),
      wanted.prohibited === null ? null : JSON.stringify(wanted.prohibited),
      act.now,
      keepUntil,
      wanted.decisions === null ? null : JSON.stringify(wanted.decisions),
      JSON.stringify(wanted.gatePolicies),
      wanted.emotionInference,
      wanted.biometricCategorisation,
    ],
  )
  touched.add(wanted.id)
  await recordEvent(tx, act, {
    type: op === 'add' ? 'system.registered' : 'system.changed',
    client: wanted.client,
    refs: { system: wanted.id, upstream: wanted.upstream },
    body: { fields, mode: wanted.mode, disclosure: wanted.disclosure, decisionClass: wanted.decisionClass },
  })
}

async function writeVersion(
  { tx, act, touched }: Writing,
  op: Change['op'],
  system: string,
  wanted: WantedVersion,
): Promise<void> {
  const hash = versionHash(wanted)
  const { rows } = await tx.query<{ client_id: string }>(
    'select client_id from ai_system where tenant_id = $1 and system_id = $2',
    [tenantOf(tx), system],
  )
  const client = rows[0]?.client_id ?? null
  const explainer = wanted.explainer === null ? null : JSON.stringify(wanted.explainer)
  if (client !== null) await storeExplainerFiles(tx, client, wanted.files, act.now)
  if (wanted.current)
    await tx.query(
      'update system_version set is_current = false where tenant_id = $1 and system_id = $2 and is_current',
      [tenantOf(tx), system],
    )
  if (op === 'add')
    await tx.query(
      `insert into system_version (tenant_id, system_id, version_id, model, prompt, knowledge, settings, version_hash, is_current, created_at, explainer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        tenantOf(tx),
        system,
        wanted.id,
        wanted.model,
        wanted.prompt,
        wanted.knowledge,
        JSON.stringify(wanted.settings),
        hash,
        wanted.current,
        act.now,
        explainer,
      ],
    )
  else
    await tx.query(
      'update system_version set is_current = $4, explainer = $5 where tenant_id = $1 and system_id = $2 and version_id = $3',
      [tenantOf(tx), system, wanted.id, wanted.current, explainer],
    )
  touched.add(system)
  await recordEvent(tx, act, {
    type: op === 'add' ? 'version.registered' : 'version.changed',
    client,
    refs: { system, version: wanted.id },
    body: { hash, current: wanted.current, ...explainedWith(wanted) },
  })
}

/** The entry says which model explains: the hash, never an address. */
function explainedWith({ explainer }: WantedVersion): { explainer?: string; explainerSha256?: string } {
  if (explainer === null) return {}
  return explainer.kind === 'model'
    ? { explainer: 'model', explainerSha256: explainer.sha256 }
    : { explainer: 'scorer' }
}

// -- data subjects --------------------------------------------------------------------------------------------------

function subjectKey({ client, reference }: { readonly client: string; readonly reference: string }): string {
  return JSON.stringify([client, reference])
}

/** All new and changed subjects at once, and the ids of those that consents are about. */
async function writeSubjects({ tx, deps, act, subjects }: Writing, changes: readonly Change[]): Promise<void> {
  const ofSubjects = changes.filter((change) => change.kind === 'subject')
  const added = ofSubjects.filter((change) => change.op === 'add').map((change) => change.wanted)
  for (let from = 0; from < added.length; from += 1_000)
    await addSubjects(tx, deps.ring, added.slice(from, from + 1_000), act)
  for (const { op, wanted, current, fields } of ofSubjects) {
    if (op !== 'change' || current === null) continue
    await tx.query(
      'update data_subject set circumstance = $3, language = $4 where tenant_id = $1 and subject_id = $2',
      [
        tenantOf(tx),
        current.subject,
        wanted.circumstance === 'unknown' ? current.circumstance : wanted.circumstance,
        wanted.language ?? current.language,
      ],
    )
    await recordEvent(tx, act, {
      type: 'subject.changed',
      client: wanted.client,
      subject: current.subject,
      refs: {},
      body: { fields },
    })
  }
  const asked = [
    ...new Map(
      changes.flatMap((change) =>
        change.kind === 'consent' || change.kind === 'representative'
          ? [[subjectKey(change.subject), change.subject] as const]
          : [],
      ),
    ).values(),
  ]
  const found = await findSubjects(tx, deps.ring, asked)
  for (const [n, subject] of asked.entries()) {
    const row = found[n]
    if (row !== undefined) subjects.set(subjectKey(subject), row.id)
  }
}

async function remember(
  { tx, subjects }: Writing,
  change: Change & { readonly remember?: { readonly key: FileKey; readonly times: Readonly<Record<string, string>> } },
  record: string | null,
): Promise<void> {
  if (change.remember === undefined) return
  const subject =
    change.kind === 'consent' || change.kind === 'representative'
      ? (subjects.get(subjectKey(change.subject)) ?? null)
      : null
  const { key, times } = subject === null ? change.remember : rememberedFor(subject, change.remember)
  await tx.query(
    `insert into applied_record (tenant_id, file_key, record_id, times, subject_id) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, file_key) do update set record_id = coalesce(excluded.record_id, applied_record.record_id), times = excluded.times`,
    [tenantOf(tx), fileKey(key), record, JSON.stringify(times), subject],
  )
}
