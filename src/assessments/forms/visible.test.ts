// What is shown follows from the answers in the same repetition; the same by a second, slower way.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Answers, type AnswerValue, answerKey, isAnswered, noAnswers, removeInstance } from './answers.ts'
import { type Form, type Task, tasksOf } from './definition.ts'
import {
  acts,
  answered,
  follows,
  formOf,
  formWith,
  group,
  must,
  optionsFrom,
  play,
  question,
  randomForm,
  stamp,
  when,
} from './testing.ts'
import { shownAnswers, shownTasks, visible } from './visible.ts'

const keys = (form: Form, answers: Answers) => shownTasks(visible(form, answers).sections).map(({ key }) => key)
const at = (form: Form, answers: Answers, key: string) =>
  shownTasks(visible(form, answers).sections).find((one) => one.key === key)
const choices = (form: Form, answers: Answers, key: string) => at(form, answers, key)!.options.map(({ value }) => value)

describe('conditions', () => {
  const repeated = formOf(
    formWith([
      question('0', 'radio_option'),
      group(
        '1',
        [
          question('1.1', 'radio_option'),
          question('1.2', 'text_input', { dependencies: [when('1.1', true)] }),
          group('1.3', [question('1.3.1', 'text_input', { dependencies: [when('1.1', true), when('0', false)] })], {
            repeatable: true,
          }),
        ],
        { repeatable: true },
      ),
    ]),
  )

  test('look at the answer in the same repetition', () => {
    const answers = answered(repeated, [
      ['1', 'b'],
      ['1.1', '1', true],
      ['1.1', 'b', false],
    ])
    assert.deepEqual(keys(repeated, answers), ['0', '1/1', '1.1/1', '1.2/1', '1.3/1/1', '1/b', '1.1/b', '1.3/b/1'])
  })

  test('from within look at the repetition around and outside it; all of them must hold', () => {
    const answers = answered(repeated, [
      ['1', 'b'],
      ['1.1', '1', true],
      ['1.1', 'b', true],
    ])
    assert.ok(!keys(repeated, answers).includes('1.3.1/1/1'))
    const both = answered(repeated, [
      ['1', 'b'],
      ['1.1', '1', true],
      ['0', '', false],
    ])
    assert.ok(keys(repeated, both).includes('1.3.1/1/1'))
    assert.ok(!keys(repeated, both).includes('1.3.1/b/1'))
  })

  const operators = (operator: string, value?: unknown, action = 'show') =>
    formOf(
      formWith([
        group('1', [question('1.1', 'radio_option'), question('1.2', 'checkbox_option')], { repeatable: true }),
        question('2', 'text_input', { dependencies: [when('1.1', value, operator, action)] }),
        question('3', 'text_input', { dependencies: [when('1.2', value, operator, action)] }),
      ]),
    )
  const cases: readonly (readonly [string, unknown, [string, string, AnswerValue?][], boolean])[] = [
    ['equals', 'a', [], false],
    ['equals', 'a', [['1.1', '1', 'a']], true],
    ['equals', 'a', [['1.1', '1', 'b']], false],
    ['equals', false, [['1.1', '1', false]], true],
    [
      'equals',
      'a',
      [
        ['1', 'x'],
        ['1.1', 'x', 'a'],
      ],
      true,
    ],
    ['equals', undefined, [['1.1', '1', false]], true],
    ['any', undefined, [], false],
    ['any', undefined, [['1.1', '1', 'a']], true],
    [
      'any',
      'a',
      [
        ['1', 'x'],
        ['1.1', '1', 'b'],
        ['1.1', 'x', 'a'],
      ],
      true,
    ],
    [
      'any',
      'a',
      [
        ['1', 'x'],
        ['1.1', '1', 'b'],
        ['1.1', 'x', 'b'],
      ],
      false,
    ],
    [
      'all',
      undefined,
      [
        ['1', 'x'],
        ['1.1', '1', 'a'],
      ],
      false,
    ],
    [
      'all',
      undefined,
      [
        ['1', 'x'],
        ['1.1', '1', 'a'],
        ['1.1', 'x', 'b'],
      ],
      true,
    ],
    [
      'all',
      'a',
      [
        ['1', 'x'],
        ['1.1', '1', 'a'],
        ['1.1', 'x', 'b'],
      ],
      false,
    ],
    [
      'all',
      'a',
      [
        ['1', 'x'],
        ['1.1', '1', 'a'],
        ['1.1', 'x', 'a'],
      ],
      true,
    ],
  ]
  for (const [operator, value, list, met] of cases)
    test(`${operator} ${String(value)} after ${JSON.stringify(list)}: ${met}`, () => {
      const shows = operators(operator, value)
      const hides = operators(operator, value, 'hide')
      assert.equal(keys(shows, answered(shows, list)).includes('2'), met)
      assert.equal(keys(hides, answered(hides, list)).includes('2'), !met)
    })

  test('contains looks among several choices, equals does not', () => {
    const contains = operators('contains', 'a')
    const equals = operators('equals', 'a')
    const list: [string, string, AnswerValue][] = [['1.2', '1', ['b', 'a']]]
    assert.ok(keys(contains, answered(contains, list)).includes('3'))
    assert.ok(!keys(equals, answered(equals, list)).includes('3'))
  })

  test('all of no repetition is none', () => {
    const form = operators('all')
    const none = must(removeInstance(form, noAnswers, { task: '1', instances: ['1'] }, stamp))
    assert.ok(!keys(form, none).includes('2'))
  })

  test('a hidden answer counts as none, and comes back with what hid it', () => {
    const form = formOf(
      formWith([
        question('1', 'radio_option'),
        question('2', 'radio_option', { dependencies: [when('1', true)] }),
        question('3', 'text_input', { dependencies: [when('2', true)] }),
        question('4', 'text_input', { dependencies: [when('2', undefined, 'any', 'hide')] }),
      ]),
    )
    const yes = answered(form, [
      ['1', '', true],
      ['2', '', true],
      ['3', '', 'text'],
    ])
    assert.deepEqual(keys(form, yes), ['1', '2', '3'])
    const no = answered(form, [
      ['1', '', false],
      ['2', '', true],
      ['3', '', 'text'],
    ])
    assert.deepEqual(keys(form, no), ['1', '4'])
    assert.equal(at(form, new Map([...no, ['1', { kind: 'answer', value: true, ...stamp }]]), '3')!.value, 'text')
  })

  test('a hidden group hides what is in it, and its answers do not leave', () => {
    const form = formOf(
      formWith([
        question('1', 'radio_option'),
        group('2', [question('2.1', 'text_input')], { repeatable: true, dependencies: [when('1', true)] }),
      ]),
    )
    const answers = answered(form, [
      ['1', '', false],
      ['2.1', '1', 'secret'],
    ])
    assert.deepEqual(visible(form, answers).sections.length, 1)
    assert.deepEqual([...shownAnswers(form, answers).keys()], ['1'])
  })
})

describe('choices from other answers', () => {
  const form = formOf(
    formWith([
      group('1', [question('1.1', 'text_input'), question('1.2', 'checkbox_option')], { repeatable: true }),
      question('2', 'checkbox_option', { options: [], dependencies: [optionsFrom('1.1')] }),
      question('3', 'checkbox_option', { options: [{ value: 'own' }], dependencies: [optionsFrom('1.2')] }),
    ]),
  )

  test('are all that was answered, each once, in their order', () => {
    const answers = answered(form, [
      ['1', 'b'],
      ['1', 'c'],
      ['1.1', '1', 'x'],
      ['1.1', 'b', 'y'],
      ['1.1', 'c', 'x'],
    ])
    assert.deepEqual(choices(form, answers, '2'), ['x', 'y'])
  })

  test('are those of several choices too; the own ones while there are none', () => {
    assert.deepEqual(choices(form, noAnswers, '3'), ['own'])
    assert.deepEqual(
      choices(
        form,
        answered(form, [
          ['1', 'b'],
          ['1.2', '1', ['a']],
          ['1.2', 'b', ['b', 'a']],
        ]),
        '3',
      ),
      ['a', 'b'],
    )
  })

  test('without an answer the question says for what it waits', () => {
    assert.equal(at(form, noAnswers, '2')!.waitsFor, '1.1')
    assert.equal(at(form, answered(form, [['1.1', '1', 'x']]), '2')!.waitsFor, undefined)
  })

  test('what was chosen and is no longer there is told apart, and kept', () => {
    const answers = answered(form, [
      ['1.1', '1', 'x'],
      ['2', '', ['x', 'former']],
    ])
    assert.deepEqual(at(form, answers, '2')!.gone, ['former'])
    assert.deepEqual(at(form, answers, '2')!.value, ['x', 'former'])
  })

  test('within one repetition are those of that repetition', () => {
    const within = formOf(
      formWith([
        group(
          '1',
          [
            group('1.1', [question('1.1.1', 'text_input')], { repeatable: true }),
            question('1.2', 'checkbox_option', { options: [], dependencies: [optionsFrom('1.1.1')] }),
          ],
          { repeatable: true },
        ),
      ]),
    )
    const answers = answered(within, [
      ['1', 'b'],
      ['1.1.1', '1/1', 'x'],
      ['1.1.1', 'b/1', 'y'],
    ])
    assert.deepEqual(choices(within, answers, '1.2/1'), ['x'])
    assert.deepEqual(choices(within, answers, '1.2/b'), ['y'])
  })
})

describe('repetitions that follow others', () => {
  const form = formOf(
    formWith([
      group('3', [question('3.1', 'text_input')], { repeatable: true }),
      group('5', [question('5.1', 'open_text', { repeatable: true })], {
        repeatable: true,
        instance_label_template: 'Processing {5.1}',
        dependencies: [follows('3.1')],
      }),
      group('6', [group('6.1', [question('6.1.1', 'text_input')], { repeatable: true })], {
        repeatable: true,
        instance_label_template: 'Processing {3.1}',
        dependencies: [follows('3.1')],
      }),
      group('7', [question('7.1', 'text_input')], {
        repeatable: true,
        instance_label_template: 'Party {6.1.1}',
        dependencies: [follows('6.1.1')],
      }),
      group('8', [question('8.1', 'text_input', { dependencies: [follows('5.1')] })], {
        repeatable: true,
        dependencies: [follows('3.1')],
      }),
      group('9', [question('9.1', 'text_input')], { repeatable: true, dependencies: [follows('3.1', 'many_to_one')] }),
    ]),
  )
  const answers = answered(form, [
    ['3', 'b'],
    ['3.1', '1', 'Recording'],
    ['3.1', 'b', 'Summing up'],
    ['5.1', 'b/x'],
    ['5.1', '1/1', 'training'],
    ['5.1', 'b/1', 'service'],
    ['5.1', 'b/x', 'proof'],
    ['6.1', 'b/p'],
    ['6.1.1', '1/1', 'Centre'],
    ['6.1.1', 'b/p', 'Supplier'],
  ])
  const names = (task: string) =>
    shownTasks(visible(form, answers).sections)
      .filter((one) => one.task.id === task)
      .map(({ instances, instance }) => [instances.join('/'), [...instance!.named.values()].join()])

  test('one each, in its order, called after its source whichever id the label has', () => {
    assert.deepEqual(names('5'), [
      ['1', 'Recording'],
      ['b', 'Summing up'],
    ])
    assert.deepEqual(names('6'), names('5'))
  })

  test('of repetitions within repetitions: one for each', () => {
    assert.deepEqual(names('7'), [
      ['1~1', 'Centre'],
      ['b~1', ''],
      ['b~p', 'Supplier'],
    ])
    assert.equal(at(form, answers, '7/b~1')!.waitsFor, '6.1.1')
  })

  test('a text that follows a source has its answers in the same repetition as suggestions', () => {
    assert.deepEqual(choices(form, answers, '8.1/1'), ['training'])
    assert.deepEqual(choices(form, answers, '8.1/b'), ['service', 'proof'])
  })

  test('many to one: a single one while there is a source', () => {
    assert.deepEqual(
      keys(form, answers).filter((key) => key.startsWith('9/')),
      ['9/1'],
    )
    const none = must(removeInstance(form, noAnswers, { task: '3', instances: ['1'] }, stamp))
    assert.deepEqual(
      keys(form, none).filter((key) => /^[5-9]/.test(key)),
      [],
    )
  })

  test('removing a source removes what follows it, with its answers kept', () => {
    const less = must(removeInstance(form, answers, { task: '3', instances: ['b'] }, stamp))
    assert.ok(!keys(form, less).some((key) => key.includes('/b')))
    assert.ok(less.has('5.1/b/x'))
  })
})

// The second way: every place of every task, found by walking down; a source is any place whose coordinates do not differ.
type Spot = { readonly instances: readonly string[]; readonly coordinates: Readonly<Record<string, string>> }

function slowly(form: Form, answers: Answers): string[] {
  const task = (id: string) => form.byId.get(id)!
  const agree = (a: Spot, b: Spot) =>
    Object.entries(a.coordinates).every(([key, id]) => (b.coordinates[key] ?? id) === id)
  const own = (key: string, start: string): string[] => {
    const cells = [...answers].flatMap(([cellKey, cell]) => {
      const [, above, id] = /^(.*)\/\+(.*)$/.exec(cellKey) ?? []
      return cell.kind === 'instance' && above === key && id!.startsWith(start) ? [{ id: id!, cell }] : []
    })
    const first = cells.some(({ id }) => id === `${start}1`)
      ? []
      : [{ id: `${start}1`, cell: { order: 0, removed: undefined } }]
    return [...first, ...cells]
      .filter(({ cell }) => cell.removed !== true)
      .sort((a, b) => a.cell.order - b.cell.order || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
  }
  const idsAt = (one: Task, above: Spot): string[] => {
    const key = answerKey({ task: one.id, instances: above.instances })
    if (one.instanceMapping === undefined) return own(key, '')
    const source = task(one.instanceMapping.source)
    const places = spots(source).filter((spot) => agree(spot, above) && isShown(source, spot))
    if (one.instanceMapping.kind === 'many_to_one') return places.length > 0 ? ['1'] : []
    const parts = one.instanceMapping.kind === 'one_to_many' ? one.coordinates.slice(0, -1) : one.coordinates
    const bases = [...new Set(places.map((spot) => parts.map((part) => spot.coordinates[part] ?? '1').join('~')))]
    return one.instanceMapping.kind === 'one_to_one'
      ? bases
      : bases.flatMap((base) => own(key, base === '' ? '' : `${base}~`))
  }
  const spots = (one: Task): Spot[] =>
    one.repeatables.reduce<Spot[]>(
      (found, id) =>
        found.flatMap((above) =>
          idsAt(task(id), above).map((instance) => ({
            instances: [...above.instances, instance],
            coordinates: {
              ...above.coordinates,
              ...Object.fromEntries(instance.split('~').map((part, n) => [task(id).coordinates[n]!, part])),
            },
          })),
        ),
      [{ instances: [], coordinates: {} }],
    )
  const valueAt = (one: Task, spot: Spot): AnswerValue | undefined => {
    const cell = answers.get(answerKey({ task: one.id, instances: spot.instances }))
    const value = cell?.kind === 'answer' && isAnswered(cell.value) ? cell.value : undefined
    return value !== undefined && isShown(one, spot) ? value : undefined
  }
  const met = (one: Task, spot: Spot): boolean =>
    one.conditions.every(({ source, operator, value, action }) => {
      const found = spots(task(source))
        .filter((place) => agree(place, spot))
        .map((place) => valueAt(task(source), place))
      const fits = found.map((answer) => {
        if (answer === undefined) return false
        if (value === undefined) return true
        return Array.isArray(answer) ? operator !== 'equals' && answer.includes(String(value)) : answer === value
      })
      const holds = operator === 'all' ? fits.length > 0 && !fits.includes(false) : fits.includes(true)
      return holds === (action === 'show')
    })
  const isShown = (one: Task, spot: Spot): boolean => {
    if (!met(one, spot)) return false
    const above = one.path.at(-2)
    if (above === undefined) return true
    const count = task(above).repeatables.length
    const outer = spots(task(above)).find(
      (place) => place.instances.join('/') === spot.instances.slice(0, count).join('/'),
    )
    return outer !== undefined && isShown(task(above), outer)
  }
  return [...tasksOf(form.tasks)].flatMap((one) =>
    spots(one)
      .filter((spot) => isShown(one, spot))
      .map((spot) => answerKey({ task: one.id, instances: spot.instances })),
  )
}

describe('any form with any answers', () => {
  test('shows the same by both ways', () => {
    let shown = 0
    let hidden = 0
    fc.assert(
      fc.property(randomForm, acts, (form, numbers) => {
        const answers = play(form, numbers)
        const fast = keys(form, answers)
        const slow = slowly(form, answers)
        shown += fast.length
        hidden += [...tasksOf(form.tasks)].filter(({ id }) => !fast.some((key) => key.split('/')[0] === id)).length
        assert.deepEqual([...fast].sort(), slow.sort())
      }),
      { numRuns: 150 },
    )
    // Both happen: the comparison says something.
    assert.ok(shown > 1_000 && hidden > 100, `${shown} shown, ${hidden} hidden`)
  })

  test('shows each place once, and only places that an answer can be written in', () => {
    fc.assert(
      fc.property(randomForm, acts, (form, numbers) => {
        const answers = play(form, numbers)
        const found = keys(form, answers)
        assert.equal(new Set(found).size, found.length)
      }),
    )
  })
})
