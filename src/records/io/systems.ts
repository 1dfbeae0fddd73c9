/** AI systems as the console shows them: register, versions, standing and the figures of the last seven days. */
import type { Row, Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Bilingual, ClientProfile, Purpose, Standing, SystemView } from '../contract.ts'
import { handsOver, isNamedFor, termsProblems, upstreamTermsProblem } from '../processor.ts'
import { standingAt } from '../standing.ts'
import { loadGates, loadStanding, loadStops, type StoredGate, type StoredStop, writtenIn } from '../store.ts'
import { tenantOf } from './event.ts'

const weekMs = 7 * 86_400_000

/** Systems in scope by client and id, or the one that is named. People appear under their names. */
export async function loadSystemViews(
  tx: Tx,
  { system, language }: { readonly system?: string; readonly language: 'nl' | 'en' },
  now: Date,
): Promise<SystemView[]> {
  const rows = await systemRows(tx, system)
  const ids = rows.map((row) => row.system_id)
  const names = await peopleNames(tx)
  const known: Known = {
    names,
    language,
    versions: Map.groupBy(await versionRows(tx, ids), (version) => version.system),
    standing: await loadStanding(tx, ids),
    gates: new Map((await loadGates(tx, ids)).map((gate) => [gate.id, gate])),
    stops: new Map((await loadStops(tx)).map((stop) => [stop.id, stop])),
    oversight: await overseersOf(tx, ids),
    purposes: await purposeNames(tx),
    week: await weekOf(tx, ids, new Date(now.getTime() - weekMs)),
  }
  return rows.map((row) => viewOf(row, known, now))
}

/** One system. Errors: `system_unknown` (404; also one outside the scope). */
export async function loadSystemView(tx: Tx, system: string, language: 'nl' | 'en', now: Date): Promise<SystemView> {
  const [view] = await loadSystemViews(tx, { system, language }, now)
  if (view === undefined) throw new ApiError(404, 'system_unknown', { values: { system } })
  return view
}

type SystemRow = Row & {
  system_id: string
  client_id: string
  client_name: string
  name: Bilingual
  description: Bilingual
  kind: string
  decision_class: SystemView['decisionClass']
  owner_id: string | null
  channel: string
  language: string
  purposes: string[]
  upstream_id: string
  builtin: string | null
  base_url: string | null
  provider: SystemView['upstream']['provider']
  options: { selfHosted?: boolean }
  disclosure: string
  mode: 'enforce' | 'observe'
  observe_until: Date | null
  prohibited: SystemView['prohibited']
}

async function systemRows(tx: Tx, system: string | undefined): Promise<SystemRow[]> {
  const { rows } = await tx.query<SystemRow>(
    `select s.*, c.name as client_name, u.builtin, u.base_url, u.provider, u.options from ai_system s
     join client c on c.tenant_id = s.tenant_id and c.client_id = s.client_id
     join upstream u on u.tenant_id = s.tenant_id and u.upstream_id = s.upstream_id
     where s.tenant_id = $1 and ($2::text is null or s.system_id = $2) order by s.client_id, s.system_id`,
    [tenantOf(tx), system ?? null],
  )
  return rows
}

type VersionLine = SystemView['versions'][number] & { readonly system: string }

async function versionRows(tx: Tx, systems: readonly string[]): Promise<VersionLine[]> {
  const { rows } = await tx.query<{
    system_id: string
    version_id: string
    model: string
    version_hash: string
    is_current: boolean
    created_at: Date
  }>(
    'select system_id, version_id, model, version_hash, is_current, created_at from system_version where tenant_id = $1 and system_id = any($2) order by is_current desc, created_at desc, version_id desc',
    [tenantOf(tx), systems],
  )
  return rows.map((row) => ({
    system: row.system_id,
    id: row.version_id,
    model: row.model,
    hash: row.version_hash,
    current: row.is_current,
    createdAt: row.created_at.toISOString(),
  }))
}

async function peopleNames(tx: Tx): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ person_id: string; name: string }>(
    'select person_id, name from person where tenant_id = $1',
    [tenantOf(tx)],
  )
  return new Map(rows.map((row) => [row.person_id, row.name]))
}

/** Assignment to person, of everyone who was ever named. */
async function overseersOf(tx: Tx, systems: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ assignment_id: string; person_id: string }>(
    `select assignment_id, person_id from role_assignment where tenant_id = $1 and role = 'overseer' and system_id = any($2)`,
    [tenantOf(tx), systems],
  )
  return new Map(rows.map((row) => [row.assignment_id, row.person_id]))
}

type KnownPurpose = Omit<SystemView['purposes'][number], 'named'> & { readonly upstreams: readonly string[] | null }

async function purposeNames(tx: Tx): Promise<Map<string, KnownPurpose>> {
  const { rows } = await tx.query<{
    client_id: string
    purpose_id: string
    name: Bilingual
    basis: string
    upstreams: string[] | null
  }>('select client_id, purpose_id, name, basis, upstreams from purpose where tenant_id = $1', [tenantOf(tx)])
  return new Map(
    rows.map(({ client_id: client, purpose_id: id, name, basis, upstreams }) => [
      `${client}/${id}`,
      { id, name, basis, upstreams },
    ]),
  )
}

/** Calls and refusals of the week, conversations that began in it, and how many of those were told it is AI. */
async function weekOf(tx: Tx, systems: readonly string[], since: Date): Promise<Map<string, SystemView['week']>> {
  const calls = await tx.query<{ system_id: string; calls: number; refused: number }>(
    `select system_id, count(*)::int as calls, count(*) filter (where state = 'refused')::int as refused from ai_call where tenant_id = $1 and system_id = any($2) and started_at >= $3 and not audit group by system_id`,
    [tenantOf(tx), systems, since],
  )
  const conversations = await tx.query<{ system_id: string; conversations: number; disclosed: number }>(
    `select system_id, count(*)::int as conversations, count(disclosed_at)::int as disclosed from conversation where tenant_id = $1 and system_id = any($2) and started_at >= $3 and source <> 'audit' group by system_id`,
    [tenantOf(tx), systems, since],
  )
  const begun = new Map(conversations.rows.map((row) => [row.system_id, row]))
  const asked = new Map(calls.rows.map((row) => [row.system_id, row]))
  return new Map(
    systems.map((id) => [
      id,
      {
        calls: asked.get(id)?.calls ?? 0,
        refused: asked.get(id)?.refused ?? 0,
        conversations: begun.get(id)?.conversations ?? 0,
        disclosed: begun.get(id)?.disclosed ?? 0,
      },
    ]),
  )
}

type Known = {
  readonly names: ReadonlyMap<string, string>
  readonly language: 'nl' | 'en'
  readonly versions: ReadonlyMap<string, readonly VersionLine[]>
  readonly standing: readonly Standing[]
  readonly gates: ReadonlyMap<string, StoredGate>
  readonly stops: ReadonlyMap<string, StoredStop>
  readonly oversight: ReadonlyMap<string, string>
  readonly purposes: ReadonlyMap<string, KnownPurpose>
  readonly week: ReadonlyMap<string, SystemView['week']>
}

function viewOf(row: SystemRow, known: Known, now: Date): SystemView {
  const versions = (known.versions.get(row.system_id) ?? []).map(({ system: _, ...version }) => version)
  const current = versions.find((version) => version.current)
  const standing = known.standing.find((one) => one.system === row.system_id && one.version === current?.id)
  return {
    id: row.system_id,
    client: row.client_id,
    clientName: row.client_name,
    name: row.name,
    description: row.description,
    kind: row.kind,
    decisionClass: row.decision_class,
    owner: row.owner_id === null ? null : (known.names.get(row.owner_id) ?? row.owner_id),
    channel: row.channel,
    language: row.language,
    purposes: row.purposes.map((id) => {
      const { upstreams, ...purpose } = known.purposes.get(`${row.client_id}/${id}`) ?? {
        id,
        name: { nl: id, en: id },
        basis: 'consent',
        upstreams: null,
      }
      return { ...purpose, named: isNamedFor(upstreamOf(row), upstreams) }
    }),
    upstream: {
      id: row.upstream_id,
      builtin: row.builtin,
      baseUrl: row.base_url,
      provider: row.provider,
      terms: termsOf(row, now),
    },
    disclosure: row.disclosure,
    mode: row.mode,
    observeUntil: row.observe_until?.toISOString() ?? null,
    version:
      current === undefined
        ? null
        : { id: current.id, model: current.model, hash: current.hash, createdAt: current.createdAt },
    versions,
    standing: standing === undefined ? null : standingView(standing, known, now),
    prohibited: row.prohibited,
    week: known.week.get(row.system_id) ?? { calls: 0, refused: 0, conversations: 0, disclosed: 0 },
  }
}

const upstreamOf = ({ upstream_id: id, builtin, base_url: baseUrl, provider, options }: SystemRow) => ({
  id,
  builtin,
  baseUrl,
  provider,
  options,
})

/** What the gateway finds of the terms, and everything else that is missing of them. */
function termsOf(row: SystemRow, now: Date): SystemView['upstream']['terms'] {
  const upstream = upstreamOf(row)
  const first = upstreamTermsProblem(upstream, now)
  const terms = typeof upstream.provider.terms === 'object' ? upstream.provider.terms : undefined
  const needed = handsOver(upstream)
  if (first === null || terms === undefined) return { needed, problems: first === null ? [] : [first] }
  return { needed, problems: termsProblems(terms, now) }
}

function standingView(
  written: Standing,
  { names, gates, stops, oversight, language }: Known,
  now: Date,
): NonNullable<SystemView['standing']> {
  const standing = standingAt(written, now)
  const gate = standing.gate.record === null ? undefined : gates.get(standing.gate.record)
  const stop = standing.stop === null ? undefined : stops.get(standing.stop.record)
  const overseer = standing.oversight.record === null ? undefined : oversight.get(standing.oversight.record)
  const shown = (person: string) => names.get(person) ?? person
  return {
    gate: {
      ...standing.gate,
      by: gate === undefined ? null : shown(gate.by),
      reasons: gate === undefined ? null : writtenIn(gate.reasons, language),
      at: gate?.at.toISOString() ?? null,
    },
    oversight: { ...standing.oversight, person: overseer === undefined ? null : shown(overseer) },
    stop: standing.stop === null ? null : { ...standing.stop, by: stop === undefined ? '' : shown(stop.by) },
  }
}

// -- purposes and clients -----------------------------------------------------------------------------------------------

export async function loadPurposes(tx: Tx): Promise<Purpose[]> {
  const { rows } = await tx.query<{
    client_id: string
    purpose_id: string
    name: Bilingual
    basis: Purpose['basis']
    special_basis: string | null
    reasoning: Bilingual | null
    signed_by: string | null
    signed_at: Date | null
    data_kinds: Bilingual
    retention_days: number
    consequence_of_no: Bilingual | null
    objectable: boolean
    prohibited: NonNullable<Purpose['prohibited']> | null
  }>('select * from purpose where tenant_id = $1 order by client_id, purpose_id', [tenantOf(tx)])
  return rows.map((row) => ({
    id: row.purpose_id,
    client: row.client_id,
    name: row.name,
    basis: row.basis,
    ...(row.special_basis === null ? {} : { specialBasis: row.special_basis }),
    ...(row.reasoning === null ? {} : { reasoning: row.reasoning }),
    ...(row.signed_by === null ? {} : { signedBy: row.signed_by }),
    ...(row.signed_at === null ? {} : { signedAt: row.signed_at.toISOString() }),
    dataKinds: row.data_kinds,
    retentionDays: row.retention_days,
    ...(row.consequence_of_no === null ? {} : { consequenceOfNo: row.consequence_of_no }),
    objectable: row.objectable,
    ...(row.prohibited === null ? {} : { prohibited: row.prohibited }),
  }))
}

export type ClientLine = {
  readonly id: string
  readonly name: string
  readonly profile: ClientProfile
  readonly stop: { readonly at: string; readonly record: string; readonly reason: string } | null
}

export async function loadClientLines(tx: Tx): Promise<ClientLine[]> {
  const { rows } = await tx.query<{ id: string; name: string; profile: ClientProfile }>(
    'select client_id as id, name, profile from client where tenant_id = $1 order by name, client_id',
    [tenantOf(tx)],
  )
  const stops = (await loadStops(tx)).filter((stop) => stop.system === null && stop.resumedAt === null)
  return rows.map((row) => {
    const stop = stops.find((one) => one.client === row.id)
    return {
      ...row,
      stop: stop === undefined ? null : { at: stop.at.toISOString(), record: stop.id, reason: stop.reason },
    }
  })
}
