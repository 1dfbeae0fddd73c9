/** SQL of labelled samples and measurements, each change with its entry; and the store of samples for access and erasure. */
import type { Act } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import { addAnonymousSubject, recordEvent, tenantOf } from '../../../records/index.ts'
import { readsContentAs, type SubjectPlace, type SubjectStore } from '../../../records/rules.ts'
import { existingKey, type Key, type KeyRing, openJson, sealJson, subjectKey } from '../../../vault/index.ts'
import type { ClientFacts } from '../../client-options.ts'
import {
  type CoverageFigures,
  coverageFigures,
  MOST_SAMPLES,
  type SampleView,
  type StoredMeasurement,
  sampleEvents,
} from '../contract.ts'
import { countSpans, type SampleContents } from '../sample.ts'

const placeOf = (tenant: string, sample: string) => ['redaction_sample', 'sealed', tenant, sample]

export type NewSample = {
  readonly client: string
  readonly language: 'nl' | 'en'
  readonly channel: SampleView['channel']
  readonly origin: string | null
  readonly conversation: string | null
  readonly source: 'typed' | 'conversation' | 'import'
  readonly contents: SampleContents
}

/** Name and profile of each client in scope, or of one; empty when it is not there. */
export async function loadClients(tx: Tx, client?: string): Promise<ReadonlyMap<string, ClientFacts>> {
  const { rows } = await tx.query<{ client_id: string } & ClientFacts>(
    'select client_id, name, profile from client where tenant_id = $1 and ($2::text is null or client_id = $2) order by client_id',
    [tenantOf(tx), client ?? null],
  )
  return new Map(rows.map((row) => [row.client_id, row]))
}

/**
 * Records samples of one client. The contents of one that was taken from a conversation are sealed under the key of its
 * data subject, others under that of an anonymous subject of their own. Errors: `samples_full` (409).
 */
export async function recordSamples(
  tx: Tx,
  ring: KeyRing,
  samples: readonly NewSample[],
  roles: readonly string[],
  act: Act,
): Promise<{ id: string; event: string }[]> {
  const client = samples[0]?.client
  if (client === undefined) return []
  // One at a time for a client, so that the limit holds.
  await tx.query('select 1 from client where tenant_id = $1 and client_id = $2 for no key update', [
    tenantOf(tx),
    client,
  ])
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from redaction_sample where tenant_id = $1 and client_id = $2 and removed_at is null',
    [tenantOf(tx), client],
  )
  if (rows[0]!.n + samples.length > MOST_SAMPLES)
    throw new ApiError(409, 'samples_full', { values: { limit: MOST_SAMPLES } })
  const done: { id: string; event: string }[] = []
  for (const sample of samples) done.push(await recordSample(tx, ring, sample, roles, act))
  return done
}

async function recordSample(
  tx: Tx,
  ring: KeyRing,
  sample: NewSample,
  roles: readonly string[],
  act: Act,
): Promise<{ id: string; event: string }> {
  const tenant = tenantOf(tx)
  const id = act.ids.next()
  const { subject, key } =
    sample.conversation === null
      ? await ownSubject(tx, ring, sample, act)
      : await subjectOf(tx, ring, sample.client, sample.conversation, roles)
  await tx.query(
    `insert into redaction_sample (tenant_id, client_id, sample_id, subject_id, conversation_id, language, channel, origin, sealed, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenant,
      sample.client,
      id,
      subject,
      sample.conversation,
      sample.language,
      sample.channel,
      sample.origin,
      sealJson(key, placeOf(tenant, id), sample.contents),
      tx.scope.actor.id,
      act.now,
    ],
  )
  const event = await recordEvent(tx, act, {
    type: sampleEvents.recorded,
    client: sample.client,
    subject,
    refs: { sample: id, ...(sample.conversation === null ? {} : { conversation: sample.conversation }) },
    body: {
      source: sample.source,
      language: sample.language,
      channel: sample.channel,
      spans: sample.contents.spans.length,
      labels: countSpans(sample.contents.spans),
    },
  })
  return { id, event }
}

async function ownSubject(tx: Tx, ring: KeyRing, { client, language }: NewSample, act: Act) {
  const subject = await addAnonymousSubject(tx, { client, language }, act)
  return { subject, key: await subjectKey(tx, ring, { tenant: tenantOf(tx), client, subject }, act.now) }
}

/** Only of a conversation that this person may read, and that can still be read. */
async function subjectOf(
  tx: Tx,
  ring: KeyRing,
  client: string,
  conversation: string,
  roles: readonly string[],
): Promise<{ subject: string; key: Key }> {
  const { rows } = await tx.query<{ subject_id: string; state: string }>(
    'select subject_id, state from conversation where tenant_id = $1 and client_id = $2 and conversation_id = $3 for key share',
    [tenantOf(tx), client, conversation],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'conversation_unknown')
  if (readsContentAs(roles, row.state) === undefined) throw new ApiError(403, 'not_allowed')
  const key = await keyIfThere(tx, ring, row.subject_id)
  if (key === undefined) throw new ApiError(410, 'conversation_erased')
  return { subject: row.subject_id, key }
}

async function keyIfThere(tx: Tx, ring: KeyRing, subject: string): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') return undefined
    throw error
  }
}

type SampleRow = Row & {
  sample_id: string
  client_id: string
  subject_id: string
  conversation_id: string | null
  language: 'nl' | 'en'
  channel: SampleView['channel']
  origin: string | null
  sealed: Buffer
  created_by: string
  created_at: Date
}
const viewOf = (row: SampleRow): SampleView => ({
  id: row.sample_id,
  client: row.client_id,
  language: row.language,
  channel: row.channel,
  origin: row.origin,
  conversation: row.conversation_id,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
})

const PAGE = 100

/** The newest samples in scope, without contents, and how many there are. */
export async function listSamples(tx: Tx, client?: string): Promise<{ samples: SampleView[]; total: number }> {
  const values = [tenantOf(tx), client ?? null]
  const where = 'tenant_id = $1 and ($2::text is null or client_id = $2) and removed_at is null'
  const counted = await tx.query<{ n: number }>(
    `select count(*)::int as n from redaction_sample where ${where}`,
    values,
  )
  const { rows } = await tx.query<SampleRow>(
    `select * from redaction_sample where ${where} order by created_at desc, sample_id desc limit ${PAGE}`,
    values,
  )
  return { samples: rows.map(viewOf), total: counted.rows[0]!.n }
}

export type OpenedSample = SampleView & { readonly subject: string; readonly contents: SampleContents }

/** Samples in scope with their contents, oldest first; those whose key is gone are only counted, by client. */
export async function openSamples(
  tx: Tx,
  ring: KeyRing,
  client?: string,
): Promise<{ samples: OpenedSample[]; unreadable: ReadonlyMap<string, number> }> {
  const { rows } = await tx.query<SampleRow>(
    `select * from redaction_sample where tenant_id = $1 and ($2::text is null or client_id = $2) and removed_at is null
     order by created_at, sample_id`,
    [tenantOf(tx), client ?? null],
  )
  const samples: OpenedSample[] = []
  const unreadable = new Map<string, number>()
  for (const row of rows) {
    const key = await keyIfThere(tx, ring, row.subject_id)
    if (key === undefined) unreadable.set(row.client_id, (unreadable.get(row.client_id) ?? 0) + 1)
    else samples.push({ ...viewOf(row), subject: row.subject_id, contents: contentsOf(key, tenantOf(tx), row) })
  }
  return { samples, unreadable }
}

/** Changes when a sample in scope is added, removed, or cannot be opened any more. */
export async function samplesMark(tx: Tx, client?: string): Promise<string> {
  const { rows } = await tx.query<{ mark: string }>(
    `select coalesce(md5(string_agg(s.sample_id || case when k.subject_id is null then '-' else '+' end, ',' order by s.sample_id)), '') as mark
     from redaction_sample s left join subject_key k on k.tenant_id = s.tenant_id and k.subject_id = s.subject_id
     where s.tenant_id = $1 and ($2::text is null or s.client_id = $2) and s.removed_at is null`,
    [tenantOf(tx), client ?? null],
  )
  return rows[0]!.mark
}

const contentsOf = (key: Key, tenant: string, row: Pick<SampleRow, 'sample_id' | 'sealed'>): SampleContents =>
  openJson(key, placeOf(tenant, row.sample_id), row.sealed) as SampleContents

/** Takes the contents out; that there was a sample stays. Errors: `sample_unknown` (404; also one removed before). */
export async function removeSample(tx: Tx, sample: string, act: Act): Promise<string> {
  const { rows } = await tx.query<{ client_id: string; subject_id: string }>(
    `update redaction_sample set sealed = '', removed_at = $3 where tenant_id = $1 and sample_id = $2 and removed_at is null
     returning client_id, subject_id`,
    [tenantOf(tx), sample, act.now],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'sample_unknown')
  return recordEvent(tx, act, {
    type: sampleEvents.removed,
    client: row.client_id,
    subject: row.subject_id,
    refs: { sample },
  })
}

/**
 * Who took samples out, on record: one entry per client, and one about each data subject of a conversation that a sample
 * was taken from, for it is a look at what they said (GDPR 15(1)(c)).
 */
export async function recordExport(tx: Tx, samples: readonly OpenedSample[], act: Act): Promise<void> {
  for (const [client, own] of Map.groupBy(samples, (one) => one.client)) {
    await recordEvent(tx, act, { type: sampleEvents.exported, client, refs: {}, body: { samples: own.length } })
    const taken = own.filter(({ conversation }) => conversation !== null)
    for (const [subject, theirs] of Map.groupBy(taken, (one) => one.subject))
      await recordEvent(tx, act, {
        type: sampleEvents.exported,
        client,
        subject,
        refs: {},
        body: { samples: theirs.length },
      })
  }
}

// -- measurements -----------------------------------------------------------------------------------------------------

export async function recordMeasurement(
  tx: Tx,
  client: string,
  figures: CoverageFigures,
  model: string | null,
  act: Act,
): Promise<{ id: string; event: string }> {
  const id = act.ids.next()
  await tx.query(
    'insert into coverage_measurement (tenant_id, client_id, measurement_id, measured_at, figures) values ($1, $2, $3, $4, $5)',
    [tenantOf(tx), client, id, act.now, JSON.stringify(figures)],
  )
  const { samples, unreadable, leak, clean, over, labels } = figures
  const event = await recordEvent(tx, act, {
    type: sampleEvents.measured,
    client,
    refs: { measurement: id },
    body: {
      samples,
      unreadable,
      spans: leak.spans,
      leaks: leak.leaks,
      clean: { of: clean.of, untouched: clean.untouched },
      over: { of: over.of, hidden: over.hidden },
      labels: Object.fromEntries(labels.map((row) => [row.key, { spans: row.spans, leaks: row.leaks }])),
      model,
    },
  })
  return { id, event }
}

/** The last measurement of each client in scope. */
export async function lastMeasurements(tx: Tx, client?: string): Promise<StoredMeasurement[]> {
  const { rows } = await tx.query<{
    client_id: string
    measurement_id: string
    measured_at: Date
    figures: unknown
  }>(
    `select distinct on (client_id) client_id, measurement_id, measured_at, figures from coverage_measurement
     where tenant_id = $1 and ($2::text is null or client_id = $2) order by client_id, measured_at desc, measurement_id desc`,
    [tenantOf(tx), client ?? null],
  )
  return rows.map((row) => ({
    id: row.measurement_id,
    client: row.client_id,
    at: row.measured_at.toISOString(),
    figures: coverageFigures.parse(row.figures),
  }))
}

// -- access and erasure -------------------------------------------------------------------------------------------------

/** Its own, or taken from a conversation that turned out to be theirs. */
const about = `tenant_id = $1 and (subject_id = $2 or conversation_id in (select c.conversation_id from conversation c where c.tenant_id = $1 and c.subject_id = $2))`

export const sampleSubjectStore: SubjectStore = {
  id: 'redaction_sample',
  async find(tx, { subject }: SubjectPlace) {
    const { rows } = await tx.query<{ n: number }>(`select count(*)::int as n from redaction_sample where ${about}`, [
      tenantOf(tx),
      subject,
    ])
    return rows[0]!.n
  },
  async export(tx, ring, { subject }) {
    const { rows } = await tx.query<SampleRow & { removed_at: Date | null }>(
      `select * from redaction_sample where ${about} order by created_at, sample_id`,
      [tenantOf(tx), subject],
    )
    const records = []
    for (const row of rows) {
      const { id, createdAt, client: _, createdBy: __, ...facts } = viewOf(row)
      const key = row.removed_at === null ? await keyIfThere(tx, ring, row.subject_id) : undefined
      records.push({
        id,
        at: createdAt,
        ...facts,
        removed: row.removed_at?.toISOString() ?? null,
        ...(key === undefined ? {} : { contents: contentsOf(key, tenantOf(tx), row) }),
      })
    }
    return records
  },
  async erase(tx, { subject }) {
    return (await tx.query(`delete from redaction_sample where ${about}`, [tenantOf(tx), subject])).rowCount
  },
}
