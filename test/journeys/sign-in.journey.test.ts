// Signing in on a running Waarborg as a browser does it: one-time link, password, second step, confirmation, sign-out.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { base32Bytes } from '../../src/access/testing.ts'
import { hotp, totpStep } from '../../src/access/totp.ts'
import { findBrowser, launch } from '../browser.ts'
import { browserOn, clean, dataFolder, type Running, root, start } from './running.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found'

describe('signing in', { timeout: 240_000 }, () => {
  const folder = dataFolder()
  let waarborg: Running
  before(async () => {
    waarborg = await start(folder, {
      args: ['--organisation', join(root, 'testdata/organisation/states.yaml')],
      until: /Stop: Ctrl\+C/,
    })
  })
  after(async () => {
    await waarborg.stop()
    clean(folder)
  })

  const secretIn = (page: string) => base32Bytes(/<code id="secret">([^<]+)<\/code>/.exec(page)![1]!)
  const codesIn = (page: string) =>
    [...page.matchAll(/<code>([0-9a-z]{6}(?:-[0-9a-z]{6}){3})<\/code>/g)].map(([, code]) => code!)
  const codeNow = (secret: Uint8Array, later = 0) => hotp(secret, totpStep(new Date()) + later)

  const password = 'paard batterij nietje'
  const browser = () => browserOn(() => waarborg.url)
  const me = browser()
  let email: string
  let secret: Buffer
  let codes: string[]

  test('the first administrator chooses a password by the link, and meets the second step before anything else', async () => {
    const link = /(\/password\?token=\S+)/.exec(waarborg.output())![1]!
    const page = await me.go(link)
    email = /value="([^"]+@[^"]+)"/.exec(page.text)![1]!
    const next = await me.follow('/password', { token: link.split('=')[1]!, password })
    assert.match(next.at, /^\/sign-in\/factor/)
    assert.doesNotMatch(next.text, /action="\/sign-in\/later"/, 'there is no «later» outside the demonstration')
    for (const path of ['/console/people', '/console/conversations', '/console/me'])
      assert.match((await me.follow(path)).at, /^\/sign-in\/factor\?to=/, path)
  })

  test('the app is set up with a code, and the recovery codes are shown once', async () => {
    const before = [...me.cookies.values()]
    const shown = await me.go('/sign-in/factor', { to: '/console/people' })
    assert.match(shown.text, /<svg class="qr"[^>]*role="img"/)
    secret = secretIn(shown.text)
    const wrong = await me.go('/sign-in/factor/enrol', { code: '000000', secret: '', uri: '', to: '/' })
    assert.equal(wrong.status, 422)
    const done = await me.go('/sign-in/factor/enrol', { code: codeNow(secret), to: '/console/people' })
    codes = codesIn(done.text)
    assert.equal(codes.length, 10)
    assert.notDeepEqual([...me.cookies.values()], before, 'the session has another token')
    assert.equal((await me.go('/console/people')).status, 200)
  })

  test('the cookie of a session is out of reach of scripts and other sites', () => {
    const line = me.flags.find((one) => one.startsWith('waarborg_session='))!
    assert.match(line, /; Path=\/(;|$)/)
    assert.match(line, /; HttpOnly(;|$)/)
    assert.match(line, /; SameSite=Lax(;|$)/)
  })

  test('a token of before signing in is worth nothing after it', async () => {
    const other = browser()
    other.cookies.set('waarborg_session', 'A'.repeat(43))
    const reply = await other.follow('/sign-in', { email, password, to: '/console/me' })
    assert.match(reply.at, /^\/sign-in\/code/)
    const half = other.cookies.get('waarborg_session')!
    assert.notEqual(half, 'A'.repeat(43))
    await other.go('/sign-in/code', { code: codes[0]!, to: '/console/me' })
    const whole = other.cookies.get('waarborg_session')!
    const thief = browser()
    thief.cookies.set('waarborg_session', half)
    assert.match((await thief.follow('/console/me')).at, /^\/sign-in\?/)
    thief.cookies.set('waarborg_session', whole)
    assert.equal((await thief.follow('/console/me')).at, '/console/me')
    const out = await other.go('/sign-out', {})
    assert.equal(out.headers.get('clear-site-data'), '"cache"', 'the browser drops the pages that it kept')
    assert.match((await thief.follow('/console/me')).at, /^\/sign-in\?/, 'signing out ends the session at the server')
  })

  test('the account shows where one is signed in, and ends the others', async () => {
    const other = browser()
    await other.follow('/sign-in', { email, password, to: '/' })
    await other.follow('/sign-in/code', { code: codes[1]!, to: '/' })
    const page = await me.go('/console/me')
    assert.equal((page.text.match(/<b>Firefox/g) ?? []).length, 2)
    assert.match((await me.follow('/console/me/sessions/end', {})).text, /role="status"/)
    assert.match((await other.follow('/console/me')).at, /^\/sign-in\?/)
    assert.equal((await me.go('/console/me')).status, 200)
  })

  test('the password is changed with the one of now, and no longer opens anything', async () => {
    assert.match((await me.go('/console/me')).text, /href="\/sign-in\/password"/)
    const page = await me.go('/sign-in/password')
    assert.equal(page.status, 200)
    const change = (current: string, next: string) =>
      me.follow('/sign-in/password', { 'current-password': current, password: next })
    const wrong = await change('niet dit', 'een heel ander gedicht')
    assert.match(wrong.text, /role="alert"|aria-invalid/)
    assert.match((await change(password, 'een heel ander gedicht')).at, /^\/console\/me\?done=password/)
    const other = browser()
    assert.match((await other.go('/sign-in', { email, password, to: '/' })).text, /role="alert"/)
    assert.match((await change('een heel ander gedicht', password)).at, /^\/console\/me\?done=password/)
  })

  test('a form from another site changes nothing, whatever it carries', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://elders.example' },
      { 'sec-fetch-site': 'same-site', origin: 'http://elders.127.0.0.1' },
      { origin: 'https://elders.example' },
      {},
    ])
      for (const path of [
        '/sign-in',
        '/sign-in/code',
        '/sign-in/factor',
        '/sign-in/confirm',
        '/console/me/codes',
        '/sign-out',
      ]) {
        const reply = await fetch(new URL(path, waarborg.url), {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: `waarborg_session=${me.cookies.get('waarborg_session')}`, ...(headers as object) },
          body: new URLSearchParams({ code: '1' }),
        })
        assert.equal(reply.status, 403, `${path} ${JSON.stringify(headers)}`)
      }
    const api = await fetch(new URL('/api/session', waarborg.url), {
      method: 'DELETE',
      headers: { cookie: `waarborg_session=${me.cookies.get('waarborg_session')}`, 'sec-fetch-site': 'cross-site' },
    })
    assert.equal(api.status, 403)
    assert.equal((await me.go('/console/me')).status, 200, 'and the session goes on')
  })

  test('a passkey signs in without a password, confirms, and is refused when it is gone or not verified', {
    skip,
  }, async () => {
    const chromium = await launch(found!)
    try {
      const context = await chromium.newContext({ locale: 'nl' })
      const page = await context.newPage()
      const onAccount = (url: URL) => url.pathname === '/console/me'
      const site = waarborg.url.replace('127.0.0.1', 'localhost')
      const devtools = await context.newCDPSession(page)
      await devtools.send('WebAuthn.enable')
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      // Password and recovery code, then a passkey on the account's page.
      await page.goto(`${site}/sign-in?to=/console/me`)
      await page.fill('#email', email)
      await page.fill('#password', password)
      await page.click('form[action="/sign-in"] button')
      await page.waitForURL((url) => url.pathname === '/sign-in/code')
      await page.fill('#code', codes[2]!)
      await page.click('form[action="/sign-in/code"] button')
      await page.waitForURL(onAccount)
      await page.goto(`${site}/sign-in/factor?to=/console/me`)
      await page.fill('#passkey-name', 'Telefoon <b>')
      await page.click('form[data-passkey="create"] button')
      await page.waitForURL(onAccount)
      assert.equal(await page.textContent('#passkeys ~ ul b, section[aria-labelledby="passkeys"] ul b'), 'Telefoon <b>')
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
      assert.deepEqual(
        credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]),
        [['localhost', true]],
      )

      const signOut = async () => {
        await page.goto(`${site}/console/me`)
        await page.click('form[action="/sign-out"] button')
        await page.waitForURL(/\/sign-in\?done=out/)
      }
      const withPasskey = async () => {
        await page.goto(`${site}/sign-in?to=/console/me`)
        await page.click('form[data-passkey="get"] button')
      }
      await signOut()
      await withPasskey()
      await page.waitForURL(onAccount)
      await page.goto(`${site}/sign-in/confirm?to=/console/me`)
      await page.click('form[data-passkey="get"] button')
      await page.waitForURL(onAccount)

      // The same answer a second time is nothing.
      await signOut()
      await page.goto(`${site}/sign-in?to=/console/me`)
      const replayed = await page.evaluate(async () => {
        const { options } = (await (await fetch('/api/session/passkey/options')).json()) as { options: never }
        const made = (await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        })) as PublicKeyCredential
        const body = JSON.stringify(made.toJSON())
        const send = () =>
          fetch('/api/session/passkey', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
        return [(await send()).status, (await send()).status]
      })
      assert.deepEqual(replayed, [201, 401])

      // A device that did not verify its holder, and one whose passkey was taken away.
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
      await withPasskey()
      await page.waitForSelector('[data-failed]:not([hidden])')
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
      await withPasskey()
      await page.waitForURL(onAccount)
      await page.click('a[href$="/remove"]')
      await page.click('form[action$="/remove"] button')
      await page.waitForURL(/done=passkeyRemoved/)
      await signOut()
      await withPasskey()
      await page.waitForSelector('[role="alert"]:not([hidden])')
      assert.match(page.url(), /\/sign-in\/passkey/)
    } finally {
      await chromium.close()
    }
  })
})
