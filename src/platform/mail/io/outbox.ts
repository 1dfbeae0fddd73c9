/** Mail to one person at a time over SMTP. */
import { createTransport } from 'nodemailer'
import { isHeaderValue, OWN_HEADER, readAddress } from '../message.ts'

export type Outgoing = {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** With angle brackets, ours. */
  readonly messageId: string
  readonly references?: readonly string[]
  readonly language: 'nl' | 'en'
}

export type SentMail =
  | { readonly ok: true }
  /** `permanent`: nobody needs to try again (a refusal with 5xx, an address that is none). */
  | { readonly ok: false; readonly code: string; readonly permanent: boolean }

export type MailSender = { send(mail: Outgoing): Promise<SentMail>; close(): void }

/** `url`: smtp://user:password@host:port or smtps://…; `from`: the address that customers see. */
export function createSender({
  url,
  from,
  name,
}: {
  readonly url: string
  readonly from: string
  readonly name: string
}): MailSender {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const local = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password or a letter never crosses a network readable.
    requireTLS: !secure && !local,
    ignoreTLS: !secure && local,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    logger: false,
  })
  return {
    async send(mail) {
      const to = readAddress(mail.to)
      const values = [mail.subject, mail.messageId, ...(mail.references ?? [])]
      if (to === undefined || !values.every(isHeaderValue))
        return { ok: false, code: 'mail_malformed', permanent: true }
      try {
        await transport.sendMail({
          from: { name, address: from },
          to,
          subject: mail.subject,
          text: mail.text,
          messageId: mail.messageId,
          ...(mail.references === undefined
            ? {}
            : { references: [...mail.references], inReplyTo: mail.references.at(-1) ?? '' }),
          headers: {
            [OWN_HEADER]: '1',
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
            'Content-Language': mail.language,
          },
        })
        return { ok: true }
      } catch (error) {
        const { responseCode, code } = error as { responseCode?: number; code?: string }
        if (responseCode !== undefined)
          return { ok: false, code: `smtp_${responseCode}`, permanent: responseCode >= 500 && responseCode !== 535 }
        return { ok: false, code: code === 'EAUTH' ? 'mail_unauthorised' : 'mail_unreachable', permanent: false }
      }
    },
    close: () => transport.close(),
  }
}
