/** What customers thought of the contact: the figures of a period, by week, system, channel and language, and their words. */
import { lookUpReasons } from '../../../src/access/contract.ts'
import type { FeedbackFigures, FeedbackOverview, FeedbackTexts } from '../../../src/monitoring/contract.ts'
import { channels, type SystemView } from '../../../src/records/contract.ts'
import type { Api, Query } from '../../api.ts'
import { Empty, Field, Head, Message, Scroll, Select, Sheet } from '../../ui/components.tsx'
import { Intervals } from '../../ui/intervals.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { languageWord, loadNamed, type Named, namesOf, pathWith } from '../parts.tsx'
import { languageTags } from '../records/conversations.tsx'
import { FourFigures, meanInterval, meanWords, scoreIn, shareInterval, shareWords } from './figures.tsx'
import { feedbackPath as path, textReaders } from './readers.ts'
import { Weeks } from './weeks.tsx'
import { wrongPath } from './wrong-answers.tsx'

const fields = ['from', 'until', 'system', 'channel', 'language'] as const
export type FeedbackFilters = Readonly<Partial<Record<(typeof fields)[number], string>>>

/** What the address or a form asks for; anything else in it is left out. */
export function feedbackFilters(query: Query): FeedbackFilters {
  const fits: Record<(typeof fields)[number], RegExp> = {
    from: /^\d{4}-\d\d-\d\d$/,
    until: /^\d{4}-\d\d-\d\d$/,
    system: /^[a-z0-9][a-z0-9._-]{0,62}$/,
    channel: /^[a-z_]{1,20}$/,
    language: /^[\w-]{1,20}$/,
  }
  return Object.fromEntries(
    fields.flatMap((name) => {
      const value = query[name]?.trim() ?? ''
      const known = name !== 'channel' || (channels as readonly string[]).includes(value)
      return known && fits[name].test(value) ? [[name, value]] : []
    }),
  )
}

export async function loadFeedback(api: Api, filters: FeedbackFilters) {
  const [overview, named] = await Promise.all([api.get<FeedbackOverview>('/api/feedback', filters), loadNamed(api)])
  return { overview, named }
}

type Props = {
  cx: ConsoleContext
  overview: FeedbackOverview
  named: Named
  filters: FeedbackFilters
  texts?: FeedbackTexts | undefined
  reason?: string | undefined
  error?: string | undefined
}

export const Feedback = (props: Props) => {
  const { cx, overview, named, filters, error } = props
  const { total } = overview
  const filtered = Object.keys(filters).length > 0
  const none = total.asked + total.unasked === 0
  return (
    <Frame cx={cx} title={cx.say('area.feedback')} area={path}>
      <Head
        title={cx.say('area.feedback')}
        lead={lead(cx, total)}
        acts={
          <>
            <a class="button" href={wrongPath}>
              {cx.say('area.wrongAnswers')}
            </a>
            {!none && (
              <>
                <a class="button" href={pathWith(`${path}/file.csv`, filters)}>
                  {cx.say('fb.file.csv')}
                </a>
                <a class="button" href={pathWith(`${path}/file.json`, filters)}>
                  {cx.say('fb.file.json')}
                </a>
              </>
            )}
          </>
        }
      />
      {error && <Message kind="bad" title={error} />}
      <div class="stack">
        {(!none || filtered) && <FilterForm cx={cx} named={named} filters={filters} overview={overview} />}
        {none ? (
          filtered ? (
            <Empty title={cx.say('fb.nothing')}>
              <a href={path}>{cx.say('fb.clear.filters')}</a>
            </Empty>
          ) : (
            <Empty title={cx.say('fb.none')}>{cx.say('fb.noneMore')}</Empty>
          )
        ) : (
          <>
            <Sheet
              id="figures"
              title={cx.say('fb.figures')}
              side={<span class="small subtle">{periodWords(cx, overview)}</span>}
            >
              <FourFigures cx={cx} figures={total} fewest={overview.fewest} />
              {total.unasked > 0 && <p>{cx.count('fb.unasked', total.unasked)}</p>}
              <p class="small">{cx.say('fb.limit')}</p>
            </Sheet>
            <ByWeek cx={cx} overview={overview} />
            <By {...props} />
            <Texts {...props} />
          </>
        )}
      </div>
    </Frame>
  )
}

function lead(cx: ConsoleContext, { asked, answered }: FeedbackFigures): string {
  if (asked === 0) return cx.say('fb.lead.none')
  const silent = asked - answered
  return [cx.count('fb.lead', asked, { answered }), silent > 0 ? cx.count('fb.lead.silent', silent) : undefined]
    .filter((sentence) => sentence !== undefined)
    .join(' ')
}

const day = (cx: ConsoleContext, date: string) => cx.date(`${date}T12:00:00Z`)
const periodWords = (cx: ConsoleContext, { from, until }: FeedbackOverview) =>
  cx.say('fb.period', { from: day(cx, from), until: day(cx, until) })

const FilterForm = ({ cx, named, filters, overview }: Pick<Props, 'cx' | 'named' | 'filters' | 'overview'>) => {
  const any = cx.say('filter.any')
  return (
    <search aria-label={cx.say('area.feedback')}>
      <form class="sheet filters" method="get" action={path}>
        <Field id="f-system" label={cx.say('filter.system')}>
          <Select
            id="f-system"
            name="system"
            value={filters.system}
            none={any}
            choices={named.systems.map(({ id, name }: Pick<SystemView, 'id' | 'name'>) => ({
              value: id,
              word: cx.local(name),
            }))}
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
          <input id="f-from" name="from" type="date" value={filters.from ?? overview.from} />
        </Field>
        <Field id="f-until" label={cx.say('filter.until')}>
          <input id="f-until" name="until" type="date" value={filters.until ?? overview.until} />
        </Field>
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('filter.go')}
          </button>
          {Object.keys(filters).length > 0 && (
            <a class="button button--plain" href={path}>
              {cx.say('fb.clear.filters')}
            </a>
          )}
        </div>
      </form>
    </search>
  )
}

// -- by week --------------------------------------------------------------------------------------------------------

const tenths = [0, 0.25, 0.5, 0.75, 1]

const ByWeek = ({ cx, overview: { weeks } }: Pick<Props, 'cx' | 'overview'>) => {
  const words = {
    table: cx.say('plot.table'),
    week: cx.say('fb.week'),
    sure: cx.say('fb.weeks.sure'),
    unsure: cx.say('fb.weeks.unsure'),
  }
  const named = (week: string) => ({
    word: day(cx, week),
    short: cx.moment(`${week}T12:00:00Z`).split(',')[0]!.split(' ').slice(1).join(' '),
  })
  const shares = (key: 'response' | 'knewAi', numbers: (one: FeedbackFigures) => string[], columns: string[]) => {
    const shareIn = (one: FeedbackFigures) => (key === 'response' ? one.response : one.knewAi.value)
    return (
      <Weeks
        id={`weeks-${key}`}
        title={cx.say(`fb.weeks.${key}`)}
        caption={cx.say('fb.weeks.how')}
        range={[0, 1]}
        ticks={tenths.map((at) => ({ at, word: `${at * 100}%` }))}
        points={weeks.map((one) => {
          const value = shareIn(one)
          return {
            ...named(one.week),
            value: value && { at: value.share, low: value.low, high: value.high },
            show: shareWords(cx, value),
            cells: [
              ...numbers(one),
              value === null ? cx.say('fb.cannotTell') : cx.share(value.share),
              value === null ? '–' : shareInterval(cx, value),
            ],
          }
        })}
        words={{ ...words, columns: [...columns, cx.say('fb.column.share'), cx.say('fb.column.interval')] }}
      />
    )
  }
  const means = (key: 'fair' | 'clear') => (
    <Weeks
      id={`weeks-${key}`}
      title={cx.say(`fb.weeks.${key}`)}
      caption={cx.say('fb.weeks.how')}
      range={[1, 5]}
      ticks={[1, 2, 3, 4, 5].map((at) => ({ at, word: cx.number(at) }))}
      points={weeks.map((one) => {
        const { n, value } = one[key]
        return {
          ...named(one.week),
          value: value && { at: value.mean, low: value.low, high: value.high },
          show: meanWords(cx, value),
          cells: [
            cx.number(n),
            value === null ? cx.say('fb.cannotTell') : scoreIn(cx, value.mean),
            value === null ? '–' : meanInterval(cx, value),
          ],
        }
      })}
      words={{
        ...words,
        columns: [cx.say('fb.column.n'), cx.say('fb.column.mean'), cx.say('fb.column.interval')],
      }}
    />
  )
  return (
    <Sheet id="weeks" title={cx.say('fb.weeks')}>
      <h3>{cx.say('fb.weeks.response')}</h3>
      {shares(
        'response',
        ({ asked, answered }) => [cx.number(asked), cx.number(answered), cx.number(asked - answered)],
        [cx.say('fb.column.asked'), cx.say('fb.column.answered'), cx.say('fb.column.silent')],
      )}
      <h3>{cx.say('fb.weeks.knewAi')}</h3>
      {shares('knewAi', ({ knewAi }) => [cx.number(knewAi.n)], [cx.say('fb.column.n')])}
      <h3>{cx.say('fb.weeks.fair')}</h3>
      {means('fair')}
      <h3>{cx.say('fb.weeks.clear')}</h3>
      {means('clear')}
    </Sheet>
  )
}

// -- by system, channel and language ----------------------------------------------------------------------------------

const By = ({ cx, overview, named }: Props) => {
  const names = namesOf(cx, named)
  const word = {
    systems: (name: string) => (name === '' ? cx.say('fb.noSystem') : names.system(name)),
    channels: (name: string) => cx.term('channel', name),
    languages: (name: string) => languageWord(cx, name),
  } as const
  return (
    <>
      {(['systems', 'channels', 'languages'] as const).map((part) => {
        const lines = overview[part].map((one) => ({ ...one, word: word[part](one.name) }))
        return (
          <Sheet id={part} title={cx.say(`fb.by.${part}`)}>
            <Intervals
              id={`by-${part}`}
              title={cx.say(`fb.by.${part}`)}
              caption={cx.say('fb.by.how')}
              percent={(share) => `${share * 100}%`}
              rows={lines
                .filter(({ response }) => response !== null)
                .map(({ word: name, asked, answered, response }) => ({
                  word: name,
                  share: response!.share,
                  low: response!.low,
                  high: response!.high,
                  sure: true,
                  show: shareWords(cx, response),
                  cells: [cx.number(asked), cx.number(answered), shareWords(cx, response)],
                }))}
              words={{
                table: cx.say('plot.table'),
                name: cx.say('fb.column.name'),
                columns: [cx.say('fb.column.asked'), cx.say('fb.column.answered'), cx.say('fb.response')],
                sure: cx.say('fb.weeks.sure'),
                unsure: cx.say('fb.weeks.unsure'),
              }}
            />
            <AllFigures cx={cx} title={cx.say(`fb.by.${part}`)} lines={lines} />
          </Sheet>
        )
      })}
    </>
  )
}

const AllFigures = ({
  cx,
  title,
  lines,
}: {
  cx: ConsoleContext
  title: string
  lines: readonly (FeedbackFigures & { word: string })[]
}) => {
  const withN = (n: number, words: string) => `${words} (${cx.number(n)})`
  return (
    <details>
      <summary>
        {cx.say('fb.by.table')}
        <span class="only-read">: {title}</span>
      </summary>
      <Scroll label={`${cx.say('fb.by.table')}: ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{cx.say('fb.column.name')}</th>
              {(['asked', 'answered', 'silent'] as const).map((column) => (
                <th scope="col" class="num">
                  {cx.say(`fb.column.${column}`)}
                </th>
              ))}
              {(['response', 'fair', 'clear', 'knewAi'] as const).map((column) => (
                <th scope="col" class="num">
                  {cx.say(`fb.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ word, asked, answered, response, fair, clear, knewAi }) => (
              <tr>
                <th scope="row">{word}</th>
                <td class="num">{cx.number(asked)}</td>
                <td class="num">{cx.number(answered)}</td>
                <td class="num">{cx.number(asked - answered)}</td>
                <td class="num">{shareWords(cx, response)}</td>
                <td class="num">{withN(fair.n, meanWords(cx, fair.value))}</td>
                <td class="num">{withN(clear.n, meanWords(cx, clear.value))}</td>
                <td class="num">{withN(knewAi.n, shareWords(cx, knewAi.value))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

// -- what they wrote ------------------------------------------------------------------------------------------------

const Texts = ({ cx, overview, named, filters, texts, reason }: Props) => {
  const may = cx.may(textReaders)
  return (
    <Sheet id="texts" title={cx.say('fb.texts')}>
      {overview.texts === 0 ? (
        <p class="subtle">{cx.say('fb.texts.none')}</p>
      ) : (
        <>
          <p>
            {cx.count('fb.texts.count', overview.texts)} {cx.say('fb.texts.lead')}
          </p>
          {!may && <p>{cx.say('fb.texts.closed')}</p>}
          {may && texts === undefined && <TextsForm cx={cx} filters={filters} />}
          {texts !== undefined && (
            <>
              <p class="small" role="status">
                {cx.say('fb.texts.recorded', { reason: cx.term('reason', reason ?? '') })}
              </p>
              {texts.texts.length === 0 && <p>{cx.say('fb.texts.gone')}</p>}
              <ol class="rows">
                {texts.texts.map((one) => (
                  <li data-row="">
                    <p class="said" dir="auto" lang={one.language}>
                      {one.text}
                    </p>
                    <p class="small subtle">
                      {[
                        cx.moment(one.givenAt),
                        one.system === null ? cx.say('fb.noSystem') : namesOf(cx, named).system(one.system),
                        cx.term('channel', one.channel),
                        languageWord(cx, one.language),
                        cx.say('fb.score', {
                          fair: one.fair ?? '–',
                          clear: one.clear ?? '–',
                          knewAi: one.knewAi === null ? '–' : cx.say(`fb.answer.${one.knewAi}`),
                        }),
                      ].join(' · ')}{' '}
                      <a href={`/console/conversations/${one.conversation}`}>
                        {cx.say('fb.texts.open')}
                        <span class="only-read">: {cx.moment(one.givenAt)}</span>
                      </a>
                    </p>
                  </li>
                ))}
              </ol>
              {texts.next !== null && (
                <form method="post" action={`${path}/texts#texts`}>
                  <Hidden fields={{ ...filters, reason, before: texts.next }} />
                  <button class="button button--plain" type="submit">
                    {cx.say('fb.texts.next')}
                  </button>
                </form>
              )}
            </>
          )}
        </>
      )}
    </Sheet>
  )
}

const TextsForm = ({ cx, filters }: Pick<Props, 'cx' | 'filters'>) => (
  <form class="form" method="post" action={`${path}/texts#texts`}>
    <Hidden fields={filters} />
    <Field id="reason" label={cx.say('reveal.reason')}>
      <Select
        id="reason"
        name="reason"
        none={cx.say('fb.texts.choose')}
        choices={lookUpReasons.map((value) => ({ value, word: cx.term('reason', value) }))}
        required
      />
    </Field>
    <button class="button" type="submit">
      {cx.say('fb.texts.read')}
    </button>
  </form>
)

const Hidden = ({ fields: given }: { fields: Query }) => (
  <>
    {Object.entries(given).map(([name, value]) =>
      value === undefined ? null : <input type="hidden" name={name} value={value} />,
    )}
  </>
)
