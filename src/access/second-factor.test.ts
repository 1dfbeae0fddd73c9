import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deviceOf, formatDevice, parseDevice } from './device.ts'
import { normaliseRecoveryCode, RECOVERY_BYTES, recoveryCode, signInStage } from './second-factor.ts'

describe('signing in asks', () => {
  for (const [what, given, expected] of [
    ['the factor that someone has', { enrolled: true, hasRole: true, policy: 'required' }, 'code'],
    ['it also where it may wait', { enrolled: true, hasRole: true, policy: 'optional' }, 'code'],
    ['it also of who has no role', { enrolled: true, hasRole: false, policy: 'required' }, 'code'],
    ['to set one up, before anything else', { enrolled: false, hasRole: true, policy: 'required' }, 'enrol'],
    ['it without force in the demonstration', { enrolled: false, hasRole: true, policy: 'optional' }, 'offer'],
    ['nothing of who sees nothing', { enrolled: false, hasRole: false, policy: 'required' }, 'done'],
  ] as const)
    test(what, () => assert.equal(signInStage(given), expected))
})

describe('a recovery code', () => {
  test('is 24 characters that are not mistaken for each other, of 120 random bits', () => {
    const codes = Array.from({ length: 200 }, (_, i) => recoveryCode(Buffer.alloc(RECOVERY_BYTES, i)))
    for (const code of codes) assert.match(code, /^([0-9a-hjkmnp-tv-z]{6}-){3}[0-9a-hjkmnp-tv-z]{6}$/)
    assert.equal(new Set(codes).size, 200)
    const changed = (bit: number) => {
      const bytes = Buffer.alloc(RECOVERY_BYTES)
      bytes[bit >> 3] = 1 << (bit & 7)
      return recoveryCode(bytes)
    }
    assert.equal(new Set(Array.from({ length: 120 }, (_, bit) => changed(bit))).size, 120, 'each bit counts')
  })
  test('counts however it is typed', () => {
    const code = recoveryCode(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]))
    const plain = code.replaceAll('-', '')
    for (const typed of [code, code.toUpperCase(), ` ${plain} `, plain.replaceAll('0', 'O').replaceAll('1', 'l')])
      assert.equal(normaliseRecoveryCode(typed), plain)
  })
  for (const text of [
    '',
    '123456',
    'abcde-fghij',
    'a'.repeat(23),
    'a'.repeat(25),
    `${'a'.repeat(23)}!`,
    `${'a'.repeat(23)}u`,
  ])
    test(`is not «${text}»`, () => assert.equal(normaliseRecoveryCode(text), undefined))
})

describe('a device is known by class only', () => {
  const mozilla = 'Mozilla/5.0'
  for (const [agent, expected] of [
    [
      `${mozilla} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0`,
      'edge/windows',
    ],
    [`${mozilla} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36`, 'chrome/windows'],
    [`${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/19 Safari/605.1`, 'safari/macos'],
    [`${mozilla} (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19 Safari/604.1`, 'safari/ios'],
    [`${mozilla} (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36`, 'chrome/android'],
    [`${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'firefox/linux'],
    ['curl/8.5.0 sanne@voorbeeld.nl', 'other/other'],
    [undefined, 'other/other'],
  ] as const)
    test(expected, () => {
      assert.equal(formatDevice(deviceOf(agent)), expected)
      assert.deepEqual(parseDevice(expected), deviceOf(agent))
    })
  test('a row that is not ours is another device', () =>
    assert.deepEqual(parseDevice('x'), { browser: 'other', system: 'other' }))
})
