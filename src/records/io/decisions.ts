/** Decisions about people and what became of them: rows in and out. What went in is sealed under the subject's key. */
import type { Act } from '../../access/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { type KeyRing, keyedHash, sealJson, subjectKey } from '../../vault/index.ts'
import type { DecisionRules } from '../contract.ts'
import type { DecisionClass, ReviewReason } from '../decision.ts'
import { recordEvent, tenantOf } from './event.ts'

/** Where what is sealed of a decision belongs. */
export const decisionPlace = (tenant: string, decision: string): string[] => ['decision', 'sealed', tenant, decision]

export type NewDecision = {
  readonly id: string
  readonly client: string
  readonly subject: string
  readonly subjectRole: 'customer' | 'agent'
  readonly conversation: string | null
  readonly system: string
  readonly version: string
  readonly purpose: string
  readonly kind: DecisionRules['kind']
  readonly decisionClass: DecisionClass
  readonly channel: string
  readonly language: string
  readonly decidedAt: Date
  readonly outcome: string
  readonly favourable: boolean | null
  readonly score: number | null
  readonly scoreFrom: 'sent' | 'computed'
  readonly threshold: number | null
  /** The member of staff who took part before it went out; absent: the sender named nobody. */
  readonly humanPerson?: string | null
  /** Why it waits for a person; null: it does not. */
  readonly review: ReviewReason | null
  readonly explanation: { readonly state: 'given' | 'refused' | 'not_needed'; readonly reason: string | null }
  readonly keyHmac: Buffer | null
  readonly bodyHmac: Buffer
  /** Features, alternatives, explanation, link: whatever says something about the person. */
  readonly contents: object
  /** Of the ledger entry: what it rests on. */
  readonly refs: Readonly<Record<string, string>>
}

/**
 * Writes a decision with its entries: `decision.recorded`, and `decision.held` when it waits. Returns the id of the first.
 * The subject must be there. Errors: `key_destroyed` of the vault when the subject was erased.
 */
export async function insertDecision(tx: Tx, ring: KeyRing, one: NewDecision, act: Act): Promise<string> {
  const tenant = tenantOf(tx)
  const key = await subjectKey(tx, ring, { tenant, client: one.client, subject: one.subject }, act.now)
  const refs = {
    decision: one.id,
    system: one.system,
    version: one.version,
    ...(one.conversation === null ? {} : { conversation: one.conversation }),
    ...one.refs,
  }
  const about = { client: one.client, subject: one.subject }
  const record = await recordEvent(tx, act, {
    ...about,
    type: 'decision.recorded',
    refs,
    body: {
      kind: one.kind,
      class: one.decisionClass,
      purpose: one.purpose,
      outcome: one.outcome,
      favourable: one.favourable,
      explanation: one.explanation.state,
      ...(one.explanation.reason === null ? {} : { reason: one.explanation.reason }),
      ...(one.scoreFrom === 'computed' ? { score: 'computed' } : {}),
      decidedAt: one.decidedAt.toISOString(),
    },
  })
  if (one.review !== null)
    await recordEvent(tx, act, { ...about, type: 'decision.held', refs, body: { reason: one.review } })
  await tx.query(
    `insert into decision (tenant_id, client_id, decision_id, subject_id, subject_role, conversation_id, system_id, version_id, purpose_id, kind, class,
       channel, language, decided_at, recorded_at, outcome, favourable, score, threshold, review, review_reason, explanation, explanation_reason,
       key_hmac, body_hmac, record, sealed, score_from, human_person)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)`,
    [
      tenant,
      one.client,
      one.id,
      one.subject,
      one.subjectRole,
      one.conversation,
      one.system,
      one.version,
      one.purpose,
      one.kind,
      one.decisionClass,
      one.channel,
      one.language,
      one.decidedAt,
      act.now,
      one.outcome,
      one.favourable,
      one.score,
      one.threshold,
      one.review === null ? 'not_needed' : 'waiting',
      one.review,
      one.explanation.state,
      one.explanation.reason,
      one.keyHmac,
      one.bodyHmac,
      record,
      sealJson(key, decisionPlace(tenant, one.id), one.contents),
      one.scoreFrom,
      one.humanPerson ?? null,
    ],
  )
  return record
}

/** What decisions of a system look like, and whose system it is; undefined: there is no such system in sight. */
export async function loadDecisionRules(
  tx: Tx,
  system: string,
): Promise<{ readonly client: string; readonly rules: DecisionRules | null } | undefined> {
  const { rows } = await tx.query<{ client: string; rules: DecisionRules | null }>(
    'select client_id as client, decisions as rules from ai_system where tenant_id = $1 and system_id = $2',
    [tenantOf(tx), system],
  )
  return rows[0]
}

/** Keyed hash of the sender's own id of a decision. */
export function decisionKey(
  ring: KeyRing,
  tenant: string,
  of: { client: string; system: string; key: string },
): Buffer {
  return keyedHash(ring.indexKey(tenant), 'decision', of.client, of.system, of.key)
}

export type KnownDecision = {
  readonly id: string
  readonly subject: string
  readonly about: 'customer' | 'agent'
  readonly conversation: string | null
  readonly bodyHmac: Buffer
  readonly record: string
  readonly favourable: boolean | null
  readonly held: boolean
  readonly explanation: { readonly state: 'given' | 'refused' | 'not_needed'; readonly reason: string | null }
  readonly sealed: Buffer | null
}

/** The decision under Waarborg's id or under the sender's own; two that look for one key at once take turns. */
export async function findDecision(
  tx: Tx,
  of: { readonly client: string; readonly system: string; readonly id?: string; readonly keyHmac?: Buffer },
): Promise<KnownDecision | undefined> {
  const { rows } = await tx.query<KnownRow>(
    `select decision_id, subject_id, subject_role, conversation_id, body_hmac, record, favourable, review, explanation, explanation_reason, sealed from decision
     where tenant_id = $1 and client_id = $2 and system_id = $3 and (decision_id = $4 or key_hmac = $5) limit 1`,
    [tenantOf(tx), of.client, of.system, of.id ?? null, of.keyHmac ?? null],
  )
  const row = rows[0]
  return (
    row && {
      id: row.decision_id,
      subject: row.subject_id,
      about: row.subject_role,
      conversation: row.conversation_id,
      bodyHmac: row.body_hmac,
      record: row.record,
      favourable: row.favourable,
      held: row.review !== 'not_needed',
      explanation: { state: row.explanation, reason: row.explanation_reason },
      sealed: row.sealed,
    }
  )
}
type KnownRow = Row & {
  decision_id: string
  subject_id: string
  subject_role: 'customer' | 'agent'
  conversation_id: string | null
  body_hmac: Buffer
  record: string
  favourable: boolean | null
  review: string
  explanation: 'given' | 'refused' | 'not_needed'
  explanation_reason: string | null
  sealed: Buffer | null
}

/** Until the end of this transaction nobody else uses this key. */
export async function lockDecisionKey(tx: Tx, keyHmac: Buffer): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [keyHmac.readBigInt64BE(0).toString()])
}

export type NewOutcome = {
  readonly client: string
  readonly system: string
  readonly decision: string
  readonly subject: string
  readonly observed: string
  readonly positive: boolean | null
  /** null: now; the same words again are then the same outcome. */
  readonly observedAt: Date | null
}

/** Writes what became of a decision with its entry. The same again gives the same ids, and no second entry. */
export async function insertOutcome(tx: Tx, one: NewOutcome, act: Act): Promise<{ id: string; record: string }> {
  const tenant = tenantOf(tx)
  // Outcomes of one decision take turns, so that the same sent twice at once becomes one.
  await tx.query('select 1 from decision where tenant_id = $1 and decision_id = $2 for no key update', [
    tenant,
    one.decision,
  ])
  const { rows } = await tx.query<{ id: string; record: string }>(
    `select outcome_id as id, record from outcome where tenant_id = $1 and decision_id = $2 and observed = $3 and ($4::timestamptz is null or observed_at = $4)
       and positive is not distinct from $5 limit 1`,
    [tenant, one.decision, one.observed, one.observedAt, one.positive],
  )
  if (rows[0] !== undefined) return rows[0]
  const observedAt = one.observedAt ?? act.now
  const id = act.ids.next()
  const record = await recordEvent(tx, act, {
    type: 'outcome.recorded',
    client: one.client,
    subject: one.subject,
    refs: { outcome: id, decision: one.decision, system: one.system },
    body: { observed: one.observed, positive: one.positive, observedAt: observedAt.toISOString() },
  })
  await tx.query(
    `insert into outcome (tenant_id, client_id, outcome_id, decision_id, subject_id, observed, positive, observed_at, recorded_at, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [tenant, one.client, id, one.decision, one.subject, one.observed, one.positive, observedAt, act.now, record],
  )
  return { id, record }
}
