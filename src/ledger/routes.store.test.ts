import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fixedClock } from '../platform/clock.ts'
import { ApiError, type Caller, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { silentLog } from '../platform/log.ts'
import type { LedgerEntryView, LedgerView } from './console-contract.ts'
import type { NewEvent } from './contract.ts'
import { createVerifier, type Integrator, type Verifier } from './index.ts'
import { routes } from './routes.ts'
import { type TestLedger, testEvent, testLedger } from './testing.ts'
import { utf8, verifyTlogProof } from './verify/index.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('ledger: routes', () => {
  let ledger: TestLedger
  let integrator: Integrator
  let verifier: Verifier
  let all: Route[]
  let events: NewEvent[]
  before(async () => {
    ledger = await testLedger()
    integrator = ledger.start()
    verifier = createVerifier({
      database: ledger.db.database,
      trust: ledger.signer.trust,
      exportFolder: ledger.exportFolder,
      clock: fixedClock('2026-11-25T12:00:00.000Z'),
      ids: randomIds,
      log: silentLog,
    })
    all = routes({ database: ledger.db.database, signer: ledger.signer, verifier })
    events = Array.from({ length: 7 }, (_, i) =>
      testEvent({
        type: i % 2 === 0 ? 'call.refused' : 'consent.given',
        client: i < 5 ? 'energie' : 'water',
        refs: { conversation: `c${i}`, call: `k${i}` },
      }),
    )
    await ledger.write(...events)
    await integrator.settled()
  })
  after(() => ledger.close())

  const caller = (clients: '*' | string[] = '*', tenant = 'noord'): Caller => ({
    kind: 'person',
    id: 'p1',
    scope: { tenant, clients, actor: { kind: 'person', id: 'p1' } },
    roles: ['auditor'],
  })
  async function call<T>(
    method: string,
    path: string,
    { query = {}, params = {}, by = caller() }: { query?: object; params?: object; by?: Caller } = {},
  ): Promise<T> {
    const route = all.find((one) => one.method === method && one.path === path)!
    const reply = await route.handle({
      caller: by,
      params: route.params?.parse(params),
      query: route.query?.parse(query),
      body: undefined,
      now: new Date(0),
      language: 'nl',
      header: () => undefined,
    })
    return route.reply.parse(reply) as T
  }
  const ledgerOf = (query: object, by?: Caller) =>
    call<LedgerView>('GET', '/api/ledger', { query, ...(by ? { by } : {}) })

  describe('the ledger on the console', () => {
    test('shows the signed head and the entries of the reader, newest first, page by page', async () => {
      const first = await ledgerOf({ limit: '3' })
      assert.equal(first.size, 7)
      assert.equal(first.vkey, ledger.signer.vkey)
      assert.match(first.checkpoint!, /^ledger\.test\/centre\n7\n/)
      assert.deepEqual(
        first.recent.map((line) => line.index),
        [6, 5, 4],
      )
      const second = await ledgerOf({ limit: '3', before: first.next! })
      assert.deepEqual(
        second.recent.map((line) => line.index),
        [3, 2, 1],
      )
      const third = await ledgerOf({ limit: '3', before: second.next! })
      assert.deepEqual([third.recent.map((line) => line.index), third.next], [[0], null])
      assert.deepEqual(
        (await ledgerOf({}, caller(['water']))).recent.map((line) => line.index),
        [6, 5],
      )
      assert.deepEqual((await ledgerOf({}, caller('*', 'zuid'))).recent, [])
    })

    test('finds by type, number, event, conversation and call', async () => {
      const found = async (query: object) => (await ledgerOf(query)).recent.map((line) => line.index)
      assert.deepEqual(await found({ type: 'consent.given' }), [5, 3, 1])
      assert.deepEqual(await found({ find: '4' }), [4])
      assert.deepEqual(await found({ find: events[2]!.id }), [2])
      assert.deepEqual(await found({ find: ' c3 ' }), [3])
      assert.deepEqual(await found({ find: 'k6' }), [6])
      assert.deepEqual(await found({ find: 'nothing' }), [])
    })

    test('gives an entry with a proof that stands by itself; an unknown or foreign one is 404', async () => {
      const one = await call<LedgerEntryView>('GET', '/api/ledger/entries/:event', { params: { event: events[3]!.id } })
      assert.deepEqual([one.index, one.actorKind, one.treeSize], [3, 'system', 7])
      await verifyTlogProof(one.proof!, utf8(one.entry), ledger.signer.trust)
      for (const [event, by] of [
        [randomIds.next(), caller()],
        [events[3]!.id, caller(['water'])],
      ] as const)
        await assert.rejects(
          call('GET', '/api/ledger/entries/:event', { params: { event }, by }),
          (error: unknown) => error instanceof ApiError && error.status === 404 && error.code === 'entry_unknown',
        )
    })

    test('a verification runs in the background, is told, and is itself recorded', async () => {
      assert.equal((await ledgerOf({})).verified.at, null)
      assert.deepEqual(await call('POST', '/api/ledger/verify'), { running: true })
      await verifier.finished()
      const { verified } = await ledgerOf({})
      assert.deepEqual(verified, { at: '2026-11-25T12:00:00.000Z', ok: true, entries: 7, problems: [], running: false })
      await integrator.settled()
      assert.deepEqual((await ledgerOf({})).recent[0]!.type, 'ledger.verified')
      await ledger.db.ownerQuery('update ledger_entry set payload = set_byte(payload, 9, 0) where idx = 2')
      verifier.start(caller().scope)
      await verifier.finished()
      const after = (await ledgerOf({})).verified
      assert.equal(after.ok, false)
      assert.deepEqual(after.problems, [{ code: 'entry_changed', index: 2, event: events[2]!.id, detail: 'payload' }])
    })

    test('a verification that could not be done is neither right nor wrong', async () => {
      const broken = createVerifier({
        database: { ...ledger.db.database, inTx: () => Promise.reject(new Error('gone')) },
        trust: ledger.signer.trust,
        exportFolder: ledger.exportFolder,
        clock: fixedClock('2026-11-25T12:00:00.000Z'),
        ids: randomIds,
        log: silentLog,
      })
      broken.start(caller().scope)
      await broken.finished()
      assert.deepEqual(broken.state(), {
        at: new Date('2026-11-25T12:00:00.000Z'),
        ok: null,
        entries: 0,
        problems: [],
        running: false,
      })
    })
  })
})
