/** The mailbox of complaints read, and letters about every kind of case sent, where the settings name servers for it. */

import { chooseTenant } from '../../access/index.ts'
import { takeMail } from '../../accountability/index.ts'
import { randomIds } from '../../platform/ids.ts'
import type { Job } from '../../platform/io/jobs.ts'
import { InboxFailed, readInbox } from '../../platform/mail/io/inbox.ts'
import { createSender, type MailSender, type SentMail } from '../../platform/mail/io/outbox.ts'
import { type LetterMail, queueMail, sendLetters } from '../../records/index.ts'
import { askedOnElsewhere } from '../../transparency/index.ts'
import type { JobParts } from './background-jobs.ts'

/** Sends one mail at once, and keeps nothing of it. */
export const mailNowBy =
  (smtpUrl: string) =>
  async ({ from, name, ...mail }: LetterMail): Promise<SentMail> => {
    const sender = createSender({ url: smtpUrl, from, name })
    try {
      return await sender.send(mail)
    } finally {
      sender.close()
    }
  }

export function mailJobs({ database, ring, clock, log, settings }: JobParts): Job[] {
  const { smtpUrl, imapUrl, imapFolder } = settings
  const act = () => ({ now: clock.now(), ids: randomIds })
  const post = smtpUrl === null ? undefined : queueMail
  const saidMore = { clarification: askedOnElsewhere }
  return [
    ...(imapUrl === null
      ? []
      : [
          {
            name: 'complaint-mail-read',
            schedule: '* * * * *',
            retries: 0,
            async run() {
              const tenant = await chooseTenant(database, settings.tenant ?? undefined, 'job:complaint-mail')
              try {
                const count = await readInbox({ url: imapUrl, folder: imapFolder }, async (raw) => {
                  const { taken, why } = await takeMail({ database, ring, tenant, act, post, saidMore }, raw)
                  if (taken === 'person') log.warn('mail.flagged', { code: why, job: 'complaint-mail-read' })
                  return taken
                })
                if (count > 0) log.info('mail.read', { count, job: 'complaint-mail-read' })
              } catch (error) {
                if (!(error instanceof InboxFailed)) throw error
                log.error('mail.unread', { code: error.code, job: 'complaint-mail-read' })
              }
            },
          },
        ]),
    ...(smtpUrl === null
      ? []
      : [
          {
            name: 'complaint-mail-sent',
            schedule: '* * * * *',
            retries: 0,
            async run() {
              const senders = new Map<string, MailSender>()
              try {
                const { sent, failed } = await sendLetters({ database, ring, act }, (from, name) => {
                  const known = senders.get(from) ?? createSender({ url: smtpUrl, from, name })
                  senders.set(from, known)
                  return known
                })
                if (failed > 0) log.warn('mail.failed', { count: failed, job: 'complaint-mail-sent' })
                if (sent > 0) log.info('mail.sent', { count: sent, job: 'complaint-mail-sent' })
              } finally {
                for (const sender of senders.values()) sender.close()
              }
            },
          },
        ]),
  ]
}
