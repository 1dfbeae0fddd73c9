/** Writing down a request that came in by phone, letter or at the desk: whose it is, who asks, and when it came in. */
import {
  type RequestDetail,
  requestKinds,
  staffChannels,
  staffIdentities,
} from '../../../../src/privacy/rights/contract.ts'
import type { SubjectConsents } from '../../../../src/privacy/subject/contract.ts'
import { Facts, Head, Message, Sheet } from '../../../ui/components.tsx'
import { dayOf } from '../../../ui/dates.ts'
import { LineField, Radios, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import { type ConsoleContext, keptFor } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, Kept, languageWord } from '../../parts.tsx'
import { FindForm, NotFound, subjectPath } from '../subjects/find.tsx'
import { recordPath, requestsPath } from './requests.tsx'

const crumbs = (cx: ConsoleContext) => [
  { href: requestsPath, word: cx.say('area.requests') },
  { word: cx.say('requests.record') },
]

type FindProps = { cx: ConsoleContext; error?: string | undefined; none?: boolean; values?: Form }

/** First: whose request it is. */
export const FindAsker = ({ cx, error, none, values = {} }: FindProps) => (
  <Frame cx={cx} title={cx.say('requests.record')} area={requestsPath} crumbs={crumbs(cx)}>
    <Head title={cx.say('requests.record')} lead={cx.say('record.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {none && <NotFound cx={cx} />}
      <Sheet id="find" title={cx.say('record.who')}>
        <FindForm cx={cx} action={`${recordPath}/find`} values={values} reason="data_request" />
      </Sheet>
      <Sheet id="conversation" title={cx.say('record.byConversation')}>
        <form class="form" method="post" action={`${recordPath}/find`}>
          <input type="hidden" name="reason" value="data_request" />
          <LineField
            id="number"
            name="conversation"
            label={cx.say('record.conversation')}
            hint={cx.say('record.conversationHint')}
            value={values.conversation}
            max={64}
            required
          />
          <Send>{cx.say('record.findConversation')}</Send>
        </form>
      </Sheet>
    </div>
  </Frame>
)

type Props = {
  cx: ConsoleContext
  view: SubjectConsents
  /** One of their conversations, whose link then shows the letters. */
  conversation?: string | undefined
  error?: string | undefined
  values?: Form
}

/** Then: who asks what, and since when. */
export const RecordRequest = ({ cx, view, conversation, error, values = keptFor(cx, recordPath) ?? {} }: Props) => (
  <Frame cx={cx} title={cx.say('requests.record')} area={requestsPath} crumbs={crumbs(cx)}>
    <Head title={cx.say('requests.record')} lead={cx.say('record.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {keptFor(cx, recordPath) && <Kept cx={cx} />}
      {view.erased && <Message kind="attention" title={cx.say('subject.erased')} quiet />}
      <Sheet id="whose" title={cx.say('record.who')}>
        <Facts
          facts={[
            [
              cx.say('subject.number'),
              <a href={subjectPath(view.subject)}>
                <Id id={view.subject} />
              </a>,
            ],
            [cx.say('subject.client'), view.clientName],
            conversation === undefined ? undefined : [cx.say('request.conversation'), <Id id={conversation} />],
            [
              cx.say('subject.circumstance'),
              cx.say(`subject.circumstance.${view.circumstance}`, { age: view.consentAge }),
            ],
          ]}
        />
      </Sheet>
      {!view.erased && (
        <Sheet id="record" title={cx.say('request.facts')}>
          <form class="form" method="post" action={recordPath}>
            <input type="hidden" name="subject" value={view.subject} />
            {conversation !== undefined && <input type="hidden" name="conversation" value={conversation} />}
            <Radios
              name="kind"
              legend={cx.say('record.kind')}
              value={values.kind}
              choices={requestKinds.map((kind) => ({ value: kind, word: cx.say(`right.${kind}`) }))}
            />
            <WordsField
              id="words"
              label={cx.say('record.words')}
              hint={cx.say('record.wordsHint')}
              value={values.words}
              max={2_000}
            />
            <SelectField
              id="by"
              label={cx.say('record.by')}
              hint={cx.say('record.byHint')}
              value={values.by}
              choices={[
                { value: 'customer', word: cx.say('request.by.customer') },
                ...view.representatives
                  .filter(({ counts }) => counts)
                  .map(({ id, relation }) => ({ value: id, word: cx.say(`subject.relation.${relation}`) })),
              ]}
              required
            />
            <SelectField
              id="identity"
              label={cx.say('record.identity')}
              value={values.identity}
              none={cx.say('record.choose')}
              choices={staffIdentities.map((value) => ({ value, word: cx.say(`request.identity.${value}`) }))}
              required
            />
            <SelectField
              id="channel"
              label={cx.say('record.channel')}
              value={values.channel}
              choices={staffChannels.map((value) => ({ value, word: cx.say(`request.channel.${value}`) }))}
              required
            />
            <LineField
              id="receivedOn"
              type="date"
              label={cx.say('record.receivedOn')}
              hint={cx.say('record.receivedHint')}
              value={values.receivedOn ?? dayOf(cx.now)}
              latest={dayOf(cx.now)}
              required
            />
            <SelectField
              id="language"
              label={cx.say('record.language')}
              value={values.language ?? cx.language}
              choices={(['nl', 'en'] as const).map((value) => ({ value, word: languageWord(cx, value) }))}
              required
            />
            <Send first>{cx.say('record.now')}</Send>
          </form>
        </Sheet>
      )}
    </div>
  </Frame>
)

/** What the form says, as the API takes it. */
export function recordedBody(form: Form): object {
  const { subject, conversation, kind, by = 'customer', words = '', identity, channel, receivedOn, language } = form
  const text = words.trim()
  return {
    subject,
    ...(conversation ? { conversation } : {}),
    kind,
    ...(by === 'customer' ? {} : { by: 'representative', representative: by }),
    ...(text === '' ? {} : kind === 'rectification' ? { shouldBe: text } : { words: text }),
    ...(identity ? { identity } : {}),
    channel,
    ...(receivedOn ? { receivedOn } : {}),
    language,
  }
}

/** The letter that says that it came in: somebody gives it or sends it. */
export const Recorded = ({
  cx,
  id,
  letter,
}: {
  cx: ConsoleContext
  id: string
  letter: RequestDetail['letters'][number]
}) => (
  <Frame cx={cx} title={cx.say('record.done')} area={requestsPath} crumbs={crumbs(cx)}>
    <Head title={cx.say('record.done')} lead={cx.say(letter.mail === null ? 'record.doneMore' : 'record.doneMail')} />
    <Sheet id="letter" title={letter.subject}>
      <div class="letter" lang={letter.language}>
        {letter.paragraphs.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
      </div>
      <p>
        <a class="button button--first" href={`${requestsPath}/${encodeURIComponent(id)}`}>
          {cx.say('request.back')}
        </a>
      </p>
    </Sheet>
  </Frame>
)
