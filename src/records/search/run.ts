/** A stretch of a list of documents, the newest first, as the index gives it; put together and compared. Pure. */

export type Run = {
  /** Falling, each once. */
  readonly documents: Float64Array
  /** Two numbers of 32 bits per document (`places.ts`); absent when they were not asked for. */
  readonly hints: Int32Array | undefined
}

/** One stream of bytes: eight per document, falling and perhaps repeated, and eight more for a hint where those were asked for. */
export type Stream = { readonly bytes: Buffer; readonly hinted: boolean }

const widthOf = (hinted: boolean): number => (hinted ? 16 : 8)
export const countIn = ({ bytes, hinted }: Stream): number => bytes.length / widthOf(hinted)

/** Safe integers of both signs. */
const documentAt = ({ bytes, hinted }: Stream, i: number): number => {
  const at = i * widthOf(hinted)
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
export const firstIn = (stream: Stream): number => documentAt(stream, 0)
export const lastIn = (stream: Stream): number => documentAt(stream, countIn(stream) - 1)

/** Streams put together, above `floor`; a document that comes more than once has all of its hints. */
export function runOf(streams: readonly Stream[], floor: number): Run {
  const left = streams.map((stream) => ({ stream, at: 0, count: countIn(stream) }))
  const most = left.reduce((sum, { count }) => sum + count, 0)
  const hinted = streams.some((stream) => stream.hinted)
  const documents = new Float64Array(most)
  const hints = hinted ? new Int32Array(2 * most) : undefined
  let size = 0
  for (;;) {
    let next: (typeof left)[number] | undefined
    let document = floor
    for (const one of left) {
      if (one.at >= one.count) continue
      const there = documentAt(one.stream, one.at)
      if (there <= document) continue
      next = one
      document = there
    }
    if (next === undefined) break
    if (size === 0 || documents[size - 1] !== document) documents[size++] = document
    if (hints !== undefined) {
      const at = next.at * widthOf(true) + 8
      hints[2 * size - 2]! |= next.stream.bytes.readInt32BE(at)
      hints[2 * size - 1]! |= next.stream.bytes.readInt32BE(at + 4)
    }
    next.at++
  }
  return { documents: documents.subarray(0, size), hints: hints?.subarray(0, 2 * size) }
}

/** What of the first is in the second too. */
export function both(first: Float64Array, second: Float64Array): Float64Array {
  const found = new Float64Array(Math.min(first.length, second.length))
  let size = 0
  for (let i = 0, j = 0; i < first.length && j < second.length; ) {
    const [a, b] = [first[i]!, second[j]!]
    if (a === b) found[size++] = a
    if (a >= b) i++
    if (b >= a) j++
  }
  return found.subarray(0, size)
}

/** The place of each of these documents in the run, in which all of them are. */
export function placesIn({ documents }: Run, some: Float64Array): Int32Array {
  const places = new Int32Array(some.length)
  for (let i = 0, j = 0; i < some.length; i++) {
    while (documents[j] !== some[i]) j++
    places[i] = j
  }
  return places
}
