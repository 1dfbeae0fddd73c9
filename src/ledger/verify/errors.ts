/**
 * Why something was refused. Each code has a sentence in the ledger's text.nl.json and text.en.json (`verify.<code>`).
 * The union is closed: a code that is added here must get its sentence there.
 */
export const refusals = [
  'base64_malformed',
  'hash_length',
  'index_outside_tree',
  'proof_length',
  'root_differs',
  'size_zero',
  'size_shrunk',
  'number_malformed',
  'vkey_malformed',
  'vkey_id_differs',
  'vkey_type_unknown',
  'vkey_length',
  'note_malformed',
  'note_too_large',
  'note_unsigned',
  'signature_differs',
  'checkpoint_malformed',
  'origin_differs',
  'proof_malformed',
  'witnesses_missing',
  'tile_path_malformed',
  'tile_outside_tree',
  'tile_length',
  'tile_differs',
  'bundle_malformed',
  'entry_too_large',
  'json_malformed',
  'json_duplicate_key',
  'json_number_range',
  'json_surrogate',
  'json_too_deep',
  'json_not_data',
  'salt_length',
  'commitment_differs',
] as const

export type Refusal = (typeof refusals)[number]

/** Thrown by everything in this folder that refuses its input; nothing here answers "perhaps". */
export class VerifyError extends Error {
  override readonly name = 'VerifyError'
  readonly code: Refusal

  /** `detail` says where (a line, a field, an index), in English, without contents. */
  constructor(code: Refusal, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.code = code
  }
}
