/** What happened in the customer's conversation, why, what was used and what was held back. Recorded facts only. */
import type { PortalCorrections, PortalFeedback } from '../../src/monitoring/contract.ts'
import type { PortalDecisions, PortalView } from '../../src/transparency/contract.ts'
import type { Api } from '../api.ts'
import { Facts, Icon, type IconName } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { DecisionList } from './decisions/decision.tsx'
import { Corrected } from './feedback/corrected.tsx'
import { feedbackPath } from './feedback/feedback.tsx'
import { Frame } from './frame.tsx'
import { Act, Contact, receiptPath } from './parts.tsx'

export const loadPortal = (api: Api) => api.get<PortalView>('/api/portal')

/** The name of the client's look, where the API gives one. */
export const themeOf = (view: PortalView & { readonly theme?: string }): string | undefined => view.theme

type Props = { cx: PortalContext; view: PortalView }

type PageProps = Props & {
  decisions?: PortalDecisions['decisions']
  corrections?: PortalCorrections['corrections']
  /** undefined: nothing is known of it, so nothing is asked. */
  feedback?: PortalFeedback['state'] | undefined
}

export const WhatHappened = ({ cx, view, decisions = [], corrections = [], feedback }: PageProps) => {
  const title = cx.say('happened.title', {
    channel: cx.term('channelTitle', view.conversation.channel),
    date: cx.date(view.conversation.startedAt),
  })
  return (
    <Frame cx={cx} title={title} brand={view.client} theme={themeOf(view)}>
      <div>
        <h1>{title}</h1>
        {view.summary.length > 0 && <p class="lead">{view.summary.join(' ')}</p>}
      </div>
      <Corrected cx={cx} corrections={corrections} />
      <Steps cx={cx} view={view} />
      <DecisionList cx={cx} decisions={decisions} />
      <Used cx={cx} view={view} />
      <Acts cx={cx} view={view} feedback={feedback} />
      <Conversation cx={cx} view={view} />
      <Ground cx={cx} view={view} />
      <Computer cx={cx} view={view} />
      <Seen cx={cx} view={view} />
      <Notices cx={cx} view={view} />
      <section aria-labelledby="contact">
        <h2 id="contact">{cx.say('contact.title')}</h2>
        <Contact cx={cx} view={view} />
      </section>
    </Frame>
  )
}

type Step = { readonly icon: IconName; readonly title: string; readonly text: string }

/** At most five steps that tell the whole: told it was AI, hidden, answered, not allowed, a person. */
export function stepsOf(cx: PortalContext, view: PortalView): Step[] {
  const steps: Step[] = []
  const answers = view.turns.filter(({ role, refused }) => role === 'ai' && refused === null)
  const people = view.turns.filter(({ role }) => role === 'agent')
  const told = view.turns.find(({ disclosure }) => disclosure)
  const time = cx.time(view.conversation.startedAt)
  if (answers.length > 0)
    steps.push({
      icon: 'chat',
      title: cx.say('step.computer'),
      text: cx.say(told ? 'step.computerTold' : 'step.computerUntold', { time }),
    })
  const hidden = view.heldBack.reduce((all, { n }) => all + n, 0)
  if (hidden > 0)
    steps.push({
      icon: 'eye',
      title: cx.say('step.hidden'),
      text: cx.say('step.hiddenMore', { what: heldBackWords(cx, view.heldBack) }),
    })
  if (answers.length > 0) {
    const sourced = answers.filter(({ sources }) => sources.length > 0)
    const titles = [...new Set(sourced.flatMap(({ sources }) => sources.map(({ title }) => title)))]
    const sources = titles.slice(0, 3).join(', ')
    const whole = sourced.length === answers.length
    steps.push({
      icon: 'ai',
      title: cx.count('step.answers', answers.length),
      text:
        sourced.length === 0
          ? cx.say('step.answersNoSource')
          : cx.say(whole ? 'step.answersSources' : 'step.answersSome', { sources }),
    })
  }
  const refused = view.turns.filter((turn) => turn.refused !== null)
  if (refused.length > 0) steps.push({ icon: 'stop', title: cx.say('step.stopped'), text: refused.at(-1)!.refused! })
  if (people.length > 0) steps.push({ icon: 'person', title: cx.say('step.person'), text: cx.say('step.personMore') })
  else if (view.handOff.state !== null)
    steps.push({ icon: 'person', title: cx.say('step.asked'), text: cx.term('handOff', view.handOff.state) })
  return steps
}

const heldBackWords = (cx: PortalContext, heldBack: PortalView['heldBack']): string =>
  heldBack.map(({ word, n }) => `${word} (${cx.number(n)} ×)`).join(', ')

const Steps = ({ cx, view }: Props) => {
  const steps = stepsOf(cx, view)
  return (
    <section aria-labelledby="happened">
      <h2 id="happened">{cx.say('happened.heading')}</h2>
      {steps.length === 0 ? (
        <p>{cx.say('happened.nothing')}</p>
      ) : (
        <ol class="steps-line">
          {steps.map(({ icon, title, text }) => (
            <li>
              <Icon name={icon} />
              <div>
                <h3>{title}</h3>
                <p>{text}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

const Used = ({ cx, view }: Props) => (
  <section class="sheet" aria-labelledby="used">
    <h2 id="used">{cx.say('used.title')}</h2>
    {view.used.length > 0 && (
      <>
        <p>{cx.say('used.used')}</p>
        <ul class="bullets">
          {view.used.map((what) => (
            <li>{what}</li>
          ))}
        </ul>
      </>
    )}
    {view.heldBack.length > 0 ? (
      <>
        <p>{cx.say('used.held')}</p>
        <ul class="bullets">
          {view.heldBack.map(({ word, n }) => (
            <li>
              {word} <span class="subtle">{cx.count('used.times', n)}</span>
            </li>
          ))}
        </ul>
        <p class="subtle">{cx.say('used.limit')}</p>
      </>
    ) : (
      <p>{cx.say('used.heldNone')}</p>
    )}
  </section>
)

const Acts = ({ cx, view, feedback }: Pick<PageProps, 'cx' | 'view' | 'feedback'>) => (
  <section aria-labelledby="acts">
    <h2 id="acts">{cx.say('acts.title')}</h2>
    <div class="acts">
      <Act
        first
        href={`${cx.base}/human`}
        icon="person"
        title={cx.say('act.human')}
        more={cx.say(view.handOff.open ? 'act.humanOpen' : 'act.humanClosed')}
      />
      {view.choices.length > 0 && (
        <Act href={`${cx.base}/choices`} icon="ok" title={cx.say('act.choices')} more={cx.say('act.choicesMore')} />
      )}
      <Act
        href={`${cx.base}/complaints`}
        icon="letter"
        title={cx.say('act.complaint')}
        more={cx.say('act.complaintMore')}
      />
      <Act href={`${cx.base}/cases`} icon="wait" title={cx.say('act.cases')} more={cx.say('act.casesMore')} />
      <Act href={`${cx.base}/data`} icon="file" title={cx.say('data.title')} more={cx.say('data.more')} />
      <Act href={`${cx.base}/receipts`} icon="keur" title={cx.say('act.receipts')} more={cx.say('act.receiptsMore')} />
      {(feedback === 'open' || feedback === 'given') && (
        <Act
          href={feedbackPath(cx)}
          icon="chat"
          title={cx.say('opinion.title')}
          more={cx.say(feedback === 'given' ? 'opinion.givenMore' : 'opinion.more')}
        />
      )}
    </div>
  </section>
)

const turnLook: Readonly<Record<PortalView['turns'][number]['role'], IconName>> = {
  customer: 'chat',
  ai: 'ai',
  agent: 'person',
  system: 'file',
  tool: 'tool',
  unknown: 'unknown',
}

const Conversation = ({ cx, view }: Props) =>
  view.turns.length === 0 ? null : (
    <section aria-labelledby="talk">
      <h2 id="talk">{cx.say('talk.title')}</h2>
      <p>{cx.say('talk.more')}</p>
      <ol class="steps-line talk">
        {view.turns.map((turn) => (
          <Turn cx={cx} view={view} turn={turn} />
        ))}
      </ol>
    </section>
  )

const Turn = ({ cx, view, turn }: Props & { turn: PortalView['turns'][number] }) => {
  const more = turn.why.length > 0 || turn.heldBack.length > 0 || turn.sources.length > 0
  return (
    <li class={turn.role === 'ai' ? undefined : 'by-person'}>
      <Icon name={turnLook[turn.role]} />
      <div>
        <h3>
          {cx.say(`turn.${turn.role}`)} {turn.at && <time datetime={turn.at}>{cx.time(turn.at)}</time>}
        </h3>
        {turn.refused !== null ? (
          <p>{turn.refused}</p>
        ) : turn.text === null ? (
          <p class="subtle">{cx.say('turn.gone')}</p>
        ) : (
          <p class="said" dir="auto" lang={view.conversation.language}>
            {turn.text}
          </p>
        )}
        {more && (
          <details>
            <summary>
              {cx.say(turn.role === 'ai' ? 'turn.why' : 'turn.used')}
              <span class="only-read">, {cx.say('turn.number', { number: turn.seq })}</span>
            </summary>
            {turn.why.map((sentence) => (
              <p>{sentence}</p>
            ))}
            {turn.sources.length > 0 && (
              <p>
                {cx.say('turn.sources')} {turn.sources.map(({ title }) => title).join(', ')}
              </p>
            )}
            {turn.heldBack.length > 0 && (
              <p>
                {cx.say('turn.held')} {heldBackWords(cx, turn.heldBack)}
              </p>
            )}
            {turn.role === 'ai' && (
              <p>
                <a href={`${cx.base}/questions?turn=${turn.seq}`}>
                  {cx.say('question.aboutThis')}
                  <span class="only-read">, {cx.say('turn.number', { number: turn.seq })}</span>
                </a>
              </p>
            )}
            {turn.receipt !== null && (
              <p>
                <a href={receiptPath(cx, turn.receipt)}>{cx.say('receipt.open')}</a>
              </p>
            )}
          </details>
        )}
      </div>
    </li>
  )
}

const Ground = ({ cx, view: { ground } }: Props) => (
  <section class="sheet" aria-labelledby="ground">
    <h2 id="ground">{cx.say('ground.title')}</h2>
    <p>{ground.sentence}</p>
    {ground.reasoning !== null && <p>{ground.reasoning}</p>}
    <Facts
      facts={[
        [cx.say('ground.purpose'), ground.purpose],
        [cx.say('ground.data'), ground.dataKinds],
        [cx.say('ground.retention'), kept(cx, ground.retentionDays)],
        [cx.say('ground.where'), <a href={ground.law.url}>{ground.law.label}</a>],
      ]}
    />
  </section>
)

/** Which notices this conversation was shown, and the way to those that count now. */
const Notices = ({ cx, view: { notices } }: Props) => (
  <section class="sheet" aria-labelledby="notices">
    <h2 id="notices">{cx.say('notices.title')}</h2>
    <p>{cx.say('notices.lead')}</p>
    {notices.length > 0 && (
      <ul class="bullets">
        {notices.map(({ kind, version, at, receipt }) => (
          <li>
            {cx.say('notices.shown', {
              notice: cx.say(`notices.${kind}`),
              version: cx.number(version),
              date: cx.date(at),
            })}{' '}
            <a href={receiptPath(cx, receipt)}>
              {cx.say('receipt.open')}
              <span class="only-read">: {cx.say(`notices.${kind}`)}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
    <div class="head__acts">
      {(['privacy', 'ai'] as const).map((kind) => (
        <form method="post" action={`${cx.base}/notices/${kind}`}>
          <button class="button" type="submit">
            {cx.say(`notice.${kind}`)}
          </button>
        </form>
      ))}
    </div>
  </section>
)

/** Whole years are said as years. */
const kept = (cx: PortalContext, days: number): string =>
  days > 0 && days % 365 === 0 ? cx.count('ground.years', days / 365) : cx.count('ground.days', days)

const Computer = ({
  cx,
  view: { system, clientId },
}: {
  cx: PortalContext
  view: PortalView & { clientId?: string }
}) =>
  system === null ? null : (
    <section aria-labelledby="computer">
      <h2 id="computer">{cx.say('computer.title')}</h2>
      <p>
        <b>{system.name}</b>. {cx.say('computer.version', { version: system.version })} {system.description}
      </p>
      {clientId !== undefined && (
        <p>
          <a href={`/systems/${encodeURIComponent(clientId)}`}>{cx.say('computer.all')}</a>
        </p>
      )}
    </section>
  )

const Seen = ({ cx, view: { views } }: Props) => (
  <section aria-labelledby="views">
    <h2 id="views">{cx.say('views.title')}</h2>
    {views.length === 0 ? (
      <p>{cx.say('views.none')}</p>
    ) : (
      <ul class="rows linked">
        {views.map(({ at, role, receipt }) => (
          <li>
            <span>
              {cx.term('role', role)}, <time datetime={at}>{cx.full(at)}</time>
            </span>
            <a href={receiptPath(cx, receipt)}>
              {cx.say('receipt.open')}
              <span class="only-read">, {cx.full(at)}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
  </section>
)
