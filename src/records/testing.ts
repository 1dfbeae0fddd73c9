/** For tests of records on a real database: what higher folders pass in, made as plain as can be. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Act } from '../access/index.ts'
import { fixedClock } from '../platform/clock.ts'
import type { Database, Scope, Tx } from '../platform/database.ts'
import { ApiError, type Caller, type Method, mayCall, type Route } from '../platform/http.ts'
import { countingIds } from '../platform/ids.ts'
import { type KeyRing, openKeyRing } from '../vault/index.ts'
import { type Applied, type ApplyDeps, applyOrganisation, type ConsentGiven } from './io/apply.ts'
import { recordEvent, tenantOf } from './io/event.ts'
import { readOrganisationFile } from './io/organisation-file.ts'
import type { Organisation } from './organisation.ts'
import type { OrganisationInput } from './organisation-file.ts'
import { readOrganisation } from './organisation-reading.ts'
import { rewriteStanding } from './store.ts'

export const start = new Date('2026-11-25T12:00:00.000Z')

export function scopeOf(
  tenant: string,
  clients: '*' | readonly string[] = '*',
  actor: Scope['actor'] = { kind: 'operator', id: 'operator:test' },
): Scope {
  return { tenant, clients, actor }
}

export function testKeys(): KeyRing {
  return openKeyRing(mkdtempSync(join(tmpdir(), 'waarborg-keys-')))
}

export { countingIds, fixedClock }

/** The stand-ins write the rows that the real ones of privacy, assessments and accountability write. */
export function plainDeps(ring: KeyRing): ApplyDeps {
  return {
    ring,
    checkExplainer: () => [],
    checkWordings: () => [],
    recordWordings: async () => {},
    renewNotices: async () => 0,
    recordConsent,
    async recordRepresentative(tx, _, { client, subject, kind, relation, purposes, validUntil }, { now, ids }) {
      const id = ids.next()
      await tx.query(
        `insert into representative (tenant_id, client_id, representative_id, subject_id, kind, relation, purposes, recorded_by, recorded_at, valid_until)
         values ($1, $2, $3, $4, $5, $6, $7, 'test', $8, $9)`,
        [tenantOf(tx), client, id, subject, kind, relation, purposes, now, validUntil],
      )
      return id
    },
    async decideGate(tx, gate, act) {
      const id = act.ids.next()
      await tx.query(
        `insert into gate_decision (tenant_id, client_id, gate_id, system_id, version_id, decision, decided_by, reasons, conditions, decided_at, valid_until)
         select $1, client_id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from ai_system where tenant_id = $1 and system_id = $3`,
        [
          tenantOf(tx),
          id,
          gate.system,
          gate.version,
          gate.decision,
          gate.by,
          typeof gate.reasons === 'string' ? gate.reasons : gate.reasons.nl,
          gate.conditions === null || typeof gate.conditions === 'string' ? gate.conditions : gate.conditions.nl,
          gate.at,
          gate.validUntil,
        ],
      )
      await rewriteStanding(tx, [gate.system], act.now)
      return id
    },
    async stopSystem(tx, stop, act) {
      const id = act.ids.next()
      await tx.query(
        `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_by, stopped_at) select $1, client_id, $2, $3, $4, $5, $6 from ai_system where tenant_id = $1 and system_id = $3`,
        [tenantOf(tx), id, stop.system, stop.reason, stop.by, stop.at],
      )
      await rewriteStanding(tx, [stop.system], act.now)
      return id
    },
  }
}

async function recordConsent(tx: Tx, consent: ConsentGiven, act: Act): Promise<string> {
  const id = act.ids.next()
  await tx.query(
    `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, system_id, state, at, expires_at, by_whom, wording) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantOf(tx),
      consent.client,
      id,
      consent.subject,
      consent.purpose,
      consent.system,
      consent.state,
      consent.at,
      consent.expiresAt,
      consent.by,
      JSON.stringify({ language: consent.language, channel: consent.channel }),
    ],
  )
  await recordEvent(tx, act, {
    type: `consent.${consent.state === 'objection_lifted' ? 'lifted' : consent.state}`,
    client: consent.client,
    subject: consent.subject,
    refs: { consent: id, purpose: consent.purpose },
  })
  return id
}

/** A file as it would be read, from a value; relative paths stay as they are. */
export function organisationOf(value: OrganisationInput | unknown, now: Date): Organisation {
  const read = readOrganisation(value, { now, resolve: (path) => path })
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.organisation
}

export function organisationFrom(file: string, now: Date): Organisation {
  const read = readOrganisationFile(file, now)
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.organisation
}

export function apply(database: Database, deps: ApplyDeps, organisation: Organisation, act: Act): Promise<Applied> {
  return database.inTx(scopeOf(organisation.tenant.id), (tx) =>
    applyOrganisation(tx, deps, { organisation, sha256: 'test' }, act),
  )
}

/** Someone of the staff, as the routes see them. */
export function staff(
  tenant: string,
  roles: readonly string[],
  clients: '*' | readonly string[] = '*',
  id = 'person-1',
): Caller {
  return { kind: 'person', id, roles, scope: scopeOf(tenant, clients, { kind: 'person', id }) }
}

/** The key of an AI system. */
export function systemCaller(tenant: string, client: string, system: string): Caller {
  return {
    kind: 'system',
    id: system,
    roles: [],
    scope: scopeOf(tenant, [client], { kind: 'system', id: system }),
    bound: { client, system, key: 'key-1' },
  }
}

type Given = {
  readonly params?: object
  readonly query?: object
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** What is sent to a route that takes a file. */
  readonly bytes?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  readonly now?: Date
  readonly language?: 'nl' | 'en'
}

/** Calls a route the way the mounted one does: role, what comes in and what goes out are checked. */
export async function callRoute(
  routes: readonly Route[],
  method: Method,
  path: string,
  caller: Caller,
  given: Given = {},
): Promise<unknown> {
  const route = routes.find((one) => one.method === method && one.path === path)
  if (route === undefined) throw new Error(`no route ${method} ${path}`)
  if (!mayCall(route.allow, caller)) throw new ApiError(403, 'not_allowed')
  const reply = await route.handle({
    caller,
    params: route.params?.parse(given.params ?? {}),
    query: route.query?.parse(given.query ?? {}),
    body: route.body?.parse(given.body),
    now: given.now ?? start,
    language: given.language ?? 'nl',
    header: (name) => given.headers?.[name],
    bytes: () => (given.bytes ?? []) as AsyncIterable<Uint8Array>,
  })
  return route.reply.parse(reply)
}
