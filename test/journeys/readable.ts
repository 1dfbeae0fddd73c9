/** Looks for values in the bytes of files, in every form in which a careless program leaves them behind. */
import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export type Found = { readonly file: string; readonly value: string; readonly form: string }

type Needle = { readonly bytes: Buffer; readonly value: string; readonly form: string }

/** The value itself in three encodings, as hexadecimal and base64 text, and its unkeyed hashes, raw and as text. */
export function formsOf(value: string): Needle[] {
  const plain = Buffer.from(value, 'utf8')
  const form = (name: string, bytes: Buffer | string): Needle => ({ bytes: Buffer.from(bytes), value, form: name })
  const hashes = ['sha256', 'sha1', 'md5'].flatMap((name) => {
    const digest = createHash(name).update(plain).digest()
    return [
      form(name, digest),
      form(`${name} hex`, digest.toString('hex')),
      form(`${name} base64`, digest.toString('base64').replace(/=+$/, '')),
      form(`${name} base64url`, digest.toString('base64url')),
    ]
  })
  return [
    form('text', plain),
    form('utf16', Buffer.from(value, 'utf16le')),
    form('json', JSON.stringify(value).slice(1, -1)),
    form('hex', plain.toString('hex')),
    // Whatever stands before it, one of the three ways in which base64 can fall.
    ...[0, 1, 2].map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), plain])
        .toString('base64')
        .replace(/=+$/, '')
      return form('base64', text.slice(before === 0 ? 0 : before + 1, Math.floor(((plain.length + before) * 8) / 6)))
    }),
    ...hashes,
  ].filter(({ bytes }) => bytes.length >= 6)
}

/** A number that was made of something with a key: as bytes, in the order of either machine, as text, and in decimal for eight of them. */
export function formsOfNumber(value: string, bytes: Buffer): Needle[] {
  const form = (name: string, wanted: Buffer | string): Needle => ({ bytes: Buffer.from(wanted), value, form: name })
  return [
    form('bytes', bytes),
    form('bytes reversed', Buffer.from(bytes).reverse()),
    form('hex', bytes.toString('hex')),
    form('base64', bytes.toString('base64').replace(/=+$/, '')),
    form('base64url', bytes.toString('base64url')),
    ...(bytes.length === 8 ? [form('decimal', bytes.readBigInt64BE().toString())] : []),
  ]
}

/** One pass per piece of bytes: needles are found by their first four bytes. */
export class Search {
  readonly #byStart = new Map<number, Needle[]>()
  readonly #starts = new Uint8Array(65_536)

  /** `numbers`: what else is looked for, by a name to say it with. */
  constructor(values: Iterable<string>, numbers: ReadonlyMap<string, Buffer> = new Map()) {
    const ofNumbers = [...numbers].flatMap(([name, bytes]) => formsOfNumber(name, bytes))
    for (const needle of new Set([...[...values].flatMap(formsOf), ...ofNumbers])) {
      const start = needle.bytes.readUInt32LE(0)
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), needle])
      this.#starts[start & 0xffff] = 1
    }
  }

  in(bytes: Buffer, file: string): Found[] {
    const found = new Map<string, Found>()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at + 4 <= bytes.length; at++) {
      if (this.#starts[bytes[at]! | (bytes[at + 1]! << 8)] === 0) continue
      for (const { bytes: wanted, value, form } of this.#byStart.get(view.getUint32(at, true)) ?? [])
        if (bytes.compare(wanted, 0, wanted.length, at, Math.min(bytes.length, at + wanted.length)) === 0)
          found.set(`${value}/${form}`, { file, value, form })
    }
    return [...found.values()]
  }

  /**
   * Every file below the folder, and what is packed in it; a socket is none. Of a running server files come and go (a tile
   * that is full takes the place of its parts): then all of it is read again, so that nothing moved past the search.
   */
  below(folder: string): Found[] {
    for (let round = 1; ; round++) {
      try {
        return globSync('**/*', { cwd: folder })
          .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
          .flatMap((name) => {
            const bytes = readFileSync(join(folder, name))
            return [...this.in(bytes, name), ...(name.endsWith('.gz') ? this.in(gunzipSync(bytes), name) : [])]
          })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || round === 20) throw error
      }
    }
  }
}
