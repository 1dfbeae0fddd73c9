/**
 * Sums that do not depend on the order of the rows: each is kept as two numbers (high, low) of together 106 bits, so that every
 * way of reading a file gives the same last digit. Dekker (1971), Knuth's two-sum.
 */
export type ExactSums = {
  /** Adds value·times to the sum at this place; `times` is whole. */
  add(place: number, value: number, times: number): void
  /** Adds value²·times. */
  addSquare(place: number, value: number, times: number): void
  at(place: number): number
}

const SPLIT = 134217729 // 2²⁷ + 1

export function createExactSums(): ExactSums {
  let high = new Float64Array(256)
  let low = new Float64Array(256)

  function room(place: number): void {
    if (place < high.length) return
    const size = Math.max(place + 1, high.length * 2)
    high = widened(high, size)
    low = widened(low, size)
  }

  function put(place: number, value: number, rest: number): void {
    const before = high[place]!
    const sum = before + value
    const part = sum - before
    const error = before - (sum - part) + (value - part) + rest + low[place]!
    const total = sum + error
    high[place] = total
    low[place] = error - (total - sum)
  }

  function putProduct(place: number, x: number, y: number): void {
    const product = x * y
    const xc = SPLIT * x
    const xh = xc - (xc - x)
    const xl = x - xh
    const yc = SPLIT * y
    const yh = yc - (yc - y)
    const yl = y - yh
    put(place, product, xh * yh - product + xh * yl + xl * yh + xl * yl)
  }

  return {
    add(place, value, times) {
      room(place)
      if (times === 1) put(place, value, 0)
      else putProduct(place, value, times)
    },
    addSquare(place, value, times) {
      room(place)
      if (times === 1) putProduct(place, value, value)
      // value² is split once more: its rounding error is added by itself.
      else {
        const [square, rest] = squareParts(value)
        putProduct(place, square, times)
        putProduct(place, rest, times)
      }
    },
    at: (place) => (place < high.length ? high[place]! + low[place]! : 0),
  }
}

function squareParts(x: number): readonly [number, number] {
  const product = x * x
  const c = SPLIT * x
  const h = c - (c - x)
  const l = x - h
  return [product, h * h - product + 2 * h * l + l * l]
}

function widened(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(size)
  wider.set(array)
  return wider
}
