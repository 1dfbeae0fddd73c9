/** Tiles and entry bundles of C2SP tlog-tiles: paths, bytes, and whether a tile belongs to a tree. */
import { concat, equalBytes, toSize } from './bytes.ts'
import { VerifyError } from './errors.ts'
import { type Hash, hashLeaf, rootOfLeafHashes } from './merkle.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

/** Hashes in a full tile. */
export const TILE_WIDTH = 256
/** An entry's length is a uint16 in a bundle. */
export const MAX_ENTRY_BYTES = 65_535

export type Tile = {
  /** 0 for leaf hashes, l for roots of full tiles of level l - 1; `entries` for the bundle beside level 0. */
  readonly level: number | 'entries'
  /** Number of the tile in its level, from 0. */
  readonly index: bigint
  /** 1 to 256 hashes; less than 256 is a partial tile. */
  readonly width: number
}

const pathPattern = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

/** Reads `tile/<L>/<N>[.p/<W>]`; only the one canonical spelling. Throws `tile_path_malformed`. */
export function parseTilePath(path: string): Tile {
  const [, level, digits, width] = pathPattern.exec(path) ?? []
  if (level === undefined || digits === undefined) throw new VerifyError('tile_path_malformed')
  const index = BigInt(digits.replaceAll(/[x/]/g, ''))
  const tile = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: width === undefined ? TILE_WIDTH : Number(width),
  } as const
  if (
    index >= 1n << 64n ||
    (tile.level !== 'entries' && tile.level > 63) ||
    (width !== undefined && tile.width >= TILE_WIDTH)
  )
    throw new VerifyError('tile_path_malformed')
  // Groups of only zeroes in front would be a second name for the same tile.
  if (tilePath(tile) !== path) throw new VerifyError('tile_path_malformed')
  return tile
}

export function tilePath({
  level,
  index,
  width,
}: {
  readonly level: number | 'entries'
  readonly index: number | bigint
  readonly width: number
}): string {
  const digits = toSize(index, 'tile index').toString()
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g)!
  const number = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${number}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}

/** Hashes that the tile has in a tree of `size` entries: 256, 1 to 255 for a partial tile, 0 when it does not exist. */
export function tileWidth(level: number, index: number | bigint, size: number | bigint): number {
  const hashes = toSize(size, 'size') >> BigInt(8 * level)
  const left = hashes - toSize(index, 'tile index') * 256n
  return left <= 0n ? 0 : left >= 256n ? TILE_WIDTH : Number(left)
}

/** Every tile and bundle of a tree of `size` entries: bundles and level 0 from left to right, then the levels above. */
export function* tilesOf(size: number): Generator<{ level: number | 'entries'; index: number; width: number }> {
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < hashes; index++) {
      const width = Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH)
      if (level === 0) yield { level: 'entries', index, width }
      yield { level, index, width }
    }
  }
}

/** Cuts a tile into its hashes. Throws `tile_length` when it is empty, over-full or has a broken hash. */
export function parseTile(bytes: Uint8Array): Hash[] {
  if (bytes.length === 0 || bytes.length % 32 !== 0 || bytes.length > TILE_WIDTH * 32)
    throw new VerifyError('tile_length', `${bytes.length} bytes`)
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, i * 32 + 32))
}

export const formatTile = (hashes: readonly Hash[]): Uint8Array<ArrayBuffer> => concat(...hashes)

/** Entries of a bundle: big-endian uint16 length, then that many bytes, and nothing after the last. */
export function parseBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 2 > bytes.length) throw new VerifyError('bundle_malformed', `length cut off after entry ${entries.length}`)
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!)
    if (end > bytes.length) throw new VerifyError('bundle_malformed', `entry ${entries.length} cut off`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (entries.length === 0 || entries.length > TILE_WIDTH)
    throw new VerifyError('bundle_malformed', `${entries.length} entries`)
  return entries
}

export function formatBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new VerifyError('entry_too_large', `${entry.length} bytes`)
    parts.push(Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry)
  }
  return concat(...parts)
}

/**
 * Checks the bytes of a tile or bundle: its path is a tile of the tree of `size` entries with exactly that width, and
 * the root over its hashes (its entries' leaf hashes for a bundle) equals `hash`, the subtree's root that the caller
 * has from a proof, from the tile above or, when the tile is the whole tree, from a checkpoint. Returns the hashes.
 */
export function verifyTile(
  path: string,
  bytes: Uint8Array,
  tree: { readonly size: number | bigint; readonly hash: Hash },
  sha256: Sha256 = ownSha256,
): Hash[] {
  const tile = parseTilePath(path)
  const level = tile.level === 'entries' ? 0 : tile.level
  if (tileWidth(level, tile.index, tree.size) !== tile.width) throw new VerifyError('tile_outside_tree')
  const hashes =
    tile.level === 'entries' ? parseBundle(bytes).map((entry) => hashLeaf(entry, sha256)) : parseTile(bytes)
  if (hashes.length !== tile.width) throw new VerifyError('tile_length', `${hashes.length} of ${tile.width}`)
  if (!equalBytes(rootOfLeafHashes(hashes, sha256), tree.hash)) throw new VerifyError('tile_differs')
  return hashes
}
