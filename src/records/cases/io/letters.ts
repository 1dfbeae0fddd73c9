/** A letter about a case: kept as evidence, shown on the customer's page, and sent by mail where that can be. */
import { type Act, addressesOf } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import type { Key, KeyRing } from '../../../vault/index.ts'
import { recordEvent } from '../../io/event.ts'
import { senderOf } from '../../outbox/io/letters.ts'
import type { Post } from '../../outbox/io/queue.ts'
import { type LetterWay, letterWay } from '../../outbox/letter.ts'
import { addLetter, type NewLetter, placeOf } from './contents.ts'
import type { CaseRow } from './store.ts'

/** What writing a letter takes. `post` absent: no mail leaves from here. */
export type LetterParts = { readonly ring: KeyRing; readonly post?: Post | undefined }

type Addressee = Pick<CaseRow, 'client_id' | 'subject_id'>

/** Which way a letter to the customer of a case would go now. */
export const wayTo = async (tx: Tx, { post }: Pick<LetterParts, 'post'>, to: Addressee): Promise<LetterWay> =>
  letterWay({
    sends: post !== undefined,
    from: (await senderOf(tx, to.client_id))?.from,
    known: await addressesOf(tx, to.subject_id),
  })

/** Keeps a letter with its entry `letter.sent`, in the transaction of the act that it tells; returns the entry, and which way it goes. */
export async function sendCaseLetter(
  tx: Tx,
  { key, post }: { readonly key: Key; readonly post?: Post | undefined },
  row: CaseRow,
  letter: Omit<NewLetter, 'via' | 'record'>,
  act: Act,
): Promise<{ readonly record: string; readonly via: LetterWay['via'] }> {
  const way = await wayTo(tx, { post }, row)
  const record = await recordEvent(tx, act, {
    type: 'letter.sent',
    client: row.client_id,
    subject: row.subject_id,
    refs: { [row.kind]: row.case_id },
    body: {
      template: letter.template,
      via: way.via,
      language: letter.language,
      ...(way.via === 'portal' ? { why: way.why } : {}),
    },
  })
  const id = await addLetter(tx, key, placeOf(row), { ...letter, via: way.via, record }, act)
  if (way.via === 'email') await post?.(tx, { letter: id, case: row.case_id, client: row.client_id }, act)
  return { record, via: way.via }
}
