/** What verification can find. Each code has a sentence in the text files (`problem.<code>`). */
export const problemCodes = [
  'entry_missing',
  'entry_changed',
  'entry_malformed',
  'entry_beyond_head',
  'leaf_hash_changed',
  'column_changed',
  'tile_changed',
  'tile_missing',
  'tile_beyond_head',
  'head_changed',
  'root_differs',
  'checkpoint_changed',
  'checkpoint_beyond_head',
  'pending_conflict',
  'pending_changed',
  'export_missing',
  'export_changed',
  'ledger_behind_export',
  'ledger_forked',
  'call_open',
  'call_admitted_twice',
  'call_end_unexpected',
  'call_unnamed',
  'turns_missing',
  'turns_malformed',
  'pruning_malformed',
  'pruned_early',
] as const
export type ProblemCode = (typeof problemCodes)[number]

export type Problem = {
  readonly code: ProblemCode
  /** The entry it is about; null when it is about none. */
  readonly index: number | null
  /** Event id of that entry, as far as it can be read. */
  readonly event: string | null
  /** The place: a column, a file, a size, a conversation's turns. Never contents. */
  readonly detail: string
}
