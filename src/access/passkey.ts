/** Where passkeys hold: browsers bind them to a name, and only where nobody can listen in. */
import { isLoopback } from './second-factor.ts'

/** The name that browsers bind a passkey to, and the one address that they answer for (WebAuthn level 3, 4 and 13.4.9). */
export type RelyingParty = { readonly id: string; readonly origin: string }

/**
 * From the public address if it is https or this machine's own name; without one, `localhost` at the port that is
 * served. A bare network address has no name to bind to. `port` is undefined before the server listens.
 */
export function relyingPartyOf(given: {
  readonly publicUrl: string | null
  readonly host: string
  readonly port: number | undefined
}): RelyingParty | null {
  if (given.publicUrl !== null) {
    if (!URL.canParse(given.publicUrl)) return null
    const { protocol, hostname, origin } = new URL(given.publicUrl)
    const isName = !/^[\d.]+$|^\[/.test(hostname)
    return isName && (protocol === 'https:' || hostname === 'localhost') ? { id: hostname, origin } : null
  }
  if (!isLoopback(given.host) || given.port === undefined) return null
  return { id: 'localhost', origin: `http://localhost:${given.port}` }
}
