import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Finding, Label, RedactionOptions } from './personal-data.ts'
import type { PseudonymState } from './pseudonyms.ts'
import { createScreen, type ScreenFinder, screenReply } from './screen.ts'

const options: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: ['Kaapstroom', '088-0000100'] }
const nobody: PseudonymState = { next: 1, items: [] }
const mia: PseudonymState = {
  next: 4,
  items: [
    { token: '[PERSON_1]', label: 'PERSON', value: 'Mia de Vries' },
    { token: '[PHONE_2]', label: 'PHONE', value: '06-12345678' },
    { token: '[EMAIL_3]', label: 'EMAIL', value: 'mia@voorbeeld.nl' },
  ],
}
const said = (text: string, known = nobody) => screenReply(text, known, options).text

describe('what a reply may hold', () => {
  test('somebody else and what identifies them is masked', () => {
    assert.equal(
      said('Uw buurman heet Kees Jansen. Zijn nummer is 06-87654321 en zijn adres kees.jansen@voorbeeld.nl.'),
      'Uw buurman heet [verborgen]. Zijn nummer is [verborgen] en zijn adres [verborgen].',
    )
  })
  test('the word for it follows the language of the conversation', () => {
    const { text } = screenReply('Her e-mail is ann@example.org.', nobody, { ...options, languages: ['en'] })
    assert.equal(text, 'Her e-mail is [hidden].')
  })
  const untouched = [
    ['tokens', 'Dag [PERSON_1], wij bellen u op [PHONE_2]. Klopt [EMAIL_3]?', mia],
    ['what the customer gave', 'Dag Mia de Vries, wij bellen 0612345678 of schrijven mia@voorbeeld.nl.', mia],
    ['a part of it', 'Dag mevrouw De Vries. Het nummer eindigt op 5678.', mia],
    ["the organisation's own number", 'Bel Kaapstroom op 088-0000100.', nobody],
    [
      'a city, a term and an amount',
      'In Utrecht betaalt u € 12,50 per maand, binnen 14 dagen na 1 maart 2027.',
      nobody,
    ],
    ['an illness in a rule', 'Bent u ziek of zwanger? Dan mag u later betalen.', nobody],
    ['the address of a page', 'Lees meer op https://kaapstroom.voorbeeld.nl/verhuizen.', nobody],
  ] as const
  for (const [name, text, known] of untouched) test(`${name} stays`, () => assert.equal(said(text, known), text))

  test('a token in a stretch of personal data stays while the rest goes', () => {
    const find = finderOf({ '[PERSON_1] Jansen': 'PERSON' })
    assert.equal(screenReply('Met [PERSON_1] Jansen.', mia, options, find).text, 'Met [PERSON_1] [verborgen].')
  })
  test('a name that was masked once is masked again without a cue', () => {
    assert.equal(said('Haar naam is Roos Bakker.\nDag Roos.'), 'Haar naam is [verborgen].\nDag [verborgen].')
  })
  test('it tells how much of what was masked', () => {
    assert.deepEqual(screenReply('Bel 06-87654321 of mail kees@voorbeeld.nl.', nobody, options).masked, {
      PHONE: 1,
      EMAIL: 1,
    })
  })
  test('a reply that is JSON stays JSON', () => {
    const find = finderOf({ '12345678': 'CUSTREF', 'Kees","achter":"Jansen': 'PERSON' })
    const { text } = screenReply(
      '{"id":12345678,"ids":[12345678],"naam":"Kees","achter":"Jansen"}',
      nobody,
      options,
      find,
    )
    assert.deepEqual(JSON.parse(text), {
      id: '[verborgen]',
      ids: ['[verborgen]'],
      naam: '[verborgen]',
      '[verborgen]': '[verborgen]',
    })
  })
  test('a guess is not masked', () => {
    const find = finderOf({ Groen: 'PERSON' }, 0.4)
    assert.equal(screenReply('Kies Groen gas.', nobody, options, find).text, 'Kies Groen gas.')
  })
})

/** Finds the words that it is given. */
function finderOf(words: Readonly<Record<string, Label>>, confidence = 0.9): ScreenFinder {
  return (parts) =>
    parts.map(({ text }) => {
      const found: Finding[] = []
      for (const [word, label] of Object.entries(words))
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
          found.push({ start: at, end: at + word.length, label, confidence, reason: 'test' })
      return found
    })
}

describe('streams', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'Dag [PERSON_1]. ',
      'Uw buurman heet Kees Jansen. ',
      'Zijn nummer is 06-87654321 ',
      'en zijn mail kees.jansen@voorbeeld.nl, ',
      'nul zes een twee drie vier vijf zes zeven acht ',
      'wij sturen de rekening binnen veertien dagen naar u toe ',
      '1234 5678 9012 3456 7890 ',
      'a'.repeat(70),
      '\n',
      '{"naam":"Kees Jansen","id":12345678},',
      '😀😀 ',
      '您好，您的账单已经发送。',
      '  ',
      '. ',
      '9'.repeat(90),
    ),
    { maxLength: 14 },
  )
  test('any cutting of a reply gives the same text as the whole', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (parts, sizes) => {
        const text = parts.join('')
        const whole = screenReply(text, mia, options)
        const screen = createScreen(mia, options)
        let out = ''
        for (let at = 0, n = 0; at < text.length; n++) {
          const size = sizes[n % sizes.length]!
          out += screen.push(text.slice(at, at + size))
          at += size
        }
        out += screen.end()
        assert.equal(out, whole.text)
        assert.deepEqual(screen.masked(), whole.masked)
      }),
      { numRuns: 60 },
    )
  })
  test('in ordinary text at most 64 characters wait', () => {
    const text =
      'Een verhuizing geeft u door op de pagina van uw contract en dan sturen wij de rekening naar het nieuwe huis '.repeat(
        4,
      )
    const screen = createScreen(nobody, options, finderOf({}))
    let shown = 0
    for (let at = 0; at < text.length; at++) {
      shown += screen.push(text[at]!).length
      assert.ok(at + 1 - shown <= 64, `${at + 1 - shown} wait`)
    }
    assert.equal(shown + screen.end().length, text.length)
  })
  test('a sentence that ended is shown at once', () => {
    const screen = createScreen(nobody, options)
    assert.equal(screen.push('De rekening is betaald. '), 'De rekening is betaald. ')
  })
  test('a number is not shown while it may still grow', () => {
    const screen = createScreen(nobody, options)
    let out = ''
    for (const piece of 'Het rekeningnummer van hem is NL91 ABNA 0417 1643 00 en dat is alles wat ik daarover weet.')
      out += screen.push(piece)
    out += screen.end()
    assert.equal(out, 'Het rekeningnummer van hem is [verborgen] en dat is alles wat ik daarover weet.')
  })
  test('a run that never ends is hidden, and what comes after it is shown', () => {
    const run = '7 3 1 9 '.repeat(60)
    const { text, masked } = screenReply(`De reeks is ${run}dat was de hele reeks.`, nobody, options, finderOf({}))
    assert.equal(text, 'De reeks is [verborgen] dat was de hele reeks.')
    assert.deepEqual(masked, { CUSTREF: 1 })
  })
  test('a text in Chinese and JSON without spaces pass', () => {
    const chinese = '您好您的账单已经发送到您的新地址请在十四天内付款谢谢'.repeat(20)
    const json = `{${Array.from({ length: 60 }, (_, n) => `"veld${'a'.repeat(n % 7)}":"waarde"`).join(',')}}`
    for (const text of [chinese, json]) assert.equal(screenReply(text, nobody, options, finderOf({})).text, text)
  })
  test('takes time in proportion to its length', () => {
    for (const hostile of ['[', '[PERSON_1] ', '1 ', '9', 'a@', '\n', ' ', 'a b ', 'PERSON_', '{"a":1,', 'abcde ']) {
      const long = hostile.repeat(Math.ceil(300_000 / hostile.length))
      const before = process.cpuUsage()
      screenReply(long, nobody, options, finderOf({}))
      // What grows with the square of the length takes minutes at this length.
      const ms = process.cpuUsage(before).user / 1_000
      assert.ok(ms < 5_000, `${JSON.stringify(hostile)}: ${ms.toFixed(0)} ms`)
    }
  })
})
