/** Whether what people and applications send could cross a network readable. */
import { isLoopback } from '../../access/rules.ts'
import { SettingError, type Settings } from '../../platform/settings.ts'

type Given = Pick<Settings, 'host' | 'publicUrl' | 'portalUrl' | 'plainHttp' | 'tlsCertificate' | 'tlsKey'>

/**
 * The host name of customers, with its port if it has one; null: they have none of their own. Errors: SettingError for
 * one that is that of staff, or that is less protected.
 */
export function portalHostOf({ portalUrl, publicUrl }: Pick<Settings, 'portalUrl' | 'publicUrl'>): string | null {
  if (portalUrl === null) return null
  const wrong = (problem: string) => new SettingError('WAARBORG_PORTAL_URL', problem)
  if (publicUrl === null || !URL.canParse(publicUrl)) throw wrong('needs WAARBORG_PUBLIC_URL beside it')
  if (!URL.canParse(portalUrl)) throw wrong('must be an address')
  const [portal, own] = [new URL(portalUrl), new URL(publicUrl)]
  if (portal.protocol !== own.protocol) throw wrong('must begin as WAARBORG_PUBLIC_URL does (https)')
  if (portal.hostname === own.hostname) throw wrong('must have another host name than WAARBORG_PUBLIC_URL')
  if (portal.pathname !== '/' || portal.search !== '') throw wrong('must be a host name alone, without a path')
  return portal.host
}

/**
 * Refuses a start that would take passwords and what customers say without TLS, unless `plainHttp` says that somebody
 * wants that. `host`: where it listens. Errors: SettingError.
 */
export function requireTls(settings: Given, host: string): void {
  const { publicUrl, plainHttp, tlsCertificate, tlsKey } = settings
  if ((tlsCertificate === null) !== (tlsKey === null))
    throw new SettingError('WAARBORG_TLS_CERTIFICATE', 'and WAARBORG_TLS_KEY are needed together')
  const https = publicUrl?.startsWith('https:') ?? false
  if (tlsCertificate !== null && !https)
    throw new SettingError('WAARBORG_PUBLIC_URL', 'must be the https address when Waarborg takes TLS itself')
  if (plainHttp || https) return
  const problem =
    'would let passwords and what customers say cross the network readable; give an https WAARBORG_PUBLIC_URL with a proxy before Waarborg, or WAARBORG_TLS_CERTIFICATE, or WAARBORG_PLAIN_HTTP=true if you want that'
  if (publicUrl !== null && !(URL.canParse(publicUrl) && isLoopback(new URL(publicUrl).hostname)))
    throw new SettingError('WAARBORG_PUBLIC_URL', problem)
  if (!isLoopback(host)) throw new SettingError('WAARBORG_HOST', problem)
}

/** What docs/howto/production.md asks to set before real customers, and is not: names of variables, in its order. */
export function unsetForProduction(
  settings: Pick<Settings, 'publicUrl' | 'portalUrl' | 'leakedPasswords' | 'tlsCertificate' | 'trustedProxies'>,
): string[] {
  const { publicUrl, portalUrl, leakedPasswords, tlsCertificate, trustedProxies } = settings
  return [
    publicUrl?.startsWith('https:') ? undefined : 'WAARBORG_PUBLIC_URL',
    portalUrl === null ? 'WAARBORG_PORTAL_URL' : undefined,
    tlsCertificate === null && trustedProxies === null ? 'WAARBORG_TRUSTED_PROXIES' : undefined,
    leakedPasswords === null ? 'WAARBORG_LEAKED_PASSWORDS' : undefined,
  ].filter((name) => name !== undefined)
}
