/** Cases of customers that end first, for Today. */
import type { CaseCounts, CaseLine, CaseList } from '../../../src/records/cases/contract.ts'
import { type Api, failureOf } from '../../api.ts'
import { Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { nextWord } from './list.tsx'
import { casePath, casesPath } from './paths.ts'
import { Both, endOf, isHot, leftWord } from './term.tsx'

export type CasesDue = { readonly counts: CaseCounts; readonly cases: readonly CaseLine[] }

const SHOWN = 5

/** Undefined for a role that does not see the work list. */
export async function loadCasesDue(api: Api): Promise<CasesDue | undefined> {
  try {
    const [counts, { cases }] = await Promise.all([
      api.get<CaseCounts>('/api/case-counts'),
      api.get<CaseList>('/api/cases', { limit: String(SHOWN) }),
    ])
    return { counts, cases: cases.slice(0, SHOWN) }
  } catch (error) {
    if (failureOf(error)?.status === 403) return undefined
    throw error
  }
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

const Row = ({ cx, one }: { cx: ConsoleContext; one: CaseLine }) => {
  const hot = one.due !== null && isHot(cx, endOf(one.due))
  return (
    <li class="clock" data-row="">
      <div class={hot ? 'clock__left is-bad' : 'clock__left'}>
        {one.due === null ? cx.say('case.noTerm') : leftWord(cx, endOf(one.due))}
      </div>
      <div class="clock__what">
        <a href={casePath(one.id)}>
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
