import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type FairnessTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const fairnessText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isFairnessTextKey(key: string): key is FairnessTextKey {
  return Object.hasOwn(nl, key)
}
