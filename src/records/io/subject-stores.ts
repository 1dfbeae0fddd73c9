/** The stores of the tables of this folder; see ../subject-stores.ts for what each must do. */
import type { Row, Tx } from '../../platform/database.ts'
import { existingKey, type KeyRing, openJson } from '../../vault/index.ts'
import { ownValues } from '../attributes/io/store.ts'
import { caseStores } from '../cases/io/subject-stores.ts'
import type { ExportedRecord, SubjectPlace, SubjectStore } from '../subject-stores.ts'
import { openTurn } from './conversations.ts'
import { tenantOf } from './event.ts'

const ofConversations =
  'conversation_id in (select conversation_id from conversation where tenant_id = $1 and subject_id = $2)'

async function count(tx: Tx, table: string, condition: string, { subject }: SubjectPlace): Promise<number> {
  return (
    await tx.query<{ n: number }>(`select count(*)::int as n from ${table} where tenant_id = $1 and ${condition}`, [
      tenantOf(tx),
      subject,
    ])
  ).rows[0]!.n
}

async function remove(tx: Tx, table: string, condition: string, { subject }: SubjectPlace): Promise<number> {
  return (await tx.query(`delete from ${table} where tenant_id = $1 and ${condition}`, [tenantOf(tx), subject]))
    .rowCount
}

/** Rows as they are, without ciphertext and hashes; `idColumn` names the row. */
async function rows(
  tx: Tx,
  table: string,
  condition: string,
  { subject }: SubjectPlace,
  idColumn: string,
  atColumn: string | null,
): Promise<ExportedRecord[]> {
  const found = await tx.query<Row>(
    `select * from ${table} where tenant_id = $1 and ${condition} order by ${atColumn ?? idColumn}, ${idColumn}`,
    [tenantOf(tx), subject],
  )
  return found.rows.map((row) => {
    const readable = Object.entries(row).filter(
      ([name, value]) =>
        !Buffer.isBuffer(value) && !name.endsWith('_hmac') && name !== 'tenant_id' && name !== 'subject_id',
    )
    const at = atColumn === null ? null : row[atColumn]
    return {
      ...Object.fromEntries(readable),
      id: String(row[idColumn]),
      at: at instanceof Date ? at.toISOString() : null,
    }
  })
}

/** Undefined when the subject's key is gone: then there is nothing left to read. */
async function keyOf(tx: Tx, ring: KeyRing, { subject }: SubjectPlace) {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') return undefined
    throw error
  }
}

const kept = (id: string, condition: string, idColumn: string, atColumn: string): SubjectStore => ({
  id,
  find: (tx, place) => count(tx, id, condition, place),
  export: (tx, _, place) => rows(tx, id, condition, place, idColumn, atColumn),
  // Only the random id is in it; the way to the person is deleted elsewhere.
  erase: async () => 0,
})

const dataSubject: SubjectStore = {
  id: 'data_subject',
  find: (tx, place) => count(tx, 'data_subject', 'subject_id = $2', place),
  export: (tx, _, place) => rows(tx, 'data_subject', 'subject_id = $2', place, 'subject_id', 'created_at'),
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      `update data_subject set circumstance = 'unknown', language = null, erased_at = now() where tenant_id = $1 and subject_id = $2 and erased_at is null`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

const subjectReference: SubjectStore = {
  id: 'subject_reference',
  find: (tx, place) => count(tx, 'subject_reference', 'subject_id = $2', place),
  // A keyed hash only: the reference itself is with the organisation.
  export: async () => [],
  erase: (tx, place) => remove(tx, 'subject_reference', 'subject_id = $2', place),
}

const appliedRecord: SubjectStore = {
  id: 'applied_record',
  find: (tx, place) => count(tx, 'applied_record', 'subject_id = $2', place),
  export: async () => [],
  erase: (tx, place) => remove(tx, 'applied_record', 'subject_id = $2', place),
}

const conversation: SubjectStore = {
  id: 'conversation',
  find: (tx, place) => count(tx, 'conversation', 'subject_id = $2', place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await rows(tx, 'conversation', 'subject_id = $2', place, 'conversation_id', 'started_at')
    return found.map((row) => {
      const { sealed, ...facts } = (row.import ?? {}) as { readonly sealed?: unknown }
      if (row.import === null || typeof sealed !== 'string') return row
      // What came with an imported conversation beside its turns.
      const beside =
        key === undefined
          ? {}
          : { beside: openJson(key, ['conversation', 'import', tenantOf(tx), row.id], Buffer.from(sealed, 'base64')) }
      return { ...row, import: { ...facts, ...beside } }
    })
  },
  async erase(tx, { subject }) {
    // That it took place stays, for the counts and the entries about it; by whom it was found again does not.
    const { rowCount } = await tx.query(
      `update conversation set external_hmac = null, messages_hmac = null, outcome = null, import = null
       where tenant_id = $1 and subject_id = $2 and (external_hmac is not null or messages_hmac is not null or outcome is not null or import is not null)`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

const party: SubjectStore = {
  id: 'party',
  find: (tx, place) => count(tx, 'party', ofConversations, place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await tx.query<{ conversation_id: string; n: number; role: string; sealed: Buffer | null }>(
      `select conversation_id, n, role, sealed from party where tenant_id = $1 and ${ofConversations} order by 1, 2`,
      [tenantOf(tx), place.subject],
    )
    return found.rows.map((row) => ({
      id: `${row.conversation_id}/${row.n}`,
      at: null,
      role: row.role,
      ...(key === undefined || row.sealed === null
        ? {}
        : { about: openJson(key, ['party', 'sealed', tenantOf(tx), row.conversation_id, String(row.n)], row.sealed) }),
    }))
  },
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      `update party set sealed = null where tenant_id = $1 and ${ofConversations} and sealed is not null`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

const turn: SubjectStore = {
  id: 'turn',
  find: (tx, place) => count(tx, 'turn', ofConversations, place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await tx.query<{
      conversation_id: string
      seq: number
      role: string
      at: Date | null
      sealed: Buffer
      redacted: Readonly<Record<string, number>>
    }>(
      `select conversation_id, seq, role, at, sealed, redacted from turn where tenant_id = $1 and ${ofConversations} order by 1, 2`,
      [tenantOf(tx), place.subject],
    )
    return found.rows.map((row) => {
      const opened =
        key === undefined || row.sealed.length === 0
          ? undefined
          : openTurn(key, tenantOf(tx), row.conversation_id, row.seq, row.sealed)
      return {
        id: `${row.conversation_id}/${row.seq}`,
        at: row.at?.toISOString() ?? null,
        role: row.role,
        // Classes and counts of what was hidden from the AI.
        hidden: row.redacted,
        ...(opened === undefined
          ? {}
          : { said: opened.said, ...(opened.seen === undefined ? {} : { seen: opened.seen }) }),
      }
    })
  },
  async erase(tx, { subject }) {
    // The row stays, so that numbers keep their order for the entries about them; its contents are taken out.
    const { rowCount } = await tx.query(
      `update turn set sealed = '' where tenant_id = $1 and ${ofConversations} and sealed <> ''`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

const pseudonyms: SubjectStore = {
  id: 'pseudonym_table',
  find: (tx, place) => count(tx, 'pseudonym_table', ofConversations, place),
  // What stands in it stands in the turns.
  export: async () => [],
  erase: (tx, place) => remove(tx, 'pseudonym_table', ofConversations, place),
}

const searchDocument: SubjectStore = {
  id: 'search_document',
  find: (tx, place) => count(tx, 'search_document', ofConversations, place),
  // Keyed numbers of the words in the turns, which are exported themselves.
  export: async () => [],
  // Its tokens go with it (foreign key).
  erase: (tx, place) => remove(tx, 'search_document', ofConversations, place),
}

/** What somebody said of themselves so that outcomes can be compared. */
const attributeValue: SubjectStore = {
  id: 'attribute_value',
  find: (tx, place) => count(tx, 'attribute_value', 'subject_id = $2', place),
  export: async (tx, ring, place) =>
    (await ownValues(tx, ring, place)).map(({ attribute, value, givenAt, by }) => ({
      id: attribute,
      at: givenAt.toISOString(),
      value,
      by,
    })),
  erase: (tx, place) => remove(tx, 'attribute_value', 'subject_id = $2', place),
}

const importedKey: SubjectStore = {
  id: 'imported_key',
  find: (tx, place) => count(tx, 'imported_key', ofConversations, place),
  export: async () => [],
  erase: (tx, place) => remove(tx, 'imported_key', ofConversations, place),
}

/** What went into a decision and how it is explained goes; that it was taken, and how it ended, stays for the counts. */
const decision: SubjectStore = {
  id: 'decision',
  find: (tx, place) => count(tx, 'decision', 'subject_id = $2', place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await rows(tx, 'decision', 'subject_id = $2', place, 'decision_id', 'decided_at')
    const sealed = await sealedOf(tx, 'decision', 'decision_id', place)
    return found.map(({ human_person: _, ...row }) =>
      withContents(row, 'about', key, ['decision', 'sealed', tenantOf(tx), row.id], sealed.get(row.id)),
    )
  },
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      `update decision set sealed = null, key_hmac = null, body_hmac = '' where tenant_id = $1 and subject_id = $2
         and (sealed is not null or key_hmac is not null or body_hmac <> '')`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

const decisionReview: SubjectStore = {
  id: 'decision_review',
  find: (tx, place) => count(tx, 'decision_review', 'subject_id = $2', place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await rows(tx, 'decision_review', 'subject_id = $2', place, 'review_id', 'decided_at')
    const sealed = await sealedOf(tx, 'decision_review', 'review_id', place)
    // Who looked, and how they worked, is about a member of staff.
    return found.map(({ reviewer: _, spent: __, short_reasons: ___, ...row }) =>
      withContents(row, 'reasons', key, ['decision_review', 'sealed', tenantOf(tx), row.id], sealed.get(row.id)),
    )
  },
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      'update decision_review set sealed = null, reasons_hmac = null where tenant_id = $1 and subject_id = $2 and (sealed is not null or reasons_hmac is not null)',
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

/** That somebody asked a person to look again stays; what they wrote goes. */
const contest: SubjectStore = {
  id: 'contest',
  find: (tx, place) => count(tx, 'contest', 'subject_id = $2', place),
  async export(tx, ring, place) {
    const key = await keyOf(tx, ring, place)
    const found = await rows(tx, 'contest', 'subject_id = $2', place, 'contest_id', 'asked_at')
    const sealed = await sealedOf(tx, 'contest', 'contest_id', place)
    return found.map(({ read_by: _, ...row }) =>
      withContents(row, 'words', key, ['contest', 'sealed', tenantOf(tx), row.id], sealed.get(row.id)),
    )
  },
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      `update contest set sealed = null, state = case state when 'open' then 'ended' else state end
       where tenant_id = $1 and subject_id = $2 and (sealed is not null or state = 'open')`,
      [tenantOf(tx), subject],
    )
    // Nobody is left to answer, so nobody looks again.
    await tx.query(
      `update decision set review = coalesce((select r.verdict from decision_review r where r.tenant_id = decision.tenant_id and r.decision_id = decision.decision_id
         order by r.decided_at desc, r.review_id desc limit 1), 'not_needed')
       where tenant_id = $1 and subject_id = $2 and review = 'waiting' and review_reason = 'asked_by_customer'`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

async function sealedOf(tx: Tx, table: string, id: string, { subject }: SubjectPlace): Promise<Map<string, Buffer>> {
  const found = await tx.query<{ id: string; sealed: Buffer }>(
    `select ${id} as id, sealed from ${table} where tenant_id = $1 and subject_id = $2 and sealed is not null`,
    [tenantOf(tx), subject],
  )
  return new Map(found.rows.map((row) => [row.id, row.sealed]))
}

function withContents(
  row: ExportedRecord,
  name: string,
  key: Awaited<ReturnType<typeof keyOf>>,
  place: readonly [string, ...string[]],
  sealed: Buffer | undefined,
): ExportedRecord {
  return key === undefined || sealed === undefined ? row : { ...row, [name]: openJson(key, [...place], sealed) }
}

/** In the order in which they can be erased; the key itself is destroyed after all of them, by the vault. */
export const subjectStores: readonly SubjectStore[] = [
  pseudonyms,
  searchDocument,
  attributeValue,
  importedKey,
  turn,
  party,
  conversation,
  kept('ai_call', 'subject_id = $2', 'call_id', 'started_at'),
  kept('hand_off', ofConversations, 'hand_off_id', 'requested_at'),
  ...caseStores,
  contest,
  decisionReview,
  kept('outcome', 'subject_id = $2', 'outcome_id', 'observed_at'),
  decision,
  appliedRecord,
  subjectReference,
  dataSubject,
]
