/** Sends the demonstration's decisions through the real route, each file as one batch, and then what became of them. */
import type { DemoDecision } from '../../../demo/decisions.ts'
import type { GatewayClient } from './client.ts'

export type DecisionTools = {
  readonly client: GatewayClient
  readonly keyOf: (system: string) => string
  readonly now: Date
  /** Batches that an earlier replay finished, by name. */
  readonly finished: ReadonlySet<string>
  readonly done: (batch: string) => void
}

/** How many were not taken, by code; a decision that an interrupted replay sent already is taken. */
export async function playDecisions(
  decisions: readonly DemoDecision[],
  { client, keyOf, now, finished, done }: DecisionTools,
): Promise<ReadonlyMap<string, number>> {
  const refused = new Map<string, number>()
  const hours = (n: number) => new Date(now.getTime() - n * 3_600_000).toISOString()
  for (const [system, own] of Map.groupBy(decisions, (one) => one.system)) {
    const batches = {
      [`decisions ${system}`]: () =>
        client.post(keyOf(system), '/v1/decisions', {
          decisions: own.map(({ decision, hoursAgo }) => ({ ...decision, decidedAt: hours(hoursAgo) })),
        }),
      [`outcomes ${system}`]: () =>
        client.post(keyOf(system), '/v1/outcomes', {
          outcomes: own.flatMap(({ decision: { key }, hoursAgo, outcome }) =>
            outcome === undefined
              ? []
              : [
                  {
                    decision: key,
                    observed: outcome.observed,
                    positive: outcome.positive,
                    observedAt: hours(hoursAgo - outcome.hoursLater),
                  },
                ],
          ),
        }),
    }
    for (const [name, send] of Object.entries(batches)) {
      if (finished.has(name)) continue
      for (const code of codesIn(await send())) refused.set(code, (refused.get(code) ?? 0) + 1)
      done(name)
    }
  }
  return refused
}

type Reply = { readonly status: number; readonly body: unknown }

function codesIn({ status, body }: Reply): string[] {
  const { results } = body as { results?: { status: number; error?: { code: string } }[] }
  if (results === undefined) return [`http_${status}`]
  return results.flatMap(({ error }) =>
    error === undefined || error.code === 'idempotency_conflict' ? [] : [error.code],
  )
}
