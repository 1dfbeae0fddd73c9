import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isArticle, lawLink, lawName } from './law.ts'

describe('articles of law', () => {
  for (const [article, anchor] of [
    ['50', 'art_50'],
    ['5(1)(f)', 'art_5'],
    ['4a', 'art_4a'],
    ['26(11)', 'art_26'],
    ['III 4(b)', 'anx_III'],
  ] as const)
    test(`${article} stands at ${anchor}`, () =>
      assert.equal(
        lawLink({ law: 'ai_act', article }, 'en'),
        `https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:02024R1689-20260727#${anchor}`,
      ))

  test('what is no article has no link', () => {
    for (const article of ['', 'art. 50', '50 (1)', '5(1)(f', 'III', 'III 4(b))', '5(1)(f)#x'])
      assert.ok(
        !isArticle(article) && assert.throws(() => lawLink({ law: 'gdpr', article }, 'nl')) === undefined,
        article,
      )
  })

  test('the name says which law, in the reader’s language', () => {
    assert.equal(lawName({ law: 'gdpr', article: '22(1)' }, 'nl'), 'AVG, artikel 22(1)')
    assert.equal(lawName({ law: 'ai_act', article: 'III 5(b)' }, 'en'), 'AI Act, annex III 5(b)')
  })
})
