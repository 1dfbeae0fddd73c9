import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decideReading } from './reading.ts'

const hours = (count: number, times: number) => Array<number>(times).fill(count)

describe('reading of many customers in an hour is', () => {
  // Median 4, deviations 2 1 0 1 2: MAD 1, so 4 + 3.5 / 0.6745 = 9.18; median 20, MAD 5: 20 + 25.9 = 45.9.
  const calm = [2, 3, 4, 5, 6].flatMap((count) => hours(count, 5))
  const busy = [10, 15, 20, 25, 30].flatMap((count) => hours(count, 5))
  for (const [what, reading, expected] of [
    [
      'not unusual up to ten, whatever the history',
      { customers: 10, own: hours(1, 30), team: hours(1, 90) },
      [false, 10, 'own_and_team'],
    ],
    [
      'unusual from eleven where that is far outside both',
      { customers: 11, own: calm, team: calm },
      [true, 10, 'own_and_team'],
    ],
    ['not unusual for who always reads much', { customers: 45, own: busy, team: calm }, [false, 45, 'own_and_team']],
    [
      'unusual for them too above their own limit',
      { customers: 46, own: busy, team: calm },
      [true, 45, 'own_and_team'],
    ],
    ['not unusual in a team that reads much', { customers: 45, own: calm, team: busy }, [false, 45, 'own_and_team']],
    ['compared with the team for who is new', { customers: 46, own: hours(1, 19), team: busy }, [true, 45, 'team']],
    ['compared with oneself in a team that is new', { customers: 46, own: busy, team: [] }, [true, 45, 'own']],
    ['held against ten where there is no history', { customers: 11, own: [], team: [] }, [true, 10, 'nothing']],
    // Half of the hours alike: mean deviation 10 / 20 = 0.5, so 20 + 3.5 x 0.5 / 0.7979 = 22.19.
    [
      'measured by the mean where half of the hours are alike',
      { customers: 23, own: [...hours(20, 19), 30], team: [] },
      [true, 22, 'own'],
    ],
  ] as const)
    test(what, () => {
      const { unusual, usual, comparedWith } = decideReading(reading)
      assert.deepEqual([unusual, usual, comparedWith], expected)
    })

  test('a few wild hours in the past do not hide the next one', () => {
    assert.equal(decideReading({ customers: 60, own: [...calm, 200, 250, 300], team: [] }).unusual, true)
  })
})
