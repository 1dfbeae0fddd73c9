/**
 * Who else got the same answer: answers of the same system that cite the same article, in a period, compared by keyed hashes of their
 * sentences. They are opened one after the other in this process and shown to nobody; what is kept is that they match.
 */
import type { Act } from '../../access/index.ts'
import type { Database, Row, Scope, Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import { type Key, type KeyRing, keyedHash, openJson, openWrapped, SealBroken } from '../../vault/index.ts'
import { comparedSentences, matchOf } from '../answer-sentences.ts'

/** Answers in one transaction. */
const BATCH = 200

export function hashSentences(ring: KeyRing, tenant: string, sentences: readonly string[]): Buffer[] {
  const key = ring.indexKey(tenant)
  return sentences.map((sentence) => keyedHash(key, 'answer-sentence', sentence))
}

export type Looked = { readonly answers: number; readonly ended: boolean }

/** Looks at no more than `most` answers, from where it stopped before; safe in two processes at once. */
export async function lookForSame(
  database: Database,
  ring: KeyRing,
  scope: Scope,
  { id, most }: { readonly id: string; readonly most: number },
  act: () => Act,
): Promise<Looked> {
  let answers = 0
  while (answers < most) {
    const done = await database.inTx(scope, (tx) => lookAtBatch(tx, ring, id, act()))
    answers += done.answers
    if (done.ended) return { answers, ended: true }
  }
  return { answers, ended: false }
}

type Looking = {
  client_id: string
  system_id: string
  conversation_id: string
  turn_seq: number
  source_id: string | null
  source_hash: string | null
  source_title: string | null
  sentences_hmac: Buffer[]
}

type Candidate = Row & {
  conversation_id: string
  seq: number
  call_id: string | null
  subject_id: string
  at: Date
  sealed: Buffer
  wrapped: Buffer
  epoch: number
  place_version: number
}

async function lookAtBatch(tx: Tx, ring: KeyRing, id: string, act: Act): Promise<Looked> {
  const { rows } = await tx.query<Looking>(
    `select w.client_id, w.system_id, w.conversation_id, w.turn_seq, w.source_id, w.source_hash, w.sentences_hmac,
       (select s ->> 'title' from ai_call a, jsonb_array_elements(a.facts -> 'sources') s where a.tenant_id = w.tenant_id and a.call_id = w.call_id and s ->> 'id' = w.source_id limit 1) as source_title
     from wrong_answer w where w.tenant_id = $1 and w.wrong_answer_id = $2 and w.look_ended_at is null for update of w`,
    [tenantOf(tx), id],
  )
  const [looking] = rows
  if (looking === undefined) return { answers: 0, ended: true }
  const candidates = looking.sentences_hmac.length === 0 ? [] : await candidatesOf(tx, id)
  const wrong = looking.sentences_hmac.map((hash) => hash.toString('hex'))
  const keys = new Map<string, Key>()
  for (const one of candidates) {
    const text = await textOf(ring, tenantOf(tx), one, keys)
    if (text === undefined) continue
    const theirs = hashSentences(ring, tenantOf(tx), comparedSentences(text, looking.source_title))
    const match = matchOf(
      wrong,
      theirs.map((hash) => hash.toString('hex')),
    )
    if (match !== undefined)
      await tx.query(
        `insert into wrong_answer_recipient (tenant_id, client_id, recipient_id, wrong_answer_id, conversation_id, subject_id, turn_seq, call_id, answered_at, match, shared)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (tenant_id, wrong_answer_id, conversation_id, turn_seq) do nothing`,
        [
          tenantOf(tx),
          looking.client_id,
          act.ids.next(),
          id,
          one.conversation_id,
          one.subject_id,
          one.seq,
          one.call_id,
          one.at,
          match.match,
          match.shared,
        ],
      )
  }
  const last = candidates.at(-1)
  const ended = candidates.length < BATCH
  await tx.query(
    `update wrong_answer w set looked = looked + $3, look_ended_at = $4,
       look_at = coalesce((select c.started_at from conversation c where c.tenant_id = w.tenant_id and c.conversation_id = $5), look_at),
       look_conversation = coalesce($5, look_conversation), look_seq = coalesce($6, look_seq)
     where tenant_id = $1 and wrong_answer_id = $2`,
    [tenantOf(tx), id, candidates.length, ended ? act.now : null, last?.conversation_id ?? null, last?.seq ?? null],
  )
  return { answers: candidates.length, ended }
}

/** The next answers of the same system that cite the same article, or of an answer without one: any of that system. */
async function candidatesOf(tx: Tx, id: string): Promise<Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `select t.conversation_id, t.seq, t.call_id, c.subject_id, coalesce(t.at, c.started_at) as at, t.sealed, k.wrapped, k.epoch, k.place_version
     from wrong_answer w
     join conversation c on c.tenant_id = w.tenant_id and c.client_id = w.client_id
     join turn t on t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id
     join subject_key k on k.tenant_id = c.tenant_id and k.subject_id = c.subject_id
     left join ai_call a on a.tenant_id = t.tenant_id and a.call_id = t.call_id
     where w.tenant_id = $1 and w.wrong_answer_id = $2
       and c.source <> 'audit' and c.state not in ('held', 'sealed') and t.role = 'ai' and t.sealed <> ''
       and coalesce(a.system_id, c.system_id) = w.system_id
       and c.started_at < w.look_until and coalesce(t.at, c.started_at) >= w.look_from and coalesce(t.at, c.started_at) < w.look_until
       and (t.conversation_id, t.seq) <> (w.conversation_id, w.turn_seq)
       and (w.source_id is null or exists (select 1 from jsonb_array_elements(a.facts -> 'sources') s
         where s ->> 'id' = w.source_id and (s ->> 'hash' is null or w.source_hash is null or s ->> 'hash' = w.source_hash)))
       and (w.look_at is null or (c.started_at, c.conversation_id, t.seq) > (w.look_at, w.look_conversation, w.look_seq))
     order by c.started_at, c.conversation_id, t.seq limit ${BATCH}`,
    [tenantOf(tx), id],
  )
  return rows
}

/** What the AI wrote, with pseudonyms and without the disclosure before it; undefined when it cannot be opened. */
async function textOf(
  ring: KeyRing,
  tenant: string,
  row: Candidate,
  keys: Map<string, Key>,
): Promise<string | undefined> {
  const { subject_id: subject, conversation_id: conversation, wrapped, epoch, place_version: placeVersion } = row
  const key = keys.get(subject) ?? (await openWrapped(ring, { tenant, subject }, { wrapped, epoch, placeVersion }))
  keys.set(subject, key)
  try {
    const { said, seen } = openJson(key, ['turn', 'sealed', tenant, conversation, String(row.seq)], row.sealed) as {
      said: string
      seen?: string
    }
    return seen ?? said
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** Looks in another period: what was found outside it and was told to nobody is left out. */
export async function lookElsewhere(
  tx: Tx,
  id: string,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<void> {
  const { rows } = await tx.query<{ look_from: Date; look_until: Date }>(
    `update wrong_answer set look_from = ($3::date)::timestamp at time zone 'Europe/Amsterdam', look_until = ($4::date + 1)::timestamp at time zone 'Europe/Amsterdam',
       look_at = null, look_conversation = null, look_seq = null, looked = 0, look_ended_at = null
     where tenant_id = $1 and wrong_answer_id = $2 returning look_from, look_until`,
    [tenantOf(tx), id, from, until],
  )
  await tx.query(
    `delete from wrong_answer_recipient r using wrong_answer w
     where r.tenant_id = $1 and r.wrong_answer_id = $2 and w.tenant_id = $1 and w.wrong_answer_id = $2 and r.told_at is null
       and (r.conversation_id, r.turn_seq) <> (w.conversation_id, w.turn_seq) and not (r.answered_at >= $3 and r.answered_at < $4)`,
    [tenantOf(tx), id, rows[0]!.look_from, rows[0]!.look_until],
  )
}
