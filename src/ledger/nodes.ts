/** Where the hashes of a proof stand in the tiles. */
import {
  consistencyRanges,
  foldNodes,
  type Hash,
  inclusionRanges,
  type Node,
  nodesOf,
  type Range,
  rootOfLeafHashes,
  type Sha256,
  TILE_WIDTH,
  VerifyError,
} from './verify/index.ts'

export type TilePlace = { readonly level: number; readonly index: number }

/** The hashes of the tiles that were asked for, under `tileKey`; an unfinished tile may have fewer than 256. */
export type Tiles = ReadonlyMap<string, readonly Hash[]>

export const tileKey = ({ level, index }: TilePlace): string => `${level}/${index}`

/** The ranges of a proof, and the tiles that hold what they are made of. */
export type ProofPlan = { readonly ranges: readonly Range[]; readonly tiles: readonly TilePlace[] }

export const planInclusion = (index: number, size: number): ProofPlan => planRanges(inclusionRanges(index, size))
export const planConsistency = (size1: number, size2: number): ProofPlan => planRanges(consistencyRanges(size1, size2))
/** The root of the first `size` entries, at least one. */
export const planRoot = (size: number): ProofPlan => planRanges([{ start: 0, end: size }])

function planRanges(ranges: readonly Range[]): ProofPlan {
  const tiles = new Map<string, TilePlace>()
  for (const range of ranges) for (const node of nodesOf(range)) tiles.set(tileKey(placeOf(node)), placeOf(node))
  return { ranges, tiles: [...tiles.values()] }
}

/** The hashes of a plan, in its order. Throws `tile_length` when a tile is missing or too short. */
export function carryOut({ ranges }: ProofPlan, tiles: Tiles, sha256: Sha256): Hash[] {
  return ranges.map((range) =>
    foldNodes(
      nodesOf(range).map((node) => nodeHash(node, tiles, sha256)),
      sha256,
    ),
  )
}

/** Level 8l + b of the tree: the root of 2^b neighbours in a tile of level l. */
function placeOf(node: Node): TilePlace & { readonly offset: number; readonly count: number } {
  const count = 2 ** (node.level % 8)
  const first = node.index * count
  return { level: Math.floor(node.level / 8), index: Math.floor(first / TILE_WIDTH), offset: first % TILE_WIDTH, count }
}

function nodeHash(node: Node, tiles: Tiles, sha256: Sha256): Hash {
  const place = placeOf(node)
  const hashes = tiles.get(tileKey(place))
  if (hashes === undefined || hashes.length < place.offset + place.count)
    throw new VerifyError('tile_length', `tile ${tileKey(place)}`)
  return rootOfLeafHashes(hashes.slice(place.offset, place.offset + place.count), sha256)
}
