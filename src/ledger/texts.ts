import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

/** The ledger's sentences, in the reader's language. */
export const ledgerText = createTexts(nl, en)
