import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after as afterAll, before, beforeEach, describe, test } from 'node:test'
import { append, nodeSha256, openSigner, startIntegrator } from '../ledger/index.ts'
import { commitment, verifyTlogProof } from '../ledger/rules.ts'
import type { Scope, Tx } from '../platform/database.ts'
import { ApiError, type Caller, mayCall, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { silentLog } from '../platform/log.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { anyone, type ConsentEvent } from '../privacy/rules.ts'
import type { Notice } from '../records/rules.ts'
import { destroyKey, type KeyRing, openKeyRing, sealJson, subjectKey } from '../vault/index.ts'
import type { PortalView, PublicSystems } from './contract.ts'
import { disclosureText, textVersion } from './disclosure.ts'
import { routes } from './routes.ts'
import { recordDisclosure } from './store.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('transparency: routes', () => {
  const kept: Notice[] = []
  const now = new Date('2026-11-25T12:00:00.000Z')
  const after = (ms: number) => new Date(now.getTime() + ms)
  let db: TestDatabase
  let ring: KeyRing
  let folder: string
  let api: Route[]
  let handOffs: unknown[] = []

  const scope = (
    tenant = 'kade',
    clients: '*' | readonly string[] = '*',
    actor: Scope['actor'] = { kind: 'job', id: 'test' },
  ): Scope => ({ tenant, clients, actor })
  const inTx = <T>(work: (tx: Tx) => Promise<T>, as = scope()) => db.database.inTx(as, work)
  const customer = (
    client = 'a',
    conversation = `conversation-${client}`,
    subject = `subject-${client}`,
    tenant = 'kade',
  ): Caller => ({
    kind: 'customer',
    id: 'link-1',
    roles: [],
    scope: scope(tenant, [client], { kind: 'customer', id: 'link-1' }),
    bound: { client, conversation, subject, link: 'link-1' },
  })
  const bot = (client = 'a'): Caller => ({
    kind: 'system',
    id: `bot-${client}`,
    roles: [],
    scope: scope('kade', [client], { kind: 'system', id: `bot-${client}` }),
    bound: { client, system: `bot-${client}`, key: 'k' },
  })
  const nobody: Caller = { kind: 'public', id: 'public', roles: [], scope: scope('*', []) }
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

  async function call<T>(
    method: string,
    path: string,
    options: { as?: Caller; params?: unknown; query?: unknown; body?: unknown; language?: 'nl' | 'en' } = {},
  ): Promise<T> {
    const route = api.find((each) => each.method === method && each.path === path)
    assert.ok(route, `${method} ${path}`)
    const caller = options.as ?? nobody
    if (!mayCall(route.allow, caller)) throw new ApiError(403, 'not_allowed')
    const reply = await route.handle({
      caller,
      params: route.params?.parse(options.params),
      query: route.query?.parse(options.query),
      body: route.body?.parse(options.body),
      now,
      language: options.language ?? 'nl',
      header: () => undefined,
    })
    return route.reply.parse(reply) as T
  }

  const profile = {
    contact: { phone: '088-0000100' },
    allow: ['Kaapstroom', 'Zonnestroom'],
    handoff: {
      channel: 'chat',
      hours: {},
      timezone: 'Europe/Amsterdam',
      humanWord: { nl: 'medewerker', en: 'person' },
      answerWithinHours: 24,
    },
  }
  const both = (text: string) => JSON.stringify({ nl: text, en: `${text} (en)` })

  /** Two clients of one organisation and one of another, each with a system, a customer and a conversation of two turns. */
  async function seed(): Promise<void> {
    for (const [tenant, client] of [
      ['kade', 'a'],
      ['kade', 'b'],
      ['haven', 'h'],
    ] as const) {
      const q = (sql: string, ...values: unknown[]) => db.ownerQuery(sql, [tenant, ...values])
      await q(`insert into tenant values ($1, 'De Kade', $2) on conflict do nothing`, now)
      await q(`insert into client values ($1, $2, 'Kaapstroom Energie', $3, $4)`, client, JSON.stringify(profile), now)
      await q(
        `insert into upstream (tenant_id, upstream_id, builtin, provider, updated_at) values ($1, 'u', 'assistant', '{"name":"eigen"}', $2) on conflict do nothing`,
        now,
      )
      await q(
        `insert into ai_system (tenant_id, client_id, system_id, name, description, kind, decision_class, channel, language, purposes, upstream_id, disclosure, mode, updated_at)
       values ($1, $2, $3, $4, $4, 'chatbot', 'inform', 'chat', 'nl', '{service}', 'u', 'require', 'enforce', $5)`,
        client,
        `bot-${client}`,
        both('Klantassistent'),
        now,
      )
      await q(
        `insert into system_version (tenant_id, system_id, version_id, model, prompt, knowledge, settings, version_hash, is_current, created_at) values ($1, $2, '4.2', 'm', 'p', 'k', '{}', 'h', true, $3)`,
        `bot-${client}`,
        now,
      )
      await q(
        `insert into standing values ($1, $2, $3, '4.2', 'passed', 'g', $4, 'present', 'o', $4, null, null, null, $5)`,
        client,
        `bot-${client}`,
        after(60_000),
        now,
      )
      await q(
        `insert into purpose (tenant_id, client_id, purpose_id, name, basis, reasoning, signed_by, signed_at, data_kinds, retention_days, objectable, updated_at) values
       ($1, $2, 'service', $3, 'contract', $3, 'x', $4, $3, 30, false, $4), ($1, $2, 'routing', $3, 'legitimate_interests', $3, 'x', $4, $3, 30, true, $4)`,
        client,
        both('doel'),
        now,
      )
      await q(
        `insert into purpose (tenant_id, client_id, purpose_id, name, basis, data_kinds, retention_days, objectable, updated_at) values ($1, $2, 'advice', $3, 'consent', $3, 30, false, $4)`,
        client,
        both('advies'),
        now,
      )
      await q(
        `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ($1, $2, $3, 'known', $4)`,
        client,
        `subject-${client}`,
        now,
      )
      await q(
        `insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, started_at, updated_at, turn_count) values ($1, $2, $3, $4, $5, 'service', 'chat', 'nl', 'gateway', $6, $6, 2)`,
        client,
        `conversation-${client}`,
        `subject-${client}`,
        `bot-${client}`,
        now,
      )
      await db.database.inTx(scope(tenant), async (tx) => {
        const key = await subjectKey(tx, ring, { tenant, client, subject: `subject-${client}` }, now)
        for (const [seq, role, said, redacted] of [
          [1, 'customer', 'Mijn rekening is NL62TEST0000003037', { IBAN: 1 }],
          [2, 'ai', 'Dat staat bij Verhuizen.', {}],
        ] as const)
          await tx.query(
            `insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed, redacted, disclosure) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)`,
            [
              tenant,
              client,
              `conversation-${client}`,
              seq,
              role,
              role === 'ai' ? `call-${client}` : null,
              after(seq * 1_000),
              sealJson(key, ['turn', 'sealed', tenant, `conversation-${client}`, String(seq)], { said }),
              JSON.stringify(redacted),
            ],
          )
        await tx.query(
          `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, system_id, version_id, state, upstream_id, model, turn_from, turn_to, redacted, started_at, facts, admitted_event, end_event)
         values ($1, $2, $3, $4, $5, $6, '4.2', 'completed', 'u', 'waarborg-retrieval', 1, 1, '{"IBAN":1}', $7, '{"sources":[{"id":"k","title":"Verhuizen"}]}', 'x', 'y')`,
          [
            tenant,
            client,
            `call-${client}`,
            `conversation-${client}`,
            `subject-${client}`,
            `bot-${client}`,
            after(1_500),
          ],
        )
      })
    }
  }

  const entry = (
    type: string,
    more: { conversation?: string; subject?: string; client?: string; body?: Record<string, string> } = {},
  ) =>
    inTx(async (tx) => {
      const id = randomIds.next()
      const { conversation = 'conversation-a', subject = 'subject-a', client = 'a', body = {} } = more
      await append(tx, {
        id,
        type,
        at: now.toISOString(),
        actor: tx.scope.actor,
        tenant: 'kade',
        client,
        subject,
        refs: conversation === '' ? {} : { conversation },
        body,
      })
      return id
    })

  before(async () => {
    db = await testDatabase()
    folder = mkdtempSync(join(tmpdir(), 'waarborg-transparency-'))
    ring = openKeyRing(folder)
    await seed()
    api = routes({
      database: db.database,
      ids: randomIds,
      ring,
      tenant: null,
      vkey: 'waarborg.example/ledger+key',
      async openConversation(tx, { client, conversation }) {
        const { rows } = await tx.query<{ subject_id: string }>(
          'select subject_id from conversation where client_id = $1 and conversation_id = $2',
          [client, conversation],
        )
        if (!rows[0]) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
        return { conversation, subject: rows[0].subject_id }
      },
      consents: {
        person: async () => anyone,
        notices: async () => [],
        keepNotice: async (_, notice) => kept.push(notice),
        async load(tx, { subject }) {
          const { rows } = await tx.query<{
            event_id: string
            purpose_id: string
            state: ConsentEvent['state']
            at: Date
            wording: ConsentEvent['wording']
            conversation_id: string | null
          }>(
            'select event_id, purpose_id, state, at, wording, conversation_id from consent_event where subject_id = $1 order by seq',
            [subject],
          )
          return rows.map((row) => ({
            id: row.event_id,
            subject,
            purpose: row.purpose_id,
            system: null,
            state: row.state,
            at: row.at.toISOString(),
            by: 'customer' as const,
            wording: row.wording,
            conversation: row.conversation_id ?? undefined,
          }))
        },
        async record(tx, answer) {
          await tx.query(
            `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, state, at, by_whom, wording, conversation_id, evidence) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
            [
              tx.scope.tenant,
              answer.client,
              answer.id,
              answer.subject,
              answer.purpose,
              answer.state,
              answer.at,
              answer.by,
              JSON.stringify(answer.wording),
              answer.conversation ?? null,
              JSON.stringify(answer.evidence),
            ],
          )
          return answer.id
        },
      },
      say: {
        refusal: (refused) => `<${refused}>`,
        handOff: () => ({ open: true, sentence: 'Wilt u een medewerker?' }),
      },
      async requestHandOff(_tx, wanted) {
        handOffs.push(wanted)
        return { id: 'h1', state: 'requested', answerBy: after(24 * 3_600_000), event: 'event-h1' }
      },
    })
  })
  afterAll(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    handOffs = []
    await db.ownerQuery('delete from consent_event')
  })

  describe('reporting a disclosure', () => {
    const good = 'U spreekt met een computer van Kaapstroom. Zeg medewerker voor een medewerker.'
    const report = (body: object, as = bot()) =>
      call<{ id: string; conversation: string; at: string }>('POST', '/v1/disclosures', {
        as,
        body: { conversation: 'conversation-a', channel: 'voice', language: 'nl', text: good, ...body },
      })
    const marked = async () =>
      (
        await db.ownerQuery<{ disclosed_at: Date | null; disclosure_record: string | null }>(
          `select disclosed_at, disclosure_record from conversation where conversation_id = 'conversation-a'`,
        )
      )[0]!
    beforeEach(async () => {
      await db.ownerQuery('delete from disclosure_event')
      await db.ownerQuery('update conversation set disclosed_at = null, disclosure_record = null')
    })

    test('marks the conversation and stands in the ledger, without the words', async () => {
      const reply = await report({ at: after(-5_000).toISOString(), complete: true })
      assert.equal(reply.at, after(-5_000).toISOString())
      assert.deepEqual(await marked(), { disclosed_at: after(-5_000), disclosure_record: reply.id })
      const [stored] = await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where id = $1', [
        reply.id,
      ])
      const { type, subject, refs, body } = JSON.parse(stored!.payload.toString('utf8'))
      assert.deepEqual(
        [type, subject, refs],
        ['disclosure.made', 'subject-a', { conversation: 'conversation-a', disclosure: reply.id, system: 'bot-a' }],
      )
      assert.deepEqual([body.source, body.channel, body.language, body.textKey], ['reported', 'voice', 'nl', 'own'])
      const rows = await db.ownerQuery<{ row: string }>('select to_jsonb(t)::text as row from disclosure_event t')
      assert.doesNotMatch(JSON.stringify([rows, body]), /Zeg medewerker/)
    })

    test('the first one stays the one that counts', async () => {
      const first = await report({})
      await report({ at: after(-60_000).toISOString() })
      assert.deepEqual(await marked(), { disclosed_at: now, disclosure_record: first.id })
    })

    test('our own sentence is known by its version, also as it was heard', async () => {
      const own = disclosureText({
        channel: 'voice',
        language: 'nl',
        organisation: 'Kaapstroom Energie',
        humanWord: 'medewerker',
      }).text
      for (const text of [own, own.toLowerCase().replaceAll(/[.,?:]/g, '')]) {
        await report({ text })
        const [row] = await db.ownerQuery<{ text_key: string; text_version: string }>(
          'select text_key, text_version from disclosure_event order by disclosure_id desc limit 1',
        )
        assert.deepEqual(row, { text_key: 'disclosure.voice', text_version: textVersion('nl', 'disclosure.voice') })
      }
    })

    for (const [what, body, expected] of [
      ['one that was cut off', { complete: false }, 'disclosure_interrupted'],
      [
        'one that says assistant only',
        { text: 'U spreekt met de digitale assistent van Kaapstroom. Zeg medewerker voor een medewerker.' },
        'disclosure_incomplete',
      ],
      [
        'one that names a product instead of the organisation',
        { text: 'U spreekt met een computer van Zonnestroom. Zeg medewerker voor een medewerker.' },
        'disclosure_incomplete',
      ],
      ['one from the future', { at: after(120_000).toISOString() }, 'disclosure_future'],
      ['one of an unknown conversation', { conversation: 'nowhere' }, 'conversation_unknown'],
      ['one of a conversation of another client', { conversation: 'conversation-b' }, 'conversation_unknown'],
    ] as const)
      test(`${what} does not count`, async () => {
        await assert.rejects(report(body), code(expected))
        assert.equal((await marked()).disclosed_at, null)
        assert.equal((await db.ownerQuery('select 1 from disclosure_event')).length, 0)
      })

    test('the refusal names what is still needed, in the reader’s language', async () => {
      await assert.rejects(
        report({ text: 'Welkom en een fijne dag gewenst.' }),
        (error: unknown) =>
          error instanceof ApiError &&
          error.values.missing ===
            'dat het een computer met AI is, de naam van de organisatie en hoe iemand een medewerker krijgt',
      )
    })

    test('a clock that is a little ahead is taken as now', async () => {
      assert.equal((await report({ at: after(30_000).toISOString() })).at, now.toISOString())
    })

    test('staff and customers report none', async () => {
      await assert.rejects(report({}, customer()), code('not_allowed'))
    })

    test('what Waarborg says itself is recorded the same way', async () => {
      const id = await inTx((tx) =>
        recordDisclosure(
          tx,
          {
            client: 'a',
            conversation: 'conversation-a',
            subject: 'subject-a',
            system: 'bot-a',
            call: 'call-a',
            source: 'injected',
            channel: 'chat',
            language: 'nl',
            textKey: 'disclosure.chat',
            textVersion: 'v',
            at: now,
          },
          { now, ids: randomIds },
        ),
      )
      assert.equal((await marked()).disclosure_record, id)
    })
  })

  describe('the customer’s page', () => {
    const page = (as = customer(), language: 'nl' | 'en' = 'nl') =>
      call<PortalView>('GET', '/api/portal', { as, language })

    test('shows the customer their own words, and what was hidden from the computer', async () => {
      const view = await page()
      assert.equal(view.turns[0]?.text, 'Mijn rekening is NL62TEST0000003037')
      assert.deepEqual(view.turns[0]?.heldBack, [{ label: 'IBAN', word: 'rekeningnummer', n: 1 }])
      assert.match(view.turns[1]!.why[0]!, /Verhuizen/)
      assert.deepEqual(
        [view.organisation, view.client, view.system?.version, view.ground.basis],
        ['De Kade', 'Kaapstroom Energie', '4.2', 'contract'],
      )
      assert.deepEqual(
        view.choices.map(({ purpose, kind, on }) => [purpose, kind, on]),
        [
          ['advice', 'consent', false],
          ['routing', 'objection', true],
        ],
      )
    })

    test('speaks English to who asks for it', async () => {
      assert.equal((await page(customer(), 'en')).system?.name, 'Klantassistent (en)')
    })

    for (const [what, as] of [
      ['of another customer', customer('a', 'conversation-a', 'subject-b')],
      ['of another conversation of the client', customer('a', 'conversation-zz')],
      ['of another client', customer('a', 'conversation-b', 'subject-b')],
      ['of another organisation', customer('h', 'conversation-a', 'subject-a', 'haven')],
      ['without a bound conversation', { ...customer(), bound: {} }],
    ] as const)
      test(`a page ${what} is not found`, () => assert.rejects(page(as), code('portal_not_found')))

    test('staff cannot open it', async () => {
      await assert.rejects(page({ ...customer(), kind: 'person', roles: ['administrator'] }), code('not_allowed'))
    })

    test('a moved seal is not shown as something else', async () => {
      await db.ownerQuery(
        `update turn set sealed = (select sealed from turn where conversation_id = 'conversation-b' and seq = 1) where conversation_id = 'conversation-b' and seq = 2`,
      )
      assert.deepEqual(
        (await page(customer('b'))).turns.map(({ text }) => text),
        ['Mijn rekening is NL62TEST0000003037', null],
      )
    })

    test('after erasure the page stands without contents', async () => {
      await db.database.inTx(scope('haven'), (tx) => destroyKey(tx, { tenant: 'haven', subject: 'subject-h' }))
      assert.deepEqual(
        (await page(customer('h', 'conversation-h', 'subject-h', 'haven'))).turns.map(({ text }) => text),
        [null, null],
      )
    })

    test('lists entries about this customer in this conversation and in none, and looks by staff', async () => {
      const [own, loose, viewed] = [
        await entry('call.completed'),
        await entry('consent.given', { conversation: '' }),
        await entry('conversation.viewed', { body: { role: 'dpo' } }),
      ]
      await entry('call.completed', { conversation: 'conversation-zz' })
      await entry('call.completed', { subject: 'subject-zz' })
      const view = await page()
      assert.deepEqual(view.receipts.map(({ event }) => event).slice(-3), [own, loose, viewed])
      assert.deepEqual(
        view.views.map(({ role, receipt }) => [role, receipt]),
        [['onze privacy-functionaris (FG)', viewed]],
      )
    })
  })

  describe('the customer’s switches', () => {
    const choose = (purpose: string, on: boolean, as = customer()) =>
      call<{ on: boolean; at: string; sentence: string; receipt: string }>('POST', '/api/portal/choices', {
        as,
        body: { purpose, on },
      })
    const stored = () =>
      db.ownerQuery<{
        state: string
        purpose_id: string
        conversation_id: string | null
        wording: { version: string; notice?: string; sha256?: string }
        evidence: { link: string }
      }>('select state, purpose_id, conversation_id, wording, evidence from consent_event order by seq')

    test('consent is given and withdrawn, each recorded with the words and the link', async () => {
      const yes = await choose('advice', true)
      assert.match(yes.sentence, /^U gaf toestemming op 25 november 2026/)
      const no = await choose('advice', false)
      assert.match(no.sentence, /Dit geldt direct/)
      const rows = await stored()
      assert.deepEqual(
        rows.map(({ state, conversation_id }) => [state, conversation_id]),
        [
          ['given', null],
          ['withdrawn', null],
        ],
      )
      assert.deepEqual(
        [rows[0]?.wording.notice, rows[0]?.wording.sha256, rows[0]?.evidence],
        ['built-in.advice', kept.at(-1)?.texts.find(({ language }) => language === 'nl')?.sha256, { link: 'link-1' }],
      )
    })

    test('the same choice again records nothing and has the same receipt', async () => {
      const first = await choose('advice', true)
      assert.equal((await choose('advice', true)).receipt, first.receipt)
      assert.equal((await stored()).length, 1)
    })

    test('an objection is received and taken back', async () => {
      assert.match((await choose('routing', false)).sentence, /^Wij hebben uw bezwaar ontvangen/)
      assert.match((await choose('routing', true)).sentence, /bezwaar ingetrokken/)
      assert.deepEqual(
        (await stored()).map(({ state }) => state),
        ['objected', 'objection_lifted'],
      )
    })

    test('agreeing to what was never objected to says what is so', async () => {
      assert.match((await choose('routing', true)).sentence, /^Dit stond al zo/)
      assert.equal((await stored()).length, 0)
    })

    test('two pages that withdraw at once record it once', async () => {
      await choose('advice', true)
      await Promise.all([choose('advice', false), choose('advice', false), choose('advice', false)])
      assert.deepEqual(
        (await stored()).map(({ state }) => state),
        ['given', 'withdrawn'],
      )
    })

    for (const purpose of ['service', 'nothing', ''])
      test(`there is no switch for ${purpose || 'nothing at all'}`, () => assert.rejects(choose(purpose, true)))

    test('nobody sets the switch of another', async () => {
      await assert.rejects(
        choose('advice', true, customer('a', 'conversation-a', 'subject-b')),
        code('portal_not_found'),
      )
      assert.equal((await stored()).length, 0)
    })

    test('an answer of somebody known from one conversation counts there', async () => {
      await db.ownerQuery(`update data_subject set kind = 'anonymous' where subject_id = 'subject-b'`)
      await choose('advice', true, customer('b'))
      assert.equal((await stored())[0]?.conversation_id, 'conversation-b')
    })
  })

  describe('asking for a person', () => {
    test('is passed on with the conversation, and answered with a term', async () => {
      const reply = await call<{ sentence: string; receipt: string }>('POST', '/api/portal/handoff', {
        as: customer(),
        body: { reason: '  Bel mij liever. ' },
      })
      assert.deepEqual(handOffs, [
        { client: 'a', conversation: 'conversation-a', subject: 'subject-a', note: 'Bel mij liever.' },
      ])
      assert.match(reply.sentence, /uiterlijk op 26 november 2026/)
      assert.equal(reply.receipt, 'event-h1')
    })
  })

  describe('receipts', () => {
    const get = (event: string, as = customer()) =>
      call<{ entry: string; proof: string | null; fileName: string; vkey: string; sentence: string }>(
        'GET',
        '/api/portal/receipts/:event',
        { as, params: { event } },
      )

    test('one’s own entry is given as it was recorded; its proof comes when it has a number', async () => {
      const event = await entry('call.completed')
      const reply = await get(event)
      assert.equal(JSON.parse(reply.entry).id, event)
      assert.deepEqual([reply.proof, reply.sentence], [null, 'De computer gaf antwoord.'])
      assert.equal(reply.fileName, `bewijs-2026-11-25-${event.slice(-12)}.tlog-proof`)
    })

    test('an entry of somebody else, of another conversation, and one that never was are one answer', async () => {
      const foreign = [
        await entry('call.completed', { subject: 'subject-zz' }),
        await entry('call.completed', { conversation: 'conversation-zz' }),
        randomIds.next(),
        'x',
        "' or 1=1",
      ]
      for (const event of foreign) await assert.rejects(get(event), code('portal_not_found'))
      await assert.rejects(get(await entry('call.completed'), customer('b')), code('portal_not_found'))
    })

    test('with its number, the entry comes with a proof that anyone can check without us', async () => {
      const event = await entry('call.completed')
      const signer = openSigner({ folder: join(folder, 'signer'), origin: 'waarborg.example/ledger' })
      const integrator = startIntegrator({
        database: db.database,
        signer,
        exportFolder: null,
        intervalMs: 20,
        clock: { now: () => now },
        log: silentLog,
      })
      try {
        await integrator.settled()
        const reply = await get(event)
        assert.ok(reply.proof !== null)
        const { index } = await verifyTlogProof(reply.proof, Buffer.from(reply.entry), signer.trust)
        assert.equal(
          (await call<PortalView>('GET', '/api/portal', { as: customer() })).receipts.find(
            (each) => each.event === event,
          )?.index,
          Number(index),
        )
        await assert.rejects(
          verifyTlogProof(reply.proof, Buffer.from(reply.entry.replace('completed', 'failed')), signer.trust),
        )
      } finally {
        await integrator.stop()
      }
    })

    test('the receipt of what was said carries the salt that shows these very words were recorded', async () => {
      const salt = randomBytes(32)
      const turn = { seq: 1, said: 'Mijn rekening is NL62TEST0000003037', seen: 'Mijn rekening is [IBAN_1]' }
      const id = randomIds.next()
      await inTx(async (tx) => {
        const key = await subjectKey(tx, ring, { tenant: 'kade', client: 'a', subject: 'subject-a' }, now)
        await tx.query(`update turn set sealed = $1 where conversation_id = 'conversation-a' and seq = 1`, [
          sealJson(key, ['turn', 'sealed', 'kade', 'conversation-a', '1'], { ...turn, salt: salt.toString('base64') }),
        ])
        await append(tx, {
          id,
          type: 'call.admitted',
          at: now.toISOString(),
          actor: tx.scope.actor,
          tenant: 'kade',
          client: 'a',
          subject: 'subject-a',
          refs: { conversation: 'conversation-a' },
          body: { turns: { from: 1, to: 1 } },
          commit: commitment(salt, [turn], nodeSha256),
        })
      })
      const signer = openSigner({ folder: join(folder, 'signer'), origin: 'waarborg.example/ledger' })
      const integrator = startIntegrator({
        database: db.database,
        signer,
        exportFolder: null,
        intervalMs: 20,
        clock: { now: () => now },
        log: silentLog,
      })
      try {
        await integrator.settled()
        const { proof, entry: recorded } = await get(id)
        const { extra } = await verifyTlogProof(proof ?? '', Buffer.from(recorded), signer.trust)
        assert.equal(commitment(Buffer.from(extra!), [turn], nodeSha256), JSON.parse(recorded).commit)
      } finally {
        await integrator.stop()
      }
    })
  })

  describe('the public list', () => {
    const list = (client: string) => call<PublicSystems>('GET', '/api/public/systems', { query: { client } })

    test('names each system of the client with its state, purpose and law, to anyone', async () => {
      const reply = await list('a')
      assert.deepEqual(
        reply.systems.map(({ id, state, version }) => [id, state, version]),
        [['bot-a', 'in_use', '4.2']],
      )
      assert.match(reply.systems[0]!.purposes[0]!.law.url, /art_6$/)
    })

    test('an unknown client is not found, and nothing of another shows', async () => {
      await assert.rejects(list('zz'), code('client_unknown'))
      for (const client of ['*', 'a,b', '']) await assert.rejects(list(client))
      assert.deepEqual(
        (await list('b')).systems.map(({ id }) => id),
        ['bot-b'],
      )
    })
  })

  test('what changes something names its entries; what only reads names none', () => {
    for (const route of api) {
      // That somebody looked at a page on which the notices stand is an entry of its own.
      const changes = route.events.filter((event) => event !== 'notice.shown' || route.method !== 'GET')
      assert.equal(changes.length > 0, route.method !== 'GET', `${route.method} ${route.path}`)
    }
  })
})
