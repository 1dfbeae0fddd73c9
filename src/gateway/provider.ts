/**
 * Where a call may go. Addresses come from the register only; even so, one that leads into the organisation's own network
 * is refused unless the register says that it may, so that a typing error there is not a way in.
 */
import type { ProcessorTerms } from '../records/contract.ts'
import { isLoopbackHost, isNamedFor, upstreamTermsProblem } from '../records/rules.ts'
import type { RefusalValues } from './call.ts'

export { isLoopbackHost }

export type Upstream = {
  readonly id: string
  readonly builtin: 'assistant' | 'record' | null
  readonly baseUrl: string | null
  readonly keyRef: string | null
  readonly provider: {
    readonly name: string
    readonly region?: string | undefined
    readonly terms?: ProcessorTerms | string | undefined
  }
  readonly options: UpstreamOptions
}

export type UpstreamOptions = {
  /** The address may be in a private range, or use http there: a model server in the organisation's own network. */
  readonly allowPrivateAddress?: boolean
  /** The organisation runs this server itself: nobody else gets the data. */
  readonly selfHosted?: boolean
  /** The provider does not know `stream_options`. */
  readonly noStreamUsage?: boolean
  /** Built-in assistant: folder with the knowledge base, and file with the answers of its tools. */
  readonly knowledge?: string
  readonly tools?: string
  /** Built-in `record`: file that what is received is added to. */
  readonly file?: string
}

/** The client's own lists; absent lists allow everything that is in the register. */
export type ProviderPolicy = {
  readonly providers?: readonly string[] | undefined
  readonly regions?: readonly string[] | undefined
}

/**
 * Why this provider may not be used for a purpose, as a code, or null when it may. `named` is the purpose's own list of
 * upstreams (null: it has none). Each test only refuses: a longer list lets no call pass whose terms are incomplete.
 */
export function providerRefused(
  upstream: Upstream,
  policy: ProviderPolicy,
  named: readonly string[] | null,
  now: Date,
): string | null {
  const { builtin, baseUrl, provider, options } = upstream
  if (policy.providers && !policy.providers.includes(provider.name)) return 'provider_not_listed'
  if (policy.regions && !policy.regions.includes(provider.region ?? '')) return 'region_not_listed'
  const address = builtin === null ? addressRefused(baseUrl ?? '', options.allowPrivateAddress === true) : null
  if (address !== null) return address
  return isNamedFor(upstream, named) ? upstreamTermsProblem(upstream, now) : 'upstream_not_named'
}

export const providerValues = (
  upstream: Upstream | null,
  client: string,
): RefusalValues & { provider: string; region: string; client: string } => ({
  provider: upstream?.provider.name ?? '-',
  region: upstream?.provider.region ?? '-',
  client,
})

/** Why an address may not be used; http only to this machine itself, or where the register allows the own network. */
export function addressRefused(baseUrl: string, privateAllowed: boolean): string | null {
  if (!URL.canParse(baseUrl)) return 'address_malformed'
  const url = new URL(baseUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'address_malformed'
  if (url.username !== '' || url.password !== '') return 'address_with_password'
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isLoopbackHost(host)) return null
  if (!privateAllowed && isPrivateAddress(host)) return 'address_private'
  if (url.protocol === 'http:' && !privateAllowed) return 'address_not_https'
  return null
}

/**
 * Is this address, written as numbers, one that the public internet does not reach (RFC 6890): private, link-local,
 * shared, loopback, multicast, unspecified, documentation? Names are answered at connection time, when they are numbers.
 */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return isPrivateAddress(mapped)
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (v4) return isPrivate4(v4.slice(1).map(Number) as [number, number, number, number])
  if (!address.includes(':')) return false
  const first = Number.parseInt(address.split(':')[0] || '0', 16)
  // 2000::/3 is what is given out; of it, documentation and the tunnels that carry any IPv4 address inside stay out.
  return (first & 0xe000) !== 0x2000 || first === 0x2002 || /^2001:(0{0,4}|0?db8):/i.test(`${address}:`)
}

function isPrivate4([a, b, c]: readonly [number, number, number, number]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true
  if (a === 100) return b >= 64 && b < 128
  if (a === 169) return b === 254
  if (a === 172) return b >= 16 && b < 32
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99)
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100)
  return a === 203 && b === 0 && c === 113
}
