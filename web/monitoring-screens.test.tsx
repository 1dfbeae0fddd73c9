/** Feedback and wrong answers on the screens: what is sent, what is shown, and what others wrote stays text. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Api } from './api.ts'
import { webRoutes } from './app.ts'
import { type Assets, buildAssets } from './build.ts'
import { me } from './fixtures/access.ts'
import { conversationRows } from './fixtures/conversations.ts'
import { SampleFailure } from './fixtures/failure.ts'
import { feedback, feedbackTexts, portalFeedback, wrongAnswerViews, wrongIds } from './fixtures/feedback.ts'
import { now } from './fixtures/moment.ts'
import { sampleApi } from './fixtures/sample-api.ts'
import { keptInMemory } from './preview.ts'

const hostile = "<script>alert(1)</script> \"onload='x' \u202Eesrever <img src=x onerror=alert(2)>"

describe('monitoring-screens.test.tsx', () => {
  let assets: Assets
  before(async () => {
    assets = await buildAssets()
  })

  function screens(api: Api, failed: (error: unknown) => void = (error) => assert.fail(String(error))) {
    return webRoutes({
      api: () => api,
      session: {
        begin: async () => ({}) as never,
        async signIn() {},
        async signOut() {},
        async setPassword() {},
      },
      kept: keptInMemory(),
      assets,
      secure: false,
      now: () => now,
      failed: (_, error) => failed(error),
    })
  }
  const own = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }
  const send = (api: Api, path: string, body: Record<string, string>) =>
    screens(api).request(path, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost', ...own },
    })
  const page = async (api: Api, path: string, failed?: (error: unknown) => void) => {
    const reply = await screens(api, failed).request(path)
    return { status: reply.status, text: await reply.text() }
  }
  /** An API that answers one path with something else, or throws it. */
  const answering = (api: Api, paths: Readonly<Record<string, unknown>>): Api => {
    const value = <T,>(path: string, otherwise: () => Promise<T>): Promise<T> => {
      if (!(path in paths)) return otherwise()
      const given = paths[path]
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given as T)
    }
    return {
      ...api,
      get: <T,>(path: string, query?: Parameters<Api['get']>[1]) => value(path, () => api.get<T>(path, query)),
      post: <T,>(path: string, body?: unknown) => value(path, () => api.post<T>(path, body)),
    }
  }
  const as = (role: string) => answering(sampleApi().api, { '/api/me': { ...me, roles: [role] } })

  describe('the customer', () => {
    test('sends what was chosen and written, with the ends of lines as they were typed', async () => {
      const { api, state } = sampleApi()
      const reply = await send(api, '/p/goed/feedback', { fair: '2', knewAi: 'no', text: 'Een.\r\nTwee.' })
      assert.deepEqual([reply.status, reply.headers.get('location')], [303, '/p/goed/feedback?done=given'])
      assert.deepEqual(state.posts, [
        { path: '/api/portal/feedback', body: { fair: 2, knewAi: 'no', text: 'Een.\nTwee.' } },
      ])
    })

    test('is asked nothing that must be answered, and nothing is chosen in advance', async () => {
      const { text } = await page(sampleApi().api, '/p/goed/feedback')
      assert.equal(text.match(/type="radio"/g)?.length, 13)
      assert.doesNotMatch(text, /type="radio"[^>]*(required|checked)/)
    })

    test('who answers a second time sees what was given', async () => {
      const given = answering(sampleApi({ token: 'gegeven' }).api, {
        '/api/portal/feedback': portalFeedback.gegeven,
      })
      const twice: Api = { ...given, post: () => Promise.reject(new SampleFailure(409, 'feedback_given')) }
      const reply = await send(twice, '/p/gegeven/feedback', { fair: '1' })
      const text = await reply.text()
      assert.equal(reply.status, 409)
      assert.match(text, /4: wel/)
      assert.match(text, /Neem mijn antwoord terug/)
      assert.doesNotMatch(text, /message--bad/)
    })

    test('keeps what was filled in when it cannot be taken', async () => {
      const { api } = sampleApi()
      const refusing: Api = { ...api, post: () => Promise.reject(new SampleFailure(503, 'words_unread')) }
      const reply = await send(refusing, '/p/goed/feedback', { fair: '3', text: 'Mijn verhaal.' })
      const text = await reply.text()
      assert.equal(reply.status, 503)
      assert.match(text, /value="3" checked/)
      assert.match(text, />Mijn verhaal\.<\/textarea>/)
      assert.match(text, /message--bad/)
    })

    test('takes it back with one button', async () => {
      const { api, state } = sampleApi({ token: 'gegeven' })
      const reply = await send(api, '/p/gegeven/feedback/withdraw', {})
      assert.equal(reply.headers.get('location'), '/p/gegeven/feedback?done=withdrawn')
      assert.deepEqual(state.posts, [{ path: '/api/portal/feedback/withdraw', body: undefined }])
    })

    test('reads their own words as words', async () => {
      const view = { ...portalFeedback.gegeven!, given: { ...portalFeedback.gegeven!.given!, text: hostile } }
      const api = answering(sampleApi({ token: 'gegeven' }).api, { '/api/portal/feedback': view })
      const { text } = await page(api, '/p/gegeven/feedback')
      assert.doesNotMatch(text, /<script>|<img/)
      assert.match(text, /<blockquote dir="auto">&lt;script&gt;/)
    })

    test('finds the question on the page of the conversation, but not where it is not asked', async () => {
      const linked = /href="\/p\/\w+\/feedback"/
      assert.match((await page(sampleApi().api, '/p/goed')).text, linked)
      assert.match((await page(sampleApi({ token: 'gegeven' }).api, '/p/gegeven')).text, linked)
      assert.doesNotMatch((await page(sampleApi({ token: 'later' }).api, '/p/later')).text, linked)
    })

    test('sees what happened also when the question cannot be had', async () => {
      const failures: unknown[] = []
      const api = answering(sampleApi().api, { '/api/portal/feedback': new SampleFailure(500, 'internal') })
      const { status, text } = await page(api, '/p/goed', (error) => failures.push(error))
      assert.equal(status, 200)
      assert.doesNotMatch(text, /\/feedback"/)
      assert.equal(failures.length, 1, 'and that is known')
    })

    test('reads on top of the page what was wrong, in the language it was told in', async () => {
      const sentence = `We gave you a wrong answer. ${hostile}`
      const corrections = [{ turn: 2, toldAt: now.toISOString(), language: 'en', sentence, receipt: 'r' }]
      const { text } = await page(answering(sampleApi().api, { '/api/portal/corrections': { corrections } }), '/p/goed')
      assert.ok(text.indexOf('Een antwoord in dit gesprek klopte niet') < text.indexOf('Wat er gebeurde'))
      assert.match(text, /<p lang="en" dir="auto">We gave you a wrong answer\. &lt;script&gt;/)
      assert.doesNotMatch(text, /<script>|<img/)
    })
  })

  describe('staff', () => {
    test('who may not read contents see figures and no way to the words', async () => {
      const { text } = await page(as('owner'), '/console/feedback')
      assert.match(text, /23,3%/)
      assert.match(text, /Uw rol leest niet wat klanten schreven/)
      assert.doesNotMatch(text, /name="reason"/)
    })

    test('read the words after a reason, as text, each in its own direction', async () => {
      const { api, state } = sampleApi()
      const hostileTexts = {
        ...feedbackTexts,
        texts: feedbackTexts.texts.map((one, i) => (i === 0 ? { ...one, text: hostile } : one)),
      }
      let asked: unknown
      const reading: Api = {
        ...api,
        post: async <T,>(path: string, body?: unknown) => {
          asked = { path, body }
          return hostileTexts as T
        },
      }
      const reply = await send(reading, '/console/feedback/texts', {
        reason: 'quality_check',
        channel: 'chat',
        system: 'Not an id',
      })
      const text = await reply.text()
      assert.deepEqual(asked, { path: '/api/feedback/texts', body: { channel: 'chat', reason: 'quality_check' } })
      assert.doesNotMatch(text, /<script>|<img/)
      assert.match(text, /<p class="said" dir="auto" lang="ar">الخدمة/)
      assert.match(text, /name="before" value="verder"/)
      assert.deepEqual(state.posts, [])
    })

    test('save every figure as CSV and JSON', async () => {
      const csv = await page(sampleApi().api, '/console/feedback/file.csv')
      const lines = csv.text.trimEnd().split('\r\n')
      assert.equal(lines.length, 1 + 1 + 8 + 2 + 2 + 2)
      assert.ok(lines[0]!.startsWith('part,name,asked,answered,not_answered,answered_without_link,response_share'))
      assert.ok(
        lines.every((line) => line.split(',').length === 24),
        'every line has every column',
      )
      assert.ok(lines[1]!.startsWith(`total,,412,96,316,14,${96 / 412},0.1947,0.2764,107,3.86,3.65,4.07,`))
      assert.ok(lines[2]!.startsWith('week,2026-10-05,0,0,0,0,,,,0,,,,'), 'what cannot be told is empty')
      const json = await page(sampleApi().api, '/console/feedback/file.json')
      assert.deepEqual(JSON.parse(json.text), feedback)
      const evil = { ...feedback, languages: [{ ...feedback.languages[0]!, name: '=cmd()' }] }
      const formula = await page(answering(sampleApi().api, { '/api/feedback': evil }), '/console/feedback/file.csv')
      assert.match(formula.text, /language,'=cmd\(\)/)
    })

    test('a period that cannot be is said, with the usual one under it', async () => {
      let first = true
      const { api } = sampleApi()
      const refusing: Api = {
        ...api,
        get: async <T,>(path: string, query?: Parameters<Api['get']>[1]) => {
          if (path !== '/api/feedback' || !first) return api.get<T>(path, query)
          first = false
          throw new SampleFailure(422, 'period_order')
        },
      }
      const { status, text } = await page(refusing, '/console/feedback?from=2026-11-25&until=2026-11-01')
      assert.equal(status, 422)
      assert.match(text, /message--bad/)
      assert.match(text, /23,3%/)
    })

    test('report an answer of the AI from the conversation, and no turn of a person', async () => {
      const conversation = conversationRows[0]!.id
      const { text } = await page(as('agent'), `/console/conversations/${conversation}`)
      const links = [...text.matchAll(/\/turns\/(\d+)\/wrong"/g)].map(([, turn]) => Number(turn))
      const { turnsList } = await sampleApi().api.get<{ turnsList: { seq: number; role: string; said: unknown }[] }>(
        `/api/conversations/${conversation}`,
      )
      assert.deepEqual(
        links,
        turnsList.filter(({ role, said }) => role === 'ai' && said !== null).map(({ seq }) => seq),
      )
      assert.ok(links.length > 0)
      assert.doesNotMatch((await page(as('owner'), `/console/conversations/${conversation}`)).text, /\/wrong"/)
      const { api, state } = sampleApi()
      const reply = await send(api, `/console/conversations/${conversation}/turns/2/wrong`, {
        kind: 'outdated',
        note: 'Oud.\r\nTarief.',
        rightAnswer: ' ',
      })
      assert.equal(reply.headers.get('location'), `/console/wrong-answers/${wrongIds.reported}?done=reported`)
      assert.deepEqual(state.posts, [
        { path: '/api/wrong-answers', body: { conversation, turn: 2, kind: 'outdated', note: 'Oud.\nTarief.' } },
      ])
    })

    test('who reported it, and who has no role for it, see no button to judge', async () => {
      const judge = /name="decision"/
      assert.match((await page(as('supervisor'), `/console/wrong-answers/${wrongIds.reported}`)).text, judge)
      assert.doesNotMatch((await page(as('agent'), `/console/wrong-answers/${wrongIds.reported}`)).text, judge)
      const own = await page(as('supervisor'), `/console/wrong-answers/${wrongIds.looking}`)
      assert.doesNotMatch(own.text, judge)
      assert.match(own.text, /U meldde dit zelf/)
    })

    test('see exactly what customers read before it is approved, and approve that', async () => {
      const { api, state } = sampleApi()
      const path = `/console/wrong-answers/${wrongIds.confirmed}`
      const correction = { nl: 'Het is 30 dagen', en: `It is ${hostile}` }
      const seen = await send(api, `${path}/preview`, { ...correction, reach: 'same' })
      const text = await seen.text()
      assert.match(text, /Het juiste antwoord is: Het is 30 dagen\./)
      assert.match(text, /In het Nederlands: 13 gesprekken/)
      assert.doesNotMatch(text, /<script>|<img/)
      const shown = /name="shown" value="([0-9a-f]{64})"/.exec(text)![1]!
      const done = await send(api, `${path}/correction`, { ...correction, reach: 'same', shown })
      assert.equal(done.headers.get('location'), `${path}?done=corrected`)
      assert.deepEqual(state.posts.at(-1), {
        path: `/api${path.replace('/console', '')}/correction`,
        body: { correction, reach: 'same', shown },
      })
    })

    test('a page that followed a form leads back, also in the other language', async () => {
      const { api } = sampleApi()
      for (const [from, to] of [
        [
          `/console/wrong-answers/${wrongIds.confirmed}/preview?lang=en`,
          `/console/wrong-answers/${wrongIds.confirmed}`,
        ],
        ['/console/feedback/texts?lang=en', '/console/feedback'],
      ] as const) {
        const reply = await screens(api).request(from)
        assert.deepEqual([reply.status, reply.headers.get('location')], [303, to])
      }
    })

    test('what was typed stays when a correction is refused', async () => {
      const { api } = sampleApi()
      const refusing: Api = { ...api, post: () => Promise.reject(new SampleFailure(422, 'correction_personal')) }
      const reply = await send(refusing, `/console/wrong-answers/${wrongIds.confirmed}/preview`, {
        nl: 'Mevrouw Jansen krijgt het.',
        en: 'She gets it.',
        reach: 'shared',
      })
      const text = await reply.text()
      assert.equal(reply.status, 422)
      assert.match(text, />Mevrouw Jansen krijgt het\.<\/textarea>/)
      assert.match(text, /value="shared" required="" checked=""/)
    })

    test('read the note of a colleague as text', async () => {
      const one = wrongAnswerViews.find(({ id }) => id === wrongIds.confirmed)!
      const { text } = await page(
        answering(sampleApi().api, {
          [`/api/wrong-answers/${one.id}`]: { ...one, answer: hostile, note: hostile, rightAnswer: hostile },
        }),
        `/console/wrong-answers/${one.id}`,
      )
      assert.doesNotMatch(text, /<script>|<img/)
      assert.equal(text.match(/<p class="said" dir="auto">&lt;script&gt;/g)?.length, 3)
    })
  })
})
