/**
 * The audit pack: plan, counts, report and the proofs that they are on record, in one zip. Whoever has it can make every number again
 * and check the proofs without asking anybody. It holds counts of small groups: it is for auditors, not for publication.
 */
import { isDeepStrictEqual } from 'node:util'
import { parseVerifierKey, type Trust, VerifyError, verifyTlogProof } from '../../../ledger/rules.ts'
import { languages } from '../../../platform/text.ts'
import type { AuditPlan, AuditReport } from '../../contract.ts'
import { sha256 } from '../../io/audit-file.ts'
import { cellsBytes, planBytes, readAuditPlan, readCells, runAudit } from '../../rules.ts'
import { auditEvents } from '../contract.ts'
import { documentOf } from '../document.ts'
import { htmlOf } from '../report-html.ts'
import { zipOf } from '../zip.ts'
import { pdfOf } from './report-pdf.ts'

type Proven = { readonly entry: Uint8Array; readonly proof: string }
export type PackParts = {
  readonly audit: {
    readonly name: string
    readonly bytes: string
    readonly plan: AuditPlan
    readonly plannedAt: Date
    readonly changedAfterResult: boolean
  }
  readonly run: { readonly startedAt: Date }
  readonly report: AuditReport
  readonly cells: string
  readonly planned: Proven
  readonly completed: Proven
  readonly vkey: string
}

const utf8 = (text: string) => Buffer.from(text, 'utf8')

/** The report as people read it, in both languages. */
async function readable(given: Pick<PackParts, 'audit' | 'run' | 'report' | 'cells'>): Promise<[string, Buffer][]> {
  const files: [string, Buffer][] = []
  for (const language of languages) {
    const document = documentOf({ ...given, table: readCells(given.cells) }, language)
    files.push([`report.${language}.html`, utf8(htmlOf(document))])
    files.push([`report.${language}.pdf`, await pdfOf(document, given.run.startedAt)])
  }
  return files
}

export async function packOf(parts: PackParts): Promise<Uint8Array> {
  const { audit, run, report, cells, planned, completed, vkey } = parts
  const about = {
    version: 1,
    name: audit.name,
    plannedAt: audit.plannedAt.toISOString(),
    startedAt: run.startedAt.toISOString(),
    changedAfterResult: audit.changedAfterResult,
  }
  return zipOf(
    new Map<string, Uint8Array>([
      ['audit.json', utf8(JSON.stringify(about))],
      ['plan.json', utf8(audit.bytes)],
      ['cells.json', utf8(cells)],
      ['report.json', utf8(JSON.stringify(report))],
      ...(await readable(parts)),
      ['planned.entry.json', planned.entry],
      ['planned.tlog-proof', utf8(planned.proof)],
      ['completed.entry.json', completed.entry],
      ['completed.tlog-proof', utf8(completed.proof)],
      ['log.vkey', utf8(vkey)],
    ]),
  )
}

export const packProblems = [
  'pack_file_missing',
  'pack_file_unknown',
  'pack_file_unreadable',
  'pack_proof_wrong',
  'pack_entry_other',
  'pack_hash_differs',
  'pack_number_differs',
  'pack_reading_differs',
] as const
export type PackProblem = {
  readonly code: (typeof packProblems)[number]
  readonly file: string
  readonly place: string
}
const names = [
  'audit.json',
  'plan.json',
  'cells.json',
  'report.json',
  'report.nl.html',
  'report.nl.pdf',
  'report.en.html',
  'report.en.pdf',
  'planned.entry.json',
  'planned.tlog-proof',
  'completed.entry.json',
  'completed.tlog-proof',
  'log.vkey',
]

const MOST = 20

/** All that is wrong with a pack, the proofs first. `vkeys`: keys that are trusted; none: the one in the pack, which proves less. */
export async function checkPack(
  files: ReadonlyMap<string, Uint8Array>,
  vkeys: readonly string[],
): Promise<PackProblem[]> {
  const problems: PackProblem[] = []
  const add = (code: PackProblem['code'], file: string, place = '') => problems.push({ code, file, place })
  for (const name of names) if (!files.has(name)) add('pack_file_missing', name)
  for (const name of files.keys()) if (!names.includes(name)) add('pack_file_unknown', name)
  if (problems.length > 0) return problems
  const text = (name: string) => Buffer.from(files.get(name)!).toString('utf8')
  const parsed = <T>(name: string, read: (value: string) => T): T | undefined => {
    try {
      return read(text(name))
    } catch {
      add('pack_file_unreadable', name)
      return undefined
    }
  }
  const keys = (vkeys.length > 0 ? vkeys : [text('log.vkey')]).flatMap((key) => {
    try {
      return [parseVerifierKey(key.trim())]
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      add('pack_file_unreadable', 'log.vkey')
      return []
    }
  })
  if (keys.length === 0) return problems
  const trust: Trust = { origin: keys[0]!.name, logKeys: keys }
  const indexes: bigint[] = []
  for (const which of ['planned', 'completed'])
    try {
      indexes.push((await verifyTlogProof(text(`${which}.tlog-proof`), files.get(`${which}.entry.json`)!, trust)).index)
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      add('pack_proof_wrong', `${which}.tlog-proof`, error.code)
    }
  if (indexes.length === 2 && indexes[0]! >= indexes[1]!) add('pack_entry_other', 'planned.entry.json', 'index')
  type Entry = { type: string; at: string; refs: Record<string, string>; body: Record<string, unknown> }
  const json = (value: string) => JSON.parse(value) as Entry
  const [planned, completed] = [parsed('planned.entry.json', json), parsed('completed.entry.json', json)]
  const about = parsed(
    'audit.json',
    (value) => JSON.parse(value) as { name: string; plannedAt: string; startedAt: string; changedAfterResult: boolean },
  )
  const plan = parsed('plan.json', (value) => {
    const read = readAuditPlan(JSON.parse(value))
    if (!read.ok || planBytes(read.plan) !== value) throw new Error('not canonical')
    return read.plan
  })
  const table = parsed('cells.json', (value) => {
    const read = readCells(value)
    if (cellsBytes(read) !== value) throw new Error('not canonical')
    return read
  })
  const said = parsed('report.json', (value) => JSON.parse(value) as AuditReport)
  if (!planned || !completed) return problems
  if (planned.type !== auditEvents.planned) add('pack_entry_other', 'planned.entry.json', 'type')
  if (completed.type !== auditEvents.completed) add('pack_entry_other', 'completed.entry.json', 'type')
  if (planned.refs?.audit !== completed.refs?.audit) add('pack_entry_other', 'completed.entry.json', 'audit')
  const [planHash, cellsHash] = [sha256([text('plan.json')]), sha256([text('cells.json')])]
  if (planned.body?.planSha256 !== planHash || completed.body?.planSha256 !== planHash)
    add('pack_hash_differs', 'plan.json')
  if (completed.body?.cellsSha256 !== cellsHash) add('pack_hash_differs', 'cells.json')
  if (!plan || !table || !said || !about) return problems
  const inputSha256 = (completed.body?.inputSha256 ?? null) as string | null
  const report = runAudit(table, plan, { planSha256: planHash, cellsSha256: cellsHash, inputSha256 })
  for (const place of differences(JSON.parse(JSON.stringify(report)), said).slice(0, MOST))
    add('pack_number_differs', 'report.json', place)
  const changed = planned.body?.reason === 'plan_changed_after_result'
  if (about.plannedAt !== planned.at || about.changedAfterResult !== changed)
    add('pack_entry_other', 'audit.json', 'planned')
  const [plannedAt, startedAt] = [new Date(about.plannedAt), new Date(about.startedAt)]
  if (Number.isNaN(plannedAt.getTime()) || Number.isNaN(startedAt.getTime())) {
    add('pack_file_unreadable', 'audit.json')
    return problems
  }
  const audit = { name: String(about.name), bytes: '', plan, plannedAt, changedAfterResult: changed }
  for (const [name, bytes] of await readable({ audit, run: { startedAt }, report, cells: text('cells.json') }))
    if (!bytes.equals(files.get(name)!)) add('pack_reading_differs', name)
  return problems
}

/** Places at which two values differ, such as `groups[2].metrics.selectionRate`. */
function differences(wanted: unknown, found: unknown, place = ''): string[] {
  if (isDeepStrictEqual(wanted, found)) return []
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (!isObject(wanted) || !isObject(found) || Array.isArray(wanted) !== Array.isArray(found)) return [place]
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((key) => {
    const at = Array.isArray(wanted) ? `${place}[${key}]` : place === '' ? key : `${place}.${key}`
    return Object.hasOwn(wanted, key) && Object.hasOwn(found, key) ? differences(wanted[key], found[key], at) : [at]
  })
}
