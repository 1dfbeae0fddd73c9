import { createTexts, type Language } from '../../platform/text.ts'
import type { AnswersProblem } from './answers-problem.ts'
import type { FormProblem } from './form-problem.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type FormsTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const formsText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isFormsTextKey(key: string): key is FormsTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentence of a problem or a warning in a form, with its file, line and position. */
export function formProblemSentence(language: Language, { code, name, line, column, id, facts }: FormProblem): string {
  const detail = facts.limit ?? facts.what ?? facts.fault
  const key = detail === undefined ? `form.${code}` : `form.${code}.${detail}`
  const sentence = isFormsTextKey(key) ? formsText(language, key, { ...facts, id: id ?? '' }) : code
  return formsText(language, 'form.place', { name, line: String(line), column: String(column), sentence })
}

/** The sentence of a problem or a warning in a file with answers. */
export function answersProblemSentence(language: Language, { code, at, facts }: AnswersProblem): string {
  return formsText(language, `answers.${code}`, { ...facts, at })
}
