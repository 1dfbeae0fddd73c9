import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { roles } from '../platform/http.ts'
import { contentReaders, decideTurns, pageToken, readPageToken, readsContentAs } from './conversation.ts'

const turn = (said: string, role: 'customer' | 'ai' = 'customer') => ({ role, said, at: null })

describe('turns that are sent', () => {
  const known = [
    { seq: 1, role: 'customer', said: 'a' },
    { seq: 2, role: 'ai', said: 'b' },
  ]
  test('a whole conversation is new', () =>
    assert.deepEqual(decideTurns([turn('a'), turn('b')], 1, 0, []), {
      add: [turn('a'), turn('b')],
      first: 1,
      known: 0,
    }))
  test('what is there is not written again', () =>
    assert.deepEqual(decideTurns([turn('a'), turn('b', 'ai')], 1, 2, known), { add: [], first: 3, known: 2 }))
  test('what follows is added', () =>
    assert.deepEqual(decideTurns([turn('b', 'ai'), turn('c')], 2, 2, known), { add: [turn('c')], first: 3, known: 1 }))
  test('the next number follows the last', () =>
    assert.deepEqual(decideTurns([turn('c')], 3, 2, []), { add: [turn('c')], first: 3, known: 0 }))
  test('a gap is refused and names the number that is missing', () =>
    assert.deepEqual(decideTurns([turn('d')], 4, 2, []), { refused: 'turn_gap', seq: 3 }))
  test('another text, another speaker, or one that cannot be compared is a conflict', () => {
    assert.deepEqual(decideTurns([turn('x')], 1, 2, known), { refused: 'idempotency_conflict', seq: 1 })
    assert.deepEqual(decideTurns([turn('a'), turn('b')], 1, 2, known), { refused: 'idempotency_conflict', seq: 2 })
    assert.deepEqual(decideTurns([turn('a')], 1, 2, []), { refused: 'idempotency_conflict', seq: 1 })
  })

  test('however a conversation is cut in overlapping parts, it ends up whole and in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(12), { maxLength: 8 }),
        (texts, cuts) => {
          const stored: { seq: number; role: string; said: string }[] = []
          for (const cut of [...cuts, texts.length]) {
            const from = Math.min(Math.floor(cut / 2), stored.length) + 1
            const decision = decideTurns(
              texts.slice(from - 1, cut).map((said) => turn(said)),
              from,
              stored.length,
              stored,
            )
            assert.ok('add' in decision)
            for (const { role, said } of decision.add) stored.push({ seq: stored.length + 1, role, said })
          }
          assert.deepEqual(
            stored.map((one) => one.said),
            texts,
          )
        },
      ),
    )
  })
})

describe('who reads what was said', () => {
  test('nobody without one of the roles that need it', () => {
    for (const role of roles)
      assert.equal(readsContentAs([role], 'normal'), contentReaders.includes(role) ? role : undefined, role)
    assert.equal(readsContentAs([], 'normal'), undefined)
  })
  test('nobody what is kept apart or sealed, whatever the role', () => {
    assert.equal(readsContentAs([...roles], 'held'), undefined)
    assert.equal(readsContentAs([...roles], 'sealed'), undefined)
  })
})

describe('the end of a page', () => {
  const end = { startedAt: '2026-11-25T12:00:00.123456Z', id: '019a0000-0000-7000-8000-000000000001' }
  test('reads back as itself', () => assert.deepEqual(readPageToken(pageToken(end)), end))
  test('anything else is not one', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readPageToken(text), undefined)))
    for (const value of [
      [],
      {},
      null,
      ['2026-11-25T12:00:00.123456Z'],
      ['2026-11-25T12:00:00.123456Z', "x' or 1=1"],
      ['now()', 'x'],
    ])
      assert.equal(readPageToken(Buffer.from(JSON.stringify(value)).toString('base64url')), undefined)
  })
})
