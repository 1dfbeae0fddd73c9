/** The figures as a file: one line for the whole, each week, system, channel and language; what cannot be told is empty. */
import type { FeedbackFigures, FeedbackOverview } from '../../../src/monitoring/contract.ts'

const columns = [
  'part',
  'name',
  'asked',
  'answered',
  'not_answered',
  'answered_without_link',
  'response_share',
  'response_low',
  'response_high',
  'fair_n',
  'fair_mean',
  'fair_low',
  'fair_high',
  'clear_n',
  'clear_mean',
  'clear_low',
  'clear_high',
  'knew_ai_n',
  'knew_ai_yes',
  'knew_ai_no',
  'knew_ai_not_sure',
  'knew_ai_share',
  'knew_ai_low',
  'knew_ai_high',
] as const

function cellsOf(part: string, name: string, one: FeedbackFigures): (string | number | null | undefined)[] {
  const { asked, answered, unasked, response, fair, clear, knewAi } = one
  return [
    part,
    name,
    asked,
    answered,
    asked - answered,
    unasked,
    response?.share,
    response?.low,
    response?.high,
    ...[fair, clear].flatMap(({ n, value }) => [n, value?.mean, value?.low, value?.high]),
    knewAi.n,
    knewAi.split?.yes,
    knewAi.split?.no,
    knewAi.split?.notSure,
    knewAi.value?.share,
    knewAi.value?.low,
    knewAi.value?.high,
  ]
}

/** A cell that begins as a formula gets a quote before it, so that no program runs it. A number is none. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = typeof value !== 'number' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function feedbackCsv({ total, weeks, systems, channels, languages }: FeedbackOverview): string {
  const lines = [
    cellsOf('total', '', total),
    ...weeks.map((one) => cellsOf('week', one.week, one)),
    ...systems.map((one) => cellsOf('system', one.name, one)),
    ...channels.map((one) => cellsOf('channel', one.name, one)),
    ...languages.map((one) => cellsOf('language', one.name, one)),
  ]
  return `${[columns.join(','), ...lines.map((cells) => cells.map(cell).join(','))].join('\r\n')}\r\n`
}

export const feedbackJson = (overview: FeedbackOverview): string => `${JSON.stringify(overview, null, 2)}\n`
