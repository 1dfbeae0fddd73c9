/** Rights of data subjects, retention, legal holds and data breaches. */
import type { Database } from '../../platform/database.ts'
import { type Role, type Route, readers, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { KeyRing } from '../../vault/index.ts'
import { holdList, holdReply, holdRequest, idParams, liftRequest, retentionView } from './contract.ts'
import { liftHold, listHolds, placeHold } from './io/holds.ts'
import { loadRetention } from './io/retention-reads.ts'

export type RightsDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  readonly pseudonymHours: number
  /** Until when a backup may hold a key of somebody who is erased now; null when nobody can say. */
  readonly backupsUntil: (now: Date) => Date | null
}

/** Who decides about holds: not who is in the dispute, and not who runs the systems. */
const holders: readonly Role[] = ['dpo', 'ethics_officer']
/** What the ledger keeps by default (docs/processing.md). */
const LEDGER_DAYS = 2_557

export function routes(deps: RightsDeps): Route[] {
  return [...retentionRoutes(deps), ...holdRoutes(deps)]
}

function retentionRoutes({ database, pseudonymHours }: RightsDeps): Route[] {
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
        database.inTx(caller.scope, (tx) => loadRetention(tx, { pseudonymHours, ledgerDays: LEDGER_DAYS }, now), {
          readOnly: true,
        }),
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
