/** How contested decisions of a year were looked at: figures of a team, with what cannot be told and why. */
import type { MeView } from '../../../src/access/contract.ts'
import type {
  ContestFigures,
  ContestGroup,
  ContestShare,
  ContestTold,
} from '../../../src/accountability/contests/contract.ts'
import type { Api } from '../../api.ts'
import { Empty, Head, Message, Scroll, Sheet, State } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import { SelectField } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { loadNamed, type Named, namesOf } from '../parts.tsx'

export const contestFiguresPath = '/console/contests'
/** Who sees how contests are looked at; a test holds it against the route. */
export const contestFigureReaders = ['ethics_officer', 'dpo', 'auditor'] as const

/** Years that can be chosen: this one and those before it. */
const YEARS = 5

export type ContestFiguresData = {
  readonly figures: ContestFigures | null
  readonly clients: MeView['clients']
  readonly named: Named
}

/** One client at a time: the one that is asked for, the one at hand, or the first. `figures` null: there is no client. */
export async function loadContestFigures(
  api: Api,
  { client: asked, year }: { readonly client: string | undefined; readonly year: string | undefined },
): Promise<ContestFiguresData> {
  const [me, named] = await Promise.all([api.get<MeView>('/api/me'), loadNamed(api)])
  const client = me.clients.find(({ id }) => id === asked)?.id ?? me.client ?? me.clients[0]?.id
  return {
    figures: client === undefined ? null : await api.get<ContestFigures>('/api/contests/statistics', { client, year }),
    clients: me.clients,
    named,
  }
}

type Props = ContestFiguresData & { readonly cx: ConsoleContext }

export const ContestFiguresPage = ({ cx, figures, clients, named }: Props) => {
  const title = cx.say('contestFigures.title')
  const told = figures?.total.told
  return (
    <Frame
      cx={cx}
      title={title}
      area="/console/decisions"
      crumbs={[{ href: '/console/decisions', word: cx.say('area.decisions') }, { word: title }]}
    >
      <Head
        title={title}
        lead={
          told == null
            ? undefined
            : cx.count('contestFigures.lead', told.received, {
                year: figures!.year,
                answered: told.answered,
                open: told.open,
                withdrawn: told.withdrawn,
              })
        }
      />
      <div class="stack">
        {figures === null ? (
          <Empty title={cx.say('contestFigures.none')}>{cx.say('contestFigures.noneMore')}</Empty>
        ) : (
          <>
            <Choose cx={cx} figures={figures} clients={clients} />
            {figures.systems.length === 0 ? (
              <Empty title={cx.say('contestFigures.none')}>{cx.say('contestFigures.noneMore')}</Empty>
            ) : (
              <>
                <Told cx={cx} figures={figures} />
                {figures.systems.length > 1 && <Systems cx={cx} figures={figures} named={named} />}
              </>
            )}
            <p class="small subtle">{cx.say('contestFigures.noPersons')}</p>
          </>
        )}
      </div>
    </Frame>
  )
}

const Choose = ({
  cx,
  figures,
  clients,
}: {
  cx: ConsoleContext
  figures: ContestFigures
  clients: MeView['clients']
}) => {
  const now = Number(dayOf(cx.now).slice(0, 4))
  const years = [...new Set([Number(figures.year), ...Array.from({ length: YEARS }, (_, n) => now - n)])]
  return (
    <search aria-label={cx.say('contestFigures.choose')}>
      <form class="sheet filters" method="get" action={contestFiguresPath}>
        {clients.length > 1 && (
          <SelectField
            id="client"
            label={cx.say('contestFigures.client')}
            value={figures.client}
            choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
          />
        )}
        <SelectField
          id="year"
          label={cx.say('contestFigures.year')}
          value={figures.year}
          choices={years.sort((a, b) => b - a).map((one) => ({ value: String(one), word: String(one) }))}
        />
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('contestFigures.go')}
          </button>
        </div>
      </form>
    </search>
  )
}

/** Why it is not told, in words with the numbers. */
const whyUntold = (cx: ConsoleContext, { fewestCases, fewestReviewers }: ContestFigures, untold: string): string =>
  untold === 'few_cases'
    ? cx.say('contestFigures.untold.few_cases', { n: fewestCases })
    : untold === 'few_reviewers'
      ? cx.say('contestFigures.untold.few_reviewers', { n: fewestReviewers })
      : cx.say('contestFigures.untold.hidden')

const shares = ['changed', 'underAMinute', 'shortReasons', 'repeatedReasons'] as const

const Told = ({ cx, figures }: { cx: ConsoleContext; figures: ContestFigures }) => {
  const { told, untold } = figures.total
  if (told === null)
    return (
      <Sheet
        id="told"
        title={cx.say('contestFigures.told')}
        side={<State kind="unknown">{cx.say('contestFigures.cannotTell')}</State>}
      >
        <p>{whyUntold(cx, figures, untold ?? 'hidden')}</p>
      </Sheet>
    )
  return (
    <>
      {told.signs.length > 0 && (
        <Message kind="attention" title={cx.say('contestFigures.signs')} quiet>
          <ul class="bullets">
            {told.signs.map((sign) => (
              <li>{cx.say(`contestFigures.sign.${sign}`)}</li>
            ))}
          </ul>
          <p>{cx.say('contestFigures.signsMore')}</p>
        </Message>
      )}
      <Sheet id="told" title={cx.say('contestFigures.told')}>
        <div class="figures">
          {shares.map((name) => (
            <Share cx={cx} label={cx.say(`contestFigures.${name}`)} value={told[name]} />
          ))}
        </div>
        {told.signs.length === 0 && <p>{cx.say('contestFigures.noSigns')}</p>}
      </Sheet>
      {told.spans.length > 0 && <Spans cx={cx} spans={told.spans} />}
    </>
  )
}

const Spans = ({ cx, spans }: { cx: ConsoleContext; spans: ContestTold['spans'] }) => (
  <Sheet id="spans" title={cx.say('contestFigures.spans')}>
    <table>
      <thead>
        <tr>
          <th scope="col">{cx.say('contestFigures.span')}</th>
          <th scope="col" class="num">
            {cx.say('contestFigures.answers')}
          </th>
        </tr>
      </thead>
      <tbody>
        {spans.map(({ span, n }) => (
          <tr>
            <th scope="row">{cx.say(`contestFigures.span.${span}`)}</th>
            <td class="num">{cx.number(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Sheet>
)

const Share = ({ cx, label, value }: { cx: ConsoleContext; label: string; value: ContestShare | null }) => (
  <div>
    <div class="small">{label}</div>
    <div class="figure__value">
      {value === null ? <State kind="unknown">{cx.say('contestFigures.unknown')}</State> : cx.share(value.share)}
    </div>
    {value !== null && (
      <div class="figure__label">
        {cx.say('contestFigures.of', { k: value.k, n: value.n, low: cx.share(value.low), high: cx.share(value.high) })}
      </div>
    )}
  </div>
)

const Systems = ({ cx, figures, named }: { cx: ConsoleContext; figures: ContestFigures; named: Named }) => {
  const names = namesOf(cx, named)
  return (
    <Sheet id="systems" title={cx.say('contestFigures.systems')}>
      <Scroll label={cx.say('contestFigures.systemsTable')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{cx.say('filter.system')}</th>
              <th scope="col" class="num">
                {cx.say('contestFigures.received')}
              </th>
              <th scope="col" class="num">
                {cx.say('contestFigures.answers')}
              </th>
              <th scope="col">{cx.say('contestFigures.changed')}</th>
            </tr>
          </thead>
          <tbody>
            {figures.systems.map((one) => (
              <tr>
                <th scope="row">{names.system(one.system)}</th>
                <td class="num">{one.told === null ? '–' : cx.number(one.told.received)}</td>
                <td class="num">{one.told === null ? '–' : cx.number(one.told.answered)}</td>
                <td>{changedWord(cx, figures, one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Sheet>
  )
}

const changedWord = (cx: ConsoleContext, figures: ContestFigures, { told, untold }: ContestGroup) =>
  told === null ? (
    <>
      <State kind="unknown">{cx.say('contestFigures.cannotTell')}</State>{' '}
      <span class="small">{whyUntold(cx, figures, untold ?? 'hidden')}</span>
    </>
  ) : (
    cx.say('contestFigures.of', {
      k: told.changed.k,
      n: told.changed.n,
      low: cx.share(told.changed.low),
      high: cx.share(told.changed.high),
    })
  )
