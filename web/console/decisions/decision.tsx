/** One decision: what it was, why, on what it rests, what became of it, and a person's second look. */
import { lookUpReasons } from '../../../src/access/contract.ts'
import type { ContestStanding, DecisionContentsView, DecisionDetail } from '../../../src/records/decision-contract.ts'
import { type Api, failureOf } from '../../api.ts'
import { Facts, Head, Message, Sheet, State } from '../../ui/components.tsx'
import { SelectField, Send } from '../../ui/forms.tsx'
import type { Filled } from '../cases/filled.ts'
import { intake, newPathFor } from '../complaints/new.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Entries, languageWord, loadNamed, type Named, namesOf, Proof, shortId } from '../parts.tsx'
import { ContestSheets, contestReviewers, Hinder } from './contest.tsx'
import { decisionsPath, favourableWord, outcomeWord, reviewLook } from './decisions.tsx'
import { ReviewForm } from './review-form.tsx'
import { Weights } from './weights.tsx'

/** Whose work it is to look again; the API decides again. */
export const reviewers = ['overseer', 'reviewer', 'ethics_officer', 'supervisor', 'complaint_handler'] as const

export type DecisionData = {
  readonly decision: DecisionDetail
  readonly named: Named
  /** null: nobody asked to look again. */
  readonly standing: ContestStanding | null
}

export async function loadDecision(api: Api, id: string): Promise<DecisionData> {
  const [decision, named] = await Promise.all([
    api.get<DecisionDetail>(`/api/decisions/${encodeURIComponent(id)}`),
    loadNamed(api),
  ])
  return { decision, named, standing: await loadStanding(api, decision) }
}

/** For roles that handle none it is left out. */
export const loadStanding = async (api: Api, { id, asked }: DecisionDetail): Promise<ContestStanding | null> =>
  asked === null
    ? null
    : api.get<ContestStanding>(`/api/decisions/${encodeURIComponent(id)}/contest`).catch((error: unknown) => {
        if (failureOf(error)?.status === 403) return null
        throw error
      })

type Props = DecisionData & {
  cx: ConsoleContext
  /** What was done. */
  done?: 'reviewed' | 'extended' | 'confirmed' | undefined
  filled?: Filled | undefined
}

export const dones = ['reviewed', 'extended', 'confirmed'] as const

/** The outcome, but not for who first reads what the customer wrote. */
const titleOf = (cx: ConsoleContext, { outcome, ...decision }: DecisionDetail): string =>
  outcome === null
    ? cx.say('decision.of', { at: cx.date(decision.decidedAt) })
    : outcomeWord(cx, { ...decision, outcome })

export const Decision = ({ cx, decision, named, standing, done, filled }: Props) => {
  const title = titleOf(cx, decision)
  const waits =
    decision.review === 'waiting' &&
    cx.may(decision.asked?.state === 'open' ? contestReviewers : reviewers) &&
    decision.access !== 'view_first' &&
    decision.hinder === null
  return (
    <Frame
      cx={cx}
      title={title}
      area={decisionsPath}
      crumbs={[{ href: decisionsPath, word: cx.say('area.decisions') }, { word: shortId(decision.id) }]}
    >
      <Head
        title={title}
        lead={[
          cx.say('decision.lead', {
            system: namesOf(cx, named).system(decision.system),
            at: cx.moment(decision.decidedAt),
          }),
          cx.say(`decision.role.${decision.class}`),
        ].join(' ')}
        acts={
          cx.may(intake) &&
          decision.subjectRole === 'customer' && (
            <a class="button" href={newPathFor({ decision: decision.id, client: decision.client })}>
              {cx.say('complaintNew.link')}
            </a>
          )
        }
      />
      <div class="stack">
        {done && <Message kind="ok" title={cx.say(`decision.done.${done}`)} />}
        {filled?.error !== undefined && (
          <Message kind="bad" title={filled.error}>
            {filled.field !== undefined && <a href={`#${filled.field}`}>{cx.say('case.toField')}</a>}
          </Message>
        )}
        {decision.asked && <Asked cx={cx} asked={decision.asked} />}
        {decision.review === 'waiting' && decision.asked?.state !== 'open' && (
          <Message kind="attention" title={cx.say('decision.waits')} quiet>
            <p>{cx.term('reviewReason', decision.reviewReason ?? 'other')}</p>
          </Message>
        )}
      </div>
      <div class="split split--rail">
        <div class="stack">
          {decision.access === 'view_first' ? (
            <ViewFirst cx={cx} decision={decision} />
          ) : (
            <Why cx={cx} decision={decision} />
          )}
          {decision.contents && <Counted cx={cx} decision={decision} contents={decision.contents} />}
          {waits && <ReviewForm cx={cx} decision={decision} filled={filled} />}
          <Reviews cx={cx} decision={decision} />
          {standing && (
            <ContestSheets
              cx={cx}
              decision={decision.id}
              standing={standing}
              filled={filled}
              references={decision.asked?.references}
            />
          )}
        </div>
        <aside class="stack" aria-label={cx.say('decision.beside')}>
          <Short cx={cx} decision={decision} named={named} />
          <Observed cx={cx} decision={decision} />
        </aside>
      </div>
    </Frame>
  )
}

/** What the person wrote stands above everything else on the page. */
const Asked = ({ cx, asked }: { cx: ConsoleContext; asked: NonNullable<DecisionDetail['asked']> }) => (
  <Message
    kind={asked.state === 'open' ? 'attention' : asked.state === 'answered' ? 'ok' : 'unknown'}
    title={cx.say(`decision.asked.${asked.state}`)}
    quiet
  >
    <p>{cx.say('decision.askedAt', { at: cx.moment(asked.askedAt) })}</p>
    {asked.words !== null && <blockquote dir="auto">{asked.words}</blockquote>}
    <Entries cx={cx} record={asked.record} what={cx.say(`decision.asked.${asked.state}`)} />
  </Message>
)

/** Before the score and the explanation: what the customer wrote. Reading it is an act on record. */
const ViewFirst = ({ cx, decision }: { cx: ConsoleContext; decision: DecisionDetail }) => (
  <Sheet id="first" title={cx.say('contestFirst.title')}>
    <p>{cx.say('contestFirst.more')}</p>
    {decision.asked?.words == null && <p>{cx.say('contestFirst.noWords')}</p>}
    {decision.hinder === null ? (
      <form class="form" method="post" action={`${decisionsPath}/${decision.id}/contest`}>
        <Send first>{cx.say('contestFirst.done')}</Send>
      </form>
    ) : (
      <Hinder cx={cx} hinder={decision.hinder} />
    )}
  </Sheet>
)

const Why = ({ cx, decision }: { cx: ConsoleContext; decision: DecisionDetail }) => {
  const { contents, explanation } = decision
  const text = contents?.text?.[cx.language]
  return (
    <Sheet
      id="why"
      title={cx.say('decision.why')}
      side={
        <State kind={explanation === 'given' ? 'ok' : explanation === 'refused' ? 'attention' : 'unknown'}>
          {cx.term('explanationState', explanation)}
        </State>
      }
    >
      {text?.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {text !== undefined && (
        <p class="small subtle">{cx.say('decision.checked', { count: text.length, total: text.length })}</p>
      )}
      {text === undefined && explanation === 'given' && decision.access !== 'reason_needed' && (
        <p>{cx.say('decision.closed')}</p>
      )}
      {explanation === 'refused' && (
        <p>
          {cx.say('decision.refused')} {cx.term('explanationReason', decision.explanationReason ?? 'other')}.
        </p>
      )}
      {explanation === 'not_needed' && <p>{cx.say('decision.notSent')}</p>}
      {decision.access === 'reason_needed' && (
        <form class="form" method="post" action={`${decisionsPath}/${decision.id}/read`}>
          <p>{cx.say('decision.reasonNeeded')}</p>
          <SelectField
            id="reason"
            label={cx.say('reveal.reason')}
            choices={lookUpReasons.map((value) => ({ value, word: cx.term('reason', value) }))}
            required
          />
          <Send first>{cx.say('decision.read')}</Send>
        </form>
      )}
    </Sheet>
  )
}

type Value = DecisionContentsView['features'][number]['value']

function valueWord(cx: ConsoleContext, value: Value, shown: { nl: string; en: string } | null): string {
  if (shown !== null) return cx.local(shown)
  if (value === null) return cx.say('decision.missing')
  if (typeof value === 'boolean') return cx.say(value ? 'decision.yes' : 'decision.no')
  return typeof value === 'number' ? cx.number(value) : value
}

const Counted = ({
  cx,
  decision,
  contents,
}: {
  cx: ConsoleContext
  decision: DecisionDetail
  contents: DecisionContentsView
}) => (
  <>
    {contents.factors.length > 0 && (
      <Sheet id="weights" title={cx.say('decision.weights')}>
        <Weights cx={cx} contents={contents} />
      </Sheet>
    )}
    {contents.change !== null && <Change cx={cx} change={contents.change} threshold={decision.threshold} />}
    <Sheet id="used" title={cx.say('decision.used')}>
      <Facts
        facts={contents.features.map(
          ({ feature, label, value, shown }) =>
            [label === null ? feature : cx.local(label), valueWord(cx, value, shown)] as const,
        )}
      />
      {decision.notUsed.length > 0 && (
        <p>{cx.say('decision.notUsed', { list: decision.notUsed.map((one) => cx.local(one)).join(', ') })}</p>
      )}
    </Sheet>
  </>
)

type Found = NonNullable<DecisionContentsView['change']>

const Change = ({ cx, change, threshold }: { cx: ConsoleContext; change: Found; threshold: number | null }) => (
  <Sheet id="change" title={cx.say('decision.change')}>
    {change.found ? (
      <>
        <Facts
          facts={change.changes.map(({ feature, label, from, to, yesNo }) => {
            const word = (value: number) => valueWord(cx, yesNo ? value === 1 : value, null)
            return [
              label === null ? feature : cx.local(label),
              cx.say('decision.changeFromTo', { from: word(from), to: word(to) }),
            ] as const
          })}
        />
        <p>
          {threshold === null
            ? cx.say('decision.changeOutput', { output: cx.number(change.output) })
            : cx.say('decision.changeOutputOf', { output: cx.number(change.output), threshold: cx.number(threshold) })}
        </p>
      </>
    ) : (
      <p>{cx.say(change.reason === 'search_limit' ? 'decision.changeUnsure' : 'decision.changeNone')}</p>
    )}
  </Sheet>
)

const Reviews = ({ cx, decision }: { cx: ConsoleContext; decision: DecisionDetail }) =>
  decision.reviews.length === 0 ? null : (
    <Sheet id="reviews" title={cx.say('decision.reviews')}>
      <ol class="rows">
        {decision.reviews.map((one) => {
          const label = decision.outcomes.find(({ outcome }) => outcome === one.outcome)?.label
          return (
            <li class="row" data-row="">
              <State kind={reviewLook[one.verdict]}>{cx.term('decisionReview', one.verdict)}</State>
              <div>
                <b>{label ? cx.local(label) : one.outcome}</b>
                <br />
                <span class="small subtle">{cx.moment(one.decidedAt)}</span>
                {one.reasons !== null && <p>{one.reasons}</p>}
                {one.forCustomer !== null && (
                  <p>
                    <b>{cx.say('decision.toldCustomer')}</b> {one.forCustomer}
                  </p>
                )}
                {one.points !== null && (
                  <p>
                    <b>{cx.say('decision.toldPoints')}</b> {one.points}
                  </p>
                )}
              </div>
              <Entries cx={cx} record={one.record} what={cx.say('decision.reviews')} />
            </li>
          )
        })}
      </ol>
    </Sheet>
  )

const Short = ({ cx, decision, named }: { cx: ConsoleContext; decision: DecisionDetail; named: Named }) => {
  const names = namesOf(cx, named)
  const decimals = new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 3 })
  return (
    <Sheet id="short" title={cx.say('decision.short')}>
      <Facts
        narrow
        facts={[
          decision.outcome === null
            ? undefined
            : [cx.say('decisions.favourable'), favourableWord(cx, decision.favourable)],
          decision.score === null
            ? undefined
            : [
                cx.say('decision.score'),
                decision.threshold === null
                  ? decimals.format(decision.score)
                  : cx.say('decision.scoreOf', {
                      score: decimals.format(decision.score),
                      threshold: decimals.format(decision.threshold),
                    }),
              ],
          [
            cx.say('filter.system'),
            <a href={`/console/systems/${decision.system}`}>{names.system(decision.system)}</a>,
          ],
          [cx.say('decision.version'), decision.version],
          decision.scoreFrom === 'computed'
            ? [cx.say('decision.scoreFrom'), cx.say('decision.scoreComputed')]
            : undefined,
          decision.contents?.modelSha256 == null
            ? undefined
            : [cx.say('decision.model'), <code>{decision.contents.modelSha256.slice(0, 16)}…</code>],
          [cx.say('decisions.kind'), cx.term('decisionKind', decision.kind)],
          [cx.say('decisions.class'), cx.term('decisionClass', decision.class)],
          [cx.say('decision.purpose'), names.purpose(decision.purpose)],
          [cx.say('decision.about'), cx.term('decisionAbout', decision.subjectRole)],
          [cx.say('filter.channel'), cx.term('channel', decision.channel)],
          [cx.say('filter.language'), languageWord(cx, decision.language)],
          decision.conversation === null
            ? undefined
            : [
                cx.say('decision.conversation'),
                <a href={`/console/conversations/${decision.conversation}`}>{shortId(decision.conversation)}</a>,
              ],
          decision.grounds.gate === null
            ? undefined
            : [
                cx.say('decision.gate'),
                <Entries cx={cx} record={decision.grounds.gate} what={cx.say('decision.gate')} />,
              ],
          decision.grounds.oversight === null
            ? undefined
            : [
                cx.say('decision.oversight'),
                <Entries cx={cx} record={decision.grounds.oversight} what={cx.say('decision.oversight')} />,
              ],
          decision.contestWay === null ? undefined : [cx.say('decision.contest'), cx.local(decision.contestWay)],
          [cx.say('decision.proof'), <Proof cx={cx} event={decision.proof.event} index={decision.proof.index} />],
        ]}
      />
    </Sheet>
  )
}

const Observed = ({ cx, decision }: { cx: ConsoleContext; decision: DecisionDetail }) => (
  <Sheet id="observed" title={cx.say('decision.observed')}>
    {decision.observed.length === 0 ? (
      <p class="small subtle">{cx.say('decision.observedNone')}</p>
    ) : (
      <ol class="rows dense">
        {decision.observed.map((one) => (
          <li class="small" data-row="">
            <State kind={one.positive === null ? 'unknown' : one.positive ? 'ok' : 'attention'}>
              {cx.term('observedWell', one.positive === null ? 'unknown' : one.positive ? 'yes' : 'no')}
            </State>{' '}
            <code>{one.observed}</code>, {cx.moment(one.observedAt)}
          </li>
        ))}
      </ol>
    )}
  </Sheet>
)
