/**
 * A growing tree: the full subtrees on its right edge (the compact range from 0) and the unfinished tiles, which are
 * two views of the same hashes. One hash per entry on average; the tiles come out as they fill up.
 */
import { VerifyError } from './errors.ts'
import { emptyRoot, foldNodes, type Hash, hashNode, rootOfLeafHashes } from './merkle.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'
import { TILE_WIDTH, tileWidth } from './tiles.ts'

export type FullTile = { readonly level: number; readonly index: number; readonly hashes: readonly Hash[] }

export class GrowingTree {
  readonly #sha256: Sha256
  #size = 0
  /** Roots of full subtrees, largest first, with their level. */
  #edge: { level: number; hash: Hash }[] = []
  /** Per tile level the hashes of the tile that is not full yet. */
  #open: Hash[][] = []

  constructor(sha256: Sha256 = ownSha256) {
    this.#sha256 = sha256
  }

  /**
   * The tree of `size` entries from its unfinished tiles, level 0 first; a level without one (a multiple of 256) is an
   * empty list. Throws `tile_length` when the widths are not those of that size.
   */
  static restore(size: number, open: readonly (readonly Hash[])[], sha256: Sha256 = ownSha256): GrowingTree {
    const tree = new GrowingTree(sha256)
    tree.#size = size
    const levels = levelsOf(size)
    if (open.length !== levels) throw new VerifyError('tile_length', `${open.length} levels of ${levels}`)
    for (let level = levels - 1; level >= 0; level--) {
      const hashes = open[level]!
      if (hashes.length !== openWidth(level, size))
        throw new VerifyError('tile_length', `level ${level}: ${hashes.length} hashes`)
      tree.#open[level] = [...hashes]
      let at = 0
      for (let bit = 7; bit >= 0; bit--) {
        if ((hashes.length & (1 << bit)) === 0) continue
        tree.#edge.push({ level: 8 * level + bit, hash: rootOfLeafHashes(hashes.slice(at, at + (1 << bit)), sha256) })
        at += 1 << bit
      }
    }
    return tree
  }

  get size(): number {
    return this.#size
  }

  /** Adds one entry by its leaf hash and returns the tiles it completed, lowest level first. */
  append(leafHash: Hash): FullTile[] {
    const full: FullTile[] = []
    let node = { level: 0, hash: leafHash }
    this.#size++
    this.#add(0, leafHash, full)
    while (this.#edge.at(-1)?.level === node.level) {
      const left = this.#edge.pop()!
      node = { level: node.level + 1, hash: hashNode(left.hash, node.hash, this.#sha256) }
      if (node.level % 8 === 0) this.#add(node.level / 8, node.hash, full)
    }
    this.#edge.push(node)
    return full
  }

  #add(level: number, hash: Hash, full: FullTile[]): void {
    const open = this.#open[level] ?? []
    open.push(hash)
    this.#open[level] = open
    if (open.length < TILE_WIDTH) return
    full.push({ level, index: this.#size / TILE_WIDTH ** (level + 1) - 1, hashes: open })
    this.#open[level] = []
  }

  root(): Hash {
    return this.#size === 0
      ? emptyRoot(this.#sha256)
      : foldNodes(
          this.#edge.map((node) => node.hash),
          this.#sha256,
        )
  }

  /** The unfinished tiles, level 0 first; empty lists where the last tile is full. */
  openTiles(): (readonly Hash[])[] {
    return Array.from({ length: levelsOf(this.#size) }, (_, level) => this.#open[level] ?? [])
  }
}

/** Tile levels that a tree of this size has. */
export function levelsOf(size: number): number {
  let levels = 0
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / TILE_WIDTH)) levels++
  return levels
}

/** Hashes in the unfinished tile of a level: 0 to 255. */
export function openWidth(level: number, size: number): number {
  const last = Math.floor(Math.floor(size / TILE_WIDTH ** level) / TILE_WIDTH)
  return tileWidth(level, last, size) % TILE_WIDTH
}
