/** Tuples of codes to whole numbers, step by step: a hash table of (tuple so far, next code). Intersections are never joined texts. */

export type Tuples = {
  /** The number of the tuple that is `from` with `code` behind it; `from` is −1 at the start. Numbers count up from 0 per depth. */
  step(from: number, code: number): number
  readonly size: number
  /** The tuple before and the code that made this one. */
  from(tuple: number): number
  code(tuple: number): number
}

export function createTuples(): Tuples {
  let capacity = 1024
  let slots = new Int32Array(capacity).fill(-1)
  let befores = new Int32Array(512)
  let codes = new Int32Array(512)
  let size = 0

  const hash = (from: number, code: number) => (Math.imul(from + 1, 0x9e3779b1) ^ Math.imul(code + 1, 0x85ebca6b)) >>> 0
  const spread = (h: number) => (h ^ (h >>> 15)) & (capacity - 1)

  function grow(): void {
    capacity *= 2
    slots = new Int32Array(capacity).fill(-1)
    for (let tuple = 0; tuple < size; tuple++) {
      let slot = spread(hash(befores[tuple]!, codes[tuple]!))
      while (slots[slot] !== -1) slot = (slot + 1) & (capacity - 1)
      slots[slot] = tuple
    }
  }

  return {
    step(from, code) {
      let slot = spread(hash(from, code))
      for (;;) {
        const tuple = slots[slot]!
        if (tuple === -1) break
        if (befores[tuple] === from && codes[tuple] === code) return tuple
        slot = (slot + 1) & (capacity - 1)
      }
      if (size === befores.length) {
        befores = widened(befores)
        codes = widened(codes)
      }
      befores[size] = from
      codes[size] = code
      slots[slot] = size
      size++
      if (size * 2 > capacity) grow()
      return size - 1
    },
    get size() {
      return size
    },
    from: (tuple) => befores[tuple]!,
    code: (tuple) => codes[tuple]!,
  }
}

function widened(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2)
  wider.set(array)
  return wider
}
