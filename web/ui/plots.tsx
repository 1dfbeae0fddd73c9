/** Drawings: one wide and one narrow, each with title and description, and the same values in a table. */
import type { Child } from 'hono/jsx'

export type Bar = { readonly word: string; readonly count: number; readonly show: string; readonly cell?: Child }

type BarsProps = {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly bars: readonly Bar[]
  readonly words: { readonly table: string; readonly name: string; readonly count: string }
}

const round = (n: number) => Math.round(n * 10) / 10

/** Horizontal bars from one zero line, longest first as given. Nothing is drawn for an empty list. */
export const Bars = ({ id, title, caption, bars, words }: BarsProps) => {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  const describe = bars.map(({ word, show }) => `${word}: ${show}`).join(', ')
  return (
    <>
      <figure class="plot">
        <figcaption class="small subtle">{caption}</figcaption>
        <svg
          class="plot__wide"
          viewBox={`0 0 420 ${bars.length * 34}`}
          role="img"
          aria-labelledby={`${id}-wt ${id}-wd`}
          font-size="14"
        >
          <title id={`${id}-wt`}>{title}</title>
          <desc id={`${id}-wd`}>{describe}.</desc>
          {bars.map(({ word, count, show }, i) => {
            const width = round((count / most) * 176)
            return (
              <>
                <text x="0" y={i * 34 + 20}>
                  {word}
                </text>
                <rect class="bar" x="190" y={i * 34 + 6} width={width} height="18" />
                <text class="t-strong" x={196 + width} y={i * 34 + 20}>
                  {show}
                </text>
              </>
            )
          })}
        </svg>
        <svg
          class="plot__narrow"
          viewBox={`0 0 290 ${bars.length * 48}`}
          role="img"
          aria-labelledby={`${id}-nt ${id}-nd`}
          font-size="14"
        >
          <title id={`${id}-nt`}>{title}</title>
          <desc id={`${id}-nd`}>{describe}.</desc>
          {bars.map(({ word, count, show }, i) => {
            const width = round((count / most) * 228)
            return (
              <>
                <text x="0" y={i * 48 + 14}>
                  {word}
                </text>
                <rect class="bar" x="0" y={i * 48 + 20} width={width} height="16" />
                <text class="t-strong" x={width + 6} y={i * 48 + 33}>
                  {show}
                </text>
              </>
            )
          })}
        </svg>
      </figure>
      <details>
        <summary>{words.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col" class="num">
                {words.count}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ word, show, cell }) => (
              <tr>
                <th scope="row">{word}</th>
                <td class="num">{cell ?? show}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}

export type Column = {
  readonly word: string
  readonly short: string
  readonly through: number
  readonly refused: number
}

type ColumnsProps = {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly columns: readonly Column[]
  readonly show: (count: number) => string
  readonly words: { readonly table: string; readonly day: string; readonly through: string; readonly refused: string }
}

/** One column a day: what went through, and on top of it what was refused. The table has the numbers of each day. */
export const Columns = ({ id, title, caption, columns, show, words }: ColumnsProps) => {
  const most = Math.max(1, ...columns.map(({ through, refused }) => through + refused))
  const describe = columns
    .map(
      ({ word, through, refused }) => `${word}: ${show(through)} ${words.through}, ${show(refused)} ${words.refused}`,
    )
    .join('. ')
  const draw = (width: number, variant: 'w' | 'n') => {
    const step = width / Math.max(1, columns.length)
    const bar = round(Math.min(44, step * 0.62))
    return (
      <svg
        class={variant === 'w' ? 'plot__wide' : 'plot__narrow'}
        viewBox={`0 0 ${width} 150`}
        role="img"
        aria-labelledby={`${id}-${variant}t ${id}-${variant}d`}
        font-size="13"
      >
        <title id={`${id}-${variant}t`}>{title}</title>
        <desc id={`${id}-${variant}d`}>{describe}.</desc>
        {columns.map(({ short, through, refused }, i) => {
          const x = round(i * step + (step - bar) / 2)
          const high = round((through / most) * 92)
          const top = round((refused / most) * 92)
          const middle = round(x + bar / 2)
          return (
            <>
              {through > 0 && <rect class="bar" x={x} y={120 - high} width={bar} height={high} />}
              {refused > 0 && (
                <rect class="bar-bad" x={x} y={round(119 - high - top)} width={bar} height={Math.max(2, top)} />
              )}
              <text class="t-strong" x={middle} y={round(112 - high - top)} text-anchor="middle">
                {through + refused > 0 ? show(through + refused) : ''}
              </text>
              <text class="t-subtle" x={middle} y="140" text-anchor="middle">
                {short}
              </text>
            </>
          )
        })}
        <path class="axis" d={`M0 120.5H${width}`} />
      </svg>
    )
  }
  return (
    <>
      <figure class="plot">
        <figcaption class="small subtle">{caption}</figcaption>
        {draw(560, 'w')}
        {draw(300, 'n')}
        <p class="legend" aria-hidden="true">
          <span>
            <i class="swatch bar" />
            {words.through}
          </span>
          <span>
            <i class="swatch bar-bad" />
            {words.refused}
          </span>
        </p>
      </figure>
      <details>
        <summary>{words.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.day}</th>
              <th scope="col" class="num">
                {words.through}
              </th>
              <th scope="col" class="num">
                {words.refused}
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ word, through, refused }) => (
              <tr>
                <th scope="row">{word}</th>
                <td class="num">{show(through)}</td>
                <td class="num">{show(refused)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}
