import { bit } from '../lexicon/lexicon.ts'
import { type Kind, type Label, labelOfKind } from '../personal-data.ts'
import { type DateFound, findDates } from './dates.ts'
import type { Token } from './tokens.ts'
import { ordinary, type Turn } from './turn.ts'

/** Tokens `[from, to)` of a turn that are personal. */
export type Found = {
  readonly from: number
  readonly to: number
  readonly label: Label
  readonly confidence: number
  readonly reason: string
}

type Value = {
  readonly label: Label
  /** `any` letter case, with a `capital`, or `inside` a sentence with a capital ("Thank you, Will"; not "Will you …"). */
  readonly form: 'any' | 'capital' | 'inside'
}
type Node = { value: Value | undefined; next: Map<string, Node> | undefined }

const unforgotten: ReadonlySet<Label> = new Set([
  'PERSON',
  'PHONE',
  'BSN',
  'NATID',
  'IBAN',
  'CARD',
  'PLATE',
  'DOC',
  'CUSTREF',
  'ADDRESS',
  'POSTCODE',
  'DOB',
  'EMAIL',
  'USERNAME',
  'IP',
  'SECRET',
])
/** Less sure than this is hidden where it stands and not elsewhere; a capital alone does not make a name of every "Denver". */
const sure = 0.5
const sureOfName = 0.55
const confidence = 0.75
const longest = 24
const fewestDigits = 4

const kindOfLabel = new Map<Label, Kind>(
  Object.entries(labelOfKind)
    .reverse()
    .map(([kind, label]) => [label, kind as Kind]),
)

/** `memory:name`, `memory:phone` … */
const reasonOf = (label: Label): string => `memory:${kindOfLabel.get(label) ?? label.toLowerCase()}`

/**
 * Values found in a dialogue, to be found again wherever they stand: whole words in any spelling of case, white space and
 * punctuation, numbers by their digits however they are grouped or said, birth dates in any notation, names also by part.
 */
export class Memory {
  readonly #root: Node = { value: undefined, next: undefined }
  #digits: Map<string, Label> | undefined
  #tails: Map<string, Label> | undefined
  #dates: Set<string> | undefined
  #count = 0

  remember(turn: Turn, found: readonly Found[]): void {
    if (found.length === 0) return
    const dates = found.some(({ label }) => label === 'DOB') ? findDates(turn) : []
    for (const item of found) {
      if (item.confidence < (item.label === 'PERSON' ? sureOfName : sure) || !unforgotten.has(item.label)) continue
      if (item.label === 'DOB') this.#rememberDates(dates, item)
      this.#rememberNumbers(turn, item)
      if (item.label === 'PERSON') this.#rememberName(turn, item)
      else this.#rememberWords(turn, item)
    }
  }

  #rememberDates(dates: readonly DateFound[], { from, to }: Found): void {
    for (let i = firstEndingAfter(dates, from); i < dates.length && dates[i]!.from < to; i++) {
      const { key } = dates[i]!
      if (key === undefined) continue
      this.#dates ??= new Set()
      this.#dates.add(key)
      this.#count++
    }
  }

  #rememberNumbers(turn: Turn, { from, to, label }: Found): void {
    for (let i = firstEndingAfter(turn.numbers, from); i < turn.numbers.length; i++) {
      const run = turn.numbers[i]!
      if (run.from >= to) break
      const whole = run.from >= from && run.to <= to
      const { digits } = run
      if (!whole || digits.length < fewestDigits || (digits.length === 4 && isYear(digits))) continue
      if (label === 'DOB' && digits.length < 6) continue
      this.#digits ??= new Map()
      this.#digits.set(numberKey(label, digits), label)
      if (digits.length >= 8 && label !== 'DOB') {
        this.#tails ??= new Map()
        this.#tails.set(digits.slice(-4), label)
      }
      this.#count++
    }
  }

  /** What is not a number alone: letters and digits in their order. */
  #rememberWords(turn: Turn, { from, to, label }: Found): void {
    const words = telling(turn, from, to)
    if (words.length === 0 || words.length > longest || words.every(isNumeric)) return
    const length = words.reduce((sum, { lower }) => sum + lower.length, 0)
    const hasDigit = words.some(({ kind }) => kind === 'digits')
    if (length < 3 || (length < 4 && !hasDigit)) return
    const tellsNothing = !hasDigit && words.every((token) => ordinary(turn, token))
    if (tellsNothing && (words.length === 1 || label === 'ADDRESS')) return
    this.#put(words, { label, form: 'any' })
  }

  #rememberName(turn: Turn, { from, to }: Found): void {
    const words = telling(turn, from, to).filter(({ kind }) => kind === 'word')
    if (words.length === 0) return
    if (words.length > 1 && words.length <= longest) this.#put(words, { label: 'PERSON', form: 'any' })
    for (const word of words) {
      const form = formOf(turn, word)
      if (form !== undefined) this.#put([word], { label: 'PERSON', form })
    }
  }

  #put(words: readonly Token[], value: Value): void {
    let node: Node = this.#root
    for (const { lower } of words) {
      node.next ??= new Map()
      let next = node.next.get(lower)
      if (next === undefined) {
        next = { value: undefined, next: undefined }
        node.next.set(lower, next)
      }
      node = next
    }
    const before = node.value
    if (before === undefined || (before.form !== 'any' && value.form === 'any')) node.value = value
    this.#count++
  }

  /** Everything remembered that occurs in a turn. One pass; at each token at most as many steps as a value is long. */
  findIn(turn: Turn): Found[] {
    if (this.#count === 0) return []
    const found: Found[] = []
    this.#findWords(turn, found)
    this.#findNumbers(turn, found)
    if (this.#dates !== undefined && (turn.numbers.length > 0 || (turn.bits & bit.month) !== 0)) {
      for (const { from, to, key } of findDates(turn)) {
        if (key !== undefined && this.#dates.has(key))
          found.push({ from, to, label: 'DOB', confidence, reason: reasonOf('DOB') })
      }
    }
    return found
  }

  #findWords(turn: Turn, found: Found[]): void {
    const { tokens } = turn
    const first = this.#root.next
    if (first === undefined) return
    for (let i = 0; i < tokens.length; i++) {
      if (tokens[i]!.kind === 'mark' || !first.has(tokens[i]!.lower)) continue
      const match = this.#longest(turn, i)
      if (match === undefined) continue
      const { label } = match.value
      const end = label === 'PERSON' ? withSurname(turn, match.to) : match.to
      const { from, to } = label === 'PERSON' ? withRestOfCode(turn, i, end) : { from: i, to: end }
      const code = from < i || to > end
      found.push({ from, to, label: code ? 'USERNAME' : label, confidence, reason: reasonOf(label) })
      i = end - 1
    }
  }

  #longest(turn: Turn, at: number): { value: Value; to: number } | undefined {
    let node: Node | undefined = this.#root
    let match: { value: Value; to: number } | undefined
    let i = at
    while (i < turn.tokens.length) {
      node = node.next?.get(turn.tokens[i]!.lower)
      if (node === undefined) break
      i++
      if (node.value !== undefined && hasForm(turn, at, i, node.value)) match = { value: node.value, to: i }
      let marks = 0
      while (i < turn.tokens.length && turn.tokens[i]!.kind === 'mark' && marks < 3) {
        i++
        marks++
      }
    }
    return match
  }

  #findNumbers(turn: Turn, found: Found[]): void {
    const known = this.#digits
    if (known === undefined) return
    for (const run of turn.numbers) {
      const { digits } = run
      if (digits.length < fewestDigits) continue
      const whole = known.get(digits) ?? known.get(numberKey('PHONE', digits))
      const label = whole ?? (digits.length === 4 && !run.quantity ? this.#tails?.get(digits) : undefined)
      if (label === undefined || (run.quantity && digits.length < 6)) continue
      for (const { from, to } of run.pieces) found.push({ from, to, label, confidence, reason: reasonOf(label) })
    }
  }
}

/**
 * A known name may be followed by one that is not known yet ("Mia Li", where only "Mia" was said before): a word with a
 * capital right beside it that is no ordinary word belongs to it.
 */
function withSurname(turn: Turn, end: number): number {
  if (!turn.cased) return end
  let to = end
  while (to < end + 2) {
    const token = turn.tokens[to]
    if (token === undefined || token.kind !== 'word' || token.gap !== 1) break
    if ((token.bits & bit.capital) === 0 || ordinary(turn, token)) break
    to++
  }
  return to
}

/** Index of the first stretch that ends after a token, in a sorted list. */
function firstEndingAfter(sorted: readonly { readonly to: number }[], at: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.to <= at) low = middle + 1
    else high = middle
  }
  return low
}

const isYear = (digits: string): boolean => /^(19|20)/.test(digits)
const isNumeric = (token: Token): boolean => token.kind === 'digits' || (token.bits & bit.number) !== 0

/** A phone number goes by its last nine digits: "+31 6 …" and "06 …" are one. */
function numberKey(label: Label, digits: string): string {
  return label === 'PHONE' && digits.length >= 9 ? `…${digits.slice(-9)}` : digits
}

function telling(turn: Turn, from: number, to: number): Token[] {
  return turn.tokens.slice(from, to).filter(({ kind }) => kind !== 'mark')
}

/** How one word of a name may be found again; undefined: only with the rest of the name. */
function formOf(turn: Turn, word: Token): Value['form'] | undefined {
  const capital = (word.bits & bit.capital) !== 0
  if (word.text.length < 2 || (word.bits & bit.title) !== 0) return undefined
  if ((word.bits & bit.particle) !== 0) return undefined
  const common = (word.bits & (bit.function | bit.month | bit.number | bit.reply)) !== 0
  if (common) return capital ? 'inside' : undefined
  if (capital && (word.text.length < 3 || ordinary(turn, word))) return 'capital'
  return ordinary(turn, word) || word.text.length < 3 ? undefined : 'any'
}

/** "MIA" among words in lower case is an airport or an abbreviation, not Mia. */
function isLoudShort({ tokens }: Turn, at: number): boolean {
  const { bits, text } = tokens[at]!
  if (text.length > 3 || (bits & bit.allCapitals) === 0) return false
  const loud = (token: Token | undefined): boolean => token !== undefined && (token.bits & bit.allCapitals) !== 0
  return !loud(tokens[at - 1]) && !loud(tokens[at + 1])
}

function hasForm(turn: Turn, from: number, to: number, { form }: Value): boolean {
  if (to - from === 1 && isLoudShort(turn, from)) return false
  if (form === 'any') return true
  if (turn.channel === 'speech') return form === 'capital'
  if ((turn.tokens[from]!.bits & bit.capital) === 0) return false
  if (form === 'capital') return true
  const first = from === 0 || turn.sentences[from] !== turn.sentences[from - 1]
  const next = turn.tokens[to]
  return !first || next === undefined || next.kind === 'mark' || next.gap === 2
}

/** "mia_li_3668" from "mia": a name inside a code makes the whole code personal. */
function withRestOfCode(turn: Turn, from: number, to: number): { from: number; to: number } {
  const { tokens } = turn
  let left = from
  let right = to
  let coded = false
  const joins = (i: number): boolean => '_-.'.includes(tokens[i]!.lower)
  while (right < tokens.length && right < to + 12 && tokens[right]!.gap === 0) {
    const token = tokens[right]!
    const next = tokens[right + 1]
    if (token.kind === 'mark' && !(joins(right) && next !== undefined && next.gap === 0 && next.kind !== 'mark')) break
    coded ||= token.kind === 'digits' || token.lower === '_'
    right++
  }
  while (left > 0 && left > from - 12 && tokens[left]!.gap === 0) {
    const token = tokens[left - 1]!
    const before = tokens[left - 2]
    const glued = token.gap === 0 && before !== undefined && before.kind !== 'mark'
    if (token.kind === 'mark' && !(joins(left - 1) && glued)) break
    coded ||= token.kind === 'digits' || token.lower === '_'
    left--
  }
  return coded ? { from: left, to: right } : { from, to }
}
