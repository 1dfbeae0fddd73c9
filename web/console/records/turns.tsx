/** What was said beside what the model saw, with each event before the turn that it made possible. */
import type { CallView, TurnRole, TurnView } from '../../../src/records/contract.ts'
import { Icon, type IconName, Message, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { textReaders } from '../monitoring/readers.ts'
import { reportPath } from '../monitoring/report.tsx'
import { callLook, Entries, hiddenWords, labelWord, languageWord, Proof } from '../parts.tsx'
import type { ConversationDetail } from './chain.ts'
import { handOffLook } from './conversations.tsx'
import { type Piece, saidPieces, seenPieces } from './seen.ts'

type Props = { cx: ConsoleContext; conversation: ConversationDetail }

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
      const told = one.kind === 'ai' ? turns.find((turn) => turn.disclosure) : undefined
      return { kind: 'disclosure' as const, at: told?.seq ?? afterTime(one.at), one }
    }),
    ...conversation.callsList.map((call, i) => ({ kind: 'call' as const, at: placeOf(call), call, number: i + 1 })),
    ...conversation.handOffs.map((one) => ({ kind: 'handOff' as const, at: afterTime(one.requestedAt), one })),
    ...turns.map((turn) => ({ kind: 'turn' as const, at: turn.seq, turn })),
  ]
  return steps.sort((a, b) => a.at - b.at || (a.kind === 'turn' ? 1 : 0) - (b.kind === 'turn' ? 1 : 0))
}

export const Turns = ({ cx, conversation }: Props) => {
  const closed = conversation.turnsList.length > 0 && conversation.contents === 'closed'
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
            <EventLine cx={cx} step={step} />
          ),
        )}
      </ol>
    </div>
  )
}

const EventLine = ({ cx, step }: { cx: ConsoleContext; step: Exclude<Step, { kind: 'turn' }> }) => {
  if (step.kind === 'disclosure') {
    const { one } = step
    const what = one.kind === 'ai' ? cx.say('event.disclosed') : cx.say(`told.disclosed.${one.kind}`)
    return (
      <li class="event">
        <State kind="ok">{what}</State>
        <span class="subtle">
          {[cx.term('disclosureSource', one.source), languageWord(cx, one.language), cx.time(one.at)].join(', ')}
        </span>
        <Entries cx={cx} record={one.id} what={what} />
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
          {turn.role === 'ai' && turn.said !== null && !conversation.audit && cx.may(textReaders) && (
            <a class="small" href={reportPath(conversation.id, turn.seq)}>
              {cx.say('wa.report.link')}
              <span class="only-read">: {cx.say('turn.number', { number: turn.seq })}</span>
            </a>
          )}
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
