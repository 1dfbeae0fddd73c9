/** One data subject's consents as they leave: one reader for the staff, the customer and the command line. */
import type { Tx } from '../../../platform/database.ts'
import type { KeyRing } from '../../../vault/index.ts'
import { consentRecords, vconAttachments } from '../export.ts'
import { loadExportFacts, loadSubjectConsents } from './reads.ts'

export type ConsentFormat = '27560' | 'vcon'

/** Errors: `subject_unknown` (404; also one outside the scope). What is sealed stays out. */
export async function exportConsents(
  tx: Tx,
  ring: KeyRing,
  subject: string,
  { format, now, language }: { readonly format: ConsentFormat; readonly now: Date; readonly language: 'nl' | 'en' },
) {
  const view = await loadSubjectConsents(tx, ring, subject, { now, evidence: false })
  const facts = await loadExportFacts(tx, view, now, language)
  return { format, record: format === 'vcon' ? vconAttachments(facts) : consentRecords(facts) }
}
