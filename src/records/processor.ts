/**
 * The terms under which a supplier processes personal data for the organisation, and what is missing of them. GDPR 28:
 * a contract, its sub-processors, no use for the supplier's own ends; GDPR 44–49: a ground for leaving the EEA
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_28).
 */
import type { ProcessorTerms, TermsProblem } from './contract.ts'

/** How long a review of the terms counts when nothing else was agreed: a term of the house, not of the law. */
export const TERMS_REVIEW_DAYS = 365

/** The member states of the Union with Iceland, Liechtenstein and Norway (ISO 3166-1). */
export const eeaCountries: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
)

const dayMs = 86_400_000

/** An upstream as far as its terms go; `provider` as it is stored. */
export type UpstreamTerms = {
  readonly builtin: string | null
  readonly baseUrl: string | null
  readonly provider: { readonly terms?: ProcessorTerms | string | undefined }
  readonly options: { readonly selfHosted?: boolean }
}

/**
 * Why the terms of an upstream do not let a call go there; null when they do. A built-in upstream and a server on this
 * machine hand data to nobody; one that the register calls self-hosted is the organisation's own. Terms that are given
 * are judged all the same. Terms in words alone are none: nobody can tell what they hold.
 */
export function upstreamTermsProblem(upstream: UpstreamTerms, now: Date): TermsProblem | null {
  if (!handsOver(upstream)) return null
  const { terms } = upstream.provider
  return termsProblems(typeof terms === 'object' ? terms : undefined, now)[0] ?? null
}

/** Whether what goes there reaches somebody else than this organisation. */
export function handsOver({ builtin, baseUrl, provider, options }: UpstreamTerms): boolean {
  if (builtin !== null) return false
  return typeof provider.terms === 'object' || !(options.selfHosted === true || isThisMachine(baseUrl))
}

/**
 * Whether calls for a purpose may go to an upstream as far as the purpose's own list goes (GDPR 5(1)(b), 30(1)(d)). No
 * list (null) names nobody: then they stay where the data go to nobody else. A list is the whole list, also an empty one.
 */
export function isNamedFor(
  upstream: UpstreamTerms & { readonly id: string },
  named: readonly string[] | null,
): boolean {
  return named === null ? !handsOver(upstream) : named.includes(upstream.id)
}

/** Everything that is missing or past, in the order in which a call is refused for it. */
export function termsProblems(terms: ProcessorTerms | undefined, now: Date): TermsProblem[] {
  if (terms === undefined) return ['terms_missing']
  const { agreement, country, transfer, subProcessors, retentionDays, trainsOnData, reviewedAt } = terms
  const problems: TermsProblem[] = []
  if (agreement === undefined || new Date(agreement.signedOn) > now) problems.push('agreement_missing')
  else if (agreement.validUntil !== undefined && now >= new Date(agreement.validUntil))
    problems.push('agreement_expired')
  if (country === undefined) problems.push('country_missing')
  else if (!isTransferCovered(country, transfer)) problems.push('transfer_ground_missing')
  if (subProcessors === undefined) problems.push('sub_processors_missing')
  else if (
    !problems.includes('transfer_ground_missing') &&
    subProcessors.some((one) => !isTransferCovered(one.country, one.transfer))
  )
    problems.push('transfer_ground_missing')
  if (retentionDays === undefined) problems.push('retention_missing')
  if (trainsOnData !== false) problems.push('training_not_excluded')
  if (reviewedAt === undefined || new Date(reviewedAt) > now || now >= reviewDue(terms)!)
    problems.push('terms_review_overdue')
  return problems
}

/** When the terms must be looked at again; null when they never were. */
export function reviewDue({ reviewedAt, reviewBy }: ProcessorTerms): Date | null {
  if (reviewBy !== undefined) return new Date(reviewBy)
  return reviewedAt === undefined ? null : new Date(Date.parse(reviewedAt) + TERMS_REVIEW_DAYS * dayMs)
}

/** Inside the EEA no ground is needed; outside it "none needed" is no ground, and every other names its document. */
function isTransferCovered(country: string, transfer: ProcessorTerms['transfer']): boolean {
  if (eeaCountries.has(country)) return true
  return transfer !== undefined && transfer.ground !== 'none_needed' && transfer.reference !== undefined
}

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

function isThisMachine(baseUrl: string | null): boolean {
  if (baseUrl === null || !URL.canParse(baseUrl)) return false
  return isLoopbackHost(new URL(baseUrl).hostname.replace(/^\[|\]$/g, '').toLowerCase())
}
