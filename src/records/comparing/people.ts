/** People with their qualifications and roles. */
import { dayOf } from '../../access/rules.ts'
import type { Organisation, WantedPerson, WantedQualification } from '../organisation.ts'
import type { Register, RegisterPerson } from '../register.ts'
import { compareAssignment } from './assignment.ts'
import {
  byId,
  type Draft,
  differing,
  isOpen,
  keepAbsent,
  keyOf,
  opOf,
  push,
  recall,
  remembering,
  sameTime,
} from './draft.ts'

export function comparePeople(draft: Draft, current: Register, wanted: Organisation): void {
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

export function comparePersonRoles(draft: Draft, known: RegisterPerson | undefined, person: WantedPerson): void {
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
