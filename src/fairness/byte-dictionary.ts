/** Texts as bytes to codes, without making strings of them. */

export type ByteDictionary = {
  /** The code of these bytes, or −1 when they are new; `add` then gives them one. */
  find(bytes: Uint8Array, start: number, end: number): number
  add(code: number): void
}

export function createByteDictionary(): ByteDictionary {
  let capacity = 64
  let slots = new Int32Array(capacity).fill(-1)
  let hashes = new Int32Array(32)
  let codes = new Int32Array(32)
  let starts = new Int32Array(33)
  let arena = new Uint8Array(512)
  let size = 0
  // What `find` did not find.
  let hash = 0
  let place = 0
  let source: Uint8Array = arena
  let from = 0
  let to = 0

  function grow(): void {
    capacity *= 2
    slots = new Int32Array(capacity).fill(-1)
    for (let entry = 0; entry < size; entry++) {
      let at = hashes[entry]! & (capacity - 1)
      while (slots[at] !== -1) at = (at + 1) & (capacity - 1)
      slots[at] = entry
    }
  }

  function same(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const begin = starts[entry]!
    if (starts[entry + 1]! - begin !== end - start) return false
    for (let i = start, j = begin; i < end; i++, j++) if (bytes[i] !== arena[j]) return false
    return true
  }

  return {
    find(bytes, start, end) {
      let h = 0x811c9dc5
      for (let p = start; p < end; p++) h = Math.imul(h ^ bytes[p]!, 0x01000193)
      h ^= h >>> 15
      let at = h & (capacity - 1)
      for (;;) {
        const entry = slots[at]!
        if (entry === -1) break
        if (hashes[entry] === h && same(entry, bytes, start, end)) return codes[entry]!
        at = (at + 1) & (capacity - 1)
      }
      hash = h
      place = at
      source = bytes
      from = start
      to = end
      return -1
    },
    add(code) {
      if (size === hashes.length) {
        hashes = widened(hashes)
        codes = widened(codes)
        starts = widened(starts)
      }
      const begin = size === 0 ? 0 : starts[size]!
      if (begin + to - from > arena.length) {
        const wider = new Uint8Array(Math.max(arena.length * 2, begin + to - from))
        wider.set(arena)
        arena = wider
      }
      arena.set(source.subarray(from, to), begin)
      starts[size + 1] = begin + to - from
      hashes[size] = hash
      codes[size] = code
      slots[place] = size
      size++
      if (size * 2 > capacity) grow()
    },
  }
}

function widened(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2)
  wider.set(array)
  return wider
}
