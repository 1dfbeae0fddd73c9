/** From a request to a decision that is on record: facts loaded, plan made, text redacted, call admitted or refused. */
import { createHash } from 'node:crypto'
import { decideKey, keyHash, type PresentedKey } from '../../access/rules.ts'
import type { Database, Scope, Tx } from '../../platform/database.ts'
import type { Language } from '../../platform/text.ts'
import { appendConsent, hasCallObjection, numberOfSubject } from '../../privacy/index.ts'
import {
  aboutNumber,
  type ConsentEvent,
  clientOptions,
  foldConsent,
  type ModelFault,
  needsConsent,
  telephoneNumber,
} from '../../privacy/rules.ts'
import type { ClientProfile } from '../../records/contract.ts'
import { adoptConversation } from '../../records/index.ts'
import { type Key, KeyUnavailable, keyedHash, newKey, openJson, openWrapped } from '../../vault/index.ts'
import { type Asked, beginningsOf, newFrom, spokenLanguage } from '../asked.ts'
import { type CallFacts, type Forward, planCall, type Refusal } from '../call.ts'
import { type Prompt, type PromptReading, problem, sayingOf } from '../prompt.ts'
import { providerRefused, type Upstream } from '../provider.ts'
import type { KeptAnswer } from '../replay.ts'
import type { Pseudonyms, Redacted, RedactOptions } from '../safeguards.ts'
import { isWithdrawal } from '../withdrawal.ts'
import type { GatewayDeps } from './deps.ts'
import { type EarlierCall, keyOwner, type Loaded, loadFacts } from './load.ts'
import {
  admitCall,
  type CallIdentity,
  type EventIds,
  FactsMoved,
  type IdempotencyKey,
  isUnderWay,
  keyOf,
  type NewTurn,
  openAnswer,
  recordRefusal,
  recordReplay,
  type SealingKey,
  type SubjectPlace,
  touchKey,
} from './store.ts'

/** What came in, read but not judged. */
export type Incoming = {
  readonly presented: PresentedKey
  readonly asked: Asked
  readonly reading: PromptReading
  readonly bytes: Buffer | undefined
  readonly form: readonly Refusal[]
  readonly startedAt: Date
  /** Nobody waits for an answer any more, or this process is stopping. */
  readonly ended: () => boolean
}

export type Refused = {
  readonly kind: 'refused'
  readonly refusal: Refusal
  /** null when nothing could be recorded. */
  readonly call: string | null
  readonly conversation: string | null
  readonly language: Language
  readonly profile: ClientProfile | null
}

export type Admitted = {
  readonly kind: 'admitted'
  readonly identity: CallIdentity & {
    readonly conversation: string
    readonly subject: string
    readonly version: string
  }
  readonly plan: Forward
  readonly loaded: Loaded
  readonly profile: ClientProfile | null
  readonly clientName: string
  readonly upstream: Upstream
  readonly key: Key
  /** Turns of the conversation on record, with those of this call. */
  readonly turnCount: number
  readonly eventIds: EventIds
  readonly prompt: Prompt
  readonly redacted: Redacted
  readonly redactOptions: RedactOptions
  readonly messages: MessageChain
  readonly language: Language
  readonly salt: Buffer
  readonly idempotency: IdempotencyKey | null
}

/** The same request as an earlier one under its Idempotency-Key: it gets the answer of that call. */
export type Replayed = {
  readonly kind: 'replayed'
  readonly call: string
  readonly conversation: string
  readonly stream: boolean
  readonly answer: KeptAnswer
}

/** The call that has this request's Idempotency-Key is under way. */
type Busy = { readonly kind: 'busy'; readonly call: string }

/** How long a request waits for the call that has its Idempotency-Key, and how often it looks. */
const BUSY_MS = 60_000
const LOOK_MS = 250

/** How often a decision is taken anew when another call moved the conversation in between. */
const MAX_ROUNDS = 40

/** Decides about one call and records the decision; durable on return. Errors: `StoreUnavailable`. */
export async function admit(deps: GatewayDeps, incoming: Incoming): Promise<Refused | Admitted | Replayed> {
  const owner = await deps.owners.of(incoming.presented.keyId)
  if (owner === undefined) return unrecorded({ code: 'unknown_key', values: {} })
  const round = new Round(deps, incoming, owner)
  const until = performance.now() + BUSY_MS
  for (;;) {
    const verdict = await decideInTurn(deps, round)
    if (verdict.kind !== 'busy') return verdict
    if (!(await round.ends(verdict.call, until)))
      return round.refuse({ code: 'idempotency_conflict', reason: 'in_flight', param: 'idempotency-key', values: {} })
  }
}

function decideInTurn(deps: GatewayDeps, round: Round): Promise<Refused | Admitted | Replayed | Busy> {
  return deps.turns.inTurn(round.lock, async () => {
    for (let n = 1; n <= MAX_ROUNDS; n++) {
      try {
        return await round.decide()
      } catch (error) {
        if (!(error instanceof FactsMoved)) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 5 * n)))
    }
    return round.refuse({ code: 'overloaded', reason: 'conversation_busy', values: { maximum: MAX_ROUNDS } })
  })
}

export const unrecorded = (refusal: Refusal, language: Language = 'nl'): Refused => ({
  kind: 'refused',
  refusal,
  call: null,
  conversation: null,
  language,
  profile: null,
})

/** Keyed hashes of a message list's beginnings; the hash of the whole says nothing to who has no key. */
class MessageChain {
  readonly #indexKey: Key
  readonly #place: readonly string[]
  readonly #digests: Buffer[] = []
  readonly #lines: readonly string[]

  constructor(indexKey: Key, place: readonly string[], lines: readonly string[]) {
    this.#indexKey = indexKey
    this.#place = place
    this.#lines = lines
    const hash = createHash('sha256')
    for (const line of lines) {
      hash.update(`${Buffer.byteLength(line)}:${line}`)
      this.#digests.push(hash.copy().digest())
    }
  }

  get length(): number {
    return this.#lines.length
  }

  /** Of the first `count` messages. */
  hmac(count: number = this.length): Buffer {
    return keyedHash(this.#indexKey, 'messages', ...this.#place, this.#digests[count - 1] ?? Buffer.alloc(0))
  }

  /** Of all messages and one more. */
  with(line: string): Buffer {
    return new MessageChain(this.#indexKey, this.#place, [...this.#lines, line]).hmac()
  }
}

export type { MessageChain }

/** One call's way to a decision; `decide` may run several times, each on newly loaded facts. */
class Round {
  readonly lock: string
  readonly #deps: GatewayDeps
  readonly #in: Incoming
  readonly #owner: { tenant: string; client: string; system: string }
  readonly #indexKey: Key
  readonly #scope: Scope
  readonly #call: string
  readonly #newConversation: string
  readonly #newSubject: string
  readonly #referenceHmac: Buffer | undefined
  readonly #externalHmac: Buffer | undefined
  readonly #chain: MessageChain
  readonly #roles: readonly (string | null)[]
  #loaded: Loaded | undefined

  constructor(deps: GatewayDeps, incoming: Incoming, owner: { tenant: string; client: string; system: string }) {
    const { tenant, client, system } = owner
    const { asked, reading } = incoming
    this.#deps = deps
    this.#in = incoming
    this.#owner = owner
    this.#indexKey = deps.indexKeys.of(tenant)
    this.#scope = { tenant, clients: [client], actor: { kind: 'system', id: system } }
    this.#call = deps.ids.next()
    this.#newConversation = deps.ids.next()
    this.#newSubject = deps.ids.next()
    this.#referenceHmac =
      asked.subject === undefined ? undefined : keyedHash(this.#indexKey, 'reference', client, asked.subject)
    this.#externalHmac =
      asked.conversation === undefined
        ? undefined
        : keyedHash(this.#indexKey, 'conversation', client, asked.conversation)
    const messages = reading.prompt?.messages ?? []
    this.#roles = messages.map(({ turn }) => turn)
    this.#chain = new MessageChain(
      this.#indexKey,
      [client, system],
      messages.map(({ canonical }) => canonical),
    )
    // Calls of one conversation take turns within this process; between processes the database decides.
    this.lock = asked.conversation === undefined ? '' : `${tenant}/${client}/${asked.conversation}`
  }

  /** Waits until a call has its end; false when `until` has passed or nobody waits any more. */
  async ends(call: string, until: number): Promise<boolean> {
    const { tenant } = this.#owner
    while (performance.now() < until && !this.#in.ended()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      const open = await this.#deps.database.inTx(this.#scope, (tx) => isUnderWay(tx, tenant, call), { readOnly: true })
      if (!open) return true
    }
    return false
  }

  async decide(): Promise<Refused | Admitted | Replayed | Busy> {
    const { asked, startedAt } = this.#in
    const { tenant, client } = this.#owner
    const now = this.#deps.clock.now()
    const loaded = await this.#deps.database.inTx(
      this.#scope,
      async (tx) => {
        const facts = await loadFacts(tx, {
          tenant,
          client,
          keyId: this.#in.presented.keyId,
          now,
          purpose: asked.purpose,
          referenceHmac: this.#referenceHmac,
          conversation:
            asked.conversation === undefined
              ? undefined
              : { id: asked.conversation, externalHmac: this.#externalHmac! },
          beginnings:
            asked.conversation === undefined
              ? beginningsOf(this.#roles, asked.subject !== undefined).map((count) => this.#chain.hmac(count))
              : [],
          idempotencyHmac: asked.idempotencyKey === undefined ? undefined : this.#idempotencyHmac(asked.idempotencyKey),
        })
        if (facts?.purpose?.kind === 'telemarketing') await this.#dial(tx, facts)
        return facts
      },
      { readOnly: true },
    )
    if (loaded === undefined) return unrecorded({ code: 'unknown_key', values: {} })
    const key = await this.#conversationKey(loaded)
    if (key === 'gone' && decideKey(loaded.key, keyHash(this.#in.presented.secret), now).ok) {
      this.#loaded = loaded
      return this.#withoutKeys(this.#subjectOf(loaded))
    }
    await this.#adopt(loaded)
    const withdrawn = await this.#withdraw(loaded, now)
    if (withdrawn !== null) loaded.consents = [...loaded.consents, withdrawn]
    this.#loaded = loaded
    const subject = this.#subjectOf(loaded)
    const plan = planCall(this.#factsOf(loaded, key === 'gone' ? undefined : key, subject.problem, now))
    if (plan.plan === 'refuse') return this.refuse(plan, subject.problem === null ? subject : undefined)
    const earlier = loaded.idempotency
    if (earlier?.state === 'admitted') return { kind: 'busy', call: earlier.call }
    const replayed = earlier === null ? undefined : await this.#replay(loaded, earlier)
    if (replayed === 'keys_gone') return this.#withoutKeys(subject)
    return replayed ?? this.#forward(loaded, plan, key === 'gone' ? undefined : key, subject, startedAt)
  }

  /** The key of the conversation's subject; undefined when there is none, `gone` when it cannot be opened now. */
  async #conversationKey({ conversation, subjectKey }: Loaded): Promise<Key | 'gone' | undefined> {
    if (conversation === null || conversation.erased || subjectKey === null) return undefined
    try {
      return await openWrapped(
        this.#deps.ring,
        { tenant: this.#owner.tenant, subject: conversation.subject },
        subjectKey,
      )
    } catch (error) {
      if (error instanceof KeyUnavailable) return 'gone'
      throw error
    }
  }

  /** The key to seal under: the one there is, or a new one with the row to write. Errors: `KeyUnavailable`. */
  async #sealingKey(loaded: Loaded, subject: string, key: Key | undefined): Promise<SealingKey> {
    const of = { tenant: this.#owner.tenant, subject }
    if (key !== undefined) return { key, row: null }
    if (loaded.conversation === null && loaded.subjectKey !== null)
      return { key: await openWrapped(this.#deps.ring, of, loaded.subjectKey), row: null }
    return newKey(this.#deps.ring, of, loaded.epoch)
  }

  /** The answer of the earlier call, given again and on record as such; undefined when there is none to give. */
  async #replay(
    loaded: Loaded,
    { call, conversation, subject, sealed }: EarlierCall,
  ): Promise<Replayed | 'keys_gone' | undefined> {
    if (sealed === null || conversation === null || subject === null) return undefined
    const { tenant } = this.#owner
    const identity = { ...this.#identity(loaded, subject, conversation), call }
    const { stream } = identity
    try {
      const answer = await this.#deps.database.inTx(this.#scope, async (tx) => {
        const key = await keyOf(tx, this.#deps.ring, { tenant, subject })
        if (key === undefined) return undefined
        await recordReplay(tx, identity, this.#deps.ids.next(), this.#deps.clock.now())
        return openAnswer(key, { tenant, call }, sealed)
      })
      return answer && { kind: 'replayed', call, conversation, stream, answer }
    } catch (error) {
      if (error instanceof KeyUnavailable) return 'keys_gone'
      throw error
    }
  }

  /** Contents could not be sealed now (the key folder or the key service cannot be reached): nothing may be said. */
  #withoutKeys(subject: { id: string; place: SubjectPlace; problem: Refusal | null }): Promise<Refused> {
    return this.refuse(
      {
        code: 'safeguard_unavailable',
        reason: 'keys',
        values: { safeguard: 'keys', errorCode: 'key_unavailable', call: this.#call },
      },
      subject.problem === null ? subject : undefined,
    )
  }

  /** A sales call: only the answers about the number that is dialled count, and an objection of that number is final. */
  async #dial(tx: Tx, facts: Loaded): Promise<void> {
    const { client } = this.#owner
    const given = this.#in.asked.number
    const number = given === undefined ? undefined : telephoneNumber(given, facts.client?.profile.country ?? 'NL')
    const subject = facts.conversation?.subject ?? facts.referenceSubject
    const own =
      number === undefined || subject === null || facts.conversation?.erased === true
        ? null
        : await numberOfSubject(tx, this.#deps.ring, { client, subject, number }, null)
    facts.consents = aboutNumber(facts.consents, own)
    facts.dial = {
      number: number !== undefined,
      objected: number !== undefined && (await hasCallObjection(tx, this.#deps.ring, client, number)),
    }
  }

  /**
   * The customer took consent back in so many words: that is on record before anything is decided, and this very call is
   * refused for it. Null when that is not what was said, or there was no yes to take back.
   */
  async #withdraw(loaded: Loaded, now: Date): Promise<ConsentEvent | null> {
    const { purpose, client, conversation, consents, key } = loaded
    const words = client?.profile.withdrawalWords
    if (purpose === null || !needsConsent(purpose) || !isWithdrawal(this.#in.reading.prompt, words)) return null
    const subject = conversation?.subject ?? loaded.referenceSubject
    if (subject === null || conversation?.erased === true) return null
    if (!decideKey(key, keyHash(this.#in.presented.secret), now).ok || this.#subjectOf(loaded).problem !== null)
      return null
    const about = consents.filter((event) => event.system === null || event.system === key.system)
    const { grant } = foldConsent(about, now)
    if (grant.state !== 'given') return null
    const event: ConsentEvent & { readonly client: string } = {
      id: this.#deps.ids.next(),
      client: this.#owner.client,
      subject,
      purpose: purpose.id,
      system: grant.event.system,
      state: 'withdrawn',
      at: now.toISOString(),
      wording: { version: 'withdrawal-word', language: this.#languageTag(loaded), channel: this.#channel(loaded) },
      by: 'customer',
      ...(grant.event.conversation === undefined ? {} : { conversation: grant.event.conversation }),
      evidence: { call: this.#call, ...(conversation === null ? {} : { conversation: conversation.id }) },
    }
    await this.#deps.database.inTx(this.#scope, (tx) => appendConsent(tx, event, { now }))
    return event
  }

  /** An anonymous conversation in which a known customer now speaks becomes theirs; then everything is read anew. */
  async #adopt({ key, conversation, referenceSubject }: Loaded): Promise<void> {
    if (conversation === null || referenceSubject === null || conversation.subject === referenceSubject) return
    if (conversation.subjectKind !== 'anonymous' || conversation.erased || conversation.state !== 'normal') return
    const { presented } = this.#in
    const now = this.#deps.clock.now()
    if (!decideKey(key, keyHash(presented.secret), now).ok) return
    const adoption = {
      client: this.#owner.client,
      conversation: conversation.id,
      from: conversation.subject,
      to: referenceSubject,
    }
    await this.#deps.database.inTx(this.#scope, (tx) =>
      adoptConversation(tx, this.#deps.ring, adoption, { now, ids: this.#deps.ids }),
    )
    throw new FactsMoved('the conversation has become a known customer’s')
  }

  /** Whose data it is: the conversation's subject, the known customer, or somebody new. */
  #subjectOf({ conversation, referenceSubject }: Loaded): { id: string; place: SubjectPlace; problem: Refusal | null } {
    const referenceHmac = this.#referenceHmac ?? null
    const fine = (id: string, place: Partial<SubjectPlace> = {}) => ({
      id,
      place: { isNew: false, referenceHmac: null, ...place },
      problem: null,
    })
    if (conversation === null)
      return referenceSubject === null ? fine(this.#newSubject, { isNew: true, referenceHmac }) : fine(referenceSubject)
    if (referenceHmac === null || referenceSubject === conversation.subject) return fine(conversation.subject)
    // A customer who makes themselves known in an anonymous conversation, and was not known before.
    if (conversation.subjectKind === 'anonymous' && referenceSubject === null)
      return fine(conversation.subject, { referenceHmac })
    return { ...fine(conversation.subject), problem: problem('other_subject', 'subject') }
  }

  #factsOf(loaded: Loaded, key: Key | undefined, subjectProblem: Refusal | null, now: Date): CallFacts {
    const { conversation, system, upstream, client } = loaded
    const { asked, reading, form, presented } = this.#in
    // Without its key an erased subject's conversation, or one whose contents lost theirs, can go no further.
    const lost = conversation !== null && key === undefined && (conversation.erased || conversation.turnCount > 0)
    const closed = conversation !== null && (conversation.state !== 'normal' || lost)
    return {
      now,
      key: decideKey(loaded.key, keyHash(presented.secret), now),
      form: [
        ...form,
        ...asked.form,
        ...reading.form,
        ...(closed ? [problem('conversation_closed', 'conversation')] : []),
        ...(subjectProblem ? [subjectProblem] : []),
        ...(this.#conflicts(loaded)
          ? [{ code: 'idempotency_conflict', param: 'idempotency-key', values: {} } as const]
          : []),
      ],
      audit: loaded.audit,
      systemAsked: asked.system ?? loaded.key.system,
      system,
      version: loaded.version,
      modelAsked: reading.model,
      standing: loaded.standing,
      stops: loaded.stops,
      purposeAsked: loaded.purposeAsked,
      purpose: loaded.purpose,
      consents: loaded.consents,
      restrictedSince: loaded.restrictedSince,
      person: loaded.person,
      dial: loaded.dial,
      provider: {
        name: upstream?.provider.name ?? '-',
        region: upstream?.provider.region ?? '-',
        client: loaded.key.client,
        refused:
          upstream === null
            ? 'upstream_unknown'
            : providerRefused(upstream, client?.profile ?? {}, loaded.purpose?.upstreams ?? null, now),
      },
      conversation: {
        id: conversation?.id ?? this.#newConversation,
        channel: this.#channel(loaded),
        disclosedAt: conversation?.disclosedAt ?? null,
        disclosureRecord: conversation?.disclosureRecord ?? null,
        secondNotices: conversation?.secondNotices ?? [],
        heldSince: conversation?.heldSince ?? null,
      },
      canInject: reading.canInject,
      content: reading.media.find(({ kind }) => !system?.allowedContent.includes(kind)) ?? null,
      explanationMissing: false,
      // The earlier call counted; that it is asked for again takes nothing more.
      limits: loaded.idempotency?.state === 'admitted' || loaded.idempotency?.sealed ? [] : loaded.limits,
      broken:
        this.#deps.ledgerPendingAgeMs() > this.#deps.settings.ledgerPendingLimitS * 1000
          ? { safeguard: 'ledger', errorCode: 'pending_too_long', call: this.#call }
          : null,
    }
  }

  #channel(loaded: Loaded) {
    return (
      this.#in.asked.channel ??
      (loaded.conversation && loaded.conversation.system === loaded.key.system
        ? loaded.conversation.channel
        : (loaded.system?.channel ?? 'other'))
    )
  }

  #languageTag({ conversation, system }: Loaded): string {
    return this.#in.asked.language ?? conversation?.language ?? system?.language ?? 'nl'
  }

  #language(loaded: Loaded | undefined): Language {
    return loaded === undefined ? 'nl' : spokenLanguage(this.#languageTag(loaded), loaded.system?.language)
  }

  #idempotencyHmac(key: string): Buffer {
    return keyedHash(this.#indexKey, 'idempotency', this.#owner.client, this.#owner.system, key)
  }

  /** Of the body and of whom and what it is about, which may stand in headers: a customer never gets another's answer. */
  #bodyHmac(): Buffer {
    const { asked, bytes } = this.#in
    const about = [asked.conversation, asked.subject, asked.purpose, asked.channel, asked.language, asked.number]
    return keyedHash(this.#indexKey, 'body', JSON.stringify(about), bytes ?? Buffer.alloc(0))
  }

  #conflicts({ idempotency }: Loaded): boolean {
    return idempotency !== null && !idempotency.bodyHmac.equals(this.#bodyHmac())
  }

  #identity(loaded: Loaded, subject: string | null, conversation: string | null): CallIdentity {
    const { asked, presented, reading, startedAt } = this.#in
    return {
      call: this.#call,
      ...this.#owner,
      key: presented.keyId,
      version: loaded.version?.id ?? null,
      // A purpose that is not in the register may be anything; only what looks like one is written down.
      purpose: /^[a-z0-9][a-z0-9._-]{0,62}$/.test(loaded.purposeAsked) ? loaded.purposeAsked : '-',
      channel: asked.channel ?? this.#channel(loaded),
      language: this.#languageTag(loaded),
      conversation,
      subject,
      stream: reading.stream,
      audit: loaded.audit,
      process: this.#deps.processId,
      startedAt,
    }
  }

  /** Records a refusal. With the grounds of the register it opens the conversation, so that it can be shown and handed off. */
  async refuse(refusal: Refusal, subject?: { id: string; place: SubjectPlace }): Promise<Refused> {
    const loaded = this.#loaded!
    const existing = loaded.conversation
    const opens = existing === null && subject !== undefined && loaded.purpose !== null && opening.has(refusal.code)
    const conversation = existing?.id ?? (opens ? this.#newConversation : null)
    const secretFits = refusal.code !== 'unknown_key'
    const about = secretFits && conversation !== null ? (existing?.subject ?? subject!.id) : null
    const identity = this.#identity(loaded, about, secretFits ? conversation : null)
    const profile = secretFits ? (loaded.client?.profile ?? null) : null
    if (!secretFits) return unrecorded(refusal)
    const open = opens ? { externalHmac: this.#externalHmac ?? null, subject: subject.place } : null
    const eventId = this.#deps.ids.next()
    await this.#deps.database.inTx(this.#scope, (tx) =>
      recordRefusal(tx, { identity, refusal, open }, eventId, this.#deps.clock.now()),
    )
    return { kind: 'refused', refusal, call: this.#call, conversation, language: this.#language(loaded), profile }
  }

  async #forward(
    loaded: Loaded,
    plan: Forward,
    key: Key | undefined,
    subject: { id: string; place: SubjectPlace },
    startedAt: Date,
  ): Promise<Refused | Admitted> {
    const { deps } = { deps: this.#deps }
    const prompt = this.#in.reading.prompt!
    const language = this.#language(loaded)
    const redactOptions = this.#redactOptions(loaded, language)
    const before = this.#openPseudonyms(loaded, key)
    let redacted: Redacted
    let modelSkipped: ModelFault | null = null
    try {
      const ahead = await deps.safeguards.lookAhead?.(prompt.parts, redactOptions)
      modelSkipped = ahead?.skipped ?? null
      redacted = deps.safeguards.redact(prompt.parts, before, ahead?.options ?? redactOptions)
      if (redacted.texts.length !== prompt.parts.length || redacted.partCounts.length !== prompt.parts.length)
        throw new TypeError('a part is missing')
    } catch (error) {
      deps.log.error('gateway.redaction_failed', { call: this.#call, error })
      return this.refuse(
        {
          code: 'safeguard_unavailable',
          reason: 'redaction',
          values: { safeguard: 'redaction', errorCode: errorCode(error), call: this.#call },
        },
        subject,
      )
    }
    const conversation = loaded.conversation?.id ?? this.#newConversation
    const identity = {
      ...this.#identity(loaded, subject.id, conversation),
      conversation,
      subject: subject.id,
      version: loaded.version!.id,
      startedAt,
    }
    const salt = Buffer.from(deps.ids.secret(32), 'base64url')
    const eventIds = {
      admitted: deps.ids.next(),
      attempted: deps.ids.next(),
      end: deps.ids.next(),
      disclosure: deps.ids.next(),
    }
    const idempotency =
      this.#in.asked.idempotencyKey === undefined
        ? null
        : { keyHmac: this.#idempotencyHmac(this.#in.asked.idempotencyKey), bodyHmac: this.#bodyHmac() }
    let sealing: SealingKey
    try {
      sealing = await this.#sealingKey(loaded, subject.id, key)
    } catch (error) {
      if (error instanceof KeyUnavailable) return this.#withoutKeys({ ...subject, problem: null })
      throw error
    }
    const now = deps.clock.now()
    const turnCount = await deps.database.inTx(this.#scope, async (tx) => {
      const today = now.toISOString().slice(0, 10)
      if (loaded.keyUsedOn !== today) await touchKey(tx, identity.tenant, identity.key, today)
      return admitCall(
        tx,
        deps.ring,
        {
          identity,
          plan,
          place:
            loaded.conversation === null
              ? { kind: 'new', externalHmac: this.#externalHmac ?? null }
              : {
                  kind: 'known',
                  turnCount: loaded.conversation.turnCount,
                  pseudonymVersion: loaded.conversation.pseudonyms?.version ?? null,
                },
          subject: subject.place,
          sealing,
          turns: this.#newTurns(loaded, prompt, redacted),
          pseudonyms: samePseudonyms(before, redacted.pseudonyms) ? null : redacted.pseudonyms,
          messages: { seen: this.#chain.length, hmac: this.#chain.hmac() },
          redacted: redacted.counts,
          modelSkipped,
          upstream: loaded.upstream!.id,
          idempotency,
          salt,
        },
        eventIds,
        now,
      )
    })
    return {
      kind: 'admitted',
      identity,
      plan,
      loaded,
      profile: loaded.client?.profile ?? null,
      clientName: loaded.client?.name ?? identity.client,
      upstream: loaded.upstream!,
      key: sealing.key,
      turnCount,
      eventIds,
      prompt,
      redacted,
      redactOptions,
      messages: this.#chain,
      language,
      salt,
      idempotency,
    }
  }

  #redactOptions(loaded: Loaded, language: Language): RedactOptions {
    const { client } = loaded
    const channel = this.#channel(loaded)
    return {
      ...clientOptions(client),
      languages: language === 'nl' ? ['nl', 'en'] : ['en', 'nl'],
      channel: channel === 'voice' ? 'speech' : channel === 'email' ? 'email' : 'chat',
    }
  }

  #openPseudonyms({ conversation }: Loaded, key: Key | undefined): Pseudonyms | null {
    if (!conversation?.pseudonyms || key === undefined) return null
    return openJson(
      key,
      ['pseudonym_table', 'sealed', this.#owner.tenant, conversation.id],
      conversation.pseudonyms.sealed,
    ) as Pseudonyms
  }

  /** The messages that the conversation has not on record yet, as said and as the AI sees them. */
  #newTurns({ conversation }: Loaded, prompt: Prompt, redacted: Redacted): NewTurn[] {
    const seen = conversation?.messagesSeen ?? 0
    const matches =
      conversation === null ||
      (seen > 0 &&
        seen <= this.#chain.length &&
        conversation.messagesHmac !== null &&
        this.#chain.hmac(seen).equals(conversation.messagesHmac))
    const from = newFrom(
      this.#roles.map((role) => role ?? 'system'),
      { count: seen, matches },
    )
    const texts = prompt.parts.map(({ text }) => text)
    return prompt.messages.slice(from).flatMap((message) => {
      if (message.turn === null) return []
      const counts: Record<string, number> = {}
      for (const { part } of message.saying)
        for (const [label, n] of Object.entries(redacted.partCounts[part]!)) counts[label] = (counts[label] ?? 0) + n
      return [
        {
          role: message.turn,
          said: sayingOf(message, texts),
          seen: sayingOf(message, redacted.texts),
          redacted: counts,
        },
      ]
    })
  }
}

/** Refusals that a customer may ask about and that a person must be able to take over. */
const opening: ReadonlySet<Refusal['code']> = new Set([
  'system_stopped',
  'gate_not_passed',
  'oversight_missing',
  'consent_missing',
  'consent_withdrawn',
  'objected',
  'restricted',
  'prohibited_practice',
  'provider_not_allowed',
  'disclosure_missing',
  'content_not_allowed',
  'explanation_missing',
  'limit_exceeded',
  'safeguard_unavailable',
])

const samePseudonyms = (before: Pseudonyms | null, after: Pseudonyms): boolean =>
  before === null ? after.items.length === 0 : before.next === after.next && before.items.length === after.items.length

/** An error's code or class; never its message, which may quote what somebody said. */
export function errorCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const word = typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
  return word.replace(/[^\w-]/g, '_').slice(0, 60)
}

/** Which tenant, client and system keys belong to, kept in memory: it never changes while the key exists. */
export class KeyOwners {
  readonly #database: Database
  readonly #known = new Map<string, { tenant: string; client: string; system: string }>()

  constructor(database: Database) {
    this.#database = database
  }

  async of(keyId: string): Promise<{ tenant: string; client: string; system: string } | undefined> {
    const known = this.#known.get(keyId)
    if (known) return known
    const found = await this.#database.inTx(
      { tenant: '*', clients: '*', actor: { kind: 'job', id: 'gateway' } },
      (tx) => keyOwner(tx, keyId),
      { readOnly: true },
    )
    if (found && this.#known.size < 10_000) this.#known.set(keyId, found)
    return found
  }
}

/** Lets work with the same name take turns; work without a name does not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (name === '') return work()
    const before = this.#last.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => {})
    this.#last.set(name, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }
}
