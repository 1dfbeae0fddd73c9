// The pages of monitors, as a browser without script uses them.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { webRoutes } from '../../../app.ts'
import { buildAssets } from '../../../build.ts'
import { monitorIds } from '../../../fixtures/monitors.ts'
import { sampleApi } from '../../../fixtures/sample-api.ts'
import { requestOf } from './list.tsx'

describe('monitors without script', () => {
  const given = sampleApi()
  let app: ReturnType<typeof webRoutes>
  before(async () => {
    const nobody = async () => {}
    app = webRoutes({
      api: () => given.api,
      session: { begin: async () => ({}) as never, signIn: nobody, signOut: nobody, setPassword: nobody },
      kept: { keep: nobody, read: async () => undefined, drop: nobody },
      assets: await buildAssets(),
      secure: false,
      now: () => new Date('2026-11-25T12:00:00Z'),
      language: () => 'nl',
    })
  })
  const read = async (path: string) => (await app.request(path)).text()
  const post = (path: string, form: Record<string, string>) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })

  test('the list puts alarms first and says what stands beside all others', async () => {
    const html = await read('/console/fairness/monitors')
    assert.ok(html.indexOf('Alarm') > 0 && html.indexOf('Alarm') < html.indexOf('Nog geen besluiten'))
    assert.match(html, /Ook naast alle andere bewakingen blijft het verschil staan bij: (en|Engels)\./)
  })

  test('a monitor draws its evidence and its difference, each with a table, and asks for a judgement', async () => {
    const html = await read(`/console/fairness/monitors/${monitorIds.alarm}`)
    for (const id of ['evidence-plot-wt', 'evidence-plot-nt', 'difference-plot-wt'])
      assert.ok(html.includes(`id="${id}"`), id)
    assert.equal(html.match(/De getallen in een tabel<\/summary>/g)?.length, 2)
    assert.match(html, /name="judgement" value="real"/)
    const judged = await read(`/console/fairness/monitors/${monitorIds.judged}`)
    assert.doesNotMatch(judged, /name="judgement"/)
    assert.match(judged, /Verklaard\. In die weken gold/)
    assert.match(await read(`/console/fairness/monitors/${monitorIds.fresh}`), /Er is nog niets geteld/)
  })

  test('what is filled in goes to the API as it was meant; what was not is left out', async () => {
    assert.deepEqual(
      requestOf({ system: 's', metric: 'observed', settleDays: ' 30 ', backDays: '', reference: ' ', name: 'n' }),
      { system: 's', metric: 'observed', settleDays: 30, name: 'n' },
    )
    assert.deepEqual(requestOf({ settleDays: '0', backDays: 'veel' }), { backDays: 'veel' })
    await post('/console/fairness/monitors/new', { system: 'x', metric: 'favourable', policy: 'signal' })
    assert.deepEqual(given.state.posts.at(-1), {
      path: '/api/fairness/monitors',
      body: { system: 'x', metric: 'favourable', policy: 'signal' },
    })
    const judged = await post(`/console/fairness/monitors/${monitorIds.alarm}/alarms`, {
      judgement: 'real',
      reasons: 'De gesprekken zijn nagelezen.',
    })
    assert.equal(judged.headers.get('location'), `/console/fairness/monitors/${monitorIds.alarm}?done=judged`)
    assert.match(
      given.state.posts.at(-1)!.path,
      new RegExp(`^/api/fairness/monitors/${monitorIds.alarm}/alarms/[^/]+/judgement$`),
    )
  })
})
