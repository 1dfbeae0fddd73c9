import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type AssessmentsTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const assessmentsText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isAssessmentsTextKey(key: string): key is AssessmentsTextKey {
  return Object.hasOwn(nl, key)
}
