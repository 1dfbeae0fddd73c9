/** Mail that comes in: a complaint, an addition to a case of any kind, or a report that a letter did not arrive. */
import { type Act, knowsAddress } from '../../../access/index.ts'
import type { Database, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Received as Taken } from '../../../platform/mail/io/inbox.ts'
import { parseMail } from '../../../platform/mail/io/parse.ts'
import { kindOf, type Mail, readAddress, referenceIn, replyText, reportOf } from '../../../platform/mail/message.ts'
import type { ClientProfile } from '../../../records/contract.ts'
import {
  addFile,
  addMessage,
  type CaseRow,
  caseByReference,
  casePlaceOf,
  checkFile,
  keptOf,
  letterCameBack,
  lockCase,
  type Post,
  readCase,
  readingKey,
  recordEvent,
  type SaidMore,
  subjectFor,
  tenantOf,
  writingKey,
} from '../../../records/index.ts'
import { letterNamedIn, REFERENCE } from '../../../records/rules.ts'
import { type KeyRing, keyedHash } from '../../../vault/index.ts'
import { receiveComplaint } from './receive.ts'
import type { Kept } from './store.ts'

const job = { kind: 'job', id: 'complaint-mail' } as const

export type MailDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly tenant: string
  readonly act: () => Act
  /** Brings answers by mail; absent: no mail leaves from here. */
  readonly post?: Post | undefined
  /** What more from the customer sets in motion, by the kind of case. */
  readonly saidMore?: Readonly<Partial<Record<CaseRow['kind'], SaidMore>>>
}

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
  if (row !== undefined && (await isFrom(tx, deps.ring, row, mail.from))) return addToCase(tx, deps, row, mail)
  // A stranger may complain themselves; what is about somebody else's decision, question or request is no complaint of theirs.
  if (row !== undefined && row.kind !== 'complaint') return { taken: 'person', why: 'mail_other_sender' }
  const client = mail.to.map((address) => own.get(address)).find((one) => one !== undefined)
  if (client === undefined) return { taken: 'person', why: 'mail_unplaced' }
  return newComplaint(tx, deps, client, mail)
}

/**
 * Is this the address that the complaint came from; of another case, one that the organisation registered of its customer? A number alone
 * opens nothing.
 */
async function isFrom(tx: Tx, ring: KeyRing, row: CaseRow, from: string): Promise<boolean> {
  if (row.kind !== 'complaint')
    return knowsAddress(tx, ring, { client: row.client_id, subject: row.subject_id }, { kind: 'email', address: from })
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

/** Of a case that is over a person has to know: it stands on no list. A complaint takes more at any time, for its answer may be asked about. */
async function addToCase(tx: Tx, deps: MailDeps, { case_id }: CaseRow, mail: FromSomebody): Promise<TookMail> {
  const row = await lockCase(tx, case_id)
  const over = row.kind !== 'complaint' && row.closed_at !== null
  const hash = hashOf(tx, deps.ring, row.client_id, mail)
  const known = await knownMail(tx, row.client_id, hash)
  const inMotion = known || (await addMail(tx, deps, row, mail, hash))
  if (over || !inMotion) return { taken: 'person', why: 'mail_case_over' }
  return { taken: 'taken', why: known ? 'known' : 'added' }
}

/** Into the thread, with its files; false: its kind takes nothing more, so that a person has to see it. */
async function addMail(
  tx: Tx,
  { ring, act, saidMore = {} }: MailDeps,
  row: CaseRow,
  mail: FromSomebody,
  hash: Buffer,
): Promise<boolean> {
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
  if (row.closed_at !== null) return true
  try {
    await saidMore[row.kind]?.(tx, ring, row, now)
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return false
  }
}

async function newComplaint(tx: Tx, deps: MailDeps, client: string, mail: FromSomebody): Promise<TookMail> {
  const { ring, act, post } = deps
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
    { ring, post },
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

/** A letter that did not arrive: its case says so, and nobody is answered. One that is only late may still arrive. */
async function bounced(deps: MailDeps, mail: Mail): Promise<TookMail> {
  const { failed, about } = reportOf(mail)
  if (!failed) return { taken: 'taken', why: 'delayed' }
  const reference = referenceIn(mail, REFERENCE) ?? REFERENCE.exec(about.toUpperCase())?.[0]
  const own = letterNamedIn([mail.inReplyTo, ...mail.references, about].join('\n'))
  const letter = own ?? (reference === undefined ? undefined : { reference, letter: undefined })
  const scope = { tenant: deps.tenant, clients: '*' as const, actor: job }
  const found =
    letter !== undefined && (await deps.database.inTx(scope, (tx) => letterCameBack(tx, letter, deps.act())))
  return found ? { taken: 'taken', why: 'bounce' } : { taken: 'person', why: 'bounce_unplaced' }
}
