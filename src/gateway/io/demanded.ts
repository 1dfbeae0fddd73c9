/** Hand-offs that a rule demands, without anybody asking, and conversations that came to nothing. */
import type { Act } from '../../access/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { tenantOf } from '../../records/index.ts'
import type { LampNote } from '../../records/rules.ts'
import type { KeyRing } from '../../vault/index.ts'
import { DEAD_END_MINUTES, type Demand, demandOf, FAILURES_IN_ROW } from '../demand.ts'
import { requestHandOff } from './hand-offs.ts'

const job = { kind: 'job', id: 'handoffs-demanded' } as const
/** Only what happened lately: nobody waits any more for a person about last week. */
const LATELY_MINUTES = 30

type Candidate = {
  readonly tenant_id: string
  readonly client_id: string
  readonly conversation_id: string
  readonly states: string[]
  readonly labels: string[]
  readonly circumstance: string
  readonly handoff: { readonly demand?: { readonly specialCategories?: boolean } }
}

/** Asks for a person where a rule says so and nobody did; returns how many. Runs every minute, and may run twice. */
export async function demandHandOffs(database: Database, ring: KeyRing, act: () => Act): Promise<number> {
  const { now } = act()
  const found = await database.inTx({ tenant: '*', clients: '*', actor: job }, (tx) => candidates(tx, now), {
    readOnly: true,
  })
  let count = 0
  for (const one of found) {
    const demand = demandOf({
      states: one.states,
      labels: one.labels,
      circumstance: one.circumstance,
      specialCategories: one.handoff.demand?.specialCategories === true,
    })
    if (demand === null) continue
    const scope = { tenant: one.tenant_id, clients: [one.client_id], actor: job }
    await database.inTx(scope, (tx) => demandOne(tx, ring, one, demand, act()))
    count++
  }
  return count
}

const reasonOf = { failures: 'rule', special_category: 'rule', vulnerable: 'vulnerable' } as const satisfies Record<
  Demand,
  string
>

async function demandOne(tx: Tx, ring: KeyRing, one: Candidate, demand: Demand, act: Act): Promise<void> {
  await requestHandOff(
    tx,
    ring,
    { client: one.client_id, conversation: one.conversation_id, reason: reasonOf[demand], note: null },
    act,
  )
}

/** Conversations of lately in which nobody was asked for yet, with how their last calls ended. */
async function candidates(tx: Tx, now: Date): Promise<Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `select c.tenant_id, c.client_id, c.conversation_id, s.circumstance, l.profile -> 'handoff' as handoff,
       array(select a.state from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.state <> 'admitted'
         order by a.started_at desc limit ${FAILURES_IN_ROW}) as states,
       array(select distinct label from ai_call a, jsonb_object_keys(a.redacted) label where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id) as labels
     from conversation c join data_subject s on s.tenant_id = c.tenant_id and s.subject_id = c.subject_id
       join client l on l.tenant_id = c.tenant_id and l.client_id = c.client_id
     where c.updated_at > $1 and c.ended_at is null
       and exists (select 1 from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id and a.started_at > $1)
       and not exists (select 1 from hand_off h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id)
     order by c.updated_at limit 500`,
    [new Date(now.getTime() - LATELY_MINUTES * 60_000)],
  )
  return rows
}

/**
 * Dead ends of the last seven days, per system, since when: the last call of a conversation was refused or failed, nobody spoke after it,
 * nobody was asked for, and the customer has gone. A defect, so that it shows on Today.
 */
export async function deadEnds(tx: Tx, now: Date): Promise<LampNote[]> {
  const { rows } = await tx.query<{ system_id: string; at: Date }>(
    `select last.system_id, min(last.started_at) as at
     from conversation c
     join lateral (select a.system_id, a.state, a.started_at, a.turn_to from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id
       order by a.started_at desc limit 1) last on true
     where c.tenant_id = $1 and c.updated_at > $2 and last.started_at > $2 and last.started_at < $3 and last.state in ('refused', 'failed', 'stopped') and last.system_id is not null
       and not exists (select 1 from hand_off h where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id)
       and not exists (select 1 from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'agent')
     group by last.system_id order by last.system_id`,
    [tenantOf(tx), new Date(now.getTime() - 7 * 86_400_000), new Date(now.getTime() - DEAD_END_MINUTES * 60_000)],
  )
  return rows.map(({ system_id, at }) => ({ system: system_id, code: 'dead_ends', at }))
}
