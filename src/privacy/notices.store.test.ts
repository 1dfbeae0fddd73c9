import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { OrganisationRefused, registerNotice } from '../records/index.ts'
import { noticeText } from '../records/rules.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  organisationOf,
  plainDeps,
  scopeOf,
  start,
  systemCaller,
  testKeys,
} from '../records/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { recordConsent } from './index.ts'
import { supersedeConsents } from './jobs.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const client = 'toestemmingklant'
const words = { nl: 'Mag een computer u helpen?', en: 'May a computer help you?' }
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const minutes = (n: number) => new Date(start.getTime() + n * 60_000)

type Reply = { id: string; use: { use: string; code: string | null; reason: string | null } }
type Listed = { events: { state: string; wording: object }[]; uses: Reply['use'][] }

describe('the words of a question', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisationFrom(file, start), {
      now: start,
      ids: randomIds,
    })
    all = routes({ database: db.database, ids: randomIds, ring })
  })
  after(() => db.close())

  const bot = systemCaller('toets', client, 'op-toestemming')
  const record = (subject: string, wording: object, more: object = {}, now = minutes(10)) =>
    callRoute(all, 'POST', '/v1/consents', bot, {
      body: { subject, purpose: 'hulp', state: 'given', wording, ...more },
      now,
    }) as Promise<Reply>
  const list = (subject: string, now = minutes(60)) =>
    callRoute(all, 'GET', '/v1/consents', bot, { query: { subject, purpose: 'hulp' }, now }) as Promise<Listed>
  const file1 = (version: string, material = false, texts: object = { chat: words }) =>
    organisationOf(
      {
        waarborg: 1,
        tenant: { id: 'toets', name: 'Toets' },
        notices: [{ id: 'hulpvraag', client, purpose: 'hulp', version, material, texts }],
      },
      start,
    )
  const put = (organisation: ReturnType<typeof file1>, now: Date) =>
    apply(db.database, plainDeps(ring), organisation, { now, ids: randomIds })

  test('come onto file once per version, with an entry that names their hashes; other words are another version', async () => {
    const { plan } = await put(file1('1'), start)
    assert.ok(plan.changes.some(({ kind, op }) => kind === 'notice' && op === 'add'))
    assert.ok(!(await put(file1('1'), start)).plan.changes.some(({ kind }) => kind === 'notice'))
    const [row] = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'notice.registered'`,
    )
    const { body, refs } = JSON.parse(row!.payload.toString('utf8'))
    assert.deepEqual(refs, { notice: 'hulpvraag', purpose: 'hulp' })
    assert.deepEqual(
      body.texts.map((text: { sha256: string }) => text.sha256),
      [sha256(words.nl), sha256(words.en)],
    )
    await assert.rejects(
      put(file1('1', false, { chat: { ...words, nl: 'Mag het?' } }), start),
      (error: unknown) => error instanceof OrganisationRefused && error.problems[0]?.code === 'notice_fixed',
    )
  })

  test('an answer names them with the hash of what was shown, in its channel and language', async () => {
    await record('N-1', {
      notice: 'hulpvraag',
      version: '1',
      language: 'nl-NL',
      channel: 'chat',
      sha256: sha256(words.nl),
    })
    assert.deepEqual((await list('N-1')).events[0]?.wording, {
      notice: 'hulpvraag',
      version: '1',
      language: 'nl',
      channel: 'chat',
      sha256: sha256(words.nl),
      onFile: true,
    })
    const [row] = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'consent.given' order by at desc limit 1`,
    )
    assert.equal(JSON.parse(row!.payload.toString('utf8')).body.wordingSha256, sha256(words.nl))
  })

  test('a free wording stays possible and is shown as not on file', async () => {
    await record('N-2', { version: 'eigen-3', language: 'nl', channel: 'chat' })
    assert.deepEqual((await list('N-2')).events[0]?.wording, {
      notice: null,
      version: 'eigen-3',
      language: 'nl',
      channel: 'chat',
      sha256: null,
      onFile: false,
    })
  })

  const good = { notice: 'hulpvraag', version: '1', language: 'nl', channel: 'chat' }
  for (const [name, change] of [
    ['a question nobody wrote', { notice: 'nergens' }],
    ['a version that is not there', { version: '9' }],
    ['a channel without words', { channel: 'voice' }],
    ['a language without words', { language: 'de' }],
    ['the hash of other words', { sha256: sha256('iets anders') }],
    ['a hash without a question', { notice: undefined, sha256: sha256(words.nl) }],
  ] as const)
    test(`${name} is refused, and nothing is recorded`, async () => {
      await assert.rejects(
        record('N-3', { ...good, ...change }),
        (error: unknown) =>
          error instanceof ApiError && error.code === 'consent_wording_unknown' && error.param === 'wording',
      )
      assert.deepEqual((await list('N-3')).events, [])
    })

  test('the words of another purpose are not those of this one', async () => {
    await assert.rejects(
      record('N-3', good, { purpose: 'aanbod' }),
      (error: unknown) => error instanceof ApiError && error.code === 'consent_wording_unknown',
    )
  })

  test('a version that changes little leaves a yes as it is', async () => {
    await put(file1('2'), minutes(20))
    assert.equal((await list('N-1')).uses[0]?.use, 'allowed')
  })

  test('a version that says something else ends every earlier yes at once, and a new yes counts', async () => {
    await put(file1('3', true), minutes(30))
    for (const subject of ['N-1', 'N-2']) {
      const [use] = (await list(subject)).uses
      assert.deepEqual([use?.code, use?.reason], ['consent_missing', 'superseded'], subject)
    }
    assert.equal((await record('N-1', { ...good, version: '3' }, {}, minutes(31))).use.use, 'allowed')
    // The older words again: that yes was not said to what is asked now.
    await assert.rejects(
      record('N-4', { ...good, version: '2' }, {}, minutes(32)),
      (error: unknown) => error instanceof ApiError && error.code === 'consent_wording_outdated',
    )
    assert.deepEqual((await list('N-4')).events, [])
    // Also with a clock that was set back: the order in which versions came onto file decides.
    assert.equal((await record('N-5', { ...good, version: '3' }, {}, minutes(1))).use.use, 'allowed')
    assert.equal(
      (await record('N-6', { version: 'eigen', language: 'nl', channel: 'chat' }, {}, minutes(33))).use.use,
      'allowed',
    )
  })

  test('the job writes down what ended, once, and changes no decision', async () => {
    const act = () => ({ now: minutes(40), ids: randomIds })
    const ended = await supersedeConsents(db.database, act)
    assert.ok(ended >= 2)
    assert.equal(await supersedeConsents(db.database, act), 0)
    const of = async (subject: string) => (await list(subject)).events.map(({ state }) => state)
    assert.deepEqual(await of('N-2'), ['given', 'superseded'])
    assert.deepEqual(await of('N-1'), ['given', 'given'])
    assert.equal((await list('N-2')).uses[0]?.reason, 'superseded')
    assert.equal((await list('N-1')).uses[0]?.use, 'allowed')
    assert.equal((await record('N-2', { ...good, version: '3' }, {}, minutes(41))).use.use, 'allowed')
  })

  test('a question that came onto file twice at once is there once', async () => {
    const notice = {
      notice: 'built-in.hulp',
      client,
      purpose: 'hulp',
      version: 'a',
      material: false,
      texts: [noticeText('nl', 'portal' as const, 'Mag dit?')],
    }
    const results = await Promise.all(
      [1, 2, 3].map(() =>
        db.database.inTx(scopeOf('toets'), (tx) => registerNotice(tx, notice, { now: start, ids: randomIds })),
      ),
    )
    assert.equal(results.filter(Boolean).length, 1)
  })
})
