/** Requests of data subjects: the list with its clock, one request with its letters, and the forms that answer it. */
import type { RequestDetail, RequestSummary } from '../../../../src/privacy/rights/contract.ts'
import type { Api } from '../../../api.ts'
import { Empty, Facts, Head, Message, Scroll, Sheet, State, type StateKind } from '../../../ui/components.tsx'
import { Radios, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import { wayWords } from '../../cases/contents.tsx'
import { type ConsoleContext, keptFor } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, Kept, Proof, shortId } from '../../parts.tsx'
import { subjectPath } from '../subjects/find.tsx'

export const requestsPath = '/console/requests'
export const deciders = ['dpo', 'ethics_officer'] as const
/** Who writes down what a customer asked. */
export const takers = ['dpo', 'ethics_officer', 'complaint_handler', 'supervisor', 'agent'] as const
export const recordPath = `${requestsPath}/new`

export const loadRequests = async (api: Api) =>
  (await api.get<{ requests: RequestSummary[] }>('/api/requests')).requests
export const loadRequest = (api: Api, id: string) => api.get<RequestDetail>(`/api/requests/${encodeURIComponent(id)}`)

const looks: Readonly<Record<RequestSummary['clock'], StateKind>> = {
  answered: 'ok',
  in_time: 'wait',
  strict_passed: 'attention',
  late: 'bad',
}

/** A day of the register, as people write it. */
export const dayWord = (cx: ConsoleContext, day: string) => cx.date(`${day}T12:00:00Z`)

export const Requests = ({ cx, requests }: { cx: ConsoleContext; requests: readonly RequestSummary[] }) => (
  <Frame cx={cx} title={cx.say('area.requests')} area={requestsPath}>
    <Head
      title={cx.say('area.requests')}
      lead={cx.say('requests.lead')}
      acts={
        cx.may(takers) && (
          <a class="button button--first" href={recordPath}>
            {cx.say('requests.record')}
          </a>
        )
      }
    />
    <Sheet id="list" title={cx.say('requests.list')}>
      {requests.length === 0 ? (
        <Empty title={cx.say('requests.none')}>
          <p>{cx.say('requests.noneMore')}</p>
        </Empty>
      ) : (
        <Scroll label={cx.say('requests.table')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{cx.say('requests.what')}</th>
                <th scope="col">{cx.say('requests.received')}</th>
                <th scope="col">{cx.say('requests.strict')}</th>
                <th scope="col">{cx.say('requests.latest')}</th>
                <th scope="col">{cx.say('requests.clock')}</th>
              </tr>
            </thead>
            <tbody>
              {requests.map((one) => (
                <tr data-row="">
                  <td>
                    <a href={`${requestsPath}/${one.id}`}>{cx.say(`right.${one.kind}`)}</a>
                    <br />
                    <span class="small subtle">{one.client}</span>
                  </td>
                  <td>{cx.date(one.receivedAt)}</td>
                  <td>{dayWord(cx, one.dueStrict)}</td>
                  <td>{dayWord(cx, one.dueLatest)}</td>
                  <td>
                    <State kind={looks[one.clock]}>{cx.say(`requests.clock.${one.clock}`)}</State>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Sheet>
  </Frame>
)

export const requestSteps = ['decide', 'extend', 'lift'] as const
export type RequestStep = (typeof requestSteps)[number]
export const stepPath = (id: string, step: RequestStep): string => `${requestsPath}/${encodeURIComponent(id)}/${step}`

type Props = {
  cx: ConsoleContext
  request: RequestDetail
  done?: string | undefined
  error?: string | undefined
  /** What was filled in for one of the steps and was refused. */
  filled?: { readonly step: RequestStep; readonly values: Form }
}

export const RequestPage = ({ cx, request, done, error, filled }: Props) => {
  const open = request.decision === null
  const kept = (step: RequestStep) => keptFor(cx, stepPath(request.id, step))
  const valuesOf = (step: RequestStep): Form => (filled?.step === step ? filled.values : (kept(step) ?? {}))
  return (
    <Frame
      cx={cx}
      title={cx.say(`right.${request.kind}`)}
      area={requestsPath}
      crumbs={[{ href: requestsPath, word: cx.say('area.requests') }, { word: shortId(request.id) }]}
    >
      <Head
        title={cx.say(`right.${request.kind}`)}
        lead={cx.say('request.lead', {
          strict: dayWord(cx, request.dueStrict),
          latest: dayWord(cx, request.dueLatest),
        })}
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say('request.done')} />}
        {requestSteps.some((step) => kept(step) !== undefined) && <Kept cx={cx} />}
        {open && request.kind === 'erasure' && request.holds.length > 0 && (
          <Message kind="attention" title={cx.say('request.held')} quiet>
            <p>
              <a href="/console/retention">{cx.say('area.retention')}</a>
            </p>
          </Message>
        )}
        <Sheet
          id="facts"
          title={cx.say('request.facts')}
          side={<State kind={looks[request.clock]}>{cx.say(`requests.clock.${request.clock}`)}</State>}
        >
          <Facts
            facts={[
              [cx.say('request.number'), <Id id={request.id} />],
              [
                cx.say('request.customer'),
                <a href={subjectPath(request.subject)}>
                  <Id id={request.subject} />
                </a>,
              ],
              request.conversation === null
                ? undefined
                : [
                    cx.say('request.conversation'),
                    <a href={`/console/conversations/${request.conversation}`}>
                      <Id id={request.conversation} />
                    </a>,
                  ],
              [cx.say('requests.received'), cx.moment(request.receivedAt)],
              [
                cx.say('request.via'),
                request.channel === null
                  ? cx.say(`request.via.${request.via}`)
                  : `${cx.say(`request.via.${request.via}`)} (${cx.say(`request.channel.${request.channel}`)})`,
              ],
              request.recordedAt.slice(0, 10) === request.receivedAt.slice(0, 10)
                ? undefined
                : [cx.say('request.recorded'), cx.moment(request.recordedAt)],
              [cx.say('request.by'), <By cx={cx} request={request} />],
              [cx.say('request.identity'), cx.say(`request.identity.${request.identity}`)],
              request.mandate === null ? undefined : [cx.say('request.mandate'), request.mandate],
              [cx.say('requests.strict'), dayWord(cx, request.dueStrict)],
              [cx.say('requests.latest'), dayWord(cx, request.dueLatest)],
              request.decision === null
                ? undefined
                : [cx.say('request.decision'), cx.say(`request.decision.${request.decision}`)],
              request.grounds.length === 0
                ? undefined
                : [cx.say('request.grounds'), request.grounds.map((ground) => cx.say(`ground.${ground}`)).join('; ')],
              request.outcome === null || Object.keys(request.outcome).length === 0
                ? undefined
                : [
                    cx.say('request.outcome'),
                    Object.entries(request.outcome)
                      .map(([what, n]) => `${what}: ${cx.number(n)}`)
                      .join(', '),
                  ],
            ]}
          />
        </Sheet>
        <Sheet id="asked" title={cx.say('request.asked')}>
          {request.asked === null ? (
            <p class="subtle">{cx.say('request.notReadable')}</p>
          ) : (
            <>
              <p>{request.asked.shouldBe ?? request.asked.words ?? cx.say('request.noWords')}</p>
              {request.asked.turn !== undefined && (
                <p class="small">{cx.say('request.turn', { turn: request.asked.turn })}</p>
              )}
            </>
          )}
        </Sheet>
        {open && cx.may(deciders) && <Decide cx={cx} request={request} values={valuesOf('decide')} />}
        {request.state === 'received' && cx.may(deciders) && (
          <Extend cx={cx} request={request} values={valuesOf('extend')} />
        )}
        {request.kind === 'restriction' && request.restricted && !open && cx.may(deciders) && (
          <Lift cx={cx} request={request} values={valuesOf('lift')} />
        )}
        {request.letters.length > 0 && (
          <Sheet id="letters" title={cx.say('request.letters')}>
            {request.letters.map(({ subject, paragraphs, at, language, mail }) => (
              <details>
                <summary>
                  {cx.moment(at)}. {subject}
                  {mail === 'undelivered' && <b class="is-bad"> {cx.say('case.letterBack')}</b>}
                </summary>
                <p class="small subtle">{wayWords(cx, { mail })}</p>
                <div class="letter" lang={language}>
                  {paragraphs.map((paragraph) => (
                    <p>{paragraph}</p>
                  ))}
                </div>
              </details>
            ))}
          </Sheet>
        )}
        <Sheet id="proofs" title={cx.say('request.proofs')}>
          <ul class="bullets">
            {request.proofs.map(({ type, event, index, at }) => (
              <li>
                {cx.moment(at)}: {cx.term('event', type)} <Proof cx={cx} event={event} index={index} />
              </li>
            ))}
          </ul>
        </Sheet>
      </div>
    </Frame>
  )
}

/** The customer, or who is on record for them and whether they still may. */
const By = ({ cx, request: { by, representative, via, subject } }: Pick<Props, 'cx' | 'request'>) =>
  by === 'customer' ? (
    cx.say('request.by.customer')
  ) : (
    <>
      {representative === null ? (
        cx.say('request.by.representative')
      ) : (
        <>
          <a href={subjectPath(subject)}>{cx.say(`subject.relation.${representative.relation}`)}</a>{' '}
          <State kind={representative.counts ? 'ok' : 'bad'}>
            {cx.say(representative.counts ? 'request.mayStill' : 'request.mayNot')}
          </State>
        </>
      )}
      {via === 'portal' && (
        <>
          <br />
          <span class="small">{cx.say('request.checkWho')}</span>
        </>
      )}
    </>
  )

type StepProps = { cx: ConsoleContext; request: RequestDetail; values: Form }

const Decide = ({ cx, request, values }: StepProps) => {
  const isCopy = request.kind === 'access' || request.kind === 'portability'
  const inPart = request.kind !== 'erasure' && request.kind !== 'restriction'
  return (
    <Sheet id="decide" title={cx.say('request.decide')}>
      <form class="form" method="post" action={stepPath(request.id, 'decide')}>
        <Radios
          name="decision"
          legend={cx.say('request.decision')}
          value={values.decision}
          choices={(['granted', ...(inPart ? (['partly'] as const) : []), 'refused'] as const).map((decision) => ({
            value: decision,
            word: cx.say(`request.decision.${decision}`),
            hint: decision === 'granted' ? cx.say(`request.does.${request.kind}`) : cx.say('request.needsGround'),
          }))}
        />
        <SelectField
          id="ground"
          label={cx.say('request.ground')}
          hint={cx.say('request.groundHint')}
          value={values.ground}
          none={cx.say('request.noGround')}
          choices={request.possibleGrounds.map(({ ground, article }) => ({
            value: ground,
            word: `${cx.say(`ground.${ground}`)} (${article})`,
          }))}
        />
        {isCopy && (
          <SelectField
            id="leaveOut"
            label={cx.say('request.leaveOut')}
            value={values.leaveOut}
            none={cx.say('request.leaveNothing')}
            choices={(['words_of_staff', 'views'] as const).map((part) => ({
              value: part,
              word: cx.say(`part.${part}`),
            }))}
          />
        )}
        <Why cx={cx} id="explanation" value={values.explanation} />
        <Send first>{cx.say('request.decideNow')}</Send>
      </form>
    </Sheet>
  )
}

/** Words that stand like this in the letter to the customer. */
const Why = ({
  cx,
  id,
  value,
  required,
}: {
  cx: ConsoleContext
  id: string
  value: string | undefined
  required?: boolean
}) => (
  <WordsField
    id={id}
    name="explanation"
    label={cx.say('request.explanation')}
    hint={cx.say('request.explanationHint')}
    value={value}
    max={2_000}
    {...(required ? { required } : {})}
  />
)

const Extend = ({ cx, request, values }: StepProps) => (
  <Sheet id="extend" title={cx.say('request.extend')}>
    <form class="form" method="post" action={stepPath(request.id, 'extend')}>
      <p>{cx.say('request.extendWhat')}</p>
      <SelectField
        id="reason"
        label={cx.say('request.extendWhy')}
        value={values.reason}
        choices={(['complex', 'many_requests'] as const).map((reason) => ({
          value: reason,
          word: cx.say(`extension.${reason}`),
        }))}
        required
      />
      <Why cx={cx} id="why" value={values.explanation} required />
      <Send>{cx.say('request.extendNow')}</Send>
    </form>
  </Sheet>
)

const Lift = ({ cx, request, values }: StepProps) => (
  <Sheet id="lift" title={cx.say('request.lift')}>
    <form class="form" method="post" action={stepPath(request.id, 'lift')}>
      <Why cx={cx} id="liftWhy" value={values.explanation} required />
      <Send>{cx.say('request.liftNow')}</Send>
    </form>
  </Sheet>
)

const erasedLead = (cx: ConsoleContext, mail: RequestDetail['letters'][number]['mail']): string =>
  mail === 'sent'
    ? cx.say('request.erasedMailed')
    : mail === 'undelivered'
      ? `${cx.say('request.erasedNotMailed')} ${cx.say('request.erasedMore')}`
      : cx.say('request.erasedMore')

/** The letter of an erasure is shown once: nothing of it is kept. */
export const ErasedLetter = ({
  cx,
  letter,
  request,
}: {
  cx: ConsoleContext
  letter: RequestDetail['letters'][number]
  request: RequestDetail
}) => (
  <Frame
    cx={cx}
    title={cx.say('request.erased')}
    area={requestsPath}
    crumbs={[{ href: requestsPath, word: cx.say('area.requests') }, { word: shortId(request.id) }]}
  >
    <Head title={cx.say('request.erased')} lead={erasedLead(cx, letter.mail)} />
    <Sheet id="letter" title={letter.subject}>
      <div class="letter" lang={letter.language}>
        {letter.paragraphs.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
      </div>
      <p>
        <a class="button button--first" href={`${requestsPath}/${request.id}`}>
          {cx.say('request.back')}
        </a>
      </p>
    </Sheet>
  </Frame>
)
