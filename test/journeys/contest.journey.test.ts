// A decision without explanation in a real browser, on the whole product: explained with the model of the register, read by the person
// it is about, contested by them, held by the organisation's own system, looked at again by a person, answered in a letter that was read
// before it went out, and carried out by that system.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { findBrowser, launch } from '../browser.ts'
import { faults, sideways } from '../page-faults.ts'
import { type Here, startHere } from './application.ts'
import { both, officer, overseer } from './shop.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found'

const organisation = (webhook: string, file: string) => ({
  waarborg: 1,
  tenant: { id: 'winkelhuis', name: 'Winkelhuis' },
  clients: [
    {
      id: 'winkel',
      name: 'Winkel',
      contact: { phone: '088-0000100' },
      complaints: { namesStaff: true },
      contests: { trainedOnly: true },
      webhooks: [
        {
          id: 'crm',
          url: webhook,
          secret: { file },
          events: ['contest.received', 'contest.changed', 'contest.kept', 'contest.withdrawn'],
        },
      ],
    },
  ],
  purposes: [
    {
      id: 'krediet',
      client: 'winkel',
      name: both('kopen op rekening', 'buying on account'),
      basis: 'contract',
      reasoning: both('Nodig om op rekening te leveren.', 'Needed to deliver on account.'),
      signedBy: 'fatima',
      signedAt: '-90d',
      dataKinds: both('uw betalingen', 'your payments'),
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'eigen', builtin: 'assistant', provider: { name: 'Eigen' } }],
  people: [officer, overseer],
  systems: [
    {
      id: 'kredietscore',
      client: 'winkel',
      name: both('Kredietscore', 'Credit score'),
      description: both('Rekent uit of u op rekening kunt kopen.', 'Works out whether you can buy on account.'),
      kind: 'scorer',
      decisionClass: 'solely_automated',
      channel: 'chat',
      language: 'nl',
      purposes: ['krediet'],
      upstream: 'eigen',
      disclosure: 'none_needed',
      decisions: {
        kind: 'eligibility',
        features: [
          {
            feature: 'late',
            label: both('te late betalingen', 'late payments'),
            decimals: 0,
            actionable: { direction: 'down' },
          },
          { feature: 'months', label: both('maanden klant', 'months as a customer'), decimals: 0 },
        ],
        notUsed: [{ attribute: 'postcode', label: both('uw postcode', 'your postcode') }],
        outcomes: [
          { outcome: 'ja', label: both('u kunt op rekening kopen', 'you can buy on account'), favourable: true },
          {
            outcome: 'nee',
            label: both('u kunt niet op rekening kopen', 'you cannot buy on account'),
            favourable: false,
          },
        ],
        threshold: { value: 0.5 },
        contest: both('bel 088-0000100', 'call 088-0000100'),
        freeze: { possible: true },
      },
      versions: [{ id: '1', model: 'krediet' }],
      gates: [
        { version: '1', decision: 'approve', by: 'fatima', reasons: 'Nagekeken.', at: '-1d', validUntil: '+300d' },
      ],
      overseers: [{ person: 'bram' }],
    },
  ],
  keys: [{ system: 'kredietscore', label: 'score' }],
})
const model = JSON.stringify({
  names: ['late', 'months'],
  weights: [-0.25, 0.015625],
  intercept: 0.5,
  background: [
    [0, 8],
    [1, 24],
  ],
})
const sha256 = createHash('sha256').update(model).digest('hex')

/** What the organisation's own system heard; it says that it holds a decision, and says later that it changed one. */
type Heard = { readonly headers: IncomingHttpHeaders; readonly text: string }
const secret = `whsec_${Buffer.from('een geheim van vierentwintig').toString('base64')}`
const heard: Heard[] = []
let crm: Server
let heardOne: () => void = () => undefined
const messages = () => heard.map(({ text }) => JSON.parse(text) as { type: string; data: Record<string, unknown> })
async function untilHeard(type: string): Promise<Record<string, unknown>> {
  for (;;) {
    const found = messages().find((one) => one.type === type)
    if (found !== undefined) return found.data
    await new Promise<void>((resolve) => {
      heardOne = resolve
    })
  }
}

let here: Here
let browser: Browser | undefined
before(async () => {
  if (!found) return
  crm = createServer(async (req, res) => {
    const pieces: Buffer[] = []
    for await (const piece of req) pieces.push(piece as Buffer)
    const text = Buffer.concat(pieces).toString()
    heard.push({ headers: req.headers, text })
    res.end(text.includes('"contest.received"') ? '{"confirmed":true}' : 'ok', () => heardOne())
  })
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  here = await startHere({ requestsPerMinute: 1_000_000 })
  browser = await launch(found)
})
after(async () => {
  await browser?.close()
  await here?.close()
  crm?.close()
})

const isFine = async (page: Page, name: string) => {
  const wrong = (await faults(page)).map((one) => `${name}: ${one}`)
  await page.setViewportSize({ width: 320, height: 900 })
  const over = await sideways(page)
  if (over > 0) wrong.push(`${name}: ${over} pixels too wide at 320`)
  await page.setViewportSize({ width: 1280, height: 900 })
  assert.deepEqual(wrong, [])
}

test('who is refused reads why and what would have changed it, asks a person to look again, and reads the answer', {
  timeout: 420_000,
  skip,
}, async () => {
  const secretFile = join(here.folder, 'crm-secret')
  writeFileSync(secretFile, secret)
  const key = (
    await here.apply(organisation(`http://127.0.0.1:${(crm.address() as AddressInfo).port}/hook`, secretFile))
  ).get('kredietscore')!
  await here.db.ownerQuery(
    `insert into explainer_file (tenant_id, client_id, sha256, bytes, added_at) values ('winkelhuis', 'winkel', $1, $2, now())`,
    [sha256, Buffer.from(model)],
  )
  await here.db.ownerQuery(`update system_version set explainer = $1 where system_id = 'kredietscore'`, [
    JSON.stringify({ kind: 'model', sha256, output: null, scoreIs: 'output', background: null }),
  ])
  const reply = await fetch(`${here.application.url}/v1/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subject: 'K-1', outcome: { label: 'nee' }, features: { late: 2, months: 8 } }),
  })
  assert.equal(reply.status, 201, await reply.clone().text())
  const { contestUrl, decisionId } = (await reply.json()) as { contestUrl: string; decisionId: string }

  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl' })
  const customer = await context.newPage()
  // The link itself leads to the decision too: there is no conversation behind it.
  await customer.goto(`${here.application.url}${contestUrl.split('/decisions/')[0]}`)
  assert.ok(customer.url().endsWith(contestUrl))
  const said = () => customer.locator('main').innerText()
  assert.match(await said(), /u kunt niet op rekening kopen/)
  assert.match(await said(), /Er keek geen mens mee/)
  assert.match(await said(), /te late betalingen: 2\. Dit maakte uw score lager/)
  assert.match(await said(), /Stel dat het 0 was/)
  await customer.locator('summary').click()
  assert.ok((await said()).includes(sha256))
  await isFine(customer, 'decision')
  await customer.getByLabel('Wat klopt er niet?').fill('Ik betaalde wél op tijd.')
  await customer.getByRole('button', { name: 'Laat een medewerker opnieuw kijken' }).press('Enter')
  await customer.getByText('Uw vraag staat bij onze medewerkers').waitFor()
  assert.equal(await customer.getByLabel('Wat klopt er niet?').count(), 0, 'it is asked once')
  assert.match(await said(), /Wij hebben gevraagd om het besluit tot dan niet uit te voeren/)
  assert.match(await said(), /U kreeg de uitleg van het besluit op/)

  // The organisation's system hears of it without a word of the customer, sees who sent it, and says that it holds the decision.
  const asked = await untilHeard('contest.received')
  assert.deepEqual([asked.decision, asked.outcome, asked.hold], [decisionId, 'nee', true])
  const { headers, text } = heard[0]!
  const key24 = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
  assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', key24).update(signed).digest('base64')}`)
  assert.ok(!text.includes('op tijd'))
  for (let tries = 0; !/Tot die dag voeren wij het besluit niet uit/.test(await said()); tries++) {
    assert.ok(tries < 100, 'the confirmation is on the page')
    await customer.reload()
  }
  await isFine(customer, 'held')

  // A link that was lost is made again for the same decision, by the system that took it.
  const link = (body: object) =>
    fetch(`${here.application.url}/v1/portal-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const again = (await (await link({ decision: decisionId })).json()) as { path: string; conversation: string | null }
  assert.equal(again.conversation, null)
  await customer.goto(`${here.application.url}${again.path}`)
  await customer.getByText('Uw vraag staat bij onze medewerkers').waitFor()
  assert.deepEqual([(await link({ decision: 'other' })).status, (await link({})).status], [404, 400])

  const { token, person } = await here.signedIn(['reviewer'], 'winkelhuis')
  const staff = await browser!.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl' })
  await staff.addCookies([{ name: 'waarborg_session', value: token, url: here.application.url }])
  const reviewer = await staff.newPage()
  await reviewer.goto(`${here.application.url}/console/decisions?review=waiting`)
  await reviewer.locator('#asked ~ * a, section:has(#asked) a').first().click()
  await reviewer.waitForURL(`**/console/decisions/${decisionId}`)
  await reviewer.getByText('Ik betaalde wél op tijd.').waitFor()
  const shown = () => reviewer.locator('main').innerText()
  assert.doesNotMatch(await shown(), /te late betalingen/, 'the customer first, then the computer')
  assert.equal(await reviewer.getByLabel('Uw reden').count(), 0)
  await isFine(reviewer, 'view first')
  assert.match(await shown(), /U hebt geen geldige training voor herbeoordelen/)
  assert.equal(await reviewer.getByRole('button', { name: 'Ik heb dit gelezen en kijk opnieuw' }).count(), 0)
  await here.db.ownerQuery(
    `insert into qualification (tenant_id, qualification_id, person_id, kind, attained_on, valid_until) values ('winkelhuis', 'q-review', $1, 'review', now(), now() + interval '1 year')`,
    [person],
  )
  await reviewer.reload()
  await reviewer.getByRole('button', { name: 'Ik heb dit gelezen en kijk opnieuw' }).press('Enter')
  await reviewer.getByLabel('Uw reden').waitFor()
  assert.match(await shown(), /te late betalingen/)
  await isFine(reviewer, 'review')
  await reviewer.getByLabel('Het besluit wordt iets anders').check()
  await reviewer.getByLabel('Wat het wordt').selectOption('ja')
  await reviewer.getByLabel('Uw reden').fill('De bank boekte een dag te laat.')
  await reviewer.getByLabel('Uw antwoord aan de klant').fill('U hebt gelijk. U kunt nu op rekening kopen.')
  await reviewer.getByLabel('Uw antwoord op wat de klant schreef').fill('De betaling kwam op tijd binnen.')
  await reviewer.getByLabel('Wat er nu gebeurt').fill('U kunt vanaf morgen op rekening kopen')
  await reviewer.getByLabel('Klaar op').fill(new Date(Date.now() + 86_400_000 * 3).toISOString().slice(0, 10))
  await reviewer.getByRole('button', { name: 'Bekijk de brief' }).click()
  await reviewer.getByRole('heading', { name: 'De brief aan de klant' }).waitFor()
  assert.match(await shown(), /Persoon 1 keek opnieuw op/)
  assert.match(await shown(), /De betaling kwam op tijd binnen/)
  assert.doesNotMatch(await shown(), /De bank boekte/, 'notes of staff are in no letter')
  await isFine(reviewer, 'letter to approve')
  await reviewer.getByRole('button', { name: 'Terug naar het formulier' }).click()
  assert.equal(await reviewer.getByLabel('Uw reden').inputValue(), 'De bank boekte een dag te laat.')
  await reviewer.getByRole('button', { name: 'Bekijk de brief' }).click()
  await reviewer.getByRole('button', { name: 'Vaststellen en versturen' }).click()
  await reviewer.getByText('De tweede blik is vastgelegd.').waitFor()
  assert.match(await shown(), /Is de wijziging uitgevoerd\?/)
  await isFine(reviewer, 'to confirm')

  // The change goes to the organisation's system; heard is not done, so the case waits until that says that it carried it out.
  await customer.goto(`${here.application.url}${contestUrl}`)
  assert.match(await said(), /De wijziging is nog niet bevestigd/)
  const changed = await untilHeard('contest.changed')
  assert.deepEqual([changed.before, changed.outcome, changed.release], ['nee', 'ja', true])
  const confirmed = await fetch(`${here.application.url}/v1/confirmations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ contest: changed.contest, what: 'changed', reference: 'CRM-20881' }),
  })
  assert.equal(confirmed.status, 200, await confirmed.clone().text())
  await reviewer.reload()
  assert.doesNotMatch(await shown(), /Is de wijziging uitgevoerd\?/)
  await reviewer.goto(`${here.application.url}/console/cases/${changed.contest}`)
  assert.match(await shown(), /Berichten aan systemen van de organisatie/)
  await isFine(reviewer, 'case')

  await customer.goto(`${here.application.url}${contestUrl}`)
  assert.match(await said(), /De uitkomst is nu: u kunt op rekening kopen/)
  assert.match(await said(), /Wij voerden de wijziging uit op/)
  assert.match(await said(), /U hebt gelijk\. U kunt nu op rekening kopen/)
  assert.doesNotMatch(await said(), /De bank boekte/)
  await isFine(customer, 'answered')
  await customer.getByRole('link', { name: /Brieven en berichten over H-2026-/ }).click()
  await customer
    .getByText('Eerst was het: u kunt niet op rekening kopen. Nu is het: u kunt op rekening kopen.')
    .waitFor()
  assert.match(await said(), /“Ik betaalde wél op tijd\.”/)
  assert.match(await said(), /U kunt vanaf morgen op rekening kopen/)
  assert.match(await said(), /artikel 22 AVG/)
  await isFine(customer, 'letter')
  await customer.goto(`${here.application.url}${contestUrl}`)
  await customer.locator('summary').last().click()
  await customer.getByRole('link', { name: /Wij legden een besluit over u vast/ }).click()
  await customer.getByText('Wij legden een besluit over u vast.').first().waitFor()
})
