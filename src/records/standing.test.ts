import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Overseer } from '../access/rules.ts'
import {
  type GateDecision,
  obstaclesOf,
  type StandingFacts,
  type StopOrder,
  standingAt,
  standingOf,
} from './standing.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const at = (ms: number) => new Date(now.getTime() + ms)
const day = 86_400_000

const gate = (given: Partial<GateDecision> = {}): GateDecision => ({
  id: 'g1',
  decision: 'approve',
  at: at(-day),
  validUntil: at(day),
  ...given,
})
const stop = (given: Partial<StopOrder> = {}): StopOrder => ({
  id: 's1',
  system: 'bot',
  reason: 'harm',
  at: at(-1),
  resumedAt: null,
  ...given,
})
const overseer = (
  given: {
    id?: string
    from?: Date
    until?: Date | null
    attainedOn?: string
    validUntil?: Date
    system?: string
    disabledAt?: Date | null
    kind?: string
  } = {},
): Overseer => ({
  id: given.id ?? 'p1',
  disabledAt: given.disabledAt ?? null,
  assignments: [
    {
      id: `a-${given.id ?? 'p1'}`,
      person: given.id ?? 'p1',
      role: 'overseer',
      client: 'een',
      system: given.system ?? 'bot',
      from: given.from ?? at(-day),
      until: given.until ?? null,
    },
  ],
  qualifications: [
    {
      id: 'q1',
      kind: given.kind ?? 'human_oversight',
      attainedOn: given.attainedOn ?? '2026-11-01',
      validUntil: given.validUntil ?? at(10 * day),
    },
  ],
})
const facts = (given: Partial<StandingFacts> = {}): StandingFacts => ({
  system: 'bot',
  version: '1',
  gates: [gate()],
  overseers: [overseer()],
  stops: [],
  ...given,
})

describe('gate', () => {
  const state = (gates: GateDecision[], when = now) => standingOf(facts({ gates }), when).gate
  test('nobody decided', () => assert.deepEqual(state([]), { state: 'missing', record: null, validUntil: null }))
  test('a release holds up to, not including, its end', () => {
    assert.equal(state([gate({ validUntil: at(1) })]).state, 'passed')
    assert.equal(state([gate({ validUntil: now })]).state, 'expired')
    assert.equal(state([gate({ validUntil: at(-1) })]).state, 'expired')
  })
  test('on conditions is released', () => assert.equal(state([gate({ decision: 'conditional' })]).state, 'passed'))
  test('the last decision counts: a no after a yes, and a yes after a no', () => {
    assert.deepEqual(state([gate({ id: 'a', at: at(-2) }), gate({ id: 'b', decision: 'reject', at: at(-1) })]), {
      state: 'rejected',
      record: 'b',
      validUntil: at(day).toISOString(),
    })
    assert.equal(
      state([gate({ id: 'b', decision: 'reject', at: at(-2) }), gate({ id: 'a', at: at(-1) })]).state,
      'passed',
    )
  })
  test('a no does not expire into a yes', () =>
    assert.equal(
      state([gate({ at: at(-2) }), gate({ id: 'b', decision: 'reject', at: at(-1), validUntil: at(-0.5) })]).state,
      'rejected',
    ))
  test('of two in one millisecond the later id counts', () =>
    assert.equal(state([gate({ id: 'b', decision: 'reject' }), gate({ id: 'a' })]).state, 'rejected'))
})

describe('oversight', () => {
  const state = (overseers: Overseer[], when = now) => standingOf(facts({ overseers }), when).oversight
  test('nobody is named', () => assert.deepEqual(state([]), { state: 'missing', record: null, validUntil: null }))
  test('named and qualified', () =>
    assert.deepEqual(state([overseer()]), { state: 'present', record: 'a-p1', validUntil: at(10 * day).toISOString() }))
  for (const [name, given] of [
    ['the role begins later', { from: at(1) }],
    ['the role has ended', { until: now }],
    ['the training is of tomorrow', { attainedOn: '2026-11-26' }],
    ['the training has run out', { validUntil: now }],
    ['the training is of another kind', { kind: 'audit' }],
    ['the person is named for another system', { system: 'elders' }],
    ['the account is closed', { disabledAt: at(-1) }],
  ] as const)
    test(`no oversight when ${name}`, () => assert.equal(state([overseer(given)]).state, 'missing'))
  test('it begins at its first moment and on its first day', () => {
    assert.equal(state([overseer({ from: now })]).state, 'present')
    assert.equal(state([overseer({ attainedOn: '2026-11-25' })]).state, 'present')
  })
  test('its end is the earlier of role and training', () => {
    assert.equal(state([overseer({ until: at(5), validUntil: at(9) })]).validUntil, at(5).toISOString())
    assert.equal(state([overseer({ until: at(9), validUntil: at(5) })]).validUntil, at(5).toISOString())
  })
  test('of several who hold it now, the one who lasts longest is named', () => {
    const found = state([
      overseer({ id: 'p1', until: at(5) }),
      overseer({ id: 'p2', until: at(9) }),
      overseer({ id: 'p3', validUntil: at(-1) }),
    ])
    assert.deepEqual([found.record, found.validUntil], ['a-p2', at(9).toISOString()])
  })
})

describe('stop', () => {
  const state = (stops: StopOrder[]) => standingOf(facts({ stops }), now).stop
  test('an open order stands, a lifted one does not', () => {
    assert.deepEqual(state([stop()]), { at: at(-1).toISOString(), record: 's1', reason: 'harm' })
    assert.equal(state([stop({ resumedAt: at(-0.5) })]), null)
  })
  test('an order for the whole client stops this system, one for another system does not', () => {
    assert.equal(state([stop({ system: null })])?.record, 's1')
    assert.equal(state([stop({ system: 'elders' })]), null)
  })
  test('when the first of two is lifted the other still stands', () => {
    assert.equal(state([stop({ id: 'a', at: at(-5) }), stop({ id: 'b', system: null, at: at(-2) })])?.record, 'a')
    assert.equal(
      state([stop({ id: 'a', at: at(-5), resumedAt: now }), stop({ id: 'b', system: null, at: at(-2) })])?.record,
      'b',
    )
  })
})

describe('read later', () => {
  const written = standingOf(
    facts({ gates: [gate({ validUntil: at(100) })], overseers: [overseer({ until: at(50) })] }),
    now,
  )
  test('nothing needs to run for an end to count', () => {
    assert.deepEqual(obstaclesOf(written, at(49)), [])
    assert.deepEqual(obstaclesOf(written, at(50)), ['oversight_missing'])
    assert.deepEqual(obstaclesOf(written, at(100)), ['gate_not_passed', 'oversight_missing'])
  })
  test('a system without standing passes nothing', () =>
    assert.deepEqual(obstaclesOf(null, now), ['gate_not_passed', 'oversight_missing']))
  test('a stop order comes first', () =>
    assert.equal(obstaclesOf(standingOf(facts({ stops: [stop()], gates: [] }), now), now)[0], 'system_stopped'))

  test('reading what was written gives what working it out again would, while nothing new begins', () => {
    const offset = fc.integer({ min: -50, max: 150 })
    fc.assert(
      fc.property(
        fc.array(fc.record({ until: offset, from: fc.integer({ min: -50, max: 0 }) }), { maxLength: 4 }),
        fc.array(
          fc.record({
            until: offset,
            at: fc.integer({ min: -50, max: 0 }),
            decision: fc.constantFrom('approve' as const, 'conditional' as const, 'reject' as const),
          }),
          { maxLength: 4 },
        ),
        fc.integer({ min: 0, max: 200 }),
        (roles, decisions, later) => {
          const given = facts({
            overseers: roles.map(({ from, until }, n) => overseer({ id: `p${n}`, from: at(from), until: at(until) })),
            gates: decisions.map((one, n) =>
              gate({ id: `g${n}`, decision: one.decision, at: at(one.at), validUntil: at(one.until) }),
            ),
          })
          const fresh = standingOf(given, at(later))
          const read = standingAt(standingOf(given, now), at(later))
          assert.equal(read.gate.state, fresh.gate.state)
          assert.equal(read.oversight.state, fresh.oversight.state)
        },
      ),
    )
  })
})
