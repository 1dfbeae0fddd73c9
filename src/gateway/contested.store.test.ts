// A customer reads a decision about them on their own page and asks a person to look again; a person answers.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { authenticateLink } from '../access/index.ts'
import { keyInHeader } from '../access/rules.ts'
import { ApiError, type Caller, mayCall, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { decisionRules } from '../records/contract.ts'
import { openConversation, subjectStores } from '../records/index.ts'
import { routes as recordRoutes } from '../records/routes.ts'
import type { PortalDecision, PortalDecisions } from '../transparency/contract.ts'
import { routes as portalRoutes, type TransparencyDeps } from '../transparency/routes.ts'
import { destroyKey } from '../vault/index.ts'
import type { DecisionReply } from './decision-contract.ts'
import { routes } from './routes.ts'
import { type World, world } from './testing.ts'

const nlEn = (nl: string, en: string) => ({ nl, en })
const rules = decisionRules.parse({
  kind: 'score',
  features: [
    {
      feature: 'late',
      label: nlEn('te late betalingen', 'late payments'),
      decimals: 0,
      actionable: { direction: 'down' },
    },
    { feature: 'months', label: nlEn('maanden klant', 'months as a customer'), decimals: 0 },
  ],
  notUsed: [{ attribute: 'postcode', label: nlEn('uw postcode', 'your postcode') }],
  outcomes: [
    { outcome: 'offer', label: nlEn('een aanbod', 'an offer'), favourable: true },
    { outcome: 'no_offer', label: nlEn('geen aanbod', 'no offer'), favourable: false },
  ],
  threshold: { value: 0.5 },
  contest: nlEn('bel 088-0000100', 'call 088-0000100'),
})
const model = JSON.stringify({
  names: ['late', 'months'],
  weights: [-0.25, 0.015625],
  intercept: 0.5,
  background: [
    [0, 8],
    [1, 24],
  ],
})
const sha256 = createHash('sha256').update(model).digest('hex')

describe('gateway: contested decisions', () => {
  let w: World
  let key = ''
  let portal: readonly Route[] = []
  const now = new Date('2026-11-25T12:00:00.000Z')
  before(async () => {
    w = await world()
    key = keyInHeader(`Bearer ${await w.system('score', { decisionClass: 'assist', decisions: rules })}`)!.keyId
    await w.sql(
      `insert into explainer_file (tenant_id, client_id, sha256, bytes, added_at) values ('dekade', 'kaapstroom', $1, $2, now())`,
      [sha256, Buffer.from(model)],
    )
    await w.sql(`update system_version set explainer = $1 where system_id = 'score'`, [
      JSON.stringify({ kind: 'model', sha256, output: null, scoreIs: 'output', background: null }),
    ])
    portal = portalRoutes({ database: w.db.database, ids: randomIds, ring: w.ring, vkey: 'test' } as TransparencyDeps)
  })
  after(() => w.close())

  async function call<T>(
    found: readonly Route[],
    method: string,
    path: string,
    caller: Caller,
    given: { params?: object; query?: object; body?: unknown } = {},
  ): Promise<T> {
    const route = found.find((one) => one.method === method && one.path === path)!
    if (!mayCall(route.allow, caller)) throw new ApiError(403, 'not_allowed')
    const reply = await route.handle({
      caller,
      params: route.params?.parse(given.params ?? {}),
      query: route.query?.parse(given.query ?? {}),
      body: route.body?.parse(given.body),
      now,
      language: 'nl',
      header: () => undefined,
      bytes: () => [] as never,
    })
    return route.reply.parse(reply) as T
  }
  const system = (): Caller => ({
    kind: 'system',
    id: 'score',
    scope: { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'score' } },
    roles: [],
    bound: { client: 'kaapstroom', system: 'score', key },
  })
  const decide = (body: object = {}) =>
    call<DecisionReply>(
      routes({
        database: w.db.database,
        ring: w.ring,
        ids: randomIds,
        portalLinkMs: 86_400_000,
        ledgerLate: () => false,
      }),
      'POST',
      '/v1/decisions',
      system(),
      {
        body: JSON.parse(
          JSON.stringify({ subject: 'K-1', outcome: { label: 'no_offer' }, features: { late: 2, months: 8 }, ...body }),
        ),
      },
    )
  /** The customer who opens the page that a decision came with. */
  async function customer({ contestUrl }: DecisionReply): Promise<Caller> {
    const token = contestUrl!.split('/')[2]!
    const answer = await w.db.database.inTx({ tenant: '*', clients: '*', actor: { kind: 'job', id: 'test' } }, (tx) =>
      authenticateLink(tx, token, now),
    )
    assert.ok(answer.ok)
    return answer.caller
  }
  const read = (as: Caller, id: string) =>
    call<PortalDecision>(portal, 'GET', '/api/portal/decisions/:id', as, { params: { id } })
  const contest = (as: Caller, id: string, words?: string) =>
    call<{ id: string; receipt: string }>(portal, 'POST', '/api/portal/decisions/:id/contest', as, {
      params: { id },
      body: words === undefined ? {} : { words },
    })
  const staff = (role: string): Caller => ({
    kind: 'person',
    id: `p-${role}`,
    roles: [role],
    scope: { tenant: 'dekade', clients: '*', actor: { kind: 'person', id: `p-${role}` } },
  })
  const console_ = <T>(method: string, path: string, given: object = {}) =>
    call<T>(
      recordRoutes({ database: w.db.database, ring: w.ring, ids: randomIds } as never),
      method,
      path,
      staff('reviewer'),
      given,
    )
  const refusedWith = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => (error instanceof ApiError ? `${error.status} ${error.code}` : assert.fail(String(error))),
    )

  test('each decision about a customer has a page, also one outside any conversation', async () => {
    const reply = await decide()
    assert.match(reply.contestUrl!, new RegExp(`^/p/[\\w-]{43}/decisions/${reply.decisionId}$`))
    const page = await read(await customer(reply), reply.decisionId)
    assert.equal(page.outcome, 'geen aanbod')
    assert.deepEqual([page.scoreFrom, page.score, page.threshold], ['computed', 0.125, 0.5])
    assert.equal(page.model.sha256, sha256)
    assert.match(page.sentences.outcome.join(' '), /De computer gaf advies/)
    assert.match(page.sentences.factors.join(' '), /te late betalingen: 2/)
    assert.match(page.sentences.notUsed.join(' '), /uw postcode/)
    assert.match(page.sentences.change.join(' '), /Stel dat het 0 was/)
    assert.deepEqual(
      page.factors.map(({ name }) => name),
      ['te late betalingen', 'maanden klant'],
    )
    assert.ok(Math.abs(page.base! + page.factors.reduce((sum, { weight }) => sum + weight, 0) - page.output!) < 1e-9)
    assert.deepEqual([page.mayContest, page.waiting, page.contest], [true, false, null])
  })

  test('a link leads to its own decision and to no other of anybody', async () => {
    const mine = await decide({ subject: 'K-2' })
    const alsoMine = await decide({ subject: 'K-2' })
    const theirs = await decide({ subject: 'K-3' })
    const as = await customer(mine)
    const { decisions, conversation } = await call<PortalDecisions>(portal, 'GET', '/api/portal/decisions', as)
    assert.deepEqual([decisions.map(({ id }) => id), conversation], [[mine.decisionId], null])
    for (const { decisionId } of [alsoMine, theirs]) {
      assert.equal(await refusedWith(read(as, decisionId)), '404 portal_not_found')
      assert.equal(await refusedWith(contest(as, decisionId)), '404 portal_not_found')
    }
    for (const [method, path] of [
      ['GET', '/api/portal'],
      ['POST', '/api/portal/handoff'],
    ] as const)
      assert.equal(await refusedWith(call(portal, method, path, as, { body: {} })), '404 portal_not_found')
  })

  test('one in a conversation stands beside it, under the link of the conversation', async () => {
    const { conversation } = await w.db.database.inTx(system().scope, (tx) =>
      openConversation(
        tx,
        w.ring,
        { client: 'kaapstroom', system: 'score', conversation: 'c-1', channel: 'chat', language: 'nl' },
        { now, ids: randomIds },
      ),
    )
    const reply = await decide({ subject: undefined, conversation })
    const list = await call<PortalDecisions>(portal, 'GET', '/api/portal/decisions', await customer(reply))
    assert.deepEqual([list.conversation, list.decisions.map(({ id }) => id)], [conversation, [reply.decisionId]])
  })

  test('who asks puts it before a person, with an entry; their words are sealed', async () => {
    const reply = await decide({ subject: 'K-4' })
    const as = await customer(reply)
    const { receipt } = await contest(as, reply.decisionId, '  Ik betaalde wél op tijd.  ')
    const page = await read(as, reply.decisionId)
    assert.deepEqual(
      [page.contest?.state, page.contest?.words, page.mayContest, page.waiting],
      ['open', 'Ik betaalde wél op tijd.', false, true],
    )
    const [row] = await w.sql<{ review: string; review_reason: string; sealed: Buffer }>(
      'select d.review, d.review_reason, c.sealed from decision d join contest c using (tenant_id, decision_id) where d.decision_id = $1',
      [reply.decisionId],
    )
    assert.deepEqual([row!.review, row!.review_reason], ['waiting', 'asked_by_customer'])
    assert.ok(!row!.sealed.toString('utf8').includes('op tijd'))
    const [entry] = await w.sql<{ event: string; payload: Buffer }>(
      `select id as event, payload from ledger_pending where type = 'decision.contested' and convert_from(payload, 'UTF8')::jsonb -> 'refs' ->> 'decision' = $1`,
      [reply.decisionId],
    )
    assert.equal(entry!.event, receipt)
    assert.ok(!entry!.payload.toString().includes('op tijd'))
    assert.equal(await refusedWith(contest(as, reply.decisionId)), '409 contest_open')
  })

  test('of two who ask at once one is taken', async () => {
    const reply = await decide({ subject: 'K-5' })
    const as = await customer(reply)
    const answers = await Promise.allSettled([contest(as, reply.decisionId), contest(as, reply.decisionId)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test('a person answers in words for the customer, and the page tells it', async () => {
    const reply = await decide({ subject: 'K-6' })
    const as = await customer(reply)
    await contest(as, reply.decisionId, 'Kijk nog eens.')
    const params = { id: reply.decisionId }
    const { decisions } = await console_<{ decisions: { id: string }[] }>('GET', '/api/decisions', {
      query: { contest: 'open', find: reply.decisionId },
    })
    assert.deepEqual(
      decisions.map(({ id }) => id),
      [reply.decisionId],
    )
    const seen = await console_<{ asked: { words: string }; contents: { change: { found: boolean } } }>(
      'GET',
      '/api/decisions/:id',
      { params },
    )
    assert.deepEqual([seen.asked.words, seen.contents.change.found], ['Kijk nog eens.', true])
    const verdict = { verdict: 'changed', outcome: 'offer', reasons: 'De betalingen waren op tijd.' }
    assert.equal(
      await refusedWith(console_('POST', '/api/decisions/:id/review', { params, body: verdict })),
      '422 decision_answer_needed',
    )
    await console_('POST', '/api/decisions/:id/review', {
      params,
      body: { ...verdict, forCustomer: 'U hebt gelijk: u krijgt toch een aanbod.' },
    })
    const page = await read(as, reply.decisionId)
    assert.equal(page.outcome, 'geen aanbod', 'what the system decided stays beside it')
    assert.deepEqual(
      [
        page.contest?.state,
        page.contest?.answer?.verdict,
        page.contest?.answer?.outcome,
        page.contest?.answer?.reasons,
      ],
      ['answered', 'changed', 'een aanbod', 'U hebt gelijk: u krijgt toch een aanbod.'],
    )
    assert.ok(!JSON.stringify(page).includes('De betalingen waren op tijd'), 'notes of staff stay with staff')
    assert.equal(await refusedWith(contest(as, reply.decisionId)), '409 contest_answered')
  })

  test('a second look after an earlier one is about what that made of it', async () => {
    const reply = await decide({ subject: 'K-7' })
    const params = { id: reply.decisionId }
    await w.sql(`update decision set review = 'waiting', review_reason = 'sample' where decision_id = $1`, [
      reply.decisionId,
    ])
    await console_('POST', '/api/decisions/:id/review', {
      params,
      body: { verdict: 'changed', outcome: 'offer', reasons: 'Toch een aanbod.' },
    })
    await contest(await customer(reply), reply.decisionId)
    const kept = await console_<{ outcome: string }>('POST', '/api/decisions/:id/review', {
      params,
      body: { verdict: 'confirmed', reasons: 'Dat blijft zo.', forCustomer: 'Het aanbod blijft staan.' },
    })
    assert.equal(kept.outcome, 'offer')
  })

  test('erasure takes the words, and the page says that nothing is left to tell', async () => {
    const reply = await decide({ subject: 'K-8' })
    const as = await customer(reply)
    await contest(as, reply.decisionId, 'Weg hiermee.')
    const subject = as.bound!.subject!
    await w.db.database.inTx({ tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } }, async (tx) => {
      for (const store of subjectStores)
        if (store.id !== 'data_subject') await store.erase(tx, { client: 'kaapstroom', subject })
      await destroyKey(tx, { tenant: 'dekade', subject })
    })
    const page = await read(as, reply.decisionId)
    assert.deepEqual([page.contest?.state, page.contest?.words, page.used, page.factors], ['open', null, [], []])
    assert.match(page.sentences.outcome.join(' '), /gewist/)
  })
})
