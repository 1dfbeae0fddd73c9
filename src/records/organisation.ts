/**
 * The organisation that a file describes, with its times worked out and its references checked. What one file cannot
 * say about itself (does the database know it otherwise?) is checked in apply.ts.
 */

import type { Role } from '../platform/http.ts'
import {
  type Bilingual,
  type Channel,
  type ClientProfile,
  isStorable,
  type LawfulBasis,
  type ProcessingRecord,
  type ProcessorTerms,
  type PurposeTerms,
  type StaffTerms,
  type stopReasons,
} from './contract.ts'
import { type Moment, readMoment, yearsLater } from './moment.ts'
import { type Notice, noticeChannels, noticeText } from './notice.ts'
import { type OrganisationFile, organisationFile, organisationJsonSchema } from './organisation-file.ts'
import { nearest, type Path, type Problem, problem, shapeProblems } from './organisation-problem.ts'
import { hasShape } from './token-shape.ts'

export type Written = string | Bilingual
export type Prohibited = { readonly practice: string; readonly lawRef: string }

export type WantedClient = {
  readonly id: string
  readonly name: string
  readonly profile: ClientProfile
  readonly path: Path
}

export type WantedPurpose = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  readonly basis: LawfulBasis
  readonly specialBasis: string | null
  readonly reasoning: Bilingual | null
  /** A person's id in the file. */
  readonly signedBy: string | null
  readonly signedAt: Moment | null
  readonly dataKinds: Bilingual
  readonly retentionDays: number
  readonly terms: PurposeTerms
  readonly kind: 'general' | 'telemarketing'
  readonly about: 'customer' | 'staff'
  readonly staff: StaffTerms | null
  readonly processing: ProcessingRecord
  readonly consequenceOfNo: Bilingual | null
  readonly objectable: boolean
  readonly prohibited: Prohibited | null
  readonly path: Path
}

export type WantedUpstream = {
  readonly id: string
  readonly builtin: 'assistant' | 'record' | null
  readonly baseUrl: string | null
  /** `env:NAME` or `file:/path`; never the key. */
  readonly keyRef: string | null
  readonly provider: Provider
  readonly options: UpstreamOptions
  /** The times in `provider.terms` as they were written. */
  readonly times: TermsTimes
  readonly path: Path
}
export type Provider = { readonly name: string; readonly region?: string; readonly terms?: string | ProcessorTerms }
/** Times of processor terms, by the name that `applied_record` keeps them under. */
export type TermsTimes = Readonly<Partial<Record<(typeof termsTimes)[number], Moment>>>
export const termsTimes = ['signedOn', 'validUntil', 'reviewedAt', 'reviewBy'] as const

export type WantedNotice = Notice & { readonly path: Path }

export type WantedProcessor = {
  readonly id: string
  readonly client: string | null
  readonly name: string
  readonly task: Bilingual
  readonly terms: ProcessorTerms
  readonly times: TermsTimes
  readonly path: Path
}
export type UpstreamOptions = {
  readonly knowledge?: string
  readonly tools?: string
  readonly file?: string
  readonly allowPrivateAddress?: true
  readonly selfHosted?: true
  readonly noStreamUsage?: true
}

export type WantedRole = {
  readonly role: Role
  readonly client: string | null
  readonly system: string | null
  readonly from: Moment | null
  readonly until: Moment | null
  readonly path: Path
}
export type WantedQualification = {
  readonly kind: string
  readonly attainedOn: Moment
  readonly validUntil: Moment
  readonly evidence: string | null
  readonly path: Path
}
export type WantedPerson = {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly roles: readonly WantedRole[]
  readonly qualifications: readonly WantedQualification[]
  readonly path: Path
}

export type WantedVersion = {
  readonly id: string
  readonly model: string
  readonly prompt: string
  readonly knowledge: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly current: boolean
  readonly path: Path
}
export type WantedGate = {
  readonly version: string
  readonly decision: 'approve' | 'conditional' | 'reject'
  readonly by: string
  readonly reasons: Written
  readonly conditions: Written | null
  readonly at: Moment
  readonly validUntil: Moment
  readonly path: Path
}
export type WantedOverseer = {
  readonly person: string
  readonly from: Moment | null
  readonly until: Moment | null
  readonly path: Path
}
export type WantedStop = {
  readonly by: string
  readonly at: Moment | null
  readonly reason: (typeof stopReasons)[number]
  readonly note: string | null
  readonly path: Path
}

export type WantedSystem = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly kind: string
  readonly decisionClass: string
  readonly owner: string | null
  readonly channel: Channel
  readonly language: string
  readonly purposes: readonly string[]
  readonly upstream: string
  readonly disclosure: string
  readonly mode: 'enforce' | 'observe'
  readonly observeUntil: Moment | null
  readonly observeSignedBy: readonly string[]
  /** null: all function tools. */
  readonly toolsWithOriginals: readonly string[] | null
  readonly allowedContent: readonly string[]
  readonly limits: Readonly<Record<string, number>>
  readonly prohibited: Prohibited | null
  readonly versions: readonly WantedVersion[]
  /** The file names no versions: the one here was made up, for a system that has none on record. */
  readonly versionsImplied: boolean
  readonly gates: readonly WantedGate[]
  readonly overseers: readonly WantedOverseer[]
  readonly stopped: WantedStop | null
  readonly path: Path
}

export type WantedConsent = {
  readonly purpose: string
  readonly system: string | null
  readonly state: 'asked' | 'given' | 'refused' | 'withdrawn' | 'objected' | 'objection_lifted'
  readonly at: Moment | null
  readonly expiresAt: Moment | null
  readonly by: 'customer' | 'representative' | 'staff'
  readonly channel: Channel
  readonly language: string
  readonly path: Path
}
export type WantedRepresentative = {
  readonly kind: 'guardian' | 'mandate'
  readonly relation: 'parent' | 'legal_guardian' | 'curator' | 'administrator' | 'mentor' | 'authorised' | 'heir'
  /** null: every purpose. */
  readonly purposes: readonly string[] | null
  readonly validUntil: Moment | null
  readonly evidence: string
  readonly path: Path
}
export type WantedSubject = {
  readonly reference: string
  readonly client: string
  readonly language: string | null
  readonly circumstance: string
  readonly representatives: readonly WantedRepresentative[]
  readonly consents: readonly WantedConsent[]
  readonly path: Path
}
export type WantedKey = { readonly system: string; readonly label: string; readonly path: Path }

export type Organisation = {
  readonly tenant: { readonly id: string; readonly name: string }
  readonly clients: readonly WantedClient[]
  readonly purposes: readonly WantedPurpose[]
  readonly notices: readonly WantedNotice[]
  readonly upstreams: readonly WantedUpstream[]
  readonly processors: readonly WantedProcessor[]
  readonly people: readonly WantedPerson[]
  readonly systems: readonly WantedSystem[]
  readonly subjects: readonly WantedSubject[]
  readonly keys: readonly WantedKey[]
}

/** How long a system may observe without enforcing. */
export const OBSERVE_DAYS = 30
/** How far ahead a gate decision may be valid. */
export const GATE_YEARS = 2

const dayMs = 86_400_000

/**
 * Reads a parsed file. `resolve` turns a path in the file into one that holds everywhere. Returns the organisation, or
 * every problem found: of the shape first; references are checked only in a file that has the shape.
 */
export function readOrganisation(
  value: unknown,
  { now, resolve }: { readonly now: Date; readonly resolve: (path: string) => string },
): { readonly organisation: Organisation } | { readonly problems: readonly Problem[] } {
  const unstorable = unstorableTexts(value, [])
  if (unstorable.length > 0) return { problems: unstorable }
  const parsed = organisationFile.safeParse(value)
  if (!parsed.success) return { problems: shapeProblems(parsed.error, value, organisationJsonSchema()) }
  const problems: Problem[] = []
  const organisation = wantedFrom(parsed.data, now, resolve, problems)
  checkIds(organisation, problems)
  return problems.length > 0 ? { problems } : { organisation }
}

/** Texts that the database cannot hold, wherever they stand. */
function unstorableTexts(value: unknown, path: Path): Problem[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [problem('text_unreadable', path)]
  if (Array.isArray(value)) return value.flatMap((one, n) => unstorableTexts(one, [...path, n]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) =>
    isStorable(name) ? unstorableTexts(one, [...path, name]) : [problem('text_unreadable', path)],
  )
}

// -- the shape, with defaults filled in ---------------------------------------------------------------------------

function wantedFrom(
  file: OrganisationFile,
  now: Date,
  resolve: (path: string) => string,
  problems: Problem[],
): Organisation {
  const at = (text: string | undefined): Moment | null => (text === undefined ? null : (readMoment(text, now) ?? null))
  const must = (text: string): Moment => readMoment(text, now)!
  return {
    tenant: file.tenant,
    clients: file.clients.map(
      ({ id, name, contact, allow, recognisers, handoff, theme, providers, regions, ...one }, n) => ({
        id,
        name,
        profile: {
          contact,
          allow,
          ...(recognisers.length === 0 ? {} : { recognisers }),
          handoff,
          ...(theme === undefined ? {} : { theme }),
          ...(one.country === undefined ? {} : { country: one.country }),
          ...(one.consentAge === undefined ? {} : { consentAge: one.consentAge }),
          ...(one.withdrawalWords === undefined ? {} : { withdrawalWords: one.withdrawalWords }),
          ...(one.telemarketing === undefined ? {} : { telemarketing: one.telemarketing }),
          ...(providers === undefined ? {} : { providers }),
          ...(regions === undefined ? {} : { regions }),
        },
        path: ['clients', n],
      }),
    ),
    purposes: file.purposes.map((one, n) => ({
      ...one,
      specialBasis: one.specialBasis ?? null,
      reasoning: one.reasoning ?? null,
      signedBy: one.signedBy ?? null,
      signedAt: at(one.signedAt),
      terms: (one.terms ?? {}) as PurposeTerms,
      staff: (one.staff ?? null) as StaffTerms | null,
      processing: one.processing as ProcessingRecord,
      consequenceOfNo: one.consequenceOfNo ?? null,
      // GDPR art. 21(1): against public task and legitimate interests, https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_21
      objectable:
        one.objectable ??
        (one.basis === 'public_task' || one.basis === 'legitimate_interests' || one.kind === 'telemarketing'),
      prohibited: one.prohibited ?? null,
      path: ['purposes', n],
    })),
    notices: file.notices.map((one, n) => ({
      notice: one.id,
      client: one.client,
      purpose: one.purpose,
      version: one.version,
      material: one.material,
      texts: noticeChannels.flatMap((channel) => {
        const words = one.texts[channel]
        return words === undefined
          ? []
          : (['nl', 'en'] as const).map((language) => noticeText(language, channel, words[language]))
      }),
      path: ['notices', n],
    })),
    upstreams: file.upstreams.map((one, n) => wantedUpstream(one, ['upstreams', n], now, resolve, problems)),
    processors: file.processors.map((one, n) => ({
      id: one.id,
      client: one.client ?? null,
      name: one.name,
      task: one.task,
      ...wantedTerms(one.terms, now),
      path: ['processors', n],
    })),
    people: file.people.map((one, n) => wantedPerson(one, ['people', n], at, must)),
    systems: file.systems.map((one, n) => wantedSystem(one, ['systems', n], now, at, must, problems)),
    subjects: file.subjects.map((one, n) => ({
      reference: one.reference,
      client: one.client,
      language: one.language ?? null,
      circumstance: one.kind,
      path: ['subjects', n],
      representatives: one.representatives.map((other, m) => ({
        kind: other.kind,
        relation: other.relation,
        purposes: other.purposes ?? null,
        validUntil: at(other.validUntil),
        evidence: other.evidence,
        path: ['subjects', n, 'representatives', m],
      })),
      consents: one.consents.map((consent, m) => ({
        ...consent,
        system: consent.system ?? null,
        at: at(consent.at),
        expiresAt: at(consent.expiresAt),
        language: consent.language ?? one.language ?? 'nl',
        path: ['subjects', n, 'consents', m],
      })),
    })),
    keys: file.keys.map((one, n) => ({ ...one, path: ['keys', n] })),
  }
}

function wantedUpstream(
  one: OrganisationFile['upstreams'][number],
  path: Path,
  now: Date,
  resolve: (path: string) => string,
  problems: Problem[],
): WantedUpstream {
  if ((one.builtin === undefined) === (one.baseUrl === undefined)) problems.push(problem('upstream_kind', path))
  for (const [field, of] of [
    ['knowledge', 'assistant'],
    ['tools', 'assistant'],
    ['file', 'record'],
  ] as const)
    if (one[field] !== undefined && one.builtin !== of) problems.push(problem('upstream_kind', [...path, field]))
  for (const field of ['apiKey', 'allowPrivateAddress', 'selfHosted', 'noStreamUsage'] as const)
    if (one[field] !== undefined && one.baseUrl === undefined) problems.push(problem('upstream_kind', [...path, field]))
  const { name, region } = one.provider
  const { terms, times } =
    typeof one.provider.terms === 'object'
      ? wantedTerms(one.provider.terms, now)
      : { terms: one.provider.terms, times: {} }
  return {
    id: one.id,
    builtin: one.builtin ?? null,
    baseUrl: one.baseUrl?.replace(/\/+$/, '') ?? null,
    keyRef:
      one.apiKey === undefined
        ? null
        : 'env' in one.apiKey
          ? `env:${one.apiKey.env}`
          : `file:${resolve(one.apiKey.file)}`,
    provider: { name, ...(region === undefined ? {} : { region }), ...(terms === undefined ? {} : { terms }) },
    options: {
      ...(one.knowledge === undefined ? {} : { knowledge: resolve(one.knowledge) }),
      ...(one.tools === undefined ? {} : { tools: resolve(one.tools) }),
      ...(one.file === undefined ? {} : { file: resolve(one.file) }),
      ...(one.allowPrivateAddress === true ? { allowPrivateAddress: true } : {}),
      ...(one.selfHosted === true ? { selfHosted: true } : {}),
      ...(one.noStreamUsage === true ? { noStreamUsage: true } : {}),
    },
    times,
    path,
  }
}

type WrittenTerms = OrganisationFile['processors'][number]['terms']

/** Terms as they are stored, and their times as they were written. */
function wantedTerms(written: WrittenTerms, now: Date): { terms: ProcessorTerms; times: TermsTimes } {
  const { agreement } = written
  const raw = {
    signedOn: agreement?.signedOn,
    validUntil: agreement?.validUntil,
    reviewedAt: written.reviewedAt,
    reviewBy: written.reviewBy,
  }
  const times = Object.fromEntries(
    Object.entries(raw).flatMap(([name, text]) => (text === undefined ? [] : [[name, readMoment(text, now)!]])),
  ) as TermsTimes
  return { terms: withTimes(written as ProcessorTerms, (name) => times[name]?.at.toISOString()), times }
}

/** The same terms with other times; a time that `timeOf` does not know is left out. */
export function withTimes(
  terms: ProcessorTerms,
  timeOf: (name: (typeof termsTimes)[number]) => string | undefined,
): ProcessorTerms {
  const { agreement, reviewedAt: _, reviewBy: __, ...rest } = terms
  const [signedOn, validUntil, reviewedAt, reviewBy] = termsTimes.map(timeOf)
  return {
    ...rest,
    ...(agreement === undefined || signedOn === undefined
      ? {}
      : {
          agreement: { reference: agreement.reference, signedOn, ...(validUntil === undefined ? {} : { validUntil }) },
        }),
    ...(reviewedAt === undefined ? {} : { reviewedAt }),
    ...(reviewBy === undefined ? {} : { reviewBy }),
  }
}

export function timesOf(terms: ProcessorTerms | string | undefined): Readonly<Record<string, string | undefined>> {
  if (typeof terms !== 'object') return {}
  return { ...terms.agreement, reviewedAt: terms.reviewedAt, reviewBy: terms.reviewBy }
}

type At = (text: string | undefined) => Moment | null
type Must = (text: string) => Moment

function wantedPerson(one: OrganisationFile['people'][number], path: Path, at: At, must: Must): WantedPerson {
  return {
    id: one.id,
    name: one.name,
    email: one.email?.trim().toLowerCase() ?? null,
    roles: one.roles.map((given, n) => ({
      role: given.role,
      client: given.client ?? null,
      system: given.system ?? null,
      from: at(given.from),
      until: at(given.until),
      path: [...path, 'roles', n],
    })),
    qualifications: one.qualifications.map((given, n) => ({
      kind: given.kind,
      attainedOn: must(given.attainedOn),
      validUntil: must(given.validUntil),
      evidence: given.evidence ?? null,
      path: [...path, 'qualifications', n],
    })),
    path,
  }
}

function wantedSystem(
  one: OrganisationFile['systems'][number],
  path: Path,
  now: Date,
  at: At,
  must: Must,
  problems: Problem[],
): WantedSystem {
  const versions = wantedVersions(one, path, problems)
  const current = versions.find((version) => version.current)?.id ?? versions[0]?.id ?? ''
  return {
    id: one.id,
    client: one.client,
    name: one.name,
    description: one.description,
    kind: one.kind,
    decisionClass: one.decisionClass,
    owner: one.owner ?? null,
    channel: one.channel,
    language: one.language,
    purposes: one.purposes,
    upstream: one.upstream,
    disclosure: one.disclosure,
    mode: one.mode,
    observeUntil: at(one.observe?.until),
    observeSignedBy: one.observe?.signedBy ?? [],
    toolsWithOriginals: one.toolsWithOriginals ?? null,
    allowedContent: one.allowedContent,
    limits: Object.fromEntries(
      Object.entries(one.limits).filter((entry): entry is [string, number] => entry[1] !== undefined),
    ),
    prohibited: one.prohibited ?? null,
    versions,
    versionsImplied: one.versions === undefined,
    gates: one.gates.map((gate, n) => ({
      version: gate.version ?? current,
      decision: gate.decision,
      by: gate.by,
      reasons: gate.reasons,
      conditions: gate.conditions ?? null,
      at: at(gate.at) ?? { at: now, raw: '+0m' },
      validUntil: must(gate.validUntil),
      path: [...path, 'gates', n],
    })),
    overseers: one.overseers.map((overseer, n) => ({
      person: overseer.person,
      from: at(overseer.from),
      until: at(overseer.until),
      path: [...path, 'overseers', n],
    })),
    stopped:
      one.stopped === undefined
        ? null
        : {
            by: one.stopped.by,
            at: at(one.stopped.at),
            reason: one.stopped.reason,
            note: one.stopped.note ?? null,
            path: [...path, 'stopped'],
          },
    path,
  }
}

/** Versions with their models; a system without versions gets one, named 1. Exactly one is current. */
function wantedVersions(one: OrganisationFile['systems'][number], path: Path, problems: Problem[]): WantedVersion[] {
  const given = one.versions ?? [{ id: '1', prompt: '', knowledge: '', settings: {}, current: true, model: undefined }]
  const flagged = given.filter((version) => version.current === true)
  const second = given.findLastIndex((version) => version.current === true)
  if (flagged.length > 1) problems.push(problem('version_current_twice', [...path, 'versions', second, 'current']))
  if (flagged.length === 0 && (given.length > 1 || given[0]?.current === false))
    problems.push(problem('version_current_missing', [...path, 'versions']))
  return given.map((version, n) => {
    const at = one.versions === undefined ? path : [...path, 'versions', n]
    const model = version.model ?? one.model
    if (model === undefined) problems.push(problem('model_missing', [...at, 'model']))
    return {
      id: version.id,
      model: model ?? '',
      prompt: version.prompt,
      knowledge: version.knowledge,
      settings: version.settings,
      current: version.current ?? given.length === 1,
      path: at,
    }
  })
}

// -- ids and what the file says about itself -----------------------------------------------------------------------

function checkIds(organisation: Organisation, problems: Problem[]): void {
  const twice = <T extends { readonly path: Path }>(
    items: readonly T[],
    key: (item: T) => string,
    field: string,
    shown: (item: T) => string = key,
  ) => {
    const seen = new Set<string>()
    for (const item of items) {
      if (seen.has(key(item))) problems.push(problem('id_twice', [...item.path, field], { id: shown(item) }))
      seen.add(key(item))
    }
  }
  const pair = (...parts: (string | null)[]) => JSON.stringify(parts)
  twice(organisation.clients, (one) => one.id, 'id')
  for (const { profile, path } of organisation.clients) {
    const own = (profile.recognisers ?? []).map((one, n) => ({ ...one, path: [...path, 'recognisers', n] }))
    twice(own, (one) => one.id, 'id')
    // A recogniser that does not know its own example would hide nothing, and nobody would notice.
    for (const { shape, example, path: place } of own)
      if (!hasShape(shape, example)) problems.push(problem('example_differs', [...place, 'example'], { shape }))
  }
  twice(
    organisation.notices,
    (one) => pair(one.client, one.notice, one.version),
    'version',
    (one) => one.version,
  )
  twice(organisation.upstreams, (one) => one.id, 'id')
  twice(organisation.processors, (one) => one.id, 'id')
  twice(organisation.people, (one) => one.id, 'id')
  twice(
    organisation.people.filter((one) => one.email !== null),
    (one) => one.email ?? '',
    'email',
    (one) => one.id,
  )
  twice(organisation.systems, (one) => one.id, 'id')
  twice(
    organisation.purposes,
    (one) => pair(one.client, one.id),
    'id',
    (one) => one.id,
  )
  twice(
    organisation.subjects,
    (one) => pair(one.client, one.reference),
    'reference',
    () => '',
  )
  twice(
    organisation.keys,
    (one) => pair(one.system, one.label),
    'label',
    (one) => one.label,
  )
  for (const person of organisation.people)
    twice(
      person.roles,
      (one) => pair(one.role, one.client, one.system),
      'role',
      (one) => one.role,
    )
  for (const system of organisation.systems) {
    twice(system.versions, (one) => one.id, 'id')
    twice(system.overseers, (one) => one.person, 'person')
  }
}

/** Ids that the file or the database knows, by kind. */
export type Known = {
  readonly clients: ReadonlySet<string>
  readonly upstreams: ReadonlySet<string>
  readonly people: ReadonlySet<string>
  /** System to client. */
  readonly systems: ReadonlyMap<string, string>
  /** Client to its purposes. */
  readonly purposes: ReadonlyMap<string, ReadonlySet<string>>
}

/** Every reference to something that neither the file nor the database knows, or that belongs to another client. */
export function referenceProblems(organisation: Organisation, known: Known): Problem[] {
  const problems: Problem[] = []
  const refer = (
    kind: 'client' | 'upstream' | 'person' | 'system' | 'purpose',
    id: string | null,
    among: ReadonlySet<string> | ReadonlyMap<string, unknown>,
    path: Path,
  ): boolean => {
    if (id === null || among.has(id)) return true
    const near = nearest(id, among.keys())
    problems.push(
      near === undefined
        ? problem('reference_unknown', path, { kind, id })
        : problem('reference_unknown_near', path, { kind, id, near }),
    )
    return false
  }
  const purposesOf = (client: string) => known.purposes.get(client) ?? new Set<string>()
  for (const one of organisation.purposes) {
    refer('client', one.client, known.clients, [...one.path, 'client'])
    refer('person', one.signedBy, known.people, [...one.path, 'signedBy'])
  }
  for (const one of organisation.notices)
    if (refer('client', one.client, known.clients, [...one.path, 'client']))
      refer('purpose', one.purpose, purposesOf(one.client), [...one.path, 'purpose'])
  for (const one of organisation.processors) refer('client', one.client, known.clients, [...one.path, 'client'])
  for (const person of organisation.people) {
    for (const role of person.roles) {
      refer('client', role.client, known.clients, [...role.path, 'client'])
      if (
        refer('system', role.system, known.systems, [...role.path, 'system']) &&
        role.system !== null &&
        role.client !== null &&
        known.systems.get(role.system) !== role.client
      )
        problems.push(problem('other_client', [...role.path, 'system'], { id: role.system }))
    }
  }
  for (const system of organisation.systems) {
    if (refer('client', system.client, known.clients, [...system.path, 'client']))
      for (const [n, purpose] of system.purposes.entries())
        refer('purpose', purpose, purposesOf(system.client), [...system.path, 'purposes', n])
    refer('person', system.owner, known.people, [...system.path, 'owner'])
    refer('upstream', system.upstream, known.upstreams, [...system.path, 'upstream'])
    for (const [n, signer] of system.observeSignedBy.entries())
      refer('person', signer, known.people, [...system.path, 'observe', 'signedBy', n])
    for (const gate of system.gates) refer('person', staffOnly(gate.by), known.people, [...gate.path, 'by'])
    for (const overseer of system.overseers)
      refer('person', overseer.person, known.people, [...overseer.path, 'person'])
    if (system.stopped !== null)
      refer('person', staffOnly(system.stopped.by), known.people, [...system.stopped.path, 'by'])
  }
  for (const subject of organisation.subjects) {
    if (!refer('client', subject.client, known.clients, [...subject.path, 'client'])) continue
    for (const { purposes, path } of subject.representatives)
      for (const [n, purpose] of (purposes ?? []).entries())
        refer('purpose', purpose, purposesOf(subject.client), [...path, 'purposes', n])
    for (const consent of subject.consents) {
      refer('purpose', consent.purpose, purposesOf(subject.client), [...consent.path, 'purpose'])
      if (
        refer('system', consent.system, known.systems, [...consent.path, 'system']) &&
        consent.system !== null &&
        known.systems.get(consent.system) !== subject.client
      )
        problems.push(problem('other_client', [...consent.path, 'system'], { id: consent.system }))
    }
  }
  for (const key of organisation.keys) refer('system', key.system, known.systems, [...key.path, 'system'])
  return problems
}

/** `operator:<login>` is someone at the machine, who is nobody in the list of people. */
function staffOnly(by: string): string | null {
  return by.startsWith('operator:') ? null : by
}

/**
 * Rules that hold for any file: a ground other than consent has its reasons and a signature (GDPR art. 5(2)), observe
 * has two signers and an end, and nothing that ends begins later.
 */
export function ruleProblems(organisation: Organisation, now: Date): Problem[] {
  return [
    ...organisation.purposes.flatMap((one) => purposeProblems(one, now)),
    ...organisation.notices.flatMap((one) =>
      one.texts.length > 0 ? [] : [problem('field_missing', [...one.path, 'texts'])],
    ),
    ...organisation.upstreams.flatMap((one) => termsTimeProblems([...one.path, 'provider', 'terms'], one.times, now)),
    ...organisation.processors.flatMap((one) => termsTimeProblems([...one.path, 'terms'], one.times, now)),
    ...organisation.people.flatMap((one) => personProblems(one, now)),
    ...organisation.systems.flatMap((one) => systemProblems(one, now)),
    ...organisation.subjects.flatMap((subject) => subject.consents.flatMap((one) => consentProblems(one, now))),
  ]
}

function purposeProblems(one: WantedPurpose, now: Date): Problem[] {
  const problems: Problem[] = []
  if (one.basis !== 'consent')
    for (const field of ['reasoning', 'signedBy', 'signedAt'] as const)
      if (one[field] === null) problems.push(problem('reasoning_missing', [...one.path, field], { basis: one.basis }))
  // An unsolicited sales call needs consent (Tw art. 11.7(1)); what may be done without is decided per call.
  if (one.kind === 'telemarketing' && (one.basis !== 'consent' || !one.objectable))
    problems.push(problem('telemarketing_basis', [...one.path, 'kind']))
  if (one.about === 'staff' && (one.staff === null || (one.staff.level === 'person' && !one.staff.worksCouncil)))
    problems.push(problem('works_council_missing', [...one.path, 'staff']))
  if (one.signedAt !== null && one.signedAt.at > now) problems.push(problem('time_ahead', [...one.path, 'signedAt']))
  // Facts answer for contents, and the proof of a consent for the facts that rest on it: neither may go first.
  const { importedRecordings = 0, callFacts, consentProof } = one.terms
  const contents = Math.max(one.retentionDays, importedRecordings)
  if (callFacts !== undefined && callFacts < contents)
    problems.push(problem('term_too_short', [...one.path, 'terms', 'callFacts'], { days: contents }))
  if (consentProof !== undefined && consentProof < Math.max(callFacts ?? 0, contents))
    problems.push(
      problem('term_too_short', [...one.path, 'terms', 'consentProof'], { days: Math.max(callFacts ?? 0, contents) }),
    )
  return problems
}

/** Terms were agreed and looked at: both are things that happened. */
function termsTimeProblems(
  path: Path,
  { signedOn, validUntil, reviewedAt, reviewBy }: TermsTimes,
  now: Date,
): Problem[] {
  const problems: Problem[] = []
  if (signedOn && signedOn.at > now) problems.push(problem('time_ahead', [...path, 'agreement', 'signedOn']))
  if (signedOn && validUntil && validUntil.at <= signedOn.at)
    problems.push(problem('until_before_from', [...path, 'agreement', 'validUntil']))
  if (reviewedAt && reviewedAt.at > now) problems.push(problem('time_ahead', [...path, 'reviewedAt']))
  if (reviewedAt && reviewBy && reviewBy.at <= reviewedAt.at)
    problems.push(problem('until_before_from', [...path, 'reviewBy']))
  return problems
}

function personProblems(one: WantedPerson, now: Date): Problem[] {
  const problems: Problem[] = []
  for (const { from, until, path } of one.roles)
    if (until !== null && until.at <= (from?.at ?? now)) problems.push(problem('until_before_from', [...path, 'until']))
  for (const { attainedOn, validUntil, path } of one.qualifications) {
    if (attainedOn.at > now) problems.push(problem('time_ahead', [...path, 'attainedOn']))
    if (validUntil.at <= attainedOn.at) problems.push(problem('until_before_from', [...path, 'validUntil']))
  }
  return problems
}

function systemProblems(one: WantedSystem, now: Date): Problem[] {
  const problems: Problem[] = []
  if (one.mode === 'observe' && one.observeUntil === null)
    problems.push(problem('observe_missing', [...one.path, 'observe']))
  if (one.mode === 'enforce' && one.observeUntil !== null)
    problems.push(problem('observe_not_asked', [...one.path, 'observe']))
  if (one.observeUntil !== null && one.observeUntil.at.getTime() > now.getTime() + OBSERVE_DAYS * dayMs)
    problems.push(problem('observe_too_long', [...one.path, 'observe', 'until'], { days: OBSERVE_DAYS }))
  if (one.observeSignedBy.length > 0 && new Set(one.observeSignedBy).size < 2)
    problems.push(problem('observe_one_signer', [...one.path, 'observe', 'signedBy']))
  for (const gate of one.gates) {
    // Who answers for a system does not also release it; a rejection by its owner is welcome.
    if (gate.by === one.owner && gate.decision !== 'reject')
      problems.push(problem('gate_by_owner', [...gate.path, 'by'], { person: gate.by }))
    if (gate.at.at > now) problems.push(problem('time_ahead', [...gate.path, 'at']))
    if (gate.validUntil.at <= gate.at.at) problems.push(problem('until_before_from', [...gate.path, 'validUntil']))
    if (gate.validUntil.at > yearsLater(gate.at.at, GATE_YEARS))
      problems.push(problem('gate_too_long', [...gate.path, 'validUntil'], { years: GATE_YEARS }))
    if (!one.versions.some((version) => version.id === gate.version)) {
      const near = nearest(
        gate.version,
        one.versions.map((version) => version.id),
      )
      const values = { kind: 'version', id: gate.version }
      problems.push(
        near === undefined
          ? problem('reference_unknown', [...gate.path, 'version'], values)
          : problem('reference_unknown_near', [...gate.path, 'version'], { ...values, near }),
      )
    }
  }
  for (const { from, until, path } of one.overseers) {
    if (from !== null && from.at > now) problems.push(problem('time_ahead', [...path, 'from']))
    if (until !== null && until.at <= (from?.at ?? now)) problems.push(problem('until_before_from', [...path, 'until']))
  }
  if (one.stopped?.at && one.stopped.at.at > now) problems.push(problem('time_ahead', [...one.stopped.path, 'at']))
  return problems
}

function consentProblems(one: WantedConsent, now: Date): Problem[] {
  const problems: Problem[] = []
  const at = one.at?.at ?? now
  if (at > now) problems.push(problem('time_ahead', [...one.path, 'at']))
  if (one.expiresAt !== null && one.state !== 'given')
    problems.push(problem('expiry_not_given', [...one.path, 'expiresAt']))
  if (one.expiresAt !== null && one.expiresAt.at <= at)
    problems.push(problem('until_before_from', [...one.path, 'expiresAt']))
  return problems
}
