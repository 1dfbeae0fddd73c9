// The pages of trying and measuring, as a browser without script uses them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { webRoutes } from '../../../app.ts'
import { buildAssets } from '../../../build.ts'
import { sampleApi } from '../../../fixtures/sample-api.ts'

describe('trying a conversation without script', () => {
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
  after(() => {
    given.state.posts.length = 0
  })

  const asked = {
    client: 'kaapstroom',
    language: 'nl',
    channel: 'chat',
    text: 'ai: naam?\nklant: Bart uit Ede',
    conversation: '',
  }
  const post = async (form: Record<string, string>, path = '/console/privacy/try') => {
    const reply = await app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })
    return { status: reply.status, to: reply.headers.get('location'), html: await reply.text() }
  }
  /** The marks that the page would send back. */
  const marksIn = (html: string) =>
    JSON.parse(
      /name="marks" value="([^"]*)"/.exec(html)![1]!.replaceAll('&quot;', '"').replaceAll('&#34;', '"'),
    ) as object

  test('shows what is found, its reason in words and its code', async () => {
    const { status, html } = await post({ ...asked, do: 'look' })
    assert.equal(status, 200)
    assert.match(html, /antwoord op een vraag, zekerheid 90,0%/)
    assert.match(html, /custom:klantnummer/)
    assert.match(html, /<mark class="personal">Bart<\/mark>/)
    assert.deepEqual(marksIn(html), { missed: [], over: [] })
  })

  test('a missed stretch and a finding too many are kept in the form until it is saved', async () => {
    const missed = await post({ ...asked, marks: '', do: 'miss', turn: '2', label: 'CITY', words: 'ede' })
    assert.match(missed.html, /personal--missed">Ede<\/mark>/)
    const over = await post({ ...asked, marks: JSON.stringify(marksIn(missed.html)), do: 'over:1:0:4' })
    assert.match(over.html, /personal--over">Bart<\/mark>/)
    const marks = marksIn(over.html)
    assert.deepEqual(marks, { missed: [{ turn: 1, start: 9, end: 12, label: 'CITY' }], over: ['1:0:4'] })
    const saved = await post({ ...asked, marks: JSON.stringify(marks), do: 'save', origin: ' tr ' })
    assert.match(saved.to ?? '', /^\/console\/privacy\/try\?saved=/)
    const { path, body } = given.state.posts.at(-1)!
    assert.equal(path, '/api/privacy/samples')
    assert.deepEqual((body as { spans: unknown }).spans, [
      { turn: 1, start: 9, end: 12, label: 'CITY' },
      { turn: 1, start: 26, end: 35, label: 'CUSTREF' },
    ])
    assert.equal((body as { origin: string }).origin, 'tr')
  })

  test('words by number; words that are not there are said to be so, and nothing is marked', async () => {
    const byNumber = await post({
      ...asked,
      marks: '',
      do: 'miss',
      turn: '2',
      label: 'CITY',
      words: '',
      from: '3',
      to: '3',
    })
    assert.deepEqual(marksIn(byNumber.html), { missed: [{ turn: 1, start: 9, end: 12, label: 'CITY' }], over: [] })
    const absent = await post({ ...asked, marks: '', do: 'miss', turn: '2', label: 'CITY', words: 'Utrecht' })
    assert.match(absent.html, /Deze woorden staan niet in deze beurt/)
    assert.match(absent.html, /value="Utrecht"/)
    assert.deepEqual(marksIn(absent.html), { missed: [], over: [] })
  })

  test('an empty conversation is refused in words, and what was chosen stays', async () => {
    const { status, html } = await post({ ...asked, text: ' ', channel: 'email', do: 'look' })
    assert.equal(status, 422)
    assert.match(html, /Er staat geen gesprek\./)
    assert.match(html, /<option value="email" selected/)
  })

  test('a file of samples goes to the import as it is', async () => {
    const form = new FormData()
    form.set('client', 'kaapstroom')
    form.set('file', new File(['{"lang":"nl"}\n'], 'x.jsonl'))
    const reply = await app.request('/console/privacy/coverage/import', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    assert.equal(reply.headers.get('location'), '/console/privacy/coverage?done=imported')
    assert.deepEqual(given.state.posts.at(-1), {
      path: '/api/privacy/samples/import',
      body: { client: 'kaapstroom', lines: '{"lang":"nl"}\n' },
    })
  })

  test('a file of another name is refused, whatever is in it', async () => {
    const before = given.state.posts.length
    for (const name of ['x.csv', 'x.jsonl.exe', 'jsonl', 'x.html']) {
      const form = new FormData()
      form.set('client', 'kaapstroom')
      form.set('file', new File(['{"lang":"nl"}\n'], name))
      const reply = await app.request('/console/privacy/coverage/import', {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
        body: form,
      })
      assert.equal(reply.status, 422, name)
      assert.match(await reply.text(), /heet niet \.jsonl/)
    }
    assert.equal(given.state.posts.length, before)
  })
})
