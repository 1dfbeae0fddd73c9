/** What a person says about a tried conversation: missed stretches, and findings that are not personal. Kept in the form. */
import type { SampleSpan, TryReply } from '../../../../src/privacy/samples/contract.ts'

type Turns = TryReply['turns']
export type Span = SampleSpan
/** `over` names findings by turn, start and end. */
export type Marks = { readonly missed: readonly Span[]; readonly over: readonly string[] }

export const noMarks: Marks = { missed: [], over: [] }
const MOST = 500

export const nameOf = ({ turn, start, end }: Pick<Span, 'turn' | 'start' | 'end'>): string => `${turn}:${start}:${end}`

/** Marks as the form sent them back; anything else is no mark. */
export function readMarks(text: string | undefined): Marks {
  try {
    const value = JSON.parse(text ?? '') as { missed?: unknown; over?: unknown }
    const isPlace = (n: unknown) => Number.isInteger(n) && (n as number) >= 0
    const missed = Array.isArray(value.missed) ? (value.missed as Span[]) : []
    const over = Array.isArray(value.over) ? (value.over as unknown[]) : []
    return {
      missed: missed
        .filter((one) => isPlace(one?.turn) && isPlace(one.start) && isPlace(one.end) && typeof one.label === 'string')
        .map(({ turn, start, end, label }) => ({ turn, start, end, label }))
        .slice(0, MOST),
      over: over.filter((one): one is string => typeof one === 'string' && /^\d+:\d+:\d+$/.test(one)).slice(0, MOST),
    }
  } catch {
    return noMarks
  }
}

/** The words of a text: white space between, marks at the ends left out. */
export function wordsOf(text: string): { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(/\S+/g)].flatMap((match) => {
    const word = match[0]
    const begin = word.search(/[\p{L}\p{M}\p{N}]/u)
    if (begin < 0) return []
    const end = word.replace(/[^\p{L}\p{M}\p{N}]+$/u, '').length
    return [{ start: match.index + begin, end: match.index + end }]
  })
}

/**
 * The stretch that a person means: words by number, or the first place where what they typed stands and nothing is marked
 * yet, in either case. Undefined when it is not there.
 */
export function stretchOf(
  text: string,
  asked: { readonly words: string; readonly from: number | undefined; readonly to: number | undefined },
  taken: readonly { readonly start: number; readonly end: number }[],
): { start: number; end: number } | undefined {
  if (asked.from !== undefined) {
    const words = wordsOf(text)
    const first = words[asked.from - 1]
    const last = words[(asked.to ?? asked.from) - 1]
    return first && last && first.start < last.end ? { start: first.start, end: last.end } : undefined
  }
  const typed = asked.words.trim()
  if (!/[\p{L}\p{M}\p{N}]/u.test(typed)) return undefined
  const lower = text.toLowerCase()
  const places = [
    ...placesOf(text, typed),
    ...(lower.length === text.length ? placesOf(lower, typed.toLowerCase()) : []),
  ]
  const free = places.find((start) => !taken.some((one) => one.start < start + typed.length && start < one.end))
  return free === undefined ? undefined : { start: free, end: free + typed.length }
}

function placesOf(text: string, typed: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(typed); at >= 0 && places.length < 100; at = text.indexOf(typed, at + 1)) places.push(at)
  return places
}

/** All that is personal: what was missed, and what was found and not taken back; a missed stretch takes in what it covers. */
export function goldOf(turns: Turns, { missed, over }: Marks): Span[] {
  const found = turns.flatMap(({ findings }, turn) =>
    findings.map(({ start, end, label }): Span => ({ turn, start, end, label })),
  )
  const kept = found.filter((one) => !over.includes(nameOf(one)) && !missed.some((other) => touches(one, other)))
  return [...missed, ...kept].toSorted((a, b) => a.turn - b.turn || a.start - b.start)
}

export const touches = (a: Span, b: Span): boolean => a.turn === b.turn && a.start < b.end && b.start < a.end

export type Piece = {
  readonly text: string
  readonly kind: 'plain' | 'found' | 'over' | 'missed'
  readonly label?: Span['label']
}

/** A turn's text, cut where something is found, taken back or missed. */
export function piecesOf(turns: Turns, turn: number, { missed, over }: Marks): Piece[] {
  const { text, findings } = turns[turn]!
  const own = missed.filter((one) => one.turn === turn)
  const spans = [
    ...own.map((one) => ({ ...one, kind: 'missed' as const })),
    ...findings
      .map((one) => ({ turn, start: one.start, end: one.end, label: one.label }))
      .filter((one) => !own.some((other) => touches(one, other)))
      .map((one) => ({ ...one, kind: over.includes(nameOf(one)) ? ('over' as const) : ('found' as const) })),
  ].toSorted((a, b) => a.start - b.start)
  const pieces: Piece[] = []
  let at = 0
  for (const { start, end, kind, label } of spans) {
    if (start < at || end > text.length) continue
    if (start > at) pieces.push({ text: text.slice(at, start), kind: 'plain' })
    pieces.push({ text: text.slice(start, end), kind, label })
    at = end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: 'plain' })
  return pieces
}

const families: readonly (readonly [RegExp, string])[] = [
  [/^custom:/, 'custom'],
  [/^model:/, 'model'],
  [/^checksum:/, 'checksum'],
  [/^cue:/, 'cue'],
  [/^asked:/, 'asked'],
  [/^key/, 'key'],
  [/^(?:memory:|known$)/, 'memory'],
  [/^(?:before|after):/, 'beside'],
  [/-shape$|^(?:link|handle)$/, 'shape'],
  [/-said$|^spelled/, 'said'],
  [/^(?:long-|number-turn)/, 'number'],
  [/^unknown/, 'unknown'],
  [/^capital/, 'capital'],
  [/^(?:title|sign-off|kin)$/, 'address'],
  [/^lexicon|^special/, 'lexicon'],
]

/** The kind of evidence that a reason code stands for, as a key of `reason.`. */
export const reasonFamily = (reason: string): string =>
  families.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other'
