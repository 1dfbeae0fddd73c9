/** A drawing as shapes, apart from what draws it: one scene becomes SVG on a page and strokes in a PDF. Units are those of the view box. */

/** What a shape means; the colour is the business of who draws. */
export type Look =
  | 'axis'
  | 'grid'
  | 'zero'
  | 'margin'
  | 'margin-edge'
  | 'bad'
  | 'ok'
  | 'unknown'
  | 'plain'
  | 'ink'
  | 'subtle'

export type Shape =
  | {
      readonly shape: 'line'
      readonly x1: number
      readonly y1: number
      readonly x2: number
      readonly y2: number
      readonly look: Look
      readonly width: number
      readonly dashed?: boolean
    }
  | {
      readonly shape: 'polygon'
      /** x and y by turns. */
      readonly points: readonly number[]
      readonly look: Look
      /** Only its edge, on the colour of the sheet. */
      readonly hollow?: boolean
    }
  | { readonly shape: 'circle'; readonly x: number; readonly y: number; readonly r: number; readonly look: Look }
  | {
      readonly shape: 'text'
      readonly x: number
      /** The line on which the letters stand. */
      readonly y: number
      readonly text: string
      readonly size: number
      readonly anchor: 'start' | 'middle' | 'end'
      readonly look: Look
      readonly strong?: boolean
    }

export type Scene = { readonly width: number; readonly height: number; readonly shapes: readonly Shape[] }

/** A tenth of a unit is enough for the eye, and keeps the file small. */
export const tenth = (n: number): number => Math.round(n * 10) / 10

/** The marks of a verdict: a square, a circle, a hollow diamond; a filled diamond for what is only described. */
export function markAt(x: number, y: number, look: 'bad' | 'ok' | 'unknown' | 'plain'): Shape {
  if (look === 'ok') return { shape: 'circle', x: tenth(x), y, r: 6, look }
  const r = look === 'bad' ? 6 : 7
  const points =
    look === 'bad' ? [x - r, y - r, x + r, y - r, x + r, y + r, x - r, y + r] : [x, y - r, x + r, y, x, y + r, x - r, y]
  return { shape: 'polygon', points: points.map(tenth), look, ...(look === 'unknown' ? { hollow: true } : {}) }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or an attribute of SVG or HTML; control characters that XML has no place for are left out. */
export function escaped(text: string): string {
  return [...text]
    .filter((one) => one >= ' ' || one === '\n' || one === '\t')
    .join('')
    .replace(/[&<>"']/g, (one) => escapes[one]!)
}

/** Classes of a sheet of styles that draws plots; what has none has the colour of the text around it. */
const classes: Readonly<Record<Look, string>> = {
  axis: 'axis',
  zero: 'axis',
  grid: 'grid',
  margin: 't-subtle',
  'margin-edge': 'axis',
  bad: 'is-bad',
  ok: 'is-ok',
  unknown: 'is-unknown',
  plain: '',
  ink: '',
  subtle: 't-subtle',
}

type About = {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Class of the drawing. */
  readonly kind: string
}

/** SVG with title and description; looks are classes, so that a sheet of styles gives the colours. */
export function svgOf(scene: Scene, { id, title, description, kind }: About): string {
  return [
    `<svg class="${escaped(kind)}" viewBox="0 0 ${scene.width} ${scene.height}" role="img" aria-labelledby="${escaped(id)}-t ${escaped(id)}-d">`,
    `<title id="${escaped(id)}-t">${escaped(title)}</title><desc id="${escaped(id)}-d">${escaped(description)}</desc>`,
    ...scene.shapes.map(shapeOf),
    '</svg>',
  ].join('')
}

/** The class of a shape in a sheet of styles; undefined: none. */
export function classOf(shape: Shape): string | undefined {
  if (shape.shape === 'polygon' && shape.hollow) return 'mark--unsure'
  const names = [classes[shape.look], shape.shape === 'text' && shape.strong ? 't-strong' : ''].filter(Boolean)
  return names.length === 0 ? undefined : names.join(' ')
}

function shapeOf(shape: Shape): string {
  const named = classOf(shape)
  const look = named === undefined ? '' : ` class="${named}"`
  switch (shape.shape) {
    case 'line':
      return `<path${look} fill="none" stroke="currentColor" stroke-width="${shape.width}"${shape.dashed ? ' stroke-dasharray="5 3"' : ''} d="M${shape.x1} ${shape.y1}L${shape.x2} ${shape.y2}"/>`
    case 'polygon': {
      const pairs = shape.points.flatMap((x, i) => (i % 2 === 0 ? [`${x} ${shape.points[i + 1]}`] : []))
      const filled = shape.look === 'margin' ? ' fill-opacity="0.14"' : ' fill="currentColor"'
      return `<path${look}${shape.hollow ? '' : filled} d="M${pairs.join('L')}z"/>`
    }
    case 'circle':
      return `<circle${look} fill="currentColor" cx="${shape.x}" cy="${shape.y}" r="${shape.r}"/>`
    case 'text':
      return `<text${look} x="${shape.x}" y="${shape.y}" font-size="${shape.size}"${shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`}>${escaped(shape.text)}</text>`
  }
}
