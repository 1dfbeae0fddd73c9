import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decidedAt, type GateProposal, gateRefusal } from './gate.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const at = (ms: number) => new Date(now.getTime() + ms)
const proposal = (given: Partial<GateProposal> = {}): GateProposal => ({
  decision: 'approve',
  by: 'officer',
  owner: 'owner',
  at: now,
  validUntil: at(1),
  unmet: [],
  despite: false,
  ...given,
})

describe('a gate decision', () => {
  for (const [name, given, expected] of [
    ['is taken by someone else than the owner', {}, undefined],
    ['a system without owner can be released', { owner: null, by: 'owner' }, undefined],
    ['the owner does not release', { by: 'owner' }, 'gate_by_owner'],
    ['the owner does not release on conditions either', { by: 'owner', decision: 'conditional' }, 'gate_by_owner'],
    ['the owner may reject', { by: 'owner', decision: 'reject' }, undefined],
    ['a decision of a moment from now is none yet', { at: at(1), validUntil: at(2) }, 'gate_ahead'],
    ['one that ends when it begins is none', { validUntil: now }, 'gate_ends_before'],
    ['it lasts two years at most, to the millisecond', { validUntil: new Date('2028-11-25T12:00:00.000Z') }, undefined],
    ['one millisecond more is too long', { validUntil: new Date('2028-11-25T12:00:00.001Z') }, 'gate_too_long'],
    ['nothing is released without what is required', { unmet: ['dataSheet'] }, 'gate_condition_unmet'],
    ['on conditions neither', { unmet: ['dataSheet'], decision: 'conditional' }, 'gate_condition_unmet'],
    ['it is when somebody wrote why', { unmet: ['dataSheet'], despite: true }, undefined],
    ['rejecting takes nothing more', { unmet: ['dataSheet'], decision: 'reject' }, undefined],
    [
      'two years count from the decision, not from today',
      { at: at(-86_400_000), validUntil: new Date('2028-11-25T12:00:00.000Z') },
      'gate_too_long',
    ],
  ] as const)
    test(name, () => assert.equal(gateRefusal(proposal(given), now), expected))
})

describe('the moment of a decision that is taken now', () => {
  for (const [name, latest, expected] of [
    ['is now when there is none yet', undefined, now],
    ['is now when the last one lies behind', at(-1), now],
    ['comes after one of this very moment', now, at(1)],
    ['comes after one that the clock puts ahead', at(3_600_000), at(3_600_001)],
  ] as const)
    test(name, () => assert.deepEqual(decidedAt(now, latest), expected))
})
