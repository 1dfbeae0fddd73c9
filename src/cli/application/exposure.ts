/** Whether what people and applications send could cross a network readable. */
import { isLoopback } from '../../access/rules.ts'
import { SettingError, type Settings } from '../../platform/settings.ts'

type Given = Pick<Settings, 'host' | 'publicUrl' | 'plainHttp' | 'tlsCertificate' | 'tlsKey'>

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
