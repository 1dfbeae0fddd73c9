/** Requests of data subjects: made, extended, decided and carried out, each step with its entry in one transaction. */
import type { z } from 'zod'
import type { Act } from '../../../access/index.ts'
import { dayIn } from '../../../deadlines/index.ts'
import { findEntries } from '../../../ledger/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Language } from '../../../platform/text.ts'
import {
  type CaseChange,
  changeCase,
  type LetterParts,
  lockCase,
  openCase,
  recordEvent,
  tenantOf,
} from '../../../records/index.ts'
import type { SubjectPlace } from '../../../records/rules.ts'
import { type KeyRing, sealJson, subjectKey } from '../../../vault/index.ts'
import { appendConsent, loadPerson, lockSubject } from '../../store.ts'
import type {
  Asked,
  decideRequest,
  extendRequest,
  LetterView,
  RequestDetail,
  RequestSummary,
  requestBody,
} from '../contract.ts'
import { type Answer, decidedLetter, extendedLetter, liftedLetter, receivedLetter } from '../letter.ts'
import {
  articleOf,
  clockState,
  decideAsker,
  decisionRefusal,
  dueOf,
  extensionRefusal,
  groundsOf,
  momentOn,
  type RequestKind,
  type RequestState,
  receivedRefusal,
  type StaffChannel,
} from '../request.ts'
import { aboutClient, type ClientAbout, makeCopy, recipientsOf } from './copies.ts'
import { eraseSubject, holdsOf } from './erasure.ts'
import {
  caseOfRequest,
  type LastMail,
  lastMail,
  lettersTo,
  type MailNow,
  sealWritten,
  tellOf,
  viewOf,
  writtenIn,
} from './request-letters.ts'

export type RightsParts = LetterParts & {
  /** Sends the last letter to somebody who is erased; absent: no mail leaves from here. */
  readonly mailNow?: MailNow | undefined
  readonly backupsUntil: (now: Date) => Date | null
}

type RequestRow = Row & {
  request_id: string
  client_id: string
  subject_id: string
  conversation_id: string | null
  kind: RequestKind
  via: RequestSummary['via']
  by_whom: RequestSummary['by']
  identity: RequestDetail['identity']
  mandate: string | null
  representative_id: string | null
  channel: RequestDetail['channel']
  recorded_by: string
  recorded_at: Date | null
  language: Language
  state: RequestState
  received_at: Date
  due_strict: string
  due_latest: string
  extended_at: Date | null
  extension_reason: RequestDetail['extensionReason']
  decision: RequestSummary['decision']
  grounds: RequestDetail['grounds']
  decided_at: Date | null
  decided_by: string | null
  outcome: Record<string, number> | null
  sealed: Buffer | null
}

const columns = `r.*, r.due_strict::text as due_strict, r.due_latest::text as due_latest`

// -- making -----------------------------------------------------------------------------------------------------------

export type NewRequest = {
  readonly client: string
  readonly subject: string
  readonly conversation: string | null
  readonly kind: RequestKind
  readonly via: RequestSummary['via']
  readonly by: RequestSummary['by']
  readonly identity: RequestDetail['identity']
  /** The record by which a representative says that they ask; absent: whichever counts. */
  readonly representative?: string | undefined
  readonly mandate: string | null
  readonly recordedBy: string
  /** How it came in to staff, and on which day of the client's time zone; absent: now. */
  readonly channel?: StaffChannel
  readonly receivedOn?: string | undefined
  readonly language: Language
  readonly asked: Asked
}

/**
 * Puts a request in the register with its term, which runs from the day it came in. Errors: `conversation_erased` (409), those
 * of `decideAsker` (403), `correction_needed`, `received_future`, `received_too_early` (422), `request_open` (409: the same
 * right was asked for and not answered yet).
 */
export async function makeRequest(
  tx: Tx,
  { ring, post }: LetterParts,
  wanted: NewRequest,
  act: Act,
): Promise<{
  id: string
  kind: RequestKind
  dueStrict: string
  dueLatest: string
  letter: LetterView
  receipt: string
}> {
  const state = await lockSubject(tx, wanted.subject)
  if (state === undefined || state.erased) throw new ApiError(409, 'conversation_erased')
  const asker = decideAsker(
    {
      person: await loadPerson(tx, wanted.subject),
      by: wanted.by,
      representative: wanted.representative,
      purposes: aboutPurposes(wanted),
    },
    act.now,
  )
  if (!asker.may) throw new ApiError(403, asker.code, { param: 'by' })
  if (wanted.kind === 'rectification' && !wanted.asked.shouldBe?.trim())
    throw new ApiError(422, 'correction_needed', { param: 'shouldBe' })
  const open = await openOfKind(tx, wanted)
  if (open !== undefined && wanted.kind !== 'rectification')
    throw new ApiError(409, 'request_open', { values: { request: open } })
  const about = await aboutClient(tx, wanted.client)
  const receivedAt = receivedMoment(wanted.receivedOn, about.timeZone, act.now)
  const due = dueOf(receivedAt, false, about.timeZone)
  const id = act.ids.next()
  const tenant = tenantOf(tx)
  await tx.query(
    `insert into data_request (tenant_id, client_id, request_id, subject_id, conversation_id, kind, via, by_whom, identity, mandate, recorded_by, language, state, received_at, due_strict, due_latest, sealed,
       representative_id, channel, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'received', $13, $14, $15, $16, $17, $18, $19)`,
    [
      tenant,
      wanted.client,
      id,
      wanted.subject,
      wanted.conversation,
      wanted.kind,
      wanted.via,
      wanted.by,
      wanted.identity,
      wanted.mandate,
      wanted.recordedBy,
      wanted.language,
      receivedAt,
      due.strict,
      due.latest,
      await sealWritten(tx, ring, { id, ...wanted }, { asked: wanted.asked, letters: [] }, act.now),
      asker.representative,
      wanted.channel ?? null,
      act.now,
    ],
  )
  const receipt = await entry(
    tx,
    act,
    'received',
    { ...wanted, id, representative: asker.representative },
    {
      kind: wanted.kind,
      via: wanted.via,
      by: wanted.by,
      identity: wanted.identity,
      ...(wanted.channel === undefined ? {} : { channel: wanted.channel }),
      receivedOn: dayIn(receivedAt, about.timeZone),
      dueStrict: due.strict,
      dueLatest: due.latest,
    },
  )
  const reference = await openRequestCase(tx, wanted, { id, receivedAt, record: receipt }, act)
  const letter = receivedLetter(
    { kind: wanted.kind, id: reference, receivedAt, organisation: about.name },
    due.strict,
    wanted.language,
    act.now,
  )
  const sent = await tellOf(tx, { ring, post }, { id, ...wanted }, letter, { person: null, act })
  return { id, kind: wanted.kind, dueStrict: due.strict, dueLatest: due.latest, letter: sent, receipt }
}

/** The same request in the work list, with its term; returns the number that people say. */
async function openRequestCase(
  tx: Tx,
  wanted: NewRequest,
  { id, receivedAt, record }: { readonly id: string; readonly receivedAt: Date; readonly record: string },
  act: Act,
): Promise<string> {
  const { reference } = await openCase(
    tx,
    {
      id,
      kind: 'request',
      client: wanted.client,
      subject: wanted.subject,
      conversation: wanted.conversation,
      decision: null,
      system: null,
      version: null,
      via: wanted.via === 'api' ? 'api' : wanted.via === 'portal' ? 'portal' : 'staff',
      language: wanted.language,
      state: 'received',
      nextAct: 'answer',
      openedAt: receivedAt,
      clocks: [{ clock: 'answer', rule: 'gdpr.12.3.month' }],
      record,
    },
    act,
  )
  return reference
}

/** Moves it there too; one from before there was a work list has none. */
async function moveRequestCase(tx: Tx, id: string, change: CaseChange, now: Date): Promise<void> {
  if ((await caseOfRequest(tx, id)) !== undefined) await changeCase(tx, await lockCase(tx, id), change, now)
}

/** A mandate for some purposes covers an objection to those; every other right is about all that is known. */
const aboutPurposes = ({ kind, asked }: Pick<NewRequest, 'kind' | 'asked'>): readonly string[] | null =>
  kind === 'objection' && asked.purposes !== undefined && asked.purposes.length > 0 ? asked.purposes : null

function receivedMoment(receivedOn: string | undefined, timeZone: string, now: Date): Date {
  const today = dayIn(now, timeZone)
  if (receivedOn === undefined || receivedOn === today) return now
  const refused = receivedRefusal(receivedOn, today)
  if (refused !== undefined) throw new ApiError(422, refused, { param: 'receivedOn' })
  return momentOn(receivedOn, timeZone)
}

async function openOfKind(
  tx: Tx,
  { subject, kind }: Pick<NewRequest, 'subject' | 'kind'>,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ request_id: string }>(
    'select request_id from data_request where tenant_id = $1 and subject_id = $2 and kind = $3 and decided_at is null limit 1',
    [tenantOf(tx), subject, kind],
  )
  return rows[0]?.request_id
}

function entry(
  tx: Tx,
  act: Act,
  step: 'received' | 'extended' | 'decided' | 'completed',
  of: {
    readonly id: string
    readonly client: string
    readonly subject: string
    readonly conversation: string | null
    readonly representative?: string | null
  },
  body: z.input<typeof requestBody>,
): Promise<string> {
  return recordEvent(tx, act, {
    type: `request.${step}`,
    client: of.client,
    subject: of.subject,
    refs: {
      request: of.id,
      ...(of.conversation === null ? {} : { conversation: of.conversation }),
      ...(of.representative == null ? {} : { representative: of.representative }),
    },
    body: body as NonNullable<Parameters<typeof recordEvent>[2]['body']>,
  })
}

// -- reading ----------------------------------------------------------------------------------------------------------

function summaryOf(row: RequestRow, today: string): RequestSummary {
  return {
    id: row.request_id,
    client: row.client_id,
    subject: row.subject_id,
    conversation: row.conversation_id,
    kind: row.kind,
    via: row.via,
    by: row.by_whom,
    state: row.state,
    receivedAt: row.received_at.toISOString(),
    dueStrict: row.due_strict,
    dueLatest: row.due_latest,
    clock: clockState(
      { decided: row.decided_at !== null, dueStrict: row.due_strict, dueLatest: row.due_latest },
      today,
    ),
    decision: row.decision,
    decidedAt: row.decided_at?.toISOString() ?? null,
  }
}

/** Open ones first, the soonest due first; then the last hundred that were answered. */
export async function listRequests(tx: Tx, now: Date, subject?: string): Promise<RequestSummary[]> {
  const of = '($2::text is null or r.subject_id = $2)'
  const { rows } = await tx.query<RequestRow & { time_zone: string }>(
    `select * from (
       (select ${columns}, c.profile -> 'handoff' ->> 'timezone' as time_zone from data_request r join client c using (tenant_id, client_id)
        where r.tenant_id = $1 and r.decided_at is null and ${of} order by r.due_strict, r.request_id limit 500)
       union all
       (select ${columns}, c.profile -> 'handoff' ->> 'timezone' as time_zone from data_request r join client c using (tenant_id, client_id)
        where r.tenant_id = $1 and r.decided_at is not null and ${of} order by r.decided_at desc, r.request_id limit 100)) as listed`,
    [tenantOf(tx), subject ?? null],
  )
  return rows.map((row) => summaryOf(row, dayIn(now, row.time_zone)))
}

/** The whole request; what was written is opened only for who may read it, and that look is an entry. Errors: `request_unknown` (404). */
export async function readRequest(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reader: { readonly role: string | undefined },
  act: Act,
): Promise<RequestDetail> {
  const row = await rowOf(tx, id, false)
  const detail = await detailOf(tx, ring, row, reader.role !== undefined, act.now)
  if (reader.role !== undefined && (detail.asked !== null || detail.letters.length > 0))
    await recordEvent(tx, act, {
      type: 'request.viewed',
      client: row.client_id,
      subject: row.subject_id,
      refs: { request: id },
      body: { role: reader.role },
    })
  return detail
}

async function rowOf(tx: Tx, id: string, lock: boolean): Promise<RequestRow> {
  const { rows } = await tx.query<RequestRow>(
    `select ${columns} from data_request r where r.tenant_id = $1 and r.request_id = $2 ${lock ? 'for update' : ''}`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'request_unknown')
  return rows[0]
}

const placeOf = (row: RequestRow): SubjectPlace => ({ client: row.client_id, subject: row.subject_id })

async function detailOf(tx: Tx, ring: KeyRing, row: RequestRow, readable: boolean, now: Date): Promise<RequestDetail> {
  const about = await aboutClient(tx, row.client_id)
  const written = readable ? await writtenIn(tx, ring, row) : undefined
  const restricted = await tx.query(
    'select 1 from data_subject where tenant_id = $1 and subject_id = $2 and restricted_at is not null',
    [tenantOf(tx), row.subject_id],
  )
  const entries = await findEntries(tx, { subject: row.subject_id }, { limit: 2_000 })
  return {
    ...summaryOf(row, dayIn(now, about.timeZone)),
    identity: row.identity,
    channel: row.channel,
    recordedAt: (row.recorded_at ?? row.received_at).toISOString(),
    representative: await representativeOf(tx, row, written?.asked, now),
    mandate: row.mandate,
    language: row.language,
    recordedBy: row.recorded_by,
    extendedAt: row.extended_at?.toISOString() ?? null,
    extensionReason: row.extension_reason,
    grounds: row.grounds,
    decidedBy: row.decided_by,
    outcome: row.outcome,
    asked: written?.asked ?? null,
    letters: readable ? await lettersTo(tx, ring, row) : [],
    possibleGrounds: groundsOf[row.kind].map((ground) => ({ ground, article: articleOf[ground] })),
    restricted: restricted.rowCount === 1,
    holds: await holdsOf(tx, row.subject_id),
    proofs: entries
      .filter(({ payload }) => JSON.parse(Buffer.from(payload).toString('utf8')).refs.request === row.request_id)
      .map(({ type, id: event, index, at }) => ({ type, event, index, at }))
      .reverse(),
  }
}

/** Who asked for the customer, and whether they still may. */
async function representativeOf(
  tx: Tx,
  row: RequestRow,
  asked: Asked | undefined,
  now: Date,
): Promise<RequestDetail['representative']> {
  if (row.representative_id === null) return null
  const person = await loadPerson(tx, row.subject_id)
  const found = person.representatives.find(({ id }) => id === row.representative_id)
  if (found === undefined) return null
  const { may } = decideAsker(
    {
      person,
      by: 'representative',
      representative: found.id,
      // Of who may not read what was asked, the record itself says enough.
      purposes: asked === undefined ? found.purposes : aboutPurposes({ kind: row.kind, asked }),
    },
    now,
  )
  return { id: found.id, relation: found.relation, counts: may }
}

// -- extending --------------------------------------------------------------------------------------------------------

type Answered = { readonly request: RequestDetail; readonly letter: LetterView; readonly receipt: string }

/** Errors: `request_unknown` (404), `request_decided`, `extended_already`, `extension_late` (409). */
export async function extendTerm(
  tx: Tx,
  { ring, post }: RightsParts,
  id: string,
  { reason, explanation }: z.output<typeof extendRequest>,
  by: string,
  act: Act,
): Promise<Answered> {
  const row = await rowOf(tx, id, true)
  const about = await aboutClient(tx, row.client_id)
  const refused = extensionRefusal({ state: row.state, dueLatest: row.due_latest }, dayIn(act.now, about.timeZone))
  if (refused !== undefined) throw new ApiError(409, refused)
  const due = dueOf(row.received_at, true, about.timeZone)
  const terms = { before: row.due_strict, due: due.strict, reason, explanation }
  const letter = extendedLetter(aboutOf(row, about), terms, row.language, act.now)
  await tx.query(
    `update data_request set state = 'extended', extended_at = $3, extension_reason = $4, due_strict = $5, due_latest = $6
     where tenant_id = $1 and request_id = $2`,
    [tenantOf(tx), id, act.now, reason, due.strict, due.latest],
  )
  const receipt = await entry(tx, act, 'extended', identityOf(row), {
    kind: row.kind,
    reason,
    dueStrict: due.strict,
    dueLatest: due.latest,
  })
  await moveRequestCase(
    tx,
    id,
    {
      state: 'extended',
      clocks: [{ act: 'extend', clock: 'answer', extension: { by: 'letter', on: dayIn(act.now, about.timeZone) } }],
    },
    act.now,
  )
  const sent = await tellOf(tx, { ring, post }, identityOf(row), letter, { person: by, act })
  return { request: await detailOf(tx, ring, await rowOf(tx, id, false), true, act.now), letter: sent, receipt }
}

const aboutOf = (row: RequestRow, { name }: ClientAbout) => ({
  kind: row.kind,
  id: row.request_id,
  receivedAt: row.received_at,
  organisation: name,
})

const identityOf = (row: RequestRow) => ({
  id: row.request_id,
  client: row.client_id,
  subject: row.subject_id,
  conversation: row.conversation_id,
})

// -- deciding and carrying out ------------------------------------------------------------------------------------------

/**
 * Decides and does what was decided, in one transaction: a yes that is not carried out is none. Errors: `request_unknown`
 * (404), those of `decisionRefusal` (409 or 422), `representative_ended` (409: whoever asked for the customer may not any more),
 * `subject_on_hold`, `nothing_objectable` (409).
 */
export async function decide(
  tx: Tx,
  parts: RightsParts,
  id: string,
  wanted: z.output<typeof decideRequest>,
  by: string,
  act: Act,
): Promise<Answered & { readonly last: LastMail | null }> {
  const found = await rowOf(tx, id, false)
  // The subject first, as everywhere, so that two who decide about one person wait for each other in one order.
  await lockSubject(tx, found.subject_id)
  const row = await rowOf(tx, id, true)
  const decision = { ...wanted, explanation: wanted.explanation }
  const refused = decisionRefusal(row.kind, row.state, decision)
  if (refused !== undefined)
    throw new ApiError(refused === 'request_decided' ? 409 : 422, refused, { param: paramOf[refused] ?? 'decision' })
  if (wanted.decision !== 'refused' && row.by_whom === 'representative') {
    const asked = (await writtenIn(tx, parts.ring, row))?.asked
    const representative = await representativeOf(tx, row, asked, act.now)
    if (representative?.counts !== true) throw new ApiError(409, 'representative_ended', { param: 'decision' })
  }
  const about = await aboutClient(tx, row.client_id)
  const today = dayIn(act.now, about.timeZone)
  const late = clockState({ decided: false, dueStrict: row.due_strict, dueLatest: row.due_latest }, today) === 'late'
  const identity = identityOf(row)
  await entry(tx, act, 'decided', identity, {
    kind: row.kind,
    decision: wanted.decision,
    grounds: [...wanted.grounds],
    late,
  })
  const recipients = (await recipientsOf(tx, placeOf(row))).map(({ name }) => name)
  const done =
    wanted.decision === 'refused'
      ? { outcome: {}, copyUntil: null, purposes: [] }
      : await carryOut(tx, parts, row, wanted, act)
  const answer: Answer = {
    ...wanted,
    explanation: wanted.explanation,
    copyUntil: done.copyUntil,
    purposes: done.purposes,
    backupsUntil: parts.backupsUntil(act.now),
    recipients,
  }
  const letter = decidedLetter(aboutOf(row, about), answer, row.language, act.now)
  const erases = row.kind === 'erasure' && wanted.decision === 'granted'
  await tx.query(
    `update data_request set state = $3, decision = $4, grounds = $5, decided_at = $6, decided_by = $7, completed_at = $6, outcome = $8
     where tenant_id = $1 and request_id = $2`,
    [
      tenantOf(tx),
      id,
      wanted.decision === 'refused' ? 'refused' : 'completed',
      wanted.decision,
      wanted.grounds,
      act.now,
      by,
      JSON.stringify(done.outcome),
    ],
  )
  await moveRequestCase(
    tx,
    id,
    {
      state: wanted.decision === 'refused' ? 'refused' : 'completed',
      nextAct: null,
      clocks: [{ act: 'meet', clock: 'answer' }],
      closed: true,
    },
    act.now,
  )
  // Of an erasure nothing is kept, also not the letter: who can be reached by mail gets it once the erasure stands.
  const last = erases ? await lastMail(tx, parts, identity, letter, act) : null
  const told = erases ? viewOf(letter, null) : await tellOf(tx, parts, identity, letter, { person: by, act })
  const outcome = erases ? await carryOutErasure(tx, parts, row, act) : done.outcome
  const receipt = await entry(tx, act, 'completed', identity, { kind: row.kind, outcome })
  const request = await detailOf(tx, parts.ring, await rowOf(tx, id, false), true, act.now)
  return { request, letter: told, receipt, last }
}

const paramOf: Readonly<Record<string, string>> = {
  grounds_needed: 'grounds',
  grounds_unneeded: 'grounds',
  ground_other_right: 'grounds',
  explanation_needed: 'explanation',
  leave_out_needed: 'leaveOut',
}

type Done = {
  readonly outcome: Record<string, number>
  readonly copyUntil: Date | null
  readonly purposes: readonly string[]
}

async function carryOut(
  tx: Tx,
  { ring }: RightsParts,
  row: RequestRow,
  { leaveOut }: z.output<typeof decideRequest>,
  act: Act,
): Promise<Done> {
  const none = { copyUntil: null, purposes: [] }
  switch (row.kind) {
    case 'access':
    case 'portability': {
      const copy = await makeCopy(tx, ring, placeOf(row), { request: row.request_id, kind: row.kind, leaveOut }, act)
      return { outcome: { records: copy.records }, copyUntil: copy.expiresAt, purposes: [] }
    }
    case 'rectification':
      return { outcome: { corrections: await addCorrection(tx, ring, row, act) }, ...none }
    case 'restriction':
      await tx.query(
        'update data_subject set restricted_at = $3, restricted_by = $4 where tenant_id = $1 and subject_id = $2',
        [tenantOf(tx), row.subject_id, act.now, row.request_id],
      )
      return { outcome: { restricted: 1 }, ...none }
    case 'objection': {
      const purposes = await stopPurposes(tx, ring, row, act)
      return { outcome: { purposes: purposes.length }, copyUntil: null, purposes }
    }
    case 'erasure':
      // After the letter: it is written from what is still there.
      return { outcome: {}, ...none }
  }
}

async function carryOutErasure(
  tx: Tx,
  { backupsUntil }: RightsParts,
  row: RequestRow,
  act: Act,
): Promise<Record<string, number>> {
  const refs = { request: row.request_id }
  const { counts } = await eraseSubject(
    tx,
    row.subject_id,
    { cause: 'request', backupsUntil: backupsUntil(act.now), refs },
    act,
  )
  await tx.query('update data_request set outcome = $3 where tenant_id = $1 and request_id = $2', [
    tenantOf(tx),
    row.request_id,
    JSON.stringify(counts),
  ])
  return { ...counts }
}

/** Beside the original, which stays what was said. */
async function addCorrection(tx: Tx, ring: KeyRing, row: RequestRow, act: Act): Promise<number> {
  const written = await writtenIn(tx, ring, row)
  const shouldBe = written?.asked.shouldBe
  if (shouldBe === undefined) throw new ApiError(422, 'correction_needed', { param: 'shouldBe' })
  const tenant = tenantOf(tx)
  const id = act.ids.next()
  const key = await subjectKey(tx, ring, { tenant, client: row.client_id, subject: row.subject_id }, act.now)
  await tx.query(
    `insert into correction (tenant_id, client_id, correction_id, subject_id, request_id, conversation_id, turn_seq, at, by_whom, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenant,
      row.client_id,
      id,
      row.subject_id,
      row.request_id,
      row.conversation_id,
      written?.asked.turn ?? null,
      act.now,
      row.by_whom,
      sealJson(key, ['correction', 'sealed', tenant, id], { shouldBe, words: written?.asked.words ?? null }),
    ],
  )
  await recordEvent(tx, act, {
    type: 'correction.recorded',
    client: row.client_id,
    subject: row.subject_id,
    refs: {
      correction: id,
      request: row.request_id,
      ...(row.conversation_id === null ? {} : { conversation: row.conversation_id }),
    },
    body: { turn: written?.asked.turn ?? null },
  })
  return 1
}

/** Objects to every purpose that was named, or to all that can be objected to; returns their names. */
async function stopPurposes(tx: Tx, ring: KeyRing, row: RequestRow, act: Act): Promise<string[]> {
  const named = (await writtenIn(tx, ring, row))?.asked.purposes
  const { rows } = await tx.query<{ purpose_id: string; name: Record<Language, string> }>(
    `select purpose_id, name from purpose where tenant_id = $1 and client_id = $2 and objectable and ($3::text[] is null or purpose_id = any($3)) order by 1`,
    [tenantOf(tx), row.client_id, named === undefined || named.length === 0 ? null : named],
  )
  if (rows.length === 0) throw new ApiError(409, 'nothing_objectable')
  for (const { purpose_id: purpose } of rows)
    await appendConsent(
      tx,
      {
        id: act.ids.next(),
        client: row.client_id,
        subject: row.subject_id,
        purpose,
        system: null,
        state: 'objected',
        at: act.now.toISOString(),
        by: row.by_whom,
        wording: { version: 'request', language: row.language, channel: row.via },
        evidence: { request: row.request_id },
      },
      act,
    )
  return rows.map(({ name }) => name[row.language])
}

/** Ends a restriction, after telling the person (GDPR 18(3)). Errors: `request_unknown` (404), `not_restricted` (409). */
export async function liftRestrictionOf(
  tx: Tx,
  { ring, post }: RightsParts,
  id: string,
  { explanation, by }: { readonly explanation: string; readonly by: string },
  act: Act,
): Promise<Answered> {
  const row = await rowOf(tx, id, true)
  const about = await aboutClient(tx, row.client_id)
  const { rowCount } = await tx.query(
    'update data_subject set restricted_at = null, restricted_by = null where tenant_id = $1 and subject_id = $2 and restricted_by = $3',
    [tenantOf(tx), row.subject_id, id],
  )
  if (rowCount !== 1) throw new ApiError(409, 'not_restricted')
  const letter = liftedLetter(aboutOf(row, about), explanation, row.language, act.now)
  const receipt = await recordEvent(tx, act, {
    type: 'restriction.lifted',
    client: row.client_id,
    subject: row.subject_id,
    refs: { request: id },
  })
  const sent = await tellOf(tx, { ring, post }, identityOf(row), letter, { person: by, act })
  return { request: await detailOf(tx, ring, await rowOf(tx, id, false), true, act.now), letter: sent, receipt }
}
