import { bit } from '../lexicon/lexicon.ts'
import type { Kind } from '../personal-data.ts'
import { hasMark, type Turn } from './turn.ts'

/** The order in which an answer is tried: the narrow kinds before the wide ones. */
const order: readonly Kind[] = [
  'cvc',
  'secret',
  'bsn',
  'natid',
  'iban',
  'card',
  'phone',
  'birth',
  'plate',
  'postcode',
  'house',
  'document',
  'username',
  'reference',
  'email',
  'name',
  'address',
  'city',
  'age',
  'number',
  'quantity',
  'thing',
  'other',
]
const requests = new Set(
  'mag kunt kan wat welk welke hoe wanneer geef geeft graag noem noemt uw je jouw u please could can what which how when your may provide tell confirm enter need nodig would who wie whats controleren verify spell'.split(
    ' ',
  ),
)
/** Kinds that are answered in figures stay open over a remark of the agent ("ja", "even kijken"); those in words do not. */
const inFigures: ReadonlySet<Kind> = new Set([
  'cvc',
  'secret',
  'bsn',
  'natid',
  'iban',
  'card',
  'phone',
  'birth',
  'plate',
  'postcode',
  'house',
  'document',
  'reference',
  'number',
])
const passing: ReadonlySet<Kind> = new Set([
  'reference',
  'number',
  'document',
  'plate',
  'address',
  'name',
  'card',
  'house',
  'username',
])

/** What stays asked after a turn of the agent or the AI, given what was open before it. */
export function openAfter(open: readonly Kind[], turn: Turn): readonly Kind[] {
  const requesting =
    hasMark(turn, '?') || turn.tokens.length <= 8 || turn.tokens.some(({ lower }) => requests.has(lower))
  const kinds = new Set<Kind>()
  for (const { meaning, alone } of turn.cues) {
    // A passing mention asks for nothing: "uw bestelling is onderweg".
    if (meaning.says === 'kind' && (requesting || !alone || !passing.has(meaning.kind))) kinds.add(meaning.kind)
  }
  if (kinds.has('other') || kinds.has('quantity') || kinds.has('thing'))
    for (const kind of kinds) if (passing.has(kind) && isOnlyAlone(turn, kind)) kinds.delete(kind)
  if (kinds.size > 0) return order.filter((kind) => kinds.has(kind))
  const words = turn.tokens.filter(
    ({ kind, bits }) => kind === 'word' && (bits & (bit.filler | bit.reply)) === 0,
  ).length
  if (words <= 3 && !hasMark(turn, '?')) return open
  return hasMark(turn, '?') ? [] : open.filter((kind) => inFigures.has(kind))
}

function isOnlyAlone(turn: Turn, kind: Kind): boolean {
  return turn.cues.every(({ meaning, alone }) => meaning.says !== 'kind' || meaning.kind !== kind || alone)
}

/** What stays asked after the customer answered: figures may come in more pieces, a name or a place was given. */
export function openAfterAnswer(
  open: readonly Kind[],
  found: readonly { readonly reason: string }[],
  turn: Turn,
): readonly Kind[] {
  if (signsOff(turn)) return ['name']
  if (open.length === 0) return open
  const answered = new Set(found.map(({ reason }) => reason))
  return open.filter((kind) => inFigures.has(kind) || !answered.has(`asked:${kind}`))
}

/** "Met vriendelijke groet," as a message of its own: the name comes in the next one. */
export function signsOff(turn: Turn): boolean {
  const last = turn.cues.at(-1)
  return last !== undefined && last.meaning.says === 'sign-off' && onlyMarksAfter(turn, last.to) && !hasMark(turn, '?')
}

export function onlyMarksAfter(turn: Turn, at: number): boolean {
  for (let i = at; i < turn.tokens.length; i++) if (turn.tokens[i]!.kind !== 'mark') return false
  return true
}
