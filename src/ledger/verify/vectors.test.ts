import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { sharedData, without } from '../../platform/shared-data.ts'
import { nodeEd25519, nodeSha256 } from '../io/crypto.ts'
import { proofChecker } from '../proof-check.ts'
import {
  canonicalBytes,
  consistencyRanges,
  equalBytes,
  foldNodes,
  fromBase64,
  type Hash,
  hexOf,
  nodesOf,
  openCheckpoint,
  openNote,
  parseBundle,
  parseJson,
  parseTile,
  parseVerifierKey,
  rootOfEntries,
  rootOfLeafHashes,
  sha256,
  VerifyError,
  verifyConsistency,
  verifyEd25519,
  verifyInclusionOfLeafHash,
  verifyTile,
} from './index.ts'

const own = resolve(import.meta.dirname, '../../../testdata/vectors/ledger')

type Row = Record<string, unknown>
const rowsOf = (path: string): Row[] => {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)
}

/** Names with two implementations of hashing and signatures: the server's and the portable one of the browser. */
const implementations = {
  'node:crypto': { sha256: nodeSha256, ed25519: nodeEd25519 },
  portable: { sha256, ed25519: verifyEd25519 },
}

describe('own vectors', () => {
  for (const [name, crypto] of Object.entries(implementations)) {
    const check = proofChecker(crypto)
    for (const file of readdirSync(own).filter((file) => file.includes('.jsonl'))) {
      const kind = file.replace(/\.jsonl(\.gz)?$/, '')
      // The large test logs are hashed once, by the fast implementation; the smaller ones by both.
      const rows = rowsOf(join(own, file)).filter(
        (row) => name !== 'portable' || !(kind === 'roots' || kind === 'tiles') || Number(row.size) < 2_000,
      )
      test(`${kind}: every row is answered as it should be, with ${name} (${rows.length} rows)`, async () => {
        for (const [i, row] of rows.entries()) {
          const answer = await check(kind, row)
          const place = `${file} row ${i + 1} (${String(row.kind ?? '')})`
          if (kind === 'cosignatures')
            assert.equal(answer.validCosigners, row.valid_cosigners === 'reject-or-0' ? 0 : row.valid_cosigners, place)
          else if (kind === 'consistency' && row.size1 === 0) assert.equal(answer.valid, false, place)
          else assert.equal(answer.valid, row.valid ?? true, `${place}: ${answer.reason ?? 'accepted'}`)
        }
      })
    }
  }

  test('what the row says about its own truth is not read', async () => {
    const check = proofChecker(implementations['node:crypto'])
    for (const row of rowsOf(join(own, 'vkeys.jsonl')))
      assert.equal((await check('vkeys', { ...row, valid: !row.valid })).valid, row.valid)
  })
})

const merkle = sharedData('ledger', 'transparency-dev-merkle')
test('transparency-dev/merkle: inclusion and consistency, accepted and refused', { skip: without(merkle) }, () => {
  const hashes = (value: unknown) => ((value ?? []) as string[]).map((item) => fromBase64(item))
  const accepts = (work: () => void) => {
    try {
      work()
      return true
    } catch (error) {
      assert.ok(error instanceof VerifyError)
      return false
    }
  }
  for (const row of rowsOf(join(merkle!, 'inclusion.jsonl'))) {
    const claim = () => ({
      index: Number(row.leafIdx),
      size: Number(row.treeSize),
      proof: hashes(row.proof),
      root: fromBase64((row.root as string | null) ?? ''),
    })
    assert.equal(
      accepts(() => verifyInclusionOfLeafHash(fromBase64((row.leafHash as string | null) ?? ''), claim())),
      !row.wantErr,
      String(row.path),
    )
  }
  for (const row of rowsOf(join(merkle!, 'consistency.jsonl'))) {
    const claim = () => ({
      size1: Number(row.size1),
      size2: Number(row.size2),
      root1: fromBase64(row.root1 as string),
      root2: fromBase64(row.root2 as string),
      proof: hashes(row.proof),
    })
    assert.equal(
      accepts(() => verifyConsistency(claim())),
      !row.wantErr,
      String(row.path),
    )
  }
})

const wycheproof = sharedData('ledger', 'wycheproof', 'ed25519_test.json')
test('Wycheproof: Ed25519 signatures, malleable and cut ones refused', { skip: without(wycheproof) }, async () => {
  const { testGroups } = JSON.parse(readFileSync(wycheproof!, 'utf8')) as {
    testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[]
  }
  for (const { publicKey, tests } of testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      for (const { ed25519 } of Object.values(implementations)) {
        const found = await ed25519(Buffer.from(publicKey.pk, 'hex'), Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'))
        assert.equal(found, result === 'valid', `test ${tcId}`)
      }
    }
  }
})

const jcs = sharedData('ledger', 'json-canonicalization')
test('RFC 8785: the examples of its author, byte for byte', { skip: without(jcs) }, () => {
  for (const file of readdirSync(join(jcs!, 'input'))) {
    const bytes = canonicalBytes(parseJson(readFileSync(join(jcs!, 'input', file), 'utf8')))
    const hex = readFileSync(join(jcs!, 'outhex', file.replace('.json', '.txt')), 'utf8').replaceAll(/\s/g, '')
    assert.equal(hexOf(bytes), hex, file)
  }
})

const notes = sharedData('ledger', 'signed-note', 'notes.jsonl')
test('signed-note: the examples of Go and of C2SP', { skip: without(notes) }, async () => {
  for (const row of rowsOf(notes!)) {
    const open = async () =>
      openNote(
        row.note as string,
        (row.vkeys as string[]).map((key) => parseVerifierKey(key)),
      )
    if (row.valid) assert.equal((await open()).signers.length, 1)
    else await assert.rejects(open, VerifyError)
  }
})

const tessera = sharedData('ledger', 'tessera-log')
describe('a log written by Tessera', { skip: without(tessera) }, () => {
  const logKeys = [parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx')]
  const checkpointAt = (size: number) =>
    openCheckpoint(readFileSync(join(tessera!, `checkpoint.${size}`)), { origin: 'example.com/log/testdata', logKeys })
  const fileOf = (path: string) => readFileSync(join(tessera!, path))

  test('each checkpoint is the root of its tile and of its bundle', async () => {
    assert.equal((await checkpointAt(0)).size, 0n)
    for (let size = 1; size <= 15; size++) {
      const { root } = await checkpointAt(size)
      const hashes = verifyTile(`tile/0/000.p/${size}`, fileOf(`tile/0/000.p/${size}`), { size, hash: root })
      assert.equal(hashes.length, size)
      const entries = parseBundle(fileOf(`tile/entries/000.p/${size}`))
      assert.ok(equalBytes(rootOfEntries(entries), root))
    }
  })

  test('each checkpoint is consistent with each later one', async () => {
    const leaves: Hash[] = parseTile(fileOf('tile/0/000.p/15'))
    for (let size1 = 1; size1 <= 15; size1++) {
      for (let size2 = size1; size2 <= 15; size2++) {
        const proof = consistencyRanges(size1, size2).map((range) =>
          foldNodes(
            nodesOf(range).map(({ level, index }) =>
              rootOfLeafHashes(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
            ),
          ),
        )
        const [first, second] = [await checkpointAt(size1), await checkpointAt(size2)]
        verifyConsistency({ size1, size2, root1: first.root, root2: second.root, proof })
      }
    }
  })

  test('another key, another origin and a changed byte are refused', async () => {
    const note = readFileSync(join(tessera!, 'checkpoint.15'), 'utf8')
    await assert.rejects(openCheckpoint(note, { origin: 'example.com/log', logKeys }), { code: 'origin_differs' })
    await assert.rejects(
      openCheckpoint(note.replace('\n15\n', '\n14\n'), { origin: 'example.com/log/testdata', logKeys }),
      { code: 'signature_differs' },
    )
    const witness = parseVerifierKey('w1.example+5becb9ec+BG8n9F2oSTI2WN2uLP7WqFkLYxaxrFwAVdQymEkdqbp7')
    await assert.rejects(openCheckpoint(note, { origin: 'example.com/log/testdata', logKeys: [witness] }), {
      code: 'note_unsigned',
    })
  })
})
