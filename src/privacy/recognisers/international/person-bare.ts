import { readBareTurn } from '../../scan/bare-turn.ts'
import type { Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

/** Greetings that are names too: alone they are greetings. */
const greetings = new Set(['hai', 'ty'])

/**
 * Default-deny for names: a customer's message that only tells who someone is, in words that no list and no dictionary
 * explains ("tamilarasi k", "rhys mccarty", "raju and 9975"). Whatever was asked, it is an answer that tells who someone is.
 */
export const personBare: Recogniser = {
  id: 'international/person-bare',
  labels: ['PERSON'],
  triggers: { turn: 'short' },
  find(turn, report) {
    if (turn.role !== 'customer' || asksForThing(turn)) return
    for (const { from, to } of readBareTurn(turn)?.names ?? [])
      if (to - from > 1 || !greetings.has(turn.tokens[from]!.lower)) report(from, to, 'PERSON', 0.4, 'unknown-turn')
  },
}

/** An amount, a model or a moment was asked for, and nothing of a person. */
function asksForThing({ asked }: Turn): boolean {
  return (
    (asked.includes('quantity') || asked.includes('thing')) &&
    asked.every((kind) => kind === 'quantity' || kind === 'thing' || kind === 'other')
  )
}
