/**
 * Keeps personal data of others out of a reply: what the customer did not give and no token stands for is masked before
 * it is shown. It reads a reply as it streams, so it may only use what has been said until then; a whole reply goes the
 * same way, so that nothing depends on where a stream was cut.
 */
import { findPersonalData } from './find.ts'
import { type Finding, type Label, type RedactionOptions, specialLabels } from './personal-data.ts'
import type { PseudonymState } from './pseudonyms.ts'
import { numberWords } from './scan/number-words.ts'
import { privacyText } from './texts.ts'
import { mayBegin, readToken } from './token.ts'

export type ScreenFinder = (
  parts: readonly { readonly role: 'ai'; readonly kind: 'text'; readonly text: string }[],
  options: RedactionOptions,
) => readonly (readonly Finding[])[]

export type Masked = Readonly<Record<string, number>>

export interface Screen {
  push(chunk: string): string
  end(): string
  /** What was masked so far, by label. */
  masked(): Masked
}

/** A word that is this far from the newest one is let go; what comes after rarely changes what it is. */
const KEEP = 48
/** When this much waits, what is old enough goes. */
const HOLD = 64
/** How much more must wait after nothing could go. */
const STEP = 16
/** A run of digits, spelled letters or an address that is longer than this is hidden: nobody can say what it is. */
const CAP = 256
/** Text before what waits, which tells what it is about. */
const CONTEXT = 160
/** Below this a finding is a guess. In a prompt a guess is hidden; in a reply it would spoil what the customer reads. */
const SURE = 0.5

/**
 * Not masked in a reply: they say nothing about who somebody is, or are what customers ask about. A city, an age limit,
 * the address of a page, an illness in an explanation of a rule.
 */
const passing: ReadonlySet<Label> = new Set<Label>(['AGE', 'CITY', 'URL', ...specialLabels])

/** The whole reply, and what was masked in it. */
export function screenReply(
  text: string,
  known: PseudonymState,
  options: RedactionOptions,
  find: ScreenFinder = findPersonalData,
): { readonly text: string; readonly masked: Masked } {
  const screen = createScreen(known, options, find)
  return { text: screen.push(text) + screen.end(), masked: screen.masked() }
}

/**
 * `known` are the conversation's pseudonyms: their tokens pass, and so do their originals and parts of them, which the
 * customer gave. Sentences go when they end; else it holds at most 64 characters, more only inside an open run.
 */
export function createScreen(
  known: PseudonymState,
  options: RedactionOptions,
  find: ScreenFinder = findPersonalData,
): Screen {
  return new ReplyScreen(known, options, find)
}

class ReplyScreen implements Screen {
  readonly #known: KnownValues
  readonly #options: RedactionOptions
  readonly #find: ScreenFinder
  readonly #mask: string
  readonly #counts: Record<string, number> = {}
  /** Masked before: the same is masked again, whatever stands around it. */
  readonly #hidden = new Map<string, { readonly label: string; readonly value: string }>()
  /** The reply is JSON, and is to stay that; undefined until its first character is there. */
  #isJson: boolean | undefined
  #context = ''
  #held = ''
  /** How far `#held` was looked at for a place to decide. */
  #looked = 0
  /** The length at which what waits is looked at again. */
  #due = HOLD
  /** Inside a run that grew too long; `word`: in the middle of a word of it. */
  #swallows: 'no' | 'word' | 'run' = 'no'

  constructor(known: PseudonymState, options: RedactionOptions, find: ScreenFinder) {
    this.#known = new KnownValues(known)
    this.#options = options
    this.#find = find
    this.#mask = privacyText(options.languages[0] ?? 'nl', 'masked')
  }

  masked(): Masked {
    return { ...this.#counts }
  }

  push(chunk: string): string {
    this.#held += chunk
    return this.#take(false)
  }

  end(): string {
    return this.#take(true)
  }

  #take(ended: boolean): string {
    const out: string[] = []
    for (;;) {
      if (this.#swallows !== 'no' && !this.#swallow(ended)) return out.join('')
      const at = this.#nextDecision()
      if (at === undefined) break
      const said = this.#decide(at)
      if (said !== undefined) out.push(said)
    }
    if (ended && this.#held !== '') out.push(this.#release(this.#held.length, this.#findings(this.#held)))
    return out.join('')
  }

  /** The next place where something can be decided. It depends on the text before it only. */
  #nextDecision(): number | undefined {
    for (let at = this.#looked; at < this.#held.length; at++) {
      const length = at + 1
      const isFull = length === HOLD || length >= CAP || (length >= this.#due && isBreak(this.#held.charCodeAt(at)))
      if (isFull || endsSentence(this.#held, at)) {
        this.#looked = length
        return length
      }
    }
    this.#looked = this.#held.length
    return undefined
  }

  #decide(at: number): string | undefined {
    const text = this.#held.slice(0, at)
    const findings = this.#findings(text)
    if (endsSentence(text, at - 1)) return this.#release(at, findings)
    const tokens = tokensIn(text)
    const run = openRun(text, tokens)
    const cut = cutBefore(text, Math.min(at - KEEP, run), [...findings, ...tokens])
    if (cut > 0) return this.#release(cut, findings)
    this.#due = at + STEP
    if (at < CAP) return undefined
    // Fail closed: what cannot be understood is not shown.
    this.#swallows = isBreak(text.charCodeAt(at - 1)) ? 'run' : 'word'
    return this.#release(at, [...findings, { start: run, end: text.length, label: 'CUSTREF' }]).trimEnd()
  }

  /** Drops the rest of a run that is hidden; false when more text is needed to know where it ends. */
  #swallow(ended: boolean): boolean {
    while (this.#held !== '') {
      const gap = this.#swallows === 'word' ? 0 : gapAt(this.#held)
      const end = wordEnd(this.#held, gap)
      const isCut = end === this.#held.length && !ended
      if (this.#swallows === 'run') {
        if (isCut && gap < HOLD && end - gap < HOLD) return false
        if (end === gap || gap >= HOLD || !isRunning(this.#held.slice(gap, end))) break
      }
      this.#drop(end)
      this.#swallows = isCut ? 'word' : 'run'
    }
    if (this.#held === '' && !ended) return false
    this.#swallows = 'no'
    return true
  }

  #drop(length: number): void {
    this.#context = tail(this.#context + this.#held.slice(0, length))
    this.#held = this.#held.slice(length)
    this.#looked = 0
    this.#due = HOLD
  }

  #release(at: number, stretches: readonly Stretch[]): string {
    const text = this.#held.slice(0, at)
    const pieces: string[] = []
    let done = 0
    this.#isJson ??= /^\s*\S/.test(text) ? /^\s*[[{]/.test(text) : undefined
    for (const { start, end, label } of this.#toMask(text, stretches)) {
      const isNumber =
        this.#isJson === true && isBareValue(this.#context + text.slice(0, start), text.slice(start, end))
      pieces.push(text.slice(done, start), isNumber ? JSON.stringify(this.#mask) : this.#mask)
      this.#counts[label] = (this.#counts[label] ?? 0) + 1
      if (this.#hidden.size < 200) this.#hidden.set(text.slice(start, end), { label, value: text.slice(start, end) })
      done = end
    }
    pieces.push(text.slice(done))
    this.#drop(at)
    return pieces.join('')
  }

  #findings(text: string): Stretch[] {
    const before = this.#context.length
    const [found] = this.#find([{ role: 'ai', kind: 'text', text: this.#context + text }], {
      ...this.#options,
      memory: 'backward',
      known: [...this.#hidden.values()],
    })
    return (found ?? [])
      .filter(({ label, confidence }) => confidence >= SURE && !passing.has(label))
      .map(({ start, end, label }) => ({ start: Math.max(0, start - before), end: end - before, label }))
      .filter(({ start, end }) => start < end)
      .sort((a, b) => a.start - b.start || b.end - a.end)
  }

  /** Without tokens and without what the customer gave. */
  #toMask(text: string, stretches: readonly Stretch[]): Stretch[] {
    if (stretches.length === 0) return []
    const tokens = tokensIn(text)
    return merged(stretches, text.length)
      .flatMap((stretch) => without(stretch, tokens))
      .flatMap((stretch) => (this.#isJson === true ? withoutQuotes(text, stretch) : [stretch]))
      .map((stretch) => trimmed(text, stretch))
      .filter(({ start, end }) => start < end && !this.#known.has(text.slice(start, end)))
  }
}

type Place = { readonly start: number; readonly end: number }
type Stretch = Place & { readonly label: string }

// -- where a reply may be cut ---------------------------------------------------------------------------------------

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x2028 || unit === 0x2029
}

/**
 * A line break, or white space after `.`, `!` or `?`, unless that may be the point of an abbreviation, an initial or a
 * number: a sentence that goes on costs a little time, one that was cut too early shows a name.
 */
function endsSentence(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit === 0x3002 || unit === 0xff01 || unit === 0xff1f) return true
  if (!isSpace(unit)) return false
  if (unit === 10 || unit === 13) return !/\d\s*$/.test(text.slice(Math.max(0, at - 8), at))
  const before = text.charCodeAt(at - 1)
  if (before === 33 || before === 63) return true
  return before === 46 && /\p{Ll}{4,}\.$/u.test(text.slice(Math.max(0, at - 12), at))
}

/** Between words: white space, what divides fields of JSON and of addresses, and each character of a script without spaces. */
function isBreak(unit: number): boolean {
  return isSpace(unit) || dividers.has(unit) || isWordAlone(unit)
}
const dividers: ReadonlySet<number> = new Set([...'{}[]"<>|;=&,:'].map((character) => character.charCodeAt(0)))

/** Thai, Lao, Burmese, Khmer, Chinese and Japanese are written without spaces. */
function isWordAlone(unit: number): boolean {
  return (
    (unit >= 0x0e00 && unit <= 0x0eff) ||
    (unit >= 0x1000 && unit <= 0x109f) ||
    (unit >= 0x1780 && unit <= 0x17ff) ||
    (unit >= 0x3000 && unit <= 0x9fff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef)
  )
}

/** How many dividers stand at the beginning. */
function gapAt(text: string): number {
  let at = 0
  while (at < text.length && isBreak(text.charCodeAt(at)) && !isWordAlone(text.charCodeAt(at))) at++
  return at
}

function wordEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++
  return at
}

/** The last place at or before `at` where a word begins and neither a finding nor a token is torn. */
function cutBefore(text: string, at: number, whole: readonly Place[]): number {
  let cut = at
  for (;;) {
    while (cut > 0 && !isBreak(text.charCodeAt(cut - 1))) cut--
    const torn = whole.find(({ start, end }) => start < cut && cut < end)
    if (torn === undefined) return Math.max(0, cut)
    cut = torn.start
  }
}

/** Where the run begins that the text ends in; its length when it ends in none. A token is no part of a run. */
function openRun(text: string, tokens: readonly Place[]): number {
  const last = tokens.at(-1)?.end ?? 0
  let begin = text.length
  for (;;) {
    let end = begin
    while (end > 0 && isBreak(text.charCodeAt(end - 1)) && !isWordAlone(text.charCodeAt(end - 1))) end--
    let start = end
    while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start--
    if (start === end || start < last || !isRunning(text.slice(start, end))) return begin
    begin = start
  }
}

const spoken: ReadonlySet<string> = new Set(
  'punt apenstaartje apenstaart at dot streepje liggend laag koppelteken dash hyphen underscore plus min slash schuine streep dubbel double triple'.split(
    ' ',
  ),
)

/** Part of something that is spelled out: digits, numbers in words, single letters, what stands in e-mail addresses. */
function isRunning(word: string): boolean {
  const bare = word.replace(/^[^\p{L}\p{N}@+]+|[^\p{L}\p{N}]+$/gu, '')
  if (bare.length <= 1 || /[\d@]/.test(bare) || bare.length >= HOLD) return true
  const lower = bare.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  return numberWords.has(lower) || spoken.has(lower)
}

function tail(text: string): string {
  if (text.length <= CONTEXT) return text
  const from = text.length - CONTEXT
  let at = from
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++
  return text.slice(at === text.length ? from : at + 1)
}

// -- what is masked -------------------------------------------------------------------------------------------------

function merged(stretches: readonly Stretch[], length: number): Stretch[] {
  const out: Stretch[] = []
  for (const stretch of [...stretches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const end = Math.min(stretch.end, length)
    if (stretch.start >= end) continue
    const last = out.at(-1)
    if (last !== undefined && stretch.start < last.end) out[out.length - 1] = { ...last, end: Math.max(last.end, end) }
    else out.push({ ...stretch, end })
  }
  return out
}

function tokensIn(text: string): Place[] {
  const tokens: Place[] = []
  for (let at = 0; at < text.length; ) {
    const before = at === 0 ? undefined : text.charCodeAt(at - 1)
    const token = mayBegin(text.charCodeAt(at)) ? readToken(text, at, { lane: 'text', last: true, before }) : undefined
    if (typeof token !== 'object') at++
    else {
      tokens.push({ start: at, end: token.end })
      at = token.end
    }
  }
  return tokens
}

function without(stretch: Stretch, tokens: readonly Place[]): Stretch[] {
  const out: Stretch[] = []
  let { start } = stretch
  for (const token of tokens) {
    if (token.end <= start || token.start >= stretch.end) continue
    out.push({ ...stretch, start, end: token.start })
    start = token.end
  }
  out.push({ ...stretch, start })
  return out.filter((piece) => piece.start < piece.end)
}

/** What stands in other strings of JSON, each on its own, so that the quotes between them stay. */
function withoutQuotes(text: string, { start, end, label }: Stretch): Stretch[] {
  let at = start
  return text
    .slice(start, end)
    .split('"')
    .map((piece) => {
      const stretch = { start: at, end: at + piece.length, label }
      at += piece.length + 1
      return stretch
    })
}

/** A number of JSON, or the beginning of one: in its place comes a string. */
function isBareValue(before: string, value: string): boolean {
  return /[:[,]\s*$/.test(before) && /^[\d.+eE-]+$/.test(value)
}

/** Without white space and marks at its ends; empty when nothing is left. */
function trimmed(text: string, { start, end, label }: Stretch): Stretch {
  const value = text.slice(start, end)
  const lead = value.search(/[\p{L}\p{N}+@]/u)
  if (lead < 0) return { start, end: start, label }
  const last = value.replace(/[^\p{L}\p{N}\p{M}]+$/u, '').length
  return { start: start + lead, end: start + Math.max(lead, last), label }
}

/** What the customer gave: each value, each of its words, and each piece of its numbers. */
class KnownValues {
  readonly #words = new Set<string>()
  readonly #squeezed: string

  constructor({ items }: PseudonymState) {
    const squeezed: string[] = []
    for (const { value } of items) {
      const plain = plainForm(value)
      for (const word of wordsOf(plain)) this.#words.add(word)
      squeezed.push(squeeze(plain))
    }
    this.#squeezed = squeezed.join('\n')
  }

  has(value: string): boolean {
    const plain = plainForm(value)
    const words = wordsOf(plain)
    if (words.length === 0 || words.every((word) => this.#words.has(word))) return true
    const squeezed = squeeze(plain)
    return /\d/.test(squeezed) && squeezed.length >= 3 && this.#squeezed.includes(squeezed)
  }
}

const plainForm = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
const wordsOf = (plain: string): string[] => plain.match(/[\p{L}\p{N}]+/gu) ?? []
const squeeze = (plain: string): string => plain.replace(/[^\p{L}\p{N}]/gu, '')
