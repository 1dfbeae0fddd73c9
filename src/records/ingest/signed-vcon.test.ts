import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bytesOf, codesOf, conversationOf, makeSigner, problemOf, readOne, signed, text, vcon } from './testing.ts'

const signer = makeSigner()

describe('a signed vCon', () => {
  for (const algorithm of ['ES256', 'RS256'] as const)
    test(`whose ${algorithm} signature fits is read from its payload`, () => {
      const conversation = conversationOf(readOne(signed(vcon(), makeSigner({ algorithm }))))
      assert.equal(conversation.signature?.state, 'valid')
      assert.equal(conversation.signature?.algorithm, algorithm)
      assert.match(conversation.signature?.certificate ?? '', /^[0-9a-f]{64}$/)
      assert.equal(conversation.grade, 'conformant')
      assert.equal(conversation.contentHash, conversationOf(readOne(vcon())).contentHash)
    })

  test('with a gzipped payload is read the same', () => {
    const conversation = conversationOf(readOne(signed(undefined, signer, { payload: gzipSync(bytesOf(vcon())) })))
    assert.equal(conversation.signature?.state, 'valid')
    assert.equal(conversation.turns.length, 2)
  })

  test('that was signed again for the archive is read through all layers', () => {
    const conversation = conversationOf(readOne(signed(signed(vcon(), signer), makeSigner({ name: 'Archief' }))))
    assert.equal(conversation.signature?.state, 'valid')
    assert.equal(conversation.turns.length, 2)
  })

  test('with clear fields beside the payload: only what was signed is read', () => {
    const trap = {
      ...signed(vcon(), signer),
      dialog: [text('2026-03-01T10:00:00Z', 0, 'dit is nooit gezegd')],
      parties: [{ name: 'Vervalst' }],
    }
    const conversation = conversationOf(readOne(trap))
    assert.ok(!JSON.stringify(conversation).includes('nooit gezegd'))
    assert.ok(!JSON.stringify(conversation.parties).includes('Vervalst'))
    assert.deepEqual(conversation.deviations, [
      { code: 'clear_fields_ignored', pointer: '', detail: 'dialog, parties' },
    ])
  })

  const tampered = () => {
    const value = signed(vcon(), signer)
    return { ...value, payload: bytesOf(vcon({ subject: 'veranderd' })).toString('base64url') }
  }
  const parent = makeSigner({ name: 'Boven' })
  const child = makeSigner({ name: 'Onder', issuer: parent })
  const table: readonly (readonly [string, unknown, string])[] = [
    ['another payload than was signed', tampered(), 'signature_wrong'],
    [
      'the key of somebody else',
      signed(vcon(), { ...makeSigner(), certificate: signer.certificate }),
      'signature_wrong',
    ],
    ['no algorithm that proves anything', signed(vcon(), signer, { guarded: { alg: 'none' } }), 'algorithm_refused'],
    ['a shared secret', signed(vcon(), signer, { guarded: { alg: 'HS256' } }), 'algorithm_refused'],
    ['an algorithm of another kind of key', signed(vcon(), signer, { guarded: { alg: 'RS256' } }), 'algorithm_refused'],
    [
      'the algorithm in the open header only',
      signed(vcon(), signer, { guarded: { alg: undefined }, header: { alg: 'ES256' } }),
      'algorithm_refused',
    ],
    ['a header that must be known', signed(vcon(), signer, { guarded: { crit: ['exp'], exp: 1 } }), 'critical_header'],
    ['no certificate', signed(vcon(), signer, { guarded: { x5c: undefined } }), 'certificate_missing'],
    [
      'a certificate in the open header only',
      signed(vcon(), signer, { guarded: { x5c: undefined }, header: { x5c: [signer.certificate] } }),
      'certificate_unprotected',
    ],
    [
      'a certificate at an address',
      signed(vcon(), signer, { guarded: { x5c: undefined, x5u: 'https://a.example/c' } }),
      'certificate_by_url',
    ],
    ['a certificate that is none', signed(vcon(), signer, { guarded: { x5c: ['AAAA'] } }), 'certificate_unreadable'],
    ['a certificate out of date', signed(vcon(), makeSigner({ until: '20260101000000Z' })), 'certificate_expired'],
    [
      'certificates that do not belong together',
      signed(vcon(), child, { guarded: { x5c: [child.certificate, signer.certificate] } }),
      'chain_broken',
    ],
    ['another uuid in its protected header', signed(vcon(), signer, { guarded: { uuid: 'x' } }), 'uuid_differs'],
    ['another uuid in its open header', signed(vcon(), signer, { header: { uuid: 'x' } }), 'uuid_differs'],
    ['no signature', { ...signed(vcon(), signer), signatures: [] }, 'signature_missing'],
    [
      'a protected header that is no JSON',
      { ...signed(vcon(), signer), signatures: [{ protected: 'AAAA', signature: 'AAAA' }] },
      'header_unreadable',
    ],
  ]
  for (const [name, value, reason] of table)
    test(`with ${name} is unverified: ${reason}`, () => {
      const conversation = conversationOf(readOne(value))
      assert.equal(conversation.signature?.state, 'unverified')
      assert.equal(conversation.signature?.reason, reason)
      assert.equal(conversation.grade, 'unverified')
      assert.ok(codesOf(conversation).includes('signature_unverified'))
    })

  test('with a chain that fits and the same uuid in its header is valid', () => {
    const value = signed(vcon(), child, {
      guarded: { x5c: [child.certificate, parent.certificate], uuid: vcon().uuid },
    })
    assert.equal(conversationOf(readOne(value)).signature?.state, 'valid')
  })

  test('of two signatures the bad one counts', () => {
    const good = signed(vcon(), signer)
    const signatures = good.signatures as Record<string, unknown>[]
    assert.equal(
      conversationOf(readOne({ ...good, signatures: [...signatures, { ...signatures[0], signature: 'AAAA' }] }))
        .signature?.reason,
      'signature_wrong',
    )
  })

  test('with the same name in both headers says so and goes by the protected one', () => {
    const conversation = conversationOf(readOne(signed(vcon(), signer, { header: { alg: 'none', x5c: ['AAAA'] } })))
    assert.equal(conversation.signature?.state, 'valid')
    assert.deepEqual(codesOf(conversation), ['header_names_shared'])
  })

  test('in the flattened form is read and the form is listed', () => {
    const { payload, signatures } = signed(vcon(), signer) as { payload: string; signatures: Record<string, unknown>[] }
    const conversation = conversationOf(readOne({ payload, ...signatures[0] }))
    assert.equal(conversation.signature?.state, 'valid')
    assert.deepEqual(codesOf(conversation), ['jws_flattened'])
  })

  test('that says one name twice is refused, inside or outside', () => {
    const inside = signed(undefined, signer, {
      payload: Buffer.from(JSON.stringify(vcon()).replace('"created_at"', '"uuid":"x","created_at"')),
    })
    assert.deepEqual(
      [problemOf(readOne(inside)).code, problemOf(readOne(inside)).pointer],
      ['json_duplicate_key', '/payload/uuid'],
    )
    const outside = JSON.stringify(signed(vcon(), signer)).replace('{', '{"payload":"AAAA",')
    assert.equal(problemOf(readOne(outside)).code, 'json_duplicate_key')
    const unsigned = JSON.stringify(vcon()).replace(
      '"created_at"',
      '"uuid":"01970000-0000-8000-8000-00000000000b","created_at"',
    )
    assert.deepEqual(codesOf(conversationOf(readOne(unsigned))), ['duplicate_key'])
  })

  const unreadable: readonly (readonly [string, unknown, string])[] = [
    ['no base64', '***', 'signed_payload_unreadable'],
    ['no JSON', Buffer.from('hallo').toString('base64url'), 'signed_payload_unreadable'],
    ['a number', 7, 'signed_payload_unreadable'],
    ['a list', Buffer.from('[]').toString('base64url'), 'signed_payload_unreadable'],
    ['too deep', Buffer.from('['.repeat(70)).toString('base64url'), 'json_too_deep'],
    ['a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64url'), 'gzip_too_much'],
    ['damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]).toString('base64url'), 'gzip_damaged'],
    ['an empty object', Buffer.from('{}').toString('base64url'), 'uuid_missing'],
  ]
  for (const [name, payload, code] of unreadable)
    test(`whose payload is ${name} is refused with ${code}`, () =>
      assert.equal(problemOf(readOne({ ...signed(vcon(), signer), payload })).code, code))
})

describe('an encrypted vCon', () => {
  const jwe = {
    protected: 'eyJhbGciOiJSU0EtT0FFUCJ9',
    unprotected: { uuid: 'geclaimd' },
    recipients: [{ encrypted_key: 'x' }],
    iv: 'x',
    ciphertext: 'x',
    tag: 'x',
  }

  test('is kept sealed with its hash and not read', () => {
    const conversation = conversationOf(readOne(jwe))
    assert.equal(conversation.grade, 'sealed')
    assert.deepEqual(conversation.sealed?.bytes, bytesOf(jwe))
    assert.equal(conversation.idempotencyKey, `vcon:sealed:${conversation.sealed?.sha256}`)
    assert.deepEqual([conversation.turns, conversation.parties], [[], []])
  })

  test('with clear fields beside it or signed around it is sealed all the same', () => {
    assert.equal(conversationOf(readOne({ ...jwe, ...vcon() })).grade, 'sealed')
    assert.equal(conversationOf(readOne(signed(jwe, signer))).grade, 'sealed')
  })
})
