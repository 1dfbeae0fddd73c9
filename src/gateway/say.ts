/** The gateway's sentences for a customer, for whoever shows them later: why a call was refused, which way to a person is open. */
import type { Language } from '../platform/text.ts'
import type { ClientProfile } from '../records/contract.ts'
import { type RefusalCode, refusalCodes } from './contract.ts'
import { handOffOffer } from './handoff.ts'
import { gatewayText } from './texts.ts'

export type SayRefusal = { readonly purpose: string; readonly handoff: string }

/**
 * Why a call did not go to the AI, looked back upon. `code` comes from a record; one that is not known here gives the
 * sentence that says least. `purpose` and `handoff` are sentences in the same language.
 */
export function sayRefusal(code: string, language: Language, { purpose, handoff }: SayRefusal): string {
  const known = (refusalCodes as readonly string[]).includes(code) ? (code as RefusalCode) : 'safeguard_unavailable'
  // The moment at which room came free has passed; what is left to say is that it did not work then.
  const said = known === 'limit_exceeded' ? 'overloaded' : known
  return gatewayText(language, `gateway.refusal.${said}.customer`, { purpose, handoff })
}

/** What a person at the client's side offers at `now`. */
export function sayHandOff(
  profile: Pick<ClientProfile, 'contact' | 'handoff'>,
  now: Date,
  language: Language,
): { readonly open: boolean; readonly sentence: string } {
  const { offer, chat } = handOffOffer(profile, now, language)
  return { open: offer?.open ?? false, sentence: chat }
}

export const say = { refusal: sayRefusal, handOff: sayHandOff } as const
