/** What a received mail is, and what it is about: rules on its fields, without reading it from anywhere. */

export type Attachment = { readonly name: string; readonly bytes: Uint8Array }

export type Mail = {
  /** With its angle brackets; null: it has none. */
  readonly messageId: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  /** Addresses in lower case. */
  readonly from: string | null
  readonly fromName: string | null
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** A charset that nobody knows, or bytes that it does not have: some characters were replaced. */
  readonly damaged: boolean
  /** Header names in lower case, with their values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
}

/** Put into every mail of ours; one that comes back with it went in a circle. */
export const OWN_HEADER = 'x-waarborg-mail'
/** A mail that passed more servers than this goes around. */
const MOST_HOPS = 30

export const mailKinds = ['message', 'auto_reply', 'bounce', 'loop', 'own', 'list'] as const
export type MailKind = (typeof mailKinds)[number]

/**
 * Is this a person who writes, or a machine? RFC 3834 (automatic answers carry Auto-Submitted), RFC 3464 (reports about delivery),
 * RFC 2919 (lists). Nobody answers a machine, so that two of them never write to each other.
 */
export function kindOf(mail: Mail, own: readonly string[]): MailKind {
  const value = (name: string) => mail.headers.get(name)?.[0]?.trim().toLowerCase()
  if (mail.headers.has(OWN_HEADER)) return 'loop'
  if ((mail.headers.get('received')?.length ?? 0) > MOST_HOPS) return 'loop'
  if (mail.from !== null && own.includes(mail.from)) return 'own'
  const type = value('content-type') ?? ''
  const path = value('return-path')
  if (/^multipart\/report/.test(type) || path === '<>' || /^(mailer-daemon|postmaster)@/.test(mail.from ?? ''))
    return 'bounce'
  const auto = value('auto-submitted')
  if (auto !== undefined && auto !== 'no') return 'auto_reply'
  if (
    value('x-auto-response-suppress') !== undefined ||
    mail.headers.has('x-autoreply') ||
    mail.headers.has('x-autorespond')
  )
    return 'auto_reply'
  if (/^(bulk|junk|list|auto_reply)$/.test(value('precedence') ?? ''))
    return mail.headers.has('list-id') ? 'list' : 'auto_reply'
  return mail.headers.has('list-id') ? 'list' : 'message'
}

/**
 * The number of the case it is about: in our own message ids first, since a subject is typed by people; then in the subject. The pattern
 * is the caller's; undefined: none.
 */
export function referenceIn(
  { inReplyTo, references, subject }: Pick<Mail, 'inReplyTo' | 'references' | 'subject'>,
  pattern: RegExp,
): string | undefined {
  for (const one of [inReplyTo ?? '', ...references.toReversed(), subject]) {
    const found = pattern.exec(one.toUpperCase())
    if (found !== null) return found[0]
  }
  return undefined
}

const REPORT_BYTES = 20_000

/**
 * What a report about delivery says (RFC 3464). `failed`: somebody gave up; false while a server goes on trying, or when it arrived. `about`:
 * its words, with the mail that it brings back.
 */
export function reportOf({ text, subject, attachments }: Pick<Mail, 'text' | 'subject' | 'attachments'>): {
  readonly failed: boolean
  readonly about: string
} {
  const actions = [...text.matchAll(/^Action:\s*([a-z]+)/gim)].map(([, action]) => action!.toLowerCase())
  const back = attachments.map(({ bytes }) => new TextDecoder().decode(bytes.subarray(0, REPORT_BYTES)))
  return { failed: actions.length === 0 || actions.includes('failed'), about: [subject, text, ...back].join('\n') }
}

/** Lines with which programs begin what was said before, in Dutch and English. */
const quoteHeads = [
  /^\s*Op .{4,120} schreef .{1,200}:\s*$/i,
  /^\s*On .{4,120} wrote:\s*$/i,
  /^\s*-{2,}\s*(Oorspronkelijk bericht|Original message|Doorgestuurd bericht)\s*-{2,}\s*$/i,
  /^\s*_{10,}\s*$/,
  /^\s*(Van|From):\s.+$/i,
]

/** What somebody wrote now, without the thread below it. When nothing would be left, the whole. */
export function replyText(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const head = lines.findIndex((line, n) => quoteHeads.some((one) => one.test(line)) || quotedToEnd(lines, n))
  const kept = (head === -1 ? lines : lines.slice(0, head)).join('\n').trim()
  return kept === '' ? text.trim() : kept
}

/** From here on everything is quoted or empty. */
function quotedToEnd(lines: readonly string[], from: number): boolean {
  return /^>/.test(lines[from] ?? '') && lines.slice(from).every((line) => /^>|^\s*$/.test(line))
}

/** May stand in a header: one line, not too long (RFC 5322 2.1.1: 998 characters). */
export const isHeaderValue = (value: string): boolean => value.length <= 900 && !/[\r\n\u0000]/.test(value)

/** An address as it is compared: one mailbox, no display name. */
export function readAddress(value: string): string | undefined {
  const address = value.trim().toLowerCase()
  return /^[^\s<>@",;:\\()[\]]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/.test(address) ? address : undefined
}
