/**
 * A QR code (ISO/IEC 18004:2015) of a text, as rows of dark and light modules: byte mode, error correction M, versions
 * 1 to 13 (331 bytes). Enough for the address that an authenticator app reads; pure, so that a page can draw it.
 */

/** Per version: error correction codewords per block, then blocks as [count, data codewords] (table 9, level M). */
const blockTable: readonly (readonly [number, ...(readonly [number, number])[]])[] = [
  [10, [1, 16]],
  [16, [1, 28]],
  [26, [1, 44]],
  [18, [2, 32]],
  [24, [2, 43]],
  [16, [4, 27]],
  [18, [4, 31]],
  [22, [2, 38], [2, 39]],
  [22, [3, 36], [2, 37]],
  [26, [4, 43], [1, 44]],
  [30, [1, 50], [4, 51]],
  [22, [6, 36], [2, 37]],
  [22, [8, 37], [1, 38]],
]
/** Centres of the alignment patterns per version (annex E). */
const alignment: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
  [6, 30, 54],
  [6, 32, 58],
  [6, 34, 62],
]

/** Rows of modules, true is dark, without the quiet zone of four modules around it; undefined when the text is too long. */
export function qrCode(text: string): readonly (readonly boolean[])[] | undefined {
  const bytes = new TextEncoder().encode(text)
  const version = blockTable.findIndex((row, i) => bytes.length <= capacity(row, i + 1)) + 1
  if (version === 0) return undefined
  const row = blockTable[version - 1]!
  const codewords = interleave(dataCodewords(bytes, version, row), row)
  const candidates = Array.from({ length: 8 }, (_, mask) => draw(codewords, version, mask))
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best))
}

type Blocks = (typeof blockTable)[number]
const blocksOf = ([, ...groups]: Blocks) => groups.flatMap(([count, size]) => Array<number>(count).fill(size))
const dataCount = (row: Blocks) => blocksOf(row).reduce((sum, size) => sum + size, 0)
const countBits = (version: number) => (version < 10 ? 8 : 16)
const capacity = (row: Blocks, version: number) => Math.floor((dataCount(row) * 8 - 4 - countBits(version)) / 8)

/** Mode, length, bytes, terminator and padding (7.4). */
function dataCodewords(bytes: Uint8Array, version: number, row: Blocks): number[] {
  const bits: number[] = []
  const put = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1)
  }
  put(0b0100, 4)
  put(bytes.length, countBits(version))
  for (const byte of bytes) put(byte, 8)
  const total = dataCount(row) * 8
  put(0, Math.min(4, total - bits.length))
  put(0, (8 - (bits.length % 8)) % 8)
  for (let i = 0; bits.length < total; i++) put(i % 2 === 0 ? 0xec : 0x11, 8)
  return Array.from({ length: total / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((value, bit) => (value << 1) | bit, 0),
  )
}

/** Blocks with their error correction, column by column (7.6). */
function interleave(data: readonly number[], row: Blocks): number[] {
  const sizes = blocksOf(row)
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0))
  const blocks = sizes.map((size, i) => data.slice(starts[i]!, starts[i]! + size))
  const checks = blocks.map((block) => errorCorrection(block, row[0]))
  const columns = (lists: readonly (readonly number[])[]) =>
    Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, i) =>
      lists.flatMap((list) => (i < list.length ? [list[i]!] : [])),
    ).flat()
  return [...columns(blocks), ...columns(checks)]
}

// -- Reed-Solomon over GF(256) with x^8 + x^4 + x^3 + x^2 + 1 (7.5.2) --------------------------------------------------

export function multiply(a: number, b: number): number {
  let product = 0
  for (let i = 7; i >= 0; i--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> i) & 1) * a
  }
  return product
}

function errorCorrection(data: readonly number[], count: number): number[] {
  let generator = [1]
  for (let i = 0, root = 1; i < count; i++, root = multiply(root, 2))
    generator = [...generator, 0].map((value, j) => value ^ multiply(generator[j - 1] ?? 0, root))
  const remainder = Array<number>(count).fill(0)
  for (const byte of data) {
    const factor = byte ^ remainder.shift()!
    remainder.push(0)
    for (let j = 0; j < count; j++) remainder[j]! ^= multiply(generator[j + 1]!, factor)
  }
  return remainder
}

// -- the drawing (6.3, 7.7, 7.8) ---------------------------------------------------------------------------------------

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

function draw(codewords: readonly number[], version: number, mask: number): boolean[][] {
  const size = version * 4 + 17
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const set = (x: number, y: number, value: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    dark[y]![x] = value
    fixed[y]![x] = true
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4)
      }
  const centres = alignment[version - 1]!
  const last = centres.length - 1
  for (const [i, cy] of centres.entries())
    for (const [j, cx] of centres.entries()) {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) continue
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
    }
  drawFormat(set, size, mask)
  drawVersion(set, size, version)
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const upward = ((right + 1) & 2) === 0
        const y = upward ? size - 1 - step : step
        if (fixed[y]![x]) continue
        const value = bit < codewords.length * 8 && ((codewords[bit >>> 3]! >>> (7 - (bit & 7))) & 1) === 1
        dark[y]![x] = value !== masks[mask]!(x, y)
        bit++
      }
  }
  return dark
}

type SetModule = (x: number, y: number, value: boolean) => void

/** Level M is 00; BCH(15, 5), twice (7.9). */
function drawFormat(set: SetModule, size: number, mask: number): void {
  let remainder = mask
  for (let i = 0; i < 10; i++) remainder = (remainder << 1) ^ ((remainder >>> 9) * 0x537)
  const bits = ((mask << 10) | remainder) ^ 0x5412
  const at = (i: number) => ((bits >>> i) & 1) === 1
  for (let i = 0; i <= 5; i++) set(8, i, at(i))
  set(8, 7, at(6))
  set(8, 8, at(7))
  set(7, 8, at(8))
  for (let i = 9; i < 15; i++) set(14 - i, 8, at(i))
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, at(i))
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, at(i))
  set(8, size - 8, true)
}

/** From version 7: BCH(18, 6), twice (7.10). */
function drawVersion(set: SetModule, size: number, version: number): void {
  if (version < 7) return
  let remainder = version
  for (let i = 0; i < 12; i++) remainder = (remainder << 1) ^ ((remainder >>> 11) * 0x1f25)
  const bits = (version << 12) | remainder
  for (let i = 0; i < 18; i++) {
    const value = ((bits >>> i) & 1) === 1
    const a = size - 11 + (i % 3)
    const b = Math.floor(i / 3)
    set(a, b, value)
    set(b, a, value)
  }
}

/** How hard a drawing is to read (7.8.3): runs, squares, look-alikes of the corners, balance of dark and light. */
function penalty(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length
  const lines = [...dark, ...dark.map((_, x) => dark.map((row) => row[x]!))]
  let points = 0
  for (const line of lines) {
    const text = line.map((on) => (on ? '1' : '0')).join('')
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) points += run.length - 2
    for (const pattern of ['10111010000', '00001011101'])
      for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) points += 40
  }
  for (let y = 0; y < size - 1; y++)
    for (let x = 0; x < size - 1; x++) {
      const one = dark[y]![x]
      if (one === dark[y]![x + 1] && one === dark[y + 1]![x] && one === dark[y + 1]![x + 1]) points += 3
    }
  const share = dark.flat().filter(Boolean).length / (size * size)
  return points + Math.floor(Math.abs(share * 100 - 50) / 5) * 10
}
