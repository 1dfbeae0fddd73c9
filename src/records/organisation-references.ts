/** Ids in an organisation file: each once, and each reference to something that exists and belongs to the same client. */

import type { DecisionRules } from './contract.ts'
import type { Organisation } from './organisation.ts'
import { nearest, type Path, type Problem, problem } from './organisation-problem.ts'
import { protectedAttribute } from './protected-attributes.ts'
import { hasShape } from './token-shape.ts'

/** Each feature and outcome once; what tells a protected group apart is no feature (AI Act 10(2)(f), GDPR 9). */
function checkDecisions({ features, outcomes, notUsed }: DecisionRules, path: Path, problems: Problem[]): void {
  const seen = new Set<string>()
  for (const [n, { feature }] of features.entries()) {
    const place = [...path, 'decisions', 'features', n, 'feature']
    if (seen.has(feature)) problems.push(problem('id_twice', place, { id: feature }))
    seen.add(feature)
    const marked = notUsed.some(({ attribute }) => attribute.toLowerCase() === feature.toLowerCase())
    if (marked || protectedAttribute(feature) !== null)
      problems.push(problem('attribute_protected', place, { feature }))
  }
  for (const [n, { outcome }] of outcomes.entries())
    if (outcomes.findIndex((one) => one.outcome === outcome) < n)
      problems.push(problem('id_twice', [...path, 'decisions', 'outcomes', n, 'outcome'], { id: outcome }))
}

export function checkIds(organisation: Organisation, problems: Problem[]): void {
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
    organisation.attributes,
    (one) => pair(one.client, one.id),
    'id',
    (one) => one.id,
  )
  for (const { statement, path } of organisation.attributes) {
    const choices = statement.choices.map(({ value }, n) => ({ value, path: [...path, 'choices', n] }))
    twice(choices, (one) => one.value, 'value')
  }
  for (const { decisions, path } of organisation.systems) if (decisions) checkDecisions(decisions, path, problems)
  for (const one of organisation.purposes)
    for (const list of ['upstreams', 'processors'] as const)
      for (const [n, id] of (one[list] ?? []).entries())
        if (one[list]!.indexOf(id) < n) problems.push(problem('id_twice', [...one.path, list, n], { id }))
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
  /** Processor to its client; null: works for all. */
  readonly processors: ReadonlyMap<string, string | null>
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
    kind: 'client' | 'upstream' | 'processor' | 'person' | 'system' | 'purpose',
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
  const worksFor = (processor: string) => known.processors.get(processor) ?? null
  const purposesOf = (client: string) => known.purposes.get(client) ?? new Set<string>()
  for (const one of organisation.purposes) {
    refer('client', one.client, known.clients, [...one.path, 'client'])
    refer('person', one.signedBy, known.people, [...one.path, 'signedBy'])
    for (const [n, upstream] of (one.upstreams ?? []).entries())
      refer('upstream', upstream, known.upstreams, [...one.path, 'upstreams', n])
    for (const [n, processor] of (one.processors ?? []).entries()) {
      const path = [...one.path, 'processors', n]
      if (refer('processor', processor, known.processors, path) && ![null, one.client].includes(worksFor(processor)))
        problems.push(problem('other_client', path, { id: processor }))
    }
  }
  for (const one of organisation.attributes) {
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
