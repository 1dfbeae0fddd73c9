import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type MonitorTextKey = keyof typeof nl

/** Is there a sentence under this key? */
export function isMonitorTextKey(key: string): key is MonitorTextKey {
  return Object.hasOwn(nl, key)
}

/** The sentences of monitors, in the reader's language. */
export const monitorText = createTexts(nl, en)
