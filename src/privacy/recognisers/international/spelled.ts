import { bit } from '../../lexicon/lexicon.ts'
import { type Kind, type Label, labelOfKind } from '../../personal-data.ts'
import { occurs, type Turn } from '../../scan/turn.ts'
import type { Recogniser } from '../recogniser.ts'

const alphanumeric: readonly Kind[] = [
  'iban',
  'postcode',
  'plate',
  'reference',
  'document',
  'natid',
  'username',
  'secret',
  'email',
  'name',
]
const betweenLetters = new Set('for van as in like met de van dan en and then een a streepje dash'.split(' '))

const links = /^(?:van|for|as|met|like|is)$/

/**
 * Names and codes spelled letter by letter: "w i e r s u m", "g for golf i for india", "b van bernard a v e r", "tinus bernard
 * zeven zeven". A letter with a word that begins with it tells by itself that somebody spells.
 */
export const spelled: Recogniser = {
  id: 'international/spelled',
  labels: ['PERSON', 'IBAN', 'POSTCODE', 'PLATE', 'CUSTREF', 'DOC', 'NATID', 'USERNAME', 'SECRET', 'EMAIL'],
  triggers: { bits: bit.spelling | bit.letter, numbers: true, cues: true, asked: ['name'] },
  find(turn, report) {
    const asked = turn.role === 'system' ? undefined : turn.asked.find((kind) => alphanumeric.includes(kind))
    const label: Label = asked === undefined ? 'PERSON' : labelOfKind[asked as keyof typeof labelOfKind]
    const bySpellingWord = asked !== undefined && (turn.bits & bit.spelling) !== 0
    if (!bySpellingWord && (turn.occurs & occurs.letters) === 0) return
    for (let i = 0; i < turn.tokens.length; i++) {
      if (elementAt(turn, i, asked !== undefined).letters < 0) continue
      const found = readSpelling(turn, i, asked !== undefined)
      if (isEnough(found, asked)) report(i, found.end, label, 0.8, asked === undefined ? 'spelled' : `asked:${asked}`)
      i = Math.max(i, found.end - 1)
    }
  },
}

type Spelling = { readonly end: number; readonly letters: number; readonly linked: number; readonly elements: number }

function isEnough({ letters, linked, elements }: Spelling, asked: Kind | undefined): boolean {
  if (linked >= 2 || (linked === 1 && letters >= 3)) return true
  return asked === undefined || asked === 'name' ? letters >= 4 && letters === elements : letters >= 2 && elements >= 3
}

type Element = { readonly letters: -1 | 0 | 1; readonly linked: boolean; readonly to: number }
const none: Element = { letters: -1, linked: false, to: 0 }

/** A letter (alone, by its spelling word, or with a word that begins with it), a number or a short bank code; or neither. */
function elementAt(turn: Turn, i: number, asked: boolean): Element {
  const token = turn.tokens[i]
  if (token === undefined || token.kind === 'mark') return none
  if (token.kind === 'digits') return { letters: 0, linked: false, to: i + 1 }
  if (token.text.length === 1) {
    const linked = linkedEnd(turn, i)
    return { letters: 1, linked: linked > i, to: Math.max(linked, i + 1) }
  }
  if ((token.bits & bit.spelling) !== 0 && asked) return { letters: 1, linked: false, to: i + 1 }
  if ((token.bits & bit.number) !== 0) return { letters: 0, linked: false, to: i + 1 }
  return asked && turn.asked.includes('iban') && banks.test(token.lower)
    ? { letters: 0, linked: false, to: i + 1 }
    : none
}

const banks = /^(rabo|ingb|abna|bunq|knab|snsb|asnb|trio|ing)$/

/** End of "b van bernard", "b as in bravo", "d for david", where a letter begins; `at` when that does not follow. */
function linkedEnd({ tokens }: Turn, at: number): number {
  const letter = tokens[at]!
  if (!links.test(tokens[at + 1]?.lower ?? '') || tokens[at + 1]!.gap !== 1) return at
  let i = at + 2
  if (/^(?:in|de|van|een|a)$/.test(tokens[i]?.lower ?? '') && tokens[i]!.gap === 1) i++
  const word = tokens[i]
  const fits = word?.kind === 'word' && word.gap === 1 && word.text.length > 2 && word.lower.startsWith(letter.lower)
  return fits ? i + 1 : at
}

function readSpelling(turn: Turn, start: number, asked: boolean): Spelling {
  let [end, letters, linked, elements] = [start, 0, 0, 0]
  for (let i = start; i < turn.tokens.length; ) {
    const token = turn.tokens[i]!
    if (i > start && token.gap === 2) break
    const element = elementAt(turn, i, asked)
    if (element.letters >= 0) {
      if (element.letters === 1) letters++
      if (element.linked) linked++
      elements++
      i = element.to
      end = i
    } else if (token.kind === 'mark' && '-,.'.includes(token.lower)) i++
    else if ((asked || linked > 0) && letters > 0 && betweenLetters.has(token.lower) && followsSoon(turn, i, asked)) i++
    else break
  }
  return { end, letters, linked, elements }
}

/** Small words between letters count only when a letter follows within four tokens ("de r de i en een k"). */
function followsSoon(turn: Turn, at: number, asked: boolean): boolean {
  for (let i = at + 1; i <= at + 3 && i < turn.tokens.length; i++) {
    if (elementAt(turn, i, asked).letters >= 0) return true
    if (!betweenLetters.has(turn.tokens[i]!.lower)) return false
  }
  return false
}
