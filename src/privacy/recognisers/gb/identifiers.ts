import { bit } from '../../lexicon/lexicon.ts'
import type { Kind } from '../../personal-data.ts'
import { evidenceFor, supports } from '../../scan/evidence.ts'
import type { NumberFound, Turn } from '../../scan/turn.ts'
import { isNhs } from '../checksum.ts'
import { type Recogniser, type Report, reportPieces } from '../recogniser.ts'

const postcodeKinds: ReadonlySet<Kind> = new Set(['postcode', 'address'])
const plateKinds: ReadonlySet<Kind> = new Set(['plate'])
const natidKinds: ReadonlySet<Kind> = new Set(['natid'])

/**
 * United Kingdom: postcode, registration plate, National Insurance number, NHS number, sort code with account number. Groups
 * may stand apart or together.
 */
export const british: Recogniser = {
  id: 'gb/identifiers',
  labels: ['POSTCODE', 'PLATE', 'NATID', 'IBAN'],
  triggers: { numbers: true },
  find(turn, report) {
    findBank(turn, report)
    for (const run of turn.numbers) {
      findHealthNumber(run, report)
      const { from } = run
      const start = startOf(turn, from)
      // All three begin with letters.
      if (start === from) continue
      const compact = compacts(turn, start)
      findNationalInsurance(turn, start, compact, report)
      if (!findPostcode(turn, start, compact, report)) findPlate(turn, start, compact, report)
    }
  },
}

/** Three, three and four figures with a check digit; with its name any ten figures (those are found by their name). */
function findHealthNumber(run: NumberFound, report: Report): void {
  if (run.digits.length !== 10) return
  const shape = run.groups.map(({ length }) => length).join('-')
  if (!(shape === '3-3-4' || shape === '10') || run.gluedBefore || run.quantity) return
  const named = supports(run.evidence, natidKinds) !== undefined
  if (named || (shape === '3-3-4' && run.separators === '' && isNhs(run.digits)))
    reportPieces(report, run, 'NATID', named ? 0.95 : 0.85, isNhs(run.digits) ? 'checksum:natid' : 'cue:natid')
}

/** "12-34-56 12345678", "12-34-56, account 12345678": a sort code, and eight figures of an account within six tokens. */
function findBank(turn: Turn, report: Report): void {
  turn.numbers.forEach((run, i) => {
    const isSortCode =
      run.separators === '--' && run.groups.every(({ length }) => length === 2) && run.groups.length === 3
    const account = turn.numbers[i + 1]
    const near = account !== undefined && account.from - run.to <= 6 && /^\d{7,8}$/.test(account.digits)
    if (isSortCode && near) {
      reportPieces(report, run, 'IBAN', 0.9, 'account-shape')
      reportPieces(report, account, 'IBAN', 0.85, 'account-shape')
    } else if (run.separators === '--' && run.groups.map(({ length }) => length).join('-') === '2-2-10')
      reportPieces(report, run, 'IBAN', 0.8, 'account-shape')
  })
}

/** The letters before the first digits, glued or one space away. */
function startOf(turn: Turn, from: number): number {
  const before = turn.tokens[from - 1]
  return before !== undefined && before.kind === 'word' && before.text.length <= 2 && turn.tokens[from]!.gap < 2
    ? from - 1
    : from
}

const mostTokens = 6
const mostCharacters = 9

/** Letters and digits of the first one, two … tokens from a place, as long as only single spaces are between. */
function compacts(turn: Turn, from: number): readonly string[] {
  const texts = ['']
  let text = ''
  for (let i = from; i < from + mostTokens && text.length <= mostCharacters; i++) {
    const token = turn.tokens[i]
    if (token === undefined || token.kind === 'mark' || (i > from && token.gap === 2)) break
    text += token.text
    texts.push(text)
  }
  return texts
}

const area = '(?:[A-Z]{1,2}\\d[A-Z\\d]?)'
const postcodeShape = new RegExp(`^${area}\\d[A-Z]{2}$`)

function findPostcode(turn: Turn, from: number, compact: readonly string[], report: Report): boolean {
  for (let count = 4; count < compact.length; count++) {
    const text = compact[count]!
    if (text.length > 7 || !postcodeShape.test(text.toUpperCase())) continue
    const ends = turn.tokens[from + count]
    if (ends !== undefined && ends.gap === 0 && ends.kind !== 'mark') continue
    const why = supports(evidenceFor(turn, from, from + count), postcodeKinds)
    if (why === undefined && text !== text.toUpperCase()) continue
    report(from, from + count, 'POSTCODE', 0.85, why === undefined ? 'postcode-shape' : `${why}:postcode`)
    return true
  }
  return false
}

/** AA99 AAA since 2001, A999 AAA and Q999 AAA before. */
const plateShape = /^(?:[A-Z]{2}\d{2}|[A-Z]\d{1,3})[A-Z]{3}$/

function findPlate(turn: Turn, from: number, compact: readonly string[], report: Report): void {
  const text = compact[3] ?? ''
  const last = turn.tokens[from + 2]
  if (
    !plateShape.test(text.toUpperCase()) ||
    last === undefined ||
    (last.bits & (bit.function | bit.unit | bit.month)) !== 0
  )
    return
  const ends = turn.tokens[from + 3]
  if (ends !== undefined && ends.gap === 0 && ends.kind !== 'mark') return
  const why = supports(evidenceFor(turn, from, from + 3), plateKinds)
  if (why !== undefined || text === text.toUpperCase())
    report(from, from + 3, 'PLATE', why === undefined ? 0.6 : 0.85, why === undefined ? 'plate-shape' : `${why}:plate`)
}

/** Two letters, six digits, one letter A to D. */
function findNationalInsurance(turn: Turn, from: number, compact: readonly string[], report: Report): void {
  const { bits } = turn.tokens[from]!
  if ((bits & bit.function) !== 0 && (bits & bit.allCapitals) === 0) return
  for (let count = 2; count < compact.length; count++) {
    const text = compact[count]!.toUpperCase()
    if (!/^[A-Z]{2}\d{6}[A-D]?$/.test(text)) continue
    const longer = (compact[count + 1] ?? '').toUpperCase()
    const end = /^[A-Z]{2}\d{6}[A-D]$/.test(longer) ? count + 1 : count
    const why = supports(evidenceFor(turn, from, from + end), natidKinds)
    const whole = /[A-D]$/.test(text) || end > count
    if (why !== undefined || whole)
      report(from, from + end, 'NATID', 0.8, why === undefined ? 'natid-shape' : `${why}:natid`)
    return
  }
}
