import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import {
  findDecision,
  insertDecision,
  insertOutcome,
  openCase,
  openConversation,
  queueMail,
  recordTurns,
  subjectFor,
} from '../../records/index.ts'
import { openTurn, turnPlace } from '../../records/io/conversations.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  testKeys,
} from '../../records/testing.ts'
import { existingKey, type KeyRing, sealJson, subjectKey } from '../../vault/index.ts'
import { appendConsent, recordRepresentative } from '../index.ts'
import { type HoldList, holdBody, type RetentionView, retentionBody } from './contract.ts'
import { runRetention, sealedUnderKey } from './io/retention.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
const purpose = 'service'
const dayMs = 86_400_000
const ago = (days: number) => new Date(start.getTime() - days * dayMs)

describe('retention', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  before(() => {
    ring = testKeys()
  })
  beforeEach(async () => {
    await db?.close()
    db = await testDatabase()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      pseudonymHours: 24,
      ledgerDays: 2_557,
      backupsUntil: () => null,
    })
  })
  after(() => db.close())

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const run = (more: object = {}) =>
    runRetention(db.database, scopeOf('toets'), {
      act: () => ({ now: start, ids: randomIds }),
      backupsUntil: () => null,
      ...more,
    })
  const one = async (sql: string, ...values: unknown[]) => (await db.ownerQuery<{ n: number }>(sql, values))[0]!.n
  /** A conversation whose last word was that many days ago. */
  const spoken = async (name: string, days: number, more: { source?: string; reference?: string } = {}) => {
    const at = ago(days)
    const act = { now: at, ids: randomIds }
    const opened = await inTx(async (tx) => {
      const wanted = { client, system: 'in-orde', conversation: name, reference: more.reference ?? name, purpose }
      const conversation = await openConversation(tx, ring, wanted, act)
      await recordTurns(tx, ring, conversation, [{ role: 'customer', said: 'Dag.', at: null }], act)
      return conversation
    })
    await db.ownerQuery(
      `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, purpose_id, state, started_at) values ('toets', $1, $2, $3, $4, $5, 'completed', $6)`,
      [client, `call-${name}`, opened.conversation, opened.subject, purpose, at],
    )
    if (more.source)
      await db.ownerQuery('update conversation set source = $2 where conversation_id = $1', [
        opened.conversation,
        more.source,
      ])
    return opened
  }
  const oneKey = { kind: 'keys', client, purpose: null, n: 1 }
  const saidLeft = (conversation: string) =>
    one(`select count(*)::int as n from turn where conversation_id = $1 and sealed <> ''`, conversation)
  const entries = (type: string) =>
    db.ownerQuery<{ client_id: string; payload: Buffer }>(
      'select client_id, payload from ledger_pending where type = $1',
      [type],
    )
  const bodyOf = ({ payload }: { payload: Buffer }) => JSON.parse(payload.toString('utf8')).body
  const dpo = staff('toets', ['dpo'])
  const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
  const place = (body: object, caller: Caller = dpo) =>
    callRoute(all, 'POST', '/api/holds', caller, {
      body: { reason: 'dispute', endsAt: new Date(start.getTime() + 30 * dayMs).toISOString(), ...body },
    }) as Promise<HoldList['holds'][number]>

  test('what was said goes after the term of its purpose, its facts stay', async () => {
    // `service` keeps 365 days.
    const old = await spoken('old', 366)
    const young = await spoken('young', 365)
    const { counts, kept, events } = await run()
    assert.deepEqual(counts, [{ kind: 'contents', client, purpose, n: 1 }, oneKey])
    assert.equal(kept, 0)
    assert.deepEqual([await saidLeft(old.conversation), await saidLeft(young.conversation)], [0, 1])
    assert.equal(await one('select count(*)::int as n from ai_call where conversation_id = $1', old.conversation), 1)
    const [entry, ...more] = await entries('retention.applied')
    assert.deepEqual([more.length, entry!.client_id, events.length], [0, client, 1])
    assert.deepEqual(retentionBody.parse(bodyOf(entry!)), {
      counts: [
        { kind: 'contents', purpose, n: 1 },
        { kind: 'keys', purpose: null, n: 1 },
      ],
    })
  })

  test('a second pass finds nothing and records nothing', async () => {
    await spoken('old', 366)
    await run()
    assert.deepEqual(await run(), { run: null, counts: [], kept: 0, events: [], whole: true })
    assert.equal((await entries('retention.applied')).length, 1)
  })

  test('a conversation that went on afterwards has a term of its own again', async () => {
    const { conversation } = await spoken('old', 400)
    await run()
    await db.ownerQuery(`update turn set sealed = '\\x01' where conversation_id = $1`, [conversation])
    await db.ownerQuery('update conversation set updated_at = $2 where conversation_id = $1', [
      conversation,
      new Date(start.getTime() + 1_000),
    ])
    const later = new Date(start.getTime() + 366 * dayMs)
    assert.equal((await run({ act: () => ({ now: later, ids: randomIds }) })).counts[0]?.n, 1)
  })

  test('a dry run says the same and changes nothing', async () => {
    const { conversation } = await spoken('old', 366)
    const { counts, run: id } = await run({ dryRun: true })
    assert.deepEqual([counts, id], [[{ kind: 'contents', client, purpose, n: 1 }], null])
    assert.equal(await saidLeft(conversation), 1)
    assert.deepEqual([...counts, oneKey], (await run()).counts, 'and the key that nothing needs any more')
  })

  test('imported recordings have the term that the file gives them', async () => {
    await db.ownerQuery(
      `update purpose set terms = '{"importedRecordings": 30}' where client_id = $1 and purpose_id = $2`,
      [client, purpose],
    )
    const imported = await spoken('imported', 31, { source: 'import' })
    const own = await spoken('own', 31)
    assert.deepEqual((await run()).counts, [{ kind: 'importedRecordings', client, purpose, n: 1 }, oneKey])
    assert.deepEqual([await saidLeft(imported.conversation), await saidLeft(own.conversation)], [0, 1])
  })

  test('facts go after theirs, with every row of the conversation', async () => {
    await db.ownerQuery(`update purpose set terms = '{"callFacts": 365}' where client_id = $1 and purpose_id = $2`, [
      client,
      purpose,
    ])
    const { conversation } = await spoken('old', 366)
    const young = await spoken('young', 10)
    assert.ok((await run()).counts.some(({ kind, n }) => kind === 'callFacts' && n === 1))
    for (const table of ['conversation', 'turn', 'party', 'ai_call'])
      assert.equal(
        await one(`select count(*)::int as n from ${table} where conversation_id = $1`, conversation),
        0,
        table,
      )
    assert.equal(await saidLeft(young.conversation), 1)
  })

  test('a case goes two years after its end, with what was sent about it; one that is open stays', async () => {
    const act = { now: start, ids: randomIds }
    const { subject } = await spoken('asked', 1)
    const add = (closed: Date) =>
      inTx(async (tx) => {
        const id = randomIds.next()
        await openCase(
          tx,
          {
            id,
            client,
            subject,
            kind: 'clarification',
            conversation: null,
            decision: null,
            system: null,
            version: null,
            via: 'portal',
            language: 'nl',
            state: 'asked',
            nextAct: null,
            openedAt: ago(800),
            clocks: [],
            record: 'r',
          },
          act,
        )
        await queueMail(tx, { client, case: id, letter: `letter-${id}` }, act)
        await tx.query('update case_record set closed_at = $3 where tenant_id = $1 and case_id = $2', [
          'toets',
          id,
          closed,
        ])
        return id
      })
    await add(ago(731))
    const young = await add(ago(729))
    const { counts } = await run()
    assert.deepEqual(
      counts.filter(({ kind }) => kind === 'cases'),
      [{ kind: 'cases', client, purpose: null, n: 1 }],
    )
    for (const table of ['case_record', 'outgoing'])
      assert.deepEqual(await db.ownerQuery(`select case_id from ${table}`), [{ case_id: young }], table)
    await db.ownerQuery('update case_record set closed_at = null')
    await run({ act: () => ({ now: new Date(start.getTime() + 3_000 * dayMs), ids: randomIds }) })
    assert.equal(await one('select count(*)::int as n from outgoing'), 1)
  })

  test('of whom nothing is left, the way to them goes as well', async () => {
    await db.ownerQuery(`update purpose set terms = '{"callFacts": 365}' where client_id = $1 and purpose_id = $2`, [
      client,
      purpose,
    ])
    const { subject } = await spoken('gone', 1_900)
    const { counts } = await run()
    assert.ok(
      counts.some(({ kind, n }) => kind === 'subjects' && n === 1),
      JSON.stringify(counts),
    )
    assert.equal(await one('select count(*)::int as n from subject_reference where subject_id = $1', subject), 0)
    assert.equal(bodyOf((await entries('erasure.completed'))[0]!).cause, 'retention')
  })

  test('a yes that counts and an objection are kept as long as they work; a withdrawal is not', async () => {
    const { subject } = await spoken('asked', 10)
    const say = (state: 'given' | 'withdrawn' | 'objected', about: string) =>
      inTx((tx) =>
        appendConsent(
          tx,
          {
            id: randomIds.next(),
            client,
            subject,
            purpose: about,
            system: null,
            state,
            at: ago(1_900).toISOString(),
            by: 'customer',
            wording: { version: '1', language: 'nl', channel: 'chat' },
          },
          { now: ago(1_900) },
        ),
      )
    const purposes = await db.ownerQuery<{ purpose_id: string }>(
      `select purpose_id from purpose where client_id = $1 and purpose_id <> $2 order by 1`,
      [client, purpose],
    )
    const [first, second] = purposes.map((row) => row.purpose_id)
    await say('objected', first!)
    await say('given', second!)
    const left = () => one('select count(*)::int as n from consent_event where subject_id = $1', subject)
    await run()
    assert.equal(await left(), 2)
    await say('withdrawn', second!)
    assert.deepEqual((await run()).counts, [{ kind: 'consentProof', client, purpose: second, n: 2 }])
    assert.equal(await left(), 1)
  })

  test('goes on where it was cut off, and counts everything once in one entry', async () => {
    for (let n = 0; n < 5; n++) await spoken(`old-${n}`, 400)
    let batches = 0
    const cut = await run({ batch: 2, ended: () => ++batches > 2 })
    assert.equal(cut.whole, false)
    assert.equal((await entries('retention.applied')).length, 0)
    const whole = await run({ batch: 2 })
    assert.equal(whole.run, cut.run)
    assert.equal(whole.counts[0]?.n, 5)
    assert.equal((await entries('retention.applied')).length, 1)
  })

  test('two at once share the work', async () => {
    for (let n = 0; n < 6; n++) await spoken(`old-${n}`, 400)
    await Promise.all([run({ batch: 1 }), run({ batch: 1 })])
    const counted = (await entries('retention.applied')).flatMap((entry) => retentionBody.parse(bodyOf(entry)).counts)
    for (const wanted of ['contents', 'keys'])
      assert.equal(
        counted.reduce((sum, { kind, n }) => sum + (kind === wanted ? n : 0), 0),
        6,
        wanted,
      )
  })

  // -- keys -----------------------------------------------------------------------------------------------------------

  const keyOf = (subject: string) => one('select count(*)::int as n from subject_key where subject_id = $1', subject)
  const sealedTurn = async (conversation: string) =>
    (
      await db.ownerQuery<{ sealed: Buffer }>(
        `select sealed from turn where conversation_id = $1 and sealed <> '' order by seq desc limit 1`,
        [conversation],
      )
    )[0]!.sealed

  test('with the last that was said goes the key, so that a copy in a backup opens no more; what comes after has another', async () => {
    const old = await spoken('old', 400)
    const inBackup = await sealedTurn(old.conversation)
    const opens = (sealed: Buffer, seq: number) =>
      inTx(
        async (tx) =>
          openTurn(
            await existingKey(tx, ring, { tenant: 'toets', subject: old.subject }),
            'toets',
            old.conversation,
            seq,
            sealed,
          ).said,
      )
    assert.equal(await opens(inBackup, 1), 'Dag.')
    const young = await spoken('young', 10, { reference: 'old' })
    assert.equal(young.subject, old.subject)
    await run()
    assert.equal(await keyOf(old.subject), 1, 'what was said ten days ago needs it')
    const later = new Date(start.getTime() + 400 * dayMs)
    await run({ act: () => ({ now: later, ids: randomIds }) })
    assert.equal(await keyOf(old.subject), 0)
    await assert.rejects(opens(inBackup, 1), { code: 'key_destroyed' })
    // The customer is one still, is found again, and can talk.
    const again = await spoken('again', 0, { reference: 'old' })
    assert.equal(again.subject, old.subject)
    assert.equal(await keyOf(old.subject), 1)
    await assert.rejects(opens(inBackup, 1), { code: 'seal_broken' })
    assert.equal(
      await one('select count(*)::int as n from data_subject where subject_id = $1 and erased_at is null', old.subject),
      1,
    )
  })

  test('a key stays while anything sealed under it lives, and on hold', async () => {
    const act = { now: start, ids: randomIds }
    const kept: Record<string, (of: { subject: string; conversation: string }) => Promise<unknown>> = {
      representative: ({ subject }) =>
        inTx((tx) =>
          recordRepresentative(
            tx,
            ring,
            {
              client,
              subject,
              kind: 'mandate',
              relation: 'authorised',
              purposes: null,
              validUntil: null,
              evidence: '12',
            },
            act,
          ),
        ),
      data_request: async ({ subject }) => {
        const { id } = (await callRoute(all, 'POST', '/api/requests', staff('toets', ['agent']), {
          body: { kind: 'access', subject, identity: 'called_back' },
        })) as { id: string }
        const no = { decision: 'refused', grounds: ['excessive'], explanation: 'Dit vroeg u vorige week ook.' }
        await callRoute(all, 'POST', '/api/requests/:id/decide', dpo, { params: { id }, body: no })
      },
      consent_event: ({ subject }) =>
        db.ownerQuery(
          `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, state, at, by_whom, wording, number_hmac)
           values ('toets', $1, gen_random_uuid()::text, $2, 'service', 'objected', $3, 'customer', '{"version": "1", "language": "nl", "channel": "voice"}', 'x')`,
          [client, subject, start],
        ),
      ai_call: ({ subject }) =>
        db.ownerQuery(
          `insert into ai_call (tenant_id, client_id, call_id, subject_id, purpose_id, state, started_at) values ('toets', $1, 'open', $2, 'service', 'admitted', $3)`,
          [client, subject, start],
        ),
      legal_hold: async ({ subject, conversation }) => {
        await place({ subject })
        await db.ownerQuery(`update turn set sealed = '' where conversation_id = $1`, [conversation])
      },
    }
    const subjects: Record<string, string> = {}
    for (const [what, keep] of Object.entries(kept)) {
      const old = await spoken(what, 400)
      await keep(old)
      subjects[what] = old.subject
    }
    const { subject: free } = await spoken('free', 400)
    await run()
    for (const [what, subject] of Object.entries(subjects)) assert.equal(await keyOf(subject), 1, what)
    assert.equal(await keyOf(free), 0)
  })

  test('a key under which somebody is sealing now is passed over, and nothing of it is lost', async () => {
    const { subject, conversation } = await spoken('old', 400)
    const place = { tenant: 'toets', client, subject }
    const held = Promise.withResolvers<void>()
    const passed = Promise.withResolvers<void>()
    const writing = inTx(async (tx) => {
      const key = await subjectKey(tx, ring, place, start)
      held.resolve()
      await passed.promise
      await tx.query(
        `insert into turn (tenant_id, client_id, conversation_id, seq, role, at, sealed, redacted) values ('toets', $1, $2, 9, 'customer', $3, $4, '{}')`,
        [client, conversation, start, sealJson(key, turnPlace('toets', conversation, 9), { said: 'Ik was er net.' })],
      )
    })
    await held.promise
    const { counts } = await run()
    passed.resolve()
    await writing
    assert.deepEqual(counts, [{ kind: 'contents', client, purpose, n: 1 }])
    const said = await inTx(
      async (tx) =>
        openTurn(await existingKey(tx, ring, place), 'toets', conversation, 9, await sealedTurn(conversation)).said,
    )
    assert.equal(said, 'Ik was er net.')
  })

  test('every place of something sealed under a customer’s key counts', async () => {
    const rows = await db.ownerQuery<{ table_name: string }>(
      `select distinct table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
         where table_schema = 'public' and table_type = 'BASE TABLE' and (column_name like 'sealed%' or column_name = 'number_hmac')`,
    )
    // Under keys of the organisation, of the staff, or of a browser.
    const others = [
      'breach',
      'call_objection',
      'code_delivery',
      'kept_form',
      'passkey',
      'second_factor',
      'sign_in_flow',
    ]
    const wanted = rows.map(({ table_name }) => table_name).filter((table) => !others.includes(table))
    // `conversation` holds some in JSON; of a call under way the process holds the key.
    assert.deepEqual(Object.keys(sealedUnderKey).sort(), [...wanted, 'ai_call', 'conversation'].sort())
  })

  test('what is on hold stays, on a customer, a conversation or a case, and goes when it is lifted', async () => {
    const { conversation, subject } = await spoken('old', 400)
    for (const on of [{ subject }, { conversation }]) {
      const hold = await place(on)
      const { counts, kept } = await run()
      assert.deepEqual([counts, kept], [[], 1])
      await callRoute(all, 'POST', '/api/holds/:id/lift', dpo, { params: { id: hold.id }, body: { reason: 'settled' } })
    }
    assert.equal((await run()).counts[0]?.n, 1)
    assert.equal(await saidLeft(conversation), 0)
    assert.deepEqual(
      (await entries('hold.placed')).map((entry) => holdBody.parse(bodyOf(entry)).reason),
      ['dispute', 'dispute'],
    )
    assert.deepEqual(
      (await entries('hold.lifted')).map((entry) => bodyOf(entry).lifted),
      ['settled', 'settled'],
    )
  })

  test('a hold whose end has passed still holds, and its end is reported once', async () => {
    const { conversation, subject } = await spoken('old', 400)
    await place({ subject, endsAt: new Date(start.getTime() + dayMs).toISOString() })
    const act = () => ({ now: new Date(start.getTime() + 2 * dayMs), ids: randomIds })
    await run({ act })
    await run({ act })
    assert.equal(await saidLeft(conversation), 1)
    assert.equal((await entries('hold.expired')).length, 1)
    const { holds } = (await callRoute(all, 'GET', '/api/holds', dpo, { now: act().now })) as HoldList
    assert.equal(holds[0]?.state, 'expired')
  })

  test('what a customer restricted stays', async () => {
    const { conversation, subject } = await spoken('old', 400)
    await db.ownerQuery('update data_subject set restricted_at = $2 where subject_id = $1', [subject, start])
    assert.equal((await run()).kept, 1)
    assert.equal(await saidLeft(conversation), 1)
  })

  test('a hold is on one thing, with an end, by who may', async () => {
    const { conversation, subject } = await spoken('x', 1)
    await assert.rejects(place({}), refused('hold_on_one'))
    await assert.rejects(place({ subject, conversation }), refused('hold_on_one'))
    await assert.rejects(place({ subject: 'nobody' }), refused('subject_unknown'))
    await assert.rejects(place({ case: 'nothing' }), refused('case_unknown'))
    await assert.rejects(place({ subject, endsAt: start.toISOString() }), refused('hold_end_past'))
    await assert.rejects(place({ subject }, staff('toets', ['agent'])), refused('not_allowed'))
    await assert.rejects(place({ subject }, staff('toets', ['dpo'], ['toestemmingklant'])), refused('subject_unknown'))
    const { id } = await place({ subject })
    const lift = (caller: Caller) =>
      callRoute(all, 'POST', '/api/holds/:id/lift', caller, { params: { id }, body: { reason: 'settled' } })
    await assert.rejects(lift(staff('toets', ['complaint_handler'])), refused('not_allowed'))
    await lift(dpo)
    await assert.rejects(lift(dpo), refused('hold_lifted'))
  })

  test('the page shows terms, what goes next and what went, of one client to who is of one client', async () => {
    await spoken('old', 400)
    const show = (caller: Caller) => callRoute(all, 'GET', '/api/retention', caller) as Promise<RetentionView>
    assert.deepEqual((await show(dpo)).next.counts, [{ kind: 'contents', client, purpose, n: 1 }])
    await run()
    const view = await show(dpo)
    assert.deepEqual(view.next.counts, [])
    assert.deepEqual([view.runs[0]?.counts[0]?.n, view.runs[0]?.proofs.length], [1, 1])
    for (const kind of ['ledger', 'accessLog'])
      assert.deepEqual(
        view.terms.filter((term) => term.kind === kind && term.client === client).map(({ days, from }) => [days, from]),
        [[2_557, 'setting']],
      )
    assert.deepEqual(view.ledger, { days: 2_557, last: null, pruned: [] })
    const other = await show(staff('toets', ['dpo'], ['toestemmingklant']))
    assert.deepEqual([other.runs[0]?.counts, other.runs[0]?.proofs], [[], []])
    assert.ok(other.terms.every((term) => term.client === 'toestemmingklant'))
  })

  describe('decisions', () => {
    const decided = (id: string, days: number, more: { review?: 'margin'; reference?: string } = {}) =>
      inTx(async (tx) => {
        const act = { now: ago(days), ids: randomIds }
        const subject = await subjectFor(tx, ring, { client, reference: more.reference ?? id }, act)
        await insertDecision(
          tx,
          ring,
          {
            id,
            client,
            subject,
            subjectRole: 'customer',
            conversation: null,
            system: 'bot',
            version: '1',
            purpose,
            kind: 'score',
            decisionClass: 'assist',
            channel: 'chat',
            language: 'nl',
            decidedAt: ago(days),
            outcome: 'yes',
            favourable: true,
            score: null,
            scoreFrom: 'sent',
            threshold: null,
            review: more.review ?? null,
            explanation: { state: 'not_needed', reason: 'not_sent' },
            keyHmac: null,
            bodyHmac: Buffer.alloc(32),
            contents: { features: {} },
            refs: {},
          },
          act,
        )
        await insertOutcome(
          tx,
          { client, system: 'bot', decision: id, subject, observed: 'paid', positive: true, observedAt: ago(days) },
          act,
        )
        return subject
      })
    const there = (id: string) => inTx((tx) => findDecision(tx, { client, system: 'bot', id }))

    test('go with what became of them after the term of facts; one that waits, or was asked about, stays', async () => {
      const term = 1_826
      await decided('old', term + 1)
      await decided('young', term - 1)
      await decided('waiting', term + 1, { review: 'margin' })
      const asked = await decided('asked', term + 1)
      await inTx((tx) =>
        tx.query('update data_subject set restricted_at = $2 where tenant_id = $3 and subject_id = $1', [
          asked,
          start,
          'toets',
        ]),
      )
      const { counts } = await run()
      assert.deepEqual(
        counts.filter(({ kind }) => kind === 'decisions'),
        [{ kind: 'decisions', client, purpose, n: 1 }],
      )
      assert.equal(await there('old'), undefined)
      for (const id of ['young', 'waiting', 'asked']) assert.ok(await there(id), id)
      const { rows } = await inTx((tx) => tx.query<{ n: number }>('select count(*)::int as n from outcome'))
      assert.equal(rows[0]!.n, 3)
    })

    test('keep their person and the key of it while they stand', async () => {
      await decided('young', 1_000, { reference: 'R' })
      await inTx((tx) => tx.query(`update data_subject set created_at = $1 where tenant_id = 'toets'`, [ago(3_000)]))
      await run()
      const found = await there('young')
      await inTx((tx) => existingKey(tx, ring, { tenant: 'toets', subject: found!.subject }))
    })
  })
})
