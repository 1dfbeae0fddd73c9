import { bit } from '../lexicon/lexicon.ts'
import type { NumberWord } from './number-words.ts'
import type { Token } from './tokens.ts'

/**
 * Digits and number words that belong together: "06 87 65 43 21", "nul zes dubbel nul", "9999.96.009". Fillers and
 * corrections ("eh", "nee wacht") part it in pieces and stay outside them.
 */
export type NumberRun = {
  /** Tokens `[from, to)`. */
  readonly from: number
  readonly to: number
  /** What was said or typed, in digits: "1972" for "negentien tweeënzeventig". */
  readonly digits: string
  readonly pieces: readonly { readonly from: number; readonly to: number }[]
  /** Written in words, at least in part. */
  readonly spoken: boolean
  /** The marks between the groups, in order. */
  readonly separators: string
  /** Digits of each typed group, in order; spoken groups as one each. */
  readonly groups: readonly string[]
  /** A letter touches it: "HX2290", "9934NC", "WB-2093", "60cm". */
  readonly gluedBefore: boolean
  readonly gluedAfter: boolean
}

type Spoken = NumberWord | { readonly digits: string; readonly rank: 'typed' }
type Piece = { from: number; to: number }

const isNumber = (token: Token): boolean => token.kind === 'digits' || (token.bits & bit.number) !== 0
const hesitations = new Set(['eh', 'euh', 'uh', 'uhm', 'ehm', 'um', 'umm', 'erm', 'er', 'ah', 'hm', 'hmm'])

/** `correctionEnds`: where a correction phrase that begins at a token ends. One pass over the tokens. */
export function findNumbers(tokens: readonly Token[], correctionEnds: ReadonlyMap<number, number>): NumberRun[] {
  const runs: NumberRun[] = []
  for (let i = 0; i < tokens.length; i++) {
    if (!isNumber(tokens[i]!)) continue
    const { run, next } = readRun(tokens, i, correctionEnds)
    if (run !== undefined) runs.push(run)
    i = next - 1
  }
  return runs
}

function readRun(
  tokens: readonly Token[],
  start: number,
  correctionEnds: ReadonlyMap<number, number>,
): { run: NumberRun | undefined; next: number } {
  const pieces: Piece[] = [{ from: start, to: start + 1 }]
  const numbers: number[] = [start]
  let separators = ''
  for (;;) {
    const at = numbers.at(-1)!
    const link = linkAfter(tokens, at, correctionEnds)
    // "22/7/1979 0592-141408": after a whole date something else begins.
    if (link === undefined || (link.marks === '' && isWholeDate(tokens, numbers, separators))) break
    numbers.push(link.to)
    separators += link.marks
    if (link.bridged) pieces.push({ from: link.to, to: link.to + 1 })
    else pieces.at(-1)!.to = link.to + 1
  }
  const next = numbers.at(-1)! + 1
  return { run: finish(tokens, numbers, pieces, separators), next }
}

function isWholeDate(tokens: readonly Token[], numbers: readonly number[], separators: string): boolean {
  if (numbers.length !== 3 || !/^([-./])\1$/.test(separators)) return false
  const [first, , last] = numbers.map((i) => tokens[i]!.text)
  return /^(?:19|20)\d\d$/.test(last!) || (/^(?:19|20)\d\d$/.test(first!) && last!.length <= 2)
}

/** The number that goes on after the one at `at`, with the marks between. */
function linkAfter(
  tokens: readonly Token[],
  at: number,
  correctionEnds: ReadonlyMap<number, number>,
): { to: number; marks: string; bridged: boolean } | undefined {
  const next = tokens[at + 1]
  if (next === undefined || next.gap === 2) return undefined
  if (isNumber(next))
    return next.gap === 1 && !isPostcode(tokens, at + 1) ? { to: at + 1, marks: '', bridged: false } : undefined
  return (
    overExponent(tokens, at) ?? (next.kind === 'mark' ? overMarks(tokens, at) : overFillers(tokens, at, correctionEnds))
  )
}

/** "4.66E+15", "466 e 15": a long number as a spreadsheet shows it. */
function overExponent(
  tokens: readonly Token[],
  at: number,
): { to: number; marks: string; bridged: boolean } | undefined {
  if (tokens[at]!.kind !== 'digits' || tokens[at + 1]!.lower !== 'e') return undefined
  const to = tokens[at + 2]?.lower === '+' ? at + 3 : at + 2
  const power = tokens[to]
  if (power === undefined || power.kind !== 'digits' || power.gap === 2 || !/^(?:0[6-9]|1\d|20)$/.test(power.text))
    return undefined
  return { to, marks: 'e', bridged: false }
}

/** "61 8006 QN": the house number ends where the postcode begins. */
function isPostcode(tokens: readonly Token[], at: number): boolean {
  const digits = tokens[at]!
  const letters = tokens[at + 1]
  if (digits.kind !== 'digits' || digits.text.length !== 4 || digits.text.startsWith('0') || letters === undefined)
    return false
  const pair = letters.kind === 'word' && letters.gap < 2 && letters.text.length === 2
  const ends = tokens[at + 2] === undefined || tokens[at + 2]!.gap > 0 || tokens[at + 2]!.kind === 'mark'
  const word = (letters.bits & (bit.unit | bit.function)) !== 0 && (letters.bits & bit.allCapitals) === 0
  return pair && ends && !word
}

function overMarks(tokens: readonly Token[], at: number): { to: number; marks: string; bridged: boolean } | undefined {
  let marks = ''
  let i = at + 1
  while (i < tokens.length && tokens[i]!.kind === 'mark' && marks.length < 3) {
    if (tokens[i]!.gap === 2) return undefined
    marks += tokens[i]!.lower
    i++
  }
  const target = tokens[i]
  if (target === undefined || target.gap === 2 || !isNumber(target)) return undefined
  if (target.kind === 'word' && marks !== '-') return undefined
  const tight = tokens[at + 1]!.gap === 0 && target.gap === 0
  const joins = marks.length === 1 && '.,/'.includes(marks) ? tight : /^[-()]+$/.test(marks)
  return joins ? { to: i, marks, bridged: false } : undefined
}

/** Over hesitations and corrections always, over "ja", "en", "dan" and the like only in a number that is said. */
function overFillers(
  tokens: readonly Token[],
  at: number,
  correctionEnds: ReadonlyMap<number, number>,
): { to: number; marks: string; bridged: boolean } | undefined {
  let i = at + 1
  let onlyHesitation = true
  for (let steps = 0; steps < 5 && i < tokens.length; steps++) {
    const token = tokens[i]!
    if (token.gap === 2) return undefined
    const correction = correctionEnds.get(i)
    if (correction !== undefined) i = correction
    else if (token.kind === 'word' && (token.bits & bit.filler) !== 0) {
      onlyHesitation &&= hesitations.has(token.lower)
      i++
    } else if (token.kind === 'mark' && ',.'.includes(token.lower) && steps > 0) i++
    else break
    const target = tokens[i]
    if (target === undefined || target.gap === 2 || !isNumber(target)) continue
    const said = tokens[at]!.kind === 'word' && target.kind === 'word'
    return onlyHesitation || said ? { to: i, marks: '', bridged: true } : undefined
  }
  return undefined
}

function finish(
  tokens: readonly Token[],
  numbers: number[],
  pieces: Piece[],
  separators: string,
): NumberRun | undefined {
  dropArticles(tokens, numbers, pieces)
  if (numbers.length === 0) return undefined
  // "een" or "oh" alone is a word; two of them together are said as digits.
  if (numbers.length === 1 && tokens[numbers[0]!]!.form?.number?.unsure === true && !isDay(tokens, numbers[0]!))
    return undefined
  const from = numbers[0]!
  const last = numbers.at(-1)!
  const plus = tokens[from - 1]
  const signed =
    plus !== undefined &&
    plus.kind === 'mark' &&
    tokens[from]!.gap === 0 &&
    (plus.lower === '+' || (plus.lower === '(' && separators.includes(')')))
  const spoken = numbers.some((i) => tokens[i]!.kind === 'word')
  const saidPlus = spoken && plus !== undefined && plus.lower === 'plus' && tokens[from]!.gap === 1
  if (signed || saidPlus) pieces[0]!.from = from - 1
  const said = numbers.map((i) => spokenOf(tokens[i]!))
  return {
    from: pieces[0]!.from,
    to: last + 1,
    digits:
      said.length === 1 && !spoken ? said[0]!.digits : separators.endsWith('e') ? writtenOut(said) : digitsOf(said),
    pieces,
    spoken,
    separators: (signed && plus.lower === '+' ? '+' : '') + separators,
    groups: said.map(({ digits }) => digits),
    gluedBefore: touchesLetter(tokens, from, -1),
    gluedAfter: touchesLetter(tokens, last, 1),
  }
}

/** "ten november". */
const isDay = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]!.lower === 'ten' && ((tokens[at + 1]?.bits ?? 0) & bit.month) !== 0

/** Takes off an article before typed digits ("een 06-nummer") and one before a noun at the end ("twee … een vraag"). */
function dropArticles(tokens: readonly Token[], numbers: number[], pieces: Piece[]): void {
  const unsure = (i: number | undefined): boolean => i !== undefined && tokens[i]!.form?.number?.unsure === true
  if (unsure(numbers[0]) && numbers.length > 1 && tokens[numbers[1]!]!.kind === 'digits') {
    numbers.shift()
    const first = pieces[0]!
    if (first.to - first.from === 1) pieces.shift()
    else first.from = numbers[0]!
  }
  const last = numbers.at(-1)
  if (last === undefined || !unsure(last) || numbers.length === 1) return
  if (!/^(?:een|one|ten)$/.test(tokens[last]!.lower)) return
  const after = tokens[last + 1]
  if (after === undefined || after.gap !== 1 || after.kind !== 'word') return
  const noun =
    (after.bits & (bit.ordinary | bit.reply)) !== 0 &&
    (after.bits & (bit.spelling | bit.function | bit.month | bit.unit)) === 0
  if (!noun) return
  numbers.pop()
  const piece = pieces.at(-1)!
  if (piece.to - piece.from === 1) pieces.pop()
  else piece.to = numbers.at(-1)! + 1
}

function spokenOf(token: Token): Spoken {
  return token.kind === 'digits' ? { digits: token.text, rank: 'typed' } : token.form!.number!
}

/** Digits of a row of numbers: tens take a following unit ("twenty one"), multipliers what stands before, "double" what follows. */
function digitsOf(said: readonly Spoken[]): string {
  const out: string[] = []
  let ranks: string[] = []
  let times = 1
  for (const { digits, rank } of said) {
    if (rank === 'times') {
      times = Number(digits)
      continue
    }
    const before = out.at(-1)
    const rankBefore = ranks.at(-1)
    if (rank === 'hundred' || rank === 'thousand') {
      const zeros = rank === 'hundred' ? '00' : '000'
      if (before !== undefined && rankBefore !== 'typed' && before !== '0') out[out.length - 1] = before + zeros
      else out.push(`1${zeros}`)
      ranks.push('large')
    } else if (rank === 'unit' && rankBefore === 'tens' && digits !== '0') {
      out[out.length - 1] = String(Number(before) + Number(digits))
      ranks.push('pair')
    } else if (rankBefore === 'large' && before!.endsWith('00') && rank !== 'typed' && digits.length <= 2) {
      out[out.length - 1] = String(Number(before) + Number(digits))
      ranks.push('pair')
    } else {
      out.push(digits.repeat(times))
      ranks = [rank]
    }
    times = 1
  }
  return out.join('')
}

/** The digits of "4.66E+15" are 4660000000000000. */
function writtenOut(said: readonly Spoken[]): string {
  const power = Number(said.at(-1)!.digits)
  return digitsOf(said.slice(0, -1)).padEnd(power + 1, '0')
}

function touchesLetter(tokens: readonly Token[], at: number, step: 1 | -1): boolean {
  const near = tokens[at + step]
  if (near === undefined || (step === 1 ? near.gap : tokens[at]!.gap) !== 0) return false
  if (near.kind === 'word') return true
  const beyond = tokens[at + 2 * step]
  if (near.kind !== 'mark' || !'-_/.#@'.includes(near.lower) || beyond?.kind !== 'word') return false
  return (step === 1 ? beyond.gap : near.gap) === 0
}
