/** Feedback after a contact: what may be recorded, and until when it can be taken back. */
import { type FeedbackAnswers, WITHDRAW_HOURS } from './contract.ts'

export type Answers = {
  readonly fair: number | null
  readonly clear: number | null
  readonly knewAi: 'yes' | 'no' | 'not_sure' | null
  /** The customer's words, as they came in. */
  readonly text: string | null
}

/** The answers, with what was left open as null; undefined: nothing was answered at all. */
export function answersOf({ fair, clear, knewAi, text }: FeedbackAnswers): Answers | undefined {
  const words = text?.trim() || null
  if (fair === undefined && clear === undefined && knewAi === undefined && words === null) return undefined
  return { fair: fair ?? null, clear: clear ?? null, knewAi: knewAi ?? null, text: words }
}

export function withdrawUntil(givenAt: Date): Date {
  return new Date(givenAt.getTime() + WITHDRAW_HOURS * 3_600_000)
}

/** Up to and including the last moment. */
export const mayWithdraw = (givenAt: Date, now: Date): boolean => now <= withdrawUntil(givenAt)
