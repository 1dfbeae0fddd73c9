/** What customers thought of the contact in the last four weeks, for Today. */
import type { FeedbackOverview, WrongAnswerList } from '../../../src/monitoring/contract.ts'
import { type Api, failureOf } from '../../api.ts'
import { Evidence, Sheet } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { FourFigures } from './figures.tsx'
import { feedbackPath } from './readers.ts'
import { wrongPath } from './wrong-answers.tsx'

const DAYS = 28

export type FeedbackToday = {
  readonly overview: FeedbackOverview
  /** Wrong answers that wait for a judgement, and those that were confirmed and not put right. */
  readonly toJudge: number
  readonly toCorrect: number
}

/** undefined: this role does not see it. */
export async function loadFeedbackCard(api: Api, now: Date): Promise<FeedbackToday | undefined> {
  const waiting = async (state: 'reported' | 'confirmed') =>
    (await api.get<WrongAnswerList>('/api/wrong-answers', { state })).wrongAnswers.filter((one) => one.state === state)
      .length
  try {
    const [overview, toJudge, toCorrect] = await Promise.all([
      api.get<FeedbackOverview>('/api/feedback', {
        from: dayOf(new Date(now.getTime() - (DAYS - 1) * 86_400_000)),
        until: dayOf(now),
      }),
      waiting('reported'),
      waiting('confirmed'),
    ])
    return { overview, toJudge, toCorrect }
  } catch (error) {
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
}

export const FeedbackCard = ({ cx, today }: { cx: ConsoleContext; today: FeedbackToday }) => {
  const { total, fewest, from, until } = today.overview
  return (
    <Sheet
      id="feedback"
      title={cx.say('fb.today')}
      side={
        <a class="small" href={feedbackPath}>
          {cx.say('area.feedback')}
        </a>
      }
    >
      {total.asked + total.unasked === 0 ? (
        <p class="subtle">{cx.say('fb.today.none')}</p>
      ) : (
        <>
          <FourFigures cx={cx} figures={total} fewest={fewest} />
          <p class="small">
            <Evidence href={`${feedbackPath}?from=${from}&until=${until}`} title={cx.say('fb.today.title')}>
              {cx.number(total.asked)}
            </Evidence>{' '}
            {cx.say('fb.today.title')}. {cx.say('fb.limit')}
          </p>
        </>
      )}
      {today.toJudge + today.toCorrect > 0 && (
        <p>
          {cx.say('wa.today')} {today.toJudge > 0 && cx.count('wa.lead.toJudge', today.toJudge)}{' '}
          {today.toCorrect > 0 && cx.count('wa.lead.toCorrect', today.toCorrect)}{' '}
          <a href={wrongPath}>{cx.say('wa.today.link')}</a>
        </p>
      )}
    </Sheet>
  )
}
