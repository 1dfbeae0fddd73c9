/** Consent and objection: a switch per purpose that counts at once, with what came before and the receipt of each. */
import type { PortalView } from '../../src/transparency/contract.ts'
import { Message } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { Back, Frame } from './frame.tsx'
import { receiptPath } from './parts.tsx'
import { themeOf } from './what-happened.tsx'

type Choice = PortalView['choices'][number]

type Props = {
  cx: PortalContext
  view: PortalView
  /** Purpose that was just changed; what is said about it comes from the record. */
  done?: string | undefined
  error?: string | undefined
}

export const Choices = ({ cx, view, done, error }: Props) => {
  const consents = view.choices.filter(({ kind }) => kind === 'consent')
  const objections = view.choices.filter(({ kind }) => kind === 'objection')
  const changed = view.choices.find(({ purpose }) => purpose === done)
  return (
    <Frame
      cx={cx}
      title={cx.say('choices.title')}
      brand={view.client}
      theme={themeOf(view)}
      scripts={[cx.assets.portalJs]}
    >
      <div>
        <Back cx={cx} />
        <h1>{cx.say('choices.title')}</h1>
        <p class="lead">{cx.say('choices.lead')}</p>
      </div>
      <div id="news" role="status">
        {error && <Message kind="bad" title={error} quiet />}
        {changed && <Changed cx={cx} choice={changed} />}
      </div>
      <div class="choices" id="choices">
        {view.choices.length === 0 && <p>{cx.say('choices.none')}</p>}
        {consents.length > 0 && (
          <section class="sheet" aria-label={cx.say('choices.consents')}>
            {consents.map((choice) =>
              choice.answered ? <Switch cx={cx} choice={choice} /> : <Question cx={cx} choice={choice} />,
            )}
          </section>
        )}
        {objections.length > 0 && (
          <section aria-labelledby="objections">
            <h2 id="objections">{cx.say('choices.objections')}</h2>
            <p>{cx.say('choices.objectionsMore')}</p>
            <div class="sheet">
              {objections.map((choice) => (
                <Switch cx={cx} choice={choice} />
              ))}
            </div>
          </section>
        )}
      </div>
    </Frame>
  )
}

const Changed = ({ cx, choice }: { cx: PortalContext; choice: Choice }) => {
  const consent = choice.on ? 'given' : choice.history.at(-1)?.state === 'refused' ? 'refused' : 'withdrawn'
  const key = choice.kind === 'consent' ? consent : choice.on ? 'lifted' : 'objected'
  return (
    <Message kind="ok" title={cx.say(choice.on ? 'changed.on' : 'changed.off', { purpose: choice.name })} quiet>
      <p>
        {choice.since !== null && `${cx.say('changed.at', { at: cx.full(choice.since) })} `}
        {cx.say(`changed.${key}`)}{' '}
        {choice.receipt !== null && <a href={receiptPath(cx, choice.receipt)}>{cx.say('receipt.yours')}</a>}
      </p>
    </Message>
  )
}

/**
 * A question that waits for an answer: its own words, and yes and no as two of the same button. Nothing is chosen
 * beforehand (GDPR art. 4(11), recital 32), and no is as large and as near as yes.
 */
const Question = ({ cx, choice }: { cx: PortalContext; choice: Choice }) => {
  const id = `choice-${choice.purpose}`
  return (
    <form class="consent" method="post" action={`${cx.base}/choices`} data-swap="#news,#choices">
      <input type="hidden" name="purpose" value={choice.purpose} />
      {choice.question && <input type="hidden" name="shown" value={choice.question.sha256} />}
      <div class="consent__more">
        <h2 id={id}>{choice.name}</h2>
        <p id={`${id}-more`}>{choice.question?.text}</p>
      </div>
      <div class="answers consent__more">
        {(['yes', 'no'] as const).map((answer) => (
          <button
            class="button"
            type="submit"
            name="on"
            value={answer === 'yes' ? 'true' : 'false'}
            id={`${id}-${answer}`}
            aria-describedby={`${id} ${id}-more`}
          >
            {cx.say(`ask.${answer}`)}
          </button>
        ))}
      </div>
      <p class="consent__more small subtle">{cx.say(choice.history.length === 0 ? 'ask.waiting' : 'ask.again')}</p>
      <History cx={cx} choice={choice} />
    </form>
  )
}

const Switch = ({ cx, choice }: { cx: PortalContext; choice: Choice }) => {
  const id = `choice-${choice.purpose}`
  return (
    <form class="consent" method="post" action={`${cx.base}/choices`} data-swap="#news,#choices">
      <input type="hidden" name="purpose" value={choice.purpose} />
      <input type="hidden" name="on" value={choice.on ? 'false' : 'true'} />
      {choice.question && <input type="hidden" name="shown" value={choice.question.sha256} />}
      <div>
        <h2 id={id}>{choice.name}</h2>
        <p id={`${id}-more`}>
          {choice.question?.text ?? (
            <>
              {cx.say('choice.data', { data: choice.dataKinds })}{' '}
              {choice.consequenceOfNo !== null && cx.say('choice.no', { consequence: choice.consequenceOfNo })}
            </>
          )}
        </p>
      </div>
      <button
        class="switch"
        type="submit"
        role="switch"
        aria-checked={choice.on ? 'true' : 'false'}
        aria-labelledby={id}
        aria-describedby={`${id}-more`}
        id={`${id}-switch`}
      >
        <span class="switch__word" aria-hidden="true">
          {cx.say(choice.on ? 'switch.on' : 'switch.off')}
        </span>
        <span class="switch__track" />
      </button>
      <p class="consent__more small subtle">
        {choice.since === null
          ? cx.say(choice.kind === 'consent' ? 'choice.never' : 'choice.noObjection')
          : cx.say(choice.on ? 'choice.since' : 'choice.off', { date: cx.date(choice.since) })}{' '}
        {choice.receipt !== null && (
          <a href={receiptPath(cx, choice.receipt)}>
            {cx.say('receipt.yours')}
            <span class="only-read">: {choice.name}</span>
          </a>
        )}
      </p>
      <History cx={cx} choice={choice} />
    </form>
  )
}

/** Everything that was ever answered about this purpose, each with its receipt. */
const History = ({ cx, choice }: { cx: PortalContext; choice: Choice }) =>
  choice.history.length > 0 && (
    <details class="consent__history">
      <summary>
        {cx.say('choice.history')}
        <span class="only-read">: {choice.name}</span>
      </summary>
      <ul>
        {choice.history.map(({ state, at, by, receipt }) => (
          <li>
            {cx.term('state', state)}, <time datetime={at}>{cx.full(at)}</time>, {cx.term('by', by)}.{' '}
            <a href={receiptPath(cx, receipt)}>
              {cx.say('receipt.open')}
              <span class="only-read">, {cx.full(at)}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
