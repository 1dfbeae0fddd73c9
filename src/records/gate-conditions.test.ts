import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type GateConditionResult, gateConditionsOf, gateConditionView, unmetConditions } from './gate-conditions.ts'

const result = (given: Partial<GateConditionResult> = {}): GateConditionResult => ({
  condition: 'dataSheet',
  state: 'met',
  asOf: new Date('2026-11-25T12:00:00Z'),
  record: 'sheet-1',
  values: { rows: 20_594 },
  ...given,
})

describe('what must be known of a version', () => {
  for (const [name, policy, results, unmet] of [
    ['a result that holds is enough', 'required', [result()], []],
    ['none is not', 'required', [], ['dataSheet']],
    ['nor one that says no', 'required', [result({ state: 'failed' })], ['dataSheet']],
    ['nor that of another condition', 'required', [result({ condition: 'pairedPrompts' })], ['dataSheet']],
    ['what is only shown keeps nothing back', 'shown', [], []],
  ] as const)
    test(name, () =>
      assert.deepEqual(
        unmetConditions(gateConditionsOf({ dataSheet: policy, pairedPrompts: 'shown' }, results)),
        unmet,
      ),
    )

  test('each is said in the language of who reads, with its date', () => {
    const [sheet, prompts] = gateConditionsOf({ dataSheet: 'shown', pairedPrompts: 'shown' }, [result()])
    assert.equal(gateConditionView(sheet!, 'nl').sentence, 'Gegevensblad van 25 november 2026: 20.594 regels bekeken.')
    assert.equal(gateConditionView(prompts!, 'en').sentence, 'There is no paired test of this version.')
  })
})
