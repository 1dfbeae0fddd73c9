/** Everything of the person behind a link that a one-time code gave, to choose from; and the end of that link. */
import type { z } from 'zod'
import { revokePortalLink } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Bilingual, DecisionRules } from '../../records/contract.ts'
import { type PageEnd, pageToken, readPageToken } from '../../records/rules.ts'
import { type PortalMine, portalLeft, portalMine, portalMineQuery } from '../contract.ts'
import type { TransparencyDeps } from '../routes.ts'
import { loadLinkClient } from './portal-decisions.ts'

/** More lines than this are on the next page. */
export const MINE_PAGE = 25

type Whole = { readonly client: string; readonly subject: string; readonly link: string }

export function mineRoutes({ database, ids }: Pick<TransparencyDeps, 'database' | 'ids'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/mine',
      summary: { nl: 'Al uw gesprekken en besluiten hier.', en: 'All your conversations and decisions here.' },
      allow: 'customer',
      query: portalMineQuery,
      reply: portalMine,
      events: [],
      handle: ({ caller, query, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const whole = wholeOf(caller)
            const client = await loadLinkClient(tx, whole.client)
            const until = await endOf(tx, whole)
            if (client === undefined || until === undefined) throw notFound()
            const conversations = await conversationsOf(tx, whole, endFrom(query, 'after'), language)
            const decisions = await decisionsOf(tx, whole, endFrom(query, 'decisionsAfter'), language)
            return {
              client: client.name,
              contact: client.contact,
              until: until.toISOString(),
              conversations: conversations.lines,
              conversationCount: conversations.count,
              next: conversations.next,
              decisions: decisions.lines,
              decisionCount: decisions.count,
              decisionsNext: decisions.next,
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

/** Errors: `page_unknown` (422). */
function endFrom(query: z.output<typeof portalMineQuery>, param: keyof z.output<typeof portalMineQuery>) {
  const token = query[param]
  const end = token === undefined ? undefined : readPageToken(token)
  if (token !== undefined && end === undefined) throw new ApiError(422, 'page_unknown', { param })
  return end
}

type Page<T> = { readonly lines: T[]; readonly count: number; readonly next: string | null }

/** `rows`: one more than a page holds, where there are more. */
function pageOf<R extends { id: string; at_exact: string }, T>(
  rows: readonly R[],
  count: number,
  line: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, MINE_PAGE)
  const last = shown.at(-1)
  const more = rows.length > MINE_PAGE && last !== undefined
  return { lines: shown.map(line), count, next: more ? pageToken({ startedAt: last.at_exact, id: last.id }) : null }
}

const exact = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at_exact`

const ofPerson = (table: 'conversation' | 'decision') =>
  `${table}.tenant_id = $1 and ${table}.client_id = $2 and ${table}.subject_id = $3 ${table === 'decision' ? `and subject_role = 'customer'` : ''}`

async function countOf(tx: Tx, table: 'conversation' | 'decision', { client, subject }: Whole): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(`select count(*)::int as n from ${table} where ${ofPerson(table)}`, [
    tx.scope.tenant,
    client,
    subject,
  ])
  return rows[0]!.n
}

/** A page goes on where the last one ended, so that what is new moves nothing. */
async function conversationsOf(
  tx: Tx,
  whole: Whole,
  end: PageEnd | undefined,
  language: 'nl' | 'en',
): Promise<Page<PortalMine['conversations'][number]>> {
  const { rows } = await tx.query<{
    id: string
    at: Date
    at_exact: string
    channel: string
    turn_count: number
    system: Bilingual | null
  }>(
    `select conversation_id as id, started_at as at, ${exact('started_at')}, conversation.channel, turn_count, s.name as system
     from conversation left join ai_system s on s.tenant_id = conversation.tenant_id and s.system_id = conversation.system_id
     where ${ofPerson('conversation')} and ($4::timestamptz is null or (started_at, conversation_id) < ($4, $5))
     order by started_at desc, conversation_id desc limit ${MINE_PAGE + 1}`,
    [tx.scope.tenant, whole.client, whole.subject, end?.startedAt ?? null, end?.id ?? null],
  )
  return pageOf(rows, await countOf(tx, 'conversation', whole), ({ id, at, channel, turn_count: turns, system }) => ({
    ...{ id, channel, turns },
    startedAt: at.toISOString(),
    system: system?.[language] ?? null,
  }))
}

async function decisionsOf(
  tx: Tx,
  whole: Whole,
  end: PageEnd | undefined,
  language: 'nl' | 'en',
): Promise<Page<PortalMine['decisions'][number]>> {
  const { rows } = await tx.query<{
    id: string
    conversation_id: string | null
    at: Date
    at_exact: string
    outcome: string
    system: Bilingual
    rules: DecisionRules | null
  }>(
    `select decision_id as id, conversation_id, decided_at as at, ${exact('decided_at')}, outcome, s.name as system, s.decisions as rules
     from decision join ai_system s on s.tenant_id = decision.tenant_id and s.system_id = decision.system_id
     where ${ofPerson('decision')} and ($4::timestamptz is null or (decided_at, decision_id) < ($4, $5))
     order by decided_at desc, decision_id desc limit ${MINE_PAGE + 1}`,
    [tx.scope.tenant, whole.client, whole.subject, end?.startedAt ?? null, end?.id ?? null],
  )
  return pageOf(rows, await countOf(tx, 'decision', whole), (row) => ({
    id: row.id,
    conversation: row.conversation_id,
    decidedAt: row.at.toISOString(),
    outcome: row.rules?.outcomes.find((one) => one.outcome === row.outcome)?.label[language] ?? row.outcome,
    system: row.system[language],
  }))
}
