/** Why staff may open what a customer said, and when somebody reads of unusually many. */

/** Reasons a person can choose; `other` needs words. Not chosen: `hand_off`, seen from the work itself, and `search`, a piece among what was found. */
export const revealReasons = [
  'customer_question',
  'complaint',
  'data_request',
  'quality_check',
  'incident',
  'audit',
  'other',
] as const
export type RevealReason = (typeof revealReasons)[number]
/** Reasons to look a customer up by their number: it has no place for words. */
export const lookUpReasons = [
  'customer_question',
  'complaint',
  'data_request',
  'quality_check',
  'incident',
  'audit',
] as const satisfies readonly RevealReason[]
export type LookUpReason = (typeof lookUpReasons)[number]
export type ViewReason = RevealReason | 'hand_off' | 'search'

/** A reason opens one conversation for one person this long. */
export const REVEAL_MS = 30 * 60_000

// -- unusual reading ------------------------------------------------------------------------------------------------

export const READING_WINDOW_MS = 3_600_000
export const READING_HISTORY_DAYS = 28

/**
 * Fewer customers than this in an hour are never unusual: one every six minutes is what answering them takes. Our own
 * choice, to be weighed again with figures from use.
 */
export const READING_AT_LEAST = 10
/** Hours of reading below which a history says nothing. */
const ENOUGH_HOURS = 20
/**
 * An observation is an outlier when its modified z-score is above 3.5 (Iglewicz and Hoaglin 1993; NIST/SEMATECH
 * e-Handbook 1.3.5.17, https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm). It rests on the median, so
 * that a few wild hours in the past do not hide the next one.
 */
const CUT_OFF = 3.5
const MAD_FACTOR = 0.6745
/** Where half of the hours are alike the deviation from the median is 0; then the mean deviation stands in for it. */
const MEAN_DEVIATION_FACTOR = 0.7979

export type Reading = {
  /** Different customers read of in the last hour. */
  readonly customers: number
  /** Different customers per hour in which this person read, in the last 28 days; hours without reading do not count. */
  readonly own: readonly number[]
  /** The same of the colleagues, an entry per person and hour. */
  readonly team: readonly number[]
}

export type ReadingDecision = {
  readonly unusual: boolean
  /** The most that is not unusual. */
  readonly usual: number
  readonly comparedWith: 'own_and_team' | 'own' | 'team' | 'nothing'
}

/**
 * Unusual is what is far outside both the person's own hours and those of the team, as far as there is enough of
 * either: a busy team does not hide one person, and one person's habit does not make a team's normal hour unusual.
 */
export function decideReading({ customers, own, team }: Reading): ReadingDecision {
  const ofOwn = limitOf(own)
  const ofTeam = limitOf(team)
  const comparedWith =
    ofOwn !== undefined && ofTeam !== undefined
      ? 'own_and_team'
      : ofOwn !== undefined
        ? 'own'
        : ofTeam !== undefined
          ? 'team'
          : 'nothing'
  const usual = Math.max(READING_AT_LEAST, ofOwn ?? 0, ofTeam ?? 0)
  return { unusual: customers > usual, usual, comparedWith }
}

/** The largest whole count whose modified z-score is not above the cut-off; undefined for too short a history. */
function limitOf(counts: readonly number[]): number | undefined {
  if (counts.length < ENOUGH_HOURS) return undefined
  const middle = median(counts)
  const deviations = counts.map((count) => Math.abs(count - middle))
  const mad = median(deviations)
  const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length
  const spread = mad > 0 ? mad / MAD_FACTOR : mean / MEAN_DEVIATION_FACTOR
  return Math.floor(middle + CUT_OFF * spread)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
