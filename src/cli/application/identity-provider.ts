/** The identity provider of the settings. */
import { type IdentityProvider, openProvider } from '../../access/index.ts'
import { isLoopback } from '../../access/rules.ts'
import type { Clock } from '../../platform/clock.ts'
import { SettingError, type Settings } from '../../platform/settings.ts'

type Given = Pick<Settings, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcGroupClaim' | 'passwordSignIn'>

/** null: none is set. Errors: SettingError for half a provider, an address without TLS, or no way left to sign in. */
export function identityProvider(
  settings: Given,
  { clock, origin }: { readonly clock: Clock; readonly origin: () => string | null },
): IdentityProvider | null {
  const {
    oidcIssuer: issuer,
    oidcClientId: clientId,
    oidcClientSecret: clientSecret,
    oidcGroupClaim: groupClaim,
  } = settings
  if (issuer === null) {
    if (!settings.passwordSignIn)
      throw new SettingError('WAARBORG_PASSWORD_SIGN_IN', 'cannot be off without an identity provider')
    return null
  }
  if (clientId === null) throw new SettingError('WAARBORG_OIDC_CLIENT_ID', 'is needed beside the issuer')
  const { protocol, hostname } = URL.canParse(issuer) ? new URL(issuer) : { protocol: '', hostname: '' }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
    throw new SettingError('WAARBORG_OIDC_ISSUER', 'must be an https address')
  return openProvider({ issuer, clientId, clientSecret, groupClaim, origin }, () => clock.now())
}
