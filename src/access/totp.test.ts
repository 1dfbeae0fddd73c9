import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base32, decideTotp, hotp, otpauthUri, totpStep } from './totp.ts'

const ascii = Buffer.from('12345678901234567890')

describe('codes of an authenticator app', () => {
  // RFC 6238, Appendix B, the SHA-1 rows: seconds since 1970 and the code of 8 digits.
  for (const [seconds, code] of [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const)
    test(`are those of RFC 6238 at ${seconds}`, () => {
      const step = totpStep(new Date(seconds * 1_000))
      assert.equal(hotp(ascii, step, 8), code)
      assert.equal(hotp(ascii, step), code.slice(2))
    })

  // RFC 4226, Appendix D: the first ten values.
  test('are those of RFC 4226 by count', () => {
    const values = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
    assert.deepEqual(
      values.map((_, count) => hotp(ascii, count)),
      values,
    )
  })
})

describe('a code is taken', () => {
  const now = new Date('2026-11-25T12:00:10Z')
  const step = totpStep(now)
  const decide = (at: number, lastStep = 0) => decideTotp({ secret: ascii, lastStep }, hotp(ascii, at), now)
  for (const [what, decision, expected] of [
    ['in its own half minute', decide(step), { ok: true, step }],
    ['half a minute early', decide(step + 1), { ok: true, step: step + 1 }],
    ['half a minute late', decide(step - 1), { ok: true, step: step - 1 }],
    ['not a minute late', decide(step - 2), { ok: false, reason: 'wrong' }],
    ['not a minute early', decide(step + 2), { ok: false, reason: 'wrong' }],
    ['not twice', decide(step, step), { ok: false, reason: 'used' }],
    ['not when a later one was used', decide(step - 1, step), { ok: false, reason: 'used' }],
    ['when an earlier one was used', decide(step, step - 1), { ok: true, step }],
  ] as const)
    test(what, () => assert.deepEqual(decision, expected))

  for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６', ' 12345'])
    test(`not when it is no six digits: «${code}»`, () =>
      assert.deepEqual(decideTotp({ secret: ascii, lastStep: 0 }, code, now), { ok: false, reason: 'wrong' }))
})

describe('the secret', () => {
  // RFC 4648, 10, without the padding that authenticator apps do not take.
  for (const [plain, text] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const)
    test(`is written in base 32: «${plain}»`, () => assert.equal(base32(Buffer.from(plain)), text))

  test('stands in an address that an app reads', () => {
    const uri = new URL(otpauthUri(ascii, { issuer: 'Waarborg', account: 'noor+x@dekade.example' }))
    assert.equal(uri.protocol, 'otpauth:')
    assert.equal(uri.host, 'totp')
    assert.equal(decodeURIComponent(uri.pathname), '/Waarborg:noor+x@dekade.example')
    assert.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    assert.equal(uri.searchParams.get('issuer'), 'Waarborg')
  })
})
