/** All audits with what they came to, those that wait first. */
import type { AuditLine } from '../../../src/fairness/audits/contract.ts'
import type { MonitorLine } from '../../../src/fairness/monitors/contract.ts'
import type { PromptLine } from '../../../src/fairness/prompts/contract.ts'
import { Empty, Head, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { path as attributesPath } from './attributes/attributes.tsx'
import { MonitorState, monitorPath } from './monitors/list.tsx'
import { auditPath, DueState, makers, path, Tally } from './parts.tsx'
import { Line as PromptRow, path as promptsPath } from './prompts/list.tsx'

/** Who sees attributes of people; the API decides again. */
const attributeReaders: readonly string[] = ['ethics_officer', 'dpo', 'auditor']

const weight = (audit: AuditLine): number =>
  audit.openFindings > 0 ? 0 : audit.due === 'due' ? 1 : (audit.last?.verdicts?.cannot_tell ?? 0) > 0 ? 2 : 3

type AuditsProps = {
  cx: ConsoleContext
  audits: readonly AuditLine[]
  monitors: readonly MonitorLine[]
  prompts: readonly PromptLine[]
}

export const Audits = ({ cx, audits, monitors, prompts }: AuditsProps) => {
  const mayPlan = cx.may(makers)
  const inOrder = [...audits].sort((a, b) => weight(a) - weight(b))
  return (
    <Frame cx={cx} title={cx.say('area.fairness')} area={path}>
      <Head
        title={cx.say('area.fairness')}
        lead={cx.say('fair.lead')}
        acts={
          mayPlan && (
            <a class="button button--first" href={`${path}/new`}>
              {cx.say('fair.new')}
            </a>
          )
        }
      />
      <div class="stack">
        <Sheet id="audits" title={cx.say('fair.audits')}>
          {audits.length === 0 ? (
            <Empty title={cx.say('fair.none')}>
              <p>{cx.say(mayPlan ? 'fair.noneMore' : 'fair.noneReader')}</p>
            </Empty>
          ) : (
            <ul class="rows linked">
              {inOrder.map((audit) => (
                <li>
                  <div>
                    <a href={auditPath(audit.id)}>
                      <b>{audit.name}</b>
                    </a>
                    <br />
                    <span class="small subtle">{audit.question}</span>
                    <br />
                    {audit.last?.verdicts ? <Tally cx={cx} tally={audit.last.verdicts} /> : null}
                  </div>
                  <div class="small">
                    {audit.openFindings > 0 && (
                      <State kind="attention">{cx.count('fair.open', audit.openFindings)}</State>
                    )}
                    <p>
                      <DueState cx={cx} audit={audit} />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Sheet>
        {cx.may(attributeReaders) && (
          <Sheet id="attributes" title={cx.say('attr.title')}>
            <p>
              {cx.say('attr.link')} <a href={attributesPath}>{cx.say('attr.all')}</a>
            </p>
          </Sheet>
        )}
        <Sheet id="prompts" title={cx.say('prm.title')}>
          {prompts.length > 0 && (
            <ul class="rows linked">
              {prompts.map((line) => (
                <PromptRow cx={cx} line={line} />
              ))}
            </ul>
          )}
          <p>
            {cx.say('prm.link')} <a href={promptsPath}>{cx.say('prm.all')}</a>
          </p>
        </Sheet>
        <Sheet id="monitors" title={cx.say('mon.title')}>
          {monitors.length > 0 && (
            <ul class="rows linked">
              {monitors.map((one) => (
                <li>
                  <div>
                    <a href={monitorPath(one.id)}>
                      <b>{one.name}</b>
                    </a>
                    <br />
                    <MonitorState cx={cx} state={one.state} />
                  </div>
                </li>
              ))}
            </ul>
          )}
          <p>
            {cx.say('mon.link')} <a href={`${path}/monitors`}>{cx.say('mon.all')}</a>
          </p>
        </Sheet>
        <Sheet id="coverage" title={cx.say('sheets.title')}>
          <p>
            {cx.say('sheets.lead')} <a href={`${path}/coverage`}>{cx.say('sheets.all')}</a>
          </p>
        </Sheet>
      </div>
    </Frame>
  )
}
