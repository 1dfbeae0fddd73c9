/** Questions for clarification: asked by the customer of a link, answered by staff, in the thread of a case. */
import type { z } from 'zod'
import type { Act } from '../../access/index.ts'
import { type Day, dayIn } from '../../deadlines/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import {
  addMessage,
  type CaseRow,
  calendarOf,
  caseByReference,
  casePlaceOf,
  changeCase,
  clocksOf,
  keep,
  type LetterParts,
  lockCase,
  openCase,
  readCase,
  recordEvent,
  sendCaseLetter,
  tenantOf,
  wayTo,
  writingKey,
} from '../../records/index.ts'
import { clockStanding, readReference, type StoredClock } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import {
  type AboutDecided,
  askOnUntil,
  CLOSE_DAYS,
  type ClarificationMove,
  type ClarificationState,
  clarificationMoves,
  clarificationNext,
  clarified,
  decideAbout,
  mayAskOn,
} from '../clarification.ts'
import { questionAnswered, questionExtended, questionReceived } from '../clarification-letter.ts'
import type { questionRequest } from '../contract.ts'
import { loadCurrent } from '../notices/io/store.ts'
import { type LinkTo, loadLinkClient, loadLinkDecisions } from './portal-decisions.ts'

const RULE = 'house.clarify.5wd'

export type Asked = {
  readonly id: string
  readonly reference: string
  /** The strict date. */
  readonly promisedOn: Day
  readonly record: string
}

/** What a case of a question keeps of what it is about. */
export type QuestionKept = {
  readonly about: Extract<AboutDecided, { ok: true }>['about']
  readonly turn?: number
  readonly decision?: string
  /** A kind of notice, and the version that counted when it was asked. */
  readonly notice?: string
  readonly version?: number
}

/**
 * Errors: `portal_not_found` (404: about a decision that this link does not lead to), `about_needed`, `question_turn_unknown`, `notice_unknown`
 * (422).
 */
export async function askQuestion(
  tx: Tx,
  { ring, post }: LetterParts,
  link: LinkTo,
  given: z.output<typeof questionRequest>,
  language: Language,
  act: Act,
): Promise<Asked> {
  const kept = await keptFrom(tx, link, given)
  const decision = kept.decision ?? null
  const system = await systemOf(tx, link, decision)
  const id = act.ids.next()
  const place = { id, client: link.client, subject: link.subject }
  const key = await writingKey(tx, ring, place, act.now)
  const record = await recordEvent(tx, act, {
    type: 'clarification.asked',
    client: link.client,
    subject: link.subject,
    refs: {
      clarification: id,
      ...(link.conversation === null ? {} : { conversation: link.conversation }),
      ...(decision === null ? {} : { decision }),
    },
    body: {
      about: kept.about,
      ...(kept.turn === undefined ? {} : { turn: kept.turn }),
      ...(kept.notice === undefined ? {} : { notice: kept.notice, version: kept.version ?? null }),
    },
  })
  const { reference, clocks } = await openCase(
    tx,
    {
      ...place,
      kind: 'clarification',
      conversation: link.conversation,
      decision,
      system,
      version: null,
      via: 'portal',
      language,
      state: 'asked',
      nextAct: clarificationNext('asked'),
      openedAt: act.now,
      clocks: [{ clock: 'answer', rule: RULE }],
      record,
    },
    act,
  )
  await keep(tx, key, id, kept)
  await addMessage(tx, key, place, { author: 'customer', person: null, via: 'portal', text: given.text, record }, act)
  const promisedOn = await promisedDay(tx, link.client, clocks, act.now)
  const organisation = (await loadLinkClient(tx, link.client))?.name ?? ''
  const letter = questionReceived({ language, reference, organisation, promisedOn })
  await sendCaseLetter(tx, { key, post }, await readCase(tx, id), { ...letter, person: null }, act)
  return { id, reference, promisedOn, record }
}

async function keptFrom(tx: Tx, link: LinkTo, given: z.output<typeof questionRequest>): Promise<QuestionKept> {
  const decided = decideAbout(given, link)
  if (!decided.ok) {
    const code = decided.param === 'turn' ? 'question_turn_unknown' : 'about_needed'
    throw new ApiError(422, code, { param: decided.param })
  }
  switch (decided.about) {
    case 'conversation':
      return { about: 'conversation' }
    case 'turn': {
      const { rowCount } = await tx.query(
        'select 1 from turn where tenant_id = $1 and conversation_id = $2 and seq = $3',
        [tenantOf(tx), link.conversation, decided.turn],
      )
      if (rowCount !== 1) throw new ApiError(422, 'question_turn_unknown', { param: 'turn' })
      return { about: 'turn', turn: decided.turn }
    }
    case 'decision':
      // Somebody else's decision and one that does not exist are one answer.
      if (!(await loadLinkDecisions(tx, link)).some(({ id }) => id === decided.decision))
        throw new ApiError(404, 'portal_not_found')
      return { about: 'decision', decision: decided.decision }
    case 'notice': {
      const current = (await loadCurrent(tx, link.client)).find(({ kind }) => kind === decided.notice)
      if (current === undefined) throw new ApiError(422, 'notice_unknown', { param: 'notice' })
      return { about: 'notice', notice: current.kind, version: current.version }
    }
  }
}

async function systemOf(tx: Tx, link: LinkTo, decision: string | null): Promise<string | null> {
  const { rows } = await tx.query<{ system: string | null }>(
    decision === null
      ? 'select system_id as system from conversation where tenant_id = $1 and conversation_id = $2'
      : 'select system_id as system from decision where tenant_id = $1 and decision_id = $2',
    [tenantOf(tx), decision ?? link.conversation],
  )
  return rows[0]?.system ?? null
}

/** The last day on which the answer is in time by what was promised. */
async function promisedDay(tx: Tx, client: string, clocks: readonly StoredClock[], now: Date): Promise<Day> {
  const calendar = await calendarOf(tx, client)
  const answer = clocks.find(({ clock }) => clock === 'answer')!
  return dayIn(clockStanding(answer, now, calendar).strictAt, calendar.timeZone)
}

// -- moves ----------------------------------------------------------------------------------------------------------------

export type MoveGiven = {
  readonly by:
    | { readonly kind: 'customer' }
    | { readonly kind: 'staff'; readonly id: string }
    | { readonly kind: 'time' }
  readonly text?: string
  /** Of an answer: the explanation from the record stands under it. */
  readonly cites?: boolean
  /** Of handing over: the case in which it goes on. */
  readonly target?: string
}

export type Moved = { readonly id: string; readonly state: ClarificationState; readonly record: string }

/** Errors: `case_unknown` (404). */
async function lockQuestion(tx: Tx, id: string): Promise<CaseRow> {
  const row = await lockCase(tx, id)
  if (row.kind !== 'clarification') throw new ApiError(404, 'case_unknown')
  return row
}

/**
 * Errors: `case_unknown` (404), `clarification_not_now`, `clarification_over` (409: more than thirty days after the answer),
 * `target_needed`, `target_other_person` (422).
 */
export async function moveQuestion(
  tx: Tx,
  parts: LetterParts,
  id: string,
  move: ClarificationMove,
  given: MoveGiven,
  act: Act,
): Promise<Moved> {
  return moveLocked(tx, parts, await lockQuestion(tx, id), move, given, act)
}

/** The customer says more: on a question that waits it is added, on an answer it is asked on. */
export async function askOn(tx: Tx, ring: KeyRing, id: string, text: string, act: Act): Promise<Moved> {
  const row = await lockQuestion(tx, id)
  const move = row.state === 'answered' ? 'ask_again' : 'add'
  return moveLocked(tx, { ring }, row, move, { by: { kind: 'customer' }, text }, act)
}

/** A message that came another way (on the page of all cases) sets the same in motion; it stands in the thread already. */
export async function askedOnElsewhere(tx: Tx, ring: KeyRing, row: CaseRow, act: Act): Promise<void> {
  if (row.state === 'answered') await moveLocked(tx, { ring }, row, 'ask_again', { by: { kind: 'customer' } }, act)
}

async function moveLocked(
  tx: Tx,
  { ring, post }: LetterParts,
  row: CaseRow,
  move: ClarificationMove,
  given: MoveGiven,
  act: Act,
): Promise<Moved> {
  const id = row.case_id
  const state = clarified(row.state as ClarificationState, move)
  if (state === undefined) throw new ApiError(409, 'clarification_not_now')
  if (move === 'ask_again' && !mayAskOn(await answeredAt(tx, id), act.now))
    throw new ApiError(409, 'clarification_over')
  const target = move === 'hand_over' ? await targetOf(tx, row, given.target) : undefined
  const record = await recordEvent(tx, act, {
    type: clarificationMoves[move].event,
    client: row.client_id,
    subject: row.subject_id,
    refs: { clarification: id, ...(target === undefined ? {} : { case: target }) },
    body: { by: given.by.kind, ...(given.cites ? { cites: true } : {}) },
  })
  if (given.text !== undefined && given.by.kind !== 'time') {
    const key = await writingKey(tx, ring, casePlaceOf(row), act.now)
    const person = given.by.kind === 'staff' ? given.by.id : null
    const via = given.by.kind === 'staff' ? 'staff' : 'portal'
    await addMessage(tx, key, casePlaceOf(row), { author: given.by.kind, person, via, text: given.text, record }, act)
  }
  await changeCase(
    tx,
    row,
    {
      state,
      nextAct: clarificationNext(state),
      ...(given.by.kind === 'staff' && row.owner === null ? { owner: given.by.id } : {}),
      ...(state === 'closed' || state === 'handed_over' ? { closed: true } : {}),
      clocks:
        move === 'answer'
          ? [{ act: 'meet', clock: 'answer' }]
          : move === 'ask_again'
            ? [{ act: 'begin', clock: 'answer', rule: RULE }]
            : [],
    },
    act.now,
  )
  if (move === 'answer' && given.by.kind === 'staff' && given.text !== undefined)
    await mailAnswer(tx, { ring, post }, row, { person: given.by.id, answer: given.text }, act)
  return { id, state, record }
}

/** The answer stands in the thread; who can be reached by mail gets it as a letter as well. */
async function mailAnswer(
  tx: Tx,
  { ring, post }: LetterParts,
  row: CaseRow,
  { person, answer }: { readonly person: string; readonly answer: string },
  act: Act,
): Promise<void> {
  if ((await wayTo(tx, { post }, row)).via !== 'email') return
  const facts = await factsOf(tx, row)
  const letter = questionAnswered(facts, { askedAt: row.opened_at, answer, askUntil: askOnUntil(act.now) })
  const key = await writingKey(tx, ring, casePlaceOf(row), act.now)
  await sendCaseLetter(tx, { key, post }, row, { ...letter, person }, act)
}

const factsOf = async (tx: Tx, row: CaseRow) => ({
  language: row.language,
  reference: row.reference,
  organisation: (await loadLinkClient(tx, row.client_id))?.name ?? '',
})

/** When the last answer was given; null: it still waits for one. */
export async function answeredAt(tx: Tx, id: string): Promise<Date | null> {
  return (await clocksOf(tx, id)).find(({ clock }) => clock === 'answer')?.metAt ?? null
}

async function targetOf(tx: Tx, row: CaseRow, given: string | undefined): Promise<string> {
  const reference = readReference(given ?? '')
  const other = reference === undefined ? undefined : await caseByReference(tx, reference)
  if (other === undefined || other.kind === 'clarification')
    throw new ApiError(422, 'target_needed', { param: 'target' })
  if (other.subject_id !== row.subject_id) throw new ApiError(422, 'target_other_person', { param: 'target' })
  return other.case_id
}

/**
 * More time, once, by a letter with the reasons and the new date, while the term runs (GDPR 12(3)). Errors: `case_unknown` (404),
 * `clarification_not_now`, and those of the clock (409).
 */
export async function extendQuestion(
  tx: Tx,
  { ring, post }: LetterParts,
  id: string,
  { person, reasons }: { readonly person: string; readonly reasons: string },
  act: Act,
): Promise<Moved & { readonly promisedOn: Day }> {
  const row = await lockQuestion(tx, id)
  if (row.state !== 'asked') throw new ApiError(409, 'clarification_not_now')
  const { timeZone } = await calendarOf(tx, row.client_id)
  const previousPromisedOn = await promisedDay(tx, row.client_id, await clocksOf(tx, id), act.now)
  const clocks = await changeCase(
    tx,
    row,
    {
      ...(row.owner === null ? { owner: person } : {}),
      clocks: [{ act: 'extend', clock: 'answer', extension: { by: 'letter', on: dayIn(act.now, timeZone) } }],
    },
    act.now,
  )
  const record = await recordEvent(tx, act, {
    type: 'clarification.extended',
    client: row.client_id,
    subject: row.subject_id,
    refs: { clarification: id },
    body: { by: 'staff' },
  })
  const promisedOn = await promisedDay(tx, row.client_id, clocks, act.now)
  const letter = questionExtended({ ...(await factsOf(tx, row)), promisedOn }, { previousPromisedOn, reasons })
  const key = await writingKey(tx, ring, casePlaceOf(row), act.now)
  await sendCaseLetter(tx, { key, post }, row, { ...letter, person }, act)
  return { id, state: 'asked', record, promisedOn }
}

const job = { kind: 'job', id: 'clarifications-closed' } as const

/** Closes what was answered and not asked on about in time; returns how many. */
export async function closeAnswered(database: Database, ring: KeyRing, act: () => Act): Promise<number> {
  const before = new Date(act().now.getTime() - CLOSE_DAYS * 86_400_000)
  const due = await database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<{ tenant_id: string; case_id: string }>(
      `select r.tenant_id, r.case_id from case_record r join case_clock k on k.tenant_id = r.tenant_id and k.case_id = r.case_id
       where r.kind = 'clarification' and r.state = 'answered' and r.closed_at is null and k.clock = 'answer' and k.met_at < $1 limit 500`,
      [before],
    )
    return rows
  })
  let closed = 0
  for (const { tenant_id, case_id } of due)
    try {
      await database.inTx({ tenant: tenant_id, clients: '*', actor: job }, (tx) =>
        moveQuestion(tx, { ring }, case_id, 'lapse', { by: { kind: 'time' } }, act()),
      )
      closed++
    } catch (error) {
      // Somebody moved it since we looked.
      if (!(error instanceof ApiError && error.code === 'clarification_not_now')) throw error
    }
  return closed
}
