/** Asking a member of staff what an answer or a decision means, and what comes of it. */
import type { PortalCase } from '../../../src/records/cases/contract.ts'
import type { PortalQuestion } from '../../../src/transparency/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { receiptPath } from '../parts.tsx'
import { dayWords, Letters, Thread } from './parts.tsx'

export type QuestionFor = { readonly client: string; readonly alone: boolean }

export const questionPath = (cx: PortalContext, id: string): string =>
  `${cx.base ?? ''}/questions/${encodeURIComponent(id)}`

type NewProps = {
  cx: PortalContext
  view: QuestionFor
  turn?: string | undefined
  decision?: string | undefined
  notice?: string | undefined
  text?: string | undefined
  error?: string | undefined
}

const leadOf = ({ turn, notice }: Pick<NewProps, 'turn' | 'notice'>) => {
  if (turn !== undefined) return 'question.leadTurn'
  return notice === 'privacy' || notice === 'ai' ? (`question.leadNotice.${notice}` as const) : 'question.lead'
}

export const NewQuestion = ({ cx, view, turn, decision, notice, text, error }: NewProps) => (
  <Frame cx={cx} title={cx.say('question.new')} brand={view.client} alone={view.alone}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('question.new')}</h1>
      <p class="lead">{cx.say(leadOf({ turn, notice }))}</p>
    </div>
    {error && <Message kind="bad" title={error} />}
    <form class="form sheet" method="post" action={`${cx.base}/questions`}>
      {turn !== undefined && <input type="hidden" name="turn" value={turn} />}
      {decision !== undefined && <input type="hidden" name="decision" value={decision} />}
      {notice !== undefined && <input type="hidden" name="notice" value={notice} />}
      <div class="field">
        <label for="text">{cx.say('question.text')}</label>
        <textarea id="text" name="text" rows={5} maxlength={4_000} required>
          {text}
        </textarea>
      </div>
      <div class="head__acts">
        <button class="button button--first" type="submit">
          {cx.say('question.send')}
        </button>
      </div>
      <p class="small">{cx.say('question.who')}</p>
    </form>
  </Frame>
)

export const QuestionPage = ({
  cx,
  view,
  about,
  done,
  error,
  text,
}: {
  cx: PortalContext
  view: PortalCase
  about: PortalQuestion
  done?: boolean
  error?: string | undefined
  text?: string | undefined
}) => {
  const title = cx.say('question.title', { reference: view.reference })
  return (
    <Frame cx={cx} title={title} brand={view.client} alone={view.alone}>
      <div>
        <a class="back" href={`${cx.base}/cases`}>
          {cx.say('cases.title')}
        </a>
        <h1>{title}</h1>
        <p class="lead">{cx.term('caseState', view.state)}</p>
      </div>
      {error && <Message kind="bad" title={error} />}
      {view.promisedOn !== null && (
        <Message kind="ok" title={cx.say('question.received')} quiet={!done}>
          <p>{cx.say('cases.promised', { date: dayWords(cx, view.promisedOn) })}</p>
        </Message>
      )}
      <Thread cx={cx} messages={view.messages} />
      <Letters cx={cx} letters={view.letters} />
      {about.mayAskOn && about.askOnUntil !== null && (
        <p>{cx.say('question.until', { date: cx.date(about.askOnUntil) })}</p>
      )}
      {about.mayAskOn && (
        <form class="form sheet" method="post" action={`${questionPath(cx, view.id)}/more`}>
          <div class="field">
            <label for="text">{cx.say(view.state === 'answered' ? 'question.more' : 'question.add')}</label>
            <textarea id="text" name="text" rows={4} maxlength={4_000} required>
              {text}
            </textarea>
          </div>
          <div class="head__acts">
            <button class="button" type="submit">
              {cx.say('question.send')}
            </button>
          </div>
        </form>
      )}
      {view.state === 'answered' && (
        <form method="post" action={`${questionPath(cx, view.id)}/close`}>
          <button class="button" type="submit">
            {cx.say('question.clear')}
          </button>
        </form>
      )}
      <p>
        <a href={receiptPath(cx, view.receipt)}>{cx.say('receipt.open')}</a>
      </p>
      {view.state === 'closed' || view.state === 'answered' ? (
        <p>
          <a href={`${cx.base}/complaints`}>{cx.say('complaint.new')}</a>
        </p>
      ) : null}
    </Frame>
  )
}
