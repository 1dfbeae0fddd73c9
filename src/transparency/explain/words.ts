/** What features, values and outcomes are called, per language, and back again: what a word in a text stands for. */
import type { Language } from '../../platform/text.ts'
import { type ExplainWords, explainWords, type FeatureWords, type InputValue } from './contract.ts'
import { ExplainError, Problems } from './problem.ts'
import { explainText } from './texts.ts'

export type WordIndex = {
  readonly words: ExplainWords
  readonly feature: ReadonlyMap<string, FeatureWords>
  readonly attribute: ReadonlyMap<string, ExplainWords['attributes'][number]['label']>
  readonly rule: ReadonlyMap<string, ExplainWords['rules'][number]['label']>
}

/**
 * Checks the words of a system's register. Errors (`ExplainError`): `words_wrong` with the place, `word_twice` when two
 * features, or two attributes, are called the same in a language: a text could then not be traced back.
 */
export function readWords(value: unknown): WordIndex {
  const parsed = explainWords.safeParse(value)
  if (!parsed.success)
    throw new ExplainError(
      parsed.error.issues
        .slice(0, 20)
        .map(({ path, message }) => ({ code: 'words_wrong', place: placeOfPath(path), values: { problem: message } })),
      parsed.error.issues.length,
    )
  const words = parsed.data
  const problems = new Problems()
  for (const [list, id] of [
    ['features', 'feature'],
    ['attributes', 'attribute'],
    ['rules', 'rule'],
  ] as const) {
    const ids = new Set<string>()
    const labels = { nl: new Set<string>(), en: new Set<string>() }
    for (const [i, each] of words[list].entries()) {
      const own = (each as unknown as Record<string, string>)[id]!
      if (ids.has(own)) problems.add('word_twice', `${list}[${i}]`, { name: own })
      ids.add(own)
      for (const language of ['nl', 'en'] as const) {
        const label = each.label[language]
        if (labels[language].has(label)) problems.add('word_twice', `${list}[${i}].label.${language}`, { name: label })
        labels[language].add(label)
        if (/[.:]\s|[\r\n]|[.:]$/.test(label))
          problems.add('words_wrong', `${list}[${i}].label.${language}`, { problem: '. :' })
      }
    }
  }
  problems.check()
  return {
    words,
    feature: new Map(words.features.map((each) => [each.feature, each])),
    attribute: new Map(words.attributes.map(({ attribute, label }) => [attribute, label])),
    rule: new Map(words.rules.map(({ rule, label }) => [rule, label])),
  }
}

const placeOfPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (place, part) =>
      typeof part === 'number' ? `${place}[${part}]` : place === '' ? String(part) : `${place}.${String(part)}`,
    '',
  )

/** Words for a model without a register: everything is called as in the model. */
export function plainWords(features: readonly string[], rules: readonly string[] = []): WordIndex {
  const same = (text: string) => ({ nl: text, en: text })
  const say = (key: Parameters<typeof explainText>[1]) => ({ nl: explainText('nl', key), en: explainText('en', key) })
  return readWords({
    features: features.map((feature) => ({
      feature,
      label: same(
        feature
          .replace(/[.:]+(\s|$)/g, ' ')
          .trim()
          .slice(0, 80),
      ),
    })),
    rules: rules.map((rule) => ({
      rule,
      label: same(
        rule
          .replace(/[.:]+(\s|$)/g, ' ')
          .trim()
          .slice(0, 80),
      ),
    })),
    outcome: { favourable: say('outcome.favourable'), unfavourable: say('outcome.unfavourable') },
    contest: say('contest.default'),
  })
}

const locale = { nl: 'nl-NL', en: 'en-GB' } as const
/** Grows to a few entries per language; formats never change. */
const formats = new Map<string, Intl.NumberFormat>()
function formatOf(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.NumberFormat(locale[language], options)
  formats.set(key, format)
  return format
}

const MAX_DECIMALS = 6
/** As many as it takes to show the value as it is, at most 6. */
export function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals++)
    if (Number(value.toFixed(decimals)) === value) return decimals
  return MAX_DECIMALS
}

export function sayNumber(value: number, decimals: number, language: Language): string {
  return formatOf(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  }).format(value)
}

/** A weight with its sign and three digits that matter. */
export function sayWeight(value: number, language: Language): string {
  return formatOf(language, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' }).format(value)
}
export function sayMargin(value: number, language: Language): string {
  return formatOf(language, { maximumSignificantDigits: 2 }).format(value)
}
/** Where a weight or margin lies after it was rounded for the text. */
export const roundedTo = (value: number, digits: number): number => Number(value.toPrecision(digits))

/** A value as people read it. */
export function sayValue(value: InputValue, words: FeatureWords | undefined, language: Language): string {
  if (value === null) return explainText(language, 'value.missing')
  const named = words?.values?.find((each) => each.value === value)
  if (named) return named.label[language]
  if (typeof value === 'boolean' || (words?.show === 'yes_no' && (value === 0 || value === 1)))
    return explainText(language, value ? 'value.yes' : 'value.no')
  if (typeof value === 'string') return value
  const number =
    words?.show === 'money'
      ? formatOf(language, { style: 'currency', currency: 'EUR', signDisplay: 'negative' }).format(value)
      : sayNumber(value, words?.decimals ?? decimalsOf(value), language)
  return words?.unit === undefined ? number : `${number} ${words.unit[language]}`
}

/** A number as written in that language; undefined when it is none. Thousands must be grouped right. */
export function readNumberText(text: string, language: Language): number | undefined {
  const pattern =
    language === 'nl' ? /^([+-])?(\d{1,3}(?:\.\d{3})*)(?:,(\d+))?$/ : /^([+-])?(\d{1,3}(?:,\d{3})*)(?:\.(\d+))?$/
  const found = pattern.exec(text)
  if (found === null) return undefined
  return Number(`${found[1] === '-' ? '-' : ''}${found[2]!.replace(/[.,]/g, '')}.${found[3] ?? '0'}`)
}

/** Does this text stand for this value of this feature? Read from the text, not written again and compared. */
export function standsFor(
  text: string,
  value: InputValue,
  words: FeatureWords | undefined,
  language: Language,
): boolean {
  if (value === null) return text === explainText(language, 'value.missing')
  const named = words?.values?.find(({ label }) => label[language] === text)
  if (named) return named.value === value
  if (text === explainText(language, 'value.yes')) return value === true || value === 1
  if (text === explainText(language, 'value.no')) return value === false || value === 0
  if (typeof value !== 'number') return text === value
  const unit = words?.unit?.[language]
  const bare = unit === undefined ? text : text.endsWith(` ${unit}`) ? text.slice(0, -unit.length - 1) : undefined
  const money = words?.show === 'money'
  const digits = money ? bare?.replace(/^(-?)€\s?(-?)/, '$1$2').trim() : bare
  const number = digits === undefined ? undefined : readNumberText(digits, language)
  const decimals = money ? 2 : (words?.decimals ?? decimalsOf(value))
  return number !== undefined && Math.abs(number - Number(value.toFixed(decimals))) < 10 ** -decimals / 100
}
