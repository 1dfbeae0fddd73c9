import { createTexts } from '../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

/** The gateway's sentences: refusals for customer and operator, and what a person at the client's side offers. */
export const gatewayText = createTexts(nl, en)
export type GatewayTextKey = keyof typeof nl

export const isGatewayTextKey = (key: string): key is GatewayTextKey => Object.hasOwn(nl, key)
