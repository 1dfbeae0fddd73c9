import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { beginningsOf, newFrom, readAsked, spokenLanguage } from './asked.ts'

const headers = (given: Record<string, string | string[]>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat()]))

describe('who and which conversation', () => {
  const cases: readonly (readonly [string, Record<string, string>, unknown, string | undefined])[] = [
    ['the header', { 'x-waarborg-subject': 'K-1' }, { metadata: { subject: 'K-2' }, user: 'K-3' }, 'K-1'],
    ['metadata when there is no header', {}, { metadata: { subject: 'K-2' }, user: 'K-3' }, 'K-2'],
    ['safety_identifier before user', {}, { safety_identifier: 'K-4', user: 'K-3' }, 'K-4'],
    ['user alone', {}, { user: 'K-3' }, 'K-3'],
    ['a number in metadata', {}, { metadata: { subject: 12 } }, '12'],
    ['empty as absent', { 'x-waarborg-subject': ' ' }, { user: '' }, undefined],
    ['nothing', {}, {}, undefined],
    ['nothing from a body that was not read', {}, undefined, undefined],
  ]
  for (const [name, given, body, subject] of cases)
    test(`${name} says the subject`, () => {
      const asked = readAsked(headers(given), body)
      assert.equal(asked.subject, subject)
      assert.deepEqual(asked.form, [])
    })

  test('UTF-8 in a header is read as such', () => {
    const latin1 = Buffer.from('Zoë', 'utf8').toString('latin1')
    assert.equal(readAsked(headers({ 'x-waarborg-subject': latin1 }), {}).subject, 'Zoë')
  })

  const wrong: readonly (readonly [string, Record<string, string | string[]>, unknown, string])[] = [
    ['a header twice', { 'x-waarborg-subject': ['K-1', 'K-1'] }, {}, 'x-waarborg-subject'],
    ['a channel that is none', { 'x-waarborg-channel': 'fax' }, {}, 'channel'],
    ['a language that is none', { 'x-waarborg-language': 'n!' }, {}, 'language'],
    ['a subject that is a list', {}, { metadata: { subject: ['K'] } }, 'metadata.subject'],
    ['a user that is an object', {}, { user: {} }, 'user'],
    ['metadata that is a text', {}, { metadata: 'K-1' }, 'metadata'],
    ['an endless conversation id', { 'x-waarborg-conversation': 'x'.repeat(201) }, {}, 'x-waarborg-conversation'],
  ]
  for (const [name, given, body, param] of wrong)
    test(`${name} is refused with its place`, () => {
      const { form } = readAsked(headers(given), body)
      assert.deepEqual(
        form.map(({ code, param: place }) => [code, place]),
        [['invalid_request', param]],
      )
    })
})

test('we speak Dutch or English: the conversation’s, else the system’s, else English', () => {
  assert.equal(spokenLanguage('nl-BE', 'en'), 'nl')
  assert.equal(spokenLanguage('de', 'nl'), 'nl')
  assert.equal(spokenLanguage('tr', 'pl'), 'en')
  assert.equal(spokenLanguage(undefined, 'EN-gb'), 'en')
})

describe('what is new in a message list', () => {
  const list = ['system', 'customer', 'ai', 'customer']
  const cases: readonly (readonly [string, readonly string[], { count: number; matches: boolean }, number])[] = [
    ['all of a new conversation', list, { count: 0, matches: true }, 0],
    ['what comes after the beginning that was seen', list, { count: 3, matches: true }, 3],
    ['nothing when the same list comes again', list, { count: 4, matches: true }, 4],
    ['what comes after the last answer of a window', list, { count: 9, matches: false }, 3],
    ['all of a window without an answer', ['customer'], { count: 5, matches: false }, 0],
  ]
  for (const [name, roles, seen, from] of cases) test(name, () => assert.equal(newFrom(roles, seen), from))
})

describe('beginnings that a conversation may be found by', () => {
  const cases: readonly (readonly [string, readonly (string | null)[], boolean, number[]])[] = [
    ['of one message of somebody unknown: none', ['customer'], false, []],
    ['of one message of somebody known: itself', ['customer'], true, [1]],
    ['after each answer, longest first, and the whole', [null, 'customer', 'ai', 'customer'], false, [4, 3]],
    ['that end with an answer, once', ['customer', 'ai'], true, [2]],
  ]
  for (const [name, roles, known, lengths] of cases)
    test(name, () => assert.deepEqual(beginningsOf(roles, known), lengths))

  test('of a long conversation are few', () => {
    const roles = Array.from({ length: 4_000 }, (_, i) => (i % 2 ? 'ai' : 'customer'))
    const lengths = beginningsOf(roles, true)
    assert.equal(lengths.length, 16)
    assert.equal(lengths[0], 4_000)
  })
})
