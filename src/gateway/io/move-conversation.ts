/**
 * A customer who was not known makes themselves known in mid-conversation: from then on the conversation is theirs, so that
 * a request to see or erase their data finds it. What was said is sealed anew under their key, and the key of the nobody
 * they were is destroyed.
 */
import type { Tx } from '../../platform/database.ts'
import { destroyKey, type Key, open, seal } from '../../vault/index.ts'
import { FactsMoved } from './facts-moved.ts'

export type Move = {
  readonly tenant: string
  readonly conversation: string
  readonly from: string
  readonly to: string
  /** undefined: nothing was sealed for the unknown customer. */
  readonly fromKey: Key | undefined
  readonly toKey: Key
}

/** Errors: `FactsMoved` when the conversation is no longer the unknown customer's. */
export async function moveConversation(tx: Tx, move: Move): Promise<void> {
  const { tenant, conversation, from, to, fromKey } = move
  const { rowCount } = await tx.query(
    'update conversation set subject_id = $4 where tenant_id = $1 and conversation_id = $2 and subject_id = $3',
    [tenant, conversation, from, to],
  )
  if (rowCount !== 1) throw new FactsMoved('the conversation has become somebody else’s')
  await tx.query('update ai_call set subject_id = $3 where tenant_id = $1 and conversation_id = $2', [
    tenant,
    conversation,
    to,
  ])
  if (fromKey === undefined) return
  await sealAnew(tx, 'turn', 'seq', move)
  await sealAnew(tx, 'party', 'n', move)
  await sealAnew(tx, 'pseudonym_table', null, move)
  const { rows } = await tx.query<{ left: boolean }>(
    'select exists (select 1 from conversation where tenant_id = $1 and subject_id = $2) as left',
    [tenant, from],
  )
  if (rows[0]?.left === false) await destroyKey(tx, { tenant, subject: from })
}

type Sealed = { readonly n: number | null; readonly sealed: Buffer }

async function sealAnew(
  tx: Tx,
  table: 'turn' | 'party' | 'pseudonym_table',
  number: string | null,
  { tenant, conversation, fromKey, toKey }: Move,
): Promise<void> {
  const { rows } = await tx.query<Sealed>(
    `select ${number ?? 'null::int'} as n, sealed from ${table} where tenant_id = $1 and conversation_id = $2 and length(sealed) > 0`,
    [tenant, conversation],
  )
  const anew = rows.map(({ n, sealed }) => {
    const place = [table, 'sealed', tenant, conversation, ...(n === null ? [] : [String(n)])]
    return seal(toKey, place, open(fromKey!, place, sealed))
  })
  await tx.query(
    `update ${table} t set sealed = given.sealed from unnest($3::int[], $4::bytea[]) as given(n, sealed)
     where t.tenant_id = $1 and t.conversation_id = $2 ${number === null ? '' : `and t.${number} = given.n`}`,
    [tenant, conversation, rows.map(({ n }) => n), anew],
  )
}
