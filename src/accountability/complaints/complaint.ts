/**
 * A complaint about AI, from its receipt to its end: a closed set of states, one function for each move, and nothing else that moves
 * it. The steps are those of ISO 10002 (2018); hearing, reasons and a handler who was not involved are those of chapter 9 of the
 * Awb (https://wetten.overheid.nl/BWBR0005537/#Hoofdstuk9). docs/states/complaint.md draws the same.
 */
import { addDays, type Day } from '../../deadlines/index.ts'
import { type ProfileId, profiles, type RouteId, routesOf } from './profile.ts'

export const complaintStates = [
  'received',
  'acknowledged',
  'assessed',
  'investigating',
  'hearing',
  'proposed',
  'decided',
  'communicated',
  'appeal',
  'second_review',
  'final',
  'external',
  'closed',
  'withdrawn',
  'handed_over',
] as const
export type ComplaintState = (typeof complaintStates)[number]

/** No move leads on from these. */
export const endStates: readonly ComplaintState[] = ['withdrawn', 'handed_over']

const beforeVerdict = ['received', 'acknowledged', 'assessed', 'investigating', 'hearing', 'proposed'] as const

export type Mover = 'handler' | 'second' | 'customer'
type Move = {
  readonly from: readonly ComplaintState[]
  readonly to: ComplaintState
  /** `handler`: who handles it; `second`: who handles the appeal; `customer`: the customer, or staff who write down what they said. */
  readonly by: Mover
  /** Type of its ledger entry. */
  readonly event: `complaint.${string}`
}

/** Every way from one state to another. */
export const moves = {
  acknowledge: { from: ['received'], to: 'acknowledged', by: 'handler', event: 'complaint.acknowledged' },
  assess: { from: ['acknowledged'], to: 'assessed', by: 'handler', event: 'complaint.assessed' },
  investigate: { from: ['assessed'], to: 'investigating', by: 'handler', event: 'complaint.investigated' },
  invite: { from: ['investigating'], to: 'hearing', by: 'handler', event: 'complaint.invited' },
  hear: { from: ['hearing'], to: 'investigating', by: 'handler', event: 'complaint.heard' },
  propose: { from: ['investigating'], to: 'proposed', by: 'handler', event: 'complaint.proposed' },
  revise: { from: ['proposed'], to: 'investigating', by: 'handler', event: 'complaint.revised' },
  decide: { from: ['proposed'], to: 'decided', by: 'handler', event: 'complaint.decided' },
  communicate: { from: ['decided'], to: 'communicated', by: 'handler', event: 'complaint.communicated' },
  close: { from: ['communicated', 'final', 'external'], to: 'closed', by: 'handler', event: 'complaint.closed' },
  appeal: { from: ['communicated', 'closed'], to: 'appeal', by: 'customer', event: 'complaint.appealed' },
  take_appeal: { from: ['appeal'], to: 'second_review', by: 'second', event: 'complaint.reexamined' },
  decide_appeal: { from: ['second_review'], to: 'final', by: 'second', event: 'complaint.settled' },
  drop_appeal: { from: ['appeal', 'second_review'], to: 'closed', by: 'customer', event: 'complaint.dropped' },
  refer: { from: ['communicated', 'final', 'closed'], to: 'external', by: 'handler', event: 'complaint.referred' },
  withdraw: { from: beforeVerdict, to: 'withdrawn', by: 'customer', event: 'complaint.withdrawn' },
  hand_over: {
    from: ['received', 'acknowledged', 'assessed', 'investigating'],
    to: 'handed_over',
    by: 'handler',
    event: 'complaint.transferred',
  },
} as const satisfies Record<string, Move>
export type MoveName = keyof typeof moves
export const moveNames = Object.keys(moves) as MoveName[]

export const abouts = ['system', 'conversation', 'decision', 'person'] as const
export const remedies = [
  'explanation',
  'correction',
  'new_decision',
  'human',
  'apology',
  'compensation',
  'other',
] as const
export const severities = ['low', 'medium', 'high'] as const
/** Why it went wrong, by which complaints are grouped. */
export const causes = [
  'wrong_answer',
  'unclear_answer',
  'not_told_ai',
  'no_human',
  'unequal_treatment',
  'wrong_decision',
  'privacy',
  'not_accessible',
  'staff',
  'not_ai',
  'other',
] as const
export type Cause = (typeof causes)[number]

export type Assessment = {
  readonly aiRelated: boolean
  readonly severity: (typeof severities)[number]
  /** Somebody's health or safety is at stake: it goes before everything else. */
  readonly safety: boolean
  /** It may be a data breach, or a request about one's own data: those have terms of their own. */
  readonly breach: boolean
  readonly request: boolean
}

/** `none`: not asked for. `asked`: the customer wants to be heard. */
export const hearings = ['none', 'asked', 'invited', 'held', 'waived'] as const
export type Hearing = (typeof hearings)[number]
/** The only reasons to leave a hearing out (Awb 9:10(2)). */
export const waivers = ['evidently_unfounded', 'not_wanted', 'no_reply'] as const
export type Waiver = (typeof waivers)[number]

export const verdicts = ['upheld', 'partly', 'not'] as const
export type Verdict = (typeof verdicts)[number]

export type Complaint = {
  readonly state: ComplaintState
  readonly profile: ProfileId
  readonly handler: string | null
  readonly secondHandler: string | null
  /** Members of staff complained about. */
  readonly persons: readonly string[]
  readonly assessment: Assessment | null
  readonly cause: Cause | null
  readonly hearing: Hearing
  readonly verdict: Verdict | null
  readonly decidedBy: string | null
  readonly communicatedAt: Date | null
  readonly appealedAt: Date | null
  readonly finalVerdict: Verdict | null
  readonly route: RouteId | null
  readonly closedAt: Date | null
}

export const complaintRefusals = [
  'complaint_ended',
  'complaint_not_now',
  'complaint_changed',
  'handler_missing',
  'not_your_complaint',
  'hearing_missing',
  'hearing_open',
  'cause_missing',
  'points_missing',
  'appealed_already',
  'appeal_late',
  'appeal_not_offered',
  'route_not_open',
] as const
export type ComplaintRefusal = (typeof complaintRefusals)[number]

export type Moved =
  | { readonly ok: true; readonly complaint: Complaint }
  | { readonly ok: false; readonly code: ComplaintRefusal }

const refuse = (code: ComplaintRefusal): Moved => ({ ok: false, code })

export const newComplaint = (profile: ProfileId, hearing: boolean): Complaint => ({
  state: 'received',
  profile,
  handler: null,
  secondHandler: null,
  persons: [],
  assessment: null,
  cause: null,
  hearing: hearing ? 'asked' : 'none',
  verdict: null,
  decidedBy: null,
  communicatedAt: null,
  appealedAt: null,
  finalVerdict: null,
  route: null,
  closedAt: null,
})

/** Does this move lead on from here? What has ended says so; anything else is not its turn. */
function moved(complaint: Complaint, name: MoveName, change: Partial<Complaint> = {}): Moved {
  const { from, to } = moves[name] as Move
  if (!from.includes(complaint.state)) return refuse(hasEnded(complaint) ? 'complaint_ended' : 'complaint_not_now')
  return { ok: true, complaint: { ...complaint, ...change, state: to } }
}

const hasEnded = ({ state }: Complaint): boolean => state === 'closed' || endStates.includes(state)

/** A step of its handler, and of nobody else. */
function handled(complaint: Complaint, name: MoveName, by: string, change: Partial<Complaint> = {}): Moved {
  const step = moved(complaint, name, change)
  if (!step.ok) return step
  const handler = (moves[name] as Move).by === 'second' ? complaint.secondHandler : complaint.handler
  if (handler === null) return refuse('handler_missing')
  return handler === by ? step : refuse('not_your_complaint')
}

export const acknowledge = (complaint: Complaint, by: string): Moved => handled(complaint, 'acknowledge', by)

export const assess = (
  complaint: Complaint,
  by: string,
  { assessment, cause }: { readonly assessment: Assessment; readonly cause: Cause | null },
): Moved => handled(complaint, 'assess', by, { assessment, cause: cause ?? complaint.cause })

/** The cause, as long as there is no verdict: what was found may be another than what it seemed. */
export function setCause(complaint: Complaint, by: string, cause: Cause): Moved {
  if (!(beforeVerdict as readonly ComplaintState[]).includes(complaint.state))
    return refuse(hasEnded(complaint) ? 'complaint_ended' : 'complaint_not_now')
  if (complaint.handler !== by) return refuse(complaint.handler === null ? 'handler_missing' : 'not_your_complaint')
  return { ok: true, complaint: { ...complaint, cause } }
}

export const investigate = (complaint: Complaint, by: string): Moved => handled(complaint, 'investigate', by)

/** With a letter that says when and how. */
export const invite = (complaint: Complaint, by: string): Moved =>
  handled(complaint, 'invite', by, { hearing: 'invited' })

/** The hearing took place, or for one of the reasons of the law did not. */
export const hear = (complaint: Complaint, by: string, waived: Waiver | null): Moved =>
  handled(complaint, 'hear', by, { hearing: waived === null ? 'held' : 'waived' })

/** Left out before anybody was invited; the reason stands in the verdict. */
export function waiveHearing(complaint: Complaint, by: string): Moved {
  if (complaint.state !== 'investigating') return refuse(hasEnded(complaint) ? 'complaint_ended' : 'complaint_not_now')
  if (complaint.handler !== by) return refuse(complaint.handler === null ? 'handler_missing' : 'not_your_complaint')
  return { ok: true, complaint: { ...complaint, hearing: 'waived' } }
}

/** The customer wants to be heard: possible until there is a verdict. */
export function askHearing(complaint: Complaint): Moved {
  if (!(beforeVerdict as readonly ComplaintState[]).includes(complaint.state))
    return refuse(hasEnded(complaint) ? 'complaint_ended' : 'complaint_not_now')
  if (complaint.hearing !== 'none') return { ok: true, complaint }
  return { ok: true, complaint: { ...complaint, hearing: 'asked' } }
}

/** Whether a verdict may be given: where the law demands a hearing, and where the customer wants one, it comes first. */
export function hearingRefusal({ profile, hearing }: Pick<Complaint, 'profile' | 'hearing'>) {
  if (hearing === 'asked' || hearing === 'invited') return 'hearing_open' as const
  if (hearing === 'none' && profiles[profile].hearing === 'demanded') return 'hearing_missing' as const
  return undefined
}

/** The verdict on the whole from those on its points; undefined when there are none. */
export function verdictOf(points: readonly { readonly verdict: Verdict }[]): Verdict | undefined {
  const [first] = points
  if (first === undefined) return undefined
  return points.every(({ verdict }) => verdict === first.verdict) ? first.verdict : 'partly'
}

export function propose(complaint: Complaint, by: string, points: readonly { readonly verdict: Verdict }[]): Moved {
  const verdict = verdictOf(points)
  const step = handled(complaint, 'propose', by, { verdict: verdict ?? null })
  if (!step.ok) return step
  if (verdict === undefined) return refuse('points_missing')
  const hearing = hearingRefusal(complaint)
  return hearing === undefined ? step : refuse(hearing)
}

/** Back to the investigation; what was proposed is no verdict. */
export const revise = (complaint: Complaint, by: string): Moved => handled(complaint, 'revise', by, { verdict: null })

export function decide(complaint: Complaint, by: string): Moved {
  const step = handled(complaint, 'decide', by, { decidedBy: by })
  if (!step.ok) return step
  const hearing = hearingRefusal(complaint)
  if (hearing !== undefined) return refuse(hearing)
  return complaint.cause === null ? refuse('cause_missing') : step
}

export const communicate = (complaint: Complaint, by: string, now: Date): Moved =>
  handled(complaint, 'communicate', by, { communicatedAt: now })

/** After an appeal by who decided on it, else by its handler. */
export function close(complaint: Complaint, by: string, now: Date): Moved {
  const step = moved(complaint, 'close', { closedAt: now })
  if (!step.ok) return step
  return by === (complaint.secondHandler ?? complaint.handler) ? step : refuse('not_your_complaint')
}

/** The law gives no number for an appeal with the organisation itself; this one is ours. */
export const APPEAL_DAYS = 42

/** The last day on which somebody may ask for another look; days are those of the organisation's time zone. */
export const appealUntil = (communicatedOn: Day): Day => addDays(communicatedOn, APPEAL_DAYS)

/** Once, within its days. `communicatedOn` and `today`: days where the organisation is. */
export function appeal(
  complaint: Complaint,
  {
    communicatedOn,
    today,
    now,
    offered = profiles[complaint.profile].appeal,
  }: { readonly communicatedOn: Day | null; readonly today: Day; readonly now: Date; readonly offered?: boolean },
): Moved {
  if (!offered) return refuse('appeal_not_offered')
  if (complaint.appealedAt !== null) return refuse('appealed_already')
  const step = moved(complaint, 'appeal', { appealedAt: now, closedAt: null })
  if (!step.ok) return step
  if (communicatedOn === null) return refuse('complaint_not_now')
  return today > appealUntil(communicatedOn) ? refuse('appeal_late') : step
}

export const takeAppeal = (complaint: Complaint, by: string): Moved => handled(complaint, 'take_appeal', by)

export function decideAppeal(
  complaint: Complaint,
  by: string,
  points: readonly { readonly verdict: Verdict }[],
): Moved {
  const verdict = verdictOf(points)
  const step = handled(complaint, 'decide_appeal', by, { finalVerdict: verdict ?? null })
  return step.ok && verdict === undefined ? refuse('points_missing') : step
}

/** The customer lets it rest: what was decided stands. */
export const dropAppeal = (complaint: Complaint, now: Date): Moved => moved(complaint, 'drop_appeal', { closedAt: now })

/** The customer took it to somebody outside, who is open for this kind of organisation. */
export function refer(complaint: Complaint, by: string, route: RouteId, memberOf?: readonly string[]): Moved {
  const step = moved(complaint, 'refer', { route, closedAt: null })
  if (!step.ok) return step
  if (by !== complaint.handler && by !== complaint.secondHandler) return refuse('not_your_complaint')
  return routesOf(complaint.profile, memberOf).some(({ id }) => id === route) ? step : refuse('route_not_open')
}

export const withdraw = (complaint: Complaint, now: Date): Moved => moved(complaint, 'withdraw', { closedAt: now })

/** It was a request about one's own data, or a contest of a decision: it goes on there, under its own term. */
export const handOver = (complaint: Complaint, by: string, now: Date): Moved =>
  handled(complaint, 'hand_over', by, { closedAt: now })

/** Somebody else changed it since it was read: nothing is written over. */
export const changedRefusal = (stored: number, read: number): 'complaint_changed' | undefined =>
  stored === read ? undefined : 'complaint_changed'

/** More time is asked for while there is no verdict yet. Whether the law gives it is for the clock to say. */
export const mayAdjourn = ({ state }: Complaint): boolean =>
  (beforeVerdict as readonly ComplaintState[]).includes(state)

/** What its handler, or who gives it to somebody, does next; null: it waits for nobody here. */
export function nextAct({ state, profile, hearing, handler, secondHandler }: Complaint): MoveName | 'assign' | null {
  switch (state) {
    case 'received':
      return handler === null ? 'assign' : 'acknowledge'
    case 'acknowledged':
      return 'assess'
    case 'assessed':
      return 'investigate'
    case 'investigating':
      return hearingRefusal({ profile, hearing }) === undefined ? 'propose' : 'invite'
    case 'hearing':
      return 'hear'
    case 'proposed':
      return 'decide'
    case 'decided':
      return 'communicate'
    case 'communicated':
    case 'final':
    case 'external':
      return 'close'
    case 'appeal':
      return secondHandler === null ? 'assign' : 'take_appeal'
    case 'second_review':
      return 'decide_appeal'
    case 'closed':
    case 'withdrawn':
    case 'handed_over':
      return null
  }
}

/** Which rule of law a cause points to, by its id in the list of obligations: a proposal, for a person to confirm. */
export const obligationOf: Readonly<Partial<Record<Cause, string>>> = {
  not_told_ai: 'AIA-50-1',
  no_human: 'BW-3:15d',
  unequal_treatment: 'AWGB',
  wrong_decision: 'AVG-22',
  privacy: 'AVG-32',
  not_accessible: 'EAA',
}

/** What may be done beside the moves. */
export const otherActs = ['cause', 'link', 'waive', 'extend', 'extend_by_consent', 'reply', 'ask_hearing'] as const
export type AvailableAct = MoveName | (typeof otherActs)[number]

/** In the order of ISO 10002; what somebody may do now, so that a screen offers nothing that is refused. */
export function availableActs(
  complaint: Complaint,
  by: string,
  now: {
    readonly mayExtend: boolean
    readonly mayExtendByConsent: boolean
    readonly mayAppeal: boolean
    readonly writesDown: boolean
  },
): AvailableAct[] {
  const { state, handler, secondHandler, hearing } = complaint
  const handles = by === (complaint.appealedAt === null ? handler : secondHandler)
  const open = (beforeVerdict as readonly ComplaintState[]).includes(state)
  const ended = hasEnded(complaint)
  const mine = (name: MoveName): boolean => {
    const { from, by: mover } = moves[name] as Move
    if (!from.includes(state)) return false
    if (mover === 'handler')
      return name === 'close' || name === 'refer' ? by === handler || by === secondHandler : by === handler
    if (mover === 'second') return by === secondHandler
    return now.writesDown && (name !== 'appeal' || (now.mayAppeal && complaint.appealedAt === null))
  }
  const may: Readonly<Record<AvailableAct, boolean>> = {
    ...(Object.fromEntries(moveNames.map((name) => [name, mine(name)])) as Record<MoveName, boolean>),
    propose: mine('propose') && hearingRefusal(complaint) === undefined,
    decide: mine('decide') && hearingRefusal(complaint) === undefined && complaint.cause !== null,
    cause: open && handles,
    link: handles && !ended,
    waive:
      handles && (state === 'hearing' || (state === 'investigating' && hearing !== 'held' && hearing !== 'waived')),
    extend: handles && now.mayExtend,
    extend_by_consent: handles && now.mayExtendByConsent,
    reply: handles && !ended,
    ask_hearing: now.writesDown && open && hearing === 'none',
  }
  return actOrder.filter((name) => may[name])
}

const actOrder: readonly AvailableAct[] = [
  'acknowledge',
  'assess',
  'cause',
  'link',
  'investigate',
  'reply',
  'ask_hearing',
  'invite',
  'hear',
  'waive',
  'propose',
  'revise',
  'decide',
  'communicate',
  'extend',
  'extend_by_consent',
  'take_appeal',
  'decide_appeal',
  'refer',
  'hand_over',
  'close',
  'appeal',
  'drop_appeal',
  'withdraw',
]
