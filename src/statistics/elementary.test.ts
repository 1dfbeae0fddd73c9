import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { exp, expm1, log, log1p, logSumExp } from './elementary.ts'

const within = (found: number, expected: number, ulps: number) =>
  assert.ok(
    found === expected || Math.abs(found - expected) <= ulps * 2.3e-16 * Math.abs(expected),
    `${found} instead of ${expected}`,
  )

describe('statistics: elementary functions', () => {
  test('agree with those of the engine to its last digits, and need it for none', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        within(exp(x), Math.exp(x), 4)
        within(expm1(x), Math.expm1(x), 6)
        within(log(exp(x)), Math.log(exp(x)), 4)
      }),
      { numRuns: 2_000, seed: 5 },
    )
    fc.assert(
      fc.property(fc.double({ min: -0.9999, max: 1e10, noNaN: true }), (x) => within(log1p(x), Math.log1p(x), 4)),
      { numRuns: 2_000, seed: 5 },
    )
  })

  test('the edges of the number line', () => {
    assert.equal(log(0), Number.NEGATIVE_INFINITY)
    assert.equal(log(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
    assert.ok(Number.isNaN(log(-1)) && Number.isNaN(exp(Number.NaN)) && Number.isNaN(log(Number.NaN)))
    assert.equal(log(1), 0)
    assert.equal(exp(0), 1)
    assert.equal(exp(710), Number.POSITIVE_INFINITY)
    assert.equal(exp(-746), 0)
    assert.equal(exp(-745), 5e-324)
    assert.equal(exp(Number.NEGATIVE_INFINITY), 0)
    within(exp(709.7), Math.exp(709.7), 4)
    within(log(5e-324), Math.log(5e-324), 2)
    assert.equal(logSumExp([]), Number.NEGATIVE_INFINITY)
    within(logSumExp([1000, 1000]), 1000 + Math.LN2, 2)
  })

  test('no file of this folder uses what ECMAScript leaves to the engine', () => {
    const wrong: string[] = []
    for (const file of globSync('*.ts', { cwd: import.meta.dirname }).filter((name) => !name.endsWith('.test.ts'))) {
      const code = readFileSync(join(import.meta.dirname, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      for (const [found] of code.matchAll(/Math\.\w+|\*\*/g))
        if (!/^Math\.(abs|ceil|floor|imul|max|min|round|sqrt|LOG2E)$/.test(found)) wrong.push(`${file}: ${found}`)
    }
    assert.deepEqual(wrong, [])
  })
})
