/** A complaint on the page of its case: the step that comes now, what the customer asked, the verdict, and what it has to do with. */
import {
  type ActName,
  type Answered,
  type ComplaintView,
  complaintView,
} from '../../../src/accountability/complaints/contract.ts'
import type { CaseView } from '../../../src/records/cases/contract.ts'
import type { Api } from '../../api.ts'
import { Facts, Icon, Message, Sheet, State, type StateKind } from '../../ui/components.tsx'
import type { Filled } from '../cases/filled.ts'
import type { CaseSection, SectionProps } from '../cases/kinds.ts'
import { casePath } from '../cases/paths.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import type { Form } from '../kit.ts'
import { Kept, namesOf, shortId } from '../parts.tsx'
import { ActForm, actPath } from './acts.tsx'
import { formFrom, isAct } from './body.ts'

const loadComplaint = (api: Api, view: CaseView): Promise<ComplaintView> =>
  api.get<ComplaintView>(`/api/complaints/${encodeURIComponent(view.id)}`)

/** Acts that are buttons beside what they are about, and no step of their own. */
const beside = ['link'] as const

/** Acts with a long form: it opens when it is asked for, so that what the customer wrote stays near. */
const long: readonly ActName[] = ['propose', 'decide_appeal']

/** Forms of this section have their act as name. */
export const actOf = (filled: Filled | undefined): ActName | undefined =>
  filled !== undefined && isAct(filled.form) ? filled.form : undefined

const Complaint = (props: SectionProps<ComplaintView>) => {
  const { cx, view, data } = props
  return (
    <>
      {data.assessment?.safety && <Message kind="bad" title={cx.say('complaint.safety')} quiet />}
      <Step {...props} />
      <Asked cx={cx} data={data} />
      {data.assessment && <Pointers cx={cx} view={view} data={data} />}
      {data.hearingNotes !== null && <Told id="told" title={cx.say('complaint.told')} text={data.hearingNotes} />}
      {data.answer !== null && (
        <Answer
          cx={cx}
          id="answer"
          title={cx.say(data.verdict === null || isProposal(data) ? 'complaint.answer' : 'complaint.answerTold')}
          verdict={data.verdict}
          answer={data.answer}
        />
      )}
      {data.appealWords !== null && (
        <Told id="appealed" title={cx.say('complaint.appealWords')} text={data.appealWords} />
      )}
      {data.finalAnswer !== null && (
        <Answer
          cx={cx}
          id="final"
          title={cx.say('complaint.finalAnswer')}
          verdict={data.finalVerdict}
          answer={data.finalAnswer}
        />
      )}
      <Links {...props} />
      <Outside cx={cx} data={data} />
    </>
  )
}

const isProposal = ({ state }: ComplaintView): boolean => state === 'proposed' || state === 'investigating'

export const complaintSection: CaseSection<ComplaintView> = {
  states: complaintView.shape.state.options,
  load: loadComplaint,
  caseIn: (data) => data.case,
  Section: Complaint,
}

// -- what is to be done ---------------------------------------------------------------------------------------------------

const stepPath = (view: CaseView, act: ActName): string => `${casePath(view.id)}?act=${act}#act`

const wantedAct = (cx: ConsoleContext): string | null => new URL(cx.path, 'http://here.invalid').searchParams.get('act')

/** By a link to it, or because something is filled in. */
const isAskedFor = ({ cx, view, filled }: SectionProps<ComplaintView>, act: ActName): boolean =>
  wantedAct(cx) === act || actOf(filled) === act || keptFor(cx, actPath(view.id, act)) !== undefined

/** The act whose form is open: one that was filled in, one that was asked for, the one that comes next, or the first there is. */
function openAct({ cx, view, data, filled }: SectionProps<ComplaintView>): ActName | undefined {
  const acts = data.acts.filter(isAct).filter((act) => !(beside as readonly string[]).includes(act))
  const kept = acts.find((act) => keptFor(cx, actPath(view.id, act)) !== undefined)
  return (
    [actOf(filled), kept, wantedAct(cx), view.nextAct].flatMap((name) => acts.find((act) => act === name) ?? [])[0] ??
    // The next step may wait for the cause: no decision without one.
    (view.nextAct === null ? undefined : acts.find((act) => act === 'cause'))
  )
}

/** What the form holds: what was filled in, what waited for a sign-in, or for a verdict what was proposed before. */
function valuesFor(
  cx: ConsoleContext,
  view: CaseView,
  data: ComplaintView,
  act: ActName,
  filled: Filled | undefined,
): Form {
  if (actOf(filled) === act) return filled!.values
  return keptFor(cx, actPath(view.id, act)) ?? (act === 'propose' ? formFrom(data.answer) : {})
}

const Step = (props: SectionProps<ComplaintView>) => {
  const { cx, view, data, filled } = props
  const acts = data.acts.filter(isAct).filter((act) => !(beside as readonly string[]).includes(act))
  const act = openAct(props)
  const others = acts.filter((one) => one !== act)
  return (
    <Sheet
      id="act"
      title={
        act === undefined
          ? cx.say('complaint.noStep')
          : cx.say('complaint.step', { step: cx.term('complaint.act', act) })
      }
    >
      {act === undefined ? (
        <p>{whyNone(cx, view)}</p>
      ) : (
        <>
          {keptFor(cx, actPath(view.id, act)) && <Kept cx={cx} />}
          {(act === 'decide' || act === 'communicate') && <Preview cx={cx} view={view} data={data} />}
          {long.includes(act) && !isAskedFor(props, act) ? (
            <>
              <p>{cx.term('complaint.act', `${act}.what`)}</p>
              <a class="button button--first" href={stepPath(view, act)}>
                {cx.term('complaint.act', act)}
              </a>
            </>
          ) : (
            <ActForm
              cx={cx}
              view={view}
              data={data}
              act={act}
              values={valuesFor(cx, view, data, act, filled)}
              filled={actOf(filled) === act ? filled : undefined}
            />
          )}
        </>
      )}
      {others.length > 0 && (
        <>
          <h3>{cx.say('complaint.steps')}</h3>
          <ul class="choices">
            {others.map((one) => (
              <li>
                <a href={stepPath(view, one)}>{cx.term('complaint.act', one)}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Sheet>
  )
}

function whyNone(cx: ConsoleContext, view: CaseView): string {
  if (view.closedAt !== null) return cx.say('complaint.noStep.ended')
  if (view.owner === null) return cx.say('complaint.noStep.nobody')
  return view.owner.id === cx.me?.person.id
    ? cx.say('complaint.noStep.waits')
    : cx.say('complaint.noStep.other', { person: view.owner.name })
}

/** The letter as it would go out now: its words are those of the answer and of the record. */
const Preview = ({ cx, view, data }: { cx: ConsoleContext; view: CaseView; data: ComplaintView }) =>
  data.preview === null ? null : (
    <section aria-labelledby="preview">
      <h3 id="preview">{cx.say('complaint.preview')}</h3>
      <div class="letter letter--paper" lang={view.language}>
        <h4>{data.preview.subject}</h4>
        {data.preview.paragraphs.map((paragraph) => (
          <p dir="auto">{paragraph}</p>
        ))}
      </div>
    </section>
  )

// -- what is known --------------------------------------------------------------------------------------------------------

const Asked = ({ cx, data }: { cx: ConsoleContext; data: ComplaintView }) => {
  const day = (on: string) => cx.date(`${on}T12:00:00Z`)
  const hearing = cx.say(`complaint.hearing.${data.hearing}`)
  return (
    <Sheet id="complaint" title={cx.say('complaint.facts')}>
      <Facts
        facts={[
          [cx.say('complaint.fact.about'), cx.say(`complaint.about.${data.about}`)],
          [
            cx.say('complaint.fact.remedy'),
            <>
              {cx.say(`complaint.remedy.${data.remedy}`)}
              {data.remedyWords !== null && (
                <>
                  : <q dir="auto">{data.remedyWords}</q>
                </>
              )}
            </>,
          ],
          data.name === null ? undefined : [cx.say('complaint.fact.name'), <bdi>{data.name}</bdi>],
          data.persons.length === 0
            ? undefined
            : [cx.say('complaint.fact.persons'), data.persons.map(({ name }) => name).join(', ')],
          [cx.say('complaint.fact.profile'), cx.say(`complaint.profile.${data.profile}`)],
          data.assessment === null
            ? undefined
            : [cx.say('complaint.fact.severity'), cx.say(`complaint.severity.${data.assessment.severity}`)],
          data.assessment === null
            ? undefined
            : [
                cx.say('complaint.fact.aiRelated'),
                cx.say(data.assessment.aiRelated ? 'complaint.yes' : 'complaint.no'),
              ],
          data.cause === null ? undefined : [cx.say('complaint.fact.cause'), cx.say(`complaint.cause.${data.cause}`)],
          [
            cx.say('complaint.fact.hearing'),
            data.heardOn === null ? hearing : cx.say('complaint.fact.heardOn', { hearing, on: day(data.heardOn) }),
          ],
          data.appealUntil === null ? undefined : [cx.say('complaint.fact.appealUntil'), day(data.appealUntil)],
          data.route === null ? undefined : [cx.say('complaint.fact.route'), cx.say(`complaint.route.${data.route}`)],
          data.satisfaction === null
            ? undefined
            : [
                cx.say('complaint.fact.satisfaction'),
                cx.say('complaint.fact.satisfactionOf', { n: cx.number(data.satisfaction) }),
              ],
        ]}
      />
    </Sheet>
  )
}

/** What goes its own way, under a term of its own. */
const Pointers = ({ cx, view, data }: { cx: ConsoleContext; view: CaseView; data: ComplaintView }) => (
  <>
    {data.assessment?.breach && view.closedAt === null && (
      <Message kind="attention" title={cx.say('complaint.breach')} quiet>
        <a href="/console/breaches">{cx.say('complaint.breachGo')}</a>
      </Message>
    )}
    {data.assessment?.request && view.closedAt === null && (
      <Message kind="attention" title={cx.say('complaint.request')} quiet>
        <a href={`/console/requests/new?subject=${encodeURIComponent(view.subject)}`}>
          {cx.say('complaint.requestGo')}
        </a>
      </Message>
    )}
  </>
)

const Told = ({ id, title, text }: { id: string; title: string; text: string }) => (
  <Sheet id={id} title={title}>
    <p class="said" dir="auto">
      {text}
    </p>
  </Sheet>
)

const verdictLook: Readonly<Record<NonNullable<ComplaintView['verdict']>, StateKind>> = {
  upheld: 'attention',
  partly: 'attention',
  not: 'ok',
}

type AnswerProps = {
  cx: ConsoleContext
  id: string
  title: string
  verdict: ComplaintView['verdict']
  answer: Answered
}

const Answer = ({ cx, id, title, verdict, answer }: AnswerProps) => (
  <Sheet
    id={id}
    title={title}
    side={verdict !== null && <State kind={verdictLook[verdict]}>{cx.say(`complaint.verdict.${verdict}`)}</State>}
  >
    <Facts
      facts={[
        [cx.say('complaint.field.findings'), <span dir="auto">{answer.findings}</span>],
        [cx.say('complaint.field.reasons'), <span dir="auto">{answer.reasons}</span>],
        answer.measures === null
          ? undefined
          : [
              cx.say('complaint.field.measures'),
              <span dir="auto">
                {answer.measures}
                {answer.measuresBy !== null &&
                  ` (${cx.say('complaint.answer.by', { on: cx.date(`${answer.measuresBy}T12:00:00Z`) })})`}
              </span>,
            ],
        answer.improvements === null
          ? undefined
          : [cx.say('complaint.field.improvements'), <span dir="auto">{answer.improvements}</span>],
        answer.evidence.length === 0
          ? undefined
          : [cx.say('complaint.field.evidence'), <span dir="auto">{answer.evidence.join('; ')}</span>],
        ...(answer.ai === null
          ? []
          : ([
              [cx.say('complaint.field.aiRole'), <span dir="auto">{answer.ai.role}</span>],
              [cx.say('complaint.field.aiHuman'), <span dir="auto">{answer.ai.human}</span>],
            ] as const)),
      ]}
    />
    <h3>{cx.say('complaint.answer.points')}</h3>
    <ol class="rows dense">
      {answer.points.map(({ point, verdict: on, reasons }) => (
        <li>
          <State kind={verdictLook[on]}>{cx.say(`complaint.verdict.${on}`)}</State> <b dir="auto">{point}</b>
          <p class="small" dir="auto">
            {reasons}
          </p>
        </li>
      ))}
    </ol>
  </Sheet>
)

// -- what belongs to it -----------------------------------------------------------------------------------------------------

const linkLook: Readonly<Record<ComplaintView['links'][number]['state'], StateKind>> = {
  proposed: 'wait',
  confirmed: 'ok',
  rejected: 'unknown',
}

const Links = ({ cx, view, data, named }: SectionProps<ComplaintView>) =>
  data.links.length === 0 ? null : (
    <Sheet id="links" title={cx.say('complaint.links')}>
      <p class="small">{cx.say('complaint.linksMore')}</p>
      <ul class="rows dense">
        {data.links.map((link) => (
          <li class="row" data-row="">
            <Icon name={linkLook[link.state]} class={`is-${linkLook[link.state]}`} />
            <div>
              <b>{cx.say(`complaint.link.${link.kind}`)}</b> <Target cx={cx} link={link} named={named} />
              <br />
              <span class="small subtle">{cx.say(`complaint.linkState.${link.state}`)}</span>
            </div>
            {data.acts.includes('link') && (
              <form class="head__acts" method="post" action={actPath(view.id, 'link')}>
                <input type="hidden" name="revision" value={data.case.revision} />
                <input type="hidden" name="kind" value={link.kind} />
                <input type="hidden" name="target" value={link.target} />
                {(['confirmed', 'rejected'] as const)
                  .filter((state) => state !== link.state)
                  .map((state) => (
                    <button class="button" type="submit" name="state" value={state}>
                      {cx.say(state === 'confirmed' ? 'complaint.linkConfirm' : 'complaint.linkReject')}
                      <span class="only-read">
                        : {cx.say(`complaint.link.${link.kind}`)} {shortId(link.target)}
                      </span>
                    </button>
                  ))}
              </form>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  )

type TargetProps = Pick<SectionProps<ComplaintView>, 'cx' | 'named'> & { link: ComplaintView['links'][number] }

const Target = ({ cx, link: { kind, target }, named }: TargetProps) => {
  const [system = '', version = ''] = target.split('/')
  switch (kind) {
    case 'conversation':
      return <a href={`/console/conversations/${encodeURIComponent(target)}`}>{shortId(target)}</a>
    case 'decision':
      return <a href={`/console/decisions/${encodeURIComponent(target)}`}>{shortId(target)}</a>
    case 'version':
      return (
        <a href={`/console/systems/${encodeURIComponent(system)}`}>
          {namesOf(cx, named).system(system)} {version}
        </a>
      )
    case 'case':
      return <a href={casePath(target)}>{shortId(target)}</a>
    case 'obligation':
      return <span>{target}</span>
  }
}

const Outside = ({ cx, data }: { cx: ConsoleContext; data: ComplaintView }) =>
  data.routes.length === 0 ? null : (
    <Sheet id="outside" title={cx.say('complaint.routes')}>
      <ul class="rows dense">
        {data.routes.map(({ id, website, address, open }) => (
          <li class="row">
            <Icon name={open ? 'ok' : 'wait'} class={open ? 'is-ok' : 'is-wait'} />
            <div>
              <a href={website}>{cx.say(`complaint.route.${id}`)}</a>
              <br />
              <span class="small subtle">
                {address} · {cx.say(open ? 'complaint.routes.open' : 'complaint.routes.shut')}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Sheet>
  )
