// The main job, from the command to the customer: demonstration, the official OpenAI client, consent withdrawn in the
// portal, the stop command, and the record that verifies. One running Waarborg for all.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { openInstallation } from '../../src/cli/installation.ts'
import type { AuditLine, ReportReply } from '../../src/fairness/audits/contract.ts'
import { withConnection } from '../../src/platform/io/pool.ts'
import { readSettings } from '../../src/platform/settings.ts'
import type { AttributeLine } from '../../src/records/attributes/contract.ts'
import { type AnswerRow, mutations, type Read, traceAnswer } from './answers-trace.ts'
import { browserOn, clean, cli, dataFolder, demonstrationKey, type Running, root, start } from './running.ts'

const run = (folder: string, ...args: string[]) =>
  execFileSync(process.execPath, [...cli, ...args, '--data', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

describe('the main job', { timeout: 900_000 }, () => {
  const folder = dataFolder()
  let waarborg: Running
  before(async () => {
    waarborg = await start(folder, { until: /Stop: Ctrl\+C/ })
  })
  after(async () => {
    await waarborg.stop()
    clean(folder)
  })
  const client = (system: string) =>
    new OpenAI({ baseURL: `${waarborg.url}/v1`, apiKey: demonstrationKey(folder, system), maxRetries: 0 })

  let signedIn: Promise<ReturnType<typeof browserOn>> | undefined
  /** With the link that was printed, which works once. */
  const ethicsOfficer = () => {
    signedIn ??= (async () => {
      const officer = browserOn(() => waarborg.url)
      const [, link] = /ethics officer[^\n]*token=([\w-]+)/.exec(waarborg.output())!
      await officer.follow('/password', { token: link!, password: 'paard batterij nietje' })
      await officer.follow('/sign-in/later', { to: '/console/requests' })
      return officer
    })()
    return signedIn
  }

  test('every conversation of the demonstration ends as its file says', () => {
    const expected = JSON.parse(readFileSync(join(root, 'demo/expected.json'), 'utf8')) as {
      forwarded: number
      refused: Record<string, number>
    }
    assert.match(waarborg.output(), /Each outcome is as the examples say/)
    assert.match(waarborg.output(), new RegExp(`Forwarded: ${expected.forwarded} calls`))
    for (const [code, n] of Object.entries(expected.refused))
      assert.match(waarborg.output(), new RegExp(`\\b${code} ${n}\\b`))
  })

  test('what customers are told of each answer traces to what is on record, and no longer when a fact is another', async () => {
    const installation = await openInstallation(readSettings({ WAARBORG_DATA: folder }))
    const rows = await withConnection(
      installation.server!.url('postgres', 'waarborg'),
      async (database) =>
        (
          await database.query(
            `select t.conversation_id as conversation, t.seq, t.redacted, c.system_id as system, u.builtin, a.model, a.state, a.code, a.would_refuse as would,
               coalesce(a.facts -> 'sources', '[]') as sources, coalesce(a.facts -> 'tools', '[]') as tools, coalesce(a.reply_masked, '{}') as masked
             from turn t join conversation c using (tenant_id, conversation_id) left join ai_call a on a.tenant_id = t.tenant_id and a.call_id = t.call_id
             left join upstream u on u.tenant_id = a.tenant_id and u.upstream_id = a.upstream_id
             where t.role = 'ai' and not t.disclosure order by t.conversation_id, t.seq`,
          )
        ).rows as (AnswerRow & { system: string })[],
    )
    await installation.close({ stopServer: 'never' })
    const told = { answers: 0, mutations: 0, sentences: new Set<Read>() }
    const of = Map.groupBy(rows, ({ conversation }) => conversation)
    for (const [conversation, answers] of of) {
      const link = await fetch(`${waarborg.url}/v1/portal-links`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${demonstrationKey(folder, answers[0]!.system)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ conversation }),
      })
      const token = ((await link.json()) as { path: string }).path.split('/').at(-1)!
      for (const language of ['nl', 'en'] as const) {
        const reply = await fetch(`${waarborg.url}/api/portal`, {
          headers: { authorization: `Bearer ${token}`, 'accept-language': language },
        })
        const { turns } = (await reply.json()) as { turns: { seq: number; why: string[] }[] }
        for (const row of answers) {
          const { why } = turns.find(({ seq }) => seq === row.seq)!
          const { problems, sentences } = traceAnswer(row, why, language)
          assert.deepEqual(problems, [], `${conversation} ${row.seq}: ${why.join(' | ')}`)
          for (const sentence of sentences) told.sentences.add(sentence)
          for (const other of mutations(row)) {
            assert.notDeepEqual(traceAnswer(other, why, language).problems, [], JSON.stringify({ other, why }))
            told.mutations++
          }
          told.answers++
        }
      }
    }
    assert.ok(told.answers >= 400 && told.mutations > 2_000, JSON.stringify(told))
    assert.ok(told.sentences.size >= 4, [...told.sentences].join())
  })

  test('the official client talks through it, streamed and not, and hears first that it is AI', async () => {
    const openai = client('klantassistent')
    const ask = {
      model: 'waarborg-retrieval',
      messages: [
        {
          role: 'user' as const,
          content: 'Hoe geef ik mijn meterstand door? Ik ben Sanne Dijkgraaf, sanne@voorbeeld.nl.',
        },
      ],
    }
    const whole = await openai.chat.completions.create(ask, { headers: { 'X-Waarborg-Conversation': 'journey-1' } })
    assert.match(whole.choices[0]?.message.content ?? '', /^U chat met een computer/)
    let streamed = ''
    for await (const chunk of await openai.chat.completions.create(
      { ...ask, stream: true },
      { headers: { 'X-Waarborg-Conversation': 'journey-2' } },
    ))
      streamed += chunk.choices[0]?.delta.content ?? ''
    assert.equal(streamed, whole.choices[0]?.message.content)
  })

  test('a second start on the same data is refused, naming the process', () => {
    const second = spawnSync(process.execPath, [...cli, 'start', '--data', folder, '--port', '0'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, WAARBORG_LANGUAGE: 'en' },
    })
    assert.equal(second.status, 3)
    assert.match(second.stderr, new RegExp(String(waarborg.process.pid)))
  })

  test('consent withdrawn in the portal refuses the very next call, and given again lets it through', async () => {
    const openai = client('besparingsadvies')
    const key = demonstrationKey(folder, 'besparingsadvies')
    const post = (path: string, body: unknown) =>
      fetch(`${waarborg.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const purpose = 'persoonlijk_advies'
    const given = await post('/v1/consents', {
      conversation: 'journey-3',
      purpose,
      state: 'given',
      by: 'customer',
      wording: { version: '1', language: 'nl', channel: 'chat' },
    })
    assert.equal(given.status, 201, await given.text())
    const ask = () =>
      openai.chat.completions.create(
        { model: 'waarborg-retrieval', messages: [{ role: 'user', content: 'Hoe bespaar ik stroom?' }] },
        { headers: { 'X-Waarborg-Conversation': 'journey-3', 'X-Waarborg-Purpose': purpose } },
      )
    await ask()
    const link = (await (await post('/v1/portal-links', { conversation: 'journey-3' })).json()) as {
      path?: string
      url?: string
    }
    const path = link.path ?? new URL(link.url!).pathname
    const page = await (await fetch(`${waarborg.url}${path}/choices`)).text()
    assert.match(page, /role="switch"/)
    const token = path.split('/').at(-1)!
    const choose = (on: boolean) =>
      fetch(`${waarborg.url}/api/portal/choices`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ purpose, on }),
      })
    const off = await choose(false)
    assert.equal(off.status, 200, await off.text())
    await assert.rejects(
      ask(),
      (error: { status?: number; code?: string }) => error.status === 403 && error.code === 'consent_withdrawn',
    )
    await choose(true)
    await ask()
  })

  test('the language chosen in the portal is the language of every sentence, whatever the browser asks for', async () => {
    const key = demonstrationKey(folder, 'klantassistent')
    const reply = await fetch(`${waarborg.url}/v1/portal-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ conversation: 'journey-1' }),
    })
    const { path } = (await reply.json()) as { path: string }
    const page = async (search: string, headers: Record<string, string>) =>
      (await fetch(`${waarborg.url}/p/${path.split('/').at(-1)}${search}`, { headers })).text()
    const dutch = /Een computer met AI|De computer/
    const english = /A computer with AI|The computer/
    for (const [search, headers] of [
      ['?lang=en', { 'accept-language': 'nl' }],
      ['', { 'accept-language': 'nl', cookie: 'waarborg_lang=en' }],
    ] as const) {
      const html = await page(search, headers)
      assert.match(html, english)
      assert.doesNotMatch(html, dutch)
    }
    assert.doesNotMatch(await page('', { 'accept-language': 'en', cookie: 'waarborg_lang=nl' }), english)
  })

  test('a child without a guardian and somebody without a mandate are refused with the reason, for consents and for requests', async () => {
    const key = demonstrationKey(folder, 'besparingsadvies')
    const purpose = 'persoonlijk_advies'
    const post = async (path: string, body: unknown, language = 'nl', token = key) => {
      const reply = await fetch(`${waarborg.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'accept-language': language,
        },
        body: JSON.stringify(body),
      })
      return { status: reply.status, body: (await reply.json()) as Record<string, never> }
    }
    const wording = { version: '1', language: 'nl', channel: 'chat' }
    const yes = (subject: string, by: string) => ({ subject, purpose, state: 'given', by, wording })
    const said = async (path: string, body: unknown, language?: string) => {
      const { status, body: reply } = await post(path, body, language)
      const { code, message } = (reply as unknown as { error: { code: string; message: string } }).error
      return { status, code, message }
    }
    const child = 'kind-van-tien'
    const born = `${new Date().getFullYear() - 10}-06-01`
    assert.deepEqual((await post('/v1/circumstances', { subject: child, bornOn: born })).body, {
      circumstance: 'minor',
    })
    for (const by of ['customer', 'representative'])
      assert.deepEqual(await said('/v1/consents', yes(child, by)), {
        status: 409,
        code: 'guardian_missing',
        message:
          'Voor een kind beslist een ouder of voogd die in het register staat. Daar staat nu niemand die dit mag.',
      })
    const openai = client('besparingsadvies')
    const call = () =>
      openai.chat.completions.create(
        { model: 'waarborg-retrieval', messages: [{ role: 'user', content: 'Hoe bespaar ik stroom?' }] },
        { headers: { 'X-Waarborg-Subject': child, 'X-Waarborg-Conversation': 'kind', 'X-Waarborg-Purpose': purpose } },
      )
    await assert.rejects(call(), (error: { code?: string }) => error.code === 'consent_missing')
    const erase = { kind: 'erasure', subject: child }
    assert.equal((await said('/v1/requests', erase)).code, 'guardian_needed')
    assert.equal((await said('/v1/requests', { ...erase, by: 'representative' })).code, 'guardian_missing')
    // The same on the customer's own page.
    const own = await post('/v1/consents', { ...yes(child, 'customer'), state: 'refused', conversation: 'kind' })
    assert.equal(own.status, 201, JSON.stringify(own.body))
    const link = (await post('/v1/portal-links', { conversation: 'kind' })).body as unknown as { path: string }
    const page = async (form?: Record<string, string>) => {
      const reply = await fetch(`${waarborg.url}${link.path}/data?lang=nl`, {
        redirect: 'manual',
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
      })
      return { status: reply.status, text: await reply.text() }
    }
    assert.match((await page()).text, /Een ouder of voogd vraagt dit voor u/)
    const refused = await page({ kind: 'access', by: 'representative' })
    assert.equal(refused.status, 403)
    assert.match(refused.text, /Voor een kind beslist een ouder of voogd die in het register staat/)

    const guardian = { subject: child, kind: 'guardian', relation: 'parent', evidence: 'gezagsregister 12' }
    assert.equal((await post('/v1/representatives', guardian)).status, 201)
    assert.equal((await post('/v1/consents', yes(child, 'representative'))).status, 201)
    await call()
    assert.equal((await said('/v1/consents', yes(child, 'customer'))).code, 'guardian_missing')
    assert.match((await page()).text, /name="by" value="representative" required/)
    assert.equal((await page({ kind: 'access', by: 'representative' })).status, 303)
    assert.equal((await post('/v1/requests', { ...erase, by: 'representative' })).status, 201)

    for (const [language, message] of [
      ['nl', 'Wie voor een ander beslist of iets vraagt, heeft een geldige machtiging nodig. Die ontbreekt hier.'],
      ['en', 'Whoever decides or asks for somebody else needs a valid mandate. There is none here.'],
    ] as const) {
      const adult = 'volwassene-met-hulp'
      const consent = await said('/v1/consents', yes(adult, 'representative'), language)
      assert.deepEqual(consent, { status: 409, code: 'mandate_missing', message })
      assert.equal((await post('/v1/consents', yes(adult, 'customer'))).status, 201)
      const request = await said('/v1/requests', { kind: 'access', subject: adult, by: 'representative' }, language)
      assert.deepEqual(request, { status: 403, code: 'mandate_missing', message })
    }
  })

  test('of a customer who asked to pause nothing is used: the next call is refused, until they agree or it ends', async () => {
    const customer = 'klant-met-pauze'
    const post = async (system: string, path: string, body: unknown) => {
      const reply = await fetch(`${waarborg.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${demonstrationKey(folder, system)}`,
          'content-type': 'application/json',
          'x-waarborg-subject': customer,
          'x-waarborg-conversation': `${customer}-${system}`,
        },
        body: JSON.stringify(body),
      })
      const { id, error } = (await reply.json()) as { id?: string; error?: { code: string; waarborg?: object } }
      return { status: reply.status, code: error?.code ?? null, id, say: JSON.stringify(error?.waarborg ?? {}) }
    }
    const call = (system: string) =>
      post(system, '/v1/chat/completions', {
        model: 'waarborg-retrieval',
        messages: [{ role: 'user', content: 'Hoe geef ik mijn meterstand door?' }],
      })
    const purpose = 'persoonlijk_advies'
    const yes = () =>
      post('besparingsadvies', '/v1/consents', {
        subject: customer,
        purpose,
        state: 'given',
        wording: { version: '1', language: 'nl', channel: 'chat' },
      })
    await yes()
    assert.equal((await call('klantassistent')).status, 200)
    assert.equal((await call('besparingsadvies')).status, 200)
    const { id } = await post('klantassistent', '/v1/requests', { kind: 'restriction', subject: customer })
    assert.equal((await call('klantassistent')).status, 200, 'asked is not yet decided')

    const officer = await ethicsOfficer()
    const step = (name: string, form: Record<string, string>) => officer.follow(`/console/requests/${id}/${name}`, form)
    assert.match((await step('decide', { decision: 'granted' })).at, /\?done=decide$/)

    // A contract is no reason, and a yes of before says nothing about now (GDPR 18(2)).
    for (const system of ['klantassistent', 'besparingsadvies']) {
      const refused = await call(system)
      assert.deepEqual([refused.status, refused.code], [403, 'restricted'], system)
      assert.match(refused.say, /"say":/)
    }
    const kept = await fetch(`${waarborg.url}/v1/consents?${new URLSearchParams({ subject: customer })}`, {
      headers: { authorization: `Bearer ${demonstrationKey(folder, 'besparingsadvies')}` },
    })
    assert.equal(((await kept.json()) as { events: unknown[] }).events.length, 1, 'what is stored stays')
    await yes()
    assert.equal((await call('besparingsadvies')).status, 200, 'they agreed since')
    assert.equal((await call('klantassistent')).code, 'restricted')
    assert.match((await step('lift', { explanation: 'Wij hebben de gegevens nagekeken.' })).at, /\?done=lift$/)
    assert.equal((await call('klantassistent')).status, 200)
  })

  test('the audits of the demonstration find what was planted in its decisions, each with its sentence', async () => {
    const officer = await ethicsOfficer()
    const get = async <T>(path: string) => JSON.parse((await officer.go(path)).text) as T
    const { audits } = await get<{ audits: AuditLine[] }>('/api/fairness/audits')
    const found = new Map(audits.map((one) => [one.name, one]))
    const verdicts = (name: string) => found.get(name)?.last?.verdicts
    assert.equal(verdicts('Offers and country of birth')?.difference_found, 1)
    assert.deepEqual(
      [verdicts('Offers and region')?.difference_found, verdicts('Routing and channel')],
      [1, { difference_found: 0, no_relevant_difference: 1, cannot_tell: 0 }],
    )
    const report = await get<ReportReply>(`/api/fairness/runs/${found.get('Offers and region')!.last!.id}/report`)
    const words = JSON.stringify(report.document)
    assert.match(words, /Binnen de lagen is het niet aangetoond/)
    assert.match(words, /Over eilanden en alle anderen is geen uitspraak mogelijk/)
    const today = (await officer.go('/console/today')).text
    assert.match(today, /Offers and country of birth/)
    const [attribute] = (await get<{ attributes: AttributeLine[] }>('/api/attributes')).attributes
    assert.ok(attribute!.id === 'herkomst' && attribute!.people! > 500 && attribute!.lastReadAt !== null)
  })

  test('what the customer can download proves itself offline', async () => {
    const key = demonstrationKey(folder, 'klantassistent')
    const link = (await (
      await fetch(`${waarborg.url}/v1/portal-links`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ conversation: 'journey-1' }),
      })
    ).json()) as { path: string }
    const headers = { authorization: `Bearer ${link.path.split('/').at(-1)!}` }
    const portal = (await (await fetch(`${waarborg.url}/api/portal`, { headers })).json()) as {
      receipts: { event: string }[]
      turns: { text: string }[]
    }
    assert.ok(
      portal.turns.some(({ text }) => text.includes('Sanne Dijkgraaf')),
      'customers see their own words',
    )
    const { verifyReceipt } = await import('../../sdk/index.ts')
    let checked = 0
    for (const { event } of portal.receipts) {
      const receipt = (await (await fetch(`${waarborg.url}/api/portal/receipts/${event}`, { headers })).json()) as {
        entry: string
        proof: string | null
        vkey: string
      }
      if (receipt.proof === null) continue
      const origin = receipt.vkey.split('+')[0]!
      assert.deepEqual(
        (await verifyReceipt({ entry: receipt.entry, proof: receipt.proof }, { origin, vkeys: [receipt.vkey] })).valid,
        true,
      )
      assert.deepEqual(
        await verifyReceipt(
          { entry: receipt.entry.replace('"type":"', '"type":"x'), proof: receipt.proof },
          { origin, vkeys: [receipt.vkey] },
        ),
        { valid: false, code: 'root_differs' },
      )
      checked++
    }
    assert.ok(checked > 0)
  })

  test('the stop command refuses the next call of the running process, and resume opens it', async () => {
    const openai = client('klantassistent')
    const ask = () =>
      openai.chat.completions.create({
        model: 'waarborg-retrieval',
        messages: [{ role: 'user', content: 'Wat kost stroom?' }],
      })
    /** The command keeps this process waiting: a connection that ended meanwhile is noticed before the next call. */
    const command = async (...args: string[]) => {
      run(folder, ...args)
      await sleep(100)
    }
    await ask()
    await command('stop', 'klantassistent', '--reason', 'wrong_answers')
    await assert.rejects(
      ask(),
      (error: { status?: number; code?: string }) => error.status === 403 && error.code === 'system_stopped',
    )
    await command('resume', 'klantassistent', '--reason', 'Het antwoord is verbeterd.')
    await ask()
  })

  test('the whole record verifies beside the running server, and nothing personal stands readable in it', () => {
    const report = JSON.parse(run(folder, 'verify', '--json')) as { ok: boolean; entries: number; problems: unknown[] }
    assert.deepEqual(report.problems, [])
    assert.ok(report.ok && report.entries > 1_000)
    for (const word of ['Dijkgraaf', 'sanne@voorbeeld.nl'])
      assert.equal(
        spawnSync('grep', ['-rlF', word, folder], { encoding: 'utf8' }).stdout,
        '',
        `${word} stands readable below the data folder`,
      )
  })
})
