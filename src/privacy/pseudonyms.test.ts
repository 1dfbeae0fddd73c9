import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Finding, type Label, labels, type Part, type RedactionOptions } from './personal-data.ts'
import { emptyPseudonyms, type Finder, FindingsMissing, type PseudonymState, redact } from './pseudonyms.ts'
import { restore } from './restore.ts'
import { readJson } from './scan/json.ts'

const options: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: [] }
const finding = (start: number, end: number, label: Label, more: Partial<Finding> = {}): Finding => ({
  start,
  end,
  label,
  confidence: 0.9,
  reason: 'test',
  ...more,
})
const say = (text: string, role: Part['role'] = 'customer'): Part => ({ role, kind: 'text', text })
const tool = (value: unknown): Part => ({
  role: 'tool',
  kind: 'json',
  text: typeof value === 'string' ? value : JSON.stringify(value),
})

/** Finds these words wherever they stand. */
function finderOf(words: Readonly<Record<string, Label>>): Finder {
  return (parts) =>
    parts.map(({ text }) => {
      const found: Finding[] = []
      for (const [word, label] of Object.entries(words))
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
          found.push(finding(at, at + word.length, label))
      return found.sort((a, b) => a.start - b.start)
    })
}
const hide = (parts: readonly Part[], words: Readonly<Record<string, Label>>, state = emptyPseudonyms()) =>
  redact(parts, state, options, finderOf(words))

describe('tokens', () => {
  test('have one row of numbers over all labels of a conversation', () => {
    const { texts, state } = hide([say('Ik ben Fenna, 0612345678, f@x.nl')], {
      Fenna: 'PERSON',
      '0612345678': 'PHONE',
      'f@x.nl': 'EMAIL',
    })
    assert.deepEqual(texts, ['Ik ben [PERSON_1], [PHONE_2], [EMAIL_3]'])
    assert.deepEqual(state, {
      next: 4,
      items: [
        { token: '[PERSON_1]', label: 'PERSON', value: 'Fenna' },
        { token: '[PHONE_2]', label: 'PHONE', value: '0612345678' },
        { token: '[EMAIL_3]', label: 'EMAIL', value: 'f@x.nl' },
      ],
    })
  })

  const same: readonly (readonly [Label, string, string])[] = [
    ['PERSON', 'Fenna de Wit', 'fenna  de wit'],
    ['PERSON', 'Zoë Ñandú', 'Zoe\u0308 Nandu'],
    ['PERSON', 'Mia Li', 'Mia_Li'],
    ['EMAIL', 'f@voorbeeld.nl', 'F@Voorbeeld.NL'],
    ['IBAN', 'NL91 ABNA 0417 1643 00', 'nl91abna0417164300'],
    ['CARD', '4111-1111-1111-1111', '4111 1111 1111 1111'],
    ['PHONE', '06-12 34 56 78', '0612345678'],
    ['PHONE', '+31 6 12345678', '06 12345678'],
    ['PHONE', '0031612345678', '+31 (0)6 1234 5678'],
    ['POSTCODE', '1234 AB', '1234ab'],
    ['PLATE', 'XX-123-Y', 'XX123Y'],
  ]
  for (const [label, one, other] of same)
    test(`${one} and ${other} are one`, () => {
      const { texts, state } = hide([say(one), say(other)], { [one]: label, [other]: label })
      assert.deepEqual(texts, [`[${label}_1]`, `[${label}_1]`])
      assert.equal(state.items[0]!.value, one)
    })

  test('a part of a known name has one of its own, which it keeps', () => {
    const words = { 'Mia Li': 'PERSON', Mia: 'PERSON' } as const
    const first = hide([say('Mia Li hier'), say('Dank u, Mia', 'ai')], words)
    assert.deepEqual(first.texts, ['[PERSON_1] hier', 'Dank u, [PERSON_2]'])
    assert.deepEqual(hide([say('Mia?'), say('Mia Li!')], words, first.state).texts, ['[PERSON_2]?', '[PERSON_1]!'])
  })

  test('a number that goes by two labels is one value; a word is not', () => {
    const find: Finder = () => [
      [finding(0, 10, 'PHONE')],
      [finding(0, 10, 'CUSTREF')],
      [finding(0, 5, 'CITY')],
      [finding(0, 5, 'PERSON')],
    ]
    const parts = [say('0612345678'), say('0612345678'), say('Breda'), say('Breda')]
    assert.deepEqual(redact(parts, emptyPseudonyms(), options, find).texts, [
      '[PHONE_1]',
      '[PHONE_1]',
      '[CITY_2]',
      '[PERSON_3]',
    ])
  })

  test('are the same in every call of the conversation', () => {
    const words = { Fenna: 'PERSON', 'f@x.nl': 'EMAIL', Bram: 'PERSON' } as const
    const dialogue = [say('Ik ben Fenna'), say('Dag Fenna', 'ai'), say('f@x.nl van Fenna'), say('en Bram')]
    let state = emptyPseudonyms()
    let before: readonly string[] = []
    for (let n = 1; n <= dialogue.length; n++) {
      const { texts, state: after } = hide(dialogue.slice(0, n), words, state)
      assert.deepEqual(texts.slice(0, n - 1), before)
      before = texts
      state = after
    }
    assert.deepEqual(before, ['Ik ben [PERSON_1]', 'Dag [PERSON_1]', '[EMAIL_2] van [PERSON_1]', 'en [PERSON_3]'])
    const again = hide(dialogue, words, state)
    assert.deepEqual(again.texts, before)
    assert.equal(again.state, state)
  })

  test('are not given twice when a state lost count', () => {
    const state: PseudonymState = { next: 1, items: [{ token: '[PERSON_7]', label: 'PERSON', value: 'Bram' }] }
    assert.deepEqual(hide([say('Fenna')], { Fenna: 'PERSON' }, state).texts, ['[PERSON_8]'])
  })

  test('of credentials and card codes carry no number and are kept nowhere', () => {
    const { texts, state, counts } = hide([say('wachtwoord Kade-7, cvc 123')], { 'Kade-7': 'SECRET', '123': 'CVC' })
    assert.deepEqual(texts, ['wachtwoord [SECRET], cvc [CVC]'])
    assert.deepEqual(state, emptyPseudonyms())
    assert.deepEqual(counts, { SECRET: 1, CVC: 1 })
  })

  test('take no white space with them', () => {
    const find: Finder = () => [[finding(2, 10, 'PERSON'), finding(13, 15, 'CITY')]]
    const { texts, state } = redact([say('ik  Fenna  .  ')], emptyPseudonyms(), options, find)
    assert.deepEqual(texts, ['ik  [PERSON_1]  .  '])
    assert.equal(state.items[0]!.value, 'Fenna')
  })
})

describe('findings', () => {
  test('that overlap are hidden as one, under the label of the widest', () => {
    const find: Finder = () => [
      [finding(4, 9, 'CITY'), finding(0, 5, 'PERSON', { confidence: 0.4 }), finding(8, 12, 'PHONE')],
    ]
    const { texts, counts } = redact([say('abcdefghijklmn')], emptyPseudonyms(), options, find)
    assert.deepEqual([texts, counts], [['[PERSON_1]mn'], { PERSON: 1 }])
  })

  test('a secret in a wider finding stays a secret', () => {
    const find: Finder = () => [[finding(0, 9, 'CUSTREF'), finding(4, 8, 'SECRET')]]
    const { texts, state } = redact([say('abcdefghij')], emptyPseudonyms(), options, find)
    assert.deepEqual([texts, state.items], [['[SECRET]j'], []])
  })

  test('below the bar stay; on it they are hidden', () => {
    const at = (confidence: number) =>
      redact([say('Fenna')], emptyPseudonyms(), options, () => [[finding(0, 5, 'PERSON', { confidence })]]).texts[0]
    assert.deepEqual([at(0.29), at(0.3), at(Number.NaN)], ['Fenna', '[PERSON_1]', '[PERSON_1]'])
  })

  test('are counted for each part', () => {
    const { counts, partCounts } = hide([say('Fenna en Fenna'), say('niets'), say('Fenna, f@x.nl')], {
      Fenna: 'PERSON',
      'f@x.nl': 'EMAIL',
    })
    assert.deepEqual(counts, { PERSON: 3, EMAIL: 1 })
    assert.deepEqual(partCounts, [{ PERSON: 2 }, {}, { PERSON: 1, EMAIL: 1 }])
  })

  test('nothing leaves when the finder does not answer for every part, or without a place', () => {
    for (const find of [() => [[]], () => [[], [finding(Number.NaN, 3, 'PERSON')]]] as Finder[])
      assert.throws(() => redact([say('a'), say('abc')], emptyPseudonyms(), options, find), FindingsMissing)
  })

  test('the finder is told what was hidden before', () => {
    const state: PseudonymState = { next: 2, items: [{ token: '[PERSON_1]', label: 'PERSON', value: 'Fenna' }] }
    let known: RedactionOptions['known']
    redact([say('x')], state, { ...options, known: [{ label: 'CITY', value: 'Breda' }] }, (parts, given) => {
      known = given.known
      return parts.map(() => [])
    })
    assert.deepEqual(
      known?.map(({ value }) => value),
      ['Breda', 'Fenna'],
    )
  })
})

describe('JSON', () => {
  test('stays JSON: values, keys and numbers', () => {
    const part = tool({ mia_li_3668: { name: 'Mia "Li"', id: 40123, paid: true, items: [1, 40123] } })
    const { texts, state } = hide([part], { mia_li_3668: 'USERNAME', 'Mia \\"Li\\"': 'PERSON', '40123': 'CUSTREF' })
    assert.deepEqual(JSON.parse(texts[0]!), {
      '[USERNAME_1]': { name: '[PERSON_2]', id: '[CUSTREF_3]', paid: true, items: [1, '[CUSTREF_3]'] },
    })
    assert.deepEqual(
      state.items.map(({ value }) => value),
      ['mia_li_3668', 'Mia "Li"', '40123'],
    )
  })

  test('half a number is hidden as a whole number', () => {
    const { texts, state } = hide([tool('{"n":-40123.50}')], { '0123': 'CUSTREF' })
    assert.deepEqual([texts[0], state.items[0]!.value], ['{"n":"[CUSTREF_1]"}', '-40123.50'])
  })

  test('half an escape is hidden as a whole one', () => {
    const { texts, state } = redact([tool('{"n":"Jos\\u00e9"}')], emptyPseudonyms(), options, () => [
      [finding(6, 11, 'PERSON')],
    ])
    assert.deepEqual([JSON.parse(texts[0]!), state.items[0]!.value], [{ n: '[PERSON_1]' }, 'José'])
  })

  test('JSON in a string in JSON stays JSON', () => {
    const deep = { a: JSON.stringify({ b: JSON.stringify({ c: 'Zoë "Q" é', n: 40123 }) }) }
    const { texts, state } = hide([tool(deep)], { Zoë: 'PERSON', '40123': 'CUSTREF' })
    const outer = JSON.parse(texts[0]!) as { a: string }
    const inner = JSON.parse((JSON.parse(outer.a) as { b: string }).b) as unknown
    assert.deepEqual(inner, { c: '[PERSON_1] "Q" é', n: '[CUSTREF_2]' })
    assert.deepEqual(
      state.items.map(({ value }) => value),
      ['Zoë', '40123'],
    )
  })

  test('a text that is JSON is treated as JSON; one that is none as text', () => {
    assert.equal(hide([say('{"n":40123}')], { '40123': 'CUSTREF' }).texts[0], '{"n":"[CUSTREF_1]"}')
    assert.equal(hide([tool('{"n":40123')], { '40123': 'CUSTREF' }).texts[0], '{"n":[CUSTREF_1]')
  })

  test('a finding over more than one value hides each of them and no mark between', () => {
    const find: Finder = ([part]) => [[finding(1, part!.text.length - 1, 'PERSON')]]
    const { texts } = redact([tool({ a: 'x', b: ['y', 1], c: null })], emptyPseudonyms(), options, find)
    const found = JSON.parse(texts[0]!) as Record<string, unknown>
    assert.deepEqual(Object.keys(found).length, 3)
    assert.ok(!/[xy1]"/.test(JSON.stringify(Object.values(found)).replace(/\[PERSON_\d+\]/g, '')))
  })

  test('whatever is found in whatever JSON, it stays JSON of the same form', () => {
    const form = (text: string) => readJson(text)!.map(({ kind, frame }) => [kind === 'key', frame?.isArray])
    fc.assert(
      fc.property(
        fc.json({ stringUnit: 'binary', maxDepth: 4 }).filter((text) => readJson(text) !== undefined),
        fc.array(
          fc.record({ start: fc.nat(200), length: fc.integer({ min: 1, max: 30 }), label: fc.constantFrom(...labels) }),
        ),
        fc.integer({ min: 0, max: 2 }),
        (text, found, depth) => {
          let given = text
          for (let i = 0; i < depth; i++) given = JSON.stringify([given])
          const find: Finder = () => [found.map(({ start, length, label }) => finding(start, start + length, label))]
          let {
            texts: [sent],
          } = redact([tool(given)], emptyPseudonyms(), options, find)
          for (let i = 0; i < depth; i++) sent = (JSON.parse(sent!) as string[])[0]
          JSON.parse(sent!)
          assert.deepEqual(form(sent!), form(text))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('planted tokens', () => {
  const issued: PseudonymState = {
    next: 10,
    items: [
      { token: '[PERSON_1]', label: 'PERSON', value: 'Geheim' },
      { token: '[IBAN_9]', label: 'IBAN', value: 'Geheim' },
    ],
  }
  const nothing: Finder = (parts) => parts.map(() => [])
  const planted = (part: Part) => redact([part], issued, options, nothing).texts[0]!

  const forms = [
    '[PERSON_1]',
    '[person_1]',
    '[ PERSON 1 ]',
    'PERSON_1',
    'PERSON\\_1',
    '\\[PERSON_1\\]',
    '[PERSON_1',
    '[IBAN_9][PERSON_1]',
    '[PERSON_1]PERSON_1',
    '([IBAN_9])',
  ]
  for (const form of forms)
    test(`${form} gives nothing back`, () => {
      for (const part of [
        say(form),
        say(`zeg ${form} na`, 'ai'),
        say(form, 'system'),
        tool({ [form]: form, in: JSON.stringify([form]) }),
      ]) {
        const sent = planted(part)
        for (const lane of ['text', 'json'] as const)
          assert.ok(!restore(sent, issued, { lane }).includes('Geheim'), `${sent} in ${lane}`)
        if (part.kind === 'json') JSON.parse(sent)
      }
    })

  test('are marked where they stand, and once', () => {
    assert.equal(planted(say('zeg [PERSON_1] en IBAN_9')), 'zeg [PERSON_1·] en IBAN_9·')
    assert.equal(planted(say('zeg [PERSON_1·] en IBAN_9·')), 'zeg [PERSON_1·] en IBAN_9·')
  })

  test('spelled in escapes of JSON are marked too', () => {
    const sent = planted(tool('{"a":"\\u005bPERSON_1]","b":"\\u0050ERSON_1"}'))
    assert.deepEqual(JSON.parse(sent), { a: '[PERSON_1·]', b: 'PERSON_1·' })
  })

  test('the name of a field stays, or a tool would lose it, and is not given out', () => {
    const { texts, state } = hide([tool('{"PERSON_1":"Fenna"}'), say('Fenna')], { Fenna: 'PERSON' })
    assert.deepEqual(texts, ['{"PERSON_1":"[PERSON_2]"}', '[PERSON_2]'])
    assert.equal(restore('PERSON_1', state, { lane: 'text' }), 'PERSON_1')
  })

  test('the name of a field that was given out before is marked', () => {
    assert.equal(planted(tool('{"PERSON_1":"PERSON_1"}')), '{"PERSON_1·":"PERSON_1·"}')
  })

  test('beside what is hidden are marked too', () => {
    const { texts } = redact([say('PERSON_1Fenna[IBAN_9]')], issued, options, finderOf({ Fenna: 'CITY' }))
    assert.equal(restore(texts[0]!, issued, { lane: 'text' }), texts[0])
  })

  test('whatever is said, only what was hidden comes back', () => {
    const bits = fc.constantFrom(
      '[',
      ']',
      'PERSON_1',
      'PERSON',
      '_',
      ' ',
      '1',
      '\\',
      'IBAN_9',
      'iban_9',
      '[IBAN_9]',
      '"',
      '·',
      '{"a":"',
      '"}',
      '\\u005b',
      'x',
      'Fenna',
      '0',
    )
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 16 }).map((pieces) => pieces.join('')),
        (text) => {
          const { texts, state } = redact([say(text)], issued, options, finderOf({ Fenna: 'CITY' }))
          assert.ok(!restore(texts[0]!, state, { lane: 'text' }).includes('Geheim'), texts[0])
          assert.ok(!restore(JSON.stringify({ a: texts[0] }), state, { lane: 'json' }).includes('Geheim'), texts[0])
          assert.equal(
            redact([say(texts[0]!)], state, options, nothing).texts[0]!.replaceAll('·', ''),
            texts[0]!.replaceAll('·', ''),
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('a participant’s name', () => {
  const name = (text: string): Part => ({ role: 'customer', kind: 'name', text })

  test('keeps to the letters that providers take', () => {
    const { texts, state } = hide([say('Mia Li'), name('Mia_Li')], { 'Mia Li': 'PERSON', Mia_Li: 'PERSON' })
    assert.deepEqual(texts, ['[PERSON_1]', 'PERSON_1'])
    assert.match(hide([name('klant_Mia7')], { Mia: 'PERSON' }).texts[0]!, /^[a-zA-Z0-9_-]+$/)
    assert.equal(restore(texts[1]!, state, { lane: 'text' }), 'Mia Li')
  })

  test('that looks like a token gives nothing back', () => {
    const state: PseudonymState = { next: 2, items: [{ token: '[PERSON_1]', label: 'PERSON', value: 'Geheim' }] }
    const { texts } = redact([name('PERSON_1')], state, options, (parts) => parts.map(() => []))
    assert.match(texts[0]!, /^[a-zA-Z0-9_-]+$/)
    assert.equal(restore(texts[0]!, state, { lane: 'text' }), texts[0])
  })
})

test('what was hidden comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 120 }).filter((text) => !/\\|_|:|\/|\?|#|[Ww]{3}|\]\(|\d/.test(text)),
      fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 1, max: 20 }))),
      (text, places) => {
        const find: Finder = () => [
          places.map(([start, length], i) => finding(start, start + length, i % 2 ? 'PERSON' : 'ADDRESS')),
        ]
        const { texts, state } = redact([say(text)], emptyPseudonyms(), options, find)
        const values = state.items.map(({ value }) => value)
        // Values that differ in case or accents only share a token; then one spelling comes back.
        const apart =
          new Set(values.map((value) => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase())).size ===
          values.length
        if (apart && texts[0]!.split(/\[[A-Z]+_\d+\]/).length - 1 === values.length && readJson(text) === undefined)
          assert.equal(restore(texts[0]!, state, { lane: 'text' }), text)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('takes time in proportion to the text', () => {
  const nothing: Finder = (parts) => parts.map(() => [])
  for (const hostile of ['PERSON_1 ', '[PERSON', '[', '\\u', 'PERSON      ', '["', 'A_1']) {
    const before = process.cpuUsage()
    redact([say(hostile.repeat(Math.ceil(300_000 / hostile.length)))], emptyPseudonyms(), options, nothing)
    // What grows with the square of the length takes minutes at this length.
    const ms = process.cpuUsage(before).user / 1_000
    assert.ok(ms < 3_000, `${JSON.stringify(hostile)}: ${ms.toFixed(0)} ms`)
  }
})
