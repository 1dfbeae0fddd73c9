/** A form for every act with a complaint; which of them there are now is for the API to say. */
import { type ActName, type ComplaintView, complaintView } from '../../../src/accountability/complaints/contract.ts'
import type { CaseView } from '../../../src/records/cases/contract.ts'
import { dayOf } from '../../ui/dates.ts'
import { LineField, Radios, SelectField, Send, WordsField } from '../../ui/forms.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import type { ConsoleContext } from '../context.ts'
import type { Form } from '../kit.ts'
import { AnswerFields, fieldId } from './answer-form.tsx'

export const actPath = (id: string, act: ActName): string => `/console/complaints/${encodeURIComponent(id)}/${act}`

const severities = complaintView.shape.assessment.unwrap().shape.severity.options
export const causes = complaintView.shape.cause.unwrap().options
const vias = ['portal', 'email', 'post'] as const
const waivers = ['evidently_unfounded', 'not_wanted', 'no_reply'] as const

type Props = {
  readonly cx: ConsoleContext
  readonly view: CaseView
  readonly data: ComplaintView
  readonly act: ActName
  readonly values: Form
  readonly filled: Filled | undefined
}
type Fields = Props & {
  readonly common: (name: string) => {
    id: string
    name: string
    value: string | undefined
    error: string | undefined
  }
}

export const ActForm = (props: Props) => {
  const { cx, view, data, act, values, filled } = props
  const common = (name: string) => ({
    id: fieldId(name),
    name,
    value: values[name],
    error: errorAt(filled, fieldId(name)),
  })
  return (
    <form class="form" method="post" action={actPath(view.id, act)}>
      <p>{cx.say(`complaint.act.${act}.what` as 'complaint.act.close.what')}</p>
      <input type="hidden" name="revision" value={data.case.revision} />
      {fieldsOf[act]?.({ ...props, common })}
      <Send first>{cx.say(`complaint.act.${act}.now` as 'complaint.act.close.now')}</Send>
    </form>
  )
}

/** How a letter goes beside the customer's page. By mail only where there is an address. */
const Via = ({ cx, data, common }: Fields) => (
  <SelectField
    {...common('via')}
    label={cx.say('complaint.field.via')}
    hint={cx.say(data.mailKnown ? 'complaint.field.viaHint' : 'complaint.field.noMail')}
    choices={vias
      .filter((via) => via !== 'email' || data.mailKnown)
      .map((via) => ({ value: via, word: cx.say(`complaint.via.${via}`) }))}
  />
)

const Assess = ({ cx, common, values }: Fields) => (
  <>
    <Radios
      {...common('aiRelated')}
      legend={cx.say('complaint.field.aiRelated')}
      choices={(['yes', 'no'] as const).map((value) => ({ value, word: cx.say(`complaint.${value}`) }))}
    />
    <Radios
      {...common('severity')}
      legend={cx.say('complaint.field.severity')}
      choices={severities.map((value) => ({ value, word: cx.say(`complaint.severity.${value}`) }))}
    />
    <fieldset>
      <legend>{cx.say('complaint.field.signs')}</legend>
      {(['safety', 'breach', 'request'] as const).map((name) => (
        <label class="choice">
          <input type="checkbox" name={name} value="yes" checked={values[name] === 'yes'} />
          <span>{cx.say(`complaint.field.${name}`)}</span>
        </label>
      ))}
    </fieldset>
    <Cause cx={cx} common={common} later />
  </>
)

const Cause = ({ cx, common, later }: Pick<Fields, 'cx' | 'common'> & { later?: boolean }) => (
  <SelectField
    {...common('cause')}
    label={cx.say('complaint.field.cause')}
    hint={cx.say('complaint.field.causeHint')}
    {...(later ? { none: cx.say('complaint.field.later') } : { required: true })}
    choices={causes.map((value) => ({ value, word: cx.say(`complaint.cause.${value}`) }))}
  />
)

/** The case in which it goes on is of the same customer; those that are there are named. */
const HandOver = (props: Fields) => {
  const { cx, view, common } = props
  const others = view.related.filter(({ kind }) => kind === 'request' || kind === 'contest')
  return (
    <>
      <Radios
        {...common('to')}
        legend={cx.say('complaint.field.to')}
        choices={(['request', 'contest'] as const).map((value) => ({ value, word: cx.say(`complaint.to.${value}`) }))}
      />
      <LineField
        {...common('target')}
        label={cx.say('complaint.field.target')}
        hint={
          others.length === 0
            ? cx.say('complaint.field.targetNone')
            : cx.say('complaint.field.targetHint', { list: others.map(({ reference }) => reference).join(', ') })
        }
        required
        max={40}
      />
      <Via {...props} />
    </>
  )
}

const fieldsOf: Readonly<Partial<Record<ActName, (props: Fields) => unknown>>> = {
  acknowledge: Via,
  assess: Assess,
  cause: ({ cx, common, data }) => (
    <Cause cx={cx} common={(name) => ({ ...common(name), value: common(name).value ?? data.cause ?? undefined })} />
  ),
  invite: (props) => (
    <>
      <WordsField
        {...props.common('proposal')}
        label={props.cx.say('complaint.field.proposal')}
        hint={props.cx.say('complaint.field.proposalHint')}
        required
        min={3}
        max={1_000}
        rows={3}
      />
      <Via {...props} />
    </>
  ),
  hear: ({ cx, common }) => (
    <>
      <LineField
        {...common('heardOn')}
        type="date"
        label={cx.say('complaint.field.heardOn')}
        required
        latest={dayOf(cx.now)}
      />
      <WordsField {...common('notes')} label={cx.say('complaint.field.notes')} required min={3} max={10_000} rows={8} />
    </>
  ),
  waive: ({ cx, common }) => (
    <Radios
      {...common('reason')}
      legend={cx.say('complaint.field.reason')}
      choices={waivers.map((value) => ({ value, word: cx.say(`complaint.waiver.${value}`) }))}
    />
  ),
  propose: ({ cx, values, filled }) => <AnswerFields cx={cx} values={values} filled={filled} />,
  communicate: Via,
  decide_appeal: (props) => (
    <>
      <AnswerFields cx={props.cx} values={props.values} filled={props.filled} />
      <Via {...props} />
    </>
  ),
  refer: ({ cx, common, data }) => (
    <Radios
      {...common('route')}
      legend={cx.say('complaint.field.route')}
      choices={data.routes.map(({ id }) => ({ value: id, word: cx.say(`complaint.route.${id}`) }))}
    />
  ),
  hand_over: HandOver,
  extend: (props) => (
    <>
      <WordsField
        {...props.common('reasons')}
        label={props.cx.say('complaint.field.extendReasons')}
        hint={props.cx.say('complaint.field.extendHint')}
        required
        min={10}
        max={2_000}
      />
      <Via {...props} />
    </>
  ),
  extend_by_consent: ({ cx, common }) => (
    <LineField {...common('until')} type="date" label={cx.say('complaint.field.until')} required />
  ),
  // A message stands on the customer's page; no letter goes with it.
  reply: ({ cx, common }) => (
    <WordsField {...common('text')} label={cx.say('complaint.field.text')} required max={10_000} rows={6} />
  ),
  appeal: ({ cx, common }) => (
    <WordsField {...common('words')} label={cx.say('complaint.field.words')} required min={3} max={10_000} rows={6} />
  ),
}
