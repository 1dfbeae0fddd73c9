/** Complaints by e-mail: what comes in becomes a complaint or an addition to one; letters go out in the same thread. */
import type { Act } from '../../../access/index.ts'
import type { Database, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Received as Taken } from '../../../platform/mail/io/inbox.ts'
import type { MailSender } from '../../../platform/mail/io/outbox.ts'
import { parseMail } from '../../../platform/mail/io/parse.ts'
import { kindOf, type Mail, readAddress, referenceIn, replyText } from '../../../platform/mail/message.ts'
import type { ClientProfile } from '../../../records/contract.ts'
import {
  addFile,
  addMessage,
  type CaseRow,
  caseByReference,
  casePlaceOf,
  checkFile,
  type DueMail,
  keptOf,
  lettersOf,
  type MailOutcome,
  queueMail,
  readCase,
  readingKey,
  recordEvent,
  sendMails,
  subjectFor,
  tenantOf,
  writingKey,
} from '../../../records/index.ts'
import { REFERENCE } from '../../../records/rules.ts'
import { type KeyRing, keyedHash } from '../../../vault/index.ts'
import type { Post } from './acts.ts'
import { receiveComplaint } from './receive.ts'
import type { Kept } from './store.ts'

const job = { kind: 'job', id: 'complaint-mail' } as const

export type MailDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly tenant: string
  readonly act: () => Act
  /** Whether answers can go out by mail. */
  readonly sends: boolean
}

/** Puts a letter into the queue of mails. */
export const mailPost: Post = (tx, letter, act) => queueMail(tx, letter, act)

// -- in -----------------------------------------------------------------------------------------------------------------

export type TookMail = { readonly taken: Taken; readonly why: string }

/**
 * One mail, null: too large to read. The same mail again changes nothing. A machine gets no answer; what cannot be placed, or not be
 * read, is flagged in the mailbox for a person, and stays there.
 */
export async function takeMail(deps: MailDeps, raw: Uint8Array | null): Promise<TookMail> {
  if (raw === null) return { taken: 'person', why: 'mail_too_large' }
  const parsed = await parseMail(raw)
  if (!parsed.ok) return { taken: 'person', why: parsed.code }
  const { mail } = parsed
  const scope = { tenant: deps.tenant, clients: '*' as const, actor: job }
  const own = await deps.database.inTx(scope, mailboxes, { readOnly: true })
  const kind = kindOf(mail, [...own.keys()])
  if (kind === 'bounce') return bounced(deps, mail)
  if (kind !== 'message') return { taken: 'taken', why: kind }
  if (mail.from === null) return { taken: 'person', why: 'mail_without_sender' }
  return deps.database.inTx(scope, (tx) => placeMail(tx, deps, { ...mail, from: mail.from! }, own))
}

/** Addresses of complaints, with whose they are. */
async function mailboxes(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ client_id: string; profile: ClientProfile }>(
    'select client_id, profile from client where tenant_id = $1 order by client_id',
    [tenantOf(tx)],
  )
  return new Map(
    rows.flatMap(({ client_id, profile }) => {
      const address = readAddress(profile.complaints?.email ?? '')
      return address === undefined ? [] : [[address, client_id] as const]
    }),
  )
}

type FromSomebody = Mail & { readonly from: string }

async function placeMail(
  tx: Tx,
  deps: MailDeps,
  mail: FromSomebody,
  own: ReadonlyMap<string, string>,
): Promise<TookMail> {
  const reference = referenceIn(mail, REFERENCE)
  const row = reference === undefined ? undefined : await caseByReference(tx, reference)
  if (row !== undefined && row.kind === 'complaint' && (await isFrom(tx, deps.ring, row, mail.from)))
    return addToCase(tx, deps, row, mail)
  const client = mail.to.map((address) => own.get(address)).find((one) => one !== undefined)
  if (client === undefined) return { taken: 'person', why: 'mail_unplaced' }
  return newComplaint(tx, deps, client, mail)
}

/** Is this the address that the complaint came from? A number alone opens nothing. */
async function isFrom(tx: Tx, ring: KeyRing, row: CaseRow, from: string): Promise<boolean> {
  const kept = await keptOf<Kept>(tx, await readingKey(tx, ring, row.subject_id), row.case_id)
  return kept?.email === from
}

const hashOf = (tx: Tx, ring: KeyRing, client: string, mail: FromSomebody): Buffer =>
  keyedHash(
    ring.indexKey(tenantOf(tx)),
    'mail',
    client,
    mail.messageId ?? `${mail.from}\n${mail.subject}\n${mail.text}`,
  )

async function knownMail(tx: Tx, client: string, hash: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from case_message where tenant_id = $1 and client_id = $2 and mail_hmac = $3',
    [tenantOf(tx), client, hash],
  )
  return rowCount > 0
}

async function addToCase(tx: Tx, { ring, act }: MailDeps, row: CaseRow, mail: FromSomebody): Promise<TookMail> {
  const hash = hashOf(tx, ring, row.client_id, mail)
  if (await knownMail(tx, row.client_id, hash)) return { taken: 'taken', why: 'known' }
  const now = act()
  const place = casePlaceOf(row)
  const key = await writingKey(tx, ring, place, now.now)
  const record = await recordEvent(tx, now, {
    type: 'case.added',
    client: row.client_id,
    subject: row.subject_id,
    refs: { case: row.case_id },
    body: { kind: row.kind, what: 'mail', damaged: mail.damaged, closed: row.closed_at !== null },
  })
  const text = replyText(mail.text)
  const message = { author: 'customer', person: null, via: 'email', text: text === '' ? mail.subject : text } as const
  await addMessage(tx, key, place, { ...message, mailHmac: hash, record }, now)
  await addFiles(tx, ring, row, mail, record, now)
  return { taken: 'taken', why: 'added' }
}

async function newComplaint(tx: Tx, deps: MailDeps, client: string, mail: FromSomebody): Promise<TookMail> {
  const { ring, act, sends } = deps
  const hash = hashOf(tx, ring, client, mail)
  if (await knownMail(tx, client, hash)) return { taken: 'taken', why: 'known' }
  const text = replyText(mail.text)
  const words = (text === '' ? mail.subject : text).slice(0, 20_000)
  // A mail that says nothing at all is for a person to look at.
  if (words.trim() === '' && mail.attachments.length === 0) return { taken: 'person', why: 'mail_empty' }
  const now = act()
  const subject = await subjectFor(tx, ring, { client, reference: `mailto:${mail.from}`, language: null }, now)
  const { id, record } = await receiveComplaint(
    tx,
    { ring, post: sends ? mailPost : undefined },
    {
      client,
      subject,
      conversation: null,
      decision: null,
      via: 'email',
      language: languageOf(mail),
      words: words.trim() === '' ? '…' : words,
      about: 'system',
      remedy: 'other',
      remedyWords: null,
      wantsHearing: false,
      name: mail.fromName,
      email: mail.from,
      persons: [],
      receivedAt: now.now,
      externalHmac: null,
      mailHmac: hash,
    },
    now,
  )
  await addFiles(tx, ring, await readCase(tx, id), mail, record, now)
  return { taken: 'taken', why: 'received' }
}

/** Dutch unless more English words than Dutch ones stand in it; the customer can choose on their page. */
function languageOf({ text, headers }: Mail): 'nl' | 'en' {
  const said = headers.get('content-language')?.[0]?.slice(0, 2).toLowerCase()
  if (said === 'nl' || said === 'en') return said
  const count = (words: RegExp) => text.match(words)?.length ?? 0
  return count(/\b(the|and|is|my|was|not|you|have|with)\b/gi) > count(/\b(de|het|een|en|ik|niet|mijn|was|van)\b/gi)
    ? 'en'
    : 'nl'
}

/** Files of the kinds that are taken; how many were not is on record. */
async function addFiles(tx: Tx, ring: KeyRing, row: CaseRow, mail: Mail, record: string, act: Act): Promise<void> {
  const place = casePlaceOf(row)
  const key = await writingKey(tx, ring, place, act.now)
  let refused = 0
  for (const { name, bytes } of mail.attachments)
    try {
      const media = await checkFile(tx, place, bytes)
      await addFile(tx, key, place, media, { name, bytes, author: 'customer', record }, act)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refused++
    }
  if (refused > 0)
    await recordEvent(tx, act, {
      type: 'attachment.refused',
      client: row.client_id,
      subject: row.subject_id,
      refs: { case: row.case_id },
      body: { files: refused },
    })
}

/** A letter that did not arrive: its case says so, and nobody is answered. */
async function bounced(deps: MailDeps, mail: Mail): Promise<TookMail> {
  const text = `${mail.subject}\n${mail.text}`
  const reference = referenceIn(mail, REFERENCE) ?? REFERENCE.exec(text.toUpperCase())?.[0]
  const scope = { tenant: deps.tenant, clients: '*' as const, actor: job }
  const found = await deps.database.inTx(scope, async (tx) => {
    const row = reference === undefined ? undefined : await caseByReference(tx, reference)
    if (row === undefined) return false
    await recordEvent(tx, deps.act(), {
      type: 'letter.bounced',
      client: row.client_id,
      subject: row.subject_id,
      refs: { case: row.case_id },
      body: { kind: row.kind },
    })
    return true
  })
  return found ? { taken: 'taken', why: 'bounce' } : { taken: 'person', why: 'bounce_unplaced' }
}

// -- out ----------------------------------------------------------------------------------------------------------------

/** Sends letters that wait; without an address, or of somebody who was erased, there is nothing to send any more. */
export function sendLetters(
  { database, ring, act }: Pick<MailDeps, 'database' | 'ring' | 'act'>,
  senderFor: (from: string, name: string) => MailSender,
): Promise<{ sent: number; failed: number }> {
  return sendMails(database, act, async (due) => {
    const letter = await database.inTx(
      { tenant: due.tenant, clients: [due.client], actor: job },
      (tx) => readLetter(tx, ring, due),
      { readOnly: true },
    )
    if ('code' in letter) return { ok: false, code: letter.code, permanent: true }
    const { from, name, ...mail } = letter
    return (await senderFor(from, name).send(mail)) satisfies MailOutcome
  })
}

type LetterMail = {
  readonly from: string
  readonly name: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly messageId: string
  readonly references: readonly string[]
  readonly language: 'nl' | 'en'
}

async function readLetter(tx: Tx, ring: KeyRing, due: DueMail): Promise<LetterMail | { readonly code: string }> {
  const row = await readCase(tx, due.case)
  const key = await readingKey(tx, ring, row.subject_id)
  const kept = await keptOf<Kept>(tx, key, due.case)
  const letters = await lettersOf(tx, key, due.case)
  const letter = letters.find(({ id }) => id === due.letter)
  if (kept?.email == null || letter?.paragraphs == null) return { code: 'letter_gone' }
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [due.tenant, due.client],
  )
  const { name, profile } = rows[0]!
  const from = readAddress(profile.complaints?.email ?? '')
  if (from === undefined) return { code: 'mailbox_missing' }
  const domain = from.slice(from.indexOf('@') + 1)
  const idOf = (one: string) => `<${row.reference}.${one}@${domain}>`
  return {
    from,
    name,
    to: kept.email,
    // The number in the subject finds the thread again when a program drops the headers.
    subject: `${(letter.subject ?? '').replace(/^(Onderwerp|Subject): /, '')} [${row.reference}]`,
    text: `${letter.paragraphs.join('\n\n')}\n`,
    messageId: idOf(letter.id),
    references: letters.slice(0, letters.indexOf(letter)).map(({ id }) => idOf(id)),
    language: letter.language,
  }
}
