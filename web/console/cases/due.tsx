/** What ends first, for Today; customers who wait for a person have a sheet of their own there. */
import type { CaseCounts, CaseList, WorkLine } from '../../../src/records/cases/contract.ts'
import type { Api } from '../../api.ts'
import { Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { nextWord } from './list.tsx'
import { casesPath, workPath } from './paths.ts'
import { Both, endOf, isHot, leftWord } from './term.tsx'

export type CasesDue = { readonly counts: CaseCounts; readonly cases: readonly WorkLine[] }

const SHOWN = 7

export async function loadCasesDue(api: Api): Promise<CasesDue> {
  const [counts, { cases }] = await Promise.all([
    api.get<CaseCounts>('/api/case-counts'),
    api.get<CaseList>('/api/cases', { not: 'hand_off', limit: String(SHOWN) }),
  ])
  return { counts, cases: cases.slice(0, SHOWN) }
}

export const CasesDueSheet = ({ cx, due: { counts, cases } }: { cx: ConsoleContext; due: CasesDue }) => (
  <Sheet
    id="cases"
    title={cx.say('today.cases')}
    side={
      <a class="small" href={casesPath}>
        {cx.say('today.casesAll')}
      </a>
    }
  >
    {counts.open === 0 ? (
      <p class="subtle">{cx.say('today.casesNone')}</p>
    ) : (
      <>
        <p>{sentences(cx, counts).join(' ')}</p>
        <ol class="rows">
          {cases.map((one) => (
            <Row cx={cx} one={one} />
          ))}
        </ol>
      </>
    )}
  </Sheet>
)

const sentences = (cx: ConsoleContext, { open, passed, today }: CaseCounts): string[] => [
  cx.count('cases.open', open),
  ...(passed > 0 ? [cx.count('cases.passed', passed)] : []),
  ...(today > 0 ? [cx.count('cases.today', today)] : []),
]

const Row = ({ cx, one }: { cx: ConsoleContext; one: WorkLine }) => {
  const hot = one.due !== null && isHot(cx, endOf(one.due))
  return (
    <li class="clock" data-row="">
      <div class={hot ? 'clock__left is-bad' : 'clock__left'}>
        {one.due === null ? cx.say('case.noTerm') : leftWord(cx, endOf(one.due))}
      </div>
      <div class="clock__what">
        <a href={workPath(one)}>
          {cx.say(`caseKind.${one.kind}`)} <span class="id">{one.reference}</span>
        </a>
        <br />
        <span class="small">
          {nextWord(cx, one)}. {one.owner === null ? cx.say('case.lead.nobody') : one.owner.name}
        </span>
      </div>
      <div class="clock__due">
        {one.due !== null && <Both cx={cx} strictAt={one.due.strictAt} latestAt={one.due.latestAt} />}
      </div>
    </li>
  )
}
