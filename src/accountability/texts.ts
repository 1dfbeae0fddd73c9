import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type AccountabilityTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const accountabilityText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isAccountabilityTextKey(key: string): key is AccountabilityTextKey {
  return Object.hasOwn(nl, key)
}
