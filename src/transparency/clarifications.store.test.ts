import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { routes as caseRoutes } from '../records/cases/routes.ts'
import { openConversation } from '../records/index.ts'
import { apply, callRoute, organisationFrom, plainDeps, scopeOf, staff, start, testKeys } from '../records/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { askedOnElsewhere, closeAnswered } from './index.ts'
import { clarificationRoutes } from './io/clarification-routes.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const say = { refusal: () => 'Geweigerd.', handOff: () => ({ open: true, sentence: 'Een medewerker helpt u.' }) }
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const at = (days: number) => new Date(start.getTime() + days * 86_400_000)

describe('questions for clarification', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const agent = staff('toets', ['agent'], '*', 'aart')
  const chat = async (): Promise<Caller> => {
    const { conversation, subject } = await db.database.inTx(scopeOf('toets'), (tx) =>
      openConversation(
        tx,
        ring,
        { client: 'contractklant', system: 'in-orde', purpose: 'service', channel: 'chat', language: 'nl' },
        { now: start, ids: randomIds },
      ),
    )
    return {
      kind: 'customer',
      id: 'link',
      roles: [],
      scope: scopeOf('toets', ['contractklant'], { kind: 'customer', id: 'link' }),
      bound: { conversation, subject, client: 'contractklant', link: 'link' },
    }
  }
  const call = (path: string, caller: Caller, given: object = {}) => callRoute(all, 'POST', path, caller, given)
  const ask = (caller: Caller, body: object = { text: 'Waarom kreeg ik dit antwoord van de bot?' }) =>
    call('/api/portal/questions', caller, { body }) as Promise<{ id: string; reference: string }>
  type Seen = { state: string; promisedOn: string | null; messages: { author: string; text: string }[] }
  const seen = (id: string, caller: Caller) =>
    callRoute(all, 'GET', '/api/portal/cases/:id', caller, { params: { id } }) as Promise<Seen>
  const answer = (id: string, now = start) =>
    call('/api/clarifications/:id/answer', agent, {
      params: { id },
      body: { text: 'De bot gebruikte de pagina over termijnen.' },
      now,
    })

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = [
      ...caseRoutes({
        database: db.database,
        ring,
        ids: randomIds,
        hinders: {},
        saidMore: { clarification: askedOnElsewhere },
      }),
      ...clarificationRoutes({ database: db.database, ring, ids: randomIds, say }),
    ]
  })
  after(() => db.close())

  test('a person answers within five business days, and the customer may ask on: then the term runs again', async () => {
    const customer = await chat()
    await assert.rejects(
      ask(customer, { text: 'Wat betekent dit?', about: 'turn', turn: 2 }),
      refused('question_turn_unknown'),
    )
    await db.ownerQuery(
      `insert into turn (tenant_id, client_id, conversation_id, seq, role, sealed) values ('toets', 'contractklant', $1, 2, 'ai', '')`,
      [customer.bound!.conversation],
    )
    const { id, reference } = await ask(customer, { text: 'Wat betekent dit?', about: 'turn', turn: 2 })
    assert.match(reference, /^V-2026-\d{6}$/)
    assert.equal((await seen(id, customer)).promisedOn, '2026-12-02')
    await answer(id, at(1))
    const read = await seen(id, customer)
    assert.deepEqual(
      [read.state, read.promisedOn, read.messages.map(({ author }) => author)],
      ['answered', null, ['customer', 'staff']],
    )
    await call('/api/portal/questions/:id/more', customer, {
      params: { id },
      body: { text: 'En het bedrag?' },
      now: at(2),
    })
    assert.deepEqual([(await seen(id, customer)).state, (await seen(id, customer)).promisedOn], ['asked', '2026-12-04'])
    await assert.rejects(
      call('/api/portal/questions/:id/close', customer, { params: { id } }),
      refused('clarification_not_now'),
    )
    await answer(id, at(3))
    await call('/api/portal/questions/:id/close', customer, { params: { id }, now: at(4) })
    await assert.rejects(answer(id, at(5)), refused('clarification_not_now'))
    await assert.rejects(
      call('/api/portal/questions/:id/more', customer, { params: { id }, body: { text: 'Nog iets' }, now: at(5) }),
      refused('clarification_not_now'),
    )
  })

  test('somebody else’s question is one that does not exist; too long and of another kind of case are refused', async () => {
    const [one, two] = [await chat(), await chat()]
    const { id } = await ask(one)
    for (const path of ['/api/portal/questions/:id/more', '/api/portal/questions/:id/close'])
      await assert.rejects(
        call(path, two, { params: { id }, ...(path.endsWith('more') ? { body: { text: 'x' } } : {}) }),
        refused('portal_not_found'),
      )
    await assert.rejects(seen(id, two), refused('portal_not_found'))
    await assert.rejects(ask(one, { text: 'x'.repeat(4_001) }))
    await assert.rejects(
      ask(one, { text: 'x', about: 'decision', decision: 'van-een-ander' }),
      refused('portal_not_found'),
    )
    const other = staff('toets', ['agent'], ['toestemmingklant'], 'olga')
    await assert.rejects(
      call('/api/clarifications/:id/answer', other, { params: { id }, body: { text: 'hallo' } }),
      refused('case_unknown'),
    )
  })

  test('an answer that nobody asks on about is closed after thirty days; words are sealed', async () => {
    const customer = await chat()
    const { id } = await ask(customer, { text: 'Vraag van mevrouw De Wit.' })
    await answer(id, start)
    const act = (days: number) => () => ({ now: at(days), ids: randomIds })
    assert.equal(await closeAnswered(db.database, ring, act(29)), 0)
    assert.ok((await closeAnswered(db.database, ring, act(31))) >= 1)
    assert.equal((await seen(id, customer)).state, 'closed')
    for (const table of ['case_message', 'ledger_pending'])
      assert.ok(!JSON.stringify(await db.ownerQuery(`select t::text as row from ${table} t`)).includes('De Wit'), table)
  })

  test('what is really a complaint goes on there, for the same customer alone', async () => {
    const customer = await chat()
    const [{ id }, theirs] = [await ask(customer), await ask(await chat())]
    const over = (target: string) =>
      call('/api/clarifications/:id/hand-over', agent, { params: { id }, body: { target } })
    await assert.rejects(over('K-2026-999999'), refused('target_needed'))
    await assert.rejects(over(theirs.reference), refused('target_needed'), 'a question is no end of a question')
  })

  test('a letter says by when; more time is taken once, by a letter with the reasons, while the term runs', async () => {
    const customer = await chat()
    const { id } = await ask(customer)
    const letters = async () =>
      ((await seen(id, customer)) as Seen & { letters: { subject: string; paragraphs: string[] }[] }).letters
    assert.equal((await letters()).length, 1)
    assert.match(JSON.stringify(await letters()), /2 december 2026/)
    const extend = (now: Date) =>
      call('/api/clarifications/:id/extend', agent, {
        params: { id },
        body: { reasons: 'De leverancier zoekt het uit.' },
        now,
      }) as Promise<{ promisedOn: string }>
    const { promisedOn } = await extend(at(2))
    assert.ok(promisedOn > '2026-12-02', promisedOn)
    assert.equal((await seen(id, customer)).promisedOn, promisedOn)
    assert.match(JSON.stringify(await letters()), /De reden is: De leverancier zoekt het uit\./)
    await assert.rejects(extend(at(3)), refused('clock_extended_already'))
    await answer(id, at(4))
    await assert.rejects(extend(at(5)), refused('clarification_not_now'))
  })

  test('what the customer adds on the page of the case asks on as well; after thirty days no more', async () => {
    const customer = await chat()
    const { id } = await ask(customer)
    await answer(id, at(1))
    const add = (now: Date) =>
      call('/api/portal/cases/:id/messages', customer, { params: { id }, body: { text: 'En verder?' }, now })
    await add(at(2))
    assert.equal((await seen(id, customer)).state, 'asked')
    await answer(id, at(3))
    type About = { mayAskOn: boolean; askOnUntil: string | null }
    const about = (now: Date, by = customer) =>
      callRoute(all, 'GET', '/api/portal/questions/:id', by, { params: { id }, now }) as Promise<About>
    assert.deepEqual(
      [(await about(at(33))).mayAskOn, (await about(new Date(at(33).getTime() + 1))).mayAskOn],
      [true, false],
    )
    await assert.rejects(about(at(4), await chat()), refused('portal_not_found'))
    await assert.rejects(add(at(34)), refused('clarification_over'))
    assert.equal((await seen(id, customer)).messages.length, 4, 'what was refused left nothing')
  })

  test('a link to everything of a person leads to their questions and to nobody else’s', async () => {
    const [one, two] = [await chat(), await chat()]
    const [mine, theirs] = [await ask(one), await ask(two)]
    const { subject, client, link } = one.bound!
    const whole: Caller = { ...one, bound: { subject: subject!, client: client!, link: link!, whole: true } }
    assert.equal((await seen(mine.id, whole)).state, 'asked')
    await call('/api/portal/questions/:id/more', whole, { params: { id: mine.id }, body: { text: 'Nog iets.' } })
    await assert.rejects(seen(theirs.id, whole), refused('portal_not_found'))
    await assert.rejects(
      call('/api/portal/questions/:id/close', whole, { params: { id: theirs.id } }),
      refused('portal_not_found'),
    )
    const elsewhere = scopeOf('toets', ['toestemmingklant'], { kind: 'customer', id: 'link' })
    const moved: Caller = { ...whole, scope: elsewhere, bound: { ...whole.bound!, client: 'toestemmingklant' } }
    await assert.rejects(seen(mine.id, moved), refused('portal_not_found'))
    await assert.rejects(ask(whole, { text: 'Waarom?' }), refused('about_needed'))
  })

  test('an explanation is cited where one is on record, and never of a whole conversation', async () => {
    const { id } = await ask(await chat())
    await assert.rejects(
      call('/api/clarifications/:id/answer', agent, { params: { id }, body: { text: 'Zie onder.', cite: true } }),
      refused('cite_nothing'),
    )
    const staffView = (await callRoute(all, 'GET', '/api/clarifications/:id', agent, { params: { id } })) as {
      mayCite: boolean
      mayExtend: boolean
    }
    assert.deepEqual([staffView.mayCite, staffView.mayExtend], [false, true])
  })
})
