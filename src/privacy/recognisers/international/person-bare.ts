import { bit } from '../../lexicon/lexicon.ts'
import type { Token } from '../../scan/tokens.ts'
import { ordinary, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

const mostWords = 4
/** Greetings that are names too: alone they are greetings. */
const greetings = new Set(['hai', 'ty'])
const never =
  bit.function |
  bit.reply |
  bit.filler |
  bit.number |
  bit.unit |
  bit.month |
  bit.title |
  bit.kin |
  bit.proper |
  bit.firm

/**
 * Default-deny for names: a customer's message of one to four words of which no list explains the first or the last
 * ("tamilarasi k", "rhys mccarty", "mark antony"). Whatever was asked, it is an answer that tells who someone is.
 */
export const personBare: Recogniser = {
  id: 'international/person-bare',
  labels: ['PERSON'],
  triggers: { shortTurn: 2 * mostWords },
  find(turn, report) {
    if (turn.role !== 'customer' || asksForThing(turn)) return
    const words: number[] = []
    for (let i = 0; i < turn.tokens.length; i++) {
      const token = turn.tokens[i]!
      if (token.kind === 'digits' || (token.kind === 'mark' && !"-'.,".includes(token.lower))) return
      if (token.kind !== 'word') continue
      if ((token.bits & never) !== 0) return
      words.push(i)
    }
    if (words.length === 0 || words.length > mostWords || !tellsWho(turn, words)) return
    report(words[0]!, words.at(-1)! + 1, 'PERSON', 0.4, 'unknown-turn')
  },
}

/** An amount, a model or a moment was asked for, and nothing of a person. */
function asksForThing({ asked }: Turn): boolean {
  return asked.includes('quantity') && asked.every((kind) => kind === 'quantity' || kind === 'other')
}

function tellsWho(turn: Turn, words: readonly number[]): boolean {
  if (words.length === 1 && greetings.has(turn.tokens[words[0]!]!.lower)) return false
  const unknown = words.filter((i) => isUnknown(turn, turn.tokens[i]!)).length
  return unknown * 2 >= words.length && unknown > 0
}

/** Three letters or fewer are more often an abbreviation or a slip ("thx", "pls") than a name. */
const isUnknown = (turn: Turn, token: Token): boolean =>
  token.text.length > 2 && !/^[^aeiouy]+$/.test(token.lower) && !ordinary(turn, token)
