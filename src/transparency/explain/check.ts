/**
 * Reads a text back against its record. It does not write the text a second time: it cuts the text into the sentences
 * that are known, takes out every name and number, and looks each of them up. What it cannot read is not supported. Run
 * on every text before anyone sees it, and on any text that claims to tell the same.
 */
import { formatDate, type Language } from '../../platform/text.ts'
import type { Comparison, ExplanationRecord } from './contract.ts'
import { readText, type Statement } from './read-text.ts'
import type { ExplainTextKey } from './texts.ts'
import { readNumberText, roundedTo, standsFor, type WordIndex } from './words.ts'

export const textProblems = [
  /** A sentence that no explanation has, or a name that is not in the register. */
  'sentence_unknown',
  /** A sentence that should be there and is not. */
  'sentence_missing',
  /** A sentence that says something the record does not: an outcome, a role, a rule, a change. */
  'sentence_unsupported',
  /** A feature that is not among the reasons that count most. */
  'factor_foreign',
  'factor_missing',
  'factor_order',
  'sign_differs',
  'value_differs',
  'number_differs',
] as const
export type TextProblem = {
  readonly problem: (typeof textProblems)[number]
  /** In characters from the start of the text. */
  readonly at: number
}

/** Everything in the text that the record does not carry; empty when it holds. */
export function unsupportedIn(
  text: string,
  record: ExplanationRecord,
  words: WordIndex,
  language: Language,
): TextProblem[] {
  const reading = readText(text, record, words, language, statementKeys)
  const check = new Check(record, words, language, text.length)
  for (const statement of reading.statements) check.take(statement)
  check.finish()
  return [...reading.unknown.map((at): TextProblem => ({ problem: 'sentence_unknown', at })), ...check.problems].sort(
    (a, b) => a.at - b.at,
  )
}

type Reader = (check: Check, values: Statement['values'], at: number) => void

const holdLimit =
  (is: '>=' | '<=' | '>' | '<'): Reader =>
  (check, { threshold }, at) => {
    const { limit } = check.record.outcome
    check.hold(limit?.is === is, at)
    check.number(threshold!, limit?.value ?? Number.NaN, at)
  }
const holdCondition =
  (is: Comparison): Reader =>
  (check, values, at) =>
    check.condition(is, values, at)

/** Every sentence that an explanation may have, and what must be so for it to hold. */
const readers: Partial<Record<ExplainTextKey, Reader>> = {
  'explain.outcome': (check, { outcome }, at) => {
    const { favourable } = check.record.outcome
    check.hold(favourable !== null && outcome === check.outcome(favourable), at)
  },
  'explain.role.decided': (check, _, at) => check.hold(check.record.role === 'decided', at),
  'explain.role.advised': (check, _, at) => check.hold(check.record.role === 'advised', at),
  'explain.role.assisted': (check, _, at) => check.hold(check.record.role === 'assisted', at),
  'explain.score': (check, { score }, at) => check.number(score!, check.record.outcome.output, at),
  'explain.limit.atLeast': holdLimit('>='),
  'explain.limit.atMost': holdLimit('<='),
  'explain.limit.above': holdLimit('>'),
  'explain.limit.below': holdLimit('<'),
  'explain.baseline': (check, _, at) => check.hold(check.record.baseline.kind !== 'none', at),
  'explain.baseline.background.one': (check, _, at) => check.examples('1', at),
  'explain.baseline.background.other': (check, { count }, at) => check.examples(count!, at),
  'explain.baseline.training': (check, _, at) => check.hold(check.record.baseline.kind === 'training', at),
  'explain.factors.one': (check, _, at) => check.hold(check.record.named === 1, at),
  'explain.factors.other': (check, _, at) => check.hold(check.record.named > 1, at),
  'explain.factors.none': (check, _, at) => check.hold(check.record.named === 0, at),
  'explain.factor.up': (check, values, at) => check.factor('up', values, at),
  'explain.factor.down': (check, values, at) => check.factor('down', values, at),
  'explain.factor.weight': (check, values, at) => check.weight(values, at),
  'explain.factor.weight.estimated': (check, values, at) => check.weight(values, at),
  'explain.number': (check, _, at) => check.hold(check.record.scale !== 'probability', at),
  'explain.number.probability': (check, _, at) => check.hold(check.record.scale === 'probability', at),
  'explain.rules.one': (check, { rule }, at) => check.startRule(rule!, at),
  'explain.rules.also': (check, { rule }, at) => check.startRule(rule!, at),
  'explain.rules.none': (check, _, at) =>
    check.hold(check.record.method === 'rules' && check.record.rules.length === 0, at),
  'explain.condition.>=': holdCondition('>='),
  'explain.condition.<=': holdCondition('<='),
  'explain.condition.>': holdCondition('>'),
  'explain.condition.<': holdCondition('<'),
  'explain.condition.=': holdCondition('='),
  'explain.condition.!=': holdCondition('!='),
  'explain.notUsed': (check, { attribute }, at) => check.notUsed(attribute!, at),
  'explain.proxy': (check, values, at) => check.proxy(values, at),
  'explain.change': (check, values, at) => {
    check.change(values, at)
    check.otherOutcome(values.otherOutcome!, at)
  },
  'explain.change.several': (check, _, at) => {
    const { change } = check.record
    check.hold(change?.found === true && change.changes.length > 1, at)
  },
  'explain.change.each': (check, values, at) => check.change(values, at),
  'explain.change.outcome': (check, { otherOutcome }, at) => check.otherOutcome(otherOutcome!, at),
  'explain.change.checked': (check, _, at) => check.hold(check.record.change?.found === true, at),
  'explain.change.no_actionable_change': (check, _, at) => check.noChange('no_actionable_change', at),
  'explain.change.search_limit': (check, _, at) => check.noChange('search_limit', at),
  'explain.reviewed': (check, { date }, at) => check.reviewed(date!, at),
  // Its only variable can stand for nothing but the way to a person that is in the register.
  'explain.contest': () => {},
}
const statementKeys = Object.keys(readers) as ExplainTextKey[]

/** Holds each statement against the record, and remembers what was said. */
class Check {
  readonly problems: TextProblem[] = []
  readonly record: ExplanationRecord
  readonly #words: WordIndex
  readonly #language: Language
  readonly #end: number
  readonly #said = new Map<ExplainTextKey, number>()
  readonly #byLabel: ReadonlyMap<string, string>
  /** Features in the order in which the text names them as reasons. */
  readonly #reasons: { readonly feature: string; readonly at: number }[] = []
  #rule = -1
  #condition = 0
  readonly #attributes = new Set<string>()
  readonly #proxies = new Set<string>()
  readonly #changed = new Set<string>()

  constructor(record: ExplanationRecord, words: WordIndex, language: Language, end: number) {
    this.record = record
    this.#words = words
    this.#language = language
    this.#end = end
    this.#byLabel = new Map(words.words.features.map(({ feature, label }) => [label[language], feature]))
  }

  take({ key, values, at }: Statement): void {
    this.#said.set(key, (this.#said.get(key) ?? 0) + 1)
    readers[key]!(this, values, at)
  }

  /** What must have been said, and how often. */
  finish(): void {
    const { outcome, role, method, named, factors, notUsed, reviewedBy } = this.record
    if (outcome.favourable !== null) this.#must('explain.outcome')
    if (role !== null) this.#must(`explain.role.${role}`)
    this.#must('explain.contest')
    this.#compareReasons(factors.slice(0, named).map(({ feature }) => feature))
    if (method === 'rules') this.#finishRules()
    else this.#finishScore()
    this.#must('explain.notUsed', notUsed.length)
    this.#must(
      'explain.proxy',
      notUsed.reduce((sum, { proxies }) => sum + proxies.length, 0),
    )
    if (reviewedBy !== null) this.#must('explain.reviewed')
    this.#finishChange()
  }

  #finishScore(): void {
    const { outcome, named, baseline } = this.record
    this.#must('explain.score')
    this.#must(named === 0 ? 'explain.factors.none' : named === 1 ? 'explain.factors.one' : 'explain.factors.other')
    if (outcome.limit !== null && this.#times('explain.limit') !== 1) this.#add('sentence_missing', this.#end)
    if (baseline.kind !== 'none' && this.#times('explain.baseline') !== 1) this.#add('sentence_missing', this.#end)
  }

  #finishRules(): void {
    const last = this.record.rules.at(-1)
    if (last === undefined) this.#must('explain.rules.none')
    else if (this.#rule !== this.record.rules.length - 1 || this.#condition !== last.because.length)
      this.#add('sentence_missing', this.#end)
  }

  #finishChange(): void {
    const { change, outcome } = this.record
    if (change === null || outcome.favourable !== false) return
    if (!change.found) {
      this.#must(`explain.change.${change.reason}`)
      return
    }
    this.#must('explain.change.checked')
    if (change.changes.length > 1) {
      this.#must('explain.change.several')
      this.#must('explain.change.outcome')
    }
    if (change.changes.some(({ feature }) => !this.#changed.has(feature))) this.#add('sentence_missing', this.#end)
  }

  #must(key: ExplainTextKey, times = 1): void {
    if ((this.#said.get(key) ?? 0) !== times) this.#add('sentence_missing', this.#end)
  }
  #times(prefix: string): number {
    let times = 0
    for (const [key, count] of this.#said) if (key.startsWith(prefix)) times += count
    return times
  }
  #add(problem: TextProblem['problem'], at: number): void {
    this.problems.push({ problem, at })
  }
  hold(holds: boolean, at: number): void {
    if (!holds) this.#add('sentence_unsupported', at)
  }
  /** The examples of the comparison, when they come from a background. */
  examples(count: string, at: number): void {
    const { kind, rows } = this.record.baseline
    this.hold(kind === 'background' && readNumberText(count, this.#language) === rows, at)
  }
  otherOutcome(text: string, at: number): void {
    this.hold(this.record.change?.found === true && text === this.outcome(true), at)
  }
  noChange(reason: 'no_actionable_change' | 'search_limit', at: number): void {
    const { change } = this.record
    this.hold(change?.found === false && change.reason === reason, at)
  }
  reviewed(date: string, at: number): void {
    const { reviewedBy } = this.record
    this.hold(reviewedBy !== null && date === formatDate(new Date(reviewedBy.at), this.#language), at)
  }
  outcome(favourable: boolean): string {
    return this.#words.words.outcome[favourable ? 'favourable' : 'unfavourable'][this.#language]
  }
  /** A number with two decimals. */
  number(text: string, expected: number, at: number): void {
    const found = readNumberText(text, this.#language)
    if (found === undefined || !(Math.abs(found - Number(expected.toFixed(2))) < 1e-4)) this.#add('number_differs', at)
  }
  #featureOf(label: string): string {
    return this.#byLabel.get(label) ?? label
  }

  factor(direction: 'up' | 'down', values: Statement['values'], at: number): void {
    const feature = this.#featureOf(values.factor!)
    this.#reasons.push({ feature, at })
    const factor = this.record.factors.slice(0, this.record.named).find((each) => each.feature === feature)
    if (factor === undefined) return
    if (factor.direction !== direction) this.#add('sign_differs', at)
    if (!standsFor(values.value!, factor.value, this.#words.feature.get(feature), this.#language))
      this.#add('value_differs', at)
  }

  /** The weight of the reason that was named last. */
  weight(values: Statement['values'], at: number): void {
    const feature = this.#reasons.at(-1)?.feature
    const factor = this.record.factors.find((each) => each.feature === feature)
    if (factor === undefined) {
      this.#add('sentence_unsupported', at)
      return
    }
    const near = (text: string, expected: number, digits: number): boolean => {
      const found = readNumberText(text, this.#language)
      return (
        found !== undefined && Math.abs(found - roundedTo(expected, digits)) <= 1e-9 * Math.max(1, Math.abs(expected))
      )
    }
    if (!near(values.weight!, factor.weight, 3)) this.#add('number_differs', at)
    if ((values.errorMargin !== undefined) !== (factor.errorMargin !== null)) this.#add('sentence_unsupported', at)
    else if (values.errorMargin !== undefined && !near(values.errorMargin, factor.errorMargin!, 2))
      this.#add('number_differs', at)
  }

  #compareReasons(expected: readonly string[]): void {
    const named = this.#reasons
    const known = new Set(expected)
    for (const { feature, at } of named) if (!known.has(feature)) this.#add('factor_foreign', at)
    for (const feature of expected)
      if (!named.some((each) => each.feature === feature)) this.#add('factor_missing', this.#end)
    for (const [i, { feature, at }] of named.filter((each) => known.has(each.feature)).entries())
      if (expected[i] !== feature) this.#add('factor_order', at)
  }

  startRule(label: string, at: number): void {
    const before = this.record.rules[this.#rule]
    if (before !== undefined && this.#condition !== before.because.length) this.#add('sentence_missing', at)
    this.#rule++
    this.#condition = 0
    const rule = this.record.rules[this.#rule]?.rule
    this.hold(rule !== undefined && (this.#words.rule.get(rule)?.[this.#language] ?? rule) === label, at)
  }

  condition(is: Comparison, values: Statement['values'], at: number): void {
    const condition = this.record.rules[this.#rule]?.because[this.#condition++]
    if (condition === undefined || condition.is !== is || condition.feature !== this.#featureOf(values.factor!)) {
      this.#add('sentence_unsupported', at)
      return
    }
    const words = this.#words.feature.get(condition.feature)
    if (!standsFor(values.value!, condition.value, words, this.#language)) this.#add('value_differs', at)
    if (!standsFor(values.limit!, condition.limit, words, this.#language)) this.#add('number_differs', at)
  }

  #attributeOf(label: string): string {
    const found = this.#words.words.attributes.find((each) => each.label[this.#language] === label)
    return found?.attribute ?? label
  }

  notUsed(label: string, at: number): void {
    const attribute = this.#attributeOf(label)
    this.hold(this.record.notUsed.some((each) => each.attribute === attribute) && !this.#attributes.has(attribute), at)
    this.#attributes.add(attribute)
  }

  proxy({ factor, attribute }: Statement['values'], at: number): void {
    const feature = this.#featureOf(factor!)
    const about = this.#attributeOf(attribute!)
    const key = JSON.stringify([feature, about])
    const entry = this.record.notUsed.find((each) => each.attribute === about)
    this.hold(entry?.proxies.includes(feature) === true && !this.#proxies.has(key), at)
    this.#proxies.add(key)
  }

  change({ factor, value, otherValue }: Statement['values'], at: number): void {
    const { change } = this.record
    const feature = this.#featureOf(factor!)
    const entry = change?.found === true ? change.changes.find((each) => each.feature === feature) : undefined
    if (entry === undefined || this.#changed.has(feature)) {
      this.#add('sentence_unsupported', at)
      return
    }
    this.#changed.add(feature)
    const words = this.#words.feature.get(feature)
    if (!standsFor(value!, entry.from, words, this.#language)) this.#add('value_differs', at)
    if (!standsFor(otherValue!, entry.to, words, this.#language)) this.#add('number_differs', at)
  }
}
