/** A reading beside an earlier one in words, one drawing and one table: on a page of its own, and in the report of an audit that follows. */
import { formatDate, formatShare, type Language } from '../../platform/text.ts'
import type { Verdict } from '../contract.ts'
import { groupName, metricName, publish } from '../rules.ts'
import { type Compared, type ComparedVerdict, compare } from './compare.ts'
import type { DocumentBlock, ReportDocument } from './contract.ts'
import { between, chance, MOST_DRAWN, points, type Reported, reachOf, ticksOf } from './document-words.ts'
import { type AuditTextKey, auditText } from './texts.ts'

/** What is laid beside an earlier reading: `Reported` without its counts. */
export type Beside = Pick<Reported, 'audit' | 'run' | 'report'> & { readonly inputSha256: string | null }

type Say = (key: AuditTextKey, values?: Readonly<Record<string, string | number>>) => string
type Part = {
  readonly compared: Compared
  readonly before: Beside
  readonly after: Beside
  readonly say: Say
  readonly language: Language
}

export function comparedOf(before: Beside, after: Beside): Compared {
  const [one, other] = [before, after].map(({ audit, report }) => ({
    plan: audit.plan,
    verdicts: publish(report).verdicts,
  }))
  return compare(one!, other!)
}

export function compareDocument(before: Beside, after: Beside, language: Language): ReportDocument {
  const say: Say = (key, values) => auditText(language, key, values)
  const compared = comparedOf(before, after)
  const count = (...which: ComparedVerdict['verdict'][]) =>
    compared.comparisons.filter(({ verdict }) => which.includes(verdict)).length
  return {
    language,
    title: say('compare.title', { name: after.audit.name }),
    lead: compared.comparable
      ? say('compare.lead', {
          smaller: count('smaller'),
          larger: count('larger'),
          same: count('no_relevant_change'),
          unknown: count('cannot_tell'),
        })
      : say('compare.other'),
    blocks: compareBlocks(before, after, language),
  }
}

export function compareBlocks(before: Beside, after: Beside, language: Language): DocumentBlock[] {
  const part: Part = {
    compared: comparedOf(before, after),
    before,
    after,
    language,
    say: (key, values) => auditText(language, key, values),
  }
  return [...changeBlocks(part), ...missingBlocks(part), ...planBlocks(part)]
}

const lookOf = { smaller: 'ok', larger: 'bad', no_relevant_change: 'plain', cannot_tell: 'unknown' } as const
const order = ['larger', 'smaller', 'cannot_tell', 'no_relevant_change'] as const

function changeBlocks(part: Part): DocumentBlock[] {
  const { compared, before, after, say, language } = part
  const heading: DocumentBlock = { kind: 'heading', level: 2, text: say('compare.changes') }
  const dates = say('compare.dates', {
    before: formatDate(before.run.startedAt, language),
    after: formatDate(after.run.startedAt, language),
  })
  if (!compared.comparable) return [heading, { kind: 'text', text: `${dates} ${say('compare.other')}` }]
  if (compared.comparisons.length === 0) return [heading, { kind: 'text', text: `${dates} ${say('compare.nothing')}` }]
  const rows = [...compared.comparisons].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || b.after.n - a.after.n,
  )
  return [
    heading,
    { kind: 'text', text: dates },
    ...(isSameData(before, after) ? [{ kind: 'text' as const, text: say('compare.sameData') }] : []),
    ...rows.map(
      (one): DocumentBlock => ({
        kind: 'verdict',
        mark: lookOf[one.verdict],
        word: say(`compare.verdict.${one.verdict}`),
        text: sentenceOf(one, part),
      }),
    ),
    figureOf(rows, part),
  ]
}

const isSameData = (before: Beside, after: Beside): boolean =>
  before.inputSha256 !== null && before.inputSha256 === after.inputSha256

function sentenceOf({ before, after, change, interval, verdict }: ComparedVerdict, { say, language }: Part): string {
  const shown = (value: number) => points(value, language)
  const names = {
    group: groupName(after.group, language),
    reference: groupName(after.reference, language),
    metric: metricName(after.metric, language),
  }
  if (change === null || interval === null) return say('compare.sentence.undefined', names)
  return say(`compare.sentence.${verdict}`, {
    ...names,
    before: shown(before.difference!),
    after: shown(after.difference!),
    change: shown(change),
    low: shown(interval[0]),
    high: shown(interval[1]),
  })
}

function figureOf(rows: readonly ComparedVerdict[], { after, say, language }: Part): DocumentBlock {
  const { margin } = after.audit.plan
  const shown = (value: number) => points(value, language)
  const reach = reachOf([margin, ...rows.map(({ change }) => change)])
  const several = new Set(rows.map(({ after: { metric } }) => metric)).size > 1
  const nameOf = ({ metric, group }: Verdict) =>
    several ? `${groupName(group, language)}, ${metricName(metric, language)}` : groupName(group, language)
  const difference = (one: Verdict) =>
    one.difference === null ? '–' : `${shown(one.difference)} (${between(one.interval, shown, say)})`
  const title = say('compare.figure')
  return {
    kind: 'figure',
    id: 'changes',
    title,
    caption: say('compare.figure.how', { margin: points(margin, language, false) }),
    describe: rows
      .slice(0, MOST_DRAWN)
      .map(({ after: one, verdict }) => `${nameOf(one)}: ${say(`compare.verdict.${verdict}`)}`)
      .join('. '),
    plot: {
      plot: 'intervals',
      from: -reach,
      to: reach,
      ticks: ticksOf(reach, language),
      zero: true,
      margin,
      marginWord: say('report.margin'),
      rows: rows.slice(0, MOST_DRAWN).map(({ before, after: one, change, interval, verdict }) => ({
        word: nameOf(one),
        detail: say('compare.sizes', { before: before.n, after: one.n }),
        value: change,
        low: interval?.[0] ?? null,
        high: interval?.[1] ?? null,
        mark: lookOf[verdict],
        show: change === null ? say('report.undefined') : `${shown(change)} (${between(interval, shown, say)})`,
      })),
    },
    table: {
      kind: 'table',
      caption: say('compare.table'),
      columns: [
        { word: say('report.column.group'), number: false },
        { word: say('report.column.against'), number: false },
        { word: say('compare.column.metric'), number: false },
        { word: say('compare.column.before'), number: true },
        { word: say('compare.column.verdictBefore'), number: false },
        { word: say('compare.column.after'), number: true },
        { word: say('compare.column.verdictAfter'), number: false },
        { word: say('compare.column.change'), number: true },
        { word: say('report.column.p'), number: true },
        { word: say('report.column.verdict'), number: false },
      ],
      rows: rows.map(({ before, after: one, change, interval, p, verdict }) => [
        groupName(one.group, language),
        groupName(one.reference, language),
        metricName(one.metric, language),
        difference(before),
        say(`report.verdict.${before.verdict}`),
        difference(one),
        say(`report.verdict.${one.verdict}`),
        change === null ? '–' : `${shown(change)} (${between(interval, shown, say)})`,
        p === null ? '–' : chance(p, language),
        say(`compare.verdict.${verdict}`),
      ]),
    },
  }
}

/** Groups that only one of both has. */
function missingBlocks({ compared, say, language }: Part): DocumentBlock[] {
  if (!compared.comparable) return []
  const names = (list: readonly Verdict[]) =>
    [
      ...new Set(
        list.map(({ group, reference }) => `${groupName(group, language)} – ${groupName(reference, language)}`),
      ),
    ]
      .slice(0, MOST_DRAWN)
      .join('; ')
  return [
    ...(compared.onlyBefore.length === 0
      ? []
      : [{ kind: 'text' as const, text: say('compare.onlyBefore', { groups: names(compared.onlyBefore) }) }]),
    ...(compared.onlyAfter.length === 0
      ? []
      : [{ kind: 'text' as const, text: say('compare.onlyAfter', { groups: names(compared.onlyAfter) }) }]),
  ]
}

function planBlocks({ compared, before, after, say, language }: Part): DocumentBlock[] {
  if (compared.planDifferences.length === 0) return [{ kind: 'text', text: say('compare.samePlan') }]
  const word = (value: unknown): string =>
    value === undefined
      ? say('compare.notSaid')
      : typeof value === 'number'
        ? value > 0 && value < 1
          ? formatShare(value, language)
          : String(value)
        : Array.isArray(value)
          ? value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')
          : typeof value === 'string'
            ? value
            : JSON.stringify(value)
  return [
    { kind: 'heading', level: 3, text: say('compare.plans') },
    {
      kind: 'table',
      caption: say('compare.plans'),
      columns: [
        { word: say('compare.column.what'), number: false },
        { word: say('compare.column.planBefore'), number: false },
        { word: say('compare.column.planAfter'), number: false },
      ],
      rows: compared.planDifferences.map((name) => [name, word(before.audit.plan[name]), word(after.audit.plan[name])]),
    },
  ]
}
