/** The drawings of a monitor: evidence with the line of its alarm, and the difference with the limits that hold at all times. */
import type { MonitorView } from '../../../../src/fairness/monitors/contract.ts'
import { placeX, placeY, roundSteps, type TraceFrame, tracePath } from '../../../../src/platform/figures/trace-plot.ts'
import { Scroll, Sheet } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'

type Props = { cx: ConsoleContext; monitor: MonitorView }
type Variant = 'w' | 'n'

const frameOf = (variant: Variant, given: Pick<TraceFrame, 'maxX' | 'minY' | 'maxY'>): TraceFrame => ({
  ...(variant === 'w' ? { left: 64, right: 640 } : { left: 52, right: 296 }),
  top: 14,
  bottom: 190,
  ...given,
})

const Axes = ({
  frame,
  xs,
  ys,
}: {
  frame: TraceFrame
  xs: readonly { at: number; word: string }[]
  ys: readonly { at: number; word: string }[]
}) => (
  <>
    {ys.map(({ at, word }) => (
      <>
        <path class={at === 0 ? 'axis' : 'grid'} d={`M${frame.left} ${placeY(frame, at)}H${frame.right}`} />
        <text class="t-subtle" x={frame.left - 8} y={placeY(frame, at) + 4.5} text-anchor="end">
          {word}
        </text>
      </>
    ))}
    {xs.map(({ at, word }, i) => (
      <text
        class="t-subtle"
        x={placeX(frame, at)}
        y={frame.bottom + 20}
        text-anchor={i === 0 ? 'start' : placeX(frame, at) > frame.right - 24 ? 'end' : 'middle'}
      >
        {word}
      </text>
    ))}
  </>
)

const inBoth = (
  { id, title, description }: { id: string; title: string; description: string },
  draw: (variant: Variant) => unknown,
) =>
  (['w', 'n'] as const).map((variant) => (
    <svg
      class={variant === 'w' ? 'plot__wide' : 'plot__narrow'}
      viewBox={`0 0 ${variant === 'w' ? 660 : 300} 216`}
      role="img"
      aria-labelledby={`${id}-${variant}t ${id}-${variant}d`}
      font-size="13"
    >
      <title id={`${id}-${variant}t`}>{title}</title>
      <desc id={`${id}-${variant}d`}>{description}</desc>
      {draw(variant)}
    </svg>
  ))

/** 1, 10, 100: what a power of ten reads as; beyond a million as a power. */
const timesWord = (cx: ConsoleContext, power: number) =>
  power < 0 ? cx.say('mon.oneIn', { n: cx.number(10 ** -power) }) : power <= 6 ? cx.number(10 ** power) : `10^${power}`

/** How many times likelier the outcomes are with a difference than without; the line is where the alarm goes off. */
export const EvidenceChart = ({ cx, monitor: { series, threshold, alarms } }: Props) => {
  const maxX = Math.max(1, ...series.map(({ outcomes }) => outcomes))
  const highest = Math.ceil(Math.max(threshold, ...series.map((point) => Math.max(point.log10E, point.threshold))))
  const lowest = Math.max(-3, Math.floor(Math.min(0, ...series.map(({ log10E }) => log10E))))
  const title = cx.say('mon.evidence')
  const last = series.at(-1)
  const description = cx.say('mon.evidenceSaid', {
    last: last === undefined ? '1' : times(cx, last.log10E),
    line: times(cx, threshold),
    alarms: alarms.length,
  })
  const stepY = Math.max(1, Math.ceil((highest - lowest) / 5))
  const draw = (variant: Variant) => {
    const frame = frameOf(variant, { maxX, minY: lowest, maxY: highest })
    const ys = Array.from({ length: Math.floor((highest - lowest) / stepY) + 1 }, (_, i) => lowest + i * stepY)
    const drawn = thinned(series, drawnIn[variant])
    const restart = (i: number) => i > 0 && drawn[i - 1]!.epoch !== drawn[i]!.epoch
    const line = drawn.flatMap(({ outcomes, log10E }, i) => [
      ...(i === 0 || restart(i) ? [{ x: i === 0 ? 0 : drawn[i - 1]!.outcomes, y: 0, breaks: true }] : []),
      { x: outcomes, y: log10E },
    ])
    const limit = [
      ...drawn.flatMap((point, i) => {
        const begins = i === 0 || restart(i)
        const ends = i === drawn.length - 1 || restart(i + 1)
        return [
          ...(begins ? [{ x: i === 0 ? 0 : drawn[i - 1]!.outcomes, y: point.threshold, breaks: true }] : []),
          ...(ends ? [{ x: point.outcomes, y: point.threshold }] : []),
        ]
      }),
      ...(series.length === 0
        ? [
            { x: 0, y: threshold },
            { x: 1, y: threshold },
          ]
        : []),
    ]
    return (
      <>
        <Axes
          frame={frame}
          xs={roundSteps(maxX, variant === 'w' ? 5 : 3).map((at) => ({ at, word: cx.number(at) }))}
          ys={ys.map((at) => ({ at, word: timesWord(cx, at) }))}
        />
        <path
          class="is-bad"
          d={tracePath(limit, frame)}
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-dasharray="6 4"
        />
        <path class="whisker" d={tracePath(line, frame)} />
        {series
          .filter(({ alarm }) => alarm)
          .map((point) => {
            const [x, y] = [placeX(frame, point.outcomes), placeY(frame, point.log10E)]
            return <path class="bar-bad" d={`M${x - 5} ${y - 5}h10v10h-10z`} />
          })}
      </>
    )
  }
  return (
    <Sheet id="evidence" title={title}>
      <figure class="plot">
        <figcaption class="small subtle">{cx.say('mon.evidenceHow')}</figcaption>
        {inBoth({ id: 'evidence-plot', title, description }, draw)}
      </figure>
      <Rows
        cx={cx}
        what={title}
        columns={[cx.say('mon.column.outcomes'), cx.say('mon.column.evidence'), cx.say('mon.column.line')]}
        rows={thinned(series, ROWS).map((point) => [
          cx.date(point.t),
          cx.number(point.outcomes),
          `${times(cx, point.log10E)}${point.alarm ? ` (${cx.say('mon.alarm')})` : ''}`,
          times(cx, point.threshold),
        ])}
      />
    </Sheet>
  )
}

const channels = ['chat', 'voice', 'email'] as const

/** A group in words: `en` is English, and `voice` a telephone. */
export function groupWord(cx: ConsoleContext, attribute: string, group: string): string {
  if (attribute === 'language' && /^[a-z]{2,3}$/.test(group))
    return new Intl.DisplayNames([cx.language], { type: 'language', fallback: 'code' }).of(group) ?? group
  const channel = attribute === 'channel' ? channels.find((one) => one === group) : undefined
  return channel === undefined ? group : cx.say(`channel.${channel}`)
}

/** The difference of one group, with the limits between which it is at all times at once. */
export const DifferenceChart = ({
  cx,
  monitor: { series, epoch, reference, attribute },
  group,
}: Props & { group: string }) => {
  const points = series.flatMap((point) => {
    const found = point.groups.find(([name]) => name === group)
    return found === undefined || found[1] === null || found[2] === null || found[3] === null
      ? []
      : [{ ...point, difference: found[1], lower: found[2], upper: found[3] }]
  })
  if (points.length === 0) return null
  const maxX = Math.max(1, ...points.map(({ outcomes }) => outcomes))
  const title = cx.say('mon.difference', {
    group: groupWord(cx, attribute, group),
    reference: reference === null ? '–' : groupWord(cx, attribute, reference),
  })
  const last = points.at(-1)!
  const draw = (variant: Variant) => {
    const frame = frameOf(variant, { maxX, minY: -1, maxY: 1 })
    const drawn = thinned(points, drawnIn[variant])
    const trace = (of: (point: (typeof points)[number]) => number) =>
      tracePath(
        drawn.map((point, i) => ({
          x: point.outcomes,
          y: of(point),
          breaks: i > 0 && drawn[i - 1]!.epoch !== point.epoch,
        })),
        frame,
      )
    return (
      <>
        <Axes
          frame={frame}
          xs={roundSteps(maxX, variant === 'w' ? 5 : 3).map((at) => ({ at, word: cx.number(at) }))}
          ys={[-1, -0.5, 0, 0.5, 1].map((at) => ({ at, word: cx.number(at * 100) }))}
        />
        <path class="whisker whisker--unsure" d={trace(({ lower }) => lower)} />
        <path class="whisker whisker--unsure" d={trace(({ upper }) => upper)} />
        <path class="whisker" d={trace(({ difference }) => difference)} />
      </>
    )
  }
  return (
    <Sheet id="difference" title={title}>
      <figure class="plot">
        <figcaption class="small subtle">{cx.say('mon.differenceHow')}</figcaption>
        {inBoth(
          {
            id: 'difference-plot',
            title,
            description: cx.say('mon.differenceSaid', {
              difference: points100(cx, last.difference),
              lower: points100(cx, last.lower),
              upper: points100(cx, last.upper),
            }),
          },
          draw,
        )}
        {epoch > 1 && <p class="small subtle">{cx.say('mon.again')}</p>}
      </figure>
      <Rows
        cx={cx}
        what={title}
        columns={[cx.say('mon.column.outcomes'), cx.say('mon.column.difference'), cx.say('mon.column.limits')]}
        rows={thinned(points, ROWS).map((point) => [
          cx.date(point.t),
          cx.number(point.outcomes),
          points100(cx, point.difference),
          cx.say('mon.between', { lower: points100(cx, point.lower), upper: points100(cx, point.upper) }),
        ])}
      />
    </Sheet>
  )
}

/** Points of a percentage, with one decimal. */
export const points100 = (cx: ConsoleContext, share: number): string => cx.number(Math.round(share * 1_000) / 10)

/** E as people read it: how many times likelier. */
export function times(cx: ConsoleContext, log10E: number): string {
  if (log10E < 0) return cx.number(Math.round(10 ** log10E * 1_000) / 1_000)
  return log10E <= 6 ? cx.number(Math.round(10 ** log10E * 10) / 10) : `10^${Math.floor(log10E)}`
}

/** Points that an eye tells apart, and rows of a table under a drawing. */
const drawnIn: Readonly<Record<Variant, number>> = { w: 100, n: 50 }
const ROWS = 16
/** About so many of the points, among them the last and every alarm. */
function thinned<T extends { readonly alarm: boolean }>(points: readonly T[], most: number): T[] {
  const every = Math.max(1, Math.ceil(points.length / most))
  return points.filter((point, i) => point.alarm || i % every === 0 || i === points.length - 1)
}

const Rows = ({
  cx,
  what,
  columns,
  rows,
}: {
  cx: ConsoleContext
  what: string
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}) => (
  <details>
    <summary>{cx.say('mon.table')}</summary>
    <Scroll label={`${cx.say('mon.table')}: ${what}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('mon.column.until')}</th>
            {columns.map((column) => (
              <th scope="col" class="num">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells]) => (
            <tr>
              <th scope="row" class="nowrap">
                {head}
              </th>
              {cells.map((cell) => (
                <td class="num">{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </details>
)
