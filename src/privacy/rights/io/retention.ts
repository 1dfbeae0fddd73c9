/**
 * The pass of retention: what is past its term goes, in batches, and is counted. A pass that was cut off is gone on with; two at
 * once share the work. What is on hold, restricted, or asked about stays.
 */
import type { z } from 'zod'
import type { Act } from '../../../access/index.ts'
import type { Database, Scope, Tx } from '../../../platform/database.ts'
import type { PurposeTerms } from '../../../records/contract.ts'
import { dropOutgoingOf, recordEvent, tenantOf } from '../../../records/index.ts'
import { subjectTables } from '../../../records/rules.ts'
import { destroyUnused } from '../../../vault/index.ts'
import type { retentionBody } from '../contract.ts'
import {
  addCount,
  byClient,
  CASE_DAYS,
  COPY_DAYS,
  type Count,
  cutoff,
  DEFENCE_DAYS,
  KEY_DAYS,
  type RetentionKind,
  termsOf,
} from '../retention.ts'
import { eraseSubject, sweepErased } from './erasure.ts'

export type RetentionOptions = {
  readonly act: () => Act
  /** Says what would go, and changes nothing. */
  readonly dryRun?: boolean
  /** Rows of one kind in one transaction. */
  readonly batch?: number
  readonly backupsUntil: (now: Date) => Date | null
  /** Asked between batches: the process is stopping. */
  readonly ended?: () => boolean
}

export type RetentionResult = {
  /** null at a dry run, and when nothing was past its term. */
  readonly run: string | null
  readonly counts: readonly Count[]
  /** Conversations past the term of their contents that stay, on hold or because their customer asked something. */
  readonly kept: number
  readonly events: readonly string[]
  /** False when it was told to end before everything was done. */
  readonly whole: boolean
}

const BATCH = 500

/** One pass over one organisation. */
export async function runRetention(
  database: Database,
  scope: Scope,
  options: RetentionOptions,
): Promise<RetentionResult> {
  const { act, dryRun = false } = options
  const { now } = act()
  const plan = await database.inTx(scope, (tx) => planOf(tx, now), { readOnly: true })
  if (dryRun)
    return {
      run: null,
      ...(await database.inTx(scope, (tx) => countAll(tx, plan), { readOnly: true })),
      events: [],
      whole: true,
    }
  const run = await database.inTx(scope, (tx) => openRun(tx, act()))
  let whole = true
  for (const step of plan) {
    for (;;) {
      if (options.ended?.()) {
        whole = false
        break
      }
      const done = await database.inTx(scope, (tx) => takeBatch(tx, run, step, options))
      if (done < (options.batch ?? BATCH)) break
    }
    if (!whole) break
  }
  const kept = await database.inTx(scope, (tx) => keptOf(tx, plan), { readOnly: true })
  if (!whole) return { run, counts: [], kept, events: [], whole }
  return { kept, whole, ...(await database.inTx(scope, (tx) => closeRun(tx, run, kept, options))) }
}

// -- what is past its term ------------------------------------------------------------------------------------------

type Step = {
  readonly kind: RetentionKind
  readonly client: string
  readonly purpose: string | null
  readonly before: Date
}

async function planOf(tx: Tx, now: Date): Promise<Step[]> {
  const { rows } = await tx.query<{
    client_id: string
    purpose_id: string
    retention_days: number
    terms: PurposeTerms
  }>(
    'select client_id, purpose_id, retention_days, terms from purpose where tenant_id = $1 order by client_id, purpose_id',
    [tenantOf(tx)],
  )
  const ofPurposes = rows.flatMap(({ client_id: client, purpose_id: purpose, retention_days: retentionDays, terms }) =>
    termsOf({ retentionDays, terms }).map(({ kind, days }) => ({ kind, client, purpose, before: cutoff(days, now) })),
  )
  const clients = [...new Set(rows.map((row) => row.client_id))]
  return [
    ...ofPurposes,
    ...clients.flatMap((client): Step[] => [
      { kind: 'cases', client, purpose: null, before: cutoff(CASE_DAYS, now) },
      { kind: 'copies', client, purpose: null, before: now },
      { kind: 'callFacts', client, purpose: null, before: cutoff(DEFENCE_DAYS, now) },
      { kind: 'keys', client, purpose: null, before: cutoff(KEY_DAYS, now) },
      { kind: 'subjects', client, purpose: null, before: cutoff(DEFENCE_DAYS, now) },
    ]),
  ]
}

/** The subject in `alias` may not lose anything now: a hold on them or a case about them, a restriction, an open request or other case. */
export const keepsAll = (alias: string) => `(
  exists (select 1 from legal_hold h where h.tenant_id = ${alias}.tenant_id and h.lifted_at is null and (h.subject_id = ${alias}.subject_id
    or h.case_id in (select r.request_id from data_request r where r.tenant_id = ${alias}.tenant_id and r.subject_id = ${alias}.subject_id)
    or h.case_id in (select x.case_id from case_record x where x.tenant_id = ${alias}.tenant_id and x.subject_id = ${alias}.subject_id)
    or h.case_id in (select b.breach_id from breach_subject b where b.tenant_id = ${alias}.tenant_id and b.subject_id = ${alias}.subject_id)))
  or exists (select 1 from data_subject d where d.tenant_id = ${alias}.tenant_id and d.subject_id = ${alias}.subject_id and d.restricted_at is not null)
  or exists (select 1 from data_request r where r.tenant_id = ${alias}.tenant_id and r.subject_id = ${alias}.subject_id and r.decided_at is null)
  or exists (select 1 from case_record x where x.tenant_id = ${alias}.tenant_id and x.subject_id = ${alias}.subject_id and x.closed_at is null))`

const keepsConversation = `(${keepsAll('c')}
  or exists (select 1 from legal_hold h where h.tenant_id = c.tenant_id and h.lifted_at is null and h.conversation_id = c.conversation_id))`

const lastWord = 'greatest(c.updated_at, coalesce(c.ended_at, c.updated_at))'
const noOpenCall = `not exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state = 'admitted')`
const ofPurpose = 'c.tenant_id = $1 and c.client_id = $2 and c.purpose_id = $3'

/** Conversations with contents past their term; imported ones go by the moment they took place. */
const contentsPast = (imported: boolean) =>
  `from conversation c where ${ofPurpose} and ${imported ? 'coalesce(c.ended_at, c.started_at)' : lastWord} < $4
     and c.source ${imported ? '=' : '<>'} 'import' and (c.contents_ended_at is null or c.contents_ended_at < c.updated_at)`

const factsPast = `from conversation c where ${ofPurpose} and ${lastWord} < $4`

/**
 * Answers about a purpose that say nothing about the next call any more: not a yes that counts, not an objection, and no
 * call on record rests on them.
 */
const proofPast = `from (
    select e.tenant_id, e.client_id, e.subject_id, e.purpose_id, max(e.at) as last,
      (array_agg(e.state order by e.seq desc) filter (where e.state in ('asked', 'given', 'refused', 'withdrawn', 'expired', 'superseded')))[1] as consent,
      (array_agg(e.expires_at order by e.seq desc) filter (where e.state = 'given'))[1] as given_until,
      (array_agg(e.state order by e.seq desc) filter (where e.state in ('objected', 'objection_lifted')))[1] as objection
    from consent_event e where e.tenant_id = $1 and e.client_id = $2 and e.purpose_id = $3 group by 1, 2, 3, 4
  ) c where c.last < $4 and c.objection is distinct from 'objected' and (c.consent is distinct from 'given' or c.given_until < $4)
    and not exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.subject_id = c.subject_id and a.purpose_id = c.purpose_id)
    and not ${keepsAll('c')}`

const copiesPast = 'from prepared_copy c where c.tenant_id = $1 and c.client_id = $2 and c.expires_at <= $3'
/** By the day it was taken; one that a person still has to look at stays. */
const decisionsPast = `from decision c where ${ofPurpose} and greatest(c.decided_at, c.recorded_at) < $4 and c.review <> 'waiting' and not ${keepsAll('c')}`
const casesPast = `from case_record c where c.tenant_id = $1 and c.client_id = $2 and c.closed_at < $3 and not ${keepsAll('c')}`
/** Refused before they became part of a conversation. */
const looseCallsPast = `from ai_call c where c.tenant_id = $1 and c.client_id = $2 and c.conversation_id is null and c.started_at < $3 and c.state <> 'admitted'`
/** Of whom nothing is left but that they once were a customer. */
const subjectsPast = `from data_subject c where c.tenant_id = $1 and c.client_id = $2 and c.created_at < $3 and c.erased_at is null
    and not exists (select 1 from conversation x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id)
    and not exists (select 1 from consent_event x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id)
    and not exists (select 1 from decision x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id)
    and not exists (select 1 from attribute_value x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id)
    and not exists (select 1 from data_request x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id and x.received_at >= $3)
    and not exists (select 1 from case_record x where x.tenant_id = c.tenant_id and x.subject_id = c.subject_id)
    and not ${keepsAll('c')}`

const conversationsOfKey =
  'select x.conversation_id from conversation x where x.tenant_id = k.tenant_id and x.subject_id = k.subject_id'
const ofKey = (alias: string) => `${alias}.tenant_id = k.tenant_id and ${alias}.subject_id = k.subject_id`

/** Where something stands that only the key of the subject in `k` opens or finds; a test compares the list with the schema. */
export const sealedUnderKey: Readonly<Record<string, string>> = {
  turn: `t.tenant_id = k.tenant_id and t.sealed <> '' and t.conversation_id in (${conversationsOfKey})`,
  party: `t.tenant_id = k.tenant_id and t.sealed is not null and t.conversation_id in (${conversationsOfKey})`,
  pseudonym_table: `t.tenant_id = k.tenant_id and t.conversation_id in (${conversationsOfKey})`,
  conversation: `${ofKey('t')} and t.import ? 'sealed'`,
  redaction_sample: `${ofKey('t')} and t.sealed <> ''`,
  representative: `${ofKey('t')} and t.sealed is not null`,
  data_request: `${ofKey('t')} and t.sealed is not null`,
  correction: ofKey('t'),
  prepared_copy: ofKey('t'),
  reveal: `${ofKey('t')} and t.sealed_words is not null`,
  idempotency: `${ofKey('t')} and t.sealed is not null`,
  decision: `${ofKey('t')} and t.sealed is not null`,
  decision_review: `${ofKey('t')} and t.sealed is not null`,
  contest: `${ofKey('t')} and t.sealed is not null`,
  case_record: `${ofKey('t')} and t.sealed is not null`,
  case_message: `${ofKey('t')} and t.sealed is not null`,
  case_attachment: `${ofKey('t')} and t.sealed is not null`,
  case_letter: `${ofKey('t')} and t.sealed is not null`,
  case_note: `${ofKey('t')} and t.sealed is not null`,
  feedback: `${ofKey('t')} and t.sealed is not null`,
  wrong_answer: `${ofKey('t')} and t.sealed is not null`,
  wrong_answer_recipient: `${ofKey('t')} and t.sealed is not null`,
  attribute_value: ofKey('t'),
  subject_address: ofKey('t'),
  consent_event: `${ofKey('t')} and t.number_hmac is not null`,
  // A call under way holds the key in memory, and will store its answer.
  ai_call: `${ofKey('t')} and t.state = 'admitted'`,
}

/** Keys of people of whom nothing is left that needs one: then the copies of it in backups open nothing after their epoch. */
const unusedKey = `k.tenant_id = $1 and k.client_id = $2 and k.created_at < $3 and not ${keepsAll('k')}
    ${Object.entries(sealedUnderKey)
      .map(([table, condition]) => `and not exists (select 1 from ${table} t where ${condition})`)
      .join('\n    ')}`

const withPurpose = ({ client, purpose, before }: Step, tx: Tx) => [tenantOf(tx), client, purpose, before]
const withoutPurpose = ({ client, before }: Step, tx: Tx) => [tenantOf(tx), client, before]

/** What a step would take, as a condition of one statement. */
function pastOf(step: Step, tx: Tx): { readonly from: string; readonly values: readonly unknown[] } {
  switch (step.kind) {
    case 'contents':
    case 'importedRecordings': {
      const from = `${contentsPast(step.kind === 'importedRecordings')} and not ${keepsConversation} and ${noOpenCall}`
      return { from, values: withPurpose(step, tx) }
    }
    case 'callFacts':
      return step.purpose === null
        ? { from: looseCallsPast, values: withoutPurpose(step, tx) }
        : { from: `${factsPast} and not ${keepsConversation} and ${noOpenCall}`, values: withPurpose(step, tx) }
    case 'decisions':
      return { from: decisionsPast, values: withPurpose(step, tx) }
    case 'consentProof':
      return { from: proofPast, values: withPurpose(step, tx) }
    case 'cases':
      return { from: casesPast, values: withoutPurpose(step, tx) }
    case 'copies':
      return { from: copiesPast, values: withoutPurpose(step, tx) }
    case 'keys':
      return { from: `from subject_key k where ${unusedKey}`, values: withoutPurpose(step, tx) }
    case 'subjects':
      return { from: subjectsPast, values: withoutPurpose(step, tx) }
  }
}

/** What would go now, as far as the scope sees it, and what of it stays; keys that go along are not counted. */
export async function countPast(tx: Tx, now: Date): Promise<{ counts: Count[]; kept: number }> {
  return countAll(tx, await planOf(tx, now))
}

async function countAll(tx: Tx, plan: readonly Step[]): Promise<{ counts: Count[]; kept: number }> {
  let counts: Count[] = []
  // Which keys are of no use any more shows when the rest has gone.
  for (const step of plan.filter(({ kind }) => kind !== 'keys')) {
    const { from, values } = pastOf(step, tx)
    const { rows } = await tx.query<{ n: number }>(`select count(*)::int as n ${from}`, values)
    counts = addCount(counts, { kind: step.kind, client: step.client, purpose: step.purpose, n: rows[0]!.n })
  }
  return { counts, kept: await keptOf(tx, plan) }
}

async function keptOf(tx: Tx, plan: readonly Step[]): Promise<number> {
  let kept = 0
  for (const step of plan.filter(({ kind }) => kind === 'contents' || kind === 'importedRecordings')) {
    const past = contentsPast(step.kind === 'importedRecordings')
    const { rows } = await tx.query<{ n: number }>(
      `select count(*)::int as n ${past} and ${keepsConversation}`,
      withPurpose(step, tx),
    )
    kept += rows[0]!.n
  }
  return kept
}

// -- one batch ------------------------------------------------------------------------------------------------------

/** Takes at most a batch of one step and counts it with the pass; returns how many. 0 when the pass was closed elsewhere. */
async function takeBatch(tx: Tx, run: string, step: Step, options: RetentionOptions): Promise<number> {
  const { rows } = await tx.query<{ counts: Count[] }>(
    'select counts from retention_run where tenant_id = $1 and run_id = $2 and ended_at is null for update',
    [tenantOf(tx), run],
  )
  if (rows[0] === undefined) return 0
  const n = await takers[step.kind](tx, step, options.batch ?? BATCH, options)
  const counts = addCount(rows[0].counts, { kind: step.kind, client: step.client, purpose: step.purpose, n })
  if (n > 0)
    await tx.query('update retention_run set counts = $3 where tenant_id = $1 and run_id = $2', [
      tenantOf(tx),
      run,
      JSON.stringify(counts),
    ])
  return n
}

type Taker = (tx: Tx, step: Step, limit: number, options: RetentionOptions) => Promise<number>

async function conversationsOf(tx: Tx, step: Step, limit: number): Promise<string[]> {
  const { from, values } = pastOf(step, tx)
  const { rows } = await tx.query<{ conversation_id: string }>(
    `select c.conversation_id ${from} order by c.updated_at limit ${Number(limit)} for update of c skip locked`,
    values,
  )
  return rows.map((row) => row.conversation_id)
}

const takeContents: Taker = async (tx, step, limit, { act }) => {
  const conversations = await conversationsOf(tx, step, limit)
  if (conversations.length === 0) return 0
  const values = [tenantOf(tx), conversations]
  const of = 'tenant_id = $1 and conversation_id = any($2)'
  // Rows stay, so that turns keep their numbers for the entries about them.
  await tx.query(`update turn set sealed = '' where ${of} and sealed <> ''`, values)
  await tx.query(`update party set sealed = null where ${of} and sealed is not null`, values)
  // What was chosen stays with the facts; what was written goes.
  await tx.query(`update feedback set sealed = null where ${of} and sealed is not null`, values)
  await tx.query(
    `update wrong_answer set sealed = null, sentences_hmac = '{}' where ${of} and (sealed is not null or sentences_hmac <> '{}')`,
    values,
  )
  await tx.query(`update wrong_answer_recipient set sealed = null where ${of} and sealed is not null`, values)
  for (const [table, { with: goesWith }] of Object.entries(subjectTables))
    if (goesWith === 'contents') await tx.query(`delete from ${table} where ${of}`, values)
  await tx.query(`delete from correction where ${of}`, values)
  await tx.query(
    `update conversation set contents_ended_at = $3, messages_hmac = null, outcome = null, import = import - 'sealed' where ${of}`,
    [...values, act().now],
  )
  return conversations.length
}

const takeFacts: Taker = async (tx, step, limit) => {
  if (step.purpose === null) {
    // Looks without a conversation are facts of the same age; they go along and are not counted as calls.
    await tx.query(
      `delete from content_view c where c.tenant_id = $1 and c.client_id = $2 and c.conversation_id is null and c.at < $3 and not ${keepsAll('c')}`,
      withoutPurpose(step, tx),
    )
    return (await takeRows(tx, 'ai_call', 'call_id', step, limit)).length
  }
  const conversations = await conversationsOf(tx, step, limit)
  if (conversations.length === 0) return 0
  for (const table of await conversationTables(tx))
    await tx.query(`delete from ${table} where tenant_id = $1 and conversation_id = any($2)`, [
      tenantOf(tx),
      conversations,
    ])
  await tx.query('delete from conversation where tenant_id = $1 and conversation_id = any($2)', [
    tenantOf(tx),
    conversations,
  ])
  return conversations.length
}

/** Tables with rows of a conversation, but for those with a term of their own. */
const ownTerm = new Set([
  'conversation',
  'ledger_entry',
  'ledger_pending',
  'consent_event',
  'decision',
  'case_record',
  'data_request',
  'legal_hold',
])

async function conversationTables(tx: Tx): Promise<string[]> {
  const listed = Object.keys(subjectTables).filter((table) => !ownTerm.has(table))
  const { rows } = await tx.query<{ table_name: string }>(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'conversation_id' and table_name = any($1)`,
    [listed],
  )
  return rows.map((row) => row.table_name)
}

/** By key, so that a statement with a limit can delete; returns the keys of what went. */
async function takeRows(tx: Tx, table: string, key: string, step: Step, limit: number): Promise<readonly string[]> {
  const { from, values } = pastOf(step, tx)
  const { rows } = await tx.query<{ key: string }>(
    `select c.${key} as key ${from} limit ${Number(limit)} for update of c skip locked`,
    values,
  )
  const keys = rows.map((row) => row.key)
  if (keys.length > 0)
    await tx.query(`delete from ${table} where tenant_id = $1 and ${key} = any($2)`, [tenantOf(tx), keys])
  return keys
}

/** With what was sent about them, by mail and to systems of the organisation. */
const takeCases: Taker = async (tx, step, limit) => {
  const cases = await takeRows(tx, 'case_record', 'case_id', step, limit)
  if (cases.length > 0) await dropOutgoingOf(tx, cases)
  return cases.length
}

/** With what became of them and who looked again, which hang on them. */
const takeDecisions: Taker = async (tx, step, limit) => {
  const { from, values } = pastOf(step, tx)
  const { rows } = await tx.query<{ decision_id: string }>(
    `select c.decision_id ${from} limit ${Number(limit)} for update of c skip locked`,
    values,
  )
  for (const table of ['outcome', 'contest', 'decision_review', 'decision'] as const)
    await tx.query(`delete from ${table} where tenant_id = $1 and decision_id = any($2)`, [
      tenantOf(tx),
      rows.map((row) => row.decision_id),
    ])
  return rows.length
}

const takeProof: Taker = async (tx, step, limit) => {
  const { from, values } = pastOf(step, tx)
  const { rows } = await tx.query<{ subject_id: string }>(`select c.subject_id ${from} limit ${Number(limit)}`, values)
  if (rows.length === 0) return 0
  // A subject who answers right now holds the lock; their answer is new and keeps the old ones.
  const locked = await tx.query<{ subject_id: string }>(
    'select subject_id from data_subject where tenant_id = $1 and subject_id = any($2) for no key update skip locked',
    [tenantOf(tx), rows.map((row) => row.subject_id)],
  )
  const { rowCount } = await tx.query(
    `delete from consent_event e using (select c.subject_id ${from} and c.subject_id = any($5)) past
     where e.tenant_id = $1 and e.client_id = $2 and e.purpose_id = $3 and e.subject_id = past.subject_id`,
    [...values, locked.rows.map((row) => row.subject_id)],
  )
  return rowCount
}

const takeSubjects: Taker = async (tx, step, limit, { act, backupsUntil }) => {
  const { from, values } = pastOf(step, tx)
  const { rows } = await tx.query<{ subject_id: string }>(
    `select c.subject_id ${from} limit ${Number(Math.min(limit, 100))} for update of c skip locked`,
    values,
  )
  const now = act()
  for (const { subject_id: subject } of rows)
    await eraseSubject(tx, subject, { cause: 'retention', backupsUntil: backupsUntil(now.now) }, now)
  // A short batch means that none is left: one that was cut to a hundred must not look short.
  return rows.length === 100 ? Math.max(limit, 100) : rows.length
}

const takeKeys: Taker = async (tx, step, limit) =>
  (await destroyUnused(tx, { unused: unusedKey, values: withoutPurpose(step, tx), limit })).length

const takers: Readonly<Record<RetentionKind, Taker>> = {
  contents: takeContents,
  importedRecordings: takeContents,
  callFacts: takeFacts,
  decisions: takeDecisions,
  consentProof: takeProof,
  cases: takeCases,
  copies: async (tx, step, limit) => (await takeRows(tx, 'prepared_copy', 'copy_id', step, limit)).length,
  keys: takeKeys,
  subjects: takeSubjects,
}

// -- the pass -------------------------------------------------------------------------------------------------------

async function openRun(tx: Tx, { now, ids }: Act): Promise<string> {
  const open = await tx.query<{ run_id: string }>(
    'select run_id from retention_run where tenant_id = $1 and ended_at is null order by started_at limit 1 for update',
    [tenantOf(tx)],
  )
  if (open.rows[0] !== undefined) return open.rows[0].run_id
  const run = ids.next()
  await tx.query('insert into retention_run (tenant_id, run_id, started_at) values ($1, $2, $3)', [
    tenantOf(tx),
    run,
    now,
  ])
  return run
}

async function closeRun(
  tx: Tx,
  run: string,
  kept: number,
  { act, backupsUntil }: RetentionOptions,
): Promise<Pick<RetentionResult, 'run' | 'counts' | 'events'>> {
  const now = act()
  const { rows } = await tx.query<{ counts: Count[]; started_at: Date }>(
    'update retention_run set ended_at = $3 where tenant_id = $1 and run_id = $2 and ended_at is null returning counts, started_at',
    [tenantOf(tx), run, now.now],
  )
  // Another process closed it, with what this one did.
  if (rows[0] === undefined) return { run, counts: [], events: [] }
  await sweepErased(tx, cutoff(COPY_DAYS, now.now), backupsUntil(now.now), now)
  await reportExpiredHolds(tx, now)
  const { counts } = rows[0]
  const events: string[] = []
  for (const [client, list] of byClient(counts)) {
    const body: z.input<typeof retentionBody> = { counts: list.map(({ kind, purpose, n }) => ({ kind, purpose, n })) }
    events.push(await recordEvent(tx, now, { type: 'retention.applied', client, refs: { run }, body }))
  }
  if (events.length > 0)
    await tx.query('update retention_run set event_id = $3 where tenant_id = $1 and run_id = $2', [
      tenantOf(tx),
      run,
      events[0],
    ])
  else if (kept === 0) return { run: null, counts, events }
  return { run, counts, events }
}

/** A hold whose end has passed is put on record once; it goes on until somebody lifts it. */
async function reportExpiredHolds(tx: Tx, act: Act): Promise<void> {
  const { rows } = await tx.query<{ hold_id: string; client_id: string; subject_id: string | null; reason: string }>(
    `update legal_hold set expired_at = $2 where tenant_id = $1 and lifted_at is null and expired_at is null and ends_at <= $2
     returning hold_id, client_id, subject_id, reason`,
    [tenantOf(tx), act.now],
  )
  for (const row of rows)
    await recordEvent(tx, act, {
      type: 'hold.expired',
      client: row.client_id,
      subject: row.subject_id,
      refs: { hold: row.hold_id },
      body: { reason: row.reason },
    })
}

/**
 * The table of pseudonyms is the only place with originals beside the turns: it goes soon after the conversation, unless
 * the conversation is on hold.
 */
export async function expirePseudonyms(tx: Tx, before: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from pseudonym_table p using conversation c where c.tenant_id = p.tenant_id and c.conversation_id = p.conversation_id
       and coalesce(c.ended_at, p.updated_at) < $1
       and not exists (select 1 from legal_hold h where h.tenant_id = c.tenant_id and h.lifted_at is null
         and (h.subject_id = c.subject_id or h.conversation_id = c.conversation_id))`,
    [before],
  )
  return rowCount
}

/** Every organisation of the installation, one after the other. */
export async function runRetentionForAll(
  database: Database,
  options: RetentionOptions,
  tenant?: string,
): Promise<ReadonlyMap<string, RetentionResult>> {
  const actor: Scope['actor'] = { kind: 'job', id: 'retention' }
  const tenants = await database.inTx(
    { tenant: tenant ?? '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  const results = new Map<string, RetentionResult>()
  for (const { tenant_id } of tenants)
    results.set(tenant_id, await runRetention(database, { tenant: tenant_id, clients: '*', actor }, options))
  return results
}
