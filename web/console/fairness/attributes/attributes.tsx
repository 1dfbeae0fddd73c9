/** Attributes of people: what was declared and signed, how many gave it, and each time it was read. Nobody's value. */
import type { AttributeLine, AttributeView } from '../../../../src/records/attributes/contract.ts'
import { Empty, Facts, Head, Message, Scroll, Sheet, State } from '../../../ui/components.tsx'
import { Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Proof } from '../../parts.tsx'
import { path as fairnessPath } from '../parts.tsx'

export const path = `${fairnessPath}/attributes`
export const attributePath = ({ client, id }: Pick<AttributeLine, 'client' | 'id'>) =>
  `${path}/${encodeURIComponent(client)}/${encodeURIComponent(id)}`
/** Who may end one; the API decides again. */
const keepers: readonly string[] = ['ethics_officer', 'dpo']

const SOON_MS = 30 * 86_400_000
type LineProps = { cx: ConsoleContext; one: AttributeLine }

const Standing = ({ cx, one }: LineProps) => {
  if (one.endedAt !== null) return <State kind="wait">{cx.say('attr.ended', { date: cx.date(one.endedAt) })}</State>
  if (one.endsAt !== null && Date.parse(one.endsAt) - cx.now.getTime() < SOON_MS)
    return <State kind="attention">{cx.say('attr.soon')}</State>
  return <State kind="ok">{cx.say('attr.open')}</State>
}

const peopleWord = (cx: ConsoleContext, { people }: AttributeLine) =>
  people === null ? cx.say('attr.peopleFew') : cx.number(people)

const crumbs = (cx: ConsoleContext, title?: string) => [
  { href: fairnessPath, word: cx.say('area.fairness') },
  ...(title === undefined ? [] : [{ href: path, word: cx.say('attr.title') }]),
  { word: title ?? cx.say('attr.title') },
]

export const Attributes = ({ cx, attributes }: { cx: ConsoleContext; attributes: readonly AttributeLine[] }) => (
  <Frame cx={cx} title={cx.say('attr.title')} area={fairnessPath} crumbs={crumbs(cx)}>
    <Head title={cx.say('attr.title')} lead={cx.say('attr.lead')} />
    <Sheet id="attributes" title={cx.say('attr.all')}>
      {attributes.length === 0 ? (
        <Empty title={cx.say('attr.none')}>
          <p>{cx.say('attr.noneMore')}</p>
        </Empty>
      ) : (
        <ul class="rows linked">
          {attributes.map((one) => (
            <li>
              <div>
                <a href={attributePath(one)}>
                  <b>{cx.local(one.statement.name)}</b>
                </a>
                <br />
                <span class="small subtle">
                  {cx.say(`attr.source.${one.statement.source}`)}
                  {one.statement.special && `. ${cx.say('attr.special')}`}
                </span>
                <br />
                <Standing cx={cx} one={one} />
              </div>
              <div class="small">
                {cx.say('attr.people')}: {peopleWord(cx, one)}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  </Frame>
)

type ViewProps = {
  cx: ConsoleContext
  view: AttributeView
  done?: { readonly erased: string; readonly until: string } | undefined
  error?: string | undefined
}

export const Attribute = ({ cx, view, done, error }: ViewProps) => {
  const { statement } = view
  const title = cx.local(statement.name)
  return (
    <Frame cx={cx} title={title} area={fairnessPath} crumbs={crumbs(cx, title)}>
      <Head title={title} lead={cx.say(`attr.source.${statement.source}`)} />
      {error && <Message kind="bad" title={error} />}
      {done && (
        <Message
          kind="ok"
          title={cx.say('attr.endDone', { erased: done.erased, date: cx.date(`${done.until}T12:00:00Z`) })}
        />
      )}
      <div class="stack">
        <Sheet id="statement" title={cx.say('attr.necessity')} side={<Standing cx={cx} one={view} />}>
          <p>{cx.local(statement.necessity)}</p>
          <Facts
            facts={[
              [cx.say('attr.ground'), cx.local(statement.legalGround)],
              [cx.say('attr.kind'), cx.say(statement.special ? 'attr.special' : 'attr.plain')],
              [cx.say('attr.client'), view.client],
              statement.question === undefined ? undefined : [cx.say('attr.question'), cx.local(statement.question)],
              [cx.say('attr.choices'), statement.choices.map(({ label }) => cx.local(label)).join(', ')],
              [cx.say('attr.people'), peopleWord(cx, view)],
              [cx.say('attr.keep'), cx.say('attr.keepDays', { days: statement.keepDays })],
              [cx.say('attr.signed'), cx.date(view.signedAt)],
              [cx.say('attr.ends'), view.endsAt === null ? cx.say('attr.endsNever') : cx.date(view.endsAt)],
            ]}
          />
          <Proof cx={cx} event={view.proof.event} index={view.proof.index} />
        </Sheet>
        <Reads cx={cx} view={view} />
        {view.statements.length > 1 && (
          <Sheet id="statements" title={cx.say('attr.statements')}>
            <ul class="bullets">
              {view.statements.slice(1).map((one) => (
                <li>
                  {cx.date(one.signedAt)}: {cx.local(one.statement.necessity)}
                </li>
              ))}
            </ul>
          </Sheet>
        )}
        {view.endedAt === null && cx.may(keepers) && (
          <Sheet id="end" title={cx.say('attr.end')}>
            <p>{cx.say('attr.endMore')}</p>
            <form class="form" method="post" action={`${attributePath(view)}/end`}>
              <WordsField id="reasons" label={cx.say('attr.endWhy')} rows={3} max={2_000} required />
              <Send>{cx.say('attr.endSend')}</Send>
            </form>
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const Reads = ({ cx, view }: { cx: ConsoleContext; view: AttributeView }) => (
  <Sheet id="reads" title={cx.say('attr.reads')}>
    <p class="small subtle">{cx.say('attr.readsMore')}</p>
    {view.reads.length === 0 ? (
      <p>{cx.say('attr.readsNone')}</p>
    ) : (
      <Scroll label={cx.say('attr.readsTable')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{cx.say('attr.readAt')}</th>
              <th scope="col">{cx.say('attr.readFor')}</th>
              <th scope="col" class="num">
                {cx.say('attr.readRows')}
              </th>
              <th scope="col" class="num">
                {cx.say('attr.readValues')}
              </th>
            </tr>
          </thead>
          <tbody>
            {view.reads.map((one) => (
              <tr>
                <th scope="row">{cx.moment(one.readAt)}</th>
                <td>{cx.say(`attr.readFor.${one.purpose}`)}</td>
                <td class="num">{cx.number(one.rows)}</td>
                <td class="num">{cx.number(one.values)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
  </Sheet>
)
