/** Letters by mail: read when their turn has come, and what is on record of one that did not arrive. */
import { type Act, addressesOf, readAddressOf } from '../../../access/index.ts'
import type { Database, Tx } from '../../../platform/database.ts'
import type { MailSender, Outgoing } from '../../../platform/mail/io/outbox.ts'
import type { Key, KeyRing } from '../../../vault/index.ts'
import { keptOf, lettersOf, type NewLetter, readingKey } from '../../cases/io/contents.ts'
import { type CaseRow, caseByReference, readCase } from '../../cases/io/store.ts'
import type { ClientProfile } from '../../contract.ts'
import { recordEvent, tenantOf } from '../../io/event.ts'
import { mailAddressAmong, mailIdOf, senderFrom } from '../letter.ts'
import { type DueMail, sendMails } from './queue.ts'

const job = { kind: 'job', id: 'letters-sent' } as const

/** Who writes: the client, and from which address, where it has one. */
export async function senderOf(
  tx: Tx,
  client: string,
): Promise<{ readonly name: string; readonly from: string | undefined } | undefined> {
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client],
  )
  return rows[0] && { name: rows[0].name, from: senderFrom(rows[0].profile) }
}

export type LetterDeps = { readonly database: Database; readonly ring: KeyRing; readonly act: () => Act }

/** Sends letters that wait; without an address, or of somebody who was erased, there is nothing to send any more. */
export function sendLetters(
  { database, ring, act }: LetterDeps,
  senderFor: (from: string, name: string) => MailSender,
): Promise<{ sent: number; failed: number }> {
  return sendMails(database, {
    act,
    async deliver(due) {
      const letter = await database.inTx(
        { tenant: due.tenant, clients: [due.client], actor: job },
        (tx) => readLetter(tx, ring, due),
        { readOnly: true },
      )
      if ('code' in letter) return { ok: false, code: letter.code, permanent: true }
      const { from, name, ...mail } = letter
      return senderFor(from, name).send(mail)
    },
    givenUp: (tx, due, code, now) => undelivered(tx, due, code, now),
  })
}

export type LetterMail = Outgoing & { readonly from: string; readonly name: string }
/** Why a letter cannot go by mail, as a code of the queue. */
type NoMail = { readonly code: 'letter_gone' | 'address_gone' | 'mailbox_missing' }

async function readLetter(tx: Tx, ring: KeyRing, due: DueMail): Promise<LetterMail | NoMail> {
  const row = await readCase(tx, due.case)
  const key = await readingKey(tx, ring, row.subject_id)
  const letter = (await lettersOf(tx, key, due.case)).find(({ id }) => id === due.letter)
  if (key === undefined || letter?.paragraphs == null) return { code: 'letter_gone' }
  const { id, language, paragraphs } = letter
  return mailTo(tx, key, row, { id, language, subject: letter.subject ?? '', paragraphs })
}

/** A letter about a case as a mail to its customer, in the thread of the earlier ones. */
export async function mailTo(
  tx: Tx,
  key: Key,
  row: CaseRow,
  letter: Pick<NewLetter, 'language' | 'subject' | 'paragraphs'> & { readonly id: string },
): Promise<LetterMail | NoMail> {
  const to = await addressFor(tx, key, row)
  if (to === undefined) return { code: 'address_gone' }
  const sender = await senderOf(tx, row.client_id)
  if (sender?.from === undefined) return { code: 'mailbox_missing' }
  const { name, from } = sender
  const ids = (await lettersOf(tx, key, row.case_id)).map(({ id }) => id)
  const earlier = ids.includes(letter.id) ? ids.slice(0, ids.indexOf(letter.id)) : ids
  return {
    from,
    name,
    to,
    // The number in the subject finds the thread again when a program drops the headers.
    subject: `${letter.subject.replace(/^(Onderwerp|Subject): /, '')} [${row.reference}]`,
    text: `${letter.paragraphs.join('\n\n')}\n`,
    messageId: mailIdOf(row.reference, letter.id, from),
    references: earlier.map((id) => mailIdOf(row.reference, id, from)),
    language: letter.language,
  }
}

/** The address that came with the case, of a complaint; else the one that the organisation registered last. */
async function addressFor(
  tx: Tx,
  key: Key,
  { case_id, subject_id }: { readonly case_id: string; readonly subject_id: string },
): Promise<string | undefined> {
  const kept = await keptOf<{ readonly email?: string | null }>(tx, key, case_id)
  if (kept?.email != null) return kept.email
  const id = mailAddressAmong(await addressesOf(tx, subject_id))
  return id === undefined ? undefined : (await readAddressOf(tx, key, id))?.address
}

/** It is on record of its case, and the letter counts as shown on the customer's page alone; of a letter that is gone nothing is said. */
async function undelivered(
  tx: Tx,
  { case: id, letter, client }: Omit<DueMail, 'tenant'>,
  code: string,
  act: Act,
): Promise<void> {
  const { rows } = await tx.query<{ subject_id: string }>(
    `update case_letter set via = case via when 'email' then 'portal' else via end where tenant_id = $1 and case_id = $2 and letter_id = $3 returning subject_id`,
    [tenantOf(tx), id, letter],
  )
  if (rows[0] === undefined) return
  const { kind } = await readCase(tx, id)
  await recordEvent(tx, act, {
    type: 'letter.bounced',
    client,
    subject: rows[0].subject_id,
    refs: { case: id, letter },
    body: { kind, code },
  })
}

/**
 * A report says that a letter did not arrive after all. `letter` undefined: the one of this case that was sent last. Said twice, nothing
 * changes. False: no letter of a case with this number was sent by mail, so it is about something else.
 */
export async function letterCameBack(
  tx: Tx,
  { reference, letter }: { readonly reference: string; readonly letter: string | undefined },
  act: Act,
): Promise<boolean> {
  const row = await caseByReference(tx, reference)
  if (row === undefined) return false
  const { rows } = await tx.query<{ outgoing_id: string; letter: string; state: string }>(
    `select outgoing_id, body ->> 'letter' as letter, state from outgoing
     where tenant_id = $1 and case_id = $2 and channel = 'mail' and (state = 'sent' or error = 'bounced') and ($3::text is null or body ->> 'letter' = $3)
     order by sent_at desc, outgoing_id desc limit 1 for update`,
    [tenantOf(tx), row.case_id, letter ?? null],
  )
  const [mail] = rows
  if (mail === undefined) return false
  if (mail.state !== 'sent') return true
  await tx.query(`update outgoing set state = 'failed', error = 'bounced' where tenant_id = $1 and outgoing_id = $2`, [
    tenantOf(tx),
    mail.outgoing_id,
  ])
  await undelivered(tx, { case: row.case_id, letter: mail.letter, client: row.client_id }, 'bounced', act)
  return true
}
