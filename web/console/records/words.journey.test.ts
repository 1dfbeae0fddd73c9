// The search in what was said, as a browser without script uses it.
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { webRoutes } from '../../app.ts'
import { buildAssets } from '../../build.ts'
import { sampleApi } from '../../fixtures/sample-api.ts'
import { keptInMemory } from '../../preview.ts'

describe('the page of words', () => {
  const given = sampleApi()
  let app: ReturnType<typeof webRoutes>
  before(async () => {
    const nobody = async () => {}
    app = webRoutes({
      api: () => given.api,
      kept: keptInMemory(),
      secure: false,
      session: { begin: async () => ({}) as never, signIn: nobody, signOut: nobody, setPassword: nobody },
      assets: await buildAssets(),
      now: () => new Date('2026-11-25T12:00:00Z'),
      language: () => 'nl',
    })
  })
  beforeEach(() => {
    given.state.posts.length = 0
  })

  const path = '/console/conversations/words'
  const post = async (form: Record<string, string>, to = path) => {
    const reply = await app.request(to, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })
    return { status: reply.status, to: reply.headers.get('location'), html: await reply.text() }
  }
  const asked = () => given.state.posts.map(({ body }) => body)

  test('filters go to the address with the same form, the words never do', async () => {
    const form = {
      words: 'monteur',
      channel: 'voice',
      from: '2026-11-01',
      client: '',
      language: '<b>',
      refused: 'with',
    }
    const first = await post(form)
    assert.deepEqual([first.status, first.to], [307, `${path}?channel=voice&refused=with&from=2026-11-01`])
    assert.deepEqual(asked(), [], 'nothing is looked up twice')
    const second = await post(form, first.to!)
    assert.equal(second.status, 200)
    assert.deepEqual(asked(), [
      { channel: 'voice', refused: 'with', from: '2026-10-31T23:00:00.000Z', words: 'monteur' },
    ])
    assert.match(second.html, /<option value="voice" selected/)
    for (const [, address] of second.html.matchAll(/(?:href|action)="([^"]*)"/g))
      assert.doesNotMatch(address!, /monteur/)
  })

  test('a filter that is taken away leaves the address too', async () => {
    const { status, to } = await post({ words: 'monteur' }, `${path}?channel=voice`)
    assert.deepEqual([status, to], [307, path])
  })

  test('an address with filters shows them, and searches nothing', async () => {
    const html = await (await app.request(`${path}?language=en&until=2026-11-30`)).text()
    assert.match(html, /<option value="en" selected/)
    assert.match(html, /name="until" type="date" value="2026-11-30"/)
    assert.deepEqual(asked(), [])
  })

  test('without a reason no piece; hits and a form that asks why', async () => {
    const { html } = await post({ words: 'monteur' })
    assert.match(html, /3 keer gezegd/)
    assert.match(html, /Er zijn 3 gesprekken gevonden/)
    assert.match(html, /name="reason"/)
    assert.doesNotMatch(html, /<mark/)
  })

  test('with a reason the pieces, and the reason goes along to the next page', async () => {
    const { html } = await post({ words: 'overal', reason: 'complaint' })
    assert.deepEqual(asked(), [{ words: 'overal', pieces: { reason: 'complaint' } }])
    assert.match(html, /<mark class="hit">monteur<\/mark>/)
    assert.match(html, /Uw reden: klacht/)
    assert.match(html, /name="reason" value="complaint"/)
    assert.match(html, /De inhoud is niet meer te lezen/)
  })

  test('a reason that needs words says so, above a list without pieces', async () => {
    const { status, html } = await post({ words: 'monteur', reason: 'other', reasonWords: ' ' })
    assert.equal(status, 422)
    assert.match(html, /id="reason-words-error"/)
    assert.match(html, /3 keer gezegd/)
    assert.doesNotMatch(html, /<mark/)
    assert.match(html, /<option value="other" selected/)
  })

  for (const [words, sentence] of [
    ['overal', /Er zijn meer dan 1\.000 gesprekken gevonden/],
    ['oud', /Er zijn minstens 3 gesprekken gevonden/],
    ['oud', /Zoek verder in oudere gesprekken/],
    ['niets', /Er is geen gesprek gevonden/],
    ['de', /id="f-words-error"/],
  ] as const)
    test(`${words}: ${sentence.source}`, async () => assert.match((await post({ words })).html, sentence))
})
