/** Shapes of the demonstration's conversations, one per line in conversations/*.jsonl. */

/** Labels of the redaction scheme: what a piece of text says about a person. */
export const labels = [
  'PERSON',
  'PHONE',
  'BSN',
  'NATID',
  'IBAN',
  'CARD',
  'PLATE',
  'DOC',
  'CUSTREF',
  'ADDRESS',
  'POSTCODE',
  'CITY',
  'DOB',
  'AGE',
  'EMAIL',
  'USERNAME',
  'IP',
  'URL',
  'SECRET',
  'CVC',
  'HEALTH',
  'BELIEF',
  'UNION',
  'CRIME',
  'ORIENT',
  'ORIGIN',
  'POLITICS',
] as const
export type Label = (typeof labels)[number]

/** `[start, end, label]`: UTF-16 offsets in the text beside it, end exclusive, sorted, not overlapping. */
export type Span = readonly [start: number, end: number, label: Label]

/** What is on record about the customer's choice when the conversation starts. */
export const grounds = [
  'contract',
  'given',
  'representative',
  'recording_only',
  'refused',
  'none',
  'expired',
  'other_purpose',
  'withdrawn',
  'objected',
] as const
export type Ground = (typeof grounds)[number]

export type Turn = {
  readonly role: 'customer' | 'ai' | 'agent'
  readonly text: string
  readonly spans: readonly Span[]
  /** False on a customer turn that a person answers: it is history, not a call. Absent: the turn is sent. */
  readonly sent?: false
  /** What the gateway must do with this turn; absent: forward it. */
  readonly expect?: { readonly refused: string }
}

/** Something that happens just before `beforeTurn` (an index in `turns`, from 0; equal to their number: after the last). */
export type Act = { readonly beforeTurn: number } & (
  | { readonly act: 'consent'; readonly state: 'given' | 'withdrawn'; readonly purpose: string }
  | { readonly act: 'handoff'; readonly reason: 'asked' | 'refused' | 'rule' }
  | { readonly act: 'disclosure'; readonly language: 'nl' | 'en'; readonly text: string }
  | { readonly act: 'stop' | 'resume'; readonly system: string }
)

/** A tool call in the recording. Spans are offsets in `JSON.stringify` of arguments and of result. */
export type ToolUse = {
  readonly afterTurn: number
  readonly name: string
  readonly arguments: Readonly<Record<string, string>>
  readonly result: unknown
  readonly spans: { readonly arguments: readonly Span[]; readonly result: readonly Span[] }
}

export type Conversation = {
  readonly id: string
  readonly client: string
  readonly system: string
  readonly purpose: string
  readonly channel: 'chat' | 'voice' | 'email'
  readonly language: string
  /** The customer's reference at the client; null for a visitor nobody knows. */
  readonly subject: string | null
  readonly ground: Ground
  readonly handWritten: boolean
  readonly turns: readonly Turn[]
  readonly acts: readonly Act[]
  readonly tools: readonly ToolUse[]
  readonly outcome: {
    readonly resolved: boolean
    readonly reachedHuman: boolean
    /** 1 to 5 as the customer answered afterwards; null: no answer. */
    readonly satisfaction: number | null
    readonly trust: number | null
  }
  readonly faults: readonly string[]
  readonly tags: readonly string[]
}
