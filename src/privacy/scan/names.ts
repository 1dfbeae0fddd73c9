import { bit } from '../lexicon/lexicon.ts'
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
    if (fits) {
      if ((token.bits & bit.particle) === 0 || capital) capitals ??= capital
      i = wordEnd(turn, i)
      end = i
    } else if (isParticle(turn, i, capitals, willing)) i++
    else break
  }
  return end
}

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
    if (willing === 'unknown')
      return (token.bits & (notNames | bit.function | bit.proper)) === 0 && !ordinary(turn, token)
    if ((token.bits & bit.function) !== 0) return !isSentenceWord(turn, i) && hasNameCompany(turn, i)
    return (token.bits & (bit.title | bit.unit)) === 0
  }
  if (willing === 'any')
    return (token.bits & (bit.function | bit.reply | bit.title | bit.kin)) === 0 && token.text.length > 1
  return isUnknown(turn, token)
}

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
    isUnknown(turn, token) ||
    (willing === 'any' && (token.bits & (bit.function | bit.phrase)) === 0 && !ordinary(turn, token))
  )
}

function isUnknown(turn: Turn, token: Token): boolean {
  return (
    token.text.length > 1 &&
    (token.bits & (bit.function | notNames | bit.kin | bit.proper)) === 0 &&
    !ordinary(turn, token)
  )
}

/** "van", "de", "el" before another word of the name; one may also open it ("van Duc", "ter Braak"). */
function isParticle(turn: Turn, i: number, capitals: boolean | undefined, willing: Willing): boolean {
  const token = turn.tokens[i]!
  if ((token.bits & bit.particle) === 0) return false
  for (let j = i + 1; j <= i + 3 && j < turn.tokens.length; j++) {
    const next = turn.tokens[j]!
    if (next.gap === 2) return false
    if (next.kind === 'mark') {
      if ("-'".includes(next.lower)) continue
      return false
    }
    const capital = (next.bits & bit.capital) !== 0
    if ((next.bits & bit.particle) !== 0 && !capital) continue
    if (capitals === true || (capitals === undefined && capital))
      return capital && (next.bits & (bit.title | bit.month)) === 0
    return (
      !capital &&
      (isUnknown(turn, next) ||
        (willing === 'any' && capitals === undefined && (next.bits & (bit.function | bit.phrase)) === 0))
    )
  }
  return false
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
