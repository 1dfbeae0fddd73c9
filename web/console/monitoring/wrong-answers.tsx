/** Answers of AI that were wrong: which articles they came from, and how it stands with each report. */
import type { WrongAnswerLine, WrongAnswerList, WrongState } from '../../../src/monitoring/contract.ts'
import type { Api, Query } from '../../api.ts'
import { Empty, Field, Head, Icon, Scroll, Select, Sheet, type StateKind } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { loadNamed, type Named, namesOf } from '../parts.tsx'
import { feedbackPath } from './readers.ts'

export const wrongPath = '/console/wrong-answers'
export const wrongAddress = (id: string) => `${wrongPath}/${encodeURIComponent(id)}`
/** Who judges a report and approves what customers read (monitoring/io/wrong-answer-routes.ts `answerJudges`). */
export const answerJudges = ['ethics_officer', 'overseer', 'supervisor'] as const

export const wrongStates = ['reported', 'confirmed', 'rejected', 'corrected'] as const satisfies readonly WrongState[]
export const stateLook: Readonly<Record<WrongState, StateKind>> = {
  reported: 'wait',
  confirmed: 'bad',
  rejected: 'ok',
  corrected: 'ok',
}

export type WrongFilters = Readonly<Partial<Record<'state' | 'system' | 'source', string>>>

export function wrongFilters(query: Query): WrongFilters {
  const { state = '', system = '', source = '' } = query
  return {
    ...((wrongStates as readonly string[]).includes(state) ? { state } : {}),
    ...(/^[a-z0-9][a-z0-9._-]{0,62}$/.test(system) ? { system } : {}),
    ...(source === '' || source.length > 200 ? {} : { source }),
  }
}

export async function loadWrongAnswers(api: Api, filters: WrongFilters) {
  const [list, named] = await Promise.all([api.get<WrongAnswerList>('/api/wrong-answers', filters), loadNamed(api)])
  return { list, named }
}

type Props = { cx: ConsoleContext; list: WrongAnswerList; named: Named; filters: WrongFilters }

export const WrongAnswers = ({ cx, list, named, filters }: Props) => {
  const { wrongAnswers } = list
  const filtered = Object.keys(filters).length > 0
  return (
    <Frame
      cx={cx}
      title={cx.say('area.wrongAnswers')}
      area={feedbackPath}
      crumbs={[{ href: feedbackPath, word: cx.say('area.feedback') }, { word: cx.say('area.wrongAnswers') }]}
    >
      <Head title={cx.say('area.wrongAnswers')} lead={lead(cx, wrongAnswers)} />
      <div class="stack">
        {(wrongAnswers.length > 0 || filtered) && <FilterForm cx={cx} named={named} filters={filters} />}
        {wrongAnswers.length === 0 ? (
          filtered ? (
            <Empty title={cx.say('wa.nothing')}>
              <a href={wrongPath}>{cx.say('fb.clear.filters')}</a>
            </Empty>
          ) : (
            <Empty title={cx.say('wa.none')}>{cx.say('wa.noneMore')}</Empty>
          )
        ) : (
          <Sheet id="list" title={cx.say('wa.list')}>
            <ol class="rows">
              {wrongAnswers.map((one) => (
                <Line cx={cx} one={one} named={named} />
              ))}
            </ol>
            {list.more && <p class="small">{cx.say('wa.more')}</p>}
          </Sheet>
        )}
        {list.sources.length > 0 && <Sources cx={cx} list={list} named={named} />}
      </div>
    </Frame>
  )
}

function lead(cx: ConsoleContext, list: readonly WrongAnswerLine[]): string {
  if (list.length === 0) return cx.say('wa.lead.none')
  const count = (state: WrongState) => list.filter((one) => one.state === state).length
  return [
    cx.count('wa.lead', list.length),
    count('reported') > 0 ? cx.count('wa.lead.toJudge', count('reported')) : undefined,
    count('confirmed') > 0 ? cx.count('wa.lead.toCorrect', count('confirmed')) : undefined,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ')
}

const FilterForm = ({ cx, named, filters }: Pick<Props, 'cx' | 'named' | 'filters'>) => (
  <search aria-label={cx.say('area.wrongAnswers')}>
    <form class="sheet filters" method="get" action={wrongPath}>
      <Field id="f-state" label={cx.say('filter.state')}>
        <Select
          id="f-state"
          name="state"
          value={filters.state}
          none={cx.say('filter.any')}
          choices={wrongStates.map((value) => ({ value, word: cx.say(`wa.state.${value}`) }))}
        />
      </Field>
      <Field id="f-system" label={cx.say('filter.system')}>
        <Select
          id="f-system"
          name="system"
          value={filters.system}
          none={cx.say('filter.any')}
          choices={named.systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
        />
      </Field>
      {filters.source !== undefined && <input type="hidden" name="source" value={filters.source} />}
      <div class="head__acts">
        <button class="button" type="submit">
          {cx.say('filter.go')}
        </button>
        {Object.keys(filters).length > 0 && (
          <a class="button button--plain" href={wrongPath}>
            {cx.say('fb.clear.filters')}
          </a>
        )}
      </div>
    </form>
  </search>
)

export function reachWords(cx: ConsoleContext, { recipients, state, lookedEverywhere }: WrongAnswerLine): string {
  const { same, shared, told, waiting } = recipients
  return [
    cx.count('wa.same', same),
    shared > 0 ? cx.count('wa.shared', shared) : undefined,
    state === 'corrected' ? cx.say('wa.told', { told, waiting }) : undefined,
    lookedEverywhere ? undefined : cx.say('wa.looking'),
  ]
    .filter((words) => words !== undefined)
    .join(' · ')
}

export const sourceWords = (cx: ConsoleContext, { source }: Pick<WrongAnswerLine, 'source'>): string =>
  source === null ? cx.say('wa.noSource') : (source.title ?? source.id)

const Line = ({ cx, one, named }: { cx: ConsoleContext; one: WrongAnswerLine; named: Named }) => (
  <li class="row" data-row="">
    <Icon name={stateLook[one.state]} class={`is-${stateLook[one.state]}`} />
    <div>
      <a href={wrongAddress(one.id)}>
        <b>{cx.say('wa.title', { kind: cx.say(`wa.kind.${one.kind}`) })}</b>
        <span class="only-read">, {cx.moment(one.reportedAt)}</span>
      </a>
      <br />
      <span class="small">
        <b class={`is-${stateLook[one.state]}`}>{cx.say(`wa.state.${one.state}`)}</b> · {sourceWords(cx, one)} ·{' '}
        {namesOf(cx, named).system(one.system)} · {cx.moment(one.reportedAt)}
        <br />
        {reachWords(cx, one)}
      </span>
    </div>
  </li>
)

const Sources = ({ cx, list, named }: Pick<Props, 'cx' | 'list' | 'named'>) => (
  <Sheet id="sources" title={cx.say('wa.sources')}>
    <p>{cx.say('wa.sources.lead')}</p>
    <Scroll label={cx.say('wa.sources.article')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('wa.sources.article')}</th>
            <th scope="col">{cx.say('wa.fact.system')}</th>
            <th scope="col" class="num">
              {cx.say('wa.sources.answers')}
            </th>
            <th scope="col" class="num">
              {cx.say('wa.sources.recipients')}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.sources.map(({ source, system, answers, recipients }) => (
            <tr>
              <th scope="row">
                <a href={`${wrongPath}?source=${encodeURIComponent(source.id)}`}>{source.title ?? source.id}</a>
              </th>
              <td>{namesOf(cx, named).system(system)}</td>
              <td class="num">{cx.number(answers)}</td>
              <td class="num">{cx.number(recipients)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Sheet>
)
