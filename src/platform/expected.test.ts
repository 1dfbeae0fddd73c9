import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { expectedOf } from './expected.ts'

for (const [name, schema, value, expected] of [
  ['a type', z.array(z.string()), 'x', 'array'],
  ['a list of values', z.enum(['a', 'b']), 'c', 'a | b'],
  ['a lower limit', z.number().min(1), 0, '>= 1'],
  ['a limit that is not in it', z.number().gt(1), 1, '> 1'],
  ['an upper limit', z.string().max(3), 'abcd', '<= 3'],
  ['a whole number', z.int(), 1.5, 'int'],
  ['one of two types', z.union([z.string(), z.number()]), true, 'string | number'],
  ['a rule of our own', z.string().refine(() => false, { error: 'one_of' }), 'x', 'one_of'],
] as const)
  test(`what was expected, in signs: ${name}`, () => {
    const read = schema.safeParse(value)
    assert.ok(!read.success)
    assert.equal(expectedOf(read.error.issues[0]!), expected)
  })
