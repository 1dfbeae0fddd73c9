/** What goes when, what went with its proof, and what may not go. */
import type { HoldList, RetentionView } from '../../../../src/privacy/rights/contract.ts'
import type { Api } from '../../../api.ts'
import { Empty, Facts, Head, Message, Scroll, Sheet, State } from '../../../ui/components.tsx'
import { LineField, SelectField, Send } from '../../../ui/forms.tsx'
import { type ConsoleContext, keptFor } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, Kept, Proof } from '../../parts.tsx'

export const retentionPath = '/console/retention'
const holders = ['dpo', 'ethics_officer', 'complaint_handler'] as const
const lifters = ['dpo', 'ethics_officer'] as const
const reasons = ['complaint', 'dispute', 'legal_claim', 'authority', 'investigation', 'legal_duty'] as const
const liftReasons = ['settled', 'term_ended', 'placed_by_mistake', 'authority_agreed'] as const

export type RetentionData = { readonly view: RetentionView; readonly holds: HoldList['holds'] }

export async function loadRetention(api: Api): Promise<RetentionData> {
  const [view, { holds }] = await Promise.all([
    api.get<RetentionView>('/api/retention'),
    api.get<HoldList>('/api/holds'),
  ])
  return { view, holds }
}

type Props = {
  cx: ConsoleContext
  data: RetentionData
  done?: string | undefined
  error?: string | undefined
  values?: Form
}

const placePath = `${retentionPath}/holds`

export const Retention = ({ cx, data: { view, holds }, done, error, values = keptFor(cx, placePath) ?? {} }: Props) => (
  <Frame cx={cx} title={cx.say('area.retention')} area={retentionPath}>
    <Head title={cx.say('area.retention')} lead={cx.say('retention.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {(done === 'placed' || done === 'lifted') && <Message kind="ok" title={cx.say(`retention.done.${done}`)} />}
      {keptFor(cx, placePath) && <Kept cx={cx} />}
      <Sheet id="next" title={cx.say('retention.next')}>
        <Counts cx={cx} counts={view.next.counts} none={cx.say('retention.nextNone')} />
        {view.next.kept > 0 && <p>{cx.count('retention.kept', view.next.kept)}</p>}
      </Sheet>
      <Runs cx={cx} view={view} />
      <Holds cx={cx} holds={holds} />
      {cx.may(holders) && <Place cx={cx} values={values} />}
      <LedgerTerm cx={cx} ledger={view.ledger} />
      <Terms cx={cx} view={view} />
    </div>
  </Frame>
)

const Counts = ({ cx, counts, none }: { cx: ConsoleContext; counts: RetentionView['next']['counts']; none: string }) =>
  counts.length === 0 ? (
    <p class="subtle">{none}</p>
  ) : (
    <ul class="bullets">
      {counts.map(({ kind, client, purpose, n }) => (
        <li>
          {cx.say(`retention.kind.${kind}`)}: {cx.number(n)} ({purpose === null ? client : `${client}, ${purpose}`})
        </li>
      ))}
    </ul>
  )

const Runs = ({ cx, view }: { cx: ConsoleContext; view: RetentionView }) => (
  <Sheet id="runs" title={cx.say('retention.runs')}>
    {view.runs.length === 0 ? (
      <Empty title={cx.say('retention.noRuns')} />
    ) : (
      view.runs.map((run) => (
        <details>
          <summary>
            {cx.moment(run.startedAt)}. {run.endedAt === null ? cx.say('retention.running') : cx.say('retention.ended')}
          </summary>
          <Counts cx={cx} counts={run.counts} none={cx.say('retention.nothing')} />
          <p>
            {run.proofs.map(({ event, index }) => (
              <Proof cx={cx} event={event} index={index} />
            ))}
          </p>
        </details>
      ))
    )}
  </Sheet>
)

const Holds = ({ cx, holds }: { cx: ConsoleContext; holds: HoldList['holds'] }) => (
  <Sheet id="holds" title={cx.say('holds.title')}>
    {holds.length === 0 ? (
      <Empty title={cx.say('holds.none')} />
    ) : (
      holds.map((hold) => (
        <article>
          <h3>
            {cx.say(`holds.reason.${hold.reason}`)}{' '}
            <State kind={hold.state === 'holds' ? 'wait' : hold.state === 'expired' ? 'attention' : 'ok'}>
              {cx.say(`holds.state.${hold.state}`)}
            </State>
          </h3>
          <Facts
            facts={[
              [
                cx.say('holds.on'),
                <>
                  {cx.say(
                    hold.subject !== null
                      ? 'holds.subject'
                      : hold.conversation !== null
                        ? 'holds.conversation'
                        : 'holds.case',
                  )}{' '}
                  <Id id={hold.subject ?? hold.conversation ?? hold.case ?? ''} />
                </>,
              ],
              [cx.say('holds.placed'), cx.moment(hold.placedAt)],
              [cx.say('holds.until'), cx.date(hold.endsAt)],
              hold.reference === null ? undefined : [cx.say('holds.reference'), hold.reference],
            ]}
          />
          {hold.state === 'expired' && <p class="small">{cx.say('holds.expiredMore')}</p>}
          {hold.state !== 'lifted' && cx.may(lifters) && (
            <form class="form" method="post" action={`${retentionPath}/holds/${hold.id}/lift`}>
              <SelectField
                id={`lift-${hold.id}`}
                name="reason"
                label={cx.say('holds.liftWhy')}
                choices={liftReasons.map((reason) => ({ value: reason, word: cx.say(`holds.lift.${reason}`) }))}
                required
              />
              <Send>{cx.say('holds.liftNow')}</Send>
            </form>
          )}
        </article>
      ))
    )}
  </Sheet>
)

const Place = ({ cx, values }: { cx: ConsoleContext; values: Form }) => (
  <Sheet id="place" title={cx.say('holds.place')}>
    <form class="form" method="post" action={placePath}>
      <SelectField
        id="on"
        label={cx.say('holds.on')}
        value={values.on}
        choices={(['conversation', 'subject', 'case'] as const).map((on) => ({
          value: on,
          word: cx.say(`holds.${on}`),
        }))}
        required
      />
      <LineField id="which" label={cx.say('holds.which')} value={values.which} max={64} required />
      <SelectField
        id="reason"
        label={cx.say('holds.reason')}
        value={values.reason}
        choices={reasons.map((reason) => ({ value: reason, word: cx.say(`holds.reason.${reason}`) }))}
        required
      />
      <LineField
        id="reference"
        label={cx.say('holds.reference')}
        value={values.reference}
        max={60}
        pattern="[A-Za-z0-9][A-Za-z0-9._:\/\-]*"
      />
      <LineField id="endsAt" type="date" label={cx.say('holds.until')} value={values.endsAt} required />
      <Send first>{cx.say('holds.placeNow')}</Send>
    </form>
  </Sheet>
)

/** The record itself: how long an entry stays, when that was last looked at, and what is gone with its proof. */
const LedgerTerm = ({
  cx,
  ledger: { days, last, pruned },
}: {
  cx: ConsoleContext
  ledger: RetentionView['ledger']
}) => (
  <Sheet id="ledger" title={cx.say('retention.ledger')}>
    <p>{cx.say('retention.ledgerTerm', { days: cx.number(days) })}</p>
    {last === null ? (
      <p class="subtle">{cx.say('retention.ledgerNever')}</p>
    ) : (
      <p>
        {cx.say('retention.ledgerLast', { at: cx.moment(last.at) })} {cx.say(`retention.ledgerOutcome.${last.outcome}`)}
        {last.kept > 0 && ` ${cx.count('retention.ledgerKept', last.kept)}`}
      </p>
    )}
    {pruned.length === 0 ? (
      <p class="subtle">{cx.say('retention.ledgerNothing')}</p>
    ) : (
      <ul class="bullets">
        {pruned.map(({ from, to, at, termDays, event, index }) => (
          <li>
            {cx.say('retention.ledgerGone', {
              from: cx.number(from),
              to: cx.number(to),
              at: cx.date(at),
              days: cx.number(termDays),
            })}{' '}
            <Proof cx={cx} event={event} index={index} />
          </li>
        ))}
      </ul>
    )}
  </Sheet>
)

const Terms = ({ cx, view }: { cx: ConsoleContext; view: RetentionView }) => (
  <Sheet id="terms" title={cx.say('retention.terms')}>
    <Scroll label={cx.say('retention.table')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('retention.purpose')}</th>
            <th scope="col">{cx.say('retention.kind')}</th>
            <th scope="col">{cx.say('retention.days')}</th>
            <th scope="col">{cx.say('retention.from')}</th>
          </tr>
        </thead>
        <tbody>
          {view.terms.map(({ client, purpose, name, kind, days, from }) => (
            <tr>
              <td>
                {name === null ? cx.say('retention.all') : cx.local(name)}
                <br />
                <span class="small subtle">
                  {client}
                  {purpose === null ? '' : `, ${purpose}`}
                </span>
              </td>
              <td>{cx.say(`retention.kind.${kind}`)}</td>
              <td>{cx.number(days)}</td>
              <td>{cx.say(`retention.from.${from}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Sheet>
)
