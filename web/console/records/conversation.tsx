/** One conversation: what was said beside what the AI saw, each call with its grounds, and the proof of every step. */
import type { Api } from '../../api.ts'
import { Facts, Head, Icon, Message, Sheet, State } from '../../ui/components.tsx'
import { RevealForm, viewWatchers } from '../access/views.tsx'
import { intake, newPathFor } from '../complaints/new.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Entries, Id, languageWord, loadNamed, type Named, type Names, namesOf, shortId } from '../parts.tsx'
import { readers as sampleReaders } from '../privacy/samples/coverage.tsx'
import { tryPath } from '../privacy/samples/try.tsx'
import { lookers } from '../privacy/subjects/find.tsx'
import { Call } from './call.tsx'
import { type Answer, type ConversationDetail, chainOf } from './chain.ts'
import { handOffLook } from './conversations.tsx'
import { Turns } from './turns.tsx'

/** The conversation, and the names of what it mentions. */
export async function loadConversation(
  api: Api,
  id: string,
): Promise<{ conversation: ConversationDetail; named: Named }> {
  const [conversation, named] = await Promise.all([
    api.get<ConversationDetail>(`/api/conversations/${encodeURIComponent(id)}`),
    loadNamed(api),
  ])
  return { conversation, named }
}

type Props = { cx: ConsoleContext; conversation: ConversationDetail; names: Names }

export const Conversation = ({
  cx,
  conversation,
  named,
  reveal,
}: {
  cx: ConsoleContext
  conversation: ConversationDetail
  named: Named
  /** A reason that was filled in and not taken. */
  reveal?: Pick<Parameters<typeof RevealForm>[0], 'values' | 'error'>
}) => {
  const names = namesOf(cx, named)
  const title = cx.say('conversation.title', {
    channel: cx.term('channelTitle', conversation.channel),
    date: cx.date(conversation.startedAt),
  })
  return (
    <Frame
      cx={cx}
      title={title}
      area="/console/conversations"
      styles={[cx.assets.conversationCss]}
      crumbs={[
        { href: '/console/conversations', word: cx.say('area.conversations') },
        { word: shortId(conversation.id) },
      ]}
    >
      <Head
        title={title}
        lead={lead(cx, conversation).join(' ')}
        acts={
          <>
            {cx.may(sampleReaders) && (
              <a class="button" href={`${tryPath}?conversation=${encodeURIComponent(conversation.id)}`}>
                {cx.say('try.here')}
              </a>
            )}
            {cx.may(intake) && !conversation.audit && (
              <a class="button" href={newPathFor({ conversation: conversation.id, client: conversation.client })}>
                {cx.say('complaintNew.link')}
              </a>
            )}
            <a class="button" href={`/console/ledger?find=${conversation.id}`}>
              <Icon name="keur" />
              {cx.say('conversation.entries')}
            </a>
          </>
        }
      />
      {conversation.audit && <Message kind="attention" title={cx.say('conversation.audit')} quiet />}
      <Chain cx={cx} answers={chainOf(conversation)} />
      <div class="split split--rail">
        <div class="stack">
          {conversation.contents === 'reason_needed' && (
            <RevealForm cx={cx} conversation={conversation.id} {...reveal} />
          )}
          <Turns cx={cx} conversation={conversation} />
        </div>
        <aside class="stack" aria-label={cx.say('conversation.beside')}>
          <Short cx={cx} conversation={conversation} names={names} />
          <Calls cx={cx} conversation={conversation} names={names} />
          <Consents cx={cx} conversation={conversation} names={names} />
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

// -- beside it ----------------------------------------------------------------------------------------------------

const Short = ({ cx, conversation, names }: Props) => {
  const numbers = conversation.turnsList.map(({ seq }) => seq)
  const whole = numbers.every((seq, i) => seq === i + 1)
  const proofs = conversation.callsList.flatMap((call) => call.proofs)
  const waiting = proofs.filter(({ index }) => index === null).length
  const told = chainOf(conversation)[0]!
  const read = conversation.turnsList.some(({ said }) => said !== null)
  return (
    <Sheet id="short" title={cx.say('short.title')}>
      <Facts
        narrow
        facts={[
          [cx.say('short.number'), <Id id={conversation.id} />],
          [
            cx.say('short.subject'),
            <>
              {cx.may(lookers) ? (
                <a href={`/console/privacy/subjects/${conversation.subject}`}>
                  <Id id={conversation.subject} />
                </a>
              ) : (
                <Id id={conversation.subject} />
              )}
              {cx.may(viewWatchers) && (
                <>
                  <br />
                  <a href={`/console/subjects/${conversation.subject}/views`}>{cx.say('views.subject')}</a>
                </>
              )}
            </>,
          ],
          read ? [cx.say('short.access'), cx.say('short.accessYes')] : undefined,
          conversation.system === null
            ? undefined
            : [
                cx.say('short.system'),
                <a href={`/console/systems/${conversation.system}`}>{names.system(conversation.system)}</a>,
              ],
          [cx.say('short.purpose'), conversation.purpose === null ? null : names.purpose(conversation.purpose)],
          [
            cx.say('short.disclosure'),
            <State kind={told.kind}>
              {conversation.disclosed
                ? cx.say('short.disclosed')
                : told.kind === 'bad'
                  ? cx.say('conversation.undisclosed')
                  : cx.say(`chain.disclosure.${told.code}` as 'chain.disclosure.none')}
            </State>,
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

const Calls = ({ cx, conversation, names }: Props) => (
  <Sheet
    id="calls"
    title={cx.say('calls.title')}
    side={<span class="subtle small">{cx.number(conversation.callsList.length)}</span>}
  >
    {conversation.callsList.length === 0 ? (
      <p class="subtle small">{cx.say('calls.none')}</p>
    ) : (
      conversation.callsList.map((call, i) => <Call cx={cx} call={call} number={i + 1} names={names} />)
    )}
  </Sheet>
)

const Consents = ({ cx, conversation: { consents }, names }: Props) =>
  consents.length === 0 ? null : (
    <Sheet id="consents" title={cx.say('consents.title')}>
      <ol class="timeline">
        {consents.map((one) => (
          <li>
            <Icon name={one.state === 'given' ? 'ok' : 'wait'} class={one.state === 'given' ? 'is-ok' : 'is-wait'} />
            <span>
              <b>{cx.term('consentState', one.state)}</b>: {names.purpose(one.purpose)}
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

const HandOffs = ({ cx, conversation: { handOffs } }: Omit<Props, 'names'>) =>
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
