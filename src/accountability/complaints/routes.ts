/** Complaints over the wire: the customer's, those of staff and of help desks, what is done with one, and all of them together. */

import { dayIn, noonOf } from '../../deadlines/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import {
  addAnonymousSubject,
  type CaseLink,
  findConversation,
  type Post,
  subjectFor,
  tenantOf,
} from '../../records/index.ts'
import { caseReaders } from '../../records/rules.ts'
import { type KeyRing, keyedHash } from '../../vault/index.ts'
import { handlerRoles } from './conflict.ts'
import {
  actReply,
  actRequest,
  clusterParams,
  clusters,
  complaintParams,
  complaintPeople,
  complaintPeopleQuery,
  complaintView,
  judgeReply,
  judgeRequest,
  madeReply,
  report,
  reportQuery,
  staffComplaint,
  systemComplaint,
} from './contract.ts'
import { doAct } from './io/acts.ts'
import { requireStaffFor, staffFor } from './io/people.ts'
import { givenFrom, portalRoutes } from './io/portal-routes.ts'
import { viewComplaint } from './io/reads.ts'
import { receiveComplaint } from './io/receive.ts'
import { clustersNow, judgeCluster, yearlyReport } from './io/report.ts'
import { rulesOf } from './io/store.ts'

export type ComplaintDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  /** Brings letters by mail; undefined: no mail is set up. */
  readonly post?: Post | undefined
  /** Decisions that a link leads to, with a name for each. */
  readonly decisionsOf: (
    tx: Tx,
    bound: CaseLink,
    language: 'nl' | 'en',
  ) => Promise<readonly { id: string; label: string }[]>
}

const intake: readonly Role[] = ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo']
const judges: readonly Role[] = ['ethics_officer', 'dpo']

export const routes = (deps: ComplaintDeps): Route[] => [
  ...staffRoutes(deps),
  ...togetherRoutes(deps),
  ...systemRoutes(deps),
  ...portalRoutes(deps),
]

// -- staff --------------------------------------------------------------------------------------------------------------

function staffRoutes({ database, ring, ids, post }: ComplaintDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/complaints',
      summary: {
        nl: 'Schrijf een klacht op die een klant ergens anders deed.',
        en: 'Write down a complaint that a customer made elsewhere.',
      },
      allow: intake,
      body: staffComplaint,
      reply: madeReply,
      status: 201,
      events: ['complaint.received', 'letter.sent'],
      bodyLimit: 131_072,
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const act = { now, ids }
          const from = await fromWhom(tx, ring, body, act)
          const { timeZone } = await rulesOf(tx, from.client)
          await requireStaffFor(tx, from.client, body.persons, now)
          const { id, reference, promisedOn, record } = await receiveComplaint(
            tx,
            { ring, post },
            {
              ...givenFrom(body),
              ...from,
              via: 'staff',
              persons: body.persons,
              receivedAt: receivedAt(body.receivedOn, timeZone, now),
              externalHmac: null,
            },
            act,
          )
          return { id, reference, promisedOn, receipt: record }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/complaint-people',
      summary: {
        nl: 'Over welke medewerkers een klacht van deze opdrachtgever kan gaan: hun naam, en niets anders.',
        en: 'Which members of staff a complaint of this client can be about: their name, and nothing else.',
      },
      allow: intake,
      query: complaintPeopleQuery,
      reply: complaintPeople,
      events: [],
      handle: ({ caller, query, now }) =>
        database.inTx(caller.scope, async (tx) => ({ people: await staffFor(tx, query.client, now) }), {
          readOnly: true,
        }),
    }),
    route({
      method: 'GET',
      path: '/api/complaints/:id',
      summary: {
        nl: 'Eén klacht: wat er gebeurde, wat er nu kan, en de brief zoals die wordt.',
        en: 'One complaint: what happened, what can be done now, and the letter as it will be.',
      },
      allow: caseReaders,
      params: complaintParams,
      reply: complaintView,
      events: ['case.viewed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => viewComplaint(tx, ring, params.id, readerOf(caller), { now, ids })),
    }),
    route({
      method: 'POST',
      path: '/api/complaints/:id/acts',
      summary: { nl: 'Doe de volgende stap met een klacht.', en: 'Take the next step with a complaint.' },
      allow: handlerRoles,
      params: complaintParams,
      body: actRequest,
      reply: actReply,
      events: actEvents,
      bodyLimit: 262_144,
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) =>
          doAct(tx, { ring, post }, params.id, body, { id: caller.id, kind: 'staff' }, { now, ids }),
        ),
    }),
  ]
}

const actEvents = [
  'complaint.acknowledged',
  'complaint.assessed',
  'complaint.coded',
  'complaint.linked',
  'complaint.investigated',
  'complaint.invited',
  'complaint.heard',
  'complaint.waived',
  'complaint.hearing',
  'complaint.proposed',
  'complaint.revised',
  'complaint.decided',
  'complaint.communicated',
  'complaint.closed',
  'complaint.appealed',
  'complaint.reexamined',
  'complaint.settled',
  'complaint.dropped',
  'complaint.referred',
  'complaint.transferred',
  'complaint.extended',
  'complaint.replied',
  'complaint.withdrawn',
  'letter.sent',
]

/** Of a day that staff name: noon there. Errors: `received_future`, `received_too_early` (422). */
function receivedAt(day: string | undefined, timeZone: string, now: Date): Date {
  const today = dayIn(now, timeZone)
  if (day === undefined || day === today) return now
  if (day > today) throw new ApiError(422, 'received_future', { param: 'receivedOn' })
  if (noonOf(day).getTime() < now.getTime() - 366 * 86_400_000)
    throw new ApiError(422, 'received_too_early', { param: 'receivedOn' })
  return noonOf(day)
}

type Whom = {
  readonly conversation?: string | undefined
  readonly decision?: string | undefined
  readonly reference?: string | undefined
  readonly client?: string | undefined
  readonly language: 'nl' | 'en'
}

/** Whose complaint it is: of a conversation, a decision, a customer number, or of somebody who is not known. */
async function fromWhom(
  tx: Tx,
  ring: KeyRing,
  { conversation, decision, reference, client, language }: Whom,
  act: { now: Date; ids: Ids },
) {
  const tenant = tenantOf(tx)
  if (conversation !== undefined || decision !== undefined) {
    const [table, column, value] =
      conversation !== undefined
        ? ['conversation', 'conversation_id', conversation]
        : ['decision', 'decision_id', decision]
    const { rows } = await tx.query<{ client_id: string; subject_id: string }>(
      `select client_id, subject_id from ${table} where tenant_id = $1 and ${column} = $2`,
      [tenant, value],
    )
    if (rows[0] === undefined) throw new ApiError(404, `${table}_unknown`, { param: String(table) })
    return {
      client: rows[0].client_id,
      subject: rows[0].subject_id,
      conversation: conversation ?? null,
      decision: decision ?? null,
      language,
    }
  }
  if (client === undefined) throw new ApiError(422, 'client_unknown', { param: 'client' })
  await rulesOf(tx, client)
  const subject =
    reference === undefined
      ? await addAnonymousSubject(tx, { client, language }, act)
      : await subjectFor(tx, ring, { client, reference, language }, act)
  return { client, subject, conversation: null, decision: null, language }
}

const readerOf = (caller: Caller) => ({
  id: caller.id,
  roles: caller.kind === 'operator' ? ['ethics_officer'] : caller.roles,
})

// -- all of them --------------------------------------------------------------------------------------------------------

function togetherRoutes({ database, ids }: ComplaintDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/complaints-report',
      summary: { nl: 'Jaarverslag over klachten, zonder van wie.', en: 'Yearly report on complaints, without whose.' },
      allow: readers,
      query: reportQuery,
      reply: report,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(caller.scope, (tx) => yearlyReport(tx, query.year, query.client), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/complaint-clusters',
      summary: {
        nl: 'Klachten van meer klanten met één oorzaak over één versie.',
        en: 'Complaints of several customers with one cause about one version.',
      },
      allow: readers,
      reply: clusters,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, async (tx) => ({ clusters: await clustersNow(tx, now) }), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/complaint-clusters/:id/judge',
      summary: {
        nl: 'Beoordeel een groep klachten: niets, een bevinding of een incident.',
        en: 'Judge a group of complaints: nothing, a finding or an incident.',
      },
      allow: judges,
      params: clusterParams,
      body: judgeRequest,
      reply: judgeReply,
      events: ['complaint.judged'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => ({
          id: params.id,
          record: await judgeCluster(tx, params.id, { ...body, by: caller.id }, { now, ids }),
        })),
    }),
  ]
}

// -- help desks ---------------------------------------------------------------------------------------------------------

function systemRoutes({ database, ring, ids, post }: ComplaintDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/complaints',
      summary: {
        nl: 'Een helpdesk of systeem geeft een klacht door.',
        en: 'A help desk or system hands a complaint over.',
      },
      allow: 'system_key',
      body: systemComplaint,
      reply: madeReply,
      status: 201,
      events: ['complaint.received', 'letter.sent'],
      bodyLimit: 131_072,
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const client = caller.bound?.client
          if (client === undefined) throw new ApiError(404, 'client_unknown')
          const act = { now, ids }
          const hmac =
            body.externalId === undefined
              ? null
              : keyedHash(ring.indexKey(tenantOf(tx)), 'complaint', client, body.externalId)
          const known = hmac === null ? undefined : await knownAs(tx, client, hmac)
          if (known !== undefined) throw new ApiError(409, 'external_known', { values: { reference: known } })
          const from = await fromSystem(tx, ring, client, body, act)
          const { id, reference, promisedOn, record } = await receiveComplaint(
            tx,
            { ring, post },
            {
              ...givenFrom(body),
              ...from,
              client,
              via: 'api',
              language: body.language,
              persons: [],
              receivedAt: body.receivedAt === undefined ? now : notAhead(new Date(body.receivedAt), now),
              externalHmac: hmac,
            },
            act,
          )
          return { id, reference, promisedOn, receipt: record }
        }),
    }),
  ]
}

const notAhead = (at: Date, now: Date): Date => {
  if (at > now) throw new ApiError(422, 'received_future', { param: 'receivedAt' })
  return at
}

async function knownAs(tx: Tx, client: string, hmac: Buffer): Promise<string | undefined> {
  const { rows } = await tx.query<{ reference: string }>(
    `select r.reference from complaint c join case_record r on r.tenant_id = c.tenant_id and r.case_id = c.complaint_id where c.tenant_id = $1 and c.client_id = $2 and c.external_hmac = $3`,
    [tenantOf(tx), client, hmac],
  )
  return rows[0]?.reference
}

async function fromSystem(
  tx: Tx,
  ring: KeyRing,
  client: string,
  {
    conversation,
    subject,
    language,
  }: { conversation?: string | undefined; subject?: string | undefined; language: 'nl' | 'en' },
  act: { now: Date; ids: Ids },
) {
  if (conversation !== undefined) {
    const found = await findConversation(tx, ring, client, conversation)
    if (found === undefined) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
    return { subject: found.subject, conversation: found.conversation, decision: null }
  }
  if (subject === undefined)
    return { subject: await addAnonymousSubject(tx, { client, language }, act), conversation: null, decision: null }
  return {
    subject: await subjectFor(tx, ring, { client, reference: subject, language }, act),
    conversation: null,
    decision: null,
  }
}
