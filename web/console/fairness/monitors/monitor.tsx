/** One monitor: what it says, its drawings, its groups, its alarms and what people made of them. */
import {
  type AlarmView,
  alarmJudgements,
  type GroupLook,
  type MonitorView,
} from '../../../../src/fairness/monitors/contract.ts'
import { Empty, Facts, Head, Message, type MessageKind, Scroll, Sheet, State } from '../../../ui/components.tsx'
import { Radios, Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Entries } from '../../parts.tsx'
import { path as fairnessPath } from '../parts.tsx'
import { DifferenceChart, EvidenceChart, groupWord, points100, times } from './chart.tsx'
import { MonitorState, makers, monitorPath, path } from './list.tsx'

export const dones = ['started', 'judged', 'ended'] as const
export type Done = (typeof dones)[number]

type Props = { cx: ConsoleContext; monitor: MonitorView; done?: Done | undefined; error?: string | undefined }

const kinds: Readonly<Record<MonitorView['state'], MessageKind>> = {
  alarm: 'bad',
  watching: 'ok',
  waiting: 'unknown',
  ended: 'unknown',
}

export const Monitor = ({ cx, monitor, done, error }: Props) => {
  const leading = [...monitor.looks].sort((a, b) => b.log10E - a.log10E)[0] ?? monitor.alarms[0]?.looks[0]
  const mayAct = cx.may(makers)
  const open = monitor.alarms.filter(({ judgement }) => judgement === null).length
  return (
    <Frame
      cx={cx}
      title={monitor.name}
      area={fairnessPath}
      crumbs={[
        { href: fairnessPath, word: cx.say('area.fairness') },
        { href: path, word: cx.say('mon.title') },
        { word: monitor.name },
      ]}
    >
      <Head
        title={monitor.name}
        lead={cx.say('mon.what', {
          metric: cx.say(`mon.metric.${monitor.metric}`),
          attribute: cx.say(`mon.attribute.${monitor.attribute}`),
          system: cx.local(monitor.systemName),
        })}
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say(`mon.done.${done}`)} />}
        <Message kind={kinds[monitor.state]} title={cx.say(`mon.state.${monitor.state}`)} quiet>
          <p>{monitor.state === 'alarm' ? cx.say('mon.alarmWaits') : monitor.sentence}</p>
        </Message>
        {mayAct && open > 0 && <Judge cx={cx} monitor={monitor} open={open} />}
        {monitor.alarms.map((alarm) => (
          <Alarm cx={cx} alarm={alarm} />
        ))}
        {monitor.outcomes === 0 ? (
          <Empty title={cx.say('mon.empty')}>
            <p>{cx.say('mon.emptyMore')}</p>
          </Empty>
        ) : (
          <>
            <EvidenceChart cx={cx} monitor={monitor} />
            {leading && <DifferenceChart cx={cx} monitor={monitor} group={leading.group} />}
            <Groups cx={cx} monitor={monitor} />
          </>
        )}
        <How cx={cx} monitor={monitor} />
        {mayAct && monitor.state !== 'ended' && <End cx={cx} monitor={monitor} />}
      </div>
    </Frame>
  )
}

/** A difference that goes on sets the alarm off again and again: one judgement is about all that wait. */
const Judge = ({ cx, monitor, open }: { cx: ConsoleContext; monitor: MonitorView; open: number }) => (
  <Sheet id="judge" title={cx.count('mon.judgeOpen', open)}>
    <form class="form" method="post" action={`${monitorPath(monitor.id)}/alarms`}>
      <Radios
        name="judgement"
        legend={cx.say('mon.ask.judgement')}
        value={undefined}
        choices={alarmJudgements.map((judgement) => ({
          value: judgement,
          word: cx.say(`mon.judgement.${judgement}`),
          hint: cx.say(`mon.judgementHint.${judgement}`),
        }))}
      />
      <WordsField id="reasons" label={cx.say('mon.ask.why')} required max={2_000} />
      <Send first>{cx.say('mon.judge')}</Send>
    </form>
  </Sheet>
)

const Alarm = ({ cx, alarm }: { cx: ConsoleContext; alarm: AlarmView }) => (
  <Sheet
    id={`alarm-${alarm.epoch}`}
    title={cx.say('mon.alarmAt', { at: cx.full(alarm.alarmedAt) })}
    side={
      alarm.judgement === null ? (
        <State kind="bad">{cx.say('mon.unjudged')}</State>
      ) : (
        <State kind="ok">{cx.say('mon.judged')}</State>
      )
    }
  >
    <p>{alarm.sentence}</p>
    <Facts
      facts={[
        [cx.say('mon.fact.decided'), cx.full(alarm.decidedAt)],
        [cx.say('mon.fact.evidence'), cx.say('mon.times', { n: times(cx, alarm.log10E) })],
        alarm.stop === null ? undefined : [cx.say('mon.fact.stop'), cx.say('mon.stopped')],
        alarm.judgement === null
          ? undefined
          : [cx.say('mon.fact.judgement'), `${cx.say(`mon.judgement.${alarm.judgement}`)}. ${alarm.reasons ?? ''}`],
      ]}
    />
    <Entries cx={cx} record={alarm.id} what={cx.say('mon.alarm')} />
  </Sheet>
)

const Groups = ({ cx, monitor }: { cx: ConsoleContext; monitor: MonitorView }) => (
  <Sheet id="groups" title={cx.say('mon.groups')}>
    {monitor.epoch > 1 && <p class="small subtle">{cx.say('mon.again')}</p>}
    <Scroll label={cx.say('mon.groupsTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('mon.column.group')}</th>
            <th scope="col" class="num">
              {cx.say('mon.column.share')}
            </th>
            <th scope="col" class="num">
              {cx.say('mon.column.reference', {
                reference: monitor.reference === null ? '–' : groupWord(cx, monitor.attribute, monitor.reference),
              })}
            </th>
            <th scope="col" class="num">
              {cx.say('mon.column.difference')}
            </th>
            <th scope="col" class="num">
              {cx.say('mon.column.limits')}
            </th>
            <th scope="col" class="num">
              {cx.say('mon.column.evidence')}
            </th>
          </tr>
        </thead>
        <tbody>
          {monitor.looks.map((look) => (
            <tr>
              <th scope="row">{groupWord(cx, monitor.attribute, look.group)}</th>
              <td class="num">{shareOf(cx, look.rate, look.n)}</td>
              <td class="num">{shareOf(cx, look.rateReference, look.nReference)}</td>
              <td class="num">{look.difference === null ? '–' : points100(cx, look.difference)}</td>
              <td class="num">{limitsOf(cx, look)}</td>
              <td class="num">{times(cx, look.log10E)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Sheet>
)

const shareOf = (cx: ConsoleContext, rate: number | null, n: number) =>
  rate === null ? '–' : cx.say('mon.shareOf', { share: cx.share(rate), n: cx.number(n) })
const limitsOf = (cx: ConsoleContext, { lower, upper }: GroupLook) =>
  lower === null || upper === null
    ? '–'
    : cx.say('mon.between', { lower: points100(cx, lower), upper: points100(cx, upper) })

const How = ({ cx, monitor }: { cx: ConsoleContext; monitor: MonitorView }) => (
  <Sheet id="how" title={cx.say('mon.how')} side={<MonitorState cx={cx} state={monitor.state} />}>
    <Facts
      facts={[
        [cx.say('mon.fact.reasons'), monitor.reasons],
        [cx.say('mon.fact.policy'), cx.say(`mon.policy.${monitor.policy}`)],
        [
          cx.say('mon.fact.from'),
          cx.say(monitor.looksBack ? 'mon.fromBack' : 'mon.fromNow', { at: cx.full(monitor.fromAt) }),
        ],
        [cx.say('mon.fact.level'), cx.say('mon.level', { level: cx.share(monitor.alpha) })],
        monitor.settleDays === 0
          ? undefined
          : [cx.say('mon.fact.settle'), cx.say('mon.settle', { days: monitor.settleDays })],
        [
          cx.say('mon.fact.read'),
          cx.say('mon.read', {
            decisions: cx.number(monitor.decisions),
            left: cx.number(monitor.leftOut),
            late: cx.number(monitor.late),
          }),
        ],
        monitor.endReasons === null ? undefined : [cx.say('mon.fact.ended'), monitor.endReasons],
      ]}
    />
    <Entries cx={cx} record={monitor.id} what={cx.say('mon.how')} />
  </Sheet>
)

const End = ({ cx, monitor }: { cx: ConsoleContext; monitor: MonitorView }) => (
  <Sheet id="end" title={cx.say('mon.end')}>
    <p>{cx.say('mon.endMore')}</p>
    <form class="form" method="post" action={`${monitorPath(monitor.id)}/end`}>
      <WordsField id="end-reasons" name="reasons" label={cx.say('mon.ask.why')} required max={2_000} />
      <Send>{cx.say('mon.endNow')}</Send>
    </form>
  </Sheet>
)
