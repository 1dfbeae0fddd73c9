import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readJson } from './json.ts'

const leaves = (text: string) => readJson(text)?.map(({ kind, key, text: said }) => [kind, key, said])

describe('reading JSON by its text', () => {
  test('strings, numbers and keys come in order, items of an array under its key', () => {
    assert.deepEqual(leaves('{"a":["x",{"b":1}],"c":{"d":null,"e":-2.5e3}}'), [
      ['key', undefined, 'a'],
      ['string', 'a', 'x'],
      ['key', undefined, 'b'],
      ['number', 'b', '1'],
      ['key', undefined, 'c'],
      ['key', undefined, 'd'],
      ['key', undefined, 'e'],
      ['number', 'e', '-2.5e3'],
    ])
  })

  const none = [
    '',
    'x',
    '{',
    '{]',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '[01]',
    '["\n"]',
    '["\\x"]',
    '["\\u12"]',
    '[1] x',
    '1',
    '"a"',
  ]
  for (const text of none)
    test(`${JSON.stringify(text)} is no object and no array`, () => assert.equal(leaves(text), undefined))

  test('says the same as JSON.parse about any text', () => {
    const nearly = fc
      .tuple(fc.json(), fc.nat(40), fc.constantFrom('', '}', ']', ',', '"', '\\', '1', ' '))
      .map(([json, at, extra]) => json.slice(0, at) + extra + json.slice(at))
    fc.assert(
      fc.property(fc.oneof(fc.json(), nearly), (text) => {
        let value: unknown
        try {
          value = JSON.parse(text)
        } catch {
          value = undefined
        }
        assert.equal(readJson(text) !== undefined, typeof value === 'object' && value !== null)
      }),
      { numRuns: 500 },
    )
  })

  test('every code unit has its place in the text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
        const text = JSON.stringify(value)
        for (const leaf of readJson(text)!) {
          const at = (i: number) => (leaf.offsets === undefined ? leaf.start + i : leaf.offsets[i]!)
          assert.equal(at(leaf.text.length), leaf.end)
          for (let i = 0; i < leaf.text.length; i++) {
            const raw = text.slice(at(i), at(i + 1))
            assert.equal(JSON.parse(`"${raw}"`), leaf.text[i])
          }
        }
      }),
    )
  })

  test('depth costs no stack', () => {
    const deep = 200_000
    assert.deepEqual(readJson('['.repeat(deep) + ']'.repeat(deep)), [])
  })
})
