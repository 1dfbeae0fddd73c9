// The routes keep their own rules, and the generated reference is what the code says today.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { declaredRoutes, reference } from '../scripts/reference.ts'
import { errorTexts } from '../src/cli/application/error-text.ts'
import { refusalCodes } from '../src/gateway/contract.ts'
import { roles } from '../src/platform/http.ts'

const root = join(import.meta.dirname, '..')
const routes = declaredRoutes()

describe('routes', () => {
  test('each says who may call it, in words that exist', () => {
    const words = ['public', 'system_key', 'customer', 'signed_in', 'signing_in']
    for (const { allow, method, path } of routes) {
      const known =
        typeof allow === 'string'
          ? words.includes(allow)
          : allow.length > 0 && allow.every((role) => (roles as readonly string[]).includes(role))
      assert.ok(known, `${method} ${path}: ${String(allow)}`)
    }
  })
  test('no two stand at one address', () => {
    const places = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
    assert.deepEqual(
      places.filter((place, index) => places.indexOf(place) !== index),
      [],
    )
  })
  // What they read (a conversation, a whole plan) may not or cannot stand in an address; they keep nothing.
  const reads: readonly string[] = [
    'POST /api/privacy/try',
    'POST /api/fairness/prompts/size',
    'POST /api/wrong-answers/:id/preview',
    'POST /api/decisions/:id/review/preview',
  ]
  test('a route that changes something names the ledger entries it adds', () => {
    const silent = routes
      .filter(({ method, events }) => method !== 'GET' && events.length === 0)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((one) => !reads.includes(one))
    assert.deepEqual(silent, [])
  })
  test('a route that may add entries names them in their form', () => {
    for (const { events, path } of routes)
      for (const event of events) assert.match(event, /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/, path)
  })
  test('a route that erases somebody is for who proved lately who they are', () => {
    const erasing = routes.filter(({ events }) => events.includes('erasure.completed'))
    assert.ok(erasing.length > 0)
    assert.deepEqual(
      erasing.filter(({ recent }) => !recent).map(({ path }) => path),
      [],
    )
  })
  test('a route with a body has its schema, and none is read by GET', () => {
    for (const { method, path, body } of routes) if (method === 'GET') assert.equal(body, undefined, path)
  })
  test('each has a sentence in both languages', () => {
    for (const { summary, path } of routes) assert.ok(summary.nl.endsWith('.') && summary.en.endsWith('.'), path)
  })
})

test('every refusal of the gateway has the customer’s, the spoken and the operator’s sentence in both languages', () => {
  for (const language of ['nl', 'en'] as const)
    for (const code of refusalCodes)
      for (const reader of ['customer', 'voice', 'operator'])
        assert.ok(errorTexts[language][`gateway.refusal.${code}.${reader}`], `${language} ${code} ${reader}`)
})

describe('docs/reference', () => {
  test('is what `npm run docs` writes', async () => {
    for (const [name, contents] of await reference()) {
      const path = join(root, 'docs/reference', name)
      assert.ok(existsSync(path), `${name} is missing: npm run docs`)
      assert.equal(readFileSync(path, 'utf8'), contents, `${name} is not up to date: npm run docs`)
    }
  })
})
