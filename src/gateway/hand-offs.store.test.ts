import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { openConversation } from '../records/index.ts'
import { deadEnds, demandHandOffs, requestHandOff } from './index.ts'
import { routes } from './routes.ts'
import { type World, world } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('gateway: hand offs', () => {
  let w: World
  before(async () => {
    w = await world()
    await w.system('bot')
  })
  after(() => w.close())

  const now = new Date('2026-11-25T12:00:00.000Z')
  const act = { now, ids: randomIds }
  const scope = { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'bot' } } as const
  const caller: Caller = { kind: 'system', id: 'bot', scope, roles: [], bound: { client: 'kaapstroom', system: 'bot' } }

  const opened = (conversation: string) =>
    w.db.database.inTx(scope, (tx) =>
      openConversation(tx, w.ring, { client: 'kaapstroom', system: 'bot', conversation }, act),
    )
  async function post(
    body: object,
  ): Promise<{ id: string; state: string; answerBy: string | null; handoff: { open: boolean } }> {
    const found = routes({
      database: w.db.database,
      ring: w.ring,
      ids: randomIds,
      portalLinkMs: 86_400_000,
      ledgerLate: () => false,
    }).find(({ path }) => path === '/v1/handoffs')!
    const reply = await found.handle({
      caller,
      params: undefined,
      query: undefined,
      body: found.body!.parse(body),
      now,
      language: 'nl',
      header: () => undefined,
    })
    return found.reply.parse(reply) as never
  }

  describe('asking for a person', () => {
    test('is kept with the moment that was promised, in one entry with its own id', async () => {
      const { conversation, subject } = await opened('ext-1')
      const asked = await post({ conversation: 'ext-1', reason: 'asked' })
      assert.equal(asked.answerBy, '2026-11-26T12:00:00.000Z')
      assert.equal(asked.handoff.open, true)
      const entries = await w.sql<{ payload: Buffer }>(`select payload from ledger_pending where id = $1`, [asked.id])
      const entry = JSON.parse(entries[0]!.payload.toString())
      assert.deepEqual(
        [entry.type, entry.subject, entry.refs.conversation],
        ['handoff.requested', subject, conversation],
      )
    })

    test('again, or at the same moment, stays one request', async () => {
      const { conversation } = await opened('ext-2')
      const all = await Promise.all(Array.from({ length: 8 }, () => post({ conversation, reason: 'complaint' })))
      assert.equal(new Set(all.map(({ id }) => id)).size, 1)
      const [rows] = await w.sql<{ n: number }>('select count(*)::int as n from hand_off where conversation_id = $1', [
        conversation,
      ])
      assert.equal(rows!.n, 1)
    })

    test('with words of the customer keeps them sealed, as their turn', async () => {
      const { conversation } = await opened('ext-3')
      const asked = await w.db.database.inTx(scope, (tx) =>
        requestHandOff(
          tx,
          w.ring,
          { client: 'kaapstroom', conversation, reason: 'asked', note: 'Bel mij over de aardbeienjam' },
          act,
        ),
      )
      assert.equal(asked.event, asked.id)
      const turns = await w.sql<{ role: string; sealed: Buffer }>(
        'select role, sealed from turn where conversation_id = $1',
        [conversation],
      )
      assert.deepEqual(
        turns.map(({ role }) => role),
        ['customer'],
      )
      assert.ok(!turns[0]!.sealed.toString('latin1').includes('aardbeienjam'))
    })

    for (const [name, conversation] of [
      ['that is not there', 'nowhere'],
      ['with a byte that no id has', 'a\u0000b'],
    ] as const)
      test(`in a conversation ${name} is refused`, () =>
        assert.rejects(post({ conversation, reason: 'asked' }), (error: ApiError) => error.status === 404))

    test('in a conversation of another client is refused', async () => {
      await opened('ext-4')
      const other: Caller = { ...caller, scope: { ...scope, clients: ['wijkwinkel'] }, bound: { client: 'wijkwinkel' } }
      await assert.rejects(
        w.db.database.inTx(other.scope, (tx) =>
          requestHandOff(tx, w.ring, { client: 'wijkwinkel', conversation: 'ext-4', reason: 'asked' }, act),
        ),
        ApiError,
      )
    })

    test('for a reason that is not on the list is refused', async () => {
      const found = routes({
        database: w.db.database,
        ring: w.ring,
        ids: randomIds,
        portalLinkMs: 86_400_000,
        ledgerLate: () => false,
      }).find(({ path }) => path === '/v1/handoffs')!
      assert.equal(found.body!.safeParse({ conversation: 'ext-1', reason: 'mood' }).success, false)
    })
  })

  describe('that a rule demands', () => {
    const minutes = (n: number) => new Date(now.getTime() + n * 60_000)
    const calls = async (conversation: string, states: readonly string[]) => {
      for (const [n, state] of states.entries())
        await w.sql(
          `insert into ai_call (tenant_id, client_id, call_id, system_id, version_id, conversation_id, state, started_at) values ('dekade', 'kaapstroom', $1, 'bot', '1', $2, $3, $4)`,
          [randomIds.next(), conversation, state, minutes(n - states.length)],
        )
      await w.sql(`update conversation set updated_at = $2 where conversation_id = $1`, [conversation, now])
    }
    const waiting = (conversation: string) =>
      w.sql<{ reason: string }>(`select reason from hand_off where conversation_id = $1`, [conversation])

    test('after three failures in a row, once, and not after two', async () => {
      const [three, two] = [await opened('eis-3'), await opened('eis-2')]
      await calls(three.conversation, ['completed', 'refused', 'failed', 'refused'])
      await calls(two.conversation, ['completed', 'refused', 'refused'])
      assert.equal(await demandHandOffs(w.db.database, w.ring, () => act), 1)
      assert.equal(await demandHandOffs(w.db.database, w.ring, () => act), 0)
      assert.deepEqual([await waiting(three.conversation), await waiting(two.conversation)], [[{ reason: 'rule' }], []])
    })

    test('where nobody was asked for and the customer has gone, the system shows a dead end', async () => {
      const notes = (at: Date) =>
        w.db.database.inTx(scope, async (tx) => (await deadEnds(tx, at)).map(({ system, code }) => `${system} ${code}`))
      assert.deepEqual(await notes(now), [], 'somebody may still be typing')
      assert.deepEqual(await notes(minutes(31)), ['bot dead_ends'])
      const again = await opened('eis-2')
      await w.sql(
        `insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at) values ('dekade', 'kaapstroom', 'late', $1, 'requested', 'asked', now())`,
        [again.conversation],
      )
      assert.deepEqual(await notes(minutes(31)), [])
    })
  })
})
