/** A figure per week with its interval, on an axis that is the same for every period: drawn wide and narrow, the same values in a table. */
import type { Child } from 'hono/jsx'
import { Scroll } from '../../ui/components.tsx'

export type WeekPoint = {
  readonly word: string
  readonly short: string
  /** null: too few answers, so that nothing is said. */
  readonly value: { readonly at: number; readonly low: number | null; readonly high: number | null } | null
  /** As people read it. */
  readonly show: string
  readonly cells: readonly Child[]
}

type WeeksProps = {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly points: readonly WeekPoint[]
  readonly range: readonly [low: number, high: number]
  readonly ticks: readonly { readonly at: number; readonly word: string }[]
  readonly words: {
    readonly table: string
    readonly week: string
    readonly columns: readonly string[]
    readonly sure: string
    readonly unsure: string
  }
}

const round = (n: number) => Math.round(n * 10) / 10
const [TOP, BOTTOM] = [12, 152]

/** A filled circle where enough answered, a hollow diamond on the lowest line where too few did. */
export const Weeks = ({ id, title, caption, points, range: [low, high], ticks, words }: WeeksProps) => {
  const describe = points.map(({ word, show }) => `${word}: ${show}`).join('. ')
  const y = (at: number) => round(BOTTOM - ((at - low) / (high - low)) * (BOTTOM - TOP))
  const draw = (variant: 'w' | 'n') => {
    const [left, right, most] = variant === 'w' ? [58, 640, 9] : [48, 296, 4]
    const step = (right - left) / Math.max(1, points.length)
    const x = (i: number) => round(left + step * (i + 0.5))
    const size = Math.max(2, Math.min(5.5, step * 0.38))
    const every = Math.ceil(points.length / most)
    return (
      <svg
        class={variant === 'w' ? 'plot__wide' : 'plot__narrow'}
        viewBox={`0 0 ${variant === 'w' ? 660 : 300} 180`}
        role="img"
        aria-labelledby={`${id}-${variant}t ${id}-${variant}d`}
        font-size="13"
      >
        <title id={`${id}-${variant}t`}>{title}</title>
        <desc id={`${id}-${variant}d`}>{describe}.</desc>
        {ticks.map(({ at, word }) => (
          <>
            <path class={at === low ? 'axis' : 'grid'} d={`M${left} ${y(at)}H${right}`} />
            <text class="t-subtle" x={left - 8} y={y(at) + 4.5} text-anchor="end">
              {word}
            </text>
          </>
        ))}
        {points.map(({ short, value }, i) => (
          <>
            {i % every === 0 && (
              <text class="t-subtle" x={x(i)} y={BOTTOM + 20} text-anchor="middle">
                {short}
              </text>
            )}
            {value === null ? (
              <path
                class="mark--unsure"
                d={`M${x(i)} ${BOTTOM - size}l${size} ${size}l-${size} ${size}l-${size} -${size}z`}
              />
            ) : (
              <>
                {value.low !== null && value.high !== null && (
                  <path
                    class="whisker"
                    d={`M${x(i)} ${y(value.high)}V${y(value.low)}M${round(x(i) - size)} ${y(value.high)}h${2 * size}M${round(x(i) - size)} ${y(value.low)}h${2 * size}`}
                  />
                )}
                <circle class="mark" cx={x(i)} cy={y(value.at)} r={size} />
              </>
            )}
          </>
        ))}
      </svg>
    )
  }
  return (
    <>
      <figure class="plot">
        <figcaption class="small subtle">{caption}</figcaption>
        {draw('w')}
        {draw('n')}
        <p class="legend" aria-hidden="true">
          <span>
            <svg class="legend__mark" aria-hidden="true" viewBox="0 0 16 16">
              <circle class="mark" cx="8" cy="8" r="5.5" />
            </svg>
            {words.sure}
          </span>
          <span>
            <svg class="legend__mark" aria-hidden="true" viewBox="0 0 16 16">
              <path class="mark--unsure" d="M8 1.5l6.5 6.5l-6.5 6.5l-6.5 -6.5z" />
            </svg>
            {words.unsure}
          </span>
        </p>
      </figure>
      <details>
        <summary>
          {words.table}
          <span class="only-read">: {title}</span>
        </summary>
        <Scroll label={`${words.table}: ${title}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.week}</th>
                {words.columns.map((column) => (
                  <th scope="col" class="num">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map(({ word, cells }) => (
                <tr>
                  <th scope="row">{word}</th>
                  {cells.map((cell) => (
                    <td class="num">{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  )
}
