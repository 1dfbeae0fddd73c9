// Words with a meaning of their own, found in the texts of a form.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { without } from '../../platform/shared-data.ts'
import { findTerms, readGlossary } from './glossary.ts'
import { governmentFile } from './testing.ts'

const text = `
definitions:
- id: controller
  term: Controller
  definition: Who decides on the [purpose] of [personal data].
  metadata:
    toelichting: Alone or <b>with others</b>.
    meervoudsvormen: [Controllers]
    kennisbronnen: [GDPR 4(7)]
- term: personal data
  definition: Data about a person.
- term: personal data breach
  definition: Data that got out.
- term: Nothing
alternative_terms:
- term: data controller
  voorkeur_id: controller
`
const glossary = () => {
  const read = readGlossary(text)
  assert.ok(read.ok)
  return read.glossary
}
const found = (sentence: string) =>
  findTerms(glossary(), sentence).map(({ term, start, end }) => [sentence.slice(start, end), term.term])

describe('a glossary', () => {
  test('is read with its terms, explanations and sources; an entry without a meaning is left out', () => {
    assert.deepEqual(glossary().terms[0], {
      term: 'Controller',
      definition: 'Who decides on the purpose of personal data.',
      explanation: 'Alone or with others.',
      sources: ['GDPR 4(7)'],
    })
    assert.deepEqual(
      glossary().terms.map(({ term }) => term),
      ['Controller', 'personal data', 'personal data breach'],
    )
  })
  test('of the schema is read too', () => {
    const read = readGlossary('glossary: [{id: a, name: Word, category: c, definition: Meaning}]')
    assert.ok(read.ok)
    assert.deepEqual(read.glossary.terms, [{ term: 'Word', definition: 'Meaning', sources: [] }])
  })
  test('that is none is refused with its place', () => {
    assert.deepEqual(readGlossary('a: [\n  b'), { ok: false, line: 2, column: 4 })
    assert.equal(readGlossary('a: 1').ok, false)
    assert.equal(readGlossary('').ok, false)
    fc.assert(fc.property(fc.string(), (one) => assert.ok(typeof readGlossary(one).ok === 'boolean')))
  })
})

describe('terms', () => {
  test('are found as whole words, with or without capitals, the longest first', () => {
    assert.deepEqual(found('A personal data breach tells the controller about personal data.'), [
      ['personal data breach', 'personal data breach'],
      ['controller', 'Controller'],
      ['personal data', 'personal data'],
    ])
    assert.deepEqual(found('impersonal database'), [])
  })
  test('are found in the plural and under another name', () => {
    assert.deepEqual(found('Controllers and a Data  Controller'), [
      ['Controllers', 'Controller'],
      ['Data  Controller', 'Controller'],
    ])
  })
  test('of any text are within it, in order, and do not overlap', () => {
    const words = fc.constantFrom('personal', 'data', 'breach', 'controller', 'a', ' ', ', ', '\n')
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join('')),
        (one) => {
          let last = 0
          for (const { start, end } of findTerms(glossary(), one)) {
            assert.ok(start >= last && end > start && end <= one.length)
            last = end
          }
        },
      ),
    )
  })
})

describe('the glossaries of the government', () => {
  const counts = { dpia: [363, 93], iama: [95, 0] } as const
  for (const name of ['dpia', 'iama'] as const) {
    const path = governmentFile(`begrippenkader_${name}.yaml`)
    test(`${name}: ${counts[name].join(' and ')} terms`, { skip: without(path) }, () => {
      const read = readGlossary(readFileSync(path!, 'utf8'))
      assert.ok(read.ok)
      assert.equal(read.glossary.terms.length, counts[name][0])
      for (const { definition } of read.glossary.terms) assert.ok(definition !== '' && !definition.includes('['))
      const [one] = findTerms(read.glossary, 'Wie is de aanbieder, en wie de verwerker?')
      assert.ok(one)
    })
  }
})
