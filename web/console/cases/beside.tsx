/** Beside a case: what it is about, who has it, what belongs to it, and every entry of the ledger about it. */
import type { CaseHandlers, CaseView } from '../../../src/records/cases/contract.ts'
import { Facts, Icon, Sheet } from '../../ui/components.tsx'
import { SelectField, Send } from '../../ui/forms.tsx'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Id, languageWord, type Named, namesOf, Proof } from '../parts.tsx'
import { lookers, subjectPath } from '../privacy/subjects/find.tsx'
import type { Filled } from './filled.ts'
import { stateWord } from './list.tsx'
import { casePath } from './paths.ts'
import { assigners, caseWorkers } from './roles.ts'

type Props = { cx: ConsoleContext; view: CaseView }

export const Beside = ({ cx, view, named }: Props & { named: Named }) => (
  <Sheet id="about" title={cx.say('case.about')}>
    <Facts
      facts={[
        [cx.say('case.reference'), <span class="id">{view.reference}</span>],
        [cx.say('case.opened'), cx.full(view.openedAt)],
        view.closedAt === null ? undefined : [cx.say('case.closed'), cx.full(view.closedAt)],
        [cx.say('case.client'), cx.me?.clients.find(({ id }) => id === view.client)?.name ?? view.client],
        [
          cx.say('case.customer'),
          cx.may(lookers) ? (
            <a href={subjectPath(view.subject)}>
              <Id id={view.subject} />
            </a>
          ) : (
            <Id id={view.subject} />
          ),
        ],
        [
          cx.say('case.system'),
          view.system === null ? (
            cx.say('case.noSystem')
          ) : (
            <>
              <a href={`/console/systems/${encodeURIComponent(view.system)}`}>
                {namesOf(cx, named).system(view.system)}
              </a>
              {view.version !== null && <span class="subtle"> {view.version}</span>}
            </>
          ),
        ],
        view.conversation === null
          ? undefined
          : [
              cx.say('case.conversation'),
              <a href={`/console/conversations/${view.conversation}`}>
                <Id id={view.conversation} />
              </a>,
            ],
        view.decision === null
          ? undefined
          : [
              cx.say('case.decision'),
              <a href={`/console/decisions/${view.decision}`}>
                <Id id={view.decision} />
              </a>,
            ],
        [cx.say('case.via'), cx.say(`caseVia.${view.via}`)],
        [cx.say('case.language'), languageWord(cx, view.language)],
        [cx.say('case.proof'), <Proof cx={cx} event={view.proof.event} index={view.proof.index} />],
      ]}
    />
  </Sheet>
)

/** With who has it now, also where they could not be given it any more: saving the form changes only what was chosen. */
function choicesOf(cx: ConsoleContext, view: CaseView, people: CaseHandlers['people']) {
  const able = people.map(({ id, name, roles }) => ({
    value: id,
    word: `${name} (${roles.map((role) => cx.term('role', role)).join(', ')})`,
  }))
  const { owner } = view
  return owner === null || able.some(({ value }) => value === owner.id)
    ? able
    : [{ value: owner.id, word: owner.name }, ...able]
}

type AssignProps = Props & { people: CaseHandlers['people'] | undefined; filled: Filled | undefined }

/** Among who can have it where this person gives cases; else to oneself or to nobody. */
export const Assign = ({ cx, view, people, filled }: AssignProps) => {
  const action = `${casePath(view.id)}/assign`
  const mine = filled?.form === 'assign' ? filled : undefined
  const works = cx.may(caseWorkers[view.kind])
  const gives = cx.may(assigners)
  if (view.closedAt !== null || !(works || gives)) return null
  const me = cx.me?.person.id
  return (
    <Sheet id="assign" title={cx.say('case.assign')}>
      <p>{view.owner === null ? cx.say('case.lead.nobody') : cx.say('case.lead.owner', { person: view.owner.name })}</p>
      {people !== undefined && gives ? (
        <form class="form" method="post" action={action}>
          <SelectField
            id="person"
            label={cx.say('case.assignTo')}
            hint={cx.say('case.assignHint')}
            value={mine?.values.person ?? keptFor(cx, action)?.person ?? view.owner?.id}
            none={cx.say('case.assignNobody')}
            error={mine?.error}
            choices={choicesOf(cx, view, people)}
          />
          <Send>{cx.say('case.assignNow')}</Send>
        </form>
      ) : (
        <div class="head__acts">
          {works && me !== undefined && view.owner?.id !== me && (
            <GiveTo action={action} person={me}>
              {cx.say('case.assignMe')}
            </GiveTo>
          )}
          {view.owner !== null && (view.owner.id === me || gives) && (
            <GiveTo action={action} person="">
              {cx.say('case.assignNone')}
            </GiveTo>
          )}
        </div>
      )}
    </Sheet>
  )
}

const GiveTo = ({ action, person, children }: { action: string; person: string; children?: string }) => (
  <form method="post" action={action}>
    <input type="hidden" name="person" value={person} />
    <button class="button" type="submit">
      {children}
    </button>
  </form>
)

export const Related = ({ cx, view }: Props) =>
  view.related.length === 0 ? null : (
    <Sheet id="related" title={cx.say('case.related')}>
      <ul class="rows dense">
        {view.related.map((one) => (
          <li data-row="">
            <a href={casePath(one.id)}>
              {cx.say(`caseKind.${one.kind}`)} <span class="id">{one.reference}</span>
            </a>
            <br />
            <span class="small subtle">{stateWord(cx, one)}</span>
          </li>
        ))}
      </ul>
    </Sheet>
  )

/** That somebody looked is no step of the case: such entries stand folded under it. */
const looked = (type: string): boolean => type.endsWith('.viewed')

export const TimeLine = ({ cx, view }: Props) => {
  const steps = view.timeline.filter(({ type }) => !looked(type))
  const views = view.timeline.filter(({ type }) => looked(type))
  return (
    <Sheet id="timeline" title={cx.say('case.timeline')}>
      <ol class="timeline">
        {steps.map((one) => (
          <Entry cx={cx} one={one} />
        ))}
      </ol>
      {views.length > 0 && (
        <details>
          <summary>{cx.count('case.views', views.length)}</summary>
          <ol class="timeline">
            {views.map((one) => (
              <Entry cx={cx} one={one} />
            ))}
          </ol>
        </details>
      )}
    </Sheet>
  )
}

const icons: Readonly<Record<string, 'letter' | 'file' | 'attention' | 'person' | 'eye'>> = {
  'letter.sent': 'letter',
  'case.noted': 'file',
  'case.missed': 'attention',
  'case.reminded': 'attention',
  'case.escalated': 'attention',
  'case.assigned': 'person',
  'case.viewed': 'eye',
  'attachment.viewed': 'eye',
}

const Entry = ({ cx, one }: { cx: ConsoleContext; one: CaseView['timeline'][number] }) => (
  <li>
    <Icon name={icons[one.type] ?? 'go'} class={icons[one.type] === 'attention' ? 'is-attention' : 'is-wait'} />
    <div>
      {cx.term('event', one.type)}, {one.actorName ?? cx.term('actor', one.actor)}{' '}
      <Proof cx={cx} event={one.proof.event} index={one.proof.index} />
      <br />
      <time datetime={one.at}>{cx.moment(one.at)}</time>
    </div>
  </li>
)
