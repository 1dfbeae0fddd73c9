import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  decideKey,
  decideNewKey,
  formatKey,
  isKeyValid,
  type KeyRow,
  keyHash,
  keyIdFrom,
  keyInHeader,
  keySecretFrom,
  parseKey,
} from './key.ts'

const now = new Date('2026-11-25T12:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const presented = fc.record(
  { keyId: bytes(8).map(keyIdFrom), secret: bytes(32).map(keySecretFrom) },
  { noNullPrototype: true },
)
const one = { keyId: keyIdFrom(new Uint8Array(8).fill(7)), secret: keySecretFrom(new Uint8Array(32).fill(9)) }

describe('the form of a key', () => {
  test('a key is taken apart into what it was made of', () => {
    fc.assert(fc.property(presented, (key) => assert.deepEqual(parseKey(formatKey(key)), key)))
  })

  test('a key has one length and no character that a shell, header or URL changes', () => {
    fc.assert(
      fc.property(presented, (key) => assert.match(formatKey(key), /^wb_[0-9a-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)),
    )
  })

  test('different random bytes give different secrets', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (a, b) =>
        assert.equal(keySecretFrom(a) === keySecretFrom(b), Buffer.compare(a, b) === 0),
      ),
    )
  })

  test('the smallest and the largest secret keep their length', () => {
    assert.equal(keySecretFrom(new Uint8Array(32)), '0'.repeat(43))
    assert.equal(keySecretFrom(new Uint8Array(32).fill(255)).length, 43)
  })

  test('one changed character is noticed without a look in the database', () => {
    fc.assert(
      fc.property(presented, fc.nat(), fc.constantFrom(...'0aZ_é '), (key, at, character) => {
        const text = formatKey(key)
        const i = at % text.length
        fc.pre(text[i] !== character)
        assert.equal(parseKey(text.slice(0, i) + character + text.slice(i + 1)), undefined)
      }),
    )
  })

  const whole = formatKey(one)
  for (const [what, text] of [
    ['empty text', ''],
    ['the prefix alone', 'wb_'],
    ['a key that was cut off', whole.slice(0, -1)],
    ['a key with something after it', `${whole}x`],
    ['a key with a line end', `${whole}\n`],
    ['a key with a space before it', ` ${whole}`],
    ['a key in capitals', whole.toUpperCase()],
    ['a key without its checksum', whole.slice(0, whole.lastIndexOf('_'))],
    ['a key of another product', 'sk-proj-abcdefghijklmnop'],
  ] as const)
    test(`${what} is not a key`, () => assert.equal(parseKey(text), undefined))

  test('the key in an Authorization header is found whatever the case of the scheme', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) assert.deepEqual(keyInHeader(`${scheme} ${whole}`), one)
  })

  test('no header, another scheme, two keys and a very long header hold no key', () => {
    for (const header of [
      undefined,
      '',
      whole,
      `Basic ${whole}`,
      `Bearer ${whole} ${whole}`,
      `Bearer ${'a'.repeat(1_000_000)}`,
    ])
      assert.equal(keyInHeader(header), undefined)
  })
})

describe('whether a key is good now', () => {
  const row = (life: Partial<KeyRow> = {}): KeyRow => ({
    keyId: one.keyId,
    tenant: 't',
    client: 'c',
    system: 's',
    secretHash: keyHash(one.secret),
    expiresAt: null,
    revokedAt: null,
    ...life,
  })
  const right = keyHash(one.secret)
  const wrong = keyHash('another')
  for (const [what, key, hash, expected] of [
    ['a key without end is good', row(), right, 'ok'],
    ['an unknown id is refused', undefined, right, 'unknown_key'],
    ['a wrong secret is refused', row(), wrong, 'unknown_key'],
    ['a revoked key says so to who holds the secret', row({ revokedAt: after(-1) }), right, 'key_revoked'],
    ['a revoked key says nothing to who does not', row({ revokedAt: after(-1) }), wrong, 'unknown_key'],
    [
      'an expired key says nothing to who does not hold the secret',
      row({ expiresAt: after(-1) }),
      wrong,
      'unknown_key',
    ],
    ['a key is good up to the millisecond before its end', row({ expiresAt: after(1) }), right, 'ok'],
    ['a key has expired at its end', row({ expiresAt: now }), right, 'key_expired'],
    ['a key stays revoked when the clock jumps back', row({ revokedAt: after(3_600_000) }), right, 'key_revoked'],
    ['revoked comes before expired', row({ revokedAt: after(-5), expiresAt: after(-9) }), right, 'key_revoked'],
    [
      'a stored hash of no bytes matches nothing',
      row({ secretHash: new Uint8Array() }),
      new Uint8Array(),
      'unknown_key',
    ],
    [
      'a stored hash of zeros matches nothing that is presented',
      row({ secretHash: Buffer.alloc(32) }),
      right,
      'unknown_key',
    ],
  ] as const)
    test(what, () => {
      const decision = decideKey(key, hash, now)
      assert.equal(decision.ok ? 'ok' : decision.refused, expected)
    })

  test('the moment of revocation goes with the refusal', () => {
    assert.deepEqual(decideKey(row({ revokedAt: after(-5) }), right, now), {
      ok: false,
      refused: 'key_revoked',
      at: after(-5),
    })
  })
})

describe('how many keys a system may have', () => {
  const valid = { expiresAt: null, revokedAt: null }
  const revoked = { expiresAt: null, revokedAt: after(-1) }
  const expired = { expiresAt: now, revokedAt: null }
  for (const [what, existing, expected] of [
    ['a first key is given', [], true],
    ['a second key is given, for rotation', [valid], true],
    ['a third key is refused', [valid, valid], false],
    ['keys that were revoked or have expired do not count', [valid, revoked, expired, expired], true],
  ] as const)
    test(what, () => assert.equal(decideNewKey(existing, null, now).may, expected))

  test('a key must end in the future', () => {
    assert.deepEqual(decideNewKey([], now, now), { may: false, refused: 'key_expiry' })
    assert.deepEqual(decideNewKey([], new Date(Number.NaN), now), { may: false, refused: 'key_expiry' })
    assert.equal(decideNewKey([], after(1), now).may, true)
  })

  test('a valid key is one that decideKey lets through', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
        fc.option(fc.integer({ min: -3, max: 0 }), { nil: null }),
        (expires, revokes) => {
          const life = {
            expiresAt: expires === null ? null : after(expires),
            revokedAt: revokes === null ? null : after(revokes),
          }
          const row = {
            keyId: one.keyId,
            tenant: 't',
            client: 'c',
            system: 's',
            secretHash: keyHash(one.secret),
            ...life,
          }
          assert.equal(isKeyValid(life, now), decideKey(row, keyHash(one.secret), now).ok)
        },
      ),
    )
  })
})
