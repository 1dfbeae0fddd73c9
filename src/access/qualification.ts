/**
 * What a person has attained, and what that unlocks. Human oversight may be given only to people with the competence,
 * training and authority for it (AI Act art. 26(2),
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_26): the role is the authority, the
 * qualification the competence and training. Both must hold at this moment.
 */
import type { qualificationKinds } from './contract.ts'
import { type Assignment, holdsNow } from './role.ts'

export type QualificationKind = (typeof qualificationKinds)[number]

export type Qualification = {
  readonly id: string
  readonly kind: string
  /** A day, `2026-11-23`, in the Netherlands. */
  readonly attainedOn: string
  readonly validUntil: Date
  /** Someone took it away, at `validUntil`. */
  readonly ended?: boolean
}

/** The day in the Netherlands on which this moment falls, as `2026-11-23`. */
export function dayOf(at: Date): string {
  return dutchDay.format(at)
}
const dutchDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** From the day it was attained up to, not including, the moment it ends; whatever the clock says, not once it was taken away. */
export function isQualificationValid(qualification: Qualification, now: Date): boolean {
  if (qualification.ended) return false
  return qualification.attainedOn <= dayOf(now) && now < qualification.validUntil
}

/** The valid qualification of this kind that lasts longest, or why there is none. */
export function qualified(
  qualifications: readonly Qualification[],
  kind: QualificationKind,
  now: Date,
):
  | { readonly valid: Qualification }
  | { readonly valid: undefined; readonly reason: 'no_qualification' | 'qualification_expired' } {
  const ofKind = qualifications.filter((qualification) => qualification.kind === kind)
  const valid = ofKind.filter((qualification) => isQualificationValid(qualification, now))
  const [best] = valid.sort((a, b) => b.validUntil.getTime() - a.validUntil.getTime())
  if (best !== undefined) return { valid: best }
  const over = ofKind.some((qualification) => qualification.ended || qualification.validUntil <= now)
  return { valid: undefined, reason: over ? 'qualification_expired' : 'no_qualification' }
}

/** A member of staff with everything that decides about rights. */
export type Overseer = {
  readonly id: string
  readonly disabledAt: Date | null
  readonly assignments: readonly Assignment[]
  readonly qualifications: readonly Qualification[]
}

export type Oversight =
  | {
      readonly oversees: true
      readonly assignment: Assignment
      readonly qualification: Qualification
      /** When it ends if nothing changes: the earliest of role and qualification. */
      readonly until: Date
    }
  | {
      readonly oversees: false
      readonly reason: 'person_disabled' | 'no_role' | 'no_qualification' | 'qualification_expired'
    }

/**
 * Does this person watch over this system now? Only who was named for **this** system counts: an overseer's role for a
 * client or the organisation gives the right to be named and to press the stop button, but watches nothing by itself.
 */
export function oversees(person: Overseer, system: string, now: Date): Oversight {
  if (person.disabledAt !== null) return { oversees: false, reason: 'person_disabled' }
  const [assignment] = person.assignments
    .filter((a) => a.role === 'overseer' && a.system === system && holdsNow(a, now))
    .sort((a, b) => endOf(b) - endOf(a))
  if (assignment === undefined) return { oversees: false, reason: 'no_role' }
  const competence = qualified(person.qualifications, 'human_oversight', now)
  if (competence.valid === undefined) return { oversees: false, reason: competence.reason }
  const until = new Date(Math.min(endOf(assignment), competence.valid.validUntil.getTime()))
  return { oversees: true, assignment, qualification: competence.valid, until }
}

function endOf(assignment: Assignment): number {
  return assignment.until?.getTime() ?? Number.POSITIVE_INFINITY
}
