import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCaseKind, reminderBetween, termNews, workKinds } from './work.ts'

const from = new Date('2026-11-25T12:00:00Z')
const hour = (n: number) => new Date(from.getTime() + n * 3_600_000)
const term = { from, to: hour(72) }
const untold = { reminded: 0, missed: false, escalated: false }

describe('the term of a line that is no case', () => {
  test('kinds: four of cases and two beside them', () => {
    assert.deepEqual(
      workKinds.filter((kind) => !isCaseKind(kind)),
      ['hand_off', 'breach'],
    )
  })

  for (const [hours, share] of [
    [0, 0],
    [35.99, 0],
    [36, 0.5],
    [57.59, 0.5],
    [57.6, 0.8],
    [68.4, 0.95],
    [72, 0.95],
    [200, 0.95],
  ] as const)
    test(`after ${hours} of 72 hours the highest reminder is ${share}`, () => {
      assert.equal(reminderBetween(term.from, term.to, hour(hours)), share)
    })

  test('a term without length is over', () => {
    assert.equal(reminderBetween(from, from, from), 0.95)
  })

  test('each thing is said once: reminders as they rise, the end, and to somebody above', () => {
    assert.deepEqual(termNews(term, untold, hour(10)), { remind: undefined, miss: false, escalate: false })
    assert.deepEqual(termNews(term, untold, hour(40)), { remind: 0.5, miss: false, escalate: false })
    assert.deepEqual(termNews(term, { ...untold, reminded: 0.5 }, hour(41)), {
      remind: undefined,
      miss: false,
      escalate: false,
    })
    assert.deepEqual(termNews(term, { ...untold, reminded: 0.5 }, hour(70)), {
      remind: 0.95,
      miss: false,
      escalate: true,
    })
    assert.deepEqual(termNews(term, { reminded: 0.95, missed: false, escalated: true }, hour(72.1)), {
      remind: undefined,
      miss: true,
      escalate: false,
    })
    assert.deepEqual(termNews(term, { reminded: 0.95, missed: true, escalated: true }, hour(500)), {
      remind: undefined,
      miss: false,
      escalate: false,
    })
  })

  test('nobody looked for days: all of it is said at once, with the highest reminder alone', () => {
    assert.deepEqual(termNews(term, untold, hour(90)), { remind: 0.95, miss: true, escalate: true })
  })
})
