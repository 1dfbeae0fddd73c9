import { bit } from '../../lexicon/lexicon.ts'
import { type Kind, type Label, labelOfKind } from '../../personal-data.ts'
import type { Cue } from '../../scan/cues.ts'
import type { Chunk, Turn } from '../../scan/turn.ts'
import { known, ordinary, strange } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

const coded: ReadonlySet<Kind> = new Set([
  'reference',
  'number',
  'document',
  'secret',
  'username',
  'plate',
  'natid',
  'iban',
])
const links = new Set(['is', 'was', ':', '=', 'als', 'as', 'luidt', 'wordt', 'being', 'to', 'werd'])
const wordLinks = new Set(['is', 'was', ':', '=', 'luidt', 'wordt'])
const reach = 7

/**
 * Values of letters and digits after their name ("polis PAV-440917", "wachtwoord is …", `"user_id": "…"`), or in answer to
 * a question for them. Passwords and user names need no digit when they stand after "is" or a colon.
 */
export const namedCode: Recogniser = {
  id: 'international/named-code',
  labels: ['CUSTREF', 'DOC', 'SECRET', 'USERNAME', 'PLATE', 'NATID', 'IBAN'],
  triggers: { cues: true, asked: [...coded] },
  find(turn, report) {
    for (const cue of turn.cues) {
      if (cue.meaning.says === 'kind' && coded.has(cue.meaning.kind))
        afterCue(turn, cue, cue.meaning.kind as keyof typeof labelOfKind, report)
    }
    const asked = turn.asked.find((kind) => coded.has(kind))
    if (asked !== undefined && turn.role !== 'system') answers(turn, asked as keyof typeof labelOfKind, report)
  },
}

function afterCue(turn: Turn, cue: Cue, kind: keyof typeof labelOfKind, report: Report): void {
  // "WW-200107": the cue is itself the beginning of a code.
  const glued = turn.tokens[cue.to]
  if (kind === 'secret' && glued?.gap === 0 && '-_/'.includes(glued.lower)) return
  let linked = false
  let named = cue.to - cue.from > 1 && /^(?:as|als)$/.test(turn.tokens[cue.to - 1]!.lower)
  for (let i = cue.to; i < turn.tokens.length && i < cue.to + reach; i++) {
    const token = turn.tokens[i]!
    if (turn.sentences[i] !== turn.sentences[cue.from] && !(linked && token.gap === 2 && i === cue.to + 1)) return
    if (links.has(token.lower)) linked = true
    named ||= wordLinks.has(token.lower) || (kind === 'username' && token.lower === 'as')
    const chunk = turn.chunks[turn.chunkOf[i]!]!
    if (i < chunk.from || token.kind === 'mark') continue
    const begin = withLetters(turn, Math.max(chunk.from, cue.to), cue.to)
    if (chunk.hasDigit && isCode(turn, begin, chunk.to, cue.alone)) {
      report(begin, codeEnd(turn, chunk), labelOfKind[kind], 0.85, `cue:${kind}`)
      return
    }
    const loggedIn = kind === 'username' && /^(?:met|with)$/.test(turn.tokens[cue.to - 1]!.lower)
    if (loggedIn && chunk.from < chunk.to && (chunk.hasMark || strange(turn, token)) && i === cue.to) {
      report(chunk.from, chunk.to, 'USERNAME', 0.7, 'cue:username')
      return
    }
    const word = kind === 'secret' || kind === 'username'
    if (word && named && isFreeWord(turn, chunk) && !saysState(turn, chunk)) {
      report(chunk.from, saidEnd(turn, chunk.to), labelOfKind[kind], 0.8, `cue:${kind}`)
      return
    }
    if (
      (token.bits & (bit.function | bit.phrase | bit.filler)) === 0 &&
      !links.has(token.lower) &&
      ordinary(turn, token) &&
      linked
    )
      return
    i = Math.max(i, chunk.to - 1)
  }
}

/** Capitals that stand before the digits belong to the code: "OYELA 659227 M99ZZ". */
function withLetters(turn: Turn, begin: number, cueEnd: number): number {
  const before = turn.tokens[begin - 1]
  const fits =
    begin - 1 >= cueEnd &&
    turn.tokens[begin]!.gap === 1 &&
    before!.kind === 'word' &&
    (before!.bits & bit.allCapitals) !== 0 &&
    (before!.bits & (bit.function | bit.unit)) === 0
  return fits ? begin - 1 : begin
}

/** Letters and digits together, or a number with marks inside; short ones only after a full name ("order" alone is not). */
function isCode(turn: Turn, from: number, to: number, alone: boolean): boolean {
  const text = turn.text.slice(turn.tokens[from]!.start, turn.tokens[to - 1]!.end)
  const digits = text.replace(/\D/g, '').length
  const letters = /\p{L}/u.test(text)
  if (/^[\p{L}]?\d+[.,]\d+$/u.test(text) || (turn.tokens[to - 1]!.bits & (bit.unit | bit.month)) !== 0) return false
  if (/^\d+(e|de|ste|th|st|nd|rd)$/i.test(text) || (/^[A-Z]{2,3}\d{2,4}$/.test(text) && isFlight(turn, from)))
    return false
  return letters ? text.length >= 4 && (!alone || digits >= 2) : false
}

/** The nearest thing named before "KL1234" is a flight, not the booking. */
function isFlight(turn: Turn, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 12); i--) {
    const { lower } = turn.tokens[i]!
    if (/^(?:flights?|vluchten?|vluchtnummers?)$/.test(lower)) return true
    if (/^(?:booking|reservation|boeking|reservering|order|claim)/.test(lower)) return false
  }
  return false
}

const states = new Set(
  'wrong incorrect correct invalid valid working visible right lost gone empty safe secure active inactive required needed missing old new same different private known unknown weak strong available unavailable fout onjuist juist goed verkeerd kwijt weg leeg veilig nodig nieuw oud hetzelfde anders zoek zwak sterk bekend onbekend mogelijk actief stuk kapot niet'.split(
    ' ',
  ),
)

/** "my pin is blocked", "het wachtwoord is verlopen": how it is with the password, not what it is. */
function saysState(turn: Turn, chunk: Chunk): boolean {
  const token = turn.tokens[chunk.from]!
  if (chunk.hasMark || links.has(token.lower)) return links.has(token.lower)
  if (states.has(token.lower) || degrees.test(token.lower) || isTooMuch(turn, chunk.from)) return true
  if (participle.test(token.lower) && known(turn, token)) return true
  return ordinary(turn, token) && /(?:ed|ing|d|t|en|ten|stolen|able)$/.test(token.lower)
}

const degrees = /^(?:te|too|zo|so|heel|very|erg|wel|nogal|quite|more|meer|minder|less|nog|nu|al|already|always|altijd)$/
const participle = /^(?:(?:aan|af|door|in|om|op|over|terug|uit|weg)?ge.{3,}|(?:ver|be|ont|her|mis).{3,})(?:d|t|en)$/

/** "te lang", "too short", "easy to guess", "makkelijk te raden". */
function isTooMuch({ tokens }: Turn, at: number): boolean {
  const [before, after, next] = [tokens[at - 1]?.lower ?? '', tokens[at + 1]?.lower ?? '', tokens[at + 2]]
  return /^(?:te|too|so|zo)$/.test(before) || (/^(?:to|te)$/.test(after) && next?.kind === 'word' && next.gap === 1)
}

/** "gijs underscore lut vierennegentig": said marks bind what stands on both sides. */
function saidEnd(turn: Turn, at: number): number {
  let to = at
  while (to + 1 < turn.tokens.length && to < at + 12 && turn.tokens[to]!.gap === 1) {
    if ((turn.tokens[to]!.bits & (bit.saidMark | bit.saidDot)) !== 0 && turn.tokens[to + 1]!.gap === 1) to += 2
    else if (to > at && (turn.tokens[to]!.bits & bit.number) !== 0) to++
    else break
  }
  return to
}

/** A password or user name without a digit: any word that is not small talk. */
function isFreeWord(turn: Turn, chunk: Chunk): boolean {
  const token = turn.tokens[chunk.from]!
  return chunk.hasMark || (token.bits & (bit.function | bit.reply)) === 0
}

/** Takes in groups that follow with white space while they hold digits: "OYELA 659227 M99ZZ", "9930 11 774". */
function codeEnd(turn: Turn, chunk: Chunk): number {
  let to = chunk.to
  for (let c = turn.chunkOf[chunk.from]! + 1; c < turn.chunks.length; c++) {
    const next = turn.chunks[c]!
    const first = turn.tokens[next.from]
    const unbroken =
      next.from < next.to &&
      first !== undefined &&
      first.gap === 1 &&
      turn.tokens[to]?.kind !== 'mark' &&
      next.from === to
    if (!unbroken || !next.hasDigit || next.to - next.from > 4) break
    if ((first.bits & bit.unit) !== 0 || turn.tokens[next.to]?.lower === ':') break
    to = next.to
  }
  return to
}

/** In a short answer every chunk that looks like a code; for passwords and user names every word that is not small talk. */
function answers(turn: Turn, kind: keyof typeof labelOfKind, report: Report): void {
  if (turn.tokens.length > 24) return
  const label: Label = labelOfKind[kind]
  const words = kind === 'secret' || kind === 'username'
  for (const chunk of turn.chunks) {
    if (chunk.from >= chunk.to) continue
    if (chunk.hasDigit && chunk.hasLetter && isCode(turn, chunk.from, chunk.to, false))
      report(chunk.from, chunk.to, label, 0.8, `asked:${kind}`)
    else if (
      words &&
      !chunk.hasDigit &&
      turn.chunks.length <= 4 &&
      (turn.bits & bit.reply) === 0 &&
      isFreeWord(turn, chunk) &&
      !ordinary(turn, turn.tokens[chunk.from]!)
    )
      report(chunk.from, chunk.to, label, 0.5, `asked:${kind}`)
  }
}
