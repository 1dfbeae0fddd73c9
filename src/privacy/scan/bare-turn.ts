import { bit } from '../lexicon/lexicon.ts'
import type { Kind } from '../personal-data.ts'
import type { Token } from './tokens.ts'
import { known, ordinary, strange, type Turn } from './turn.ts'

/** Stretches of tokens that nothing explains in a turn that holds nothing else than those, numbers and words around them. */
export type BareTurn = { readonly names: readonly { readonly from: number; readonly to: number }[] }

const mostTokens = 16
const mostWords = 4
const mostTokensOfShort = 6
/** Names that a dictionary has are shorter: "functionaris gegevensbescherming" is nobody. */
const longestPlain = 10
const neverInNames =
  bit.number | bit.unit | bit.month | bit.title | bit.proper | bit.firm | bit.kin | bit.street | bit.buildingPart
/** Between the data of who someone is: "john and 6767", "naam is …". Never a part of a sentence that asks or tells. */
const between = bit.filler | bit.reply
const glue = new Set(
  'my mijn the de het is s its it im i am iam ik ben met en and for voor van of to no nr number nummer dat this dit on op name naam first last sir yes ok sure en nee ja'.split(
    ' ',
  ),
)

/**
 * A short message that only tells who someone is: names, numbers, what these are called ("john and 6767", "name raju ssn
 * 9975", "tamilarasi k"). Undefined for every other turn, and for one in which a stretch of words is not a name by its words.
 */
export function readBareTurn(turn: Turn): BareTurn | undefined {
  const { tokens } = turn
  if (tokens.length > mostTokens) return undefined
  const named = namedTokens(turn)
  const hasNumber = turn.numbers.some(({ digits }) => digits.length >= 3)
  const names: { from: number; to: number }[] = []
  let start = -1
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i]
    const part = token === undefined ? 'gap' : partOf(turn, i, named, start >= 0)
    if (part === 'other') return undefined
    if (part === 'word') {
      if (start < 0) start = i
      continue
    }
    if (part === 'mark' && start >= 0) continue
    if (start >= 0) {
      const to = endOf(turn, start, i)
      if (!isName(turn, start, to, hasNumber)) return undefined
      names.push({ from: start, to })
      start = -1
    }
  }
  return { names }
}

type PartOfTurn = 'word' | 'mark' | 'gap' | 'other'

function partOf(turn: Turn, i: number, named: number, inName: boolean): PartOfTurn {
  const token = turn.tokens[i]!
  if (token.kind === 'digits') return 'gap'
  if (token.kind === 'mark') {
    if ("-'.".includes(token.lower)) return inName ? 'mark' : 'gap'
    return ',:!#()"'.includes(token.lower) ? 'gap' : 'other'
  }
  if ((named & (1 << i)) !== 0 || (token.bits & (between | bit.number)) !== 0 || glue.has(token.lower)) return 'gap'
  return (token.bits & (neverInNames | bit.function)) !== 0 ? 'other' : 'word'
}

function endOf(turn: Turn, from: number, at: number): number {
  let to = at
  while (to > from && turn.tokens[to - 1]!.kind === 'mark') to--
  return to
}

const isOfPerson = (kind: Kind): boolean => kind !== 'other' && kind !== 'quantity' && kind !== 'thing'

/** A bit for each token of a phrase that says what a value is. */
function namedTokens({ cues }: Turn): number {
  let named = 0
  for (const { from, to, meaning } of cues) {
    const { says } = meaning
    const names = says === 'name-follows' || says === 'name-before' || says === 'sign-off'
    if (names || (says === 'kind' && isOfPerson(meaning.kind))) named |= (1 << to) - (1 << from)
  }
  return named
}

/** "Emma toevoegen", "Vitamix blender lekt": who writes one word with a capital does so with the other words of a name. */
function isVerbAfterCapital(turn: Turn, from: number, token: Token): boolean {
  if ((turn.tokens[from]!.bits & bit.capital) === 0 || (token.bits & bit.capital) !== 0) return false
  return token.text.length > 3 && /(?:en|t|s|d|ed|ing)$/.test(token.lower) && known(turn, token)
}

/**
 * One to four words; without a number at least half of them strange, beside a number one strange word, or none that is an
 * everyday word ("jane doe 2345").
 */
function isName(turn: Turn, from: number, to: number, hasNumber: boolean): boolean {
  let [words, unknown, odd, long] = [0, 0, 0, 0]
  for (let i = from; i < to; i++) {
    const token = turn.tokens[i]!
    if (token.kind !== 'word') continue
    words++
    if (i > from && isVerbAfterCapital(turn, from, token)) return false
    if (strange(turn, token)) odd++
    else if (token.text.length > longestPlain) long++
    if (token.text.length > 1 && !ordinary(turn, token)) unknown++
    else if (token.text.length === 1) unknown++
  }
  if (words === 0 || words > mostWords) return false
  if (hasNumber && (odd > 0 || (unknown === words && turn.tokens.length <= mostTokensOfShort))) return true
  // "jade snow": two words of a dictionary that nobody says to a firm; one alone says too little.
  if (words >= 2 && words <= 3 && unknown === words && long === 0) return true
  return odd > 0 && unknown * 2 >= words
}
