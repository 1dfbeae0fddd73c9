/** Decisions that a customer's link leads to: those of its conversation, or the one it was made for. */
import type { Tx } from '../../platform/database.ts'
import type { Bilingual, ClientProfile, DecisionRules } from '../../records/contract.ts'
import { contestOf, decisionPlace, reviewsOf } from '../../records/index.ts'
import { existingKey, type Key, KeyDestroyed, type KeyRing, openJson } from '../../vault/index.ts'
import type { PortalDecision } from '../contract.ts'
import type { DecisionFacts, DecisionSealed } from '../decision-page.ts'

export type LinkTo = {
  readonly client: string
  readonly subject: string
  readonly conversation: string | null
  readonly decision: string | null
}

/** More than this is not on one page. */
const MAX_DECISIONS = 200

const theirs = `d.tenant_id = $1 and d.subject_id = $2 and d.subject_role = 'customer' and (d.conversation_id = $3 or d.decision_id = $4)`
const valuesOf = (tx: Tx, { subject, conversation, decision }: LinkTo) => [
  tx.scope.tenant,
  subject,
  conversation,
  decision,
]

export type DecisionLine = {
  readonly id: string
  readonly decidedAt: Date
  readonly outcome: string
  readonly system: Bilingual
  readonly rules: DecisionRules | null
  readonly contest: 'open' | 'answered' | 'withdrawn' | 'ended' | null
}

/** The latest taken first. */
export async function loadLinkDecisions(tx: Tx, link: LinkTo): Promise<readonly DecisionLine[]> {
  const { rows } = await tx.query<DecisionLine & Record<string, unknown>>(
    `select d.decision_id as id, d.decided_at as "decidedAt", d.outcome, s.name as system, s.decisions as rules,
       (select c.state from contest c where c.tenant_id = d.tenant_id and c.decision_id = d.decision_id order by c.asked_at desc limit 1) as contest
     from decision d join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     where ${theirs} order by d.decided_at desc, d.decision_id desc limit ${MAX_DECISIONS}`,
    valuesOf(tx, link),
  )
  return rows
}

/** The client's name and ways to reach it; undefined when it is out of scope. */
export async function loadLinkClient(
  tx: Tx,
  client: string,
): Promise<{ readonly name: string; readonly contact: PortalDecision['contact'] } | undefined> {
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tx.scope.tenant, client],
  )
  return rows[0] && { name: rows[0].name, contact: rows[0].profile.contact }
}

type Row = {
  conversation_id: string | null
  system_name: Bilingual
  system_description: Bilingual
  version_id: string
  model: string | null
  class: PortalDecision['class']
  decided_at: Date
  outcome: string
  favourable: boolean | null
  score: number | null
  score_from: 'sent' | 'computed'
  threshold: number | null
  review: string
  explanation: 'given' | 'refused' | 'not_needed'
  record: string
  rules: DecisionRules | null
  sealed: Buffer | null
}

/** Everything on record about one decision that this link leads to; undefined for any other. */
export async function loadLinkDecision(
  tx: Tx,
  ring: KeyRing,
  link: LinkTo,
  id: string,
  now: Date,
): Promise<DecisionFacts | undefined> {
  const client = await loadLinkClient(tx, link.client)
  const { rows } = await tx.query<Row>(
    `select d.conversation_id, s.name as system_name, s.description as system_description, d.version_id, v.model, d.class, d.decided_at, d.outcome,
       d.favourable, d.score, d.score_from, d.threshold, d.review, d.explanation, d.record, s.decisions as rules, d.sealed
     from decision d
     join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     left join system_version v on v.tenant_id = d.tenant_id and v.system_id = d.system_id and v.version_id = d.version_id
     where ${theirs} and d.decision_id = $5`,
    [...valuesOf(tx, link), id],
  )
  const [row] = rows
  if (row === undefined || client === undefined) return undefined
  const key = await keyOf(tx, ring, link.subject)
  return {
    id,
    client,
    conversation: row.conversation_id,
    system: { name: row.system_name, description: row.system_description },
    version: row.version_id,
    model: row.model ?? row.version_id,
    decisionClass: row.class,
    decidedAt: row.decided_at,
    outcome: row.outcome,
    favourable: row.favourable,
    score: row.score,
    scoreFrom: row.score_from,
    threshold: row.threshold,
    review: row.review,
    explanation: row.explanation,
    record: row.record,
    rules: row.rules,
    sealed:
      key === undefined || row.sealed === null
        ? null
        : (openJson(key, decisionPlace(tx.scope.tenant, id), row.sealed) as DecisionSealed),
    contest: await contestOf(tx, id, key, now),
    reviews: await reviewsOf(tx, id, key),
  }
}

async function keyOf(tx: Tx, ring: KeyRing, subject: string): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tx.scope.tenant, subject })
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}
