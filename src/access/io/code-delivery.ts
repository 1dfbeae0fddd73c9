/** Codes on their way by mail: written with the code, sent by a job; the address is read when it goes. */
import type { Database, Tx } from '../../platform/database.ts'
import type { MailSender, Outgoing } from '../../platform/mail/io/outbox.ts'
import type { Language } from '../../platform/text.ts'
import { existingKey, type Key, KeyDestroyed, type KeyRing, openJson, sealJson } from '../../vault/index.ts'
import { codeMail } from '../code-mail.ts'
import { readAddressOf } from './addresses.ts'
import type { SendCode } from './portal-codes.ts'
import { type Act, tenantOf } from './record.ts'

const job = { kind: 'job', id: 'codes-sent' } as const
/** A code that did not go is tried again after so long, until it is over. */
const AGAIN_MS = 20_000

/** Codes are secrets of ten minutes and nobody's words: they lie under a key of the installation, the address under that of its person. */
const codeKey = (ring: KeyRing): Key => ring.derived('code-delivery')
const place = (tenant: string, id: string): string[] => ['code_delivery', 'sealed', tenant, id]

/** Puts a code into the queue; one for nobody as well, which is deleted when its time is over. */
export function queueCode(ring: KeyRing): SendCode {
  const key = codeKey(ring)
  return async (tx, { client, subject, addressId, code, language, expiresAt }, { now, ids }) => {
    const id = ids.next()
    await tx.query(
      `insert into code_delivery (tenant_id, client_id, delivery_id, subject_id, address_id, language, queued_at, expires_at, next_at, sealed)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9)`,
      [
        tenantOf(tx),
        client,
        id,
        subject,
        addressId,
        language,
        now,
        expiresAt,
        sealJson(key, place(tenantOf(tx), id), { code }),
      ],
    )
  }
}

type Waiting = {
  tenant_id: string
  client_id: string
  delivery_id: string
  subject_id: string
  address_id: string
  language: Language
  expires_at: Date
  sealed: Buffer
}

export type CodeDelivery = {
  readonly database: Database
  readonly ring: KeyRing
  readonly act: () => Act
  /** For the address from which a client writes. */
  readonly senderFor: (from: string, name: string) => MailSender
}

/** Sends every code that waits. A process that dies leaves its code for later; nobody sends one twice. */
export async function sendCodes(delivery: CodeDelivery): Promise<{ sent: number; failed: number }> {
  const total = { sent: 0, failed: 0 }
  for (let round = 0; round < 500; round++) {
    const waiting = await claim(delivery)
    if (waiting === undefined) break
    if (await sendOne(delivery, waiting)) total.sent++
    else total.failed++
  }
  return total
}

/** Takes the code that waits longest, and puts it off; what is over goes, and with it that a code was open for an address. */
function claim({ database, act }: CodeDelivery): Promise<Waiting | undefined> {
  const { now } = act()
  return database.inTx({ tenant: '*', clients: '*', actor: job }, async (tx) => {
    await tx.query('delete from code_delivery where expires_at <= $1', [now])
    await tx.query('delete from portal_code where expires_at <= $1', [now])
    const { rows } = await tx.query<Waiting>(
      `with due as (select tenant_id, delivery_id from code_delivery where client_id is not null and next_at <= $1 order by next_at limit 1 for update skip locked)
       update code_delivery d set next_at = $2, attempts = d.attempts + 1
       from due where d.tenant_id = due.tenant_id and d.delivery_id = due.delivery_id
       returning d.tenant_id, d.client_id, d.delivery_id, d.subject_id, d.address_id, d.language, d.expires_at, d.sealed`,
      [now, new Date(now.getTime() + AGAIN_MS)],
    )
    return rows[0]
  })
}

async function sendOne({ database, ring, senderFor }: CodeDelivery, waiting: Waiting): Promise<boolean> {
  const scope = { tenant: waiting.tenant_id, clients: [waiting.client_id], actor: job }
  const mail = await database.inTx(scope, (tx) => mailOf(tx, ring, waiting), { readOnly: true })
  const sent = mail === undefined ? undefined : await senderFor(mail.from, mail.name).send(mail)
  if (sent === undefined || sent.ok || sent.permanent)
    await database.inTx(scope, (tx) =>
      tx.query('delete from code_delivery where tenant_id = $1 and delivery_id = $2', [
        waiting.tenant_id,
        waiting.delivery_id,
      ]),
    )
  return sent?.ok === true
}

/** Undefined: its person was erased, the address was taken away, or the client has no address to write from. */
async function mailOf(
  tx: Tx,
  ring: KeyRing,
  waiting: Waiting,
): Promise<(Outgoing & { readonly from: string; readonly name: string }) | undefined> {
  const tenant = tenantOf(tx)
  const key = await existingKey(tx, ring, { tenant, subject: waiting.subject_id }).catch((error: unknown) => {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  })
  const to = key && (await readAddressOf(tx, key, waiting.address_id))
  const { rows } = await tx.query<{ name: string; from: string | null }>(
    `select name, coalesce(profile #>> '{complaints,email}', profile #>> '{contact,email}') as "from" from client where tenant_id = $1 and client_id = $2`,
    [tenant, waiting.client_id],
  )
  const { name, from } = rows[0] ?? { name: '', from: null }
  if (to?.kind !== 'email' || from === null) return undefined
  const { code } = openJson(codeKey(ring), place(tenant, waiting.delivery_id), waiting.sealed) as { code: string }
  const { subject, text } = codeMail({ code, client: name, until: waiting.expires_at }, waiting.language)
  return {
    from,
    name,
    to: to.address,
    subject,
    text,
    messageId: `<${waiting.delivery_id}@${from.slice(from.indexOf('@') + 1)}>`,
    language: waiting.language,
  }
}
