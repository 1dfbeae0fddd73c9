import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readMoment, yearsLater } from './moment.ts'

const now = new Date('2026-11-25T12:00:00.000Z')

describe('times in an organisation file', () => {
  for (const [written, instant] of [
    ['-90d', '2026-08-27T12:00:00.000Z'],
    ['+4h', '2026-11-25T16:00:00.000Z'],
    ['+30m', '2026-11-25T12:30:00.000Z'],
    ['-0d', '2026-11-25T12:00:00.000Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2027-01-31T09:00:00+01:00', '2027-01-31T08:00:00.000Z'],
    ['2027-01-31T09:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00:00.123Z', '2027-01-31T09:00:00.123Z'],
  ] as const)
    test(`${written} is ${instant}`, () => assert.equal(readMoment(written, now)?.at.toISOString(), instant))

  for (const written of [
    '',
    '90d',
    '-90',
    '+1y',
    '+1w',
    '-d',
    '+100000d',
    '2027-02-30',
    '2026-02-29',
    '2027-13-01',
    '2027-01-31T09:00:00',
    '31-01-2027',
    '2027-1-31',
    'tomorrow',
    '2027-01-31T25:00:00Z',
    ' +4h',
  ])
    test(`«${written}» is not a time`, () => assert.equal(readMoment(written, now), undefined))

  test('what is relative is remembered as it was written, what is not is not', () => {
    assert.equal(readMoment('-90d', now)?.raw, '-90d')
    assert.equal(readMoment('2027-01-31', now)?.raw, null)
  })

  test('any instant reads back as itself', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), (at) =>
        assert.equal(readMoment(at.toISOString(), now)?.at.getTime(), at.getTime()),
      ),
    )
  })

  test('two years after 29 February is 28 February', () =>
    assert.equal(yearsLater(new Date('2028-02-29T10:00:00Z'), 2).toISOString(), '2030-02-28T10:00:00.000Z'))
  test('two years later is the same day and time', () =>
    assert.equal(yearsLater(now, 2).toISOString(), '2028-11-25T12:00:00.000Z'))
})
