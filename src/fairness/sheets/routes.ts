/** Data sheets over the wire: a plan first, then the data, then the outcome as JSON, document and PDF. */
import { entryByEventId } from '../../ledger/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { auditMakers, auditReaders, fileReply, MOST_FORM_BYTES } from '../audits/contract.ts'
import { pdfOf } from '../audits/io/report-pdf.ts'
import type { AuditDeps } from '../audits/routes.ts'
import { dueAt, dueState } from '../audits/schedule.ts'
import { sha256 } from '../io/audit-file.ts'
import type { FileCoverage } from '../io/coverage-file.ts'
import { planBytes, problemSentences, readCoveragePlan } from '../rules.ts'
import {
  type SheetLine,
  sheetEvents,
  sheetList,
  sheetParams,
  sheetPlanned,
  sheetRead,
  sheetRequest,
  sheetView,
} from './contract.ts'
import { sheetDocument } from './document.ts'
import { coverageOfDecisions } from './io/decisions.ts'
import { endSheet, loadSheet, loadSheets, planSheet, type SheetEnd, type StoredSheet } from './io/store.ts'
import { readInThread } from './io/thread.ts'
import { publishSheet } from './publish.ts'

/** Bytes after unpacking, for one that is brought over the wire; larger ones are for `waarborg coverage`. */
const MOST_UNPACKED = MOST_FORM_BYTES * 16

export function sheetRoutes(deps: AuditDeps): Route[] {
  return [...overviewRoutes(deps), planRoute(deps), ...readRoutes(deps)]
}

function overviewRoutes({ database }: AuditDeps): Route[] {
  const read = <T>(caller: Caller, work: (tx: Tx) => Promise<T>) =>
    database.inTx(caller.scope, work, { readOnly: true })
  return [
    route({
      method: 'GET',
      path: '/api/fairness/sheets',
      summary: {
        nl: 'Gegevensbladen: wie in een gegevensset staat, en wie niet.',
        en: 'Data sheets: who is in a data set, and who is not.',
      },
      allow: auditReaders,
      reply: sheetList,
      events: [],
      handle: ({ caller, now }) =>
        read(caller, async (tx) => ({ sheets: (await loadSheets(tx)).map((one) => lineOf(one, now)) })),
    }),
    route({
      method: 'GET',
      path: '/api/fairness/sheets/:id',
      summary: {
        nl: 'Eén gegevensblad, zonder aantallen onder de tien.',
        en: 'One data sheet, without counts below ten.',
      },
      allow: auditReaders,
      params: sheetParams,
      reply: sheetView,
      events: [],
      handle: ({ caller, params, now, language }) =>
        read(caller, async (tx) => {
          const sheet = await loadSheet(tx, params.id)
          return {
            ...lineOf(sheet, now),
            plan: sheet.plan,
            planSha256: sheet.planSha256,
            inputSha256: sheet.inputSha256,
            reportSha256: sheet.reportSha256,
            problems: sheet.problems,
            problemSentences: sheet.problems === null ? [] : problemSentences(sheet.problems, language),
            proof: { event: sheet.record, index: (await entryByEventId(tx, sheet.record))?.index ?? null },
            report: sheet.report,
            document: sheet.report === null ? null : documentFor(sheet, language),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/fairness/sheets/:id/pdf',
      summary: { nl: 'Hetzelfde blad als pdf met structuur.', en: 'The same sheet as tagged PDF.' },
      allow: auditReaders,
      params: sheetParams,
      reply: fileReply,
      events: [],
      async handle({ caller, params, language }) {
        const sheet = await read(caller, (tx) => loadSheet(tx, params.id))
        if (sheet.report === null) throw new ApiError(409, 'sheet_no_result')
        const pdf = await pdfOf(documentFor(sheet, language), sheet.endedAt!)
        const day = sheet.endedAt!.toISOString().slice(0, 10)
        return { name: `sheet-${day}-${sheet.id.slice(-6)}-${language}.pdf`, base64: pdf.toString('base64') }
      },
    }),
  ]
}

function planRoute({ database, ids }: AuditDeps): Route {
  return route({
    method: 'POST',
    path: '/api/fairness/sheets',
    summary: {
      nl: 'Leg vast wat u over een gegevensset wilt weten, voordat iemand haar leest.',
      en: 'Fix what you want to know of a data set, before anybody reads it.',
    },
    allow: auditMakers,
    body: sheetRequest,
    reply: sheetPlanned,
    status: 201,
    events: [sheetEvents.planned],
    async handle({ caller, body, now, language }) {
      const { client, name, source, system, version } = body
      if ((source === 'decisions' && system === undefined) || (system === undefined) !== (version === undefined))
        throw new ApiError(422, 'sheet_version_needed', { param: 'system' })
      const found = readCoveragePlan({ ...body.plan, askedBy: caller.id })
      if (!found.ok)
        throw new ApiError(422, 'sheet_plan_refused', {
          param: 'plan',
          values: { problems: problemSentences(found.problems, language).join(' ') },
        })
      const bytes = planBytes(found.plan)
      const planSha256 = sha256([bytes])
      const wanted = {
        client,
        name,
        source,
        system: system ?? null,
        version: version ?? null,
        plan: found.plan,
        bytes,
        planSha256,
        intervalDays: body.intervalDays ?? null,
        by: caller.id,
      }
      const { id, event } = await database.inTx(caller.scope, (tx) => planSheet(tx, wanted, { now, ids }))
      return { sheet: id, planSha256, proof: { event, index: null } }
    },
  })
}

/** Each reads once and ends the sheet; until then it waits for its data, whatever becomes of the process. */
function readRoutes({ database, ids, runner }: AuditDeps): Route[] {
  const waiting = async (caller: Caller, id: string, source: StoredSheet['source']) => {
    const sheet = await database.inTx(caller.scope, (tx) => loadSheet(tx, id), { readOnly: true })
    if (sheet.source !== source) throw new ApiError(409, 'audit_source')
    if (sheet.state !== 'reading') throw new ApiError(409, 'sheet_ended')
    return sheet
  }
  const ended = async (caller: Caller, sheet: StoredSheet, found: FileCoverage, now: Date) => {
    const event = await database.inTx(caller.scope, (tx) => endSheet(tx, sheet, endOf(sheet, found), { now, ids }))
    return {
      id: sheet.id,
      state: found.ok ? ('completed' as const) : ('failed' as const),
      proof: { event, index: null },
    }
  }
  return [
    route({
      method: 'POST',
      path: '/api/fairness/sheets/:id/file',
      summary: {
        nl: 'Breng de gegevens (CSV of Parquet). Het bestand wordt eenmaal gelezen en dan gewist.',
        en: 'Bring the data (CSV or Parquet). The file is read once and then deleted.',
      },
      allow: auditMakers,
      params: sheetParams,
      reply: sheetRead,
      file: true,
      bodyLimit: MOST_FORM_BYTES,
      events: [sheetEvents.completed, sheetEvents.failed],
      async handle({ caller, params, now, bytes }) {
        const sheet = await waiting(caller, params.id, 'file')
        const { inbox } = runner()
        const received = await inbox.receive(bytes!(), MOST_FORM_BYTES)
        try {
          await received.keep(sheet.id)
          const task = { plan: sheet.bytes, path: inbox.of(sheet.id)!, limitBytes: MOST_UNPACKED }
          return await ended(caller, sheet, await readInThread(task), now)
        } finally {
          received.discard()
          inbox.remove(sheet.id)
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/fairness/sheets/:id/decisions',
      summary: {
        nl: 'Kijk nu in de besluiten die Waarborg vastlegde.',
        en: 'Look now into the decisions that Waarborg recorded.',
      },
      allow: auditMakers,
      params: sheetParams,
      reply: sheetRead,
      events: [sheetEvents.completed, sheetEvents.failed],
      async handle({ caller, params, now }) {
        const sheet = await waiting(caller, params.id, 'decisions')
        const place = { client: sheet.client, system: sheet.system! }
        const found = await database.inTx(
          caller.scope,
          (tx) => coverageOfDecisions(tx, sheet.plan, { ...place, now }),
          {
            readOnly: true,
          },
        )
        return ended(caller, sheet, found, now)
      },
    }),
  ]
}

function endOf(sheet: StoredSheet, found: FileCoverage): SheetEnd {
  if (!found.ok) return found
  const report = publishSheet(found.report, sheet.plan)
  return { ok: true, report, reportSha256: sha256([JSON.stringify(report)]), inputSha256: found.inputSha256 }
}

const documentFor = ({ name, report, plan }: StoredSheet, language: Language) =>
  sheetDocument(name, { sheet: report!, plan }, language)

function lineOf(sheet: StoredSheet, now: Date): SheetLine {
  const schedule = { intervalDays: sheet.intervalDays, plannedAt: sheet.plannedAt, lastAt: sheet.endedAt }
  return {
    id: sheet.id,
    client: sheet.client,
    name: sheet.name,
    source: sheet.source,
    system: sheet.system,
    version: sheet.version,
    state: sheet.state,
    plannedAt: sheet.plannedAt.toISOString(),
    endedAt: sheet.endedAt?.toISOString() ?? null,
    due: dueState(schedule, now),
    dueAt: dueAt(schedule)?.toISOString() ?? null,
    n: sheet.report?.n ?? null,
    findings: sheet.report?.findings.length ?? null,
  }
}
