import { bit } from '../../lexicon/lexicon.ts'
import { type Kind, type Label, labelOfKind } from '../../personal-data.ts'
import type { Turn } from '../../scan/turn.ts'
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

/** Names and codes spelled letter by letter: "w i e r s u m", "g for golf i for india", "tinus bernard zeven zeven". */
export const spelled: Recogniser = {
  id: 'international/spelled',
  labels: ['PERSON', 'IBAN', 'POSTCODE', 'PLATE', 'CUSTREF', 'DOC', 'NATID', 'USERNAME', 'SECRET', 'EMAIL'],
  triggers: { bits: bit.spelling | bit.letter, numbers: true, cues: true, asked: ['name'] },
  find(turn, report) {
    const asked = turn.role === 'system' ? undefined : turn.asked.find((kind) => alphanumeric.includes(kind))
    const label: Label = asked === undefined ? 'PERSON' : labelOfKind[asked as keyof typeof labelOfKind]
    for (let i = 0; i < turn.tokens.length; i++) {
      if (elementAt(turn, i, asked !== undefined) === 0) continue
      const { end, letters, elements } = readSpelling(turn, i, asked !== undefined)
      const enough =
        asked === undefined || asked === 'name' ? letters >= 4 && letters === elements : letters >= 2 && elements >= 3
      if (enough) report(i, end, label, 0.8, asked === undefined ? 'spelled' : `asked:${asked}`)
      i = Math.max(i, end - 1)
    }
  },
}

/** 2 for a letter (alone or by its spelling word), 1 for a number or a short bank code, 0 for neither. */
function elementAt(turn: Turn, i: number, asked: boolean): 0 | 1 | 2 {
  const token = turn.tokens[i]
  if (token === undefined) return 0
  if (token.kind === 'digits') return 1
  if (token.kind === 'mark') return 0
  if (token.text.length === 1) return 2
  if ((token.bits & bit.spelling) !== 0 && asked) return 2
  if ((token.bits & bit.number) !== 0) return 1
  return asked && turn.asked.includes('iban') && /^(rabo|ingb|abna|bunq|knab|snsb|asnb|trio|ing)$/.test(token.lower)
    ? 1
    : 0
}

function readSpelling(turn: Turn, start: number, asked: boolean): { end: number; letters: number; elements: number } {
  let end = start
  let letters = 0
  let elements = 0
  let i = start
  while (i < turn.tokens.length) {
    const token = turn.tokens[i]!
    if (i > start && token.gap === 2) break
    const element = elementAt(turn, i, asked)
    if (element > 0) {
      if (element === 2) letters++
      elements++
      i++
      end = i
    } else if (token.kind === 'mark' && '-,.'.includes(token.lower)) i++
    else if (asked && letters > 0 && betweenLetters.has(token.lower) && followsSoon(turn, i, asked)) i++
    else break
  }
  return { end, letters, elements }
}

/** Small words between letters count only when a letter follows within four tokens ("de r de i en een k"). */
function followsSoon(turn: Turn, at: number, asked: boolean): boolean {
  for (let i = at + 1; i <= at + 3 && i < turn.tokens.length; i++) {
    if (elementAt(turn, i, asked) > 0) return true
    if (!betweenLetters.has(turn.tokens[i]!.lower)) return false
  }
  return false
}
