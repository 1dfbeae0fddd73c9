/** The work list: open cases, those whose term ends first on top; and one case with what all kinds share. */
import type { z } from 'zod'
import { type Act, loadStaff } from '../../../access/index.ts'
import { dayIn, findRule } from '../../../deadlines/index.ts'
import { entryByEventId, findEntries } from '../../../ledger/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { KeyRing } from '../../../vault/index.ts'
import { pageToken, readPageToken } from '../../conversation.ts'
import { recordEvent, tenantOf } from '../../io/event.ts'
import { readReference, readsCaseAs } from '../case.ts'
import { clockStanding, endOfDay, isOpen, type StoredClock, type StoredClockState } from '../clock.ts'
import type { CaseClock, CaseCounts, CaseLine, CaseList, CaseView, caseQuery, WorkLine } from '../contract.ts'
import type { WorkSource } from '../work.ts'
import { filesOf, lettersOf, messagesOf, notesOf, readingKey } from './contents.ts'
import { type CaseRow, calendarOf, clocksOf, readCase } from './store.ts'

type Query = z.output<typeof caseQuery>
export type CaseReader = { readonly id: string; readonly roles: readonly string[] }

const PAGE = 50
/** What matches is counted up to here. */
export const COUNTED = 1_000
const WEEK_MS = 7 * 86_400_000

/**
 * A page of the list without contents: each source gives as many lines as a page has, by its own index, and the first of them all are
 * the page. Errors: `page_unknown` (422).
 */
export async function listCases(
  tx: Tx,
  query: Query,
  reader: CaseReader,
  now: Date,
  sources: readonly WorkSource[],
): Promise<CaseList> {
  const { from, values } = partsOf(tx, query, reader, now, sources)
  if (from.length === 0) return { cases: [], total: 0, more: false, next: null }
  const limit = query.limit ?? PAGE
  const counted = await tx.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from (${from.map((part) => `(select 1 as one ${part} limit ${COUNTED + 1})`).join(' union all ')}) as u limit ${COUNTED + 1}) as found`,
    values,
  )
  const end = query.after === undefined ? undefined : readPageToken(query.after)
  if (query.after !== undefined && end === undefined) throw new ApiError(422, 'page_unknown', { param: 'after' })
  const [order, way] = query.closed ? ['closed_at', 'desc'] : ['due_at', 'asc']
  const paged =
    end === undefined
      ? ''
      : `and (w.${order}, w.id) ${query.closed ? '<' : '>'} ($${values.length + 1}::timestamptz, $${values.length + 2})`
  const first = from.map(
    (part) => `(select w.* ${part} ${paged} order by w.${order} ${way}, w.id ${way} limit ${limit + 1})`,
  )
  const { rows } = await tx.query<WorkRow & { order_exact: string }>(
    `select w.*, to_char(w.${order} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as order_exact
     from (${first.join(' union all ')}) w order by w.${order} ${way}, w.id ${way} limit ${limit + 1}`,
    [...values, ...(end === undefined ? [] : [end.startedAt, end.id])],
  )
  const page = rows.slice(0, limit)
  const names = await namesOf(
    tx,
    page.flatMap(({ owner }) => (owner === null ? [] : [owner])),
  )
  const last = page.at(-1)
  const n = counted.rows[0]!.n
  return {
    cases: page.map((row) => lineOf(row, names, now)),
    total: Math.min(n, COUNTED),
    more: n > COUNTED,
    next: rows.length > limit && last !== undefined ? pageToken({ startedAt: last.order_exact, id: last.id }) : null,
  }
}

/** The sources that this reader sees and the question is about, each as `from … where …`. */
function partsOf(
  tx: Tx,
  query: Pick<Query, 'kind' | 'not' | 'client' | 'system' | 'state' | 'owner' | 'due' | 'find' | 'closed'>,
  reader: CaseReader,
  now: Date,
  sources: readonly WorkSource[],
): { readonly from: readonly string[]; readonly values: readonly unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = [tenantOf(tx), now]
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  add(query.client, (at) => `w.client_id = ${at}`)
  add(query.system, (at) => `w.system_id = ${at}`)
  add(query.state, (at) => `w.state = ${at}`)
  if (query.owner === 'none') conditions.push('w.owner is null')
  else add(query.owner === 'me' ? reader.id : query.owner, (at) => `w.owner = ${at}`)
  if (query.due === 'passed') conditions.push('w.due_at < $2')
  if (query.due === 'today')
    add(endOfDay(dayIn(now, 'Europe/Amsterdam'), 'Europe/Amsterdam'), (at) => `w.due_at <= ${at}`)
  if (query.due === 'week') add(new Date(now.getTime() + WEEK_MS), (at) => `w.due_at <= ${at}`)
  const find = query.find?.trim()
  if (find) {
    const whole = readReference(find)
    if (whole === undefined)
      add(find.toUpperCase().replace(/[^0-9A-Z-]/g, ''), (at) => `starts_with(w.reference, ${at})`)
    else add(whole, (at) => `w.reference = ${at}`)
  }
  const shared = conditions.length
  const from = seenBy(sources, reader).flatMap(({ kinds, sql }) => {
    const wanted = kinds.filter((kind) => (query.kind ?? kind) === kind && kind !== query.not)
    if (wanted.length === 0) return []
    const own = conditions.slice(0, shared)
    if (wanted.length < kinds.length) {
      values.push(wanted)
      own.push(
        wanted.length === 1 ? `w.kind = ($${values.length}::text[])[1]` : `w.kind = any ($${values.length}::text[])`,
      )
    }
    // The moment is named in every part, so that its type is known.
    const rows = sql({ tenant: '$1', now: '$2::timestamptz', closed: query.closed === true })
    return [`from (${rows}) w where $2::timestamptz is not null${own.map((one) => ` and ${one}`).join('')}`]
  })
  return { from, values }
}

const seenBy = (sources: readonly WorkSource[], { roles }: CaseReader): readonly WorkSource[] =>
  sources.filter(({ readers }) => readers.some((role) => roles.includes(role)))

export type WorkRow = Row & {
  kind: WorkLine['kind']
  id: string
  reference: string | null
  client_id: string | null
  system_id: string | null
  state: string
  next_act: string | null
  owner: string | null
  opened_at: Date
  closed_at: Date | null
  rule: string | null
  clock_state: StoredClockState | null
  strict_at: Date | null
  latest_at: Date | null
  reminded: number
  escalated_at: Date | null
}

const lineOf = (row: WorkRow, names: ReadonlyMap<string, string>, now: Date): WorkLine => ({
  id: row.id,
  kind: row.kind,
  reference: row.reference,
  client: row.client_id,
  system: row.system_id,
  state: row.state,
  nextAct: row.next_act,
  owner: row.owner === null ? null : { id: row.owner, name: names.get(row.owner) ?? row.owner },
  openedAt: row.opened_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  due:
    row.rule === null || row.closed_at !== null
      ? null
      : {
          rule: row.rule,
          state: row.clock_state!,
          strictAt: row.strict_at!.toISOString(),
          latestAt: row.latest_at!.toISOString(),
          strictPassed: now > row.strict_at!,
          latestPassed: now > row.latest_at!,
        },
  reminded: Number(row.reminded),
  escalated: row.escalated_at !== null,
})

const caseLineOf = (
  row: CaseRow & { reminded: number; escalated_at: Date | null },
  names: ReadonlyMap<string, string>,
  now: Date,
): CaseLine => ({
  ...lineOf({ ...row, id: row.case_id }, names, now),
  kind: row.kind,
  reference: row.reference,
  client: row.client_id,
})

export async function namesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  return new Map((await loadStaff(tx, wanted)).map(({ id, name }) => [id, name]))
}

/** How many lines of the list are open for this reader, by kind. */
export async function countCases(
  tx: Tx,
  reader: CaseReader,
  now: Date,
  sources: readonly WorkSource[],
): Promise<CaseCounts> {
  const today = endOfDay(dayIn(now, 'Europe/Amsterdam'), 'Europe/Amsterdam')
  const { from, values } = partsOf(tx, {}, reader, now, sources)
  if (from.length === 0) return { open: 0, passed: 0, today: 0, unowned: 0, byKind: [] }
  const { rows } = await tx.query<{
    kind: WorkLine['kind']
    open: number
    passed: number
    today: number
    unowned: number
  }>(
    `select kind, count(*)::int as open, count(*) filter (where due_at < $2)::int as passed,
       count(*) filter (where due_at <= $${values.length + 1} and due_at >= $2)::int as today, count(*) filter (where owner is null)::int as unowned
     from (${from.map((part) => `select w.kind, w.due_at, w.owner ${part}`).join(' union all ')}) w group by kind order by kind`,
    [...values, today],
  )
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0)
  return {
    open: sum(({ open }) => open),
    passed: sum(({ passed }) => passed),
    today: sum((row) => row.today),
    unowned: sum(({ unowned }) => unowned),
    byKind: rows.map(({ kind, open, passed }) => ({ kind, open, passed })),
  }
}

// -- one case -----------------------------------------------------------------------------------------------------------

/**
 * Everything that all kinds share of one case. What was written is opened for roles whose work it is, and that look is an entry
 * about its person (`case.viewed`); without `contents` nothing is opened. Errors: `case_unknown` (404; also one outside the scope).
 */
export async function viewCase(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reader: CaseReader,
  act: Act,
  { contents = true }: { readonly contents?: boolean | undefined } = {},
): Promise<CaseView> {
  const row = await readCase(tx, id)
  const role = contents ? readsCaseAs(row.kind, reader.roles) : undefined
  const key = role === undefined ? undefined : await readingKey(tx, ring, row.subject_id)
  const [clocks, calendar] = [await clocksOf(tx, id), await calendarOf(tx, row.client_id)]
  const [messages, letters, notes, attachments] = [
    await messagesOf(tx, key, id),
    await lettersOf(tx, key, id),
    await notesOf(tx, key, id),
    await filesOf(tx, key, id),
  ]
  if (key !== undefined)
    await recordEvent(tx, act, {
      type: 'case.viewed',
      client: row.client_id,
      subject: row.subject_id,
      refs: { case: id },
      body: { role: role ?? '', kind: row.kind },
    })
  const timeline = await timelineOf(tx, row)
  const people = [row.owner, ...timeline.map(({ actor }) => actor)].filter((one): one is string => one !== null)
  const names = await namesOf(tx, people)
  const opened = await entryByEventId(tx, row.record)
  return {
    ...caseLineOf(row, names, act.now),
    subject: row.subject_id,
    conversation: row.conversation_id,
    decision: row.decision_id,
    version: row.version_id,
    via: row.via as CaseView['via'],
    language: row.language,
    revision: row.revision,
    clocks: clocks.map((one) => clockView(one, act.now, calendar)),
    access: key === undefined ? 'closed' : 'open',
    messages,
    letters,
    notes,
    attachments,
    timeline: timeline.map((one) => ({ ...one, actorName: names.get(one.actor) ?? null })),
    related: await relatedTo(tx, row),
    proof: { event: row.record, index: opened?.index ?? null },
  }
}

export function clockView(stored: StoredClock, now: Date, calendar: Parameters<typeof clockStanding>[2]): CaseClock {
  const rule = findRule(stored.rule)!
  const at = clockStanding(stored, now, calendar)
  return {
    clock: stored.clock,
    rule: stored.rule,
    article: rule.source.article,
    url: rule.source.url,
    house: rule.source.house,
    startedAt: stored.startedAt.toISOString(),
    state: at.state,
    strictAt: at.strictAt.toISOString(),
    latestAt: at.latestAt.toISOString(),
    strictPassed: at.strictPassed,
    metAt: stored.metAt?.toISOString() ?? null,
    metLate: at.metLate,
    share: at.share,
    extensions: stored.extensions.map((one) => ({
      by: one.by,
      on: one.on,
      until: one.by === 'consent' ? one.until : null,
    })),
    pauses: stored.pauses.map(({ ground, from, to }) => ({ ground, from, to })),
    mayExtend:
      isOpen(at.state) &&
      now <= at.latestAt &&
      rule.extensions.some(({ by }) => by === 'letter') &&
      !stored.extensions.some(({ by }) => by === 'letter'),
  }
}

async function timelineOf(tx: Tx, row: CaseRow): Promise<Omit<CaseView['timeline'][number], 'actorName'>[]> {
  const entries = await findEntries(tx, { subject: row.subject_id }, { limit: 2_000 })
  // Of one moment, the order in which they were written.
  return entries
    .toReversed()
    .map(({ index, payload }) => ({
      index,
      entry: JSON.parse(Buffer.from(payload).toString('utf8')) as {
        id: string
        type: string
        at: string
        actor: { kind: string; id: string }
        refs?: Record<string, string>
      },
    }))
    .filter(({ entry: { refs = {} } }) => refs.case === row.case_id || refs[row.kind] === row.case_id)
    .map(({ index, entry }) => ({
      type: entry.type,
      at: entry.at,
      actor: entry.actor.kind === 'person' ? entry.actor.id : entry.actor.kind,
      proof: { event: entry.id, index },
    }))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

async function relatedTo(tx: Tx, row: CaseRow): Promise<CaseView['related']> {
  const { rows } = await tx.query<{ case_id: string; kind: CaseLine['kind']; reference: string; state: string }>(
    `select case_id, kind, reference, state from case_record where tenant_id = $1 and client_id = $2 and subject_id = $3 and case_id <> $4 order by opened_at desc, case_id limit 50`,
    [tenantOf(tx), row.client_id, row.subject_id, row.case_id],
  )
  return rows.map(({ case_id, kind, reference, state }) => ({ id: case_id, kind, reference, state }))
}
