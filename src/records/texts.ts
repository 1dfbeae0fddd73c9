import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type RecordsTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const recordsText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isRecordsTextKey(key: string): key is RecordsTextKey {
  return Object.hasOwn(nl, key)
}
