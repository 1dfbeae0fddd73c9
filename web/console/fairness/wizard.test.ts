import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readAuditPlan } from '../../../src/fairness/rules.ts'
import { namesIn, numberIn, planOf, requestOf, sizeOf } from './wizard.ts'

const answers = {
  client: 'kaapstroom',
  name: 'Coulance',
  question: 'Krijgt ieder even vaak coulance?',
  legalGround: 'AVG 6(1)(f)',
  sensitive: 'leeftijd, taal',
  prediction: 'toegekend',
}

describe('the wizard', () => {
  test('answers become a plan that the kernel takes', () => {
    for (const [given, expected] of [
      [{}, { margin: 0.05, judged: ['selectionRate'], reference: 'largest' }],
      [
        { want: 'errors', label: 'terecht', margin: '2,5' },
        { margin: 0.025, judged: ['selectionRate', 'truePositiveRate', 'falsePositiveRate'] },
      ],
      [{ want: 'scores', label: 'terecht', score: 'kans', seed: '7' }, { bootstrap: { replicates: 2_000, seed: 7 } }],
      [
        { positive: 'ja', strata: 'contract', reference: 'rest' },
        { positive: 'ja', strata: ['contract'], reference: 'rest' },
      ],
      [
        { prediction: '', score: 'kans', threshold: '0,5' },
        { threshold: 0.5, prediction: undefined },
      ],
    ] as const) {
      const read = readAuditPlan(planOf({ ...answers, ...given }))
      assert.ok(read.ok, JSON.stringify(read))
      for (const [name, value] of Object.entries(expected))
        assert.deepEqual(read.plan[name as keyof typeof read.plan], value, name)
      assert.deepEqual(read.plan.sensitive, ['leeftijd', 'taal'])
    }
  })

  test('what is left empty is not sent, and what makes no sense is left to the API', () => {
    const sent = requestOf({ ...answers, system: ' ', intervalDays: '90', windowDays: '30', follows: '' })
    assert.deepEqual(Object.keys(sent).sort(), [
      'client',
      'intervalDays',
      'legalGround',
      'name',
      'plan',
      'question',
      'source',
    ])
    assert.equal(requestOf({ ...answers, source: 'decisions', windowDays: '30' }).windowDays, 30)
    assert.ok(!readAuditPlan(planOf({ sensitive: '' })).ok)
  })

  test('the sample size is asked when all numbers are there', () => {
    assert.equal(sizeOf({ n: '100', nReference: '900' }), undefined)
    assert.equal(sizeOf({ n: '100', nReference: '900', rate: '101' }), undefined)
    assert.deepEqual(sizeOf({ n: '100', nReference: '900', rate: '30', groups: '5', margin: '4' }), {
      n: '100',
      nReference: '900',
      rate: '0.3',
      margin: '0.04',
      comparisons: '4',
    })
  })

  test('names and numbers as people write them', () => {
    assert.deepEqual(namesIn(' a, b;c\n\nd ,'), ['a', 'b', 'c', 'd'])
    assert.deepEqual(['2,5', ' 3 ', '1.000,5', '-1', ''].map(numberIn), [2.5, 3, undefined, undefined, undefined])
  })

  test('a signal of the catalogue goes along with its columns', () => {
    const { signals } = requestOf({
      ...answers,
      signal: 'containment',
      'signal-column': 'afgehandeld',
      'signal-backAgain': ' terug ',
      'signal-yes': '1',
    })
    assert.deepEqual(signals, [{ signal: 'containment', column: 'afgehandeld', backAgain: 'terug', yes: 1 }])
    assert.equal(requestOf(answers).signals, undefined)
  })
})
