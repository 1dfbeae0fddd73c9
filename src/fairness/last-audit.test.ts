import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { worstOf } from './io/last-audit.ts'

const [early, late] = [new Date('2026-05-01T00:00:00Z'), new Date('2026-06-01T00:00:00Z')]

describe('the conclusion of the last audits of a system', () => {
  for (const [what, readings, expected] of [
    ['nothing measured', [], null],
    ['nothing that a verdict was asked of', [{ at: early, verdicts: [] }], null],
    [
      'one that is fine',
      [{ at: early, verdicts: ['no_relevant_difference'] }],
      { at: early, verdict: 'no_relevant_difference' },
    ],
    [
      'of several groups the worst counts',
      [{ at: early, verdicts: ['no_relevant_difference', 'cannot_tell'] }],
      { at: early, verdict: 'cannot_tell' },
    ],
    [
      'of several audits the worst, with the latest moment',
      [
        { at: early, verdicts: ['difference_found'] },
        { at: late, verdicts: ['no_relevant_difference'] },
      ],
      { at: late, verdict: 'difference_found' },
    ],
    [
      'a reading without a verdict gives no moment',
      [
        { at: early, verdicts: ['cannot_tell'] },
        { at: late, verdicts: [] },
      ],
      { at: early, verdict: 'cannot_tell' },
    ],
  ] as const)
    test(what, () => assert.deepEqual(worstOf(readings), expected))
})
