import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { roles } from '../platform/http.ts'
import { stopReasons } from '../records/contract.ts'
import { decideResume, lifters, mayLift, stoodMinutes, stoppers, stopRefusal } from './stop-order.ts'
import { accountabilityText, isAccountabilityTextKey } from './texts.ts'

describe('stopping', () => {
  test('an overseer needs the training, everyone else with a role that may does not', () => {
    assert.equal(stopRefusal({ roles: ['overseer'], qualified: false }, false), 'overseer_unqualified')
    assert.equal(stopRefusal({ roles: ['overseer'], qualified: true }, false), undefined)
    for (const role of stoppers)
      if (role !== 'overseer') assert.equal(stopRefusal({ roles: [role], qualified: false }, false), undefined, role)
    assert.equal(stopRefusal({ roles: ['overseer', 'supervisor'], qualified: false }, false), undefined)
  })
  test('what is stopped is not stopped again', () =>
    assert.equal(stopRefusal({ roles: ['dpo'], qualified: false }, true), 'already_stopped'))
  test('each reason of the list has words in both languages', () => {
    for (const reason of stopReasons) {
      const key = `stop.reason.${reason}`
      assert.ok(isAccountabilityTextKey(key))
      assert.notEqual(accountabilityText('nl', key), accountabilityText('en', key))
    }
  })
})

describe('resuming', () => {
  const at = new Date('2026-11-25T12:00:00Z')
  const own = { id: 'own', system: 'bot', by: 'joost', at }
  const all = { id: 'all', system: null, by: 'noor', at }
  const caller = (id: string, held: readonly string[] = ['supervisor']) => ({ id, roles: held })

  test('who stopped may resume', () => assert.deepEqual(decideResume([own], 'bot', caller('joost')), { resume: own }))
  test('another supervisor may not', () =>
    assert.deepEqual(decideResume([own], 'bot', caller('tarik')), { refused: 'not_yours_to_resume' }))
  test('only the roles that answer for the whole may lift what someone else ordered', () => {
    for (const role of roles) assert.equal(mayLift(own, caller('ander', [role])), lifters.includes(role), role)
  })
  test('an order for the whole client is lifted there', () => {
    assert.deepEqual(decideResume([all], 'bot', caller('noor', ['ethics_officer'])), { refused: 'stopped_for_client' })
    assert.deepEqual(decideResume([all, own], 'bot', caller('joost')), { resume: own })
  })
  test('what works is not resumed', () => {
    assert.deepEqual(decideResume([], 'bot', caller('joost')), { refused: 'not_stopped' })
    assert.deepEqual(decideResume([{ ...own, system: 'ander' }], 'bot', caller('joost')), { refused: 'not_stopped' })
  })
  test('minutes are rounded up, and a clock that went back gives none', () => {
    assert.equal(stoodMinutes(at, new Date(at.getTime() + 60_001)), 2)
    assert.equal(stoodMinutes(at, new Date(at.getTime() + 60_000)), 1)
    assert.equal(stoodMinutes(at, new Date(at.getTime() - 5_000)), 0)
  })
})
