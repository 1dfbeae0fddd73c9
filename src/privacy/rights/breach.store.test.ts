import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { openConversation, recordEvent } from '../../records/index.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  testKeys,
} from '../../records/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { type BreachDetail, breachBody } from './contract.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
const hour = (n: number) => new Date(start.getTime() + n * 3_600_000)

describe('data breaches', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const subjects: string[] = []
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      pseudonymHours: 24,
      ledgerDays: 2_557,
      backupsUntil: () => null,
    })
    const act = { now: start, ids: randomIds }
    // One customer an hour; the third was only looked at.
    for (let n = 0; n < 3; n++) {
      const { subject, conversation } = await db.database.inTx(scopeOf('toets'), (tx) =>
        openConversation(tx, ring, { client, system: 'in-orde', conversation: `b-${n}`, reference: `B-${n}` }, act),
      )
      subjects.push(subject)
      if (n < 2) {
        await db.ownerQuery(
          `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, system_id, upstream_id, state, started_at) values ('toets', $1, $2, $3, $4, 'in-orde', 'eigen', 'completed', $5)`,
          [client, `b-call-${n}`, conversation, subject, hour(n)],
        )
        await db.database.inTx(scopeOf('toets'), (tx) =>
          recordEvent(
            tx,
            { now: hour(n), ids: randomIds },
            {
              type: 'call.admitted',
              client,
              subject,
              refs: { call: `b-call-${n}`, key: `key-${n}` },
            },
          ),
        )
      } else
        await db.database.inTx(scopeOf('toets', '*', { kind: 'person', id: 'curious' }), (tx) =>
          recordEvent(
            tx,
            { now: hour(n), ids: randomIds },
            { type: 'conversation.viewed', client, subject, refs: { conversation }, body: { role: 'agent' } },
          ),
        )
    }
  })
  after(() => db.close())
  const dpo = staff('toets', ['dpo'])
  const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
  const words = 'Een lijst met namen van klanten ging naar een verkeerd adres.'
  const record = (more: object = {}, caller: Caller = dpo) =>
    callRoute(all, 'POST', '/api/breaches', caller, {
      body: {
        client,
        kinds: ['confidentiality'],
        cause: 'wrong_recipient',
        categories: ['contact'],
        discoveredAt: start.toISOString(),
        what: words,
        ...more,
      },
      now: hour(1),
    }) as Promise<BreachDetail>
  const step = (id: string, path: string, body: object | undefined, now = hour(2)) =>
    callRoute(all, 'POST', `/api/breaches/:id/${path}`, dpo, {
      params: { id },
      ...(body === undefined ? {} : { body }),
      now,
    }) as Promise<BreachDetail>
  const period = { from: hour(0).toISOString(), until: hour(5).toISOString() }
  const assess = { risk: 'risk', notifyAuthority: true, tellPeople: false, reasons: 'Het zijn namen.' }

  test('is on record with its 72 hours, and nothing of it is readable', async () => {
    const breach = await record()
    assert.equal(breach.dueAt, hour(72).toISOString())
    assert.deepEqual([breach.what, breach.clock], [words, 'in_time'])
    const rows = await db.ownerQuery('select * from breach where breach_id = $1', [breach.id])
    const [entry] = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'breach.recorded'`,
    )
    for (const text of [
      JSON.stringify(rows),
      (rows[0]!.sealed as Buffer).toString('latin1'),
      entry!.payload.toString(),
    ])
      assert.ok(!text.includes('verkeerd adres'))
    assert.equal(breachBody.parse(JSON.parse(entry!.payload.toString()).body).dueAt, hour(72).toISOString())
  })

  for (const [name, by, found] of [
    ['an AI system', { system: 'in-orde' }, [0, 1]],
    ['a provider', { upstream: 'eigen' }, [0, 1]],
    ['a key', { key: 'key-1' }, [1]],
    ['a member of staff', { person: 'curious' }, [2]],
    ['a system in another period', { system: 'in-orde', from: hour(1).toISOString() }, [1]],
    ['a key that nobody used', { key: 'key-9' }, []],
  ] as const)
    test(`finds whom ${name} touched`, async () => {
      const { id } = await record()
      const breach = await step(id, 'affected', { ...period, ...by })
      assert.equal(breach.affected, found.length)
      const rows = await db.ownerQuery<{ subject_id: string }>(
        'select subject_id from breach_subject where breach_id = $1',
        [id],
      )
      assert.deepEqual(rows.map((row) => row.subject_id).sort(), found.map((n) => subjects[n]!).sort())
      assert.equal(breach.searches.length, 1)
    })

  test('searches add up, each person once; a search is by one thing', async () => {
    const { id } = await record()
    await step(id, 'affected', { ...period, system: 'in-orde' })
    assert.equal((await step(id, 'affected', { ...period, key: 'key-1' })).affected, 2)
    assert.equal((await step(id, 'affected', { ...period, person: 'curious' })).affected, 3)
    await assert.rejects(step(id, 'affected', period), refused('affected_by_one'))
    await assert.rejects(step(id, 'affected', { ...period, key: 'a', system: 'b' }), refused('affected_by_one'))
  })

  test('goes from record to end: assessed, reported, people told, closed', async () => {
    const { id } = await record()
    await assert.rejects(step(id, 'close', undefined), refused('breach_not_assessed'))
    await assert.rejects(step(id, 'notify', { authority: true, people: false }), refused('breach_not_assessed'))
    await assert.rejects(step(id, 'assess', { ...assess, notifyAuthority: false }), refused('authority_needed'))
    await step(id, 'assess', { ...assess, risk: 'high', tellPeople: true })
    await assert.rejects(step(id, 'close', undefined), refused('authority_not_told'))
    const told = await step(id, 'notify', { authority: true, people: false, reference: 'AP-2026-1' })
    assert.deepEqual([told.clock, told.authorityReference], ['reported', 'AP-2026-1'])
    await assert.rejects(step(id, 'close', undefined), refused('people_not_told'))
    await step(id, 'notify', { authority: false, people: true })
    const closed = await step(id, 'close', undefined)
    assert.deepEqual(
      closed.proofs.map(({ type }) => type),
      ['breach.recorded', 'breach.assessed', 'breach.notified', 'breach.notified', 'breach.closed'],
    )
    await assert.rejects(step(id, 'assess', assess), refused('breach_closed'))
  })

  test('a report after 72 hours says why', async () => {
    const { id } = await record()
    await step(id, 'assess', assess)
    const late = { authority: true, people: false }
    await assert.rejects(step(id, 'notify', late, hour(73)), refused('late_reason_needed'))
    assert.equal(
      (await step(id, 'notify', { ...late, lateReason: 'De leverancier meldde het laat.' }, hour(73))).lateReason,
      'De leverancier meldde het laat.',
    )
  })

  test('a moment that has not come, a client that is not there, and who may not, are refused', async () => {
    await assert.rejects(record({ discoveredAt: hour(9).toISOString() }), refused('breach_future'))
    await assert.rejects(record({ client: 'niemand' }), refused('client_unknown'))
    await assert.rejects(
      record({ happenedFrom: hour(2).toISOString(), happenedUntil: hour(1).toISOString() }),
      refused('breach_order'),
    )
    await assert.rejects(record({}, staff('toets', ['agent'])), refused('not_allowed'))
    const { id } = await record()
    const other = staff('toets', ['dpo'], ['toestemmingklant'])
    await assert.rejects(
      callRoute(all, 'GET', '/api/breaches/:id', other, { params: { id } }),
      refused('breach_unknown'),
    )
  })
})
