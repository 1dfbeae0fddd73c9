/** What counted for and against, as bars from one line in the middle, with the same numbers in a table. */
import type { DecisionContentsView } from '../../../src/records/decision-contract.ts'
import { Scroll } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'

type Factor = DecisionContentsView['factors'][number]

const wide = { width: 420, row: 34, from: 190, half: 100 }
const narrow = { width: 290, row: 48, from: 10, half: 120 }

const round = (n: number) => Math.round(n * 10) / 10

export const Weights = ({ cx, contents }: { cx: ConsoleContext; contents: DecisionContentsView }) => {
  const { factors, base } = contents
  if (factors.length === 0) return null
  const most = Math.max(...factors.map(({ weight }) => Math.abs(weight)), Number.MIN_VALUE)
  const word = ({ feature, label }: Factor) => (label === null ? feature : cx.local(label))
  const number = new Intl.NumberFormat(cx.language === 'nl' ? 'nl-NL' : 'en-GB', {
    maximumSignificantDigits: 3,
    signDisplay: 'exceptZero',
  })
  const describe = factors.map((one) => `${word(one)}: ${number.format(one.weight)}`).join(', ')
  const drawing = (kind: 'wide' | 'narrow', { width, row, from, half }: typeof wide) => (
    <svg
      class={`plot__${kind}`}
      viewBox={`0 0 ${width} ${factors.length * row}`}
      role="img"
      aria-labelledby={`weights-${kind}-t weights-${kind}-d`}
      font-size="14"
    >
      <title id={`weights-${kind}-t`}>{cx.say('decision.weights')}</title>
      <desc id={`weights-${kind}-d`}>{describe}.</desc>
      <line class="axis" x1={from + half} x2={from + half} y1="0" y2={factors.length * row} />
      {factors.map((one, i) => {
        const length = round((Math.abs(one.weight) / most) * half)
        const x = one.weight < 0 ? from + half - length : from + half
        const top = kind === 'wide' ? i * row + 6 : i * row + 20
        return (
          <>
            <text x="0" y={kind === 'wide' ? i * row + 20 : i * row + 14}>
              {word(one).slice(0, kind === 'wide' ? 26 : 40)}
            </text>
            <rect class={one.weight < 0 ? 'bar-bad' : 'bar'} x={x} y={top} width={length} height="16" />
          </>
        )
      })}
    </svg>
  )
  return (
    <>
      <figure class="plot">
        <figcaption class="small subtle">{cx.say('decision.weightsMore')}</figcaption>
        {drawing('wide', wide)}
        {drawing('narrow', narrow)}
      </figure>
      <Scroll label={cx.say('decision.weightsTable')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{cx.say('decision.feature')}</th>
              <th scope="col" class="num">
                {cx.say('decision.weight')}
              </th>
            </tr>
          </thead>
          <tbody>
            {factors.map((one) => (
              <tr>
                <th scope="row">{word(one)}</th>
                <td class="num">
                  {number.format(one.weight)}
                  {one.errorMargin === null || one.errorMargin === 0
                    ? ''
                    : ` ± ${number.format(one.errorMargin).replace('+', '')}`}
                </td>
              </tr>
            ))}
            {base !== null && (
              <tr>
                <th scope="row">{cx.say('decision.base')}</th>
                <td class="num">{number.format(base).replace('+', '')}</td>
              </tr>
            )}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}
