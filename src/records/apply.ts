/**
 * The difference between what is on record and what an organisation file asks for. Nothing is taken away because a
 * file does not name it: such records stay and are listed. Decisions of people (gates, stops, consents) are history:
 * one that the file names and that is on record is left as it is, also when someone decided otherwise since.
 */
import { createHash } from 'node:crypto'
import { dayOf } from '../access/rules.ts'
import type { TermsProblem } from './contract.ts'
import type { Moment } from './moment.ts'
import { BUILT_IN_NOTICE, type Notice } from './notice.ts'
import {
  type Known,
  type Organisation,
  referenceProblems,
  ruleProblems,
  type TermsTimes,
  timesOf,
  type WantedClient,
  type WantedConsent,
  type WantedGate,
  type WantedKey,
  type WantedNotice,
  type WantedOverseer,
  type WantedPerson,
  type WantedProcessor,
  type WantedPurpose,
  type WantedQualification,
  type WantedRepresentative,
  type WantedRole,
  type WantedStop,
  type WantedSubject,
  type WantedSystem,
  type WantedUpstream,
  type WantedVersion,
  withTimes,
} from './organisation.ts'
import { type Path, type Problem, problem } from './organisation-problem.ts'
import { termsProblems, upstreamTermsProblem } from './processor.ts'
import type {
  Register,
  RegisterConsent,
  RegisterPerson,
  RegisterRepresentative,
  RegisterSubject,
  RegisterSystem,
  Remembered,
} from './register.ts'

/** One thing to write. `fields` names what differs of a record that is there already. */
export type Change = {
  readonly op: 'add' | 'change'
  readonly id: string
  readonly fields: readonly string[]
  readonly path: Path
} & (
  | { readonly kind: 'tenant'; readonly wanted: { readonly id: string; readonly name: string } }
  | { readonly kind: 'client'; readonly wanted: WantedClient }
  | { readonly kind: 'upstream'; readonly wanted: WantedUpstream }
  | { readonly kind: 'notice'; readonly wanted: WantedNotice }
  | { readonly kind: 'processor'; readonly wanted: WantedProcessor }
  | { readonly kind: 'person'; readonly wanted: WantedPerson; readonly current: RegisterPerson | null }
  | { readonly kind: 'role'; readonly person: string; readonly wanted: WantedRole; readonly ends: readonly string[] }
  | {
      readonly kind: 'qualification'
      readonly person: string
      readonly wanted: WantedQualification
      readonly ends: readonly string[]
    }
  | { readonly kind: 'purpose'; readonly wanted: WantedPurpose }
  | { readonly kind: 'system'; readonly wanted: WantedSystem }
  | { readonly kind: 'version'; readonly system: string; readonly wanted: WantedVersion }
  | { readonly kind: 'gate'; readonly system: string; readonly wanted: WantedGate }
  | {
      readonly kind: 'overseer'
      readonly system: string
      readonly wanted: WantedOverseer
      readonly ends: readonly string[]
    }
  | { readonly kind: 'stop'; readonly system: string; readonly wanted: WantedStop }
  | { readonly kind: 'subject'; readonly wanted: WantedSubject; readonly current: RegisterSubject | null }
  | { readonly kind: 'representative'; readonly subject: WantedSubject; readonly wanted: WantedRepresentative }
  | { readonly kind: 'consent'; readonly subject: WantedSubject; readonly wanted: WantedConsent }
  | { readonly kind: 'key'; readonly wanted: WantedKey }
)
export type ChangeKind = Change['kind']
type WithoutOp<C> = C extends Change ? Omit<C, 'op'> : never
type Proposed = WithoutOp<Change>

/** On record and not in the file (`absent`), or in the file and decided otherwise since (`decided`). It stays. */
export type Kept = { readonly why: 'absent' | 'decided'; readonly kind: ChangeKind; readonly id: string }

/** How a record was written in the file, and which of its times were relative there: to find it again at a later pass. */
export type ToRemember = { readonly key: FileKey; readonly times: Readonly<Record<string, string>> }
/** Names one line of the file; of a consent, the second part is the random id of its subject. */
export type FileKey = readonly (string | null)[]

export type Plan = {
  readonly changes: readonly (Change & { readonly remember?: ToRemember })[]
  readonly kept: readonly Kept[]
  /** Records that are as the file says. */
  readonly same: number
  readonly warnings: readonly Warning[]
}

/** What the file may say, but keeps calls from passing: processor terms that are missing or past. */
export type Warning = { readonly code: TermsProblem; readonly kind: 'upstream' | 'processor'; readonly id: string }

export type Planned = { readonly plan: Plan } | { readonly problems: readonly Problem[] }

/** Compares; `now` decides what lies ahead. The changes stand in the order in which they can be written. */
export function planChanges(current: Register, file: Organisation, now: Date): Planned {
  const wanted = withVersionsOnRecord(current, file)
  const problems = [
    ...referenceProblems(wanted, knownTo(current, wanted)),
    ...ruleProblems(wanted, now),
    ...fixedProblems(current, wanted),
  ]
  if (problems.length > 0) return { problems }
  const draft: Draft = { changes: [], kept: [], same: 0, warnings: [], remembered: current.remembered, now }
  compareTenant(draft, current, wanted)
  compareClients(draft, current, wanted)
  compareUpstreams(draft, current, wanted)
  compareProcessors(draft, current, wanted)
  comparePeople(draft, current, wanted)
  comparePurposes(draft, current, wanted)
  compareNotices(draft, current, wanted)
  compareSystems(draft, current, wanted)
  // A role for one system needs that system, so roles come after systems.
  const people = byId(current.people)
  for (const person of wanted.people) comparePersonRoles(draft, people.get(person.id), person)
  compareSubjects(draft, current, wanted)
  compareKeys(draft, current, wanted)
  return { plan: { changes: draft.changes, kept: draft.kept, same: draft.same, warnings: draft.warnings } }
}

type Draft = {
  changes: (Change & { readonly remember?: ToRemember })[]
  kept: Kept[]
  same: number
  warnings: Warning[]
  readonly remembered: Remembered
  readonly now: Date
}

/**
 * A system whose versions the file leaves out keeps those on record. Its gates are about the version that was made up
 * for it, or, where that never existed, about the current one: never about a version that came after the decision.
 */
function withVersionsOnRecord(current: Register, wanted: Organisation): Organisation {
  const known = byId(current.systems)
  const systems = wanted.systems.map((system) => {
    const implied = system.versions[0]?.id
    const versions = known.get(system.id)?.versions ?? []
    const inUse = versions.find((version) => version.current)
    if (!system.versionsImplied || inUse === undefined || inUse.id === implied) return system
    const standIn = versions.some((version) => version.id === implied) ? implied : inUse.id
    return {
      ...system,
      versions: versions.map(({ hash: _, ...version }) => ({ ...version, path: system.path })),
      gates: system.gates.map((gate) => (gate.version === implied ? { ...gate, version: standIn ?? inUse.id } : gate)),
    }
  })
  return { ...wanted, systems }
}

// -- what exists, and what may not change ---------------------------------------------------------------------------

function knownTo(current: Register, wanted: Organisation): Known {
  const purposes = new Map<string, Set<string>>()
  for (const one of [...current.purposes, ...wanted.purposes])
    purposes.set(one.client, (purposes.get(one.client) ?? new Set()).add(one.id))
  const ids = (one: readonly { readonly id: string }[], other: readonly { readonly id: string }[]) =>
    new Set([...one, ...other].map((item) => item.id))
  return {
    clients: ids(current.clients, wanted.clients),
    upstreams: ids(current.upstreams, wanted.upstreams),
    people: ids(current.people, wanted.people),
    systems: new Map([...current.systems, ...wanted.systems].map((one) => [one.id, one.client])),
    purposes,
  }
}

/** A version is what was decided about: other contents are another version. A system stays with its client. */
function fixedProblems(current: Register, wanted: Organisation): Problem[] {
  const problems: Problem[] = []
  const systems = byId(current.systems)
  for (const system of wanted.systems) {
    const known = systems.get(system.id)
    if (known === undefined) continue
    if (known.client !== system.client)
      problems.push(problem('client_fixed', [...system.path, 'client'], { id: system.id }))
    for (const version of system.versions) {
      const before = known.versions.find((one) => one.id === version.id)
      if (before === undefined) continue
      for (const field of ['model', 'prompt', 'knowledge', 'settings'] as const)
        if (!equal(before[field], version[field]))
          problems.push(problem('version_fixed', [...version.path, field], { id: version.id }))
    }
  }
  for (const { path, ...notice } of wanted.notices) {
    const before = current.notices.find(
      (one) => one.client === notice.client && one.notice === notice.notice && one.version === notice.version,
    )
    if (before !== undefined && !equal(before, notice))
      problems.push(problem('notice_fixed', [...path, 'version'], { id: notice.version }))
  }
  const holders = new Map(current.people.map((one) => [one.email?.toLowerCase() ?? null, one.id]))
  for (const person of wanted.people) {
    const other = person.email === null ? undefined : holders.get(person.email)
    if (other !== undefined && other !== person.id)
      problems.push(problem('person_taken', [...person.path, 'email'], { id: other }))
  }
  const labels = Map.groupBy(current.keys, (key) => key.system)
  const added = new Map<string, number>()
  for (const key of wanted.keys) {
    const ofSystem = labels.get(key.system) ?? []
    if (ofSystem.some((one) => one.label === key.label)) continue
    const count = (added.get(key.system) ?? ofSystem.filter((one) => one.usable).length) + 1
    added.set(key.system, count)
    if (count > 2) problems.push(problem('key_limit', key.path, { system: key.system }))
  }
  return problems
}

// -- comparing ------------------------------------------------------------------------------------------------------

type Pairs = Readonly<Record<string, readonly [unknown, unknown]>>

function compareClients(draft: Draft, current: Register, wanted: Organisation): void {
  const known = byId(current.clients)
  for (const one of wanted.clients) {
    const before = known.get(one.id)
    const fields =
      before === undefined ? [] : differing({ name: [before.name, one.name], profile: [before.profile, one.profile] })
    push(draft, opOf(before, fields), { kind: 'client', id: one.id, fields, path: one.path, wanted: one })
  }
  keepAbsent(draft, 'client', current.clients, wanted.clients)
}

function compareUpstreams(draft: Draft, current: Register, wanted: Organisation): void {
  const known = byId(current.upstreams)
  for (const one of wanted.upstreams) {
    const before = known.get(one.id)
    const key = keyOf('upstream', one.id)
    const terms = settledTerms(draft, key, before?.provider.terms, one.provider.terms, one.times)
    const settled = { ...one, provider: { ...one.provider, ...(terms === undefined ? {} : { terms }) } }
    const fields =
      before === undefined
        ? []
        : differing({
            builtin: [before.builtin, one.builtin],
            baseUrl: [before.baseUrl, one.baseUrl],
            apiKey: [before.keyRef, one.keyRef],
            provider: [before.provider, settled.provider],
            options: [before.options, one.options],
          })
    push(
      draft,
      opOf(before, fields),
      { kind: 'upstream', id: one.id, fields, path: one.path, wanted: settled },
      remembering(key, one.times),
    )
    const why = upstreamTermsProblem(settled, draft.now)
    if (why !== null) draft.warnings.push({ code: why, kind: 'upstream', id: one.id })
  }
  keepAbsent(draft, 'upstream', current.upstreams, wanted.upstreams)
  const named = new Set(wanted.upstreams.map(({ id }) => id))
  for (const one of current.upstreams) {
    const why = named.has(one.id) ? null : upstreamTermsProblem(one, draft.now)
    if (why !== null) draft.warnings.push({ code: why, kind: 'upstream', id: one.id })
  }
}

function compareProcessors(draft: Draft, current: Register, wanted: Organisation): void {
  const known = byId(current.processors)
  for (const one of wanted.processors) {
    const before = known.get(one.id)
    const key = keyOf('processor', one.id)
    const terms = settledTerms(draft, key, before?.terms, one.terms, one.times) as WantedProcessor['terms']
    const fields =
      before === undefined
        ? []
        : differing({
            client: [before.client, one.client],
            name: [before.name, one.name],
            task: [before.task, one.task],
            terms: [before.terms, terms],
          })
    push(
      draft,
      opOf(before, fields),
      { kind: 'processor', id: one.id, fields, path: one.path, wanted: { ...one, terms } },
      remembering(key, one.times),
    )
    const [why] = termsProblems(terms, draft.now)
    if (why !== undefined) draft.warnings.push({ code: why, kind: 'processor', id: one.id })
  }
  keepAbsent(draft, 'processor', current.processors, wanted.processors)
}

/** The terms that are wanted; a relative time that is written as it was keeps the moment that it became. */
function settledTerms<T extends WantedProcessor['terms'] | string | undefined>(
  draft: Draft,
  key: FileKey,
  before: WantedProcessor['terms'] | string | undefined,
  wanted: T,
  times: TermsTimes,
): T | WantedProcessor['terms'] {
  if (typeof wanted !== 'object') return wanted
  const known = timesOf(before)
  const remembered = recall(draft, key)?.times
  return withTimes(wanted, (name) => {
    const moment = times[name]
    const at = known[name]
    if (moment === undefined) return undefined
    return at !== undefined && sameTime(new Date(at), moment, remembered?.[name]) ? at : moment.at.toISOString()
  })
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function opOf(before: unknown, fields: readonly string[]): 'add' | 'change' | 'same' {
  return before === undefined ? 'add' : fields.length > 0 ? 'change' : 'same'
}

function keepAbsent(
  draft: Draft,
  kind: ChangeKind,
  current: readonly { readonly id: string }[],
  wanted: readonly { readonly id: string }[],
): void {
  const named = new Set(wanted.map((one) => one.id))
  for (const { id } of current) if (!named.has(id)) draft.kept.push({ why: 'absent', kind, id })
}

function push(draft: Draft, op: 'add' | 'change' | 'same', change: Proposed, remember?: ToRemember): void {
  if (op === 'same') draft.same++
  else draft.changes.push({ ...change, op, ...(remember === undefined ? {} : { remember }) })
}

function compareTenant(draft: Draft, current: Register, wanted: Organisation): void {
  const op = current.tenant === null ? 'add' : current.tenant.name === wanted.tenant.name ? 'same' : 'change'
  push(draft, op, {
    kind: 'tenant',
    id: wanted.tenant.id,
    fields: op === 'change' ? ['name'] : [],
    path: ['tenant'],
    wanted: wanted.tenant,
  })
}

function comparePeople(draft: Draft, current: Register, wanted: Organisation): void {
  const people = byId(current.people)
  for (const one of wanted.people) {
    const known = people.get(one.id)
    const fields =
      known === undefined
        ? []
        : differing({ name: [known.name, one.name], email: [known.email?.toLowerCase() ?? null, one.email] })
    push(draft, opOf(known, fields), {
      kind: 'person',
      id: one.id,
      fields,
      path: one.path,
      wanted: one,
      current: known ?? null,
    })
    for (const given of one.qualifications) compareQualification(draft, known, one, given)
  }
  keepAbsent(
    draft,
    'person',
    current.people.filter((one) => !one.disabled),
    wanted.people,
  )
}

function compareQualification(
  draft: Draft,
  known: RegisterPerson | undefined,
  person: WantedPerson,
  given: WantedQualification,
): void {
  const written = { attainedOn: given.attainedOn, validUntil: given.validUntil }
  const key = keyOf('qualification', person.id, given.kind, given.attainedOn.raw ?? dayOf(given.attainedOn.at))
  const before = recall(draft, key)
  const found = known?.qualifications.find(
    (one) =>
      one.kind === given.kind &&
      (before === undefined
        ? given.attainedOn.raw === null && one.attainedOn === dayOf(given.attainedOn.at)
        : one.qualification === before.record),
  )
  const same = found !== undefined && sameTime(found.validUntil, given.validUntil, before?.times.validUntil)
  const changed = found !== undefined && !same
  push(
    draft,
    opOf(found, changed ? ['validUntil'] : []),
    {
      kind: 'qualification',
      id: `${person.id}/${given.kind}`,
      fields: changed ? ['validUntil'] : [],
      path: given.path,
      person: person.id,
      wanted: given,
      ends: changed ? [found.qualification] : [],
    },
    remembering(key, written),
  )
}

function comparePersonRoles(draft: Draft, known: RegisterPerson | undefined, person: WantedPerson): void {
  for (const role of person.roles) {
    const key = keyOf('role', person.id, role.role, role.client, role.system)
    const id = [person.id, role.role, role.client, role.system].filter((part) => part !== null).join('/')
    compareAssignment(
      draft,
      known,
      { key, id, role: role.role, client: role.client, system: role.system, from: role.from, until: role.until },
      (ends, fields) => ({ kind: 'role', id, fields, path: role.path, person: person.id, wanted: role, ends }),
    )
  }
  for (const one of known?.roles ?? []) {
    if (one.system !== null && one.role === 'overseer') continue
    if (
      isOpen(one, draft.now) &&
      !person.roles.some((role) => role.role === one.role && role.client === one.client && role.system === one.system)
    )
      draft.kept.push({
        why: 'absent',
        kind: 'role',
        id: [person.id, one.role, one.client, one.system].filter((part) => part !== null).join('/'),
      })
  }
}

type WantedAssignment = {
  readonly key: FileKey
  readonly id: string
  readonly role: string
  readonly client: string | null
  readonly system: string | null
  readonly from: Moment | null
  readonly until: Moment | null
}

/**
 * A role that is held needs only its end compared. One that was held and was ended by someone stays ended when the
 * file still names the one that ended; a file with another beginning asks for it anew.
 */
function compareAssignment(
  draft: Draft,
  known: RegisterPerson | undefined,
  wanted: WantedAssignment,
  change: (ends: readonly string[], fields: readonly string[]) => Proposed,
): void {
  const all = (known?.roles ?? []).filter(
    (one) =>
      one.role === wanted.role &&
      one.system === wanted.system &&
      (wanted.system !== null || one.client === wanted.client),
  )
  const before = recall(draft, wanted.key)
  const written = {
    ...(wanted.from === null ? {} : { from: wanted.from }),
    ...(wanted.until === null ? {} : { until: wanted.until }),
  }
  const remember = remembering(wanted.key, written, wanted.from === null)
  const { kind } = change([], [])
  const open = all.find((one) => isOpen(one, draft.now))
  if (open !== undefined) {
    const same = wanted.until === null ? open.until === null : sameTime(open.until, wanted.until, before?.times.until)
    push(draft, same ? 'same' : 'change', change(same ? [] : [open.assignment], same ? [] : ['until']), remember)
    return
  }
  const again = all.find((one) =>
    before?.record === undefined
      ? wanted.from !== null && wanted.from.raw === null && one.from.getTime() === wanted.from.at.getTime()
      : one.assignment === before.record,
  )
  const untouched =
    again !== undefined &&
    (wanted.from === null || sameTime(again.from, wanted.from, before?.times.from)) &&
    before?.times.until === (wanted.until?.raw ?? undefined)
  if (untouched) {
    const ranOut = wanted.until !== null && wanted.until.at <= draft.now
    if (ranOut) draft.same++
    else draft.kept.push({ why: 'decided', kind, id: wanted.id })
    return
  }
  push(draft, 'add', change([], []), remember)
}

function comparePurposes(draft: Draft, current: Register, wanted: Organisation): void {
  for (const one of wanted.purposes) {
    const known = current.purposes.find((other) => other.id === one.id && other.client === one.client)
    const key = keyOf('purpose', one.client, one.id)
    const before = recall(draft, key)
    const fields =
      known === undefined
        ? []
        : [
            ...differing({
              name: [known.name, one.name],
              basis: [known.basis, one.basis],
              specialBasis: [known.specialBasis, one.specialBasis],
              reasoning: [known.reasoning, one.reasoning],
              signedBy: [known.signedBy, one.signedBy],
              dataKinds: [known.dataKinds, one.dataKinds],
              retentionDays: [known.retentionDays, one.retentionDays],
              terms: [known.terms, one.terms],
              kind: [known.kind, one.kind],
              about: [known.about, one.about],
              staff: [known.staff, one.staff],
              processing: [known.processing, one.processing],
              consequenceOfNo: [known.consequenceOfNo, one.consequenceOfNo],
              objectable: [known.objectable, one.objectable],
              prohibited: [known.prohibited, one.prohibited],
            }),
            ...(sameTime(known.signedAt, one.signedAt, before?.times.signedAt) ? [] : ['signedAt']),
          ]
    push(
      draft,
      opOf(known, fields),
      { kind: 'purpose', id: `${one.client}/${one.id}`, fields, path: one.path, wanted: one },
      remembering(key, one.signedAt === null ? {} : { signedAt: one.signedAt }),
    )
  }
  for (const one of current.purposes)
    if (!wanted.purposes.some((other) => other.id === one.id && other.client === one.client))
      draft.kept.push({ why: 'absent', kind: 'purpose', id: `${one.client}/${one.id}` })
}

/** A version is what was shown: other words under it were refused before (`fixedProblems`). */
function compareNotices(draft: Draft, current: Register, wanted: Organisation): void {
  const idOf = ({ client, notice, version }: Notice) => `${client}/${notice}/${version}`
  const known = new Set(current.notices.map(idOf))
  for (const one of wanted.notices)
    push(draft, known.has(idOf(one)) ? 'same' : 'add', {
      kind: 'notice',
      id: idOf(one),
      fields: [],
      path: one.path,
      wanted: one,
    })
  const named = new Set(wanted.notices.map(idOf))
  for (const one of current.notices)
    if (!named.has(idOf(one)) && !one.notice.startsWith(BUILT_IN_NOTICE))
      draft.kept.push({ why: 'absent', kind: 'notice', id: idOf(one) })
}

function compareSystems(draft: Draft, current: Register, wanted: Organisation): void {
  const systems = byId(current.systems)
  for (const one of wanted.systems) {
    const known = systems.get(one.id)
    const key = keyOf('system', one.id)
    const fields = known === undefined ? [] : systemFields(known, one, recall(draft, key)?.times.observeUntil)
    push(
      draft,
      opOf(known, fields),
      { kind: 'system', id: one.id, fields, path: one.path, wanted: one },
      remembering(key, one.observeUntil === null ? {} : { observeUntil: one.observeUntil }),
    )
    compareVersions(draft, known, one)
    compareGates(draft, known, one)
    compareOverseers(draft, current, one)
    compareStop(draft, known, one)
  }
  keepAbsent(draft, 'system', current.systems, wanted.systems)
}

function systemFields(known: RegisterSystem, one: WantedSystem, rememberedUntil: string | undefined): string[] {
  const same = differing({
    name: [known.name, one.name],
    description: [known.description, one.description],
    kind: [known.kind, one.kind],
    decisionClass: [known.decisionClass, one.decisionClass],
    owner: [known.owner, one.owner],
    channel: [known.channel, one.channel],
    language: [known.language, one.language],
    purposes: [known.purposes, one.purposes],
    upstream: [known.upstream, one.upstream],
    disclosure: [known.disclosure, one.disclosure],
    mode: [known.mode, one.mode],
    observeSignedBy: [known.observeSignedBy, one.observeSignedBy],
    toolsWithOriginals: [known.toolsWithOriginals, one.toolsWithOriginals],
    allowedContent: [known.allowedContent, one.allowedContent],
    limits: [known.limits, one.limits],
    prohibited: [known.prohibited, one.prohibited],
  })
  return sameTime(known.observeUntil, one.observeUntil, rememberedUntil) ? same : [...same, 'observeUntil']
}

function compareVersions(draft: Draft, known: RegisterSystem | undefined, system: WantedSystem): void {
  // The current one last: the version that was current before must have stepped back when it takes its place.
  for (const one of system.versions.toSorted((a, b) => Number(a.current) - Number(b.current))) {
    const before = known?.versions.find((other) => other.id === one.id)
    const fields = before !== undefined && before.current !== one.current ? ['current'] : []
    push(draft, opOf(before, fields), {
      kind: 'version',
      id: `${system.id}/${one.id}`,
      fields,
      path: one.path,
      system: system.id,
      wanted: one,
    })
  }
  for (const one of known?.versions ?? [])
    if (!system.versions.some((other) => other.id === one.id))
      draft.kept.push({ why: 'absent', kind: 'version', id: `${system.id}/${one.id}` })
}

function compareGates(draft: Draft, known: RegisterSystem | undefined, system: WantedSystem): void {
  const left = [...(known?.gates ?? [])]
  for (const one of system.gates.toSorted((a, b) => a.at.at.getTime() - b.at.at.getTime())) {
    const key = keyOf(
      'gate',
      system.id,
      one.version,
      one.decision,
      one.by,
      one.at.raw ?? one.at.at.toISOString(),
      one.validUntil.raw ?? one.validUntil.at.toISOString(),
      JSON.stringify(one.reasons),
      JSON.stringify(one.conditions),
    )
    const before = recall(draft, key)
    const place = left.findIndex((other) =>
      before?.record === undefined
        ? other.version === one.version &&
          other.decision === one.decision &&
          other.by === one.by &&
          equal(other.reasons, one.reasons) &&
          equal(other.conditions, one.conditions) &&
          sameTime(other.at, one.at, undefined) &&
          sameTime(other.validUntil, one.validUntil, undefined)
        : other.gate === before.record,
    )
    if (place >= 0) left.splice(place, 1)
    push(
      draft,
      place >= 0 ? 'same' : 'add',
      { kind: 'gate', id: `${system.id}/${one.version}`, fields: [], path: one.path, system: system.id, wanted: one },
      remembering(key, { at: one.at, validUntil: one.validUntil }),
    )
  }
  for (const one of left) draft.kept.push({ why: 'absent', kind: 'gate', id: `${system.id}/${one.version}` })
}

function compareOverseers(draft: Draft, current: Register, system: WantedSystem): void {
  for (const one of system.overseers) {
    const id = `${system.id}/${one.person}`
    const known = current.people.find((person) => person.id === one.person)
    compareAssignment(
      draft,
      known,
      {
        key: keyOf('overseer', system.id, one.person),
        id,
        role: 'overseer',
        client: system.client,
        system: system.id,
        from: one.from,
        until: one.until,
      },
      (ends, fields) => ({
        kind: 'overseer',
        id,
        fields,
        path: one.path,
        system: system.id,
        wanted: one,
        ends,
      }),
    )
  }
  for (const person of current.people) {
    const open = person.roles.some(
      (role) => role.role === 'overseer' && role.system === system.id && isOpen(role, draft.now),
    )
    if (open && !system.overseers.some((one) => one.person === person.id))
      draft.kept.push({ why: 'absent', kind: 'overseer', id: `${system.id}/${person.id}` })
  }
}

function compareStop(draft: Draft, known: RegisterSystem | undefined, system: WantedSystem): void {
  const one = system.stopped
  const ofSystem = (known?.stops ?? []).filter((stop) => stop.system === system.id)
  const open = ofSystem.find((stop) => stop.resumedAt === null)
  if (one === null) {
    if (open !== undefined) draft.kept.push({ why: 'absent', kind: 'stop', id: system.id })
    return
  }
  const key = keyOf(
    'stop',
    system.id,
    one.by,
    one.reason,
    one.note,
    one.at === null ? null : (one.at.raw ?? one.at.at.toISOString()),
  )
  const before = recall(draft, key)
  const found = ofSystem.find((stop) =>
    before?.record === undefined
      ? stop.by === one.by &&
        stop.reason === one.reason &&
        stop.note === one.note &&
        one.at !== null &&
        sameTime(stop.at, one.at, undefined)
      : stop.stop === before.record,
  )
  if (open !== undefined) draft.same++
  else if (found !== undefined) draft.kept.push({ why: 'decided', kind: 'stop', id: system.id })
  else
    push(
      draft,
      'add',
      { kind: 'stop', id: system.id, fields: [], path: one.path, system: system.id, wanted: one },
      { key, times: {} },
    )
}

function compareSubjects(draft: Draft, current: Register, wanted: Organisation): void {
  const byReference = new Map(current.subjects.map((one) => [JSON.stringify([one.client, one.reference]), one]))
  for (const one of wanted.subjects) {
    const known = byReference.get(JSON.stringify([one.client, one.reference]))
    const fields =
      known === undefined
        ? []
        : differing({
            kind: [known.circumstance, one.circumstance === 'unknown' ? known.circumstance : one.circumstance],
            language: [known.language, one.language ?? known.language],
          })
    push(draft, opOf(known, fields), {
      kind: 'subject',
      id: `${one.client}/${one.reference}`,
      fields,
      path: one.path,
      wanted: one,
      current: known ?? null,
    })
    const speaking = [...(known?.representatives ?? [])]
    for (const other of one.representatives) compareRepresentative(draft, known, one, other, speaking)
    const left = (known?.consents ?? []).filter((event) => event.conversation === null)
    for (const consent of one.consents) compareConsent(draft, known, one, consent, left)
  }
}

/** Somebody whose word was ended since does not speak again because the file still names them. */
function compareRepresentative(
  draft: Draft,
  known: RegisterSubject | undefined,
  subject: WantedSubject,
  one: WantedRepresentative,
  left: RegisterRepresentative[],
): void {
  const { kind, relation, purposes, validUntil } = one
  const written = purposes === null ? null : JSON.stringify(purposes)
  const until = validUntil === null ? null : (validUntil.raw ?? validUntil.at.toISOString())
  const key = keyOf('representative', known?.subject ?? null, kind, relation, written, until)
  const before = known === undefined ? undefined : recall(draft, key)
  const place = left.findIndex((found) =>
    before?.record === undefined
      ? found.kind === kind &&
        found.relation === relation &&
        (found.purposes === null ? null : JSON.stringify(found.purposes)) === written &&
        (validUntil === null ? found.validUntil === null : sameTime(found.validUntil, validUntil, undefined))
      : found.representative === before.record,
  )
  const id = `${subject.client}/${subject.reference}`
  const [found] = place < 0 ? [] : left.splice(place, 1)
  if (found?.ended) {
    draft.kept.push({ why: 'decided', kind: 'representative', id })
    return
  }
  push(
    draft,
    found === undefined ? 'add' : 'same',
    { kind: 'representative', id, fields: [], path: one.path, subject, wanted: one },
    remembering(key, validUntil === null ? {} : { validUntil }, false),
  )
}

/**
 * A consent that is on record is not recorded again, so that one the customer withdrew since stays withdrawn. Under
 * the subject's random id: the reference is nowhere readable.
 */
function compareConsent(
  draft: Draft,
  known: RegisterSubject | undefined,
  subject: WantedSubject,
  one: WantedConsent,
  left: RegisterConsent[],
): void {
  const raw = (moment: Moment | null) => (moment === null ? null : (moment.raw ?? moment.at.toISOString()))
  const key = keyOf(
    'consent',
    known?.subject ?? null,
    one.purpose,
    one.system,
    one.state,
    one.by,
    raw(one.at),
    raw(one.expiresAt),
  )
  const before = known === undefined ? undefined : recall(draft, key)
  const place = left.findIndex((event) =>
    before?.record === undefined
      ? event.purpose === one.purpose &&
        event.system === one.system &&
        event.state === one.state &&
        event.by === one.by &&
        one.at !== null &&
        sameTime(event.at, one.at, undefined) &&
        (one.expiresAt === null || sameTime(event.expiresAt, one.expiresAt, undefined))
      : event.event === before.record,
  )
  if (place >= 0) left.splice(place, 1)
  const written = {
    ...(one.at === null ? {} : { at: one.at }),
    ...(one.expiresAt === null ? {} : { expiresAt: one.expiresAt }),
  }
  push(
    draft,
    place >= 0 ? 'same' : 'add',
    {
      kind: 'consent',
      id: `${subject.client}/${subject.reference}/${one.purpose}`,
      fields: [],
      path: one.path,
      subject,
      wanted: one,
    },
    remembering(key, written, one.at === null),
  )
}

/** The same under the id that a subject of the file has got. */
export function rememberedFor(subject: string, { key: [kind, , ...rest], times }: ToRemember): ToRemember {
  return { key: [kind ?? null, subject, ...rest], times }
}

function compareKeys(draft: Draft, current: Register, wanted: Organisation): void {
  for (const one of wanted.keys) {
    const known = current.keys.some((key) => key.system === one.system && key.label === one.label)
    push(draft, known ? 'same' : 'add', {
      kind: 'key',
      id: `${one.system}/${one.label}`,
      fields: [],
      path: one.path,
      wanted: one,
    })
  }
  for (const one of current.keys)
    if (one.usable && !wanted.keys.some((key) => key.system === one.system && key.label === one.label))
      draft.kept.push({ why: 'absent', kind: 'key', id: `${one.system}/${one.label}` })
}

// -- small comparisons ----------------------------------------------------------------------------------------------

/** Is the time on record the one the file means? A relative one is, when it is written as it was when it was recorded. */
function sameTime(current: Date | null, wanted: Moment | null, rememberedRaw: string | undefined): boolean {
  if (wanted === null) return current === null
  if (current === null) return false
  return wanted.raw === null ? current.getTime() === wanted.at.getTime() : wanted.raw === rememberedRaw
}

/** What to remember of a record: nothing when no time is relative, unless `always` (a time that the file leaves out). */
function remembering(key: FileKey, moments: Readonly<Record<string, Moment>>, always = false): ToRemember | undefined {
  const times = Object.fromEntries(
    Object.entries(moments).flatMap(([name, { raw }]) => (raw === null ? [] : [[name, raw]])),
  )
  if (Object.keys(times).length === 0 && !always) return undefined
  return { key, times }
}

function keyOf(...parts: (string | null)[]): FileKey {
  return parts
}

function recall(draft: Draft, key: FileKey): Remembered[string] | undefined {
  return draft.remembered[fileKey(key)]
}

/** Short and of one length whatever stands in the file. It names records, never a customer's reference. */
export function fileKey(key: FileKey): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('base64url')
}

function isOpen(role: { readonly until: Date | null }, now: Date): boolean {
  return role.until === null || role.until > now
}

function differing(pairs: Pairs): string[] {
  return Object.entries(pairs)
    .filter(([, [one, other]]) => !equal(one, other))
    .map(([name]) => name)
}

/** Equality of plain JSON values: the order of fields does not count, the order of lists does. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, n) => equal(item, other[n]))
    )
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) =>
        Object.hasOwn(other, key) &&
        equal((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  )
}
