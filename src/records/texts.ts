import { createTexts, type Language } from '../platform/text.ts'
import { fieldName, type Problem } from './organisation-problem.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type RecordsTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const recordsText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isRecordsTextKey(key: string): key is RecordsTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentence of a problem in an organisation file, with the field it is about; without line and column. */
export function problemSentence(language: Language, { code, path, values }: Problem): string {
  const given = typeof values.kind === 'string' ? { kind: kindWord(language, values.kind) } : {}
  // A sentence of another folder comes in both languages.
  const own = values[`problem.${language}`]
  const said = own === undefined ? {} : { problem: own }
  return recordsText(language, `apply.${code}`, { ...values, ...given, ...said, field: fieldName(path) })
}

function kindWord(language: Language, kind: string): string {
  const key = `kind.${kind}`
  return isRecordsTextKey(key) ? recordsText(language, key) : kind
}
