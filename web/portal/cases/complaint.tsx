/** Making a complaint, and how one stands: where it is, what was answered, and what the customer still can do. */
import type { PortalComplaints, PortalComplaintView } from '../../../src/accountability/complaints/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext, PortalKey } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { receiptPath } from '../parts.tsx'
import { Add, dayWords, Files, Letters, Thread } from './parts.tsx'

const abouts = ['system', 'conversation', 'decision', 'person'] as const
const remedies = ['explanation', 'correction', 'new_decision', 'human', 'apology', 'compensation', 'other'] as const

export const complaintPath = (cx: PortalContext, id: string): string =>
  `${cx.base ?? ''}/complaints/${encodeURIComponent(id)}`

type NewProps = {
  cx: PortalContext
  view: PortalComplaints
  values?: Readonly<Record<string, string>>
  error?: string | undefined
}

export const NewComplaint = ({ cx, view, values = {}, error }: NewProps) => (
  <Frame cx={cx} title={cx.say('complaint.new')} brand={view.client} alone={view.alone}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('complaint.new')}</h1>
      <p class="lead">{cx.say('complaint.lead')}</p>
    </div>
    {error && <Message kind="bad" title={error} />}
    <Mine cx={cx} view={view} />
    <form class="form sheet" method="post" action={`${cx.base}/complaints`}>
      <div class="field">
        <label for="words">
          {cx.say('complaint.words')}
          <span class="hint" id="words-hint">
            {cx.say('complaint.wordsHint')}
          </span>
        </label>
        <textarea id="words" name="words" rows={6} maxlength={20_000} required aria-describedby="words-hint">
          {values.words}
        </textarea>
      </div>
      <Choice
        cx={cx}
        name="about"
        legend="complaint.about"
        word="complaintAbout"
        values={about(view)}
        chosen={values.about ?? (view.alone ? 'decision' : 'conversation')}
      />
      {view.decisions.length > 0 && (
        <div class="field">
          <label for="decision">{cx.say('complaint.which')}</label>
          <select id="decision" name="decision">
            <option value="">{cx.say('complaint.whichNone')}</option>
            {view.decisions.map(({ id, label }) => (
              <option value={id} selected={values.decision === id || (view.alone && view.decisions.length === 1)}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      <Choice
        cx={cx}
        name="remedy"
        legend="complaint.remedy"
        word="complaintRemedy"
        values={remedies}
        chosen={values.remedy ?? 'explanation'}
      />
      <Optional cx={cx} name="remedyWords" label="complaint.remedyWords" value={values.remedyWords} max={1_000} />
      <Optional cx={cx} name="name" label="complaint.name" value={values.name} max={200} />
      <label class="choice">
        <input type="checkbox" name="wantsHearing" value="yes" checked={values.wantsHearing === 'yes'} />
        <span>{cx.say('complaint.hearing')}</span>
      </label>
      <div class="head__acts">
        <button class="button button--first" type="submit">
          {cx.say('complaint.send')}
        </button>
      </div>
    </form>
  </Frame>
)

const about = (view: PortalComplaints) =>
  abouts.filter((one) => (one !== 'decision' || view.decisions.length > 0) && (one !== 'conversation' || !view.alone))

const Choice = ({
  cx,
  name,
  legend,
  word,
  values,
  chosen,
}: {
  cx: PortalContext
  name: string
  legend: PortalKey
  word: string
  values: readonly string[]
  chosen: string
}) => (
  <fieldset>
    <legend>{cx.say(legend)}</legend>
    {values.map((value) => (
      <label class="choice">
        <input type="radio" name={name} value={value} required checked={value === chosen} />
        <b>{cx.term(word, value)}</b>
      </label>
    ))}
  </fieldset>
)

const Optional = ({
  cx,
  name,
  label,
  value,
  max,
}: {
  cx: PortalContext
  name: string
  label: PortalKey
  value: string | undefined
  max: number
}) => (
  <div class="field">
    <label for={name}>
      {cx.say(label)}
      <span class="hint" id={`${name}-hint`}>
        {cx.say('complaint.optional')}
      </span>
    </label>
    <input
      id={name}
      name={name}
      value={value}
      maxlength={max}
      aria-describedby={`${name}-hint`}
      autocomplete={name === 'name' ? 'name' : 'off'}
    />
  </div>
)

const Mine = ({ cx, view }: { cx: PortalContext; view: PortalComplaints }) =>
  view.complaints.length === 0 ? null : (
    <section aria-labelledby="mine">
      <h2 id="mine">{cx.say('complaint.mine')}</h2>
      <ul class="rows linked">
        {view.complaints.map((one) => (
          <li>
            <span>
              {cx.say('complaint.title', { reference: one.reference })}
              <br />
              <span class="small subtle">{cx.term('caseState', one.state)}</span>
            </span>
            <a href={complaintPath(cx, one.id)}>
              {cx.say('cases.open')}
              <span class="only-read">: {one.reference}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )

// -- one complaint ------------------------------------------------------------------------------------------------------

type Props = {
  cx: PortalContext
  view: PortalComplaintView
  done?: string | undefined
  error?: string | undefined
  words?: string | undefined
}

export const ComplaintPage = ({ cx, view, done, error, words }: Props) => {
  const title = cx.say('complaint.title', { reference: view.reference })
  return (
    <Frame cx={cx} title={title} brand={view.client}>
      <div>
        <a class="back" href={`${cx.base}/cases`}>
          {cx.say('cases.title')}
        </a>
        <h1>{title}</h1>
      </div>
      {error && <Message kind="bad" title={error} />}
      {done === 'made' && (
        <Message kind="ok" title={cx.say('complaint.sent')}>
          {view.promisedOn !== null && (
            <p>{cx.say('complaint.sentMore', { reference: view.reference, date: dayWords(cx, view.promisedOn) })}</p>
          )}
        </Message>
      )}
      <Standing cx={cx} view={view} />
      <Letters cx={cx} letters={view.letters} />
      <Appeal cx={cx} view={view} words={words} />
      <Rate cx={cx} view={view} />
      <section class="sheet" aria-labelledby="yours">
        <h2 id="yours">{cx.say('complaint.yours')}</h2>
        {view.words === null ? (
          <p class="subtle">{cx.say('thread.gone')}</p>
        ) : (
          <blockquote class="as-written" dir="auto">
            {view.words}
          </blockquote>
        )}
        <p>{cx.say('complaint.asked', { remedy: cx.term('complaintRemedy', view.remedy).toLowerCase() })}</p>
        <p>
          <a href={receiptPath(cx, view.receipt)}>{cx.say('complaint.receipt')}</a>
        </p>
      </section>
      <Thread cx={cx} messages={view.messages.slice(1)} />
      <Files cx={cx} files={view.files} />
      {view.may.add && <Add cx={cx} id={view.id} done={done === 'added'} />}
      <Hearing cx={cx} view={view} />
      <Withdraw cx={cx} view={view} />
      <Routes cx={cx} view={view} />
    </Frame>
  )
}

const Standing = ({ cx, view }: Props) => {
  const verdict = view.finalVerdict ?? view.verdict
  const looksAgain = view.state === 'appeal' || view.state === 'second_review'
  return (
    <section class="sheet" aria-labelledby="how">
      <h2 id="how">{cx.say('complaint.how')}</h2>
      {(verdict === null || looksAgain) && <p class="lead">{cx.term('caseState', view.state)}</p>}
      {verdict !== null && (
        <Message kind={verdict === 'not' ? 'attention' : 'ok'} title={cx.say(`complaint.verdict.${verdict}`)} quiet>
          {view.finalVerdict !== null && <p>{cx.say('complaint.final')}</p>}
          <p>{cx.say('complaint.letterBelow')}</p>
        </Message>
      )}
      {view.promisedOn !== null && !view.late && (
        <p>{cx.say('cases.promised', { date: dayWords(cx, view.promisedOn) })}</p>
      )}
      {view.late && <Message kind="bad" title={cx.say('complaint.late')} quiet />}
      {view.handler !== null && verdict === null && <p>{cx.say('complaint.handler', { name: view.handler })}</p>}
      {view.hearing !== 'none' && <p>{cx.say(`complaint.hearing.${view.hearing}`)}</p>}
    </section>
  )
}

const Appeal = ({ cx, view, words }: Props) => (
  <>
    {view.may.appeal && view.appealUntil !== null && (
      <section class="sheet" aria-labelledby="appeal">
        <h2 id="appeal">{cx.say('complaint.appeal')}</h2>
        <p>{cx.say('complaint.appealMore', { date: dayWords(cx, view.appealUntil) })}</p>
        <form class="form" method="post" action={`${complaintPath(cx, view.id)}/appeal`}>
          <div class="field">
            <label for="appeal-words">{cx.say('complaint.appealWords')}</label>
            <textarea id="appeal-words" name="words" rows={4} minlength={3} maxlength={10_000} required>
              {words}
            </textarea>
          </div>
          <div class="head__acts">
            <button class="button button--first" type="submit">
              {cx.say('complaint.appealSend')}
            </button>
          </div>
        </form>
      </section>
    )}
    {view.may.dropAppeal && (
      <Plain cx={cx} view={view} act="drop" title="complaint.drop" more="complaint.dropMore" button="complaint.drop" />
    )}
  </>
)

/** Folded in, so that nobody presses it by mistake. */
const Plain = ({
  cx,
  view,
  act,
  title,
  more,
  button,
}: Props & { act: string; title: PortalKey; more: PortalKey; button: PortalKey }) => (
  <details class="sheet">
    <summary>{cx.say(title)}</summary>
    <p>{cx.say(more)}</p>
    <form method="post" action={`${complaintPath(cx, view.id)}/${act}`}>
      <button class="button" type="submit">
        {cx.say(button)}
      </button>
    </form>
  </details>
)

const Hearing = ({ cx, view }: Props) =>
  view.may.askHearing ? (
    <Plain
      cx={cx}
      view={view}
      act="hearing"
      title="complaint.askHearing"
      more="complaint.askHearingMore"
      button="complaint.askHearing"
    />
  ) : null

const Withdraw = ({ cx, view }: Props) =>
  view.may.withdraw ? (
    <Plain
      cx={cx}
      view={view}
      act="withdraw"
      title="complaint.withdraw"
      more="complaint.withdrawMore"
      button="complaint.withdrawSure"
    />
  ) : null

const Rate = ({ cx, view }: Props) => {
  if (view.satisfaction !== null)
    return (
      <p>{cx.say('complaint.rated', { rate: cx.term('complaintRate', String(view.satisfaction)).toLowerCase() })}</p>
    )
  if (!view.may.rate) return null
  return (
    <form class="form sheet" method="post" action={`${complaintPath(cx, view.id)}/rating`}>
      <Choice
        cx={cx}
        name="satisfaction"
        legend="complaint.rate"
        word="complaintRate"
        values={['5', '4', '3', '2', '1']}
        chosen=""
      />
      <div class="head__acts">
        <button class="button" type="submit">
          {cx.say('complaint.rateSend')}
        </button>
      </div>
    </form>
  )
}

const Routes = ({ cx, view }: Props) =>
  view.routes.length === 0 ? null : (
    <section aria-labelledby="routes">
      <h2 id="routes">{cx.say('complaint.routes')}</h2>
      <ul class="bullets">
        {view.routes.map(({ id, website, address }) => (
          <li>
            <a href={website}>{cx.term('complaintRoute', id)}</a> <span class="small subtle">{address}</span>
          </li>
        ))}
      </ul>
    </section>
  )
