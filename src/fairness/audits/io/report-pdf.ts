/**
 * The report as a tagged PDF (ISO 32000-1, 14.8): headings, paragraphs, tables with rows and heading cells, figures with their
 * description; the same drawings as on screen. Same document and moment, same bytes: nothing is compressed or random.
 */
import { createHash } from 'node:crypto'
import PDFDocument from 'pdfkit'
import type { Look, Scene, Shape } from '../../../platform/figures/scene.ts'
import type { DocumentBlock, ReportDocument, TableBlock } from '../contract.ts'
import { sceneOf } from '../plot-scene.ts'
import { auditText } from '../texts.ts'
import { printable } from '../win-ansi.ts'

const MARGIN = 50
const FOOT = 36
const SIZE = { 1: 20, 2: 14, 3: 12 } as const
const BODY = 10
const CELL = 8

const ink = '#1b2430'
const colours: Readonly<Record<Look, string>> = {
  axis: ink,
  zero: ink,
  ink,
  subtle: '#4c5866',
  grid: '#d5dbe1',
  margin: '#eceff2',
  'margin-edge': '#4c5866',
  bad: '#a8201a',
  ok: '#1c6b3a',
  unknown: '#5b4b9a',
  plain: '#1d4f91',
}

type Doc = InstanceType<typeof PDFDocument>
/** What pdfkit calls a structure element. */
type Element = ReturnType<Doc['struct']>

export function pdfOf(document: ReportDocument, at: Date): Promise<Buffer> {
  const { language, title, lead, blocks } = document
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    pdfVersion: '1.7',
    tagged: true,
    lang: language,
    displayTitle: true,
    compress: false,
    bufferPages: true,
    info: { Title: title, Producer: 'Waarborg', Creator: 'Waarborg', CreationDate: at },
  })
  const pieces: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (piece: Buffer) => pieces.push(piece))
    doc.on('end', () => resolve(Buffer.concat(pieces)))
    doc.on('error', reject)
  })
  // pdfkit puts the clock into the file's number; ours comes from what is in the file.
  ;(doc as unknown as { _id: Buffer })._id = createHash('sha256')
    .update(JSON.stringify(document))
    .digest()
    .subarray(0, 16)
  const root = doc.struct('Document')
  doc.addStructure(root)
  heading(doc, root, 1, title)
  paragraph(doc, root, lead, { size: 12 })
  for (const block of blocks) put(doc, root, block)
  root.end()
  footers(doc, language)
  doc.end()
  return done
}

const width = (doc: Doc) => doc.page.width - 2 * MARGIN
const bottom = (doc: Doc) => doc.page.height - MARGIN - FOOT

function room(doc: Doc, height: number): void {
  if (doc.y + height > bottom(doc)) doc.addPage()
}

function put(doc: Doc, root: Element, block: DocumentBlock): void {
  switch (block.kind) {
    case 'heading':
      heading(doc, root, block.level, block.text)
      return
    case 'text':
      paragraph(doc, root, block.text)
      return
    case 'verdict':
      paragraph(doc, root, `${block.word}. ${block.text}`, { bar: colours[block.mark] })
      return
    case 'facts':
      table(doc, root, {
        kind: 'table',
        caption: '',
        columns: [
          { word: '', number: false },
          { word: '', number: false },
        ],
        rows: block.rows.map((row) => [...row]),
      })
      return
    case 'table':
      table(doc, root, block)
      return
    case 'figure':
      paragraph(doc, root, block.caption)
      figure(
        doc,
        root,
        sceneOf(block.plot, 'wide'),
        `${block.title}${/[.?:]$/.test(block.title) ? '' : '.'} ${block.describe}`,
      )
      table(doc, root, block.table)
      return
  }
}

function heading(doc: Doc, root: Element, level: 1 | 2 | 3, text: string): void {
  const size = SIZE[level]
  room(doc, size * 4)
  if (level !== 1) doc.moveDown(0.8)
  const words = printable(text)
  if (level !== 3) doc.outline.addItem(words)
  root.add(
    doc.struct(`H${level}`, {}, () => {
      doc
        .font('Helvetica-Bold')
        .fontSize(size)
        .fillColor(ink)
        .text(words, MARGIN, doc.y, { width: width(doc) })
    }),
  )
  doc.moveDown(0.3)
}

function paragraph(
  doc: Doc,
  root: Element,
  text: string,
  { size = BODY, bar }: { size?: number; bar?: string } = {},
): void {
  const words = printable(text)
  if (words.trim() === '') return
  const indent = bar === undefined ? 0 : 10
  doc.font('Helvetica').fontSize(size)
  const height = doc.heightOfString(words, { width: width(doc) - indent, lineGap: 2 })
  if (height < bottom(doc) - MARGIN) room(doc, height)
  const top = doc.y
  if (bar !== undefined)
    doc.markContent('Artifact', { type: 'Layout' }).rect(MARGIN, top, 3, height).fill(bar).endMarkedContent()
  root.add(
    doc.struct('P', {}, () => {
      doc.fillColor(ink).text(words, MARGIN + indent, top, { width: width(doc) - indent, lineGap: 2 })
    }),
  )
  doc.moveDown(0.5)
}

// —— tables ———————————————————————————————————————————————————————————————————————————————————————————————————————————

const PAD = 3

/** Widths by the longest word and the whole text of each column, within the page. */
function widthsOf(doc: Doc, { columns, rows }: TableBlock): number[] {
  // As heading cells and first columns are written.
  doc.font('Helvetica-Bold').fontSize(CELL)
  const wanted = columns.map(({ word }, i) => {
    const texts = [word, ...rows.slice(0, 200).map((row) => row[i] ?? '')].map(printable)
    const whole = Math.max(...texts.map((text) => doc.widthOfString(text)))
    const longest = Math.max(...texts.flatMap((text) => text.split(' ')).map((text) => doc.widthOfString(text)))
    return { least: Math.min(longest, 110) + 2 * PAD + 2, most: Math.min(whole, 260) + 2 * PAD + 2 }
  })
  const least = wanted.reduce((sum, one) => sum + one.least, 0)
  const most = wanted.reduce((sum, one) => sum + one.most, 0)
  const all = width(doc)
  if (most <= all) return wanted.map((one) => one.most)
  const share = least >= all ? 0 : (all - least) / (most - least)
  const scale = least > all ? all / least : 1
  return wanted.map((one) => (one.least + share * (one.most - one.least)) * scale)
}

function table(doc: Doc, root: Element, block: TableBlock): void {
  if (block.rows.length === 0) return
  const widths = widthsOf(doc, block)
  const hasHead = block.columns.some(({ word }) => word !== '')
  // An element that hangs in the document already is written at once: one that is added later is written where the pen is then.
  const element = doc.struct('Table')
  root.add(element)
  if (block.caption !== '') {
    room(doc, 60)
    element.add(
      doc.struct('Caption', {}, () => {
        doc
          .font('Helvetica-Bold')
          .fontSize(BODY)
          .fillColor(ink)
          .text(printable(block.caption), MARGIN, doc.y, { width: width(doc) })
      }),
    )
    doc.moveDown(0.2)
  }
  const head = block.columns.map(({ word }) => word)
  if (hasHead) row(doc, element, head, { widths, block, kind: 'head' })
  for (const cells of block.rows) {
    const height = heightOf(doc, cells, widths)
    if (doc.y + height > bottom(doc)) {
      doc.addPage()
      // Repeated for the eye only: a reader's aid has the heading already.
      if (hasHead) row(doc, undefined, head, { widths, block, kind: 'head' })
    }
    row(doc, element, cells, { widths, block, kind: 'body' })
  }
  element.end()
  doc.moveDown(0.8)
}

function heightOf(doc: Doc, cells: readonly string[], widths: readonly number[]): number {
  doc.font('Helvetica-Bold').fontSize(CELL)
  return (
    Math.max(...cells.map((cell, i) => doc.heightOfString(printable(cell), { width: widths[i]! - 2 * PAD }))) + 2 * PAD
  )
}

function row(
  doc: Doc,
  element: Element | undefined,
  cells: readonly string[],
  {
    widths,
    block,
    kind,
  }: { readonly widths: readonly number[]; readonly block: TableBlock; readonly kind: 'head' | 'body' },
): void {
  const height = heightOf(doc, cells, widths)
  const top = doc.y
  const line = element === undefined ? undefined : doc.struct('TR')
  if (line !== undefined) element!.add(line)
  let left = MARGIN
  for (const [i, cell] of cells.entries()) {
    const isHeading = kind === 'head' || i === 0
    const x = left + PAD
    const write = () => {
      doc
        .font(isHeading ? 'Helvetica-Bold' : 'Helvetica')
        .fontSize(CELL)
        .fillColor(ink)
        .text(printable(cell), x, top + PAD, {
          width: widths[i]! - 2 * PAD,
          align: block.columns[i]?.number ? 'right' : 'left',
        })
    }
    if (line === undefined) {
      doc.markContent('Artifact', { type: 'Pagination' })
      write()
      doc.endMarkedContent()
    } else line.add(doc.struct(isHeading ? 'TH' : 'TD', {}, write))
    left += widths[i]!
  }
  line?.end()
  doc
    .markContent('Artifact', { type: 'Layout' })
    .moveTo(MARGIN, top + height)
    .lineTo(left, top + height)
    .lineWidth(0.5)
    .strokeColor(colours.grid)
    .stroke()
    .endMarkedContent()
  doc.x = MARGIN
  doc.y = top + height
}

// —— drawings —————————————————————————————————————————————————————————————————————————————————————————————————————————

function figure(doc: Doc, root: Element, scene: Scene, alt: string): void {
  const most = bottom(doc) - MARGIN
  const scale = Math.min(width(doc) / scene.width, most / scene.height)
  room(doc, scene.height * scale)
  const top = doc.y
  root.add(
    doc.struct('Figure', { alt: printable(alt) }, () => {
      doc.save().translate(MARGIN, top).scale(scale)
      for (const shape of scene.shapes) draw(doc, shape)
      doc.restore()
    }),
  )
  doc.x = MARGIN
  doc.y = top + scene.height * scale + 6
}

function draw(doc: Doc, shape: Shape): void {
  const colour = colours[shape.look]
  switch (shape.shape) {
    case 'line':
      doc.lineWidth(shape.width).strokeColor(colour).moveTo(shape.x1, shape.y1).lineTo(shape.x2, shape.y2)
      if (shape.dashed) doc.dash(5, { space: 3 }).stroke().undash()
      else doc.stroke()
      return
    case 'polygon': {
      const corners = shape.points.flatMap((x, i): [number, number][] =>
        i % 2 === 0 ? [[x, shape.points[i + 1]!]] : [],
      )
      doc.lineWidth(2).polygon(...(corners as unknown as number[][]))
      if (shape.hollow) doc.fillAndStroke('#ffffff', colour)
      else doc.fill(colour)
      return
    }
    case 'circle':
      doc.circle(shape.x, shape.y, shape.r).fill(colour)
      return
    case 'text': {
      const text = printable(shape.text)
      doc
        .font(shape.strong ? 'Helvetica-Bold' : 'Helvetica')
        .fontSize(shape.size)
        .fillColor(colour)
      const wide = doc.widthOfString(text)
      const x = shape.x - (shape.anchor === 'start' ? 0 : shape.anchor === 'middle' ? wide / 2 : wide)
      // y is the line on which letters stand; pdfkit counts from their top.
      doc.text(text, x, shape.y, { lineBreak: false, baseline: 'alphabetic' })
      return
    }
  }
}

function footers(doc: Doc, language: ReportDocument['language']): void {
  const { start, count } = doc.bufferedPageRange()
  for (let i = start; i < start + count; i++) {
    doc.switchToPage(i)
    const { bottom: margin } = doc.page.margins
    // Text below the margin would begin another page.
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination' })
    const words = `${auditText(language, 'report.page', { page: i + 1 - start, pages: count })} · ${auditText(language, 'report.check')}`
    doc
      .font('Helvetica')
      .fontSize(8)
      .fillColor(colours.subtle)
      .text(printable(words), MARGIN, doc.page.height - MARGIN, { width: width(doc), lineBreak: false })
    doc.endMarkedContent()
    doc.page.margins.bottom = margin
  }
}
