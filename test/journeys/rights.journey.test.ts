// Consent and the rights of customers in a real browser, on the whole product: what a customer gives and takes back on their own
// page, and what staff record, answer and report in the console.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import OpenAI from 'openai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Role } from '../../src/platform/http.ts'
import { findBrowser, launch } from '../browser.ts'
import { faults, sideways } from '../page-faults.ts'
import { type Here, startHere } from './application.ts'
import { officer, overseer } from './shop.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found'

const both = (word: string) => ({ nl: word, en: word })
const system = (id: string, purpose: string) => ({
  id,
  client: 'winkel',
  name: both(id),
  description: both('Helpt klanten.'),
  kind: 'chatbot',
  decisionClass: 'inform',
  channel: 'chat',
  language: 'nl',
  purposes: [purpose],
  upstream: 'eigen',
  disclosure: 'inject',
  versions: [{ id: '1', model: 'waarborg-retrieval' }],
  gates: [{ version: '1', decision: 'approve', by: 'fatima', reasons: 'Nagekeken.', at: '-1d', validUntil: '+300d' }],
  overseers: [{ person: 'bram' }],
})
const organisation = {
  waarborg: 1,
  tenant: { id: 'winkelhuis', name: 'Winkelhuis' },
  clients: [{ id: 'winkel', name: 'Winkel', contact: { phone: '088-0000100' } }],
  purposes: [
    {
      id: 'advies',
      client: 'winkel',
      name: { nl: 'advies op maat', en: 'advice for you' },
      basis: 'consent',
      dataKinds: { nl: 'uw vragen', en: 'your questions' },
      retentionDays: 30,
      consequenceOfNo: { nl: 'een medewerker helpt u', en: 'a member of staff helps you' },
    },
    {
      id: 'service',
      client: 'winkel',
      name: { nl: 'uw vraag beantwoorden', en: 'answering your question' },
      basis: 'contract',
      reasoning: both('Nodig om de vraag te beantwoorden.'),
      signedBy: 'fatima',
      signedAt: '-90d',
      dataKinds: { nl: 'uw vragen', en: 'your questions' },
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'eigen', builtin: 'assistant', provider: { name: 'Eigen' } }],
  people: [officer, overseer],
  systems: [system('adviesbot', 'advies'), system('hulpbot', 'service')],
  notices: [
    {
      id: 'advies',
      client: 'winkel',
      purpose: 'advies',
      version: '1',
      texts: {
        voice: {
          nl: 'Mag Winkel uw vragen gebruiken? Het doel is: advies op maat. U mag nee zeggen.',
          en: 'May Winkel use your questions? The purpose is: advice for you. You may say no.',
        },
      },
    },
  ],
  keys: [
    { system: 'adviesbot', label: 'bot' },
    { system: 'hulpbot', label: 'bot' },
  ],
}

describe('consent and rights in a browser', { timeout: 240_000, skip }, () => {
  let here: Here
  let browser: Browser
  let keys: ReadonlyMap<string, string>
  const open: BrowserContext[] = []
  before(async () => {
    here = await startHere({ requestsPerMinute: 1_000_000 })
    keys = await here.apply(organisation)
    browser = await launch(found!)
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()))
  })
  after(async () => {
    await browser?.close()
    await here?.close()
  })

  const visitor = async (token?: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl' })
    open.push(context)
    if (token !== undefined)
      await context.addCookies([{ name: 'waarborg_session', value: token, url: here.application.url }])
    return context.newPage()
  }
  const staff = async (...roles: Role[]) => visitor((await here.signedIn(roles, 'winkelhuis')).token)
  const at = (path: string) => `${here.application.url}${path}`
  /** The page as it stands, at two widths. */
  const isFine = async (page: Page, name: string) => {
    const wrong = (await faults(page)).map((one) => `${name}: ${one}`)
    await page.setViewportSize({ width: 320, height: 900 })
    const over = await sideways(page)
    if (over > 0) wrong.push(`${name}: ${over} pixels too wide at 320`)
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.deepEqual(wrong, [])
  }
  const api = async <T>(bot: string, path: string, body: object): Promise<T> => {
    const reply = await fetch(at(path), {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.get(bot)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(reply.ok, await reply.clone().text())
    return (await reply.json()) as T
  }
  /** null when the call was forwarded, else its code. */
  const call = async (bot: string, conversation: string, subject: string): Promise<string | null> => {
    const openai = new OpenAI({ baseURL: at('/v1'), apiKey: keys.get(bot)!, maxRetries: 0 })
    try {
      await openai.chat.completions.create(
        { model: 'waarborg-retrieval', messages: [{ role: 'user', content: 'Wat raadt u mij aan?' }] },
        { headers: { 'X-Waarborg-Conversation': conversation, 'X-Waarborg-Subject': subject } },
      )
      return null
    } catch (error) {
      if (!(error instanceof OpenAI.APIError)) throw error
      return error.code ?? 'none'
    }
  }
  const wording = { version: 'eigen-1', language: 'nl', channel: 'chat' }
  /** A customer of whom a conversation has begun, with the link to their page. */
  const customer = async (name: string) => {
    const { conversation } = await api<{ conversation: string }>('adviesbot', '/v1/consents', {
      subject: name,
      purpose: 'advies',
      state: 'asked',
      wording,
    }).then(() =>
      api<{ conversation: string }>('hulpbot', '/v1/conversations', {
        id: `gesprek-${name}`,
        subject: name,
        turns: [{ role: 'customer', text: 'Dag, ik heb een vraag.' }],
      }),
    )
    const { path } = await api<{ path: string }>('hulpbot', '/v1/portal-links', { conversation })
    return { conversation, path }
  }

  // -- a customer's own page ------------------------------------------------------------------------------------------

  test('consent is given with one click, proven, and taken back with one click in the middle of a conversation', async () => {
    const { path } = await customer('klant-show')
    const conversation = 'gesprek-show'
    assert.equal(await call('adviesbot', conversation, 'klant-show'), 'consent_missing')
    const page = await visitor()
    await page.goto(at(`${path}/choices`))
    await isFine(page, 'a question of consent')
    await page.click('#choice-advies-yes')
    await page.waitForSelector('#choice-advies-switch[aria-checked="true"]')
    assert.match((await page.textContent('#news'))!, /staat nu aan/)
    assert.equal(await call('adviesbot', conversation, 'klant-show'), null)

    await page.click('#news a[href*="/receipts/"]')
    for (let tries = 0; (await page.locator('[data-verdict="ok"]').count()) === 0; tries++) {
      assert.ok(tries < 40, 'the receipt gets its number within seconds')
      await page.waitForTimeout(250)
      await page.reload()
      await page.waitForSelector('[data-verdict]')
    }
    assert.match((await page.textContent('main'))!, /toestemming/)
    await isFine(page, 'the receipt')

    await page.goto(at(`${path}/choices`))
    await page.click('#choice-advies-switch')
    await page.waitForSelector('#choice-advies-switch[aria-checked="false"]')
    assert.equal(await call('adviesbot', conversation, 'klant-show'), 'consent_withdrawn')
    assert.equal(await call('adviesbot', conversation, 'klant-show'), 'consent_withdrawn', 'and it stays')
    await isFine(page, 'after withdrawal')
  })

  test('no is as easy as yes: as many clicks, as large, as near, as readable', async () => {
    type Seen = { box: number[]; top: number; size: string; ratio: number; colours: string[] }
    const seen = new Map<string, Seen>()
    for (const answer of ['yes', 'no'] as const) {
      const name = `klant-${answer}`
      const { path } = await customer(name)
      for (const scheme of ['light', 'dark'] as const) {
        const page = await visitor()
        await page.emulateMedia({ colorScheme: scheme })
        await page.goto(at(`${path}/choices`))
        for (const which of ['yes', 'no'])
          seen.set(`${which} ${scheme}`, await page.locator(`#choice-advies-${which}`).evaluate(lookOf))
      }
      let clicks = 0
      const page = await visitor()
      await page.exposeFunction('clicked', () => {
        clicks++
      })
      await page.addInitScript(() =>
        addEventListener('click', () => (globalThis as unknown as { clicked(): void }).clicked(), { capture: true }),
      )
      await page.goto(at(`${path}/choices`))
      await page.click(`#choice-advies-${answer}`)
      await page.waitForSelector(`#choice-advies-switch[aria-checked="${answer === 'yes'}"]`)
      assert.equal(clicks, 1, answer)
      assert.equal(await call('adviesbot', `na-${name}`, name), answer === 'yes' ? null : 'consent_missing')
    }
    for (const scheme of ['light', 'dark']) {
      const [yes, no] = [seen.get(`yes ${scheme}`)!, seen.get(`no ${scheme}`)!]
      assert.deepEqual(no, yes, scheme)
      assert.ok(no.ratio >= 4.5, `${scheme}: contrast ${no.ratio}`)
      assert.ok(no.box[1]! >= 44, 'large enough for a thumb')
    }
  })

  test('a customer asks on their own page, and reads there what was answered', async () => {
    const { path } = await customer('klant-vraagt')
    const page = await visitor()
    await page.goto(at(`${path}/data`))
    await page.check('input[name="kind"][value="rectification"]')
    await page.check('input[name="by"][value="customer"]')
    await page.click('main form .button--first')
    assert.match((await page.textContent('[role="alert"]'))!, /Schrijf op wat er volgens u moet staan/)
    assert.ok(await page.isChecked('input[name="kind"][value="rectification"]'), 'what was chosen stays')
    await page.fill('#words', 'Mijn naam is Jansen met één s.')
    await page.click('main form .button--first')
    await page.waitForURL('**/data?made=*')
    assert.match((await page.textContent('#requests ~ *, section[aria-labelledby="requests"]'))!, /Ontvangen/)
    await isFine(page, 'the customer’s data')
  })

  // -- staff ------------------------------------------------------------------------------------------------------------

  test('staff find a customer with a reason, record who speaks for them, ask in the words on file, and take a no', async () => {
    await customer('klant-balie')
    const page = await staff('agent')
    await page.goto(at('/console/privacy/subjects'))
    await page.fill('#sought', 'klant-bali')
    await page.selectOption('#reason', 'customer_question')
    await page.click('main form .button--first')
    assert.equal(await page.locator('.message--unknown').count(), 1)
    assert.equal(await page.inputValue('#sought'), '', 'the number does not come back')
    assert.equal(await page.inputValue('#reason'), 'customer_question')
    await page.fill('#sought', 'klant-balie')
    await Promise.all([page.waitForURL(/subjects\/[0-9a-f-]{36}$/), page.click('main form .button--first')])
    assert.ok(!page.url().includes('klant'), 'the number stands in no address')
    await isFine(page, 'a customer')

    await page.click('#representatives ~ details summary, section[aria-labelledby="representatives"] details summary')
    await page.selectOption('#relation', 'authorised')
    await page.fill('#evidence', 'machtiging 2026-14')
    await Promise.all([
      page.waitForURL('**?done=representatives'),
      page.click('form[action$="/representatives"] button[type="submit"]'),
    ])
    assert.match((await page.textContent('section[aria-labelledby="representatives"]'))!, /machtiging 2026-14/)

    await page.click('section[aria-labelledby="purpose-advies"] details summary')
    await Promise.all([page.waitForURL('**?done=answer'), page.click('button[name="state"][value="given"]')])
    assert.equal(await call('adviesbot', 'na-balie', 'klant-balie'), null)
    await Promise.all([
      page.waitForURL('**?done=answer'),
      page.click('form:has(input[name="state"][value="withdrawn"]) button[type="submit"]'),
    ])
    assert.equal(await call('adviesbot', 'na-balie', 'klant-balie'), 'consent_withdrawn')

    await page.fill('#bornOn', `${new Date().getFullYear() - 9}-01-31`)
    await Promise.all([page.waitForURL('**?done=circumstance'), page.click('form:has(#bornOn) button[type="submit"]')])
    await page.click('section[aria-labelledby="purpose-advies"] details summary')
    await page.click('button[name="state"][value="given"]')
    assert.match((await page.textContent('[role="alert"]'))!, /ouder of voogd die in het register staat/)
    await isFine(page, 'a child without a guardian')
  })

  test('staff write down what came in by letter; the officer takes more time and says no with a reason', async () => {
    const { conversation } = await customer('klant-brief')
    const page = await staff('complaint_handler', 'agent')
    await page.goto(at('/console/requests'))
    await isFine(page, 'requests')
    await page.click('a[href="/console/requests/new"]')
    await isFine(page, 'whose request')
    await page.fill('#number', conversation)
    await Promise.all([
      page.waitForURL(/requests\/new\?subject=/),
      page.click('form:has(#number) button[type="submit"]'),
    ])
    await page.check('input[name="kind"][value="access"]')
    await page.fill('#words', 'Ik wil alles zien wat u van mij hebt.')
    await page.selectOption('#identity', 'document')
    await page.selectOption('#channel', 'letter')
    const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
    await page.evaluate(() => document.querySelector('#receivedOn')?.removeAttribute('max'))
    await page.fill('#receivedOn', day(-3))
    await page.click('main form .button--first')
    assert.match((await page.textContent('[role="alert"]'))!, /moet nog komen/)
    assert.equal(await page.inputValue('#words'), 'Ik wil alles zien wat u van mij hebt.', 'what was typed stays')
    assert.equal(await page.inputValue('#channel'), 'letter')
    await isFine(page, 'a request to record')
    await page.fill('#receivedOn', day(10))
    await page.click('main form .button--first')
    assert.match((await page.textContent('main'))!, /Wij hebben uw verzoek ontvangen op/)
    await isFine(page, 'the letter to give')
    await page.click('main .button--first')
    await page.waitForURL(/requests\/[0-9a-f-]{36}$/)
    const path = new URL(page.url()).pathname
    assert.equal(await page.locator('#decide').count(), 0, 'who writes down does not decide')

    const officer = await staff('dpo')
    await officer.goto(at(path))
    assert.match(
      (await officer.textContent('#facts ~ dl, section[aria-labelledby="facts"]'))!,
      /een medewerker \(brief\)/,
    )
    await officer.selectOption('#reason', 'complex')
    await officer.fill('#why', 'Uw gegevens staan in drie systemen.')
    await Promise.all([
      officer.waitForURL('**?done=extend'),
      officer.click('form[action$="/extend"] button[type="submit"]'),
    ])
    await officer.check('input[name="decision"][value="refused"]')
    await officer.fill('#explanation', 'Dit kreeg u vorige week al.')
    await officer.click('form[action$="/decide"] button[type="submit"]')
    assert.match((await officer.textContent('[role="alert"]'))!, /grond/)
    assert.equal(await officer.inputValue('#explanation'), 'Dit kreeg u vorige week al.')
    await officer.selectOption('#ground', 'excessive')
    await isFine(officer, 'a decision')
    await Promise.all([
      officer.waitForURL('**?done=decide'),
      officer.click('form[action$="/decide"] button[type="submit"]'),
    ])
    assert.match((await officer.textContent('section[aria-labelledby="letters"]'))!, /ons antwoord op uw verzoek/i)
    await isFine(officer, 'a request that was answered')
  })

  test('a hold is placed and lifted', async () => {
    const { conversation } = await customer('klant-vast')
    const page = await staff('dpo')
    await page.goto(at('/console/retention'))
    await page.selectOption('#on', 'conversation')
    await page.fill('#which', conversation)
    await page.selectOption('#reason', 'complaint')
    await page.fill('#endsAt', '2020-01-01')
    await page.click('form[action$="/holds"] button[type="submit"]')
    assert.match((await page.textContent('[role="alert"]'))!, /na nu|later/)
    assert.equal(await page.inputValue('#which'), conversation)
    await page.fill('#endsAt', new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10))
    await Promise.all([page.waitForURL('**?done=placed'), page.click('form[action$="/holds"] button[type="submit"]')])
    await isFine(page, 'retention')
    await page.selectOption('select[id^="lift-"]', 'settled')
    await Promise.all([page.waitForURL('**?done=lifted'), page.click('form[action$="/lift"] button[type="submit"]')])
    assert.match((await page.textContent('section[aria-labelledby="holds"]'))!, /opgeheven/)
  })

  test('a breach goes from record to letters: whom a link touched, what they are told, and that they know', async () => {
    const { path } = await customer('klant-lek')
    const page = await staff('dpo')
    await page.goto(at('/console/breaches'))
    const local = (ms: number) => new Date(Date.now() + ms + 3_600_000).toISOString().slice(0, 16)
    await page.fill('#discoveredAt', local(-2 * 3_600_000))
    await page.selectOption('#kind', 'confidentiality')
    await page.selectOption('#cause', 'wrong_recipient')
    await page.selectOption('#category', 'contents')
    await page.fill('#what', 'Een klantlink ging naar een verkeerd adres.')
    await isFine(page, 'breaches')
    await Promise.all([page.waitForURL(/breaches\/[0-9a-f-]{36}$/), page.click('main form .button--first')])
    const breach = new URL(page.url()).pathname
    await page.selectOption('#by', 'link')
    await page.fill('#which', at(path))
    await page.fill('#from', local(-3_600_000))
    await page.fill('#until', local(3_600_000))
    await Promise.all([
      page.waitForURL('**?done=affected'),
      page.click('form[action$="/affected"] button[type="submit"]'),
    ])
    assert.ok(!(await page.content()).includes(path.split('/').at(-1)!), 'the code of the link stands nowhere')
    await page.selectOption('#risk', 'high')
    await page.check('input[name="notifyAuthority"]')
    await page.check('input[name="tellPeople"]')
    await page.fill('#reasons', 'Iemand las een gesprek.')
    await Promise.all([page.waitForURL('**?done=assess'), page.click('form[action$="/assess"] button[type="submit"]')])
    await page.check('input[name="people"]')
    await page.click('form[action$="/notify"] button[type="submit"]')
    assert.match((await page.textContent('[role="alert"]'))!, /Schrijf eerst op/)
    for (const language of ['nl', 'en'])
      for (const part of ['happened', 'consequences', 'measures'])
        await page.fill(`#${part}_${language}`, `${part} ${language}.`)
    await Promise.all([page.waitForURL('**?done=letter'), page.click('form[action$="/letter"] button[type="submit"]')])
    await page.fill('#references', 'klant-ander\nklant-lek\n')
    await isFine(page, 'a breach')
    await page.click('button[name="as"][value="page"]')
    await page.waitForSelector('.letters .letter')
    assert.equal(await page.locator('.letters .letter').count(), 1)
    assert.match((await page.textContent('.letters'))!, /Klantnummer: klant-lek[\s\S]*happened nl\./)
    await isFine(page, 'letters')
    await page.goto(at(breach))
    await page.check('input[name="authority"]')
    await page.check('input[name="people"]')
    await Promise.all([page.waitForURL('**?done=notify'), page.click('form[action$="/notify"] button[type="submit"]')])
    await Promise.all([page.waitForURL('**?done=close'), page.click('form[action$="/close"] button[type="submit"]')])

    const own = await visitor()
    await own.goto(at(`${path}/data`))
    await own.click('section[aria-labelledby="breaches"] summary')
    assert.match((await own.textContent('section[aria-labelledby="breaches"]'))!, /happened nl\./)
    await isFine(own, 'the customer’s data with a breach')
  })
})

/** What of an answer can make one easier than another. Runs in the page. */
function lookOf(element: Element): { box: number[]; top: number; size: string; ratio: number; colours: string[] } {
  const { width, height, top } = element.getBoundingClientRect()
  const style = getComputedStyle(element)
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const luminance = (colour: string) => {
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [text, ground] = [luminance(style.color), luminance(style.backgroundColor)]
  return {
    box: [Math.round(width), Math.round(height)],
    top: Math.round(top),
    size: `${style.fontSize} ${style.fontWeight}`,
    // WCAG 2.2, 1.4.3
    ratio: (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05),
    colours: [style.color, style.backgroundColor, style.borderColor],
  }
}
