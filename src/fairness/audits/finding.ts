/**
 * A difference that an audit found, and what people make of it. It is judged, something is changed, and it is measured again: a
 * difference that was judged real is closed only by a later reading that shows no relevant difference. See docs/states/finding.md.
 */
import type { Group, Verdict } from '../contract.ts'

export const judgements = ['real', 'explained', 'cannot_tell'] as const
export type Judgement = (typeof judgements)[number]

export type FindingState =
  | { readonly state: 'open' }
  | { readonly state: 'judged'; readonly judgement: Judgement; readonly judgedAt: Date }
  | { readonly state: 'changed'; readonly changedAt: Date }
  | { readonly state: 'closed'; readonly as: 'gone' | 'explained' | 'unclear' }

export type FindingAct =
  | { readonly act: 'judge'; readonly judgement: Judgement }
  | { readonly act: 'change' }
  /** `later`: what readings that began after the change say of the same groups, the newest first. */
  | { readonly act: 'close'; readonly later: readonly { readonly run: string; readonly verdict: Verdict['verdict'] }[] }

export type FindingMove =
  | { readonly ok: true; readonly next: FindingState; readonly run?: string }
  | { readonly ok: false; readonly code: FindingRefusal }
export const findingRefusals = [
  'finding_closed',
  'finding_not_judged',
  'finding_judged_already',
  'finding_not_real',
  'finding_change_missing',
  'finding_not_measured_again',
  'finding_still_there',
] as const
export type FindingRefusal = (typeof findingRefusals)[number]

/** What somebody is to do about a finding that is not closed. */
export function waitsFor({
  state,
  judgement,
}: {
  readonly state: FindingState['state']
  readonly judgement: Judgement | null
}): 'judge' | 'change' | 'measure' | 'close' | 'nothing' {
  switch (state) {
    case 'open':
      return 'judge'
    case 'judged':
      return judgement === 'real' ? 'change' : 'close'
    case 'changed':
      return 'measure'
    case 'closed':
      return 'nothing'
  }
}

/** The only way a finding moves. */
export function moveFinding(finding: FindingState, act: FindingAct, now: Date): FindingMove {
  switch (finding.state) {
    case 'open':
      return act.act === 'judge'
        ? { ok: true, next: { state: 'judged', judgement: act.judgement, judgedAt: now } }
        : refuse('finding_not_judged')
    case 'judged':
      if (act.act === 'judge') return refuse('finding_judged_already')
      if (act.act === 'change')
        return finding.judgement === 'real'
          ? { ok: true, next: { state: 'changed', changedAt: now } }
          : refuse('finding_not_real')
      if (finding.judgement === 'real') return refuse('finding_change_missing')
      return {
        ok: true,
        next: { state: 'closed', as: finding.judgement === 'explained' ? 'explained' : 'unclear' },
      }
    case 'changed':
      if (act.act !== 'close') return refuse('finding_judged_already')
      return closeAfterChange(act.later)
    case 'closed':
      return refuse('finding_closed')
  }
}

function closeAfterChange(later: Extract<FindingAct, { act: 'close' }>['later']): FindingMove {
  const [newest] = later
  if (newest === undefined) return refuse('finding_not_measured_again')
  // «Cannot tell» is not gone.
  if (newest.verdict !== 'no_relevant_difference') return refuse('finding_still_there')
  return { ok: true, next: { state: 'closed', as: 'gone' }, run: newest.run }
}

const refuse = (code: FindingRefusal): FindingMove => ({ ok: false, code })

export type Place = { readonly metric: string; readonly group: Group; readonly reference: Group | null }

/** Whether two are about the same groups and the same metric, in whatever order their columns stand. */
export function samePlace(a: Place, b: Place): boolean {
  return a.metric === b.metric && sameGroup(a.group, b.group) && sameGroup(a.reference, b.reference)
}

function sameGroup(a: Group | null, b: Group | null): boolean {
  if (a === null || b === null) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && Object.is(a[name], b[name]))
  )
}

/** The differences of a report that people have to look at. */
export function foundIn(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter(({ verdict }) => verdict === 'difference_found')
}
