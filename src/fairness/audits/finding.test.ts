import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FindingAct, type FindingState, moveFinding, samePlace, waitsFor } from './finding.ts'
import { dueAt, dueState } from './schedule.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const open: FindingState = { state: 'open' }
const real: FindingState = { state: 'judged', judgement: 'real', judgedAt: now }
const explained: FindingState = { state: 'judged', judgement: 'explained', judgedAt: now }
const unclear: FindingState = { state: 'judged', judgement: 'cannot_tell', judgedAt: now }
const changed: FindingState = { state: 'changed', changedAt: now }
const gone: FindingState = { state: 'closed', as: 'gone' }
const judge: FindingAct = { act: 'judge', judgement: 'real' }
const change: FindingAct = { act: 'change' }
const close = (...verdicts: ('difference_found' | 'no_relevant_difference' | 'cannot_tell')[]): FindingAct => ({
  act: 'close',
  later: verdicts.map((verdict, i) => ({ run: `run-${i}`, verdict })),
})

describe('a finding', () => {
  for (const [what, from, act, to] of [
    ['is judged', open, judge, 'judged'],
    ['is not closed before it is judged', open, close('no_relevant_difference'), 'finding_not_judged'],
    ['is not changed before it is judged', open, change, 'finding_not_judged'],
    ['is judged once', real, judge, 'finding_judged_already'],
    ['that is real gets a change', real, change, 'changed'],
    ['that is real is not closed by words', real, close('no_relevant_difference'), 'finding_change_missing'],
    ['that is explained needs no change', explained, change, 'finding_not_real'],
    ['that is explained closes as explained', explained, close(), 'explained'],
    ['of which nobody can tell closes as unclear', unclear, close(), 'unclear'],
    ['that was changed waits for a measurement', changed, close(), 'finding_not_measured_again'],
    ['that was changed closes when the difference is gone', changed, close('no_relevant_difference'), 'gone'],
    ['does not close when the difference is still there', changed, close('difference_found'), 'finding_still_there'],
    ['does not close when nobody can tell', changed, close('cannot_tell'), 'finding_still_there'],
    [
      'goes by the newest measurement',
      changed,
      close('difference_found', 'no_relevant_difference'),
      'finding_still_there',
    ],
    ['that was changed is not judged again', changed, judge, 'finding_judged_already'],
    ['that is closed stays closed', gone, judge, 'finding_closed'],
    ['that is closed is not closed again', gone, close('no_relevant_difference'), 'finding_closed'],
  ] as const)
    test(what, () => {
      const moved = moveFinding(from, act, now)
      assert.equal(moved.ok ? (moved.next.state === 'closed' ? moved.next.as : moved.next.state) : moved.code, to)
    })

  test('is about the same groups in whatever order their columns stand, and about no others', () => {
    const place = { metric: 'selectionRate', group: { age: 'a', sex: null }, reference: null }
    assert.ok(samePlace(place, { ...place, group: { sex: null, age: 'a' } }))
    assert.ok(!samePlace(place, { ...place, group: { age: 'a', sex: 'null' } }))
    assert.ok(!samePlace(place, { ...place, group: { age: 'a' } }))
    assert.ok(!samePlace(place, { ...place, metric: 'accuracy' }))
    assert.ok(!samePlace(place, { ...place, reference: { age: 'b', sex: null } }))
  })
})

describe('an audit is due', () => {
  const plannedAt = new Date('2026-01-01T00:00:00.000Z')
  const lastAt = new Date('2026-11-01T00:00:00.000Z')
  for (const [what, intervalDays, last, at, state] of [
    ['at once when it was never measured', null, null, now, 'due'],
    ['never again without an interval', null, lastAt, now, 'none'],
    ['when its interval has passed', 24, lastAt, now, 'due'],
    ['on the very moment', 10, lastAt, new Date('2026-11-11T00:00:00.000Z'), 'due'],
    ['not a millisecond earlier', 10, lastAt, new Date('2026-11-10T23:59:59.999Z'), 'soon'],
    ['later', 365, lastAt, now, 'later'],
  ] as const)
    test(what, () => assert.equal(dueState({ intervalDays, plannedAt, lastAt: last }, at), state))
  test('so many days after the last measurement', () =>
    assert.equal(dueAt({ intervalDays: 30, plannedAt, lastAt })?.toISOString(), '2026-12-01T00:00:00.000Z'))

  for (const [state, judgement, act] of [
    ['open', null, 'judge'],
    ['judged', 'real', 'change'],
    ['judged', 'explained', 'close'],
    ['judged', 'cannot_tell', 'close'],
    ['changed', 'real', 'measure'],
    ['closed', 'real', 'nothing'],
  ] as const)
    test(`one that is ${state}${judgement === null ? '' : ` as ${judgement}`} waits for: ${act}`, () =>
      assert.equal(waitsFor({ state, judgement }), act))
})
