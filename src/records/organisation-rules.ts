/** What an organisation file may not say, whatever is on record. */
import { actionableProblems } from './explainer.ts'
import { yearsLater } from './moment.ts'
import type {
  Organisation,
  WantedAttribute,
  WantedConsent,
  WantedPerson,
  WantedPurpose,
  WantedSystem,
} from './organisation.ts'
import { nearest, type Path, type Problem, problem } from './organisation-problem.ts'
import type { TermsTimes } from './processor-times.ts'

/** How long a system may observe without enforcing. */
export const OBSERVE_DAYS = 30

/** How far ahead a gate decision may be valid. */
export const GATE_YEARS = 2

const dayMs = 86_400_000

/**
 * Rules that hold for any file: a ground other than consent has its reasons and a signature (GDPR art. 5(2)), observe
 * has two signers and an end, and nothing that ends begins later.
 */
export function ruleProblems(organisation: Organisation, now: Date): Problem[] {
  return [
    ...organisation.purposes.flatMap((one) => purposeProblems(one, now)),
    ...organisation.attributes.flatMap((one) => attributeProblems(one, now)),
    ...organisation.notices.flatMap((one) =>
      one.texts.length > 0 ? [] : [problem('field_missing', [...one.path, 'texts'])],
    ),
    ...organisation.upstreams.flatMap((one) => termsTimeProblems([...one.path, 'provider', 'terms'], one.times, now)),
    ...organisation.processors.flatMap((one) => termsTimeProblems([...one.path, 'terms'], one.times, now)),
    ...organisation.people.flatMap((one) => personProblems(one, now)),
    ...organisation.systems.flatMap((one) => systemProblems(one, now)),
    ...organisation.subjects.flatMap((subject) => subject.consents.flatMap((one) => consentProblems(one, now))),
  ]
}

function purposeProblems(one: WantedPurpose, now: Date): Problem[] {
  const problems: Problem[] = []
  if (one.basis !== 'consent')
    for (const field of ['reasoning', 'signedBy', 'signedAt'] as const)
      if (one[field] === null) problems.push(problem('reasoning_missing', [...one.path, field], { basis: one.basis }))
  // An unsolicited sales call needs consent (Tw art. 11.7(1)); what may be done without is decided per call.
  if (one.kind === 'telemarketing' && (one.basis !== 'consent' || !one.objectable))
    problems.push(problem('telemarketing_basis', [...one.path, 'kind']))
  if (one.about === 'staff' && (one.staff === null || (one.staff.level === 'person' && !one.staff.worksCouncil)))
    problems.push(problem('works_council_missing', [...one.path, 'staff']))
  if (one.signedAt !== null && one.signedAt.at > now) problems.push(problem('time_ahead', [...one.path, 'signedAt']))
  // Facts answer for contents, and the proof of a consent for the facts that rest on it: neither may go first.
  const { importedRecordings = 0, callFacts, consentProof } = one.terms
  const contents = Math.max(one.retentionDays, importedRecordings)
  if (callFacts !== undefined && callFacts < contents)
    problems.push(problem('term_too_short', [...one.path, 'terms', 'callFacts'], { days: contents }))
  if (consentProof !== undefined && consentProof < Math.max(callFacts ?? 0, contents))
    problems.push(
      problem('term_too_short', [...one.path, 'terms', 'consentProof'], { days: Math.max(callFacts ?? 0, contents) }),
    )
  return problems
}

function attributeProblems({ statement, signedAt, endsAt, path }: WantedAttribute, now: Date): Problem[] {
  const problems: Problem[] = []
  if (statement.source === 'customer' && statement.question === undefined)
    problems.push(problem('field_missing', [...path, 'question'], { name: 'question' }))
  // What the law protects is asked of the person; an organisation does not know it as a fact of its service.
  if (statement.source === 'service' && statement.special)
    problems.push(problem('attribute_source', [...path, 'source']))
  if (signedAt.at > now) problems.push(problem('time_ahead', [...path, 'signedAt']))
  if (endsAt !== null && endsAt.at <= signedAt.at) problems.push(problem('until_before_from', [...path, 'endsAt']))
  return problems
}

/** Terms were agreed and looked at: both are things that happened. */
function termsTimeProblems(
  path: Path,
  { signedOn, validUntil, reviewedAt, reviewBy }: TermsTimes,
  now: Date,
): Problem[] {
  const problems: Problem[] = []
  if (signedOn && signedOn.at > now) problems.push(problem('time_ahead', [...path, 'agreement', 'signedOn']))
  if (signedOn && validUntil && validUntil.at <= signedOn.at)
    problems.push(problem('until_before_from', [...path, 'agreement', 'validUntil']))
  if (reviewedAt && reviewedAt.at > now) problems.push(problem('time_ahead', [...path, 'reviewedAt']))
  if (reviewedAt && reviewBy && reviewBy.at <= reviewedAt.at)
    problems.push(problem('until_before_from', [...path, 'reviewBy']))
  return problems
}

function personProblems(one: WantedPerson, now: Date): Problem[] {
  const problems: Problem[] = []
  for (const { from, until, path } of one.roles)
    if (until !== null && until.at <= (from?.at ?? now)) problems.push(problem('until_before_from', [...path, 'until']))
  for (const { attainedOn, validUntil, path } of one.qualifications) {
    if (attainedOn.at > now) problems.push(problem('time_ahead', [...path, 'attainedOn']))
    if (validUntil.at <= attainedOn.at) problems.push(problem('until_before_from', [...path, 'validUntil']))
  }
  return problems
}

function systemProblems(one: WantedSystem, now: Date): Problem[] {
  const problems: Problem[] = []
  if (one.mode === 'observe' && one.observeUntil === null)
    problems.push(problem('observe_missing', [...one.path, 'observe']))
  if (one.mode === 'enforce' && one.observeUntil !== null)
    problems.push(problem('observe_not_asked', [...one.path, 'observe']))
  if (one.observeUntil !== null && one.observeUntil.at.getTime() > now.getTime() + OBSERVE_DAYS * dayMs)
    problems.push(problem('observe_too_long', [...one.path, 'observe', 'until'], { days: OBSERVE_DAYS }))
  if (one.observeSignedBy.length > 0 && new Set(one.observeSignedBy).size < 2)
    problems.push(problem('observe_one_signer', [...one.path, 'observe', 'signedBy']))
  for (const gate of one.gates) {
    // Who answers for a system does not also release it; a rejection by its owner is welcome.
    if (gate.by === one.owner && gate.decision !== 'reject')
      problems.push(problem('gate_by_owner', [...gate.path, 'by'], { person: gate.by }))
    if (gate.at.at > now) problems.push(problem('time_ahead', [...gate.path, 'at']))
    if (gate.validUntil.at <= gate.at.at) problems.push(problem('until_before_from', [...gate.path, 'validUntil']))
    if (gate.validUntil.at > yearsLater(gate.at.at, GATE_YEARS))
      problems.push(problem('gate_too_long', [...gate.path, 'validUntil'], { years: GATE_YEARS }))
    if (!one.versions.some((version) => version.id === gate.version)) {
      const near = nearest(
        gate.version,
        one.versions.map((version) => version.id),
      )
      const values = { kind: 'version', id: gate.version }
      problems.push(
        near === undefined
          ? problem('reference_unknown', [...gate.path, 'version'], values)
          : problem('reference_unknown_near', [...gate.path, 'version'], { ...values, near }),
      )
    }
  }
  for (const { from, until, path } of one.overseers) {
    if (from !== null && from.at > now) problems.push(problem('time_ahead', [...path, 'from']))
    if (until !== null && until.at <= (from?.at ?? now)) problems.push(problem('until_before_from', [...path, 'until']))
  }
  if (one.decisions !== null) problems.push(...actionableProblems(one.decisions, one.path))
  for (const { explainer, path } of one.versions)
    if (explainer !== null && one.decisions === null)
      problems.push(problem('explainer_without_decisions', [...path, 'explainer']))
  if (one.stopped?.at && one.stopped.at.at > now) problems.push(problem('time_ahead', [...one.stopped.path, 'at']))
  return problems
}

function consentProblems(one: WantedConsent, now: Date): Problem[] {
  const problems: Problem[] = []
  const at = one.at?.at ?? now
  if (at > now) problems.push(problem('time_ahead', [...one.path, 'at']))
  if (one.expiresAt !== null && one.state !== 'given')
    problems.push(problem('expiry_not_given', [...one.path, 'expiresAt']))
  if (one.expiresAt !== null && one.expiresAt.at <= at)
    problems.push(problem('until_before_from', [...one.path, 'expiresAt']))
  return problems
}
