/** One data subject's consents, and who may speak for them: for the staff, and for the client's own applications. */
import type { z } from 'zod'
import { type Act, addLookUp } from '../../access/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { findSubjects, subjectFor, tenantOf } from '../../records/index.ts'
import type { KeyRing } from '../../vault/index.ts'
import { answerRefusal, useOf } from '../answer.ts'
import type { ConsentEvent } from '../consent.ts'
import { consentEventTypes, recordedStates } from '../contract.ts'
import { wordingOnFile } from '../notice.ts'
import { circumstanceOf } from '../representative.ts'
import {
  appendConsent,
  endRepresentative,
  loadConsentEvent,
  loadConsentEvents,
  loadNotices,
  loadPerson,
  loadPurpose,
  lockSubject,
  recordCircumstance,
  recordRepresentative,
} from '../store.ts'
import {
  circumstanceCall,
  circumstanceReply,
  type circumstanceRequest,
  endedReply,
  exportQuery,
  exportReply,
  representativeCall,
  representativeEndCall,
  representativeParams,
  representativeReply,
  representativeRequest,
  staffAnswerReply,
  staffAnswerRequest,
  circumstanceRequest as staffCircumstance,
  subjectConsents,
  subjectFind,
  subjectFound,
  subjectParams,
} from './contract.ts'
import { exportConsents } from './io/export.ts'
import { consentAgeOf, loadHead, loadSubjectConsents } from './io/reads.ts'

export type SubjectDeps = { readonly database: Database; readonly ids: Ids; readonly ring: KeyRing }

/** Who speaks with customers, and who answers for how their data are used. */
const recorders: readonly Role[] = [
  'agent',
  'supervisor',
  'complaint_handler',
  'dpo',
  'ethics_officer',
  'administrator',
]
const lookers: readonly Role[] = [...new Set<Role>([...readers, ...recorders])]

export function subjectRoutes(deps: SubjectDeps): Route[] {
  const { database, ids, ring } = deps
  return [
    route({
      method: 'POST',
      path: '/api/privacy/subjects/find',
      summary: {
        nl: 'Zoek een klant op het eigen klantnummer van de opdrachtgever, met een reden. Wie zocht, staat in het logboek.',
        en: "Find a customer by the client's own customer reference, with a reason. Who looked is on record.",
      },
      allow: recorders,
      body: subjectFind,
      reply: subjectFound,
      events: ['subject.sought', 'reading.flagged'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const found = await soughtSubject(tx, ring, body)
          const role = recorders.find((one) => caller.roles.includes(one)) ?? caller.kind
          await addLookUp(tx, { person: caller.id, role, reason: body.reason, found }, { now, ids })
          return { subject: found?.subject ?? null }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/privacy/subjects/:subject/consents',
      summary: {
        nl: 'Wat één klant is gevraagd, wat die antwoordde, en wat een aanroep daarmee mag.',
        en: 'What one customer was asked and answered, and what a call may do with it.',
      },
      allow: lookers,
      params: subjectParams,
      reply: subjectConsents,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(
          caller.scope,
          (tx) =>
            loadSubjectConsents(tx, ring, params.subject, {
              now,
              evidence: caller.kind === 'operator' || recorders.some((role) => caller.roles.includes(role)),
            }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'GET',
      path: '/api/privacy/subjects/:subject/consents/export',
      summary: {
        nl: 'De toestemmingen van één klant als bestand: ISO/IEC TS 27560 in JSON-LD, of bijlagen van een vCon.',
        en: "One customer's consents as a file: ISO/IEC TS 27560 in JSON-LD, or attachments of a vCon.",
      },
      allow: recorders,
      params: subjectParams,
      query: exportQuery,
      reply: exportReply,
      events: [],
      handle: ({ caller, params, query, now, language }) =>
        database.inTx(
          caller.scope,
          (tx) => exportConsents(tx, ring, params.subject, { format: query.format, now, language }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/subjects/:subject/consents',
      summary: {
        nl: 'Leg vast wat een klant tegen een medewerker zei over een doel.',
        en: 'Record what a customer told a member of staff about a purpose.',
      },
      allow: recorders,
      params: subjectParams,
      body: staffAnswerRequest,
      reply: staffAnswerReply,
      status: 201,
      events: recordedStates.map((state) => consentEventTypes[state]),
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => recordStaffAnswer(tx, caller, params.subject, body, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/subjects/:subject/representatives',
      summary: {
        nl: 'Leg vast wie voor een klant mag beslissen: ouder, voogd of iemand met een machtiging.',
        en: 'Record who may decide for a customer: parent, guardian or somebody with a mandate.',
      },
      allow: recorders,
      params: subjectParams,
      body: representativeRequest,
      reply: representativeReply,
      status: 201,
      events: ['guardian.recorded', 'mandate.recorded'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const { client } = await alive(tx, params.subject)
          return recordOne(tx, ring, { client, subject: params.subject }, body, { now, ids })
        }),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/subjects/:subject/representatives/:representative/end',
      summary: {
        nl: 'Beëindig dat iemand voor een klant mag beslissen.',
        en: 'End that somebody may decide for a customer.',
      },
      allow: recorders,
      params: representativeParams,
      reply: endedReply,
      events: ['guardian.ended', 'mandate.ended'],
      handle: ({ caller, params, now }) => database.inTx(caller.scope, (tx) => endOne(tx, params, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/subjects/:subject/circumstance',
      summary: {
        nl: 'Leg vast of een klant zelf mag beslissen: te jong, vertegenwoordigd of overleden.',
        en: 'Record whether a customer may decide for themselves: too young, represented or deceased.',
      },
      allow: recorders,
      params: subjectParams,
      body: staffCircumstance,
      reply: circumstanceReply,
      events: ['circumstance.recorded'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => setCircumstance(tx, params.subject, body, { now, ids })),
    }),
    route({
      method: 'GET',
      path: '/api/portal/consents/export',
      summary: {
        nl: 'Uw eigen toestemmingen als bestand: ISO/IEC TS 27560 in JSON-LD.',
        en: 'Your own consents as a file: ISO/IEC TS 27560 in JSON-LD.',
      },
      allow: 'customer',
      reply: exportReply,
      events: [],
      handle: ({ caller, now, language }) => {
        const subject = caller.bound?.subject
        if (subject === undefined) throw new ApiError(404, 'link_unknown')
        return database.inTx(
          caller.scope,
          (tx) => exportConsents(tx, ring, subject, { format: '27560', now, language }),
          { readOnly: true },
        )
      },
    }),
    ...applicationRoutes(deps),
  ]
}

/** The same for the client's own applications, which know a customer by their own reference. */
function applicationRoutes({ database, ids, ring }: SubjectDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/representatives',
      summary: {
        nl: 'Leg vast wie voor een klant mag beslissen.',
        en: 'Record who may decide for a customer.',
      },
      allow: 'system_key',
      body: representativeCall,
      reply: representativeReply,
      status: 201,
      events: ['guardian.recorded', 'mandate.recorded'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const client = caller.bound?.client ?? ''
          const subject = await subjectFor(tx, ring, { client, reference: body.subject }, { now, ids })
          await alive(tx, subject)
          return recordOne(tx, ring, { client, subject }, body, { now, ids })
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/representatives/end',
      summary: {
        nl: 'Beëindig dat iemand voor een klant mag beslissen.',
        en: 'End that somebody may decide for a customer.',
      },
      allow: 'system_key',
      body: representativeEndCall,
      reply: endedReply,
      events: ['guardian.ended', 'mandate.ended'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const [known] = await findSubjects(tx, ring, [
            { client: caller.bound?.client ?? '', reference: body.subject },
          ])
          if (known === undefined) throw new ApiError(404, 'subject_unknown', { param: 'subject' })
          return endOne(tx, { subject: known.id, representative: body.representative }, { now, ids })
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/circumstances',
      summary: {
        nl: 'Leg vast of een klant zelf mag beslissen. Een geboortedag wordt niet bewaard.',
        en: 'Record whether a customer may decide for themselves. A day of birth is not kept.',
      },
      allow: 'system_key',
      body: circumstanceCall,
      reply: circumstanceReply,
      events: ['circumstance.recorded'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const reference = { client: caller.bound?.client ?? '', reference: body.subject }
          return setCircumstance(tx, await subjectFor(tx, ring, reference, { now, ids }), body, { now, ids })
        }),
    }),
  ]
}

async function soughtSubject(
  tx: Tx,
  ring: KeyRing,
  { client, reference, conversation }: z.output<typeof subjectFind>,
): Promise<{ client: string; subject: string } | undefined> {
  if (conversation !== undefined) {
    const { rows } = await tx.query<{ client: string; subject: string }>(
      'select client_id as client, subject_id as subject from conversation where tenant_id = $1 and conversation_id = $2',
      [tenantOf(tx), conversation],
    )
    return rows[0]
  }
  if (client === undefined || reference === undefined) return undefined
  const [known] = await findSubjects(tx, ring, [{ client, reference }])
  return known && { client, subject: known.id }
}

/** The subject, locked; errors: `subject_unknown` (404), `conversation_erased` (409). */
async function alive(tx: Tx, subject: string) {
  const head = await loadHead(tx, subject)
  const state = await lockSubject(tx, subject)
  if (state === undefined || state.erased) throw new ApiError(409, 'conversation_erased')
  return head
}

async function recordOne(
  tx: Tx,
  ring: KeyRing,
  { client, subject }: { readonly client: string; readonly subject: string },
  body: z.output<typeof representativeRequest>,
  act: Act,
) {
  const { now } = act
  const validUntil = body.validUntil === undefined ? null : new Date(body.validUntil)
  if (validUntil !== null && validUntil <= now) throw new ApiError(422, 'representative_end', { param: 'validUntil' })
  for (const purpose of body.purposes ?? [])
    if ((await loadPurpose(tx, client, purpose)) === null)
      throw new ApiError(404, 'purpose_unknown', { param: 'purposes' })
  const { kind, relation, evidence } = body
  const given = { client, subject, kind, relation, purposes: body.purposes ?? null, validUntil, evidence }
  return { id: await recordRepresentative(tx, ring, given, act), kind, recordedAt: now.toISOString() }
}

async function endOne(tx: Tx, params: z.output<typeof representativeParams>, act: Act) {
  const endedAt = await endRepresentative(tx, params, act)
  if (endedAt === undefined) throw new ApiError(404, 'representative_unknown', { param: 'representative' })
  return { id: params.representative, endedAt }
}

async function setCircumstance(tx: Tx, subject: string, body: z.output<typeof circumstanceRequest>, act: Act) {
  const { client, profile } = await alive(tx, subject)
  const circumstance = body.circumstance ?? circumstanceOf(body.bornOn ?? '', consentAgeOf(profile), act.now)
  await recordCircumstance(tx, { client, subject, circumstance }, act)
  return { circumstance }
}

/** The same rules as for an application: an answer that could have no effect is refused. */
async function recordStaffAnswer(
  tx: Tx,
  caller: Caller,
  subject: string,
  body: z.output<typeof staffAnswerRequest>,
  act: Act,
) {
  const { now, ids } = act
  const { client } = await alive(tx, subject)
  const purpose = await loadPurpose(tx, client, body.purpose)
  if (purpose === null) throw new ApiError(404, 'purpose_unknown', { param: 'purpose' })
  // A yes to sales calls is for one number, which nobody types in here: without it, it would count nowhere.
  if (purpose.kind === 'telemarketing' && body.state === 'given')
    throw new ApiError(422, 'number_needed', { param: 'number', values: { purpose: purpose.id } })
  const wording = wordingOnFile(body.wording, purpose.id, await loadNotices(tx, client, purpose.id))
  if (wording === undefined)
    throw new ApiError(422, 'consent_wording_unknown', {
      param: 'wording',
      values: { notice: body.wording.notice ?? '–', version: body.wording.version },
    })
  const person = await loadPerson(tx, subject)
  const events = await loadConsentEvents(tx, { client, subject, purpose: purpose.id })
  const answer = { state: body.state, by: body.by, at: null, expiresAt: null }
  const refusal = answerRefusal(purpose, answer, events, now, person)
  if (refusal !== undefined)
    throw new ApiError(refusal.code === 'prohibited_practice' ? 403 : 409, refusal.code, {
      param: refusal.param,
      values: { purpose: purpose.id },
    })
  const event: ConsentEvent & { readonly client: string } = {
    id: ids.next(),
    client,
    subject,
    purpose: purpose.id,
    system: null,
    state: body.state,
    at: now.toISOString(),
    wording,
    by: body.by,
    evidence: { person: caller.id },
  }
  await appendConsent(tx, event, act)
  if ((await loadConsentEvent(tx, event.id))?.outdated === true)
    throw new ApiError(409, 'consent_wording_outdated', { param: 'wording', values: { purpose: purpose.id } })
  return {
    id: event.id,
    purpose: purpose.id,
    state: body.state,
    at: event.at,
    use: useOf(purpose, { system: '', conversation: null, person }, [...events, event], now),
  }
}
