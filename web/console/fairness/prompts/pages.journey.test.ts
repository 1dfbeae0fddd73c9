// The pages of paired prompts, as a browser without script uses them.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { webRoutes } from '../../../app.ts'
import { buildAssets } from '../../../build.ts'
import { promptIds } from '../../../fixtures/prompts.ts'
import { sampleApi } from '../../../fixtures/sample-api.ts'
import { requestOf } from './list.tsx'

describe('paired prompts without script', () => {
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
  const place = '/console/fairness/prompts'
  const read = async (path: string) => (await app.request(path)).text()
  const post = (path: string, form: Record<string, string>) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })

  test('the list begins with what waits for a judgement, and says how repetitions stand', async () => {
    const html = await read(place)
    assert.ok(html.indexOf('Wacht op een oordeel') > 0)
    assert.ok(html.indexOf('Wacht op een oordeel') < html.indexOf('Loopt'))
    assert.match(html, /De antwoorden zijn als bij de eerste keer/)
  })

  test('a difference stands open and first, with its sentence, its drawing and a form to judge it', async () => {
    const html = await read(`${place}/audits/${promptIds.found}`)
    assert.match(html, /<details open(="")?><summary>.*?Wie de taal nog leert: verschil gevonden/s)
    assert.match(html, /Er is een verschil: wie de taal nog leert, kreeg minder vaak antwoord op de vraag/)
    assert.match(html, /name="judgement" value="real"/)
    assert.match(html, /id="prompts-0-wide/)
    assert.doesNotMatch(await read(`${place}/audits/${promptIds.fair}`), /name="judgement"/)
  })

  test('one that runs shows how far it is and can be stopped; one that broke off says why', async () => {
    const running = await read(`${place}/audits/${promptIds.running}`)
    assert.match(running, /<progress max="\d+" value="312"/)
    assert.match(running, /data-poll="1500"/)
    assert.match(running, /Toets stoppen/)
    assert.match(await read(`${place}/audits/${promptIds.failed}`), /Het AI-systeem is gestopt/)
  })

  test('what it costs is said before it begins, and the plan goes as it was filled in', async () => {
    const query = 'system=s&question=q&factor_learner=on&outcome_answered=on&repeats=1&margin=10'
    assert.match(await read(`${place}/new?${query}`), /vragen aan het AI-systeem, over 36 onderwerpen/)
    assert.deepEqual(requestOf(Object.fromEntries(new URLSearchParams(query))), {
      system: 's',
      question: 'q',
      factors: ['learner'],
      outcomes: ['answered'],
      repeats: 1,
      margin: 0.1,
      budgetCalls: undefined,
    })
  })

  test('a judgement and a repetition go to the API, and figures come as a file that no sheet takes for a formula', async () => {
    const judged = await post(`${place}/audits/${promptIds.found}/judgement`, {
      judgement: 'real',
      reasons: 'Nagelezen.',
    })
    assert.equal(judged.headers.get('location'), `${place}/audits/${promptIds.found}?done=judged`)
    await post(`${place}/audits/${promptIds.fair}/canary`, { intervalDays: '7', reasons: 'Elke week.' })
    assert.deepEqual(given.state.posts.at(-1), {
      path: `/api/fairness/prompts/audits/${promptIds.fair}/canary`,
      body: { intervalDays: 7, reasons: 'Elke week.' },
    })
    const csv = await app.request(`${place}/audits/${promptIds.found}/csv`)
    assert.match(csv.headers.get('content-type')!, /^text\/csv/)
    const lines = (await csv.text()).split('\r\n')
    assert.match(lines[0]!, /^factor,outcome,templates/)
    assert.equal(lines.length, 2 + 2 * 13)
  })
})
