import { z } from 'zod'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Route, readers, route } from '../platform/http.ts'
import { ledgerEntryView, ledgerQuery, ledgerView } from './console-contract.ts'
import { entryByEventId, findEntries, ledgerState, receipt, type StoredEntry } from './store.ts'
import { toBase64 } from './verify/index.ts'

/** What a walk over the whole ledger found. */
export type WalkReport = {
  readonly ok: boolean
  readonly entries: number
  readonly problems: readonly {
    readonly code: string
    readonly index?: number | null | undefined
    readonly event?: string | null | undefined
    readonly detail?: string | undefined
  }[]
}

export type LedgerDeps = {
  readonly database: Database
  readonly origin: string
  readonly vkey: string
  /** Walks the whole ledger; may take long. */
  readonly verify: () => Promise<WalkReport>
  readonly now: () => Date
}

/** The result of the last walk in this process, and whether one is under way. */
type LastVerification = { at: Date | null; report: WalkReport | null; running: boolean }

export function routes(deps: LedgerDeps): Route[] {
  const last: LastVerification = { at: null, report: null, running: false }
  return [
    route({
      method: 'GET',
      path: '/api/ledger',
      summary: {
        nl: 'Stand van het controlelogboek en de nieuwste regels.',
        en: 'State of the ledger and its newest entries.',
      },
      allow: readers,
      query: ledgerQuery,
      reply: ledgerView,
      events: [],
      handle: ({ caller, query }) =>
        deps.database.inTx(
          caller.scope,
          async (tx) => {
            const state = await ledgerState(tx)
            const limit = query.limit ?? 50
            const entries = await search(tx, query, limit)
            const lowest = entries.at(-1)?.index
            return {
              origin: deps.origin,
              vkey: deps.vkey,
              size: state.size,
              root: toBase64(state.root),
              checkpoint: state.checkpoint?.note ?? null,
              checkpointAt: state.checkpoint?.signedAt.toISOString() ?? null,
              pending: state.pending,
              pendingAgeMs: state.pendingAgeMs,
              verified: {
                at: last.at?.toISOString() ?? null,
                ok: last.report?.ok ?? null,
                entries: last.report?.entries ?? 0,
                problems: (last.report?.problems ?? []).slice(0, 200).map(({ code, index, event, detail }) => ({
                  code,
                  index: index ?? null,
                  event: event ?? null,
                  detail: detail ?? '',
                })),
                running: last.running,
              },
              recent: entries.map(line),
              next: entries.length === limit && typeof lowest === 'number' && lowest > 0 ? String(lowest) : null,
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/ledger/verify',
      summary: {
        nl: 'Reken het hele controlelogboek na, op de achtergrond.',
        en: 'Recompute the whole ledger, in the background.',
      },
      allow: readers,
      reply: z.object({ running: z.boolean() }),
      events: [],
      async handle() {
        if (!last.running) void verify(deps, last)
        return { running: true }
      },
    }),
    route({
      method: 'GET',
      path: '/api/ledger/entries/:event',
      summary: { nl: 'Eén regel met zijn bewijs.', en: 'One entry with its proof.' },
      allow: readers,
      params: z.object({ event: z.uuid() }),
      reply: ledgerEntryView,
      events: [],
      handle: ({ caller, params }) =>
        deps.database.inTx(
          caller.scope,
          async (tx) => {
            const entry = await entryByEventId(tx, params.event)
            if (entry === undefined) throw new ApiError(404, 'entry_unknown', { param: 'event' })
            const proof = await receipt(tx, params.event)
            return {
              ...line(entry),
              entry: Buffer.from(entry.payload).toString('utf8'),
              leafHash: toBase64(entry.leafHash),
              proof: proof?.proof ?? null,
              vkey: deps.vkey,
              treeSize: proof?.size ?? null,
            }
          },
          { readOnly: true },
        ),
    }),
  ]
}

async function verify(deps: LedgerDeps, last: LastVerification): Promise<void> {
  last.running = true
  try {
    last.report = await deps.verify()
  } catch {
    // The walk itself could not be done: that is not "in order".
    last.report = { ok: false, entries: 0, problems: [{ code: 'verification_failed' }] }
  } finally {
    last.at = deps.now()
    last.running = false
  }
}

/** `find`: an event, conversation, call or subject id; `type`: a type of event. */
async function search(tx: Tx, query: z.output<typeof ledgerQuery>, limit: number): Promise<StoredEntry[]> {
  const before = query.before === undefined ? undefined : Number(query.before)
  const options = { limit, ...(before === undefined || Number.isNaN(before) ? {} : { before }) }
  const type = query.type === undefined || query.type === '' ? {} : { type: query.type }
  const find = query.find?.trim()
  if (find === undefined || find === '') return findEntries(tx, type, options)
  const byEvent = /^[0-9a-f-]{36}$/.test(find) ? await entryByEventId(tx, find) : undefined
  if (byEvent) return [byEvent]
  for (const key of ['call', 'conversation', 'subject', 'system'] as const) {
    const found = await findEntries(tx, { ...type, [key]: find }, options)
    if (found.length > 0) return found
  }
  return []
}

function line(entry: StoredEntry) {
  const { actor } = JSON.parse(Buffer.from(entry.payload).toString('utf8')) as { actor: { kind: string } }
  return {
    index: entry.index,
    event: entry.id,
    type: entry.type,
    at: entry.at,
    actorKind: actor.kind,
    conversation: entry.conversation,
    call: entry.call,
    system: entry.system,
  }
}
