import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drawFrom, isLighter, reviewed, reviewReason, spanOf } from './decision.ts'

const fine = { favourable: true, score: 0.9, threshold: 0.5 } as const

describe('a decision waits for a person', () => {
  const policy = { unfavourable: true, margin: 0.125, sampleShare: 0.25 }
  for (const [name, decision, draw, reason] of [
    ['when it is unfavourable', { ...fine, favourable: false }, 0.99, 'unfavourable'],
    ['when nobody said whether it is favourable, by its score only', { ...fine, favourable: null }, 0.99, null],
    ['at the end of the margin', { ...fine, score: 0.625 }, 0.99, 'margin'],
    ['below the threshold within the margin', { ...fine, score: 0.375 }, 0.99, 'margin'],
    ['not past the margin', { ...fine, score: 0.6251 }, 0.99, null],
    ['not for a margin without a score', { ...fine, score: null }, 0.99, null],
    ['when it is drawn', fine, 0.2499, 'sample'],
    ['not when it is not drawn', fine, 0.25, null],
  ] as const)
    test(name, () => assert.equal(reviewReason(policy, decision, draw), reason))

  test('never without a policy', () => {
    assert.equal(reviewReason(undefined, { ...fine, favourable: false }, 0), null)
    assert.equal(reviewReason({ unfavourable: false }, { ...fine, favourable: false }, 0), null)
    assert.equal(reviewReason({ unfavourable: false, sampleShare: 1 }, fine, 0.9999), 'sample')
  })

  test('a draw lies in [0, 1) and follows the hash', () => {
    assert.equal(drawFrom(Buffer.alloc(32)), 0)
    assert.ok(drawFrom(Buffer.alloc(32, 255)) < 1)
    assert.equal(drawFrom(Buffer.from([128, 0, 0, 0, 0, 0])), 0.5)
  })
})

test('a lighter class has fewer duties', () => {
  assert.equal(isLighter('assist', 'solely_automated'), true)
  assert.equal(isLighter('solely_automated', 'solely_automated'), false)
  assert.equal(isLighter('decide', 'assist'), false)
})

describe('a second look', () => {
  const waiting = { review: 'waiting', outcome: 'no', favourable: false, asked: false } as const
  const label = { nl: 'x', en: 'x' }
  const outcomes = [
    { outcome: 'no', label, favourable: false },
    { outcome: 'yes', label, favourable: true },
    { outcome: 'later', label },
  ]
  for (const [name, decision, verdict, becomes] of [
    ['confirms', waiting, { verdict: 'confirmed' }, { outcome: 'no', favourable: false }],
    [
      'changes to another outcome',
      waiting,
      { verdict: 'changed', outcome: 'yes' },
      { outcome: 'yes', favourable: true },
    ],
    [
      'leaves open what is not declared',
      waiting,
      { verdict: 'changed', outcome: 'later' },
      { outcome: 'later', favourable: null },
    ],
    [
      'is not given twice',
      { ...waiting, review: 'confirmed' },
      { verdict: 'confirmed' },
      { refused: 'decision_not_waiting' },
    ],
    [
      'is not given to what does not wait',
      { ...waiting, review: 'not_needed' },
      { verdict: 'confirmed' },
      { refused: 'decision_not_waiting' },
    ],
    [
      'changes into something else',
      waiting,
      { verdict: 'changed', outcome: 'no' },
      { refused: 'decision_outcome_same' },
    ],
    [
      'changes into something of the register',
      waiting,
      { verdict: 'changed', outcome: 'maybe' },
      { refused: 'decision_outcome_unknown' },
    ],
    [
      'answers who asked for it',
      { ...waiting, asked: true },
      { verdict: 'confirmed' },
      { refused: 'decision_answer_needed' },
    ],
    [
      'tells who asked what was made of it',
      { ...waiting, asked: true },
      { verdict: 'changed', outcome: 'later', forCustomer: 'U krijgt het later.' },
      { outcome: 'later', favourable: null },
    ],
    ['says into what it changes', waiting, { verdict: 'changed' }, { refused: 'decision_outcome_needed' }],
  ] as const)
    test(name, () => assert.deepEqual(reviewed(decision, verdict, outcomes), becomes))

  test('took a time that is told coarsely', () => {
    const now = new Date('2026-11-25T12:00:00Z')
    const ago = (seconds: number) => spanOf(new Date(now.getTime() - seconds * 1000), now)
    assert.deepEqual([0, 59, 60, 299, 300, 899, 900].map(ago), [
      'under_1_minute',
      'under_1_minute',
      'under_5_minutes',
      'under_5_minutes',
      'under_15_minutes',
      'under_15_minutes',
      'longer',
    ])
    assert.equal(spanOf(null, now), 'unknown')
    assert.equal(ago(-1), 'unknown')
  })
})
