/** The index: keyed tokens of what was said, written with the turns and taken away with them. */
import type { Tx } from '../../../platform/database.ts'
import { derive, type Key, type KeyRing, keyedHash } from '../../../vault/index.ts'
import { type StemLanguage, spokenIn, stemLanguage } from '../words.ts'

/** A turn to index; `language` is the conversation's. */
export type TurnToIndex = { readonly seq: number; readonly said: string }
export type IndexPlace = {
  readonly tenant: string
  readonly client: string
  readonly conversation: string
  readonly language: string
}

/** Makes the number of a stem under the organisation's key. Remembers the most used ones, in memory only. */
export class Tokens {
  readonly #key: Key
  readonly #known = new Map<string, string>()
  constructor(key: Key) {
    this.#key = key
  }
  of(stem: string): string {
    let token = this.#known.get(stem)
    if (token === undefined) {
      token = keyedHash(this.#key, stem).readBigInt64BE(0).toString()
      if (this.#known.size >= REMEMBERED) this.#known.clear()
      this.#known.set(stem, token)
    }
    return token
  }
}
const REMEMBERED = 20_000
const rings = new WeakMap<KeyRing, Map<string, Tokens>>()

export function tokensOf(ring: KeyRing, tenant: string): Tokens {
  let tenants = rings.get(ring)
  if (tenants === undefined) {
    tenants = new Map()
    rings.set(ring, tenants)
  }
  let tokens = tenants.get(tenant)
  if (tokens === undefined) {
    tokens = new Tokens(derive(ring.indexKey(tenant), 'words'))
    tenants.set(tenant, tokens)
  }
  return tokens
}

type IndexRows = { readonly tokens: string[]; readonly seqs: number[]; readonly places: Buffer[] }

/** Rows of the index for these turns. */
export function indexRows(tokens: Tokens, turns: readonly TurnToIndex[], language: StemLanguage): IndexRows {
  const rows: IndexRows = { tokens: [], seqs: [], places: [] }
  for (const { seq, said } of turns)
    for (const { stem, places } of spokenIn(said, language)) {
      const bytes = Buffer.allocUnsafe(places.length * 2)
      for (const [i, place] of places.entries()) bytes.writeUInt16BE(place, i * 2)
      rows.tokens.push(tokens.of(stem))
      rows.seqs.push(seq)
      rows.places.push(bytes)
    }
  return rows
}

const INSERT = `with made as (
    insert into search_document (tenant_id, client_id, conversation_id) values ($1, $2, $3)
    on conflict (tenant_id, conversation_id) do nothing returning document
  ), known as (
    select document from made union all select document from search_document where tenant_id = $1 and conversation_id = $3 limit 1
  )
  insert into search_token (tenant_id, client_id, token, document, seq, places)
  select $1, $2, t.token, known.document, t.seq, t.places from known, unnest($4::bigint[], $5::int[], $6::bytea[]) as t(token, seq, places)
  on conflict do nothing`

/** Adds turns to the index, in the transaction that writes them. */
export async function indexTurns(
  tx: Tx,
  ring: KeyRing,
  { tenant, client, conversation, language }: IndexPlace,
  turns: readonly TurnToIndex[],
): Promise<void> {
  const { tokens, seqs, places } = indexRows(tokensOf(ring, tenant), turns, stemLanguage(language))
  if (tokens.length === 0) return
  await tx.query(INSERT, [tenant, client, conversation, tokens, seqs, places])
}

/** Takes conversations out of the index, for good; their tokens go with them. Returns how many were in it. */
export async function dropWords(tx: Tx, tenant: string, conversations: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from search_document where tenant_id = $1 and conversation_id = any($2)',
    [tenant, conversations],
  )
  return rowCount
}
