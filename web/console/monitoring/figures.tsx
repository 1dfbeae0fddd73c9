/** Figures of feedback as people read them: each with its number, its interval, and what cannot be told. */
import type { Child } from 'hono/jsx'
import type { FeedbackFigures } from '../../../src/monitoring/contract.ts'
import { State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'

type Share = NonNullable<FeedbackFigures['response']>
type Mean = NonNullable<FeedbackFigures['fair']['value']>

/** A mean of 1 to 5 with two decimals: more would say more than is known. */
export function scoreIn(cx: Pick<ConsoleContext, 'language'>, score: number): string {
  return new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', {
    minimumFractionDigits: 1,
    maximumFractionDigits: 2,
  }).format(score)
}

export const shareInterval = (cx: ConsoleContext, { low, high }: Share): string =>
  `${cx.share(low)} – ${cx.share(high)}`
export const meanInterval = (cx: ConsoleContext, { low, high }: Mean): string =>
  low === null || high === null ? '–' : `${scoreIn(cx, low)} – ${scoreIn(cx, high)}`

/** A share with its interval, or that nothing can be told; for tables and descriptions. */
export const shareWords = (cx: ConsoleContext, value: Share | null): string =>
  value === null ? cx.say('fb.cannotTell') : `${cx.share(value.share)} (${shareInterval(cx, value)})`
export const meanWords = (cx: ConsoleContext, value: Mean | null): string =>
  value === null
    ? cx.say('fb.cannotTell')
    : value.low === null
      ? scoreIn(cx, value.mean)
      : `${scoreIn(cx, value.mean)} (${meanInterval(cx, value)})`

const Figure = ({ label, value, children }: { label: string; value: string | null; children: Child }) => (
  <div>
    <div class="small">{label}</div>
    <div class="figure__value">{value ?? <State kind="unknown">{children}</State>}</div>
    {value !== null && <div class="figure__label">{children}</div>}
  </div>
)

/** Four figures at most, each with the number it is about. */
export const FourFigures = ({
  cx,
  figures,
  fewest,
}: {
  cx: ConsoleContext
  figures: FeedbackFigures
  fewest: number
}) => {
  const { asked, answered, response, fair, clear, knewAi } = figures
  const interval = (low: string, high: string) => cx.say('fb.interval', { low, high })
  const few = (n: number) => cx.say('fb.cannotTell.why', { fewest, n })
  const mean = ({ n, value }: FeedbackFigures['fair']): Child =>
    value === null ? (
      few(n)
    ) : (
      <>
        {cx.say('fb.mean.of', { n })}{' '}
        {value.low !== null && value.high !== null && interval(scoreIn(cx, value.low), scoreIn(cx, value.high))}
      </>
    )
  return (
    <div class="figures">
      <Figure label={cx.say('fb.response')} value={response && cx.share(response.share)}>
        {response === null ? (
          cx.say('fb.cannotTell.asked', { fewest, n: asked })
        ) : (
          <>
            {cx.say('fb.response.of', { answered, asked, silent: asked - answered })}{' '}
            {interval(cx.share(response.low), cx.share(response.high))}
          </>
        )}
      </Figure>
      <Figure label={cx.say('fb.knewAi')} value={knewAi.value && cx.share(knewAi.value.share)}>
        {knewAi.value === null || knewAi.split === null ? (
          few(knewAi.n)
        ) : (
          <>
            {cx.say('fb.knewAi.of', { n: knewAi.n, ...knewAi.split })}{' '}
            {interval(cx.share(knewAi.value.low), cx.share(knewAi.value.high))}
          </>
        )}
      </Figure>
      <Figure label={cx.say('fb.fair')} value={fair.value && scoreIn(cx, fair.value.mean)}>
        {mean(fair)}
      </Figure>
      <Figure label={cx.say('fb.clear')} value={clear.value && scoreIn(cx, clear.value.mean)}>
        {mean(clear)}
      </Figure>
    </div>
  )
}
