// A customer without a link, on the whole product: an address, a code that arrives by mail, everything of theirs to choose from, and a
// question, also about a notice that anybody reads; on a phone, by keyboard alone, in Dutch and English.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { type SmtpServer, startSmtp } from '../../src/platform/mail/testing.ts'
import { findBrowser, launch } from '../browser.ts'
import { wrongOn } from '../page-faults.ts'
import { type Here, startHere } from './application.ts'
import { shop } from './shop.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found'
const address = 'k77@voorbeeld.example'

let here: Here
let smtp: SmtpServer
let browser: Browser | undefined
before(async () => {
  if (!found) return
  smtp = await startSmtp()
  here = await startHere({ requestsPerMinute: 1_000_000, smtpUrl: smtp.url, tenant: 'winkelhuis' })
  browser = await launch(found)
})
after(async () => {
  await browser?.close()
  await here?.close()
  await smtp?.close()
})

const organisation = shop({ contact: { phone: '088-0000100', email: 'klanten@winkel.example' } })

const wrong: string[] = []
const look = async (page: Page, name: string) => void wrong.push(...(await wrongOn(page, name)))

/** Goes with the Tab key to what has this name, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const on = document.activeElement as HTMLInputElement | null
      return [...(on?.labels ?? [])].map((label) => label.innerText).join(' ') || (on?.textContent ?? '')
    })
    if (name.test(at.replaceAll(/\s+/g, ' ').trim())) return
  }
  assert.fail(`no key leads to ${name}`)
}

/** Letters about a question go by mail too, once a minute; these are the others. */
const codeMails = () => smtp.received.filter(({ raw }) => !/^Subject: .*\b[KHVG]-\d{4}-\d{6}\b/m.test(raw))

async function mailAfter(count: number): Promise<{ to: string; code: string; raw: string }> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const mail = codeMails()[count]
    if (mail !== undefined) return { ...mail, code: /^Subject: .*\b(\d{6})\b/m.exec(mail.raw)![1]! }
    await wait(50)
  }
  return assert.fail('no mail came')
}

test('from an address to a code, all conversations and a question, on a phone by keyboard', {
  timeout: 300_000,
  skip,
}, async () => {
  const key = (await here.apply(organisation)).get('bot')!
  const { url } = here.application
  const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
    })
    const value = (await reply.json()) as Record<string, unknown>
    assert.ok(reply.ok, `${path}: ${JSON.stringify(value)}`)
    return value
  }
  const say = (conversation: string, user: string, content: string) =>
    send(
      '/v1/chat/completions',
      { model: 'waarborg-retrieval', messages: [{ role: 'user', content }], user },
      { 'x-waarborg-conversation': conversation },
    )
  await say('gesprek-1', 'K-77', 'Wanneer komt mijn pakket?')
  await say('gesprek-2', 'K-77', 'Hoe stuur ik iets terug?')
  await say('gesprek-3', 'K-88', 'Waar is mijn factuur van de buren?')
  await send('/v1/addresses', { subject: 'K-77', addresses: [{ kind: 'email', address: 'K77@Voorbeeld.example' }] })

  const phone = await browser!.newContext({ viewport: { width: 360, height: 740 }, locale: 'nl', hasTouch: true })
  const page = await phone.newPage()
  const said = () => page.locator('main').innerText()
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))

  // Dutch.
  await page.goto(`${url}/portal?client=winkel&lang=nl`)
  await look(page, 'way in')
  await tabTo(page, /^Uw e-mailadres/)
  await page.keyboard.type(address)
  await tabTo(page, /^Stuur mij een code$/)
  await page.keyboard.press('Enter')
  await page.getByText('Kijk nu in uw berichten').waitFor()
  await look(page, 'enter the code')
  const mail = await mailAfter(0)
  assert.equal(mail.to, address)
  assert.doesNotMatch(mail.raw, /https?:/, 'a code is typed, not clicked')

  await tabTo(page, /^De code van zes cijfers$/)
  await page.keyboard.type(mail.code === '000000' ? '000001' : '000000')
  await page.keyboard.press('Enter')
  await page.getByText('Deze code klopt niet, of werkt niet meer.').waitFor()
  await look(page, 'wrong code')
  await tabTo(page, /^De code van zes cijfers$/)
  await page.keyboard.type(`${mail.code.slice(0, 3)} ${mail.code.slice(3)}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Uw gesprekken en besluiten' }).waitFor()
  await look(page, 'everything')
  const home = page.url()
  assert.equal(await page.locator('section[aria-labelledby=conversations] li').count(), 2, 'their own, and no more')

  await tabTo(page, /^Bekijk/)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Al uw gesprekken en besluiten' }).waitFor()
  await look(page, 'one conversation')
  assert.doesNotMatch(await said(), /buren/)
  await page.goto(`${page.url().split('?')[0]}/questions`)
  await tabTo(page, /^Wat is uw vraag\?/)
  await page.keyboard.type('Waarom kreeg ik dit antwoord?')
  await tabTo(page, /^Stuur mijn vraag$/)
  await page.keyboard.press('Enter')
  await page.getByText('U krijgt antwoord uiterlijk op').waitFor()
  await look(page, 'question')
  await page.goto(`${home}/cases`)
  assert.match(await said(), /V-\d{4}-\d{6}/)
  await look(page, 'cases of everything')

  // The page is closed: nothing opens with its address any more, and the code does not either.
  await page.goto(home)
  await tabTo(page, /^Sluit deze pagina af$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'De pagina is gesloten' }).waitFor()
  await look(page, 'closed')
  assert.equal((await page.goto(home))?.status(), 410)
  await look(page, 'link that has ended')

  // English, from a notice; the code of before does not work, and what was to be asked about is kept all the way.
  await page.goto(`${url}/notices/winkel/ai?lang=en`)
  await look(page, 'notice')
  await tabTo(page, /^Ask a question about this$/)
  await page.keyboard.press('Enter')
  await page.getByText('After that you ask your question about: How we use AI.').waitFor()
  await look(page, 'way in, English')
  await tabTo(page, /^Your email address/)
  await page.keyboard.type(address)
  await page.keyboard.press('Enter')
  await page.getByText('Look at your messages now').waitFor()
  await look(page, 'enter the code, English')
  const second = await mailAfter(1)
  assert.match(second.raw, /^Subject: .*code/im)
  if (second.code !== mail.code) {
    await tabTo(page, /^The code of six digits$/)
    await page.keyboard.type(mail.code)
    await page.keyboard.press('Enter')
    await page.getByText('This code does not fit, or no longer works.').waitFor()
  }
  await tabTo(page, /^The code of six digits$/)
  await page.keyboard.type(second.code)
  await page.keyboard.press('Enter')
  await page.getByText('You ask a question about how we use AI.').waitFor()
  assert.equal(await page.locator('input[name=notice]').inputValue(), 'ai')
  await look(page, 'question about a notice')
  await tabTo(page, /^What is your question\?/)
  await page.keyboard.type('Which computer do you mean here?')
  await tabTo(page, /^Send my question$/)
  await page.keyboard.press('Enter')
  await page.getByText('You will get an answer by').waitFor()
  await page.goto(page.url().split('/questions')[0]!)
  await page.getByRole('heading', { name: 'Your conversations and decisions' }).waitFor()
  await look(page, 'everything, English')

  // Nobody has this address: the same page, and nothing leaves.
  await page.goto(`${url}/portal?client=winkel&lang=nl`)
  await tabTo(page, /^Uw e-mailadres/)
  await page.keyboard.type('niemand@voorbeeld.example')
  await page.keyboard.press('Enter')
  await page.getByText('Kijk nu in uw berichten').waitFor()
  await wait(500)
  assert.equal(codeMails().length, 2)
  for (const { to } of smtp.received) assert.equal(to.toLowerCase(), address)

  const lines = here.log.join('\n')
  for (const secret of [address, 'niemand@', mail.code, second.code, 'K-77'])
    assert.ok(!new RegExp(`(?<![\\w-])${secret}(?![\\w-])`, 'i').test(lines), 'the log holds neither address nor code')
  for (const one of addresses) assert.doesNotMatch(decodeURIComponent(one), /voorbeeld\.example/, 'no address in a URL')
  assert.deepEqual(wrong, [])
})
