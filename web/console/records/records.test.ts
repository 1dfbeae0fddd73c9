/** What the lists and the six questions say of a conversation, from what was recorded of it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { conversation, conversationRows } from '../../fixtures/conversations.ts'
import { languageWord, shortId } from '../parts.tsx'
import { chainOf, type Question } from './chain.ts'
import { signOf } from './conversations.tsx'

const row = conversationRows[2]!

describe('the sign of a conversation', () => {
  for (const [what, given, system, wanted] of [
    ['a computer answered and nobody was told', { calls: 3, refused: 0, disclosed: false }, undefined, 'bad'],
    ['some calls were refused and nobody was told', { calls: 3, refused: 2, disclosed: false }, undefined, 'bad'],
    ['every call was refused: no computer spoke', { calls: 2, refused: 2, disclosed: false }, undefined, 'attention'],
    [
      'the system only helps staff',
      { calls: 3, refused: 0, disclosed: false },
      { disclosure: 'none_needed' as const },
      'ok',
    ],
    ['nobody took over', { handOff: 'missed' as const }, undefined, 'attention'],
    ['someone waits', { handOff: 'requested' as const }, undefined, 'wait'],
    ['all is well', {}, undefined, 'ok'],
  ] as const)
    test(`${what}: ${wanted}`, () => {
      const one = { ...row, calls: 3, refused: 0, disclosed: true, handOff: 'none' as const, ...given }
      assert.equal(signOf(one, system as never), wanted)
    })
})

describe('the six questions', () => {
  const call = { ...conversation.callsList[0]!, state: 'completed' as const, code: null }
  const answer = (question: Question, given: Partial<typeof conversation>) =>
    chainOf({ ...conversation, ...given }).find((one) => one.question === question)!

  test('stand in one order, whatever the answers', () => {
    const order = ['disclosure', 'ground', 'gate', 'oversight', 'hidden', 'proof']
    assert.deepEqual(
      chainOf({ ...conversation, callsList: [] }).map(({ question }) => question),
      order,
    )
    assert.deepEqual(
      chainOf(conversation).map(({ question }) => question),
      order,
    )
  })

  test('have no answer where there was no call: not good, not bad', () => {
    for (const { kind } of chainOf({ ...conversation, disclosed: false, callsList: [] })) assert.equal(kind, 'unknown')
  })

  test('are answered no when a call went out without its record', () => {
    assert.equal(answer('gate', { callsList: [call, { ...call, gateRecord: null }] }).kind, 'bad')
    assert.equal(answer('gate', { callsList: [call, { ...call, gateRecord: null }] }).count, 1)
    assert.equal(answer('oversight', { callsList: [{ ...call, oversightRecord: null }] }).kind, 'bad')
    assert.equal(answer('ground', { callsList: [{ ...call, basis: null }] }).kind, 'bad')
  })

  test('count a refusal as a look, not as a fault', () => {
    const refused = { ...call, state: 'refused' as const, code: 'consent_missing', basis: null }
    assert.deepEqual(answer('ground', { callsList: [call, refused] }), {
      question: 'ground',
      kind: 'attention',
      code: 'refused',
      count: 1,
    })
  })

  test('call a proof that has no number yet waiting, and a call without any proof bad', () => {
    assert.equal(
      answer('proof', { callsList: [{ ...call, proofs: [{ event: 'a', type: 'x', index: null }] as never }] }).kind,
      'wait',
    )
    assert.equal(answer('proof', { callsList: [{ ...call, proofs: [] }] }).kind, 'bad')
  })
})

test('a language has its name in the language of the reader', () => {
  for (const [language, tag, name] of [
    ['nl', 'tr', 'Turks'],
    ['nl', 'fy', 'Fries'],
    ['en', 'nl-BE', 'Dutch'],
    ['en', 'PL', 'Polish'],
    ['nl', '?!', '?!'],
    ['nl', '', ''],
  ] as const)
    assert.match(languageWord({ language }, tag), new RegExp(`${name.replace(/[?]/g, '\\?')}$`))
})

test('a long number is shortened to what can be said and found, a short name is not', () => {
  assert.equal(shortId('01a214ca-40eb-755f-ab00-05f57a0f387c'), '01a214ca-40eb-755f')
  assert.equal(shortId('klantassistent'), 'klantassistent')
})
