/** The stores of tables outside records; see records/subject-stores.ts for what each must do. */
import { viewsOf, wordsOf } from '../../access/index.ts'
import type { Row, Tx } from '../../platform/database.ts'
import { subjectStores, tenantOf } from '../../records/index.ts'
import type { ExportedRecord, SubjectPlace, SubjectStore } from '../../records/rules.ts'
import { destroyKey, existingKey, type Key, type KeyRing, openJson } from '../../vault/index.ts'
import { sampleSubjectStore } from '../samples/io/store.ts'

const ofSubject = 'subject_id = $2'
const ofConversations =
  'conversation_id in (select conversation_id from conversation where tenant_id = $1 and subject_id = $2)'
const ofViews = `(${ofSubject} or ${ofConversations})`
const ofCalls = 'call_id in (select call_id from ai_call where tenant_id = $1 and subject_id = $2)'

async function count(tx: Tx, table: string, condition: string, { subject }: SubjectPlace): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from ${table} where tenant_id = $1 and ${condition}`,
    [tenantOf(tx), subject],
  )
  return rows[0]!.n
}

async function remove(tx: Tx, table: string, condition: string, { subject }: SubjectPlace): Promise<number> {
  return (await tx.query(`delete from ${table} where tenant_id = $1 and ${condition}`, [tenantOf(tx), subject]))
    .rowCount
}

/** Rows as they are, without ciphertext, hashes and the ids of the staff and the link that had to do with them. */
async function readable(
  tx: Tx,
  table: string,
  condition: string,
  { subject }: SubjectPlace,
  { id, at }: { readonly id: string; readonly at: string | null },
): Promise<(ExportedRecord & { readonly sealed?: Buffer })[]> {
  const { rows } = await tx.query<Row>(
    `select * from ${table} where tenant_id = $1 and ${condition} order by ${at ?? id}, ${id}`,
    [tenantOf(tx), subject],
  )
  return rows.map((row) => {
    const when = at === null ? null : row[at]
    const plain = Object.entries(row).filter(
      ([name, value]) =>
        (!Buffer.isBuffer(value) || name === 'sealed') && name !== 'tenant_id' && name !== 'subject_id',
    )
    return { ...Object.fromEntries(plain), id: String(row[id]), at: when instanceof Date ? when.toISOString() : null }
  })
}

/** Undefined when the subject's key is gone: then there is nothing left to read. */
export async function keyIfThere(tx: Tx, ring: KeyRing, { subject }: SubjectPlace): Promise<Key | undefined> {
  try {
    return await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
  } catch (error) {
    if ((error as { code?: string }).code === 'key_destroyed') return undefined
    throw error
  }
}

/** A table whose rows hold what somebody wrote in `sealed`, in the place [table, sealed, tenant, id]. */
function sealedRows(
  table: string,
  columns: { readonly id: string; readonly at: string },
  erase: (tx: Tx, place: SubjectPlace) => Promise<number>,
): SubjectStore {
  return {
    id: table,
    find: (tx, place) => count(tx, table, ofSubject, place),
    async export(tx, ring, place) {
      const key = await keyIfThere(tx, ring, place)
      const rows = await readable(tx, table, ofSubject, place, columns)
      return rows.map(({ sealed, ...row }) =>
        key === undefined || !sealed || sealed.length === 0
          ? (row as ExportedRecord)
          : { ...(row as ExportedRecord), written: openJson(key, [table, 'sealed', tenantOf(tx), row.id], sealed) },
      )
    },
    erase,
  }
}

/** Only random ids, codes and times are in it, and the way from them to the person is deleted elsewhere. */
function kept(
  table: string,
  condition: string,
  columns: { readonly id: string; readonly at: string | null },
): SubjectStore {
  return {
    id: table,
    find: (tx, place) => count(tx, table, condition, place),
    export: (tx, _, place) => readable(tx, table, condition, place, columns),
    erase: async () => 0,
  }
}

/** Rows that lead to the person or are about a secret of theirs, and that say nothing a copy should hold. */
function dropped(table: string, condition: string): SubjectStore {
  return {
    id: table,
    find: (tx, place) => count(tx, table, condition, place),
    export: async () => [],
    erase: (tx, place) => remove(tx, table, condition, place),
  }
}

const entryColumns = 'id::text as entry_id, type, at'

/** What was recorded about this person, by kind and time; each can be proven with a receipt. */
function entries(table: 'ledger_pending' | 'ledger_entry'): SubjectStore {
  return {
    id: table,
    find: (tx, place) => count(tx, table, ofSubject, place),
    async export(tx, _, { subject }) {
      const { rows } = await tx.query<{ entry_id: string; type: string; at: Date }>(
        `select ${entryColumns} from ${table} where tenant_id = $1 and ${ofSubject} order by at, entry_id`,
        [tenantOf(tx), subject],
      )
      return rows.map(({ entry_id: id, at, type }) => ({ id, at: at.toISOString(), type }))
    },
    erase: async () => 0,
  }
}

const portalLink: SubjectStore = {
  ...dropped('portal_link', ofSubject),
  export: (tx, _, place) => readable(tx, 'portal_link', ofSubject, place, { id: 'link_id', at: 'created_at' }),
}

/** Of nobody in particular, and of no client: found by the same hash. */
const dropOpenCodes = (tx: Tx, subject: string) =>
  tx.query(
    `delete from portal_code where tenant_id = $1 and address_hmac in (select address_hmac from subject_address where tenant_id = $1 and subject_id = $2)`,
    [tenantOf(tx), subject],
  )

/** Addresses as the organisation registered them; without the hash by which they are found. A code that is open for one goes too. */
const subjectAddress = sealedRows('subject_address', { id: 'address_id', at: 'registered_at' }, async (tx, place) => {
  await dropOpenCodes(tx, place.subject)
  return remove(tx, 'subject_address', ofSubject, place)
})

/** Who of the staff looked, by role and reason. Not by name: that is theirs (CJEU 22 June 2023, C-579/21, Pankki S). */
const contentView: SubjectStore = {
  id: 'content_view',
  find: (tx, place) => count(tx, 'content_view', ofViews, place),
  async export(tx, _, { subject }) {
    return (await viewsOf(tx, subject)).map(({ id, at, role, reason, conversation }) => ({
      id,
      at: at.toISOString(),
      role,
      reason,
      conversation,
    }))
  },
  erase: async () => 0,
}

/** What staff wrote as their reason to look. */
const reveal: SubjectStore = {
  id: 'reveal',
  find: (tx, place) => count(tx, 'reveal', `${ofSubject} and sealed_words is not null`, place),
  async export(tx, ring, place) {
    const key = await keyIfThere(tx, ring, place)
    if (key === undefined) return []
    return (await wordsOf(tx, key, place.subject)).map(({ id, at, reason, words }) => ({
      id,
      at: at.toISOString(),
      reason,
      written: words,
    }))
  },
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      'update reveal set sealed_words = null where tenant_id = $1 and subject_id = $2 and sealed_words is not null',
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

/** Crypto-shredding: whatever of this subject was sealed stays unreadable, wherever a copy of it is. */
const key: SubjectStore = {
  id: 'subject_key',
  find: (tx, place) => count(tx, 'subject_key', ofSubject, place),
  export: async () => [],
  erase: async (tx, { subject }) => ((await destroyKey(tx, { tenant: tenantOf(tx), subject })) ? 1 : 0),
}

const request = sealedRows('data_request', { id: 'request_id', at: 'received_at' }, async (tx, { subject }) => {
  // That it was asked and answered stays, as proof; what was written does not.
  const { rowCount } = await tx.query(
    `update data_request set sealed = null, mandate = null where tenant_id = $1 and subject_id = $2 and (sealed is not null or mandate is not null)`,
    [tenantOf(tx), subject],
  )
  return rowCount
})

const correction = sealedRows('correction', { id: 'correction_id', at: 'at' }, (tx, place) =>
  remove(tx, 'correction', ofSubject, place),
)

/** Who spoke for this person, and where the evidence of that is. */
const representative = sealedRows('representative', { id: 'representative_id', at: 'recorded_at' }, (tx, place) =>
  remove(tx, 'representative', ofSubject, place),
)

/** What they said of a contact goes with its words; that they said something stays in the ledger, in codes. */
const feedback = sealedRows('feedback', { id: 'feedback_id', at: 'given_at' }, (tx, place) =>
  remove(tx, 'feedback', ofSubject, place),
)

/** What was reported about an answer to them, and by which of its sentences it was found elsewhere. */
const wrongAnswers = sealedRows(
  'wrong_answer',
  { id: 'wrong_answer_id', at: 'reported_at' },
  async (tx, { subject }) => {
    const { rowCount } = await tx.query(
      `update wrong_answer set sealed = null, sentences_hmac = '{}' where tenant_id = $1 and subject_id = $2 and (sealed is not null or sentences_hmac <> '{}')`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
)
const wrongAnswer: SubjectStore = {
  ...wrongAnswers,
  // Without who of the staff had to do with it, and where was looked for other customers.
  export: async (tx, ring, place) =>
    (await wrongAnswers.export(tx, ring, place)).map(
      ({ reported_by: _, decided_by: __, corrected_by: ___, sentences_hmac: ____, ...row }) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => !/^look(ed)?(_|$)/.test(name))) as ExportedRecord,
    ),
}

/** That they got a wrong answer stays for the count of those who did; what they were told goes. */
const wrongAnswerRecipient = sealedRows(
  'wrong_answer_recipient',
  { id: 'recipient_id', at: 'answered_at' },
  async (tx, { subject }) => {
    const { rowCount } = await tx.query(
      'update wrong_answer_recipient set sealed = null where tenant_id = $1 and subject_id = $2 and sealed is not null',
      [tenantOf(tx), subject],
    )
    return rowCount
  },
)

/** What became of a complaint stays in codes, for the counts; under which number a help desk knows it goes. */
const complaint: SubjectStore = {
  id: 'complaint',
  find: (tx, place) => count(tx, 'complaint', ofSubject, place),
  // Without who of the staff it was about, and who handled and decided it.
  export: async (tx, _, place) =>
    (await readable(tx, 'complaint', ofSubject, place, { id: 'complaint_id', at: null })).map(
      ({ persons: _persons, first_handler: _handler, decided_by: _decider, ...row }) => row as ExportedRecord,
    ),
  async erase(tx, { subject }) {
    const { rowCount } = await tx.query(
      'update complaint set external_hmac = null where tenant_id = $1 and subject_id = $2 and external_hmac is not null',
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

/** The tables of privacy, and those of folders below records, which know no data subjects. */
const ownStores: readonly SubjectStore[] = [
  sampleSubjectStore,
  feedback,
  wrongAnswer,
  wrongAnswerRecipient,
  complaint,
  dropped('idempotency', `(${ofSubject} or ${ofCalls})`),
  correction,
  // A copy in a copy would only repeat what it is made from.
  dropped('prepared_copy', ofSubject),
  request,
  portalLink,
  // Before the addresses to which they go.
  dropped('code_delivery', ofSubject),
  subjectAddress,
  contentView,
  reveal,
  representative,
  kept('consent_event', ofSubject, { id: 'event_id', at: 'at' }),
  kept('disclosure_event', ofConversations, { id: 'disclosure_id', at: 'at' }),
  kept('notice_shown', ofConversations, { id: 'shown_id', at: 'shown_at' }),
  kept('legal_hold', `(${ofSubject} or ${ofConversations})`, { id: 'hold_id', at: 'placed_at' }),
  kept('breach_subject', ofSubject, { id: 'breach_id', at: null }),
  entries('ledger_pending'),
  entries('ledger_entry'),
]

/**
 * Every store of the product, in the order in which they are erased: the key last but for the row that says that
 * somebody was erased. A test compares it with `subjectTables` and with the schema.
 */
export const allSubjectStores: readonly SubjectStore[] = [
  ...ownStores,
  ...subjectStores.filter(({ id }) => id !== 'data_subject'),
  key,
  ...subjectStores.filter(({ id }) => id === 'data_subject'),
]
