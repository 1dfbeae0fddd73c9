/** Everything of the person behind a link that a one-time code gave, to choose from; and the end of that link. */
import { revokePortalLink } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Bilingual, DecisionRules } from '../../records/contract.ts'
import { type PortalMine, portalLeft, portalMine } from '../contract.ts'
import type { TransparencyDeps } from '../routes.ts'
import { loadLinkClient } from './portal-decisions.ts'

/** More than this is not on one page. */
const MOST_LINES = 200

type Whole = { readonly client: string; readonly subject: string; readonly link: string }

export function mineRoutes({ database, ids }: Pick<TransparencyDeps, 'database' | 'ids'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/mine',
      summary: { nl: 'Al uw gesprekken en besluiten hier.', en: 'All your conversations and decisions here.' },
      allow: 'customer',
      reply: portalMine,
      events: [],
      handle: ({ caller, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const whole = wholeOf(caller)
            const client = await loadLinkClient(tx, whole.client)
            const until = await endOf(tx, whole)
            if (client === undefined || until === undefined) throw notFound()
            return {
              client: client.name,
              contact: client.contact,
              until: until.toISOString(),
              conversations: await conversationsOf(tx, whole, language),
              decisions: await decisionsOf(tx, whole, language),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/portal/mine/end',
      summary: {
        nl: 'Sluit deze link: op een computer die ook anderen gebruiken.',
        en: 'End this link: on a computer that others use as well.',
      },
      allow: 'customer',
      reply: portalLeft,
      events: ['link.revoked'],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, async (tx) => {
          if (!(await revokePortalLink(tx, wholeOf(caller).link, { now, ids }))) throw notFound()
          return { endedAt: now.toISOString() }
        }),
    }),
  ]
}

/** Of a link to one conversation or decision: as if there were no such page. */
function wholeOf({ bound }: Caller): Whole {
  const { client, subject, link, whole } = bound ?? {}
  if (!whole || client === undefined || subject === undefined || link === undefined) throw notFound()
  return { client, subject, link }
}

const notFound = () => new ApiError(404, 'portal_not_found')

async function endOf(tx: Tx, { link }: Whole): Promise<Date | undefined> {
  const { rows } = await tx.query<{ expires_at: Date }>(
    'select expires_at from portal_link where tenant_id = $1 and link_id = $2',
    [tx.scope.tenant, link],
  )
  return rows[0]?.expires_at
}

async function conversationsOf(tx: Tx, whole: Whole, language: 'nl' | 'en'): Promise<PortalMine['conversations']> {
  const { rows } = await tx.query<{
    conversation_id: string
    started_at: Date
    channel: string
    turn_count: number
    system: Bilingual | null
  }>(
    `select c.conversation_id, c.started_at, c.channel, c.turn_count, s.name as system from conversation c
     left join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id
     where c.tenant_id = $1 and c.client_id = $2 and c.subject_id = $3 order by c.started_at desc, c.conversation_id desc limit ${MOST_LINES}`,
    [tx.scope.tenant, whole.client, whole.subject],
  )
  return rows.map((row) => ({
    id: row.conversation_id,
    startedAt: row.started_at.toISOString(),
    channel: row.channel,
    system: row.system?.[language] ?? null,
    turns: row.turn_count,
  }))
}

async function decisionsOf(tx: Tx, whole: Whole, language: 'nl' | 'en'): Promise<PortalMine['decisions']> {
  const { rows } = await tx.query<{
    decision_id: string
    conversation_id: string | null
    decided_at: Date
    outcome: string
    system: Bilingual
    rules: DecisionRules | null
  }>(
    `select d.decision_id, d.conversation_id, d.decided_at, d.outcome, s.name as system, s.decisions as rules from decision d
     join ai_system s on s.tenant_id = d.tenant_id and s.system_id = d.system_id
     where d.tenant_id = $1 and d.client_id = $2 and d.subject_id = $3 and d.subject_role = 'customer'
     order by d.decided_at desc, d.decision_id desc limit ${MOST_LINES}`,
    [tx.scope.tenant, whole.client, whole.subject],
  )
  return rows.map((row) => ({
    id: row.decision_id,
    conversation: row.conversation_id,
    decidedAt: row.decided_at.toISOString(),
    outcome: row.rules?.outcomes.find((one) => one.outcome === row.outcome)?.label[language] ?? row.outcome,
    system: row.system[language],
  }))
}
