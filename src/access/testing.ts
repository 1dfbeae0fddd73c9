/** For tests of this folder: an organisation with two clients in a fresh database. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope, Tx } from '../platform/database.ts'
import { ApiError, type Caller, mayCall, provedLately, type Route } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import type { TestDatabase } from '../platform/testing.ts'
import { openKeyRing } from '../vault/index.ts'
import { peerHeader } from './contract.ts'
import { openPasswords } from './io/password.ts'
import { type AccessDeps, routes } from './routes.ts'

export const now = new Date('2026-11-25T12:00:00.000Z')
export const after = (ms: number): Date => new Date(now.getTime() + ms)
export const act = { now, ids: randomIds }
/** A session behind which both factors stand. */
export const complete = { factors: ['password', 'totp'], complete: true, device: 'firefox/linux' } as const

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
  const session = { id: `session-of-${id}`, provedAt: now, pending: false }
  return { kind: 'person', id, roles, scope: scope(tenant, clients, { kind: 'person', id }), session }
}

const nobody: Caller = {
  kind: 'public',
  id: 'public',
  scope: scope('*', [], { kind: 'job', id: 'public' }),
  roles: [],
}

export type Call = {
  readonly as?: Caller
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly at?: Date
}

export type AccessApi = {
  readonly routes: readonly Route[]
  readonly deps: AccessDeps
  /** As the server part does it: who may call, what comes in, what goes out. */
  call<T>(method: string, path: string, call?: Call): Promise<T>
}

/** The routes of this folder over a test database, with passwords that cost little. */
export function accessApi(db: TestDatabase, more: Partial<AccessDeps> = {}): AccessApi {
  const deps: AccessDeps = {
    database: db.database,
    ids: randomIds,
    ring: openKeyRing(mkdtempSync(join(tmpdir(), 'waarborg-access-'))),
    passwords: openPasswords({ memory: 64, passes: 1, parallelism: 1 }),
    attemptKey: randomBytes(32),
    factorKey: randomBytes(32),
    signInLimits: { perEmail: 5, perAddress: 20 },
    secondFactorOptionalFor: null,
    sessions: { absoluteMs: 12 * 3_600_000, idleMs: 3_600_000 },
    tenant: null,
    portalLinkMs: 30 * 86_400_000,
    publicUrl: 'https://waarborg.example',
    portalUrl: 'https://waarborg.example',
    relyingParty: () => ({ id: 'waarborg.example', origin: 'https://waarborg.example' }),
    provider: () => null,
    passwordSignIn: true,
    leaked: null,
    async findConversation(tx, client, conversation) {
      const { rows } = await tx.query<{ conversation_id: string; subject_id: string }>(
        'select conversation_id, subject_id from conversation where client_id = $1 and conversation_id = $2',
        [client, conversation],
      )
      return rows[0] && { conversation: rows[0].conversation_id, subject: rows[0].subject_id }
    },
    findDecision: async () => undefined,
    /** References of customers in tests are their ids. */
    subjectFor: async (_, { reference }) => reference,
    codes: { kinds: [], send: async () => {}, wake: () => {} },
    async oversightChanged() {},
    ...more,
  }
  const api = routes(deps)
  return {
    routes: api,
    deps,
    async call<T>(
      method: string,
      path: string,
      { as = nobody, params, query, body, headers = {}, at = now }: Call = {},
    ): Promise<T> {
      const route = api.find((each) => each.method === method && each.path === path)
      if (route === undefined) throw new Error(`no route ${method} ${path}`)
      if (!mayCall(route.allow, as)) throw new ApiError(403, 'not_allowed')
      if (route.recent && !provedLately(as, at)) throw new ApiError(403, 'confirmation_needed')
      const given: Record<string, string> = { [peerHeader]: '192.0.2.1', ...headers }
      const reply = await route.handle({
        caller: as,
        params: route.params?.parse(params ?? {}),
        query: route.query?.parse(query ?? {}),
        body: route.body?.parse(body ?? {}),
        now: at,
        language: 'nl',
        header: (name) => given[name],
      })
      return route.reply.parse(reply) as T
    },
  }
}

/** The bytes of a secret in base 32, also in groups. */
export function base32Bytes(text: string): Buffer {
  const bits = [...text.replaceAll(' ', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

export type { Tx }
