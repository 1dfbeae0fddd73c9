/**
 * Where data subjects are: one store per table that holds something about one. Access and erasure run over the list, so
 * nothing is forgotten; a test compares it with the schema. Each folder offers the stores of its own tables, and
 * `main.ts` puts the list together.
 */
import type { Tx } from '../platform/database.ts'
import type { KeyRing } from '../vault/index.ts'

export type SubjectPlace = { readonly client: string; readonly subject: string }

/** What a person can read and a machine can load; contents that cannot be opened any more are absent. */
export type ExportedRecord = { readonly id: string; readonly at: string | null; readonly [field: string]: unknown }

/**
 * One table with a data subject. `find` counts rows, `export` gives them in full, `erase` takes away what identifies
 * the subject or was said by them and returns how many rows that touched. Both write functions may be called again:
 * a second call finds nothing left. Everything happens in the transaction that is given.
 */
export interface SubjectStore {
  /** The table's name. */
  readonly id: string
  find(tx: Tx, place: SubjectPlace): Promise<number>
  export(tx: Tx, ring: KeyRing, place: SubjectPlace): Promise<readonly ExportedRecord[]>
  erase(tx: Tx, place: SubjectPlace): Promise<number>
}

/**
 * Every table with a `subject_id`, or with rows of a conversation of one, and who answers for it. `kept`: rows stay at
 * erasure, since they hold only the random id, and the way to it is gone. Terms run over the list too (privacy/rights).
 */
export const subjectTables: Readonly<
  Record<
    string,
    {
      readonly folder:
        | 'records'
        | 'privacy'
        | 'access'
        | 'vault'
        | 'ledger'
        | 'gateway'
        | 'monitoring'
        | 'accountability'
      readonly at: 'erased' | 'kept'
      /** Rows of a conversation that go with its contents, at the end of their term; others go with its facts. */
      readonly with?: 'contents'
    }
  >
> = {
  data_subject: { folder: 'records', at: 'kept' },
  subject_reference: { folder: 'records', at: 'erased' },
  applied_record: { folder: 'records', at: 'erased' },
  conversation: { folder: 'records', at: 'erased' },
  party: { folder: 'records', at: 'erased' },
  turn: { folder: 'records', at: 'erased' },
  search_document: { folder: 'records', at: 'erased', with: 'contents' },
  pseudonym_table: { folder: 'records', at: 'erased', with: 'contents' },
  ai_call: { folder: 'records', at: 'kept' },
  hand_off: { folder: 'records', at: 'kept' },
  decision: { folder: 'records', at: 'erased' },
  outcome: { folder: 'records', at: 'kept' },
  decision_review: { folder: 'records', at: 'erased' },
  contest: { folder: 'records', at: 'erased' },
  case_record: { folder: 'records', at: 'erased' },
  case_message: { folder: 'records', at: 'erased' },
  case_attachment: { folder: 'records', at: 'erased' },
  case_letter: { folder: 'records', at: 'erased' },
  case_note: { folder: 'records', at: 'erased' },
  attribute_value: { folder: 'records', at: 'erased' },
  imported_key: { folder: 'records', at: 'erased' },
  redaction_sample: { folder: 'privacy', at: 'erased', with: 'contents' },
  consent_event: { folder: 'privacy', at: 'kept' },
  representative: { folder: 'privacy', at: 'erased' },
  disclosure_event: { folder: 'privacy', at: 'kept' },
  notice_shown: { folder: 'privacy', at: 'kept' },
  data_request: { folder: 'privacy', at: 'erased' },
  correction: { folder: 'privacy', at: 'erased' },
  prepared_copy: { folder: 'privacy', at: 'erased' },
  legal_hold: { folder: 'privacy', at: 'kept' },
  breach_subject: { folder: 'privacy', at: 'kept' },
  idempotency: { folder: 'gateway', at: 'erased', with: 'contents' },
  feedback: { folder: 'monitoring', at: 'erased' },
  complaint: { folder: 'accountability', at: 'erased' },
  wrong_answer: { folder: 'monitoring', at: 'erased' },
  wrong_answer_recipient: { folder: 'monitoring', at: 'erased' },
  portal_link: { folder: 'access', at: 'erased' },
  subject_address: { folder: 'access', at: 'erased' },
  code_delivery: { folder: 'access', at: 'erased' },
  content_view: { folder: 'access', at: 'kept' },
  reveal: { folder: 'access', at: 'erased' },
  subject_key: { folder: 'vault', at: 'erased' },
  ledger_pending: { folder: 'ledger', at: 'kept' },
  ledger_entry: { folder: 'ledger', at: 'kept' },
}
