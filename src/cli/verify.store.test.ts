import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { pruneLedger } from '../ledger/index.ts'
import { type TestLedger, testEvent, testEvents, testLedger, testOrigin } from '../ledger/testing.ts'
import { randomIds } from '../platform/ids.ts'
import { readSettings } from '../platform/settings.ts'
import type { Io, Store, Values } from './command.ts'
import { command } from './verify.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: verify', () => {
  let ledger: TestLedger
  before(async () => {
    ledger = await testLedger()
    const integrator = ledger.start()
    await ledger.write(...testEvents(300))
    await integrator.settled()
    await integrator.stop()
  })
  after(() => ledger.close())

  async function run(values: Values = {}, positionals: string[] = [], of: TestLedger = ledger) {
    let out = ''
    let err = ''
    let opened = 0
    const settings = { ...readSettings({}, {}, () => ''), ledgerOrigin: testOrigin }
    const io: Io = {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      env: {},
      language: 'nl',
      openStore: async () => {
        opened++
        const store = {
          database: of.db.database,
          settings,
          folder: of.folder,
          exportFolder: of.exportFolder,
          operator: 'operator:test',
          installation: { keyFolder: join(of.folder, 'keys') },
          close: async () => void opened--,
        }
        return store as unknown as Store
      },
    }
    const code = await command.run(io, { values, positionals })
    assert.equal(opened, 0, 'what was opened is closed')
    return { code, out, err }
  }

  describe('waarborg verify', () => {
    test('a ledger that is right: exit 0, in words and as JSON', async () => {
      assert.deepEqual(await run(), {
        code: 0,
        out: 'Het logboek klopt. Gecontroleerd: 300 regels en 1 getekende standen.\n',
        err: '',
      })
      const { code, out } = await run({ json: true })
      assert.equal(code, 0)
      const { ok, entries, problems } = JSON.parse(out)
      assert.deepEqual({ ok, entries, problems }, { ok: true, entries: 300, problems: [] })
    })

    test('a copy in a folder is checked with the public key alone', async () => {
      assert.equal((await run({ vkey: [ledger.signer.vkey], json: true }, [ledger.exportFolder])).code, 0)
      assert.deepEqual(await run({}, [ledger.exportFolder]), {
        code: 2,
        out: '',
        err: 'Geef met --vkey de publieke sleutel van het logboek. Zonder sleutel bewijst de map niets.\n',
      })
      assert.equal((await run({ vkey: ['x'] }, [ledger.exportFolder])).code, 2)
      assert.equal((await run({ vkey: [ledger.signer.vkey] }, [join(ledger.folder, 'nothing')])).code, 2)
      const other = 'ledger.voorbeeld.nl/klantcontact+8c1c09c8+AW7INbIpkhhqcGolGWyimLcTCWgJswc53mZpuj/nNZG1'
      assert.equal((await run({ vkey: [other] }, [ledger.exportFolder])).code, 1)
    })

    test('bad input is exit 2 and a sentence', async () => {
      for (const from of ['-1', 'x', '1.5', '']) assert.equal((await run({ from })).code, 2)
      assert.equal((await run({}, ['a', 'b'])).code, 2)
      assert.equal((await run({ from: '256' })).code, 0)
    })

    test('a ledger that was never started is empty; one whose keys are gone is not checked as if it were right', async () => {
      const empty = await testLedger()
      rmSync(join(empty.folder, 'keys'), { recursive: true })
      assert.deepEqual(await run({}, [], empty), { code: 0, out: 'Het logboek is nog leeg.\n', err: '' })
      await empty.close()
      const lost = await testLedger()
      const integrator = lost.start()
      await lost.write(testEvent())
      await integrator.settled()
      rmSync(join(lost.folder, 'keys'), { recursive: true })
      const { code, err } = await run({}, [], lost)
      assert.equal(code, 2)
      assert.match(err, /tekensleutel/)
      await lost.close()
    })

    test('what is gone after its term is said, with the entry about it, and is no problem', async () => {
      const old = await testLedger()
      try {
        const at = (day: string) => `${day}T12:00:00.000Z`
        const write = async (day: string, count: number) => {
          const integrator = old.start()
          await old.write(...testEvents(count).map((event) => ({ ...event, at: at(day) })))
          await integrator.settled()
          await integrator.stop()
          await old.db.ownerQuery(`update ledger_checkpoint set signed_at = $1 where signed_at > '2021-01-01'`, [
            at(day),
          ])
        }
        await write('2020-01-01', 300)
        await write('2020-07-30', 1)
        await pruneLedger({
          database: old.db.database,
          termDays: 184,
          act: () => ({ now: new Date(at('2020-08-01')), ids: randomIds }),
          actor: { kind: 'job', id: 'test' },
          kept: async () => [],
        })
        const { code, out } = await run({}, [], old)
        assert.equal(code, 0)
        assert.match(
          out,
          /Gewist na hun termijn van 184 dagen: de regels 0 tot en met 255. De regel daarover van 1 augustus 2020 wacht nog/,
        )
        assert.match(out, /Daarvan staan er nog 256 regels/)
        await write('2020-08-02', 1)
        assert.match((await run({}, [], old)).out, /tot en met 255. Dat staat in regel 301, van 1 augustus 2020.\n$/)
        const { ok, pruned } = JSON.parse((await run({ json: true }, [], old)).out)
        assert.deepEqual([ok, pruned[0].from, pruned[0].to, pruned[0].index, pruned[0].left], [true, 0, 255, 301, 0])
        await old.db.ownerQuery(`delete from ledger_entry where type = 'ledger.pruned'`)
        assert.equal((await run({}, [], old)).code, 1)
      } finally {
        await old.close()
      }
    })

    test('a changed byte: exit 1, the entry named', async () => {
      const [row] = await ledger.db.ownerQuery<{ id: string }>(
        'update ledger_entry set payload = set_byte(payload, 7, get_byte(payload, 7) # 1) where idx = 123 returning id',
      )
      const { code, out } = await run()
      assert.equal(code, 1)
      assert.equal(
        out,
        `Het logboek klopt niet. Gelezen: 300 regels. Gevonden problemen: 1.\n- De inhoud van een regel is veranderd. regel 123, gebeurtenis ${row!.id}, payload (entry_changed)\n`,
      )
      const found = JSON.parse((await run({ json: true })).out)
      assert.deepEqual(found.problems, [{ code: 'entry_changed', index: 123, event: row!.id, detail: 'payload' }])
    })
  })
})
