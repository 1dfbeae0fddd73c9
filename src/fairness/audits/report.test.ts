import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { escaped, svgOf } from '../../platform/figures/scene.ts'
import type { Language } from '../../platform/text.ts'
import { auditFile } from '../index.ts'
import { readAuditPlan } from '../rules.ts'
import type { IntervalPlot } from './contract.ts'
import { documentOf } from './document.ts'
import { points } from './document-words.ts'
import { pdfOf } from './io/report-pdf.ts'
import { sceneOf } from './plot-scene.ts'
import { htmlOf } from './report-html.ts'
import { inFolder } from './testing.ts'
import { printable } from './win-ansi.ts'

const at = new Date('2026-11-25T12:00:00.000Z')
const hostile = '<script>&"\'|__proto__'

/** A hidden group, a group with a name that means to do harm, scores, and strata in which the difference turns around. */
function rows(): string {
  const lines = ['group,stratum,outcome,happened,score']
  const add = (group: string, stratum: string, n: number, yes: number) => {
    for (let i = 0; i < n; i++) {
      const score = ((i % 10) + 0.5) / 10
      lines.push(
        `"${group.replaceAll('"', '""')}",${stratum},${i < yes ? 1 : 0},${(i * 7) % 10 < (i % 10) ? 1 : 0},${score}`,
      )
    }
  }
  add('noord', 'kort', 400, 160)
  add('noord', 'lang', 100, 90)
  add(hostile, 'kort', 100, 30)
  add(hostile, 'lang', 400, 330)
  add('geheim', 'kort', 4, 1)
  add('verborgen', 'lang', 8, 5)
  return lines.join('\n')
}
const plan = {
  question: 'Krijgt noord even vaak ja?',
  legalGround: 'AVG 6(1)(f)',
  prediction: 'outcome',
  label: 'happened',
  score: 'score',
  sensitive: ['group'],
  strata: 'stratum',
  reference: { group: 'noord' },
  bootstrap: { replicates: 200, seed: 3 },
}

async function documents() {
  const read = readAuditPlan(plan)
  assert.ok(read.ok)
  return inFolder(rows(), async (path) => {
    const found = await auditFile(path, read.plan)
    assert.ok(found.ok, JSON.stringify(found))
    const audit = { name: `Ja of nee ${hostile}`, plan: read.plan, plannedAt: at, changedAfterResult: true }
    const of = (language: Language) =>
      documentOf({ audit, run: { startedAt: at }, report: found.report, table: found.table }, language)
    return { nl: of('nl'), en: of('en'), report: found.report }
  })
}

describe('the report of an audit', () => {
  test('says the same in both languages, with the same parts', async () => {
    const { nl, en } = await documents()
    assert.deepEqual(
      nl.blocks.map(({ kind }) => kind),
      en.blocks.map(({ kind }) => kind),
    )
    const figures = nl.blocks.flatMap((block) => (block.kind === 'figure' ? [block] : []))
    assert.deepEqual(
      figures.map(({ id }) => id),
      ['differences-1', 'groups', 'calibration', 'strata-1'],
    )
    for (const { plot, table } of figures) {
      const drawn =
        plot.plot === 'intervals' ? plot.rows.length : plot.series.reduce((n, { points: all }) => n + all.length, 0)
      assert.ok(drawn > 0 && table.rows.length >= drawn, 'a table holds what is drawn')
      for (const cells of table.rows) assert.equal(cells.length, table.columns.length)
    }
  })

  test('a difference that turns around within the strata is told', async () => {
    const { en, report } = await documents()
    const said = en.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join(' ')
    const turns = report.strata!.comparisons.find(({ group }) => group.group === hostile)!
    assert.ok(turns.reverses)
    assert.match(said, /turns around within the strata/)
  })

  test('a group of fewer than ten is in none of it, and neither is the one that would give it away', async () => {
    const { nl } = await documents()
    assert.ok(!JSON.stringify(nl).includes('geheim'))
    assert.match(JSON.stringify(nl), /Verborgen groepen/)
  })

  test('a name from the data is text, never markup', async () => {
    const { nl } = await documents()
    const html = htmlOf(nl)
    assert.ok(!html.includes('<script'))
    assert.ok(html.includes(escaped(hostile)))
    assert.equal(html.match(/<svg/g)!.length, 8, 'each drawing wide and narrow')
  })

  test('an interval that runs beyond the axis ends in an arrow, at the edge', () => {
    const plot: IntervalPlot = {
      plot: 'intervals',
      from: -0.2,
      to: 0.2,
      ticks: [{ at: 0, word: '0' }],
      zero: true,
      margin: 0.05,
      marginWord: 'm',
      rows: [{ word: 'a', detail: '', value: 0.5, low: -0.9, high: 0.9, mark: 'bad', show: '' }],
    }
    for (const variant of ['wide', 'narrow'] as const) {
      const scene = sceneOf(plot, variant)
      const lines = scene.shapes.filter((shape) => shape.shape === 'line' && shape.look === 'bad')
      assert.equal(lines.length, 1, 'no end cap')
      assert.equal(
        scene.shapes.filter((shape) => shape.shape === 'polygon' && shape.look === 'bad').length,
        2,
        'two arrowheads, no mark',
      )
      for (const shape of scene.shapes) {
        const xs = shape.shape === 'line' ? [shape.x1, shape.x2] : shape.shape === 'text' ? [shape.x] : []
        for (const x of xs) assert.ok(x >= 0 && x <= scene.width, `${variant} ${x}`)
      }
      assert.match(
        svgOf(scene, { id: 'x', title: 't', description: 'd', kind: 'k' }),
        /role="img" aria-labelledby="x-t x-d"/,
      )
    }
  })

  test('points have their sign, and zero has none', () =>
    assert.deepEqual(
      [0.1234, -0.1234, 0.0001, -0.0001].map((one) => points(one, 'nl')),
      ['+12,3', '−12,3', '0', '0'],
    ))

  test('letters that the font has not lose their mark; other scripts are numbers, and nothing is left out', () =>
    assert.equal(printable('Łódź – ‘é’ €5 ≥ 3 − 北'), 'Lódz – ‘é’ €5 >= 3 – [U+5317]'))
})

describe('the report as PDF', () => {
  test('has a tree of headings, paragraphs, tables with heading cells, and figures that say what they show', async () => {
    const { nl } = await documents()
    const pdf = (await pdfOf(nl, at)).toString('latin1')
    assert.ok(/^%PDF-1\.7/.test(pdf))
    assert.ok(/\/Marked true/.test(pdf))
    assert.ok(/\/StructTreeRoot/.test(pdf))
    assert.ok(/\/Lang \(nl\)/.test(pdf))
    const count = (tag: string) => pdf.match(new RegExp(`/S /${tag}\\b`, 'g'))?.length ?? 0
    const tables = nl.blocks.flatMap((block) =>
      block.kind === 'table' ? [block] : block.kind === 'figure' ? [block.table] : [],
    )
    const facts = nl.blocks.flatMap((block) => (block.kind === 'facts' ? block.rows : []))
    assert.equal(count('H1'), 1)
    assert.equal(count('H2'), nl.blocks.filter((block) => block.kind === 'heading' && block.level === 2).length)
    assert.equal(count('Table'), tables.length + 1)
    assert.equal(count('TR'), tables.reduce((n, { rows: all }) => n + all.length + 1, 0) + facts.length)
    assert.equal(
      count('TH'),
      tables.reduce((n, { columns, rows: all }) => n + columns.length + all.length, 0) + facts.length,
    )
    assert.equal(count('Figure'), 4)
    assert.equal(pdf.match(/\/Alt \(/g)!.length, 4)
    assert.ok(count('P') > 5 && count('TD') > count('TH'))
  })

  test('what is read one after another stands one after another on paper, also over pages', async () => {
    const { nl } = await documents()
    const table = nl.blocks.find((block) => block.kind === 'figure')!.table
    const many = {
      ...nl,
      blocks: nl.blocks.map((block) =>
        block.kind === 'figure' && block.table === table
          ? {
              ...block,
              table: {
                ...table,
                rows: Array.from({ length: 90 }, (_, n) => [`rij ${n} hier`, ...table.rows[0]!.slice(1)]),
              },
            }
          : block,
      ),
    }
    const pdf = (await pdfOf(many, at)).toString('latin1')
    // Page after page: what is drawn on each, from top to bottom. Footers and headings that are repeated aside.
    const pages = [...pdf.matchAll(/stream\r?\n(.*?)endstream/gs)].map(([, stream]) =>
      [...stream!.matchAll(/1 0 0 1 \S+ (\S+) Tm\s+\/F\d+ \S+ Tf\s+\[(.*?)\] TJ/gs)].map(([, y, pieces]) => ({
        y: Number(y),
        text: [...pieces!.matchAll(/<([0-9a-f]*)>/g)]
          .map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1'))
          .join(''),
      })),
    )
    const rows = pages.flatMap((page) =>
      page.filter(({ text }) => /^rij \d+ hier$/.test(text)).map(({ text }) => Number(/\d+/.exec(text))),
    )
    assert.deepEqual(
      rows,
      Array.from({ length: 90 }, (_, n) => n),
    )
    assert.ok(
      pages.filter((page) => page.some(({ text }) => text.startsWith('rij '))).length >= 2,
      'over more than one page',
    )
    for (const page of pages) {
      const down = page.filter(({ text }) => text.startsWith('rij ')).map(({ y }) => y)
      assert.deepEqual(
        down,
        down.toSorted((a, b) => b - a),
        'from top to bottom',
      )
    }
    const order = pages.flat().map(({ text }) => text)
    const next = nl.blocks
      .slice(nl.blocks.findIndex((block) => block.kind === 'figure'))
      .find((block) => block.kind === 'heading')!
    assert.ok(order.indexOf('rij 89 hier') < order.findLastIndex((text) => text.startsWith(next.text.split(' ')[0]!)))
  })

  test('same report, same bytes', async () => {
    const { nl, en } = await documents()
    const [first, second] = [await pdfOf(nl, at), await pdfOf(nl, at)]
    assert.ok(first.equals(second))
    assert.ok(!first.equals(await pdfOf(en, at)))
  })
})
