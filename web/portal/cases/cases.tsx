/** Everything that the customer asked by this link, and one of them that has no page of its own. */
import type { PortalCase, PortalCases } from '../../../src/records/cases/contract.ts'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { receiptPath } from '../parts.tsx'
import { chosenPath } from '../way-in/mine.tsx'
import { complaintPath } from './complaint.tsx'
import { Add, dayWords, Files, Letters, Thread } from './parts.tsx'
import { questionPath } from './question.tsx'

/** With a link to everything of the person a case opens beside what it is about, so that its forms act there. */
function pathOf(cx: PortalContext, { kind, id, under }: PortalCases['cases'][number]): string {
  const at = under === null ? cx : { ...cx, base: chosenPath(cx, under) }
  if (kind === 'complaint') return complaintPath(at, id)
  return kind === 'clarification' ? questionPath(at, id) : `${at.base}/cases/${encodeURIComponent(id)}`
}

export const CaseList = ({ cx, view }: { cx: PortalContext; view: PortalCases }) => (
  <Frame cx={cx} title={cx.say('cases.title')} brand={view.client} alone={view.alone}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('cases.title')}</h1>
    </div>
    {view.cases.length === 0 ? (
      <p>{cx.say('cases.none')}</p>
    ) : (
      <ul class="rows linked">
        {view.cases.map((one) => (
          <li>
            <span>
              <b>{cx.term('caseKind', one.kind)}</b>: {cx.term('caseState', one.state)}
              <br />
              <span class="small subtle">
                {cx.say('cases.line', { reference: one.reference, date: cx.date(one.openedAt) })}{' '}
                {one.promisedOn !== null && cx.say('cases.promised', { date: dayWords(cx, one.promisedOn) })}
              </span>
            </span>
            <a href={pathOf(cx, one)}>
              {cx.say('cases.open')}
              <span class="only-read">: {one.reference}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
    <p>
      <a class="button" href={`${cx.base}/questions`}>
        {cx.say('question.new')}
      </a>{' '}
      <a class="button" href={`${cx.base}/complaints`}>
        {cx.say('complaint.new')}
      </a>
    </p>
  </Frame>
)

type Props = {
  cx: PortalContext
  view: PortalCase
  done?: boolean
  error?: string | undefined
  text?: string | undefined
}

export const CasePage = ({ cx, view, done = false, error, text }: Props) => {
  const title = `${cx.term('caseKind', view.kind)} ${view.reference}`
  return (
    <Frame cx={cx} title={title} brand={view.client} alone={view.alone}>
      <div>
        <a class="back" href={`${cx.base}/cases`}>
          {cx.say('cases.title')}
        </a>
        <h1>{title}</h1>
        <p class="lead">{cx.term('caseState', view.state)}</p>
        {view.promisedOn !== null && <p>{cx.say('cases.promised', { date: dayWords(cx, view.promisedOn) })}</p>}
        <p>
          <a href={receiptPath(cx, view.receipt)}>{cx.say('receipt.open')}</a>
        </p>
      </div>
      <Thread cx={cx} messages={view.messages} />
      <Letters cx={cx} letters={view.letters} />
      <Files cx={cx} files={view.files} />
      {view.mayAdd && <Add cx={cx} id={view.id} done={done} error={error} text={text} />}
    </Frame>
  )
}
