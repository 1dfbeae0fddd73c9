/** Data breaches: recorded, the affected found, assessed, reported, closed. What is told about one is sealed for the organisation. */
import type { z } from 'zod'
import { type Act, loadAssignments, loadPerson } from '../../../access/index.ts'
import { holdsNow, holdsRole } from '../../../access/rules.ts'
import { dayIn } from '../../../deadlines/index.ts'
import { findEntries } from '../../../ledger/index.ts'
import type { Database, Row, Tx } from '../../../platform/database.ts'
import { ApiError, type Caller } from '../../../platform/http.ts'
import type { Language } from '../../../platform/text.ts'
import { namesOf, recordEvent, tenantOf } from '../../../records/index.ts'
import { referenceFrom, termNews } from '../../../records/rules.ts'
import { derive, type Key, type KeyRing, openJson, sealJson } from '../../../vault/index.ts'
import {
  type Assessment,
  assessmentRefusal,
  breachClock,
  breachEscalateTo,
  breachHandlers,
  breachInScope,
  breachNext,
  closeRefusal,
  notifyBy,
  type Reporting,
  reportRefusal,
  untoldFrom,
} from '../breach.ts'
import type {
  affectedRequest,
  assessRequest,
  BreachDetail,
  BreachList,
  Bundle,
  breachBody,
  breachRequest,
  bundleRequest,
  KnownView,
  notifyRequest,
  wordRequest,
} from '../contract.ts'
import { resolveSearch, type Search, touched } from './affected.ts'
import { composeBundle, letterFor, tellAffected, untoldOf } from './breach-letters.ts'
import { aboutClient } from './copies.ts'

type Told = {
  readonly what: string
  readonly consequences: string | null
  readonly measures: string | null
  readonly reasons: string | null
  readonly lateReason: string | null
  readonly tellException: BreachDetail['tellException']
  /** What the people are told, in both languages. */
  readonly words?: NonNullable<BreachDetail['words']>
}

type BreachRow = Row & {
  breach_id: string
  client_id: string | null
  state: BreachDetail['state']
  kinds: BreachDetail['kinds']
  cause: BreachDetail['cause']
  categories: BreachDetail['categories']
  happened_from: Date | null
  happened_until: Date | null
  discovered_at: Date
  due_at: Date
  recorded_by: string
  query: Search[] | null
  affected: number | null
  risk: BreachDetail['risk']
  notify_authority: boolean | null
  tell_people: boolean | null
  assessed_at: Date | null
  notified_at: Date | null
  authority_reference: string | null
  told_at: Date | null
  closed_at: Date | null
  sealed: Buffer
  reference: string
  owner: string | null
  untold: number
}

/** Every column, and of how many people it is still to be said. */
const selected = `b.*, (select count(*)::int ${untoldFrom}) as untold`

/** A breach is about many: their own keys would hide it from whoever must report it. */
const breachKey = (ring: KeyRing, tenant: string): Key => derive(ring.indexKey(tenant), 'breach')
const placeOf = (tenant: string, id: string) => ['breach', 'sealed', tenant, id]

const reportingOf = (row: BreachRow, untold: number): Reporting => ({
  untold,
  state: row.state,
  notifyAuthority: row.notify_authority,
  tellPeople: row.tell_people,
  notifiedAt: row.notified_at,
  toldAt: row.told_at,
  dueAt: row.due_at,
})

async function rowOf(tx: Tx, id: string): Promise<BreachRow> {
  const { rows } = await tx.query<BreachRow>(
    `select * from breach b where tenant_id = $1 and breach_id = $2 and ${breachInScope} for update`,
    [tenantOf(tx), id],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'breach_unknown')
  return rows[0]
}

const told = (ring: KeyRing, tenant: string, row: BreachRow): Told =>
  openJson(breachKey(ring, tenant), placeOf(tenant, row.breach_id), row.sealed) as Told

function entry(
  tx: Tx,
  act: Act,
  step:
    | 'recorded'
    | 'assigned'
    | 'searched'
    | 'assessed'
    | 'worded'
    | 'bundled'
    | 'notified'
    | 'closed'
    | 'reminded'
    | 'missed'
    | 'escalated',
  row: Pick<BreachRow, 'breach_id' | 'client_id'>,
  body: z.input<typeof breachBody>,
  refs: Readonly<Record<string, string>> = {},
): Promise<string> {
  return recordEvent(tx, act, {
    type: `breach.${step}`,
    client: row.client_id,
    refs: { breach: row.breach_id, ...refs },
    body: body as NonNullable<Parameters<typeof recordEvent>[2]['body']>,
  })
}

// -- reading ----------------------------------------------------------------------------------------------------------

function summaryOf(row: BreachRow, names: ReadonlyMap<string, string>, now: Date): BreachList['breaches'][number] {
  const reporting = reportingOf(row, row.untold)
  return {
    id: row.breach_id,
    reference: row.reference,
    client: row.client_id,
    state: row.state,
    kinds: row.kinds,
    cause: row.cause,
    categories: row.categories,
    discoveredAt: row.discovered_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    clock: breachClock(reporting, now),
    affected: row.affected,
    risk: row.risk,
    owner: row.owner === null ? null : { id: row.owner, name: names.get(row.owner) ?? row.owner },
    nextAct: breachNext(reporting),
  }
}

const namesOfOwners = (tx: Tx, rows: readonly BreachRow[]) =>
  namesOf(
    tx,
    rows.flatMap(({ owner }) => (owner === null ? [] : [owner])),
  )

export async function listBreaches(tx: Tx, now: Date): Promise<BreachList['breaches']> {
  const { rows } = await tx.query<BreachRow>(
    `select ${selected} from breach b where b.tenant_id = $1 and ${breachInScope} order by b.closed_at is not null, b.due_at, b.breach_id limit 500`,
    [tenantOf(tx)],
  )
  const names = await namesOfOwners(tx, rows)
  return rows.map((row) => summaryOf(row, names, now))
}

/** Everything the report to the authority holds (33(3)). Errors: `breach_unknown` (404). */
export async function readBreach(tx: Tx, ring: KeyRing, id: string, now: Date): Promise<BreachDetail> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<BreachRow>(
    `select ${selected} from breach b where b.tenant_id = $1 and b.breach_id = $2 and ${breachInScope}`,
    [tenant, id],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'breach_unknown')
  const words = told(ring, tenant, row)
  const about = row.client_id === null ? undefined : await aboutClient(tx, row.client_id)
  const named = await tx.query<{ name: string }>('select name from tenant where tenant_id = $1', [tenant])
  const counted = await tx.query<{ n: number }>(
    `select count(*)::int as n from conversation c join breach_subject b using (tenant_id, subject_id) where c.tenant_id = $1 and b.breach_id = $2`,
    [tenant, id],
  )
  const iso = (at: Date | null) => at?.toISOString() ?? null
  const entries = await findEntries(tx, row.client_id === null ? {} : { client: row.client_id }, { limit: 20_000 })
  return {
    ...summaryOf(row, await namesOfOwners(tx, [row]), now),
    ...words,
    words: words.words ?? null,
    untold: row.untold,
    happenedFrom: iso(row.happened_from),
    happenedUntil: iso(row.happened_until),
    recordedBy: row.recorded_by,
    notifyAuthority: row.notify_authority,
    tellPeople: row.tell_people,
    assessedAt: iso(row.assessed_at),
    notifiedAt: iso(row.notified_at),
    authorityReference: row.authority_reference,
    toldAt: iso(row.told_at),
    closedAt: iso(row.closed_at),
    searches: row.query ?? [],
    conversations: counted.rows[0]!.n,
    contact: about?.contact ?? {},
    organisation: about?.name ?? named.rows[0]?.name ?? tenant,
    proofs: entries
      .filter(
        ({ type, payload }) =>
          type.startsWith('breach.') && JSON.parse(Buffer.from(payload).toString('utf8')).refs.breach === id,
      )
      .map(({ type, id: event, index, at }) => ({ type, event, index, at }))
      .reverse(),
  }
}

// -- steps --------------------------------------------------------------------------------------------------------------

/** Without a client it is the breach of the organisation as a whole, which only its staff may record. */
function onlyClient({ clients }: Caller['scope']): string | null {
  if (clients === '*') return null
  if (clients.length === 1) return clients[0]!
  throw new ApiError(422, 'breach_client_needed', { param: 'client' })
}

/** A number that no other breach has, also none of a client that is out of sight here. */
async function freeReference(
  breach: string,
  discoveredAt: Date,
  insert: (reference: string) => Promise<{ readonly rowCount: number }>,
  { ids }: Act,
): Promise<void> {
  const year = Number(dayIn(discoveredAt, 'Europe/Amsterdam').slice(0, 4))
  for (let id = breach, tries = 0; tries < 50; id = ids.next(), tries++)
    if ((await insert(referenceFrom('breach', year, id))).rowCount === 1) return
  throw new Error('no free number for a breach')
}

/** Errors: `breach_future`, `breach_order`, `breach_client_needed` (422), `client_unknown` (404). */
export async function recordBreach(
  tx: Tx,
  ring: KeyRing,
  wanted: z.output<typeof breachRequest>,
  { id: by, scope }: Pick<Caller, 'id' | 'scope'>,
  act: Act,
): Promise<BreachDetail> {
  const discoveredAt = new Date(wanted.discoveredAt)
  if (discoveredAt > act.now) throw new ApiError(422, 'breach_future', { param: 'discoveredAt' })
  if (wanted.happenedFrom && wanted.happenedUntil && new Date(wanted.happenedFrom) > new Date(wanted.happenedUntil))
    throw new ApiError(422, 'breach_order', { param: 'happenedUntil' })
  const tenant = tenantOf(tx)
  const client = wanted.client ?? onlyClient(scope)
  if (client !== null) {
    const found = await tx.query('select 1 from client where tenant_id = $1 and client_id = $2', [tenant, client])
    if (found.rowCount !== 1) throw new ApiError(404, 'client_unknown', { param: 'client' })
  }
  const id = act.ids.next()
  const dueAt = notifyBy(discoveredAt)
  const words: Told = {
    what: wanted.what,
    consequences: wanted.consequences ?? null,
    measures: wanted.measures ?? null,
    reasons: null,
    lateReason: null,
    tellException: null,
  }
  const insert = (reference: string) =>
    tx.query(
      `insert into breach (tenant_id, client_id, breach_id, reference, state, kinds, cause, categories, happened_from, happened_until, discovered_at, due_at, recorded_by, sealed)
     values ($1, $2, $3, $13, 'recorded', $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (tenant_id, reference) do nothing`,
      [
        tenant,
        client,
        id,
        wanted.kinds,
        wanted.cause,
        wanted.categories,
        wanted.happenedFrom ?? null,
        wanted.happenedUntil ?? null,
        discoveredAt,
        dueAt,
        by,
        sealJson(breachKey(ring, tenant), placeOf(tenant, id), words),
        reference,
      ],
    )
  await freeReference(id, discoveredAt, insert, act)
  await entry(
    tx,
    act,
    'recorded',
    { breach_id: id, client_id: client },
    {
      kinds: wanted.kinds,
      cause: wanted.cause,
      categories: wanted.categories,
      dueAt: dueAt.toISOString(),
    },
  )
  return readBreach(tx, ring, id, act.now)
}

/**
 * Finds whom something had to do with in a period and adds them to the breach. Errors: `breach_unknown` (404), `breach_closed`
 * (409), and those of `resolveSearch`.
 */
export async function findAffected(
  tx: Tx,
  ring: KeyRing,
  id: string,
  wanted: z.output<typeof affectedRequest>,
  act: Act,
): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  if (row.state === 'closed') throw new ApiError(409, 'breach_closed')
  const search = await resolveSearch(tx, wanted)
  const tenant = tenantOf(tx)
  const subjects = [...new Set((await touched(tx, search)).map(({ subject }) => subject))]
  await tx.query(
    `insert into breach_subject (tenant_id, client_id, breach_id, subject_id)
     select s.tenant_id, s.client_id, $2, s.subject_id from data_subject s
     where s.tenant_id = $1 and s.subject_id = any($3) and ($4::text is null or s.client_id = $4) on conflict do nothing`,
    [tenant, id, subjects, row.client_id],
  )
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from breach_subject where tenant_id = $1 and breach_id = $2',
    [tenant, id],
  )
  await tx.query('update breach set query = $3, affected = $4 where tenant_id = $1 and breach_id = $2', [
    tenant,
    id,
    JSON.stringify([...(row.query ?? []), { ...search, found: subjects.length }].slice(-50)),
    rows[0]!.n,
  ])
  await entry(tx, act, 'searched', row, { found: subjects.length })
  return readBreach(tx, ring, id, act.now)
}

/**
 * Gives a breach to somebody who may work on it, or to nobody. Errors: `breach_unknown`, `person_unknown` (404), `breach_closed`,
 * `owner_role_missing` (409).
 */
export async function assignBreach(
  tx: Tx,
  ring: KeyRing,
  id: string,
  person: string | null,
  act: Act,
): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  if (row.state === 'closed') throw new ApiError(409, 'breach_closed')
  if (person !== null && !(await mayHave(tx, person, row.client_id, act.now)))
    throw new ApiError(409, 'owner_role_missing', { param: 'person' })
  await tx.query('update breach set owner = $3 where tenant_id = $1 and breach_id = $2', [tenantOf(tx), id, person])
  await entry(tx, act, 'assigned', row, {}, person === null ? {} : { person })
  return readBreach(tx, ring, id, act.now)
}

/** Holds a role for it now: for its client, or everywhere when it is about the organisation as a whole. */
async function mayHave(tx: Tx, person: string, client: string | null, now: Date): Promise<boolean> {
  const { disabledAt } = await loadPerson(tx, person)
  const held = await loadAssignments(tx, person)
  const everywhere = held.filter((one) => one.client === null && one.system === null)
  return (
    disabledAt === null &&
    breachHandlers.some((role) =>
      client === null
        ? everywhere.some((one) => one.role === role && holdsNow(one, now))
        : holdsRole(held, role, { client }, now),
    )
  )
}

export type KeptBreaches = { readonly reminded: number; readonly missed: number; readonly escalated: number }

/**
 * The 72 hours as time passes: a reminder at 50, 80 and 95 %, that they passed, and that somebody above hears of it. Each gets its entry
 * once. Open breaches are few: all whose report is still owed are looked at.
 */
export async function keepBreaches(tx: Tx, act: Act): Promise<KeptBreaches> {
  const { rows } = await tx.query<BreachRow & { reminded: number; missed_at: Date | null; escalated_at: Date | null }>(
    `select * from breach where tenant_id = $1 and closed_at is null and notified_at is null and notify_authority is distinct from false
     order by due_at, breach_id for update`,
    [tenantOf(tx)],
  )
  const kept = { reminded: 0, missed: 0, escalated: 0 }
  for (const row of rows) {
    const { remind, miss, escalate } = termNews(
      { from: row.discovered_at, to: row.due_at },
      { reminded: row.reminded, missed: row.missed_at !== null, escalated: row.escalated_at !== null },
      act.now,
    )
    if (remind === undefined && !miss && !escalate) continue
    if (remind !== undefined) await entry(tx, act, 'reminded', row, { share: remind })
    if (miss) await entry(tx, act, 'missed', row, {})
    if (escalate) await entry(tx, act, 'escalated', row, { role: breachEscalateTo })
    await tx.query(
      `update breach set reminded = greatest(reminded, $3), missed_at = coalesce(missed_at, $4), escalated_at = coalesce(escalated_at, $5)
       where tenant_id = $1 and breach_id = $2`,
      [tenantOf(tx), row.breach_id, remind ?? 0, miss ? act.now : null, escalate ? act.now : null],
    )
    kept.reminded += Number(remind !== undefined)
    kept.missed += Number(miss)
    kept.escalated += Number(escalate)
  }
  return kept
}

const breachJob = { kind: 'job', id: 'breaches-kept' } as const

/** The same for every organisation, each in a transaction of its own. */
export async function keepBreachesForAll(database: Database, act: () => Act): Promise<KeptBreaches> {
  const tenants = await database.inTx(
    { tenant: '*', clients: '*', actor: breachJob },
    async (tx) =>
      (await tx.query<{ tenant_id: string }>('select distinct tenant_id from breach where closed_at is null')).rows,
    { readOnly: true },
  )
  const total = { reminded: 0, missed: 0, escalated: 0 }
  for (const { tenant_id: tenant } of tenants) {
    const kept = await database.inTx({ tenant, clients: '*', actor: breachJob }, (tx) => keepBreaches(tx, act()))
    total.reminded += kept.reminded
    total.missed += kept.missed
    total.escalated += kept.escalated
  }
  return total
}

/** Errors: `breach_unknown` (404), `breach_closed` (409), `authority_needed`, `people_needed` (422). */
export async function assessBreach(
  tx: Tx,
  ring: KeyRing,
  id: string,
  wanted: z.output<typeof assessRequest>,
  by: string,
  act: Act,
): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  const assessment: Assessment = { ...wanted, tellException: wanted.tellException }
  const refused = assessmentRefusal(row.state, assessment)
  if (refused !== undefined) throw new ApiError(refused === 'breach_closed' ? 409 : 422, refused, { param: 'risk' })
  const tenant = tenantOf(tx)
  const before = told(ring, tenant, row)
  const words: Told = {
    ...before,
    reasons: wanted.reasons,
    consequences: wanted.consequences ?? before.consequences,
    measures: wanted.measures ?? before.measures,
    tellException: wanted.tellException ?? null,
  }
  await tx.query(
    `update breach set state = case when state = 'recorded' then 'assessed' else state end, risk = $3, notify_authority = $4, tell_people = $5, assessed_at = $6, assessed_by = $7, sealed = $8
     where tenant_id = $1 and breach_id = $2`,
    [
      tenant,
      id,
      wanted.risk,
      wanted.notifyAuthority,
      wanted.tellPeople,
      act.now,
      by,
      sealJson(breachKey(ring, tenant), placeOf(tenant, id), words),
    ],
  )
  await entry(tx, act, 'assessed', row, {
    risk: wanted.risk,
    notifyAuthority: wanted.notifyAuthority,
    tellPeople: wanted.tellPeople,
    tellException: wanted.tellException ?? null,
  })
  return readBreach(tx, ring, id, act.now)
}

/** Errors: `breach_unknown` (404), `breach_closed`, `breach_not_assessed`, `breach_words_needed` (409), `late_reason_needed` (422). */
export async function reportBreach(
  tx: Tx,
  ring: KeyRing,
  id: string,
  { reference, authority, people, lateReason }: z.output<typeof notifyRequest>,
  act: Act,
): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  // Telling people has no 72 hours, only "without undue delay" (34(1)).
  const at = authority && row.notified_at === null ? act.now : row.due_at
  const tenant = tenantOf(tx)
  const before = told(ring, tenant, row)
  const refused = reportRefusal(reportingOf(row, 0), { at, lateReason, people, worded: before.words !== undefined })
  if (refused !== undefined)
    throw new ApiError(refused === 'late_reason_needed' ? 422 : 409, refused, {
      param: refused === 'breach_words_needed' ? 'people' : 'lateReason',
    })
  const words: Told = { ...before, ...(lateReason?.trim() ? { lateReason: lateReason.trim() } : {}) }
  const toldNow = people ? await tellAffected(tx, id, act.now) : undefined
  await tx.query(
    `update breach set state = 'notified', notified_at = coalesce(notified_at, $3), authority_reference = coalesce($4, authority_reference),
       told_at = coalesce(told_at, $5), sealed = $6 where tenant_id = $1 and breach_id = $2`,
    [
      tenant,
      id,
      authority ? act.now : null,
      reference ?? null,
      people ? act.now : null,
      sealJson(breachKey(ring, tenant), placeOf(tenant, id), words),
    ],
  )
  await entry(tx, act, 'notified', row, {
    authority,
    people,
    late: authority && act.now > row.due_at,
    ...(toldNow === undefined ? {} : { told: toldNow }),
  })
  return readBreach(tx, ring, id, act.now)
}

/** Writes what the people are told; it can be written anew until somebody was told. Errors: `breach_unknown` (404), `breach_closed`, `breach_told` (409). */
export async function wordBreach(
  tx: Tx,
  ring: KeyRing,
  id: string,
  words: z.output<typeof wordRequest>,
  act: Act,
): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  if (row.state === 'closed') throw new ApiError(409, 'breach_closed')
  if (row.told_at !== null) throw new ApiError(409, 'breach_told')
  const tenant = tenantOf(tx)
  await tx.query('update breach set sealed = $3 where tenant_id = $1 and breach_id = $2', [
    tenant,
    id,
    sealJson(breachKey(ring, tenant), placeOf(tenant, id), { ...told(ring, tenant, row), words }),
  ])
  await entry(tx, act, 'worded', row, {})
  return readBreach(tx, ring, id, act.now)
}

/**
 * The letters of everybody it touched, each with their own days, in their own language; a piece at a time. Errors:
 * `breach_unknown` (404), `breach_words_needed` (409).
 */
export async function bundleLetters(
  tx: Tx,
  ring: KeyRing,
  id: string,
  wanted: z.output<typeof bundleRequest>,
  act: Act,
): Promise<Bundle> {
  const row = await rowOf(tx, id)
  const tenant = tenantOf(tx)
  const { words } = told(ring, tenant, row)
  if (words === undefined) throw new ApiError(409, 'breach_words_needed')
  const bundle = await composeBundle(tx, ring, { ...aboutOf(row), words }, wanted, act.now)
  await entry(tx, act, 'bundled', row, { letters: bundle.letters.length })
  return bundle
}

const aboutOf = (row: BreachRow) => ({
  id: row.breach_id,
  kinds: row.kinds,
  categories: row.categories,
  knownSince: row.discovered_at,
  searches: row.query ?? [],
})

/** What a customer was told of breaches that touched them, for their own page. */
export async function breachesOf(
  tx: Tx,
  ring: KeyRing,
  subject: string,
  language: Language,
): Promise<KnownView['breaches']> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<BreachRow & { told_when: Date; of_client: string }>(
    `select b.*, s.told_at as told_when, s.client_id as of_client from breach b join breach_subject s using (tenant_id, breach_id)
     where b.tenant_id = $1 and s.subject_id = $2 and s.told_at is not null order by s.told_at desc`,
    [tenant, subject],
  )
  const letters: KnownView['breaches'] = []
  for (const row of rows) {
    const { words } = told(ring, tenant, row)
    if (words === undefined) continue
    const place = { client: row.of_client, subject }
    letters.push(await letterFor(tx, { ...aboutOf(row), words }, place, language, row.told_when))
  }
  return letters
}

/** Errors: `breach_unknown` (404), those of `closeRefusal` (409). */
export async function closeBreach(tx: Tx, ring: KeyRing, id: string, act: Act): Promise<BreachDetail> {
  const row = await rowOf(tx, id)
  const refused = closeRefusal(reportingOf(row, await untoldOf(tx, id)))
  if (refused !== undefined) throw new ApiError(409, refused)
  await tx.query(`update breach set state = 'closed', closed_at = $3 where tenant_id = $1 and breach_id = $2`, [
    tenantOf(tx),
    id,
    act.now,
  ])
  await entry(tx, act, 'closed', row, {})
  return readBreach(tx, ring, id, act.now)
}
