/** The index: keyed tokens of what was said, written with the turns and taken away with them. */
import { randomInt } from 'node:crypto'
import type { Tx } from '../../../platform/database.ts'
import { derive, type Key, type KeyRing, keyedHash } from '../../../vault/index.ts'
import { ATTEMPTS, chancesAt } from '../document.ts'
import { partsOf, type TurnPlaces } from '../places.ts'
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

type IndexRows = {
  readonly tokens: string[]
  readonly parts: number[]
  readonly places: Buffer[]
  readonly hints: string[]
}

/** Rows of the index for these turns. */
export function indexRows(tokens: Tokens, turns: readonly TurnToIndex[], language: StemLanguage): IndexRows {
  const byToken = new Map<string, TurnPlaces[]>()
  for (const { seq, said } of turns)
    for (const { stem, places } of spokenIn(said, language)) {
      const token = tokens.of(stem)
      const known = byToken.get(token)
      if (known === undefined) byToken.set(token, [{ seq, places }])
      else known.push({ seq, places })
    }
  const rows: IndexRows = { tokens: [], parts: [], places: [], hints: [] }
  for (const [token, stands] of byToken)
    for (const { part, bytes, hint } of partsOf(stands)) {
      rows.tokens.push(token)
      rows.parts.push(part)
      rows.places.push(bytes)
      rows.hints.push(hint.toString())
    }
  return rows
}

// The number is made of the moment and chance; one that is taken leaves no row, and the next attempt has more to choose from.
const INSERT = `with known as (
    select document from search_document where tenant_id = $1 and conversation_id = $3
  ), made as (
    insert into search_document (tenant_id, client_id, conversation_id, document, system_id, channel, language)
    select $1, $2, $3, greatest(least(floor(extract(epoch from started_at) * 1000), 4398046380032), -4398046380032)::bigint * 2048 + $4::bigint,
           system_id, channel, language
    from conversation where tenant_id = $1 and conversation_id = $3 and not exists (select 1 from known)
    on conflict do nothing returning document
  ), at as (
    select document from known union all select document from made
  ), added as (
    insert into search_token (tenant_id, client_id, token, document, part, places, hint)
    select $1, $2, t.token, at.document, t.part, t.places, t.hint
    from at, unnest($5::bigint[], $6::int[], $7::bytea[], $8::bigint[]) as t(token, part, places, hint)
    on conflict (tenant_id, client_id, token, document, part) do update
    set places = search_token.places || excluded.places, hint = search_token.hint | excluded.hint
  )
  select document from at`

/**
 * Adds turns to the index, in the transaction that writes them; a turn is added once. The conversation must be there. Throws
 * when no number is left for a conversation of its moment (a thousand million began in the same minute).
 */
export async function indexTurns(
  tx: Tx,
  ring: KeyRing,
  { tenant, client, conversation, language }: IndexPlace,
  turns: readonly TurnToIndex[],
): Promise<void> {
  const { tokens, parts, places, hints } = indexRows(tokensOf(ring, tenant), turns, stemLanguage(language))
  if (tokens.length === 0) return
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const chance = randomInt(chancesAt(attempt))
    const { rowCount } = await tx.query(INSERT, [tenant, client, conversation, chance, tokens, parts, places, hints])
    if (rowCount > 0) return
  }
  throw new Error('no number in the index of words is free for this conversation')
}

/** Takes conversations out of the index, for good; their tokens go with them. Returns how many were in it. */
export async function dropWords(tx: Tx, tenant: string, conversations: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from search_document where tenant_id = $1 and conversation_id = any($2)',
    [tenant, conversations],
  )
  return rowCount
}
