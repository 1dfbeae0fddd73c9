import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nodeSha256 } from '../io/crypto.ts'
import {
  concat,
  consistencyRanges,
  emptyRoot,
  equalBytes,
  foldNodes,
  type Hash,
  hashLeaf,
  hashNode,
  hexOf,
  inclusionRanges,
  nodesOf,
  type Range,
  rootOfEntries,
  rootOfLeafHashes,
  sha256,
  utf8,
  VerifyError,
  verifyConsistency,
  verifyInclusion,
  verifyInclusionOfLeafHash,
} from './index.ts'

const entries = Array.from({ length: 600 }, (_, i) => utf8(`entry ${i}`))
const leaves = entries.map((entry) => hashLeaf(entry))

/** The definition of RFC 6962, 2.1, word for word: a second way of computing. */
function mth(d: readonly Uint8Array[]): Hash {
  if (d.length === 0) return sha256(new Uint8Array())
  if (d.length === 1) return sha256(concat(Uint8Array.of(0), d[0]!))
  let k = 1
  while (k * 2 < d.length) k *= 2
  return sha256(concat(Uint8Array.of(1), mth(d.slice(0, k)), mth(d.slice(k))))
}
/** PATH(m, D[n]) of 2.1.1. */
function path(m: number, d: readonly Uint8Array[]): Hash[] {
  if (d.length <= 1) return []
  let k = 1
  while (k * 2 < d.length) k *= 2
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))]
}
/** SUBPROOF(m, D[n], b) of 2.1.2. */
function subproof(m: number, d: readonly Uint8Array[], b: boolean): Hash[] {
  if (m === d.length) return b ? [] : [mth(d)]
  let k = 1
  while (k * 2 < d.length) k *= 2
  return m <= k
    ? [...subproof(m, d.slice(0, k), b), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))]
}

const proofOf = (ranges: readonly Range[]): Hash[] =>
  ranges.map((range) =>
    foldNodes(
      nodesOf(range).map(({ level, index }) =>
        rootOfLeafHashes(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      ),
    ),
  )

const code = (expected: string) => (error: unknown) => error instanceof VerifyError && error.code === expected

describe('SHA-256', () => {
  test('the portable one gives what node:crypto gives, around every block border', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255)
      assert.equal(hexOf(sha256(bytes)), hexOf(nodeSha256(bytes)), `${length} bytes`)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => hexOf(sha256(bytes)) === hexOf(nodeSha256(bytes))),
      { numRuns: 50 },
    )
  })
  test('the examples of FIPS 180-4', () => {
    assert.equal(hexOf(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    assert.equal(hexOf(emptyRoot()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe('roots and proofs', () => {
  test('the root is the one of the recursive definition, at every size to 130', () => {
    for (let size = 0; size <= 130; size++)
      assert.ok(equalBytes(rootOfEntries(entries.slice(0, size)), mth(entries.slice(0, size))), `size ${size}`)
  })

  test('an inclusion proof is the one of the recursive definition and is accepted, for every entry of every tree to 40', () => {
    for (let size = 1; size <= 40; size++) {
      const d = entries.slice(0, size)
      for (let index = 0; index < size; index++) {
        const proof = proofOf(inclusionRanges(index, size))
        assert.deepEqual(proof.map(hexOf), path(index, d).map(hexOf))
        verifyInclusion(entries[index]!, { index, size, proof, root: mth(d) })
      }
    }
  })

  test('a consistency proof is the one of the recursive definition and is accepted, for every pair to 40', () => {
    for (let size2 = 1; size2 <= 40; size2++) {
      const d = entries.slice(0, size2)
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = proofOf(consistencyRanges(size1, size2))
        assert.deepEqual(proof.map(hexOf), subproof(size1, d, true).map(hexOf))
        verifyConsistency({ size1, size2, root1: mth(d.slice(0, size1)), root2: mth(d), proof })
      }
    }
  })

  test('an inclusion proof fits one entry, one index and one size only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), fc.nat(), fc.nat(), (size, a, b) => {
        const index = a % size
        const other = b % size
        const claim = {
          index,
          size,
          proof: proofOf(inclusionRanges(index, size)),
          root: rootOfLeafHashes(leaves.slice(0, size)),
        }
        verifyInclusion(entries[index]!, claim)
        if (other !== index) {
          assert.throws(() => verifyInclusion(entries[other]!, claim), VerifyError)
          assert.throws(() => verifyInclusion(entries[index]!, { ...claim, index: other }), VerifyError)
        }
        assert.throws(() => verifyInclusion(entries[index]!, { ...claim, index: size }), code('index_outside_tree'))
        assert.throws(
          () => verifyInclusion(entries[index]!, { ...claim, proof: [...claim.proof, leaves[0]!] }),
          VerifyError,
        )
        assert.throws(() => verifyInclusion(entries[index]!, { ...claim, proof: claim.proof.slice(1) }), VerifyError)
      }),
      { numRuns: 300 },
    )
  })

  test('a flipped bit anywhere in a proof is seen', () => {
    const flip = (hash: Hash, bit: number) => hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 600 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (size2, a, b, bit) => {
          const size1 = 1 + (a % size2)
          const root1 = rootOfLeafHashes(leaves.slice(0, size1))
          const root2 = rootOfLeafHashes(leaves.slice(0, size2))
          const proof = proofOf(consistencyRanges(size1, size2))
          const claim = { size1, size2, root1, root2, proof }
          verifyConsistency(claim)
          assert.throws(() => verifyConsistency({ ...claim, root1: flip(root1, bit) }), VerifyError)
          assert.throws(() => verifyConsistency({ ...claim, root2: flip(root2, bit) }), VerifyError)
          const at = b % Math.max(1, proof.length)
          if (proof.length > 0)
            assert.throws(
              () => verifyConsistency({ ...claim, proof: proof.map((hash, i) => (i === at ? flip(hash, bit) : hash)) }),
              VerifyError,
            )
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a tree does not grow from nothing, shrink, or carry a proof to itself', () => {
    const root = rootOfLeafHashes(leaves.slice(0, 8))
    assert.throws(
      () => verifyConsistency({ size1: 0, root1: emptyRoot(), size2: 8, root2: root, proof: [] }),
      code('size_zero'),
    )
    assert.throws(
      () => verifyConsistency({ size1: 8, root1: root, size2: 7, root2: root, proof: [] }),
      code('size_shrunk'),
    )
    assert.throws(
      () => verifyConsistency({ size1: 8, root1: root, size2: 8, root2: root, proof: [root] }),
      code('proof_length'),
    )
    verifyConsistency({ size1: 8, root1: root, size2: 8, root2: root, proof: [] })
  })

  test('an inner node does not pass for an entry', () => {
    const inner = concat(leaves[0]!, leaves[1]!)
    const right = hashNode(leaves[2]!, leaves[3]!)
    const root = rootOfLeafHashes(leaves.slice(0, 4))
    verifyInclusionOfLeafHash(hashNode(leaves[0]!, leaves[1]!), { index: 0, size: 2, proof: [right], root })
    assert.throws(() => verifyInclusion(inner, { index: 0, size: 2, proof: [right], root }), code('root_differs'))
  })

  test('numbers beyond doubles, fractions and negative numbers are refused, large ones are not', () => {
    const claim = { index: 0n, size: (1n << 60n) + 1n, proof: [] as Hash[], root: leaves[0]! }
    assert.throws(() => verifyInclusion(entries[0]!, claim), code('proof_length'))
    assert.throws(() => verifyInclusion(entries[0]!, { ...claim, size: 1n << 64n }), code('number_malformed'))
    assert.throws(() => verifyInclusion(entries[0]!, { ...claim, size: 1.5 }), code('number_malformed'))
    assert.throws(() => verifyInclusion(entries[0]!, { ...claim, index: -1 }), code('number_malformed'))
    assert.throws(() => verifyInclusion(entries[0]!, { ...claim, index: Number.NaN }), code('number_malformed'))
  })
})
