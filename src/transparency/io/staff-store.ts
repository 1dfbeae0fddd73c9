/** Figures and rows for the page of the staff about disclosures and notices. */
import type { Tx } from '../../platform/database.ts'
import type { Bilingual, ClientProfile, EmotionInference } from '../../records/contract.ts'
import { tenantOf } from '../../records/index.ts'

export type StaffClient = { readonly id: string; readonly name: string; readonly profile: ClientProfile }

/** Clients in scope, by name. */
export async function loadClients(tx: Tx): Promise<StaffClient[]> {
  const { rows } = await tx.query<StaffClient>(
    'select client_id as id, name, profile from client where tenant_id = $1 order by name, client_id',
    [tenantOf(tx)],
  )
  return rows
}

/**
 * By client: conversations that began since then, in which an AI spoke and had to say so, and those that were told in time. In time
 * is a report of before the AI's first words, or our own sentence in front of them.
 */
export async function countTold(tx: Tx, from: Date): Promise<ReadonlyMap<string, { n: number; of: number }>> {
  const { rows } = await tx.query<{ client_id: string; of: number; n: number }>(
    `select c.client_id, count(*)::int as of, count(*) filter (where exists (
         select 1 from disclosure_event e where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id and e.kind = 'ai'
           and (case when e.source = 'injected' then e.call_id = first.call_id else e.at <= coalesce(first.at, c.started_at) end)))::int as n
     from conversation c
     join lateral (select t.call_id, t.at from turn t where t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'ai'
                    order by t.seq limit 1) first on true
     left join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id
     where c.tenant_id = $1 and c.started_at >= $2 and c.source <> 'audit' and s.disclosure is distinct from 'none_needed'
     group by c.client_id`,
    [tenantOf(tx), from],
  )
  return new Map(rows.map(({ client_id: client, n, of }) => [client, { n, of }]))
}

/** Systems that infer something about customers, by client and name. */
export async function loadInferring(tx: Tx): Promise<
  readonly {
    readonly client: string
    readonly system: string
    readonly name: Bilingual
    readonly emotionInference: EmotionInference
    readonly biometricCategorisation: boolean
  }[]
> {
  const { rows } = await tx.query<{
    client_id: string
    system_id: string
    name: Bilingual
    emotion_inference: EmotionInference
    biometric_categorisation: boolean
  }>(
    `select client_id, system_id, name, emotion_inference, biometric_categorisation from ai_system
     where tenant_id = $1 and (emotion_inference <> 'none' or biometric_categorisation) order by name ->> 'nl', system_id`,
    [tenantOf(tx)],
  )
  return rows.map((row) => ({
    client: row.client_id,
    system: row.system_id,
    name: row.name,
    emotionInference: row.emotion_inference,
    biometricCategorisation: row.biometric_categorisation,
  }))
}

/** Conversations since then in which each version was shown by more than a link, under `<client>/<kind>/<version>`. */
export async function countShown(tx: Tx, from: Date): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ client_id: string; kind: string; version: number; n: number }>(
    `select client_id, kind, version, count(distinct conversation_id)::int as n from notice_shown
     where tenant_id = $1 and shown_at >= $2 and way <> 'linked' group by 1, 2, 3`,
    [tenantOf(tx), from],
  )
  return new Map(rows.map(({ client_id: client, kind, version, n }) => [`${client}/${kind}/${version}`, n]))
}
