/** A question for clarification on the page of its case: the answer of a person. */

import type { StaffQuestion } from '../../../src/transparency/contract.ts'
import { failureOf } from '../../api.ts'
import { Sheet } from '../../ui/components.tsx'
import { Send, WordsField } from '../../ui/forms.tsx'
import { keptFor } from '../context.ts'
import type { CaseSection, SectionProps } from './kinds.ts'
import { casePath } from './paths.ts'

const answerers = ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo'] as const

const Clarification = ({ cx, view, data, filled }: SectionProps<StaffQuestion | undefined>) => {
  if (view.state !== 'asked' || !cx.may(answerers)) return null
  const own = filled?.form === 'answer' ? filled : undefined
  const action = `${casePath(view.id)}/answer`
  const kept = own?.values ?? keptFor(cx, action)
  return (
    <>
      <Sheet id="answer" title={cx.say('clarification.answer')}>
        <form class="form" method="post" action={action}>
          <p>{cx.say('clarification.how')}</p>
          <WordsField
            id="text"
            label={cx.say('clarification.text')}
            value={kept?.text}
            error={own?.error}
            required
            rows={6}
            max={10_000}
          />
          {data?.mayCite && (
            <label class="choice">
              <input type="checkbox" name="cite" value="yes" checked={kept?.cite === 'yes'} />
              {cx.say('clarification.cite')}
            </label>
          )}
          <Send first>{cx.say('clarification.send')}</Send>
        </form>
      </Sheet>
      {data?.mayExtend && <MoreTime cx={cx} view={view} filled={filled} />}
    </>
  )
}

const MoreTime = ({ cx, view, filled }: Pick<SectionProps<unknown>, 'cx' | 'view' | 'filled'>) => {
  const own = filled?.form === 'extend' ? filled : undefined
  const action = `${casePath(view.id)}/extend`
  return (
    <Sheet id="extend" title={cx.say('clarification.extend')}>
      <form class="form" method="post" action={action}>
        <p>{cx.say('clarification.extendHow')}</p>
        <WordsField
          id="reasons"
          label={cx.say('clarification.reasons')}
          value={own?.values.reasons ?? keptFor(cx, action)?.reasons}
          error={own?.error}
          required
          rows={3}
          max={2_000}
        />
        <Send>{cx.say('clarification.extendSend')}</Send>
      </form>
    </Sheet>
  )
}

export const clarificationSection: CaseSection<StaffQuestion | undefined> = {
  states: ['asked', 'answered', 'closed', 'handed_over'],
  async load(api, view) {
    // Who reads the case and does not answer needs no more than the thread.
    return view.state === 'asked'
      ? api.get<StaffQuestion>(`/api/clarifications/${encodeURIComponent(view.id)}`).catch(withoutRight)
      : undefined
  },
  Section: Clarification,
}

function withoutRight(error: unknown): undefined {
  if (failureOf(error)?.status !== 403) throw error
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
