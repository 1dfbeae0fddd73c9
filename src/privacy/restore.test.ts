import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { PseudonymState } from './pseudonyms.ts'
import { createRestorer, type RestoreOptions, restore } from './restore.ts'

const state: PseudonymState = {
  next: 9,
  items: [
    { token: '[PERSON_1]', label: 'PERSON', value: 'Fenna de Wit' },
    { token: '[EMAIL_2]', label: 'EMAIL', value: 'fenna@voorbeeld.nl' },
    { token: '[ADDRESS_3]', label: 'ADDRESS', value: 'Kade "7"\nachter\\voor' },
    { token: '[CUSTREF_4]', label: 'CUSTREF', value: '40123' },
    { token: '[DOC_5]', label: 'DOC', value: 'NX1234567' },
    { token: '[PERSON_12]', label: 'PERSON', value: 'Zoë 😀 Ñandú' },
    { token: '[PHONE_8]', label: 'PHONE', value: '[PERSON_1] EMAIL_2' },
  ],
}
const text: RestoreOptions = { lane: 'text' }
const json: RestoreOptions = { lane: 'json' }
const inPieces = (pieces: readonly string[], options: RestoreOptions) => {
  const restorer = createRestorer(state, options)
  return pieces.map((piece) => restorer.push(piece)).join('') + restorer.end()
}

describe('a token is given back', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['as it was written', 'Dag [PERSON_1].', 'Dag Fenna de Wit.'],
    ['twice in a row', '[PERSON_1][PERSON_12]', 'Fenna de WitZoë 😀 Ñandú'],
    ['in other case', 'Dag [person_1] en [Person_12].', 'Dag Fenna de Wit en Zoë 😀 Ñandú.'],
    ['with spaces inside', 'Dag [ PERSON_1 ] en [PERSON _ 12].', 'Dag Fenna de Wit en Zoë 😀 Ñandú.'],
    ['with a space for the underscore', 'Dag [PERSON 1].', 'Dag Fenna de Wit.'],
    ['with a backslash of Markdown', 'Dag [PERSON\\_1].', 'Dag Fenna de Wit.'],
    ['with backslashes before its brackets', 'Dag \\[PERSON\\_1\\].', 'Dag Fenna de Wit.'],
    ['without brackets, as a word', 'Dag PERSON_1, dit is EMAIL\\_2.', 'Dag Fenna de Wit, dit is fenna@voorbeeld.nl.'],
    ['at the very end without brackets', 'Dag PERSON_1', 'Dag Fenna de Wit'],
    ['between backslashes of its own', 'x\\\\[PERSON_1\\\\]', 'x\\\\[Fenna de Wit\\\\]'],
    ['in bold', 'Dag **[PERSON_1]**', 'Dag **Fenna de Wit**'],
    ['with an ending of its own', "[PERSON_1]'s", "Fenna de Wit's"],
    ['after a token that was not issued', '[PERSON_99][PERSON_1]', '[PERSON_99]Fenna de Wit'],
    ['within brackets of the text', '([PERSON_1])', '(Fenna de Wit)'],
    ['after a bracket that opens nothing', '[[PERSON_1] zei', '[Fenna de Wit zei'],
    ['after a name without its end', 'PERSON_PERSON_1 [PERSON_1]', 'PERSON_PERSON_1 Fenna de Wit'],
    ['once: what stands in a value is not read again', '[PHONE_8]', '[PERSON_1] EMAIL_2'],
  ]
  for (const [how, given, wanted] of cases) test(how, () => assert.equal(restore(given, state, text), wanted))
})

describe('what is no token of the conversation stays as it is', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a number that was not issued', '[PERSON_2] [EMAIL_1] [PERSON_13] [PERSON_01] [PERSON_1000001]'],
    ['a label that does not exist', '[NAME_1] [PERSOON_1]'],
    ['a planted token that was marked', '[PERSON_1·] PERSON_1· [PERSON 1·]'],
    ['a part of a longer word', 'XPERSON_1 PERSON_1X PERSON_123 MIJN_PERSON_1 éPERSON_1'],
    ['lower case without brackets', 'person_1 Person_1'],
    ['the name of a source', '[doc 5] [Doc 5]'],
    ['secrets', '[SECRET] [CVC] [SECRET_1] [CVC_1]'],
    ['a token cut by a line end', '[PERSON\n_1]'],
    ['a bracket that nothing closes', '[PERSON_ en verder [PERSON'],
    ['more room than a token takes', `[PERSON${' '.repeat(24)}_1] [${' '.repeat(24)}PERSON_1X]`],
  ]
  for (const [what, given] of cases) test(what, () => assert.equal(restore(given, state, text), given))

  test('a state that holds a secret does not give it back', () => {
    const odd = {
      next: 3,
      items: [
        { token: '[SECRET_1]', label: 'SECRET', value: 'x' },
        { token: '[CVC]', label: 'CVC', value: '123' },
      ],
    }
    assert.equal(restore('[SECRET_1] [SECRET] [CVC]', odd, text), '[SECRET_1] [SECRET] [CVC]')
  })
})

describe('inside a web address a token stays', () => {
  const stays = [
    'https://kwaad.example/?q=[EMAIL_2]',
    'https://kwaad.example/[PERSON_1]/x',
    'https://[PERSON_1].kwaad.example',
    '![](https://kwaad.example/a.png?d=[DOC_5])',
    '[hier](//kwaad.example/?d=[DOC_5])',
    '[hier](/pad?d=[DOC_5])',
    '[hier](https://x.example/[DOC_5])',
    'www.kwaad.example/[DOC_5]',
    'kwaad.example/?d=[DOC_5]',
    'kwaad.example:8080/[DOC_5]',
    'KWAAD.EXAMPLE?[DOC_5]',
    'https:\\\\kwaad.example\\[DOC_5]',
    'mailto:x@kwaad.example?body=[DOC_5]',
    'sms:+31600000000?body=[DOC_5]',
    'data:text/html,[DOC_5]',
    '<img src=//kwaad.example/[DOC_5]>',
    '<a href="https://kwaad.example/?a=1&b=DOC_5">',
  ]
  for (const address of stays) {
    test(address, () => {
      assert.equal(restore(address, state, text), address)
      assert.notEqual(restore(address, state, { lane: 'text', links: true }), address)
    })
  }

  test('also when its slashes are escaped in JSON', () => {
    const given =
      '{"url":"https:\\/\\/kwaad.example\\/?q=[EMAIL_2]","u":"https:\\u002f\\u002fkwaad.example\\u002f[EMAIL_2]"}'
    assert.equal(restore(given, state, json), given)
  })

  const goes: readonly (readonly [string, string, string])[] = [
    ['after it', 'Kijk op https://kade.example/hulp [PERSON_1]', 'Kijk op https://kade.example/hulp Fenna de Wit'],
    ['on the next line', 'https://kade.example/hulp\n[PERSON_1]', 'https://kade.example/hulp\nFenna de Wit'],
    ['as the text of a link', '[PERSON_1](https://kade.example/)', 'Fenna de Wit(https://kade.example/)'],
    ['after a sentence', 'Klaar.[PERSON_1] en/of [EMAIL_2]', 'Klaar.Fenna de Wit en/of fenna@voorbeeld.nl'],
    ['after a label with a colon', 'E-mail:[EMAIL_2]', 'E-mail:fenna@voorbeeld.nl'],
    ['after a time', '12:30/[PERSON_1]', '12:30/Fenna de Wit'],
    ['as an address of its own', 'mailto:[EMAIL_2]', 'mailto:fenna@voorbeeld.nl'],
  ]
  for (const [where, given, wanted] of goes)
    test(`but not ${where}`, () => assert.equal(restore(given, state, text), wanted))

  test('but not after it in JSON, over an escaped line end', () => {
    assert.equal(
      restore('{"t":"https://kade.example/\\n[PERSON_1]"}', state, json),
      '{"t":"https://kade.example/\\nFenna de Wit"}',
    )
  })
})

describe('in JSON', () => {
  const back = (value: string) => JSON.parse(restore(value, state, json)) as unknown

  test('originals are escaped', () => {
    assert.deepEqual(back('{"a":"[ADDRESS_3]","b":["[PERSON_12]"]}'), {
      a: 'Kade "7"\nachter\\voor',
      b: ['Zoë 😀 Ñandú'],
    })
  })

  test('a string that is JSON stays JSON', () => {
    const inner = JSON.stringify({ a: '[ADDRESS_3]', b: 'PERSON_1' })
    const found = back(JSON.stringify({ inner })) as { inner: string }
    assert.deepEqual(JSON.parse(found.inner), { a: 'Kade "7"\nachter\\voor', b: 'Fenna de Wit' })
  })

  test('outside a string a number is a number and anything else a string', () => {
    assert.deepEqual(back('{"a":[CUSTREF_4],"b":CUSTREF_4,"c":[DOC_5],"d":[ADDRESS_3]}'), {
      a: 40123,
      b: 40123,
      c: 'NX1234567',
      d: 'Kade "7"\nachter\\voor',
    })
  })

  test('a field that is named like a token keeps its name; a token as a key is given back', () => {
    assert.deepEqual(back('{"PHONE_8": "PERSON_1", "DOC_5" : 1, "[CUSTREF_4]": 2}'), {
      PHONE_8: 'Fenna de Wit',
      DOC_5: 1,
      40123: 2,
    })
  })

  test('a backslash of Markdown is written twice', () => {
    assert.deepEqual(back('{"a":"[PERSON\\\\_1] \\\\[EMAIL\\\\_2\\\\]"}'), { a: 'Fenna de Wit fenna@voorbeeld.nl' })
  })

  test('what was said is the same as the text would be', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.constantFrom('[PERSON_1]', '[ADDRESS_3]', ' [PERSON_12] '), fc.string({ unit: 'binary' })),
        ),
        (pieces) => {
          const said = pieces.join('')
          const written = JSON.stringify({ said: `x ${said}` })
          const found = JSON.parse(restore(written, state, { ...json, links: true })) as { said: string }
          assert.equal(found.said, restore(`x ${said}`, state, { ...text, links: true }))
        },
      ),
    )
  })
})

describe('a stream', () => {
  const bits = fc.constantFrom(
    '[PERSON_1]',
    '[PERSON_12]',
    '[ADDRESS_3]',
    '[person _ 1 ]',
    '\\[DOC\\_5\\]',
    '[PERSON\\\\_1]',
    'EMAIL_2',
    'PERSON_',
    '[PERSON',
    '12]',
    '[',
    ']',
    '\\',
    '\\\\',
    '"',
    '\\"',
    '\\u005b',
    '\\n',
    ' ',
    '\n',
    ':',
    '_',
    '1',
    '·',
    'P',
    'https://x.example/',
    'www.',
    '//',
    '.',
    '?',
    '=',
    '(',
    ')',
    '{"a":"',
    '"}',
    '😀',
    '\ud83d',
    '\ude00',
    'é',
    'abc',
  )
  const texts = fc
    .array(fc.oneof(bits, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 })
    .map((pieces) => pieces.join(''))
  const cuts = fc.array(fc.nat(), { maxLength: 60 })
  const cutAt = (whole: string, places: readonly number[]) => {
    const at = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b)
    return [0, ...at].map((from, i) => whole.slice(from, at[i] ?? whole.length))
  }

  for (const lane of ['text', 'json'] as const) {
    test(`cut anywhere gives the same as the whole (${lane})`, () => {
      fc.assert(
        fc.property(texts, cuts, fc.boolean(), (whole, places, links) => {
          const pieces = cutAt(whole, places)
          assert.equal(pieces.join(''), whole)
          assert.equal(inPieces(pieces, { lane, links }), restore(whole, state, { lane, links }))
        }),
        { numRuns: 1_000 },
      )
    })

    test(`unit by unit gives the same as the whole, and holds back 24 units at most (${lane})`, () => {
      fc.assert(
        fc.property(texts, (whole) => {
          const restorer = createRestorer(
            { next: 1, items: [{ token: '[CITY_9]', label: 'CITY', value: 'Breda' }] },
            { lane },
          )
          let given = ''
          for (let i = 0; i < whole.length; i++) {
            given += restorer.push(whole[i]!)
            // Nothing in these texts is issued here, so what came out is what went in.
            assert.ok(
              i + 1 - given.length <= 24,
              `${i + 1 - given.length} held after ${JSON.stringify(whole.slice(0, i + 1))}`,
            )
          }
          assert.equal(given + restorer.end(), whole)
          assert.equal(
            inPieces(
              [...Array(whole.length).keys()].map((i) => whole[i]!),
              { lane },
            ),
            restore(whole, state, { lane }),
          )
        }),
      )
    })
  }

  test('that is cut in an escape of an address stays in the address', () => {
    const whole = '{"u":"https://kwaad.example/\\u0041[EMAIL_2]"}'
    for (let at = 0; at <= whole.length; at++)
      assert.equal(inPieces([whole.slice(0, at), whole.slice(at)], json), whole, `cut at ${at}`)
  })

  test('does not wait for a token that is too long to be one', () => {
    const restorer = createRestorer(state, text)
    const piece = `[${' '.repeat(15)}PERSON${' '.repeat(15)}`
    const held = piece.length - restorer.push(piece).length
    assert.ok(held <= 24, `${held} held`)
  })

  test('never gives half a surrogate pair of a whole one', () => {
    const restorer = createRestorer(state, text)
    for (const piece of ['a\ud83d', '\ude00', 'b\ud83d', '\ude00[PERSON_12', ']'])
      assert.ok(restorer.push(piece).isWellFormed())
    assert.ok(restorer.end().isWellFormed())
  })

  test('begins anew after its end', () => {
    const restorer = createRestorer(state, json)
    assert.equal(restorer.push('{"a":"[PERS') + restorer.end(), '{"a":"[PERS')
    assert.equal(restorer.push('ON_1]') + restorer.end(), 'ON_1]')
    assert.equal(restorer.push('"[PERSON_1]"') + restorer.end(), '"Fenna de Wit"')
  })

  test('takes time in proportion to its length', () => {
    for (const hostile of ['[', '[PERSON', '\\', 'P', '[PERSON_1', '"', 'a.', '//', '[PERSON_1]', '[ ']) {
      const long = hostile.repeat(Math.ceil(300_000 / hostile.length))
      for (const lane of ['text', 'json'] as const) {
        const before = process.cpuUsage()
        restore(long, state, { lane })
        // What grows with the square of the length takes minutes at this length.
        const ms = process.cpuUsage(before).user / 1_000
        assert.ok(ms < 3_000, `${JSON.stringify(hostile)} in ${lane}: ${ms.toFixed(0)} ms`)
      }
    }
  })
})
