// A form is read whole or not at all, and everything that is wrong with it is said at once, with its place.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { FormProblemCode } from './form-problem.ts'
import { readForm } from './read-form.ts'
import { follows, formText, formWith, group, optionsFrom, question, when } from './testing.ts'
import { formProblemSentence } from './texts.ts'

const read = (text: string) => readForm(text, { name: 'form.yaml' })
const problemsOf = (text: string) => {
  const found = read(text)
  return found.ok ? [] : found.problems
}
const warningsOf = (text: string) => {
  const found = read(text)
  assert.ok(found.ok, JSON.stringify(found))
  return found.warnings
}
const codes = (text: string) => problemsOf(text).map(({ code }) => code)

const small = `name: Small form
urn: 'urn:nl:small'
version: "1.0"
description: What it is for
tasks:
  - task: First section
    id: "1"
    type: [task_group]
    repeatable: false
    tasks:
      - task: Is it so?
        id: "1.1"
        type: [radio_option]
        valueType: boolean
        repeatable: false
        options:
          - value: true
            label: Yes
          - value: false
            label: No
      - task: Why?
        id: "1.2"
        type: [open_text]
        repeatable: false
        dependencies:
          - type: conditional
            condition:
              id: "1.1"
              operator: equals
              value: true
            action: show
`

describe('a form', () => {
  test('is read with everything it says', () => {
    const found = read(small)
    assert.ok(found.ok)
    const { form } = found
    assert.deepEqual(
      [form.urn, form.version, form.name, form.showIds],
      ['urn:nl:small', '1.0', { nl: 'Small form' }, false],
    )
    const why = form.byId.get('1.2')!
    assert.equal(why.question, 'open_text')
    assert.deepEqual(why.conditions, [{ source: '1.1', operator: 'equals', value: true, action: 'show' }])
    assert.deepEqual(why.path, ['1', '1.2'])
    assert.equal(why.guarded, true)
    assert.deepEqual(form.byId.get('1.1')!.options, [
      { value: true, label: { nl: 'Yes' } },
      { value: false, label: { nl: 'No' } },
    ])
  })

  test('says its texts in one language or in two', () => {
    const text = formWith([
      { ...question('1', 'open_text'), task: { nl: 'Vraag', en: 'Question' }, description: 'Uitleg' },
    ])
    const found = read(text)
    assert.ok(found.ok)
    assert.deepEqual(found.form.byId.get('1')!.label, { nl: 'Vraag', en: 'Question' })
    assert.deepEqual(found.form.byId.get('1')!.description, { nl: 'Uitleg' })
    assert.deepEqual(codes(formWith([{ ...question('1', 'open_text'), task: { nl: 'Vraag' } }])), ['form_field_wrong'])
  })

  test('of the first schema is read too', () => {
    const text = formWith(
      [
        {
          ...group('1', [{ ...question('1.1', 'multiselect_option'), in_fria: true }]),
          action_point_group: true,
        },
      ],
      { prefixQuestionIds: true },
    )
    const found = read(text)
    assert.ok(found.ok)
    assert.equal(found.form.showIds, true)
    assert.equal(found.form.byId.get('1')!.actionPoints, 'group')
    assert.equal(found.form.byId.get('1.1')!.question, 'multiselect_scrollable')
    assert.equal(found.form.byId.get('1.1')!.inFria, true)
    assert.deepEqual(found.warnings, [])
  })

  test('refers to other forms in each way that the schema knows', () => {
    const references = {
      prescanModelId: '7',
      DPIA: [
        { id: '1', type: 'pre-fill' },
        { id: '2', type: 'many-to-one' },
      ],
      IAMA: { id: '3', type: 'direct takeover' },
      OTHER: '4',
      MORE: ['5', '6'],
    }
    const found = read(formWith([question('1', 'open_text', { references })]))
    assert.ok(found.ok)
    const { references: known, modelId } = found.form.byId.get('1')!
    assert.equal(modelId, '7')
    assert.deepEqual(
      known.map(({ form, task, kind }) => `${form} ${task} ${kind}`),
      [
        'DPIA 1 pre-fill',
        'DPIA 2 many-to-one',
        'IAMA 3 direct takeover',
        'OTHER 4 mention',
        'MORE 5 mention',
        'MORE 6 mention',
      ],
    )
  })
})

describe('what is wrong', () => {
  const cases: readonly (readonly [string, string, readonly FormProblemCode[]])[] = [
    ['nothing at all', '', ['form_field_wrong']],
    ['no YAML', 'a: [', ['form_not_yaml']],
    ['a key twice', 'name: a\nname: b', ['form_not_yaml']],
    ['two documents', 'a: 1\n---\nb: 2', ['form_not_yaml']],
    ['a tag', 'a: !!binary aGk=', ['form_not_yaml']],
    ['an alias without an anchor', 'a: *b', ['form_not_yaml']],
    ['a list', '- 1', ['form_field_wrong']],
    ['a missing name', formWith([], { name: undefined }), ['form_field_missing']],
    ['a name of another kind', formWith([], { name: 7 }), ['form_field_wrong']],
    ['a urn that is none', formWith([], { urn: 'form' }), ['form_field_wrong']],
    ['a version that is none', formWith([], { version: '1.x' }), ['form_field_wrong']],
    ['tasks that are no list', formWith([], { tasks: 'x' }), ['form_field_wrong']],
    ['a kind that does not exist', formWith([question('1', 'slider')]), ['form_kind_unknown']],
    [
      'two kinds of question',
      formWith([question('1', 'date', { type: ['date', 'open_text'] })]),
      ['form_kind_several'],
    ],
    ['a task without a kind', formWith([question('1', 'date', { type: [] })]), ['form_field_missing']],
    ['a task without an id', formWith([question('1', 'date', { id: undefined })]), ['form_id_missing']],
    ['an id that is a number', formWith([question('1', 'date', { id: 1 })]), ['form_field_wrong']],
    ['an id that could be part of another key', formWith([question('1/2', 'date')]), ['form_field_wrong']],
    ['an id that is a name of JavaScript', formWith([question('__proto__', 'date')]), ['form_field_wrong']],
    ['an id twice', formWith([question('1', 'date'), group('2', [question('1', 'date')])]), ['form_id_duplicate']],
    ['a choice without choices', formWith([question('1', 'radio_option', { options: [] })]), ['form_options_missing']],
    [
      'a choice twice',
      formWith([question('1', 'radio_option', { options: [{ value: 'true' }, { value: true }] })]),
      ['form_option_duplicate'],
    ],
    ['a condition on nothing', formWith([question('1', 'date', { dependencies: [when('9')] })]), ['form_id_unknown']],
    [
      'choices from nowhere',
      formWith([question('1', 'checkbox_option', { dependencies: [optionsFrom('9')] })]),
      ['form_id_unknown'],
    ],
    [
      'repetitions of nothing',
      formWith([group('1', [], { repeatable: true, dependencies: [follows('9')] })]),
      ['form_id_unknown'],
    ],
    [
      'a label with the answer to nothing',
      formWith([group('1', [], { repeatable: true, instance_label_template: 'Part {9}' })]),
      ['form_id_unknown'],
    ],
    [
      'a reference within the form to nothing',
      formWith([question('1', 'date', { references: { 'TEST:FORM': [{ id: '9', type: 'pre-view' }] } })]),
      ['form_id_unknown'],
    ],
    [
      'an operator that does not exist',
      formWith([question('1', 'date'), question('2', 'date', { dependencies: [when('1', 'a', 'like')] })]),
      ['form_field_wrong'],
    ],
    [
      'a mapping that does not exist',
      formWith([question('1', 'date'), group('2', [], { repeatable: true, dependencies: [follows('1', 'many')] })]),
      ['form_field_wrong'],
    ],
    [
      'a kind of reference that does not exist',
      formWith([question('1', 'date', { references: { DPIA: [{ id: '1', type: 'copy' }] } })]),
      ['form_field_wrong'],
    ],
    [
      'a calculation that cannot be read',
      formWith([question('1', 'date', { calculation: { scoreKey: 's', expression: 'fetch("x")' } })]),
      ['form_expression'],
    ],
    [
      'a name that the calculation does not know',
      formWith([
        question('1', 'date', {
          calculation: { scoreKey: 's', expression: '1', riskScore: [{ when: 't > 1', value: 1 }] },
        }),
      ]),
      ['form_expression'],
    ],
    [
      'a score that no task gives',
      formWith([], {
        assessments: [{ id: 'A', levels: [{ level: 'required', expression: 'scores.s > 1', result: 'R' }] }],
      }),
      ['form_id_unknown'],
    ],
    [
      'a criterion of another level',
      formWith([], {
        assessments: [
          {
            id: 'A',
            levels: [
              {
                level: 'required',
                expression: 'criteria.a',
                result: 'R',
                criteria: [{ id: 'a', expression: 'true', explanation: 'E' }],
              },
              { level: 'recommended', expression: 'criteria.a', result: 'R' },
            ],
          },
        ],
      }),
      ['form_id_unknown'],
    ],
    [
      'a score twice',
      formWith([
        question('1', 'date', { calculation: { scoreKey: 's', expression: '1' } }),
        question('2', 'date', { calculation: { scoreKey: 's', expression: '1' } }),
      ]),
      ['form_id_duplicate'],
    ],
  ]
  for (const [what, text, expected] of cases) test(what, () => assert.deepEqual(codes(text), expected))

  test('each problem has the line and column of what it is about', () => {
    const text = small
      .replace('id: "1.1"\n        type', 'id: "1"\n        type')
      .replace('operator: equals', 'operator: like')
      .replace('type: [open_text]', 'type: [slider]')
    assert.deepEqual(
      problemsOf(text).map(({ code, line, column, id }) => [code, line, column, id]),
      [
        ['form_id_duplicate', 12, 9, '1'],
        ['form_kind_unknown', 23, 9, '1.2'],
        ['form_field_wrong', 29, 15, '1.2'],
      ],
    )
  })

  test('a problem is a sentence in both languages, with its place', () => {
    const [problem] = problemsOf(small.replace('type: [open_text]', 'type: [slider]'))
    assert.match(
      formProblemSentence('nl', problem!),
      /^form\.yaml, regel 23, positie 9: De soort 'slider' bestaat niet\. Kies uit: text_input, /,
    )
    assert.match(
      formProblemSentence('en', problem!),
      /^form\.yaml, line 23, position 9: The kind 'slider' does not exist\. /,
    )
  })
})

describe('tasks that wait for each other', () => {
  const rings: readonly (readonly [string, string, string])[] = [
    [
      'conditions',
      formWith([
        question('1', 'radio_option', { dependencies: [when('3', true)] }),
        question('2', 'radio_option', { dependencies: [when('1', true)] }),
        question('3', 'radio_option', { dependencies: [when('2', true)] }),
      ]),
      '1 → 3 → 2 → 1',
    ],
    ['a task and itself', formWith([question('1', 'radio_option', { dependencies: [when('1', true)] })]), '1 → 1'],
    [
      'a group and what it holds',
      formWith([group('1', [question('1.1', 'radio_option')], { dependencies: [when('1.1', true)] })]),
      '1 → 1.1 → 1',
    ],
    [
      'repetitions',
      formWith([
        group('1', [question('1.1', 'text_input')], { repeatable: true, dependencies: [follows('2.1')] }),
        group('2', [question('2.1', 'text_input')], { repeatable: true, dependencies: [follows('1.1')] }),
      ]),
      '1 → 2.1 → 2 → 1.1 → 1',
    ],
    [
      'a condition and choices',
      formWith([
        question('1', 'checkbox_option', { options: [], dependencies: [optionsFrom('2')] }),
        question('2', 'text_input', { dependencies: [when('1')] }),
      ]),
      '1 → 2 → 1',
    ],
    [
      'scores',
      formWith([
        question('1', 'date', { calculation: { scoreKey: 'a', expression: 'scores.b' } }),
        question('2', 'date', {
          calculation: { scoreKey: 'b', expression: '1', riskScore: [{ when: 'scores.a > 1', value: 1 }] },
        }),
      ]),
      'scores.a → scores.b → scores.a',
    ],
  ]
  for (const [what, text, ring] of rings)
    test(`${what}: the ring is named`, () => {
      const problems = problemsOf(text)
      assert.deepEqual(
        problems.map(({ code, facts }) => [code, facts.ring]),
        [['form_cycle', ring]],
      )
    })
})

describe('repetitions that multiply', () => {
  const table = (inner: object[]) =>
    formWith([
      group('1', [question('1.1', 'text_input')], { repeatable: true }),
      group('2', [question('2.1', 'text_input')], { repeatable: true }),
      group('3', [group('3.1', inner, { repeatable: true, dependencies: [follows('1.1')] })], { repeatable: true }),
    ])
  test('once are a table', () => assert.deepEqual(codes(table([question('3.1.1', 'text_input')])), []))
  test('more than once are refused', () => {
    const again = group('3.1.1', [], { repeatable: true, dependencies: [follows('2.1')] })
    assert.deepEqual(codes(table([again])), ['form_product'])
  })
  test('within a repetition of the same source do not', () => {
    const text = formWith([
      group('1', [group('1.1', [question('1.1.1', 'text_input')], { repeatable: true })], { repeatable: true }),
      group(
        '2',
        [
          group('2.1', [group('2.1.1', [], { repeatable: true, dependencies: [follows('1.1.1')] })], {
            repeatable: true,
            dependencies: [follows('1.1.1')],
          }),
        ],
        { repeatable: true, dependencies: [follows('1.1.1')] },
      ),
    ])
    assert.deepEqual(codes(text), [])
  })
})

describe('what the keeper of a form should look at', () => {
  const cases: readonly (readonly [string, string, readonly FormProblemCode[]])[] = [
    ['a field that nobody reads', formWith([question('1', 'date', { requird: true })]), ['form_field_unknown']],
    ['a field of the form that nobody reads', formWith([], { language: 'nl' }), ['form_field_unknown']],
    [
      'a condition on a choice that is not there',
      formWith([question('1', 'radio_option'), question('2', 'date', { dependencies: [when('1', 'c')] })]),
      ['form_value_unknown'],
    ],
    [
      'a condition with quotes within its quotes',
      formWith([question('1', 'radio_option'), question('2', 'date', { dependencies: [when('1', "'a'")] })]),
      ['form_value_quoted'],
    ],
    [
      'a calculation that asks for an answer that is not there',
      formWith([question('1', 'date', { calculation: { scoreKey: 's', expression: "answers('9') == answers('9')" } })]),
      ['form_answer_unknown'],
    ],
    [
      'weights for choices that are not there',
      formWith([
        question('1', 'checkbox_option', {
          calculation: { scoreKey: 's', expression: "weightedCountMap(answers('1'), ['a', 'z'], [1, 2])" },
        }),
      ]),
      ['form_value_unknown'],
    ],
    [
      'a calculation among the conditions',
      formWith([
        question('1', 'radio_option'),
        question('2', 'radio_option', {
          dependencies: [{ ...when('1', true), calculation: { scoreKey: 's', expression: '1' } }],
        }),
      ]),
      ['form_field_misplaced'],
    ],
  ]
  for (const [what, text, expected] of cases)
    test(`${what}: the form works`, () =>
      assert.deepEqual(
        warningsOf(text).map(({ code }) => code),
        expected,
      ))

  test('a misplaced calculation counts, and a quoted choice is the choice', () => {
    const found = read(
      formWith([
        question('1', 'radio_option'),
        question('2', 'radio_option', {
          dependencies: [{ ...when('1', "'a'"), calculation: { scoreKey: 's', expression: '1' } }],
        }),
        question('3', 'date', { dependencies: [when('1', 'true')] }),
      ]),
    )
    assert.ok(found.ok)
    assert.equal(found.form.scores.get('s')!.id, '2')
    assert.equal(found.form.byId.get('2')!.conditions[0]!.value, 'a')
    assert.equal(found.form.byId.get('3')!.conditions[0]!.value, true)
  })
})

describe('limits', () => {
  const limitOf = (text: string) => problemsOf(text).map(({ code, facts }) => [code, facts.limit])

  test('a text over 2 MB is not read', () => {
    assert.deepEqual(limitOf(`# ${'x'.repeat(2 * 1_024 * 1_024)}`), [['form_too_large', 'bytes']])
    assert.deepEqual(limitOf(`# ${'é'.repeat(1_024 * 1_024)}`), [['form_too_large', 'bytes']])
  })
  test('nesting without end is not read', () => {
    assert.deepEqual(limitOf(`a: ${'['.repeat(100_000)}`), [['form_too_large', 'nesting']])
    assert.deepEqual(limitOf(`${'- '.repeat(10_000)}a`), [['form_too_large', 'nesting']])
  })
  test('a small text that unfolds into a huge one is not read', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 10; n++)
      lines.push(`a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`).join(', ')}]`)
    assert.deepEqual(limitOf(lines.join('\n')), [['form_too_large', 'aliases']])
  })
  test('a form has at most 2,000 tasks, in at most 12 levels, with at most 500 choices', () => {
    const many = (count: number) => formWith(Array.from({ length: count }, (_, n) => question(`q${n}`, 'date')))
    assert.deepEqual(limitOf(many(2_000)), [])
    assert.deepEqual(limitOf(many(2_001)), [['form_too_large', 'tasks']])
    const deep = (levels: number): object =>
      levels === 1 ? question('x', 'date') : group(`g${levels}`, [deep(levels - 1)])
    assert.deepEqual(limitOf(formWith([deep(12)])), [])
    assert.deepEqual(limitOf(formWith([deep(13)])), [['form_too_large', 'levels']])
    const options = Array.from({ length: 501 }, (_, n) => ({ value: `o${n}` }))
    assert.deepEqual(limitOf(formWith([question('1', 'radio_option', { options: options.slice(1) })])), [])
    assert.deepEqual(limitOf(formWith([question('1', 'radio_option', { options })])), [['form_too_large', 'options']])
  })
  test('a form that is all wrong says at most 200 things', () => {
    assert.equal(problemsOf(formWith(Array.from({ length: 500 }, () => ({ id: 1 })))).length, 200)
  })
})

describe('whatever the text', () => {
  test('nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('- ', 'a: ', '\n', '  ', '&a ', '*a', '[', '{', '"', '!', '|', '>', '#') }),
        ),
        (text) => {
          read(text)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a form in which one value is another is read, or refused with a sentence', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom({ toString: 0 }, [{ toString: 0 }], '1', '1.1', 'task_group', 'radio_option'),
    )
    fc.assert(
      fc.property(formText, fc.array(fc.nat(20), { maxLength: 8 }), value, (text, path, other) => {
        const form: unknown = JSON.parse(text)
        let at = form as Record<string, unknown>
        for (const step of path) {
          const keys = Object.keys(at)
          const key = keys[step % Math.max(1, keys.length)]
          const next = key === undefined ? undefined : at[key]
          if (typeof next !== 'object' || next === null) {
            if (key !== undefined) at[key] = other
            break
          }
          at = next as Record<string, unknown>
        }
        const found = read(JSON.stringify(form))
        for (const problem of found.ok ? found.warnings : found.problems) {
          assert.ok(problem.line >= 1 && problem.column >= 1)
          for (const language of ['nl', 'en'] as const)
            assert.ok(formProblemSentence(language, problem).includes('form.yaml'))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a random form of the generator is right', () => {
    fc.assert(
      fc.property(formText, (text) => assert.deepEqual(problemsOf(text), [])),
      { numRuns: 200 },
    )
  })
})
