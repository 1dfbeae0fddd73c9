import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { attribute } from '../attribute.ts'
import { margin, type ReadModel, type TreeModel } from '../model.ts'
import type { ExplainError } from '../problem.ts'
import { readInput } from '../read-input.ts'
import { readModel } from '../read-model.ts'
import { pathDependent } from '../tree.ts'

/** Models of the libraries themselves, with what they answer: testdata/vectors/explain/make.py. */
const folder = join(import.meta.dirname, '../../../../testdata/vectors/explain')
type Expected = {
  rows: (number | null)[][]
  margin: (number | number[])[]
  contribs?: (number[] | number[][])[]
  base_score?: number
  background?: number[][]
}
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>
const names = ['late', 'years', 'amount', 'calls', 'region']
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const rowOf = (row: (number | null)[]) => Float64Array.from(row, (value) => value ?? Number.NaN)

function load(file: string, output: number | null = null): ReadModel {
  const bytes = readFileSync(join(folder, file))
  const { base_score } = expected[file]!
  if (base_score === undefined) return readModel(bytes, { output })
  const trees = JSON.parse(bytes.toString('utf8')) as unknown
  return readModel(
    bytesOf({ format: 'xgboost', trees, base_score, objective: 'binary:logistic', feature_names: names }),
  )
}

const near = (found: number, wanted: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${what}: ${found} ≠ ${wanted}`)
/** XGBoost and ONNX answer in float32. */
const FLOAT32 = 3e-6

describe('models as the libraries write them', () => {
  for (const [file, { rows, margin: margins, contribs }] of Object.entries(expected)) {
    const classes = Array.isArray(margins[0]) ? margins[0].length : 1
    for (let output = 0; output < classes; output++)
      test(`${file}${classes > 1 ? `, class ${output}` : ''} answers what the library answers`, () => {
        const { model } = load(file, classes > 1 ? output : null)
        assert.ok(model.family === 'trees' || model.family === 'linear')
        for (const [i, row] of rows.entries()) {
          const wanted = margins[i]!
          near(margin(model, rowOf(row)), Array.isArray(wanted) ? wanted[output]! : wanted, FLOAT32, `row ${i}`)
        }
      })
    if (contribs === undefined || file === 'xgboost-linear.json') continue
    for (let output = 0; output < classes; output++)
      test(`${file}${classes > 1 ? `, class ${output}` : ''}: path-dependent values are those of pred_contribs`, () => {
        const { model } = load(file, classes > 1 ? output : null)
        for (const [i, row] of rows.entries()) {
          const found = pathDependent(model as TreeModel, rowOf(row))
          const wanted = (classes > 1 ? (contribs[i] as number[][])[output] : contribs[i]) as number[]
          for (const [k, phi] of found.phi.entries()) near(phi, wanted[k]!, 1e-5, `row ${i} phi ${k}`)
          near(found.base, wanted.at(-1)!, 1e-5, `row ${i} base`)
        }
      })
  }

  test('scores of boosted classes are log-odds, shares of a class are probabilities', () => {
    assert.equal(load('xgboost-logistic.json').scale, 'log_odds')
    assert.equal(load('sklearn-boosted.json').scale, 'log_odds')
    assert.equal(load('sklearn-forest.json').scale, 'probability')
    assert.equal(load('xgboost-poisson.json').scale, 'score')
  })

  test('a bare dump is explained from 0, by the names in it, and says so', () => {
    const file = 'xgboost-dump.json'
    const bare = readModel(readFileSync(join(folder, file)))
    assert.deepEqual(bare.remarks, ['base_score_unknown', 'feature_order_unknown'])
    const { rows, contribs } = expected[file]!
    const named = Object.fromEntries(names.map((name, i) => [name, rows[0]![i]!]))
    const input = readInput({ x: named }, bare)
    const found = attribute(bare, input.row, { background: null })
    for (const [k, name] of input.names.entries())
      near(found.phi[k]!, (contribs![0] as number[])[names.indexOf(name)]!, 1e-5, name)
    near(
      found.base - found.output,
      (contribs![0] as number[]).slice(0, 5).reduce((sum, each) => sum - each, 0),
      1e-5,
      'sum',
    )
    assert.throws(
      () => readInput({ x: rows[0] }, bare),
      (error: ExplainError) => error.code === 'input_names_needed',
    )
  })

  test('ONNX keeps no cover: a background is needed, and then it adds up', () => {
    const read = load('forest.onnx')
    const row = rowOf(expected['forest.onnx']!.rows[0]!)
    assert.throws(
      () => attribute(read, row, { background: null }),
      (error: ExplainError) => error.code === 'cover_missing',
    )
    const found = attribute(read, row, { background: expected['forest.onnx']!.background! })
    assert.ok(Math.abs(found.base + found.phi.reduce((a, b) => a + b, 0) - found.output) < 1e-12)
  })

  test('a model that computes more than its trees is refused by the name of what it does', () => {
    assert.throws(
      () => readModel(readFileSync(join(folder, 'scaled.onnx'))),
      (error: ExplainError) => error.code === 'model_unsupported' && error.problems[0]!.values.what === 'Scaler',
    )
  })
})
