import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AMSTERDAM, dayIn, termRules } from '../../deadlines/index.ts'
import { caseStanding, clockStanding, endOfDay, newClock, RuleUnknown, type StoredClock } from './clock.ts'

const monday = new Date('2026-11-23T09:00:00Z')
const at = (text: string) => new Date(text)
const decide = newClock('decide', 'house.complaint.6w', monday, AMSTERDAM)

describe('the end of a day', () => {
  for (const [day, end] of [
    ['2026-11-23', '2026-11-23T22:59:59.999Z'],
    ['2026-07-01', '2026-07-01T21:59:59.999Z'],
    // the clock goes forward on the 29th and back on 25 October: 23 and 25 hours
    ['2026-03-29', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25', '2026-10-25T22:59:59.999Z'],
  ] as const)
    test(`${day} in Amsterdam`, () => assert.equal(endOfDay(day, 'Europe/Amsterdam').toISOString(), end))
  test('is the last moment that has that day, anywhere', () => {
    fc.assert(
      fc.property(
        fc.date({ min: at('2020-01-01'), max: at('2035-01-01'), noInvalidDate: true }),
        fc.constantFrom(
          'Europe/Amsterdam',
          'Pacific/Kiritimati',
          'Pacific/Pago_Pago',
          'America/Sao_Paulo',
          'Asia/Kathmandu',
        ),
        (moment, zone) => {
          const day = dayIn(moment, zone)
          const end = endOfDay(day, zone)
          assert.equal(dayIn(end, zone), day)
          assert.ok(dayIn(new Date(end.getTime() + 1), zone) > day)
          assert.ok(end >= moment)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a term of a case', () => {
  test('ends with the last moment of its strict and of its last day', () => {
    const { strictAt, latestAt, state } = clockStanding(decide, monday, AMSTERDAM)
    assert.deepEqual(
      [strictAt.toISOString(), latestAt.toISOString(), state],
      ['2027-01-04T22:59:59.999Z', '2027-01-04T22:59:59.999Z', 'running'],
    )
  })
  test('is missed one millisecond later, and not before', () => {
    const { latestAt } = clockStanding(decide, monday, AMSTERDAM)
    assert.equal(clockStanding(decide, latestAt, AMSTERDAM).state, 'running')
    assert.equal(clockStanding(decide, new Date(latestAt.getTime() + 1), AMSTERDAM).state, 'missed')
  })
  test('reminds at 50, 80 and 95 % and then at its end, each at the moment it said before', () => {
    const seen: number[] = []
    let now = monday
    for (let looks = 0; looks < 10; looks++) {
      const standing = clockStanding(decide, now, AMSTERDAM)
      if (standing.lookAt === null) break
      assert.ok(standing.lookAt > now)
      now = standing.lookAt
      seen.push(clockStanding(decide, now, AMSTERDAM).reminder)
    }
    assert.deepEqual([...new Set(seen)], [0.5, 0.8, 0.95])
    assert.equal(clockStanding(decide, now, AMSTERDAM).state, 'missed')
  })
  test('that was met asks for no more looks; one that was dropped neither, and is not missed', () => {
    const met: StoredClock = { ...decide, metAt: at('2026-12-01T10:00:00Z') }
    assert.deepEqual(
      [clockStanding(met, at('2028-01-01'), AMSTERDAM).state, clockStanding(met, monday, AMSTERDAM).lookAt],
      ['met', null],
    )
    const dropped: StoredClock = { ...decide, droppedAt: at('2026-12-01T10:00:00Z') }
    const later = clockStanding(dropped, at('2028-01-01'), AMSTERDAM)
    assert.deepEqual([later.state, later.lookAt, later.reminder], ['dropped', null, 0])
  })
  test('that stands still is looked at every day, since its end moves along', () => {
    const paused: StoredClock = {
      ...newClock('answer', 'gdpr.12.3.month', monday, AMSTERDAM),
      pauses: [{ ground: 'identity_in_doubt', from: '2026-11-25', to: null }],
    }
    const now = at('2026-12-05T10:00:00Z')
    const standing = clockStanding(paused, now, AMSTERDAM)
    assert.deepEqual([standing.state, standing.lookAt!.getTime() - now.getTime()], ['paused', 86_400_000])
    assert.equal(dayIn(standing.strictAt, 'Europe/Amsterdam'), '2027-01-02')
  })
  test('follows the closing days of its client where it counts business days', () => {
    const closed = { timeZone: 'Europe/Amsterdam', closed: new Set(['2026-11-24', '2026-11-25']) }
    const of = (calendar: typeof AMSTERDAM) =>
      dayIn(
        clockStanding(newClock('acknowledge', 'house.ack.5wd', monday, calendar), monday, calendar).strictAt,
        'Europe/Amsterdam',
      )
    assert.deepEqual([of(AMSTERDAM), of(closed)], ['2026-11-30', '2026-12-02'])
  })
  test('under a rule that nobody knows any more is an error, never a date', () => {
    assert.throws(() => clockStanding({ ...decide, rule: 'gone' as never }, monday, AMSTERDAM), RuleUnknown)
  })
})

describe('the terms of a case together', () => {
  test('the open one that ends first is the one in the list, whatever their order', () => {
    const acknowledge = newClock('acknowledge', 'house.ack.5wd', monday, AMSTERDAM)
    for (const clocks of [
      [acknowledge, decide],
      [decide, acknowledge],
    ])
      assert.equal(caseStanding(clocks, monday, AMSTERDAM).soonest?.rule, 'house.ack.5wd')
    const met = { ...acknowledge, metAt: monday }
    assert.equal(caseStanding([met, decide], monday, AMSTERDAM).soonest?.rule, 'house.complaint.6w')
    assert.equal(caseStanding([met], monday, AMSTERDAM).soonest, undefined)
  })
  test('the next look is never after anything changes', () => {
    const hourly = fc.integer({ min: 0, max: 24 * 200 })
    fc.assert(
      fc.property(fc.constantFrom(...termRules.map(({ id }) => id)), hourly, hourly, (rule, first, second) => {
        const clock = newClock('decide', rule, monday, AMSTERDAM)
        const now = new Date(monday.getTime() + Math.min(first, second) * 3_600_000)
        const then = new Date(monday.getTime() + Math.max(first, second) * 3_600_000)
        const before = clockStanding(clock, now, AMSTERDAM)
        if (before.lookAt !== null && then >= before.lookAt) return
        const after = clockStanding(clock, then, AMSTERDAM)
        assert.deepEqual([after.state, after.strictPassed], [before.state, before.strictPassed])
      }),
      { numRuns: 500 },
    )
  })
})
