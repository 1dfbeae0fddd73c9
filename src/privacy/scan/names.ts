import { bit } from '../lexicon/lexicon.ts'
import { isHyphenated } from './things.ts'
import type { Token } from './tokens.ts'
import { ordinary, type Turn } from './turn.ts'

/**
 * How willing a reader of a name is. `any`: any word but small talk (after a title, in an answer). `capitals`: capitals
 * whatever the word, and in lower case unknown words. `unknown`: unknown words only, with a capital where the text has them.
 */
export type Willing = 'any' | 'capitals' | 'unknown'

const longest = 8
const notNames = bit.title | bit.reply | bit.month | bit.number | bit.unit

/**
 * End of the name that begins at token `at`; `at` when there is none. Takes initials, hyphens, apostrophes and the little
 * words inside family names ("van den Heuvel-de Koning", "O'Shaughnessy", "R. J. Hollingsworth").
 */
export function nameEnd(turn: Turn, at: number, willing: Willing): number {
  let end = at
  let capitals: boolean | undefined
  for (let i = at, words = 0; i < turn.tokens.length && words < longest; words++) {
    const token = turn.tokens[i]!
    if (token.kind !== 'word' || (i > at && token.gap === 2)) break
    if (isInitial(turn, i)) {
      i += turn.tokens[i + 1]?.lower === '.' ? 2 : 1
      end = i
      capitals ??= true
      continue
    }
    const capital = (token.bits & bit.capital) !== 0
    const fits = capitals === undefined ? begins(turn, i, willing) : goesOn(turn, token, capitals, willing)
    if (i > at && saysBelief(turn, i)) break
    if (fits) {
      if ((token.bits & bit.particle) === 0 || capital) capitals ??= capital
      i = wordEnd(turn, i)
      end = i
      continue
    }
    const led = afterParticles(turn, i, capitals, willing)
    if (led >= 0) {
      capitals ??= (turn.tokens[led]!.bits & bit.capital) !== 0
      i = wordEnd(turn, led)
      end = i
    } else if (capitals === false && end === i && closes(turn, i, willing)) end = ++i
    else break
  }
  return end
}

/** "met emre geloof ik". */
const saysBelief = ({ tokens }: Turn, i: number): boolean =>
  tokens[i + 1]?.lower === 'ik' && /^(?:geloof|denk|dacht|meen|vermoed)$/.test(tokens[i]!.lower)

/** "D.", "R. J." — a single capital with a dot, or one before another word of a name. */
function isInitial(turn: Turn, i: number): boolean {
  const token = turn.tokens[i]!
  if (token.text.length !== 1 || (token.bits & bit.capital) === 0) return false
  const dot = turn.tokens[i + 1]
  return dot !== undefined && dot.lower === '.' && dot.gap === 0
}

function begins(turn: Turn, i: number, willing: Willing): boolean {
  const token = turn.tokens[i]!
  const capital = (token.bits & bit.capital) !== 0
  if ((token.bits & (bit.title | bit.reply)) !== 0 && !capital) return false
  if (capital) {
    if (token.text === 'I' || token.text === 'U') return false
    if (willing === 'unknown') return beginsByCapital(turn, i)
    if ((token.bits & bit.function) !== 0) return !isSentenceWord(turn, i) && hasNameCompany(turn, i)
    return (token.bits & (bit.title | bit.unit)) === 0
  }
  if (willing === 'any')
    return (token.bits & (bit.function | bit.reply | bit.title | bit.kin)) === 0 && token.text.length > 1
  return isUnknown(turn, token, willing) || isBeforeUnknown(turn, i, willing)
}

/** A capital that no list explains; "O'Neill"; an ordinary word inside a sentence, or any before an unknown capital ("Sun Hao"). */
function beginsByCapital(turn: Turn, i: number): boolean {
  const token = turn.tokens[i]!
  const next = turn.tokens[i + 1]
  // "Sun", "Jun", "Jan": days and months in short are names before another capital.
  const short = token.text.length <= 3 && next !== undefined && isCapitalWord(next) && !ordinary(turn, next)
  if ((token.bits & bit.title) !== 0 || kinTitles.test(token.lower)) return false
  if (token.text.length === 1) {
    const after = turn.tokens[i + 2]
    return next?.lower === "'" && next.gap === 0 && after?.gap === 0 && (after.bits & bit.capital) !== 0
  }
  if (next?.lower === '-' && next.gap === 0) {
    if (isSecondHalf(turn, turn.tokens[i + 2])) return true
    if (isHyphenated(turn, i)) return false
  }
  if ((token.bits & (notNames | bit.proper)) !== 0 && !short) return false
  if ((token.bits & bit.function) === 0 && !ordinary(turn, token)) return true
  const first = i === 0 || turn.sentences[i] !== turn.sentences[i - 1]
  const beforeCapital = next !== undefined && isCapitalWord(next)
  if ((token.bits & listed) === 0 && (!first || (beforeCapital && !looksInflected.test(token.lower)))) return true
  if (first && ((token.bits & (bit.function | bit.phrase | bit.personVerb)) !== 0 || looksInflected.test(token.lower)))
    return false
  return (
    next !== undefined &&
    isCapitalWord(next) &&
    (next.bits & (notNames | listed | bit.proper | bit.firm)) === 0 &&
    (!first || !ordinary(turn, next))
  )
}

/** Before a name these are no part of it. */
const kinTitles = /^(?:uncle|aunt|auntie|oom|tante|oma|opa|grandma|grandpa|granny)$/

/** "Al-Jundi", "Bart-Jan", "Min-jun": the second half has a capital, or is no word. */
function isSecondHalf(turn: Turn, token: Token | undefined): boolean {
  if (token === undefined || token.kind !== 'word' || token.gap !== 0) return false
  if ((token.bits & bit.capital) !== 0) return (token.bits & bit.allCapitals) === 0
  return token.text.length > 2 && (!ordinary(turn, token) || (token.bits & bit.month) !== 0)
}

const isCapitalWord = (token: Token): boolean =>
  token.kind === 'word' && token.gap === 1 && token.text.length > 1 && (token.bits & bit.capital) !== 0

/** A small word with a capital is a name when another capital stands beside it and it does not open a sentence: "Le Thi Hoa". */
function hasNameCompany(turn: Turn, i: number): boolean {
  const next = turn.tokens[i + 1]
  const alone = next === undefined || next.gap === 2 || next.kind === 'mark'
  return (
    alone ||
    (next.kind === 'word' && (next.bits & bit.capital) !== 0) ||
    !/^(I|Ik|U|De|Het|The|En|And)$/.test(turn.tokens[i]!.text)
  )
}

const isSentenceWord = (turn: Turn, i: number): boolean =>
  (i === 0 || turn.sentences[i] !== turn.sentences[i - 1]) && !hasCapitalAfter(turn, i)
const hasCapitalAfter = (turn: Turn, i: number): boolean =>
  ((turn.tokens[i + 1]?.bits ?? 0) & bit.capital) !== 0 && turn.tokens[i + 1]!.gap === 1

function goesOn(turn: Turn, token: Token, capitals: boolean, willing: Willing): boolean {
  const capital = (token.bits & bit.capital) !== 0
  if (capitals)
    return capital && (token.bits & (bit.title | bit.unit)) === 0 && !(token.lower === 'i' && token.text === 'I')
  if (capital) return false
  if ((token.bits & (notNames | bit.kin | bit.personVerb)) !== 0) return false
  return (
    isUnknown(turn, token, willing) ||
    (willing === 'any' && (token.bits & (bit.function | bit.phrase)) === 0 && !ordinary(turn, token))
  )
}

/** No list has it; after a sure cue also what only looks like a form of a listed word ("holly", "reddy", "koster"). */
function isUnknown(turn: Turn, token: Token, willing: Willing): boolean {
  const kin = willing === 'unknown' || token.text.length > 4 ? bit.kin : 0
  if (token.text.length < 2 || (token.bits & (bit.function | notNames | kin | bit.proper)) !== 0) return false
  if (!ordinary(turn, token)) return true
  return willing !== 'unknown' && (token.bits & listed) === 0 && !looksInflected.test(token.lower)
}

const listed = bit.function | bit.ordinary | bit.reply | bit.unit | bit.phrase
const looksInflected = /^(?:ge|ver|be|her|mis).{4}|(?:ed|ing|d|t|en|tie|heid|ment|tion|lijk|code|nummer)$/

/** "peter nystrom": what only looks like a form of a word, before a word in no list; after a sure cue "sun hao" too. */
function isBeforeUnknown(turn: Turn, i: number, willing: Willing): boolean {
  const token = turn.tokens[i]!
  const next = turn.tokens[i + 1]
  const short = willing !== 'unknown' && token.text.length <= 6
  return (
    token.text.length > 1 &&
    (short || (token.bits & (listed | bit.kin)) === 0) &&
    !looksInflected.test(token.lower) &&
    (token.bits & (bit.function | bit.reply | bit.title | bit.unit | bit.number)) === 0 &&
    next !== undefined &&
    next.kind === 'word' &&
    next.gap === 1 &&
    isUnknown(turn, next, 'unknown')
  )
}

/** "bep verstappen", "duong viet long": a form of a listed word, or a short listed word, that closes a name in lower case. */
function closes(turn: Turn, i: number, willing: Willing): boolean {
  const token = turn.tokens[i]!
  const next = turn.tokens[i + 1]
  const short = willing !== 'unknown' && token.text.length <= 5
  return (
    token.text.length > 1 &&
    (short || (token.bits & listed) === 0) &&
    (token.bits & (bit.function | notNames | bit.kin | bit.personVerb | bit.capital)) === 0 &&
    (next === undefined || next.gap === 2 || (next.bits & bit.function) !== 0) &&
    !(token.text.length > 4 && (token.bits & listed) === 0 && token.lower.endsWith('t') && ordinary(turn, token))
  )
}

const surelyInNames = new Set(['der', 'den', 'ter', 'ten', 'el', 'al', 'ibn', 'bint', 'della'])

/**
 * The word of the name that the little words from `i` lead to ("van der Berg", "ter Braak", "al-jundi"); −1 when they are
 * prepositions or articles. In lower case "van de" leads to a name only before a word that no list explains.
 */
function afterParticles(turn: Turn, i: number, capitals: boolean | undefined, willing: Willing): number {
  if ((turn.tokens[i]!.bits & bit.particle) === 0) return -1
  const first = turn.tokens[i]!
  let sure = surelyInNames.has(first.lower)
  // "de jaarnota", "in augustus": an article or a preposition, unless a title stands before ("meneer de wit").
  if (capitals === undefined && willing !== 'any' && !sure && first.lower !== 'van') return lowerLead(turn, i)
  for (let j = i + 1; j <= i + 3 && j < turn.tokens.length; j++) {
    const next = turn.tokens[j]!
    if (next.gap === 2) return -1
    if (next.kind === 'mark') {
      if ("-'".includes(next.lower) && next.gap === 0) continue
      return -1
    }
    const capital = (next.bits & bit.capital) !== 0
    if ((next.bits & bit.particle) !== 0 && !capital) {
      sure ||= surelyInNames.has(next.lower)
      continue
    }
    if (capitals === true || (capitals === undefined && capital))
      return capital && next.text !== 'I' && (next.bits & (bit.title | bit.month | bit.proper)) === 0 ? j : -1
    const article = capitals === false && j === i + 1 && turn.tokens[i]!.lower === 'de'
    const leads =
      isUnknown(turn, next, article ? willing : 'unknown') ||
      (sure && (next.bits & (listed | notNames | bit.capital)) === 0) ||
      (willing === 'any' && capitals === undefined && (next.bits & (bit.function | bit.phrase)) === 0)
    return !capital && leads ? j : -1
  }
  return -1
}

/** "de Ruiter", "De Vries": after an article only a capital. */
function lowerLead(turn: Turn, i: number): number {
  const next = turn.tokens[i + 1]
  const capital = next !== undefined && isCapitalWord(next) && next.text !== 'I'
  return capital && (next.bits & (bit.title | bit.month)) === 0 ? i + 1 : -1
}

/** Past hyphens and apostrophes that are part of the word: "Terpstra-El Idrissi", "al-jundi", "O'Shaughnessy". */
function wordEnd(turn: Turn, at: number): number {
  let i = at + 1
  while (i + 1 < turn.tokens.length && i < at + 8) {
    const mark = turn.tokens[i]!
    const next = turn.tokens[i + 1]!
    if (mark.kind !== 'mark' || mark.gap !== 0 || next.gap !== 0 || next.kind !== 'word') break
    if (mark.lower === '-') i += 2
    else if (mark.lower === "'" && next.text.length > 1 && !/^(ll|re|ve)$/.test(next.lower)) i += 2
    else break
  }
  return i
}
