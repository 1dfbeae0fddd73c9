import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { doneEvent, EventReader, encodeEvent, StreamUnreadable } from './sse.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function readIn(pieces: readonly Uint8Array[]) {
  const reader = new EventReader()
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
}

const cut = (whole: Uint8Array, sizes: readonly number[]) => {
  const pieces: Uint8Array[] = []
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = sizes[i % sizes.length]!
    pieces.push(whole.subarray(at, at + size))
    at += size
  }
  return pieces
}

describe('reading server-sent events', () => {
  const cases = [
    ['line ends by LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['line ends by CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['line ends by CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['mixed line ends', 'data: a\r\n\ndata: b\n\r\n', ['a', 'b']],
    ['comments are skipped', ': hello\n\n:\n\ndata: a\n: between\ndata: b\n\n', ['a\nb']],
    ['several data lines join with LF', 'data: {"a":\ndata: 1}\n\n', ['{"a":\n1}']],
    ['only one space after the colon goes', 'data:  a\ndata:b\n\n', [' a\nb']],
    ['an event without data is none', 'event: ping\n\nid: 3\n\ndata: a\n\n', ['a']],
    ['a data line without a colon is empty data', 'data\n\n', ['']],
    ['an event without its last empty line still counts', 'data: a\n\ndata: [DONE]', ['a', '[DONE]']],
    ['a byte order mark is not text', '\ufeffdata: a\n\n', ['a']],
    ['nothing gives nothing', '', []],
  ] as const
  for (const [name, text, expected] of cases)
    test(name, () => {
      assert.deepEqual(
        readIn([bytes(text)]).map(({ data }) => data),
        expected,
      )
    })

  test('the name of an event is kept for that event only', () => {
    assert.deepEqual(readIn([bytes('event: error\ndata: a\n\ndata: b\n\n')]), [
      { event: 'error', data: 'a' },
      { event: 'message', data: 'b' },
    ])
  })

  test('any way of cutting the bytes gives the same events', () => {
    const line = fc.oneof(
      fc.constantFrom('data: één 🙂', 'data:', ': c', 'event: e', '', 'data: {"a":"\\u00e9"}', 'id: 1'),
    )
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 })
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }), (lines, sizes) => {
        const whole = bytes(lines.map((pair) => pair.join('')).join(''))
        assert.deepEqual(readIn(cut(whole, sizes)), readIn([whole]))
      }),
    )
  })

  test('bytes that are not UTF-8 are refused', () => {
    assert.throws(() => readIn([Uint8Array.of(0x64, 0xff, 0x0a)]), StreamUnreadable)
    assert.throws(() => readIn([bytes('data: '), Uint8Array.of(0xc3)]), StreamUnreadable)
  })

  test('an event larger than allowed is refused, in one line or in many, and an endless line too', () => {
    const reader = () => new EventReader(1_000)
    assert.throws(() => reader().push(bytes(`data: ${'a'.repeat(2_000)}\n`)), /event_too_large/)
    assert.throws(() => reader().push(bytes('data: 0123456789\n'.repeat(200))), /event_too_large/)
    assert.throws(() => {
      const endless = reader()
      for (let i = 0; i < 200; i++) endless.push(bytes('0123456789'))
    }, /event_too_large/)
    assert.equal(reader().push(bytes('data: 0123456789\n\n'.repeat(200))).length, 200)
  })

  test('a megabyte in single bytes is read in linear time', () => {
    const reader = new EventReader()
    const one = bytes('a')
    const start = performance.now()
    reader.push(bytes('data: '))
    for (let i = 0; i < 300_000; i++) reader.push(one)
    assert.equal(reader.push(bytes('\n\n'))[0]?.data.length, 300_000)
    assert.ok(performance.now() - start < 5_000)
  })
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const text = values.map((value) => encodeEvent(value)).join('') + doneEvent
      const data = readIn([bytes(text)]).map((event) => event.data)
      assert.deepEqual(
        data.slice(0, -1).map((json) => JSON.parse(json)),
        values.map((value) => JSON.parse(JSON.stringify(value))),
      )
      assert.equal(data.at(-1), '[DONE]')
    }),
  )
})
