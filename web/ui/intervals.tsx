/** Shares with their margins on one fixed axis from 0 to 100 %: drawn wide and narrow, the same values in a table. */
import type { Child } from 'hono/jsx'

export type Interval = {
  readonly word: string
  /** In [0, 1]. */
  readonly share: number
  readonly low: number
  readonly high: number
  /** Enough was counted to say something. */
  readonly sure: boolean
  /** Share and margin as people read them. */
  readonly show: string
  readonly cells: readonly Child[]
}

type IntervalsProps = {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly rows: readonly Interval[]
  readonly percent: (share: number) => string
  readonly words: {
    readonly table: string
    readonly name: string
    readonly columns: readonly string[]
    readonly sure: string
    readonly unsure: string
  }
}

const round = (n: number) => Math.round(n * 10) / 10

/** A filled circle where enough was counted, a hollow diamond on a dashed line where it was not. */
export const Intervals = ({ id, title, caption, rows, percent, words }: IntervalsProps) => {
  const describe = rows.map(({ word, show }) => `${word}: ${show}`).join('. ')
  const draw = (variant: 'w' | 'n') => {
    const [left, width, step, first] = variant === 'w' ? [180, 350, 30, 26] : [8, 276, 44, 40]
    const height = first + rows.length * step
    const x = (share: number) => round(left + share * width)
    return (
      <svg
        class={variant === 'w' ? 'plot__wide' : 'plot__narrow'}
        viewBox={`0 0 ${variant === 'w' ? 560 : 300} ${height + 22}`}
        role="img"
        aria-labelledby={`${id}-${variant}t ${id}-${variant}d`}
        font-size="13"
      >
        <title id={`${id}-${variant}t`}>{title}</title>
        <desc id={`${id}-${variant}d`}>{describe}.</desc>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <>
            <path class={share === 0 ? 'axis' : 'grid'} d={`M${x(share)} 6V${height}`} />
            {(variant === 'w' || share * 2 === Math.round(share * 2)) && (
              <text
                class="t-subtle"
                x={x(share)}
                y={height + 17}
                text-anchor={
                  variant === 'n' && share === 1 ? 'end' : variant === 'n' && share === 0 ? 'start' : 'middle'
                }
              >
                {percent(share)}
              </text>
            )}
          </>
        ))}
        {rows.map(({ word, share, low, high, sure }, i) => {
          const y = first + i * step
          const [from, to, at] = [x(low), x(high), x(share)]
          return (
            <>
              {variant === 'w' ? (
                <text x="0" y={y + 4.5}>
                  {word}
                </text>
              ) : (
                <text x={left} y={y - 12}>
                  {word}
                </text>
              )}
              <path
                class={sure ? 'whisker' : 'whisker whisker--unsure'}
                d={`M${from} ${y}H${to}M${from} ${y - 5}v10M${to} ${y - 5}v10`}
              />
              {sure ? (
                <circle class="mark" cx={at} cy={y} r="5.5" />
              ) : (
                <path class="mark--unsure" d={`M${at} ${y - 6.5}l6.5 6.5l-6.5 6.5l-6.5 -6.5z`} />
              )}
            </>
          )
        })}
      </svg>
    )
  }
  return (
    <>
      <figure class="plot plot--shares">
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
        <summary>{words.table}</summary>
        <section class="scroll" tabindex={0} aria-label={`${words.table}: ${title}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                {words.columns.map((column) => (
                  <th scope="col" class="num">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ word, cells }) => (
                <tr>
                  <th scope="row">{word}</th>
                  {cells.map((cell) => (
                    <td class="num">{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </>
  )
}
