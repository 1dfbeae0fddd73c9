/** Stop orders: given and lifted, each with its entry and the standing of the systems it is about. */
import type { Act } from '../access/index.ts'
import type { Tx } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import type { stopReasons } from '../records/contract.ts'
import {
  loadStops,
  lockSystem,
  recordEvent,
  rewriteStanding,
  type StoredStop,
  saveText,
  systemsOf,
  tenantOf,
} from '../records/index.ts'
import { decideResume, mayLift, stoodMinutes } from './stop-order.ts'

type StopReason = (typeof stopReasons)[number]
export type Caller = { readonly id: string; readonly roles: readonly string[] }
export type Resumed = { readonly stop: string; readonly minutes: number }

/**
 * Stops one system from its next call on; streams under way end within a second. Returns the order's id.
 * Errors: `system_unknown` (404), `already_stopped` (409).
 */
export async function stopSystem(
  tx: Tx,
  stop: {
    readonly system: string
    readonly reason: StopReason
    readonly note: string | null
    readonly by: string
    readonly at: Date
  },
  act: Act,
): Promise<string> {
  const { client } = await lockSystem(tx, stop.system)
  const open = openStops(await loadStops(tx, [client]))
  if (open.some((one) => one.system === stop.system))
    throw new ApiError(409, 'already_stopped', { values: { system: stop.system } })
  const id = await insertStop(tx, { ...stop, client }, act)
  await rewriteStanding(tx, [stop.system], act.now)
  await recordEvent(tx, act, {
    type: 'system.stopped',
    client,
    refs: { stop: id, system: stop.system, ...personRef(stop.by) },
    body: { reason: stop.reason },
  })
  return id
}

/** Stops every system of a client, also those that are added later. Errors: `client_unknown` (404), `already_stopped` (409). */
export async function stopClient(
  tx: Tx,
  stop: {
    readonly client: string
    readonly reason: StopReason
    readonly note: string | null
    readonly by: string
    readonly at: Date
  },
  act: Act,
): Promise<string> {
  const systems = await lockSystemsOf(tx, stop.client)
  const open = openStops(await loadStops(tx, [stop.client]))
  if (open.some((one) => one.system === null))
    throw new ApiError(409, 'already_stopped', { values: { system: stop.client } })
  const id = await insertStop(tx, { ...stop, system: null }, act)
  await rewriteStanding(tx, systems, act.now)
  await recordEvent(tx, act, {
    type: 'client.stopped',
    client: stop.client,
    refs: { stop: id, ...personRef(stop.by) },
    body: { reason: stop.reason, systems: systems.length },
  })
  return id
}

/**
 * Lifts the stop order of one system. Errors: `system_unknown` (404), `not_stopped`, `stopped_for_client` (409),
 * `not_yours_to_resume` (403).
 */
export async function resumeSystem(
  tx: Tx,
  resume: { readonly system: string; readonly reason: string; readonly caller: Caller },
  act: Act,
): Promise<Resumed> {
  const { client } = await lockSystem(tx, resume.system)
  const decision = decideResume(openStops(await loadStops(tx, [client])), resume.system, resume.caller)
  if ('refused' in decision)
    throw new ApiError(decision.refused === 'not_yours_to_resume' ? 403 : 409, decision.refused, {
      values: { system: resume.system },
    })
  await liftStop(tx, decision.resume.id, resume, act)
  await rewriteStanding(tx, [resume.system], act.now)
  const minutes = stoodMinutes(decision.resume.at, act.now)
  await recordEvent(tx, act, {
    type: 'system.resumed',
    client,
    refs: { stop: decision.resume.id, system: resume.system },
    body: { reason: resume.reason, minutes },
  })
  return { stop: decision.resume.id, minutes }
}

/** Lifts the order for a whole client; orders for single systems stand. Errors as `resumeSystem`, and `client_unknown`. */
export async function resumeClient(
  tx: Tx,
  resume: { readonly client: string; readonly reason: string; readonly caller: Caller },
  act: Act,
): Promise<Resumed> {
  const systems = await lockSystemsOf(tx, resume.client)
  const open = openStops(await loadStops(tx, [resume.client])).find((one) => one.system === null)
  if (open === undefined) throw new ApiError(409, 'not_stopped', { values: { system: resume.client } })
  if (!mayLift(open, resume.caller))
    throw new ApiError(403, 'not_yours_to_resume', { values: { system: resume.client } })
  await liftStop(tx, open.id, resume, act)
  await rewriteStanding(tx, systems, act.now)
  const minutes = stoodMinutes(open.at, act.now)
  await recordEvent(tx, act, {
    type: 'client.resumed',
    client: resume.client,
    refs: { stop: open.id },
    body: { reason: resume.reason, minutes },
  })
  return { stop: open.id, minutes }
}

function openStops(stops: readonly StoredStop[]): StoredStop[] {
  return stops.filter((stop) => stop.resumedAt === null)
}

/** An operator or a job is named by the entry's actor; a person also by the record, for the register. */
function personRef(by: string): Record<string, string> {
  return /^(operator|job):/.test(by) ? {} : { person: by }
}

async function lockSystemsOf(tx: Tx, client: string): Promise<string[]> {
  const systems = await systemsOf(tx, client)
  await tx.query(
    'select 1 from ai_system where tenant_id = $1 and system_id = any($2) order by system_id for no key update',
    [tenantOf(tx), systems],
  )
  return systems
}

async function insertStop(
  tx: Tx,
  stop: {
    readonly client: string
    readonly system: string | null
    readonly reason: StopReason
    readonly note: string | null
    readonly by: string
    readonly at: Date
  },
  act: Act,
): Promise<string> {
  const id = act.ids.next()
  await tx.query(
    `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_by, stopped_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantOf(tx), stop.client, id, stop.system, stop.reason, stop.by, stop.at],
  )
  if (stop.note !== null) await saveText(tx, { client: stop.client, record: id, field: 'note', written: stop.note })
  return id
}

async function liftStop(
  tx: Tx,
  stop: string,
  { reason, caller }: { readonly reason: string; readonly caller: Caller },
  { now }: Act,
): Promise<void> {
  await tx.query(
    'update stop_order set resumed_at = $3, resumed_by = $4, resume_reason = $5 where tenant_id = $1 and stop_id = $2',
    [tenantOf(tx), stop, now, caller.id, reason],
  )
}
