/** From plain answers to a plan: which columns are needed, which tests follow. Pure. */

import { type Source, signalColumns, sources } from '../../../src/fairness/audits/contract.ts'

export const wants = ['yes', 'errors', 'scores'] as const
export type Want = (typeof wants)[number]
export type Answers = Readonly<Record<string, string>>

export const sourceOf = (answers: Answers): Source => sources.find((one) => one === answers.source) ?? 'file'
export const wantOf = (answers: Answers): Want => wants.find((one) => one === answers.want) ?? 'yes'

/** Names between commas or on lines of their own. */
export const namesIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[,;\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** A number as people write it, with a comma or a point; undefined when it is none. */
export function numberIn(text: string | undefined): number | undefined {
  const bare = (text ?? '').trim().replace(',', '.')
  return /^\d{1,9}(\.\d{1,6})?$/.test(bare) ? Number(bare) : undefined
}

/** Points as the person gave them, as a share; 5 where nothing was said. */
export const marginIn = (answers: Answers): number => (numberIn(answers.margin) ?? 5) / 100

/** The body of the plan for the API; what does not fit is refused there, with its place. */
export function planOf(answers: Answers): Record<string, unknown> {
  const want = wantOf(answers)
  const strata = namesIn(answers.strata)
  const [prediction, label, score] = [answers.prediction, answers.label, answers.score].map(
    (one) => one?.trim() || undefined,
  )
  const positive = answers.positive?.trim() || '1'
  const threshold = numberIn(answers.threshold)
  const seed = numberIn(answers.seed)
  const [counted, countedBy, countedOn] = [answers.counts, answers.countedBy, answers.countedOn].map(
    (one) => one?.trim() || undefined,
  )
  return {
    sensitive: namesIn(answers.sensitive),
    ...(prediction === undefined ? {} : { prediction }),
    ...(label === undefined ? {} : { label }),
    ...(score === undefined ? {} : { score }),
    ...(threshold === undefined || prediction !== undefined ? {} : { threshold }),
    positive: numberIn(positive) !== undefined ? Number(positive.replace(',', '.')) : positive,
    ...(strata.length === 0 ? {} : { strata }),
    ...(counted === undefined ? {} : { counts: { column: counted, source: countedBy ?? '', date: countedOn ?? '' } }),
    margin: marginIn(answers),
    reference: answers.reference === 'rest' ? 'rest' : 'largest',
    correction: answers.correction === 'benjamini_hochberg' ? 'benjamini_hochberg' : 'holm',
    ...(want === 'errors' && label !== undefined
      ? { judged: ['selectionRate', 'truePositiveRate', 'falsePositiveRate'] }
      : {}),
    ...(want === 'scores' ? { bootstrap: { replicates: 2_000, seed: seed ?? 1 } } : {}),
  }
}

/** The signal that was chosen with its columns; undefined when none was. */
function signalsOf(answers: Answers): Record<string, unknown>[] | undefined {
  if (!answers.signal) return undefined
  const filled = signalColumns.flatMap((name) => {
    const value = answers[`signal-${name}`]?.trim()
    return value ? [[name, value] as const] : []
  })
  const yes = answers['signal-yes']?.trim()
  return [
    {
      signal: answers.signal,
      column: '',
      ...Object.fromEntries(filled),
      ...(yes ? { yes: numberIn(yes) ?? yes } : {}),
    },
  ]
}

/** What the API asks to plan; undefined fields are left out. */
export function requestOf(answers: Answers): Record<string, unknown> {
  const text = (name: string) => {
    const value = answers[name]?.trim()
    return value === undefined || value === '' ? undefined : value
  }
  const days = (name: string) => numberIn(answers[name])
  const fields = {
    client: text('client'),
    name: text('name') ?? '',
    source: sourceOf(answers),
    system: text('system'),
    question: text('question') ?? '',
    legalGround: text('legalGround') ?? '',
    plan: planOf(answers),
    signals: signalsOf(answers),
    intervalDays: days('intervalDays'),
    windowDays: sourceOf(answers) === 'file' ? undefined : days('windowDays'),
    follows: text('follows'),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What to ask of the sample-size route; undefined while the numbers are not all there. */
export function sizeOf(answers: Answers): Record<string, string> | undefined {
  const [n, nReference, percent] = [answers.n, answers.nReference, answers.rate].map(numberIn)
  const groups = numberIn(answers.groups) ?? 2
  if (n === undefined || nReference === undefined || percent === undefined || percent > 100) return undefined
  const margin = marginIn(answers)
  if (margin >= 1) return undefined
  return {
    n: String(Math.round(n)),
    nReference: String(Math.round(nReference)),
    rate: share(percent / 100),
    margin: share(margin),
    comparisons: String(Math.max(1, Math.round(groups) - 1)),
  }
}

const share = (value: number): string => String(Math.round(value * 1_000_000) / 1_000_000)
