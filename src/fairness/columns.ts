/**
 * The columns that a plan needs: what a reader has to bring of each row, as codes of texts and as numbers. A code is given to each
 * different text once; 0 is "missing". Yes and no are told apart here, and columns are made from bands.
 */
import { type Band, limits, type Yes } from './contract.ts'
import type { Problems } from './problems.ts'

export type Need = {
  readonly name: string
  text: boolean
  number: boolean
  /** The number itself is needed; otherwise only between which of `cuts` it lies. */
  exact: boolean
  cuts: readonly number[]
}

/** Reading stops here; the problem has been noted. */
export class StopReading extends Error {
  override readonly name = 'StopReading'
}

/**
 * Where a reader puts a row: for each of `needs` the code of its text and its number (NaN when missing), then `row`. Columns that the
 * file does not have stay 0 and NaN.
 */
export type Sink = {
  readonly needs: readonly Need[]
  readonly codes: Int32Array
  readonly numbers: Float64Array
  readonly problems: Problems
  /** Texts that mean "missing" beside an empty field. */
  readonly missing: ReadonlySet<string>
  /** The code of a text that was not seen before in this column; null is missing. */
  code(column: number, text: string | null, line: number | undefined): number
  /** This field should be a number and is not: the row does not count, the problem does. */
  notNumber(column: number, text: string, line: number | undefined): void
  /** `times` equal rows are ready in codes and numbers. */
  row(line: number | undefined, times: number): void
}

type Binary = {
  readonly column: number
  readonly positive: Yes
  readonly meanings: number[]
  readonly others: Map<string | number | boolean, number | undefined>
}

export type Columns = {
  readonly needs: readonly Need[]
  readonly codes: Int32Array
  readonly numbers: Float64Array
  readonly texts: readonly (readonly (string | null)[])[]
  readonly missing: ReadonlySet<string>
  /** Where the code of a column or band stands. */
  text(name: string, most?: number): number
  number(name: string): number
  /** A column of yes and no: gives where it stands; `meaning(at, code)` is then 0, 1 or 2 (missing). */
  binary(name: string, positive: Yes): number
  meaning(binary: number, code: number): number
  binaryColumn(binary: number): number
  /** Fixes the columns: from here on readers may use codes and numbers. */
  ready(): void
  /** Gives each band its code of this row. */
  makeBands(): void
  code(column: number, text: string | null, line: number | undefined): number
  /** Values that are neither yes nor one other value, noted as problems. */
  checkBinary(): void
}

/** More different values than this in a column of yes and no: it is none. */
const MOST_BINARY = 1_000

export function createColumns(
  {
    bands,
    missing,
  }: { readonly bands?: Readonly<Record<string, Band>> | undefined; readonly missing: readonly string[] },
  problems: Problems,
): Columns {
  const needs: Need[] = []
  const places = new Map<string, number>()
  const most: number[] = []
  const dictionaries: Map<string, number>[] = []
  const texts: (string | null)[][] = []
  const binaries: Binary[] = []
  const made: { readonly from: number; readonly cuts: readonly number[]; readonly at: number }[] = []
  const bandNames = new Map<string, number>()
  const missingTexts = new Set(missing)
  let codes = new Int32Array(0)
  let numbers = new Float64Array(0)

  function need(name: string): number {
    let at = places.get(name)
    if (at === undefined) {
      at = needs.length
      places.set(name, at)
      needs.push({ name, text: false, number: false, exact: false, cuts: [] })
      dictionaries.push(new Map())
      texts.push([null])
      most.push(Number.POSITIVE_INFINITY)
    }
    return at
  }

  /** Bands stand behind the columns of the file: place −1 − i until the number of columns is known. */
  function bandAt(name: string): number {
    const known = bandNames.get(name)
    if (known !== undefined) return known
    const { from, cuts } = bands![name]!
    const source = need(from)
    const wanted = needs[source]!
    wanted.number = true
    wanted.cuts = [...new Set([...wanted.cuts, ...cuts])].sort((a, b) => a - b)
    const at = -1 - made.length
    made.push({ from: source, cuts: [...cuts].sort((a, b) => a - b), at })
    bandNames.set(name, at)
    return at
  }

  const isBand = (name: string) => bands !== undefined && Object.hasOwn(bands, name)
  const settled = (at: number) => (at < 0 ? needs.length - 1 - at : at)

  function meaningOf(binary: Binary, text: string | null, line: number | undefined): number {
    if (text === null) return 2
    const value = normalized(text, binary.positive)
    if (value === binary.positive) return 1
    if (!binary.others.has(value)) binary.others.set(value, line)
    if (binary.others.size > MOST_BINARY) {
      noteBinary(binary)
      throw new StopReading()
    }
    return 0
  }

  function noteBinary(binary: Binary): void {
    const { column, positive, others } = binary
    const [first, second] = [...others]
    // One other value is "no", when it is of the same kind as "yes".
    const alone = first !== undefined && second === undefined && typeof first[0] === typeof positive
    if (first === undefined || alone) return
    const no = noOf(positive, [...others.keys()])
    const [, line] = [...others].find(([value]) => value !== no) ?? first
    problems.add({
      code: 'label_not_binary',
      column: needs[column]!.name,
      ...(line === undefined ? {} : { line }),
      value: [...others.keys()].slice(0, 5).map(String).join(', '),
      expected: String(positive),
    })
  }

  return {
    needs,
    missing: missingTexts,
    get codes() {
      return codes
    },
    get numbers() {
      return numbers
    },
    get texts() {
      return [...texts, ...made.map(({ cuts }) => [null, ...bandTexts(cuts)])]
    },
    text(name, atMost = limits.valuesPerAttribute) {
      if (isBand(name)) return bandAt(name)
      const at = need(name)
      needs[at]!.text = true
      most[at] = Math.min(most[at]!, atMost)
      return at
    },
    number(name) {
      const at = need(name)
      needs[at]!.number = true
      needs[at]!.exact = true
      return at
    },
    binary(name, positive) {
      const column = isBand(name) ? bandAt(name) : need(name)
      if (column >= 0) needs[column]!.text = true
      binaries.push({ column, positive, meanings: [2], others: new Map() })
      return binaries.length - 1
    },
    meaning: (binary, code) => binaries[binary]!.meanings[code]!,
    binaryColumn: (binary) => settled(binaries[binary]!.column),
    ready() {
      codes = new Int32Array(needs.length + made.length)
      numbers = new Float64Array(needs.length).fill(Number.NaN)
      for (const binary of binaries)
        if (binary.column < 0)
          for (const [i, text] of bandTexts(made[-1 - binary.column]!.cuts).entries())
            binary.meanings[i + 1] = meaningOf(binary, text, undefined)
    },
    makeBands() {
      for (const [i, { from, cuts }] of made.entries()) {
        const value = numbers[from]!
        let code = 0
        if (!Number.isNaN(value)) {
          code = 1
          while (code <= cuts.length && value > cuts[code - 1]!) code++
        }
        codes[needs.length + i] = code
      }
    },
    code(column, text, line) {
      if (text === null || missingTexts.has(text)) return 0
      const known = dictionaries[column]!.get(text)
      if (known !== undefined) return known
      const code = texts[column]!.length
      if (code > most[column]!) {
        problems.add({
          code: 'cardinality_too_high',
          column: needs[column]!.name,
          ...(line === undefined ? {} : { line }),
          expected: String(most[column]),
        })
        throw new StopReading()
      }
      dictionaries[column]!.set(text, code)
      texts[column]!.push(text)
      for (const binary of binaries) if (binary.column === column) binary.meanings[code] = meaningOf(binary, text, line)
      return code
    },
    checkBinary() {
      for (const binary of binaries) noteBinary(binary)
    },
  }
}

/** Settles places that `text` gave for bands before all columns were known. */
export function settledAt(columns: Columns, at: number): number {
  return at < 0 ? columns.needs.length - 1 - at : at
}

/** `(..,1500]`, `(1500,3000]`, `(3000,..]`. */
export function bandTexts(cuts: readonly number[]): string[] {
  const sorted = [...cuts].sort((a, b) => a - b)
  return Array.from({ length: sorted.length + 1 }, (_, i) => {
    const from = i === 0 ? '(..' : `(${sorted[i - 1]}`
    return i === sorted.length ? `${from},..]` : `${from},${sorted[i]}]`
  })
}

/** Values that say no where yes is written like this. */
const oppositeOf: Readonly<Record<string, string>> = {
  yes: 'no',
  ja: 'nee',
  y: 'n',
  j: 'n',
  true: 'false',
  t: 'f',
  waar: 'onwaar',
  '1': '0',
}

/** The value that is meant as no: the usual opposite of yes, else the first of the same kind; undefined when none is. */
function noOf(positive: Yes, others: readonly (string | number | boolean)[]): string | number | boolean | undefined {
  const opposite = oppositeOf[String(positive).toLowerCase()]
  const alike = others.filter((value) => typeof value === typeof positive)
  return alike.find((value) => String(value).toLowerCase() === opposite) ?? alike[0]
}

/** A text as the kind of value that "yes" is: a number when yes is a number, true or false when it is one of those. */
function normalized(text: string, positive: Yes): string | number | boolean {
  if (typeof positive === 'number') return parseNumber(text.trim()) ?? text
  if (typeof positive === 'boolean') {
    if (/^(true|t)$/i.test(text)) return true
    if (/^(false|f)$/i.test(text)) return false
  }
  return text
}

/** A number as programs write it, with this decimal sign; undefined for anything else, also for NaN and Infinity. */
export function parseNumber(text: string, decimal: '.' | ',' = '.'): number | undefined {
  if (!(decimal === '.' ? /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i : /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i).test(text))
    return undefined
  const value = Number(decimal === '.' ? text : text.replace(',', '.'))
  return Number.isFinite(value) ? value : undefined
}
