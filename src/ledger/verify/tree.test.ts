import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nodeSha256 } from '../io/crypto.ts'
import {
  equalBytes,
  formatBundle,
  formatTile,
  GrowingTree,
  type Hash,
  hashLeaf,
  hexOf,
  MAX_ENTRY_BYTES,
  parseBundle,
  parseTile,
  parseTilePath,
  rootOfLeafHashes,
  tilePath,
  tilesOf,
  tileWidth,
  utf8,
  VerifyError,
  verifyTile,
} from './index.ts'

const SIZE = 66_000
const leaves: Hash[] = Array.from({ length: SIZE }, (_, i) => hashLeaf(utf8(String(i)), nodeSha256))
const borders = [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1_000, 65_535, 65_536, 65_537, SIZE]

describe('a growing tree', () => {
  test('has the root of its entries at every size to 520 and at the borders of tiles', () => {
    const tree = new GrowingTree(nodeSha256)
    for (let size = 0; size <= SIZE; size++) {
      if (size <= 520 || borders.includes(size))
        assert.ok(equalBytes(tree.root(), rootOfLeafHashes(leaves.slice(0, size), nodeSha256)), `size ${size}`)
      if (size < SIZE) tree.append(leaves[size]!)
    }
  })

  test('gives out each tile once, when it is full, with the hashes the standard names', () => {
    const tree = new GrowingTree(nodeSha256)
    const given = new Map<string, Hash[]>()
    for (const leaf of leaves)
      for (const { level, index, hashes } of tree.append(leaf))
        given.set(tilePath({ level, index, width: 256 }), [...hashes])
    const expected = [...tilesOf(SIZE)]
      .filter(({ level, width }) => level !== 'entries' && width === 256)
      .map((tile) => tilePath(tile))
    assert.deepEqual([...given.keys()].sort(), expected.sort())
    for (const [path, hashes] of given) {
      const { level, index } = parseTilePath(path)
      const perHash = 256 ** Number(level)
      const first = Number(index) * 256
      for (const i of [0, 128, 255])
        assert.ok(
          equalBytes(
            hashes[i]!,
            rootOfLeafHashes(leaves.slice((first + i) * perHash, (first + i + 1) * perHash), nodeSha256),
          ),
          `${path} ${i}`,
        )
    }
  })

  test('another process goes on from the unfinished tiles alone', () => {
    for (const size of borders) {
      const first = new GrowingTree(nodeSha256)
      for (const leaf of leaves.slice(0, size)) first.append(leaf)
      const second = GrowingTree.restore(size, first.openTiles(), nodeSha256)
      for (const leaf of leaves.slice(size, size + 300)) assert.deepEqual(second.append(leaf), first.append(leaf))
      assert.ok(equalBytes(second.root(), first.root()))
    }
  })

  test('unfinished tiles of another size are refused', () => {
    const tree = new GrowingTree(nodeSha256)
    for (const leaf of leaves.slice(0, 300)) tree.append(leaf)
    assert.throws(() => GrowingTree.restore(301, tree.openTiles(), nodeSha256), VerifyError)
    assert.throws(() => GrowingTree.restore(300, tree.openTiles().slice(1), nodeSha256), VerifyError)
    assert.throws(() => GrowingTree.restore(44, tree.openTiles(), nodeSha256), VerifyError)
  })
})

describe('tile paths', () => {
  test('what is written is read back, for every level and number', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          assert.deepEqual(parseTilePath(tilePath({ level, index, width })), { level, index, width })
        },
      ),
    )
    assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
    assert.equal(tilePath({ level: 'entries', index: 1_000, width: 7 }), 'tile/entries/x001/000.p/7')
  })

  test('any other spelling is refused', () => {
    for (const path of [
      '',
      'tile/0',
      'tile/0/',
      '/tile/0/000',
      'tile/0/000/',
      'tile/0/000\n',
      'tile/0/000.p/',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/0/000.p/1000',
      'tile/-1/000',
      'tile/064/000',
      'tile/100/000',
      'tile/0/X001/000',
      'tile/0/x000/x001/000',
      'tile/0/x1/000',
      'tile/entries/000.p',
      'tile/Entries/000',
      'tile/0/٠٠٠',
      `tile/0/${'x999/'.repeat(7)}999`,
    ])
      assert.throws(() => parseTilePath(path), { code: 'tile_path_malformed' }, path)
  })

  test('the example of the standard: a tree of 70,000 entries', () => {
    assert.deepEqual([tileWidth(0, 272, 70_000), tileWidth(0, 273, 70_000), tileWidth(0, 274, 70_000)], [256, 112, 0])
    assert.deepEqual(
      [tileWidth(1, 0, 70_000), tileWidth(1, 1, 70_000), tileWidth(2, 0, 70_000), tileWidth(3, 0, 70_000)],
      [256, 17, 1, 0],
    )
    assert.equal([...tilesOf(70_000)].length, 274 * 2 + 2 + 1)
    assert.deepEqual([...tilesOf(0)], [])
  })
})

describe('tiles and bundles', () => {
  const entries = Array.from({ length: 256 }, (_, i) => utf8(String(i)))
  const whole = { size: 257, hash: rootOfLeafHashes(leaves.slice(0, 256), nodeSha256) }

  test('a tile and a bundle of the tree are accepted', () => {
    assert.equal(verifyTile('tile/0/000', formatTile(leaves.slice(0, 256)), whole).length, 256)
    assert.equal(verifyTile('tile/entries/000', formatBundle(entries), whole).length, 256)
  })

  test('a changed, cut, lengthened or exchanged one is not', () => {
    const tile = formatTile(leaves.slice(0, 256))
    const bundle = formatBundle(entries)
    const refused: [string, Uint8Array, string][] = [
      ['tile/0/000', tile.subarray(0, -1), 'tile_length'],
      ['tile/0/000', tile.subarray(32), 'tile_length'],
      ['tile/0/000', new Uint8Array(), 'tile_length'],
      ['tile/0/000', tile.map((byte, i) => (i === 5_000 ? byte ^ 1 : byte)), 'tile_differs'],
      ['tile/0/001.p/1', formatTile(leaves.slice(0, 1)), 'tile_differs'],
      ['tile/0/001.p/2', formatTile(leaves.slice(0, 2)), 'tile_outside_tree'],
      ['tile/0/000.p/255', tile.subarray(32), 'tile_outside_tree'],
      ['tile/entries/000', bundle.subarray(0, -1), 'bundle_malformed'],
      ['tile/entries/000', bundle.map((byte, i) => (i === 2 ? byte ^ 1 : byte)), 'tile_differs'],
      ['tile/entries/000', formatBundle([...entries.slice(0, 254), entries[255]!, entries[254]!]), 'tile_differs'],
    ]
    for (const [path, bytes, code] of refused)
      assert.throws(() => verifyTile(path, bytes, whole), { code }, `${path} ${code}`)
  })

  test('what is bundled is read back; an entry too long is refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 }), (list) => {
        assert.deepEqual(parseBundle(formatBundle(list)).map(hexOf), list.map(hexOf))
      }),
      { numRuns: 50 },
    )
    assert.equal(parseBundle(formatBundle([new Uint8Array(MAX_ENTRY_BYTES)]))[0]!.length, MAX_ENTRY_BYTES)
    assert.throws(() => formatBundle([new Uint8Array(MAX_ENTRY_BYTES + 1)]), { code: 'entry_too_large' })
    assert.throws(() => parseBundle(Uint8Array.of(0)), { code: 'bundle_malformed' })
    assert.throws(() => parseBundle(new Uint8Array(257 * 2)), { code: 'bundle_malformed' })
    assert.throws(() => parseTile(new Uint8Array(257 * 32)), { code: 'tile_length' })
  })
})
