import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answersHere } from './faces.ts'

describe('with a name of their own for customers', () => {
  const portalHost = 'mijn.voorbeeld.example'
  const [staff, portal] = ['waarborg.voorbeeld.example', portalHost]
  for (const [path, forStaff, forCustomers] of [
    ['/p/abc', false, true],
    ['/p/abc/choices', false, true],
    ['/portal', false, true],
    ['/portal/code', false, true],
    ['/api/portal', false, true],
    ['/api/portal/receipts/1', false, true],
    ['/verify', true, true],
    ['/systems/dekade', true, true],
    ['/notices/dekade/privacy', true, true],
    ['/assets/console.css', true, true],
    ['/api/public/ledger', true, true],
    ['/healthz', true, true],
    ['/', true, false],
    ['/console/today', true, false],
    ['/sign-in', true, false],
    ['/password', true, false],
    ['/api/me', true, false],
    ['/api/portalling', true, false],
    ['/people', true, false],
    ['/v1/chat/completions', true, false],
    ['/openapi.json', true, false],
  ] as const)
    test(`${path} answers ${forStaff ? 'staff' : 'no staff'} and ${forCustomers ? 'customers' : 'no customers'}`, () => {
      assert.equal(answersHere({ host: staff, path, portalHost }), forStaff)
      assert.equal(answersHere({ host: portal, path, portalHost }), forCustomers)
      assert.equal(answersHere({ host: portal.toUpperCase(), path, portalHost }), forCustomers)
      assert.equal(answersHere({ host: undefined, path, portalHost }), forStaff)
    })

  test('without one, everything answers under every name', () => {
    for (const path of ['/p/abc', '/console/today', '/v1/models'])
      assert.equal(answersHere({ host: 'any.example', path, portalHost: null }), true)
  })
})
