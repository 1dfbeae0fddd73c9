import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ProcessorTerms } from '../records/contract.ts'
import { handsOver, upstreamTermsProblem } from '../records/rules.ts'
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

const now = new Date('2026-11-25T12:00:00Z')
const terms: ProcessorTerms = {
  agreement: { reference: 'VWO-1', signedOn: '2026-01-01T00:00:00Z' },
  country: 'NL',
  subProcessors: [],
  retentionDays: 0,
  trainsOnData: false,
  reviewedAt: '2026-10-01T00:00:00Z',
}

describe('the lists of a client', () => {
  const upstream: Upstream = {
    id: 'u',
    builtin: null,
    baseUrl: 'https://api.voorbeeld.example/v1',
    keyRef: null,
    provider: { name: 'Voorbeeld', region: 'EU', terms },
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
      assert.equal(providerRefused(upstream, policy, ['u'], now), refused))

  test('complete terms are needed once they are on the lists, and an address is looked at first', () => {
    const bare = { ...upstream, provider: { name: 'Voorbeeld', region: 'EU' } }
    assert.equal(providerRefused(bare, {}, ['u'], now), 'terms_missing')
    assert.equal(providerRefused(bare, { regions: [] }, ['u'], now), 'region_not_listed')
    assert.equal(providerRefused({ ...bare, baseUrl: 'http://10.0.0.1/v1' }, {}, ['u'], now), 'address_private')
    const trains = { ...terms, trainsOnData: true }
    const trained = { ...bare, provider: { name: 'x', terms: trains } }
    assert.equal(providerRefused(trained, {}, ['u'], now), 'training_not_excluded')
  })

  test('an upstream of our own has no address to refuse', () => {
    assert.equal(providerRefused({ ...upstream, builtin: 'assistant', baseUrl: null }, {}, null, now), null)
  })
})

describe('the list of a purpose', () => {
  const supplier: Upstream = {
    id: 'u',
    builtin: null,
    baseUrl: 'https://api.voorbeeld.example/v1',
    keyRef: null,
    provider: { name: 'Voorbeeld', terms },
    options: {},
  }
  const own: Upstream = { ...supplier, builtin: 'assistant', baseUrl: null, provider: { name: 'Eigen' } }
  const near: Upstream = { ...supplier, baseUrl: 'http://127.0.0.1:8000/v1', provider: { name: 'Eigen' } }
  const passedOn: Upstream = { ...near, provider: { name: 'Doorgeefluik', terms } }
  const hosted: Upstream = { ...supplier, provider: { name: 'Eigen' }, options: { selfHosted: true } }
  const cases: readonly (readonly [string, Upstream, readonly string[] | null, string | null])[] = [
    ['a supplier that it names', supplier, ['x', 'u'], null],
    ['a supplier that it does not name', supplier, ['x'], 'upstream_not_named'],
    ['a supplier, and no list', supplier, null, 'upstream_not_named'],
    ['a supplier, and an empty list', supplier, [], 'upstream_not_named'],
    ['a name that only begins the same', supplier, ['uu'], 'upstream_not_named'],
    ['a built-in upstream, and no list', own, null, null],
    ['a built-in upstream that the list leaves out', own, ['x'], 'upstream_not_named'],
    ['a built-in upstream, and an empty list', own, [], 'upstream_not_named'],
    ['a server on this machine, and no list', near, null, null],
    ['a server of the organisation, and no list', hosted, null, null],
    ['a server on this machine that passes calls on, and no list', passedOn, null, 'upstream_not_named'],
  ]
  for (const [name, upstream, named, refused] of cases)
    test(`${name}: ${refused ?? 'fine'}`, () => assert.equal(providerRefused(upstream, {}, named, now), refused))

  const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined })
  const anyTerms = fc
    .record({
      agreement: maybe(terms.agreement!),
      country: fc.constantFrom(undefined, 'NL', 'US'),
      transfer: maybe({ ground: 'scc', reference: 'x' } as const),
      subProcessors: fc.constantFrom(undefined, [], [{ name: 'a', country: 'US' }]),
      retentionDays: maybe(0),
      trainsOnData: fc.constantFrom(undefined, true, false),
      reviewedAt: fc.constantFrom(undefined, '2024-01-01T00:00:00Z', '2026-10-01T00:00:00Z'),
    })
    .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as ProcessorTerms)
  const anyUpstream = fc.record({
    id: fc.constantFrom('u', 'v'),
    builtin: fc.constantFrom(null, null, null, 'assistant' as const),
    baseUrl: fc.constantFrom('https://api.voorbeeld.example/v1', 'http://localhost/v1', 'https://10.0.0.1/v1'),
    keyRef: fc.constant(null),
    provider: fc.record({
      name: fc.constantFrom('A', 'B'),
      terms: fc.oneof(fc.constant(undefined), fc.constant(terms), anyTerms),
    }),
    options: fc.constantFrom({}, { selfHosted: true }),
  })
  const anyList = fc.oneof(fc.constant(null), fc.uniqueArray(fc.constantFrom('u', 'v', 'w')))
  const anyPolicy = fc.constantFrom<{ providers?: string[] }>({}, { providers: ['A'] })

  test('whatever it names, no call passes whose terms are incomplete', () => {
    let passed = 0
    fc.assert(
      fc.property(anyUpstream, anyPolicy, anyList, (upstream, policy, named) => {
        if (providerRefused(upstream, policy, named, now) !== null) return
        passed++
        assert.equal(upstreamTermsProblem(upstream, now), null)
        assert.ok(named === null ? !handsOver(upstream) : named.includes(upstream.id))
      }),
      { seed: 30, numRuns: 5_000 },
    )
    assert.ok(passed > 100, `${passed} passed`)
  })

  test('one more name changes what calls to that one get, and no other', () => {
    fc.assert(
      fc.property(
        anyUpstream,
        anyPolicy,
        fc.uniqueArray(fc.constantFrom('u', 'v')),
        fc.constantFrom('u', 'v', 'w'),
        (upstream, policy, named, more) => {
          const [before, after] = [named, [...named, more]].map((list) =>
            providerRefused(upstream, policy, list, now),
          ) as [string | null, string | null]
          if (upstream.id !== more) assert.equal(after, before)
          if (before === null) assert.equal(after, null)
        },
      ),
      { seed: 31, numRuns: 2_000 },
    )
  })
})
