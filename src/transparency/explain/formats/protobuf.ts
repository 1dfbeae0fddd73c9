/**
 * The wire format of protocol buffers, read only: tag, then varint, 64 bits, length-delimited bytes or 32 bits
 * (protobuf.dev/programming-guides/encoding). Enough for the few messages of ONNX that hold trees, without a schema and
 * without a dependency. Unknown fields are passed over, as the format asks.
 */

export type Field = {
  readonly number: number
  /** Varint (low 53 bits are exact; negative numbers come as BigInt would), fixed 32 or 64 as bytes, or the bytes themselves. */
  readonly value: bigint | Uint8Array
  readonly wire: 0 | 1 | 2 | 5
}

/** What is not protobuf, with the offset in the file. */
export class WireError extends Error {
  readonly offset: number

  constructor(offset: number) {
    super(`not protobuf at byte ${offset}`)
    this.offset = offset
  }
}

/** The fields of one message, in order. `base` is where the bytes begin in the file, for messages. */
export function* fieldsOf(bytes: Uint8Array, base = 0): Generator<Field> {
  let at = 0
  while (at < bytes.length) {
    const start = at
    const tag = varint(bytes, at, base)
    at = tag.next
    const number = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    if (number < 1 || number > 536_870_911) throw new WireError(base + start)
    if (wire === 0) {
      const read = varint(bytes, at, base)
      at = read.next
      yield { number, wire, value: read.value }
      continue
    }
    let size: number
    if (wire === 1) size = 8
    else if (wire === 5) size = 4
    else if (wire === 2) {
      const read = varint(bytes, at, base)
      at = read.next
      size = Number(read.value)
    } else throw new WireError(base + start)
    if (size > bytes.length - at) throw new WireError(base + start)
    yield { number, wire, value: bytes.subarray(at, at + size) }
    at += size
  }
}

function varint(bytes: Uint8Array, from: number, base: number): { value: bigint; next: number } {
  let value = 0n
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) throw new WireError(base + from)
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: from + i + 1 }
  }
  throw new WireError(base + from)
}

/** `int64` as a number. Errors: `WireError` when it has no exact number. */
export function int64(value: bigint): number {
  const number = Number(BigInt.asIntN(64, value))
  if (!Number.isSafeInteger(number)) throw new WireError(0)
  return number
}

/** `repeated int64`: packed bytes, or one value of a list that is not packed. */
export function int64s({ value }: Field): number[] {
  if (typeof value === 'bigint') return [int64(value)]
  const list: number[] = []
  for (let at = 0; at < value.length; ) {
    const read = varint(value, at, 0)
    list.push(int64(read.value))
    at = read.next
  }
  return list
}

/** `repeated float`: packed bytes, or one value. */
export const floats = (field: Field): number[] => numbersOf(field, 4, (view, at) => view.getFloat32(at, true))
/** `repeated double`. */
export const doubles = (field: Field): number[] => numbersOf(field, 8, (view, at) => view.getFloat64(at, true))

function numbersOf({ value }: Field, size: number, read: (view: DataView, at: number) => number): number[] {
  if (typeof value === 'bigint' || value.length % size !== 0) throw new WireError(0)
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  return Array.from({ length: value.length / size }, (_, i) => read(view, i * size))
}

export function text({ value }: Field): string {
  if (typeof value === 'bigint') throw new WireError(0)
  return new TextDecoder('utf-8', { fatal: false }).decode(value)
}

export function bytesOf({ value }: Field): Uint8Array {
  if (typeof value === 'bigint') throw new WireError(0)
  return value
}
