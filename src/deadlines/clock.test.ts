import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  AMSTERDAM,
  addDays,
  type Changed,
  type Clock,
  clockAt,
  dueNow,
  extendClock,
  meetClock,
  pauseClock,
  reminderOf,
  resumeClock,
  startClock,
  type TermRuleId,
  termRule,
} from './index.ts'

const begun = (rule: TermRuleId, day: string): Clock => startClock(termRule(rule), { kind: 'day', day })
const at = (day: string) => new Date(`${day}T12:00:00Z`)
const due = (clock: Clock, day: string) => {
  const { strict, latest } = dueNow(clock, at(day), AMSTERDAM)
  return [strict, latest]
}
const done = (changed: Changed): Clock => {
  assert.ok(changed.ok, changed.ok ? '' : changed.code)
  return changed.clock
}
const code = (changed: Changed) => (changed.ok ? 'ok' : changed.code)
const state = (clock: Clock, day: string) => clockAt(clock, at(day), AMSTERDAM).state

describe('a clock', () => {
  const request = begun('gdpr.12.3.month', '2026-01-31')

  test('runs, passes its strict date, and is missed after the last hour of its last', () => {
    assert.deepEqual(due(request, '2026-02-01'), ['2026-02-28', '2026-03-02'])
    assert.equal(state(request, '2026-02-28'), 'running')
    assert.equal(clockAt(request, at('2026-03-01'), AMSTERDAM).strictPassed, true)
    assert.equal(state(request, '2026-03-02'), 'running')
    assert.equal(clockAt(request, new Date('2026-03-02T22:59:59Z'), AMSTERDAM).state, 'running')
    assert.equal(clockAt(request, new Date('2026-03-02T23:00:00Z'), AMSTERDAM).state, 'missed')
  })

  test('is extended by a letter within the first term, counted from the receipt', () => {
    const extended = done(extendClock(request, { by: 'letter', on: '2026-03-02' }, AMSTERDAM))
    assert.deepEqual(due(extended, '2026-03-02'), ['2026-04-30', '2026-04-30'])
    assert.equal(state(extended, '2026-03-10'), 'extended')
    assert.equal(code(extendClock(extended, { by: 'letter', on: '2026-03-02' }, AMSTERDAM)), 'extended_already')
    assert.equal(code(extendClock(request, { by: 'letter', on: '2026-03-03' }, AMSTERDAM)), 'extension_late')
    assert.equal(code(extendClock(request, { by: 'letter', on: '2026-01-30' }, AMSTERDAM)), 'before_start')
  })

  test('is not extended where the law has no extension', () => {
    const breach = startClock(termRule('gdpr.33.72h'), { kind: 'instant', at: at('2026-11-26') })
    assert.equal(code(extendClock(breach, { by: 'letter', on: '2026-11-26' }, AMSTERDAM)), 'no_extension')
    assert.equal(
      code(
        extendClock(
          begun('gdpr.12.4.month', '2026-11-26'),
          { by: 'consent', on: '2026-12-01', until: '2027-02-01' },
          AMSTERDAM,
        ),
      ),
      'no_extension',
    )
  })

  test('of a complaint is adjourned once by letter, and after that only with the consent of who complained', () => {
    const complaint = begun('awb.9.11.1', '2026-11-23')
    const wait = { by: 'consent', on: '2026-12-01', until: '2027-03-01' } as const
    assert.equal(code(extendClock(complaint, wait, AMSTERDAM)), 'letter_first')
    const adjourned = done(extendClock(complaint, { by: 'letter', on: '2026-12-01' }, AMSTERDAM))
    assert.deepEqual(due(adjourned, '2026-12-02'), ['2027-02-01', '2027-02-01'])
    assert.equal(code(extendClock(adjourned, { ...wait, until: '2027-01-31' }, AMSTERDAM)), 'until_not_later')
    const agreed = done(extendClock(adjourned, wait, AMSTERDAM))
    assert.deepEqual(due(agreed, '2026-12-02'), ['2027-03-01', '2027-03-01'])
  })

  test('stands still only for the reason the law gives, and runs on by the days it stood', () => {
    assert.equal(code(pauseClock(request, 'authority_asks', '2026-02-03', AMSTERDAM)), 'no_pause')
    assert.equal(
      code(pauseClock(begun('house.complaint.6w', '2026-02-02'), 'identity_in_doubt', '2026-02-03', AMSTERDAM)),
      'no_pause',
    )
    const paused = done(pauseClock(request, 'identity_in_doubt', '2026-02-03', AMSTERDAM))
    assert.equal(state(paused, '2026-06-01'), 'paused')
    assert.equal(code(pauseClock(paused, 'identity_in_doubt', '2026-02-04', AMSTERDAM)), 'paused_already')
    assert.equal(code(resumeClock(paused, '2026-02-02')), 'before_start')
    const running = done(resumeClock(paused, '2026-02-13'))
    assert.deepEqual(due(running, '2026-02-13'), ['2026-03-10', '2026-03-10'])
    assert.equal(code(resumeClock(running, '2026-02-14')), 'not_paused')
  })

  test('that is met stays met, in time or late', () => {
    const met = done(meetClock(request, at('2026-02-20'), AMSTERDAM))
    assert.deepEqual(
      { ...clockAt(met, at('2030-01-01'), AMSTERDAM), due: null },
      {
        state: 'met',
        due: null,
        strictPassed: false,
        metLate: false,
        share: 20 / 28,
      },
    )
    assert.equal(
      clockAt(done(meetClock(request, at('2026-03-03'), AMSTERDAM)), at('2026-03-04'), AMSTERDAM).metLate,
      true,
    )
    for (const refused of [
      meetClock(met, at('2026-02-21'), AMSTERDAM),
      extendClock(met, { by: 'letter', on: '2026-02-21' }, AMSTERDAM),
      pauseClock(met, 'identity_in_doubt', '2026-02-21', AMSTERDAM),
    ])
      assert.equal(code(refused), 'clock_met')
    assert.equal(code(meetClock(request, at('2026-01-30'), AMSTERDAM)), 'before_start')
  })

  test('reminds at half, at four fifths and just before the end, and not while it stands still', () => {
    const reminder = (clock: Clock, day: string) => reminderOf(clockAt(clock, at(day), AMSTERDAM))
    assert.deepEqual(
      ['2026-02-13', '2026-02-14', '2026-02-22', '2026-02-23', '2026-02-26', '2026-02-27', '2026-04-01'].map((day) =>
        reminder(request, day),
      ),
      [null, 0.5, 0.5, 0.8, 0.8, 0.95, 0.95],
    )
    const paused = done(pauseClock(request, 'identity_in_doubt', '2026-02-20', AMSTERDAM))
    assert.equal(reminder(paused, '2026-02-28'), null)
  })

  test('a clock in hours is shared out by the hour', () => {
    const breach = startClock(termRule('gdpr.33.72h'), { kind: 'instant', at: new Date('2027-03-27T11:00:00Z') })
    const view = clockAt(breach, new Date('2027-03-28T23:00:00Z'), AMSTERDAM)
    assert.equal(view.share, 0.5)
    assert.equal(clockAt(breach, new Date('2027-03-30T11:00:00Z'), AMSTERDAM).state, 'running')
    assert.equal(clockAt(breach, new Date('2027-03-30T11:00:01Z'), AMSTERDAM).state, 'missed')
  })

  test('standing still never brings the end forward, and each day of it counts once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40 }), (after, length) => {
        const from = addDays('2026-05-11', after)
        const to = addDays(from, length)
        const clock = done(
          resumeClock(
            done(pauseClock(begun('gdpr.12.3.month', '2026-05-11'), 'identity_in_doubt', from, AMSTERDAM)),
            to,
          ),
        )
        const { strict } = dueNow(clock, at(to), AMSTERDAM)
        assert.equal(strict, addDays('2026-06-11', length))
      }),
    )
  })
})
