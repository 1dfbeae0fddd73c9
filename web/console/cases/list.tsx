/** The work list: what customers wait for, the first to end on top. */
import { readers } from '../../../src/platform/http.ts'
import { type CaseCounts, type CaseList, dueFilters, type WorkLine } from '../../../src/records/cases/contract.ts'
import type { Api, Query } from '../../api.ts'
import { Empty, Head, Message, Scroll, Sheet } from '../../ui/components.tsx'
import { LineField, SelectField } from '../../ui/forms.tsx'
import { hyphenated } from '../../ui/hyphens.ts'
import { intake, newPath } from '../complaints/new.tsx'
import { reportPath } from '../complaints/report.tsx'
import { areasFor, type ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { loadNamed, type Named, namesOf, Pager, pathWith } from '../parts.tsx'
import { requestsPath } from '../privacy/rights/requests.tsx'
import { caseSections } from './kinds.ts'
import { casePath, casesPath, workPath } from './paths.ts'
import { type CaseKind, isCaseKind, type WorkKind, workKinds, workReaders, workTakers } from './roles.ts'
import { TermCell } from './term.tsx'

export const caseTabs = ['open', 'mine', 'none', 'late', 'closed'] as const
export type CaseTab = (typeof caseTabs)[number]

const fields = ['kind', 'client', 'system', 'state', 'due', 'owner', 'find'] as const
export type CaseFilters = { readonly tab: CaseTab } & Readonly<Partial<Record<(typeof fields)[number], string>>>

/** What the address asks for; anything else in it is left out. */
export function caseFiltersOf(query: Query): CaseFilters {
  return {
    tab: caseTabs.find((one) => one === query.tab) ?? 'open',
    ...Object.fromEntries(
      fields.flatMap((name) => {
        const value = query[name]?.trim()
        return value ? [[name, value.slice(0, 64)]] : []
      }),
    ),
  }
}

const ofTab: Readonly<Record<CaseTab, Query>> = {
  open: {},
  mine: { owner: 'me' },
  none: { owner: 'none' },
  late: { due: 'passed' },
  closed: { closed: 'true' },
}

/** As the API takes them: a tab is a filter that stands before the others. */
export const asked = ({ tab, ...filters }: CaseFilters): Query => ({ ...filters, ...ofTab[tab] })

/** The address of a list; the first tab is the list without any. */
export const listPath = ({ tab, ...filters }: CaseFilters, more: Query = {}): string =>
  pathWith(casesPath, { tab: tab === 'open' ? undefined : tab, ...filters, ...more })

export type CasesData = {
  readonly list: CaseList
  readonly counts: CaseCounts
  readonly named: Named
}

export async function loadCases(api: Api, filters: CaseFilters, after?: string): Promise<CasesData> {
  const [list, counts, named] = await Promise.all([
    api.get<CaseList>('/api/cases', { ...asked(filters), after }),
    api.get<CaseCounts>('/api/case-counts'),
    loadNamed(api),
  ])
  return { list, counts, named }
}

/** What was done to a line from the list: told on top, with the way back. */
export type Given = { readonly id: string; readonly kind: WorkKind; readonly done: 'taken' | 'returned' }

type Props = CasesData & {
  readonly cx: ConsoleContext
  readonly filters: CaseFilters
  readonly after: string | undefined
  readonly given?: Given | undefined
  readonly error?: string | undefined
}

export const Cases = (props: Props) => {
  const { cx, list, counts, filters, after, error } = props
  const { tab: _, ...narrowed } = filters
  const filtered = Object.keys(narrowed).length > 0
  return (
    <Frame cx={cx} title={cx.say('area.cases')} area={casesPath} styles={[cx.assets.casesCss]}>
      <Head title={cx.say('area.cases')} lead={lead(cx, counts)} acts={<Acts {...props} />} />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        <GivenNews {...props} />
        <Kinds {...props} />
        <Tabs cx={cx} filters={filters} counts={counts} />
        <FilterForm {...props} filtered={filtered} />
        {list.cases.length === 0 ? (
          <Nothing cx={cx} filters={filters} filtered={filtered} />
        ) : (
          <Sheet
            id="list"
            title={cx.say(`cases.tab.${filters.tab}`)}
            side={<span class="small subtle">{found(cx, list, filters.tab)}</span>}
          >
            <Table {...props} />
            <Pager
              cx={cx}
              first={after === undefined ? undefined : listPath(filters)}
              next={list.next === null ? undefined : listPath(filters, { after: list.next })}
            />
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

/** At most three sentences: how many, and the two things that cannot wait. */
function lead(cx: ConsoleContext, counts: CaseCounts): string {
  if (counts.open === 0) return cx.say('cases.calm')
  return [
    cx.count('cases.open', counts.open),
    ...(counts.passed > 0 ? [cx.count('cases.passed', counts.passed)] : []),
    ...(counts.today > 0 ? [cx.count('cases.today', counts.today)] : []),
    ...(counts.unowned > 0 ? [cx.count('cases.unowned', counts.unowned)] : []),
  ]
    .slice(0, 3)
    .join(' ')
}

const found = (cx: ConsoleContext, { total, more }: CaseList, tab: CaseTab): string =>
  [
    more ? cx.say('cases.more', { count: cx.number(total) }) : cx.count('cases.found', total),
    cx.say(tab === 'closed' ? 'cases.orderClosed' : 'cases.order'),
  ].join(' ')

const Acts = (props: Props) => (
  <>
    {props.cx.may(intake) && (
      <a class="button button--first" href={newPath}>
        {props.cx.say('complaintNew.link')}
      </a>
    )}
    <Files {...props} />
    {props.cx.may(readers) && (
      <a class="button button--plain" href={reportPath}>
        {props.cx.say('complaintReport.link')}
      </a>
    )}
  </>
)

const Files = ({ cx, filters, list }: Pick<Props, 'cx' | 'filters' | 'list'>) =>
  list.cases.length === 0
    ? null
    : (['csv', 'json'] as const).map((format) => {
        const { tab, ...others } = filters
        return (
          <a class="button button--plain" href={pathWith(`${casesPath}/file`, { tab, ...others, format })}>
            {cx.say(`cases.file.${format}`)}
          </a>
        )
      })

const GivenNews = ({ cx, given, list, filters }: Props) => {
  if (given === undefined) return null
  const one = list.cases.find(({ id }) => id === given.id)
  return (
    <Message kind="ok" title={cx.say(`cases.done.${given.done}`)}>
      <div class="head__acts">
        <a href={workPath(given)}>{one?.reference ?? cx.say('cases.toCase')}</a>
        {given.done === 'taken' && given.kind !== 'hand_off' && (
          <form method="post" action={`${casePath(given.id)}/return`}>
            <input type="hidden" name="kind" value={given.kind} />
            <input type="hidden" name="back" value={listPath(filters)} />
            <button class="button" type="submit">
              {cx.say('cases.return')}
            </button>
          </form>
        )}
      </div>
    </Message>
  )
}

/** How many of each kind, each number the way to its list. */
const Kinds = ({ cx, counts }: Props) => (
  <div class="figures figures--small">
    {workKinds
      .flatMap((kind) => counts.byKind.filter((one) => one.kind === kind))
      .map(({ kind, open, passed }) => (
        <Figure
          cx={cx}
          count={open}
          href={kind === 'request' && seesRequests(cx) ? requestsPath : listPath({ tab: 'open', kind })}
          word={cx.say(`caseKind.${kind}.plural`)}
          more={passed > 0 ? cx.count('cases.kindLate', passed) : undefined}
        />
      ))}
  </div>
)

/** Requests about one's own data are handled on a page of their own. */
const seesRequests = (cx: ConsoleContext): boolean => areasFor(cx).some(({ path }) => path === requestsPath)

const Figure = ({
  cx,
  count,
  href,
  word,
  more,
}: {
  cx: ConsoleContext
  count: number
  href: string
  word: string
  more: string | undefined
}) => (
  <a class="figure" href={href}>
    <span class="figure__value">{cx.number(count)}</span>
    <span class="figure__label">
      {hyphenated(word)}
      {more !== undefined && <b class="is-bad"> {more}</b>}
    </span>
  </a>
)

const Tabs = ({ cx, filters, counts }: Pick<Props, 'cx' | 'filters' | 'counts'>) => {
  const numbers: Readonly<Partial<Record<CaseTab, number>>> = {
    open: counts.open,
    none: counts.unowned,
    late: counts.passed,
  }
  const { tab: here, state: _state, owner: _owner, due: _due, ...others } = filters
  return (
    <nav class="tabs" aria-label={cx.say('cases.tabs')}>
      <ul>
        {caseTabs.map((tab) => (
          <li>
            <a href={listPath({ ...others, tab })} aria-current={tab === here ? 'page' : undefined}>
              {cx.say(`cases.tab.${tab}`)}
              {numbers[tab] !== undefined && <span class="tabs__count">{cx.number(numbers[tab])}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const FilterForm = ({ cx, named, filters, filtered }: Props & { filtered: boolean }) => {
  const none = cx.say('filter.any')
  const clients = cx.me?.client === null ? cx.me.clients : []
  const kind = workKinds.find((one) => one === filters.kind)
  const states = kind === undefined ? undefined : statesOf(kind)
  const seen = workKinds.filter((one) => workReaders(one) === undefined || cx.may(workReaders(one)!))
  return (
    <search aria-label={cx.say('cases.filter')}>
      <form class="sheet filters" method="get" action={casesPath}>
        {filters.tab !== 'open' && <input type="hidden" name="tab" value={filters.tab} />}
        <LineField id="find" label={cx.say('cases.find')} value={filters.find} max={64} />
        <SelectField
          id="kind"
          label={cx.say('cases.kind')}
          value={filters.kind}
          none={none}
          choices={seen.map((value) => ({ value, word: cx.say(`caseKind.${value}`) }))}
        />
        {kind !== undefined && states !== undefined && (
          <SelectField
            id="state"
            label={cx.say('cases.state')}
            value={filters.state}
            none={none}
            choices={states.map((value) => ({ value, word: cx.term(`caseState.${kind}`, value) }))}
          />
        )}
        {clients.length > 1 && (
          <SelectField
            id="client"
            label={cx.say('cases.client')}
            value={filters.client}
            none={none}
            choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
          />
        )}
        {named.systems.length > 0 && (
          <SelectField
            id="system"
            label={cx.say('filter.system')}
            value={filters.system}
            none={none}
            choices={named.systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
          />
        )}
        {filters.tab !== 'late' && filters.tab !== 'closed' && (
          <SelectField
            id="due"
            label={cx.say('cases.due')}
            value={filters.due}
            none={none}
            choices={dueFilters.map((value) => ({ value, word: cx.say(`cases.due.${value}`) }))}
          />
        )}
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('filter.go')}
          </button>
          {filtered && (
            <a class="button button--plain" href={listPath({ tab: filters.tab })}>
              {cx.say('cases.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}

const Nothing = ({ cx, filters, filtered }: { cx: ConsoleContext; filters: CaseFilters; filtered: boolean }) =>
  filtered ? (
    <Empty title={cx.say('cases.nothing')}>
      {cx.say(filters.find === undefined ? 'cases.nothingMore' : 'cases.nothingFound')}{' '}
      <a href={listPath({ tab: filters.tab })}>{cx.say('cases.clear')}</a>
    </Empty>
  ) : (
    <Empty title={cx.say(`cases.empty.${filters.tab}`)}>{cx.say(`cases.emptyMore.${filters.tab}`)}</Empty>
  )

const Table = (props: Props) => {
  const { cx, list } = props
  return (
    <Scroll label={cx.say('cases.table')}>
      <table class="cases stacked">
        <thead>
          <tr>
            <th scope="col">{cx.say('cases.what')}</th>
            <th scope="col">{cx.say('cases.next')}</th>
            <th scope="col">{cx.say('cases.term')}</th>
            <th scope="col">{cx.say('cases.owner')}</th>
            <th scope="col">{cx.say('cases.where')}</th>
            <th scope="col">{cx.say('cases.opened')}</th>
          </tr>
        </thead>
        <tbody>
          {list.cases.map((one) => (
            <Line {...props} one={one} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

const otherStates: Readonly<Record<Exclude<WorkKind, CaseKind>, readonly string[]>> = {
  hand_off: ['requested', 'accepted', 'missed', 'completed'],
  breach: ['recorded', 'assessed', 'notified', 'closed'],
}
const statesOf = (kind: WorkKind): readonly string[] | undefined =>
  isCaseKind(kind) ? caseSections[kind].states : otherStates[kind]

export const stateWord = (cx: ConsoleContext, { kind, state }: Pick<WorkLine, 'kind' | 'state'>): string =>
  cx.term(`caseState.${kind}`, state)

/** What happens next; a step that a kind has no words of its own for is one that all have. */
export function nextWord(cx: ConsoleContext, { kind, nextAct }: Pick<WorkLine, 'kind' | 'nextAct'>): string {
  if (nextAct === null) return cx.say('caseNext.none')
  return cx.knows(`caseNext.${kind}.${nextAct}`) ? cx.term(`caseNext.${kind}`, nextAct) : cx.term('caseNext', nextAct)
}

const Line = ({ cx, one, named, filters, after }: Props & { one: WorkLine }) => {
  const client = cx.me?.clients.find(({ id }) => id === one.client)
  return (
    <tr data-row="">
      <td>
        {one.reference === null ? (
          <a href={workPath(one)}>{cx.full(one.openedAt)}</a>
        ) : (
          <a class="id" href={workPath(one)}>
            {one.reference}
          </a>
        )}
        <br />
        <span class="small subtle">{cx.say(`caseKind.${one.kind}`)}</span>
      </td>
      <td data-label={cx.say('cases.next')}>
        {nextWord(cx, one)}
        <br />
        <span class="small subtle">{stateWord(cx, one)}</span>
      </td>
      <td data-label={cx.say('cases.term')}>
        <TermCell cx={cx} one={one} />
      </td>
      <td data-label={cx.say('cases.owner')}>
        {one.owner?.name ?? <span class="subtle">{cx.say('case.nobody')}</span>}
        {one.owner === null && one.closedAt === null && cx.may(workTakers[one.kind]) && (
          <form method="post" action={`${casePath(one.id)}/take`}>
            <input type="hidden" name="back" value={listPath(filters, { after })} />
            <input type="hidden" name="kind" value={one.kind} />
            <button class="button" type="submit">
              {cx.say('cases.take')}
              <span class="only-read">: {one.reference ?? cx.full(one.openedAt)}</span>
            </button>
          </form>
        )}
      </td>
      <td data-label={cx.say('cases.where')}>
        {one.client === null ? cx.say('cases.wholeOrganisation') : (client?.name ?? one.client)}
        <br />
        <span class="small subtle">
          {one.system === null ? cx.say('case.noSystem') : namesOf(cx, named).system(one.system)}
        </span>
      </td>
      <td class="nowrap" data-label={cx.say('cases.opened')}>
        {cx.date(one.openedAt)}
      </td>
    </tr>
  )
}
