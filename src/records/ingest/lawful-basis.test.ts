import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { admitBySource } from './admission.ts'
import { judgeSourceBasis, readSourceBasis, refusesRecording } from './lawful-basis.ts'
import { canonicalJson, type JsonValue } from './strict-json.ts'
import { conversationOf, now, readOne, tools, vcon } from './testing.ts'

type Grant = readonly [purpose: string, granted: boolean]
const body = (grants: readonly Grant[], change: Record<string, unknown> = {}): Record<string, unknown> => ({
  lawful_basis: 'consent',
  expiration: null,
  purpose_grants: grants.map(([purpose, granted]) => ({ purpose, granted, granted_at: '2026-01-01T00:00:00Z' })),
  ...change,
})
const basisOf = (...bodies: readonly unknown[]) =>
  readSourceBasis(
    bodies.map((each, n) => ({ pointer: `/attachments/${n}`, body: each as JsonValue })),
    now,
    tools.sha256,
  )

describe('the ground that a source states', () => {
  const table: readonly (readonly [string, readonly unknown[], string])[] = [
    ['nothing stated', [], 'not_stated'],
    ['granted for this purpose', [body([['service', true]])], 'granted'],
    ['granted in other letters', [body([[' Service ', true]])], 'granted'],
    ['refused for this purpose', [body([['service', false]])], 'denied'],
    [
      'granted once and refused once: the strictest counts',
      [body([['service', true]]), body([['service', false]])],
      'denied',
    ],
    ['only another purpose named', [body([['training', false]])], 'not_stated'],
    ['ended', [body([['service', true]], { expiration: '2026-11-25T11:54:59Z' })], 'expired'],
    [
      'ended less than five minutes ago',
      [body([['service', true]], { expiration: '2026-11-25T11:55:01Z' })],
      'granted',
    ],
    ['everything ended, this purpose not named', [body([], { expiration: '2026-01-01T00:00:00Z' })], 'expired'],
    [
      'one of two ended, this purpose not named',
      [body([], { expiration: '2026-01-01T00:00:00Z' }), body([])],
      'not_stated',
    ],
    [
      'a refusal that ended is still a refusal',
      [body([['service', false]], { expiration: '2026-01-01T00:00:00Z' })],
      'denied',
    ],
    ['as JSON in a string', [JSON.stringify(body([['service', true]]))], 'granted'],
    ['no text that can be read', ['{'], 'unreadable'],
    ['a basis the law does not know', [body([['service', true]], { lawful_basis: 'gewoonte' })], 'unreadable'],
    ['an end that cannot be read', [body([['service', true]], { expiration: 'ooit' })], 'unreadable'],
    ['no end given', [body([['service', true]], { expiration: undefined })], 'unreadable'],
    ['a grant that is neither yes nor no', [body([['service', 'ja' as unknown as boolean]])], 'unreadable'],
    ['one readable and one not', [body([['service', true]]), 'x'], 'unreadable'],
    [
      'a hash of another kind',
      [body([['service', true]], { content_hash: { algorithm: 'md5', canonicalization: 'jcs', value: '00' } })],
      'unreadable',
    ],
    [
      'a hash that differs',
      [body([['service', true]], { content_hash: { algorithm: 'sha-256', canonicalization: 'jcs', value: '00' } })],
      'unreadable',
    ],
  ]
  for (const [name, bodies, verdict] of table)
    test(`${name}: ${verdict}`, () =>
      assert.equal(judgeSourceBasis(basisOf(...bodies), 'service', now).verdict, verdict))

  test('a hash that fits is believed', () => {
    const plain = body([['service', true]])
    const value = tools.sha256(canonicalJson(JSON.parse(JSON.stringify(plain))))
    assert.equal(
      judgeSourceBasis(
        basisOf({ ...plain, content_hash: { algorithm: 'sha-256', canonicalization: 'jcs', value } }),
        'service',
        now,
      ).verdict,
      'granted',
    )
  })

  test('only a refusal of recording keeps words out', () => {
    assert.equal(refusesRecording(basisOf(body([['recording', false]]))), true)
    assert.equal(refusesRecording(basisOf(body([['recording', true]]))), false)
    assert.equal(refusesRecording(undefined), false)
  })
})

describe('what may become of a conversation by its own words', () => {
  const attachment = (grants: readonly Grant[]) => ({
    attachments: [
      {
        purpose: 'lawful_basis',
        start: '2026-03-01T10:00:00Z',
        party: 0,
        dialog: 0,
        encoding: 'json',
        body: body(grants),
      },
    ],
  })
  const table: readonly (readonly [string, Record<string, unknown>, unknown])[] = [
    ['nothing against it', {}, { admit: 'take' }],
    [
      'recording refused, whatever else is granted',
      attachment([
        ['recording', false],
        ['service', true],
      ]),
      { admit: 'refuse', code: 'no_recording' },
    ],
    ['an objection', { meta: { objection: true } }, { admit: 'refuse', code: 'objected' }],
    ['this purpose refused', attachment([['service', false]]), { admit: 'hold', reason: 'source_denied' }],
    ['granted: the register still decides', attachment([['service', true]]), { admit: 'take' }],
  ]
  for (const [name, change, expected] of table)
    test(name, () => assert.deepEqual(admitBySource(conversationOf(readOne(vcon(change))), 'service', now), expected))
})
