/**
 * A question for clarification: the customer asks staff what an AI answer, a decision or a notice means, and a person answers (GDPR 12(1) and
 * 13(2)(f): in clear words; AI Act 86 where a decision rests on it). docs/states/clarification.md draws the same.
 */

export const clarificationStates = ['asked', 'answered', 'closed', 'handed_over'] as const
export type ClarificationState = (typeof clarificationStates)[number]

type Move = {
  readonly from: readonly ClarificationState[]
  readonly to: ClarificationState
  readonly by: 'customer' | 'staff' | 'time'
  readonly event: string
}

export const clarificationMoves = {
  answer: { from: ['asked'], to: 'answered', by: 'staff', event: 'clarification.answered' },
  ask_again: { from: ['answered'], to: 'asked', by: 'customer', event: 'clarification.asked' },
  add: { from: ['asked'], to: 'asked', by: 'customer', event: 'clarification.asked' },
  close: { from: ['answered'], to: 'closed', by: 'customer', event: 'clarification.closed' },
  lapse: { from: ['answered'], to: 'closed', by: 'time', event: 'clarification.closed' },
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

/** For so many days after an answer the customer may ask on; then it is closed. */
export const CLOSE_DAYS = 30

export const askOnUntil = (answeredAt: Date): Date => new Date(answeredAt.getTime() + CLOSE_DAYS * 86_400_000)

/** The last moment counts; nothing was answered yet: then there is something to add. */
export const mayAskOn = (answeredAt: Date | null, now: Date): boolean =>
  answeredAt === null || now <= askOnUntil(answeredAt)

/** What a question can be about. */
export const clarificationAbouts = ['conversation', 'turn', 'decision', 'notice'] as const
export type ClarificationAbout = (typeof clarificationAbouts)[number]

/** What was sent of what it is about, and what the link leads to. */
export type AboutGiven = {
  readonly about: ClarificationAbout
  readonly turn?: number | undefined
  readonly decision?: string | undefined
  readonly notice?: string | undefined
}

export type AboutDecided =
  | { readonly ok: true; readonly about: 'conversation' }
  | { readonly ok: true; readonly about: 'turn'; readonly turn: number }
  | { readonly ok: true; readonly about: 'decision'; readonly decision: string }
  | { readonly ok: true; readonly about: 'notice'; readonly notice: string }
  | { readonly ok: false; readonly param: 'about' | 'turn' | 'decision' | 'notice' }

/**
 * What a question is about, with the number or id that goes with it. Without a conversation behind the link it is about the decision
 * that the link leads to; where there is neither, something has to be chosen first.
 */
export function decideAbout(
  given: AboutGiven,
  link: { readonly conversation: string | null; readonly decision: string | null },
): AboutDecided {
  const decision = given.decision ?? link.decision
  switch (given.about) {
    case 'conversation':
      if (link.conversation !== null) return { ok: true, about: 'conversation' }
      return decision === null ? { ok: false, param: 'about' } : { ok: true, about: 'decision', decision }
    case 'turn':
      return given.turn === undefined || link.conversation === null
        ? { ok: false, param: 'turn' }
        : { ok: true, about: 'turn', turn: given.turn }
    case 'decision':
      return decision === null ? { ok: false, param: 'decision' } : { ok: true, about: 'decision', decision }
    case 'notice':
      return given.notice === undefined
        ? { ok: false, param: 'notice' }
        : { ok: true, about: 'notice', notice: given.notice }
  }
}
