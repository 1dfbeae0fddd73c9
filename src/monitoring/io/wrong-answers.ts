/** Wrong answers: reported, judged, listed and read. Notes are sealed under the key of the customer whose conversation it is. */
import type { z } from 'zod'
import { type Act, addView, openingOf } from '../../access/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { recordEvent, tenantOf } from '../../records/index.ts'
import { readsContentAs } from '../../records/rules.ts'
import { existingKey, type Key, KeyDestroyed, type KeyRing, openJson, sealJson } from '../../vault/index.ts'
import { comparedSentences } from '../answer-sentences.ts'
import type { WrongAnswerLine, WrongKind, WrongState, wrongAnswerQuery } from '../contract.ts'
import { mayMove, usualLook, type WrongFacts, type WrongMove } from '../wrong-answer.ts'
import { hashSentences } from './look.ts'

export const wrongPlace = (tenant: string, id: string): string[] => ['wrong_answer', 'sealed', tenant, id]
const turnPlace = (tenant: string, conversation: string, seq: number): string[] => [
  'turn',
  'sealed',
  tenant,
  conversation,
  String(seq),
]

export type Report = {
  /** Waarborg's id. */
  readonly conversation: string
  readonly turn?: number | undefined
  readonly call?: string | undefined
  readonly kind: WrongKind
  readonly note: string | null
  readonly rightAnswer: string | null
  readonly via: 'staff' | 'api'
}

type AnswerRow = Row & {
  client_id: string
  subject_id: string
  seq: number
  role: string
  call_id: string | null
  at: Date
  sealed: Buffer
  system_id: string | null
  version_id: string | null
  source_id: string | null
  source_title: string | null
  source_hash: string | null
}

/** One turn, or the turn of one call, of a conversation with a customer. */
async function answerOf(tx: Tx, { conversation, turn, call }: Report): Promise<AnswerRow> {
  const { rows } = await tx.query<AnswerRow>(
    `select c.client_id, c.subject_id, t.seq, t.role, t.call_id, coalesce(t.at, c.started_at) as at, t.sealed,
       coalesce(a.system_id, c.system_id) as system_id, a.version_id,
       a.facts -> 'sources' -> 0 ->> 'id' as source_id, a.facts -> 'sources' -> 0 ->> 'title' as source_title, a.facts -> 'sources' -> 0 ->> 'hash' as source_hash
     from conversation c
     join turn t on t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and (t.seq = $3 or (t.call_id = $4 and t.role = 'ai'))
     left join ai_call a on a.tenant_id = t.tenant_id and a.call_id = t.call_id
     where c.tenant_id = $1 and c.conversation_id = $2 and c.source <> 'audit' and c.state not in ('held', 'sealed')
     order by t.seq limit 1 for update of c`,
    [tenantOf(tx), conversation, turn ?? null, call ?? null],
  )
  const [row] = rows
  const param = turn === undefined ? 'call' : 'turn'
  if (row === undefined) throw new ApiError(404, 'turn_unknown', { param })
  if (row.role !== 'ai' || row.system_id === null) throw new ApiError(422, 'turn_of_person', { param })
  return row
}

/**
 * Puts on record that an answer of the AI was wrong, by which sentences it can be found elsewhere, and its own customer as the first who
 * got it. Errors: `turn_unknown` (404), `turn_of_person` (422), `answer_reported` (409: this answer, or one that it was found to be
 * the same as), `answer_gone` (409: nothing can be read of it any more).
 */
export async function reportWrongAnswer(
  tx: Tx,
  ring: KeyRing,
  report: Report,
  act: Act,
): Promise<{ readonly id: string; readonly turn: number; readonly record: string }> {
  const tenant = tenantOf(tx)
  const { conversation, kind, via } = report
  const answer = await answerOf(tx, report)
  const { client_id: client, subject_id: subject, seq } = answer
  await refuseReported(tx, conversation, seq, report.turn === undefined ? 'call' : 'turn')
  const key = await keyIfThere(tx, ring, subject)
  const said = key && answer.sealed.length > 0 ? openTurn(key, tenant, conversation, seq, answer.sealed) : undefined
  const sentences = said === undefined ? [] : comparedSentences(said.seen ?? said.said, answer.source_title)
  if (key === undefined || sentences.length === 0) throw new ApiError(409, 'answer_gone')
  const id = act.ids.next()
  const { note, rightAnswer } = report
  const record = await recordEvent(tx, act, {
    type: 'answer.reported',
    client,
    subject,
    refs: {
      answer: id,
      conversation,
      system: answer.system_id!,
      ...(answer.call_id === null ? {} : { call: answer.call_id }),
    },
    body: { kind, via, turn: seq, source: answer.source_id, sourceHash: answer.source_hash },
  })
  const look = usualLook(answer.at, act.now)
  await tx.query(
    `insert into wrong_answer (tenant_id, client_id, wrong_answer_id, conversation_id, subject_id, turn_seq, call_id, system_id, version_id, source_id, source_hash,
       kind, via, reported_by, reported_at, state, sentences_hmac, look_from, look_until, sealed, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'reported', $16, $17, $18, $19, $20)`,
    [
      tenant,
      client,
      id,
      conversation,
      subject,
      seq,
      answer.call_id,
      answer.system_id,
      answer.version_id,
      answer.source_id,
      answer.source_hash,
      kind,
      via,
      tx.scope.actor.id,
      act.now,
      hashSentences(ring, tenant, sentences),
      look.from,
      look.until,
      note === null && rightAnswer === null ? null : sealJson(key, wrongPlace(tenant, id), { note, rightAnswer }),
      record,
    ],
  )
  await tx.query(
    `insert into wrong_answer_recipient (tenant_id, client_id, recipient_id, wrong_answer_id, conversation_id, subject_id, turn_seq, call_id, answered_at, match, shared)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'same', $10)`,
    [tenant, client, act.ids.next(), id, conversation, subject, seq, answer.call_id, answer.at, sentences.length],
  )
  return { id, turn: seq, record }
}

async function refuseReported(tx: Tx, conversation: string, seq: number, param: string): Promise<void> {
  const { rowCount } = await tx.query(
    `select 1 from wrong_answer_recipient r join wrong_answer w on w.tenant_id = r.tenant_id and w.wrong_answer_id = r.wrong_answer_id
     where r.tenant_id = $1 and r.conversation_id = $2 and r.turn_seq = $3 and r.match = 'same' and w.state <> 'rejected' limit 1`,
    [tenantOf(tx), conversation, seq],
  )
  if (rowCount > 0) throw new ApiError(409, 'answer_reported', { param })
}

export async function keyIfThere(tx: Tx, ring: KeyRing, subject: string): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}

export type OpenedTurn = { readonly said: string; readonly seen?: string }
export const openTurn = (key: Key, tenant: string, conversation: string, seq: number, sealed: Buffer): OpenedTurn =>
  openJson(key, turnPlace(tenant, conversation, seq), sealed) as OpenedTurn

// -- judging --------------------------------------------------------------------------------------------------------

export type Moved = WrongFacts & { readonly client: string; readonly subject: string; readonly conversation: string }

/** The row, locked, when this may be done with it now. Errors: `answer_unknown` (404), those of `mayMove` (403, 409). */
export async function lockForMove(tx: Tx, id: string, move: WrongMove): Promise<Moved> {
  const { rows } = await tx.query<Moved & Row>(
    `select client_id as client, subject_id as subject, conversation_id as conversation, state, reported_by as "reportedBy", look_ended_at is not null as "lookedEverywhere"
     from wrong_answer where tenant_id = $1 and wrong_answer_id = $2 for update`,
    [tenantOf(tx), id],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'answer_unknown')
  const refused = mayMove(row, move, tx.scope.actor.id)
  if (refused !== null) throw new ApiError(refused === 'own_report' ? 403 : 409, refused)
  return row
}

/** Confirms or rejects it. Confirmed, it is looked for once more, up to now; rejected, not any more. */
export async function judgeWrongAnswer(
  tx: Tx,
  id: string,
  decision: 'confirmed' | 'rejected',
  act: Act,
): Promise<{ readonly record: string }> {
  const { client, subject, conversation } = await lockForMove(tx, id, decision === 'confirmed' ? 'confirm' : 'reject')
  const record = await recordEvent(tx, act, {
    type: decision === 'confirmed' ? 'answer.confirmed' : 'answer.rejected',
    client,
    subject,
    refs: { answer: id, conversation },
    body: {},
  })
  await tx.query(
    `update wrong_answer set state = $3, decided_by = $4, decided_at = $5,
       ${
         decision === 'rejected'
           ? 'look_ended_at = coalesce(look_ended_at, $5)'
           : 'look_until = greatest(look_until, $5), look_at = null, look_conversation = null, look_seq = null, looked = 0, look_ended_at = null'
       }
     where tenant_id = $1 and wrong_answer_id = $2`,
    [tenantOf(tx), id, decision, tx.scope.actor.id, act.now],
  )
  return { record }
}

// -- lists ----------------------------------------------------------------------------------------------------------

/** Recipients that can still be told: not erased, and with something left to read. `r` a recipient. */
export const reachable = `exists (select 1 from conversation rc join data_subject rs on rs.tenant_id = rc.tenant_id and rs.subject_id = rc.subject_id
  where rc.tenant_id = r.tenant_id and rc.conversation_id = r.conversation_id and rs.erased_at is null and rc.contents_ended_at is null)`

/** Recipients whose conversation was not told yet, nor of this turn by another report, and can still be. */
export const untold = `${reachable} and not exists (select 1 from wrong_answer_recipient o where o.tenant_id = r.tenant_id
  and o.conversation_id = r.conversation_id and o.told_at is not null and (o.wrong_answer_id = r.wrong_answer_id or o.turn_seq = r.turn_seq))`

const PAGE = 100
const SOURCES = 20

const lineColumns = `w.wrong_answer_id as id, w.conversation_id as conversation, w.turn_seq as turn, w.client_id as client, w.system_id as system, w.version_id as version,
  w.source_id, w.source_hash, w.kind, w.state, w.via, w.reported_by, w.reported_at, w.decided_at, w.corrected_at, w.look_ended_at, w.reach,
  (select s ->> 'title' from ai_call a, jsonb_array_elements(a.facts -> 'sources') s where a.tenant_id = w.tenant_id and a.call_id = w.call_id and s ->> 'id' = w.source_id limit 1) as source_title,
  n.same, n.shared, n.told, n.waiting`
const lineFrom = `wrong_answer w cross join lateral (
  select count(distinct r.conversation_id) filter (where r.match = 'same')::int as same,
    count(distinct r.conversation_id) filter (where r.match = 'shared')::int as shared,
    count(distinct r.conversation_id) filter (where r.told_at is not null)::int as told,
    count(distinct r.conversation_id) filter (where w.state = 'corrected' and (w.reach = 'shared' or r.match = 'same') and ${untold})::int as waiting
  from wrong_answer_recipient r where r.tenant_id = w.tenant_id and r.wrong_answer_id = w.wrong_answer_id) n`

type LineRow = Row & {
  id: string
  conversation: string
  turn: number
  client: string
  system: string
  version: string | null
  source_id: string | null
  source_title: string | null
  source_hash: string | null
  kind: WrongKind
  state: WrongState
  via: 'staff' | 'api'
  reported_by: string
  reported_at: Date
  decided_at: Date | null
  corrected_at: Date | null
  look_ended_at: Date | null
  reach: 'same' | 'shared' | null
  same: number
  shared: number
  told: number
  waiting: number
}

const lineOf = (row: LineRow, reader: string): WrongAnswerLine => ({
  id: row.id,
  conversation: row.conversation,
  turn: row.turn,
  client: row.client,
  system: row.system,
  version: row.version,
  source: row.source_id === null ? null : { id: row.source_id, title: row.source_title, hash: row.source_hash },
  kind: row.kind,
  state: row.state,
  via: row.via,
  reportedAt: row.reported_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
  correctedAt: row.corrected_at?.toISOString() ?? null,
  recipients: { same: row.same, shared: row.shared, told: row.told, waiting: row.waiting },
  lookedEverywhere: row.look_ended_at !== null,
  mine: row.reported_by === reader,
})

/** The latest reported first, and the articles that were cited most in answers that are not rejected. */
export async function listWrongAnswers(
  tx: Tx,
  { state, system, source }: z.output<typeof wrongAnswerQuery>,
  reader: string,
) {
  const { rows } = await tx.query<LineRow>(
    `select ${lineColumns} from ${lineFrom} where w.tenant_id = $1 and ($2::text is null or w.state = $2) and ($3::text is null or w.system_id = $3) and ($4::text is null or w.source_id = $4)
     order by w.reported_at desc, w.wrong_answer_id desc limit ${PAGE + 1}`,
    [tenantOf(tx), state ?? null, system ?? null, source ?? null],
  )
  return {
    wrongAnswers: rows.slice(0, PAGE).map((row) => lineOf(row, reader)),
    more: rows.length > PAGE,
    sources: await citedSources(tx),
  }
}

/** One of them, without contents. Errors: `answer_unknown` (404). */
export async function lineWrongAnswer(tx: Tx, id: string, reader: string): Promise<WrongAnswerLine> {
  const { rows } = await tx.query<LineRow>(
    `select ${lineColumns} from ${lineFrom} where w.tenant_id = $1 and w.wrong_answer_id = $2`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'answer_unknown')
  return lineOf(rows[0], reader)
}

async function citedSources(tx: Tx) {
  const { rows } = await tx.query<{
    id: string
    title: string | null
    hash: string | null
    system: string
    answers: number
    recipients: number
  }>(
    `select w.source_id as id, w.source_hash as hash, w.system_id as system, count(distinct w.wrong_answer_id)::int as answers, count(distinct r.conversation_id)::int as recipients,
       max((select s ->> 'title' from ai_call a, jsonb_array_elements(a.facts -> 'sources') s where a.tenant_id = w.tenant_id and a.call_id = w.call_id and s ->> 'id' = w.source_id limit 1)) as title
     from wrong_answer w join wrong_answer_recipient r on r.tenant_id = w.tenant_id and r.wrong_answer_id = w.wrong_answer_id
     where w.tenant_id = $1 and w.source_id is not null and w.state <> 'rejected' group by 1, 2, 3 order by answers desc, recipients desc, id limit ${SOURCES}`,
    [tenantOf(tx)],
  )
  return rows.map(({ id, title, hash, system, answers, recipients }) => ({
    source: { id, title, hash },
    system,
    answers,
    recipients,
  }))
}

export type Reader = { readonly id: string; readonly roles: readonly string[] }
/** Recipients on one page. */
const LIST = 200

/**
 * One of them with everybody who got the answer. The answer and the notes are opened for who may read the conversation now, and that is a look on
 * record. Errors: `answer_unknown` (404).
 */
export async function readWrongAnswer(tx: Tx, ring: KeyRing, id: string, reader: Reader, act: Act) {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<
    LineRow & { subject: string; look_from: Date; look_until: Date; looked: number; correction: Buffer | null }
  >(
    `select ${lineColumns}, w.subject_id as subject, w.look_from, w.look_until, w.looked, w.correction from ${lineFrom} where w.tenant_id = $1 and w.wrong_answer_id = $2`,
    [tenant, id],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'answer_unknown')
  const contents = await contentsOf(tx, ring, row, reader, act)
  const list = await recipientsOf(tx, id)
  return {
    ...lineOf(row, reader.id),
    looked: { from: row.look_from.toISOString(), until: row.look_until.toISOString(), answers: row.looked },
    ...contents,
    reach: row.reach,
    correction: row.correction,
    list: list.slice(0, LIST),
    listMore: list.length > LIST,
  }
}

type Contents = {
  readonly contents: 'open' | 'reason_needed' | 'closed'
  readonly answer: string | null
  readonly note: string | null
  readonly rightAnswer: string | null
}
const closed = { answer: null, note: null, rightAnswer: null }

async function contentsOf(
  tx: Tx,
  ring: KeyRing,
  { id, conversation, turn, subject, client }: LineRow & { subject: string },
  reader: Reader,
  act: Act,
): Promise<Contents> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ state: string; turn: Buffer; sealed: Buffer | null }>(
    `select c.state, t.sealed as turn, w.sealed from wrong_answer w
     join conversation c on c.tenant_id = w.tenant_id and c.conversation_id = w.conversation_id
     join turn t on t.tenant_id = w.tenant_id and t.conversation_id = w.conversation_id and t.seq = w.turn_seq
     where w.tenant_id = $1 and w.wrong_answer_id = $2`,
    [tenant, id],
  )
  const [row] = rows
  const role = row && readsContentAs(reader.roles, row.state)
  const key = role === undefined ? undefined : await keyIfThere(tx, ring, subject)
  if (row === undefined || role === undefined || key === undefined || row.turn.length === 0)
    return { contents: 'closed', ...closed }
  const opening = await openingOf(tx, { person: reader.id, conversation }, act.now)
  if (opening === undefined) return { contents: 'reason_needed', ...closed }
  await addView(tx, { person: reader.id, client, subject, conversation, role, ...opening }, act)
  const told =
    row.sealed === null
      ? { note: null, rightAnswer: null }
      : (openJson(key, wrongPlace(tenant, id), row.sealed) as { note: string | null; rightAnswer: string | null })
  return {
    contents: 'open',
    answer: openTurn(key, tenant, conversation, turn, row.turn).said,
    note: told.note,
    rightAnswer: told.rightAnswer,
  }
}

async function recipientsOf(tx: Tx, id: string) {
  const { rows } = await tx.query<{
    conversation: string
    turn: number
    answered_at: Date
    match: 'same' | 'shared'
    told_at: Date | null
    record: string | null
  }>(
    `select conversation_id as conversation, turn_seq as turn, answered_at, match, told_at, record from wrong_answer_recipient
     where tenant_id = $1 and wrong_answer_id = $2 order by match = 'same' desc, answered_at desc, recipient_id desc limit ${LIST + 1}`,
    [tenantOf(tx), id],
  )
  return rows.map(({ answered_at, told_at, record, ...row }) => ({
    ...row,
    answeredAt: answered_at.toISOString(),
    toldAt: told_at?.toISOString() ?? null,
    receipt: record,
  }))
}
