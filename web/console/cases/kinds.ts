/**
 * What a case of each kind has of its own on its page. Another kind is one line here, a folder with its section and pages, and the
 * words `caseKind.<kind>`, `caseState.<kind>.<state>` and `caseNext.<kind>.<act>` in its texts.
 */
import type { CaseView } from '../../../src/records/cases/contract.ts'
import type { Api } from '../../api.ts'
import { complaintSection } from '../complaints/section.tsx'
import type { ConsoleContext } from '../context.ts'
import type { Named } from '../parts.tsx'
import { clarificationSection, contestSection, requestSection } from './clarification.tsx'
import type { Filled } from './filled.ts'
import type { CaseKind } from './roles.ts'

export type SectionProps<T> = {
  readonly cx: ConsoleContext
  readonly view: CaseView
  readonly data: T
  readonly named: Named
  readonly filled: Filled | undefined
}

export type CaseSection<T = unknown> = {
  /** States that a case of this kind can be in, for the filter of the list. */
  readonly states?: readonly string[]
  /** What the section needs beside the case. */
  load?(api: Api, view: CaseView): Promise<T>
  /** Where that holds the case too, it is taken from there: what was written is opened once, and that is one look. */
  caseIn?(data: T): CaseView
  /** Stands above the thread: what is known of this kind, and what can be done now. */
  Section?(props: SectionProps<T>): unknown
}

export const caseSections: Readonly<Record<CaseKind, CaseSection>> = {
  complaint: complaintSection,
  contest: contestSection,
  clarification: clarificationSection,
  request: requestSection,
}
