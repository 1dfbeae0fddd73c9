/** Files that a customer adds as evidence: of four kinds, by what is in them and not by what they are called. */
export const mediaTypes = ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'] as const
export type MediaType = (typeof mediaTypes)[number]
export const MOST_FILES = 5
export const FILE_BYTES = 5 * 1_048_576

export const extensions: Readonly<Record<MediaType, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'text/plain': 'txt',
}

const signatures: readonly (readonly [MediaType, readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
]

/** What kind of file these bytes are; undefined for any other kind. Text is UTF-8 without control characters, and no markup. */
export function kindOfFile(bytes: Uint8Array): MediaType | undefined {
  const found = signatures.find(([, start]) => start.every((byte, n) => bytes[n] === byte))
  if (found !== undefined) return found[0]
  return isPlainText(bytes) ? 'text/plain' : undefined
}

function isPlainText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return false
  }
  return ![...text].some((char) => char < ' ' && !'\t\n\r\f'.includes(char)) && !/^\s*<[!?a-z]/i.test(text)
}

/** The last part of a path, without what changes how a name reads. */
export const safeName = (name: string): string =>
  name
    .split(/[/\\]/)
    .at(-1)!
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}"<>|:*?]/gu, '')
    .trim()
    .slice(0, 120) || 'bestand'

/** A name as a header carries it: percent-encoded UTF-8 (RFC 8187, 3.2); what is not, is taken as it stands. */
export function nameInHeader(value: string | undefined): string {
  if (value === undefined) return safeName('')
  try {
    return safeName(decodeURIComponent(value))
  } catch {
    return safeName(value)
  }
}

export type FileRefusal = 'file_empty' | 'file_too_large' | 'file_kind' | 'files_too_many'

/** Why this file is not taken; undefined: it is. `already`: how many the complaint has. */
export function fileRefusal(bytes: Uint8Array, already: number): FileRefusal | undefined {
  if (already >= MOST_FILES) return 'files_too_many'
  if (bytes.length === 0) return 'file_empty'
  if (bytes.length > FILE_BYTES) return 'file_too_large'
  return kindOfFile(bytes) === undefined ? 'file_kind' : undefined
}
