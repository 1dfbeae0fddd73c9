/** A question for clarification on the page of its case: the answer of a person. */
import { Sheet } from '../../ui/components.tsx'
import { Send, WordsField } from '../../ui/forms.tsx'
import { keptFor } from '../context.ts'
import type { CaseSection, SectionProps } from './kinds.ts'
import { casePath } from './paths.ts'

const answerers = ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo'] as const

const Clarification = ({ cx, view, filled }: SectionProps<unknown>) => {
  if (view.state !== 'asked' || !cx.may(answerers)) return null
  const own = filled?.form === 'answer' ? filled : undefined
  const action = `${casePath(view.id)}/answer`
  return (
    <Sheet id="answer" title={cx.say('clarification.answer')}>
      <form class="form" method="post" action={action}>
        <p>{cx.say('clarification.how')}</p>
        <WordsField
          id="text"
          label={cx.say('clarification.text')}
          value={own?.values.text ?? keptFor(cx, action)?.text}
          error={own?.error}
          required
          rows={6}
          max={10_000}
        />
        <Send first>{cx.say('clarification.send')}</Send>
      </form>
    </Sheet>
  )
}

export const clarificationSection: CaseSection = {
  states: ['asked', 'answered', 'closed', 'handed_over'],
  Section: Clarification,
}

/** A contested decision is handled where the decision is read, the customer's view first. */
const Contest = ({ cx, view }: SectionProps<unknown>) =>
  view.decision === null ? null : (
    <Sheet id="decision" title={cx.say('caseContest.title')}>
      <p>{cx.say('caseContest.more')}</p>
      <p>
        <a class="button button--first" href={`/console/decisions/${encodeURIComponent(view.decision)}`}>
          {cx.say('caseContest.open')}
        </a>
      </p>
    </Sheet>
  )

export const contestSection: CaseSection = {
  states: ['received', 'in_review', 'kept', 'changed', 'withdrawn'],
  Section: Contest,
}

const Request = ({ cx, view }: SectionProps<unknown>) => (
  <Sheet id="request" title={cx.say('caseRequest.title')}>
    <p>{cx.say('caseRequest.more')}</p>
    <p>
      <a class="button button--first" href={`/console/requests/${encodeURIComponent(view.id)}`}>
        {cx.say('caseRequest.open')}
      </a>
    </p>
  </Sheet>
)

export const requestSection: CaseSection = {
  states: ['received', 'extended', 'completed', 'refused'],
  Section: Request,
}
