// A backup is made beside the keys, the installation is lost, and another folder takes its place.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { append, openSigner, pruneLedger, verifyLedger } from '../ledger/index.ts'
import { testEvents } from '../ledger/testing.ts'
import { fixedClock } from '../platform/clock.ts'
import { randomIds } from '../platform/ids.ts'
import { withConnection } from '../platform/io/pool.ts'
import { readSettings } from '../platform/settings.ts'
import { eraseSubject } from '../privacy/index.ts'
import { routes } from '../records/routes.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
} from '../records/testing.ts'
import { keepEpochs } from './application/key-epochs.ts'
import { type Installation, openInstallation } from './installation.ts'
import { settleLedger } from './keeping/back-up.ts'
import { main } from './main.ts'

const organisation = join(import.meta.dirname, '../../testdata/organisation/states.yaml')

async function run(...argv: string[]) {
  let stdout = ''
  let stderr = ''
  const exit = await main(argv, {
    stdin: process.stdin,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    language: 'en',
  })
  return { exit, stdout, stderr, json: () => JSON.parse(stdout) }
}

describe('backup and restore', () => {
  let at: string
  let live: Installation
  const folder = (name: string) => join(at, name)
  const settings = () => ({ ...readSettings({}), data: folder('live') })
  const api = (of: Installation) =>
    routes({
      database: of.database,
      ring: of.keys,
      ids: randomIds,
      clock: fixedClock(start),
      decideGround: async () => ({ ground: 'allowed', basis: 'contract' }),
    })
  const say = async (subject: string, text: string) =>
    (
      (await callRoute(api(live), 'POST', '/v1/conversations', systemCaller('toets', 'contractklant', 'in-orde'), {
        body: { id: `g-${subject}`, subject, turns: [{ role: 'customer', text }] },
      })) as { conversation: string }
    ).conversation
  /** What an ethics officer reads after giving a reason; null when there is nothing left to open. */
  const read = async (of: Installation, conversation: string) => {
    const reader = staff('toets', ['ethics_officer'])
    const params = { id: conversation }
    await callRoute(api(of), 'POST', '/api/conversations/:id/reveal', reader, {
      params,
      body: { reason: 'audit' },
    }).catch((error: { code?: string }) => assert.equal(error.code, 'conversation_erased'))
    const detail = await callRoute(api(of), 'GET', '/api/conversations/:id', reader, { params })
    return (detail as { turnsList: { said: string | null }[] }).turnsList.map((turn) => turn.said)
  }
  const subjectOf = async (conversation: string) =>
    (
      await live.database.inTx(scopeOf('toets'), (tx) =>
        tx.query<{ subject_id: string }>('select subject_id from conversation where conversation_id = $1', [
          conversation,
        ]),
      )
    ).rows[0]!.subject_id
  const inside = async <T>(name: string, work: (of: Installation) => Promise<T>): Promise<T> => {
    const of = await openInstallation({ ...readSettings({}), data: folder(name) })
    try {
      return await work(of)
    } finally {
      await of.close({ stopServer: 'always' })
    }
  }
  const counts = (of: Installation) =>
    withConnection(of.server!.url('postgres', 'waarborg'), async (client) => {
      const tables = await client.query<{ name: string }>(
        `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and relkind = 'r' order by 1`,
      )
      const found: Record<string, number> = {}
      for (const { name } of tables.rows)
        found[name] = Number((await client.query(`select count(*)::int as n from ${name}`)).rows[0].n)
      return found
    })

  let kept: string
  let leaves: string
  let before_: Record<string, number>
  let ledgerThen: string
  before(async () => {
    at = mkdtempSync(join(tmpdir(), 'waarborg-backup-'))
    live = await openInstallation(settings())
    await apply(live.database, plainDeps(live.keys), organisationFrom(organisation, start), {
      now: start,
      ids: randomIds,
    })
    kept = await say('K-blijft', 'Mijn pakket is "kwijt"; kolom\ttab \\ regel\nnieuw.')
    leaves = await say('K-gaat', 'Ik wil weg.')
    await settleLedger(live)
    before_ = await counts(live)
    const made = await run(
      'backup',
      '--out',
      folder('b1'),
      '--keys-out',
      folder('k1'),
      '--data',
      folder('live'),
      '--json',
    )
    assert.equal(made.exit, 0, made.stderr)
    // What happens after the backup, until the installation is lost.
    const gone = await subjectOf(leaves)
    await live.database.inTx(scopeOf('toets'), (tx) =>
      eraseSubject(tx, gone, { cause: 'request', backupsUntil: null }, { now: start, ids: randomIds }),
    )
    await say('K-later', 'Dit was na de back-up.')
    await settleLedger(live)
    ledgerThen = folder('ledger-then')
    cpSync(folder('live/ledger'), ledgerThen, { recursive: true })
  })
  after(async () => {
    await live.close({ stopServer: 'always' })
    rmSync(at, { recursive: true, force: true })
  })

  let n = 0
  let target: string
  beforeEach(() => {
    target = `new-${++n}`
  })
  const restore = (backup = 'b1', keys = 'k1', ...more: string[]) =>
    run('restore', folder(backup), '--keys', folder(keys), '--data', folder(target), ...more)

  test('every row of every table is in it, and no key', async () => {
    const { tables, files } = JSON.parse(readFileSync(folder('b1/manifest.json'), 'utf8'))
    const rows = Object.fromEntries(tables.map((table: { name: string; rows: number }) => [table.name, table.rows]))
    const { schema_migration: _, ...expected } = before_
    assert.deepEqual(rows, expected)
    assert.ok(rows.turn! > 0 && rows.ledger_entry! > 0 && rows.subject_key! >= 2)
    assert.deepEqual(
      files.filter(({ path }: { path: string }) => /key$|pem$/.test(path)),
      [],
    )
    assert.deepEqual(readdirSync(folder('k1')).sort(), [
      'epoch-1.key',
      'ledger-signing-key.pem',
      'ledger.vkeys',
      'manifest.json',
      'root.key',
      'secret.key',
    ])
  })

  test('put back by itself: contents open, the ledger is in order, numbers go on', async () => {
    const done = await restore('b1', 'k1', '--json')
    assert.equal(done.exit, 0, done.stderr)
    const { entries, entriesAdded, erasedAgain } = done.json()
    assert.deepEqual([entriesAdded, erasedAgain], [0, 0])
    await inside(target, async (of) => {
      assert.deepEqual(await read(of, kept), ['Mijn pakket is "kwijt"; kolom\ttab \\ regel\nnieuw.'])
      assert.deepEqual(await read(of, leaves), ['Ik wil weg.'])
      await settleLedger(of)
      const { trust } = openSigner({ folder: of.keyFolder, origin: of.settings.ledgerOrigin })
      const found = await verifyLedger({ database: of.database, exportFolder: of.exportFolder, trust })
      assert.deepEqual([found.ok, found.problems], [true, []])
      assert.ok(found.size > entries)
      const now = await counts(of)
      assert.equal(now.turn, before_.turn)
      const [said] = (
        await of.database.inTx(scopeOf('toets'), (tx) =>
          tx.query<{ n: number }>(`select count(*)::int as n from ledger_entry where type = 'installation.restored'`),
        )
      ).rows
      assert.equal(said!.n, 1)
    })
  })

  test('with the ledger as it was at the end: it goes on there, and who was erased since is erased again', async () => {
    const done = await restore('b1', 'k1', '--ledger', ledgerThen, '--json')
    assert.equal(done.exit, 0, done.stderr)
    const { entriesAdded, erasedAgain } = done.json()
    assert.ok(entriesAdded > 0)
    assert.equal(erasedAgain, 1)
    await inside(target, async (of) => {
      assert.deepEqual(await read(of, kept), ['Mijn pakket is "kwijt"; kolom\ttab \\ regel\nnieuw.'])
      assert.deepEqual(await read(of, leaves), [null])
      const { trust } = openSigner({ folder: of.keyFolder, origin: of.settings.ledgerOrigin })
      await settleLedger(of)
      const found = await verifyLedger({ database: of.database, exportFolder: of.exportFolder, trust, allowOpen: true })
      assert.deepEqual(found.problems, [])
      // The newer ledger is the beginning of this one, bundle by bundle.
      const old = readFileSync(join(ledgerThen, 'checkpoint'), 'utf8').split('\n')[1]
      assert.ok(found.size > Number(old))
    })
  })

  test('half a backup, a changed byte and a file too few are refused, and nothing is put in use', async () => {
    for (const [name, spoil, code] of [
      ['half', (path: string) => rmSync(join(path, 'manifest.json')), 'backup_incomplete'],
      ['changed', (path: string) => appendFileSync(join(path, 'tables/turn.copy.gz'), 'x'), 'backup_damaged'],
      ['fewer', (path: string) => rmSync(join(path, 'ledger/checkpoint')), 'backup_damaged'],
      [
        'newer',
        (path: string) =>
          writeFileSync(
            join(path, 'manifest.json'),
            readFileSync(join(path, 'manifest.json'), 'utf8').replace('0001-ledger.sql', '9999-later.sql'),
          ),
        'backup_newer',
      ],
    ] as const) {
      cpSync(folder('b1'), folder(name), { recursive: true })
      spoil(folder(name))
      const refused = await restore(name)
      assert.equal(refused.exit, 2)
      assert.match(refused.stderr, new RegExp(`\\(${code}\\)`))
      assert.equal(existsSync(folder(target)), false)
    }
  })

  test('keys that others may read, of another installation, or with another root key are refused', async () => {
    const spoiled = (name: string, spoil: (path: string) => void) => {
      cpSync(folder('k1'), folder(name), { recursive: true })
      rmSync(join(folder(name), 'manifest.json'))
      spoil(folder(name))
      return name
    }
    const open = spoiled('k-open', (path) => chmodSync(join(path, 'epoch-1.key'), 0o644))
    assert.match((await restore('b1', open)).stderr, /keys_exposed/)
    assert.equal(existsSync(folder(target)), false)
    const root = spoiled('k-root', (path) => writeFileSync(join(path, 'root.key'), Buffer.alloc(32, 1)))
    const wrong = await restore('b1', root)
    assert.match(wrong.stderr, /The keys cannot be used\. the root key does not open epoch-1\.key.*\(key_unavailable\)/)
    // What was begun says that it is not whole, and is not opened.
    await assert.rejects(openInstallation({ ...readSettings({}), data: folder(target) }), {
      code: 'restore_incomplete',
    })
    target = 'new-other'
    const strange = spoiled('k-strange', (path) => {
      for (const name of readdirSync(path)) if (/^(root|secret|epoch)/.test(name)) rmSync(join(path, name))
      mkdirSync(folder('other-live'))
    })
    await inside('other-live', async (of) => {
      for (const name of readdirSync(of.keyFolder)) copyFileSync(join(of.keyFolder, name), join(folder(strange), name))
    })
    assert.match((await restore('b1', strange)).stderr, /keys_other/)
  })

  test('a copy of the ledger that tells another history is refused', async () => {
    assert.equal((await restore()).exit, 0)
    const other = target
    await inside(other, async (of) => {
      await of.database.inTx(scopeOf('toets'), (tx) => tx.query('select 1'))
      await settleLedger(of)
    })
    // A backup made after the two histories parted, with the ledger of the other side.
    assert.equal((await run('backup', '--out', folder('b-parted'), '--data', folder(other))).exit, 0)
    target = 'new-parted'
    const refused = await restore('b-parted', 'k1', '--ledger', ledgerThen)
    assert.equal(refused.exit, 2)
    assert.match(refused.stderr, /\(ledger_forked\)/)
    await assert.rejects(openInstallation({ ...readSettings({}), data: folder(target) }), {
      code: 'restore_incomplete',
    })
  })

  test('entries whose term ended after the backup go again; a backup that ends before what is gone is refused', async () => {
    const long = (day: string) => new Date(`2020-${day}T12:00:00.000Z`)
    const ledgerThen = folder('ledger-pruned')
    const fill = (of: Installation, count: number, at: Date) =>
      of.database.inTx(scopeOf('toets'), async (tx) => {
        for (const event of testEvents(count)) await append(tx, { ...event, tenant: 'toets', at: at.toISOString() })
      })
    await inside('with-term', async (of) => {
      const signedOn = (day: string) =>
        withConnection(of.server!.url('postgres', 'waarborg'), (client) =>
          client.query('update ledger_checkpoint set signed_at = $1 where signed_at > $2', [long(day), long('12-31')]),
        )
      const backUp = async (name: string, ...more: string[]) => {
        const { exit, stderr } = await run('backup', '--out', folder(name), ...more, '--data', folder('with-term'))
        assert.equal(exit, 0, stderr)
      }
      await fill(of, 300, long('01-01'))
      await settleLedger(of)
      await signedOn('01-01')
      await backUp('b-short', '--keys-out', folder('k-term'))
      await fill(of, 300, long('01-02'))
      await settleLedger(of)
      await signedOn('01-02')
      await backUp('b-long')
      await fill(of, 1, long('07-30'))
      await settleLedger(of)
      await signedOn('07-30')
      const { pruned } = await pruneLedger({
        database: of.database,
        termDays: 184,
        act: () => ({ now: long('08-01'), ids: randomIds }),
        actor: { kind: 'job', id: 'test' },
        kept: async () => [],
      })
      assert.equal(pruned, 512)
      await settleLedger(of)
      assert.ok(!existsSync(join(of.exportFolder, 'tile/entries/001')))
      cpSync(of.exportFolder, ledgerThen, { recursive: true })
    })
    const done = await restore('b-long', 'k-term', '--ledger', ledgerThen, '--json')
    assert.equal(done.exit, 0, done.stderr)
    assert.equal(done.json().entriesAdded, 2)
    await inside(target, async (of) => {
      const { trust } = openSigner({ folder: of.keyFolder, origin: of.settings.ledgerOrigin })
      const found = await verifyLedger({ database: of.database, exportFolder: of.exportFolder, trust })
      assert.deepEqual(found.problems, [])
      assert.deepEqual(
        found.pruned.map(({ from, to, left }) => [from, to, left]),
        [[0, 511, 0]],
      )
    })
    target = `${target}-short`
    const refused = await restore('b-short', 'k-term', '--ledger', ledgerThen)
    assert.equal(refused.exit, 2)
    assert.match(refused.stderr, /too old[\s\S]*\(ledger_pruned\)/)
  })

  test('a folder that is not empty is left alone', async () => {
    mkdirSync(folder(target))
    writeFileSync(join(folder(target), 'mine'), 'x')
    const refused = await restore()
    assert.deepEqual([refused.exit, readdirSync(folder(target))], [3, ['mine']])
    assert.match((await run('backup', '--out', folder(target), '--data', folder('live'))).stderr, /target_not_empty/)
  })

  test('keys and database never go into one folder, by whatever path', async () => {
    for (const argv of [
      ['backup', '--out', folder('same'), '--keys-out', folder('same')],
      ['backup', '--out', folder('same'), '--keys-out', folder('same/keys')],
      ['backup', '--out', folder('live/keys/x')],
      ['keys', 'backup', '--out', folder('b1')],
      ['keys', 'backup', '--out', folder('live/keys')],
    ]) {
      const refused = await run(...argv, '--data', folder('live'))
      assert.equal(refused.exit, 3, argv.join(' '))
      assert.match(refused.stderr, /\(together\)/)
    }
    assert.equal(existsSync(folder('same')), false)
  })

  test('a backup of the keys is brought up to date in place: what was destroyed goes there too', async () => {
    cpSync(folder('k1'), folder('k2'), { recursive: true })
    // A command that found nobody else at work has stopped the server.
    await live.close({ stopServer: 'always' })
    live = await openInstallation(settings())
    const parts = { database: live.database, ring: live.keys, ids: randomIds }
    const terms = { epochDays: 7, backupDays: 35 }
    await keepEpochs(parts, terms, new Date(), { force: true })
    const later = new Date(Date.now() + 36 * 86_400_000)
    assert.deepEqual((await keepEpochs(parts, { ...terms, epochDays: 366 }, later)).destroyed, [1])
    await settleLedger(live)
    assert.equal((await run('keys', 'backup', '--out', folder('k2'), '--data', folder('live'))).exit, 0)
    assert.deepEqual(
      readdirSync(folder('k2')).filter((name) => name.startsWith('epoch')),
      ['epoch-2.key'],
    )
    // The old backup with the new keys, or with old keys and the ledger that says they were destroyed: unreadable.
    const older = await restore('b1', 'k2')
    assert.match(older.stderr, /keys_older/)
    target = `${target}-b`
    const done = await restore('b1', 'k1', '--ledger', folder('live/ledger'), '--json')
    assert.equal(done.exit, 0, done.stderr)
    assert.ok(done.json().unreadable >= 1)
    await inside(target, async (of) => {
      assert.deepEqual(of.keys.epochs(), [3])
      assert.deepEqual(await read(of, kept), [null])
      assert.deepEqual(await keepEpochs({ ...parts, database: of.database, ring: of.keys }, terms, new Date()), {
        begun: undefined,
        keys: 0,
        destroyed: [],
      })
    })
  })
})
