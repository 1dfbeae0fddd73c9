/** What was foretold against what happened, both as shares: on the diagonal they are the same. */
import { markAt, type Scene, type Shape, tenth } from './scene.ts'

export type CalibrationDrawing = {
  readonly xWord: string
  readonly yWord: string
  readonly series: readonly {
    readonly word: string
    readonly points: readonly {
      readonly x: number
      readonly y: number
      readonly low: number
      readonly high: number
      readonly n: number
    }[]
  }[]
}

const SIZE = 240
const LEFT = 40
const TOP = 26

/** One square per series beside each other, and under each other where it is narrow. */
export function calibrationScene(drawing: CalibrationDrawing, variant: 'wide' | 'narrow'): Scene {
  const across = variant === 'wide' ? Math.min(2, Math.max(1, drawing.series.length)) : 1
  const width = across * (LEFT + SIZE + 20)
  const high = TOP + SIZE + 48
  const shapes = drawing.series.flatMap((series, i) =>
    square(series, (i % across) * (LEFT + SIZE + 20), Math.floor(i / across) * high, drawing),
  )
  return { width: Math.max(300, width), height: Math.max(1, Math.ceil(drawing.series.length / across)) * high, shapes }
}

const percent = [0, 0.5, 1] as const

function square(
  series: CalibrationDrawing['series'][number],
  left: number,
  top: number,
  { xWord, yWord }: CalibrationDrawing,
): Shape[] {
  const x = (share: number) => tenth(left + LEFT + share * SIZE)
  const y = (share: number) => tenth(top + TOP + (1 - share) * SIZE)
  const word = (
    text: string,
    at: { x: number; y: number },
    anchor: 'start' | 'middle' | 'end',
    strong = false,
  ): Shape => ({
    shape: 'text',
    ...at,
    text,
    size: strong ? 14 : 12,
    anchor,
    look: strong ? 'ink' : 'subtle',
    ...(strong ? { strong } : {}),
  })
  return [
    word(series.word, { x: left + LEFT, y: top + 14 }, 'start', true),
    ...percent.flatMap((share): Shape[] => [
      { shape: 'line', x1: x(0), y1: y(share), x2: x(1), y2: y(share), look: share === 0 ? 'axis' : 'grid', width: 1 },
      { shape: 'line', x1: x(share), y1: y(0), x2: x(share), y2: y(1), look: share === 0 ? 'axis' : 'grid', width: 1 },
      word(`${share * 100}%`, { x: x(0) - 6, y: y(share) + 4 }, 'end'),
      word(`${share * 100}%`, { x: x(share), y: y(0) + 16 }, share === 1 ? 'end' : 'middle'),
    ]),
    { shape: 'line', x1: x(0), y1: y(0), x2: x(1), y2: y(1), look: 'zero', width: 1, dashed: true },
    ...series.points.flatMap((point): Shape[] => [
      { shape: 'line', x1: x(point.x), y1: y(point.low), x2: x(point.x), y2: y(point.high), look: 'plain', width: 2 },
      markAt(x(point.x), y(point.y), 'plain'),
    ]),
    word(`${xWord} → · ${yWord} ↑`, { x: left + LEFT, y: y(0) + 36 }, 'start'),
  ]
}
