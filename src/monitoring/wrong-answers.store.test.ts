import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { addReveal } from '../access/index.ts'
import { ApiError, type Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { allSubjectStores } from '../privacy/index.ts'
import { callRoute, scopeOf, staff, start, systemCaller } from '../records/testing.ts'
import { existingKey } from '../vault/index.ts'
import type {
  CorrectionPreview,
  PortalCorrections,
  WrongAnswerLine,
  WrongAnswerList,
  WrongAnswerView,
  wrongAnswerReply,
} from './contract.ts'
import { keepWrongAnswers } from './jobs.ts'
import { client, openWorld, other, system, type Talked, tenant, type World } from './testing.ts'

type Reply = import('zod').output<typeof wrongAnswerReply>
const code = (status: number, expected: string) => (error: unknown) =>
  error instanceof ApiError && error.status === status && error.code === expected

const answer = 'U mag binnen 14 dagen opzeggen. Daarna betaalt u € 50 per maand.'
const correction = { nl: 'U mag binnen 30 dagen opzeggen.', en: 'You may cancel within 30 days.' }

describe('wrong answers', () => {
  let world: World
  const agent = staff(tenant, ['agent'], [client], 'agent-1')
  const judge = staff(tenant, ['supervisor'], '*', 'judge-1')
  const bot = systemCaller(tenant, client, system)
  const call = <T>(method: 'GET' | 'POST', path: string, as: Caller, given: object = {}) =>
    callRoute(world.routes, method, path, as, given) as Promise<T>
  const report = (talked: Talked, as = agent, more: object = {}) =>
    call<Reply>('POST', '/api/wrong-answers', as, {
      body: { conversation: talked.conversation, turn: 2, kind: 'incorrect', ...more },
    })
  const decide = (id: string, decision = 'confirmed', as = judge) =>
    call('POST', '/api/wrong-answers/:id/decision', as, { params: { id }, body: { decision } })
  const preview = (id: string, more: object = {}, as = judge) =>
    call<CorrectionPreview>('POST', '/api/wrong-answers/:id/preview', as, {
      params: { id },
      body: { correction, reach: 'same', ...more },
    })
  const approve = async (id: string, more: object = {}) => {
    const { shown } = await preview(id, more)
    return call<{ told: number; waiting: number }>('POST', '/api/wrong-answers/:id/correction', judge, {
      params: { id },
      body: { correction, reach: 'same', shown, ...more },
    })
  }
  const view = (id: string, as = judge) =>
    call<WrongAnswerView>('GET', '/api/wrong-answers/:id', as, { params: { id } })
  const listed = async (id: string) => (await view(id)).list.map(({ conversation, match }) => [conversation, match])
  const told = async (talked: Talked) =>
    (await call<PortalCorrections>('GET', '/api/portal/corrections', await world.link(talked))).corrections

  before(async () => {
    world = await openWorld()
  })
  beforeEach(async () => {
    for (const table of ['wrong_answer_recipient', 'wrong_answer', 'content_view', 'ledger_pending'])
      await world.db.ownerQuery(`delete from ${table}`)
    await world.db.ownerQuery('update turn set sealed = $1', [''])
  })
  after(() => world.db.close())

  test('leads to the article it cited, and finds everybody who got the same answer of it', async () => {
    const mine = await world.talk({ answers: [answer], language: 'nl' })
    const same = await world.talk({
      answers: [`Goedemorgen. ${answer.toUpperCase()} Kan ik nog iets doen?`],
      hoursAgo: 50,
    })
    const part = await world.talk({ answers: ['Daarna betaalt u € 50 per maand.'] })
    const otherWords = await world.talk({ answers: ['U mag binnen 30 dagen opzeggen.'] })
    const otherArticle = await world.talk({ answers: [answer], source: { id: 'b', title: 'Anders' } })
    const older = await world.talk({ answers: [answer], hoursAgo: 24 * 120 })
    const otherSystem = await world.talk({ answers: [answer], system: 'gestopt' })
    const reply = await report(mine)
    assert.deepEqual([reply.recipients, reply.lookedEverywhere, reply.state], [3, true, 'reported'])
    const seen = await view(reply.id)
    assert.deepEqual(seen.source, { id: 'a', title: 'Artikel', hash: null })
    assert.deepEqual([seen.system, seen.version, seen.looked.answers], [system, '1', 3])
    assert.deepEqual(await listed(reply.id), [
      [mine.conversation, 'same'],
      [same.conversation, 'same'],
      [part.conversation, 'shared'],
    ])
    for (const talked of [otherWords, otherArticle, older, otherSystem])
      assert.ok(!seen.list.some(({ conversation }) => conversation === talked.conversation))
    const [entry] = await world.entries('answer.reported')
    assert.deepEqual(entry!.body, { kind: 'incorrect', via: 'staff', turn: 2, source: 'a', sourceHash: null })
    assert.equal(entry!.subject, mine.subject)
  })

  test('another version of the article is another answer, where the version is on record', async () => {
    const source = (hash: string) => ({ id: 'v', title: 'Artikel', hash: hash.repeat(64) })
    const mine = await world.talk({ answers: [answer], source: source('a') })
    const same = await world.talk({ answers: [answer], source: source('a') })
    const unknown = await world.talk({ answers: [answer], source: { id: 'v', title: 'Artikel' } })
    await world.talk({ answers: [answer], source: source('b') })
    const { id } = await report(mine)
    assert.deepEqual(
      new Set((await listed(id)).map(([conversation]) => conversation)),
      new Set([mine.conversation, same.conversation, unknown.conversation]),
    )
  })

  test('nothing readable of the answer or the note stands in the tables, the entries or the index', async () => {
    const talked = await world.talk({ answers: [answer] })
    const { id } = await report(talked, agent, { note: 'Het is dertig dagen.', rightAnswer: 'Binnen 30 dagen.' })
    const [row] = await world.db.ownerQuery<{ all: string; hashes: number }>(
      `select row_to_json(w)::text as all, cardinality(sentences_hmac) as hashes from wrong_answer w where wrong_answer_id = $1`,
      [id],
    )
    assert.equal(row!.hashes, 2)
    for (const word of ['opzeggen', 'dertig', 'Binnen']) assert.ok(!row!.all.includes(word))
    const [left] = await world.db.ownerQuery<{ n: number }>(
      `select count(*)::int as n from ledger_pending where convert_from(payload, 'UTF8') ~ 'opzeggen|dertig|Binnen 30'`,
    )
    assert.equal(left!.n, 0)
  })

  test('what cannot be reported is refused and leaves nothing behind', async () => {
    const talked = await world.talk({ answers: [answer] })
    const elsewhere = await world.talk({ client: other, system: 'op-toestemming', answers: [answer] })
    await assert.rejects(report(talked, agent, { turn: 99 }), code(404, 'turn_unknown'))
    await assert.rejects(report(talked, agent, { turn: 1 }), code(422, 'turn_of_person'))
    await assert.rejects(report(elsewhere), code(404, 'turn_unknown'), 'of another client')
    await assert.rejects(report(talked, staff(tenant, ['administrator'])), code(403, 'not_allowed'))
    await assert.rejects(report(talked, agent, { note: 'x'.repeat(2_001) }))
    await assert.rejects(report(talked, agent, { kind: 'rude' }))
    await world.db.ownerQuery('update turn set sealed = $1 where conversation_id = $2', ['', talked.conversation])
    await assert.rejects(report(talked), code(409, 'answer_gone'))
    assert.deepEqual(await world.db.ownerQuery('select 1 from wrong_answer'), [])
    assert.deepEqual(await world.entries('answer.reported'), [])
  })

  test('one report is enough: the same answer in another conversation is known already, until it is rejected', async () => {
    const [one, two] = [await world.talk({ answers: [answer] }), await world.talk({ answers: [answer] })]
    const { id } = await report(one)
    await assert.rejects(report(one), code(409, 'answer_reported'))
    await assert.rejects(report(two), code(409, 'answer_reported'))
    await decide(id, 'rejected')
    await report(two)
  })

  test('an application reports by the call or the turn, by its own number of the conversation', async () => {
    const talked = await world.talk({ answers: [answer] })
    const [{ call_id }] = (await world.db.ownerQuery<{ call_id: string }>(
      'select call_id from ai_call where conversation_id = $1',
      [talked.conversation],
    )) as [{ call_id: string }]
    const post = (as: Caller, body: object) =>
      call<Reply>('POST', '/v1/wrong-answers', as, {
        body: { conversation: talked.conversation, kind: 'outdated', ...body },
      })
    await assert.rejects(post(bot, {}), code(422, 'turn_or_call'))
    await assert.rejects(post(bot, { turn: 2, call: call_id }), code(422, 'turn_or_call'))
    await assert.rejects(
      post(systemCaller(tenant, other, 'op-toestemming'), { turn: 2 }),
      code(404, 'conversation_unknown'),
    )
    await assert.rejects(post(bot, { call: 'nothing' }), code(404, 'turn_unknown'))
    const { id, turn } = await post(bot, { call: call_id })
    assert.equal(turn, 2)
    assert.deepEqual([(await view(id)).via, (await view(id)).mine], ['api', false])
  })

  test('who confirms is not who reported, and has a role for it', async () => {
    const talked = await world.talk({ answers: [answer] })
    const both = staff(tenant, ['supervisor', 'agent'], '*', 'both')
    const { id } = await report(talked, both)
    await assert.rejects(decide(id, 'confirmed', both), code(403, 'own_report'))
    await assert.rejects(decide(id, 'confirmed', agent), code(403, 'not_allowed'))
    await assert.rejects(decide(id, 'confirmed', staff(tenant, ['supervisor'], [other])), code(404, 'answer_unknown'))
    await decide(id)
    await assert.rejects(decide(id, 'rejected'), code(409, 'answer_judged'))
    assert.deepEqual(
      (await world.entries('answer.confirmed')).map(({ refs }) => refs.answer),
      [id],
    )
  })

  test('who got it between report and confirmation is found when it is confirmed', async () => {
    const talked = await world.talk({ answers: [answer] })
    const { id, recipients } = await report(talked)
    assert.equal(recipients, 1)
    await world.talk({ answers: [answer] })
    await decide(id)
    assert.equal((await view(id)).recipients.same, 2)
  })

  test('another period is looked in on request; what lies outside it is left out', async () => {
    const mine = await world.talk({ answers: [answer] })
    const near = await world.talk({ answers: [answer], hoursAgo: 24 * 10 })
    const far = await world.talk({ answers: [answer], hoursAgo: 24 * 200 })
    const { id } = await report(mine)
    assert.equal((await view(id)).recipients.same, 2)
    const look = (from: string, until: string) =>
      call('POST', '/api/wrong-answers/:id/look', judge, { params: { id }, body: { from, until } })
    await look('2026-04-01', '2026-11-25')
    assert.deepEqual(
      (await listed(id)).map(([conversation]) => conversation),
      [mine, near, far].map(({ conversation }) => conversation),
    )
    await look('2026-11-24', '2026-11-25')
    assert.deepEqual(
      (await listed(id)).map(([conversation]) => conversation),
      [mine.conversation],
    )
    await look('2026-11-14', '2026-11-16')
    assert.deepEqual(
      (await listed(id)).map(([conversation]) => conversation),
      [mine.conversation, near.conversation],
      'its own conversation stays',
    )
    await assert.rejects(look('2026-11-25', '2026-11-24'), code(422, 'period_order'))
    assert.equal((await world.entries('answer.sought')).length, 3)
  })

  test('customers read the correction on their own page, each in their language, with an entry each', async () => {
    const mine = await world.talk({ answers: [answer, answer] })
    const english = await world.talk({ answers: [answer], language: 'en', hoursAgo: 30 })
    const part = await world.talk({ answers: ['Daarna betaalt u € 50 per maand.'] })
    const { id } = await report(mine)
    await assert.rejects(preview(id), code(409, 'answer_unconfirmed'))
    await decide(id)
    const shown = await preview(id)
    assert.deepEqual(shown.recipients, { nl: 1, en: 1 }, 'a conversation is told once, though it got the answer twice')
    assert.match(
      shown.sentences.nl,
      /^Wij gaven u een verkeerd antwoord op 25 november 2026\..*U mag binnen 30 dagen opzeggen\. Hebt u schade\?/,
    )
    assert.deepEqual(await told(mine), [], 'nothing is told by a preview')
    const done = await approve(id)
    assert.deepEqual([done.told, done.waiting], [2, 0])
    const [one] = await told(mine)
    assert.equal(one!.sentence, shown.sentences.nl)
    assert.equal(one!.turn, 2)
    const [two] = await told(english)
    assert.match(two!.sentence, /^We gave you a wrong answer on 24 November 2026\..*You may cancel within 30 days\./)
    assert.deepEqual(await told(part), [])
    const entries = await world.entries('answer.corrected')
    assert.deepEqual(
      entries.map(({ refs, subject }) => [refs.conversation, subject]).sort(),
      [mine, english].map(({ conversation, subject }) => [conversation, subject]).sort(),
    )
    assert.deepEqual(Object.keys(entries[0]!.body).sort(), ['language', 'turn', 'version'])
    assert.equal((await world.entries('answer.correction-approved')).length, 1)
    const seen = await view(id)
    assert.deepEqual([seen.state, seen.reach, seen.correction], ['corrected', 'same', correction])
    assert.deepEqual([seen.recipients.told, seen.recipients.waiting], [2, 0])
    await assert.rejects(preview(id), code(409, 'answer_corrected'))
    const wrong = await world.link(mine, {
      bound: { client, conversation: english.conversation, subject: mine.subject },
    })
    assert.deepEqual((await call<PortalCorrections>('GET', '/api/portal/corrections', wrong)).corrections, [])
  })

  test('who was told of an answer is not told again when somebody else reports the same', async () => {
    const first = await world.talk({ answers: [answer] })
    const { id } = await report(first)
    await decide(id)
    await approve(id)
    const second = await world.talk({ answers: [answer] })
    const again = await report(second)
    assert.equal(again.recipients, 2)
    await decide(again.id)
    assert.deepEqual((await preview(again.id)).recipients, { nl: 1, en: 0 })
    assert.equal((await approve(again.id)).told, 1)
    assert.deepEqual([(await told(first)).length, (await told(second)).length], [1, 1])
  })

  test('with the wider reach also who got a part of it', async () => {
    const mine = await world.talk({ answers: [answer] })
    const part = await world.talk({ answers: ['Daarna betaalt u € 50 per maand.'] })
    const { id } = await report(mine)
    await decide(id)
    assert.equal((await approve(id, { reach: 'shared' })).told, 2)
    assert.equal((await told(part)).length, 1)
  })

  test('only what was shown is approved, and nothing about a person goes to others', async () => {
    const mine = await world.talk({ answers: [answer] })
    const { id } = await report(mine)
    await decide(id)
    const { shown } = await preview(id)
    const send = (body: object) =>
      call('POST', '/api/wrong-answers/:id/correction', judge, {
        params: { id },
        body: { correction, reach: 'same', shown, ...body },
      })
    await assert.rejects(
      send({ correction: { ...correction, nl: 'Iets anders dan het voorbeeld.' } }),
      code(409, 'preview_changed'),
    )
    await assert.rejects(send({ shown: 'a'.repeat(64) }), code(409, 'preview_changed'))
    await assert.rejects(
      preview(id, { correction: { ...correction, en: 'Mrs Jansen may cancel within 30 days.' } }),
      (error: unknown) =>
        error instanceof ApiError && error.code === 'correction_personal' && error.param === 'correction.en',
    )
    await assert.rejects(preview(id, {}, staff(tenant, ['owner'])), code(403, 'not_allowed'))
    assert.equal((await view(id)).state, 'confirmed')
    assert.deepEqual(await told(mine), [])
  })

  test('who was erased, or of whom nothing is left to read, is told nothing and counted as such', async () => {
    const mine = await world.talk({ answers: [answer] })
    const erased = await world.talk({ answers: [answer] })
    const ended = await world.talk({ answers: [answer] })
    const { id } = await report(mine)
    await decide(id)
    await world.db.ownerQuery('update data_subject set erased_at = now() where subject_id = $1', [erased.subject])
    await world.db.ownerQuery('update conversation set contents_ended_at = now() where conversation_id = $1', [
      ended.conversation,
    ])
    assert.deepEqual((await preview(id)).recipients, { nl: 1, en: 0 })
    assert.deepEqual(await approve(id), { ...(await approveReply(id)), told: 1, waiting: 0 })
  })
  const approveReply = async (id: string) => {
    const { state, correctedAt } = await view(id)
    const [entry] = await world.db.ownerQuery<{ id: string }>(
      `select id from ledger_pending where type = 'answer.correction-approved' order by seq desc limit 1`,
    )
    return { id, state, correctedAt, receipt: entry!.id }
  }

  test('the job finds who is left and tells who is left, and does nothing a second time', async () => {
    const mine = await world.talk({ answers: [answer] })
    const { id } = await report(mine)
    await decide(id)
    await approve(id)
    const late = await world.talk({ answers: [answer] })
    // As after a process that died between two batches.
    await world.db.ownerQuery(
      `insert into wrong_answer_recipient (tenant_id, client_id, recipient_id, wrong_answer_id, conversation_id, subject_id, turn_seq, answered_at, match, shared)
       values ($1, $2, 'r-late', $3, $4, $5, 2, $6, 'same', 2)`,
      [tenant, client, id, late.conversation, late.subject, start],
    )
    const letters: string[] = []
    const deps = {
      database: world.db.database,
      ring: world.ring,
      deliver: async (_: unknown, { conversation, sentence }: { conversation: string; sentence: string }) => {
        letters.push(`${conversation}: ${sentence.slice(0, 8)}`)
      },
    }
    const act = () => ({ now: start, ids: randomIds })
    assert.deepEqual(await keepWrongAnswers(deps, act), { looked: 0, told: 1, failed: [] })
    assert.equal((await told(late)).length, 1)
    assert.deepEqual(letters, [`${late.conversation}: Wij gave`])
    assert.deepEqual(await keepWrongAnswers(deps, act), { looked: 0, told: 0, failed: [] })
    const again = await world.talk({ answers: ['Bellen kost u niets, ook niet mobiel.'] })
    const second = await report(again)
    await world.db.ownerQuery(
      'update wrong_answer set look_ended_at = null, look_at = null, looked = 0 where wrong_answer_id = $1',
      [second.id],
    )
    await world.talk({ answers: ['Bellen kost u niets, ook niet mobiel.'], hoursAgo: 2 })
    const done = await keepWrongAnswers(deps, act)
    assert.ok(done.looked >= 1 && done.failed.length === 0)
    assert.equal((await view(second.id)).recipients.same, 2)
  })

  test('a search goes on where it stopped, over more answers than one transaction takes', async () => {
    const mine = await world.talk({ answers: ['Dit is een heel bijzonder fout antwoord.'] })
    for (let n = 0; n < 4; n++)
      await world.talk({
        answers: Array.from({ length: 70 }, (_, i) =>
          i % 35 === 0 ? 'Dit is een heel bijzonder fout antwoord.' : `Iets anders over nummer ${i}.`,
        ),
        hoursAgo: 3 + n,
      })
    const { id } = await report(mine)
    const { recipients, looked, lookedEverywhere, list } = await view(id)
    assert.deepEqual([recipients.same, looked.answers, lookedEverywhere, list.length], [5, 280, true, 9])
  })

  test('the answer and the note are read with a reason alone, and that is on record', async () => {
    const talked = await world.talk({ answers: [answer] })
    const { id } = await report(talked, agent, { note: 'Het is dertig dagen.' })
    const closed = await view(id)
    assert.deepEqual([closed.contents, closed.answer, closed.note], ['reason_needed', null, null])
    assert.equal((await view(id, staff(tenant, ['owner']))).contents, 'closed')
    assert.deepEqual(await world.db.ownerQuery('select 1 from content_view'), [])
    await world.db.database.inTx(scopeOf(tenant, '*', { kind: 'person', id: judge.id }), async (tx) => {
      const key = await existingKey(tx, world.ring, { tenant, subject: talked.subject })
      const opening = {
        person: judge.id,
        client,
        subject: talked.subject,
        conversation: talked.conversation,
        role: 'supervisor',
      }
      await addReveal(tx, key, { ...opening, reason: 'quality_check', words: null }, { now: start, ids: randomIds })
    })
    const open = await view(id)
    assert.deepEqual(
      [open.contents, open.answer, open.note, open.rightAnswer],
      ['open', answer, 'Het is dertig dagen.', null],
    )
    assert.deepEqual(await world.db.ownerQuery('select person_id, reason, conversation_id from content_view'), [
      { person_id: 'judge-1', reason: 'quality_check', conversation_id: talked.conversation },
    ])
  })

  test('a list by state, system and article, of one’s own clients', async () => {
    const one = await world.talk({ answers: [answer] })
    const two = await world.talk({
      answers: ['Bellen kost u niets, ook niet mobiel.'],
      source: { id: 'b', title: 'Bellen' },
    })
    const [first, second] = [await report(one), await report(two)]
    await decide(second.id, 'rejected')
    const list = (query: object = {}, as = judge) => call<WrongAnswerList>('GET', '/api/wrong-answers', as, { query })
    const ids = async (query: object) => (await list(query)).wrongAnswers.map(({ id }: WrongAnswerLine) => id).sort()
    assert.deepEqual(await ids({}), [first.id, second.id].sort())
    assert.deepEqual(await ids({ state: 'rejected' }), [second.id])
    assert.deepEqual(await ids({ source: 'a' }), [first.id])
    assert.deepEqual(await ids({ system: 'gestopt' }), [])
    assert.deepEqual((await list()).sources, [
      { source: { id: 'a', title: 'Artikel', hash: null }, system, answers: 1, recipients: 1 },
    ])
    assert.deepEqual((await list({}, staff(tenant, ['supervisor'], [other]))).wrongAnswers, [])
    assert.deepEqual((await list({}, agent)).wrongAnswers.filter(({ mine }) => mine).length, 2)
  })

  test('at erasure the note, the correction and what the answer is known by go, the counts stay', async () => {
    const mine = await world.talk({ answers: [answer], reference: 'K-1' })
    const { id } = await report(mine, agent, { note: 'Het is dertig dagen.' })
    await decide(id)
    await approve(id)
    const place = { client, subject: mine.subject }
    const store = (name: string) => allSubjectStores.find((one) => one.id === name)!
    const run = <T>(work: (tx: import('../platform/database.ts').Tx) => Promise<T>) =>
      world.db.database.inTx(scopeOf(tenant), work)
    const [answers, recipients] = await run(async (tx) => [
      await store('wrong_answer').export(tx, world.ring, place),
      await store('wrong_answer_recipient').export(tx, world.ring, place),
    ])
    assert.deepEqual(answers[0]!.written, { note: 'Het is dertig dagen.', rightAnswer: null })
    assert.ok(!/agent-1|judge-1|hmac|look/.test(JSON.stringify(answers)))
    assert.match(JSON.stringify(recipients[0]!.written), /verkeerd antwoord/)
    for (const name of ['wrong_answer', 'wrong_answer_recipient']) {
      assert.equal(await run((tx) => store(name).erase(tx, place)), 1)
      assert.equal(await run((tx) => store(name).erase(tx, place)), 0)
    }
    const [row] = await world.db.ownerQuery<{ sealed: null; sentences_hmac: [] }>(
      'select sealed, sentences_hmac from wrong_answer where wrong_answer_id = $1',
      [id],
    )
    assert.deepEqual(row, { sealed: null, sentences_hmac: [] })
    assert.deepEqual(await told(mine), [])
    assert.equal((await view(id)).recipients.told, 1)
  })
})
