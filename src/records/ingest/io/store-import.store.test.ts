import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { findEntries, nodeSha256 } from '../../../ledger/index.ts'
import { commitment } from '../../../ledger/rules.ts'
import { fixedClock } from '../../../platform/clock.ts'
import type { Scope } from '../../../platform/database.ts'
import { randomIds } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../../platform/testing.ts'
import { existingKey, openJson, openKeyRing } from '../../../vault/index.ts'
import { referenceHash, subjectFor } from '../../io/subjects.ts'
import type { FileReport } from '../import-report.ts'
import { now, text, vcon } from '../testing.ts'
import { importFiles } from './import.ts'
import { type Ground, type ImportContext, storeSink } from './store-import.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('records: store import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-store-'))
  const keys = openKeyRing(join(folder, 'keys'))
  const scope: Scope = { tenant: 'kade', clients: '*', actor: { kind: 'operator', id: 'operator:test' } }
  let db: TestDatabase

  before(async () => {
    db = await testDatabase()
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', $1)`, [now])
    for (const client of ['energie', 'winkel'])
      await db.ownerQuery(`insert into client values ('kade', $1, 'Klant', '{}', $2)`, [client, now])
  })
  after(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const write = (name: string, ...values: unknown[]): string => {
    const path = join(folder, name)
    writeFileSync(path, values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n'))
    return path
  }
  const contextOf = (change: Partial<ImportContext> = {}): ImportContext => ({
    database: db.database,
    keys,
    ids: randomIds,
    clock: fixedClock(now),
    scope,
    client: 'energie',
    purpose: 'service',
    basis: 'contract',
    decideGround: async () => ({ ground: 'allowed', basis: 'contract' }),
    ...change,
  })
  async function run(files: readonly string[], change: Partial<ImportContext> = {}): Promise<FileReport[]> {
    const reports: FileReport[] = []
    for await (const report of importFiles(files, { now }, storeSink(contextOf(change)))) reports.push(report)
    return reports
  }
  const counts = ({ accepted, refused, duplicate, conflict, held }: FileReport) => [
    accepted,
    refused,
    duplicate,
    conflict,
    held,
  ]
  type Entry = {
    type: string
    subject: string | null
    refs: Record<string, string>
    body: Record<string, unknown>
    commit?: string
  }
  const entriesOf = async (conversation: string): Promise<Entry[]> =>
    (await db.database.inTx(scope, (tx) => findEntries(tx, { conversation }))).map((entry) =>
      JSON.parse(Buffer.from(entry.payload).toString()),
    )
  const stored = async (conversation: string) =>
    (
      await db.ownerQuery<{
        subject_id: string
        state: string
        channel: string
        language: string
        turn_count: number
        import: Record<string, unknown>
      }>('select * from conversation where conversation_id = $1', [conversation])
    )[0]!
  let serial = 0
  const fresh = (change: Record<string, unknown> = {}) =>
    vcon({ uuid: `01970000-0000-8000-8000-${(++serial).toString().padStart(12, '0')}`, ...change })

  describe('an imported conversation', () => {
    test('stands under the key of its subject, with its event in the same transaction', async () => {
      const [report] = await run([
        write(
          'een.json',
          fresh({
            subject: 'rekening',
            analysis: [{ type: 'summary', vendor: 'x', dialog: 0, body: 'samenvatting', encoding: 'none' }],
          }),
        ),
      ])
      assert.deepEqual(counts(report!), [1, 0, 0, 0, 0])
      const id = report!.conversations[0]!.conversation!
      const row = await stored(id)
      assert.deepEqual([row.state, row.channel, row.language, row.turn_count], ['normal', 'other', 'und', 2])
      const key = await db.database.inTx(scope, (tx) =>
        existingKey(tx, keys, { tenant: 'kade', subject: row.subject_id }),
      )
      const turns = await db.ownerQuery<{ seq: number; role: string; at: Date; sealed: Buffer }>(
        'select * from turn where conversation_id = $1 order by seq',
        [id],
      )
      assert.deepEqual(
        turns.map(({ seq, role, at }) => [seq, role, at.toISOString()]),
        [
          [1, 'customer', '2026-03-01T10:00:00.000Z'],
          [2, 'ai', '2026-03-01T10:00:05.000Z'],
        ],
      )
      const said = turns.map(
        ({ seq, sealed }) =>
          openJson(key, ['turn', 'sealed', 'kade', id, String(seq)], sealed) as {
            said: string
            salt: string
            party: number
          },
      )
      assert.deepEqual(
        said.map(({ said, party }) => [said, party]),
        [
          ['Goedemorgen, mijn rekening klopt niet.', 1],
          ['U spreekt met een computer. Waar kan ik mee helpen?', 2],
        ],
      )
      const parties = await db.ownerQuery<{ n: number; role: string; sealed: Buffer | null }>(
        'select * from party where conversation_id = $1 order by n',
        [id],
      )
      assert.deepEqual(
        parties.map(({ n, role }) => [n, role]),
        [
          [1, 'customer'],
          [2, 'ai'],
        ],
      )
      assert.equal(
        (openJson(key, ['party', 'sealed', 'kade', id, '1'], parties[0]!.sealed!) as { tel: string }).tel,
        '+31201234567',
      )
      const beside = openJson(
        key,
        ['conversation', 'import', 'kade', id],
        Buffer.from(row.import.sealed as string, 'base64'),
      ) as { foreignLabels: { kind: string }[] }
      assert.deepEqual(
        beside.foreignLabels.map(({ kind }) => kind),
        ['summary'],
      )

      const [entry, ...others] = await entriesOf(id)
      assert.deepEqual(others, [])
      assert.equal(entry!.type, 'conversation.imported')
      assert.equal(entry!.subject, row.subject_id)
      assert.deepEqual(
        [entry!.body.turns, entry!.body.basis, entry!.body.grade],
        [{ from: 1, to: 2 }, 'contract', 'conformant'],
      )
      assert.equal(
        entry!.commit,
        commitment(
          Buffer.from(said[0]!.salt, 'base64'),
          said.map(({ said }, n) => ({ seq: n + 1, said })),
          nodeSha256,
        ),
      )
    })

    test('leaves nothing readable of persons, words or ids of the source', async () => {
      const secret = fresh({
        parties: [{ name: 'Zeldzame Naam', tel: '+31699999999', role: 'customer' }],
        dialog: [text('2026-03-01T10:00:00Z', 0, 'onverwisselbare woorden')],
      })
      await run([write('Zeldzame Naam.json', secret)])
      for (const table of [
        'conversation',
        'party',
        'turn',
        'import_batch',
        'imported_key',
        'data_subject',
        'subject_reference',
        'ledger_pending',
      ]) {
        const rows = await db.ownerQuery<{ line: string }>(`select t::text as line from ${table} t`)
        const hex = (value: string) => Buffer.from(value).toString('hex')
        for (const { line } of rows)
          for (const word of ['Zeldzame', '+31699999999', 'onverwisselbare', String(secret.uuid)])
            assert.ok(!line.includes(word) && !line.includes(hex(word)), `${word} in ${table}`)
      }
    })

    test('given again is a duplicate, in whatever file, form or order', async () => {
      const [a, b] = [fresh(), fresh()]
      const [first] = await run([write('eerst.jsonl', a, b)])
      const [again, turned] = await run([write('eerst.jsonl', a, b), write('om.json', JSON.stringify([b, a], null, 2))])
      assert.deepEqual(
        [counts(first!), counts(again!), counts(turned!)],
        [
          [2, 0, 0, 0, 0],
          [0, 0, 2, 0, 0],
          [0, 0, 2, 0, 0],
        ],
      )
      assert.deepEqual(
        turned!.conversations.map(({ conversation }) => conversation),
        first!.conversations.map(({ conversation }) => conversation).reverse(),
      )
      assert.equal((await entriesOf(first!.conversations[0]!.conversation!)).length, 1)
    })

    test('with other words under the same id is a conflict: both are kept, the second apart', async () => {
      const a = fresh()
      const other = { ...a, dialog: [text('2026-03-01T10:00:00Z', 0, 'iets anders')] }
      const [first, second, third] = await run([write('a.json', a), write('b.json', other), write('b.json', other)])
      assert.deepEqual(
        [counts(first!), counts(second!), counts(third!)],
        [
          [1, 0, 0, 0, 0],
          [0, 0, 0, 1, 0],
          [0, 0, 1, 0, 0],
        ],
      )
      assert.equal((await stored(second!.conversations[0]!.conversation!)).state, 'conflict')
      assert.equal((await stored(first!.conversations[0]!.conversation!)).state, 'normal')
    })

    test('of another client is another conversation', async () => {
      const path = write('c.json', fresh())
      const [first] = await run([path])
      const [second] = await run([path], { client: 'winkel' })
      assert.deepEqual(
        [counts(first!), counts(second!)],
        [
          [1, 0, 0, 0, 0],
          [1, 0, 0, 0, 0],
        ],
      )
    })

    test('of a customer who is known already, by the gateway or a file of the organisation, belongs to that subject', async () => {
      const known = await db.database.inTx(scope, (tx) =>
        subjectFor(tx, keys, { client: 'energie', reference: 'klant-bekend' }, { now, ids: randomIds }),
      )
      const [report] = await run([
        write('bekend.jsonl', { id: 'kb', subject: 'klant-bekend', messages: [{ role: 'user', content: 'dag' }] }),
      ])
      assert.equal((await stored(report!.conversations[0]!.conversation!)).subject_id, known)
    })

    test('with a customer reference belongs to the subject of that reference', async () => {
      const chat = (id: string) => ({ id, subject: 'klant-1', messages: [{ role: 'user', content: `vraag ${id}` }] })
      const [report] = await run([write('klant.jsonl', chat('k1'), chat('k2'))])
      const subjects = await Promise.all(
        report!.conversations.map(async ({ conversation }) => (await stored(conversation!)).subject_id),
      )
      assert.equal(new Set(subjects).size, 1)
      const references = await db.ownerQuery<{ subject_id: string }>(
        'select subject_id from subject_reference where reference_hmac = $1',
        [referenceHash(keys, 'kade', { client: 'energie', reference: 'klant-1' })],
      )
      assert.deepEqual(references, [{ subject_id: subjects[0] }])
      const [anonymous] = await run([
        write(
          'zonder.jsonl',
          { id: 'k3', messages: [{ role: 'user', content: 'x' }] },
          { id: 'k4', messages: [{ role: 'user', content: 'y' }] },
        ),
      ])
      assert.equal(
        new Set(
          await Promise.all(
            anonymous!.conversations.map(async ({ conversation }) => (await stored(conversation!)).subject_id),
          ),
        ).size,
        2,
      )
    })
  })

  describe('what has no ground', () => {
    const refusedGround = (reason: 'consent_missing'): Ground => ({ ground: 'refused', reason })

    test('is kept apart, unread, and its event says why', async () => {
      const [report] = await run([write('d.json', fresh())], {
        decideGround: async () => refusedGround('consent_missing'),
      })
      assert.deepEqual(counts(report!), [1, 0, 0, 0, 1])
      const id = report!.conversations[0]!.conversation!
      assert.deepEqual([(await stored(id)).state, (await stored(id)).import.held], ['held', 'consent_missing'])
      const [entry] = await entriesOf(id)
      assert.deepEqual([entry!.body.state, entry!.body.held, entry!.body.basis], ['held', 'consent_missing', undefined])
    })

    test('is asked in the transaction, for the subject of the conversation', async () => {
      const asked: unknown[] = []
      const [report] = await run([write('e.json', fresh())], {
        decideGround: async (tx, { subject, ...rest }) => {
          const { rows } = await tx.query('select 1 from data_subject where subject_id = $1', [subject])
          asked.push([rows.length, rest.client, rest.purpose])
          return { ground: 'allowed', basis: 'consent', record: 'event-1' }
        },
      })
      assert.deepEqual(asked, [[1, 'energie', 'service']])
      assert.equal((await entriesOf(report!.conversations[0]!.conversation!))[0]!.refs.ground, 'event-1')
    })

    const attachment = (purpose: string, granted: boolean) => ({
      attachments: [
        {
          purpose: 'lawful_basis',
          start: '2026-03-01T10:00:00Z',
          party: 0,
          dialog: 0,
          encoding: 'json',
          body: { lawful_basis: 'consent', expiration: null, purpose_grants: [{ purpose, granted }] },
        },
      ],
    })

    test("by the source's own statement is held, whatever the register says", async () => {
      const [report] = await run([write('f.json', fresh(attachment('service', false)))])
      assert.deepEqual(counts(report!), [1, 0, 0, 0, 1])
      assert.equal(report!.conversations[0]!.held, 'source_denied')
    })

    test('because recording was refused or the customer objected is not stored at all', async () => {
      const before = await db.ownerQuery<{ n: number }>('select count(*)::int as n from conversation')
      const [report] = await run([
        write('g.jsonl', fresh(attachment('recording', false)), fresh({ meta: { objection: true } })),
      ])
      assert.deepEqual(counts(report!), [0, 2, 0, 0, 0])
      assert.deepEqual(
        report!.problems.map(({ code, line }) => [code, line]),
        [
          ['no_recording', 1],
          ['objected', 2],
        ],
      )
      assert.deepEqual(await db.ownerQuery('select count(*)::int as n from conversation'), before)
    })

    test('because of an objection that came later takes apart what was stored', async () => {
      const a = fresh()
      const [first] = await run([write('h.json', a)])
      const id = first!.conversations[0]!.conversation!
      await run([write('i.json', { ...a, meta: { objection: true } })])
      assert.deepEqual([(await stored(id)).state, (await stored(id)).import.held], ['held', 'objected'])
      assert.deepEqual(
        (await entriesOf(id)).map(({ type }) => type),
        ['conversation.withheld', 'conversation.imported'],
      )
    })
  })

  describe('an encrypted file', () => {
    test('is kept with its bytes under seal, refused and held, and known again', async () => {
      const jwe = { protected: 'eyJ9', recipients: [{}], ciphertext: `geheim-${++serial}`, iv: 'x', tag: 'x' }
      const path = write('jwe.vcon', jwe)
      const [first, second] = await run([path, path])
      assert.deepEqual(
        [counts(first!), counts(second!)],
        [
          [0, 1, 0, 0, 1],
          [0, 1, 0, 0, 1],
        ],
      )
      assert.equal(first!.problems[0]!.code, 'sealed')
      const rows = await db.ownerQuery<{ conversation_id: string; subject_id: string; import: { sealed: string } }>(
        `select * from conversation where state = 'sealed'`,
      )
      assert.equal(rows.length, 1)
      const key = await db.database.inTx(scope, (tx) =>
        existingKey(tx, keys, { tenant: 'kade', subject: rows[0]!.subject_id }),
      )
      const { bytes } = openJson(
        key,
        ['conversation', 'import', 'kade', rows[0]!.conversation_id],
        Buffer.from(rows[0]!.import.sealed, 'base64'),
      ) as { bytes: string }
      assert.equal(Buffer.from(bytes, 'base64').toString(), JSON.stringify(jwe))
    })
  })

  describe('an import', () => {
    test('of a file ends with a count of all its records in the ledger', async () => {
      const path = write('telling.jsonl', fresh(), '{', '{}', fresh())
      const [report] = await run([path])
      const [batch] = await db.ownerQuery<{
        import_id: string
        counts: Record<string, unknown>
        problems: unknown[]
        file_sha256: string
        ended_at: Date | null
      }>('select * from import_batch order by import_id desc limit 1')
      assert.deepEqual(batch!.counts, {
        accepted: 2,
        refused: 2,
        duplicate: 0,
        conflict: 0,
        held: 0,
        refusedBy: { json_truncated: 1, format_unknown: 1 },
      })
      assert.equal(
        batch!.file_sha256,
        createHash('sha256')
          .update((await import('node:fs')).readFileSync(path))
          .digest('hex'),
      )
      assert.ok(batch!.ended_at)
      const [entry] = await db.database.inTx(scope, (tx) => findEntries(tx, { type: 'import.completed' }))
      const event = JSON.parse(Buffer.from(entry!.payload).toString()) as Entry
      assert.deepEqual(
        [event.refs.import, event.body.accepted, event.body.refused],
        [batch!.import_id, report!.accepted, report!.refused],
      )
    })

    test('that was broken off and is run again ends in the same state', async () => {
      const path = write('afgebroken.jsonl', fresh(), fresh(), fresh())
      let taken = 0
      await assert.rejects(
        run([path], {
          decideGround: async () => {
            if (++taken === 3) throw new Error('killed')
            return { ground: 'allowed', basis: 'contract' }
          },
        }),
        /killed/,
      )
      const [again] = await run([path])
      assert.deepEqual(counts(again!), [1, 0, 2, 0, 0])
      for (const { conversation } of again!.conversations) assert.equal((await entriesOf(conversation!)).length, 1)
    })

    test('at the same time as another of the same file makes no second conversation', async () => {
      const path = write(
        'tegelijk.jsonl',
        ...Array.from({ length: 8 }, () => fresh()),
        ...Array.from({ length: 4 }, (_, n) => ({
          id: `t${n}`,
          subject: 'klant-tegelijk',
          messages: [{ role: 'user', content: `vraag ${n}` }],
        })),
      )
      const reports = (await Promise.all([run([path]), run([path]), run([path])])).flat()
      const total = reports.reduce((sum, report) => [sum[0]! + report.accepted, sum[1]! + report.duplicate], [0, 0])
      assert.deepEqual(total, [12, 24])
      assert.equal(
        new Set(reports.flatMap((report) => report.conversations.map(({ conversation }) => conversation))).size,
        12,
      )
    })

    test('sees nothing of another client', async () => {
      const [report] = await run([write('j.json', fresh())])
      const id = report!.conversations[0]!.conversation!
      const rows = await db.database.inTx(
        { ...scope, clients: ['winkel'] },
        async (tx) => (await tx.query('select 1 from conversation where conversation_id = $1', [id])).rows,
      )
      assert.deepEqual(rows, [])
    })
  })
})
