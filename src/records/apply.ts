/**
 * The difference between what is on record and what an organisation file asks for. Nothing is taken away because a
 * file does not name it: such records stay and are listed. Decisions of people (gates, stops, consents) are history:
 * one that the file names and that is on record is left as it is, also when someone decided otherwise since.
 */
import type { Planned } from './change.ts'
import { compareClients, compareKeys, compareTenant } from './comparing/clients.ts'
import { byId, type Draft, equal } from './comparing/draft.ts'
import { comparePeople, comparePersonRoles } from './comparing/people.ts'
import { compareAttributes, compareNotices, comparePurposes, warnOfUnnamed } from './comparing/purposes.ts'
import { compareSubjects } from './comparing/subjects.ts'
import { compareProcessors, compareUpstreams } from './comparing/suppliers.ts'
import { compareSystems } from './comparing/systems.ts'
import { isOtherModel } from './explainer.ts'
import { gateConditionsOf, unmetConditions } from './gate-conditions.ts'
import type { Organisation } from './organisation.ts'
import { type Problem, problem } from './organisation-problem.ts'
import { type Known, referenceProblems } from './organisation-references.ts'
import { ruleProblems } from './organisation-rules.ts'
import type { Register } from './register.ts'

/** Compares; `now` decides what lies ahead. The changes stand in the order in which they can be written. */
export function planChanges(current: Register, file: Organisation, now: Date): Planned {
  const wanted = withVersionsOnRecord(current, file)
  const problems = [
    ...referenceProblems(wanted, knownTo(current, wanted)),
    ...ruleProblems(wanted, now),
    ...fixedProblems(current, wanted),
    ...attributeProblems(current, wanted),
    ...emotionProblems(current, wanted),
  ]
  if (problems.length > 0) return { problems }
  const draft: Draft = { changes: [], kept: [], same: 0, warnings: [], remembered: current.remembered, now }
  compareTenant(draft, current, wanted)
  compareClients(draft, current, wanted)
  compareUpstreams(draft, current, wanted)
  compareProcessors(draft, current, wanted)
  comparePeople(draft, current, wanted)
  comparePurposes(draft, current, wanted)
  compareAttributes(draft, current, wanted)
  compareNotices(draft, current, wanted)
  compareSystems(draft, current, wanted)
  const unmet = unmetProblems(draft, current, wanted)
  if (unmet.length > 0) return { problems: unmet }
  // A role for one system needs that system, so roles come after systems.
  const people = byId(current.people)
  for (const person of wanted.people) comparePersonRoles(draft, people.get(person.id), person)
  compareSubjects(draft, current, wanted)
  compareKeys(draft, current, wanted)
  warnOfUnnamed(draft, current, wanted)
  return { plan: { changes: draft.changes, kept: draft.kept, same: draft.same, warnings: draft.warnings } }
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
      versions: versions.map(({ hash: _, ...version }) => ({ ...version, files: [], path: system.path })),
      gates: system.gates.map((gate) => (gate.version === implied ? { ...gate, version: standIn ?? inUse.id } : gate)),
    }
  })
  return { ...wanted, systems }
}

function knownTo(current: Register, wanted: Organisation): Known {
  const purposes = new Map<string, Set<string>>()
  for (const one of [...current.purposes, ...wanted.purposes])
    purposes.set(one.client, (purposes.get(one.client) ?? new Set()).add(one.id))
  const ids = (one: readonly { readonly id: string }[], other: readonly { readonly id: string }[]) =>
    new Set([...one, ...other].map((item) => item.id))
  return {
    clients: ids(current.clients, wanted.clients),
    upstreams: ids(current.upstreams, wanted.upstreams),
    processors: new Map([...current.processors, ...wanted.processors].map((one) => [one.id, one.client])),
    people: ids(current.people, wanted.people),
    systems: new Map([...current.systems, ...wanted.systems].map((one) => [one.id, one.client])),
    purposes,
  }
}

/** Who signs for an attribute of people watches over them; one that has ended does not come back under its name. */
function attributeProblems(current: Register, wanted: Organisation): Problem[] {
  const people = new Map([...current.people, ...wanted.people].map((one) => [one.id, one]))
  const ended = new Set(current.attributes.filter((one) => one.ended).map(({ client, id }) => `${client}/${id}`))
  return wanted.attributes.flatMap(({ client, id, signedBy, path }) => [
    ...(people.get(signedBy)?.roles.some(({ role }) => role === 'ethics_officer' || role === 'dpo') === false
      ? [problem('signer_role', [...path, 'signedBy'], { person: signedBy })]
      : []),
    ...(ended.has(`${client}/${id}`) ? [problem('attribute_ended', [...path, 'id'], { id })] : []),
  ])
}

/**
 * Estimating the emotions of people at work is a prohibited practice (AI Act art. 5(1)(f),
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_5), under whatever name: also by a system whose
 * decisions or purposes are about staff, since there nothing keeps theirs apart.
 */
function emotionProblems(current: Register, wanted: Organisation): Problem[] {
  const purposes = new Map([...current.purposes, ...wanted.purposes].map((one) => [`${one.client}/${one.id}`, one]))
  return wanted.systems.flatMap(({ client, emotionInference, decisions, purposes: named, path }) => {
    const ofStaff = named.some((id) => purposes.get(`${client}/${id}`)?.about === 'staff')
    const refused =
      emotionInference === 'staff' || (emotionInference === 'customer' && (ofStaff || decisions?.about === 'agent'))
    return refused ? [problem('emotion_of_staff', [...path, 'emotionInference'])] : []
  })
}

/** A release that is written now, of a version for which a required condition does not hold, says why it is released in spite of it. */
function unmetProblems(draft: Draft, current: Register, wanted: Organisation): Problem[] {
  const known = byId(current.systems)
  const systems = byId(wanted.systems)
  return draft.changes.flatMap((change) => {
    if (change.kind !== 'gate' || change.wanted.decision === 'reject' || change.wanted.despite !== null) return []
    const results = known.get(change.system)?.gateResults ?? []
    const conditions = gateConditionsOf(
      systems.get(change.system)!.gatePolicies,
      results.filter(({ version }) => version === change.wanted.version),
    )
    return unmetConditions(conditions).map((condition) =>
      problem('gate_condition_unmet', [...change.path, 'despite'], { condition }),
    )
  })
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
      if (isOtherModel(before.explainer, version.explainer))
        problems.push(problem('version_fixed', [...version.path, 'explainer'], { id: version.id }))
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
