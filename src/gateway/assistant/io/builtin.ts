/** The upstreams that come with Waarborg, by their name in the register. */
import { type Provider, UpstreamFault } from '../../io/upstream.ts'
import type { Upstream } from '../../provider.ts'
import { assistantProvider } from './assistant.ts'
import { recordProvider } from './record.ts'

/** Throws `UpstreamFault` when the register leaves out what the upstream needs. */
export function builtinProvider({ builtin, options }: Pick<Upstream, 'builtin' | 'options'>): Provider {
  if (builtin === 'assistant') return assistantProvider(options.knowledge)
  if (builtin === 'record' && options.file !== undefined) return recordProvider(options.file)
  throw new UpstreamFault('status', { status: 404 })
}
