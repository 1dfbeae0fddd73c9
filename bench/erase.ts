/** `npm run bench -- erase`: one person with ten thousand turns is erased, whole, in one transaction. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomIds } from '../src/platform/ids.ts'
import { testDatabase } from '../src/platform/testing.ts'
import { eraseSubject } from '../src/privacy/index.ts'
import { openConversation, recordTurns } from '../src/records/index.ts'
import { openKeyRing } from '../src/vault/index.ts'
import type { BenchContext, Table } from './table.ts'

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const turns = quick ? 1_000 : 10_000
  const conversations = 100
  const others = quick ? 5 : 40
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-'))
  const db = await testDatabase()
  const now = new Date('2026-11-25T12:00:00Z')
  const act = { now, ids: randomIds }
  const scope = { tenant: 'kade', clients: '*', actor: { kind: 'job', id: 'bench' } } as const
  try {
    const ring = openKeyRing(folder)
    await db.ownerQuery(`insert into tenant values ('kade', 'De Kade', now())`)
    await db.ownerQuery(`insert into client values ('kade', 'energie', 'Energie', '{}', now())`)
    await db.ownerQuery(
      `insert into purpose (tenant_id, client_id, purpose_id, name, basis, data_kinds, retention_days, objectable, updated_at)
       values ('kade', 'energie', 'service', '{"nl":"x","en":"x"}', 'consent', '{"nl":"x","en":"x"}', 30, true, now())`,
    )
    const talk = (reference: string, id: string, count: number) =>
      db.database.inTx(scope, async (tx) => {
        const wanted = { client: 'energie', system: null, conversation: id, reference, purpose: 'service' }
        const opened = await openConversation(tx, ring, wanted, act)
        const said = Array.from({ length: count }, (_, i) => ({
          role: 'customer' as const,
          said: `Dit is bericht ${i} over de rekening van mei, die volgens de klant van straat ${i % 97} veel te hoog is.`,
          at: now,
        }))
        await recordTurns(tx, ring, opened, said, act)
        return opened.subject
      })
    say(`writing ${turns} turns of one person`)
    let subject = ''
    for (let n = 0; n < conversations; n++) subject = await talk('de-ene', `g-${n}`, turns / conversations)
    for (let n = 0; n < others; n++) await talk(`ander-${n}`, `a-${n}`, 100)
    await db.ownerQuery('analyze')
    const begin = performance.now()
    const { counts } = await db.database.inTx(scope, (tx) =>
      eraseSubject(tx, subject, { cause: 'request', backupsUntil: null }, act),
    )
    const tookMs = performance.now() - begin
    const [left] = await db.ownerQuery<{ n: number }>(
      `select (select count(*) from turn t join conversation c using (tenant_id, conversation_id) where c.subject_id = $1 and t.sealed <> '')::int
         + (select count(*) from search_document d join conversation c using (tenant_id, conversation_id) where c.subject_id = $1)::int as n`,
      [subject],
    )
    return {
      title: 'Erasing one person',
      about: `${turns.toLocaleString('en')} turns in ${conversations} conversations, with their words in the index, beside ${others} other persons with 100 turns each; one transaction over every store, key included.`,
      columns: ['Store', 'Rows'],
      rows: [...Object.entries(counts), ['left of this person', left!.n]],
      goals: [
        {
          goal: 'a person with 10,000 turns within 2 s',
          found: `${(tookMs / 1_000).toFixed(2)} s for ${turns.toLocaleString('en')} turns`,
          met: !quick && tookMs <= 2_000 && left!.n === 0,
        },
      ],
    }
  } finally {
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
