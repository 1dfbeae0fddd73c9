/** The count of one imported file: every record of the input is in exactly one of four numbers. */
import type { HeldReason } from './admission.ts'
import type { Deviation, ImportedConversation, Problem } from './contract.ts'

/** What became of one record. `held` beside it says that it is kept apart and unread. */
export type Outcome =
  | {
      readonly state: 'accepted' | 'duplicate' | 'conflict'
      readonly held?: HeldReason
      readonly conversation?: string
    }
  | { readonly state: 'refused'; readonly problem: Problem; readonly held?: HeldReason; readonly conversation?: string }

export type DeviationCount = {
  readonly code: string
  readonly count: number
  readonly pointer: string
  readonly detail: string
}

export type ConversationLine = {
  /** The source's own id. */
  readonly id: string
  readonly state: Outcome['state']
  readonly held?: HeldReason
  /** Id under which it is stored; absent in a dry run and for what was not stored. */
  readonly conversation?: string
  readonly line?: number
  readonly format: string
  readonly version: string
  readonly grade: string
  readonly parties: number
  readonly turns: number
  readonly events: number
  readonly recordings: number
  /** Absent when there are no turns. */
  readonly textSha256?: string
  readonly signature?: string
  readonly deviations: readonly DeviationCount[]
}

export type FileReport = {
  readonly file: string
  /** in = accepted + refused + duplicate + conflict. */
  readonly accepted: number
  readonly refused: number
  readonly duplicate: number
  readonly conflict: number
  /** How many of them are kept apart and unread: sealed files (counted as refused) and what has no ground. */
  readonly held: number
  readonly conversations: readonly ConversationLine[]
  readonly textSha256?: string
  readonly problems: readonly Problem[]
}

/** Deviations of one kind become one line with the first place. */
export function countDeviations(deviations: readonly Deviation[]): DeviationCount[] {
  const counts = new Map<string, { code: string; count: number; pointer: string; detail: string }>()
  for (const { code, pointer, detail } of deviations) {
    const key = `${code} ${detail}`
    const found = counts.get(key)
    if (found === undefined) counts.set(key, { code, count: 1, pointer, detail })
    else found.count++
  }
  return [...counts.values()]
}

export function conversationLine(conversation: ImportedConversation, outcome: Outcome): ConversationLine {
  return {
    id: conversation.sourceId,
    state: outcome.state,
    ...(outcome.held === undefined ? {} : { held: outcome.held }),
    ...(outcome.conversation === undefined ? {} : { conversation: outcome.conversation }),
    ...(conversation.place.line === undefined ? {} : { line: conversation.place.line }),
    format: conversation.format,
    version: conversation.formatVersion,
    grade: conversation.grade,
    parties: conversation.parties.length,
    turns: conversation.turns.length,
    events: conversation.events.length,
    recordings: conversation.recordings.length,
    ...(conversation.turns.length === 0 ? {} : { textSha256: conversation.textSha256 }),
    ...(conversation.signature === undefined
      ? {}
      : { signature: conversation.signature.reason ?? conversation.signature.state }),
    deviations: countDeviations(conversation.deviations),
  }
}

/** Adds up the outcomes of one file. `textSha256` is over all turns of all conversations listed, joined by one LF. */
export function fileReport(
  file: string,
  entries: readonly { readonly outcome: Outcome; readonly line?: ConversationLine }[],
  textSha256: string | undefined,
): FileReport {
  const count = (state: Outcome['state']) => entries.filter(({ outcome }) => outcome.state === state).length
  return {
    file,
    accepted: count('accepted'),
    refused: count('refused'),
    duplicate: count('duplicate'),
    conflict: count('conflict'),
    held: entries.filter(({ outcome }) => outcome.held !== undefined).length,
    conversations: entries.flatMap(({ line }) => (line === undefined ? [] : [line])),
    ...(textSha256 === undefined ? {} : { textSha256 }),
    problems: entries.flatMap(({ outcome }) => (outcome.state === 'refused' ? [outcome.problem] : [])),
  }
}
