/** Data subjects, who may speak for them, and their consents. */
import type { Moment } from '../moment.ts'
import type { Organisation, WantedConsent, WantedRepresentative, WantedSubject } from '../organisation.ts'
import type { Register, RegisterConsent, RegisterRepresentative, RegisterSubject } from '../register.ts'
import { type Draft, differing, keyOf, opOf, push, recall, remembering, sameTime } from './draft.ts'

export function compareSubjects(draft: Draft, current: Register, wanted: Organisation): void {
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
