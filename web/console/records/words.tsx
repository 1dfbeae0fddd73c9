/**
 * Search in what was said. The words go in a form and never in an address: an address ends up in histories and logs, and a
 * word may be a name. The filters stand in the address, so that they can be kept and sent to a colleague.
 */
import type { z } from 'zod'
import { revealReasons } from '../../../src/access/contract.ts'
import { channels, type foundList, type SystemView } from '../../../src/records/contract.ts'
import type { Api, Query } from '../../api.ts'
import { described, Empty, Field, Head, Select, Sheet } from '../../ui/components.tsx'
import { dayStart } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { Form } from '../kit.ts'
import { languageWord, pathWith } from '../parts.tsx'
import { Line, languageTags } from './conversations.tsx'

export type FoundList = z.output<typeof foundList>

const wordsPath = '/console/conversations/words'
const LONGEST = 200

// -- what is asked --------------------------------------------------------------------------------------------------

const slug = /^[a-z0-9][a-z0-9._-]{0,62}$/
const fits: Readonly<Record<string, (value: string) => boolean>> = {
  client: (value) => slug.test(value),
  system: (value) => slug.test(value),
  channel: (value) => (channels as readonly string[]).includes(value),
  language: (value) => /^[\w-]{1,20}$/.test(value),
  refused: (value) => value === 'with' || value === 'without',
  from: (value) => dayStart(value) !== undefined,
  until: (value) => dayStart(value) !== undefined,
}
export type WordFilters = Readonly<
  Partial<Record<'client' | 'system' | 'channel' | 'language' | 'refused' | 'from' | 'until', string>>
>

/** The filters in an address or a form; what is none of ours is left out. */
export function wordFilters(given: Query): WordFilters {
  return Object.fromEntries(
    Object.entries(fits).flatMap(([name, fit]) => {
      const value = given[name]?.trim() ?? ''
      return value !== '' && fit(value) ? [[name, value]] : []
    }),
  )
}

export const wordsAddress = (filters: WordFilters): string => pathWith(wordsPath, filters)

/** What a form asks for: everything but the filters stays out of the address. */
export type WordsAsked = {
  readonly words: string
  readonly before?: string | undefined
  readonly reason?: string | undefined
  readonly reasonWords?: string | undefined
}

export const askedIn = ({ words = '', before, reason, reasonWords }: Form): WordsAsked => ({
  words: words.trim().slice(0, LONGEST),
  before: before || undefined,
  reason: reason || undefined,
  reasonWords: reasonWords?.trim() || undefined,
})

export function findWords(api: Api, filters: WordFilters, asked: WordsAsked): Promise<FoundList> {
  const { from, until, ...rest } = filters
  const { words, before, reason, reasonWords } = asked
  return api.post<FoundList>('/api/conversations/search', {
    ...rest,
    // A person chooses days; the day chosen as the last counts in full.
    ...(from === undefined ? {} : { from: dayStart(from) }),
    ...(until === undefined ? {} : { until: dayStart(until, 1) }),
    words,
    ...(before === undefined ? {} : { before }),
    ...(reason === undefined
      ? {}
      : { pieces: { reason, ...(reasonWords === undefined ? {} : { words: reasonWords }) } }),
  })
}

// -- the page -------------------------------------------------------------------------------------------------------

type Props = {
  cx: ConsoleContext
  systems: readonly SystemView[]
  filters: WordFilters
  asked?: WordsAsked
  list?: FoundList | undefined
  /** About the words, or about the reason when there is a list. */
  error?: string | undefined
}

export const Words = ({ cx, systems, filters, asked = { words: '' }, list, error }: Props) => (
  <Frame
    cx={cx}
    title={cx.say('words.title')}
    area="/console/conversations"
    crumbs={[{ href: '/console/conversations', word: cx.say('area.conversations') }, { word: cx.say('words.crumb') }]}
  >
    <Head title={cx.say('words.title')} lead={cx.say('words.lead')} />
    <div class="stack">
      <WordsForm cx={cx} systems={systems} filters={filters} words={asked.words} error={list ? undefined : error} />
      {list !== undefined && (
        <Found cx={cx} systems={systems} filters={filters} asked={asked} list={list} error={error} />
      )}
      <Help cx={cx} />
    </div>
  </Frame>
)

const WordsForm = ({
  cx,
  systems,
  filters,
  words,
  error,
}: Pick<Props, 'cx' | 'systems' | 'filters' | 'error'> & { words: string }) => {
  const any = cx.say('filter.any')
  // Whoever works for one client now sees that one only.
  const clients = cx.me?.client ? [] : (cx.me?.clients ?? [])
  return (
    <search aria-label={cx.say('words.title')}>
      <form class="sheet filters" method="post" action={wordsPath}>
        <div class="filters__wide">
          <Field id="f-words" label={cx.say('words.label')} hint={cx.say('words.hint')} error={error}>
            <input
              id="f-words"
              name="words"
              value={words}
              maxlength={LONGEST}
              required
              autocomplete="off"
              {...described('f-words', true, error)}
            />
          </Field>
        </div>
        {clients.length > 1 && (
          <Field id="f-client" label={cx.say('words.client')}>
            <Select
              id="f-client"
              name="client"
              value={filters.client}
              none={any}
              choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
            />
          </Field>
        )}
        <Field id="f-system" label={cx.say('filter.system')}>
          <Select
            id="f-system"
            name="system"
            value={filters.system}
            none={any}
            choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
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
        <Field id="f-refused" label={cx.say('words.refused')}>
          <Select
            id="f-refused"
            name="refused"
            value={filters.refused}
            none={any}
            choices={[
              { value: 'with', word: cx.say('words.refused.with') },
              { value: 'without', word: cx.say('words.refused.without') },
            ]}
          />
        </Field>
        <Field id="f-from" label={cx.say('filter.from')}>
          <input id="f-from" name="from" type="date" value={filters.from} />
        </Field>
        <Field id="f-until" label={cx.say('filter.until')}>
          <input id="f-until" name="until" type="date" value={filters.until} />
        </Field>
        <div class="filters__wide head__acts">
          <button class="button button--first" type="submit">
            {cx.say('words.go')}
          </button>
          {Object.keys(filters).length > 0 && (
            <a class="button button--plain" href={wordsPath}>
              {cx.say('conversations.clear')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}

/** How many, in words: exact, more than are counted, or what was found before the search stopped. */
function totalSentence(cx: ConsoleContext, { total, more, until }: FoundList): string {
  if (total === null) return cx.say('words.few')
  if (!more) return cx.count('words.found', total)
  return until === null && total >= 1_000
    ? cx.say('words.more', { count: cx.number(total) })
    : cx.count('words.atLeast', total)
}

const Found = ({
  cx,
  systems,
  filters,
  asked,
  list,
  error,
}: Pick<Props, 'cx' | 'systems' | 'filters' | 'error'> & { asked: WordsAsked; list: FoundList }) => {
  const { total, more, until, conversations, next, contents } = list
  if (total === 0 && !more) return <Empty title={cx.say('words.nothing')}>{cx.say('words.nothingMore')}</Empty>
  return (
    <>
      {contents === 'reason_needed' && conversations.length > 0 && (
        <PiecesForm cx={cx} filters={filters} asked={asked} error={error} />
      )}
      <Sheet
        id="found"
        title={totalSentence(cx, list)}
        side={<span class="small subtle">{cx.say('conversations.order')}</span>}
      >
        {contents === 'closed' && <p>{cx.say('words.closed')}</p>}
        {contents === 'open' && (
          <p class="small">{cx.say('words.recorded', { reason: cx.term('reason', asked.reason ?? '') })}</p>
        )}
        {until !== null && <p role="status">{cx.say('words.until', { date: cx.full(until) })}</p>}
        <ol class="rows dense">
          {conversations.map((one) => (
            <Line cx={cx} one={one} systems={systems} more={cx.count('words.hits', one.hits)}>
              {one.piece !== null ? (
                <p class="said" lang={one.language} dir="auto">
                  {one.piece.before}
                  <mark class="hit">{one.piece.hit}</mark>
                  {one.piece.after}
                </p>
              ) : contents === 'open' ? (
                <p class="subtle">{cx.say('words.gone')}</p>
              ) : null}
            </Line>
          ))}
        </ol>
        {next !== null && (
          <form method="post" action={wordsPath}>
            <Hidden fields={{ ...filters, ...asked, before: next }} />
            <button class="button button--plain" type="submit">
              {cx.say(until === null ? 'words.next' : 'words.further')}
            </button>
          </form>
        )}
      </Sheet>
    </>
  )
}

/** Stands above what was found until a reason is given; as the one above a conversation. */
const PiecesForm = ({ cx, filters, asked, error }: Pick<Props, 'cx' | 'filters' | 'error'> & { asked: WordsAsked }) => (
  <form class="form sheet" method="post" action={wordsPath} aria-labelledby="pieces">
    <h2 id="pieces">{cx.say('words.pieces')}</h2>
    <p>{cx.say('words.piecesLead')}</p>
    <Hidden fields={{ ...filters, words: asked.words, before: asked.before }} />
    <Field id="reason" label={cx.say('reveal.reason')}>
      <Select
        id="reason"
        name="reason"
        value={asked.reason}
        none={cx.say('words.choose')}
        choices={revealReasons.map((value) => ({ value, word: cx.term('reason', value) }))}
        required
      />
    </Field>
    <Field id="reason-words" label={cx.say('reveal.words')} hint={cx.say('words.reasonHint')} error={error}>
      <input
        id="reason-words"
        name="reasonWords"
        value={asked.reasonWords}
        maxlength={500}
        autocomplete="off"
        {...described('reason-words', true, error)}
      />
    </Field>
    <button class="button" type="submit">
      {cx.say('words.show')}
    </button>
  </form>
)

const Hidden = ({ fields }: { fields: Query }) => (
  <>
    {Object.entries(fields).map(([name, value]) =>
      value === undefined ? null : <input type="hidden" name={name} value={value} />,
    )}
  </>
)

const found = ['forms', 'hidden', 'written', 'phrase'] as const
const notFound = ['part', 'small', 'gone', 'sent'] as const

const Help = ({ cx }: Pick<Props, 'cx'>) => (
  <details class="sheet">
    <summary>{cx.say('words.help')}</summary>
    <h2>{cx.say('words.helpFound')}</h2>
    <ul class="bullets">
      {found.map((key) => (
        <li>{cx.say(`words.help.${key}`)}</li>
      ))}
    </ul>
    <h2>{cx.say('words.helpNotFound')}</h2>
    <ul class="bullets">
      {notFound.map((key) => (
        <li>{cx.say(`words.help.${key}`)}</li>
      ))}
    </ul>
  </details>
)
