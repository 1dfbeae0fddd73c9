import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Database } from '../../platform/database.ts'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import {
  addAnonymousSubject,
  addFile,
  addLetter,
  addMessage,
  type CasePlace,
  changeCase,
  checkFile,
  keep,
  keepCases,
  keptOf,
  lockCase,
  openCase,
  readingKey,
  recordEvent,
  recountCases,
  recountCasesForAll,
  subjectStores,
  writingKey,
} from '../index.ts'
import { apply, callRoute, organisationFrom, plainDeps, scopeOf, staff, start, testKeys } from '../testing.ts'
import type { CaseCounts, CaseList, CaseView } from './contract.ts'
import { routes } from './routes.ts'
import type { WorkSource } from './work.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const day = 86_400_000
const at = (days: number) => new Date(start.getTime() + days * day)

describe('cases', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const handler = staff('toets', ['complaint_handler'], '*', 'handler-1')
  const auditor = staff('toets', ['auditor'], '*', 'auditor-1')
  const agent = staff('toets', ['agent'], '*', 'agent-1')
  const other = staff('toets', ['complaint_handler'], ['toestemmingklant'], 'handler-2')

  const act = (now = start) => ({ now, ids: randomIds })
  const open = (
    given: { client?: string; kind?: 'complaint' | 'clarification'; now?: Date } = {},
  ): Promise<CasePlace & { reference: string }> =>
    db.database.inTx(scopeOf('toets'), async (tx) => {
      const { client = 'contractklant', kind = 'complaint', now = start } = given
      const subject = await addAnonymousSubject(tx, { client, language: 'nl' }, act(now))
      const id = randomIds.next()
      const record = await recordEvent(tx, act(now), {
        type: 'complaint.received',
        client,
        subject,
        refs: { complaint: id },
      })
      const { reference } = await openCase(
        tx,
        {
          id,
          kind,
          client,
          subject,
          conversation: null,
          decision: null,
          system: null,
          version: null,
          via: 'portal',
          language: 'nl',
          state: 'received',
          nextAct: 'acknowledge',
          openedAt: now,
          record,
          clocks: [
            { clock: 'acknowledge', rule: 'house.ack.5wd' },
            { clock: 'decide', rule: 'house.complaint.6w' },
          ],
        },
        act(now),
      )
      return { id, client, subject, reference }
    })
  const list = (caller: Caller, query: object = {}, now = start) =>
    callRoute(all, 'GET', '/api/cases', caller, { query, now }) as Promise<CaseList>
  const view = (caller: Caller, id: string) =>
    callRoute(all, 'GET', '/api/cases/:id', caller, { params: { id } }) as Promise<CaseView>
  const types = async (id: string) =>
    (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
      .map((row) => JSON.parse(row.payload.toString('utf8')) as { type: string; refs: Record<string, string> })
      .filter(({ refs }) => refs.case === id || refs.complaint === id)
      .map(({ type }) => type)

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    await db.ownerQuery(
      `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('toets', 'handler-1', 'Hanna Handler', now(), now()), ('toets', 'handler-2', 'Ot Her', now(), now()), ('toets', 'agent-1', 'Aart', now(), now())`,
    )
    await db.ownerQuery(
      `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('toets', null, 'a1', 'handler-1', 'complaint_handler', '2020-01-01', 'test'),
       ('toets', 'toestemmingklant', 'a2', 'handler-2', 'complaint_handler', '2020-01-01', 'test')`,
    )
    all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      hinders: {
        complaint: async (_tx, _id, people) =>
          new Map(people.filter((one) => one === 'handler-9').map((one) => [one, 'handler_in_conversation'])),
      },
    })
  })
  after(() => db.close())

  test('the one whose term ends first stands on top, a page at a time, and another client sees its own alone', async () => {
    const [late, early, theirs] = [
      await open({ now: at(2) }),
      await open({ now: at(-1) }),
      await open({ client: 'toestemmingklant' }),
    ]
    const first = await list(handler, { limit: 2 })
    assert.deepEqual(
      first.cases.map(({ id }) => id),
      [early.id, theirs.id],
    )
    assert.ok(first.next !== null)
    const second = await list(handler, { limit: 2, after: first.next })
    assert.deepEqual([second.cases.map(({ id }) => id), second.next, second.total], [[late.id], null, 3])
    assert.deepEqual(
      (await list(other)).cases.map(({ id }) => id),
      [theirs.id],
    )
    await assert.rejects(view(other, early.id), refused('case_unknown'))
    assert.deepEqual(
      (await list(handler, { find: early.reference.toLowerCase() })).cases.map(({ id }) => id),
      [early.id],
    )
    await assert.rejects(list(handler, { after: 'x' }), refused('page_unknown'))
  })

  test('what was written is sealed, opens for whose work it is with an entry, and stays closed for others', async () => {
    const place = await open()
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      const key = await writingKey(tx, ring, place, start)
      await addMessage(
        tx,
        key,
        place,
        { author: 'customer', person: null, via: 'portal', text: 'De bot noemde mevrouw De Wit.', record: 'e' },
        act(),
      )
      await addLetter(
        tx,
        key,
        place,
        {
          template: 'received',
          language: 'nl',
          person: null,
          via: 'portal',
          subject: 'Uw klacht',
          paragraphs: ['Wij hebben uw klacht ontvangen.'],
          record: 'e',
        },
        act(),
      )
      await keep(tx, key, place.id, { remedy: 'excuses van mevrouw De Wit' })
    })
    const read = await view(handler, place.id)
    assert.deepEqual(
      [read.access, read.messages[0]!.text, read.letters[0]!.paragraphs],
      ['open', 'De bot noemde mevrouw De Wit.', ['Wij hebben uw klacht ontvangen.']],
    )
    const closed = await view(agent, place.id)
    assert.deepEqual([closed.access, closed.messages[0]!.text, closed.letters[0]!.subject], ['closed', null, null])
    const unopened = (await callRoute(all, 'GET', '/api/cases/:id', handler, {
      params: { id: place.id },
      query: { contents: 'false' },
    })) as CaseView
    assert.deepEqual(
      [unopened.access, unopened.messages[0]!.text, unopened.clocks.length],
      ['closed', null, read.clocks.length],
    )
    assert.deepEqual(await types(place.id), ['complaint.received', 'case.viewed'], 'what opens nothing is no look')
    for (const table of ['case_record', 'case_message', 'case_letter'])
      assert.ok(!JSON.stringify(await db.ownerQuery(`select t::text as row from ${table} t`)).includes('De Wit'), table)
  })

  test('a file is kept as bytes under the key, and its kind is what is in it', async () => {
    const place = await open()
    const bytes = Buffer.from('%PDF-1.4 verklaring van mevrouw De Wit')
    const id = await db.database.inTx(scopeOf('toets'), async (tx) => {
      const media = await checkFile(tx, place, bytes)
      assert.equal(media, 'application/pdf')
      return addFile(
        tx,
        await writingKey(tx, ring, place, start),
        place,
        media,
        { name: 'verklaring.exe', bytes, author: 'customer', record: 'e' },
        act(),
      )
    })
    const got = (await callRoute(all, 'GET', '/api/cases/:id/files/:file', handler, {
      params: { id: place.id, file: id },
    })) as { base64: string }
    assert.deepEqual(Buffer.from(got.base64, 'base64'), bytes)
    const elsewhere = await open()
    await assert.rejects(
      callRoute(all, 'GET', '/api/cases/:id/files/:file', handler, { params: { id: elsewhere.id, file: id } }),
      refused('file_unknown'),
    )
    await assert.rejects(
      db.database.inTx(scopeOf('toets'), (tx) => checkFile(tx, place, Buffer.from('MZ\u0000\u0003'))),
      refused('file_kind'),
    )
  })

  test('is given to who holds the role for its client, and to nobody who has a part in it', async () => {
    const place = await open()
    const give = (caller: Caller, person: string | null) =>
      callRoute(all, 'POST', '/api/cases/:id/assign', caller, { params: { id: place.id }, body: { person } })
    await give(handler, 'handler-1')
    assert.equal((await list(handler, { find: place.reference })).cases[0]!.owner?.name, 'Hanna Handler')
    assert.deepEqual((await list(handler, { owner: 'me', find: place.reference })).total, 1)
    await assert.rejects(give(handler, 'agent-1'), refused('owner_role_missing'))
    await assert.rejects(give(handler, 'handler-2'), refused('owner_role_missing'), 'holds the role for another client')
    await assert.rejects(give(handler, 'niemand'), refused('person_unknown'))
    await assert.rejects(give(agent, 'handler-1'), refused('assign_not_allowed'))
    await give(handler, null)
    assert.equal((await list(handler, { owner: 'none', find: place.reference })).total, 1)
    assert.deepEqual(await types(place.id), ['complaint.received', 'case.assigned', 'case.assigned'])
  })

  test('reminds, tells somebody above and says that a term passed, once each, also when it runs twice', async () => {
    const place = await open({ now: at(100) })
    const kept = (days: number) => keepCases(db.database, () => act(at(100 + days)))
    await kept(0)
    const before = (await types(place.id)).length
    for (const days of [4, 4, 5.6, 5.6, 9, 9]) await kept(days)
    const since = (await types(place.id)).slice(before)
    assert.deepEqual(
      since.filter((type) => type !== 'case.reminded').toSorted(),
      ['case.escalated', 'case.missed'].toSorted(),
    )
    assert.equal(since.filter((type) => type === 'case.reminded').length >= 2, true)
    const [line] = (await list(handler, { find: place.reference }, at(109))).cases
    assert.deepEqual([line!.due?.state, line!.escalated], ['missed', true])
  })

  test('a term that is met leaves the list to the next one; one that was moved twice by two people says so', async () => {
    const place = await open()
    const change = (now: Date, clocks: Parameters<typeof changeCase>[2]['clocks']) =>
      db.database.inTx(scopeOf('toets'), async (tx) =>
        changeCase(tx, await lockCase(tx, place.id), { clocks: clocks! }, now),
      )
    await change(at(1), [{ act: 'meet', clock: 'acknowledge' }])
    assert.equal((await view(auditor, place.id)).due?.rule, 'house.complaint.6w')
    await change(at(2), [{ act: 'extend', clock: 'decide', extension: { by: 'letter', on: '2026-11-27' } }])
    await assert.rejects(
      change(at(3), [{ act: 'extend', clock: 'decide', extension: { by: 'letter', on: '2026-11-28' } }]),
      refused('clock_extended_already'),
    )
    const read = await view(auditor, place.id)
    assert.deepEqual([read.due?.state, read.due?.strictAt], ['extended', '2027-02-03T22:59:59.999Z'])
    assert.equal((await recountCases(db.database, 'toets', () => act(at(3)))) > 0, true)
    assert.equal(
      (await view(auditor, place.id)).due?.strictAt,
      '2027-02-03T22:59:59.999Z',
      'counted anew it is the same',
    )
  })

  test('other closing days move every end, and what somebody does meanwhile is not written over', async () => {
    const places = [await open(), await open(), await open({ client: 'toestemmingklant' })]
    const due = async (id: string) => (await view(auditor, id)).due?.strictAt
    const before = await Promise.all(places.map(({ id }) => due(id)))
    const closed = (days: readonly string[]) =>
      db.ownerQuery(
        `update client set profile = profile || jsonb_build_object('closedDays', $1::jsonb) where client_id = 'contractklant'`,
        [JSON.stringify(days)],
      )
    // After it was read and before it is written, somebody confirms the second one.
    const confirm = () =>
      db.database.inTx(scopeOf('toets'), async (tx) =>
        changeCase(tx, await lockCase(tx, places[1]!.id), { clocks: [{ act: 'meet', clock: 'acknowledge' }] }, start),
      )
    const { promise: readAll, resolve: isRead } = Promise.withResolvers<void>()
    const confirmed = readAll.then(confirm)
    const interrupted: Database = {
      ...db.database,
      inTx: (scope, work, options) =>
        db.database.inTx(
          scope,
          (tx) =>
            work({
              scope: tx.scope,
              query: async (sql, values) => {
                if (sql.startsWith('update case_record')) {
                  isRead()
                  await confirmed
                }
                return tx.query(sql, values)
              },
            }),
          options,
        ),
    }
    await closed(['2026-11-27'])
    try {
      assert.ok((await recountCases(interrupted, 'toets', () => act(start))) >= places.length)
      await confirmed
      assert.ok((await due(places[0]!.id))! > before[0]!)
      assert.equal(
        (await view(auditor, places[1]!.id)).due?.rule,
        'house.complaint.6w',
        'its next term, as they left it',
      )
      assert.equal(await due(places[2]!.id), before[2], 'another client is open that day')
      const [list] = await db.ownerQuery<{ open: number; wrong: number }>(
        `select count(*) filter (where closed_at is null)::int as open,
           count(*) filter (where due_at <> coalesce(strict_at, '9999-12-31T00:00:00Z'))::int as wrong from case_record`,
      )
      assert.equal(list!.wrong, 0, 'the order of the list is that of the ends')
      assert.equal(await recountCasesForAll(db.database, () => act(start)), list!.open)
    } finally {
      await closed([])
      await recountCases(db.database, 'toets', () => act(start))
    }
    assert.equal(await due(places[0]!.id), before[0])
  })

  test('goes into the copy of its person, and at erasure what was said goes and the count stays', async () => {
    const place = await open()
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      const key = await writingKey(tx, ring, place, start)
      await addMessage(
        tx,
        key,
        place,
        { author: 'customer', person: null, via: 'portal', text: 'Mijn woorden.', record: 'e' },
        act(),
      )
      await keep(tx, key, place.id, { remedy: 'uitleg' })
    })
    const stores = subjectStores.filter(({ id }) => id.startsWith('case_'))
    const copy = await db.database.inTx(scopeOf('toets'), async (tx) =>
      Promise.all(stores.map(async (one) => [one.id, await one.export(tx, ring, place)] as const)),
    )
    assert.match(JSON.stringify(copy), /Mijn woorden/)
    assert.match(JSON.stringify(copy), /uitleg/)
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      for (const one of stores) await one.erase(tx, place)
      for (const one of stores) assert.equal(await one.erase(tx, place), 0, one.id)
      assert.equal(await keptOf(tx, await readingKey(tx, ring, place.subject), place.id), undefined)
    })
    assert.equal((await list(handler, { closed: 'true', find: place.reference })).total, 1)
  })

  test('the list goes along as a file that a spreadsheet does not run', async () => {
    const reply = (await callRoute(all, 'GET', '/api/cases-export', handler, { query: { format: 'csv' } })) as {
      text: string
    }
    const [head, ...rows] = reply.text.trim().split('\r\n')
    assert.equal(head, 'id,reference,kind,client,system,state,nextAct,owner,openedAt,closedAt,rule,strictAt,latestAt')
    assert.equal(rows.length, (await list(handler)).total)
    const json = JSON.parse(
      ((await callRoute(all, 'GET', '/api/cases-export', handler, { query: { format: 'json' } })) as { text: string })
        .text,
    ) as unknown[]
    assert.equal(json.length, rows.length)
  })

  test('customers who wait and breaches stand between the cases: one order, one page after the other, no line lost or twice', async () => {
    const dpo = staff('toets', ['dpo'])
    const own = staff('toets', ['supervisor'], ['toestemmingklant'])
    const breachSource: WorkSource = {
      kinds: ['breach'],
      readers: ['dpo'],
      sql: ({ tenant, closed }) =>
        `select 'breach' as kind, b.breach_id as id, b.reference, b.client_id, null::text as system_id, b.state, 'assess' as next_act, b.owner, b.discovered_at as opened_at, b.closed_at,
           'gdpr.33.72h' as rule, 'running' as clock_state, b.due_at as strict_at, b.due_at as latest_at, b.due_at, b.reminded, b.escalated_at
         from breach b where b.tenant_id = ${tenant} and b.closed_at is ${closed ? 'not null' : 'null'}`,
    }
    const mixed = routes({ database: db.database, ring, ids: randomIds, hinders: {}, sources: [breachSource] })
    const ask = (caller: Caller, query: object = {}) =>
      callRoute(mixed, 'GET', '/api/cases', caller, { query, now: later }) as Promise<CaseList>
    const counts = (caller: Caller) =>
      callRoute(mixed, 'GET', '/api/case-counts', caller, { now: later }) as Promise<CaseCounts>
    const later = at(400)
    // Four of each, all due at the same moment in pairs; a customer of each client waits.
    const due = (n: number) => new Date(later.getTime() + Math.floor(n / 2) * 3_600_000)
    const subject = randomIds.next()
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('toets', 'contractklant', $1, 'anonymous', now()), ('toets', 'toestemmingklant', $2, 'anonymous', now())`,
      [subject, `${subject}-2`],
    )
    const waits = (n: number, client: string, of: string, more: Record<string, unknown> = {}) =>
      db.ownerQuery(
        `with c as (insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, started_at, updated_at)
           values ('toets', $1, $2, $3, null, 'p', 'chat', 'nl', 'gateway', $4, $4) returning 1)
         insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, answer_by, accepted_by, ended_at)
         select 'toets', $1, $5, $2, $6, 'asked', $7, $8, $9, $10 from c`,
        [
          client,
          `w-conv-${n}`,
          of,
          later,
          `w-${n}`,
          more.state ?? 'requested',
          more.requestedAt ?? later,
          more.answerBy ?? due(n),
          more.acceptedBy ?? null,
          more.endedAt ?? null,
        ],
      )
    for (let n = 0; n < 4; n++)
      await waits(n, n === 3 ? 'toestemmingklant' : 'contractklant', n === 3 ? `${subject}-2` : subject)
    await waits(4, 'contractklant', subject, { state: 'accepted', acceptedBy: 'handler-1' })
    await waits(5, 'contractklant', subject, { state: 'completed', acceptedBy: 'handler-1', endedAt: later })
    await waits(6, 'contractklant', subject, { state: 'missed', requestedAt: at(300), answerBy: at(301) })
    await waits(7, 'contractklant', subject, { state: 'missed', requestedAt: at(399), answerBy: at(399.5) })
    for (let n = 0; n < 4; n++)
      await db.ownerQuery(
        `insert into breach (tenant_id, client_id, breach_id, reference, state, kinds, cause, categories, discovered_at, due_at, recorded_by, sealed)
         values ('toets', $1, $2, $3, 'recorded', '{confidentiality}', 'other', '{contact}', $4, $5, 'x', '')`,
        [n === 0 ? null : 'contractklant', `d-${n}`, `D-2026-00000${n}`, later, due(n)],
      )
    const whole = await ask(dpo, { limit: 200 })
    const paged: string[] = []
    for (let next: string | null | undefined; next !== null; ) {
      const page = await ask(dpo, { limit: 3, ...(next === undefined ? {} : { after: next }) })
      paged.push(...page.cases.map(({ id }) => id))
      next = page.next
    }
    assert.deepEqual(
      paged,
      whole.cases.map(({ id }) => id),
    )
    assert.equal(new Set(paged).size, whole.total)
    const ends = whole.cases.map(({ due: one }) => one?.strictAt ?? '9999')
    assert.deepEqual(ends, ends.toSorted())
    const ofKind = (kind: string) => whole.cases.filter((one) => one.kind === kind).length
    assert.deepEqual(
      [ofKind('hand_off'), ofKind('breach')],
      [6, 4],
      'the one that is finished and the one that nobody came for weeks ago are over',
    )
    const mine = (await ask(handler, { kind: 'hand_off', owner: 'me' })).cases
    assert.deepEqual(
      mine.map(({ id, nextAct, due: one, owner }) => [id, nextAct, one, owner?.name]),
      [['w-4', 'finish', null, 'Hanna Handler']],
    )
    assert.deepEqual(
      (await ask(handler, { kind: 'hand_off', due: 'passed' })).cases.map(({ id, due: one }) => [id, one!.state]),
      [['w-7', 'missed']],
    )
    assert.deepEqual((await ask(handler, { kind: 'hand_off', closed: 'true' })).cases.map(({ id }) => id).toSorted(), [
      'w-5',
      'w-6',
    ])
    assert.deepEqual(
      (await ask(handler)).cases.filter(({ kind }) => kind === 'breach'),
      [],
      'not for this role',
    )
    assert.deepEqual(
      (await ask(dpo, { find: 'd 2026 000002' })).cases.map(({ id, client }) => [id, client]),
      [['d-2', 'contractklant']],
    )
    assert.deepEqual(
      (await ask(own, { kind: 'hand_off' })).cases.map(({ id }) => id),
      ['w-3'],
      'a person of one client',
    )
    const open_ = await counts(dpo)
    assert.equal(open_.open, whole.total)
    assert.deepEqual(
      open_.byKind.filter(({ kind }) => kind === 'breach' || kind === 'hand_off'),
      [
        { kind: 'breach', open: 4, passed: 0 },
        { kind: 'hand_off', open: 6, passed: 1 },
      ],
    )
    assert.equal((await ask(dpo, { not: 'hand_off', limit: 200 })).total, whole.total - 6)
    const { text } = (await callRoute(mixed, 'GET', '/api/cases-export', dpo, {
      query: { format: 'csv' },
      now: later,
    })) as { text: string }
    assert.equal(text.trim().split('\r\n').length, whole.total + 1)
    assert.match(text, /^d-1,D-2026-000001,breach,contractklant,/m)
  })
})
