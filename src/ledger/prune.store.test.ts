import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { randomIds } from '../platform/ids.ts'
import { onPrivateServer } from '../platform/testing.ts'
import type { NewEvent } from './contract.ts'
import {
  append,
  checkExport,
  consistencyProof,
  consumeEntries,
  ledgerState,
  ledgerTerm,
  nodeEd25519,
  nodeSha256,
  type PruneOptions,
  pruneAgain,
  pruneLedger,
  receipt,
  type Verification,
  verifyLedger,
} from './index.ts'
import { pruneExport } from './io/export-pruning.ts'
import { everywhere, pruningProcess, type TestLedger, testEvent, testEvents, testLedger } from './testing.ts'
import { openCheckpoint, verifyConsistency, verifyTlogProof } from './verify/index.ts'

const job = { kind: 'job', id: 'ledger-term' } as const
const TERM = 184
/** Old enough to go, also by the database's own clock, which lets nothing go within six months. */
const long = (days: number) => new Date(Date.parse('2020-01-01T12:00:00.000Z') + days * 86_400_000).toISOString()

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('ledger: the end of the term', () => {
  let ledger: TestLedger
  beforeEach(async () => {
    ledger = await testLedger()
  })
  afterEach(() => ledger.close())

  /** Events of a day, signed that day. */
  const onDay = async (day: number, events: readonly NewEvent[]) => {
    const before = await size()
    const integrator = ledger.start()
    await ledger.write(...events.map((event) => ({ ...event, at: long(day) })))
    await integrator.settled()
    await integrator.stop()
    await ledger.db.ownerQuery('update ledger_checkpoint set signed_at = $1 where size > $2', [long(day), before])
  }
  const settle = async () => {
    const integrator = ledger.start()
    await integrator.settled()
    await integrator.stop()
  }
  const prune = (day: number, over: Partial<PruneOptions> = {}) =>
    pruneLedger({
      database: ledger.db.database,
      termDays: TERM,
      act: () => ({ now: new Date(long(day)), ids: randomIds }),
      actor: job,
      kept: async () => [],
      ...over,
    })
  const state = () => ledger.db.database.inTx(everywhere, ledgerState)
  const size = async () => (await state()).size
  const there = async () =>
    (await ledger.db.ownerQuery<{ idx: number }>('select idx::int from ledger_entry order by idx')).map(
      ({ idx }) => idx,
    )
  const statements = async () =>
    (
      await ledger.db.ownerQuery<{ tenant_id: string; payload: Buffer }>(
        `select tenant_id, payload from (select tenant_id, payload, idx as place from ledger_entry where type = 'ledger.pruned'
         union all select tenant_id, payload, 1000000 + seq from ledger_pending where type = 'ledger.pruned') s order by place`,
      )
    ).map(({ tenant_id, payload }) => ({ tenant: tenant_id, ...JSON.parse(payload.toString('utf8')).body }))
  const verify = (over: Partial<Parameters<typeof verifyLedger>[0]> = {}) =>
    verifyLedger({
      database: ledger.db.database,
      exportFolder: ledger.exportFolder,
      trust: ledger.signer.trust,
      ...over,
    })
  const verifyExport = () => verifyLedger({ exportFolder: ledger.exportFolder, trust: ledger.signer.trust })
  const problemsOf = ({ problems }: Verification) =>
    problems.map(({ code, index, detail }) => `${code} ${index ?? '-'} ${detail}`)
  const bundles = () =>
    readdirSync(join(ledger.exportFolder, 'tile/entries'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => Number(/(\d{3})(\.p\/\d+)?$/.exec(join(file.parentPath, file.name))![1]))
      .filter((tile, i, all) => all.indexOf(tile) === i)
      .sort((a, b) => a - b)
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

  /** 700 entries of day 0, 300 of day 190, and a head of day 199. */
  const filled = async () => {
    const old = testEvents(700)
    await onDay(0, old)
    await onDay(190, testEvents(300))
    await onDay(199, [testEvent()])
    return old
  }

  test('entries past the term go in whole tiles, with an entry that says so; the tree stays as it was', async () => {
    await filled()
    const hashes = () => ledger.db.ownerQuery('select level, idx, hashes from ledger_tile where idx = 0 order by level')
    const before = { head: await state(), tiles: await hashes(), checkpoints: await count('ledger_checkpoint') }
    const file = readFileSync(join(ledger.exportFolder, 'tile/0/000'))
    assert.deepEqual(await prune(200), { outcome: 'done', pruned: 512, kept: 0, damaged: [] })
    assert.deepEqual(await there(), range(512, 1_000), 'the third tile has entries of day 190')
    assert.deepEqual(await statements(), [{ tenant: 'noord', from: 0, to: 511, count: 512, own: 512, termDays: TERM }])
    assert.deepEqual((await state()).root, before.head.root)
    await settle()
    assert.deepEqual(await hashes().then((rows) => rows[0]), before.tiles[0])
    assert.deepEqual(readFileSync(join(ledger.exportFolder, 'tile/0/000')), file)
    assert.ok((await count('ledger_checkpoint')) > before.checkpoints, 'no signed head went')
    assert.deepEqual(bundles(), [2, 3])
    assert.deepEqual(await prune(201), { outcome: 'done', pruned: 0, kept: 0, damaged: [] })
    assert.equal((await statements()).length, 1, 'a pass that finds nothing says nothing')
  })

  const count = async (table: string) =>
    (await ledger.db.ownerQuery<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n

  test('the log is whole afterwards, from the database, the export and both, and says what is gone and why', async () => {
    await filled()
    await prune(200)
    const waiting = await verify({ exportFolder: undefined as never })
    assert.deepEqual(problemsOf(waiting), [], 'also while the entry about it waits for its number')
    assert.deepEqual([waiting.pruned[0]?.index, waiting.pruned[0]?.from, waiting.pruned[0]?.to], [null, 0, 511])
    assert.equal((await verify()).pruned[0]?.left, 512, 'the bundles are still there')
    await settle()
    for (const found of [await verify(), await verify({ exportFolder: undefined as never }), await verifyExport()]) {
      assert.deepEqual(problemsOf(found), [])
      assert.ok(found.ok)
      assert.equal(found.entries, 490)
      const { event: _, ...said } = found.pruned[0]!
      const at = long(200)
      assert.deepEqual(said, { from: 0, to: 511, index: 1_001, tenant: 'noord', at, termDays: TERM, left: 0 })
    }
    for (const from of [1, 256, 511, 512, 700]) {
      const found = await verify({ from })
      assert.deepEqual(problemsOf(found), [], `from ${from}`)
      assert.equal(found.pruned[0]?.left, 0)
    }
    const check = () =>
      checkExport({ database: ledger.db.database, exportFolder: ledger.exportFolder, trust: ledger.signer.trust })
    assert.deepEqual(await check(), { size: 1_002, exported: 1_002, missing: false })
    rmSync(ledger.exportFolder, { recursive: true })
    assert.equal((await check()).missing, true)
    await settle()
    assert.deepEqual(bundles(), [2, 3], 'written again without what is gone')
    assert.deepEqual(problemsOf(await verify()), [])
  })

  test('receipts of what is left are given out; those of what is gone still stand, also against every later head', async () => {
    const old = await filled()
    const inTx = ledger.db.database.inTx.bind(ledger.db.database)
    const crypto = { sha256: nodeSha256, ed25519: nodeEd25519 }
    const kept = await inTx(everywhere, (tx) => receipt(tx, old[300]!.id))
    await prune(200)
    await settle()
    await assert.rejects(
      inTx(everywhere, (tx) => receipt(tx, old[300]!.id)),
      { code: 'entry_unknown' },
    )
    const left = await inTx(everywhere, (tx) => receipt(tx, old[600]!.id))
    assert.equal((await verifyTlogProof(left!.proof, left!.entry, ledger.signer.trust, crypto)).index, 600n)
    await verifyTlogProof(kept!.proof, kept!.entry, ledger.signer.trust, crypto)
    const heads = await ledger.db.ownerQuery<{ size: number; note: string }>(
      'select size::int, note from ledger_checkpoint order by size',
    )
    assert.ok(heads.some(({ size }) => size < 1_000))
    const newest = heads.at(-1)!
    for (const { size, note } of heads) {
      const [first, last] = await Promise.all(
        [note, newest.note].map((text) => openCheckpoint(text, ledger.signer.trust, nodeEd25519)),
      )
      const proof = await inTx(everywhere, (tx) => consistencyProof(tx, { from: size, to: newest.size }))
      verifyConsistency({ size1: size, root1: first!.root, size2: newest.size, root2: last!.root, proof }, nodeSha256)
    }
  })

  test('what is on hold stays with its tile, and goes when it is not any more; one entry explains the stretch', async () => {
    await onDay(0, testEvents(1_300))
    await onDay(199, [testEvent()])
    assert.deepEqual(await prune(200, { kept: async ({ from, to }) => (from <= 300 && to >= 300 ? [300] : []) }), {
      outcome: 'done',
      pruned: 1_024,
      kept: 256,
      damaged: [],
    })
    assert.deepEqual(await there(), [...range(256, 511), ...range(1_280, 1_300)])
    await settle()
    assert.deepEqual(problemsOf(await verify()), [])
    assert.deepEqual(
      (await verify()).pruned.map(({ from, to }) => [from, to]),
      [
        [0, 255],
        [512, 1_279],
      ],
    )
    const { last } = await ledger.db.database.inTx(everywhere, async (tx) => ({
      last: (await ledgerTerm(tx)).lastPass,
    }))
    assert.deepEqual([last?.outcome, last?.kept], ['done', 256])
    await prune(200)
    assert.deepEqual((await statements()).at(-1), {
      tenant: 'noord',
      from: 0,
      to: 1_279,
      count: 256,
      own: 256,
      termDays: TERM,
    })
    await settle()
    const found = await verify()
    assert.deepEqual(problemsOf(found), [])
    assert.deepEqual(
      found.pruned.map(({ from, to }) => [from, to]),
      [[0, 1_279]],
    )
  })

  test('an explanation that is past the term itself is given again before it goes', async () => {
    await filled()
    await prune(200)
    await onDay(200, testEvents(600))
    const index = (await verify()).pruned[0]!.index!
    await onDay(400, testEvents(300))
    await onDay(410, [testEvent()])
    await prune(411)
    await settle()
    assert.ok(!(await there()).includes(index), 'the first explanation is gone')
    for (const found of [await verify(), await verifyExport()]) {
      assert.deepEqual(problemsOf(found), [])
      assert.deepEqual(
        found.pruned.map(({ from, to }) => [from, to]),
        [[0, 1_535]],
      )
    }
  })

  test('each organisation that lost entries has an entry of its own, with its own number of them', async () => {
    await onDay(0, [...testEvents(200), ...range(0, 399).map(() => testEvent({ tenant: 'zuid' }))])
    await onDay(190, [...testEvents(10), testEvent({ tenant: 'west' })])
    await onDay(199, [testEvent()])
    await prune(200)
    assert.deepEqual(await statements(), [
      { tenant: 'noord', from: 0, to: 511, count: 512, own: 200, termDays: TERM },
      { tenant: 'zuid', from: 0, to: 511, count: 512, own: 312, termDays: TERM },
    ])
    await settle()
    assert.deepEqual((await verify()).pruned.length, 1)
    const scope = { tenant: 'west', clients: '*', actor: job } as const
    assert.deepEqual((await ledger.db.database.inTx(scope, ledgerTerm)).pruned, [], 'nobody reads those of another')
  })

  test('nothing goes while the clock is in doubt, a reader has not read it, or on a dry run', async () => {
    await filled()
    const all = await count('ledger_entry')
    for (const day of [190.5, 231, 10_000]) {
      assert.equal((await prune(day)).outcome, 'clock_unproven', `day ${day}`)
      const { lastPass } = await ledger.db.database.inTx(everywhere, ledgerTerm)
      assert.deepEqual([lastPass?.at.toISOString(), lastPass?.outcome], [long(day), 'clock_unproven'])
    }
    assert.equal((await prune(200, { dryRun: true })).pruned, 512)
    const read = (limit: number) =>
      consumeEntries(ledger.db.database, { reader: 'slow', limit, now: new Date(0) }, async () => {})
    await read(300)
    assert.equal((await prune(200, { dryRun: true })).pruned, 256)
    await read(300)
    assert.equal((await prune(200, { ended: () => true })).outcome, 'stopped')
    assert.equal(await count('ledger_entry'), all)
    assert.equal((await prune(200)).pruned, 512)
  })

  test('the newest entry never goes, so the start can see that the log ends where it did', async () => {
    await onDay(0, testEvents(512))
    await ledger.db.ownerQuery('update ledger_checkpoint set size = size where true')
    const bounds = await prune(1, { dryRun: true })
    assert.equal(bounds.outcome, 'done')
    await ledger.db.ownerQuery(`insert into ledger_checkpoint select size + 1, root, note, $1 from ledger_checkpoint`, [
      long(199),
    ])
    await prune(200)
    assert.deepEqual(await there(), range(256, 511))
  })

  test('a tile with a changed or missing entry is evidence: it stays, and is named', async () => {
    await filled()
    const flip = 'update ledger_entry set payload = set_byte(payload, 9, get_byte(payload, 9) # 1) where idx = 5'
    await ledger.db.ownerQuery(flip)
    assert.deepEqual(await prune(200), { outcome: 'done', pruned: 256, kept: 0, damaged: [0] })
    await settle()
    assert.deepEqual(problemsOf(await verify()), ['entry_changed 5 payload'])
    await ledger.db.ownerQuery(flip)
    await ledger.db.ownerQuery('delete from ledger_entry where idx = 7')
    assert.deepEqual((await prune(201)).damaged, [0])
    assert.deepEqual(problemsOf(await verify()), ['entry_missing 7 entry 7'])
  })

  describe('a hole that nothing explains', () => {
    test('is a problem: rows, bundles, or both', async () => {
      await filled()
      await prune(200)
      await settle()
      await ledger.db.ownerQuery('delete from ledger_entry where idx between 512 and 767')
      const rows = problemsOf(await verify())
      assert.equal(rows.length, 256)
      assert.deepEqual([rows[0], rows.at(-1)], ['entry_missing 512 entry 512', 'entry_missing 767 entry 767'])
      rmSync(join(ledger.exportFolder, 'tile/entries/002'))
      assert.equal(problemsOf(await verify()).at(-1), 'export_missing - tile/entries/002')
      assert.equal((await verifyExport()).problems.length, 257)
    })

    test('also when an entry says something that cannot be', async () => {
      await onDay(0, testEvents(600))
      await ledger.db.ownerQuery('delete from ledger_entry where idx < 256')
      const wrong = [{ from: 0, to: 254 }, { from: 0, to: 1_023 }, { termDays: 1 }, { from: -1 }]
      for (const over of wrong)
        await onDay(200, [
          testEvent({
            type: 'ledger.pruned',
            body: { from: 0, to: 255, count: 256, own: 256, termDays: TERM, ...over },
          }),
        ])
      const found = problemsOf(await verify({ exportFolder: undefined as never }))
      assert.deepEqual(
        found.filter((line) => !line.startsWith('entry_missing')),
        [600, 601, 602, 603].map((index) => `pruning_malformed ${index} ledger.pruned`),
      )
      assert.equal(found.filter((line) => line.startsWith('entry_missing')).length, 256)
    })

    test('and one that came too early is named, whoever wrote the entry about it', async () => {
      await onDay(0, testEvents(300))
      await onDay(100, testEvents(100))
      await onDay(101, testEvents(200))
      await ledger.db.ownerQuery('delete from ledger_entry where idx < 512')
      const body = { from: 0, to: 511, count: 512, own: 512, termDays: TERM }
      await onDay(200, [testEvent({ type: 'ledger.pruned', body })])
      assert.deepEqual(problemsOf(await verify({ exportFolder: undefined as never })), ['pruned_early 600 0–511'])
    })
  })

  test('no role can take away an entry within six months, and the app role none at all', async () => {
    const integrator = ledger.start()
    await ledger.write(testEvent({ at: new Date().toISOString() }), testEvent({ at: long(0) }))
    await integrator.settled()
    await integrator.stop()
    await assert.rejects(
      ledger.db.database.inTx(everywhere, (tx) => tx.query('delete from ledger_entry')),
      { code: '42501' },
    )
    const { rowCount } = await ledger.db.database.asIntegrator((tx) => tx.query('delete from ledger_entry'))
    assert.equal(rowCount, 1)
    assert.deepEqual(await there(), [0])
  })

  describe('cut off in the middle', () => {
    test('bundles go only when the entry about them is in the export, and at the next start if not before', async () => {
      await filled()
      const before = bundles()
      await prune(200)
      const { size } = await state()
      await pruneExport(ledger.db.database, ledger.exportFolder, size, [])
      assert.deepEqual(bundles(), before)
      await settle()
      assert.deepEqual(bundles(), [2, 3])
      const back = join(ledger.exportFolder, 'tile/entries/001')
      writeFileSync(back, 'left by a crash')
      await settle()
      assert.ok(!existsSync(back))
    })

    test('a backup put back brings entries that the log says are gone; they go again', async () => {
      await filled()
      await ledger.db.ownerQuery('create table saved as select * from ledger_entry where idx < 256')
      await prune(200)
      await settle()
      await ledger.db.ownerQuery('insert into ledger_entry table saved')
      assert.deepEqual(problemsOf(await verify()), [])
      assert.equal((await verify()).pruned[0]?.left, 256)
      assert.equal(await pruneAgain(ledger.db.database), 256)
      assert.equal((await verify()).pruned[0]?.left, 0)
    })

    test('two passes at once do the work once', async () => {
      await onDay(0, testEvents(3_000))
      await onDay(199, [testEvent()])
      const passes = await Promise.allSettled([1, 2, 3].map((tilesPerStep) => prune(200, { tilesPerStep })))
      for (const pass of passes)
        if (pass.status === 'rejected') assert.equal((pass.reason as { code?: string }).code, 'prune_incomplete')
      await prune(200)
      const said = await statements()
      assert.equal(
        said.reduce((sum, { count }) => sum + count, 0),
        2_816,
        'each entry is counted once',
      )
      await settle()
      assert.deepEqual(problemsOf(await verify()), [])
    })

    test('the log is found whole while a pass is at work beside it', async () => {
      await onDay(0, testEvents(5_000))
      await onDay(199, [testEvent()])
      const integrator = ledger.start({ intervalMs: 5 })
      let done = false
      const pass = prune(200, { tilesPerStep: 1 }).then(() => {
        done = true
      })
      let looked = 0
      while (!done || looked < 2) {
        assert.deepEqual(problemsOf(await verify({ chunkTiles: 4 })), [])
        looked++
      }
      await pass
      await integrator.settled()
      await integrator.stop()
      assert.deepEqual(problemsOf(await verify()), [])
    })

    test('kill -9, again and again, leaves nothing half, and the next pass goes on', {
      timeout: 90_000,
      ...onPrivateServer,
    }, async () => {
      await onDay(0, testEvents(6_000))
      await onDay(199, [testEvent()])
      let kills = 0
      for (let delay = 30; (await count('ledger_entry')) > 400 && kills < 12; delay += 10) {
        const child = pruningProcess(ledger, { now: long(200), termDays: TERM })
        await once(child.stdout!, 'data')
        await new Promise((resolve) => setTimeout(resolve, delay % 70))
        child.kill('SIGKILL')
        await once(child, 'exit')
        kills++
        const tiles = await ledger.db.ownerQuery<{ n: number }>(
          'select count(*)::int as n from ledger_entry where idx < 5888 group by idx / 256',
        )
        assert.ok(
          tiles.every(({ n }) => n === 256),
          'tiles are there or gone',
        )
        assert.deepEqual(problemsOf(await verify({ allowOpen: true })), [], `after kill ${kills}`)
      }
      assert.ok(kills >= 2, `${kills} kills`)
      await prune(200)
      await settle()
      const found = await verify()
      assert.deepEqual(problemsOf(found), [])
      assert.deepEqual(
        found.pruned.map(({ from, to, left }) => [from, to, left]),
        [[0, 5_887, 0]],
      )
      const said = await statements()
      assert.equal(
        said.reduce((sum, { count }) => sum + count, 0),
        5_888,
      )
    })
  })

  test('an event is recorded once, also by the role that prunes', async () => {
    const event = testEvent()
    const first = await ledger.db.database.asIntegrator((tx) => append(tx, event))
    const second = await ledger.db.database.asIntegrator((tx) => append(tx, event))
    assert.deepEqual([first.added, second.added], [true, false])
  })
})
