/** Monitors over the wire: started with reasons, read by a job, judged by people. */
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Language } from '../../platform/text.ts'
import { logMeanE } from '../../statistics/index.ts'
import {
  type AlarmView,
  alarmParams,
  endedReply,
  endRequest,
  judgeAlarmRequest,
  judgedReply,
  type MonitorLine,
  type MonitorView,
  monitorEvents,
  monitorList,
  monitorMakers,
  monitorParams,
  monitorQuery,
  monitorReaders,
  monitorView,
  type StartRequest,
  startedReply,
  startRequest,
} from './contract.ts'
import {
  endMonitor,
  insertMonitor,
  judgeAlarm,
  loadAlarms,
  loadMonitors,
  loadProgress,
  looksOf,
  type NewMonitor,
  type StoredAlarm,
  type StoredMonitor,
  type StoredProgress,
} from './io/store.ts'
import { type Claim, claimsOf, statusOf } from './overview.ts'
import { chartOf, groupLooks, thresholdOf } from './reading.ts'
import { alarmSentence, groupWord, statusSentence } from './sentences.ts'

export type MonitorDeps = { readonly database: Database; readonly ids: Ids }

const place = '/api/fairness/monitors'

export function monitorRoutes(deps: MonitorDeps): Route[] {
  return [...readRoutes(deps), ...actRoutes(deps)]
}

function readRoutes({ database }: MonitorDeps): Route[] {
  const read = <T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.inTx(caller.scope, work, { readOnly: true })
  return [
    route({
      method: 'GET',
      path: place,
      summary: {
        nl: 'Bewakingen van eerlijkheid, met hun bewijs en hun alarmen.',
        en: 'Fairness monitors, with their evidence and their alarms.',
      },
      allow: monitorReaders,
      query: monitorQuery,
      reply: monitorList,
      events: [],
      handle: ({ caller, query, language }) =>
        read(caller, async (tx) => {
          const all = await loadAll(tx, { client: query.client })
          const { claims, groups, running } = togetherOf(all)
          return {
            monitors: all.map((one) => lineOf(one, claims, language)),
            together: { monitors: running, groups, claims: claims.length },
          }
        }),
    }),
    route({
      method: 'GET',
      path: `${place}/:id`,
      summary: {
        nl: 'Eén bewaking, met haar grafiek en haar alarmen.',
        en: 'One monitor, with its chart and its alarms.',
      },
      allow: monitorReaders,
      params: monitorParams,
      reply: monitorView,
      events: [],
      handle: ({ caller, params, language }) =>
        read(caller, async (tx) => {
          const all = await loadAll(tx, {})
          const one = all.find(({ monitor }) => monitor.id === params.id)
          if (one === undefined) throw new ApiError(404, 'monitor_unknown')
          return viewOf(one, togetherOf(all).claims, language)
        }),
    }),
  ]
}

function actRoutes({ database, ids }: MonitorDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: place,
      summary: {
        nl: 'Begin een bewaking: leg vast wat wordt bewaakt en wat een alarm doet, voordat er besluiten worden gelezen.',
        en: 'Start a monitor: fix what is watched and what an alarm does, before decisions are read.',
      },
      allow: monitorMakers,
      body: startRequest,
      reply: startedReply,
      status: 201,
      events: [monitorEvents.started],
      async handle({ caller, body, now }) {
        const monitor = monitorFrom(body, { by: caller.id, now })
        const { id, event } = await database.inTx(caller.scope, (tx) => insertMonitor(tx, monitor, { now, ids }))
        return { monitor: id, proof: { event, index: null } }
      },
    }),
    route({
      method: 'POST',
      path: `${place}/:id/alarms/:alarm/judgement`,
      summary: { nl: 'Geef een oordeel over een alarm, met redenen.', en: 'Judge an alarm, with reasons.' },
      allow: monitorMakers,
      params: alarmParams,
      body: judgeAlarmRequest,
      reply: judgedReply,
      events: [monitorEvents.judged],
      async handle({ caller, params, body, now }) {
        const event = await database.inTx(caller.scope, (tx) =>
          judgeAlarm(tx, { monitor: params.id, alarm: params.alarm, ...body, by: caller.id }, { now, ids }),
        )
        return { alarm: params.alarm, judgement: body.judgement, proof: { event, index: null } }
      },
    }),
    route({
      method: 'POST',
      path: `${place}/:id/end`,
      summary: { nl: 'Beëindig een bewaking, met redenen.', en: 'End a monitor, with reasons.' },
      allow: monitorMakers,
      params: monitorParams,
      body: endRequest,
      reply: endedReply,
      events: [monitorEvents.ended],
      async handle({ caller, params, body, now }) {
        const event = await database.inTx(caller.scope, (tx) =>
          endMonitor(tx, { id: params.id, reasons: body.reasons, by: caller.id }, { now, ids }),
        )
        return { monitor: params.id, endedAt: now.toISOString(), proof: { event, index: null } }
      },
    }),
  ]
}

/** What was asked, with what follows from it. Errors: `monitor_method`, `monitor_tolerance`, `monitor_settle` (422). */
function monitorFrom(body: StartRequest, { by, now }: { readonly by: string; readonly now: Date }): NewMonitor {
  const method = body.method ?? (body.metric === 'score' ? 'pairs' : 'blocks')
  const tolerance = body.tolerance ?? 0
  const settleDays = body.settleDays ?? 0
  if (body.metric === 'score' && method === 'blocks') throw new ApiError(422, 'monitor_method', { param: 'method' })
  if (tolerance > 0 && method === 'blocks') throw new ApiError(422, 'monitor_tolerance', { param: 'tolerance' })
  if ((body.metric === 'observed') !== settleDays > 0)
    throw new ApiError(422, 'monitor_settle', { param: 'settleDays' })
  return {
    name: body.name,
    system: body.system,
    metric: body.metric,
    attribute: body.attribute,
    reference: body.reference ?? null,
    method,
    alpha: body.alpha ?? 0.05,
    tolerance,
    block: body.block ?? null,
    settleDays,
    policy: body.policy,
    reasons: body.reasons,
    fromAt: new Date(now.getTime() - (body.backDays ?? 0) * 86_400_000),
    by,
  }
}

// -- views --------------------------------------------------------------------------------------------------------------

type Known = {
  readonly monitor: StoredMonitor
  readonly progress: StoredProgress | undefined
  readonly alarms: readonly StoredAlarm[]
}

async function loadAll(tx: Tx, wanted: { readonly client?: string | undefined }): Promise<Known[]> {
  const monitors = await loadMonitors(tx, wanted)
  const ids = monitors.map(({ id }) => id)
  const progress = await loadProgress(tx, ids)
  const alarms = Map.groupBy(await loadAlarms(tx, ids), ({ monitor }) => monitor)
  return monitors.map((monitor) => ({
    monitor,
    progress: progress.get(monitor.id),
    alarms: alarms.get(monitor.id) ?? [],
  }))
}

function togetherOf(all: readonly Known[]): { claims: Claim[]; groups: number; running: number } {
  const watched = all
    .filter(({ monitor }) => monitor.endedAt === null)
    .map(({ monitor, progress, alarms }) => ({ monitor: monitor.id, looks: looksOf(progress, alarms) }))
  return {
    claims: claimsOf(watched),
    groups: watched.reduce((sum, { looks }) => sum + looks.length, 0),
    running: watched.length,
  }
}

function lineOf({ monitor, progress, alarms }: Known, claims: readonly Claim[], language: Language): MonitorLine {
  const open = alarms.filter(({ judgement }) => judgement === null)
  const outcomes = progress?.outcomes ?? 0
  const log10E = progress === undefined ? 0 : log10EOf(progress)
  const state = statusOf({ ended: monitor.endedAt !== null, openAlarms: open.length, outcomes })
  const first = open.at(-1)
  return {
    id: monitor.id,
    client: monitor.client,
    system: monitor.system,
    systemName: monitor.systemName,
    name: monitor.name,
    metric: monitor.metric,
    attribute: monitor.attribute,
    policy: monitor.policy,
    state,
    startedAt: monitor.startedAt.toISOString(),
    endedAt: monitor.endedAt?.toISOString() ?? null,
    outcomes,
    log10E,
    threshold: thresholdOf({ alpha: monitor.alpha, epoch: progress?.state.epoch ?? 1 }),
    claims: claims
      .filter((claim) => claim.monitor === monitor.id)
      .map(({ group }) => groupWord(monitor.attribute, group, language)),
    sentence: statusSentence(
      { state, outcomes, log10E, alarm: first && factsOf({ monitor, progress, alarms }, first) },
      language,
    ),
  }
}

/** log10 of the mean of E over groups, as the alarm is held against it. */
function log10EOf({ state }: StoredProgress): number {
  return state.streams.length === 0 ? 0 : logMeanE(state.streams.map(({ logE }) => logE)) / Math.LN10
}

const factsOf = ({ monitor, progress }: Known, { looks, groups, level }: StoredAlarm) => ({
  metric: monitor.metric,
  attribute: monitor.attribute,
  reference: progress?.state.reference ?? monitor.reference,
  looks,
  groups,
  level,
})

function viewOf(known: Known, claims: readonly Claim[], language: Language): MonitorView {
  const { monitor, progress, alarms } = known
  return {
    ...lineOf(known, claims, language),
    reference: progress?.state.reference ?? monitor.reference,
    method: monitor.method,
    alpha: monitor.alpha,
    tolerance: monitor.tolerance,
    block: monitor.block,
    settleDays: monitor.settleDays,
    reasons: monitor.reasons,
    fromAt: monitor.fromAt.toISOString(),
    looksBack: monitor.fromAt < monitor.startedAt,
    epoch: progress?.state.epoch ?? 1,
    decisions: progress?.decisions ?? 0,
    leftOut: (progress?.decisions ?? 0) - (progress?.outcomes ?? 0),
    late: progress?.late ?? 0,
    readUntil: progress?.at ?? null,
    looks: progress === undefined ? [] : groupLooks(progress.state),
    series:
      progress === undefined
        ? []
        : chartOf(progress).map((point) => ({
            ...point,
            threshold: thresholdOf({ alpha: monitor.alpha, epoch: point.epoch }),
          })),
    alarms: alarms.map(
      (alarm): AlarmView => ({
        id: alarm.id,
        epoch: alarm.epoch,
        decidedAt: alarm.decidedAt,
        alarmedAt: alarm.alarmedAt.toISOString(),
        outcomes: alarm.outcomes,
        log10E: alarm.log10E,
        level: alarm.level,
        looks: [...alarm.looks],
        groups: [...alarm.groups],
        stop: alarm.stop,
        judgement: alarm.judgement,
        reasons: alarm.reasons,
        judgedAt: alarm.judgedAt?.toISOString() ?? null,
        sentence: alarmSentence(factsOf(known, alarm), language),
      }),
    ),
    endReasons: monitor.endReasons,
    record: monitor.record,
  }
}
