/** Who read what: asking for a reason, the two lists, and the signal for who supervises privacy. */
import {
  type PersonViews,
  type ReadingSignals,
  revealReasons,
  type SubjectViews,
} from '../../../src/access/contract.ts'
import type { Api } from '../../api.ts'
import { described, Empty, Field, Head, Icon, Message, Scroll, Select, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { shortId } from '../parts.tsx'

export const viewWatchers = ['dpo', 'auditor'] as const

type RevealProps = {
  cx: ConsoleContext
  conversation: string
  values?: Readonly<Record<string, string>>
  error?: string | undefined
}

/** Stands where the words would be, until a reason is given. */
export const RevealForm = ({ cx, conversation, values = {}, error }: RevealProps) => (
  <form class="form sheet" id="reveal" method="post" action={`/console/conversations/${conversation}/reveal`}>
    <h2>{cx.say('reveal.title')}</h2>
    <p>{cx.say('reveal.lead')}</p>
    {error && <Message kind="bad" title={error} level={3} />}
    <Field id="reason" label={cx.say('reveal.reason')}>
      <Select
        id="reason"
        name="reason"
        value={values.reason}
        choices={revealReasons.map((value) => ({ value, word: cx.term('reason', value) }))}
        required
      />
    </Field>
    <Field id="words" label={cx.say('reveal.words')} hint={cx.say('reveal.wordsHint')}>
      <input
        id="words"
        name="words"
        maxlength={500}
        autocomplete="off"
        value={values.words ?? ''}
        {...described('words', true, undefined)}
      />
    </Field>
    <button class="button button--first" type="submit">
      {cx.say('reveal.now')}
    </button>
  </form>
)

const where = (cx: ConsoleContext, conversation: string | null) =>
  conversation === null ? (
    cx.say('views.lookedUp')
  ) : (
    <a href={`/console/conversations/${conversation}`}>{shortId(conversation)}</a>
  )

export const SubjectViewsPage = ({ cx, view }: { cx: ConsoleContext; view: SubjectViews }) => (
  <Frame
    cx={cx}
    title={cx.say('views.subject')}
    area="/console/conversations"
    crumbs={[{ href: '/console/conversations', word: cx.say('area.conversations') }, { word: shortId(view.subject) }]}
  >
    <Head title={cx.say('views.subject')} lead={cx.say('views.subjectLead')} />
    <Looks
      cx={cx}
      heads={[
        cx.say('views.when'),
        cx.say('views.who'),
        cx.say('views.role'),
        cx.say('views.reason'),
        cx.say('views.conversation'),
      ]}
      rows={view.views.map((one) => [
        cx.full(one.at),
        <a href={`/console/people/${one.person}/views`}>{one.name ?? shortId(one.person)}</a>,
        cx.term('role', one.role),
        cx.term('reason', one.reason),
        where(cx, one.conversation),
      ])}
    />
  </Frame>
)

export const PersonViewsPage = ({ cx, view }: { cx: ConsoleContext; view: PersonViews }) => (
  <Frame
    cx={cx}
    title={cx.say('views.person')}
    area="/console/people"
    crumbs={[{ href: '/console/people', word: cx.say('area.people') }, { word: view.person.name }]}
  >
    <Head title={`${cx.say('views.person')}: ${view.person.name}`} lead={cx.say('views.personLead')} />
    <Looks
      cx={cx}
      heads={[
        cx.say('views.when'),
        cx.say('views.customer'),
        cx.say('views.role'),
        cx.say('views.reason'),
        cx.say('views.conversation'),
      ]}
      rows={view.views.map((one) => [
        cx.full(one.at),
        <a href={`/console/subjects/${one.subject}/views`}>{shortId(one.subject)}</a>,
        cx.term('role', one.role),
        cx.term('reason', one.reason),
        where(cx, one.conversation),
      ])}
    />
  </Frame>
)

const Looks = ({
  cx,
  heads,
  rows,
}: {
  cx: ConsoleContext
  heads: readonly string[]
  rows: readonly (readonly unknown[])[]
}) =>
  rows.length === 0 ? (
    <Empty title={cx.say('views.none')}>{cx.say('views.noneMore')}</Empty>
  ) : (
    <Sheet id="looks" title={cx.say('views.list')}>
      <Scroll label={cx.say('views.table')}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th scope="col">{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells) => (
              <tr>
                {cells.map((cell) => (
                  <td>{cell as string}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Sheet>
  )

/** For the data protection officer only; others get none. */
export const loadSignals = (api: Api): Promise<ReadingSignals> =>
  api
    .get<{ signals: ReadingSignals }>('/api/reading-signals')
    .then(({ signals }) => signals)
    .catch((error: { status?: number }) => {
      if (error.status === 403) return []
      throw error
    })

export const Signals = ({ cx, signals }: { cx: ConsoleContext; signals: ReadingSignals }) =>
  signals.length === 0 ? null : (
    <Sheet id="reading" title={cx.say('reading.title')}>
      <ul class="rows">
        {signals.map(({ id, person, name, until, customers, usual, comparedWith }) => (
          <li class="row">
            <Icon name="attention" class="is-attention" label={cx.say('sign.attention')} />
            <div>
              <b>{name ?? shortId(person)}</b>
              <br />
              <span class="small">
                {cx.say('reading.line', {
                  customers: cx.number(customers),
                  at: cx.full(until),
                  usual: cx.number(usual),
                })}{' '}
                {cx.term('reading.with', comparedWith)}
              </span>
              <form class="head__acts" method="post" action={`/console/reading/${id}`}>
                <a class="button" href={`/console/people/${person}/views`}>
                  {cx.say('reading.open')}
                </a>
                <button class="button" type="submit" name="judgement" value="explained">
                  {cx.say('reading.explained')}
                </button>
                <button class="button" type="submit" name="judgement" value="to_follow_up">
                  {cx.say('reading.followUp')}
                </button>
              </form>
            </div>
          </li>
        ))}
      </ul>
    </Sheet>
  )
