// One of two customers with one name is erased. Nothing of them stands readable anywhere, the other is untouched, and what was
// proven to others stays proven.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Conversation } from '../../demo/conversation.ts'
import { type Installation, openInstallation } from '../../src/cli/installation.ts'
import type { Scope, Tx } from '../../src/platform/database.ts'
import { randomIds } from '../../src/platform/ids.ts'
import { withConnection } from '../../src/platform/io/pool.ts'
import { serverHome } from '../../src/platform/io/server.ts'
import { readSettings } from '../../src/platform/settings.ts'
import { allSubjectStores, eraseSubject } from '../../src/privacy/index.ts'
import { findSubjects } from '../../src/records/index.ts'
import { formsOf, Search } from './readable.ts'
import { clean, cli, dataFolder, demonstrationKey, type Running, root, start } from './running.ts'

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
})

describe('erasing one of two customers of the same name', { timeout: 420_000 }, () => {
  const folder = dataFolder()
  let waarborg: Running
  let installation: Installation
  let erased: string
  let namesake: string
  let receipts: { token: string; events: string[] }

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

  before(async () => {
    waarborg = await start(folder)
    installation = await openInstallation(readSettings({ WAARBORG_DATA: folder }))
    const references = ['K-100021', 'K-100002'].map((reference) => ({ client, reference }))
    const [one, other] = await inTx((tx) => findSubjects(tx, installation.keys, references))
    erased = one!.id
    namesake = other!.id
    const [theirs] = await conversationsOf(namesake)
    const token = await linkTo(theirs!.id, theirs!.system)
    const page = JSON.parse((await portal(token)).text) as { receipts: { event: string }[] }
    receipts = { token, events: page.receipts.map(({ event }) => event) }
  })
  after(async () => {
    await installation.close({ stopServer: 'never' })
    await waarborg.stop()
    clean(folder)
  })

  test('before: the contents open, and the link of the customer works', async () => {
    assert.match(await contentsOf(erased), /Lindewaard 14, al 31 jaar/)
    assert.match(await contentsOf(namesake), /moet 212,40 bijbetalen/)
    assert.ok(receipts.events.length > 0)
  })

  test('erasure is one entry with counts only, and a second time does nothing', async () => {
    const [own] = await conversationsOf(erased)
    const token = await linkTo(own!.id, own!.system)
    assert.equal((await portal(token)).status, 200)
    const erase = () =>
      inTx((tx) =>
        eraseSubject(tx, erased, { cause: 'request', backupsUntil: null }, { now: new Date(), ids: randomIds }),
      )
    const { event, counts } = await erase()
    assert.ok(event)
    assert.ok(
      (counts.turn ?? 0) > 5 && counts.subject_key === 1 && counts.subject_reference === 1,
      JSON.stringify(counts),
    )
    assert.deepEqual(await erase(), { event: null, counts: {} })
    assert.equal((await portal(token)).status, 401)
  })

  test('what is left of them opens nothing and says nothing', async () => {
    const left = await contentsOf(erased)
    for (const value of valuesOf('K-100021')) assert.ok(!left.includes(value), value)
    const [known] = await inTx((tx) => findSubjects(tx, installation.keys, [{ client, reference: 'K-100021' }]))
    assert.equal(known, undefined)
  })

  test('no file of the installation, and no dump, holds a word, a value or a hash of them', async () => {
    const values = valuesOf('K-100021')
    assert.ok(values.length > 15)
    await withConnection(installation.server!.url('postgres', 'postgres'), (database) => database.query('checkpoint'))
    const search = new Search(values)
    const places = [folder, ...(serverHome(folder) === folder ? [] : [serverHome(folder)])].filter(existsSync)
    assert.deepEqual(
      places.flatMap((place) => search.below(place)),
      [],
    )
    const dump = await dumped()
    assert.ok(dump.length > 1_000_000)
    assert.deepEqual(search.in(dump, 'dump'), [])
    // Known to stand there readable: the search looked at the right bytes.
    assert.ok(new Search(['klantassistent']).in(dump, 'dump').length > 0)
  })

  test('the namesake is untouched, and the receipts of everybody else verify', async () => {
    assert.match(await contentsOf(namesake), /moet 212,40 bijbetalen/)
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
    const report = JSON.parse(
      execFileSync(process.execPath, [...cli, 'verify', '--json', '--data', folder], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { problems: unknown[] }
    assert.deepEqual(report.problems, [])
  })

  /** Every row of every table as text, with bytes in hexadecimal and raw. */
  async function dumped(): Promise<Buffer> {
    return withConnection(installation.server!.url('postgres', 'waarborg'), async (database) => {
      const tables = await database.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
      )
      const pieces: Buffer[] = []
      for (const { name } of tables.rows) {
        const { rows } = await database.query<Record<string, unknown>>(`select * from ${name}`)
        for (const row of rows)
          for (const value of Object.values(row))
            if (Buffer.isBuffer(value)) pieces.push(value, Buffer.from(value.toString('hex')))
            else pieces.push(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
      }
      return Buffer.concat(pieces)
    })
  }
})
