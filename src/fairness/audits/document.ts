/**
 * The report of a reading as headings, sentences, drawings and tables, in one language: what is published (groups of fewer than ten
 * people are left out), so screen, HTML and PDF say the same. Same cells, plan and language, same document.
 */
import { formatDate, formatNumber, formatShare, formatTime, type Language } from '../../platform/text.ts'
import { wilson } from '../../statistics/index.ts'
import type { CellTable } from '../cells.ts'
import type { AuditPlan, AuditReport, Group, PublishedReport, Verdict } from '../contract.ts'
import { adviceOf, findingSentence, groupName, metricName, publish, verdictSentence } from '../rules.ts'
import { adviceBlocks } from './advice-document.ts'
import { type Beside, compareBlocks } from './compare-document.ts'
import type { DocumentBlock, ReportDocument, TableBlock } from './contract.ts'
import { between, chance, MOST_DRAWN, points, type Reported, reachOf, ticksOf } from './document-words.ts'
import { type AuditTextKey, auditText } from './texts.ts'

const MOST_SERIES = 6
const MOST_STRATA_SHOWN = 5
type Say = (key: AuditTextKey, values?: Readonly<Record<string, string | number>>) => string
type Part = {
  readonly report: PublishedReport
  readonly plan: AuditPlan
  readonly table: CellTable
  readonly say: Say
  readonly language: Language
}

/** `previous`: the reading before it, to say what became of its differences. */
export function documentOf(
  { audit, run, report: whole, table }: Reported,
  language: Language,
  previous?: Beside,
): ReportDocument {
  const report = publish(whole)
  const say: Say = (key, values) => auditText(language, key, values)
  const part: Part = { report, plan: audit.plan, table, say, language }
  // All conclusions count, also those about groups that are not shown.
  const count = (value: Verdict['verdict']) => whole.verdicts.filter(({ verdict }) => verdict === value).length
  return {
    language,
    title: audit.name,
    lead: say('report.lead', {
      n: report.n,
      found: count('difference_found'),
      none: count('no_relevant_difference'),
      unknown: count('cannot_tell'),
    }),
    blocks: [
      ...(audit.plan.question === undefined
        ? []
        : ([
            { kind: 'heading', level: 2, text: say('report.question') },
            { kind: 'text', text: audit.plan.question },
          ] as const)),
      ...(audit.changedAfterResult ? [{ kind: 'text' as const, text: say('report.changed') }] : []),
      ...verdictBlocks(part),
      ...differenceBlocks(part),
      ...(previous === undefined
        ? []
        : compareBlocks(previous, { audit, run, report: whole, inputSha256: whole.inputSha256 }, language)),
      ...groupBlocks(part),
      ...calibrationBlocks(part),
      ...strataBlocks(part),
      ...measureBlocks(part),
      ...adviceBlocks(adviceOf(report, table, audit.plan), audit.plan, language),
      ...noticeBlocks(part),
      ...howBlocks(part, { audit, run }),
    ],
  }
}

const lookOf = { difference_found: 'bad', no_relevant_difference: 'ok', cannot_tell: 'unknown' } as const
const order = ['difference_found', 'cannot_tell', 'no_relevant_difference'] as const

/** Found, cannot tell, no difference; within these the largest group first. Never by the difference itself. */
function inOrder(verdicts: readonly Verdict[]): Verdict[] {
  return [...verdicts].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || b.n - a.n)
}

// —— parts ————————————————————————————————————————————————————————————————————————————————————————————————————————————

function verdictBlocks({ report, say, language }: Part): DocumentBlock[] {
  const blocks = inOrder(report.verdicts).map(
    (verdict): DocumentBlock => ({
      kind: 'verdict',
      mark: lookOf[verdict.verdict],
      word: say(`report.verdict.${verdict.verdict}`),
      text: verdictSentence(verdict, language),
    }),
  )
  return [
    { kind: 'heading', level: 2, text: say('report.verdicts') },
    ...(blocks.length === 0 && report.suppressed.groups === 0
      ? [{ kind: 'text' as const, text: say('report.noVerdicts') }]
      : blocks),
    ...(report.suppressed.groups > 0
      ? [
          {
            kind: 'text' as const,
            text: say('report.hidden', { count: report.suppressed.groups, below: report.suppressed.below }),
          },
        ]
      : []),
  ]
}

function differenceBlocks({ report, plan, say, language }: Part): DocumentBlock[] {
  const metrics = [...new Set(report.verdicts.map(({ metric }) => metric))]
  const reach = reachOf([plan.margin, ...report.verdicts.map(({ difference }) => difference)])
  return metrics.flatMap((metric, i): DocumentBlock[] => {
    const verdicts = inOrder(report.verdicts.filter((one) => one.metric === metric))
    const name = metricName(metric, language)
    const title = say('report.differences', { metric: name })
    const shown = (value: number) => points(value, language)
    return [
      { kind: 'heading', level: 2, text: title },
      {
        kind: 'figure',
        id: `differences-${i + 1}`,
        title,
        caption: say('report.differences.how', { margin: points(plan.margin, language, false), level: levelOf(plan) }),
        describe: verdicts
          .slice(0, MOST_DRAWN)
          .map((one) => `${groupName(one.group, language)}: ${say(`report.verdict.${one.verdict}`)}`)
          .join('. '),
        plot: {
          plot: 'intervals',
          from: -reach,
          to: reach,
          ticks: ticksOf(reach, language),
          zero: true,
          margin: plan.margin,
          marginWord: say('report.margin'),
          rows: verdicts.slice(0, MOST_DRAWN).map((one) => ({
            word: groupName(one.group, language),
            detail: say('report.against', { reference: groupName(one.reference, language), n: one.n }),
            value: one.difference,
            low: one.interval?.[0] ?? null,
            high: one.interval?.[1] ?? null,
            mark: lookOf[one.verdict],
            show:
              one.difference === null
                ? say('report.undefined')
                : `${shown(one.difference)} (${between(one.interval, shown, say)})`,
          })),
        },
        table: {
          kind: 'table',
          caption: say('report.differences.table', { metric: name }),
          columns: [
            { word: say('report.column.group'), number: false },
            { word: say('report.column.against'), number: false },
            { word: say('report.column.n'), number: true },
            { word: say('report.column.share'), number: true },
            { word: say('report.column.shareAgainst'), number: true },
            { word: say('report.column.difference'), number: true },
            { word: say('report.column.interval'), number: true },
            { word: say('report.column.p'), number: true },
            { word: say('report.column.verdict'), number: false },
          ],
          rows: verdicts.map((one) => [
            groupName(one.group, language),
            groupName(one.reference, language),
            formatNumber(one.n, language),
            one.rate === null ? '–' : formatShare(one.rate, language),
            one.referenceRate === null ? '–' : formatShare(one.referenceRate, language),
            one.difference === null ? '–' : shown(one.difference),
            between(one.interval, shown, say),
            one.pAdjusted === null ? '–' : chance(one.pAdjusted, language),
            say(`report.verdict.${one.verdict}`),
          ]),
        },
      },
    ]
  })
}

const moment = (at: Date, language: Language): string => `${formatDate(at, language)}, ${formatTime(at, language)}`

const levelOf = (plan: AuditPlan): string => String(Math.round((1 - plan.alpha) * 1_000) / 10)

function groupBlocks({ report, say, language }: Part): DocumentBlock[] {
  const groups = [...report.groups].filter(({ n }) => n > 0).sort((a, b) => b.n - a.n)
  const share = (value: number) => formatShare(value, language)
  const title = say('report.groups')
  const rows = groups.map(({ group, n, metrics, intervals }) => ({
    word: groupName(group, language),
    n,
    value: metrics.selectionRate,
    interval: intervals.selectionRate ?? null,
  }))
  return [
    { kind: 'heading', level: 2, text: title },
    {
      kind: 'figure',
      id: 'groups',
      title,
      caption: say('report.groups.how'),
      describe: rows
        .slice(0, MOST_DRAWN)
        .map(({ word, value }) => `${word}: ${value === null ? '–' : share(value)}`)
        .join('. '),
      plot: {
        plot: 'intervals',
        from: 0,
        to: 1,
        ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, word: `${at * 100}%` })),
        zero: false,
        margin: null,
        marginWord: '',
        rows: rows.slice(0, MOST_DRAWN).map(({ word, n, value, interval }) => ({
          word,
          detail: say('report.n', { n }),
          value,
          low: interval?.[0] ?? null,
          high: interval?.[1] ?? null,
          mark: 'plain',
          show: value === null ? say('report.undefined') : `${share(value)} (${between(interval, share, say)})`,
        })),
      },
      table: metricsTable(groups, { say, language }),
    },
  ]
}

const shownMetrics = [
  'selectionRate',
  'baseRate',
  'truePositiveRate',
  'falsePositiveRate',
  'precision',
  'accuracy',
] as const

function metricsTable(
  groups: PublishedReport['groups'],
  { say, language }: Pick<Part, 'say' | 'language'>,
): TableBlock {
  const present = shownMetrics.filter((metric) => groups.some(({ metrics }) => metrics[metric] !== null))
  return {
    kind: 'table',
    caption: say('report.groups.table'),
    columns: [
      { word: say('report.column.group'), number: false },
      { word: say('report.column.n'), number: true },
      ...present.map((metric) => ({ word: metricName(metric, language), number: true })),
    ],
    rows: groups.map(({ group, n, metrics, intervals }) => [
      groupName(group, language),
      formatNumber(n, language),
      ...present.map((metric) => {
        const value = metrics[metric]
        const interval = between(intervals[metric] ?? null, (one) => formatShare(one, language), say)
        return value === null ? '–' : `${formatShare(value, language)} (${interval})`
      }),
    ]),
  }
}

/** Of the largest groups: ten bins of equal width, those with fewer people than may be shown left out. */
function calibrationBlocks({ report, table, plan, say, language }: Part): DocumentBlock[] {
  if (table.scoreResolution === null || !table.labelled || table.weighted) return []
  const groups = [...report.groups].sort((a, b) => b.n - a.n).slice(0, MOST_SERIES)
  const series = groups.flatMap(({ group }) => {
    const points = bins(table, group, plan.alpha).filter(({ n }) => n >= report.suppressed.below)
    return points.length === 0 ? [] : [{ word: groupName(group, language), points }]
  })
  if (series.length === 0) return []
  const title = say('report.calibration')
  return [
    { kind: 'heading', level: 2, text: title },
    {
      kind: 'figure',
      id: 'calibration',
      title,
      caption: say('report.calibration.how', { below: report.suppressed.below }),
      describe: series
        .map(({ word, points }) => `${word}: ${say('report.n', { n: points.reduce((sum, { n }) => sum + n, 0) })}`)
        .join('. '),
      plot: { plot: 'calibration', xWord: say('report.foretold'), yWord: say('report.happened'), series },
      table: {
        kind: 'table',
        caption: say('report.calibration.table'),
        columns: [
          { word: say('report.column.group'), number: false },
          { word: say('report.foretold'), number: true },
          { word: say('report.happened'), number: true },
          { word: say('report.column.interval'), number: true },
          { word: say('report.column.n'), number: true },
        ],
        rows: series.flatMap(({ word, points }) =>
          points.map(({ x, y, low, high, n }) => [
            word,
            formatShare(x, language),
            formatShare(y, language),
            between([low, high], (one) => formatShare(one, language), say),
            formatNumber(n, language),
          ]),
        ),
      },
    },
  ]
}

function bins(table: CellTable, group: Group, alpha: number) {
  const at = table.groups.findIndex((values) =>
    values.every((value, i) => Object.is(group[table.sensitive[i]!], value)),
  )
  const [no, yes] = ([0, 1] as const).map(
    (label) => table.scores.find((one) => one.group === at && one.label === label)?.bins,
  )
  return Array.from({ length: 10 }, (_, i) => {
    const [zero, one] = [no?.[i], yes?.[i]].map((bin) => bin ?? { w: 0, sum: 0 }) as [
      { w: number; sum: number },
      { w: number; sum: number },
    ]
    const n = zero.w + one.w
    const interval = wilson({ k: one.w, n }, alpha)
    return n === 0 || interval === undefined
      ? undefined
      : { x: (zero.sum + one.sum) / n, y: one.w / n, low: interval[0], high: interval[1], n }
  }).filter((bin) => bin !== undefined)
}

/** What the strata say of the whole: it turns around, it is not there, or it points the same way. */
function strataWord({
  reverses,
  riskDifferenceInterval: interval,
}: NonNullable<AuditReport['strata']>['comparisons'][number]): 'reverses' | 'notWithin' | 'same' {
  if (reverses) return 'reverses'
  return interval !== null && interval[0] <= 0 && interval[1] >= 0 ? 'notWithin' : 'same'
}

/** Where the difference turns around within the strata, before all others; each with its strata and the whole. */
function strataBlocks({ report, plan, say, language }: Part): DocumentBlock[] {
  const comparisons = report.strata?.comparisons ?? []
  if (comparisons.length === 0) return []
  const shown = [...comparisons].sort((a, b) => Number(b.reverses) - Number(a.reverses)).slice(0, MOST_STRATA_SHOWN)
  const text = (value: number) => points(value, language)
  const reach = reachOf([
    plan.margin,
    ...shown.flatMap((one) => [
      one.pooledDifference,
      one.riskDifference,
      ...one.strata.map(({ difference }) => difference),
    ]),
  ])
  return [
    { kind: 'heading', level: 2, text: say('report.strata', { columns: report.strata!.columns.join(', ') }) },
    ...shown.flatMap((one, i): DocumentBlock[] => {
      const names = { group: groupName(one.group, language), reference: groupName(one.reference, language) }
      const rows = [
        ...one.strata.map((stratum) => ({
          word: groupName(stratum.stratum, language),
          n: stratum.n,
          nReference: stratum.nReference,
          difference: stratum.difference,
          interval: stratum.interval,
        })),
        {
          word: say('report.strata.together'),
          n: null,
          nReference: null,
          difference: one.pooledDifference,
          interval: null,
        },
        {
          word: say('report.strata.adjusted'),
          n: null,
          nReference: null,
          difference: one.riskDifference,
          interval: one.riskDifferenceInterval,
        },
      ]
      const title = say('report.strata.title', names)
      return [
        { kind: 'heading', level: 3, text: title },
        { kind: 'text', text: say(`report.strata.${strataWord(one)}`, names) },
        {
          kind: 'figure',
          id: `strata-${i + 1}`,
          title,
          caption: say('report.strata.how'),
          describe: rows
            .map(({ word, difference }) => `${word}: ${difference === null ? '–' : text(difference)}`)
            .join('. '),
          plot: {
            plot: 'intervals',
            from: -reach,
            to: reach,
            ticks: ticksOf(reach, language),
            zero: true,
            margin: plan.margin,
            marginWord: say('report.margin'),
            rows: rows.slice(-MOST_DRAWN).map(({ word, n, nReference, difference, interval }) => ({
              word,
              detail: n === null ? '' : say('report.strata.n', { n, nReference: nReference! }),
              value: difference,
              low: interval?.[0] ?? null,
              high: interval?.[1] ?? null,
              mark: 'plain',
              show:
                difference === null
                  ? say('report.undefined')
                  : interval === null
                    ? text(difference)
                    : `${text(difference)} (${between(interval, text, say)})`,
            })),
          },
          table: {
            kind: 'table',
            caption: title,
            columns: [
              { word: say('report.column.stratum'), number: false },
              { word: names.group, number: true },
              { word: names.reference, number: true },
              { word: say('report.column.difference'), number: true },
              { word: say('report.column.interval'), number: true },
            ],
            rows: rows.map(({ word, n, nReference, difference, interval }) => [
              word,
              n === null ? '' : formatNumber(n, language),
              nReference === null ? '' : formatNumber(nReference, language),
              difference === null ? '–' : text(difference),
              between(interval, text, say),
            ]),
          },
        },
      ]
    }),
  ]
}

function measureBlocks({ report, say, language }: Part): DocumentBlock[] {
  const number = (value: number) => formatNumber(value, language).replace('-', '−')
  return (report.measures ?? []).flatMap((measure): DocumentBlock[] => {
    const isShare = measure.kind === 'rate'
    const shown = (value: number) => (isShare ? formatShare(value, language) : number(value))
    return [
      { kind: 'heading', level: 2, text: say('report.measure', { name: measure.name }) },
      {
        kind: 'table',
        caption: say('report.measure.table', { name: measure.name, kind: say(`report.kind.${measure.kind}`) }),
        columns: [
          { word: say('report.column.group'), number: false },
          { word: say('report.column.n'), number: true },
          { word: say('report.column.value'), number: true },
          { word: say('report.column.interval'), number: true },
        ],
        rows: measure.groups.map(({ group, n, value, interval, quantiles }) => {
          const middle = quantiles?.find(({ at }) => at === 0.5) ?? quantiles?.[0]
          const said = value ?? middle?.value ?? null
          return [
            groupName(group, language),
            number(n),
            said === null ? '–' : shown(said),
            between(interval ?? middle?.interval ?? null, shown, say),
          ]
        }),
      },
      {
        kind: 'table',
        caption: say('report.measure.compared', { name: measure.name }),
        columns: [
          { word: say('report.column.group'), number: false },
          { word: say('report.column.against'), number: false },
          { word: say('report.column.difference'), number: true },
          { word: say('report.column.interval'), number: true },
          { word: say('report.column.p'), number: true },
        ],
        rows: measure.comparisons.map((one) => {
          const isRatio = one.ratio !== undefined
          const value = isRatio ? (one.ratio ?? null) : one.difference
          const text = (given: number) => (isShare && !isRatio ? points(given, language) : number(given))
          return [
            groupName(one.group, language),
            groupName(one.reference, language),
            value === null ? '–' : isRatio ? `× ${number(value)}` : text(value),
            between(one.interval, text, say),
            one.pAdjusted === null ? '–' : chance(one.pAdjusted, language),
          ]
        }),
      },
    ]
  })
}

function noticeBlocks({ report, say, language }: Part): DocumentBlock[] {
  if (report.findings.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: say('report.notices') },
    ...report.findings.map((finding): DocumentBlock => ({ kind: 'text', text: findingSentence(finding, language) })),
  ]
}

function howBlocks(
  { report, plan, say, language }: Part,
  { audit, run }: Pick<Reported, 'audit' | 'run'>,
): DocumentBlock[] {
  const fact = (key: AuditTextKey, value: string | undefined): [string, string][] =>
    value === undefined || value === '' ? [] : [[say(key), value]]
  const reference =
    plan.reference === 'largest' || plan.reference === 'rest'
      ? say(`report.reference.${plan.reference}`)
      : JSON.stringify(plan.reference.group)
  return [
    { kind: 'heading', level: 2, text: say('report.how') },
    {
      kind: 'facts',
      rows: [
        ...fact('report.fact.attributes', plan.sensitive.join(', ')),
        ...fact('report.fact.prediction', plan.prediction ?? `${plan.score} ≥ ${plan.threshold}`),
        ...fact('report.fact.label', plan.label),
        ...fact('report.fact.counts', plan.counts && `${plan.counts.source}, ${plan.counts.date}`),
        ...fact('report.fact.positive', String(plan.positive)),
        ...fact('report.fact.margin', say('report.points', { points: points(plan.margin, language, false) })),
        ...fact('report.fact.alpha', formatShare(plan.alpha, language)),
        ...fact('report.fact.correction', say(`report.correction.${plan.correction}`)),
        ...fact('report.fact.reference', reference),
        ...fact('report.fact.seed', plan.bootstrap === undefined ? undefined : String(plan.bootstrap.seed)),
        ...fact('report.fact.ground', plan.legalGround),
        ...fact('report.fact.planned', moment(audit.plannedAt, language)),
        ...fact('report.fact.measured', moment(run.startedAt, language)),
        ...fact('report.fact.plan', report.planSha256),
        ...fact('report.fact.cells', report.cellsSha256),
        ...fact('report.fact.input', report.inputSha256 ?? undefined),
      ],
    },
    { kind: 'text', text: say('report.recompute') },
  ]
}
