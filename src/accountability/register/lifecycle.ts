/**
 * The life of a registered AI system, from proposal to retirement: a closed set of states, one function that moves it, and a
 * reason for each refusal. What the gateway lets through is decided by the standing of a version (records/standing.ts) and not here:
 * a state says how far the organisation is with a system. docs/states/system.md draws the same.
 */
import { addMonths, type Day, dayIn } from '../../deadlines/index.ts'
import type { Standing } from '../../records/contract.ts'
import { obstaclesOf } from '../../records/rules.ts'
import type { Gate } from './change.ts'

export const systemStates = [
  'proposed',
  'assessing',
  'approved',
  'pilot',
  'live',
  'suspended',
  'retiring',
  'retired',
] as const
export type SystemState = (typeof systemStates)[number]

/** The longest pilot: a term of the house. What runs longer is no trial. */
export const PILOT_MONTHS = 6

/** In use, for everybody or for some. `until`: the last day. `limit`: which share or which customers, in words. */
export type Running = { readonly as: 'pilot'; readonly until: Day; readonly limit: string } | { readonly as: 'live' }

export const suspensionCauses = ['stop_order', 'gate_lapsed', 'condition_lapsed'] as const
export type SuspensionCause = (typeof suspensionCauses)[number]

/** `by`: person id; null when a rule did it. */
export type Suspension = { readonly by: string | null; readonly cause: SuspensionCause }

/** What becomes of the data: erased, kept as long as their terms say, or handed to somebody. `words` say how and by whom. */
export const dataPlans = ['erase', 'keep_terms', 'hand_over'] as const
export type DataPlan = { readonly plan: (typeof dataPlans)[number]; readonly words: string }

export type SystemLife =
  | { readonly state: 'proposed' }
  /**
   * Looked at, `since` when. `running`: what goes on meanwhile on an earlier approval; null: nothing. `suspension`: it was suspended before
   * or during the assessment, and still is.
   */
  | {
      readonly state: 'assessing'
      readonly since: Date
      readonly running: Running | null
      readonly suspension: Suspension | null
    }
  | { readonly state: 'approved'; readonly running: Running | null }
  | ({ readonly state: 'pilot' } & Omit<Extract<Running, { as: 'pilot' }>, 'as'>)
  | { readonly state: 'live' }
  | ({ readonly state: 'suspended'; readonly from: Running } & Suspension)
  | { readonly state: 'retiring'; readonly endsOn: Day; readonly data: DataPlan }
  | { readonly state: 'retired' }

/**
 * `owner` answers for the system; `approver` decides about its gate; `stopper` may stop it, or a rule does; `other` is not who suspended
 * it; `staff`: whoever sees that something changes.
 */
export const movers = ['owner', 'approver', 'stopper', 'other', 'staff'] as const

type Move = {
  readonly ways: readonly (readonly [SystemState, SystemState])[]
  readonly by: (typeof movers)[number]
  /** Type of its ledger entry. */
  readonly event: `system.${string}`
}

/** Every way from one state to another. */
export const systemMoves = {
  begin_assessment: { ways: [['proposed', 'assessing']], by: 'owner', event: 'system.assessment-begun' },
  approve: { ways: [['assessing', 'approved']], by: 'approver', event: 'system.approved' },
  begin_pilot: { ways: [['approved', 'pilot']], by: 'owner', event: 'system.pilot-begun' },
  go_live: {
    ways: [
      ['approved', 'live'],
      ['pilot', 'live'],
    ],
    by: 'owner',
    event: 'system.released',
  },
  suspend: {
    ways: [
      ['pilot', 'suspended'],
      ['live', 'suspended'],
      ['approved', 'suspended'],
      ['assessing', 'assessing'],
    ],
    by: 'stopper',
    event: 'system.suspended',
  },
  resume: {
    ways: [
      ['suspended', 'pilot'],
      ['suspended', 'live'],
    ],
    by: 'other',
    event: 'system.reinstated',
  },
  change: {
    ways: [
      ['assessing', 'assessing'],
      ['approved', 'approved'],
      ['approved', 'assessing'],
      ['pilot', 'pilot'],
      ['pilot', 'assessing'],
      ['live', 'live'],
      ['live', 'assessing'],
      ['suspended', 'suspended'],
      ['suspended', 'assessing'],
    ],
    by: 'staff',
    event: 'system.change-requested',
  },
  retire: {
    ways: [
      ['assessing', 'retiring'],
      ['approved', 'retiring'],
      ['pilot', 'retiring'],
      ['live', 'retiring'],
      ['suspended', 'retiring'],
    ],
    by: 'owner',
    event: 'system.retirement-begun',
  },
  end: {
    ways: [
      ['proposed', 'retired'],
      ['assessing', 'retired'],
      ['retiring', 'retired'],
    ],
    by: 'owner',
    event: 'system.retired',
  },
} as const satisfies Record<string, Move>
export type SystemMoveName = keyof typeof systemMoves
export const systemMoveNames = Object.keys(systemMoves) as SystemMoveName[]

/** What somebody does. `by` is a person id; a rule suspends with null. */
export type SystemAct =
  | { readonly act: 'begin_assessment' | 'approve' | 'go_live' | 'resume' | 'end'; readonly by: string }
  | { readonly act: 'begin_pilot'; readonly by: string; readonly until: Day; readonly limit: string }
  | {
      readonly act: 'suspend'
      readonly by: string | null
      readonly cause: SuspensionCause
      /** In words. They are never in the ledger: they may name somebody. */
      readonly reason: string
    }
  /** `gate`: what `judgeChange` said of the request. */
  | { readonly act: 'change'; readonly by: string; readonly gate: Gate }
  | { readonly act: 'retire'; readonly by: string; readonly endsOn: Day; readonly data: DataPlan }

export type LifeFacts = {
  /** Person id of who answers for the system; null when nobody does. */
  readonly owner: string | null
  /** Of the version that is used or would be; null when there is none. */
  readonly standing: Standing | null
  /** The gate decision in `standing`: when, and by whom; null when there is none. */
  readonly gate: { readonly decidedAt: Date; readonly by: string } | null
  /** Conditions of the approval whose date has come and that do not hold. */
  readonly lapsed: readonly string[]
  readonly now: Date
}

export const lifeRefusals = [
  'life_wrong_state',
  'life_owner_missing',
  'life_not_owner',
  'life_gate_not_passed',
  'life_gate_before_assessment',
  'life_gate_by_other',
  'life_approved_by_owner',
  'life_same_person',
  'life_oversight_missing',
  'life_stopped',
  'life_condition_lapsed',
  'life_pilot_limit_missing',
  'life_pilot_end_past',
  'life_pilot_too_long',
  'life_pilot_over',
  'life_reason_missing',
  'life_cause_absent',
  'life_end_past',
  'life_data_plan_missing',
  'life_still_running',
  'life_too_early',
] as const
export type LifeRefusal = (typeof lifeRefusals)[number]

export type LifeMove =
  | { readonly ok: true; readonly next: SystemLife; readonly event: `system.${string}` }
  | { readonly ok: false; readonly code: LifeRefusal }

/** Characters of words that somebody must give: less says nothing. */
const FEWEST_CHARACTERS = 10

/** The only way a system moves. */
export function moveSystem(life: SystemLife, act: SystemAct, facts: LifeFacts): LifeMove {
  const ways: readonly (readonly [SystemState, SystemState])[] = systemMoves[act.act].ways
  if (!ways.some(([from]) => from === life.state)) return refuse('life_wrong_state')
  if (facts.owner === null && systemMoves[act.act].by === 'owner') return refuse('life_owner_missing')
  if (systemMoves[act.act].by === 'owner' && act.by !== facts.owner) return refuse('life_not_owner')
  const moved = attempt(life, act, facts)
  return typeof moved === 'string' ? refuse(moved) : { ok: true, next: moved, event: systemMoves[act.act].event }
}

function attempt(life: SystemLife, act: SystemAct, facts: LifeFacts): SystemLife | LifeRefusal {
  switch (act.act) {
    case 'begin_assessment':
      return { state: 'assessing', since: facts.now, running: null, suspension: null }
    case 'approve':
      return approve(life, act.by, facts)
    case 'begin_pilot':
      return pilotRefusal(act, facts) ?? { state: 'pilot', until: act.until, limit: act.limit.trim() }
    case 'go_live':
      return useRefusal(facts) ?? { state: 'live' }
    case 'suspend':
      return suspend(life, act, facts)
    case 'resume':
      return resume(life, act.by, facts)
    case 'change':
      return act.gate === 'full' ? reopened(life, facts.now) : life
    case 'retire':
      if (act.endsOn < today(facts)) return 'life_end_past'
      if (tooShort(act.data.words)) return 'life_data_plan_missing'
      return { state: 'retiring', endsOn: act.endsOn, data: { plan: act.data.plan, words: act.data.words.trim() } }
    case 'end':
      if (life.state === 'assessing' && life.running !== null) return 'life_still_running'
      if (life.state === 'retiring' && today(facts) < life.endsOn) return 'life_too_early'
      return { state: 'retired' }
  }
}

/**
 * A decision that was taken before the assessment began is about something else: it approves nothing. Who suspended the system does not
 * let it back in by the way of a change.
 */
function approve(life: SystemLife, by: string, facts: LifeFacts): SystemLife | LifeRefusal {
  if (life.state !== 'assessing') return 'life_wrong_state'
  if (by === facts.owner) return 'life_approved_by_owner'
  if (life.suspension?.by === by) return 'life_same_person'
  if (facts.gate === null || obstacles(facts).includes('gate_not_passed')) return 'life_gate_not_passed'
  if (facts.gate.decidedAt < life.since) return 'life_gate_before_assessment'
  if (facts.gate.by !== by) return 'life_gate_by_other'
  return { state: 'approved', running: life.running }
}

function pilotRefusal(
  { until, limit }: { readonly until: Day; readonly limit: string },
  facts: LifeFacts,
): LifeRefusal | undefined {
  if (tooShort(limit)) return 'life_pilot_limit_missing'
  if (until <= today(facts)) return 'life_pilot_end_past'
  if (until > addMonths(today(facts), PILOT_MONTHS)) return 'life_pilot_too_long'
  return useRefusal(facts)
}

function suspend(
  life: SystemLife,
  act: { readonly by: string | null; readonly cause: SuspensionCause; readonly reason: string },
  facts: LifeFacts,
): SystemLife | LifeRefusal {
  const from = runningOf(life)
  if (from === null) return 'life_wrong_state'
  if (tooShort(act.reason)) return 'life_reason_missing'
  if (!causesNow(life, facts).includes(act.cause)) return 'life_cause_absent'
  const suspension = { by: act.by, cause: act.cause }
  return life.state === 'assessing'
    ? { ...life, running: null, suspension }
    : { state: 'suspended', from, ...suspension }
}

/** Every cause must be gone, also one that came after the suspension. */
function resume(life: SystemLife, by: string, facts: LifeFacts): SystemLife | LifeRefusal {
  if (life.state !== 'suspended') return 'life_wrong_state'
  if (life.by === by) return 'life_same_person'
  if (life.from.as === 'pilot' && life.from.until < today(facts)) return 'life_pilot_over'
  const refusal = useRefusal(facts)
  if (refusal !== undefined) return refusal
  if (life.from.as === 'live') return { state: 'live' }
  return { state: 'pilot', until: life.from.until, limit: life.from.limit }
}

/** Assessed again, from now: what is in use goes on, what was suspended stays so. */
function reopened(life: SystemLife, now: Date): SystemLife {
  const suspension =
    life.state === 'suspended'
      ? { by: life.by, cause: life.cause }
      : life.state === 'assessing'
        ? life.suspension
        : null
  return { state: 'assessing', since: now, running: runningOf(life), suspension }
}

/** What is in use now, also while a change is looked at; null when nothing is. */
export function runningOf(life: SystemLife): Running | null {
  switch (life.state) {
    case 'pilot':
      return { as: 'pilot', until: life.until, limit: life.limit }
    case 'live':
      return { as: 'live' }
    case 'assessing':
    case 'approved':
      return life.running
    default:
      return null
  }
}

/** Why a system that is in use must be suspended now; empty when nothing stands against it. A pilot lapses with its last day. */
export function causesNow(life: SystemLife, facts: LifeFacts): SuspensionCause[] {
  const running = runningOf(life)
  if (running === null) return []
  const against = obstacles(facts)
  const pilotOver = running.as === 'pilot' && running.until < today(facts)
  return [
    ...(against.includes('system_stopped') ? (['stop_order'] as const) : []),
    ...(against.includes('gate_not_passed') ? (['gate_lapsed'] as const) : []),
    ...(facts.lapsed.length > 0 || pilotOver || against.includes('oversight_missing')
      ? (['condition_lapsed'] as const)
      : []),
  ]
}

/** Why nobody may be served by it, worst first; undefined when somebody may. */
function useRefusal(facts: LifeFacts): LifeRefusal | undefined {
  const [worst] = obstacles(facts)
  if (worst === 'system_stopped') return 'life_stopped'
  if (worst === 'gate_not_passed') return 'life_gate_not_passed'
  if (worst === 'oversight_missing') return 'life_oversight_missing'
  return facts.lapsed.length > 0 ? 'life_condition_lapsed' : undefined
}

/** The moves that lead on from a state. Whether one is allowed now is for `moveSystem`. */
export function movesFrom(state: SystemState): SystemMoveName[] {
  return systemMoveNames.filter((name) =>
    (systemMoves[name].ways as readonly (readonly [SystemState, SystemState])[]).some(([from]) => from === state),
  )
}

const obstacles = (facts: LifeFacts) => obstaclesOf(facts.standing, facts.now)
const today = (facts: LifeFacts): Day => dayIn(facts.now, 'Europe/Amsterdam')
const tooShort = (words: string): boolean => words.trim().length < FEWEST_CHARACTERS
const refuse = (code: LifeRefusal): LifeMove => ({ ok: false, code })
