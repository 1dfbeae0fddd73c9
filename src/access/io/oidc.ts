/** The identity provider: discovery, the code flow with PKCE, state and nonce, and its answer. openid-client does the protocol. */
import * as client from 'openid-client'
import { ApiError } from '../../platform/http.ts'
import { isLoopback } from '../second-factor.ts'

export type ProviderSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  readonly groupClaim: string
  /** Address of this installation without a slash at its end, where the provider sends people back. */
  readonly origin: () => string | null
}

/** What the browser takes along, and what is remembered of it until it comes back. */
export type Visit = { readonly url: string; readonly state: string; readonly nonce: string; readonly verifier: string }

export interface IdentityProvider {
  readonly issuer: string
  readonly groupClaim: string
  /** `again`: the provider is to ask for the password anew, also of who is signed in there. Errors: `oidc_unavailable` (503). */
  start(options: { readonly again: boolean }): Promise<Visit>
  /**
   * The claims of the ID token for the address the browser came back to: signature, issuer, audience, time, state, nonce
   * and code verifier are checked. Errors: `oidc_refused` (401: the provider or the person said no, or something does
   * not fit), `oidc_unavailable` (503).
   */
  finish(
    search: string,
    visit: Omit<Visit, 'url'> & { readonly again: boolean },
  ): Promise<Readonly<Record<string, unknown>>>
  /** Where to sign out at the provider too; null when it offers no such address. Nothing personal is in it. */
  logoutUrl(): Promise<string | null>
}

const KEEP_MS = 3_600_000
const TIMEOUT_S = 10
/** How long ago the provider may have asked for the password when it was to ask anew. */
const ANEW_S = 300
export const CALLBACK_PATH = '/sign-in/oidc/callback'

export function openProvider(settings: ProviderSettings, now: () => Date): IdentityProvider {
  const issuer = new URL(settings.issuer)
  let known: { readonly config: Promise<client.Configuration>; readonly until: number } | undefined
  const configuration = async (): Promise<client.Configuration> => {
    if (known === undefined || now().getTime() >= known.until) {
      const config = client
        .discovery(
          issuer,
          settings.clientId,
          settings.clientSecret ?? undefined,
          settings.clientSecret ? undefined : client.None(),
          {
            timeout: TIMEOUT_S,
            // Only towards this very machine, for tests and a provider beside us.
            ...(issuer.protocol === 'http:' && isLoopback(issuer.hostname)
              ? { execute: [client.allowInsecureRequests] }
              : {}),
          },
        )
        .then((found) => {
          // The token comes over TLS from the provider itself; its signature is checked all the same.
          client.enableNonRepudiationChecks(found)
          return found
        })
      known = { config, until: now().getTime() + KEEP_MS }
    }
    return known.config.catch((cause: unknown) => {
      known = undefined
      throw new ApiError(503, 'oidc_unavailable', { cause })
    })
  }
  const origin = () => {
    const here = settings.origin()
    if (here === null) throw new ApiError(503, 'oidc_unavailable')
    return here
  }
  return {
    issuer: settings.issuer,
    groupClaim: settings.groupClaim,
    async start({ again }) {
      const config = await configuration()
      const verifier = client.randomPKCECodeVerifier()
      const state = client.randomState()
      const nonce = client.randomNonce()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: `${origin()}${CALLBACK_PATH}`,
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(again ? { prompt: 'login', max_age: '0' } : {}),
      })
      return { url: url.href, state, nonce, verifier }
    },
    async finish(search, { state, nonce, verifier, again }) {
      const config = await configuration()
      const reply = await client
        .authorizationCodeGrant(config, new URL(`${origin()}${CALLBACK_PATH}${search}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
          ...(again ? { maxAge: ANEW_S } : {}),
        })
        .catch((cause: unknown) => {
          throw isOutage(cause)
            ? new ApiError(503, 'oidc_unavailable', { cause })
            : new ApiError(401, 'oidc_refused', { cause })
        })
      return reply.claims() ?? {}
    },
    async logoutUrl() {
      const config = await configuration()
      if (config.serverMetadata().end_session_endpoint === undefined) return null
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: `${origin()}/sign-in?done=out` }).href
    },
  }
}

/** The provider could not be reached, as against: it answered and the answer does not fit. */
function isOutage(error: unknown): boolean {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: unknown }
  return code === 'OAUTH_TIMEOUT' || name === 'TypeError' || (cause instanceof Error && cause.name === 'TypeError')
}
