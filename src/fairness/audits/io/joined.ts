/**
 * Recorded decisions with what went into them and what people said of themselves: opened one after another in this process, counted,
 * and forgotten. Only the counts leave. Memory does not grow with the number of decisions.
 */
import type { Row, Tx } from '../../../platform/database.ts'
import { decisionPlace, joinValues, tenantOf } from '../../../records/index.ts'
import { type Key, type KeyRing, openJson, openWrapped } from '../../../vault/index.ts'
import { StopReading } from '../../columns.ts'
import type { AuditPlan } from '../../contract.ts'
import { createIntake, type Intake } from '../../intake.ts'
import { quoted } from '../../sql.ts'
import { createRowTaker } from '../../sql-rows.ts'
import { absentColumns, attributeOf, columnsOfPlan, featureOf } from '../columns.ts'
import { columnsThere, inRecorded, type Wanted } from './decisions.ts'

const BATCH = 1_000

/** How often each attribute was read, and how many of those had a value. */
export type JoinedRead = { readonly attribute: string; readonly rows: number; readonly values: number }

export type Joined = ReturnType<Intake['finish']> & { readonly reads: readonly JoinedRead[] }

type JoinedRow = Row & {
  readonly decision_id: string
  readonly subject_id: string
  readonly decided_at: Date
  readonly sealed: Buffer | null
  readonly wrapped: Buffer | null
  readonly epoch: number | null
  readonly place_version: number | null
}
/** What is sealed of a decision, as far as it counts here. */
type Contents = { readonly features: Readonly<Record<string, string | number | boolean | null>> }

/** Errors: `key_unavailable` when keys cannot be had. */
export async function readJoined(
  tx: Tx,
  ring: KeyRing,
  plan: AuditPlan,
  wanted: Wanted,
  now: Date,
  onRow: (rows: number) => void = () => {},
): Promise<Joined> {
  const intake = createIntake(plan)
  // What was there when the plan was made may have ended since.
  const absent = absentColumns(columnsOfPlan(plan), await columnsThere(tx, wanted, now))
  if (absent.total > 0) return { ok: false, problems: absent, reads: [] }
  const names = intake.needs.map(({ name }) => name)
  const attributes = names.flatMap((name) => attributeOf(name) ?? [])
  const features = names.flatMap((name) => featureOf(name) ?? [])
  const values = new Map(attributes.map((attribute) => [attribute, 0]))
  const take = createRowTaker(intake, Number.POSITIVE_INFINITY)
  let rows = 0
  try {
    for await (const batch of batches(tx, names, wanted)) {
      const keys = await keysOf(ring, tenantOf(tx), batch)
      const joined = new Map<string, ReadonlyMap<string, string>>()
      for (const attribute of attributes)
        joined.set(attribute, await joinValues(tx, ring, { client: wanted.client, attribute }, keys, now))
      for (const row of batch) {
        const contents = features.length === 0 ? null : contentsOf(tenantOf(tx), row, keys)
        take(
          names.map((name, i) =>
            isPlain(name) ? (row[`c${i}`] as string | null) : textOf(name, row, contents, joined),
          ),
          1,
        )
        for (const [attribute, found] of joined)
          if (found.has(row.subject_id)) values.set(attribute, values.get(attribute)! + 1)
      }
      rows += batch.length
      onRow(rows)
    }
  } catch (error) {
    if (!(error instanceof StopReading)) throw error
  }
  const reads = attributes.map((attribute) => ({ attribute, rows, values: values.get(attribute)! }))
  return { ...intake.finish(), reads }
}

const isPlain = (name: string) => attributeOf(name) === null && featureOf(name) === null

const joinedViews = { decisions: 'joined_decision', conversations: 'joined_conversation' } as const

/** In order of decision, a batch after another. The plain column `names[i]` comes as `c<i>`. */
async function* batches(tx: Tx, names: readonly string[], wanted: Wanted): AsyncGenerator<JoinedRow[]> {
  const columns = names.flatMap((name, i) => (isPlain(name) ? [`${quoted(name)}::text as c${i}`] : []))
  await inRecorded(tx, wanted)
  let after: { readonly at: Date; readonly id: string } | null = null
  for (;;) {
    const found: { readonly rows: JoinedRow[] } = await tx.query<JoinedRow>(
      `select ${['decision_id, subject_id, decided_at, sealed, wrapped, epoch, place_version', ...columns].join(', ')} from ${joinedViews[wanted.source]}
       where $1::timestamptz is null or (decided_at, decision_id) > ($1, $2) order by decided_at, decision_id limit ${BATCH}`,
      [after?.at ?? null, after?.id ?? ''],
    )
    if (found.rows.length > 0) yield found.rows
    if (found.rows.length < BATCH) return
    const last: JoinedRow = found.rows.at(-1)!
    after = { at: last.decided_at, id: last.decision_id }
  }
}

/** Keys of the people in a batch; who was erased has none. */
async function keysOf(ring: KeyRing, tenant: string, rows: readonly JoinedRow[]): Promise<ReadonlyMap<string, Key>> {
  const keys = new Map<string, Key>()
  for (const { subject_id: subject, wrapped, epoch, place_version: placeVersion } of rows)
    if (wrapped !== null && epoch !== null && placeVersion !== null && !keys.has(subject))
      keys.set(subject, await openWrapped(ring, { tenant, subject }, { wrapped, epoch, placeVersion }))
  return keys
}

function contentsOf(tenant: string, row: JoinedRow, keys: ReadonlyMap<string, Key>): Contents | null {
  const key = keys.get(row.subject_id)
  if (row.sealed === null || key === undefined) return null
  return openJson(key, decisionPlace(tenant, row.decision_id), row.sealed) as Contents
}

function textOf(
  name: string,
  row: JoinedRow,
  contents: Contents | null,
  joined: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string | null {
  const attribute = attributeOf(name)
  if (attribute !== null) return joined.get(attribute)!.get(row.subject_id) ?? null
  const value = contents?.features[featureOf(name)!]
  return value === undefined || value === null ? null : String(value)
}
