/** A customer asks a person to look again at a decision: asked, and answered. What they and the reviewer wrote is sealed under their key. */
import { createHash } from 'node:crypto'
import type { Act } from '../../access/index.ts'
import { dayIn } from '../../deadlines/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { type Key, sealJson, subjectKey } from '../../vault/index.ts'
import type { LetterParts } from '../cases/io/letters.ts'
import { calendarOf, changeCase, lockCase, openCase } from '../cases/io/store.ts'
import { answerGap, type ContestStep, contestNext, type Freeze, HOLD_ANSWER_MS } from '../contest.ts'
import { type ContestLetter, contestReceivedLetter } from '../contest-letter.ts'
import type { DecisionRules } from '../contract.ts'
import { mayContest } from '../decision.ts'
import type { Contest } from '../decision-contract.ts'
import { type Post, queueWebhooks } from '../outbox/io/queue.ts'
import { explainContest } from './contest-effect.ts'
import { type Answer, contestFacts, outcomeLetter, sendLetter } from './contest-letters.ts'
import { type ContestRow, caseOf, contestPlace, lastContest, promised, sealedOf, standingOf } from './contest-rows.ts'
import { recordEvent, tenantOf } from './event.ts'

/** The last time somebody asked; `key` undefined: without their words. */
export async function contestOf(tx: Tx, decision: string, key: Key | undefined, now: Date): Promise<Contest | null> {
  const row = await lastContest(tx, decision)
  if (row === undefined) return null
  const caseRow = await caseOf(tx, row.contest_id)
  const promise = caseRow === undefined ? null : await promised(tx, caseRow, now)
  const sealed = sealedOf(tx, row, key)
  return {
    id: row.contest_id,
    state: row.state,
    step: standingOf(row),
    reference: caseRow?.reference ?? null,
    askedAt: row.asked_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    promisedOn: promise?.day ?? null,
    late: row.state === 'open' && promise?.passed === true,
    freeze: row.effect,
    freezeReason: row.freeze == null || row.freeze.possible ? null : row.freeze.reason,
    frozenAt: row.frozen_at?.toISOString() ?? null,
    explainedAt: row.explained_at?.toISOString() ?? null,
    readBy: row.read_by,
    readAt: row.read_at?.toISOString() ?? null,
    appliedAt: row.applied_at?.toISOString() ?? null,
    references: { held: null, released: null, changed: null, ...sealed?.references },
    review: row.review_id,
    words: sealed?.words ?? null,
    record: row.record,
  }
}

// -- asked --------------------------------------------------------------------------------------------------------------

type DecisionRow = {
  client_id: string
  system_id: string
  version_id: string
  conversation_id: string | null
  outcome: string
  review: string
  review_reason: string | null
  rules: DecisionRules | null
}

type Asking = {
  readonly decision: string
  readonly subject: string
  readonly words: string | null
  readonly language: Language
}

/**
 * Puts a decision before a person, because its own person asks so, with its entry, its terms and the confirmation. Where the register
 * says that its effect can wait, the organisation's system is asked to hold it. Errors: `decision_unknown` (404; also one of another
 * subject), `contest_open`, `contest_answered` (409).
 */
export async function contestDecision(tx: Tx, { ring, post }: LetterParts, asking: Asking, act: Act): Promise<Contest> {
  const { decision, subject } = asking
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<DecisionRow>(
    `select d.client_id, d.system_id, d.version_id, d.conversation_id, d.outcome, d.review, d.review_reason, s.decisions as rules
     from decision d join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     where d.tenant_id = $1 and d.decision_id = $2 and d.subject_id = $3 and d.subject_role = 'customer' for update of d`,
    [tenant, decision, subject],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'decision_unknown')
  const refused = mayContest((await lastContest(tx, decision))?.state ?? null)
  if (refused !== null) throw new ApiError(409, refused)
  const key = await subjectKey(tx, ring, { tenant, client: row.client_id, subject }, act.now)
  const id = act.ids.next()
  const { freeze, record } = await writeContest(tx, key, { id, ...asking, row }, act)
  await openContestCase(tx, { id, ...asking, row, record }, act)
  const facts = await contestFacts(tx, { contest_id: id, effect: freeze, freeze: row.rules?.freeze ?? null }, act.now)
  await sendLetter(tx, { key, post }, id, { ...contestReceivedLetter(facts), person: null }, act)
  await changeCase(tx, await lockCase(tx, id), { clocks: [{ act: 'meet', clock: 'acknowledge' }] }, act.now)
  return (await contestOf(tx, decision, key, act.now))!
}

type Writing = Asking & { readonly id: string; readonly row: DecisionRow }

/** The row with its entry and the question to the organisation's systems to hold the effect. */
async function writeContest(
  tx: Tx,
  key: Key,
  { id, decision, subject, words, row }: Writing,
  act: Act,
): Promise<{ readonly freeze: Freeze; readonly record: string }> {
  const tenant = tenantOf(tx)
  const hold = row.rules?.freeze?.possible === true
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
        hold,
        at: act.now.toISOString(),
      },
    },
    act,
  )
  // Nothing holds it unless somebody was asked to.
  const freeze: Freeze = hold && asked > 0 ? 'asked' : 'not_possible'
  const record = await recordEvent(tx, act, {
    type: 'decision.contested',
    client: row.client_id,
    subject,
    refs: { decision, contest: id, system: row.system_id },
    body: { reason: 'asked_by_customer', freeze },
  })
  await tx.query(
    `insert into contest (tenant_id, client_id, contest_id, decision_id, subject_id, asked_at, state, record, sealed, effect, hold_until, waited_for)
     values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11)`,
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
      freeze === 'asked' ? new Date(act.now.getTime() + HOLD_ANSWER_MS) : null,
      row.review === 'waiting' ? row.review_reason : null,
    ],
  )
  await tx.query(
    `update decision set review = 'waiting', review_reason = 'asked_by_customer' where tenant_id = $1 and decision_id = $2`,
    [tenant, decision],
  )
  return { freeze, record }
}

const openContestCase = (
  tx: Tx,
  { id, decision, subject, language, row, record }: Writing & { readonly record: string },
  act: Act,
) =>
  openCase(
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
      nextAct: contestNext({ step: 'received', owner: null, effect: null, unconfirmed: false }),
      openedAt: act.now,
      clocks: [
        { clock: 'acknowledge', rule: 'house.contest.ack' },
        { clock: 'decide', rule: 'house.contest.review' },
      ],
      record,
    },
    act,
  )

// -- the answer ---------------------------------------------------------------------------------------------------------

export type Given = Omit<Answer, 'forCustomer' | 'nextSteps' | 'nextBy'> & {
  readonly forCustomer: string | undefined
  readonly nextSteps: string | undefined
  readonly nextBy: string | undefined
}

/** The answer with all that it needs. Errors: the codes of `answerGaps` (422), with the field. */
async function complete(tx: Tx, row: ContestRow, key: Key | undefined, given: Given, now: Date): Promise<Answer> {
  const { timeZone } = await calendarOf(tx, row.client_id)
  const gap = answerGap(
    { wrote: (sealedOf(tx, row, key)?.words ?? null) !== null, today: dayIn(now, timeZone) },
    { points: given.points ?? undefined, nextSteps: given.nextSteps, nextBy: given.nextBy },
  )
  if (gap !== undefined) throw new ApiError(422, gap.code, { param: gap.param })
  return { ...given, forCustomer: given.forCustomer!, nextSteps: given.nextSteps!, nextBy: given.nextBy! }
}

/** What a reviewer read and approved: the letter as it goes out, by its words. */
export const digestOf = ({ subject, paragraphs }: ContestLetter): string =>
  createHash('sha256')
    .update(JSON.stringify([subject, ...paragraphs]))
    .digest('hex')

/** The letter as it would go out now; null: from before there were cases, or of somebody who was erased. Errors: of `answerGaps`. */
export async function previewLetter(
  tx: Tx,
  row: ContestRow,
  key: Key | undefined,
  given: Given,
  now: Date,
): Promise<{ readonly letter: ContestLetter; readonly digest: string } | null> {
  const answer = await complete(tx, row, key, given, now)
  if (key === undefined || (await caseOf(tx, row.contest_id)) === undefined) return null
  const letter = await outcomeLetter(tx, row, key, answer, now)
  return { letter, digest: digestOf(letter) }
}

/**
 * The second look `review` answers an open contest, with its letter and its message to the organisation's systems. `row`: locked. Errors: the codes of
 * `answerGaps` (422), `letter_not_read` (409: the letter that goes out is not the one that the reviewer read).
 */
export async function answerContest(
  tx: Tx,
  row: ContestRow,
  { key, post }: { readonly key: Key | undefined; readonly post?: Post | undefined },
  { review, approved, ...given }: Given & { readonly review: string; readonly approved: string | undefined },
  act: Act,
): Promise<void> {
  const answer = await complete(tx, row, key, given, act.now)
  const caseRow = await caseOf(tx, row.contest_id)
  const letter =
    key === undefined || caseRow === undefined ? undefined : await outcomeLetter(tx, row, key, answer, act.now)
  if (letter !== undefined && digestOf(letter) !== approved) throw new ApiError(409, 'letter_not_read')
  if (letter !== undefined && answer.explained !== null) await explainContest(tx, row.decision_id, 'letter', act)
  await tx.query(
    `update contest set state = 'answered', answered_at = $4, review_id = $3 where tenant_id = $1 and contest_id = $2`,
    [tenantOf(tx), row.contest_id, review, act.now],
  )
  const told = await tellSystems(tx, row, answer, act)
  if (letter !== undefined && key !== undefined)
    await sendLetter(tx, { key, post }, row.contest_id, { ...letter, person: answer.reviewer }, act)
  if (caseRow === undefined) return
  const step: ContestStep = answer.verdict === 'changed' ? 'changed' : 'kept'
  // A changed outcome is done when the organisation's system says that it carried it out.
  const unconfirmed = step === 'changed' && told > 0
  await changeCase(
    tx,
    await lockCase(tx, row.contest_id),
    {
      state: step,
      nextAct: contestNext({ step, owner: caseRow.owner, effect: row.effect, unconfirmed }),
      clocks: [{ act: 'meet', clock: 'decide' }],
      ...(unconfirmed ? {} : { closed: true }),
    },
    act.now,
  )
}

const tellSystems = (tx: Tx, row: ContestRow, answer: Answer, act: Act): Promise<number> =>
  queueWebhooks(
    tx,
    {
      client: row.client_id,
      event: answer.verdict === 'changed' ? 'contest.changed' : 'contest.kept',
      case: row.contest_id,
      body: {
        contest: row.contest_id,
        decision: row.decision_id,
        system: row.system_id,
        outcome: answer.outcome,
        before: answer.before,
        release: row.effect !== 'not_possible',
        at: act.now.toISOString(),
      },
    },
    act,
  )
