/**
 * The safeguards on a call's text: what is hidden on the way out, and what happens to a reply on the way back. They are
 * one value, so that a call has all of them or none.
 */

import type { Language } from '../platform/text.ts'
import type { CustomRecogniser, Finding, ModelFault, Part } from '../privacy/rules.ts'
import type { Lane, LaneKind } from './reply.ts'

export type Counts = Readonly<Record<string, number>>

export type RedactOptions = {
  readonly languages: readonly Language[]
  readonly channel: 'chat' | 'speech' | 'email'
  /** Brands, products and the organisation's own numbers, which stay. */
  readonly allow: readonly string[]
  /** The client's own numbers. */
  readonly custom?: readonly CustomRecogniser[]
  /** What a model found, one list for each part of this request; for `redact` only. */
  readonly extra?: readonly (readonly Finding[])[]
}

/** A conversation's pseudonyms; plain JSON, sealed where it rests. */
export type Pseudonyms = {
  readonly next: number
  readonly items: readonly { readonly token: string; readonly label: string; readonly value: string }[]
}

export type Redacted = {
  /** One for each part, in the same order. */
  readonly texts: readonly string[]
  readonly pseudonyms: Pseudonyms
  readonly counts: Counts
  /** Classes and counts for each part. */
  readonly partCounts: readonly Counts[]
}

export type ReplyGuard = {
  readonly lane: (kind: LaneKind) => Lane
  /** Classes and counts of what was hidden in the reply so far. */
  masked(): Counts
}

/** What was looked up before `redact`. `skipped`: the model did not answer, and a setting lets the rules go on alone. */
export type LookedAhead = { readonly options: RedactOptions; readonly skipped: ModelFault | null }

export interface Safeguards {
  /** Asks the model, where there is one. Rejects when it must have answered and did not. Absent: there is no model. */
  readonly lookAhead?: (parts: readonly Part[], options: RedactOptions) => Promise<LookedAhead>
  /** Hides what identifies people. Same input, same output. Throws rather than let something through unread. */
  redact(parts: readonly Part[], pseudonyms: Pseudonyms | null, options: RedactOptions): Redacted
  /** Screens a reply and gives originals back; tools get them when `originalsFor` says so. */
  guardReply(pseudonyms: Pseudonyms, options: RedactOptions, originalsFor: (tool: string) => boolean): ReplyGuard
}
