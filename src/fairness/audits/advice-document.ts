/** What could be done about a difference, in words and tables; each with what it would cost. */
import { formatNumber, formatShare, type Language } from '../../platform/text.ts'
import type { AuditPlan } from '../contract.ts'
import { type Advice, groupName, metricName } from '../rules.ts'
import type { DocumentBlock } from './contract.ts'
import { type AuditTextKey, auditText } from './texts.ts'

/** Rows of a table; the file for programs has all. */
const MOST_LINES = 50

type Say = (key: AuditTextKey, values?: Readonly<Record<string, string | number>>) => string
type Part = { readonly advice: Advice; readonly plan: AuditPlan; readonly say: Say; readonly language: Language }

/** Nothing where there is nothing to weigh. */
export function adviceBlocks(advice: Advice, plan: AuditPlan, language: Language): DocumentBlock[] {
  const part: Part = { advice, plan, language, say: (key, values) => auditText(language, key, values) }
  const blocks = [...thresholdBlocks(part), ...weightBlocks(part), ...rowBlocks(part)]
  return blocks.length === 0
    ? []
    : [
        { kind: 'heading', level: 2, text: part.say('advice.title') },
        { kind: 'text', text: part.say('advice.what') },
        ...blocks,
      ]
}

/** A score or a weight with three digits that count. */
const precise = (value: number, language: Language): string =>
  String(Number(value.toPrecision(3))).replace('.', language === 'nl' ? ',' : '.')

function thresholdBlocks({ advice, say, language }: Part): DocumentBlock[] {
  if (advice.thresholds.length === 0) return []
  return [
    { kind: 'heading', level: 3, text: say('advice.thresholds') },
    { kind: 'text', text: say('advice.thresholdsHow') },
    { kind: 'text', text: say('advice.thresholdsLaw') },
    {
      kind: 'table',
      caption: say('advice.thresholds'),
      columns: [
        { word: say('report.column.group'), number: false },
        { word: say('report.column.against'), number: false },
        { word: say('report.column.shareAgainst'), number: true },
        { word: say('advice.now'), number: true },
        { word: say('advice.would'), number: true },
        { word: say('advice.share'), number: true },
      ],
      rows: advice.thresholds.map(({ group, reference, referenceRate, now, threshold, share }) => [
        groupName(group, language),
        groupName(reference, language),
        formatShare(referenceRate, language),
        now === null ? '–' : precise(now, language),
        precise(threshold, language),
        formatShare(share, language),
      ]),
    },
  ]
}

function weightBlocks({ advice, plan, say, language }: Part): DocumentBlock[] {
  if (advice.weights.length === 0) return []
  return [
    { kind: 'heading', level: 3, text: say('advice.weights') },
    { kind: 'text', text: say('advice.weightsHow', { label: plan.label ?? '' }) },
    {
      kind: 'table',
      caption: say('advice.weights'),
      columns: [
        { word: say('report.column.group'), number: false },
        { word: plan.label ?? '', number: false },
        { word: say('report.column.n'), number: true },
        { word: say('advice.weight'), number: true },
      ],
      rows: advice.weights
        .slice(0, MOST_LINES)
        .map(({ group, label, n, weight }) => [
          groupName(group, language),
          say(label === 1 ? 'advice.yes' : 'advice.no'),
          formatNumber(n, language),
          precise(weight, language),
        ]),
    },
  ]
}

function rowBlocks({ advice, say, language }: Part): DocumentBlock[] {
  if (advice.rows.length === 0) return []
  return [
    { kind: 'heading', level: 3, text: say('advice.rows') },
    { kind: 'text', text: say('advice.rowsHow') },
    {
      kind: 'table',
      caption: say('advice.rows'),
      columns: [
        { word: say('report.column.group'), number: false },
        { word: say('report.column.against'), number: false },
        { word: say('compare.column.metric'), number: false },
        { word: say('report.column.n'), number: true },
        { word: say('advice.more'), number: true },
      ],
      rows: advice.rows
        .slice(0, MOST_LINES)
        .map(({ group, reference, metric, n, needed }) => [
          groupName(group, language),
          groupName(reference, language),
          metricName(metric, language),
          formatNumber(n, language),
          needed === null ? say('advice.referenceFew') : formatNumber(Math.max(0, needed - n), language),
        ]),
    },
  ]
}
