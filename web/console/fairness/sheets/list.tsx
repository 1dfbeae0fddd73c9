/** Data sheets, and the plan of a new one as plain questions. */
import type { SheetLine } from '../../../../src/fairness/sheets/contract.ts'
import type { SystemView } from '../../../../src/records/contract.ts'
import { Sheet as Block, Empty, Head, Message, State, type StateKind } from '../../../ui/components.tsx'
import { LineField, Radios, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext, ConsoleKey } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { path as fairness, makers } from '../parts.tsx'
import type { Answers } from './form.ts'

export const path = `${fairness}/coverage`
export const sheetPath = (id: string) => `${path}/${encodeURIComponent(id)}`

const looks: Readonly<Record<SheetLine['state'], StateKind>> = { reading: 'wait', completed: 'ok', failed: 'bad' }
export const SheetState = ({ cx, state }: { cx: ConsoleContext; state: SheetLine['state'] }) => (
  <State kind={looks[state]}>{cx.say(`sheets.state.${state}`)}</State>
)

export const Sheets = ({ cx, sheets }: { cx: ConsoleContext; sheets: readonly SheetLine[] }) => (
  <Frame
    cx={cx}
    title={cx.say('sheets.title')}
    area={fairness}
    crumbs={[{ href: fairness, word: cx.say('area.fairness') }, { word: cx.say('sheets.title') }]}
  >
    <Head
      title={cx.say('sheets.title')}
      lead={cx.say('sheets.lead')}
      acts={
        cx.may(makers) && (
          <a class="button button--first" href={`${path}/new`}>
            {cx.say('sheets.new')}
          </a>
        )
      }
    />
    <Block id="sheets" title={cx.say('sheets.all')}>
      {sheets.length === 0 ? (
        <Empty title={cx.say('sheets.none')}>
          <p>{cx.say('sheets.noneMore')}</p>
        </Empty>
      ) : (
        <ul class="rows linked">
          {sheets.map((one) => (
            <li>
              <div>
                <a href={sheetPath(one.id)}>
                  <b>{one.name}</b>
                </a>
                <br />
                <span class="small subtle">
                  {one.system === null
                    ? cx.say('sheets.ofNone')
                    : cx.say('sheets.of', { system: one.system, version: one.version ?? '' })}
                </span>
              </div>
              <div class="small">
                <SheetState cx={cx} state={one.state} />
                <p>
                  {one.n !== null && cx.say('sheets.counts', { n: one.n, findings: one.findings ?? 0 })}{' '}
                  {one.dueAt !== null &&
                    one.state === 'completed' &&
                    cx.say(one.due === 'due' ? 'sheets.due' : 'sheets.later', { date: cx.date(one.dueAt) })}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Block>
  </Frame>
)

/** Questions that are answered on one line. */
type Ask =
  | 'name'
  | 'columns'
  | 'threshold'
  | 'referenceColumn'
  | 'referenceSource'
  | 'referenceDate'
  | 'attribute'
  | 'label'
  | 'prediction'
  | 'positive'
  | 'intervalDays'

type NewProps = {
  cx: ConsoleContext
  systems: readonly SystemView[]
  values: Answers
  error?: string | undefined
}

export const NewSheet = ({ cx, systems, values, error }: NewProps) => {
  const line = (name: Ask, given: { required?: boolean; hint?: ConsoleKey; pattern?: string; max?: number } = {}) => (
    <LineField
      id={name}
      label={cx.say(`sheets.ask.${name}`)}
      value={values[name]}
      max={given.max ?? 200}
      {...(given.hint ? { hint: cx.say(given.hint) } : {})}
      {...(given.required ? { required: true } : {})}
      {...(given.pattern === undefined ? {} : { pattern: given.pattern })}
    />
  )
  return (
    <Frame
      cx={cx}
      title={cx.say('sheets.new')}
      area={fairness}
      crumbs={[
        { href: fairness, word: cx.say('area.fairness') },
        { href: path, word: cx.say('sheets.title') },
        { word: cx.say('sheets.new') },
      ]}
    >
      <Head title={cx.say('sheets.new')} lead={cx.say('sheets.newLead')} />
      {error && <Message kind="bad" title={error} />}
      <form class="form" method="post" action={`${path}/new`}>
        {line('name', { required: true, max: 120 })}
        <Radios
          name="source"
          legend={cx.say('sheets.ask.source')}
          value={values.source ?? 'file'}
          choices={(['file', 'decisions'] as const).map((value) => ({
            value,
            word: cx.say(`sheets.ask.source.${value}`),
          }))}
        />
        <SelectField
          id="client"
          label={cx.say('fair.client')}
          value={values.client ?? cx.me?.client ?? undefined}
          required
          choices={(cx.me?.clients ?? []).map(({ id, name }) => ({ value: id, word: name }))}
        />
        <SelectField
          id="of"
          label={cx.say('sheets.ask.of')}
          hint={cx.say('sheets.ask.ofHint')}
          value={values.of}
          none={cx.say('sheets.ask.ofNone')}
          choices={systems.flatMap(({ id, name, versions }) =>
            versions.map((version) => ({ value: `${id}/${version.id}`, word: `${cx.local(name)}, ${version.id}` })),
          )}
        />
        {line('columns', { required: true, hint: 'sheets.ask.columnsHint', max: 500 })}
        {line('threshold', { hint: 'sheets.ask.thresholdHint', max: 6, pattern: '[0-9]*' })}
        <fieldset>
          <legend>{cx.say('sheets.ask.referenceLegend')}</legend>
          <p class="small subtle">{cx.say('sheets.ask.referenceWhat')}</p>
          <div class="form">
            {line('referenceColumn')}
            {line('referenceSource')}
            {line('referenceDate', { hint: 'sheets.ask.referenceDateHint', max: 40 })}
            <WordsField
              id="reference"
              label={cx.say('sheets.ask.reference')}
              hint={cx.say('sheets.ask.referenceHint')}
              value={values.reference}
              rows={4}
              max={4_000}
            />
          </div>
        </fieldset>
        <fieldset>
          <legend>{cx.say('sheets.ask.moreLegend')}</legend>
          <div class="form">
            {line('attribute', { hint: 'sheets.ask.attributeHint' })}
            {line('label', { hint: 'sheets.ask.labelHint' })}
            {line('prediction', { hint: 'sheets.ask.predictionHint' })}
            {line('positive', { hint: 'sheets.ask.positiveHint' })}
          </div>
        </fieldset>
        {line('intervalDays', { hint: 'sheets.ask.intervalDaysHint', max: 4, pattern: '[0-9]*' })}
        <Send first>{cx.say('sheets.fix')}</Send>
      </form>
    </Frame>
  )
}
