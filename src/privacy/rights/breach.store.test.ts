import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createPortalLink } from '../../access/index.ts'
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
import { breachSource } from './breach.ts'
import { type BreachDetail, type BreachList, type Bundle, breachBody, type KnownView } from './contract.ts'
import { keepBreaches } from './io/breaches.ts'
import { eraseSubject } from './io/erasure.ts'
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
  const record = (more: object = {}, caller: Caller = dpo, now = hour(1)) =>
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
      now,
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
    await assert.rejects(step(id, 'notify', { authority: false, people: true }), refused('breach_words_needed'))
    await step(id, 'letter', worded)
    await step(id, 'notify', { authority: false, people: true })
    await assert.rejects(step(id, 'letter', worded), refused('breach_told'))
    const closed = await step(id, 'close', undefined)
    assert.deepEqual(
      closed.proofs.map(({ type }) => type),
      ['breach.recorded', 'breach.assessed', 'breach.notified', 'breach.worded', 'breach.notified', 'breach.closed'],
    )
    await assert.rejects(step(id, 'assess', assess), refused('breach_closed'))
  })

  const inDutch = {
    happened: 'Een medewerker stuurde een lijst naar een verkeerd adres.',
    consequences: 'Iemand anders kan uw naam lezen.',
    measures: 'De ontvanger heeft de lijst gewist.',
  }
  const worded = {
    nl: inDutch,
    en: {
      happened: 'A list went to a wrong address.',
      consequences: 'Someone else can read your name.',
      measures: 'The list was erased.',
    },
  }

  test('letters go to everybody it touched, each in their own language with their own days, by number where it is known', async () => {
    await db.ownerQuery(`update data_subject set language = 'en' where subject_id = $1`, [subjects[1]])
    await db.ownerQuery(`update conversation set started_at = $2 where subject_id = $1`, [subjects[1], hour(-48)])
    const { id } = await record()
    await step(id, 'affected', { ...period, system: 'in-orde' })
    await step(id, 'assess', { ...assess, risk: 'high', tellPeople: true })
    const bundle = (more: object = {}) => step(id, 'letters', more) as unknown as Promise<Bundle>
    await assert.rejects(bundle(), refused('breach_words_needed'))
    await step(id, 'letter', worded)
    const { letters, more } = await bundle({ references: ['B-0', 'B-9', 'Mevrouw Jansen'] })
    assert.equal(more, null)
    const of = (n: number) => letters.find(({ subject }) => subject === subjects[n])!
    assert.equal(letters.length, 2)
    assert.deepEqual([of(0).reference, of(1).reference], ['B-0', null])
    assert.match(of(0).letter.paragraphs.join('\n'), /verkeerd adres[\s\S]*25 november 2026/)
    assert.match(of(1).letter.paragraphs.join('\n'), /wrong address/)
    assert.match(of(1).letter.paragraphs.join('\n'), /your conversations of: 23 November 2026\./)
    const stored = JSON.stringify(await db.ownerQuery('select payload::text, type from ledger_pending'))
    const inBreach = Buffer.concat(
      (await db.ownerQuery<{ sealed: Buffer }>('select sealed from breach')).map(({ sealed }) => sealed),
    )
    for (const personal of ['Jansen', 'verkeerd adres'])
      assert.ok(!stored.includes(Buffer.from(personal).toString('hex')) && !inBreach.includes(personal), personal)

    assert.equal((await detail(id)).untold, 2)
    assert.deepEqual(await onPage(0), [])
    const told = await step(id, 'notify', { authority: true, people: true }, hour(4))
    assert.deepEqual([told.untold, told.toldAt], [0, hour(4).toISOString()])
    const [entry] = await bodies('breach.notified', id)
    assert.deepEqual([entry?.people, entry?.told], [true, 2])
    const [letter] = await onPage(0)
    assert.deepEqual([letter?.at, letter?.paragraphs], [hour(4).toISOString(), of(0).letter.paragraphs])
    assert.deepEqual(await onPage(2), [], 'nobody else')

    // Somebody who is found later is told too, before it is closed.
    await step(id, 'affected', { ...period, person: 'curious' })
    assert.equal((await detail(id)).untold, 1)
    await assert.rejects(step(id, 'close', undefined), refused('people_not_told'))
    await step(id, 'notify', { authority: false, people: true }, hour(5))
    assert.deepEqual(
      (await bodies('breach.notified', id)).map(({ told }) => told),
      [2, 1],
    )
    await step(id, 'close', undefined)
  })

  test('who was erased gets no letter and need not be told', async () => {
    const { subject } = await db.database.inTx(scopeOf('toets'), (tx) =>
      openConversation(tx, ring, { client, system: 'in-orde', conversation: 'b-weg', reference: 'B-weg' }, act),
    )
    await db.ownerQuery(
      `insert into ai_call (tenant_id, client_id, call_id, subject_id, system_id, upstream_id, state, started_at) values ('toets', $1, 'b-weg', $2, 'in-orde', 'eigen', 'completed', $3)`,
      [client, subject, hour(20)],
    )
    const { id } = await record()
    await step(id, 'affected', { system: 'in-orde', from: hour(19).toISOString(), until: hour(21).toISOString() })
    await step(id, 'letter', worded)
    await db.database.inTx(scopeOf('toets'), (tx) =>
      eraseSubject(tx, subject, { cause: 'request', backupsUntil: null }, act),
    )
    const { letters, erased } = (await step(id, 'letters', {})) as unknown as Bundle
    assert.deepEqual([letters, erased, (await detail(id)).untold], [[], 1, 0])
  })

  test('finds whose link it was, while it worked, and what was done with it; by number, code or address', async () => {
    const [conversation] = await db.ownerQuery<{ conversation_id: string }>(
      'select conversation_id from conversation where subject_id = $1 limit 1',
      [subjects[0]],
    )
    const made = await db.database.inTx(scopeOf('toets'), (tx) =>
      createPortalLink(
        tx,
        { to: { conversation: conversation!.conversation_id }, subject: subjects[0]!, expiresAt: hour(30) },
        { now: hour(10), ids: randomIds },
      ),
    )
    const search = async (link: string, from: number, until: number) => {
      const { id } = await record()
      return step(id, 'affected', { link, from: hour(from).toISOString(), until: hour(until).toISOString() })
    }
    for (const link of [made.link, made.token, `https://waarborg.example${made.path}/choices?lang=en`]) {
      const breach = await search(link, 11, 12)
      assert.deepEqual([breach.affected, breach.searches[0]?.link, breach.conversations], [1, made.link, 1])
    }
    assert.equal((await search(made.link, 1, 9)).affected, 0, 'before it was there')
    assert.equal((await search(made.link, 31, 40)).affected, 0, 'after its end')
    // What was done with it is on record, whenever it was.
    await db.database.inTx(scopeOf('toets', [client], { kind: 'customer', id: made.link }), (tx) =>
      recordEvent(
        tx,
        { now: hour(35), ids: randomIds },
        { type: 'copy.collected', client, subject: subjects[0]!, refs: { copy: 'x' } },
      ),
    )
    assert.equal((await search(made.link, 31, 40)).affected, 1)
    await assert.rejects(search('nergens', 1, 2), refused('portal_link_unknown'))
    await assert.rejects(search('A'.repeat(43), 1, 2), refused('portal_link_unknown'))
    const stored = await db.ownerQuery<{ query: unknown }>('select query from breach where query is not null')
    assert.ok(!JSON.stringify(stored).includes(made.token), 'the code that opens the page is not kept')
  })

  const act = { now: start, ids: randomIds }
  const detail = (id: string) =>
    callRoute(all, 'GET', '/api/breaches/:id', dpo, { params: { id }, now: hour(6) }) as Promise<BreachDetail>
  const bodies = async (type: string, id: string) =>
    (
      await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [
        type,
      ])
    )
      .map(({ payload }) => JSON.parse(payload.toString('utf8')))
      .filter(({ refs }) => refs.breach === id)
      .map(({ body }) => breachBody.parse(body))
  const onPage = async (n: number) => {
    const [row] = await db.ownerQuery<{ id: string }>(
      'select conversation_id as id from conversation where subject_id = $1 limit 1',
      [subjects[n]],
    )
    const bound = { client, conversation: row!.id, subject: subjects[n]!, link: 'l' }
    const scope = scopeOf('toets', [client], { kind: 'customer', id: 'l' })
    const link: Caller = { kind: 'customer', id: 'l', roles: [], scope, bound }
    return ((await callRoute(all, 'GET', '/api/portal/data', link, { now: hour(6) })) as KnownView).breaches
  }

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

  test('has a number, is given to who may work on it, and says what comes next as the list does', async () => {
    const hand = (id: string, person: string | null, caller: Caller = dpo) =>
      callRoute(all, 'POST', '/api/breaches/:id/assign', caller, {
        params: { id },
        body: { person },
        now: hour(3),
      }) as Promise<BreachDetail>
    await db.ownerQuery(
      `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('toets', 'fg-1', 'Fatma Gezag', now(), now()), ('toets', 'agent-9', 'Aart', now(), now()), ('toets', 'fg-2', 'Ander', now(), now())`,
    )
    await db.ownerQuery(
      `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('toets', null, 'b1', 'fg-1', 'dpo', '2020-01-01', 'test'),
       ('toets', 'toestemmingklant', 'b2', 'fg-2', 'dpo', '2020-01-01', 'test'), ('toets', null, 'b3', 'agent-9', 'agent', '2020-01-01', 'test')`,
    )
    const breach = await record()
    assert.match(breach.reference, /^D-\d{4}-\d{6}$/)
    assert.deepEqual([breach.owner, breach.nextAct], [null, 'assess'])
    assert.deepEqual((await hand(breach.id, 'fg-1')).owner, { id: 'fg-1', name: 'Fatma Gezag' })
    for (const person of ['agent-9', 'fg-2'])
      await assert.rejects(hand(breach.id, person), refused('owner_role_missing'), person)
    const whole = await record({ client: undefined })
    await assert.rejects(hand(whole.id, 'fg-2'), refused('owner_role_missing'), 'of one client, for all of them')
    await assert.rejects(hand(breach.id, 'nobody'), refused('person_unknown'))
    assert.equal((await hand(breach.id, null)).owner, null)
    await assert.rejects(hand('unknown', 'fg-1'), refused('breach_unknown'))

    const next = async () => {
      const rows = await db.database.inTx(scopeOf('toets'), (tx) =>
        tx.query<{ next_act: string | null; rule: string | null }>(
          `select w.next_act, w.rule from (${[false, true].map((closed) => breachSource.sql({ tenant: "'toets'", now: '$2::timestamptz', closed })).join(' union all ')}) w where w.id = $1`,
          [breach.id, hour(3)],
        ),
      )
      return rows.rows[0]!
    }
    const same = async (view: BreachDetail) => assert.equal((await next()).next_act, view.nextAct)
    await same(breach)
    assert.equal((await next()).rule, 'gdpr.33.72h')
    await step(breach.id, 'affected', { system: 'in-orde', ...period })
    await same(await step(breach.id, 'assess', { ...assess, risk: 'high', tellPeople: true }))
    await step(breach.id, 'letter', worded)
    await same(await step(breach.id, 'notify', { authority: true, people: false }))
    assert.equal((await next()).rule, null, 'reported: the 72 hours are over')
    await same(await step(breach.id, 'notify', { authority: false, people: true }))
    const closed = await step(breach.id, 'close', undefined)
    await same(closed)
    assert.equal(closed.nextAct, null)
    await assert.rejects(hand(breach.id, 'fg-1'), refused('breach_closed'))
  })

  test('of the whole organisation is for its own staff; who works for one client records for that client', async () => {
    const own = staff('toets', ['dpo'], ['toestemmingklant'])
    const both = staff('toets', ['dpo'], ['toestemmingklant', client])
    const whole = await record({ client: undefined })
    const ids = async (caller: Caller) =>
      ((await callRoute(all, 'GET', '/api/breaches', caller, { now: hour(2) })) as BreachList).breaches.map(
        ({ id }) => id,
      )
    assert.ok((await ids(dpo)).includes(whole.id))
    assert.ok(!(await ids(own)).includes(whole.id))
    for (const path of ['GET /api/breaches/:id', 'POST /api/breaches/:id/close']) {
      const [method, to] = path.split(' ') as ['GET' | 'POST', string]
      await assert.rejects(
        callRoute(all, method, to, own, { params: { id: whole.id }, now: hour(2) }),
        refused('breach_unknown'),
        path,
      )
    }
    const mine = await record({ client: undefined }, own)
    assert.equal(mine.client, 'toestemmingklant')
    assert.deepEqual(await ids(own), [mine.id])
    await assert.rejects(record({ client: undefined }, both), refused('breach_client_needed'))
    await assert.rejects(record({}, own), refused('client_unknown'))
  })

  test('its 72 hours are reminded of at 50, 80 and 95 %, then somebody above hears of it, each once', async () => {
    const breach = await record({ discoveredAt: hour(100).toISOString() }, dpo, hour(101))
    const keep = (now: Date) =>
      db.database.inTx(scopeOf('toets'), async (tx) => {
        // The others of this file are no part of it.
        await tx.query(
          `update breach set closed_at = $2, state = 'closed' where tenant_id = 'toets' and breach_id <> $1 and closed_at is null`,
          [breach.id, now],
        )
        return keepBreaches(tx, { now, ids: randomIds })
      })
    const none = { reminded: 0, missed: 0, escalated: 0 }
    assert.deepEqual(await keep(hour(120)), none)
    assert.deepEqual(await keep(hour(137)), { ...none, reminded: 1 })
    assert.deepEqual(await keep(hour(137)), none)
    assert.deepEqual(await keep(hour(169)), { ...none, reminded: 1, escalated: 1 })
    assert.deepEqual(await keep(hour(173)), { ...none, missed: 1 })
    assert.deepEqual(await keep(hour(900)), none)
    const types = (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')) as { type: string; refs: { breach?: string } })
      .filter(({ refs }) => refs.breach === breach.id)
      .map(({ type }) => type)
    assert.deepEqual(types, [
      'breach.recorded',
      'breach.reminded',
      'breach.reminded',
      'breach.escalated',
      'breach.missed',
    ])
    const reported = await record({ discoveredAt: hour(100).toISOString() }, dpo, hour(101))
    await step(reported.id, 'assess', assess, hour(102))
    await step(reported.id, 'notify', { authority: true, people: false }, hour(103))
    assert.deepEqual(
      await db.database.inTx(scopeOf('toets'), async (tx) => {
        await tx.query(
          `update breach set closed_at = $2, state = 'closed' where tenant_id = 'toets' and breach_id <> $1 and closed_at is null`,
          [reported.id, start],
        )
        return keepBreaches(tx, { now: hour(900), ids: randomIds })
      }),
      none,
      'one that was reported is nobody reminded of',
    )
  })
})
