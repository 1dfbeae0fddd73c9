/**
 * The scorer of a system, asked about decisions that come without explanation. What is asked goes to an address of the organisation,
 * so each decision is judged first, and that it is asked about is on record before anything is sent.
 */
import type { Act } from '../../access/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { decisionKey, findDecision, recordEvent } from '../../records/index.ts'
import { type DecisionRequest, decisionRequest } from '../decision-contract.ts'
import type { ComputedBy } from '../decision-model.ts'
import type { DecisionDeps, Sender } from './decisions.ts'
import { computeByAddress, type ExplainerInUse, explainerInUse } from './explainers.ts'
import { aboutWhom, mayAsk } from './judge-decision.ts'

/** What a scorer said before the transaction began; it counts only while that version is in use. */
export type Prepared = { readonly version: string; readonly by: readonly (ComputedBy | null)[] }

type Parts = Pick<DecisionDeps, 'ring' | 'explainers' | 'ledgerLate'> & { readonly database: Database }
type Scope = Parameters<Database['inTx']>[0]

/**
 * Nothing is locked while the scorer answers. All decisions of one request share its time; what does not fit is tried again later.
 * null where nothing is to be asked: no scorer, or every decision brings its explanation, would be refused or is on record.
 */
export async function askScorer(
  parts: Parts,
  { scope, sender, key }: { readonly scope: Scope; readonly sender: Sender; readonly key: string | undefined },
  sent: readonly unknown[],
  act: Act,
): Promise<Prepared | null> {
  const without = sent.map((value) => {
    const parsed = decisionRequest.safeParse(value)
    return parsed.success && parsed.data.explanation === undefined
      ? { ...parsed.data, ...(key === undefined || parsed.data.key !== undefined ? {} : { key }) }
      : null
  })
  if (without.every((one) => one === null)) return null
  const found = await parts.database.inTx(scope, (tx) => whatToAsk(tx, parts, sender, without, act))
  if (found === undefined) return null
  const { explainer, rules, registered, version, asked } = found
  const end = performance.now() + explainer.budget.ms
  const by: (ComputedBy | null)[] = []
  for (const request of asked) {
    if (request === null) by.push(null)
    else if (registered === undefined) by.push({ failed: 'model_unavailable' })
    else by.push(await computeByAddress(explainer, registered, request, rules, end - performance.now()))
  }
  return { version, by }
}

async function whatToAsk(
  tx: Tx,
  parts: Parts,
  sender: Sender,
  requests: readonly (DecisionRequest | null)[],
  act: Act,
) {
  const inUse = await explainerInUse(tx, sender.system)
  if (inUse?.explainer.kind !== 'scorer') return undefined
  const { explainer, ...more } = { ...inUse, explainer: inUse.explainer }
  const about = await aboutWhom(tx, sender)
  const asked: (DecisionRequest | null)[] = []
  for (const request of requests)
    asked.push(
      request !== null &&
        !(await isKnown(tx, parts, sender, request)) &&
        (await mayAsk(tx, parts, { ...sender, about }, request, act))
        ? request
        : null,
    )
  const decisions = asked.filter((one) => one !== null).length
  const registered = await parts.explainers.open(tx, more.client, explainer, more.rules.features)
  if (decisions > 0 && registered !== undefined)
    await recordAsked(tx, { ...more, system: sender.system }, { decisions }, act)
  return { ...more, explainer, registered, asked }
}

async function isKnown(tx: Tx, { ring }: Parts, sender: Sender, { key }: DecisionRequest): Promise<boolean> {
  if (key === undefined) return false
  return (
    (await findDecision(tx, { ...sender, keyHmac: decisionKey(ring, sender.tenant, { ...sender, key }) })) !== undefined
  )
}

/** That features of so many decisions, or of this one, are about to be sent to the scorer of a version. */
export async function recordAsked(
  tx: Tx,
  { client, system, version }: Pick<ExplainerInUse, 'client' | 'version'> & { readonly system: string },
  about: { readonly decisions: number } | { readonly decision: string },
  act: Act,
): Promise<void> {
  const one = 'decision' in about ? { decision: about.decision } : {}
  await recordEvent(tx, act, {
    type: 'scorer.asked',
    client,
    refs: { system, version, ...one },
    body: { decisions: 'decision' in about ? 1 : about.decisions },
  })
}
