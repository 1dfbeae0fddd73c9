import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { type TestLedger, testEvents, testLedger } from '../ledger/testing.ts'
import { readSettings } from '../platform/settings.ts'
import type { Io, Store, Values } from './command.ts'
import { command } from './retention.ts'

describe('cli: retention ledger', () => {
  let ledger: TestLedger
  const now = new Date()
  const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString()
  before(async () => {
    ledger = await testLedger()
  })
  after(() => ledger.close())

  async function run(positional: string, values: Values = {}) {
    let out = ''
    let err = ''
    const io: Io = {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      env: {},
      language: 'en',
      openStore: async () =>
        ({
          database: ledger.db.database,
          settings: { ...readSettings({}, {}, () => ''), ledgerDays: 365 },
          operator: 'operator:test',
          close: async () => {},
        }) as unknown as Store,
    }
    return { code: await command.run(io, { values, positionals: [positional] }), out, err }
  }

  test('says what goes, takes it away, and does nothing while the clock is in doubt', async () => {
    const integrator = ledger.start()
    await ledger.write(...testEvents(300).map((event) => ({ ...event, at: ago(400) })))
    await integrator.settled()
    const signed = (days: number) => ledger.db.ownerQuery('update ledger_checkpoint set signed_at = $1', [ago(days)])
    await signed(400)
    const doubt = await run('ledger')
    assert.equal(doubt.code, 1)
    assert.match(doubt.out, /the clock is not certain/)
    await ledger.write(...testEvents(1).map((event) => ({ ...event, at: ago(2) })))
    await integrator.settled()
    await ledger.db.ownerQuery('update ledger_checkpoint set signed_at = $1 where size > 300', [ago(2)])
    assert.deepEqual(await run('ledger', { 'dry-run': true }), {
      code: 0,
      out: 'Past their term of 365 days and to be removed: 256 entries.\n',
      err: '',
    })
    const { code, out } = await run('ledger', { json: true })
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(out), {
      dryRun: false,
      termDays: 365,
      outcome: 'done',
      pruned: 256,
      kept: 0,
      damaged: [],
    })
    assert.match((await run('ledger')).out, /No group of 256 entries is wholly past/)
    await integrator.stop()
  })

  test('another word is refused with how to type it', async () => {
    const { code, err } = await run('all')
    assert.deepEqual(
      [code, err],
      [
        2,
        'Type: waarborg retention run or waarborg retention ledger, with or without --dry-run. Or: waarborg retention rewrite.\n',
      ],
    )
  })
})
