/** A customer asks a person to look again at a decision, to its end. What they and the reviewer wrote is sealed under their key. */
import { type Act, loadPerson } from '../../access/index.ts'
import { qualified } from '../../access/rules.ts'
import { dayIn, noonOf } from '../../deadlines/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { formatDate, type Language } from '../../platform/text.ts'
import { type Key, type KeyRing, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import { clockStanding } from '../cases/clock.ts'
import { type Hinder, type NextFor, rolesOf } from '../cases/io/acts.ts'
import { addLetter, placeOf } from '../cases/io/contents.ts'
import { type CaseRow, calendarOf, changeCase, clocksOf, lockCase, openCase, readCase } from '../cases/io/store.ts'
import {
  type ContestStep,
  contestNext,
  type Freeze,
  movedTo,
  type ReviewerConflict,
  reviewerConflict,
  stepOf,
} from '../contest.ts'
import {
  type ContestFacts,
  type ContestLetter,
  contestExtendedLetter,
  contestOutcomeLetter,
  contestReceivedLetter,
} from '../contest-letter.ts'
import type { Bilingual, ClientProfile, DecisionRules } from '../contract.ts'
import { mayContest } from '../decision.ts'
import type { Contest } from '../decision-contract.ts'
import { outgoingOf, queueWebhooks } from '../outbox/io/queue.ts'
import { recordEvent, tenantOf } from './event.ts'

const contestPlace = (tenant: string, contest: string): string[] => ['contest', 'sealed', tenant, contest]

type ContestRow = Row & {
  contest_id: string
  client_id: string
  decision_id: string
  subject_id: string
  asked_at: Date
  state: 'open' | 'answered' | 'withdrawn'
  answered_at: Date | null
  review_id: string | null
  record: string
  sealed: Buffer | null
  effect: Freeze | null
  frozen_at: Date | null
  explained: boolean
  read_by: string | null
  read_at: Date | null
  applied_at: Date | null
  verdict: 'confirmed' | 'changed' | null
}

const selected = `select c.*, (select r.verdict from decision_review r where r.tenant_id = c.tenant_id and r.review_id = c.review_id) as verdict from contest c`

async function lastOf(tx: Tx, decision: string, lock = false): Promise<ContestRow | undefined> {
  const { rows } = await tx.query<ContestRow>(
    `${selected} where c.tenant_id = $1 and c.decision_id = $2 order by c.asked_at desc, c.contest_id desc limit 1 ${lock ? 'for update of c' : ''}`,
    [tenantOf(tx), decision],
  )
  return rows[0]
}

const standingFrom = (row: ContestRow): ContestStep =>
  stepOf({ state: row.state, readBy: row.read_by, verdict: row.verdict })

/** The last time somebody asked; `key` undefined: without their words. */
export async function contestOf(tx: Tx, decision: string, key: Key | undefined): Promise<Contest | null> {
  const row = await lastOf(tx, decision)
  if (row === undefined) return null
  const caseRow = await caseOf(tx, row.contest_id)
  return {
    id: row.contest_id,
    state: row.state,
    step: standingFrom(row),
    reference: caseRow?.reference ?? null,
    askedAt: row.asked_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    promisedOn: caseRow === undefined ? null : await promised(tx, caseRow),
    freeze: row.effect,
    readBy: row.read_by,
    appliedAt: row.applied_at?.toISOString() ?? null,
    review: row.review_id,
    words: wordsIn(tx, row, key),
    record: row.record,
  }
}

const wordsIn = (tx: Tx, row: ContestRow, key: Key | undefined): string | null =>
  key === undefined || row.sealed === null
    ? null
    : (openJson(key, contestPlace(tenantOf(tx), row.contest_id), row.sealed) as { words: string | null }).words

/** A contest from before there were cases has none. */
async function caseOf(tx: Tx, contest: string): Promise<CaseRow | undefined> {
  try {
    return await readCase(tx, contest)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'case_unknown') return undefined
    throw error
  }
}

/** The strict day by which the customer was promised the outcome. */
async function promised(tx: Tx, row: CaseRow): Promise<string | null> {
  const calendar = await calendarOf(tx, row.client_id)
  const decide = (await clocksOf(tx, row.case_id)).find(({ clock }) => clock === 'decide')
  return decide === undefined ? null : dayIn(clockStanding(decide, row.opened_at, calendar).strictAt, calendar.timeZone)
}

type DecisionRow = {
  client_id: string
  system_id: string
  version_id: string
  conversation_id: string | null
  outcome: string
  explanation: string
  rules: DecisionRules | null
}

/**
 * Puts a decision before a person, because its own person asks so, with its entry, its terms and the confirmation. Where the register
 * says that its effect can wait, the organisation's system is asked to hold it. Errors: `decision_unknown` (404; also one of another
 * subject), `contest_open`, `contest_answered` (409).
 */
export async function contestDecision(
  tx: Tx,
  ring: KeyRing,
  {
    decision,
    subject,
    words,
    language,
  }: {
    readonly decision: string
    readonly subject: string
    readonly words: string | null
    readonly language: Language
  },
  act: Act,
): Promise<Contest> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<DecisionRow>(
    `select d.client_id, d.system_id, d.version_id, d.conversation_id, d.outcome, d.explanation, s.decisions as rules
     from decision d join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     where d.tenant_id = $1 and d.decision_id = $2 and d.subject_id = $3 and d.subject_role = 'customer' for update of d`,
    [tenant, decision, subject],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'decision_unknown')
  const refused = mayContest((await lastOf(tx, decision))?.state ?? null)
  if (refused !== null) throw new ApiError(409, refused)
  const key = await subjectKey(tx, ring, { tenant, client: row.client_id, subject }, act.now)
  const id = act.ids.next()
  const asked = await queueWebhooks(
    tx,
    {
      client: row.client_id,
      event: 'contest.received',
      case: id,
      body: {
        contest: id,
        decision,
        system: row.system_id,
        outcome: row.outcome,
        hold: row.rules?.freeze?.possible === true,
        at: act.now.toISOString(),
      },
    },
    act,
  )
  // Nothing holds it unless somebody was asked to.
  const freeze: Freeze = row.rules?.freeze?.possible === true && asked > 0 ? 'asked' : 'not_possible'
  const explained = row.explanation === 'given'
  const record = await recordEvent(tx, act, {
    type: 'decision.contested',
    client: row.client_id,
    subject,
    refs: { decision, contest: id, system: row.system_id },
    body: { reason: 'asked_by_customer', freeze, explained },
  })
  await tx.query(
    `insert into contest (tenant_id, client_id, contest_id, decision_id, subject_id, asked_at, state, record, sealed, effect, explained) values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10)`,
    [
      tenant,
      row.client_id,
      id,
      decision,
      subject,
      act.now,
      record,
      words === null ? null : sealJson(key, contestPlace(tenant, id), { words }),
      freeze,
      explained,
    ],
  )
  await tx.query(
    `update decision set review = 'waiting', review_reason = 'asked_by_customer' where tenant_id = $1 and decision_id = $2`,
    [tenant, decision],
  )
  await openCase(
    tx,
    {
      id,
      kind: 'contest',
      client: row.client_id,
      subject,
      conversation: row.conversation_id,
      decision,
      system: row.system_id,
      version: row.version_id,
      via: 'portal',
      language,
      state: 'received',
      nextAct: contestNext('received', null, false),
      openedAt: act.now,
      clocks: [
        { clock: 'acknowledge', rule: 'house.contest.ack' },
        { clock: 'decide', rule: 'house.contest.review' },
      ],
      record,
    },
    act,
  )
  await sendLetter(tx, key, id, contestReceivedLetter(await factsOf(tx, id, freeze, row.rules)), null, act)
  await changeCase(tx, await lockCase(tx, id), { clocks: [{ act: 'meet', clock: 'acknowledge' }] }, act.now)
  return (await contestOf(tx, decision, key))!
}

async function factsOf(tx: Tx, id: string, freeze: Freeze, rules: DecisionRules | null): Promise<ContestFacts> {
  const row = await readCase(tx, id)
  const { rows } = await tx.query<{ name: string }>('select name from client where tenant_id = $1 and client_id = $2', [
    tenantOf(tx),
    row.client_id,
  ])
  const rule = rules?.freeze
  return {
    organisation: rows[0]!.name,
    reference: row.reference,
    language: row.language,
    receivedAt: row.opened_at,
    promisedOn: dayWords((await promised(tx, row))!, row.language),
    freeze,
    freezeReason: rule === undefined || rule.possible ? null : rule.reason,
  }
}

const dayWords = (day: string, language: Language): string => formatDate(noonOf(day), language)

async function sendLetter(
  tx: Tx,
  key: Key,
  id: string,
  letter: ContestLetter,
  person: string | null,
  act: Act,
): Promise<string> {
  const row = await readCase(tx, id)
  const record = await recordEvent(tx, act, {
    type: 'letter.sent',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: id },
    body: { template: letter.template, via: 'portal', language: letter.language },
  })
  return addLetter(tx, key, placeOf(row), { ...letter, person, via: 'portal', record }, act)
}

/** Which contest of a decision is open, held until the transaction ends. Errors: `contest_unknown` (404), `contest_not_now` (409). */
async function openContest(tx: Tx, decision: string): Promise<ContestRow> {
  const row = await lastOf(tx, decision, true)
  if (row === undefined) throw new ApiError(404, 'contest_unknown')
  if (row.state !== 'open') throw new ApiError(409, 'contest_not_now')
  return row
}

// -- who looks again ----------------------------------------------------------------------------------------------------

/** Why this person may not look again at this decision; undefined: they may. */
async function conflictOf(
  tx: Tx,
  { decision_id, client_id }: Pick<ContestRow, 'decision_id' | 'client_id'>,
  person: string,
  now: Date,
): Promise<ReviewerConflict | undefined> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ system_id: string; reviewed: string[]; spoke: string[] }>(
    `select d.system_id, array(select r.reviewer from decision_review r where r.tenant_id = d.tenant_id and r.decision_id = d.decision_id) as reviewed,
       array(select h.accepted_by from hand_off h where h.tenant_id = d.tenant_id and h.conversation_id = d.conversation_id and h.accepted_by is not null) as spoke
     from decision d where d.tenant_id = $1 and d.decision_id = $2`,
    [tenant, decision_id],
  )
  const { system_id, reviewed, spoke } = rows[0]!
  const { qualifications } = await loadPerson(tx, person)
  const trainings = qualifications.filter(({ kind }) => kind === 'review')
  return reviewerConflict(
    {
      id: person,
      roles: await rolesOf(tx, person, { client: client_id, system: system_id }, now),
      trained: trainings.length === 0 ? null : qualified(qualifications, 'review', now).valid !== undefined,
    },
    { reviewed, spoke },
  )
}

/** The same for the work list. */
export const contestHinder: Hinder = async (tx, id, person, now) => {
  const row = await byId(tx, id)
  return row === undefined ? undefined : conflictOf(tx, row, person, now)
}

/** After the answer what comes next is no longer for who has it to say. */
export const contestNextFor: NextFor = async (tx, id, owner) => {
  const row = await byId(tx, id)
  return row?.state === 'open' ? contestNext(standingFrom(row), owner, false) : undefined
}

async function byId(tx: Tx, id: string): Promise<ContestRow | undefined> {
  const { rows } = await tx.query<ContestRow>(`${selected} where c.tenant_id = $1 and c.contest_id = $2`, [
    tenantOf(tx),
    id,
  ])
  return rows[0]
}

/**
 * The customer's own words, read before anything else is: who reads them takes the case. Errors: `contest_unknown` (404), `contest_not_now`
 * (409), `contest_other_reviewer` (409), the codes of `reviewerConflicts` (403).
 */
export async function readContest(
  tx: Tx,
  decision: string,
  person: string,
  act: Act,
): Promise<{ id: string; record: string }> {
  const row = await openContest(tx, decision)
  const conflict = await conflictOf(tx, row, person, act.now)
  if (conflict !== undefined) throw new ApiError(403, conflict)
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow?.owner != null && caseRow.owner !== person) throw new ApiError(409, 'contest_other_reviewer')
  const step = movedTo(standingFrom(row), 'read')
  if (step === undefined) throw new ApiError(409, 'contest_not_now')
  const record = await recordEvent(tx, act, {
    type: 'contest.read',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision },
  })
  await tx.query('update contest set read_by = $3, read_at = $4 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    person,
    act.now,
  ])
  if (caseRow !== undefined)
    await changeCase(
      tx,
      await lockCase(tx, row.contest_id),
      { state: step, owner: person, nextAct: contestNext(step, person, false) },
      act.now,
    )
  return { id: row.contest_id, record }
}

/** Whether this person may give the answer now. Errors: as `readContest`, and `view_not_read` (409). */
export async function requireReader(tx: Tx, decision: string, person: string, now: Date): Promise<void> {
  const row = await lastOf(tx, decision)
  if (row === undefined || row.state !== 'open') return
  const conflict = await conflictOf(tx, row, person, now)
  if (conflict !== undefined) throw new ApiError(403, conflict)
  if (row.read_by !== person) throw new ApiError(409, 'view_not_read')
}

// -- the answer ---------------------------------------------------------------------------------------------------------

export type Answer = {
  readonly review: string
  readonly reviewer: string
  readonly verdict: 'confirmed' | 'changed'
  readonly before: string
  readonly outcome: string
  readonly forCustomer: string
  readonly nextSteps: string | null
  readonly nextBy: string | null
  /** What was said of the decision when it was taken, by language; null: nothing that can be read any more. */
  readonly explained: Readonly<Record<Language, readonly string[]>> | null
  readonly alone: boolean
  readonly decidedAt: Date
  readonly version: string
  readonly rules: DecisionRules | null
  readonly system: string
}

/** The second look that answers an open one, with its letter and its message to the organisation's systems; nothing where none is open. */
export async function answerContest(
  tx: Tx,
  decision: string,
  key: Key | undefined,
  answer: Answer,
  act: Act,
): Promise<void> {
  const row = await lastOf(tx, decision, true)
  if (row === undefined || row.state !== 'open') return
  await tx.query(
    `update contest set state = 'answered', answered_at = $4, review_id = $3 where tenant_id = $1 and contest_id = $2`,
    [tenantOf(tx), row.contest_id, answer.review, act.now],
  )
  const changed = answer.verdict === 'changed'
  const told = await queueWebhooks(
    tx,
    {
      client: row.client_id,
      event: changed ? 'contest.changed' : 'contest.kept',
      case: row.contest_id,
      body: {
        contest: row.contest_id,
        decision,
        system: answer.system,
        outcome: answer.outcome,
        before: answer.before,
        release: row.effect !== 'not_possible',
        at: act.now.toISOString(),
      },
    },
    act,
  )
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow === undefined || key === undefined) return
  const facts = await factsOf(tx, row.contest_id, row.effect ?? 'not_possible', answer.rules)
  await sendLetter(tx, key, row.contest_id, await outcomeLetter(tx, row, key, facts, answer, act), answer.reviewer, act)
  const waits = changed && told > 0
  const step: ContestStep = changed ? 'changed' : 'kept'
  await changeCase(
    tx,
    await lockCase(tx, row.contest_id),
    {
      state: step,
      nextAct: contestNext(step, caseRow.owner, waits),
      clocks: [{ act: 'meet', clock: 'decide' }],
      // A changed outcome is done when the organisation's system says that it carried it out.
      ...(waits ? {} : { closed: true }),
    },
    act.now,
  )
}

async function outcomeLetter(
  tx: Tx,
  row: ContestRow,
  key: Key,
  facts: ContestFacts,
  answer: Answer,
  act: Act,
): Promise<ContestLetter> {
  const { language } = facts
  const labelOf = (outcome: string) =>
    answer.rules?.outcomes.find((one) => one.outcome === outcome)?.label[language] ?? outcome
  const { rows } = await tx.query<{ name: Bilingual; profile: ClientProfile }>(
    `select s.name, c.profile from ai_system s join client c on c.tenant_id = s.tenant_id and c.client_id = s.client_id where s.tenant_id = $1 and s.system_id = $2`,
    [tenantOf(tx), answer.system],
  )
  const { name, profile } = rows[0]!
  const named = profile.complaints?.namesStaff === true && !answer.reviewer.includes(':')
  return contestOutcomeLetter({
    ...facts,
    decidedAt: answer.decidedAt,
    oldOutcome: labelOf(answer.before),
    newOutcome: answer.verdict === 'changed' ? labelOf(answer.outcome) : null,
    system: name[language],
    version: answer.version,
    alone: answer.alone,
    explained: answer.explained?.[language] ?? [],
    notUsed: (answer.rules?.notUsed ?? []).map(({ label }) => label[language]),
    reviewer: named ? (await loadPerson(tx, answer.reviewer)).name : null,
    reviewedAt: act.now,
    view: wordsIn(tx, row, key),
    answer: answer.forCustomer,
    nextSteps: answer.nextSteps,
    nextBy: answer.nextBy === null ? null : dayWords(answer.nextBy, language),
  })
}

// -- beside it ----------------------------------------------------------------------------------------------------------

/** The customer lets it rest: what was decided stands, unless it waits for another reason. Errors: `contest_unknown` (404), `contest_not_now` (409). */
export async function withdrawContest(tx: Tx, decision: string, subject: string, act: Act): Promise<string> {
  const row = await openContest(tx, decision)
  if (row.subject_id !== subject) throw new ApiError(404, 'contest_unknown')
  const record = await recordEvent(tx, act, {
    type: 'contest.withdrawn',
    client: row.client_id,
    subject,
    refs: { contest: row.contest_id, decision },
  })
  await tx.query(`update contest set state = 'withdrawn', withdrawn_at = $3 where tenant_id = $1 and contest_id = $2`, [
    tenantOf(tx),
    row.contest_id,
    act.now,
  ])
  await tx.query(
    `update decision set review = case when exists (select 1 from decision_review r where r.tenant_id = $1 and r.decision_id = $2)
       then (select r.verdict from decision_review r where r.tenant_id = $1 and r.decision_id = $2 order by r.decided_at desc limit 1) else 'not_needed' end
     where tenant_id = $1 and decision_id = $2 and review_reason = 'asked_by_customer'`,
    [tenantOf(tx), decision],
  )
  await queueWebhooks(
    tx,
    {
      client: row.client_id,
      event: 'contest.withdrawn',
      case: row.contest_id,
      body: { contest: row.contest_id, decision, release: row.effect !== 'not_possible', at: act.now.toISOString() },
    },
    act,
  )
  if ((await caseOf(tx, row.contest_id)) !== undefined)
    await changeCase(
      tx,
      await lockCase(tx, row.contest_id),
      { state: 'withdrawn', nextAct: null, closed: true },
      act.now,
    )
  return record
}

/** More time, with a letter and its reasons before the first date. Errors: `contest_unknown` (404), `contest_not_now` (409), those of the clock (409). */
export async function extendContest(
  tx: Tx,
  ring: KeyRing,
  decision: string,
  given: { readonly person: string; readonly reasons: string },
  act: Act,
): Promise<{ id: string; record: string }> {
  const row = await openContest(tx, decision)
  const caseRow = await lockCase(tx, row.contest_id)
  const before = dayWords((await promised(tx, caseRow))!, caseRow.language)
  const { timeZone } = await calendarOf(tx, row.client_id)
  await changeCase(
    tx,
    caseRow,
    { clocks: [{ act: 'extend', clock: 'decide', extension: { by: 'letter', on: dayIn(act.now, timeZone) } }] },
    act.now,
  )
  const record = await recordEvent(tx, act, {
    type: 'contest.extended',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision },
  })
  const key = await subjectKey(
    tx,
    ring,
    { tenant: tenantOf(tx), client: row.client_id, subject: row.subject_id },
    act.now,
  )
  const facts = await factsOf(tx, row.contest_id, row.effect ?? 'not_possible', null)
  await sendLetter(tx, key, row.contest_id, contestExtendedLetter(facts, before, given.reasons), given.person, act)
  return { id: row.contest_id, record }
}

/**
 * The organisation's system says what it did: `held`, the effect waits; `changed`, the new outcome is carried out. Said twice, nothing
 * changes. Errors: `contest_unknown` (404; also of another client or system).
 */
export async function confirmContest(
  tx: Tx,
  given: { readonly contest: string; readonly what: 'held' | 'changed'; readonly system: string | null },
  act: Act,
): Promise<string> {
  const { rows } = await tx.query<ContestRow & { system_id: string }>(
    `select c.*, d.system_id, (select r.verdict from decision_review r where r.tenant_id = c.tenant_id and r.review_id = c.review_id) as verdict
     from contest c join decision d on d.tenant_id = c.tenant_id and d.decision_id = c.decision_id where c.tenant_id = $1 and c.contest_id = $2 for update of c`,
    [tenantOf(tx), given.contest],
  )
  const row = rows[0]
  if (row === undefined || (given.system !== null && row.system_id !== given.system))
    throw new ApiError(404, 'contest_unknown')
  const entry = () =>
    recordEvent(tx, act, {
      type: 'contest.confirmed',
      client: row.client_id,
      subject: row.subject_id,
      refs: { contest: row.contest_id, decision: row.decision_id },
      body: { what: given.what },
    })
  if (given.what === 'held') {
    if (row.effect !== 'asked') return row.record
    await tx.query(`update contest set effect = 'confirmed', frozen_at = $3 where tenant_id = $1 and contest_id = $2`, [
      tenantOf(tx),
      row.contest_id,
      act.now,
    ])
    return entry()
  }
  if (row.verdict !== 'changed' || row.applied_at !== null) return row.record
  await tx.query('update contest set applied_at = $3 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    act.now,
  ])
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow !== undefined && caseRow.closed_at === null)
    await changeCase(tx, await lockCase(tx, row.contest_id), { nextAct: null, closed: true }, act.now)
  return entry()
}

/** What was sent to the organisation's systems about the last contest of a decision. */
export async function messagesAbout(tx: Tx, decision: string): Promise<Awaited<ReturnType<typeof outgoingOf>>> {
  const row = await lastOf(tx, decision)
  return row === undefined ? [] : outgoingOf(tx, row.contest_id)
}
