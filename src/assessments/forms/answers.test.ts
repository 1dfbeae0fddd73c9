// Answers are cells: each change touches one, nobody writes over somebody else by accident, and nothing typed is lost.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type AnswerError,
  type Answers,
  type AnswerValue,
  addInstance,
  answerKey,
  clearAnswer,
  instanceKey,
  isAnswered,
  mergeCells,
  noAnswers,
  readKey,
  removeInstance,
  restoreInstance,
  setAnswer,
} from './answers.ts'
import { fill, nowhere, within } from './filled.ts'
import { acts, answered, follows, formOf, formWith, group, must, play, question, randomForm, stamp } from './testing.ts'

const form = formOf(
  formWith([
    group('1', [
      question('1.1', 'text_input'),
      question('1.2', 'radio_option', {
        options: [{ value: true }, { value: false }, { value: null }, { value: 'a' }],
      }),
      question('1.3', 'checkbox_option'),
      question('1.4', 'date'),
      question('1.5', 'image'),
      question('1.6', 'open_text', { repeatable: true }),
    ]),
    group('2', [question('2.1', 'text_input'), group('2.2', [question('2.2.1', 'text_input')], { repeatable: true })], {
      repeatable: true,
    }),
    group('3', [question('3.1', 'text_input')], { repeatable: true, dependencies: [follows('2.1')] }),
    group('4', [question('4.1', 'text_input')], { repeatable: true, dependencies: [follows('2.1', 'one_to_many')] }),
  ]),
)
const ids = (answers: Answers, task: string, above = nowhere) =>
  fill(form, answers).instanceIds(form.byId.get(task)!, above)
const place = (task: string, ...instances: string[]) => ({ task, instances })
const codeOf = (changed: { ok: boolean; code?: AnswerError }) => (changed.ok ? 'ok' : changed.code)

describe('an answer', () => {
  const cases: readonly (readonly [string, AnswerValue, AnswerError | 'ok'])[] = [
    ['1.1', 'text', 'ok'],
    ['1.1', '', 'ok'],
    ['1.1', true, 'value_wrong'],
    ['1.1', ['a'], 'value_wrong'],
    ['1.1', 'x'.repeat(100_000), 'ok'],
    ['1.1', 'x'.repeat(100_001), 'value_too_long'],
    ['1.2', true, 'ok'],
    ['1.2', false, 'ok'],
    ['1.2', null, 'ok'],
    ['1.2', 'a', 'ok'],
    ['1.2', 'true', 'option_unknown'],
    ['1.2', '', 'option_unknown'],
    ['1.3', ['a', 'true'], 'ok'],
    ['1.3', [], 'ok'],
    ['1.3', ['c'], 'option_unknown'],
    ['1.3', ['a', 'a'], 'value_wrong'],
    ['1.3', 'a', 'value_wrong'],
    ['1.4', '2028-02-29', 'ok'],
    ['1.4', '2027-02-29', 'date_wrong'],
    ['1.4', '2027-13-01', 'date_wrong'],
    ['1.4', '2027-00-10', 'date_wrong'],
    ['1.4', '29-02-2028', 'date_wrong'],
    ['1.4', '', 'ok'],
    ['1.5', { image: 'p1', title: 'Title' }, 'ok'],
    ['1.5', { image: 'data:image/png;base64,AAAA' }, 'value_wrong'],
    ['1.5', 'p1', 'value_wrong'],
    ['1', 'text', 'task_not_asked'],
    ['9', 'text', 'task_unknown'],
    ['2.1', 'text', 'place_wrong'],
  ]
  for (const [task, value, expected] of cases)
    test(`${JSON.stringify(value).slice(0, 30)} to ${task}: ${expected}`, () =>
      assert.equal(codeOf(setAnswer(form, noAnswers, place(task), value, stamp)), expected))

  test('changes one cell and leaves the answers that were given alone', () => {
    const before = answered(form, [['1.1', '', 'a']])
    const changed = setAnswer(form, before, place('1.1'), 'b', { at: stamp.at, by: 'somebody' })
    assert.ok(changed.ok)
    assert.equal(changed.key, '1.1')
    assert.deepEqual(before.get('1.1'), { kind: 'answer', value: 'a', ...stamp })
    assert.deepEqual(changed.answers.get('1.1'), { kind: 'answer', value: 'b', at: stamp.at, by: 'somebody' })
  })

  test('that is taken away leaves a cell that says so', () => {
    const answers = must(clearAnswer(form, answered(form, [['1.1', '', 'a']]), place('1.1'), stamp))
    assert.deepEqual(answers.get('1.1'), { kind: 'answer', ...stamp })
  })

  test('"no" and "not applicable" are answers; an empty text and nothing chosen are not', () => {
    for (const value of [false, null, 'a', ['a'], { image: 'p' }]) assert.equal(isAnswered(value), true)
    for (const value of [undefined, '', []]) assert.equal(isAnswered(value), false)
  })
})

describe('repetitions', () => {
  test('the first is there by itself; others come after it in the order in which they were added', () => {
    assert.deepEqual(ids(noAnswers, '2'), ['1'])
    assert.deepEqual(
      ids(
        answered(form, [
          ['2', 'b'],
          ['2', 'a'],
        ]),
        '2',
      ),
      ['1', 'b', 'a'],
    )
  })

  test('a new one is last, also after some that came from a file with gaps in their order', () => {
    const fromFile = new Map([['2/+f', { kind: 'instance', order: 9, ...stamp } as const]])
    assert.deepEqual(ids(must(addInstance(form, fromFile, place('2', 'a'), stamp)), '2'), ['1', 'f', 'a'])
  })

  test('a removed one comes back where it stood, with its answers', () => {
    const all = answered(form, [
      ['2', 'b'],
      ['2', 'c'],
      ['2.1', 'b', 'text'],
    ])
    const without = must(removeInstance(form, all, place('2', 'b'), stamp))
    assert.deepEqual(ids(without, '2'), ['1', 'c'])
    assert.deepEqual(without.get('2.1/b'), all.get('2.1/b'))
    assert.deepEqual(ids(must(restoreInstance(form, without, place('2', 'b'), stamp)), '2'), ['1', 'b', 'c'])
  })

  test('the first can be removed too, and the last one', () => {
    const without = must(removeInstance(form, noAnswers, place('2', '1'), stamp))
    assert.deepEqual(ids(without, '2'), [])
    assert.deepEqual(ids(must(restoreInstance(form, without, place('2', '1'), stamp)), '2'), ['1'])
  })

  test('within a repetition have ids of their own', () => {
    const answers = answered(form, [
      ['2', 'b'],
      ['2.2', 'b/x'],
      ['2.2', '1/x'],
    ])
    const two = form.byId.get('2')!
    assert.deepEqual(ids(answers, '2.2', within(two, nowhere, 'b')), ['1', 'x'])
    assert.deepEqual(ids(answers, '2.2', within(two, nowhere, '1')), ['1', 'x'])
  })

  test('that follow a source come and go with it', () => {
    const answers = answered(form, [['2', 'b']])
    assert.deepEqual(ids(answers, '3'), ['1', 'b'])
    assert.equal(codeOf(addInstance(form, answers, place('3', 'x'), stamp)), 'instance_follows')
    assert.equal(codeOf(removeInstance(form, answers, place('3', 'b'), stamp)), 'instance_follows')
    assert.deepEqual(ids(must(removeInstance(form, answers, place('2', '1'), stamp)), '3'), ['b'])
  })

  test('of a source with several each are added within their source', () => {
    const answers = answered(form, [
      ['2', 'b'],
      ['4', 'b~x'],
    ])
    assert.deepEqual(ids(answers, '4'), ['1~1', 'b~1', 'b~x'])
    assert.deepEqual(ids(must(removeInstance(form, answers, place('4', 'b~1'), stamp)), '4'), ['1~1', 'b~x'])
    assert.deepEqual(ids(must(removeInstance(form, answers, place('2', 'b'), stamp)), '4'), ['1~1'])
  })

  test('are refused where they cannot be', () => {
    const answers = answered(form, [['2', 'b']])
    assert.equal(codeOf(addInstance(form, answers, place('2', 'b'), stamp)), 'instance_exists')
    assert.equal(codeOf(addInstance(form, answers, place('2', '1'), stamp)), 'instance_exists')
    assert.equal(codeOf(removeInstance(form, answers, place('2', 'x'), stamp)), 'instance_unknown')
    assert.equal(codeOf(restoreInstance(form, answers, place('2', 'b'), stamp)), 'instance_unknown')
    for (const id of ['', 'a b', 'a/b', '+a', 'a~b', 'é', 'x'.repeat(65)])
      assert.equal(codeOf(addInstance(form, answers, place('2', id), stamp)), 'place_wrong', id)
    assert.equal(codeOf(addInstance(form, answers, place('1'), stamp)), 'place_wrong')
    assert.equal(codeOf(addInstance(form, answers, place('9', 'a'), stamp)), 'task_unknown')
  })

  test('are at most 20,000 in a form', () => {
    const many = new Map(
      Array.from({ length: 20_000 }, (_, n) => [
        `2.2/p${n % 400}/+i${n}`,
        { kind: 'instance', order: n, ...stamp } as const,
      ]),
    )
    assert.equal(codeOf(addInstance(form, many, place('2', 'one-more'), stamp)), 'instances_too_many')
    many.delete('2.2/p0/+i0')
    assert.equal(codeOf(addInstance(form, many, place('2', 'one-more'), stamp)), 'ok')
  })

  test('are at most 500 together', () => {
    let answers: Answers = noAnswers
    for (let n = 1; n < 500; n++) answers = must(addInstance(form, answers, place('2', `i${n}`), stamp))
    assert.equal(codeOf(addInstance(form, answers, place('2', 'one-more'), stamp)), 'instances_too_many')
  })
})

describe('two people at once', () => {
  const cellsOf = (before: Answers, after: Answers) => [...after].filter(([key, cell]) => before.get(key) !== cell)

  test('who both add a repetition have both', () => {
    const mine = must(addInstance(form, noAnswers, place('2', 'mine'), stamp))
    const theirs = must(addInstance(form, noAnswers, place('2', 'theirs'), stamp))
    assert.deepEqual(ids(mergeCells(mine, theirs), '2'), ['1', 'mine', 'theirs'])
    assert.deepEqual(ids(mergeCells(theirs, mine), '2'), ['1', 'mine', 'theirs'])
  })

  test('an answer in a repetition that the other removed is kept', () => {
    const before = answered(form, [['2', 'b']])
    const removed = must(removeInstance(form, before, place('2', 'b'), stamp))
    const merged = mergeCells(removed, cellsOf(before, must(setAnswer(form, before, place('2.1', 'b'), 'x', stamp))))
    assert.deepEqual(ids(merged, '2'), ['1'])
    assert.equal(
      fill(form, must(restoreInstance(form, merged, place('2', 'b'), stamp))).valueAt(
        form.byId.get('2.1')!,
        within(form.byId.get('2')!, nowhere, 'b'),
      ),
      'x',
    )
  })

  test('changes of different cells give the same in either order', () => {
    fc.assert(
      fc.property(randomForm, acts, acts, acts, (random, first, second, third) => {
        const before = play(random, first)
        const a = cellsOf(before, play(random, second, before))
        const taken = new Set(a.map(([key]) => key))
        const b = cellsOf(before, play(random, third, before)).filter(([key]) => !taken.has(key))
        assert.deepEqual(mergeCells(mergeCells(before, a), b), mergeCells(mergeCells(before, b), a))
      }),
    )
  })
})

describe('keys', () => {
  test('say the place, and nothing else is a key', () => {
    assert.equal(answerKey(place('2.2.1', 'b', 'x')), '2.2.1/b/x')
    assert.equal(instanceKey(place('2.2', 'b', 'x')), '2.2/b/+x')
    assert.deepEqual(readKey(form, '2.2.1/b/x'), { kind: 'answer', task: '2.2.1', instances: ['b', 'x'] })
    assert.deepEqual(readKey(form, '2.2/b/+x'), { kind: 'instance', task: '2.2', instances: ['b', 'x'] })
    assert.deepEqual(readKey(form, '1.6/+x'), { kind: 'instance', task: '1.6', instances: ['x'] })
    assert.deepEqual(readKey(form, '1.6/x'), { kind: 'answer', task: '1.6', instances: ['x'] })
    for (const key of [
      '',
      '9',
      '1',
      '2.1',
      '2.1/a/b',
      '2/a',
      '1.1/+a',
      '2.1/a b',
      '3/+a~b',
      '4/+a',
      '__proto__',
      '2.1/__proto__/x',
    ])
      assert.equal(readKey(form, key), undefined, key)
  })

  test('of every change are read back as its place', () => {
    fc.assert(
      fc.property(randomForm, acts, (random, numbers) => {
        for (const [key, cell] of play(random, numbers)) {
          const read = readKey(random, key)
          assert.ok(read)
          assert.equal(read.kind, cell.kind)
          assert.equal(read.kind === 'answer' ? answerKey(read) : instanceKey(read), key)
        }
      }),
    )
  })
})
