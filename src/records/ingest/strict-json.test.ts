import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, type JsonValue, parseJson } from './strict-json.ts'

const parsed = (text: string): JsonValue => {
  const read = parseJson(text)
  assert.ok(read.ok, text)
  return read.value
}
const failureOf = (text: string) => {
  const read = parseJson(text)
  assert.ok(!read.ok, text)
  return read.failure
}

describe('strict JSON', () => {
  test('reads what JSON.parse reads, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value)
        const read = parseJson(text)
        // what is changed on the way in is noted, and tested below
        if (read.ok && read.notes.length > 0) return
        assert.equal(JSON.stringify(parsed(text)), JSON.stringify(JSON.parse(text)))
        assert.equal(JSON.stringify(parsed(JSON.stringify(value, null, 2))), text)
      }),
    )
  })

  test('agrees with JSON.parse on any text about what is JSON', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({
        unit: fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          ':',
          ',',
          '1',
          '-',
          '0',
          '.',
          'e',
          't',
          'true',
          'null',
          '\\',
          'u0041',
          ' ',
          '\n',
        ),
      }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        assert.equal(parseJson(text).ok, valid, text)
      }),
      { numRuns: 3000 },
    )
  })

  test('every cut through a text is found', () => {
    const whole = '{"a":[1,-2.5e3,"tekst \\u00e9",{"b":null}],"c":true}'
    for (let at = 1; at < whole.length; at++) {
      const failure = failureOf(whole.slice(0, at))
      assert.equal(failure.code, 'json_truncated', whole.slice(0, at))
      assert.equal(failure.offset, at)
    }
  })

  const wrong: readonly (readonly [string, string, number, number, string])[] = [
    ['{"a":1,\n "b":x}', 'json_syntax', 2, 6, '/b'],
    ['[1,2,]', 'json_syntax', 1, 6, '/2'],
    ['{"a":1} {"b":2}', 'json_syntax', 1, 9, ''],
    ['{a:1}', 'json_syntax', 1, 2, ''],
    ['"\u0001"', 'json_syntax', 1, 2, ''],
    ['01', 'json_syntax', 1, 2, ''],
    ['"\\x"', 'json_syntax', 1, 3, ''],
    ['', 'json_truncated', 1, 1, ''],
  ]
  for (const [text, code, line, column, pointer] of wrong)
    test(`${JSON.stringify(text)} is refused at its place`, () =>
      assert.deepEqual({ ...failureOf(text), offset: 0 }, { code, line, column, pointer, offset: 0 }))

  test('a hundred thousand levels are refused without running out of stack', () => {
    assert.equal(failureOf('['.repeat(100_000)).code, 'json_too_deep')
    assert.equal(failureOf('{"a":'.repeat(100_000)).code, 'json_too_deep')
    assert.ok(parseJson('['.repeat(64) + ']'.repeat(64)).ok)
    assert.ok(!parseJson('['.repeat(65) + ']'.repeat(65)).ok)
  })

  test('a name that occurs twice is noted and the last one counts', () => {
    const read = parseJson('{"uuid":"a","x":{"y":1,"y":2},"uuid":"b"}')
    assert.ok(read.ok)
    assert.deepEqual(read.notes, [
      { code: 'duplicate_key', pointer: '/x/y' },
      { code: 'duplicate_key', pointer: '/uuid' },
    ])
    assert.equal((read.value as { uuid: string }).uuid, 'b')
  })

  test('a number that does not fit stays as it was written', () => {
    const read = parseJson('{"id":12345678901234567890,"ok":9007199254740991,"far":1e999}')
    assert.ok(read.ok)
    assert.equal(JSON.stringify(read.value), '{"id":"12345678901234567890","ok":9007199254740991,"far":"1e999"}')
    assert.deepEqual(
      read.notes.map(({ pointer }) => pointer),
      ['/id', '/far'],
    )
  })

  test('what no store can hold is replaced, and the change is noted', () => {
    const read = parseJson('["a\\u0000b","\\ud800","\\ud83d\\ude00"]')
    assert.ok(read.ok)
    assert.deepEqual(read.value, ['a\ufffdb', '\ufffd', '😀'])
    assert.deepEqual(read.notes, [
      { code: 'nul_replaced', pointer: '/0' },
      { code: 'lone_surrogate_replaced', pointer: '/1' },
    ])
  })

  test('names of object methods are data', () => {
    const value = parsed('{"__proto__":{"admin":true},"constructor":1}') as Record<string, JsonValue>
    assert.equal(({} as { admin?: boolean }).admin, undefined)
    assert.equal(Object.getPrototypeOf(value), null)
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
  })

  test('the canonical form does not depend on order or blanks', () => {
    assert.equal(canonicalJson(parsed('{"b":[1,{"z":null,"a":"é"}],"a":1.50}')), '{"a":1.5,"b":[1,{"a":"é","z":null}]}')
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        assert.deepEqual(JSON.parse(canonicalJson(value as JsonValue)), JSON.parse(JSON.stringify(value))),
      ),
    )
  })
})
