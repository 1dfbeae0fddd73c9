/** Lists of decisions, one decision with what counted, and a person's second look at one that waits. */
import type { z } from 'zod'
import type { Act } from '../../access/index.ts'
import { entryByEventId } from '../../ledger/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { existingKey, type Key, KeyDestroyed, type KeyRing, keyedHash, openJson, sealJson } from '../../vault/index.ts'
import type { LetterParts } from '../cases/io/letters.ts'
import { comparableReasons, contestRoles, SHORT_REASONS } from '../contest.ts'
import type { DecisionRules } from '../contract.ts'
import { pageToken, readPageToken, readsContentAs } from '../conversation.ts'
import { reviewed, spanOf } from '../decision.ts'
import type {
  DecisionContentsView,
  DecisionDetail,
  DecisionList,
  DecisionSummary,
  decisionQuery,
  decisionReadRequest,
  LetterPreview,
  reviewRequest,
} from '../decision-contract.ts'
import { hinderOf, requireReader } from './contest-reviewer.ts'
import type { ContestRow } from './contest-rows.ts'
import { type Given as AnswerGiven, answerContest, contestOf, previewLetter } from './contests.ts'
import { decisionPlace } from './decisions.ts'
import { recordEvent, tenantOf } from './event.ts'

type Query = z.output<typeof decisionQuery>
type Reader = { readonly id: string; readonly roles: readonly string[] }

const PAGE = 50

const columns = `d.decision_id, d.client_id, d.system_id, d.version_id, d.kind, d.class, d.channel, d.language, d.decided_at, d.outcome, d.favourable, d.score,
  d.threshold, d.review, d.review_reason, d.explanation, d.explanation_reason, d.record, d.score_from,
  (select c.state from contest c where c.tenant_id = d.tenant_id and c.decision_id = d.decision_id order by c.asked_at desc, c.contest_id desc limit 1) as contest,
  to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as decided_exact, s.decisions as rules`
const from = 'from decision d left join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id'

type SummaryRow = Row & {
  decision_id: string
  client_id: string
  system_id: string
  version_id: string
  kind: DecisionSummary['kind']
  class: DecisionSummary['class']
  channel: string
  language: string
  decided_at: Date
  decided_exact: string
  outcome: string
  favourable: boolean | null
  score: number | null
  threshold: number | null
  review: DecisionSummary['review']
  review_reason: string | null
  explanation: DecisionSummary['explanation']
  explanation_reason: string | null
  contest: DecisionSummary['contest']
  score_from: 'sent' | 'computed'
  record: string
  rules: DecisionRules | null
}

function summaryFrom(row: SummaryRow): DecisionSummary {
  return {
    id: row.decision_id,
    client: row.client_id,
    system: row.system_id,
    version: row.version_id,
    kind: row.kind,
    class: row.class,
    channel: row.channel,
    language: row.language,
    decidedAt: row.decided_at.toISOString(),
    outcome: row.outcome,
    outcomeLabel: row.rules?.outcomes.find(({ outcome }) => outcome === row.outcome)?.label ?? null,
    favourable: row.favourable,
    score: row.score,
    threshold: row.threshold,
    review: row.review,
    reviewReason: row.review_reason,
    explanation: row.explanation,
    explanationReason: row.explanation_reason,
    contest: row.contest,
    record: row.record,
  }
}

/** A page of decisions, the latest taken first, without contents. `total` counts all that match. Errors: `page_unknown` (422). */
export async function listDecisions(tx: Tx, query: Query): Promise<DecisionList> {
  const { where, values } = conditionsOf(tx, query)
  const limit = query.limit ?? PAGE
  const counted = await tx.query<{ n: number }>(`select count(*)::int as n from decision d where ${where}`, values)
  const end = query.before === undefined ? undefined : readPageToken(query.before)
  if (query.before !== undefined && end === undefined) throw new ApiError(422, 'page_unknown', { param: 'before' })
  const paged =
    end === undefined
      ? ''
      : `and (d.decided_at, d.decision_id) < ($${values.length + 1}::timestamptz, $${values.length + 2})`
  const { rows } = await tx.query<SummaryRow>(
    `select ${columns} ${from} where ${where} ${paged} order by d.decided_at desc, d.decision_id desc limit ${limit + 1}`,
    [...values, ...(end === undefined ? [] : [end.startedAt, end.id])],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    decisions: page.map(summaryFrom),
    total: counted.rows[0]!.n,
    next:
      rows.length > limit && last !== undefined
        ? pageToken({ startedAt: last.decided_exact, id: last.decision_id })
        : null,
  }
}

function conditionsOf(tx: Tx, query: Query): { readonly where: string; readonly values: unknown[] } {
  const conditions = ['d.tenant_id = $1']
  const values: unknown[] = [tenantOf(tx)]
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  add(query.client, (at) => `d.client_id = ${at}`)
  add(query.system, (at) => `d.system_id = ${at}`)
  add(query.kind, (at) => `d.kind = ${at}`)
  add(query.class, (at) => `d.class = ${at}`)
  add(query.from, (at) => `d.decided_at >= ${at}::timestamptz`)
  add(query.until, (at) => `d.decided_at < ${at}::timestamptz`)
  add(query.find?.toLowerCase().replace(/[^0-9a-z-]/g, ''), (at) => `starts_with(d.decision_id, ${at})`)
  if (query.favourable !== undefined) conditions.push(`d.favourable is ${favourableSql[query.favourable]}`)
  if (query.review === 'held') conditions.push(`d.review <> 'not_needed'`)
  else add(query.review, (at) => `d.review = ${at}`)
  add(
    query.contest,
    (at) =>
      `exists (select 1 from contest c where c.tenant_id = d.tenant_id and c.decision_id = d.decision_id and c.state = ${at})`,
  )
  return { where: conditions.join(' and '), values }
}
const favourableSql = { yes: 'true', no: 'false', unknown: 'null' } as const

// -- one decision -----------------------------------------------------------------------------------------------------

type DetailRow = SummaryRow & {
  subject_id: string
  subject_role: 'customer' | 'agent'
  conversation_id: string | null
  purpose_id: string
  recorded_at: Date
  sealed: Buffer | null
}

/** Whose work it is to look again at a decision that waits; they need no other reason to read it. */
export const decisionReviewers = ['overseer', 'reviewer', 'ethics_officer', 'supervisor', 'complaint_handler'] as const

/**
 * Everything on record about one decision. What counted is opened for roles that may read contents and have a reason: that it
 * waits for them, or the one they give; that look is an entry about its person, in the same transaction. Errors: `decision_unknown`
 * (404; also one outside the scope), `not_allowed` (403: a reason was given and this role reads no contents).
 */
export async function readDecision(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reader: Reader,
  given: z.output<typeof decisionReadRequest>['reason'] | null,
  act: Act,
): Promise<DecisionDetail> {
  const row = await rowOf(tx, id)
  const role = readsContentAs(reader.roles, 'normal')
  if (given !== null && role === undefined) throw new ApiError(403, 'not_allowed')
  const lookers = row.contest === 'open' ? contestRoles : decisionReviewers
  const reviews = row.review === 'waiting' && lookers.some((one) => reader.roles.includes(one))
  const reason = given ?? (reviews ? 'review' : null)
  const key = role === undefined || reason === null ? undefined : await keyOf(tx, ring, row.subject_id)
  const asked = await contestOf(tx, id, key, act.now)
  // Who looks again reads what the person wrote before what the computer made of it, so that it does not lead them.
  const viewFirst = reviews && asked?.state === 'open' && asked.readBy !== reader.id
  const contents = key === undefined || row.sealed === null || viewFirst ? null : contentsOf(tx, key, row)
  const entry = await entryByEventId(tx, row.record)
  const refs = entry === undefined ? {} : refsIn(entry.payload)
  const detail: DecisionDetail = {
    ...summaryFrom(row),
    ...(viewFirst ? { outcome: null, outcomeLabel: null, favourable: null, score: null } : {}),
    subject: row.subject_id,
    subjectRole: row.subject_role,
    conversation: row.conversation_id,
    purpose: row.purpose_id,
    recordedAt: row.recorded_at.toISOString(),
    notUsed: (row.rules?.notUsed ?? []).map(({ label }) => label),
    contestWay: row.rules?.contest ?? null,
    asked,
    hinder: reviews && asked?.state === 'open' ? await hinderOf(tx, id, reader.id, act.now) : null,
    scoreFrom: row.score_from,
    outcomes: (row.rules?.outcomes ?? []).map(({ outcome, label, favourable = null }) => ({
      outcome,
      label,
      favourable,
    })),
    access:
      contents !== null
        ? 'open'
        : viewFirst
          ? 'view_first'
          : role !== undefined && reason === null && row.sealed !== null
            ? 'reason_needed'
            : 'closed',
    contents,
    reviews: viewFirst ? [] : await reviewsOf(tx, id, contents === null ? undefined : key),
    observed: viewFirst ? [] : await observedOf(tx, id),
    grounds: { gate: refs.gate ?? null, oversight: refs.oversight ?? null, ground: refs.ground ?? null },
    proof: { event: row.record, index: entry?.index ?? null },
  }
  if (contents !== null)
    await recordEvent(tx, act, {
      type: 'decision.viewed',
      client: row.client_id,
      subject: row.subject_id,
      refs: { decision: id, system: row.system_id },
      body: { role: role ?? '', reason: reason ?? '' },
    })
  return detail
}

async function rowOf(tx: Tx, id: string, lock = false): Promise<DetailRow> {
  const { rows } = await tx.query<DetailRow>(
    `select ${columns}, d.subject_id, d.subject_role, d.conversation_id, d.purpose_id, d.recorded_at, d.sealed ${from}
     where d.tenant_id = $1 and d.decision_id = $2 ${lock ? 'for update of d' : ''}`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'decision_unknown')
  return rows[0]
}

/** Undefined when the key is gone: then nothing is left to read. */
async function keyOf(tx: Tx, ring: KeyRing, subject: string): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}

/** What was sealed with a decision, as gateway/io/decisions.ts writes it. */
type Sealed = {
  readonly features: Readonly<Record<string, DecisionContentsView['features'][number]['value']>>
  readonly alternatives: DecisionContentsView['alternatives'] | null
  readonly humanInvolved: DecisionContentsView['humanInvolved']
  readonly explanation: {
    readonly model: { readonly sha256: string | null }
    readonly method: string
    readonly outcome: { readonly base: number | null }
    readonly factors: readonly {
      readonly feature: string
      readonly weight: number
      readonly errorMargin: number | null
    }[]
    readonly change:
      | {
          readonly found: true
          readonly changes: readonly { readonly feature: string; readonly from: number; readonly to: number }[]
          readonly output: number
        }
      | { readonly found: false; readonly reason: string }
      | null
  } | null
  readonly text: DecisionContentsView['text']
}

function contentsOf(tx: Tx, key: Key, row: DetailRow): DecisionContentsView {
  const sealed = openJson(key, decisionPlace(tenantOf(tx), row.decision_id), row.sealed!) as Sealed
  const registered = new Map((row.rules?.features ?? []).map((one) => [one.feature, one]))
  const labelOf = (feature: string) => registered.get(feature)?.label ?? null
  return {
    features: Object.entries(sealed.features).map(([feature, value]) => ({
      feature,
      label: labelOf(feature),
      value,
      shown: registered.get(feature)?.values?.find((one) => one.value === value)?.label ?? null,
    })),
    alternatives: [...(sealed.alternatives ?? [])],
    humanInvolved: sealed.humanInvolved,
    factors: (sealed.explanation?.factors ?? []).map(({ feature, weight, errorMargin }) => ({
      feature,
      label: labelOf(feature),
      weight,
      errorMargin,
    })),
    base: sealed.explanation?.outcome.base ?? null,
    method: sealed.explanation?.method ?? null,
    modelSha256: sealed.explanation?.model.sha256 ?? null,
    change: changeOf(sealed.explanation?.change ?? null, registered),
    text: sealed.text,
  }
}

function changeOf(
  change: NonNullable<Sealed['explanation']>['change'],
  registered: ReadonlyMap<string, DecisionRules['features'][number]>,
): DecisionContentsView['change'] {
  if (change?.found !== true) return change
  return {
    found: true,
    output: change.output,
    changes: change.changes.map((one) => ({
      ...one,
      label: registered.get(one.feature)?.label ?? null,
      yesNo: registered.get(one.feature)?.show === 'yes_no',
    })),
  }
}

function refsIn(payload: Uint8Array): Readonly<Record<string, string>> {
  return (JSON.parse(Buffer.from(payload).toString('utf8')) as { refs?: Record<string, string> }).refs ?? {}
}

const reviewPlace = (tenant: string, review: string): string[] => ['decision_review', 'sealed', tenant, review]

/** Every second look, the first one first; `key` undefined: without words. */
export async function reviewsOf(tx: Tx, decision: string, key: Key | undefined): Promise<DecisionDetail['reviews']> {
  const { rows } = await tx.query<{
    review_id: string
    reviewer: string
    decided_at: Date
    verdict: 'confirmed' | 'changed'
    outcome: string
    favourable: boolean | null
    record: string
    sealed: Buffer | null
  }>(
    'select review_id, reviewer, decided_at, verdict, outcome, favourable, record, sealed from decision_review where tenant_id = $1 and decision_id = $2 order by decided_at, review_id',
    [tenantOf(tx), decision],
  )
  return rows.map((row) => ({
    id: row.review_id,
    reviewer: row.reviewer,
    decidedAt: row.decided_at.toISOString(),
    verdict: row.verdict,
    outcome: row.outcome,
    favourable: row.favourable,
    ...wordsOf(tx, row, key),
    record: row.record,
  }))
}

function wordsOf(tx: Tx, { review_id, sealed }: { review_id: string; sealed: Buffer | null }, key: Key | undefined) {
  if (key === undefined || sealed === null) return { reasons: null, forCustomer: null, points: null }
  const {
    reasons,
    forCustomer = null,
    points = null,
  } = openJson(key, reviewPlace(tenantOf(tx), review_id), sealed) as {
    reasons: string
    forCustomer?: string
    points?: string
  }
  return { reasons, forCustomer, points }
}

async function observedOf(tx: Tx, decision: string): Promise<DecisionDetail['observed']> {
  const { rows } = await tx.query<{ observed: string; positive: boolean | null; observed_at: Date; record: string }>(
    'select observed, positive, observed_at, record from outcome where tenant_id = $1 and decision_id = $2 order by observed_at, outcome_id',
    [tenantOf(tx), decision],
  )
  return rows.map(({ observed, positive, observed_at, record }) => ({
    observed,
    positive,
    observedAt: observed_at.toISOString(),
    record,
  }))
}

type Looking = {
  readonly row: DetailRow
  readonly key: Key | undefined
  /** The contest that this look answers; undefined: nobody asked. */
  readonly contest: ContestRow | undefined
  readonly before: string
  readonly becomes: { readonly outcome: string; readonly favourable: boolean | null }
}

/** Everything that a second look is judged by, and what it makes of the decision; nothing is written yet. */
async function looking(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reviewer: string,
  given: z.output<typeof reviewRequest>,
  now: Date,
): Promise<Looking> {
  const row = await rowOf(tx, id, true)
  const contest = await requireReader(tx, id, reviewer, now)
  const last = (await reviewsOf(tx, id, undefined)).at(-1)
  const stands = {
    outcome: last?.outcome ?? row.outcome,
    favourable: last === undefined ? row.favourable : last.favourable,
  }
  const becomes = reviewed(
    { review: row.review, asked: contest !== undefined, ...stands },
    given,
    row.rules?.outcomes ?? [],
  )
  if ('refused' in becomes)
    throw new ApiError(becomes.refused === 'decision_not_waiting' ? 409 : 422, becomes.refused, {
      param: becomes.refused === 'decision_answer_needed' ? 'forCustomer' : 'outcome',
    })
  return { row, key: await keyOf(tx, ring, row.subject_id), contest, before: stands.outcome, becomes }
}

/** What the letter to the customer is made from. */
function answerFrom(tx: Tx, { row, key, before, becomes }: Looking, reviewer: string, given: ReviewGiven): AnswerGiven {
  const contents = key === undefined || row.sealed === null ? null : contentsOf(tx, key, row)
  return {
    reviewer,
    verdict: given.verdict,
    before,
    outcome: becomes.outcome,
    forCustomer: given.forCustomer,
    points: given.points ?? null,
    nextSteps: given.nextSteps,
    nextBy: given.nextBy,
    first: row.outcome,
    inputs: (contents?.features ?? []).flatMap(({ label }) => (label === null ? [] : [label])),
    explained: contents?.text ?? null,
    alone: row.class === 'solely_automated',
    decidedAt: row.decided_at,
    version: row.version_id,
    rules: row.rules,
  }
}

type ReviewGiven = z.output<typeof reviewRequest>

/** The letter that would go to the customer with this look. Errors: as `reviewDecision`. */
export async function previewReview(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reviewer: string,
  given: ReviewGiven,
  now: Date,
): Promise<LetterPreview> {
  const look = await looking(tx, ring, id, reviewer, given, now)
  if (look.contest === undefined) return { letter: null }
  const preview = await previewLetter(tx, look.contest, look.key, answerFrom(tx, look, reviewer, given), now)
  if (preview === null) return { letter: null }
  const { language, subject, paragraphs } = preview.letter
  return { letter: { language, subject, paragraphs: [...paragraphs], digest: preview.digest } }
}

/**
 * A person's second look at a decision that waits, with its entry. What the system decided stays as it was; what it became stands
 * beside it. Errors: `decision_unknown` (404), `decision_not_waiting` (409), `decision_outcome_…` (422); where its person asked, those of
 * `requireReader` and `answerContest`.
 */
export async function reviewDecision(
  tx: Tx,
  { ring, post }: LetterParts,
  id: string,
  reviewer: string,
  given: ReviewGiven,
  act: Act,
): Promise<{ id: string; decision: string; verdict: 'confirmed' | 'changed'; outcome: string }> {
  const look = await looking(tx, ring, id, reviewer, given, act.now)
  const { row, key, contest, becomes } = look
  const review = act.ids.next()
  const opened = openedAt(given.openedAt, contest?.read_at ?? null)
  const record = await recordEvent(tx, act, {
    type: 'decision.reviewed',
    client: row.client_id,
    subject: row.subject_id,
    refs: {
      decision: id,
      review,
      system: row.system_id,
      ...(contest === undefined ? {} : { contest: contest.contest_id }),
    },
    body: {
      verdict: given.verdict,
      outcome: becomes.outcome,
      favourable: becomes.favourable,
      spent: spanOf(opened, act.now),
    },
  })
  await writeReview(tx, ring, look, { review, reviewer, opened, record, given }, act.now)
  if (contest !== undefined)
    await answerContest(
      tx,
      contest,
      { key, post },
      { review, approved: given.letter, ...answerFrom(tx, look, reviewer, given) },
      act,
    )
  await tx.query('update decision set review = $3 where tenant_id = $1 and decision_id = $2', [
    tenantOf(tx),
    id,
    given.verdict,
  ])
  return { id: review, decision: id, verdict: given.verdict, outcome: becomes.outcome }
}

/** Since when somebody looked: what the screen says, but of a contest not before they read the customer's own view. */
function openedAt(said: string | undefined, read: Date | null): Date | null {
  const opened = said === undefined ? null : new Date(said)
  if (opened === null || read === null) return opened ?? read
  return opened > read ? opened : read
}

type Written = {
  readonly review: string
  readonly reviewer: string
  readonly opened: Date | null
  readonly record: string
  readonly given: ReviewGiven
}

async function writeReview(
  tx: Tx,
  ring: KeyRing,
  { row, key, becomes }: Looking,
  { review, reviewer, opened, record, given }: Written,
  now: Date,
): Promise<void> {
  const tenant = tenantOf(tx)
  const { reasons, forCustomer, points } = given
  await tx.query(
    `insert into decision_review (tenant_id, client_id, review_id, decision_id, subject_id, reviewer, opened_at, decided_at, verdict, outcome, favourable, record, sealed, spent, short_reasons, reasons_hmac)
     values ($1, $2, $3, $4, $5, $6, date_trunc('minute', $7::timestamptz), $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      tenant,
      row.client_id,
      review,
      row.decision_id,
      row.subject_id,
      reviewer,
      opened === null || opened > now ? now : opened,
      now,
      given.verdict,
      becomes.outcome,
      becomes.favourable,
      record,
      key === undefined
        ? null
        : sealJson(key, reviewPlace(tenant, review), {
            reasons,
            ...(forCustomer === undefined ? {} : { forCustomer }),
            ...(points === undefined ? {} : { points }),
          }),
      spanOf(opened, now),
      reasons.trim().length < SHORT_REASONS,
      key === undefined
        ? null
        : keyedHash(ring.indexKey(tenant), 'review-reasons', row.client_id, comparableReasons(reasons)),
    ],
  )
}
