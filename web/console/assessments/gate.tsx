/** The gate: may this version handle conversations, why, and until when; and who oversees it. */
import type { PersonView } from '../../../src/access/contract.ts'
import type { SystemView } from '../../../src/records/contract.ts'
import type { GateConditionList, GateConditionView } from '../../../src/records/gate-condition-contract.ts'
import { described, Field, Head, Message, Select, Sheet, State, type StateKind } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

type Props = {
  cx: ConsoleContext
  system: SystemView
  values: Readonly<Record<string, string>>
  error?: string | undefined
}

const YEAR = 365 * 86_400_000

const crumbs = (cx: ConsoleContext, system: SystemView, word: string) => [
  { href: '/console/systems', word: cx.say('area.systems') },
  { href: `/console/systems/${system.id}`, word: cx.local(system.name) },
  { word },
]

const lookOfCondition = ({ policy, state }: GateConditionView): StateKind =>
  state === 'met' ? 'ok' : state === 'failed' ? 'bad' : policy === 'required' ? 'attention' : 'unknown'

/** What is known of the version before somebody releases it. */
const Conditions = ({ cx, known: { version, conditions } }: { cx: ConsoleContext; known: GateConditionList }) => (
  <Sheet id="known" title={cx.say('gate.known')}>
    <p class="small subtle">{cx.say('gate.knownMore', { version: version ?? '–' })}</p>
    <ul class="rows">
      {conditions.map((one) => (
        <li>
          <div>
            <State kind={lookOfCondition(one)}>{cx.say(`gate.known.${one.state}`)}</State>{' '}
            {one.condition === 'dataSheet' && one.record !== null ? (
              <a href={`/console/fairness/coverage/${encodeURIComponent(one.record)}`}>{one.sentence}</a>
            ) : (
              one.sentence
            )}
            <br />
            <span class="small subtle">{cx.say(`gate.known.${one.policy}`)}</span>
          </div>
        </li>
      ))}
    </ul>
  </Sheet>
)

export const GatePage = ({ cx, system, known, values, error }: Props & { known: GateConditionList }) => {
  const required = known.conditions.some(({ policy }) => policy === 'required')
  const title = cx.say('gate.title', { system: cx.local(system.name) })
  return (
    <Frame cx={cx} title={title} area="/console/systems" crumbs={crumbs(cx, system, cx.say('gate.open'))}>
      <Head title={title} lead={cx.say('gate.what')} />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        <Conditions cx={cx} known={known} />
        {system.versions.length === 0 ? (
          <Message kind="attention" title={cx.say('gate.noVersion')} quiet />
        ) : (
          <form class="form" method="post" action={`/console/systems/${system.id}/gate`}>
            <Field id="version" label={cx.say('gate.version')}>
              <Select
                id="version"
                name="version"
                value={values.version ?? system.version?.id}
                choices={system.versions.map(({ id, model }) => ({ value: id, word: `${id}, ${model}` }))}
                required
              />
            </Field>
            <fieldset>
              <legend>{cx.say('gate.decision')}</legend>
              {(['approve', 'conditional', 'reject'] as const).map((decision, i) => (
                <label class="choice">
                  <input
                    type="radio"
                    name="decision"
                    value={decision}
                    required={i === 0}
                    checked={values.decision === decision}
                  />
                  <span>
                    <b>{cx.say(`gate.${decision}`)}</b>
                    {cx.say(`gate.${decision}More`)}
                  </span>
                </label>
              ))}
            </fieldset>
            <Field id="reasons" label={cx.say('gate.reasons')} hint={cx.say('gate.reasonsHint')}>
              <textarea
                id="reasons"
                name="reasons"
                rows={5}
                required
                minlength={10}
                maxlength={2000}
                {...described('reasons', true, undefined)}
              >
                {values.reasons ?? ''}
              </textarea>
            </Field>
            <Field id="conditions" label={cx.say('gate.conditions')} hint={cx.say('gate.conditionsHint')}>
              <textarea
                id="conditions"
                name="conditions"
                rows={3}
                maxlength={2000}
                {...described('conditions', true, undefined)}
              >
                {values.conditions ?? ''}
              </textarea>
            </Field>
            {required && (
              <Field id="despite" label={cx.say('gate.despite')} hint={cx.say('gate.despiteHint')}>
                <textarea
                  id="despite"
                  name="despite"
                  rows={3}
                  minlength={10}
                  maxlength={2000}
                  {...described('despite', true, undefined)}
                >
                  {values.despite ?? ''}
                </textarea>
              </Field>
            )}
            <Field id="validUntil" label={cx.say('gate.until')} hint={cx.say('gate.untilHint')}>
              <input
                id="validUntil"
                name="validUntil"
                type="date"
                required
                min={dayOf(cx.now)}
                max={dayOf(new Date(cx.now.getTime() + 2 * YEAR))}
                value={values.validUntil ?? dayOf(new Date(cx.now.getTime() + YEAR))}
                {...described('validUntil', true, undefined)}
              />
            </Field>
            <div class="head__acts">
              <a class="button" href={`/console/systems/${system.id}`}>
                {cx.say('gate.not')}
              </a>
              <button class="button button--first" type="submit">
                {cx.say('gate.now')}
              </button>
            </div>
          </form>
        )}
      </div>
    </Frame>
  )
}

/** People who may oversee a system now: the role, and a qualification that holds. */
export const overseers = (people: readonly PersonView[]) =>
  people.filter(
    (person) =>
      !person.disabled &&
      person.roles.some(({ role }) => role === 'overseer') &&
      person.qualifications.some(({ kind, valid }) => kind === 'human_oversight' && valid),
  )

export const OverseerPage = ({ cx, system, people, values, error }: Props & { people: readonly PersonView[] }) => {
  const title = cx.say('overseer.title', { system: cx.local(system.name) })
  const able = overseers(people)
  return (
    <Frame cx={cx} title={title} area="/console/systems" crumbs={crumbs(cx, system, cx.say('overseer.open'))}>
      <Head title={title} lead={cx.say('overseer.what')} />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {able.length === 0 ? (
          <Message kind="attention" title={cx.say('overseer.nobody')} quiet>
            <p>{cx.say('overseer.nobodyMore')}</p>
          </Message>
        ) : (
          <form class="form" method="post" action={`/console/systems/${system.id}/overseer`}>
            <Field id="person" label={cx.say('overseer.person')}>
              <Select
                id="person"
                name="person"
                value={values.person}
                choices={able.map(({ id, name }) => ({ value: id, word: name }))}
                required
              />
            </Field>
            <Field id="until" label={cx.say('overseer.until')} hint={cx.say('overseer.untilHint')}>
              <input
                id="until"
                name="until"
                type="date"
                min={dayOf(cx.now)}
                value={values.until ?? ''}
                {...described('until', true, undefined)}
              />
            </Field>
            <div class="head__acts">
              <a class="button" href={`/console/systems/${system.id}`}>
                {cx.say('overseer.not')}
              </a>
              <button class="button button--first" type="submit">
                {cx.say('overseer.now')}
              </button>
            </div>
          </form>
        )}
      </div>
    </Frame>
  )
}
