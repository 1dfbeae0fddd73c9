import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { assignRole, endQualification } from '../access/index.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { keepRegister } from './jobs.ts'
import { loadStanding, oversightChanged } from './store.ts'
import { apply, organisationFrom, plainDeps, scopeOf, start, testKeys } from './testing.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const hours = (n: number) => new Date(start.getTime() + n * 3_600_000)
const act = (now = start) => ({ now, ids: randomIds })

describe('standing in the database', () => {
  let db: TestDatabase
  const people: Record<string, string> = {}
  const oversight = async (system: string) =>
    (
      await db.ownerQuery<{ oversight: string }>(
        'select oversight from standing where tenant_id = $1 and system_id = $2 order by version_id desc',
        ['toets', system],
      )
    )[0]?.oversight

  before(async () => {
    db = await testDatabase()
    await apply(db.database, plainDeps(testKeys()), organisationFrom(file, start), act())
    for (const row of await db.ownerQuery<{ person_id: string; file_id: string }>(
      'select person_id, file_id from person',
    ))
      people[row.file_id] = row.person_id
  })
  after(() => db.close())

  test('an oversight that begins later than it was given is taken up by the minute job, once it has begun', async () => {
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      await assignRole(
        tx,
        { person: people.oscar!, role: 'overseer', client: null, system: 'zonder-toezicht', from: hours(2) },
        act(),
      )
      await oversightChanged(tx, { person: people.oscar!, system: 'zonder-toezicht' }, act())
    })
    assert.equal(await oversight('zonder-toezicht'), 'missing')
    assert.equal((await keepRegister(db.database, () => act(hours(1)))).refreshed, 0)
    assert.equal((await keepRegister(db.database, () => act(hours(2)))).refreshed, 1)
    assert.equal(await oversight('zonder-toezicht'), 'present')
    assert.equal((await keepRegister(db.database, () => act(hours(3)))).refreshed, 0)
  })

  test('an overseer of two clients who loses the training loses it at both, whoever ends it', async () => {
    assert.deepEqual([await oversight('in-orde'), await oversight('op-toestemming')], ['present', 'present'])
    const [qualification] = await db.ownerQuery<{ qualification_id: string }>(
      'select qualification_id from qualification where person_id = $1',
      [people.oscar],
    )
    const later = act(hours(4))
    const seen = await db.database.inTx(scopeOf('toets', ['toestemmingklant']), async (tx) => {
      await endQualification(tx, { person: people.oscar!, qualification: qualification!.qualification_id }, later)
      await oversightChanged(tx, { person: people.oscar!, system: null }, later)
      // The scope is as narrow as before when it is done.
      return (await loadStanding(tx)).map((one) => one.system).toSorted()
    })
    assert.deepEqual(seen, ['aanbieder-niet-toegestaan', 'op-toestemming'])
    assert.deepEqual([await oversight('in-orde'), await oversight('op-toestemming')], ['missing', 'missing'])
  })

  test('someone of one client sees the standing of its systems only', async () => {
    const standing = await db.database.inTx(scopeOf('toets', ['contractklant']), (tx) => loadStanding(tx), {
      readOnly: true,
    })
    assert.equal(
      standing.some((one) => one.system === 'op-toestemming'),
      false,
    )
    assert.equal(
      standing.some((one) => one.system === 'in-orde'),
      true,
    )
    assert.deepEqual(await db.database.inTx(scopeOf('elders'), (tx) => loadStanding(tx), { readOnly: true }), [])
  })
})
