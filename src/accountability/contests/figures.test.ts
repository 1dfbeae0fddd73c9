import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { wilson } from '../../statistics/index.ts'
import { FEWEST_CASES, FEWEST_REVIEWERS } from './contract.ts'
import { type ContestCell, figuresOf, groupOf } from './figures.ts'

const cell = (
  system: string,
  answered: number,
  reviewers: readonly string[],
  more: Partial<ContestCell> = {},
): ContestCell => ({
  system,
  received: answered,
  open: 0,
  withdrawn: 0,
  answered,
  reviewers,
  changed: 0,
  spans: { longer: answered },
  reasons: { known: answered, short: 0 },
  compared: { known: answered, repeated: 0 },
  ...more,
})
const three = ['a', 'b', 'c']

describe('figures of contests', () => {
  for (const [why, cells, untold] of [
    ['one answer less than it takes', [cell('s', FEWEST_CASES - 1, three)], 'few_cases'],
    ['just enough', [cell('s', FEWEST_CASES, three)], null],
    ['many answers of too few people', [cell('s', 100, three.slice(0, FEWEST_REVIEWERS - 1))], 'few_reviewers'],
    [
      'the same people at two systems are no more people',
      [cell('s', 50, ['a', 'b']), cell('t', 50, ['b', 'a'])],
      'few_reviewers',
    ],
    ['nothing at all', [], 'few_cases'],
  ] as const)
    test(why, () => {
      const group = groupOf(cells)
      assert.equal(group.untold, untold)
      assert.equal(group.told === null, untold !== null)
    })

  test('shares have their interval and what they are of', () => {
    const { told } = groupOf([
      cell('s', 20, three, {
        received: 23,
        open: 2,
        withdrawn: 1,
        changed: 6,
        spans: { under_1_minute: 2, under_5_minutes: 15, unknown: 3 },
        reasons: { known: 18, short: 4 },
        compared: { known: 19, repeated: 1 },
      }),
    ])
    const [low, high] = wilson({ k: 6, n: 20 })!
    assert.deepEqual(told!.changed, { k: 6, n: 20, share: 0.3, low, high })
    assert.deepEqual([told!.underAMinute!.k, told!.underAMinute!.n], [2, 17], 'of those of which it is known')
    assert.deepEqual([told!.shortReasons!.n, told!.repeatedReasons!.n], [18, 19])
    assert.equal(
      told!.spans.reduce((total, { n }) => total + n, 0),
      20,
    )
    assert.deepEqual([told!.received, told!.open, told!.withdrawn, told!.answered], [23, 2, 1, 20])
  })
  for (const known of [0, FEWEST_CASES - 1])
    test(`of what is known of ${known} answers nothing is told, whatever else is`, () => {
      const { told } = groupOf([
        cell('s', 30, three, {
          spans: { under_1_minute: known, unknown: 30 - known },
          reasons: { known, short: known },
          compared: { known, repeated: known },
        }),
      ])
      assert.deepEqual([told!.underAMinute, told!.shortReasons, told!.repeatedReasons], [null, null, null])
      assert.deepEqual([told!.spans, told!.changed.n], [[], 30])
    })
  test('a sign needs more than a few cases: the interval must be beyond the line', () => {
    const stamp = (n: number): Partial<ContestCell> => ({
      spans: { under_1_minute: n },
      reasons: { known: n, short: n },
      compared: { known: n, repeated: n },
    })
    assert.deepEqual(groupOf([cell('s', 100, three, stamp(100))]).told!.signs, [
      'never_changed',
      'hasty',
      'short_reasons',
      'repeated_reasons',
    ])
    assert.ok(!groupOf([cell('s', 20, three)]).told!.signs.includes('never_changed'), '0 of 20 may be chance')
    assert.deepEqual(groupOf([cell('s', 100, three, { changed: 20 })]).told!.signs, [])
  })
})

describe('figures of systems beside the whole', () => {
  test('one that is left out cannot be worked out from the rest', () => {
    const { total, systems } = figuresOf([cell('big', 40, three), cell('middle', 12, three), cell('small', 2, ['a'])])
    assert.equal(total.untold, null)
    assert.deepEqual(
      systems.map(({ system, untold }) => [system, untold]),
      [
        ['big', null],
        ['middle', 'hidden'],
        ['small', 'few_cases'],
      ],
    )
  })
  test('with nothing left out nothing more is hidden; a system without answers hides none', () => {
    const { systems } = figuresOf([cell('a', 19, three), cell('b', 18, three), cell('none', 0, [])])
    assert.deepEqual(
      systems.map(({ untold }) => untold),
      [null, null, 'few_cases'],
    )
  })
  test('whatever the systems: those left out are enough together, or no system is told', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const cells = ['p', 'q', 'r', 's'].map((system, n) => {
        const answered = (seed * (n + 3) * 7) % 27
        return cell(system, answered, three.slice(0, answered === 0 ? 0 : 1 + ((seed + n) % 3)))
      })
      const { systems } = figuresOf(cells)
      const told = systems.filter(({ untold }) => untold === null)
      const left = cells.filter(({ system, answered }) => answered > 0 && !told.some((one) => one.system === system))
      if (told.length === 0 || left.length === 0) continue
      assert.ok(left.reduce((total, { answered }) => total + answered, 0) >= FEWEST_CASES, String(seed))
      assert.ok(new Set(left.flatMap(({ reviewers }) => reviewers)).size >= FEWEST_REVIEWERS, String(seed))
    }
  })
})
