import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviationCodes, problemCodes } from './contract.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import { deviationMessage, problemMessage } from './texts.ts'

const params = {
  column: 'a',
  first: '1',
  second: '2',
  nearest: 'b',
  names: 'x',
  known: 'utf-8',
  guess: 'windows-1252',
  encoding: 'utf-16le',
  maximum: '10',
  name: 'Rasa',
  expected: 'array',
  field: 'messages',
  kind: 'schema',
  found: '3',
  setting: 'file.rows',
  pointer: '/uuid',
}

test('every problem has a Dutch and an English sentence that names its place', () => {
  for (const code of problemCodes)
    for (const language of ['nl', 'en'] as const) {
      const message = problemMessage({ code, file: 'f', line: 12345, column: 3, pointer: '/uuid', params }, language)
      assert.match(
        message,
        language === 'nl' ? /^Regel 12345, kolom 3, plaats \/uuid: / : /^Line 12345, column 3, place \/uuid: /,
      )
      assert.doesNotMatch(message, /[{}]/)
    }
})

test('every deviation has a Dutch and an English sentence', () => {
  for (const code of deviationCodes)
    for (const language of ['nl', 'en'] as const)
      assert.doesNotMatch(deviationMessage({ code, pointer: '/dialog/0', detail: 'x' }, language), /[{}]/)
})

test('no sentence is left over', () => {
  const known = new Set<string>([
    ...problemCodes.map((code) => `problem.${code}`),
    ...deviationCodes.map((code) => `deviation.${code}`),
  ])
  for (const key of Object.keys(nl)) assert.ok(!/^(?:problem|deviation)\./.test(key) || known.has(key), key)
  assert.deepEqual(Object.keys(en).sort(), Object.keys(nl).sort())
})

test('the reason of a signature is said in words', () => {
  assert.equal(
    deviationMessage({ code: 'signature_unverified', pointer: '/signatures', detail: 'signature_wrong' }, 'nl'),
    'Plaats /signatures: De handtekening is niet bevestigd. De reden is: de handtekening past niet bij de inhoud.',
  )
})
