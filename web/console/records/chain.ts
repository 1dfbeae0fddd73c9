/** The six questions that an auditor asks of a conversation, each answered from what was recorded. */
import type { z } from 'zod'
import type { CallView, conversationDetail } from '../../../src/records/contract.ts'
import type { StateKind } from '../../ui/components.tsx'

export type ConversationDetail = z.output<typeof conversationDetail>

export const questions = ['disclosure', 'ground', 'gate', 'oversight', 'hidden', 'proof'] as const
export type Question = (typeof questions)[number]

export type Answer = {
  readonly question: Question
  readonly kind: StateKind
  /** Key under `chain.<question>.`, which says it in words. */
  readonly code: 'yes' | 'no' | 'refused' | 'none' | 'waits'
  readonly count: number
}

const grounds = new Set(['purpose_unknown', 'consent_missing', 'consent_withdrawn', 'objected', 'restricted'])

const wentOut = ({ state }: CallView) => state !== 'refused'

/** Nothing is assumed: without a call there is no answer, and a call that went out without its record is a no. */
export function chainOf(conversation: ConversationDetail): Answer[] {
  const calls = conversation.callsList
  const out = calls.filter(wentOut)
  const refusedFor = (fits: (code: string) => boolean) =>
    calls.filter((call) => !wentOut(call) && fits(call.code ?? ''))
  const from = (question: Question, has: (call: CallView) => boolean, refused: readonly CallView[]): Answer => {
    const without = out.filter((call) => !has(call)).length
    if (without > 0) return { question, kind: 'bad', code: 'no', count: without }
    if (refused.length > 0) return { question, kind: 'attention', code: 'refused', count: refused.length }
    if (out.length === 0) return { question, kind: 'unknown', code: 'none', count: 0 }
    return { question, kind: 'ok', code: 'yes', count: out.length }
  }
  return [
    disclosureAnswer(conversation, out),
    from(
      'ground',
      ({ basis }) => basis !== null,
      refusedFor((code) => grounds.has(code)),
    ),
    from(
      'gate',
      ({ gateRecord }) => gateRecord !== null,
      refusedFor((code) => code === 'gate_not_passed'),
    ),
    from(
      'oversight',
      ({ oversightRecord }) => oversightRecord !== null,
      refusedFor((code) => code === 'oversight_missing'),
    ),
    calls.length === 0
      ? { question: 'hidden', kind: 'unknown', code: 'none', count: 0 }
      : // Of the conversation, as its first sentence says: each call sends all of it again, and hides it again.
        {
          question: 'hidden',
          kind: 'ok',
          code: conversation.redacted > 0 ? 'yes' : 'no',
          count: conversation.redacted,
        },
    proofAnswer(calls),
  ]
}

function disclosureAnswer(conversation: ConversationDetail, out: readonly CallView[]): Answer {
  const question = 'disclosure'
  if (conversation.disclosed)
    return {
      question,
      kind: 'ok',
      code: 'yes',
      count: conversation.disclosures.filter(({ kind }) => kind === 'ai').length,
    }
  if (out.length === 0) return { question, kind: 'unknown', code: 'none', count: 0 }
  // A system that only helps staff need not tell the customer itself; the record then says so per call.
  if (out.every((call) => call.disclosure === 'none_needed')) return { question, kind: 'ok', code: 'waits', count: 0 }
  return { question, kind: 'bad', code: 'no', count: out.length }
}

function proofAnswer(calls: readonly CallView[]): Answer {
  const question = 'proof'
  const proofs = calls.flatMap((call) => call.proofs)
  const bare = calls.filter((call) => call.proofs.length === 0).length
  if (bare > 0) return { question, kind: 'bad', code: 'no', count: bare }
  if (proofs.length === 0) return { question, kind: 'unknown', code: 'none', count: 0 }
  const waiting = proofs.filter(({ index }) => index === null).length
  if (waiting > 0) return { question, kind: 'wait', code: 'waits', count: waiting }
  return { question, kind: 'ok', code: 'yes', count: proofs.length }
}
