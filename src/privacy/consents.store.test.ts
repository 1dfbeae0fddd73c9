import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../platform/database.ts'
import { ApiError, type Caller, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { findSubjects, openConversation, subjectFor } from '../records/index.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  start,
  systemCaller,
  testKeys,
} from '../records/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { consentEventBody } from './contract.ts'
import { decideGround, loadConsentEvents, recordConsent } from './index.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const refused = (code: string, param?: string) => (error: unknown) =>
  error instanceof ApiError && error.code === code && (param === undefined || error.param === param)
const later = new Date(start.getTime() + 600_000)
const wording = { version: 'vraag-3', language: 'nl', channel: 'chat' }

type Use = { purpose: string; use: string; code: string | null; reason: string | null; event: string | null }
type Recorded = { id: string; conversation: string | null; at: string; use: Use; proof: { event: string } }
type Listed = { events: { id: string; state: string; conversation: string | null }[]; uses: Use[] }

describe('consents over the wire', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const client = 'toestemmingklant'
  const bot = systemCaller('toets', client, 'op-toestemming')
  const desk = systemCaller('toets', 'contractklant', 'bezwaar-mogelijk')

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    const deps = { ...plainDeps(ring), recordConsent }
    await apply(db.database, deps, organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({ database: db.database, ids: randomIds, ring })
  })
  after(() => db.close())

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const record = (body: object, caller: Caller = bot, now = start) =>
    callRoute(all, 'POST', '/v1/consents', caller, {
      body: { purpose: 'hulp', state: 'given', wording, ...body },
      now,
    }) as Promise<Recorded>
  const list = (query: object, caller: Caller = bot, now = start) =>
    callRoute(all, 'GET', '/v1/consents', caller, { query, now }) as Promise<Listed>
  const entry = async (id: string) => {
    const [row] = await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where id = $1', [id])
    return row && JSON.parse(row.payload.toString('utf8'))
  }
  const count = async (table: string) =>
    (await db.ownerQuery<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n
  const openAnonymous = (conversation: string) =>
    inTx((tx) =>
      openConversation(tx, ring, { client, system: 'op-toestemming', conversation }, { now: start, ids: randomIds }),
    )

  test('a yes counts at once, and its entry has its id', async () => {
    const answer = await record({ subject: 'T-1' })
    assert.deepEqual([answer.use.use, answer.use.event, answer.proof.event], ['allowed', answer.id, answer.id])
    const { type, actor, client: of, refs, body, subject } = await entry(answer.id)
    assert.deepEqual([type, actor, of], ['consent.given', { kind: 'system', id: 'op-toestemming' }, client])
    assert.deepEqual(refs, { consent: answer.id, purpose: 'hulp' })
    assert.deepEqual(consentEventBody.parse(body), {
      by: 'customer',
      saidAt: start.toISOString(),
      wordingVersion: 'vraag-3',
      language: 'nl',
      channel: 'chat',
    })
    const [known] = await inTx((tx) => findSubjects(tx, ring, [{ client, reference: 'T-1' }]))
    assert.equal(subject, known?.id)
  })

  test('the entry holds no customer reference', async () => {
    const answer = await record({ subject: 'Klant-Jansen-77' })
    assert.ok(!JSON.stringify(await entry(answer.id)).includes('Jansen'))
    const [row] = await db.ownerQuery('select * from consent_event where event_id = $1', [answer.id])
    assert.ok(!JSON.stringify(row).includes('Jansen'))
  })

  test('a withdrawal ends it for the next call, and a new yes begins again', async () => {
    await record({ subject: 'T-2' })
    const no = await record({ subject: 'T-2', state: 'withdrawn' }, bot, later)
    assert.deepEqual([no.use.use, no.use.code], ['refused', 'consent_withdrawn'])
    assert.equal((await record({ subject: 'T-2' }, bot, later)).use.use, 'allowed')
    const { events } = await list({ subject: 'T-2' })
    assert.deepEqual(
      events.map(({ state }) => state),
      ['given', 'withdrawn', 'given'],
    )
  })

  test('an answer counts for every system, or for the one that it names', async () => {
    await record({ subject: 'T-3', system: 'aanbieder-niet-toegestaan' })
    assert.equal((await list({ subject: 'T-3', purpose: 'hulp' })).uses[0]?.code, 'consent_missing')
    const other = systemCaller('toets', client, 'aanbieder-niet-toegestaan')
    assert.equal((await list({ subject: 'T-3', purpose: 'hulp' }, other)).uses[0]?.use, 'allowed')
    await assert.rejects(record({ subject: 'T-3', system: 'in-orde' }), refused('system_unknown', 'system'))
  })

  test('a yes has an end', async () => {
    await record({ subject: 'T-4', expiresAt: later.toISOString() })
    const uses = async (now: Date) => (await list({ subject: 'T-4', purpose: 'hulp' }, bot, now)).uses[0]
    assert.equal((await uses(start))?.use, 'allowed')
    assert.equal((await uses(later))?.reason, 'expired')
    await assert.rejects(
      record({ subject: 'T-4', expiresAt: start.toISOString() }),
      refused('consent_end', 'expiresAt'),
    )
  })

  test('of somebody who is known only from a conversation it counts in that conversation', async () => {
    const { conversation } = await openAnonymous('chat-1')
    const answer = await record({ conversation: 'chat-1' })
    assert.equal(answer.conversation, conversation)
    assert.equal((await entry(answer.id)).refs.conversation, conversation)
    assert.equal((await list({ conversation: 'chat-1' })).uses.find((use) => use.purpose === 'hulp')?.use, 'allowed')
    assert.equal((await list({ conversation })).events[0]?.conversation, conversation)
    await openAnonymous('chat-2')
    assert.equal((await list({ conversation: 'chat-2', purpose: 'hulp' })).uses[0]?.reason, 'never_given')
  })

  test('a conversation that nobody knows yet begins with the answer', async () => {
    const answer = await record({ conversation: 'nieuw-1', wording: { ...wording, channel: 'voice', language: 'en' } })
    const [row] = await db.ownerQuery<{ channel: string; language: string; kind: string }>(
      'select c.channel, c.language, d.kind from conversation c join data_subject d using (tenant_id, subject_id) where conversation_id = $1',
      [answer.conversation],
    )
    assert.deepEqual([row?.channel, row?.language, row?.kind], ['voice', 'en', 'anonymous'])
    const again = await record({ conversation: 'nieuw-1', state: 'withdrawn' })
    assert.equal(again.conversation, answer.conversation)
    assert.equal(again.use.code, 'consent_withdrawn')
  })

  test('of a customer who is known it counts everywhere, also when it was said in a conversation', async () => {
    const { conversation } = await inTx((tx) =>
      openConversation(
        tx,
        ring,
        { client, system: 'op-toestemming', conversation: 'chat-7', reference: 'T-7' },
        { now: start, ids: randomIds },
      ),
    )
    const answer = await record({ conversation: 'chat-7' })
    assert.equal(answer.conversation, conversation)
    assert.equal((await list({ subject: 'T-7', purpose: 'hulp' })).uses[0]?.use, 'allowed')
    assert.equal((await entry(answer.id)).refs.conversation, undefined)
    const [row] = await db.ownerQuery<{ evidence: unknown }>('select evidence from consent_event where event_id = $1', [
      answer.id,
    ])
    assert.deepEqual(row?.evidence, { key: 'key-1', conversation })
  })

  test('a conversation of somebody else is refused, and nothing is recorded', async () => {
    await inTx((tx) =>
      openConversation(
        tx,
        ring,
        { client, system: 'op-toestemming', conversation: 'chat-8', reference: 'T-80' },
        { now: start, ids: randomIds },
      ),
    )
    const before = await count('consent_event')
    await assert.rejects(record({ subject: 'T-8', conversation: 'chat-8' }), refused('subject_differs', 'subject'))
    await assert.rejects(list({ subject: 'T-8', conversation: 'chat-8' }), refused('subject_differs', 'subject'))
    assert.equal(await count('consent_event'), before)
    assert.equal((await inTx((tx) => findSubjects(tx, ring, [{ client, reference: 'T-8' }])))[0], undefined)
  })

  test('who makes themselves known takes the conversation along, and what was said in it', async () => {
    await openAnonymous('chat-81')
    await record({ conversation: 'chat-81', state: 'withdrawn' })
    await record({ subject: 'T-81' })
    const both = { subject: 'T-81', conversation: 'chat-81', purpose: 'hulp' }
    const states = ({ events }: Listed) => events.map(({ state }) => state)
    assert.deepEqual(states(await list(both)), ['withdrawn', 'given'])
    const answer = await record({ ...both, state: 'refused' })
    assert.equal((await entry(answer.id)).refs.conversation, undefined)
    assert.deepEqual(states(await list({ conversation: 'chat-81' })), ['withdrawn', 'given', 'refused'])
    assert.deepEqual(states(await list({ subject: 'T-81' })), ['given', 'refused'])
    const [row] = await db.ownerQuery<{ kind: string }>(
      'select d.kind from conversation c join data_subject d using (tenant_id, subject_id) where conversation_id = $1',
      [answer.conversation],
    )
    assert.equal(row?.kind, 'known')
  })

  test('an answer without effect is refused before anybody is made for it', async () => {
    const before = await count('data_subject')
    await assert.rejects(record({ subject: 'T-9', purpose: 'bestaat-niet' }), refused('purpose_unknown', 'purpose'))
    await assert.rejects(record({ subject: 'T-9', purpose: 'service' }), refused('purpose_unknown'))
    await assert.rejects(record({ subject: 'C-9', purpose: 'service' }, desk), refused('not_on_consent', 'purpose'))
    await assert.rejects(
      record({ subject: 'C-9', purpose: 'service', state: 'objected' }, desk),
      refused('not_objectable', 'purpose'),
    )
    await assert.rejects(record({ subject: 'C-9', purpose: 'emoties' }, desk), refused('prohibited_practice'))
    await assert.rejects(record({}), refused('subject_needed', 'subject'))
    await assert.rejects(list({}), refused('subject_needed', 'subject'))
    assert.equal(await count('data_subject'), before)
  })

  test('an answer that is sent again counts once, also when the customer withdrew in between', async () => {
    const send = (body: object = {}, now = start) =>
      callRoute(all, 'POST', '/v1/consents', bot, {
        body: { purpose: 'hulp', state: 'given', wording, subject: 'T-20', ...body },
        headers: { 'idempotency-key': 'antwoord-20' },
        now,
      }) as Promise<Recorded>
    const first = await send()
    await record({ subject: 'T-20', state: 'withdrawn' }, bot, later)
    const again = await send({}, later)
    assert.deepEqual([again.id, again.at, again.use.code], [first.id, first.at, 'consent_withdrawn'])
    assert.equal((await list({ subject: 'T-20' })).events.length, 2)
    await assert.rejects(send({ state: 'refused' }), refused('answer_differs'))
    await assert.rejects(send({ subject: 'T-21' }), refused('answer_differs'))
    const other = systemCaller('toets', client, 'aanbieder-niet-toegestaan')
    const theirs = (await callRoute(all, 'POST', '/v1/consents', other, {
      body: { purpose: 'hulp', state: 'given', wording, subject: 'T-21' },
      headers: { 'idempotency-key': 'antwoord-20' },
    })) as Recorded
    assert.notEqual(theirs.id, first.id)
  })

  test('a yes that was said before a no does not come after it', async () => {
    await record({ subject: 'T-22', state: 'withdrawn' }, bot, later)
    await assert.rejects(
      record({ subject: 'T-22', at: start.toISOString() }, bot, later),
      refused('consent_outdated', 'at'),
    )
    assert.equal((await record({ subject: 'T-22', at: later.toISOString() }, bot, later)).use.use, 'allowed')
  })

  test('an objection and its end are entries of their own', async () => {
    const objected = await record({ subject: 'C-1', purpose: 'doorverbinden', state: 'objected' }, desk)
    assert.deepEqual([objected.use.use, objected.use.code], ['refused', 'objected'])
    assert.equal((await entry(objected.id)).type, 'objection.received')
    const lifted = await record({ subject: 'C-1', purpose: 'doorverbinden', state: 'objection_lifted' }, desk)
    assert.equal(lifted.use.use, 'allowed')
    assert.equal((await entry(lifted.id)).type, 'objection.lifted')
  })

  test('another client of the organisation sees nothing of it', async () => {
    await record({ subject: 'T-10' })
    assert.deepEqual((await list({ subject: 'T-10' }, desk)).events, [])
  })

  test('somebody whom nobody knows has said nothing; asking makes nobody', async () => {
    const before = await count('data_subject')
    const { events, uses } = await list({ subject: 'niemand' })
    assert.deepEqual(events, [])
    assert.ok(uses.length > 0 && uses.every(({ code }) => code === 'consent_missing'))
    assert.deepEqual((await list({ conversation: 'geen-gesprek' })).events, [])
    assert.equal((await list({ subject: 'niemand', purpose: 'bestaat-niet' })).uses[0]?.code, 'purpose_unknown')
    assert.equal(await count('data_subject'), before)
  })

  test('after erasure nothing is recorded any more', async () => {
    const { subject } = await openAnonymous('chat-11')
    await db.ownerQuery('update data_subject set erased_at = now() where subject_id = $1', [subject])
    await assert.rejects(record({ conversation: 'chat-11' }), refused('conversation_erased'))
  })

  test('a wrong field is named by its place', () => {
    const wrong = (body: object, path: string) => {
      const route = all.find(({ method }) => method === 'POST')!
      const result = route.body!.safeParse({ subject: 'T', purpose: 'hulp', state: 'given', wording, ...body })
      assert.equal(result.error?.issues[0]?.path.join('.'), path)
    }
    wrong({ state: 'expired' }, 'state')
    wrong({ purpose: 'Met Hoofdletters' }, 'purpose')
    wrong({ at: 'gisteren' }, 'at')
    wrong({ subject: '' }, 'subject')
    wrong({ subject: 'T\u0000' }, 'subject')
    wrong({ by: 'computer' }, 'by')
    wrong({ wording: { ...wording, version: 'Mag ik uw gegevens gebruiken, mevrouw Jansen?' } }, 'wording.version')
    wrong({ wording: { ...wording, channel: 'Telefoon thuis' } }, 'wording.channel')
  })

  test('the rule of importing and recording is the same one', async () => {
    const ids = { now: start, ids: randomIds }
    const subject = await inTx((tx) => subjectFor(tx, ring, { client, reference: 'T-12' }, ids))
    const ground = (system?: string) =>
      inTx((tx) =>
        decideGround(
          tx,
          { client, purpose: 'hulp', subject, conversation: 'x', ...(system === undefined ? {} : { system }) },
          start,
        ),
      )
    assert.deepEqual(await ground(), { ground: 'refused', reason: 'consent_missing' })
    const answer = await record({ subject: 'T-12', system: 'op-toestemming' })
    assert.deepEqual(await ground('op-toestemming'), { ground: 'allowed', basis: 'consent', record: answer.id })
    assert.deepEqual((await ground()).ground, 'refused')
  })

  test('answers of the organisation file are recorded with their entry', async () => {
    const rows = await db.ownerQuery<{ event_id: string; state: string; subject_id: string }>(
      `select event_id, state, subject_id from consent_event where wording ->> 'version' = 'unrecorded' order by seq`,
    )
    assert.ok(rows.length > 0)
    for (const { event_id } of rows) assert.match((await entry(event_id)).type, /^(consent|objection)\./)
    const given = rows.find(({ state }) => state === 'given')!
    const [first] = await inTx((tx) => loadConsentEvents(tx, { client, subject: given.subject_id }))
    assert.equal(first?.id, given.event_id)
  })

  test('of answers given at once each sees those before it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => record({ subject: 'T-13', state: n % 2 === 0 ? 'given' : 'withdrawn' })),
    )
    assert.equal(new Set(answers.map(({ id }) => id)).size, 8)
    const { events, uses } = await list({ subject: 'T-13', purpose: 'hulp' })
    assert.equal(events.length, 8)
    assert.equal(uses[0]?.use, events.at(-1)?.state === 'given' ? 'allowed' : 'refused')
    for (const { id, use } of answers) {
      const state = events.find((one) => one.id === id)?.state
      assert.equal(use.use, state === 'given' ? 'allowed' : 'refused')
    }
  })
})
