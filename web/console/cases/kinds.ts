/**
 * What a case of each kind has of its own on its page. Another kind is one line here, a folder with its section and pages, and the
 * words `caseKind.<kind>`, `caseState.<kind>.<state>` and `caseNext.<kind>.<act>` in its texts.
 */
import type { CaseView } from '../../../src/records/cases/contract.ts'
import type { Api } from '../../api.ts'
import type { ConsoleContext } from '../context.ts'
import type { Form } from '../kit.ts'
import type { Named } from '../parts.tsx'
import type { CaseKind } from './roles.ts'

/** A form of the page that was refused: what was filled in, why not, and which field it was about. */
export type Refused = {
  /** Name of the form. */
  readonly form: string
  readonly values: Form
  readonly error: string
  readonly field?: string | undefined
}

export type SectionProps<T> = {
  readonly cx: ConsoleContext
  readonly view: CaseView
  readonly data: T
  readonly named: Named
  readonly refused: Refused | undefined
}

export type CaseSection<T = unknown> = {
  /** States that a case of this kind can be in, for the filter of the list. */
  readonly states?: readonly string[]
  /** What the section needs beside the case. */
  load?(api: Api, view: CaseView): Promise<T>
  /** Stands above the thread: what is known of this kind, and what can be done now. */
  Section?(props: SectionProps<T>): unknown
}

export const caseSections: Readonly<Record<CaseKind, CaseSection>> = {
  complaint: {},
  contest: {},
  clarification: {},
  request: {},
}
