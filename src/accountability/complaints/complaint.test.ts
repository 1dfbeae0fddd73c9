import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import * as complaints from './complaint.ts'
import {
  type Complaint,
  type ComplaintState,
  complaintStates,
  endStates,
  type Moved,
  moveNames,
  moves,
} from './complaint.ts'
import { profileIds } from './profile.ts'

const now = new Date('2026-11-25T12:00:00Z')
const first = complaints.newComplaint('default', false)
const inState = (state: ComplaintState, change: Partial<Complaint> = {}): Complaint => ({
  ...first,
  handler: 'anna',
  secondHandler: 'bo',
  cause: 'wrong_answer',
  state,
  ...change,
})
const assessment = { aiRelated: true, severity: 'low', safety: false, breach: false, request: false } as const
const upheld = [{ verdict: 'upheld' }] as const
const days = { communicatedOn: '2026-11-20', today: '2026-11-25', now }

/** Each move, by whoever may make it. */
const make: Readonly<Record<keyof typeof moves, (one: Complaint) => Moved>> = {
  acknowledge: (one) => complaints.acknowledge(one, 'anna'),
  assess: (one) => complaints.assess(one, 'anna', { assessment, cause: null }),
  investigate: (one) => complaints.investigate(one, 'anna'),
  invite: (one) => complaints.invite(one, 'anna'),
  hear: (one) => complaints.hear(one, 'anna', null),
  propose: (one) => complaints.propose(one, 'anna', upheld),
  revise: (one) => complaints.revise(one, 'anna'),
  decide: (one) => complaints.decide(one, 'anna'),
  communicate: (one) => complaints.communicate(one, 'anna', now),
  close: (one) => complaints.close(one, 'bo', now),
  appeal: (one) => complaints.appeal(one, days),
  take_appeal: (one) => complaints.takeAppeal(one, 'bo'),
  decide_appeal: (one) => complaints.decideAppeal(one, 'bo', upheld),
  drop_appeal: (one) => complaints.dropAppeal(one, now),
  refer: (one) => complaints.refer(one, 'anna', 'ap'),
  withdraw: (one) => complaints.withdraw(one, now),
  hand_over: (one) => complaints.handOver(one, 'anna', now),
}
const codeOf = (moved: Moved) => (moved.ok ? moved.complaint.state : moved.code)

describe('states of a complaint', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/states/complaint.md'), 'utf8')

  test('the drawing shows every move and no other', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, move]) => `${from} ${move} ${to}`,
    )
    const built = moveNames.flatMap((name) => moves[name].from.map((from) => `${from} ${name} ${moves[name].to}`))
    assert.deepEqual(drawn.toSorted(), built.toSorted())
  })

  test('the table names who makes a move and the entry it leaves', () => {
    const rows = [...page.matchAll(/^\| (\w+) \| (handler|second|customer) \| `([\w.]+)` \|$/gm)].map((row) =>
      row.slice(1),
    )
    assert.deepEqual(
      rows,
      moveNames.map((name) => [name, moves[name].by, moves[name].event]),
    )
  })

  test('every state can be reached, and only those that end lead nowhere', () => {
    const reached = new Set<string>(['received', ...moveNames.map((name) => moves[name].to)])
    assert.deepEqual([...reached].toSorted(), [...complaintStates].toSorted())
    const left = new Set<string>(moveNames.flatMap((name) => moves[name].from))
    assert.deepEqual(
      complaintStates.filter((state) => !left.has(state)),
      endStates,
    )
  })

  for (const state of complaintStates)
    test(`from ${state} a complaint goes where the table says and nowhere else`, () => {
      for (const name of moveNames) {
        const moved = make[name](inState(state))
        const leads = (moves[name].from as readonly ComplaintState[]).includes(state)
        const ended = state === 'closed' || endStates.includes(state)
        assert.equal(codeOf(moved), leads ? moves[name].to : ended ? 'complaint_ended' : 'complaint_not_now', name)
      }
    })
})

describe('what a step asks for', () => {
  test('a step of its handler is refused to anybody else, and when nobody handles it', () => {
    for (const name of moveNames.filter((one) => moves[one].by === 'handler' && one !== 'close')) {
      const from = moves[name].from[0]
      const stranger = make[name](inState(from, { handler: 'carla', secondHandler: 'carla' }))
      assert.equal(codeOf(stranger), 'not_your_complaint', name)
      if (name !== 'refer') assert.equal(codeOf(make[name](inState(from, { handler: null }))), 'handler_missing', name)
    }
    assert.equal(codeOf(complaints.decideAppeal(inState('second_review'), 'anna', upheld)), 'not_your_complaint')
    assert.equal(codeOf(complaints.close(inState('final'), 'anna', now)), 'not_your_complaint')
    assert.equal(codeOf(complaints.close(inState('communicated', { secondHandler: null }), 'anna', now)), 'closed')
  })

  test('no verdict without a hearing where the law demands one, and where the customer wants one', () => {
    for (const profile of profileIds) {
      const expected = profile === 'awb' ? 'hearing_missing' : 'proposed'
      assert.equal(codeOf(complaints.propose(inState('investigating', { profile }), 'anna', upheld)), expected, profile)
      for (const hearing of ['held', 'waived'] as const)
        assert.equal(
          codeOf(complaints.propose(inState('investigating', { profile, hearing }), 'anna', upheld)),
          'proposed',
        )
      for (const hearing of ['asked', 'invited'] as const)
        assert.equal(codeOf(complaints.decide(inState('proposed', { profile, hearing }), 'anna')), 'hearing_open')
    }
  })

  test('a customer can ask to be heard until there is a verdict', () => {
    assert.equal(complaints.askHearing(inState('proposed')).ok, true)
    assert.equal(codeOf(complaints.askHearing(inState('decided'))), 'complaint_not_now')
    assert.equal(codeOf(complaints.askHearing(inState('withdrawn'))), 'complaint_ended')
    const held = complaints.askHearing(inState('investigating', { hearing: 'held' }))
    assert.equal(held.ok && held.complaint.hearing, 'held')
  })

  test('the verdict on the whole follows from its points', () => {
    for (const [points, whole] of [
      [['upheld'], 'upheld'],
      [['not', 'not'], 'not'],
      [['upheld', 'not'], 'partly'],
      [['partly'], 'partly'],
      [['upheld', 'partly'], 'partly'],
      [[], undefined],
    ] as const)
      assert.equal(complaints.verdictOf(points.map((verdict) => ({ verdict }))), whole)
    assert.equal(codeOf(complaints.propose(inState('investigating'), 'anna', [])), 'points_missing')
    assert.equal(codeOf(complaints.decide(inState('proposed', { cause: null }), 'anna')), 'cause_missing')
  })

  test('an appeal is made once, up to and including its last day', () => {
    const told = inState('communicated')
    assert.equal(complaints.appealUntil('2026-11-20'), '2027-01-01')
    assert.equal(codeOf(complaints.appeal(told, { ...days, today: '2027-01-01' })), 'appeal')
    assert.equal(codeOf(complaints.appeal(told, { ...days, today: '2027-01-02' })), 'appeal_late')
    assert.equal(codeOf(complaints.appeal(inState('closed', { appealedAt: now }), days)), 'appealed_already')
    assert.equal(codeOf(complaints.appeal(inState('withdrawn'), days)), 'complaint_ended')
  })

  test('a way outside is open for the kinds of organisation that it is for', () => {
    assert.equal(codeOf(complaints.refer(inState('final'), 'anna', 'kifid')), 'route_not_open')
    assert.equal(codeOf(complaints.refer(inState('final', { profile: 'wft' }), 'bo', 'kifid')), 'external')
  })
})
