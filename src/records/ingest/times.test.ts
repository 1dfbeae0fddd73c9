import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { now } from './testing.ts'
import { isoTime, readTime, readTimeIn } from './times.ts'

describe('times', () => {
  const table: readonly (readonly [string, string])[] = [
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.123456+01:00', '2026-03-01T09:00:00.123Z'],
    ['2026-03-01 10:00:00-0530', '2026-03-01T15:30:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-03-01T10:00:00', 'wall'],
    ['2026-03-01T10:00:00.5', 'wall'],
    ['1970-01-01T00:00:00Z', 'implausible'],
    ['2099-01-01T00:00:00Z', 'implausible'],
    ['2026-11-26T11:59:59Z', '2026-11-26T11:59:59.000Z'],
    ['2026-11-26T12:00:01Z', 'implausible'],
    ['2025-02-29T00:00:00Z', 'unreadable'],
    ['2026-13-01T00:00:00Z', 'unreadable'],
    ['2026-03-01T24:00:00Z', 'unreadable'],
    ['2026-03-01T10:00:00+25:00', 'unreadable'],
    ['2026-03-01', 'unreadable'],
    ['gisteren', 'unreadable'],
    ['', 'unreadable'],
  ]
  for (const [text, expected] of table)
    test(`${text || 'nothing'} is ${expected}`, () => {
      const read = readTime(text, now)
      assert.equal(read.kind === 'exact' ? isoTime(read.ms) : read.kind, expected)
    })

  test('numbers are read in the unit that was named', () => {
    assert.deepEqual(readTimeIn('unix-seconds', 1_589_375_697, now), { kind: 'exact', ms: 1_589_375_697_000 })
    assert.deepEqual(readTimeIn('unix-milliseconds', '1589375697001', now), { kind: 'exact', ms: 1_589_375_697_001 })
    assert.deepEqual(readTimeIn('offset-seconds', '12.5', now), { kind: 'wall', ms: 12_500 })
    assert.deepEqual(readTimeIn('offset-milliseconds', 12, now), { kind: 'wall', ms: 12 })
    assert.deepEqual(readTimeIn('unix-seconds', 'morgen', now), { kind: 'unreadable' })
    assert.deepEqual(readTimeIn('offset-seconds', -1, now), { kind: 'implausible' })
    assert.deepEqual(readTimeIn('iso', '2026-03-01T10:00:00', now, '+01:00'), {
      kind: 'exact',
      ms: Date.parse('2026-03-01T09:00:00Z'),
    })
  })
})
