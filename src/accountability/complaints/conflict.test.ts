import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { termRule } from '../../deadlines/index.ts'
import { handlerConflict } from './conflict.ts'
import { openRoutes, profileIds, profiles, routesOf } from './profile.ts'

const anna = { id: 'anna', roles: ['complaint_handler'], seesClient: true }
const nobody = { persons: [], deciders: [], speakers: [], first: [] }

describe('who handles a complaint', () => {
  for (const [why, candidate, involved, round, code] of [
    ['somebody who has no part in it', anna, nobody, 'first', undefined],
    ['an ethics officer', { ...anna, roles: ['ethics_officer'] }, nobody, 'first', undefined],
    ['a person of another client', { ...anna, seesClient: false }, nobody, 'first', 'handler_other_client'],
    ['somebody without the role', { ...anna, roles: ['agent'] }, nobody, 'first', 'handler_role_missing'],
    ['the person complained about', anna, { ...nobody, persons: ['anna'] }, 'first', 'handler_complained_about'],
    ['who took the decision', anna, { ...nobody, deciders: ['bo', 'anna'] }, 'first', 'handler_took_decision'],
    ['who spoke with the customer', anna, { ...nobody, speakers: ['anna'] }, 'first', 'handler_in_conversation'],
    ['the first handler, the first time', anna, { ...nobody, first: ['anna'] }, 'first', undefined],
    ['the first handler, in appeal', anna, { ...nobody, first: ['anna'] }, 'appeal', 'handler_first_time'],
    [
      'the person complained about, in appeal',
      anna,
      { ...nobody, persons: ['anna'] },
      'appeal',
      'handler_complained_about',
    ],
  ] as const)
    test(`${why}: ${code ?? 'may'}`, () => {
      assert.equal(handlerConflict(candidate, involved, round), code)
    })
})

describe('a profile', () => {
  test('has terms that may be adjourned once by letter, and an authority that is always open', () => {
    for (const id of profileIds) {
      assert.ok(
        termRule(profiles[id].decide).extensions.some(({ by }) => by === 'letter'),
        id,
      )
      assert.ok(
        openRoutes(id, { decided: false, late: false }).some((route) => route.id === 'ap'),
        id,
      )
    }
  })

  test('the ombudsman and the committees come after the organisation, or when it is late', () => {
    const open = (now: { decided: boolean; late: boolean }) => openRoutes('awb', now).map(({ id }) => id)
    assert.deepEqual(open({ decided: false, late: false }), ['ap'])
    assert.deepEqual(open({ decided: true, late: false }), ['nationale_ombudsman', 'ap'])
    assert.deepEqual(open({ decided: false, late: true }), ['nationale_ombudsman', 'ap'])
    assert.ok(routesOf('wft').every(({ website }) => website.startsWith('https://')))
  })
})
