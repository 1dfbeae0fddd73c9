/** The consents of one customer: what was asked in which words, what was answered, what it means, and who speaks for them. */
import { readers } from '../../../../src/platform/http.ts'
import { circumstances, relations, type SubjectConsents } from '../../../../src/privacy/subject/contract.ts'
import { channels } from '../../../../src/records/contract.ts'
import type { Api } from '../../../api.ts'
import { Empty, Facts, Field, Head, Icon, Message, Select, Sheet, State } from '../../../ui/components.tsx'
import { type ConsoleContext, keptFor } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, Kept, languageWord, shortId } from '../../parts.tsx'
import { recordPath, takers } from '../rights/requests.tsx'
import { recorders, subjectPath, subjectsPath } from './find.tsx'

type Purpose = SubjectConsents['purposes'][number]
type Event = Purpose['events'][number]
type Question = Purpose['questions'][number]
type Representative = SubjectConsents['representatives'][number]

export const loadSubject = (api: Api, subject: string) =>
  api.get<SubjectConsents>(`/api/privacy/subjects/${encodeURIComponent(subject)}/consents`)

type Props = {
  cx: ConsoleContext
  view: SubjectConsents
  done?: string | undefined
  error?: string | undefined
  values?: Form
}

const dones = ['answer', 'representatives', 'ended', 'circumstance'] as const

export const SubjectPage = ({ cx, view, done, error, values: refused }: Props) => {
  const kept = keptFor(cx, `${subjectPath(view.subject)}/representatives`)
  const values: Form = refused ?? kept ?? {}
  const records = cx.may(recorders) && !view.erased
  const asked = view.purposes.filter(({ events }) => events.length > 0)
  const known = dones.find((one) => one === done)
  return (
    <Frame
      cx={cx}
      title={cx.say('subject.title')}
      area={subjectsPath}
      crumbs={[{ href: subjectsPath, word: cx.say('area.subjects') }, { word: shortId(view.subject) }]}
    >
      <Head
        title={cx.say('subject.title')}
        lead={cx.say('subject.lead')}
        acts={
          cx.may(takers) &&
          !view.erased && (
            <a class="button" href={`${recordPath}?subject=${encodeURIComponent(view.subject)}`}>
              {cx.say('requests.record')}
            </a>
          )
        }
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {known && <Message kind="ok" title={cx.say(`subject.done.${known}`)} />}
        {kept && <Kept cx={cx} />}
        {view.erased && <Message kind="attention" title={cx.say('subject.erased')} quiet />}
        <About cx={cx} view={view} />
        {view.purposes.length === 0 && <Empty title={cx.say('subject.noPurposes')} />}
        {view.purposes.map((one) => (
          <PurposeSheet cx={cx} view={view} one={one} records={records} />
        ))}
        <Representatives cx={cx} view={view} records={records} values={values} />
        {records && <CircumstanceForm cx={cx} view={view} />}
        {cx.may(recorders) && (
          <Sheet id="files" title={cx.say('subject.files')}>
            {asked.length === 0 ? (
              <p>{cx.say('subject.filesNone')}</p>
            ) : (
              <>
                <p>{cx.say('subject.filesMore')}</p>
                <p class="head__acts">
                  <a class="button" href={`${subjectPath(view.subject)}/file?format=27560`}>
                    {cx.say('subject.file27560')}
                  </a>
                  <a class="button" href={`${subjectPath(view.subject)}/file?format=vcon`}>
                    {cx.say('subject.fileVcon')}
                  </a>
                </p>
              </>
            )}
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const About = ({ cx, view }: { cx: ConsoleContext; view: SubjectConsents }) => (
  <Sheet id="about" title={cx.say('subject.about')}>
    <Facts
      facts={[
        [cx.say('subject.number'), <Id id={view.subject} />],
        [cx.say('subject.client'), view.clientName],
        [cx.say('subject.kind'), cx.say(`subject.kind.${view.kind}`)],
        [cx.say('subject.circumstance'), cx.say(`subject.circumstance.${view.circumstance}`, { age: view.consentAge })],
      ]}
    />
  </Sheet>
)

const PurposeSheet = ({
  cx,
  view,
  one,
  records,
}: {
  cx: ConsoleContext
  view: SubjectConsents
  one: Purpose
  records: boolean
}) => (
  <Sheet
    id={`purpose-${one.purpose}`}
    title={cx.local(one.name)}
    side={<span class="small subtle">{cx.say('subject.basis', { basis: cx.term('basis', one.basis) })}</span>}
  >
    <Uses cx={cx} one={one} />
    <h3>{cx.say('subject.history')}</h3>
    {one.events.length === 0 ? (
      <p>{cx.say('subject.neverAsked')}</p>
    ) : (
      <ol class="rows">
        {one.events.map((event) => (
          <EventRow cx={cx} event={event} />
        ))}
      </ol>
    )}
    {one.refused > 0 && <p class="small">{cx.count('subject.refusedCalls', one.refused)}</p>}
    {records && <NoForms cx={cx} view={view} one={one} />}
    {records && one.questions.map((question, n) => <Ask cx={cx} view={view} one={one} question={question} n={n} />)}
  </Sheet>
)

const Uses = ({ cx, one }: { cx: ConsoleContext; one: Purpose }) =>
  one.uses.length === 0 ? (
    <p class="small">{cx.say('subject.noSystem')}</p>
  ) : (
    <ul class="bullets">
      {one.uses.map(({ name, use }) => (
        <li>
          {cx.local(name)}:{' '}
          <State kind={use.use === 'allowed' ? 'ok' : 'bad'}>
            {use.use === 'allowed' ? cx.say('subject.allowed') : cx.term('code', use.code ?? '')}
          </State>{' '}
          {use.reason !== null && <span class="small">{cx.term('subject.reason', use.reason)}</span>}
        </li>
      ))}
    </ul>
  )

const EventRow = ({ cx, event }: { cx: ConsoleContext; event: Event }) => {
  const { wording, text } = event
  return (
    <li>
      <p>
        <b>{cx.say(`subject.state.${event.state}`)}</b> {cx.moment(event.at)}, {cx.term('by', event.by)},{' '}
        {cx.say(`subject.via.${event.via}`)}. {cx.may(readers) && <EntryLink cx={cx} event={event.id} />}
      </p>
      <p class="small">
        {cx.say('subject.wording', {
          version: wording.version,
          language: languageWord(cx, wording.language),
          channel: cx.term('channel', wording.channel),
        })}{' '}
        {event.expiresAt !== null && cx.say('subject.until', { date: cx.date(event.expiresAt) })}{' '}
        {event.conversation !== null && cx.say('subject.oneConversation')}{' '}
        {event.calls > 0 && cx.count('subject.calls', event.calls)}
      </p>
      {text === null ? (
        <p class="small subtle">{cx.say('subject.notOnFile')}</p>
      ) : (
        <blockquote lang={wording.language}>{text}</blockquote>
      )}
    </li>
  )
}

/** The entry has the number of the event; its place in the row stands on its own page. */
const EntryLink = ({ cx, event }: { cx: ConsoleContext; event: string }) => (
  <a class="proof" href={`/console/ledger/entries/${encodeURIComponent(event)}`}>
    <Icon name="keur" />
    {cx.say('subject.proof')}
  </a>
)

type FormProps = { cx: ConsoleContext; view: SubjectConsents; one: Purpose }

/** What a customer may say at any moment, to anybody: that it must stop. */
const NoForms = ({ cx, view, one }: FormProps) => {
  const last = one.events.findLast(({ state }) => state === 'given' || state === 'refused' || state === 'withdrawn')
  const objection = one.events.findLast(({ state }) => state === 'objected' || state === 'objection_lifted')
  const states = [
    ...(one.basis === 'consent' || last !== undefined
      ? last?.state === 'given'
        ? (['withdrawn'] as const)
        : last === undefined
          ? (['refused'] as const)
          : []
      : []),
    ...(one.objectable
      ? [objection?.state === 'objected' ? ('objection_lifted' as const) : ('objected' as const)]
      : []),
  ]
  return (
    <>
      {states.map((state) => (
        <form class="form" method="post" action={`${subjectPath(view.subject)}/answer`}>
          <input type="hidden" name="purpose" value={one.purpose} />
          <input type="hidden" name="state" value={state} />
          <input type="hidden" name="version" value="staff" />
          <input type="hidden" name="language" value={one.events.at(-1)?.wording.language ?? cx.language} />
          <Field id={`${one.purpose}-${state}-channel`} label={cx.say('subject.said')}>
            <Select
              id={`${one.purpose}-${state}-channel`}
              name="channel"
              value="voice"
              choices={saidIn.map((value) => ({ value, word: cx.term('channel', value) }))}
            />
          </Field>
          <GivenBy cx={cx} view={view} id={`${one.purpose}-${state}`} />
          <p>
            <button class="button" type="submit">
              {cx.say(`subject.record.${state}`)}
              <span class="only-read">: {cx.local(one.name)}</span>
            </button>
          </p>
        </form>
      ))}
    </>
  )
}

/** What was said beside staff was said to the computer, not to them. */
const saidIn = channels.filter((one) => one !== 'agent_assist')

const GivenBy = ({ cx, view, id }: { cx: ConsoleContext; view: SubjectConsents; id: string }) =>
  view.representatives.some(({ counts }) => counts) || view.circumstance === 'deceased' ? (
    <Field id={`${id}-by`} label={cx.say('subject.by')}>
      <Select
        id={`${id}-by`}
        name="by"
        value="staff"
        choices={[
          { value: 'staff', word: cx.say('subject.by.staff') },
          { value: 'representative', word: cx.say('subject.by.representative') },
        ]}
      />
    </Field>
  ) : (
    <input type="hidden" name="by" value="staff" />
  )

/** The question in the words that are on file, to read aloud, with both answers alike. */
const Ask = ({ cx, view, one, question, n }: FormProps & { question: Question; n: number }) => (
  <details>
    <summary>
      {cx.say('subject.ask', {
        channel: cx.term('channel', question.channel),
        language: languageWord(cx, question.language),
      })}
      <span class="only-read">: {cx.local(one.name)}</span>
    </summary>
    <form class="form" method="post" action={`${subjectPath(view.subject)}/answer`}>
      <blockquote lang={question.language}>{question.text}</blockquote>
      <p class="small">{cx.say('subject.readAloud')}</p>
      {(['notice', 'version', 'channel', 'language'] as const).map((name) => (
        <input type="hidden" name={name} value={question[name]} />
      ))}
      <input type="hidden" name="purpose" value={one.purpose} />
      <GivenBy cx={cx} view={view} id={`${one.purpose}-ask-${n}`} />
      <p class="head__acts">
        <button class="button" type="submit" name="state" value="given">
          {cx.say('subject.saysYes')}
        </button>
        <button class="button" type="submit" name="state" value="refused">
          {cx.say('subject.saysNo')}
        </button>
      </p>
    </form>
  </details>
)

// -- who speaks for them --------------------------------------------------------------------------------------------

const Representatives = ({
  cx,
  view,
  records,
  values,
}: {
  cx: ConsoleContext
  view: SubjectConsents
  records: boolean
  values: Form
}) => (
  <Sheet id="representatives" title={cx.say('subject.representatives')}>
    {view.representatives.length === 0 ? (
      <p>{cx.say('subject.noRepresentatives')}</p>
    ) : (
      <ul class="rows">
        {view.representatives.map((one) => (
          <li>
            <RepresentativeRow cx={cx} view={view} one={one} records={records} />
          </li>
        ))}
      </ul>
    )}
    {records && (
      <details open={values.relation !== undefined}>
        <summary>{cx.say('subject.addRepresentative')}</summary>
        <RepresentativeForm cx={cx} view={view} values={values} />
      </details>
    )}
  </Sheet>
)

const RepresentativeRow = ({
  cx,
  view,
  one,
  records,
}: {
  cx: ConsoleContext
  view: SubjectConsents
  one: Representative
  records: boolean
}) => (
  <>
    <h3>{cx.say(`subject.relation.${one.relation}`)}</h3>
    <Facts
      facts={[
        [
          cx.say('subject.counts'),
          <State kind={one.counts ? 'ok' : 'attention'}>{cx.say(one.counts ? 'subject.yes' : 'subject.no')}</State>,
        ],
        [cx.say('subject.for'), forWords(cx, view, one)],
        [cx.say('subject.evidence'), one.evidence ?? cx.say('subject.evidenceHidden')],
        [cx.say('subject.recorded'), `${cx.moment(one.recordedAt)}, ${one.recordedBy}`],
        one.validUntil === null ? undefined : [cx.say('subject.validUntil'), cx.date(one.validUntil)],
        one.endedAt === null ? undefined : [cx.say('subject.endedAt'), cx.moment(one.endedAt)],
      ]}
    />
    {records && one.endedAt === null && (
      <form method="post" action={`${subjectPath(view.subject)}/representatives/${encodeURIComponent(one.id)}/end`}>
        <button class="button" type="submit">
          {cx.say('subject.end')}
          <span class="only-read">: {cx.say(`subject.relation.${one.relation}`)}</span>
        </button>
      </form>
    )}
  </>
)

const forWords = (cx: ConsoleContext, view: SubjectConsents, { purposes }: Representative): string =>
  purposes === null
    ? cx.say('subject.everyPurpose')
    : purposes
        .map((id) => {
          const found = view.purposes.find(({ purpose }) => purpose === id)
          return found === undefined ? id : cx.local(found.name)
        })
        .join(', ')

const RepresentativeForm = ({ cx, view, values }: { cx: ConsoleContext; view: SubjectConsents; values: Form }) => (
  <form class="form" method="post" action={`${subjectPath(view.subject)}/representatives`}>
    <Field id="relation" label={cx.say('subject.relation')}>
      <Select
        id="relation"
        name="relation"
        required
        value={values.relation}
        choices={[...relations.guardian, ...relations.mandate].map((value) => ({
          value,
          word: cx.say(`subject.relation.${value}`),
        }))}
      />
    </Field>
    <Field id="for" label={cx.say('subject.for')}>
      <Select
        id="for"
        name="for"
        none={cx.say('subject.everyPurpose')}
        value={values.for}
        choices={view.purposes.map(({ purpose, name }) => ({ value: purpose, word: cx.local(name) }))}
      />
    </Field>
    <Field id="evidence" label={cx.say('subject.evidence')} hint={cx.say('subject.evidenceHint')}>
      <input
        id="evidence"
        name="evidence"
        required
        maxlength={300}
        autocomplete="off"
        value={values.evidence ?? ''}
        aria-describedby="evidence-hint"
      />
    </Field>
    <Field id="validUntil" label={cx.say('subject.validUntil')} hint={cx.say('subject.validHint')}>
      <input
        id="validUntil"
        name="validUntil"
        type="date"
        value={values.validUntil ?? ''}
        aria-describedby="validUntil-hint"
      />
    </Field>
    <p>
      <button class="button" type="submit">
        {cx.say('subject.addNow')}
      </button>
    </p>
  </form>
)

const CircumstanceForm = ({ cx, view }: { cx: ConsoleContext; view: SubjectConsents }) => (
  <Sheet id="decides" title={cx.say('subject.decides')}>
    <form class="form" method="post" action={`${subjectPath(view.subject)}/circumstance`}>
      <Field id="circumstance" label={cx.say('subject.circumstance')}>
        <Select
          id="circumstance"
          name="circumstance"
          value={view.circumstance}
          choices={circumstances.map((value) => ({
            value,
            word: cx.say(`subject.circumstance.${value}`, { age: view.consentAge }),
          }))}
        />
      </Field>
      <p>
        <button class="button" type="submit">
          {cx.say('subject.circumstanceNow')}
        </button>
      </p>
    </form>
    <form class="form" method="post" action={`${subjectPath(view.subject)}/circumstance`}>
      <Field id="bornOn" label={cx.say('subject.bornOn')} hint={cx.say('subject.bornHint')}>
        <input id="bornOn" name="bornOn" type="date" required aria-describedby="bornOn-hint" autocomplete="off" />
      </Field>
      <p>
        <button class="button" type="submit">
          {cx.say('subject.bornNow')}
        </button>
      </p>
    </form>
  </Sheet>
)
