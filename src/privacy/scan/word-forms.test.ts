import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isInDictionary, isOrdinary, isSlip } from '../lexicon/known-words.ts'
import { lexiconFor } from '../lexicon/lexicon.ts'
import { tokenise } from './tokens.ts'
import { isFormInDictionary, isOrdinaryForm, isSlipForm } from './word-forms.ts'

const lexicon = lexiconFor(['nl', 'en'])

/** The form of a word in a text of its own, judged by everything that judges words. */
function judged(word: string) {
  const form = tokenise(`zo ${word}`, lexicon).tokens[1]!.form!
  const judgement = {
    ordinary: isOrdinaryForm(form, lexicon),
    inDictionary: isFormInDictionary(form, lexicon),
    slip: isSlipForm(form, lexicon),
  }
  return { form, judgement }
}

describe('word forms', () => {
  for (const word of ['factuur', 'Factuur', 'terugbetaald', 'cancelled', 'één', 'koster'])
    test(`“${word}” is remembered from text to text`, () => {
      judged(word)
      assert.equal(judged(word).form, judged(word).form)
    })

  for (const word of ['rickelle', 'Rickelle', 'kawamoto', 'Hofdijkstraat', 'recieve', 'vierhonderdtwaalf'])
    test(`“${word}” is forgotten with its text`, () => {
      judged(word)
      assert.notEqual(judged(word).form, judged(word).form)
    })

  test('a word that is remembered is judged as one that is not', () => {
    for (const word of ['factuur', 'openingstijden', 'recieve', 'rickelle', 'betalingen', 'withdrawl', 'okthanks'])
      for (let i = 0; i < 2; i++)
        assert.deepEqual(judged(word).judgement, {
          ordinary: isOrdinary(word, lexicon),
          inDictionary: isInDictionary(word, lexicon),
          slip: isSlip(word, lexicon),
        })
  })

  test('letters in another case are another form of the same word', () => {
    const [lower, capital] = [judged('factuur').form, judged('Factuur').form]
    assert.notEqual(lower, capital)
    assert.equal(lower.lower, capital.lower)
  })
})
