/** Today: what is wrong, what is due, who waits, and what the last seven days show. */
import type { ReadingSignals } from '../../../src/access/contract.ts'
import type { TodayView } from '../../../src/records/contract.ts'
import type { Api } from '../../api.ts'
import { Empty, Evidence, Head, Icon, Sheet, State } from '../../ui/components.tsx'
import { leftUntil } from '../../ui/dates.ts'
import { Bars, Columns } from '../../ui/plots.tsx'
import { loadSignals, Signals } from '../access/views.tsx'
import { type CasesDue, CasesDueSheet, loadCasesDue } from '../cases/due.tsx'
import type { ConsoleContext } from '../context.ts'
import { type FairnessDue, FairnessDueSheet, loadFairnessDue } from '../fairness/due.tsx'
import { Frame } from '../frame.tsx'
import { FeedbackCard, type FeedbackToday, loadFeedbackCard } from '../monitoring/card.tsx'
import { labelWord, Reasons } from '../parts.tsx'
import { handOffTakers } from './hand-offs.tsx'

export type TodayData = TodayView & {
  readonly fairness?: FairnessDue | undefined
  readonly signals?: ReadingSignals
  readonly cases?: CasesDue | undefined
  readonly feedback?: FeedbackToday | undefined
}

export async function loadToday(api: Api, now: Date): Promise<TodayData> {
  const [view, fairness, signals, cases, feedback] = await Promise.all([
    api.get<TodayView>('/api/today'),
    loadFairnessDue(api),
    loadSignals(api),
    loadCasesDue(api),
    loadFeedbackCard(api, now),
  ])
  return { ...view, fairness, signals, cases, feedback }
}

export const Today = ({ cx, view }: { cx: ConsoleContext; view: TodayData }) => (
  <Frame cx={cx} title={cx.say('area.today')} area="/console/today">
    <Head title={cx.say('area.today')} lead={lead(cx, view).join(' ')} />
    <div class="split">
      <div class="stack">
        <Signals cx={cx} signals={view.signals ?? []} />
        <HandOffs cx={cx} view={view} />
        {view.cases && <CasesDueSheet cx={cx} due={view.cases} />}
        <Due cx={cx} view={view} />
        {view.fairness && <FairnessDueSheet cx={cx} due={view.fairness} />}
        <Week cx={cx} view={view} />
        {view.feedback && <FeedbackCard cx={cx} today={view.feedback} />}
      </div>
      <div class="stack">
        <Lamps cx={cx} view={view} />
        <LedgerState cx={cx} view={view} />
        <Refused cx={cx} view={view} />
      </div>
    </div>
  </Frame>
)

/** The moment, and the two heaviest things that are so now. */
export function lead(cx: ConsoleContext, view: TodayView): string[] {
  const said: string[] = []
  const count = (state: string) => view.lamps.filter((lamp) => lamp.state === state).length
  const late = view.handOffs.filter((one) => one.late).length
  const over = view.due.filter((one) => one.over).length
  if (view.ledger.verifiedOk === false) said.push(cx.say('today.ledgerBad'))
  if (count('bad') > 0) said.push(cx.count('today.bad', count('bad')))
  if (late > 0) said.push(cx.count('today.late', late))
  if (over > 0) said.push(cx.count('today.over', over))
  if (count('attention') > 0) said.push(cx.count('today.attention', count('attention')))
  if (said.length === 0) said.push(cx.say(view.week.calls === 0 ? 'today.nothingYet' : 'today.calm'))
  return [cx.say('today.at', { date: cx.date(cx.now), time: cx.time(cx.now) }), ...said.slice(0, 2)]
}

const HandOffs = ({ cx, view }: { cx: ConsoleContext; view: TodayView }) => (
  <Sheet
    id="waiting"
    title={cx.say('today.waiting')}
    side={
      <a class="small" href="/console/hand-offs">
        {cx.say('handOffs.all')}
      </a>
    }
  >
    {view.handOffs.length === 0 ? (
      <p class="subtle">{cx.say('today.nobodyWaits')}</p>
    ) : (
      <ol class="rows">
        {view.handOffs.slice(0, 7).map((one) => (
          <li class="row" data-row="">
            <Icon name={one.late ? 'bad' : 'wait'} class={one.late ? 'is-bad' : 'is-wait'} />
            <div>
              <a href={`/console/conversations/${one.conversation}`}>
                <b>{cx.term('handOffReason', one.reason)}</b>
              </a>
              <br />
              <span class="small">
                {one.late && <b class="is-bad">{cx.say('handOff.late')} </b>}
                {cx.say('handOff.since', { at: cx.moment(one.requestedAt) })}
                {one.answerBy && ` ${cx.say('handOff.by', { at: cx.moment(one.answerBy) })}`}
              </span>
            </div>
            {cx.may(handOffTakers) ? (
              <a class="button" href="/console/hand-offs">
                {cx.say('handOff.take')}
                <span class="only-read">: {cx.moment(one.requestedAt)}</span>
              </a>
            ) : null}
          </li>
        ))}
      </ol>
    )}
  </Sheet>
)

const SPAN_DAYS = 60

const Due = ({ cx, view }: { cx: ConsoleContext; view: TodayView }) => (
  <Sheet id="due" title={cx.say('today.due')} side={<span class="small subtle">{cx.say('today.dueSpan')}</span>}>
    {view.due.length === 0 ? (
      <p class="subtle">{cx.say('today.nothingDue')}</p>
    ) : (
      <ol class="rows">
        {view.due.slice(0, 7).map((one) => {
          const left = leftUntil(new Date(one.at), cx.now)
          const hot = one.over || left.unit === 'hours'
          return (
            <li class="clock" data-row="">
              <div class={hot ? 'clock__left is-bad' : 'clock__left'}>
                {one.over
                  ? cx.count(`due.over.${left.unit}`, left.count)
                  : cx.count(`due.left.${left.unit}`, left.count)}
              </div>
              <div class="clock__what">
                <a href={`/console/systems/${one.system}`}>{cx.local(one.name)}</a>
                <br />
                <span class="small">{cx.say(`due.${one.kind}`)}</span>
              </div>
              <div class="clock__due">
                <span>
                  <b>{left.unit === 'hours' ? cx.moment(one.at) : cx.date(one.at)}</b>
                </span>
                <DueLine at={new Date(one.at)} now={cx.now} hot={hot} />
              </div>
            </li>
          )
        })}
      </ol>
    )}
  </Sheet>
)

/** Sixty days as a line; the end of the bar is today. What it shows stands in words beside it. */
const DueLine = ({ at, now, hot }: { at: Date; now: Date; hot: boolean }) => {
  const left = Math.max(0, Math.min(1, (at.getTime() - now.getTime()) / (SPAN_DAYS * 86_400_000)))
  const gone = Math.round((1 - left) * 1400) / 10
  return (
    <svg class="clock__line" viewBox="0 0 150 14" aria-hidden="true">
      <rect class="track" x="4" y="4.5" width="142" height="5" rx="2.5" />
      <rect class={hot ? 'gone gone--hot' : 'gone'} x="4" y="4.5" width={gone} height="5" rx="2.5" />
      <path class="strict" d="M144.5 0h3v14h-3z" />
    </svg>
  )
}

const Week = ({ cx, view: { week, days } }: { cx: ConsoleContext; view: TodayView }) => {
  const hidden = week.redacted.reduce((total, { n }) => total + n, 0)
  const refused = week.refused.reduce((total, { n }) => total + n, 0)
  const list = (query: string) => `/console/conversations${query}`
  return (
    <Sheet
      id="week"
      title={cx.say('week.title')}
      side={
        <span class="small subtle">
          <Evidence href={list('')} title={cx.say('week.conversationsTitle')}>
            {cx.count('week.conversations', week.conversations)}
          </Evidence>
        </span>
      }
    >
      {week.calls === 0 ? (
        <Empty title={cx.say('week.empty')}>{cx.say('week.emptyMore')}</Empty>
      ) : (
        <>
          <div class="figures">
            <Figure
              value={week.disclosed.share === null ? cx.say('unknown') : cx.share(week.disclosed.share)}
              href={list('?state=undisclosed')}
              title={cx.say('week.disclosedTitle')}
            >
              {cx.say('week.disclosed', { n: week.disclosed.n, of: week.disclosed.of })}
            </Figure>
            <Figure value={cx.number(week.forwarded)} href={list('')} title={cx.say('week.forwardedTitle')}>
              {cx.say('week.forwarded', { calls: week.calls })}
            </Figure>
            <Figure value={cx.number(refused)} href={list('?state=refused')} title={cx.say('week.refusedTitle')}>
              {cx.say('week.refused')}
            </Figure>
            <Figure value={cx.number(hidden)} href="/console/limits" title={cx.say('week.hiddenTitle')}>
              {hidden === 0
                ? cx.say('week.hiddenNone')
                : cx.say('week.hidden', {
                    most: week.redacted
                      .slice(0, 3)
                      .map(({ label, n }) => `${labelWord(cx, label)} ${cx.number(n)}`)
                      .join(', '),
                  })}
            </Figure>
          </div>
          {days.length > 0 && (
            <Columns
              id="days"
              title={cx.say('days.title')}
              caption={cx.say('days.caption')}
              show={cx.number}
              columns={days.map(({ day, forwarded, refused: no }) => ({
                word: cx.date(`${day}T12:00:00Z`),
                short: cx.moment(`${day}T12:00:00Z`).split(',')[0]!.split(' ').slice(0, 2).join(' '),
                through: forwarded,
                refused: no,
              }))}
              words={{
                table: cx.say('plot.table'),
                day: cx.say('days.day'),
                through: cx.say('days.through'),
                refused: cx.say('days.refused'),
              }}
            />
          )}
          {week.failed > 0 && (
            <p class="small">
              {cx.rich('week.failed', {
                count: (
                  <Evidence href={list('?state=failed')} title={cx.say('week.failedTitle')}>
                    {cx.number(week.failed)}
                  </Evidence>
                ),
              })}
            </p>
          )}
        </>
      )}
    </Sheet>
  )
}

const Figure = ({ value, href, title, children }: { value: string; href: string; title: string; children: string }) => (
  <div>
    <div class="figure__value">
      <Evidence href={href} title={title}>
        {value}
      </Evidence>
    </div>
    <div class="figure__label">{children}</div>
  </div>
)

/** Every system that is not in order, and of the others as many as fill the list. */
const LAMPS = 7

const lampsShown = (lamps: TodayView['lamps']) =>
  lamps.slice(0, Math.max(LAMPS, lamps.filter(({ state }) => state !== 'ok').length))

const Lamps = ({ cx, view }: { cx: ConsoleContext; view: TodayView }) => (
  <Sheet id="lamps" title={cx.say('area.systems')} side={<span class="small subtle">{cx.say('lamps.order')}</span>}>
    {view.lamps.length === 0 ? (
      <p class="subtle">{cx.say('systems.none')}</p>
    ) : (
      <ol class="rows">
        {lampsShown(view.lamps).map((lamp) => (
          <li class="row row--lamp" data-row="">
            <Icon name={lamp.state} class={`is-${lamp.state}`} />
            <div>
              <a href={`/console/systems/${lamp.system}`}>
                <b>{cx.local(lamp.name)}</b>
              </a>{' '}
              <span class="subtle small">{lamp.version}</span>
              <br />
              <Reasons cx={cx} state={lamp.state} reasons={lamp.reasons} />
            </div>
          </li>
        ))}
      </ol>
    )}
    {lampsShown(view.lamps).length < view.lamps.length && (
      <p class="small">
        <a href="/console/systems">{cx.say('lamps.all', { count: view.lamps.length })}</a>
      </p>
    )}
  </Sheet>
)

const HOUR = 3_600_000

const LedgerState = ({ cx, view: { ledger } }: { cx: ConsoleContext; view: TodayView }) => {
  const age =
    ledger.lastVerifiedAt === null ? Number.POSITIVE_INFINITY : cx.now.getTime() - Date.parse(ledger.lastVerifiedAt)
  return (
    <Sheet id="ledger" title={cx.say('today.ledger')}>
      <p>
        {ledger.verifiedOk === false ? (
          <State kind="bad" block>
            {cx.say('ledger.state.bad')}
          </State>
        ) : ledger.verifiedOk === null || ledger.lastVerifiedAt === null ? (
          <State kind="unknown" block>
            {cx.say('ledger.state.never')}
          </State>
        ) : (
          <State kind={age > 24 * HOUR ? 'attention' : 'ok'} block>
            {cx.say('ledger.state.ok', { at: cx.moment(ledger.lastVerifiedAt) })}
          </State>
        )}
      </p>
      <p class="small">
        {cx.rich('today.ledgerMore', {
          entries: (
            <Evidence href="/console/ledger" title={cx.say('ledger.entriesTitle')}>
              {cx.number(ledger.entries)}
            </Evidence>
          ),
        })}{' '}
        {ledger.pending > 0 &&
          cx.say('today.ledgerPending', { pending: ledger.pending, seconds: Math.ceil(ledger.pendingAgeMs / 1000) })}
      </p>
      <p class="head__acts">
        <a class="button" href="/console/ledger">
          <Icon name="keur" />
          {cx.say('today.ledgerOpen')}
        </a>
      </p>
    </Sheet>
  )
}

const Refused = ({ cx, view: { week } }: { cx: ConsoleContext; view: TodayView }) =>
  week.refused.length === 0 ? null : (
    <Sheet id="refused" title={cx.say('refused.title')}>
      <Bars
        id="why"
        title={cx.say('refused.plot')}
        caption={cx.say('refused.caption')}
        bars={[...week.refused]
          .sort((a, b) => b.n - a.n)
          .map(({ code, n }) => ({
            word: cx.term('code', code),
            count: n,
            show: cx.number(n),
            cell: (
              <Evidence href={`/console/conversations?code=${encodeURIComponent(code)}`} title={cx.term('code', code)}>
                {cx.number(n)}
              </Evidence>
            ),
          }))}
        words={{ table: cx.say('plot.table'), name: cx.say('refused.reason'), count: cx.say('plot.count') }}
      />
    </Sheet>
  )
