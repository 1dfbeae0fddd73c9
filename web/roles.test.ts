/** What the screens offer to a role is what the API lets it do: a button that is always refused is worse than none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { routes as accessRoutes } from '../src/access/routes.ts'
import { routes as complaintRoutes } from '../src/accountability/complaints/routes.ts'
import { routes as contestFigureRoutes } from '../src/accountability/contests/routes.ts'
import { routes as accountabilityRoutes } from '../src/accountability/routes.ts'
import { routes as assessmentRoutes } from '../src/assessments/routes.ts'
import { routes as fairnessRoutes } from '../src/fairness/routes.ts'
import { routes as ledgerRoutes } from '../src/ledger/routes.ts'
import { routes as monitoringRoutes } from '../src/monitoring/routes.ts'
import { mayCall, type Role, type Route, readers, roles } from '../src/platform/http.ts'
import { routes as keyStandingRoutes } from '../src/privacy/keys/routes.ts'
import { routes as rightsRoutes } from '../src/privacy/rights/routes.ts'
import { routes as privacyRoutes } from '../src/privacy/routes.ts'
import { assigners, caseReaders, caseWorkers, readersOf } from '../src/records/cases/case.ts'
import { routes as caseRoutes } from '../src/records/cases/routes.ts'
import { routes as recordRoutes } from '../src/records/routes.ts'
import { keyHolders } from './console/access/keys.tsx'
import { personAdministrators, qualifiers } from './console/access/people.tsx'
import * as offeredCases from './console/cases/roles.ts'
import { intake } from './console/complaints/new.tsx'
import { judges } from './console/complaints/report.tsx'
import { areas } from './console/context.ts'
import { contestReviewers } from './console/decisions/contest.tsx'
import { contestFigureReaders } from './console/decisions/contest-figures.tsx'
import { reviewers } from './console/decisions/decision.tsx'
import { makers as monitorMakers } from './console/fairness/monitors/list.tsx'
import { makers as auditMakers } from './console/fairness/parts.tsx'
import { verifiers } from './console/ledger/ledger.tsx'
import { textReaders } from './console/monitoring/readers.ts'
import { answerJudges } from './console/monitoring/wrong-answers.tsx'
import { deciders as requestDeciders, takers } from './console/privacy/rights/requests.tsx'
import { recorders } from './console/privacy/subjects/find.tsx'
import { handOffTakers } from './console/records/hand-offs.tsx'
import { deciders, stoppers } from './console/records/system.tsx'

// Declarations only: no handler is called, so nothing that they need has to be there.
const routes: readonly Route[] = [
  ...accessRoutes({ sessions: { idleMs: 60_000, absoluteMs: 60_000 } } as never),
  ...accountabilityRoutes({} as never),
  ...complaintRoutes({} as never),
  ...contestFigureRoutes({} as never),
  ...assessmentRoutes({} as never),
  ...fairnessRoutes({} as never),
  ...ledgerRoutes({} as never),
  ...monitoringRoutes({} as never),
  ...recordRoutes({} as never),
  ...caseRoutes({} as never),
  ...keyStandingRoutes({} as never),
  ...privacyRoutes({} as never),
  ...rightsRoutes({} as never),
]

function allowed(method: string, path: string): readonly Role[] {
  const found = routes.find((route) => route.method === method && route.path === path)
  assert.ok(found, `no route ${method} ${path}`)
  return roles.filter((role) =>
    mayCall(found.allow, { kind: 'person', id: 'x', scope: {} as never, roles: [role] } as never),
  )
}
const sorted = (list: readonly string[]) => [...list].sort()

describe('a role is offered what it may do', () => {
  for (const [what, offered, method, path] of [
    ['stopping a system', stoppers, 'POST', '/api/systems/:id/stop'],
    ['starting it again', stoppers, 'POST', '/api/systems/:id/resume'],
    ['deciding on a version', deciders, 'POST', '/api/systems/:id/gate'],
    ['assigning oversight', deciders, 'POST', '/api/systems/:id/overseers'],
    ['looking at a decision again', reviewers, 'POST', '/api/decisions/:id/review'],
    ['looking again at what a customer asked', contestReviewers, 'POST', '/api/decisions/:id/contest/read'],
    ['taking more time for it', contestReviewers, 'POST', '/api/decisions/:id/contest/extend'],
    ['saying what another system did', contestReviewers, 'POST', '/api/decisions/:id/contest/confirm'],
    ['figures of contests', contestFigureReaders, 'GET', '/api/contests/statistics'],
    ['starting a monitor', monitorMakers, 'POST', '/api/fairness/monitors'],
    ['taking a conversation over', handOffTakers, 'POST', '/api/hand-offs/:id/accept'],
    ['closing a hand-off', handOffTakers, 'POST', '/api/hand-offs/:id/complete'],
    ['recomputing the row', verifiers, 'POST', '/api/ledger/verify'],
    ['making a key', keyHolders, 'POST', '/api/keys'],
    ['revoking a key', keyHolders, 'DELETE', '/api/keys/:key'],
    ['adding a person', personAdministrators, 'POST', '/api/people'],
    ['giving a role', personAdministrators, 'POST', '/api/people/:person/roles'],
    ['recording a request', takers, 'POST', '/api/requests'],
    ['deciding on a request', requestDeciders, 'POST', '/api/requests/:id/decide'],
    ['finding a customer', recorders, 'POST', '/api/privacy/subjects/find'],
    ['planning an audit', auditMakers, 'POST', '/api/fairness/audits'],
    ['bringing a file to an audit', auditMakers, 'POST', '/api/fairness/audits/:id/file'],
    ['judging a finding', auditMakers, 'POST', '/api/fairness/findings/:id/judge'],
    ['writing down a complaint', intake, 'POST', '/api/complaints'],
    ['choosing whom a complaint is about', intake, 'GET', '/api/complaint-people'],
    ['judging a group of complaints', judges, 'POST', '/api/complaint-clusters/:id/judge'],
    ['the report on complaints', readers, 'GET', '/api/complaints-report'],
    ['reading what customers wrote', textReaders, 'POST', '/api/feedback/texts'],
    ['reporting an answer of the AI', textReaders, 'POST', '/api/wrong-answers'],
    ['judging a report', answerJudges, 'POST', '/api/wrong-answers/:id/decision'],
    ['telling customers the right answer', answerJudges, 'POST', '/api/wrong-answers/:id/correction'],
    ['recording a training', qualifiers, 'POST', '/api/people/:person/qualifications'],
  ] as const)
    test(what, () => {
      assert.deepEqual(sorted(offered), sorted(allowed(method, path)))
    })
})

describe('a case is offered to who may have it', () => {
  test('the list, giving, and what was written', () => {
    assert.deepEqual(sorted(offeredCases.caseReaders), sorted(caseReaders))
    assert.deepEqual(sorted(offeredCases.assigners), sorted(assigners))
    assert.deepEqual(offeredCases.caseWorkers, caseWorkers)
    assert.deepEqual(sorted(offeredCases.workReaders('breach')!), sorted(allowed('GET', '/api/breaches')))
    assert.equal(offeredCases.workReaders('hand_off'), undefined)
    assert.deepEqual(sorted(roles), sorted(allowed('GET', '/api/hand-offs')))
    assert.deepEqual(sorted(offeredCases.workTakers.hand_off), sorted(allowed('POST', '/api/hand-offs/:id/accept')))
    assert.deepEqual(sorted(offeredCases.workTakers.breach), sorted(allowed('POST', '/api/breaches/:id/assign')))
    for (const kind of offeredCases.caseKinds)
      assert.deepEqual(sorted(offeredCases.caseWriters(kind)), sorted(readersOf(kind)), kind)
    const workers = [...Object.values(offeredCases.caseWorkers).flat(), ...offeredCases.assigners]
    assert.deepEqual(sorted([...new Set(workers)]), sorted(allowed('POST', '/api/cases/:id/assign')))
    const writers = offeredCases.caseKinds.flatMap(offeredCases.caseWriters)
    assert.deepEqual(sorted([...new Set(writers)]), sorted(allowed('POST', '/api/cases/:id/notes')))
  })
})

describe('an area is in the menu of who may see it', () => {
  for (const [path, api] of [
    ['/console/today', '/api/today'],
    ['/console/privacy/keys', '/api/privacy/keys'],
    ['/console/conversations', '/api/conversations'],
    ['/console/feedback', '/api/feedback'],
    ['/console/systems', '/api/systems'],
    ['/console/ledger', '/api/ledger'],
    ['/console/people', '/api/people'],
    ['/console/cases', '/api/cases'],
    ['/console/keys', '/api/keys'],
    ['/console/requests', '/api/requests'],
    ['/console/retention', '/api/retention'],
    ['/console/breaches', '/api/breaches'],
  ] as const)
    test(path, () => {
      const area = areas.find((one) => one.path === path)
      const may = allowed('GET', api)
      const wrong = (area?.roles ?? roles).filter((role) => !may.includes(role as Role))
      assert.deepEqual(wrong, [], 'nobody meets a door that stays shut')
    })
})
