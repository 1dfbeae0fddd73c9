import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Finding, labels } from '../personal-data.ts'
import { withoutOverlaps } from './overlaps.ts'

const found = (start: number, end: number, label: Finding['label'], confidence: number): Finding => ({
  start,
  end,
  label,
  confidence,
  reason: 'test',
})
const brief = (findings: readonly Finding[]) => findings.map(({ start, end, label }) => [start, end, label])
const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(3)

describe('overlapping findings', () => {
  test('of one label become one', () => {
    assert.deepEqual(brief(withoutOverlaps(text, [found(0, 10, 'PERSON', 0.9), found(5, 15, 'PERSON', 0.7)])), [
      [0, 15, 'PERSON'],
    ])
  })

  test('an address takes the name in it along', () => {
    assert.deepEqual(brief(withoutOverlaps(text, [found(0, 20, 'EMAIL', 0.95), found(3, 8, 'PERSON', 0.95)])), [
      [0, 20, 'EMAIL'],
    ])
  })

  test('a guess does not swallow what is known, and what sticks out stays hidden', () => {
    assert.deepEqual(brief(withoutOverlaps(text, [found(0, 20, 'ADDRESS', 0.5), found(5, 9, 'POSTCODE', 0.9)])), [
      [0, 5, 'ADDRESS'],
      [5, 9, 'POSTCODE'],
      [9, 20, 'ADDRESS'],
    ])
  })

  test('what touches stays two', () => {
    assert.equal(withoutOverlaps(text, [found(0, 4, 'PERSON', 0.9), found(4, 8, 'PERSON', 0.9)]).length, 2)
  })

  const anyFinding = fc
    .record({
      start: fc.nat(60),
      length: fc.integer({ min: 1, max: 15 }),
      label: fc.constantFrom(...labels.slice(0, 6)),
      confidence: fc.constantFrom(0.4, 0.5, 0.8, 0.95),
    })
    .map(({ start, length, label, confidence }) => found(start, start + length, label, confidence))

  test('what is hidden is the union, in order, without overlap', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 12 }), (findings) => {
        const out = withoutOverlaps(text, findings)
        const cover = (list: readonly Finding[]) =>
          new Set(list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)))
        assert.deepEqual(
          [...cover(out)].sort((a, b) => a - b),
          [...cover(findings)].sort((a, b) => a - b),
        )
        for (let i = 1; i < out.length; i++) assert.ok(out[i - 1]!.end <= out[i]!.start)
      }),
      { numRuns: 500 },
    )
  })
})
