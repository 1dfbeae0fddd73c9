/** AI systems, and what was decided about them: versions, gates, oversight, stops. */
import type { Organisation, WantedSystem } from '../organisation.ts'
import type { Register, RegisterSystem } from '../register.ts'
import { compareAssignment } from './assignment.ts'
import {
  byId,
  type Draft,
  differing,
  equal,
  isOpen,
  keepAbsent,
  keyOf,
  opOf,
  push,
  recall,
  remembering,
  sameTime,
} from './draft.ts'

export function compareSystems(draft: Draft, current: Register, wanted: Organisation): void {
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
    emotionInference: [known.emotionInference, one.emotionInference],
    biometricCategorisation: [known.biometricCategorisation, one.biometricCategorisation],
    mode: [known.mode, one.mode],
    observeSignedBy: [known.observeSignedBy, one.observeSignedBy],
    toolsWithOriginals: [known.toolsWithOriginals, one.toolsWithOriginals],
    allowedContent: [known.allowedContent, one.allowedContent],
    limits: [known.limits, one.limits],
    prohibited: [known.prohibited, one.prohibited],
    decisions: [known.decisions, one.decisions],
    gatePolicies: [known.gatePolicies, one.gatePolicies],
  })
  return sameTime(known.observeUntil, one.observeUntil, rememberedUntil) ? same : [...same, 'observeUntil']
}

function compareVersions(draft: Draft, known: RegisterSystem | undefined, system: WantedSystem): void {
  // The current one last: the version that was current before must have stepped back when it takes its place.
  for (const one of system.versions.toSorted((a, b) => Number(a.current) - Number(b.current))) {
    const before = known?.versions.find((other) => other.id === one.id)
    const fields =
      before === undefined
        ? []
        : differing({ current: [before.current, one.current], explainer: [before.explainer, one.explainer] })
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
          equal(other.despite, one.despite) &&
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
