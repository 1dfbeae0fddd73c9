/** Purposes, and the questions in which their consent is asked. */

import type { Warning } from '../change.ts'
import { BUILT_IN_NOTICE, type Notice } from '../notice.ts'
import type { Organisation, WantedSystem } from '../organisation.ts'
import { isNamedFor } from '../processor.ts'
import type { Register } from '../register.ts'
import { byId, type Draft, differing, keyOf, opOf, push, recall, remembering, sameTime } from './draft.ts'

export function comparePurposes(draft: Draft, current: Register, wanted: Organisation): void {
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
              upstreams: [known.upstreams, one.upstreams],
              processors: [known.processors, one.processors],
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

export function compareAttributes(draft: Draft, current: Register, wanted: Organisation): void {
  const idOf = ({ client, id }: { readonly client: string; readonly id: string }) => `${client}/${id}`
  const known = new Map(current.attributes.map((one) => [idOf(one), one]))
  for (const one of wanted.attributes) {
    const before = known.get(idOf(one))
    const key = keyOf('attribute', one.client, one.id)
    const times = recall(draft, key)?.times
    const fields =
      before === undefined
        ? []
        : [
            ...differing({ statement: [before.statement, one.statement], signedBy: [before.signedBy, one.signedBy] }),
            ...(sameTime(before.signedAt, one.signedAt, times?.signedAt) ? [] : ['signedAt']),
            ...(sameTime(before.endsAt, one.endsAt, times?.endsAt) ? [] : ['endsAt']),
          ]
    push(
      draft,
      opOf(before, fields),
      { kind: 'attribute', id: idOf(one), fields, path: one.path, wanted: one },
      remembering(key, { signedAt: one.signedAt, ...(one.endsAt === null ? {} : { endsAt: one.endsAt }) }),
    )
  }
  const named = new Set(wanted.attributes.map(idOf))
  for (const one of current.attributes)
    if (!named.has(idOf(one)) && !one.ended) draft.kept.push({ why: 'absent', kind: 'attribute', id: idOf(one) })
}

/** Systems whose calls for a purpose would be refused, since the purpose does not name the upstream they go to. */
export function warnOfUnnamed(draft: Draft, current: Register, wanted: Organisation): void {
  const upstreams = byId([...current.upstreams, ...wanted.upstreams])
  const systems = byId<Pick<WantedSystem, 'id' | 'client' | 'purposes' | 'upstream'>>([
    ...current.systems,
    ...wanted.systems,
  ])
  const purposes = new Map([...current.purposes, ...wanted.purposes].map((one) => [`${one.client}/${one.id}`, one]))
  const found = new Map<string, Warning>()
  for (const { client, purposes: uses, upstream: goesTo } of systems.values())
    for (const [id, purpose] of uses.map((use) => [`${client}/${use}`, purposes.get(`${client}/${use}`)] as const)) {
      const upstream = upstreams.get(goesTo)
      if (purpose !== undefined && upstream !== undefined && !isNamedFor(upstream, purpose.upstreams))
        found.set(`${id} ${goesTo}`, { code: 'upstream_not_named', kind: 'purpose', id, upstream: goesTo })
    }
  draft.warnings.push(...found.values())
}

/** A version is what was shown: other words under it were refused before (`fixedProblems`). */
export function compareNotices(draft: Draft, current: Register, wanted: Organisation): void {
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
