/** What of fairness asks for a person today: differences that were found, alarms, and audits that are due. */
import type { AuditLine } from '../../../src/fairness/audits/contract.ts'
import type { MonitorLine, MonitorList } from '../../../src/fairness/monitors/contract.ts'
import { type Api, failureOf, listIn } from '../../api.ts'
import { Icon, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { monitorPath } from './monitors/list.tsx'
import { auditPath, path } from './parts.tsx'

export type FairnessDue = { readonly audits: readonly AuditLine[]; readonly alarms: readonly MonitorLine[] }

const SHOWN = 5

/** undefined: this role does not see it. */
export async function loadFairnessDue(api: Api): Promise<FairnessDue | undefined> {
  try {
    const [audits, { monitors }] = await Promise.all([
      api.get('/api/fairness/audits').then((reply) => listIn<AuditLine>(reply, 'audits')),
      api.get<MonitorList>('/api/fairness/monitors'),
    ])
    return {
      audits: audits.filter((one) => one.openFindings > 0 || one.due === 'due'),
      alarms: monitors.filter(({ state }) => state === 'alarm'),
    }
  } catch (error) {
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
}

export const FairnessDueSheet = ({ cx, due: { audits, alarms } }: { cx: ConsoleContext; due: FairnessDue }) => {
  const more = audits.length + alarms.length - SHOWN
  return (
    <Sheet
      id="fairness"
      title={cx.say('today.fairness')}
      side={
        <a class="small" href={path}>
          {cx.say('area.fairness')}
        </a>
      }
    >
      {audits.length + alarms.length === 0 ? (
        <p class="subtle">{cx.say('today.fairnessNone')}</p>
      ) : (
        <ol class="rows">
          {alarms.slice(0, SHOWN).map((one) => (
            <Row name="bad" href={monitorPath(one.id)} title={one.name} text={cx.say('today.fairnessAlarm')} />
          ))}
          {audits.slice(0, Math.max(0, SHOWN - alarms.length)).map((one) => (
            <Row
              name="attention"
              href={auditPath(one.id)}
              title={one.name}
              text={
                one.openFindings > 0
                  ? cx.count('fair.open', one.openFindings)
                  : one.dueAt === null || one.last === null
                    ? cx.say('fair.due.never')
                    : cx.say('fair.due.due', { date: cx.date(one.dueAt) })
              }
            />
          ))}
          {more > 0 && (
            <li class="small">
              <a href={path}>{cx.count('today.fairnessMore', more)}</a>
            </li>
          )}
        </ol>
      )}
    </Sheet>
  )
}

type RowProps = { name: 'bad' | 'attention'; href: string; title: string; text: string }
const Row = ({ name, href, title, text }: RowProps) => (
  <li class="row" data-row="">
    <Icon name={name} class={`is-${name}`} />
    <div>
      <a href={href}>
        <b>{title}</b>
      </a>
      <br />
      <span class="small">{text}</span>
    </div>
  </li>
)
