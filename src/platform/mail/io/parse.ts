/** From bytes to a mail, within limits. Hostile bytes give an answer too, never an error that stops the rest. */
import { type AddressObject, simpleParser } from 'mailparser'
import { type Attachment, type Mail, readAddress } from '../message.ts'

export const MAIL_BYTES = 25 * 1_048_576
const TEXT_CHARACTERS = 200_000
const MOST_ATTACHMENTS = 50

export type Parsed =
  | { readonly ok: true; readonly mail: Mail }
  | { readonly ok: false; readonly code: 'mail_empty' | 'mail_too_large' | 'mail_unreadable' }

export async function parseMail(raw: Uint8Array): Promise<Parsed> {
  if (raw.length === 0) return { ok: false, code: 'mail_empty' }
  if (raw.length > MAIL_BYTES) return { ok: false, code: 'mail_too_large' }
  try {
    const parsed = await simpleParser(Buffer.from(raw), {
      skipImageLinks: true,
      skipTextToHtml: true,
      maxHtmlLengthToParse: 2_000_000,
    })
    const headers = new Map<string, string[]>()
    for (const { key, line } of parsed.headerLines) {
      const value = line
        .slice(line.indexOf(':') + 1)
        .replaceAll(/\r?\n\s+/g, ' ')
        .trim()
      headers.set(key, [...(headers.get(key) ?? []), value])
    }
    const text = (parsed.text ?? '').replaceAll('\u0000', '').toWellFormed().slice(0, TEXT_CHARACTERS)
    const from = parsed.from?.value[0]
    return {
      ok: true,
      mail: {
        messageId: oneLine(parsed.messageId),
        inReplyTo: oneLine(parsed.inReplyTo),
        references: listOf(parsed.references).slice(-50),
        from: readAddress(from?.address ?? '') ?? null,
        fromName: oneLine(from?.name || undefined),
        to: addressesOf(parsed.to).concat(addressesOf(parsed.cc)),
        subject: (oneLine(parsed.subject) ?? '').slice(0, 500),
        text,
        attachments: parsed.attachments.slice(0, MOST_ATTACHMENTS).map(attachmentFrom),
        damaged: text.includes('\ufffd') || unknownCharset(headers),
        headers,
      },
    }
  } catch {
    return { ok: false, code: 'mail_unreadable' }
  }
}

const oneLine = (value: string | undefined): string | null =>
  value === undefined
    ? null
    : value
        .replaceAll(/[\r\n\u0000]+/g, ' ')
        .trim()
        .toWellFormed()
        .slice(0, 900)

const listOf = (value: string | readonly string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : [...value]

const addressesOf = (value: AddressObject | AddressObject[] | undefined): string[] =>
  [value ?? []].flat().flatMap(({ value: list }) => list.flatMap(({ address }) => readAddress(address ?? '') ?? []))

/** A name without folders and without what a program could run by mistake of who reads it. */
function attachmentFrom({ filename, content }: { filename?: string | undefined; content: Uint8Array }): Attachment {
  const name = (filename ?? 'bijlage')
    .split(/[/\\]/)
    .at(-1)!
    .replaceAll(/[\p{Cc}\p{Cf}"<>|:*?]/gu, '')
    .trim()
    .slice(0, 120)
  return { name: name || 'bijlage', bytes: content }
}

const known =
  /^(utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|iso-2022-jp|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift_jis|utf-?16(le|be)?)$/i
function unknownCharset(headers: ReadonlyMap<string, readonly string[]>): boolean {
  const charset = /charset="?([^";\s]+)/i.exec(headers.get('content-type')?.[0] ?? '')?.[1]
  return charset !== undefined && !known.test(charset)
}
