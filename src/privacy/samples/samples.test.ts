import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedData, without } from '../../platform/shared-data.ts'
import type { SampleSpan, SampleTurn } from './contract.ts'
import { coverageOf, rowOf, together } from './coverage.ts'
import { readDialogue } from './dialogue.ts'
import { labelledOf, lineOf, readLines, type SampleContents, wrongSpan } from './sample.ts'

describe('a pasted conversation', () => {
  for (const [text, ...turns] of [
    ['Klant: hallo\nAgent: dag', 'customer hallo', 'agent dag'],
    ['customer: hi\n\nAI : hello\r\nbot: yes', 'customer hi', 'ai hello', 'ai yes'],
    ['hallo\ndag, uw naam?\nJan', 'customer hallo', 'agent dag, uw naam?', 'customer Jan'],
    ['AI: hallo\nja\nnee', 'ai hallo', 'customer ja', 'agent nee'],
    ['Let op: dit is geen spreker', 'customer Let op: dit is geen spreker'],
    ['naam: Jan', 'customer naam: Jan'],
    ['klant:\nklant:  ja', 'customer ja'],
    [' \n\n'],
  ] as const)
    test(JSON.stringify(text), () =>
      assert.deepEqual(
        readDialogue(text).map(({ role, text: said }) => `${role} ${said}`),
        turns,
      ),
    )
})

const contactCentre = sharedData('privacy', 'contact-centre-dev.jsonl')
const turns: SampleTurn[] = [
  { role: 'ai', text: 'Uw naam?' },
  { role: 'customer', text: 'Jan de Wit, 06' },
]
const span = (turn: number, start: number, end: number): SampleSpan => ({ turn, start, end, label: 'PERSON' })

describe('marks', () => {
  for (const [name, spans, wrong] of [
    ['none', [], undefined],
    ['a stretch', [span(1, 0, 10)], undefined],
    ['two that touch', [span(1, 0, 3), span(1, 3, 10)], undefined],
    ['two that overlap', [span(1, 0, 4), span(1, 3, 10)], 1],
    ['the same place of another turn', [span(0, 0, 4), span(1, 0, 4)], undefined],
    ['a turn that is not there', [span(2, 0, 1)], 0],
    ['past the end', [span(1, 0, 15)], 0],
    ['empty', [span(1, 3, 3)], 0],
    ['only a comma', [span(1, 10, 11)], 0],
  ] as const)
    test(`${name}: ${wrong ?? 'good'}`, () => assert.equal(wrongSpan(turns, spans), wrong))
})

const contents: SampleContents = { turns, spans: [span(1, 0, 10)], optional: [{ ...span(1, 12, 14), label: 'DATE' }] }
const about = { id: 's', language: 'nl', channel: 'chat', origin: 'nl' } as const

describe('JSON Lines', () => {
  test('what was written reads back as the same sample, an AI as agent', () => {
    const line = lineOf(about, contents)
    assert.deepEqual(line.roles, ['agent', 'customer'])
    assert.equal(line.text.slice(line.spans[0]![0], line.spans[0]![1]), 'Jan de Wit')
    const read = readLines(`${JSON.stringify(line)}\n\n`)
    assert.ok('lines' in read)
    assert.deepEqual(read.lines, [
      {
        language: 'nl',
        channel: 'chat',
        origin: 'nl',
        contents: { ...contents, turns: [{ ...turns[0]!, role: 'agent' }, turns[1]] },
      },
    ])
  })

  const good = { lang: 'nl', channel: 'chat', roles: ['customer', 'agent'], text: 'Jan\nja', spans: [[0, 3, 'PERSON']] }
  for (const [name, value, field] of [
    ['no JSON', '{', ''],
    ['no object', '3', ''],
    ['a label that there is not', { ...good, spans: [[0, 3, 'SHOE']] }, 'spans[0][2]'],
    ['fewer roles than lines', { ...good, roles: ['customer'] }, 'roles'],
    ['an empty line', { ...good, text: '\nja' }, 'roles'],
    ['a mark over a line end', { ...good, spans: [[0, 5, 'PERSON']] }, 'spans[0]'],
    ['a mark on the line end', { ...good, spans: [[3, 4, 'PERSON']] }, 'spans[0]'],
    ['a mark before the text', { ...good, spans: [[-1, 2, 'PERSON']] }, 'spans[0]'],
    ['an optional mark without a name', { ...good, optional: [[1, 2, 'a name']] }, 'optional[0][2]'],
    ['an optional mark that is none', { ...good, optional: [[1, 1, 'AGE']] }, 'optional[0]'],
    ['half a character', { ...good, text: 'Jan\n\ud800' }, 'text'],
    ['an origin that is a sentence', { ...good, origin: 'uit Polen' }, 'origin'],
  ] as const)
    test(`${name} is refused with its line and field`, () => {
      const written = typeof value === 'string' ? value : JSON.stringify(value)
      assert.deepEqual(readLines(`${JSON.stringify(good)}\n${written}`), { problem: { line: 2, field } })
    })

  test('reads the labelled samples of the project, every line', { skip: without(contactCentre) }, () => {
    const read = readLines(readFileSync(contactCentre!, 'utf8'))
    assert.ok('lines' in read, JSON.stringify(read))
    assert.ok(read.lines.length > 100)
  })

  test('more lines than fit', () => {
    const read = readLines(`${JSON.stringify(good)}\n`.repeat(1_001))
    assert.deepEqual(read, { problem: { line: 1_001, field: '' } })
  })
})

describe('coverage', () => {
  const items = [
    labelledOf(about, contents),
    labelledOf({ ...about, id: 'clean', origin: null }, { ...contents, spans: [], optional: [] }),
  ]

  test('counts what stays readable, and what was hidden without need', () => {
    const begin = items[0]!.spans[0]![0]
    const figures = coverageOf(items, ({ id }) => (id === 's' ? [[begin, begin + 3, 'PERSON']] : [[0, 2, 'CITY']]), 2)
    assert.deepEqual(
      [figures.samples, figures.unreadable, figures.leak.spans, figures.leak.leaks, figures.leak.share],
      [2, 2, 1, 1, 1],
    )
    assert.deepEqual(
      figures.labels.map(({ key, spans, leaks }) => [key, spans, leaks]),
      [['PERSON', 1, 1]],
    )
    assert.deepEqual(
      figures.origins.map(({ key }) => key),
      ['nl'],
    )
    assert.deepEqual([figures.clean.of, figures.clean.untouched, figures.clean.share], [1, 0, 0])
    assert.equal(figures.over.hidden, 2)
  })

  test('without samples nothing is claimed', () => {
    const { leak, clean, over, labels } = coverageOf([], () => [], 0)
    assert.deepEqual([leak.share, leak.low, leak.high, leak.enough], [null, 0, 1, false])
    assert.deepEqual([clean.share, over.share, labels], [null, null, []])
  })

  test('no conclusion below thirty stretches', () => {
    assert.equal(rowOf('x', 0, 29).enough, false)
    assert.equal(rowOf('x', 0, 30).enough, true)
    // Wilson at 0 of 30: z²/(n + z²) = 3.8415 / 33.8415.
    assert.ok(Math.abs(rowOf('x', 0, 30).high - 0.11351) < 1e-4)
  })

  test('several measurements are counted together, not averaged', () => {
    const few = coverageOf(items.slice(0, 1), () => [], 0)
    const none = coverageOf(items.slice(0, 1), (item) => item.spans, 0)
    const { spans, leaks, share } = together([few, none, none])
    assert.deepEqual([spans, leaks, share], [3, 1, 1 / 3])
  })
})
