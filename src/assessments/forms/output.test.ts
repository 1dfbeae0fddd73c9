// Answers go to the file format of the government and back without loss; what is not right in such a file is said.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { without } from '../../platform/shared-data.ts'
import { type Answers, type ImageValue, noAnswers, removeInstance } from './answers.ts'
import { answersProblemCodes } from './answers-problem.ts'
import type { Form } from './definition.ts'
import { OUTPUT_SCHEMA, type OutputFile } from './output.ts'
import { readAnswers } from './read-answers.ts'
import {
  acts,
  answered,
  follows,
  formOf,
  formWith,
  governmentFile,
  governmentForm,
  group,
  must,
  play,
  question,
  randomForm,
  stamp,
} from './testing.ts'
import { answersProblemSentence } from './texts.ts'
import { shownAnswers, shownTasks, visible } from './visible.ts'
import { writeAnswers } from './write-answers.ts'

const createdAt = '2026-11-27T12:00:00.000Z'
const png = 'data:image/png;base64,iVBORw0KGgo='

/** Bytes for each picture, another for each: a read that mixes them up fails. */
function imagesOf(answers: Answers): Map<string, string> {
  const images = new Map<string, string>()
  for (const cell of answers.values()) {
    if (cell.kind !== 'answer') continue
    const { value } = cell
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      images.set(
        (value as ImageValue).image,
        `data:image/png;base64,${Buffer.from((value as ImageValue).image).toString('base64')}`,
      )
  }
  return images
}

const throughJson = (file: OutputFile): unknown => JSON.parse(JSON.stringify(file))

function readBack(form: Form, answers: Answers) {
  const images = imagesOf(answers)
  const read = readAnswers(form, throughJson(writeAnswers(form, answers, { createdAt, images })))
  assert.ok(read.ok, JSON.stringify(read))
  return { read, images }
}

describe('written and read', () => {
  test('the same answers, repetitions, people, times and pictures: for any form and any answers', () => {
    fc.assert(
      fc.property(randomForm, acts, (form, numbers) => {
        const answers = play(form, numbers)
        const { read, images } = readBack(form, answers)
        assert.deepEqual(read.answers, answers)
        assert.deepEqual(read.warnings, [])
        for (const [id, data] of read.images) assert.equal(images.get(id), data)
      }),
      { numRuns: 200 },
    )
  })

  test('the same file for the same answers, whatever the order in which they came', () => {
    fc.assert(
      fc.property(randomForm, acts, (form, numbers) => {
        const answers = play(form, numbers)
        const file = writeAnswers(form, answers, { createdAt })
        const { read } = readBack(form, answers)
        assert.deepEqual(writeAnswers(form, new Map([...read.answers].reverse()), { createdAt }), file)
      }),
    )
  })

  test('a picture whose bytes are not at hand is kept as it is', () => {
    const form = formOf(formWith([question('1', 'image')]))
    const answers = answered(form, [['1', '', { image: 'p', title: 'T' }]])
    const file = writeAnswers(form, answers, { createdAt })
    assert.deepEqual(file.answers, {})
    const read = readAnswers(form, throughJson(file))
    assert.ok(read.ok)
    assert.deepEqual(read.answers, answers)
  })

  test('who made it and which sections are complete', () => {
    const form = formOf(formWith([group('1', [question('1.1', 'date')]), group('2', [])]))
    const metadata = { createdAt, createdBy: { name: 'A', email: 'a@example.org' }, completedTasks: ['1', '2'] }
    const read = readAnswers(form, throughJson(writeAnswers(form, noAnswers, metadata)))
    assert.ok(read.ok)
    assert.deepEqual(read.metadata, metadata)
  })
})

const dpia = formOf(
  formWith([
    question('0', 'open_text'),
    question('1', 'radio_option', { options: [{ value: true }, { value: false }, { value: null }] }),
    group('3', [question('3.1', 'text_input')], { repeatable: true }),
    group('5', [question('5.1', 'open_text', { repeatable: true })], {
      repeatable: true,
      dependencies: [follows('3.1')],
    }),
    group('6', [group('6.1', [question('6.1.1', 'text_input')], { repeatable: true })], {
      repeatable: true,
      dependencies: [follows('3.1')],
    }),
    group('7', [question('7.1', 'text_input')], { repeatable: true, dependencies: [follows('6.1.1')] }),
    group('9', [question('9.1', 'text_input', { repeatable: true })]),
  ]),
)

describe('the file', () => {
  const value = (text: string | string[] | null) => ({ value: text, lastEditedAt: stamp.at })

  test('is one that the tool of the government reads: groups by number, the same number for what follows a source', () => {
    const answers = answered(dpia, [
      ['0', '', 'text'],
      ['1', '', null],
      ['3', 'b'],
      ['3.1', '1', 'Recording'],
      ['3.1', 'b', 'Summing up'],
      ['5.1', 'b/1', 'service'],
      ['6.1', '1/x'],
      ['6.1.1', '1/x', 'Supplier'],
      ['6.1.1', 'b/1', 'Centre'],
      ['7.1', 'b~1', 'interest'],
      ['9.1', '1', 'first'],
      ['9.1', 'z'],
      ['9.1', 'z', 'second'],
    ])
    const { $schema, metadata, answers: written } = writeAnswers(dpia, answers, { createdAt })
    assert.equal($schema, OUTPUT_SCHEMA)
    assert.deepEqual(metadata, { urn: 'urn:test:form:1.0', createdAt })
    assert.deepEqual(written, {
      '0': value('text'),
      '1': value('null'),
      '9.1[0]': value('first'),
      '9.1[1]': value('second'),
      '3': [
        { _index: 0, '3.1': value('Recording') },
        { _index: 1, '3.1': value('Summing up') },
      ],
      '5': [{ _index: 0 }, { _index: 1, '5.1': value('service') }],
      '6': [{ _index: 0 }, { _index: 1 }],
      '6.1': [{ _index: 0 }, { _index: 1, '6.1.1': value('Centre') }, { _index: 2, '6.1.1': value('Supplier') }],
      '7': [{ _index: 0 }, { _index: 1, '7.1': value('interest') }, { _index: 2 }],
    })
  })

  test('of nothing has no answers: a first repetition needs no place', () => {
    assert.deepEqual(writeAnswers(dpia, noAnswers, { createdAt }).answers, {})
  })

  test('has nothing of a removed repetition outside our own part', () => {
    const all = answered(dpia, [
      ['3', 'b'],
      ['3.1', 'b', 'secret'],
    ])
    const removed = must(removeInstance(dpia, all, { task: '3', instances: ['b'] }, stamp))
    const file = writeAnswers(dpia, removed, { createdAt })
    assert.ok(!JSON.stringify(file.answers).includes('secret'))
    assert.ok(JSON.stringify(file.waarborg).includes('secret'))
    assert.ok(!JSON.stringify(writeAnswers(dpia, shownAnswers(dpia, removed), { createdAt })).includes('secret'))
  })

  test('of the tool of the government, without our part, is read by its numbers', () => {
    const read = readAnswers(dpia, {
      $schema: OUTPUT_SCHEMA,
      metadata: { urn: 'urn:test:form:1.0', createdAt },
      answers: {
        '1': value('false'),
        '3': [
          { _index: 2, '3.1': value('Recording') },
          { _index: 4, '3.1': value('Summing up') },
        ],
        '5': [{ _index: 4, '5.1': value('service') }],
        '6.1': [
          { _index: 4, '6.1.1': value('Centre') },
          { _index: 5, '6.1.1': value('Supplier') },
        ],
        '0': value(null),
      },
    })
    assert.ok(read.ok, JSON.stringify(read))
    const shown = shownTasks(visible(dpia, read.answers).sections)
    assert.deepEqual(
      shown
        .filter(({ task, value: one }) => task.question !== null && one !== undefined)
        .map(({ key, value: one }) => [key, one]),
      [
        ['1', false],
        ['3.1/n2', 'Recording'],
        ['3.1/n4', 'Summing up'],
        ['5.1/n4/1', 'service'],
        ['6.1.1/n2/n5', 'Supplier'],
        ['6.1.1/n4/1', 'Centre'],
      ],
    )
    assert.deepEqual(read.answers.get('0'), { kind: 'answer', ...stamp })
    assert.deepEqual(
      read.warnings.map(({ code, at, facts }) => [code, at, facts.index]),
      [['answers_parent_unknown', '6.1', 5]],
    )
    // And from then on nothing is lost.
    assert.deepEqual(readBack(dpia, read.answers).read.answers, read.answers)
  })

  test('with the first repetition removed has no first', () => {
    const read = readAnswers(dpia, {
      metadata: { urn: 'urn:test:form:1.0', createdAt },
      answers: { '3': [{ _index: 1 }] },
    })
    assert.ok(read.ok)
    assert.deepEqual(
      shownTasks(visible(dpia, read.answers).sections)
        .map(({ key }) => key)
        .filter((key) => key.startsWith('3/')),
      ['3/n1'],
    )
  })
})

describe('a file that is not right', () => {
  const good = { value: 'a', lastEditedAt: createdAt }
  const file = (answers: unknown, rest: object = {}) => ({
    metadata: { urn: 'urn:test:form:1.0', createdAt },
    answers,
    ...rest,
  })
  const form = formOf(
    formWith([
      question('1', 'text_input'),
      question('2', 'radio_option'),
      question('3', 'checkbox_option'),
      question('4', 'image'),
      question('5', 'date'),
      group('6', [question('6.1', 'text_input')], { repeatable: true }),
    ]),
  )
  const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['nothing', null, ['answers_shape']],
    ['a list', [], ['answers_shape']],
    ['without metadata', { answers: {} }, ['answers_shape']],
    ['of another form', { ...file({}), metadata: { urn: 'urn:nl:dpia:3.0', createdAt } }, ['answers_form_differs']],
    [
      'of another version',
      { ...file({}), metadata: { urn: 'urn:test:form:2.0', createdAt } },
      ['answers_form_differs'],
    ],
    ['without a time', { ...file({}), metadata: { urn: 'urn:test:form:1.0' } }, ['answers_shape']],
    [
      'with a section that is not there',
      { ...file({}), metadata: { urn: 'urn:test:form:1.0', createdAt, completedTasks: ['9'] } },
      ['answers_shape'],
    ],
    ['with a question that is not there', file({ '9': good }), ['answers_task_unknown']],
    ['with a name of JavaScript', file(JSON.parse('{"__proto__": {"value": "a"}}')), ['answers_task_unknown']],
    ['with an answer to a group', file({ '6': good }), ['answers_task_unknown']],
    ['with a group for a question', file({ '1': [{ _index: 0 }] }), ['answers_shape']],
    ['with an answer that is no answer', file({ '1': 'a' }), ['answers_shape']],
    ['with an answer without a time', file({ '1': { value: 'a' } }), ['answers_shape']],
    ['with a day that is no time', file({ '1': { value: 'a', lastEditedAt: '2026-11-27' } }), ['answers_shape']],
    ['with a value of another kind', file({ '1': { ...good, value: 7 } }), ['answers_value_wrong']],
    ['with a choice that is not there', file({ '2': { ...good, value: 'z' } }), ['answers_value_wrong']],
    ['with choices that are not there', file({ '3': { ...good, value: ['a', 'z'] } }), ['answers_value_wrong']],
    ['with a date that is none', file({ '5': { ...good, value: '2026-02-30' } }), ['answers_value_wrong']],
    [
      'with a picture that can hold a script',
      file({ '4': { ...good, value: { data: 'data:image/svg+xml;base64,AAAA' } } }),
      ['answers_image_wrong'],
    ],
    [
      'with a picture elsewhere',
      file({ '4': { ...good, value: 'https://example.org/a.png' } }),
      ['answers_image_wrong'],
    ],
    ['with a repetition without a number', file({ '6': [{ '6.1': good }] }), ['answers_index_wrong']],
    ['with half a number', file({ '6': [{ _index: 0.5 }] }), ['answers_index_wrong']],
    ['with a number that is too high', file({ '6': [{ _index: 1_000_000 }] }), ['answers_too_many']],
    ['with a question in another group', file({ '6': [{ _index: 0, '1': good }] }), ['answers_task_unknown']],
    ['with a repeated answer outside a repetition', file({ '6.1': good }), ['answers_index_wrong']],
    ['with a number for what does not repeat', file({ '1[0]': good }), ['answers_index_wrong']],
    [
      'with a repetition twice',
      file({
        '6': [
          { _index: 0, '6.1': good },
          { _index: 0, '6.1': good },
        ],
      }),
      ['answers_index_wrong'],
    ],
    ['with a part of ours that is none', file({}, { waarborg: [] }), ['answers_shape']],
    ['of a later format of ours', file({}, { waarborg: { format: 2 } }), ['answers_shape']],
    [
      'with a cell for a place that is not there',
      file({}, { waarborg: { format: 1, cells: { '9': { kind: 'answer', ...stamp } } } }),
      ['answers_shape'],
    ],
    [
      'with a cell that does not fit',
      file({}, { waarborg: { format: 1, cells: { '1': { kind: 'answer', value: 7, ...stamp } } } }),
      ['answers_shape'],
    ],
    [
      'with a repetition of what does not repeat',
      file({}, { waarborg: { format: 1, indexes: { '1/a': 0 } } }),
      ['answers_index_wrong'],
    ],
  ]
  for (const [what, given, expected] of cases)
    test(what, () => {
      const read = readAnswers(form, given)
      assert.deepEqual(read.ok ? [] : read.problems.map(({ code }) => code), expected)
      for (const problem of read.ok ? [] : read.problems)
        for (const language of ['nl', 'en'] as const) assert.ok(answersProblemSentence(language, problem).length > 10)
    })

  test('each code is among them', () => {
    const met = new Set(cases.flatMap(([, , codes]) => codes))
    assert.deepEqual(
      answersProblemCodes.filter((code) => !met.has(code)),
      [],
    )
  })

  test('any change of one value is read, or refused: nothing is thrown', () => {
    fc.assert(
      fc.property(
        randomForm,
        acts,
        fc.array(fc.nat(20), { maxLength: 6 }),
        fc.oneof(fc.jsonValue(), fc.constant({ toString: 0 })),
        (random, numbers, path, other) => {
          const answers = play(random, numbers)
          const changed = throughJson(
            writeAnswers(random, answers, { createdAt, images: imagesOf(answers) }),
          ) as Record<string, unknown>
          let spot = changed
          for (const step of path) {
            const names = Object.keys(spot)
            const name = names[step % Math.max(1, names.length)]
            const next = name === undefined ? undefined : spot[name]
            if (typeof next !== 'object' || next === null) {
              if (name !== undefined) spot[name] = other
              break
            }
            spot = next as Record<string, unknown>
          }
          const read = readAnswers(random, changed)
          if (read.ok) visible(random, read.answers)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('the schema of the government', () => {
  const path = governmentFile('schemas/assessment-output.v2.schema.json')

  test('allows what is written for its forms', { skip: without(path) }, () => {
    const schema = JSON.parse(readFileSync(path!, 'utf8')) as {
      required: string[]
      properties: { metadata: { properties: { urn: { pattern: string } }; required: string[] } }
      $defs: {
        answerKey: { pattern: string }
        imageValue: { properties: object }
        indexedGroupElement: { propertyNames: { pattern: string } }
      }
    }
    const { $defs, properties } = schema
    const isAnswer = (one: unknown): boolean => {
      const { value, lastEditedAt, ...rest } = one as Record<string, unknown>
      const image = typeof value === 'object' && value !== null && !Array.isArray(value)
      return (
        (value === null ||
          typeof value === 'string' ||
          (Array.isArray(value) && value.every((item) => typeof item === 'string')) ||
          (image && Object.keys(value).every((key) => key in $defs.imageValue.properties))) &&
        typeof lastEditedAt === 'string' &&
        Object.keys(rest).every((key) => key === 'lastEditedBy')
      )
    }
    for (const name of ['prescan', 'dpia']) {
      const form = governmentForm(name)
      fc.assert(
        fc.property(acts, (numbers) => {
          const answers = play(form, numbers)
          const file = writeAnswers(form, answers, {
            createdAt,
            images: new Map([...imagesOf(answers).keys()].map((id) => [id, png])),
          })
          const raw = throughJson(file) as Record<string, Record<string, unknown>>
          assert.ok(schema.required.every((key) => key in raw))
          assert.ok(properties.metadata.required.every((key) => key in raw.metadata!))
          assert.match(file.metadata.urn, new RegExp(properties.metadata.properties.urn.pattern))
          for (const [key, one] of Object.entries(file.answers)) {
            assert.match(key, new RegExp($defs.answerKey.pattern))
            if (!Array.isArray(one)) assert.ok(isAnswer(one), JSON.stringify(one))
            else
              for (const element of one as Record<string, unknown>[]) {
                assert.ok(Number.isInteger(element._index) && (element._index as number) >= 0)
                for (const [child, inner] of Object.entries(element)) {
                  assert.match(child, new RegExp($defs.indexedGroupElement.propertyNames.pattern))
                  if (child !== '_index') assert.ok(isAnswer(inner), JSON.stringify(inner))
                }
              }
          }
        }),
        { numRuns: 20 },
      )
    }
  })
})
