/** Values that follow each other as a line in a frame: the path, and where a value lies. Pure; units are those of the view box. */

export type TracePoint = { readonly x: number; readonly y: number; readonly breaks?: boolean }
export type TraceFrame = {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly maxX: number
  readonly minY: number
  readonly maxY: number
}

const tenth = (n: number): number => Math.round(n * 10) / 10
const share = (value: number, from: number, to: number) =>
  to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0

/** Where a value lies; what is outside the frame lies on its edge. */
export const placeX = ({ left, right, maxX }: TraceFrame, x: number): number =>
  tenth(left + share(x, 0, maxX) * (right - left))
export const placeY = ({ top, bottom, minY, maxY }: TraceFrame, y: number): number =>
  tenth(bottom - share(y, minY, maxY) * (bottom - top))

/** The path of an SVG line; `breaks` begins another one at that point. Empty for no points. */
export function tracePath(points: readonly TracePoint[], frame: TraceFrame): string {
  return points
    .map(({ x, y, breaks }, i) => `${i === 0 || breaks ? 'M' : 'L'}${placeX(frame, x)} ${placeY(frame, y)}`)
    .join('')
}

/** Round numbers from 0 to at most `most`, about `wanted` of them. */
export function roundSteps(most: number, wanted: number): number[] {
  if (!(most > 0)) return [0]
  const power = 10 ** Math.floor(Math.log10(most / wanted))
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => most / one <= wanted) ?? most
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step)
}
