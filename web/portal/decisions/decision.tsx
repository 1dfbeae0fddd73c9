/** One decision for the person it is about: first in plain words, then the numbers; and the way to a person who looks again. */
import type { PortalDecision, PortalDecisions } from '../../../src/transparency/contract.ts'
import { Facts, Message, Scroll } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { Contact, receiptPath } from '../parts.tsx'

type Props = {
  cx: PortalContext
  decision: PortalDecision
  done?: boolean
  error?: string | undefined
  words?: string | undefined
}

export const decisionPath = (cx: PortalContext, id: string): string =>
  `${cx.base ?? ''}/decisions/${encodeURIComponent(id)}`

export const DecisionPage = ({ cx, decision, done = false, error, words }: Props) => {
  const title = cx.say('decision.title', { date: cx.date(decision.decidedAt) })
  const { outcome, notUsed, change, reviewed } = decision.sentences
  return (
    <Frame cx={cx} title={title} brand={decision.client} alone={decision.conversation === null}>
      <div>
        {decision.conversation !== null && <Back cx={cx} />}
        <h1>{title}</h1>
        {decision.explanation !== 'given' && (
          <p class="lead">{cx.say('decision.outcome', { outcome: decision.outcome })}</p>
        )}
        {outcome.map((sentence, n) => (
          <p class={n === 0 && decision.explanation === 'given' ? 'lead' : undefined}>{sentence}</p>
        ))}
        {reviewed.map((sentence) => (
          <p>{sentence}</p>
        ))}
        <p>
          {cx.say('decision.by', { system: decision.system.name })} {decision.system.description}
        </p>
      </div>
      {error && <Message kind="bad" title={error} />}
      <Counted cx={cx} decision={decision} />
      <Part id="not-used" title={cx.say('decision.notUsed')} sentences={notUsed} list />
      <Part id="change" title={cx.say('decision.change')} sentences={change} />
      <p>
        <a href={`${cx.base}/questions?decision=${encodeURIComponent(decision.id)}`}>{cx.say('question.aboutThis')}</a>
      </p>
      <Again cx={cx} decision={decision} done={done} words={words} />
      <Depth cx={cx} decision={decision} />
    </Frame>
  )
}

const Part = ({
  id,
  title,
  sentences,
  list = false,
}: {
  id: string
  title: string
  sentences: readonly string[]
  list?: boolean
}) =>
  sentences.length === 0 ? null : (
    <section class="sheet" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {list ? (
        <ul class="bullets">
          {sentences.map((sentence) => (
            <li>{sentence}</li>
          ))}
        </ul>
      ) : (
        sentences.map((sentence) => <p>{sentence}</p>)
      )}
    </section>
  )

const weightIn = (cx: PortalContext) =>
  new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', {
    maximumSignificantDigits: 3,
    signDisplay: 'exceptZero',
  })

/** The sentences about what counted; beside each that names a fact, its weight as a bar and as a number. */
const Counted = ({ cx, decision: { sentences, factors } }: Props) => {
  const [first, ...each] = sentences.factors
  if (first === undefined) return null
  const paired = factors.length > 0 && each.length <= factors.length
  const most = Math.max(...factors.map(({ weight }) => Math.abs(weight)), Number.MIN_VALUE)
  return (
    <section class="sheet" aria-labelledby="counted">
      <h2 id="counted">{cx.say('decision.factors')}</h2>
      <p>{first}</p>
      {each.length > 0 && (
        <ol class="weighed">
          {each.map((sentence, n) => (
            <li>
              <p>{sentence}</p>
              {paired && <Bar cx={cx} factor={factors[n]!} most={most} />}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

const BAR = { width: 300, height: 14 }

const Bar = ({ cx, factor, most }: { cx: PortalContext; factor: PortalDecision['factors'][number]; most: number }) => {
  const { weight, errorMargin } = factor
  const number = weightIn(cx)
  const half = BAR.width / 2
  const length = Math.max(2, Math.round((Math.abs(weight) / most) * half))
  return (
    <div class="weighed__bar">
      <svg viewBox={`0 0 ${BAR.width} ${BAR.height}`} aria-hidden="true" focusable="false">
        <rect
          class={weight < 0 ? 'down' : 'up'}
          x={weight < 0 ? half - length : half}
          width={length}
          y="1"
          height="12"
        />
        <line class="axis" x1={half} x2={half} y1="0" y2={BAR.height} />
      </svg>
      <span class="small">
        {errorMargin === null || errorMargin === 0
          ? cx.say('decision.weight', { weight: number.format(weight) })
          : cx.say('decision.weightMargin', {
              weight: number.format(weight),
              margin: number.format(errorMargin).replace('+', ''),
            })}
      </span>
    </div>
  )
}

const Again = ({ cx, decision, done, words }: Props) => {
  const { contest, mayContest } = decision
  return (
    <section class="sheet" aria-labelledby="again">
      <h2 id="again">{cx.say('again.title')}</h2>
      {contest?.state === 'open' && <Open cx={cx} contest={contest} done={done} />}
      {contest?.state === 'withdrawn' && <Message kind="attention" title={cx.say('again.withdrawn')} quiet />}
      {contest?.answer && <Answer cx={cx} answer={contest.answer} />}
      {contest !== null && <Steps cx={cx} contest={contest} />}
      {contest !== null && contest.reference !== null && (
        <p>
          <a href={`${cx.base}/cases/${encodeURIComponent(contest.id)}`}>
            {cx.say('again.letters', { reference: contest.reference })}
          </a>
        </p>
      )}
      {contest?.words != null && (
        <>
          <p>{cx.say('again.yourWords')}</p>
          <blockquote dir="auto">{contest.words}</blockquote>
        </>
      )}
      {contest?.state === 'open' && <Withdraw cx={cx} id={decision.id} />}
      {mayContest ? (
        <AskForm cx={cx} decision={decision} words={words} />
      ) : (
        contest?.state === 'answered' && (
          <>
            <p>{cx.say('again.complain')}</p>
            <Complain cx={cx} />
            <Contact cx={cx} view={decision} />
          </>
        )
      )}
    </section>
  )
}

type Contest = NonNullable<PortalDecision['contest']>

const Complain = ({ cx }: { cx: PortalContext }) => (
  <p>
    <a class="button" href={`${cx.base}/complaints`}>
      {cx.say('again.complainHere')}
    </a>
  </p>
)

const dayOf = (cx: PortalContext, day: string): string => cx.date(`${day}T12:00:00Z`)

/** Until when, whether the decision waits meanwhile, and that somebody looks. */
const Open = ({ cx, contest, done = false }: { cx: PortalContext; contest: Contest; done?: boolean | undefined }) => (
  <>
    {contest.late && contest.promisedOn !== null && (
      <>
        <Message kind="attention" title={cx.say('again.late', { date: dayOf(cx, contest.promisedOn) })} quiet />
        <Complain cx={cx} />
      </>
    )}
    <Message kind="ok" title={cx.say('again.open')} quiet={!done}>
      <p>{cx.say('again.openMore', { date: cx.date(contest.askedAt) })}</p>
      {contest.reference !== null && contest.promisedOn !== null && !contest.late && (
        <p>{cx.say('again.promised', { reference: contest.reference, date: dayOf(cx, contest.promisedOn) })}</p>
      )}
      {contest.freeze !== null && <p>{freezeWords(cx, contest)}</p>}
      {contest.step === 'in_review' && <p>{cx.say('again.inReview')}</p>}
    </Message>
  </>
)

function freezeWords(cx: PortalContext, { freeze, freezeReason, frozenAt }: Contest): string {
  const word = cx.say(`again.freeze.${freeze ?? 'not_possible'}`)
  if (freeze === 'confirmed' && frozenAt !== null)
    return `${word} ${cx.say('again.frozenAt', { date: cx.date(frozenAt) })}`
  return freeze === 'not_possible' && freezeReason !== null
    ? `${word} ${cx.say('again.because', { reason: freezeReason })}`
    : word
}

/** What is on record of it, the first first. */
const Steps = ({ cx, contest }: { cx: PortalContext; contest: Contest }) => {
  const steps = [
    ['received', contest.askedAt],
    ['explained', contest.explainedAt],
    ['read', contest.readAt],
    ['answered', contest.answer?.at ?? null],
    ['applied', contest.appliedAt],
  ] as const
  return (
    <>
      <h3>{cx.say('again.steps')}</h3>
      <ol class="bullets">
        {steps
          .flatMap(([step, at]) => (at === null ? [] : [{ step, at }]))
          .toSorted((a, b) => a.at.localeCompare(b.at))
          .map(({ step, at }) => (
            <li>{cx.say(`again.step.${step}`, { date: cx.date(at) })}</li>
          ))}
      </ol>
      {contest.step === 'changed' && contest.appliedAt === null && <p>{cx.say('again.notApplied')}</p>}
    </>
  )
}

const Withdraw = ({ cx, id }: { cx: PortalContext; id: string }) => (
  <details>
    <summary>{cx.say('again.withdraw')}</summary>
    <p>{cx.say('again.withdrawMore')}</p>
    <form method="post" action={`${decisionPath(cx, id)}/withdraw`}>
      <button class="button" type="submit">
        {cx.say('again.withdrawSure')}
      </button>
    </form>
  </details>
)

const AskForm = ({ cx, decision: { id, waiting, contestWay }, words }: Props) => (
  <form class="form" method="post" action={decisionPath(cx, id)}>
    <p>{cx.say(waiting ? 'again.waiting' : 'again.lead')}</p>
    <div class="field">
      <label for="words">
        {cx.say('again.words')}
        <span class="hint" id="words-hint">
          {cx.say('again.wordsHint')}
        </span>
      </label>
      <textarea id="words" name="words" rows={4} maxlength={2000} aria-describedby="words-hint">
        {words}
      </textarea>
    </div>
    <div class="head__acts">
      <button class="button button--first" type="submit">
        {cx.say('again.ask')}
      </button>
    </div>
    <p>{cx.say('again.way', { way: contestWay })}</p>
  </form>
)

type Answered = NonNullable<NonNullable<PortalDecision['contest']>['answer']>

const Answer = ({ cx, answer }: { cx: PortalContext; answer: Answered }) => (
  <Message
    kind={answer.verdict === 'changed' ? 'ok' : 'attention'}
    title={cx.say(answer.verdict === 'changed' ? 'again.changed' : 'again.kept', { outcome: answer.outcome })}
    quiet
  >
    {answer.reasons !== null && <p dir="auto">{answer.reasons}</p>}
    {answer.points !== null && (
      <>
        <p>{cx.say('again.points')}</p>
        <p dir="auto">{answer.points}</p>
      </>
    )}
    <p class="small">{cx.say('again.answerAt', { date: cx.date(answer.at) })}</p>
  </Message>
)

const Depth = ({ cx, decision }: Props) => {
  const { system, model, score, scoreFrom, threshold, base, scale } = decision
  const exact = new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 6 })
  return (
    <details class="sheet">
      <summary>{cx.say('depth.title')}</summary>
      <p>{cx.say('depth.more')}</p>
      <Facts
        facts={[
          score === null
            ? undefined
            : [
                cx.say('depth.score'),
                scoreFrom === 'computed' ? `${exact.format(score)} (${cx.say('depth.computed')})` : exact.format(score),
              ],
          threshold === null ? undefined : [cx.say('depth.threshold'), exact.format(threshold)],
          base === null ? undefined : [cx.say('depth.base'), exact.format(base)],
          [cx.say('depth.system'), system.name],
          [cx.say('depth.version'), system.version],
          [cx.say('depth.model'), model.name],
          model.sha256 === null ? undefined : [cx.say('depth.hash'), <code class="hash">{model.sha256}</code>],
        ]}
      />
      <Table cx={cx} decision={decision} />
      {scale !== null && decision.factors.length > 0 && <p class="small">{cx.say(`depth.scale.${scale}`)}</p>}
      <h3>{cx.say('depth.receipts')}</h3>
      <ul class="rows linked">
        {decision.receipts.map(({ event, sentence }) => (
          <li>
            <span>{sentence}</span>
            <a href={receiptPath(cx, event)}>
              {cx.say('receipt.open')}
              <span class="only-read">: {sentence}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Every fact with its weight; without weights, what the computer got. */
const Table = ({ cx, decision: { factors, used } }: Props) => {
  const number = weightIn(cx)
  const weighed = factors.length > 0
  if (!weighed && used.length === 0) return null
  const rest = used.filter(({ name }) => !factors.some((one) => one.name === name))
  return (
    <Scroll label={cx.say(weighed ? 'depth.table' : 'depth.used')}>
      <table>
        <caption>{cx.say(weighed ? 'depth.table' : 'depth.used')}</caption>
        <thead>
          <tr>
            <th scope="col">{cx.say('depth.name')}</th>
            <th scope="col">{cx.say('depth.value')}</th>
            {weighed && (
              <th scope="col" class="num">
                {cx.say('depth.weight')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {factors.map(({ name, value, weight }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{value}</td>
              <td class="num">{number.format(weight)}</td>
            </tr>
          ))}
          {rest.map(({ name, value }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{value}</td>
              {weighed && <td class="num">{number.format(0)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** On the page of the conversation: every decision that this link leads to. */
export const DecisionList = ({ cx, decisions }: { cx: PortalContext; decisions: PortalDecisions['decisions'] }) =>
  decisions.length === 0 ? null : (
    <section class="sheet" aria-labelledby="decisions">
      <h2 id="decisions">{cx.say('decisions.title')}</h2>
      <ul class="rows linked">
        {decisions.map(({ id, outcome, system, decidedAt, contest }) => (
          <li>
            <span>
              {outcome}
              <br />
              <span class="small subtle">
                {cx.say('decisions.line', { system, date: cx.date(decidedAt) })}
                {contest !== null && `. ${cx.say(contest === 'open' ? 'decisions.asked' : `decisions.${contest}`)}.`}
              </span>
            </span>
            <a href={decisionPath(cx, id)}>
              {cx.say('turn.why')}
              <span class="only-read">: {outcome}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
