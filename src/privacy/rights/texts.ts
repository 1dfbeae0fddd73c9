import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type RightsTextKey = keyof typeof nl

/** The sentences about rights, retention, holds and breaches, in the reader's language. */
export const rightsText = createTexts(nl, en)
