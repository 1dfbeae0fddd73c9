import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generator } from '../../statistics/index.ts'
import { attribute } from './attribute.ts'
import { additivityGap } from './attribution.ts'
import { answers, exactPlan, gameValues, sampledPlan } from './kernel.ts'
import { linearContributions } from './linear.ts'
import { margin, type ReadModel, type TreeModel } from './model.ts'
import { quadrature } from './quadrature.ts'
import { readModel } from './read-model.ts'
import { backgroundWorth, bruteForce, pathWorth, someTrees, someValue } from './testing.ts'
import { interventional, pathDependent } from './tree.ts'

const near = (found: readonly number[], wanted: readonly number[], tolerance = 1e-9) => {
  assert.equal(found.length, wanted.length)
  for (const [i, each] of wanted.entries())
    assert.ok(Math.abs(found[i]! - each) <= tolerance * Math.max(1, Math.abs(each)), `${i}: ${found[i]} ≠ ${each}`)
}
const rowOf = (n: number) => fc.array(someValue, { minLength: n, maxLength: n }).map((row) => Float64Array.from(row))

describe('trees', () => {
  const features = 5
  test('path-dependent values are those of every coalition, also where a feature comes back on a path and where cover is 0', () => {
    fc.assert(
      fc.property(someTrees(features, 5), rowOf(features), (model, row) => {
        const found = pathDependent(model, row)
        near(found.phi, bruteForce(features, pathWorth(model, row)))
        near([found.base, found.output], [pathWorth(model, row)(() => false), margin(model, row)])
        assert.ok(additivityGap(found) < 1e-9)
      }),
      { numRuns: 300 },
    )
  })

  test('interventional values are those of every coalition', () => {
    fc.assert(
      fc.property(
        someTrees(features, 5),
        rowOf(features),
        fc.array(rowOf(features), { minLength: 1, maxLength: 4 }),
        (model, row, background) => {
          const found = interventional(model, row, background)
          const worth = backgroundWorth(background, row, (each) => margin(model, each))
          near(found.phi, bruteForce(features, worth))
          near([found.base, found.output], [worth(() => false), worth(() => true)])
          assert.ok(additivityGap(found) < 1e-9)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a feature that no split names counts exactly nothing', () => {
    fc.assert(
      fc.property(
        someTrees(3, 4),
        rowOf(5),
        fc.array(rowOf(5), { minLength: 1, maxLength: 3 }),
        (model, row, background) => {
          assert.deepEqual(pathDependent(model, row).phi.slice(3), [0, 0])
          assert.deepEqual(interventional(model, row, background).phi.slice(3), [0, 0])
        },
      ),
    )
  })

  test('a deep chain keeps its digits: 400 levels over 40 features add up to 1e-9', () => {
    const { uniform: random } = generator(7)
    const nodes = Array.from({ length: 400 }, (_, i) => [
      { id: 2 * i, feature: i % 40, threshold: random(), left: 2 * i + 1, right: 2 * i + 2, cover: 801 - 2 * i },
      { id: 2 * i + 1, value: random() - 0.5, cover: 2 },
    ]).flat()
    const tree = [...nodes, { id: 800, value: 1, cover: 1 }]
    const bytes = new TextEncoder().encode(JSON.stringify({ tree }))
    const read = readModel(bytes)
    const row = Float64Array.from({ length: 40 }, () => 0.5 + random())
    const found = pathDependent(read.model as TreeModel, row)
    assert.ok(additivityGap(found) < 1e-9, String(additivityGap(found)))
    assert.ok(found.phi.every(Number.isFinite))
  })
})

describe('weighted sums', () => {
  const number = fc.integer({ min: -50, max: 50 }).map((value) => value / 10)
  const list = fc.array(number, { minLength: 4, maxLength: 4 })
  test('w (x − mean) are the values of every coalition', () => {
    fc.assert(
      fc.property(
        list,
        number,
        list,
        fc.array(list, { minLength: 1, maxLength: 5 }),
        (weights, intercept, row, background) => {
          const model = { family: 'linear', weights, intercept, link: 'identity' } as const
          const found = linearContributions(model, row, background)
          near(
            found.phi,
            bruteForce(
              4,
              backgroundWorth(background, row, (each) => margin(model, each)),
            ),
          )
          assert.ok(additivityGap(found) < 1e-9)
        },
      ),
    )
  })
})

describe('any model', () => {
  test('a table of 2ⁿ worths gives Shapley’s values, for any game', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 64, maxLength: 64 }), (worths) => {
        const { phi } = gameValues(6, Float64Array.from(worths))
        const worth = (known: (i: number) => boolean) =>
          worths[[0, 1, 2, 3, 4, 5].reduce((mask, i) => mask | (known(i) ? 1 << i : 0), 0)]!
        near(phi, bruteForce(6, worth))
      }),
    )
  })

  test('players who do the same get the same, and one who does nothing gets nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), (bySize) => {
        const worth = Float64Array.from(
          { length: 16 },
          (_, mask) => bySize[[0, 1, 2].filter((i) => (mask >> i) & 1).length]!,
        )
        const { phi } = gameValues(4, worth)
        near(phi, [phi[0]!, phi[0]!, phi[0]!, 0])
      }),
    )
  })

  const curve = (row: Float64Array) =>
    Math.tanh(row.reduce((sum, value, i) => sum + value * ((i % 3) - 1), 0)) + row[0]! * row[1]!
  const { uniform: random } = generator(3)
  const wide = {
    row: Float64Array.from({ length: 15 }, () => 2 * random() - 1),
    background: Array.from({ length: 4 }, () => Float64Array.from({ length: 15 }, () => 2 * random() - 1)),
  }

  test('a sample adds up exactly, and the same seed gives the same bytes', () => {
    const sample = (seed: number) => {
      const plan = sampledPlan(15, { pairs: 60, seed })
      return plan.finish(answers(plan, wide.row, wide.background, curve))
    }
    const found = sample(11)
    const output = curve(wide.row)
    assert.ok(additivityGap({ ...found, output }) < 1e-9)
    assert.equal(JSON.stringify(found), JSON.stringify(sample(11)))
    assert.notEqual(JSON.stringify(found), JSON.stringify(sample(12)))
  })

  test('an order and its reverse together are exact where features act alone or in pairs: the error bars are 0', () => {
    const pairs = (row: Float64Array) => 3 * row[0]! * row[1]! - row[2]! * row[14]! + row[5]!
    const plan = sampledPlan(15, { pairs: 2, seed: 1 })
    const { phi, halfWidth } = plan.finish(answers(plan, wide.row, wide.background.slice(0, 1), pairs))
    for (const each of halfWidth!) assert.ok(each < 1e-12, String(each))
    const worth = backgroundWorth(wide.background.slice(0, 1), wide.row, (row) => pairs(row as Float64Array))
    near(phi, bruteForce(15, worth))
  })

  test('the error bars hold the exact value in about 95 of 100 samples', () => {
    const row = wide.row.slice(0, 8)
    const background = wide.background.map((each) => each.slice(0, 8))
    const plan = exactPlan(8)
    const exact = plan.finish(answers(plan, row, background, curve)).phi
    near(
      exact,
      bruteForce(
        8,
        backgroundWorth(background, row, (each) => curve(each as Float64Array)),
      ),
    )
    let inside = 0
    for (let seed = 1; seed <= 250; seed++) {
      const sample = sampledPlan(8, { pairs: 40, seed })
      const { phi, halfWidth } = sample.finish(answers(sample, row, background, curve))
      for (const [i, each] of exact.entries()) if (Math.abs(phi[i]! - each) <= halfWidth![i]! + 1e-12) inside++
    }
    const coverage = inside / 2_000
    assert.ok(coverage > 0.92 && coverage < 0.98, String(coverage))
  })

  test('quadrature integrates every power up to 2n − 1 exactly', () => {
    for (const size of [1, 2, 3, 5, 20, 64, 128]) {
      const { nodes, weights } = quadrature(size)
      for (const power of [0, 1, size, 2 * size - 1])
        near([nodes.reduce((sum, t, q) => sum + weights[q]! * t ** power, 0)], [1 / (power + 1)], 1e-12)
    }
  })
})

describe('which method', () => {
  const frame: Omit<ReadModel, 'model'> = {
    format: 'own',
    scale: 'score',
    names: null,
    features: null,
    asked: null,
    background: null,
    actions: null,
    limit: null,
    remarks: [],
  }
  const linear: ReadModel = { ...frame, model: { family: 'linear', weights: [1], intercept: 0, link: 'identity' } }
  const code = (error: unknown) => (error as { code: string }).code
  test('what a method needs and is not there is said', () => {
    assert.throws(
      () => attribute(linear, [1], { background: null }),
      (error) => code(error) === 'background_missing',
    )
    assert.throws(
      () => attribute(linear, [1], { background: [] }),
      (error) => code(error) === 'background_empty',
    )
    assert.throws(
      () => attribute(linear, [1], { background: [[1]], method: 'path-dependent' }),
      (error) => code(error) === 'method_impossible',
    )
  })
  test('a probability over more than 12 features is sampled, with error bars', () => {
    const model: ReadModel = {
      ...frame,
      scale: 'probability',
      model: {
        family: 'linear',
        weights: Array.from({ length: 14 }, (_, i) => i / 10),
        intercept: -3,
        link: 'logistic',
      },
    }
    const row = Array.from({ length: 14 }, (_, i) => i % 3)
    const found = attribute(model, row, { background: [row.map(() => 0), row.map(() => 1)], pairs: 50 })
    assert.equal(found.method, 'shapley_sampled')
    assert.equal(found.halfWidth!.length, 14)
    assert.ok(additivityGap(found) < 1e-9)
  })
})
