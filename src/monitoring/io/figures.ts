/** Counts of feedback, in the database: who was asked, who answered, and what. No words are read. */
import type { Row, Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { FeedbackQuery } from '../contract.ts'
import type { FeedbackCell, Scores } from '../figures.ts'

/** Days in the Netherlands, the last one included. */
export type Days = { readonly from: string; readonly until: string }
export type Filter = Omit<FeedbackQuery, 'from' | 'until'>

/** Contacts of customers that began on these days; `c` the conversation. */
export const contactsOf = `c.tenant_id = $1 and c.source <> 'audit'
  and c.started_at >= ($2::date)::timestamp at time zone 'Europe/Amsterdam' and c.started_at < ($3::date + 1)::timestamp at time zone 'Europe/Amsterdam'
  and ($4::text is null or c.client_id = $4) and ($5::text is null or c.system_id = $5)
  and ($6::text is null or c.channel = $6) and ($7::text is null or c.language = $7)`

/** What was given for a conversation, and stands. */
export const givenFor = 'f.tenant_id = c.tenant_id and f.conversation_id = c.conversation_id and f.withdrawn_at is null'

/**
 * Each contact with its link and with what was given, looked up by the number of the conversation. `limit 1` keeps it at that: without it
 * all links there ever were are read to see which of them are of these days.
 */
const contacts = `conversation c
  left join lateral (select true as made from portal_link l where l.tenant_id = c.tenant_id and l.conversation_id = c.conversation_id limit 1) asked on true
  left join lateral (select f.feedback_id, f.fair, f.clear, f.knew_ai, f.sealed is not null as words from feedback f where ${givenFor} limit 1) f on true`

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

export type Counted = {
  readonly cells: readonly FeedbackCell[]
  /** How many left words that can still be read. */
  readonly texts: number
}

/** In one statement, so that all figures are of one moment: who was asked with what they said, and who said something without being asked. */
export async function countFeedback(tx: Tx, days: Days, filter: Filter): Promise<Counted> {
  const { rows } = await tx.query<FeedbackCell & Row & { fair: number[]; clear: number[]; texts: number }>(
    `select to_char(date_trunc('week', c.started_at at time zone 'Europe/Amsterdam'), 'YYYY-MM-DD') as week, c.system_id as system, c.channel, c.language,
       count(*) filter (where asked.made)::int as asked,
       count(*) filter (where asked.made and f.feedback_id is not null)::int as answered,
       count(*) filter (where asked.made is null)::int as unasked,
       ${scores('fair')} as fair, ${scores('clear')} as clear,
       count(*) filter (where f.knew_ai = 'yes')::int as yes,
       count(*) filter (where f.knew_ai = 'no')::int as no,
       count(*) filter (where f.knew_ai = 'not_sure')::int as "notSure",
       count(*) filter (where f.words)::int as texts
     from ${contacts} where ${contactsOf} and (asked.made or f.feedback_id is not null) group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    feedbackValues(tx, days, filter),
  )
  return {
    cells: rows.map(({ texts: _, ...row }) => ({
      ...row,
      fair: row.fair as unknown as Scores,
      clear: row.clear as unknown as Scores,
    })),
    texts: rows.reduce((sum, { texts }) => sum + texts, 0),
  }
}
