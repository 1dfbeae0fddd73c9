import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitPortalToken } from './link.ts'

describe('what a link leads to', () => {
  const token = 'a'.repeat(43)
  for (const [given, secret, item] of [
    [token, token, undefined],
    [`${token}.019a0001-0000-7000-8000-0000000000b1`, token, '019a0001-0000-7000-8000-0000000000b1'],
    [`${token}.`, token, ''],
    [`${token}.a.b`, token, 'a.b'],
    ['', '', undefined],
  ] as const)
    test(`${given.slice(40) || '(nothing)'}`, () => assert.deepEqual(splitPortalToken(given), { secret, item }))
})
