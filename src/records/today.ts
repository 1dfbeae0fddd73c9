/** What Today says of each system, from the register and its standing. */
import type { Tx } from '../platform/database.ts'
import type { Bilingual, Standing } from './contract.ts'
import { standingAt } from './standing.ts'

export type LampState = 'bad' | 'attention' | 'unknown' | 'ok'
export type LampReason = { readonly code: string; readonly at: string | null }

/** A reason for attention that another capability knows of a system, under a code of its own (`lampReason.<code>`). */
export type LampNote = { readonly system: string; readonly code: string; readonly at: Date | null }
/** Notes on systems in scope, the heaviest of a system first. It reads and never writes; `main.ts` puts the list together. */
export type LampSource = (tx: Tx, now: Date) => Promise<readonly LampNote[]>

export type SystemFacts = {
  readonly system: string
  readonly name: Bilingual
  readonly version: string | null
  readonly standing: Standing | null
  readonly mode: 'enforce' | 'observe'
  readonly observeUntil: Date | null
  readonly prohibited: boolean
  readonly callsThisWeek: number
  /** Since when an alarm stands that nobody has settled; null: none. */
  readonly alarmSince: Date | null
  /** What other capabilities say of it. */
  readonly notes: readonly LampNote[]
}

export type Lamp = {
  readonly system: string
  readonly name: Bilingual
  readonly version: string | null
  readonly state: LampState
  readonly reasons: readonly LampReason[]
}

const dayMs = 86_400_000
/** An end within this many days asks for attention. */
export const ATTENTION_DAYS = 30
/** An end within this many days is shown as due. */
export const DUE_DAYS = 60

/**
 * `bad`: no call passes. `attention`: an alarm stands, a capability notes something, something ends soon, or decisions are only observed. `unknown`: nothing speaks
 * against it and no call came, so nothing can be said. `ok`: calls came and nothing speaks against it.
 */
export function lampOf(facts: SystemFacts, now: Date): Lamp {
  const observing = facts.mode === 'observe' && facts.observeUntil !== null && now < facts.observeUntil
  const stopped = stopReasons(facts)
  const missing = missingReasons(facts, now)
  const ending = endingReasons(facts, now)
  const observe = observing ? [{ code: 'observe', at: facts.observeUntil?.toISOString() ?? null }] : []
  const { system, name, version } = facts
  // Observing lets calls through without gate or overseer; never past a stop order or what the law forbids.
  const bad = [...stopped, ...(observing ? [] : missing)]
  const alarm = facts.alarmSince === null ? [] : [{ code: 'alarm', at: facts.alarmSince.toISOString() }]
  const notes = facts.notes.map(({ code, at }) => ({ code, at: at?.toISOString() ?? null }))
  const attention = [...alarm, ...notes, ...(observing ? missing : []), ...observe, ...ending]
  if (bad.length > 0) return { system, name, version, state: 'bad', reasons: [...bad, ...attention] }
  if (attention.length > 0) return { system, name, version, state: 'attention', reasons: attention }
  if (facts.callsThisWeek === 0)
    return { system, name, version, state: 'unknown', reasons: [{ code: 'no_calls', at: null }] }
  return { system, name, version, state: 'ok', reasons: [] }
}

function stopReasons({ standing, prohibited, version }: SystemFacts): LampReason[] {
  return [
    ...(standing?.stop ? [{ code: 'stopped', at: standing.stop.at }] : []),
    ...(prohibited ? [{ code: 'prohibited', at: null }] : []),
    ...(version === null ? [{ code: 'no_version', at: null }] : []),
  ]
}

function missingReasons({ standing, version }: SystemFacts, now: Date): LampReason[] {
  if (version === null) return []
  const at = standing === null ? null : standingAt(standing, now)
  const gate = at?.gate ?? { state: 'missing' as const, validUntil: null }
  return [
    ...(gate.state === 'passed'
      ? []
      : [{ code: `gate_${gate.state}`, at: gate.state === 'expired' ? gate.validUntil : null }]),
    ...(at?.oversight.state === 'present' ? [] : [{ code: 'oversight_missing', at: null }]),
  ]
}

function endingReasons({ standing }: SystemFacts, now: Date): LampReason[] {
  if (standing === null) return []
  const at = standingAt(standing, now)
  const soon = (until: string | null) =>
    until !== null && new Date(until).getTime() - now.getTime() <= ATTENTION_DAYS * dayMs
  return [
    ...(at.gate.state === 'passed' && soon(at.gate.validUntil) ? [{ code: 'gate_ends', at: at.gate.validUntil }] : []),
    ...(at.oversight.state === 'present' && soon(at.oversight.validUntil)
      ? [{ code: 'oversight_ends', at: at.oversight.validUntil }]
      : []),
  ]
}

const order: readonly LampState[] = ['bad', 'attention', 'unknown', 'ok']

/** Worst first, then by id. */
export function lampsOf(facts: readonly SystemFacts[], now: Date): Lamp[] {
  return facts
    .map((one) => lampOf(one, now))
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.system < b.system ? -1 : 1))
}

export type Due = {
  readonly kind: 'gate' | 'oversight' | 'observe' | 'key'
  readonly system: string
  readonly name: Bilingual
  readonly at: string
  readonly over: boolean
}

/** What ends within 60 days or has ended, soonest first. `keys`: ends of keys that still work or ran out lately. */
export function dueOf(
  facts: readonly SystemFacts[],
  keys: readonly { readonly system: string; readonly name: Bilingual; readonly at: Date }[],
  now: Date,
): Due[] {
  const ends = facts.flatMap(({ system, name, standing, mode, observeUntil }) => [
    ...(standing &&
    (standing.gate.state === 'passed' || standing.gate.state === 'expired') &&
    standing.gate.validUntil !== null
      ? [{ kind: 'gate' as const, system, name, at: standing.gate.validUntil }]
      : []),
    ...(standing?.oversight.state === 'present' && standing.oversight.validUntil !== null
      ? [{ kind: 'oversight' as const, system, name, at: standing.oversight.validUntil }]
      : []),
    ...(mode === 'observe' && observeUntil !== null
      ? [{ kind: 'observe' as const, system, name, at: observeUntil.toISOString() }]
      : []),
  ])
  return [
    ...ends,
    ...keys.map(({ system, name, at }) => ({ kind: 'key' as const, system, name, at: at.toISOString() })),
  ]
    .filter(({ at }) => new Date(at).getTime() - now.getTime() <= DUE_DAYS * dayMs)
    .map((one) => ({ ...one, over: new Date(one.at) <= now }))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.system < b.system ? -1 : 1))
}

/** n of of, and the share; null when there is nothing to divide by: then nothing can be said. */
export function countOf(n: number, of: number): { n: number; of: number; share: number | null } {
  return { n, of, share: of === 0 ? null : n / of }
}

/** The last seven calendar days in the Netherlands up to today, oldest first, as `2026-11-25`. */
export function lastSevenDays(now: Date): string[] {
  const today = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Europe/Amsterdam',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(now)
  const noon = new Date(`${today}T12:00:00Z`).getTime()
  return Array.from({ length: 7 }, (_, n) => new Date(noon - (6 - n) * dayMs).toISOString().slice(0, 10))
}
