import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assignRefusal, caseKinds, caseWorkers, REFERENCE, readReference, readsCaseAs, referenceFrom } from './case.ts'

describe('the number of a case', () => {
  test('has a letter for its kind, a year and six digits that follow from the id alone', () => {
    assert.equal(referenceFrom('complaint', 2026, '0198a1b2-0000-7000-8000-0000000000ff'), 'K-2026-000255')
    assert.equal(referenceFrom('contest', 2026, '0198a1b2-0000-7000-8000-0000000000ff'), 'H-2026-000255')
    for (const kind of caseKinds)
      assert.match(referenceFrom(kind, 2027, '0198a1b2-0000-7000-8000-ffffffffffff'), REFERENCE)
    assert.equal(new Set(caseKinds.map((kind) => referenceFrom(kind, 2027, 'ff'))).size, caseKinds.length)
  })
  test('is read as people type it', () => {
    for (const typed of ['K-2026-000255', ' k 2026 000255', 'K2026000255', 'k.2026.000255'])
      assert.equal(readReference(typed), 'K-2026-000255')
    for (const typed of ['', 'K-26-1', "K-2026-00025'", 'K-2026-0002555', 'X-2026-000255', '2026-000255'])
      assert.equal(readReference(typed), undefined, typed)
  })
  test('is found in the subject of a mail', () => {
    assert.equal(REFERENCE.exec('Re: Uw klacht [K-2026-000255]')?.[0], 'K-2026-000255')
    assert.equal(REFERENCE.exec('factuur AK-2026-0002551'), null)
  })
})

describe('who has a case', () => {
  const handler = { id: 'h', roles: ['complaint_handler'] }
  for (const [why, by, to, code] of [
    ['takes it themselves', handler, handler, undefined],
    ['an agent gives it to another', { id: 'a', roles: ['agent'] }, handler, 'assign_not_allowed'],
    ['a supervisor gives it to a handler', { id: 's', roles: ['supervisor'] }, handler, undefined],
    [
      'somebody without the role',
      { id: 's', roles: ['supervisor'] },
      { id: 'a', roles: ['agent'] },
      'owner_role_missing',
    ],
    ['an auditor takes it', { id: 'u', roles: ['auditor'] }, { id: 'u', roles: ['auditor'] }, 'owner_role_missing'],
  ] as const)
    test(why, () => assert.equal(assignRefusal({ kind: 'complaint', closed: false, by, to }), code))
  test('a closed one stays with who had it', () =>
    assert.equal(assignRefusal({ kind: 'complaint', closed: true, by: handler, to: handler }), 'case_closed'))
  test('whoever may be given one also reads it, and an administrator does not by that alone', () => {
    for (const kind of caseKinds) {
      for (const role of caseWorkers[kind]) assert.ok(readsCaseAs(kind, [role]))
      assert.equal(readsCaseAs(kind, ['administrator', 'client_representative']), undefined)
    }
    assert.equal(readsCaseAs('complaint', ['agent']), undefined)
  })
})
