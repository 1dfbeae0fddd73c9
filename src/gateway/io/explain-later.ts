/** A decision whose scorer was late, asked about again: read, asked without a lock, and stored when nobody was before. */
import type { Act } from '../../access/index.ts'
import type { Database, Scope, Tx } from '../../platform/database.ts'
import type { DecisionRules, VersionExplainer } from '../../records/contract.ts'
import { decisionPlace, recordEvent, tenantOf } from '../../records/index.ts'
import type { DecisionClass } from '../../records/rules.ts'
import { existingKey, KeyDestroyed, type KeyRing, openJson, sealJson } from '../../vault/index.ts'
import { type DecisionRequest, decisionRequest } from '../decision-contract.ts'
import { type Explained, explainDecision } from '../decision-explanation.ts'
import { passingReasons } from '../decision-model.ts'
import { recordAsked } from './ask-scorer.ts'
import type { DecisionContents, DecisionDeps } from './decisions.ts'
import { computeByAddress } from './explainers.ts'
import { mayAskAgain } from './judge-decision.ts'

const HOUR_MS = 3_600_000

export type Unexplained = { readonly tenant: string; readonly decision: string }

/** In another order each hour, so that one scorer that is down does not keep others waiting. */
export async function unexplained(
  tx: Tx,
  { since, now, most }: { readonly since: Date; readonly now: Date; readonly most: number },
): Promise<readonly Unexplained[]> {
  const { rows } = await tx.query<Unexplained & Record<string, unknown>>(
    `select tenant_id as tenant, decision_id as decision from decision
     where explanation = 'refused' and explanation_reason = any($1) and recorded_at >= $2 and sealed is not null
     order by hashtextextended(decision_id, $3), decision_id limit $4`,
    [passingReasons, since, Math.floor(now.getTime() / HOUR_MS), most],
  )
  return rows
}

type Parts = Pick<DecisionDeps, 'ring' | 'explainers' | 'ledgerLate'> & { readonly database: Database }

type Row = {
  client_id: string
  subject_id: string
  subject_role: 'customer' | 'agent'
  conversation_id: string | null
  purpose_id: string
  system_id: string
  version_id: string
  model: string
  class: DecisionClass
  kind: DecisionRules['kind']
  outcome: string
  favourable: boolean | null
  score: number | null
  threshold: number | null
  decided_at: Date
  explanation_reason: string
  sealed: Buffer
  explainer: VersionExplainer | null
  rules: DecisionRules | null
}

/** True when it is explained now. What a scorer says for good (not twice the same) is stored too, and is not asked again. */
export async function explainAgain(
  parts: Parts,
  { tenant, decision }: Unexplained,
  actor: Scope['actor'],
  act: () => Act,
): Promise<boolean> {
  const { database, ring } = parts
  const scope: Scope = { tenant, clients: '*', actor }
  const read = await database.inTx(scope, (tx) => readAgain(tx, parts, decision, act()))
  if (read === undefined) return false
  const { row, request, explainer, registered, rules } = read
  const computed =
    registered === undefined
      ? ({ failed: 'model_unavailable' } as const)
      : await computeByAddress(explainer, registered, request, rules, explainer.budget.ms)
  const explained = explainDecision({
    request,
    decision: {
      kind: row.kind,
      decisionClass: row.class,
      favourable: row.favourable,
      score: row.score,
      scoreFrom: 'sent',
      threshold: row.threshold,
      higherIsBetter: rules.threshold?.higherIsBetter ?? true,
      decidedAt: row.decided_at,
    },
    rules,
    id: decision,
    model: { name: row.model, version: row.version_id },
    computed,
  })
  if (explained.state === 'refused' && passingReasons.includes(explained.reason)) return false
  await database.inTx(scope, (tx) => store(tx, ring, decision, explained, act()))
  return explained.state === 'given'
}

/** With its entry that the scorer is about to be asked; undefined when it may not be (any more), or cannot. */
async function readAgain(tx: Tx, parts: Parts, decision: string, act: Act) {
  const { ring, explainers } = parts
  const { rows } = await tx.query<Row>(
    `select d.client_id, d.subject_id, d.subject_role, d.conversation_id, d.purpose_id, d.system_id, d.version_id, v.model, d.class, d.kind, d.outcome, d.favourable, d.score, d.threshold, d.decided_at,
       d.explanation_reason, d.sealed, v.explainer, s.decisions as rules
     from decision d
     join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     join system_version v on v.tenant_id = d.tenant_id and v.system_id = d.system_id and v.version_id = d.version_id
     where d.tenant_id = $1 and d.decision_id = $2 and d.sealed is not null`,
    [tenantOf(tx), decision],
  )
  const [row] = rows
  if (row === undefined || row.rules === null || row.explainer?.kind !== 'scorer') return undefined
  const contents = await contentsOf(tx, ring, decision, row)
  if (contents === undefined) return undefined
  const request: DecisionRequest = decisionRequest.parse({
    outcome: { label: row.outcome, favourable: row.favourable },
    features: contents.features,
    ...(row.score === null
      ? {}
      : { score: { value: row.score, ...(row.threshold === null ? {} : { threshold: row.threshold }) } }),
  })
  const { explainer, rules } = row
  const place = { client: row.client_id, system: row.system_id, version: row.version_id }
  const subject = { subject: row.subject_id, about: row.subject_role, conversation: row.conversation_id }
  if (!(await mayAskAgain(tx, parts, { ...place, ...subject, purpose: row.purpose_id }, act))) return undefined
  const registered = await explainers.open(tx, row.client_id, explainer, rules.features)
  if (registered !== undefined) await recordAsked(tx, place, { decision }, act)
  return { row, request, explainer, rules, registered }
}

async function contentsOf(
  tx: Tx,
  ring: KeyRing,
  decision: string,
  { subject_id, sealed }: Pick<Row, 'subject_id' | 'sealed'>,
): Promise<DecisionContents | undefined> {
  const tenant = tenantOf(tx)
  try {
    const key = await existingKey(tx, ring, { tenant, subject: subject_id })
    return openJson(key, decisionPlace(tenant, decision), sealed) as DecisionContents
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}

/** Nothing, when somebody stored one in the meantime or the person was erased. */
async function store(tx: Tx, ring: KeyRing, decision: string, explained: Explained, act: Act): Promise<void> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<Pick<Row, 'client_id' | 'subject_id' | 'system_id' | 'version_id' | 'sealed'>>(
    `select client_id, subject_id, system_id, version_id, sealed from decision
     where tenant_id = $1 and decision_id = $2 and explanation = 'refused' and explanation_reason = any($3) and sealed is not null for update`,
    [tenant, decision, passingReasons],
  )
  const [row] = rows
  if (row === undefined) return
  const contents = await contentsOf(tx, ring, decision, row)
  if (contents === undefined) return
  const key = await existingKey(tx, ring, { tenant, subject: row.subject_id })
  await tx.query(
    'update decision set explanation = $3, explanation_reason = $4, sealed = $5 where tenant_id = $1 and decision_id = $2',
    [
      tenant,
      decision,
      explained.state,
      explained.reason,
      sealJson(key, decisionPlace(tenant, decision), {
        ...contents,
        explanation: explained.record,
        text: explained.text,
        parts: explained.parts,
        ruleWords: explained.ruleWords,
      }),
    ],
  )
  await recordEvent(tx, act, {
    type: 'decision.explained',
    client: row.client_id,
    subject: row.subject_id,
    refs: { decision, system: row.system_id, version: row.version_id },
    body: { explanation: explained.state, ...(explained.reason === null ? {} : { reason: explained.reason }) },
  })
}
