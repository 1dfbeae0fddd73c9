import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { clarificationMoves, clarificationNext, clarificationStates, clarified } from './clarification.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/states/clarification.md'), 'utf8')

describe('states of a question for clarification', () => {
  test('the drawing has every way and no other', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, move]) => `${from} ${to} ${move}`,
    )
    const coded = Object.entries(clarificationMoves).flatMap(([move, { from, to }]) =>
      from.map((one) => `${one} ${to} ${move}`),
    )
    assert.deepEqual(drawn.sort(), coded.sort())
  })
  test('the table names who makes a move and the entry it leaves', () => {
    const rows = [...page.matchAll(/^\| (\w+) \| (\w+) \| `([\w.]+)` \|$/gm)].map(([, ...cells]) => cells)
    assert.deepEqual(
      rows,
      Object.entries(clarificationMoves).map(([move, { by, event }]) => [move, by, event]),
    )
  })
  test('what is closed or handed over stays so', () => {
    for (const state of ['closed', 'handed_over'] as const)
      for (const move of Object.keys(clarificationMoves) as (keyof typeof clarificationMoves)[])
        assert.equal(clarified(state, move), undefined)
  })
  test('staff owe an answer while it is asked, and only then', () =>
    assert.deepEqual(clarificationStates.map(clarificationNext), ['answer', null, null, null]))
})
