/** One conversation: what was said beside what the AI saw, each call with its grounds, and the proof of every step. */
import type { CallView, TurnRole, TurnView } from '../../../src/records/contract.ts'
import type { Api } from '../../api.ts'
import { type Fact, Facts, Head, Icon, type IconName, Message, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { callLook, Entries, hiddenWords, labelWord, languageWord, Proof } from '../parts.tsx'
import { type Answer, type ConversationDetail, chainOf } from './chain.ts'
import { handOffLook } from './conversations.tsx'
import { type Piece, saidPieces, seenPieces } from './seen.ts'

export const loadConversation = (api: Api, id: string) =>
  api.get<ConversationDetail>(`/api/conversations/${encodeURIComponent(id)}`)

type Props = { cx: ConsoleContext; conversation: ConversationDetail }

export const Conversation = ({ cx, conversation }: Props) => {
  const title = cx.say('conversation.title', {
    channel: cx.term('channelTitle', conversation.channel),
    date: cx.date(conversation.startedAt),
  })
  return (
    <Frame
      cx={cx}
      title={title}
      area="/console/conversations"
      crumbs={[
        { href: '/console/conversations', word: cx.say('area.conversations') },
        { word: conversation.id.slice(0, 8) },
      ]}
    >
      <Head
        title={title}
        lead={lead(cx, conversation).join(' ')}
        acts={
          <a class="button" href={`/console/ledger?find=${conversation.id}`}>
            <Icon name="keur" />
            {cx.say('conversation.entries')}
          </a>
        }
      />
      <Chain cx={cx} answers={chainOf(conversation)} />
      <div class="split split--rail">
        <Turns cx={cx} conversation={conversation} />
        <aside class="stack" aria-label={cx.say('conversation.beside')}>
          <Short cx={cx} conversation={conversation} />
          <Calls cx={cx} conversation={conversation} />
          <Consents cx={cx} conversation={conversation} />
          <HandOffs cx={cx} conversation={conversation} />
        </aside>
      </div>
    </Frame>
  )
}

/** When, what was hidden, what was refused: read aloud in one breath each. */
function lead(cx: ConsoleContext, one: ConversationDetail): string[] {
  const when =
    one.endedAt === null
      ? cx.say('conversation.whenOpen', { time: cx.time(one.startedAt) })
      : cx.say('conversation.when', { from: cx.time(one.startedAt), until: cx.time(one.endedAt) })
  const hidden = one.redacted > 0 ? cx.count('conversation.leadHidden', one.redacted) : undefined
  const refused = one.refused > 0 ? cx.count('conversation.leadRefused', one.refused) : undefined
  return [when, hidden, refused].filter((sentence) => sentence !== undefined)
}

const targets = {
  disclosure: 'short',
  ground: 'calls',
  gate: 'calls',
  oversight: 'calls',
  hidden: 'said',
  proof: 'short',
} as const

const Chain = ({ cx, answers }: { cx: ConsoleContext; answers: readonly Answer[] }) => (
  <nav aria-label={cx.say('chain.title')}>
    <ol class="chain">
      {answers.map(({ question, kind, code, count }) => (
        <li>
          <a href={`#${targets[question]}`}>
            <Icon
              name={question === 'proof' && kind === 'ok' ? 'keur' : kind}
              label={cx.say(`sign.${kind}`)}
              class={`is-${kind}`}
            />
            <b>{cx.say(`chain.${question}`)}</b>
            <small>{cx.say(`chain.${question}.${code}` as 'chain.proof.yes', { count })}</small>
          </a>
        </li>
      ))}
    </ol>
  </nav>
)

// -- said beside seen ---------------------------------------------------------------------------------------------

type Step =
  | { readonly at: number; readonly kind: 'turn'; readonly turn: TurnView }
  | { readonly at: number; readonly kind: 'call'; readonly call: CallView; readonly number: number }
  | { readonly at: number; readonly kind: 'disclosure'; readonly one: ConversationDetail['disclosures'][number] }
  | { readonly at: number; readonly kind: 'handOff'; readonly one: ConversationDetail['handOffs'][number] }

/**
 * Turns in order, with each event before the turn it made possible: a call before the answer of the AI, a disclosure
 * before the first turn after it. `at` is the number of the turn it stands before; ties keep the order given.
 */
export function stepsOf(conversation: ConversationDetail): Step[] {
  const { turnsList: turns } = conversation
  const end = (turns.at(-1)?.seq ?? 0) + 1
  const afterTime = (at: string) => turns.find((turn) => turn.at !== null && turn.at > at)?.seq ?? end
  const placeOf = (call: CallView) => {
    const own = turns.filter((turn) => turn.call === call.id)
    const answer = own.find(({ role }) => role === 'ai')
    if (answer) return answer.seq
    const last = own.at(-1)?.seq ?? call.turnTo
    return last === null || last === undefined ? afterTime(call.startedAt) : last + 1
  }
  const steps: Step[] = [
    ...conversation.disclosures.map((one) => {
      const told = turns.find((turn) => turn.disclosure)
      return { kind: 'disclosure' as const, at: told?.seq ?? afterTime(one.at), one }
    }),
    ...conversation.callsList.map((call, i) => ({ kind: 'call' as const, at: placeOf(call), call, number: i + 1 })),
    ...conversation.handOffs.map((one) => ({ kind: 'handOff' as const, at: afterTime(one.requestedAt), one })),
    ...turns.map((turn) => ({ kind: 'turn' as const, at: turn.seq, turn })),
  ]
  return steps.sort((a, b) => a.at - b.at || (a.kind === 'turn' ? 1 : 0) - (b.kind === 'turn' ? 1 : 0))
}

const Turns = ({ cx, conversation }: Props) => {
  const closed = conversation.turnsList.length > 0 && conversation.turnsList.every(({ said }) => said === null)
  return (
    <div class="turns">
      <div class="turns__heads">
        <h2 id="said">{cx.say('turns.said')}</h2>
        <h2>{cx.say('turns.seen')}</h2>
      </div>
      {closed && (
        <Message kind="unknown" title={cx.say('turns.closed')} quiet level={3}>
          <p>{cx.say('turns.closedMore')}</p>
        </Message>
      )}
      <ol aria-labelledby="said">
        {stepsOf(conversation).map((step) =>
          step.kind === 'turn' ? (
            <Turn cx={cx} conversation={conversation} turn={step.turn} />
          ) : (
            <EventLine cx={cx} conversation={conversation} step={step} />
          ),
        )}
      </ol>
    </div>
  )
}

const EventLine = ({ cx, conversation, step }: Props & { step: Exclude<Step, { kind: 'turn' }> }) => {
  if (step.kind === 'disclosure') {
    const { one } = step
    return (
      <li class="event">
        <State kind="ok">{cx.say('event.disclosed')}</State>
        <span class="subtle">
          {[cx.term('disclosureSource', one.source), languageWord(cx, one.language), cx.time(one.at)].join(', ')}
        </span>
        <Proof cx={cx} event={one.id} index={indexOf(conversation, one.id)} />
      </li>
    )
  }
  if (step.kind === 'handOff') {
    const { one } = step
    const state = one.state as keyof typeof handOffLook
    return (
      <li class="event">
        <State kind={handOffLook[state] ?? 'wait'}>{cx.term('handOffState', one.state)}</State>
        <span class="subtle">
          {cx.term('handOffReason', one.reason)}, {cx.time(one.requestedAt)}
        </span>
      </li>
    )
  }
  const { call, number } = step
  const refused = call.state === 'refused'
  const proof = call.proofs.at(-1)
  const hidden = hiddenWords(cx, call.redacted)
  return (
    <li class={refused || call.state === 'stopped' ? 'event event--refused' : 'event'}>
      <a href={`#call-${number}`}>{cx.say('call.number', { number })}</a>
      <State kind={callLook[call.state]}>{cx.say(`callState.${call.state}`)}</State>
      {refused ? (
        <span>
          {cx.term('codeWhy', call.code ?? '')} {cx.say('call.nothingOut')}
        </span>
      ) : (
        <span class="subtle">
          {hidden === undefined ? cx.say('call.nothingHidden') : cx.say('call.hidden', { what: hidden })}
        </span>
      )}
      {proof && <Proof cx={cx} event={proof.event} index={proof.index} />}
    </li>
  )
}

const indexOf = (conversation: ConversationDetail, event: string): number | null =>
  conversation.callsList.flatMap(({ proofs }) => proofs).find((proof) => proof.event === event)?.index ?? null

const turnLook: Readonly<Record<TurnRole, { icon: IconName; class: string }>> = {
  customer: { icon: 'person', class: 'turn turn--customer' },
  ai: { icon: 'ai', class: 'turn turn--ai' },
  agent: { icon: 'person', class: 'turn turn--person' },
  system: { icon: 'file', class: 'turn' },
  tool: { icon: 'tool', class: 'turn turn--tool' },
  unknown: { icon: 'unknown', class: 'turn' },
}

const Turn = ({ cx, conversation, turn }: Props & { turn: TurnView }) => {
  const look = turnLook[turn.role]
  const inCall =
    turn.call !== null ||
    conversation.callsList.some(
      ({ state, turnFrom, turnTo }) =>
        state !== 'refused' && turnFrom !== null && turnTo !== null && turnFrom <= turn.seq && turn.seq <= turnTo,
    )
  const call = conversation.callsList.find(({ id }) => id === turn.call)
  const sent = inCall && call?.state !== 'refused'
  return (
    <li class={look.class} id={`turn-${turn.seq}`}>
      <div>
        <p class="turn__who">
          <Icon name={look.icon} />
          <b>{cx.say(`turnRole.${turn.role}`)}</b>
          <span>{cx.say('turn.number', { number: turn.seq })}</span>
          {turn.at && <time datetime={turn.at}>{cx.time(turn.at)}</time>}
          {turn.disclosure && <State kind="ok">{cx.say('turn.disclosure')}</State>}
        </p>
        {turn.said === null ? (
          <p class="turn__same">{cx.say('turn.closed')}</p>
        ) : (
          <Words
            cx={cx}
            lang={conversation.language}
            role={turn.role}
            pieces={turn.seen === null ? [{ kind: 'text', text: turn.said }] : saidPieces(turn.said, turn.seen)}
          />
        )}
      </div>
      <div>
        <p class="turn__seen">{cx.say('turns.seen')}:</p>
        {!sent ? (
          <p class="turn__same">{cx.say('turn.notSent')}</p>
        ) : turn.seen !== null ? (
          <Words cx={cx} lang={conversation.language} role={turn.role} pieces={seenPieces(turn.seen)} />
        ) : turn.said === null ? (
          <p class="turn__same">{cx.say('turn.closed')}</p>
        ) : (
          <p class="turn__same turn__same--equal">{cx.say(turn.role === 'ai' ? 'turn.own' : 'turn.same')}</p>
        )}
      </div>
    </li>
  )
}

const Words = ({
  cx,
  lang,
  role,
  pieces,
}: {
  cx: ConsoleContext
  lang: string
  role: TurnRole
  pieces: readonly Piece[]
}) => {
  const parts = pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text
    if (piece.kind === 'personal') return <mark class="personal">{piece.text}</mark>
    if (piece.kind === 'omitted')
      return (
        <span class="omitted" lang={cx.language}>
          {cx.say('turn.omitted', { what: labelWord(cx, piece.label) })}
        </span>
      )
    return (
      <span class="pseudo" lang={cx.language}>
        {labelWord(cx, piece.label)} {piece.number}
      </span>
    )
  })
  return role === 'tool' ? (
    <code class="tool" dir="ltr">
      {parts}
    </code>
  ) : (
    <p class="said" dir="auto" lang={lang}>
      {parts}
    </p>
  )
}

// -- beside it ----------------------------------------------------------------------------------------------------

const Short = ({ cx, conversation }: Props) => {
  const numbers = conversation.turnsList.map(({ seq }) => seq)
  const whole = numbers.every((seq, i) => seq === i + 1)
  const proofs = conversation.callsList.flatMap((call) => call.proofs)
  const waiting = proofs.filter(({ index }) => index === null).length
  const read = conversation.turnsList.some(({ said }) => said !== null)
  return (
    <Sheet id="short" title={cx.say('short.title')}>
      <Facts
        narrow
        facts={[
          [cx.say('short.number'), <code>{conversation.id}</code>],
          [cx.say('short.subject'), <code>{conversation.subject}</code>],
          read ? [cx.say('short.access'), cx.say('short.accessYes')] : undefined,
          conversation.system === null
            ? undefined
            : [cx.say('short.system'), <a href={`/console/systems/${conversation.system}`}>{conversation.system}</a>],
          [cx.say('short.purpose'), conversation.purpose],
          [
            cx.say('short.disclosure'),
            conversation.disclosed ? (
              <State kind="ok">{cx.say('short.disclosed')}</State>
            ) : (
              <State kind={conversation.calls > conversation.refused ? 'bad' : 'unknown'}>
                {cx.say('conversation.undisclosed')}
              </State>
            ),
          ],
          [
            cx.say('short.language'),
            `${languageWord(cx, conversation.language)}, ${cx.term('channel', conversation.channel)}`,
          ],
          [
            cx.say('short.complete'),
            numbers.length === 0 ? (
              cx.say('short.noTurns')
            ) : whole ? (
              <State kind="ok">{cx.say('short.whole', { last: numbers.length })}</State>
            ) : (
              <State kind="bad">{cx.say('short.gap')}</State>
            ),
          ],
          proofs.length === 0
            ? undefined
            : [
                cx.say('short.proof'),
                waiting > 0 ? (
                  <State kind="wait">{cx.count('short.proofWaits', waiting)}</State>
                ) : (
                  cx.count('short.proofs', proofs.length)
                ),
              ],
        ]}
      />
    </Sheet>
  )
}

const Calls = ({ cx, conversation }: Props) => (
  <Sheet
    id="calls"
    title={cx.say('calls.title')}
    side={<span class="subtle small">{cx.number(conversation.callsList.length)}</span>}
  >
    {conversation.callsList.length === 0 ? (
      <p class="subtle small">{cx.say('calls.none')}</p>
    ) : (
      conversation.callsList.map((call, i) => <Call cx={cx} call={call} number={i + 1} />)
    )}
  </Sheet>
)

const Call = ({ cx, call, number }: { cx: ConsoleContext; call: CallView; number: number }) => (
  <article class="call" id={`call-${number}`}>
    <div class="call__head">
      <h3>{cx.say('call.number', { number })}</h3>
      <State kind={callLook[call.state]}>{cx.say(`callState.${call.state}`)}</State>
    </div>
    <Facts narrow facts={callFacts(cx, call)} />
    <p class="small">
      {call.proofs.map(({ event, index, type }) => (
        <>
          <Proof cx={cx} event={event} index={index} /> <span class="subtle">{cx.term('event', type)}</span>
          <br />
        </>
      ))}
    </p>
  </article>
)

/** Everything that a call met, in the order in which it is looked at. What was not recorded is not shown as if it were. */
function callFacts(cx: ConsoleContext, call: CallView): (Fact | undefined)[] {
  const refused = call.state === 'refused'
  const hidden = hiddenWords(cx, call.redacted)
  const fact = (
    name: Parameters<ConsoleContext['say']>[0],
    value: Fact[1] | null | undefined | false,
  ): Fact | undefined => (value === null || value === undefined || value === false ? undefined : [cx.say(name), value])
  const recordOr = (record: string | null, word: string, what: string) =>
    record === null ? null : (
      <>
        {word} <Entries cx={cx} record={record} what={what} />
      </>
    )
  return [
    fact('fact.system', call.system && (call.version ? `${call.system} ${call.version}` : call.system)),
    fact('fact.purpose', call.purpose),
    fact(
      'fact.code',
      call.code && (
        <>
          <code>{call.code}</code>
          <br />
          {cx.term('codeWhy', call.code)}
        </>
      ),
    ),
    fact('fact.wouldRefuse', call.wouldRefuse && <State kind="attention">{cx.term('code', call.wouldRefuse)}</State>),
    fact(
      'fact.basis',
      call.basis && (
        <>
          {cx.term('basis', call.basis)} <Entries cx={cx} record={call.groundRecord} what={cx.say('fact.basis')} />
        </>
      ),
    ),
    fact('fact.gate', recordOr(call.gateRecord, cx.say('fact.gateYes'), cx.say('fact.gate'))),
    fact('fact.oversight', recordOr(call.oversightRecord, cx.say('fact.oversightYes'), cx.say('fact.oversight'))),
    fact(
      'fact.disclosure',
      call.disclosure && (
        <>
          {cx.term('disclosureState', call.disclosure)}{' '}
          <Entries cx={cx} record={call.disclosureRecord} what={cx.say('fact.disclosure')} />
        </>
      ),
    ),
    fact('fact.hidden', refused ? null : (hidden ?? cx.say('call.nothingHidden'))),
    fact('fact.restored', call.restored !== null && call.restored > 0 && cx.count('fact.restoredTimes', call.restored)),
    fact(
      'fact.upstream',
      refused ? cx.say('call.nothingOut') : call.upstream && [call.upstream, call.model].filter(Boolean).join(', '),
    ),
    fact(
      'fact.sources',
      call.facts.sources && call.facts.sources.length > 0 && call.facts.sources.map(({ title }) => title).join(', '),
    ),
    fact('fact.tools', call.facts.tools && call.facts.tools.length > 0 && call.facts.tools.join(', ')),
    fact('fact.duration', durationWords(cx, call)),
    fact(
      'fact.tokens',
      call.tokensIn !== null &&
        call.tokensOut !== null &&
        cx.say('fact.tokensIs', { in: call.tokensIn, out: call.tokensOut }),
    ),
    fact('fact.attempts', call.attempts > 1 && cx.number(call.attempts)),
  ]
}

function durationWords(cx: ConsoleContext, call: CallView): string | undefined {
  if (call.durationMs === null) return undefined
  const whole = cx.say('fact.ms', { ms: call.durationMs })
  return call.firstTokenMs === null ? whole : `${whole}, ${cx.say('fact.firstToken', { ms: call.firstTokenMs })}`
}

const Consents = ({ cx, conversation: { consents } }: Props) =>
  consents.length === 0 ? null : (
    <Sheet id="consents" title={cx.say('consents.title')}>
      <ol class="timeline">
        {consents.map((one) => (
          <li>
            <Icon name={one.state === 'given' ? 'ok' : 'wait'} class={one.state === 'given' ? 'is-ok' : 'is-wait'} />
            <span>
              <b>{cx.term('consentState', one.state)}</b>: {one.purpose}
            </span>
            <span>
              <time datetime={one.at}>{cx.moment(one.at)}</time>, {cx.term('by', one.by)}
              {one.expiresAt && `, ${cx.say('consents.until', { date: cx.date(one.expiresAt) })}`}
            </span>
            <Entries cx={cx} record={one.id} what={cx.term('consentState', one.state)} />
          </li>
        ))}
      </ol>
    </Sheet>
  )

const HandOffs = ({ cx, conversation: { handOffs } }: Props) =>
  handOffs.length === 0 ? null : (
    <Sheet id="hand-offs" title={cx.say('area.handOffs')}>
      <ul class="rows">
        {handOffs.map((one) => (
          <li class="small">
            <State kind={handOffLook[one.state as keyof typeof handOffLook] ?? 'wait'}>
              {cx.term('handOffState', one.state)}
            </State>
            <br />
            {cx.term('handOffReason', one.reason)}. {cx.say('handOff.since', { at: cx.moment(one.requestedAt) })}
            {one.acceptedAt && ` ${cx.say('handOff.accepted', { at: cx.moment(one.acceptedAt) })}`}
            {one.answerBy && one.acceptedAt === null && ` ${cx.say('handOff.by', { at: cx.moment(one.answerBy) })}`}
          </li>
        ))}
      </ul>
    </Sheet>
  )
