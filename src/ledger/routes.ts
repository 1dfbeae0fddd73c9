/** The ledger on the console: its signed head, its entries, the proof of one, and a verification on request. */
import { z } from 'zod'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Role, type Route, readers, route } from '../platform/http.ts'
import { type LedgerView, ledgerEntryView, type ledgerLine, ledgerQuery, ledgerView } from './console-contract.ts'
import { patterns } from './contract.ts'
import { readPayload } from './entry.ts'
import { ledgerTerm } from './io/prune.ts'
import type { Signer } from './io/signer.ts'
import type { Verifier } from './io/verifier.ts'
import { entryByEventId, findEntries, ledgerState, readEntries, receipt, type StoredEntry } from './store.ts'
import { textOf, toBase64 } from './verify/index.ts'

export type LedgerDeps = { readonly database: Database; readonly signer: Signer; readonly verifier: Verifier }

const verifiers: readonly Role[] = ['administrator', 'ethics_officer', 'dpo', 'auditor']
const PAGE = 50

export function routes({ database, signer, verifier }: LedgerDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/ledger',
      summary: {
        nl: 'De stand van het logboek en de nieuwste regels.',
        en: 'The head of the ledger and its newest entries.',
      },
      allow: readers,
      query: ledgerQuery,
      reply: ledgerView,
      events: [],
      handle: ({ caller, query }) => database.inTx(caller.scope, (tx) => view(tx, query), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/ledger/entries/:event',
      summary: { nl: 'Eén regel met zijn bewijs.', en: 'One entry with its proof.' },
      allow: readers,
      params: z.object({ event: z.string().regex(patterns.id) }),
      reply: ledgerEntryView,
      events: [],
      handle: ({ caller, params }) =>
        database.inTx(caller.scope, (tx) => entryView(tx, params.event), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/ledger/verify',
      summary: { nl: 'Begin een controle van het hele logboek.', en: 'Begin a check of the whole ledger.' },
      allow: verifiers,
      reply: z.object({ running: z.boolean() }),
      status: 202,
      events: ['ledger.verified'],
      handle: async ({ caller }) => {
        verifier.start(caller.scope)
        return { running: verifier.state().running }
      },
    }),
  ]

  async function view(tx: Tx, query: z.output<typeof ledgerQuery>): Promise<LedgerView> {
    const limit = query.limit ?? PAGE
    const state = await ledgerState(tx)
    const found = await search(tx, query, limit + 1)
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    const { at, ok, entries, problems, running } = verifier.state()
    return {
      origin: signer.origin,
      vkey: signer.vkey,
      size: state.size,
      root: toBase64(state.root),
      checkpoint: state.checkpoint?.note ?? null,
      checkpointAt: state.checkpoint?.signedAt.toISOString() ?? null,
      pending: state.pending,
      pendingAgeMs: state.pendingAgeMs,
      pruned: (await ledgerTerm(tx)).pruned.map(({ from, to, at, event, index }) => ({ from, to, at, event, index })),
      verified: { at: at?.toISOString() ?? null, ok, entries, problems: [...problems], running },
      recent: shown.map(lineOf),
      next: found.length > limit && last?.index != null ? String(last.index) : null,
    }
  }

  async function entryView(tx: Tx, event: string): Promise<z.output<typeof ledgerEntryView>> {
    const entry = await entryByEventId(tx, event)
    if (entry === undefined) throw new ApiError(404, 'entry_unknown', { param: 'event' })
    const proof = await receipt(tx, event)
    return {
      ...lineOf(entry),
      entry: textOf(entry.payload) ?? '',
      leafHash: toBase64(entry.leafHash),
      proof: proof?.proof ?? null,
      vkey: signer.vkey,
      treeSize: proof?.size ?? null,
    }
  }
}

/** Newest first; `find` is the number of an entry, or the id of an event, a conversation, a call or a system. */
async function search(
  tx: Tx,
  { type, find, before }: z.output<typeof ledgerQuery>,
  limit: number,
): Promise<StoredEntry[]> {
  const page = { limit, ...(before !== undefined && /^[0-9]{1,15}$/.test(before) ? { before: Number(before) } : {}) }
  const only = type === undefined ? {} : { type }
  const wanted = find?.trim() ?? ''
  if (wanted === '') return findEntries(tx, only, page)
  if (/^[0-9]{1,15}$/.test(wanted)) return readEntries(tx, Number(wanted), 1)
  const entry = patterns.id.test(wanted) ? await entryByEventId(tx, wanted) : undefined
  if (entry !== undefined) return [entry]
  for (const name of ['conversation', 'call', 'system'] as const) {
    const found = await findEntries(tx, { ...only, [name]: wanted }, page)
    if (found.length > 0) return found
  }
  return []
}

function lineOf({
  index,
  id,
  type,
  at,
  conversation,
  call,
  system,
  payload,
}: StoredEntry): z.output<typeof ledgerLine> {
  const read = readPayload(payload)
  return {
    index,
    event: id,
    type,
    at,
    actorKind: 'envelope' in read ? read.envelope.actor.kind : 'unknown',
    conversation,
    call,
    system,
  }
}
