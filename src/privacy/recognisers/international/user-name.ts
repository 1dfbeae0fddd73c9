import { bit } from '../../lexicon/lexicon.ts'
import { type Chunk, occurs, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

/**
 * Names on services by their shape, in what customers write: letters with an underscore between ("x_zahra_x"), and a code
 * right after "user" or "gebruiker" ("user szymanski.k"). What is written in capitals only is the name of an error.
 */
export const userName: Recogniser = {
  id: 'international/user-name',
  labels: ['USERNAME'],
  triggers: { inner: '_.', numbers: true },
  find(turn, report) {
    if (turn.role !== 'customer' || (turn.occurs & occurs.joined) === 0) return
    for (const chunk of turn.chunks) {
      if (!chunk.hasLetter || chunk.to - chunk.from < 2 || chunk.to - chunk.from > 16) continue
      if (hasUnderscore(turn, chunk)) report(chunk.from, chunk.to, 'USERNAME', 0.5, 'user-shape')
      else if (isAfterUser(turn, chunk)) report(chunk.from, chunk.to, 'USERNAME', 0.6, 'cue:username')
    }
  },
}

function hasUnderscore({ tokens }: Turn, { from, to }: Chunk): boolean {
  let [underscores, small] = [0, 0]
  for (let i = from; i < to; i++) {
    const { lower, kind, bits } = tokens[i]!
    if (lower === '_') underscores++
    else if (kind === 'mark' && !'.-'.includes(lower)) return false
    else if (kind === 'word' && (bits & bit.allCapitals) === 0) small++
  }
  return underscores > 0 && small > 0
}

function isAfterUser({ tokens }: Turn, { from, to, hasDigit }: Chunk): boolean {
  if (!/^(?:user|gebruiker|account|profiel|profile)$/.test(tokens[from - 1]?.lower ?? '') || tokens[from]!.gap !== 1)
    return false
  const inner = tokens.slice(from, to)
  return hasDigit ? inner[0]!.kind === 'word' : inner.some(({ lower }) => lower === '.')
}
