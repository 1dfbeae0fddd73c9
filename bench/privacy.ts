/**
 * What the recogniser leaks and what it hides without need, on every labelled set there is: `npm run bench -- privacy` writes
 * docs/privacy-performance.md. The figures are those of the scorer of the labelled samples, with intervals; the bars are the
 * ones that the recogniser has to meet ("must") and strives for ("aim").
 */
import { spansOf } from '../src/cli/redact.ts'
import { type Labelled, type Score, type Span, score, type Tally, wilson } from '../src/privacy/testing.ts'
import {
  contactCentreCases,
  type KindOfNegative,
  type KindOfStress,
  negativeCases,
  proseCases,
  specialCases,
  stressCases,
} from './privacy/cases/cases.ts'
import { banking77, multidogo, nlupp, samples, sgd, xsid } from './privacy/sets.ts'
import type { BenchContext, Table } from './table.ts'

type Row = Table['rows'][number]
type Goal = NonNullable<Table['goals']>[number]
/** `most`: of a leak; `least`: of a precision or of what stays untouched. In shares. */
type Bar =
  | { readonly most: number; readonly aim: number; readonly least?: undefined }
  | { readonly least: number; readonly aim: number; readonly most?: undefined }
type Bars = {
  readonly leak?: Bar
  readonly groups?: Readonly<Record<string, Bar>>
  readonly speech?: Bar
  readonly precision?: Bar
  readonly untouched?: Bar
  readonly origin?: { readonly lowest: Bar; readonly gap: Bar }
  /** Labels of which nothing may leak. */
  readonly never?: readonly string[]
}
type Measured = {
  readonly name: string
  readonly items: readonly Labelled[] | undefined
  /** Whether the set tells of every name, number and address in it, so that what else is hidden is wrong. */
  readonly complete: boolean
  readonly bars?: Bars
}

const most = (must: number, aim: number): Bar => ({ most: must / 100, aim: aim / 100 })
const least = (must: number, aim: number): Bar => ({ least: must / 100, aim: aim / 100 })

const negatives: Readonly<Record<KindOfNegative, string>> = {
  typed: 'messages without personal data',
  said: 'the same, said',
  agents: 'the same, of agents',
}

const stress: Readonly<Record<KindOfStress, string>> = {
  sentences: 'harder English sentences',
  calls: 'harder calls',
  agents: 'what agents write',
}

const contactCentreBars: Bars = {
  leak: most(12, 5),
  groups: { number: most(4, 1), name: most(15, 6), place: most(18, 8), date: most(20, 8) },
  speech: most(15, 6),
  precision: least(90, 95),
  untouched: least(88, 95),
  never: ['BSN', 'IBAN', 'CARD', 'CVC', 'SECRET'],
}

function sets(): readonly Measured[] {
  return [
    {
      name: 'contact-centre-dev',
      items: samples('contact-centre-dev'),
      complete: true,
      bars: contactCentreBars,
    },
    {
      name: 'name-origin-dev',
      items: samples('name-origin-dev'),
      complete: true,
      bars: { origin: { lowest: least(94, 97), gap: most(5, 3) } },
    },
    {
      name: 'MultiDoGO (finance, insurance; every 4th turn)',
      items: multidogo(),
      complete: false,
      bars: { leak: most(35, 20), untouched: least(85, 92) },
    },
    { name: 'banking77', items: banking77(), complete: true, bars: { untouched: least(96, 98) } },
    ...(['development', 'held-out'] as const).flatMap((half): Measured[] => [
      {
        name: `own cases, ${half}`,
        items: contactCentreCases(half),
        complete: true,
        bars: contactCentreBars,
      },
      {
        name: `own English prose, ${half}`,
        items: proseCases(half),
        complete: true,
        bars: { leak: most(35, 20) },
      },
      ...Object.entries(stress).map(
        ([kind, name]): Measured => ({
          name: `${name}, ${half}`,
          items: stressCases(kind as KindOfStress, half),
          complete: true,
          bars: kind === 'sentences' ? { leak: most(35, 20) } : contactCentreBars,
        }),
      ),
      { name: `special categories, ${half}`, items: specialCases(half), complete: true },
      ...Object.entries(negatives).map(
        ([kind, name]): Measured => ({
          name: `${name}, ${half}`,
          items: negativeCases(kind as KindOfNegative, half),
          complete: true,
          bars: { untouched: least(88, 95) },
        }),
      ),
    ]),
    { name: 'NLU++ (banking)', items: nlupp(), complete: false },
    { name: 'SGD (banks, therapists)', items: sgd(), complete: false },
    { name: 'xSID nl', items: xsid('nl'), complete: true },
    { name: 'xSID en', items: xsid('en'), complete: true },
  ]
}

export const found = ({ id, lang, channel, roles, text }: Labelled): readonly Span[] =>
  spansOf({ id, languages: [lang, lang === 'nl' ? 'en' : 'nl'], channel, roles, text }, [])

export async function run({ say }: BenchContext): Promise<Table> {
  const rows: Row[] = []
  const goals: Goal[] = []
  for (const set of sets()) {
    if (set.items === undefined) {
      rows.push([set.name, 'not there', '–', '–', '–'])
      continue
    }
    measure(set, score(set.items, found), rows, goals)
    say(set.name)
  }
  return {
    path: 'docs/privacy-performance.md',
    title: 'What the recogniser of personal data finds, and what it hides without need',
    about: `${about.join('\n\n')}`,
    columns: ['Set', 'What', 'Counted', 'Share', '95 % interval'],
    rows,
    goals,
  }
}

const about = [
  'A **leak** is a labelled stretch of which at least one letter or digit stays readable, whatever it was called. **Precision** is the ' +
    'share of hidden stretches of which at least half was labelled. **Untouched** is the share of items without personal data in which ' +
    'nothing was hidden. Intervals are those of Wilson, 95 %: a set of 200 stretches gives about 3 points to both sides.',
  'The samples whose name ends in *dev*, and the development half of our own cases (`bench/privacy/cases`), were read while the ' +
    'recogniser was made, so they flatter. Of the held-out half nobody reads what is missed; its templates are by the same author. The ' +
    'other sets are by other authors: ' +
    'MultiDoGO are typed turns without the question before them, and its gold contains values damaged by a spreadsheet and personal turns ' +
    'without a label; NLU++ and SGD label people only (SGD also telephone numbers and addresses of therapists), so that their precision is no measure; xSID and banking77 hold nothing ' +
    'personal. No set holds real customers. A set that does not lie beside the checkout is not measured.',
  'What is never found in full: special categories (GDPR 9 and 10), names that are everyday words in lower case, places without a hint.',
]

const shown = (share: number): string => (100 * share).toFixed(1)
const interval = (hits: number, total: number): string => wilson(hits, total).map(shown).join('–')

function measure({ name, complete, bars = {} }: Measured, result: Score, rows: Row[], goals: Goal[]): void {
  const add = (what: string, hits: number, total: number, bar?: Bar): void => {
    if (total === 0) return
    rows.push([name, what, total, `${shown(hits / total)} %`, interval(hits, total)])
    if (bar !== undefined) goals.push(judged(`${name}: ${what}`, hits / total, interval(hits, total), bar))
  }
  const leak = (what: string, { leaks, gold }: Tally, bar?: Bar): void => add(what, leaks, gold, bar)
  leak('leak, all', result.all, bars.leak)
  for (const [group, tally] of sorted(result.by.group)) leak(`leak, ${group}`, tally, bars.groups?.[group])
  for (const [label, tally] of sorted(result.by.label)) leak(`leak, ${label}`, tally)
  const speech = result.by.channel.get('speech')
  if (speech !== undefined) leak('leak, voice', speech, bars.speech)
  if (complete && result.all.gold > 0) add('precision', result.all.right, result.all.predicted, bars.precision)
  if (result.negatives >= 10) add('untouched', result.untouched, result.negatives, bars.untouched)
  for (const label of bars.never ?? []) {
    const { leaks, gold } = result.by.label.get(label) ?? { leaks: 0, gold: 0 }
    goals.push({ goal: `${name}: no leak of ${label}`, found: `${leaks} of ${gold}`, met: leaks === 0 })
  }
  if (bars.origin !== undefined) origins(name, result, bars.origin, rows, goals)
}

function origins(
  name: string,
  { by: { origin } }: Score,
  bars: NonNullable<Bars['origin']>,
  rows: Row[],
  goals: Goal[],
): void {
  const recalls = [...origin].map(([key, { gold, leaks }]) => ({ key, hits: gold - leaks, gold }))
  for (const { key, hits, gold } of recalls.sort((a, b) => a.hits / a.gold - b.hits / b.gold))
    rows.push([name, `found, origin ${key}`, gold, `${shown(hits / gold)} %`, interval(hits, gold)])
  const [lowest] = recalls
  const highest = recalls.at(-1)
  if (lowest === undefined || highest === undefined) return
  const low = lowest.hits / lowest.gold
  const gap = highest.hits / highest.gold - low
  goals.push(judged(`${name}: lowest origin`, low, interval(lowest.hits, lowest.gold), bars.lowest))
  goals.push(judged(`${name}: gap between origins, points`, gap, undefined, bars.gap))
}

function judged(what: string, share: number, range: string | undefined, bar: Bar): Goal {
  const within = (line: number): boolean => (bar.most !== undefined ? share <= line : share >= line)
  const must = bar.most ?? bar.least
  return {
    goal: `${what} ${bar.most !== undefined ? '≤' : '≥'} ${shown(must)} % (aim ${shown(bar.aim)} %)`,
    found: `${shown(share)} %${range === undefined ? '' : ` (${range})`}${within(bar.aim) ? ', aim met' : ''}`,
    met: within(must),
  }
}

const sorted = (table: ReadonlyMap<string, Tally>): [string, Tally][] =>
  [...table].filter(([, { gold }]) => gold > 0).sort(([a], [b]) => a.localeCompare(b))
