/**
 * A question for clarification: the customer asks staff what an AI answer, a decision or a notice means, and a person answers (GDPR 12(1) and
 * 13(2)(f): in clear words; AI Act 86 where a decision rests on it). docs/states/clarification.md draws the same.
 */

export const clarificationStates = ['asked', 'answered', 'closed', 'handed_over'] as const
export type ClarificationState = (typeof clarificationStates)[number]

type Move = {
  readonly from: readonly ClarificationState[]
  readonly to: ClarificationState
  readonly by: 'customer' | 'staff'
  readonly event: string
}

export const clarificationMoves = {
  answer: { from: ['asked'], to: 'answered', by: 'staff', event: 'clarification.answered' },
  ask_again: { from: ['answered'], to: 'asked', by: 'customer', event: 'clarification.asked' },
  add: { from: ['asked'], to: 'asked', by: 'customer', event: 'clarification.asked' },
  close: { from: ['answered'], to: 'closed', by: 'customer', event: 'clarification.closed' },
  hand_over: { from: ['asked', 'answered'], to: 'handed_over', by: 'staff', event: 'clarification.transferred' },
} as const satisfies Record<string, Move>
export type ClarificationMove = keyof typeof clarificationMoves

/** The state after a move; undefined: not from here. */
export const clarified = (state: ClarificationState, move: ClarificationMove): ClarificationState | undefined =>
  (clarificationMoves[move].from as readonly ClarificationState[]).includes(state)
    ? clarificationMoves[move].to
    : undefined

/** What its owner does next; null: it waits for the customer, or for nobody. */
export const clarificationNext = (state: ClarificationState): 'answer' | null => (state === 'asked' ? 'answer' : null)

/** An answer that nobody asked on about is closed after so many days. */
export const CLOSE_DAYS = 30

/** What a question can be about. */
export const clarificationAbouts = ['conversation', 'turn', 'decision', 'notice'] as const
