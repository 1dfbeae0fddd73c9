import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { channels, decisionClasses, emotionInferences } from '../../records/contract.ts'
import { fileProblemCodes } from './file-problem.ts'
import { systemStates } from './lifecycle.ts'
import { annexPoints, type PortableRegister, portableRegister, readRegisterJson, registerJson } from './portable.ts'
import { type PortableFiles, portableTables, readRegisterCsv, registerCsv } from './portable-csv.ts'
import { isRegisterTextKey } from './texts.ts'

const system: PortableRegister['systems'][number] = {
  id: 'bot',
  client: 'shop',
  name: { nl: 'Winkelbot', en: 'Shop bot' },
  description: { nl: 'Beantwoordt vragen,\nook ’s avonds.', en: '=HYPERLINK("x")' },
  state: 'live',
  channels: ['chat', 'email'],
  purposes: ['service'],
  decisionClass: 'inform',
  groups: ['klanten', '-65+'],
  emotionInference: 'none',
  profiling: 'no',
  annexIII: { '1(b)': 'no', '1(c)': 'no', '4(b)': 'no', '5(a)': 'no', '5(b)': 'unknown', '5(c)': 'no', '5(d)': 'no' },
  suppliers: ['cloud'],
  instructions: { title: 'Manual', version: '3', date: '2026-10-01', link: null },
  versions: [
    { id: 'v1', model: 'm', prompt: '', knowledge: 'k', settings: { temperature: 0 }, current: false },
    { id: 'v2', model: 'm', prompt: 'Say "hello", then stop.', knowledge: '', settings: {}, current: true },
  ],
}
const register: PortableRegister = {
  register: 1,
  systems: [system, { ...system, id: 'assist', instructions: null, versions: [], groups: [], suppliers: [] }],
  suppliers: [
    {
      id: 'cloud',
      name: 'Cloud B.V.',
      country: 'NL',
      task: { nl: 'Draait het model', en: 'Runs the model' },
      subProcessors: [{ name: 'Storage', country: 'IE', task: null }],
    },
  ],
}
const fromJson = (text: string) => {
  const read = readRegisterJson(text)
  return 'problems' in read
    ? read.problems.map(({ code, field, line, column }) =>
        [code, field, line, column].filter((part) => part !== undefined && part !== '').join(' '),
      )
    : read.register
}
const fromCsv = (files: PortableFiles) => {
  const read = readRegisterCsv(files)
  return 'problems' in read
    ? read.problems.map(({ code, file, line, field }) => `${file}:${line} ${code} ${field}`)
    : read.register
}

describe('out and in again', () => {
  test('an example, both ways', () => {
    assert.deepEqual(fromJson(registerJson(register)), register)
    assert.deepEqual(fromCsv(registerCsv(register)), register)
  })

  test('nothing is a register too', () => {
    const empty: PortableRegister = { register: 1, systems: [], suppliers: [] }
    assert.deepEqual(fromJson(registerJson(empty)), empty)
    assert.deepEqual(fromCsv(registerCsv(empty)), empty)
  })

  const hard = fc.constantFrom('=1+1', "'=1", '+31', '-x', '@a', '"', 'a,b', ';', 'é€', '‘s', ' a ')
  const words = (max: number) =>
    fc
      .oneof(hard, fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }))
      .filter((text) => !text.includes('\u0000') && text.length <= max)
  const text = fc.oneof(words(50), fc.constantFrom('two\nlines', 'a\r\nb', '\tx', '\rx', '\n'))
  const line = words(40).filter((one) => !/[\u0000-\u001f\u007f]/.test(one))
  const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/)
  const both = fc.record({ nl: text, en: text })
  const answer = fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const)
  const json = fc.dictionary(slug, fc.jsonValue({ maxDepth: 3 })).map((one) => JSON.parse(JSON.stringify(one)))
  const versions = fc
    .uniqueArray(
      fc.record({ id: line, model: line, prompt: fc.oneof(text, fc.constant('')), knowledge: text, settings: json }),
      {
        selector: ({ id }) => id,
        maxLength: 3,
      },
    )
    .chain((list) => fc.nat(list.length).map((current) => list.map((one, n) => ({ ...one, current: n === current }))))
  const supplier = fc.record({
    id: slug,
    name: line,
    country: fc.constantFrom('NL', 'US'),
    task: both,
    subProcessors: fc.array(fc.record({ name: line, country: fc.constantFrom('IE', 'IN'), task: fc.option(line) }), {
      maxLength: 3,
    }),
  })
  const registers = fc
    .uniqueArray(supplier, { selector: ({ id }) => id, maxLength: 3 })
    .chain((suppliers) =>
      fc.record({
        register: fc.constant(1 as const),
        suppliers: fc.constant(suppliers),
        systems: fc.uniqueArray(
          fc.record({
            id: slug,
            client: slug,
            name: both,
            description: both,
            state: fc.constantFrom(...systemStates),
            channels: fc.array(fc.constantFrom(...channels), { minLength: 1, maxLength: 3 }),
            purposes: fc.array(slug, { maxLength: 3 }),
            decisionClass: fc.constantFrom(...decisionClasses),
            groups: fc.array(line, { maxLength: 3 }),
            emotionInference: fc.constantFrom(...emotionInferences),
            profiling: answer,
            annexIII: fc.record(Object.fromEntries(annexPoints.map((point) => [point, answer]))),
            suppliers:
              suppliers.length === 0
                ? fc.constant([])
                : fc.array(fc.constantFrom(...suppliers.map(({ id }) => id)), { maxLength: 2 }),
            instructions: fc.option(
              fc.record({
                title: line,
                version: fc.option(line),
                date: fc.option(fc.constant('2026-02-28')),
                link: fc.option(fc.constantFrom('https://example.org/a', 'https://example.org/?q=a,b')),
              }),
            ),
            versions,
          }),
          { selector: ({ id }) => id, maxLength: 3 },
        ),
      }),
    )
    .map((one) => JSON.parse(JSON.stringify(one))) as fc.Arbitrary<PortableRegister>

  test('any register comes back as it went out, as JSON and as CSV', () => {
    fc.assert(
      fc.property(registers, (any) => {
        fc.pre(portableRegister.safeParse(any).success)
        assert.deepEqual(fromJson(registerJson(any)), any)
        assert.deepEqual(fromCsv(registerCsv(any)), any)
      }),
    )
  })

  test('columns in another order, with `;` and other line ends, are the same register', () => {
    const turned = (file: string) =>
      file
        .replace(/^\uFEFF/, '')
        .split('\r\n')
        .filter(Boolean)
        .map((row) => row.split(',').toReversed().join(';'))
        .join('\n')
    const files = registerCsv({ ...register, systems: [] })
    assert.deepEqual(fromCsv({ ...files, subProcessors: turned(files.subProcessors) }), { ...register, systems: [] })
  })

  test('no cell that goes out begins as a formula', () =>
    assert.doesNotMatch(Object.values(registerCsv(register)).join('\n'), /(^|[,\n])"?[=@]/))
})

describe('JSON that does not fit', () => {
  const changed = (change: object) => JSON.stringify({ ...register, ...change })
  const inSystem = (change: object) => changed({ systems: [{ ...system, ...change }] })
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['no JSON', '{"register": 1,\n  systems: []}', ['json_unreadable 2 3']],
    ['a key twice', '{"register":1,"register":1,"systems":[],"suppliers":[]}', ['json_unreadable']],
    ['another version', changed({ register: 2 }), ['version_of_file_unknown register']],
    ['no version', changed({ register: undefined }), ['field_missing register']],
    ['a list for a register', '[]', ['field_wrong_kind']],
    ['an unknown field', inSystem({ colour: 'red' }), ['field_unknown systems[0].colour']],
    ['an unknown channel', inSystem({ channels: ['fax'] }), ['choice_unknown systems[0].channels[0]']],
    ['no channel', inSystem({ channels: [] }), ['field_missing systems[0].channels']],
    ['emotions of staff', inSystem({ emotionInference: 'staff' }), ['emotion_of_staff systems[0].emotionInference']],
    ['other emotions', inSystem({ emotionInference: 'all' }), ['choice_unknown systems[0].emotionInference']],
    [
      'an unknown answer',
      inSystem({ annexIII: { ...system.annexIII, '5(b)': 'maybe' } }),
      ['choice_unknown systems[0].annexIII.5(b)'],
    ],
    ['a name in one language', inSystem({ name: { nl: 'Bot' } }), ['field_missing systems[0].name.en']],
    [
      'a name that is too long',
      inSystem({ name: { nl: 'x'.repeat(2_001), en: 'x' } }),
      ['field_too_long systems[0].name.nl'],
    ],
    ['a group of two lines', inSystem({ groups: ['a\nb'] }), ['field_unreadable systems[0].groups[0]']],
    [
      'a link without https',
      inSystem({ instructions: { ...system.instructions, link: 'http://x.nl' } }),
      ['field_unreadable systems[0].instructions.link'],
    ],
    [
      'a supplier that is not there',
      inSystem({ suppliers: ['cloud', 'other'] }),
      ['reference_unknown systems[0].suppliers'],
    ],
    ['a system twice', changed({ systems: [system, system] }), ['id_twice systems[1].id']],
    [
      'a version twice',
      inSystem({ versions: [system.versions[0], system.versions[0]] }),
      ['id_twice systems[0].versions[1].id'],
    ],
    [
      'two current versions',
      inSystem({ versions: system.versions.map((one) => ({ ...one, current: true })) }),
      ['version_current_twice systems[0].versions[1].current'],
    ],
    [
      'a number that a file would change',
      inSystem({ versions: [{ ...system.versions[0], settings: { seed: [1e21] } }] }),
      ['settings_unfit systems[0].versions[0].settings'],
    ],
    [
      'a number that JSON would round',
      registerJson(register).replace('"temperature": 0', '"seed": 9007199254740993'),
      ['json_unreadable'],
    ],
    [
      'settings that are too large',
      inSystem({ versions: [{ ...system.versions[0], settings: { a: 'x'.repeat(100_000) } }] }),
      ['settings_unfit systems[0].versions[0].settings'],
    ],
  ]
  for (const [what, text, expected] of cases)
    test(`${what}: ${expected}`, () => assert.deepEqual(fromJson(text), expected))
})

describe('CSV that does not fit', () => {
  const files = registerCsv(register)
  const cases: readonly (readonly [string, Partial<PortableFiles>, readonly string[]])[] = [
    ['an unknown state', { systems: files.systems.replace(',live,', ',busy,') }, ['systems:2 choice_unknown state']],
    [
      'a bad item of a list',
      { systems: files.systems.replace('chat\nemail', 'chat\nfax') },
      ['systems:2 choice_unknown channels'],
    ],
    [
      'emotions of staff',
      { systems: files.systems.replace(',none,', ',staff,') },
      ['systems:2 emotion_of_staff emotionInference'],
    ],
    ['an empty cell', { suppliers: files.suppliers.replace('Cloud B.V.', '') }, ['suppliers:2 field_missing name']],
    [
      'settings that are no JSON',
      { versions: files.versions.replace('{}', '{') },
      ['versions:3 field_unreadable settings'],
    ],
    [
      'settings with a key twice',
      { versions: files.versions.replace('{}', '"{""a"":1,""a"":2}"') },
      ['versions:3 field_unreadable settings'],
    ],
    [
      'neither yes nor no',
      { versions: files.versions.replace(',yes', ',ja') },
      ['versions:3 field_unreadable current'],
    ],
    [
      'a bad field of a child',
      { subProcessors: files.subProcessors.replace('IE', 'Ireland') },
      ['subProcessors:2 field_unreadable country'],
    ],
    [
      'a child of nobody',
      { versions: files.versions.replace('bot,v1', 'bod,v1') },
      ['versions:2 reference_unknown system'],
    ],
    [
      'a supplier that is not there',
      {
        suppliers: files.suppliers.replace('cloud,', 'cloudy,'),
        subProcessors: `${portableTables.subProcessors.map(({ name }) => name)}\n`,
      },
      ['systems:2 reference_unknown suppliers'],
    ],
    [
      'a column too few',
      { suppliers: files.suppliers.replace('country,', '') },
      ['suppliers:1 column_missing country'],
    ],
    [
      'a column too many',
      { suppliers: files.suppliers.replace('country,', 'country,colour,') },
      ['suppliers:1 column_unknown colour'],
    ],
    [
      'a column twice',
      { suppliers: files.suppliers.replace('country,', 'country,country,') },
      ['suppliers:1 column_twice country'],
    ],
    ['a cell too many', { suppliers: files.suppliers.replace(',NL,', ',NL,NL,') }, ['suppliers:2 row_cells ']],
    ['a quote that stays open', { suppliers: `${files.suppliers}"x` }, ['suppliers:3 csv_unreadable ']],
    ['an empty file', { suppliers: '' }, ['suppliers:1 csv_unreadable ']],
  ]
  for (const [what, change, expected] of cases)
    test(`${what}: ${expected}`, () => assert.deepEqual(fromCsv({ ...files, ...change }), expected))

  test('a line is counted where it begins, after cells of several lines', () => {
    const second = files.systems.replace('assist,shop', 'assist,Shop')
    // The first system takes five lines: a description of two, two channels, two groups.
    assert.deepEqual(fromCsv({ ...files, systems: second }), ['systems:6 field_unreadable client'])
  })
})

test('every problem of a file has a sentence', () => {
  for (const code of fileProblemCodes) assert.ok(isRegisterTextKey(`problem.${code}`), code)
})
