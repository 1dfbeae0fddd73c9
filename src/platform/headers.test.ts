import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answerHeaders, isForeign } from './headers.ts'

describe('headers of every answer', () => {
  test('over https a browser is told to stay there for a year, with every name below; without it nothing is said', () => {
    assert.equal(answerHeaders({ https: true })['Strict-Transport-Security'], 'max-age=31536000; includeSubDomains')
    assert.equal(answerHeaders({ https: false })['Strict-Transport-Security'], undefined)
  })

  test('an answer that is no page runs, loads, sends and frames nothing', () => {
    const policy = answerHeaders({ https: true })['Content-Security-Policy']!.split('; ')
    for (const directive of ['default-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors'])
      assert.ok(policy.includes(`${directive} 'none'`), directive)
    assert.ok(policy.includes('sandbox'))
  })

  test('no answer names an origin that may read it', () => {
    assert.deepEqual(
      Object.keys(answerHeaders({ https: true })).filter((name) => /^access-control/i.test(name)),
      [],
    )
  })
})

describe('where a request comes from', () => {
  const host = 'waarborg.example'
  const cases: readonly (readonly [string, { site?: string; origin?: string }, boolean])[] = [
    ['a program sends neither', {}, false],
    ['a page of ours', { site: 'same-origin', origin: 'https://waarborg.example' }, false],
    ['a page of ours, an older browser', { origin: 'https://waarborg.example' }, false],
    ['typed by hand', { site: 'none' }, false],
    ['another site', { site: 'cross-site', origin: 'https://elsewhere.example' }, true],
    ['a name beside ours', { site: 'same-site', origin: 'https://other.waarborg.example' }, true],
    ['another site, an older browser', { origin: 'https://elsewhere.example' }, true],
    ['the same name on another port', { origin: 'https://waarborg.example:8443' }, true],
    ['an origin that is hidden', { origin: 'null' }, true],
    ['an origin that is no address', { origin: 'waarborg.example' }, true],
    ['an empty origin', { origin: '' }, true],
    ['a site word that nobody knows', { site: 'whatever', origin: 'https://waarborg.example' }, true],
  ]
  for (const [what, { site, origin }, expected] of cases)
    test(`${what}: ${expected ? 'foreign' : 'ours'}`, () => assert.equal(isForeign({ site, origin, host }), expected))
})
