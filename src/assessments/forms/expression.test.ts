// The language in which forms count: everything that occurs in the forms of the government, and nothing else.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { without } from '../../platform/shared-data.ts'
import { evaluate, type Facts, type Result } from './evaluate.ts'
import { type Expression, type ExpressionFault, partsOf, readExpression } from './expression.ts'
import { governmentFile, governmentForms, governmentText } from './testing.ts'

const nothing: Facts = { answer: () => null, score: () => null, criterion: () => undefined, name: () => undefined }
const given = (answers: Record<string, string | boolean | null | string[]>): Facts => ({
  ...nothing,
  answer: (task) => answers[task] ?? null,
})

function result(text: string, facts: Facts = nothing): Result {
  const read = readExpression(text)
  assert.ok(read.ok, `${text}: ${read.ok ? '' : read.fault}`)
  return evaluate(read.expression, facts)
}

describe('expressions are read', () => {
  const faults: readonly (readonly [string, ExpressionFault, number])[] = [
    ['', 'unfinished', 0],
    ['1 +', 'unfinished', 3],
    ["answers('1'", 'unfinished', 11],
    ['(1', 'unfinished', 2],
    ["'open", 'unexpected', 0],
    ['1 ; 2', 'unexpected', 2],
    ['1 2', 'unexpected', 2],
    ['process.env', 'unexpected', 0],
    ['scores.1', 'unexpected', 7],
    ["constructor('x')", 'function_unknown', 0],
    ["eval('x')", 'function_unknown', 0],
    ["answers('1') | lower", 'function_unknown', 15],
    ['answers(1)', 'id_not_written_out', 8],
    ["answers('1' + '2')", 'unexpected', 12],
    ["weightedCountMap(answers('1'), ['a'], [1, 2])", 'weights_differ', 0],
    ["weightedCountMap(answers('1'), ['a'], ['b'])", 'weights_differ', 0],
    ["weightedCountMap(answers('1'), 'a', 1)", 'weights_differ', 0],
    ['true || true && false', 'brackets_needed', 13],
    ['true && true || false', 'brackets_needed', 13],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 'too_deep', 25],
    [`${'!'.repeat(60)}1`, 'too_deep', 49],
    [`${'1 + '.repeat(2_000)}1`, 'too_long', 4_000],
  ]
  for (const [text, fault, at] of faults)
    test(`${text.slice(0, 40)}: ${fault}`, () => {
      const read = readExpression(text)
      assert.ok(!read.ok)
      assert.equal(read.fault, fault)
      assert.equal(read.at, at)
    })

  test('any text gives an expression or a fault within it', () => {
    const pieces = fc.constantFrom(
      "answers('1')",
      "countSelectedOptions('1')",
      'bool(',
      "weightedCountMap(answers('1'), ['a'], [1])",
      '(',
      ')',
      '[',
      ']',
      ',',
      '| count',
      '?',
      ':',
      '&&',
      '||',
      '==',
      '!=',
      'in',
      '<',
      '+',
      '-',
      '!',
      '1',
      "'a'",
      'true',
      'null',
      'scores.a',
      'criteria.a',
      'name',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const read = readExpression(text)
        if (!read.ok) assert.ok(read.at >= 0 && read.at <= text.length)
        else assert.ok([...partsOf(read.expression)].length > 0)
      }),
      { numRuns: 500 },
    )
  })

  test('the longest expression that is allowed is read and evaluated', () => {
    assert.equal(result(`${'1+'.repeat(1_999)}1`), 2_000)
  })
})

describe('expressions are evaluated', () => {
  const cases: readonly (readonly [string, Result])[] = [
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 % 4 - -1', 4],
    ['10 / 4', 2.5],
    ['1 / 0', undefined],
    ['1 < 2 == true', true],
    ['2 >= 2', true],
    ['!(2 < 2)', true],
    ["'a' == 'a'", true],
    ["'true' == true", false],
    ['null == false', false],
    ["'a' in ['a', 'b']", true],
    ["null in ['a', 'b']", false],
    ["'a' in null", false],
    ["'a' in 'abc'", undefined],
    ['true ? 1 : 2', 1],
    ['false ? 1 : true ? 2 : 3', 2],
    ["'a' + 1", undefined],
    ["'a' < 1", undefined],
    ['null + 1', 1],
    ['true + true', 2],
    ['null || 0', 0],
    ['bool(null)', false],
    ["bool('true')", true],
    ["bool('yes')", false],
    ['null | count', 0],
    ["['a', 'b'] | count", 2],
    ['!null', true],
    ['[1, 2] == [1, 2]', true],
    ['1 == [1]', false],
  ]
  for (const [text, expected] of cases)
    test(`${text} is ${String(expected)}`, () => assert.deepEqual(result(text), expected))

  test('"cannot tell" stays so until something else decides', () => {
    const unknown = "('a' < 1)"
    const table: readonly (readonly [string, Result])[] = [
      [`${unknown} || true`, true],
      [`${unknown} || false`, undefined],
      [`true || ${unknown}`, true],
      [`false || ${unknown}`, undefined],
      [`${unknown} && false`, false],
      [`${unknown} && true`, undefined],
      [`false && ${unknown}`, false],
      [`true && ${unknown}`, undefined],
      [`!${unknown}`, undefined],
      [`-${unknown}`, undefined],
      [`bool(${unknown})`, undefined],
      [`${unknown} | count`, undefined],
      [`${unknown} ? 1 : 1`, undefined],
      [`${unknown} == ${unknown}`, undefined],
      [`[${unknown}]`, undefined],
      [`weightedCountMap(${unknown}, ['a'], [1])`, undefined],
    ]
    for (const [text, expected] of table) assert.equal(result(text), expected, text)
  })

  test('answers are those of the form; what is not there is unanswered', () => {
    const facts = given({ '1': true, '2': ['a', 'b'], '3': 'x', '4': false })
    assert.equal(result("bool(answers('1')) && answers('2') | count == 2", facts), true)
    assert.equal(result("countSelectedOptions('2')", facts), 2)
    assert.equal(result("countSelectedOptions('3')", facts), 0)
    assert.equal(result("answers('9') == null", facts), true)
    assert.equal(result("answers('4') == false", facts), true)
    assert.equal(result("'b' in answers('2')", facts), true)
    assert.equal(result("'b' in answers('9')", facts), false)
  })

  test('weights count what was chosen, also when the option says its kind first', () => {
    const text = "weightedCountMap(answers('1'), ['Children', 'Kind: Staff'], [3, 1])"
    assert.equal(result(text, given({ '1': ['Kind: Children'] })), 3)
    assert.equal(result(text, given({ '1': ['Children', 'Kind: Staff'] })), 4)
    assert.equal(result(text, given({ '1': ['Staff', 'Grandchildren'] })), 0)
    assert.equal(result(text, given({})), 0)
    assert.equal(result(text, given({ '1': 'Children' })), 0)
  })

  test('sums and comparisons are those of a second way of working them out', () => {
    type Pair = { text: string; value: number }
    const { sum } = fc.letrec<{ sum: Pair }>((tie) => ({
      sum: fc.oneof(
        { maxDepth: 4 },
        fc.nat(9).map((n): Pair => ({ text: String(n), value: n })),
        fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*'), tie('sum')).map(
          ([a, sign, b]): Pair => ({
            text: `(${a.text} ${sign} ${b.text})`,
            value: sign === '+' ? a.value + b.value : sign === '-' ? a.value - b.value : a.value * b.value,
          }),
        ),
        tie('sum').map((a): Pair => ({ text: `-${a.text}`, value: -a.value })),
      ),
    }))
    fc.assert(
      fc.property(sum, sum, (a, b) => {
        assert.equal(Number(result(a.text)) + 0, a.value + 0)
        assert.equal(result(`${a.text} <= ${b.text}`), a.value <= b.value)
        assert.equal(result(`${a.text} == ${b.text}`), a.value === b.value)
      }),
    )
  })

  test('any expression ends with any answers, and gives a value or "cannot tell"', () => {
    const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
      const of = tie('expression')
      const operator = fc.constantFrom(
        ...(['||', '&&', '==', '!=', 'in', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const),
      )
      return {
        expression: fc.oneof(
          { maxDepth: 5 },
          fc.record({
            is: fc.constant('literal' as const),
            value: fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null)),
          }),
          fc.constantFrom<Expression>(
            { is: 'answer', task: 'a' },
            { is: 'selected', task: 'a' },
            { is: 'score', key: 's' },
            { is: 'criterion', id: 'c' },
            { is: 'name', name: 'n' },
          ),
          fc.record({ is: fc.constantFrom('bool', 'count', 'not', 'minus'), of }),
          fc.record({ is: fc.constant('list' as const), items: fc.array(of, { maxLength: 3 }) }),
          fc.record({ is: fc.constant('binary' as const), operator, left: of, right: of }),
          fc.record({ is: fc.constant('choice' as const), test: of, yes: of, no: of }),
          fc.record({
            is: fc.constant('weights' as const),
            of,
            keys: fc.constant(['a', 'b']),
            weights: fc.constant([1, 2]),
          }),
        ) as fc.Arbitrary<Expression>,
      }
    })
    const answer = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.constantFrom('a', 'b', 'k: a')))
    fc.assert(
      fc.property(expression, answer, fc.option(fc.integer(), { nil: undefined }), (one, value, score) => {
        const found = evaluate(one, {
          answer: () => value,
          score: () => score,
          criterion: () => undefined,
          name: () => score,
        })
        assert.ok(
          found === undefined || found === null || ['string', 'number', 'boolean', 'object'].includes(typeof found),
        )
        if (typeof found === 'number') assert.ok(Number.isFinite(found))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the forms of the government', () => {
  for (const name of governmentForms)
    test(`every expression in ${name} is read`, { skip: without(governmentFile(`${name}.yaml`)) }, () => {
      const texts: string[] = []
      const walk = (value: unknown, key: string): void => {
        if (typeof value === 'string' && (key === 'expression' || key === 'when')) texts.push(value)
        else if (Array.isArray(value)) for (const one of value) walk(one, key)
        else if (typeof value === 'object' && value !== null)
          for (const [inner, one] of Object.entries(value)) walk(one, inner)
      }
      walk(parse(governmentText(name)), '')
      assert.equal(texts.length, { prescan: 59, dpia: 0, iama: 0 }[name])
      for (const text of texts) assert.ok(readExpression(text).ok, text)
    })
})
