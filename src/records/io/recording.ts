/** What a platform records by itself: a conversation as turns, or as a vCon; only on a ground, and only once. */
import type { z } from 'zod'
import type { Act } from '../../access/index.ts'
import { findEntries } from '../../ledger/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Scope, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { RecordRequest, recordReply } from '../contract.ts'
import { decideTurns } from '../conversation.ts'
import { type Ground, readerTools, storeSink } from '../ingest/index.ts'
import { type ImportedConversation, readVcon } from '../ingest/rules.ts'
import {
  defaultsOf,
  endConversation,
  type FoundConversation,
  findConversation,
  knownTurns,
  openConversation,
  recordTurns,
} from './conversations.ts'
import { recordEvent, tenantOf } from './event.ts'
import { findSubjects } from './subjects.ts'

type Reply = z.input<typeof recordReply>

/** The register's answer about a ground; from the folder above. */
export type DecideGround = (
  tx: Tx,
  asked: {
    readonly client: string
    readonly purpose: string
    readonly subject: string
    readonly conversation: string
    readonly system?: string
  },
  now: Date,
) => Promise<Ground>

export type RecordingDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  readonly decideGround: DecideGround
}
export type Platform = { readonly scope: Scope; readonly client: string; readonly system: string }

/**
 * Records turns of one conversation. Without a ground nothing is kept, and that is recorded. Errors: those of opening,
 * `consent_missing`, `consent_withdrawn`, `objected`, `prohibited_practice` (403), `idempotency_conflict` (409),
 * `turn_gap` (422), `conversation_ended`, `conversation_erased` (409).
 */
export async function recordConversation(
  deps: RecordingDeps,
  platform: Platform,
  body: RecordRequest,
  now: Date,
): Promise<Reply> {
  const act = { now, ids: deps.ids }
  const result = await deps.database.inTx(platform.scope, async (tx): Promise<Reply | { readonly refused: string }> => {
    const refused = await refusedGround(tx, deps, platform, body, act)
    if (refused !== undefined) return { refused }
    const conversation = await openConversation(
      tx,
      deps.ring,
      {
        client: platform.client,
        system: platform.system,
        conversation: body.id,
        reference: body.subject,
        purpose: body.purpose,
        channel: body.channel,
        language: body.language,
        source: 'platform',
        startedAt: dateOf(body.startedAt ?? body.turns[0]?.at),
      },
      act,
    )
    return addTurns(tx, deps, conversation, body, act)
  })
  if ('refused' in result) throw new ApiError(403, result.refused, { param: 'purpose' })
  return result
}

/** The code of a refusal, whose entry is written; undefined when there is a ground. Nothing else is written before. */
async function refusedGround(
  tx: Tx,
  { ring, decideGround }: RecordingDeps,
  { client, system }: Platform,
  body: RecordRequest,
  act: Act,
): Promise<string | undefined> {
  const found = body.id === undefined ? undefined : await findConversation(tx, ring, client, body.id)
  const [known] = body.subject === undefined ? [] : await findSubjects(tx, ring, [{ client, reference: body.subject }])
  const { purpose } =
    found ??
    (await defaultsOf(tx, { client, system, purpose: body.purpose, channel: body.channel, language: body.language }))
  // Whom the caller names counts, also where the conversation began without a name: it becomes theirs. Someone new has
  // no answers on record: an id that stands for nobody finds none.
  const about = body.subject === undefined ? found?.subject : known?.id
  const ground = await decideGround(
    tx,
    {
      client,
      purpose,
      subject: about ?? act.ids.next(),
      conversation: found?.conversation ?? act.ids.next(),
      system,
    },
    act.now,
  )
  if (ground.ground === 'allowed') return undefined
  await recordEvent(tx, act, {
    type: 'conversation.refused',
    client,
    subject: about ?? found?.subject ?? null,
    refs: {
      system,
      purpose,
      ...(found === undefined || found.subject !== about ? {} : { conversation: found.conversation }),
      ...(ground.record === undefined ? {} : { consent: ground.record }),
    },
    body: { code: ground.reason },
  })
  return ground.reason
}

async function addTurns(
  tx: Tx,
  { ring }: RecordingDeps,
  conversation: FoundConversation,
  body: RecordRequest,
  act: Act,
): Promise<Reply> {
  const from = body.from ?? 1
  // Half a surrogate pair is no text: it becomes U+FFFD, as everywhere where text is decoded.
  const given = body.turns.map(({ role, text, at }) => ({ role, said: text.toWellFormed(), at: dateOf(at) ?? null }))
  const decision = decideTurns(given, from, conversation.turnCount, await turnsOnRecord(tx, ring, conversation, from))
  if ('refused' in decision) {
    if (decision.refused === 'turn_gap')
      throw new ApiError(422, 'turn_gap', { values: { expected: decision.seq }, param: 'from' })
    throw new ApiError(409, 'idempotency_conflict', { param: `turns[${decision.seq - from}]` })
  }
  if (decision.add.length > 0 && conversation.endedAt !== null) throw new ApiError(409, 'conversation_ended')
  const written = decision.add.length === 0 ? undefined : await recordTurns(tx, ring, conversation, decision.add, act)
  if (body.endedAt !== undefined) await endConversation(tx, conversation, new Date(body.endedAt), act)
  return {
    conversation: conversation.conversation,
    state: 'normal',
    turns: written === undefined ? null : { from: written.from, to: written.to },
    known: decision.known,
    proof: written === undefined ? null : { event: written.event },
  }
}

async function turnsOnRecord(tx: Tx, ring: KeyRing, conversation: FoundConversation, from: number) {
  if (from > conversation.turnCount) return []
  try {
    return await knownTurns(tx, ring, conversation, from)
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') throw new ApiError(409, 'conversation_erased')
    throw error
  }
}

// -- vCon -------------------------------------------------------------------------------------------------------------

/**
 * Records a vCon by the rules of importing: read as far as it can be, kept apart without a ground, the same one once.
 * Errors: `conversation_unreadable` (422), `recording_refused` (403), `purpose_unknown` (404).
 */
export async function recordVcon(
  deps: RecordingDeps & { readonly clock: Clock },
  platform: Platform,
  vcon: unknown,
  named: { readonly purpose: string | undefined; readonly subject: string | undefined },
): Promise<Reply> {
  const now = deps.clock.now()
  const read = readVcon(Buffer.from(JSON.stringify(vcon)), { file: 'request' }, readerTools(now))
  if (read.kind === 'refused')
    throw new ApiError(422, 'conversation_unreadable', { values: { reason: read.problem.code } })
  const conversation: ImportedConversation =
    named.subject === undefined ? read.conversation : { ...read.conversation, subjectReference: named.subject }
  const { purpose, basis } = await deps.database.inTx(platform.scope, (tx) => purposeOf(tx, platform, named.purpose), {
    readOnly: true,
  })
  const sink = storeSink({
    database: deps.database,
    keys: deps.ring,
    ids: deps.ids,
    clock: deps.clock,
    scope: platform.scope,
    client: platform.client,
    purpose,
    basis,
    decideGround: (tx, asked) => deps.decideGround(tx, { ...asked, system: platform.system }, now),
  })
  const outcome = await sink.take(conversation)
  if (outcome.state === 'refused' && !('conversation' in outcome && outcome.conversation !== undefined)) {
    const { code } = outcome.problem
    if (code === 'no_recording' || code === 'objected') throw new ApiError(403, 'recording_refused')
    throw new ApiError(422, 'conversation_unreadable', { values: { reason: code } })
  }
  const id = outcome.conversation ?? ''
  return deps.database.inTx(
    platform.scope,
    async (tx): Promise<Reply> => {
      const stored = await findConversation(tx, deps.ring, platform.client, id)
      const [entry] = await findEntries(tx, { conversation: id, type: 'conversation.imported' }, { limit: 1 })
      const count = stored?.turnCount ?? 0
      const isNew = outcome.state !== 'duplicate'
      return {
        conversation: id,
        state: (stored?.state ?? 'normal') as Reply['state'],
        turns: isNew && count > 0 ? { from: 1, to: count } : null,
        known: isNew ? 0 : count,
        proof: entry === undefined ? null : { event: entry.id },
      }
    },
    { readOnly: true },
  )
}

async function purposeOf(
  tx: Tx,
  { client, system }: Platform,
  named: string | undefined,
): Promise<{ purpose: string; basis: string }> {
  const { purpose } = await defaultsOf(tx, { client, system, purpose: named, channel: undefined, language: undefined })
  const { rows } = await tx.query<{ basis: string }>(
    'select basis from purpose where tenant_id = $1 and client_id = $2 and purpose_id = $3',
    [tenantOf(tx), client, purpose],
  )
  return { purpose, basis: rows[0]?.basis ?? 'consent' }
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}
