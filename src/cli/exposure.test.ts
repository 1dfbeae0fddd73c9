import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSettings, SettingError } from '../platform/settings.ts'
import { requireTls } from './application/exposure.ts'

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
