import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from './strict-json.ts'

test('any JSON value without a repeated name is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      assert.deepEqual(readJson(text), { value: JSON.parse(text) })
    }),
  )
})

const refused = [
  ['a name twice', '{"model":"a","model":"b"}', 'duplicate_key'],
  ['a name twice, spelled with an escape', '{"model":"a","\\u006dodel":"b"}', 'duplicate_key'],
  ['a name twice deep inside', '{"a":[{"b":1},{"c":{"d":1,"e":2,"d":3}}]}', 'duplicate_key'],
  ['a name twice after an array', '{"a":[1,"a",{"a":1}],"a":1}', 'duplicate_key'],
  ['a name twice after a nested object', '{"a":{"a":1},"a":1}', 'duplicate_key'],
  ['a text that ends too early', '{"a":"b', 'json'],
  ['no JSON at all', 'hello', 'json'],
  ['nothing', '', 'json'],
  ['an extra bracket', '{"a":1}}', 'json'],
  ['a comma too many', '{"a":1,}', 'json'],
  ['a control character in a string', '{"a":"\n"}', 'json'],
] as const

for (const [name, text, problem] of refused)
  test(`${name} is refused as ${problem}`, () => {
    const reading = readJson(text)
    assert.equal('problem' in reading && reading.problem, problem)
  })

const allowed = [
  ['the same name in two objects', '[{"a":1},{"a":1}]'],
  ['a value that equals a name', '{"a":"a","b":"a"}'],
  ['an escaped quote at the end of a string', '{"a":"\\\\\\"","b":"\\\\"}'],
  ['a name that a prototype knows', '{"__proto__":{"x":1},"constructor":1}'],
] as const

for (const [name, text] of allowed)
  test(`${name} is allowed`, () => {
    assert.deepEqual(readJson(text), { value: JSON.parse(text) })
  })

test('nesting up to the limit is read and one more is refused', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  assert.ok('value' in readJson(nested(64)))
  assert.deepEqual(readJson(nested(65)), { problem: 'too_deep', offset: 64 })
})

test('a hundred thousand open brackets do not exhaust the stack', () => {
  assert.deepEqual(readJson('[{"a":'.repeat(100_000)), { problem: 'too_deep', offset: 192 })
})

test('the time per character does not grow with hostile text', () => {
  const time = (text: string) => {
    const start = performance.now()
    readJson(text)
    return performance.now() - start
  }
  const hostile = (n: number) => `{"a":"${'\\"'.repeat(n)}${'\\\\'.repeat(n)}"}`
  time(hostile(10_000))
  const small = Math.max(time(hostile(20_000)), 0.2)
  assert.ok(time(hostile(400_000)) < small * 20 * 8)
})
