/** For tests of this folder: an organisation with two clients in a fresh database. */
import type { Scope, Tx } from '../platform/database.ts'
import type { Caller } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import type { TestDatabase } from '../platform/testing.ts'

export const now = new Date('2026-11-25T12:00:00.000Z')
export const after = (ms: number): Date => new Date(now.getTime() + ms)
export const act = { now, ids: randomIds }

export const scope = (
  tenant = 'kade',
  clients: '*' | readonly string[] = '*',
  actor: Scope['actor'] = { kind: 'operator', id: 'operator:test' },
): Scope => ({ tenant, clients, actor })

/** Tenants `kade` and `haven`; `kade` with clients `a` and `b`; a system, a subject and a conversation at each client. */
export async function seed(db: TestDatabase): Promise<void> {
  for (const [tenant, client] of [
    ['kade', 'a'],
    ['kade', 'b'],
    ['haven', 'h'],
  ] as const) {
    const profile = {
      contact: { phone: '088-0000100' },
      allow: [],
      handoff: {
        channel: 'chat',
        hours: { 'mon-fri': '08:00-21:00' },
        timezone: 'Europe/Amsterdam',
        humanWord: { nl: 'medewerker', en: 'person' },
        answerWithinHours: 24,
      },
    }
    const both = JSON.stringify({ nl: `Systeem ${client}`, en: `System ${client}` })
    await db.ownerQuery(`insert into tenant values ($1, $2, $3) on conflict do nothing`, [
      tenant,
      `Organisatie ${tenant}`,
      now,
    ])
    await db.ownerQuery(`insert into client values ($1, $2, $3, $4, $5)`, [
      tenant,
      client,
      `Klant ${client.toUpperCase()}`,
      JSON.stringify(profile),
      now,
    ])
    await db.ownerQuery(
      `insert into upstream (tenant_id, upstream_id, builtin, provider, updated_at) values ($1, 'u', 'assistant', '{"name":"eigen"}', $2) on conflict do nothing`,
      [tenant, now],
    )
    await db.ownerQuery(
      `insert into ai_system (tenant_id, client_id, system_id, name, description, kind, decision_class, channel, language, purposes, upstream_id, disclosure, mode, updated_at)
       values ($1, $2, $3, $4, $4, 'chatbot', 'inform', 'chat', 'nl', '{p}', 'u', 'inject', 'enforce', $5)`,
      [tenant, client, `bot-${client}`, both, now],
    )
    await db.ownerQuery(
      `insert into data_subject (tenant_id, client_id, subject_id, kind, created_at) values ($1, $2, $3, 'known', $4)`,
      [tenant, client, `subject-${client}`, now],
    )
    await db.ownerQuery(
      `insert into conversation (tenant_id, client_id, conversation_id, subject_id, purpose_id, channel, language, source, started_at, updated_at)
       values ($1, $2, $3, $4, 'p', 'chat', 'nl', 'gateway', $5, $5)`,
      [tenant, client, `conversation-${client}`, `subject-${client}`, now],
    )
  }
}

/** Types of the entries that were appended, oldest first, with what they hold. */
export async function entriesOf(db: TestDatabase): Promise<
  {
    type: string
    actor: string
    tenant: string
    client: string | null
    subject: string | null
    refs: Record<string, string>
    body: Record<string, unknown>
  }[]
> {
  const rows = await db.ownerQuery<{ payload: Buffer }>(
    `select payload from (select payload, 0 as part, idx as place from ledger_entry union all select payload, 1, seq from ledger_pending) all_of order by part, place`,
  )
  return rows.map(({ payload }) => {
    const { type, actor, tenant, client, subject, refs, body } = JSON.parse(payload.toString('utf8'))
    return { type, actor: actor.id, tenant, client, subject, refs, body }
  })
}

/** A person who is signed in, as the server part would make it of a session. */
export function signedIn(
  id: string,
  roles: readonly string[],
  clients: '*' | readonly string[] = '*',
  tenant = 'kade',
): Caller {
  return { kind: 'person', id, roles, scope: scope(tenant, clients, { kind: 'person', id }) }
}

export type { Tx }
