import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HandOffMove, type HandOffState, isLate, moveHandOff } from './hand-off.ts'

const handOff = (state: HandOffState, answerBy: Date | null = null) => ({ state, acceptedBy: null, answerBy })

describe('a hand-off', () => {
  for (const [state, move, expected] of [
    ['requested', 'accept', 'accepted'],
    ['requested', 'complete', 'hand_off_not_taken'],
    ['accepted', 'accept', 'hand_off_taken'],
    ['accepted', 'complete', 'completed'],
    ['missed', 'accept', 'accepted'],
    ['missed', 'complete', 'hand_off_not_taken'],
    ['completed', 'accept', 'hand_off_over'],
    ['completed', 'complete', 'hand_off_over'],
  ] as readonly (readonly [HandOffState, HandOffMove, string])[])
    test(`${state}, ${move}: ${expected}`, () => {
      const moved = moveHandOff(handOff(state), move)
      assert.equal('state' in moved ? moved.state : moved.refused, expected)
    })

  test('is late from the moment that was promised, and only while nobody took it', () => {
    const now = new Date('2026-11-25T12:00:00Z')
    assert.equal(isLate(handOff('requested', now), now), true)
    assert.equal(isLate(handOff('requested', new Date(now.getTime() + 1)), now), false)
    assert.equal(isLate(handOff('requested'), now), false)
    assert.equal(isLate(handOff('accepted', now), now), false)
    assert.equal(isLate(handOff('missed', now), now), true)
  })
})
