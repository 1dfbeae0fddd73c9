import { bit } from '../lexicon/lexicon.ts'
import type { Token } from './tokens.ts'
import type { NumberFound, Turn } from './turn.ts'

/** A date in the tokens `[from, to)`, as far as it was said. `key` is `y-m-d` when all three are known. */
export type DateFound = {
  readonly from: number
  readonly to: number
  readonly year: number | undefined
  readonly month: number
  readonly day: number | undefined
  readonly key: string | undefined
}

/** Dates in figures (day first, ISO, American when only that fits) and in words. One pass, bounded steps at each place. */
export function findDates(turn: Turn): DateFound[] {
  const dates: DateFound[] = []
  for (const run of turn.numbers) {
    const date = inFigures(run)
    if (date !== undefined) dates.push(date)
  }
  if ((turn.bits & bit.ordinal) !== 0) {
    for (let i = 0; i < turn.tokens.length; i++) {
      const date = inOrdinals(turn, i)
      if (date !== undefined) dates.push(date)
    }
  }
  if ((turn.bits & bit.month) !== 0) {
    for (let i = 0; i < turn.tokens.length; i++) {
      if ((turn.tokens[i]!.bits & bit.month) === 0) continue
      const date = inWords(turn, i)
      if (date !== undefined) dates.push(date)
    }
  }
  return dates.sort((a, b) => a.from - b.from)
}

function made(from: number, to: number, year: number | undefined, month: number, day: number | undefined): DateFound {
  const key = year === undefined || day === undefined ? undefined : `${year}-${month}-${day}`
  return { from, to, year, month, day, key }
}

function inFigures(run: NumberFound): DateFound | undefined {
  if (run.groups.length !== 3 || run.spoken || run.gluedBefore || !/^([-./])\1$/.test(run.separators)) return undefined
  const [a, b, c] = run.groups.map(Number) as [number, number, number]
  const [first, , last] = run.groups as [string, string, string]
  if (first.length === 4 && last.length <= 2) return valid(run, a, b, c)
  if (first.length > 2 || (last.length !== 2 && last.length !== 4)) return undefined
  const year = fullYear(c, last.length)
  return valid(run, year, b, a) ?? valid(run, year, a, b)
}

function valid(run: NumberFound, year: number, month: number, day: number): DateFound | undefined {
  const possible = month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1880 && year <= 2100
  return possible ? made(run.from, run.to, year, month, day) : undefined
}

/** Two figures: 31 to 99 and also 30 and below may be either century; the older one is a person's sooner than a term. */
function fullYear(year: number, length: number): number {
  if (length > 2) return year
  return year > 30 ? 1900 + year : 2000 + year
}

const ordinalEndings = new Set('e de ste st nd rd th'.split(' '))
const linking = new Set(['of', 'de', 'the', 'van', 'in', 'the', ',', '-', '.', '/'])
const nearby = new Set(['eind', 'begin', 'half', 'medio', 'late', 'early', 'mid', 'end'])

function inWords(turn: Turn, at: number): DateFound | undefined {
  const month = turn.tokens[at]!.form!.word!.month!
  const left = partLeft(turn, at)
  const right = partsRight(turn, at, left.day)
  if (left.day === undefined && left.year === undefined && right.day === undefined && right.year === undefined)
    return undefined
  // "mei", "may" and "jan" are other words too: a year alone must stand at once after them.
  const before = turn.tokens[left.from - 1]?.lower ?? ''
  const withArticle = /^(?:the|de|den)$/.test(before) && left.day !== undefined && turn.tokens[left.from]!.gap === 1
  const from = nearby.has(before) || withArticle ? left.from - 1 : left.from
  return made(from, right.to, right.year ?? left.year, month, left.day ?? right.day)
}

/** "de negende van de twaalfde negentien zevenentachtig", "the fifth of the third 1980": day, month and year without a name. */
function inOrdinals(turn: Turn, at: number): DateFound | undefined {
  const { tokens } = turn
  const day = tokens[at]!.form?.word?.ordinal
  if (day === undefined) return undefined
  let i = at + 1
  while (i < at + 4 && /^(?:van|de|of|the)$/.test(tokens[i]?.lower ?? '')) i++
  const month = tokens[i]?.form?.word?.ordinal
  const run = turn.numberAt.get(i + 1)
  if (i === at + 1 || month === undefined || month > 12 || run === undefined || run.digits.length !== 4)
    return undefined
  const from = /^(?:the|de|den)$/.test(tokens[at - 1]?.lower ?? '') ? at - 1 : at
  return made(from, run.to, Number(run.digits), month, day)
}

function partLeft(turn: Turn, at: number): { from: number; day?: number; year?: number } {
  let i = at - 1
  let steps = 0
  while (i >= 0 && steps < 2 && linking.has(turn.tokens[i]!.lower) && turn.tokens[i + 1]!.gap < 2) {
    i--
    steps++
  }
  if (i < 0 || turn.tokens[i + 1]!.gap === 2) return { from: at }
  const token = turn.tokens[i]!
  if (token.kind === 'word' && token.gap === 0 && ordinalEndings.has(token.lower)) i--
  const day = dayAt(turn, i)
  if (day !== undefined) return { from: day.from, day: day.value }
  const year = numberEndingAt(turn, i)
  if (year === undefined || year.digits.length !== 4 || turn.tokens[at - 1]!.lower !== 'in') return { from: at }
  return { from: year.from, year: Number(year.digits) }
}

/** A day of the month that ends at token `i`: "9", "dertig", "27e", "twenty first". */
function dayAt(turn: Turn, i: number): { from: number; value: number } | undefined {
  const token = turn.tokens[i]
  if (token === undefined) return undefined
  const ordinal = token.form?.word?.ordinal
  if (ordinal !== undefined) {
    const tens = turn.tokens[i - 1]
    const both =
      ordinal < 10 && tens !== undefined && token.gap < 2 && (tens.lower === 'twenty' || tens.lower === 'thirty')
    return both ? { from: i - 1, value: Number(tens.form!.number!.digits) + ordinal } : { from: i, value: ordinal }
  }
  const run = numberEndingAt(turn, i)
  if (run === undefined || run.digits.length > 2) return undefined
  const value = Number(run.digits)
  return value >= 1 && value <= 31 ? { from: run.from, value } : undefined
}

function numberEndingAt(turn: Turn, i: number): NumberFound | undefined {
  for (let start = i; start > i - 5 && start >= 0; start--) {
    const run = turn.numberAt.get(start)
    if (run !== undefined) return run.to === i + 1 ? run : undefined
  }
  return undefined
}

/** After the month: a day ("Sept 30th"), a year, and for what comes late "de 27e", "de vierde". */
function partsRight(turn: Turn, at: number, day: number | undefined): { to: number; day?: number; year?: number } {
  const found: { to: number; day?: number; year?: number } = day === undefined ? { to: at + 1 } : { to: at + 1, day }
  let i = at + 1
  for (let steps = 0; steps < 6 && i < turn.tokens.length; steps++) {
    const token = turn.tokens[i]!
    if (token.gap === 2) break
    const part = rightPart(turn, i, found)
    if (part === undefined) {
      if (!isLink(token)) break
      i++
      continue
    }
    Object.assign(found, part)
    i = found.to
  }
  return found
}

const isLink = ({ lower }: Token): boolean => [',', '.', '-', '/', "'", 'de', 'the', 'of', 'van', 'in'].includes(lower)

function rightPart(
  turn: Turn,
  i: number,
  found: { day?: number; year?: number },
): { to: number; day?: number; year?: number } | undefined {
  const token = turn.tokens[i]!
  if (token.form?.word?.ordinal !== undefined)
    return found.day === undefined ? { to: i + 1, day: token.form.word.ordinal } : undefined
  const run = turn.numberAt.get(i)
  if (run === undefined) return undefined
  const suffix = turn.tokens[run.to]
  const ordinal = suffix !== undefined && suffix.gap === 0 && ordinalEndings.has(suffix.lower)
  const value = Number(run.digits)
  if (found.day === undefined && run.digits.length <= 2 && value >= 1 && value <= 31 && (ordinal || !run.spoken)) {
    return { to: ordinal ? run.to + 1 : run.to, day: value }
  }
  if (found.year !== undefined) return undefined
  if (run.digits.length === 4 && value >= 1880 && value <= 2100) return { to: run.to, year: value }
  return run.digits.length === 2 ? { to: run.to, year: fullYear(value, 2) } : undefined
}
