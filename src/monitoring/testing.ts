/** For tests of this folder on a real database: conversations of invented customers with an AI, and their links. */
import { join } from 'node:path'
import { createPortalLink } from '../access/index.ts'
import type { Caller, Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { openConversation } from '../records/index.ts'
import { apply, organisationFrom, plainDeps, scopeOf, start, testKeys } from '../records/testing.ts'
import { type KeyRing, sealJson, subjectKey } from '../vault/index.ts'
import { type MonitoringDeps, routes } from './routes.ts'

export const tenant = 'toets'
/** The client of the system that may answer, and another of the same organisation. */
export const client = 'contractklant'
export const other = 'toestemmingklant'
export const system = 'in-orde'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')

export type World = {
  readonly db: TestDatabase
  readonly ring: KeyRing
  readonly routes: Route[]
  /** A conversation that began so many hours before `start`, with these answers of the AI; `source` is the article they cite. */
  readonly talk: (given?: Talk) => Promise<Talked>
  /** The caller of a link to it. */
  readonly link: (talked: Talked, caller?: Partial<Caller>) => Promise<Caller>
  /** Entries in the order in which they came. */
  readonly entries: (type: string) => Promise<readonly Entry[]>
}
export type Entry = {
  readonly type: string
  readonly subject: string | null
  readonly client: string | null
  readonly refs: Record<string, string>
  readonly body: Record<string, unknown>
}
export type Talk = {
  readonly hoursAgo?: number
  readonly language?: string
  readonly channel?: string
  readonly client?: string
  readonly system?: string
  readonly answers?: readonly string[]
  readonly source?: { readonly id: string; readonly title: string; readonly hash?: string } | null
  /** The customer's own number; absent: nobody known. */
  readonly reference?: string
}
export type Talked = { readonly conversation: string; readonly subject: string; readonly client: string }

export async function openWorld(deps: Partial<MonitoringDeps> = {}): Promise<World> {
  const db = await testDatabase()
  const ring = testKeys()
  await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
  const act = { now: start, ids: randomIds }
  return {
    db,
    ring,
    routes: routes({ database: db.database, ring, ids: randomIds, ...deps }),
    talk: (given = {}) =>
      db.database.inTx(scopeOf(tenant), async (tx) => {
        const at = new Date(start.getTime() - (given.hoursAgo ?? 1) * 3_600_000)
        const of = { client: given.client ?? client, system: given.system ?? system }
        const opened = await openConversation(
          tx,
          ring,
          {
            ...of,
            conversation: randomIds.next(),
            channel: given.channel ?? 'chat',
            language: given.language ?? 'nl',
            startedAt: at,
            reference: given.reference,
          },
          { ...act, now: at },
        )
        const { conversation, subject } = opened
        const key = await subjectKey(tx, ring, { tenant, client: of.client, subject }, at)
        for (const [n, said] of (given.answers ?? []).entries()) {
          const call = randomIds.next()
          const moment = new Date(at.getTime() + (n + 1) * 60_000)
          for (const [seq, role, words] of [
            [2 * n + 1, 'customer', 'Hoe zit dat?'],
            [2 * n + 2, 'ai', said],
          ] as const)
            await tx.query(
              `insert into turn (tenant_id, client_id, conversation_id, seq, role, call_id, at, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
              [
                tenant,
                of.client,
                conversation,
                seq,
                role,
                role === 'ai' ? call : null,
                moment,
                sealJson(key, ['turn', 'sealed', tenant, conversation, String(seq)], { said: words }),
              ],
            )
          await tx.query(
            `insert into ai_call (tenant_id, client_id, call_id, conversation_id, subject_id, system_id, version_id, state, started_at, turn_from, turn_to, facts)
             values ($1, $2, $3, $4, $5, $6, '1', 'completed', $7, $8, $9, $10)`,
            [
              tenant,
              of.client,
              call,
              conversation,
              subject,
              of.system,
              moment,
              2 * n + 1,
              2 * n + 2,
              JSON.stringify(given.source === null ? {} : { sources: [given.source ?? { id: 'a', title: 'Artikel' }] }),
            ],
          )
        }
        await tx.query('update conversation set turn_count = $3 where tenant_id = $1 and conversation_id = $2', [
          tenant,
          conversation,
          2 * (given.answers?.length ?? 0),
        ])
        return { conversation, subject, client: of.client }
      }),
    link: (talked, caller = {}) =>
      db.database.inTx(scopeOf(tenant), async (tx) => {
        const { link } = await createPortalLink(
          tx,
          {
            to: { conversation: talked.conversation },
            subject: talked.subject,
            expiresAt: new Date(start.getTime() + 86_400_000),
          },
          act,
        )
        return {
          kind: 'customer',
          id: link,
          roles: [],
          scope: scopeOf(tenant, [talked.client], { kind: 'customer', id: link }),
          bound: { ...talked, link },
          ...caller,
        }
      }),
    entries: async (type) =>
      (await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending order by seq'))
        .map((row) => JSON.parse(row.payload.toString('utf8')) as Entry)
        .filter((entry) => entry.type === type),
  }
}
