/** Attributes of people: declared, given, joined within this process, and gone. Values are sealed under two keys. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import {
  attributeKey,
  attributeValueKey,
  destroyAttributeKey,
  existingKey,
  type Key,
  KeyDestroyed,
  type KeyRing,
  makeAttributeKey,
  open,
  seal,
  subjectKey,
} from '../../../vault/index.ts'
import type { AttributeStatement } from '../../contract.ts'
import { recordEvent, tenantOf } from '../../io/event.ts'
import type { DeclaredAttribute } from '../attribute.ts'
import { attributeEvents, COUNTED_FROM } from '../contract.ts'

export type AttributePlace = { readonly client: string; readonly attribute: string }

type DeclaredRow = {
  attribute_id: string
  client_id: string
  statement: AttributeStatement
  signed_by: string
  signed_at: Date
  ends_at: Date | null
  ended_at: Date | null
  record: string
}

const declaredOf = (row: DeclaredRow): DeclaredAttribute => ({
  id: row.attribute_id,
  client: row.client_id,
  statement: row.statement,
  signedBy: row.signed_by,
  signedAt: row.signed_at,
  endsAt: row.ends_at,
  ended: row.ended_at !== null,
})

/** All of the organisation, or of one client; also those that have ended. */
export async function loadAttributes(tx: Tx, client?: string): Promise<DeclaredAttribute[]> {
  const { rows } = await tx.query<DeclaredRow>(
    `select attribute_id, client_id, statement, signed_by, signed_at, ends_at, ended_at, record from attribute
     where tenant_id = $1 and ($2::text is null or client_id = $2) order by client_id, attribute_id`,
    [tenantOf(tx), client ?? null],
  )
  return rows.map(declaredOf)
}

/** Declares an attribute, or signs it anew. Its key is made with the first declaration. */
export async function declareAttribute(
  tx: Tx,
  ring: KeyRing,
  { id, client, statement, signedBy, signedAt, endsAt }: Omit<DeclaredAttribute, 'ended'>,
  act: Act,
): Promise<string> {
  const tenant = tenantOf(tx)
  const record = await recordEvent(tx, act, {
    type: attributeEvents.declared,
    client,
    refs: { attribute: id },
    body: {
      statement: { ...statement, question: statement.question ?? null },
      signedBy,
      signedAt: signedAt.toISOString(),
      endsAt: endsAt?.toISOString() ?? null,
    },
  })
  const json = JSON.stringify(statement)
  await tx.query(
    `insert into attribute (tenant_id, client_id, attribute_id, statement, signed_by, signed_at, ends_at, updated_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, client_id, attribute_id) do update set statement = excluded.statement, signed_by = excluded.signed_by,
       signed_at = excluded.signed_at, ends_at = excluded.ends_at, updated_at = excluded.updated_at, record = excluded.record`,
    [tenant, client, id, json, signedBy, signedAt, endsAt, act.now, record],
  )
  await tx.query(
    `insert into attribute_statement (tenant_id, client_id, record, attribute_id, statement, signed_by, signed_at, declared_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenant, client, record, id, json, signedBy, signedAt, act.now],
  )
  await makeAttributeKey(tx, ring, { tenant, client, attribute: id }, act.now)
  return record
}

const placeOf = (tenant: string, client: string, attribute: string, subject: string) => [
  'attribute_value',
  tenant,
  client,
  attribute,
  subject,
]

export type NewValue = {
  readonly client: string
  readonly attribute: string
  readonly subject: string
  readonly value: string
  readonly by: 'customer' | 'organisation'
  readonly evidence: string | null
  readonly givenAt: Date
}

/**
 * Keeps a value; the same again, given no later, gives the same record and no second entry. The entry says that something was given and
 * not what. Errors: `key_destroyed` when the person was erased or the attribute has ended.
 */
export async function giveValue(tx: Tx, ring: KeyRing, one: NewValue, act: Act): Promise<string> {
  const tenant = tenantOf(tx)
  const { client, attribute, subject } = one
  const ofAttribute = await attributeKey(tx, ring, { tenant, client, attribute }, { hold: true })
  const key = attributeValueKey(ofAttribute, await subjectKey(tx, ring, { tenant, client, subject }, act.now))
  const place = placeOf(tenant, client, attribute, subject)
  const before = await tx.query<{ sealed: Buffer; record: string; given_by: string }>(
    `select sealed, record, given_by from attribute_value where tenant_id = $1 and client_id = $2 and attribute_id = $3 and subject_id = $4 for update`,
    [tenant, client, attribute, subject],
  )
  const known = before.rows[0]
  if (known?.given_by === one.by && open(key, place, known.sealed).toString('utf8') === one.value) return known.record
  const record = await recordEvent(tx, act, {
    type: attributeEvents.given,
    client,
    subject,
    refs: { attribute },
    body: { by: one.by, evidence: one.evidence, givenAt: one.givenAt.toISOString() },
  })
  await tx.query(
    `insert into attribute_value (tenant_id, client_id, attribute_id, subject_id, sealed, given_by, evidence, given_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, client_id, attribute_id, subject_id) do update set sealed = excluded.sealed, given_by = excluded.given_by,
       evidence = excluded.evidence, given_at = excluded.given_at, record = excluded.record`,
    [tenant, client, attribute, subject, seal(key, place, one.value), one.by, one.evidence, one.givenAt, record],
  )
  return record
}

/** Takes back what a person said; null when there was nothing. */
export async function withdrawValue(
  tx: Tx,
  { client, attribute, subject }: AttributePlace & { readonly subject: string },
  act: Act,
): Promise<string | null> {
  const { rowCount } = await tx.query(
    'delete from attribute_value where tenant_id = $1 and client_id = $2 and attribute_id = $3 and subject_id = $4',
    [tenantOf(tx), client, attribute, subject],
  )
  if (rowCount === 0) return null
  return recordEvent(tx, act, {
    type: attributeEvents.withdrawn,
    client,
    subject,
    refs: { attribute },
    body: { by: 'customer' },
  })
}

export type OwnValue = {
  readonly attribute: string
  readonly value: string
  readonly givenAt: Date
  readonly by: string
}

/** What one person said, for that person alone: their page and their copy. */
export async function ownValues(
  tx: Tx,
  ring: KeyRing,
  { client, subject }: { readonly client: string; readonly subject: string },
): Promise<OwnValue[]> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ attribute_id: string; sealed: Buffer; given_at: Date; given_by: string }>(
    `select attribute_id, sealed, given_at, given_by from attribute_value
     where tenant_id = $1 and client_id = $2 and subject_id = $3 order by attribute_id`,
    [tenant, client, subject],
  )
  if (rows.length === 0) return []
  const ofSubject = await existingKey(tx, ring, { tenant, subject })
  const values: OwnValue[] = []
  for (const { attribute_id: attribute, sealed, given_at: givenAt, given_by: by } of rows) {
    const key = attributeValueKey(await attributeKey(tx, ring, { tenant, client, attribute }), ofSubject)
    values.push({ attribute, value: opened(key, placeOf(tenant, client, attribute, subject), sealed), givenAt, by })
  }
  return values
}

const opened = (key: Key, place: readonly string[], sealed: Buffer) => open(key, place, sealed).toString('utf8')

/**
 * Values of one attribute for people whose keys are at hand: opened here and nowhere kept. Who gave none, or whose term has passed,
 * is absent. Errors: `key_destroyed` when the attribute has ended.
 */
export async function joinValues(
  tx: Tx,
  ring: KeyRing,
  { client, attribute }: AttributePlace,
  subjects: ReadonlyMap<string, Key>,
  now: Date,
): Promise<ReadonlyMap<string, string>> {
  const tenant = tenantOf(tx)
  const ofAttribute = await attributeKey(tx, ring, { tenant, client, attribute })
  const { rows } = await tx.query<{ subject_id: string; sealed: Buffer }>(
    `select v.subject_id, v.sealed from attribute_value v join attribute a using (tenant_id, client_id, attribute_id)
     where v.tenant_id = $1 and v.client_id = $2 and v.attribute_id = $3 and v.subject_id = any($4)
       and v.given_at + make_interval(days => (a.statement ->> 'keepDays')::int) > $5`,
    [tenant, client, attribute, [...subjects.keys()], now],
  )
  return new Map(
    rows.map(({ subject_id: subject, sealed }) => [
      subject,
      opened(
        attributeValueKey(ofAttribute, subjects.get(subject)!),
        placeOf(tenant, client, attribute, subject),
        sealed,
      ),
    ]),
  )
}

/** Puts a reading on record: for what, and how many rows had a value. */
export async function recordRead(
  tx: Tx,
  one: AttributePlace & {
    readonly purpose: 'audit' | 'monitor'
    readonly purposeId: string
    readonly rows: number
    readonly values: number
  },
  act: Act,
): Promise<void> {
  const { client, attribute, purpose, purposeId, rows, values } = one
  const record = await recordEvent(tx, act, {
    type: attributeEvents.read,
    client,
    refs: { attribute, [purpose]: purposeId },
    body: { rows, values },
  })
  await tx.query(
    `insert into attribute_read (tenant_id, client_id, read_id, attribute_id, purpose, purpose_id, rows_read, values_read, read_by, read_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantOf(tx),
      client,
      act.ids.next(),
      attribute,
      purpose,
      purposeId,
      rows,
      values,
      tx.scope.actor.id,
      act.now,
      record,
    ],
  )
}

/** Ends an attribute: every value goes, and the key under which copies of them are sealed. Throws `KeyDestroyed` when it has ended. */
export async function endAttribute(
  tx: Tx,
  { client, attribute }: AttributePlace,
  { reasons, by }: { readonly reasons: string; readonly by: string },
  act: Act,
): Promise<{ readonly erased: number; readonly record: string }> {
  const tenant = tenantOf(tx)
  // The key first: who is giving a value now holds it, and is waited for.
  if (!(await destroyAttributeKey(tx, { tenant, client, attribute })))
    throw new KeyDestroyed(`attribute ${attribute} has ended`)
  const { rowCount } = await tx.query(
    'delete from attribute_value where tenant_id = $1 and client_id = $2 and attribute_id = $3',
    [tenant, client, attribute],
  )
  const record = await recordEvent(tx, act, {
    type: attributeEvents.ended,
    client,
    refs: { attribute },
    body: { values: rowCount, keyDestroyed: true },
  })
  await tx.query(
    `update attribute set ended_at = $4, ended_by = $5, end_reasons = $6, updated_at = $4 where tenant_id = $1 and client_id = $2 and attribute_id = $3`,
    [tenant, client, attribute, act.now, by, reasons],
  )
  return { erased: rowCount, record }
}

/** Values whose term has passed, and attributes whose date has come. Gives how many values went. For every organisation. */
export async function expireAttributes(tx: Tx, act: Act): Promise<number> {
  const { rows } = await tx.query<{ client_id: string; attribute_id: string; values: number }>(
    `with gone as (
       delete from attribute_value v using attribute a
       where v.tenant_id = $1 and a.tenant_id = v.tenant_id and a.client_id = v.client_id and a.attribute_id = v.attribute_id
         and v.given_at + make_interval(days => (a.statement ->> 'keepDays')::int) <= $2
       returning v.client_id, v.attribute_id)
     select client_id, attribute_id, count(*)::int as values from gone group by 1, 2`,
    [tenantOf(tx), act.now],
  )
  for (const { client_id: client, attribute_id: attribute, values } of rows)
    await recordEvent(tx, act, { type: attributeEvents.expired, client, refs: { attribute }, body: { values } })
  let count = rows.reduce((sum, { values }) => sum + values, 0)
  for (const { id: attribute, client, endsAt, ended } of await loadAttributes(tx))
    if (!ended && endsAt !== null && endsAt <= act.now)
      count += (await endAttribute(tx, { client, attribute }, { reasons: 'endsAt', by: 'job:attributes' }, act)).erased
  return count
}

export type AttributeFacts = {
  readonly endedAt: Date | null
  readonly record: string
  /** null: fewer than `COUNTED_FROM`. */
  readonly people: number | null
  readonly lastReadAt: Date | null
}

/** How much there is of each attribute, without whose; keys are `client/attribute`. */
export async function attributeFacts(tx: Tx): Promise<ReadonlyMap<string, AttributeFacts>> {
  const { rows } = await tx.query<{
    client_id: string
    attribute_id: string
    ended_at: Date | null
    record: string
    people: number
    last_read: Date | null
  }>(
    `select client_id, attribute_id, ended_at, record,
       (select count(*)::int from attribute_value v where v.tenant_id = a.tenant_id and v.client_id = a.client_id and v.attribute_id = a.attribute_id) as people,
       (select max(read_at) from attribute_read r where r.tenant_id = a.tenant_id and r.client_id = a.client_id and r.attribute_id = a.attribute_id) as last_read
     from attribute a where tenant_id = $1`,
    [tenantOf(tx)],
  )
  return new Map(
    rows.map((row) => [
      `${row.client_id}/${row.attribute_id}`,
      {
        endedAt: row.ended_at,
        record: row.record,
        people: row.people < COUNTED_FROM ? null : row.people,
        lastReadAt: row.last_read,
      },
    ]),
  )
}

export async function attributeHistory(tx: Tx, { client, attribute }: AttributePlace) {
  const of = [tenantOf(tx), client, attribute]
  const reads = await tx.query<{
    read_id: string
    purpose: 'audit' | 'monitor'
    purpose_id: string
    rows_read: string
    values_read: string
    read_by: string
    read_at: Date
    record: string
  }>(
    `select read_id, purpose, purpose_id, rows_read, values_read, read_by, read_at, record from attribute_read
     where tenant_id = $1 and client_id = $2 and attribute_id = $3 order by read_at desc limit 100`,
    of,
  )
  const statements = await tx.query<{
    statement: AttributeStatement
    signed_by: string
    signed_at: Date
    record: string
  }>(
    `select statement, signed_by, signed_at, record from attribute_statement
     where tenant_id = $1 and client_id = $2 and attribute_id = $3 order by declared_at desc limit 100`,
    of,
  )
  return { reads: reads.rows, statements: statements.rows }
}
