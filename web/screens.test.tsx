/** The screens without a browser: what others wrote stays text, refusals are said, nothing is changed from another site. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { actNames } from '../src/accountability/complaints/contract.ts'
import { contentSecurityPolicy, fromHere, ownPath } from './answer.ts'
import { type Api, failureOf } from './api.ts'
import { type WebDeps, webRoutes } from './app.ts'
import { type Assets, buildAssets } from './build.ts'
import { caseIds, caseViews } from './fixtures/cases.ts'
import { complaintOf } from './fixtures/complaints.ts'
import { processing } from './fixtures/consents.ts'
import { contestedIds } from './fixtures/contests.ts'
import { conversation } from './fixtures/conversations.ts'
import { decisionRows } from './fixtures/decisions.ts'
import { SampleFailure } from './fixtures/failure.ts'
import { entryViews } from './fixtures/ledger.ts'
import { now } from './fixtures/moment.ts'
import { portalCaseIds } from './fixtures/portal-cases.ts'
import { portalDecisionIds } from './fixtures/portal-decisions.ts'
import { ids as requestIds } from './fixtures/rights.ts'
import { sampleApi } from './fixtures/sample-api.ts'
import { keptInMemory } from './preview.ts'
import { previewPages } from './preview-pages.ts'

/** Everything a person could try to break a page with, in their own words. */
const hostile = "<script>alert(1)</script> \"onload='x' \u202Eesrever \u2066isolated & <img src=x onerror=alert(2)>"

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('screens.test.tsx: screens', () => {
  let assets: Assets
  before(async () => {
    assets = await buildAssets()
  })

  type Given = {
    api?: Api
    secure?: boolean
    failed?: (error: unknown) => void
    signIn?: (password: string) => void
    kept?: WebDeps['kept']
  }

  function screens({ api = sampleApi().api, secure = false, failed, signIn, kept = keptInMemory() }: Given = {}) {
    return webRoutes({
      api: () => api,
      session: {
        begin: async () => ({}) as never,
        async signIn(_, __, password) {
          signIn?.(password)
        },
        async signOut() {},
        async setPassword() {},
      },
      kept,
      assets,
      secure,
      now: () => now,
      ...(failed ? { failed: (_, error) => failed(error) } : {}),
    })
  }

  const page = async (path: string, given: Given = {}) => {
    const reply = await screens(given).request(path)
    return { status: reply.status, headers: reply.headers, text: await reply.text() }
  }

  /** An API that answers one path with something else. */
  const apiWith = (path: string, value: unknown): Api => {
    const { api } = sampleApi()
    const get: Api['get'] = async <T,>(asked: string, query?: Parameters<Api['get']>[1]) => {
      if (asked !== path) return api.get<T>(asked, query)
      if (value instanceof Error) throw value
      return value as T
    }
    return { ...api, get }
  }

  const form = (path: string, body: Record<string, string>, headers: Record<string, string> = {}, given: Given = {}) =>
    screens(given).request(path, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost', ...headers },
    })
  const own = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }

  describe('the record of processing', () => {
    test('as a page holds every word of the reply that is for people, in the language of the reader', async () => {
      for (const [language, other] of [
        ['nl', 'en'],
        ['en', 'nl'],
      ] as const) {
        const { text } = await page(`/console/privacy/purposes?lang=${language}`)
        const plain = text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')
        // Ids, codes, times and figures are told in words of the page.
        const told = /(^|\.)(id|kind|basis|from|gaps\.\d+|problems\.\d+|ground|level|about|\w+(At|On)|client|purpose)$/
        const missing: string[] = []
        const walk = (value: unknown, path: string): void => {
          if (typeof value === 'string' && !told.test(path) && !path.endsWith(`.${other}`) && !plain.includes(value))
            missing.push(`${path}: ${value}`)
          if (typeof value === 'object' && value !== null)
            for (const [name, one] of Object.entries(value)) walk(one, path === '' ? name : `${path}.${name}`)
        }
        walk(processing.activities, '')
        assert.deepEqual(missing, [], language)
        assert.equal(text.match(/class="state[^"]*attention/g) === null, false, 'what is not complete is marked')
      }
    })
  })

  describe('what others wrote', () => {
    const written = {
      ...conversation,
      turnsList: conversation.turnsList.map((turn, i) => (i === 0 ? { ...turn, said: hostile, seen: hostile } : turn)),
    }

    test('is text: a script in a turn is inert', async () => {
      assert.ok(hostile.includes('<script>'), 'the sample holds a script')
      const { text } = await page(`/console/conversations/${conversation.id}`, {
        api: apiWith(`/api/conversations/${conversation.id}`, written),
      })
      assert.ok(!text.includes('<script>'), 'no script element without attributes')
      assert.ok(text.includes('&lt;script&gt;'), 'its words are there')
    })

    test('cannot turn the direction of the line around it', async () => {
      const { text } = await page(`/console/conversations/${conversation.id}`, {
        api: apiWith(`/api/conversations/${conversation.id}`, written),
      })
      const at = text.indexOf('&lt;script&gt;')
      const opened = text.lastIndexOf('<p', at)
      assert.ok(!text.slice(opened, at).includes('</p>'), 'it stands in a paragraph of its own')
      // A browser isolates what has `dir`: https://html.spec.whatwg.org/multipage/rendering.html#bidi-rendering
      assert.match(text.slice(opened, opened + 60), /^<p class="said" dir="auto"/)
    })

    test('stays text in every field of the customer’s page too', async () => {
      const portal = await sampleApi().api.get<Record<string, unknown>>('/api/portal')
      const poisoned = JSON.parse(
        JSON.stringify(portal, (key, value) =>
          typeof value === 'string' && !/At$|^at$|since|answerBy|kind|role|state|channel|language|url/.test(key)
            ? `<img src=x onerror=alert(1)>${value}`
            : value,
        ),
      )
      for (const path of ['/p/goed', '/p/goed/choices', '/p/goed/receipts', '/p/goed/human']) {
        const { text, status } = await page(path, { api: apiWith('/api/portal', poisoned) })
        assert.equal(status, 200, path)
        assert.ok(!text.includes('<img'), path)
      }
    })

    test('an address with javascript: never becomes a link', async () => {
      const portal = await sampleApi().api.get<{ contact: object }>('/api/portal')
      const { text } = await page('/p/goed', {
        api: apiWith('/api/portal', { ...portal, contact: { ...portal.contact, website: 'javascript:alert(1)' } }),
      })
      assert.doesNotMatch(text, /href="javascript:/i)
    })
  })

  describe('every screen', () => {
    for (const { name, path, status = 200 } of previewPages)
      test(`${name} is whole in both languages`, async () => {
        for (const language of ['nl', 'en']) {
          const app = screens({
            api: sampleApi({ token: path.split('/')[1] === 'p' ? path.split(/[/?]/)[2]! : 'goed' }).api,
            failed: (error) => assert.fail(String(error)),
          })
          const reply = await app.request(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
          const text = await reply.text()
          assert.equal(reply.status, status)
          assert.match(text, new RegExp(`^<!doctype html>\\n<html lang="${language}"`))
          assert.equal(text.match(/<h1/g)?.length, 1, 'one h1')
          assert.doesNotMatch(text, /\{\w+\}/, 'no place in a sentence is left open')
          assert.doesNotMatch(text, /undefined|\[object|NaN|Invalid Date/)
          assert.doesNotMatch(text, / style="| on[a-z]+="|<script(?! type="module" src="\/assets\/)/, 'nothing inline')
          const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
          assert.deepEqual(
            ids.filter((id, i) => ids.indexOf(id) !== i),
            [],
            'every id is there once',
          )
          assert.equal(reply.headers.get('content-security-policy'), contentSecurityPolicy)
          assert.equal(reply.headers.get('cache-control'), 'no-store')
          assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
        }
      })

    test('hides a password while it is typed, and lets a browser fill it in and paste it', async () => {
      let fields = 0
      for (const { path } of previewPages) {
        const { text } = await page(path)
        for (const [field] of text.matchAll(/<input[^>]*name="[^"]*password[^"]*"[^>]*>/gi)) {
          fields++
          assert.match(field, / type="password"/, path)
          assert.match(field, / autocomplete="(current|new)-password"/, path)
          assert.doesNotMatch(field, /onpaste|readonly|disabled/i, path)
        }
      }
      assert.ok(fields >= 3, `${fields} fields`)
    })

    test('behind signing in has a way to sign out', async () => {
      const without: string[] = []
      for (const { path, status = 200 } of previewPages.filter((one) => /^\/(console|sign-in\/)/.test(one.path)))
        if (status === 200 && !(await page(path)).text.includes('action="/sign-out"')) without.push(path)
      assert.deepEqual(without, [])
    })

    test('of a customer sends no referrer, and one of the console none to other sites', async () => {
      assert.equal((await page('/p/goed')).headers.get('referrer-policy'), 'no-referrer')
      assert.equal((await page('/password?token=proef')).headers.get('referrer-policy'), 'no-referrer')
      assert.equal((await page('/console/today')).headers.get('referrer-policy'), 'same-origin')
    })

    test('is sent compressed to who takes that', async () => {
      const reply = await screens().request('/console/today', { headers: { 'accept-encoding': 'gzip, br' } })
      assert.equal(reply.headers.get('content-encoding'), 'gzip')
      assert.match(gunzipSync(Buffer.from(await reply.arrayBuffer())).toString(), /<h1>/)
    })
  })

  describe('when the API says no', () => {
    test('a person who is not signed in goes to the sign-in page and comes back where they wanted to be', async () => {
      const { status, headers } = await page('/console/ledger?type=call.refused', {
        api: sampleApi({ signedIn: false }).api,
      })
      assert.equal(status, 303)
      assert.equal(headers.get('location'), `/sign-in?to=${encodeURIComponent('/console/ledger?type=call.refused')}`)
    })

    for (const [status, code] of [
      [403, 'not_allowed'],
      [404, 'not_found'],
      [500, 'internal'],
      [503, 'store_unavailable'],
    ] as const)
      test(`${status} is a page with the code, and nothing else that the error holds`, async () => {
        const error = Object.assign(new SampleFailure(status, code), { detail: 'select * from secret' })
        const seen: unknown[] = []
        const reply = await page('/console/today', {
          api: apiWith('/api/today', error),
          failed: (failed) => seen.push(failed),
        })
        assert.equal(reply.status, status)
        assert.ok(reply.text.includes(code))
        assert.ok(!reply.text.includes('secret'))
        assert.equal(seen.length, status >= 500 ? 1 : 0, 'only our own faults go to the log')
      })

    test('an error that is no answer of the API is ours: 500, with nothing of it in the page', async () => {
      const seen: unknown[] = []
      const reply = await page('/console/today', {
        api: apiWith('/api/today', new TypeError('x is not a function')),
        failed: (failed) => seen.push(failed),
      })
      assert.equal(reply.status, 500)
      assert.ok(!reply.text.includes('not a function'))
      assert.equal(seen.length, 1)
    })

    test('a link that never was looks like one of someone else; only an expired one says so', async () => {
      const unknown = await page('/p/onbekend', { api: sampleApi({ token: 'onbekend' }).api })
      const forbidden = await page('/p/goed', {
        api: apiWith('/api/portal/decisions', new SampleFailure(401, 'link_unknown')),
      })
      assert.equal(unknown.status, 404)
      assert.equal(forbidden.status, 404)
      const title = /<h1>(.*?)<\/h1>/
      assert.equal(title.exec(unknown.text)![1], title.exec(forbidden.text)![1])
      const expired = await page('/p/verlopen', { api: sampleApi({ token: 'verlopen' }).api })
      assert.equal(expired.status, 410)
      assert.notEqual(title.exec(expired.text)![1], title.exec(unknown.text)![1])
    })

    test('a form is shown again with what was filled in and the sentence of the refusal', async () => {
      const reply = await form(
        '/console/systems/klantassistent/gate',
        { version: '4.2', decision: 'approve', reasons: 'kort', validUntil: '2027-01-31' },
        own,
      )
      assert.equal(reply.status, 422)
      const text = await reply.text()
      assert.match(text, /role="alert"/)
      assert.ok(text.includes('>kort</textarea>'))
    })
  })

  describe('a form whose sender must first prove who they are', () => {
    const words = 'Wij bewaren dit voor een rechtszaak <b>.'
    const path = `/console/requests/${requestIds.open}/decide`
    /** Refuses what is posted with this, as often as it is asked. */
    const refusing = (status: number, code: string): Api => {
      const { api } = sampleApi()
      return { ...api, post: () => Promise.reject(new SampleFailure(status, code)) }
    }

    for (const [status, code, to] of [
      [403, 'confirmation_needed', '/sign-in/confirm'],
      [401, 'session_expired', '/sign-in'],
    ] as const)
      test(`after ${code} stands filled in on its page, and no word of it in an address`, async () => {
        const kept = keptInMemory()
        const referer = `http://localhost/console/requests/${requestIds.open}`
        const sent = await form(
          path,
          { decision: 'refused', ground: 'excessive', explanation: words },
          { ...own, referer },
          { api: refusing(status, code), kept },
        )
        assert.equal(sent.status, 303)
        const next = sent.headers.get('location')!
        assert.equal(next, `${to}?to=${encodeURIComponent(`/console/requests/${requestIds.open}`)}`)
        const after = await page(`/console/requests/${requestIds.open}`, { kept })
        assert.ok(after.text.includes('>Wij bewaren dit voor een rechtszaak &lt;b&gt;.</textarea>'), 'the words')
        assert.match(after.text, /value="refused"[^>]* checked/)
        assert.match(after.text, /<option value="excessive" selected/)
        assert.equal(after.text.match(/rechtszaak/g)?.length, 1, 'in its own form only')
        const other = await page(`/console/requests/${requestIds.late}`, { kept })
        assert.ok(!other.text.includes('rechtszaak'), 'on no other page')
        const { api, state } = sampleApi()
        await form(path, { decision: 'refused', ground: 'excessive', explanation: words }, own, { api, kept })
        assert.equal(state.posts.length, 1)
        assert.ok(!(await page(`/console/requests/${requestIds.open}`, { kept })).text.includes('rechtszaak'))
      })

    test('of signing in is never kept', async () => {
      const given: string[] = []
      const kept = { ...keptInMemory(), keep: async (_: unknown, action: string) => void given.push(action) }
      await form('/sign-in/confirm', { password: 'geheim' }, own, { api: refusing(401, 'session_expired'), kept })
      assert.deepEqual(given, [])
    })
  })

  describe('a form', () => {
    test('of another site changes nothing, in the console and in the portal', async () => {
      for (const [path, body] of [
        ['/console/systems/klantassistent/stop', { reason: 'harm' }],
        ['/p/goed/choices', { purpose: 'gespreksopname', on: 'true' }],
        ['/sign-out', {}],
        ['/scheme', { scheme: 'dark' }],
      ] as const)
        for (const headers of [
          { 'sec-fetch-site': 'cross-site', origin: 'https://elders.example' },
          { 'sec-fetch-site': 'same-site', origin: 'http://ander.localhost' },
          { origin: 'https://elders.example' },
        ]) {
          const { api, state } = sampleApi()
          const reply = await form(path, body, headers as Record<string, string>, { api })
          assert.equal(reply.status, 403, `${path} ${JSON.stringify(headers)}`)
          assert.equal(state.posts.length, 0)
        }
    })

    test('without any sign of where it comes from changes nothing in the console', async () => {
      const { api, state } = sampleApi()
      assert.equal((await form('/console/systems/klantassistent/stop', { reason: 'harm' }, {}, { api })).status, 403)
      assert.equal(state.posts.length, 0)
    })

    test('of this site stops the system, sends what was chosen, and leads to the record', async () => {
      const { api, state } = sampleApi()
      const reply = await form('/console/systems/klantassistent/stop', { reason: 'harm', note: ' ' }, own, { api })
      assert.equal(reply.status, 303)
      assert.equal(reply.headers.get('location'), '/console/systems/klantassistent?done=stopped')
      assert.deepEqual(state.posts, [{ path: '/api/systems/klantassistent/stop', body: { reason: 'harm' } }])
    })

    test('opens a notice from a customer’s page: recorded first, at an address that holds no link of theirs', async () => {
      const { api, state } = sampleApi()
      const reply = await form('/p/goed/notices/privacy', {}, own, { api })
      assert.equal(reply.status, 303)
      assert.equal(reply.headers.get('location'), '/notices/kaapstroom/privacy')
      assert.deepEqual(state.posts, [{ path: '/api/portal/notices', body: { kind: 'privacy' } }])
    })

    test('to a notice stands at the foot of every customer’s page, and to fetch it is not to open it', async () => {
      for (const path of ['/p/goed', '/p/goed/choices', `/p/goed/decisions/${portalDecisionIds.alone}`]) {
        const foot = (await page(path)).text.split('<footer')[1]!
        for (const kind of ['privacy', 'ai'])
          assert.ok(foot.includes(`<form method="post" action="/p/goed/notices/${kind}">`), `${path} ${kind}`)
      }
      assert.equal((await page('/p/goed/notices/privacy')).status, 404)
      const open = (await page('/systems/kaapstroom/klantassistent')).text.split('<footer')[1]!
      assert.ok(open.includes('href="/notices/kaapstroom/privacy"'))
    })

    test('of more than 64 kB is refused before it is read', async () => {
      const { api, state } = sampleApi()
      const reply = await form('/console/systems/klantassistent/resume', { reason: 'x'.repeat(70_000) }, own, { api })
      assert.equal(reply.status, 413)
      assert.equal(state.posts.length, 0)
    })

    test('a day that is «valid up to and including» ends at the next midnight in Amsterdam', async () => {
      const { api, state } = sampleApi()
      await form(
        '/console/systems/klantassistent/gate',
        { version: '4.2', decision: 'approve', reasons: 'Honderd vragen nagekeken.', validUntil: '2027-03-28' },
        own,
        { api },
      )
      // That night the clocks go forward: midnight after it is 22.00 UTC.
      assert.equal((state.posts[0]!.body as { validUntil: string }).validUntil, '2027-03-28T22:00:00.000Z')
    })

    test('a new key stands in that one answer and nowhere after', async () => {
      const { api } = sampleApi()
      const made = await form('/console/keys', { system: 'klantassistent', label: 'proef' }, own, { api })
      assert.match(await made.text(), /wb_[A-Za-z0-9_]+/)
      assert.doesNotMatch((await page('/console/keys', { api })).text, /wb_k1a8/)
    })
  })

  describe('after signing in', () => {
    test('one goes on within this site only', async () => {
      for (const [to, next] of [
        ['/console/ledger?type=call.refused', '/console/ledger?type=call.refused'],
        ['https://elders.example/', '/'],
        ['//elders.example/', '/'],
        ['/\\elders.example', '/'],
        ['javascript:alert(1)', '/'],
      ] as const) {
        const reply = await form('/sign-in', { email: 'a@b.example', password: 'x', to }, own)
        assert.equal(reply.headers.get('location'), next)
      }
    })

    test('a link of another site begins no visit to the identity provider; a press on our own page does', async () => {
      const asked: string[] = []
      const { api } = sampleApi()
      const watched: Api = {
        ...api,
        get: async <T,>(path: string, query?: Parameters<Api['get']>[1]) => {
          asked.push(path)
          return path === '/api/session/oidc'
            ? ({ url: 'https://aanmelden.dekade.example/', flow: 'f' } as T)
            : api.get<T>(path, query)
        },
      }
      const visit = (headers: Record<string, string>) =>
        screens({ api: watched }).request('/sign-in/oidc?to=/console/keys', { headers })
      for (const site of ['cross-site', 'same-site', 'none']) {
        const reply = await visit({ 'sec-fetch-site': site })
        assert.equal(reply.headers.get('location'), '/sign-in?to=%2Fconsole%2Fkeys', site)
      }
      assert.deepEqual(asked, [])
      const ours = await visit({ 'sec-fetch-site': 'same-origin' })
      assert.equal(ours.headers.get('location'), 'https://aanmelden.dekade.example/')
      const overTls = await screens({ api: watched, secure: true }).request('/sign-in/oidc')
      assert.match(
        overTls.headers.get('set-cookie') ?? '',
        /^__Host-waarborg_oidc=f; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
    })

    test('no address that is given leads off this site', () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string(),
            fc.webUrl(),
            fc.string().map((end) => `/${end}`),
          ),
          (given) => {
            const path = ownPath(given, '/')
            assert.equal(new URL(path, 'http://here.example').host, 'here.example')
          },
        ),
        { numRuns: 500 },
      )
    })

    test('a wrong password keeps the address and not the password', async () => {
      const reply = await form('/sign-in', { email: 'noor@dekade.example', password: 'geheim-42' }, own, {
        signIn: () => {
          throw new SampleFailure(401, 'sign_in_refused')
        },
      })
      const text = await reply.text()
      assert.equal(reply.status, 401)
      assert.ok(text.includes('noor@dekade.example'))
      assert.ok(!text.includes('geheim-42'))
    })
  })

  describe('everything of one person', () => {
    test('comes in pages: how many there are, what is older, and the way back to the latest', async () => {
      const { api } = sampleApi({ token: 'alles' })
      const first = (await page('/p/alles', { api })).text
      assert.ok(first.includes('Er staan 31 gesprekken van u.') && first.includes('Er staat 1 besluit over u.'))
      assert.ok(first.includes('href="/p/alles?after=ouder#conversations"') && !first.includes('Naar de nieuwste'))
      const second = (await page('/p/alles?after=ouder&decisionsAfter=z', { api })).text
      // One list moves, the other stays where it is.
      assert.ok(second.includes('href="/p/alles?decisionsAfter=z#conversations"'))
      assert.ok(second.includes('href="/p/alles?after=ouder#decisions"') && !second.includes('Oudere gesprekken'))
    })
  })

  describe('a question about a notice', () => {
    const notice = '/notices/kaapstroom/ai'
    /** Codes open these ways. */
    const entering = (...clients: string[]) => {
      const { api, state } = sampleApi()
      const ways = clients.map((client) => ({
        client,
        clientId: client,
        path: `/p/${client}-secret`,
        expiresAt: now.toISOString(),
      }))
      const post: Api['post'] = async <T,>(path: string, body?: unknown) => {
        state.posts.push({ path, body })
        return (path === '/api/portal/codes' ? { minutes: 10 } : { ways }) as T
      }
      return { api: { ...api, post }, state }
    }
    const code = (given: Record<string, string>, ...clients: string[]) =>
      form('/portal/code', { address: 'k@v.example', code: '123456', ...given }, own, entering(...clients))

    test('begins at the notice, and goes with the code that lets its reader in', async () => {
      assert.ok((await page(notice)).text.includes('href="/portal?client=kaapstroom&amp;notice=ai"'))
      const way = (await page('/portal?client=kaapstroom&notice=ai')).text
      assert.ok(way.includes('<input type="hidden" name="notice" value="ai"/>'))
      assert.ok(way.includes('Daarna stelt u uw vraag over: Hoe wij AI gebruiken.'))
      const typed = await form(
        '/portal',
        { address: 'k@v.example', client: 'kaapstroom', notice: 'ai' },
        own,
        entering(),
      )
      const sent = await typed.text()
      assert.ok(sent.includes('action="/portal/code"') && sent.includes('name="notice" value="ai"'))
      assert.ok(sent.includes('href="/portal?client=kaapstroom&amp;notice=ai"'), 'a new code keeps it too')
      const entered = await code({ client: 'kaapstroom', notice: 'ai' }, 'kaapstroom')
      assert.equal(entered.headers.get('location'), '/p/kaapstroom-secret/questions?notice=ai')
      const asked = await page('/p/goed/questions?notice=ai')
      assert.ok(asked.text.includes('U stelt een vraag over hoe wij AI gebruiken.'))
      const { api, state } = entering()
      await form('/p/goed/questions', { text: 'Wat bedoelt u?', notice: 'ai' }, own, { api })
      assert.deepEqual(state.posts, [
        { path: '/api/portal/questions', body: { text: 'Wat bedoelt u?', about: 'notice', notice: 'ai' } },
      ])
    })

    test('is of one client: who is known there goes on to it, who is not gets their page', async () => {
      const given = { client: 'kaapstroom', notice: 'ai' }
      const both = await code(given, 'wijkwinkel', 'kaapstroom')
      assert.equal(both.headers.get('location'), '/p/kaapstroom-secret/questions?notice=ai')
      assert.equal((await code(given, 'wijkwinkel')).headers.get('location'), '/p/wijkwinkel-secret')
      for (const other of [{ client: 'kaapstroom' }, { client: 'kaapstroom', notice: 'x"><b>' }])
        assert.equal((await code(other, 'kaapstroom')).headers.get('location'), '/p/kaapstroom-secret')
      assert.ok(!(await page('/portal?client=kaapstroom&notice=x%22%3E')).text.includes('name="notice"'))
    })

    test('on their own page stands beside each version that they were shown', async () => {
      const portal = await sampleApi().api.get<{ notices: { kind: string }[] }>('/api/portal', { token: 'goed' })
      assert.ok(portal.notices.length > 0)
      const { text } = await page('/p/goed')
      for (const { kind } of portal.notices) assert.ok(text.includes(`href="/p/goed/questions?notice=${kind}"`), kind)
    })
  })

  describe('a decision', () => {
    const [waiting, looked] = decisionRows
    const path = (one: { id: string } | undefined) => `/console/decisions/${one!.id}`

    test('that waits can be judged by who may, and the judgement is sent as it was given', async () => {
      const { api, state } = sampleApi()
      assert.ok((await page(path(waiting), { api })).text.includes('id="review"'))
      const sent = {
        verdict: 'changed',
        outcome: 'aanbod',
        reasons: 'Al betaald, zie dossier.',
        openedAt: '2026-11-25T10:00:00.000Z',
      }
      const reply = await form(`${path(waiting)}/review`, sent, own, { api })
      assert.equal(reply.headers.get('location'), `${path(waiting)}?done=reviewed`)
      assert.deepEqual(state.posts.at(-1), { path: `/api/decisions/${waiting!.id}/review`, body: sent })
    })

    test('that its person asked about shows their words, and neither outcome nor score, before somebody looks again', async () => {
      const { text } = await page(path({ id: contestedIds.first }))
      assert.ok(text.includes('Ik heb nooit te laat betaald.'))
      for (const hidden of ['geen aanbod te doen', '0,484', 'maanden klant', 'id="review"'])
        assert.ok(!text.includes(hidden), hidden)
      const { text: involved } = await page(path({ id: contestedIds.involved }))
      assert.ok(involved.includes('U sprak met de klant in dit gesprek.'))
      assert.ok(!involved.includes('Ik heb dit gelezen en kijk opnieuw'))
    })

    test('that its person asked about is answered with the letter that was read', async () => {
      const { api, state } = sampleApi()
      const given = {
        verdict: 'confirmed',
        reasons: 'De bank bevestigt de data.',
        forCustomer: 'Het besluit blijft zoals het was.',
        points: 'Wij vroegen het na bij de bank.',
        nextSteps: 'Er verandert niets',
        nextBy: '2026-12-01',
      }
      const review = `${path({ id: contestedIds.reviewing })}/review`
      const letter = await form(review, given, own, { api })
      assert.equal(letter.status, 200)
      assert.match(await letter.text(), /Ons besluit van 25 november 2026 blijft/)
      assert.equal(state.posts.length, 0, 'nothing is recorded yet')
      const back = await form(review, { ...given, letter: 'a'.repeat(64), back: '1' }, own, { api })
      assert.match(await back.text(), /Wij vroegen het na bij de bank\./)
      assert.equal(state.posts.length, 0)
      await form(review, { ...given, letter: 'a'.repeat(64) }, own, { api })
      assert.deepEqual(state.posts.at(-1)!.body, { ...given, letter: 'a'.repeat(64) })
    })

    test('of which nobody confirmed that it waits can be confirmed by who asked', async () => {
      const { api, state } = sampleApi()
      const at = path({ id: contestedIds.reviewing })
      assert.ok((await page(at, { api })).text.includes('Wacht het besluit?'))
      await form(`${at}/confirm`, { contest: 'c-1', what: 'held', reference: ' CRM-1 ' }, own, { api })
      assert.deepEqual(state.posts.at(-1), {
        path: `/api/decisions/${contestedIds.reviewing}/contest/confirm`,
        body: { contest: 'c-1', what: 'held', reference: 'CRM-1' },
      })
    })

    test('that is confirmed becomes nothing else, whatever stood in the list', async () => {
      const { api, state } = sampleApi()
      await form(
        `${path(waiting)}/review`,
        { verdict: 'confirmed', outcome: 'aanbod', reasons: 'Klopt met het dossier.' },
        own,
        { api },
      )
      assert.deepEqual(state.posts.at(-1)!.body, { verdict: 'confirmed', reasons: 'Klopt met het dossier.' })
    })

    test('shows what counted after a reason, and not before', async () => {
      const { api, state } = sampleApi()
      assert.ok(!(await page(path(looked), { api })).text.includes('maanden klant'))
      const reply = await form(`${path(looked)}/read`, { reason: 'complaint' }, own, { api })
      assert.equal(reply.status, 200)
      assert.ok((await reply.text()).includes('maanden klant'))
      assert.deepEqual(state.posts.at(-1)!.body, { reason: 'complaint' })
    })

    test('is in a file of the list', async () => {
      const reply = await page('/console/decisions/file?find=x')
      assert.match(reply.headers.get('content-disposition')!, /decisions\.csv/)
      assert.match(reply.text, /^id,client,/)
    })
  })

  describe('a case', () => {
    const path = `/console/cases/${caseIds.complaint}`

    test('is taken from the list, back to the same list, and can be given back', async () => {
      const { api, state } = sampleApi()
      const back = '/console/cases?tab=none&kind=complaint'
      assert.ok((await page(back, { api })).text.includes(`action="/console/cases/${caseIds.late}/take"`))
      const taken = await form(`/console/cases/${caseIds.late}/take`, { back }, own, { api })
      assert.equal(taken.headers.get('location'), `${back}&done=taken&case=${caseIds.late}`)
      const shown = await page(taken.headers.get('location')!, { api })
      assert.ok(shown.text.includes(`action="/console/cases/${caseIds.late}/return"`))
      await form(`/console/cases/${caseIds.late}/return`, { back }, own, { api })
      const assigned = `/api/cases/${caseIds.late}/assign`
      const { person } = await api.get<{ person: { id: string } }>('/api/me')
      assert.deepEqual(state.posts, [
        { path: assigned, body: { person: person.id } },
        { path: assigned, body: { person: null } },
      ])
    })

    test('leads back to a list of this site only', async () => {
      for (const back of ['https://elders.example/', '//elders.example', '/console/keys', '']) {
        const reply = await form(`/console/cases/${caseIds.late}/take`, { back }, own)
        assert.match(reply.headers.get('location')!, /^\/console\/cases(\?done=taken&case=[\w-]+)?$/, back)
      }
    })

    test('asks the API for what the address says, tab and filters together', async () => {
      const asked: unknown[] = []
      const { api } = sampleApi()
      const watched: Api = {
        ...api,
        get: async <T,>(wanted: string, query?: Parameters<Api['get']>[1]) => {
          if (wanted === '/api/cases') asked.push(query)
          return api.get<T>(wanted, query)
        },
      }
      await page('/console/cases?tab=mine&kind=contest&due=week&after=abc&evil=1', { api: watched })
      await page('/console/cases?tab=closed&find=K-2026', { api: watched })
      await page('/console/cases?tab=late&due=week', { api: watched })
      assert.deepEqual(asked, [
        { kind: 'contest', due: 'week', owner: 'me', after: 'abc' },
        { find: 'K-2026', closed: 'true', after: undefined },
        { due: 'passed', after: undefined },
      ])
    })

    test('that somebody may not have says why, on the list and on its page', async () => {
      const { api } = sampleApi()
      const refusing: Api = {
        ...api,
        post: () =>
          Promise.reject(
            Object.assign(new SampleFailure(409, 'handler_took_decision'), {
              otherwise: 'Deze persoon nam het besluit.',
            }),
          ),
      }
      const fromList = await form(`/console/cases/${caseIds.late}/take`, { back: '/console/cases' }, own, {
        api: refusing,
      })
      assert.equal(fromList.status, 409)
      assert.match(await fromList.text(), /role="alert"[\s\S]*Deze persoon nam het besluit\./)
      const text = await (await form(`${path}/assign`, { person: 'x' }, own, { api: refusing })).text()
      assert.match(text, /id="person-error"[\s\S]*?Deze persoon nam het besluit\./)
      assert.match(text, /<select id="person"[^>]*aria-invalid="true"/)
    })

    test('keeps a note that was refused in its field', async () => {
      const { api } = sampleApi()
      const refusing: Api = { ...api, post: () => Promise.reject(new SampleFailure(409, 'case_closed')) }
      const reply = await form(`${path}/notes`, { text: 'Bel <b>maandag</b>.' }, own, { api: refusing })
      assert.equal(reply.status, 409)
      assert.ok((await reply.text()).includes('>Bel &lt;b&gt;maandag&lt;/b&gt;.</textarea>'))
    })

    test('that is a question is answered on its page; a refusal stands beside what was written', async () => {
      const { api, state } = sampleApi()
      const action = `/console/cases/${caseIds.clarification}/answer`
      assert.ok((await page(`/console/cases/${caseIds.clarification}`, { api })).text.includes(`action="${action}"`))
      const sent = await form(action, { text: ' De computer telde uw betalingen mee. ' }, own, { api })
      assert.equal(sent.headers.get('location'), `/console/cases/${caseIds.clarification}?done=answered`)
      assert.deepEqual(state.posts, [
        {
          path: `/api/clarifications/${caseIds.clarification}/answer`,
          body: { text: 'De computer telde uw betalingen mee.' },
        },
      ])
      const refusing: Api = { ...api, post: () => Promise.reject(new SampleFailure(409, 'clarification_not_now')) }
      const text = await (await form(action, { text: 'Nog een antwoord' }, own, { api: refusing })).text()
      assert.match(text, /<textarea id="text"[^>]*aria-invalid="true"[^>]*>\s*Nog een antwoord/)
    })

    test('gives a file to save: never shown by the browser, its name only a name', async () => {
      for (const [name, plain, given] of [
        ['afspraak monteur.pdf', 'afspraak-monteur.pdf', "UTF-8''afspraak%20monteur.pdf"],
        ['../../"x".html', '..-..--x-.html', undefined],
        ['a\r\nSet-Cookie: x.pdf', 'a--Set-Cookie--x.pdf', undefined],
        ['\u202Efdp.é.pdf', '-fdp.-.pdf', undefined],
      ] as const) {
        const sent = { name, mediaType: 'application/pdf', base64: Buffer.from('%PDF-1.7 <script>').toString('base64') }
        const reply = await page(`${path}/files/x`, { api: apiWith(`/api/cases/${caseIds.complaint}/files/x`, sent) })
        assert.equal(reply.text, '%PDF-1.7 <script>')
        assert.equal(reply.headers.get('content-type'), 'application/pdf')
        assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
        const disposition = reply.headers.get('content-disposition')!
        assert.match(disposition, /^attachment; filename="[\w.-]+"(; filename\*=UTF-8''[\w.%!~-]+)?$/)
        assert.ok(disposition.includes(`filename="${plain}"`), disposition)
        if (given !== undefined) assert.ok(disposition.endsWith(`; filename*=${given}`), disposition)
      }
    })

    test('says how each letter went, and which did not arrive', async () => {
      const { text } = await page(path)
      assert.match(
        text,
        /hebben uw klacht ontvangen\s*<\/summary>[\s\S]*?Verstuurd per e-mail\. Staat ook op de klantpagina\./,
      )
      assert.match(text, /meer tijd nodig\s*<b class="is-bad"> De e-mail kwam niet aan<\/b>/)
      assert.match(text, /De e-mail kwam niet aan\. De brief staat alleen op de klantpagina\./)
      const told = (await page(`/p/goed/complaints/${portalCaseIds.told}`)).text
      assert.match(told, /Wij stuurden deze brief ook per e-mail\./)
      assert.match(told, /Deze brief staat alleen op uw klantpagina\./)
      const data = (await page('/p/goed/data')).text
      assert.match(data, /Wij sturen deze brief ook per e-mail\. Dat is nog niet gebeurd\./)
    })

    test('takes the list along as a file with the filters of the page', async () => {
      const reply = await page('/console/cases/file?tab=mine&format=json')
      assert.match(reply.headers.get('content-disposition')!, /^attachment; filename="cases-[\d-]+\.json"$/)
      assert.equal((await page('/console/cases/file?format=csv')).text, 'reference,kind\r\n')
    })

    test('shows what a customer wrote as text, in its own direction', async () => {
      const view = caseViews[0]!
      const written = {
        ...view,
        messages: view.messages.map((one) => ({ ...one, text: hostile })),
        notes: view.notes.map((one) => ({ ...one, text: hostile })),
        attachments: view.attachments.map((one) => ({ ...one, name: hostile })),
        letters: view.letters.map((one) => ({ ...one, subject: hostile, paragraphs: [hostile] })),
      }
      const { text } = await page(path, {
        api: apiWith(`/api/complaints/${view.id}`, {
          ...complaintOf(view.id),
          case: written,
          name: hostile,
          remedyWords: hostile,
          hearingNotes: null,
        }),
      })
      assert.doesNotMatch(text, /<script>|<img/)
      assert.equal(
        text.match(/<p class="said" dir="auto">&lt;script/g)?.length,
        view.messages.length + view.notes.length,
      )
    })

    test('is opened once for a look at its page, whatever its kind: a second would be a second entry', async () => {
      for (const id of [caseIds.complaint, caseIds.contest, caseIds.request]) {
        const opened: string[] = []
        const { api } = sampleApi()
        const watched: Api = {
          ...api,
          get: async <T,>(wanted: string, query?: Parameters<Api['get']>[1]) => {
            // Who can be given it opens nothing.
            if (/^\/api\/(cases|complaints)\/[^/]+$/.test(wanted) && query?.contents !== 'false') opened.push(wanted)
            return api.get<T>(wanted, query)
          },
        }
        await page(`/console/cases/${id}`, { api: watched })
        assert.equal(opened.length, 1, opened.join(', '))
      }
    })

    test('tells a reader without a right to it from one whose customer was erased', async () => {
      const view = { ...caseViews.find(({ id }) => id === caseIds.erased)! }
      const me = await sampleApi().api.get<object>('/api/me')
      const asRole = async (role: string) => {
        const base = apiWith(`/api/cases/${view.id}`, view)
        const api: Api = {
          ...base,
          get: async <T,>(wanted: string, query?: Parameters<Api['get']>[1]) =>
            wanted === '/api/me' ? ({ ...me, roles: [role] } as T) : base.get<T>(wanted, query),
        }
        return (await page(`/console/cases/${view.id}`, { api })).text
      }
      const [supervisor, handler] = [await asRole('supervisor'), await asRole('complaint_handler')]
      assert.ok(supervisor.includes('U ziet niet wat er is geschreven'))
      assert.ok(handler.includes('Wat er is geschreven, is niet meer te lezen'))
      for (const text of [supervisor, handler]) assert.ok(!text.includes('id="note"'), 'no note on what is closed')
    })
  })

  describe('a complaint', () => {
    const id = caseIds.complaint
    const path = `/console/cases/${id}`
    const view = complaintOf(id)!
    const withView = (more: object) => apiWith(`/api/complaints/${id}`, { ...view, ...more })

    test('opens the form of each act that the API offers, with its revision, and of no other', async () => {
      for (const act of actNames.filter((name) => name !== 'link')) {
        const { text, status } = await page(`${path}?act=${act}`, { api: withView({ acts: actNames }) })
        assert.equal(status, 200, act)
        assert.ok(text.includes(`action="/console/complaints/${id}/${act}"`), act)
        assert.ok(text.includes(`name="revision" value="${view.case.revision}"`), act)
        assert.doesNotMatch(text, /complaint\.act\.|undefined/, act)
        const without = await page(`${path}?act=${act}`, { api: withView({ acts: [] }) })
        assert.ok(!without.text.includes(`/console/complaints/${id}/${act}"`), act)
      }
    })

    test('sends what was filled in, on the revision that was read', async () => {
      const { api, state } = sampleApi()
      const sent = await form(
        `/console/complaints/${id}/extend`,
        { revision: '7', reasons: ' De leverancier antwoordt later. ', via: 'email' },
        own,
        { api },
      )
      assert.equal(sent.headers.get('location'), `${path}?done=complaint`)
      assert.deepEqual(state.posts, [
        {
          path: `/api/complaints/${id}/acts`,
          body: { revision: 7, do: { act: 'extend', reasons: 'De leverancier antwoordt later.', via: 'email' } },
        },
      ])
    })

    test('that is refused stands filled in, with the sentence beside the field it is about', async () => {
      const { api } = sampleApi()
      const refusing = (failed: object): Api => ({ ...api, post: () => Promise.reject(failed) })
      const given = {
        revision: '7',
        'point.1': 'Niemand <b>legde</b> het uit',
        'verdict.1': 'partly',
        'reasons.1': 'kort',
      }
      const reply = await form(`/console/complaints/${id}/propose`, given, own, {
        api: refusing({
          ...new SampleFailure(400, 'invalid_request'),
          param: 'do.points[0].reasons',
          values: { field: 'do.points[0].reasons', problem: 'too_small' },
        }),
      })
      const text = await reply.text()
      assert.equal(reply.status, 400)
      assert.match(text, /role="alert"[\s\S]*?<a href="#act-reasons\.1"/)
      assert.match(text, /id="act-reasons\.1-error"[\s\S]*?Dit is te kort/)
      assert.match(text, /<textarea id="act-reasons\.1"[^>]*aria-invalid="true"/)
      assert.ok(text.includes('value="Niemand &lt;b&gt;legde&lt;/b&gt; het uit"'))
      const changed = await form(`/console/complaints/${id}/reply`, { revision: '6', text: 'Wij bellen u.' }, own, {
        api: refusing(
          Object.assign(new SampleFailure(409, 'complaint_changed'), { otherwise: 'Iemand anders was eerder.' }),
        ),
      })
      const after = await changed.text()
      assert.ok(after.includes('Iemand anders was eerder.') && after.includes('>Wij bellen u.</textarea>'))
    })

    test('gets one row more for a point without a step, and keeps what stands in the others', async () => {
      const { api, state } = sampleApi()
      const given = { revision: '7', rows: '2', more: '1', 'point.0': 'De computer wees af', findings: 'Wat ik zag' }
      const text = await (await form(`/console/complaints/${id}/propose`, given, own, { api })).text()
      assert.equal(text.match(/name="point\.\d+"/g)?.length, 3)
      assert.ok(text.includes('value="De computer wees af"') && text.includes('>Wat ik zag</textarea>'))
      assert.equal(state.posts.length, 0)
    })

    test('that nobody handles, or somebody else does, says who can go on', async () => {
      const late = await page(`/console/cases/${caseIds.late}`)
      assert.ok(late.text.includes('Nog niemand behandelt deze klacht.'))
      assert.ok((await page(`/console/cases/${caseIds.paused}`)).text.includes('zet stappen: Joost Wiersma.'))
    })

    test('is about somebody who works for its client: of whom that is asked first, and nothing written is lost', async () => {
      assert.match((await page('/console/complaints/new')).text, /<select id="person"[\s\S]*?Pieter Langerak/)
      const { api, state } = sampleApi()
      const me = { ...(await api.get<object>('/api/me')), client: null }
      const get: Api['get'] = async <T,>(path: string, query?: Parameters<Api['get']>[1]) =>
        path === '/api/me' ? (me as T) : api.get<T>(path, query)
      const several = { ...api, get }
      const open = (await page('/console/complaints/new', { api: several })).text
      assert.ok(!open.includes('Pieter Langerak') && open.includes('name="show"'))
      assert.match(
        (await page('/console/complaints/new?client=kaapstroom', { api: several })).text,
        /<option value="kaapstroom" selected/,
      )
      const shown = async (client: string) =>
        (
          await form('/console/complaints/new', { words: 'Onaardig <b>', show: 'people', client }, own, {
            api: several,
          })
        ).text()
      const chosen = await shown('kaapstroom')
      assert.ok(chosen.includes('Pieter Langerak') && chosen.includes('>Onaardig &lt;b&gt;</textarea>'))
      for (const client of ['', 'van-een-ander']) {
        const text = await shown(client)
        assert.match(text, /<select id="client"[^>]*aria-invalid="true"/)
        assert.ok(!text.includes('Pieter Langerak') && text.includes('>Onaardig &lt;b&gt;</textarea>'))
      }
      assert.equal(state.posts.length, 0)
      const refusing: Api = {
        ...sampleApi().api,
        post: () =>
          Promise.reject({
            ...new SampleFailure(404, 'person_unknown'),
            status: 404,
            code: 'person_unknown',
            param: 'persons[0]',
          }),
      }
      const no = await (
        await form('/console/complaints/new', { words: 'x', person: 'weg' }, own, { api: refusing })
      ).text()
      assert.match(no, /<select id="person"[^>]*aria-invalid="true"/)
    })

    test('is written down with what was said, and a number that leads nowhere keeps the form', async () => {
      const { api, state } = sampleApi()
      const given = {
        words: 'Ik kreeg een fout antwoord.',
        about: 'system',
        remedy: 'explanation',
        channel: 'phone',
        language: 'nl',
        conversation: '',
        reference: 'KL-004417',
      }
      await form('/console/complaints/new', given, own, {
        api: {
          ...api,
          post: async (to, body) => {
            state.posts.push({ path: to, body })
            return { id } as never
          },
        },
      })
      assert.deepEqual(state.posts, [
        {
          path: '/api/complaints',
          body: {
            words: given.words,
            about: 'system',
            remedy: 'explanation',
            channel: 'phone',
            language: 'nl',
            wantsHearing: false,
            persons: [],
            client: 'kaapstroom',
            reference: 'KL-004417',
          },
        },
      ])
      const refusing: Api = {
        ...api,
        post: () =>
          Promise.reject({
            ...new SampleFailure(404, 'conversation_unknown'),
            status: 404,
            code: 'conversation_unknown',
            param: 'conversation',
          }),
      }
      const reply = await form('/console/complaints/new', { ...given, conversation: 'x' }, own, { api: refusing })
      const text = await reply.text()
      assert.equal(reply.status, 422)
      assert.ok(text.includes('>Ik kreeg een fout antwoord.</textarea>'))
      assert.match(text, /<input id="conversation"[^>]*aria-invalid="true"/)
    })
  })

  describe('what a role may not see', () => {
    const as = async (...given: string[]) => {
      const me = await sampleApi().api.get<object>('/api/me')
      return apiWith('/api/me', { ...me, roles: given })
    }

    test('a complaint is written down from the page of what it is about, by who may', async () => {
      for (const [path, query] of [
        [`/console/conversations/${conversation.id}`, `conversation=${conversation.id}`],
        [`/console/decisions/${decisionRows[0]!.id}`, `decision=${decisionRows[0]!.id}`],
      ] as const) {
        const link = `href="/console/complaints/new?${query}&amp;client=kaapstroom"`
        assert.ok((await page(path, { api: await as('complaint_handler') })).text.includes(link), path)
        assert.ok(!(await page(path, { api: await as('auditor') })).text.includes('/complaints/new'), path)
        const { text } = await page(`/console/complaints/new?${query}`)
        const [name, value] = query.split('=')
        assert.match(text, new RegExp(`<input id="${name}"[^>]*value="${value}"`))
      }
    })

    test('is not in the menu, and its letter does nothing', async () => {
      const { text } = await page('/console/limits', { api: await as('agent') })
      assert.ok(!text.includes('href="/console/keys"'))
      assert.ok(!text.includes('data-go="k"'))
      assert.ok(text.includes('href="/console/hand-offs"'))
    })

    test('the stop button is for who may stop', async () => {
      const stop = 'href="/console/systems/klantassistent/stop"'
      const path = '/console/systems/klantassistent'
      assert.ok((await page(path, { api: await as('overseer') })).text.includes(stop))
      assert.ok(!(await page(path, { api: await as('auditor') })).text.includes(stop))
    })

    test('signing in leads to where the role’s work is', async () => {
      for (const [role, path] of [
        ['agent', '/console/hand-offs'],
        ['auditor', '/console/today'],
        ['complaint_handler', '/console/cases'],
        ['reviewer', '/console/cases'],
      ] as const)
        assert.equal((await page('/', { api: await as(role) })).headers.get('location'), path)
    })
  })

  describe('files of the screens', () => {
    test('are small: an island is under 10 kB as it is sent', () => {
      const islands = [...assets].filter(([path]) => path.endsWith('.js'))
      assert.ok(islands.length >= 4)
      assert.deepEqual(
        islands.filter(([, { gzip }]) => gzip.length >= 10_000).map(([path]) => path),
        [],
      )
    })

    test('and a first view weighs at most 20 kB: html, style, scripts and icons, compressed', async () => {
      const heavy: string[] = []
      for (const { path, name } of previewPages) {
        const reply = await screens().request(path, { headers: { 'accept-encoding': 'gzip' } })
        const body = Buffer.from(await reply.arrayBuffer())
        const html = reply.headers.get('content-encoding') === 'gzip' ? gunzipSync(body).toString() : body.toString()
        const named = new Set([...html.matchAll(/"(\/assets\/[^"#]+)/g)].map(([, file]) => file!))
        const bytes = [...named].reduce((all, file) => all + assets.get(file)!.gzip.length, body.length)
        if (bytes > 20_000) heavy.push(`${name}: ${bytes}`)
      }
      assert.deepEqual(heavy, [])
    })

    test('are not sent again to a browser that has them', async () => {
      const [path, { etag }] = [...assets].find(([name]) => name.endsWith('.css'))!
      const first = await screens().request(path)
      assert.equal(first.headers.get('etag'), etag)
      assert.match(first.headers.get('cache-control')!, /immutable/)
      assert.equal((await screens().request(path, { headers: { 'if-none-match': etag } })).status, 304)
    })

    test('end at the folder: nothing else is served from there', async () => {
      for (const path of ['/assets/../package.json', '/assets/', '/assets/nope.js', '/assets/%2e%2e/package.json'])
        assert.equal((await page(path)).status, 404, path)
    })
  })

  describe('a receipt', () => {
    test('is saved with everything that a check needs, under a name that is only a name', async () => {
      const { text, headers } = await page(`/p/goed/receipts/${entryViews[4]!.event}/file`)
      assert.deepEqual(Object.keys(JSON.parse(text)), ['waarborg', 'entry', 'proof', 'vkey'])
      assert.match(headers.get('content-disposition')!, /^attachment; filename="[\w.-]+"$/)
    })

    test('without a number has no file yet', async () => {
      assert.equal((await page(`/p/goed/receipts/${entryViews.at(-1)!.event}/file`)).status, 404)
    })
  })

  test('an error is an answer of the API only when it has a status and a code', () => {
    assert.equal(failureOf(new Error('x')), undefined)
    assert.equal(failureOf(null), undefined)
    assert.equal(failureOf({ status: 404 }), undefined)
    assert.deepEqual(failureOf({ status: 404, code: 'x' }), { status: 404, code: 'x' })
  })

  test('where a form comes from is taken from the browser’s own headers', () => {
    const c = (path: string, headers: Record<string, string>) =>
      ({ req: { path, header: (name: string) => headers[name] } }) as unknown as Parameters<typeof fromHere>[0]
    const here = 'waarborg.example'
    for (const [headers, console_, portal] of [
      [{ 'sec-fetch-site': 'same-origin', origin: `https://${here}`, host: here }, true, true],
      [{ origin: `https://${here}`, host: here }, true, true],
      [{ 'sec-fetch-site': 'same-origin', origin: 'null', host: here }, true, true],
      [{ 'sec-fetch-site': 'none', host: here }, false, true],
      [{ host: here }, false, true],
      [{ 'sec-fetch-site': 'cross-site', host: here }, false, false],
      [{ 'sec-fetch-site': 'same-origin', origin: 'https://elders.example', host: here }, false, false],
    ] as const) {
      assert.equal(fromHere(c('/console/keys', headers)), console_, JSON.stringify(headers))
      assert.equal(fromHere(c('/p/x/choices', headers)), portal, JSON.stringify(headers))
    }
  })
})
