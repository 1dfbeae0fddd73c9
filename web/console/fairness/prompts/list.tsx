/** All tests with paired prompts, those that repeat, and the form that begins one. */
import {
  type CanaryView,
  type PromptLine,
  promptFactors,
  promptMakers,
  promptOutcomes,
  type SizeOfPrompts,
} from '../../../../src/fairness/prompts/contract.ts'
import type { SystemView } from '../../../../src/records/contract.ts'
import { Empty, Head, Message, Sheet, State, type StateKind } from '../../../ui/components.tsx'
import { LineField, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { path as fairnessPath, Tally } from '../parts.tsx'

export const path = `${fairnessPath}/prompts`
export const promptPath = (id: string) => `${path}/audits/${encodeURIComponent(id)}`
export const canaryPath = (id: string) => `${path}/canaries/${encodeURIComponent(id)}`
/** Who plans, stops and judges; the API decides again. */
export const makers: readonly string[] = promptMakers

const looks: Readonly<Record<PromptLine['state'], StateKind>> = {
  running: 'wait',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'attention',
}
export const PromptState = ({ cx, line }: { cx: ConsoleContext; line: PromptLine }) =>
  line.toJudge ? (
    <State kind="bad">{cx.say('prm.toJudge')}</State>
  ) : (
    <State kind={looks[line.state]}>{cx.say(`prm.state.${line.state}`)}</State>
  )

export const Progress = ({ cx, line }: { cx: ConsoleContext; line: PromptLine }) => (
  <progress max={line.of} value={line.done} aria-label={cx.say('prm.progress')} />
)

const weight = ({ toJudge, state }: PromptLine) => (toJudge ? 0 : state === 'running' ? 1 : 2)

type ListProps = { cx: ConsoleContext; audits: readonly PromptLine[]; canaries: readonly CanaryView[] }

export const Prompts = ({ cx, audits, canaries }: ListProps) => {
  const mayStart = cx.may(makers)
  const inOrder = [...audits].sort((a, b) => weight(a) - weight(b))
  return (
    <Frame
      cx={cx}
      title={cx.say('prm.title')}
      area={fairnessPath}
      crumbs={[{ href: fairnessPath, word: cx.say('area.fairness') }, { word: cx.say('prm.title') }]}
    >
      <Head
        title={cx.say('prm.title')}
        lead={cx.say('prm.lead')}
        acts={
          mayStart && (
            <a class="button button--first" href={`${path}/new`}>
              {cx.say('prm.new')}
            </a>
          )
        }
      />
      <div class="stack">
        {canaries.length > 0 && <Canaries cx={cx} canaries={canaries} />}
        <Sheet id="prompts" title={cx.say('prm.all')}>
          {audits.length === 0 ? (
            <Empty title={cx.say('prm.none')}>
              <p>{cx.say(mayStart ? 'prm.noneMore' : 'prm.noneReader')}</p>
            </Empty>
          ) : (
            <ul class="rows linked">
              {inOrder.map((line) => (
                <Line cx={cx} line={line} />
              ))}
            </ul>
          )}
        </Sheet>
      </div>
    </Frame>
  )
}

export const Line = ({ cx, line }: { cx: ConsoleContext; line: PromptLine }) => (
  <li>
    <div>
      <a href={promptPath(line.id)}>
        <b>{line.question}</b>
      </a>
      <br />
      <span class="small subtle">
        {cx.say('prm.what', { system: cx.local(line.systemName), version: line.version })} · {cx.full(line.plannedAt)}
        {line.canary !== null && ` · ${cx.say('prm.canary')}`}
      </span>
      <br />
      <span class="small">{line.sentence}</span>
      {line.verdicts && line.canary === null && (
        <p>
          <Tally cx={cx} tally={line.verdicts} />
        </p>
      )}
    </div>
    <div class="small">
      <PromptState cx={cx} line={line} />
      {line.state === 'running' && <Progress cx={cx} line={line} />}
    </div>
  </li>
)

const Canaries = ({ cx, canaries }: { cx: ConsoleContext; canaries: readonly CanaryView[] }) => (
  <Sheet id="canaries" title={cx.say('prm.canaries')}>
    <ul class="rows">
      {canaries.map((one) => (
        <li>
          <p>
            <a href={promptPath(one.audit)}>
              <b>{one.system}</b>
            </a>
            <br />
            <span class="small">{one.sentence}</span>{' '}
            {one.nextAt !== null && (
              <span class="small subtle">{cx.say('prm.canaryNext', { date: cx.date(one.nextAt) })}</span>
            )}
          </p>
          {cx.may(makers) && one.endedAt === null && (
            <details>
              <summary>{cx.say('prm.canaryEnd')}</summary>
              <form class="form" method="post" action={`${canaryPath(one.id)}/end`}>
                <WordsField id={`end-${one.id}`} name="reasons" label={cx.say('prm.ask.why')} required max={2_000} />
                <Send>{cx.say('prm.canaryEnd')}</Send>
              </form>
            </details>
          )}
        </li>
      ))}
    </ul>
  </Sheet>
)

// -- a new one ----------------------------------------------------------------------------------------------------------

type StartProps = {
  cx: ConsoleContext
  systems: readonly SystemView[]
  values?: Form
  size?: SizeOfPrompts | undefined
  error?: string | undefined
}

/** Nothing chosen yet: everything is on. */
const isOn = (values: Form, name: string) => Object.keys(values).length === 0 || values[name] === 'on'

export const StartPage = ({ cx, systems, values = {}, size, error }: StartProps) => (
  <Frame
    cx={cx}
    title={cx.say('prm.new')}
    area={fairnessPath}
    crumbs={[
      { href: fairnessPath, word: cx.say('area.fairness') },
      { href: path, word: cx.say('prm.title') },
      { word: cx.say('prm.new') },
    ]}
  >
    <Head title={cx.say('prm.new')} lead={cx.say('prm.newLead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {size && <Size cx={cx} size={size} />}
      {systems.length === 0 ? (
        <Empty title={cx.say('prm.noSystems')} />
      ) : (
        <form class="form" method="post" action={`${path}/new`}>
          <SelectField
            id="system"
            label={cx.say('prm.ask.system')}
            value={values.system}
            required
            choices={systems.map(({ id, name }) => ({ value: id, word: cx.local(name) }))}
          />
          <LineField
            id="question"
            label={cx.say('prm.ask.question')}
            hint={cx.say('prm.ask.questionHint')}
            value={values.question}
            required
            max={500}
          />
          <Checks
            legend={cx.say('prm.ask.factors')}
            hint={cx.say('prm.ask.factorsHint')}
            choices={promptFactors.map((factor) => ({
              name: `factor_${factor}`,
              word: cx.say(`factor.${factor}`),
              on: isOn(values, `factor_${factor}`),
            }))}
          />
          <Checks
            legend={cx.say('prm.ask.outcomes')}
            choices={promptOutcomes.map((outcome) => ({
              name: `outcome_${outcome}`,
              word: cx.say(`outcome.${outcome}`),
              on: isOn(values, `outcome_${outcome}`),
            }))}
          />
          <LineField
            id="repeats"
            label={cx.say('prm.ask.repeats')}
            hint={cx.say('prm.ask.repeatsHint')}
            value={values.repeats ?? '2'}
            required
            max={2}
            pattern="[0-9]*"
          />
          <LineField
            id="margin"
            label={cx.say('prm.ask.margin')}
            value={values.margin ?? '15'}
            required
            max={3}
            pattern="[0-9]*"
          />
          <LineField
            id="budget"
            label={cx.say('prm.ask.budget')}
            hint={cx.say('prm.ask.budgetHint')}
            value={values.budget}
            max={5}
            pattern="[0-9]*"
          />
          <div class="head__acts">
            <button class="button" type="submit" formmethod="get" formaction={`${path}/new`}>
              {cx.say('prm.size')}
            </button>
            <button class="button button--first" type="submit">
              {cx.say('prm.begin')}
            </button>
          </div>
        </form>
      )}
    </div>
  </Frame>
)

const Size = ({ cx, size }: { cx: ConsoleContext; size: SizeOfPrompts }) => (
  <Message
    kind={size.smallestDetectable === null ? 'attention' : 'ok'}
    title={cx.say('prm.size.calls', { calls: cx.number(size.calls), templates: cx.number(size.templates) })}
    quiet
  >
    <p>
      {size.smallestDetectable === null
        ? cx.say('prm.size.notFound')
        : cx.say('prm.size.found', { share: cx.number(Math.ceil(size.smallestDetectable * 100)) })}
    </p>
  </Message>
)

type Check = { readonly name: string; readonly word: string; readonly on: boolean }

const Checks = ({ legend, hint, choices }: { legend: string; hint?: string; choices: readonly Check[] }) => (
  <fieldset>
    <legend>{legend}</legend>
    {hint !== undefined && <p class="hint">{hint}</p>}
    {choices.map(({ name, word, on }) => (
      <label class="choice">
        <input type="checkbox" name={name} checked={on} />
        <span>{word}</span>
      </label>
    ))}
  </fieldset>
)

/** The fields of the form as a plan; what cannot be read goes as it is, and the API says what is wrong with it. */
export function requestOf(form: Form): Record<string, unknown> {
  const chosen = (kind: string) =>
    Object.keys(form)
      .filter((name) => name.startsWith(`${kind}_`) && form[name] === 'on')
      .map((name) => name.slice(kind.length + 1))
  const whole = (text: string | undefined) => (text === undefined || text.trim() === '' ? undefined : Number(text))
  const margin = whole(form.margin)
  return {
    system: form.system ?? '',
    question: form.question ?? '',
    factors: chosen('factor'),
    outcomes: chosen('outcome'),
    repeats: whole(form.repeats),
    margin: margin === undefined ? undefined : margin / 100,
    budgetCalls: whole(form.budget),
  }
}
