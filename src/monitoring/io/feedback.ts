/** What customers say of a contact: rows in and out. Their words are redacted first and sealed under their key. */
import type { Act } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { formatDate, type Language } from '../../platform/text.ts'
import { recordEvent, tenantOf } from '../../records/index.ts'
import { existingKey, type Key, KeyDestroyed, type KeyRing, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import { type Answers, mayWithdraw } from '../feedback.ts'
import { monitoringText } from '../texts.ts'
import type { AskedAbout, MayAsk } from './may-ask.ts'
import type { RedactedWords } from './redaction.ts'

export const feedbackPlace = (tenant: string, feedback: string): string[] => ['feedback', 'sealed', tenant, feedback]

/** A conversation with a customer, as feedback is about it. */
export type About = AskedAbout & {
  readonly system: string | null
  readonly channel: string
  readonly language: string
  readonly startedAt: Date
}

/** Undefined: there is none here, it is a test, or its customer was erased. `lock`: nobody answers for it meanwhile. */
export async function loadAbout(
  tx: Tx,
  { conversation, subject }: { readonly conversation: string; readonly subject?: string | undefined },
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<About | undefined> {
  const { rows } = await tx.query<About & Record<string, unknown>>(
    `select c.client_id as client, c.subject_id as subject, c.conversation_id as conversation, c.system_id as system, c.channel, c.language, c.started_at as "startedAt"
     from conversation c join data_subject s on s.tenant_id = c.tenant_id and s.subject_id = c.subject_id
     where c.tenant_id = $1 and c.conversation_id = $2 and ($3::text is null or c.subject_id = $3) and c.source <> 'audit' and s.erased_at is null
     ${lock ? 'for update of c' : ''}`,
    [tenantOf(tx), conversation, subject ?? null],
  )
  return rows[0]
}

export type Given = {
  readonly id: string
  readonly givenAt: Date
  readonly fair: number | null
  readonly clear: number | null
  readonly knewAi: 'yes' | 'no' | 'not_sure' | null
  readonly text: string | null
  readonly record: string
}

type Row = {
  feedback_id: string
  given_at: Date
  fair: number | null
  clear: number | null
  knew_ai: Given['knewAi']
  sealed: Buffer | null
  record: string
}

/** What counts for this conversation; null: nothing was given, or it was taken back. */
export async function givenFor(tx: Tx, ring: KeyRing, about: AskedAbout): Promise<Given | null> {
  const { rows } = await tx.query<Row>(
    'select feedback_id, given_at, fair, clear, knew_ai, sealed, record from feedback where tenant_id = $1 and conversation_id = $2 and withdrawn_at is null',
    [tenantOf(tx), about.conversation],
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    id: row.feedback_id,
    givenAt: row.given_at,
    fair: row.fair,
    clear: row.clear,
    knewAi: row.knew_ai,
    text: row.sealed === null ? null : await textIn(tx, ring, about.subject, row.feedback_id, row.sealed),
    record: row.record,
  }
}

async function textIn(
  tx: Tx,
  ring: KeyRing,
  subject: string,
  feedback: string,
  sealed: Buffer,
): Promise<string | null> {
  try {
    const key: Key = await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
    return (openJson(key, feedbackPlace(tenantOf(tx), feedback), sealed) as { text: string }).text
  } catch (error) {
    if (error instanceof KeyDestroyed) return null
    throw error
  }
}

/**
 * Records the answers about a conversation that is locked, with their entry: the choices as codes and no word. Errors:
 * `feedback_not_asked`, `feedback_given` (409).
 */
export async function giveFeedback(
  tx: Tx,
  { ring, mayAsk }: { readonly ring: KeyRing; readonly mayAsk: MayAsk },
  about: About,
  {
    answers,
    words,
    via,
    language,
  }: {
    readonly answers: Answers
    readonly words: RedactedWords | null
    readonly via: 'portal' | 'api'
    /** Of who reads what was given before. */
    readonly language: Language
  },
  act: Act,
): Promise<Given> {
  const tenant = tenantOf(tx)
  const before = await givenFor(tx, ring, about)
  if (before !== null) throw alreadyGiven(before, language)
  if ((await mayAsk(tx, about)) !== null) throw new ApiError(409, 'feedback_not_asked')
  const id = act.ids.next()
  const { client, subject, conversation, system } = about
  const { fair, clear, knewAi } = answers
  const sealed =
    words === null
      ? null
      : sealJson(await subjectKey(tx, ring, { tenant, client, subject }, act.now), feedbackPlace(tenant, id), {
          text: words.text,
        })
  const record = await recordEvent(tx, act, {
    type: 'feedback.given',
    client,
    subject,
    refs: { feedback: id, conversation, ...(system === null ? {} : { system }) },
    body: { via, fair, clear, knewAi, words: words !== null },
  })
  await tx.query(
    `insert into feedback (tenant_id, client_id, feedback_id, conversation_id, subject_id, via, given_at, fair, clear, knew_ai, redacted, sealed, record)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      tenant,
      client,
      id,
      conversation,
      subject,
      via,
      act.now,
      fair,
      clear,
      knewAi,
      JSON.stringify(words?.counts ?? {}),
      sealed,
      record,
    ],
  )
  return { id, givenAt: act.now, fair, clear, knewAi, text: words?.text ?? null, record }
}

/** With what was chosen before; the words stay where they are. */
const alreadyGiven = ({ givenAt, fair, clear, knewAi }: Given, language: Language) => {
  const open = monitoringText(language, 'feedback.unanswered')
  return new ApiError(409, 'feedback_given', {
    values: {
      date: formatDate(givenAt, language),
      fair: fair ?? open,
      clear: clear ?? open,
      knewAi: knewAi === null ? open : monitoringText(language, `feedback.knewAi.${knewAi}`),
    },
  })
}

/**
 * Takes the answers about a conversation that is locked back: choices and words go, that it was done stays. Errors: `feedback_unknown`
 * (404), `feedback_final` (409) when it was given too long ago.
 */
export async function withdrawFeedback(
  tx: Tx,
  ring: KeyRing,
  about: About,
  act: Act,
): Promise<{ readonly id: string; readonly record: string }> {
  const given = await givenFor(tx, ring, about)
  if (given === null) throw new ApiError(404, 'feedback_unknown')
  if (!mayWithdraw(given.givenAt, act.now)) throw new ApiError(409, 'feedback_final')
  const record = await recordEvent(tx, act, {
    type: 'feedback.withdrawn',
    client: about.client,
    subject: about.subject,
    refs: { feedback: given.id, conversation: about.conversation },
    body: {},
  })
  await tx.query(
    `update feedback set withdrawn_at = $3, fair = null, clear = null, knew_ai = null, redacted = '{}', sealed = null
     where tenant_id = $1 and feedback_id = $2`,
    [tenantOf(tx), given.id, act.now],
  )
  return { id: given.id, record }
}
