/** A zip of few files that are not packed, written and read by ourselves (APPNOTE 6.3.10, 4.3): method 0, names in ASCII, no zip64. */
import { crc32 } from 'node:zlib'

export class ZipUnreadable extends Error {
  override readonly name = 'ZipUnreadable'
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** 1 January 1980: the same files give the same bytes. */
const DATE = 0x21
const NAME = /^[a-z0-9][a-z0-9.-]{0,60}$/

export function zipOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, bytes] of files) {
    if (!NAME.test(name)) throw new RangeError(`not a name for a pack: ${name}`)
    const sum = crc32(bytes)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(LOCAL, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(DATE, 12)
    local.writeUInt32LE(sum, 14)
    local.writeUInt32LE(bytes.length, 18)
    local.writeUInt32LE(bytes.length, 22)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(CENTRAL, 0)
    central.writeUInt16LE(20, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt16LE(DATE, 14)
    central.writeUInt32LE(sum, 16)
    central.writeUInt32LE(bytes.length, 20)
    central.writeUInt32LE(bytes.length, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(at, 42)
    parts.push(local, Buffer.from(name, 'latin1'), Buffer.from(bytes))
    directory.push(central, Buffer.from(name, 'latin1'))
    at += 30 + name.length + bytes.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(files.size, 8)
  end.writeUInt16LE(files.size, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end])
}

/** Only what `zipOf` writes: packed files, comments, names twice and anything between the files are refused. Throws ZipUnreadable. */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const files = new Map<string, Uint8Array>()
  const fail = (why: string): never => {
    throw new ZipUnreadable(why)
  }
  try {
    let at = 0
    while (zip.readUInt32LE(at) === LOCAL) {
      const size = zip.readUInt32LE(at + 18)
      const length = zip.readUInt16LE(at + 26)
      const name = zip.toString('latin1', at + 30, at + 30 + length)
      const from = at + 30 + length
      if (zip.readUInt16LE(at + 8) !== 0 || zip.readUInt16LE(at + 28) !== 0) fail('packed')
      if (!NAME.test(name) || files.has(name) || from + size > zip.length) fail('name')
      const file = zip.subarray(from, from + size)
      if (crc32(file) !== zip.readUInt32LE(at + 14)) fail('sum')
      files.set(name, file)
      at = from + size
    }
    if (!Buffer.from(zipOf(files)).equals(zip)) fail('directory')
  } catch (error) {
    if (error instanceof ZipUnreadable) throw error
    fail('cut off')
  }
  return files
}
