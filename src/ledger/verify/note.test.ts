import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  COSIGNATURE,
  commitment,
  cosignatureBytes,
  cosignedText,
  ED25519,
  emptyRoot,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatVerifierKey,
  fromBase64,
  hashLeaf,
  hashNode,
  makeVerifierKey,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  type Signature,
  toBase64,
  utf8,
  type VerifierKey,
  verifyCommitment,
  verifyTlogProof,
} from './index.ts'

const origin = 'ledger.example/centre'
const signerOf = (name: string, type: VerifierKey['type'] = ED25519) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = makeVerifierKey(
    name,
    type,
    fromBase64(publicKey.export({ format: 'jwk' }).x!.replaceAll('-', '+').replaceAll('_', '/').concat('=')),
  )
  const raw = (message: string) => new Uint8Array(sign(null, utf8(message), privateKey))
  const line = (text: string, time = 1_790_000_000n): Signature => ({
    name,
    id: key.id,
    bytes: type === ED25519 ? raw(text) : cosignatureBytes(time, raw(cosignedText(text, time))),
  })
  return { key, raw, line, privateKey }
}

const log = signerOf(origin)
const witness1 = signerOf('w1.example', COSIGNATURE)
const witness2 = signerOf('w2.example', COSIGNATURE)
const text = formatCheckpoint({ origin, size: 2, root: hashNode(hashLeaf(utf8('a')), hashLeaf(utf8('b'))) })
const signed = (...signatures: Signature[]) => formatNote({ text, signatures })
const trust = { origin, logKeys: [log.key], witnessKeys: [witness1.key, witness2.key] }

describe('base64', () => {
  test('what is written is read back, in one spelling only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'))
        assert.deepEqual(fromBase64(toBase64(bytes)), new Uint8Array(bytes))
      }),
    )
    for (const text of [
      'A',
      'AA',
      'AAA',
      'AA=',
      'AB==',
      'AAB=',
      'AA==AA==',
      '====',
      '=',
      'A===',
      'AA-_',
      'AA==\n',
      ' AA==',
      'AAé=',
      'AAAA=',
    ])
      assert.throws(() => fromBase64(text), { code: 'base64_malformed' }, text)
  })
})

describe('verifier keys', () => {
  test('what is written is read back', () => {
    assert.deepEqual(parseVerifierKey(formatVerifierKey(log.key)), log.key)
    assert.deepEqual(parseVerifierKey(formatVerifierKey(witness1.key)), witness1.key)
  })
  test('a name with a space, a plus or nothing is refused', () => {
    for (const name of ['', 'a b', 'a+b', 'a b', 'a\u0085b', 'a\nb', 'a\u0000', '\ud800'])
      assert.throws(() => makeVerifierKey(name, ED25519, log.key.publicKey), { code: 'vkey_malformed' })
  })
})

describe('notes', () => {
  test('text may hold empty lines and letters of any script; the last empty line ends it', () => {
    const note = formatNote({ text: 'één\n\n二\n', signatures: [log.line('één\n\n二\n')] })
    assert.equal(parseNote(note).text, 'één\n\n二\n')
    assert.equal(parseNote(utf8(note)).signatures.length, 1)
  })

  test('bytes that are not UTF-8, half pairs, control characters and a byte order mark before the origin do not pass', async () => {
    const note = signed(log.line(text))
    assert.throws(() => parseNote(Uint8Array.of(0xff, ...utf8(note))), { code: 'note_malformed' })
    assert.throws(() => parseNote(`\ud800${note}`), { code: 'note_malformed' })
    assert.throws(() => parseNote(note.replace(origin, `${origin}\u0000`)), { code: 'note_malformed' })
    await assert.rejects(openNote(utf8(`\ufeff${note}`), [log.key]), { code: 'signature_differs' })
  })

  test('a signature line is one dash, one name, one base64 and nothing else', () => {
    const line = `— ${origin} ${toBase64(Uint8Array.of(1, 2, 3, 4, 5))}`
    assert.equal(parseNote(`t\n\n${line}\n`).signatures.length, 1)
    for (const bad of [
      `- ${line.slice(2)}`,
      `${line} `,
      ` ${line}`,
      line.replace(' ', '  '),
      `— ${origin}`,
      '—',
      '',
      `— ${origin} AAAA`,
      `— a\u00a0b ${toBase64(Uint8Array.of(1, 2, 3, 4, 5))}`,
    ])
      assert.throws(() => parseNote(`t\n\n${bad}\n`), Error, bad)
  })

  test('a hundred signatures are read, one more is too many', () => {
    const many = (n: number) => `t\n\n${`— a.example ${toBase64(Uint8Array.of(1, 2, 3, 4, 5))}\n`.repeat(n)}`
    assert.equal(parseNote(many(100)).signatures.length, 100)
    assert.throws(() => parseNote(many(101)), { code: 'note_too_large' })
  })

  test('a second, false signature by a known key refuses the note', async () => {
    const good = log.line(text)
    const bad = { ...good, bytes: good.bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }
    await openNote(signed(good), [log.key])
    await assert.rejects(openNote(signed(good, bad), [log.key]), { code: 'signature_differs' })
  })
})

describe('checkpoints', () => {
  test('what is written is read back, up to the largest size', () => {
    for (const size of [1n, 70_000n, (1n << 64n) - 1n])
      assert.equal(parseCheckpoint(formatCheckpoint({ origin, size, root: emptyRoot() })).size, size)
    assert.throws(() => parseCheckpoint(`${origin}\n${1n << 64n}\n${toBase64(emptyRoot())}\n`), {
      code: 'number_malformed',
    })
  })
  test('an empty tree has one root', () => {
    assert.equal(parseCheckpoint(formatCheckpoint({ origin, size: 0, root: emptyRoot() })).size, 0n)
    assert.throws(() => parseCheckpoint(formatCheckpoint({ origin, size: 0, root: hashLeaf(utf8('a')) })), {
      code: 'checkpoint_malformed',
    })
  })
  test('extension lines are kept and may not be empty', () => {
    assert.deepEqual(parseCheckpoint(`${text}more\n`).extensions, ['more'])
    assert.throws(() => parseCheckpoint(`${text}\nmore\n`), { code: 'checkpoint_malformed' })
  })
  test('a note that only witnesses signed is not a checkpoint of the log', async () => {
    await assert.rejects(openCheckpoint(signed(witness1.line(text)), trust), { code: 'note_unsigned' })
  })
  test('witnesses are counted and the quorum is kept', async () => {
    const both = signed(log.line(text), witness1.line(text, 5n), witness2.line(text))
    assert.deepEqual(
      (await openCheckpoint(both, { ...trust, quorum: 2 })).cosigners.map(({ name }) => name),
      ['w1.example', 'w2.example'],
    )
    assert.equal((await openCheckpoint(both, trust)).cosigners[0]!.time, 5n)
    await assert.rejects(openCheckpoint(signed(log.line(text), witness1.line(text)), { ...trust, quorum: 2 }), {
      code: 'witnesses_missing',
    })
  })
  test('one witness under two names, or with two keys, is one; the log is none', async () => {
    const twin = { ...witness1.key, name: 'w3.example' }
    const renamed = makeVerifierKey('w3.example', COSIGNATURE, twin.publicKey)
    const second = { ...witness1.line(text), name: 'w3.example', id: renamed.id }
    assert.equal(
      (
        await openCheckpoint(signed(log.line(text), witness1.line(text), second), {
          ...trust,
          witnessKeys: [witness1.key, renamed],
        })
      ).cosigners.length,
      1,
    )
    const itself = makeVerifierKey(origin, COSIGNATURE, log.key.publicKey)
    const time = 7n
    const own = { name: origin, id: itself.id, bytes: cosignatureBytes(time, log.raw(cosignedText(text, time))) }
    assert.equal(
      (await openCheckpoint(signed(log.line(text), own), { ...trust, witnessKeys: [itself] })).cosigners.length,
      0,
    )
  })
  test('a cosignature with a time beyond 2^63, or a key that signs plainly, is no witness', async () => {
    await assert.rejects(openCheckpoint(signed(log.line(text), witness1.line(text, 1n << 63n)), trust), {
      code: 'signature_differs',
    })
    await assert.rejects(openCheckpoint(signed(log.line(text)), { ...trust, witnessKeys: [log.key] }), {
      code: 'vkey_type_unknown',
    })
  })
  test('a public key that is no point on the curve answers no', async () => {
    const key = makeVerifierKey(origin, ED25519, new Uint8Array(32).fill(255))
    await assert.rejects(openCheckpoint(signed({ ...log.line(text), id: key.id }), { origin, logKeys: [key] }), {
      code: 'signature_differs',
    })
  })
})

describe('receipts', () => {
  const checkpoint = signed(log.line(text))
  const receipt = formatTlogProof({ index: 0, hashes: [hashLeaf(utf8('b'))], checkpoint, extra: utf8('salt') })

  test('a receipt is accepted for its entry, and its parts are read back', async () => {
    const found = await verifyTlogProof(receipt, utf8('a'), trust)
    assert.equal(found.index, 0n)
    assert.deepEqual(found.extra, utf8('salt'))
    assert.equal(parseTlogProof(receipt).checkpoint, checkpoint)
    await assert.rejects(verifyTlogProof(receipt, utf8('b'), trust), { code: 'root_differs' })
    await assert.rejects(verifyTlogProof(receipt, utf8('a'), { ...trust, quorum: 1 }), { code: 'witnesses_missing' })
  })

  test('any changed character but those of the unauthenticated line is seen', async () => {
    const bare = formatTlogProof({ index: 0, hashes: [hashLeaf(utf8('b'))], checkpoint })
    for (let i = 0; i < bare.length; i++) {
      const changed = `${bare.slice(0, i)}${bare[i] === 'A' ? 'B' : 'A'}${bare.slice(i + 1)}`
      await assert.rejects(verifyTlogProof(changed, utf8('a'), trust), { name: 'VerifyError' }, `character ${i}`)
    }
  })

  test('lines in another order, an empty extra line or a missing part are refused', () => {
    for (const change of [
      (s: string) => s.replace('extra ', 'Extra '),
      (s: string) => s.replace(/extra .*\n/, 'extra \n'),
      (s: string) => s.replace(/index 0\n/, ''),
      (s: string) => s.replace('index 0', 'index 00'),
      (s: string) => s.replace('index 0', 'index  0'),
      (s: string) => s.replace('\n\n', '\n'),
      (s: string) => `\n${s}`,
    ])
      assert.throws(
        () => parseTlogProof(change(formatTlogProof({ index: 0, hashes: [], checkpoint: 'x\n', extra: utf8('s') }))),
        { name: 'VerifyError' },
      )
  })
})

describe('commitments', () => {
  const salt = new Uint8Array(32).fill(7)
  test('the same content in any spelling fits; other content or another salt does not', async () => {
    const { createHmac } = await import('node:crypto')
    const commit = commitment(salt, { b: 1, a: 'é' })
    assert.equal(commit, createHmac('sha256', salt).update('{"a":"é","b":1}').digest('base64'))
    verifyCommitment(commit, salt, { a: 'é', b: 1.0 })
    assert.throws(() => verifyCommitment(commit, salt, { a: 'é', b: 2 }), { code: 'commitment_differs' })
    assert.throws(() => verifyCommitment(commit, new Uint8Array(32), { a: 'é', b: 1 }), { code: 'commitment_differs' })
    assert.throws(() => commitment(new Uint8Array(16), {}), { code: 'salt_length' })
  })
})
