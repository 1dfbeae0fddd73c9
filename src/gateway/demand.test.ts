import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { demandOf } from './demand.ts'

const fine = { states: ['completed'], labels: [], circumstance: 'adult', specialCategories: true }

describe('a person is needed without anybody asking', () => {
  for (const [why, facts, demand] of [
    ['all is well', fine, null],
    ['three refusals in a row', { ...fine, states: ['refused', 'failed', 'stopped'] }, 'failures'],
    ['two refusals', { ...fine, states: ['refused', 'refused'] }, null],
    ['one that went well in between', { ...fine, states: ['refused', 'completed', 'refused'] }, null],
    ['a customer who left is no failure of ours', { ...fine, states: ['cancelled', 'refused', 'refused'] }, null],
    ['health, where the client wants a person for it', { ...fine, labels: ['EMAIL', 'HEALTH'] }, 'special_category'],
    ['health, where it does not', { ...fine, labels: ['HEALTH'], specialCategories: false }, null],
    ['a minor', { ...fine, circumstance: 'minor' }, 'vulnerable'],
    [
      'somebody under guardianship, before all else',
      { ...fine, circumstance: 'represented', states: ['refused', 'refused', 'refused'] },
      'vulnerable',
    ],
  ] as const)
    test(why, () => assert.equal(demandOf(facts), demand))
})
