/** The times in a supplier's terms, as they were written and as they are stored. */
import type { ProcessorTerms } from './contract.ts'
import { type Moment, readMoment } from './moment.ts'
import type { OrganisationFile } from './organisation-file.ts'

/** Times of processor terms, by the name that `applied_record` keeps them under. */
export type TermsTimes = Readonly<Partial<Record<(typeof termsTimes)[number], Moment>>>

export const termsTimes = ['signedOn', 'validUntil', 'reviewedAt', 'reviewBy'] as const

type WrittenTerms = OrganisationFile['processors'][number]['terms']

/** Terms as they are stored, and their times as they were written. */
export function wantedTerms(written: WrittenTerms, now: Date): { terms: ProcessorTerms; times: TermsTimes } {
  const { agreement } = written
  const raw = {
    signedOn: agreement?.signedOn,
    validUntil: agreement?.validUntil,
    reviewedAt: written.reviewedAt,
    reviewBy: written.reviewBy,
  }
  const times = Object.fromEntries(
    Object.entries(raw).flatMap(([name, text]) => (text === undefined ? [] : [[name, readMoment(text, now)!]])),
  ) as TermsTimes
  return { terms: withTimes(written as ProcessorTerms, (name) => times[name]?.at.toISOString()), times }
}

/** The same terms with other times; a time that `timeOf` does not know is left out. */
export function withTimes(
  terms: ProcessorTerms,
  timeOf: (name: (typeof termsTimes)[number]) => string | undefined,
): ProcessorTerms {
  const { agreement, reviewedAt: _, reviewBy: __, ...rest } = terms
  const [signedOn, validUntil, reviewedAt, reviewBy] = termsTimes.map(timeOf)
  return {
    ...rest,
    ...(agreement === undefined || signedOn === undefined
      ? {}
      : {
          agreement: { reference: agreement.reference, signedOn, ...(validUntil === undefined ? {} : { validUntil }) },
        }),
    ...(reviewedAt === undefined ? {} : { reviewedAt }),
    ...(reviewBy === undefined ? {} : { reviewBy }),
  }
}

export function timesOf(terms: ProcessorTerms | string | undefined): Readonly<Record<string, string | undefined>> {
  if (typeof terms !== 'object') return {}
  return { ...terms.agreement, reviewedAt: terms.reviewedAt, reviewBy: terms.reviewBy }
}
