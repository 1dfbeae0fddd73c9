/** All monitors, and the form that starts one. */
import {
  alarmPolicies,
  type MonitorLine,
  type MonitorList,
  type MonitorStatus,
  monitorAttributes,
  monitorMakers,
  monitorMetrics,
} from '../../../../src/fairness/monitors/contract.ts'
import type { SystemView } from '../../../../src/records/contract.ts'
import { Empty, Head, Message, Sheet, State, type StateKind } from '../../../ui/components.tsx'
import { LineField, Radios, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { path as fairnessPath } from '../parts.tsx'

export const path = `${fairnessPath}/monitors`
export const monitorPath = (id: string) => `${path}/${encodeURIComponent(id)}`
/** Who starts, ends and judges; the API decides again. */
export const makers: readonly string[] = monitorMakers

const looks: Readonly<Record<MonitorStatus, StateKind>> = {
  alarm: 'bad',
  watching: 'ok',
  waiting: 'unknown',
  ended: 'wait',
}
export const MonitorState = ({ cx, state }: { cx: ConsoleContext; state: MonitorStatus }) => (
  <State kind={looks[state]}>{cx.say(`mon.state.${state}`)}</State>
)

const order: readonly MonitorStatus[] = ['alarm', 'watching', 'waiting', 'ended']

export const Monitors = ({ cx, list }: { cx: ConsoleContext; list: MonitorList }) => {
  const mayStart = cx.may(makers)
  const { together } = list
  const monitors = [...list.monitors].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return (
    <Frame
      cx={cx}
      title={cx.say('mon.title')}
      area={fairnessPath}
      crumbs={[{ href: fairnessPath, word: cx.say('area.fairness') }, { word: cx.say('mon.title') }]}
    >
      <Head
        title={cx.say('mon.title')}
        lead={cx.say('mon.lead')}
        acts={
          mayStart && (
            <a class="button button--first" href={`${path}/new`}>
              {cx.say('mon.new')}
            </a>
          )
        }
      />
      <Sheet id="monitors" title={cx.say('mon.all')}>
        {monitors.length === 0 ? (
          <Empty title={cx.say('mon.none')}>
            <p>{cx.say(mayStart ? 'mon.noneMore' : 'mon.noneReader')}</p>
          </Empty>
        ) : (
          <>
            <p class="small subtle">
              {cx.say(together.claims > 0 ? 'mon.together' : 'mon.togetherNone', {
                monitors: together.monitors,
                groups: together.groups,
                ...(together.claims > 0 ? { claims: together.claims } : {}),
              })}
            </p>
            <ul class="rows linked">
              {monitors.map((monitor) => (
                <Line cx={cx} monitor={monitor} />
              ))}
            </ul>
          </>
        )}
      </Sheet>
    </Frame>
  )
}

const Line = ({ cx, monitor }: { cx: ConsoleContext; monitor: MonitorLine }) => (
  <li>
    <div>
      <a href={monitorPath(monitor.id)}>
        <b>{monitor.name}</b>
      </a>
      <br />
      <span class="small subtle">
        {cx.say('mon.what', {
          metric: cx.say(`mon.metric.${monitor.metric}`),
          attribute: cx.say(`mon.attribute.${monitor.attribute}`),
          system: cx.local(monitor.systemName),
        })}
      </span>
      <br />
      <span class="small">{monitor.sentence}</span>
      {monitor.claims.length > 0 && <p class="small">{cx.say('mon.claims', { groups: monitor.claims.join(', ') })}</p>}
    </div>
    <div class="small">
      <MonitorState cx={cx} state={monitor.state} />
    </div>
  </li>
)

type Values = Readonly<Record<string, string>>

/** Plain questions; what does not need a choice has its usual value. */
export const StartPage = ({
  cx,
  systems,
  values = {},
  error,
}: {
  cx: ConsoleContext
  systems: readonly SystemView[]
  values?: Values
  error?: string | undefined
}) => (
  <Frame
    cx={cx}
    title={cx.say('mon.new')}
    area={fairnessPath}
    crumbs={[
      { href: fairnessPath, word: cx.say('area.fairness') },
      { href: path, word: cx.say('mon.title') },
      { word: cx.say('mon.new') },
    ]}
  >
    <Head title={cx.say('mon.new')} lead={cx.say('mon.newLead')} />
    {error && <Message kind="bad" title={error} />}
    {systems.length === 0 ? (
      <Empty title={cx.say('mon.noSystems')} />
    ) : (
      <form class="form" method="post" action={`${path}/new`}>
        <SelectField
          id="system"
          label={cx.say('mon.ask.system')}
          value={values.system}
          required
          choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
        />
        <Radios
          name="metric"
          legend={cx.say('mon.ask.metric')}
          value={values.metric}
          choices={monitorMetrics.map((metric) => ({
            value: metric,
            word: cx.say(`mon.metric.${metric}`),
            hint: cx.say(`mon.metricHint.${metric}`),
          }))}
        />
        <LineField
          id="settleDays"
          label={cx.say('mon.ask.settle')}
          hint={cx.say('mon.ask.settleHint')}
          value={values.settleDays}
          max={3}
          pattern="[0-9]*"
        />
        <Radios
          name="attribute"
          legend={cx.say('mon.ask.attribute')}
          value={values.attribute}
          choices={monitorAttributes.map((attribute) => ({
            value: attribute,
            word: cx.say(`mon.attribute.${attribute}`),
          }))}
        />
        <LineField
          id="reference"
          label={cx.say('mon.ask.reference')}
          hint={cx.say('mon.ask.referenceHint')}
          value={values.reference}
          max={100}
        />
        <Radios
          name="policy"
          legend={cx.say('mon.ask.policy')}
          value={values.policy}
          choices={alarmPolicies.map((policy) => ({
            value: policy,
            word: cx.say(`mon.policy.${policy}`),
            hint: cx.say(`mon.policyHint.${policy}`),
          }))}
        />
        <LineField
          id="backDays"
          label={cx.say('mon.ask.back')}
          hint={cx.say('mon.ask.backHint')}
          value={values.backDays}
          max={4}
          pattern="[0-9]*"
        />
        <LineField id="name" label={cx.say('mon.ask.name')} value={values.name} required max={120} />
        <WordsField
          id="reasons"
          label={cx.say('mon.ask.reasons')}
          hint={cx.say('mon.ask.reasonsHint')}
          value={values.reasons}
          required
          max={2_000}
        />
        <Send first>{cx.say('mon.start')}</Send>
      </form>
    )}
  </Frame>
)

/** What the form says, as the API takes it: an empty field was not given, and figures are numbers. */
export function requestOf(form: Values): Record<string, unknown> {
  const given = (name: string) => form[name]?.trim() || undefined
  const number = (name: string) => {
    const words = given(name)
    return words === undefined ? undefined : /^\d+$/.test(words) ? Number(words) : words
  }
  return Object.fromEntries(
    Object.entries({
      system: given('system'),
      name: given('name'),
      metric: given('metric'),
      attribute: given('attribute'),
      reference: given('reference'),
      policy: given('policy'),
      reasons: given('reasons'),
      settleDays: number('settleDays') === 0 ? undefined : number('settleDays'),
      backDays: number('backDays') === 0 ? undefined : number('backDays'),
    }).filter(([, value]) => value !== undefined),
  )
}
