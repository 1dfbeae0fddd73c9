import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { attribute } from './attribute.ts'
import { margin, type ReadModel, type TreeModel } from './model.ts'
import { ExplainError } from './problem.ts'
import { nearestName, readInput } from './read-input.ts'
import { readModel } from './read-model.ts'
import { bruteForce, pathWorth } from './testing.ts'

const folder = join(import.meta.dirname, '../../../testdata/vectors/explain')
const bytesOf = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const load = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'))
function problemsOf(bytes: Uint8Array): string[] {
  try {
    readModel(bytes)
    return []
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error
    return error.problems.map(({ code, place }) => `${code} ${place}`)
  }
}
/** A copy with one place changed, or removed when `to` is undefined. */
function changed(value: unknown, path: string, to: unknown): unknown {
  const copy: unknown = structuredClone(value)
  const parts = path.split('/')
  const last = parts.pop()!
  const owner = parts.reduce((at, part) => (at as Record<string, unknown>)[part], copy) as Record<string, unknown>
  if (to === undefined) delete owner[last]
  else owner[last] = to
  return copy
}
const broken = (file: string, path: string, to: unknown): string[] => problemsOf(bytesOf(changed(load(file), path, to)))

/** LightGBM by its documented form (Tree::ToJSON): a numeric, a missing-as-zero, a categorical and a NaN-aware split. */
const count = (internal: number) => ({ internal_count: internal })
const leafOf = (leaf_value: number, leaf_count: number) => ({ leaf_value, leaf_count })
const lightgbm = {
  name: 'tree',
  num_class: 1,
  num_tree_per_iteration: 1,
  max_feature_idx: 2,
  objective: 'binary sigmoid:1',
  feature_names: ['late', 'years', 'region'],
  tree_info: [
    {
      tree_index: 0,
      shrinkage: 0.1,
      tree_structure: {
        split_feature: 0,
        threshold: 1.0000000180025095e-35,
        decision_type: '<=',
        default_left: true,
        missing_type: 'Zero',
        ...count(100),
        left_child: {
          split_feature: 2,
          threshold: '1||3',
          decision_type: '==',
          default_left: false,
          missing_type: 'None',
          ...count(60),
          left_child: leafOf(0.5, 20),
          right_child: leafOf(-0.25, 40),
        },
        right_child: {
          split_feature: 1,
          threshold: 2.5,
          decision_type: '<=',
          default_left: false,
          missing_type: 'NaN',
          ...count(40),
          left_child: leafOf(0.75, 10),
          right_child: leafOf(1, 30),
        },
      },
    },
    { tree_index: 1, shrinkage: 1, tree_structure: { leaf_value: 0.125 } },
    {
      tree_index: 2,
      shrinkage: 0.1,
      tree_structure: {
        split_feature: 1,
        threshold: -0.5,
        decision_type: '<=',
        default_left: true,
        missing_type: 'None',
        ...count(100),
        left_child: leafOf(-1, 30),
        right_child: leafOf(2, 70),
      },
    },
  ],
}

describe('LightGBM by its documented form', () => {
  const read = readModel(bytesOf(lightgbm))
  for (const [row, wanted] of [
    [[1, 2, 0], 0.75 + 0.125 + 2],
    [[1, 2.5, 0], 0.75 + 0.125 + 2],
    [[1, 3, 0], 1 + 0.125 + 2],
    [[1, Number.NaN, 0], 1 + 0.125 + 2],
    [[0, 2, 1], 0.5 + 0.125 + 2],
    [[Number.NaN, -1, 3.9], 0.5 + 0.125 - 1],
    [[-2, 2, 2], -0.25 + 0.125 + 2],
    [[-2, 2, -1], -0.25 + 0.125 + 2],
    [[-2, 2, Number.NaN], -0.25 + 0.125 + 2],
  ] as const)
    test(`${row.join(' ')} → ${wanted}`, () => {
      assert.equal(margin(read.model as TreeModel, row), wanted)
      const found = attribute(read, row, { background: null })
      const brute = bruteForce(3, pathWorth(read.model as TreeModel, Float64Array.from(row)))
      for (const [i, each] of brute.entries()) assert.ok(Math.abs(found.phi[i]! - each) < 1e-12)
    })
  test('is explained on its log-odds, by its names', () =>
    assert.deepEqual([read.scale, read.names, read.format], ['log_odds', ['late', 'years', 'region'], 'lightgbm']))
  const root = 'tree_info/0/tree_structure'
  for (const [what, path, to, expected] of [
    ['a child that is missing', 'left_child', undefined, 'node_missing tree_info[0].tree_structure.left_child'],
    ['a threshold that is no number', 'threshold', null, 'threshold_wrong tree_info[0].tree_structure.threshold'],
    [
      'a category that is no number',
      'left_child/threshold',
      '1||x',
      'threshold_wrong tree_info[0].tree_structure.left_child.threshold',
    ],
    ['a feature that does not exist', 'split_feature', 3, 'feature_out_of_range tree_info[0].tree_structure.feature'],
    [
      'a linear leaf',
      'right_child/left_child/leaf_coeff',
      [1],
      'model_unsupported tree_info[0].tree_structure.right_child.left_child',
    ],
    ['counts that do not add up', 'internal_count', 90, 'cover_wrong tree_info[0].tree_structure.cover'],
  ] as const)
    test(`${what}: ${expected.split(' ')[0]}`, () =>
      assert.deepEqual(problemsOf(bytesOf(changed(lightgbm, `${root}/${path}`, to))), [expected]))
})

describe('a broken file', () => {
  const xgboost = 'xgboost-logistic.json'
  const tree = 'learner/gradient_booster/model/trees/0'
  const at = 'learner.gradient_booster.model.trees[0]'
  for (const [what, file, path, to, expected] of [
    ['XGBoost with a cycle', xgboost, `${tree}/left_children/1`, 0, `tree_cycle ${at}.nodes[1].left`],
    [
      'XGBoost with a child that does not exist',
      xgboost,
      `${tree}/right_children/0`,
      9_999,
      `node_missing ${at}.nodes[0].right`,
    ],
    ['XGBoost with a node under two', xgboost, `${tree}/right_children/0`, 1, `node_shared ${at}.nodes[0].right`],
    [
      'XGBoost with a threshold that is NaN',
      xgboost,
      `${tree}/split_conditions/0`,
      null,
      `threshold_wrong ${at}.nodes[0].threshold`,
    ],
    [
      'XGBoost with lists of other lengths',
      xgboost,
      `${tree}/split_indices`,
      [0],
      `length_differs ${at}.split_indices`,
    ],
    [
      'XGBoost with an unknown objective',
      xgboost,
      'learner/objective/name',
      'my:own',
      'objective_unknown learner.objective',
    ],
    [
      'XGBoost with a base score of 1',
      xgboost,
      'learner/learner_model_param/base_score',
      '1',
      'field_wrong learner.learner_model_param.base_score',
    ],
    ['scikit-learn without thresholds', 'sklearn-tree.json', 'threshold', undefined, 'field_missing threshold'],
    [
      'scikit-learn with a threshold that is text',
      'sklearn-tree.json',
      'threshold/0',
      'half',
      'field_wrong threshold[0]',
    ],
    [
      'scikit-learn with a feature that does not exist',
      'sklearn-tree.json',
      'feature/0',
      77,
      'feature_out_of_range nodes[0].feature',
    ],
  ] as const)
    test(`${what}: ${expected.split(' ')[0]}`, () => {
      const found = broken(file, path, to)
      assert.ok(found.includes(expected), found.join('\n'))
    })

  test('a base score between brackets is read (XGBoost 3)', () => {
    assert.deepEqual(broken(xgboost, 'learner/learner_model_param/base_score', '[3E-1]'), [])
  })

  test('one that is not UTF-8 names the byte', () =>
    assert.deepEqual(problemsOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22)), ['encoding_not_utf8 ']))
  test('an empty one, and one of no known shape', () => {
    assert.deepEqual(problemsOf(new Uint8Array()), ['model_unknown '])
    assert.deepEqual(problemsOf(bytesOf([1, 2])), ['model_unknown '])
    assert.deepEqual(problemsOf(bytesOf('null')), ['model_unknown '])
  })
  test('too deep', () => {
    const nodes: object[] = []
    for (let i = 0; i < 600; i++)
      nodes.push(
        { id: 2 * i, feature: 0, threshold: 0, left: 2 * i + 1, right: 2 * i + 2 },
        { id: 2 * i + 1, value: 0 },
      )
    assert.deepEqual(problemsOf(bytesOf({ tree: [...nodes, { id: 1200, value: 0 }] })), ['tree_too_deep tree[1024]'])
  })
  test('a nested dump as deep as a stack is refused or read, never a crash', () => {
    const n = 100_000
    const nodes = Array.from(
      { length: n },
      (_, i) => `{"nodeid":${i},"split":"f0","split_condition":0,"yes":${i + 1},"no":${i + 1},"children":[`,
    )
    const text = `[${nodes.join('')}{"nodeid":${n},"leaf":1}${']}'.repeat(n)}]`
    assert.equal(problemsOf(bytesOf(text))[0]?.split(' ')[0], 'node_shared')
  })

  test('whatever is cut from or changed in a file, it is read or refused with a code', () => {
    const files = ['xgboost-logistic.json', 'sklearn-tree.json', 'forest.onnx'].map((file) =>
      readFileSync(join(folder, file)),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (file, cut, changes) => {
          const bytes = Uint8Array.from(file.subarray(0, cut % 3 === 0 ? cut % file.length : file.length))
          for (const [at, to] of changes) if (bytes.length > 0) bytes[at % bytes.length] = to
          problemsOf(bytes)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('what a library does with a value before it compares', () => {
  const sklearn = {
    children_left: [1, -1, -1],
    children_right: [2, -1, -1],
    feature: [0, -2, -2],
    threshold: [1, -2, -2],
    value: [0, 10, 20],
  }
  const own = { tree: [{ feature: 0, threshold: 1, left: 1, right: 2 }, { value: 10 }, { value: 20 }] }
  const dump = [
    {
      nodeid: 0,
      split: 'f0',
      split_condition: 1,
      yes: 1,
      no: 2,
      missing: 1,
      children: [
        { nodeid: 1, leaf: 10 },
        { nodeid: 2, leaf: 20 },
      ],
    },
  ]
  for (const [what, file, wanted] of [
    ['scikit-learn rounds to float32, and takes ≤', sklearn, [10, 10, 20]],
    ['XGBoost rounds to float32, and takes <', dump, [20, 20, 20]],
    ['the own shape compares as it stands', own, [10, 20, 20]],
    ['the own shape rounds when it says so', { ...own, precision: 'float32' }, [10, 10, 20]],
  ] as const)
    test(what, () => {
      const { model } = readModel(bytesOf(file))
      assert.deepEqual(
        [1, 1.00000001, 1.0000002].map((x) => margin(model as TreeModel, [x])),
        wanted,
      )
    })
})

describe('the facts', () => {
  const linear = readModel(bytesOf({ names: ['late', '__proto__', 'years'], weights: [1, 2, 3] }))
  const codes = (file: unknown, read: ReadModel = linear) => {
    try {
      readInput(file, read)
      return []
    } catch (error) {
      return (error as ExplainError).problems.map(({ code, values }) =>
        [code, values.nearest].filter(Boolean).join(' '),
      )
    }
  }
  test('as a list, under x, or by name, also by the name __proto__', () => {
    const named = JSON.parse('{"late": 1, "__proto__": 2, "years": 3}')
    for (const file of [[1, 2, 3], { x: [1, 2, 3] }, named, { x: named }])
      assert.deepEqual(Array.from(readInput(file, linear).row), [1, 2, 3])
  })
  test('yes and no count as 1 and 0', () =>
    assert.deepEqual(
      Array.from(readInput(JSON.parse('{"late": true, "__proto__": false, "years": 3}'), linear).row),
      [1, 0, 3],
    ))
  test('all that is wrong at once, with the nearest name', () =>
    assert.deepEqual(codes({ lat: 1, years: 'x' }), [
      'input_name_unknown late',
      'input_name_absent',
      'input_name_absent',
      'input_not_number',
    ]))
  test('a background of another length, or of nothing', () => {
    assert.deepEqual(codes({ x: [1, 2, 3], background: [[1, 2]] }), ['input_length'])
    assert.deepEqual(codes({ x: [1, 2, 3], background: [] }), ['background_empty'])
  })
  test('no facts', () => {
    for (const file of [{}, null, { x: null }]) assert.deepEqual(codes(file), ['input_missing'])
  })
  test('a hash that is none', () => assert.deepEqual(codes({ x: [1, 2, 3], modelSha256: 'abc' }), ['field_wrong']))
  test('the nearest name is near', () => {
    assert.equal(nearestName('incom', ['age', 'income']), 'income')
    assert.equal(nearestName('zzz', ['age', 'income']), undefined)
  })
})
