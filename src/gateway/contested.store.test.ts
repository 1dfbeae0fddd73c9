// A customer reads a decision about them on their own page and asks a person to look again; a person answers.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { authenticateLink } from '../access/index.ts'
import { keyInHeader } from '../access/rules.ts'
import type { ContestFigures } from '../accountability/contests/contract.ts'
import { routes as contestFigureRoutes } from '../accountability/contests/routes.ts'
import { ApiError, type Caller, mayCall, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { decisionRules } from '../records/contract.ts'
import {
  confirmContest,
  contestHinder,
  lapseHolds,
  lettersOf,
  openConversation,
  readingKey,
  sendOutgoing,
  subjectStores,
} from '../records/index.ts'
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
    for (const person of ['p-reviewer', 'p-second', 'p-agent']) {
      await w.sql(
        `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('dekade', $1, $1, now(), now())`,
        [person],
      )
      await w.sql(
        `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('dekade', null, $1, $2, $3, '2020-01-01', 'test')`,
        [`role-${person}`, person, person === 'p-agent' ? 'agent' : 'reviewer'],
      )
    }
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
  const staff = (id: string): Caller => ({
    kind: 'person',
    id,
    roles: ['reviewer'],
    scope: { tenant: 'dekade', clients: '*', actor: { kind: 'person', id } },
  })
  const console_ = <T>(method: string, path: string, given: object = {}, by: Caller = staff('p-reviewer')) =>
    call<T>(recordRoutes({ database: w.db.database, ring: w.ring, ids: randomIds } as never), method, path, by, given)
  const readFirst = (id: string, by = 'p-reviewer') =>
    console_('POST', '/api/decisions/:id/contest/read', { params: { id } }, staff(by))
  /** The letter is read, and goes out as it was read. */
  const answer = async <T>(id: string, body: object, by = 'p-reviewer') => {
    const given = { nextSteps: 'Wij sturen u een brief', nextBy: '2026-12-01', ...body }
    const { letter } = await console_<{ letter: { digest: string } | null }>(
      'POST',
      '/api/decisions/:id/review/preview',
      { params: { id }, body: given },
      staff(by),
    )
    return console_<T>(
      'POST',
      '/api/decisions/:id/review',
      { params: { id }, body: { ...given, ...(letter === null ? {} : { letter: letter.digest }) } },
      staff(by),
    )
  }
  const job = { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } } as const
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
    type Seen = {
      access: string
      score: number | null
      asked: { words: string }
      contents: { change: { found: boolean } } | null
    }
    const first = await console_<Seen>('GET', '/api/decisions/:id', { params })
    assert.deepEqual(
      [first.access, first.asked.words, first.contents, first.score],
      ['view_first', 'Kijk nog eens.', null, null],
      'their own view comes before what the computer made of it',
    )
    const early = { verdict: 'confirmed', reasons: 'Zonder te kijken.', forCustomer: 'Het blijft zoals het was.' }
    assert.equal(
      await refusedWith(console_('POST', '/api/decisions/:id/review', { params, body: early })),
      '409 view_not_read',
    )
    await readFirst(reply.decisionId)
    const seen = await console_<Seen>('GET', '/api/decisions/:id', { params })
    assert.deepEqual([seen.access, seen.asked.words, seen.contents!.change.found], ['open', 'Kijk nog eens.', true])
    assert.equal(await refusedWith(readFirst(reply.decisionId, 'p-second')), '409 contest_other_reviewer')
    const verdict = { verdict: 'changed', outcome: 'offer', reasons: 'De betalingen waren op tijd.' }
    const full = {
      ...verdict,
      forCustomer: 'U hebt gelijk: u krijgt toch een aanbod.',
      points: 'Wij keken nog eens naar uw betalingen.',
      nextSteps: 'Wij sturen u een aanbod',
      nextBy: '2026-12-01',
    }
    const without = (name: string) =>
      console_('POST', '/api/decisions/:id/review', {
        params,
        body: Object.fromEntries(Object.entries(full).filter(([one]) => one !== name)),
      })
    for (const [name, code] of [
      ['forCustomer', '422 decision_answer_needed'],
      ['points', '422 decision_points_needed'],
      ['nextSteps', '422 decision_next_needed'],
      ['nextBy', '422 decision_next_needed'],
    ] as const)
      assert.equal(await refusedWith(without(name)), code, name)
    const late = { params, body: { ...full, nextBy: '2026-11-24' } }
    assert.equal(await refusedWith(console_('POST', '/api/decisions/:id/review', late)), '422 decision_next_past')
    assert.equal(
      await refusedWith(console_('POST', '/api/decisions/:id/review', { params, body: full })),
      '409 letter_not_read',
      'a letter goes out after a person read it',
    )
    const preview = await console_<{ letter: { digest: string; paragraphs: string[] } }>(
      'POST',
      '/api/decisions/:id/review/preview',
      { params, body: full },
    )
    assert.match(preview.letter.paragraphs.join(' '), /Wij keken nog eens naar uw betalingen/)
    const other = { ...full, forCustomer: 'U krijgt toch niets van ons.', letter: preview.letter.digest }
    assert.equal(
      await refusedWith(console_('POST', '/api/decisions/:id/review', { params, body: other })),
      '409 letter_not_read',
      'other words are another letter',
    )
    assert.equal((await read(as, reply.decisionId)).contest?.step, 'in_review', 'nothing of it was kept')
    await console_('POST', '/api/decisions/:id/review', { params, body: { ...full, letter: preview.letter.digest } })
    const page = await read(as, reply.decisionId)
    assert.equal(page.outcome, 'geen aanbod', 'what the system decided stays beside it')
    assert.deepEqual(
      [
        page.contest?.state,
        page.contest?.answer?.verdict,
        page.contest?.answer?.outcome,
        page.contest?.answer?.reasons,
        page.contest?.answer?.points,
      ],
      [
        'answered',
        'changed',
        'een aanbod',
        'U hebt gelijk: u krijgt toch een aanbod.',
        'Wij keken nog eens naar uw betalingen.',
      ],
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
    assert.equal(await refusedWith(readFirst(reply.decisionId)), '403 reviewer_took_decision')
    assert.equal(await refusedWith(readFirst(reply.decisionId, 'p-agent')), '403 reviewer_role_missing')
    await readFirst(reply.decisionId, 'p-second')
    const kept = await answer<{ outcome: string }>(
      reply.decisionId,
      { verdict: 'confirmed', reasons: 'Dat blijft zo.', forCustomer: 'Het aanbod blijft staan.' },
      'p-second',
    )
    assert.equal(kept.outcome, 'offer')
  })

  test('erasure takes the words, and the page says that nothing is left to tell', async () => {
    const reply = await decide({ subject: 'K-8' })
    const as = await customer(reply)
    await contest(as, reply.decisionId, 'Weg hiermee.')
    const subject = as.bound!.subject!
    await w.db.database.inTx(job, async (tx) => {
      for (const store of subjectStores)
        if (store.id !== 'data_subject') await store.erase(tx, { client: 'kaapstroom', subject })
      await destroyKey(tx, { tenant: 'dekade', subject })
    })
    const page = await read(as, reply.decisionId)
    assert.deepEqual([page.contest?.state, page.contest?.words, page.used, page.factors], ['ended', null, [], []])
    assert.match(page.sentences.outcome.join(' '), /gewist/)
    const [kept] = await w.sql<{ review: string; closed_at: Date | null; next_act: string | null }>(
      'select d.review, r.closed_at, r.next_act from decision d join case_record r using (tenant_id, decision_id) where d.decision_id = $1',
      [reply.decisionId],
    )
    assert.deepEqual([kept!.review, kept!.closed_at !== null, kept!.next_act], ['not_needed', true, null])
    assert.equal(await refusedWith(readFirst(reply.decisionId)), '409 contest_not_now', 'nobody is left to answer')
    assert.deepEqual([page.mayContest, page.waiting], [false, false])
  })

  test('erasure takes the reasons, and the number by which the same ones are found', async () => {
    const reply = await decide({ subject: 'K-30' })
    const as = await customer(reply)
    await contest(as, reply.decisionId)
    await readFirst(reply.decisionId)
    await answer(reply.decisionId, { verdict: 'confirmed', reasons: 'Dat blijft zo.', forCustomer: 'Het blijft zo.' })
    const kept = () =>
      w.sql<{ sealed: Buffer | null; reasons_hmac: Buffer | null; verdict: string }>(
        'select sealed, reasons_hmac, verdict from decision_review where decision_id = $1',
        [reply.decisionId],
      )
    const [before] = await kept()
    assert.deepEqual([before!.sealed === null, before!.reasons_hmac?.length], [false, 32])
    const place = { client: 'kaapstroom', subject: as.bound!.subject! }
    const store = subjectStores.find(({ id }) => id === 'decision_review')!
    const erase = () => w.db.database.inTx(job, (tx) => store.erase(tx, place))
    assert.equal(await erase(), 1)
    assert.deepEqual(await kept(), [{ sealed: null, reasons_hmac: null, verdict: 'confirmed' }])
    assert.equal(await erase(), 0)
  })

  test('their own copy says what was decided and why, and nothing about how staff work', async () => {
    const reply = await decide({
      subject: 'K-31',
      humanInvolved: { role: 'agent', changed: false, person: 'p-second' },
    })
    const as = await customer(reply)
    await contest(as, reply.decisionId, 'Kijk nog eens.')
    await readFirst(reply.decisionId)
    const given = { verdict: 'confirmed', reasons: 'Dat blijft zo.', forCustomer: 'Het blijft zo.' }
    await answer(reply.decisionId, { ...given, points: 'Wij keken nog eens.' })
    const place = { client: 'kaapstroom', subject: as.bound!.subject! }
    const copy = await w.db.database.inTx(job, async (tx) => {
      const own = subjectStores.filter(({ id }) => ['decision', 'decision_review', 'contest'].includes(id))
      const parts = []
      for (const store of own) parts.push(await store.export(tx, w.ring, place))
      return parts
    })
    const text = JSON.stringify(copy)
    for (const part of ['Kijk nog eens.', 'Dat blijft zo.', 'no_offer', '"role":"agent"'])
      assert.ok(text.includes(part), part)
    assert.doesNotMatch(text, /p-reviewer|p-second|short_reasons|"spent"|hmac/)
  })

  test('who cannot answer it reads the decision with a reason, as any other', async () => {
    const reply = await decide({ subject: 'K-32' })
    await contest(await customer(reply), reply.decisionId, 'Kijk nog eens.')
    const params = { id: reply.decisionId }
    const supervisor = { ...staff('p-supervisor'), roles: ['supervisor'] } as Caller
    const seen = (path: string, given: object = {}) =>
      console_<{ access: string; outcome: string | null; contents: object | null; hinder: string | null }>(
        path.endsWith('read') ? 'POST' : 'GET',
        path,
        { params, ...given },
        supervisor,
      )
    const without = await seen('/api/decisions/:id')
    assert.deepEqual([without.access, without.contents, without.outcome], ['reason_needed', null, 'no_offer'])
    const reason = { body: { reason: 'complaint' } }
    assert.equal((await seen('/api/decisions/:id/read', reason)).access, 'open')
  })

  describe('and who looks again', () => {
    test('is nobody who took part before it went out, as its sender says; a name that nobody has is refused', async () => {
      const reply = await decide({
        subject: 'K-20',
        humanInvolved: { role: 'agent', changed: false, person: 'p-second' },
      })
      await contest(await customer(reply), reply.decisionId)
      assert.equal(await refusedWith(readFirst(reply.decisionId, 'p-second')), '403 reviewer_took_decision')
      const seen = await console_<{ hinder: string; access: string }>(
        'GET',
        '/api/decisions/:id',
        { params: { id: reply.decisionId } },
        staff('p-second'),
      )
      assert.deepEqual([seen.hinder, seen.access], ['reviewer_took_decision', 'view_first'])
      // Whom the work list offers it to is asked for all at once, and by the same rule.
      const [open] = await w.sql<{ id: string }>('select contest_id as id from contest where decision_id = $1', [
        reply.decisionId,
      ])
      const hindered = await w.db.database.inTx(
        staff('p-second').scope,
        (tx) => contestHinder(tx, open!.id, ['p-reviewer', 'p-second', 'p-agent'], now),
        { readOnly: true },
      )
      assert.deepEqual([...hindered].sort(), [
        ['p-agent', 'reviewer_role_missing'],
        ['p-second', 'reviewer_took_decision'],
      ])
      await readFirst(reply.decisionId)
      const nobody = decide({ subject: 'K-20', humanInvolved: { role: 'agent', changed: false, person: 'niemand' } })
      assert.equal(await refusedWith(nobody), '400 invalid_request')
    })

    test('is not who holds the role for another client, and with a rule of the client only who is trained', async () => {
      for (const [id, client] of [
        ['p-elsewhere', 'ander'],
        ['p-trained', null],
      ] as const) {
        await w.sql(
          `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('dekade', $1, $1, now(), now())`,
          [id],
        )
        if (client !== null)
          await w.sql(
            `insert into client (tenant_id, client_id, name, profile, updated_at) select tenant_id, $1, $1, profile, now() from client where client_id = 'kaapstroom'`,
            [client],
          )
        await w.sql(
          `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('dekade', $1, $2, $3, 'reviewer', '2020-01-01', 'test')`,
          [client, `role-${id}`, id],
        )
      }
      await w.sql(
        `insert into qualification (tenant_id, qualification_id, person_id, kind, attained_on, valid_until) values ('dekade', 'q-1', 'p-trained', 'review', '2026-01-01', '2027-01-01')`,
      )
      const reply = await decide({ subject: 'K-21' })
      await contest(await customer(reply), reply.decisionId)
      assert.equal(await refusedWith(readFirst(reply.decisionId, 'p-elsewhere')), '403 reviewer_other_client')
      await w.sql(
        `update client set profile = profile || '{"contests": {"trainedOnly": true}}' where client_id = 'kaapstroom'`,
      )
      assert.equal(await refusedWith(readFirst(reply.decisionId)), '403 reviewer_unqualified')
      await readFirst(reply.decisionId, 'p-trained')
      await w.sql(`update client set profile = profile - 'contests' where client_id = 'kaapstroom'`)
    })

    test('is one of two who come at once', async () => {
      const reply = await decide({ subject: 'K-22' })
      await contest(await customer(reply), reply.decisionId)
      const two = await Promise.allSettled([readFirst(reply.decisionId), readFirst(reply.decisionId, 'p-second')])
      assert.deepEqual(two.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      const taker = two[0]!.status === 'fulfilled' ? 'p-reviewer' : 'p-second'
      const given = { verdict: 'confirmed', reasons: 'Dat blijft zo.', forCustomer: 'Het blijft zoals het was.' }
      const answers = await Promise.allSettled([
        answer(reply.decisionId, given, taker),
        answer(reply.decisionId, given, taker),
      ])
      assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })
  })

  describe('and how they are looked at, of a team', () => {
    const figures = (client: string, scope = staff('p-officer').scope) =>
      call<ContestFigures>(
        contestFigureRoutes({ database: w.db.database }),
        'GET',
        '/api/contests/statistics',
        { ...staff('p-officer'), roles: ['ethics_officer'], scope },
        { query: { client, year: '2026' } },
      )
    const answered = async (subject: string, by: string, reasons: string) => {
      const reply = await decide({ subject })
      await contest(await customer(reply), reply.decisionId, 'Kijk nog eens.')
      await readFirst(reply.decisionId, by)
      const given = {
        verdict: 'confirmed',
        reasons,
        forCustomer: 'Het blijft zoals het was.',
        points: 'Dat deden wij.',
      }
      await answer(reply.decisionId, given, by)
    }

    test('nothing is told of nine answers or of two people, and shares of those of three; the same reasons are seen', async () => {
      const few = await figures('kaapstroom')
      assert.deepEqual(few.total, { untold: 'few_cases', told: null })
      assert.deepEqual(few.systems, [{ system: 'score', untold: 'few_cases', told: null }])
      for (const n of [0, 1, 2, 3, 4, 5, 6]) await answered(`K-4${n}`, 'p-reviewer', 'Dit is nagekeken en het klopt.')
      const two = await figures('kaapstroom')
      assert.deepEqual([two.total.untold, two.total.told], ['few_reviewers', null])
      await answered('K-47', 'p-trained', 'Dit is nagekeken, en het KLOPT')
      await answered('K-48', 'p-trained', 'De betalingen kwamen alle drie te laat binnen, zo zegt de bank.')
      const { total, systems } = await figures('kaapstroom')
      assert.deepEqual([total.untold, systems.length], [null, 1])
      const [known] = await w.sql<{ n: number; short: number }>(
        `select count(*)::int as n, count(*) filter (where short_reasons)::int as short from contest c join decision_review r using (tenant_id, review_id) where c.state = 'answered'`,
      )
      assert.deepEqual([total.told!.answered, total.told!.changed.n], [known!.n, known!.n])
      assert.equal(total.told!.shortReasons!.k, known!.short)
      assert.ok(known!.short < known!.n)
      assert.ok(total.told!.repeatedReasons!.k >= 7, 'capitals and signs make no other text')
      assert.doesNotMatch(JSON.stringify(total), /p-reviewer|p-trained|p-second/)
    })

    test('of a client out of sight there is nothing', async () => {
      const { total, systems } = await figures('kaapstroom', { ...staff('p-officer').scope, clients: ['ander'] })
      assert.deepEqual([total, systems], [{ untold: 'few_cases', told: null }, []])
    })
  })

  test('a decision that waited for a person anyway waits again when its person lets it rest', async () => {
    const reply = await decide({ subject: 'K-23' })
    await w.sql(`update decision set review = 'waiting', review_reason = 'sample' where decision_id = $1`, [
      reply.decisionId,
    ])
    const as = await customer(reply)
    await contest(as, reply.decisionId)
    await call(portal, 'POST', '/api/portal/decisions/:id/contest/withdraw', as, { params: { id: reply.decisionId } })
    const [row] = await w.sql<{ review: string; review_reason: string }>(
      'select review, review_reason from decision where decision_id = $1',
      [reply.decisionId],
    )
    assert.deepEqual([row!.review, row!.review_reason], ['waiting', 'sample'])
  })

  test('that the customer read why it was decided is on record once, from their page', async () => {
    const reply = await decide({ subject: 'K-24' })
    const as = await customer(reply)
    const { id } = await contest(as, reply.decisionId)
    const explained = () =>
      w.sql<{ via: string }>(
        `select convert_from(payload, 'UTF8')::jsonb -> 'body' ->> 'via' as via from ledger_pending where type = 'contest.explained' and convert_from(payload, 'UTF8')::jsonb -> 'refs' ->> 'contest' = $1`,
        [id],
      )
    assert.deepEqual(await explained(), [])
    assert.equal((await read(as, reply.decisionId)).contest?.explainedAt, now.toISOString())
    await read(as, reply.decisionId)
    assert.deepEqual(await explained(), [{ via: 'page' }])
  })

  describe('and the systems of the organisation', () => {
    const heard: { headers: IncomingMessage['headers']; body: string }[] = []
    let answers: ((n: number) => { status: number; body?: string; location?: string }) | undefined
    let server: Server
    let url = ''
    before(async () => {
      server = createServer(async (req, res) => {
        const pieces: Buffer[] = []
        for await (const piece of req) pieces.push(piece as Buffer)
        heard.push({ headers: req.headers, body: Buffer.concat(pieces).toString() })
        const { status, body = '', location } = answers!(heard.length)
        res.writeHead(status, location === undefined ? {} : { location }).end(body)
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
      await w.sql(
        `update client set profile = profile || jsonb_build_object('webhooks', jsonb_build_array(jsonb_build_object('id', 'crm', 'url', $1::text, 'secret', 'env:PROEF', 'events', '["contest.received","contest.changed","contest.kept","contest.withdrawn"]'::jsonb))) where client_id = 'kaapstroom'`,
        [url],
      )
      await w.sql(
        `update ai_system set decisions = decisions || '{"freeze": {"possible": true}}' where system_id = 'score'`,
      )
    })
    after(() => server.close())
    const act = (at = now) => ({ now: at, ids: randomIds })
    const send = (at = now) =>
      sendOutgoing(w.db.database, {
        act: () => act(at),
        secret: () => 'geheim',
        confirmed: async (tx, message, when) => {
          const what = message.event === 'contest.changed' ? 'changed' : 'held'
          if (message.case !== null) await confirmContest(tx, { contest: message.case, what, system: null }, when)
        },
      })
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

    test('are asked to hold the effect, signed and without a word of the customer, and told what it became', async () => {
      const reply = await decide({ subject: 'K-9' })
      const as = await customer(reply)
      await contest(as, reply.decisionId, 'Mevrouw De Wit betaalde op tijd.')
      assert.equal((await read(as, reply.decisionId)).contest?.freeze, 'asked')
      answers = (n) => (n === 1 ? { status: 500 } : { status: 200, body: '{"confirmed":true}' })
      assert.deepEqual(await send(), { sent: 0, failed: 1 })
      assert.deepEqual(await send(), { sent: 0, failed: 0 }, 'not again at once')
      assert.deepEqual(await send(later(1)), { sent: 1, failed: 0 })
      assert.equal((await read(as, reply.decisionId)).contest?.freeze, 'confirmed')
      const [first, second] = heard
      assert.equal(first!.headers['webhook-id'], second!.headers['webhook-id'], 'the same message has the same id')
      const signed = `${second!.headers['webhook-id']}.${second!.headers['webhook-timestamp']}.${second!.body}`
      const expected = createHmac('sha256', 'geheim').update(signed).digest('base64')
      assert.equal(second!.headers['webhook-signature'], `v1,${expected}`)
      assert.ok(!JSON.stringify(heard).includes('De Wit'))

      await readFirst(reply.decisionId)
      await answer(reply.decisionId, {
        verdict: 'changed',
        outcome: 'offer',
        reasons: 'Zij betaalde op tijd.',
        forCustomer: 'U krijgt toch een aanbod.',
        points: 'De betaling van mevrouw De Wit was op tijd.',
        nextSteps: 'Wij sturen u het aanbod',
        nextBy: '2026-12-01',
      })
      const waiting = await w.sql<{ next_act: string; closed_at: Date | null }>(
        `select next_act, closed_at from case_record where decision_id = $1`,
        [reply.decisionId],
      )
      assert.deepEqual([waiting[0]!.next_act, waiting[0]!.closed_at], ['confirm_change', null])
      answers = () => ({ status: 200, body: 'ok' })
      await send(later(2))
      assert.equal((await read(as, reply.decisionId)).contest?.appliedAt, null, 'heard is not done')
      const { id: contestId } = (await read(as, reply.decisionId)).contest!
      await call(
        recordRoutes({ database: w.db.database, ring: w.ring, ids: randomIds } as never),
        'POST',
        '/v1/confirmations',
        system(),
        { body: { contest: contestId, what: 'changed' } },
      )
      const page = await read(as, reply.decisionId)
      assert.deepEqual([page.contest?.step, page.contest?.appliedAt], ['changed', now.toISOString()])
      const [done] = await w.sql<{ closed_at: Date | null; state: string }>(
        'select closed_at, state from case_record where case_id = $1',
        [contestId],
      )
      assert.deepEqual([done!.state, done!.closed_at !== null], ['changed', true])
      const letters = await w.db.database.inTx(job, async (tx) =>
        lettersOf(tx, await readingKey(tx, w.ring, as.bound!.subject!), contestId),
      )
      assert.deepEqual(
        letters.map(({ template }) => template),
        ['contest_received', 'contest_outcome'],
      )
      for (const part of [
        'Eerst was het: geen aanbod. Nu is het: een aanbod.',
        'Mevrouw De Wit betaalde op tijd.',
        'Wij sturen u het aanbod',
        '1 december 2026',
        'te late betalingen: 2',
      ])
        assert.ok(letters[1]!.paragraphs!.join('\n').includes(part), part)
    })

    test('are not followed elsewhere, and what does not arrive in three days is for a person', async () => {
      const reply = await decide({ subject: 'K-10' })
      await contest(await customer(reply), reply.decisionId)
      const before = heard.length
      answers = () => ({ status: 302, location: `${url}/elders` })
      await send(later(3))
      assert.equal(heard.length, before + 1)
      await send(later(3 * 24 * 60 + 10))
      const [row] = await w.sql<{ state: string; error: string }>(
        `select state, error from outgoing order by queued_at desc, outgoing_id desc limit 1`,
      )
      assert.deepEqual([row!.state, row!.error], ['failed', 'status_302'])
    })

    test('a customer who lets it rest is asked no more, and may ask again', async () => {
      const reply = await decide({ subject: 'K-11' })
      const as = await customer(reply)
      await contest(as, reply.decisionId)
      await call(portal, 'POST', '/api/portal/decisions/:id/contest/withdraw', as, { params: { id: reply.decisionId } })
      const page = await read(as, reply.decisionId)
      assert.deepEqual([page.contest?.state, page.waiting, page.mayContest], ['withdrawn', false, true])
      await w.db.database.inTx(job, (tx) =>
        confirmContest(tx, { contest: page.contest!.id, what: 'held', system: null }, act()),
      )
      assert.equal((await read(as, reply.decisionId)).contest?.freeze, 'asked', 'what is over is not held after all')
      assert.equal(await refusedWith(readFirst(reply.decisionId)), '409 contest_not_now')
      await contest(as, reply.decisionId, 'Toch wel.')
    })

    test('who say nothing in a day leave it to a person, and may still say it later', async () => {
      const reply = await decide({ subject: 'K-13' })
      const as = await customer(reply)
      const { id } = await contest(as, reply.decisionId)
      await readFirst(reply.decisionId)
      const standing = async () => {
        const [row] = await w.sql<{ next_act: string }>('select next_act from case_record where case_id = $1', [id])
        return [(await read(as, reply.decisionId)).contest?.freeze, row!.next_act]
      }
      const lapse = (at: Date) => lapseHolds(w.db.database, () => act(at))
      assert.deepEqual([await lapse(later(24 * 60 - 1)), await standing()], [0, ['asked', 'review']])
      assert.ok((await lapse(later(24 * 60))) > 0)
      assert.deepEqual(await standing(), ['not_confirmed', 'confirm_hold'])
      assert.equal(await lapse(later(24 * 60)), 0, 'once')
      const confirm = (body: object, decision = reply.decisionId) =>
        console_('POST', '/api/decisions/:id/contest/confirm', {
          params: { id: decision },
          body: { contest: id, ...body },
        })
      const other = await decide({ subject: 'K-14' })
      assert.equal(await refusedWith(confirm({ what: 'held' }, other.decisionId)), '404 contest_unknown')
      for (const at of ['2026-11-24T12:00:00.000Z', '2026-11-25T13:00:00.000Z'])
        assert.equal(await refusedWith(confirm({ what: 'held', at })), '422 confirmation_time', at)
      assert.equal(await refusedWith(confirm({ what: 'changed' })), '409 contest_not_now', 'nothing was changed yet')
      await confirm({ what: 'held', reference: 'CRM-4411' })
      assert.deepEqual(await standing(), ['confirmed', 'review'])
      const seen = await console_<{ asked: { references: { held: string | null }; words: string | null } }>(
        'GET',
        '/api/decisions/:id',
        { params: { id: reply.decisionId } },
      )
      assert.equal(seen.asked.references.held, 'CRM-4411')
      const [row] = await w.sql<{ sealed: Buffer }>('select sealed from contest where contest_id = $1', [id])
      assert.ok(!row!.sealed.toString('latin1').includes('CRM-4411'))
      await confirm({ what: 'released' })
      assert.deepEqual(await standing(), ['released', 'review'])
      assert.equal((await read(as, reply.decisionId)).contest?.freeze, 'released')
    })

    test('that do not answer in time hold up no others, and are asked again', async () => {
      await w.sql(`update outgoing set state = 'sent' where state = 'queued'`)
      const slow = createServer((_, res) => {
        // One character at a time, and never an end.
        const drip = setInterval(() => res.write(' '), 20)
        res.on('close', () => clearInterval(drip))
      })
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
      const before = await w.sql<{ webhooks: string }>(
        `select profile -> 'webhooks' as webhooks from client where client_id = 'kaapstroom'`,
      )
      await w.sql(
        `update client set profile = jsonb_set(profile, '{webhooks}', jsonb_build_array(jsonb_build_object('id', 'traag', 'url', $1::text, 'secret', 'env:PROEF', 'events', '["contest.received"]'::jsonb)) || (profile -> 'webhooks')) where client_id = 'kaapstroom'`,
        [`http://127.0.0.1:${(slow.address() as AddressInfo).port}/`],
      )
      answers = () => ({ status: 200 })
      for (const subject of ['K-15', 'K-16']) {
        const reply = await decide({ subject })
        await contest(await customer(reply), reply.decisionId)
      }
      const done = await sendOutgoing(w.db.database, {
        act: () => act(),
        secret: () => 'geheim',
        timeoutMs: 200,
        confirmed: async () => undefined,
      })
      assert.deepEqual(done, { sent: 2, failed: 1 }, 'the slow one is tried once in a round')
      const rows = await w.sql<{ state: string; error: string | null; attempts: number }>(
        `select state, error, attempts from outgoing where webhook_id = 'traag' order by attempts`,
      )
      assert.deepEqual(rows, [
        { state: 'queued', error: null, attempts: 0 },
        { state: 'queued', error: 'timeout', attempts: 1 },
      ])
      slow.closeAllConnections()
      slow.close()
      await w.sql(
        `update client set profile = jsonb_set(profile, '{webhooks}', $1::jsonb) where client_id = 'kaapstroom'`,
        [JSON.stringify(before[0]!.webhooks)],
      )
    })

    test('see that a message was altered under way', async () => {
      const { headers, body } = heard.at(-1)!
      const signature = (of: string) =>
        `v1,${createHmac('sha256', 'geheim').update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${of}`).digest('base64')}`
      assert.equal(headers['webhook-signature'], signature(body))
      assert.notEqual(headers['webhook-signature'], signature(body.replace('contest.received', 'contest.changed')))
    })

    test('of another system cannot confirm', async () => {
      const reply = await decide({ subject: 'K-12' })
      const as = await customer(reply)
      const { id } = await contest(as, reply.decisionId)
      const stranger = { ...system(), bound: { ...system().bound, system: 'ander' } }
      const confirm = call(
        recordRoutes({ database: w.db.database, ring: w.ring, ids: randomIds } as never),
        'POST',
        '/v1/confirmations',
        stranger,
        { body: { contest: id, what: 'held' } },
      )
      assert.equal(await refusedWith(confirm), '404 contest_unknown')
    })
  })
})
