import assert from 'node:assert/strict'
import { after as afterAll, before, describe, test } from 'node:test'
import type { Scope, Tx } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import { countingIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { authenticateKey, authenticateLink, authenticateSession, authenticationScope } from './io/authenticate.ts'
import { createKey, findKey, listKeys, revokeKey, rotateKey } from './io/keys.ts'
import { openPasswords } from './io/password.ts'
import { createPortalLink, revokePortalLink } from './io/portal-links.ts'
import {
  chooseClient,
  createOneTimeLink,
  endSession,
  ensureFirstAdministrator,
  listSessions,
  readOneTimeLink,
  setPassword,
  startSession,
} from './io/sessions.ts'
import { chooseTenant } from './io/tenant.ts'
import { oversees } from './qualification.ts'
import { MAY_BE_OPEN } from './session.ts'
import {
  addPerson,
  assignRole,
  changePerson,
  disablePerson,
  enablePerson,
  endQualification,
  endRole,
  loadOverseers,
  loadPerson,
  loadStaff,
  recordQualification,
} from './store.ts'
import { act, after, complete, entriesOf, now, scope, seed } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('access: access', () => {
  let db: TestDatabase
  const inTx = <T>(work: (tx: Tx) => Promise<T>, as: Scope = scope()) => db.database.inTx(as, work)
  const authenticating = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(authenticationScope, work)
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected
  const HOUR = 3_600_000
  const limits = { absoluteMs: 12 * HOUR, idleMs: HOUR }
  let n = 0
  const person = (roles: readonly Parameters<typeof assignRole>[1]['role'][] = [], client: string | null = null) =>
    inTx(async (tx) => {
      const id = await addPerson(tx, { name: `Persoon ${++n}`, email: `persoon${n}@kade.example` }, act)
      for (const role of roles) await assignRole(tx, { person: id, role, client, system: null }, act)
      return id
    })

  before(async () => {
    db = await testDatabase()
    await seed(db)
  })
  afterAll(() => db.close())

  describe('keys of AI systems', () => {
    const make = (system = 'bot-a', more: { label?: string; expiresAt?: Date } = {}) =>
      inTx((tx) => createKey(tx, { system, label: more.label ?? 'test', expiresAt: more.expiresAt ?? null }, act))
    const clear = () => db.ownerQuery('delete from system_key')

    test('a key lets its system in, bound to the client of the system', async () => {
      await clear()
      const { key, row } = await make()
      const answer = await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, now))
      assert.ok(answer.ok)
      assert.deepEqual(answer.caller, {
        kind: 'system',
        id: 'bot-a',
        roles: [],
        scope: { tenant: 'kade', clients: ['a'], actor: { kind: 'system', id: 'bot-a' } },
        bound: { system: 'bot-a', client: 'a', key: row.id },
      })
    })

    test('neither the key nor its secret stands in the database or the ledger', async () => {
      await clear()
      const { key } = await make()
      const secret = key.split('_')[2]!
      for (const table of ['system_key', 'ledger_pending', 'ledger_entry']) {
        const rows = await db.ownerQuery<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t`)
        for (const { row } of rows)
          assert.ok(!row.includes(secret) && !row.includes(Buffer.from(secret).toString('hex')), table)
      }
      assert.ok(!JSON.stringify(await entriesOf(db)).includes(secret))
    })

    test('a secret of another key, a cut key and no key are unknown', async () => {
      await clear()
      const one = (await make()).key
      const other = (await make()).key
      const { formatKey, parseKey } = await import('./key.ts')
      const crossed = formatKey({ keyId: parseKey(one)!.keyId, secret: parseKey(other)!.secret })
      for (const header of [undefined, '', 'Bearer', `Bearer ${one.slice(0, -1)}`, `Bearer ${crossed}`, `Basic ${one}`])
        assert.deepEqual(
          await authenticating((tx) => authenticateKey(tx, header, now)),
          { ok: false, refused: 'unknown_key' },
          String(header),
        )
    })

    test('a revoked key is refused from the next call on, and says since when', async () => {
      await clear()
      const { key, row } = await make()
      assert.equal(await inTx((tx) => revokeKey(tx, row.id, act)), true)
      assert.equal(await inTx((tx) => revokeKey(tx, row.id, act)), false)
      assert.deepEqual(await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, now)), {
        ok: false,
        refused: 'key_revoked',
        at: now,
      })
      const entries = (await entriesOf(db)).filter(({ type, refs }) => type === 'key.revoked' && refs.key === row.id)
      assert.equal(entries.length, 1)
    })

    test('a key ends at its moment', async () => {
      await clear()
      const { key } = await make('bot-a', { expiresAt: after(1_000) })
      assert.equal((await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, after(999)))).ok, true)
      assert.deepEqual(await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, after(1_000))), {
        ok: false,
        refused: 'key_expired',
        at: after(1_000),
      })
    })

    test('a third valid key is refused', async () => {
      await clear()
      await make()
      await make()
      await assert.rejects(make(), code('key_limit'))
      await make('bot-b')
    })

    test('of many keys asked for at once two are given', async () => {
      await clear()
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => make()))
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2)
      assert.equal((await inTx((tx) => listKeys(tx, { system: 'bot-a' }))).length, 2)
    })

    test('a replaced key goes on for a day, then only its successor works', async () => {
      await clear()
      const old = await make('bot-a', { label: 'chat' })
      const next = await inTx((tx) => rotateKey(tx, { key: old.row.id }, act))
      assert.equal(next.row.label, 'chat')
      const works = async (key: string, at: Date) =>
        (await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, at))).ok
      assert.deepEqual(
        [
          await works(old.key, after(24 * HOUR - 1)),
          await works(old.key, after(24 * HOUR)),
          await works(next.key, after(24 * HOUR)),
        ],
        [true, false, true],
      )
    })

    test('a key that would end sooner is not made to last by replacing it', async () => {
      await clear()
      const old = await make('bot-a', { expiresAt: after(1_000) })
      await inTx((tx) => rotateKey(tx, { key: old.row.id }, act))
      assert.deepEqual((await inTx((tx) => findKey(tx, old.row.id)))?.expiresAt, after(1_000))
    })

    test('a leaked key is replaced without a grace', async () => {
      await clear()
      const old = await make()
      await make()
      await inTx((tx) => rotateKey(tx, { key: old.row.id, graceMs: 0 }, act))
      assert.equal((await authenticating((tx) => authenticateKey(tx, `Bearer ${old.key}`, now))).ok, false)
      await assert.rejects(
        inTx((tx) => rotateKey(tx, { key: old.row.id }, act)),
        code('key_unknown'),
      )
    })

    test('the day of use is written once a day', async () => {
      await clear()
      const { key, row } = await make()
      const use = async (at: Date) => {
        await authenticating((tx) => authenticateKey(tx, `Bearer ${key}`, at))
        const [stored] = await db.ownerQuery<{ last_used_on: string; xmin: string }>(
          'select last_used_on::text, xmin::text from system_key where key_id = $1',
          [row.id],
        )
        return stored!
      }
      const first = await use(now)
      assert.equal(first.last_used_on, '2026-11-25')
      assert.equal((await use(after(HOUR))).xmin, first.xmin)
      assert.equal((await use(after(24 * HOUR))).last_used_on, '2026-11-26')
      assert.equal((await use(now)).last_used_on, '2026-11-26')
    })

    test('another client or organisation sees no key and makes none', async () => {
      await clear()
      const { row } = await make()
      for (const as of [scope('kade', ['b']), scope('haven')]) {
        assert.deepEqual(await inTx((tx) => listKeys(tx), as), [])
        await assert.rejects(
          inTx((tx) => revokeKey(tx, row.id, act), as),
          code('key_unknown'),
        )
        await assert.rejects(
          inTx((tx) => createKey(tx, { system: 'bot-a', label: 'x' }, act), as),
          code('system_unknown'),
        )
      }
    })

    test('an entry names key and system, never the label or the secret', async () => {
      await clear()
      const { row } = await make('bot-a', { label: 'Sleutel van Jan' })
      const entry = (await entriesOf(db)).findLast(({ type }) => type === 'key.issued')
      assert.deepEqual(entry, {
        type: 'key.issued',
        actor: 'operator:test',
        tenant: 'kade',
        client: 'a',
        subject: null,
        refs: { key: row.id, system: 'bot-a' },
        body: { expiresAt: null },
      })
    })
  })

  describe('people', () => {
    test('an address belongs to one person, whatever its capitals', async () => {
      await inTx((tx) => addPerson(tx, { name: 'Een', email: 'Een@Kade.example' }, act))
      await assert.rejects(
        inTx((tx) => addPerson(tx, { name: 'Ander', email: ' een@kade.EXAMPLE' }, act)),
        code('email_taken'),
      )
    })

    test('changing into the address of another is refused, changing nothing says so', async () => {
      const one = await person()
      const two = await person()
      const { email, name } = await inTx((tx) => loadPerson(tx, one))
      await assert.rejects(
        inTx((tx) => changePerson(tx, two, { name: 'Twee', email }, act)),
        code('email_taken'),
      )
      assert.equal(await inTx((tx) => changePerson(tx, one, { name, email }, act)), false)
    })

    test('no entry holds a name or an address', async () => {
      await inTx((tx) => addPerson(tx, { name: 'Zeldzame Achternaam', email: 'zeldzaam@kade.example' }, act))
      assert.doesNotMatch(JSON.stringify(await entriesOf(db)), /zeldzaam|Achternaam/i)
    })

    test('a role for a system gets the system’s client, and is oversight in the ledger', async () => {
      const id = await person()
      const assignment = await inTx((tx) =>
        assignRole(tx, { person: id, role: 'overseer', client: null, system: 'bot-a', until: after(HOUR) }, act),
      )
      assert.equal((await inTx((tx) => loadPerson(tx, id))).assignments[0]?.client, 'a')
      const entry = (await entriesOf(db)).at(-1)
      assert.equal(entry?.type, 'oversight.assigned')
      assert.deepEqual(entry?.refs, { person: id, oversight: assignment, system: 'bot-a' })
      await inTx((tx) => endRole(tx, { person: id, assignment }, act))
      assert.equal((await entriesOf(db)).at(-1)?.type, 'oversight.ended')
      await assert.rejects(
        inTx((tx) => endRole(tx, { person: id, assignment }, act)),
        code('assignment_unknown'),
      )
    })

    for (const [what, wanted, expected] of [
      ['an unknown person', { person: 'nobody', client: null, system: null }, 'person_unknown'],
      ['an unknown client', { client: 'zz', system: null }, 'client_unknown'],
      ['an unknown system', { client: null, system: 'zz' }, 'system_unknown'],
      ['a system of another client', { client: 'b', system: 'bot-a' }, 'system_unknown'],
      ['an end that is no later than the begin', { client: null, system: null, until: now }, 'until_past'],
    ] as const)
      test(`no role for ${what}`, async () => {
        const id = await person()
        await assert.rejects(
          inTx((tx) => assignRole(tx, { person: id, role: 'agent', ...wanted }, act)),
          code(expected),
        )
      })

    test('who acts for one client cannot give a role for all: the database refuses', async () => {
      const id = await person()
      await assert.rejects(
        inTx(
          (tx) => assignRole(tx, { person: id, role: 'administrator', client: null, system: null }, act),
          scope('kade', ['a']),
        ),
        (error: { code?: string }) => error.code === '42501',
      )
    })

    test('a person is an overseer from role and training together, and a closed account is none', async () => {
      const id = await person()
      const system = async (at = now) => {
        const staff = await inTx((tx) => loadOverseers(tx, 'bot-b'))
        const answer = oversees(staff.find((one) => one.id === id)!, 'bot-b', at)
        return answer.oversees ? 'oversees' : answer.reason
      }
      const from = after(-HOUR)
      await inTx((tx) => assignRole(tx, { person: id, role: 'overseer', client: 'b', system: 'bot-b', from }, act))
      assert.equal(await system(), 'no_qualification')
      const qualification = await inTx((tx) =>
        recordQualification(
          tx,
          { person: id, kind: 'human_oversight', attainedOn: '2026-11-01', validUntil: after(HOUR) },
          act,
        ),
      )
      assert.equal(await system(), 'oversees')
      await inTx((tx) => endQualification(tx, { person: id, qualification }, act))
      assert.equal(await system(), 'qualification_expired')
      assert.equal(await system(after(-HOUR)), 'qualification_expired', 'a clock that is set back revives nothing')
      await inTx((tx) => disablePerson(tx, id, act))
      assert.equal(await system(), 'person_disabled')
    })

    test('another organisation sees no people, another client no roles that are not its own', async () => {
      const id = await person(['agent'], 'a')
      assert.deepEqual(await inTx((tx) => loadStaff(tx), scope('haven')), [])
      assert.deepEqual((await inTx((tx) => loadPerson(tx, id), scope('kade', ['b']))).assignments, [])
    })
  })

  describe('the last administrator', () => {
    test('cannot be disabled or lose the role, and of two who end each other one stays', async () => {
      const own = await testDatabase()
      try {
        await seed(own)
        const run = <T>(work: (tx: Tx) => Promise<T>) => own.database.inTx(scope(), work)
        const make = (name: string) =>
          run(async (tx) => {
            const id = await addPerson(tx, { name }, act)
            return {
              id,
              assignment: await assignRole(tx, { person: id, role: 'administrator', client: null, system: null }, act),
            }
          })
        const one = await make('Een')
        await assert.rejects(
          run((tx) => disablePerson(tx, one.id, act)),
          code('last_administrator'),
        )
        await assert.rejects(
          run((tx) => endRole(tx, { person: one.id, assignment: one.assignment }, act)),
          code('last_administrator'),
        )
        const two = await make('Twee')
        const results = await Promise.allSettled([
          run((tx) => disablePerson(tx, one.id, act)),
          run((tx) => endRole(tx, { person: two.id, assignment: two.assignment }, act)),
        ])
        assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      } finally {
        await own.close()
      }
    })
  })

  describe('sessions', () => {
    const authenticate = (token: string | undefined, at = now) =>
      authenticating((tx) => authenticateSession(tx, token, limits, at))

    test('a session lets its person in with the roles of this moment', async () => {
      const id = await person(['dpo', 'overseer'])
      const { token, endsAt } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      assert.deepEqual(endsAt, after(12 * HOUR))
      const answer = await authenticate(token)
      assert.ok(answer.ok)
      const { session, ...caller } = answer.caller
      assert.deepEqual(caller, {
        kind: 'person',
        id,
        roles: ['dpo', 'overseer'],
        scope: { tenant: 'kade', clients: '*', actor: { kind: 'person', id } },
      })
      assert.deepEqual({ ...session, id: '' }, { id: '', provedAt: now, pending: false, endsAt })
    })

    test('before its second factor it opens nothing: no role, no client', async () => {
      const id = await person(['dpo', 'administrator'])
      const { token } = await inTx((tx) => startSession(tx, id, limits, { ...complete, complete: false }, act))
      const answer = await authenticate(token)
      assert.ok(answer.ok)
      assert.deepEqual([answer.caller.roles, answer.caller.scope.clients], [[], []])
      assert.equal(answer.caller.session?.pending, true)
    })

    test('it ends when its person may do more, not when they get what they had', async () => {
      const id = await person(['dpo'])
      const begin = async () => (await inTx((tx) => startSession(tx, id, limits, complete, act))).token
      const give = (wanted: { role: 'dpo' | 'auditor'; client: string | null; from?: Date }) =>
        inTx((tx) => assignRole(tx, { person: id, system: null, ...wanted }, act))
      const first = await begin()
      await give({ role: 'dpo', client: 'a' })
      assert.ok((await authenticate(first)).ok, 'a narrower place of the same role is not more')
      await give({ role: 'auditor', client: 'a' })
      assert.equal((await authenticate(first)).ok, false)
      const second = await begin()
      await give({ role: 'auditor', client: 'b', from: after(HOUR / 2) })
      assert.ok((await authenticate(second, after(HOUR / 2 - 1))).ok)
      assert.equal((await authenticate(second, after(HOUR / 2))).ok, false, 'also when the role begins later')
      const ended = (await entriesOf(db)).filter(({ type, refs }) => type === 'session.ended' && refs.person === id)
      assert.deepEqual(
        ended.map(({ body }) => body),
        [{ reason: 'role_given', sessions: 1 }],
      )
    })

    test('taking the role away works at once', async () => {
      const id = await person(['agent'], 'a')
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      const [assignment] = (await inTx((tx) => loadPerson(tx, id))).assignments
      await inTx((tx) => endRole(tx, { person: id, assignment: assignment!.id }, act))
      const answer = await authenticate(token)
      assert.ok(answer.ok && answer.caller.roles.length === 0 && answer.caller.scope.clients.length === 0)
    })

    test('it ends after an hour of silence, and use keeps it alive up to its absolute end', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      for (let at = 0; at < 12 * HOUR; at += HOUR - 1)
        assert.equal((await authenticate(token, after(at))).ok, true, `${at}`)
      assert.deepEqual(await authenticate(token, after(12 * HOUR)), { ok: false, refused: 'session_expired' })
      const idle = await inTx((tx) => startSession(tx, id, limits, complete, act))
      assert.deepEqual(await authenticate(idle.token, after(HOUR)), { ok: false, refused: 'session_expired' })
    })

    test('each sign-in has a token of its own, and signing out ends only that one', async () => {
      const id = await person()
      const [one, two] = await Promise.all([
        inTx((tx) => startSession(tx, id, limits, complete, act)),
        inTx((tx) => startSession(tx, id, limits, complete, act)),
      ])
      assert.notEqual(one.token, two.token)
      await inTx((tx) => endSession(tx, { person: id, token: one.token }, act))
      assert.deepEqual([(await authenticate(one.token)).ok, (await authenticate(two.token)).ok], [false, true])
    })

    test('of more than ten at once the one that was not used for longest ends, with an entry', async () => {
      const id = await person(['dpo'])
      await inTx((tx) => startSession(tx, id, limits, complete, act))
      const open = async () => (await inTx((tx) => listSessions(tx, id, after(60_000)))).map((one) => one.id)
      const [first] = await open()
      for (let i = 1; i < MAY_BE_OPEN; i++)
        await inTx((tx) => startSession(tx, id, limits, complete, { ...act, now: after(i * 1_000) }))
      assert.equal((await open()).length, MAY_BE_OPEN)
      await inTx((tx) => startSession(tx, id, limits, complete, { ...act, now: after(20_000) }))
      assert.equal((await open()).length, MAY_BE_OPEN)
      assert.ok(!(await open()).includes(first!))
      const ended = (await entriesOf(db)).findLast(({ type }) => type === 'session.ended')
      assert.deepEqual([ended?.refs.session, ended?.body.reason], [first, 'too_many'])
    })

    test('signing in again in one browser ends the session that it had, whoever’s it was', async () => {
      const [first, second] = [await person(['dpo']), await person(['agent'])]
      const { token } = await inTx((tx) => startSession(tx, first, limits, complete, act))
      const next = await inTx((tx) => startSession(tx, second, limits, { ...complete, replaces: token }, act))
      assert.equal((await authenticate(token)).ok, false)
      assert.equal((await authenticate(next.token)).ok, true)
      const last = (await entriesOf(db)).findLast(({ type }) => type === 'session.ended')
      assert.equal(last?.body.reason, 'replaced')
    })

    test('without its token at hand, signing out ends them all', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      await inTx((tx) => endSession(tx, { person: id, token: undefined }, act))
      assert.equal((await authenticate(token)).ok, false)
    })

    test('a closed account ends every session, and opening it again needs a new password', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      await inTx((tx) => disablePerson(tx, id, act))
      assert.deepEqual(await authenticate(token), { ok: false, refused: 'session_unknown' })
      await inTx((tx) => enablePerson(tx, id, act))
      assert.equal((await inTx((tx) => loadPerson(tx, id))).hasPassword, false)
    })

    test('another address ends every session', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      await inTx((tx) => changePerson(tx, id, { name: 'Ander', email: 'ander-adres@kade.example' }, act))
      assert.equal((await authenticate(token)).ok, false)
    })

    test('the chosen client narrows what the session sees', async () => {
      const id = await person(['dpo'])
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      await inTx((tx) => chooseClient(tx, { person: id, token, client: 'a' }, act))
      const answer = await authenticate(token)
      assert.ok(answer.ok)
      assert.deepEqual([answer.caller.scope.clients, answer.caller.bound], [['a'], { client: 'a' }])
    })

    test('a token that was never given out, of another form, or missing is unknown', async () => {
      for (const token of [undefined, '', 'x', 'A'.repeat(43), "' or 1=1 --"])
        assert.deepEqual(await authenticate(token), { ok: false, refused: 'session_unknown' })
    })

    test('no token stands in the database or the ledger', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      const rows = await db.ownerQuery<{ row: string }>(
        `select to_jsonb(t)::text as row from session t union all select to_jsonb(t)::text from one_time_link t`,
      )
      const everything = JSON.stringify([rows, await entriesOf(db)])
      for (const secret of [token, link.token])
        assert.ok(!everything.includes(secret) && !everything.includes(Buffer.from(secret).toString('hex')))
    })
  })

  describe('one-time links', () => {
    const read = (token: string, at = now) => authenticating((tx) => readOneTimeLink(tx, token, at))
    const use = (link: { token: string }, id: string, password = 'phc') =>
      inTx((tx) => setPassword(tx, { token: link.token, person: id, password }, act))

    test('one works once, within a day', async () => {
      const id = await person()
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      assert.equal(link.path, `/password?token=${link.token}`)
      assert.equal((await read(link.token, after(24 * HOUR - 1))).person, id)
      await assert.rejects(read(link.token, after(24 * HOUR)), code('link_expired'))
      await use(link, id)
      await assert.rejects(read(link.token), code('link_used'))
      await assert.rejects(use(link, id), code('link_used'))
    })

    test('of two that use it at once one wins', async () => {
      const id = await person()
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      const results = await Promise.allSettled([use(link, id, 'one'), use(link, id, 'two')])
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })

    test('a new link ends the one before', async () => {
      const id = await person()
      const first = await inTx((tx) => createOneTimeLink(tx, id, act))
      await inTx((tx) => createOneTimeLink(tx, id, act))
      await assert.rejects(read(first.token), code('link_unknown'))
    })

    test('a closed account has no link any more', async () => {
      const id = await person()
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      await inTx((tx) => disablePerson(tx, id, act))
      await assert.rejects(read(link.token), code('link_unknown'))
    })

    test('choosing a password ends every session', async () => {
      const id = await person()
      const { token } = await inTx((tx) => startSession(tx, id, limits, complete, act))
      await use(await inTx((tx) => createOneTimeLink(tx, id, act)), id)
      assert.equal((await authenticating((tx) => authenticateSession(tx, token, limits, now))).ok, false)
    })

    test('the link of one person sets no password of another', async () => {
      const [id, other] = [await person(), await person()]
      const link = await inTx((tx) => createOneTimeLink(tx, id, act))
      await assert.rejects(use(link, other), code('link_used'))
      assert.equal((await inTx((tx) => loadPerson(tx, other))).hasPassword, false)
    })
  })

  describe('the first administrator', () => {
    test('gets a link until an administrator can sign in, and never a default password', async () => {
      const own = await testDatabase()
      try {
        await seed(own)
        const run = <T>(work: (tx: Tx) => Promise<T>) => own.database.inTx(scope(), work)
        const ensure = () =>
          run((tx) => ensureFirstAdministrator(tx, { email: 'beheer@kade.example', name: 'Beheerder' }, act))
        const [one, two] = await Promise.all([ensure(), ensure()])
        assert.equal(one?.person, two?.person)
        const working = []
        for (const link of [one!.link, two!.link])
          working.push(
            await own.database
              .inTx(authenticationScope, (tx) => readOneTimeLink(tx, link.token, now))
              .then(
                () => link,
                () => undefined,
              ),
          )
        const link = working.find((each) => each !== undefined)
        assert.equal(working.filter((each) => each !== undefined).length, 1)
        assert.equal((await run((tx) => loadPerson(tx, one!.person))).hasPassword, false)
        await run((tx) => setPassword(tx, { token: link!.token, person: one!.person, password: 'phc' }, act))
        assert.equal(await ensure(), undefined)
        await own.ownerQuery('update person set disabled_at = now()')
        const again = await ensure()
        assert.equal(again?.email, 'beheer2@kade.example')
        assert.notEqual(again?.person, one?.person)
      } finally {
        await own.close()
      }
    })
  })

  describe('links to the portal', () => {
    const make = () =>
      inTx((tx) =>
        createPortalLink(
          tx,
          { to: { conversation: 'conversation-a' }, subject: 'subject-a', expiresAt: after(HOUR) },
          act,
        ),
      )
    const read = (token: string, at = now) => authenticating((tx) => authenticateLink(tx, token, at))

    test('one leads to one conversation of one customer', async () => {
      const { token, link } = await make()
      const answer = await read(token)
      assert.ok(answer.ok)
      assert.deepEqual(answer.caller, {
        kind: 'customer',
        id: link,
        roles: [],
        scope: { tenant: 'kade', clients: ['a'], actor: { kind: 'customer', id: link } },
        bound: { conversation: 'conversation-a', subject: 'subject-a', client: 'a', link },
      })
    })

    test('at its end it has expired, revoked it has too, and a changed one never existed', async () => {
      const { token, link } = await make()
      assert.deepEqual(await read(token, after(HOUR)), { ok: false, refused: 'expired', client: 'a' })
      assert.deepEqual(await read(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`), {
        ok: false,
        refused: 'unknown',
      })
      assert.equal(await inTx((tx) => revokePortalLink(tx, link, act)), true)
      assert.equal(await inTx((tx) => revokePortalLink(tx, link, act)), false)
      assert.deepEqual(await read(token), { ok: false, refused: 'expired', client: 'a' })
    })

    test('none is made for a conversation of another customer, client or organisation', async () => {
      for (const [as, wanted] of [
        [scope(), { to: { conversation: 'conversation-a' }, subject: 'subject-b' }],
        [scope('kade', ['b']), { to: { conversation: 'conversation-a' }, subject: 'subject-a' }],
        [scope('haven'), { to: { conversation: 'conversation-a' }, subject: 'subject-a' }],
      ] as const)
        await assert.rejects(
          inTx((tx) => createPortalLink(tx, { ...wanted, expiresAt: after(HOUR) }, act), as),
          code('conversation_unknown'),
        )
    })

    test('its entry is about the customer and holds no token', async () => {
      const { token, link } = await make()
      const entry = (await entriesOf(db)).at(-1)
      assert.deepEqual(
        [entry?.type, entry?.client, entry?.subject, entry?.refs],
        ['link.issued', 'a', 'subject-a', { link, conversation: 'conversation-a' }],
      )
      assert.ok(!JSON.stringify(entry).includes(token))
    })
  })

  describe('hashing of passwords', () => {
    const cheap = { memory: 64, passes: 1, parallelism: 1 }
    test('the right password fits, another, none and a damaged row do not', async () => {
      const passwords = openPasswords(cheap)
      const stored = await passwords.hash('paard batterij nietje')
      assert.match(stored, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
      assert.equal(await passwords.verify(stored, 'paard batterij nietje'), true)
      for (const [against, password] of [
        [stored, 'paard batterij nietjes'],
        [null, 'paard batterij nietje'],
        ['plain', 'plain'],
        ['', ''],
      ] as const)
        assert.equal(await passwords.verify(against, password), false)
    })

    test('each character counts, with its capital, to the last of a thousand', async () => {
      const passwords = openPasswords(cheap)
      const long = 'Paard batterij nietje '.repeat(50).slice(0, 1_000)
      const stored = await passwords.hash(long)
      assert.equal(await passwords.verify(stored, long), true)
      for (const other of [long.toLowerCase(), long.slice(0, 999), `${long.slice(0, 999)}x`, ` ${long}`, `${long} `])
        assert.equal(await passwords.verify(stored, other), false)
    })

    test('the same password has another hash each time', async () => {
      const passwords = openPasswords(cheap)
      assert.notEqual(await passwords.hash('x'), await passwords.hash('x'))
    })

    test('without an account the same work is done', async () => {
      const passwords = openPasswords({ memory: 19_456, passes: 2, parallelism: 1 })
      const stored = await passwords.hash('paard batterij nietje')
      // The shortest of each, taken in turn: what else the machine does can only make one longer.
      let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      const time = async (against: string | null) => {
        const started = performance.now()
        await passwords.verify(against, 'een ander wachtwoord')
        return performance.now() - started
      }
      for (let i = 0; i < 7; i++) {
        known = Math.min(known, await time(stored))
        unknown = Math.min(unknown, await time(null))
      }
      assert.ok(unknown > known / 3, `${unknown} ms against ${known} ms`)
    })

    test('too many at once are turned away instead of stopping everything', async () => {
      const passwords = openPasswords(cheap)
      const results = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.hash('x')))
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 66)
      assert.equal(await passwords.verify(await passwords.hash('x'), 'x'), true)
    })
  })

  describe('the organisation that a command is about', () => {
    test('is named when there are several', async () => {
      assert.equal(await chooseTenant(db.database, 'kade', 'operator:test'), 'kade')
      await assert.rejects(chooseTenant(db.database, undefined, 'operator:test'), code('tenant_needed'))
      await assert.rejects(chooseTenant(db.database, 'nergens', 'operator:test'), code('tenant_unknown'))
    })
  })

  test('ids that count make keys that can be told apart', async () => {
    const ids = countingIds()
    const { keyIdFrom } = await import('./key.ts')
    assert.notEqual(
      keyIdFrom(Buffer.from(ids.secret(8), 'base64url')),
      keyIdFrom(Buffer.from(ids.secret(8), 'base64url')),
    )
  })
})
