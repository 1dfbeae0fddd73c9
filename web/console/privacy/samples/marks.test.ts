import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TryReply } from '../../../../src/privacy/samples/contract.ts'
import { goldOf, noMarks, piecesOf, readMarks, reasonFamily, type Span, stretchOf, wordsOf } from './marks.ts'

const text = 'ik ben Jan, uit (Ede) en Jan komt'
const turns: TryReply['turns'] = [
  {
    role: 'customer',
    text,
    seen: text,
    findings: [{ start: 7, end: 10, label: 'PERSON', confidence: 0.9, reason: 'cue:name' }],
  },
]
const missed: Span = { turn: 0, start: 17, end: 20, label: 'CITY' }

describe('the stretch that somebody means', () => {
  const none = { words: '', from: undefined, to: undefined }
  for (const [name, asked, expected] of [
    ['typed words', { ...none, words: ' uit (Ede ' }, 'uit (Ede'],
    ['typed in another case', { ...none, words: 'EDE' }, 'Ede'],
    ['words by number', { ...none, from: 5, to: undefined }, 'Ede'],
    ['words from and to', { ...none, from: 4, to: 5 }, 'uit (Ede'],
    ['numbers go before what was typed', { words: 'Jan', from: 1, to: 1 }, 'ik'],
    ['a number that is not there', { ...none, from: 9, to: undefined }, undefined],
    ['from behind to', { ...none, from: 5, to: 2 }, undefined],
    ['zero', { ...none, from: 0, to: undefined }, undefined],
    ['words that are not there', { ...none, words: 'Piet' }, undefined],
    ['only marks', { ...none, words: '(' }, undefined],
    ['nothing', none, undefined],
  ] as const)
    test(name, () => {
      const place = stretchOf(text, asked, [])
      assert.equal(place && text.slice(place.start, place.end), expected)
    })

  test('the next place when the first is marked', () =>
    assert.deepEqual(stretchOf(text, { ...none, words: 'Jan' }, [{ start: 7, end: 10 }]), { start: 25, end: 28 }))

  test('words are counted without marks', () =>
    assert.deepEqual(
      wordsOf('a - (b) c.').map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [5, 6],
        [8, 9],
      ],
    ))
})

describe('what is personal in the end', () => {
  test('what was found, with what was missed', () =>
    assert.deepEqual(goldOf(turns, { missed: [missed], over: [] }), [
      { turn: 0, start: 7, end: 10, label: 'PERSON' },
      missed,
    ]))
  test('without what was taken back', () => assert.deepEqual(goldOf(turns, { missed: [], over: ['0:7:10'] }), []))
  test('a missed stretch takes in the part of it that was found', () => {
    const wider: Span = { turn: 0, start: 3, end: 10, label: 'PERSON' }
    assert.deepEqual(goldOf(turns, { missed: [wider], over: [] }), [wider])
  })

  test('a turn is told in pieces, and loses no letter', () => {
    const pieces = piecesOf(turns, 0, { missed: [missed], over: ['0:7:10'] })
    assert.equal(pieces.map((piece) => piece.text).join(''), text)
    assert.deepEqual(
      pieces.filter(({ kind }) => kind !== 'plain').map((piece) => [piece.kind, piece.text]),
      [
        ['over', 'Jan'],
        ['missed', 'Ede'],
      ],
    )
  })
})

describe('marks from a form', () => {
  for (const text of [undefined, '', '[', '{}', '[]', 'null', '{"missed":[null,{"turn":-1}],"over":[3,"x"]}'])
    test(`${text} is none`, () => assert.deepEqual(readMarks(text), noMarks))
  test('come back as they were sent', () => {
    const marks = { missed: [missed], over: ['0:7:10'] }
    assert.deepEqual(readMarks(JSON.stringify(marks)), marks)
  })
})

test('each kind of reason has its family', () => {
  const cases = { 'checksum:bsn': 'checksum', 'custom:lid': 'custom', 'long-number': 'number', 'email-shape': 'shape' }
  for (const [reason, family] of Object.entries(cases)) assert.equal(reasonFamily(reason), family)
  assert.equal(reasonFamily('nooit-gezien'), 'other')
})
