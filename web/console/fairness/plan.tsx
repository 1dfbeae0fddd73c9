/** Planning an audit in two steps: what you want to know and how much there is; then the plan itself, with the tests that follow. */
import {
  conversationColumns,
  decisionColumns,
  type RecordedSource,
  type SignalList,
  type SizeReply,
} from '../../../src/fairness/audits/contract.ts'
import type { Bilingual, SystemView } from '../../../src/records/contract.ts'
import { Head, Message, Sheet } from '../../ui/components.tsx'
import { LineField, Radios, SelectField, Send, WordsField } from '../../ui/forms.tsx'
import type { ConsoleContext, ConsoleKey } from '../context.ts'
import { Frame } from '../frame.tsx'
import { path } from './parts.tsx'
import { type Answers, marginIn, sourceOf, wantOf, wants } from './wizard.ts'

const crumbs = (cx: ConsoleContext) => [{ href: path, word: cx.say('area.fairness') }, { word: cx.say('fair.new') }]

type Signal = SignalList['signals'][number]

export const AskPage = ({
  cx,
  values,
  signals,
}: {
  cx: ConsoleContext
  values: Answers
  signals: readonly Signal[]
}) => (
  <Frame cx={cx} title={cx.say('fair.new')} area={path} crumbs={crumbs(cx)}>
    <Head title={cx.say('fair.new')} lead={cx.say('fair.new.lead')} />
    <form class="form" method="get" action={`${path}/new/plan`}>
      {values.follows && <input type="hidden" name="follows" value={values.follows} />}
      <Radios
        name="want"
        legend={cx.say('fair.want')}
        value={values.want}
        choices={wants.map((value) => ({
          value,
          word: cx.say(`fair.want.${value}`),
          hint: cx.say(`fair.want.${value}More`),
        }))}
      />
      <Radios
        name="source"
        legend={cx.say('fair.source')}
        value={values.source}
        choices={(['file', 'decisions', 'conversations'] as const).map((value) => ({
          value,
          word: cx.say(`fair.source.${value}`),
          hint: cx.say(`fair.source.${value}More`),
        }))}
      />
      <SelectField
        id="signal"
        label={cx.say('fair.signal')}
        hint={cx.say('fair.signalHint')}
        value={values.signal}
        none={cx.say('fair.signalNone')}
        choices={signals.map(({ signal, name }) => ({ value: signal, word: name }))}
      />
      <fieldset>
        <legend>{cx.say('fair.size')}</legend>
        <p class="small subtle">{cx.say('fair.size.what')}</p>
        <LineField id="n" label={cx.say('fair.size.n')} value={values.n} max={9} pattern="[0-9]*" />
        <LineField
          id="nReference"
          label={cx.say('fair.size.reference')}
          value={values.nReference}
          max={9}
          pattern="[0-9]*"
        />
        <LineField
          id="rate"
          label={cx.say('fair.size.rate')}
          value={values.rate}
          max={6}
          pattern="[0-9]+([.,][0-9]+)?"
        />
        <LineField id="groups" label={cx.say('fair.size.groups')} value={values.groups} max={4} pattern="[0-9]*" />
        <LineField
          id="margin"
          label={cx.say('fair.margin')}
          hint={cx.say('fair.marginHint')}
          value={values.margin ?? '5'}
          max={6}
          pattern="[0-9]+([.,][0-9]+)?"
          required
        />
      </fieldset>
      <Send first>{cx.say('fair.next')}</Send>
    </form>
  </Frame>
)

export type SystemColumns = { readonly name: Bilingual; readonly columns: readonly string[] }

const columnsOfSource = { decisions: decisionColumns, conversations: conversationColumns } as const

/** `of`: the column of what is recorded that is meant; `value`: what is filled in otherwise. */
type Line = {
  hint?: ConsoleKey
  of?: Partial<Record<RecordedSource, string>>
  value?: string
  max?: number
  required?: boolean
  pattern?: string
}

type PlanProps = {
  cx: ConsoleContext
  values: Answers
  systems: readonly SystemView[]
  size: SizeReply | undefined
  columns: readonly SystemColumns[]
  signal: Signal | undefined
  error?: string | undefined
}

/** What a signal stands in, and why it is measured like this. */
const SignalFields = ({ cx, values, signal }: { cx: ConsoleContext; values: Answers; signal: Signal }) => (
  <fieldset>
    <legend>{cx.say('fair.signalOf', { name: signal.name })}</legend>
    <p class="small subtle">
      {signal.why} {signal.stratify && cx.say('fair.signalStrata')} {signal.aboutStaff && cx.say('fair.signalStaff')}
    </p>
    <div class="form">
      {signal.columns.map(({ column, needed }) => (
        <LineField
          id={`signal-${column}`}
          label={cx.say(
            column === 'when'
              ? `fair.signal.when.${signal.kind === 'amount' ? 'amount' : 'duration'}`
              : `fair.signal.${column}`,
          )}
          value={values[`signal-${column}`]}
          max={200}
          required={needed}
        />
      ))}
      {(signal.kind === 'rate' || signal.columns.some(({ column }) => column === 'when')) && (
        <LineField
          id="signal-yes"
          label={cx.say('fair.positive')}
          hint={cx.say('fair.signalYesHint')}
          value={values['signal-yes']}
          max={200}
        />
      )}
    </div>
  </fieldset>
)

export const PlanPage = ({ cx, values, systems, size, columns, signal, error }: PlanProps) => {
  const want = wantOf(values)
  const source = sourceOf(values)
  const ofRecorded = source !== 'file'
  const clients = cx.me?.clients ?? []
  const needsLabel = want !== 'yes'
  const line = (id: string, label: ConsoleKey, { hint, of, value, max = 200, required, pattern }: Line = {}) => (
    <LineField
      id={id}
      label={cx.say(label)}
      hint={hint && cx.say(hint)}
      value={values[id] ?? (source === 'file' ? undefined : of?.[source]) ?? value}
      max={max}
      {...(required ? { required } : {})}
      {...(pattern ? { pattern } : {})}
    />
  )
  return (
    <Frame cx={cx} title={cx.say('fair.new')} area={path} crumbs={crumbs(cx)}>
      <Head title={cx.say('fair.new')} lead={cx.say('fair.plan.lead')} />
      <div class="split">
        <div class="stack">
          {error && <Message kind="bad" title={error} />}
          <form class="form" method="post" action={`${path}/new/plan`}>
            {(['want', 'source', 'margin', 'n', 'nReference', 'rate', 'groups', 'follows', 'signal'] as const).map(
              (name) => values[name] && <input type="hidden" name={name} value={values[name]} />,
            )}
            {line('name', 'fair.name', { hint: 'fair.nameHint', max: 120, required: true })}
            <WordsField
              id="question"
              label={cx.say('fair.question')}
              hint={cx.say('fair.questionHint')}
              value={values.question}
              rows={2}
              max={2_000}
              required
            />
            <SelectField
              id="client"
              label={cx.say('fair.client')}
              value={values.client ?? cx.me?.client ?? undefined}
              required
              choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
            />
            <SelectField
              id="system"
              label={cx.say('fair.system')}
              value={values.system}
              required={ofRecorded}
              none={cx.say('fair.systemNone')}
              choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
            />
            <fieldset>
              <legend>{cx.say('fair.columns')}</legend>
              <p class="small subtle">
                {source === 'file'
                  ? cx.say('fair.columnsFile')
                  : cx.say('fair.columnsDecisions', { columns: columnsOfSource[source].join(', ') })}
              </p>
              {columns.map((one) => (
                <p class="small subtle">
                  {cx.say('fair.columnsOf', { system: cx.local(one.name), columns: one.columns.join(', ') })}
                </p>
              ))}
              <div class="form">
                {line('sensitive', 'fair.sensitive', {
                  hint: 'fair.sensitiveHint',
                  of: { decisions: 'channel', conversations: 'language' },
                  required: true,
                  max: 500,
                })}
                {line('prediction', 'fair.prediction', {
                  hint: 'fair.predictionHint',
                  of: { decisions: 'favourable', conversations: 'answered' },
                  required: true,
                })}
                {line('positive', 'fair.positive', { hint: 'fair.positiveHint', value: '1', required: true })}
                {needsLabel &&
                  line('label', 'fair.label', {
                    hint: 'fair.labelHint',
                    of: { decisions: 'observed' },
                    required: true,
                  })}
                {want === 'scores' &&
                  line('score', 'fair.score', { hint: 'fair.scoreHint', of: { decisions: 'score' }, required: true })}
                {line('strata', 'fair.strata', { hint: 'fair.strataHint', max: 500 })}
              </div>
            </fieldset>
            {source === 'file' && (
              <details open={Boolean(values.counts)}>
                <summary>{cx.say('fair.counts')}</summary>
                <p class="small subtle">{cx.say('fair.countsMore')}</p>
                <div class="form">
                  {line('counts', 'fair.counts.column')}
                  {line('countedBy', 'fair.counts.by', { hint: 'fair.counts.byHint', max: 300 })}
                  <LineField
                    id="countedOn"
                    label={cx.say('fair.counts.on')}
                    value={values.countedOn}
                    max={10}
                    pattern="[0-9]*-[0-9]*-[0-9]*"
                    hint={cx.say('fair.counts.onHint')}
                  />
                </div>
              </details>
            )}
            {signal && <SignalFields cx={cx} values={values} signal={signal} />}
            <SelectField
              id="reference"
              label={cx.say('fair.reference')}
              value={values.reference}
              choices={(['largest', 'rest'] as const).map((value) => ({
                value,
                word: cx.say(`fair.reference.${value}`),
              }))}
            />
            <SelectField
              id="correction"
              label={cx.say('fair.correction')}
              value={values.correction}
              choices={(['holm', 'benjamini_hochberg'] as const).map((value) => ({
                value,
                word: cx.say(`fair.correction.${value}`),
              }))}
            />
            {want === 'scores' &&
              line('seed', 'fair.seed', { hint: 'fair.seedHint', value: '1', max: 9, pattern: '[0-9]*' })}
            <WordsField
              id="legalGround"
              label={cx.say('fair.ground')}
              hint={cx.say('fair.groundHint')}
              value={values.legalGround}
              rows={2}
              max={2_000}
              required
            />
            {line('intervalDays', 'fair.interval', {
              hint: ofRecorded ? 'fair.intervalDecisions' : 'fair.intervalFile',
              max: 4,
              pattern: '[0-9]*',
            })}
            {ofRecorded && line('windowDays', 'fair.window', { hint: 'fair.windowHint', max: 4, pattern: '[0-9]*' })}
            <Send first>{cx.say('fair.fix')}</Send>
          </form>
        </div>
        <div class="stack">
          <Sheet id="proposed" title={cx.say('fair.proposed')}>
            <ul>
              <li>{cx.say('fair.proposed.tests')}</li>
              <li>{cx.say('fair.proposed.three')}</li>
              {want === 'errors' && <li>{cx.say('fair.proposed.errors')}</li>}
              {want === 'scores' && <li>{cx.say('fair.proposed.scores')}</li>}
              <li>{cx.say('fair.proposed.small')}</li>
            </ul>
          </Sheet>
          <Sheet id="enough" title={cx.say('fair.enough')}>
            <Size cx={cx} values={values} size={size} />
            <p>
              <a href={`${path}/new?${new URLSearchParams({ ...values })}`}>{cx.say('fair.size.change')}</a>
            </p>
          </Sheet>
        </div>
      </div>
    </Frame>
  )
}

/** The smallest difference that so many rows would show in four of five tries. */
const Size = ({ cx, values, size }: Pick<PlanProps, 'cx' | 'values' | 'size'>) => {
  if (size === undefined) return <p>{cx.say('fair.size.unknown')}</p>
  const points = (share: number) => cx.number(Math.round(share * 1_000) / 10)
  return (
    <>
      <p>
        {size.smallestDetectable === null
          ? cx.say('fair.size.never')
          : cx.say('fair.size.from', { points: points(size.smallestDetectable) })}
      </p>
      <p>
        {size.neededForEquality === null
          ? cx.say('fair.size.referenceSmall', { margin: points(marginIn(values)) })
          : cx.say('fair.size.needed', { count: size.neededForEquality, margin: points(marginIn(values)) })}
      </p>
    </>
  )
}
