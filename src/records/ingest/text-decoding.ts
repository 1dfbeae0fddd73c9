/** Bytes to text. UTF-8 is the rule; another encoding is named by a person, never guessed into the record. */

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1'] as const
export type Encoding = (typeof encodings)[number]

export type Decoded =
  | { readonly ok: true; readonly text: string }
  /** `byte` counts from 0; `guess` is what the bytes look like, for the sentence that asks the person. */
  | { readonly ok: false; readonly byte: number; readonly guess: Encoding }

/** Decodes whole bytes. A byte order mark at the start of a file is taken off: it is no part of any text. */
export function decodeText(
  bytes: Uint8Array,
  encoding: Encoding = 'utf-8',
  options: { readonly keepMark?: boolean } = {},
): Decoded {
  if (encoding === 'iso-8859-1') return { ok: true, text: latin1(bytes) }
  try {
    return {
      ok: true,
      text: new TextDecoder(encoding, { fatal: true, ignoreBOM: options.keepMark ?? false }).decode(bytes),
    }
  } catch {
    return { ok: false, byte: encoding === 'utf-8' ? firstInvalid(bytes) : bytes.length, guess: guessEncoding(bytes) }
  }
}

/** What bytes that are not UTF-8 look like: zero bytes in every other place, or the letters only Windows-1252 has. */
export function guessEncoding(bytes: Uint8Array): Encoding {
  const sample = bytes.subarray(0, 4096)
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]!++
  })
  if (zeros[1]! > sample.length / 8 && zeros[0]! < zeros[1]! / 4) return 'utf-16le'
  if (zeros[0]! > sample.length / 8 && zeros[1]! < zeros[0]! / 4) return 'utf-16be'
  return bytes.some((byte) => byte >= 0x80 && byte <= 0x9f) ? 'windows-1252' : 'iso-8859-1'
}

/** True for the start of a file that can only be UTF-16: such bytes may be valid UTF-8 and still be the wrong text. */
export function looksLikeUtf16(head: Uint8Array): boolean {
  return head.length >= 2 && guessEncoding(head).startsWith('utf-16')
}

/** Length of the part that ends between characters: what follows it is the start of a sequence still to come. */
export function wholeUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return byte >= 0xf0 || (byte >= 0xe0 && back < 3) || back < 2 ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** Offset of the first byte that is not UTF-8 (RFC 3629, 4). */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return bytes.length
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  if (first < 0x80) return 1
  const second = bytes[at + 1] ?? 0
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (length === 0 || second < lowest || second > highest) return 0
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
