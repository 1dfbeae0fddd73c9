/** Every minute: the same wrong answer is looked for further, and approved corrections reach who is left. Safe in any process, and as often as one likes. */
import type { Act } from '../access/index.ts'
import type { Scope } from '../platform/database.ts'
import { type TellDeps, tellRecipients } from './io/corrections.ts'
import { lookForSame } from './io/look.ts'
import { untold } from './io/wrong-answers.ts'

const actor: Scope['actor'] = { kind: 'job', id: 'wrong-answers' }
/** Of one wrong answer in one run; the rest waits for the next minute. */
const MOST_ANSWERS = 20_000
const MOST_TOLD = 2_000

export type KeptAnswers = { readonly looked: number; readonly told: number; readonly failed: readonly unknown[] }

/** One that fails does not hold up the others. */
export async function keepWrongAnswers(deps: TellDeps, act: () => Act): Promise<KeptAnswers> {
  const { database, ring } = deps
  const { rows } = await database.inTx(
    { tenant: '*', clients: '*', actor },
    (tx) =>
      tx.query<{ tenant: string; client: string; id: string; looking: boolean }>(
        `select w.tenant_id as tenant, w.client_id as client, w.wrong_answer_id as id, w.look_ended_at is null as looking from wrong_answer w
         where w.look_ended_at is null or (w.state = 'corrected' and exists (select 1 from wrong_answer_recipient r
           where r.tenant_id = w.tenant_id and r.wrong_answer_id = w.wrong_answer_id and (w.reach = 'shared' or r.match = 'same') and ${untold}))
         order by w.tenant_id, w.wrong_answer_id`,
      ),
    { readOnly: true },
  )
  let looked = 0
  let told = 0
  const failed: unknown[] = []
  for (const { tenant, client, id, looking } of rows) {
    const scope = { tenant, clients: [client], actor }
    try {
      if (looking) looked += (await lookForSame(database, ring, scope, { id, most: MOST_ANSWERS }, act)).answers
      else told += (await tellRecipients(deps, scope, { id, most: MOST_TOLD }, act)).told
    } catch (error) {
      failed.push(error)
    }
  }
  return { looked, told, failed }
}
