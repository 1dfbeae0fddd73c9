// What is known already is proposed, with where it is from; it is never an answer by itself and never where somebody answered.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { without } from '../../platform/shared-data.ts'
import { type Answers, type AnswerValue, noAnswers, setAnswer, valueError } from './answers.ts'
import { fill } from './filled.ts'
import { prefill, unknownReferences } from './prefill.ts'
import {
  acts,
  answered,
  formOf,
  formWith,
  governmentFile,
  governmentForm,
  group,
  must,
  optionsFrom,
  play,
  question,
  randomForm,
  stamp,
  when,
} from './testing.ts'

const target = formOf(
  formWith(
    [
      question('1', 'open_text'),
      question('2', 'text_input'),
      question('3', 'radio_option', {
        options: [{ value: true }, { value: false }, { value: null }, { value: 'Type: a' }],
      }),
      question('4', 'checkbox_option', { options: [{ value: 'a' }, { value: 'b' }] }),
      question('5', 'checkbox_option', { options: [], dependencies: [optionsFrom('2')] }),
      question('6', 'date'),
      group(
        '7',
        [
          question('7.1', 'text_input'),
          question('7.2', 'select_option', { options: ['a', 'b'].map((value) => ({ value })) }),
        ],
        {
          repeatable: true,
        },
      ),
      question('8', 'text_input', { dependencies: [when('3', true)] }),
      question('9', 'image'),
    ],
    { urn: 'urn:test:target' },
  ),
)

/** A source with one question of a kind that refers to one task. */
function source(kind: string, type: string, to: string, rest: object = {}) {
  return formOf(
    formWith(
      [
        group(
          '1',
          [
            question('1.1', kind, {
              ...(kind.endsWith('_option')
                ? {
                    options: [
                      { value: true, label: 'Ja' },
                      { value: false, label: 'Nee' },
                      { value: null, label: 'Niet van toepassing' },
                      { value: 'a' },
                      { value: 'Kind: a' },
                      { value: 'b' },
                    ],
                  }
                : {}),
              references: { 'TEST:TARGET': [{ id: to, type }] },
            }),
          ],
          rest,
        ),
      ],
      { urn: 'urn:test:source' },
    ),
  )
}

function proposals(
  form: ReturnType<typeof source>,
  values: readonly (readonly [string, AnswerValue])[],
  answers: Answers = noAnswers,
) {
  const given = values.reduce<Answers>(
    (known, [path, value]) =>
      must(setAnswer(form, known, { task: '1.1', instances: path === '' ? [] : path.split('/') }, value, stamp)),
    form.byId.get('1')!.repeatable ? answered(form, [['1', 'b']]) : noAnswers,
  )
  return prefill(fill(target, answers), { forms: [fill(form, given)] })
}
const short = (found: ReturnType<typeof proposals>) =>
  found.proposals.map(({ task, instances, value }) => [[task, ...instances].join('/'), value])

describe('a proposal', () => {
  const kinds = ['pre-fill', 'one-to-one', 'direct takeover', 'one-to-many', 'many-to-one']
  for (const kind of kinds)
    test(`${kind} brings the value, and says from where`, () => {
      const { proposals: found, views } = proposals(source('open_text', kind, '1'), [['', 'text']])
      assert.deepEqual(found, [
        { task: '1', instances: [], value: 'text', from: { is: 'form', form: 'urn:test:source', task: '1.1', kind } },
      ])
      assert.deepEqual(views, [])
    })

  const fits: readonly (readonly [string, AnswerValue, string, readonly AnswerValue[]])[] = [
    ['radio_option', true, '3', [true]],
    ['radio_option', null, '3', [null]],
    ['radio_option', 'Kind: a', '3', ['Type: a']],
    ['radio_option', 'b', '3', []],
    ['radio_option', true, '2', ['Ja']],
    ['radio_option', null, '2', ['Niet van toepassing']],
    ['checkbox_option', ['a', 'b'], '1', ['a\nb']],
    ['checkbox_option', ['a', 'b'], '2', ['a, b']],
    ['checkbox_option', ['Kind: a', 'b', 'true'], '4', [['a', 'b']]],
    ['checkbox_option', ['true'], '4', []],
    ['checkbox_option', ['a', 'true'], '5', [['a', 'Ja']]],
    ['checkbox_option', ['a', 'b'], '7.2', ['a', 'b']],
    ['text_input', 'a', '4', [['a']]],
    ['text_input', '2026-11-27', '6', ['2026-11-27']],
    ['text_input', 'tomorrow', '6', []],
    ['text_input', 'text', '9', []],
    ['image', { image: 'p' }, '9', [{ image: 'p' }]],
    ['image', { image: 'p' }, '1', []],
  ]
  for (const [kind, value, to, expected] of fits)
    test(`of ${JSON.stringify(value)} for ${to}: ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(
        short(proposals(source(kind, 'pre-fill', to), [['', value]])).map(([, found]) => found),
        expected,
      ))

  test('of several answers: the first for the first, all for each, or all together', () => {
    const two = answered(target, [['7', 'x']])
    const values: [string, AnswerValue][] = [
      ['1', 'one'],
      ['b', 'two'],
    ]
    const from = (kind: string, to: string, answers = two) =>
      short(proposals(source('text_input', kind, to, { repeatable: true }), values, answers))
    assert.deepEqual(from('one-to-one', '7.1'), [
      ['7.1/1', 'one'],
      ['7.1/x', 'two'],
    ])
    assert.deepEqual(from('one-to-many', '7.1'), [
      ['7.1/1', 'one'],
      ['7.1/1', 'two'],
      ['7.1/x', 'one'],
      ['7.1/x', 'two'],
    ])
    assert.deepEqual(from('many-to-one', '1'), [['1', 'one\ntwo']])
    assert.deepEqual(from('pre-fill', '1'), [['1', 'one']])
  })

  test('of a single answer goes to each repetition', () => {
    const two = answered(target, [['7', 'x']])
    assert.deepEqual(short(proposals(source('text_input', 'pre-fill', '7.1'), [['', 'one']], two)), [
      ['7.1/1', 'one'],
      ['7.1/x', 'one'],
    ])
  })

  test('is not made where somebody answered, where nothing is asked, or of nothing', () => {
    const answers = answered(target, [['1', '', 'mine']])
    assert.deepEqual(short(proposals(source('open_text', 'pre-fill', '1'), [['', 'text']], answers)), [])
    assert.deepEqual(short(proposals(source('open_text', 'pre-fill', '8'), [['', 'text']])), [])
    assert.deepEqual(
      short(proposals(source('open_text', 'pre-fill', '8'), [['', 'text']], answered(target, [['3', '', true]]))),
      [['8', 'text']],
    )
    assert.deepEqual(short(proposals(source('open_text', 'pre-fill', '1'), [['', '']])), [])
    assert.deepEqual(short(proposals(source('open_text', 'pre-fill', '99'), [['', 'text']])), [])
  })

  test('of a form that means another is not made', () => {
    const other = formOf(
      formWith([question('1', 'text_input', { references: { DPIA: [{ id: '1', type: 'pre-fill' }] } })]),
    )
    assert.deepEqual(
      prefill(fill(target, noAnswers), { forms: [fill(other, answered(other, [['1', '', 'x']]))] }).proposals,
      [],
    )
  })

  test('of a fact names its source; of a default it says so', () => {
    const withDefault = formOf(
      formWith([
        question('1', 'radio_option', { defaultValue: true }),
        question('2', 'text_input'),
        question('3', 'date'),
      ]),
    )
    const facts = [
      { id: 'system.name', value: 'Assistant', source: 'register' },
      { id: 'system.since', value: 'soon', source: 'register' },
    ]
    const factTasks = [
      { fact: 'system.name', task: '2' },
      { fact: 'system.since', task: '3' },
      { fact: 'system.name', task: '9' },
    ]
    assert.deepEqual(prefill(fill(withDefault, noAnswers), { facts, factTasks }).proposals, [
      { task: '2', instances: [], value: 'Assistant', from: { is: 'fact', fact: 'system.name', source: 'register' } },
      { task: '1', instances: [], value: true, from: { is: 'default' } },
    ])
  })
})

describe('a view', () => {
  for (const kind of ['pre-view', 'many-to-many'])
    test(`${kind} is read beside the task, also where somebody answered`, () => {
      const answers = answered(target, [['1', '', 'mine']])
      const found = proposals(source('open_text', kind, '1'), [['', 'text']], answers)
      assert.deepEqual(found.proposals, [])
      assert.deepEqual(found.views, [
        { task: '1', value: 'text', from: { is: 'form', form: 'urn:test:source', task: '1.1', kind } },
      ])
    })

  test('of a proposal for a group is a view', () => {
    assert.equal(proposals(source('open_text', 'pre-fill', '7'), [['', 'text']]).views.length, 1)
  })
})

describe('whatever the forms and the answers', () => {
  test('a proposal fits its question, which is shown and unanswered, and keeping it leaves it no longer proposed', () => {
    fc.assert(
      fc.property(randomForm, acts, acts, fc.array(fc.nat(50), { maxLength: 6 }), (form, mine, theirs, pairs) => {
        const questions = [...form.byId.values()].filter((task) => task.question !== null)
        const kinds = ['pre-fill', 'one-to-many', 'many-to-one', 'pre-view'] as const
        const byId = new Map(form.byId)
        for (const pair of pairs) {
          const from = questions[pair % questions.length]
          const to = questions[(pair * 7 + 1) % questions.length]
          if (from === undefined || to === undefined) continue
          const reference = { form: 'TEST:FORM', task: to.id, kind: kinds[pair % kinds.length]! }
          byId.set(from.id, { ...from, references: [reference] })
        }
        const to = { ...form, byId }
        const filled = fill(to, play(form, mine))
        for (const one of prefill(filled, { forms: [fill(to, play(form, theirs))] }).proposals) {
          assert.equal(valueError(to.byId.get(one.task)!, one.value), undefined)
          const kept = must(setAnswer(to, filled.answers, one, one.value, stamp))
          const again = prefill(fill(to, kept), { forms: [fill(to, play(form, theirs))] }).proposals
          assert.ok(
            !again.some(({ task, instances }) => task === one.task && instances.join('/') === one.instances.join('/')),
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('the forms of the government', { skip: without(governmentFile('prescan.yaml')) }, () => {
  const prescan = () => governmentForm('prescan')
  const dpia = () => governmentForm('dpia')

  test('refer to tasks that are there', () => {
    assert.deepEqual(unknownReferences(prescan(), dpia()), [])
    assert.deepEqual(unknownReferences(governmentForm('iama'), governmentForm('iama')), [])
  })

  test('the pre-scan proposes for the DPIA what it refers to', () => {
    const answers = answered(prescan(), [
      ['0.2', '', 'A bot for the helpdesk'],
      ['0.3', '', 'Shorter waiting'],
      ['0.4', '', 'Rechtsgrond gerechtvaardigd belang'],
      ['1.1.1', '', true],
      ['1.1.2', '', ['Categorie gewone persoonsgegevens: Helpdeskgegevens']],
      ['1.2.1', '', true],
      ['1.2.2', '', ['Categorie bijzondere persoonsgegevens: Gegevens over gezondheid']],
      ['1.5.4', '', 'Jaar'],
      ['2.1.1', '', true],
      ['2.1.2', '', 'Buiten EER'],
    ])
    const found = prefill(fill(dpia(), answered(dpia(), [['12.1.1', '', true]])), { forms: [fill(prescan(), answers)] })
    assert.deepEqual(
      found.proposals.map(({ task, instances, value }) => [[task, ...instances].join('/'), value]),
      [
        ['1.1', 'A bot for the helpdesk'],
        ['5.1.1/1/1', 'Shorter waiting'],
        ['11.1.1.1/1/1', 'Rechtsgrond gerechtvaardigd belang'],
        ['12.1.2.4/1', 'Type bijzondere persoonsgegevens: Gegevens over gezondheid'],
        ['10.1.1.4/1/1', 'Jaar'],
        ['8.1.1.1/1/1', 'Buiten EER'],
      ],
    )
    assert.deepEqual(
      found.views.map(({ task, from }) => `${from.task} beside ${task}`),
      ['1.1.2 beside 2.1.3', '1.2.2 beside 2.1.3'],
    )
  })

  test('the IAMA shows its own earlier answers where they are needed again', () => {
    const iama = governmentForm('iama')
    const filled = fill(iama, answered(iama, [['1.1.2', '', 'Fewer errors']]))
    assert.deepEqual(
      prefill(filled, { forms: [filled] }).views.map(({ task }) => task),
      ['4.4.1', '4.5.1', '5.A.1', '2.1.2'],
    )
  })
})
