import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type ChangeItem,
  changeExtents,
  changeKinds,
  changeTable,
  type Gate,
  gates,
  judgeChange,
  versionChanges,
} from './change.ts'
import { isArticle, lawLink } from './law.ts'
import { isRegisterTextKey } from './texts.ts'

const known = { highRisk: false }
const gateOf = (items: readonly ChangeItem[], highRisk = false) => {
  const judged = judgeChange(items, { highRisk })
  return judged.ok ? judged.gate : judged.code
}

describe('which gate a change opens', () => {
  /** For correction, less, more; the second row of a kind is of a system with high risk, where it differs. */
  const table: readonly (readonly [(typeof changeKinds)[number], boolean, Gate, Gate, Gate])[] = [
    ['model', false, 'light', 'full', 'full'],
    ['prompt', false, 'none', 'light', 'light'],
    ['prompt', true, 'light', 'full', 'full'],
    ['knowledge', false, 'none', 'light', 'light'],
    ['knowledge', true, 'none', 'light', 'light'],
    ['settings', false, 'none', 'light', 'light'],
    ['settings', true, 'light', 'full', 'full'],
    ['purpose', false, 'light', 'light', 'full'],
    ['channel', false, 'none', 'none', 'light'],
    ['channel', true, 'none', 'none', 'full'],
    ['data_source', false, 'none', 'light', 'full'],
    ['group', false, 'none', 'light', 'full'],
    ['decision_class', false, 'light', 'light', 'full'],
    ['emotion_inference', false, 'light', 'light', 'full'],
    ['supplier', false, 'none', 'light', 'full'],
    ['law', false, 'none', 'light', 'full'],
  ]
  for (const [kind, highRisk, ...expected] of table)
    test(`${kind}${highRisk ? ' with high risk' : ''}: ${expected.join(', ')}`, () =>
      assert.deepEqual(
        changeExtents.map((extent) => gateOf([{ kind, extent }], highRisk)),
        expected,
      ))

  test('every kind is in the table, and has words, a reason and an article', () => {
    assert.deepEqual([...new Set(table.map(([kind]) => kind))].toSorted(), [...changeKinds].toSorted())
    for (const kind of changeKinds) {
      assert.ok(isRegisterTextKey(`change.kind.${kind}`), kind)
      assert.ok(isRegisterTextKey(`change.reason.${kind}`), kind)
      assert.ok(isArticle(changeTable[kind].law.article), kind)
      assert.match(lawLink(changeTable[kind].law, 'nl'), /#art_\d+$/)
    }
    for (const extent of changeExtents) assert.ok(isRegisterTextKey(`change.extent.${extent}`))
    for (const gate of gates) assert.ok(isRegisterTextKey(`change.gate.${gate}`))
  })

  test('the strongest gate holds, and stands first', () => {
    const judged = judgeChange(
      [
        { kind: 'knowledge', extent: 'correction' },
        { kind: 'law', extent: 'less' },
        { kind: 'purpose', extent: 'more' },
      ],
      known,
    )
    assert.ok(judged.ok)
    assert.equal(judged.gate, 'full')
    assert.deepEqual(
      judged.items.map(({ kind, reason }) => [kind, reason]),
      [
        ['purpose', 'change.reason.purpose'],
        ['law', 'change.reason.law'],
        ['knowledge', 'change.reason.none'],
      ],
    )
  })

  test('a request without a change, and one that says a thing twice, are refused', () => {
    assert.equal(gateOf([]), 'change_empty')
    const twice: ChangeItem[] = [
      { kind: 'law', extent: 'less' },
      { kind: 'law', extent: 'more' },
    ]
    assert.deepEqual(judgeChange(twice, known), { ok: false, code: 'change_twice', kind: 'law' })
    for (const code of ['change_empty', 'change_twice']) assert.ok(isRegisterTextKey(`error.${code}`))
  })

  const item = fc.record({ kind: fc.constantFrom(...changeKinds), extent: fc.constantFrom(...changeExtents) })
  const requests = fc.uniqueArray(item, { selector: ({ kind }) => kind, minLength: 1 })
  const rank = (gate: string) => gates.indexOf(gate as Gate)

  test('more changes, or high risk, never open a lighter gate; the order of a request changes nothing', () => {
    fc.assert(
      fc.property(requests, fc.boolean(), (items, highRisk) => {
        const gate = gateOf(items, highRisk)
        assert.ok(rank(gateOf(items, true)) >= rank(gateOf(items, false)))
        assert.ok(rank(gateOf(items.slice(0, Math.max(1, items.length - 1)), highRisk)) <= rank(gate))
        assert.deepEqual(judgeChange(items.toReversed(), { highRisk }), judgeChange(items, { highRisk }))
      }),
    )
  })
})

test('what differs between two versions is found', () => {
  const before = {
    model: 'm1',
    prompt: 'Answer.',
    knowledge: 'k1',
    settings: { temperature: 0, tools: { a: 1, b: 2 } },
  }
  assert.deepEqual(versionChanges(before, { ...before, settings: { tools: { b: 2, a: 1 }, temperature: 0 } }), [])
  assert.deepEqual(versionChanges(before, { ...before, model: 'm2', settings: {} }), ['model', 'settings'])
  assert.deepEqual(versionChanges(before, { ...before, prompt: 'Answer', knowledge: 'k2' }), ['prompt', 'knowledge'])
})
