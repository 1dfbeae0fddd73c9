import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { openConversation, recordTurns } from '../../records/index.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../../records/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { endRepresentative, loadConsentEvents, recordRepresentative } from '../store.ts'
import { type KnownView, type RequestDetail, type RequestSummary, requestBody, type SubjectCopy } from './contract.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
const dayMs = 86_400_000
const later = (days: number) => new Date(start.getTime() + days * dayMs)

describe('requests of data subjects', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = routes({
      database: db.database,
      ring,
      ids: randomIds,
      pseudonymHours: 24,
      ledgerDays: 2_557,
      backupsUntil: () => later(42),
    })
  })
  after(() => db.close())

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const dpo = staff('toets', ['dpo'])
  const bot = systemCaller('toets', client, 'in-orde')
  const refused = (code: string, param?: string) => (error: unknown) =>
    error instanceof ApiError && error.code === code && (param === undefined || error.param === param)
  type Place = { subject: string; conversation: string; link: Caller }
  let n = 0
  const customer = async (name = `R-${++n}`): Promise<Place> => {
    const act = { now: start, ids: randomIds }
    const opened = await inTx(async (tx) => {
      const wanted = { client, system: 'in-orde', conversation: name, reference: name }
      const conversation = await openConversation(tx, ring, wanted, act)
      const turns = [
        { role: 'customer', said: 'Mijn naam is Klant.', seen: 'Mijn naam is [PERSON_1].', at: start },
        { role: 'agent', said: 'Dag, u spreekt met Anna.', at: start },
      ] as const
      await recordTurns(tx, ring, conversation, turns, act)
      return conversation
    })
    const bound = { client, conversation: opened.conversation, subject: opened.subject, link: `link-${name}` }
    const scope = scopeOf('toets', [client], { kind: 'customer', id: `link-${name}` })
    return { ...opened, link: { kind: 'customer', id: `link-${name}`, roles: [], scope, bound } }
  }
  type Made = { id: string; dueStrict: string; dueLatest: string; receipt: string; letter: { paragraphs: string[] } }
  const ask = ({ link }: Place, kind: string, more: object = {}, now = start) =>
    callRoute(all, 'POST', '/api/portal/requests', link, { body: { kind, ...more }, now }) as Promise<Made>
  const decide = (id: string, body: object, now = start, caller = dpo) =>
    callRoute(all, 'POST', '/api/requests/:id/decide', caller, { params: { id }, body, now }) as Promise<{
      request: RequestDetail
      letter: { paragraphs: string[] }
      receipt: string
    }>
  const known = ({ link }: Place, now = start) =>
    callRoute(all, 'GET', '/api/portal/data', link, { now }) as Promise<KnownView>
  const copy = ({ link }: Place, id: string, now = start) =>
    callRoute(all, 'GET', '/api/portal/copies/:id', link, { params: { id }, now }) as Promise<SubjectCopy>
  const entries = async (request: string) =>
    (await db.ownerQuery<{ type: string; payload: Buffer }>('select type, payload from ledger_pending order by seq'))
      .map(({ type, payload }) => ({ type, ...JSON.parse(payload.toString('utf8')) }))
      .filter(({ refs }) => refs.request === request)

  test('a request by link is on record with its term, a letter and a receipt, and nothing readable of it', async () => {
    const someone = await customer()
    const made = await ask(someone, 'access', { words: 'Graag alles van mevrouw Jansen.' })
    assert.deepEqual([made.dueStrict, made.dueLatest], ['2026-12-25', '2026-12-28'])
    const [received] = await entries(made.id)
    assert.deepEqual(
      [received.type, received.subject, received.id],
      ['request.received', someone.subject, made.receipt],
    )
    assert.equal(requestBody.parse(received.body).identity, 'link')
    const rows = await db.ownerQuery('select * from data_request where request_id = $1', [made.id])
    assert.ok(!JSON.stringify(rows).includes('Jansen') && !JSON.stringify(received).includes('Jansen'))
    assert.equal((await known(someone)).requests[0]?.letters.length, 1)
  })

  test('the same right is asked for once at a time', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access')
    await assert.rejects(ask(someone, 'access'), refused('request_open'))
    await ask(someone, 'erasure')
    await decide(id, { decision: 'granted' })
    await ask(someone, 'access')
  })

  test('of two who ask at once one is told that it was asked', async () => {
    const someone = await customer()
    const results = await Promise.allSettled([ask(someone, 'access'), ask(someone, 'access')])
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test('access gives a copy with what was said, seen and hidden, by whom it was looked at, and nothing of anybody else', async () => {
    const someone = await customer()
    const other = await customer()
    await db.ownerQuery(
      `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, purpose_id, state, upstream_id, model, started_at, facts)
       values ('toets', $1, 'call-1', $2, $3, 'service', 'completed', 'eigen', 'm', $4, '{"sources": [{"id": "a", "title": "Tarieven"}]}')`,
      [client, someone.conversation, someone.subject, start],
    )
    const { id } = await ask(someone, 'access')
    const { letter, request } = await decide(id, { decision: 'granted' })
    assert.equal(request.state, 'completed')
    assert.match(letter.paragraphs.join('\n'), /25 december 2026/)
    const [ready] = (await known(someone)).copies
    const got = await copy(someone, ready!.id)
    assert.deepEqual(
      got.conversations.map(({ turns }) => turns.map(({ said, seen }) => [said, seen])),
      [
        [
          ['Mijn naam is Klant.', 'Mijn naam is [PERSON_1].'],
          ['Dag, u spreekt met Anna.', null],
        ],
      ],
    )
    assert.deepEqual(got.conversations[0]?.calls[0]?.sources, ['Tarieven'])
    assert.deepEqual(got.recipients, [{ name: 'Eigen rekencentrum', region: 'EU', calls: 1 }])
    assert.ok(got.records.turn && got.records.ledger_pending && !('subject_key' in got.records))
    assert.ok(!JSON.stringify(got).includes(other.subject))
    await assert.rejects(copy(other, ready!.id), refused('copy_unknown'))
    await assert.rejects(copy(someone, ready!.id, later(31)), refused('copy_unknown'))
    assert.equal((await entries(id)).filter(({ type }) => type === 'copy.collected').length, 1)
    await copy(someone, ready!.id)
    assert.equal((await entries(id)).filter(({ type }) => type === 'copy.collected').length, 1)
    const sealed = await db.ownerQuery('select sealed from prepared_copy where copy_id = $1', [ready!.id])
    assert.ok(!(sealed[0]!.sealed as Buffer).includes('Klant'))
  })

  test('a copy in part leaves out what was said, and says so', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access')
    const partly = { decision: 'partly', grounds: ['rights_of_others'], explanation: 'Het gaat over een medewerker.' }
    const { letter } = await decide(id, { ...partly, leaveOut: ['words_of_staff'] })
    assert.match(letter.paragraphs.join('\n'), /wat medewerkers zeiden[\s\S]*15\(4\)/)
    const got = await copy(someone, (await known(someone)).copies[0]!.id)
    assert.ok(!JSON.stringify(got).includes('Anna'))
    assert.deepEqual(got.leftOut, ['words_of_staff'])
  })

  test('portability holds what the customer gave, and no more', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'portability')
    await decide(id, { decision: 'granted' })
    const got = await copy(someone, (await known(someone)).copies[0]!.id)
    assert.deepEqual(
      got.conversations.flatMap(({ turns }) => turns.map(({ role }) => role)),
      ['customer'],
    )
    assert.deepEqual([got.views, got.recipients], [[], []])
    assert.ok(!JSON.stringify(got).includes('Anna'))
  })

  test('a correction stands beside the original', async () => {
    const someone = await customer()
    await assert.rejects(ask(someone, 'rectification'), refused('correction_needed', 'shouldBe'))
    const { id } = await ask(someone, 'rectification', { shouldBe: 'Mijn naam is Klaver.', turn: 1 })
    await decide(id, { decision: 'granted' })
    assert.deepEqual(
      (await known(someone)).corrections.map(({ shouldBe, turn }) => [shouldBe, turn]),
      [['Mijn naam is Klaver.', 1]],
    )
    assert.ok((await entries(id)).some(({ type }) => type === 'correction.recorded'))
    const access = await ask(someone, 'access')
    await decide(access.id, { decision: 'granted' })
    const text = JSON.stringify(await copy(someone, (await known(someone)).copies[0]!.id))
    assert.ok(text.includes('Mijn naam is Klaver.') && text.includes('Mijn naam is Klant.'))
  })

  test('a restriction is set and lifted with a letter, and stands on the page', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'restriction')
    assert.equal((await decide(id, { decision: 'granted' })).request.restricted, true)
    assert.equal((await known(someone)).restrictedAt, start.toISOString())
    const lift = () =>
      callRoute(all, 'POST', '/api/requests/:id/lift', dpo, {
        params: { id },
        body: { explanation: 'De gegevens zijn gecontroleerd.' },
        now: later(3),
      }) as Promise<{ letter: { paragraphs: string[] } }>
    assert.match((await lift()).letter.paragraphs.join('\n'), /pauze stopt[\s\S]*gecontroleerd/)
    await assert.rejects(lift(), refused('not_restricted'))
    assert.equal((await known(someone)).restrictedAt, null)
    assert.equal((await known(someone)).requests[0]?.letters.length, 3)
  })

  test('an objection stops the purposes that can be objected to', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'objection')
    const { letter } = await decide(id, { decision: 'granted' })
    assert.match(letter.paragraphs.join('\n'), /u snel doorverbinden/)
    const events = await inTx((tx) => loadConsentEvents(tx, { client, subject: someone.subject }))
    assert.deepEqual(
      events.map(({ purpose, state }) => [purpose, state]),
      [['doorverbinden', 'objected']],
    )
    const nothing = await ask(someone, 'objection', { purposes: ['service'] })
    await assert.rejects(decide(nothing.id, { decision: 'granted' }), refused('nothing_objectable'))
    assert.equal((await entries(nothing.id)).filter(({ type }) => type === 'request.decided').length, 0)
  })

  test('an erasure is carried out with the decision; the letter comes once, the register keeps the fact', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'erasure', { words: 'Weg ermee.' })
    const { letter, request } = await decide(id, { decision: 'granted' })
    assert.match(letter.paragraphs.join('\n'), /gewist op[\s\S]*6 januari 2027/)
    assert.deepEqual([request.state, request.asked, request.letters], ['completed', null, []])
    assert.ok((request.outcome?.turn ?? 0) > 0)
    assert.deepEqual(
      (await entries(id)).map(({ type }) => type),
      ['request.received', 'letter.sent', 'request.decided', 'erasure.completed', 'request.completed'],
    )
    await assert.rejects(ask(someone, 'access'), refused('conversation_erased'))
  })

  test('an erasure under a hold is refused whole', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'erasure')
    await callRoute(all, 'POST', '/api/holds', dpo, {
      body: { subject: someone.subject, reason: 'legal_claim', endsAt: later(30).toISOString() },
    })
    await assert.rejects(decide(id, { decision: 'granted' }), refused('subject_on_hold'))
    const detail = (await callRoute(all, 'GET', '/api/requests/:id', dpo, { params: { id } })) as RequestDetail
    assert.deepEqual([detail.state, detail.holds.length], ['received', 1])
    const no = { decision: 'refused', grounds: ['legal_claims'], explanation: 'Er loopt een zaak.' }
    const { letter, request } = await decide(id, no)
    assert.equal(request.state, 'refused')
    assert.match(letter.paragraphs.join('\n'), /17\(3\)\(e\)[\s\S]*Er loopt een zaak\.[\s\S]*rechter/)
  })

  test('the term is extended once, within the month, with a letter', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access')
    const extend = (now: Date) =>
      callRoute(all, 'POST', '/api/requests/:id/extend', dpo, {
        params: { id },
        body: { reason: 'complex', explanation: 'Het zijn veel gesprekken.' },
        now,
      }) as Promise<{ request: RequestDetail; letter: { paragraphs: string[] } }>
    await assert.rejects(extend(later(40)), refused('extension_late'))
    const { request, letter } = await extend(later(20))
    assert.deepEqual([request.state, request.dueStrict], ['extended', '2027-02-25'])
    assert.match(letter.paragraphs.join('\n'), /25 februari 2027[\s\S]*veel gesprekken/)
    await assert.rejects(extend(later(21)), refused('extended_already'))
  })

  test('a decision after the last day is on record as late', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access')
    const list = async (now: Date) =>
      ((await callRoute(all, 'GET', '/api/requests', dpo, { now })) as { requests: RequestSummary[] }).requests.find(
        (one) => one.id === id,
      )
    assert.equal((await list(start))?.clock, 'in_time')
    assert.equal((await list(later(40)))?.clock, 'late')
    await decide(id, { decision: 'granted' }, later(40))
    assert.equal((await entries(id)).find(({ type }) => type === 'request.decided').body.late, true)
    assert.equal((await list(later(41)))?.clock, 'answered')
  })

  test('a decision without its reasons, by who may not, or a second time, is refused', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access')
    await assert.rejects(decide(id, { decision: 'refused' }), refused('grounds_needed', 'grounds'))
    await assert.rejects(decide(id, { decision: 'refused', grounds: ['excessive'] }), refused('explanation_needed'))
    await assert.rejects(decide(id, { decision: 'granted' }, start, staff('toets', ['agent'])), refused('not_allowed'))
    await assert.rejects(
      decide(id, { decision: 'granted' }, start, staff('toets', ['dpo'], ['toestemmingklant'])),
      refused('request_unknown'),
    )
    await decide(id, { decision: 'granted' })
    await assert.rejects(decide(id, { decision: 'granted' }), refused('request_decided'))
  })

  test('a minor, somebody under guardianship and the dead do not ask by their own link', async () => {
    for (const [value, code] of [
      ['minor', 'guardian_needed'],
      ['represented', 'representative_needed'],
      ['deceased', 'subject_deceased'],
    ] as const) {
      const someone = await customer()
      await circumstance(someone.subject, value)
      await assert.rejects(ask(someone, 'access'), refused(code))
      assert.equal((await known(someone)).mayNotAsk, code)
    }
  })

  const act = { now: start, ids: randomIds }
  const circumstance = (subject: string, value: string) =>
    db.ownerQuery('update data_subject set circumstance = $2 where subject_id = $1', [subject, value])
  const speaker = (subject: string, more: Partial<Parameters<typeof recordRepresentative>[2]> = {}) =>
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
          validUntil: later(100),
          evidence: 'dossier 12',
          ...more,
        },
        act,
      ),
    )
  const record = (body: object, { now = start, caller = staff('toets', ['agent']) } = {}) =>
    callRoute(all, 'POST', '/api/requests', caller, {
      body: { kind: 'access', identity: 'called_back', ...body },
      now,
    }) as Promise<Made>

  test('somebody who asks for a customer is on record for that, in the portal, with staff and on a platform', async () => {
    for (const [value, kind, relation, missing] of [
      ['minor', 'guardian', 'parent', 'guardian_missing'],
      ['represented', 'mandate', 'curator', 'mandate_missing'],
      ['adult', 'mandate', 'authorised', 'mandate_missing'],
    ] as const) {
      const name = `spoken-${value}`
      const someone = await customer(name)
      await circumstance(someone.subject, value)
      const asks = [
        (kind: string, now = start) => ask(someone, kind, { by: 'representative' }, now),
        (kind: string, now = start) =>
          record({ kind, conversation: someone.conversation, by: 'representative' }, { now }),
        (kind: string, now = start) =>
          callRoute(all, 'POST', '/v1/requests', bot, {
            body: { kind, subject: name, by: 'representative', mandate: 'VM-17' },
            now,
          }) as Promise<Made>,
      ]
      for (const one of asks) await assert.rejects(one('access'), refused(missing, 'by'), value)
      assert.equal((await known(someone)).mayNotAskFor, missing)
      const id = await speaker(someone.subject, { kind, relation })
      assert.equal((await known(someone)).mayNotAskFor, null)
      for (const [n, one] of asks.entries()) {
        const made = await one((['access', 'portability', 'restriction'] as const)[n]!)
        const [received] = await entries(made.id)
        assert.deepEqual([received.refs.representative, received.body.by], [id, 'representative'], value)
      }
      for (const one of asks) await assert.rejects(one('erasure', later(100)), refused(missing), 'after its end')
    }
  })

  test('a mandate for one purpose is enough to object to that, and for nothing else', async () => {
    const someone = await customer()
    await speaker(someone.subject, { purposes: ['service'] })
    const asked = { by: 'representative', conversation: someone.conversation }
    await assert.rejects(record(asked), refused('mandate_missing'))
    await assert.rejects(record({ ...asked, kind: 'objection' }), refused('mandate_missing'))
    assert.ok((await record({ ...asked, kind: 'objection', purposes: ['service'] })).id)
  })

  test('a representative who may not any more gets nothing; the request can then only be refused', async () => {
    const someone = await customer()
    const representative = await speaker(someone.subject)
    const { id } = await record({ by: 'representative', representative, subject: someone.subject })
    const read = () => callRoute(all, 'GET', '/api/requests/:id', dpo, { params: { id } }) as Promise<RequestDetail>
    assert.deepEqual((await read()).representative, { id: representative, relation: 'authorised', counts: true })
    await inTx((tx) => endRepresentative(tx, { subject: someone.subject, representative }, act))
    assert.equal((await read()).representative?.counts, false)
    await assert.rejects(decide(id, { decision: 'granted' }), refused('representative_ended'))
    assert.equal((await read()).decision, null)
    const no = { decision: 'refused', grounds: ['not_identified'], explanation: 'De machtiging is beëindigd.' }
    assert.equal((await decide(id, no)).request.state, 'refused')
  })

  test('a copy opens for who asked for it while they may still ask, and is not offered after that', async () => {
    const someone = await customer()
    await circumstance(someone.subject, 'represented')
    const representative = await speaker(someone.subject, { relation: 'curator' })
    const { id } = await ask(someone, 'access', { by: 'representative' })
    await decide(id, { decision: 'granted' })
    const [offered] = (await known(someone)).copies
    assert.ok(await copy(someone, offered!.id))
    await inTx((tx) => endRepresentative(tx, { subject: someone.subject, representative }, act))
    assert.deepEqual((await known(someone)).copies, [])
    await assert.rejects(copy(someone, offered!.id), refused('mandate_missing'))
    // Somebody else who speaks for them asks anew: what another asked for is not theirs.
    await speaker(someone.subject, { relation: 'curator' })
    await assert.rejects(copy(someone, offered!.id), refused('mandate_missing'))
    assert.ok((await ask(someone, 'access', { by: 'representative' })).id)
  })

  test('staff write down what came in by phone, letter or at the desk; the term runs from the day it came in', async () => {
    const someone = await customer()
    const other = await customer()
    const { subject } = someone
    const made = await record({ subject, channel: 'letter', receivedOn: '2026-11-10', words: 'Ik wil alles zien.' })
    assert.deepEqual([made.dueStrict, made.dueLatest], ['2026-12-10', '2026-12-10'])
    assert.match(made.letter.paragraphs.join(' '), /10 november 2026/)
    const detail = (await callRoute(all, 'GET', '/api/requests/:id', dpo, {
      params: { id: made.id },
    })) as RequestDetail
    assert.deepEqual(
      [detail.channel, detail.identity, detail.conversation, detail.recordedAt, detail.asked?.words],
      ['letter', 'called_back', null, start.toISOString(), 'Ik wil alles zien.'],
    )
    const [received] = await entries(made.id)
    assert.deepEqual(
      [received.subject, received.actor, received.body.channel, received.body.receivedOn, received.body.identity],
      [subject, { kind: 'person', id: 'person-1' }, 'letter', '2026-11-10', 'called_back'],
    )
    const overdue = await record({ subject, kind: 'erasure', receivedOn: '2026-10-01' })
    assert.equal(
      ((await callRoute(all, 'GET', '/api/requests', dpo)) as { requests: RequestSummary[] }).requests.find(
        ({ id }) => id === overdue.id,
      )?.clock,
      'late',
    )
    const restriction = { kind: 'restriction' }
    for (const [body, code] of [
      [{ ...restriction, subject, receivedOn: '2026-11-26' }, 'received_future'],
      [{ ...restriction, subject, receivedOn: '2016-11-10' }, 'received_too_early'],
      [{ ...restriction }, 'subject_needed'],
      [{ ...restriction, subject: 'nobody' }, 'subject_unknown'],
      [{ ...restriction, conversation: 'nothing' }, 'conversation_unknown'],
      [{ ...restriction, subject, conversation: other.conversation }, 'subject_differs'],
    ] as const)
      await assert.rejects(record(body), refused(code), code)
    assert.equal(
      (await db.ownerQuery(`select 1 from data_request where kind = 'restriction' and subject_id = $1`, [subject]))
        .length,
      0,
    )
    const elsewhere = { caller: staff('toets', ['agent'], ['toestemmingklant']) }
    await assert.rejects(record({ ...restriction, subject }, elsewhere), refused('subject_unknown'))
    await assert.rejects(
      record({ ...restriction, subject }, { caller: staff('toets', ['auditor']) }),
      refused('not_allowed'),
    )
  })

  test('a platform records what was asked in its own channel', async () => {
    await customer('K-77')
    const send = (body: object) =>
      callRoute(all, 'POST', '/v1/requests', bot, { body: { kind: 'erasure', ...body } }) as Promise<Made>
    await assert.rejects(send({ subject: 'niemand' }), refused('subject_unknown'))
    await assert.rejects(send({}), refused('subject_unknown'))
    assert.ok((await send({ subject: 'K-77' })).id)
    await customer('K-78')
    await assert.rejects(send({ subject: 'K-77', conversation: 'K-78' }), refused('subject_differs'))
  })

  test('reading what a customer wrote is an entry; who has no need sees that there is a request only', async () => {
    const someone = await customer()
    const { id } = await ask(someone, 'access', { words: 'Graag snel.' })
    const read = (caller: Caller) =>
      callRoute(all, 'GET', '/api/requests/:id', caller, { params: { id } }) as Promise<RequestDetail>
    assert.equal((await read(staff('toets', ['agent']))).asked, null)
    assert.equal((await entries(id)).filter(({ type }) => type === 'request.viewed').length, 0)
    assert.equal((await read(dpo)).asked?.words, 'Graag snel.')
    assert.deepEqual((await entries(id)).find(({ type }) => type === 'request.viewed').body, { role: 'dpo' })
  })
})
