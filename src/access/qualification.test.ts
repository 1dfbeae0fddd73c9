import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayOf, isQualificationValid, type Overseer, oversees, type Qualification, qualified } from './qualification.ts'
import type { Assignment } from './role.ts'

const now = new Date('2026-11-25T12:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)
const HOUR = 3_600_000
const trained = (more: Partial<Qualification> = {}): Qualification => ({
  id: 'q',
  kind: 'human_oversight',
  attainedOn: '2026-01-10',
  validUntil: after(HOUR),
  ...more,
})
const named = (more: Partial<Assignment> = {}): Assignment => ({
  id: 'a',
  person: 'p',
  role: 'overseer',
  client: 'c',
  system: 's',
  from: after(-HOUR),
  until: null,
  ...more,
})
const person = (more: Partial<Overseer> = {}): Overseer => ({
  id: 'p',
  disabledAt: null,
  assignments: [named()],
  qualifications: [trained()],
  ...more,
})

describe('when a qualification is valid', () => {
  for (const [what, qualification, at, expected] of [
    ['up to the millisecond before its end', trained({ validUntil: after(1) }), now, true],
    ['no longer at its end', trained({ validUntil: now }), now, false],
    ['on the day it was attained', trained({ attainedOn: '2026-11-25' }), now, true],
    ['not on the day before', trained({ attainedOn: '2026-11-26' }), now, false],
    [
      'from midnight in the Netherlands, an hour before UTC',
      trained({ attainedOn: '2026-11-25' }),
      new Date('2026-11-24T23:00:00Z'),
      true,
    ],
    ['not a minute earlier', trained({ attainedOn: '2026-11-25' }), new Date('2026-11-24T22:59:59Z'), false],
    [
      'in summer from two hours before UTC',
      trained({ attainedOn: '2026-07-01', validUntil: new Date('2027-01-01T00:00:00Z') }),
      new Date('2026-06-30T22:00:00Z'),
      true,
    ],
  ] as const)
    test(what, () => assert.equal(isQualificationValid(qualification, at), expected))

  test('a day is written as in a date column', () =>
    assert.equal(dayOf(new Date('2026-03-05T10:00:00Z')), '2026-03-05'))

  test('of several valid ones the longest counts', () => {
    const answer = qualified(
      [trained({ id: 'short' }), trained({ id: 'long', validUntil: after(9 * HOUR) })],
      'human_oversight',
      now,
    )
    assert.equal(answer.valid?.id, 'long')
  })
})

describe('who oversees a system', () => {
  for (const [what, who, expected] of [
    ['a named person with valid training oversees', person(), 'oversees'],
    ['a closed account oversees nothing', person({ disabledAt: after(-1) }), 'person_disabled'],
    [
      'an overseer of the whole organisation was not named for this system',
      person({ assignments: [named({ client: null, system: null })] }),
      'no_role',
    ],
    [
      'an overseer of another system was not named for this one',
      person({ assignments: [named({ system: 't' })] }),
      'no_role',
    ],
    ['another role for this system is no oversight', person({ assignments: [named({ role: 'owner' })] }), 'no_role'],
    ['oversight that has ended has ended', person({ assignments: [named({ until: now })] }), 'no_role'],
    ['oversight that has not begun has not begun', person({ assignments: [named({ from: after(1) })] }), 'no_role'],
    ['without any training there is no oversight', person({ qualifications: [] }), 'no_qualification'],
    ['training of another kind is none', person({ qualifications: [trained({ kind: 'audit' })] }), 'no_qualification'],
    [
      'training that ran out at this moment has run out',
      person({ qualifications: [trained({ validUntil: now })] }),
      'qualification_expired',
    ],
    [
      'training that begins tomorrow is none yet',
      person({ qualifications: [trained({ attainedOn: '2026-11-26' })] }),
      'no_qualification',
    ],
  ] as const)
    test(what, () => {
      const answer = oversees(who, 's', now)
      assert.equal(answer.oversees ? 'oversees' : answer.reason, expected)
    })

  test('oversight lasts as long as the shorter of role and training', () => {
    const until = (role: Date | null, training: Date) => {
      const answer = oversees(
        person({ assignments: [named({ until: role })], qualifications: [trained({ validUntil: training })] }),
        's',
        now,
      )
      return answer.oversees ? answer.until : undefined
    }
    assert.deepEqual(until(null, after(2 * HOUR)), after(2 * HOUR))
    assert.deepEqual(until(after(HOUR), after(2 * HOUR)), after(HOUR))
    assert.deepEqual(until(after(3 * HOUR), after(2 * HOUR)), after(2 * HOUR))
  })

  test('of two assignments the longer counts', () => {
    const answer = oversees(
      person({ assignments: [named({ id: 'short', until: after(1) }), named({ id: 'open' })] }),
      's',
      now,
    )
    assert.equal(answer.oversees && answer.assignment.id, 'open')
  })
})
