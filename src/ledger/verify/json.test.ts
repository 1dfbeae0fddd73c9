import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalize, MAX_DEPTH, parseCanonical, parseJson } from './index.ts'

const json = fc.jsonValue({
  stringUnit: fc.oneof(
    fc.constantFrom('"', '\\', '\u0000', '\u001f', '\u007f', '\u2028', '€', '😀', 'é', '1', '__proto__'),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
})

describe('canonical JSON', () => {
  test('is read back as the same value and is its own canonical form', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value)
        assert.equal(canonicalize(parseJson(text)), text)
        assert.equal(canonicalize(parseJson(JSON.stringify(value, null, 2))), text)
      }),
    )
  })

  test('keys go by UTF-16 code units, numbers as ECMAScript writes them (RFC 8785, 3.2.3 and appendix B)', () => {
    assert.equal(
      canonicalize(parseJson('{"\\ud83d\\ude00":1,"\\ufb33":2,"10":3,"9":4,"":5}')),
      '{"":5,"10":3,"9":4,"😀":1,"\ufb33":2}',
    )
    const numbers: [string, string][] = [
      ['-0', '0'],
      ['1E30', '1e+30'],
      ['1e21', '1e+21'],
      ['999999999999999900000', '999999999999999900000'],
      ['0.000001', '0.000001'],
      ['1e-7', '1e-7'],
      ['5e-324', '5e-324'],
      ['1.7976931348623157e308', '1.7976931348623157e+308'],
      ['9007199254740993', '9007199254740992'],
      ['333333333.33333329', '333333333.3333333'],
      ['4.50', '4.5'],
    ]
    for (const [input, canonical] of numbers) assert.equal(canonicalize(parseJson(input)), canonical)
  })

  test('what two readers could understand differently is refused, with the place', () => {
    const refused: [string, string][] = [
      ['{"a":1,"a":2}', 'json_duplicate_key'],
      ['{"a":1,"\\u0061":2}', 'json_duplicate_key'],
      ['{"__proto__":1,"__proto__":2}', 'json_duplicate_key'],
      ['"\\ud800"', 'json_surrogate'],
      ['"\\udc00\\ud800"', 'json_surrogate'],
      ['{"\\ud800":1}', 'json_surrogate'],
      ['1e400', 'json_number_range'],
      ['-1e400', 'json_number_range'],
    ]
    for (const [input, code] of refused) assert.throws(() => parseJson(input), { code }, input)
    const malformed = [
      '',
      ' ',
      'NaN',
      'Infinity',
      '-',
      '+1',
      '01',
      '-01',
      '1.',
      '.5',
      '1e',
      '0x10',
      '1_0',
      "'a'",
      '"a',
      '"\t"',
      '"\\x41"',
      '"\\u12"',
      '"\\u12g4"',
      '[1,]',
      '[,1]',
      '[1 2]',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
      '{"a":1}x',
      '[1]]',
      'tru',
      'True',
      'nulll',
      '\ufeff1',
      '1\u00a0',
      '/*c*/1',
      '[1]//',
      'undefined',
    ]
    for (const input of malformed) assert.throws(() => parseJson(input), { code: 'json_malformed' }, input)
    assert.throws(() => parseJson('[1, 2, x]'), /offset 7/)
  })

  test('a key like __proto__ is a key', () => {
    assert.equal(
      canonicalize(parseJson('{"__proto__":{"a":1},"constructor":2}')),
      '{"__proto__":{"a":1},"constructor":2}',
    )
  })

  test('depth has a limit, at reading and at writing', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    assert.equal(canonicalize(parseJson(nested(MAX_DEPTH))), nested(MAX_DEPTH))
    assert.throws(() => parseJson(nested(MAX_DEPTH + 2)), { code: 'json_too_deep' })
    const loop: unknown[] = []
    loop.push(loop)
    assert.throws(() => canonicalize(loop), { code: 'json_too_deep' })
  })

  test('only data is written; the path of what is not is named', () => {
    for (const value of [
      undefined,
      () => 1,
      Symbol('a'),
      1n,
      new Date(0),
      new Map(),
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ])
      assert.throws(() => canonicalize({ a: [value] }), /a\[0\]/)
    assert.throws(() => canonicalize({ a: { b: undefined } }), /json_not_data: a\.b/)
    assert.throws(() => canonicalize(['\ud800']), { code: 'json_surrogate' })
    const hole: unknown[] = [1]
    hole[2] = 2
    assert.throws(() => canonicalize(hole), { code: 'json_not_data' })
  })

  test('the fast reader takes canonical text and nothing else', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value)
        assert.equal(canonicalize(parseCanonical(text)), text)
        const other = JSON.stringify(value)
        if (other !== text) assert.equal(parseCanonical(other), undefined)
        assert.equal(parseCanonical(`${text} `), undefined)
      }),
    )
    for (const text of [
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      '{"a":1.0}',
      '"\\u0061"',
      '{"9":1,"10":2}',
      '{"b":1,"1":2}',
      '{"a":{"x":1,"1":1}}',
      '',
      '{',
      '"\\ud800"',
      '-0',
      '1e400',
    ])
      assert.equal(parseCanonical(text), undefined, text)
    for (const text of ['{"10":2,"9":1}', '{"1":2,"b":1}', '{"":1,"-":1,"1":1}'])
      assert.equal(canonicalize(parseCanonical(text)), text)
  })
})
