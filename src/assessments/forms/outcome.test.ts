// What the answers lead to: never "not needed" while a question that counts is open, and never a guess.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { without } from '../../platform/shared-data.ts'
import { type Answers, type AnswerValue, noAnswers } from './answers.ts'
import type { Form } from './definition.ts'
import { fill } from './filled.ts'
import { outcomesOf, scoresOf } from './outcome.ts'
import {
  acts,
  answered,
  formOf,
  formWith,
  governmentFile,
  governmentForm,
  group,
  play,
  question,
  when,
} from './testing.ts'

const outcome = (form: Form, answers: Answers, id: string) =>
  outcomesOf(fill(form, answers)).find((one) => one.id === id)!
const met = (form: Form, answers: Answers, id: string) =>
  outcome(form, answers, id)
    .criteria.filter((one) => one.met === 'met')
    .map((one) => one.id)

const form = formOf(
  formWith(
    [
      question('1', 'checkbox_option', {
        options: ['a', 'b', 'c'].map((value) => ({ value })),
        calculation: {
          scoreKey: 'risk',
          expression: "answers('1') | count",
          riskScore: [
            { when: 'risk == 1', value: 1 },
            { when: 'risk > 1', value: 2 },
          ],
        },
      }),
      question('2', 'radio_option'),
      question('3', 'radio_option', { dependencies: [when('2', true)] }),
      question('4', 'text_input', {
        calculation: { scoreKey: 'words', expression: "answers('4')", riskScore: [{ when: 'words > 1', value: 1 }] },
      }),
      question('5', 'date', {
        calculation: {
          scoreKey: 'double',
          expression: 'scores.risk * 2',
          riskScore: [{ when: 'double > 2', value: 9 }],
        },
      }),
      group('6', [question('6.1', 'radio_option')], { repeatable: true }),
    ],
    {
      assessments: [
        {
          id: 'A',
          levels: [
            {
              level: 'required',
              expression: 'criteria.high && criteria.yes',
              result: 'A is required',
              explanation: 'Because',
              criteria: [
                { id: 'high', expression: 'scores.risk >= 2', explanation: 'many' },
                { id: 'yes', expression: "bool(answers('3'))", explanation: 'yes' },
              ],
            },
            { level: 'recommended', expression: 'scores.risk == 1', result: 'A is recommended' },
          ],
        },
        { id: 'B', levels: [{ level: 'required', expression: 'scores.words == 1', result: 'B' }] },
        { id: 'C', levels: [{ level: 'required', expression: 'scores.double == 9', result: 'C' }] },
        { id: 'D', levels: [{ level: 'required', expression: "bool(answers('6.1'))", result: 'D' }] },
      ],
    },
  ),
)

describe('an outcome', () => {
  const cases: readonly (readonly [[string, string, AnswerValue?][], string, readonly string[], readonly string[]])[] =
    [
      [[], 'undecided', [], ['1', '2']],
      [[['1', '', ['a']]], 'recommended', [], ['2']],
      [[['1', '', ['a', 'b']]], 'undecided', ['high'], ['2']],
      [
        [
          ['1', '', ['a', 'b']],
          ['2', '', true],
        ],
        'undecided',
        ['high'],
        ['3'],
      ],
      [
        [
          ['1', '', ['a', 'b']],
          ['2', '', true],
          ['3', '', true],
        ],
        'required',
        ['high', 'yes'],
        [],
      ],
      [
        [
          ['1', '', ['a', 'b']],
          ['2', '', true],
          ['3', '', false],
        ],
        'none',
        ['high'],
        [],
      ],
      [
        [
          ['1', '', ['a', 'b']],
          ['2', '', false],
          ['3', '', true],
        ],
        'none',
        ['high'],
        [],
      ],
      [[['3', '', true]], 'undecided', [], ['1', '2']],
    ]
  for (const [list, level, criteria, open] of cases)
    test(`after ${JSON.stringify(list)}: ${level}`, () => {
      const answers = answered(form, list)
      const found = outcome(form, answers, 'A')
      assert.equal(found.level, level)
      assert.deepEqual(met(form, answers, 'A'), criteria)
      assert.deepEqual(found.open, open)
    })

  test('has the words of the form for the level that holds', () => {
    const answers = answered(form, [
      ['1', '', ['a', 'b']],
      ['2', '', true],
      ['3', '', true],
    ])
    const { result, explanation, criteria } = outcome(form, answers, 'A')
    assert.deepEqual([result, explanation], [{ nl: 'A is required' }, { nl: 'Because' }])
    assert.deepEqual(criteria[0], { id: 'high', met: 'met', explanation: { nl: 'many' } })
    assert.equal(outcome(form, noAnswers, 'A').result, undefined)
  })

  test('cannot be told when a text is counted with', () => {
    assert.equal(outcome(form, answered(form, [['4', '', 'many']]), 'B').level, 'cannot_tell')
    assert.equal(outcome(form, noAnswers, 'B').level, 'undecided')
  })

  test('may rest on a score that rests on a score, and waits for what that one reads', () => {
    assert.equal(outcome(form, answered(form, [['1', '', ['a', 'b']]]), 'C').level, 'required')
    assert.equal(outcome(form, answered(form, [['1', '', ['a']]]), 'C').level, 'none')
    assert.deepEqual(outcome(form, noAnswers, 'C').open, ['1'])
  })

  test('reads the first repetition, and is open while any is unanswered', () => {
    const answers = answered(form, [
      ['6', 'b'],
      ['6.1', '1', false],
    ])
    assert.deepEqual([outcome(form, answers, 'D').level, outcome(form, answers, 'D').open], ['undecided', ['6.1']])
    assert.equal(outcome(form, answered(form, [['6.1', '1', true]]), 'D').level, 'required')
  })

  test('a score is none while no rule of it holds', () => {
    const scores = (list: [string, string, AnswerValue?][]) => scoresOf(fill(form, answered(form, list)))
    assert.equal(scores([])('risk'), null)
    assert.equal(scores([['1', '', ['a']]])('risk'), 1)
    assert.equal(scores([['4', '', 'x']])('words'), undefined)
    assert.equal(scores([])('unknown'), null)
  })
})

describe('the pre-scan of the government', { skip: without(governmentFile('prescan.yaml')) }, () => {
  let read: Form | undefined
  const prescan = () => {
    read ??= governmentForm('prescan')
    return read
  }
  const levels = (list: [string, string, AnswerValue][]) =>
    Object.fromEntries(outcomesOf(fill(prescan(), answered(prescan(), list))).map(({ id, level }) => [id, level]))
  const list = (id: string, count: number): [string, string, AnswerValue] => [
    id,
    '',
    prescan()
      .byId.get(id)!
      .options.slice(0, count)
      .map(({ value }) => String(value)),
  ]

  test('says nothing before anything is answered', () => {
    assert.deepEqual(levels([]), { DPIA: 'undecided', DTIA: 'undecided', KIA: 'undecided', IAMA: 'undecided' })
  })

  test('requires a DPIA for new law, one item of the AP, two of the EDPB; recommends it for one', () => {
    assert.equal(levels([['0.1', '', true]]).DPIA, 'required')
    assert.equal(levels([list('3.1', 1)]).DPIA, 'required')
    assert.equal(levels([list('4.1', 2)]).DPIA, 'required')
    assert.equal(levels([list('4.1', 1)]).DPIA, 'recommended')
  })

  test('requires a DPIA when the risks add up to more than four', () => {
    const risky: [string, string, AnswerValue][] = [
      ['1.1.1', '', true],
      list('1.1.2', 6),
      ['1.2.1', '', true],
      list('1.2.2', 7),
      ['1.5.1', '', true],
    ]
    const four = answered(prescan(), risky)
    const scores = scoresOf(fill(prescan(), four))
    assert.deepEqual(
      ['gewone_persoonsgegeven', 'bijzonder_persoonsgegeven', 'aantal_betrokkenen', 'bewaartermijn'].map(scores),
      [1, 2, 1, 0],
    )
    assert.equal(levels(risky).DPIA, 'undecided')
    assert.equal(levels([...risky, ['1.5.4', '', 'Aantal jaren']]).DPIA, 'required')
    // Hidden again by the question above it: it no longer counts.
    assert.equal(levels([...risky, ['1.5.4', '', 'Aantal jaren'], ['1.2.1', '', false]]).DPIA, 'undecided')
  })

  test('counts groups of people by their weight, although its keys are not its choices', () => {
    const children = [
      'Categorie betrokkenen: Kinderen jonger dan 16 jaar',
      'Categorie betrokkenen: Medewerkers/bewindspersonen',
    ]
    assert.equal(scoresOf(fill(prescan(), answered(prescan(), [['1.4.1', '', children]])))('betrokkenen'), 2)
    assert.equal(scoresOf(fill(prescan(), answered(prescan(), [['1.4.1', '', children.slice(1)]])))('betrokkenen'), 0)
  })

  test('counts a service for minors, although its sum stands among the conditions', () => {
    const minors = (list: [string, string, AnswerValue][]) =>
      scoresOf(fill(prescan(), answered(prescan(), list)))('digitaledienst_minderjarig')
    assert.equal(
      minors([
        ['7.1.1', '', true],
        ['7.1.2', '', true],
      ]),
      2,
    )
    assert.equal(
      minors([
        ['7.1.1', '', true],
        ['7.1.2', '', false],
        ['7.1.3', '', false],
      ]),
      1,
    )
    assert.equal(
      minors([
        ['7.1.1', '', true],
        ['7.1.2', '', false],
        ['7.1.3', '', true],
      ]),
      0,
    )
  })

  test('requires a DTIA for a transfer outside the EEA by clauses, recommends KIA and IAMA', () => {
    const transfer: [string, string, AnswerValue][] = [
      ['2.1.1', '', true],
      ['2.1.3', '', 'Buiten EER'],
      ['2.1.6', '', 'Standaard contractsbepaling (SCC)'],
    ]
    assert.equal(levels(transfer).DTIA, 'required')
    assert.equal(levels([...transfer, ['2.1.6', '', 'Adequaatheidsbesluit']]).DTIA, 'undecided')
    assert.equal(
      levels([
        ['7.1.1', '', true],
        ['7.1.2', '', true],
      ]).KIA,
      'recommended',
    )
    assert.equal(
      levels([
        ['6.1.1', '', true],
        ['6.1.2', '', true],
      ]).IAMA,
      'recommended',
    )
    assert.equal(
      levels([
        ['6.1.1', '', false],
        ['6.1.2', '', true],
      ]).IAMA,
      'none',
    )
  })

  test('has an outcome for any answers, and all of them once everything is answered', () => {
    fc.assert(
      fc.property(acts, (numbers) => {
        for (const { level, open } of outcomesOf(fill(prescan(), play(prescan(), numbers)))) {
          assert.notEqual(level, 'cannot_tell')
          if (level === 'none') assert.deepEqual(open, [])
        }
      }),
      { numRuns: 50 },
    )
  })
})
