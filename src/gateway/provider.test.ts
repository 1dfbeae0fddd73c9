import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressRefused, isPrivateAddress, providerRefused, type Upstream } from './provider.ts'

describe('an address', () => {
  const cases: readonly (readonly [string, string | null, string | null])[] = [
    // address, refused, refused when the register allows the own network
    ['https://api.voorbeeld.example/v1', null, null],
    ['http://127.0.0.1:8000/v1', null, null],
    ['http://localhost:8000', null, null],
    ['http://[::1]:8000', null, null],
    ['http://api.voorbeeld.example', 'address_not_https', null],
    ['https://10.1.2.3', 'address_private', null],
    ['http://10.1.2.3', 'address_private', null],
    ['https://192.168.1.1', 'address_private', null],
    ['https://172.16.0.1', 'address_private', null],
    ['https://172.32.0.1', null, null],
    ['https://169.254.169.254/latest/meta-data', 'address_private', null],
    ['https://[fe80::1]', 'address_private', null],
    ['https://[fd00::1]', 'address_private', null],
    ['https://[::ffff:10.0.0.1]', 'address_private', null],
    ['https://[::ffff:a00:1]', 'address_private', null],
    ['https://[64:ff9b::a00:1]', 'address_private', null],
    ['https://[2002:a00:1::]', 'address_private', null],
    ['https://0.0.0.0', 'address_private', null],
    // The URL standard reads these as 10.0.0.1.
    ['https://167772161', 'address_private', null],
    ['https://0x0a000001', 'address_private', null],
    ['https://012.0.0.1', 'address_private', null],
    ['https://name:pass@api.voorbeeld.example', 'address_with_password', 'address_with_password'],
    ['ftp://api.voorbeeld.example', 'address_malformed', 'address_malformed'],
    ['file:///etc/passwd', 'address_malformed', 'address_malformed'],
    ['api.voorbeeld.example', 'address_malformed', 'address_malformed'],
    ['', 'address_malformed', 'address_malformed'],
  ]
  for (const [address, refused, allowed] of cases)
    test(`${address || 'none'}: ${refused ?? 'fine'}`, () => {
      assert.equal(addressRefused(address, false), refused)
      assert.equal(addressRefused(address, true), allowed)
    })
})

test('what a name leads to is private or not, at the edges of each range', () => {
  const edges: readonly (readonly [string, boolean])[] = [
    ['9.255.255.255', false],
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['100.63.255.255', false],
    ['100.64.0.0', true],
    ['100.127.255.255', true],
    ['100.128.0.0', false],
    ['172.15.255.255', false],
    ['172.31.255.255', true],
    ['198.17.255.255', false],
    ['198.18.0.0', true],
    ['198.20.0.0', false],
    ['223.255.255.255', false],
    ['224.0.0.0', true],
    ['2a00::1', false],
    ['2001:db8::1', true],
    ['2001:4860::1', false],
    ['ff02::1', true],
    ['::', true],
  ]
  for (const [address, isPrivate] of edges) assert.equal(isPrivateAddress(address), isPrivate, address)
})

describe('the lists of a client', () => {
  const upstream: Upstream = {
    id: 'u',
    builtin: null,
    baseUrl: 'https://api.voorbeeld.example/v1',
    keyRef: null,
    provider: { name: 'Voorbeeld', region: 'EU' },
    options: {},
  }
  const cases: readonly (readonly [object, string | null])[] = [
    [{}, null],
    [{ providers: ['Voorbeeld'] }, null],
    [{ providers: ['Ander'] }, 'provider_not_listed'],
    [{ providers: [] }, 'provider_not_listed'],
    [{ regions: ['EU'] }, null],
    [{ regions: ['US'] }, 'region_not_listed'],
    [{ providers: ['Voorbeeld'], regions: [] }, 'region_not_listed'],
  ]
  for (const [policy, refused] of cases)
    test(`${JSON.stringify(policy)}: ${refused ?? 'fine'}`, () =>
      assert.equal(providerRefused(upstream, policy), refused))

  test('an upstream of our own has no address to refuse', () => {
    assert.equal(providerRefused({ ...upstream, builtin: 'assistant', baseUrl: null }, {}), null)
  })
})
