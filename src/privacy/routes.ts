/** Answers about consent and objection from the client's own applications, and what the next call would meet. */
import type { Act } from '../access/index.ts'
import type { Database, Tx } from '../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../platform/http.ts'
import type { Ids } from '../platform/ids.ts'
import { channels } from '../records/contract.ts'
import {
  adoptConversation,
  type FoundConversation,
  findConversation,
  findSubjects,
  openConversation,
  subjectFor,
  tenantOf,
} from '../records/index.ts'
import { type Key, type KeyRing, keyedHash } from '../vault/index.ts'
import { answerRefusal, useOf } from './answer.ts'
import { type ConsentEvent, decideUse, inConversation, type Wording } from './consent.ts'
import {
  type ConsentRequest,
  consentEventTypes,
  consentList,
  consentQuery,
  consentReply,
  consentRequest,
  recordedStates,
} from './contract.ts'
import type { OpenModel } from './model/io/open.ts'
import { wordingOnFile } from './notice.ts'
import { processingRoutes } from './processing/routes.ts'
import type { Purpose } from './purpose.ts'
import { anyone, type Person } from './representative.ts'
import { sampleRoutes } from './samples/routes.ts'
import {
  appendConsent,
  hasCallObjection,
  keepCallObjection,
  loadConsentEvent,
  loadConsentEvents,
  loadDialler,
  loadNotices,
  loadPerson,
  loadPurpose,
  loadPurposesOf,
  loadSubjectKind,
  loadSystemPurposes,
  lockSubject,
  numberOfSubject,
} from './store.ts'
import { subjectRoutes } from './subject/routes.ts'
import { aboutNumber, decideDial, telephoneNumber } from './telemarketing.ts'
import { viewOf } from './view.ts'

export type PrivacyDeps = {
  readonly database: Database
  readonly ids: Ids
  readonly ring: KeyRing
  /** A model beside the rules of the recogniser; absent: rules alone. */
  readonly model?: OpenModel | undefined
}

export function routes(deps: PrivacyDeps): Route[] {
  const { database, ids } = deps
  return [
    route({
      method: 'POST',
      path: '/v1/consents',
      summary: {
        nl: 'Leg vast wat een klant antwoordde over een doel. Dit geldt bij de volgende aanroep.',
        en: 'Record what a customer answered about a purpose. It counts at the next call.',
      },
      allow: 'system_key',
      body: consentRequest,
      reply: consentReply,
      status: 201,
      events: recordedStates.map((state) => consentEventTypes[state]),
      handle({ caller, body, now, header }) {
        const repeat = header('idempotency-key')
        if (repeat !== undefined && (repeat === '' || repeat.length > 200))
          throw new ApiError(400, 'invalid_request', {
            param: 'idempotency-key',
            values: { field: 'idempotency-key', problem: 'too_big' },
          })
        return database.inTx(caller.scope, (tx) => recordAnswer(tx, deps, placeOf(caller), body, repeat, { now, ids }))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/consents',
      summary: {
        nl: 'Wat een klant antwoordde, en wat de volgende aanroep daarmee mag.',
        en: 'What a customer answered, and what the next call may do with it.',
      },
      allow: 'system_key',
      query: consentQuery,
      reply: consentList,
      events: [],
      handle: ({ caller, query, now, header }) => {
        const dialled = { number: header('x-waarborg-number'), relation: header('x-waarborg-relation') }
        return database.inTx(
          caller.scope,
          (tx) => readAnswers(tx, deps, placeOf(caller), { ...query, ...dialled }, now),
          { readOnly: true },
        )
      },
    }),
    ...processingRoutes(deps),
    ...sampleRoutes(deps),
    ...subjectRoutes(deps),
  ]
}

type Place = { readonly client: string; readonly system: string; readonly key: string | undefined }

function placeOf(caller: Caller): Place {
  return {
    client: caller.bound?.client ?? '',
    system: caller.bound?.system ?? caller.id,
    key: caller.bound?.key,
  }
}

// -- recording ------------------------------------------------------------------------------------------------------

/**
 * Records an answer. With an `Idempotency-Key` the event's id follows from it, so that the same answer that is sent again
 * is found and counts once: a yes that is sent again after a withdrawal does not undo it.
 */
async function recordAnswer(
  tx: Tx,
  deps: PrivacyDeps,
  place: Place,
  body: ConsentRequest,
  repeat: string | undefined,
  act: Act,
) {
  const { now, ids } = act
  const purpose = await loadPurpose(tx, place.client, body.purpose)
  // Before anything is made for somebody new.
  if (purpose === null) throw new ApiError(404, 'purpose_unknown', { param: 'purpose' })
  if (body.system !== undefined && (await loadSystemPurposes(tx, place.client, body.system)) === undefined)
    throw new ApiError(404, 'system_unknown', { param: 'system', values: { system: body.system } })
  const number = await numberOf(tx, deps, place, purpose, body)
  const about = await subjectOf(tx, deps, place, body, act)
  const state = await lockSubject(tx, about.subject)
  if (state === undefined || state.erased) throw new ApiError(409, 'conversation_erased')
  const events = await loadConsentEvents(tx, { client: place.client, ...about, purpose: purpose.id })
  const person = await loadPerson(tx, about.subject)
  const answered = (event: ConsentEvent, counting: readonly ConsentEvent[]) => ({
    id: event.id,
    purpose: purpose.id,
    state: body.state,
    at: event.at,
    conversation: about.conversation,
    use: useOf(purpose, { system: place.system, conversation: about.conversation, person }, counting, now),
    proof: { event: event.id },
  })
  const said = body.at === undefined ? null : new Date(body.at)
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt)
  const event: ConsentEvent & { readonly client: string } = {
    id: repeat === undefined ? ids.next() : repeatedId(deps.ring.indexKey(tenantOf(tx)), place, repeat),
    client: place.client,
    subject: about.subject,
    purpose: purpose.id,
    system: body.system ?? null,
    state: body.state,
    at: (said === null || said > now ? now : said).toISOString(),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(number === null
      ? {}
      : {
          number:
            (await numberOfSubject(tx, deps.ring, { client: place.client, subject: about.subject, number }, now)) ??
            undefined,
        }),
    wording: await wordingOf(tx, place, body),
    by: body.by,
    // Somebody known only from a conversation may be anybody in the next one.
    ...(state.kind === 'anonymous' && about.conversation !== null ? { conversation: about.conversation } : {}),
    evidence: {
      ...(place.key === undefined ? {} : { key: place.key }),
      ...(about.conversation === null ? {} : { conversation: about.conversation }),
    },
  }
  const before = repeat === undefined ? undefined : await loadConsentEvent(tx, event.id)
  if (before !== undefined) {
    if (!isSameAnswer(before, event)) throw new ApiError(409, 'answer_differs', { param: 'idempotency-key' })
    return answered(before, events)
  }
  requireFits(purpose, { state: body.state, by: body.by, at: said, expiresAt }, events, now, person)
  await appendConsent(tx, event, act)
  if (number !== null && body.state === 'objected')
    await keepCallObjection(tx, deps.ring, { client: place.client, number, event: event.id }, now)
  // A yes to words that were replaced would have no effect, so it is not taken; nothing of it stays.
  if ((await loadConsentEvent(tx, event.id))?.outdated === true)
    throw new ApiError(409, 'consent_wording_outdated', { param: 'wording', values: { purpose: purpose.id } })
  return answered(event, [...events, event])
}

/**
 * The number that an answer about telemarketing is about, in one form; null where none is asked. Errors: `number_needed`
 * (422), `number_unreadable` (422), `call_objection_final` (409): nothing undoes "do not call me".
 */
async function numberOf(
  tx: Tx,
  { ring }: PrivacyDeps,
  { client }: Place,
  purpose: Purpose,
  { number, state }: ConsentRequest,
): Promise<string | null> {
  if (purpose.kind !== 'telemarketing') return null
  if (state === 'objection_lifted') throw new ApiError(409, 'call_objection_final', { param: 'state' })
  if (number === undefined) {
    if (state === 'given' || state === 'objected')
      throw new ApiError(422, 'number_needed', { param: 'number', values: { purpose: purpose.id } })
    return null
  }
  const plain = telephoneNumber(number, (await loadDialler(tx, client)).country ?? 'NL')
  if (plain === undefined) throw new ApiError(422, 'number_unreadable', { param: 'number' })
  if (state === 'given' && (await hasCallObjection(tx, ring, client, plain)))
    throw new ApiError(409, 'call_objection_final', { param: 'number' })
  return plain
}

/** What who dials may do with a number for each purpose of telemarketing. */
async function dialsOf(
  tx: Tx,
  { ring }: PrivacyDeps,
  { client, system }: Place,
  asked: {
    readonly purposes: readonly Purpose[]
    readonly events: readonly ConsentEvent[]
    readonly subject: string | undefined
    readonly person: Person
    readonly number: string | undefined
    readonly relation: string | undefined
  },
  now: Date,
) {
  const { purposes, events, subject, person } = asked
  const telemarketing = purposes.filter(({ kind }) => kind === 'telemarketing')
  if (telemarketing.length === 0) return []
  const { country = 'NL', telemarketing: exception } = await loadDialler(tx, client)
  const number = asked.number === undefined ? undefined : telephoneNumber(asked.number, country)
  if (asked.number !== undefined && number === undefined)
    throw new ApiError(422, 'number_unreadable', { param: 'x-waarborg-number' })
  const objected = number !== undefined && (await hasCallObjection(tx, ring, client, number))
  const own =
    subject === undefined || number === undefined
      ? null
      : await numberOfSubject(tx, ring, { client, subject, number }, null)
  return telemarketing.map((purpose) => {
    const decision = decideDial({
      objected,
      number: number !== undefined,
      use: decideUse(purpose, system, aboutNumber(events, own), now, person),
      isCustomer: asked.relation === 'customer',
      exception,
    })
    return decision.dial === 'allowed'
      ? { purpose: purpose.id, ...decision, code: null, reason: null }
      : { purpose: purpose.id, ...decision, ground: null }
  })
}

/** The wording as it goes on record. Errors: `consent_wording_unknown` (422) for words that it says are on file and are not. */
async function wordingOf(tx: Tx, { client }: Place, { wording, purpose }: ConsentRequest): Promise<Wording> {
  const notices = wording.notice === undefined ? [] : await loadNotices(tx, client, purpose)
  const found = wordingOnFile(wording, purpose, notices)
  if (found === undefined)
    throw new ApiError(422, 'consent_wording_unknown', {
      param: 'wording',
      values: { notice: wording.notice ?? '–', version: wording.version },
    })
  return found
}

/** A UUID of version 8 (RFC 9562 5.8) from what names the answer, under the organisation's key. */
function repeatedId(key: Key, { client, system }: Place, repeat: string): string {
  const bytes = keyedHash(key, 'consent', client, system, repeat).subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The moment may differ when it was not given: it was sent again later. */
function isSameAnswer(a: ConsentEvent, b: ConsentEvent): boolean {
  const { version, language, channel, notice } = a.wording
  return (
    a.subject === b.subject &&
    a.purpose === b.purpose &&
    a.system === b.system &&
    a.state === b.state &&
    a.by === b.by &&
    a.expiresAt === b.expiresAt &&
    a.conversation === b.conversation &&
    version === b.wording.version &&
    language === b.wording.language &&
    channel === b.wording.channel &&
    notice === b.wording.notice
  )
}

const statusOf: Readonly<Record<string, number>> = { consent_future: 422, consent_end: 422, prohibited_practice: 403 }

function requireFits(
  purpose: Purpose,
  answer: Parameters<typeof answerRefusal>[1],
  events: readonly ConsentEvent[],
  now: Date,
  person: Person,
): void {
  const refusal = answerRefusal(purpose, answer, events, now, person)
  if (refusal === undefined) return
  throw new ApiError(statusOf[refusal.code] ?? 409, refusal.code, {
    param: refusal.param,
    values: { purpose: purpose.id },
  })
}

type About = { readonly subject: string; readonly conversation: string | null }

/**
 * A conversation that began without a name becomes that of the customer who answers in it; another's does not. While a
 * call is under way it waits for the next one: that is no reason to turn an answer away, least of all a no.
 */
async function adopt(tx: Tx, ring: KeyRing, found: FoundConversation, subject: string, act: Act): Promise<void> {
  await requireAnonymous(tx, found.subject)
  const before = await lockSubject(tx, found.subject)
  if (before === undefined || before.erased) throw new ApiError(409, 'conversation_erased')
  const adoption = { client: found.client, conversation: found.conversation, from: found.subject, to: subject }
  await adoptConversation(tx, ring, adoption, act)
}

/**
 * Whom the answer is about. Both named: the conversation must be theirs, or becomes theirs when it had no name yet.
 * Only a conversation that nobody knows yet: it begins with this answer, as its own anonymous subject.
 * Errors: `subject_needed` (422), `subject_differs` (409), and those of opening.
 */
async function subjectOf(
  tx: Tx,
  { ring }: PrivacyDeps,
  { client, system }: Place,
  body: ConsentRequest,
  act: Act,
): Promise<About> {
  const found =
    body.conversation === undefined ? undefined : await findConversation(tx, ring, client, body.conversation)
  if (body.subject !== undefined) {
    const subject = await subjectFor(
      tx,
      ring,
      { client, reference: body.subject, language: body.wording.language },
      act,
    )
    if (found !== undefined && found.subject !== subject) await adopt(tx, ring, found, subject, act)
    return { subject, conversation: found?.conversation ?? null }
  }
  if (body.conversation === undefined) throw new ApiError(422, 'subject_needed', { param: 'subject' })
  const { conversation, subject } =
    found ??
    (await openConversation(
      tx,
      ring,
      {
        client,
        system,
        conversation: body.conversation,
        channel: channels.find((one) => one === body.wording.channel),
        language: body.wording.language,
        source: 'platform',
      },
      act,
    ))
  return { subject, conversation }
}

/** Somebody known has one subject; only a conversation without a name can turn out to be theirs. */
async function requireAnonymous(tx: Tx, subject: string): Promise<void> {
  if ((await loadSubjectKind(tx, subject)) !== 'anonymous')
    throw new ApiError(409, 'subject_differs', { param: 'subject' })
}

// -- reading --------------------------------------------------------------------------------------------------------

async function readAnswers(
  tx: Tx,
  deps: PrivacyDeps,
  { client, system }: Place,
  query: {
    readonly subject?: string | undefined
    readonly conversation?: string | undefined
    readonly purpose?: string | undefined
    readonly number: string | undefined
    readonly relation: string | undefined
  },
  now: Date,
) {
  const { ring } = deps
  if (query.subject === undefined && query.conversation === undefined)
    throw new ApiError(422, 'subject_needed', { param: 'subject' })
  const found =
    query.conversation === undefined ? undefined : await findConversation(tx, ring, client, query.conversation)
  const [known] =
    query.subject === undefined ? [] : await findSubjects(tx, ring, [{ client, reference: query.subject }])
  if (found !== undefined && query.subject !== undefined && found.subject !== known?.id)
    await requireAnonymous(tx, found.subject)
  const conversation = found?.conversation ?? null
  // Somebody who is not known has said nothing yet.
  const subject = known?.id ?? found?.subject
  const all =
    subject === undefined ? [] : await loadConsentEvents(tx, { client, subject, purpose: query.purpose, conversation })
  const wanted = query.purpose === undefined ? ((await loadSystemPurposes(tx, client, system)) ?? []) : [query.purpose]
  const purposes = await loadPurposesOf(tx, client, wanted)
  const person = subject === undefined ? anyone : await loadPerson(tx, subject)
  const place = { system, conversation, person }
  return {
    events: all.map(viewOf),
    uses: wanted.map((id) =>
      useOf(purposes.find((purpose) => purpose.id === id) ?? { id, unknown: true }, place, all, now),
    ),
    dials: await dialsOf(
      tx,
      deps,
      { client, system, key: undefined },
      {
        purposes,
        events: inConversation(all, conversation),
        subject,
        person,
        number: query.number,
        relation: query.relation,
      },
      now,
    ),
  }
}
