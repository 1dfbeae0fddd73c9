import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApiError } from '../platform/http.ts'
import { callRoute, scopeOf, staff, start } from '../records/testing.ts'
import type { FeedbackOverview } from './contract.ts'
import { feedbackFacts } from './index.ts'
import { openWorld, other, system, tenant, type World } from './testing.ts'

describe('figures of feedback on the record', () => {
  let world: World
  const overview = (query: object = {}, as = staff(tenant, ['auditor'])) =>
    callRoute(world.routes, 'GET', '/api/feedback', as, { query }) as Promise<FeedbackOverview>
  const give = async (talk: Parameters<World['talk']>[0], body: object | null, { linked = true } = {}) => {
    const talked = await world.talk(talk)
    const me = await world.link(talked)
    if (body !== null) await callRoute(world.routes, 'POST', '/api/portal/feedback', me, { body })
    if (!linked) await world.db.ownerQuery('delete from portal_link where conversation_id = $1', [talked.conversation])
    return { talked, me }
  }

  before(async () => {
    world = await openWorld()
    for (let n = 0; n < 10; n++) await give({ hoursAgo: 2 }, { fair: n < 5 ? 4 : 2, knewAi: n < 8 ? 'yes' : 'no' })
    for (let n = 0; n < 15; n++) await give({ hoursAgo: 3, channel: 'voice', language: 'en' }, null)
    // Not asked: no link was made. Asked last week. Of another client. Taken back.
    await world.talk()
    await give({ hoursAgo: 7 * 24 }, { clear: 5 })
    await give({ client: other, system: 'op-toestemming' }, { fair: 1 })
    const { me } = await give({ hoursAgo: 1 }, { fair: 1, text: 'Toch niet.' })
    await callRoute(world.routes, 'POST', '/api/portal/feedback/withdraw', me)
    await give({ hoursAgo: 1 }, { fair: 5, text: 'Zonder link.' }, { linked: false })
  })
  after(() => world.db.close())

  test('asked is of whom a link was made, and who took it back did not answer', async () => {
    const { total, weeks, systems, channels, languages, texts } = await overview({ client: 'contractklant' })
    assert.deepEqual([total.asked, total.answered, total.unasked, total.fair.n], [27, 11, 1, 11])
    assert.equal(total.response?.share, 11 / 27)
    assert.equal(total.knewAi.value?.share, 0.8)
    assert.deepEqual(total.clear, { n: 1, value: null })
    assert.deepEqual(
      weeks.slice(-2).map(({ week, asked, answered }) => [week, asked, answered]),
      [
        ['2026-11-16', 1, 1],
        ['2026-11-23', 26, 10],
      ],
    )
    assert.deepEqual(
      systems.map(({ name, asked }) => [name, asked]),
      [[system, 27]],
    )
    assert.deepEqual(
      channels.map(({ name, asked, response }) => [name, asked, response?.share]),
      [
        ['voice', 15, 0],
        ['chat', 12, 11 / 12],
      ],
    )
    assert.deepEqual(
      languages.map(({ name }) => name),
      ['en', 'nl'],
    )
    assert.equal(texts, 1)
  })

  test('days count in the Netherlands, the first and the last among them', async () => {
    const of = async (from: string, until: string) =>
      (await overview({ from, until, client: 'contractklant' })).total.asked
    assert.deepEqual([await of('2026-11-25', '2026-11-25'), await of('2026-11-24', '2026-11-24')], [26, 0])
    assert.equal(await of('2026-11-18', '2026-11-25'), 27)
    await assert.rejects(
      of('2026-11-25', '2026-11-24'),
      (error) => error instanceof ApiError && error.code === 'period_order',
    )
  })

  test('staff of another client count their own', async () => {
    const { total } = await overview({}, staff(tenant, ['auditor'], [other]))
    assert.deepEqual([total.asked, total.answered], [1, 1])
    assert.equal((await overview({ system: 'nobody' })).total.asked, 0)
  })

  test('facts give the same figures, with the entries behind them, and nothing under ten', async () => {
    const period = { from: new Date(start.getTime() - 14 * 86_400_000), until: start }
    const fact = (id: string, scope: object = { client: 'contractklant' }) =>
      world.db.database.inTx(
        scopeOf(tenant),
        (tx) => feedbackFacts.find((one) => one.id === id)!.query(tx, scope, period, start),
        { readOnly: true },
      )
    const response = await fact('monitoring.responseShare')
    assert.deepEqual([response.value, response.n, response.entries.length], [11 / 27, 27, 11])
    assert.deepEqual((await fact('monitoring.knewAiShare')).value, 0.8)
    const fair = await fact('monitoring.fairMean')
    assert.deepEqual([fair.n, fair.value!.toFixed(4)], [11, (35 / 11).toFixed(4)])
    assert.deepEqual([(await fact('monitoring.clearMean')).value, (await fact('monitoring.clearMean')).n], [null, 1])
    assert.equal((await fact('monitoring.fairMean', { client: other })).value, null)
  })
})
