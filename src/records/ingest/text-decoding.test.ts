import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeText, wholeUtf8 } from './text-decoding.ts'

describe('text decoding', () => {
  test('a byte order mark is no part of the text', () =>
    assert.deepEqual(decodeText(Buffer.from('\ufeffabc')), { ok: true, text: 'abc' }))

  const refused: readonly (readonly [string, Uint8Array, number, string])[] = [
    ['Latin-1', Buffer.from('caf\u00e9 x', 'latin1'), 3, 'iso-8859-1'],
    ['Windows-1252', Buffer.from([0x93, 0x68, 0x6f, 0x69, 0x94]), 0, 'windows-1252'],
    ['UTF-16 with mark', Buffer.from('\ufeffhallo', 'utf16le'), 0, 'utf-16le'],
    ['a surrogate written as UTF-8', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1, 'windows-1252'],
    ['an overlong slash', Buffer.from([0x61, 0xc0, 0xaf]), 1, 'iso-8859-1'],
  ]
  for (const [name, bytes, byte, guess] of refused)
    test(`${name} is refused, with the place and a guess`, () =>
      assert.deepEqual(decodeText(bytes), { ok: false, byte, guess }))

  test('an encoding that is named is used', () => {
    assert.deepEqual(decodeText(Buffer.from([0x80]), 'windows-1252'), { ok: true, text: '€' })
    assert.deepEqual(decodeText(Buffer.from([0x80]), 'iso-8859-1'), { ok: true, text: '\u0080' })
    assert.deepEqual(decodeText(Buffer.from('hé', 'utf16le'), 'utf-16le'), { ok: true, text: 'hé' })
  })

  test('the first bad byte is the first one that a decoder cannot pass', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const read = decodeText(bytes)
        if (read.ok) return
        assert.ok(decodeText(bytes.subarray(0, read.byte)).ok)
      }),
    )
  })

  test('a cut between characters is found', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
        const bytes = Buffer.from(text.toWellFormed())
        const part = bytes.subarray(0, bytes.length === 0 ? 0 : at % (bytes.length + 1))
        const whole = wholeUtf8(part)
        assert.ok(part.length - whole <= 3)
        assert.ok(decodeText(part.subarray(0, whole), 'utf-8', { keepMark: true }).ok)
      }),
    )
  })
})
