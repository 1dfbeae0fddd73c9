/** One wrong answer: what it was, who got it, the judgement of a colleague, and what customers are told. */
import type { WrongAnswerView } from '../../../src/monitoring/contract.ts'
import type { Api } from '../../api.ts'
import { Facts, Head, Icon, Message, Scroll, Sheet, State } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import { LineField, Radios, Send, WordsField } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { Form } from '../kit.ts'
import { Entries, Id, loadNamed, type Named, namesOf, shortId } from '../parts.tsx'
import { feedbackPath } from './readers.ts'
import { answerJudges, reachWords, sourceWords, stateLook, wrongAddress, wrongPath } from './wrong-answers.tsx'

export const wrongDones = ['reported', 'confirmed', 'rejected', 'looked', 'corrected'] as const
export type WrongDone = (typeof wrongDones)[number]
const MOST_CORRECTION = 500

export async function loadWrongAnswer(api: Api, id: string) {
  const [answer, named] = await Promise.all([
    api.get<WrongAnswerView>(`/api/wrong-answers/${encodeURIComponent(id)}`),
    loadNamed(api),
  ])
  return { answer, named }
}

type Props = {
  cx: ConsoleContext
  answer: WrongAnswerView
  named: Named
  done?: WrongDone | undefined
  error?: string | undefined
  values?: Form | undefined
}

export const WrongAnswer = ({ cx, answer, named, done, error, values = {} }: Props) => {
  const title = cx.say('wa.title', { kind: cx.say(`wa.kind.${answer.kind}`) })
  const judge = cx.may(answerJudges)
  return (
    <Frame
      cx={cx}
      title={title}
      area={feedbackPath}
      crumbs={[
        { href: feedbackPath, word: cx.say('area.feedback') },
        { href: wrongPath, word: cx.say('area.wrongAnswers') },
        { word: shortId(answer.id) },
      ]}
    >
      <Head title={title} lead={`${sourceWords(cx, answer)}. ${reachWords(cx, answer)}.`} />
      {done && (
        <Message kind="ok" title={cx.say(`wa.done.${done}`)}>
          {done === 'reported' && <p>{cx.say('wa.done.reportedMore')}</p>}
          {done === 'corrected' && answer.recipients.waiting > 0 && (
            <p>{cx.count('wa.corrected.waiting', answer.recipients.waiting)}</p>
          )}
        </Message>
      )}
      {error && <Message kind="bad" title={error} />}
      <div class="split">
        <div class="stack">
          <Contents cx={cx} answer={answer} />
          {answer.state === 'reported' && judge && <Judge cx={cx} answer={answer} />}
          {answer.state === 'confirmed' && judge && <Correct cx={cx} answer={answer} values={values} />}
          {answer.correction !== null && <Corrected cx={cx} answer={answer} />}
          <Recipients cx={cx} answer={answer} />
          {(answer.state === 'reported' || answer.state === 'confirmed') && judge && (
            <Look cx={cx} answer={answer} values={values} />
          )}
        </div>
        <div class="stack">
          <Report cx={cx} answer={answer} named={named} />
        </div>
      </div>
    </Frame>
  )
}

const Report = ({ cx, answer, named }: Pick<Props, 'cx' | 'answer' | 'named'>) => (
  <Sheet
    id="report"
    title={cx.say('wa.facts')}
    side={<State kind={stateLook[answer.state]}>{cx.say(`wa.state.${answer.state}`)}</State>}
  >
    <Facts
      narrow
      facts={[
        [
          cx.say('wa.fact.source'),
          answer.source === null ? (
            cx.say('wa.noSource')
          ) : (
            <a href={`${wrongPath}?source=${encodeURIComponent(answer.source.id)}`}>
              {answer.source.title ?? answer.source.id}
            </a>
          ),
        ],
        answer.source?.hash == null
          ? undefined
          : [cx.say('wa.fact.version'), <code class="id">{answer.source.hash.slice(0, 16)}</code>],
        [
          cx.say('wa.fact.system'),
          <a href={`/console/systems/${answer.system}`}>{namesOf(cx, named).system(answer.system)}</a>,
        ],
        answer.version === null ? undefined : [cx.say('wa.fact.systemVersion'), answer.version],
        [
          cx.say('wa.fact.conversation'),
          <a href={`/console/conversations/${answer.conversation}#turn-${answer.turn}`}>
            <Id id={answer.conversation} />
          </a>,
        ],
        [cx.say('wa.fact.reported'), `${cx.moment(answer.reportedAt)}, ${cx.say(`wa.fact.via.${answer.via}`)}`],
        answer.decidedAt === null ? undefined : [cx.say('wa.fact.decided'), cx.moment(answer.decidedAt)],
        answer.correctedAt === null ? undefined : [cx.say('wa.fact.corrected'), cx.moment(answer.correctedAt)],
      ]}
    />
    <p>
      <Entries cx={cx} record={answer.id} what={cx.say('wa.facts')} />
    </p>
  </Sheet>
)

const Contents = ({ cx, answer }: Pick<Props, 'cx' | 'answer'>) => (
  <Sheet id="answer" title={cx.say('wa.contents')}>
    {answer.contents === 'closed' && <p class="subtle">{cx.say('wa.contents.closed')}</p>}
    {answer.contents === 'reason_needed' && (
      <>
        <p>{cx.say('wa.contents.reason')}</p>
        <p>
          <a class="button" href={`/console/conversations/${answer.conversation}#reveal`}>
            <Icon name="eye" />
            {cx.say('wa.contents.reveal')}
          </a>
        </p>
      </>
    )}
    {answer.contents === 'open' && (
      <>
        <h3>{cx.say('wa.contents.answer')}</h3>
        <p class="said" dir="auto">
          {answer.answer}
        </p>
        <h3>{cx.say('wa.contents.note')}</h3>
        {answer.note === null ? (
          <p class="subtle">{cx.say('wa.contents.noNote')}</p>
        ) : (
          <p class="said" dir="auto">
            {answer.note}
          </p>
        )}
        {answer.rightAnswer !== null && (
          <>
            <h3>{cx.say('wa.contents.right')}</h3>
            <p class="said" dir="auto">
              {answer.rightAnswer}
            </p>
          </>
        )}
      </>
    )}
  </Sheet>
)

const Judge = ({ cx, answer }: Pick<Props, 'cx' | 'answer'>) => (
  <Sheet id="judge" title={cx.say('wa.judge')}>
    {answer.mine ? (
      <p>{cx.say('wa.judge.mine')}</p>
    ) : (
      <form method="post" action={`${wrongAddress(answer.id)}/decision`}>
        <p>{cx.say('wa.judge.lead')}</p>
        <div class="head__acts">
          <button class="button" type="submit" name="decision" value="rejected">
            {cx.say('wa.judge.reject')}
          </button>
          <button class="button button--first" type="submit" name="decision" value="confirmed">
            {cx.say('wa.judge.confirm')}
          </button>
        </div>
      </form>
    )}
  </Sheet>
)

const Correct = ({ cx, answer, values = {} }: Pick<Props, 'cx' | 'answer' | 'values'>) => (
  <Sheet id="correct" title={cx.say('wa.correct')}>
    {!answer.lookedEverywhere ? (
      <p>{cx.say('wa.correct.wait')}</p>
    ) : (
      <form class="form" method="post" action={`${wrongAddress(answer.id)}/preview`}>
        <p>{cx.say('wa.correct.lead')}</p>
        {(['nl', 'en'] as const).map((language) => (
          <WordsField
            id={language}
            label={cx.say(`wa.correct.${language}`)}
            hint={cx.say('wa.correct.hint', { most: MOST_CORRECTION })}
            value={values[language] ?? (language === 'nl' ? (answer.rightAnswer ?? undefined) : undefined)}
            rows={2}
            max={MOST_CORRECTION}
            required
          />
        ))}
        <Radios
          name="reach"
          legend={cx.say('wa.correct.reach')}
          value={values.reach ?? 'same'}
          choices={(['same', 'shared'] as const).map((value) => ({
            value,
            word: cx.say(`wa.reach.${value}`),
            hint: cx.count(`wa.${value}`, answer.recipients[value]),
          }))}
        />
        <Send first>{cx.say('wa.correct.preview')}</Send>
      </form>
    )}
  </Sheet>
)

const Corrected = ({ cx, answer }: Pick<Props, 'cx' | 'answer'>) => (
  <Sheet id="corrected" title={cx.say('wa.corrected')}>
    {(['nl', 'en'] as const).map((language) => (
      <p lang={language}>{cx.say('wa.corrected.text', { text: answer.correction![language] })}</p>
    ))}
    <p class="small">
      {answer.reach !== null && `${cx.say(`wa.reach.${answer.reach}`)}. `}
      {cx.say('wa.told', { told: answer.recipients.told, waiting: answer.recipients.waiting })}
    </p>
  </Sheet>
)

const Recipients = ({ cx, answer }: Pick<Props, 'cx' | 'answer'>) => (
  <Sheet id="recipients" title={cx.say('wa.recipients')}>
    <p class="small">
      {cx.say('wa.recipients.how', {
        from: cx.date(answer.looked.from),
        until: cx.date(answer.looked.until),
        answers: answer.looked.answers,
      })}{' '}
      {answer.source !== null && cx.say('wa.recipients.article')} {!answer.lookedEverywhere && cx.say('wa.looking')}
    </p>
    <Scroll label={cx.say('wa.fact.conversation')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('wa.fact.conversation')}</th>
            <th scope="col">{cx.say('wa.recipients.at')}</th>
            <th scope="col">{cx.say('wa.recipients.match')}</th>
            <th scope="col">{cx.say('wa.recipients.told')}</th>
          </tr>
        </thead>
        <tbody>
          {answer.list.map((one) => (
            <tr>
              <th scope="row">
                <a href={`/console/conversations/${one.conversation}#turn-${one.turn}`}>
                  <Id id={one.conversation} />
                </a>
              </th>
              <td>{cx.moment(one.answeredAt)}</td>
              <td>{cx.say(`wa.match.${one.match}`)}</td>
              <td>
                {one.toldAt === null || one.receipt === null ? (
                  cx.say('wa.recipients.untold')
                ) : (
                  <a href={`/console/ledger/entries/${encodeURIComponent(one.receipt)}`}>{cx.moment(one.toldAt)}</a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
    {answer.listMore && <p class="small">{cx.say('wa.recipients.more', { count: answer.list.length })}</p>}
  </Sheet>
)

const Look = ({ cx, answer, values = {} }: Pick<Props, 'cx' | 'answer' | 'values'>) => (
  <details class="sheet">
    <summary>{cx.say('wa.look')}</summary>
    <form class="form" method="post" action={`${wrongAddress(answer.id)}/look`}>
      <LineField
        id="from"
        type="date"
        label={cx.say('wa.look.from')}
        value={values.from ?? dayOf(new Date(answer.looked.from))}
        latest={dayOf(cx.now)}
        required
      />
      <LineField
        id="until"
        type="date"
        label={cx.say('wa.look.until')}
        value={values.until ?? dayOf(cx.now)}
        latest={dayOf(cx.now)}
        required
      />
      <Send>{cx.say('wa.look.go')}</Send>
    </form>
  </details>
)
