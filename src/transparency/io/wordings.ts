/** A client's own words for disclosures, each as it was from a moment on: what a recorded version says can be read later. */
import type { Tx } from '../../platform/database.ts'
import { type DisclosureWording, disclosureWordings, type OwnDisclosures } from '../../records/contract.ts'
import { recordEvent, tenantOf } from '../../records/index.ts'
import { wordingKeys, wordingVersion } from '../disclosure.ts'
import type { Act } from '../store.ts'

type Texts = { readonly nl: string; readonly en: string }

export type RecordedWording = {
  readonly wording: DisclosureWording
  /** null: from then on the product's own words. */
  readonly texts: Texts | null
  readonly versions: Texts | null
  readonly countsFrom: Date
  readonly record: string
}

/** Every wording that a client had, by wording and in the order in which they counted. */
export async function loadWordings(tx: Tx, client: string): Promise<RecordedWording[]> {
  const { rows } = await tx.query<{
    wording: DisclosureWording
    texts: Texts | null
    versions: Texts | null
    counts_from: Date
    record: string
  }>(
    `select wording, texts, case when texts is not null then versions end as versions, counts_from, record from disclosure_wording
     where tenant_id = $1 and client_id = $2 order by wording, counts_from, record`,
    [tenantOf(tx), client],
  )
  return rows.map(({ counts_from: countsFrom, ...row }) => ({ ...row, countsFrom }))
}

/**
 * Puts the words that a client now has on record where they differ from the last, each with `wording.changed` in the same
 * transaction. Words that went are recorded too: from then on the product's own count.
 */
export async function recordWordings(
  tx: Tx,
  { client, own }: { readonly client: string; readonly own: OwnDisclosures | undefined },
  act: Act,
): Promise<void> {
  const known = new Map((await loadWordings(tx, client)).map((one) => [one.wording, one.texts]))
  for (const wording of disclosureWordings) {
    const texts = own?.[wording] ?? null
    const before = known.get(wording) ?? null
    if (texts?.nl === before?.nl && texts?.en === before?.en) continue
    const versions = texts && { nl: versionOf('nl', wording, texts), en: versionOf('en', wording, texts) }
    const record = await recordEvent(tx, act, {
      type: 'wording.changed',
      client,
      refs: {},
      body: { wording, own: texts !== null, ...(versions === null ? {} : { versions }) },
    })
    await tx.query(
      'insert into disclosure_wording (tenant_id, client_id, record, wording, texts, versions, counts_from) values ($1, $2, $3, $4, $5, $6, $7)',
      [
        tenantOf(tx),
        client,
        record,
        wording,
        texts === null ? null : JSON.stringify(texts),
        JSON.stringify(versions ?? {}),
        act.now,
      ],
    )
  }
}

const versionOf = (language: 'nl' | 'en', wording: DisclosureWording, texts: Texts): string =>
  wordingVersion(language, wordingKeys[wording], texts[language])
