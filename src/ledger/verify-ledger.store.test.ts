import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { onPrivateServer } from '../platform/testing.ts'
import type { NewEvent } from './contract.ts'
import { checkExport, openSigner, startIntegrator, type Verification, verifyLedger } from './index.ts'
import { type TestLedger, testEvent, testEvents, testLedger, testOrigin } from './testing.ts'
import { formatCheckpoint, formatNote } from './verify/index.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('ledger: verify ledger', () => {
  const SIZE = 600
  let ledger: TestLedger
  let events: NewEvent[]
  beforeEach(async () => {
    ledger = await testLedger()
    events = testEvents(SIZE)
    const integrator = ledger.start()
    await ledger.write(...events.slice(0, 200))
    await integrator.settled()
    await ledger.write(...events.slice(200))
    await integrator.settled()
    await integrator.stop()
  })
  afterEach(() => ledger.close())

  const verify = (over: Partial<Parameters<typeof verifyLedger>[0]> = {}) =>
    verifyLedger({
      database: ledger.db.database,
      exportFolder: ledger.exportFolder,
      trust: ledger.signer.trust,
      ...over,
    })
  const verifyExport = () => verifyLedger({ exportFolder: ledger.exportFolder, trust: ledger.signer.trust })
  const problemsOf = ({ problems }: Verification) =>
    problems.map(({ code, index, event, detail }) => `${code} ${index ?? '-'} ${event ?? '-'} ${detail}`)
  const file = (path: string) => join(ledger.exportFolder, path)
  const flipFile = (path: string, at: number) =>
    writeFileSync(
      file(path),
      readFileSync(file(path)).map((byte, i) => (i === at ? byte ^ 1 : byte)),
    )

  describe('an untouched log', () => {
    test('is found whole in the database, in the export, and from any entry on', async () => {
      for (const found of [await verify(), await verify({ exportFolder: undefined as never }), await verifyExport()]) {
        assert.deepEqual(problemsOf(found), [])
        assert.ok(found.ok)
        assert.equal(found.entries, SIZE)
        assert.ok(found.checkpoints >= 1)
      }
      for (const from of [1, 255, 256, 257, SIZE - 1, SIZE]) {
        const found = await verify({ from })
        assert.deepEqual(problemsOf(found), [])
        assert.equal(found.entries, SIZE - from)
      }
    })

    test('is found whole while it is being written', async () => {
      const integrator = ledger.start({ intervalMs: 5 })
      let writing = true
      const writer = (async () => {
        while (writing) await ledger.write(...testEvents(7))
      })()
      for (let i = 0; i < 5; i++) assert.deepEqual(problemsOf(await verify()), [])
      writing = false
      await writer
      await integrator.settled()
      assert.deepEqual(problemsOf(await verify()), [])
    })

    test('that is empty is whole too', async () => {
      const empty = await testLedger()
      try {
        assert.deepEqual(
          await verifyLedger({
            database: empty.db.database,
            exportFolder: empty.exportFolder,
            trust: empty.signer.trust,
          }),
          {
            ok: true,
            entries: 0,
            pruned: [],
            size: 0,
            checkpoints: 0,
            open: [],
            problems: [],
            unlisted: 0,
          },
        )
      } finally {
        await empty.close()
      }
    })
  })

  describe('one changed byte names its entry', onPrivateServer, () => {
    const flip = (column: string, at: number) =>
      `overlay(${column} placing set_byte(substring(${column} from ${at + 1} for 1), 0, get_byte(${column}, ${at}) # 1) from ${at + 1} for 1)`

    for (const index of [0, 256, 599]) {
      test(`entry ${index}: in the payload, the leaf hash, and each column`, async () => {
        const event = events[index]!.id
        const only = async (set: string, expected: string[]) => {
          const before = (await ledger.db.ownerQuery('select * from ledger_entry where idx = $1', [index]))[0]!
          await ledger.db.ownerQuery(`update ledger_entry set ${set} where idx = $1`, [index])
          assert.deepEqual(problemsOf(await verify()), expected, set)
          const columns = Object.keys(before)
          await ledger.db.ownerQuery(
            `update ledger_entry set (${columns.join(', ')}) = row(${columns.map((_, i) => `$${i + 2}`).join(', ')}) where idx = $1`,
            [index, ...columns.map((name) => before[name])],
          )
        }
        for (const at of [0, 10, 100])
          await only(`payload = ${flip('payload', at)}`, [`entry_changed ${index} ${event} payload`])
        for (const at of [0, 31])
          await only(`leaf_hash = ${flip('leaf_hash', at)}`, [`leaf_hash_changed ${index} ${event} leaf_hash`])
        const columns: [string, string][] = [
          ["type = 'feedback.givem'", 'type'],
          ["tenant_id = 'zuid'", 'tenant'],
          ['client_id = null', 'client'],
          ["subject_id = 'p'", 'subject'],
          ["conversation_id = 'c'", 'conversation'],
          ["call_id = 'k'", 'call'],
          ["system_id = 's'", 'system'],
          ["at = at + interval '1 millisecond'", 'at'],
          ["at = at + interval '1 microsecond'", 'at'],
          ["id = '00000000-0000-7000-8000-000000000001'", 'id'],
        ]
        for (const [set, column] of columns) await only(set, [`column_changed ${index} ${event} ${column}`])
        assert.deepEqual(problemsOf(await verify()), [])
      })
    }

    test('in a stored tile, also of a level above', async () => {
      await ledger.db.ownerQuery(
        `update ledger_tile set hashes = ${flip('hashes', 32 * 44 + 3)} where level = 0 and idx = 1`,
      )
      assert.deepEqual(problemsOf(await verify()), [`tile_changed 300 ${events[300]!.id} tile/0/1`])
      await ledger.db.ownerQuery(
        `update ledger_tile set hashes = ${flip('hashes', 32 * 44 + 3)} where level = 0 and idx = 1`,
      )
      await ledger.db.ownerQuery(`update ledger_tile set hashes = ${flip('hashes', 33)} where level = 1`)
      assert.deepEqual(problemsOf(await verify()), [
        'tile_changed - - tile/1/000.p/2',
        'export_changed - - tile/1/000.p/2',
      ])
    })

    test('in the head, and in a signed head', async () => {
      await ledger.db.ownerQuery(`update ledger_head set root = ${flip('root', 5)}`)
      assert.deepEqual(problemsOf(await verify()), ['head_changed - - head 600'])
      await ledger.db.ownerQuery(`update ledger_head set root = ${flip('root', 5)}`)
      const size = (await ledger.db.ownerQuery<{ size: number }>('select min(size) as size from ledger_checkpoint'))[0]!
        .size
      const changes = [
        `root = ${flip('root', 0)}`,
        "note = replace(note, 'ledger.test', 'ledger.test ')",
        "note = overlay(note placing '!' from length(note) - 5)",
        `size = size + 1`,
      ]
      for (const set of changes) {
        const before = (await ledger.db.ownerQuery('select * from ledger_checkpoint where size = $1', [size]))[0]!
        await ledger.db.ownerQuery(`update ledger_checkpoint set ${set} where size = $1`, [size])
        const found = await verify()
        assert.equal(found.problems.length, 1, set)
        assert.match(problemsOf(found)[0]!, /^checkpoint_changed - - checkpoint 20[01]/)
        await ledger.db.ownerQuery('delete from ledger_checkpoint where size between $1 and $1 + 1', [size])
        await ledger.db.ownerQuery(
          'insert into ledger_checkpoint (size, root, note, signed_at) values ($1, $2, $3, $4)',
          [before.size, before.root, before.note, before.signed_at],
        )
      }
    })

    test('in an exported tile, bundle or checkpoint', async () => {
      flipFile('tile/0/000', 32 * 7 + 1)
      assert.deepEqual(problemsOf(await verify()), [`export_changed 7 ${events[7]!.id} tile/0/000`])
      assert.ok(problemsOf(await verifyExport()).some((line) => line.startsWith(`entry_changed 7 ${events[7]!.id}`)))
      flipFile('tile/0/000', 32 * 7 + 1)
      const place = readFileSync(file('tile/entries/001')).indexOf(events[300]!.id)
      flipFile('tile/entries/001', place + 3)
      assert.deepEqual(problemsOf(await verify()), [`export_changed 300 ${events[300]!.id} tile/entries/001`])
      flipFile('tile/entries/001', place + 3)
      flipFile('checkpoint', 30)
      assert.match(problemsOf(await verify())[0]!, /^export_changed - - checkpoint: /)
    })
  })

  describe('rows and files that are gone or too many', () => {
    test('a removed, moved or added entry is named', async () => {
      const [row] = await ledger.db.ownerQuery<Record<string, unknown>>(
        'delete from ledger_entry where idx = 77 returning *',
      )
      assert.deepEqual(problemsOf(await verify()), ['entry_missing 77 - entry 77'])
      const columns = Object.keys(row!)
      await ledger.db.ownerQuery(
        `insert into ledger_entry (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
        columns.map((name) => (name === 'idx' ? 700 : row![name])),
      )
      assert.deepEqual(problemsOf(await verify()), [
        'entry_missing 77 - entry 77',
        `entry_beyond_head 700 ${events[77]!.id} entry 700`,
      ])
    })

    test('a removed tile is named; the entries stay provable from their payloads', async () => {
      await ledger.db.ownerQuery('delete from ledger_tile where level = 0 and idx = 1')
      assert.deepEqual(problemsOf(await verify()), ['tile_missing - - tile/0/001'])
    })

    test('reading from the middle needs the tiles before it, and an entry that is there', async () => {
      assert.deepEqual(problemsOf(await verify({ from: SIZE })), [])
      await assert.rejects(verify({ from: SIZE + 1 }), { code: 'from_beyond_log' })
      await ledger.db.ownerQuery('delete from ledger_tile where level = 0 and idx = 1')
      const found = problemsOf(await verify({ from: 300 }))
      assert.ok(found.includes('tile_missing - - tile/0/001.p/44'), found.join('\n'))
      assert.deepEqual(
        found.filter((line) => !line.startsWith('tile_missing')),
        [],
      )
    })

    test('a removed file of the export is named, and an export that is gone altogether', async () => {
      rmSync(file('tile/entries/001'))
      assert.deepEqual(problemsOf(await verify()), ['export_missing - - tile/entries/001'])
      rmSync(ledger.exportFolder, { recursive: true })
      assert.deepEqual(problemsOf(await verify()), ['export_missing - - checkpoint'])
    })

    test('an entry rewritten with its leaf hash and its tile still breaks the next signed head', async () => {
      await ledger.db.ownerQuery(
        `update ledger_entry set payload = convert_to(replace(convert_from(payload, 'UTF8'), '"score":4', '"score":5'), 'UTF8') where idx = 4`,
      )
      await ledger.db.ownerQuery(`update ledger_entry set leaf_hash = sha256('\\x00'::bytea || payload) where idx = 4`)
      await ledger.db.ownerQuery(
        'update ledger_tile set hashes = overlay(hashes placing (select leaf_hash from ledger_entry where idx = 4) from 129 for 32) where level = 0 and idx = 0',
      )
      const found = problemsOf(await verify({ exportFolder: undefined as never }))
      assert.equal(found[0], 'root_differs 199 - checkpoint 200')
      const beside = problemsOf(await verify())
      assert.ok(beside.includes(`export_changed 4 ${events[4]!.id} tile/0/000`), beside.join('\n'))
      assert.ok(beside.includes('ledger_forked - - at 600 entries'), beside.join('\n'))
    })

    test('a history rewritten and signed again does not fit the export', async () => {
      const other = await testLedger()
      try {
        // The same key signs another history of the same length.
        const integrator = startIntegrator({
          database: other.db.database,
          signer: openSigner({ folder: join(ledger.folder, 'keys'), origin: testOrigin }),
          exportFolder: null,
          intervalMs: 20,
          clock: { now: () => new Date(0) },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        })
        await other.write(...testEvents(SIZE))
        await integrator.settled()
        await integrator.stop()
        assert.deepEqual(
          problemsOf(await verifyLedger({ database: other.db.database, trust: ledger.signer.trust })),
          [],
        )
        const found = await verifyLedger({
          database: other.db.database,
          exportFolder: ledger.exportFolder,
          trust: ledger.signer.trust,
        })
        assert.ok(problemsOf(found).includes('ledger_forked - - at 600 entries'))
        await assert.rejects(
          checkExport({ database: other.db.database, exportFolder: ledger.exportFolder, trust: ledger.signer.trust }),
          { code: 'ledger_forked' },
        )
      } finally {
        await other.close()
      }
    })
  })

  describe('the start-up check', () => {
    const check = () =>
      checkExport({ database: ledger.db.database, exportFolder: ledger.exportFolder, trust: ledger.signer.trust })

    test('lets a log go on that fits its export, and one without export be written again', async () => {
      assert.deepEqual(await check(), { size: SIZE, exported: SIZE, missing: false })
      rmSync(ledger.exportFolder, { recursive: true })
      assert.deepEqual(await check(), { size: SIZE, exported: 0, missing: true })
      const integrator = ledger.start()
      await integrator.settled()
      assert.ok(existsSync(file('checkpoint')))
      assert.deepEqual(await check(), { size: SIZE, exported: SIZE, missing: false })
    })

    test('refuses a database that was set back', async () => {
      await ledger.db.ownerQuery('delete from ledger_entry where idx >= 200')
      await ledger.db.ownerQuery('delete from ledger_checkpoint where size > 200')
      await ledger.db.ownerQuery(
        'update ledger_head set size = 200, root = (select root from ledger_checkpoint where size = 200)',
      )
      await ledger.db.ownerQuery('delete from ledger_tile where level > 0 or idx > 0')
      await ledger.db.ownerQuery('update ledger_tile set hashes = substring(hashes from 1 for 6400)')
      await assert.rejects(check(), { code: 'ledger_behind_export' })
      assert.ok(problemsOf(await verify()).includes('ledger_behind_export - - 200 of 600'))
    })

    test('refuses damaged tiles, heads, last entries and checkpoints', async () => {
      const damage: [string, string, string][] = [
        ['update ledger_head set root = sha256(root)', 'ledger_damaged', 'the head'],
        [
          "update ledger_tile set hashes = overlay(hashes placing sha256('x') from 1 for 32) where level = 1",
          'ledger_damaged',
          'a tile',
        ],
        ['delete from ledger_tile where level = 1', 'ledger_damaged', 'a tile that is gone'],
        ["update ledger_entry set payload = 'x' where idx = 599", 'ledger_damaged', 'the last entry'],
        ['delete from ledger_entry where idx = 599', 'ledger_damaged', 'the last entry that is gone'],
        ["update ledger_checkpoint set note = replace(note, 'test', 'best')", 'ledger_damaged', 'a checkpoint'],
      ]
      for (const [sql, code, what] of damage) {
        await ledger.db.ownerQuery(
          'create table saved_head as table ledger_head; create table saved_tile as table ledger_tile; create table saved_checkpoint as table ledger_checkpoint; create table saved_entry as select * from ledger_entry where idx = 599',
        )
        await ledger.db.ownerQuery(sql)
        await assert.rejects(check(), { code }, what)
        await ledger.db.ownerQuery(
          'delete from ledger_head; delete from ledger_tile; delete from ledger_checkpoint; delete from ledger_entry where idx = 599',
        )
        await ledger.db.ownerQuery(
          'insert into ledger_head table saved_head; insert into ledger_tile table saved_tile; insert into ledger_checkpoint table saved_checkpoint; insert into ledger_entry table saved_entry; drop table saved_head, saved_tile, saved_checkpoint, saved_entry',
        )
        await check()
      }
    })

    test('refuses a checkpoint in the export that no key of ours signed, and files that are not ours', async () => {
      const stranger = openSigner({ folder: join(ledger.folder, 'stranger'), origin: testOrigin })
      const note = readFileSync(file('checkpoint'), 'utf8')
      writeFileSync(file('checkpoint'), stranger.sign({ size: 5, root: new Uint8Array(32) }))
      await assert.rejects(check(), { code: 'export_unreadable' })
      writeFileSync(
        file('checkpoint'),
        formatNote({
          text: formatCheckpoint({ origin: testOrigin, size: 5, root: new Uint8Array(32) }),
          signatures: [],
        }),
      )
      await assert.rejects(check(), { code: 'export_unreadable' })
      writeFileSync(file('checkpoint'), note)
      const partial = `tile/0/002.p/${readdirSync(file('tile/0/002.p'))[0]}`
      flipFile(partial, 5)
      await assert.rejects(check(), { code: 'export_differs' })
      rmSync(file(partial))
      await assert.rejects(check(), { code: 'export_differs' })
    })
  })

  describe('completeness', () => {
    const call = (type: string, id: string, over: Partial<NewEvent> = {}) =>
      testEvent({ type, refs: { conversation: 'c1', call: id }, body: {}, ...over })

    test('a call without end is named; listed apart when calls may be under way; its waiting end counts', async () => {
      const integrator = ledger.start()
      const open = call('call.admitted', 'k1')
      await ledger.write(open, call('call.admitted', 'k2'), call('call.completed', 'k2'))
      await integrator.settled()
      assert.deepEqual(problemsOf(await verify()), [`call_open 600 ${open.id} k1`])
      const allowed = await verify({ allowOpen: true })
      assert.ok(allowed.ok)
      assert.deepEqual(
        allowed.open.map(({ call }) => call),
        ['k1'],
      )
      await integrator.stop()
      await ledger.write(call('call.failed', 'k1'))
      assert.deepEqual(problemsOf(await verify()), [])
    })
  })
})
