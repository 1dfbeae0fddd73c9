/** Sample replies of the fairness routes: counts that are made up, everything else computed from them by the kernel itself. */
import type { z } from 'zod'
import { type Beside, compareDocument } from '../src/fairness/audits/compare-document.ts'
import {
  type AuditLine,
  type AuditView,
  type CompareReply,
  decisionColumns,
  type FindingView,
  type ReportReply,
  type RunView,
  type SizeReply,
} from '../src/fairness/audits/contract.ts'
import { documentOf } from '../src/fairness/audits/document.ts'
import type { KeptCells } from '../src/fairness/cells-bytes.ts'
import { type auditPlan, coveragePlan } from '../src/fairness/contract.ts'
import {
  catalogue,
  columnsFor,
  fairnessText,
  publish,
  readAuditPlan,
  readCells,
  runAudit,
  verdictSentence,
} from '../src/fairness/rules.ts'
import type { PublishedSheet, SheetLine, SheetView } from '../src/fairness/sheets/contract.ts'
import { sheetDocument } from '../src/fairness/sheets/document.ts'

const now = new Date('2026-11-23T08:12:00.000Z')
const at = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()
const id = (n: number) => `01936f2a-7c00-7000-8000-${String(n).padStart(12, '0')}`

export const auditIds = { found: id(7001), empty: id(7002), running: id(7003), failed: id(7004) }
export const runIds = { found: id(7101), none: id(7102) }

const planGiven: z.input<typeof auditPlan> = {
  question: 'Krijgen klanten in elke wijk even vaak coulance?',
  legalGround: 'AVG 6(1)(f); DPIA van 12 mei 2026',
  askedBy: id(501),
  prediction: 'toegekend',
  label: 'terecht',
  score: 'kans',
  sensitive: ['wijk'],
  strata: 'contract',
}
const read = readAuditPlan(planGiven)
if (!read.ok) throw new Error('the sample plan is refused')
const { plan } = read

const places = ['centrum', 'De Oude Haven en het gebied ten noorden van het spoor', 'noord', 'oost', 'west']
/** Of each: n and yes, with a short contract and with a long one. */
const counts = [
  [600, 372, 600, 408],
  [300, 144, 300, 156],
  [250, 155, 250, 165],
  [9, 5, 9, 6],
  [2, 1, 3, 2],
] as const

const kept: KeptCells = {
  version: 1,
  sensitive: ['wijk'],
  strata: ['contract'],
  labelled: true,
  weighted: false,
  rows: counts.reduce((sum, [a, , b]) => sum + a + b, 0),
  groups: places.map((place) => [place]),
  strataValues: [['kort'], ['lang']],
  cells: counts.flatMap(([n1, yes1, n2, yes2], group) =>
    [
      [0, 1, yes1],
      [0, 0, n1 - yes1],
      [1, 1, yes2],
      [1, 0, n2 - yes2],
    ].flatMap(([stratum, prediction, n]) => {
      const right = Math.round(n! * 0.8)
      const cell = (label: 0 | 1, times: number): KeptCells['cells'][number] => [
        group,
        stratum!,
        label,
        prediction as 0 | 1,
        times,
        times,
        times,
      ]
      return [cell(prediction as 0 | 1, right), cell(prediction === 1 ? 0 : 1, n! - right)].filter((one) => one[4] > 0)
    }),
  ),
  scores: [],
  scoreResolution: null,
  signals: [],
}
const table = readCells(JSON.stringify(kept))
const sha = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c'
const report = runAudit(table, plan, { planSha256: sha, cellsSha256: sha, inputSha256: sha })
const published = publish(report)
const tally = (value: (typeof published.verdicts)[number]['verdict']) =>
  report.verdicts.filter(({ verdict }) => verdict === value).length

const run = (given: Partial<RunView> & Pick<RunView, 'id' | 'audit'>): RunView => ({
  state: 'completed',
  startedBy: id(501),
  startedAt: at(-3),
  endedAt: at(-3),
  read: 48_112,
  of: 48_112,
  problems: null,
  problemSentences: [],
  verdicts: {
    difference_found: tally('difference_found'),
    no_relevant_difference: tally('no_relevant_difference'),
    cannot_tell: tally('cannot_tell'),
  },
  n: report.n,
  inputSha256: sha,
  cellsSha256: sha,
  proof: { event: id(902), index: 48_102 },
  ...given,
})
const nothing = { endedAt: null, verdicts: null, n: null, inputSha256: null, cellsSha256: null, proof: null }
const completed = run({ id: runIds.found, audit: auditIds.found })
const failed = run({
  ...nothing,
  id: runIds.none,
  audit: auditIds.failed,
  state: 'failed',
  endedAt: at(-1),
  problems: {
    problems: [
      { code: 'row_ragged', line: 118, value: '6', expected: '5' },
      { code: 'column_unknown', column: 'toegekent', nearest: 'toegekend' },
    ],
    total: 2,
  },
  problemSentences: [
    'Regel 118: deze regel heeft 6 velden. Nodig zijn er 5.',
    'Kolom toegekent: deze kolom staat niet in het bestand. Bedoelt u toegekend?',
  ],
})
const running = run({
  ...nothing,
  id: id(7103),
  audit: auditIds.running,
  state: 'running',
  read: 20_000_000,
  of: 61_000_000,
})

const found = report.verdicts.filter(({ verdict }) => verdict === 'difference_found')
const finding = (n: number, given: Partial<FindingView>): FindingView => ({
  id: id(7200 + n),
  audit: auditIds.found,
  run: runIds.found,
  lastRun: runIds.found,
  metric: 'selectionRate',
  group: { wijk: places[1]! },
  reference: { wijk: places[0]! },
  sentence: found[0] ? verdictSentence(found[0], 'nl') : '',
  state: 'open',
  judgement: null,
  reasons: null,
  judgedAt: null,
  change: null,
  changedAt: null,
  closedAs: null,
  closedReasons: null,
  closedAt: null,
  ...given,
})

const line = (given: Partial<AuditLine> & Pick<AuditLine, 'id'>): AuditLine => ({
  client: 'kaapstroom',
  name: 'Wie krijgt coulance?',
  question: plan.question!,
  source: 'file',
  system: null,
  plannedAt: at(-5),
  intervalDays: null,
  due: 'none',
  dueAt: null,
  last: null,
  running: false,
  openFindings: 0,
  findingsTo: { judge: 0, change: 0, measure: 0, close: 0 },
  ...given,
})
const lines: readonly AuditLine[] = [
  line({
    id: auditIds.found,
    last: completed,
    openFindings: 3,
    findingsTo: { judge: 1, change: 1, measure: 1, close: 0 },
    intervalDays: 90,
    due: 'later',
    dueAt: at(87),
  }),
  line({ id: auditIds.empty, name: 'Wachttijd per taal', due: 'due', dueAt: at(-5) }),
  line({
    id: auditIds.running,
    name: 'Antwoorden van de assistent',
    source: 'decisions',
    system: 'klantassistent',
    running: true,
  }),
  line({ id: auditIds.failed, name: 'Doorschakelen naar een medewerker', due: 'due', dueAt: at(-2) }),
]

const judged = { judgement: 'real', reasons: 'De regel telt de afstand tot de winkel mee.', judgedAt: at(-2) } as const
const viewOf = (audit: AuditLine): AuditView => ({
  ...audit,
  plan,
  planSha256: sha,
  windowDays: null,
  follows: audit.id === auditIds.failed ? auditIds.found : null,
  followedBy: audit.id === auditIds.found ? [auditIds.failed] : [],
  changedAfterResult: audit.id === auditIds.failed,
  askedBy: id(501),
  proof: { event: id(901), index: 46_020 },
  runs:
    audit.id === auditIds.found
      ? [completed]
      : audit.id === auditIds.running
        ? [running]
        : audit.id === auditIds.failed
          ? [failed]
          : [],
  findings:
    audit.id === auditIds.found
      ? [
          finding(1, {}),
          finding(2, { ...judged, state: 'judged' }),
          finding(3, { ...judged, state: 'changed', change: 'De afstand telt niet meer mee.', changedAt: at(-1) }),
          finding(4, {
            ...judged,
            judgement: 'explained',
            state: 'closed',
            closedAs: 'explained',
            closedAt: at(-1),
          }),
        ]
      : [],
})

const size: SizeReply = { smallestDetectable: 0.113, neededForEquality: 2_410, alpha: 0.0125 }

/** The reply at an address below /api/fairness, or undefined. */
/** The same counts twice: nothing changed. */
function compared(language: 'nl' | 'en'): CompareReply {
  const beside = (given: typeof report, days: number, name: string): Beside => ({
    audit: { name, plan, plannedAt: new Date(at(days - 1)), changedAfterResult: false },
    run: { startedAt: new Date(at(days)) },
    report: given,
    inputSha256: null,
  })
  const [one, other] = [beside(report, -180, lines[0]!.name), beside(report, -3, lines[0]!.name)]
  return {
    audit: { id: auditIds.found, name: lines[0]!.name, client: 'kaapstroom' },
    before: { ...completed, startedAt: at(-180) },
    after: completed,
    earlier: [{ run: completed.id, audit: auditIds.found, name: lines[0]!.name, startedAt: at(-180) }],
    comparable: true,
    planDifferences: [],
    comparisons: [],
    document: compareDocument(one!, other!, language),
  }
}

export const sheetId = id(7301)
const sheetPlan = coveragePlan.parse({ columns: ['wijk', 'taal'], label: 'terecht' })
const sheetReport: PublishedSheet = {
  version: 1,
  planSha256: 'a'.repeat(64),
  n: 2_419,
  below: 10,
  coverageThreshold: 10,
  values: [
    {
      column: 'wijk',
      shown: [
        { value: 'centrum', count: 1_200 },
        { value: 'noord', count: 500 },
      ],
      hidden: 3,
      missing: 0,
      evenness: null,
    },
    {
      column: 'taal',
      shown: [
        { value: 'nl', count: 1_900 },
        { value: 'en', count: 519 },
      ],
      hidden: 0,
      missing: 0,
      evenness: 0.75,
    },
  ],
  representation: [
    {
      column: 'taal',
      source: 'eigen klantenbestand',
      date: '2026-01-01',
      rows: [
        { value: 'nl', share: 0.785, reference: 0.7, ratio: 1.12, interval: [0.769, 0.801] },
        { value: 'en', share: 0.215, reference: 0.3, ratio: 0.72, interval: [0.199, 0.231] },
      ],
    },
  ],
  patterns: [
    { pattern: { wijk: 'west' }, nobody: false },
    { pattern: { wijk: 'oost', taal: 'en' }, nobody: true },
  ],
  labelBalance: [{ group: { taal: 'nl' }, n: 1_900, share: 0.4, interval: [0.378, 0.422] }],
  missingness: [],
  proxies: null,
  slices: [],
  findings: [
    { code: 'pattern_not_covered', pattern: { wijk: 'west' }, count: null },
    { code: 'pattern_not_covered', pattern: { wijk: 'oost', taal: 'en' }, count: 0 },
    { code: 'share_far_from_reference', column: 'taal', value: 'en', share: 0.215, expected: 0.3 },
  ],
}
const sheetLines: SheetLine[] = [
  {
    id: sheetId,
    client: 'kaapstroom',
    name: 'Gesprekken van 2026',
    source: 'file',
    system: 'klantassistent',
    version: '2026-11-02',
    state: 'completed',
    plannedAt: at(-4),
    endedAt: at(-3),
    due: 'none',
    dueAt: null,
    n: 2_419,
    findings: 3,
  },
]
const sheetOf = (language: 'nl' | 'en'): SheetView => ({
  ...sheetLines[0]!,
  plan: sheetPlan,
  planSha256: 'a'.repeat(64),
  inputSha256: 'd'.repeat(64),
  reportSha256: 'e'.repeat(64),
  problems: null,
  problemSentences: [],
  proof: { event: id(905), index: 905 },
  report: sheetReport,
  document: sheetDocument('Gesprekken van 2026', { sheet: sheetReport, plan: sheetPlan }, language),
})

export function fairnessReply(
  [what, one, third]: readonly (string | undefined)[],
  language: 'nl' | 'en' = 'nl',
): unknown {
  if (what === 'sample-size') return size
  if (what === 'columns') return { columns: [...decisionColumns, 'feature.contract_months', 'attribute.herkomst'] }
  if (what === 'audits' && one === undefined) return { audits: lines }
  if (what === 'audits' && third === 'compare') return compared(language)
  if (what === 'audits') {
    const audit = lines.find((each) => each.id === one)
    return audit && viewOf(audit)
  }
  if (what === 'signals')
    return {
      signals: catalogue.map(({ id: signal, ...one }) => ({
        signal,
        ...one,
        name: fairnessText(language, `fairness.catalogue.${signal}`),
        why: fairnessText(language, `fairness.catalogue.${signal}.why`),
        columns: columnsFor({ id: signal, kind: one.kind }),
      })),
    }
  if (what === 'sheets')
    return one === undefined
      ? { sheets: sheetLines }
      : sheetLines.some(({ id: own }) => own === one)
        ? sheetOf(language)
        : undefined
  if (what !== 'runs') return undefined
  if (one === runIds.none)
    return {
      run: failed,
      audit: { id: auditIds.failed, name: lines[3]!.name, client: 'kaapstroom' },
      document: null,
      report: null,
      advice: null,
    } satisfies ReportReply
  if (one !== runIds.found) return undefined
  if (third === 'pdf') return { name: 'audit.pdf', base64: Buffer.from('%PDF-1.7\n').toString('base64') }
  const audit = { name: lines[0]!.name, plan, plannedAt: new Date(at(-5)), changedAfterResult: false }
  return {
    run: completed,
    audit: { id: auditIds.found, name: audit.name, client: 'kaapstroom' },
    document: documentOf({ audit, run: { startedAt: new Date(at(-3)) }, report, table }, language),
    report: published,
    advice: null,
  } satisfies ReportReply
}
