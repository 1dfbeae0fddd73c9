import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  AMSTERDAM,
  addDays,
  addMonths,
  dayIn,
  dueOf,
  dutchHolidays,
  easter,
  findRule,
  isWorkingDay,
  localTime,
  type Roll,
  readMoment,
  type Start,
  type Term,
  TimeNeeded,
  termRule,
  termRules,
} from './index.ts'
import { daysAfter } from './term.ts'

type Vector = { id: string; rule: string; event: string; strict: string; latest: string; note: string }
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../testdata/vectors/deadlines/due.json'), 'utf8'),
) as Vector[]

const startOf = (text: string): Start => {
  const read = readMoment(text, 'Europe/Amsterdam')
  assert.ok(read.ok)
  return read.kind === 'day' ? { kind: 'day', day: read.day } : { kind: 'instant', at: read.at }
}

describe('terms of law', () => {
  for (const { id, rule, event, strict, latest, note } of vectors)
    test(`${id}: ${note}`, () => {
      const due = dueOf(findRule(rule)!, startOf(event), AMSTERDAM)
      if (due.kind === 'instant') {
        assert.equal(due.strict.toISOString(), strict)
        assert.equal(due.latest.toISOString(), latest)
      } else assert.deepEqual({ strict: due.strict, latest: due.latest }, { strict, latest })
    })

  test('a term in hours needs the time of its start', () => {
    assert.throws(() => dueOf(termRule('gdpr.33.72h'), startOf('2026-11-26'), AMSTERDAM), TimeNeeded)
  })

  test('the day of an instant is that of the organisation', () => {
    const due = dueOf(termRule('gdpr.12.3.month'), startOf('2026-01-30T23:30:00Z'), AMSTERDAM)
    assert.equal(due.strict, '2026-02-28')
    const earlier = dueOf(termRule('gdpr.12.3.month'), startOf('2026-01-30T22:30:00Z'), AMSTERDAM)
    assert.equal(earlier.strict, '2026-02-28')
    assert.equal(dueOf(termRule('wbk.7d'), startOf('2026-01-30T23:30:00Z'), AMSTERDAM).strict, '2026-02-07')
  })

  test('every rule has its own name, and cites its law or says that the number is ours', () => {
    assert.equal(new Set(termRules.map(({ id }) => id)).size, termRules.length)
    for (const { source } of termRules) assert.ok(source.url !== null || source.house, source.article)
  })

  test('a shut office moves business days, and no term of law', () => {
    const shut = { ...AMSTERDAM, closed: new Set(['2026-12-28', '2026-12-29']) }
    const start = startOf('2026-12-18')
    assert.equal(dueOf(termRule('house.ack.5wd'), start, AMSTERDAM).strict, '2026-12-28')
    assert.equal(dueOf(termRule('house.ack.5wd'), start, shut).strict, '2026-12-30')
    const month = startOf('2026-11-28')
    assert.deepEqual(
      dueOf(termRule('gdpr.12.3.month'), month, shut),
      dueOf(termRule('gdpr.12.3.month'), month, AMSTERDAM),
    )
  })
})

describe('days off', () => {
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
})

/** A second way of computing, by counting days one by one on a calendar. */
function counted(event: string, { unit, amount }: Term, roll: Roll): { strict: string; latest: string } {
  let at = event
  if (unit === 'business_day') {
    for (let left = amount; left > 0; left -= isWorkingDay(at) ? 1 : 0) at = addDays(at, 1)
    return { strict: at, latest: at }
  }
  if (unit === 'month') {
    const wanted = Number(event.slice(0, 4)) * 12 + Number(event.slice(5, 7)) - 1 + amount
    const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
    while (monthOf(at) < wanted) at = addDays(at, 1)
    while (monthOf(addDays(at, 1)) === wanted && at.slice(8) < event.slice(8)) at = addDays(at, 1)
  } else for (let left = unit === 'week' ? amount * 7 : amount; left > 0; left--) at = addDays(at, 1)
  const strict = at
  const working = () => {
    let n = 0
    for (let day = addDays(event, 1); day <= at; day = addDays(day, 1)) n += isWorkingDay(day) ? 1 : 0
    return n
  }
  const leastTwo = unit !== 'day' || amount >= (roll === 'reg1182' ? 2 : 3)
  while (!isWorkingDay(at) || (leastTwo && working() < 2)) at = addDays(at, 1)
  return { strict, latest: at }
}

const days = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))

describe('against counting day by day', () => {
  test('days, weeks, months and business days end where counting ends', () => {
    const units = ['day', 'week', 'month', 'business_day'] as const
    const rolls = ['reg1182', 'atw'] as const
    fc.assert(
      fc.property(
        days,
        fc.constantFrom(...units),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(...rolls),
        (event, unit, size, roll) => {
          const amount = unit === 'month' && roll === 'atw' ? Math.min(size, 3) : size
          const found = daysAfter(event, { unit, amount }, { roll, closed: new Set() })
          assert.deepEqual(found, counted(event, { unit, amount }, roll))
        },
      ),
      { numRuns: 400 },
    )
  })

  test('terms longer than the Algemene termijnenwet covers do not roll by it', () => {
    const end = (term: Term & { unit: 'day' | 'week' | 'month' }, event: string) =>
      daysAfter(event, term, { roll: 'atw', closed: new Set() })
    assert.equal(end({ unit: 'week', amount: 12 }, '2026-10-03').latest, '2026-12-28')
    assert.equal(end({ unit: 'week', amount: 13 }, '2026-09-26').latest, '2026-12-26')
    assert.equal(end({ unit: 'month', amount: 4 }, '2026-08-26').latest, '2026-12-26')
    assert.equal(end({ unit: 'day', amount: 91 }, '2026-09-26').latest, '2026-12-26')
  })

  test('a month never ends in the month after, and the roll never goes back', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 36 }), (day, n) => {
        const end = addMonths(day, n)
        const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
        assert.equal(months(end) - months(day), n)
        assert.ok(end.slice(8) <= day.slice(8))
        const { strict, latest } = daysAfter(day, { unit: 'month', amount: n }, { roll: 'reg1182', closed: new Set() })
        assert.ok(latest >= strict && isWorkingDay(latest))
        assert.equal(isWorkingDay(strict), strict === latest)
      }),
    )
  })
})

describe('moments as people write them', () => {
  const read = (text: string) => {
    const found = readMoment(text, 'Europe/Amsterdam')
    if (!found.ok) return found.problem
    return found.kind === 'day' ? found.day : found.at.toISOString()
  }

  for (const [text, expected] of [
    ['2026-11-26', '2026-11-26'],
    ['2026-11-26T09:30', '2026-11-26T08:30:00.000Z'],
    ['2026-07-26 09:30', '2026-07-26T07:30:00.000Z'],
    ['2026-11-26T09:30:15+01:00', '2026-11-26T08:30:15.000Z'],
    ['2026-11-26T09:30:15.250Z', '2026-11-26T09:30:15.250Z'],
    ['2026-11-26T09:30-0500', '2026-11-26T14:30:00.000Z'],
    ['2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['2026-03-29T02:00', 'no_such_time'],
    ['2026-03-29T02:30', 'no_such_time'],
    ['2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T01:59', '2026-10-24T23:59:00.000Z'],
    ['2026-10-25T02:30', 'twice'],
    ['2026-10-25T02:30+02:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30+01:00', '2026-10-25T01:30:00.000Z'],
    ['2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
    ['2026-02-29', 'no_such_date'],
    ['2028-02-29', '2028-02-29'],
    ['2026-13-01', 'no_such_date'],
    ['2026-00-10', 'no_such_date'],
    ['2026-11-26T24:00', 'no_such_time'],
    ['2026-11-26T09:30+15:00', 'no_such_time'],
    ['0026-11-26', 'no_such_date'],
    ['1969-12-31', 'no_such_date'],
    ['26-11-2026', 'unreadable'],
    ['', 'unreadable'],
  ] as const)
    test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(read(text), expected))

  test('the day is the one in the time zone of the organisation', () => {
    assert.equal(dayIn(new Date('2026-11-30T23:30:00Z'), 'Europe/Amsterdam'), '2026-12-01')
    assert.equal(dayIn(new Date('2026-11-30T22:30:00Z'), 'Europe/Amsterdam'), '2026-11-30')
  })

  test('a moment written out is read back as the same moment', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1980-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.constantFrom('Europe/Amsterdam', 'America/New_York', 'Asia/Kathmandu'),
        (at, zone) => {
          const whole = new Date(Math.floor(at.getTime() / 1_000) * 1_000)
          const again = readMoment(localTime(at, zone), zone)
          assert.ok(again.ok && again.kind === 'instant')
          assert.equal(again.at.getTime(), whole.getTime())
        },
      ),
    )
  })
})
