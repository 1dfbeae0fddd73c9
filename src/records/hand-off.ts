/** A hand-off: a customer asked for a person. Requested, then accepted by someone, then completed; or missed. */

export type HandOffState = 'requested' | 'accepted' | 'completed' | 'missed'
export type HandOff = {
  readonly state: HandOffState
  readonly acceptedBy: string | null
  readonly answerBy: Date | null
}

export type HandOffMove = 'accept' | 'complete'
export type HandOffRefusal = 'hand_off_taken' | 'hand_off_over' | 'hand_off_not_taken'

/** The state after the move, or why it cannot be made. A missed one can still be taken: late is better than never. */
export function moveHandOff(
  handOff: HandOff,
  move: HandOffMove,
): { readonly state: HandOffState } | { readonly refused: HandOffRefusal } {
  switch (handOff.state) {
    case 'requested':
    case 'missed':
      return move === 'accept' ? { state: 'accepted' } : { refused: 'hand_off_not_taken' }
    case 'accepted':
      return move === 'complete' ? { state: 'completed' } : { refused: 'hand_off_taken' }
    case 'completed':
      return { refused: 'hand_off_over' }
    default:
      return unreachable(handOff.state)
  }
}

/** The moment that was promised to the customer has come, and nobody took it. */
export function isLate(handOff: Pick<HandOff, 'state' | 'answerBy'>, now: Date): boolean {
  return (
    (handOff.state === 'requested' || handOff.state === 'missed') &&
    handOff.answerBy !== null &&
    handOff.answerBy <= now
  )
}

function unreachable(value: never): never {
  throw new Error(`not a state of a hand-off: ${String(value)}`)
}
