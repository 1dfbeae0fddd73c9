/** Monitors for the preview, read from invented decisions by the rules themselves. */
import type { MonitorLine, MonitorList, MonitorView } from '../src/fairness/monitors/contract.ts'
import { chartOf, groupLooks, type Held, readOn, thresholdOf } from '../src/fairness/monitors/reading.ts'
import { alarmSentence, statusSentence } from '../src/fairness/monitors/sentences.ts'
import { startMonitor } from '../src/fairness/rules.ts'
import { generator } from '../src/statistics/index.ts'

export const monitorIds = {
  alarm: '019ad3b0-0000-7000-8000-000000000901',
  judged: '019ad3b0-0000-7000-8000-000000000902',
  fresh: '019ad3b0-0000-7000-8000-000000000903',
} as const

const at = (hours: number) => new Date(Date.UTC(2026, 9, 1) + hours * 3_600_000).toISOString()

/** Three in four in Dutch; the others begin to differ a third on the way. */
function read(n: number, gap: number): ReturnType<typeof readOn> {
  const random = generator(9)
  const fresh: Held = {
    state: startMonitor({ reference: 'nl' }),
    series: { every: 1, points: [] },
    decisions: 0,
    outcomes: 0,
  }
  return readOn(
    fresh,
    Array.from({ length: n }, (_, i) => {
      const group = random.uniform() < 0.75 ? 'nl' : random.uniform() < 0.7 ? 'en' : 'tr'
      const rate = group === 'en' && i > n / 3 ? 0.52 - gap : 0.52
      return { id: String(i), at: at(i / 3), group, outcome: random.uniform() < rate ? 1 : 0 }
    }),
  )
}

function viewOf(
  id: string,
  { held, alarms }: ReturnType<typeof readOn>,
  over: Partial<MonitorView>,
  judged: boolean,
): MonitorView {
  const facts = { metric: 'favourable' as const, attribute: 'language' as const, reference: 'nl' }
  const log10E = chartOf(held).at(-1)?.log10E ?? 0
  const first = alarms[0]
  const state = held.outcomes === 0 ? 'waiting' : first !== undefined && !judged ? 'alarm' : 'watching'
  return {
    id,
    client: 'kaapstroom',
    system: 'kaapstroom-chat',
    systemName: { nl: 'Chatassistent', en: 'Chat assistant' },
    name: 'Gunstig per taal',
    metric: 'favourable',
    attribute: 'language',
    policy: 'finding',
    state,
    startedAt: at(0),
    endedAt: null,
    outcomes: held.outcomes,
    log10E,
    threshold: thresholdOf(held.state),
    claims: state === 'alarm' ? ['en'] : [],
    sentence: statusSentence(
      { state, outcomes: held.outcomes, log10E, alarm: first === undefined ? undefined : { ...facts, ...first } },
      'nl',
    ),
    reference: 'nl',
    method: 'blocks',
    alpha: 0.05,
    tolerance: 0,
    block: null,
    settleDays: 0,
    reasons: 'Klanten die Engels spreken, klaagden vaker over een afwijzing.',
    fromAt: at(0),
    looksBack: false,
    epoch: held.state.epoch,
    decisions: held.decisions,
    leftOut: held.decisions - held.outcomes,
    late: 2,
    readUntil: held.state.t === null ? null : String(held.state.t),
    looks: groupLooks(held.state),
    series: chartOf(held).map((point) => ({
      ...point,
      threshold: thresholdOf({ alpha: 0.05, epoch: point.epoch }),
    })),
    alarms: alarms.slice(0, 1).map((alarm) => ({
      ...alarm,
      id: `${id}-a`,
      looks: [...alarm.looks],
      groups: [...alarm.groups],
      alarmedAt: alarm.decidedAt,
      stop: null,
      judgement: judged ? ('explained' as const) : null,
      reasons: judged ? 'In die weken gold een andere actie voor nieuwe klanten.' : null,
      judgedAt: judged ? at(900) : null,
      sentence: alarmSentence({ ...facts, ...alarm }, 'nl'),
    })),
    endReasons: null,
    record: `${id}-r`,
    ...over,
  }
}

export const monitorViews: readonly MonitorView[] = [
  viewOf(monitorIds.alarm, read(2_400, 0.3), {}, false),
  viewOf(monitorIds.judged, read(2_400, 0.3), { name: 'Gunstig per taal, brieven', policy: 'stop' }, true),
  viewOf(
    monitorIds.fresh,
    read(0, 0),
    { name: 'Goede afloop per kanaal', attribute: 'channel', metric: 'observed', settleDays: 30, late: 0 },
    false,
  ),
]

export const monitorPage: MonitorList = {
  monitors: monitorViews.map(
    ({
      id,
      client,
      system,
      systemName,
      name,
      metric,
      attribute,
      policy,
      state,
      startedAt,
      endedAt,
      outcomes,
      log10E,
      threshold,
      claims,
      sentence,
    }): MonitorLine => ({
      id,
      client,
      system,
      systemName,
      name,
      metric,
      attribute,
      policy,
      state,
      startedAt,
      endedAt,
      outcomes,
      log10E,
      threshold,
      claims,
      sentence,
    }),
  ),
  together: { monitors: 3, groups: 4, claims: 1 },
}
