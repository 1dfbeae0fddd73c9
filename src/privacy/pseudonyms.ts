/**
 * Pseudonyms: what identifies somebody leaves as `[PERSON_1]` and comes back as it was. The table lives as long as the
 * conversation and is sealed where it rests; it is the only place with originals (GDPR 4(5): the additional information
 * that is kept separately).
 */
import { findPersonalData } from './find.ts'
import { type Leaf, leavesOf, unitsOf } from './json-leaves.ts'
import type { Finding, Label, Part, RedactionOptions } from './personal-data.ts'
import { mayBegin, PLANTED_MARK, readToken, type TokenFound, tokenFor, tokenName, withoutWayBack } from './token.ts'

export type Pseudonym = { readonly token: string; readonly label: string; readonly value: string }

/** Plain JSON. `next` is the number of the next token; numbers are unique over all labels of a conversation. */
export type PseudonymState = { readonly next: number; readonly items: readonly Pseudonym[] }

export const emptyPseudonyms = (): PseudonymState => ({ next: 1, items: [] })

/** Finds personal data: one list for each part. */
export type Finder = (parts: readonly Part[], options: RedactionOptions) => readonly (readonly Finding[])[]

export type Redaction = {
  /** One for each part. A part that was JSON still is. */
  readonly texts: readonly string[]
  /** The same object when there was nothing new. */
  readonly state: PseudonymState
  /** How many stretches were hidden, by label. */
  readonly counts: Readonly<Partial<Record<Label, number>>>
  readonly partCounts: readonly Readonly<Partial<Record<Label, number>>>[]
  /** What was found in each part, in order, without overlap. */
  readonly findings: readonly (readonly Finding[])[]
}

/** From this confidence on a finding is hidden. */
export const HIDE_FROM = 0.3

/** The finder did not answer for every part, or answered with a place that is none: nothing may leave. */
export class FindingsMissing extends Error {
  override readonly name = 'FindingsMissing'
  readonly code = 'findings_missing'
}

/**
 * Puts a token in place of everything that is found. The same value keeps its token, however it is spaced or accented;
 * a part of a name has one of its own. Credentials and card codes become `[SECRET]` and `[CVC]`, for ever. What looks
 * like a token in the input is made harmless, so that only tokens of this conversation are given back. Same input and
 * state, same output. Errors: `FindingsMissing`; what the finder throws.
 */
export function redact(
  parts: readonly Part[],
  state: PseudonymState,
  options: RedactionOptions,
  find: Finder = findPersonalData,
): Redaction {
  const found = find(parts, { ...options, known: [...(options.known ?? []), ...state.items] })
  if (found.length !== parts.length)
    throw new FindingsMissing(`${found.length} lists of findings for ${parts.length} parts`)
  const findings = parts.map((part, i) => withoutOverlap(found[i]!, part.text.length))
  const table = new Table(state)
  const read = parts.map((part, i) => (findings[i]!.length === 0 && !mayHoldToken(part.text) ? [] : leavesIn(part)))
  for (const leaves of read) for (const leaf of leaves) if (leaf.kind === 'key') reserveNames(leaf.text, table)
  const texts = parts.map((part, i) => applied(part.text, editsFor(part, read[i]!, findings[i]!, table)))
  const partCounts = findings.map(countLabels)
  return { texts, state: table.state(), counts: sum(partCounts), partCounts, findings }
}

// -- the table ------------------------------------------------------------------------------------------------------

class Table {
  readonly #before: PseudonymState
  readonly #items: Pseudonym[]
  readonly #tokens = new Map<string, string>()
  readonly #issued = new Set<string>()
  readonly #reserved = new Set<string>()
  #next: number

  constructor(state: PseudonymState) {
    this.#before = state
    this.#items = [...state.items]
    this.#next = state.next
    for (const { token, label, value } of state.items) {
      this.#remember(label, value, token)
      const name = tokenName(token)
      if (name === undefined) continue
      this.#issued.add(name)
      this.#next = Math.max(this.#next, Number(name.split('_')[1]) + 1)
    }
  }

  /** Was this token given out before this text came? */
  isIssued(name: string): boolean {
    return this.#issued.has(name)
  }

  /** This name is somebody else's and is not given out. */
  reserve(name: string): void {
    this.#reserved.add(name)
  }

  tokenOf(label: Label, value: string): string {
    if (withoutWayBack.has(label)) return tokenFor(label, 0)
    const known = keysOf(label, value)
      .map((key) => this.#tokens.get(key))
      .find((token) => token !== undefined)
    if (known !== undefined) return known
    while (this.#reserved.has(`${label}_${this.#next}`)) this.#next++
    const token = tokenFor(label, this.#next++)
    this.#items.push({ token, label, value })
    this.#remember(label, value, token)
    return token
  }

  #remember(label: string, value: string, token: string): void {
    for (const key of keysOf(label, value)) if (!this.#tokens.has(key)) this.#tokens.set(key, token)
  }

  state(): PseudonymState {
    return this.#items.length === this.#before.items.length ? this.#before : { next: this.#next, items: this.#items }
  }
}

/** Labels whose values are told apart by letters and digits only. */
const identifiers: ReadonlySet<string> = new Set<Label>([
  'PHONE',
  'BSN',
  'NATID',
  'IBAN',
  'CARD',
  'PLATE',
  'DOC',
  'CUSTREF',
  'POSTCODE',
])

/** Under what a value is known. A long number that goes by two labels is one value: a telephone number as customer number. */
function keysOf(label: string, value: string): string[] {
  const normal = normalForm(label, value)
  const own = `${label} ${normal}`
  return identifiers.has(label) && normal.length >= 6 ? [own, `# ${normal}`] : [own]
}

/** One spelling for what is the same: without case, accents and spaces more than one; identifiers also without marks. */
export function normalForm(label: string, value: string): string {
  const plain = value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  if (label === 'PHONE') return trunkForm(plain.replace(/[^\p{L}\p{N}+]/gu, ''))
  if (identifiers.has(label)) return plain.replace(/[^\p{L}\p{N}]/gu, '') || plain
  // A participant's name is a field without spaces: "Mia_Li".
  return plain.replace(label === 'PERSON' ? /[\s_]+/gu : /\s+/gu, ' ').trim()
}

/** +31 6 and 06 are one number (ITU-T E.164; +44 likewise). */
function trunkForm(digits: string): string {
  return digits.replace(/^(?:\+|00)(?:31|44)0?/, '0')
}

// -- replacing ------------------------------------------------------------------------------------------------------

type Edit = { readonly start: number; readonly end: number; readonly text: string }

function leavesIn({ kind, text }: Part): readonly Leaf[] {
  return kind === 'name' ? [{ kind: 'string', text, place: (unit) => unit, depth: 0 }] : leavesOf(text)
}

function editsFor(part: Part, leaves: readonly Leaf[], findings: readonly Finding[], table: Table): Edit[] {
  const edits: Edit[] = []
  let first = 0
  for (const leaf of leaves) {
    const begin = leaf.place(0)
    const end = leaf.place(leaf.text.length)
    while (first < findings.length && findings[first]!.end <= begin) first++
    const own: Stretch[] = []
    for (let i = first; i < findings.length && findings[i]!.start < end; i++) {
      const units = unitsOf(leaf, findings[i]!.start, findings[i]!.end)
      if (units !== undefined) own.push({ ...units, label: findings[i]!.label })
    }
    for (const edit of editLeaf(leaf, own, table, part.kind === 'name')) edits.push(edit)
  }
  return edits
}

type Stretch = { readonly from: number; readonly to: number; readonly label: Label }

function editLeaf(leaf: Leaf, found: readonly Stretch[], table: Table, isName: boolean): Edit[] {
  const { text, place } = leaf
  // Half a number is no number: all of it goes, and what takes its place is a string.
  if (leaf.kind === 'number') {
    const hit = found[0]
    if (hit === undefined) return []
    const quote = quoteAt(leaf.depth)
    return [{ start: place(0), end: place(text.length), text: `${quote}${table.tokenOf(hit.label, text)}${quote}` }]
  }
  const edits: Edit[] = []
  let done = 0
  for (const { from: begin, to: end, label } of found) {
    const from = Math.max(begin, done)
    const value = text.slice(from, end)
    const trimmed = value.trim()
    if (trimmed === '') continue
    const start = from + value.indexOf(trimmed)
    const stop = start + trimmed.length
    for (const edit of disarm(leaf, done, start, table, isName)) edits.push(edit)
    const token = table.tokenOf(label, trimmed)
    edits.push({
      start: place(start),
      end: place(stop),
      text: isName ? asName(token, text[start - 1], text[stop]) : token,
    })
    done = stop
  }
  for (const edit of disarm(leaf, done, text.length, table, isName)) edits.push(edit)
  return edits
}

/** Providers take letters, digits, `_` and `-` in a participant's name, so the token stands there without brackets. */
function asName(token: string, before: string | undefined, after: string | undefined): string {
  const touches = (unit: string | undefined) => unit !== undefined && /[\p{L}\p{N}_]/u.test(unit)
  return `${touches(before) ? '-' : ''}${token.slice(1, -1)}${touches(after) ? '-' : ''}`
}

/** A quote as it is written in a string in a string. */
function quoteAt(depth: number): string {
  let quote = '"'
  for (let i = 0; i < depth; i++) quote = JSON.stringify(quote).slice(1, -1)
  return quote
}

/**
 * Marks what stands in `[from, to)` and would be read as a token. The bare name of a field stays, or a tool would lose it:
 * that name is not given out. Only when it was given out before is it marked.
 */
function disarm(leaf: Leaf, from: number, to: number, table: Table, isName: boolean): Edit[] {
  const text = from === 0 && to === leaf.text.length ? leaf.text : leaf.text.slice(from, to)
  return tokensIn(text)
    .filter(({ bracketed, name }) => bracketed || leaf.kind !== 'key' || table.isIssued(name))
    .map(({ numberEnd }) => {
      const spot = leaf.place(from + numberEnd)
      return { start: spot, end: spot, text: isName ? '_' : PLANTED_MARK }
    })
}

function reserveNames(key: string, table: Table): void {
  for (const { name, bracketed } of tokensIn(key)) if (!bracketed) table.reserve(name)
}

function tokensIn(text: string): TokenFound[] {
  const found: TokenFound[] = []
  if (!mayHoldToken(text)) return found
  for (let at = 0; at < text.length; ) {
    const before = at === 0 ? undefined : text.charCodeAt(at - 1)
    const token = mayBegin(text.charCodeAt(at)) ? readToken(text, at, { lane: 'text', last: true, before }) : undefined
    if (typeof token === 'object') {
      found.push(token)
      at = token.end
    } else at++
  }
  return found
}

// Letters, and a digit not far behind: cheap to see that there is none. `\u` may spell either.
const tokenLike = /[A-Za-z]{2,8}[ \\_]{1,24}[1-9]|\\u/
function mayHoldToken(text: string): boolean {
  return tokenLike.test(text)
}

function applied(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text
  const pieces: string[] = []
  let done = 0
  for (const edit of edits) {
    pieces.push(text.slice(done, edit.start), edit.text)
    done = edit.end
  }
  pieces.push(text.slice(done))
  return pieces.join('')
}

// -- findings -------------------------------------------------------------------------------------------------------

/** In order, within the text, what overlaps made one: the whole extent, under the label of the widest. */
function withoutOverlap(findings: readonly Finding[], length: number): readonly Finding[] {
  const wrong = findings.find(({ start, end }) => !Number.isInteger(start) || !Number.isInteger(end))
  if (wrong !== undefined) throw new FindingsMissing(`a finding of ${wrong.label} has no place`)
  const hidden = findings
    .filter(({ confidence }) => !(confidence < HIDE_FROM))
    .map((finding) => ({ ...finding, start: Math.max(0, finding.start), end: Math.min(length, finding.end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start || b.end - a.end)
  const merged: Finding[] = []
  for (const finding of hidden) {
    const last = merged.at(-1)
    if (last === undefined || finding.start >= last.end) merged.push(finding)
    else
      merged[merged.length - 1] = { ...wider(last, finding), start: last.start, end: Math.max(last.end, finding.end) }
  }
  return merged
}

/** A secret stays one, however short it is. */
function wider(a: Finding, b: Finding): Finding {
  if (withoutWayBack.has(a.label) !== withoutWayBack.has(b.label)) return withoutWayBack.has(a.label) ? a : b
  return b.end - b.start > a.end - a.start ? b : a
}

type Counts = Partial<Record<Label, number>>

/** How many findings there are of each label. */
export function countLabels(findings: readonly Finding[]): Counts {
  const counts: Counts = {}
  for (const { label } of findings) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

function sum(all: readonly Counts[]): Counts {
  const total: Counts = {}
  for (const counts of all)
    for (const [label, count] of Object.entries(counts)) total[label as Label] = (total[label as Label] ?? 0) + count
  return total
}
