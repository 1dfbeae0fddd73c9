import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isBsn, isIban, isLuhn, isNhs, isRijksregister, isSteuerId } from './checksum.ts'

describe('check digits', () => {
  const cases: readonly (readonly [check: (digits: string) => boolean, value: string, valid: boolean])[] = [
    [isBsn, '111222333', true],
    [isBsn, '999996009', true],
    [isBsn, '999996008', false],
    [isBsn, '000000000', false],
    [isBsn, '1112223', false],
    [isBsn, '1112223334', false],
    [isLuhn, '4111111111111111', true],
    [isLuhn, '4111111111111112', false],
    [isLuhn, '6011111111111117', true],
    [isLuhn, '0000000000000000', false],
    [isLuhn, '41111111111', false],
    [isIban, 'NL91ABNA0417164300', true],
    [isIban, 'NL92ABNA0417164300', false],
    [isIban, 'GB82WEST12345698765432', true],
    [isIban, 'NL91', false],
    [isIban, '', false],
    [isRijksregister, '85073003328', true],
    [isRijksregister, '85073003329', false],
    [isRijksregister, '17073003384', true],
    [isRijksregister, '00000000097', false],
    [isRijksregister, '8507300332', false],
    [isSteuerId, '86095742719', true],
    [isSteuerId, '86095742718', false],
    [isSteuerId, '06095742719', false],
    [isNhs, '9434765919', true],
    [isNhs, '9434765918', false],
    [isNhs, '0000000000', false],
  ]
  for (const [check, value, valid] of cases)
    test(`${check.name} says ${valid ? 'yes' : 'no'} to “${value}”`, () => assert.equal(check(value), valid))

  test('one wrong digit is always noticed', () => {
    const change = fc.record({ at: fc.nat(15), by: fc.integer({ min: 1, max: 9 }) })
    fc.assert(
      fc.property(change, ({ at, by }) => {
        const digits = [...'4111111111111111']
        digits[at] = String((Number(digits[at]) + by) % 10)
        assert.equal(isLuhn(digits.join('')), false)
      }),
    )
  })
})
