// One of two customers with one name asks on their own page to be erased, and an officer decides in the console. Nothing of them
// and nothing made of it stands anywhere, also in a backup; the other is untouched, and what was proven to others stays proven. Their
// last letter reaches them by mail, and a system that holds a decision about them is told to let it go.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Conversation } from '../../demo/conversation.ts'
import { type Installation, openInstallation } from '../../src/cli/installation.ts'
import type { Scope, Tx } from '../../src/platform/database.ts'
import { randomIds } from '../../src/platform/ids.ts'
import { withConnection } from '../../src/platform/io/pool.ts'
import { serverHome } from '../../src/platform/io/server.ts'
import { parseMail } from '../../src/platform/mail/io/parse.ts'
import { type SmtpServer, startSmtp } from '../../src/platform/mail/testing.ts'
import { readSettings } from '../../src/platform/settings.ts'
import { allSubjectStores, eraseSubject } from '../../src/privacy/index.ts'
import { findSubjects } from '../../src/records/index.ts'
import { keyedHash } from '../../src/vault/index.ts'
import { formsOf, formsOfNumber, Search } from './readable.ts'
import { browserOn, clean, cli, dataFolder, demonstrationKey, type Running, root, start } from './running.ts'

const client = 'kaapstroom'
const scope: Scope = { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'erasure-test' } }

type Person = Readonly<Record<string, string>>
const people = JSON.parse(readFileSync(join(root, 'demo/customers.json'), 'utf8')) as Record<string, Person>
const conversations = globSync('demo/conversations/*.jsonl', { cwd: root }).flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Conversation),
)

/** What both of them bring besides their conversation, each with a mark of their own. */
const brought = (mark: string) => ({
  complaint: `Klacht ${mark}: niemand belde mij terug over de rekening.`,
  remedy: `Ik wil excuses, ${mark}.`,
  desk: `Aan de balie gezegd door ${mark}.`,
  number: `ZD-${mark}-55017`,
  message: `Nog een bericht van ${mark} erbij.`,
  file: `Een bijlage van ${mark} met de meterstanden.`,
  name: `meterstand-${mark}.txt`,
  question: `Waarom zei de bot dat tegen ${mark}?`,
  feedback: `Volgens ${mark} was het onduidelijk.`,
  address: `${mark.toLowerCase()}@klanten.voorbeeld.nl`,
  note: `Het antwoord aan ${mark} is oud.`,
  contest: `Volgens ${mark} klopt dit besluit niet.`,
})
const marks = { erased: 'Zwaluwstaart', namesake: 'Torenvalk' } as const

const organisation = readFileSync(join(root, 'demo/organisation.yaml'), 'utf8')

/** What the customer said, what of it was personal, and what is known of them; not the town where the client has its office. */
function valuesOf(reference: string): string[] {
  const { note: _, ...known } = people[reference]!
  const said = conversations
    .filter(({ subject }) => subject === reference)
    .flatMap(({ turns }) => turns.filter(({ role }) => role === 'customer'))
  return [
    reference,
    ...Object.values(known),
    ...said.map(({ text }) => text).filter((text) => text.length >= 16),
    ...said.flatMap(({ text, spans }) => spans.map(([from, to]) => text.slice(from, to))),
  ].filter((value) => value === reference || (value.length >= 6 && !organisation.includes(value)))
}

test('the search finds what it looks for, in each form and wherever it stands', () => {
  const search = new Search(['j.bakker@example.org', 'Léidse straat'])
  for (const value of ['j.bakker@example.org', 'Léidse straat'])
    for (const { bytes, form } of formsOf(value)) {
      const found = search.in(Buffer.concat([Buffer.alloc(3, 1), bytes, Buffer.alloc(3, 2)]), 'x')
      assert.ok(
        found.some((one) => one.value === value && one.form === form),
        `${value} as ${form}`,
      )
    }
  for (const before of ['', 'a', 'ab'])
    assert.ok(search.in(Buffer.from(Buffer.from(`${before}j.bakker@example.org!`).toString('base64')), 'x').length > 0)
  assert.deepEqual(search.in(Buffer.from('j.bakker@example.com'), 'x'), [])
  const number = Buffer.from('fedcba9876543210', 'hex')
  for (const { bytes, form } of formsOfNumber('word', number)) {
    const found = new Search([], new Map([['word', number]])).in(Buffer.concat([Buffer.alloc(5, 7), bytes]), 'x')
    assert.deepEqual(found, [{ file: 'x', value: 'word', form }])
  }
})

describe('erasing one of two customers of the same name', { timeout: 900_000 }, () => {
  const folder = dataFolder()
  const backup = join(dataFolder(), 'backup')
  let waarborg: Running
  let installation: Installation
  let erased: string
  let namesake: string
  let receipts: { token: string; events: string[] }
  /** What was made of their words and references with keys that live on, and what of it is nobody else's. */
  let numbers: Map<string, Buffer>
  let others: Map<string, Buffer>
  /** The decision about them that a system of the organisation holds, what that system heard, and what mail went out. */
  let held: string
  let crm: Server
  let heardOne: () => void = () => undefined
  const heard: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[] = []
  let smtp: SmtpServer
  const beside = mkdtempSync(join(tmpdir(), 'waarborg-beside-'))

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => installation.database.inTx(scope, work)
  const linkTo = async (conversation: string, system: string) => {
    const reply = await fetch(`${waarborg.url}/v1/portal-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demonstrationKey(folder, system)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ conversation }),
    })
    assert.equal(reply.status, 201, await reply.clone().text())
    return ((await reply.json()) as { path: string }).path.split('/').at(-1)!
  }
  /** The reply of a route to a body, as who holds `bearer`. */
  const posted = async (bearer: string, path: string, body: object) => {
    const reply = await fetch(`${waarborg.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(reply.status, 201, await reply.clone().text())
    return (await reply.json()) as { id: string }
  }
  /** Their address at the organisation. */
  const addressed = async (key: string, reference: string, address: string) => {
    const known = await fetch(`${waarborg.url}/v1/addresses`, {
      method: 'POST',
      body: JSON.stringify({ subject: reference, addresses: [{ kind: 'email', address }] }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
    assert.equal(known.status, 200, await known.clone().text())
  }
  /** Somebody decided about them, and they asked a person to look again; nobody has answered yet. */
  const contested = async (reference: string, words: string) => {
    const decided = await fetch(`${waarborg.url}/v1/decisions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${demonstrationKey(folder, 'aanbodscore')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        subject: reference,
        outcome: { label: 'geen_aanbod' },
        score: { value: 0.25 },
        features: { contract_months: 3, late_payments: 4, complaints_last_year: 0, digital_contact: false },
      }),
    })
    assert.equal(decided.status, 201, await decided.clone().text())
    const { decisionId, contestUrl } = (await decided.json()) as { decisionId: string; contestUrl: string }
    await posted(contestUrl.split('/')[2]!, `/api/portal/decisions/${decisionId}/contest`, { words })
    return decisionId
  }
  /** What a system of the organisation heard of a decision, once it heard it. */
  const untilHeard = async (type: string, decision: string) => {
    for (;;) {
      const found = heard.find((one) => one.type === type && one.data.decision === decision)
      if (found !== undefined) return found.data
      await new Promise<void>((resolve) => {
        heardOne = resolve
      })
    }
  }
  /** A complaint with a message and a file, one by way of the help desk, a question, feedback, and an answer that was wrong. */
  const bring = async (subject: string, reference: string, mark: string) => {
    const { id: conversation, system } = (await conversationsOf(subject))[0]!
    const token = await linkTo(conversation, system)
    const said = brought(mark)
    // First as well: so that their letters go by mail.
    await addressed(demonstrationKey(folder, system), reference, said.address)
    // First: of who complains nothing more is asked.
    await posted(token, '/api/portal/feedback', { fair: 2, clear: 1, knewAi: 'no', text: said.feedback })
    const about = { about: 'conversation', remedy: 'apology', remedyWords: said.remedy }
    const { id } = await posted(token, '/api/portal/complaints', { ...about, words: said.complaint })
    await posted(token, `/api/portal/cases/${id}/messages`, { text: said.message })
    const file = await fetch(`${waarborg.url}/api/portal/cases/${id}/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'x-file-name': encodeURIComponent(said.name),
      },
      body: said.file,
    })
    assert.equal(file.status, 201, await file.clone().text())
    await posted(token, '/api/portal/questions', { text: said.question })
    const key = demonstrationKey(folder, system)
    await posted(key, '/v1/complaints', { ...about, conversation, words: said.desk, externalId: said.number })
    const turn = await inTx(async (tx) => {
      const { rows } = await tx.query<{ seq: number }>(
        `select seq from turn where conversation_id = $1 and role = 'ai' order by seq limit 1`,
        [conversation],
      )
      return rows[0]!.seq
    })
    await posted(key, '/v1/wrong-answers', { conversation, turn, kind: 'outdated', note: said.note })
    return contested(reference, said.contest)
  }
  const portal = async (token: string) => {
    const reply = await fetch(`${waarborg.url}/api/portal`, { headers: { authorization: `Bearer ${token}` } })
    return { status: reply.status, text: await reply.text() }
  }
  const contentsOf = (subject: string) =>
    inTx(async (tx) => {
      const found: string[] = []
      for (const store of allSubjectStores)
        found.push(JSON.stringify(await store.export(tx, installation.keys, { client, subject })))
      return found.join('\n')
    })
  /** Conversations of a subject with the AI system of each. */
  const conversationsOf = (subject: string) =>
    inTx(
      async (tx) =>
        (
          await tx.query<{ id: string; system: string }>(
            'select conversation_id as id, system_id as system from conversation where tenant_id = $1 and subject_id = $2 order by 1',
            ['dekade', subject],
          )
        ).rows,
    )
  const asOwner = <Row extends object>(statement: string, values: unknown[] = []) =>
    withConnection(
      installation.server!.url('postgres', 'waarborg'),
      async (database) => (await database.query(statement, values)).rows as Row[],
    )
  /** Keyed hashes and keyed numbers of words in the rows of a subject; of words that others use too there is no telling. */
  const numbersOf = async (subject: string) => {
    const found = new Map<string, Buffer>()
    const conversations = `(select conversation_id from conversation where subject_id = $1)`
    for (const [table, columns, where] of [
      ['complaint', ['external_hmac'], 'subject_id = $1'],
      ['subject_address', ['address_hmac'], 'subject_id = $1'],
      ['subject_reference', ['reference_hmac'], 'subject_id = $1'],
      ['subject_key', ['wrapped'], 'subject_id = $1'],
      ['conversation', ['external_hmac', 'messages_hmac'], 'subject_id = $1'],
      ['imported_key', ['key_hmac', 'content_hmac'], `conversation_id in ${conversations}`],
      ['decision', ['body_hmac'], 'subject_id = $1'],
      ['idempotency', ['key_hmac', 'body_hmac'], 'call_id in (select call_id from ai_call where subject_id = $1)'],
    ] as const)
      for (const [n, row] of (
        await asOwner<Record<string, Buffer>>(`select ${columns.join(', ')} from ${table} where ${where}`, [subject])
      ).entries())
        for (const column of columns) if (row[column]) found.set(`${table}.${column} ${n}`, row[column])
    const sentences = await asOwner<{ hash: Buffer }>(
      `select distinct h as hash from wrong_answer w, unnest(w.sentences_hmac) as h where w.subject_id = $1
       and not exists (select 1 from wrong_answer o where o.subject_id <> $1 and h = any (o.sentences_hmac))`,
      [subject],
    )
    for (const [n, { hash }] of sentences.entries()) found.set(`wrong_answer.sentences_hmac ${n}`, hash)
    const words = (of: string) =>
      asOwner<{ token: string }>(
        `select distinct k.token::text as token from search_token k join search_document d using (tenant_id, document)
         join conversation c using (tenant_id, conversation_id) where c.subject_id ${of} $1`,
        [subject],
      )
    const elsewhere = new Set((await words('<>')).map(({ token }) => token))
    for (const { token } of await words('=')) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64BE(BigInt(token))
      if (!elsewhere.has(token)) found.set(`word ${token}`, bytes)
    }
    return found
  }
  const places = () => [folder, ...(serverHome(folder) === folder ? [] : [serverHome(folder)])].filter(existsSync)
  const inFiles = async (search: Search) => {
    await asOwner('checkpoint')
    return places().flatMap((place) => search.below(place))
  }
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [...cli, ...args, '--data', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })

  before(async () => {
    smtp = await startSmtp()
    crm = createServer(async (req, res) => {
      const pieces: Buffer[] = []
      for await (const piece of req) pieces.push(piece as Buffer)
      heard.push(JSON.parse(Buffer.concat(pieces).toString()))
      res.end('{"confirmed":true}', () => heardOne())
    })
    await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
    waarborg = await start(folder, { until: /Stop: Ctrl\+C/, env: { WAARBORG_SMTP_URL: smtp.url } })
    installation = await openInstallation(readSettings({ WAARBORG_DATA: folder }))
    const references = ['K-100021', 'K-100002'].map((reference) => ({ client, reference }))
    const [one, other] = await inTx((tx) => findSubjects(tx, installation.keys, references))
    erased = one!.id
    namesake = other!.id
    const [theirs] = await conversationsOf(namesake)
    const token = await linkTo(theirs!.id, theirs!.system)
    const page = JSON.parse((await portal(token)).text) as { receipts: { event: string }[] }
    receipts = { token, events: page.receipts.map(({ event }) => event) }
    const secret = join(beside, 'crm-secret')
    writeFileSync(secret, 'een geheim van het crm')
    await asOwner(
      `update client set profile = profile || jsonb_build_object('webhooks', jsonb_build_array(jsonb_build_object(
         'id', 'crm', 'url', $1::text, 'secret', $2::text, 'events', '["contest.received"]'::jsonb))) where client_id = $3`,
      [`http://127.0.0.1:${(crm.address() as AddressInfo).port}/hook`, `file:${secret}`, client],
    )
    await asOwner(
      `update ai_system set decisions = decisions || '{"freeze": {"possible": true}}' where system_id = 'aanbodscore'`,
    )
    held = await bring(erased, 'K-100021', marks.erased)
    await bring(namesake, 'K-100002', marks.namesake)
    numbers = await numbersOf(erased)
    others = await numbersOf(namesake)
  })
  after(async () => {
    await installation.close({ stopServer: 'never' })
    await waarborg.stop()
    await smtp.close()
    crm.close()
    rmSync(beside, { recursive: true, force: true })
    clean(folder)
    clean(join(backup, '..'))
  })

  test('before: the contents open, and what is made of them stands in the files', async () => {
    assert.match(await contentsOf(erased), /Lindewaard 14, al 31 jaar/)
    assert.match(await contentsOf(namesake), /moet 212,40 bijbetalen/)
    for (const [subject, mark] of [
      [erased, marks.erased],
      [namesake, marks.namesake],
    ] as const) {
      const contents = await contentsOf(subject)
      const { number: _, file: __, feedback: ___, ...shown } = brought(mark)
      // Their feedback was redacted before it was kept, the mark with it.
      for (const value of ['was het onduidelijk.', ...Object.values(shown)]) assert.ok(contents.includes(value), value)
    }
    for (const name of ['subject_address.address_hmac', 'complaint.external_hmac', 'wrong_answer.sentences_hmac'])
      assert.ok(
        [...numbers.keys()].some((one) => one.startsWith(name)),
        name,
      )
    assert.ok(receipts.events.length > 0)
    const reference = keyedHash(installation.keys.indexKey('dekade'), 'reference', client, 'K-100021')
    assert.deepEqual(numbers.get('subject_reference.reference_hmac 0'), reference)
    const words = [...numbers.keys()].filter((name) => name.startsWith('word '))
    assert.ok(words.length >= 3, 'words that nobody else used')
    const found = new Set((await inFiles(new Search([], numbers))).map(({ value }) => value))
    assert.deepEqual(
      [...numbers.keys()].filter((name) => !found.has(name)),
      [],
    )
  })

  test('the customer asks on their own page, and the officer decides after proving who they are', async () => {
    const [own] = await conversationsOf(erased)
    const token = await linkTo(own!.id, own!.system)
    const customer = browserOn(() => waarborg.url)
    assert.match((await customer.go(`/p/${token}/data`)).text, /value="erasure"/)
    const words = `Ik ben ${people['K-100021']!.name} en ik wil van u af.`
    const asked = await customer.follow(`/p/${token}/data`, { kind: 'erasure', by: 'customer', words })
    const request = new URL(asked.at, waarborg.url).searchParams.get('made')!
    assert.match(asked.text, /Wij hebben uw verzoek ontvangen/)

    const officer = browserOn(() => waarborg.url)
    const [, link] = /ethics officer[^\n]*token=([\w-]+)/.exec(waarborg.output())!
    const password = 'paard batterij nietje'
    await officer.follow('/password', { token: link!, password })
    await officer.follow('/sign-in/later', { to: '/console/requests' })
    const list = await officer.go('/console/requests')
    assert.ok(list.text.includes(`/console/requests/${request}`))
    const page = await officer.go(`/console/requests/${request}`)
    assert.ok(page.text.includes('ik wil van u af'), 'what the customer wrote')

    // An hour later: nothing that was typed is lost, and none of it stands in an address.
    await asOwner(`update session set proved_at = proved_at - interval '1 hour'`)
    const why = `Alles van ${people['K-100021']!.name} is weg.`
    const decision = { decision: 'granted', ground: '', explanation: why }
    const confirm = await officer.follow(`/console/requests/${request}/decide`, decision)
    assert.match(confirm.at, new RegExp(`^/sign-in/confirm\\?to=%2Fconsole%2Frequests%2F${request}$`))
    const back = await officer.follow('/sign-in/confirm', { password, to: `/console/requests/${request}` })
    assert.equal(back.at, `/console/requests/${request}`)
    assert.ok(back.text.includes(`${why}</textarea>`), 'the explanation stands in its field')
    assert.match(back.text, /value="granted" required[^>]* checked/)
    assert.equal((await portal(token)).status, 200, 'nothing was done yet')
    const done = await officer.go(`/console/requests/${request}/decide`, decision)
    assert.equal(done.status, 200)
    assert.match(done.text, /Wij hebben uw gegevens gewist/)
    assert.ok(done.text.includes(why), 'the letter holds the words of the officer, and is shown once')
    assert.match(done.text, /De brief is per e-mail naar de klant/)
    const last = await parseMail(Buffer.from(smtp.received.at(-1)!.raw))
    assert.ok(last.ok)
    assert.equal(smtp.received.at(-1)!.to, brought(marks.erased).address)
    assert.match(last.mail.text, /Wij hebben uw gegevens gewist/)
    const after = await officer.go(`/console/requests/${request}`)
    assert.ok(!after.text.includes(people['K-100021']!.name!))
    assert.equal((await portal(token)).status, 401)

    const entries = await asOwner<{ type: string; payload: Buffer }>(
      `select type, payload from ledger_entry where subject_id = $1 union all select type, payload from ledger_pending where subject_id = $1`,
      [erased],
    )
    const of = (type: string) =>
      entries.filter((entry) => entry.type === type).map(({ payload }) => JSON.parse(payload.toString('utf8')))
    assert.equal(of('request.received')[0].actor.kind, 'customer')
    assert.equal(of('request.decided')[0].actor.kind, 'person')
    const { stores: counts, cause } = of('erasure.completed')[0].body
    assert.equal(cause, 'request')
    for (const store of ['case_message', 'case_attachment', 'complaint', 'feedback', 'wrong_answer'])
      assert.ok(counts[store] > 0, store)
    assert.ok(counts.turn > 5 && counts.subject_key === 1 && counts.subject_reference === 1, JSON.stringify(counts))
    const again = await inTx((tx) =>
      eraseSubject(tx, erased, { cause: 'request', backupsUntil: null }, { now: new Date(), ids: randomIds }),
    )
    assert.deepEqual(again, { event: null, counts: {} })
  })

  test('what is left of them opens nothing and says nothing', async () => {
    const left = await contentsOf(erased)
    for (const value of valuesOf('K-100021')) assert.ok(!left.includes(value), value)
    const [known] = await inTx((tx) => findSubjects(tx, installation.keys, [{ client, reference: 'K-100021' }]))
    assert.equal(known, undefined)
  })

  test('a system that holds a decision about them is told to let it go, by the numbers that it knows', async () => {
    const { contest, at, ...said } = await untilHeard('contest.ended', held)
    assert.deepEqual(said, { decision: held, system: 'aanbodscore', reason: 'erased', release: true })
    assert.match(`${contest} ${at}`, /^[\w-]{36} 20\d\d-/)
    assert.ok(!JSON.stringify(heard).includes(marks.erased))
    const [row] = await asOwner<{ state: string; sealed: Buffer | null }>(
      'select state, sealed from contest where contest_id = $1',
      [contest],
    )
    assert.deepEqual(row, { state: 'ended', sealed: null })
  })

  test('no file of the installation, and no fresh backup, holds a word or a value of them, or a number made of one', async () => {
    const values = valuesOf('K-100021')
    values.push('en ik wil van u af.', marks.erased, ...Object.values(brought(marks.erased)))
    assert.ok(values.length > 15)
    const rewritten = JSON.parse(run('retention', 'rewrite', '--json')) as { left: string[] }
    assert.deepEqual(rewritten.left, [])
    const search = new Search(values, numbers)
    assert.deepEqual(await inFiles(search), [])
    run('backup', '--out', backup)
    assert.deepEqual(search.below(backup), [])
    // Known to stand there: the search looked at the right bytes, and the tables with such numbers are whole.
    const known = new Search(['klantassistent'], others)
    for (const found of [await inFiles(known), known.below(backup)])
      assert.deepEqual(
        [...others.keys(), 'klantassistent'].filter((name) => !found.some(({ value }) => value === name)),
        [],
      )
  })

  test('the namesake is untouched, and the receipts of everybody else verify', async () => {
    const contents = await contentsOf(namesake)
    for (const value of ['moet 212,40 bijbetalen', brought(marks.namesake).complaint, brought(marks.namesake).message])
      assert.ok(contents.includes(value), value)
    assert.equal((await portal(receipts.token)).status, 200)
    const { verifyReceipt } = await import('../../sdk/index.ts')
    for (const event of receipts.events) {
      const reply = await fetch(`${waarborg.url}/api/portal/receipts/${event}`, {
        headers: { authorization: `Bearer ${receipts.token}` },
      })
      const { entry, proof, vkey } = (await reply.json()) as { entry: string; proof: string; vkey: string }
      const origin = vkey.split('+')[0]!
      assert.deepEqual((await verifyReceipt({ entry, proof }, { origin, vkeys: [vkey] })).valid, true)
    }
    const report = JSON.parse(run('verify', '--json')) as { problems: unknown[] }
    assert.deepEqual(report.problems, [])
  })
})
