import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type CardTextKey = keyof typeof nl

/** The sentences of system cards, in the reader's language. */
export const cardText = createTexts(nl, en)
