import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { contextWords, decidePassword, normaliseEmail, normalisePassword, PASSWORD_MIN_CHARACTERS } from './person.ts'
import { argon2Cost, formatPhc, isOutdated, parsePhc } from './phc.ts'
import { addressOf, decideAttempt, THROTTLE_WINDOW_MS } from './sign-in.ts'

const account = { name: 'Noor Haverkamp', email: 'noor.haverkamp@dekade.example' }

describe('which passwords are good enough', () => {
  for (const [password, expected] of [
    ['paard batterij nietje', 'good'],
    ['elf teken!', 'too_short'],
    ['elftekens11', 'too_short'],
    ['twaalf, tekn', 'good'],
    ['é'.normalize('NFD').repeat(11), 'too_short'],
    ['🦊🦔🐿️🦡 bosdieren', 'good'],
    [`${'a1b2c3d4e5'.repeat(100)}x`, 'too_long'],
    ['aaaaaaaaaaaa', 'repeats'],
    ['abcabcabcabcabc', 'repeats'],
    ['121212121212', 'repeats'],
    ['Haverkamp2026!', 'like_account'],
    ['noor.haverkamp', 'like_account'],
    ['NoorHaverkamp1', 'like_account'],
    ['noor fietst naar het strand', 'good'],
    ['Wachtwoord123!', 'well_known'],
    ['Welkom2026!!!', 'well_known'],
    ['qwertyuiop123', 'well_known'],
    ['waarborgadmin', 'well_known'],
    ['zomervakantie aan zee', 'good'],
    ['correct horse battery staple', 'good'],
  ] as const)
    test(`${JSON.stringify(password.length > 40 ? `${password.slice(0, 10)}… (${password.length})` : password)}: ${expected}`, () => {
      const decision = decidePassword(password, account)
      assert.equal(decision.good ? 'good' : decision.reason, expected)
    })

  const good = (password: string) => decidePassword(password, account).good

  test('eleven characters are too few, twelve are enough, sixty-four and a thousand are allowed', () => {
    const long = 'paard batterij nietje en nog een heel eind verder naar het oosten '
    assert.deepEqual([long.slice(0, 11), long.slice(0, 12)].map(good), [false, true])
    assert.deepEqual(
      [64, 65, 1_000, 1_001].map((length) => good(long.repeat(16).slice(0, length))),
      [true, true, true, false],
    )
  })

  test('one kind of characters is enough, whichever it is', () => {
    for (const password of ['paardbatterij', 'PAARDBATTERIJ', '739182645027', 'лошадь скрепка', '!#%&(*^$@+=~'])
      assert.ok(good(password), password)
  })

  test('every word of the context is refused, also with something around it', () => {
    for (const word of contextWords) {
      assert.ok(word.length >= 4 && word === word.toLowerCase(), word)
      const padded = `${word[0]!.toUpperCase()}${word.slice(1)}2026!`.padEnd(PASSWORD_MIN_CHARACTERS, '90817263')
      assert.equal(good(padded), false, padded)
    }
  })

  test('the same words from another keyboard are the same password', () => {
    assert.equal(normalisePassword('caf\u00e9'), normalisePassword('cafe\u0301'))
  })

  test('an address is compared without spaces and capitals', () => {
    assert.equal(normaliseEmail('  Noor.Haverkamp@DeKade.example '), 'noor.haverkamp@dekade.example')
  })

  test('any text gets an answer', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string(),
        fc.option(fc.string(), { nil: null }),
        (password, name, email) => typeof decidePassword(password, { name, email }).good === 'boolean',
      ),
    )
  })
})

describe('the stored form of a password', () => {
  const stored = { cost: argon2Cost, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) }
  test('it names algorithm, version and cost, and is read back', () => {
    const text = formatPhc(stored)
    assert.equal(
      text,
      '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    )
    assert.deepEqual(parsePhc(text), stored)
  })
  for (const text of [
    '',
    'plain',
    '$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    '$argon2id$v=16$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    '$argon2id$v=19$m=9999999,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    '$argon2id$v=19$m=19456,t=99,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    '$argon2id$v=19$m=19456,t=2,p=1$AQEB$AgIC',
  ])
    test(`refused: ${text || 'nothing'}`, () => assert.equal(parsePhc(text), undefined))

  test('a hash made for less is made again at the next sign-in', () => {
    assert.equal(isOutdated(stored), false)
    assert.equal(isOutdated({ ...stored, cost: { ...argon2Cost, memory: 1_024 } }), true)
  })
})

describe('how often a password may be tried', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const ago = (ms: number) => new Date(now.getTime() - ms)
  for (const [what, attempts, expected] of [
    ['a first attempt', [], true],
    ['a fifth attempt', [1, 2, 3, 4], true],
    ['a sixth attempt is refused', [1, 2, 3, 4, 5], false],
    ['an attempt of exactly a quarter of an hour ago no longer counts', [THROTTLE_WINDOW_MS, 1, 2, 3, 4], true],
    ['one millisecond less and it does', [THROTTLE_WINDOW_MS - 1, 1, 2, 3, 4], false],
    ['attempts in the future (the clock jumped back) count', [-9, -8, -7, -6, -5], false],
  ] as const)
    test(what, () => assert.equal(decideAttempt(attempts.map(ago), 5, now).may, expected))

  test('the refusal says when one may try again: when the fifth last attempt stops counting', () => {
    const decision = decideAttempt(
      [ago(60_000), ago(50_000), ago(40_000), ago(30_000), ago(20_000), ago(10_000)],
      5,
      now,
    )
    assert.deepEqual(decision, { may: false, again: new Date(now.getTime() - 50_000 + THROTTLE_WINDOW_MS) })
  })

  test('waiting until that moment is enough, and a millisecond less is not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: THROTTLE_WINDOW_MS }), { maxLength: 12 }), (list) => {
        const attempts = list.map(ago)
        const decision = decideAttempt(attempts, 5, now)
        if (decision.may) return
        assert.equal(decideAttempt(attempts, 5, decision.again).may, true)
        assert.equal(decideAttempt(attempts, 5, new Date(decision.again.getTime() - 1)).may, false)
      }),
    )
  })

  for (const [peer, expected] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:0db8:0001::9', '2001:db8:1:0::/64'],
  ] as const)
    test(`${peer} counts as ${expected}`, () => assert.equal(addressOf(peer), expected))
})
