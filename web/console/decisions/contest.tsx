/** A contested decision as staff see it: how it stands, what happens to its effect, what went to other systems, and what can be done. */
import type { ContestStanding, DecisionDetail, LetterPreview } from '../../../src/records/decision-contract.ts'
import { Facts, Head, Message, Sheet, State, type StateKind } from '../../ui/components.tsx'
import { LineField, Send, WordsField } from '../../ui/forms.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { Form } from '../kit.ts'
import { decisionPath, reviewFields } from './paths.ts'

type Contest = NonNullable<ContestStanding['contest']>

/** Whose work it is to look again at what somebody asked, as `contestRoles`; the API decides again. */
export const contestReviewers = ['reviewer', 'overseer', 'ethics_officer'] as const

const day = (cx: ConsoleContext, on: string): string => cx.date(`${on}T12:00:00Z`)

type Props = {
  readonly cx: ConsoleContext
  readonly decision: string
  readonly standing: ContestStanding
  readonly filled?: Filled | undefined
  /** The organisation's own numbers, for who reads the contents. */
  readonly references?: NonNullable<DecisionDetail['asked']>['references'] | undefined
}

/** Where it stands, and beside each thing that waits for a person the form for it. */
export const ContestSheets = ({ cx, decision, standing, filled, references }: Props) => {
  const { contest, messages } = standing
  if (contest === null) return null
  return (
    <>
      <Sheet id="contest" title={cx.say('contest.title')} side={<StepState cx={cx} contest={contest} />}>
        <Standing cx={cx} contest={contest} references={references} />
      </Sheet>
      <Confirm cx={cx} decision={decision} contest={contest} filled={filled} />
      <Messages cx={cx} messages={messages} />
      <Extend cx={cx} decision={decision} contest={contest} filled={filled} />
    </>
  )
}

const stepLook: Readonly<Record<Contest['step'], StateKind>> = {
  received: 'wait',
  in_review: 'wait',
  kept: 'ok',
  changed: 'ok',
  withdrawn: 'unknown',
  ended: 'unknown',
}

const StepState = ({ cx, contest }: { cx: ConsoleContext; contest: Contest }) => (
  <State kind={contest.late ? 'bad' : stepLook[contest.step]}>
    {contest.late ? cx.say('contest.late') : cx.say(`caseState.contest.${contest.step}`)}
  </State>
)

const Standing = ({
  cx,
  contest,
  references,
}: {
  cx: ConsoleContext
  contest: Contest
  references: Props['references']
}) => (
  <Facts
    facts={[
      contest.reference === null
        ? undefined
        : [
            cx.say('contest.reference'),
            <a class="id" href={`/console/cases/${encodeURIComponent(contest.id)}`}>
              {contest.reference}
            </a>,
          ],
      [cx.say('contest.askedAt'), cx.moment(contest.askedAt)],
      contest.promisedOn === null ? undefined : [cx.say('contest.promisedOn'), day(cx, contest.promisedOn)],
      contest.freeze === null ? undefined : [cx.say('contest.effect'), effectWord(cx, contest)],
      references?.held == null ? undefined : [cx.say('contest.heldReference'), <code>{references.held}</code>],
      [
        cx.say('contest.explained'),
        contest.explainedAt === null ? cx.say('contest.notYet') : cx.moment(contest.explainedAt),
      ],
      [cx.say('contest.readAt'), contest.readAt === null ? cx.say('contest.notYet') : cx.moment(contest.readAt)],
      contest.answeredAt === null ? undefined : [cx.say('contest.answeredAt'), cx.moment(contest.answeredAt)],
      contest.step !== 'changed'
        ? undefined
        : [
            cx.say('contest.appliedAt'),
            contest.appliedAt === null ? cx.say('contest.notYet') : cx.moment(contest.appliedAt),
          ],
      references?.changed == null ? undefined : [cx.say('contest.changedReference'), <code>{references.changed}</code>],
    ]}
  />
)

function effectWord(cx: ConsoleContext, { freeze, frozenAt, freezeReason }: Contest): string {
  const word = cx.say(`contest.effect.${freeze ?? 'not_possible'}`)
  if (freeze === 'confirmed' && frozenAt !== null)
    return `${word} ${cx.say('contest.since', { at: cx.moment(frozenAt) })}`
  return freeze === 'not_possible' && freezeReason !== null
    ? `${word} ${cx.say('contest.because', { reason: cx.local(freezeReason) })}`
    : word
}

// -- what a person asks of another system ---------------------------------------------------------------------------------

/** What nobody confirmed yet: somebody calls, and writes down what was said. */
const Confirm = ({ cx, decision, contest, filled }: Omit<Props, 'standing'> & { contest: Contest }) => {
  if (!cx.may(contestReviewers)) return null
  const open = contest.state === 'open'
  const whats =
    open && contest.freeze === 'not_confirmed'
      ? (['held', 'released'] as const)
      : open && contest.freeze === 'asked'
        ? (['held'] as const)
        : contest.step === 'changed' && contest.appliedAt === null
          ? (['changed'] as const)
          : []
  if (whats.length === 0) return null
  const own = filled?.form === 'confirm' ? filled : undefined
  return (
    <form class="form sheet" id="confirm" method="post" action={`${decisionPath(decision)}/confirm`}>
      <h2>{cx.say(contest.step === 'changed' ? 'contest.confirmChange' : 'contest.confirmHold')}</h2>
      <p>{cx.say(contest.step === 'changed' ? 'contest.confirmChangeMore' : 'contest.confirmHoldMore')}</p>
      <input type="hidden" name="contest" value={contest.id} />
      <LineField
        id="reference"
        label={cx.say('contest.ownReference')}
        hint={cx.say('contest.ownReferenceHint')}
        value={own?.values.reference}
        error={errorAt(own, 'reference')}
        max={64}
        pattern="[\w.:\/\-]{1,64}"
      />
      <div class="head__acts">
        {whats.map((what) => (
          <button class="button" type="submit" name="what" value={what}>
            {cx.say(`contest.confirm.${what}`)}
          </button>
        ))}
      </div>
    </form>
  )
}

const messageLook = { queued: 'wait', sent: 'ok', failed: 'bad' } as const

const Messages = ({ cx, messages }: { cx: ConsoleContext; messages: ContestStanding['messages'] }) =>
  messages.length === 0 ? null : (
    <Sheet id="messages" title={cx.say('contest.messages')}>
      <ol class="rows dense">
        {messages.map((one) => (
          <li class="small" data-row="">
            <State kind={messageLook[one.state]}>{cx.say(`contest.message.${one.state}`)}</State>
            <div>
              <b>{cx.say(`contest.messageEvent.${eventKey(one.event)}`)}</b> <code>{one.webhook}</code>
              <br />
              <span class="subtle">
                {one.sentAt === null
                  ? cx.count('contest.tries', one.attempts)
                  : cx.say('contest.sentAt', { at: cx.moment(one.sentAt) })}
                {one.error !== null && (
                  <>
                    . {cx.say('contest.lastError')} <code>{one.error}</code>
                  </>
                )}
              </span>
            </div>
          </li>
        ))}
      </ol>
      {messages.some(({ state }) => state === 'failed') && <p>{cx.say('contest.failedMore')}</p>}
    </Sheet>
  )

const events = ['received', 'withdrawn', 'kept', 'changed', 'ended'] as const
const eventKey = (event: string): (typeof events)[number] | 'other' =>
  events.find((one) => event === `contest.${one}`) ?? 'other'

/** More time is an exception: its form is folded away. */
const Extend = ({ cx, decision, contest, filled }: Omit<Props, 'standing'> & { contest: Contest }) => {
  if (contest.state !== 'open' || contest.promisedOn === null || !cx.may(contestReviewers)) return null
  const own = filled?.form === 'extend' ? filled : undefined
  const action = `${decisionPath(decision)}/extend`
  const kept = keptFor(cx, action)
  return (
    <details class="sheet" open={own !== undefined || kept !== undefined}>
      <summary>{cx.say('contest.extend')}</summary>
      <form class="form" method="post" action={action}>
        <p>{cx.say('contest.extendMore', { date: day(cx, contest.promisedOn) })}</p>
        <WordsField
          id="extendReasons"
          name="reasons"
          label={cx.say('contest.extendReasons')}
          value={own?.values.reasons ?? kept?.reasons}
          error={errorAt(own, 'extendReasons')}
          required
          min={10}
          max={2_000}
        />
        <Send>{cx.say('contest.extendSend')}</Send>
      </form>
    </details>
  )
}

// -- the letter -----------------------------------------------------------------------------------------------------------

/** Nothing is recorded yet; the safe choice stands first. */
export const LetterPage = ({
  cx,
  decision,
  letter,
  values,
}: {
  cx: ConsoleContext
  decision: string
  letter: NonNullable<LetterPreview['letter']>
  values: Form
}) => (
  <Frame
    cx={cx}
    title={cx.say('contest.letter')}
    area="/console/decisions"
    styles={[cx.assets.casesCss]}
    crumbs={[
      { href: '/console/decisions', word: cx.say('area.decisions') },
      { href: decisionPath(decision), word: decision.slice(0, 8) },
      { word: cx.say('contest.letter') },
    ]}
  >
    <Head title={cx.say('contest.letter')} lead={cx.say('contest.letterLead')} />
    <div class="stack">
      <div class="letter letter--paper" lang={letter.language}>
        <h2>{letter.subject}</h2>
        {letter.paragraphs.map((paragraph) => (
          <p dir="auto">{paragraph}</p>
        ))}
      </div>
      <form class="sheet" method="post" action={`${decisionPath(decision)}/review`}>
        <p>{cx.say('contest.letterFinal')}</p>
        {reviewFields.map((name) =>
          values[name] === undefined ? null : <input type="hidden" name={name} value={values[name]} />,
        )}
        <input type="hidden" name="letter" value={letter.digest} />
        <div class="head__acts">
          <button class="button" type="submit" name="back" value="1">
            {cx.say('contest.letterBack')}
          </button>
          <button class="button button--first" type="submit">
            {cx.say('contest.letterSend')}
          </button>
        </div>
      </form>
    </div>
  </Frame>
)

/** Who may look again, and why this reader may not. */
export const Hinder = ({ cx, hinder }: { cx: ConsoleContext; hinder: string }) => (
  <Message kind="attention" title={cx.say('contest.notYou')} quiet>
    <p>{cx.term('contestHinder', hinder)}</p>
  </Message>
)
