/**
 * Where a call may go. Addresses come from the register only; even so, one that leads into the organisation's own network
 * is refused unless the register says that it may, so that a typing error there is not a way in.
 */

import { addressRefused } from '../platform/address.ts'
import type { ProcessorTerms } from '../records/contract.ts'
import { isLoopbackHost, isNamedFor, upstreamTermsProblem } from '../records/rules.ts'
import type { RefusalValues } from './call.ts'

export { isPrivateAddress } from '../platform/address.ts'
export { addressRefused, isLoopbackHost }

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
