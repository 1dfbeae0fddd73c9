import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { planOf, referenceOf, sheetRequestOf } from './form.ts'

describe('the form of a data sheet', () => {
  test('columns alone are a plan', () => {
    assert.deepEqual(planOf({ columns: 'regio, taal' }), { columns: ['regio', 'taal'], positive: 1 })
  })

  test('shares of a reference table as people write them', () => {
    assert.deepEqual(referenceOf('nl; 79,5\n\nen: 20%\nde\t0,5'), { nl: 0.795, en: 0.2, de: 0.005 })
    assert.deepEqual(referenceOf('nl; veel'), { nl: 'veel' }, 'what is no number is left for the API to refuse')
  })

  test('an attribute is looked for in the other columns; slices need what happened and what was said', () => {
    const plan = planOf({ columns: 'regio\ntaal', attribute: 'taal', label: 'y', prediction: 'p', positive: 'ja' })
    assert.deepEqual(plan.proxies, { attribute: 'taal', features: ['regio'] })
    assert.deepEqual(plan.slices, { columns: ['regio', 'taal'] })
    assert.equal(plan.positive, 'ja')
    assert.equal(planOf({ columns: 'regio', label: 'y' }).slices, undefined)
  })

  test('a version may hold a slash, a system not', () => {
    const { system, version } = sheetRequestOf({ of: 'bot/2026/11', columns: 'a' })
    assert.deepEqual([system, version], ['bot', '2026/11'])
  })
})
