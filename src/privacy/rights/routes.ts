/** Rights of data subjects, retention, legal holds and data breaches. */
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { findConversation, findSubjects, type Post, tenantOf } from '../../records/index.ts'
import type { KeyRing } from '../../vault/index.ts'
import { breachHandlers, breachReaders } from './breach.ts'
import {
  affectedRequest,
  assessRequest,
  breachAssign,
  breachDetail,
  breachList,
  breachRequest,
  bundleReply,
  bundleRequest,
  decideRequest,
  extendRequest,
  holdList,
  holdReply,
  holdRequest,
  idParams,
  knownView,
  liftRequest,
  liftRestriction,
  notifyRequest,
  platformRequest,
  portalRequest,
  requestAnswered,
  requestDetail,
  requestList,
  requestMade,
  retentionView,
  staffRequest,
  subjectCopy,
  wordRequest,
} from './contract.ts'
import {
  assessBreach,
  assignBreach,
  bundleLetters,
  closeBreach,
  findAffected,
  listBreaches,
  readBreach,
  recordBreach,
  reportBreach,
  wordBreach,
} from './io/breaches.ts'
import { type BoundTo, collectCopy } from './io/copies.ts'
import { liftHold, listHolds, placeHold } from './io/holds.ts'
import { loadKnown } from './io/known.ts'
import { type MailNow, sendLast } from './io/request-letters.ts'
import { decide, extendTerm, liftRestrictionOf, listRequests, makeRequest, readRequest } from './io/requests.ts'
import { loadRetention } from './io/retention-reads.ts'

export type RightsDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  /** Brings letters by mail as well; absent: no mail leaves from here. */
  readonly post?: Post | undefined
  /** Sends the last letter to somebody who is erased, once the erasure stands. */
  readonly mailNow?: MailNow | undefined
  readonly pseudonymHours: number
  /** Term of an entry of the ledger. */
  readonly ledgerDays: number
  /** Until when a backup may hold a key of somebody who is erased now; null when nobody can say. */
  readonly backupsUntil: (now: Date) => Date | null
}

/** Who decides about holds: not who is in the dispute, and not who runs the systems. */
const holders: readonly Role[] = ['dpo', 'ethics_officer']

export function routes(deps: RightsDeps): Route[] {
  return [
    ...requestRoutes(deps),
    ...customerRoutes(deps),
    platformRoute(deps),
    ...retentionRoutes(deps),
    ...holdRoutes(deps),
    ...breachRoutes(deps),
  ]
}

function retentionRoutes({ database, pseudonymHours, ledgerDays }: RightsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/retention',
      summary: {
        nl: 'Bewaartermijnen, wat er bij de volgende ronde gaat, en wat er ging met het bewijs.',
        en: 'Retention terms, what goes at the next pass, and what went with its proof.',
      },
      allow: readers,
      reply: retentionView,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, (tx) => loadRetention(tx, { pseudonymHours, ledgerDays }, now), { readOnly: true }),
    }),
  ]
}

function holdRoutes({ database, ids }: RightsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/holds',
      summary: { nl: 'Wat niet mag worden gewist, en waarom.', en: 'What may not be deleted, and why.' },
      allow: readers,
      reply: holdList,
      events: [],
      handle: async ({ caller, now }) => ({
        holds: await database.inTx(caller.scope, (tx) => listHolds(tx, now), { readOnly: true }),
      }),
    }),
    route({
      method: 'POST',
      path: '/api/holds',
      summary: {
        nl: 'Leg vast dat gegevens van een klant, een gesprek of een zaak niet worden gewist.',
        en: 'Record that data of a customer, a conversation or a case are not deleted.',
      },
      allow: [...holders, 'complaint_handler'],
      body: holdRequest,
      reply: holdReply,
      status: 201,
      events: ['hold.placed'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, (tx) => placeHold(tx, body, caller.id, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/holds/:id/lift',
      summary: { nl: 'Hef uitstel van wissen op.', en: 'Lift a hold.' },
      allow: holders,
      params: idParams,
      body: liftRequest,
      reply: holdReply,
      events: ['hold.lifted'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => liftHold(tx, params.id, body, caller.id, { now, ids })),
    }),
  ]
}

// -- requests -----------------------------------------------------------------------------------------------------------

/** Who writes a request down when a customer calls; who decides is fewer. */
const takers: readonly Role[] = ['dpo', 'ethics_officer', 'complaint_handler', 'supervisor', 'agent']
const deciders: readonly Role[] = ['dpo', 'ethics_officer']
/** Whose work needs what a customer wrote in a request; each look is an entry. */
const requestReaders: readonly Role[] = ['dpo', 'ethics_officer', 'complaint_handler', 'auditor']
const onList: readonly Role[] = [...new Set([...readers, ...takers])]

function requestRoutes(deps: RightsDeps): Route[] {
  const { database, ring, ids } = deps
  const answeredBy = (events: readonly string[]) => ({ reply: requestAnswered, events: [...events], params: idParams })
  return [
    route({
      method: 'GET',
      path: '/api/requests',
      summary: {
        nl: 'Verzoeken van betrokkenen, wat het eerst af moet eerst.',
        en: 'Requests of data subjects, what is due first on top.',
      },
      allow: onList,
      reply: requestList,
      events: [],
      handle: async ({ caller, now }) => ({
        requests: await database.inTx(caller.scope, (tx) => listRequests(tx, now), { readOnly: true }),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/requests/:id',
      summary: {
        nl: 'Eén verzoek met termijn, brieven en bewijs; wie leest wat de klant schreef, staat in het logboek.',
        en: 'One request with its term, letters and proof; who reads what the customer wrote is on record.',
      },
      allow: onList,
      params: idParams,
      reply: requestDetail,
      events: ['request.viewed'],
      handle: ({ caller, params, now }) => {
        const role = requestReaders.find((one) => caller.roles.includes(one))
        return database.inTx(caller.scope, (tx) => readRequest(tx, ring, params.id, { role }, { now, ids }))
      },
    }),
    route({
      method: 'POST',
      path: '/api/requests',
      summary: {
        nl: 'Leg een verzoek vast dat een klant deed, bijvoorbeeld aan de telefoon.',
        en: 'Record a request that a customer made, on the phone for example.',
      },
      allow: takers,
      body: staffRequest,
      reply: requestMade,
      status: 201,
      events: ['request.received', 'letter.sent'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const { kind, subject: _, conversation: __, mandate, ...rest } = body
          const { by, representative, identity, channel, receivedOn, language, ...asked } = rest
          const place = await placeOf(tx, body)
          const who = {
            via: 'staff',
            by,
            representative,
            identity,
            mandate: mandate ?? null,
            recordedBy: caller.id,
          } as const
          const how = { channel, receivedOn, language }
          return makeRequest(tx, deps, { ...place, ...who, ...how, kind, asked }, { now, ids })
        }),
    }),
    route({
      method: 'POST',
      path: '/api/requests/:id/extend',
      summary: {
        nl: 'Verleng de termijn één keer, met een brief en redenen.',
        en: 'Extend the term once, with a letter and reasons.',
      },
      allow: deciders,
      body: extendRequest,
      ...answeredBy(['request.extended', 'letter.sent']),
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => extendTerm(tx, deps, params.id, body, caller.id, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/requests/:id/decide',
      summary: {
        nl: 'Beslis over een verzoek. Wat wordt toegewezen, gebeurt meteen.',
        en: 'Decide about a request. What is granted is done at once.',
      },
      allow: deciders,
      // It may erase somebody: whoever does that has proved lately who they are.
      recent: true,
      body: decideRequest,
      ...answeredBy([
        'request.decided',
        'request.completed',
        'erasure.completed',
        'correction.recorded',
        'objection.received',
        'letter.sent',
        'letter.bounced',
      ]),
      async handle({ caller, params, body, now }) {
        const act = { now, ids }
        const { last, ...answered } = await database.inTx(caller.scope, (tx) =>
          decide(tx, deps, params.id, body, caller.id, act),
        )
        if (last === null) return answered
        // The erasure stands; of the letter nothing is left but what this process still holds.
        const mail = await sendLast(deps, caller.scope, last, act)
        return { ...answered, letter: { ...answered.letter, mail } }
      },
    }),
    route({
      method: 'POST',
      path: '/api/requests/:id/lift',
      summary: {
        nl: 'Beëindig een pauze, na bericht aan de klant.',
        en: 'End a restriction, after telling the customer.',
      },
      allow: deciders,
      body: liftRestriction,
      ...answeredBy(['restriction.lifted', 'letter.sent']),
      handle: ({ caller, params, body: { explanation }, now }) =>
        database.inTx(caller.scope, (tx) =>
          liftRestrictionOf(tx, deps, params.id, { explanation, by: caller.id }, { now, ids }),
        ),
    }),
  ]
}

/**
 * Whom a request is about that staff write down. Errors: `subject_needed` (422), `subject_unknown`, `conversation_unknown`
 * (404; also outside the scope), `subject_differs` (409).
 */
async function placeOf(
  tx: Tx,
  { subject, conversation }: { readonly subject?: string | undefined; readonly conversation?: string | undefined },
): Promise<{ client: string; subject: string; conversation: string | null }> {
  if (conversation !== undefined) {
    const { rows } = await tx.query<{ client_id: string; subject_id: string }>(
      'select client_id, subject_id from conversation where tenant_id = $1 and conversation_id = $2',
      [tenantOf(tx), conversation],
    )
    if (rows[0] === undefined) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
    if (subject !== undefined && rows[0].subject_id !== subject)
      throw new ApiError(409, 'subject_differs', { param: 'conversation' })
    return { client: rows[0].client_id, subject: rows[0].subject_id, conversation }
  }
  if (subject === undefined) throw new ApiError(422, 'subject_needed', { param: 'subject' })
  const { rows } = await tx.query<{ client_id: string }>(
    'select client_id from data_subject where tenant_id = $1 and subject_id = $2',
    [tenantOf(tx), subject],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'subject_unknown', { param: 'subject' })
  return { client: rows[0].client_id, subject, conversation: null }
}

// -- the customer's own page ----------------------------------------------------------------------------------------------

function boundTo({ bound }: Caller): BoundTo {
  const { client, conversation, subject } = bound ?? {}
  if (client === undefined || conversation === undefined || subject === undefined)
    throw new ApiError(404, 'link_unknown')
  return { client, conversation, subject }
}

function customerRoutes({ database, ring, ids, post }: RightsDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/data',
      summary: {
        nl: 'Wat wij van u weten: aantallen, doelen, ontvangers, wie er keek, uw verzoeken en kopieën.',
        en: 'What we know about you: counts, purposes, recipients, who looked, your requests and copies.',
      },
      allow: 'customer',
      reply: knownView,
      events: [],
      handle: ({ caller, language, now }) =>
        database.inTx(caller.scope, (tx) => loadKnown(tx, ring, boundTo(caller), language, now), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/requests',
      summary: {
        nl: 'Vraag om uw gegevens te zien, te verbeteren, te wissen, mee te nemen of te pauzeren, of maak bezwaar.',
        en: 'Ask to see, correct, erase, take along or pause your data, or object.',
      },
      allow: 'customer',
      body: portalRequest,
      reply: requestMade,
      status: 201,
      events: ['request.received', 'letter.sent'],
      handle: ({ caller, body, language, now }) => {
        const { kind, by, ...asked } = body
        // The link belongs to one conversation of this customer: whoever has it is them, or who speaks for them, as far as we can know.
        const who = {
          via: 'portal',
          by,
          identity: 'link',
          mandate: null,
          recordedBy: caller.id,
          language,
        } as const
        return database.inTx(caller.scope, (tx) =>
          makeRequest(tx, { ring, post }, { ...boundTo(caller), ...who, kind, asked }, { now, ids }),
        )
      },
    }),
    route({
      method: 'GET',
      path: '/api/portal/copies/:id',
      summary: { nl: 'Een kopie die voor u klaarstaat.', en: 'A copy that is ready for you.' },
      allow: 'customer',
      params: idParams,
      reply: subjectCopy,
      events: ['copy.collected'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => collectCopy(tx, ring, boundTo(caller), params.id, { now, ids })),
    }),
  ]
}

function platformRoute({ database, ring, ids, post }: RightsDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/requests',
    summary: {
      nl: 'Leg een verzoek vast dat een klant deed in uw eigen kanaal.',
      en: 'Record a request that a customer made in your own channel.',
    },
    allow: 'system_key',
    body: platformRequest,
    reply: requestMade,
    status: 201,
    events: ['request.received', 'letter.sent'],
    handle: ({ caller, body, now }) =>
      database.inTx(caller.scope, async (tx) => {
        const client = caller.bound?.client ?? ''
        const { kind, subject: reference, conversation, by, representative, mandate, language, ...asked } = body
        const found = conversation === undefined ? undefined : await findConversation(tx, ring, client, conversation)
        const [known] = reference === undefined ? [] : await findSubjects(tx, ring, [{ client, reference }])
        if (found !== undefined && reference !== undefined && found.subject !== known?.id)
          throw new ApiError(409, 'subject_differs', { param: 'subject' })
        const subject = known?.id ?? found?.subject
        if (subject === undefined) throw new ApiError(404, 'subject_unknown', { param: 'subject' })
        const who = {
          via: 'api',
          by,
          representative,
          identity: 'system',
          mandate: mandate ?? null,
          recordedBy: caller.id,
          language,
        } as const
        const place = { client, subject, conversation: found?.conversation ?? null }
        return makeRequest(tx, { ring, post }, { ...place, ...who, kind, asked }, { now, ids })
      }),
  })
}

// -- data breaches ----------------------------------------------------------------------------------------------------------

/** Ten thousand customer numbers. */
const BUNDLE_BYTES = 2 * 1_048_576

function breachRoutes({ database, ring, ids }: RightsDeps): Route[] {
  const step = { allow: breachHandlers, params: idParams, reply: breachDetail } as const
  return [
    route({
      method: 'GET',
      path: '/api/breaches',
      summary: {
        nl: 'Datalekken, met de 72 uur van de melding.',
        en: 'Data breaches, with the 72 hours of the report.',
      },
      allow: breachReaders,
      reply: breachList,
      events: [],
      handle: async ({ caller, now }) => ({
        breaches: await database.inTx(caller.scope, (tx) => listBreaches(tx, now), { readOnly: true }),
      }),
    }),
    route({
      method: 'GET',
      path: '/api/breaches/:id',
      summary: {
        nl: 'Eén datalek, met alles wat in de melding aan de toezichthouder hoort.',
        en: 'One data breach, with all that belongs in the report to the authority.',
      },
      allow: breachReaders,
      params: idParams,
      reply: breachDetail,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => readBreach(tx, ring, params.id, now), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/breaches',
      summary: {
        nl: 'Leg een datalek vast. De 72 uur lopen vanaf het moment dat u het wist.',
        en: 'Record a data breach. The 72 hours run from when you knew.',
      },
      allow: breachHandlers,
      body: breachRequest,
      reply: breachDetail,
      status: 201,
      events: ['breach.recorded'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, (tx) => recordBreach(tx, ring, body, caller, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/assign',
      summary: {
        nl: 'Geef een datalek aan iemand, of aan niemand.',
        en: 'Give a data breach to somebody, or to nobody.',
      },
      ...step,
      body: breachAssign,
      events: ['breach.assigned'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => assignBreach(tx, ring, params.id, body.person, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/affected',
      summary: {
        nl: 'Zoek wie een AI-systeem, sleutel, medewerker, leverancier of klantlink in een periode raakte.',
        en: 'Find whom an AI system, key, member of staff, provider or customer link touched in a period.',
      },
      ...step,
      body: affectedRequest,
      events: ['breach.searched'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => findAffected(tx, ring, params.id, body, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/assess',
      summary: { nl: 'Beoordeel het risico, en wie het moet horen.', en: 'Assess the risk, and who must be told.' },
      ...step,
      body: assessRequest,
      events: ['breach.assessed'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => assessBreach(tx, ring, params.id, body, caller.id, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/letter',
      summary: {
        nl: 'Schrijf op wat de klanten te horen krijgen, in beide talen.',
        en: 'Write down what the customers are told, in both languages.',
      },
      ...step,
      body: wordRequest,
      events: ['breach.worded'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => wordBreach(tx, ring, params.id, body, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/letters',
      summary: {
        nl: 'De brieven voor wie een datalek raakte, ieder in de eigen taal met de eigen dagen.',
        en: 'The letters to those a data breach touched, each in their own language with their own days.',
      },
      ...step,
      reply: bundleReply,
      body: bundleRequest,
      bodyLimit: BUNDLE_BYTES,
      events: ['breach.bundled'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => bundleLetters(tx, ring, params.id, body, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/notify',
      summary: {
        nl: 'Leg vast dat de toezichthouder of de klanten het weten.',
        en: 'Record that the authority or the customers were told.',
      },
      ...step,
      body: notifyRequest,
      events: ['breach.notified'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => reportBreach(tx, ring, params.id, body, { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/breaches/:id/close',
      summary: { nl: 'Sluit een datalek af.', en: 'Close a data breach.' },
      ...step,
      events: ['breach.closed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => closeBreach(tx, ring, params.id, { now, ids })),
    }),
  ]
}
