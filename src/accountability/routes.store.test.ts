import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { decideGate } from '../assessments/index.ts'
import { ApiError, type Caller, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { loadStops } from '../records/index.ts'
import { apply, callRoute, organisationFrom, plainDeps, scopeOf, staff, start, testKeys } from '../records/testing.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const later = new Date(start.getTime() + 600_000)

describe('the stop button over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  const people: Record<string, string> = {}
  const act = (path: string, caller: Caller, id: string, body: object, now = start) =>
    callRoute(all, 'POST', path, caller, { params: { id }, body, now })
  const stop = (id: string, caller: Caller, body: object = { reason: 'harm' }) =>
    act('/api/systems/:id/stop', caller, id, body)
  const resume = (id: string, caller: Caller, reason = 'Nagekeken en hersteld.') =>
    act('/api/systems/:id/resume', caller, id, { reason }, later) as Promise<{ minutes: number }>
  const stopped = async (id: string) =>
    (
      await db.ownerQuery<{ stop_reason: string | null }>('select stop_reason from standing where system_id = $1', [id])
    ).map((row) => row.stop_reason)
  const entries = async (type: string) =>
    (
      await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [
        type,
      ])
    ).map((row) => JSON.parse(row.payload.toString('utf8')))
  const supervisor = staff('toets', ['supervisor'], '*', 'super-1')
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')

  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({ database: db.database, ids: randomIds })
    for (const row of await db.ownerQuery<{ person_id: string; file_id: string }>(
      'select person_id, file_id from person',
    ))
      people[row.file_id] = row.person_id
  })
  after(() => db.close())

  test('stopping works on every version at once and is on record; the note is not in the entry', async () => {
    await stop('in-orde', supervisor, { reason: 'wrong_answers', note: 'Klaagt over mevrouw De Wit.' })
    assert.deepEqual(await stopped('in-orde'), ['wrong_answers', 'wrong_answers'])
    const entry = (await entries('system.stopped')).at(-1)
    assert.deepEqual(
      [entry.refs.system, entry.body, entry.actor],
      ['in-orde', { reason: 'wrong_answers' }, { kind: 'person', id: 'super-1' }],
    )
    assert.ok(!JSON.stringify(entry).includes('Wit'))
    const [order] = (await db.database.inTx(scopeOf('toets'), (tx) => loadStops(tx))).filter(
      (one) => one.system === 'in-orde',
    )
    assert.equal(order?.note, 'Klaagt over mevrouw De Wit.')
    await assert.rejects(stop('in-orde', officer), refused('already_stopped'))
  })

  test('who stopped lifts it with a reason; another supervisor does not', async () => {
    await assert.rejects(
      resume('in-orde', staff('toets', ['supervisor'], '*', 'super-2')),
      refused('not_yours_to_resume'),
    )
    assert.equal((await resume('in-orde', supervisor)).minutes, 10)
    assert.deepEqual(await stopped('in-orde'), [null, null])
    assert.deepEqual((await entries('system.resumed')).at(-1).body, { reason: 'Nagekeken en hersteld.', minutes: 10 })
    await assert.rejects(resume('in-orde', supervisor), refused('not_stopped'))
    await assert.rejects(resume('in-orde', officer, 'x'), /reason/)
  })

  test('an overseer needs a valid training for the button', async () => {
    await assert.rejects(
      stop('in-orde', staff('toets', ['overseer'], '*', people.petra)),
      refused('overseer_unqualified'),
    )
    await stop('in-orde', staff('toets', ['overseer'], '*', people.oscar))
    await resume('in-orde', officer)
  })

  test('a client is stopped as a whole, and one system of it stays stopped when that is lifted', async () => {
    await stop('begrensd', supervisor, { reason: 'security' })
    await act('/api/clients/:id/stop', officer, 'contractklant', { reason: 'privacy' })
    assert.deepEqual(await stopped('zonder-toezicht'), ['privacy'])
    assert.deepEqual(await stopped('op-toestemming'), [null])
    await assert.rejects(resume('zonder-toezicht', officer), refused('stopped_for_client'))
    await assert.rejects(
      act('/api/clients/:id/stop', officer, 'contractklant', { reason: 'harm' }),
      refused('already_stopped'),
    )
    await assert.rejects(
      act('/api/clients/:id/stop', supervisor, 'toestemmingklant', { reason: 'harm' }),
      refused('not_allowed'),
    )
    await act('/api/clients/:id/resume', officer, 'contractklant', { reason: 'Lek is gedicht.' }, later)
    assert.deepEqual(await stopped('zonder-toezicht'), [null])
    assert.deepEqual(await stopped('begrensd'), ['security'])
    await assert.rejects(
      act('/api/clients/:id/resume', officer, 'contractklant', { reason: 'Nog eens.' }),
      refused('not_stopped'),
    )
  })

  test('nobody stops a system of a client that is not theirs, or without the role', async () => {
    await assert.rejects(
      stop('in-orde', staff('toets', ['supervisor'], ['toestemmingklant'])),
      refused('system_unknown'),
    )
    for (const role of ['agent', 'owner', 'auditor', 'client_representative', 'management', 'ai_engineer'])
      await assert.rejects(stop('in-orde', staff('toets', [role])), refused('not_allowed'))
    await assert.rejects(stop('in-orde', officer, { reason: 'boredom' }), /reason/)
  })

  test('a stop is never lost to a gate decision taken at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const gate = {
        system: 'melding-vereist',
        version: '1',
        decision: 'approve' as const,
        by: people.mila!,
        reasons: 'Nagekeken.',
        conditions: null,
        despite: null,
        at: start,
        validUntil: later,
      }
      await Promise.all([
        db.database.inTx(scopeOf('toets'), (tx) => decideGate(tx, gate, { now: start, ids: randomIds })),
        stop('melding-vereist', officer),
        db.database.inTx(scopeOf('toets'), (tx) => decideGate(tx, gate, { now: start, ids: randomIds })),
      ])
      assert.deepEqual(await stopped('melding-vereist'), ['harm'], `round ${round}`)
      await resume('melding-vereist', officer)
    }
  })

  test('of two who press at once one stops and the other hears that it is done', async () => {
    const results = await Promise.allSettled([stop('bezwaar-mogelijk', officer), stop('bezwaar-mogelijk', supervisor)])
    assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
  })

  test('an operator at the machine may stop and lift', async () => {
    const operator: Caller = { kind: 'operator', id: 'operator:test', roles: [], scope: scopeOf('toets') }
    await stop('op-toestemming', operator)
    await resume('op-toestemming', operator)
    assert.deepEqual(await stopped('op-toestemming'), [null])
  })
})
