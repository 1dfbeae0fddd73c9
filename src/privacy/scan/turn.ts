import { isInDictionary, isOrdinary } from '../lexicon/known-words.ts'
import { bit, type Lexicon, more } from '../lexicon/lexicon.ts'
import type { Channel, Kind, Role } from '../personal-data.ts'
import { type Cue, findCues } from './cues.ts'
import { type Evidence, evidenceFor } from './evidence.ts'
import { findNumbers, type NumberRun } from './numbers.ts'
import { isQuantity } from './quantities.ts'
import { markBitsOf, type Token, tokenise } from './tokens.ts'
import { isFormInDictionary, isOrdinaryForm, isSlipForm } from './word-forms.ts'

/** Tokens without white space between: an address, a code, a link. */
export type Chunk = {
  /** Tokens `[from, to)` without marks at the ends. */
  readonly from: number
  readonly to: number
  readonly hasDigit: boolean
  readonly hasLetter: boolean
  readonly hasMark: boolean
}

/** A number with what speaks for and against its being an identifier. */
export type NumberFound = NumberRun & { readonly evidence: Evidence; readonly quantity: boolean }

/** Weighs what speaks for and against only when a recogniser asks: most numbers of a long list are never looked at. */
class WeighedNumber implements NumberFound {
  readonly from: number
  readonly to: number
  readonly digits: string
  readonly pieces: NumberRun['pieces']
  readonly spoken: boolean
  readonly separators: string
  readonly groups: readonly string[]
  readonly gluedBefore: boolean
  readonly gluedAfter: boolean
  readonly #turn: Turn
  #evidence: Evidence | undefined
  #quantity: boolean | undefined

  constructor(run: NumberRun, turn: Turn) {
    this.from = run.from
    this.to = run.to
    this.digits = run.digits
    this.pieces = run.pieces
    this.spoken = run.spoken
    this.separators = run.separators
    this.groups = run.groups
    this.gluedBefore = run.gluedBefore
    this.gluedAfter = run.gluedAfter
    this.#turn = turn
  }

  get evidence(): Evidence {
    this.#evidence ??= evidenceFor(this.#turn, this.from, this.to)
    return this.#evidence
  }

  get quantity(): boolean {
    this.#quantity ??= isQuantity(this.#turn.tokens, this)
    return this.#quantity
  }
}

/** Numbers by the token they begin at; they stand in order. */
class NumbersByStart {
  readonly #numbers: readonly NumberFound[]

  constructor(numbers: readonly NumberFound[]) {
    this.#numbers = numbers
  }

  get(at: number): NumberFound | undefined {
    const numbers = this.#numbers
    let low = 0
    let high = numbers.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const { from } = numbers[middle]!
      if (from === at) return numbers[middle]
      if (from < at) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }
}

/** One text, read once: what every recogniser works on. Offsets are those of the scan copy. */
export type Turn = {
  readonly role: Role
  readonly channel: Channel
  readonly lexicon: Lexicon
  readonly text: string
  readonly tokens: readonly Token[]
  /** Number of the sentence of each token; line ends part sentences too. */
  readonly sentences: readonly number[]
  readonly cues: readonly Cue[]
  readonly numbers: readonly NumberFound[]
  /** The number that begins at a token. */
  readonly numberAt: { get(at: number): NumberFound | undefined }
  readonly chunks: readonly Chunk[]
  /** The chunk of each token. */
  readonly chunkOf: readonly number[]
  /** All bits of all tokens: a recogniser whose bits are not in it need not look. */
  readonly bits: number
  /** All bits of `more` of all words. */
  readonly more: number
  /** What occurs in the turn, in bits of `occurs`. */
  readonly occurs: number
  /** The marks of ASCII that occur, one bit for each (`markBitsOf`), and those with something glued to both sides. */
  readonly markBits: number
  readonly innerMarkBits: number
  /** What was asked of the writer and not answered yet, in order. */
  readonly asked: readonly Kind[]
  /** The message before, of the same writer, ended with an address, which may go on here. */
  readonly afterAddress: boolean
  /** Written with capitals where they belong, so that their absence says something. */
  readonly cased: boolean
  /** How many unknown words may still be compared with the everyday ones. */
  readonly slips: { left: number }
  /** Most words are of the languages we know: an unknown word means something only then. */
  readonly familiar: boolean
}

export type TurnContext = {
  readonly role: Role
  readonly channel: Channel
  readonly lexicon: Lexicon
  readonly asked: readonly Kind[]
  readonly afterAddress?: boolean
  /** How the tokens are handed to what reads them; a test counts here how often they are looked at. */
  readonly handed?: (tokens: readonly Token[]) => readonly Token[]
}

const mostSlips = 32

/** What a recogniser may wait for. */
export const occurs = {
  numbers: 1,
  cues: 2,
  afterAddress: 4,
  short: 8,
  always: 16,
  /** Two words or figures without white space between them: a code, a link, "it's". */
  joined: 32,
  /** Two letters by themselves. */
  letters: 64,
} as const
const mostTokensOfShort = 16

/** Reads a scan copy. Linear in its length. */
export function readTurn(text: string, context: TurnContext): Turn {
  return new ReadTurn(text, context)
}

/** Parts sentences, cuts chunks and weighs whether the words are familiar when a recogniser asks: most turns do not need all. */
class ReadTurn implements Turn {
  readonly role: Role
  readonly channel: Channel
  readonly lexicon: Lexicon
  readonly asked: readonly Kind[]
  readonly text: string
  readonly tokens: readonly Token[]
  readonly cues: readonly Cue[]
  readonly numbers: readonly NumberFound[]
  readonly numberAt: NumbersByStart
  readonly bits: number
  readonly more: number
  readonly occurs: number
  readonly markBits: number
  readonly innerMarkBits: number
  readonly cased: boolean
  readonly afterAddress: boolean
  readonly slips = { left: mostSlips }
  #cut: { readonly chunks: readonly Chunk[]; readonly chunkOf: readonly number[] } | undefined
  #familiar: boolean | undefined
  #sentences: readonly number[] | undefined

  constructor(text: string, { role, channel, lexicon, asked, afterAddress, handed }: TurnContext) {
    this.role = role
    this.channel = channel
    this.lexicon = lexicon
    this.asked = asked
    this.afterAddress = afterAddress === true
    this.text = text
    const read = tokenise(text, lexicon)
    const tokens = handed?.(read.tokens) ?? read.tokens
    const { bits } = read
    this.tokens = tokens
    this.bits = bits
    this.more = read.more
    this.markBits = read.markBits
    this.innerMarkBits = read.innerMarkBits
    this.cased = channel !== 'speech' && (bits & bit.capital) !== 0
    this.cues = (read.more & more.begins) === 0 ? noCues : findCues(tokens)
    const runs = read.hasDigits || (bits & bit.number) !== 0 ? findNumbers(tokens, correctionsIn(this.cues)) : noRuns
    this.numbers = runs.length === 0 ? noNumbers : runs.map((run) => new WeighedNumber(run, this))
    this.numberAt = runs.length === 0 ? noNumberAt : new NumbersByStart(this.numbers)
    this.occurs =
      occurs.always |
      (read.joined ? occurs.joined : 0) |
      (read.letters > 1 ? occurs.letters : 0) |
      (runs.length === 0 ? 0 : occurs.numbers) |
      (this.cues.length === 0 ? 0 : occurs.cues) |
      (this.afterAddress ? occurs.afterAddress : 0) |
      (tokens.length > mostTokensOfShort ? 0 : occurs.short)
  }

  get chunks(): readonly Chunk[] {
    this.#cut ??= cutChunks(this.tokens)
    return this.#cut.chunks
  }

  get chunkOf(): readonly number[] {
    this.#cut ??= cutChunks(this.tokens)
    return this.#cut.chunkOf
  }

  get sentences(): readonly number[] {
    this.#sentences ??= numberSentences(this.tokens)
    return this.#sentences
  }

  get familiar(): boolean {
    this.#familiar ??= isFamiliar(this.tokens, this.lexicon)
    return this.#familiar
  }
}

const noCues: readonly Cue[] = []
const noRuns: readonly NumberRun[] = []
const noNumbers: readonly NumberFound[] = []
const noNumberAt = new NumbersByStart(noNumbers)
const noCorrections: ReadonlyMap<number, number> = new Map()

/** Where a phrase that takes something back ends, by the token it begins at. */
function correctionsIn(cues: readonly Cue[]): ReadonlyMap<number, number> {
  let corrections: Map<number, number> | undefined
  for (const { from, to, meaning } of cues) {
    if (meaning.says !== 'correction') continue
    corrections ??= new Map()
    corrections.set(from, to)
  }
  return corrections ?? noCorrections
}

/** Whether one of some marks of ASCII occurs. */
export const hasMark = ({ markBits }: Turn, marks: string): boolean => (markBits & markBitsOf(marks)) !== 0

const abbreviations = new Set(
  'nr no tel dhr mevr mw mr mrs ms dr prof st str ing ir drs ref acc cust ph mob geb jr sr bv nv apt ave rd ln bldg ext fam vs ca incl excl evt tav tnv ul av avda pl blvd bd ste'.split(
    ' ',
  ),
)

function numberSentences(tokens: readonly Token[]): number[] {
  const sentences: number[] = []
  let sentence = 0
  for (let i = 0; i < tokens.length; i++) {
    if (i > 0 && (tokens[i]!.gap === 2 || endsSentence(tokens, i - 1))) sentence++
    sentences.push(sentence)
  }
  return sentences
}

function endsSentence(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  if (token.kind !== 'mark' || tokens[at + 1]!.gap === 0) return false
  if (token.lower === '!' || token.lower === '?' || token.lower === ';') return true
  if (token.lower !== '.') return false
  const before = tokens[at - 1]
  // "2. Economy": what follows the number of a list begins anew.
  if (before?.kind === 'digits' && before.gap === 2 && before.text.length <= 2) return true
  return before === undefined || before.kind !== 'word' || (before.text.length > 1 && !abbreviations.has(before.lower))
}

function cutChunks(tokens: readonly Token[]): { chunks: Chunk[]; chunkOf: number[] } {
  const chunks: Chunk[] = []
  const chunkOf: number[] = []
  let start = 0
  for (let i = 1; i <= tokens.length; i++) {
    if (i < tokens.length && tokens[i]!.gap === 0) continue
    while (chunkOf.length < i) chunkOf.push(chunks.length)
    chunks.push(trimmed(tokens, start, i))
    start = i
  }
  return { chunks: tokens.length === 0 ? [] : chunks, chunkOf }
}

function trimmed(tokens: readonly Token[], start: number, end: number): Chunk {
  let from = start
  let to = end
  while (from < to && tokens[from]!.kind === 'mark') from++
  while (to > from && tokens[to - 1]!.kind === 'mark') to--
  let hasDigit = false
  let hasLetter = false
  let hasMark = false
  for (let i = from; i < to; i++) {
    const { kind } = tokens[i]!
    if (kind === 'digits') hasDigit = true
    else if (kind === 'word') hasLetter = true
    else hasMark = true
  }
  return { from, to, hasDigit, hasLetter, hasMark }
}

const plainlyKnown = bit.function | bit.ordinary | bit.unit | bit.reply

/** Of the words in lower case of five letters or less, at least a third is known; a text of few words passes. */
function isFamiliar(tokens: readonly Token[], lexicon: Lexicon): boolean {
  let words = 0
  let known = 0
  for (const token of tokens) {
    if (token.kind !== 'word' || (token.bits & bit.capital) !== 0 || token.lower.length > 5) continue
    if (++words > 60) break
    if ((token.bits & plainlyKnown) !== 0 || isOrdinaryForm(token.form!, lexicon)) known++
  }
  return words < 4 || known * 3 >= words
}

/** Code units `[start, end)` of tokens `[from, to)`. */
export function spanOf(turn: Turn, from: number, to: number): { start: number; end: number } {
  return { start: turn.tokens[from]!.start, end: turn.tokens[to - 1]!.end }
}

/** Whether a word is ordinary in the turn's languages. */
export function ordinary({ lexicon }: Turn, { bits, form, lower }: Token): boolean {
  if ((bits & plainlyOrdinary) !== 0) return true
  return form === undefined ? isOrdinary(lower, lexicon) : form.reference || isOrdinaryForm(form, lexicon)
}
const plainlyOrdinary = bit.function | bit.ordinary | bit.phrase | bit.unit | bit.reply

/** Ordinary, or in a spelling dictionary: no name by its spelling, when it stands in lower case. */
export function known(turn: Turn, token: Token): boolean {
  if (ordinary(turn, token)) return true
  const { form, lower } = token
  return form === undefined ? isInDictionary(lower, turn.lexicon) : isFormInDictionary(form, turn.lexicon)
}

const explained =
  bit.title |
  bit.kin |
  bit.month |
  bit.number |
  bit.unit |
  bit.filler |
  bit.reply |
  bit.proper |
  bit.firm |
  bit.particle

/** Bits of which one is enough for a word not to be strange. */
export const neverStrange = explained | plainlyOrdinary

/**
 * A word of three letters or more, with a vowel, that no list and no dictionary of the turn's languages explains, and that is
 * no everyday word with a slip of the hand. Slips are looked for in the first words of a turn that ask for it.
 */
export function strange(turn: Turn, token: Token): boolean {
  token.strange ??=
    token.kind === 'word' &&
    token.text.length > 2 &&
    (token.bits & neverStrange) === 0 &&
    !known(turn, token) &&
    !withoutVowel.test(token.lower) &&
    !(turn.slips.left-- > 0 && isSlipForm(token.form!, turn.lexicon))
  return token.strange
}
const withoutVowel = /^[^aeiouy]+$/
