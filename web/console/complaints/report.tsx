/** Complaints together: the report of a year, and groups with one cause about one version. */

import type { z } from 'zod'
import {
  type Cluster,
  type clusters as clustersReply,
  clusterJudgements as judgements,
  type Report as ReportView,
} from '../../../src/accountability/complaints/contract.ts'
import type { Api } from '../../api.ts'
import { Empty, Head, Icon, Message, Sheet } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import { Radios, SelectField, Send, WordsField } from '../../ui/forms.tsx'
import { Bars } from '../../ui/plots.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import { casesPath } from '../cases/paths.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Frame } from '../frame.tsx'
import { loadNamed, type Named, namesOf } from '../parts.tsx'

export const reportPath = '/console/complaints/report'
/** Who says what a group of complaints means; a test holds it against the route. */
export const judges = ['ethics_officer', 'dpo'] as const

/** Years that can be chosen: this one and those before it. */
const YEARS = 5

export type ReportData = {
  readonly report: ReportView
  readonly clusters: readonly Cluster[]
  readonly named: Named
}

/** `client`: the one at hand; null: all. */
export async function loadReport(
  api: Api,
  { year, client }: { readonly year: string; readonly client: string | null },
): Promise<ReportData> {
  const [report, { clusters }, named] = await Promise.all([
    api.get<ReportView>('/api/complaints-report', {
      year,
      client: client ?? undefined,
    }),
    api.get<z.output<typeof clustersReply>>('/api/complaint-clusters'),
    loadNamed(api),
  ])
  return { report, clusters, named }
}

type Props = ReportData & {
  readonly cx: ConsoleContext
  readonly done: boolean
  readonly filled?: Filled | undefined
}

export const Report = (props: Props) => {
  const { cx, report, done, filled } = props
  return (
    <Frame
      cx={cx}
      title={cx.say('complaintReport.title')}
      area={casesPath}
      styles={[cx.assets.casesCss]}
      crumbs={[{ href: casesPath, word: cx.say('area.cases') }, { word: cx.say('complaintReport.title') }]}
    >
      <Head
        title={cx.say('complaintReport.title')}
        lead={cx.count('complaintReport.lead', report.received, { year: String(report.year) })}
      />
      <div class="stack">
        {filled?.error !== undefined && <Message kind="bad" title={filled.error} />}
        {done && <Message kind="ok" title={cx.say('clusters.done')} />}
        <Years cx={cx} year={report.year} />
        {report.received === 0 ? (
          <Empty title={cx.say('complaintReport.none')}>{cx.say('complaintReport.noneMore')}</Empty>
        ) : (
          <>
            <Short cx={cx} report={report} />
            <div class="stack pair">
              {(['byVerdict', 'byCause', 'bySystem', 'byProfile', 'byVia'] as const).map((by) => (
                <By {...props} by={by} />
              ))}
            </div>
          </>
        )}
        <Clusters {...props} />
      </div>
    </Frame>
  )
}

const Years = ({ cx, year }: { cx: ConsoleContext; year: number }) => {
  const now = Number(dayOf(cx.now).slice(0, 4))
  const years = [...new Set([year, ...Array.from({ length: YEARS }, (_, n) => now - n)])].sort((a, b) => b - a)
  return (
    <search aria-label={cx.say('complaintReport.year')}>
      <form class="sheet filters" method="get" action={reportPath}>
        <SelectField
          id="year"
          label={cx.say('complaintReport.year')}
          value={String(year)}
          choices={years.map((one) => ({ value: String(one), word: String(one) }))}
        />
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('complaintReport.go')}
          </button>
        </div>
      </form>
    </search>
  )
}

/** Counts, each with what it is of; a middle and a mean only where there is something to take it of. */
const Short = ({ cx, report }: { cx: ConsoleContext; report: ReportView }) => {
  const decimal = new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 1 })
  const figures: readonly (readonly [value: string, word: string] | undefined)[] = [
    [cx.number(report.decided), cx.say('complaintReport.decided')],
    report.decided === 0 ? undefined : [cx.number(report.inTime), cx.say('complaintReport.inTime')],
    [cx.number(report.open), cx.say('complaintReport.open')],
    report.medianDays === null ? undefined : [decimal.format(report.medianDays), cx.say('complaintReport.median')],
    [cx.number(report.appealed), cx.say('complaintReport.appealed')],
    report.appealed === 0 ? undefined : [cx.number(report.appealChanged), cx.say('complaintReport.appealChanged')],
    [cx.number(report.referred), cx.say('complaintReport.referred')],
    [cx.number(report.withdrawn), cx.say('complaintReport.withdrawn')],
    [cx.number(report.handedOver), cx.say('complaintReport.handedOver')],
    report.satisfaction.mean === null
      ? undefined
      : [
          decimal.format(report.satisfaction.mean),
          `${cx.say('complaintReport.satisfaction')}. ${cx.count('complaintReport.satisfactionOf', report.satisfaction.n)}`,
        ],
  ]
  return (
    <Sheet id="short" title={cx.say('complaintReport.figures')}>
      <div class="figures">
        {figures.map(
          (figure) =>
            figure && (
              <div>
                <div class="figure__value">{figure[0]}</div>
                <div class="figure__label">{figure[1]}</div>
              </div>
            ),
        )}
      </div>
    </Sheet>
  )
}

const prefixes = {
  byVerdict: 'complaint.verdict',
  byCause: 'complaint.cause',
  byProfile: 'complaint.profile',
  byVia: 'caseVia',
} as const

const By = ({ cx, report, named, by }: Props & { by: keyof typeof prefixes | 'bySystem' }) => {
  const counted = report[by]
  const word = (key: string) => (by === 'bySystem' ? namesOf(cx, named).system(key) : cx.term(prefixes[by], key))
  return counted.length === 0 ? null : (
    <Sheet id={by} title={cx.say(`complaintReport.by.${by}`)}>
      <Bars
        id={`plot-${by}`}
        title={cx.say(`complaintReport.by.${by}`)}
        caption={cx.say('complaintReport.plot')}
        bars={counted.map(({ key, n }) => ({ word: word(key), count: n, show: cx.number(n), cell: cx.number(n) }))}
        words={{
          table: cx.say('plot.table'),
          name: cx.say('complaintReport.name'),
          count: cx.say('complaintReport.count'),
        }}
      />
    </Sheet>
  )
}

// -- groups ---------------------------------------------------------------------------------------------------------------

const Clusters = (props: Props) => {
  const { cx, clusters } = props
  return (
    <Sheet id="clusters" title={cx.say('clusters.title')}>
      <p class="small">{cx.say('clusters.lead')}</p>
      {clusters.length === 0 ? (
        <Empty title={cx.say('clusters.none')}>{cx.say('clusters.noneMore')}</Empty>
      ) : (
        <ol class="rows">
          {clusters.map((one, n) => (
            <Group {...props} one={one} n={n} />
          ))}
        </ol>
      )}
    </Sheet>
  )
}

const Group = ({ cx, named, one, n, filled }: Props & { one: Cluster; n: number }) => {
  const open = one.state === 'open'
  return (
    <li class="row" data-row="">
      <Icon name={open ? 'attention' : 'ok'} class={open ? 'is-attention' : 'is-ok'} />
      <div>
        <b>{cx.say(`complaint.cause.${one.cause}`)}</b>{' '}
        <a href={`/console/systems/${encodeURIComponent(one.system)}`}>{namesOf(cx, named).system(one.system)}</a>{' '}
        <span class="subtle small">{one.version}</span>
        <br />
        <span class="small">
          {cx.say('clusters.count', {
            count: cx.number(one.count),
            customers: cx.number(one.customers),
            since: cx.date(one.since),
          })}{' '}
          {one.judgement !== null
            ? `${cx.say('clusters.judgement')}: ${cx.say(`clusters.judge.${one.judgement}`)}.`
            : `${cx.say(one.id === null ? 'clusters.new' : 'clusters.waits')}`}
        </span>
        {open && one.id !== null && cx.may(judges) && (
          <details open={filled?.form === one.id}>
            <summary>{cx.say('clusters.judgement')}</summary>
            <Judge cx={cx} id={one.id} n={n} filled={filled?.form === one.id ? filled : undefined} />
          </details>
        )}
      </div>
    </li>
  )
}

type JudgeProps = { cx: ConsoleContext; id: string; n: number; filled: Filled | undefined }

const Judge = ({ cx, id, n, filled }: JudgeProps) => {
  const action = `${reportPath}/clusters/${encodeURIComponent(id)}`
  const values = filled?.values ?? keptFor(cx, action) ?? {}
  return (
    <form class="form" method="post" action={action}>
      <Radios
        name="judgement"
        legend={cx.say('clusters.judgement')}
        value={values.judgement}
        error={errorAt(filled, 'judgement')}
        choices={judgements.map((value) => ({ value, word: cx.say(`clusters.judge.${value}`) }))}
      />
      <WordsField
        id={`reasons-${n}`}
        name="reasons"
        label={cx.say('clusters.reasons')}
        value={values.reasons}
        error={errorAt(filled, 'reasons')}
        required
        min={10}
        max={2_000}
      />
      <Send>{cx.say('clusters.now')}</Send>
    </form>
  )
}
