// The SDK against a running Waarborg: each call done and refused, a receipt from the portal, and the package as a stranger
// installs it, with the programs of its README run as they stand.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import { clean, dataFolder, type Running, root, start } from '../test/journeys/running.ts'
import { refusalOf, verifyContent, verifyReceipt, Waarborg, WaarborgRefusal, WaarborgUnreachable } from './index.ts'
import { changedReceipts, testReceipt } from './testing.ts'

const folder = dataFolder()
let waarborg: Running
let keys: Readonly<Record<string, string>>
before(async () => {
  waarborg = await start(folder, { args: ['--organisation', join(root, 'demo/organisation.yaml')] })
  const line = waarborg
    .output()
    .split('\n')
    .find((one) => one.startsWith('{"keys"'))!
  const given = JSON.parse(line) as { keys: { system: string; key: string }[] }
  keys = Object.fromEntries(given.keys.map(({ system, key }) => [system, key]))
})
after(async () => {
  await waarborg.stop()
  clean(folder)
})

const clientOf = (system: string, more: Partial<ConstructorParameters<typeof Waarborg>[0]> = {}) =>
  new Waarborg({ baseUrl: waarborg.url, key: keys[system]!, language: 'en', ...more })
const ask = (client: Waarborg, system: string, context: Parameters<Waarborg['headers']>[0]) =>
  new OpenAI({ baseURL: `${waarborg.url}/v1`, apiKey: keys[system], maxRetries: 0 }).chat.completions.create(
    { model: 'waarborg-retrieval', messages: [{ role: 'user', content: 'Hoe bespaar ik stroom?' }] },
    { headers: client.headers(context) },
  )
const refusedWith = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof WaarborgRefusal, String(error))
  assert.deepEqual({ status: error.status, code: error.code }, { status, code }, error.message)
  return true
}

const wording = { version: '1', language: 'nl', channel: 'chat' }
const purpose = 'persoonlijk_advies'
const words = 'U chat met een computer van Kaapstroom Energie. U kunt altijd om een medewerker vragen.'
const vconOf = (uuid: string) => ({
  vcon: '0.0.2',
  uuid,
  created_at: '2026-11-24T09:00:00Z',
  parties: [{ role: 'customer' }, { role: 'agent' }],
  dialog: [
    {
      type: 'text',
      start: '2026-11-24T09:00:00Z',
      parties: 0,
      originator: 0,
      mediatype: 'text/plain',
      body: 'Is daar iemand?',
      encoding: 'none',
    },
  ],
})

describe('consents', () => {
  test('count at the next call, for a customer by any name, and once per idempotency key', async () => {
    const client = clientOf('besparingsadvies')
    const context = { conversation: 'sdk-consent', subject: 'Zoë-€1', purpose }
    const consent = { subject: context.subject, purpose, wording }
    const given = await client.consents.record({ ...consent, state: 'given' }, { idempotencyKey: 'sdk-yes' })
    assert.deepEqual([given.state, given.use.use, given.use.basis], ['given', 'allowed', 'consent'])
    await ask(client, 'besparingsadvies', context)
    await client.consents.record({ ...consent, state: 'withdrawn' })
    const again = await client.consents.record({ ...consent, state: 'given' }, { idempotencyKey: 'sdk-yes' })
    assert.deepEqual([again.id, again.use.code], [given.id, 'consent_withdrawn'])
    await assert.rejects(
      client.consents.record({ ...consent, state: 'refused' }, { idempotencyKey: 'sdk-yes' }),
      refusedWith(409, 'answer_differs'),
    )
    const refusal = await ask(client, 'besparingsadvies', context).then(() => undefined, refusalOf)
    assert.deepEqual([refusal?.status, refusal?.code, refusal?.final], [403, 'consent_withdrawn', true])
    assert.ok(refusal?.call && refusal.say?.chat && refusal.say.voice && refusal.handoff?.sentence)
    const { events, uses } = await client.consents.list({ subject: context.subject })
    assert.deepEqual(
      events.map(({ state, by }) => [state, by]),
      [
        ['given', 'customer'],
        ['withdrawn', 'customer'],
      ],
    )
    assert.equal(uses.find((one) => one.purpose === purpose)?.code, 'consent_withdrawn')
  })

  test('take an objection where the purpose rests on something else, and only there', async () => {
    const client = clientOf('routering')
    const consent = { subject: 'K-sdk-2', purpose: 'slim_doorverbinden', by: 'staff', wording } as const
    const objected = await client.consents.record({ ...consent, system: 'routering', state: 'objected' })
    assert.equal(objected.use.code, 'objected')
    const lifted = await client.consents.record({ ...consent, system: 'routering', state: 'objection_lifted' })
    assert.equal(lifted.use.use, 'allowed')
    await assert.rejects(client.consents.record({ ...consent, state: 'given' }), refusedWith(409, 'not_on_consent'))
    await assert.rejects(
      client.consents.record({ ...consent, purpose, state: 'objected' }),
      refusedWith(409, 'not_objectable'),
    )
  })

  test('are refused for an unknown purpose or system, a moment to come, and nobody', async () => {
    const { consents } = clientOf('besparingsadvies')
    const consent = { subject: 'K-sdk-3', purpose, state: 'given', wording } as const
    await assert.rejects(consents.record({ ...consent, purpose: 'onbekend' }), refusedWith(404, 'purpose_unknown'))
    await assert.rejects(consents.record({ ...consent, system: 'onbekend' }), refusedWith(404, 'system_unknown'))
    await assert.rejects(
      consents.record({ ...consent, at: '2999-01-01T00:00:00Z' }),
      refusedWith(422, 'consent_future'),
    )
    await assert.rejects(
      consents.record({ ...consent, expiresAt: '2020-01-01T00:00:00Z' }),
      refusedWith(422, 'consent_end'),
    )
    await assert.rejects(consents.record({ purpose, state: 'given', wording }), refusedWith(422, 'subject_needed'))
    await assert.rejects(consents.list({}), refusedWith(422, 'subject_needed'))
  })
})

describe('a customer who cannot decide alone', () => {
  test('needs a guardian on record for a yes, and again once that has ended', async () => {
    const { circumstances, consents, representatives } = clientOf('besparingsadvies')
    const subject = 'K-sdk-child'
    const yes = { subject, purpose, state: 'given', by: 'representative', wording } as const
    await consents.record({ subject, purpose, state: 'asked', wording })
    assert.equal((await circumstances.record({ subject, circumstance: 'minor' })).circumstance, 'minor')
    const parent = { subject, kind: 'guardian', relation: 'parent', evidence: 'dossier G-1' } as const
    const guardian = await representatives.record(parent)
    assert.equal((await consents.record(yes)).use.use, 'allowed')
    assert.equal((await representatives.end({ subject, representative: guardian.id })).id, guardian.id)
    const [use] = (await consents.list({ subject, purpose })).uses
    assert.deepEqual([use?.code, use?.reason], ['consent_missing', 'guardian_missing'])
    await assert.rejects(
      representatives.end({ subject, representative: 'nobody' }),
      refusedWith(404, 'representative_unknown'),
    )
  })
})

describe('rights', () => {
  test('a request gets its last day and a letter, and one about nobody is refused', async () => {
    const client = clientOf('klantassistent')
    await ask(client, 'klantassistent', { conversation: 'sdk-rights', subject: 'K-sdk-rights' })
    const asked = await client.requests.record({ kind: 'access', subject: 'K-sdk-rights', language: 'nl' })
    assert.equal(asked.kind, 'access')
    assert.ok(asked.dueStrict <= asked.dueLatest && asked.letter.paragraphs.length > 0)
    await assert.rejects(client.requests.record({ kind: 'access' }), refusedWith(404, 'subject_unknown'))
  })
})

describe('disclosures', () => {
  test('open the call of a system that waits for them, and say what is missing', async () => {
    const client = clientOf('telefoonassistent')
    const report = { conversation: 'sdk-voice', channel: 'voice', language: 'nl', text: words } as const
    const before = await ask(client, 'telefoonassistent', { conversation: 'sdk-voice' }).then(
      () => undefined,
      refusalOf,
    )
    assert.equal(before?.code, 'disclosure_missing')
    const { conversation, proof } = await client.disclosures.report({ ...report, complete: true })
    assert.ok(conversation && proof.event)
    await ask(client, 'telefoonassistent', { conversation: 'sdk-voice' })
    const { disclosures } = client
    await assert.rejects(disclosures.report({ ...report, complete: false }), refusedWith(422, 'disclosure_interrupted'))
    await assert.rejects(
      disclosures.report({ ...report, text: 'Goedemiddag, waar kan ik u mee helpen?' }),
      refusedWith(422, 'disclosure_incomplete'),
    )
    await assert.rejects(
      disclosures.report({ ...report, at: '2999-01-01T00:00:00Z' }),
      refusedWith(422, 'disclosure_future'),
    )
  })
})

describe('notices', () => {
  test('are read, shown once, and known on the customer’s page', async () => {
    const client = clientOf('klantassistent')
    const { notices } = await client.notices.list()
    assert.deepEqual(
      notices.map(({ kind, version }) => [kind, version]),
      [
        ['privacy', 1],
        ['ai', 1],
      ],
    )
    const page = await fetch(`${waarborg.url}${notices[0]!.path}?lang=nl`)
    assert.equal(page.status, 200)
    assert.ok((await page.text()).includes(notices[0]!.texts.nl.lead), 'the page says what the application was given')
    await ask(client, 'klantassistent', { conversation: 'sdk-notice' })
    const shown = { conversation: 'sdk-notice', kind: 'privacy', version: 1, language: 'nl' } as const
    const first = await client.notices.shown(shown)
    assert.deepEqual(await client.notices.shown(shown), first)
    await assert.rejects(client.notices.shown({ ...shown, version: 9 }), refusedWith(404, 'notice_unknown'))
    const { url } = await client.portalLinks.create({ conversation: 'sdk-notice' })
    const opened = await fetch(new URL(url, waarborg.url))
    assert.match(await opened.text(), /Privacyverklaring, versie 1, op /)
  })
})

describe('hand-offs and portal links', () => {
  test('belong to a conversation that exists; an open request stays the only one', async () => {
    const client = clientOf('klantassistent')
    await ask(client, 'klantassistent', { conversation: 'sdk-person' })
    const asked = await client.handOffs.request({ conversation: 'sdk-person', reason: 'asked' }, { language: 'nl' })
    assert.equal(asked.state, 'requested')
    assert.match(asked.handoff.sentence, /medewerker/)
    const again = await client.handOffs.request({ conversation: 'sdk-person', reason: 'complaint' })
    assert.equal(again.id, asked.id)
    assert.doesNotMatch(again.handoff.sentence, /medewerker/, 'the language of the client')
    const link = await client.portalLinks.create({ conversation: 'sdk-person' })
    assert.ok(Date.parse(link.expiresAt) > Date.now())
    assert.equal((await fetch(new URL(link.url, waarborg.url))).status, 200)
    const unknown = refusedWith(404, 'conversation_unknown')
    await assert.rejects(client.handOffs.request({ conversation: 'nowhere', reason: 'asked' }), unknown)
    await assert.rejects(client.portalLinks.create({ conversation: 'nowhere' }), unknown)
  })
})

describe('feedback and wrong answers', () => {
  test('feedback counts once and can be taken back; a wrong answer leads to its article and is reported once', async () => {
    const client = clientOf('klantassistent')
    await ask(client, 'klantassistent', { conversation: 'sdk-opinion' })
    const given = await client.feedback.give({ conversation: 'sdk-opinion', fair: 2, knewAi: 'yes', text: 'Traag.' })
    assert.ok(Date.parse(given.withdrawUntil) - Date.parse(given.givenAt) === 24 * 3_600_000)
    await assert.rejects(
      client.feedback.give({ conversation: 'sdk-opinion', fair: 5 }),
      refusedWith(409, 'feedback_given'),
    )
    assert.equal((await client.feedback.withdraw('sdk-opinion')).id, given.id)
    await assert.rejects(client.feedback.withdraw('sdk-opinion'), refusedWith(404, 'feedback_unknown'))
    const wrong = { conversation: 'sdk-opinion', turn: 2, kind: 'incorrect', note: 'Klopt niet.' } as const
    const reported = await client.wrongAnswers.report(wrong)
    assert.deepEqual([reported.state, reported.turn], ['reported', 2])
    assert.ok(reported.recipients >= 1)
    await assert.rejects(client.wrongAnswers.report(wrong), refusedWith(409, 'answer_reported'))
    await assert.rejects(client.wrongAnswers.report({ ...wrong, turn: 1 }), refusedWith(422, 'turn_of_person'))
  })
})

describe('conversations', () => {
  const turns = [
    { role: 'customer', text: 'Ik wil een mens spreken.', at: '2026-11-24T09:00:00Z' },
    { role: 'agent', text: 'Dat kan. Ik ben er een.' },
  ] as const

  test('are recorded once, go on where they were, and leave no gap', async () => {
    const { conversations } = clientOf('klantassistent')
    const whole = { id: 'sdk-people', subject: 'K-sdk-4', channel: 'voice', language: 'nl', turns } as const
    const first = await conversations.record(whole)
    assert.deepEqual([first.state, first.turns, first.known], ['normal', { from: 1, to: 2 }, 0])
    const again = await conversations.record(whole)
    assert.deepEqual([again.turns, again.known], [null, 2])
    const rest = { id: 'sdk-people', from: 3, turns: [{ role: 'customer', text: 'Fijn.' }] } as const
    assert.deepEqual((await conversations.record(rest)).turns, { from: 3, to: 3 })
    await assert.rejects(conversations.record({ ...rest, from: 9 }), refusedWith(422, 'turn_gap'))
    const other = [{ role: 'customer', text: 'Iets anders.' }] as const
    await assert.rejects(conversations.record({ ...whole, turns: other }), refusedWith(409, 'idempotency_conflict'))
    await assert.rejects(
      conversations.record({ turns, purpose: 'gespreksopname', subject: 'K-sdk-5' }),
      refusedWith(403, 'consent_missing'),
    )
    await assert.rejects(conversations.record({ turns, purpose: 'onbekend' }), refusedWith(404, 'purpose_unknown'))
  })

  test('on hold, no AI answers; then it goes on', async () => {
    const client = clientOf('klantassistent')
    const context = { conversation: 'sdk-hold' }
    await ask(client, 'klantassistent', context)
    assert.ok((await client.conversations.hold('sdk-hold')).heldAt)
    const refusal = await ask(client, 'klantassistent', context).then(() => undefined, refusalOf)
    assert.equal(refusal?.reason, 'on_hold')
    assert.equal((await client.conversations.resume('sdk-hold')).heldAt, null)
    await ask(client, 'klantassistent', context)
    await assert.rejects(client.conversations.hold('nowhere'), refusedWith(404, 'conversation_unknown'))
  })

  test('may come as a vCon, once, and of the customer who is named', async () => {
    const client = clientOf('besparingsadvies')
    const subject = 'Zoë van ’t Hof'
    await client.consents.record({ subject, purpose, state: 'given', wording })
    const vcon = vconOf('019a0000-0000-8000-8000-00000000005d')
    const first = await client.conversations.recordVcon(vcon, { subject, purpose })
    assert.deepEqual([first.state, first.turns], ['normal', { from: 1, to: 1 }])
    const again = await client.conversations.recordVcon(vcon, { subject, purpose })
    assert.deepEqual([again.conversation, again.turns, again.known], [first.conversation, null, 1])
    await assert.rejects(
      client.conversations.recordVcon({ vcon: '0.0.2' }),
      refusedWith(422, 'conversation_unreadable'),
    )
    await assert.rejects(
      client.conversations.recordVcon(vconOf('019a0000-0000-8000-8000-00000000005e'), { purpose: 'onbekend' }),
      refusedWith(404, 'purpose_unknown'),
    )
  })
})

describe('every call', () => {
  const calls: Readonly<Record<string, (client: Waarborg) => Promise<unknown>>> = {
    'consents.record': (client) => client.consents.record({ subject: 'K-sdk-6', purpose, state: 'given', wording }),
    'consents.list': (client) => client.consents.list({ subject: 'K-sdk-6' }),
    'disclosures.report': (client) =>
      client.disclosures.report({ conversation: 'sdk-6', channel: 'chat', language: 'nl', text: words }),
    'disclosures.list': (client) => client.disclosures.list(),
    'notices.list': (client) => client.notices.list(),
    'notices.shown': (client) =>
      client.notices.shown({ conversation: 'sdk-6', kind: 'privacy', version: 1, language: 'nl' }),
    'handOffs.request': (client) => client.handOffs.request({ conversation: 'sdk-6', reason: 'asked' }),
    'feedback.give': (client) => client.feedback.give({ conversation: 'sdk-6', fair: 4 }),
    'feedback.withdraw': (client) => client.feedback.withdraw('sdk-6'),
    'wrongAnswers.report': (client) =>
      client.wrongAnswers.report({ conversation: 'sdk-6', turn: 2, kind: 'incorrect' }),
    'addresses.replace': (client) =>
      client.addresses.replace({ subject: 'K-sdk-6', addresses: [{ kind: 'email', address: 'zes@voorbeeld.nl' }] }),
    'complaints.make': (client) =>
      client.complaints.make({ subject: 'K-sdk-6', words: 'Ik wacht nog.', about: 'system', remedy: 'other' }),
    'confirmations.record': (client) => client.confirmations.record({ contest: 'x-1', what: 'held' }),
    'portalLinks.create': (client) => client.portalLinks.create({ conversation: 'sdk-6' }),
    'conversations.record': (client) => client.conversations.record({ turns: [{ role: 'customer', text: 'Hallo' }] }),
    'conversations.hold': (client) => client.conversations.hold('sdk-6'),
    'conversations.resume': (client) => client.conversations.resume('sdk-6'),
    'representatives.record': (client) =>
      client.representatives.record({ subject: 'K-sdk-6', kind: 'guardian', relation: 'parent', evidence: 'G-1' }),
    'representatives.end': (client) => client.representatives.end({ subject: 'K-sdk-6', representative: 'r-1' }),
    'circumstances.record': (client) => client.circumstances.record({ subject: 'K-sdk-6', circumstance: 'minor' }),
    'requests.record': (client) => client.requests.record({ kind: 'access', subject: 'K-sdk-6' }),
    'conversations.recordVcon': (client) =>
      client.conversations.recordVcon(vconOf('019a0000-0000-8000-8000-00000000005f')),
    'decisions.record': (client) => client.decisions.record({ outcome: { label: 'offer' }, features: {} }),
    'decisions.recordBatch': (client) => client.decisions.recordBatch([{ outcome: { label: 'offer' }, features: {} }]),
    'attributes.record': (client) =>
      client.attributes.record({ subject: 'K-sdk-6', attribute: 'regio', value: 'oost' }),
    'attributes.recordBatch': (client) =>
      client.attributes.recordBatch([{ subject: 'K-sdk-6', attribute: 'regio', value: 'oost' }]),
    'outcomes.record': (client) => client.outcomes.record({ decision: 'd-1', observed: 'paid' }),
    'outcomes.recordBatch': (client) => client.outcomes.recordBatch([{ decision: 'd-1', observed: 'paid' }]),
  }

  test('has its line in this table and in the README', () => {
    const client = clientOf('klantassistent')
    const all = Object.entries(client).flatMap(([noun, verbs]) =>
      Object.keys(verbs as object).map((verb) => `${noun}.${verb}`),
    )
    assert.deepEqual(all.sort(), Object.keys(calls).sort())
    const readme = readFileSync(join(root, 'sdk/README.md'), 'utf8')
    for (const name of all) assert.ok(readme.includes(`| \`${name}(`), name)
  })

  test('with a key that nobody knows, or that is no key, is refused', async () => {
    const unknown = keys.klantassistent!.replace(
      /_[^_]+_/,
      (secret) => `_${secret.slice(1, -1).split('').reverse().join('')}_`,
    )
    for (const [name, call] of Object.entries(calls))
      for (const key of [unknown, 'wb_no_key'])
        await assert.rejects(call(clientOf('klantassistent', { key })), refusedWith(401, 'unknown_key'), name)
  })

  test('without a server, with one that is silent, and with somebody else’s page, says that nobody answered', async () => {
    const other = createServer((request, response) => {
      if (request.url?.startsWith('/page/'))
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hallo</h1>')
    })
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    const codeOf = (error: unknown) => (error instanceof WaarborgUnreachable ? error.code : String(error))
    try {
      for (const [name, call] of Object.entries(calls)) {
        const codes = await Promise.all(
          [
            { baseUrl: 'http://127.0.0.1:9' },
            { baseUrl: `${address}/silent`, timeoutMs: 50 },
            { fetch: () => new Promise<never>(() => {}), timeoutMs: 50 },
            { baseUrl: `${address}/page` },
          ].map((more) => call(clientOf('klantassistent', more)).then(() => 'answered', codeOf)),
        )
        assert.deepEqual(codes, ['unreachable', 'timeout', 'timeout', 'unreadable_reply'], name)
      }
    } finally {
      other.closeAllConnections()
      other.close()
    }
  })
})

type ReceiptFile = { readonly entry: string; readonly proof: string; readonly vkey: string }

/** The receipts that a customer can save in the portal at this path, once they are in the log. */
async function receiptsOf(path: string): Promise<ReceiptFile[]> {
  const headers = { authorization: `Bearer ${path.split('/').at(-1)}` }
  const portal = (await (await fetch(`${waarborg.url}/api/portal`, { headers })).json()) as {
    receipts: { event: string }[]
  }
  assert.ok(portal.receipts.length > 0)
  const files: ReceiptFile[] = []
  for (const { event } of portal.receipts) {
    for (let waited = 0; ; waited += 50) {
      const reply = await fetch(`${waarborg.url}${path}/receipts/${event}/file`)
      if (reply.ok) {
        files.push((await reply.json()) as ReceiptFile)
        break
      }
      assert.ok(waited < 20_000, `no receipt of ${event}: ${reply.status}`)
      await wait(50)
    }
  }
  return files
}
const publishedKey = () => readFileSync(join(folder, 'keys/ledger.vkeys'), 'utf8').trim().split('\n')

describe('receipts from the portal', () => {
  test('are valid with the published key; with one thing changed they are not', async () => {
    const client = clientOf('klantassistent')
    const turns = [{ role: 'customer', text: 'Dit zei ik zelf.' }] as const
    await client.conversations.record({ id: 'sdk-receipt', turns })
    const { path } = await client.portalLinks.create({ conversation: 'sdk-receipt' })
    const receipts = await receiptsOf(path)
    let spoken = 0
    for (const receipt of receipts) {
      const checked = await verifyReceipt(receipt, { vkeys: publishedKey() })
      assert.ok(checked.valid, JSON.stringify(checked))
      for (const { what, receipt: changed } of changedReceipts(receipt))
        assert.equal((await verifyReceipt(changed, { vkeys: publishedKey() })).valid, false, what)
      const said = (text: string) => [{ seq: 1, role: 'customer', said: text }]
      if (!verifyContent(receipt.proof, checked.entry, said('Dit zei ik zelf.'))) continue
      spoken++
      assert.equal(verifyContent(receipt.proof, checked.entry, said('Dit zei ik niet.')), false)
    }
    assert.equal(spoken, 1)
  })
})

describe('the package', { timeout: 120_000 }, () => {
  const place = mkdtempSync(join(tmpdir(), 'waarborg-sdk-'))
  after(() => rmSync(place, { recursive: true, force: true }))
  /** The environment of a person at a terminal: without what npm and this test run add to it. */
  const plain = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_(?!EXTRA_CA_CERTS$)|INIT_CWD)/.test(name)),
  )
  /** This process goes on meanwhile, so that it notices which of its connections the server has closed. */
  const run = async (program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) =>
    (await promisify(execFile)(program, args, { cwd, timeout: 60_000, env: { ...plain, ...env } })).stdout
  const programs = [...readFileSync(join(root, 'sdk/README.md'), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map(
    ([, code]) => code!,
  )

  before(async () => {
    await run('npm', ['pack', '--pack-destination', place, '--loglevel=error'], join(root, 'sdk'), {
      PATH: `${join(root, 'node_modules/.bin')}:${plain.PATH}`,
    })
    const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'))!
    writeFileSync(join(place, 'package.json'), '{ "type": "module", "private": true }')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`], place)
    for (const [name, target] of [
      ['openai', 'openai'],
      ['@types', '@types'],
    ] as const)
      symlinkSync(join(root, 'node_modules', target), join(place, 'node_modules', name))
  })

  test('holds JavaScript, types, licence and README, and leads nowhere outside', () => {
    const installed = join(place, 'node_modules/@waarborg/client')
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).sort()
    for (const name of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/receipt.js'])
      assert.ok(files.includes(name), name)
    for (const name of files.filter((file) => /\.(js|ts)$/.test(file))) {
      assert.match(name, /\.js$|\.d\.ts$/)
      const text = readFileSync(join(installed, name), 'utf8')
      for (const [, target] of text.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g))
        assert.match(target!, /^\.\/[\w-]+\.js$/, name)
      assert.doesNotMatch(text, /\b(process|Buffer|require)\b\./, `${name} runs in a browser`)
    }
  })

  const oldest = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => existsSync(path))
  const version = oldest && spawnSync(oldest, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()
  const skip = version?.startsWith('20.')
    ? false
    : `no Node 20 in /usr/local/bin or /usr/bin (found: ${version ?? 'none'})`
  test('checks a receipt on plain Node 20', { skip }, async () => {
    const receipt = testReceipt()
    writeFileSync(join(place, 'good.receipt.json'), JSON.stringify(receipt))
    writeFileSync(join(place, 'bad.receipt.json'), JSON.stringify({ ...receipt, entry: `${receipt.entry} ` }))
    writeFileSync(join(place, 'check.js'), programs[1]!)
    const check = (file: string) => run(oldest!, ['check.js', file, receipt.vkey], place)
    assert.equal(await check('good.receipt.json'), 'entry 4 of 7: conversation.recorded\n')
    assert.equal(await check('bad.receipt.json'), 'not valid: root_differs\n')
    writeFileSync(
      join(place, 'names.js'),
      `import * as sdk from '@waarborg/client'\nconsole.log(Object.keys(sdk).sort().join())`,
    )
    assert.equal(
      await run(oldest!, ['names.js'], place),
      'Waarborg,WaarborgRefusal,WaarborgUnreachable,refusalOf,verifyContent,verifyReceipt\n',
    )
  })

  test('has types with which the programs of the README compile', async () => {
    mkdirSync(join(place, 'typed'))
    for (const [n, code] of programs.entries()) writeFileSync(join(place, `typed/program-${n}.ts`), code)
    const flags =
      '--ignoreConfig --noEmit --strict --target es2022 --lib es2023,dom --module nodenext --types node --skipLibCheck false'
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [tsc, ...flags.split(' '), 'typed/program-0.ts', 'typed/program-1.ts'], place)
  })

  test('does what its README shows', async () => {
    assert.equal(programs.length, 2)
    for (const [n, code] of programs.entries()) writeFileSync(join(place, `program-${n}.js`), code)
    const env = { WAARBORG_URL: waarborg.url, WAARBORG_SYSTEM_KEY: keys.besparingsadvies! }
    const said = await run(process.execPath, ['program-0.js'], place, env)
    assert.match(said, /^next call: allowed$/m)
    assert.match(said, /^answer: U chat met een computer/m)
    assert.match(said, /^refused: consent_withdrawn$/m)
    assert.match(said, /^say in a chat: \S.+$/m)
    assert.match(said, /^say on the phone: \S.+$/m)
    assert.match(said, /^a person: .*medewerker/m)
    const portal = /^portal: (.+)$/m.exec(said)![1]!
    assert.equal((await fetch(portal)).status, 200)
    const [receipt] = await receiptsOf(new URL(portal).pathname)
    writeFileSync(join(place, 'bewijs.receipt.json'), JSON.stringify(receipt))
    const checked = await run(process.execPath, ['program-1.js', 'bewijs.receipt.json', publishedKey()[0]!], place)
    assert.match(checked, /^entry \d+ of \d+: [a-z]+\.[a-z]+$/m)
  })
})
