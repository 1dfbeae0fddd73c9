import { bit, more } from '../../lexicon/lexicon.ts'
import type { Cue } from '../../scan/cues.ts'
import type { Token } from '../../scan/tokens.ts'
import { known, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

/**
 * Special categories of GDPR 9 and 10 in what customers, agents and the AI say: phrases that say it, words for illnesses by
 * their ending, and, where the sentence speaks of a person, words that say it of that person only.
 */
export const special: Recogniser = {
  id: 'international/special',
  labels: ['HEALTH', 'BELIEF', 'UNION', 'CRIME', 'ORIENT', 'ORIGIN', 'POLITICS'],
  triggers: { cues: true, bits: bit.medical, more: more.descent },
  find(turn, report) {
    if (turn.role === 'system' || turn.role === 'tool') return
    for (const cue of turn.cues) {
      const { meaning, from, to } = cue
      if (meaning.says !== 'special' || isOther(turn, cue)) continue
      if (!meaning.sure && !speaksOfPerson(turn, from)) continue
      report(withKind(turn, from), to, meaning.label, 0.6, `lexicon:${meaning.label.toLowerCase()}`)
    }
    if ((turn.bits & bit.medical) !== 0) {
      turn.tokens.forEach(({ bits }, i) => {
        if ((bits & bit.medical) !== 0 && speaksOfPerson(turn, i))
          report(withKind(turn, i), i + 1, 'HEALTH', 0.5, 'medical-word')
      })
    }
    if ((turn.more & more.descent) !== 0) findDescent(turn, report)
  },
}

const first =
  /^(?:ik|mij|me|mijn|m'n|i|im|my|hij|zij|ze|haar|hem|hun|die|he|she|his|her|him|they|their|zijn|iemand|someone)$/
const we = /^(?:wij|we|ons|onze|our|us)$/
const second = /^(?:u|uw|je|jij|jouw|you|your)$/
const reach = 14

/** The sentence speaks of who writes or of somebody else; an agent speaks of the customer, and of the firm as "we". */
function speaksOfPerson({ tokens, sentences, role }: Turn, at: number): boolean {
  for (let i = Math.max(0, at - reach); i < Math.min(tokens.length, at + reach); i++) {
    const { kind, lower, bits } = tokens[i]!
    if (kind !== 'word' || sentences[i] !== sentences[at]) continue
    if (first.test(lower) || (bits & bit.kin) !== 0 || (role === 'customer' ? we : second).test(lower)) return true
  }
  return false
}

/** "die kanker app", "blind spot", "this app gives me cancer", "a stroke of luck", "handicap bij golf": another thing. */
function isOther(turn: Turn, { from, to }: Cue): boolean {
  const { tokens } = turn
  const word = tokens[from]!.lower
  const [before, after] = [tokens[from - 1]?.lower ?? '', tokens[to]]
  if (after === undefined || after.gap === 2 || after.kind === 'mark') return isFigure(turn, from)
  if (word === 'kanker' || word === 'cancer') return isNounAfter(turn, after) || isFigure(turn, from)
  if (word === 'blind' || word === 'doof' || word === 'deaf')
    return isNounAfter(turn, after) || /^(?:voor|to)$/.test(after.lower)
  if (/^(?:stroke|a)$/.test(word) && after.lower === 'of') return true
  if (word === 'handicap') return /^(?:golf|bij|in|is|was)$/.test(after.lower) || before === 'golf'
  if (word === 'verdachte') return isNounAfter(turn, after)
  return isFigure(turn, from)
}

const isNounAfter = (turn: Turn, after: Token): boolean =>
  after.kind === 'word' &&
  (after.bits & (bit.function | bit.personVerb | bit.filler | bit.reply)) === 0 &&
  known(turn, after)

/** "it gives me cancer", "met overtuiging", "golf handicap": said of no illness, belief or crime. */
function isFigure({ tokens }: Turn, from: number): boolean {
  const [before, two] = [tokens[from - 1]?.lower ?? '', tokens[from - 2]?.lower ?? '']
  return (
    (before === 'me' && /^(?:gives|giving|give)$/.test(two)) ||
    before === 'golf' ||
    (before === 'with' && tokens[from]!.lower === 'conviction')
  )
}

const kinds =
  /^(?:chronische|chronisch|ernstige|ernstig|lichte|zware|beginnende|acute|vroege|dubbele|chronic|severe|mild|early|late|acute|type)$/

/** "chronische artrose", "type 2 diabetes", "vijf maanden zwanger": what kind of it, or how long. */
function withKind(turn: Turn, at: number): number {
  const { tokens } = turn
  let from = at
  while (from > at - 2 && from > 0 && tokens[from]!.gap === 1 && kinds.test(tokens[from - 1]!.lower)) from--
  const [unit, number] = [tokens[from - 1], tokens[from - 2]]
  const isLength = unit !== undefined && /^(?:weken|maanden|weeks|months)$/.test(unit.lower) && tokens[from]!.gap === 1
  const counted = number !== undefined && (number.kind === 'digits' || (number.bits & bit.number) !== 0)
  return isLength && counted ? from - 2 : from
}

/** "van Marokkaanse afkomst", "of Nigerian descent". */
function findDescent({ tokens }: Turn, report: Parameters<Recogniser['find']>[1]): void {
  for (let i = 1; i < tokens.length; i++) {
    const { form, gap } = tokens[i]!
    if (gap !== 1 || form === undefined || (form.more & more.descent) === 0) continue
    const origin = tokens[i - 1]!
    if (origin.kind !== 'word' || (origin.bits & bit.function) !== 0) continue
    if (!(isCapital(origin) || /(?:se|an|ish|ese)$/.test(origin.lower))) continue
    const from = /^(?:van|of|met|with|a|an|een)$/.test(tokens[i - 2]?.lower ?? '') ? i - 2 : i - 1
    report(from, i + 1, 'ORIGIN', 0.6, 'descent')
  }
}

const isCapital = ({ bits }: Token): boolean => (bits & bit.capital) !== 0
