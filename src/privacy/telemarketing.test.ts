import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UseDecision } from './consent.ts'
import { type DialFacts, decideDial, telephoneNumber } from './telemarketing.ts'

const yes: UseDecision = { use: 'allowed', basis: 'consent', consent: 'e1' }
const no = (reason: 'never_given' | 'refused' | 'withdrawn' | 'expired'): UseDecision => ({
  use: 'refused',
  code: reason === 'withdrawn' ? 'consent_withdrawn' : 'consent_missing',
  reason,
})

describe('may this number be called to sell something', () => {
  const base: DialFacts = { objected: false, number: true, use: yes, isCustomer: false, exception: undefined }
  const cases: readonly (readonly [string, Partial<DialFacts>, string])[] = [
    ['with consent', {}, 'allowed consent'],
    ['no number', { number: false }, 'consent_missing number_missing'],
    ['do not call me, said before or after consent', { objected: true }, 'objected call_objection'],
    ['never asked', { use: no('never_given') }, 'consent_missing never_given'],
    [
      'a customer of a shop: since 1 July 2026 no longer',
      { use: no('never_given'), isCustomer: true },
      'consent_missing never_given',
    ],
    [
      'a donor of a charity',
      { use: no('never_given'), isCustomer: true, exception: 'charity' },
      'allowed customer_relation',
    ],
    [
      'a charity that calls a stranger',
      { use: no('never_given'), exception: 'charity' },
      'consent_missing never_given',
    ],
    [
      'a reader of a newspaper who said no',
      { use: no('refused'), isCustomer: true, exception: 'newspaper' },
      'consent_missing refused',
    ],
    [
      'a donor who withdrew',
      { use: no('withdrawn'), isCustomer: true, exception: 'charity' },
      'consent_withdrawn withdrawn',
    ],
    [
      'a donor whose consent ran out',
      { use: no('expired'), isCustomer: true, exception: 'charity' },
      'consent_missing expired',
    ],
    [
      'a donor who said: do not call me',
      { objected: true, isCustomer: true, exception: 'charity' },
      'objected call_objection',
    ],
  ]
  for (const [name, facts, expected] of cases)
    test(`${name}: ${expected}`, () => {
      const decision = decideDial({ ...base, ...facts })
      assert.equal(
        decision.dial === 'allowed' ? `allowed ${decision.ground}` : `${decision.code} ${decision.reason}`,
        expected,
      )
    })
})

test('one number has one form, however it is written', () => {
  for (const written of ['06 12345678', '+31 6 1234 5678', '0031612345678', '+31(0)6-12345678', '06.1234.5678'])
    assert.equal(telephoneNumber(written, 'NL'), '+31612345678', written)
  assert.equal(telephoneNumber('0470 12 34 56', 'BE'), '+32470123456')
  for (const wrong of [
    '',
    '12',
    'zes',
    '06 1234x678',
    '612345678',
    '+0612345678',
    '06123456789012345678',
    '0612345678',
  ])
    assert.equal(telephoneNumber(wrong, wrong === '0612345678' ? 'XX' : 'NL'), undefined, wrong)
})
