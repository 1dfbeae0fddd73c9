import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readSettings, SettingError } from '../platform/settings.ts'
import { portalHostOf, requireTls, unsetForProduction } from './application/exposure.ts'

describe('a start', () => {
  const tls = { tlsCertificate: 'c.pem', tlsKey: 'k.pem' }
  for (const [what, given, refused] of [
    ['on this machine', {}, undefined],
    ['on this machine by name', { host: 'localhost' }, undefined],
    ['on this machine, with its own address as the public one', { publicUrl: 'http://localhost:8720' }, undefined],
    ['behind a proxy with TLS', { host: '0.0.0.0', publicUrl: 'https://waarborg.example' }, undefined],
    ['with TLS of its own', { host: '0.0.0.0', publicUrl: 'https://waarborg.example', ...tls }, undefined],
    ['on the network without TLS, on purpose', { host: '0.0.0.0', plainHttp: true }, undefined],
    ['at a plain public address, on purpose', { publicUrl: 'http://waarborg.example', plainHttp: true }, undefined],
    ['on the network without TLS', { host: '0.0.0.0' }, 'WAARBORG_HOST'],
    ['on the network without TLS, in IPv6', { host: '::' }, 'WAARBORG_HOST'],
    [
      'on the network, told that it is this machine',
      { host: '0.0.0.0', publicUrl: 'http://localhost:8720' },
      'WAARBORG_HOST',
    ],
    ['at a plain public address', { publicUrl: 'http://waarborg.example' }, 'WAARBORG_PUBLIC_URL'],
    ['at a public address that is none', { publicUrl: 'waarborg.example' }, 'WAARBORG_PUBLIC_URL'],
    ['with a certificate and no key', { tlsCertificate: 'c.pem' }, 'WAARBORG_TLS_CERTIFICATE'],
    ['with a key and no certificate', { tlsKey: 'k.pem' }, 'WAARBORG_TLS_CERTIFICATE'],
    ['with TLS of its own and no address', { ...tls }, 'WAARBORG_PUBLIC_URL'],
  ] as const)
    test(`${what} is ${refused ? 'refused' : 'fine'}`, () => {
      const settings = { ...readSettings({}), ...given }
      const start = () => requireTls(settings, settings.host)
      if (refused === undefined) start()
      else assert.throws(start, (error: unknown) => error instanceof SettingError && error.setting === refused)
    })
})

describe('an address of their own for customers', () => {
  const publicUrl = 'https://waarborg.example'
  for (const [what, given, expected] of [
    ['is none by default', {}, null],
    ['is a name', { publicUrl, portalUrl: 'https://mijn.example/' }, 'mijn.example'],
    ['may have a port', { publicUrl, portalUrl: 'https://mijn.example:8443' }, 'mijn.example:8443'],
    ['is not that of staff', { publicUrl, portalUrl: 'https://waarborg.example' }, undefined],
    ['is not that of staff on another port', { publicUrl, portalUrl: 'https://waarborg.example:8443' }, undefined],
    ['is not less protected', { publicUrl, portalUrl: 'http://mijn.example' }, undefined],
    ['is not a path', { publicUrl, portalUrl: 'https://mijn.example/klant' }, undefined],
    ['is an address', { publicUrl, portalUrl: 'mijn.example' }, undefined],
    ['stands beside that of staff', { portalUrl: 'https://mijn.example' }, undefined],
  ] as const)
    test(what, () => {
      const settings = { ...readSettings({}), ...given }
      if (expected !== undefined) assert.equal(portalHostOf(settings), expected)
      else
        assert.throws(
          () => portalHostOf(settings),
          (error: unknown) => error instanceof SettingError && error.setting === 'WAARBORG_PORTAL_URL',
        )
    })
})

test('what production asks for is named until it is set, and docs/howto/production.md asks for the same', () => {
  const defaults = readSettings({})
  const asked = ['WAARBORG_PUBLIC_URL', 'WAARBORG_PORTAL_URL', 'WAARBORG_TRUSTED_PROXIES', 'WAARBORG_LEAKED_PASSWORDS']
  assert.deepEqual(unsetForProduction(defaults), asked)
  assert.deepEqual(unsetForProduction({ ...defaults, publicUrl: 'http://localhost:8720' }), asked)
  const set = {
    ...defaults,
    publicUrl: 'https://waarborg.example',
    portalUrl: 'https://mijn.example',
    leakedPasswords: '/srv/pwned.txt',
  }
  assert.deepEqual(unsetForProduction({ ...set, trustedProxies: '10.0.0.2' }), [])
  assert.deepEqual(unsetForProduction({ ...set, tlsCertificate: 'c.pem' }), [])
  const page = readFileSync(join(import.meta.dirname, '../../docs/howto/production.md'), 'utf8')
  const list = page.slice(page.indexOf('## What to set'), page.indexOf('## Your own PostgreSQL'))
  assert.deepEqual([...new Set(list.match(/WAARBORG_(PUBLIC|PORTAL|TRUSTED|LEAKED)_\w+/g))], asked)
})
