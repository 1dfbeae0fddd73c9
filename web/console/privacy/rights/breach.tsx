/** Data breaches: the 72 hours, whom it touched, and the report to the authority. */
import type { BreachDetail, BreachList } from '../../../../src/privacy/rights/contract.ts'
import type { Api } from '../../../api.ts'
import { Empty, Facts, Head, Message, Sheet, State, type StateKind } from '../../../ui/components.tsx'
import { LineField, SelectField, Send, WordsField } from '../../../ui/forms.tsx'
import { type ConsoleContext, keptFor } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, Kept, Proof } from '../../parts.tsx'
import { LetterBundle, LetterWords } from './breach-letters.tsx'

export const breachesPath = '/console/breaches'
const handlers = ['dpo', 'ethics_officer', 'administrator'] as const
const kinds = ['confidentiality', 'integrity', 'availability'] as const
const causes = [
  'wrong_recipient',
  'lost_key',
  'stolen_account',
  'attack',
  'supplier',
  'software',
  'staff',
  'other',
] as const
const categories = ['contents', 'contact', 'identity_numbers', 'financial', 'special', 'consents', 'staff'] as const
const risks = ['unlikely', 'risk', 'high'] as const
const exceptions = ['unreadable', 'risk_removed', 'public_notice'] as const
const searches = ['system', 'key', 'person', 'upstream', 'link'] as const

const looks: Readonly<Record<BreachDetail['clock'], StateKind>> = {
  reported: 'ok',
  not_needed: 'ok',
  in_time: 'wait',
  late: 'bad',
}

export const loadBreaches = async (api: Api) => (await api.get<BreachList>('/api/breaches')).breaches
export const loadBreach = (api: Api, id: string) => api.get<BreachDetail>(`/api/breaches/${encodeURIComponent(id)}`)

type ListProps = { cx: ConsoleContext; breaches: BreachList['breaches']; error?: string | undefined; values?: Form }

export const Breaches = ({ cx, breaches, error, values = keptFor(cx, breachesPath) ?? {} }: ListProps) => (
  <Frame cx={cx} title={cx.say('area.breaches')} area={breachesPath}>
    <Head title={cx.say('area.breaches')} lead={cx.say('breaches.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {keptFor(cx, breachesPath) && <Kept cx={cx} />}
      <Sheet id="list" title={cx.say('area.breaches')}>
        {breaches.length === 0 ? (
          <Empty title={cx.say('breaches.none')} />
        ) : (
          <ol class="rows">
            {breaches.map((one) => (
              <li class="row" data-row="">
                <State kind={looks[one.clock]}>{cx.say(`breach.clock.${one.clock}`)}</State>
                <div>
                  <a href={`${breachesPath}/${one.id}`}>
                    <b>{cx.say(`breach.cause.${one.cause}`)}</b>
                  </a>{' '}
                  <span class="id">{one.reference}</span>
                  <br />
                  <span class="small">
                    {cx.say('breach.due', { at: cx.moment(one.dueAt) })} {one.owner?.name ?? cx.say('case.lead.nobody')}
                  </span>
                </div>
              </li>
            ))}
          </ol>
        )}
      </Sheet>
      {cx.may(handlers) && (
        <Sheet id="record" title={cx.say('breach.record')}>
          <form class="form" method="post" action={breachesPath}>
            <LineField
              id="discoveredAt"
              type="datetime-local"
              label={cx.say('breach.discovered')}
              hint={cx.say('breach.discoveredHint')}
              value={values.discoveredAt}
              required
            />
            {(cx.me?.clients.length ?? 0) > 1 && (
              <SelectField
                id="client"
                label={cx.say('cases.client')}
                value={values.client}
                none={cx.say('cases.wholeOrganisation')}
                choices={cx.me!.clients.map(({ id, name }) => ({ value: id, word: name }))}
              />
            )}
            <Pick cx={cx} name="kind" prefix="breach.kind" values={kinds} value={values.kind} />
            <Pick cx={cx} name="cause" prefix="breach.cause" values={causes} value={values.cause} />
            <Pick cx={cx} name="category" prefix="breach.category" values={categories} value={values.category} />
            <WordsField id="what" max={5_000} label={cx.say('breach.what')} value={values.what} required />
            <WordsField id="measures" max={5_000} label={cx.say('breach.measures')} value={values.measures} />
            <Send first>{cx.say('breach.recordNow')}</Send>
          </form>
        </Sheet>
      )}
    </div>
  </Frame>
)

const Pick = <P extends 'breach.kind' | 'breach.cause' | 'breach.category' | 'breach.risk' | 'breach.exception'>({
  cx,
  name,
  prefix,
  values,
  value,
  none,
}: {
  cx: ConsoleContext
  name: string
  prefix: P
  values: readonly string[]
  value?: string | undefined
  none?: string
}) => (
  <SelectField
    id={name}
    label={cx.say(prefix)}
    value={value}
    choices={values.map((one) => ({ value: one, word: cx.term(prefix, one) }))}
    {...(none === undefined ? { required: true } : { none })}
  />
)

type Props = {
  cx: ConsoleContext
  breach: BreachDetail
  done?: string | undefined
  error?: string | undefined
  values?: Form
}

const steps = ['affected', 'assess', 'letter', 'notify'] as const

/** Who has it and what comes next, as in the work list. */
const Handled = ({ cx, breach, acts }: { cx: ConsoleContext; breach: BreachDetail; acts: boolean }) => {
  const mine = breach.owner !== null && breach.owner.id === cx.me?.person.id
  return (
    <Sheet id="handled" title={cx.say('breach.handled')}>
      <Facts
        facts={[
          [cx.say('breach.owner'), breach.owner?.name ?? cx.say('case.nobody')],
          [
            cx.say('breach.next'),
            breach.nextAct === null ? cx.say('caseNext.none') : cx.say(`caseNext.breach.${breach.nextAct}`),
          ],
        ]}
      />
      {acts && cx.me && (
        <form method="post" action={`${breachesPath}/${breach.id}/assign`}>
          <input type="hidden" name="person" value={mine ? '' : cx.me.person.id} />
          <button class="button" type="submit">
            {cx.say(mine ? 'cases.return' : 'cases.take')}
          </button>
        </form>
      )}
    </Sheet>
  )
}

export const Breach = ({ cx, breach, done, error, values: refused }: Props) => {
  const kept = steps.map((step) => keptFor(cx, `${breachesPath}/${breach.id}/${step}`)).find((one) => one !== undefined)
  const values: Form = refused ?? kept ?? {}
  const acts = breach.state !== 'closed' && cx.may(handlers)
  const path = `${breachesPath}/${breach.id}`
  const yes = (value: boolean | null) => (value === null ? '–' : cx.say(value ? 'breach.yes' : 'breach.no'))
  return (
    <Frame
      cx={cx}
      title={cx.say(`breach.cause.${breach.cause}`)}
      area={breachesPath}
      crumbs={[{ href: breachesPath, word: cx.say('area.breaches') }, { word: breach.reference }]}
    >
      <Head
        title={cx.say(`breach.cause.${breach.cause}`)}
        lead={cx.say('breach.due', { at: cx.moment(breach.dueAt) })}
        acts={
          <a class="button" href={`${path}/file`}>
            {cx.say('breach.file')}
          </a>
        }
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say('breach.done')} />}
        {kept && <Kept cx={cx} />}
        <Handled cx={cx} breach={breach} acts={acts} />
        <Sheet
          id="report"
          title={cx.say('breach.report')}
          side={<State kind={looks[breach.clock]}>{cx.say(`breach.clock.${breach.clock}`)}</State>}
        >
          <Facts
            facts={[
              [cx.say('breach.organisation'), breach.organisation],
              ...Object.values(breach.contact)
                .slice(0, 5)
                .map((value) => [cx.say('breach.contact'), value] as const),
              [cx.say('breach.discovered'), cx.moment(breach.discoveredAt)],
              [cx.say('breach.kind'), breach.kinds.map((kind) => cx.say(`breach.kind.${kind}`)).join(', ')],
              [cx.say('breach.category'), breach.categories.map((one) => cx.say(`breach.category.${one}`)).join(', ')],
              [
                cx.say('breach.affected'),
                breach.affected === null ? cx.say('breach.notSearched') : cx.number(breach.affected),
              ],
              [cx.say('breach.conversations'), cx.number(breach.conversations)],
              [cx.say('breach.what'), breach.what],
              [cx.say('breach.consequences'), breach.consequences ?? '–'],
              [cx.say('breach.measures'), breach.measures ?? '–'],
              [cx.say('breach.risk'), breach.risk === null ? '–' : cx.say(`breach.risk.${breach.risk}`)],
              [cx.say('breach.notifyAuthority'), yes(breach.notifyAuthority)],
              [cx.say('breach.tellPeople'), yes(breach.tellPeople)],
              breach.tellException === null
                ? undefined
                : [cx.say('breach.exception'), cx.say(`breach.exception.${breach.tellException}`)],
              breach.reasons === null ? undefined : [cx.say('breach.reasons'), breach.reasons],
              breach.notifiedAt === null ? undefined : [cx.say('breach.notified'), cx.moment(breach.notifiedAt)],
              breach.authorityReference === null ? undefined : [cx.say('breach.reference'), breach.authorityReference],
              breach.lateReason === null ? undefined : [cx.say('breach.lateReason'), breach.lateReason],
              breach.toldAt === null ? undefined : [cx.say('breach.told'), cx.moment(breach.toldAt)],
              breach.closedAt === null ? undefined : [cx.say('breach.closed'), cx.moment(breach.closedAt)],
            ]}
          />
        </Sheet>
        {acts && (
          <>
            <Sheet id="search" title={cx.say('breach.search')}>
              <ul class="bullets">
                {breach.searches.map(({ system, key, person, upstream, link, found, from, until }) => (
                  <li>
                    <Id id={system ?? key ?? person ?? upstream ?? link ?? ''} />, {cx.moment(from)} –{' '}
                    {cx.moment(until)}: {cx.number(found)}
                  </li>
                ))}
              </ul>
              <form class="form" method="post" action={`${path}/affected`}>
                <SelectField
                  id="by"
                  label={cx.say('breach.searchBy')}
                  value={values.by}
                  choices={searches.map((one) => ({ value: one, word: cx.say(`breach.by.${one}`) }))}
                  required
                />
                <LineField
                  id="which"
                  label={cx.say('breach.which')}
                  hint={cx.say('breach.whichHint')}
                  value={values.by === 'link' ? undefined : values.which}
                  max={300}
                  required
                />
                <LineField id="from" type="datetime-local" label={cx.say('breach.from')} value={values.from} required />
                <LineField
                  id="until"
                  type="datetime-local"
                  label={cx.say('breach.until')}
                  value={values.until}
                  required
                />
                <Send>{cx.say('breach.searchNow')}</Send>
              </form>
            </Sheet>
            <Sheet id="assess" title={cx.say('breach.assess')}>
              <form class="form" method="post" action={`${path}/assess`}>
                <Pick
                  cx={cx}
                  name="risk"
                  prefix="breach.risk"
                  values={risks}
                  value={values.risk ?? breach.risk ?? undefined}
                />
                <label class="choice">
                  <input
                    type="checkbox"
                    name="notifyAuthority"
                    value="true"
                    checked={breach.notifyAuthority ?? false}
                  />
                  <span>{cx.say('breach.notifyAuthority')}</span>
                </label>
                <label class="choice">
                  <input type="checkbox" name="tellPeople" value="true" checked={breach.tellPeople ?? false} />
                  <span>{cx.say('breach.tellPeople')}</span>
                </label>
                <Pick
                  cx={cx}
                  name="tellException"
                  prefix="breach.exception"
                  values={exceptions}
                  value={values.tellException}
                  none={cx.say('breach.noException')}
                />
                <WordsField
                  id="reasons"
                  max={5_000}
                  label={cx.say('breach.reasons')}
                  value={values.reasons ?? breach.reasons ?? undefined}
                  required
                />
                <WordsField
                  id="consequences"
                  max={5_000}
                  label={cx.say('breach.consequences')}
                  value={values.consequences ?? breach.consequences ?? undefined}
                />
                <Send>{cx.say('breach.assessNow')}</Send>
              </form>
            </Sheet>
            {breach.tellPeople && <LetterWords cx={cx} breach={breach} path={path} values={values} />}
            {breach.words !== null && <LetterBundle cx={cx} breach={breach} path={path} values={values} />}
            {breach.state !== 'recorded' && (
              <Sheet id="notify" title={cx.say('breach.notify')}>
                <form class="form" method="post" action={`${path}/notify`}>
                  <label class="choice">
                    <input type="checkbox" name="authority" value="true" />
                    <span>{cx.say('breach.toldAuthority')}</span>
                  </label>
                  <label class="choice">
                    <input type="checkbox" name="people" value="true" />
                    <span>{cx.say('breach.toldPeople')}</span>
                  </label>
                  <LineField id="reference" label={cx.say('breach.reference')} value={values.reference} max={60} />
                  <WordsField
                    id="lateReason"
                    max={5_000}
                    label={cx.say('breach.lateReason')}
                    value={values.lateReason}
                  />
                  <Send>{cx.say('breach.notifyNow')}</Send>
                </form>
                <form class="form" method="post" action={`${path}/close`}>
                  <Send>{cx.say('breach.closeNow')}</Send>
                </form>
              </Sheet>
            )}
          </>
        )}
        <Sheet id="proofs" title={cx.say('request.proofs')}>
          <ul class="bullets">
            {breach.proofs.map(({ type, event, index, at }) => (
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
