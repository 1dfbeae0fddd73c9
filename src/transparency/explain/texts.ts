import { createTexts, type Language } from '../../platform/text.ts'
import type { ExplainProblem } from './problem.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type ExplainTextKey = keyof typeof nl

/** The sentences of explanations, in the reader's language. */
export const explainText = createTexts(nl, en)

/** The sentence with its variables, as it stands in the file. */
export const explainTemplate = (language: Language, key: ExplainTextKey): string => (language === 'nl' ? nl : en)[key]

/** A problem as a sentence, without its place. */
export function explainFaultText(language: Language, { code, values }: ExplainProblem): string {
  // Counts and node numbers as they are, without a thousands separator: they are looked up in a file.
  const plain = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  return explainText(language, `error.${code}`, plain)
}

/** A problem as a sentence with its place and code. */
export function explainProblemText(language: Language, problem: ExplainProblem): string {
  const { code, place } = problem
  const sentence = explainFaultText(language, problem)
  return place === ''
    ? explainText(language, 'problem', { sentence, code })
    : explainText(language, 'problem.at', { place, sentence, code })
}
