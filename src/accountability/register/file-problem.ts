/** What is wrong with a file that somebody brings: a code with its place; the sentence is made from it (`problem.<code>` in the texts). */
export const fileProblemCodes = [
  'file_too_large',
  'yaml_unreadable',
  'yaml_several_documents',
  'json_unreadable',
  'csv_unreadable',
  'field_unknown',
  'field_missing',
  'field_wrong_kind',
  'field_too_long',
  'field_unreadable',
  'choice_unknown',
  'column_unknown',
  'column_missing',
  'column_twice',
  'row_cells',
  'too_many',
  'id_twice',
  'reference_unknown',
  'way_missing',
  'condition_unreadable',
  'version_current_twice',
  'version_of_file_unknown',
  'emotion_of_staff',
  'settings_unfit',
] as const
export type FileProblemCode = (typeof fileProblemCodes)[number]

/**
 * `file`: which of several, when there are several. `line` and `column` from 1, where they are known. `field`: name or path, such as
 * `questions[2].answers[0]`; '' is the file as a whole. `values` fill the sentence; never what stands in a field of words.
 */
export type FileProblem = {
  readonly code: FileProblemCode
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly field: string
  readonly values: Readonly<Record<string, string | number>>
}

export type FieldPath = readonly PropertyKey[]

export const pathName = (path: FieldPath): string =>
  path.map((part, n) => (typeof part === 'number' ? `[${part}]` : n === 0 ? String(part) : `.${String(part)}`)).join('')
