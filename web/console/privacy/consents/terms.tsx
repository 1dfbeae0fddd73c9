/** What was agreed with a supplier that gets the data, and what of it is missing. */
import type { ProcessorTerms, SystemView, TermsProblem } from '../../../../src/records/contract.ts'
import { Facts, Sheet, State } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'

export const SupplierTerms = ({ cx, upstream }: { cx: ConsoleContext; upstream: SystemView['upstream'] }) => {
  const { terms, provider } = upstream
  return (
    <Sheet id="terms" title={cx.say('terms.title')}>
      {terms.problems.length > 0 ? (
        <Missing cx={cx} problems={terms.problems} />
      ) : (
        <p>
          <State kind="ok">{cx.say(terms.needed ? 'terms.complete' : 'terms.notNeeded')}</State>
          {!terms.needed && ` ${cx.say('terms.notNeededMore')}`}
        </p>
      )}
      {typeof provider.terms === 'object' && <Terms cx={cx} terms={provider.terms} />}
      {typeof provider.terms === 'string' && <p class="small">{provider.terms}</p>}
    </Sheet>
  )
}

export const Missing = ({ cx, problems }: { cx: ConsoleContext; problems: readonly TermsProblem[] }) => (
  <>
    <p>
      <State kind="bad">{cx.say('terms.refused')}</State> {cx.say('terms.refusedMore')}
    </p>
    <ul>
      {problems.map((problem) => (
        <li>{cx.say(`terms.problem.${problem}`)}</li>
      ))}
    </ul>
  </>
)

export const Terms = ({ cx, terms }: { cx: ConsoleContext; terms: ProcessorTerms }) => {
  const { agreement, country, subProcessors, retentionDays, trainsOnData, reviewedAt, reviewBy } = terms
  const unknown = cx.say('terms.unknown')
  return (
    <>
      {terms.summary && <p class="small">{terms.summary}</p>}
      <Facts
        facts={[
          [
            cx.say('terms.agreement'),
            agreement === undefined
              ? unknown
              : [
                  cx.say('terms.agreementIs', { reference: agreement.reference, date: cx.date(agreement.signedOn) }),
                  ...(agreement.validUntil ? [cx.say('terms.until', { date: cx.date(agreement.validUntil) })] : []),
                ].join(', '),
          ],
          [cx.say('terms.country'), country ?? unknown],
          [cx.say('terms.transfer'), transferWords(cx, terms) ?? unknown],
          [
            cx.say('terms.subProcessors'),
            subProcessors === undefined
              ? unknown
              : subProcessors
                  .map(({ name, country: place, task }) =>
                    [cx.say('terms.subProcessor', { name, country: place }), ...(task ? [task] : [])].join(': '),
                  )
                  .join(', ') || cx.say('terms.noSubProcessors'),
          ],
          [cx.say('terms.retention'), retentionDays === undefined ? unknown : cx.count('terms.days', retentionDays)],
          [
            cx.say('terms.training'),
            trainsOnData === undefined ? unknown : cx.say(trainsOnData ? 'terms.training.yes' : 'terms.training.no'),
          ],
          [cx.say('terms.reviewed'), reviewedAt === undefined ? unknown : cx.date(reviewedAt)],
          reviewBy === undefined ? undefined : [cx.say('terms.reviewBy'), cx.date(reviewBy)],
        ]}
      />
    </>
  )
}

export const transferWords = (cx: ConsoleContext, { transfer }: ProcessorTerms): string | undefined =>
  transfer &&
  [cx.say(`terms.ground.${transfer.ground}`), ...(transfer.reference ? [transfer.reference] : [])].join(': ')
