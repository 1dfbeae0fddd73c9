/** What the customer thought of the contact: three choices and words of their own, all of it optional; then what they gave. */
import type { PortalFeedback } from '../../../src/monitoring/contract.ts'
import { Facts, Message } from '../../ui/components.tsx'
import { Radios } from '../../ui/forms.tsx'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { Contact, receiptPath } from '../parts.tsx'

export type FeedbackForm = Readonly<Partial<Record<'fair' | 'clear' | 'knewAi' | 'text', string>>>

type Props = {
  cx: PortalContext
  feedback: PortalFeedback
  done?: 'given' | 'withdrawn' | undefined
  error?: string | undefined
  values?: FeedbackForm | undefined
}

export const feedbackPath = (cx: PortalContext): string => `${cx.base ?? ''}/feedback`

const scores = [1, 2, 3, 4, 5] as const
const knew = ['yes', 'no', 'not_sure'] as const

export const FeedbackPage = ({ cx, feedback, done, error, values = {} }: Props) => (
  <Frame cx={cx} title={cx.say('opinion.title')} brand={feedback.client}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('opinion.title')}</h1>
      {feedback.state === 'open' && <p class="lead">{cx.say('opinion.lead')}</p>}
    </div>
    {error && <Message kind="bad" title={error} />}
    {done === 'withdrawn' && feedback.state === 'open' && (
      <Message kind="ok" title={cx.say('opinion.back.done')}>
        <p>{cx.say('opinion.back.doneMore')}</p>
      </Message>
    )}
    {done === 'given' && feedback.given !== null && (
      <Message kind="ok" title={cx.say('opinion.done')}>
        <p>{cx.say('opinion.doneMore')}</p>
      </Message>
    )}
    {feedback.state === 'open' && <Questions cx={cx} values={values} />}
    {feedback.given !== null && <Given cx={cx} given={feedback.given} />}
    {feedback.state === 'not_asked' && (
      <section class="sheet" aria-labelledby="not-asked">
        <h2 id="not-asked">{cx.say('opinion.notAsked')}</h2>
        {feedback.notAsked !== null && <p>{cx.say(`opinion.notAsked.${feedback.notAsked}`)}</p>}
        <Contact cx={cx} view={feedback} />
      </section>
    )}
  </Frame>
)

const Questions = ({ cx, values }: { cx: PortalContext; values: FeedbackForm }) => (
  <form class="form sheet" method="post" action={feedbackPath(cx)}>
    <p>{cx.say('opinion.skip')}</p>
    {(['fair', 'clear'] as const).map((name) => (
      <Radios
        name={name}
        legend={cx.say(`opinion.${name}`)}
        value={values[name]}
        optional
        choices={scores.map((score) => ({ value: String(score), word: cx.say(`opinion.scale.${score}`) }))}
      />
    ))}
    <Radios
      name="knewAi"
      legend={cx.say('opinion.knewAi')}
      value={values.knewAi}
      optional
      choices={knew.map((value) => ({ value, word: cx.say(`opinion.knewAi.${value}`) }))}
    />
    <div class="field">
      <label for="text">
        {cx.say('opinion.words')}
        <span class="hint" id="text-hint">
          {cx.say('opinion.wordsHint')}
        </span>
      </label>
      <textarea id="text" name="text" rows={4} maxlength={2000} dir="auto" aria-describedby="text-hint">
        {values.text}
      </textarea>
    </div>
    <div class="head__acts">
      <button class="button button--first" type="submit">
        {cx.say('opinion.send')}
      </button>
    </div>
  </form>
)

const Given = ({ cx, given }: { cx: PortalContext; given: NonNullable<PortalFeedback['given']> }) => {
  const scored = (score: number | null) =>
    score === null ? cx.say('opinion.unanswered') : cx.say(`opinion.scale.${score as 1}`)
  return (
    <>
      <section class="sheet" aria-labelledby="given">
        <h2 id="given">{cx.say('opinion.given')}</h2>
        <p>{cx.say('opinion.givenOn', { date: cx.date(given.givenAt), time: cx.time(given.givenAt) })}</p>
        <Facts
          facts={[
            [cx.say('opinion.fair'), scored(given.fair)],
            [cx.say('opinion.clear'), scored(given.clear)],
            [
              cx.say('opinion.knewAi'),
              given.knewAi === null ? cx.say('opinion.unanswered') : cx.say(`opinion.knewAi.${given.knewAi}`),
            ],
          ]}
        />
        {given.text !== null && (
          <>
            <h3>{cx.say('opinion.yourWords')}</h3>
            <blockquote dir="auto">{given.text}</blockquote>
            {/\[[A-Z]+(_\d+)?\]/.test(given.text) && <p class="small">{cx.say('opinion.hidden')}</p>}
          </>
        )}
        <p>
          <a href={receiptPath(cx, given.receipt)}>{cx.say('opinion.receipt')}</a>
        </p>
      </section>
      <section class="sheet" aria-labelledby="back">
        <h2 id="back">{cx.say('opinion.back.title')}</h2>
        {given.withdrawUntil === null ? (
          <p>{cx.say('opinion.back.over')}</p>
        ) : (
          <form class="form" method="post" action={`${feedbackPath(cx)}/withdraw`}>
            <p>
              {cx.say('opinion.back.until', {
                date: cx.date(given.withdrawUntil),
                time: cx.time(given.withdrawUntil),
              })}
            </p>
            <p>{cx.say('opinion.back.ledger')}</p>
            <button class="button" type="submit">
              {cx.say('opinion.back.send')}
            </button>
          </form>
        )}
      </section>
    </>
  )
}
