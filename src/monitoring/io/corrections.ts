/** A correction: previewed, approved by a person, and told to everybody who got the wrong answer. */
import type { Act } from '../../access/index.ts'
import type { Database, Row, Scope, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { type ClientFacts, clientOptions, findPersonalData, HIDE_FROM } from '../../privacy/rules.ts'
import type { Bilingual, ClientProfile } from '../../records/contract.ts'
import { recordEvent, tenantOf } from '../../records/index.ts'
import { derive, type Key, type KeyRing, openJson, sealJson, subjectKey } from '../../vault/index.ts'
import type { CorrectionPreview, PortalCorrections, Reach } from '../contract.ts'
import { correctionLanguage, correctionSentence, correctionVersion, previewHash } from '../wrong-answer.ts'
import { keyIfThere, lockForMove, untold } from './wrong-answers.ts'

/** It goes to many customers, so it is no one's: under a key of the organisation. */
const organisationKey = (ring: KeyRing, tenant: string): Key => derive(ring.indexKey(tenant), 'right-answer')
const correctionPlace = (tenant: string, id: string): string[] => ['wrong_answer', 'correction', tenant, id]
const toldPlace = (tenant: string, recipient: string): string[] => [
  'wrong_answer_recipient',
  'sealed',
  tenant,
  recipient,
]

export const openCorrection = (ring: KeyRing, tenant: string, id: string, sealed: Buffer): Bilingual =>
  openJson(organisationKey(ring, tenant), correctionPlace(tenant, id), sealed) as Bilingual

type Told = {
  readonly client: string
  readonly name: string
  readonly contact: ClientProfile['contact']
  readonly answeredAt: Date
}

/** `r`: recipients that are to be told with the reach $3, each conversation once and by its first answer. */
const toBeTold = `r.tenant_id = $1 and r.wrong_answer_id = $2 and r.told_at is null and ($3 = 'shared' or r.match = 'same') and ${untold}
  and not exists (select 1 from wrong_answer_recipient e where e.tenant_id = r.tenant_id and e.wrong_answer_id = r.wrong_answer_id
    and e.conversation_id = r.conversation_id and e.turn_seq < r.turn_seq and ($3 = 'shared' or e.match = 'same'))`

/**
 * Who would be told what. Errors: those of `mayMove`; `correction_personal` (422) when the text names somebody: it goes to others than
 * the one it is about.
 */
export async function previewCorrection(
  tx: Tx,
  id: string,
  { correction, reach }: { readonly correction: Bilingual; readonly reach: Reach },
): Promise<CorrectionPreview> {
  await lockForMove(tx, id, 'correct')
  const about = await aboutOf(tx, id)
  refusePersonal(correction, about)
  const recipients = { nl: 0, en: 0 }
  const { rows } = await tx.query<{ language: string; n: number }>(
    `select c.language, count(*)::int as n from wrong_answer_recipient r join conversation c on c.tenant_id = r.tenant_id and c.conversation_id = r.conversation_id
     where ${toBeTold} group by c.language`,
    [tenantOf(tx), id, reach],
  )
  for (const row of rows) recipients[correctionLanguage(row.language)] += row.n
  const facts = { answeredAt: about.answeredAt, correction, client: about }
  const sentences = { nl: correctionSentence(facts, 'nl'), en: correctionSentence(facts, 'en') }
  const preview = { id, reach, correction, recipients, sentences }
  return { ...preview, shown: previewHash(preview) }
}

async function aboutOf(tx: Tx, id: string): Promise<Told & ClientFacts> {
  const { rows } = await tx.query<{ client: string; name: string; profile: ClientProfile; at: Date }>(
    `select w.client_id as client, l.name, l.profile, r.answered_at as at from wrong_answer w
     join client l on l.tenant_id = w.tenant_id and l.client_id = w.client_id
     join wrong_answer_recipient r on r.tenant_id = w.tenant_id and r.wrong_answer_id = w.wrong_answer_id and r.conversation_id = w.conversation_id and r.turn_seq = w.turn_seq
     where w.tenant_id = $1 and w.wrong_answer_id = $2`,
    [tenantOf(tx), id],
  )
  const { client, name, profile, at } = rows[0]!
  return { client, name, profile, contact: profile.contact, answeredAt: at }
}

function refusePersonal(correction: Bilingual, client: ClientFacts): void {
  for (const language of ['nl', 'en'] as const) {
    const [found = []] = findPersonalData([{ role: 'agent', kind: 'text', text: correction[language] }], {
      ...clientOptions(client),
      languages: [language, language === 'nl' ? 'en' : 'nl'],
      channel: 'chat',
    })
    if (found.some(({ confidence }) => confidence >= HIDE_FROM))
      throw new ApiError(422, 'correction_personal', { param: `correction.${language}` })
  }
}

/** Approves what was previewed. Errors: those of `previewCorrection`; `preview_changed` (409) when it is not what was shown any more. */
export async function approveCorrection(
  tx: Tx,
  ring: KeyRing,
  id: string,
  { correction, reach, shown }: { readonly correction: Bilingual; readonly reach: Reach; readonly shown: string },
  act: Act,
): Promise<{ readonly record: string }> {
  const preview = await previewCorrection(tx, id, { correction, reach })
  if (preview.shown !== shown) throw new ApiError(409, 'preview_changed')
  const tenant = tenantOf(tx)
  const { client } = await aboutOf(tx, id)
  const record = await recordEvent(tx, act, {
    type: 'answer.correction-approved',
    client,
    refs: { answer: id },
    body: {
      reach,
      recipients: preview.recipients,
      versions: { nl: correctionVersion(correction, 'nl'), en: correctionVersion(correction, 'en') },
    },
  })
  await tx.query(
    `update wrong_answer set state = 'corrected', corrected_by = $3, corrected_at = $4, reach = $5, correction = $6 where tenant_id = $1 and wrong_answer_id = $2`,
    [
      tenant,
      id,
      tx.scope.actor.id,
      act.now,
      reach,
      sealJson(organisationKey(ring, tenant), correctionPlace(tenant, id), correction),
    ],
  )
  return { record }
}

// -- telling --------------------------------------------------------------------------------------------------------

/** Recipients in one transaction. */
const BATCH = 100

/** What one customer is told; also by mail, where somebody gives a way to. It is in the transaction of what it tells. */
export type Deliver = (
  tx: Tx,
  told: {
    readonly client: string
    readonly subject: string
    readonly conversation: string
    readonly answer: string
    readonly language: Language
    readonly sentence: string
  },
  act: Act,
) => Promise<void>

export type TellDeps = { readonly database: Database; readonly ring: KeyRing; readonly deliver?: Deliver | undefined }

/** Tells no more than `most`, each with an entry of its own; goes on where it stopped, and tells nobody twice. */
export async function tellRecipients(
  { database, ring, deliver }: TellDeps,
  scope: Scope,
  { id, most }: { readonly id: string; readonly most: number },
  act: () => Act,
): Promise<{ readonly told: number; readonly ended: boolean }> {
  let told = 0
  while (told < most) {
    const done = await database.inTx(scope, (tx) => tellBatch(tx, { ring, deliver }, id, act()))
    told += done
    if (done < BATCH) return { told, ended: true }
  }
  return { told, ended: false }
}

type RecipientRow = Row & {
  recipient_id: string
  conversation_id: string
  subject_id: string
  turn_seq: number
  answered_at: Date
  language: string
}

async function tellBatch(
  tx: Tx,
  { ring, deliver }: Pick<TellDeps, 'ring' | 'deliver'>,
  id: string,
  act: Act,
): Promise<number> {
  const tenant = tenantOf(tx)
  const corrected = await tx.query<{ reach: Reach; correction: Buffer; system_id: string }>(
    `select reach, correction, system_id from wrong_answer where tenant_id = $1 and wrong_answer_id = $2 and state = 'corrected'`,
    [tenant, id],
  )
  const [one] = corrected.rows
  if (one === undefined) return 0
  const correction = openCorrection(ring, tenant, id, one.correction)
  const about = await aboutOf(tx, id)
  const { rows } = await tx.query<RecipientRow>(
    `select r.recipient_id, r.conversation_id, r.subject_id, r.turn_seq, r.answered_at,
       (select c.language from conversation c where c.tenant_id = r.tenant_id and c.conversation_id = r.conversation_id) as language
     from wrong_answer_recipient r where ${toBeTold} order by r.answered_at, r.recipient_id limit ${BATCH} for update of r skip locked`,
    [tenant, id, one.reach],
  )
  for (const row of rows) {
    const language = correctionLanguage(row.language)
    const sentence = correctionSentence({ answeredAt: row.answered_at, correction, client: about }, language)
    const { subject_id: subject, conversation_id: conversation } = row
    const record = await recordEvent(tx, act, {
      type: 'answer.corrected',
      client: about.client,
      subject,
      refs: { answer: id, conversation, system: one.system_id },
      body: { turn: row.turn_seq, language, version: correctionVersion(correction, language) },
    })
    const key = await subjectKey(tx, ring, { tenant, client: about.client, subject }, act.now)
    await tx.query(
      'update wrong_answer_recipient set told_at = $3, record = $4, sealed = $5 where tenant_id = $1 and recipient_id = $2',
      [
        tenant,
        row.recipient_id,
        act.now,
        record,
        sealJson(key, toldPlace(tenant, row.recipient_id), { language, sentence }),
      ],
    )
    await deliver?.(tx, { client: about.client, subject, conversation, answer: id, language, sentence }, act)
  }
  return rows.length
}

// -- the customer ---------------------------------------------------------------------------------------------------

/** What the customer of this conversation was told of wrong answers in it, the latest first. */
export async function correctionsFor(
  tx: Tx,
  ring: KeyRing,
  { conversation, subject }: { readonly conversation: string; readonly subject: string },
): Promise<PortalCorrections['corrections']> {
  const { rows } = await tx.query<{
    recipient_id: string
    turn_seq: number
    told_at: Date
    record: string
    sealed: Buffer
  }>(
    `select recipient_id, turn_seq, told_at, record, sealed from wrong_answer_recipient
     where tenant_id = $1 and conversation_id = $2 and subject_id = $3 and told_at is not null and sealed is not null order by told_at desc, recipient_id desc limit 50`,
    [tenantOf(tx), conversation, subject],
  )
  const key = rows.length === 0 ? undefined : await keyIfThere(tx, ring, subject)
  if (key === undefined) return []
  return rows.map((row) => ({
    turn: row.turn_seq,
    toldAt: row.told_at.toISOString(),
    receipt: row.record,
    ...(openJson(key, toldPlace(tenantOf(tx), row.recipient_id), row.sealed) as {
      language: Language
      sentence: string
    }),
  }))
}
