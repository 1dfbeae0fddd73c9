/**
 * Invented logs for vectors and tests: entry i of log L has (37 * i) mod 131 bytes, the first of
 * SHA256("L:i:0") || SHA256("L:i:1") || … So a vector can name a log of 70,000 entries without carrying it.
 */
import {
  concat,
  formatBundle,
  formatTile,
  type Hash,
  hashLeaf,
  parseTilePath,
  rootOfLeafHashes,
  type Sha256,
  TILE_WIDTH,
  tileWidth,
  utf8,
  VerifyError,
} from './verify/index.ts'

export function testEntry(log: string, index: number, sha256: Sha256): Uint8Array {
  const length = (37 * index) % 131
  const blocks: Uint8Array[] = []
  for (let block = 0; block * 32 < length; block++) blocks.push(sha256(utf8(`${log}:${index}:${block}`)))
  return concat(...blocks).subarray(0, length)
}

/** Larger test logs are refused: a row could ask for more work than there is time. */
export const MAX_TEST_LOG = 2_000_000
const LOGS_KEPT = 4

/** Trees and tiles of test logs; keeps the leaf hashes of the last few logs. */
export class TestLogs {
  readonly #sha256: Sha256
  readonly #leaves = new Map<string, Hash[]>()

  constructor(sha256: Sha256) {
    this.#sha256 = sha256
  }

  leafHashes(log: string, size: number): readonly Hash[] {
    const leaves = this.#leaves.get(log) ?? []
    while (leaves.length < size) leaves.push(hashLeaf(testEntry(log, leaves.length, this.#sha256), this.#sha256))
    this.#leaves.delete(log)
    this.#leaves.set(log, leaves)
    if (this.#leaves.size > LOGS_KEPT) this.#leaves.delete(this.#leaves.keys().next().value!)
    return leaves.length === size ? leaves : leaves.slice(0, size)
  }

  root(log: string, size: number): Hash {
    return rootOfLeafHashes(this.leafHashes(log, size), this.#sha256)
  }

  /** The hashes of the tile at `path` in the tree of `size` entries. Throws `tile_outside_tree` when it is not there. */
  tile(log: string, size: number, path: string): { hashes: Hash[]; bytes: Uint8Array } {
    const tile = parseTilePath(path)
    const level = tile.level === 'entries' ? 0 : tile.level
    if (tileWidth(level, tile.index, size) !== tile.width) throw new VerifyError('tile_outside_tree')
    const leaves = this.leafHashes(log, size)
    const perHash = TILE_WIDTH ** level
    const first = Number(tile.index) * TILE_WIDTH
    const places = Array.from({ length: tile.width }, (_, i) => first + i)
    const hashes = places.map((place) =>
      rootOfLeafHashes(leaves.slice(place * perHash, (place + 1) * perHash), this.#sha256),
    )
    const bytes =
      tile.level === 'entries'
        ? formatBundle(places.map((place) => testEntry(log, place, this.#sha256)))
        : formatTile(hashes)
    return { hashes, bytes }
  }
}
