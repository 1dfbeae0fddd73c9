/** A data sheet as sentences, drawings and tables, in one language. */
import { formatNumber, formatShare, type Language } from '../../platform/text.ts'
import type { DocumentBlock, ReportDocument } from '../audits/contract.ts'
import { MOST_DRAWN } from '../audits/document-words.ts'
import type { CoveragePlan } from '../contract.ts'
import { coverageSentence, groupName } from '../rules.ts'
import type { PublishedSheet } from './contract.ts'
import { type SheetTextKey, sheetText } from './texts.ts'

type Say = (key: SheetTextKey, values?: Readonly<Record<string, string | number>>) => string
type Part = {
  readonly sheet: PublishedSheet
  readonly plan: CoveragePlan
  readonly say: Say
  readonly language: Language
}
type Row = {
  readonly word: string
  readonly detail: string
  readonly share: number | null
  readonly interval: readonly [number, number] | null
}

const MOST_PATTERNS = 50

export function sheetDocument(
  name: string,
  { sheet, plan }: Pick<Part, 'sheet' | 'plan'>,
  language: Language,
): ReportDocument {
  const say: Say = (key, values) => sheetText(language, key, values)
  const part: Part = { sheet, plan, say, language }
  return {
    language,
    title: name,
    lead: say(sheet.findings.length === 0 ? 'sheet.leadNone' : 'sheet.lead', {
      n: sheet.n,
      findings: sheet.findings.length,
    }),
    blocks: [
      ...findingBlocks(part),
      ...valueBlocks(part),
      ...patternBlocks(part),
      ...representationBlocks(part),
      ...balanceBlocks(part),
      ...missingBlocks(part),
      ...proxyBlocks(part),
      ...sliceBlocks(part),
      { kind: 'heading', level: 2, text: say('sheet.limits') },
      { kind: 'text', text: say('sheet.hidden', { below: sheet.below }) },
      { kind: 'text', text: say('sheet.notAll') },
    ],
  }
}

/** What a person has to look at; a count that is not shown is said in words. */
function findingBlocks({ sheet, say, language }: Part): DocumentBlock[] {
  const shown = sheet.findings.filter(({ code }) => code !== 'pattern_not_covered')
  const uncovered = sheet.findings.length - shown.length
  const sentence = (one: PublishedSheet['findings'][number]) =>
    one.count === null || one.share === null
      ? say('sheet.few', { column: one.column ?? '', value: one.value ?? say('sheet.missing'), below: sheet.below })
      : coverageSentence(one as Parameters<typeof coverageSentence>[0], language)
  return [
    { kind: 'heading', level: 2, text: say('sheet.findings') },
    ...(sheet.findings.length === 0 ? [{ kind: 'text' as const, text: say('sheet.none') }] : []),
    ...(uncovered === 0
      ? []
      : [
          {
            kind: 'verdict' as const,
            mark: 'bad' as const,
            word: say('sheet.word.pattern_not_covered'),
            text: say('sheet.uncovered', { count: uncovered, threshold: sheet.coverageThreshold }),
          },
        ]),
    ...shown.map(
      (one): DocumentBlock => ({
        kind: 'verdict',
        mark: one.code === 'slice_with_more_errors' ? 'bad' : 'unknown',
        word: say(`sheet.word.${one.code}`),
        text: sentence(one),
      }),
    ),
  ]
}

function valueBlocks({ sheet, say, language }: Part): DocumentBlock[] {
  return [
    { kind: 'heading', level: 2, text: say('sheet.values') },
    ...sheet.values.flatMap(({ column, shown, hidden, missing, evenness }): DocumentBlock[] => [
      {
        kind: 'table',
        caption: say('sheet.valuesOf', { column }),
        columns: [
          { word: column, number: false },
          { word: say('sheet.rows'), number: true },
          { word: say('sheet.share'), number: true },
        ],
        rows: [
          ...shown.map(({ value, count }) => [
            value,
            formatNumber(count, language),
            sheet.n === 0 ? '–' : formatShare(count / sheet.n, language),
          ]),
          ...(hidden === 0 ? [] : [[say('sheet.hiddenValues', { count: hidden }), '–', '–']]),
          ...(missing === 0
            ? []
            : [
                [
                  say('sheet.missing'),
                  missing === null ? '–' : formatNumber(missing, language),
                  missing === null ? '–' : formatShare(missing / sheet.n, language),
                ],
              ]),
        ],
      },
      ...(evenness === null
        ? []
        : [
            {
              kind: 'text' as const,
              text: say('sheet.evenness', { column, value: formatNumber(Math.round(evenness * 100) / 100, language) }),
            },
          ]),
    ]),
  ]
}

function patternBlocks({ sheet, say, language }: Part): DocumentBlock[] {
  const { patterns, coverageThreshold: threshold } = sheet
  if (patterns.length === 0)
    return [
      { kind: 'heading', level: 2, text: say('sheet.patterns') },
      { kind: 'text', text: say('sheet.patternsNone', { threshold }) },
    ]
  return [
    { kind: 'heading', level: 2, text: say('sheet.patterns') },
    { kind: 'text', text: say('sheet.patternsHow', { threshold }) },
    {
      kind: 'table',
      caption: say('sheet.tableOf', { title: say('sheet.patterns') }),
      columns: [
        { word: say('sheet.pattern'), number: false },
        { word: say('sheet.rows'), number: false },
      ],
      rows: patterns
        .slice(0, MOST_PATTERNS)
        .map(({ pattern, nobody }) => [
          conditions(pattern, language),
          say(nobody ? 'sheet.nobody' : 'sheet.fewer', { threshold }),
        ]),
    },
    ...(patterns.length > MOST_PATTERNS
      ? [{ kind: 'text' as const, text: say('sheet.more', { count: patterns.length - MOST_PATTERNS }) }]
      : []),
  ]
}

const conditions = (pattern: Readonly<Record<string, string | null>>, language: Language): string =>
  Object.entries(pattern)
    .map(([column, value]) => `${column}: ${groupName({ [column]: value }, language)}`)
    .join(', ')

/** Shares with their intervals, drawn and as a table; `extra`: a column beside them. */
function sharesFigure(
  { say, language }: Part,
  figure: {
    readonly id: string
    readonly title: string
    readonly caption: string
    readonly rows: readonly Row[]
    readonly extra?: { readonly word: string; readonly of: (i: number) => string }
  },
): DocumentBlock {
  const share = (value: number) => formatShare(value, language)
  const range = (interval: Row['interval']) =>
    interval === null ? '–' : say('sheet.between', { low: share(interval[0]), high: share(interval[1]) })
  return {
    kind: 'figure',
    id: figure.id,
    title: figure.title,
    caption: figure.caption,
    describe: figure.rows
      .slice(0, MOST_DRAWN)
      .map(({ word, share: one }) => `${word}: ${one === null ? '–' : share(one)}`)
      .join('. '),
    plot: {
      plot: 'intervals',
      from: 0,
      to: 1,
      ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, word: `${at * 100}%` })),
      zero: false,
      margin: null,
      marginWord: '',
      rows: figure.rows.slice(0, MOST_DRAWN).map(({ word, detail, share: value, interval }) => ({
        word,
        detail,
        value,
        low: interval?.[0] ?? null,
        high: interval?.[1] ?? null,
        mark: 'plain',
        show: value === null ? say('sheet.notShown') : `${share(value)} (${range(interval)})`,
      })),
    },
    table: {
      kind: 'table',
      caption: say('sheet.tableOf', { title: figure.title }),
      columns: [
        { word: say('sheet.what'), number: false },
        { word: say('sheet.share'), number: true },
        { word: say('sheet.range'), number: true },
        ...(figure.extra === undefined ? [] : [{ word: figure.extra.word, number: true }]),
      ],
      rows: figure.rows.map(({ word, share: value, interval }, i) => [
        word,
        value === null ? '–' : share(value),
        range(interval),
        ...(figure.extra === undefined ? [] : [figure.extra.of(i)]),
      ]),
    },
  }
}

function representationBlocks(part: Part): DocumentBlock[] {
  const { sheet, say, language } = part
  return sheet.representation.flatMap(({ column, source, date, rows }, i): DocumentBlock[] => [
    { kind: 'heading', level: 2, text: say('sheet.representation', { column }) },
    {
      kind: 'text',
      text: source === null ? say('sheet.noSource') : say('sheet.source', { source, date: date ?? '' }),
    },
    sharesFigure(part, {
      id: `representation-${i + 1}`,
      title: say('sheet.representation', { column }),
      caption: say('sheet.representationHow'),
      rows: rows.map(({ value, share, reference, interval }) => ({
        word: value,
        detail: say('sheet.expected', { share: formatShare(reference, language) }),
        share,
        interval,
      })),
      extra: { word: say('sheet.reference'), of: (n) => formatShare(rows[n]!.reference, language) },
    }),
  ])
}

function balanceBlocks(part: Part): DocumentBlock[] {
  const { sheet, plan, say, language } = part
  if (sheet.labelBalance.length === 0) return []
  const title = say('sheet.balance', { label: plan.label ?? '' })
  return [
    { kind: 'heading', level: 2, text: title },
    sharesFigure(part, {
      id: 'balance',
      title,
      caption: say('sheet.balanceHow'),
      rows: sheet.labelBalance.map(({ group, n, share, interval }) => ({
        word: conditions(group, language),
        detail: say('sheet.n', { n }),
        share,
        interval,
      })),
    }),
  ]
}

function missingBlocks(part: Part): DocumentBlock[] {
  const { sheet, say, language } = part
  if (sheet.missingness.length === 0) return []
  const title = say('sheet.missingness')
  return [
    { kind: 'heading', level: 2, text: title },
    sharesFigure(part, {
      id: 'missing',
      title,
      caption: say('sheet.missingnessHow'),
      rows: sheet.missingness.map(({ column, group, n, share, interval }) => ({
        word: `${column}; ${conditions(group, language)}`,
        detail: say('sheet.n', { n }),
        share,
        interval,
      })),
    }),
  ]
}

function proxyBlocks(part: Part): DocumentBlock[] {
  const { sheet, say } = part
  if (sheet.proxies === null) return []
  const { attribute, features, together } = sheet.proxies
  const title = say('sheet.proxies', { attribute })
  return [
    { kind: 'heading', level: 2, text: title },
    { kind: 'text', text: say('sheet.proxiesHow', { attribute }) },
    sharesFigure(part, {
      id: 'proxies',
      title,
      caption: say('sheet.proxiesDraw'),
      rows: [
        ...features.map(({ column, auc, aucInterval }) => ({
          word: column,
          detail: '',
          share: auc,
          interval: aucInterval,
        })),
        { word: say('sheet.together'), detail: '', share: together.auc, interval: together.aucInterval },
      ],
    }),
  ]
}

function sliceBlocks({ sheet, plan, say, language }: Part): DocumentBlock[] {
  if (plan.slices === undefined) return []
  const found = sheet.slices.filter(({ confirmed }) => confirmed)
  return [
    { kind: 'heading', level: 2, text: say('sheet.slices') },
    { kind: 'text', text: say(found.length === 0 ? 'sheet.slicesNone' : 'sheet.slicesHow') },
    ...(sheet.slices.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: say('sheet.tableOf', { title: say('sheet.slices') }),
            columns: [
              { word: say('sheet.pattern'), number: false },
              { word: say('sheet.rows'), number: true },
              { word: say('sheet.errors'), number: true },
              { word: say('sheet.errorsElsewhere'), number: true },
              { word: say('sheet.confirmed'), number: false },
            ],
            rows: sheet.slices.map(({ slice, n, errorRate, errorRateElsewhere, confirmed }) => [
              conditions(slice, language),
              formatNumber(n, language),
              errorRate === null ? '–' : formatShare(errorRate, language),
              errorRateElsewhere === null ? '–' : formatShare(errorRateElsewhere, language),
              say(confirmed ? 'sheet.yes' : 'sheet.no'),
            ]),
          },
        ]),
  ]
}
