import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Bucket, decideRate, isFull } from './rate.ts'

describe('requests per minute', () => {
  test('as many as fit at once, then one for each part of a minute, and no more', () => {
    let bucket: Bucket | undefined
    const ask = (ms: number) => {
      const decision = decideRate(bucket, 60, ms)
      bucket = decision.bucket
      return decision.may
    }
    for (let i = 0; i < 60; i++) assert.ok(ask(0), `${i}`)
    assert.equal(ask(0), false)
    assert.equal(ask(999), false)
    assert.equal(ask(1_000), true)
    assert.equal(ask(1_000), false)
  })

  test('a refusal says when to come back: then it is enough, a millisecond earlier it is not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (perMinute, tokens) => {
          const decision = decideRate({ tokens, atMs: 0 }, perMinute, 0)
          assert.ok(!decision.may)
          if (decision.may) return
          assert.equal(decideRate(decision.bucket, perMinute, decision.againMs).may, true)
          assert.equal(decideRate(decision.bucket, perMinute, decision.againMs - 1).may, false)
        },
      ),
      { examples: [[1, 0.999]] }, // 0.001 * 60,000 is a little more than 60 in floating point
    )
  })

  test('in no stretch of time more than fill the bucket and come in meanwhile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 }),
        (perMinute, waits) => {
          let [bucket, at, let_] = [undefined as Bucket | undefined, 0, 0]
          for (const wait of waits) {
            at += wait
            const decision = decideRate(bucket, perMinute, at)
            bucket = decision.bucket
            if (decision.may) let_++
          }
          assert.ok(let_ <= perMinute + (at * perMinute) / 60_000 + 1e-6)
        },
      ),
    )
  })

  test('a clock that jumps back gives nothing and takes nothing', () => {
    const { bucket } = decideRate({ tokens: 0.5, atMs: 60_000 }, 60, 0)
    assert.deepEqual(bucket, { tokens: 0.5, atMs: 60_000 })
  })

  test('a bucket that is full again need not be remembered', () => {
    assert.equal(isFull({ tokens: 0, atMs: 0 }, 60, 59_999), false)
    assert.equal(isFull({ tokens: 0, atMs: 0 }, 60, 60_000), true)
  })
})
