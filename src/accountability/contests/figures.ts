/** How contests of a year were looked at: shares with their intervals, and nothing where it would be about somebody. */
import { wilson } from '../../statistics/index.ts'
import {
  type ContestGroup,
  type ContestShare,
  type ContestTold,
  FEWEST_CASES,
  FEWEST_REVIEWERS,
  type stampSigns,
} from './contract.ts'

type Span = ContestTold['spans'][number]['span']

/** Counts of one system; a contest counts in the year in which it was asked. */
export type ContestCell = {
  readonly system: string
  readonly received: number
  readonly open: number
  readonly withdrawn: number
  readonly answered: number
  /** Who answered them; for counting how many people that were, and nothing else. */
  readonly reviewers: readonly string[]
  readonly changed: number
  readonly spans: Readonly<Partial<Record<Span, number>>>
  /** Of answers of which it is known: of those from before it was kept it is not. */
  readonly reasons: { readonly known: number; readonly short: number }
  /** Of answers that can still be compared: what was erased cannot. */
  readonly compared: { readonly known: number; readonly repeated: number }
}

const spanOrder = ['under_1_minute', 'under_5_minutes', 'under_15_minutes', 'longer', 'unknown'] as const

/**
 * Where a share is surely beyond these, a person looks at how reviews go. Ours: no study of contact centres says where ticking a box begins, so
 * only what the interval excludes counts.
 */
export const stampLimits = { neverChanged: 0.05, hasty: 0.1, shortReasons: 0.25, repeatedReasons: 0.25 } as const

const sum = (cells: readonly ContestCell[], of: (cell: ContestCell) => number): number =>
  cells.reduce((total, cell) => total + of(cell), 0)

const people = (cells: readonly ContestCell[]): number => new Set(cells.flatMap(({ reviewers }) => reviewers)).size

/** Why figures of these together would be about somebody; null: they would not. */
function untoldOf(cells: readonly ContestCell[]): ContestGroup['untold'] {
  if (sum(cells, ({ answered }) => answered) < FEWEST_CASES) return 'few_cases'
  return people(cells) < FEWEST_REVIEWERS ? 'few_reviewers' : null
}

export function groupOf(cells: readonly ContestCell[], hidden = false): ContestGroup {
  const untold = untoldOf(cells) ?? (hidden ? 'hidden' : null)
  return { untold, told: untold === null ? toldOf(cells) : null }
}

/** null: it is known of too few. */
function shareOf(k: number, n: number): ContestShare | null {
  const interval = n < FEWEST_CASES ? undefined : wilson({ k, n })
  return interval === undefined ? null : { k, n, share: k / n, low: interval[0], high: interval[1] }
}

function toldOf(cells: readonly ContestCell[]): ContestTold {
  const spans = spanOrder.map((span) => ({ span, n: sum(cells, (cell) => cell.spans[span] ?? 0) }))
  const timed = spans.filter(({ span }) => span !== 'unknown').reduce((total, { n }) => total + n, 0)
  const shares = {
    changed: shareOf(
      sum(cells, ({ changed }) => changed),
      sum(cells, ({ answered }) => answered),
    )!,
    underAMinute: shareOf(spans[0]!.n, timed),
    shortReasons: shareOf(
      sum(cells, ({ reasons }) => reasons.short),
      sum(cells, ({ reasons }) => reasons.known),
    ),
    repeatedReasons: shareOf(
      sum(cells, ({ compared }) => compared.repeated),
      sum(cells, ({ compared }) => compared.known),
    ),
  }
  return {
    received: sum(cells, ({ received }) => received),
    open: sum(cells, ({ open }) => open),
    withdrawn: sum(cells, ({ withdrawn }) => withdrawn),
    answered: sum(cells, ({ answered }) => answered),
    ...shares,
    spans: timed < FEWEST_CASES ? [] : spans,
    signs: signsOf(shares),
  }
}

function signsOf({
  changed,
  underAMinute,
  shortReasons,
  repeatedReasons,
}: Pick<ContestTold, 'changed' | 'underAMinute' | 'shortReasons' | 'repeatedReasons'>): (typeof stampSigns)[number][] {
  const above = (one: ContestShare | null, limit: number) => one !== null && one.low > limit
  return [
    ...(changed.high < stampLimits.neverChanged ? (['never_changed'] as const) : []),
    ...(above(underAMinute, stampLimits.hasty) ? (['hasty'] as const) : []),
    ...(above(shortReasons, stampLimits.shortReasons) ? (['short_reasons'] as const) : []),
    ...(above(repeatedReasons, stampLimits.repeatedReasons) ? (['repeated_reasons'] as const) : []),
  ]
}

/**
 * The whole and each system. What is told of the whole and of some systems must not give away the others: where the systems that are left
 * out are together too few, the smallest that could be told is left out as well, until they are enough.
 */
export function figuresOf(cells: readonly ContestCell[]): {
  readonly total: ContestGroup
  readonly systems: readonly (ContestGroup & { readonly system: string })[]
} {
  const total = groupOf(cells)
  const ordered = cells.toSorted((a, b) => b.answered - a.answered || (a.system < b.system ? -1 : 1))
  const told = ordered.filter((cell) => untoldOf([cell]) === null)
  const left = () => ordered.filter((cell) => cell.answered > 0 && !told.includes(cell))
  while (told.length > 0 && left().length > 0 && untoldOf(left()) !== null) told.pop()
  const others = cells.filter((cell) => !told.includes(cell)).toSorted((a, b) => (a.system < b.system ? -1 : 1))
  return {
    total,
    systems: [...told, ...others].map((cell) => ({
      system: cell.system,
      ...groupOf([cell], !told.includes(cell)),
    })),
  }
}
