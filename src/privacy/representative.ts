/**
 * Who may say yes for whom. A child below the age of consent cannot (GDPR art. 8(1), in the Netherlands sixteen: UAVG art.
 * 5), nor somebody under curatele, bewind or mentorschap where that covers it (UAVG art. 5(1) and (4)): then the
 * representative does, and only when it is on record that they may. The GDPR is not about the dead (recital 27): nobody
 * can consent for them, and what their heirs take back is taken back.
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_8,
 * https://wetten.overheid.nl/BWBR0040940/2021-07-01#Hoofdstuk1_Artikel5
 */
import type { ConsentEvent } from './consent.ts'

export const circumstances = ['adult', 'minor', 'deceased', 'represented', 'unknown'] as const
/** `minor`: below the age at which the client's country lets somebody consent. */
export type Circumstance = (typeof circumstances)[number]

export const representativeKinds = ['guardian', 'mandate'] as const
export type RepresentativeKind = (typeof representativeKinds)[number]

/** Which relations can be which kind. */
export const relations = {
  guardian: ['parent', 'legal_guardian'],
  mandate: ['curator', 'administrator', 'mentor', 'authorised', 'heir'],
} as const satisfies Record<RepresentativeKind, readonly string[]>
export type Relation = (typeof relations)[RepresentativeKind][number]

export type Representative = {
  readonly id: string
  readonly kind: RepresentativeKind
  readonly relation: Relation
  /** null: for every purpose. */
  readonly purposes: readonly string[] | null
  /** Counts up to, not at, this moment; null: until it is ended. */
  readonly validUntil: string | null
  /** Ended by somebody: it counts no more, also when the clock is set back. */
  readonly ended: boolean
}

/** The data subject as far as it decides who may say yes. */
export type Person = { readonly circumstance: Circumstance; readonly representatives: readonly Representative[] }

/** Somebody of whom nothing is known that would keep them from deciding for themselves. */
export const anyone: Person = { circumstance: 'unknown', representatives: [] }

export type RepresentationProblem = 'guardian_missing' | 'mandate_missing' | 'deceased'

/**
 * Who may speak for this person about these purposes; null: about all that is known of them, which a mandate for some purposes
 * does not cover. For a child that is a guardian, for somebody who is represented or of age a mandate; where nothing is known of
 * the person, either. An heir speaks for nobody who lives, and nobody speaks for the dead.
 */
export function speakersFor(
  { circumstance, representatives }: Person,
  purposes: readonly string[] | null,
  now: Date,
): readonly Representative[] {
  return representatives.filter(
    (one) => speaksFor[circumstance]?.includes(one.kind) === true && covers(one, purposes, now),
  )
}

const speaksFor: Readonly<Partial<Record<Circumstance, readonly RepresentativeKind[]>>> = {
  adult: ['mandate'],
  unknown: ['guardian', 'mandate'],
  minor: ['guardian'],
  represented: ['mandate'],
}

/**
 * Why a yes about this purpose does not count for this person; null when it does. Asked again at every use, so that a
 * mandate that ended, or a child that turned out to be one, counts from the next call on.
 */
export function representationProblem(
  person: Person,
  { by, purpose }: Pick<ConsentEvent, 'by' | 'purpose'>,
  now: Date,
): RepresentationProblem | null {
  const spokenFor = by === 'representative' && speakersFor(person, [purpose], now).length > 0
  switch (person.circumstance) {
    case 'adult':
    case 'unknown':
      // They decide themselves; whoever says that they do it for them has a mandate.
      return by !== 'representative' || spokenFor ? null : 'mandate_missing'
    case 'minor':
      return spokenFor ? null : 'guardian_missing'
    case 'represented':
      return spokenFor ? null : 'mandate_missing'
    default:
      // Also a circumstance that this version does not know.
      return 'deceased'
  }
}

/** Whether a yes of this person themselves counts, whatever it is about. */
export const mayConsentAlone = (person: Person, now: Date): boolean =>
  representationProblem(person, { by: 'customer', purpose: '' }, now) === null

function covers(
  { relation, purposes, validUntil, ended }: Representative,
  asked: readonly string[] | null,
  now: Date,
): boolean {
  if (ended || relation === 'heir') return false
  if (validUntil !== null && !(now < new Date(validUntil))) return false
  return purposes === null || asked?.every((purpose) => purposes.includes(purpose)) === true
}

/** GDPR art. 8(1): sixteen, or as low as thirteen where a member state says so. In the Netherlands sixteen (UAVG 5). */
export const CONSENT_AGE = { default: 16, lowest: 13 } as const

/** What follows from a day of birth for who may consent; the day itself is not kept. `bornOn`: 2012-05-31. */
export function circumstanceOf(bornOn: string, consentAge: number, now: Date): 'adult' | 'minor' {
  const [year = 0, month = 1, day = 1] = bornOn.split('-').map(Number)
  // Born on 29 February: of age on the first of March in other years, as nobody is too early.
  const ofAge = new Date(Date.UTC(year + consentAge, month - 1, day))
  return now < ofAge ? 'minor' : 'adult'
}
