/** A stretch of a list of documents, the newest first, as the index gives it; put together and compared. Pure. */

export type Run = {
  /** Falling, each once. */
  readonly documents: Float64Array
  /** Whose each is: the place of the client among those that are asked for. */
  readonly clients: Uint16Array
  /** Two numbers of 32 bits per document (`places.ts`); absent when they were not asked for. */
  readonly hints: Int32Array | undefined
}

/** One stream of bytes, of one client: eight per document, falling and perhaps repeated, and eight more for a hint where those were asked for. */
export type Stream = { readonly bytes: Buffer; readonly hinted: boolean; readonly client: number }

const widthOf = (hinted: boolean): number => (hinted ? 16 : 8)
export const countIn = ({ bytes, hinted }: Pick<Stream, 'bytes' | 'hinted'>): number => bytes.length / widthOf(hinted)

/** Safe integers of both signs. */
const documentAt = ({ bytes, hinted }: Pick<Stream, 'bytes' | 'hinted'>, i: number): number => {
  const at = i * widthOf(hinted)
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
export const firstIn = (stream: Stream): number => documentAt(stream, 0)
export const lastIn = (stream: Stream): number => documentAt(stream, countIn(stream) - 1)

/** Streams put together, above `floor`; a document that comes more than once has all of its hints. */
export function runOf(streams: readonly Stream[], floor: number): Run {
  const lanes = streams.map(laneOf)
  const most = lanes.reduce((sum, { count }) => sum + count, 0)
  const documents = new Float64Array(most)
  const clients = new Uint16Array(most)
  const hints = streams.some(({ hinted }) => hinted) ? new Int32Array(2 * most) : undefined
  let size = 0
  for (;;) {
    // The lane with the highest head goes on until another one's is as high.
    let [best, other] = [undefined as Lane | undefined, floor]
    for (const lane of lanes)
      if (lane.head > (best?.head ?? floor)) {
        other = best?.head ?? floor
        best = lane
      } else if (lane.head > other) other = lane.head
    if (best === undefined) break
    do {
      if (size === 0 || documents[size - 1] !== best.head) {
        documents[size] = best.head
        clients[size++] = best.client
      }
      if (hints !== undefined) {
        hints[2 * size - 2]! |= best.bytes.readInt32BE(best.at + 8)
        hints[2 * size - 1]! |= best.bytes.readInt32BE(best.at + 12)
      }
      step(best)
    } while (best.head > other)
  }
  return {
    documents: documents.subarray(0, size),
    clients: clients.subarray(0, size),
    hints: hints?.subarray(0, 2 * size),
  }
}

/** A stream as it is read; `head` is the document at `at`, -Infinity at the end. */
type Lane = {
  readonly bytes: Buffer
  readonly client: number
  readonly width: number
  readonly count: number
  at: number
  head: number
}

function laneOf(stream: Stream): Lane {
  const width = widthOf(stream.hinted)
  const lane = { bytes: stream.bytes, client: stream.client, width, count: countIn(stream), at: -width, head: 0 }
  step(lane)
  return lane
}

function step(lane: Lane): void {
  lane.at += lane.width
  lane.head =
    lane.at < lane.bytes.length
      ? lane.bytes.readInt32BE(lane.at) * 2 ** 32 + lane.bytes.readUInt32BE(lane.at + 4)
      : -Infinity
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
export function placesIn({ documents }: Pick<Run, 'documents'>, some: Float64Array): Int32Array {
  const places = new Int32Array(some.length)
  for (let i = 0, j = 0; i < some.length; i++) {
    while (documents[j] !== some[i]) j++
    places[i] = j
  }
  return places
}

/** These documents of the run (in which all of them are) for each client that has any. */
export function byClient(run: Pick<Run, 'documents' | 'clients'>, some: Float64Array): Map<number, number[]> {
  const places = placesIn(run, some)
  const found = new Map<number, number[]>()
  for (const [i, document] of some.entries()) {
    const client = run.clients[places[i]!]!
    const known = found.get(client)
    if (known === undefined) found.set(client, [document])
    else known.push(document)
  }
  return found
}
