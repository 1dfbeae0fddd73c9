import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type SheetTextKey = keyof typeof nl

/** The sentences of data sheets, in the reader's language. */
export const sheetText = createTexts(nl, en)
