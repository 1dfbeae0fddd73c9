import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { keyInHeader } from '../access/rules.ts'
import { ApiError, type Caller, mayCall } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { decisionRules } from '../records/contract.ts'
import type { DecisionDetail, DecisionList, DecisionSummary } from '../records/decision-contract.ts'
import { openConversation, subjectStores } from '../records/index.ts'
import { routes as recordRoutes } from '../records/routes.ts'
import { recordDisclosure } from '../transparency/index.ts'
import { routes } from './routes.ts'
import { type World, world } from './testing.ts'

const nlEn = (nl: string, en: string) => ({ nl, en })
const rules = decisionRules.parse({
  kind: 'score',
  features: [
    { feature: 'late_payments', label: nlEn('te late betalingen', 'late payments') },
    { feature: 'contract_months', label: nlEn('maanden klant', 'months as a customer') },
    {
      feature: 'channel',
      label: nlEn('kanaal', 'channel'),
      show: 'choice',
      values: [
        { value: 'chat', label: nlEn('chat', 'chat') },
        { value: 'voice', label: nlEn('telefoon', 'telephone') },
      ],
    },
  ],
  notUsed: [{ attribute: 'postcode', label: nlEn('postcode', 'postcode') }],
  outcomes: [
    { outcome: 'offer', label: nlEn('u krijgt een aanbod', 'you get an offer'), favourable: true },
    { outcome: 'no_offer', label: nlEn('u krijgt geen aanbod', 'you get no offer'), favourable: false },
    { outcome: 'later', label: nlEn('later', 'later') },
  ],
  threshold: { value: 0.5 },
  contest: nlEn('bel 088-0000100', 'call 088-0000100'),
  review: { unfavourable: true },
})

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('gateway: decisions', () => {
  let w: World
  const keys = new Map<string, string>()
  let late = false
  before(async () => {
    w = await world()
    for (const [id, more] of [
      ['score', { decisionClass: 'assist', decisions: rules }],
      ['alone', { decisionClass: 'solely_automated', decisions: rules }],
      ['no-contest', { decisionClass: 'solely_automated', decisions: { ...rules, contest: undefined } }],
      ['on-consent', { decisionClass: 'assist', decisions: rules, purposes: ['advies'] }],
      ['on-objection', { decisionClass: 'assist', decisions: rules, purposes: ['doorverbinden'] }],
      ['no-gate', { decisionClass: 'assist', decisions: rules, standing: 'no_gate' }],
      ['unwatched', { decisionClass: 'assist', decisions: rules, standing: 'no_oversight' }],
      ['must-say', { decisionClass: 'assist', decisions: rules, disclosure: 'require' }],
      ['hears-emotions', { decisionClass: 'assist', decisions: rules, emotionInference: 'customer' }],
      ['staff', { decisionClass: 'assist', decisions: { ...rules, about: 'agent' } }],
      ['talker', {}],
    ] as const)
      keys.set(id, keyInHeader(`Bearer ${await w.system(id, more as object)}`)!.keyId)
  })
  after(() => w.close())

  const now = new Date('2026-11-25T12:00:00.000Z')
  const callerOf = (system: string): Caller => {
    const scope = { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: system } } as const
    return {
      kind: 'system',
      id: system,
      scope,
      roles: [],
      bound: { client: 'kaapstroom', system, key: keys.get(system)! },
    }
  }
  type Reply = {
    decisionId: string
    ledgerId: string
    contestUrl: string | null
    heldForReview: boolean
    favourable: boolean | null
    explanation: { state: string; reason: string | null; text: { nl: string[]; en: string[] } | null }
  }
  async function post<T = Reply>(system: string, body: object, path = '/v1/decisions', key?: string): Promise<T> {
    const found = routes({
      database: w.db.database,
      ring: w.ring,
      ids: randomIds,
      portalLinkMs: 86_400_000,
      ledgerLate: () => late,
    }).find((one) => one.path === path)!
    const reply = await found.handle({
      caller: callerOf(system),
      params: undefined,
      query: undefined,
      body: found.body!.parse(body),
      now,
      language: 'en',
      header: (name) => (name === 'idempotency-key' ? key : undefined),
    })
    return found.reply.parse(reply) as never
  }
  const refusedWith = async (work: Promise<unknown>) => {
    try {
      await work
    } catch (error) {
      if (error instanceof ApiError)
        return {
          status: error.status,
          code: error.code,
          reason: error.values.gatewayReason,
          param: error.param,
          values: error.values,
        }
      throw error
    }
    return assert.fail('it was not refused')
  }
  const fine = {
    subject: 'K-1',
    outcome: { label: 'offer' },
    score: { value: 0.75 },
    features: { late_payments: 0, contract_months: 24, channel: 'chat' },
  }
  const linear = {
    method: 'linear',
    baseline: { value: 0.5, kind: 'background', rows: 200 },
    contributions: [
      { feature: 'contract_months', effect: 0.375 },
      { feature: 'late_payments', effect: -0.125 },
    ],
  }
  const entries = async (refs: string, value: string) =>
    (
      await w.sql<{ payload: Buffer }>(
        `select payload from ledger_pending where convert_from(payload, 'UTF8')::jsonb -> 'refs' ->> $1 = $2 order by id`,
        [refs, value],
      )
    ).map(
      ({ payload }) =>
        JSON.parse(payload.toString()) as {
          type: string
          subject: string
          body: Record<string, unknown>
          refs: Record<string, string>
        },
    )
  const stored = async (id: string) => (await w.sql('select * from decision where decision_id = $1', [id]))[0]!

  describe('a decision', () => {
    test('is on record with its entry before the answer, and what went in is sealed', async () => {
      const reply = await post('score', { ...fine, explanation: linear })
      const row = await stored(reply.decisionId)
      assert.deepEqual(
        [row.system_id, row.version_id, row.class, row.kind, row.outcome, row.favourable, row.score, row.threshold],
        ['score', '1', 'assist', 'score', 'offer', true, 0.75, 0.5],
      )
      assert.equal(row.record, reply.ledgerId)
      assert.ok(!(row.sealed as Buffer).toString('latin1').includes('contract_months'))
      const [entry] = await entries('decision', reply.decisionId)
      assert.equal(entry!.type, 'decision.recorded')
      assert.equal(entry!.subject, row.subject_id)
      assert.equal(entry!.refs.gate, 'gate-score')
      assert.ok(!JSON.stringify(entry).includes('late_payments'))
    })

    test('tells in both languages what counted, what did not, and how to ask again', async () => {
      const { explanation } = await post('score', { ...fine, explanation: linear })
      assert.equal(explanation.state, 'given')
      const text = explanation.text!.nl.join(' ')
      assert.match(text, /maanden klant/)
      assert.match(text, /088-0000100/)
      assert.match(explanation.text!.en.join(' '), /postcode/)
    })

    for (const [name, change] of [
      ['contributions that do not add up', { contributions: [{ feature: 'contract_months', effect: 0.3 }] }],
      [
        'error bars that leave the order open',
        {
          method: 'shapley_sampled',
          contributions: [
            { feature: 'contract_months', effect: 0.125, errorMargin: 0.1 },
            { feature: 'late_payments', effect: 0.125, errorMargin: 0.1 },
          ],
        },
      ],
      [
        'a rule that does not hold for these features',
        {
          method: 'rules',
          baseline: undefined,
          contributions: undefined,
          rules: [{ rule: 'r1', when: [{ feature: 'late_payments', is: '>', limit: 3 }] }],
        },
      ],
    ] as const)
      test(`${name} explain nothing, and the reason is on record`, async () => {
        const sent = JSON.parse(JSON.stringify({ ...linear, ...change }))
        const { explanation, decisionId } = await post('score', { ...fine, explanation: sent })
        assert.equal(explanation.state, 'refused')
        assert.equal(explanation.text, null)
        assert.equal((await stored(decisionId)).explanation_reason, explanation.reason)
      })

    test('by rules that hold is told by those rules', async () => {
      const { explanation } = await post('score', {
        ...fine,
        explanation: {
          method: 'rules',
          rules: [
            {
              rule: 'trouw',
              label: nlEn('trouwe klant', 'loyal customer'),
              when: [{ feature: 'contract_months', is: '>=', limit: 12 }],
            },
          ],
        },
      })
      assert.match(explanation.text!.nl.join(' '), /trouwe klant/)
    })

    test('whose score says another outcome than was given, is not explained by it', async () => {
      const { explanation } = await post('score', { ...fine, outcome: { label: 'no_offer' }, explanation: linear })
      assert.deepEqual([explanation.state, explanation.reason], ['refused', 'output_differs'])
    })

    test('of which nobody said whether it is favourable, says nothing about that', async () => {
      assert.equal((await post('score', { ...fine, outcome: { label: 'later' } })).favourable, null)
      assert.equal((await post('score', { ...fine, outcome: { label: 'later', favourable: false } })).favourable, false)
    })

    test('that is unfavourable waits for a person under the policy, with an entry that says so', async () => {
      const reply = await post('score', { ...fine, outcome: { label: 'no_offer' }, score: { value: 0.2 } })
      assert.equal(reply.heldForReview, true)
      assert.equal((await stored(reply.decisionId)).review, 'waiting')
      assert.deepEqual(
        (await entries('decision', reply.decisionId)).map(({ type }) => type),
        ['decision.recorded', 'decision.held', 'link.issued'],
      )
    })

    test('in a conversation belongs to its customer, and gives a link to their page', async () => {
      const { conversation, subject } = await w.db.database.inTx(callerOf('score').scope, (tx) =>
        openConversation(
          tx,
          w.ring,
          { client: 'kaapstroom', system: 'score', conversation: 'ext-9' },
          { now, ids: randomIds },
        ),
      )
      const { subject: _, ...anonymous } = fine
      const reply = await post('score', { ...anonymous, conversation: 'ext-9' })
      const row = await stored(reply.decisionId)
      assert.deepEqual([row.conversation_id, row.subject_id], [conversation, subject])
      assert.match(reply.contestUrl!, new RegExp(`^/p/[\\w-]{20,}/decisions/${reply.decisionId}$`))
      assert.equal((await refusedWith(post('score', { ...fine, conversation: 'ext-9' }))).param, 'subject')
      assert.equal((await refusedWith(post('score', { ...fine, conversation: 'nowhere' }))).param, 'conversation')
    })

    test('about a member of staff is never a customer’s, also under the same reference', async () => {
      const customer = await stored((await post('score', { ...fine, subject: 'same' })).decisionId)
      const agent = await stored((await post('staff', { ...fine, subject: 'same' })).decisionId)
      assert.equal(agent.subject_role, 'agent')
      assert.notEqual(agent.subject_id, customer.subject_id)
    })
  })

  describe('sent again', () => {
    test('under the same key with the same contents it gets the same answer and no second row', async () => {
      const body = { ...fine, key: 'again-1', explanation: linear }
      const first = await post('score', body)
      const reordered = Object.fromEntries(Object.entries(body).reverse())
      assert.deepEqual(await post('score', reordered), first)
      const types = (await entries('decision', first.decisionId)).map(({ type }) => type)
      assert.deepEqual(types, ['decision.recorded', 'link.issued'])
    })

    test('the header is a key too, and one key of two systems is two', async () => {
      const first = await post('score', fine, '/v1/decisions', 'head-1')
      assert.deepEqual(await post('score', fine, '/v1/decisions', 'head-1'), first)
      assert.notEqual((await post('staff', fine, '/v1/decisions', 'head-1')).decisionId, first.decisionId)
    })

    test('eight at once are one', async () => {
      const all = await Promise.all(Array.from({ length: 8 }, () => post('score', { ...fine, key: 'at-once' })))
      assert.equal(new Set(all.map(({ decisionId }) => decisionId)).size, 1)
    })

    test('with other contents it is refused, and what was recorded stays', async () => {
      const first = await post('score', { ...fine, key: 'other-1' })
      const refusal = await refusedWith(post('score', { ...fine, key: 'other-1', score: { value: 0.76 } }))
      assert.deepEqual([refusal.status, refusal.code], [409, 'idempotency_conflict'])
      assert.equal((await stored(first.decisionId)).score, 0.75)
    })
  })

  describe('it is refused', () => {
    const anotherFeature = (feature: string, value: unknown = 1) => ({
      ...fine,
      features: { ...fine.features, [feature]: value },
    })
    for (const [name, system, body, status, code, param] of [
      [
        'with a feature that is not on the list',
        'score',
        anotherFeature('late_payment'),
        422,
        'feature_unknown',
        'features.late_payment',
      ],
      [
        'with a protected attribute',
        'score',
        anotherFeature('customer_age'),
        422,
        'attribute_protected',
        'features.customer_age',
      ],
      [
        'with what the register says is not used',
        'score',
        anotherFeature('postcode'),
        422,
        'attribute_protected',
        'features.postcode',
      ],
      [
        'with a value of another kind',
        'score',
        anotherFeature('contract_months', 'long'),
        400,
        'invalid_request',
        'features.contract_months',
      ],
      [
        'with a choice that is not registered',
        'score',
        anotherFeature('channel', 'fax'),
        400,
        'invalid_request',
        'features.channel',
      ],
      [
        'with an outcome that is not registered',
        'score',
        { ...fine, outcome: { label: 'maybe' } },
        400,
        'invalid_request',
        'outcome.label',
      ],
      [
        'when it calls favourable what is not',
        'score',
        { ...fine, outcome: { label: 'offer', favourable: false } },
        400,
        'invalid_request',
        'outcome.favourable',
      ],
      [
        'when it makes itself lighter than registered',
        'alone',
        { ...fine, explanation: linear, decisionClass: 'assist' },
        400,
        'invalid_request',
        'decisionClass',
      ],
      ['without anybody it is about', 'score', { ...fine, subject: undefined }, 400, 'invalid_request', 'subject'],
      ['from the future', 'score', { ...fine, decidedAt: '2026-11-25T12:05:01Z' }, 400, 'invalid_request', 'decidedAt'],
      ['with a field that does not exist', 'score', { ...fine, colour: 'red' }, 400, 'invalid_request', 'colour'],
      [
        'with an explanation of what was not sent',
        'score',
        { ...fine, features: {}, explanation: linear },
        400,
        'invalid_request',
        'explanation.contributions[0].feature',
      ],
      ['for another model', 'score', { ...fine, modelVersion: '2' }, 404, 'model_unknown', 'model'],
      ['from a system that takes none', 'talker', fine, 400, 'invalid_request', 'kind'],
      ['without a release', 'no-gate', fine, 403, 'gate_not_passed', undefined],
      ['without oversight', 'unwatched', fine, 403, 'oversight_missing', undefined],
      [
        'for a purpose that the system has not',
        'score',
        { ...fine, purpose: 'hulp' },
        403,
        'purpose_unknown',
        undefined,
      ],
      [
        'without consent where the purpose rests on it',
        'on-consent',
        { ...fine, subject: 'K-none' },
        403,
        'consent_missing',
        undefined,
      ],
      ['by a system alone without an explanation', 'alone', fine, 403, 'explanation_missing', undefined],
      [
        'by a system alone with one that does not hold',
        'alone',
        { ...fine, explanation: { ...linear, baseline: { value: 0.4 } } },
        403,
        'explanation_missing',
        undefined,
      ],
      [
        'by a system alone without a way to contest it',
        'no-contest',
        { ...fine, explanation: linear },
        403,
        'explanation_missing',
        undefined,
      ],
    ] as const)
      test(name, async () => {
        const before = (await entries('system', system)).length
        const rows = (await w.sql('select 1 from decision')).length
        const refusal = await refusedWith(post(system, JSON.parse(JSON.stringify(body))))
        assert.deepEqual([refusal.status, refusal.code, refusal.param], [status, code, param])
        const written = (await entries('system', system)).slice(before)
        assert.deepEqual(
          written.map(({ type, body: { code: of } }) => [type, of]),
          [['decision.refused', code]],
        )
        assert.equal((await w.sql('select 1 from decision')).length, rows)
      })

    test('naming the nearest feature there is', async () => {
      const refusal = await refusedWith(post('score', anotherFeature('late_payment')))
      assert.deepEqual([refusal.reason, refusal.values.near], ['not_listed_near', 'late_payments'])
    })

    test('when the person objected, or took consent back', async () => {
      await w.consent('K-2', 'doorverbinden', 'objected')
      assert.equal((await refusedWith(post('on-objection', { ...fine, subject: 'K-2' }))).code, 'objected')
      assert.equal((await post('on-objection', { ...fine, subject: 'K-3' })).heldForReview, false)
      await w.consent('K-4', 'advies', 'given')
      await post('on-consent', { ...fine, subject: 'K-4' })
      await w.consent('K-4', 'advies', 'withdrawn')
      assert.equal((await refusedWith(post('on-consent', { ...fine, subject: 'K-4' }))).code, 'consent_withdrawn')
    })

    test('while the system is stopped, and not after', async () => {
      await w.sql(
        `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_by, stopped_at) values ('dekade', 'kaapstroom', 's-1', 'score', 'incident', 'p', $1)`,
        [now],
      )
      assert.equal((await refusedWith(post('score', fine))).code, 'system_stopped')
      await w.sql(`update stop_order set resumed_at = $1 where stop_id = 's-1'`, [now])
      await post('score', fine)
    })

    test('while the ledger does not keep up', async () => {
      late = true
      try {
        assert.equal((await refusedWith(post('score', fine))).code, 'safeguard_unavailable')
      } finally {
        late = false
      }
    })

    test('not because nobody was told that it is AI: none speaks', () => post('must-say', fine))

    test('because nobody told the customer that emotions are estimated, until that was said in the conversation', async () => {
      const conversation = 'talk-emotions'
      const { code, reason } = await refusedWith(post('hears-emotions', fine))
      assert.deepEqual([code, reason], ['disclosure_missing', 'emotion_notice_missing'])
      const act = { now, ids: randomIds }
      await w.db.database.inTx(callerOf('hears-emotions').scope, async (tx) => {
        const about = { client: 'kaapstroom', system: 'hears-emotions', channel: 'chat', language: 'nl' }
        const found = await openConversation(tx, w.ring, { ...about, conversation, reference: 'K-1' }, act)
        const said = { source: 'reported', textKey: 'own', textVersion: 'v', at: now, kind: 'emotion' } as const
        await recordDisclosure(tx, { ...about, ...found, ...said }, act)
      })
      await post('hears-emotions', { ...fine, conversation })
      assert.equal((await refusedWith(post('hears-emotions', fine))).code, 'disclosure_missing')
    })

    test('not by a system alone that explains itself and can be contested', async () => {
      assert.equal((await post('alone', { ...fine, explanation: linear })).explanation.state, 'given')
    })
  })

  describe('a batch', () => {
    type Results = {
      results: {
        status: number
        decisionId?: string
        error?: { code: string; param: string | null; message: string }
      }[]
    }

    test('gives each a result of its own, also one that has no shape at all', async () => {
      const { results } = await post<Results>('score', {
        decisions: [{ ...fine, key: 'b-1' }, { ...fine, features: { fax: 1 } }, 7, { ...fine, key: 'b-1' }],
      })
      assert.deepEqual(
        results.map(({ status, error }) => [status, error?.code]),
        [
          [201, undefined],
          [422, 'feature_unknown'],
          [400, 'invalid_request'],
          [201, undefined],
        ],
      )
      assert.equal(results[0]!.decisionId, results[3]!.decisionId)
      assert.match(results[1]!.error!.message, /fax/)
    })

    test('of 500 is taken and of 501 is not', async () => {
      const body = routes({
        database: w.db.database,
        ring: w.ring,
        ids: randomIds,
        portalLinkMs: 1,
        ledgerLate: () => false,
      }).find(({ path }) => path === '/v1/decisions')!.body!
      assert.equal(body.safeParse({ decisions: Array(500).fill(fine) }).success, true)
      assert.equal(body.safeParse({ decisions: Array(501).fill(fine) }).success, false)
      assert.equal(body.safeParse({ decisions: [] }).success, false)
    })

    test('with something beside its list is refused', async () => {
      assert.equal((await refusedWith(post('score', { decisions: [fine], subject: 'x' }))).param, 'subject')
    })
  })

  describe('what became of it', () => {
    type Outcome = { outcomeId: string; decisionId: string; ledgerId: string }
    test('is recorded under our id or the sender’s, once', async () => {
      const { decisionId } = await post('score', { ...fine, key: 'o-1' })
      const first = await post<Outcome>('score', { decision: 'o-1', observed: 'paid', positive: true }, '/v1/outcomes')
      assert.equal(first.decisionId, decisionId)
      assert.deepEqual(
        await post('score', { decision: decisionId, observed: 'paid', positive: true }, '/v1/outcomes'),
        first,
      )
      const other = await post<Outcome>('score', { decision: 'o-1', observed: 'paid', positive: false }, '/v1/outcomes')
      assert.notEqual(other.outcomeId, first.outcomeId)
      assert.deepEqual(
        (await entries('outcome', first.outcomeId)).map(({ type }) => type),
        ['outcome.recorded'],
      )
    })

    test('of a decision of another system, or of none, is refused', async () => {
      const { decisionId } = await post('score', fine)
      for (const [system, decision] of [
        ['staff', decisionId],
        ['score', 'nothing'],
      ] as const)
        assert.equal(
          (await refusedWith(post(system, { decision, observed: 'paid' }, '/v1/outcomes'))).param,
          'decision',
        )
    })
  })

  describe('staff', () => {
    const person = (role: string, clients: '*' | readonly string[] = '*'): Caller => ({
      kind: 'person',
      id: `p-${role}`,
      scope: { tenant: 'dekade', clients, actor: { kind: 'person', id: `p-${role}` } },
      roles: [role],
    })
    async function ask<T = DecisionDetail>(
      caller: Caller,
      method: string,
      path: string,
      { id, body, query, at = now }: { id?: string; body?: object; query?: object; at?: Date } = {},
    ): Promise<T> {
      const found = recordRoutes({ database: w.db.database, ring: w.ring, ids: randomIds } as never).find(
        (one) => one.method === method && one.path === path,
      )!
      if (!mayCall(found.allow, caller)) throw new ApiError(403, 'not_allowed')
      const reply = await found.handle({
        caller,
        params: found.params?.parse({ id }),
        query: found.query?.parse(query ?? {}),
        body: found.body?.parse(body ?? {}),
        now: at,
        language: 'nl',
        header: () => undefined,
      })
      return found.reply.parse(reply) as never
    }
    const held = async () =>
      (
        await post('score', {
          ...fine,
          outcome: { label: 'no_offer' },
          score: { value: 0.25 },
          explanation: { ...linear, baseline: { value: 0 } },
        })
      ).decisionId
    const views = async (id: string) => (await entries('decision', id)).filter(({ type }) => type === 'decision.viewed')

    test('find decisions by what they are, a page at a time, without what counted', async () => {
      const list = (query: object) => ask<DecisionList>(person('auditor'), 'GET', '/api/decisions', { query })
      const all = await list({ limit: 500 })
      assert.equal(all.total, all.decisions.length)
      for (const [query, fits] of [
        [{ favourable: 'no' }, (one: DecisionSummary) => one.favourable === false],
        [{ favourable: 'unknown' }, (one: DecisionSummary) => one.favourable === null],
        [{ review: 'waiting' }, (one: DecisionSummary) => one.review === 'waiting'],
        [{ system: 'alone' }, (one: DecisionSummary) => one.system === 'alone'],
        [{ class: 'solely_automated' }, (one: DecisionSummary) => one.class === 'solely_automated'],
        [{ kind: 'route' }, (one: DecisionSummary) => one.kind === 'route'],
        [{ until: now.toISOString() }, () => false],
        [
          { find: all.decisions[0]!.id.slice(0, 30) },
          (one: DecisionSummary) => one.id.startsWith(all.decisions[0]!.id.slice(0, 30)),
        ],
      ] as const)
        assert.equal(
          (await list({ ...query, limit: 500 })).total,
          all.decisions.filter(fits).length,
          JSON.stringify(query),
        )
      const seen: string[] = []
      for (let before: string | undefined; ; ) {
        const page = await list({ limit: 7, ...(before === undefined ? {} : { before }) })
        seen.push(...page.decisions.map(({ id }) => id))
        if (page.next === null) break
        before = page.next
      }
      assert.deepEqual(
        seen,
        all.decisions.map(({ id }) => id),
      )
      assert.ok(!JSON.stringify(all).includes('contract_months'))
      assert.equal((await ask<DecisionList>(person('auditor', ['wijkwinkel']), 'GET', '/api/decisions')).total, 0)
    })

    test('read what counted because it waits for them, and that is an entry about its person', async () => {
      const id = await held()
      const detail = await ask(person('overseer'), 'GET', '/api/decisions/:id', { id })
      assert.equal(detail.access, 'open')
      assert.deepEqual(
        detail.contents!.features.map(({ feature, value }) => [feature, value]),
        Object.entries(fine.features),
      )
      const [view] = await views(id)
      assert.deepEqual(view!.body, { role: 'overseer', reason: 'review' })
      assert.equal(view!.subject, detail.subject)
    })

    test('read it with a reason when it does not wait, or not at all', async () => {
      const { decisionId: id } = await post('score', { ...fine, explanation: linear })
      assert.equal((await ask(person('overseer'), 'GET', '/api/decisions/:id', { id })).access, 'reason_needed')
      assert.equal((await ask(person('management'), 'GET', '/api/decisions/:id', { id })).access, 'closed')
      assert.deepEqual(await views(id), [])
      const read = await ask(person('auditor'), 'POST', '/api/decisions/:id/read', {
        id,
        body: { reason: 'complaint' },
      })
      assert.ok(read.contents!.text!.nl.length > 0)
      assert.deepEqual(
        (await views(id)).map(({ body }) => body),
        [{ role: 'auditor', reason: 'complaint' }],
      )
      await assert.rejects(
        ask(person('management'), 'POST', '/api/decisions/:id/read', { id, body: { reason: 'complaint' } }),
        ApiError,
      )
    })

    test('look again once: what it becomes stands beside what the system decided', async () => {
      const id = await held()
      const body = {
        verdict: 'changed',
        outcome: 'offer',
        reasons: 'De achterstand was al betaald.',
        openedAt: '2026-11-25T11:56:31Z',
      }
      await ask(person('overseer'), 'POST', '/api/decisions/:id/review', { id, body })
      const row = await stored(id)
      assert.deepEqual([row.outcome, row.favourable, row.review], ['no_offer', false, 'changed'])
      const [review] = await w.sql('select * from decision_review where decision_id = $1', [id])
      assert.deepEqual([review!.outcome, review!.favourable, review!.reviewer], ['offer', true, 'p-overseer'])
      assert.equal((review!.opened_at as Date).toISOString(), '2026-11-25T11:56:00.000Z')
      assert.ok(!(review!.sealed as Buffer).toString('latin1').includes('achterstand'))
      const entry = (await entries('decision', id)).find(({ type }) => type === 'decision.reviewed')!
      assert.deepEqual(entry.body, { verdict: 'changed', outcome: 'offer', favourable: true, spent: 'under_5_minutes' })
      await assert.rejects(
        ask(person('overseer'), 'POST', '/api/decisions/:id/review', { id, body }),
        (error: ApiError) => error.code === 'decision_not_waiting' && error.status === 409,
      )
      const read = await ask(person('auditor'), 'POST', '/api/decisions/:id/read', {
        id,
        body: { reason: 'complaint' },
      })
      assert.equal(read.reviews[0]!.reasons, body.reasons)
    })

    test('of two who look at the same time one decides', async () => {
      const id = await held()
      const body = { verdict: 'confirmed', reasons: 'Nagekeken en akkoord.' }
      const both = await Promise.allSettled(
        ['overseer', 'reviewer'].map((role) => ask(person(role), 'POST', '/api/decisions/:id/review', { id, body })),
      )
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })

    test('do not find a decision of a client that is not theirs', async () => {
      const id = await held()
      await assert.rejects(
        ask(person('overseer', ['wijkwinkel']), 'GET', '/api/decisions/:id', { id }),
        (error: ApiError) => error.status === 404,
      )
    })
  })

  test('a copy of somebody’s data holds their decisions, and erasure leaves only that there was one', async () => {
    const reply = await post('score', { ...fine, subject: 'K-gone', key: 'gone', explanation: linear })
    const row = await stored(reply.decisionId)
    const store = subjectStores.find(({ id }) => id === 'decision')!
    const place = { client: 'kaapstroom', subject: row.subject_id as string }
    await w.db.database.inTx(callerOf('score').scope, async (tx) => {
      const [copy] = await store.export(tx, w.ring, place)
      assert.equal(
        (copy as { about?: { features?: { contract_months?: number } } }).about?.features?.contract_months,
        24,
      )
      assert.equal(await store.erase(tx, place), 1)
    })
    const left = await stored(reply.decisionId)
    assert.deepEqual([left.sealed, left.key_hmac, left.outcome], [null, null, 'offer'])
  })
})
