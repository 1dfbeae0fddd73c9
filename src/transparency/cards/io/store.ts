/** What is on record of one AI system, as far as its card says it. */
import type { Tx } from '../../../platform/database.ts'
import type { Bilingual, DecisionRules, EmotionInference, ProcessorTerms } from '../../../records/contract.ts'
import { tenantOf } from '../../../records/index.ts'
import { handsOver } from '../../../records/rules.ts'
import { loadPurposes, type Organisation } from '../../store.ts'
import type { CardFacts } from '../card.ts'
import type { LastAudit } from '../contract.ts'

/** How far back stops are told. */
const STOP_DAYS = 365
/** More are not listed one by one. */
const MOST_STOPS = 100

type SystemRow = {
  system_id: string
  name: Bilingual
  description: Bilingual
  decision_class: string
  channel: string
  purposes: string[]
  disclosure: string
  enforced: boolean
  allowed_content: string[]
  tools_with_originals: string[] | null
  decisions: DecisionRules | null
  emotion_inference: EmotionInference
  biometric_categorisation: boolean
  fairness_published: boolean
  owned: boolean
  prohibited: boolean
  first_at: Date | null
  version_id: string | null
  model: string | null
  created_at: Date | null
  gate: string | null
  gate_valid_until: Date | null
  decided_at: Date | null
  oversight: string | null
  oversight_valid_until: Date | null
  stopped_at: Date | null
  sheet_at: Date | null
  builtin: string | null
  base_url: string | null
  provider: { name: string; region?: string; terms?: ProcessorTerms | string }
  options: { selfHosted?: boolean }
}

const cardSql = `
select s.system_id, s.name, s.description, s.decision_class, s.channel, s.purposes, s.disclosure, s.mode = 'enforce' as enforced, s.allowed_content, s.tools_with_originals, s.decisions,
  s.emotion_inference, s.biometric_categorisation, s.fairness_published, s.owner_id is not null as owned, s.prohibited is not null as prohibited,
  (select min(o.created_at) from system_version o where o.tenant_id = s.tenant_id and o.system_id = s.system_id) as first_at,
  v.version_id, v.model, v.created_at,
  st.gate, st.gate_valid_until, (select g.decided_at from gate_decision g where g.tenant_id = s.tenant_id and g.gate_id = st.gate_record) as decided_at,
  st.oversight, st.oversight_valid_until, st.stopped_at,
  (select c.as_of from gate_condition c where c.tenant_id = s.tenant_id and c.system_id = s.system_id and c.version_id = v.version_id
     and c.condition_id = 'dataSheet' and c.state = 'met') as sheet_at,
  u.builtin, u.base_url, u.provider, u.options
from ai_system s
join upstream u on u.tenant_id = s.tenant_id and u.upstream_id = s.upstream_id
left join system_version v on v.tenant_id = s.tenant_id and v.system_id = s.system_id and v.is_current
left join standing st on st.tenant_id = s.tenant_id and st.system_id = s.system_id and st.version_id = v.version_id
where s.tenant_id = $1 and s.client_id = $2 and s.system_id = $3`

export type LoadedCard = CardFacts & {
  /** As for the list (public-list.ts). */
  readonly standing: {
    readonly prohibited: boolean
    readonly stopped: boolean
    readonly version: string | null
    readonly gate: { readonly passed: boolean; readonly validUntil: Date | null }
    readonly oversight: { readonly present: boolean; readonly validUntil: Date | null }
  }
}

/** Undefined for a system that this client does not have. */
export async function loadCard(
  tx: Tx,
  { organisation, client, clientName, profile }: Organisation,
  system: string,
  {
    now,
    lastAudit,
  }: {
    readonly now: Date
    readonly lastAudit: (tx: Tx, of: { readonly client: string; readonly system: string }) => Promise<LastAudit | null>
  },
): Promise<LoadedCard | undefined> {
  const { rows } = await tx.query<SystemRow>(cardSql, [tenantOf(tx), client, system])
  const [row] = rows
  if (row === undefined) return undefined
  const purposes = await loadPurposes(tx, client)
  const holds = (until: Date | null) => until === null || now < until
  const gate = { passed: row.gate === 'passed', validUntil: row.gate_valid_until }
  const oversight = { present: row.oversight === 'present', validUntil: row.oversight_valid_until }
  return {
    organisation,
    client: { id: client, name: clientName, profile },
    system: systemFrom(row),
    purposes: row.purposes.flatMap((id) => purposes.filter((one) => one.id === id)),
    maker: makerFrom(row),
    version:
      row.version_id === null || row.model === null || row.created_at === null
        ? null
        : { id: row.version_id, model: row.model, createdAt: row.created_at },
    release:
      gate.passed && holds(gate.validUntil) && row.decided_at !== null && gate.validUntil !== null
        ? { at: row.decided_at, until: gate.validUntil }
        : null,
    overseen: oversight.present && holds(oversight.validUntil),
    sheetAt: row.sheet_at,
    audit: row.fairness_published ? await lastAudit(tx, { client, system }) : null,
    stops: await loadStops(tx, { client, system }, now),
    standing: {
      prohibited: row.prohibited,
      stopped: row.stopped_at !== null,
      version: row.version_id,
      gate,
      oversight,
    },
  }
}

function systemFrom(row: SystemRow): CardFacts['system'] {
  return {
    id: row.system_id,
    name: row.name,
    description: row.description,
    decisionClass: row.decision_class,
    channel: row.channel,
    disclosure: row.disclosure,
    enforced: row.enforced,
    allowedContent: row.allowed_content,
    toolsWithOriginals: row.tools_with_originals,
    decisions: row.decisions,
    emotionInference: row.emotion_inference,
    biometricCategorisation: row.biometric_categorisation,
    fairnessPublished: row.fairness_published,
    owned: row.owned,
    firstAt: row.first_at,
  }
}

function makerFrom({ builtin, base_url: baseUrl, provider, options }: SystemRow): CardFacts['maker'] {
  const terms = typeof provider.terms === 'object' ? provider.terms : undefined
  return {
    name: provider.name,
    region: provider.region ?? null,
    own: !handsOver({ builtin, baseUrl, provider, options }),
    country: terms?.country ?? null,
    trainsOnData: terms?.trainsOnData ?? null,
  }
}

async function loadStops(
  tx: Tx,
  { client, system }: { readonly client: string; readonly system: string },
  now: Date,
): Promise<CardFacts['stops']> {
  const { rows } = await tx.query<{ at: Date; until: Date | null; reason: string }>(
    `select stopped_at as at, resumed_at as until, reason from stop_order
     where tenant_id = $1 and client_id = $2 and (system_id = $3 or system_id is null) and (stopped_at >= $4 or resumed_at is null or resumed_at >= $4)
     order by stopped_at desc, stop_id desc limit ${MOST_STOPS}`,
    [tenantOf(tx), client, system, new Date(now.getTime() - STOP_DAYS * 86_400_000)],
  )
  return rows
}
