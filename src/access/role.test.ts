import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Role, roles } from '../platform/http.ts'
import {
  type Assignment,
  holdsNow,
  holdsRole,
  mayManage,
  reachOf,
  rightsOf,
  separationHints,
  withinReach,
} from './role.ts'

const now = new Date('2026-11-25T12:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)
let n = 0
const given = (role: Role, client: string | null = null, more: Partial<Assignment> = {}): Assignment => ({
  id: `a${++n}`,
  person: 'p',
  role,
  client,
  system: null,
  from: after(-1_000),
  until: null,
  ...more,
})

describe('when a role holds', () => {
  test('not once it was taken away, also when the clock is set back', () =>
    assert.equal(holdsNow({ from: after(-10), until: after(1), ended: true }, now), false))
  for (const [what, from, until, expected] of [
    ['not yet one millisecond before its begin', 1, null, false],
    ['from its first moment', 0, null, true],
    ['up to the millisecond before its end', -10, 1, true],
    ['no longer at its end', -10, 0, false],
    ['never when it ended where it began', 0, 0, false],
  ] as const)
    test(what, () =>
      assert.equal(holdsNow({ from: after(from), until: until === null ? null : after(until) }, now), expected),
    )
})

describe('where a role holds', () => {
  for (const [what, assignment, place, expected] of [
    ['for the organisation, at every client', given('overseer'), { client: 'a', system: 's' }, true],
    ['for a client, at its systems', given('overseer', 'a'), { client: 'a', system: 's' }, true],
    ['for a client, not at another', given('overseer', 'a'), { client: 'b', system: 's' }, false],
    ['for a system, at that system', given('overseer', 'a', { system: 's' }), { client: 'a', system: 's' }, true],
    [
      'for a system, not at another of the client',
      given('overseer', 'a', { system: 's' }),
      { client: 'a', system: 't' },
      false,
    ],
    ['for a system, not for the client as a whole', given('overseer', 'a', { system: 's' }), { client: 'a' }, false],
    ['another role does not count', given('agent'), { client: 'a', system: 's' }, false],
    ['an ended role does not count', given('overseer', null, { until: now }), { client: 'a', system: 's' }, false],
  ] as const)
    test(what, () => assert.equal(holdsRole([assignment], 'overseer', place, now), expected))
})

describe('what a signed-in person may see and do', () => {
  test('roles for the organisation hold at all clients together', () => {
    assert.deepEqual(rightsOf([given('dpo'), given('overseer')], null, now), {
      roles: ['dpo', 'overseer'],
      clients: '*',
      client: null,
      choices: '*',
    })
  })

  test('a role at one client adds nothing while all clients are in view', () => {
    assert.deepEqual(rightsOf([given('agent'), given('ethics_officer', 'a')], null, now).roles, ['agent'])
  })

  test('with the client chosen, its own roles come beside those for the organisation', () => {
    const rights = rightsOf([given('agent'), given('ethics_officer', 'a')], 'a', now)
    assert.deepEqual(rights, { roles: ['ethics_officer', 'agent'], clients: ['a'], client: 'a', choices: '*' })
    assert.deepEqual(rightsOf([given('agent'), given('ethics_officer', 'a')], 'b', now).roles, ['agent'])
  })

  test('the same role at two clients is held at both together', () => {
    assert.deepEqual(rightsOf([given('agent', 'b'), given('agent', 'a')], null, now), {
      roles: ['agent'],
      clients: ['a', 'b'],
      client: null,
      choices: ['a', 'b'],
    })
  })

  test('different roles at two clients are never mixed: the first client is in view', () => {
    assert.deepEqual(rightsOf([given('ethics_officer', 'b'), given('agent', 'a')], null, now), {
      roles: ['agent'],
      clients: ['a'],
      client: 'a',
      choices: ['a', 'b'],
    })
  })

  test('a client outside the roles cannot be chosen', () => {
    assert.deepEqual(rightsOf([given('agent', 'a')], 'b', now), {
      roles: ['agent'],
      clients: ['a'],
      client: 'a',
      choices: ['a'],
    })
  })

  test('who has no role that holds now sees no client', () => {
    assert.deepEqual(
      rightsOf([given('administrator', null, { until: now }), given('agent', 'a', { from: after(1) })], 'a', now),
      { roles: [], clients: [], client: null, choices: [] },
    )
  })

  const assignment = fc.record({
    role: fc.constantFrom(...roles),
    client: fc.constantFrom(null, 'a', 'b', 'c'),
    system: fc.constantFrom(null, 's'),
    from: fc.constantFrom(after(-5), after(5)),
    until: fc.constantFrom(null, after(-1), after(9)),
  })
  test('no right exists at any client in view that was not assigned there', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 6 }), fc.constantFrom(null, 'a', 'b', 'c', 'd'), (list, chosen) => {
        const assignments = list.map(
          (one, i): Assignment => ({
            ...one,
            id: `x${i}`,
            person: 'p',
            system: one.client === null ? null : one.system,
          }),
        )
        const rights = rightsOf(assignments, chosen, now)
        for (const client of rights.clients === '*' ? ['a', 'b', 'c', 'd'] : rights.clients)
          for (const role of rights.roles)
            assert.ok(
              assignments.some(
                (a) => a.role === role && (a.client === null || a.client === client) && holdsNow(a, now),
              ),
              `${role} at ${client}`,
            )
        if (rights.choices !== '*' && rights.clients !== '*')
          for (const client of rights.clients) assert.ok(rights.choices.includes(client))
      }),
    )
  })
})

describe('who administers whom', () => {
  const wide = [given('administrator')]
  const local = [given('administrator', 'a')]
  test('the reach of a role is everywhere, or the clients where it was given', () => {
    assert.equal(reachOf(wide, 'administrator', now), '*')
    assert.deepEqual(reachOf([...local, given('administrator', 'b', { until: now })], 'administrator', now), ['a'])
    assert.deepEqual(reachOf([given('administrator', 'a', { system: 's' })], 'administrator', now), [])
  })
  for (const [what, reach, client, expected] of [
    ['everywhere covers the organisation', '*', null, true],
    ['one client does not cover the organisation', ['a'], null, false],
    ['one client covers itself', ['a'], 'a', true],
    ['one client does not cover another', ['a'], 'b', false],
    ['nowhere covers nothing', [], 'a', false],
  ] as const)
    test(what, () => assert.equal(withinReach(reach, client), expected))

  for (const [what, reach, target, expected] of [
    ['an administrator of all manages anyone, also without a role', '*', [], true],
    ['an administrator of a client manages its own staff', ['a'], [given('agent', 'a')], true],
    ['but not who also works for another client', ['a'], [given('agent', 'a'), given('agent', 'b')], false],
    ['nor who has a role for the organisation', ['a'], [given('agent', 'a'), given('dpo')], false],
    ['nor who will have one', ['a'], [given('agent', 'a'), given('dpo', null, { from: after(60_000) })], false],
    ['nor who has no role at all', ['a'], [], false],
    [
      'a role elsewhere that has ended does not matter',
      ['a'],
      [given('agent', 'a'), given('agent', 'b', { until: now })],
      true,
    ],
  ] as const)
    test(what, () => assert.equal(mayManage(reach, target, now), expected))
})

describe('separation of duties', () => {
  for (const [what, assignments, expected] of [
    ['owner and overseer of one client meet', [given('owner', 'a'), given('overseer', 'a')], ['owner_and_overseer']],
    [
      'a role for the organisation meets one for a client',
      [given('owner'), given('auditor', 'a')],
      ['owner_and_auditor'],
    ],
    ['at different clients they do not meet', [given('owner', 'a'), given('overseer', 'b')], []],
    [
      'at different systems they do not meet',
      [given('owner', 'a', { system: 's' }), given('overseer', 'a', { system: 't' })],
      [],
    ],
    ['one after the other they do not meet', [given('owner', 'a', { until: now }), given('overseer', 'a')], []],
    ['dpo and overseer may meet', [given('dpo'), given('overseer')], []],
    ['no roles, no hint', [], []],
  ] as const)
    test(what, () =>
      assert.deepEqual(
        separationHints(assignments, now).map(({ code }) => code),
        expected,
      ),
    )
})
