/** The list of decisions about people: filtered, paged, never with what counted. */
import { decisionClasses, decisionKinds, type SystemView } from '../../../src/records/contract.ts'
import {
  contestStates,
  type DecisionList,
  type DecisionSummary,
  favourableFilters,
  reviewFilters,
} from '../../../src/records/decision-contract.ts'
import { type Api, listIn, type Query } from '../../api.ts'
import { Empty, Head, Icon, Sheet, type StateKind } from '../../ui/components.tsx'
import { dayStart } from '../../ui/dates.ts'
import { LineField, SelectField } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Pager, pathWith } from '../parts.tsx'
import { contestFigureReaders, contestFiguresPath } from './contest-figures.tsx'

export const decisionsPath = '/console/decisions'

const fields = ['system', 'kind', 'class', 'favourable', 'review', 'contest', 'from', 'until', 'find'] as const
export type DecisionFilters = Readonly<Partial<Record<(typeof fields)[number], string>>>

const PAGE = 50

/** What the address asks for; anything else in it is left out. */
export function decisionFiltersOf(query: Query): DecisionFilters {
  return Object.fromEntries(
    fields.flatMap((name) => {
      const value = query[name]?.trim()
      return value ? [[name, value.slice(0, 64)]] : []
    }),
  )
}

/** As the API takes them: a person chooses days, and the last one counts in full. */
export const asked = (filters: DecisionFilters) => ({
  ...filters,
  from: filters.from && dayStart(filters.from),
  until: filters.until && dayStart(filters.until, 1),
})

export async function loadDecisions(api: Api, filters: DecisionFilters, before: string | undefined) {
  const first = filters.review === 'waiting' && filters.contest === undefined && before === undefined
  const [list, systems, contested] = await Promise.all([
    api.get<DecisionList>('/api/decisions', { ...asked(filters), before, limit: String(PAGE) }),
    api.get('/api/systems').then(
      (reply) => listIn<SystemView>(reply, 'systems'),
      () => [],
    ),
    first
      ? api.get<DecisionList>('/api/decisions', { ...asked(filters), contest: 'open', limit: String(PAGE) })
      : undefined,
  ])
  return { list, systems, contested: contested?.decisions ?? [] }
}

type Props = {
  cx: ConsoleContext
  list: DecisionList
  /** Of what waits, what its own person asked for: that goes first. */
  contested: readonly DecisionSummary[]
  systems: readonly SystemView[]
  filters: DecisionFilters
  before: string | undefined
}

export const Decisions = ({ cx, list, contested, systems, filters, before }: Props) => {
  const filtered = Object.keys(filters).length > 0
  const { total } = list
  const rest = list.decisions.filter(({ id }) => !contested.some((one) => one.id === id))
  return (
    <Frame cx={cx} title={cx.say('area.decisions')} area={decisionsPath}>
      <Head
        title={cx.say('area.decisions')}
        lead={total > 0 ? cx.count(filtered ? 'decisions.found' : 'decisions.all', total) : undefined}
        acts={
          total > 0 ? (
            <>
              <a class="button" href={pathWith(decisionsPath, { review: 'waiting' })}>
                {cx.say('decisions.waiting')}
              </a>
              {cx.may(contestFigureReaders) && (
                <a class="button button--plain" href={contestFiguresPath}>
                  {cx.say('decisions.figures')}
                </a>
              )}
              <a class="button button--plain" href={pathWith(`${decisionsPath}/file`, filters)}>
                {cx.say('decisions.csv')}
              </a>
            </>
          ) : undefined
        }
      />
      <div class="stack">
        {(total > 0 || filtered) && <FilterForm cx={cx} systems={systems} filters={filters} filtered={filtered} />}
        {contested.length > 0 && (
          <Sheet id="asked" title={cx.say('decisions.asked')}>
            <ol class="rows dense">
              {contested.map((one) => (
                <Line cx={cx} one={one} systems={systems} />
              ))}
            </ol>
          </Sheet>
        )}
        {rest.length === 0 && contested.length > 0 ? null : list.decisions.length === 0 ? (
          filtered ? (
            <Empty title={cx.say('decisions.nothing')}>
              {cx.say('decisions.nothingMore')} <a href={decisionsPath}>{cx.say('decisions.clear')}</a>
            </Empty>
          ) : (
            <Empty title={cx.say('decisions.none')}>{cx.say('decisions.noneMore')}</Empty>
          )
        ) : (
          <Sheet
            id="list"
            title={cx.say('decisions.list')}
            side={<span class="small subtle">{cx.say('decisions.order')}</span>}
          >
            <ol class="rows dense">
              {rest.map((one) => (
                <Line cx={cx} one={one} systems={systems} />
              ))}
            </ol>
            <Pager
              cx={cx}
              first={before === undefined ? undefined : pathWith(decisionsPath, filters)}
              next={list.next === null ? undefined : pathWith(decisionsPath, { ...filters, before: list.next })}
            />
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const FilterForm = ({
  cx,
  systems,
  filters,
  filtered,
}: Pick<Props, 'cx' | 'systems' | 'filters'> & { filtered: boolean }) => {
  const none = cx.say('filter.any')
  const choices = (prefix: string, values: readonly string[]) =>
    values.map((value) => ({ value, word: cx.term(prefix, value) }))
  return (
    <search aria-label={cx.say('decisions.filter')}>
      <form class="sheet filters" method="get" action={decisionsPath}>
        <SelectField
          id="system"
          label={cx.say('filter.system')}
          value={filters.system}
          none={none}
          choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
        />
        <SelectField
          id="kind"
          label={cx.say('decisions.kind')}
          value={filters.kind}
          none={none}
          choices={choices('decisionKind', decisionKinds)}
        />
        <SelectField
          id="class"
          label={cx.say('decisions.class')}
          value={filters.class}
          none={none}
          choices={choices('decisionClass', decisionClasses)}
        />
        <SelectField
          id="favourable"
          label={cx.say('decisions.favourable')}
          value={filters.favourable}
          none={none}
          choices={choices('favourable', favourableFilters)}
        />
        <SelectField
          id="review"
          label={cx.say('decisions.review')}
          value={filters.review}
          none={none}
          choices={choices('decisionReview', reviewFilters)}
        />
        <SelectField
          id="contest"
          label={cx.say('decisions.contest')}
          value={filters.contest}
          none={none}
          choices={choices('contestState', contestStates)}
        />
        <LineField id="from" label={cx.say('filter.from')} type="date" value={filters.from} />
        <LineField id="until" label={cx.say('filter.until')} type="date" value={filters.until} />
        <LineField id="find" label={cx.say('filter.find')} value={filters.find} max={64} />
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('filter.go')}
          </button>
          {filtered && (
            <a class="button button--plain" href={decisionsPath}>
              {cx.say('decisions.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}

/** Whether it is good or bad for the person is told in words; only what waits asks for attention. */
export const reviewLook: Readonly<Record<DecisionSummary['review'], StateKind>> = {
  waiting: 'wait',
  confirmed: 'ok',
  changed: 'attention',
  not_needed: 'ok',
}

export const favourableWord = (cx: ConsoleContext, favourable: boolean | null): string =>
  cx.term('favourable', favourable === null ? 'unknown' : favourable ? 'yes' : 'no')

export const outcomeWord = (cx: ConsoleContext, one: Pick<DecisionSummary, 'outcome' | 'outcomeLabel'>): string =>
  one.outcomeLabel === null ? one.outcome : cx.local(one.outcomeLabel)

const Line = ({ cx, one, systems }: { cx: ConsoleContext; one: DecisionSummary; systems: readonly SystemView[] }) => {
  const system = systems.find(({ id }) => id === one.system)
  return (
    <li class="row" data-row="">
      <Icon
        name={one.review === 'not_needed' ? 'keur' : reviewLook[one.review]}
        {...(one.review === 'not_needed' ? {} : { class: `is-${reviewLook[one.review]}` })}
      />
      <div>
        <a href={`${decisionsPath}/${one.id}`}>
          <b>{outcomeWord(cx, one)}</b>
          <span class="only-read">, {cx.moment(one.decidedAt)}</span>
        </a>
        <br />
        <span class="small subtle">
          {[
            system ? cx.local(system.name) : one.system,
            cx.term('decisionKind', one.kind),
            favourableWord(cx, one.favourable),
            cx.moment(one.decidedAt),
            ...(one.review === 'not_needed' ? [] : [cx.term('decisionReview', one.review)]),
            ...(one.contest === null ? [] : [cx.term('contestState', one.contest)]),
          ].join(' · ')}
        </span>
      </div>
    </li>
  )
}

const columns = [
  'id',
  'client',
  'system',
  'version',
  'kind',
  'class',
  'channel',
  'language',
  'decidedAt',
  'outcome',
  'favourable',
  'score',
  'threshold',
  'review',
  'reviewReason',
  'explanation',
  'explanationReason',
  'contest',
  'record',
] as const satisfies readonly (keyof DecisionSummary)[]

/** Most lines in one file. */
const FILE_MAX = 50_000

/** What the list holds, as a file (RFC 4180): no person and nothing of what counted. */
export async function decisionsCsv(api: Api, filters: DecisionFilters): Promise<string> {
  const lines = [columns.join(',')]
  for (let before: string | undefined; lines.length <= FILE_MAX; ) {
    const page = await api.get<DecisionList>('/api/decisions', { ...asked(filters), before, limit: '500' })
    for (const one of page.decisions) lines.push(columns.map((name) => cell(one[name])).join(','))
    if (page.next === null) break
    before = page.next
  }
  return `${lines.join('\r\n')}\r\n`
}

/** A cell that begins as a formula gets a quote before it, so that no program runs it. A number is none. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value !== 'number' && /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
