/** One role of one person, with its beginning and end: a role as such, or the oversight of a system. */
import type { FileKey, Proposed } from '../change.ts'
import type { Moment } from '../moment.ts'
import type { RegisterPerson } from '../register.ts'
import { type Draft, isOpen, push, recall, remembering, sameTime } from './draft.ts'

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
export function compareAssignment(
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
