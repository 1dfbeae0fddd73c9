import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { roleOfWord } from './roles.ts'
import { sourceRedactions } from './source-redaction.ts'

describe('what another system had already hidden', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['Mijn naam is [PII] en mijn nummer [PHONE_NUMBER].', ['[PII]', '[PHONE_NUMBER]']],
    ['kaart ####1234 of ****1234', ['####', '****']],
    ['woont in {{US_STATE}}, heet <PERSON>', ['{{US_STATE}}', '<PERSON>']],
    ['#### Kop van een tekst\n### Nog een', []],
    ['[OK] [noot 3] [1] # een {x} **vet** <b>', []],
    ['####', ['####']],
    ['kaart XXXX-XXXX-1234', ['XXXX-XXXX']],
  ]
  for (const [text, expected] of table)
    test(text, () =>
      assert.deepEqual(
        sourceRedactions(text).map(([start, end]) => text.slice(start, end)),
        expected,
      ),
    )
})

describe('roles', () => {
  test('a word that may mean either side stays unknown', () => {
    assert.equal(roleOfWord('Customer'), 'customer')
    assert.equal(roleOfWord('virtual agent'), 'ai')
    assert.equal(roleOfWord('agent'), 'human_agent')
    for (const word of ['caller', 'speaker 1', 'toString', '__proto__', '', undefined])
      assert.equal(roleOfWord(word), 'unknown')
  })
})
