// Decisions that come without explanation, explained with the model or scorer of the register; and those that come with one.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { keyInHeader } from '../access/rules.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { decisionRules, type VersionExplainer } from '../records/contract.ts'
import { decisionPlace } from '../records/index.ts'
import type { ExplanationRecord } from '../transparency/contract.ts'
import { existingKey, openJson } from '../vault/index.ts'
import type { DecisionReply } from './decision-contract.ts'
import { explainLater } from './jobs.ts'
import { routes } from './routes.ts'
import { type World, world } from './testing.ts'

const nlEn = (nl: string, en: string) => ({ nl, en })
const rules = decisionRules.parse({
  kind: 'score',
  features: [
    {
      feature: 'late_payments',
      label: nlEn('te late betalingen', 'late payments'),
      decimals: 0,
      actionable: { direction: 'down' },
    },
    { feature: 'contract_months', label: nlEn('maanden klant', 'months as a customer'), decimals: 0 },
    {
      feature: 'digital',
      label: nlEn('contact via internet', 'contact over the internet'),
      show: 'yes_no',
      actionable: { direction: 'up', cost: 3 },
    },
  ],
  notUsed: [{ attribute: 'postcode', label: nlEn('uw postcode', 'your postcode') }],
  outcomes: [
    { outcome: 'offer', label: nlEn('een aanbod', 'an offer'), favourable: true },
    { outcome: 'no_offer', label: nlEn('geen aanbod', 'no offer'), favourable: false },
  ],
  threshold: { value: 0.5 },
  contest: nlEn('bel 088-0000100', 'call 088-0000100'),
})
const background = [
  [0, 12, 0],
  [1, 36, 1],
]
const linear = {
  kind: 'linear',
  names: ['late_payments', 'contract_months', 'digital'],
  weights: [-0.125, 0.0078125, 0.25],
  intercept: 0.25,
  background,
}
const ruled = {
  kind: 'rules',
  mode: 'first',
  otherwise: 1,
  rules: [
    { id: 'new_customer', when: [{ feature: 'contract_months', is: '<', limit: 3 }], output: 0 },
    { id: 'debt_gt_1', when: [{ feature: 'late_payments', is: '>', limit: 1 }], output: 0.25 },
  ],
}
const scoreOf = ([late, months, digital]: readonly number[]) =>
  0.25 - 0.125 * late! + 0.0078125 * months! + 0.25 * digital!
const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const modelOf = (text: string): VersionExplainer => ({
  kind: 'model',
  sha256: sha(text),
  output: null,
  scoreIs: 'output',
  background: null,
})

describe('gateway: explained decisions', () => {
  let w: World
  let scorer: Server
  let answer: (rows: number[][]) => { status?: number; wait?: number; scores: number[] }
  const asked: { rows: number[][]; authorization: string | undefined }[] = []
  const keys = new Map<string, string>()
  const keyFile = join(mkdtempSync(join(tmpdir(), 'waarborg-scorer-')), 'key')
  const now = new Date('2026-11-25T12:00:00.000Z')

  async function file(text: string): Promise<void> {
    await w.sql(
      `insert into explainer_file (tenant_id, client_id, sha256, bytes, added_at) values ('dekade', 'kaapstroom', $1, $2, now()) on conflict do nothing`,
      [sha(text), Buffer.from(text)],
    )
  }
  async function system(id: string, explainer: VersionExplainer, more: object = {}): Promise<void> {
    const key = await w.system(id, { decisionClass: 'assist', decisions: rules, ...more })
    keys.set(id, keyInHeader(`Bearer ${key}`)!.keyId)
    await w.sql(`update system_version set explainer = $2 where system_id = $1`, [id, JSON.stringify(explainer)])
  }
  const addressed = (more: object = {}): VersionExplainer => ({
    kind: 'scorer',
    url: `http://127.0.0.1:${(scorer.address() as AddressInfo).port}/score`,
    headersFrom: {},
    allowPrivateAddress: false,
    budget: { calls: 5_000, ms: 1_000 },
    background: sha(JSON.stringify(background)),
    ...more,
  })

  before(async () => {
    w = await world()
    scorer = createServer((req, res) => {
      let text = ''
      req.on('data', (piece) => {
        text += piece
      })
      req.on('end', () => {
        const { rows } = JSON.parse(text) as { rows: number[][] }
        asked.push({ rows, authorization: req.headers.authorization })
        const { status = 200, wait = 0, scores } = answer(rows)
        setTimeout(() => res.writeHead(status).end(JSON.stringify({ scores })), wait)
      })
    })
    await new Promise<void>((done) => scorer.listen(0, '127.0.0.1', done))
    await file(JSON.stringify(linear))
    await file(JSON.stringify(background))
    await system('sum', modelOf(JSON.stringify(linear)))
    await system('alone', modelOf(JSON.stringify(linear)), { decisionClass: 'solely_automated' })
    await file(JSON.stringify(ruled))
    await system('ruled', modelOf(JSON.stringify(ruled)))
    await system('gone', modelOf('was never kept'))
    await system('asked', addressed())
    await system('asked-alone', addressed(), { decisionClass: 'solely_automated' })
    await system('keyed', addressed({ headersFrom: { authorization: `file:${keyFile}` } }))
    await system('private', addressed({ url: 'https://10.1.2.3/score' }))
    await system('poor', addressed({ budget: { calls: 4, ms: 1_000 } }))
    answer = (rows) => ({ scores: rows.map(scoreOf) })
  })
  after(async () => {
    scorer.closeAllConnections()
    scorer.close()
    rmSync(dirname(keyFile), { recursive: true })
    await w.close()
  })

  async function post(system: string, body: object): Promise<DecisionReply> {
    const found = routes({
      database: w.db.database,
      ring: w.ring,
      ids: randomIds,
      portalLinkMs: 86_400_000,
      ledgerLate: () => false,
    }).find((one) => one.path === '/v1/decisions')!
    const scope = { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: system } } as const
    const reply = await found.handle({
      caller: {
        kind: 'system',
        id: system,
        scope,
        roles: [],
        bound: { client: 'kaapstroom', system, key: keys.get(system)! },
      },
      params: undefined,
      query: undefined,
      body: found.body!.parse(body),
      now,
      language: 'en',
      header: () => undefined,
    } as never)
    return found.reply.parse(reply) as DecisionReply
  }
  async function sealedOf(id: string): Promise<{ explanation: ExplanationRecord | null }> {
    const [row] = await w.sql<{ sealed: Buffer; subject_id: string }>(
      'select sealed, subject_id from decision where decision_id = $1',
      [id],
    )
    const key = await w.db.database.inTx({ tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } }, (tx) =>
      existingKey(tx, w.ring, { tenant: 'dekade', subject: row!.subject_id }),
    )
    return openJson(key, decisionPlace('dekade', id), row!.sealed) as never
  }
  const storedScore = async (id: string) =>
    (
      await w.sql<{ score: number; score_from: string; threshold: number }>(
        'select score, score_from, threshold from decision where decision_id = $1',
        [id],
      )
    )[0]!
  const refusedWith = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('it was not refused'),
      (error: unknown) =>
        error instanceof ApiError ? [error.code, error.values.gatewayReason] : assert.fail(String(error)),
    )

  /** 0.25 − 0.25 + 0.09375: no offer. */
  const poor = {
    subject: 'K-1',
    outcome: { label: 'no_offer' },
    features: { late_payments: 2, contract_months: 28, digital: false },
  }
  const score = scoreOf([2, 28, 0])

  describe('with a model', () => {
    test('a decision without explanation gets one of its own model, and what would have changed it', async () => {
      const reply = await post('sum', { ...poor, score: { value: score } })
      assert.equal(reply.explanation.state, 'given', String(reply.explanation.reason))
      const text = reply.explanation.text!.nl.join(' ')
      assert.match(text, /te late betalingen: 2\. Dit maakte uw score lager/)
      assert.match(text, /niet gebruikt: uw postcode/)
      assert.match(text, /contact via internet: ja in plaats van nee|contact via internet is nee/)
      const { explanation: record } = await sealedOf(reply.decisionId)
      assert.equal(record!.model.sha256, sha(JSON.stringify(linear)))
      assert.equal(record!.role, 'advised')
      const change = record!.change
      assert.ok(change?.found)
      const row = [2, 28, 0]
      for (const { feature, to } of change.changes) row[linear.names.indexOf(feature)] = to
      assert.ok(scoreOf(row) >= 0.5, 'the model itself answers otherwise')
      assert.ok(change.changes.every(({ feature }) => feature !== 'contract_months'))
    })

    test('a score that was not sent is what the model answers, and is on record as such', async () => {
      const reply = await post('sum', poor)
      assert.deepEqual(await storedScore(reply.decisionId), { score, score_from: 'computed', threshold: 0.5 })
      assert.equal(reply.explanation.state, 'given')
    })

    for (const [by, state] of [
      [1e-7, 'given'],
      [1e-5, 'refused'],
    ] as const)
      test(`a score that is ${by} off: ${state}`, async () => {
        const { explanation } = await post('sum', { ...poor, score: { value: score + by } })
        assert.deepEqual([explanation.state, explanation.reason], [state, state === 'given' ? null : 'output_differs'])
      })

    test('an outcome that the score does not lead to is not explained', async () => {
      const { explanation } = await post('sum', { ...poor, outcome: { label: 'offer' }, score: { value: score } })
      assert.deepEqual([explanation.state, explanation.reason], ['refused', 'output_differs'])
    })

    test('who is better off hears of no change', async () => {
      const features = { late_payments: 0, contract_months: 48, digital: true }
      const reply = await post('sum', { ...poor, outcome: { label: 'offer' }, features })
      assert.equal((await sealedOf(reply.decisionId)).explanation!.change, null)
    })

    for (const [name, features] of [
      ['a value that is missing', { late_payments: null, contract_months: 28, digital: false }],
      ['a feature that was not sent', { late_payments: 2, digital: false }],
    ] as const)
      test(`${name} where the model needs it: no explanation, and nothing guessed`, async () => {
        const { explanation } = await post('sum', { ...poor, features, score: { value: score } })
        assert.deepEqual([explanation.state, explanation.reason], ['refused', 'input_unfit'])
        assert.deepEqual(await refusedWith(post('alone', { ...poor, features, score: { value: score } })), [
          'explanation_missing',
          'not_holding',
        ])
      })

    test('a system that decides alone may do so with the explanation of its model', async () => {
      const reply = await post('alone', { ...poor, score: { value: score } })
      assert.equal(reply.explanation.state, 'given')
      assert.match(reply.explanation.text!.en.join(' '), /The computer took the decision/)
    })

    test('a file that is not on record explains nothing', async () => {
      const { explanation } = await post('gone', { ...poor, score: { value: score } })
      assert.deepEqual([explanation.state, explanation.reason], ['refused', 'model_unavailable'])
    })

    test('rules of a model are named by their place in it: what its maker called them is for its maker', async () => {
      const { explanation } = await post('ruled', { ...poor, score: { value: 0.25 } })
      assert.equal(explanation.state, 'given', String(explanation.reason))
      assert.match(explanation.text!.nl.join(' '), /Deze regel gold: regel 2\. .*te late betalingen/)
      assert.match(explanation.text!.en.join(' '), /This rule applied: rule 2\. /)
      assert.doesNotMatch(explanation.text!.nl.join(' '), /debt_gt_1/)
    })

    const contributions = [
      { feature: 'late_payments', effect: -0.1875 },
      { feature: 'contract_months', effect: 0.03125 },
      { feature: 'digital', effect: -0.125 },
    ]
    const sent = { method: 'linear', baseline: { value: 0.5, kind: 'background', rows: 2 }, contributions }
    for (const [name, explanation, reason] of [
      ['its own', sent, null],
      [
        'shifted from one reason to another, with the same sum',
        {
          ...sent,
          contributions: contributions.map((one, i) => ({ ...one, effect: one.effect + [0.0625, 0, -0.0625][i]! })),
        },
        'model_differs',
      ],
      [
        'measured from elsewhere, with the same sum',
        {
          ...sent,
          baseline: { ...sent.baseline, value: 0.4375 },
          contributions: contributions.map((one, i) => ({ ...one, effect: one.effect + (i === 0 ? 0.0625 : 0) })),
        },
        'model_differs',
      ],
      [
        'with a reason left out',
        { ...sent, baseline: { ...sent.baseline, value: 0.375 }, contributions: contributions.slice(0, 2) },
        'model_differs',
      ],
      [
        'rules, of a model that has none',
        { method: 'rules', rules: [{ rule: 'r', when: [{ feature: 'late_payments', is: '>=', limit: 1 }] }] },
        'model_differs',
      ],
    ] as const)
      test(`an explanation that was sent is compared with the model: ${name}`, async () => {
        const reply = await post('sum', { ...poor, score: { value: score }, explanation })
        assert.deepEqual(
          [reply.explanation.state, reply.explanation.reason],
          [reason === null ? 'given' : 'refused', reason],
        )
      })
  })

  describe('with a scorer', () => {
    const restore = () => {
      answer = (rows) => ({ scores: rows.map(scoreOf) })
    }
    test('the address is asked, and the change it confirmed is told', async () => {
      const reply = await post('asked', { ...poor, score: { value: score } })
      assert.equal(reply.explanation.state, 'given', String(reply.explanation.reason))
      const { explanation: record } = await sealedOf(reply.decisionId)
      assert.deepEqual([record!.model.sha256, record!.method], [null, 'shapley_exact'])
      assert.ok(record!.change?.found)
    })

    for (const [name, behave, reason] of [
      ['is down', () => ({ status: 500, scores: [] }), 'scorer_unreachable'],
      ['gives too few scores', () => ({ scores: [1] }), 'scorer_unreachable'],
      ['takes too long', (rows: number[][]) => ({ wait: 1_200, scores: rows.map(scoreOf) }), 'scorer_budget'],
      [
        'answers otherwise each time',
        (rows: number[][]) => ({ scores: rows.map((row, i) => scoreOf(row) + asked.length * 1e-3 + i) }),
        'scorer_not_repeatable',
      ],
    ] as const)
      test(`one that ${name}: recorded without explanation, and refused where the system decides alone`, async () => {
        answer = behave
        try {
          const { explanation } = await post('asked', { ...poor, score: { value: score } })
          assert.deepEqual([explanation.state, explanation.reason], ['refused', reason])
          assert.deepEqual(await refusedWith(post('asked-alone', { ...poor, score: { value: score } })), [
            'explanation_missing',
            'not_holding',
          ])
        } finally {
          restore()
        }
      })

    test('a budget of rows is kept', async () => {
      const before = asked.flatMap(({ rows }) => rows).length
      const { explanation } = await post('poor', { ...poor, score: { value: score } })
      assert.equal(explanation.reason, 'scorer_budget')
      assert.ok(asked.flatMap(({ rows }) => rows).length - before <= 4)
    })

    test('an address in a private network is not asked', async () => {
      const { explanation } = await post('private', { ...poor, score: { value: score } })
      assert.equal(explanation.reason, 'scorer_unreachable')
    })

    test('its key comes from the server, and without it nothing is asked', async () => {
      const before = asked.length
      assert.equal((await post('keyed', poor)).explanation.reason, 'scorer_unreachable')
      assert.equal(asked.length, before)
      writeFileSync(keyFile, 'Bearer geheim\n')
      assert.equal((await post('keyed', { ...poor, subject: 'K-9' })).explanation.state, 'given')
      assert.equal(asked.at(-1)!.authorization, 'Bearer geheim')
    })

    test('what was late is explained within a day, with an entry, and once', async () => {
      answer = () => ({ status: 503, scores: [] })
      const { decisionId } = await post('asked', { ...poor, subject: 'K-late', score: { value: score } })
      const act = (hours: number) => () => ({ now: new Date(now.getTime() + hours * 3_600_000), ids: randomIds })
      const parts = { database: w.db.database, ring: w.ring, ledgerLate: () => false }
      const state = async () =>
        (
          await w.sql<{ explanation: string; explanation_reason: string | null }>(
            'select explanation, explanation_reason from decision where decision_id = $1',
            [decisionId],
          )
        )[0]!
      await explainLater(parts, act(1))
      assert.equal((await state()).explanation_reason, 'scorer_unreachable', 'it is still down')
      restore()
      await explainLater(parts, act(25))
      assert.equal((await state()).explanation, 'refused', 'a day has passed')
      await explainLater(parts, act(2))
      assert.deepEqual(await state(), { explanation: 'given', explanation_reason: null })
      assert.ok((await sealedOf(decisionId)).explanation!.change?.found)
      await explainLater(parts, act(3))
      const events = await w.sql(
        `select 1 from ledger_pending where type = 'decision.explained' and convert_from(payload, 'UTF8')::jsonb -> 'refs' ->> 'decision' = $1`,
        [decisionId],
      )
      assert.equal(events.length, 1)
    })

    const askedEvents = () =>
      w.sql<{ body: { decisions: number } }>(
        `select convert_from(payload, 'UTF8')::jsonb -> 'body' as body from ledger_pending where type = 'scorer.asked'`,
      )

    test('that it is asked is on record before it is asked', async () => {
      const { length } = await askedEvents()
      let seen = 0
      answer = (rows) => {
        void askedEvents().then((events) => {
          seen = events.length
        })
        return { wait: 200, scores: rows.map(scoreOf) }
      }
      try {
        await post('asked', { ...poor, subject: 'K-record' })
      } finally {
        restore()
      }
      assert.equal(seen, length + 1)
    })

    test('a decision that is refused, brings its explanation or is on record is not asked about, and costs no entry', async () => {
      await system('stopped', addressed())
      await w.sql(
        `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_at, stopped_by) values ('dekade', 'kaapstroom', 'stop-1', 'stopped', 'harm', now(), 'fatima')`,
      )
      const again = { ...poor, subject: 'K-again', key: 'again-1' }
      await post('asked', again)
      const [calls, { length }] = [asked.length, await askedEvents()]
      assert.deepEqual((await refusedWith(post('stopped', poor)))[0], 'system_stopped')
      assert.deepEqual(
        (await refusedWith(post('asked', { ...poor, outcome: { label: 'other' } })))[0],
        'invalid_request',
      )
      const unlisted = { ...poor, features: { ...poor.features, shoe_size: 44 } }
      assert.deepEqual((await refusedWith(post('asked', unlisted)))[0], 'feature_unknown')
      await post('asked', again)
      const rule = { rule: 'r', when: [{ feature: 'late_payments', is: '>=', limit: 1 }] }
      await post('asked', { ...poor, explanation: { method: 'rules', rules: [rule] } })
      assert.deepEqual([asked.length, (await askedEvents()).length], [calls, length])
    })

    test('a stop since then keeps a late scorer from being asked again', async () => {
      await system('late', addressed())
      answer = () => ({ status: 503, scores: [] })
      const parts = { database: w.db.database, ring: w.ring, ledgerLate: () => false }
      const act = () => ({ now: new Date(now.getTime() + 3_600_000), ids: randomIds })
      const { decisionId } = await post('late', { ...poor, subject: 'K-stopped-late' })
      restore()
      await w.sql(
        `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_at, stopped_by) values ('dekade', 'kaapstroom', 'stop-2', 'late', 'harm', now(), 'fatima')`,
      )
      const askedAgain = async () =>
        (
          await w.sql(
            `select 1 from ledger_pending where type = 'scorer.asked' and convert_from(payload, 'UTF8')::jsonb -> 'refs' ->> 'decision' = $1`,
            [decisionId],
          )
        ).length
      await explainLater(parts, act)
      assert.equal(await askedAgain(), 0)
      await w.sql(`update stop_order set resumed_at = now() where stop_id = 'stop-2'`)
      await explainLater(parts, act)
      const [row] = await w.sql<{ explanation: string }>('select explanation from decision where decision_id = $1', [
        decisionId,
      ])
      assert.deepEqual([row!.explanation, await askedAgain()], ['given', 1])
    })

    test('many at once share the time of one request', async () => {
      answer = (rows) => ({ wait: 150, scores: rows.map(scoreOf) })
      try {
        const began = performance.now()
        const decisions = Array.from({ length: 12 }, (_, n) => ({
          ...poor,
          subject: `K-${n}`,
          score: { value: score },
        }))
        const { results } = (await post('asked', { decisions })) as unknown as {
          results: { explanation: DecisionReply['explanation'] }[]
        }
        assert.ok(performance.now() - began < 4_000)
        const states = results.map(({ explanation }) => explanation.reason ?? explanation.state)
        assert.deepEqual([states[0], states.at(-1)], ['given', 'scorer_budget'])
      } finally {
        restore()
      }
    })
  })
})
