import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Labelled, type Span, score, wilson } from './testing.ts'

const item = (id: string, text: string, spans: readonly Span[], more: Partial<Labelled> = {}): Labelled => ({
  id,
  lang: 'nl',
  channel: 'chat',
  roles: ['customer'],
  text,
  spans,
  ...more,
})
const by =
  (found: Readonly<Record<string, readonly Span[]>>) =>
  ({ id }: Labelled): readonly Span[] =>
    found[id] ?? []

describe('the scorer of labelled conversations', () => {
  const jan = item('a', 'ik ben Jan-Piet', [[7, 15, 'PERSON']], { origin: 'nl' })

  test('one readable letter is a leak, a readable mark is none', () => {
    assert.equal(score([jan], by({ a: [[7, 14, 'PERSON']] })).leakShare, 1)
    const marks = by({
      a: [
        [7, 10, 'PERSON'],
        [11, 15, 'CITY'],
      ],
    })
    assert.equal(score([jan], marks).leakShare, 0)
  })

  test('what is hidden is right when half of it was labelled, and optional stretches count as labelled', () => {
    const { all } = score([jan], by({ a: [[7, 15, 'PERSON']] }))
    assert.deepEqual(all, { gold: 1, leaks: 0, predicted: 1, right: 1 })
    assert.equal(score([jan], by({ a: [[0, 15, 'PERSON']] })).all.right, 1)
    assert.equal(score([jan], by({ a: [[0, 8, 'PERSON']] })).all.right, 0)
    const optional = item('a', '12/27', [], { optional: [[0, 5, 'CARD']] })
    const result = score([optional], by({ a: [[0, 5, 'CARD']] }))
    assert.deepEqual([result.all.right, result.untouched], [1, 1])
  })

  test('counts by group, label and origin, and the largest difference between origins', () => {
    const mia = item('b', 'Mia', [[0, 3, 'PERSON']], { origin: 'sr' })
    const result = score([jan, mia], by({ a: [[7, 15, 'PERSON']] }))
    assert.deepEqual(result.by.group.get('name'), { gold: 2, leaks: 1, predicted: 1, right: 1 })
    assert.equal(result.by.origin.get('sr')?.leaks, 1)
    assert.equal(result.originGap, 1)
    assert.deepEqual(result.leaks, [{ id: 'b', label: 'PERSON', text: 'Mia' }])
  })

  test('a conversation without labels in which something is hidden is not untouched; an ignored label does no harm', () => {
    const clean = item('c', 'dag allemaal', [])
    const found = by({ c: [[0, 3, 'CITY']] })
    assert.equal(score([clean], found).untouchedShare, 0)
    assert.equal(score([clean], found, { ignore: ['CITY'] }).untouchedShare, 1)
  })

  test('the interval of Wilson: values of the published formula', () => {
    // Newcombe 1998, table I, method 3: 81 of 263 and 0 of 20.
    const rounded = (hits: number, total: number) => wilson(hits, total).map((value) => value.toFixed(4))
    assert.deepEqual(rounded(81, 263), ['0.2553', '0.3662'])
    assert.deepEqual(rounded(0, 20), ['0.0000', '0.1611'])
    assert.deepEqual(wilson(0, 0), [0, 1])
  })
})
