/** For tests of this folder on a real database: the demonstration's organisation, applied, with its routes. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyDeps } from '../cli/application/organisation.ts'
import { lastAuditOf } from '../fairness/index.ts'
import type { Scope } from '../platform/database.ts'
import { ApiError, type Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { testDatabase } from '../platform/testing.ts'
import { appendConsent, loadConsentEvents, loadNotices, loadPerson } from '../privacy/index.ts'
import { applyOrganisation, OrganisationRefused, openConversation, registerNotice } from '../records/index.ts'
import { readOrganisationBytes } from '../records/io/organisation-file.ts'
import { openKeyRing } from '../vault/index.ts'
import { routes } from './routes.ts'

export const start = new Date('2026-11-25T12:00:00.000Z')
export const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
const demo = join(import.meta.dirname, '../../demo/organisation.yaml')

export const nobody: Caller = {
  kind: 'public',
  id: 'public',
  roles: [],
  scope: { tenant: 'dekade', clients: [], actor: { kind: 'job', id: 'public' } },
}
export const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

export type Entry = {
  readonly id: string
  readonly client: string | null
  readonly subject: string | null
  readonly refs?: Record<string, string>
  readonly body: Record<string, unknown>
}

export async function demonstration() {
  const db = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-transparency-'))
  const ring = openKeyRing(join(folder, 'keys'))
  const scope = (
    clients: '*' | string[] = '*',
    actor: Scope['actor'] = { kind: 'operator', id: 'operator:test' },
  ): Scope => ({ tenant: 'dekade', clients, actor })
  const api = routes({
    database: db.database,
    ids: randomIds,
    ring,
    tenant: null,
    vkey: 'test',
    lastAudit: lastAuditOf,
    openConversation: (tx, wanted, act) => openConversation(tx, ring, wanted, act),
    consents: {
      load: loadConsentEvents,
      record: appendConsent,
      person: loadPerson,
      notices: (tx, client) => loadNotices(tx, client),
      keepNotice: registerNotice,
    },
    say: { refusal: () => '', handOff: () => ({ open: false, sentence: '' }) },
    requestHandOff: async () => ({ id: 'h', state: 'requested', answerBy: null, event: 'e' }),
  })
  /** The demonstration's file with words of it replaced by others, each of which must be there. */
  const applyDemo = (now: Date, ...changes: readonly (readonly [string, string])[]) => {
    const text = changes.reduce(
      (all, [from, to]) => {
        assert.ok(all.includes(from), from)
        return all.replace(from, to)
      },
      readFileSync(demo, 'utf8'),
    )
    const read = readOrganisationBytes(Buffer.from(text), demo, now)
    if ('problems' in read) throw new OrganisationRefused(read.problems)
    return db.database.inTx(scope(), (tx) => applyOrganisation(tx, applyDeps(ring), read, { now, ids: randomIds }))
  }
  /** Ledger entries of a kind, in the order in which they were made. */
  const entries = async (type: string): Promise<Entry[]> =>
    (
      await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [
        type,
      ])
    ).map(({ payload }) => JSON.parse(payload.toString('utf8')) as Entry)
  await applyDemo(start)
  return {
    db,
    ring,
    api,
    scope,
    applyDemo,
    entries,
    async close() {
      await db.close()
      rmSync(folder, { recursive: true })
    },
  }
}
export type Demonstration = Awaited<ReturnType<typeof demonstration>>
