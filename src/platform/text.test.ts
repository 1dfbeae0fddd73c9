import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  chooseLanguage,
  createTexts,
  fill,
  formatDate,
  formatList,
  formatMoment,
  formatNumber,
  formatShare,
  formatTime,
} from './text.ts'

describe('sentences', () => {
  test('a value that is missing is an error, not half a sentence', () =>
    assert.throws(() => fill('Uiterlijk op {date}.', {}, 'nl'), /no value for \{date\}/))
  test('numbers in a sentence follow the language', () => {
    const t = createTexts({ n: 'Er zijn {n} gesprekken.' }, { n: 'There are {n} conversations.' })
    assert.equal(t('nl', 'n', { n: 12500 }), 'Er zijn 12.500 gesprekken.')
    assert.equal(t('en', 'n', { n: 12500 }), 'There are 12,500 conversations.')
  })
  test('a value with braces or dollar signs is put in as it is', () =>
    assert.equal(fill('{a}', { a: '{b} $& $1' }, 'nl'), '{b} $& $1'))
})

describe('numbers, dates and lists', () => {
  const at = new Date('2026-11-23T13:05:00Z')
  test('dates have the month in words and the year', () => {
    assert.equal(formatDate(at, 'nl'), '23 november 2026')
    assert.equal(formatDate(at, 'en'), '23 November 2026')
  })
  test('times are Amsterdam time, in winter and in summer', () => {
    assert.equal(formatTime(at, 'nl'), '14.05 uur')
    assert.equal(formatTime(at, 'en'), '14:05')
    assert.equal(formatTime(new Date('2026-07-01T07:05:00Z'), 'nl'), '9.05 uur')
  })
  test('a moment is short', () => assert.match(formatMoment(at, 'nl'), /ma 23 nov\.?, 14\.05/))
  test('a share is never rounded to nothing or to everything', () => {
    assert.equal(formatShare(0.987, 'nl').replace(/\s/g, ''), '98,7%')
    assert.match(formatShare(0.9999, 'en'), /^> 99\.9/)
    assert.match(formatShare(0.0001, 'en'), /^< 0\.1/)
    assert.match(formatShare(1, 'en'), /^100\.0%/)
    assert.match(formatShare(0, 'nl'), /^0,0/)
  })
  test('lists and numbers', () => {
    assert.equal(formatList(['a', 'b', 'c'], 'nl'), 'a, b en c')
    assert.equal(formatList(['a', 'b'], 'en'), 'a and b')
    assert.equal(formatNumber(1250.5, 'nl'), '1.250,5')
  })
  test('the reader chooses the language, Dutch is the default', () => {
    for (const [header, language] of [
      [undefined, 'nl'],
      ['', 'nl'],
      ['en-GB,nl;q=0.5', 'en'],
      ['fr,de', 'nl'],
      ['tr, en', 'en'],
      ['nl-BE', 'nl'],
    ] as const)
      assert.equal(chooseLanguage(header), language, String(header))
  })
})
