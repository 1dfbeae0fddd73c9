/** What is written in a case: the thread, letters, notes and files. All of it is sealed under the key of the person it is about. */
import type { Act } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import {
  existingKey,
  type Key,
  KeyDestroyed,
  type KeyRing,
  open,
  openJson,
  seal,
  sealJson,
  subjectKey,
} from '../../../vault/index.ts'
import { tenantOf } from '../../io/event.ts'
import { mailStateOf } from '../../outbox/letter.ts'
import { fileRefusal, kindOfFile, type MediaType } from '../attachment.ts'
import type { Author, CaseAttachment, CaseLetter, CaseMessage, CaseNote } from '../contract.ts'

/** Whose case it is, as every part of it names it. */
export type CasePlace = { readonly id: string; readonly client: string; readonly subject: string }
export const placeOf = (row: { case_id: string; client_id: string; subject_id: string }): CasePlace => ({
  id: row.case_id,
  client: row.client_id,
  subject: row.subject_id,
})

/** The key to write with. Errors: `KeyDestroyed` of somebody who was erased. */
export const writingKey = (tx: Tx, ring: KeyRing, { client, subject }: CasePlace, now: Date): Promise<Key> =>
  subjectKey(tx, ring, { tenant: tenantOf(tx), client, subject }, now)

/** Undefined when the key is gone: then nothing is left to read. */
export async function readingKey(tx: Tx, ring: KeyRing, subject: string): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}

const seat = (table: string, column: string, tx: Tx, id: string): string[] => [table, column, tenantOf(tx), id]

// -- what its kind keeps -------------------------------------------------------------------------------------------------

/** What the kind of a case keeps beside the thread; undefined: nothing, or not to be read any more. */
export async function keptOf<T>(tx: Tx, key: Key | undefined, id: string): Promise<T | undefined> {
  const { rows } = await tx.query<{ sealed: Buffer | null }>(
    'select sealed from case_record where tenant_id = $1 and case_id = $2',
    [tenantOf(tx), id],
  )
  return opened<T>(key, seat('case_record', 'sealed', tx, id), rows[0]?.sealed ?? null)
}

export async function keep(tx: Tx, key: Key, id: string, value: unknown): Promise<void> {
  await tx.query('update case_record set sealed = $3 where tenant_id = $1 and case_id = $2', [
    tenantOf(tx),
    id,
    sealJson(key, seat('case_record', 'sealed', tx, id), value),
  ])
}

// -- thread -------------------------------------------------------------------------------------------------------------

export type NewMessage = {
  readonly author: Author
  readonly person: string | null
  readonly via: 'portal' | 'staff' | 'email' | 'api'
  readonly text: string
  readonly mailHmac?: Buffer
  readonly record: string
}

/** Adds to the thread. Returns null when this mail is there already. */
export async function addMessage(
  tx: Tx,
  key: Key,
  place: CasePlace,
  given: NewMessage,
  { now, ids }: Act,
): Promise<string | null> {
  const id = ids.next()
  const { rowCount } = await tx.query(
    `insert into case_message (tenant_id, client_id, case_id, message_id, subject_id, at, author, person_id, via, mail_hmac, record, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (tenant_id, client_id, mail_hmac) where mail_hmac is not null do nothing`,
    [
      tenantOf(tx),
      place.client,
      place.id,
      id,
      place.subject,
      now,
      given.author,
      given.person,
      given.via,
      given.mailHmac ?? null,
      given.record,
      sealJson(key, seat('case_message', 'sealed', tx, id), { text: given.text }),
    ],
  )
  return rowCount === 1 ? id : null
}

/** The thread, the oldest first; `key` undefined: without words. */
export async function messagesOf(tx: Tx, key: Key | undefined, id: string): Promise<CaseMessage[]> {
  const { rows } = await tx.query<
    Row & {
      message_id: string
      at: Date
      author: Author
      person_id: string | null
      via: CaseMessage['via']
      record: string
      sealed: Buffer | null
    }
  >(
    'select message_id, at, author, person_id, via, record, sealed from case_message where tenant_id = $1 and case_id = $2 order by at, message_id limit 500',
    [tenantOf(tx), id],
  )
  return rows.map((row) => ({
    id: row.message_id,
    at: row.at.toISOString(),
    author: row.author,
    person: row.person_id,
    via: row.via,
    record: row.record,
    text: opened<{ text: string }>(key, seat('case_message', 'sealed', tx, row.message_id), row.sealed)?.text ?? null,
  }))
}

const opened = <T>(key: Key | undefined, at: string[], sealed: Buffer | null): T | undefined =>
  key === undefined || sealed === null ? undefined : (openJson(key, at, sealed) as T)

// -- letters ------------------------------------------------------------------------------------------------------------

export type NewLetter = {
  readonly template: string
  readonly language: 'nl' | 'en'
  /** null: the product wrote it from facts. */
  readonly person: string | null
  readonly via: 'portal' | 'email' | 'post'
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly record: string
}

export async function addLetter(
  tx: Tx,
  key: Key,
  place: CasePlace,
  given: NewLetter,
  { now, ids }: Act,
): Promise<string> {
  const id = ids.next()
  await tx.query(
    `insert into case_letter (tenant_id, client_id, case_id, letter_id, subject_id, template, language, at, person_id, via, record, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenantOf(tx),
      place.client,
      place.id,
      id,
      place.subject,
      given.template,
      given.language,
      now,
      given.person,
      given.via,
      given.record,
      sealJson(key, seat('case_letter', 'sealed', tx, id), { subject: given.subject, paragraphs: given.paragraphs }),
    ],
  )
  return id
}

export async function lettersOf(tx: Tx, key: Key | undefined, id: string): Promise<CaseLetter[]> {
  const { rows } = await tx.query<
    Row & {
      letter_id: string
      template: string
      language: 'nl' | 'en'
      at: Date
      person_id: string | null
      via: CaseLetter['via']
      mail: Parameters<typeof mailStateOf>[0] | null
      record: string
      sealed: Buffer | null
    }
  >(
    `select l.letter_id, l.template, l.language, l.at, l.person_id, l.via, o.state as mail, l.record, l.sealed from case_letter l
     left join outgoing o on o.tenant_id = l.tenant_id and o.case_id = l.case_id and o.channel = 'mail' and o.body ->> 'letter' = l.letter_id
     where l.tenant_id = $1 and l.case_id = $2 order by l.at, l.letter_id limit 200`,
    [tenantOf(tx), id],
  )
  return rows.map((row) => {
    const written = opened<{ subject: string; paragraphs: string[] }>(
      key,
      seat('case_letter', 'sealed', tx, row.letter_id),
      row.sealed,
    )
    return {
      id: row.letter_id,
      template: row.template,
      language: row.language,
      at: row.at.toISOString(),
      person: row.person_id,
      via: row.via,
      mail: row.mail === null ? null : mailStateOf(row.mail),
      record: row.record,
      subject: written?.subject ?? null,
      paragraphs: written?.paragraphs ?? null,
    }
  })
}

// -- notes --------------------------------------------------------------------------------------------------------------

export async function addNote(
  tx: Tx,
  key: Key,
  place: CasePlace,
  given: { readonly person: string; readonly text: string; readonly record: string },
  { now, ids }: Act,
): Promise<string> {
  const id = ids.next()
  await tx.query(
    `insert into case_note (tenant_id, client_id, case_id, note_id, subject_id, at, person_id, record, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenantOf(tx),
      place.client,
      place.id,
      id,
      place.subject,
      now,
      given.person,
      given.record,
      sealJson(key, seat('case_note', 'sealed', tx, id), { text: given.text }),
    ],
  )
  return id
}

export async function notesOf(tx: Tx, key: Key | undefined, id: string): Promise<CaseNote[]> {
  const { rows } = await tx.query<
    Row & { note_id: string; at: Date; person_id: string; record: string; sealed: Buffer | null }
  >(
    'select note_id, at, person_id, record, sealed from case_note where tenant_id = $1 and case_id = $2 order by at, note_id limit 500',
    [tenantOf(tx), id],
  )
  return rows.map((row) => ({
    id: row.note_id,
    at: row.at.toISOString(),
    person: row.person_id,
    record: row.record,
    text: opened<{ text: string }>(key, seat('case_note', 'sealed', tx, row.note_id), row.sealed)?.text ?? null,
  }))
}

// -- files --------------------------------------------------------------------------------------------------------------

export type NewFile = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly author: Author
  readonly record: string
}

/** What kind of file it is, and that it may come with this case. Errors: `files_too_many`, `file_empty`, `file_too_large`, `file_kind` (422). */
export async function checkFile(tx: Tx, place: CasePlace, bytes: Uint8Array): Promise<MediaType> {
  const { rows } = await tx.query<{ n: number }>(
    'select count(*)::int as n from case_attachment where tenant_id = $1 and case_id = $2',
    [tenantOf(tx), place.id],
  )
  const refused = fileRefusal(bytes, rows[0]!.n)
  if (refused !== undefined) throw new ApiError(422, refused, { param: 'file' })
  return kindOfFile(bytes)!
}

export async function addFile(
  tx: Tx,
  key: Key,
  place: CasePlace,
  media: MediaType,
  given: NewFile,
  { now, ids }: Act,
): Promise<string> {
  const id = ids.next()
  await tx.query(
    `insert into case_attachment (tenant_id, client_id, case_id, attachment_id, subject_id, at, author, media_type, bytes, record, sealed_name, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenantOf(tx),
      place.client,
      place.id,
      id,
      place.subject,
      now,
      given.author,
      media,
      given.bytes.length,
      given.record,
      sealJson(key, seat('case_attachment', 'sealed_name', tx, id), { name: given.name }),
      seal(key, seat('case_attachment', 'sealed', tx, id), given.bytes),
    ],
  )
  return id
}

export async function filesOf(tx: Tx, key: Key | undefined, id: string): Promise<CaseAttachment[]> {
  const { rows } = await tx.query<
    Row & {
      attachment_id: string
      at: Date
      author: Author
      media_type: MediaType
      bytes: number
      record: string
      sealed_name: Buffer | null
    }
  >(
    'select attachment_id, at, author, media_type, bytes, record, sealed_name from case_attachment where tenant_id = $1 and case_id = $2 order by at, attachment_id',
    [tenantOf(tx), id],
  )
  return rows.map((row) => ({
    id: row.attachment_id,
    at: row.at.toISOString(),
    author: row.author,
    mediaType: row.media_type,
    bytes: row.bytes,
    record: row.record,
    name:
      opened<{ name: string }>(key, seat('case_attachment', 'sealed_name', tx, row.attachment_id), row.sealed_name)
        ?.name ?? null,
  }))
}

/** One file with its bytes. Errors: `file_unknown` (404; also of another case), `file_gone` (410: its key was destroyed). */
export async function readFileOf(
  tx: Tx,
  ring: KeyRing,
  place: CasePlace,
  file: string,
): Promise<{ readonly name: string; readonly mediaType: MediaType; readonly bytes: Uint8Array }> {
  const { rows } = await tx.query<{ media_type: MediaType; sealed_name: Buffer | null; sealed: Buffer | null }>(
    'select media_type, sealed_name, sealed from case_attachment where tenant_id = $1 and case_id = $2 and attachment_id = $3',
    [tenantOf(tx), place.id, file],
  )
  const row = rows[0]
  if (row === undefined) throw new ApiError(404, 'file_unknown')
  const key = await readingKey(tx, ring, place.subject)
  if (key === undefined || row.sealed === null || row.sealed_name === null) throw new ApiError(410, 'file_gone')
  return {
    name: (openJson(key, seat('case_attachment', 'sealed_name', tx, file), row.sealed_name) as { name: string }).name,
    mediaType: row.media_type,
    bytes: open(key, seat('case_attachment', 'sealed', tx, file), row.sealed),
  }
}
