// Input that nobody expects: nothing throws, spans stay in the text, and what is personal in it is still hidden.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findPersonalData } from './find.ts'
import type { Part } from './personal-data.ts'

const told = (text: string, kind: Part['kind'] = 'text', role: Part['role'] = 'customer'): string[] =>
  findPersonalData([{ role, kind, text }], { languages: ['nl', 'en'], channel: 'chat', allow: [] })[0]!.map(
    ({ start, end, label }) => `${label} ${text.slice(start, end)}`,
  )

describe('odd characters', () => {
  const cases: readonly (readonly [what: string, text: string, ...told: string[]])[] = [
    ['a lone high surrogate', 'mail \ud83d naar jan@voorbeeld.nl', 'EMAIL jan@voorbeeld.nl'],
    ['a lone low surrogate', '\ude00 bel 06-12345678', 'PHONE 06-12345678'],
    ['a NUL between words', 'mijn bsn is\u0000 999996009', 'BSN 999996009'],
    ['an override of the direction before a number', 'bel \u202e06-12345678 nu', 'PHONE 06-12345678'],
    ['a zero-width space inside a number', 'bsn 9999\u200b96009', 'BSN 9999\u200b96009'],
    ['a family of emoji', '👨‍👩‍👧 mijn naam is Hidde Wagenaar 👍🏽', 'PERSON Hidde Wagenaar'],
    ['Greek letters in a Latin word', 'mijn naαm is Hidde Wagenaar', 'PERSON Hidde Wagenaar'],
    ['Arabic figures', 'bsn ٩٩٩٩٩٦٠٠٩', 'BSN ٩٩٩٩٩٦٠٠٩'],
    ['HTML', '<p>Mijn e-mail: <b>jan@voorbeeld.nl</b></p>', 'EMAIL jan@voorbeeld.nl'],
    [
      'JSON in a string of JSON',
      JSON.stringify({ body: JSON.stringify({ email: 'jan@voorbeeld.nl' }) }),
      'EMAIL jan@voorbeeld.nl',
    ],
    ['text that is hidden already', 'Mijn naam is [PERSON_1] en mijn nummer is ####'],
    ['text that another tool has hidden', 'Mijn IBAN is [PII] of XXXX, naam *****'],
    ['nothing', ''],
    ['white space', ' \n\t\r\n '],
    ['marks only', '.,;:!?-_()[]{}'],
  ]
  for (const [what, text, ...expected] of cases) test(what, () => assert.deepEqual(told(text), expected))

  test('Base64 of some length is a secret or stays whole: it is never cut in two', () => {
    const encoded = Buffer.from('een sleutel die niemand mag zien, 1234567890').toString('base64')
    const lines = told(`token ${encoded}`)
    assert.deepEqual(lines, [`SECRET ${encoded.replace(/=+$/, '')}`])
  })

  test('a mix of scripts does not hide the number in it', () =>
    assert.ok(told('我的电话是 +31 6 12345678，谢谢').some((line) => line.includes('6 12345678'))))

  test('a million characters without white space are read', () => {
    const text = `${'x'.repeat(1_000_000)} jan@voorbeeld.nl`
    assert.ok(told(text).some((line) => line === 'EMAIL jan@voorbeeld.nl'))
  })
})

describe('an odd dialogue', () => {
  const options = { languages: ['nl', 'en'], channel: 'chat', allow: [] } as const
  test('no parts give no findings', () => assert.deepEqual(findPersonalData([], options), []))
  test('empty parts give empty lists', () => {
    const empty: Part = { role: 'customer', kind: 'text', text: '' }
    assert.deepEqual(findPersonalData([empty, { ...empty, kind: 'json' }, { ...empty, kind: 'name' }], options), [
      [],
      [],
      [],
    ])
  })
  test('no language is both languages', () =>
    assert.deepEqual(
      findPersonalData([{ role: 'customer', kind: 'text', text: 'my name is Gemma' }], {
        ...options,
        languages: [],
      })[0]!.length,
      1,
    ))
})

test('whatever comes in, spans are sorted, apart and inside the text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'mijn naam is ',
      'jan@',
      '06',
      ' 12-34-56',
      '\ud800',
      '\u202e',
      '{"a":"',
      '[PERSON_1]',
      'e 15',
      "O'",
      ' 1234AB',
    ),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom('text', 'json', 'name' as const),
      (pieces, kind) => {
        const text = pieces.join('')
        let end = 0
        for (const finding of findPersonalData([{ role: 'customer', kind: kind as Part['kind'], text }], {
          languages: ['nl', 'en'],
          channel: 'chat',
          allow: [],
        })[0]!) {
          assert.ok(end <= finding.start && finding.start < finding.end && finding.end <= text.length)
          end = finding.end
        }
      },
    ),
    { numRuns: 400 },
  )
})
