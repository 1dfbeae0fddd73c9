import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { loadGates, writeGateCondition } from '../records/index.ts'
import { apply, callRoute, organisationFrom, plainDeps, scopeOf, staff, start, testKeys } from '../records/testing.ts'
import { routes } from './routes.ts'
import { decideGate } from './store.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const days = (n: number) => new Date(start.getTime() + n * 86_400_000).toISOString()

describe('gate and oversight over the wire', () => {
  let db: TestDatabase
  let all: Route[]
  const people: Record<string, string> = {}
  const officer = staff('toets', ['ethics_officer'], '*', 'officer-1')
  const gate = (id: string, body: object = {}, caller = officer, now = start) =>
    callRoute(all, 'POST', '/api/systems/:id/gate', caller, {
      params: { id },
      body: {
        version: '1',
        decision: 'approve',
        reasons: 'Nagekeken en goed bevonden.',
        validUntil: days(100),
        ...body,
      },
      now,
    })
  const name = (id: string, person: string, body: object = {}, caller = officer) =>
    callRoute(all, 'POST', '/api/systems/:id/overseers', caller, { params: { id }, body: { person, ...body } })
  const standing = async (id: string) =>
    (
      await db.ownerQuery<{ gate: string; oversight: string; gate_record: string | null }>(
        'select gate, oversight, gate_record from standing where tenant_id = $1 and system_id = $2 and version_id = $3',
        ['toets', id, '1'],
      )
    )[0]

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

  test('a decision counts for the next call and is on record with its reasons', async () => {
    const { gate: id } = (await gate('zonder-vrijgave')) as { gate: string }
    assert.deepEqual(await standing('zonder-vrijgave'), { gate: 'passed', oversight: 'present', gate_record: id })
    const events = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'gate.decided'`,
    )
    assert.deepEqual(JSON.parse(events.at(-1)!.payload.toString('utf8')).refs, {
      gate: id,
      person: 'officer-1',
      system: 'zonder-vrijgave',
      version: '1',
    })
    await gate('zonder-vrijgave', { decision: 'reject', reasons: 'Toch niet, de antwoorden deugen niet.' })
    assert.equal((await standing('zonder-vrijgave'))?.gate, 'rejected')
  })

  test('the last decision counts, also when the clock was set back before it', async () => {
    const system = 'vrijgave-verlopen'
    const earlier = new Date(start.getTime() - 3_600_000)
    await gate(system)
    assert.equal((await standing(system))?.gate, 'passed')
    await gate(system, { decision: 'reject' }, officer, earlier)
    assert.equal((await standing(system))?.gate, 'rejected')
    await gate(system, {}, officer, earlier)
    assert.equal((await standing(system))?.gate, 'passed')
  })

  test('what cannot be decided is refused and changes nothing', async () => {
    const before = await db.ownerQuery('select gate_id from gate_decision')
    await assert.rejects(
      gate('in-orde', {}, staff('toets', ['ethics_officer'], '*', people.ravi)),
      refused('gate_by_owner'),
    )
    await assert.rejects(gate('in-orde', { version: '9' }), refused('version_unknown'))
    await assert.rejects(gate('elders'), refused('system_unknown'))
    await assert.rejects(gate('in-orde', { validUntil: days(800) }), refused('gate_too_long'))
    await assert.rejects(gate('in-orde', { validUntil: days(-1) }), refused('gate_ends_before'))
    await assert.rejects(gate('in-orde', { decision: 'conditional' }), refused('gate_conditions_missing'))
    await assert.rejects(gate('in-orde', { reasons: 'kort' }), /reasons/)
    for (const role of ['supervisor', 'overseer', 'owner', 'auditor', 'management', 'client_representative'])
      await assert.rejects(gate('in-orde', {}, staff('toets', [role])), refused('not_allowed'))
    await assert.rejects(
      gate('in-orde', {}, staff('toets', ['ethics_officer'], ['toestemmingklant'])),
      refused('system_unknown'),
    )
    assert.equal((await db.ownerQuery('select gate_id from gate_decision')).length, before.length)
  })

  test('what the register requires is asked for, shown, and passed over only with written reasons', async () => {
    const system = 'zonder-vrijgave'
    const shown = (language: 'nl' | 'en' = 'nl') =>
      callRoute(all, 'GET', '/api/systems/:id/gate', officer, { params: { id: system }, language }) as Promise<{
        version: string
        conditions: { condition: string; policy: string; state: string; sentence: string }[]
      }>
    await db.ownerQuery(
      `update ai_system set gate_policies = '{"dataSheet": "required", "pairedPrompts": "shown"}' where system_id = '${system}'`,
    )
    const { version, conditions } = await shown()
    assert.equal(version, '1')
    assert.deepEqual(
      conditions.map(({ condition, policy, state }) => [condition, policy, state]),
      [
        ['dataSheet', 'required', 'missing'],
        ['pairedPrompts', 'shown', 'missing'],
      ],
    )
    await assert.rejects(gate(system), refused('gate_condition_unmet'))
    await gate(system, { decision: 'reject' })
    await gate(system, { despite: 'De leverancier geeft de gegevens pas in mei.' })
    const events = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'gate.decided' order by seq`,
    )
    assert.deepEqual(JSON.parse(events.at(-1)!.payload.toString('utf8')).body.despite, ['dataSheet'])
    const gates = await db.database.inTx(scopeOf('toets'), (tx) => loadGates(tx, [system]))
    assert.equal(gates.at(-1)?.despite, 'De leverancier geeft de gegevens pas in mei.')

    const place = { client: 'toestemmingklant', system, version: '1' }
    const own = (
      await db.ownerQuery<{ client_id: string }>(`select client_id from ai_system where system_id = '${system}'`)
    )[0]!
    const write = (state: 'met' | 'failed', asOf: Date) =>
      db.database.inTx(scopeOf('toets'), (tx) =>
        writeGateCondition(
          tx,
          { ...place, client: own.client_id },
          { condition: 'dataSheet', state, asOf, record: 'sheet-1', values: { rows: 1_200 } },
        ),
      )
    await write('met', start)
    await write('failed', new Date(start.getTime() - 1))
    assert.equal((await shown('en')).conditions[0]?.state, 'met', 'an older result replaces nothing')
    assert.match((await shown('en')).conditions[0]!.sentence, /^Data sheet of .* 2026: 1,200 rows/)
    await gate(system)
  })

  test('reasons in two languages are kept in both', async () => {
    const scope = scopeOf('toets')
    await db.database.inTx(scope, (tx) =>
      decideGate(
        tx,
        {
          system: 'afgewezen',
          version: '1',
          decision: 'conditional',
          by: people.mila!,
          reasons: { nl: 'Nu wel goed.', en: 'Good now.' },
          conditions: 'Elke week nalopen.',
          despite: null,
          at: start,
          validUntil: new Date(days(10)),
        },
        { now: start, ids: randomIds },
      ),
    )
    const gates = await db.database.inTx(scope, (tx) => loadGates(tx, ['afgewezen']))
    assert.deepEqual(
      [gates.at(-1)?.reasons, gates.at(-1)?.conditions],
      [{ nl: 'Nu wel goed.', en: 'Good now.' }, 'Elke week nalopen.'],
    )
  })

  test('someone with a valid training is named, and the system is overseen at once', async () => {
    await name('zonder-toezicht', people.oscar!)
    assert.equal((await standing('zonder-toezicht'))?.oversight, 'present')
    await assert.rejects(name('zonder-toezicht', people.oscar!), refused('overseer_named'))
    await callRoute(all, 'DELETE', '/api/systems/:id/overseers/:person', officer, {
      params: { id: 'zonder-toezicht', person: people.oscar! },
    })
    assert.equal((await standing('zonder-toezicht'))?.oversight, 'missing')
    await assert.rejects(
      callRoute(all, 'DELETE', '/api/systems/:id/overseers/:person', officer, {
        params: { id: 'zonder-toezicht', person: people.oscar! },
      }),
      refused('overseer_unknown'),
    )
  })

  test('oversight that was ended stays ended, also when the clock is set back', async () => {
    const system = 'in-orde'
    const earlier = new Date(start.getTime() - 3_600_000)
    assert.equal((await standing(system))?.oversight, 'present')
    const path = { params: { id: system, person: people.oscar! }, now: start }
    await callRoute(all, 'DELETE', '/api/systems/:id/overseers/:person', officer, path)
    await gate(system, {}, officer, earlier)
    assert.equal((await standing(system))?.oversight, 'missing')
  })

  test('someone without one is not', async () => {
    await assert.rejects(name('zonder-toezicht', people.petra!), refused('person_unqualified'))
    await assert.rejects(name('zonder-toezicht', people.mila!), refused('person_unqualified'))
    await assert.rejects(name('zonder-toezicht', 'nobody'), refused('person_unknown'))
    await assert.rejects(name('zonder-toezicht', people.oscar!, { until: days(-1) }), refused('end_past'))
  })

  test('of decisions taken at once none is lost, and the standing is that of the last', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        gate('begrensd', { decision: n % 2 === 0 ? 'approve' : 'reject', reasons: `Besluit nummer ${n} van vandaag.` }),
      ),
    )
    const gates = await db.database.inTx(scopeOf('toets'), (tx) => loadGates(tx, ['begrensd']))
    assert.equal(gates.length, 13)
    assert.equal((await standing('begrensd'))?.gate_record, gates.at(-1)?.id)
  })
})
