import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { relyingPartyOf } from './passkey.ts'

describe('passkeys are bound to', () => {
  for (const [what, publicUrl, host, expected] of [
    [
      'the name of the public address',
      'https://waarborg.example/',
      '0.0.0.0',
      'waarborg.example https://waarborg.example',
    ],
    ['it with its port', 'https://wb.example:8443', '0.0.0.0', 'wb.example https://wb.example:8443'],
    ['this machine when nothing else is set', null, '127.0.0.1', 'localhost http://localhost:8720'],
    ['this machine by name', 'http://localhost:9000', '127.0.0.1', 'localhost http://localhost:9000'],
    ['nothing over plain http', 'http://waarborg.example', '0.0.0.0', null],
    ['nothing at a bare network address', 'https://192.0.2.1', '0.0.0.0', null],
    ['nothing at a bare IPv6 address', 'https://[2001:db8::1]', '0.0.0.0', null],
    ['nothing when others reach an unnamed address', null, '0.0.0.0', null],
    ['nothing when the address cannot be read', 'waarborg', '127.0.0.1', null],
  ] as const)
    test(what, () => {
      const party = relyingPartyOf({ publicUrl, host, port: 8720 })
      assert.equal(party && `${party.id} ${party.origin}`, expected)
    })
  test('nothing before the server listens', () =>
    assert.equal(relyingPartyOf({ publicUrl: null, host: '127.0.0.1', port: undefined }), null))
})
