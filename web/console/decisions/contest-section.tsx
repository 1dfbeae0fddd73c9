/** A contest on the page of its case: how it stands, and the way to the decision, where it is handled with the customer's view first. */
import type { CaseView } from '../../../src/records/cases/contract.ts'
import { type ContestStanding, contest } from '../../../src/records/decision-contract.ts'
import type { Api } from '../../api.ts'
import { Sheet } from '../../ui/components.tsx'
import type { CaseSection, SectionProps } from '../cases/kinds.ts'
import { ContestSheets } from './contest.tsx'
import { decisionPath } from './paths.ts'

const load = async (api: Api, view: CaseView): Promise<ContestStanding | null> =>
  view.decision === null
    ? null
    : api.get<ContestStanding>(`/api/decisions/${encodeURIComponent(view.decision)}/contest`)

const Contest = ({ cx, view, data }: SectionProps<ContestStanding | null>) =>
  view.decision === null ? null : (
    <>
      <Sheet id="decision" title={cx.say('caseContest.title')}>
        <p>{cx.say('caseContest.more')}</p>
        <p>
          <a class="button button--first" href={decisionPath(view.decision)}>
            {cx.say('caseContest.open')}
          </a>
        </p>
      </Sheet>
      {/* Of an earlier contest of the same decision only the last one stands here. */}
      {data?.contest?.id === view.id && <ContestSheets cx={cx} decision={view.decision} standing={data} />}
    </>
  )

export const contestSection: CaseSection<ContestStanding | null> = {
  states: contest.shape.step.options,
  load,
  Section: Contest,
}
