import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type ComplaintTextKey = keyof typeof nl

/** Letters about complaints and the sentences of what can go wrong, in the reader's language. */
export const complaintText = createTexts(nl, en)
