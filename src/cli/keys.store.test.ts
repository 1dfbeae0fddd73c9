import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { Command, Io, Store } from './command.ts'
import { command as keys } from './keys.ts'
import { command as users } from './users.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: keys', () => {
  let db: TestDatabase
  let closed = 0

  before(async () => {
    db = await testDatabase()
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', now())`)
    await db.ownerQuery(`insert into client values ('kade', 'a', 'A', '{}', now())`)
    await db.ownerQuery(
      `insert into upstream (tenant_id, upstream_id, builtin, provider, updated_at) values ('kade', 'u', 'assistant', '{}', now())`,
    )
    await db.ownerQuery(
      `insert into ai_system (tenant_id, client_id, system_id, name, description, kind, decision_class, channel, language, purposes, upstream_id, disclosure, mode, updated_at)
     values ('kade', 'a', 'bot', '{}', '{}', 'chatbot', 'inform', 'chat', 'nl', '{}', 'u', 'inject', 'enforce', now())`,
    )
  })
  after(() => db.close())
  beforeEach(async () => {
    for (const table of ['system_key', 'one_time_link', 'role_assignment', 'person'])
      await db.ownerQuery(`delete from ${table}`)
  })

  async function run(
    command: Command,
    positionals: string[],
    values: Record<string, string | boolean | string[]> = {},
  ) {
    let stdout = ''
    let stderr = ''
    const settings = { tenant: null, publicUrl: null, host: '127.0.0.1', port: 8720 }
    const store = {
      database: db.database,
      settings,
      operator: 'operator:test',
      close: async () => void closed++,
    } as unknown as Store
    const io: Io = {
      stdin: process.stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      env: {},
      language: 'en',
      openStore: async () => store,
    }
    const exit = await command.run(io, { values, positionals })
    return { exit, stdout, stderr }
  }

  describe('waarborg keys', () => {
    test('the key goes to standard output alone, so that a script can keep it', async () => {
      const made = await run(keys, ['create'], { system: 'bot', label: 'chat' })
      assert.equal(made.exit, 0)
      assert.match(made.stdout, /^wb_[0-9a-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\n$/)
      assert.match(made.stderr, /once/)
    })

    test('a list shows state and last use but never the key', async () => {
      const { key, id } = JSON.parse((await run(keys, ['create'], { system: 'bot', json: true })).stdout)
      const list = await run(keys, ['list'])
      assert.match(list.stdout, new RegExp(`^key +system .*\\n${id} +bot +operator:test +valid +never\\n$`))
      assert.ok(!list.stdout.includes(key.split('_')[2]))
      const { keys: listed } = JSON.parse((await run(keys, ['list'], { json: true, system: 'bot' })).stdout)
      assert.deepEqual([listed.length, listed[0].valid], [1, true])
    })

    test('a third key is refused by policy; revoking makes room', async () => {
      const { id } = JSON.parse((await run(keys, ['create'], { system: 'bot', json: true })).stdout)
      await run(keys, ['create'], { system: 'bot' })
      const third = await run(keys, ['create'], { system: 'bot' })
      assert.deepEqual([third.exit, third.stdout], [3, ''])
      assert.match(third.stderr, /already has 2 valid keys.*\(key_limit\)/)
      assert.match((await run(keys, ['revoke', id])).stdout, /has been revoked/)
      assert.match((await run(keys, ['revoke', id])).stdout, /revoked before/)
      assert.equal((await run(keys, ['create'], { system: 'bot' })).exit, 0)
    })

    test('a replaced key is valid until its grace ends', async () => {
      const { id } = JSON.parse((await run(keys, ['create'], { system: 'bot', json: true })).stdout)
      assert.equal((await run(keys, ['rotate', id], { 'grace-hours': '2', json: true })).exit, 0)
      assert.match((await run(keys, ['list'])).stdout, new RegExp(`${id} .*valid until`))
    })

    for (const [what, positionals, values, expected] of [
      ['without a part', [], {}, /--help/],
      ['an unknown part', ['delete'], {}, /Part delete does not exist/],
      ['create without a system', ['create'], {}, /--system/],
      ['an unknown system', ['create'], { system: 'nowhere' }, /system_unknown/],
      ['revoke without a key', ['revoke'], {}, /KEY/],
      ['an unknown key', ['revoke', 'x'], {}, /key_unknown/],
      ['an unreadable end', ['create'], { system: 'bot', expires: 'tomorrow' }, /--expires: this is not a moment/],
      ['an end that has passed', ['create'], { system: 'bot', expires: '2020-01-01' }, /key_expiry/],
      ['an unreadable grace', ['rotate', 'x'], { 'grace-hours': 'long' }, /--grace-hours/],
      ['an unknown organisation', ['list'], { tenant: 'nowhere' }, /Organisation nowhere does not exist/],
    ] as const)
      test(`${what} is bad input`, async () => {
        const result = await run(keys, [...positionals], values)
        assert.equal(result.exit, 2)
        assert.match(result.stderr, expected)
        assert.equal(result.stdout, '')
      })

    test('the store is closed whatever happened', async () => {
      const before = closed
      await run(keys, ['list'])
      await run(keys, ['revoke', 'x'])
      assert.equal(closed, before + 2)
    })
  })

  describe('waarborg users', () => {
    const add = () =>
      run(users, ['add'], { name: 'Noor Haverkamp', email: 'Noor@kade.example', role: ['dpo', 'agent@a'], json: true })

    test('adding someone gives the link with which they choose a password', async () => {
      const { exit, stdout } = await add()
      assert.equal(exit, 0)
      assert.match(JSON.parse(stdout).link, /^http:\/\/127\.0\.0\.1:8720\/password\?token=[A-Za-z0-9_-]{43}$/)
      assert.match(
        (await run(users, ['list'])).stdout,
        /Noor Haverkamp +noor@kade\.example +dpo, agent@a +no password yet\n$/,
      )
    })

    test('a person is found by number or address; a closed account gets no link', async () => {
      const { person } = JSON.parse((await add()).stdout)
      assert.match((await run(users, ['link', 'NOOR@kade.example'])).stdout, /password\?token=/)
      assert.match((await run(users, ['disable', person])).stdout, /The account of Noor Haverkamp is closed/)
      assert.match((await run(users, ['disable', person])).stdout, /closed before/)
      const refused = await run(users, ['link', person])
      assert.deepEqual([refused.exit, refused.stdout], [3, ''])
      assert.match((await run(users, ['enable', person])).stdout, /open again/)
    })

    test('the last administrator stays', async () => {
      await run(users, ['add'], { name: 'Beheer', email: 'beheer@kade.example', role: ['administrator'] })
      const refused = await run(users, ['disable', 'beheer@kade.example'])
      assert.deepEqual([refused.exit, /last_administrator/.test(refused.stderr)], [3, true])
    })

    for (const [what, positionals, values, expected] of [
      ['adding without a name', ['add'], { email: 'x@kade.example' }, /--name/],
      ['adding without an address', ['add'], { name: 'X', email: 'x' }, /--email/],
      ['an unknown role', ['add'], { name: 'X', email: 'x@kade.example', role: ['boss'] }, /Role boss does not exist/],
      [
        'a role at an unknown client',
        ['add'],
        { name: 'X', email: 'x@kade.example', role: ['agent@zz'] },
        /client_unknown/,
      ],
      ['an unknown person', ['link', 'nobody'], {}, /person_unknown/],
    ] as const)
      test(`${what} is bad input, and nothing is added`, async () => {
        const result = await run(users, [...positionals], values as Record<string, string | string[]>)
        assert.equal(result.exit, 2)
        assert.match(result.stderr, expected)
        assert.equal((await db.ownerQuery('select 1 from person')).length, 0)
      })

    test('the entries name the operator', async () => {
      await add()
      const rows = await db.ownerQuery<{ payload: Buffer }>(
        'select payload from ledger_pending order by seq desc limit 4',
      )
      for (const { payload } of rows)
        assert.deepEqual(JSON.parse(payload.toString('utf8')).actor, { kind: 'operator', id: 'operator:test' })
    })
  })
})
