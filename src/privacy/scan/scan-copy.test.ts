import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { scanCopy, toOriginal } from './scan-copy.ts'

describe('the text that is read', () => {
  const cases: readonly (readonly [name: string, text: string, read: string])[] = [
    ['full-width digits', '１２３', '123'],
    ['Arabic-Indic digits', '٠٦', '06'],
    ['mathematical digits', '𝟏𝟐', '12'],
    ['zero-width characters', '0\u200b6\u2060-\u00ad12', '06-12'],
    ['ligatures', 'ﬁets', 'fiets'],
    ['superscripts stay', '12 m²', '12 m²'],
    ['letters with marks stay', 'Müller-Çelik', 'Müller-Çelik'],
  ]
  for (const [name, text, read] of cases) test(name, () => assert.equal(scanCopy(text).text, read))

  test('every stretch leads back to one in the original that reads the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (text) => {
        const copy = scanCopy(text)
        let before = 0
        for (let i = 0; i < copy.text.length; i++) {
          const { start, end } = toOriginal(copy, i, i + 1)
          assert.ok(start < end && end <= text.length && start >= before - 1)
          before = start
        }
        if (copy.text.length > 0) {
          const all = toOriginal(copy, 0, copy.text.length)
          assert.equal(scanCopy(text.slice(all.start, all.end)).text, copy.text)
        }
      }),
    )
  })
})
