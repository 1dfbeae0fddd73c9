import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { viewsOf } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { findSubjects } from '../../records/index.ts'
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
import { recordConsent } from '../index.ts'
import { routes } from '../routes.ts'
import { circumstanceEventBody, representativeEventBody, type SubjectConsents, soughtBody } from './contract.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'toestemmingklant'
const wording = { version: 'v1', language: 'nl', channel: 'voice' }
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const minutes = (n: number) => new Date(start.getTime() + n * 60_000)

describe('who speaks for a data subject', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const bot = systemCaller('toets', client, 'op-toestemming')
  const agent = staff('toets', ['agent'], [client])
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisationFrom(file, start), {
      now: start,
      ids: randomIds,
    })
    all = routes({ database: db.database, ids: randomIds, ring })
  })
  after(() => db.close())

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
  const subjectOf = async (reference: string) =>
    (await inTx((tx) => findSubjects(tx, ring, [{ client, reference }])))[0]!.id
  const say = (reference: string, more: object, now = start) =>
    callRoute(all, 'POST', '/v1/consents', bot, {
      body: { subject: reference, purpose: 'hulp', state: 'given', wording, ...more },
      now,
    }) as Promise<{ id: string; use: { use: string; reason: string | null } }>
  const use = async (reference: string, now = minutes(30)) =>
    (
      (await callRoute(all, 'GET', '/v1/consents', bot, { query: { subject: reference, purpose: 'hulp' }, now })) as {
        uses: { use: string; code: string | null; reason: string | null }[]
      }
    ).uses[0]!
  const speaker = (reference: string, body: object, now = start) =>
    callRoute(all, 'POST', '/v1/representatives', bot, {
      body: { subject: reference, kind: 'mandate', relation: 'curator', evidence: 'Beschikking C/13/700', ...body },
      now,
    }) as Promise<{ id: string }>
  const entries = (type: string) =>
    db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1', [type])

  test('a yes of a representative counts from the moment that their mandate is on record, and not after its end', async () => {
    assert.deepEqual(
      [(await use('S-represented')).code, (await use('S-represented')).reason],
      ['consent_missing', 'mandate_missing'],
    )
    const { id } = await speaker('S-represented', { purposes: ['hulp'], validUntil: minutes(60).toISOString() })
    assert.equal((await use('S-represented')).use, 'allowed')
    assert.equal((await use('S-represented', minutes(60))).reason, 'mandate_missing')
    await callRoute(all, 'POST', '/v1/representatives/end', bot, {
      body: { subject: 'S-represented', representative: id },
      now: minutes(20),
    })
    // Also with the clock set back to before the end.
    assert.equal((await use('S-represented', minutes(1))).reason, 'mandate_missing')
    assert.equal((await entries('mandate.recorded')).length, 1)
    assert.equal((await entries('mandate.ended')).length, 1)
  })

  test('a child cannot say yes; a parent on record can, for what the record covers', async () => {
    await assert.rejects(say('S-minor', {}), refused('guardian_missing'))
    await assert.rejects(say('S-minor', { by: 'representative' }), refused('guardian_missing'))
    await assert.rejects(
      speaker('S-minor', { kind: 'guardian', relation: 'curator' }),
      (error: unknown) => error instanceof Error,
    )
    await speaker('S-minor', { kind: 'guardian', relation: 'parent', purposes: ['hulp'] })
    assert.equal((await say('S-minor', { by: 'representative' })).use.use, 'allowed')
    await assert.rejects(say('S-minor', { by: 'representative', purpose: 'aanbod' }), refused('guardian_missing'))
    // A no needs nobody.
    assert.equal((await say('S-minor', { state: 'withdrawn' }, minutes(2))).use.reason, 'withdrawn')
    const [entry] = await entries('guardian.recorded')
    const { body, refs } = JSON.parse(entry!.payload.toString('utf8'))
    assert.deepEqual(representativeEventBody.parse(body), { relation: 'parent', purposes: ['hulp'], validUntil: null })
    assert.ok(refs.representative)
    assert.doesNotMatch(entry!.payload.toString('utf8'), /Beschikking/)
  })

  test('a day of birth decides who may, and stands nowhere', async () => {
    const circumstance = (body: object, reference = 'Geboren') =>
      callRoute(all, 'POST', '/v1/circumstances', bot, { body: { subject: reference, ...body } }) as Promise<{
        circumstance: string
      }>
    assert.equal((await circumstance({ bornOn: '2015-03-04' })).circumstance, 'minor')
    await assert.rejects(say('Geboren', {}), refused('guardian_missing'))
    assert.equal((await circumstance({ bornOn: '2000-03-04' })).circumstance, 'adult')
    assert.equal((await say('Geboren', {})).use.use, 'allowed')
    assert.equal((await circumstance({ circumstance: 'deceased' })).circumstance, 'deceased')
    assert.equal((await use('Geboren')).reason, 'deceased')
    await assert.rejects(say('Geboren', { by: 'representative' }), refused('deceased'))
    // What heirs take back is taken back.
    assert.equal((await say('Geboren', { by: 'representative', state: 'withdrawn' })).use.reason, 'withdrawn')
    const bodies = (await entries('circumstance.recorded')).map(
      ({ payload }) => circumstanceEventBody.strict().parse(JSON.parse(payload.toString('utf8')).body).circumstance,
    )
    assert.deepEqual(bodies.toSorted(), ['adult', 'deceased', 'minor'])
    await assert.rejects(circumstance({}), (error: unknown) => error instanceof Error)
  })

  test('the evidence is sealed, and shown to who works with customers and to nobody else', async () => {
    const id = await subjectOf('S-minor')
    const [row] = await db.ownerQuery<{ sealed: Buffer; all: string }>(
      'select sealed, to_jsonb(r)::text as all from representative r where subject_id = $1',
      [id],
    )
    assert.doesNotMatch(row!.all, /Beschikking/)
    assert.equal(row!.sealed.includes(Buffer.from('Beschikking')), false)
    const view = (caller: ReturnType<typeof staff>) =>
      callRoute(all, 'GET', '/api/privacy/subjects/:subject/consents', caller, {
        params: { subject: id },
      }) as Promise<SubjectConsents>
    assert.equal((await view(agent)).representatives[0]?.evidence, 'Beschikking C/13/700')
    assert.equal((await view(staff('toets', ['auditor'], [client]))).representatives[0]?.evidence, null)
    await assert.rejects(view(staff('toets', ['agent'], ['contractklant'])), refused('subject_unknown'))
  })

  test('the page of a person tells what was asked in which words, and what a call meets', async () => {
    const id = await subjectOf('S-withdrawn')
    const view = (await callRoute(all, 'GET', '/api/privacy/subjects/:subject/consents', agent, {
      params: { subject: id },
      now: minutes(30),
    })) as SubjectConsents
    const help = view.purposes.find(({ purpose }) => purpose === 'hulp')!
    assert.deepEqual(
      help.events.map(({ state, via, wording: { onFile } }) => [state, via, onFile]),
      [
        ['given', 'file', false],
        ['withdrawn', 'file', false],
      ],
    )
    assert.deepEqual(
      help.uses.map(({ system, use: found }) => [system, found.code]),
      [
        ['aanbieder-niet-toegestaan', 'consent_withdrawn'],
        ['op-toestemming', 'consent_withdrawn'],
      ],
    )
  })

  test('a consent record says who, what for, in which words and when, each event with its entry; and what is not known', async () => {
    const id = await subjectOf('S-again')
    const get = (format: string) =>
      callRoute(all, 'GET', '/api/privacy/subjects/:subject/consents/export', agent, {
        params: { subject: id },
        query: { format },
        now: minutes(30),
      }) as Promise<{ record: Record<string, never> }>
    const { record } = await get('27560')
    const [one] = record.records as unknown as {
      header: { recordId: string; piiPrincipalId: string }
      processing: { lawfulBasis: string; recipients: { name?: string }[] }
      events: { receipt: string; type: string[] }[]
      missing: string[]
    }[]
    assert.deepEqual([one?.header.recordId, one?.header.piiPrincipalId], [`${id}/hulp`, `waarborg:subject/${id}`])
    assert.equal(one?.processing.lawfulBasis, 'eu-gdpr:A6-1-a')
    // The upstreams and processors that the purpose names.
    assert.deepEqual(
      one?.processing.recipients.map(({ name }) => name),
      [undefined, 'Drukhuis', 'Eigen rekencentrum', 'Verre Modellen'],
    )
    assert.deepEqual(
      one?.events.map(({ type }) => type[0]),
      ['dpv:ConsentGiven', 'dpv:ConsentWithdrawn', 'dpv:ConsentGiven'],
    )
    assert.ok(one?.missing.includes('processing.privacyNotice'))
    const known = await db.ownerQuery<{ n: number }>(
      'select count(*)::int as n from ledger_pending where id = any($1)',
      [one!.events.map(({ receipt }) => receipt)],
    )
    assert.equal(known[0]?.n, 3)
    const { attachments } = (await get('vcon')).record as unknown as {
      attachments: [{ body: { status_interval: number; consents: { purpose: string; status: string }[] } }, unknown]
    }
    assert.equal(attachments[0].body.status_interval, 0)
    assert.deepEqual(
      attachments[0].body.consents.map(({ purpose, status }) => [purpose, status]),
      [['hulp', 'granted']],
    )
    assert.doesNotMatch(JSON.stringify(record), /S-again/)
  })

  test('a customer takes along their own consents, and nobody else theirs', async () => {
    const subject = await subjectOf('S-again')
    const customer = { ...bot, kind: 'customer', roles: [], bound: { client, subject, conversation: 'c', link: 'l' } }
    const own = (caller: object) =>
      callRoute(all, 'GET', '/api/portal/consents/export', caller as typeof bot, {}) as Promise<{
        record: { records: { header: { piiPrincipalId: string } }[] }
      }>
    assert.deepEqual(
      (await own(customer)).record.records.map(({ header }) => header.piiPrincipalId),
      [`waarborg:subject/${subject}`],
    )
    await assert.rejects(own({ ...customer, bound: { client } }), refused('link_unknown'))
  })

  test('an agent records a withdrawal with one press, and a yes only as an application could', async () => {
    const id = await subjectOf('S-given')
    const record = (body: object) =>
      callRoute(all, 'POST', '/api/privacy/subjects/:subject/consents', agent, {
        params: { subject: id },
        body: { purpose: 'hulp', wording, ...body },
        now: minutes(40),
      }) as Promise<{ id: string; use: { use: string; reason: string | null } }>
    assert.equal((await record({ state: 'withdrawn' })).use.reason, 'withdrawn')
    assert.equal((await use('S-given', minutes(41))).code, 'consent_withdrawn')
    const [entry] = await db.ownerQuery<{ payload: Buffer }>(
      `select payload from ledger_pending where type = 'consent.withdrawn' order by at desc limit 1`,
    )
    assert.equal(JSON.parse(entry!.payload.toString('utf8')).actor.kind, 'person')
    await assert.rejects(record({ state: 'given', purpose: 'nergens' }), refused('purpose_unknown'))
    await assert.rejects(record({ state: 'objected' }), refused('not_objectable'))
  })

  test('a customer is found by the own reference of their client, and of no other', async () => {
    assert.deepEqual(await find({ reference: 'S-given' }), { subject: await subjectOf('S-given') })
    assert.deepEqual(await find({ reference: 'S-give' }), { subject: null })
    assert.deepEqual(await find({ reference: 'S-given', client: 'contractklant' }), { subject: null })
    assert.deepEqual(await find({ reference: 'S-given' }, staff('toets', ['agent'], ['contractklant'])), {
      subject: null,
    })
  })

  test('who looked for whom is a look like others, with its reason; of nobody nothing is kept', async () => {
    const subject = await subjectOf('S-given')
    const since = await sought()
    await find({ reference: 'S-given', reason: 'complaint' })
    await find({ reference: 'Mevrouw Onbekend, Dorpsstraat 4', reason: 'audit' })
    const entries = (await sought()).slice(since.length)
    assert.deepEqual(
      entries.map((entry) => [entry.subject, entry.actor.id, soughtBody.parse(entry.body)]),
      [
        [subject, 'person-1', { role: 'agent', reason: 'complaint', found: true }],
        [null, 'person-1', { role: 'agent', reason: 'audit', found: false }],
      ],
    )
    const rows = await db.ownerQuery<{ subject_id: string; reason: string; conversation_id: string | null }>(
      `select subject_id, reason, conversation_id from content_view order by at desc, view_id desc limit 1`,
    )
    assert.deepEqual(rows, [{ subject_id: subject, reason: 'complaint', conversation_id: null }])
    const all = JSON.stringify([
      await db.ownerQuery('select * from ledger_pending'),
      await db.ownerQuery('select * from content_view'),
    ])
    for (const kept of all.matchAll(/"data":\[([0-9,]+)\]/g))
      assert.ok(!Buffer.from(kept[1]!.split(',').map(Number)).includes('Onbekend'))
    assert.ok(!all.includes('Onbekend') && !all.includes('Dorpsstraat'))
    const looks = await db.database.inTx(scopeOf('toets'), (tx) => viewsOf(tx, subject))
    assert.deepEqual([looks[0]?.reason, looks[0]?.role, looks[0]?.conversation], ['complaint', 'agent', null])
  })

  test('one is found by a conversation too, and never without a reason', async () => {
    const subject = await subjectOf('S-given')
    await db.ownerQuery(
      `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
       values ('toets', $1, 'gesprek-1', $2, 'hulp', 'chat', 'nl', 'gateway', $3, $3)`,
      [client, subject, start],
    )
    const byConversation = { client: undefined, reference: undefined, conversation: 'gesprek-1' }
    assert.deepEqual(await find(byConversation), { subject })
    assert.deepEqual(await find({ ...byConversation, conversation: 'gesprek-2' }), { subject: null })
    for (const body of [
      { reference: 'S-given', reason: undefined },
      { reference: 'S-given', reason: 'other' },
      { reference: 'S-given', client: undefined },
      { reference: 'S-given', conversation: 'gesprek-1' },
    ])
      await assert.rejects(find(body), JSON.stringify(body))
  })

  type Sought = { readonly subject: string | null; readonly actor: { readonly id: string }; readonly body: unknown }
  const find = (body: object, caller = agent) =>
    callRoute(all, 'POST', '/api/privacy/subjects/find', caller, {
      body: JSON.parse(JSON.stringify({ client, reason: 'customer_question', ...body })),
    })
  const sought = async (): Promise<Sought[]> =>
    (
      await db.ownerQuery<{ payload: Buffer }>(
        `select payload from ledger_pending where type = 'subject.sought' order by seq`,
      )
    ).map(({ payload }) => JSON.parse(payload.toString('utf8')))
})
