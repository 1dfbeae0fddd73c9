// The commands of the register on a real database: apply, export, stop, resume, consent.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { openKeyRing } from '../vault/index.ts'
import { command as apply } from './apply.ts'
import type { Command, Io, Store } from './command.ts'
import { command as consent } from './consent.ts'
import { command as exportCommand } from './export.ts'
import { command as resume } from './resume.ts'
import { command as stop } from './stop.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: organisation', () => {
  let db: TestDatabase
  let opened = 0
  let closed = 0
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-organisation-'))
  const keys = openKeyRing(join(folder, 'keys'))
  const file = join(folder, 'states.yaml')

  async function run(
    command: Command,
    positionals: string[],
    values: Record<string, string | boolean> = {},
    language: 'nl' | 'en' = 'en',
  ) {
    let stdout = ''
    let stderr = ''
    const store = {
      database: db.database,
      settings: { tenant: null },
      keys,
      operator: 'operator:test',
      close: async () => void closed++,
    } as unknown as Store
    const io: Io = {
      stdin: process.stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      env: {},
      language,
      openStore: async () => {
        opened++
        return store
      },
    }
    const exit = await command.run(io, { values, positionals })
    return { exit, stdout, stderr }
  }
  const json = (text: string) => JSON.parse(text)

  before(async () => {
    db = await testDatabase()
    cpSync(join(import.meta.dirname, '../../testdata/organisation/states.yaml'), file)
  })
  after(async () => {
    await db.close()
    assert.equal(opened, closed, 'every command closes what it opened')
  })

  describe('waarborg apply', () => {
    test('without a file it says what it needs', async () => {
      assert.deepEqual([(await run(apply, [])).exit, (await run(apply, ['a', 'b'])).exit], [2, 2])
      assert.match((await run(apply, [])).stderr, /waarborg apply/)
    })

    test('a dry run shows what would be new and changes nothing', async () => {
      const { exit, stdout, stderr } = await run(apply, [file], { 'dry-run': true, json: true })
      assert.equal(exit, 0)
      const { applied, added, differences, keys: made } = json(stdout)
      assert.deepEqual([applied, added, made], [false, differences.length, []])
      assert.match(stderr, /only compared/)
      assert.deepEqual(await db.ownerQuery('select 1 from tenant'), [])
    })

    test('standard output is the new keys as JSON and nothing else', async () => {
      const { exit, stdout, stderr } = await run(apply, [file])
      assert.equal(exit, 0)
      const { keys: made, ...rest } = json(stdout)
      assert.deepEqual(rest, {})
      assert.equal(made.length, 15)
      assert.deepEqual(Object.keys(made[0]), ['system', 'label', 'key'])
      assert.ok(!stderr.includes(made[0].key))
    })

    test('a second pass changes nothing and shows no key', async () => {
      const { exit, stdout, stderr } = await run(apply, [file])
      assert.deepEqual([exit, json(stdout)], [0, { keys: [] }])
      assert.match(stderr, /Nothing was changed/)
    })

    test('a wrong field is named with file, line and column, in both languages, and nothing changes', async () => {
      const wrong = join(folder, 'wrong.yaml')
      writeFileSync(
        wrong,
        readFileSync(file, 'utf8')
          .replace('name: Toetscentrum', 'name: Elders')
          .replace('retentionDays: 365', 'retentiondays: 365'),
      )
      const { exit, stdout, stderr } = await run(apply, [wrong], { json: true })
      assert.equal(exit, 2)
      const line =
        readFileSync(wrong, 'utf8')
          .split('\n')
          .findIndex((text) => text.includes('retentiondays')) + 1
      assert.ok(
        stderr.includes(
          `${wrong}, line ${line}, column 5. purposes[0].retentiondays: this field does not exist. Looks like: retentionDays.`,
        ),
        stderr,
      )
      assert.deepEqual(
        json(stdout).problems.map((one: { code: string; line: number; field: string }) => [one.code, one.field]),
        [
          ['field_missing', 'purposes[0].retentionDays'],
          ['field_unknown_near', 'purposes[0].retentiondays'],
        ],
      )
      assert.match((await run(apply, [wrong], {}, 'nl')).stderr, /dit veld bestaat niet/)
      assert.deepEqual(
        (await db.ownerQuery<{ name: string }>('select name from tenant')).map((row) => row.name),
        ['Toetscentrum'],
      )
    })

    test('what only the register knows is refused at its place too', async () => {
      const changed = join(folder, 'changed.yaml')
      writeFileSync(changed, readFileSync(file, 'utf8').replace('prompt: Antwoord kort.', 'prompt: Antwoord langer.'))
      const { exit, stderr } = await run(apply, [changed])
      assert.equal(exit, 2)
      assert.match(stderr, /line \d+, column \d+\. systems\[0\]\.versions\[0\]\.prompt: version 1 is already on record/)
    })

    test('a file that is not there is bad input, and no store is opened for it', async () => {
      const before = opened
      assert.equal((await run(apply, [join(folder, 'nergens.yaml')])).exit, 2)
      assert.equal(opened, before)
    })
  })

  describe('waarborg export', () => {
    test('what is written back changes nothing when it is applied', async () => {
      const { exit, stdout } = await run(exportCommand, ['organisation'])
      assert.equal(exit, 0)
      const written = join(folder, 'written.yaml')
      writeFileSync(written, stdout)
      assert.deepEqual(json((await run(apply, [written], { json: true })).stdout), {
        applied: true,
        added: 0,
        changed: 0,
        same: json((await run(apply, [written], { json: true })).stdout).same,
        differences: [],
        kept: [],
        warnings: [],
        keys: [],
      })
      assert.ok(!stdout.includes('S-given'))
    })
    test('as JSON it is the same, and other things are not exported', async () => {
      assert.equal(json((await run(exportCommand, ['organisation'], { json: true })).stdout).tenant.id, 'toets')
      assert.equal((await run(exportCommand, ['customers'])).exit, 2)
      assert.equal((await run(exportCommand, [])).exit, 2)
      assert.match((await run(exportCommand, ['organisation'], { tenant: 'elders' })).stderr, /tenant_unknown/)
    })
  })

  describe('waarborg stop and resume', () => {
    test('a system is stopped with a reason of the list, once', async () => {
      assert.equal((await run(stop, ['in-orde'])).exit, 2)
      assert.match((await run(stop, ['in-orde'], { reason: 'boredom' })).stderr, /harm, wrong_answers/)
      const { exit, stdout } = await run(stop, ['in-orde'], { reason: 'wrong_answers', note: 'Proef.', json: true })
      assert.equal(exit, 0)
      assert.equal(json(stdout).system, 'in-orde')
      assert.equal((await run(stop, ['in-orde'], { reason: 'harm' })).exit, 3)
      assert.equal((await run(stop, ['elders'], { reason: 'harm' })).exit, 2)
    })
    test('and works again with a reason in words', async () => {
      assert.equal((await run(resume, ['in-orde'])).exit, 2)
      assert.equal((await run(resume, ['in-orde'], { reason: 'x' })).exit, 2)
      assert.match((await run(resume, ['in-orde'], { reason: 'Nagekeken.' })).stdout, /works again/)
      assert.equal((await run(resume, ['in-orde'], { reason: 'Nagekeken.' })).exit, 3)
      const [row] = await db.ownerQuery<{ payload: Buffer }>(
        `select payload from ledger_pending where type = 'system.resumed'`,
      )
      assert.deepEqual(json(row!.payload.toString('utf8')).actor, { kind: 'operator', id: 'operator:test' })
    })
    test('a whole client is stopped and works again', async () => {
      assert.equal((await run(stop, [], { client: 'contractklant', reason: 'security' })).exit, 0)
      assert.match((await run(resume, ['in-orde'], { reason: 'Nagekeken.' })).stderr, /whole client/)
      assert.equal((await run(resume, [], { client: 'contractklant', reason: 'Nagekeken.' })).exit, 0)
      assert.equal((await run(stop, ['in-orde'], { client: 'contractklant', reason: 'harm' })).exit, 2)
    })
  })

  describe('waarborg consent', () => {
    const ask = (verb: string, subject: string, values: Record<string, string | boolean> = {}) =>
      run(consent, [verb], { subject, purpose: 'hulp', json: true, ...values })
    test('shows what is on record and what the next call will meet', async () => {
      const use = async (subject: string, values = {}) =>
        json((await ask('show', subject, values)).stdout).code ?? 'allowed'
      assert.deepEqual(
        [
          await use('S-never'),
          await use('S-asked'),
          await use('S-given'),
          await use('S-refused'),
          await use('S-withdrawn'),
          await use('S-again'),
          await use('S-expired'),
          await use('S-other-purpose'),
          await use('S-one-system'),
          await use('S-one-system', { system: 'op-toestemming' }),
        ],
        [
          'consent_missing',
          'consent_missing',
          'allowed',
          'consent_missing',
          'consent_withdrawn',
          'allowed',
          'consent_missing',
          'consent_missing',
          'consent_missing',
          'allowed',
        ],
      )
      assert.equal(json((await ask('show', 'C-objected', { purpose: 'doorverbinden' })).stdout).code, 'objected')
      assert.equal(json((await ask('show', 'C-lifted', { purpose: 'doorverbinden' })).stdout).use, 'allowed')
    })
    test('giving and withdrawing count at once', async () => {
      assert.equal(json((await ask('give', 'S-new')).stdout).use, 'allowed')
      assert.equal(json((await ask('withdraw', 'S-new')).stdout).code, 'consent_withdrawn')
      assert.equal(json((await ask('give', 'S-new', { until: '+1d' })).stdout).use, 'allowed')
      assert.match(
        (await run(consent, ['show'], { subject: 'S-new', purpose: 'hulp' })).stdout,
        /given.*\n.*withdrawn.*\n.*given.*\nFor hulp the next call may pass\.\n$/,
      )
    })
    test('what does not fit the purpose is refused by policy', async () => {
      assert.equal((await ask('give', 'C-plain', { purpose: 'service' })).exit, 3)
      assert.equal((await ask('object', 'C-plain', { purpose: 'service' })).exit, 3)
      assert.equal((await ask('object', 'C-plain', { purpose: 'doorverbinden' })).exit, 0)
      assert.equal(json((await ask('lift', 'C-plain', { purpose: 'doorverbinden' })).stdout).use, 'allowed')
    })
    test('the record of one customer goes to stdout, and names neither their reference nor another customer', async () => {
      const out = await run(consent, ['export'], { subject: 'S-withdrawn', json: true })
      assert.equal(out.exit, 0)
      const [one] = json(out.stdout).records as { events: { type: string[] }[] }[]
      assert.deepEqual(one?.events.at(-1)?.type, ['dpv:ConsentWithdrawn'])
      assert.doesNotMatch(out.stdout, /S-withdrawn/)
      const vcon = await run(consent, ['export'], { subject: 'S-withdrawn', format: 'vcon', json: true })
      assert.equal(json(vcon.stdout).attachments[0].body.consents[0].status, 'denied')
      assert.match((await run(consent, ['export'], { subject: 'nobody' })).stderr, /subject_unknown/)
      assert.equal((await run(consent, ['export'], { subject: 'S-withdrawn', format: 'xml' })).exit, 2)
      assert.equal((await run(consent, ['export'], { subject: 'S-withdrawn', purpose: 'hulp' })).exit, 2)
    })
    test('bad input says what is missing', async () => {
      assert.equal((await run(consent, ['show'], { subject: 'S-new' })).exit, 2)
      assert.equal((await run(consent, ['ask'], { subject: 'S-new', purpose: 'hulp' })).exit, 2)
      assert.match((await ask('show', 'nobody')).stderr, /subject_unknown/)
      assert.match((await ask('withdraw', 'nobody')).stderr, /subject_unknown/)
      assert.match((await ask('show', 'S-new', { purpose: 'hupl' })).stderr, /aanbod, hulp|hulp/)
      assert.match((await ask('give', 'S-new', { until: '-1d' })).stderr, /until_past/)
      assert.match((await ask('withdraw', 'S-new', { until: '+1d' })).stderr, /until_past/)
    })
  })
})
