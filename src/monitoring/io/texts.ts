/** Reading what customers wrote about a contact: each one is a look on record, with the reason that was given. */
import type { z } from 'zod'
import { type Act, addView } from '../../access/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { tenantOf } from '../../records/index.ts'
import { pageToken, readPageToken, readsContentAs } from '../../records/rules.ts'
import { existingKey, KeyDestroyed, type KeyRing, openJson } from '../../vault/index.ts'
import type { FeedbackTexts, feedbackTextsRequest } from '../contract.ts'
import { feedbackPlace } from './feedback.ts'
import { contactsOf, type Days, type Filter, feedbackValues, givenFor } from './figures.ts'

/** As many as may be read of in an hour before it can be unusual (access/reading.ts). */
const PAGE = 10

export type Reader = { readonly id: string; readonly roles: readonly string[] }

type TextRow = Row & {
  feedback_id: string
  conversation_id: string
  subject_id: string
  client_id: string
  system_id: string | null
  channel: string
  language: string
  given_at: Date
  given_exact: string
  fair: number | null
  clear: number | null
  knew_ai: 'yes' | 'no' | 'not_sure' | null
  sealed: Buffer
}

/** The latest first. Errors: `not_allowed` (403) for a role that reads no contents, `page_unknown` (422). */
export async function readTexts(
  tx: Tx,
  ring: KeyRing,
  {
    reader,
    reason,
    before,
    days,
    filter,
  }: {
    readonly reader: Reader
    readonly reason: z.output<typeof feedbackTextsRequest>['reason']
    readonly before: string | undefined
    readonly days: Days
    readonly filter: Filter
  },
  act: Act,
): Promise<FeedbackTexts> {
  const role = readsContentAs(reader.roles, 'normal')
  if (role === undefined) throw new ApiError(403, 'not_allowed')
  const end = before === undefined ? undefined : readPageToken(before)
  if (before !== undefined && end === undefined) throw new ApiError(422, 'page_unknown', { param: 'before' })
  const { rows } = await tx.query<TextRow>(
    `select f.feedback_id, f.conversation_id, f.subject_id, f.client_id, c.system_id, c.channel, c.language, f.given_at, f.fair, f.clear, f.knew_ai, f.sealed,
       to_char(f.given_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as given_exact
     from conversation c join feedback f on ${givenFor} where ${contactsOf} and f.sealed is not null and c.state not in ('held', 'sealed')
       and ($8::timestamptz is null or (f.given_at, f.feedback_id) < ($8, $9))
     order by f.given_at desc, f.feedback_id desc limit ${PAGE + 1}`,
    [...feedbackValues(tx, days, filter), end?.startedAt ?? null, end?.id ?? null],
  )
  const page = rows.slice(0, PAGE)
  const texts: FeedbackTexts['texts'] = []
  for (const row of page) {
    const text = await textOf(tx, ring, row)
    if (text === undefined) continue
    const { client_id: client, subject_id: subject, conversation_id: conversation } = row
    await addView(tx, { person: reader.id, client, subject, conversation, role, reason, reveal: null }, act)
    texts.push({
      conversation,
      system: row.system_id,
      channel: row.channel,
      language: row.language,
      givenAt: row.given_at.toISOString(),
      fair: row.fair,
      clear: row.clear,
      knewAi: row.knew_ai,
      text,
    })
  }
  const last = page.at(-1)
  const next =
    rows.length > PAGE && last !== undefined ? pageToken({ startedAt: last.given_exact, id: last.feedback_id }) : null
  return { texts, next }
}

/** Undefined after erasure. */
async function textOf(tx: Tx, ring: KeyRing, row: TextRow): Promise<string | undefined> {
  try {
    const key = await existingKey(tx, ring, { tenant: tenantOf(tx), subject: row.subject_id })
    return (openJson(key, feedbackPlace(tenantOf(tx), row.feedback_id), row.sealed) as { text: string }).text
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined
    throw error
  }
}
