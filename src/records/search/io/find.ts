/**
 * Which conversations hold all that is looked for, the newest first. Each word and each filter is a list of documents in
 * order of time (an index gives it so). The sparsest leads, in windows from the newest on, and the others say which of a window
 * they hold too. So the work goes with what the sparsest list holds, or with how soon as many as are wanted are found, and not
 * with how often the other words were said.
 */
import type { Tx } from '../../../platform/database.ts'
import { BEFORE_ALL } from '../document.ts'
import { type Hits, hitsIn, mayFollow, Spots } from '../places.ts'
import { both, byClient, placesIn, type Run } from '../run.ts'
import type { Phrase, Term, Wanted } from '../words.ts'
import {
  bigints,
  type Filters,
  filterSources,
  type Place,
  rangeOf,
  type Source,
  type Window,
  wordSource,
} from './lists.ts'
import type { Tokens } from './tokens.ts'

/** What is looked for, and in which lists: each client has its own in the index. */
export type Looking = {
  readonly tenant: string
  readonly clients: readonly string[]
  readonly wanted: Wanted
  readonly tokens: Tokens
  readonly filters: Filters
}

export type Bounds = {
  /** Documents below this one only. */
  readonly below: number
  /** No more than this many are given. */
  readonly most: number
  /** About this many documents are read, of all lists together, before it stops. */
  readonly reads?: number
  /** Size of the first window; the next are twice as large each. */
  readonly window?: number
}

export type Found = {
  /** The newest first. */
  readonly documents: readonly number[]
  /** `all`: there are no more. `most`: as many as were wanted. `reads`: there may be more, below `until`. */
  readonly ended: 'all' | 'most' | 'reads'
  readonly until: number
}

/** So many that a search for frequent words that are hardly ever said together stays within its time (docs/bench/search.md). */
const READS = 400_000
/** To look where the words of a phrase stand, and at the conversation, costs about as much as reading this many. */
const PER_JUDGED = 10
const WINDOW = 512
const WIDEST = 16_384
/** Of a window that holds all words this many are judged at once, so that a full page is noticed early. */
const JUDGED = 1_024

/** The clients whose rows this transaction sees, or the one that is asked for. */
export async function clientsOf(tx: Tx, tenant: string, client: string | undefined): Promise<readonly string[]> {
  if (client !== undefined) return [client]
  if (tx.scope.clients !== '*') return tx.scope.clients
  const { rows } = await tx.query<{ id: string }>('select client_id as id from client where tenant_id = $1', [tenant])
  return rows.map(({ id }) => id)
}

/** Conversations in which everything wanted was said, within the scope of the transaction and the filters. */
export async function findDocuments(tx: Tx, looking: Looking, bounds: Bounds): Promise<Found> {
  const { below, most, reads = READS, window: first = WINDOW } = bounds
  const place = { tx, tenant: looking.tenant, clients: looking.clients, range: rangeOf(looking.filters) }
  const { sources: words, phrases } = wordLists(place, looking)
  const judge = judgement(tx, looking)
  const { leader, others, head } = await inOrder(
    [...words, ...(await filterSources(place, looking.filters))],
    below,
    first,
  )
  let window = head
  const found: number[] = []
  let read = 0
  for (let size = first; ; ) {
    const { likely, cost } = await heldByAll(leader, others, window, phrases)
    for (let from = 0; from < likely.length && found.length < most; from += JUDGED)
      found.push(...(await judge(likely.slice(from, from + JUDGED), window.run)))
    if (found.length >= most) return { documents: found.slice(0, most), ended: 'most', until: window.floor }
    if (window.ended) return { documents: found, ended: 'all', until: BEFORE_ALL }
    read += cost
    // As large as what is left allows at this cost; too little left for a window of use is nothing left.
    const left = Math.floor((reads - read) * (window.run.documents.length / cost))
    if (left < first) return { documents: found, ended: 'reads', until: window.floor }
    size = Math.min(size * 2, WIDEST, left)
    window = await leader.newest(window.floor, size)
  }
}

/** A phrase with the list of each of its words. */
type PhraseLists = { readonly phrase: Phrase; readonly words: readonly Source[] }

/** A list for each word, one for a word that comes twice; and the phrases of more words than one. */
function wordLists(place: Place, { wanted, tokens }: Looking): { sources: Source[]; phrases: PhraseLists[] } {
  const tokensOf = ({ forms }: Term) => forms.map((form) => tokens.of(form))
  const inPhrase = wanted.phrases.filter((phrase) => phrase.length > 1)
  const hinted = new Set(inPhrase.flat().map((term) => tokensOf(term).join()))
  const sources = new Map<string, Source>()
  for (const term of wanted.phrases.flat()) {
    const key = tokensOf(term).join()
    if (!sources.has(key)) sources.set(key, wordSource(place, tokensOf(term), hinted.has(key)))
  }
  const phrases = inPhrase.map((phrase) => ({
    phrase,
    words: phrase.map((term) => sources.get(tokensOf(term).join())!),
  }))
  return { sources: [...sources.values()], phrases }
}

type Order = { readonly leader: Source; readonly others: readonly Source[]; readonly head: Window }

/**
 * The sparsest list first: of those that end within their first window the shortest, then by how far their window reaches
 * back. So little is left to be asked of the lists that hold nearly everything.
 */
async function inOrder(sources: readonly Source[], below: number, size: number): Promise<Order> {
  const heads: { readonly source: Source; readonly window: Window }[] = []
  for (const source of sources) heads.push({ source, window: await source.newest(below, size) })
  heads.sort((a, b) => bySparsity(a.window, b.window))
  const [first, ...rest] = heads
  return { leader: first!.source, others: rest.map(({ source }) => source), head: first!.window }
}

function bySparsity(one: Window, other: Window): number {
  if (one.ended !== other.ended) return one.ended ? -1 : 1
  return one.ended ? one.run.documents.length - other.run.documents.length : one.floor - other.floor
}

/** What of the leader's window all lists hold, and where the phrases may stand; `cost`: how many documents it took to tell. */
async function heldByAll(
  leader: Source,
  others: readonly Source[],
  window: Window,
  phrases: readonly PhraseLists[],
): Promise<{ likely: Float64Array; cost: number }> {
  const runs = new Map([[leader, window.run]])
  let likely = window.run.documents
  let cost = likely.length
  for (const source of others) {
    if (likely.length === 0) break
    const run = await source.around(likely, window.run)
    runs.set(source, run)
    likely = both(likely, run.documents)
    likely = likely.filter(mayStand(phrases, source, runs, likely))
    cost += run.documents.length
  }
  return { likely, cost: cost + PER_JUDGED * likely.length }
}

/** Whether the hints of these documents, as far as they are known, allow the phrases that this list has a word of. */
function mayStand(
  phrases: readonly PhraseLists[],
  source: Source,
  runs: ReadonlyMap<Source, Run>,
  documents: Float64Array,
): (document: number, i: number) => boolean {
  const known = phrases
    .filter(({ words }) => words.includes(source))
    .map(({ phrase, words }) => {
      const terms = phrase.flatMap((term, i) => (runs.has(words[i]!) ? [{ term, run: runs.get(words[i]!)! }] : []))
      return {
        phrase: terms.map(({ term }) => term),
        hints: terms.map(({ run }) => ({ of: run.hints!, places: placesIn(run, documents) })),
      }
    })
    .filter(({ phrase }) => phrase.length > 1)
  return (_, i) =>
    known.every(({ phrase, hints }) =>
      mayFollow(
        phrase,
        hints.map(({ of, places }) => [of[2 * places[i]!]!, of[2 * places[i]! + 1]!] as const),
      ),
    )
}

// -- what no list says ----------------------------------------------------------------------------------------------

/** Of documents that hold all words: those with the phrases, that may be shown, and that fit the rest of the filters. */
function judgement(tx: Tx, looking: Looking): (documents: Float64Array, of: Run) => Promise<readonly number[]> {
  const { tenant, wanted, tokens, filters } = looking
  const phrases = wanted.phrases.filter((phrase) => phrase.length > 1)
  const conditions = [`c.state = 'normal'`, `c.source <> 'audit'`]
  const values: unknown[] = [tenant]
  const place = (value: unknown) => `$${values.push(value) + 1}`
  if (filters.from !== undefined) conditions.push(`c.started_at >= ${place(filters.from)}::timestamptz`)
  if (filters.until !== undefined) conditions.push(`c.started_at < ${place(filters.until)}::timestamptz`)
  if (filters.refused !== undefined)
    conditions.push(
      `${filters.refused === 'with' ? '' : 'not '}exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.client_id = c.client_id and a.conversation_id = c.conversation_id and a.state = 'refused')`,
    )
  // One look-up after the other, whatever the planner thinks of the numbers.
  const sql = `select array_to_string(array(
    select g.document from unnest($2::bigint[]) with ordinality as g(document, n),
      lateral (select d.conversation_id from search_document d where d.tenant_id = $1 and d.document = g.document offset 0) d,
      lateral (select 1 from conversation c where c.tenant_id = $1 and c.conversation_id = d.conversation_id and ${conditions.join(' and ')} offset 0) c
    order by g.n), ',') as documents`
  return async (documents, of) => {
    let left: readonly number[] = [...documents]
    if (phrases.length > 0) {
      const spots = await spotsOf(tx, looking, phrases, byClient(of, documents))
      left = left.filter((document) => {
        const there = spots.get(document)
        return there !== undefined && hitsIn(there, { phrases }, (form) => tokens.of(form)) !== undefined
      })
    }
    if (left.length === 0) return left
    const { rows } = await tx.query<{ documents: string }>(sql, [values[0], bigints(left), ...values.slice(1)])
    return rows[0]!.documents === '' ? [] : rows[0]!.documents.split(',').map(Number)
  }
}

// One value per client and token: document, part and number of bytes, then the bytes, of each row.
const SPOTS = `select t.token::text as token, (
    select string_agg(int8send(s.document) || int4send(s.part) || int4send(length(s.places)) || s.places, '') from search_token s
    where s.tenant_id = $1 and s.client_id = c.client and s.token = t.token and s.document = any(c.documents::bigint[])) as spots
  from unnest($2::text[], $4::text[]) as c(client, documents), unnest($3::bigint[]) as t(token)`

/** Where the words of these phrases stand in these conversations, given by client (its place in `looking.clients`). */
async function spotsOf(
  tx: Tx,
  { tenant, clients, tokens }: Looking,
  phrases: readonly Phrase[],
  documents: ReadonlyMap<number, readonly number[]>,
): Promise<Map<number, Spots>> {
  const wanted = [...new Set(phrases.flat().flatMap(({ forms }) => forms.map((form) => tokens.of(form))))]
  const { rows } = await tx.query<{ token: string; spots: Buffer | null }>(SPOTS, [
    tenant,
    [...documents.keys()].map((client) => clients[client]!),
    bigints(wanted),
    [...documents.values()].map(bigints),
  ])
  const found = new Map<number, Spots>()
  for (const { token, spots } of rows)
    for (let at = 0; spots !== null && at < spots.length; ) {
      const document = Number(spots.readBigInt64BE(at))
      const end = at + 16 + spots.readInt32BE(at + 12)
      let there = found.get(document)
      if (there === undefined) {
        there = new Spots()
        found.set(document, there)
      }
      there.add(token, spots.readInt32BE(at + 8), spots.subarray(at + 16, end))
      at = end
    }
  return found
}

export type Placed = { readonly conversation: string; readonly document: number; readonly hits: Hits }

/** Which conversations these are, and how often and where what is looked for was said; in the order given. */
export async function placesOf(tx: Tx, looking: Looking, documents: readonly number[]): Promise<Placed[]> {
  const { tenant, clients, wanted, tokens } = looking
  if (documents.length === 0) return []
  const { rows } = await tx.query<{ document: number; client: string; conversation: string }>(
    `select document, client_id as client, conversation_id as conversation
     from search_document where tenant_id = $1 and document = any($2::bigint[])`,
    [tenant, bigints(documents)],
  )
  const names = new Map(rows.map(({ document, conversation }) => [document, conversation]))
  const groups = Map.groupBy(rows, ({ client }) => clients.indexOf(client))
  const given = new Map([...groups].map(([client, of]) => [client, of.map(({ document }) => document)]))
  const spots = await spotsOf(tx, looking, wanted.phrases, given)
  return documents.flatMap((document) => {
    const conversation = names.get(document)
    const hits = hitsIn(spots.get(document) ?? new Spots(), wanted, (form) => tokens.of(form))
    return conversation === undefined || hits === undefined ? [] : [{ conversation, document, hits }]
  })
}
