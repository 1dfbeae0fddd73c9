/** What crosses the wire about how contests are looked at: figures of a team, never of a person. */
import { z } from 'zod'
import { slug } from '../../records/contract.ts'
import { reviewSpans } from '../../records/decision-contract.ts'

/**
 * Under so many answers, or with answers of fewer people, no figure is told: it would be about somebody. A list per person would watch
 * staff, for which the works council decides first (Wet op de ondernemingsraden art. 27(1)(l)).
 */
export const FEWEST_CASES = 10
export const FEWEST_REVIEWERS = 3

/** A calendar year in the Netherlands, of one client: periods that one may choose freely could be taken apart to single cases. */
export const contestFiguresQuery = z.strictObject({
  client: slug,
  year: z
    .string()
    .regex(/^20\d\d$/)
    .optional(),
})

/** In [0, 1], with Wilson's interval of 95 %; of `FEWEST_CASES` or more. */
const share = z.object({ k: z.int(), n: z.int(), share: z.number(), low: z.number(), high: z.number() })
export type ContestShare = z.output<typeof share>

/** `hidden`: others could be worked out from it. */
export const untoldReasons = ['few_cases', 'few_reviewers', 'hidden'] as const
/** What a second look that only ticks a box looks like, as far as figures show it. */
export const stampSigns = ['never_changed', 'hasty', 'short_reasons', 'repeated_reasons'] as const

const told = z.object({
  received: z.int(),
  open: z.int(),
  /** Let rest by the customer, or erased. */
  withdrawn: z.int(),
  answered: z.int(),
  changed: share,
  /** null: it is known of fewer than `FEWEST_CASES` answers; so are the two below it, and then `spans` is empty. */
  underAMinute: share.nullable(),
  shortReasons: share.nullable(),
  repeatedReasons: share.nullable(),
  spans: z.array(z.object({ span: z.enum(reviewSpans), n: z.int() })),
  signs: z.array(z.enum(stampSigns)),
})
export type ContestTold = z.output<typeof told>

const group = z.object({
  /** Why nothing is told; null: it is. */
  untold: z.enum(untoldReasons).nullable(),
  told: told.nullable(),
})
export type ContestGroup = z.output<typeof group>

export const contestFigures = z.object({
  client: slug,
  year: z.string(),
  fewestCases: z.int(),
  fewestReviewers: z.int(),
  total: group,
  /** Each with a contest in that year: what is told first, the most answered on top; then the others by name. */
  systems: z.array(group.extend({ system: z.string() })),
})
export type ContestFigures = z.output<typeof contestFigures>
