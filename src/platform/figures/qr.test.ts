import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { multiply, qrCode } from './qr.ts'

const rowsOf = (text: string) => qrCode(text)!.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))

describe('a QR code', () => {
  // Drawn here and read back by another program (jsQR); compared module by module with qrcode-generator for the second.
  for (const [what, text, sha256] of [
    [
      'of the address for an app',
      'otpauth://totp/Waarborg:noor%40dekade.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Waarborg',
      '0d11e1765181bcf57c1ff702736f265eb8e597180e942c3b1c4ae391b2df297f',
    ],
    ['of 200 bytes', 'x'.repeat(200), '64e9db0f7dcfa486be63739a1efef2c8324387cf233f7686c75d9b4e079a8873'],
  ] as const)
    test(`${what} is the one that other programs read`, () => {
      const drawn = rowsOf(text).join('\n').replaceAll('#', '1').replaceAll('.', '0')
      assert.equal(createHash('sha256').update(drawn).digest('hex'), sha256)
    })

  for (const [length, size] of [
    [1, 21],
    [14, 21],
    [15, 25],
    [213, 57],
    [214, 61],
    [331, 69],
  ] as const)
    test(`of ${length} bytes is ${size} modules wide, with a corner mark in three corners and not in the fourth`, () => {
      const rows = rowsOf('a'.repeat(length))
      assert.ok(rows.length === size && rows.every((row) => row.length === size))
      const mark = ['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######']
      const corner = (x: number, y: number) => rows.slice(y, y + 7).map((row) => row.slice(x, x + 7))
      for (const [x, y] of [
        [0, 0],
        [size - 7, 0],
        [0, size - 7],
      ] as const)
        assert.deepEqual(corner(x, y), mark)
      assert.notDeepEqual(corner(size - 7, size - 7), mark)
    })

  test('counts bytes, not characters, and says when it does not fit', () => {
    assert.equal(qrCode('é'.repeat(7))!.length, 21)
    assert.equal(qrCode('é'.repeat(8))!.length, 25)
    assert.equal(qrCode('a'.repeat(332)), undefined)
  })

  test('reckons in the field of ISO/IEC 18004', () => {
    // Powers of 2 run through all 255 values before they come back to 1.
    const seen = new Set<number>()
    for (let power = 1; !seen.has(power); power = multiply(power, 2)) seen.add(power)
    assert.equal(seen.size, 255)
    assert.equal(multiply(0x80, 2), 0x1d)
  })
})
