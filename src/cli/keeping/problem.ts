/** Why a backup is not made or not put back; the sentence is `error.<code>` in the text files of this folder. */
export const keepingErrorCodes = [
  'out_missing',
  'target_not_empty',
  'target_in_use',
  'together',
  'table_unreadable',
  'backup_missing',
  'backup_incomplete',
  'backup_damaged',
  'backup_other_kind',
  'backup_newer',
  'keys_missing',
  'keys_exposed',
  'keys_other',
  'keys_older',
  'ledger_problems',
  'ledger_forked',
  'ledger_pruned',
  'restore_incomplete',
  'server_not_private',
] as const
export type KeepingErrorCode = (typeof keepingErrorCodes)[number]

/** Said no by policy: exit 3. Every other code is bad input: exit 2. */
export const byPolicy: ReadonlySet<KeepingErrorCode> = new Set(['together', 'target_not_empty', 'target_in_use'])

export class KeepingError extends Error {
  override readonly name = 'KeepingError'
  readonly code: KeepingErrorCode
  readonly values: Readonly<Record<string, string | number>>
  constructor(code: KeepingErrorCode, values: Readonly<Record<string, string | number>> = {}) {
    super(code)
    this.code = code
    this.values = values
  }
}
