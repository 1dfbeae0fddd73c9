import { createTexts } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export const formingText = createTexts(nl, en)
