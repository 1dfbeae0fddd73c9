import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApiError, type Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { allSubjectStores } from '../privacy/index.ts'
import { callRoute, scopeOf, staff, start, systemCaller } from '../records/testing.ts'
import type { feedbackReply, PortalFeedback } from './contract.ts'
import { client, openWorld, other, system, tenant, type World } from './testing.ts'

const hour = 3_600_000
const later = (ms: number) => new Date(start.getTime() + ms)
const code = (status: number, expected: string) => (error: unknown) =>
  error instanceof ApiError && error.status === status && error.code === expected

describe('feedback', () => {
  let world: World
  const bot = systemCaller(tenant, client, system)
  const give = (as: Caller, body: object, now = start) =>
    callRoute(world.routes, 'POST', '/api/portal/feedback', as, { body, now }) as Promise<
      import('zod').output<typeof feedbackReply>
    >
  const view = (as: Caller, now = start) =>
    callRoute(world.routes, 'GET', '/api/portal/feedback', as, { now }) as Promise<PortalFeedback>
  const rowsOf = (conversation: string) =>
    world.db.ownerQuery<{ fair: number | null; sealed: Buffer | null; redacted: object; withdrawn_at: Date | null }>(
      'select fair, sealed, redacted, withdrawn_at from feedback where conversation_id = $1 order by given_at',
      [conversation],
    )

  before(async () => {
    world = await openWorld()
  })
  after(() => world.db.close())

  test('a customer answers once; a second time shows what was given and changes nothing', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    assert.deepEqual([(await view(me)).state, (await view(me)).given], ['open', null])
    const reply = await give(me, { fair: 2, clear: 4, knewAi: 'no' })
    assert.equal(reply.withdrawUntil, later(24 * hour).toISOString())
    await assert.rejects(give(me, { fair: 5 }), (error: unknown) => {
      assert.ok(error instanceof ApiError)
      assert.deepEqual([error.status, error.code], [409, 'feedback_given'])
      assert.deepEqual(error.values, { date: '25 november 2026', fair: 2, clear: 4, knewAi: 'nee' })
      return true
    })
    const { state, given } = await view(me)
    assert.equal(state, 'given')
    assert.deepEqual(given, {
      givenAt: start.toISOString(),
      fair: 2,
      clear: 4,
      knewAi: 'no',
      text: null,
      withdrawUntil: later(24 * hour).toISOString(),
      receipt: reply.receipt,
    })
    assert.equal((await rowsOf(talked.conversation)).length, 1)
  })

  test('words are kept without a name, a number and an account, under the customer’s key, and the ledger holds none', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    const text =
      'Ik heet Fatima el Amrani, mijn rekening is NL91ABNA0417164300 en mijn nummer is 06-12345678. Het was traag.'
    await give(me, { fair: 1, text })
    const [row] = await rowsOf(talked.conversation)
    assert.ok(row?.sealed)
    assert.deepEqual(row.redacted, { PERSON: 1, IBAN: 1, PHONE: 1 })
    for (const word of ['Fatima', 'NL91', '12345678', 'traag']) assert.ok(!row.sealed.toString('latin1').includes(word))
    const kept = (await view(me)).given!.text!
    assert.match(
      kept,
      /^Ik heet \[PERSON_1\], mijn rekening is \[IBAN_2\] en mijn nummer is \[PHONE_3\]\. Het was traag\.$/,
    )
    const [entry] = (await world.entries('feedback.given')).filter(
      ({ refs }) => refs.conversation === talked.conversation,
    )
    assert.deepEqual(entry!.body, { via: 'portal', fair: 1, clear: null, knewAi: null, words: true })
    assert.equal(entry!.subject, talked.subject)
    const [all] = await world.db.ownerQuery<{ n: number }>(
      `select count(*)::int as n from ledger_pending where convert_from(payload, 'UTF8') ~ 'Fatima|NL91|traag'`,
    )
    assert.equal(all!.n, 0)
  })

  test('what was hidden in the conversation is hidden in the words too', async () => {
    const talked = await world.talk()
    const { sealJson, existingKey } = await import('../vault/index.ts')
    await world.db.database.inTx(scopeOf(tenant), async (tx) => {
      const key = await existingKey(tx, world.ring, { tenant, subject: talked.subject })
      const items = [{ token: '[PERSON_1]', label: 'PERSON', value: 'Zonneveldt' }]
      await tx.query(
        'insert into pseudonym_table (tenant_id, client_id, conversation_id, version, sealed, updated_at) values ($1, $2, $3, 1, $4, $5)',
        [
          tenant,
          client,
          talked.conversation,
          sealJson(key, ['pseudonym_table', 'sealed', tenant, talked.conversation], { next: 2, items }),
          start,
        ],
      )
    })
    const me = await world.link(talked)
    await give(me, { text: 'zonneveldt kreeg geen antwoord' })
    assert.equal((await view(me)).given!.text, '[PERSON_1] kreeg geen antwoord')
  })

  test('words of another script and marks of a page are words', async () => {
    for (const text of ['الخدمة كانت جيدة جدا', '<script>alert(1)</script> & "zo"']) {
      const me = await world.link(await world.talk({ language: 'ar' }))
      await give(me, { text })
      assert.equal((await view(me)).given!.text, text)
    }
  })

  test('what is too long, unreadable, out of range or nothing at all is refused and leaves everything as it was', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    for (const [body, path] of [
      [{ text: 'x'.repeat(2_001) }, 'text'],
      [{ text: 'a\u0000b' }, 'text'],
      [{ text: 'half \ud83d' }, 'text'],
      [{ fair: 0 }, 'fair'],
      [{ fair: 6 }, 'fair'],
      [{ clear: 2.5 }, 'clear'],
      [{ knewAi: 'perhaps' }, 'knewAi'],
    ] as const)
      await assert.rejects(give(me, body), (error: unknown) => {
        assert.deepEqual((error as { issues: { path: string[] }[] }).issues[0]!.path, [path])
        return true
      })
    await assert.rejects(give(me, {}), code(422, 'feedback_empty'))
    await assert.rejects(give(me, { text: ' \n ' }), code(422, 'feedback_empty'))
    assert.deepEqual(await rowsOf(talked.conversation), [])
    await give(me, { text: 'x'.repeat(2_000) })
  })

  test('answers go within a day, and can then be given again; after a day they stay', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    const back = (now: Date) => callRoute(world.routes, 'POST', '/api/portal/feedback/withdraw', me, { now })
    await assert.rejects(back(start), code(404, 'feedback_unknown'))
    await give(me, { fair: 1, text: 'Slecht.' })
    await back(later(24 * hour))
    const [row] = await rowsOf(talked.conversation)
    assert.deepEqual([row!.fair, row!.sealed, row!.withdrawn_at], [null, null, later(24 * hour)])
    assert.equal((await view(me)).state, 'open')
    assert.deepEqual(
      (await world.entries('feedback.withdrawn')).map(({ refs, body }) => [refs.conversation, body]),
      [[talked.conversation, {}]],
    )
    await give(me, { fair: 3 })
    await assert.rejects(back(later(24 * hour + 1)), code(409, 'feedback_final'))
    assert.equal((await view(me, later(24 * hour + 1))).given!.withdrawUntil, null)
  })

  test('a link opens the feedback of its own conversation alone', async () => {
    const [mine, theirs] = [await world.talk(), await world.talk()]
    const wrong = await world.link(mine, {
      bound: { client, conversation: theirs.conversation, subject: mine.subject },
    })
    await assert.rejects(view(wrong), code(404, 'portal_not_found'))
    await assert.rejects(give(wrong, { fair: 1 }), code(404, 'portal_not_found'))
    const decision = await world.link(mine, { bound: { client, decision: 'd', subject: mine.subject } })
    await assert.rejects(view(decision), code(404, 'portal_not_found'))
  })

  test('an application passes answers on by its own number of the conversation, of its own client alone', async () => {
    const talked = await world.talk()
    const post = (as: Caller, body: object, path = '/v1/feedback') =>
      callRoute(world.routes, 'POST', path, as, { body: { conversation: talked.conversation, ...body } })
    await assert.rejects(
      post(systemCaller(tenant, other, 'toestemming-bot'), { fair: 1 }),
      code(404, 'conversation_unknown'),
    )
    await post(bot, { fair: 5, clear: 5, knewAi: 'yes', text: 'Fijn geholpen door Sanne de Vries.' })
    await assert.rejects(post(bot, { fair: 1 }), code(409, 'feedback_given'))
    const { given } = await view(await world.link(talked))
    assert.deepEqual([given!.fair, given!.text], [5, 'Fijn geholpen door [PERSON_1].'])
    await post(bot, {}, '/v1/feedback/withdraw')
    assert.equal((await view(await world.link(talked))).state, 'open')
  })

  test('who got a letter about a data breach, or is touched by an open one, is not asked', async () => {
    const breach = (subject: string, told: Date | null, closed: Date | null) =>
      world.db.ownerQuery(
        `with b as (insert into breach (tenant_id, client_id, breach_id, reference, state, kinds, cause, categories, discovered_at, due_at, recorded_by, closed_at, sealed)
           values ($1, $2, $3, $3, $4, '{confidentiality}', 'other', '{}', $5, $5, 'p', $6, '') returning breach_id)
         insert into breach_subject (tenant_id, client_id, breach_id, subject_id, told_at) select $1, $2, breach_id, $7, $8 from b`,
        [tenant, client, randomIds.next(), closed ? 'closed' : 'recorded', start, closed, subject, told],
      )
    for (const [told, closed, asked] of [
      [null, null, 'not_asked'],
      [later(-0.5 * hour), later(0), 'not_asked'],
      [later(-2 * hour), later(-hour), 'open'],
      [null, later(-hour), 'open'],
    ] as const) {
      const talked = await world.talk({ hoursAgo: 1 })
      await breach(talked.subject, told, closed)
      const me = await world.link(talked)
      const { state, notAsked } = await view(me)
      assert.deepEqual([state, notAsked], [asked, asked === 'open' ? null : 'breach_letter'])
      if (asked === 'not_asked') await assert.rejects(give(me, { fair: 1 }), code(409, 'feedback_not_asked'))
      else await give(me, { fair: 1 })
    }
  })

  test('whose complaint is open, or was about this contact, is not asked', async () => {
    const complaint = (subject: string, conversation: string | null, closed: Date | null) =>
      world.db.ownerQuery(
        `insert into case_record (tenant_id, client_id, case_id, kind, reference, subject_id, conversation_id, via, language, state, opened_at, closed_at, due_at, record)
         values ($1, $2, $3, 'complaint', $4, $5, $6, 'portal', 'nl', 'received', $7, $8, $7, 'e')`,
        [
          tenant,
          client,
          randomIds.next(),
          `K-2026-${Math.floor(Math.random() * 1e6)}`,
          subject,
          conversation,
          start,
          closed,
        ],
      )
    for (const [about, closed, asked] of [
      [false, null, 'not_asked'],
      [true, later(0), 'not_asked'],
      [false, later(0), 'open'],
    ] as const) {
      const talked = await world.talk({ hoursAgo: 1 })
      await complaint(talked.subject, about ? talked.conversation : null, closed)
      const { state, notAsked } = await view(await world.link(talked))
      assert.deepEqual([state, notAsked], [asked, asked === 'open' ? null : 'open_complaint'])
    }
  })

  test('what was given before stays to be seen when nobody is asked any more', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    await give(me, { fair: 3 })
    const asking = await openWorldRoutes(async () => 'open_complaint')
    const { state, given } = (await callRoute(asking, 'GET', '/api/portal/feedback', me)) as PortalFeedback
    assert.deepEqual([state, given!.fair], ['given', 3])
    const fresh = await world.link(await world.talk())
    const seen = (await callRoute(asking, 'GET', '/api/portal/feedback', fresh)) as PortalFeedback
    assert.deepEqual([seen.state, seen.notAsked], ['not_asked', 'open_complaint'])
  })

  const openWorldRoutes = async (mayAsk: () => Promise<'open_complaint'>) => {
    const { routes } = await import('./routes.ts')
    return routes({ database: world.db.database, ring: world.ring, ids: randomIds, mayAsk })
  }

  test('the row goes with its customer, and holds what they said until then', async () => {
    const talked = await world.talk()
    const me = await world.link(talked)
    await give(me, { fair: 4, text: 'Netjes.' })
    const store = allSubjectStores.find(({ id }) => id === 'feedback')!
    const place = { client, subject: talked.subject }
    const [found, exported] = await world.db.database.inTx(scopeOf(tenant), async (tx) => [
      await store.find(tx, place),
      await store.export(tx, world.ring, place),
    ])
    assert.equal(found, 1)
    assert.deepEqual(
      exported.map(({ fair, written }) => [fair, written]),
      [[4, { text: 'Netjes.' }]],
    )
    const erase = () => world.db.database.inTx(scopeOf(tenant), (tx) => store.erase(tx, place))
    assert.deepEqual([await erase(), await erase()], [1, 0])
    assert.deepEqual(await rowsOf(talked.conversation), [])
  })

  test('staff of another client, and who is no staff, read no words', async () => {
    const read = (as: Caller) =>
      callRoute(world.routes, 'POST', '/api/feedback/texts', as, { body: { reason: 'quality_check' } }) as Promise<{
        texts: { text: string }[]
      }>
    await assert.rejects(read(staff(tenant, ['administrator'])), code(403, 'not_allowed'))
    await assert.rejects(read(bot), code(403, 'not_allowed'))
    assert.deepEqual((await read(staff(tenant, ['supervisor'], [other], 'p-other'))).texts, [])
    assert.ok((await read(staff(tenant, ['supervisor'], [client], 'p-own'))).texts.length > 0)
  })

  test('each text that is read is a look with its reason, and a page goes on where the last one ended', async () => {
    const fresh = await openWorld()
    try {
      for (let n = 0; n < 12; n++) {
        const me = await fresh.link(await fresh.talk())
        await callRoute(fresh.routes, 'POST', '/api/portal/feedback', me, {
          body: { text: `Nummer ${String.fromCharCode(97 + n)}.` },
          now: later(n * 1_000),
        })
      }
      const read = (before?: string) =>
        callRoute(fresh.routes, 'POST', '/api/feedback/texts', staff(tenant, ['ethics_officer'], '*', 'reader'), {
          body: { reason: 'quality_check', ...(before === undefined ? {} : { before }) },
        }) as Promise<{ texts: { text: string }[]; next: string | null }>
      const first = await read()
      const second = await read(first.next!)
      assert.deepEqual([first.texts.length, second.texts.length, second.next], [10, 2, null])
      assert.deepEqual(
        [...first.texts, ...second.texts].map(({ text }) => text),
        [...'lkjihgfedcba'].map((letter) => `Nummer ${letter}.`),
      )
      const views = await fresh.db.ownerQuery<{ person_id: string; reason: string }>(
        'select person_id, reason from content_view',
      )
      assert.deepEqual(
        [views.length, ...new Set(views.map((row) => `${row.person_id} ${row.reason}`))],
        [12, 'reader quality_check'],
      )
      assert.equal((await fresh.entries('conversation.viewed')).length, 12)
      await assert.rejects(read('nonsense'), code(422, 'page_unknown'))
    } finally {
      await fresh.db.close()
    }
  })
})
