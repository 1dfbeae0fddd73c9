/**
 * Cuts a text into the sentences that explanations have, and takes the names and numbers out of each. A variable can only
 * be what it may stand for: a feature of the register, a number as that language writes it, a word for a value.
 */
import type { Language } from '../../platform/text.ts'
import type { ExplanationRecord } from './contract.ts'
import { type ExplainTextKey, explainTemplate, explainText } from './texts.ts'
import type { WordIndex } from './words.ts'

export type Statement = {
  readonly key: ExplainTextKey
  readonly values: Readonly<Record<string, string>>
  /** In characters from the start of the text. */
  readonly at: number
}

/** The text as statements; where none fits, the place is noted and reading goes on after the next full stop. */
export function readText(
  text: string,
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
  keys: readonly ExplainTextKey[],
): { statements: Statement[]; unknown: number[] } {
  const grammar = grammarOf(keys, record, words, language)
  const statements: Statement[] = []
  const unknown: number[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const found = longest(text, at, grammar)
    if (found === undefined) {
      unknown.push(at)
      const stop = /[.?!](?=\s|$)/g
      stop.lastIndex = at
      at = skipSpace(text, (stop.exec(text)?.index ?? text.length) + 1)
      continue
    }
    statements.push(found.statement)
    at = skipSpace(text, found.end)
  }
  return { statements, unknown }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}

/** Where a variable that begins at `at` may end, the longest first. */
type Domain = (text: string, at: number) => readonly number[]
type Pattern = {
  readonly key: ExplainTextKey
  /** Literal, name, literal, name, …, literal. */
  readonly parts: readonly string[]
  readonly domains: readonly Domain[]
}

function longest(
  text: string,
  at: number,
  grammar: readonly Pattern[],
): { statement: Statement; end: number } | undefined {
  let best: { statement: Statement; end: number } | undefined
  for (const { key, parts, domains } of grammar) {
    const ends = match(text, at, parts, domains, 0)
    if (ends === undefined || (best !== undefined && ends.at(-1)! <= best.end)) continue
    const values: Record<string, string> = {}
    for (const [i] of domains.entries()) values[parts[2 * i + 1]!] = text.slice(ends[2 * i]!, ends[2 * i + 1]!)
    best = { statement: { key, values, at }, end: ends.at(-1)! }
  }
  return best
}

/** Ends of all parts, or undefined when they do not fit; what follows the last must be blank or the end. */
function match(
  text: string,
  at: number,
  parts: readonly string[],
  domains: readonly Domain[],
  part: number,
): number[] | undefined {
  const literal = parts[part]!
  if (!text.startsWith(literal, at)) return undefined
  const end = at + literal.length
  if (part === parts.length - 1) return end === text.length || /\s/.test(text[end]!) ? [end] : undefined
  for (const next of domains[part / 2]!(text, end)) {
    const rest = match(text, next, parts, domains, part + 2)
    if (rest !== undefined) return [end, next, ...rest]
  }
  return undefined
}

const oneOf = (list: Iterable<string>): Domain => {
  const sorted = [...new Set(list)].filter((each) => each !== '').sort((a, b) => b.length - a.length)
  return (text, at) => sorted.flatMap((each) => (text.startsWith(each, at) ? [at + each.length] : []))
}

const numbers = {
  nl: /[+-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?/y,
  en: /[+-]?\d{1,3}(?:,\d{3})*(?:\.\d+)?/y,
} as const
const dates = /\d{1,2} \p{L}+ \d{4}/uy
const euros = /-?€\s?-?/y

const fixed =
  (pattern: RegExp): Domain =>
  (text, at) => {
    pattern.lastIndex = at
    return pattern.test(text) ? [pattern.lastIndex] : []
  }

/** One after the other. */
const both =
  (first: Domain, second: Domain): Domain =>
  (text, at) =>
    first(text, at).flatMap((end) => second(text, end))
const either =
  (...domains: readonly Domain[]): Domain =>
  (text, at) =>
    domains.flatMap((domain) => domain(text, at)).sort((a, b) => b - a)

/** Each template with what its variables may be. */
function grammarOf(
  keys: readonly ExplainTextKey[],
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
): Pattern[] {
  const { features, attributes, rules, outcome, baseline, contest } = words.words
  const number = fixed(numbers[language])
  const units = features.flatMap(({ unit }) => (unit === undefined ? [] : [` ${unit[language]}`]))
  const named = oneOf([
    ...features.flatMap(({ values }) => (values ?? []).map(({ label }) => label[language])),
    ...(['value.yes', 'value.no', 'value.missing'] as const).map((key) => explainText(language, key)),
    ...stringsOf(record),
  ])
  const value = either(named, both(fixed(euros), number), both(number, oneOf(units)), number)
  const factor = oneOf([...features.map(({ label }) => label[language]), ...featuresOf(record)])
  const outcomes = oneOf(Object.values(outcome).map((each) => each[language]))
  const domains: Readonly<Record<string, Domain>> = {
    outcome: outcomes,
    otherOutcome: outcomes,
    factor,
    value,
    otherValue: value,
    limit: value,
    score: number,
    threshold: number,
    weight: number,
    errorMargin: number,
    count: number,
    baseline: oneOf([baseline?.[language] ?? '']),
    rule: oneOf([...rules.map(({ label }) => label[language]), ...record.rules.map(({ rule }) => rule)]),
    attribute: oneOf([
      ...attributes.map(({ label }) => label[language]),
      ...record.notUsed.map(({ attribute }) => attribute),
    ]),
    date: fixed(dates),
    role: oneOf([record.reviewedBy?.role[language] ?? '']),
    contest: oneOf([contest[language]]),
  }
  return keys.map((key) => {
    const parts = explainTemplate(language, key).split(/\{(\w+)\}/)
    return { key, parts, domains: parts.flatMap((name, i) => (i % 2 === 1 ? [domains[name]!] : [])) }
  })
}

/** Features that the register has no words for are called as in the model. */
function featuresOf(record: ExplanationRecord): string[] {
  return [
    ...record.input.map(({ feature }) => feature),
    ...record.rules.flatMap(({ because }) => because.map(({ feature }) => feature)),
  ]
}

function stringsOf(record: ExplanationRecord): string[] {
  return [
    ...record.input.map(({ value }) => value),
    ...record.rules.flatMap(({ because }) => because.flatMap(({ value, limit }) => [value, limit])),
  ].filter((value) => typeof value === 'string')
}
