/** Versions of notices, and in which conversation which one was shown: rows in and out. */
import { createHash } from 'node:crypto'
import { canonicalize } from '../../../ledger/verify/json.ts'
import type { Tx } from '../../../platform/database.ts'
import { loadRegister, recordEvent, tenantOf } from '../../../records/index.ts'
import type { KeyRing } from '../../../vault/index.ts'
import type { Act } from '../../store.ts'
import { type NoticeKind, type NoticeTexts, noticeKinds, type ShownNotice } from '../contract.ts'
import { noticeFacts } from '../facts.ts'
import { makeNotice } from '../notice.ts'

export type StoredNotice = {
  readonly kind: NoticeKind
  readonly version: number
  readonly countsFrom: Date
  readonly sha256: string
  readonly record: string
  readonly texts: NoticeTexts
}

const hashOf = (texts: NoticeTexts): string => createHash('sha256').update(canonicalize(texts), 'utf8').digest('hex')

/**
 * Makes every notice of the organisation again from what the register says now; one that came out otherwise than its last version
 * is a version, with `notice.published`. In the transaction of a change of the register, and by itself. Returns how many.
 */
export async function renewNotices(tx: Tx, ring: KeyRing, act: Act): Promise<number> {
  // One renewal at a time, so that no number is given twice.
  await tx.query('select 1 from tenant where tenant_id = $1 for no key update', [tenantOf(tx)])
  const last = await loadLast(tx)
  let renewed = 0
  for (const facts of noticeFacts(await loadRegister(tx, ring, [], act.now), act.now))
    for (const kind of noticeKinds) {
      const texts = makeNotice(kind, facts)
      const sha256 = hashOf(texts)
      const before = last.get(`${facts.client.id}/${kind}`)
      if (before?.sha256 === sha256) continue
      await addVersion(tx, { client: facts.client.id, kind, version: (before?.version ?? 0) + 1, sha256, texts }, act)
      renewed++
    }
  return renewed
}

async function loadLast(tx: Tx): Promise<Map<string, { readonly version: number; readonly sha256: string }>> {
  const { rows } = await tx.query<{ client_id: string; kind: string; version: number; sha256: string }>(
    `select distinct on (client_id, kind) client_id, kind, version, sha256 from notice_version where tenant_id = $1 order by client_id, kind, version desc`,
    [tenantOf(tx)],
  )
  return new Map(rows.map(({ client_id: client, kind, version, sha256 }) => [`${client}/${kind}`, { version, sha256 }]))
}

async function addVersion(
  tx: Tx,
  {
    client,
    kind,
    version,
    sha256,
    texts,
  }: Pick<StoredNotice, 'kind' | 'version' | 'sha256' | 'texts'> & { readonly client: string },
  act: Act,
): Promise<void> {
  const record = await recordEvent(tx, act, {
    type: 'notice.published',
    client,
    refs: {},
    body: { kind, version, sha256 },
  })
  await tx.query(
    'insert into notice_version (tenant_id, client_id, kind, version, document, sha256, counts_from, record) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [tenantOf(tx), client, kind, version, JSON.stringify(texts), sha256, act.now, record],
  )
}

type NoticeRow = {
  kind: NoticeKind
  version: number
  counts_from: Date
  sha256: string
  record: string
  document: NoticeTexts
}

const storedFrom = ({ counts_from: countsFrom, document: texts, ...row }: NoticeRow): StoredNotice => ({
  ...row,
  countsFrom,
  texts,
})

/** More versions than this are not listed on one page. */
export const VERSIONS_SHOWN = 50

/** Versions of one notice, the latest first. */
export async function loadVersions(tx: Tx, client: string, kind: NoticeKind): Promise<StoredNotice[]> {
  const { rows } = await tx.query<NoticeRow>(
    `select kind, version, counts_from, sha256, record, document from notice_version
     where tenant_id = $1 and client_id = $2 and kind = $3 order by version desc limit ${VERSIONS_SHOWN + 1}`,
    [tenantOf(tx), client, kind],
  )
  return rows.map(storedFrom)
}

export async function loadVersion(
  tx: Tx,
  client: string,
  kind: NoticeKind,
  version: number,
): Promise<StoredNotice | undefined> {
  const { rows } = await tx.query<NoticeRow>(
    'select kind, version, counts_from, sha256, record, document from notice_version where tenant_id = $1 and client_id = $2 and kind = $3 and version = $4',
    [tenantOf(tx), client, kind, version],
  )
  return rows[0] && storedFrom(rows[0])
}

/** Of each kind the one that counts now. */
export async function loadCurrent(tx: Tx, client: string): Promise<StoredNotice[]> {
  const { rows } = await tx.query<NoticeRow>(
    `select distinct on (kind) kind, version, counts_from, sha256, record, document from notice_version
     where tenant_id = $1 and client_id = $2 order by kind, version desc`,
    [tenantOf(tx), client],
  )
  return noticeKinds.flatMap((kind) => rows.filter((row) => row.kind === kind).map(storedFrom))
}

// -- shown ----------------------------------------------------------------------------------------------------------

export type Showing = {
  readonly client: string
  readonly conversation: string
  readonly subject: string
  readonly kind: NoticeKind
  readonly version: number
  readonly language: 'nl' | 'en'
  readonly way: ShownNotice['way']
}

/**
 * Records that a version was shown in a conversation, with `notice.shown` in the same transaction. The first time in one way counts:
 * a second one gives the record that is there.
 */
export async function recordShown(
  tx: Tx,
  { client, conversation, subject, kind, version, language, way }: Showing,
  act: Act,
): Promise<{ readonly id: string; readonly at: Date }> {
  const id = act.ids.next()
  const { rowCount } = await tx.query(
    `insert into notice_shown (tenant_id, client_id, shown_id, conversation_id, kind, version, language, way, shown_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, conversation_id, kind, version, language, way) do nothing`,
    [tenantOf(tx), client, id, conversation, kind, version, language, way, act.now],
  )
  if (rowCount === 0) {
    const { rows } = await tx.query<{ shown_id: string; shown_at: Date }>(
      `select shown_id, shown_at from notice_shown
       where tenant_id = $1 and conversation_id = $2 and kind = $3 and version = $4 and language = $5 and way = $6`,
      [tenantOf(tx), conversation, kind, version, language, way],
    )
    return { id: rows[0]!.shown_id, at: rows[0]!.shown_at }
  }
  await recordEvent(
    tx,
    { ...act, ids: { ...act.ids, next: () => id } },
    { type: 'notice.shown', client, subject, refs: { conversation }, body: { kind, version, language, way } },
  )
  return { id, at: act.now }
}

/** What was shown in a conversation, in the order in which it was. */
export async function loadShown(tx: Tx, conversation: string): Promise<ShownNotice[]> {
  const { rows } = await tx.query<{
    shown_id: string
    kind: NoticeKind
    version: number
    language: 'nl' | 'en'
    way: ShownNotice['way']
    shown_at: Date
  }>(
    'select shown_id, kind, version, language, way, shown_at from notice_shown where tenant_id = $1 and conversation_id = $2 order by shown_at, shown_id',
    [tenantOf(tx), conversation],
  )
  return rows.map(({ shown_id: receipt, shown_at: at, ...row }) => ({ ...row, at: at.toISOString(), receipt }))
}
