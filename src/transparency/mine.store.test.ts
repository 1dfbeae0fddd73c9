// Everything of one person behind a link, in pages, on a real database.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createWholeLink } from '../access/io/portal-links.ts'
import type { Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { openConversation } from '../records/index.ts'
import { callRoute } from '../records/testing.ts'
import type { PortalMine } from './contract.ts'
import { MINE_PAGE } from './io/mine-routes.ts'
import { code, type Demonstration, demonstration, later, start } from './testing.ts'

describe('everything of one person, in pages', () => {
  const CONVERSATIONS = 2 * MINE_PAGE + 3
  const DECISIONS = MINE_PAGE
  let world: Demonstration
  let mine: (query?: object, as?: Caller) => Promise<PortalMine>
  let customer: Caller
  let subject: string
  let conversation: string

  /** Rows like this one under other numbers; several began at the same moment, some in the same millisecond. */
  const copies = (table: 'conversation' | 'decision', n: number, of: string) =>
    world.db.ownerQuery(
      `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('${table}_id', 'copy-' || lpad(i::text, 4, '0'),
         '${table === 'conversation' ? 'started_at' : 'decided_at'}', $2::timestamptz - (i / 3) * interval '1 microsecond'))).*
       from ${table} t, generate_series(1, $3) i where ${table}_id = $1`,
      [of, start, n],
    )

  before(async () => {
    world = await demonstration()
    const { db, ring, scope, api } = world
    const open = (reference: string) =>
      db.database.inTx(scope(), (tx) =>
        openConversation(
          tx,
          ring,
          {
            client: 'kaapstroom',
            system: 'klantassistent',
            reference,
            purpose: undefined,
            channel: undefined,
            language: undefined,
          },
          { now: start, ids: randomIds },
        ),
      )
    ;({ subject, conversation } = await open('K-1'))
    const neighbour = await open('K-2')
    await copies('conversation', CONVERSATIONS - 1, conversation)
    for (const [id, whose, role] of [
      ['first', subject, 'customer'],
      ['of an agent', subject, 'agent'],
      ['of the neighbour', neighbour.subject, 'customer'],
    ] as const)
      await db.ownerQuery(
        `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, system_id, version_id, purpose_id, kind, class, channel, language,
           decided_at, recorded_at, outcome, review, explanation, body_hmac, record)
         values ('dekade', 'kaapstroom', $1, $2, $3, 'klantassistent', '1', 'p', 'score', 'assist', 'chat', 'nl', $4, $4, 'x', 'not_needed', 'not_needed', '', 'r')`,
        [id, whose, role, start],
      )
    await copies('decision', DECISIONS - 1, 'first')
    const { link } = await db.database.inTx(scope(), (tx) =>
      createWholeLink(tx, { client: 'kaapstroom', subject, expiresAt: later(2) }, { now: start, ids: randomIds }),
    )
    customer = {
      kind: 'customer',
      id: link,
      roles: [],
      scope: { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'customer', id: link } },
      bound: { client: 'kaapstroom', subject, link, whole: true },
    }
    mine = (query = {}, as = customer) =>
      callRoute(api, 'GET', '/api/portal/mine', as, { query }) as Promise<PortalMine>
  })
  after(() => world.close())

  test('every conversation stands on one page, the latest first, and each page says how many there are', async () => {
    const seen: PortalMine['conversations'] = []
    let after: string | null = null
    let pages = 0
    do {
      const page: PortalMine = await mine(after === null ? {} : { after })
      assert.equal(page.conversationCount, CONVERSATIONS)
      assert.ok(page.conversations.length <= MINE_PAGE)
      // The other list stays where it is.
      assert.equal(page.decisions.length, DECISIONS)
      seen.push(...page.conversations)
      after = page.next
      pages += 1
    } while (after !== null)
    assert.deepEqual([pages, seen.length], [3, CONVERSATIONS])
    assert.equal(new Set(seen.map(({ id }) => id)).size, CONVERSATIONS)
    assert.deepEqual(
      seen.map(({ startedAt }) => startedAt),
      seen
        .map(({ startedAt }) => startedAt)
        .toSorted()
        .toReversed(),
    )
  })

  test('decisions about the person are counted alike; a page that is just full has none after it', async () => {
    const { decisions, decisionCount, decisionsNext } = await mine()
    assert.deepEqual([decisions.length, decisionCount, decisionsNext], [DECISIONS, DECISIONS, null])
    await world.db.ownerQuery(
      `update decision set decision_id = 'copy-9999', subject_id = $1 where decision_id = 'of the neighbour'`,
      [subject],
    )
    const one = await mine()
    assert.deepEqual([one.decisions.length, one.decisionCount], [MINE_PAGE, MINE_PAGE + 1])
    const two = await mine({ decisionsAfter: one.decisionsNext })
    assert.deepEqual([two.decisions.length, two.decisionCount, two.decisionsNext], [1, MINE_PAGE + 1, null])
    assert.ok(!one.decisions.some(({ id }) => id === two.decisions[0]!.id))
  })

  test('what is new while somebody reads moves nothing on the pages after it', async () => {
    const one = await mine()
    const two = await mine({ after: one.next })
    await world.db.ownerQuery(
      `insert into conversation select (jsonb_populate_record(t, jsonb_build_object('conversation_id', 'newer', 'started_at', $2::timestamptz))).*
       from conversation t where conversation_id = $1`,
      [conversation, later(1)],
    )
    assert.deepEqual((await mine({ after: one.next })).conversations, two.conversations)
    assert.equal((await mine()).conversations[0]!.id, 'newer')
  })

  test('a page of nobody, and a link to one conversation, are answered as if there were none', async () => {
    for (const query of [{ after: 'x' }, { after: '' }, { decisionsAfter: 'WyJ4Iiwi' }])
      await assert.rejects(mine(query), code('page_unknown'))
    const { whole: _, ...bound } = { ...customer.bound!, conversation }
    await assert.rejects(mine({}, { ...customer, bound }), code('portal_not_found'))
  })
})
