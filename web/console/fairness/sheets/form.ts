/** From plain answers to the plan of a data sheet. Pure. */
import { namesIn, numberIn } from '../wizard.ts'

export type Answers = Readonly<Record<string, string>>

const text = (answers: Answers, name: string): string | undefined => answers[name]?.trim() || undefined

/**
 * `nl; 80` on a line is the share of a value in percent. What is no number is kept as it is, so that the API says what is wrong with it.
 */
export function referenceOf(lines: string | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (lines ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const at = Math.max(line.lastIndexOf(';'), line.lastIndexOf('\t'), line.lastIndexOf(':'))
        const share = numberIn(line.slice(at + 1).replace('%', ''))
        return [line.slice(0, Math.max(0, at)).trim(), share === undefined ? line.slice(at + 1).trim() : share / 100]
      }),
  )
}

/** The body of the plan for the API; what does not fit is refused there, with its place. */
export function planOf(answers: Answers): Record<string, unknown> {
  const columns = namesIn(answers.columns)
  const threshold = numberIn(answers.threshold)
  const [label, prediction, attribute, referenceColumn] = ['label', 'prediction', 'attribute', 'referenceColumn'].map(
    (name) => text(answers, name),
  )
  const positive = text(answers, 'positive') ?? '1'
  const shares = referenceOf(answers.reference)
  return {
    columns,
    ...(threshold === undefined ? {} : { coverageThreshold: threshold }),
    ...(label === undefined ? {} : { label }),
    ...(prediction === undefined ? {} : { prediction }),
    positive: numberIn(positive) ?? positive,
    ...(referenceColumn === undefined || Object.keys(shares).length === 0
      ? {}
      : {
          reference: {
            [referenceColumn]: {
              source: text(answers, 'referenceSource') ?? '',
              date: text(answers, 'referenceDate') ?? '',
              shares,
            },
          },
        }),
    ...(attribute === undefined
      ? {}
      : { proxies: { attribute, features: columns.filter((name) => name !== attribute) } }),
    ...(label === undefined || prediction === undefined ? {} : { slices: { columns } }),
  }
}

/** What the API asks to plan; `of` is the system and its version, with a slash between them. */
export function sheetRequestOf(answers: Answers): Record<string, unknown> {
  const of = text(answers, 'of')
  const at = of?.indexOf('/') ?? -1
  const fields = {
    client: text(answers, 'client'),
    name: text(answers, 'name') ?? '',
    source: answers.source === 'decisions' ? 'decisions' : 'file',
    system: of === undefined ? undefined : of.slice(0, at),
    version: of === undefined ? undefined : of.slice(at + 1),
    plan: planOf(answers),
    intervalDays: numberIn(answers.intervalDays),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
