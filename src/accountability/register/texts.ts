import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type RegisterTextKey = keyof typeof nl

/** The sentences of the AI register: states, moves, changes, problems of files. */
export const registerText = createTexts(nl, en)

/** Is there a sentence under this key? */
export function isRegisterTextKey(key: string): key is RegisterTextKey {
  return Object.hasOwn(nl, key)
}
