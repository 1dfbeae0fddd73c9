/** What `waarborg explain` prints: one JSON object, sentences, or a table of numbers. */
import {
  type Counterfactual,
  type ExplainError,
  explainProblemText,
  explainText,
  type Said,
  sayExplanation,
  sayRefusal,
} from '../../transparency/rules.ts'
import type { ExitCode, Io } from '../command.ts'
import type { Explained } from './explain.ts'
import type { Request } from './request.ts'
import { explainingText } from './text.ts'

/** 0 explained; 3 computed, and refused by the rules of explanation. */
export function show(io: Pick<Io, 'stdout'>, explained: Explained, request: Request): ExitCode {
  const reasons = reasonsOf(explained, request)
  if (request.json) io.stdout.write(`${JSON.stringify(jsonOf(explained, request, reasons))}\n`)
  else io.stdout.write(`${linesOf(explained, request, reasons).join('\n')}\n`)
  return reasons.length > 0 ? 3 : 0
}

type Reasons = readonly Parameters<typeof sayRefusal>[0][number][]

function saidOf({ explanation, words }: Explained, { sentences, language, numbers }: Request): Said | null {
  if (explanation === null || !sentences) return null
  return explanation.explanation === 'refused'
    ? { said: 'nothing', reasons: explanation.reasons }
    : sayExplanation(explanation.record, words, language, { numbers })
}

function reasonsOf(explained: Explained, request: Request): Reasons {
  const said = saidOf(explained, request)
  if (said?.said === 'nothing') return said.reasons
  return explained.explanation?.explanation === 'refused' ? explained.explanation.reasons : []
}

/** Numbers of another model, or that do not add up, are not shown; a margin that is too wide leaves them true. */
const spoils = new Set<string>(['model_differs', 'output_differs', 'additivity_broken'])

function jsonOf(explained: Explained, request: Request, reasons: Reasons): object {
  const { found, change, input, read, sha256, explanation, words } = explained
  const showNumbers = !reasons.some((reason) => spoils.has(reason))
  const changeShown =
    change !== null && !reasons.includes('change_does_not_flip') ? changeOf(change, input.names) : null
  const said = saidOf(explained, request)
  return {
    ...(found === null || !showNumbers ? {} : numbersOf(found, input.names)),
    ...(changeShown === null ? {} : found === null ? changeShown : { change: changeShown }),
    model: { sha256, format: read.format },
    ...(read.remarks.length > 0 ? { remarks: read.remarks } : {}),
    ...(explanation === null ? {} : { explanation: reasons.length > 0 ? 'refused' : 'given' }),
    ...(reasons.length > 0
      ? {
          reasons: reasons.map((code) => ({ code, sentence: explainText(request.language, `reason.${code}`) })),
          text: sayRefusal(reasons, words, request.language),
        }
      : {}),
    ...(said?.said === 'text' && explanation?.explanation === 'given'
      ? { record: explanation.record, text: said.sentences.join(' ') }
      : {}),
  }
}

function numbersOf(found: NonNullable<Explained['found']>, names: readonly string[]): object {
  if ('fired' in found) return { method: 'rules', output: found.fired.output, fired: found.fired.fired }
  const { base, phi, output, method, scale, halfWidth, baseline } = found.attribution
  return { base, phi, output, method, scale, names, halfWidth, baseline }
}

function changeOf(
  { alreadyFavourable, minimalCost, optima, complete, mustNotChange, reason }: Counterfactual,
  names: readonly string[],
): object {
  return {
    alreadyFavourable,
    minimalCost,
    oneOptimum: optima[0] ?? null,
    optima,
    complete,
    mustNotChange: mustNotChange.map((i) => names[i]!),
    ...(reason === null ? {} : { reason }),
  }
}

function linesOf(explained: Explained, request: Request, reasons: Reasons): string[] {
  const { language } = request
  const { read, words, change, input } = explained
  const remarks = read.remarks.map((remark) => explainText(language, `remark.${remark}` as 'remark.base_score_unknown'))
  if (reasons.length > 0)
    return request.sentences
      ? [sayRefusal(reasons, words, language)]
      : [
          explainingText(language, 'explain.refused', {
            reasons: reasons.map((code) => explainText(language, `reason.${code}`)).join(', '),
          }),
        ]
  const said = saidOf(explained, request)
  if (said?.said === 'text') return [...said.sentences, ...remarks]
  return [
    ...(explained.found === null ? [] : tableOf(explained.found, explained, language)),
    ...(change === null ? [] : changeLines(change, input, language)),
    ...remarks,
  ]
}

type Language = Request['language']

function tableOf(found: NonNullable<Explained['found']>, { input }: Explained, language: Language): string[] {
  if ('fired' in found)
    return [
      explainingText(language, 'explain.output', { output: String(found.fired.output) }),
      ...(found.fired.fired.length === 0
        ? [explainingText(language, 'explain.rule.none')]
        : found.fired.fired.map(({ rule }) => explainingText(language, 'explain.rule', { rule }))),
    ]
  const { base, phi, output, halfWidth } = found.attribution
  const order = phi.map((_, i) => i).sort((a, b) => Math.abs(phi[b]!) - Math.abs(phi[a]!) || a - b)
  const rows = [
    (['feature', 'value', 'weight'] as const).map((column) => explainingText(language, `explain.column.${column}`)),
    ...order.map((i) => [
      input.names[i] ?? `x${i + 1}`,
      String(input.values.get(input.names[i] ?? '') ?? '–'),
      digits(phi[i]!) +
        (halfWidth === null ? '' : ` ${explainingText(language, 'explain.margin', { margin: digits(halfWidth[i]!) })}`),
    ]),
  ]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return [
    explainingText(language, 'explain.base', { base: digits(base) }),
    explainingText(language, 'explain.output', { output: digits(output) }),
    ...rows.map(
      ([feature, value, weight]) => `${feature!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${weight}`,
    ),
  ]
}

const digits = (value: number): string => String(Number(value.toPrecision(6)))

function changeLines(change: Counterfactual, { row, names }: Explained['input'], language: Language): string[] {
  if (change.alreadyFavourable) return [explainingText(language, 'explain.change.already')]
  if (change.reason !== null) return [explainText(language, `explain.change.${change.reason}`)]
  return [
    explainingText(language, 'explain.change.cost', { cost: String(change.minimalCost) }),
    ...change.optima.slice(0, 20).map((optimum) =>
      optimum
        .flatMap((to, i) =>
          to === row[i]
            ? []
            : [
                explainingText(language, 'explain.change.each', {
                  feature: names[i] ?? `x${i + 1}`,
                  from: String(row[i]),
                  to: String(to),
                }),
              ],
        )
        .join(', '),
    ),
    ...(change.complete
      ? []
      : [explainText(language, 'remark.change_incomplete', { count: String(change.optima.length) })]),
  ]
}

/** Everything that is wrong, on standard error; with --json also as an object. */
export function showProblems(
  io: Pick<Io, 'stdout' | 'stderr'>,
  { problems, total }: ExplainError,
  { language, json }: Pick<Request, 'language' | 'json'>,
): ExitCode {
  const sentences = problems.map((problem) => explainProblemText(language, problem))
  for (const sentence of sentences) io.stderr.write(`${sentence}\n`)
  if (total > problems.length)
    io.stderr.write(`${explainText(language, 'problems.more', { count: String(total - problems.length) })}\n`)
  if (json)
    io.stdout.write(
      `${JSON.stringify({
        problems: problems.map(({ code, place, values }, i) => ({ code, place, ...values, message: sentences[i] })),
        total,
      })}\n`,
    )
  return 2
}
