import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { placeX, placeY, roundSteps, tracePath } from './trace-plot.ts'

const frame = { left: 10, right: 110, top: 0, bottom: 100, maxX: 200, minY: -1, maxY: 1 }

describe('a line in a frame', () => {
  test('zero lies at the left and in the middle, the largest on the edge, and what is larger as well', () => {
    assert.deepEqual([placeX(frame, 0), placeX(frame, 200), placeX(frame, 900)], [10, 110, 110])
    assert.deepEqual([placeY(frame, 0), placeY(frame, 1), placeY(frame, -1), placeY(frame, 8)], [50, 0, 100, 0])
  })
  test('it begins again where it breaks, and is empty for no points', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 100, y: 1 },
      { x: 100, y: 0, breaks: true },
    ]
    assert.equal(tracePath(points, frame), 'M10 50L60 0M60 50')
    assert.equal(tracePath([], frame), '')
  })
  test('steps are round and not too many', () => {
    assert.deepEqual(roundSteps(12_345, 5), [0, 5_000, 10_000])
    assert.deepEqual(roundSteps(0, 5), [0])
    for (const most of [1, 7, 99, 100, 101, 3_000_000])
      assert.ok(roundSteps(most, 5).length <= 6 && roundSteps(most, 5).length >= 2, String(most))
  })
})
