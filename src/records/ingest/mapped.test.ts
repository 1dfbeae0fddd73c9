import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { defaultLimits } from './limits.ts'
import { createGrouper, type MappedRow, readMapped, readRows, readRowsForReplay } from './mapped.ts'
import { columnsOf, type Mapping, parseMapping } from './mapping.ts'
import { parsePath, valueAt } from './path.ts'
import { parseJson } from './strict-json.ts'
import { conversationOf, problemOf, tools } from './testing.ts'

const source = `
mapping: 1
name: eigen
conversation:
  id: nummer
  channel: chat
  language: { path: taal }
  subject: klant.id
  objection: bezwaar
turns:
  at: beurten
  only: { soort: [zeg, tik] }
  role: wie
  text: woorden
  time: { path: tijd, unit: unix-seconds }
roles: { K: customer, C: ai, M: human_agent, X: skip }
`
const mappingOf = (text: string): Mapping => {
  const read = parseMapping(text, 'm.yaml')
  assert.ok(read.ok, JSON.stringify(read))
  return read.mapping
}
const row = (value: unknown, line = 1, flat = false): MappedRow => {
  const read = parseJson(JSON.stringify(value))
  assert.ok(read.ok)
  return { value: read.value, notes: read.notes, place: { file: 'x.jsonl', line }, flat }
}
const record = {
  nummer: 7,
  taal: 'nl',
  klant: { id: 'k-9' },
  beurten: [
    { soort: 'instructie', wie: 'K', woorden: 'doe boos' },
    { soort: 'zeg', wie: 'K', woorden: 'Hallo', tijd: 1772359200 },
    { soort: 'tik', wie: 'C', woorden: 'Dag', tijd: 1772359201 },
    { soort: 'zeg', wie: 'M', woorden: 'Ik neem het over', tijd: 1772359202 },
    { soort: 'zeg', wie: 'X', woorden: 'ruis', tijd: 1772359203 },
    { soort: 'zeg', wie: '?', woorden: 'wie ben ik', tijd: 1772359204 },
    { soort: 'zeg', wie: 'K', tijd: 1772359205 },
  ],
}

describe('a record read by a mapping', () => {
  test('gives the turns that were chosen, with role, words and time', () => {
    const conversation = conversationOf(readMapped(row(record), mappingOf(source), tools))
    assert.deepEqual(
      conversation.turns.map(({ text, at, pointer }) => [text, at, pointer]),
      [
        ['Hallo', '2026-03-01T10:00:00.000Z', '/beurten/1'],
        ['Dag', '2026-03-01T10:00:01.000Z', '/beurten/2'],
        ['Ik neem het over', '2026-03-01T10:00:02.000Z', '/beurten/3'],
        ['wie ben ik', '2026-03-01T10:00:04.000Z', '/beurten/5'],
      ],
    )
    assert.deepEqual(
      conversation.parties.map(({ role, sourceRole }) => [role, sourceRole]),
      [
        ['customer', 'k'],
        ['ai', 'c'],
        ['human_agent', 'm'],
        ['unknown', '?'],
      ],
    )
    assert.deepEqual(
      [conversation.sourceId, conversation.channel, conversation.language, conversation.subjectReference],
      ['7', 'chat', 'nl', 'k-9'],
    )
    assert.equal(conversation.idempotencyKey, 'mapped:eigen:id:7')
    assert.equal(conversation.timeQuality, 'exact')
    assert.deepEqual(
      conversation.deviations.map(({ code, pointer, detail }) => [code, pointer, detail]),
      [
        ['role_unknown', '/beurten/5', ''],
        ['rows_left_out', 'woorden', '1'],
      ],
    )
  })

  test('gives replay what customer and AI said, and counts whom it left out', () => {
    const read = readRowsForReplay([row(record)], mappingOf(source), tools)
    assert.ok(read.kind === 'conversation')
    assert.equal(
      JSON.stringify(read.conversation.messages),
      '[{"role":"user","content":"Hallo"},{"role":"assistant","content":"Dag"}]',
    )
    assert.equal(read.conversation.metadata.turnsLeftOut, 2)
    assert.equal(read.conversation.id, '7')
  })

  test('an objection that cannot be read as no counts as one', () => {
    for (const [bezwaar, expected] of [
      [true, true],
      ['ja', true],
      [1, true],
      ['misschien', true],
      [false, undefined],
      ['nee', undefined],
      ['', undefined],
      [null, undefined],
      [undefined, undefined],
    ] as const)
      assert.equal(
        conversationOf(readMapped(row({ ...record, bezwaar }), mappingOf(source), tools)).objection,
        expected,
        String(bezwaar),
      )
  })

  test('a clock that runs back is reported and the order of the file stays', () => {
    const beurten = [
      { soort: 'zeg', wie: 'K', woorden: 'a', tijd: 1772359202 },
      { soort: 'zeg', wie: 'C', woorden: 'b', tijd: 1772359201 },
    ]
    const conversation = conversationOf(readMapped(row({ nummer: 1, beurten }), mappingOf(source), tools))
    assert.deepEqual(
      conversation.turns.map(({ text }) => text),
      ['a', 'b'],
    )
    assert.ok(conversation.deviations.some(({ code }) => code === 'time_goes_back'))
  })

  const wrong: readonly (readonly [string, unknown, string, string])[] = [
    ['no id', { ...record, nummer: undefined }, 'id_missing', 'nummer'],
    ['an id that is a list', { ...record, nummer: [1] }, 'id_missing', 'nummer'],
    ['no turns', { nummer: 1 }, 'mapping_path_missing', 'beurten'],
    ['turns that are no list', { nummer: 1, beurten: {} }, 'value_type', '/beurten'],
    [
      'a turn without end',
      { nummer: 1, beurten: [{ soort: 'zeg', wie: 'K', woorden: 'x'.repeat(65_537) }] },
      'turn_too_long',
      '/beurten/0',
    ],
  ]
  for (const [name, value, code, pointer] of wrong)
    test(`with ${name} it is refused with ${code}`, () => {
      const problem = problemOf(readMapped(row(value, 12), mappingOf(source), tools))
      assert.deepEqual([problem.code, problem.pointer, problem.line], [code, pointer, 12])
    })

  test('a number that says the order is used when it is named', () => {
    const mapping = mappingOf(
      'mapping: 1\nname: r\nconversation: { id: c }\nturns: { text: t, role: { is: customer }, order: n }',
    )
    const rows = [
      row({ c: 1, t: 'b', n: '2.0' }, 1, true),
      row({ c: 1, t: 'c', n: '10' }, 2, true),
      row({ c: 1, t: 'a', n: '1' }, 3, true),
    ]
    const conversation = conversationOf(readRows(rows, mapping, tools))
    assert.deepEqual(
      conversation.turns.map(({ text, pointer }) => [text, pointer]),
      [
        ['a', 'line:3'],
        ['b', 'line:1'],
        ['c', 'line:2'],
      ],
    )
  })
})

describe('rows of one conversation', () => {
  const mapping = (rows: string) =>
    mappingOf(
      `mapping: 1\nname: r\nfile: { rows: ${rows} }\nconversation: { id: c }\nturns: { text: t, role: { is: customer } }`,
    )
  const groupsOf = (rows: string, ids: readonly string[]) => {
    const grouper = createGrouper(mapping(rows))
    const out: string[] = []
    for (const [n, id] of ids.entries()) {
      const pushed = grouper.push(row({ c: id, t: 'x' }, n + 1))
      if ('kind' in pushed) out.push(`${pushed.problem.code}:${pushed.problem.line}`)
      else out.push(...pushed.groups.map((group) => `${group.id}×${group.rows.length}`))
    }
    return [...out, ...grouper.end().map((group) => `${group.id}×${group.rows.length}`)]
  }

  test('anywhere in the file come out together at its end', () =>
    assert.deepEqual(groupsOf('anywhere', ['a', 'b', 'a']), ['a×2', 'b×1']))
  test('that stand together come out when the next begins', () =>
    assert.deepEqual(groupsOf('together', ['a', 'a', 'b']), ['a×2', 'b×1']))
  test('that turn up after their conversation was closed are refused', () =>
    assert.deepEqual(groupsOf('together', ['a', 'b', 'a']), ['a×1', 'too_many_rows:3', 'b×1']))
  test('without an id are refused', () =>
    assert.deepEqual(groupsOf('anywhere', ['a', '', 'a']), ['id_missing:2', 'a×2']))
  test('that do not fit in memory are refused and not half kept', () => {
    const grouper = createGrouper(mapping('anywhere'), { ...defaultLimits, groupedCharacters: 100 })
    assert.ok('groups' in grouper.push(row({ c: 'a', t: 'x' })))
    assert.equal(problemOf(grouper.push(row({ c: 'a', t: 'x'.repeat(200) })) as { kind: string }).code, 'too_many_rows')
  })
})

describe('a mapping file', () => {
  test('of the STAR corpus is a good one', () => {
    const mapping = mappingOf(readFileSync(new URL('../../../docs/howto/star.mapping.yaml', import.meta.url), 'utf8'))
    assert.equal(mapping.name, 'star')
    assert.deepEqual([...mapping.only[0]!.values], ['utter', 'pick_suggestion'])
  })

  test('names the columns it reads', () =>
    assert.deepEqual(columnsOf(mappingOf(source)), [
      'nummer',
      'taal',
      'klant.id',
      'bezwaar',
      'woorden',
      'wie',
      'tijd',
      'soort',
    ]))

  const wrong: readonly (readonly [string, string, number | undefined, string | undefined])[] = [
    ['no YAML', 'mapping: [1', 1, undefined],
    ['an unknown version', source.replace('mapping: 1', 'mapping: 2'), 2, '/mapping'],
    ['an unknown field', source.replace('  text: woorden', '  tekst: woorden'), undefined, '/turns/text'],
    ['a field too many', `${source}extra: 1\n`, 17, '/extra'],
    ['an unknown role', source.replace('C: ai', 'C: computer'), 16, '/roles/C'],
    ['an unknown unit', source.replace('unix-seconds', 'seconden'), 15, '/turns/time/unit'],
    ['a path that is none', source.replace('role: wie', 'role: a[b'), 13, '/turns/role'],
    ['a role path without a table', source.replace(/roles:.*/, ''), undefined, '/roles'],
    ['a name that is none', source.replace('name: eigen', 'name: Eigen naam'), 3, '/name'],
    ['a list', '- a\n- b\n', 1, ''],
    ['the same name twice', source.replace('name: eigen', 'name: eigen\nname: ander'), 4, undefined],
  ]
  for (const [name, text, line, pointer] of wrong)
    test(`with ${name} is refused at its place`, () => {
      const read = parseMapping(text, 'm.yaml')
      assert.ok(!read.ok)
      assert.deepEqual([read.problem.code, read.problem.line, read.problem.pointer], ['mapping_invalid', line, pointer])
      assert.ok(read.problem.params?.expected)
    })
})

describe('paths', () => {
  const value = { a: { b: [{ 'c.d': 1 }, { e: null }] }, '': 2 }
  const table: readonly (readonly [string, unknown, string | undefined])[] = [
    ['a.b[1].e', null, '/a/b/1/e'],
    ['/a/b/0/c.d', 1, '/a/b/0/c.d'],
    ['$.a.b', value.a.b, '/a/b'],
    ['a.b.0', value.a.b[0], '/a/b/0'],
    ['a.x', undefined, undefined],
    ['a.b[9]', undefined, undefined],
  ]
  for (const [path, expected, pointer] of table)
    test(`${path} leads to ${pointer}`, () => {
      const found = valueAt(value, path)
      assert.deepEqual([found?.value, found?.pointer], [expected, pointer])
    })
  test('what is no path is not read as one', () => {
    for (const text of ['a..b', 'a[', 'a[x]', '.a', 'a.[0]']) assert.equal(parsePath(text), undefined, text)
  })
})
