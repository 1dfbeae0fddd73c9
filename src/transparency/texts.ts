import { createTexts, type Language } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type TransparencyTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const transparencyText = createTexts(nl, en)

export function isTransparencyTextKey(key: string): key is TransparencyTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentence as it stands in the file, for its version: a hash of it changes when a word does. */
export function templateOf(language: Language, key: TransparencyTextKey): string {
  return (language === 'nl' ? nl : en)[key]
}

/** A label of the recogniser as a customer calls it; of one that is unknown here no more is said than that it is personal. */
export function labelWord(label: string, language: Language): string {
  const key = `label.${label}`
  return transparencyText(language, isTransparencyTextKey(key) ? key : 'label.other')
}
