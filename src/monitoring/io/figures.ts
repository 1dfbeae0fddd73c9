/** Counts of feedback, in the database: who was asked, who answered, and what. No words are read. */
import type { Row, Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { FeedbackQuery } from '../contract.ts'
import type { FeedbackCell, Scores } from '../figures.ts'

/** Days in the Netherlands, the last one included. */
export type Days = { readonly from: string; readonly until: string }
export type Filter = Omit<FeedbackQuery, 'from' | 'until'>

/** Conversations of a customer that were asked about, or answered about anyway; `c` the conversation, `f` what was given. */
export const feedbackFrom = `conversation c
  left join feedback f on f.tenant_id = c.tenant_id and f.conversation_id = c.conversation_id and f.withdrawn_at is null
  cross join lateral (select exists (select 1 from portal_link l where l.tenant_id = c.tenant_id and l.conversation_id = c.conversation_id) as asked) a`

export const feedbackWhere = `c.tenant_id = $1 and c.source <> 'audit' and (a.asked or f.feedback_id is not null)
  and c.started_at >= ($2::date)::timestamp at time zone 'Europe/Amsterdam' and c.started_at < ($3::date + 1)::timestamp at time zone 'Europe/Amsterdam'
  and ($4::text is null or c.client_id = $4) and ($5::text is null or c.system_id = $5)
  and ($6::text is null or c.channel = $6) and ($7::text is null or c.language = $7)`

export const feedbackValues = (tx: Tx, { from, until }: Days, { client, system, channel, language }: Filter) => [
  tenantOf(tx),
  from,
  until,
  client ?? null,
  system ?? null,
  channel ?? null,
  language ?? null,
]

const scores = (column: string) =>
  `array[${[1, 2, 3, 4, 5].map((n) => `count(*) filter (where f.${column} = ${n})`).join(', ')}]::int[]`

/** In one statement, so that all figures are of one moment. */
export async function loadCells(tx: Tx, days: Days, filter: Filter): Promise<FeedbackCell[]> {
  const { rows } = await tx.query<FeedbackCell & Row & { fair: number[]; clear: number[] }>(
    `select to_char(date_trunc('week', c.started_at at time zone 'Europe/Amsterdam'), 'YYYY-MM-DD') as week, c.system_id as system, c.channel, c.language,
       count(*) filter (where a.asked)::int as asked,
       count(*) filter (where a.asked and f.feedback_id is not null)::int as answered,
       count(*) filter (where not a.asked)::int as unasked,
       ${scores('fair')} as fair, ${scores('clear')} as clear,
       count(*) filter (where f.knew_ai = 'yes')::int as yes,
       count(*) filter (where f.knew_ai = 'no')::int as no,
       count(*) filter (where f.knew_ai = 'not_sure')::int as "notSure"
     from ${feedbackFrom} where ${feedbackWhere} group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    feedbackValues(tx, days, filter),
  )
  return rows.map((row) => ({ ...row, fair: row.fair as unknown as Scores, clear: row.clear as unknown as Scores }))
}

/** How many left words that can still be read. */
export async function countTexts(tx: Tx, days: Days, filter: Filter): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from ${feedbackFrom} where ${feedbackWhere} and f.sealed is not null`,
    feedbackValues(tx, days, filter),
  )
  return rows[0]!.n
}
