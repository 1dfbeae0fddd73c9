/** The list of conversations: filtered, paged, never with contents. */
import type { PropsWithChildren } from 'hono/jsx'
import type { z } from 'zod'
import { refusalCodes } from '../../../src/gateway/contract.ts'
import {
  channels,
  type conversationList,
  type conversationSummary,
  type SystemView,
} from '../../../src/records/contract.ts'
import { type Api, listIn, type Query } from '../../api.ts'
import { Empty, Field, Head, Icon, Select, Sheet, State, type StateKind } from '../../ui/components.tsx'
import { dayStart } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { languageWord, Pager, pathWith } from '../parts.tsx'

export type ConversationSummary = z.output<typeof conversationSummary>
export type ConversationList = z.output<typeof conversationList>

const fields = ['system', 'channel', 'language', 'state', 'code', 'from', 'until', 'find'] as const
export type Filters = Readonly<Partial<Record<(typeof fields)[number], string>>>

export const states = ['refused', 'handed_off', 'undisclosed', 'held', 'failed'] as const
export const languageTags = ['nl', 'en', 'de', 'fr', 'tr', 'ar', 'pl', 'uk', 'es'] as const

const PAGE = 50

/** What the address asks for; anything else in it is left out. */
export function filtersOf(query: Query): Filters {
  const given: Record<string, string> = {}
  for (const name of fields) {
    const value = query[name]?.trim()
    if (value) given[name] = value.slice(0, 64)
  }
  return given
}

export async function loadConversations(api: Api, filters: Filters, before: string | undefined) {
  const [list, systems] = await Promise.all([
    api.get<ConversationList>('/api/conversations', {
      ...filters,
      // A person chooses days; the day chosen as the last counts in full.
      from: filters.from && dayStart(filters.from),
      until: filters.until && dayStart(filters.until, 1),
      before,
      limit: String(PAGE),
    }),
    api.get('/api/systems').then(
      (reply) => listIn<SystemView>(reply, 'systems'),
      () => [],
    ),
  ])
  return { list, systems }
}

type Props = {
  cx: ConsoleContext
  list: ConversationList
  systems: readonly SystemView[]
  filters: Filters
  before: string | undefined
}

const path = '/console/conversations'

export const Conversations = ({ cx, list, systems, filters, before }: Props) => {
  const filtered = Object.keys(filters).length > 0
  const { total } = list
  return (
    <Frame cx={cx} title={cx.say('area.conversations')} area={path}>
      <Head
        title={cx.say('area.conversations')}
        lead={total > 0 ? cx.count(filtered ? 'conversations.found' : 'conversations.all', total) : undefined}
      />
      <div class="stack">
        {(total > 0 || filtered) && <FilterForm cx={cx} systems={systems} filters={filters} filtered={filtered} />}
        {list.conversations.length === 0 ? (
          filtered ? (
            <Empty title={cx.say('conversations.nothing')}>
              {cx.say('conversations.nothingMore')} <a href={path}>{cx.say('conversations.clear')}</a>
            </Empty>
          ) : (
            <Empty title={cx.say('conversations.none')}>{cx.say('conversations.noneMore')}</Empty>
          )
        ) : (
          <Sheet
            id="list"
            title={cx.say('conversations.list')}
            side={<span class="small subtle">{cx.say('conversations.order')}</span>}
          >
            <ol class="rows dense">
              {list.conversations.map((one) => (
                <Line cx={cx} one={one} systems={systems} />
              ))}
            </ol>
            <Pager
              cx={cx}
              first={before === undefined ? undefined : pathWith(path, filters)}
              next={list.next === null ? undefined : pathWith(path, { ...filters, before: list.next })}
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
  const any = cx.say('filter.any')
  return (
    <search aria-label={cx.say('filter.title')}>
      <form class="sheet filters" method="get" action={path}>
        <Field id="f-system" label={cx.say('filter.system')}>
          <Select
            id="f-system"
            name="system"
            value={filters.system}
            none={any}
            choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
          />
        </Field>
        <Field id="f-state" label={cx.say('filter.state')}>
          <Select
            id="f-state"
            name="state"
            value={filters.state}
            none={any}
            choices={states.map((value) => ({ value, word: cx.say(`filter.state.${value}`) }))}
          />
        </Field>
        <Field id="f-code" label={cx.say('filter.code')}>
          <Select
            id="f-code"
            name="code"
            value={filters.code}
            none={any}
            choices={refusalCodes.map((value) => ({ value, word: cx.term('code', value) }))}
          />
        </Field>
        <Field id="f-channel" label={cx.say('filter.channel')}>
          <Select
            id="f-channel"
            name="channel"
            value={filters.channel}
            none={any}
            choices={channels.map((value) => ({ value, word: cx.term('channel', value) }))}
          />
        </Field>
        <Field id="f-language" label={cx.say('filter.language')}>
          <Select
            id="f-language"
            name="language"
            value={filters.language}
            none={any}
            choices={languageTags.map((value) => ({ value, word: languageWord(cx, value) }))}
          />
        </Field>
        <Field id="f-from" label={cx.say('filter.from')}>
          <input id="f-from" name="from" type="date" value={filters.from} />
        </Field>
        <Field id="f-until" label={cx.say('filter.until')}>
          <input id="f-until" name="until" type="date" value={filters.until} />
        </Field>
        <Field id="f-find" label={cx.say('filter.find')}>
          <input id="f-find" name="find" value={filters.find} maxlength={64} autocomplete="off" spellcheck={false} />
        </Field>
        <div class="head__acts">
          <a class="button button--plain" href="/console/conversations/words">
            {cx.say('words.link')}
          </a>
          <button class="button" type="submit">
            {cx.say('filter.go')}
          </button>
          {filtered && (
            <a class="button button--plain" href={path}>
              {cx.say('conversations.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}

/**
 * A computer answered and nobody was told. Where every call was refused no computer spoke; a system that need not tell
 * only helps staff.
 */
const undisclosed = (one: ConversationSummary, system?: Pick<SystemView, 'disclosure'>): boolean =>
  one.refused < one.calls && !one.disclosed && system?.disclosure !== 'none_needed'

/** One sign for a whole conversation: the heaviest thing in it. */
export function signOf(one: ConversationSummary, system?: Pick<SystemView, 'disclosure'>): StateKind {
  if (undisclosed(one, system)) return 'bad'
  if (one.handOff === 'missed' || one.refused > 0) return 'attention'
  if (one.handOff === 'requested') return 'wait'
  return 'ok'
}

/** A conversation in a list; `more` stands first among what is said of it, what is within under it. */
export const Line = ({
  cx,
  one,
  systems,
  more,
  children,
}: PropsWithChildren<{
  cx: ConsoleContext
  one: ConversationSummary
  systems: readonly SystemView[]
  more?: string
}>) => {
  const system = systems.find(({ id }) => id === one.system)
  const sign = signOf(one, system)
  const name = system ? cx.local(system.name) : (one.system ?? cx.say('conversation.noSystem'))
  return (
    <li class="item" data-row="">
      {one.calls === 0 ? (
        <Icon name="person" label={cx.say('conversation.noCalls')} class="is-wait" />
      ) : (
        <Icon name={sign} label={cx.say(`sign.${sign}`)} class={`is-${sign}`} />
      )}
      <a class="nowrap" href={`/console/conversations/${one.id}`}>
        <time datetime={one.startedAt}>{cx.moment(one.startedAt)}</time>
      </a>
      <b>{name}</b>
      <span class="item__more small subtle">
        {[
          more,
          cx.term('channel', one.channel),
          languageWord(cx, one.language),
          cx.count('conversation.turns', one.turns),
          cx.count('conversation.calls', one.calls),
          one.redacted > 0 ? cx.count('conversation.hidden', one.redacted) : undefined,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {children && <div class="item__more">{children}</div>}
      <span class="item__side">
        {one.refused > 0 && <State kind="bad">{cx.count('conversation.refused', one.refused)}</State>}
        {undisclosed(one, system) && <State kind="bad">{cx.say('conversation.undisclosed')}</State>}
        {one.handOff !== 'none' && (
          <State kind={handOffLook[one.handOff]}>{cx.say(`handOffState.${one.handOff}`)}</State>
        )}
      </span>
    </li>
  )
}

export const handOffLook = { requested: 'wait', accepted: 'wait', completed: 'ok', missed: 'attention' } as const
