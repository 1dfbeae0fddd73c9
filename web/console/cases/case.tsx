/** One case: its term, what is written in it, who handles it, and everything that happened. */
import type { CaseClock, CaseHandlers, CaseView } from '../../../src/records/cases/contract.ts'
import { type Api, failureOf } from '../../api.ts'
import { Head, Message, Scroll, Sheet } from '../../ui/components.tsx'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Kept, loadNamed, type Named } from '../parts.tsx'
import { Assign, Beside, Related, TimeLine } from './beside.tsx'
import { CaseFiles, Letters, Notes, Thread } from './contents.tsx'
import type { Filled } from './filled.ts'
import { caseSections } from './kinds.ts'
import { nextWord, stateWord } from './list.tsx'
import { casePath, casesPath } from './paths.ts'
import { caseWriters } from './roles.ts'
import { Both, ClockState, endOf, endWord, isHot, leftWord, TermBar } from './term.tsx'

export type CaseData = {
  readonly view: CaseView
  readonly named: Named
  /** To whom it can be given; undefined: not for this role to do. */
  readonly people: CaseHandlers['people'] | undefined
  /** What the kind has of its own. */
  readonly own: unknown
}

/** Errors: `case_unknown` (404). */
export async function loadCase(api: Api, id: string): Promise<CaseData> {
  const [opened, named, people] = await Promise.all([openCase(api, id), loadNamed(api), loadHandlers(api, id)])
  return { ...opened, named, people }
}

async function loadHandlers(api: Api, id: string): Promise<CaseData['people']> {
  try {
    return (await api.get<CaseHandlers>(`/api/cases/${encodeURIComponent(id)}/handlers`)).people
  } catch (error) {
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
}

/** First of which kind it is, without opening what was written. */
async function openCase(api: Api, id: string): Promise<Pick<CaseData, 'view' | 'own'>> {
  const path = `/api/cases/${encodeURIComponent(id)}`
  const closed = await api.get<CaseView>(path, { contents: 'false' })
  const section = caseSections[closed.kind]
  if (section.caseIn !== undefined && section.load !== undefined) {
    const own = await section.load(api, closed)
    return { view: section.caseIn(own), own }
  }
  const view = await api.get<CaseView>(path)
  return { view, own: await section.load?.(api, view) }
}

type Props = CaseData & {
  readonly cx: ConsoleContext
  /** What was done, as a sentence. */
  readonly news?: string | undefined
  readonly filled?: Filled | undefined
}

export const CasePage = ({ cx, view, named, people, own, news, filled }: Props) => {
  const { Section } = caseSections[view.kind]
  const title = `${cx.say(`caseKind.${view.kind}`)} ${view.reference}`
  const kept = (['notes', 'assign', 'answer', 'extend'] as const).some(
    (form) => keptFor(cx, `${casePath(view.id)}/${form}`) !== undefined,
  )
  return (
    <Frame
      cx={cx}
      title={title}
      area={casesPath}
      styles={[cx.assets.casesCss]}
      crumbs={[{ href: casesPath, word: cx.say('area.cases') }, { word: view.reference }]}
    >
      <Head
        title={
          <>
            {cx.say(`caseKind.${view.kind}`)} <span class="id">{view.reference}</span>
          </>
        }
        lead={lead(cx, view)}
      />
      <div class="stack">
        {filled?.error !== undefined && (
          <Message kind="bad" title={filled.error}>
            {filled.field !== undefined && <a href={`#${filled.field}`}>{cx.say('case.toField')}</a>}
          </Message>
        )}
        {news && <Message kind="ok" title={news} />}
        {kept && <Kept cx={cx} />}
        {view.access === 'closed' && <Closed cx={cx} view={view} />}
        <Terms cx={cx} view={view} />
        <div class="split split--rail">
          <div class="stack">
            {Section?.({ cx, view, data: own, named, filled })}
            <Thread cx={cx} view={view} />
            <Letters cx={cx} view={view} />
            <CaseFiles cx={cx} view={view} />
            <Notes cx={cx} view={view} filled={filled} />
          </div>
          <aside class="stack" aria-label={cx.say('case.beside')}>
            <Beside cx={cx} view={view} named={named} />
            <Assign cx={cx} view={view} people={people} filled={filled} />
            <Related cx={cx} view={view} />
            <TimeLine cx={cx} view={view} />
          </aside>
        </div>
      </div>
    </Frame>
  )
}

function lead(cx: ConsoleContext, view: CaseView): string {
  return [
    cx.say('case.lead.state', { state: stateWord(cx, view) }),
    view.owner === null ? cx.say('case.lead.nobody') : cx.say('case.lead.owner', { person: view.owner.name }),
    ...(view.closedAt === null ? [cx.say('case.lead.next', { next: nextWord(cx, view) })] : []),
  ].join(' ')
}

/** Not for this reader, or erased: the two are told apart, since the next step is another. */
const Closed = ({ cx, view }: { cx: ConsoleContext; view: CaseView }) => {
  const gone = cx.may(caseWriters(view.kind))
  return (
    <Message kind="attention" title={cx.say(gone ? 'case.gone' : 'case.notForYou')} quiet>
      <p>{cx.say(gone ? 'case.goneMore' : 'case.notForYouMore')}</p>
    </Message>
  )
}

// -- terms --------------------------------------------------------------------------------------------------------------

const Terms = ({ cx, view }: { cx: ConsoleContext; view: CaseView }) => {
  const now =
    view.due === null ? undefined : view.clocks.find(({ rule, state }) => rule === view.due?.rule && isOpen(state))
  return (
    <Sheet id="terms" title={cx.say('case.terms')}>
      {view.clocks.length === 0 ? (
        <p class="subtle">{cx.say('case.termsNone')}</p>
      ) : (
        <>
          {now && <NowTerm cx={cx} clock={now} />}
          <Scroll label={cx.say('case.termsTable')}>
            <table class="stacked">
              <thead>
                <tr>
                  <th scope="col">{cx.say('case.termFor')}</th>
                  <th scope="col">{cx.say('case.termState')}</th>
                  <th scope="col">{cx.say('case.termStart')}</th>
                  <th scope="col">{cx.say('case.termStrict')}</th>
                  <th scope="col">{cx.say('case.termLatest')}</th>
                  <th scope="col">{cx.say('case.termMore')}</th>
                </tr>
              </thead>
              <tbody>
                {view.clocks.map((clock) => (
                  <ClockRow cx={cx} clock={clock} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </Sheet>
  )
}

const isOpen = (state: CaseClock['state']): boolean => state !== 'met' && state !== 'dropped'

/** Article and where to read it; a term that no law gives says that it is ours. */
const Law = ({ cx, clock }: { cx: ConsoleContext; clock: CaseClock }) => (
  <span class="small">
    {clock.url === null ? clock.article : <a href={clock.url}>{clock.article}</a>}
    {clock.house && `. ${cx.say('case.house')}`}
  </span>
)

const NowTerm = ({ cx, clock }: { cx: ConsoleContext; clock: CaseClock }) => {
  const hot = isHot(cx, endOf(clock))
  return (
    <div class="clock clock--case">
      <div class={hot ? 'clock__left is-bad' : 'clock__left'}>
        {leftWord(cx, endOf(clock))}{' '}
        <small class="subtle">{cx.say(clock.strictPassed ? 'case.toLatest' : 'case.toStrict')}</small>
      </div>
      <div class="clock__what">
        <b>{cx.say(`clockName.${clock.clock}`)}</b> <ClockState cx={cx} clock={clock} />
        <br />
        <Law cx={cx} clock={clock} />
      </div>
      <div class="clock__due">
        <Both cx={cx} strictAt={clock.strictAt} latestAt={clock.latestAt} />
        <TermBar clock={clock} hot={hot} />
      </div>
    </div>
  )
}

const dayWord = (cx: ConsoleContext, day: string) => cx.date(`${day}T12:00:00Z`)

const ClockRow = ({ cx, clock }: { cx: ConsoleContext; clock: CaseClock }) => (
  <tr>
    <th scope="row">
      {cx.say(`clockName.${clock.clock}`)}
      <br />
      <Law cx={cx} clock={clock} />
    </th>
    <td data-label={cx.say('case.termState')}>
      <ClockState cx={cx} clock={clock} />
    </td>
    <td data-label={cx.say('case.termStart')}>{cx.full(clock.startedAt)}</td>
    <td data-label={cx.say('case.termStrict')}>{endWord(cx, clock.strictAt)}</td>
    <td data-label={cx.say('case.termLatest')}>{endWord(cx, clock.latestAt)}</td>
    <td data-label={cx.say('case.termMore')}>
      {clock.metAt !== null && <p>{cx.say('case.metOn', { at: cx.full(clock.metAt) })}</p>}
      {clock.extensions.map(({ by, on, until }) => (
        <p>
          {cx.say(`case.extended.${by}`, { on: dayWord(cx, on) })}
          {until !== null && ` ${cx.say('case.extendedUntil', { until: dayWord(cx, until) })}`}
        </p>
      ))}
      {clock.pauses.map(({ ground, from, to }) => (
        <p>
          {to === null
            ? cx.say('case.pausedSince', { ground: cx.term('pauseGround', ground), from: dayWord(cx, from) })
            : cx.say('case.paused', {
                ground: cx.term('pauseGround', ground),
                from: dayWord(cx, from),
                to: dayWord(cx, to),
              })}
        </p>
      ))}
      {clock.metAt === null && clock.extensions.length === 0 && clock.pauses.length === 0 && '–'}
    </td>
  </tr>
)
