/**
 * Standing: may this version be used? One row per system version, each part naming the record that caused it. Who
 * decides (gate, oversight, stop) writes it in the transaction of the decision; the gateway reads nothing else.
 * Validity ends are compared when it is read, so what expires needs no job.
 */
import { type Overseer, oversees } from '../access/rules.ts'
import type { Standing } from './contract.ts'

/** A gate decision about one version. */
export type GateDecision = {
  readonly id: string
  readonly decision: 'approve' | 'conditional' | 'reject'
  readonly at: Date
  readonly validUntil: Date
}

/** A stop order that may be open. `system` null: every system of the client. */
export type StopOrder = {
  readonly id: string
  readonly system: string | null
  readonly reason: string
  readonly at: Date
  readonly resumedAt: Date | null
}

export type StandingFacts = {
  readonly system: string
  readonly version: string
  /** Decisions about this version, in any order. */
  readonly gates: readonly GateDecision[]
  /** Everyone named for this system, with roles and qualifications. */
  readonly overseers: readonly Overseer[]
  /** Stop orders of this system and of its whole client. */
  readonly stops: readonly StopOrder[]
}

/**
 * The standing at this moment. The last gate decision counts, whatever came before. Oversight is there while one named
 * person holds role and qualification (AI Act art. 26(2)); its end is the latest of those who hold both now. Of several
 * open stop orders the first stands; when that one is lifted the next appears.
 */
export function standingOf(facts: StandingFacts, now: Date): Standing {
  return {
    system: facts.system,
    version: facts.version,
    gate: gateOf(facts.gates, now),
    oversight: oversightOf(facts.overseers, facts.system, now),
    stop: stopOf(facts.stops, facts.system),
  }
}

function gateOf(gates: readonly GateDecision[], now: Date): Standing['gate'] {
  const last = gates.toSorted((a, b) => b.at.getTime() - a.at.getTime() || compareIds(b.id, a.id))[0]
  if (last === undefined) return { state: 'missing', record: null, validUntil: null }
  const validUntil = last.validUntil.toISOString()
  if (last.decision === 'reject') return { state: 'rejected', record: last.id, validUntil }
  return { state: now < last.validUntil ? 'passed' : 'expired', record: last.id, validUntil }
}

/** Ids are UUIDv7: of two decisions in one millisecond the later id is the later decision. */
function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function oversightOf(overseers: readonly Overseer[], system: string, now: Date): Standing['oversight'] {
  const present = overseers
    .map((person) => oversees(person, system, now))
    .filter((oversight) => oversight.oversees)
    .toSorted((a, b) => b.until.getTime() - a.until.getTime() || compareIds(a.assignment.id, b.assignment.id))[0]
  if (present === undefined) return { state: 'missing', record: null, validUntil: null }
  return { state: 'present', record: present.assignment.id, validUntil: present.until.toISOString() }
}

function stopOf(stops: readonly StopOrder[], system: string): Standing['stop'] {
  const open = stops
    .filter((stop) => stop.resumedAt === null && (stop.system === null || stop.system === system))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || compareIds(a.id, b.id))[0]
  return open === undefined ? null : { at: open.at.toISOString(), record: open.id, reason: open.reason }
}

/** What was written earlier, read at `now`: a gate or an oversight whose end has come no longer counts. */
export function standingAt(written: Standing, now: Date): Standing {
  const ended = (until: string | null) => until !== null && new Date(until) <= now
  return {
    ...written,
    gate:
      written.gate.state === 'passed' && ended(written.gate.validUntil)
        ? { ...written.gate, state: 'expired' }
        : written.gate,
    oversight:
      written.oversight.state === 'present' && ended(written.oversight.validUntil)
        ? { ...written.oversight, state: 'missing' }
        : written.oversight,
  }
}

/** Why no call may pass, worst first; empty when it may. In the order of the gateway (src/gateway/README.md). */
export function obstaclesOf(
  standing: Standing | null,
  now: Date,
): ('system_stopped' | 'gate_not_passed' | 'oversight_missing')[] {
  if (standing === null) return ['gate_not_passed', 'oversight_missing']
  const at = standingAt(standing, now)
  return [
    ...(at.stop === null ? [] : (['system_stopped'] as const)),
    ...(at.gate.state === 'passed' ? [] : (['gate_not_passed'] as const)),
    ...(at.oversight.state === 'present' ? [] : (['oversight_missing'] as const)),
  ]
}
