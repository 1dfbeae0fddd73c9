// Staff put the explanation that is on record under an answer: of a decision, in the sentences of its page, and of one turn of a conversation.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { authenticateLink } from '../access/index.ts'
import { keyInHeader } from '../access/rules.ts'
import { ApiError, type Caller, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import type { PortalCase } from '../records/cases/contract.ts'
import { routes as caseRoutes } from '../records/cases/routes.ts'
import { decisionRules } from '../records/contract.ts'
import { decisionPlace, findConversation } from '../records/index.ts'
import { callRoute, staff } from '../records/testing.ts'
import type { PortalDecision, PortalView } from '../transparency/contract.ts'
import type { DecisionSealed } from '../transparency/decision-page.ts'
import { routes as portalRoutes, type TransparencyDeps } from '../transparency/routes.ts'
import { existingKey, openJson, sealJson } from '../vault/index.ts'
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
    { feature: 'digital', label: nlEn('contact via internet', 'contact over the internet'), show: 'yes_no' },
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
  kind: 'linear',
  names: ['late', 'months', 'digital'],
  weights: [-0.125, 0.0078125, 0.25],
  intercept: 0.25,
  background: [
    [0, 12, 0],
    [1, 36, 1],
  ],
})
const sha256 = createHash('sha256').update(model).digest('hex')
const features = { late: 2, months: 28, digital: false }

describe('gateway: explanations that are cited', () => {
  let w: World
  let all: readonly Route[]
  const keys = new Map<string, string>()
  const now = new Date('2026-11-25T12:00:00.000Z')
  const agent = staff('dekade', ['agent'], '*', 'p-agent')
  const job = { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } } as const

  before(async () => {
    w = await world()
    await w.sql(
      `insert into explainer_file (tenant_id, client_id, sha256, bytes, added_at) values ('dekade', 'kaapstroom', $1, $2, now())`,
      [sha256, Buffer.from(model)],
    )
    for (const id of ['score', 'sent'])
      keys.set(id, keyInHeader(`Bearer ${await w.system(id, { decisionClass: 'assist', decisions: rules })}`)!.keyId)
    await w.sql(`update system_version set explainer = $1 where system_id = 'score'`, [
      JSON.stringify({ kind: 'model', sha256, output: null, scoreIs: 'output', background: null }),
    ])
    const say = { refusal: () => 'Geweigerd.', handOff: () => ({ open: true, sentence: 'Een medewerker helpt u.' }) }
    const deps = { database: w.db.database, ring: w.ring, ids: randomIds }
    all = [
      ...portalRoutes({ ...deps, vkey: 'test', say } as unknown as TransparencyDeps),
      ...caseRoutes({ ...deps, hinders: {} }),
      ...routes({ ...deps, portalLinkMs: 86_400_000, ledgerLate: () => false }),
    ]
  })
  after(() => w.close())

  const decide = (system: string, body: object = {}) =>
    callRoute(
      all,
      'POST',
      '/v1/decisions',
      {
        kind: 'system',
        id: system,
        scope: { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: system } },
        roles: [],
        bound: { client: 'kaapstroom', system, key: keys.get(system)! },
      },
      { body: { subject: 'K-1', outcome: { label: 'no_offer' }, features, ...body }, now },
    ) as Promise<DecisionReply>
  async function customer({ contestUrl }: DecisionReply): Promise<Caller> {
    const answer = await w.db.database.inTx({ ...job, tenant: '*' }, (tx) =>
      authenticateLink(tx, contestUrl!.split('/')[2]!, now),
    )
    assert.ok(answer.ok)
    return answer.caller
  }
  const ask = async (as: Caller, language: 'nl' | 'en', body: object = { about: 'decision' }) =>
    (
      (await callRoute(all, 'POST', '/api/portal/questions', as, {
        body: { text: 'Waarom is dat zo?', ...body },
        language,
        now,
      })) as { id: string }
    ).id
  const answer = (id: string, cite = true) =>
    callRoute(all, 'POST', '/api/clarifications/:id/answer', agent, {
      params: { id },
      body: { text: 'Ik leg het u uit.', cite },
      now,
    })
  const told = async (as: Caller, id: string) =>
    ((await callRoute(all, 'GET', '/api/portal/cases/:id', as, { params: { id }, now })) as PortalCase).messages.at(-1)!
  const refusedWith = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => (error instanceof ApiError ? `${error.status} ${error.code}` : assert.fail(String(error))),
    )
  /** The sealed part of a decision as it would be if somebody who holds the keys had changed it. */
  const change = (id: string, how: (sealed: DecisionSealed) => object) =>
    w.db.database.inTx(job, async (tx) => {
      const { rows } = await tx.query<{ subject_id: string; sealed: Buffer }>(
        'select subject_id, sealed from decision where decision_id = $1',
        [id],
      )
      const key = await existingKey(tx, w.ring, { tenant: 'dekade', subject: rows[0]!.subject_id })
      const place = decisionPlace('dekade', id)
      const sealed = openJson(key, place, rows[0]!.sealed) as DecisionSealed
      await tx.query('update decision set sealed = $2 where decision_id = $1', [
        id,
        sealJson(key, place, { ...sealed, ...how(sealed) }),
      ])
    })

  for (const language of ['nl', 'en'] as const)
    test(`of a decision: the sentences of its page, which its numbers carry (${language})`, async () => {
      const reply = await decide('score')
      const as = await customer(reply)
      const id = await ask(as, language)
      await answer(id)
      const { author, text } = await told(as, id)
      const page = (await callRoute(all, 'GET', '/api/portal/decisions/:id', as, {
        params: { id: reply.decisionId },
        language,
        now,
      })) as PortalDecision
      const { outcome, factors, notUsed, change: changed, contest } = page.sentences
      const cited = [...outcome, ...factors, ...notUsed, ...changed]
      assert.ok(factors.length > 0 && notUsed.length > 0 && changed.length > 0)
      const [words, none, heading, ...lines] = text!.split('\n')
      assert.deepEqual([author, words, none], ['staff', 'Ik leg het u uit.', ''])
      assert.match(heading!, language === 'nl' ? /^Dit staat vast/ : /^This is on record/)
      assert.deepEqual(
        lines,
        cited.map((one) => `• ${one}`),
      )
      for (const one of contest) assert.ok(!text!.includes(one), 'the way to a person is on the page, as it is now')
      // Deeper on the same page: each fact that was named, with its weight, in the order of the sentences.
      const named = page.factors.filter(({ name }) => factors.some((one) => one.includes(`${name}: `)))
      assert.deepEqual(
        named.map(({ name, value }) => `${name}: ${value}. `),
        factors.flatMap((one) => /^(.+: .+\. )/.exec(one)?.[1] ?? []),
      )
      assert.ok(named.every(({ weight }) => weight !== 0))
    })

  test('of a decision by rules, as they were named when it was taken', async () => {
    const reply = await decide('sent', {
      explanation: {
        method: 'rules',
        rules: [
          {
            rule: 'debt',
            label: nlEn('meer dan één te late betaling', 'more than one late payment'),
            when: [{ feature: 'late', is: '>', limit: 1 }],
          },
        ],
      },
    })
    assert.equal(reply.explanation.state, 'given', String(reply.explanation.reason))
    const as = await customer(reply)
    const id = await ask(as, 'nl')
    await answer(id)
    assert.match((await told(as, id)).text!, /• .*Deze regel gold: meer dan één te late betaling\./)
  })

  test('another way to a person in the register takes nothing from what was explained', async () => {
    const reply = await decide('score')
    const as = await customer(reply)
    const other = { ...rules, contest: nlEn('bel 088-0000999', 'call 088-0000999') }
    await w.sql(`update ai_system set decisions = $1 where system_id = 'score'`, [other])
    const id = await ask(as, 'nl')
    await answer(id)
    await w.sql(`update ai_system set decisions = $1 where system_id = 'score'`, [rules])
    assert.doesNotMatch((await told(as, id)).text!, /088-/)
  })

  type Sealed = DecisionSealed & { readonly explanation: NonNullable<DecisionSealed['explanation']> }
  const mutations: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
    ['another outcome', (id) => w.sql(`update decision set outcome = 'offer' where decision_id = $1`, [id])],
    ['the other side', (id) => w.sql('update decision set favourable = true where decision_id = $1', [id])],
    ['a score over the line', (id) => w.sql('update decision set score = 0.75 where decision_id = $1', [id])],
    ['another line', (id) => w.sql('update decision set threshold = 0 where decision_id = $1', [id])],
    ['a fact that was sent', (id) => change(id, (sealed) => ({ features: { ...sealed.features, late: 0 } }))],
    [
      'a fact that counted',
      (id) =>
        change(id, (sealed) => {
          const { explanation } = sealed as Sealed
          const [first, ...others] = explanation.factors
          return { explanation: { ...explanation, factors: [{ ...first!, value: 7 }, ...others] } }
        }),
    ],
    [
      'a weight that turns round',
      (id) =>
        change(id, (sealed) => {
          const { explanation } = sealed as Sealed
          const [first, ...others] = explanation.factors
          return { explanation: { ...explanation, factors: [{ ...first!, direction: 'up' as const }, ...others] } }
        }),
    ],
    [
      'a number in the text',
      (id) =>
        change(id, ({ text }) => ({
          text: { ...text, nl: text!.nl.map((one) => one.replace('betalingen: 2.', 'betalingen: 3.')) },
        })),
    ],
    [
      'a sentence left out',
      (id) =>
        change(id, ({ text, parts }) => ({
          text: { ...text, nl: text!.nl.toSpliced(parts!.outcome + parts!.factors, 1) },
          parts: { ...parts, notUsed: 0 },
        })),
    ],
    [
      'the record of another decision',
      (id) => change(id, (sealed) => ({ explanation: { ...(sealed as Sealed).explanation, decision: 'd-other' } })),
    ],
  ]
  for (const [name, mutate] of mutations)
    test(`${name} is not cited, and the question still waits for an answer`, async () => {
      const reply = await decide('score')
      const as = await customer(reply)
      const id = await ask(as, 'nl')
      await mutate(reply.decisionId)
      assert.equal(await refusedWith(answer(id)), '422 cite_differs')
      const { author } = await told(as, id)
      assert.equal(author, 'customer')
      await answer(id, false)
      assert.equal((await told(as, id)).text, 'Ik leg het u uit.')
    })

  test('a decision without explanation is answered without one', async () => {
    const reply = await decide('sent', { score: { value: 0.25 } })
    assert.notEqual(reply.explanation.state, 'given')
    const id = await ask(await customer(reply), 'nl')
    assert.equal(await refusedWith(answer(id)), '422 cite_nothing')
  })

  test('of one answer of the computer: why it came, from the record of its call', async () => {
    const key = await w.system('bot')
    const running = await w.gateway()
    const said = await fetch(`${running.url}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'x-waarborg-conversation': 'gesprek-1',
      },
      body: JSON.stringify({
        model: 'testmodel',
        user: 'K-9',
        messages: [{ role: 'user', content: 'Wanneer komt u?' }],
      }),
    })
    assert.equal(said.status, 200, await said.text())
    // Its call has its end on record.
    await running.close()
    const found = await w.db.database.inTx(job, (tx) => findConversation(tx, w.ring, 'kaapstroom', 'gesprek-1'))
    const as: Caller = {
      kind: 'customer',
      id: 'link',
      roles: [],
      scope: { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'customer', id: 'link' } },
      bound: { client: 'kaapstroom', subject: found!.subject, conversation: found!.conversation, link: 'link' },
    }
    const [turn] = await w.sql<{ seq: number; call_id: string }>(
      `select seq, call_id from turn where conversation_id = $1 and role = 'ai'`,
      [found!.conversation],
    )
    const id = await ask(as, 'nl', { about: 'turn', turn: turn!.seq })
    await answer(id)
    const { text } = await told(as, id)
    assert.match(text!, /^Ik leg het u uit\.\n\n.+\n• /)
    const { why } = (
      (await callRoute(
        portalRoutes({
          ...{ database: w.db.database, ring: w.ring, ids: randomIds, vkey: 'test' },
          say: { refusal: () => '', handOff: () => ({ open: true, sentence: 'Een medewerker helpt u.' }) },
          consents: {
            load: async () => [],
            person: async () => ({ circumstance: 'unknown', representatives: [] }),
            notices: async () => [],
          },
        } as unknown as TransparencyDeps),
        'GET',
        '/api/portal',
        as,
        { now },
      )) as PortalView
    ).turns.find(({ seq }) => seq === turn!.seq)!
    assert.ok(why.length > 0)
    for (const one of why) assert.ok(text!.includes(`• ${one}`), one)
  })
})
