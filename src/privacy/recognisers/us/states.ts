import { bit } from '../../lexicon/lexicon.ts'
import type { Token } from '../../scan/tokens.ts'

const codes = new Set(
  'al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa pr ri sc sd tn tx ut vt va wa wv wi wy'.split(
    ' ',
  ),
)

/** A two-letter code of a state of the United States, in any case; the caller looks what stands around it. */
export const isState = ({ kind, lower, text }: Token): boolean =>
  kind === 'word' && text.length === 2 && codes.has(lower)

/** The same, written in capitals. */
export const isStateInCapitals = (token: Token): boolean => isState(token) && (token.bits & bit.allCapitals) !== 0
