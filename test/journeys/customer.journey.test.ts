// What a customer does on a phone, on the whole product: from a conversation to a question, a complaint, a hearing, a verdict and an appeal
// that another person decides; in Dutch and English, by keyboard, with a file as evidence. Staff act over the API as signed-in people.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { findBrowser, launch } from '../browser.ts'
import { wrongOn } from '../page-faults.ts'
import { type Here, startHere } from './application.ts'
import { shop } from './shop.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found'

let here: Here
let browser: Browser | undefined
before(async () => {
  if (!found) return
  here = await startHere({ requestsPerMinute: 1_000_000 })
  browser = await launch(found)
})
after(async () => {
  await browser?.close()
  await here?.close()
})

const organisation = shop({
  contact: { phone: '088-0000100' },
  complaints: { profile: 'default', namesStaff: false, memberOf: ['geschillencommissie'] },
})

const wrong: string[] = []
const look = async (page: Page, name: string) => void wrong.push(...(await wrongOn(page, name)))

test('from a chat to a question, a complaint, a hearing, a verdict and an appeal, on a phone', {
  timeout: 300_000,
  skip,
}, async () => {
  const key = (await here.apply(organisation)).get('bot')!
  const { url } = here.application
  const send = async (
    path: string,
    body: object,
    headers: Record<string, string> = { authorization: `Bearer ${key}` },
  ) => {
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const value = (await reply.json()) as Record<string, unknown>
    assert.ok(reply.ok, `${path}: ${JSON.stringify(value)}`)
    return value
  }
  await send(
    '/v1/chat/completions',
    { model: 'waarborg-retrieval', messages: [{ role: 'user', content: 'Wanneer komt mijn pakket?' }], user: 'K-77' },
    { authorization: `Bearer ${key}`, 'x-waarborg-conversation': 'gesprek-1' },
  )
  const { path } = (await send('/v1/portal-links', { conversation: 'gesprek-1' })) as { path: string }

  const phone = await browser!.newContext({ viewport: { width: 360, height: 740 }, locale: 'nl', hasTouch: true })
  const page = await phone.newPage()
  const said = () => page.locator('main').innerText()
  await page.goto(`${url}${path}`)
  await look(page, 'what happened')

  // A question, answered by a person.
  await page.goto(`${url}${path}/questions`)
  await page.getByLabel('Wat is uw vraag?').fill('Waarom zei de computer dat mijn pakket onderweg is?')
  await page.getByRole('button', { name: 'Stuur mijn vraag' }).press('Enter')
  await page.getByText('U krijgt antwoord uiterlijk op').waitFor()
  await look(page, 'question')
  const question = page.url()

  // A complaint, with words in two scripts and a file.
  await page.goto(`${url}${path}/complaints`)
  await page.getByLabel('Wat is uw klacht?').fill('De computer zei iets fouts. <b>شكوى</b>')
  await page.getByText('Iets verbeteren').click()
  await page.getByText('Ik wil mijn verhaal ook vertellen').click()
  await look(page, 'new complaint')
  await page.getByRole('button', { name: 'Stuur mijn klacht' }).press('Enter')
  await page.getByText('Wij hebben uw klacht ontvangen', { exact: true }).waitFor()
  await look(page, 'complaint made')
  assert.match(await said(), /<b>شكوى<\/b>/, 'markup is text')
  const complaint = page.url().split('?')[0]!
  const id = complaint.split('/').at(-1)!
  await page
    .getByLabel('Een bestand')
    .setInputFiles({ name: 'brief.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 brief') })
  await page.getByRole('button', { name: 'Stuur dit bestand' }).click()
  await page.getByText('brief.pdf').waitFor()
  await page
    .getByLabel('Een bestand')
    .setInputFiles({ name: 'foto.png', mimeType: 'image/png', buffer: Buffer.from([0x4d, 0x5a, 0x90, 0, 3]) })
  await page.getByRole('button', { name: 'Stuur dit bestand' }).click()
  await page.getByText('Dit soort bestand nemen wij niet aan').waitFor()
  await look(page, 'file refused')

  // Staff.
  const as = async (roles: Parameters<Here['signedIn']>[0]) => {
    const { person, token } = await here.signedIn(roles, 'winkelhuis')
    const headers = { cookie: `waarborg_session=${token}`, origin: url, 'sec-fetch-site': 'same-origin' }
    const view = async () => {
      const reply = await fetch(`${url}/api/complaints/${id}`, { headers })
      return (await reply.json()) as { case: { revision: number }; state: string }
    }
    return {
      person,
      send: (to: string, body: object) => send(to, body, headers),
      act: async (one: object) =>
        send(`/api/complaints/${id}/acts`, { revision: (await view()).case.revision, do: one }, headers),
      refused: async (to: string, body: object) => {
        const reply = await fetch(`${url}${to}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        })
        return `${reply.status} ${((await reply.json()) as { error: { code: string } }).error.code}`
      },
    }
  }
  const first = await as(['complaint_handler'])
  const second = await as(['complaint_handler'])
  const officer = await as(['ethics_officer'])
  await first.send(`/api/clarifications/${question.split('/').at(-1)!.split('?')[0]}/answer`, {
    text: 'De computer las de status van gisteren.',
  })
  await officer.send(`/api/cases/${id}/assign`, { person: first.person })
  const answer = {
    points: [
      { point: 'De status', verdict: 'upheld', reasons: 'De status was van gisteren.' },
      { point: 'De toon', verdict: 'not', reasons: 'De toon was gewoon.' },
    ],
    findings: 'De computer las een oude status.',
    reasons: 'De status had vers moeten zijn.',
    measures: 'Wij sturen het pakket opnieuw',
    measuresBy: '2027-01-31',
  }
  for (const one of [
    { act: 'acknowledge' },
    { act: 'assess', aiRelated: true, severity: 'medium', cause: 'wrong_answer' },
    { act: 'investigate' },
    { act: 'invite', proposal: 'dinsdag om 14.00 uur, per telefoon' },
  ])
    await first.act(one)
  await page.goto(complaint)
  assert.match(await said(), /Wij deden u een voorstel voor een gesprek/)
  const today = new Date().toISOString().slice(0, 10)
  for (const one of [
    { act: 'hear', heardOn: today, notes: 'De klant vertelde over het pakket.' },
    { act: 'propose', ...answer },
    { act: 'decide' },
  ])
    await first.act(one)
  await page.reload()
  assert.doesNotMatch(await said(), /gegrond/, 'a verdict that is not told is not shown')
  await first.act({ act: 'communicate' })

  await page.goto(complaint)
  assert.match(await said(), /Uw klacht is deels gegrond/)
  for (const part of [
    /U vertelde uw verhaal op/,
    /Wij sturen het pakket opnieuw\./,
    /degeschillencommissie\.nl/,
    /Per punt/,
  ])
    assert.match(await said(), part)
  await look(page, 'verdict')
  await page.goto(question)
  assert.match(await said(), /De computer las de status van gisteren/)
  await page.goto(`${complaint}?lang=en`)
  assert.match(await said(), /Your complaint is partly upheld/)
  await look(page, 'verdict, English')
  await page.goto(`${complaint}?lang=nl`)

  // By keyboard alone: the field, the words, the button.
  await page.getByLabel('Waarom bent u het niet eens met ons?').focus()
  await page.keyboard.type('De toon was niet gewoon.')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('Een ander kijkt opnieuw').first().waitFor()
  assert.equal(await officer.refused(`/api/cases/${id}/assign`, { person: first.person }), '409 handler_first_time')
  await officer.send(`/api/cases/${id}/assign`, { person: second.person })
  await second.act({ act: 'take_appeal' })
  await second.act({
    act: 'decide_appeal',
    ...answer,
    points: [{ ...answer.points[0]! }, { point: 'De toon', verdict: 'upheld', reasons: 'De toon was te kort.' }],
  })
  await page.goto(complaint)
  assert.match(await said(), /Uw klacht is gegrond: u hebt gelijk/)
  assert.match(await said(), /Een andere persoon heeft opnieuw gekeken/)
  await page.getByText('Goed', { exact: true }).click()
  await page.getByRole('button', { name: 'Stuur', exact: true }).click()
  await page.getByText('U vond de behandeling: goed').waitFor()
  await look(page, 'end')
  await page.goto(`${url}${path}/cases`)
  assert.match(await said(), /K-\d{4}-\d{6}/)
  await look(page, 'cases')
  await page
    .getByRole('link', { name: /Bekijk/ })
    .first()
    .click()
  await page
    .getByRole('link', { name: /Bewijs dat wij uw klacht ontvingen|Bekijk het bewijs/ })
    .first()
    .click()
  await page.locator('main h1').waitFor()
  assert.deepEqual(wrong, [])
})
