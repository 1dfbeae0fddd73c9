import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { readContact } from './address.ts'
import { CODE_BYTES, CODE_MS, CODE_TRIES, codeFrom, decideCode, type OpenCode, readCode } from './one-time-code.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const right = Buffer.alloc(32, 1)
const open = (more: Partial<OpenCode> = {}): OpenCode => ({
  hash: right,
  expiresAt: new Date(now.getTime() + CODE_MS),
  tries: 0,
  usedAt: null,
  ...more,
})

describe('one-time codes', () => {
  test('six digits, also when they begin with zeros', () => {
    assert.equal(codeFrom(Buffer.alloc(CODE_BYTES).toString('base64url')), '000000')
    for (let n = 0; n < 200; n++) assert.match(codeFrom(randomBytes(CODE_BYTES).toString('base64url')), /^\d{6}$/)
  })
  for (const [typed, read] of [
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['12345', undefined],
    ['1234567', undefined],
    ['12345a', undefined],
  ] as const)
    test(`“${typed}” as it was typed`, () => assert.equal(readCode(typed), read))
  for (const [what, given, hash, at, expected] of [
    ['the right one', open(), right, now, 'ok'],
    ['a wrong one', open(), Buffer.alloc(32, 2), now, 'wrong'],
    ['none is open', undefined, right, now, 'none'],
    ['a used one', open({ usedAt: now }), right, now, 'used'],
    ['at its end', open(), right, new Date(now.getTime() + CODE_MS), 'expired'],
    ['just before its end', open(), right, new Date(now.getTime() + CODE_MS - 1), 'ok'],
    ['the last try', open({ tries: CODE_TRIES - 1 }), right, now, 'ok'],
    ['after the last try', open({ tries: CODE_TRIES }), right, now, 'spent'],
  ] as const)
    test(what, () => {
      const decision = decideCode(given, hash, at)
      assert.equal(decision.ok ? 'ok' : decision.reason, expected)
    })
})

describe('addresses as they are typed', () => {
  for (const [typed, expected] of [
    [' A.B@Voorbeeld.NL ', 'email a.b@voorbeeld.nl'],
    ['06 12 34 56 78', 'sms +31612345678'],
    ['+31 (0)6-12345678', 'sms +31612345678'],
    ['0032 470 12 34 56', 'sms +32470123456'],
    ['612345678', undefined],
    ['jansen', undefined],
    ['@', undefined],
  ] as const)
    test(typed, () => {
      const read = readContact(typed)
      assert.equal(read && `${read.kind} ${read.address}`, expected)
    })
})
