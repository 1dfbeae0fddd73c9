import accessEn from '../../access/text.en.json' with { type: 'json' }
import accessNl from '../../access/text.nl.json' with { type: 'json' }
import complaintsEn from '../../accountability/complaints/text.en.json' with { type: 'json' }
import complaintsNl from '../../accountability/complaints/text.nl.json' with { type: 'json' }
import accountabilityEn from '../../accountability/text.en.json' with { type: 'json' }
import accountabilityNl from '../../accountability/text.nl.json' with { type: 'json' }
import assessmentsEn from '../../assessments/text.en.json' with { type: 'json' }
import assessmentsNl from '../../assessments/text.nl.json' with { type: 'json' }
import auditsEn from '../../fairness/audits/text.en.json' with { type: 'json' }
import auditsNl from '../../fairness/audits/text.nl.json' with { type: 'json' }
import monitorsEn from '../../fairness/monitors/text.en.json' with { type: 'json' }
import monitorsNl from '../../fairness/monitors/text.nl.json' with { type: 'json' }
import promptsEn from '../../fairness/prompts/text.en.json' with { type: 'json' }
import promptsNl from '../../fairness/prompts/text.nl.json' with { type: 'json' }
import sheetsEn from '../../fairness/sheets/text.en.json' with { type: 'json' }
import sheetsNl from '../../fairness/sheets/text.nl.json' with { type: 'json' }
import gatewayEn from '../../gateway/text.en.json' with { type: 'json' }
import gatewayNl from '../../gateway/text.nl.json' with { type: 'json' }
import ledgerEn from '../../ledger/text.en.json' with { type: 'json' }
import ledgerNl from '../../ledger/text.nl.json' with { type: 'json' }
import monitoringEn from '../../monitoring/text.en.json' with { type: 'json' }
import monitoringNl from '../../monitoring/text.nl.json' with { type: 'json' }
import { fill, type Language } from '../../platform/text.ts'
import rightsEn from '../../privacy/rights/text.en.json' with { type: 'json' }
import rightsNl from '../../privacy/rights/text.nl.json' with { type: 'json' }
import privacyEn from '../../privacy/text.en.json' with { type: 'json' }
import privacyNl from '../../privacy/text.nl.json' with { type: 'json' }
import recordsEn from '../../records/text.en.json' with { type: 'json' }
import recordsNl from '../../records/text.nl.json' with { type: 'json' }
import transparencyEn from '../../transparency/text.en.json' with { type: 'json' }
import transparencyNl from '../../transparency/text.nl.json' with { type: 'json' }
import cliEn from '../text.en.json' with { type: 'json' }
import cliNl from '../text.nl.json' with { type: 'json' }

type Texts = Readonly<Record<string, string>>

/** A code that several folders know says the same in each (test/texts.test.ts). */
export const errorTexts: Readonly<Record<Language, Texts>> = {
  nl: {
    ...cliNl,
    ...gatewayNl,
    ...ledgerNl,
    ...privacyNl,
    ...rightsNl,
    ...accessNl,
    ...recordsNl,
    ...accountabilityNl,
    ...complaintsNl,
    ...assessmentsNl,
    ...transparencyNl,
    ...auditsNl,
    ...sheetsNl,
    ...promptsNl,
    ...monitorsNl,
    ...monitoringNl,
  },
  en: {
    ...cliEn,
    ...gatewayEn,
    ...ledgerEn,
    ...privacyEn,
    ...rightsEn,
    ...accessEn,
    ...recordsEn,
    ...accountabilityEn,
    ...complaintsEn,
    ...assessmentsEn,
    ...transparencyEn,
    ...auditsEn,
    ...sheetsEn,
    ...promptsEn,
    ...monitorsEn,
    ...monitoringEn,
  },
}

/** The sentence of an error code in the reader's language. A value that is missing must not break the answer. */
export function errorText(language: Language, code: string, values: Readonly<Record<string, string | number>>): string {
  const texts = errorTexts[language]
  const sentence =
    // A refusal of the gateway with a reason of its own says more than its code.
    texts[`gateway.reason.${values.gatewayReason}`] ??
    texts[`error.${code}`] ??
    texts[`gateway.refusal.${code}.operator`] ??
    texts['error.other']!
  const given = new Proxy(values, { get: (all, name) => (typeof name === 'string' ? (all[name] ?? '–') : undefined) })
  return fill(
    sentence,
    { ...Object.fromEntries([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, given[name!]!])), code },
    language,
  )
}
