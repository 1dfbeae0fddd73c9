/** What must hold, in a few lines of its own: when a ground is surely closed, surely open, or may be either. */
import type { CallSeen, ChangeSeen, Trace } from './trace.ts'
import type { Defect } from './workload.ts'

/** The code that a defect is refused with. A malformed request without a good key is an unknown key first. */
export const codesOf: Readonly<Record<Defect, readonly string[]>> = {
  not_json: ['invalid_request'],
  no_messages: ['invalid_request'],
  wrong_model: ['model_unknown'],
  unknown_purpose: ['purpose_unknown'],
  unknown_key: ['unknown_key'],
  revoked_key: ['key_revoked'],
}

const groundsBehind: Readonly<Record<string, readonly string[]>> = {
  system_stopped: ['system_stop', 'client_stop'],
  gate_not_passed: ['gate'],
  oversight_missing: ['oversight'],
  consent_missing: ['consent'],
  consent_withdrawn: ['consent'],
  objected: ['objection'],
}

/** May come at any time: a database that was cut off, a shutdown, a provider that fails. */
const passing: ReadonlySet<string> = new Set([
  'store_unavailable',
  'overloaded',
  'upstream_failed',
  'upstream_timeout',
  'interrupted',
])

/**
 * Closed for every moment of the call: a closing was acknowledged before it began, and nothing that may have opened the
 * ground again overlapped with that closing or came after it before the call ended.
 */
export function surelyClosed(trace: Pick<Trace, 'changes' | 'closedAtFirst'>, ground: string, call: CallSeen): boolean {
  return stands(trace, ground, call, 'closed')
}

/** Open for every moment of the call, by the same reasoning. */
export function surelyOpen(trace: Pick<Trace, 'changes' | 'closedAtFirst'>, ground: string, call: CallSeen): boolean {
  return stands(trace, ground, call, 'open')
}

function stands(
  { changes, closedAtFirst }: Pick<Trace, 'changes' | 'closedAtFirst'>,
  ground: string,
  call: Pick<CallSeen, 'began' | 'ended'>,
  state: ChangeSeen['to'],
): boolean {
  const about = changes.filter((change) => change.ground === ground && change.outcome !== 'refused')
  const beginnings = [
    ...(closedAtFirst.has(ground) === (state === 'closed') ? [-1] : []),
    ...about
      .filter(({ to, outcome, ended }) => to === state && outcome === 'done' && ended < call.began)
      .map(({ began }) => began),
  ]
  return beginnings.some(
    (began) => !about.some((change) => change.to !== state && change.ended > began && change.began < call.ended),
  )
}

/** May this call be answered with this code? */
export function codeIsPossible(trace: Trace, call: CallSeen): boolean {
  const { code, defect, grounds } = call
  if (code === null) return false
  if (defect !== null && codesOf[defect].includes(code)) return true
  if (passing.has(code)) return true
  if (code === 'safeguard_unavailable') return call.reason === 'ledger' && trace.clockMoved
  if (code === 'idempotency_conflict')
    return (
      call.idempotencyKey !== null &&
      trace.calls.some((other) => other.n !== call.n && other.idempotencyKey === call.idempotencyKey)
    )
  // Oversight that begins later than the clock now says is none yet.
  if (code === 'oversight_missing' && trace.clockMoved) return true
  const kinds = groundsBehind[code] ?? []
  return grounds.some((ground) => kinds.includes(ground.split(':')[0]!) && !surelyOpen(trace, ground, call))
}
