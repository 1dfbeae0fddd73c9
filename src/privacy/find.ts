import { findCustom } from './custom.ts'
import { isOrdinary } from './lexicon/known-words.ts'
import { bit, type Lexicon, lexiconFor } from './lexicon/lexicon.ts'
import {
  type Finding,
  type Kind,
  type Label,
  labelOfKind,
  labels,
  type Part,
  type RedactionOptions,
  specialLabels,
} from './personal-data.ts'
import { recognisers } from './recognisers/all.ts'
import { homeAfter, homeOf, restOfAddress } from './recognisers/international/address-rest.ts'
import { ageAfter } from './recognisers/international/age.ts'
import { cityAfter } from './recognisers/international/city.ts'
import { personBefore } from './recognisers/international/person-beside.ts'
import { chancesOf, hasChance } from './recognisers/recogniser.ts'
import { AllowList } from './scan/allow-list.ts'
import { type Found, Memory } from './scan/memory.ts'
import { withoutOverlaps } from './scan/overlaps.ts'
import { onlyMarksAfter, openAfter, openAfterAnswer, signsOff } from './scan/questions.ts'
import { known, readTurn, spanOf, type Turn } from './scan/turn.ts'
import { type Unit, unitsOf } from './scan/units.ts'

const hidden = 0.3

type Read = { readonly unit: Unit; readonly turn: Turn; readonly found: Found[] }

/**
 * Personal data in a dialogue: one list per part, sorted, without overlaps, offsets in UTF-16 code units of the part's text.
 * Parts stand in dialogue order; a question of an agent or an AI explains the customer's next turn, and a value found in one
 * part is found in every other one (`memory`). Same input, same output; time is linear in the length of the text. Text that
 * cannot be read as JSON is read as text; nothing is left unread. GDPR 4(1), 9, 10.
 */
export function findPersonalData(parts: readonly Part[], options: RedactionOptions): Finding[][] {
  const lexicon = lexiconFor(options.languages)
  const allowed = options.allow.length === 0 ? undefined : new AllowList(options.allow, lexicon)
  const memory = new Memory()
  for (const { label, value } of options.known ?? []) rememberKnown(memory, label, value, options, lexicon)
  const results: Finding[][] = []
  const waiting: (readonly Read[])[] = []
  let open: readonly Kind[] = []
  let last: LastTurn = nothingBefore
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const extra = options.extra?.[i] ?? nothingFound
    const before = { asked: askedOf(part, open, last), afterAddress: last.role === part.role && last.endsWithAddress }
    const reads = unitsOf(part).map((unit) => read(unit, part, before, options, lexicon, extra))
    for (const { turn, found } of reads) {
      if (found.length === 0) continue
      allowed?.drop(turn, found)
      memory.remember(turn, found)
    }
    open = openNext(open, part, reads)
    last = lastTurn(part, reads)
    if (options.memory === 'backward') results.push(settled(part, reads, memory, allowed))
    else waiting.push(reads)
  }
  for (let i = 0; i < waiting.length; i++) results.push(settled(parts[i]!, waiting[i]!, memory, allowed))
  return results
}

/** How a message ended: the next one of the same writer may go on from it. */
type LastTurn = {
  readonly role: Part['role'] | undefined
  readonly endsWithAddress: boolean
  readonly signsOff: boolean
}
const nothingFound: readonly Finding[] = []
const nothingBefore: LastTurn = { role: undefined, endsWithAddress: false, signsOff: false }

function lastTurn(part: Part, reads: readonly Read[]): LastTurn {
  const first = reads[0]
  if (first === undefined || first.unit.source !== 'turn') return nothingBefore
  const { turn, found } = first
  const endsWithAddress = found.some(({ label, to }) => label === 'ADDRESS' && onlyMarksAfter(turn, to))
  return { role: part.role, endsWithAddress, signsOff: signsOff(turn) }
}

/** What a customer was asked; what an agent or a model says after "Kind regards," is who it is. */
function askedOf(part: Part, open: readonly Kind[], last: LastTurn): readonly Kind[] {
  if (part.role === 'customer') return open
  return part.role === 'agent' && last.role === 'agent' && last.signsOff ? ['name'] : []
}

type Before = { readonly asked: readonly Kind[]; readonly afterAddress: boolean }

function read(
  unit: Unit,
  part: Part,
  before: Before,
  options: RedactionOptions,
  lexicon: Lexicon,
  extra: readonly Finding[],
): Read {
  const isTurn = unit.source === 'turn'
  const turn = readTurn(unit.text, {
    role: isTurn || part.role === 'system' ? part.role : 'tool',
    channel: isTurn ? options.channel : 'chat',
    lexicon,
    asked: isTurn ? before.asked : [],
    afterAddress: isTurn && before.afterAddress,
  })
  const byKey = isTurn ? undefined : foundByKey(unit, turn)
  const found = byKey ?? recognise(turn, unit.kind === 'quantity')
  if (options.custom !== undefined && options.custom.length > 0) found.push(...findCustom(turn, options.custom))
  if (extra.length > 0) found.push(...foundElsewhere(turn, unit, extra))
  return { unit, turn, found: options.special === 'leave' ? found.filter(({ label }) => !isSpecial(label)) : found }
}

/** Findings of a model, as whole words of this turn. */
function foundElsewhere(turn: Turn, unit: Unit, extra: readonly Finding[]): Found[] {
  const { tokens } = turn
  const placeOf = (at: number) => unit.place(tokens[at]!.start, tokens[at]!.end)
  const firstWhere = (holds: (at: number) => boolean): number => {
    let [low, high] = [0, tokens.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (holds(middle)) high = middle
      else low = middle + 1
    }
    return low
  }
  return extra.flatMap(({ start, end, label, confidence, reason }) => {
    if (confidence < hidden) return []
    const from = firstWhere((at) => placeOf(at).end > start)
    const to = firstWhere((at) => placeOf(at).start >= end)
    return from < to ? [{ from, to, label, confidence, reason }] : []
  })
}

const listed: ReadonlySet<Label> = new Set(['ADDRESS', 'POSTCODE', 'CUSTREF', 'PHONE', 'EMAIL', 'DOB', 'IBAN'])
const codes: ReadonlySet<Label> = new Set(['CUSTREF', 'DOC', 'NATID', 'IBAN', 'SECRET', 'PLATE', 'USERNAME'])

/** "E0000 0014", "1234B": letters that touch the figures belong to them, and so do letters that are no word ("kjh 589624"). */
function withGluedLetters(turn: Turn, from: number, to: number): { from: number; to: number } {
  const { tokens } = turn
  const first = tokens[from]!
  const before = tokens[from - 1]
  const last = tokens[to - 1]!
  const after = tokens[to]
  const isShort = (token: typeof before): boolean =>
    token !== undefined && token.kind === 'word' && token.text.length <= 4
  return {
    from: first.kind === 'digits' && (first.gap === 0 ? isShort(before) : isNoWord(turn, before)) ? from - 1 : from,
    to: last.kind === 'digits' && after?.gap === 0 && isShort(after) && (after.bits & bit.unit) === 0 ? to + 1 : to,
  }
}

const noCode = bit.title | bit.kin | bit.month | bit.number | bit.unit | bit.filler | bit.reply | bit.proper | bit.firm

/** Two to four letters in a message of a customer that are in no list and no dictionary. */
function isNoWord(turn: Turn, token: Turn['tokens'][number] | undefined): boolean {
  if (token === undefined || token.kind !== 'word' || turn.role !== 'customer') return false
  const { length } = token.text
  return length >= 2 && length <= 4 && (token.bits & noCode) === 0 && token.gap > 0 && !known(turn, token)
}

const isGuess = /^(?:capital|unknown-word)$/

const isSpecial = (label: Label): boolean => specialLabels.includes(label)
const guesses = /^(long-|unknown-|number-turn|capital|place-shape|unit-shape|plate-shape|old-date)/

const chances = chancesOf(recognisers)

/** What all recognisers find in a turn. `explained`: the key says that it is an amount or the like, so that only what is sure counts. */
export function recognise(turn: Turn, explained: boolean): Found[] {
  const found: Found[] = []
  const last = turn.tokens.length
  const report = (from: number, to: number, label: Label, confidence: number, reason: string): void => {
    if (confidence < hidden || from >= to || to > last || (explained && guesses.test(reason))) return
    const whole = codes.has(label) ? withGluedLetters(turn, from, to) : undefined
    found.push({ from: whole?.from ?? from, to: whole?.to ?? to, label, confidence, reason })
  }
  for (let i = 0; i < recognisers.length; i++) if (hasChance(turn, chances, i)) recognisers[i]!.find(turn, report)
  // What stands beside an address is a place; this needs what the others found.
  let rest = { from: -1, to: -1 }
  for (let i = 0, count = found.length; i < count; i++) {
    const { from, to, label, confidence, reason } = found[i]!
    if ((label === 'ADDRESS' || label === 'POSTCODE') && turn.role !== 'system') cityAfter(turn, to, label, report)
    // What lies in the rest of an address that was read goes on with it.
    if (label === 'ADDRESS' && turn.role !== 'system' && (to < rest.from || to > rest.to))
      rest = { from: to, to: restOfAddress(turn, from, to, report) }
    if (listed.has(label) && confidence >= 0.6) personBefore(turn, from, report)
    if (label === 'PERSON' && confidence >= 0.4) ageAfter(turn, to, report)
    if (label === 'PERSON' && isGuess.test(reason)) homeOf(turn, from, to, report)
    else if (label === 'PERSON' && turn.role !== 'system') homeAfter(turn, to, report)
  }
  return found
}

const noValue = /^(?:n\/?a|none|null|nil|unknown|onbekend|geen|nvt|true|false|yes|no|ja|nee|-+|\.+)$/i

/** The whole value when its key names a kind of personal data; a key that carries a value itself. */
function foundByKey(unit: Unit, turn: Turn): Found[] | undefined {
  const to = turn.tokens.length
  if (to === 0) return []
  if (unit.source === 'key') {
    const found = recognise(turn, false)
    if (found.length === 0 && carriesValue(unit.text))
      found.push(wholeOf(to, /\p{L}{2,}[._]/u.test(unit.text) ? 'USERNAME' : 'CUSTREF', 0.5, 'key-value'))
    return found
  }
  const { kind } = unit
  if (kind === undefined || kind === 'other' || kind === 'thing') return undefined
  if (kind === 'quantity') return (turn.bits & ~bit.capital) === 0 && turn.tokens.length <= 3 ? [] : undefined
  const text = unit.text.trim()
  if (noValue.test(text) || !/[\p{L}\p{N}]/u.test(text)) return []
  if (kind === 'name' && !/\p{L}/u.test(text)) return undefined
  return [wholeOf(to, labelOfKind[kind], kind === 'number' ? 0.6 : 0.95, `key:${keyReason(kind)}`)]
}

const wholeOf = (to: number, label: Label, confidence: number, reason: string): Found => ({
  from: 0,
  to,
  label,
  confidence,
  reason,
})
const keyReason = (kind: Kind): string => (kind === 'birth' ? 'dob' : kind)

/** Letters with four digits or more that are no year and no date: "mia_li_3668" is somebody, "revenue_2026" is not. */
function carriesValue(key: string): boolean {
  const numbers = key.match(/\d{4,}/g) ?? []
  return /\p{L}/u.test(key) && numbers.some((digits) => digits.length > 4 || !/^(19|20)/.test(digits))
}

/** A key of everyday words is the name of a field, whatever people are called. */
function isFieldName({ tokens, bits, lexicon }: Turn): boolean {
  if ((bits & bit.number) !== 0 || tokens.some(({ kind }) => kind === 'digits')) return false
  return tokens.some((token) => token.kind === 'word' && isOrdinary(token.lower, lexicon))
}

function openNext(open: readonly Kind[], part: Part, reads: readonly Read[]): readonly Kind[] {
  const first = reads[0]
  if (first === undefined || first.unit.source !== 'turn') return open
  if (part.role === 'agent' || part.role === 'ai') return openAfter(open, first.turn)
  if (part.role !== 'customer') return open
  return openAfterAnswer(open, first.found, first.turn)
}

function settled(part: Part, reads: readonly Read[], memory: Memory, allowed: AllowList | undefined): Finding[] {
  const findings: Finding[] = []
  for (const { unit, turn, found } of reads) {
    const again = unit.source === 'key' && isFieldName(turn) ? [] : memory.findIn(turn)
    if (found.length === 0 && again.length === 0) continue
    if (again.length > 0) allowed?.drop(turn, again)
    for (const item of found) findings.push(placed(item, turn, unit))
    if (again.length === 0) continue
    // What was found here by itself is not told a second time.
    const ends = new Map<number, number>()
    for (const { from, to } of found) ends.set(from, to)
    for (const item of again) if ((ends.get(item.from) ?? 0) < item.to) findings.push(placed(item, turn, unit))
  }
  return findings.length < 2 ? findings : withoutOverlaps(part.text, findings)
}

function placed({ from, to, label, confidence, reason }: Found, turn: Turn, unit: Unit): Finding {
  const span = spanOf(turn, from, to)
  const { start, end } = unit.place(span.start, span.end)
  return { start, end, label, confidence, reason }
}

function rememberKnown(
  memory: Memory,
  label: string,
  value: string,
  options: RedactionOptions,
  lexicon: Lexicon,
): void {
  const known = labels.find((one) => one === label) ?? 'CUSTREF'
  const turn = readTurn(value, { role: 'tool', channel: options.channel, lexicon, asked: [] })
  if (turn.tokens.length > 0) memory.remember(turn, [wholeOf(turn.tokens.length, known, 1, 'known')])
}
