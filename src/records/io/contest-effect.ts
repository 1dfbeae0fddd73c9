/** What happens beside the review: the effect of the decision is held, let go or not; the customer lets it rest; the explanation was seen. */
import type { Act } from '../../access/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { type KeyRing, sealJson } from '../../vault/index.ts'
import { readingKey } from '../cases/io/contents.ts'
import { changeCase, lockCase } from '../cases/io/store.ts'
import { contestNext, effectAfter } from '../contest.ts'
import { dropQueued, outgoingOf, queueWebhooks } from '../outbox/io/queue.ts'
import {
  type Confirmed,
  type ContestRow,
  caseOf,
  contestById,
  contestPlace,
  lastContest,
  openContest,
  sealedOf,
  standingOf,
} from './contest-rows.ts'
import { recordEvent, tenantOf } from './event.ts'

// -- confirmations ------------------------------------------------------------------------------------------------------

export type Confirmation = {
  readonly contest: string
  readonly what: Confirmed
  /** Of a key: only its own system's. null: a person, or the reply of the receiver. */
  readonly system: string | null
  /** Only of this decision. */
  readonly decision?: string
  /** When it was done; absent: now. */
  readonly at?: Date
  /** The organisation's own number of it, with the ring to seal it. */
  readonly reference?: { readonly text: string; readonly ring: KeyRing }
}

/**
 * The organisation's system, or a person who asked it, says what was done: `held`, the effect waits; `released`, it waits no longer;
 * `changed`, the new outcome is carried out. Said twice, nothing changes. Errors: `contest_unknown` (404; also of another client, system or
 * decision), `contest_not_now` (409: nothing was changed, so nothing can be carried out), `confirmation_time` (422: before it was asked, or in the future).
 */
export async function confirmContest(tx: Tx, given: Confirmation, act: Act): Promise<string> {
  const row = await contestById(tx, given.contest, true)
  if (
    row === undefined ||
    (given.system !== null && row.system_id !== given.system) ||
    (given.decision !== undefined && row.decision_id !== given.decision)
  )
    throw new ApiError(404, 'contest_unknown')
  const at = given.at ?? act.now
  // A clock of another machine may be ahead by minutes.
  if (at < row.asked_at || at.getTime() > act.now.getTime() + 300_000)
    throw new ApiError(422, 'confirmation_time', { param: 'at' })
  const done =
    given.what === 'changed' ? await confirmChange(tx, row, at, act) : await moveEffect(tx, row, given.what, at, act)
  if (!done) return row.record
  if (given.reference !== undefined) await keepReference(tx, row, given.what, given.reference)
  return recordEvent(tx, act, {
    type: 'contest.confirmed',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision: row.decision_id },
    body: { what: given.what, at: at.toISOString() },
  })
}

async function moveEffect(tx: Tx, row: ContestRow, what: 'held' | 'released', at: Date, act: Act): Promise<boolean> {
  const effect = effectAfter(row.effect, what === 'held' ? 'hold' : 'release')
  // Of what is over nothing waits any more, however late somebody says so.
  if (effect === undefined || (what === 'held' && row.state !== 'open')) return false
  await tx.query(
    'update contest set effect = $3, frozen_at = case when $3 = $5 then $4::timestamptz else frozen_at end where tenant_id = $1 and contest_id = $2',
    [tenantOf(tx), row.contest_id, effect, at, 'confirmed'],
  )
  await nextAgain(tx, { ...row, effect }, act)
  return true
}

/** What comes next may have been to ask about the hold. */
async function nextAgain(tx: Tx, row: ContestRow, { now }: Act): Promise<void> {
  if (row.state !== 'open') return
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow === undefined) return
  const nextAct = contestNext({ step: standingOf(row), owner: caseRow.owner, effect: row.effect, unconfirmed: false })
  await changeCase(tx, await lockCase(tx, row.contest_id), { nextAct }, now)
}

async function confirmChange(tx: Tx, row: ContestRow, at: Date, act: Act): Promise<boolean> {
  if (row.verdict !== 'changed') throw new ApiError(409, 'contest_not_now')
  if (row.applied_at !== null) return false
  await tx.query('update contest set applied_at = $3 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    at,
  ])
  const caseRow = await caseOf(tx, row.contest_id)
  if (caseRow !== undefined && caseRow.closed_at === null)
    await changeCase(tx, await lockCase(tx, row.contest_id), { nextAct: null, closed: true }, act.now)
  return true
}

/** Beside the customer's words, so that it goes with them; of somebody who was erased nothing is kept. */
async function keepReference(
  tx: Tx,
  row: ContestRow,
  what: Confirmed,
  { text, ring }: NonNullable<Confirmation['reference']>,
): Promise<void> {
  const key = await readingKey(tx, ring, row.subject_id)
  if (key === undefined) return
  const sealed = sealedOf(tx, row, key) ?? { words: null }
  await tx.query('update contest set sealed = $3 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    sealJson(key, contestPlace(tenantOf(tx), row.contest_id), {
      ...sealed,
      references: { ...sealed.references, [what]: text },
    }),
  ])
}

const job = { kind: 'job', id: 'contests-kept' } as const

/** Holds that nobody answered in time: from then it is for a person to ask. Returns how many. May run twice. */
export async function lapseHolds(database: Database, act: () => Act): Promise<number> {
  const due = await database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<{ tenant_id: string; client_id: string; contest_id: string }>(
      `select tenant_id, client_id, contest_id from contest where effect = 'asked' and state = 'open' and hold_until <= $1 order by hold_until limit 1000`,
      [act().now],
    )
    return rows
  })
  let count = 0
  for (const { tenant_id, client_id, contest_id } of due)
    if (
      await database.inTx({ tenant: tenant_id, clients: [client_id], actor: job }, (tx) => lapse(tx, contest_id, act()))
    )
      count++
  return count
}

async function lapse(tx: Tx, id: string, act: Act): Promise<boolean> {
  const row = await contestById(tx, id, true)
  const effect = row === undefined ? undefined : effectAfter(row.effect, 'lapse')
  if (row === undefined || row.state !== 'open' || effect === undefined) return false
  await tx.query('update contest set effect = $3 where tenant_id = $1 and contest_id = $2', [tenantOf(tx), id, effect])
  await nextAgain(tx, { ...row, effect }, act)
  await recordEvent(tx, act, {
    type: 'contest.unconfirmed',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: id, decision: row.decision_id },
    body: { what: 'held' },
  })
  return true
}

// -- the explanation ----------------------------------------------------------------------------------------------------

/** The customer saw why it was decided, before a person looks again or with the answer. Seen twice is seen once. */
export async function explainContest(tx: Tx, decision: string, via: 'page' | 'letter', act: Act): Promise<void> {
  const row = await lastContest(tx, decision, true)
  if (row === undefined || row.state !== 'open' || row.explained_at !== null) return
  await tx.query('update contest set explained_at = $3, explained_via = $4 where tenant_id = $1 and contest_id = $2', [
    tenantOf(tx),
    row.contest_id,
    act.now,
    via,
  ])
  await recordEvent(tx, act, {
    type: 'contest.explained',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision },
    body: { via },
  })
}

// -- rest ---------------------------------------------------------------------------------------------------------------

/**
 * The customer lets it rest: what was decided stands; a decision that waited for a person anyway, waits again for that reason. Errors:
 * `contest_unknown` (404), `contest_not_now` (409).
 */
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
    `update decision set review_reason = $3, review = case when $3::text is not null then 'waiting' else coalesce(
       (select r.verdict from decision_review r where r.tenant_id = $1 and r.decision_id = $2 order by r.decided_at desc, r.review_id desc limit 1), 'not_needed') end
     where tenant_id = $1 and decision_id = $2 and review_reason = 'asked_by_customer'`,
    [tenantOf(tx), decision, row.waited_for],
  )
  await queueWebhooks(
    tx,
    {
      client: row.client_id,
      event: 'contest.withdrawn',
      case: row.contest_id,
      body: {
        contest: row.contest_id,
        decision,
        system: row.system_id,
        release: row.effect !== 'not_possible',
        at: act.now.toISOString(),
      },
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

// -- the end ------------------------------------------------------------------------------------------------------------

/**
 * Its person is erased, so nobody is left to answer: whoever was asked to hold the effect is told to let it go, and who was not reached yet is
 * not asked any more. By the numbers that the question carried, which lead to nobody. That it ended is written with the erasure itself.
 */
export async function endContests(tx: Tx, subject: string, act: Act): Promise<void> {
  const { rows } = await tx.query<{
    client_id: string
    contest_id: string
    decision_id: string
    system_id: string
    effect: ContestRow['effect']
  }>(
    `select c.client_id, c.contest_id, c.decision_id, d.system_id, c.effect from contest c join decision d on d.tenant_id = c.tenant_id and d.decision_id = c.decision_id
     where c.tenant_id = $1 and c.subject_id = $2 and c.state = 'open' order by c.contest_id for update of c`,
    [tenantOf(tx), subject],
  )
  for (const { client_id: client, contest_id: contest, decision_id: decision, system_id: system, effect } of rows) {
    await dropQueued(tx, contest, 'contest.received')
    await queueWebhooks(
      tx,
      {
        client,
        event: 'contest.ended',
        case: contest,
        body: {
          contest,
          decision,
          system,
          reason: 'erased',
          release: effect !== 'not_possible',
          at: act.now.toISOString(),
        },
      },
      act,
    )
  }
}

/** What was sent to the organisation's systems about the last contest of a decision. */
export async function messagesAbout(tx: Tx, decision: string): Promise<Awaited<ReturnType<typeof outgoingOf>>> {
  const row = await lastContest(tx, decision)
  return row === undefined ? [] : outgoingOf(tx, row.contest_id)
}
