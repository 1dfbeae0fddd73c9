/**
 * The Merkle tree of RFC 6962, section 2.1 (the same as RFC 9162, 2.1, with SHA-256).
 *
 * A function that proves something about an entry takes the entry. The few that take a leaf hash say so in their name:
 * who passes a leaf hash where an entry is meant lets an inner node pass for an entry.
 */
import { equalBytes, toSize } from './bytes.ts'
import { VerifyError } from './errors.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

export type Hash = Uint8Array

// Filled for one hash and read before the next; a buffer of its own for each would cost more than the hash.
const leafBuffer = new Uint8Array(65_536)
const nodeBuffer = Uint8Array.of(1, ...new Uint8Array(64))

/** MTH({entry}) = SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array, sha256: Sha256 = ownSha256): Hash {
  const length = entry.length + 1
  const bytes = length <= leafBuffer.length ? leafBuffer.subarray(0, length) : new Uint8Array(length)
  bytes.set(entry, 1)
  return sha256(bytes)
}

/** SHA-256(0x01 || left || right), of two hashes. */
export function hashNode(left: Hash, right: Hash, sha256: Sha256 = ownSha256): Hash {
  if (left.length !== 32 || right.length !== 32) throw new VerifyError('hash_length')
  nodeBuffer.set(left, 1)
  nodeBuffer.set(right, 33)
  return sha256(nodeBuffer)
}

/** MTH({}) = SHA-256 of nothing. */
export const emptyRoot = (sha256: Sha256 = ownSha256): Hash => sha256(new Uint8Array(0))

export const rootOfEntries = (entries: readonly Uint8Array[], sha256: Sha256 = ownSha256): Hash =>
  rootOfLeafHashes(
    entries.map((entry) => hashLeaf(entry, sha256)),
    sha256,
  )

/** MTH over hashes that are already leaf hashes (or, in a tile, roots of equal full subtrees). */
export function rootOfLeafHashes(hashes: readonly Hash[], sha256: Sha256 = ownSha256): Hash {
  if (hashes.length === 0) return emptyRoot(sha256)
  let row = hashes
  while (row.length > 1) {
    const next: Hash[] = []
    for (let i = 0; i + 1 < row.length; i += 2) next.push(hashNode(row[i]!, row[i + 1]!, sha256))
    // A node without a neighbour moves up unchanged: this gives RFC 6962's split at the largest power of two.
    if (row.length % 2 === 1) next.push(row.at(-1)!)
    row = next
  }
  return row[0]!
}

export type InclusionClaim = {
  /** Zero-based place of the entry. */
  readonly index: number | bigint
  readonly size: number | bigint
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Hash[]
  readonly root: Hash
}

/** Returns when the entry stands at `index` in the tree of `size` entries with this root; otherwise throws. */
export function verifyInclusion(entry: Uint8Array, claim: InclusionClaim, sha256: Sha256 = ownSha256): void {
  verifyInclusionOfLeafHash(hashLeaf(entry, sha256), claim, sha256)
}

/** As `verifyInclusion`, for a caller that has computed the leaf hash from the entry itself (RFC 9162, 2.1.3.2). */
export function verifyInclusionOfLeafHash(leafHash: Hash, claim: InclusionClaim, sha256: Sha256 = ownSha256): void {
  const index = toSize(claim.index, 'index')
  const size = toSize(claim.size, 'size')
  if (index >= size) throw new VerifyError('index_outside_tree', `${index} in ${size}`)
  checkHashes(leafHash, claim.root, ...claim.proof)
  let fn = index
  let sn = size - 1n
  let hash = leafHash
  for (const node of claim.proof) {
    if (sn === 0n) throw new VerifyError('proof_length', 'too long')
    if ((fn & 1n) === 1n || fn === sn) {
      hash = hashNode(node, hash, sha256)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else hash = hashNode(hash, node, sha256)
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw new VerifyError('proof_length', 'too short')
  if (!equalBytes(hash, claim.root)) throw new VerifyError('root_differs')
}

export type ConsistencyClaim = {
  readonly size1: number | bigint
  readonly root1: Hash
  readonly size2: number | bigint
  readonly root2: Hash
  readonly proof: readonly Hash[]
}

/**
 * Returns when the tree of `size1` entries is the beginning of the tree of `size2`; otherwise throws (RFC 9162,
 * 2.1.4.2). Size 0 is refused: every tree begins with the empty one, so the claim would say nothing.
 */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256 = ownSha256): void {
  const size1 = toSize(claim.size1, 'size1')
  const size2 = toSize(claim.size2, 'size2')
  const { root1, root2, proof } = claim
  if (size1 === 0n) throw new VerifyError('size_zero')
  if (size1 > size2) throw new VerifyError('size_shrunk', `${size1} to ${size2}`)
  checkHashes(root1, root2, ...proof)
  if (size1 === size2) {
    if (proof.length > 0) throw new VerifyError('proof_length', 'too long')
    if (!equalBytes(root1, root2)) throw new VerifyError('root_differs')
    return
  }
  if (proof.length === 0) throw new VerifyError('proof_length', 'too short')
  // A size that is a power of two is itself a node of the larger tree; its root is not repeated in the proof.
  const path = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof
  let fn = size1 - 1n
  let sn = size2 - 1n
  while ((fn & 1n) === 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  let first = path[0]!
  let second = path[0]!
  for (const node of path.slice(1)) {
    if (sn === 0n) throw new VerifyError('proof_length', 'too long')
    if ((fn & 1n) === 1n || fn === sn) {
      first = hashNode(node, first, sha256)
      second = hashNode(node, second, sha256)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else second = hashNode(second, node, sha256)
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw new VerifyError('proof_length', 'too short')
  if (!equalBytes(first, root1) || !equalBytes(second, root2)) throw new VerifyError('root_differs')
}

function checkHashes(...hashes: readonly Hash[]): void {
  for (const hash of hashes) if (hash.length !== 32) throw new VerifyError('hash_length', `${hash.length} bytes`)
}

/** Entries `start` up to and without `end`; a subtree of the tree, so its root may stand in a proof. */
export type Range = { readonly start: number; readonly end: number }

/** A full subtree: entries `index * 2^level` up to and without `(index + 1) * 2^level`. */
export type Node = { readonly level: number; readonly index: number }

/** The ranges whose roots make the inclusion proof, from the leaf up (RFC 6962, 2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(Number.isInteger(index) && index >= 0 && index < size))
    throw new VerifyError('index_outside_tree', `${index} in ${size}`)
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** The ranges whose roots make the consistency proof from `size1` to `size2` (RFC 6962, 2.1.2). */
export function consistencyRanges(size1: number, size2: number): Range[] {
  if (size1 === 0) throw new VerifyError('size_zero')
  if (!(Number.isInteger(size1) && size1 > 0 && size1 <= size2))
    throw new VerifyError('size_shrunk', `${size1} to ${size2}`)
  const ranges: Range[] = []
  let start = 0
  let end = size2
  let whole = true
  while (size1 < end) {
    const middle = start + splitOf(end - start)
    if (size1 <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
      whole = false
    }
  }
  if (!whole) ranges.push({ start, end })
  return ranges.reverse()
}

/** The full subtrees that a range of a tree is made of, left to right, largest first. */
export function nodesOf({ start, end }: Range): Node[] {
  const nodes: Node[] = []
  let at = start
  while (at < end) {
    let level = 0
    let width = 1
    while (width * 2 <= end - at && at % (width * 2) === 0) {
      width *= 2
      level++
    }
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}

/** Root of a range from the hashes of its `nodesOf`, in that order. At least one. */
export function foldNodes(hashes: readonly Hash[], sha256: Sha256 = ownSha256): Hash {
  let root = hashes.at(-1)!
  for (let i = hashes.length - 2; i >= 0; i--) root = hashNode(hashes[i]!, root, sha256)
  return root
}

/** The largest power of two smaller than `n` (RFC 6962's k), for n > 1. */
function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}
