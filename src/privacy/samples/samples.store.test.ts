// Trying, labelling and measuring on a real database.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fixedClock } from '../../platform/clock.ts'
import type { Scope } from '../../platform/database.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { routes as recordRoutes } from '../../records/routes.ts'
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
import { destroyKey, type KeyRing } from '../../vault/index.ts'
import { recordModel } from '../model/io/open.ts'
import { ModelFailed } from '../model/model.ts'
import { scriptedModel } from '../model/testing.ts'
import { runRetention } from '../rights/io/retention.ts'
import type { CoverageReply, SampleView, TryReply } from './contract.ts'
import { sampleSubjectStore } from './io/store.ts'
import { measureCoverage } from './jobs.ts'
import { sampleRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const client = 'contractklant'
let db: TestDatabase
let ring: KeyRing
let all: ReturnType<typeof sampleRoutes>
let conversation: string
let subject: string
let records: ReturnType<typeof recordRoutes>

const dpo = staff('toets', ['dpo'])
const engineer = staff('toets', ['ai_engineer'])
const other = staff('toets', ['dpo'], ['toestemmingklant'], 'person-2')
const call = (caller: typeof dpo, method: 'GET' | 'POST' | 'DELETE', path: string, given: object = {}) =>
  callRoute(all, method, path, caller, given)
const entries = async (type: string) =>
  (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
    .map(({ payload }) => JSON.parse(payload.toString()) as { type: string; subject: string | null; body: object })
    .filter((entry) => entry.type === type)
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; param?: string }) => [error.code, error.param].filter(Boolean).join(' '),
  )

const turns = [{ role: 'customer', text: 'ik ben Klaartje Veenstra uit groep roodborst' }]
const spans = [
  { turn: 0, start: 7, end: 24, label: 'PERSON' },
  { turn: 0, start: 35, end: 44, label: 'CUSTREF' },
]
const sample = { client, language: 'nl', channel: 'chat', turns, spans }

describe('labelled samples', () => {
  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    all = sampleRoutes({ database: db.database, ring, ids: randomIds })
    records = recordRoutes({
      database: db.database,
      ring,
      ids: randomIds,
      clock: fixedClock(start),
      decideGround: async () => ({ ground: 'allowed', basis: 'contract' }),
    })
    const turns = [{ role: 'customer', text: 'Mijn naam is Klaartje Veenstra.' }]
    const made = await callRoute(records, 'POST', '/v1/conversations', systemCaller('toets', client, 'in-orde'), {
      body: { id: 'x', subject: 'C-plain', turns },
    })
    conversation = (made as { conversation: string }).conversation
    subject = (
      await db.ownerQuery<{ subject_id: string }>('select subject_id from conversation where conversation_id = $1', [
        conversation,
      ])
    )[0]!.subject_id
  })
  after(() => db.close())

  describe('trying', () => {
    const text = 'klant: mijn contract is CK-AB1\nAI: uw postcode?\n9934 NC'
    const tried = (caller = dpo, more: object = {}) =>
      call(caller, 'POST', '/api/privacy/try', { body: { client, language: 'nl', channel: 'chat', text, ...more } })

    test('tells what is hidden and why, with the own numbers of the client, and keeps nothing', async () => {
      const before = await db.ownerQuery('select count(*)::int as n from ledger_pending')
      const reply = (await tried()) as TryReply
      assert.deepEqual(
        reply.turns.map(({ role, text: said, findings }) => [
          role,
          findings.map(({ start, end, label }) => `${label} ${said.slice(start, end)}`),
        ]),
        [
          ['customer', ['CUSTREF CK-AB1']],
          ['ai', []],
          ['customer', ['POSTCODE 9934 NC']],
        ],
      )
      assert.match(reply.turns[0]!.findings[0]!.reason, /^custom:contractnummer$/)
      assert.deepEqual(
        reply.turns.map(({ seen }) => seen),
        ['mijn contract is [CUSTREF_1]', 'uw postcode?', '[POSTCODE_2]'],
      )
      assert.deepEqual(await db.ownerQuery('select count(*)::int as n from ledger_pending'), before)
      assert.deepEqual(await db.ownerQuery('select * from redaction_sample'), [])
    })

    test('is refused without a conversation, for another client and for other roles', async () => {
      assert.equal(await code(tried(dpo, { text: ' \n ' })), 'dialogue_empty text')
      assert.equal(await code(tried(dpo, { text: 'a\n'.repeat(201) })), 'dialogue_long text')
      assert.equal(await code(tried(other)), 'client_unknown client')
      assert.equal(await code(tried(staff('toets', ['auditor']))), 'not_allowed')
    })
  })

  describe('samples', () => {
    let id: string
    test('a sample is kept sealed, with its entry, and its text stands nowhere readable', async () => {
      id = ((await call(engineer, 'POST', '/api/privacy/samples', { body: sample })) as { id: string }).id
      const [entry] = await entries('sample.recorded')
      assert.deepEqual(entry!.body, {
        source: 'typed',
        language: 'nl',
        channel: 'chat',
        spans: 2,
        labels: { PERSON: 1, CUSTREF: 1 },
      })
      const dump = JSON.stringify([
        await db.ownerQuery('select * from redaction_sample'),
        (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending')).map(({ payload }) =>
          payload.toString(),
        ),
      ])
      assert.doesNotMatch(dump, /Klaartje|roodborst/)
      assert.ok(!dump.includes(Buffer.from('Klaartje').toString('hex')))
    })

    test('is seen by who may, of their clients, without its text', async () => {
      const list = (await call(dpo, 'GET', '/api/privacy/samples')) as { samples: SampleView[]; total: number }
      assert.deepEqual([list.total, list.samples[0]?.id], [1, id])
      assert.deepEqual(await call(other, 'GET', '/api/privacy/samples'), { samples: [], total: 0 })
    })

    test('marks that are no place of the text are refused with their number', async () => {
      for (const wrong of [
        { turn: 0, start: 40, end: 99, label: 'PERSON' },
        { turn: 1, start: 0, end: 1, label: 'PERSON' },
        { turn: 0, start: 20, end: 30, label: 'PERSON' },
      ])
        assert.equal(
          await code(call(dpo, 'POST', '/api/privacy/samples', { body: { ...sample, spans: [...spans, wrong] } })),
          'sample_span spans[2]',
        )
    })

    test('one from a conversation lies under the key of its customer, and only for who may read it', async () => {
      const from = { ...sample, conversation }
      assert.equal(await code(call(engineer, 'POST', '/api/privacy/samples', { body: from })), 'not_allowed')
      assert.equal(
        await code(call(dpo, 'POST', '/api/privacy/samples', { body: { ...from, conversation: 'nergens' } })),
        'conversation_unknown',
      )
      const { id: taken } = (await call(dpo, 'POST', '/api/privacy/samples', { body: from })) as { id: string }
      const [row] = await db.ownerQuery<{ subject_id: string }>(
        'select subject_id from redaction_sample where sample_id = $1',
        [taken],
      )
      assert.equal(row!.subject_id, subject)
    })

    test('taking them out is for who reads contents, and an entry about each customer', async () => {
      assert.equal(await code(call(engineer, 'POST', '/api/privacy/samples/export', { body: {} })), 'not_allowed')
      const { lines } = (await call(dpo, 'POST', '/api/privacy/samples/export', { body: {} })) as {
        lines: { text: string; spans: unknown[] }[]
      }
      assert.deepEqual(
        lines.map(({ text, spans: marks }) => [text, marks.length]),
        [
          [turns[0]!.text, 2],
          [turns[0]!.text, 2],
        ],
      )
      assert.deepEqual(
        (await entries('sample.exported')).map((entry) => [entry.subject, entry.body]),
        [
          [null, { samples: 2 }],
          [subject, { samples: 1 }],
        ],
      )
      const again = await call(engineer, 'POST', '/api/privacy/samples/import', {
        body: { client, lines: lines.map((line) => JSON.stringify(line)).join('\n') },
      })
      assert.deepEqual(again, { recorded: 2 })
    })

    test('a file with a line that cannot be read keeps nothing', async () => {
      const lines = `${JSON.stringify({ lang: 'nl', channel: 'chat', roles: ['agent'], text: 'x', spans: [] })}\n{}`
      const before = (await call(dpo, 'GET', '/api/privacy/samples')) as { total: number }
      assert.match(
        await code(call(dpo, 'POST', '/api/privacy/samples/import', { body: { client, lines } })),
        /^sample_line lines\[1\]\./,
      )
      assert.equal(((await call(dpo, 'GET', '/api/privacy/samples')) as { total: number }).total, before.total)
    })

    test('one that is removed leaves no text, and cannot be removed again', async () => {
      await call(engineer, 'DELETE', '/api/privacy/samples/:id', { params: { id } })
      const [row] = await db.ownerQuery<{ sealed: Buffer }>(
        'select sealed from redaction_sample where sample_id = $1',
        [id],
      )
      assert.equal(row!.sealed.length, 0)
      assert.equal((await entries('sample.removed')).length, 1)
      assert.equal(
        await code(call(engineer, 'DELETE', '/api/privacy/samples/:id', { params: { id } })),
        'sample_unknown',
      )
      assert.equal(await code(call(other, 'DELETE', '/api/privacy/samples/:id', { params: { id } })), 'sample_unknown')
    })
  })

  describe('coverage', () => {
    test('is computed with the recogniser of now and the register of now', async () => {
      const coverage = async () => ((await call(dpo, 'GET', '/api/privacy/coverage')) as CoverageReply).figures
      const { samples, labels, leak } = await coverage()
      assert.equal(samples, 3)
      const of = (key: string, rows = labels) => rows.find((row) => row.key === key)!
      assert.deepEqual([of('PERSON').leaks, of('CUSTREF').leaks], [0, 3])
      assert.equal(leak.enough, false)
      await db.ownerQuery('update client set profile = profile || $2::jsonb where client_id = $1', [
        client,
        JSON.stringify({ recognisers: [{ id: 'groep', label: 'CUSTREF', shape: 'roodborst', example: 'roodborst' }] }),
      ])
      assert.equal(of('CUSTREF', (await coverage()).labels).leaks, 0)
    })

    test('of another client counts nothing of this one', async () => {
      const { figures } = (await call(other, 'GET', '/api/privacy/coverage')) as CoverageReply
      assert.deepEqual([figures.samples, figures.leak.spans], [0, 0])
      assert.equal(await code(call(other, 'POST', '/api/privacy/coverage', { body: {} })), 'sample_none')
    })

    test('a measurement is put on record with counts, and comes back as the last one', async () => {
      await call(engineer, 'POST', '/api/privacy/coverage', { body: {} })
      const [entry] = await entries('coverage.measured')
      assert.deepEqual(entry!.body, {
        samples: 3,
        unreadable: 0,
        spans: 6,
        leaks: 0,
        clean: { of: 0, untouched: 0 },
        over: {
          of: (entry!.body as { over: { of: number } }).over.of,
          hidden: (entry!.body as { over: { hidden: number } }).over.hidden,
        },
        labels: { CUSTREF: { spans: 3, leaks: 0 }, PERSON: { spans: 3, leaks: 0 } },
        model: null,
      })
      const { last } = (await call(dpo, 'GET', '/api/privacy/coverage')) as CoverageReply
      assert.deepEqual(
        last.map((one) => [one.client, one.figures.leak.spans]),
        [[client, 6]],
      )
      assert.deepEqual(await call(dpo, 'GET', '/api/limits'), { missed: { here: null } })
    })

    test('the page of limits speaks from thirty stretches on', async () => {
      const line = { lang: 'nl', channel: 'chat', roles: ['customer'], text: turns[0]!.text }
      const many = Array.from({ length: 12 }, () =>
        JSON.stringify({
          ...line,
          spans: [
            [7, 24, 'PERSON'],
            [35, 44, 'CUSTREF'],
          ],
        }),
      )
      await call(engineer, 'POST', '/api/privacy/samples/import', { body: { client, lines: many.join('\n') } })
      const later = new Date(start.getTime() + 1_000)
      const act = () => ({ now: later, ids: randomIds })
      assert.equal(await measureCoverage({ database: db.database, ring, ids: randomIds }, act), 1)
      const { missed } = (await call(dpo, 'GET', '/api/limits')) as { missed: { here: { of: number; on: string } } }
      assert.deepEqual([missed.here.of, missed.here.on], [30, later.toISOString()])
      assert.deepEqual(await call(other, 'GET', '/api/limits'), { missed: { here: null } })
    })
  })

  describe('a customer', () => {
    const place = () => ({ client, subject })
    const scope: Scope = scopeOf('toets')
    test('gets what was made of their conversation, and only that', async () => {
      await db.database.inTx(scope, async (tx) => {
        assert.equal(await sampleSubjectStore.find(tx, place()), 1)
        const exported = await sampleSubjectStore.export(tx, ring, place())
        assert.match(JSON.stringify(exported), /Klaartje/)
        assert.equal(exported.length, 1)
      })
    })

    test('whose key is gone is counted as unreadable and shown nowhere', async () => {
      await db.database.inTx(scope, (tx) => destroyKey(tx, { tenant: 'toets', subject }))
      const { figures } = (await call(dpo, 'GET', '/api/privacy/coverage')) as CoverageReply
      assert.deepEqual([figures.samples, figures.unreadable], [14, 1])
      assert.equal(
        await code(call(dpo, 'POST', '/api/privacy/samples', { body: { ...sample, conversation } })),
        'conversation_erased',
      )
    })

    test('is erased with the sample, also when the conversation became theirs later', async () => {
      await db.database.inTx(scope, async (tx) => {
        assert.equal(await sampleSubjectStore.erase(tx, place()), 1)
        assert.equal(await sampleSubjectStore.erase(tx, place()), 0)
      })
    })
  })

  test('a sample of a conversation goes when the term of its contents ends, others stay', async () => {
    const made = await callRoute(records, 'POST', '/v1/conversations', systemCaller('toets', client, 'in-orde'), {
      body: { id: 'later', subject: 'C-objected', turns: [{ role: 'customer', text: 'Dag.' }] },
    })
    const from = (made as { conversation: string }).conversation
    await call(dpo, 'POST', '/api/privacy/samples', { body: { ...sample, conversation: from } })
    const total = async () => ((await call(dpo, 'GET', '/api/privacy/samples')) as { total: number }).total
    const before = await total()
    const at = (days: number) => ({
      act: () => ({ now: new Date(start.getTime() + days * 86_400_000), ids: randomIds }),
      backupsUntil: () => null,
    })
    await runRetention(db.database, scopeOf('toets'), at(300))
    assert.equal(await total(), before)
    await runRetention(db.database, scopeOf('toets'), at(400))
    assert.equal(await total(), before - 1)
    assert.deepEqual(await db.ownerQuery('select 1 from redaction_sample where conversation_id = $1', [from]), [])
  })

  test('which model runs is on record with the fingerprint of its files', async () => {
    const facts = {
      id: 'proef@0123456789ab',
      onFailure: 'refuse' as const,
      parts: [{ id: 'proef@0123456789ab', kind: 'folder' as const, hash: '0123456789ab'.padEnd(64, '0') }],
    }
    assert.equal(await recordModel(db.database, facts, () => ({ now: start, ids: randomIds })), 1)
    assert.deepEqual((await entries('redaction-model.loaded'))[0]!.body, facts)
  })

  test('with a model it is tried and measured as it runs; when it does not answer there are no figures', async () => {
    let broken = false
    const model = scriptedModel(
      { roodborst: 'CUSTREF', vlinder: 'PERSON' },
      { fails: () => (broken ? new ModelFailed('model_timeout') : undefined) },
    )
    const facts = { id: model.id, onFailure: 'refuse' as const, parts: [] }
    all = sampleRoutes({ database: db.database, ring, ids: randomIds, model: { model, facts, onFailure: 'refuse' } })
    const body = { client, language: 'nl', channel: 'chat', text: 'de rode vlinder zag het' }
    const { turns: tried } = (await call(dpo, 'POST', '/api/privacy/try', { body })) as TryReply
    assert.equal(tried[0]!.findings[0]?.reason, `model:${model.id}`)
    broken = true
    assert.equal(await code(call(dpo, 'POST', '/api/privacy/try', { body })), 'recogniser_unavailable')
    assert.equal(await code(call(dpo, 'GET', '/api/privacy/coverage')), 'recogniser_unavailable')
    broken = false
    const asked = model.asked.length
    const coverage = (await call(dpo, 'GET', '/api/privacy/coverage')) as CoverageReply
    assert.equal(coverage.recogniser.model, model.id)
    assert.ok(model.asked.length > asked)
    // The same samples again: computed once.
    const once = model.asked.length
    assert.deepEqual(await call(dpo, 'GET', '/api/privacy/coverage'), coverage)
    assert.equal(model.asked.length, once)
  })

  test('nobody changes what a sample says, or a measurement', async () => {
    for (const sql of [
      `update redaction_sample set subject_id = 'x'`,
      `update coverage_measurement set figures = '{}'`,
      'delete from coverage_measurement',
    ])
      await assert.rejects(
        db.database.inTx(scopeOf('toets'), (tx) => tx.query(sql)),
        /permission denied/,
      )
  })
})
