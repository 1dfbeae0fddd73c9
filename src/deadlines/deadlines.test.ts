import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { addMonths, dayIn, dutchHolidays, easter, hoursAfter, isWorkingDay, monthsAfter } from './index.ts'

type Vector = { id: string; rule: string; event: string; strict: string; latest: string; note: string }
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../testdata/vectors/deadlines/gdpr.json'), 'utf8'),
) as Vector[]
const months: Record<string, number> = { 'gdpr.12.3.month': 1, 'gdpr.12.3.month+2': 3 }

describe('terms of law', () => {
  for (const { id, rule, event, strict, latest, note } of vectors)
    test(`${id}: ${note}`, () => {
      const n = months[rule]
      if (n === undefined) assert.equal(hoursAfter(new Date(event), 72).toISOString(), strict)
      else assert.deepEqual(monthsAfter(new Date(`${event}T12:00:00Z`), n, 'Europe/Amsterdam'), { strict, latest })
    })

  test('Easter falls as published', () => {
    for (const day of ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2038-04-25', '2285-03-22'])
      assert.equal(easter(Number(day.slice(0, 4))), day)
  })

  test('the nine days off of 2027, and the King on a Saturday when the 27th is a Sunday', () => {
    assert.deepEqual([...dutchHolidays(2027)].sort(), [
      '2027-01-01',
      '2027-03-26',
      '2027-03-29',
      '2027-04-27',
      '2027-05-05',
      '2027-05-06',
      '2027-05-17',
      '2027-12-25',
      '2027-12-26',
    ])
    assert.ok(dutchHolidays(2031).has('2031-04-26') && !dutchHolidays(2031).has('2031-04-27'))
  })

  test('the day is the one in the time zone of the client', () => {
    assert.equal(dayIn(new Date('2026-11-30T23:30:00Z'), 'Europe/Amsterdam'), '2026-12-01')
    assert.equal(dayIn(new Date('2026-11-30T22:30:00Z'), 'Europe/Amsterdam'), '2026-11-30')
  })

  test('a month never ends in the month after, and the roll never goes back', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 36 }),
        (at, n) => {
          const day = dayIn(at, 'UTC')
          const end = addMonths(day, n)
          const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
          assert.equal(months(end) - months(day), n)
          assert.ok(end.slice(8) <= day.slice(8))
          const { strict, latest } = monthsAfter(at, n, 'UTC')
          assert.ok(latest >= strict && isWorkingDay(latest))
          assert.equal(isWorkingDay(strict), strict === latest)
        },
      ),
    )
  })
})
