/** How long each kind of data is kept, by purpose, and why: terms are data, and the shipped defaults say where they come from. */
import type { PurposeTerms } from '../../records/contract.ts'

/** In the order in which they end; each has its own rows (io/retention.ts). */
export const retentionKinds = [
  'contents',
  'importedRecordings',
  'callFacts',
  'decisions',
  'consentProof',
  'cases',
  'copies',
  'keys',
  'subjects',
] as const
export type RetentionKind = (typeof retentionKinds)[number]

/** Kinds whose term is not a purpose's: shown beside the others, and applied elsewhere or not at all. */
export const otherKinds = ['pseudonyms', 'accessLog', 'ledger'] as const
export type OtherKind = (typeof otherKinds)[number]

/**
 * Five years: a claim for damages lapses five years after the harm was known (BW 3:310(1),
 * https://wetten.overheid.nl/BWBR0005291/2025-01-01#Boek3_Titeldeel11_Artikel310), and until then an organisation may need the
 * facts of a call, and the proof of a consent (GDPR 7(1), 17(3)(e)), for its defence. Facts hold no contents.
 */
export const DEFENCE_DAYS = 1_826
/**
 * Two years after its end: until then a body outside may ask for it (a dispute committee takes a complaint within a year of the answer),
 * and it tells what was promised. An administration of complaints is kept for at least one (BGfo 41,
 * https://wetten.overheid.nl/BWBR0020421/#Hoofdstuk7).
 */
export const CASE_DAYS = 730
/** A key under which nothing is sealed any more goes a day after it was made, at the earliest: what it was made for is there by then. */
export const KEY_DAYS = 1
/** A copy that was made ready is there to be fetched, not to be kept. */
export const COPY_DAYS = 30

export type Term = {
  readonly kind: RetentionKind
  readonly days: number
  /** purpose: its own term of contents; file: set in the organisation file; default: shipped. */
  readonly from: 'purpose' | 'file' | 'default'
}

export type PurposeOfTerms = { readonly retentionDays: number; readonly terms: PurposeTerms }

/**
 * The terms of one purpose. Facts about a call stay at least as long as what was said in it, and the proof of a consent
 * at least as long as the facts of the calls that rested on it: it answers for them.
 */
export function termsOf({ retentionDays, terms }: PurposeOfTerms): Term[] {
  const contents = retentionDays
  const imported = terms.importedRecordings ?? contents
  const callFacts = Math.max(terms.callFacts ?? DEFENCE_DAYS, contents, imported)
  const from = (value: number | undefined, otherwise: Term['from'] = 'default') =>
    value === undefined ? otherwise : 'file'
  return [
    { kind: 'contents', days: contents, from: 'purpose' },
    { kind: 'importedRecordings', days: imported, from: from(terms.importedRecordings, 'purpose') },
    { kind: 'callFacts', days: callFacts, from: from(terms.callFacts) },
    // A decision is contested and explained for as long as the facts of a call are kept.
    { kind: 'decisions', days: callFacts, from: from(terms.callFacts) },
    {
      kind: 'consentProof',
      days: Math.max(terms.consentProof ?? DEFENCE_DAYS, callFacts),
      from: from(terms.consentProof),
    },
  ]
}

/** Whatever happened before this moment is past its term. */
export function cutoff(days: number, now: Date): Date {
  return new Date(now.getTime() - days * 86_400_000)
}

export type Count = {
  readonly kind: RetentionKind
  readonly client: string
  /** null: not of one purpose. */
  readonly purpose: string | null
  /** Conversations, answers, copies, keys or people; what one is follows from the kind. */
  readonly n: number
}

const same = (a: Count, b: Count) => a.kind === b.kind && a.client === b.client && a.purpose === b.purpose

/** Adds one count to a list of them, in which each place stands once. */
export function addCount(counts: readonly Count[], more: Count): Count[] {
  if (more.n === 0) return [...counts]
  const found = counts.find((one) => same(one, more))
  if (found === undefined) return [...counts, more]
  return counts.map((one) => (one === found ? { ...one, n: one.n + more.n } : one))
}

/** Counts by client, for one entry each: nobody reads figures of another client in an entry about all. */
export function byClient(counts: readonly Count[]): ReadonlyMap<string, readonly Count[]> {
  return Map.groupBy(counts, ({ client }) => client)
}
