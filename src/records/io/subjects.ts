/** Data subjects: a random id each; the way to it from the organisation's customer reference is a keyed row. */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { type KeyRing, keyedHash } from '../../vault/index.ts'
import { tenantOf } from './event.ts'

export type SubjectReference = { readonly client: string; readonly reference: string }
export type SubjectRow = {
  readonly id: string
  readonly client: string
  readonly circumstance: string
  readonly language: string | null
  readonly kind: 'known' | 'anonymous'
}

export function referenceHash(ring: KeyRing, tenant: string, { client, reference }: SubjectReference): Buffer {
  return keyedHash(ring.indexKey(tenant), 'reference', client, reference)
}

/** The subjects that these references lead to, in the same order; undefined where there is none (any more). */
export async function findSubjects(
  tx: Tx,
  ring: KeyRing,
  references: readonly SubjectReference[],
): Promise<(SubjectRow | undefined)[]> {
  if (references.length === 0) return []
  const tenant = tenantOf(tx)
  const hashes = references.map((reference) => referenceHash(ring, tenant, reference))
  const { rows } = await tx.query<{
    reference_hmac: Buffer
    subject_id: string
    client_id: string
    circumstance: string
    language: string | null
    kind: 'known' | 'anonymous'
  }>(
    `select r.reference_hmac, s.subject_id, s.client_id, s.circumstance, s.language, s.kind
     from subject_reference r join data_subject s on s.tenant_id = r.tenant_id and s.subject_id = r.subject_id
     where r.tenant_id = $1 and r.client_id = any($2) and r.reference_hmac = any($3)`,
    [tenant, [...new Set(references.map((one) => one.client))], hashes],
  )
  const found = new Map(
    rows.map((row) => [
      row.reference_hmac.toString('base64'),
      {
        id: row.subject_id,
        client: row.client_id,
        circumstance: row.circumstance,
        language: row.language,
        kind: row.kind,
      },
    ]),
  )
  return hashes.map((hash) => found.get(hash.toString('base64')))
}

export type NewSubject = SubjectReference & { readonly circumstance?: string; readonly language?: string | null }

/**
 * Adds subjects for references that lead to none yet; returns their ids in the same order. Two transactions that add
 * the same reference together end up with one subject: the later one waits and takes the id of the earlier.
 */
export async function addSubjects(
  tx: Tx,
  ring: KeyRing,
  subjects: readonly NewSubject[],
  { now, ids }: Act,
): Promise<string[]> {
  if (subjects.length === 0) return []
  const tenant = tenantOf(tx)
  const made = subjects.map((subject) => ({ ...subject, id: ids.next(), hash: referenceHash(ring, tenant, subject) }))
  await tx.query(
    `insert into data_subject (tenant_id, client_id, subject_id, kind, circumstance, language, created_at)
     select $1, client, id, 'known', circumstance, language, $6 from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as given(client, id, circumstance, language)`,
    [
      tenant,
      made.map((one) => one.client),
      made.map((one) => one.id),
      made.map((one) => one.circumstance ?? 'unknown'),
      made.map((one) => one.language ?? null),
      now,
    ],
  )
  const { rows } = await tx.query<{ reference_hmac: Buffer; subject_id: string }>(
    `insert into subject_reference (tenant_id, client_id, reference_hmac, subject_id)
     select $1, client, hash, id from unnest($2::text[], $3::bytea[], $4::text[]) as given(client, hash, id)
     on conflict do nothing returning reference_hmac, subject_id`,
    [tenant, made.map((one) => one.client), made.map((one) => one.hash), made.map((one) => one.id)],
  )
  if (rows.length === made.length) return made.map((one) => one.id)
  const won = new Set(rows.map((row) => row.subject_id))
  const lost = made.filter((one) => !won.has(one.id))
  await tx.query('delete from data_subject where tenant_id = $1 and subject_id = any($2)', [
    tenant,
    lost.map((one) => one.id),
  ])
  const others = await findSubjects(tx, ring, lost)
  return made.map((one) => (won.has(one.id) ? one.id : (others[lost.indexOf(one)]?.id ?? one.id)))
}

/** The subject of one reference, made when it is new. */
export async function subjectFor(tx: Tx, ring: KeyRing, subject: NewSubject, act: Act): Promise<string> {
  const [found] = await findSubjects(tx, ring, [subject])
  if (found !== undefined) return found.id
  const [made] = await addSubjects(tx, ring, [subject], act)
  return made!
}

/** A subject without reference: the conversation is its own. */
export async function addAnonymousSubject(
  tx: Tx,
  subject: { readonly client: string; readonly language: string | null },
  { now, ids }: Act,
): Promise<string> {
  const id = ids.next()
  await tx.query(
    `insert into data_subject (tenant_id, client_id, subject_id, kind, language, created_at) values ($1, $2, $3, 'anonymous', $4, $5)`,
    [tenantOf(tx), subject.client, id, subject.language, now],
  )
  return id
}
