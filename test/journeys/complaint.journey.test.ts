// A complaint in a real browser, on the whole product: written down at the help desk, taken from the work list, handled step by step in
// the order of ISO 10002 to a letter, and found again with its proof by an auditor who may read it and by a supervisor who may not.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Role } from '../../src/platform/http.ts'
import { findBrowser, launch } from '../browser.ts'
import { faults, sideways } from '../page-faults.ts'
import { type Here, startHere } from './application.ts'

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

const words = 'De computer gaf mij twee keer een fout antwoord.'

test('a complaint goes from the help desk to a letter, one step at a time', { timeout: 240_000, skip }, async () => {
  await here.apply({
    waarborg: 1,
    tenant: { id: 'winkelhuis', name: 'Winkelhuis' },
    clients: [{ id: 'winkel', name: 'Winkel', contact: { phone: '088-0000100' } }],
    people: [{ id: 'fatima', name: 'Fatima Aksoy', roles: [{ role: 'ethics_officer' }] }],
  })
  const as = async (...roles: Role[]): Promise<Page> => {
    const { token } = await here.signedIn(roles, 'winkelhuis')
    const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl' })
    await context.addCookies([{ name: 'waarborg_session', value: token, url: here.application.url }])
    return context.newPage()
  }
  const wrong: string[] = []
  const look = async (page: Page, name: string) => {
    for (const fault of await faults(page)) wrong.push(`${name}: ${fault}`)
    await page.setViewportSize({ width: 320, height: 900 })
    if ((await sideways(page)) > 0) wrong.push(`${name}: too wide at 320`)
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  const desk = await as('agent')
  await desk.goto(`${here.application.url}/console/complaints/new`)
  await desk.locator('#words').fill(words)
  await desk.locator('input[name="about"][value="system"]').check()
  await desk.locator('#remedy').selectOption('explanation')
  await desk.locator('#client').selectOption('winkel')
  await desk.getByRole('button', { name: 'Toon de medewerkers' }).click()
  await desk.locator('#person').selectOption({ label: 'Fatima Aksoy' })
  assert.equal(await desk.locator('#words').inputValue(), words)
  await desk.locator('#conversation').fill('bestaat-niet')
  await desk.locator('#channel').selectOption('phone')
  await desk.getByRole('button', { name: 'Klacht vastleggen' }).click()
  await desk.locator('#conversation-error').waitFor()
  assert.equal(await desk.locator('#words').inputValue(), words, 'nothing that was written is lost')
  await desk.locator('#conversation').fill('')
  await desk.getByRole('button', { name: 'Klacht vastleggen' }).click()
  await desk.getByText('De klacht is vastgelegd.').waitFor()
  const number = (await desk.locator('h1 .id').textContent())!
  assert.match(number, /^K-\d{4}-\d{6}$/)
  assert.equal(await desk.getByText(words).count(), 0, 'an agent handles no complaints and reads none')

  const handler = await as('complaint_handler')
  await handler.goto(`${here.application.url}/`)
  await handler.waitForURL('**/console/cases')
  await look(handler, 'list')
  await handler.getByRole('button', { name: 'Aan mij geven' }).click()
  await handler.getByText('De zaak staat nu op uw naam.').waitFor()
  await handler.getByRole('link', { name: 'Van mij' }).click()
  await handler.getByRole('link', { name: number }).click()
  await handler.getByText(words).waitFor()
  await handler.getByText('Fatima Aksoy').first().waitFor()
  await look(handler, 'case')

  const step = async (name: string, done: RegExp) => {
    await handler.getByRole('button', { name }).click()
    await handler.getByText('De stap is gezet.').waitFor()
    assert.match(await handler.locator('.lead').innerText(), done)
  }
  await step('Bevestigen en brief versturen', /Stand: bevestigd/)
  await handler.locator('input[name="aiRelated"][value="yes"]').check()
  await handler.locator('input[name="severity"][value="medium"]').check()
  await step('Beoordeling vastleggen', /Stand: beoordeeld/)
  await step('Onderzoek beginnen', /Stand: in onderzoek/)
  await handler.getByRole('link', { name: 'Oordeel voorstellen' }).click()
  await handler.getByLabel('Punt 1: waar de klacht over gaat').fill('Twee keer een fout antwoord')
  await handler.getByLabel('Oordeel over punt 1').selectOption('upheld')
  await handler.getByLabel('Reden bij punt 1').fill('Beide antwoorden noemden een oud tarief.')
  await handler.getByRole('button', { name: 'Nog een punt' }).click()
  await handler.getByLabel('Punt 3: waar de klacht over gaat').waitFor()
  await handler.getByLabel('Wat zag u?').fill('Het antwoord kwam uit een oude bladzijde.')
  await handler.getByLabel('Waarom is dit het oordeel?').fill('Een antwoord hoort van nu te zijn.')
  await look(handler, 'proposal')
  await step('Voorstel bewaren en brief bekijken', /Stand: voorstel ligt klaar/)
  // No decision without a cause: its form stands open instead.
  await handler.locator('#act-cause').selectOption('wrong_answer')
  await step('Oorzaak vastleggen', /Nu te doen: Oordeel vaststellen/)
  await handler.locator('.letter--paper').getByText('gegrond', { exact: false }).first().waitFor()
  await look(handler, 'preview')
  await step('Oordeel vaststellen', /Stand: oordeel vastgesteld/)
  await step('Oordeel versturen', /Stand: oordeel verteld/)
  const letters = handler.locator('.letters details')
  assert.equal(await letters.count(), 3, 'received, acknowledged, verdict')
  await letters.last().locator('summary').click()
  await letters.last().getByText('Uw klacht van').waitFor()
  await step('Klacht sluiten', /Stand: gesloten/)

  const auditor = await as('auditor')
  await auditor.goto(`${here.application.url}/console/cases?tab=closed&find=${number.toLowerCase()}`)
  await auditor.getByRole('link', { name: number }).click()
  await auditor.locator('.thread').getByText(words).waitFor()
  await auditor.locator('.timeline a.proof').first().click()
  await auditor.getByText('Klacht ontvangen').first().waitFor()
  const [file] = await Promise.all([
    auditor.waitForEvent('download'),
    auditor.goto(`${here.application.url}/console/cases/file?tab=closed&format=csv`).catch(() => undefined),
  ])
  assert.match(file.suggestedFilename(), /^cases-.*\.csv$/)
  await auditor.goto(`${here.application.url}/console/complaints/report`)
  await auditor.getByText('kwam 1 klacht binnen').waitFor()

  const supervisor = await as('supervisor')
  await supervisor.goto(`${here.application.url}/console/cases?tab=closed`)
  await supervisor.getByRole('link', { name: number }).click()
  await supervisor.getByText('U ziet niet wat er is geschreven').waitFor()
  assert.ok(!(await supervisor.content()).includes(words))
  assert.deepEqual(wrong, [])
})
