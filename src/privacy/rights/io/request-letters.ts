/** What was written about a request, and its letters: kept with its case, and sent by mail where that can be. */
import type { Act } from '../../../access/index.ts'
import type { Database, Scope, Tx } from '../../../platform/database.ts'
import type { SentMail } from '../../../platform/mail/io/outbox.ts'
import {
  type CaseRow,
  type LetterMail,
  type LetterParts,
  lettersOf,
  mailTo,
  readCase,
  recordEvent,
  sendCaseLetter,
  tenantOf,
} from '../../../records/index.ts'
import type { SubjectPlace } from '../../../records/rules.ts'
import { type KeyRing, openJson, sealJson, subjectKey } from '../../../vault/index.ts'
import { keyIfThere } from '../../io/subject-stores.ts'
import type { Asked, LetterView } from '../contract.ts'
import { type Letter, letterKinds } from '../letter.ts'

/** `letters`: of a request from before there were cases; those of every other stand with its case. */
export type Written = { readonly asked: Asked; readonly letters: readonly Letter[] }

/** Which request of whom. */
export type RequestPlace = SubjectPlace & { readonly id: string }

type SealedRow = {
  readonly request_id: string
  readonly client_id: string
  readonly subject_id: string
  readonly sealed: Buffer | null
}

export async function sealWritten(
  tx: Tx,
  ring: KeyRing,
  { id, client, subject }: RequestPlace,
  written: Written,
  now: Date,
): Promise<Buffer> {
  const tenant = tenantOf(tx)
  const key = await subjectKey(tx, ring, { tenant, client, subject }, now)
  return sealJson(key, ['data_request', 'sealed', tenant, id], written)
}

/** Undefined: nothing, or nothing that can be read any more. */
export async function writtenIn(tx: Tx, ring: KeyRing, row: SealedRow): Promise<Written | undefined> {
  if (row.sealed === null) return undefined
  const key = await keyIfThere(tx, ring, { client: row.client_id, subject: row.subject_id })
  if (key === undefined) return undefined
  return openJson(key, ['data_request', 'sealed', tenantOf(tx), row.request_id], row.sealed) as Written
}

// -- letters ----------------------------------------------------------------------------------------------------------

const templateOf = (kind: Letter['kind']): string => `request_${kind}`

/** Letters about a request, the oldest first; none of somebody who was erased. */
export async function lettersTo(tx: Tx, ring: KeyRing, row: SealedRow): Promise<LetterView[]> {
  const key = await keyIfThere(tx, ring, { client: row.client_id, subject: row.subject_id })
  const before = (await writtenIn(tx, ring, row))?.letters ?? []
  return [
    ...before.map((one) => viewOf(one, null)),
    ...(await lettersOf(tx, key, row.request_id)).flatMap(
      ({ template, at, language, subject, paragraphs, mail }): LetterView[] => {
        const kind = letterKinds.find((one) => template === templateOf(one))
        return kind === undefined || subject === null || paragraphs === null
          ? []
          : [{ kind, at, language, subject, paragraphs, mail }]
      },
    ),
  ]
}

/** A letter as it is shown. */
export const viewOf = (letter: Letter, mail: LetterView['mail']): LetterView => ({
  ...letter,
  paragraphs: [...letter.paragraphs],
  mail,
})

/** A case there is of every request but those from before there was a work list. */
export async function caseOfRequest(tx: Tx, id: string): Promise<CaseRow | undefined> {
  const { rowCount } = await tx.query('select 1 from case_record where tenant_id = $1 and case_id = $2', [
    tenantOf(tx),
    id,
  ])
  return rowCount === 0 ? undefined : readCase(tx, id)
}

/** Keeps a letter with its case, and sends it where that can be. `person`: who wrote it; null: it goes out by itself. */
export async function tellOf(
  tx: Tx,
  { ring, post }: LetterParts,
  request: RequestPlace,
  letter: Letter,
  { person, act }: { readonly person: string | null; readonly act: Act },
): Promise<LetterView> {
  const row = await caseOfRequest(tx, request.id)
  if (row === undefined) {
    await keepWithRequest(tx, ring, request, letter, act.now)
    return viewOf(letter, null)
  }
  const { client, subject } = request
  const key = await subjectKey(tx, ring, { tenant: tenantOf(tx), client, subject }, act.now)
  const { language, subject: about, paragraphs } = letter
  const written = { template: templateOf(letter.kind), language, person, subject: about, paragraphs }
  const { via } = await sendCaseLetter(tx, { key, post }, row, written, act)
  return viewOf(letter, via === 'email' ? 'waiting' : null)
}

async function keepWithRequest(tx: Tx, ring: KeyRing, request: RequestPlace, letter: Letter, now: Date): Promise<void> {
  const { rows } = await tx.query<SealedRow>(
    'select request_id, client_id, subject_id, sealed from data_request where tenant_id = $1 and request_id = $2',
    [tenantOf(tx), request.id],
  )
  const written = (await writtenIn(tx, ring, rows[0]!)) ?? { asked: {}, letters: [] }
  await tx.query('update data_request set sealed = $3 where tenant_id = $1 and request_id = $2', [
    tenantOf(tx),
    request.id,
    await sealWritten(tx, ring, request, { ...written, letters: [...written.letters, letter] }, now),
  ])
}

// -- the last one -----------------------------------------------------------------------------------------------------

/** Sends a mail now, from this process, and keeps nothing of it. */
export type MailNow = (mail: LetterMail) => Promise<SentMail>

/** The letter of an erasure with the address to which it goes: in memory alone, until the erasure stands. */
export type LastMail = { readonly request: RequestPlace; readonly mail: LetterMail }

/**
 * Makes the last letter ready, with its entry, before its customer is erased. It is no message in the queue: that would be the one thing that
 * is left of them. Null: it cannot go by mail.
 */
export async function lastMail(
  tx: Tx,
  { ring, mailNow }: { readonly ring: KeyRing; readonly mailNow?: MailNow | undefined },
  request: RequestPlace,
  letter: Letter,
  act: Act,
): Promise<LastMail | null> {
  const row = mailNow === undefined ? undefined : await caseOfRequest(tx, request.id)
  const key = await keyIfThere(tx, ring, request)
  const mail = row && key && (await mailTo(tx, key, row, { id: act.ids.next(), ...letter }))
  if (mail === undefined || 'code' in mail) return null
  await recordEvent(tx, act, {
    type: 'letter.sent',
    client: request.client,
    subject: request.subject,
    refs: { request: request.id },
    body: { template: templateOf(letter.kind), via: 'email', language: letter.language },
  })
  return { request, mail }
}

/** Sends it, once; what did not go is on record, and for who decided to bring by hand: they have the letter before them. */
export async function sendLast(
  { database, mailNow }: { readonly database: Database; readonly mailNow?: MailNow | undefined },
  scope: Scope,
  { request, mail }: LastMail,
  act: Act,
): Promise<LetterView['mail']> {
  const sent = await mailNow!(mail).catch((): SentMail => ({ ok: false, code: 'mail_unreachable', permanent: false }))
  if (sent.ok) return 'sent'
  await database.inTx(scope, (tx) =>
    recordEvent(tx, act, {
      type: 'letter.bounced',
      client: request.client,
      subject: request.subject,
      refs: { case: request.id },
      body: { kind: 'request', code: sent.code },
    }),
  )
  return 'undelivered'
}
