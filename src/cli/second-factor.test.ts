import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secondFactorWaitsFor } from './second-factor.ts'

describe('a second factor may wait', () => {
  const here = { secondFactor: 'required', host: '127.0.0.1', publicUrl: null }
  const demonstration = { demonstration: true, given: false }
  for (const [what, settings, given, expected] of [
    ['with the demonstration on this machine', here, demonstration, 'dekade'],
    ['also under its name', { ...here, publicUrl: 'http://localhost:8720/' }, demonstration, 'dekade'],
    ['not when the setting asks for it', here, { demonstration: true, given: true }, null],
    ['not with an organisation of one’s own', here, { demonstration: false, given: false }, null],
    ['not when others can reach the address', { ...here, host: '0.0.0.0' }, demonstration, null],
    ['not behind an address of the network', { ...here, publicUrl: 'https://waarborg.example' }, demonstration, null],
    ['not at a name that begins like this machine', { ...here, host: '127.0.0.1.example' }, demonstration, null],
  ] as const)
    test(what, () => assert.equal(secondFactorWaitsFor(settings, given), expected))

  for (const [what, settings, given] of [
    ['an organisation of one’s own', { ...here, secondFactor: 'optional' }, { demonstration: false, given: true }],
    ['an open address', { ...here, secondFactor: 'optional', host: '0.0.0.0' }, { demonstration: true, given: true }],
  ] as const)
    test(`asked for with ${what} it is refused at the start`, () =>
      assert.throws(() => secondFactorWaitsFor(settings, given), { code: 'setting_invalid' }))
})
