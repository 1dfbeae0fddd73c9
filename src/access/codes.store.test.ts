// One-time codes for the portal on a real database: what the tables hold, who gets in, and how often anyone may try.
import assert from 'node:assert/strict'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import type { MailSender, Outgoing } from '../platform/mail/io/outbox.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { allSubjectStores } from '../privacy/index.ts'
import { authenticateLink, authenticationScope, queueCode, sendCodes } from './index.ts'
import { type AccessApi, accessApi, act, after, entriesOf, now, scope, seed } from './testing.ts'

const MINUTE = 60_000
const address = 'jansen@voorbeeld.example'
const refused = (code: string, status?: number) => (error: unknown) =>
  error instanceof ApiError && error.code === code && (status === undefined || error.status === status)

describe('one-time codes for the portal', () => {
  let db: TestDatabase
  let api: AccessApi
  let mails: Outgoing[]
  const senderFor = (): MailSender => ({
    send: async (mail) => {
      mails.push(mail)
      return { ok: true }
    },
    close() {},
  })
  const system = (client: string): Caller => ({
    kind: 'system',
    id: `bot-${client}`,
    roles: [],
    scope: scope('kade', [client], { kind: 'system', id: `bot-${client}` }),
    bound: { client, system: `bot-${client}` },
  })
  const register = (client: string, ...addresses: string[]) =>
    api.call('POST', '/v1/addresses', {
      as: system(client),
      body: { subject: `subject-${client}`, addresses: addresses.map((one) => ({ kind: 'email', address: one })) },
    })
  const ask = (to = address, at = now, peer = '192.0.2.1') =>
    api.call<{ minutes: number }>('POST', '/api/portal/codes', {
      body: { address: to },
      at,
      headers: { 'x-waarborg-peer': peer },
    })
  const deliver = async (at = now) => {
    const from = mails.length
    await sendCodes({ database: db.database, ring: api.deps.ring, act: () => ({ ...act, now: at }), senderFor })
    return mails.slice(from)
  }
  const codeIn = ([mail]: readonly Outgoing[]) => /\b\d{6}\b/.exec(mail!.text)![0]
  const enter = (code: string, at = now, to = address, peer = '192.0.2.1') =>
    api.call<{ ways: { client: string; clientId: string; path: string }[] }>('POST', '/api/portal/codes/entry', {
      body: { address: to, code },
      at,
      headers: { 'x-waarborg-peer': peer },
    })
  const other = (code: string) => (code === '000000' ? '000001' : '000000')
  const count = async (table: string) =>
    (await db.ownerQuery<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n
  const callerOf = async (path: string, item = '') => {
    const token = path.slice('/p/'.length) + item
    return db.database.inTx(authenticationScope, (tx) => authenticateLink(tx, token, now))
  }

  before(async () => {
    db = await testDatabase()
    await seed(db)
    await db.ownerQuery(`update client set profile = profile || '{"complaints":{"email":"klacht@klant.example"}}'`)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    mails = []
    api = accessApi(db, { tenant: 'kade' })
    const codes = { kinds: ['email'] as const, send: queueCode(api.deps.ring), wake() {} }
    api = accessApi(db, { ...api.deps, codes })
    for (const table of ['code_delivery', 'portal_code', 'subject_address', 'sign_in_attempt', 'subject_key'])
      await db.ownerQuery(`delete from ${table}`)
  })

  test('a code opens everything of its person once; the address is found in whatever way it is typed', async () => {
    await register('a', address)
    await ask(' Jansen@Voorbeeld.EXAMPLE ')
    const sent = await deliver()
    assert.deepEqual(
      sent.map(({ to }) => to),
      [address],
    )
    const code = codeIn(sent)
    const { ways } = await enter(`${code.slice(0, 3)} ${code.slice(3)}`)
    assert.deepEqual(
      ways.map(({ client }) => client),
      ['Klant A'],
    )
    await assert.rejects(enter(code), refused('code_refused', 401), 'a second time')
    const found = await callerOf(ways[0]!.path)
    assert.ok(found.ok)
    assert.deepEqual(
      [
        found.caller.bound?.subject,
        found.caller.bound?.client,
        found.caller.bound?.whole,
        found.caller.bound?.conversation,
      ],
      ['subject-a', 'a', true, undefined],
    )
    assert.deepEqual(found.caller.scope.clients, ['a'])
  })

  test('two who type the same code at once: one gets in', async () => {
    await register('a', address)
    await ask()
    const code = codeIn(await deliver())
    const tries = await Promise.allSettled([1, 2, 3].map(() => enter(code)))
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  test('what is chosen of a whole link is of its own person and client; a link from elsewhere takes no choice', async () => {
    await register('a', address)
    await ask()
    const { ways } = await enter(codeIn(await deliver()))
    const path = ways[0]!.path
    const own = await callerOf(path, '.conversation-a')
    assert.equal(own.ok && own.caller.bound?.conversation, 'conversation-a')
    for (const item of ['.conversation-b', '.conversation-h', '.nothing', '.'])
      assert.deepEqual(await callerOf(path, item), { ok: false, refused: 'unknown' }, item)
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', 'a', 'neighbour', 'known', $1) on conflict do nothing`,
      [now],
    )
    await db.ownerQuery(
      `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
       values ('kade', 'a', 'of-neighbour', 'neighbour', 'p', 'chat', 'nl', 'gateway', $1, $1) on conflict do nothing`,
      [now],
    )
    assert.deepEqual(
      await callerOf(path, '.of-neighbour'),
      { ok: false, refused: 'unknown' },
      'same client, another person',
    )
    const single = await api.call<{ path: string }>('POST', '/v1/portal-links', {
      as: system('a'),
      body: { conversation: 'conversation-a' },
    })
    const token = new URL(single.path, 'https://waarborg.example').pathname
    assert.ok((await callerOf(token)).ok)
    assert.deepEqual(await callerOf(token, '.conversation-a'), { ok: false, refused: 'unknown' })
  })

  test('an address at two clients gives a page of each, and no page of a third', async () => {
    await register('a', address)
    await register('b', address)
    await ask()
    const { ways } = await enter(codeIn(await deliver()))
    assert.deepEqual(
      ways.map(({ client, clientId }) => `${client}, ${clientId}`),
      ['Klant A, a', 'Klant B, b'],
    )
    for (const [n, client] of ['a', 'b'].entries()) {
      const found = await callerOf(ways[n]!.path)
      assert.ok(found.ok)
      assert.deepEqual([found.caller.bound?.client, found.caller.bound?.subject], [client, `subject-${client}`])
    }
  })

  test('an address that nobody has gets the same answer, and leaves the same rows', async () => {
    await register('a', address)
    const rows = async (to: string) => {
      const before = await Promise.all(['portal_code', 'code_delivery', 'sign_in_attempt'].map(count))
      const entries = (await entriesOf(db)).length
      const answer = await ask(to, now, to)
      const more = await Promise.all(['portal_code', 'code_delivery', 'sign_in_attempt'].map(count))
      return [answer, more.map((n, i) => n - before[i]!), (await entriesOf(db)).length - entries]
    }
    assert.deepEqual(await rows('niemand@voorbeeld.example'), await rows(address))
    assert.deepEqual(
      (await deliver()).map(({ to }) => to),
      [address],
      'nothing leaves for nobody',
    )
    await assert.rejects(enter('123456', now, 'niemand@voorbeeld.example'), refused('code_refused', 401))
    await assert.rejects(enter('123456'), refused('code_refused', 401))
  })

  test('a code ends after ten minutes, at five wrong tries, and when another is asked for', async () => {
    await register('a', address)
    await ask()
    const first = codeIn(await deliver())
    await assert.rejects(enter(first, after(10 * MINUTE)), refused('code_refused'))
    await ask(address, after(11 * MINUTE))
    const second = codeIn(await deliver(after(11 * MINUTE)))
    if (first !== second) await assert.rejects(enter(first, after(11 * MINUTE)), refused('code_refused'))
    else assert.equal((await enter(second, after(11 * MINUTE))).ways.length, 1)
    await ask(address, after(12 * MINUTE))
    const third = codeIn(await deliver(after(12 * MINUTE)))
    for (let n = 0; n < 5; n++) await assert.rejects(enter(other(third), after(12 * MINUTE)), refused('code_refused'))
    await assert.rejects(enter(third, after(12 * MINUTE)), refused('code_refused'), 'the right one comes too late')
  })

  test('the last moment before its end counts', async () => {
    await register('a', address)
    await ask()
    const code = codeIn(await deliver())
    assert.equal((await enter(code, after(10 * MINUTE - 1))).ways.length, 1)
  })

  test('requests are limited per address, known or not, and per who asks; the counts are in the database', async () => {
    await register('a', address)
    for (const to of [address, 'niemand@voorbeeld.example']) {
      for (let n = 0; n < 5; n++) await ask(to, now, `198.51.100.${n}`)
      await assert.rejects(ask(to, now, '198.51.100.9'), refused('code_throttled', 429), to)
    }
    assert.ok((await count('sign_in_attempt')) > 0)
    const again = accessApi(db, api.deps)
    await assert.rejects(
      again.call('POST', '/api/portal/codes', { body: { address } }),
      refused('code_throttled'),
      'another process counts on',
    )
    for (let n = 0; n < 20; n++) await ask(`persoon${n}@voorbeeld.example`, now, '203.0.113.7')
    await assert.rejects(ask('nogeen@voorbeeld.example', now, '203.0.113.7'), refused('code_throttled', 429))
    for (let n = 0; n < 20; n++)
      await assert.rejects(enter('123456', now, address, '203.0.113.8'), refused('code_refused'))
    await assert.rejects(enter('123456', now, address, '203.0.113.8'), refused('code_throttled', 429))
  })

  test('neither address nor code is readable in any table', async () => {
    await register('a', address)
    await ask()
    const code = codeIn(await deliver())
    await ask()
    const tables = await db.ownerQuery<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    for (const { name } of tables) {
      const text = JSON.stringify(await db.ownerQuery(`select t::text as row from ${name} t`))
      assert.ok(!text.includes(address) && !text.includes('jansen'), name)
      assert.ok(!text.includes(Buffer.from('jansen@').toString('hex')), name)
      if (['portal_code', 'code_delivery'].includes(name)) assert.ok(!new RegExp(`\\b${code}\\b`).test(text), name)
    }
    for (const { body, refs } of await entriesOf(db))
      assert.ok(!JSON.stringify({ body, refs }).includes(code) && !JSON.stringify({ body, refs }).includes('jansen'))
  })

  test('what is over goes by itself, also that a code was open', async () => {
    await ask('niemand@voorbeeld.example')
    await deliver(after(10 * MINUTE))
    assert.deepEqual([await count('portal_code'), await count('code_delivery')], [0, 0])
  })

  test('an address that is taken away gets no code any more, nor does its open code work', async () => {
    await register('a', address)
    await ask()
    const code = codeIn(await deliver())
    await ask(address, after(1))
    await register('a')
    assert.deepEqual(await deliver(after(2)), [])
    await assert.rejects(enter(code), refused('code_refused'))
  })

  test('of an erased customer neither an address nor an open code is left, nor one on its way', async () => {
    const erased = (client: string) =>
      db.database.inTx(scope('kade', [client]), async (tx) => {
        for (const { id, erase } of allSubjectStores)
          if (['subject_address', 'code_delivery'].includes(id))
            await erase(tx, { client, subject: `subject-${client}` })
      })
    await register('a', address)
    await register('b', 'anders@voorbeeld.example')
    await ask()
    await ask('anders@voorbeeld.example')
    assert.deepEqual([await count('portal_code'), await count('code_delivery')], [2, 2])
    await erased('a')
    for (const table of ['subject_address', 'portal_code', 'code_delivery']) assert.equal(await count(table), 1, table)
    assert.deepEqual(
      (await deliver()).map(({ to }) => to),
      ['anders@voorbeeld.example'],
    )
  })

  test('the same list twice at once is one list, and no refusal', async () => {
    await Promise.all([register('a', address), register('a', address), register('a', address)])
    assert.equal(await count('subject_address'), 1)
  })

  test('an address leads to one customer of a client', async () => {
    await register('a', address)
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', 'a', 'second', 'known', $1) on conflict do nothing`,
      [now],
    )
    await assert.rejects(
      api.call('POST', '/v1/addresses', {
        as: system('a'),
        body: { subject: 'second', addresses: [{ kind: 'email', address }] },
      }),
      refused('address_taken', 409),
    )
    assert.equal(await count('subject_address'), 1)
  })
})
