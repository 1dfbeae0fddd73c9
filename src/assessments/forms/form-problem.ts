/** What is wrong with a form, as codes with the place: sentences are made from them at the edge (texts.ts). */

/** What stops a form from being used. */
export const formErrorCodes = [
  'form_too_large',
  'form_not_yaml',
  'form_field_missing',
  'form_field_wrong',
  'form_kind_unknown',
  'form_kind_several',
  'form_id_missing',
  'form_id_duplicate',
  'form_id_unknown',
  'form_options_missing',
  'form_option_duplicate',
  'form_cycle',
  'form_product',
  'form_expression',
] as const

/** What whoever keeps the form should look at; the form works. */
export const formWarningCodes = [
  'form_field_unknown',
  'form_field_misplaced',
  'form_value_quoted',
  'form_value_unknown',
  'form_answer_unknown',
] as const

export type FormProblemCode = (typeof formErrorCodes)[number] | (typeof formWarningCodes)[number]

export type FormProblem = {
  readonly code: FormProblemCode
  /** The file as the reader was told it. */
  readonly name: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  /** The task or criterion it is about. */
  readonly id?: string
  readonly facts: Readonly<Record<string, string | number>>
}

export type Path = readonly (string | number)[]

/** Collects what is found while a form is read; the place is looked up once. */
export type Findings = {
  readonly problems: FormProblem[]
  readonly warnings: FormProblem[]
  error(code: (typeof formErrorCodes)[number], path: Path, about?: About): void
  warn(code: (typeof formWarningCodes)[number], path: Path, about?: About): void
}
type About = { readonly id?: string | undefined; readonly [fact: string]: string | number | undefined }

/** More problems than anybody reads at once. */
const MAX_FINDINGS = 200

export function findings(name: string, locate: (path: Path) => { line: number; column: number }): Findings {
  const found = (code: FormProblemCode, path: Path, { id, ...facts }: About = {}): FormProblem => ({
    code,
    name,
    ...locate(path),
    ...(id === undefined ? {} : { id }),
    facts: facts as FormProblem['facts'],
  })
  const problems: FormProblem[] = []
  const warnings: FormProblem[] = []
  return {
    problems,
    warnings,
    error: (code, path, about) => {
      if (problems.length < MAX_FINDINGS) problems.push(found(code, path, about))
    },
    warn: (code, path, about) => {
      if (warnings.length < MAX_FINDINGS) warnings.push(found(code, path, about))
    },
  }
}
