/** What must hold of every run, whatever happened in it. Each function returns what it found to be broken. */
import { codeIsPossible, surelyClosed } from './model.ts'
import type { CallSeen, Entry, Trace } from './trace.ts'

export type Broken = { readonly invariant: InvariantName; readonly step: number | null; readonly detail: string }

const ends: ReadonlySet<string> = new Set(['call.completed', 'call.failed', 'call.cancelled', 'call.stopped'])

type Found = { readonly step: number | null; readonly detail: string }

/** Nothing leaves before its admission is on record; every admitted call has exactly one end. */
function admittedFirst({ received, entries, calls }: Trace): Found[] {
  const stepOf = stepsByCall(calls)
  const early = received
    .filter(({ onRecord }) => onRecord.attempted < onRecord.arrived || onRecord.admitted < onRecord.calls)
    .map(({ n, onRecord }) => ({ step: n, detail: `left before it was on record: ${JSON.stringify(onRecord)}` }))
  const ended = [...byCall(entries)].flatMap(([call, types]) => {
    const admitted = types.filter(({ type }) => type === 'call.admitted').length
    const count = types.filter(({ type }) => ends.has(type)).length
    if (admitted === 0 || (admitted === 1 && count === 1)) return []
    return [{ step: stepOf.get(call) ?? null, detail: `call ${call}: admitted ${admitted} times, ${count} ends` }]
  })
  return [...early, ...ended]
}

/** A call that began after a no was acknowledged never reached the provider. */
function noHolds(trace: Trace): Found[] {
  const arrived = new Set(trace.received.map(({ n }) => n))
  return trace.calls
    .filter(({ n }) => arrived.has(n))
    .flatMap((call) => {
      const closed = call.grounds.filter((ground) => surelyClosed(trace, ground, call))
      const why = [...(call.defect === null ? [] : [call.defect]), ...closed]
      return why.length === 0
        ? []
        : [{ step: call.step, detail: `reached the provider although closed: ${why.join(', ')}` }]
    })
}

/** A refusal names a reason that can be the case; a stream does not end without a word unless the process went. */
function refusalFits(trace: Trace): Found[] {
  return trace.calls.flatMap((call) => {
    const { outcome, code, reason, step } = call
    if (outcome === 'refused' && !codeIsPossible(trace, call))
      return [{ step, detail: `refused with ${code} (${reason}), which the model does not know a reason for` }]
    const during = trace.restarts.some(({ began, ended }) => began < call.ended && ended > call.began)
    if ((outcome === 'cut' || outcome === 'unreachable') && !during)
      return [{ step, detail: `${outcome} while the process went on` }]
    return []
  })
}

/** No generated personal value, customer reference or key reaches the provider. */
function nothingPersonalLeaves({ received, values, secrets }: Trace): Found[] {
  const searched = [...values.keys(), ...secrets].map(plain)
  return received.flatMap(({ n, raw }) => {
    const text = plain(raw)
    return searched.filter((value) => text.includes(value)).map((value) => ({ step: n, detail: `"${value}" left` }))
  })
}

/** What a client sees restored is exactly what was said in its own conversation. */
function restoredToItsOwner({ calls, values }: Trace): Found[] {
  return calls.flatMap(({ step, text, owner, expected, outcome }) => {
    const foreign = [...values]
      .filter(([value, owners]) => !owners.has(owner) && text.includes(value))
      .map(([value]) => ({ step, detail: `"${value}" of another conversation was shown` }))
    const wrong =
      outcome === 'completed' && expected !== null && !text.endsWith(expected)
        ? [{ step, detail: `not the original: "${text}" instead of "${expected}"` }]
        : []
    return [...foreign, ...wrong]
  })
}

/** What a client saw, whole or refused, stands in the ledger. */
function seenIsRecorded({ calls, entries }: Trace): Found[] {
  const types = byCall(entries)
  return calls.flatMap(({ step, outcome, code, call }) => {
    const found = call === null ? [] : (types.get(call) ?? [])
    if (outcome === 'completed' && !found.some(({ type }) => type === 'call.completed'))
      return [{ step, detail: `call ${call} was whole for its client and is not on record as completed` }]
    if (outcome !== 'refused' || call === null) return []
    const ended = found.find(({ type }) => type === 'call.refused' || ends.has(type))
    if (ended === undefined) return [{ step, detail: `call ${call} was refused with ${code}, which is not on record` }]
    // A shutdown is told as `overloaded`, and recorded as what it is.
    if (ended.code === code || ended.code === 'interrupted') return []
    return [{ step, detail: `call ${call} was refused with ${code} and recorded as ${ended.type} ${ended.code}` }]
  })
}

/** The ledger verifies, nothing waits, and each call's entries come in a legal order. */
function ledgerIsWhole({ ledger, entries, calls }: Trace): Found[] {
  const stepOf = stepsByCall(calls)
  const legal = /^(refused|admitted( attempted)+ (completed|failed|cancelled|stopped))$/
  const sequences = [...byCall(entries)]
    .map(([call, types]) => ({ call, row: types.map(({ type }) => type.slice('call.'.length)).join(' ') }))
    .filter(({ row }) => !legal.test(row))
    .map(({ call, row }) => ({ step: stepOf.get(call) ?? null, detail: `call ${call}: ${row}` }))
  const problems = ledger.problems.map((detail) => ({ step: null, detail }))
  const pending = ledger.pending === 0 ? [] : [{ step: null, detail: `${ledger.pending} entries still wait` }]
  return [...problems, ...pending, ...sequences]
}

/** Logs hold nothing personal and no key. */
function logsAreClean({ log, values, secrets }: Trace): Found[] {
  const text = plain(log)
  return [...values.keys(), ...secrets]
    .filter((value) => text.includes(plain(value)))
    .map((value) => ({ step: null, detail: `"${value}" in a log` }))
}

const invariants = {
  'nothing leaves unrecorded': admittedFirst,
  'a no holds from the next call on': noHolds,
  'a refusal has its reason': refusalFits,
  'nothing personal leaves': nothingPersonalLeaves,
  'originals return to their own conversation': restoredToItsOwner,
  'what a client saw is on record': seenIsRecorded,
  'the ledger is whole': ledgerIsWhole,
  'logs hold nothing personal': logsAreClean,
} as const satisfies Record<string, (trace: Trace) => Found[]>

export type InvariantName = keyof typeof invariants
export const invariantNames = Object.keys(invariants) as InvariantName[]

/** Everything that is broken in a run, in the order of the invariants. */
export function brokenIn(trace: Trace): Broken[] {
  return invariantNames.flatMap((invariant) => invariants[invariant](trace).map((found) => ({ invariant, ...found })))
}

/** Without what people put between: capitals, spaces, dots in an IBAN. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s\u00a0]/g, '')

function byCall(entries: readonly Entry[]): Map<string, Entry[]> {
  return Map.groupBy(entries, ({ call }) => call)
}

function stepsByCall(calls: readonly CallSeen[]): Map<string, number> {
  return new Map(calls.flatMap(({ call, step }) => (call === null ? [] : [[call, step]])))
}
