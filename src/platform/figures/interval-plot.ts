/** Estimates with their intervals under each other on one axis, with a zero line and a margin where there are. Wide, and narrow for small screens. */
import { markAt, type Scene, type Shape, tenth } from './scene.ts'

export type IntervalRow = {
  readonly word: string
  readonly detail: string
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly mark: 'bad' | 'ok' | 'unknown' | 'plain'
  /** The numbers as people read them, or why there are none. */
  readonly show: string
}

export type IntervalDrawing = {
  readonly from: number
  readonly to: number
  readonly ticks: readonly { readonly at: number; readonly word: string }[]
  readonly zero: boolean
  readonly margin: number | null
  readonly marginWord: string
  readonly rows: readonly IntervalRow[]
}

type Frame = {
  readonly width: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly step: number
  /** Below the top of a row, where its line is drawn. */
  readonly middle: number
}
const frames = {
  wide: { width: 760, left: 220, right: 560, top: 28, step: 42, middle: 20 },
  narrow: { width: 300, left: 12, right: 288, top: 22, step: 66, middle: 50 },
} as const satisfies Record<string, Frame>

/** Words beyond this are cut: the table has them whole. */
const MOST_WORD = { wide: 25, narrow: 34 } as const

export function intervalScene(drawing: IntervalDrawing, variant: 'wide' | 'narrow'): Scene {
  const frame: Frame = frames[variant]
  const bottom = frame.top + drawing.rows.length * frame.step
  const span = drawing.to - drawing.from
  const x = (value: number) =>
    frame.left + ((value - drawing.from) / (span > 0 ? span : 1)) * (frame.right - frame.left)
  const shapes: Shape[] = [
    ...marginShapes(drawing, x, frame.top - 6, bottom),
    ...drawing.ticks.flatMap(({ at, word }, i): Shape[] => [
      upright(tenth(x(at)), frame.top - 6, bottom, at === 0 && drawing.zero ? 'zero' : 'grid'),
      {
        shape: 'text',
        x: tenth(x(at)),
        y: bottom + 18,
        text: word,
        size: variant === 'wide' ? 13 : 12,
        anchor:
          variant === 'narrow' && i === 0
            ? 'start'
            : variant === 'narrow' && i === drawing.ticks.length - 1
              ? 'end'
              : 'middle',
        look: 'subtle',
      },
    ]),
    ...drawing.rows.flatMap((row, i) => rowShapes(row, frame.top + i * frame.step, { frame, variant, x, drawing })),
  ]
  return { width: frame.width, height: bottom + 26, shapes }
}

const upright = (x: number, y1: number, y2: number, look: 'zero' | 'grid' | 'margin-edge', dashed = false): Shape => ({
  shape: 'line',
  x1: x,
  y1,
  x2: x,
  y2,
  look,
  width: 1,
  ...(dashed ? { dashed } : {}),
})

function marginShapes(
  { margin, marginWord, from, to }: IntervalDrawing,
  x: (value: number) => number,
  top: number,
  bottom: number,
): Shape[] {
  if (margin === null || margin <= 0) return []
  const left = tenth(x(Math.max(from, -margin)))
  const right = tenth(x(Math.min(to, margin)))
  return [
    { shape: 'polygon', points: [left, top, right, top, right, bottom, left, bottom], look: 'margin' },
    upright(left, top, bottom, 'margin-edge', true),
    upright(right, top, bottom, 'margin-edge', true),
    {
      shape: 'text',
      x: tenth((left + right) / 2),
      y: top - 6,
      text: marginWord,
      size: 12,
      anchor: 'middle',
      look: 'subtle',
    },
  ]
}

type Around = {
  readonly frame: Frame
  readonly variant: 'wide' | 'narrow'
  readonly x: (value: number) => number
  readonly drawing: IntervalDrawing
}

function rowShapes(row: IntervalRow, top: number, { frame, variant, x, drawing }: Around): Shape[] {
  const y = top + frame.middle
  const words: Shape[] =
    variant === 'wide'
      ? [
          {
            shape: 'text',
            x: 0,
            y: top + 16,
            text: cut(row.word, MOST_WORD.wide),
            size: 14,
            anchor: 'start',
            look: 'ink',
            strong: true,
          },
          { shape: 'text', x: 0, y: top + 33, text: cut(row.detail, 34), size: 12, anchor: 'start', look: 'subtle' },
          { shape: 'text', x: frame.right + 16, y: y + 5, text: row.show, size: 13, anchor: 'start', look: 'ink' },
        ]
      : [
          {
            shape: 'text',
            x: 0,
            y: top + 16,
            text: cut(row.word, MOST_WORD.narrow),
            size: 14,
            anchor: 'start',
            look: 'ink',
            strong: true,
          },
          { shape: 'text', x: 0, y: top + 33, text: cut(row.show, 44), size: 12, anchor: 'start', look: 'subtle' },
        ]
  return [...words, ...(row.value === null ? [] : estimate(row, y, { x, drawing }))]
}

/** Line with end caps; what runs beyond the axis ends in an arrowhead. */
function estimate(row: IntervalRow, y: number, { x, drawing: { from, to } }: Pick<Around, 'x' | 'drawing'>): Shape[] {
  const inside = (value: number) => Math.min(to, Math.max(from, value))
  const shapes: Shape[] = []
  if (row.low !== null && row.high !== null) {
    const [left, right] = [tenth(x(inside(row.low))), tenth(x(inside(row.high)))]
    shapes.push({
      shape: 'line',
      x1: left,
      y1: y,
      x2: right,
      y2: y,
      look: row.mark,
      width: 2.5,
      ...(row.mark === 'unknown' ? { dashed: true } : {}),
    })
    shapes.push(row.low < from ? arrow(left, y, -1, row.mark) : cap(left, y, row.mark))
    shapes.push(row.high > to ? arrow(right, y, 1, row.mark) : cap(right, y, row.mark))
  }
  const value = row.value!
  if (value >= from && value <= to) shapes.push(markAt(x(value), y, row.mark))
  return shapes
}

const cap = (x: number, y: number, look: IntervalRow['mark']): Shape => ({
  shape: 'line',
  x1: x,
  y1: y - 5,
  x2: x,
  y2: y + 5,
  look,
  width: 2,
})
const arrow = (x: number, y: number, way: 1 | -1, look: IntervalRow['mark']): Shape => ({
  shape: 'polygon',
  points: [x + 2 * way, y, x - 6 * way, y - 5, x - 6 * way, y + 5].map(tenth),
  look,
})

function cut(text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}
