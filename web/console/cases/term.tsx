/** The term of a case: how far it is, as lamp and words, with the strict and the latest date always together. */
import type { CaseClock, WorkLine } from '../../../src/records/cases/contract.ts'
import { State, type StateKind } from '../../ui/components.tsx'
import { dayOf, leftUntil } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'

export type TermLamp = 'running' | 'reminded' | 'strict_passed' | 'late' | 'paused' | 'extended'

const looks: Readonly<Record<TermLamp, StateKind>> = {
  running: 'ok',
  reminded: 'attention',
  strict_passed: 'attention',
  late: 'bad',
  paused: 'wait',
  extended: 'wait',
}

type Due = NonNullable<WorkLine['due']>

/** The heaviest thing that is so now. */
export function termLamp({ due, reminded }: { due: Due; reminded: number }): TermLamp {
  if (due.latestPassed || due.state === 'missed') return 'late'
  if (due.strictPassed) return 'strict_passed'
  if (due.state === 'paused') return 'paused'
  if (reminded > 0) return 'reminded'
  return due.state === 'extended' ? 'extended' : 'running'
}

/** Days end with their last moment; a term in hours ends at one. */
export function endWord(cx: ConsoleContext, at: string): string {
  const end = new Date(at)
  const endsDay = dayOf(end) !== dayOf(new Date(end.getTime() + 1))
  return endsDay ? cx.date(end) : cx.full(end)
}

type Ends = { readonly strictAt: string; readonly latestAt: string; readonly strictPassed: boolean }

/** The end that counts now: the strict one is what was promised; after it the latest. */
export const endOf = ({ strictAt, latestAt, strictPassed }: Ends): string => (strictPassed ? latestAt : strictAt)

/** «Nog 5 dagen», «2 uur te laat». */
export function leftWord(cx: ConsoleContext, at: string): string {
  const left = leftUntil(new Date(at), cx.now)
  return left.over ? cx.count(`due.over.${left.unit}`, left.count) : cx.count(`due.left.${left.unit}`, left.count)
}

/** Over, or within two days. */
export function isHot(cx: ConsoleContext, at: string): boolean {
  const left = leftUntil(new Date(at), cx.now)
  return left.over || left.unit === 'hours'
}

export const Both = ({ cx, strictAt, latestAt }: { cx: ConsoleContext; strictAt: string; latestAt: string }) => (
  <>
    <span>
      {cx.say('case.strict')} <b>{endWord(cx, strictAt)}</b>
    </span>
    <span>
      {cx.say('case.latest')} <b>{endWord(cx, latestAt)}</b>
    </span>
  </>
)

/** The cell of the list. */
export const TermCell = ({ cx, one }: { cx: ConsoleContext; one: WorkLine }) => {
  if (one.closedAt !== null) return <span class="subtle">{cx.say('case.closedOn', { at: cx.date(one.closedAt) })}</span>
  if (one.due === null) return <span class="subtle">{cx.say('case.noTerm')}</span>
  const lamp = termLamp({ due: one.due, reminded: one.reminded })
  return (
    <>
      <b class={isHot(cx, endOf(one.due)) ? 'is-bad' : undefined}>{leftWord(cx, endOf(one.due))}</b>{' '}
      <State kind={looks[lamp]}>{cx.say(`termLamp.${lamp}`)}</State>
      <div class="clock__due">
        <Both cx={cx} strictAt={one.due.strictAt} latestAt={one.due.latestAt} />
      </div>
      {one.escalated && <span class="small is-attention">{cx.say('case.escalated')}</span>}
    </>
  )
}

const clockLooks: Readonly<Record<CaseClock['state'], StateKind>> = {
  running: 'ok',
  paused: 'wait',
  extended: 'wait',
  met: 'ok',
  missed: 'bad',
  dropped: 'unknown',
}

/** What became of one term. */
export const ClockState = ({ cx, clock }: { cx: ConsoleContext; clock: CaseClock }) => {
  const open = clock.state === 'running' || clock.state === 'extended' || clock.state === 'paused'
  if (clock.state === 'met' && clock.metLate) return <State kind="attention">{cx.say('clockState.met_late')}</State>
  if (open && clock.strictPassed) return <State kind="attention">{cx.say('termLamp.strict_passed')}</State>
  return <State kind={clockLooks[clock.state]}>{cx.say(`clockState.${clock.state}`)}</State>
}

/** From its start to the latest end: how much has gone, a bar where it is strict, a ring where it ends. Words stand beside it. */
export const TermBar = ({ clock, hot }: { clock: CaseClock; hot: boolean }) => {
  const [start, strict, latest] = [clock.startedAt, clock.strictAt, clock.latestAt].map((at) => Date.parse(at)) as [
    number,
    number,
    number,
  ]
  const part = latest > start ? Math.max(0, Math.min(1, (strict - start) / (latest - start))) : 1
  const tenth = (n: number) => Math.round(n * 10) / 10
  return (
    <svg class="clock__line" viewBox="0 0 150 14" aria-hidden="true">
      <rect class="track" x="4" y="4.5" width="142" height="5" rx="2.5" />
      <rect
        class={hot ? 'gone gone--hot' : 'gone'}
        x="4"
        y="4.5"
        width={tenth(142 * Math.max(0, Math.min(1, clock.share * part)))}
        height="5"
        rx="2.5"
      />
      <path class="strict" d={`M${tenth(2.5 + 142 * part)} 0h3v14h-3z`} />
      {latest > strict && <circle class="latest" cx="146" cy="7" r="4" />}
    </svg>
  )
}
