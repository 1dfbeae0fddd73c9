/** Applies an organisation file with the rules of the folders above records: consent, gates, stop orders. */
import { stopSystem } from '../../accountability/index.ts'
import { decideGate } from '../../assessments/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { systemClock } from '../../platform/clock.ts'
import { type Ids, randomIds } from '../../platform/ids.ts'
import { recordConsent, recordRepresentative } from '../../privacy/index.ts'
import {
  type Applied,
  type ApplyDeps,
  applyOrganisation,
  OrganisationRefused,
  readOrganisationFile,
} from '../../records/index.ts'
import { recordWordings, renewNotices } from '../../transparency/index.ts'
import { explainerFaults, explainFaultText, wordingFaults, wordingFaultText } from '../../transparency/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import { type Installation, operatorName } from '../installation.ts'

export function applyDeps(ring: KeyRing): ApplyDeps {
  return {
    ring,
    checkExplainer,
    checkWordings,
    recordWordings,
    renewNotices,
    recordConsent,
    recordRepresentative,
    decideGate,
    stopSystem,
  }
}

/** What a client's own words for disclosures lack, in sentences of the folder that reads them. */
const checkWordings: ApplyDeps['checkWordings'] = (client, organisation) =>
  wordingFaults(client, organisation).map((fault) => ({
    wording: fault.wording,
    language: fault.language,
    text: { nl: wordingFaultText('nl', fault), en: wordingFaultText('en', fault) },
  }))

/** What is wrong with an explainer, in sentences of the folder that reads models. */
const checkExplainer: ApplyDeps['checkExplainer'] = (explainer, files, features) =>
  explainerFaults(explainer, files, features).map(({ at, problem }) => ({
    at,
    code: problem.code,
    where: problem.place,
    text: { nl: explainFaultText('nl', problem), en: explainFaultText('en', problem) },
  }))

/** Reads and applies a file in one transaction. Errors: `OrganisationRefused` with every problem and its place. */
export async function applyFile(
  installation: Installation,
  { path }: { readonly path: string },
  {
    clock = systemClock,
    ids = randomIds,
    operator = operatorName(),
  }: { clock?: Clock; ids?: Ids; operator?: string } = {},
): Promise<Applied> {
  const now = clock.now()
  const read = readOrganisationFile(path, now)
  if ('problems' in read) throw new OrganisationRefused(read.problems)
  return installation.database.inTx(
    { tenant: read.organisation.tenant.id, clients: '*', actor: { kind: 'operator', id: operator } },
    (tx) => applyOrganisation(tx, applyDeps(installation.keys), read, { now, ids }),
  )
}
