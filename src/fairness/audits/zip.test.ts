import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readZip, ZipUnreadable, zipOf } from './zip.ts'

const files = new Map<string, Uint8Array>([
  ['a.json', Buffer.from('{"a":1}')],
  ['b.txt', Buffer.alloc(0)],
  ['c.bin', Buffer.from([0x50, 0x4b, 3, 4, 0, 255])],
])

describe('the zip of a pack', () => {
  test('is read as it was written, and the same files give the same bytes', () => {
    const zip = zipOf(files)
    assert.deepEqual(
      [...readZip(zip)].map(([name, bytes]) => [name, [...bytes]]),
      [...files].map(([name, bytes]) => [name, [...bytes]]),
    )
    assert.deepEqual(zipOf(readZip(zip)), zip)
  })

  test('any byte that is changed, and any cut, is noticed', () => {
    const zip = zipOf(files)
    for (let at = 0; at < zip.length; at++) {
      const changed = Buffer.from(zip)
      changed[at]! ^= 1
      // A letter of a name may change in both places at once only by hand; here it is one place.
      assert.throws(() => readZip(changed), ZipUnreadable, `byte ${at}`)
      assert.throws(() => readZip(zip.subarray(0, at)), ZipUnreadable, `cut at ${at}`)
    }
  })

  test('a name that leads elsewhere is not written', () => {
    for (const name of ['../x', '/x', 'a/b', 'A', ''])
      assert.throws(() => zipOf(new Map([[name, Buffer.alloc(1)]])), RangeError)
  })
})
