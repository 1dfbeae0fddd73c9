/** The gateway put together with the safeguards and the upstreams that come with Waarborg. */
import { builtinProvider } from './assistant/io/builtin.ts'
import { recordProvider } from './assistant/io/record.ts'
import { type Gateway, type GatewayOptions, openGateway } from './io/gateway.ts'
import { type ModelTier, openSafeguards } from './io/safeguards.ts'

export { builtinProvider } from './assistant/io/builtin.ts'
export { recordProvider } from './assistant/io/record.ts'
export type { Gateway, GatewayOptions, GatewayStatus } from './io/gateway.ts'
export { type HandOffAsked, type HandOffWanted, requestHandOff } from './io/hand-offs.ts'
export { openSafeguards } from './io/safeguards.ts'
export { expireIdempotency } from './io/store.ts'
export type { BuiltinContext, Provider, UpstreamCall, UpstreamReply } from './io/upstream.ts'
export { explainLater } from './jobs.ts'

export type CreateGatewayOptions = Omit<GatewayOptions, 'safeguards' | 'builtin'> &
  Partial<Pick<GatewayOptions, 'safeguards' | 'builtin'>> & {
    /** Looks for personal data beside the rules. */
    readonly model?: ModelTier | undefined
    /** Every call goes to this built-in upstream, whatever the register says. */
    readonly upstreamOverride?: { readonly kind: 'record'; readonly file: string }
  }

/** Takes calls at once; await `recover` when starting and `drain` when stopping. */
export function createGateway({ upstreamOverride, model, ...options }: CreateGatewayOptions): Gateway {
  return openGateway({
    safeguards: openSafeguards(model),
    builtin: builtinProvider,
    ...(upstreamOverride === undefined ? {} : { override: oneForAll(recordProvider(upstreamOverride.file)) }),
    ...options,
  })
}

const oneForAll = <T>(one: T) => {
  return () => one
}

export { deadEnds, demandHandOffs } from './io/demanded.ts'
