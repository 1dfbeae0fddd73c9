import { createTexts, type Language } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type AccessTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const accessText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isAccessTextKey(key: string): key is AccessTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentence of a hint of `separationHints`. */
export function hintText(language: Language, code: string): string {
  const key = `role.hint.${code}`
  return isAccessTextKey(key) ? accessText(language, key) : code
}
