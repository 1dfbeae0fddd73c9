/** Upstreams and processors, with their terms: what differs, and which terms keep calls from passing. */
import type { FileKey } from '../change.ts'
import type { Organisation, WantedProcessor } from '../organisation.ts'
import { termsProblems, upstreamTermsProblem } from '../processor.ts'
import { type TermsTimes, timesOf, withTimes } from '../processor-times.ts'
import type { Register } from '../register.ts'
import { byId, type Draft, differing, keepAbsent, keyOf, opOf, push, recall, remembering, sameTime } from './draft.ts'

export function compareUpstreams(draft: Draft, current: Register, wanted: Organisation): void {
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

export function compareProcessors(draft: Draft, current: Register, wanted: Organisation): void {
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
