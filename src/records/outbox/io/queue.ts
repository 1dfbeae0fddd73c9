/** Messages to systems of the organisation: written with the change, sent by a job. */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'undici'
import type { Act } from '../../../access/index.ts'
import { addressRefused, isLoopbackName } from '../../../platform/address.ts'
import type { Database, Tx } from '../../../platform/database.ts'
import { publicLookup } from '../../../platform/io/lookup.ts'
import { secretOf } from '../../../platform/io/secret.ts'
import type { ClientProfile } from '../../contract.ts'
import { tenantOf } from '../../io/event.ts'
import { confirms, hears, nextTry, signedText, signingKey, type WebhookBody, type WebhookEvent } from '../webhook.ts'

const job = { kind: 'job', id: 'outgoing-sent' } as const
type Webhook = NonNullable<ClientProfile['webhooks']>[number]

const webhooksOf = async (tx: Tx, client: string): Promise<readonly Webhook[]> => {
  const { rows } = await tx.query<{ webhooks: Webhook[] | null }>(
    `select profile -> 'webhooks' as webhooks from client where tenant_id = $1 and client_id = $2`,
    [tenantOf(tx), client],
  )
  return rows[0]?.webhooks ?? []
}

/** One message for each address of the client that wants to hear of it; returns how many. */
export async function queueWebhooks(
  tx: Tx,
  given: {
    readonly client: string
    readonly event: WebhookEvent
    readonly case: string | null
    readonly body: WebhookBody
  },
  { now, ids }: Act,
): Promise<number> {
  const wanted = (await webhooksOf(tx, given.client)).filter(({ events }) => hears(events, given.event))
  for (const { id } of wanted)
    await tx.query(
      `insert into outgoing (tenant_id, client_id, outgoing_id, webhook_id, event, case_id, body, queued_at, next_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 'queued')`,
      [tenantOf(tx), given.client, ids.next(), id, given.event, given.case, JSON.stringify(given.body), now],
    )
  return wanted.length
}

type Row = {
  tenant_id: string
  client_id: string
  outgoing_id: string
  webhook_id: string
  event: string
  case_id: string | null
  body: WebhookBody
  queued_at: Date
  attempts: number
}

/** The receiver said that it carried a message out. In the same transaction as that it was sent. */
export type OnConfirmed = (
  tx: Tx,
  message: { readonly event: string; readonly case: string | null; readonly client: string },
  act: Act,
) => Promise<void>

export type SendOptions = {
  readonly act: () => Act
  readonly confirmed: OnConfirmed
  readonly secret?: (ref: string) => string | undefined
  readonly timeoutMs?: number
}

/** Sends what is due, a message at a time; returns how many went out and how many did not. A process that dies leaves its message for later. */
export function sendOutgoing(database: Database, options: SendOptions): Promise<{ sent: number; failed: number }> {
  return sendAll(database, 'webhook', options.act, (row) => sendOne(database, row, options))
}

/** Brings a letter to its customer by mail, beside their page: by its id, in the transaction that wrote it. */
export type Post = (
  tx: Tx,
  letter: { readonly letter: string; readonly case: string; readonly client: string },
  act: Act,
) => Promise<void>

/** Into the queue of mails; its words and the address are read when it is sent. */
export const queueMail: Post = async (tx, given, { now, ids }) => {
  await tx.query(
    `insert into outgoing (tenant_id, client_id, outgoing_id, channel, webhook_id, event, case_id, body, queued_at, next_at, state) values ($1, $2, $3, 'mail', 'mail', 'letter.sent', $4, $5, $6, $6, 'queued')`,
    [tenantOf(tx), given.client, ids.next(), given.case, JSON.stringify({ letter: given.letter }), now],
  )
}

export type DueMail = {
  readonly tenant: string
  readonly client: string
  readonly case: string
  readonly letter: string
}
export type MailOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly permanent: boolean }

export type MailParts = {
  readonly act: () => Act
  readonly deliver: (mail: DueMail) => Promise<MailOutcome>
  /** Nobody tries again. In the same transaction. */
  readonly givenUp: (tx: Tx, mail: DueMail, code: string, act: Act) => Promise<void>
}

/** Sends letters that are due by mail. */
export function sendMails(
  database: Database,
  { act, deliver, givenUp }: MailParts,
): Promise<{ sent: number; failed: number }> {
  return sendAll(database, 'mail', act, async (row) => {
    const scope = { tenant: row.tenant_id, clients: [row.client_id], actor: job }
    const mail = { tenant: row.tenant_id, client: row.client_id, case: row.case_id!, letter: String(row.body.letter) }
    const result = await deliver(mail)
    await database.inTx(scope, async (tx) => {
      const now = act()
      const state = await settle(tx, row, result, !result.ok && result.permanent, now.now)
      if (!result.ok && state === 'failed') await givenUp(tx, mail, result.code, now)
    })
    return result.ok
  })
}

async function sendAll(
  database: Database,
  channel: 'webhook' | 'mail',
  act: () => Act,
  send: (row: Row) => Promise<boolean>,
): Promise<{ sent: number; failed: number }> {
  const total = { sent: 0, failed: 0 }
  // An address that does not answer is left alone for the rest of the round: each try would hold the others up for its whole time-out.
  const silent = new Set<string>()
  for (let round = 0; round < 500; round++) {
    const row = await claim(database, channel, [...silent], act().now)
    if (row === undefined) break
    if (await send(row)) total.sent++
    else {
      total.failed++
      if (channel === 'webhook') silent.add(addressOf(row))
    }
  }
  return total
}

/** Writes how a try ended: gone out, later again, or given up; undefined: the message was taken out of the queue meanwhile. */
async function settle(
  tx: Tx,
  row: Row,
  result: { readonly ok: true } | { readonly ok: false; readonly code: string },
  final: boolean,
  now: Date,
): Promise<OutgoingLine['state'] | undefined> {
  const again = result.ok || final ? undefined : nextTry(row.queued_at, row.attempts, now)
  const state = result.ok ? 'sent' : again === undefined ? 'failed' : 'queued'
  const { rowCount } = await tx.query(
    `update outgoing set state = $3, next_at = $4, sent_at = $5, error = $6 where tenant_id = $1 and outgoing_id = $2 and state = 'queued'`,
    [row.tenant_id, row.outgoing_id, state, again ?? null, result.ok ? now : null, result.ok ? null : result.code],
  )
  return rowCount === 1 ? state : undefined
}

const addressOf = ({ tenant_id, client_id, webhook_id }: Row): string => `${tenant_id} ${client_id} ${webhook_id}`

/**
 * Takes the message that is due longest, not for the addresses in `silent`, and puts it off for a minute: nobody else sends it meanwhile.
 * It is chosen in a `with`, which is carried out once; below `in` a plan may choose again for each row, and take more than one.
 */
function claim(
  database: Database,
  channel: 'webhook' | 'mail',
  silent: readonly string[],
  now: Date,
): Promise<Row | undefined> {
  return database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    const { rows } = await tx.query<Row>(
      `with due as (select tenant_id, outgoing_id from outgoing where channel = $2 and state = 'queued' and next_at <= $1 and tenant_id || ' ' || client_id || ' ' || webhook_id <> all($3) order by next_at, outgoing_id limit 1 for update skip locked)
       update outgoing o set next_at = $1::timestamptz + interval '1 minute', attempts = o.attempts + 1
       from due where o.tenant_id = due.tenant_id and o.outgoing_id = due.outgoing_id
       returning o.tenant_id, o.client_id, o.outgoing_id, o.webhook_id, o.event, o.case_id, o.body, o.queued_at, o.attempts`,
      [now, channel, silent],
    )
    return rows[0]
  })
}

async function sendOne(database: Database, row: Row, { act, confirmed, ...options }: SendOptions): Promise<boolean> {
  const scope = { tenant: row.tenant_id, clients: [row.client_id], actor: job }
  const webhook = await database.inTx(scope, async (tx) =>
    (await webhooksOf(tx, row.client_id)).find(({ id }) => id === row.webhook_id),
  )
  const result =
    webhook === undefined ? { ok: false as const, code: 'webhook_gone' } : await post(row, webhook, options, act().now)
  return database.inTx(scope, async (tx) => {
    const now = act()
    await settle(tx, row, result, webhook === undefined, now.now)
    if (result.ok && result.confirmed)
      await confirmed(tx, { event: row.event, case: row.case_id, client: row.client_id }, now)
    return result.ok
  })
}

type Posted = { readonly ok: true; readonly confirmed: boolean } | { readonly ok: false; readonly code: string }

const TIMEOUT_MS = 10_000
const REPLY_BYTES = 16_384

async function post(
  row: Row,
  webhook: Webhook,
  { secret = secretOf, timeoutMs = TIMEOUT_MS }: Pick<SendOptions, 'secret' | 'timeoutMs'>,
  now: Date,
): Promise<Posted> {
  const refused = addressRefused(webhook.url, webhook.allowPrivateAddress === true)
  if (refused !== null) return { ok: false, code: refused }
  const given = secret(webhook.secret)
  if (given === undefined) return { ok: false, code: 'secret_missing' }
  const key = signingKey(given)
  if (key === undefined) return { ok: false, code: 'secret_malformed' }
  const body = JSON.stringify({ type: row.event, timestamp: row.queued_at.toISOString(), data: row.body })
  const timestamp = Math.floor(now.getTime() / 1_000)
  const signature = createHmac('sha256', key)
    .update(signedText(row.outgoing_id, timestamp, body))
    .digest('base64')
  const own = new URL(webhook.url).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const local = isLoopbackName(own) || webhook.allowPrivateAddress === true
  const dispatcher = new Agent({ connect: { timeout: timeoutMs, ...(local ? {} : { lookup: publicLookup }) } })
  try {
    const reply = await request(webhook.url, {
      method: 'POST',
      dispatcher,
      // Of the whole: a receiver that trickles its answer would hold the others up.
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'webhook-id': row.outgoing_id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': `v1,${signature}`,
      },
      body,
    })
    const text = await textOf(reply.body)
    // A redirect is an answer of its own: nothing follows it.
    if (reply.statusCode < 200 || reply.statusCode > 299) return { ok: false, code: `status_${reply.statusCode}` }
    return { ok: true, confirmed: confirms(reply.statusCode, text) }
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string }
    if (name === 'TimeoutError') return { ok: false, code: 'timeout' }
    return { ok: false, code: code === 'EPRIVATE' ? 'address_private' : 'unreachable' }
  } finally {
    await dispatcher.destroy()
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > REPLY_BYTES) break
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

export type OutgoingLine = {
  readonly event: string
  readonly webhook: string
  readonly state: 'queued' | 'sent' | 'failed'
  readonly queuedAt: Date
  readonly sentAt: Date | null
  readonly attempts: number
  readonly error: string | null
}

/** What went to systems of the organisation about a case, the oldest first. */
export async function outgoingOf(tx: Tx, id: string): Promise<OutgoingLine[]> {
  const { rows } = await tx.query<{
    event: string
    webhook_id: string
    state: OutgoingLine['state']
    queued_at: Date
    sent_at: Date | null
    attempts: number
    error: string | null
  }>(
    `select event, webhook_id, state, queued_at, sent_at, attempts, error from outgoing where tenant_id = $1 and case_id = $2 and channel = 'webhook' order by queued_at, outgoing_id`,
    [tenantOf(tx), id],
  )
  return rows.map((row) => ({
    event: row.event,
    webhook: row.webhook_id,
    state: row.state,
    queuedAt: row.queued_at,
    sentAt: row.sent_at,
    attempts: row.attempts,
    error: row.error,
  }))
}

/** Questions of this event about a case that did not go out yet are asked no more. */
export async function dropQueued(tx: Tx, id: string, event: WebhookEvent): Promise<void> {
  await tx.query(
    `delete from outgoing where tenant_id = $1 and case_id = $2 and channel = 'webhook' and event = $3 and state = 'queued'`,
    [tenantOf(tx), id, event],
  )
}

/** Mails with letters to a customer, sent or not: without the letters they lead to nothing. */
export async function dropMailsOf(tx: Tx, subject: string): Promise<void> {
  await tx.query(
    `delete from outgoing where tenant_id = $1 and channel = 'mail' and case_id in (select case_id from case_record where tenant_id = $1 and subject_id = $2)`,
    [tenantOf(tx), subject],
  )
}

/** What was sent about these cases goes with them. */
export async function dropOutgoingOf(tx: Tx, cases: readonly string[]): Promise<void> {
  await tx.query('delete from outgoing where tenant_id = $1 and case_id = any($2)', [tenantOf(tx), cases])
}
