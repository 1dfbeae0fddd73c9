import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type PromptTextKey = keyof typeof nl

/** Is there a sentence under this key? */
export function isPromptTextKey(key: string): key is PromptTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentences of paired-prompt audits, in the reader's language. */
export const promptText = createTexts(nl, en)
