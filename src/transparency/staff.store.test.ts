// What the staff reads of disclosures and notices, on a real database.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApiError, readers } from '../platform/http.ts'
import { callRoute, staff } from '../records/testing.ts'
import type { StaffNotice, TransparencyOverview } from './staff-contract.ts'
import { code, type Demonstration, demonstration, later, start } from './testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('transparency: for the staff', () => {
  let world: Demonstration
  const overview = async (clients: '*' | string[] = '*', roles: readonly string[] = ['dpo'], now = start) =>
    (
      (await callRoute(world.api, 'GET', '/api/transparency', staff('dekade', roles, clients), {
        now,
      })) as TransparencyOverview
    ).clients
  const kaapstroom = async (now = start) => (await overview('*', ['dpo'], now)).find(({ id }) => id === 'kaapstroom')!
  const sql = (text: string, ...values: unknown[]) => world.db.ownerQuery(text, values)
  const minutes = (n: number) => new Date(start.getTime() - 3_600_000 + n * 60_000)

  /** A conversation in which an AI spoke at minute 2 in its first call, and how it was said to be one. */
  async function conversation(
    id: string,
    told: { source: 'injected' | 'reported'; at: number; call?: string; kind?: string } | null,
    { system = 'klantassistent', source = 'gateway', began = minutes(0), spoke = true } = {},
  ) {
    await sql(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('dekade', 'kaapstroom', $1, 'anonymous', $2)`,
      `s-${id}`,
      began,
    )
    await sql(
      `insert into conversation (tenant_id, client_id, conversation_id, subject_id, system_id, purpose_id, channel, language, source, started_at, updated_at, disclosed_at)
       values ('dekade', 'kaapstroom', $1, $2, $3, 'klantenservice', 'chat', 'nl', $4, $5, $5, $6)`,
      id,
      `s-${id}`,
      system,
      source,
      began,
      told === null ? null : minutes(told.at),
    )
    const turn = (seq: number, role: string, call: string | null, at: number) =>
      sql(
        `insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed) values ('dekade', 'kaapstroom', $1, $2, $3, $4, $5, '')`,
        id,
        seq,
        role,
        call,
        minutes(at),
      )
    await turn(1, 'customer', 'call-1', 1)
    if (spoke) {
      await turn(2, 'ai', 'call-1', 2)
      await turn(3, 'ai', 'call-2', 4)
    }
    if (told !== null)
      await sql(
        `insert into disclosure_event (tenant_id, client_id, disclosure_id, conversation_id, call_id, source, channel, language, text_key, text_version, at, kind)
         values ('dekade', 'kaapstroom', $1, $1, $2, $3, 'chat', 'nl', 'k', 'v', $4, $5)`,
        id,
        told.call ?? null,
        told.source,
        minutes(told.at),
        told.kind ?? 'ai',
      )
  }

  before(async () => {
    world = await demonstration()
  })
  after(() => world.close())

  test('without conversations nothing is counted, of nobody', async () => {
    assert.deepEqual((await kaapstroom()).told, { n: 0, of: 0, from: later(-24 * 30).toISOString() })
  })

  test('told in time is: with our sentence before the first words, or reported before them', async () => {
    await conversation('with-it', { source: 'injected', at: 2, call: 'call-1' })
    await conversation('reported', { source: 'reported', at: 1 })
    await conversation('reported-at-once', { source: 'reported', at: 2 })
    assert.deepEqual([(await kaapstroom()).told.n, (await kaapstroom()).told.of], [3, 3])
    await conversation('late', { source: 'injected', at: 4, call: 'call-2' })
    await conversation('reported-late', { source: 'reported', at: 3 })
    await conversation('never', null)
    await conversation('emotion-only', { source: 'reported', at: 1, kind: 'emotion' })
    assert.deepEqual([(await kaapstroom()).told.n, (await kaapstroom()).told.of], [3, 7])
  })

  test('counted are conversations of the last 30 days in which an AI spoke that had to say so', async () => {
    const { of } = (await kaapstroom()).told
    await conversation('no-ai', null, { spoke: false })
    await conversation('an-audit', null, { source: 'audit' })
    await conversation('inner', null, { system: 'gespreksverslag' })
    await conversation('old', null, { began: later(-24 * 30 - 1) })
    assert.equal((await kaapstroom()).told.of, of)
  })

  test('every wording as a customer reads it, and which are the client’s own, with what counted before', async () => {
    const of = async (wording: string) => (await kaapstroom()).disclosures.find((one) => one.wording === wording)!
    assert.equal((await kaapstroom()).disclosures.length, 8)
    const ours = await of('chat')
    assert.match(ours.texts.nl, /^U chat met een computer: de AI-assistent van Kaapstroom Energie/)
    assert.deepEqual([ours.own, ours.earlier], [null, []])
    assert.match((await of('emotion')).texts.nl, /Wij doen dit voor: het doel van het systeem/)
    const good = (more = '') =>
      [
        '    contact:\n      phone: 088-0000100',
        `    disclosures: { chat: { nl: 'U chat met een robot van {organisation}. Typ {humanWord} voor een medewerker.${more}', en: 'You are chatting with a robot of {organisation}. Type {humanWord} for a person.' } }\n    contact:\n      phone: 088-0000100`,
      ] as const
    await world.applyDemo(later(1), good())
    await world.applyDemo(later(2), good(' Dank u.'))
    const own = await of('chat')
    assert.match(own.texts.nl, /Dank u\.$/)
    assert.notEqual(own.versions.nl, ours.versions.nl)
    assert.equal(own.own?.countsFrom, later(2).toISOString())
    assert.deepEqual(
      own.earlier.map(({ countsFrom, texts }) => [countsFrom, texts?.nl]),
      [[later(1).toISOString(), 'U chat met een robot van Kaapstroom Energie. Typ medewerker voor een medewerker.']],
    )
    await world.applyDemo(later(3))
    const back = await of('chat')
    assert.deepEqual([back.texts, back.own, back.earlier.length], [ours.texts, null, 3])
  })

  test('the notices of each client, and in how many conversations each was more than linked', async () => {
    const shown = (id: string, conversation: string, way: string, at = start) =>
      sql(
        `insert into notice_shown (tenant_id, client_id, shown_id, conversation_id, kind, version, language, way, shown_at)
         values ('dekade', 'kaapstroom', $1, $2, 'privacy', 1, 'nl', $3, $4)`,
        id,
        conversation,
        way,
        at,
      )
    await shown('a', 'never', 'channel')
    await shown('b', 'never', 'opened')
    await shown('c', 'late', 'opened')
    await shown('d', 'old', 'opened', later(-24 * 31))
    await shown('e', 'inner', 'linked')
    assert.deepEqual(
      (await kaapstroom()).notices.map(({ kind, version, versions, shown: n }) => [kind, version, versions, n]),
      [
        ['privacy', 1, 1, 2],
        ['ai', 1, 1, 0],
      ],
    )
  })

  test('a notice in both languages, with its entry; a version that is not there is not found', async () => {
    const notice = (query: object, clients: '*' | string[] = '*') =>
      callRoute(world.api, 'GET', '/api/transparency/notices', staff('dekade', ['auditor'], clients), {
        query,
      }) as Promise<StaffNotice>
    const found = await notice({ client: 'kaapstroom', kind: 'ai' })
    assert.equal(found.shown.documents.en.title, 'What computers with AI do for us')
    assert.equal((await world.entries('notice.published')).find(({ id }) => id === found.shown.record)?.body.kind, 'ai')
    await assert.rejects(notice({ client: 'kaapstroom', kind: 'ai', version: '7' }), code('notice_unknown'))
    await assert.rejects(notice({ client: 'kaapstroom', kind: 'ai' }, ['wijkwinkel']), code('client_unknown'))
  })

  test('is for who reads the register, and of one’s own clients', async () => {
    assert.deepEqual(
      (await overview(['wijkwinkel'])).map(({ id }) => id),
      ['wijkwinkel'],
    )
    for (const role of readers) assert.equal((await overview('*', [role])).length, 2)
    for (const role of ['agent', 'complaint_handler', 'reviewer'])
      await assert.rejects(overview('*', [role]), (error: unknown) => error instanceof ApiError && error.status === 403)
  })
})
