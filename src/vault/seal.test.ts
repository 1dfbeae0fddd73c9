import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
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
