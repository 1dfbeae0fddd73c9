/** What of fairness asks for a person today: differences that were found, alarms, and audits that are due. */
import type { AuditLine } from '../../../src/fairness/audits/contract.ts'
import type { MonitorLine, MonitorList } from '../../../src/fairness/monitors/contract.ts'
import type { CanaryView, PromptLine } from '../../../src/fairness/prompts/contract.ts'
import type { SheetLine } from '../../../src/fairness/sheets/contract.ts'
import { type Api, failureOf, listIn } from '../../api.ts'
import { Icon, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { monitorPath } from './monitors/list.tsx'
import { auditPath, path } from './parts.tsx'
import { promptPath } from './prompts/list.tsx'
import { loadPrompts } from './prompts/pages.tsx'
import { sheetPath } from './sheets/list.tsx'

type Line = {
  readonly look: 'bad' | 'attention' | 'wait'
  readonly href: string
  readonly title: string
  readonly text: (cx: ConsoleContext) => string
}
/** Worst first: alarms, differences that were found, what is late, what comes soon. */
export type FairnessDue = readonly Line[]

const SHOWN = 5

/** undefined: this role does not see it. */
export async function loadFairnessDue(api: Api): Promise<FairnessDue | undefined> {
  try {
    const [audits, { monitors }, sheets, prompts] = await Promise.all([
      api.get('/api/fairness/audits').then((reply) => listIn<AuditLine>(reply, 'audits')),
      api.get<MonitorList>('/api/fairness/monitors'),
      api.get('/api/fairness/sheets').then((reply) => listIn<SheetLine>(reply, 'sheets')),
      loadPrompts(api),
    ])
    return [
      ...monitors.filter(({ state }) => state === 'alarm').map(alarmLine),
      ...prompts.canaries.filter(({ alarm, endedAt }) => alarm && endedAt === null).map(canaryLine),
      ...prompts.audits.filter(({ toJudge }) => toJudge).map(promptLine),
      ...audits.filter(({ openFindings }) => openFindings > 0).map(findingsLine),
      ...audits.filter(({ due, running }) => due === 'due' && !running).map(dueLine),
      ...sheets.filter(({ due, state }) => due === 'due' && state === 'completed').map(sheetLine),
      ...audits.filter(({ due }) => due === 'soon').map(soonLine),
    ]
  } catch (error) {
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
}

const alarmLine = ({ id, name }: MonitorLine): Line => ({
  look: 'bad',
  href: monitorPath(id),
  title: name,
  text: (cx) => cx.say('today.fairnessAlarm'),
})

const canaryLine = ({ audit, system }: CanaryView): Line => ({
  look: 'bad',
  href: promptPath(audit),
  title: system,
  text: (cx) => cx.say('today.canary'),
})

const promptLine = ({ id, question }: PromptLine): Line => ({
  look: 'bad',
  href: `${promptPath(id)}#judge`,
  title: question,
  text: (cx) => cx.say('today.prompts'),
})

/** What each finding waits for, the first step first. */
const findingsLine = ({ id, name, findingsTo }: AuditLine): Line => ({
  look: findingsTo.judge > 0 || findingsTo.change > 0 ? 'bad' : 'attention',
  href: `${auditPath(id)}#findings`,
  title: name,
  text: (cx) =>
    (['judge', 'change', 'measure', 'close'] as const)
      .filter((act) => findingsTo[act] > 0)
      .map((act) => cx.count(`today.finding.${act}`, findingsTo[act]))
      .join(' '),
})

const dueLine = ({ id, name, source, intervalDays, dueAt, last }: AuditLine): Line => ({
  look: 'attention',
  href: `${auditPath(id)}#measure`,
  title: name,
  text: (cx) => {
    const since =
      last === null || dueAt === null
        ? cx.say('today.audit.never')
        : cx.say('today.audit.since', { date: cx.date(dueAt) })
    // Recorded decisions with an interval are measured by a job.
    const act = source === 'file' ? 'bring' : intervalDays === null ? 'measure' : 'self'
    return `${since} ${cx.say(`today.audit.${act}`)}`
  },
})

const sheetLine = ({ id, name, dueAt }: SheetLine): Line => ({
  look: 'attention',
  href: sheetPath(id),
  title: name,
  text: (cx) => `${cx.say('sheets.due', { date: cx.date(dueAt ?? cx.now) })} ${cx.say('today.audit.bring')}`,
})

const soonLine = ({ id, name, source, dueAt }: AuditLine): Line => ({
  look: 'wait',
  href: `${auditPath(id)}#measure`,
  title: name,
  text: (cx) =>
    `${cx.say('fair.due.later', { date: cx.date(dueAt ?? cx.now) })}. ${cx.say(`today.audit.${source === 'file' ? 'bring' : 'self'}`)}`,
})

export const FairnessDueSheet = ({ cx, due }: { cx: ConsoleContext; due: FairnessDue }) => (
  <Sheet
    id="fairness"
    title={cx.say('today.fairness')}
    side={
      <a class="small" href={path}>
        {cx.say('area.fairness')}
      </a>
    }
  >
    {due.length === 0 ? (
      <p class="subtle">{cx.say('today.fairnessNone')}</p>
    ) : (
      <ol class="rows">
        {due.slice(0, SHOWN).map(({ look, href, title, text }) => (
          <li class="row" data-row="">
            <Icon name={look} class={`is-${look}`} />
            <div>
              <a href={href}>
                <b>{title}</b>
              </a>
              <br />
              <span class="small">{text(cx)}</span>
            </div>
          </li>
        ))}
        {due.length > SHOWN && (
          <li class="small">
            <a href={path}>{cx.count('today.fairnessMore', due.length - SHOWN)}</a>
          </li>
        )}
      </ol>
    )}
  </Sheet>
)
