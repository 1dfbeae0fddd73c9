/**
 * Sends the demonstration's decisions through the real routes: what people said of themselves, then the decisions, then what became
 * of them, in batches as large as a route takes.
 */
import type { DemoAttribute, DemoDecision } from '../../../demo/decisions.ts'
import type { GatewayClient } from './client.ts'

export type DecisionTools = {
  readonly client: GatewayClient
  readonly keyOf: (system: string) => string
  readonly now: Date
  /** Batches that an earlier replay finished, by name. */
  readonly finished: ReadonlySet<string>
  readonly done: (batch: string) => void
}

/** Small enough that several are under way at once: each is one transaction. */
const BATCH = 160

/** How many were not taken, by code; a decision that an interrupted replay sent already is taken. */
export async function playDecisions(
  {
    decisions,
    attributes,
  }: { readonly decisions: readonly DemoDecision[]; readonly attributes: readonly DemoAttribute[] },
  { client, keyOf, now, finished, done }: DecisionTools,
): Promise<ReadonlyMap<string, number>> {
  const refused = new Map<string, number>()
  const hours = (n: number) => new Date(now.getTime() - n * 3_600_000).toISOString()
  const send = async (name: string, system: string, path: string, list: string, rows: readonly object[]) => {
    const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, n) => n * BATCH)
    const sendOne = async (from: number) => {
      const batch = `${name} ${system} ${from}`
      if (finished.has(batch)) return
      const reply = await client.post(keyOf(system), path, { [list]: rows.slice(from, from + BATCH) })
      for (const code of codesIn(reply)) refused.set(code, (refused.get(code) ?? 0) + 1)
      done(batch)
    }
    await Promise.all(batches.map(sendOne))
  }
  for (const [system, own] of Map.groupBy(attributes, (one) => one.system))
    await send(
      'attributes',
      system,
      '/v1/attributes',
      'attributes',
      own.map(({ attribute }) => attribute),
    )
  for (const [system, own] of Map.groupBy(decisions, (one) => one.system)) {
    const decided = own.map(({ decision, hoursAgo }) => ({ ...decision, decidedAt: hours(hoursAgo) }))
    await send('decisions', system, '/v1/decisions', 'decisions', decided)
    await send('outcomes', system, '/v1/outcomes', 'outcomes', own.flatMap(outcomeOf(hours)))
  }
  return refused
}

/** What became of it, as the route takes it. */
const outcomeOf =
  (hours: (ago: number) => string) =>
  ({ decision: { key }, hoursAgo, outcome }: DemoDecision) =>
    outcome === undefined
      ? []
      : [
          {
            decision: key,
            observed: outcome.observed,
            positive: outcome.positive,
            observedAt: hours(hoursAgo - outcome.hoursLater),
          },
        ]

type Reply = { readonly status: number; readonly body: unknown }

function codesIn({ status, body }: Reply): string[] {
  const { results } = body as { results?: { status: number; error?: { code: string } }[] }
  if (results === undefined) return [`http_${status}`]
  return results.flatMap(({ error }) =>
    error === undefined || error.code === 'idempotency_conflict' ? [] : [error.code],
  )
}
