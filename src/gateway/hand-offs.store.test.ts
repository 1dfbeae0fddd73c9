import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { openConversation } from '../records/index.ts'
import { requestHandOff } from './index.ts'
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
})
