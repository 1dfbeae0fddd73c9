import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KeyUnavailable, openKeyRing } from './io/keys.ts'
import { derive, keyedHash, open, openJson, SealBroken, seal, sealJson } from './seal.ts'

const key = Buffer.alloc(32, 7)
const place = ['turn', 'sealed', 'dekade', 'c-1', '3']

describe('sealing', () => {
  test('what is sealed opens again, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.string(), { maxLength: 4 }), (plain, at) =>
        Buffer.from(plain).equals(open(key, at, seal(key, at, plain))),
      ),
    )
    assert.deepEqual(openJson(key, place, sealJson(key, place, { said: 'hallo' })), { said: 'hallo' })
  })
  test('the same contents sealed twice look different', () =>
    assert.notDeepEqual(seal(key, place, 'x'), seal(key, place, 'x')))
  test('any changed bit, other key or other place does not open', () => {
    const sealed = seal(key, place, 'geheim')
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i]! ^= 1
      assert.throws(() => open(key, place, changed), SealBroken, `byte ${i}`)
    }
    assert.throws(() => open(Buffer.alloc(32, 8), place, sealed), SealBroken)
    assert.throws(() => open(key, [...place.slice(0, -1), '4'], sealed), SealBroken)
    assert.throws(() => open(key, ['turn', 'sealed', 'dekade', 'c-1', '', '3'], sealed), SealBroken)
    assert.throws(() => open(key, place, sealed.subarray(0, 20)), SealBroken)
  })
  test('a keyed hash tells parts apart that join to the same text', () => {
    assert.notDeepEqual(keyedHash(key, 'ab', 'c'), keyedHash(key, 'a', 'bc'))
    assert.deepEqual(keyedHash(key, 'ab', 'c'), keyedHash(key, 'ab', 'c'))
    assert.notDeepEqual(keyedHash(derive(key, 'one'), 'ab'), keyedHash(derive(key, 'two'), 'ab'))
  })
})

describe('keys outside the database', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'waarborg-keys-'))
  test('a second opening finds the same keys', () => {
    const at = folder()
    try {
      const subject = Buffer.alloc(32, 1)
      const { wrapped, epoch } = openKeyRing(at).wrap(['subject_key', 't', 's'], subject)
      const again = openKeyRing(at)
      assert.deepEqual(again.unwrap(['subject_key', 't', 's'], wrapped, epoch), subject)
      assert.throws(() => again.unwrap(['subject_key', 't', 'other'], wrapped, epoch), SealBroken)
      assert.deepEqual(again.indexKey('t'), openKeyRing(at).indexKey('t'))
      assert.notDeepEqual(again.indexKey('t'), again.indexKey('u'))
    } finally {
      rmSync(at, { recursive: true })
    }
  })
  test('a destroyed epoch key cannot be opened under', () => {
    const at = folder()
    try {
      const ring = openKeyRing(at)
      const { wrapped } = ring.wrap(['a'], Buffer.alloc(32))
      assert.throws(() => openKeyRing(at).unwrap(['a'], wrapped, 2), KeyUnavailable)
    } finally {
      rmSync(at, { recursive: true })
    }
  })
  test('a root key that others may read is refused', { skip: process.platform === 'win32' && 'no file modes' }, () => {
    const at = folder()
    try {
      openKeyRing(at)
      chmodSync(join(at, 'root.key'), 0o640)
      assert.throws(() => openKeyRing(at), KeyUnavailable)
    } finally {
      rmSync(at, { recursive: true })
    }
  })
  test('a root key given as a setting must be 32 bytes', () => {
    const at = folder()
    try {
      assert.throws(() => openKeyRing(at, { rootKey: 'AAAA' }), KeyUnavailable)
      assert.equal(openKeyRing(at, { rootKey: Buffer.alloc(32, 3).toString('base64') }).epoch, 1)
    } finally {
      rmSync(at, { recursive: true })
    }
  })
})
