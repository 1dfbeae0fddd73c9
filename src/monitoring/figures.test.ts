import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answersOf, mayWithdraw } from './feedback.ts'
import { daysBefore, dutchDay, type FeedbackCell, figuresBy, figuresByWeek, figuresOf, mondayOf } from './figures.ts'
import { daysOf } from './period.ts'

const cell = (given: Partial<FeedbackCell>): FeedbackCell => ({
  week: '2026-11-23',
  system: 'bot',
  channel: 'chat',
  language: 'nl',
  asked: 0,
  answered: 0,
  unasked: 0,
  fair: [0, 0, 0, 0, 0],
  clear: [0, 0, 0, 0, 0],
  yes: 0,
  no: 0,
  notSure: 0,
  ...given,
})
const near = (a: number | null | undefined, b: number, digits = 1e-4) =>
  assert.ok(a !== null && a !== undefined && Math.abs(a - b) < digits, `${a}, not ${b}`)

describe('figures of feedback', () => {
  test('who did not answer is in the response, with Wilson’s interval (Newcombe 1998, 81 of 263)', () => {
    const { asked, answered, response } = figuresOf([
      cell({ asked: 200, answered: 50 }),
      cell({ asked: 63, answered: 31, channel: 'voice' }),
    ])
    assert.deepEqual([asked, answered], [263, 81])
    near(response?.share, 0.308)
    near(response?.low, 0.2553)
    near(response?.high, 0.3662)
  })

  test('an answer without a link is no response, and counts among the answers', () => {
    const figures = figuresOf([cell({ asked: 20, answered: 2, unasked: 11, fair: [0, 0, 0, 0, 13] })])
    near(figures.response?.share, 0.1)
    assert.deepEqual([figures.unasked, figures.fair.n], [11, 13])
  })

  test('under ten nothing is said; from ten on it is', () => {
    const at = (n: number) =>
      figuresOf([cell({ asked: n, answered: n, fair: [0, 0, 1, 0, n - 1], yes: n - 1, notSure: 1 })])
    assert.deepEqual(at(9).response, null)
    assert.deepEqual(
      [at(9).fair, at(9).knewAi],
      [
        { n: 9, value: null },
        { n: 9, value: null, split: null },
      ],
    )
    near(at(10).fair.value?.mean, 4.8)
    near(at(10).knewAi.value?.share, 0.9)
    assert.deepEqual(at(10).knewAi.split, { yes: 9, no: 0, notSure: 1 })
    assert.deepEqual(figuresOf([]).response, null)
  })

  test('a mean has Student’s interval, within what can be answered', () => {
    // 1, 2, 3, 4, 5 twice each: mean 3, variance 20/9, t(9; 0.975) = 2.262157
    const { value } = figuresOf([cell({ clear: [2, 2, 2, 2, 2] })]).clear
    near(value?.mean, 3)
    near(value?.low, 3 - (2.262157 * Math.sqrt(20 / 9)) / Math.sqrt(10))
    const high = figuresOf([cell({ clear: [1, 0, 0, 0, 9] })]).clear.value!
    assert.equal(high.high, 5)
    assert.ok(high.low! < high.mean)
  })

  test('when all say the same the mean has no interval', () =>
    assert.deepEqual(figuresOf([cell({ fair: [0, 0, 0, 30, 0] })]).fair.value, { mean: 4, low: null, high: null }))

  test('names stand by how many were asked, and each sums to the whole', () => {
    const cells = [
      cell({ asked: 3, system: 'b' }),
      cell({ asked: 5, system: 'c' }),
      cell({ asked: 3, system: 'a' }),
      cell({ asked: 1, system: null }),
    ]
    const lines = figuresBy(cells, ({ system }) => system ?? '')
    assert.deepEqual(
      lines.map(({ name, asked }) => [name, asked]),
      [
        ['c', 5],
        ['a', 3],
        ['b', 3],
        ['', 1],
      ],
    )
    assert.equal(
      lines.reduce((sum, { asked }) => sum + asked, 0),
      figuresOf(cells).asked,
    )
  })

  test('every week has a line, also one in which nobody was asked', () => {
    const lines = figuresByWeek([cell({ asked: 4 })], { from: '2026-11-11', until: '2026-11-29' })
    assert.deepEqual(
      lines.map(({ week, asked }) => [week, asked]),
      [
        ['2026-11-09', 0],
        ['2026-11-16', 0],
        ['2026-11-23', 4],
      ],
    )
  })
})

describe('days', () => {
  test('a week begins on Monday, also over a change of year and of the clock', () => {
    for (const [day, monday] of [
      ['2026-11-23', '2026-11-23'],
      ['2026-11-29', '2026-11-23'],
      ['2027-01-01', '2026-12-28'],
      ['2026-10-25', '2026-10-19'],
    ] as const)
      assert.equal(mondayOf(day), monday)
    assert.equal(daysBefore('2026-03-01', 1), '2026-02-28')
    assert.equal(dutchDay(new Date('2026-11-25T23:30:00Z')), '2026-11-26')
  })

  test('twelve whole weeks when nobody says otherwise; the wrong order and too long are refused', () => {
    const now = new Date('2026-11-25T12:00:00Z')
    assert.deepEqual(daysOf({}, now), { days: { from: '2026-09-07', until: '2026-11-25' } })
    assert.deepEqual(daysOf({ from: '2026-11-25', until: '2026-11-25' }, now), {
      days: { from: '2026-11-25', until: '2026-11-25' },
    })
    assert.deepEqual(daysOf({ from: '2026-11-26' }, now), { refused: 'period_order', param: 'from' })
    assert.deepEqual(daysOf({ from: '0001-01-01' }, now), { refused: 'period_long', param: 'from' })
    assert.ok('days' in daysOf({ from: '2024-11-25' }, now))
  })
})

describe('answers', () => {
  test('what was left open is null; nothing at all is no answer', () => {
    assert.deepEqual(answersOf({ fair: 2, text: ' Goed. ' }), { fair: 2, clear: null, knewAi: null, text: 'Goed.' })
    assert.deepEqual(answersOf({ knewAi: 'not_sure' }), { fair: null, clear: null, knewAi: 'not_sure', text: null })
    assert.equal(answersOf({}), undefined)
    assert.equal(answersOf({ text: '\n\t ' }), undefined)
  })

  test('they can be taken back up to a day', () => {
    const given = new Date('2026-11-25T12:00:00.000Z')
    assert.equal(mayWithdraw(given, new Date('2026-11-26T12:00:00.000Z')), true)
    assert.equal(mayWithdraw(given, new Date('2026-11-26T12:00:00.001Z')), false)
  })
})
