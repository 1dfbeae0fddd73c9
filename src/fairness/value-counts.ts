/**
 * How often each number occurs in each slot, or the sum of the weights there: an open hash table of (slot, value). Sums are kept in two
 * numbers, as in exact-sum.ts, so that they do not depend on the order.
 */

export type ValueCounts = {
  add(slot: number, value: number, times: number): void
  readonly size: number
  /** In no particular order. */
  each(take: (slot: number, value: number, count: number) => void): void
  /** Values in ascending order, with their counts, per slot. */
  bySlot(): Map<number, { readonly values: Float64Array; readonly counts: Float64Array }>
}

const bits = new Float64Array(1)
const words = new Int32Array(bits.buffer)

export function createValueCounts(): ValueCounts {
  let capacity = 4096
  let slots = new Int32Array(capacity).fill(-1)
  let values = new Float64Array(capacity)
  let counts = new Float64Array(capacity)
  let rests = new Float64Array(capacity)
  let size = 0

  function find(slot: number, value: number): number {
    bits[0] = value
    let h = Math.imul(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(slot + 1, 0xc2b2ae35)
    h ^= h >>> 15
    let at = h & (capacity - 1)
    while (slots[at] !== -1 && (slots[at] !== slot || values[at] !== value)) at = (at + 1) & (capacity - 1)
    return at
  }

  function grow(): void {
    const old = { slots, values, counts, rests }
    capacity *= 2
    slots = new Int32Array(capacity).fill(-1)
    values = new Float64Array(capacity)
    counts = new Float64Array(capacity)
    rests = new Float64Array(capacity)
    for (let i = 0; i < old.slots.length; i++) {
      if (old.slots[i] === -1) continue
      const at = find(old.slots[i]!, old.values[i]!)
      slots[at] = old.slots[i]!
      values[at] = old.values[i]!
      counts[at] = old.counts[i]!
      rests[at] = old.rests[i]!
    }
  }

  return {
    add(slot, given, times) {
      const value = given === 0 ? 0 : given
      const at = find(slot, value)
      if (slots[at] === -1) {
        slots[at] = slot
        values[at] = value
        counts[at] = times
        size++
        if (size * 2 > capacity) grow()
      } else {
        const before = counts[at]!
        const sum = before + times
        const part = sum - before
        counts[at] = sum
        rests[at] = rests[at]! + (before - (sum - part) + (times - part))
      }
    },
    get size() {
      return size
    },
    each(take) {
      for (let i = 0; i < capacity; i++) if (slots[i] !== -1) take(slots[i]!, values[i]!, counts[i]! + rests[i]!)
    },
    bySlot() {
      const sizes = new Map<number, number>()
      for (let i = 0; i < capacity; i++) if (slots[i] !== -1) sizes.set(slots[i]!, (sizes.get(slots[i]!) ?? 0) + 1)
      const found = new Map(
        [...sizes].map(([slot, n]) => [slot, { values: new Float64Array(n), counts: new Float64Array(n) }]),
      )
      const filled = new Map<number, number>()
      for (let i = 0; i < capacity; i++) {
        const slot = slots[i]!
        if (slot === -1) continue
        const at = filled.get(slot) ?? 0
        found.get(slot)!.values[at] = values[i]!
        filled.set(slot, at + 1)
      }
      for (const [slot, list] of found) {
        list.values.sort()
        for (const [i, value] of list.values.entries()) {
          const at = find(slot, value)
          list.counts[i] = counts[at]! + rests[at]!
        }
      }
      return found
    },
  }
}
