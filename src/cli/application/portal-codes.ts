/** How a one-time code for the portal reaches a customer here: by mail, when a server for it is set; or as a test says. */
import { type PortalCodes, queueCode, type SendCode, sendCodes } from '../../access/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { randomIds } from '../../platform/ids.ts'
import type { Job } from '../../platform/io/jobs.ts'
import type { Log } from '../../platform/log.ts'
import { createSender, type MailSender } from '../../platform/mail/io/outbox.ts'
import type { Settings } from '../../platform/settings.ts'
import type { KeyRing } from '../../vault/index.ts'

export type CodeParts = {
  readonly database: Database
  readonly ring: KeyRing
  readonly clock: Clock
  readonly log: Log
  readonly settings: Pick<Settings, 'smtpUrl'>
}

/** Every address works, and the code goes to who gave this function: for tests alone. */
export const codesTo = (send: SendCode): PortalCodes => ({ kinds: ['email', 'sms'], send, wake: () => {} })

/** No server for mail: nobody is promised a code. */
export function portalCodes(parts: CodeParts): PortalCodes {
  const { ring, log, settings } = parts
  return {
    kinds: settings.smtpUrl === null ? [] : ['email'],
    send: queueCode(ring),
    wake() {
      // The answer to the customer does not wait for this, so it takes as long for an address that nobody has.
      sendWaiting(parts).catch((error: unknown) => log.error('codes.failed', { error, job: 'codes-sent' }))
    },
  }
}

async function sendWaiting({ database, ring, clock, log, settings: { smtpUrl } }: CodeParts): Promise<void> {
  if (smtpUrl === null) return
  const senders = new Map<string, MailSender>()
  try {
    const { sent, failed } = await sendCodes({
      database,
      ring,
      act: () => ({ now: clock.now(), ids: randomIds }),
      senderFor(from, name) {
        const known = senders.get(from) ?? createSender({ url: smtpUrl, from, name })
        senders.set(from, known)
        return known
      },
    })
    if (failed > 0) log.warn('codes.unsent', { count: failed, job: 'codes-sent' })
    if (sent > 0) log.info('codes.sent', { count: sent, job: 'codes-sent' })
  } finally {
    for (const sender of senders.values()) sender.close()
  }
}

/** What did not go at once: tried again until the code is over. */
export const codeJobs = (parts: CodeParts): Job[] =>
  parts.settings.smtpUrl === null
    ? []
    : [{ name: 'codes-sent', schedule: '* * * * *', retries: 0, run: () => sendWaiting(parts) }]
