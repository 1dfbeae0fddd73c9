/** What the tables of cases hold of a data subject; see ../../subject-stores.ts for what each store must do. */
import type { Tx } from '../../../platform/database.ts'
import { tenantOf } from '../../io/event.ts'
import { dropMailsOf } from '../../outbox/io/queue.ts'
import type { ExportedRecord, SubjectPlace, SubjectStore } from '../../subject-stores.ts'
import { filesOf, keptOf, lettersOf, messagesOf, notesOf, readFileOf, readingKey } from './contents.ts'
import { clocksOf } from './store.ts'

const idsOf = async (tx: Tx, { subject }: SubjectPlace): Promise<{ id: string; client: string }[]> => {
  const { rows } = await tx.query<{ id: string; client: string }>(
    'select case_id as id, client_id as client from case_record where tenant_id = $1 and subject_id = $2 order by opened_at, case_id',
    [tenantOf(tx), subject],
  )
  return rows
}

const count = async (tx: Tx, table: string, { subject }: SubjectPlace): Promise<number> =>
  (
    await tx.query<{ n: number }>(`select count(*)::int as n from ${table} where tenant_id = $1 and subject_id = $2`, [
      tenantOf(tx),
      subject,
    ])
  ).rows[0]!.n

const remove = async (tx: Tx, table: string, { subject }: SubjectPlace): Promise<number> =>
  (await tx.query(`delete from ${table} where tenant_id = $1 and subject_id = $2`, [tenantOf(tx), subject])).rowCount

/** That there was a case, its kind, its dates and its number stay for the counts; what was said in it goes. */
const caseRecord: SubjectStore = {
  id: 'case_record',
  find: (tx, place) => count(tx, 'case_record', place),
  async export(tx, ring, { subject }) {
    const { rows } = await tx.query<{
      case_id: string
      opened_at: Date
      closed_at: Date | null
      kind: string
      reference: string
      state: string
      language: string
      via: string
      conversation_id: string | null
      decision_id: string | null
      system_id: string | null
    }>(
      'select case_id, opened_at, closed_at, kind, reference, state, language, via, conversation_id, decision_id, system_id from case_record where tenant_id = $1 and subject_id = $2 order by opened_at, case_id',
      [tenantOf(tx), subject],
    )
    const key = await readingKey(tx, ring, subject)
    const found: ExportedRecord[] = []
    for (const { case_id, opened_at, closed_at, ...row } of rows)
      found.push({
        id: case_id,
        at: opened_at.toISOString(),
        ...row,
        closed_at: closed_at?.toISOString() ?? null,
        kept: (await keptOf<unknown>(tx, key, case_id)) ?? null,
        terms: (await clocksOf(tx, case_id)).map(({ clock, rule, startedOn, metAt }) => ({
          clock,
          rule,
          startedOn,
          metAt: metAt?.toISOString() ?? null,
        })),
      })
    return found
  },
  async erase(tx, { subject }) {
    // An open one ends with the erasure: nobody is left to answer.
    const { rowCount } = await tx.query(
      `update case_record set closed_at = coalesce(closed_at, now()), look_at = null, next_act = null, sealed = null
       where tenant_id = $1 and subject_id = $2 and (closed_at is null or sealed is not null)`,
      [tenantOf(tx), subject],
    )
    return rowCount
  },
}

type Part = { readonly id: string; readonly at: string; readonly [field: string]: unknown }

const contentsStore = (
  table: string,
  read: (
    tx: Tx,
    ring: Parameters<SubjectStore['export']>[1],
    place: SubjectPlace & { id: string },
  ) => Promise<readonly Part[]>,
  erase: SubjectStore['erase'] = (tx, place) => remove(tx, table, place),
): SubjectStore => ({
  id: table,
  find: (tx, place) => count(tx, table, place),
  async export(tx, ring, place) {
    const found: ExportedRecord[] = []
    for (const { id, client } of await idsOf(tx, place))
      for (const part of await read(tx, ring, { subject: place.subject, client, id })) found.push({ case: id, ...part })
    return found
  },
  erase,
})

/** The copy names roles of staff, not people. */
const withoutPerson = <T extends { readonly person: string | null }>({ person: _, ...rest }: T) => rest

export const caseStores: readonly SubjectStore[] = [
  contentsStore('case_message', async (tx, ring, { id, subject }) =>
    (await messagesOf(tx, await readingKey(tx, ring, subject), id)).map(withoutPerson),
  ),
  contentsStore(
    'case_letter',
    async (tx, ring, { id, subject }) =>
      (await lettersOf(tx, await readingKey(tx, ring, subject), id)).map(withoutPerson),
    async (tx, place) => {
      await dropMailsOf(tx, place.subject)
      return remove(tx, 'case_letter', place)
    },
  ),
  contentsStore('case_note', async (tx, ring, { id, subject }) =>
    (await notesOf(tx, await readingKey(tx, ring, subject), id)).map(withoutPerson),
  ),
  contentsStore('case_attachment', async (tx, ring, { id, subject, client }) => {
    const key = await readingKey(tx, ring, subject)
    const files = await filesOf(tx, key, id)
    if (key === undefined) return files
    const whole: Part[] = []
    for (const file of files) {
      const { bytes } = await readFileOf(tx, ring, { id, client, subject }, file.id)
      whole.push({ ...file, base64: Buffer.from(bytes).toString('base64') })
    }
    return whole
  }),
  caseRecord,
]
