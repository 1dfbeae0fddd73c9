/** The organisation itself, its clients, and keys of systems. */
import type { Organisation } from '../organisation.ts'
import type { Register } from '../register.ts'
import { byId, type Draft, differing, keepAbsent, opOf, push } from './draft.ts'

export function compareClients(draft: Draft, current: Register, wanted: Organisation): void {
  const known = byId(current.clients)
  for (const one of wanted.clients) {
    const before = known.get(one.id)
    const fields =
      before === undefined ? [] : differing({ name: [before.name, one.name], profile: [before.profile, one.profile] })
    push(draft, opOf(before, fields), { kind: 'client', id: one.id, fields, path: one.path, wanted: one })
  }
  keepAbsent(draft, 'client', current.clients, wanted.clients)
}

export function compareTenant(draft: Draft, current: Register, wanted: Organisation): void {
  const op = current.tenant === null ? 'add' : current.tenant.name === wanted.tenant.name ? 'same' : 'change'
  push(draft, op, {
    kind: 'tenant',
    id: wanted.tenant.id,
    fields: op === 'change' ? ['name'] : [],
    path: ['tenant'],
    wanted: wanted.tenant,
  })
}

export function compareKeys(draft: Draft, current: Register, wanted: Organisation): void {
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
