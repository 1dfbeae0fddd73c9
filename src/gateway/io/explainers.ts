/** Explainers of the register at work: files read once and kept, scorers asked within their budget. */

import type { Tx } from '../../platform/database.ts'
import { publicLookup } from '../../platform/io/lookup.ts'
import { secretOf } from '../../platform/io/secret.ts'
import type { DecisionRules, VersionExplainer } from '../../records/contract.ts'
import { loadExplainerFiles, tenantOf } from '../../records/index.ts'
import { computeByScorer, openScorer } from '../../transparency/index.ts'
import {
  type ComputedDecision,
  computeRegistered,
  ExplainError,
  type Registered,
  readRegistered,
} from '../../transparency/rules.ts'
import type { ComputeReason, DecisionRequest } from '../decision-contract.ts'
import { type ComputedBy, questionFor } from '../decision-model.ts'
import { addressRefused, isLoopbackHost } from '../provider.ts'

/** What is kept of files that were read: so many, and so many bytes of files. */
const KEPT = 32
const KEPT_BYTES = 64 * 1_048_576

/**
 * Explainers that were read, the latest used kept. Named by the hashes of their contents, so that nothing that was kept can be out
 * of date; whose they are was decided when the version was read.
 */
export class Explainers {
  readonly #kept = new Map<string, { readonly registered: Registered; readonly bytes: number }>()
  #bytes = 0

  /** Undefined when its contents are not on record (any more), or cannot be read. */
  async open(
    tx: Tx,
    client: string,
    explainer: VersionExplainer,
    features: DecisionRules['features'],
  ): Promise<Registered | undefined> {
    const key = JSON.stringify([explainer, features.map(({ feature }) => feature)])
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known.registered
    }
    const files = await loadExplainerFiles(tx, client, explainer)
    try {
      const registered = readRegistered(explainer, files, features)
      const bytes = (files.model?.length ?? 0) + (files.background?.length ?? 0)
      this.#kept.set(key, { registered, bytes })
      this.#bytes += bytes
      this.#forget()
      return registered
    } catch (error) {
      if (error instanceof ExplainError) return undefined
      throw error
    }
  }

  /** The one that was just opened stays, whatever its size. */
  #forget(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= KEPT && this.#bytes <= KEPT_BYTES)) return
      this.#kept.delete(key)
      this.#bytes -= bytes
    }
  }
}

/** What a model of the register makes of a decision; nothing is asked of a network. */
export function computeByRegistered(
  registered: Registered,
  request: DecisionRequest,
  rules: DecisionRules,
  favourable: boolean | null,
): ComputedBy {
  try {
    return { registered, answer: computeRegistered(registered, questionFor(request, rules, favourable, registered)) }
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error
    return { failed: error.code.startsWith('input_') ? 'input_unfit' : 'model_unavailable' }
  }
}

/** With what the current version of a system explains its decisions. */
export type ExplainerInUse = {
  readonly client: string
  readonly version: string
  readonly explainer: VersionExplainer
  readonly rules: DecisionRules
}

export async function explainerInUse(tx: Tx, system: string): Promise<ExplainerInUse | undefined> {
  const { rows } = await tx.query<{
    client: string
    version: string
    explainer: VersionExplainer | null
    rules: DecisionRules | null
  }>(
    `select s.client_id as client, v.version_id as version, v.explainer, s.decisions as rules
     from ai_system s join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
     where s.tenant_id = $1 and s.system_id = $2`,
    [tenantOf(tx), system],
  )
  const [row] = rows
  return row === undefined || row.explainer === null || row.rules === null
    ? undefined
    : { client: row.client, version: row.version, explainer: row.explainer, rules: row.rules }
}

/** One decision, asked of the address within what is left of the time. */
export async function computeByAddress(
  explainer: Extract<VersionExplainer, { kind: 'scorer' }>,
  registered: Registered,
  request: DecisionRequest,
  rules: DecisionRules,
  timeMs: number,
): Promise<ComputedBy> {
  if (timeMs <= 0) return { failed: 'scorer_budget' }
  if (addressRefused(explainer.url, explainer.allowPrivateAddress) !== null) return { failed: 'scorer_unreachable' }
  const headers: Record<string, string> = {}
  for (const [name, ref] of Object.entries(explainer.headersFrom)) {
    const secret = secretOf(ref)
    if (secret === undefined) return { failed: 'scorer_unreachable' }
    headers[name] = secret
  }
  const declared = rules.outcomes.find(({ outcome }) => outcome === request.outcome.label)?.favourable
  const favourable = declared ?? request.outcome.favourable ?? null
  const loopback = isLoopbackHost(new URL(explainer.url).hostname.replace(/^\[|\]$/g, ''))
  const scorer = openScorer(explainer.url, {
    names: registered.names,
    budget: explainer.budget.calls,
    timeoutMs: timeMs,
    deadlineMs: timeMs,
    headers,
    ...(loopback || explainer.allowPrivateAddress ? {} : { lookup: publicLookup }),
  })
  try {
    const question = questionFor(request, rules, favourable, registered)
    const answer: ComputedDecision = await computeByScorer(scorer, registered, question)
    return { registered, answer }
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error
    return { failed: reasonOf(error) }
  } finally {
    await scorer.close()
  }
}

function reasonOf({ code }: ExplainError): ComputeReason | 'scorer_not_repeatable' {
  if (code === 'scorer_not_repeatable') return code
  if (code === 'scorer_budget' || code === 'scorer_timeout') return 'scorer_budget'
  return code.startsWith('input_') ? 'input_unfit' : 'scorer_unreachable'
}
