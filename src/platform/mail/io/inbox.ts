/** Reads a mailbox over IMAP: what is not seen yet, the oldest first; a mail counts as seen when it was taken over, so none is lost. */
import { ImapFlow } from 'imapflow'
import { MAIL_BYTES } from './parse.ts'

export type InboxFault = 'mail_unreachable' | 'mail_unauthorised' | 'mail_folder_unknown'
export class InboxFailed extends Error {
  override readonly name = 'InboxFailed'
  readonly code: InboxFault
  constructor(code: InboxFault, cause: unknown) {
    super(code, { cause })
    this.code = code
  }
}

/**
 * `taken`: it is on record, or nobody has to; `leave`: it stays unseen for the next time; `person`: flagged for somebody to look at.
 * A receiver is called at least once for each mail, so it must know one that it saw before.
 */
export type Received = 'taken' | 'leave' | 'person'

export type InboxOptions = {
  /** imap://user:password@host:port or imaps://…; without TLS to this machine alone. */
  readonly url: string
  readonly folder: string
  /** Mails of one round. */
  readonly most?: number
}

/** Returns how many were taken over. Errors: `InboxFailed`; what a receiver throws ends the round, and its mail stays unseen. */
export async function readInbox(
  { url, folder, most = 100 }: InboxOptions,
  receive: (raw: Uint8Array | null) => Promise<Received>,
): Promise<number> {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'imaps:'
  const local = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  const client = new ImapFlow({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 993 : 143) : Number(port),
    secure,
    doSTARTTLS: secure ? false : !local,
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 60_000,
  })
  // A connection that breaks later is the error of the command under way.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    client.close()
    throw new InboxFailed(
      (error as { authenticationFailed?: boolean }).authenticationFailed ? 'mail_unauthorised' : 'mail_unreachable',
      error,
    )
  }
  try {
    const lock = await client.getMailboxLock(folder).catch((error: unknown) => {
      throw new InboxFailed('mail_folder_unknown', error)
    })
    try {
      return await takeUnseen(client, most, receive)
    } finally {
      lock.release()
    }
  } finally {
    await client.logout().catch(() => client.close())
  }
}

async function takeUnseen(
  client: ImapFlow,
  most: number,
  receive: (raw: Uint8Array | null) => Promise<Received>,
): Promise<number> {
  const found = await client.search({ seen: false, flagged: false }, { uid: true })
  let taken = 0
  for (const uid of (found || []).slice(0, most)) {
    const head = await client.fetchOne(String(uid), { size: true }, { uid: true })
    if (head === false) continue
    const raw = (head.size ?? 0) > MAIL_BYTES ? null : await sourceOf(client, uid)
    if (raw === undefined) continue
    const answer = await receive(raw)
    if (answer === 'leave') continue
    await client.messageFlagsAdd(String(uid), answer === 'person' ? ['\\Flagged'] : ['\\Seen'], { uid: true })
    taken++
  }
  return taken
}

async function sourceOf(client: ImapFlow, uid: number): Promise<Uint8Array | undefined> {
  // Reading does not mark it as seen: that is done when it was taken over.
  const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
  return message === false ? undefined : message.source
}
