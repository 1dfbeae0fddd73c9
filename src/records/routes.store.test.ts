import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { viewsOf } from '../access/index.ts'
import { fixedClock } from '../platform/clock.ts'
import { ApiError, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { openApi } from '../platform/openapi.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { destroyKey, type KeyRing } from '../vault/index.ts'
import type {
  conversationDetail,
  conversationList,
  handOffList,
  recordReply,
  SystemView,
  TodayView,
} from './contract.ts'
import type { DecideGround } from './io/recording.ts'
import { keepRegister } from './jobs.ts'
import { routes } from './routes.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from './testing.ts'

type Reply = z.output<typeof recordReply>
type Detail = z.output<typeof conversationDetail>
type List = z.output<typeof conversationList>

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const minutes = (n: number) => new Date(start.getTime() + n * 60_000)
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code

describe('records over the wire', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const system = systemCaller('toets', 'contractklant', 'in-orde')
  const officer = staff('toets', ['ethics_officer'])
  const post = (body: unknown, caller = system, now = start, headers: Record<string, string> = {}) =>
    callRoute(all, 'POST', '/v1/conversations', caller, { body, now, headers }) as Promise<Reply>
  const detail = (id: string, caller = officer, now = start) =>
    callRoute(all, 'GET', '/api/conversations/:id', caller, { params: { id }, now }) as Promise<Detail>
  /** With a reason given first. */
  const read = async (id: string, caller = officer) => {
    await callRoute(all, 'POST', '/api/conversations/:id/reveal', caller, {
      params: { id },
      body: { reason: 'quality_check' },
    })
    return detail(id, caller)
  }
  const list = (query: object = {}, caller = officer) =>
    callRoute(all, 'GET', '/api/conversations', caller, { query }) as Promise<List>
  const events = (type: string) =>
    db.ownerQuery<{ payload: Buffer; subject_id: string | null }>(
      'select payload, subject_id from ledger_pending where type = $1 order by seq',
      [type],
    )

  /** Consent is asked of the rows, as plainly as a test needs. */
  const decideGround: DecideGround = async (tx, { client, purpose, subject }) => {
    const basis = (
      await tx.query<{ basis: string }>(
        'select basis from purpose where tenant_id = $1 and client_id = $2 and purpose_id = $3',
        [tx.scope.tenant, client, purpose],
      )
    ).rows[0]!.basis
    if (basis !== 'consent') return { ground: 'allowed', basis }
    const last = (
      await tx.query<{ event_id: string; state: string }>(
        'select event_id, state from consent_event where tenant_id = $1 and subject_id = $2 and purpose_id = $3 order by seq desc limit 1',
        [tx.scope.tenant, subject, purpose],
      )
    ).rows[0]
    if (last?.state === 'given') return { ground: 'allowed', basis, record: last.event_id }
    return { ground: 'refused', reason: last?.state === 'withdrawn' ? 'consent_withdrawn' : 'consent_missing' }
  }

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({ database: db.database, ring, ids: randomIds, clock: fixedClock(start), decideGround })
  })
  after(() => db.close())

  describe('recording a conversation', () => {
    const turns = [
      { role: 'customer', text: 'Waar is mijn rekening?', at: '2026-11-25T10:00:00Z' },
      { role: 'agent', text: 'Die staat in uw account.', at: '2026-11-25T10:01:00Z' },
    ]

    test('turns are sealed, numbered from 1 and recorded with one entry', async () => {
      const reply = await post({ id: 'ext-1', subject: 'C-plain', turns })
      assert.deepEqual(
        { ...reply, conversation: '', proof: null },
        { conversation: '', state: 'normal', turns: { from: 1, to: 2 }, known: 0, proof: null },
      )
      const [entry] = (await events('conversation.recorded')).map((row) => JSON.parse(row.payload.toString('utf8')))
      assert.deepEqual(entry.body, { turns: { from: 1, to: 2 }, channel: 'chat', source: 'platform' })
      assert.equal(entry.refs.conversation, reply.conversation)
      assert.match(entry.commit, /^[A-Za-z0-9+/]{43}=$/)
      const rows = await db.ownerQuery<{ text: string }>(
        `select t::text as text from turn t where t::text like '%rekening%'`,
      )
      assert.equal(rows.length, 0)
      assert.deepEqual(
        (await read(reply.conversation)).turnsList.map((turn) => [turn.seq, turn.role, turn.said]),
        [
          [1, 'customer', 'Waar is mijn rekening?'],
          [2, 'agent', 'Die staat in uw account.'],
        ],
      )
    })

    test('sending the same again changes nothing', async () => {
      const first = await post({ id: 'ext-2', subject: 'C-plain', turns })
      const again = await post({ id: 'ext-2', subject: 'C-plain', turns })
      assert.deepEqual(again, { conversation: first.conversation, state: 'normal', turns: null, known: 2, proof: null })
    })

    test('turns that follow are added, whether the earlier ones are sent along or not', async () => {
      const { conversation } = await post({ id: 'ext-3', turns })
      const third = { role: 'customer', text: 'Dank u.' }
      assert.deepEqual((await post({ id: 'ext-3', turns: [...turns, third] })).turns, { from: 3, to: 3 })
      assert.deepEqual(
        (await post({ id: conversation, from: 4, turns: [{ role: 'agent', text: 'Graag gedaan.' }] })).turns,
        { from: 4, to: 4 },
      )
      assert.deepEqual(
        (await detail(conversation)).turnsList.map((turn) => turn.seq),
        [1, 2, 3, 4],
      )
    })

    test('another text under the same number is a conflict, and a gap is refused', async () => {
      await post({ id: 'ext-4', turns })
      await assert.rejects(
        post({ id: 'ext-4', turns: [{ ...turns[0], text: 'Iets anders' }] }),
        refused('idempotency_conflict'),
      )
      await assert.rejects(
        post({ id: 'ext-4', from: 4, turns: [{ role: 'agent', text: 'Te ver.' }] }),
        refused('turn_gap'),
      )
      await assert.rejects(post({ id: 'ext-1', subject: 'C-deceased', turns }), refused('idempotency_conflict'))
    })

    test('who makes themselves known later takes the conversation along, on the ground of their own answers', async () => {
      const asked: string[] = []
      const listening = routes({
        database: db.database,
        ring,
        ids: randomIds,
        clock: fixedClock(start),
        decideGround: async (tx, about, now) => {
          asked.push(about.subject)
          return decideGround(tx, about, now)
        },
      })
      const record = (body: unknown) =>
        callRoute(listening, 'POST', '/v1/conversations', system, { body }) as Promise<Reply>
      const { conversation } = await record({ id: 'ext-named', turns })
      const anonymous = (await detail(conversation)).subject
      const known = (await detail((await post({ id: 'ext-1', turns })).conversation)).subject
      asked.length = 0
      const third = { role: 'customer', text: 'Ik ben het.' }
      const reply = await record({ id: 'ext-named', subject: 'C-plain', turns: [...turns, third] })
      assert.deepEqual([reply.conversation, reply.turns, asked], [conversation, { from: 3, to: 3 }, [known]])
      const after = await read(conversation)
      assert.equal(after.subject, known)
      assert.deepEqual(
        after.turnsList.map((turn) => turn.said),
        [...turns, third].map(({ text }) => text),
      )
      assert.deepEqual(await db.ownerQuery('select 1 from subject_key where subject_id = $1', [anonymous]), [])
      await assert.rejects(record({ id: 'ext-named', subject: 'C-deceased', turns }), refused('idempotency_conflict'))
    })

    test('32 at once with the same id end as one conversation without a gap', async () => {
      const alone = async () =>
        (
          await db.ownerQuery<{ n: number }>(
            `select count(*)::int as n from data_subject where tenant_id = 'toets' and not exists (select 1 from conversation c where c.subject_id = data_subject.subject_id) and kind = 'anonymous'`,
          )
        )[0]!.n
      const before = await alone()
      const replies = await Promise.all(
        Array.from({ length: 32 }, () => post({ id: 'ext-5', subject: 'C-new', turns })),
      )
      assert.equal(new Set(replies.map((reply) => reply.conversation)).size, 1)
      assert.equal(replies.filter((reply) => reply.turns !== null).length, 1)
      assert.equal(await alone(), before)
    })

    test('after its end a conversation takes no more turns', async () => {
      await post({ id: 'ext-6', turns, endedAt: '2026-11-25T10:05:00Z' })
      assert.deepEqual((await post({ id: 'ext-6', turns, endedAt: '2026-11-25T10:05:00Z' })).turns, null)
      await assert.rejects(
        post({ id: 'ext-6', from: 3, turns: [{ role: 'customer', text: 'Nog iets' }] }),
        refused('conversation_ended'),
      )
      assert.equal((await events('conversation.ended')).length, 1)
    })

    test('without consent nothing is kept but the refusal', async () => {
      const shop = systemCaller('toets', 'toestemmingklant', 'op-toestemming')
      const count = async () =>
        (
          await db.ownerQuery<{ n: number }>(
            `select count(*)::int as n from conversation where client_id = 'toestemmingklant'`,
          )
        )[0]!.n
      await assert.rejects(post({ id: 'shop-1', subject: 'S-withdrawn', turns }, shop), refused('consent_withdrawn'))
      await assert.rejects(post({ id: 'shop-2', subject: 'S-never', turns }, shop), refused('consent_missing'))
      await assert.rejects(post({ id: 'shop-3', turns }, shop), refused('consent_missing'))
      assert.equal(await count(), 0)
      assert.equal((await events('conversation.refused')).length, 3)
      assert.equal((await post({ id: 'shop-4', subject: 'S-given', turns }, shop)).turns?.to, 2)
    })

    test('a purpose of another client does not exist here', async () => {
      await assert.rejects(post({ purpose: 'hulp', turns }), refused('purpose_unknown'))
    })

    test('a vCon is read, kept once, and refused when it cannot be read', async () => {
      const vcon = {
        vcon: '0.0.2',
        uuid: '019a0000-0000-8000-8000-000000000001',
        created_at: '2026-11-24T09:00:00Z',
        parties: [
          { name: 'Klant', role: 'customer' },
          { name: 'Medewerker', role: 'agent' },
        ],
        dialog: [
          {
            type: 'text',
            start: '2026-11-24T09:00:00Z',
            parties: 0,
            originator: 0,
            mediatype: 'text/plain',
            body: 'Hallo, is daar iemand?',
            encoding: 'none',
          },
          {
            type: 'text',
            start: '2026-11-24T09:01:00Z',
            parties: 1,
            originator: 1,
            mediatype: 'text/plain',
            body: 'Jazeker.',
            encoding: 'none',
          },
        ],
        analysis: [],
        attachments: [],
      }
      const first = await post(vcon, system, start, { 'x-waarborg-subject': 'C-plain' })
      assert.equal(first.state, 'normal')
      assert.deepEqual(first.turns, { from: 1, to: 2 })
      assert.ok(first.proof)
      const again = await post(vcon, system, start, { 'x-waarborg-subject': 'C-plain' })
      assert.deepEqual([again.conversation, again.turns, again.known], [first.conversation, null, 2])
      await assert.rejects(post({ vcon: '0.0.2' }), refused('conversation_unreadable'))
    })

    test('a body that is neither names the field that is wrong', async () => {
      const wrong = async (body: unknown) => {
        const error = await post(body).then(
          () => undefined,
          (thrown: { issues?: { path: (string | number)[]; code: string }[] }) => thrown.issues?.[0],
        )
        return error && `${error.path.join('.')} ${error.code}`
      }
      assert.equal(await wrong({ turns: [] }), 'turns too_small')
      assert.equal(await wrong({ turn: turns }), 'turns invalid_type')
      assert.equal(await wrong({ turns: [{ role: 'robot', text: 'Hallo' }] }), 'turns.0.role invalid_value')
      assert.equal(await wrong({ turns: [{ role: 'customer', text: '' }] }), 'turns.0.text too_small')
      assert.equal(await wrong({ turns, colour: 'red' }), ' unrecognized_keys')
      assert.equal(
        await wrong({ turns: [{ role: 'customer', text: 'Hallo', at: 'gisteren' }] }),
        'turns.0.at invalid_format',
      )
    })

    test('a character that no database keeps is bad input in a question and harmless in a turn', async () => {
      const { conversation } = await post({
        id: 'nul\u0000',
        subject: 'C-\u0000',
        turns: [{ role: 'customer', text: 'a\u0000b \ud800' }],
      })
      assert.equal((await read(conversation)).turnsList[0]?.said?.slice(0, 3), 'a\u0000b')
      await assert.rejects(list({ code: 'x\u0000' }), /unreadable/)
      await assert.rejects(detail('x\u0000'), /invalid_format|pattern/)
    })

    test('an erased customer gets no more turns', async () => {
      const { conversation } = await post({ id: 'ext-7', subject: 'C-gone', turns })
      const [row] = await db.ownerQuery<{ subject_id: string }>(
        'select subject_id from conversation where conversation_id = $1',
        [conversation],
      )
      await db.database.inTx(scopeOf('toets'), (tx) => destroyKey(tx, { tenant: 'toets', subject: row!.subject_id }))
      await assert.rejects(post({ id: 'ext-7', turns: [...turns, turns[0]] }), refused('conversation_erased'))
      assert.deepEqual(
        (await detail(conversation)).turnsList.map((turn) => turn.said),
        [null, null],
      )
    })
  })

  describe('who reads what', () => {
    let conversation: string
    before(async () => {
      conversation = (await post({ id: 'read-1', subject: 'C-plain', turns: [{ role: 'customer', text: 'Geheim.' }] }))
        .conversation
    })
    const viewed = async () =>
      (await events('conversation.viewed'))
        .map((row) => JSON.parse(row.payload.toString('utf8')))
        .filter((entry) => entry.refs.conversation === conversation)

    const reveal = (body: object, caller = staff('toets', ['supervisor', 'agent'], '*', 'person-9'), now = start) =>
      callRoute(all, 'POST', '/api/conversations/:id/reveal', caller, { params: { id: conversation }, body, now })
    const said = async (caller: ReturnType<typeof staff>, now = start) => {
      const { contents, turnsList } = await detail(conversation, caller, now)
      return [contents, turnsList[0]?.said]
    }

    test('someone who may read it gives a reason first, and it opens for them alone, half an hour', async () => {
      const nine = staff('toets', ['supervisor', 'agent'], '*', 'person-9')
      const before = (await viewed()).length
      assert.deepEqual(await said(nine), ['reason_needed', null])
      assert.equal((await viewed()).length, before, 'what was not opened is no look')
      await assert.rejects(reveal({ reason: 'other' }), refused('words_needed'))
      await reveal({ reason: 'other', words: 'Klant Sanne vraagt ernaar.' })
      assert.deepEqual(await said(nine), ['open', 'Geheim.'])
      assert.deepEqual(await said(staff('toets', ['supervisor'], '*', 'person-10')), ['reason_needed', null])
      const later = (ms: number) => new Date(start.getTime() + ms)
      assert.equal((await said(nine, later(30 * 60_000 - 1)))[0], 'open')
      assert.equal((await said(nine, later(30 * 60_000)))[0], 'reason_needed')
      assert.equal((await said(nine, later(-1)))[0], 'reason_needed', 'a reason of the future opens nothing')
    })

    test('who took the customer over needs no other reason, until the hand-off is closed', async () => {
      const agent = staff('toets', ['agent'], '*', 'person-11')
      const move = (state: string) =>
        db.ownerQuery(
          `insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, accepted_by)
           values ('toets', 'contractklant', 'taken', $1, $2, 'asked', $3, 'person-11')
           on conflict (tenant_id, hand_off_id) do update set state = excluded.state`,
          [conversation, state, start],
        )
      await move('requested')
      assert.equal((await said(agent))[0], 'reason_needed')
      await move('accepted')
      assert.equal((await said(agent))[0], 'open')
      assert.deepEqual((await viewed()).at(-1).body, { role: 'agent', reason: 'hand_off' })
      await move('completed')
      assert.equal((await said(agent))[0], 'reason_needed')
      await db.ownerQuery(`delete from hand_off where hand_off_id = 'taken'`)
    })

    test('each look at what was said is an entry about that customer, by role and reason, without the words', async () => {
      const before = (await viewed()).length
      const nine = staff('toets', ['supervisor', 'agent'], '*', 'person-9')
      await reveal({ reason: 'complaint', words: 'Mevrouw Herkenbaar belde.' })
      await said(nine)
      await said(nine)
      const [entry, second, ...more] = (await viewed()).slice(before)
      assert.deepEqual(entry.body, { role: 'supervisor', reason: 'complaint' })
      assert.deepEqual(entry.actor, { kind: 'person', id: 'person-9' })
      assert.equal(typeof entry.subject, 'string')
      assert.ok(second !== undefined && more.length === 0)
      const rows = await db.ownerQuery<{ whole: string }>(
        `select reveal::text as whole from reveal union all select payload::text from ledger_pending`,
      )
      const readable = rows.map(({ whole }) => whole).join()
      for (const word of ['Herkenbaar', Buffer.from('Herkenbaar').toString('hex')])
        assert.equal(readable.includes(word), false)
    })

    test('every look at a customer can be found again, with its reason', async () => {
      const [row] = await db.ownerQuery<{ subject_id: string }>(
        'select subject_id from conversation where conversation_id = $1',
        [conversation],
      )
      const views = await db.database.inTx(scopeOf('toets'), (tx) => viewsOf(tx, row!.subject_id))
      const here = views.filter((view) => view.conversation === conversation)
      assert.deepEqual([...new Set(here.map(({ reason }) => reason))].sort(), ['complaint', 'hand_off', 'other'])
    })

    test('a role that reads no contents gives no reason either', async () => {
      await assert.rejects(reveal({ reason: 'audit' }, staff('toets', ['owner'])), refused('not_allowed'))
    })

    for (const role of ['administrator', 'owner', 'ai_engineer', 'client_representative', 'management'])
      test(`the role ${role} sees that something was said, not what, and leaves no entry`, async () => {
        const before = (await viewed()).length
        assert.deepEqual(
          (await detail(conversation, staff('toets', [role]))).turnsList.map((turn) => turn.said),
          [null],
        )
        assert.equal((await viewed()).length, before)
      })

    test('someone without a role, and a customer, see nothing at all', async () => {
      await assert.rejects(detail(conversation, staff('toets', [])), refused('not_allowed'))
    })

    test('what is kept apart for lack of a ground is read by nobody', async () => {
      await db.ownerQuery(`update conversation set state = 'held' where conversation_id = $1`, [conversation])
      assert.equal((await detail(conversation)).turnsList[0]?.said, null)
      await db.ownerQuery(`update conversation set state = 'normal' where conversation_id = $1`, [conversation])
    })
  })

  describe('client by client', () => {
    const other = staff('toets', ['ethics_officer'], ['toestemmingklant'])

    test('someone of one client sees no conversation, system, purpose or hand-off of another', async () => {
      const { conversation } = await post({ id: 'client-1', turns: [{ role: 'customer', text: 'Hallo' }] })
      await assert.rejects(detail(conversation, other), refused('conversation_unknown'))
      assert.deepEqual((await list({ find: conversation }, other)).conversations, [])
      assert.deepEqual((await list({ client: 'contractklant' }, other)).total, 0)
      const systems = (await callRoute(all, 'GET', '/api/systems', other)) as { systems: SystemView[] }
      assert.deepEqual(
        systems.systems.map((one) => one.id),
        ['aanbieder-niet-toegestaan', 'op-toestemming'],
      )
      const purposes = (await callRoute(all, 'GET', '/api/purposes', other)) as { purposes: { client: string }[] }
      assert.deepEqual(new Set(purposes.purposes.map((one) => one.client)), new Set(['toestemmingklant']))
      const today = (await callRoute(all, 'GET', '/api/today', other)) as TodayView
      assert.deepEqual(
        today.clients.map((one) => one.id),
        ['toestemmingklant'],
      )
      assert.deepEqual(
        new Set(today.lamps.map((one) => one.system)),
        new Set(['aanbieder-niet-toegestaan', 'op-toestemming']),
      )
      await assert.rejects(
        callRoute(all, 'GET', '/api/systems/:id', other, { params: { id: 'in-orde' } }),
        refused('system_unknown'),
      )
    })

    test("a system's key records for its own client only", async () => {
      const { conversation } = await post({ id: 'client-2', turns: [{ role: 'customer', text: 'Hallo' }] })
      const shop = systemCaller('toets', 'toestemmingklant', 'op-toestemming')
      await assert.rejects(
        post({ id: conversation, subject: 'S-never', turns: [{ role: 'customer', text: 'Hallo' }] }, shop),
        refused('consent_missing'),
      )
    })

    test('another organisation sees nothing', async () => {
      assert.equal((await list({}, staff('elders', ['ethics_officer']))).total, 0)
    })
  })

  describe('the list', () => {
    before(async () => {
      for (let n = 0; n < 25; n++)
        await post({
          id: `page-${n}`,
          channel: 'email',
          language: 'en',
          startedAt: minutes(-n).toISOString(),
          turns: [{ role: 'customer', text: `Bericht ${n}` }],
        })
      // Two that began in the same microsecond are told apart by their id.
      await db.ownerQuery(
        `update conversation set started_at = '2026-11-25T11:30:00.123456Z' where language = 'en' and started_at between $1 and $2`,
        [minutes(-20), minutes(-15)],
      )
    })

    test('goes on where the last page ended, without doubles or gaps, also when new ones come in', async () => {
      const seen: string[] = []
      let before: string | undefined
      do {
        const page = await list({ language: 'en', limit: 7, ...(before === undefined ? {} : { before }) })
        seen.push(...page.conversations.map((one) => one.id))
        if (seen.length === 7)
          await post({
            id: 'page-new',
            channel: 'email',
            language: 'en',
            startedAt: minutes(30).toISOString(),
            turns: [{ role: 'customer', text: 'Nieuw' }],
          })
        before = page.next ?? undefined
      } while (before !== undefined)
      assert.equal(seen.length, 25)
      assert.equal(new Set(seen).size, 25)
    })

    test('filters count what they show', async () => {
      assert.equal((await list({ channel: 'email' })).total, 26)
      assert.equal((await list({ channel: 'email', limit: 5 })).conversations.length, 5)
      assert.equal((await list({ channel: 'voice' })).total, 0)
      assert.equal(
        (await list({ from: minutes(-3).toISOString(), until: minutes(1).toISOString(), language: 'en' })).total,
        4,
      )
      const [first] = (await list({ language: 'en' })).conversations
      assert.deepEqual(
        (await list({ find: first!.id.slice(0, 36) })).conversations.map((one) => one.id),
        [first!.id],
      )
      assert.deepEqual(
        (await list({ find: `%${first!.id}` })).conversations.map((one) => one.id),
        [first!.id],
      )
    })

    test('a page that is not ours is refused', async () => {
      for (const before of [
        'nonsense',
        Buffer.from('["2026-11-25","x"]').toString('base64url'),
        Buffer.from('{}').toString('base64url'),
      ])
        await assert.rejects(list({ before }), refused('page_unknown'))
    })

    test('states find refused, failed, handed off, undisclosed and held', async () => {
      const { conversation } = await post({
        id: 'state-1',
        turns: [
          { role: 'customer', text: 'Hallo' },
          { role: 'ai', text: 'Dag' },
        ],
      })
      await db.ownerQuery(
        `insert into ai_call (tenant_id, client_id, call_id, conversation_id, system_id, state, code, started_at) values ('toets', 'contractklant', 'call-1', $1, 'in-orde', 'refused', 'system_stopped', $2), ('toets', 'contractklant', 'call-2', $1, 'in-orde', 'failed', 'upstream_failed', $2)`,
        [conversation, start],
      )
      for (const query of [
        { state: 'refused' },
        { state: 'failed' },
        { state: 'undisclosed' },
        { code: 'system_stopped' },
      ])
        assert.deepEqual(
          (await list(query)).conversations.map((one) => one.id),
          [conversation],
          JSON.stringify(query),
        )
      const [line] = (await list({ code: 'system_stopped' })).conversations
      assert.deepEqual([line?.calls, line?.refused, line?.disclosed], [2, 1, false])
      assert.deepEqual(
        (await detail(conversation)).callsList.map((call) => [call.id, call.state, call.proofs]),
        [
          ['call-1', 'refused', []],
          ['call-2', 'failed', []],
        ],
      )
      await assert.rejects(
        callRoute(all, 'GET', '/api/conversations/:id/calls/:call', officer, {
          params: { id: conversation, call: 'call-9' },
        }),
        refused('call_unknown'),
      )
      assert.equal(
        (
          (await callRoute(all, 'GET', '/api/conversations/:id/calls/:call', officer, {
            params: { id: conversation, call: 'call-1' },
          })) as { code: string }
        ).code,
        'system_stopped',
      )
    })
  })

  describe('hand-offs', () => {
    const take = (verb: string, id: string, caller = staff('toets', ['agent'], '*', 'agent-1'), now = start) =>
      callRoute(all, 'POST', `/api/hand-offs/:id/${verb}`, caller, { params: { id }, now })
    const open = async (caller = officer, now = start) =>
      ((await callRoute(all, 'GET', '/api/hand-offs', caller, { now })) as z.output<typeof handOffList>).handOffs
    before(async () => {
      const { conversation } = await post({ id: 'hand-1', turns: [{ role: 'customer', text: 'Een mens graag' }] })
      for (const [id, answerBy] of [
        ['h1', minutes(60)],
        ['h2', minutes(-5)],
      ] as const)
        await db.ownerQuery(
          `insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, answer_by) values ('toets', 'contractklant', $1, $2, 'requested', 'asked', $3, $4)`,
          [id, conversation, minutes(-10), answerBy],
        )
    })

    test('one of two who take it at once gets it', async () => {
      const results = await Promise.allSettled([
        take('accept', 'h1'),
        take('accept', 'h1', staff('toets', ['supervisor'], '*', 'agent-2')),
      ])
      assert.deepEqual(results.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
      const lost = results.find((one) => one.status === 'rejected')
      assert.ok(refused('hand_off_taken')(lost?.reason))
      assert.equal((await events('handoff.accepted')).length, 1)
    })

    test('it is closed once, and only after it was taken', async () => {
      await assert.rejects(take('complete', 'h2'), refused('hand_off_not_taken'))
      await take('complete', 'h1')
      await assert.rejects(take('complete', 'h1'), refused('hand_off_over'))
      await assert.rejects(take('accept', 'unknown'), refused('hand_off_unknown'))
    })

    test('a request whose moment passed is marked once, and can still be taken', async () => {
      const act = () => ({ now: start, ids: randomIds })
      const [promised] = await db.ownerQuery<{ answer_by: Date }>(
        `select answer_by from hand_off where hand_off_id = 'h2'`,
      )
      const before = () => ({ now: new Date(promised!.answer_by.getTime() - 1), ids: randomIds })
      const said = ({ missed, reminded, escalated }: Awaited<ReturnType<typeof keepRegister>>) => [
        missed,
        reminded,
        escalated,
      ]
      assert.deepEqual(
        said(await keepRegister(db.database, before)),
        [0, 1, 1],
        'a moment before: somebody above hears of it',
      )
      assert.deepEqual(said(await keepRegister(db.database, before)), [0, 0, 0])
      assert.deepEqual(said(await keepRegister(db.database, act)), [1, 0, 0])
      assert.deepEqual(said(await keepRegister(db.database, act)), [0, 0, 0])
      for (const type of ['handoff.reminded', 'handoff.escalated', 'handoff.missed'])
        assert.equal((await events(type)).length, 1, type)
      assert.deepEqual(
        (await open()).map((one) => [one.id, one.state, one.late]),
        [
          ['h2', 'missed', true],
          ['h1', 'completed', false],
        ],
      )
      const today = (await callRoute(all, 'GET', '/api/today', officer)) as TodayView
      assert.deepEqual(
        today.handOffs.map((one) => [one.id, one.late]),
        [['h2', true]],
      )
      await take('accept', 'h2')
      assert.equal((await open()).find((one) => one.id === 'h2')?.state, 'accepted')
    })
  })

  describe('Today', () => {
    test('lamps stand worst first and say why', async () => {
      const today = (await callRoute(all, 'GET', '/api/today', officer)) as TodayView
      const lamp = Object.fromEntries(
        today.lamps.map((one) => [one.system, [one.state, ...one.reasons.map((reason) => reason.code)].join(' ')]),
      )
      assert.equal(lamp.gestopt, 'bad stopped')
      assert.equal(lamp['zonder-vrijgave'], 'bad gate_missing')
      assert.equal(lamp.afgewezen, 'bad gate_rejected')
      assert.equal(lamp['vrijgave-verlopen'], 'bad gate_expired')
      assert.equal(lamp['zonder-toezicht'], 'bad oversight_missing')
      assert.equal(lamp.verboden, 'bad prohibited')
      assert.equal(lamp.meekijken, 'attention gate_missing observe')
      assert.equal(lamp.begrensd, 'unknown no_calls')
      const states = today.lamps.map((one) => one.state)
      assert.deepEqual(
        states,
        states.toSorted(
          (a, b) => ['bad', 'attention', 'unknown', 'ok'].indexOf(a) - ['bad', 'attention', 'unknown', 'ok'].indexOf(b),
        ),
      )
      assert.equal(today.tenant, 'Toetscentrum')
      assert.ok(today.due.some((one) => one.kind === 'gate' && one.system === 'vrijgave-verlopen' && one.over))
    })

    test('figures of the week are counts of rows', async () => {
      const today = (await callRoute(all, 'GET', '/api/today', officer)) as TodayView
      const rows = await db.ownerQuery<{ calls: number; conversations: number }>(
        `select (select count(*)::int from ai_call) as calls, (select count(*)::int from conversation where started_at > $1) as conversations`,
        [new Date(start.getTime() - 7 * 86_400_000)],
      )
      assert.equal(today.week.calls, rows[0]?.calls)
      assert.equal(today.week.conversations, rows[0]?.conversations)
      assert.deepEqual(today.week.refused, [{ code: 'system_stopped', n: 1 }])
      assert.equal(today.week.forwarded, 1)
      assert.deepEqual(today.week.disclosed, { n: 0, of: 1, share: 0 })
      assert.deepEqual(today.days.at(-1), { day: '2026-11-25', forwarded: 1, refused: 1 })
      assert.equal(today.days.length, 7)
    })

    test('an organisation without anything has figures of nothing', async () => {
      const today = (await callRoute(all, 'GET', '/api/today', staff('leeg', ['dpo']))) as TodayView
      assert.deepEqual([today.lamps, today.week.calls, today.week.disclosed.share], [[], 0, null])
    })
  })

  test('every route is described in OpenAPI with what goes in and what comes out', () => {
    const { paths } = openApi(all, { version: '1', language: 'nl' }) as {
      paths: Record<string, Record<string, { requestBody?: unknown; responses: Record<string, unknown> }>>
    }
    assert.equal(Object.values(paths).flatMap((methods) => Object.keys(methods)).length, all.length)
    assert.match(JSON.stringify(paths['/v1/conversations']?.post?.requestBody), /"turns"/)
  })

  test('a system shows its gate, who decided, who watches and who stopped it', async () => {
    const view = async (id: string) =>
      (await callRoute(all, 'GET', '/api/systems/:id', officer, { params: { id } })) as SystemView
    const good = await view('in-orde')
    assert.deepEqual(
      [
        good.standing?.gate.state,
        good.standing?.gate.by,
        good.standing?.gate.reasons,
        good.standing?.oversight.person,
        good.owner,
      ],
      ['passed', 'Mila Zandstra', 'Nagekeken en goed bevonden.', 'Oscar Terpstra', 'Ravi Oosterhof'],
    )
    assert.deepEqual(
      good.versions.map((one) => [one.id, one.current]),
      [
        ['1', true],
        ['0', false],
      ],
    )
    const stopped = await view('gestopt')
    assert.deepEqual([stopped.standing?.stop?.reason, stopped.standing?.stop?.by], ['wrong_answers', 'Oscar Terpstra'])
    assert.equal((await view('vrijgave-verlopen')).standing?.gate.state, 'expired')
  })

  test('a system shows which of its purposes do not name the upstream that its calls go to', async () => {
    const unnamed = async (id: string) =>
      ((await callRoute(all, 'GET', '/api/systems/:id', officer, { params: { id } })) as SystemView).purposes
        .filter(({ named }) => !named)
        .map(({ id: purpose }) => purpose)
    assert.deepEqual(
      [await unnamed('aanbieder-niet-toegestaan'), await unnamed('op-toestemming'), await unnamed('in-orde')],
      [[], [], []],
    )
    const name = (upstreams: string[] | null) =>
      db.ownerQuery(`update purpose set upstreams = $1 where tenant_id = 'toets' and purpose_id = 'hulp'`, [upstreams])
    for (const [upstreams, far, own] of [
      [['eigen'], ['hulp'], []],
      [[], ['hulp'], ['hulp']],
      [null, ['hulp'], []],
    ] as const) {
      await name(upstreams as string[] | null)
      assert.deepEqual([await unnamed('aanbieder-niet-toegestaan'), await unnamed('op-toestemming')], [far, own])
    }
    await name(['eigen', 'ver'])
  })
})
