/** What a customer does with a complaint of their own, by their link. */
import type { z } from 'zod'
import type { Tx } from '../../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../../platform/http.ts'
import { caseLinkOf, recordEvent } from '../../../records/index.ts'
import {
  appealRequest,
  type ComplaintAct,
  complaintParams,
  customerDone,
  madeReply,
  portalComplaint,
  portalComplaints,
  portalComplaintView,
  rateRequest,
} from '../contract.ts'
import type { ComplaintDeps } from '../routes.ts'
import { doAct } from './acts.ts'
import { boundComplaint, complaintsFor, portalComplaint as portalView, rateComplaint } from './reads.ts'
import { receiveComplaint } from './receive.ts'
import { loadComplaint, rulesOf } from './store.ts'

type Given = Pick<
  z.output<typeof portalComplaint>,
  'words' | 'about' | 'remedy' | 'remedyWords' | 'wantsHearing' | 'name'
>

/** What every way of complaining brings along. */
export const givenFrom = ({ words, about, remedy, remedyWords, wantsHearing, name }: Given) => ({
  words,
  about,
  remedy,
  remedyWords: remedyWords ?? null,
  wantsHearing,
  name: name ?? null,
  email: null,
})

const customer = { id: 'customer', kind: 'customer' } as const

export function portalRoutes(deps: ComplaintDeps): Route[] {
  return [...readRoutes(deps), makeRoute(deps), ...actRoutes(deps), rateRoute(deps)]
}

function readRoutes({ database, ring, decisionsOf }: ComplaintDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/complaints',
      summary: {
        nl: 'Uw klachten, en waarover een klacht kan gaan.',
        en: 'Your complaints, and what one can be about.',
      },
      allow: 'customer',
      reply: portalComplaints,
      events: [],
      handle: ({ caller, now, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const bound = caseLinkOf(caller)
            const rules = await rulesOf(tx, bound.client)
            return {
              client: rules.name,
              alone: bound.conversation === null,
              complaints: await complaintsFor(tx, bound, now),
              decisions: [...(await decisionsOf(tx, bound, language))],
              namesStaff: rules.namesStaff,
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'GET',
      path: '/api/portal/complaints/:id',
      summary: { nl: 'Hoe het met uw klacht staat.', en: 'How your complaint stands.' },
      allow: 'customer',
      params: complaintParams,
      reply: portalComplaintView,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, (tx) => portalView(tx, ring, caseLinkOf(caller), params.id, now), {
          readOnly: true,
        }),
    }),
  ]
}

function makeRoute({ database, ring, ids, post, decisionsOf }: ComplaintDeps): Route {
  return route({
    method: 'POST',
    path: '/api/portal/complaints',
    summary: { nl: 'Dien een klacht in.', en: 'Make a complaint.' },
    allow: 'customer',
    body: portalComplaint,
    reply: madeReply,
    status: 201,
    events: ['complaint.received', 'letter.sent'],
    bodyLimit: 131_072,
    handle: ({ caller, body, now, language }) =>
      database.inTx(caller.scope, async (tx) => {
        const bound = caseLinkOf(caller)
        const decision = body.decision ?? (bound.conversation === null ? bound.decision : null)
        // Somebody else's decision and one that does not exist are one answer.
        if (decision !== null && !(await decisionsOf(tx, bound, language)).some(({ id }) => id === decision))
          throw notFound()
        const { id, reference, promisedOn, record } = await receiveComplaint(
          tx,
          { ring, post },
          {
            ...givenFrom(body),
            ...bound,
            decision,
            via: 'portal',
            language,
            persons: [],
            receivedAt: now,
            externalHmac: null,
          },
          { now, ids },
        )
        return { id, reference, promisedOn, receipt: record }
      }),
  })
}

type Own = Extract<ComplaintAct, { act: 'withdraw' | 'ask_hearing' | 'drop_appeal' | 'appeal' }>

function actRoutes({ database, ring, ids, post }: ComplaintDeps): Route[] {
  const perform = (caller: Caller, id: string, wanted: Own, now: Date) =>
    database.inTx(caller.scope, async (tx) => {
      await boundComplaint(tx, caseLinkOf(caller), id)
      const done = await doAct(tx, { ring, post }, id, { revision: null, do: wanted }, customer, { now, ids })
      return { id, state: done.state, receipt: done.record }
    })
  const plain = (
    act: Exclude<Own['act'], 'appeal'>,
    path: string,
    summary: { nl: string; en: string },
    events: readonly string[],
  ) =>
    route({
      method: 'POST',
      path: `/api/portal/complaints/:id/${path}`,
      summary,
      allow: 'customer',
      params: complaintParams,
      reply: customerDone,
      events,
      handle: ({ caller, params, now }) => perform(caller, params.id, { act }, now),
    })
  return [
    plain('withdraw', 'withdraw', { nl: 'Trek uw klacht in.', en: 'Withdraw your complaint.' }, [
      'complaint.withdrawn',
      'letter.sent',
    ]),
    plain('ask_hearing', 'hearing', { nl: 'Vraag om uw verhaal te vertellen.', en: 'Ask to tell your story.' }, [
      'complaint.hearing',
    ]),
    plain('drop_appeal', 'drop', { nl: 'Laat de tweede beoordeling rusten.', en: 'Let the second look rest.' }, [
      'complaint.dropped',
    ]),
    route({
      method: 'POST',
      path: '/api/portal/complaints/:id/appeal',
      summary: { nl: 'Vraag een andere persoon om opnieuw te kijken.', en: 'Ask another person to look again.' },
      allow: 'customer',
      params: complaintParams,
      body: appealRequest,
      reply: customerDone,
      events: ['complaint.appealed', 'letter.sent'],
      handle: ({ caller, params, body, now }) => perform(caller, params.id, { act: 'appeal', words: body.words }, now),
    }),
  ]
}

function rateRoute({ database, ids }: ComplaintDeps): Route {
  return route({
    method: 'POST',
    path: '/api/portal/complaints/:id/rating',
    summary: { nl: 'Zeg hoe wij uw klacht behandelden.', en: 'Say how we handled your complaint.' },
    allow: 'customer',
    params: complaintParams,
    body: rateRequest,
    reply: customerDone,
    events: ['complaint.rated'],
    handle: ({ caller, params, body, now }) =>
      database.inTx(caller.scope, async (tx) => {
        const row = await boundComplaint(tx, caseLinkOf(caller), params.id)
        await rateComplaint(tx, row, body.satisfaction)
        const receipt = await recordEvent(
          tx,
          { now, ids },
          {
            type: 'complaint.rated',
            client: row.client_id,
            subject: row.subject_id,
            refs: { complaint: params.id },
            body: { satisfaction: body.satisfaction },
          },
        )
        return { id: params.id, state: await stateOf(tx, row), receipt }
      }),
  })
}

const stateOf = async (tx: Tx, row: Parameters<typeof loadComplaint>[1]) =>
  (await loadComplaint(tx, row)).complaint.state

const notFound = () => new ApiError(404, 'portal_not_found')
