import { occurs, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

// Keys of well-known services tell by how they begin.
const keyStart =
  /^(sk|pk|rk)[-_][A-Za-z0-9]|^gh[pousr]_|^github_pat_|^xox[abprs]-|^AKIA[A-Z0-9]{8}|^eyJ[A-Za-z0-9_-]{10}|^AIza|^glpat-|^wb_[a-z0-9]{4}/
const passwordMark = /[#!$%^&*?~+]/

/** Passwords and keys that nobody called by their name, by their shape. */
export const secretShape: Recogniser = {
  id: 'international/secret',
  labels: ['SECRET'],
  triggers: { numbers: true, inner: '#!$%^&*~_-+=/.' },
  find(turn, report) {
    if ((turn.occurs & occurs.joined) === 0) return
    for (const chunk of turn.chunks) {
      if (!chunk.hasLetter || (!chunk.hasDigit && !chunk.hasMark) || chunk.to - chunk.from > 200) continue
      const text = turn.text.slice(turn.tokens[chunk.from]!.start, turn.tokens[chunk.to - 1]!.end)
      if (text.length < 7 || text.includes('://')) continue
      if (keyStart.test(text) || isRandom(text)) report(chunk.from, chunk.to, 'SECRET', 0.8, 'key-shape')
      else if (isPassword(turn, text)) report(chunk.from, chunk.to, 'SECRET', 0.5, 'password-shape')
    }
  },
}

/** Twenty characters or more without words: capitals, small letters and digits mixed. */
function isRandom(text: string): boolean {
  return (
    text.length >= 20 &&
    text.length <= 512 &&
    /^[A-Za-z0-9_\-+/=.]+$/.test(text) &&
    /[a-z]/.test(text) &&
    /[A-Z]/.test(text) &&
    (text.match(/\d/g)?.length ?? 0) >= 3
  )
}

/** A letter, a digit and a mark that words and prices do not have inside. */
function isPassword({ role }: Turn, text: string): boolean {
  return (
    role === 'customer' &&
    /\p{L}/u.test(text) &&
    /\d/.test(text) &&
    passwordMark.test(text) &&
    /^[^\s/@=]{7,40}$/.test(text) &&
    !/^[#+$]?\d/.test(text)
  )
}
