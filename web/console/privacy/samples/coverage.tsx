/** What the recogniser finds and misses of the organisation's own labelled samples, and the samples themselves. */

import type { Api } from '../../../api.ts'
import { Empty, Facts, Field, Head, Message, Scroll, Select, Sheet, State } from '../../../ui/components.tsx'
import { type Interval, Intervals } from '../../../ui/intervals.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Entries, Id, labelWord, languageWord } from '../../parts.tsx'
import { coveragePath, removePath, tryPath } from './try.tsx'
import type { CoverageReply, CoverageRow, SampleView, StoredMeasurement } from './types.ts'

export const keepers = ['dpo', 'ethics_officer', 'ai_engineer', 'administrator'] as const
export const readers = ['dpo', 'ethics_officer'] as const
/** Below this many stretches nothing is concluded. */
const ENOUGH = 30

export type CoverageData = {
  readonly coverage: CoverageReply
  /** Only for who may keep samples. */
  readonly samples: { readonly samples: readonly SampleView[]; readonly total: number } | undefined
}

export async function loadCoverage(api: Api): Promise<CoverageData> {
  const [coverage, samples] = await Promise.all([
    api.get<CoverageReply>('/api/privacy/coverage'),
    api.get<NonNullable<CoverageData['samples']>>('/api/privacy/samples').catch((error: { status?: number }) => {
      if (error.status === 403) return undefined
      throw error
    }),
  ])
  return { coverage, samples }
}

export type CoverageDone = 'measured' | 'imported' | 'removed' | undefined
type Props = { cx: ConsoleContext; data: CoverageData; done?: CoverageDone; error?: string | undefined }

export const Coverage = ({ cx, data: { coverage, samples }, done, error }: Props) => {
  const { figures } = coverage
  const holds = cx.may(keepers)
  return (
    <Frame cx={cx} title={cx.say('area.coverage')} area={coveragePath}>
      <Head
        title={cx.say('area.coverage')}
        lead={cx.say('coverage.lead')}
        acts={
          holds && (
            <a class="button button--first" href={tryPath}>
              {cx.say('coverage.try')}
            </a>
          )
        }
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say(`coverage.done.${done}`)} />}
        {figures.samples === 0 ? (
          <Sheet id="begin" title={cx.say('coverage.begin')}>
            <Empty title={cx.say('coverage.none')}>
              <p>{cx.say('coverage.noneMore')}</p>
            </Empty>
            <ol class="bullets">
              <li>{cx.say('coverage.step.1')}</li>
              <li>{cx.say('coverage.step.2')}</li>
              <li>{cx.say('coverage.step.3', { enough: ENOUGH })}</li>
            </ol>
          </Sheet>
        ) : (
          <Figures cx={cx} coverage={coverage} />
        )}
        {coverage.last.length > 0 && <Last cx={cx} last={coverage.last} now={figures.leak} />}
        {holds && <Acts cx={cx} any={figures.samples > 0} />}
        {samples && samples.total > 0 && <Samples cx={cx} samples={samples.samples} total={samples.total} />}
      </div>
    </Frame>
  )
}

// -- figures ----------------------------------------------------------------------------------------------------------

const margin = (cx: ConsoleContext, { share, low, high }: Pick<CoverageRow, 'share' | 'low' | 'high'>) =>
  cx.say('coverage.margin', { share: share === null ? '–' : cx.share(share), low: cx.share(low), high: cx.share(high) })

const Figures = ({ cx, coverage: { figures, recogniser } }: { cx: ConsoleContext; coverage: CoverageReply }) => {
  const { leak, clean, over, labels } = figures
  const leaking = labels.filter(({ leaks }) => leaks > 0)
  return (
    <>
      <Sheet
        id="now"
        title={cx.say('coverage.now')}
        side={<span class="subtle small">{cx.count('coverage.samples', figures.samples)}</span>}
      >
        {!leak.enough && (
          <Message kind="unknown" title={cx.say('coverage.few')} quiet level={3}>
            <p>{cx.say('coverage.fewMore', { spans: leak.spans, enough: ENOUGH, more: ENOUGH - leak.spans })}</p>
          </Message>
        )}
        <Facts
          facts={[
            [
              cx.say('coverage.leak'),
              leak.spans === 0
                ? cx.say('coverage.noSpans')
                : cx.say('coverage.leakOf', { leaks: leak.leaks, spans: leak.spans, margin: margin(cx, leak) }),
            ],
            [
              cx.say('coverage.clean'),
              clean.of === 0
                ? cx.say('coverage.noClean')
                : cx.say('coverage.cleanOf', { untouched: clean.untouched, of: clean.of, margin: margin(cx, clean) }),
            ],
            [
              cx.say('coverage.over'),
              over.share === null ? '–' : cx.say('coverage.overOf', { share: cx.share(over.share) }),
            ],
            figures.unreadable === 0
              ? undefined
              : [cx.say('coverage.unreadable'), cx.count('coverage.unreadableOf', figures.unreadable)],
            [
              cx.say('coverage.recogniser'),
              recogniser.model === null
                ? cx.say('coverage.rules')
                : cx.say('coverage.model', { model: recogniser.model }),
            ],
          ]}
        />
        {leaking.length > 0 && (
          <>
            <h3>{cx.say('coverage.missed')}</h3>
            <ul class="bullets">
              {leaking.map((row) => (
                <li>
                  {cx.say('coverage.missedOf', { what: labelWord(cx, row.key), leaks: row.leaks, spans: row.spans })}
                  {!row.enough && ` ${cx.say('coverage.fewShort')}`}
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="subtle small">{cx.say('coverage.how')}</p>
      </Sheet>
      {labels.length > 0 && <Plot cx={cx} id="labels" what="label" rows={labels} word={(key) => labelWord(cx, key)} />}
      {figures.channels.length > 0 && (
        <Plot
          cx={cx}
          id="channels"
          what="channel"
          rows={figures.channels}
          word={(key) => cx.term('sampleChannel', key)}
        />
      )}
      {figures.languages.length > 1 && (
        <Plot cx={cx} id="languages" what="language" rows={figures.languages} word={(key) => languageWord(cx, key)} />
      )}
      {figures.origins.length > 0 && (
        <Plot cx={cx} id="origins" what="origin" rows={figures.origins} word={(key) => key} />
      )}
    </>
  )
}

const Plot = ({
  cx,
  id,
  what,
  rows,
  word,
}: {
  cx: ConsoleContext
  id: string
  what: 'label' | 'channel' | 'language' | 'origin'
  rows: readonly CoverageRow[]
  word: (key: string) => string
}) => (
  <Sheet id={id} title={cx.say(`coverage.by.${what}`)}>
    {what === 'origin' && <p class="small">{cx.say('coverage.originNote')}</p>}
    <Intervals
      id={`plot-${id}`}
      title={cx.say(`coverage.by.${what}`)}
      caption={cx.say('coverage.caption', { enough: ENOUGH })}
      percent={(share) => cx.say('coverage.percent', { number: share * 100 })}
      words={{
        table: cx.say('coverage.table'),
        name: cx.say(`coverage.name.${what}`),
        columns: [cx.say('coverage.column.spans'), cx.say('coverage.column.leaks'), cx.say('coverage.column.share')],
        sure: cx.say('coverage.sure'),
        unsure: cx.say('coverage.unsure'),
      }}
      rows={rows.map(
        (row): Interval => ({
          word: word(row.key),
          share: row.share ?? 0,
          low: row.low,
          high: row.high,
          sure: row.enough,
          show: cx.say('coverage.described', {
            leaks: row.leaks,
            spans: row.spans,
            margin: margin(cx, row),
          }),
          cells: [cx.number(row.spans), cx.number(row.leaks), margin(cx, row)],
        }),
      )}
    />
  </Sheet>
)

const Last = ({ cx, last, now }: { cx: ConsoleContext; last: readonly StoredMeasurement[]; now: CoverageRow }) => (
  <Sheet id="last" title={cx.say('coverage.last')}>
    <p class="small">{cx.say('coverage.lastNote')}</p>
    <Scroll label={cx.say('coverage.lastTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('coverage.client')}</th>
            <th scope="col">{cx.say('coverage.on')}</th>
            <th scope="col" class="num">
              {cx.say('coverage.column.spans')}
            </th>
            <th scope="col" class="num">
              {cx.say('coverage.column.leaks')}
            </th>
            <th scope="col" class="num">
              {cx.say('coverage.column.share')}
            </th>
            <th scope="col">{cx.say('coverage.proof')}</th>
          </tr>
        </thead>
        <tbody>
          {last.map(({ id, client, at, figures: { leak } }) => (
            <tr>
              <th scope="row">{clientName(cx, client)}</th>
              <td class="nowrap">{cx.date(at)}</td>
              <td class="num">{cx.number(leak.spans)}</td>
              <td class="num">{cx.number(leak.leaks)}</td>
              <td class="num">
                {margin(cx, leak)}
                {!leak.enough && (
                  <>
                    {' '}
                    <State kind="unknown">{cx.say('coverage.fewShort')}</State>
                  </>
                )}
              </td>
              <td>
                <Entries cx={cx} record={id} what={cx.say('coverage.last')} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">{cx.say('coverage.nowRow')}</th>
            <td class="nowrap">{cx.date(cx.now.toISOString())}</td>
            <td class="num">{cx.number(now.spans)}</td>
            <td class="num">{cx.number(now.leaks)}</td>
            <td class="num">{margin(cx, now)}</td>
            <td>–</td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  </Sheet>
)

const clientName = (cx: ConsoleContext, id: string): string => cx.me?.clients.find((one) => one.id === id)?.name ?? id

// -- acts -------------------------------------------------------------------------------------------------------------

const Acts = ({ cx, any }: { cx: ConsoleContext; any: boolean }) => (
  <div class="stack pair">
    {any && (
      <Sheet id="measure" title={cx.say('coverage.measure')}>
        <p>{cx.say('coverage.measureMore')}</p>
        <form class="head__acts" method="post" action={`${coveragePath}/measure`}>
          <button class="button" type="submit">
            {cx.say('coverage.measureNow')}
          </button>
        </form>
      </Sheet>
    )}
    {any && cx.may(readers) && (
      <Sheet id="export" title={cx.say('coverage.export')}>
        <p>{cx.say('coverage.exportMore')}</p>
        <form class="head__acts" method="post" action={`${coveragePath}/export`}>
          <button class="button" type="submit">
            {cx.say('coverage.exportNow')}
          </button>
        </form>
      </Sheet>
    )}
    <Sheet id="import" title={cx.say('coverage.import')}>
      <form class="form" method="post" action={`${coveragePath}/import`} enctype="multipart/form-data">
        <Field id="file" label={cx.say('coverage.file')} hint={cx.say('coverage.fileHint')}>
          <input
            id="file"
            name="file"
            type="file"
            required
            accept=".jsonl,.ndjson,application/jsonl"
            aria-describedby="file-hint"
          />
        </Field>
        <Field id="import-client" label={cx.say('coverage.client')}>
          <Select
            id="import-client"
            name="client"
            value={cx.me?.client ?? undefined}
            choices={(cx.me?.clients ?? []).map(({ id, name }) => ({ value: id, word: name }))}
            required
          />
        </Field>
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('coverage.importNow')}
          </button>
        </div>
      </form>
    </Sheet>
  </div>
)

const Samples = ({ cx, samples, total }: { cx: ConsoleContext; samples: readonly SampleView[]; total: number }) => (
  <Sheet id="samples" title={cx.say('coverage.list')} side={<span class="subtle small">{cx.number(total)}</span>}>
    {total > samples.length && <p class="small">{cx.say('coverage.listPart', { shown: samples.length, total })}</p>}
    <ul class="rows dense">
      {samples.map((one) => (
        <li>
          <Id id={one.id} /> {clientName(cx, one.client)}
          <div class="row__more">
            {[
              cx.moment(one.createdAt),
              languageWord(cx, one.language),
              cx.term('sampleChannel', one.channel),
              one.origin === null ? undefined : cx.say('coverage.originIs', { origin: one.origin }),
              one.conversation === null ? undefined : cx.say('coverage.taken'),
            ]
              .filter(Boolean)
              .join(', ')}
          </div>
          <a class="small" href={removePath(one.id)}>
            {cx.say('coverage.remove')}
            <span class="only-read"> {one.id}</span>
          </a>
        </li>
      ))}
    </ul>
  </Sheet>
)

export const RemoveSample = ({ cx, id, error }: { cx: ConsoleContext; id: string; error?: string | undefined }) => (
  <Frame
    cx={cx}
    title={cx.say('coverage.removeTitle')}
    area={coveragePath}
    crumbs={[{ href: coveragePath, word: cx.say('area.coverage') }, { word: cx.say('coverage.removeTitle') }]}
  >
    <Head title={cx.say('coverage.removeTitle')} lead={cx.say('coverage.removeMore')} />
    {error && <Message kind="bad" title={error} />}
    <form class="head__acts" method="post" action={removePath(id)}>
      <a class="button" href={coveragePath}>
        {cx.say('coverage.removeNot')}
      </a>
      <button class="button button--stop" type="submit">
        {cx.say('coverage.removeNow')}
      </button>
    </form>
  </Frame>
)
