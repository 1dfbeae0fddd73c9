/** A person's second look at a decision; where its person asked, with everything that the letter to them needs. */
import type { DecisionDetail } from '../../../src/records/decision-contract.ts'
import { LineField, Radios, SelectField, Send, WordsField } from '../../ui/forms.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Kept } from '../parts.tsx'
import { decisionPath } from './paths.ts'

type Props = { cx: ConsoleContext; decision: DecisionDetail; filled: Filled | undefined }

export const ReviewForm = ({ cx, decision, filled }: Props) => {
  const action = `${decisionPath(decision.id)}/review`
  const own = filled?.form === 'review' ? filled : undefined
  const kept = keptFor(cx, action)
  const values = own?.values ?? kept ?? {}
  const common = (id: string) => ({ id, value: values[id], error: errorAt(own, id) })
  const asked = decision.asked?.state === 'open'
  return (
    <form class="form sheet" id="review" method="post" action={action}>
      <h2>{cx.say('decision.review')}</h2>
      {kept && <Kept cx={cx} />}
      <p>{cx.say('decision.reviewMore')}</p>
      <input type="hidden" name="openedAt" value={values.openedAt ?? cx.now.toISOString()} />
      <Radios
        id="verdict"
        name="verdict"
        legend={cx.say('decision.verdict')}
        value={values.verdict}
        error={errorAt(own, 'verdict')}
        choices={(['confirmed', 'changed'] as const).map((value) => ({
          value,
          word: cx.say(`decision.verdict.${value}`),
        }))}
      />
      <SelectField
        {...common('outcome')}
        label={cx.say('decision.becomes')}
        hint={cx.say('decision.becomesHint')}
        none={cx.say('decision.becomesNone')}
        choices={decision.outcomes
          .filter(({ outcome }) => outcome !== standsAs(decision))
          .map(({ outcome, label }) => ({ value: outcome, word: cx.local(label) }))}
      />
      <WordsField
        {...common('reasons')}
        label={cx.say('decision.reasons')}
        hint={cx.say('decision.reasonsHint')}
        required
        min={10}
        max={2_000}
      />
      {asked && <ForCustomer cx={cx} wrote={decision.asked?.words != null} common={common} />}
      <Send first>{cx.say(asked ? 'decision.toLetter' : 'decision.send')}</Send>
    </form>
  )
}

/** After an earlier look, what that made of it. */
const standsAs = ({ reviews, outcome }: DecisionDetail): string | null => reviews.at(-1)?.outcome ?? outcome

type Common = (id: string) => { id: string; value: string | undefined; error: string | undefined }

const ForCustomer = ({ cx, wrote, common }: { cx: ConsoleContext; wrote: boolean; common: Common }) => (
  <>
    <WordsField
      {...common('forCustomer')}
      label={cx.say('decision.forCustomer')}
      hint={cx.say('decision.forCustomerHint')}
      required
      min={10}
      max={2_000}
    />
    {wrote && (
      <WordsField
        {...common('points')}
        label={cx.say('decision.points')}
        hint={cx.say('decision.pointsHint')}
        required
        min={10}
        max={4_000}
      />
    )}
    <WordsField {...common('nextSteps')} label={cx.say('contestSteps.next')} rows={2} required min={3} max={1_000} />
    <LineField {...common('nextBy')} type="date" label={cx.say('contestSteps.by')} required />
  </>
)
