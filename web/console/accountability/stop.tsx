/** The stop button: a dialog over the system's page, and the same form as a page of its own. */
import { type SystemView, stopReasons } from '../../../src/records/contract.ts'
import { described, Field, Head, Icon, Message } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

type Props = { cx: ConsoleContext; system: SystemView }

const What = ({ cx }: { cx: ConsoleContext }) => (
  <ul class="rows">
    <li class="row">
      <Icon name="stop" class="is-bad" />
      <div>{cx.say('stop.what.second')}</div>
    </li>
    <li class="row">
      <Icon name="person" />
      <div>{cx.say('stop.what.talks')}</div>
    </li>
    <li class="row">
      <Icon name="wait" />
      <div>{cx.say('stop.what.resume')}</div>
    </li>
  </ul>
)

const Fields = ({ cx, name }: { cx: ConsoleContext; name: string }) => (
  <>
    <fieldset class="reasons">
      <legend>{cx.say('stop.why')}</legend>
      {stopReasons.map((reason, i) => (
        <label class="choice">
          <input type="radio" name="reason" value={reason} required={i === 0} />
          <span>{cx.say(`stopReason.${reason}`)}</span>
        </label>
      ))}
    </fieldset>
    <Field id={`${name}-note`} label={cx.say('stop.note')} hint={cx.say('stop.noteHint')}>
      <input
        id={`${name}-note`}
        name="note"
        maxlength={500}
        autocomplete="off"
        aria-describedby={`${name}-note-hint`}
      />
    </Field>
  </>
)

export const StopDialog = ({ cx, system }: Props) => (
  <dialog id="stop" aria-labelledby="stop-title">
    <form method="post" action={`/console/systems/${system.id}/stop`}>
      <div class="dialog__body">
        <h2 id="stop-title">{cx.say('stop.title', { system: cx.local(system.name) })}</h2>
        <What cx={cx} />
        <Fields cx={cx} name="dialog" />
      </div>
      <div class="dialog__acts">
        {/* In a dialog that stops a system the safe choice has the focus. */}
        <button class="button" type="button" data-close="" autofocus>
          {cx.say('stop.not')}
        </button>
        <button class="button button--stop button--stop-now" type="submit">
          <Icon name="stop" />
          {cx.say('stop.now')}
        </button>
      </div>
    </form>
  </dialog>
)

export const StopPage = ({ cx, system, error }: Props & { error?: string | undefined }) => (
  <Frame
    cx={cx}
    title={cx.say('stop.title', { system: cx.local(system.name) })}
    area="/console/systems"
    crumbs={[
      { href: '/console/systems', word: cx.say('area.systems') },
      { href: `/console/systems/${system.id}`, word: cx.local(system.name) },
      { word: cx.say('stop.open') },
    ]}
  >
    <div class="page page--wide">
      <h1>{cx.say('stop.title', { system: cx.local(system.name) })}</h1>
      {error && <Message kind="bad" title={error} />}
      <What cx={cx} />
      <form class="form" method="post" action={`/console/systems/${system.id}/stop`}>
        <Fields cx={cx} name="page" />
        <div class="head__acts">
          <a class="button" href={`/console/systems/${system.id}`}>
            {cx.say('stop.not')}
          </a>
          <button class="button button--stop button--stop-now" type="submit">
            <Icon name="stop" />
            {cx.say('stop.now')}
          </button>
        </div>
      </form>
    </div>
  </Frame>
)

export const ResumePage = ({ cx, system, error }: Props & { error?: string | undefined }) => (
  <Frame
    cx={cx}
    title={cx.say('resume.title', { system: cx.local(system.name) })}
    area="/console/systems"
    crumbs={[
      { href: '/console/systems', word: cx.say('area.systems') },
      { href: `/console/systems/${system.id}`, word: cx.local(system.name) },
      { word: cx.say('resume.open') },
    ]}
  >
    <Head title={cx.say('resume.title', { system: cx.local(system.name) })} lead={cx.say('resume.what')} />
    <form class="form" method="post" action={`/console/systems/${system.id}/resume`}>
      <Field id="reason" label={cx.say('resume.why')} hint={cx.say('resume.whyHint')} error={error}>
        <textarea
          id="reason"
          name="reason"
          rows={4}
          required
          minlength={3}
          maxlength={500}
          {...described('reason', true, error)}
        />
      </Field>
      <div class="head__acts">
        <a class="button" href={`/console/systems/${system.id}`}>
          {cx.say('resume.not')}
        </a>
        <button class="button button--first" type="submit">
          {cx.say('resume.now')}
        </button>
      </div>
    </form>
  </Frame>
)
