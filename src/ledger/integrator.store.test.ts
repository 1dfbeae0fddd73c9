import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { NewEvent } from './contract.ts'
import {
  append,
  consumeEntries,
  entryByEventId,
  findEntries,
  ledgerState,
  nodeEd25519,
  nodeSha256,
  openSigner,
  readEntries,
  receipt,
} from './index.ts'
import {
  everywhere,
  integratorProcess,
  type TestLedger,
  testEvent,
  testEvents,
  testLedger,
  testOrigin,
} from './testing.ts'
import {
  equalBytes,
  hashLeaf,
  openCheckpoint,
  parseBundle,
  rootOfLeafHashes,
  verifyTile,
  verifyTlogProof,
} from './verify/index.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('ledger: integrator', () => {
  let ledger: TestLedger
  beforeEach(async () => {
    ledger = await testLedger()
  })
  afterEach(() => ledger.close())

  const allEntries = () => ledger.db.database.inTx(everywhere, (tx) => readEntries(tx, 0, 1_000_000))
  const state = () => ledger.db.database.inTx(everywhere, ledgerState)

  /** No gap, no duplicate, every leaf that of its payload, the head the root of the leaves, the newest checkpoint ours. */
  async function assertWhole(expected: number): Promise<void> {
    const entries = await allEntries()
    assert.deepEqual(
      entries.map((entry) => entry.index),
      Array.from({ length: expected }, (_, i) => i),
    )
    assert.equal(new Set(entries.map((entry) => entry.id)).size, expected)
    const leaves = entries.map((entry) => hashLeaf(entry.payload, nodeSha256))
    for (const [i, entry] of entries.entries()) assert.ok(equalBytes(entry.leafHash, leaves[i]!), `leaf ${i}`)
    const now = await state()
    assert.equal(now.size, expected)
    assert.equal(now.pending, 0)
    assert.ok(equalBytes(now.root, rootOfLeafHashes(leaves, nodeSha256)))
    const opened = await openCheckpoint(now.checkpoint!.note, ledger.signer.trust, nodeEd25519)
    assert.equal(opened.size, BigInt(expected))
    assert.ok(equalBytes(opened.root, now.root))
  }

  describe('the integrator', () => {
    test('numbers entries in the order they were recorded, signs the head and exports it', async () => {
      const events = testEvents(700)
      await ledger.write(...events.slice(0, 300))
      const integrator = ledger.start()
      await integrator.settled()
      await ledger.write(...events.slice(300))
      await integrator.settled()
      await assertWhole(700)
      assert.deepEqual(
        (await allEntries()).map((entry) => entry.id),
        events.map((event) => event.id),
      )
      const { size, pendingAgeMs, exported, trouble } = integrator.status()
      assert.deepEqual(
        { size, pendingAgeMs, exported, trouble },
        { size: 700, pendingAgeMs: 0, exported: 700, trouble: null },
      )
    })

    test('gives a receipt that stands without us, for an entry of any organisation', async () => {
      const events = testEvents(300)
      const integrator = ledger.start()
      await ledger.write(...events)
      await integrator.settled()
      const scope = { tenant: 'noord', clients: ['energie'], actor: { kind: 'customer', id: 'x' } } as const
      for (const place of [0, 255, 256, 299]) {
        const found = await ledger.db.database.inTx(scope, (tx) =>
          receipt(tx, events[place]!.id, new Uint8Array(32).fill(9)),
        )
        const verified = await verifyTlogProof(found!.proof, found!.entry, ledger.signer.trust, {
          sha256: nodeSha256,
          ed25519: nodeEd25519,
        })
        assert.equal(verified.index, BigInt(place))
        assert.deepEqual(verified.extra, new Uint8Array(32).fill(9))
      }
      const other = { tenant: 'zuid', clients: '*', actor: { kind: 'customer', id: 'x' } } as const
      await assert.rejects(
        ledger.db.database.inTx(other, (tx) => receipt(tx, events[0]!.id)),
        { code: 'entry_unknown' },
      )
    })

    test('a receipt waits until a signed head covers the entry', async () => {
      const event = testEvent()
      await ledger.write(event)
      assert.equal(await ledger.db.database.inTx(everywhere, (tx) => receipt(tx, event.id)), undefined)
    })

    test('the export is a log that anyone can read with the standard', async () => {
      const integrator = ledger.start()
      await ledger.write(...testEvents(100))
      await integrator.settled()
      await ledger.write(...testEvents(200))
      await integrator.settled()
      const read = (path: string) => readFileSync(join(ledger.exportFolder, path))
      const { size, root } = await openCheckpoint(read('checkpoint'), ledger.signer.trust, nodeEd25519)
      assert.equal(size, 300n)
      const entries = [...parseBundle(read('tile/entries/000')), ...parseBundle(read('tile/entries/001.p/44'))]
      assert.ok(
        equalBytes(
          rootOfLeafHashes(
            entries.map((entry) => hashLeaf(entry, nodeSha256)),
            nodeSha256,
          ),
          root,
        ),
      )
      verifyTile(
        'tile/1/000.p/1',
        read('tile/1/000.p/1'),
        {
          size: 300,
          hash: rootOfLeafHashes(
            entries.slice(0, 256).map((entry) => hashLeaf(entry, nodeSha256)),
            nodeSha256,
          ),
        },
        nodeSha256,
      )
      assert.equal(
        existsSync(join(ledger.exportFolder, 'tile/0/000.p')),
        false,
        'the partial tile went when the full one was there',
      )
      assert.equal(statSync(ledger.exportFolder).mode & 0o077, 0, 'only for its own account')
      assert.deepEqual(readdirSync(ledger.exportFolder).sort(), ['checkpoint', 'tile'])
    })

    test('an export that is gone is written again, and the same', async () => {
      const first = ledger.start()
      await ledger.write(...testEvents(300))
      await first.settled()
      await first.stop()
      const before = readFileSync(join(ledger.exportFolder, 'tile/entries/000'))
      rmSync(ledger.exportFolder, { recursive: true })
      const second = ledger.start()
      await second.settled()
      assert.equal(second.status().exported, 300)
      assert.deepEqual(readFileSync(join(ledger.exportFolder, 'tile/entries/000')), before)
    })

    test('goes on where another left it, in the middle of a tile and over its end', async () => {
      const first = ledger.start({ exportFolder: null })
      await ledger.write(...testEvents(250))
      await first.settled()
      const second = ledger.start({ exportFolder: null })
      await ledger.write(...testEvents(10))
      await Promise.all([first.settled(), second.settled()])
      await first.stop()
      await ledger.write(...testEvents(300))
      await second.settled()
      await assertWhole(560)
    })

    test('a race of a retry with the numbering ends in one entry; other contents under the id raise the alarm', async () => {
      const integrator = ledger.start()
      const event = testEvent()
      await ledger.write(event, testEvent())
      await integrator.settled()
      // What the writer's own check cannot see: it looked before the integrator's commit, and its row came after it.
      const copy = (payload: string, leaf: string) =>
        ledger.db.ownerQuery(
          `insert into ledger_pending (tenant_id, client_id, id, type, at, payload, leaf_hash)
         select tenant_id, client_id, id, type, at, ${payload}, ${leaf} from ledger_entry where id = $1`,
          [event.id],
        )
      await copy('payload', 'leaf_hash')
      await ledger.write(...testEvents(3))
      await integrator.settled()
      await assertWhole(5)
      await copy("payload || '!'::bytea", 'sha256(leaf_hash)')
      await ledger.write(testEvent())
      await integrator.settled()
      assert.equal((await state()).size, 6)
      assert.equal((await state()).pending, 1)
      assert.equal(integrator.status().trouble, 'event_id_reused')
      assert.ok(integrator.status().pendingAgeMs > 0)
    })

    test('a long transaction delays its own event only', async () => {
      const integrator = ledger.start()
      const slow = testEvent()
      const fast = testEvents(3)
      const begun = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      const open = ledger.db.database.inTx(everywhere, async (tx) => {
        await append(tx, slow)
        // Also asked for inside a transaction, the integrator works outside of it.
        integrator.nudge()
        begun.resolve()
        await gate.promise
      })
      await begun.promise
      await ledger.write(...fast)
      await integrator.settled()
      assert.equal((await state()).size, 3)
      gate.resolve()
      await open
      await integrator.settled()
      assert.deepEqual(
        (await allEntries()).map((entry) => entry.id),
        [...fast, slow].map((event) => event.id),
      )
    })

    test('refuses to grow a tree whose stored tiles do not give the head', async () => {
      const first = ledger.start({ exportFolder: null })
      await ledger.write(...testEvents(10))
      await first.settled()
      await first.stop()
      await ledger.db.ownerQuery("update ledger_tile set hashes = overlay(hashes placing sha256('x') from 33 for 32)")
      const second = ledger.start({ exportFolder: null })
      await ledger.write(testEvent())
      await assert.rejects(second.settled(), { code: 'ledger_damaged' })
      assert.equal(second.status().trouble, 'ledger_damaged')
      assert.equal((await state()).pending, 1, 'nothing is lost: it waits')
    })

    test('never signs a head that does not continue the last signed one', async () => {
      const first = ledger.start({ exportFolder: null })
      await ledger.write(...testEvents(10))
      await first.settled()
      await first.stop()
      await ledger.db.ownerQuery("update ledger_checkpoint set root = sha256('another history')")
      const second = ledger.start({ exportFolder: null })
      await ledger.write(testEvent())
      await assert.rejects(second.settled(), { code: 'ledger_forked' })
      assert.equal((await state()).checkpoint!.size, 10)
    })
  })

  describe('reading', () => {
    test('entries are found by what they are about, newest first, page by page', async () => {
      const integrator = ledger.start()
      const about = (over: Partial<NewEvent>) => testEvent(over)
      const events = [
        about({ type: 'call.admitted', refs: { conversation: 'c1', call: 'k1', system: 's1' }, subject: 'p1' }),
        about({ type: 'call.completed', refs: { conversation: 'c1', call: 'k1', system: 's1' }, subject: 'p1' }),
        about({
          type: 'call.admitted',
          refs: { conversation: 'c2', call: 'k2', system: 's1' },
          subject: 'p2',
          client: 'water',
        }),
      ]
      await ledger.write(...events)
      await integrator.settled()
      const waiting = about({ type: 'consent.given', subject: 'p1', client: null })
      await integrator.stop()
      await ledger.write(waiting)
      const find = (...args: Parameters<typeof findEntries> extends [unknown, ...infer R] ? R : never) =>
        ledger.db.database
          .inTx({ tenant: 'noord', clients: '*', actor: everywhere.actor }, (tx) => findEntries(tx, ...args))
          .then((found) => found.map((entry) => entry.id))
      const [a, b, c] = events.map((event) => event.id)
      assert.deepEqual(await find({}), [waiting.id, c, b, a])
      assert.deepEqual(await find({}, { limit: 2 }), [waiting.id, c])
      assert.deepEqual(await find({}, { before: 2 }), [b, a])
      assert.deepEqual(await find({ conversation: 'c1' }), [b, a])
      assert.deepEqual(await find({ call: 'k2' }), [c])
      assert.deepEqual(await find({ subject: 'p1' }), [waiting.id, b, a])
      assert.deepEqual(await find({ type: 'call.admitted', system: 's1', client: 'energie' }), [a])
      const energie = { tenant: 'noord', clients: ['energie'], actor: everywhere.actor } as const
      assert.deepEqual(
        (await ledger.db.database.inTx(energie, (tx) => findEntries(tx, {}))).map((entry) => entry.id),
        [waiting.id, b, a],
      )
      const one = await ledger.db.database.inTx(energie, (tx) => entryByEventId(tx, a!))
      assert.deepEqual([one?.index, one?.conversation, one?.at], [0, 'c1', '2026-11-25T10:00:00.000Z'])
    })
  })

  describe('readers of the news', () => {
    test('each sees every entry of its types once, in order, also after its work failed', async () => {
      const integrator = ledger.start()
      const events = Array.from({ length: 30 }, (_, i) =>
        testEvent({ type: i % 3 === 0 ? 'system.stopped' : 'feedback.given' }),
      )
      await ledger.write(...events)
      await integrator.settled()
      const seen: string[] = []
      const read = (limit: number, fail = false) =>
        consumeEntries(
          ledger.db.database,
          { reader: 'stop-mail', types: ['system.stopped'], limit, now: new Date(0) },
          async (_tx, entries) => {
            if (fail) throw new Error('mail server is down')
            seen.push(...entries.map((entry) => entry.id))
          },
        )
      await assert.rejects(read(4, true), /mail server/)
      assert.equal(await read(4), 4)
      assert.equal(await read(100), 6)
      assert.equal(await read(100), 0)
      assert.deepEqual(
        seen,
        events.filter((event) => event.type === 'system.stopped').map((event) => event.id),
      )
      await ledger.write(testEvent({ type: 'system.stopped' }))
      assert.equal(await read(100), 0, 'it has no number yet')
      await integrator.settled()
      assert.equal(await read(100), 1)
    })

    test('two processes with one reader name do not both handle an entry', async () => {
      const integrator = ledger.start()
      await ledger.write(...testEvents(20))
      await integrator.settled()
      const seen: number[] = []
      const read = () =>
        consumeEntries(
          ledger.db.database,
          { reader: 'counter', limit: 5, now: new Date(0) },
          async (_tx, entries) => void seen.push(...entries.map((entry) => entry.index!)),
        )
      await Promise.all(Array.from({ length: 6 }, read))
      assert.deepEqual(
        seen,
        Array.from({ length: 20 }, (_, i) => i),
      )
    })
  })

  describe('kill -9', () => {
    test('of one of two competing integrators, again and again, loses, doubles and skips nothing', {
      timeout: 60_000,
    }, async () => {
      let children = [integratorProcess(ledger), integratorProcess(ledger)]
      let acknowledged = 0
      let writing = true
      const writer = async () => {
        while (writing) {
          await ledger.write(...testEvents(5))
          acknowledged += 5
        }
      }
      const writers = Array.from({ length: 6 }, writer)
      const kills = 8
      for (let i = 0; i < kills; i++) {
        await new Promise((resolve) => setTimeout(resolve, 250 + ((i * 97) % 200)))
        const victim = children.shift()!
        const gone = once(victim, 'exit')
        victim.kill('SIGKILL')
        await gone
        children.push(integratorProcess(ledger))
      }
      writing = false
      await Promise.all(writers)
      for (const child of children) child.kill('SIGKILL')
      children = []
      const integrator = ledger.start()
      await integrator.settled()
      assert.ok(acknowledged > 200, `${acknowledged} entries written under ${kills} kills`)
      await assertWhole(acknowledged)
      assert.equal(integrator.status().exported, acknowledged)
    })
  })

  describe('the signing key', () => {
    test('is made once, for its own account only, and opened again', () => {
      const folder = join(ledger.folder, 'other-keys')
      const first = openSigner({ folder, origin: testOrigin })
      assert.equal(statSync(join(folder, 'ledger-signing-key.pem')).mode & 0o777, 0o600)
      assert.equal(openSigner({ folder, origin: testOrigin }).vkey, first.vkey)
      assert.throws(() => openSigner({ folder, origin: 'ledger.test/other' }), { code: 'signing_key_other_origin' })
      rmSync(join(folder, 'ledger-signing-key.pem'))
      assert.throws(() => openSigner({ folder, origin: testOrigin }), { code: 'signing_key_unreadable' })
    })
  })
})
