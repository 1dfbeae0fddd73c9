/** Decisions and outcomes as they come in: judged by the same plan as a call, recorded with their entry in one transaction. */
import { createHash } from 'node:crypto'
import { type Act, createPortalLink, portalPath, portalToken } from '../../access/index.ts'
import { canonicalize } from '../../ledger/verify/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import {
  decisionKey,
  decisionPlace,
  findDecision,
  insertDecision,
  insertOutcome,
  type KnownDecision,
  lockDecisionKey,
  recordEvent,
  subjectFor,
  tenantOf,
} from '../../records/index.ts'
import { drawFrom, reviewReason } from '../../records/rules.ts'
import { existingKey, KeyDestroyed, type KeyRing, KeyUnavailable, keyedHash, openJson } from '../../vault/index.ts'
import type { Forward, Refusal } from '../call.ts'
import { refusals } from '../contract.ts'
import { AHEAD_MS } from '../decision.ts'
import {
  type DecisionReply,
  type DecisionRequest,
  decisionRequest,
  type OutcomeReply,
  type OutcomeRequest,
  outcomeRequest,
  type RefusedResult,
} from '../decision-contract.ts'
import type { Explained } from '../decision-explanation.ts'
import type { ComputedBy } from '../decision-model.ts'
import { problem } from '../prompt.ts'
import { refusalMessage, refusalValues } from '../refusal.ts'
import type { Explainers } from './explainers.ts'
import { type Judged, judge, referenceOf } from './judge-decision.ts'

export type DecisionDeps = {
  readonly ring: KeyRing
  readonly explainers: Explainers
  readonly portalLinkMs: number
  /** The oldest ledger entry waits for its number for longer than is allowed. */
  readonly ledgerLate: () => boolean
}

/** Who sends: the system of the key. */
export type Sender = {
  readonly tenant: string
  readonly client: string
  readonly system: string
  readonly key: string
}

/** With whom its decisions are about. */
export type DecisionSender = Sender & { readonly about: 'customer' | 'agent' }

export type Result<T> =
  | { readonly status: 201; readonly reply: T }
  | { readonly status: number; readonly refusal: Refusal }

export function senderOf({ bound, scope, id }: Caller): Sender {
  const { client, key, system = id } = bound ?? {}
  if (client === undefined || key === undefined) throw new ApiError(401, 'unknown_key')
  return { tenant: scope.tenant, client, system, key }
}

const refused = (refusal: Refusal) => ({ status: refusals[refusal.code].status, refusal })

/** What the scorer of a version said of this one decision. */
export type PreparedOne = { readonly version: string; readonly by: ComputedBy | null }

/** Records one decision of a system, or the refusal; both are on record when the transaction commits. */
export async function recordDecision(
  tx: Tx,
  deps: DecisionDeps,
  sender: DecisionSender,
  sent: { readonly value: unknown; readonly key?: string | undefined; readonly prepared?: PreparedOne | null },
  act: Act,
): Promise<Result<DecisionReply>> {
  const parsed = decisionRequest.safeParse(sent.value)
  const refuse = async (refusal: Refusal) => {
    await recordRefused(tx, sender, refusal, act)
    return refused(refusal)
  }
  if (!parsed.success) return refuse(shapeProblem(parsed.error.issues[0]!))
  const request = sent.key === undefined ? parsed.data : { ...parsed.data, key: parsed.data.key ?? sent.key }
  const indexKey = deps.ring.indexKey(sender.tenant)
  const bodyHmac = keyedHash(indexKey, 'decision-body', canonicalize(request))
  const keyHmac =
    request.key === undefined ? null : decisionKey(deps.ring, sender.tenant, { ...sender, key: request.key })
  if (keyHmac !== null) {
    await lockDecisionKey(tx, keyHmac)
    const known = await findDecision(tx, { ...sender, keyHmac })
    if (known !== undefined)
      return known.bodyHmac.equals(bodyHmac)
        ? { status: 201, reply: await replyAgain(tx, deps.ring, known) }
        : refuse({ code: 'idempotency_conflict', reason: 'other_contents', param: 'key', values: {} })
  }
  const judged = await judge(tx, deps, sender, request, sent.prepared ?? null, act)
  if ('refusal' in judged) return refuse(judged.refusal)
  try {
    return { status: 201, reply: await write(tx, deps, sender, judged, { keyHmac, bodyHmac }, act) }
  } catch (error) {
    // Looked up before anything was written: the key of this person cannot be had, so nothing is kept.
    if (error instanceof KeyUnavailable) return refuse(keysGone(judged.id))
    if (error instanceof KeyDestroyed) return refuse(problem('conversation_closed', 'conversation'))
    throw error
  }
}

const keysGone = (call: string): Refusal => ({
  code: 'safeguard_unavailable',
  reason: 'keys',
  values: { safeguard: 'keys', errorCode: 'key_unavailable', call },
})

async function recordRefused(tx: Tx, { client, system }: Sender, { code, reason }: Refusal, act: Act): Promise<void> {
  // Only codes: a place may be a name that the sender made up.
  await recordEvent(tx, act, {
    type: 'decision.refused',
    client,
    refs: { system },
    body: { code, ...(reason === undefined ? {} : { reason }) },
  })
}

/** What is sealed of a decision; read back for its page, its copy for the person, and the same answer again. */
export type DecisionContents = {
  readonly features: DecisionRequest['features']
  readonly alternatives: DecisionRequest['alternatives'] | null
  readonly humanInvolved: { readonly role: string; readonly changed: boolean } | null
  readonly explanation: Explained['record']
  readonly text: Explained['text']
  readonly parts: Explained['parts']
  readonly ruleWords: Explained['ruleWords']
  readonly contestPath: string | null
}

/** Who it was stands beside the decision, not in what its person gets a copy of. */
const involvedIn = ({ humanInvolved }: DecisionRequest): DecisionContents['humanInvolved'] =>
  humanInvolved === undefined ? null : { role: humanInvolved.role, changed: humanInvolved.changed }

async function write(
  tx: Tx,
  { ring, portalLinkMs }: DecisionDeps,
  sender: Sender,
  judged: Judged,
  hashes: { readonly keyHmac: Buffer | null; readonly bodyHmac: Buffer },
  act: Act,
): Promise<DecisionReply> {
  const { request, decision, explained, loaded, about, conversation, plan } = judged
  const language = request.language ?? loaded.conversation?.language ?? loaded.system!.language
  const subject =
    judged.subject ??
    (await subjectFor(
      tx,
      ring,
      { client: sender.client, reference: referenceOf(about, request.subject!), language },
      act,
    ))
  // The path is sealed with the decision, so its code is drawn before and its link is made after.
  const token = about === 'customer' ? portalToken(act) : null
  const review = reviewReason(
    loaded.system!.decisions?.review,
    decision,
    drawFrom(createHash('sha256').update(judged.id).digest()),
  )
  const contents: DecisionContents = {
    features: request.features,
    alternatives: request.alternatives ?? null,
    humanInvolved: involvedIn(request),
    explanation: explained.record,
    text: explained.text,
    parts: explained.parts,
    ruleWords: explained.ruleWords,
    contestPath: token === null ? null : `${portalPath(token)}/decisions/${judged.id}`,
  }
  const explanation = { state: explained.state, reason: explained.reason }
  const record = await insertDecision(
    tx,
    ring,
    {
      id: judged.id,
      client: sender.client,
      subject,
      subjectRole: about,
      conversation,
      system: sender.system,
      version: loaded.version!.id,
      purpose: loaded.purpose?.id ?? '-',
      kind: decision.kind,
      decisionClass: decision.decisionClass,
      channel: request.channel ?? loaded.conversation?.channel ?? loaded.system!.channel,
      language,
      decidedAt: decision.decidedAt,
      outcome: request.outcome.label,
      favourable: decision.favourable,
      score: decision.score,
      scoreFrom: decision.scoreFrom,
      threshold: decision.threshold,
      humanPerson: request.humanInvolved?.person ?? null,
      review,
      explanation,
      ...hashes,
      contents,
      refs: groundsOf(plan),
    },
    act,
  )
  if (token !== null)
    await createPortalLink(
      tx,
      {
        to: conversation === null ? { decision: judged.id } : { conversation },
        subject,
        expiresAt: new Date(act.now.getTime() + portalLinkMs),
        token,
      },
      act,
    )
  return replyOf(
    { id: judged.id, record, favourable: decision.favourable, held: review !== null, explanation },
    contents,
  )
}

/** The records that a decision rests on: consent, gate, oversight. */
function groundsOf({ groundRecord, gateRecord, oversightRecord }: Forward): Record<string, string> {
  return {
    ...(groundRecord === null ? {} : { ground: groundRecord }),
    ...(gateRecord === null ? {} : { gate: gateRecord }),
    ...(oversightRecord === null ? {} : { oversight: oversightRecord }),
  }
}

function replyOf(
  one: Pick<KnownDecision, 'id' | 'record' | 'favourable' | 'held' | 'explanation'>,
  contents: DecisionContents | null,
): DecisionReply {
  return {
    decisionId: one.id,
    ledgerId: one.record,
    contestUrl: contents?.contestPath ?? null,
    heldForReview: one.held,
    favourable: one.favourable,
    explanation: {
      state: one.explanation.state,
      reason: one.explanation.reason as DecisionReply['explanation']['reason'],
      text: contents?.text == null ? null : { nl: [...contents.text.nl], en: [...contents.text.en] },
    },
  }
}

async function replyAgain(tx: Tx, ring: KeyRing, known: KnownDecision): Promise<DecisionReply> {
  return replyOf(known, await contentsOf(tx, ring, known))
}

/** What was sealed of it; null after erasure or its term. */
async function contentsOf(tx: Tx, ring: KeyRing, known: KnownDecision): Promise<DecisionContents | null> {
  if (known.sealed === null) return null
  const tenant = tenantOf(tx)
  try {
    const key = await existingKey(tx, ring, { tenant, subject: known.subject })
    return openJson(key, decisionPlace(tenant, known.id), known.sealed) as DecisionContents
  } catch (error) {
    if (error instanceof KeyDestroyed) return null
    throw error
  }
}

/** Records what became of a decision of this system. */
export async function recordOutcome(
  tx: Tx,
  ring: KeyRing,
  sender: Sender,
  value: unknown,
  act: Act,
): Promise<Result<OutcomeReply>> {
  const parsed = outcomeRequest.safeParse(value)
  if (!parsed.success) return refused(shapeProblem(parsed.error.issues[0]!))
  const outcome: OutcomeRequest = parsed.data
  const keyHmac = decisionKey(ring, sender.tenant, { ...sender, key: outcome.decision })
  const known = await findDecision(tx, { ...sender, id: outcome.decision, keyHmac })
  if (known === undefined) return refused(problem('decision_unknown', 'decision'))
  const observedAt = outcome.observedAt === undefined ? null : new Date(outcome.observedAt)
  if (observedAt !== null && observedAt > new Date(act.now.getTime() + AHEAD_MS))
    return refused(problem('in_future', 'observedAt'))
  const { client, system } = sender
  const { observed, positive = null } = outcome
  const { id, record } = await insertOutcome(
    tx,
    { client, system, decision: known.id, subject: known.subject, observed, positive, observedAt },
    act,
  )
  return { status: 201, reply: { outcomeId: id, decisionId: known.id, ledgerId: record } }
}

type Issue = { readonly code?: string | undefined; readonly path: readonly PropertyKey[]; readonly keys?: unknown }

/** What does not have the shape, as a problem with its place. */
function shapeProblem(issue: Issue): Refusal {
  const keys = issue.code === 'unrecognized_keys' && Array.isArray(issue.keys) ? [String(issue.keys[0])] : []
  const param = [...issue.path, ...keys]
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[')
  const code = keys.length > 0 ? 'field_unknown' : issue.code === 'invalid_type' ? 'wrong_type' : 'wrong_value'
  return problem(code, param === '' ? '(body)' : param)
}

/** A refusal as the answer to one request. */
export function refusalError({ refusal }: { readonly refusal: Refusal }, language: Language): ApiError {
  const values = refusalValues(refusal, language)
  return new ApiError(refusals[refusal.code].status, refusal.code, {
    values: {
      ...values,
      field: String(values.param ?? ''),
      ...(refusal.reason ? { gatewayReason: refusal.reason } : {}),
    },
    ...(refusal.param === undefined ? {} : { param: refusal.param }),
  })
}

/** A refusal as one result among others. */
export function refusedResult({ refusal }: { readonly refusal: Refusal }, language: Language): RefusedResult {
  return {
    status: refusals[refusal.code].status,
    error: {
      code: refusal.code,
      reason: refusal.reason ?? null,
      message: refusalMessage(refusal, language),
      param: refusal.param ?? null,
    },
  }
}
