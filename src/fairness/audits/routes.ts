/** Audits over the wire: a plan first, then a reading, then what people make of it. */
import type { Act } from '../../access/index.ts'
import { entryByEventId, receipt } from '../../ledger/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Language } from '../../platform/text.ts'
import { recordEvent } from '../../records/index.ts'
import { neededForEquality, smallestDetectable } from '../../statistics/index.ts'
import type { Measure, ProblemList, VerdictValue } from '../contract.ts'
import { verdicts } from '../contract.ts'
import { sha256 } from '../io/audit-file.ts'
import {
  adviceOf,
  catalogue,
  columnsFor,
  fairnessText,
  measureFor,
  planBytes,
  problemSentences,
  publish,
  readAuditPlan,
  readCells,
  verdictSentence,
  weightsCsv,
} from '../rules.ts'
import { absentColumns, columnsOfPlan } from './columns.ts'
import { type Beside, compareDocument, comparedOf } from './compare-document.ts'
import {
  type AuditLine,
  type AuditRequest,
  type AuditView,
  auditEvents,
  auditList,
  auditMakers,
  auditParams,
  auditQuery,
  auditReaders,
  auditRequest,
  auditView,
  changeRequest,
  closeRequest,
  columnsQuery,
  columnsReply,
  compareQuery,
  compareReply,
  type FindingView,
  fileReply,
  findingReply,
  judgeRequest,
  MOST_FILE_BYTES,
  plannedReply,
  type RunView,
  reportReply,
  runView,
  signalList,
  sizeQuery,
  sizeReply,
  startedReply,
  type TallyOfVerdicts,
} from './contract.ts'
import { documentOf } from './document.ts'
import type { Reported } from './document-words.ts'
import { samePlace, waitsFor } from './finding.ts'
import { columnsThere } from './io/decisions.ts'
import { packOf } from './io/pack.ts'
import { pdfOf } from './io/report-pdf.ts'
import type { Runner } from './io/runner.ts'
import {
  actOnFinding,
  endRun,
  type FindingWords,
  loadAudit,
  loadAudits,
  loadCells,
  loadFindings,
  loadFollowers,
  loadRun,
  loadRuns,
  planAudit,
  type StoredAudit,
  type StoredFinding,
  type StoredRun,
  startRun,
} from './io/store.ts'
import { dueAt, dueState } from './schedule.ts'

/** Audits in a chain of those that follow each other; more are not looked at. */
const MOST_FOLLOWED = 20

export type AuditDeps = {
  readonly database: Database
  readonly ids: Ids
  /** Absent where no reading is carried out: then none is begun. */
  readonly runner: () => Runner
  /** Public key of the ledger, for who checks a pack. */
  readonly vkey: string
}

export function auditRoutes(deps: AuditDeps): Route[] {
  return [
    ...planRoutes(deps),
    ...runRoutes(deps),
    ...reportRoutes(deps),
    compareRoute(deps),
    ...findingRoutes(deps),
    sizeRoute(),
    signalsRoute(),
  ]
}

const read = <T>(database: Database, caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.inTx(caller.scope, work, { readOnly: true })

const planRefused = (problems: ProblemList, language: Language): ApiError =>
  new ApiError(422, 'audit_plan_refused', {
    param: 'plan',
    values: { problems: problemSentences(problems, language).join(' ') },
  })

/** Measures of the signals that were chosen; none leaves those of the plan. Errors: `signal_columns_missing` (422). */
function measuresOf(signals: NonNullable<AuditRequest['signals']>): { measures?: Measure[] } {
  if (signals.length === 0) return {}
  return {
    measures: signals.map(({ signal, column, yes, ...more }) => {
      const { id, kind } = catalogue.find((one) => one.id === signal)!
      const missing = columnsFor({ id, kind }).find(
        (one) => one.needed && one.column !== 'column' && more[one.column] === undefined,
      )
      const measure =
        missing === undefined ? measureFor(signal, { column, ...given(more), ...given({ yes }) }) : undefined
      if (measure === undefined) throw new ApiError(422, 'signal_columns_missing', { param: 'signals' })
      return measure
    }),
  }
}

const given = <T extends Record<string, unknown>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

function signalsRoute(): Route {
  return route({
    method: 'GET',
    path: '/api/fairness/signals',
    summary: {
      nl: 'Wat een contactcentrum naast het besluit kan vergelijken, en waarom zo.',
      en: 'What a contact centre can compare beside the decision, and why so.',
    },
    allow: auditReaders,
    reply: signalList,
    events: [],
    async handle({ language }) {
      return {
        signals: catalogue.map(({ id, ...one }) => ({
          signal: id,
          ...one,
          name: fairnessText(language, `fairness.catalogue.${id}`),
          why: fairnessText(language, `fairness.catalogue.${id}.why`),
          columns: columnsFor({ id, kind: one.kind }),
        })),
      }
    },
  })
}

function planRoutes({ database, ids }: AuditDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/fairness/audits',
      summary: {
        nl: 'Audits van eerlijkheid, met hun conclusies en wanneer zij weer nodig zijn.',
        en: 'Fairness audits, with their conclusions and when they are due.',
      },
      allow: auditReaders,
      query: auditQuery,
      reply: auditList,
      events: [],
      handle: ({ caller, query, now, language }) =>
        read(database, caller, async (tx) => {
          const audits = await loadAudits(tx, query.client)
          const { runs, findings } = await around(tx, audits)
          return { audits: audits.map((one) => lineOf(one, { runs, findings, now, language })) }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/fairness/audits',
      summary: {
        nl: 'Leg een plan vast, voordat iemand gegevens ziet. Een plan verandert nooit; een ander plan is een nieuwe audit.',
        en: 'Fix a plan before anybody sees data. A plan never changes; another plan is a new audit.',
      },
      allow: auditMakers,
      body: auditRequest,
      reply: plannedReply,
      status: 201,
      events: [auditEvents.planned],
      async handle({ caller, body, now, language }) {
        const { client, name, source, question, legalGround } = body
        if (source !== 'file' && body.system === undefined)
          throw new ApiError(422, 'audit_system_needed', { param: 'system' })
        const measures = measuresOf(body.signals ?? [])
        const found = readAuditPlan({ ...body.plan, ...measures, question, legalGround, askedBy: caller.id })
        if (!found.ok) throw planRefused(found.problems, language)
        const bytes = planBytes(found.plan)
        const planSha256 = sha256([bytes])
        const { id, event, changedAfterResult } = await database.inTx(caller.scope, async (tx) => {
          if (source !== 'file') {
            const there = await columnsThere(tx, { source, client, system: body.system! }, now)
            const absent = absentColumns(columnsOfPlan(found.plan), there)
            if (absent.total > 0) throw planRefused(absent, language)
          }
          return planAudit(
            tx,
            {
              client,
              name,
              source,
              system: body.system ?? null,
              plan: found.plan,
              bytes,
              planSha256,
              intervalDays: body.intervalDays ?? null,
              windowDays: body.windowDays ?? null,
              follows: body.follows ?? null,
              by: caller.id,
            },
            { now, ids },
          )
        })
        return { audit: id, planSha256, changedAfterResult, proof: { event, index: null } }
      },
    }),
    route({
      method: 'GET',
      path: '/api/fairness/columns',
      summary: {
        nl: 'Kolommen van de vastgelegde besluiten van een AI-systeem: waarop men kan vergelijken.',
        en: 'Columns of the recorded decisions of an AI system: by what one can compare.',
      },
      allow: auditReaders,
      query: columnsQuery,
      reply: columnsReply,
      events: [],
      handle: ({ caller, query, now }) =>
        read(database, caller, async (tx) => ({
          columns: await columnsThere(tx, { ...query, source: query.source ?? 'decisions' }, now),
        })),
    }),
    route({
      method: 'GET',
      path: '/api/fairness/audits/:id',
      summary: {
        nl: 'Een audit: het plan, de metingen en de bevindingen.',
        en: 'An audit: its plan, measurements and findings.',
      },
      allow: auditReaders,
      params: auditParams,
      reply: auditView,
      events: [],
      handle: ({ caller, params, now, language }) =>
        read(database, caller, async (tx): Promise<AuditView> => {
          const audit = await loadAudit(tx, params.id)
          const { runs, findings } = await around(tx, [audit])
          const line = lineOf(audit, { runs, findings, now, language })
          return {
            ...line,
            plan: audit.plan,
            planSha256: audit.planSha256,
            windowDays: audit.windowDays,
            follows: audit.follows,
            followedBy: await loadFollowers(tx, audit.id),
            changedAfterResult: audit.changedAfterResult,
            askedBy: audit.askedBy,
            proof: await proofOf(tx, audit.record),
            runs: await provenRuns(tx, runs, language),
            findings: findings.map((one) => findingOf(one, runs, language)),
          }
        }),
    }),
  ]
}

function runRoutes({ database, ids, runner }: AuditDeps): Route[] {
  const begin = async (caller: Caller, audit: StoredAudit, total: number, act: Act) =>
    database.inTx(caller.scope, (tx) => startRun(tx, { audit, by: caller.id, total }, act))
  const scopeOf = (caller: Caller, audit: StoredAudit) => ({ ...caller.scope, clients: [audit.client] })
  const wanted = async (caller: Caller, id: string, from: 'file' | 'recorded') => {
    const audit = await read(database, caller, (tx) => loadAudit(tx, id))
    if ((audit.source === 'file') !== (from === 'file')) throw new ApiError(409, 'audit_source')
    return audit
  }
  return [
    route({
      method: 'POST',
      path: '/api/fairness/audits/:id/runs',
      summary: {
        nl: 'Meet nu, op de besluiten of gesprekken die Waarborg vastlegde.',
        en: 'Measure now, on the decisions or conversations that Waarborg recorded.',
      },
      allow: auditMakers,
      params: auditParams,
      reply: startedReply,
      status: 202,
      events: [auditEvents.started, auditEvents.completed, auditEvents.failed],
      async handle({ caller, params, now }) {
        const audit = await wanted(caller, params.id, 'recorded')
        const { id, event } = await begin(caller, audit, 0, { now, ids })
        runner().start({ scope: scopeOf(caller, audit), run: id })
        return { run: id, proof: { event, index: null } }
      },
    }),
    route({
      method: 'POST',
      path: '/api/fairness/audits/:id/file',
      summary: {
        nl: 'Meet nu, op een bestand (CSV of Parquet). Het bestand wordt eenmaal gelezen en dan gewist.',
        en: 'Measure now, on a file (CSV or Parquet). The file is read once and then deleted.',
      },
      allow: auditMakers,
      params: auditParams,
      reply: startedReply,
      status: 202,
      file: true,
      bodyLimit: MOST_FILE_BYTES,
      events: [auditEvents.started, auditEvents.completed, auditEvents.failed],
      async handle({ caller, params, now, bytes }) {
        const audit = await wanted(caller, params.id, 'file')
        const received = await runner().inbox.receive(bytes!(), MOST_FILE_BYTES)
        try {
          const { id, event } = await begin(caller, audit, received.bytes, { now, ids })
          await received.keep(id)
          runner().start({ scope: scopeOf(caller, audit), run: id })
          return { run: id, proof: { event, index: null } }
        } catch (error) {
          received.discard()
          throw error
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/fairness/runs/:id/cancel',
      summary: {
        nl: 'Stop een meting. Er blijft niets van bewaard.',
        en: 'Stop a measurement. Nothing of it is kept.',
      },
      allow: auditMakers,
      params: auditParams,
      reply: runView,
      events: [auditEvents.cancelled],
      async handle({ caller, params, now, language }) {
        const event = await database.inTx(caller.scope, async (tx) => {
          await loadRun(tx, params.id)
          const end = { run: params.id, state: 'cancelled', problems: null, reason: 'asked' } as const
          return endRun(tx, end, { now, ids })
        })
        if (event === undefined) throw new ApiError(409, 'audit_not_running')
        runner().stop(params.id)
        return read(database, caller, async (tx) => runOf(tx, await loadRun(tx, params.id), language))
      },
    }),
    route({
      method: 'GET',
      path: '/api/fairness/runs/:id',
      summary: { nl: 'Hoe ver een meting is.', en: 'How far a measurement is.' },
      allow: auditReaders,
      params: auditParams,
      reply: runView,
      events: [],
      handle: ({ caller, params, language }) =>
        read(database, caller, async (tx) => runOf(tx, await loadRun(tx, params.id), language)),
    }),
  ]
}

/** A completed reading and what it belongs to. */
type Earlier = { readonly run: StoredRun; readonly audit: StoredAudit }

/** Completed readings that began before this one: of the same audit, and of those it follows; the newest first. */
async function earlierThan(tx: Tx, audit: StoredAudit, run: StoredRun): Promise<Earlier[]> {
  const chain = [audit]
  for (let next = audit.follows; next !== null && chain.length < MOST_FOLLOWED; next = chain.at(-1)!.follows)
    chain.push(await loadAudit(tx, next))
  const runs = await loadRuns(
    tx,
    chain.map(({ id }) => id),
  )
  return runs
    .filter((one) => one.state === 'completed' && one.id !== run.id && one.startedAt < run.startedAt)
    .map((one) => ({ run: one, audit: chain.find(({ id }) => id === one.audit)! }))
}

const besideOf = ({ audit, run }: Earlier): Beside => ({
  audit,
  run,
  report: run.report!,
  inputSha256: run.inputSha256,
})

/** Errors: `audit_no_result` (409) for an audit that was never measured, `compare_nothing` (404) without an earlier reading. */
async function comparisonOf(
  tx: Tx,
  { audit: id, earlier: wanted }: { readonly audit: string; readonly earlier: string | undefined },
  language: Language,
) {
  const audit = await loadAudit(tx, id)
  const last = (await loadRuns(tx, [id])).find(({ state }) => state === 'completed')
  if (last === undefined) throw new ApiError(409, 'audit_no_result')
  const earlier = await earlierThan(tx, audit, last)
  const before = wanted === undefined ? earlier[0] : earlier.find(({ run }) => run.id === wanted)
  if (before === undefined) throw new ApiError(404, 'compare_nothing')
  const [one, other] = [besideOf(before), besideOf({ audit, run: last })]
  const { comparisons, comparable, planDifferences } = comparedOf(one, other)
  return {
    audit: { id, name: audit.name, client: audit.client },
    before: await runOf(tx, before.run, language),
    after: await runOf(tx, last, language),
    earlier: earlier.map(({ run, audit: of }) => ({
      run: run.id,
      audit: of.id,
      name: of.name,
      startedAt: run.startedAt.toISOString(),
    })),
    comparable,
    planDifferences: [...planDifferences],
    comparisons: comparisons.map(({ before: from, after: to, ...change }) => ({
      metric: to.metric,
      group: to.group,
      reference: to.reference,
      before: from.difference,
      after: to.difference,
      verdictBefore: from.verdict,
      verdictAfter: to.verdict,
      ...change,
    })),
    document: compareDocument(one, other, language),
  }
}

function compareRoute({ database }: AuditDeps): Route {
  return route({
    method: 'GET',
    path: '/api/fairness/audits/:id/compare',
    summary: {
      nl: 'De laatste meting naast een eerdere: wat elk verschil werd, en of dat meer is dan toeval.',
      en: 'The last measurement beside an earlier one: what each difference became, and whether that is more than chance.',
    },
    allow: auditReaders,
    params: auditParams,
    query: compareQuery,
    reply: compareReply,
    events: [],
    handle: ({ caller, params, query, language }) =>
      read(database, caller, (tx) => comparisonOf(tx, { audit: params.id, earlier: query.with }, language)),
  })
}

function reportRoutes({ database, ids, vkey }: AuditDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/fairness/runs/:id/report',
      summary: {
        nl: 'De uitkomst van een meting, zonder groepen van minder dan tien.',
        en: 'What a measurement came to, without groups of fewer than ten.',
      },
      allow: auditReaders,
      params: auditParams,
      reply: reportReply,
      events: [],
      handle: ({ caller, params, language }) =>
        read(database, caller, async (tx) => {
          const run = await loadRun(tx, params.id)
          const audit = await loadAudit(tx, run.audit)
          const cells = await loadCells(tx, run.id)
          const view = await runOf(tx, run, language)
          const about = { id: audit.id, name: audit.name, client: audit.client }
          if (run.report === null || cells === undefined)
            return { run: view, audit: about, document: null, report: null, advice: null }
          const given = { audit, run, report: run.report, table: readCells(cells) }
          const [previous] = await earlierThan(tx, audit, run)
          return {
            run: view,
            audit: about,
            document: documentOf(given, language, previous && besideOf(previous)),
            report: publish(run.report),
            advice: adviceFor(given),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/fairness/runs/:id/pdf',
      summary: {
        nl: 'Hetzelfde verslag als pdf met structuur, om te bewaren of te delen.',
        en: 'The same report as tagged PDF, to keep or to share.',
      },
      allow: auditReaders,
      params: auditParams,
      reply: fileReply,
      events: [],
      async handle({ caller, params, language }) {
        const found = await read(database, caller, async (tx) => {
          const result = await resultOf(tx, params.id)
          const [previous] = await earlierThan(tx, result.audit, result.run)
          return { ...result, previous: previous && besideOf(previous) }
        })
        const pdf = await pdfOf(documentOf(found, language, found.previous), found.run.startedAt)
        return { name: `${nameOf(found.run)}-${language}.pdf`, base64: pdf.toString('base64') }
      },
    }),
    route({
      method: 'GET',
      path: '/api/fairness/runs/:id/weights',
      summary: {
        nl: 'Gewichten per groep en uitkomst, om een model opnieuw mee te leren (csv). Er wordt niets toegepast.',
        en: 'Weights by group and label, to learn a model again with (csv). Nothing is applied.',
      },
      allow: auditReaders,
      params: auditParams,
      reply: fileReply,
      events: [],
      async handle({ caller, params }) {
        const found = await read(database, caller, (tx) => resultOf(tx, params.id))
        const { weights } = adviceFor(found)
        if (weights.length === 0) throw new ApiError(409, 'weights_none')
        const csv = weightsCsv(weights, found.audit.plan)
        return { name: `${nameOf(found.run)}-weights.csv`, base64: Buffer.from(csv, 'utf8').toString('base64') }
      },
    }),
    route({
      method: 'POST',
      path: '/api/fairness/runs/:id/pack',
      summary: {
        nl: 'Het auditpakket: plan, tellingen, verslag en bewijzen in een zip, om na te rekenen met waarborg verify.',
        en: 'The audit pack: plan, counts, report and proofs in a zip, to compute again with waarborg verify.',
      },
      allow: auditMakers,
      params: auditParams,
      reply: fileReply,
      events: [auditEvents.exported],
      async handle({ caller, params, now }) {
        const parts = await database.inTx(caller.scope, async (tx) => {
          const found = await resultOf(tx, params.id)
          const planned = await provenEntry(tx, found.audit.record)
          const completed = await provenEntry(tx, found.run.record!)
          await recordEvent(
            tx,
            { now, ids },
            {
              type: auditEvents.exported,
              client: found.audit.client,
              refs: { audit: found.audit.id, run: found.run.id },
              body: { cellsSha256: found.report.cellsSha256 },
            },
          )
          return { ...found, planned, completed, vkey }
        })
        const zip = Buffer.from(await packOf(parts))
        return { name: `${nameOf(parts.run)}.zip`, base64: zip.toString('base64') }
      },
    }),
  ]
}

/** An entry with its proof. Errors: `audit_proof_waits` (409) while no signed head covers it. */
async function provenEntry(tx: Tx, event: string) {
  const found = await receipt(tx, event)
  if (found === undefined) throw new ApiError(409, 'audit_proof_waits')
  return { entry: found.entry, proof: found.proof }
}

/** What a report is made of. Errors: `audit_no_result` (409) for a reading without one. */
async function resultOf(tx: Tx, id: string) {
  const run = await loadRun(tx, id)
  const audit = await loadAudit(tx, run.audit)
  const cells = await loadCells(tx, id)
  if (run.report === null || cells === undefined) throw new ApiError(409, 'audit_no_result')
  return { run, audit, cells, report: run.report, table: readCells(cells) }
}

const adviceFor = ({ audit, report, table }: Pick<Reported, 'report' | 'table'> & { readonly audit: StoredAudit }) => {
  const { thresholds, weights, rows } = adviceOf(publish(report), table, audit.plan)
  return { thresholds: [...thresholds], weights: [...weights], rows: [...rows] }
}

const nameOf = (run: StoredRun) => `audit-${run.startedAt.toISOString().slice(0, 10)}-${run.id.slice(-6)}`

function findingRoutes({ database, ids }: AuditDeps): Route[] {
  const act = async (caller: Caller, id: string, given: FindingWords, now: Date) => {
    const { state, event } = await database.inTx(caller.scope, (tx) =>
      actOnFinding(tx, id, given, caller.id, { now, ids }),
    )
    return { id, state, proof: { event, index: null } }
  }
  return [
    route({
      method: 'POST',
      path: '/api/fairness/findings/:id/judge',
      summary: {
        nl: 'Geef een oordeel over een verschil: echt, verklaard, of niet te zeggen.',
        en: 'Judge a difference: real, explained, or not to be told.',
      },
      allow: auditMakers,
      params: auditParams,
      body: judgeRequest,
      reply: findingReply,
      events: [auditEvents.judged],
      handle: ({ caller, params, body, now }) =>
        act(caller, params.id, { act: 'judge', judgement: body.judgement, words: body.reasons }, now),
    }),
    route({
      method: 'POST',
      path: '/api/fairness/findings/:id/change',
      summary: {
        nl: 'Leg vast wat er is veranderd aan een echt verschil.',
        en: 'Record what was changed about a real difference.',
      },
      allow: auditMakers,
      params: auditParams,
      body: changeRequest,
      reply: findingReply,
      events: [auditEvents.changed],
      handle: ({ caller, params, body, now }) => act(caller, params.id, { act: 'change', words: body.change }, now),
    }),
    route({
      method: 'POST',
      path: '/api/fairness/findings/:id/close',
      summary: {
        nl: 'Sluit een bevinding. Een echt verschil sluit alleen na een nieuwe meting.',
        en: 'Close a finding. A real difference closes only after a later measurement.',
      },
      allow: auditMakers,
      params: auditParams,
      body: closeRequest,
      reply: findingReply,
      events: [auditEvents.closed],
      handle: ({ caller, params, body, now }) =>
        act(caller, params.id, { act: 'close', words: body.reasons ?? null }, now),
    }),
  ]
}

/** The family stays at this level, whatever the number of comparisons. */
const ALPHA = 0.05
const POWER = 0.8

function sizeRoute(): Route {
  return route({
    method: 'GET',
    path: '/api/fairness/sample-size',
    summary: {
      nl: 'Welk verschil met zoveel gegevens te zien is, en hoeveel er nodig zijn.',
      en: 'Which difference so many rows can show, and how many are needed.',
    },
    allow: auditReaders,
    query: sizeQuery,
    reply: sizeReply,
    events: [],
    async handle({ query: { n, nReference, rate, margin, comparisons = 1 } }) {
      const alpha = ALPHA / Math.max(1, comparisons)
      const wanted = { alpha, power: POWER, margin }
      return {
        alpha,
        smallestDetectable: smallestDetectable({ n, nReference, referenceRate: rate }, wanted) ?? null,
        neededForEquality: neededForEquality({ nReference, referenceRate: rate }, wanted) ?? null,
      }
    },
  })
}

// —— views ————————————————————————————————————————————————————————————————————————————————————————————————————————————

type Around = { readonly runs: readonly StoredRun[]; readonly findings: readonly StoredFinding[] }

async function around(tx: Tx, audits: readonly StoredAudit[]): Promise<Around> {
  const ids = audits.map(({ id }) => id)
  return { runs: await loadRuns(tx, ids), findings: await loadFindings(tx, ids) }
}

async function proofOf(tx: Tx, event: string): Promise<{ event: string; index: number | null }> {
  return { event, index: (await entryByEventId(tx, event))?.index ?? null }
}

function lineOf(
  audit: StoredAudit,
  { runs, findings, now, language }: Around & { readonly now: Date; readonly language: Language },
): AuditLine {
  const own = runs.filter((run) => run.audit === audit.id)
  const last = own.find(({ state }) => state === 'completed')
  const waiting = findings.filter((one) => one.audit === audit.id && one.state !== 'closed').map(waitsFor)
  const schedule = {
    intervalDays: audit.intervalDays,
    plannedAt: audit.plannedAt,
    lastAt: last?.startedAt ?? null,
  }
  return {
    id: audit.id,
    client: audit.client,
    name: audit.name,
    question: audit.plan.question ?? '',
    source: audit.source,
    system: audit.system,
    plannedAt: audit.plannedAt.toISOString(),
    intervalDays: audit.intervalDays,
    due: dueState(schedule, now),
    dueAt: dueAt(schedule)?.toISOString() ?? null,
    last: last === undefined ? null : plainRun(last, language),
    running: own.some(({ state }) => state === 'running'),
    openFindings: waiting.length,
    findingsTo: {
      judge: waiting.filter((act) => act === 'judge').length,
      change: waiting.filter((act) => act === 'change').length,
      measure: waiting.filter((act) => act === 'measure').length,
      close: waiting.filter((act) => act === 'close').length,
    },
  }
}

async function runOf(tx: Tx, run: StoredRun, language: Language): Promise<RunView> {
  return { ...plainRun(run, language), proof: run.record === null ? null : await proofOf(tx, run.record) }
}

/** One after the other: a transaction asks one thing at a time. */
async function provenRuns(tx: Tx, runs: readonly StoredRun[], language: Language): Promise<RunView[]> {
  const views: RunView[] = []
  for (const run of runs) views.push(await runOf(tx, run, language))
  return views
}

/** Without its number in the row, which is looked up where it is shown. */
function plainRun(run: StoredRun, language: Language): RunView {
  return {
    id: run.id,
    audit: run.audit,
    state: run.state,
    startedBy: run.startedBy,
    startedAt: run.startedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    read: run.read,
    of: run.of,
    problems: run.problems,
    problemSentences: run.problems === null ? [] : problemSentences(run.problems, language),
    verdicts: run.report === null ? null : tallyOf(run.report.verdicts),
    n: run.report?.n ?? null,
    inputSha256: run.inputSha256,
    cellsSha256: run.cellsSha256,
    proof: run.record === null ? null : { event: run.record, index: null },
  }
}

function tallyOf(list: readonly { readonly verdict: VerdictValue }[]): TallyOfVerdicts {
  return Object.fromEntries(
    verdicts.map((value) => [value, list.filter(({ verdict }) => verdict === value).length]),
  ) as TallyOfVerdicts
}

function findingOf(finding: StoredFinding, runs: readonly StoredRun[], language: Language): FindingView {
  const report = runs.find(({ id }) => id === finding.lastRun)?.report
  const verdict = report?.verdicts.find((one) => samePlace(one, finding))
  const { client: _, group, reference, judgedAt, changedAt, closedAt, ...rest } = finding
  return {
    ...rest,
    group: { ...group },
    reference: reference === null ? null : { ...reference },
    sentence: verdict === undefined ? '' : verdictSentence(verdict, language),
    judgedAt: judgedAt?.toISOString() ?? null,
    changedAt: changedAt?.toISOString() ?? null,
    closedAt: closedAt?.toISOString() ?? null,
  }
}
