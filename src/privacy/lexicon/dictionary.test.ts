import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inDictionary } from './dictionary.ts'
import { isInDictionary, isSlip } from './known-words.ts'
import { lexiconFor } from './lexicon.ts'

const both = lexiconFor(['nl', 'en'])

describe('spelling dictionaries', () => {
  for (const word of ['vriezer', 'fiets', 'reele', 'tijd', 'ijs', 'gisteren'])
    test(`Dutch knows “${word}”`, () => assert.equal(inDictionary(word, 'nl'), true))
  for (const word of ['freezer', 'bicycle', 'naive', 'yesterday'])
    test(`English knows “${word}”`, () => assert.equal(inDictionary(word, 'en'), true))

  // Both stand in the dictionaries with a capital: a name is unknown, wherever it comes from.
  for (const name of ['emma', 'fatima', 'amsterdam', 'jansen', 'oluwaseun', 'siobhan', '', 'q'])
    test(`neither knows “${name}”`, () =>
      assert.deepEqual([inDictionary(name, 'nl'), inDictionary(name, 'en')], [false, false]))

  const forms = [
    'parkeerapp',
    'openingstijden',
    'luchtvochtigheid',
    'uitgepakt',
    'lukt',
    'reverted',
    'misspelled',
    'replacements',
    'uitwisselbare',
    'administratieve',
    'virtuele',
    'databanken',
    'schrijf',
    'geef',
    'hondenverzekering',
    'energieplafondcompensatie',
    'metres',
    'organisation',
    'dependant',
    'smartwatch',
    'deactivate',
  ]
  for (const word of forms)
    test(`knows the form or compound “${word}”`, () => assert.equal(isInDictionary(word, both), true))
  const unknown = 'yildirim okonkwo hoitinga rickelle oosterbroek groenewoud underhill pollock colins despina'
  for (const word of [...unknown.split(' '), 'x'.repeat(100), 'qqqqqqqqqq'])
    test(`does not know “${word.slice(0, 20)}”`, () => assert.equal(isInDictionary(word, both), false))

  test('only the languages that were asked for are read', () => {
    assert.equal(isInDictionary('fiets', lexiconFor(['en'])), false)
    assert.equal(isInDictionary('bicycle', lexiconFor(['nl'])), false)
  })
})

describe('slips of the hand', () => {
  for (const word of [
    'recieve',
    'acount',
    'withdrawl',
    'okthanks',
    'bedankjt',
    'rekenning',
    'chargged',
    'recieving',
    'disapeared',
  ])
    test(`“${word}” is an everyday word`, () => assert.equal(isSlip(word, both), true))
  for (const word of [
    'kisha',
    'rickelle',
    'oksana',
    'wytske',
    'okonkwo',
    'abdirahman',
    'boateng',
    'winston',
    'charles',
  ])
    test(`“${word}” is none`, () => assert.equal(isSlip(word, both), false))
})
