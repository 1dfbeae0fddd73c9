import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type MonitoringTextKey = keyof typeof nl

/** The sentences of this folder, in the reader's language. */
export const monitoringText = createTexts(nl, en)
