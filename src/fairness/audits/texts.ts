import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type AuditTextKey = keyof typeof nl

/** The sentences of audits and their reports, in the reader's language. */
export const auditText = createTexts(nl, en)
