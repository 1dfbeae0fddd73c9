/**
 * Lists of documents in order of time: of a word, and of a filter. Each statement looks at one list at a time by equality, in the
 * order of its index, so that no plan can turn out otherwise; what it finds comes back as bytes, since a row for each costs more
 * than finding it.
 */
import type { Tx } from '../../../platform/database.ts'
import { AFTER_ALL, BEFORE_ALL, documentFrom, documentUntil } from '../document.ts'
import { byClient, countIn, firstIn, lastIn, type Run, runOf, type Stream } from '../run.ts'

export type Filters = {
  readonly system?: string | undefined
  readonly channel?: string | undefined
  readonly language?: string | undefined
  /** Began at or after, and before. */
  readonly from?: Date | undefined
  readonly until?: Date | undefined
  /** With at least one refused call, or without any. */
  readonly refused?: 'with' | 'without' | undefined
}

export type Place = {
  readonly tx: Tx
  readonly tenant: string
  /** Each has a list of its own in the index. */
  readonly clients: readonly string[]
  readonly range: { readonly from: number; readonly until: number }
}

export const rangeOf = ({ from, until }: Filters): Place['range'] => ({
  from: from === undefined ? BEFORE_ALL : documentFrom(from),
  until: until === undefined ? AFTER_ALL : documentUntil(until),
})

export type Window = {
  readonly run: Run
  /** All of the list from this document on are in the window. */
  readonly floor: number
  /** There are none below. */
  readonly ended: boolean
}

export type Source = {
  /** The newest below a document: about `size`, at least one unless the list has ended. */
  newest(below: number, size: number): Promise<Window>
  /** Of these documents of a run (the newest first) all that are in the list, and perhaps others that lie between. */
  around(documents: Float64Array, of: Run): Promise<Run>
}

export const bigints = (values: Iterable<number | string>): string => `{${[...values].join(',')}}`

/** In order a row costs a quarter of what it costs to look it up; a list much denser than what is asked is looked up. */
const DENSER = 4
/** Of a first window a stream (one client, one value) gives at least this many, so that many clients do not make it small. */
const LEAST = 64

/** The list of a word in each of its forms (as tokens), over all clients. */
export const wordSource = (place: Place, tokens: readonly string[], hinted: boolean): Source =>
  sourceOf(
    place,
    { table: 'search_token', column: 'token', type: 'bigint', values: bigints(tokens), order: ', s.part desc' },
    {
      streams: tokens.length,
      hinted,
    },
  )

type Column = 'system_id' | 'channel' | 'language'

const columnSource = (place: Place, column: Column, value: string): Source =>
  sourceOf(
    place,
    { table: 'search_document', column, type: 'text', values: [value], order: '' },
    {
      streams: 1,
      hinted: false,
    },
  )

type List = {
  readonly table: 'search_token' | 'search_document'
  readonly column: 'token' | Column
  readonly type: 'bigint' | 'text'
  readonly values: unknown
  readonly order: string
}

function sourceOf(
  { tx, tenant, clients, range }: Place,
  { table, column, type, values, order }: List,
  { streams, hinted }: { readonly streams: number; readonly hinted: boolean },
): Source {
  const bytes = hinted ? 'int8send(x.document) || int8send(x.hint)' : 'int8send(x.document)'
  const statement = (of: string, condition: string, limit: string) =>
    `select c.n::int - 1 as n, (select string_agg(${bytes}, '') from (
       select s.document${hinted ? ', s.hint' : ''} from ${table} s
       where s.tenant_id = $1 and s.client_id = c.client and s.${column} = v.value and ${condition}
       order by s.document desc${order} ${limit}) x) as found
     from ${of}, unnest($3::${type}[]) as v(value)`
  const inOrder = statement(
    'unnest($2::text[]) with ordinality as c(client, n)',
    's.document < $4::bigint and s.document >= $5::bigint',
    'limit $6::int',
  )
  const lookedUp = statement(
    'unnest($2::text[], $4::text[]) with ordinality as c(client, documents, n)',
    's.document = any(c.documents::bigint[])',
    '',
  )
  /** `whose`: the places of the clients whose lists are asked. */
  const ask = async (sql: string, whose: readonly number[], more: readonly unknown[]): Promise<Stream[]> => {
    const names = whose.map((client) => clients[client]!)
    const { rows } = await tx.query<{ n: number; found: Buffer | null }>(sql, [tenant, names, values, ...more])
    return rows.flatMap(({ n, found }) => (found === null ? [] : [{ bytes: found, hinted, client: whose[n]! }]))
  }
  const everyone = clients.map((_, client) => client)
  const each = Math.max(1, streams * clients.length)
  let dense = false
  /** Numbers per document of the list, as the last window had it. */
  let spread: number | undefined
  const windowOf = (found: readonly Stream[], limit: number, below: number, from: number): Window | undefined => {
    const cut = found.filter((stream) => countIn(stream) >= limit)
    // The last document of a stream that was cut may have more rows: it is left to the next window.
    if (cut.some((stream) => firstIn(stream) === lastIn(stream))) return undefined
    const last = Math.max(from - 1, ...cut.map(lastIn))
    const run = runOf(found, last)
    if (run.documents.length > 0) spread = (below - last - 1) / run.documents.length
    return { run, floor: last + 1, ended: cut.length === 0 && from === range.from }
  }
  /** All there is in the stretch that likely holds as many; undefined when it holds none. */
  const likely = async (below: number, size: number): Promise<Window | undefined> => {
    if (spread === undefined) return undefined
    const from = Math.max(range.from, Math.floor(below - size * spread))
    const limit = DENSER * size
    const window = windowOf(await ask(inOrder, everyone, [below, from, limit]), limit, below, from)
    return window?.run.documents.length === 0 ? undefined : window
  }
  return {
    async newest(given, size) {
      const below = Math.min(given, range.until)
      const window = await likely(below, size)
      if (window !== undefined) return window
      for (let limit = Math.max(Math.min(LEAST, size), Math.ceil(size / each), 2); ; limit *= 4) {
        const first = windowOf(await ask(inOrder, everyone, [below, range.from, limit]), limit, below, range.from)
        if (first !== undefined) return first
      }
    },
    async around(documents, of) {
      const groups = byClient(of, documents)
      const whose = [...groups.keys()]
      const limit = DENSER * documents.length
      if (!dense) {
        const found = await ask(inOrder, whose, [documents[0]! + 1, documents.at(-1)!, limit])
        if (found.every((stream) => countIn(stream) < limit)) return runOf(found, BEFORE_ALL)
        dense = true
      }
      return runOf(await ask(lookedUp, whose, [[...groups.values()].map(bigints)]), BEFORE_ALL)
    },
  }
}

// -- filters --------------------------------------------------------------------------------------------------------

/** A list for each filter that has one. */
export async function filterSources(place: Place, { system, channel, language, refused }: Filters): Promise<Source[]> {
  const sources: Source[] = []
  for (const [column, value] of [
    ['system_id', system],
    ['channel', channel],
    ['language', language],
  ] as const)
    if (value !== undefined) sources.push(columnSource(place, column, value))
  const few = refused === 'with' ? await refusedSource(place) : undefined
  return few === undefined ? sources : [...sources, few]
}

/** More than this many, and being refused tells conversations apart too little to begin with it. */
const FEW_REFUSED = 5_000

const REFUSED = `select a.client_id as client, d.document from (
    select client_id, conversation_id from ai_call where tenant_id = $1 and client_id = any($2::text[]) and state = 'refused'
    group by client_id, conversation_id limit ${FEW_REFUSED + 1}) a
  left join lateral (
    select document from search_document d where d.tenant_id = $1 and d.conversation_id = a.conversation_id offset 0) d on true
  order by d.document desc nulls last`

/** The conversations with a refused call, if they are few; each is looked at in any case when it is judged. */
async function refusedSource({ tx, tenant, clients, range }: Place): Promise<Source | undefined> {
  const { rows } = await tx.query<{ client: string; document: number | null }>(REFUSED, [tenant, clients])
  // Also those in which nothing was said count: the rest was not read.
  if (rows.length > FEW_REFUSED) return undefined
  const inRange = (one: number | null): one is number => one !== null && one >= range.from && one < range.until
  const kept = rows.filter(({ document }) => inRange(document))
  const all: Run = {
    documents: Float64Array.from(kept, ({ document }) => document!),
    clients: Uint16Array.from(kept, ({ client }) => clients.indexOf(client)),
    hints: undefined,
  }
  return {
    async newest(below, size) {
      const from = all.documents.findIndex((one) => one < below)
      const run = from < 0 ? stretchOf(all, 0, 0) : stretchOf(all, from, from + size)
      const ended = from < 0 || from + size >= all.documents.length
      return { run, floor: ended ? BEFORE_ALL : run.documents.at(-1)!, ended }
    },
    around: async () => all,
  }
}

const stretchOf = ({ documents, clients, hints }: Run, from: number, to: number): Run => ({
  documents: documents.subarray(from, to),
  clients: clients.subarray(from, to),
  hints,
})
