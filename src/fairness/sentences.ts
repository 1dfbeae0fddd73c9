/** Problems, findings and verdicts as sentences, from their codes and numbers alone. */
import { formatList, formatNumber, formatShare, type Language } from '../platform/text.ts'
import type { CoverageReport, Finding, Group, Problem, ProblemList, Verdict } from './contract.ts'
import { isFairnessTextKey, fairnessText as text } from './texts.ts'

/** A group by its values; `rest` for all others together. A column is named only where there are more. */
export function groupName(group: Group | null, language: Language): string {
  if (group === null) return text(language, 'fairness.group.rest')
  return Object.entries(group)
    .map(([column, value]) => shown(worded(column, value, language), language))
    .join(', ')
}

/** A language by its name: `en` in a sentence is a word of another kind. */
function worded(column: string, value: string | null, language: Language): string | null {
  if (column !== 'language' || value === null || !/^[a-z]{2}$/.test(value)) return value
  return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(value) ?? value
}

const shown = (value: string | null, language: Language) =>
  value === null ? text(language, 'fairness.group.missing') : visible(value)

/** Quotation marks around what is empty or begins or ends with a blank, so that it can be seen. */
const visible = (value: string) => (value === '' || value.trim() !== value ? `“${value}”` : value)

export function metricName(metric: string, language: Language): string {
  const key = `fairness.metric.${metric}`
  return isFairnessTextKey(key) ? text(language, key) : metric
}

export function problemSentence(problem: Problem, language: Language): string {
  const { code, column, line, offset, value = '', nearest, expected = '' } = problem
  const given = { value, expected, ...(column === undefined ? {} : { column }) }
  const place = code.startsWith('plan_')
    ? column
      ? text(language, 'fairness.at.planName', { column })
      : text(language, 'fairness.at.plan')
    : offset !== undefined
      ? text(language, 'fairness.at.offset', { offset: String(offset) })
      : placeOf(line, column, language)
  const near = nearest === undefined ? '' : ` ${text(language, 'fairness.nearest', { nearest })}`
  return `${place} ${text(language, `fairness.problem.${code}`, given)}${near}`
}

function placeOf(line: number | undefined, column: string | undefined, language: Language): string {
  if (line !== undefined && column !== undefined)
    return text(language, 'fairness.at.lineColumn', { line: String(line), column })
  if (line !== undefined) return text(language, 'fairness.at.line', { line: String(line) })
  return column === undefined ? text(language, 'fairness.at.file') : text(language, 'fairness.at.column', { column })
}

/** One sentence a line, and how many there are when not all are shown. */
export function problemSentences({ problems, total }: ProblemList, language: Language): string[] {
  const lines = problems.map((problem) => problemSentence(problem, language))
  if (total > problems.length) lines.push(text(language, 'fairness.more', { count: total, shown: problems.length }))
  return lines
}

const MOST_NAMED = 5

export function findingSentence(finding: Finding, language: Language): string {
  const { code, metric, group, groups = [], reference, n = 0, total = 0 } = finding
  const names = groups.slice(0, MOST_NAMED).map((one) => groupName(one, language))
  if (groups.length > MOST_NAMED) names.push('…')
  return text(language, `fairness.finding.${code}`, {
    metric: metric === undefined ? '' : metricName(metric, language),
    group: group === undefined ? '' : groupName(group, language),
    groups: formatList(names, language),
    reference: reference === undefined ? '' : groupName(reference, language),
    n,
    total,
  })
}

/** A share as points with one decimal. */
const points = (share: number, language: Language) =>
  formatNumber(Math.round(share * 1000) / 10, language).replace('-', '\u2212')

export function verdictSentence(verdict: Verdict, language: Language): string {
  const { interval, smallestDetectable, neededN } = verdict
  const groupA = groupName(verdict.group, language)
  const given = {
    groupA,
    groupB: groupName(verdict.reference, language),
    outcome: metricName(verdict.metric, language),
    per100A: verdict.rate === null ? '' : points(verdict.rate, language),
    per100B: verdict.referenceRate === null ? '' : points(verdict.referenceRate, language),
    low: interval === null ? '' : points(interval[0], language),
    high: interval === null ? '' : points(interval[1], language),
    margin: points(verdict.margin, language),
    nA: verdict.n,
    nB: verdict.nReference,
    detectable: smallestDetectable === null ? '' : points(smallestDetectable, language),
    needed:
      neededN === null
        ? text(language, 'fairness.needed.reference')
        : text(language, 'fairness.needed.rows', { count: neededN, groupA }),
  }
  if (verdict.verdict !== 'cannot_tell') return text(language, `fairness.${verdict.verdict}`, given)
  switch (verdict.reason) {
    case 'undefined':
      return text(language, 'fairness.cannot_tell.undefined', given)
    case 'both_sides_of_margin':
      return text(language, 'fairness.cannot_tell.border', given)
    case 'not_after_correction':
      return text(language, 'fairness.cannot_tell.chance', given)
    default:
      return text(language, smallestDetectable === null ? 'fairness.cannot_tell.never' : 'fairness.cannot_tell', given)
  }
}

export function coverageSentence(finding: CoverageReport['findings'][number], language: Language): string {
  const { code, column, attribute = '', pattern = {}, value, count = 0, share, expected } = finding
  const conditions = Object.entries(pattern).map(([name, is]) =>
    text(language, 'fairness.coverage.condition', { column: name, value: shown(is, language) }),
  )
  const key = code === 'proxy_found' && column === undefined ? 'proxy_together' : code
  return text(language, `fairness.coverage.${key}`, {
    column: column ?? '',
    attribute,
    pattern: formatList(conditions, language),
    value: value === undefined ? '' : shown(value, language),
    count,
    share: share == null ? '' : formatShare(share, language),
    expected: expected == null ? '' : formatShare(expected, language),
  })
}
