/** How one client's conversations are read: what of its own stays, and what of its own is hidden. */
import type { ClientProfile } from '../records/contract.ts'
import type { RedactionOptions } from './personal-data.ts'

export type ClientFacts = {
  readonly name: string
  readonly profile: Pick<ClientProfile, 'allow' | 'contact' | 'recognisers'>
}

/** Its brands and its own contact details stay; its own numbers are hidden. */
export function clientOptions(
  client: ClientFacts | null,
): Pick<RedactionOptions, 'allow'> & Required<Pick<RedactionOptions, 'custom'>> {
  if (client === null) return { allow: [], custom: [] }
  const { name, profile } = client
  const contact = Object.values(profile.contact).filter((value): value is string => typeof value === 'string')
  return { allow: [...profile.allow, ...contact, name], custom: profile.recognisers ?? [] }
}
