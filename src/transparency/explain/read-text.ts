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

type Pattern = { readonly key: ExplainTextKey; readonly names: readonly string[]; readonly pattern: RegExp }

function longest(
  text: string,
  at: number,
  grammar: readonly Pattern[],
): { statement: Statement; end: number } | undefined {
  let best: { statement: Statement; end: number } | undefined
  for (const { key, names, pattern } of grammar) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null || (best !== undefined && pattern.lastIndex <= best.end)) continue
    const values = Object.fromEntries(names.map((name, i) => [name, match[i + 1]!]))
    best = { statement: { key, values, at }, end: pattern.lastIndex }
  }
  return best
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** Longest first, so that a name is not cut short where it begins with another. */
const oneOf = (texts: Iterable<string>) =>
  [...new Set(texts)]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')

/** Each template as an expression in which a variable can only be what it may stand for. */
function grammarOf(
  keys: readonly ExplainTextKey[],
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
): Pattern[] {
  const number = language === 'nl' ? '[+-]?\\d{1,3}(?:\\.\\d{3})*(?:,\\d+)?' : '[+-]?\\d{1,3}(?:,\\d{3})*(?:\\.\\d+)?'
  const features = words.words.features
  const inRecord = [
    ...record.input.map(({ feature }) => feature),
    ...record.rules.flatMap(({ because }) => because.map(({ feature }) => feature)),
  ].filter((feature) => !words.feature.has(feature))
  const labels = oneOf([...features.map(({ label }) => label[language]), ...inRecord])
  const units = oneOf(features.flatMap(({ unit }) => (unit === undefined ? [] : [unit[language]])))
  const named = oneOf([
    ...features.flatMap(({ values }) => (values ?? []).map(({ label }) => label[language])),
    ...(['value.yes', 'value.no', 'value.missing'] as const).map((key) => explainText(language, key)),
    ...stringsOf(record),
  ])
  const value = `${named}|-?€\\s?${number}|${number}${units === '' ? '' : `(?: (?:${units}))?`}`
  const attributes = oneOf([
    ...words.words.attributes.map(({ label }) => label[language]),
    ...record.notUsed.map(({ attribute }) => attribute),
  ])
  const rules = oneOf([
    ...words.words.rules.map(({ label }) => label[language]),
    ...record.rules.map(({ rule }) => rule),
  ])
  const outcomes = oneOf(Object.values(words.words.outcome).map((each) => each[language]))
  const domains: Readonly<Record<string, string>> = {
    outcome: outcomes,
    otherOutcome: outcomes,
    factor: labels,
    value,
    otherValue: value,
    limit: value,
    score: number,
    threshold: number,
    weight: number,
    errorMargin: number,
    count: '\\d+',
    baseline: escaped(words.words.baseline?.[language] ?? ''),
    rule: rules,
    attribute: attributes,
    date: '\\d{1,2} \\p{L}+ \\d{4}',
    role: escaped(record.reviewedBy?.role[language] ?? ''),
    contest: escaped(words.words.contest[language]),
  }
  return keys.flatMap((key) => {
    const names: string[] = []
    const source = explainTemplate(language, key)
      .split(/\{(\w+)\}/)
      .map((part, i) => {
        if (i % 2 === 0) return escaped(part)
        names.push(part)
        return `(${domains[part]!})`
      })
    // A variable that can stand for nothing: the sentence cannot be said about this record.
    return names.some((name) => domains[name] === '')
      ? []
      : [{ key, names, pattern: new RegExp(`${source.join('')}(?=\\s|$)`, 'uy') }]
  })
}

function stringsOf(record: ExplanationRecord): string[] {
  return [
    ...record.input.map(({ value }) => value),
    ...record.rules.flatMap(({ because }) => because.flatMap(({ value, limit }) => [value, limit])),
  ].filter((value) => typeof value === 'string')
}
