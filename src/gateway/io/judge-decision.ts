/**
 * Whether a decision may be recorded: judged by the same plan as a call, with its explanation. The same judgement without one says
 * whether its features may be sent to a scorer, now or when it is asked again.
 */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import type { DecisionRules } from '../../records/contract.ts'
import { findConversation, tenantOf } from '../../records/index.ts'
import { type KeyRing, keyedHash } from '../../vault/index.ts'
import { type CallFacts, type Forward, planCall, type Refusal } from '../call.ts'
import { decisionProblems, type ReadDecision, readDecision } from '../decision.ts'
import type { DecisionRequest } from '../decision-contract.ts'
import { type Explained, explainDecision } from '../decision-explanation.ts'
import { type ComputedBy, withComputedScore } from '../decision-model.ts'
import { problem } from '../prompt.ts'
import { providerRefused } from '../provider.ts'
import type { DecisionDeps, DecisionSender, PreparedOne, Sender } from './decisions.ts'
import { computeByRegistered } from './explainers.ts'
import { type Loaded, loadFacts } from './load.ts'

export type Judged = {
  readonly id: string
  readonly request: DecisionRequest
  readonly decision: ReadDecision
  readonly explained: Explained
  readonly plan: Forward
  readonly loaded: Loaded
  readonly about: 'customer' | 'agent'
  /** null: nobody yet; made with the decision. */
  readonly subject: string | null
  readonly conversation: string | null
}

/** Members of staff have references of their own, that can never be a customer's. */
export const referenceOf = (about: 'customer' | 'agent', reference: string) =>
  about === 'agent' ? `agent:${reference}` : reference

/** What is known before anything is explained. */
type Read = {
  readonly loaded: Loaded
  readonly registered: Parameters<typeof decisionProblems>[1]
  readonly conversation: string | null
  readonly problems: readonly Refusal[]
}

async function readFacts(
  tx: Tx,
  ring: KeyRing,
  sender: DecisionSender,
  request: DecisionRequest,
  now: Date,
): Promise<Read | undefined> {
  const loaded = await factsFor(tx, ring, sender, request, now)
  if (loaded === undefined) return undefined
  const registered = {
    system: sender.system,
    decisionClass: loaded.system?.decisionClass ?? ('solely_automated' as const),
    rules: loaded.system?.decisions ?? null,
  }
  const conversation = await conversationOf(tx, ring, sender, request, loaded)
  return {
    loaded,
    registered,
    conversation: conversation.id,
    problems: [...decisionProblems(request, registered, now), ...conversation.problems],
  }
}

export async function judge(
  tx: Tx,
  deps: DecisionDeps,
  sender: DecisionSender,
  request: DecisionRequest,
  prepared: PreparedOne | null,
  { now, ids }: Act,
): Promise<Judged | { readonly refusal: Refusal }> {
  const { about } = sender
  const found = await readFacts(tx, deps.ring, sender, request, now)
  if (found === undefined) return { refusal: { code: 'unknown_key', values: {} } }
  const { loaded, registered, conversation, problems } = found
  const id = ids.next()
  const asSent = problems.length > 0 ? null : readDecision(request, registered, now)
  const computed =
    asSent === null ? null : await computedOf(tx, deps, sender, request, asSent, registered.rules!, loaded, prepared)
  const read = asSent && withComputedScore(asSent, registered.rules!, computed)
  const explained =
    read === null
      ? null
      : explainDecision({
          request,
          decision: read,
          rules: registered.rules!,
          id,
          model: { name: loaded.version?.model ?? '-', version: loaded.version?.id ?? '-' },
          computed,
        })
  const missing =
    read && explained ? explanationMissing(read, explained, registered.rules?.contest !== undefined) : null
  const plan = planCall(
    factsOf(deps, sender, request.modelVersion, loaded, { problems, explanationMissing: missing !== null, id, now }),
  )
  if (plan.plan === 'refuse')
    return { refusal: plan.code === 'explanation_missing' && missing !== null ? { ...plan, reason: missing } : plan }
  return {
    id,
    request,
    decision: read!,
    explained: explained!,
    plan,
    loaded,
    about,
    subject: about === 'customer' ? (loaded.conversation?.subject ?? loaded.referenceSubject) : loaded.referenceSubject,
    conversation,
  }
}

type Asking = Pick<DecisionDeps, 'ring' | 'ledgerLate'>

/** Whether this decision would be recorded if only it were explained: before that, nothing of it is sent anywhere. */
export async function mayAsk(
  tx: Tx,
  deps: Asking,
  sender: DecisionSender,
  request: DecisionRequest,
  { now, ids }: Act,
): Promise<boolean> {
  const found = await readFacts(tx, deps.ring, sender, request, now)
  if (found === undefined) return false
  const { loaded, problems } = found
  const facts = { problems, explanationMissing: false, id: ids.next(), now }
  return planCall(factsOf(deps, sender, request.modelVersion, loaded, facts)).plan === 'forward'
}

/** A decision on record that is to be explained after all. */
export type OnRecord = {
  readonly client: string
  readonly system: string
  readonly subject: string
  readonly about: 'customer' | 'agent'
  readonly conversation: string | null
  readonly purpose: string
}

/** The same of a decision on record, as things stand now: a stop, a withdrawal or an objection since then counts. */
export async function mayAskAgain(
  tx: Tx,
  deps: Asking,
  { client, system, subject, about, conversation, purpose }: OnRecord,
  { now, ids }: Act,
): Promise<boolean> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ key: string; reference: Buffer | null }>(
    `select (select key_id from system_key where tenant_id = $1 and system_id = $2 order by created_at desc, key_id limit 1) as key,
       (select reference_hmac from subject_reference where tenant_id = $1 and client_id = $3 and subject_id = $4 limit 1) as reference`,
    [tenant, system, client, subject],
  )
  const { key, reference } = rows[0]!
  const loaded = await loadFacts(tx, {
    tenant,
    client,
    keyId: key,
    now,
    purpose,
    referenceHmac: reference ?? undefined,
    conversation:
      conversation === null || about === 'agent'
        ? undefined
        : {
            id: conversation,
            externalHmac: keyedHash(deps.ring.indexKey(tenant), 'conversation', client, conversation),
          },
    beginnings: [],
    idempotencyHmac: undefined,
  })
  if (loaded === undefined) return false
  const facts = { problems: [], explanationMissing: false, id: ids.next(), now }
  return planCall(factsOf(deps, { client, system }, undefined, loaded, facts)).plan === 'forward'
}

/** What the explainer of the version in use makes of it; null where there is none. A scorer was asked before, or is asked later. */
async function computedOf(
  tx: Tx,
  { explainers }: DecisionDeps,
  { client }: Sender,
  request: DecisionRequest,
  { favourable }: ReadDecision,
  rules: DecisionRules,
  { version }: Loaded,
  prepared: PreparedOne | null,
): Promise<ComputedBy | null> {
  const explainer = version?.explainer ?? null
  if (version === null || explainer === null) return null
  if (explainer.kind === 'scorer') {
    if (request.explanation !== undefined) return null
    return prepared?.version === version.id && prepared.by !== null ? prepared.by : { failed: 'scorer_budget' }
  }
  const registered = await explainers.open(tx, client, explainer, rules.features)
  return registered === undefined
    ? { failed: 'model_unavailable' }
    : computeByRegistered(registered, request, rules, favourable)
}

/** Read once for all that a request brings. */
export async function aboutWhom(tx: Tx, { system }: Pick<Sender, 'system'>): Promise<'customer' | 'agent'> {
  const { rows } = await tx.query<{ about: 'customer' | 'agent' | null }>(
    `select decisions ->> 'about' as about from ai_system where tenant_id = $1 and system_id = $2`,
    [tenantOf(tx), system],
  )
  return rows[0]?.about ?? 'customer'
}

/** All that a call is judged by; of a member of staff without the customer's conversation, whose choices are not theirs. */
async function factsFor(
  tx: Tx,
  ring: KeyRing,
  { tenant, client, key, about }: DecisionSender,
  { subject, conversation, purpose }: DecisionRequest,
  now: Date,
): Promise<Loaded | undefined> {
  const indexKey = ring.indexKey(tenant)
  return loadFacts(tx, {
    tenant,
    client,
    keyId: key,
    now,
    purpose,
    referenceHmac:
      subject === undefined ? undefined : keyedHash(indexKey, 'reference', client, referenceOf(about, subject)),
    conversation:
      conversation === undefined || about === 'agent'
        ? undefined
        : { id: conversation, externalHmac: keyedHash(indexKey, 'conversation', client, conversation) },
    beginnings: [],
    idempotencyHmac: undefined,
  })
}

/** The conversation it fell in, and what is wrong with that. */
async function conversationOf(
  tx: Tx,
  ring: KeyRing,
  { client, about }: DecisionSender,
  { conversation, subject }: DecisionRequest,
  loaded: Loaded,
): Promise<{ readonly id: string | null; readonly problems: readonly Refusal[] }> {
  if (conversation === undefined) return { id: null, problems: [] }
  if (about === 'agent') {
    const found = await findConversation(tx, ring, client, conversation)
    return found === undefined
      ? { id: null, problems: [problem('conversation_unknown', 'conversation')] }
      : { id: found.conversation, problems: subject === undefined ? [problem('missing', 'subject')] : [] }
  }
  const found = loaded.conversation
  if (found === null) return { id: null, problems: [problem('conversation_unknown', 'conversation')] }
  const problems = [
    ...(found.erased || found.state !== 'normal' ? [problem('conversation_closed', 'conversation')] : []),
    ...(subject !== undefined && loaded.referenceSubject !== found.subject
      ? [problem('other_subject', 'subject')]
      : []),
  ]
  return { id: found.id, problems }
}

/** Nothing is decided by a system alone without a reason that holds and a person to turn to (GDPR art. 22(3), AI Act art. 86). */
function explanationMissing(
  { decisionClass }: ReadDecision,
  { state }: Explained,
  contest: boolean,
): 'contest_missing' | 'not_sent' | 'not_holding' | null {
  if (decisionClass !== 'solely_automated') return null
  if (state === 'not_needed') return 'not_sent'
  if (state === 'refused') return 'not_holding'
  return contest ? null : 'contest_missing'
}

function factsOf(
  deps: Pick<DecisionDeps, 'ledgerLate'>,
  sender: Pick<Sender, 'client' | 'system'>,
  modelVersion: string | undefined,
  loaded: Loaded,
  found: { problems: readonly Refusal[]; explanationMissing: boolean; id: string; now: Date },
): CallFacts {
  const { system, version, upstream, client } = loaded
  const { now } = found
  return {
    now,
    key: { ok: true, key: loaded.key },
    form: found.problems,
    audit: false,
    systemAsked: sender.system,
    system,
    version,
    // The version's own id names its model too.
    modelAsked: modelVersion !== undefined && modelVersion === version?.id ? version.model : modelVersion,
    standing: loaded.standing,
    stops: loaded.stops,
    purposeAsked: loaded.purposeAsked,
    purpose: loaded.purpose,
    consents: loaded.consents,
    restrictedSince: loaded.restrictedSince,
    person: loaded.person,
    // Nobody is dialled by a decision; the call that follows is judged by its number.
    dial: null,
    provider: {
      name: upstream?.provider.name ?? '-',
      region: upstream?.provider.region ?? '-',
      client: sender.client,
      refused:
        upstream === null
          ? 'upstream_unknown'
          : providerRefused(upstream, client?.profile ?? {}, loaded.purpose?.upstreams ?? null, now),
    },
    conversation: {
      id: loaded.conversation?.id ?? '-',
      channel: loaded.conversation?.channel ?? system?.channel ?? 'other',
      // No AI speaks in a decision, so there is nothing to say beforehand.
      disclosedAt: now,
      disclosureRecord: null,
      // What a decision was drawn from a voice for was drawn in a conversation, and said there.
      secondNotices: loaded.conversation?.secondNotices ?? [],
      heldSince: null,
    },
    canInject: true,
    content: null,
    explanationMissing: found.explanationMissing,
    // Limits count calls to a model.
    limits: [],
    broken: deps.ledgerLate() ? { safeguard: 'ledger', errorCode: 'pending_too_long', call: found.id } : null,
  }
}
