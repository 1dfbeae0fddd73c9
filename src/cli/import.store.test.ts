import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { referenceHash } from '../records/index.ts'
import { openKeyRing } from '../vault/index.ts'
import type { Io, Store } from './command.ts'
import { command } from './import.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-store-'))
  const keys = openKeyRing(join(folder, 'keys'))
  let db: TestDatabase

  before(async () => {
    db = await testDatabase()
    const at = '2026-01-01T00:00:00Z'
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', $1)`, [at])
    for (const client of ['energie', 'winkel'])
      await db.ownerQuery(`insert into client values ('kade', $1, 'Klant', '{}', $2)`, [client, at])
    const purpose = (id: string, basis: string, more: { reasoning?: string; prohibited?: string } = {}) =>
      db.ownerQuery(
        `insert into purpose (tenant_id, client_id, purpose_id, name, basis, reasoning, signed_by, signed_at, data_kinds, retention_days, objectable, prohibited, updated_at)
       values ('kade', 'energie', $1, '{"nl":"x","en":"x"}', $2, $3, $4, $5, '{"nl":"x","en":"x"}', 30, true, $6, $7)`,
        [
          id,
          basis,
          more.reasoning ?? null,
          more.reasoning ? 'p1' : null,
          more.reasoning ? at : null,
          more.prohibited ?? null,
          at,
        ],
      )
    const reasoning = '{"nl":"nodig","en":"needed"}'
    await purpose('service', 'contract', { reasoning })
    await purpose('kwaliteit', 'consent')
    await purpose('stemming', 'legitimate_interests', {
      reasoning,
      prohibited: '{"practice":"emotie","lawRef":"5(1)(f)"}',
    })
    for (const [subject, reference] of [
      ['s-ja', 'klant-ja'],
      ['s-nee', 'klant-nee'],
      ['s-bezwaar', 'klant-bezwaar'],
    ] as const) {
      await db.ownerQuery(
        `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ('kade', 'energie', $1, 'known', $2)`,
        [subject, at],
      )
      await db.ownerQuery(`insert into subject_reference values ('kade', 'energie', $1, $2)`, [
        referenceHash(keys, 'kade', { client: 'energie', reference }),
        subject,
      ])
    }
    const consent = (id: string, subject: string, purposeId: string, state: string) =>
      db.ownerQuery(
        `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, state, at, by_whom, wording) values ('kade', 'energie', $1, $2, $3, $4, $5, 'customer', '{"version":"1","language":"nl","channel":"chat"}')`,
        [id, subject, purposeId, state, at],
      )
    await consent('e1', 's-ja', 'kwaliteit', 'given')
    await consent('e2', 's-nee', 'kwaliteit', 'given')
    await consent('e3', 's-nee', 'kwaliteit', 'withdrawn')
    await consent('e4', 's-bezwaar', 'service', 'objected')
  })
  after(async () => {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function run(
    positionals: readonly string[],
    values: Record<string, string | boolean>,
  ): Promise<{ exit: number; out: string; error: string; closed: boolean }> {
    let out = ''
    let error = ''
    let closed = false
    const store = {
      database: db.database,
      settings: { tenant: null },
      keys,
      operator: 'operator:test',
      close: async () => {
        closed = true
      },
    } as unknown as Store
    const io: Io = {
      stdin: Readable.from([]),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (error += text) },
      env: {},
      language: 'en',
      openStore: async () => store,
    }
    const exit = await command.run(io, { values, positionals })
    return { exit, out, error, closed }
  }
  const write = (name: string, ...values: unknown[]): string => {
    const path = join(folder, name)
    writeFileSync(path, values.map((value) => JSON.stringify(value)).join('\n'))
    return path
  }
  let serial = 0
  const chat = (subject?: string) => ({
    id: `k${++serial}`,
    ...(subject === undefined ? {} : { subject }),
    messages: [{ role: 'user', content: `vraag ${serial}` }],
  })
  const stateOf = async (id: string) =>
    (await db.ownerQuery<{ state: string }>('select state from conversation where conversation_id = $1', [id]))[0]
      ?.state

  describe('waarborg import into the store', () => {
    const table: readonly (readonly [string, string, string | undefined, string | undefined])[] = [
      ['a contract asks no consent', 'service', undefined, undefined],
      ['an objection counts also under a contract', 'service', 'klant-bezwaar', 'objected'],
      ['consent that was given lets in', 'kwaliteit', 'klant-ja', undefined],
      ['consent that was withdrawn keeps apart', 'kwaliteit', 'klant-nee', 'consent_withdrawn'],
      ['nobody who never gave consent is let in', 'kwaliteit', 'klant-nieuw', 'consent_missing'],
      ['an anonymous recording has no consent', 'kwaliteit', undefined, 'consent_missing'],
      ['a prohibited practice is no ground', 'stemming', undefined, 'prohibited_practice'],
    ]
    for (const [name, purpose, subject, held] of table)
      test(name, async () => {
        const { exit, out, closed } = await run([write('a.jsonl', chat(subject))], {
          purpose,
          client: 'energie',
          json: true,
        })
        const report = JSON.parse(out)
        assert.equal(exit, 0)
        assert.deepEqual(
          [report.accepted, report.held, report.conversations[0].held],
          [1, held === undefined ? 0 : 1, held],
        )
        assert.equal(await stateOf(report.conversations[0].conversation), held === undefined ? 'normal' : 'held')
        assert.ok(closed)
      })

    test('the same file twice is a duplicate, and a conflict is told by the exit code', async () => {
      const path = write('b.jsonl', chat())
      assert.equal((await run([path], { purpose: 'service', client: 'energie', json: true })).exit, 0)
      const again = await run([path], { purpose: 'service', client: 'energie', json: true })
      assert.deepEqual([again.exit, JSON.parse(again.out).duplicate], [0, 1])
      const other = await run([write('c.jsonl', { ...chat(), id: `k${serial - 1}` })], {
        purpose: 'service',
        client: 'energie',
        json: true,
      })
      assert.deepEqual([other.exit, JSON.parse(other.out).conflict], [1, 1])
    })

    const wrong: readonly (readonly [string, Record<string, string>, RegExp])[] = [
      [
        'no client where there are two',
        { purpose: 'service' },
        /For which client is this\? Add: --client\. Choose from: energie, winkel\./,
      ],
      [
        'an unknown client',
        { purpose: 'service', client: 'gemeente' },
        /This client is not known\. Choose from: energie, winkel\./,
      ],
      ['an unknown purpose', { purpose: 'verkoop', client: 'energie' }, /Choose from: kwaliteit, service, stemming\./],
      ['an unknown organisation', { purpose: 'service', client: 'energie', tenant: 'haven' }, /tenant_unknown/],
    ]
    for (const [name, values, message] of wrong)
      test(`${name} is bad input and nothing is read`, async () => {
        const { exit, out, error, closed } = await run([write('d.jsonl', chat())], values)
        assert.deepEqual([exit, out, closed], [2, '', true])
        assert.match(error, message)
      })
  })
})
