// Who may decide for a customer, along every route of a customer's page: a link to everything of the person opens no more than one to a
// conversation of theirs does, whatever was recorded about them and who speaks for them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { declaredRoutes } from '../../../scripts/reference.ts'
import { authenticateLink, createPortalLink } from '../../access/index.ts'
import { createWholeLink } from '../../access/io/portal-links.ts'
import { ApiError, type Caller, type Method, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { readSettings } from '../../platform/settings.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import type { KnownView } from '../../privacy/rights/contract.ts'
import type { OwnAttributes } from '../../records/attributes/contract.ts'
import { openConversation, recordTurns } from '../../records/index.ts'
import {
  apply,
  callRoute,
  fixedClock,
  organisationOf,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../../records/testing.ts'
import { keepNotices } from '../../transparency/jobs.ts'
import type { KeyRing } from '../../vault/index.ts'
import { collectRoutes, type RouteParts } from './routes.ts'

const client = 'toestemmingklant'
const system = 'op-toestemming'
const words = (text: string) => ({ nl: text, en: text })
const attribute = {
  id: 'herkomst',
  client,
  name: words('herkomst'),
  source: 'customer',
  special: true,
  choices: ['hier', 'elders'].map((value) => ({ value, label: words(value) })),
  question: words('Waar bent u geboren?'),
  necessity: words('Anders is achterstelling niet te zien.'),
  legalGround: words('uitdrukkelijke toestemming'),
  signedBy: 'dpo-1',
  signedAt: '-1d',
  keepDays: 365,
}

/** How a customer got to their page. */
const ways = ['conversation', 'chosen', 'whole'] as const
type Way = (typeof ways)[number]

type Person = {
  readonly circumstance: 'adult' | 'minor' | 'represented' | 'deceased'
  /** Who speaks for them now; null: nobody any more. */
  readonly speaks: null | { readonly purposes?: readonly string[] }
  /** What is refused on every way in, beside what is not there. */
  readonly refused: Readonly<Record<string, string>>
}
const people: Readonly<Record<string, Person>> = {
  'an adult': {
    circumstance: 'adult',
    speaks: null,
    refused: {
      'request by representative': '403 mandate_missing',
      'objection by representative': '403 mandate_missing',
    },
  },
  'somebody who is represented for one purpose': {
    circumstance: 'represented',
    speaks: { purposes: ['hulp'] },
    refused: {
      'choice yes': '409 choice_mandate_missing',
      'request by customer': '403 representative_needed',
      'request by representative': '403 mandate_missing',
      'attribute given': '409 attribute_not_alone',
      copy: '403 mandate_missing',
    },
  },
  'somebody whose mandate has ended': {
    circumstance: 'represented',
    speaks: null,
    refused: {
      'choice yes': '409 choice_mandate_missing',
      'request by customer': '403 representative_needed',
      'request by representative': '403 mandate_missing',
      'objection by representative': '403 mandate_missing',
      'attribute given': '409 attribute_not_alone',
      copy: '403 mandate_missing',
    },
  },
  'a child whose guardian was ended': {
    circumstance: 'minor',
    speaks: null,
    refused: {
      'choice yes': '409 choice_guardian_missing',
      'request by customer': '403 guardian_needed',
      'request by representative': '403 guardian_missing',
      'objection by representative': '403 guardian_missing',
      'attribute given': '409 attribute_not_alone',
      copy: '403 guardian_missing',
    },
  },
  'somebody who died': {
    circumstance: 'deceased',
    speaks: null,
    refused: {
      'choice yes': '409 choice_deceased',
      'request by customer': '403 subject_deceased',
      'request by representative': '403 subject_deceased',
      'objection by representative': '403 subject_deceased',
      'attribute given': '409 attribute_not_alone',
      copy: '403 subject_deceased',
    },
  },
}
const restricted = ['choice yes', 'request by customer', 'request by representative', 'objection by representative']

type Seen = Record<string, unknown>
type Given = { readonly params?: object; readonly body?: unknown; readonly headers?: Record<string, string> }
/** One visit: each route of the customer, once or more, in an order in which there is something to do. `seen`: replies by the name of the step. */
type Step = readonly [
  name: string,
  method: Method,
  path: string,
  given?: (seen: Readonly<Record<string, Seen>>, own: Own) => Given,
]
type Own = { readonly conversation: string; readonly decision: string; readonly copy: string }
const id = (seen: Readonly<Record<string, Seen>>, step: string) => ({
  params: { id: String(seen[step]?.id ?? 'none') },
})
const steps: readonly Step[] = [
  ['look', 'POST', '/api/portal/looks', () => ({ body: {} })],
  ['page', 'GET', '/api/portal'],
  ['notice', 'POST', '/api/portal/notices', () => ({ body: { kind: 'privacy' } })],
  ['everything', 'GET', '/api/portal/mine'],
  ['choice yes', 'POST', '/api/portal/choices', () => ({ body: { purpose: 'aanbod', on: true } })],
  ['choice no', 'POST', '/api/portal/choices', () => ({ body: { purpose: 'hulp', on: false } })],
  ['handoff', 'POST', '/api/portal/handoff', () => ({ body: {} })],
  ['attributes', 'GET', '/api/portal/attributes'],
  ['attribute given', 'POST', '/api/portal/attributes', () => ({ body: { attribute: 'herkomst', value: 'hier' } })],
  ['attribute taken back', 'POST', '/api/portal/attributes', () => ({ body: { attribute: 'herkomst', value: null } })],
  ['consents', 'GET', '/api/portal/consents/export'],
  ['data', 'GET', '/api/portal/data'],
  ['request by customer', 'POST', '/api/portal/requests', () => ({ body: { kind: 'portability' } })],
  [
    'request by representative',
    'POST',
    '/api/portal/requests',
    () => ({ body: { kind: 'restriction', by: 'representative' } }),
  ],
  [
    'objection by representative',
    'POST',
    '/api/portal/requests',
    () => ({ body: { kind: 'objection', by: 'representative', purposes: ['hulp'] } }),
  ],
  ['copy', 'GET', '/api/portal/copies/:id', (_, { copy }) => ({ params: { id: copy } })],
  ['feedback asked', 'GET', '/api/portal/feedback'],
  ['feedback', 'POST', '/api/portal/feedback', () => ({ body: { fair: 4 } })],
  ['feedback taken back', 'POST', '/api/portal/feedback/withdraw'],
  ['decisions', 'GET', '/api/portal/decisions'],
  ['decision', 'GET', '/api/portal/decisions/:id', (_, { decision }) => ({ params: { id: decision } })],
  [
    'contest',
    'POST',
    '/api/portal/decisions/:id/contest',
    (_, { decision }) => ({ params: { id: decision }, body: { words: 'Kijk nog eens.' } }),
  ],
  [
    'contest withdrawn',
    'POST',
    '/api/portal/decisions/:id/contest/withdraw',
    (_, { decision }) => ({ params: { id: decision } }),
  ],
  ['question', 'POST', '/api/portal/questions', () => ({ body: { text: 'Waarom is dat zo?' } })],
  ['question read', 'GET', '/api/portal/questions/:id', (seen) => id(seen, 'question')],
  [
    'question more',
    'POST',
    '/api/portal/questions/:id/more',
    (seen) => ({ ...id(seen, 'question'), body: { text: 'En nu?' } }),
  ],
  ['question closed', 'POST', '/api/portal/questions/:id/close', (seen) => id(seen, 'question')],
  ['complaints', 'GET', '/api/portal/complaints'],
  [
    'complaint',
    'POST',
    '/api/portal/complaints',
    () => ({ body: { words: 'Dat klopt niet.', about: 'system', remedy: 'apology' } }),
  ],
  ['complaint read', 'GET', '/api/portal/complaints/:id', (seen) => id(seen, 'complaint')],
  [
    'receipt',
    'GET',
    '/api/portal/receipts/:event',
    (seen) => ({ params: { event: String(seen.complaint?.receipt ?? 'none') } }),
  ],
  ['cases', 'GET', '/api/portal/cases'],
  ['case', 'GET', '/api/portal/cases/:id', (seen) => id(seen, 'complaint')],
  [
    'case more',
    'POST',
    '/api/portal/cases/:id/messages',
    (seen) => ({ ...id(seen, 'complaint'), body: { text: 'En dit.' } }),
  ],
  [
    'case file',
    'POST',
    '/api/portal/cases/:id/files',
    (seen) => ({ ...id(seen, 'complaint'), headers: { 'x-file-name': 'brief.txt' } }),
  ],
  ['hearing', 'POST', '/api/portal/complaints/:id/hearing', (seen) => id(seen, 'complaint')],
  [
    'appeal',
    'POST',
    '/api/portal/complaints/:id/appeal',
    (seen) => ({ ...id(seen, 'complaint'), body: { words: 'Nee.' } }),
  ],
  ['appeal dropped', 'POST', '/api/portal/complaints/:id/drop', (seen) => id(seen, 'complaint')],
  [
    'rating',
    'POST',
    '/api/portal/complaints/:id/rating',
    (seen) => ({ ...id(seen, 'complaint'), body: { satisfaction: 4 } }),
  ],
  ['complaint withdrawn', 'POST', '/api/portal/complaints/:id/withdraw', (seen) => id(seen, 'complaint')],
  ['corrections', 'GET', '/api/portal/corrections'],
  ['end', 'POST', '/api/portal/mine/end'],
]

describe('who may decide for a customer, on every way to their page', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  let made = 0
  const act = { now: start, ids: randomIds }
  const bot = systemCaller('toets', client, system)
  const dpo = staff('toets', ['dpo'], '*', 'dpo-1')
  const asBot = (path: string, body: object) => callRoute(all, 'POST', path, bot, { body }) as Promise<{ id: string }>

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    const file = parse(readFileSync(join(import.meta.dirname, '../../../testdata/organisation/states.yaml'), 'utf8'))
    file.people.push({ id: 'dpo-1', name: 'D. Po', roles: [{ role: 'dpo' }] })
    file.attributes = [attribute]
    await apply(db.database, plainDeps(ring), organisationOf(file, start), act)
    await keepNotices({ database: db.database, ring }, () => act)
    const absent = () => assert.fail('not a route of a customer')
    all = collectRoutes({
      ...{ database: db.database, ring, ids: randomIds, clock: fixedClock(start), settings: readSettings({}) },
      ...{ signer: { origin: '', vkey: '' }, verifier: { state: () => ({}) }, codes: { kinds: [] } },
      ...{ publicUrl: null, secondFactorOptionalFor: null, relyingParty: () => null, provider: () => null },
      ...{ audits: absent, prompts: absent, ledgerLate: () => false },
    } as unknown as RouteParts)
  })
  after(() => db.close())

  /** A customer with a conversation, a decision and a copy that a representative asked for while they might. */
  async function customer({ circumstance, speaks }: Person, way: Way): Promise<{ caller: Caller; own: Own }> {
    const reference = `R-${++made}`
    const { conversation, subject } = await db.database.inTx(scopeOf('toets'), async (tx) => {
      const opened = await openConversation(tx, ring, { client, system, conversation: reference, reference }, act)
      await recordTurns(tx, ring, opened, [{ role: 'customer', said: 'Dag', seen: 'Dag', at: start }], act)
      return opened
    })
    const decision = `d-${made}`
    await db.ownerQuery(
      `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, conversation_id, system_id, version_id, purpose_id, kind, class,
         channel, language, decided_at, recorded_at, outcome, review, explanation, body_hmac, record)
       values ('toets', $1, $2, $3, 'customer', $4, $5, '1', 'hulp', 'score', 'assist', 'chat', 'nl', $6, $6, 'x', 'not_needed', 'not_needed', '', 'r')`,
      [client, decision, subject, conversation, system, start],
    )
    const kind =
      circumstance === 'minor'
        ? { kind: 'guardian', relation: 'parent' }
        : { kind: 'mandate', relation: circumstance === 'adult' ? 'authorised' : 'curator' }
    const speaker = (more: object = {}) =>
      asBot('/v1/representatives', { subject: reference, ...kind, evidence: 'dossier 1', ...more })
    const own = { conversation, decision, copy: 'none' }
    if (circumstance !== 'adult') {
      // Until somebody died they were of age, with a mandate that counted.
      const alive = circumstance === 'deceased' ? 'represented' : circumstance
      const is = (value: string) =>
        db.ownerQuery('update data_subject set circumstance = $2 where subject_id = $1', [subject, value])
      await is(alive)
      const { id: representative } = await speaker()
      const { id: request } = await asBot('/v1/requests', { kind: 'access', subject: reference, by: 'representative' })
      await callRoute(all, 'POST', '/api/requests/:id/decide', dpo, {
        params: { id: request },
        body: { decision: 'granted' },
      })
      const [copy] = await db.ownerQuery<{ copy_id: string }>(
        'select copy_id from prepared_copy where request_id = $1',
        [request],
      )
      await asBot('/v1/representatives/end', { subject: reference, representative })
      if (speaks !== null) await speaker(speaks)
      await is(circumstance)
      Object.assign(own, { copy: copy!.copy_id })
    }
    return { caller: await arrive(way, { conversation, subject }), own }
  }

  async function arrive(
    way: Way,
    { conversation, subject }: { conversation: string; subject: string },
  ): Promise<Caller> {
    const expiresAt = new Date(start.getTime() + 3_600_000)
    const { token } = await db.database.inTx(scopeOf('toets'), (tx) =>
      way === 'conversation'
        ? createPortalLink(tx, { to: { conversation }, subject, expiresAt }, act)
        : createWholeLink(tx, { client, subject, expiresAt }, act),
    )
    const found = await db.database.inTx({ tenant: '*', clients: '*', actor: { kind: 'job', id: 'test' } }, (tx) =>
      authenticateLink(tx, way === 'chosen' ? `${token}.${conversation}` : token, start),
    )
    assert.ok(found.ok)
    return found.caller
  }

  /** What became of each step. */
  async function visit(person: Person, way: Way): Promise<Record<string, string>> {
    const { caller, own } = await customer(person, way)
    const seen: Record<string, Seen> = {}
    const became: Record<string, string> = {}
    for (const [name, method, path, given] of steps)
      try {
        const reply = (await callRoute(all, method, path, caller, {
          ...given?.(seen, own),
          bytes: [Buffer.from('een brief')],
        })) as Seen
        seen[name] = reply
        became[name] = ['ok', ...toldIn(name, reply)].join(' ')
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        became[name] = `${error.status} ${error.code}`
      }
    return became
  }

  const toldIn = (name: string, reply: Seen): readonly unknown[] => {
    if (name === 'attributes') return [(reply as OwnAttributes).attributes.length]
    if (name !== 'data') return []
    const { mayNotAsk, mayNotAskFor, copies } = reply as unknown as KnownView
    return [mayNotAsk, mayNotAskFor, copies.length]
  }

  test('every route of a customer is walked', () => {
    const walked = new Set(steps.map(([, method, path]) => `${method} ${path}`))
    const declared = declaredRoutes().filter(({ allow }) => allow === 'customer')
    assert.deepEqual(
      declared.map(({ method, path }) => `${method} ${path}`).filter((one) => !walked.has(one)),
      [],
    )
  })

  /** Of a link to everything of a person alone, and how the same is answered to a link to a conversation. */
  const ofWhole = ['everything', 'end']

  for (const [name, person] of Object.entries(people))
    test(`${name}: refused is the same by each way, and nothing opens by the whole that a conversation keeps shut`, async () => {
      const [single, chosen, whole] = [
        await visit(person, 'conversation'),
        await visit(person, 'chosen'),
        await visit(person, 'whole'),
      ]
      for (const step of ofWhole) {
        assert.equal(single[step], '404 portal_not_found')
        assert.deepEqual([chosen[step], whole[step]], ['ok', 'ok'])
      }
      const without = (all: Record<string, string>) =>
        Object.fromEntries(Object.entries(all).filter(([step]) => !ofWhole.includes(step)))
      assert.deepEqual(without(chosen), without(single))
      for (const [step, became] of Object.entries(without(whole)))
        assert.ok(became === single[step] || /^4/.test(became), `${step}: ${became}, by a conversation ${single[step]}`)
      const { copy: _, ...alone } = single
      const expected = Object.fromEntries(
        [...restricted, 'attribute given'].map((step) => [step, person.refused[step] ?? 'ok']),
      )
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((step) => [step, alone[step]])), expected)
      assert.equal(single.copy, person.refused.copy ?? '404 copy_unknown')
      assert.equal(single['choice no'], 'ok', 'no is free, whoever it is about')
      assert.match(single.data!, / 0$/, 'a copy that does not open is not offered either')
      assert.equal(single.attributes, `ok ${person.circumstance === 'adult' ? 1 : 0}`)
    })

  test('what opens by a conversation opens by what was chosen of everything', async () => {
    const became = await visit(people['an adult']!, 'chosen')
    const shut = Object.entries(became).filter(([, one]) => !one.startsWith('ok'))
    // Nobody speaks for them, and nobody has answered yet.
    assert.deepEqual(Object.fromEntries(shut), {
      'request by representative': '403 mandate_missing',
      'objection by representative': '403 mandate_missing',
      copy: '404 copy_unknown',
      'question closed': '409 clarification_not_now',
      appeal: '409 complaint_not_now',
      'appeal dropped': '409 complaint_not_now',
      rating: '409 complaint_not_answered',
    })
  })
})
