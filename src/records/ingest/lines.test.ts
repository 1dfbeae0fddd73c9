import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createLineSplitter } from './lines.ts'

const split = (text: string, pieces: readonly number[] = [], lineBytes = 100) => {
  const splitter = createLineSplitter(lineBytes)
  const bytes = Buffer.from(text)
  const out = []
  let from = 0
  for (const size of pieces) {
    out.push(...splitter.push(bytes.subarray(from, from + size)))
    from += size
  }
  out.push(...splitter.push(bytes.subarray(from)), ...splitter.end())
  return out.map((line) => [line.line, 'bytes' in line ? Buffer.from(line.bytes).toString() : 'too long'])
}

describe('lines', () => {
  test('end in LF or CRLF; blank ones and the mark at the start are left out', () => {
    assert.deepEqual(split('\ufeffa\r\n\n  \nb'), [
      [1, 'a'],
      [4, 'b'],
    ])
  })
  test('that are too long are reported once and the next is read', () => {
    assert.deepEqual(split(`a\n${'x'.repeat(500)}\nb\n`, [3, 50, 200, 200]), [
      [1, 'a'],
      [2, 'too long'],
      [3, 'b'],
    ])
  })
  test('come out the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', ' ') }),
        fc.array(fc.nat(4)),
        (text, pieces) => {
          assert.deepEqual(split(text, pieces, 6), split(text, [], 6))
        },
      ),
    )
  })
})
